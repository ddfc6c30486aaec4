"""Pooling: one number for each window, its maximum or its mean.

A maximum belongs to one entry, the first where several are equal (torch's choice; `max` shares instead, which here would
send gradients into entries that no network ever looks at again). Where it was taken is found again from the data, so the
two maps between windows and maxima are linear, and each other's transpose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd.domains import Array, Kink, arrays
from autograd.ops.reduce import mean
from autograd.ops.sliding import Ints, Slide, axes_of, each_axis, windows
from autograd.registry import checked, structural

_CASES: tuple[dict[str, Any], ...] = (
    {"size": (2,), "stride": (2,), "padding": (0,), "dilation": (1,)},
    {"size": (2, 2), "stride": (1, 2), "padding": (1, 0), "dilation": (1, 2)},
)
_TIES = Kink("two largest entries of a window are equal", lambda x, **_: np.diff(np.sort(np.ravel(x))),
             used=(1.0,), allowed=(0.0, 1.0))  # fmt: skip


def _padded(slide: Slide, x: Array) -> Array:
    """Return x continued by what is never a maximum."""
    if any(2 * p > k for p, k in zip(slide.padding, slide.size, strict=True)):
        raise ValueError(f"padding {slide.padding} is more than half of the kernel {slide.size}")
    return slide.pad(x, -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min)


def _top(padded: Array, taps: Sequence[tuple[Any, ...]]) -> Array:
    """Return the maximum of each window, from the entries that each tap meets."""
    top: Array = padded[taps[0]].copy()
    for met in taps[1:]:
        np.maximum(top, padded[met], out=top)
    return top


def _winners(slide: Slide, x: Array) -> Iterator[tuple[tuple[Any, ...], Array]]:
    """Yield for each tap the index of the padded entries that it meets, and where it is the first to meet the maximum."""
    padded, taps = _padded(slide, x), slide.taps(slide.out(x.shape[-len(slide.size) :]))
    top, free = _top(padded, [met for _, met in taps]), np.True_
    for _, met in taps:
        less = padded[met] < top
        yield met, free > less  # free and not less, in one pass
        free = free & less


def _picker(u: Array) -> Callable[[Array, Array], Array]:
    """Return what keeps entries of u where a mask is true and puts 0 elsewhere: the product, which is three times faster.

    Unless u is infinite somewhere, where a product with 0 is nan.
    """
    with np.errstate(all="ignore"):
        finite = np.isfinite(np.add.reduce(u, axis=None))
    return np.multiply if finite else lambda u, won: np.where(won, u, 0.0)


def _max_vjp(g: Any, y: Any, x: Any, **how: Any) -> Any:
    return lambda: _to_maxima(g, x, **how)


@structural(vjp=_max_vjp, kinks=_TIES, domain=arrays("bnn", like="distinct", cases=_CASES), name="max_pool",
            needs="an array with room for the kernel")  # fmt: skip
def _max_pool(x: Array, size: Ints, stride: Ints, padding: Ints, dilation: Ints) -> Any:
    slide = Slide(size, stride, padding, dilation)
    places = slide.out(x.shape[-len(size) :])  # first: that a kernel is too large says more than its padding
    return _top(_padded(slide, x), [met for _, met in slide.taps(places)])


@structural(
    vjp=lambda u, y, g, x, **how: (lambda: _at_maxima(u, x, **how), None),
    linear_in=(0,), domain=arrays("bnm", "bnn", like="distinct", cases=_CASES[:1]), name="to_maxima")
def _to_maxima(g: Array, x: Array, size: Ints, stride: Ints, padding: Ints, dilation: Ints) -> Any:
    """Each number of g at the place in x where the maximum of its window was, zeros elsewhere."""
    slide, spatial = Slide(size, stride, padding, dilation), x.shape[-len(size) :]
    total = np.zeros((*x.shape[: -len(size)], *slide.padded(spatial)), g.dtype)
    only = _picker(g)
    for met, won in _winners(slide, x):
        part = total[met]  # by a name of its own: total[met] += … would copy it onto itself at the end
        part += only(g, won)
    return slide.crop(total, spatial)


@structural(
    vjp=lambda g, y, u, x, **how: (lambda: _to_maxima(g, x, **how), None),
    linear_in=(0,), domain=arrays("bnn", "bnn", like="distinct", cases=_CASES), name="at_maxima")
def _at_maxima(u: Array, x: Array, size: Ints, stride: Ints, padding: Ints, dilation: Ints) -> Any:
    """What u holds where the maxima of x are."""
    slide = Slide(size, stride, padding, dilation)
    padded, only = slide.pad(u), _picker(u)
    total: Any = 0.0
    for met, won in _winners(slide, x):
        total = total + only(padded[met], won)
    return total


def _how(size: Any, stride: Any, padding: Any, dilation: Any) -> dict[str, Ints]:
    count = axes_of(size)
    return {
        "size": each_axis(size, count, "size", 1),
        "stride": each_axis(size if stride is None else stride, count, "stride", 1),
        "padding": each_axis(padding, count, "padding", 0),
        "dilation": each_axis(dilation, count, "dilation", 1),
    }


@checked
def max_pool(x: Any, size: Any, *, stride: Any = None, padding: Any = 0, dilation: Any = 1) -> Any:
    """The maximum of each window over the last axes, (…, *spatial) -> (…, *places).

    Args:
        size: the lengths of the windows, a tuple with one for each axis they slide along.
        stride: how far they move. (default: their size, so that they lie side by side)
        padding: how many entries that are never the maximum continue x at either end, at most half the size. (default 0)
        dilation: how far apart the entries of a window lie. (default 1)

    Where several entries are the maximum, the first one gets the gradient.

    >>> from autograd import Tensor, ops
    >>> x = Tensor([3.0, 1.0, 2.0, 2.0], requires_grad=True)
    >>> y = ops.max_pool(x, (2,))
    >>> y.sum().backward()
    >>> y.tolist(), x.grad.tolist()
    ([3.0, 2.0], [1.0, 0.0, 1.0, 0.0])
    """
    return _max_pool(x, **_how(size, stride, padding, dilation))


@checked
def avg_pool(x: Any, size: Any, *, stride: Any = None, padding: Any = 0) -> Any:
    """The mean of each window over the last axes, (…, *spatial) -> (…, *places).

    Args:
        size: the lengths of the windows, a tuple with one for each axis they slide along.
        stride: how far they move. (default: their size)
        padding: how many zeros continue x at either end; they count. (default 0)

    >>> from autograd import ops
    >>> ops.avg_pool([3.0, 1.0, 2.0, 4.0], (2,)).tolist()
    [2.0, 3.0]
    """
    how, last = _how(size, stride, padding, 1), np.ndim(x)
    return mean(windows(x, **how), axis=tuple(range(last - len(size), last)))
