"""The windows a kernel slides over: what convolution and pooling are made of.

`windows` and `add_windows` are each other's transpose. A kernel of `size` moves by `stride`, its taps lie `dilation` apart,
and the array is continued by `padding` zeros at either end: torch's four numbers, one for each of the last axes.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import memory
from autograd.domains import Array, arrays
from autograd.errors import AutogradError, at
from autograd.registry import checked, structural

Ints = tuple[int, ...]

# Bytes of windows that are copied out at a time: they are read again at once, so they should stay in cache.
_BLOCK = 1 << 20


def each_axis(value: Any, count: int, name: str, least: int) -> Ints:
    """Return one whole number for each of `count` axes, from a single one or from a sequence of them."""
    numbers = tuple(value) if isinstance(value, Sequence) else (value,) * count
    whole = all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in numbers)
    if not whole or len(numbers) != count or any(n < least for n in numbers):
        several = f", or {count} of them" if count > 1 else ""
        raise AutogradError(f"{name} is a whole number from {least} up{several}, got {value!r}{at()}")
    return tuple(map(int, numbers))


def axes_of(size: Any) -> int:
    """Return along how many axes a kernel of this size slides."""
    if not isinstance(size, Sequence) or isinstance(size, str) or not size:
        raise AutogradError(f"size has a length for each axis, as (3,) or (3, 3), got {size!r}{at()}")
    return len(size)


@dataclass(frozen=True, slots=True)
class Slide:
    """How a kernel moves over the last axes of an array."""

    size: Ints
    stride: Ints
    padding: Ints
    dilation: Ints

    def padded(self, spatial: Ints) -> Ints:
        """The lengths of the axes with their padding."""
        return tuple(n + 2 * p for n, p in zip(spatial, self.padding, strict=True))

    def out(self, spatial: Ints) -> Ints:
        """How many places the kernel has along each axis."""
        lengths = []
        for n, k, s, d in zip(self.padded(spatial), self.size, self.stride, self.dilation, strict=True):
            if (reach := d * (k - 1) + 1) > n:
                raise ValueError(f"a kernel that reaches over {reach} entries does not fit into {n}")
            lengths.append((n - reach) // s + 1)
        return tuple(lengths)

    def taps(self, out: Ints) -> tuple[tuple[Ints, tuple[Any, ...]], ...]:
        """Return each tap of the kernel with the index of the padded entries that it meets at all its places."""
        return _taps(self, out)

    def pad(self, x: Array, fill: float = 0.0) -> Array:
        """Return x continued by its padding; x itself where there is none."""
        if not any(self.padding):
            return x
        lead, spatial = x.shape[: -len(self.size)], x.shape[-len(self.size) :]
        y = np.full((*lead, *self.padded(spatial)), fill, x.dtype)
        y[self._inside(spatial)] = x
        return y

    def crop(self, x: Array, spatial: Ints) -> Array:
        """Return what is left of x without its padding: the transpose of `pad`."""
        return x[self._inside(spatial)] if any(self.padding) else x

    def _inside(self, spatial: Ints) -> tuple[Any, ...]:
        return (..., *(slice(p, p + n) for p, n in zip(self.padding, spatial, strict=True)))

    def cut(self, x: Array, out: Array | None = None) -> Array:
        """Return all windows of x, (…, *spatial) -> (…, *size, *places), as a copy, in `out` if it is given."""
        lead, places = x.shape[: -len(self.size)], self.out(x.shape[-len(self.size) :])
        windows = np.empty((*lead, *self.size, *places), x.dtype) if out is None else out
        padded = self.pad(x)
        rest: tuple[Any, ...] = (slice(None),) * len(places)
        for tap, met in self.taps(places):
            windows[(..., *tap, *rest)] = padded[met]
        return windows

    def add(self, windows: Array, spatial: Ints) -> Array:
        """Add windows up where they lie, (…, *size, *places) -> (…, *spatial): the transpose of `cut`."""
        count = len(self.size)
        total = np.zeros((*windows.shape[: -2 * count], *self.padded(spatial)), windows.dtype)
        rest: tuple[Any, ...] = (slice(None),) * count
        for tap, met in self.taps(windows.shape[-count:]):
            total[met] += windows[(..., *tap, *rest)]
        return self.crop(total, spatial)


@functools.lru_cache(maxsize=256)  # a network meets the same few in every step, block after block
def _taps(slide: Slide, out: Ints) -> tuple[tuple[Ints, tuple[Any, ...]], ...]:
    found = []
    for tap in np.ndindex(slide.size):
        starts = [d * i for d, i in zip(slide.dilation, tap, strict=True)]
        ends = [a + s * (o - 1) + 1 for a, s, o in zip(starts, slide.stride, out, strict=True)]
        found.append((tap, (..., *map(slice, starts, ends, slide.stride))))
    return tuple(found)


def blocks(samples: int, shape: Ints, dtype: Any) -> tuple[Array, Iterator[slice]]:
    """Return a buffer for the windows of a few samples of this shape, and the slices of samples that are cut into it."""
    dtype = np.dtype(dtype)
    count = min(max(1, _BLOCK // max(1, math.prod(shape) * dtype.itemsize)), max(1, samples))
    return memory.empty((count, *shape), dtype), (slice(i, min(i + count, samples)) for i in range(0, samples, count))


_CASES: tuple[dict[str, Any], ...] = (
    {"size": (2, 3), "stride": (1, 1), "padding": (0, 0), "dilation": (1, 1)},
    {"size": (2, 2), "stride": (2, 3), "padding": (1, 0), "dilation": (2, 1)},
)


@structural(
    vjp=lambda g, y, x, size, stride, padding, dilation: lambda: _add_windows(
        g, spatial=x.shape[-len(size) :], stride=stride, padding=padding, dilation=dilation),
    linear_in=(0,), domain=arrays("bnn", cases=_CASES), name="windows", needs="an array with room for the kernel")
def _windows(x: Array, size: Ints, stride: Ints, padding: Ints, dilation: Ints) -> Any:
    return Slide(size, stride, padding, dilation).cut(x)


@structural(
    vjp=lambda g, y, x, spatial, stride, padding, dilation: lambda: _windows(
        g, size=x.shape[-2 * len(spatial) : -len(spatial)], stride=stride, padding=padding, dilation=dilation),
    linear_in=(0,), name="add_windows", needs="windows (…, *size, *places)",
    domain=arrays("bmkkn", cases=({"spatial": (4,), "stride": (1,), "padding": (1,), "dilation": (1,)},)))
def _add_windows(x: Array, spatial: Ints, stride: Ints, padding: Ints, dilation: Ints) -> Any:
    size = x.shape[-2 * len(spatial) : -len(spatial)]
    return Slide(size, stride, padding, dilation).add(x, spatial)


@checked
def windows(x: Any, size: Sequence[int], *, stride: Any = 1, padding: Any = 0, dilation: Any = 1) -> Any:
    """All windows of a kernel that slides over the last axes, (…, *spatial) -> (…, *size, *places).

    Convolution is their product with the kernel, pooling their mean or maximum.

    Args:
        size: the lengths of the kernel, one for each axis it slides along.
        stride: how far it moves. (default 1)
        padding: how many zeros continue the array at either end. (default 0)
        dilation: how far apart its taps lie. (default 1)

    Raises:
        AutogradError: a number that is none, or not one for each axis.
        ShapeError: the kernel is larger than the padded array.

    >>> from autograd import ops
    >>> ops.windows([1.0, 2.0, 3.0, 4.0], (3,)).tolist()  # one column a place
    [[1.0, 2.0], [2.0, 3.0], [3.0, 4.0]]
    """
    count = axes_of(size)
    return _windows(
        x,
        size=each_axis(size, count, "size", 1),
        stride=each_axis(stride, count, "stride", 1),
        padding=each_axis(padding, count, "padding", 0),
        dilation=each_axis(dilation, count, "dilation", 1),
    )
