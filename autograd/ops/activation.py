"""The functions that make a network more than one affine map, each with the derivative the literature gives it.

At a kink the rule takes torch's subgradient: relu'(0) = 0, leaky_relu'(0) = slope, hardtanh'(±1) = 0.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.blocks import in_blocks
from autograd.domains import Array, Kink
from autograd.errors import AutogradError, at
from autograd.ops.arithmetic import abs, greater, where
from autograd.ops.elementary import erfc, exp, tanh
from autograd.registry import elementwise

SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772  # Klambauer et al. 2017, equation 14
_ROOT_2, _ROOT_2_PI, _ROOT_2_OVER_PI = math.sqrt(2.0), math.sqrt(2.0 * math.pi), math.sqrt(2.0 / math.pi)


def _zero(text: str, used: float, low: float, high: float) -> Kink:
    """The usual kink: the slope jumps (or its slope does) at x = 0."""
    return Kink(text, lambda x: x, used=(used,), allowed=(low, high))


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))  # overflows far left, where the array function says 0


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-math.fabs(x)))


def _soft_array(x: Any) -> Any:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


@elementwise(d=lambda y, x: y * (1 - y), scalar=_sigmoid, latex="S({0})", symbol="S")
@in_blocks
def sigmoid(x: Array) -> Any:
    """Logistic function S(x) = 1 / (1 + e^-x): squashes the line onto (0, 1)."""
    with np.errstate(over="ignore"):  # e^-x = inf gives the right 0
        return 1 / (1 + np.exp(-x))


@elementwise(
    d=lambda y, x: sigmoid(-x), scalar=lambda x: -_softplus(-x), latex=r"\ln S({0})", symbol="ln S",
    analytic=False)  # computed with |x|
@in_blocks
def logsigmoid(x: Array) -> Any:
    """ln(1 / (1 + e^-x)), with all its digits far left and right."""
    return -_soft_array(-x)


@elementwise(
    d=lambda y, x: sigmoid(x), scalar=_softplus, latex=r"\ln(1 + e^{{{0}}})",
    analytic=False)  # computed with |x|
@in_blocks
def softplus(x: Array) -> Any:
    """ln(1 + e^x), a smooth relu, without overflow."""
    return _soft_array(x)


@elementwise(
    d=lambda y, x: greater(x, 0), scalar=lambda x: 0.0 if x <= 0 else x, latex=r"\operatorname{{relu}}({0})",
    kinks=_zero("x = 0", 0.0, 0.0, 1.0))
def relu(x: Array) -> Any:
    """Rectified linear unit max(x, 0), with relu'(0) = 0."""
    return np.maximum(x, 0)


@elementwise(
    d=lambda y, x, negative_slope: negative_slope + (1 - negative_slope) * greater(x, 0),
    scalar=lambda x, negative_slope: x if x > 0 else negative_slope * x,
    kinks=Kink("x = 0", lambda x, negative_slope: x, used=(0.01,), allowed=(0.01, 1.0),
               of=lambda negative_slope: ((negative_slope,), (negative_slope, 1.0))),
    cases=({}, {"negative_slope": 0.3}))
@in_blocks
def leaky_relu(x: Array, negative_slope: float = 0.01) -> Any:
    """x for x > 0, else negative_slope · x."""
    return np.where(x > 0, x, negative_slope * x)


@elementwise(
    d=lambda y, x, alpha: where(greater(x, 0), 1, y + alpha),
    scalar=lambda x, alpha: x if x > 0 else alpha * math.expm1(x),
    kinks=Kink("x = 0", lambda x, alpha: x, used=(1.0,), allowed=(1.0, 1.0), of=lambda alpha: ((alpha,), (alpha, 1.0))),
    cases=({}, {"alpha": 0.5}))
@in_blocks
def elu(x: Array, alpha: float = 1.0) -> Any:
    """x for x > 0, else alpha (e^x - 1) (Clevert et al. 2015)."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


@elementwise(
    d=lambda y, x: where(greater(x, 0), SELU_SCALE, y + SELU_SCALE * SELU_ALPHA),
    scalar=lambda x: SELU_SCALE * (x if x > 0 else SELU_ALPHA * math.expm1(x)),
    kinks=_zero("x = 0", SELU_SCALE * SELU_ALPHA, SELU_SCALE, SELU_SCALE * SELU_ALPHA))
@in_blocks
def selu(x: Array) -> Any:
    """Scaled elu that keeps mean 0 and variance 1 (Klambauer et al. 2017)."""
    return SELU_SCALE * np.where(x > 0, x, SELU_ALPHA * np.expm1(np.minimum(x, 0)))


_FORMS = 'gelu takes approximate="none" or "tanh", got {!r}'


def _gelu_slope(y: Any, x: Any, approximate: str) -> Any:
    if approximate == "none":
        return 0.5 * erfc(-x / _ROOT_2) + x * exp(-0.5 * x * x) / _ROOT_2_PI
    t = tanh(_ROOT_2_OVER_PI * (x + 0.044715 * x * x * x))
    return 0.5 * (1 + t) + 0.5 * _ROOT_2_OVER_PI * x * (1 - t * t) * (1 + 0.134145 * x * x)


def _gelu_scalar(x: float, approximate: str) -> float:
    if approximate == "none":
        return 0.5 * x * math.erfc(-x / _ROOT_2)
    if approximate == "tanh":
        return 0.5 * x * (1.0 + math.tanh(_ROOT_2_OVER_PI * (x + 0.044715 * x * x * x)))
    raise AutogradError(_FORMS.format(approximate) + at())


@elementwise(
    d=_gelu_slope, scalar=_gelu_scalar, cases=({}, {"approximate": "tanh"}),
    analytic=False)  # the exact form is computed with erfc
@in_blocks
def gelu(x: Array, approximate: str = "none") -> Any:
    """x Φ(x), Φ the normal distribution function; approximate="tanh" for the faster form (Hendrycks and Gimpel 2016)."""
    if approximate == "none":
        return 0.5 * x * erfc(-x / _ROOT_2)
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(_ROOT_2_OVER_PI * (x + 0.044715 * x * x * x)))
    raise AutogradError(_FORMS.format(approximate) + at())


@elementwise(
    d=lambda y, x: sigmoid(x) * (1 + x * sigmoid(-x)), scalar=lambda x: x * _sigmoid(x), symbol="x·S")
@in_blocks
def silu(x: Array) -> Any:
    """x / (1 + e^-x), also called swish."""
    with np.errstate(over="ignore"):
        return x / (1 + np.exp(-x))


@elementwise(
    d=lambda y, x: tanh(softplus(x)) + x * sigmoid(x) * (1 - tanh(softplus(x)) ** 2),
    scalar=lambda x: x * math.tanh(_softplus(x)),
    analytic=False)  # computed with |x|
@in_blocks
def mish(x: Array) -> Any:
    """x tanh(ln(1 + e^x)) (Misra 2019)."""
    return x * np.tanh(_soft_array(x))


@elementwise(
    d=lambda y, x: 1 / (1 + abs(x)) ** 2, scalar=lambda x: x / (1.0 + math.fabs(x)),
    kinks=_zero("x = 0", 1.0, 1.0, 1.0))
@in_blocks
def softsign(x: Array) -> Any:
    """x / (1 + |x|)."""
    return x / (1 + np.abs(x))


@elementwise(
    d=lambda y, x, lo, hi: greater(x, lo) * greater(hi, x),
    scalar=lambda x, lo, hi: lo if x < lo else hi if x > hi else x,
    kinks=Kink("x = lo or x = hi", lambda x, lo, hi: (x - lo) * (x - hi), used=(0.0,), allowed=(0.0, 1.0)),
    cases=({}, {"lo": -0.5, "hi": 0.7}))
def hardtanh(x: Array, lo: float = -1.0, hi: float = 1.0) -> Any:
    """x held between lo and hi; the derivative at a bound is 0, where that of `clip` is 1 (torch's two choices)."""
    return np.clip(x, lo, hi)
