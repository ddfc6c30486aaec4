"""Convolution, as networks use the word: inner products of a kernel with the windows it slides over.

Windows are copied out for a few samples at a time, into a buffer that stays in cache, and multiplied with all kernels in
one matrix product (Chellapilla, Puri and Simard 2006). The product Σ g · conv(x, w) is linear in g, x and w, so its three
partial derivatives are each other's: `conv` by g, `conv_transpose` by x, `conv_weight` by w.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import memory
from autograd.domains import Array, arrays
from autograd.errors import ShapeError, at
from autograd.ops.sliding import Ints, Slide, blocks, each_axis
from autograd.registry import checked, structural


def _matched(channels: int, out: int, w: Array, groups: int, wanted: int) -> None:
    """Raise unless channels, kernels and groups go together."""
    if out % groups or channels != wanted:
        raise ValueError(f"{channels} channels where {w.shape} in {groups} group(s) needs {wanted}")


def _conv_vjp(g: Any, y: Any, x: Any, w: Any, **how: Any) -> Any:
    return (
        lambda: _conv_transpose(g, w, spatial=x.shape[2:], **how),
        lambda: _conv_weight(g, x, size=w.shape[2:], **how),
    )


_PLAIN = {"stride": (1, 1), "padding": (0, 0), "dilation": (1, 1), "groups": 1}
_MOVED = {"stride": (2, 1), "padding": (1, 1), "dilation": (1, 2), "groups": 1}


@structural(
    vjp=_conv_vjp, linear_in=(0, 1), latex=r"{0} \star {1}", symbol="⋆", name="conv",
    domain=arrays("bmnn", "kmmm", cases=(_PLAIN, _MOVED)), needs="x (N, C, *spatial) and w (O, C / groups, *kernel)")
def _conv(x: Array, w: Array, stride: Ints, padding: Ints, dilation: Ints, groups: int) -> Any:
    slide = Slide(w.shape[2:], stride, padding, dilation)
    _matched(x.shape[1], len(w), w, groups, w.shape[1] * groups)
    places, kind = slide.out(x.shape[2:]), np.result_type(x, w)
    samples, taps, spots = len(x), math.prod(w.shape[1:]), math.prod(places)
    kernels = w.reshape(groups, len(w) // groups, taps)
    y = memory.empty((samples, groups, len(w) // groups, spots), kind)
    buffer, some = blocks(samples, (x.shape[1], *slide.size, *places), x.dtype)
    for block in some:
        windows = slide.cut(x[block], buffer[: block.stop - block.start])
        np.matmul(kernels, windows.reshape(-1, groups, taps, spots), out=y[block])
    return y.reshape(samples, len(w), *places)


@structural(
    vjp=lambda g, y, x, w, spatial, **how: (
        lambda: _conv(g, w, **how),
        lambda: _conv_weight(x, g, size=w.shape[2:], **how)),
    linear_in=(0, 1), latex=r"{0} \star^T {1}", symbol="⋆ᵀ", name="conv_transpose",
    domain=arrays("bknn", "kmmm", cases=({**_PLAIN, "spatial": (5, 5)}, {**_PLAIN, "padding": (1, 0), "spatial": (3, 5)})),
    needs="x (N, O, *places) and w (O, C / groups, *kernel)")
def _conv_transpose(x: Array, w: Array, spatial: Ints, stride: Ints, padding: Ints, dilation: Ints, groups: int) -> Any:
    slide = Slide(w.shape[2:], stride, padding, dilation)
    _matched(x.shape[1], len(w), w, groups, len(w))
    if (places := slide.out(spatial)) != x.shape[2:]:
        raise ValueError(f"a result of {spatial} has {places} places, not {x.shape[2:]}")
    channels, kind = w.shape[1] * groups, np.result_type(x, w)
    samples, taps, spots = len(x), math.prod(w.shape[1:]), math.prod(places)
    kernels = w.reshape(groups, len(w) // groups, taps).swapaxes(1, 2)
    rows = x.reshape(samples, groups, len(w) // groups, spots)
    y = memory.empty((samples, channels, *spatial), kind)
    buffer, some = blocks(samples, (groups, taps, spots), kind)
    for block in some:
        windows = np.matmul(kernels, rows[block], out=buffer[: block.stop - block.start])
        y[block] = slide.add(windows.reshape(-1, channels, *slide.size, *places), spatial)
    return y


@structural(
    vjp=lambda g, y, x, w, size, **how: (
        lambda: _conv(w, g, **how),
        lambda: _conv_transpose(x, g, spatial=w.shape[2:], **how)),
    linear_in=(0, 1), name="conv_weight",
    domain=arrays("bknn", "bmnn", cases=({**_PLAIN, "size": (1, 1)}, {**_PLAIN, "padding": (1, 1), "size": (3, 3)})),
    needs="g (N, O, *places) and x (N, C, *spatial)")
def _conv_weight(g: Array, x: Array, size: Ints, stride: Ints, padding: Ints, dilation: Ints, groups: int) -> Any:
    slide = Slide(size, stride, padding, dilation)
    if (places := slide.out(x.shape[2:])) != g.shape[2:] or len(g) != len(x):
        raise ValueError(f"{len(x)} samples with {places} places")
    samples, out, channels = len(x), g.shape[1], x.shape[1] // groups
    taps, spots = channels * math.prod(size), math.prod(places)
    rows = g.reshape(samples, groups, out // groups, spots)
    total = np.zeros((groups, out // groups, taps), np.result_type(g, x))
    buffer, some = blocks(samples, (x.shape[1], *size, *places), x.dtype)
    for block in some:
        windows = slide.cut(x[block], buffer[: block.stop - block.start]).reshape(-1, groups, taps, spots)
        total += np.matmul(rows[block], windows.swapaxes(2, 3)).sum(axis=0)
    return total.reshape(out, channels, *size)


def _moves(w: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> dict[str, Any]:
    if (count := np.ndim(w) - 2) < 1:
        raise ShapeError(f"kernels are w (O, C / groups, *kernel), got shape {np.shape(w)}{at()}")
    return {
        "stride": each_axis(stride, count, "stride", 1),
        "padding": each_axis(padding, count, "padding", 0),
        "dilation": each_axis(dilation, count, "dilation", 1),
        "groups": each_axis(groups, 1, "groups", 1)[0],
    }


@checked
def conv(x: Any, w: Any, *, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1) -> Any:
    """Inner products of kernels with all windows, (N, C, *spatial), (O, C / groups, *kernel) -> (N, O, *places).

    Along each axis there are ⌊(n + 2·padding - dilation·(k - 1) - 1) / stride⌋ + 1 places. The kernel is not turned round,
    as in every network library; mathematicians call it cross-correlation.

    Args:
        x: N samples of C channels, over one axis, two or more.
        w: O kernels over as many axes.
        stride: how far a kernel moves. (default 1)
        padding: how many zeros continue x at either end. (default 0)
        dilation: how far apart the taps of a kernel lie. (default 1)
        groups: into how many groups channels and kernels are split, each on its own. (default 1)

    Raises:
        ShapeError: channels, kernels and groups do not go together, or a kernel is larger than what it slides over.

    >>> from autograd import Tensor, ops
    >>> ops.conv(Tensor([[[1.0, 2.0, 4.0, 7.0]]]), Tensor([[[-1.0, 1.0]]])).tolist()
    [[[1.0, 2.0, 3.0]]]
    """
    return _conv(x, w, **_moves(w, stride, padding, dilation, groups))


@checked
def conv_transpose(
    x: Any, w: Any, spatial: Any, *, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Any:
    """The transpose of `conv` with the same kernels, (N, O, *places), (O, C / groups, *kernel) -> (N, C, *spatial).

    It is what pulls gradients back to a convolution's input, and what enlarges pictures ("deconvolution").

    Args:
        spatial: the lengths of the result's axes, which the places alone do not determine where stride > 1.
        stride, padding, dilation, groups: those of the convolution that it is the transpose of.

    >>> from autograd import ops
    >>> ops.conv_transpose([[[1.0, 0.0, 2.0]]], [[[1.0, 10.0]]], (4,)).tolist()
    [[[1.0, 10.0, 2.0, 20.0]]]
    """
    how = _moves(w, stride, padding, dilation, groups)
    return _conv_transpose(x, w, spatial=each_axis(spatial, np.ndim(w) - 2, "spatial", 1), **how)
