"""The operators a formula is written with, + - * /, and the comparisons that rules are written in.

Every operator is one node, so that a picture of ``y - f`` shows one minus and not ``y + (-1)*f``.
"""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from autograd.domains import NONZERO, REAL, TRUTH, Array, Kink
from autograd.registry import elementwise


@elementwise(
    d=(lambda y, a, b: 1.0,
       lambda y, a, b: 1.0),
    scalar=operator.add, latex="{0} + {1}", symbol="+", domain=(REAL, REAL))
def add(a: Array, b: Array) -> Any:
    """Sum a + b, elementwise with broadcasting."""
    return a + b


@elementwise(
    d=(lambda y, a, b: 1.0,
       lambda y, a, b: -1.0),
    scalar=operator.sub, latex="{0} - {1}", symbol="-", domain=(REAL, REAL))
def sub(a: Array, b: Array) -> Any:
    """Difference a - b, elementwise with broadcasting."""
    return a - b


@elementwise(
    d=(lambda y, a, b: b,
       lambda y, a, b: a),
    scalar=operator.mul, latex=r"{0} {1}", symbol="×", domain=(REAL, REAL))
def mul(a: Array, b: Array) -> Any:
    """Product a * b, elementwise with broadcasting."""
    return a * b


@elementwise(
    d=(lambda y, a, b: 1 / b,
       lambda y, a, b: -y / b),
    scalar=operator.truediv, latex=r"\frac{{{0}}}{{{1}}}", symbol="÷", domain=(REAL, NONZERO))
def div(a: Array, b: Array) -> Any:
    """Quotient a / b, elementwise with broadcasting."""
    return np.true_divide(a, b)


@elementwise(d=lambda y, x: -1.0, scalar=operator.neg, latex="-{0}", symbol="-")
def neg(x: Array) -> Any:
    """Negative -x."""
    return -x


@elementwise(
    d=lambda y, x: sign(x), scalar=operator.abs, latex=r"\left|{0}\right|", symbol="|·|",
    kinks=Kink("x = 0", lambda x: x, used=(0.0,), allowed=(-1.0, 1.0)))
def abs(x: Array) -> Any:
    """Absolute value |x|, with abs'(0) = 0."""
    return np.abs(x)


@elementwise(
    d=lambda y, x: 0.0, scalar=lambda x: x if x == 0 or x != x else math.copysign(1.0, x),
    kinks=Kink("x = 0", lambda x: x))
def sign(x: Array) -> Any:
    """Sign of x: -1, 0 or 1, with derivative 0 everywhere."""
    return np.sign(x)


@elementwise(
    d=(lambda y, a, b: greater(a, b) + 0.5 * equal(a, b),
       lambda y, a, b: greater(b, a) + 0.5 * equal(a, b)),
    scalar=lambda a, b: a if a >= b or a != a else b, latex=r"\max({0}, {1})", symbol="max", domain=(REAL, REAL),
    kinks=Kink("a = b", lambda a, b: a - b, used=(0.5, 0.5), allowed=(0.0, 1.0)))
def maximum(a: Array, b: Array) -> Any:
    """The larger of a and b, elementwise; nan wins, and a tie splits the gradient evenly."""
    return np.maximum(a, b)


@elementwise(
    d=(lambda y, a, b: greater(b, a) + 0.5 * equal(a, b),
       lambda y, a, b: greater(a, b) + 0.5 * equal(a, b)),
    scalar=lambda a, b: a if a <= b or a != a else b, latex=r"\min({0}, {1})", symbol="min", domain=(REAL, REAL),
    kinks=Kink("a = b", lambda a, b: a - b, used=(0.5, 0.5), allowed=(0.0, 1.0)))
def minimum(a: Array, b: Array) -> Any:
    """The smaller of a and b, elementwise; nan wins, and a tie splits the gradient evenly."""
    return np.minimum(a, b)


def _clip(x: float, lo: float | None, hi: float | None) -> float:
    x = lo if lo is not None and x < lo else x
    return hi if hi is not None and x > hi else x


def _at_bounds(x: Any, lo: Any, hi: Any) -> Any:
    return (x - lo if lo is not None else 1.0) * (x - hi if hi is not None else 1.0)


@elementwise(
    d=lambda y, x, lo, hi: equal(x, y),  # 1 where clip changes nothing: inside, and at the bounds (torch's choice)
    scalar=_clip, latex=r"\operatorname{{clip}}({0}, {lo}, {hi})",
    kinks=Kink("x = lo or x = hi", _at_bounds, used=(1.0,), allowed=(0.0, 1.0)),
    cases=({"lo": -0.5, "hi": 1.0}, {"lo": 0.1}, {"hi": 0.1}))
def clip(x: Array, lo: float | None = None, hi: float | None = None) -> Any:
    """x held between lo and hi (None: no bound); the derivative at a bound is 1."""
    return np.clip(x, lo, hi)


@elementwise(
    d=(None,
       lambda y, c, a, b: not_equal(c, 0),
       lambda y, c, a, b: equal(c, 0)),
    scalar=lambda c, a, b: a if c else b, latex=r"\left({1} \text{{ if }} {0} \text{{ else }} {2}\right)",
    domain=(TRUTH, REAL, REAL))
def where(condition: Array, a: Array, b: Array) -> Any:
    """a where the condition is true, else b: the choice that a rule or a recorded graph can be replayed with."""
    return np.where(condition, a, b)


# --- comparisons as numbers -------------------------------------------------------------------------------------------
# A rule says greater(x, 0), not x > 0: an op stays in a recorded graph, a plain bool would be frozen into it. The
# numbers 0 and 1 come in the operands' own dtype: float32 stays float32, and a product with them needs no conversion.


def _as_numbers(truth: Any, a: Any, b: Any) -> Any:
    if a.__class__ is np.ndarray and b.__class__ is np.ndarray:
        kind = np.result_type(a, b)
    elif a.__class__ is np.ndarray:
        kind = a.dtype
    elif b.__class__ is np.ndarray:
        kind = b.dtype
    else:
        return truth
    return truth.astype(kind) if kind.kind == "f" else truth


@elementwise(d=(None, None), scalar=lambda a, b: float(a > b), latex="[{0} > {1}]", symbol=">", domain=(REAL, REAL),
             analytic=False)
def greater(a: Array, b: Array) -> Any:
    """1 where a > b, else 0: a step no gradient flows through."""
    return _as_numbers(np.greater(a, b), a, b)


@elementwise(d=(None, None), scalar=lambda a, b: float(a == b), latex="[{0} = {1}]", symbol="=", domain=(REAL, REAL),
             analytic=False)
def equal(a: Array, b: Array) -> Any:
    """1 where a = b, else 0: no gradient flows through it."""
    return _as_numbers(np.equal(a, b), a, b)


@elementwise(d=(None, None), scalar=lambda a, b: float(a != b), latex=r"[{0} \neq {1}]", symbol="≠",
             domain=(REAL, REAL), analytic=False)
def not_equal(a: Array, b: Array) -> Any:
    """1 where a ≠ b, else 0: no gradient flows through it."""
    return _as_numbers(np.not_equal(a, b), a, b)
