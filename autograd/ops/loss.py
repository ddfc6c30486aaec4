"""The losses that need a derivative rule of their own; all others are formulas in these and other ops (`nn.loss`).

    >>> from autograd import grad, ops
    >>> grad(ops.log_cosh)(0.0), grad(ops.log_cosh)(1000.0)
    (0.0, 1.0)
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.domains import REAL, Array, Domain, arrays
from autograd.ops.activation import softplus
from autograd.ops.arithmetic import maximum
from autograd.ops.elementary import LN2, tanh
from autograd.ops.reduce import _add_up, _top, softmax
from autograd.registry import elementwise, structural

# PyTorch's bounds: no event costs more than 100, no slope has a denominator below 1e-12 (in single precision there).
_LEAST_LOG, _LEAST_SPREAD = -100.0, float(np.float32(1e-12))
_PROBABILITY = Domain("in [0, 1]", low=0.0, high=1.0, closed=True, draw=(0.2, 0.8))


def _log_cosh(x: float) -> float:
    a = math.fabs(x)
    # Near 0 the logarithms cancel and the sinh does not; far out the sinh overflows and the logarithms do not.
    return math.log1p(2.0 * math.sinh(0.5 * a) ** 2) if a < 1.0 else a + math.log1p(math.exp(-2.0 * a)) - LN2


@elementwise(
    d=lambda y, x: tanh(x), scalar=_log_cosh, latex=r"\ln \cosh {0}", symbol="ln cosh",
    analytic=False)  # computed with |x|
def log_cosh(x: Array) -> Any:
    """ln cosh x, with all its digits near 0 and without overflow far from it: x²/2 here, |x| - ln 2 there."""
    a = np.abs(x)
    near = np.log1p(2 * np.square(np.sinh(0.5 * np.minimum(a, 1))))
    return np.where(a < 1, near, softplus(-2 * a) + (a - LN2))


def _log(x: float) -> float:
    return max(math.log(x), _LEAST_LOG) if x else _LEAST_LOG


# The second rule is log (1 - p) - log p in terms of the op itself, which is linear in t: so the bounds hold at every order.
@elementwise(
    d=(lambda y, p, t: (p - t) / maximum(p * (1 - p), _LEAST_SPREAD),
       lambda y, p, t: binary_cross_entropy(p, 1.0) - binary_cross_entropy(p, 0.0)),
    scalar=lambda p, t: -(t * _log(p) + (1.0 - t) * _log(1.0 - p)), domain=(_PROBABILITY, REAL), symbol="H",
    latex=r"\left(-{1} \ln {0} - (1 - {1}) \ln (1 - {0})\right)")
def binary_cross_entropy(p: Array, t: Array) -> Any:
    """-t ln p - (1 - t) ln (1 - p), each logarithm at least -100: the cost of the forecast p where the truth is t.

    At p = 0 and 1 the slope is (p - t) / 10⁻¹², large and finite (PyTorch's bounds).
    """
    with np.errstate(divide="ignore"):  # ln 0 = -inf gives the right -100
        return -(t * np.maximum(np.log(p), _LEAST_LOG) + (1 - t) * np.maximum(np.log1p(-p), _LEAST_LOG))


# An op, so that on a tape the targets are a setting of it, and not numbers that were worked out of them once.
@structural(
    vjp=lambda g, y, x, target: lambda: softmax(x) * (g - (g * softmax(x)).sum(axis=-1, keepdims=True)),
    latex=r"\left(\operatorname{{softmax}}({0}) - e_{{{target}}}\right)", name="softmax_less_target",
    domain=arrays("mn", cases=({"target": np.array([3, 0])},)))
def _softmax_less_target(x: Array, target: Array) -> Any:
    """softmax(x) of each row less the one-hot row of its target: the derivative of `cross_entropy` by the scores."""
    y = softmax(x)
    y[np.arange(len(target)), target] -= 1
    return y


@structural(
    vjp=lambda g, y, x, target: lambda: g.reshape((-1, 1)) * _softmax_less_target(x, target=target),
    latex=r"\operatorname{{CE}}({0}, {target})", symbol="CE", domain=arrays("mn", cases=({"target": np.array([3, 0])},)))
def cross_entropy(x: Array, target: Array) -> Any:
    """ln Σ e^x - x[target] of each row of scores: one node, and half the passes over x of a log_softmax that is picked from.

    Shapes: x (N, C), target N whole numbers from 0 to C - 1, the result (N,). The pullback is softmax(x) - one-hot(target).
    """
    centred = x - _top(x, -1)
    return np.log(_add_up(np.exp(centred), axis=-1)) - centred[np.arange(len(target)), target]
