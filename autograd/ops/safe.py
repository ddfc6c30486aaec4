"""Roots, quotients, logarithms and lengths that stay finite where the plain ones, or their slopes, do not.

The plain ops tell the truth: √x has an infinite slope at 0, and 0 · inf is nan, which one such entry spreads over a whole
gradient. These take a stated value there, with the derivative 0, at every order: the convention of `norm` and `hypot`. They
are closed under differentiation (each rule is a safe quotient), so no rule ever computes 0 · inf.

    >>> from autograd import Tensor, ops
    >>> x = Tensor([0.0, 4.0], requires_grad=True)
    >>> ops.sqrt(x).sum().backward(); x.grad.tolist()
    [inf, 0.25]
    >>> x.zero_grad(); ops.safe_sqrt(x).sum().backward(); x.grad.tolist()
    [0.0, 0.25]

What is safe is the border, not overflow: 1e-200 is not 0, and the second derivative of √x there is -inf in double precision.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.domains import NONNEGATIVE, REAL, Array, Domain, Kink, arrays
from autograd.op import Over
from autograd.ops.arithmetic import greater
from autograd.ops.reduce import _CASES, Axis, spread
from autograd.registry import elementwise, structural

_DENOMINATOR = Domain("any real", draw=(0.3, 3.0))  # checks draw where the quotient has slopes


def _ones_for_zeros(b: Any) -> Any:
    return np.where(b == 0, 1, b) if isinstance(b, np.ndarray) else b or 1.0


@elementwise(
    d=(lambda y, a, b, otherwise: safe_div(1.0, b),
       lambda y, a, b, otherwise: -safe_div(y, b)),
    scalar=lambda a, b, otherwise: a / b if b else float(otherwise),
    latex=r"\frac{{{0}}}{{{1}}}", domain=(REAL, _DENOMINATOR), cases=({}, {"otherwise": 1.0}))
def safe_div(a: Array, b: Array, otherwise: float = 0.0) -> Any:
    """Quotient a / b, and the number `otherwise` with both derivatives 0 where b = 0 (0/0 and nan/0 included).

    >>> from autograd import Value, ops
    >>> b = Value(0.0)
    >>> y = ops.safe_div(1.0, b, otherwise=5.0)
    >>> y.backward()
    >>> y.data, b.grad
    (5.0, 0.0)
    """
    y = np.true_divide(a, _ones_for_zeros(b))
    return np.where(np.equal(b, 0), otherwise, y).astype(y.dtype, copy=False)


@elementwise(d=lambda y, x: safe_div(0.5, y), scalar=math.sqrt, latex=r"\sqrt{{{0}}}", domain=NONNEGATIVE)
def safe_sqrt(x: Array) -> Any:
    """Square root √x for x >= 0, with the derivative 0 at 0, where that of `sqrt` is inf.

    Below 0 it is what `sqrt` is: a `DomainError` on floats and Values, nan on arrays and Tensors.

    >>> from autograd import grad, ops
    >>> grad(ops.safe_sqrt)(0.0), grad(ops.safe_sqrt)(4.0)
    (0.0, 0.25)
    """
    return np.sqrt(x)


@elementwise(
    d=lambda y, x, floor: safe_div(greater(x, floor), x),
    scalar=lambda x, floor: math.log(floor if x <= floor else x),
    latex=r"\ln \max({0}, {floor})", needs="a floor > 0", cases=({"floor": 0.5}, {"floor": 1.0}),
    kinks=Kink("x = floor", lambda x, floor: x - floor, allowed=(0.0, math.inf),
               of=lambda floor: ((0.0,), (0.0, 1.0 / floor))))
def safe_log(x: Array, floor: float = 1e-12) -> Any:
    """Natural logarithm ln max(x, floor), of any real x, with the derivative 0 at the floor and below.

    So an event thought impossible costs 27.6 and not inf, as with the floors in PyTorch's and Keras' losses. At the default
    three derivatives stay finite in single precision (the third is 2e36). A negative x counts as 0: it is as a rule
    a probability that was rounded.

    >>> from autograd import grad, ops
    >>> round(ops.safe_log(0.0), 2), grad(ops.safe_log)(0.0), grad(ops.safe_log)(0.5)
    (-27.63, 0.0, 2.0)
    """
    return np.log(np.maximum(x, floor))


def _unit_vector(y: Any, xs: Sequence[Any]) -> tuple[list[Any]]:
    return ([safe_div(x, y) for x in xs],)


@structural(
    vjp=lambda g, y, x, axis, keepdims: lambda: spread(g, x, axis, keepdims) * safe_div(x, spread(y, x, axis, keepdims)),
    over=Over(lambda xs: math.hypot(*xs), _unit_vector),
    latex=r"\left\lVert {0} \right\rVert", symbol="‖·‖", domain=arrays("bmn", cases=_CASES))
def safe_norm(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    """Length √(Σ xᵢ²) of all entries or along axes, with all its digits for huge and tiny entries; gradient 0 at the origin.

    `norm` squares its entries, which is faster, but from 1e154 on is inf and below 1e-162 is 0 (in single precision from
    1e19 and below 1e-23). Here they are scaled by a power of two first, so both agree to the last digit in between. Over an
    iterable of Values, one node.

    >>> import numpy as np
    >>> from autograd import grad, ops
    >>> f"{ops.safe_norm([3e200, 4e200]):.3g}", grad(ops.safe_norm)(np.zeros(2)).tolist()
    ('5e+200', [0.0, 0.0])
    """
    x = x if x.dtype.kind == "f" else x.astype(float)
    top = np.max(np.abs(x), axis=axis, keepdims=True, initial=0.0)
    # The power of two below the largest entry: dividing by it rounds nothing.
    _, exponent = np.frexp(np.where(np.isfinite(top), top, np.ones_like(top)))
    scale = np.ldexp(np.ones_like(top), exponent - 1)
    y = scale * np.sqrt(np.sum(np.square(x / scale), axis=axis, keepdims=True))
    return y if keepdims else np.squeeze(y, axis=axis)[()]  # a number, as numpy's reductions give
