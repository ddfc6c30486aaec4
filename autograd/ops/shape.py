"""Ops that move entries about and change none: the pullback moves them back.

Where a pullback is broader than its operand (`broadcast_to`), the reader sums it down: rules never mention broadcasting.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.domains import Array, arrays
from autograd.ops.index import getitem
from autograd.registry import checked, composite, structural

Shape = int | Sequence[int]


def _flat_ints(args: tuple[Any, ...]) -> tuple[int, ...]:
    """Let a shape be given as one tuple or as several numbers, as numpy's and torch's methods do."""
    return tuple(args[0]) if len(args) == 1 and isinstance(args[0], (tuple, list)) else tuple(args)


@structural(
    vjp=lambda g, y, x, shape: lambda: g.reshape(x.shape),
    linear_in=(0,), domain=arrays("mn", cases=({"shape": (4, 2)}, {"shape": (-1,)})), name="reshape")
def _reshape(x: Array, shape: Shape) -> Any:
    return np.reshape(x, shape)


@composite
def reshape(x: Any, *shape: Any) -> Any:
    """The same entries in another shape; one length may be -1."""
    return _reshape(x, shape=_flat_ints(shape))


@composite
def flatten(x: Any, start: int = 0, end: int = -1) -> Any:
    """Make one axis of the axes from `start` to `end` (both included; all of them by default)."""
    shape, ndim = np.shape(x), max(np.ndim(x), 1)
    start, end = normalize_axis_index(start, ndim), normalize_axis_index(end, ndim)
    if start > end:
        raise ValueError(f"axis {start} comes after axis {end}")
    return _reshape(x, shape=(*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :]))


@structural(
    vjp=lambda g, y, x, axes: lambda: g.transpose(None if axes is None else tuple(np.argsort(axes))),
    linear_in=(0,), latex="{0}^T", symbol="T",
    domain=arrays("bmn", cases=({}, {"axes": (1, 2, 0)})), name="transpose")
def _transpose(x: Array, axes: tuple[int, ...] | None = None) -> Any:
    return np.transpose(x, axes)


@composite
def transpose(x: Any, *axes: Any) -> Any:
    """Reorder the axes (reverse them by default), as numpy does."""
    order = _flat_ints(axes) if axes and axes != (None,) else None
    return _transpose(x, axes=None if order is None else tuple(normalize_axis_index(a, np.ndim(x)) for a in order))


@composite
def permute(x: Any, *axes: Any) -> Any:
    """Reorder the axes: torch's name for `transpose`."""
    return transpose(x, *axes)


@composite
def swapaxes(x: Any, axis1: int, axis2: int) -> Any:
    """Exchange two axes."""
    order = list(range(np.ndim(x)))
    axis1, axis2 = normalize_axis_index(axis1, len(order)), normalize_axis_index(axis2, len(order))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return _transpose(x, axes=tuple(order))


@composite
def squeeze(x: Any, axis: int | tuple[int, ...] | None = None) -> Any:
    """Drop axes of length 1: all of them, or those named."""
    return _reshape(x, shape=np.squeeze(np.empty(np.shape(x), bool), axis).shape)


@composite
def unsqueeze(x: Any, axis: int | tuple[int, ...]) -> Any:
    """Insert axes of length 1 at these places of the result."""
    return _reshape(x, shape=np.expand_dims(np.empty(np.shape(x), bool), axis).shape)


@structural(
    vjp=lambda g, y, x, shape: lambda: g,
    linear_in=(0,), domain=arrays("n", cases=({"shape": (2, 4)}, {"shape": (3, 2, 4)})))
def broadcast_to(x: Array, shape: Sequence[int]) -> Any:
    """Repeat along axes of length 1 and new axes in front, without copying."""
    if not np.ndim(x):
        # np.broadcast_to takes 10 µs for what this does in one, once in every backward pass of a mean.
        x = np.asarray(x)
        return np.ndarray(shape, x.dtype, x, 0, (0,) * len(shape))
    return np.broadcast_to(x, shape)


@structural(
    vjp=lambda g, y, x, dtype: lambda: g,
    linear_in=(0,), domain=arrays("n", cases=({"dtype": "float64"},)))
def astype(x: Array, dtype: Any) -> Any:
    """The same numbers in another dtype; the gradient comes back in the old one."""
    return np.asarray(x).astype(dtype)


# --- joining and cutting ----------------------------------------------------------------------------------------------


def _concatenate_vjp(g: Any, y: Any, *xs: Any, axis: int) -> Any:
    ends = np.cumsum([x.shape[axis] for x in xs])
    before = (slice(None),) * (axis % y.ndim)
    return tuple(
        lambda start=end - x.shape[axis], end=end: getitem(g, index=(*before, slice(int(start), int(end))))
        for x, end in zip(xs, ends, strict=True)
    )


@structural(vjp=_concatenate_vjp, linear_in=(-1,), domain=arrays("mn", "mn", cases=({}, {"axis": 1})), name="concatenate")
def _concatenate(*xs: Array, axis: int = 0) -> Any:
    return np.concatenate([np.asarray(x) for x in xs], axis=axis)


@checked
def concatenate(xs: Sequence[Any], axis: int | None = 0) -> Any:
    """Join arrays along an axis they have (flattened first for None)."""
    if axis is None:
        xs, axis = [flatten(x) for x in xs], 0
    return _concatenate(*xs, axis=axis)


@checked
def stack(xs: Sequence[Any], axis: int = 0) -> Any:
    """Join arrays of one shape along a new axis; a list of Values becomes a Tensor that gradients flow through."""
    xs = list(xs)
    if not any(hasattr(x, "shape") for x in xs):
        return pack(*xs)  # numbers and Values
    return _concatenate(*[unsqueeze(x, axis) for x in xs], axis=axis)


@structural(vjp=lambda g, y, *xs: tuple((lambda i=i: getitem(g, index=i)) for i in range(len(xs))),
            linear_in=(-1,), domain=arrays("", "", ""))  # fmt: skip
def pack(*xs: Array) -> Any:
    """A vector of numbers: the bridge from Values to a Tensor."""
    return np.array(xs)


@composite
def split(x: Any, parts: int | Sequence[int], axis: int = 0) -> list[Any]:
    """Cut along an axis into so many equal parts, or at the given places (as `numpy.split`)."""
    axis = normalize_axis_index(axis, np.ndim(x))
    length = np.shape(x)[axis]
    if isinstance(parts, int):
        if parts < 1 or length % parts:
            raise ValueError(f"split needs a number of parts that divides {length}, got {parts}")
        cuts = list(range(length // parts, length, length // parts))
    else:
        cuts = list(parts)
    before = (slice(None),) * axis
    pieces = zip([0, *cuts], [*cuts, length], strict=True)
    return [getitem(x, index=(*before, slice(start, end))) for start, end in pieces]


def _pad_vjp(g: Any, y: Any, x: Any, pad_width: Any, constant_values: float) -> Any:
    widths = np.broadcast_to(pad_width, (x.ndim, 2)).tolist()
    inside = tuple(slice(before, before + n) for (before, _), n in zip(widths, x.shape, strict=True))
    return lambda: getitem(g, index=inside)


# Linear only around 0 when padded with something else: the jvp is the padding of the tangent with 0.
@structural(
    vjp=_pad_vjp,
    jvp=lambda tangents, y, x, pad_width, constant_values: pad(tangents[0], pad_width=pad_width),
    domain=arrays("mn", cases=({"pad_width": 1}, {"pad_width": ((0, 1), (2, 0)), "constant_values": 3.0})))
def pad(x: Array, pad_width: Any, constant_values: float = 0.0) -> Any:
    """Add a border of constant entries; `pad_width` as in `numpy.pad`."""
    return np.pad(x, pad_width, constant_values=constant_values)


# --- turning and repeating --------------------------------------------------------------------------------------------


@structural(
    vjp=lambda g, y, x, axis: lambda: flip(g, axis),
    linear_in=(0,), domain=arrays("mn", cases=({}, {"axis": 1})))
def flip(x: Array, axis: int | tuple[int, ...] | None = None) -> Any:
    """Reverse the order along axes (all of them by default)."""
    return np.flip(x, axis)


def _minus(shift: Any) -> Any:
    return tuple(map(operator.neg, shift)) if isinstance(shift, tuple) else -shift


@structural(
    vjp=lambda g, y, x, shift, axis: lambda: roll(g, _minus(shift), axis),
    linear_in=(0,), domain=arrays("mn", cases=({"shift": 1}, {"shift": (1, -2), "axis": (0, 1)})))
def roll(x: Array, shift: int | tuple[int, ...], axis: int | tuple[int, ...] | None = None) -> Any:
    """Shift along axes, what falls off at the end coming in at the front."""
    return np.roll(x, shift, axis)


@composite
def repeat(x: Any, repeats: int | Sequence[int], axis: int | None = None) -> Any:
    """Repeat each entry (or each slice along the axis) so many times, as `numpy.repeat`."""
    if axis is None:
        x, axis = flatten(x), 0
    axis = normalize_axis_index(axis, np.ndim(x))
    places = np.repeat(np.arange(np.shape(x)[axis]), repeats)
    return getitem(x, index=(*(slice(None),) * axis, places))


@composite
def tile(x: Any, reps: int | Sequence[int]) -> Any:
    """Lay copies side by side, `reps` of them along each axis, as `numpy.tile`."""
    times = (reps,) if isinstance(reps, int) else tuple(reps)
    ndim = max(len(times), np.ndim(x))
    times = (1,) * (ndim - len(times)) + times
    shape = (1,) * (ndim - np.ndim(x)) + tuple(np.shape(x))
    apart = _reshape(x, shape=tuple(n for length in shape for n in (1, length)))
    repeated = broadcast_to(apart, shape=tuple(n for pair in zip(times, shape, strict=True) for n in pair))
    return _reshape(repeated, shape=tuple(t * n for t, n in zip(times, shape, strict=True)))
