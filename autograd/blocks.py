"""How is a formula computed on large arrays without a fresh array for every step of it?

``g * (1 - y*y)`` on a million numbers makes three arrays of a million; memory that is fetched, written once and handed
back costs more than the arithmetic. Cut into blocks that stay in the processor's cache, only the result is large, and
its memory is one that was used before (see `memory`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from autograd.memory import empty

# Below so many entries numpy's own temporaries stay in cache. 32,768 doubles are 256 kB: the two or three arrays in
# flight fit a usual second-level cache, and numpy's cost of a call is spread thin.
LARGE = 1 << 17
BLOCK = 1 << 15


def blocked(f: Callable[..., Any], args: Sequence[Any], last: np.ufunc | None = None) -> Any:
    """Return ``f(*args)`` for an elementwise f, computed block by block where the arguments are large arrays.

    With `last`, f gives the operands of a last ufunc, whose result is written where it belongs without a copy.
    """
    shape = next((a.shape for a in args if a.__class__ is np.ndarray and a.size >= LARGE), None)
    cut = None if shape is None else [_flattened(a, shape) for a in args]
    if cut is None or any(c is None for c in cut) or not any(is_cut for _, is_cut in cut):  # type: ignore[misc]
        y = f(*args)
        return y if last is None else last(*y)
    out: Any = None
    flat: Any = None
    for start in range(0, next(a.size for a, is_cut in cut if is_cut), BLOCK):  # type: ignore[misc]
        end = start + BLOCK
        y = f(*[a[start:end] if is_cut else a for a, is_cut in cut])  # type: ignore[misc]
        if out is None:
            first = y if last is None else last(*y)
            out = empty(shape, first.dtype)  # type: ignore[arg-type]
            flat = out.reshape(-1)
            flat[:BLOCK] = first
        elif last is not None:
            last(*y, out=flat[start:end])
        else:
            flat[start:end] = y
    return out


def _flattened(a: Any, shape: tuple[int, ...]) -> tuple[Any, bool] | None:
    """Return an argument as (one row, True) to be cut, or (number, False); None for what cannot be cut alike."""
    if a.__class__ is not np.ndarray or not a.ndim:
        return a, False
    if a.shape != shape:
        return None
    if not any(a.strides):
        return a[(0,) * a.ndim], False  # one number, broadcast
    return (a.reshape(-1), True) if a.flags.c_contiguous else None


def in_blocks(f: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate an op's array function of one operand that takes several passes, so that large arrays go block by block."""

    @functools.wraps(f)
    def cut(x: Any, **settings: Any) -> Any:
        if x.__class__ is np.ndarray and x.size >= LARGE:
            return blocked(functools.partial(f, **settings), (x,))
        return f(x, **settings)

    return cut


def large(f: Callable[..., Any], count: int) -> Callable[..., Any]:
    """Return an elementwise array function of `count` operands in the form that is best for large arrays.

    One numpy ufunc makes a single pass, which is cheapest on whole arrays, with its result in used memory. Which form it
    is shows when the first large array comes.
    """

    @functools.cache
    def best() -> Callable[..., Any]:
        ufunc = _only_ufunc(f, count)
        if ufunc is None:
            return lambda *args: blocked(f, args)
        return functools.partial(_whole, f, ufunc)

    return lambda *args: best()(*args)


def _whole(f: Callable[..., Any], ufunc: np.ufunc, *args: Any) -> Any:
    arrays = [a for a in args if a.__class__ is np.ndarray and a.ndim]
    kind = np.result_type(*args)
    if kind.kind != "f" or any(a.shape != arrays[0].shape or not a.flags.c_contiguous for a in arrays):
        return f(*args)
    return ufunc(*args, out=empty(arrays[0].shape, kind))


class _Probe(NDArrayOperatorsMixin):
    """Stands in for an array, to see which ufuncs a function calls."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, tuple[Any, ...]]] = []

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        self.calls.append((ufunc, inputs))
        return self


def _only_ufunc(f: Callable[..., Any], count: int) -> np.ufunc | None:
    """Return the ufunc that a function of `count` operands is nothing but a call of, if so it is."""
    probe = _Probe()
    try:
        f(*[probe] * count)
    except Exception:
        return None  # it looks into its operand (a dtype, a comparison): no plain ufunc
    if len(probe.calls) != 1 or probe.calls[0][1] != (probe,) * count:
        return None
    return probe.calls[0][0]  # type: ignore[no-any-return]
