"""The functions of a calculus course: exponentials, logarithms, roots, circular and hyperbolic functions.

The letters are the same everywhere: x operand, y output, d local derivative dy/dx. Where the derivative is shorter in
the output it is written in the output (exp' = y, tanh' = 1 - y²), which is also how the course's slides write it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.domains import (
    ABOVE_MINUS_ONE,
    ABOVE_ONE,
    NONNEGATIVE,
    NONZERO,
    OPEN_UNIT,
    POSITIVE,
    REAL,
    UNIT,
    Array,
    Domain,
    Kink,
)
from autograd.ops import special
from autograd.ops.arithmetic import equal, where
from autograd.registry import elementwise

LN2, LN10 = math.log(2.0), math.log(10.0)
_SIDE = Domain("not both 0", draw=(0.4, 2.0))


# --- exponentials and logarithms --------------------------------------------------------------------------------------


@elementwise(d=lambda y, x: y, scalar=math.exp, latex="e^{{{0}}}")
def exp(x: Array) -> Any:
    """Exponential e^x."""
    return np.exp(x)


@elementwise(d=lambda y, x: y + 1, scalar=math.expm1, latex="(e^{{{0}}} - 1)")
def expm1(x: Array) -> Any:
    """e^x - 1, with all its digits near 0."""
    return np.expm1(x)


@elementwise(d=lambda y, x: LN2 * y, scalar=lambda x: math.pow(2.0, x), latex="2^{{{0}}}")
def exp2(x: Array) -> Any:
    """Power of two 2^x."""
    return np.exp2(x)


@elementwise(d=lambda y, x: 1 / x, scalar=math.log, latex=r"\ln {0}", domain=POSITIVE)
def log(x: Array) -> Any:
    """Natural logarithm ln x, for x > 0."""
    return np.log(x)


@elementwise(d=lambda y, x: 1 / (1 + x), scalar=math.log1p, latex=r"\ln(1 + {0})", domain=ABOVE_MINUS_ONE)
def log1p(x: Array) -> Any:
    """ln(1 + x), with all its digits near 0."""
    return np.log1p(x)


@elementwise(d=lambda y, x: 1 / (LN2 * x), scalar=math.log2, latex=r"\log_2 {0}", domain=POSITIVE)
def log2(x: Array) -> Any:
    """Logarithm to base 2."""
    return np.log2(x)


@elementwise(d=lambda y, x: 1 / (LN10 * x), scalar=math.log10, latex=r"\log_{{10}} {0}", domain=POSITIVE)
def log10(x: Array) -> Any:
    """Logarithm to base 10."""
    return np.log10(x)


def _logaddexp(a: float, b: float) -> float:
    # Equal infinities have no difference; the limit is the infinity itself.
    return a + LN2 if a == b else max(a, b) + math.log1p(math.exp(-math.fabs(a - b)))


@elementwise(
    d=(lambda y, a, b: exp(a - y),
       lambda y, a, b: exp(b - y)),
    scalar=_logaddexp, latex=r"\ln(e^{{{0}}} + e^{{{1}}})", domain=(REAL, REAL),
    analytic=False)  # np.logaddexp compares its operands
def logaddexp(a: Array, b: Array) -> Any:
    """ln(e^a + e^b) without overflow."""
    return np.logaddexp(a, b)


# --- powers and roots -------------------------------------------------------------------------------------------------

_EXPONENTS = "a base > 0, or a whole exponent (and a base other than 0 if it is negative)"


# Two ops for one operator: with a plain number as exponent nothing depends on log x, so x may be negative, the rule
# reads 2 x and not x² (2/x), and 0**0 has the gradient 0 without a special case.
@elementwise(
    d=lambda y, x, exponent: exponent * power(x, exponent - 1) if exponent else 0.0,
    scalar=lambda x, exponent: math.pow(x, exponent),
    latex="{0}^{{{exponent}}}", symbol="^{exponent}", domain=POSITIVE, needs=_EXPONENTS,
    cases=({"exponent": 2}, {"exponent": 3.0}, {"exponent": -1.5}, {"exponent": 0.5}))
def power(x: Array, exponent: float) -> Any:
    """Power x ** c with a constant exponent; 0**0 = 1 with derivative 0."""
    return x**exponent  # the operator, not np.power: numpy squares and takes roots of it directly


# Each log and each power is taken of 1 where a is 0 and the factor in front of it is 0: 0 · inf never arises, at any order.
@elementwise(
    d=(lambda y, a, b: b * pow(where(equal(a, 0) * equal(b, 0), 1, a), b - 1),
       lambda y, a, b: y * log(where(equal(a, 0), 1, a))),
    scalar=math.pow, latex="{0}^{{{1}}}", symbol="^", domain=(POSITIVE, REAL), needs=_EXPONENTS)
def pow(a: Array, b: Array) -> Any:
    """Power a ** b of two variables; 0**0 = 1 with gradient 0, and d(a**b)/db = 0 at a = 0."""
    return np.power(a, b)


@elementwise(d=lambda y, x: 2 * x, scalar=lambda x: x * x, latex="{0}^2", symbol="^2")
def square(x: Array) -> Any:
    """Square x²."""
    return np.square(x)


@elementwise(d=lambda y, x: 0.5 / y, scalar=math.sqrt, latex=r"\sqrt{{{0}}}", symbol="√", domain=NONNEGATIVE)
def sqrt(x: Array) -> Any:
    """Square root √x, for x >= 0; sqrt'(0) = inf."""
    return np.sqrt(x)


@elementwise(
    d=lambda y, x: 1 / (3 * y * y), scalar=math.cbrt, latex=r"\sqrt[3]{{{0}}}", symbol="∛", domain=NONZERO,
    analytic=False)  # np.cbrt takes no complex numbers
def cbrt(x: Array) -> Any:
    """Cube root, of negative numbers too; cbrt'(0) = inf."""
    return np.cbrt(x)


@elementwise(d=lambda y, x: -y * y, scalar=lambda x: 1.0 / x, latex=r"\frac{{1}}{{{0}}}", symbol="1/x", domain=NONZERO)
def reciprocal(x: Array) -> Any:
    """Reciprocal 1 / x."""
    return np.true_divide(1.0, x)


# At the origin a/y is 0/0; 0 is the subgradient of least norm, as for the norm of a vector.
@elementwise(
    d=(lambda y, a, b: a / where(equal(y, 0), 1, y),
       lambda y, a, b: b / where(equal(y, 0), 1, y)),
    scalar=math.hypot, latex=r"\sqrt{{{0}^2 + {1}^2}}", domain=(_SIDE, _SIDE),
    kinks=Kink("a = b = 0", lambda a, b: np.hypot(a, b), used=(0.0, 0.0), allowed=(-1.0, 1.0)))
def hypot(a: Array, b: Array) -> Any:
    """Length √(a² + b²) without overflow; its gradient at the origin is 0."""
    return np.hypot(a, b)


# --- circular functions -----------------------------------------------------------------------------------------------


@elementwise(d=lambda y, x: cos(x), scalar=math.sin, latex=r"\sin {0}")
def sin(x: Array) -> Any:
    """Sine of an angle in radians."""
    return np.sin(x)


@elementwise(d=lambda y, x: -sin(x), scalar=math.cos, latex=r"\cos {0}")
def cos(x: Array) -> Any:
    """Cosine of an angle in radians."""
    return np.cos(x)


@elementwise(d=lambda y, x: 1 + y * y, scalar=math.tan, latex=r"\tan {0}", domain=Domain("any real", draw=(-1.2, 1.2)))
def tan(x: Array) -> Any:
    """Tangent of an angle in radians."""
    return np.tan(x)


@elementwise(d=lambda y, x: 1 / sqrt((1 - x) * (1 + x)), scalar=math.asin, latex=r"\arcsin {0}", domain=UNIT)
def asin(x: Array) -> Any:
    """Inverse sine in radians, for x in [-1, 1]."""
    return np.arcsin(x)


@elementwise(d=lambda y, x: -1 / sqrt((1 - x) * (1 + x)), scalar=math.acos, latex=r"\arccos {0}", domain=UNIT)
def acos(x: Array) -> Any:
    """Inverse cosine in radians, for x in [-1, 1]."""
    return np.arccos(x)


@elementwise(d=lambda y, x: 1 / (1 + x * x), scalar=math.atan, latex=r"\arctan {0}")
def atan(x: Array) -> Any:
    """Inverse tangent in radians."""
    return np.arctan(x)


@elementwise(
    d=(lambda y, a, b: b / (a * a + b * b),
       lambda y, a, b: -a / (a * a + b * b)),
    scalar=math.atan2, latex=r"\operatorname{{atan2}}({0}, {1})", domain=(_SIDE, _SIDE),
    analytic=False)  # np.arctan2 takes no complex numbers
def atan2(a: Array, b: Array) -> Any:
    """Angle in radians of the point (b, a), as the first operand is the ordinate."""
    return np.arctan2(a, b)


# --- hyperbolic functions ---------------------------------------------------------------------------------------------


@elementwise(d=lambda y, x: cosh(x), scalar=math.sinh, latex=r"\sinh {0}")
def sinh(x: Array) -> Any:
    """Hyperbolic sine."""
    return np.sinh(x)


@elementwise(d=lambda y, x: sinh(x), scalar=math.cosh, latex=r"\cosh {0}")
def cosh(x: Array) -> Any:
    """Hyperbolic cosine."""
    return np.cosh(x)


@elementwise(d=lambda y, x: 1 - y * y, scalar=math.tanh, latex=r"\tanh {0}")
def tanh(x: Array) -> Any:
    """Hyperbolic tangent: squashes the line onto (-1, 1)."""
    return np.tanh(x)


@elementwise(d=lambda y, x: 1 / sqrt(x * x + 1), scalar=math.asinh, latex=r"\operatorname{{arsinh}} {0}")
def asinh(x: Array) -> Any:
    """Inverse hyperbolic sine."""
    return np.arcsinh(x)


@elementwise(
    d=lambda y, x: 1 / (sqrt(x - 1) * sqrt(x + 1)), scalar=math.acosh, latex=r"\operatorname{{arcosh}} {0}",
    domain=ABOVE_ONE)
def acosh(x: Array) -> Any:
    """Inverse hyperbolic cosine, for x >= 1."""
    return np.arccosh(x)


@elementwise(
    d=lambda y, x: 1 / ((1 - x) * (1 + x)), scalar=math.atanh, latex=r"\operatorname{{artanh}} {0}", domain=OPEN_UNIT)
def atanh(x: Array) -> Any:
    """Inverse hyperbolic tangent, for x in (-1, 1)."""
    return np.arctanh(x)


# --- the error function -----------------------------------------------------------------------------------------------

_SLOPE = 2.0 / math.sqrt(math.pi)


@elementwise(
    d=lambda y, x: _SLOPE * exp(-x * x), scalar=math.erf, latex=r"\operatorname{{erf}} {0}",
    analytic=False)  # the approximation is for real numbers
def erf(x: Array) -> Any:
    """Error function 2/√π ∫₀ˣ e^(-t²) dt, within 2 ulp of `math.erf`."""
    return special.erf(x)


@elementwise(
    d=lambda y, x: -_SLOPE * exp(-x * x), scalar=math.erfc, latex=r"\operatorname{{erfc}} {0}",
    analytic=False)
def erfc(x: Array) -> Any:
    """Complementary error function 1 - erf x, with its digits where erf x is near 1 (within 3 ulp of the true value)."""
    return special.erfc(x)


# --- rounding ---------------------------------------------------------------------------------------------------------


def _to_integer(x: Any) -> Any:
    return x - np.round(x)


def _to_half(x: Any, decimals: int) -> Any:
    scaled = x * 10.0**decimals
    return scaled - np.floor(scaled) - 0.5


@elementwise(d=lambda y, x: 0.0, scalar=lambda x: float(math.floor(x)), latex=r"\lfloor {0} \rfloor",
             kinks=Kink("x whole", _to_integer))
def floor(x: Array) -> Any:
    """The largest whole number not above x; derivative 0 everywhere."""
    return np.floor(x)


@elementwise(d=lambda y, x: 0.0, scalar=lambda x: float(math.ceil(x)), latex=r"\lceil {0} \rceil",
             kinks=Kink("x whole", _to_integer))
def ceil(x: Array) -> Any:
    """The smallest whole number not below x; derivative 0 everywhere."""
    return np.ceil(x)


@elementwise(d=lambda y, x, decimals: 0.0, scalar=lambda x, decimals: float(np.round(x, decimals)),
             kinks=Kink("x halfway", _to_half))
def round(x: Array, decimals: int = 0) -> Any:
    """x to the nearest number with so many decimals, halves to even; derivative 0 everywhere."""
    return np.round(x, decimals)
