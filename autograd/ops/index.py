"""Ops that pick entries: basic and advanced indexing, and what puts the picked entries back.

`getitem` and `put` are each other's pullback. Everything else that picks (take, gather, masked_select, diagonal …) is a
getitem with a computed index.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.domains import Array, arrays
from autograd.errors import DTypeError, at
from autograd.registry import composite, structural

_PICKS: tuple[dict[str, Any], ...] = (
    {"index": 1},
    {"index": (slice(None), slice(1, None, 2))},
    {"index": (Ellipsis, None, 0)},
    {"index": (np.array([0, 1, 0]), np.array([1, 1, 1]))},  # the same entry twice: its gradient counts twice
    {"index": np.array([True, False])},
)


def _is_basic(index: Any) -> bool:
    """Does numpy answer this index with a view, so that no entry can be picked twice?"""
    parts = index if isinstance(index, tuple) else (index,)
    return all(isinstance(p, (int, np.integer, slice, type(None), type(Ellipsis))) for p in parts)


@structural(
    vjp=lambda g, y, x, index: lambda: _put(g, index=index, shape=x.shape),
    linear_in=(0,), latex="{0}_{{{index}}}", symbol="[·]", domain=arrays("mn", cases=_PICKS), name="getitem")
def _getitem(x: Array, index: Any) -> Any:
    return np.asarray(x)[index]


@composite
def getitem(x: Any, index: Any) -> Any:
    """x[index], basic or advanced, as numpy picks."""
    return _getitem(x, index=plain_index(index))


@structural(
    vjp=lambda g, y, x, index, shape: lambda: _getitem(g, index=index),
    linear_in=(0,), domain=arrays("n", cases=({"index": np.array([0, 2, 2, 1]), "shape": (3,)},)), name="put")
def _put(x: Array, index: Any, shape: tuple[int, ...]) -> Any:
    y = np.zeros(shape, np.asarray(x).dtype)
    if _is_basic(index):
        y[index] = x
    elif isinstance(index, tuple) and len(index) == len(shape) and all(_is_places(i) for i in index):
        # One place for each entry (labels of a batch): along one axis np.add.at is ten times faster.
        same = index if len({i.shape for i in index}) == 1 else np.broadcast_arrays(*index)
        flat = np.ravel_multi_index([np.where(i < 0, i + n, i) for i, n in zip(same, shape, strict=True)], shape)
        np.add.at(y.reshape(-1), flat.reshape(-1), np.reshape(x, -1))
    else:
        np.add.at(y, index, x)
    return y


def _is_places(index: Any) -> bool:
    return isinstance(index, np.ndarray) and index.dtype.kind in "iu"


def put(x: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of a shape with x added at the places `index`; entries that meet add up. The pullback of `getitem`."""
    return _put(x, index=plain_index(index), shape=shape)


def plain_index(index: Any) -> Any:
    """Return an index with Tensors of whole numbers or truth values turned into arrays."""
    if isinstance(index, tuple):
        return tuple(map(plain_index, index))
    if isinstance(index, (int, slice, type(None), type(Ellipsis))):
        return index
    array = np.asarray(index)
    if array.size == 0 and array.dtype.kind == "f":
        array = array.astype(int)
    if array.dtype.kind not in "iub":
        raise DTypeError(f"an index is made of whole numbers, slices or truth values, got dtype {array.dtype}{at()}")
    # The caller's array may change before the gradient comes back through here.
    return array.copy()


@composite
def take(x: Any, indices: Any, axis: int | None = None) -> Any:
    """Pick entries of the flattened array, or slices along an axis, by number, as `numpy.take`."""
    if axis is None:
        x, axis = x.reshape(-1), 0
    return getitem(x, (*(slice(None),) * normalize_axis_index(axis, np.ndim(x)), indices))


def _along(index: Array, axis: int) -> tuple[Any, ...]:
    """The advanced index that replaces the place along one axis by `index` and keeps all others."""
    places: list[Any] = list(np.ogrid[tuple(slice(n) for n in index.shape)])
    places[normalize_axis_index(axis, index.ndim)] = index
    return tuple(places)


@composite
def gather(x: Any, axis: int, index: Any) -> Any:
    """Pick along an axis by an array of places: out[i, j] = x[index[i, j], j] for axis 0, as `torch.gather`."""
    return _getitem(x, index=_along(plain_index(index), axis))


@composite
def scatter_add(x: Any, axis: int, index: Any, src: Any) -> Any:
    """x with src[i, j] added at x[index[i, j], j] for axis 0, as `torch.scatter_add`: the transpose of `gather`."""
    return x + _put(src, index=_along(plain_index(index), axis), shape=tuple(np.shape(x)))


@composite
def masked_select(x: Any, mask: Any) -> Any:
    """The entries where the mask is true, in one row; the mask broadcasts."""
    return _getitem(x, index=np.broadcast_to(plain_index(mask), np.shape(x)))


@composite
def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The entries x[i, i + offset] of the matrices along two axes, as `numpy.diagonal` (the new axis is the last)."""
    shape = np.shape(x)
    axis1, axis2 = normalize_axis_index(axis1, len(shape)), normalize_axis_index(axis2, len(shape))
    if axis1 == axis2:
        raise ValueError("a diagonal lies between two different axes")
    places = np.arange(len(np.diagonal(np.empty((shape[axis1], shape[axis2]), bool), offset)))
    index: list[Any] = [slice(None)] * len(shape)
    index[axis1], index[axis2] = places + max(-offset, 0), places + max(offset, 0)
    picked = _getitem(x, index=tuple(index))
    # numpy puts the axis of two neighbouring advanced indices in their place, of two separated ones in front.
    lower, upper = sorted((axis1 % len(shape), axis2 % len(shape)))
    at_axis = lower if upper == lower + 1 else 0
    order: Sequence[int] = [a for a in range(picked.ndim) if a != at_axis] + [at_axis]
    return picked.transpose(order)


@composite
def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Sum of the diagonal of the matrices along two axes."""
    return diagonal(x, offset, axis1, axis2).sum(axis=-1)
