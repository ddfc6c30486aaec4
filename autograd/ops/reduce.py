"""Sums, means, products, extremes: ops that make few numbers of many, with numpy's `axis` and `keepdims`.

`spread` is the one helper: it gives a reduced array back the axes it lost, with length 1, so that it broadcasts against
the operand. Over an iterable of Values (`over`) each op makes a single node.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.domains import Array, Kink, arrays
from autograd.errors import AutogradError, at
from autograd.op import Over
from autograd.ops.arithmetic import abs as abs_
from autograd.ops.arithmetic import equal, where
from autograd.ops.elementary import exp, sqrt
from autograd.ops.shape import broadcast_to, concatenate, flip
from autograd.registry import composite, structural

Axis = int | tuple[int, ...] | None

_add_up: Any = np.add.reduce  # np.sum without its 2 µs of Python (np.mean has 3)

_CASES: tuple[dict[str, Any], ...] = ({}, {"axis": 0}, {"axis": (0, -1), "keepdims": True}, {"axis": 1})
_ONE_AXIS: tuple[dict[str, Any], ...] = ({}, {"axis": 0}, {"axis": 1})
_TIES = Kink("two largest (or smallest) entries are equal", lambda x, **_: np.diff(np.sort(np.ravel(x))),
             used=(0.5,), allowed=(0.0, 1.0))  # fmt: skip


def _axes(x: Any, axis: Axis) -> tuple[int, ...]:
    """Return the reduced axes as a tuple of numbers from 0 up."""
    if axis is None:
        return tuple(range(x.ndim))
    return tuple(a % x.ndim for a in (axis if isinstance(axis, tuple) else (axis,)))


def _count(x: Any, axis: Axis) -> int:
    return x.size if axis is None else math.prod(x.shape[a] for a in _axes(x, axis))


def spread(r: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    """Give a reduction of x its lost axes back, with length 1, so that it broadcasts against x."""
    if keepdims or axis is None:
        return r  # a single number broadcasts as it is
    lost = _axes(x, axis)
    return r.reshape(tuple(1 if a in lost else n for a, n in enumerate(x.shape)))


# --- sums -------------------------------------------------------------------------------------------------------------


@structural(
    vjp=lambda g, y, x, axis, keepdims: lambda: broadcast_to(spread(g, x, axis, keepdims), x.shape),
    linear_in=(0,), over=Over(builtins.sum, lambda y, xs: ([1.0] * len(xs),)),
    latex=r"\sum {0}", symbol="Σ", domain=arrays("bmn", cases=_CASES))
def sum(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    """Sum over the axes, or of all entries; over an iterable of Values, one node."""
    return _add_up(x, axis=axis, keepdims=keepdims)


@structural(
    vjp=lambda g, y, x, axis, keepdims: lambda: broadcast_to(spread(g, x, axis, keepdims) / _count(x, axis), x.shape),
    linear_in=(0,), over=Over(lambda xs: builtins.sum(xs) / len(xs), lambda y, xs: ([1.0 / len(xs)] * len(xs),)),
    latex=r"\overline{{{0}}}", domain=arrays("bmn", cases=_CASES))
def mean(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    """Arithmetic mean over the axes, or of all entries; over an iterable of Values, one node."""
    if x.__class__ is np.ndarray and x.dtype.kind == "f" and x.itemsize >= 4 and x.size:
        return _add_up(x, axis=axis, keepdims=keepdims) / _count(x, axis)
    return np.mean(x, axis=axis, keepdims=keepdims)


def _centred(x: Any, axis: Axis) -> Any:
    return x - mean(x, axis=axis, keepdims=True)


@structural(
    vjp=lambda g, y, x, axis, keepdims, ddof: lambda: (
        spread(g, x, axis, keepdims) * _centred(x, axis) * (2.0 / (_count(x, axis) - ddof))),
    latex=r"\operatorname{{var}} {0}", domain=arrays("bmn", cases=(*_CASES, {"axis": 1, "ddof": 1})))
def var(x: Array, axis: Axis = None, keepdims: bool = False, ddof: int = 0) -> Any:
    """Variance, the mean squared distance from the mean; divided by n - ddof (numpy's default 0, torch's 1)."""
    return np.var(x, axis=axis, keepdims=keepdims, ddof=ddof)


@structural(
    vjp=lambda g, y, x, axis, keepdims, ddof: lambda: (
        spread(g / (_nonzero(y) * (_count(x, axis) - ddof)), x, axis, keepdims) * _centred(x, axis)),
    latex=r"\operatorname{{std}} {0}", domain=arrays("bmn", cases=(*_CASES, {"axis": 1, "ddof": 1})))
def std(x: Array, axis: Axis = None, keepdims: bool = False, ddof: int = 0) -> Any:
    """Standard deviation √var; its gradient is 0 where all entries are equal."""
    return np.std(x, axis=axis, keepdims=keepdims, ddof=ddof)


def _nonzero(y: Any) -> Any:
    """1 in place of 0: the denominators of rules whose numerator is 0 there."""
    return where(equal(y, 0), 1, y)


def _standardize_vjp(g: Any, y: Any, x: Any, axis: Axis, eps: float) -> Any:
    def about_mean(z: Any) -> Any:
        return mean(z, axis=axis, keepdims=True)

    return lambda: (g - about_mean(g) - y * about_mean(g * y)) / sqrt(var(x, axis=axis, keepdims=True) + eps)


@structural(vjp=_standardize_vjp, domain=arrays("bmn", cases=({"axis": 1}, {"axis": (0, 2), "eps": 0.1})))
def standardize(x: Array, axis: Axis = -1, eps: float = 1e-5) -> Any:
    """(x - mean) / √(var + eps) over the axes: numbers of mean 0 and variance 1, as layers and batches are normalised."""
    centred = x - mean(x, axis=axis, keepdims=True)
    return centred / np.sqrt(mean(centred * centred, axis=axis, keepdims=True) + eps)


@structural(
    vjp=lambda g, y, x, axis, keepdims: lambda: spread(g / _nonzero(y), x, axis, keepdims) * x,
    latex=r"\left\lVert {0} \right\rVert", symbol="‖·‖", domain=arrays("bmn", cases=_CASES), name="norm")
def _norm2(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    return np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims))


@composite
def norm(x: Any, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Any:
    """Length √(Σ xᵢ²) of all entries, or of those along the axes; of a vector also (Σ |xᵢ|^p)^(1/p), p = `ord`.

    As `numpy.linalg.norm`, without its matrix norms by `ord`: ``inf`` and ``-inf`` give the largest and the smallest
    |xᵢ|. The gradient of the 2-norm at 0 is 0.

    Raises:
        AutogradError: an `ord` for more than one axis, or one that is no number.
    """
    if ord is None or ord == "fro":
        return _norm2(x, axis=axis, keepdims=keepdims)
    if isinstance(ord, str) or ord == 0 or (np.ndim(x) if axis is None else np.size(axis)) > 1:
        raise AutogradError(
            f"norm by ord={ord!r} is of vectors: along one axis, or of x.flatten() for all entries "
            f"(spectral and other matrix norms are not among the ops){at()}"
        )
    if ord == 2:
        return _norm2(x, axis=axis, keepdims=keepdims)
    if ord == math.inf:
        return max(abs_(x), axis=axis, keepdims=keepdims)
    if ord == -math.inf:
        return min(abs_(x), axis=axis, keepdims=keepdims)
    if ord == 1:
        return sum(abs_(x), axis=axis, keepdims=keepdims)
    return sum(abs_(x) ** ord, axis=axis, keepdims=keepdims) ** (1.0 / ord)


# --- products ---------------------------------------------------------------------------------------------------------


def _others_of(xs: Sequence[Any]) -> tuple[list[Any]]:
    """For each entry of a list, the product of all others: right where entries are 0, unlike dividing by each."""
    before: list[Any] = [1.0]
    for x in xs[:-1]:
        before.append(before[-1] * x)
    after: Any = 1.0
    result = []
    for left, x in zip(reversed(before), reversed(xs), strict=True):
        result.append(left * after)
        after = after * x
    return (result[::-1],)


def _others(x: Any) -> Any:
    """For each entry along the last axis, the product of all others: the same two sweeps, on whole arrays."""
    if not x.shape[-1]:
        return x
    one = broadcast_to(np.ones((), x.dtype), (*x.shape[:-1], 1))
    before = concatenate([one, cumprod(x, axis=-1)[..., :-1]], axis=-1)
    after = flip(concatenate([one, cumprod(flip(x, axis=-1), axis=-1)[..., :-1]], axis=-1), axis=-1)
    return before * after


def _prod_vjp(g: Any, y: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    lost = _axes(x, axis)
    order = tuple(a for a in range(x.ndim) if a not in lost) + lost
    moved = x.transpose(order)
    others = _others(moved.reshape((*moved.shape[: x.ndim - len(lost)], _count(x, axis))))
    return lambda: spread(g, x, axis, keepdims) * others.reshape(moved.shape).transpose(tuple(np.argsort(order)))


@structural(
    vjp=_prod_vjp, over=Over(math.prod, lambda y, xs: _others_of(xs)),
    latex=r"\prod {0}", symbol="Π", domain=arrays("bmn", cases=_CASES))
def prod(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    """Product over the axes, or of all entries, with the right gradient where entries are 0."""
    return np.prod(x, axis=axis, keepdims=keepdims)


@structural(
    vjp=lambda g, y, x, axis: lambda: flip(cumsum(flip(g, axis), axis), axis).reshape(x.shape),
    linear_in=(0,), domain=arrays("mn", cases=_ONE_AXIS))
def cumsum(x: Array, axis: int | None = None) -> Any:
    """Running sums along an axis (of all entries in one row for None)."""
    return np.cumsum(x, axis=axis)


def _cumprod_vjp(g: Any, y: Any, x: Any, axis: int | None) -> Any:
    # Row i of the square holds x_1 … x_i and then ones; the products of the others in it are the row of the Jacobian.
    # That is n² numbers a vector, the price of being right at zeros and at every order.
    moved, last = (x.reshape(-1), -1) if axis is None else (x.swapaxes(axis, -1), axis)
    n = moved.shape[-1]
    lower = np.tri(n, dtype=bool)
    rows = where(lower, broadcast_to(moved.reshape((*moved.shape[:-1], 1, n)), (*moved.shape, n)), 1.0)
    jacobian = where(lower, _others(rows), 0.0)
    share = sum((g if axis is None else g.swapaxes(axis, -1)).reshape((*moved.shape, 1)) * jacobian, axis=-2)
    return lambda: share.reshape(x.shape) if axis is None else share.swapaxes(last, -1)


@structural(vjp=_cumprod_vjp, domain=arrays("mn", cases=_ONE_AXIS))
def cumprod(x: Array, axis: int | None = None) -> Any:
    """Running products along an axis (of all entries in one row for None)."""
    return np.cumprod(x, axis=axis)


# --- extremes ---------------------------------------------------------------------------------------------------------


def _extreme_vjp(g: Any, y: Any, x: Any, axis: Axis, keepdims: bool) -> Any:
    reached = equal(x, spread(y, x, axis, keepdims))
    return lambda: reached * spread(g, x, axis, keepdims) / sum(reached, axis=axis, keepdims=True)


def _reached(y: Any, xs: Sequence[Any]) -> tuple[list[Any]]:
    hits = [equal(x, y) for x in xs]
    count = builtins.sum(hits)
    return ([h / count for h in hits],)


@structural(vjp=_extreme_vjp, over=Over(lambda xs: _nan_first(builtins.max, xs), _reached), kinks=_TIES,
            latex=r"\max {0}", domain=arrays("bmn", like="distinct", cases=_CASES))  # fmt: skip
def max(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    """The largest entry; equal largest entries share the gradient evenly."""
    return np.max(x, axis=axis, keepdims=keepdims)


@structural(vjp=_extreme_vjp, over=Over(lambda xs: _nan_first(builtins.min, xs), _reached), kinks=_TIES,
            latex=r"\min {0}", domain=arrays("bmn", like="distinct", cases=_CASES))  # fmt: skip
def min(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    """The smallest entry; equal smallest entries share the gradient evenly."""
    return np.min(x, axis=axis, keepdims=keepdims)


def _nan_first(choose: Any, xs: Sequence[float]) -> float:
    """numpy's answer where Python's depends on the order: nan if any entry is nan."""
    return math.nan if any(map(math.isnan, xs)) else choose(xs)


@structural(vjp=lambda g, y, x, axis, keepdims: None, domain=arrays("mn", like="distinct", cases=_ONE_AXIS))
def argmax(x: Array, axis: int | None = None, keepdims: bool = False) -> Any:
    """Position of the largest entry: whole numbers, which carry no gradient."""
    return np.argmax(x, axis=axis, keepdims=keepdims)


@structural(vjp=lambda g, y, x, axis, keepdims: None, domain=arrays("mn", like="distinct", cases=_ONE_AXIS))
def argmin(x: Array, axis: int | None = None, keepdims: bool = False) -> Any:
    """Position of the smallest entry: whole numbers, which carry no gradient."""
    return np.argmin(x, axis=axis, keepdims=keepdims)


# --- soft extremes ----------------------------------------------------------------------------------------------------


_SHORT_ROW = 32  # numbers


def _top(x: Array, axis: Axis) -> Any:
    """The largest entries, 0 where they are infinite: what is taken off before exponentials, so that none overflows."""
    if x.ndim == 2 and axis in (-1, 1) and 0 < x.shape[1] <= _SHORT_ROW:
        top = np.maximum.reduce(x.T.copy(), axis=0)[:, None]  # numpy is slow along short rows: twice to eight times
    elif isinstance(axis, int):
        top = np.maximum.reduce(x, axis=axis, keepdims=True)
    else:
        top = np.max(x, axis=axis, keepdims=True)
    if math.isfinite(_add_up(top, axis=None)):
        return top
    return np.where(np.isfinite(top), top, 0.0).astype(top.dtype)


def _lse(xs: Sequence[float]) -> float:
    top = builtins.max(xs)
    if not math.isfinite(top):
        return top if not any(map(math.isnan, xs)) else math.nan
    return top + math.log(math.fsum([math.exp(x - top) for x in xs]))


@structural(
    vjp=lambda g, y, x, axis, keepdims: lambda: (
        spread(g, x, axis, keepdims) * exp(x - spread(y, x, axis, keepdims))),
    over=Over(_lse, lambda y, xs: ([exp(x - y) for x in xs],)),
    latex=r"\ln \sum e^{{{0}}}", symbol="ln Σ exp", domain=arrays("bmn", cases=_CASES))
def logsumexp(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    """ln Σ e^x without overflow: a smooth maximum."""
    top = _top(x, axis)
    with np.errstate(divide="ignore"):  # all entries -inf: ln 0 = -inf is right
        y = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return y if keepdims else np.squeeze(y, axis=_axes(np.asarray(x), axis))


def _softmax_entry(xs: Sequence[float], index: int) -> float:
    return math.exp(xs[index] - _lse(xs))


def _softmax_partials(y: Any, xs: Sequence[Any], index: int) -> tuple[list[Any]]:
    total = logsumexp(xs)
    return ([y * (float(j == index) - exp(x - total)) for j, x in enumerate(xs)],)


@structural(
    vjp=lambda g, y, x, axis: lambda: y * (g - sum(g * y, axis=axis, keepdims=True)),
    over=Over(_softmax_entry, _softmax_partials, each=True), domain=arrays("bmn", cases=({}, {"axis": 0}, {"axis": 1})))
def softmax(x: Array, axis: int = -1) -> Any:
    """e^x / Σ e^x along an axis: positive numbers that add up to 1, without overflow."""
    e = np.exp(x - _top(x, axis))
    return e / _add_up(e, axis=axis, keepdims=True)


@structural(
    vjp=lambda g, y, x, axis: lambda: g - exp(y) * sum(g, axis=axis, keepdims=True),
    latex=r"\ln \operatorname{{softmax}}({0})", domain=arrays("bmn", cases=({}, {"axis": 0}, {"axis": 1})))
def log_softmax(x: Array, axis: int = -1) -> Any:
    """ln softmax(x) = x - ln Σ e^x along an axis, without overflow and without loss for small probabilities."""
    centred = x - _top(x, axis)
    return centred - np.log(_add_up(np.exp(centred), axis=axis, keepdims=True))


