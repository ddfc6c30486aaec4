"""How does a derivative rule, fed letters, become a formula that a person would write?

Ops applied to expressions give expressions (another reader of the registry), tidied while they are put together: 1·x is x,
0.5·2·(-1) is a sign, x·x is x², x·(1/x) is nothing. The tidying is for print only: what a formula stands for, its `data`, is
computed by the ops themselves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from autograd import ops
from autograd.dispatch import plain
from autograd.expression import (
    KINDS,
    Call,
    Expression,
    Letter,
    Ones,
    Power,
    Product,
    Sum,
    Term,
    Zeros,
    is_number,
    shape_of,
    value_of,
)
from autograd.modes import evaluating_rules
from autograd.op import Op, Settings
from autograd.registry import add_reader

_ops: Any = ops  # whose stubs know Tensors and arrays only


# --- sums and products ------------------------------------------------------------------------------------------------


def plus(terms: Sequence[Term], data: Any = None) -> Term:
    """Add terms up; equal ones are counted, zeros are left out."""
    found: list[list[Any]] = []  # triples: a number above and one below, and what they multiply (None for nothing)
    places: dict[Any, int] = {}
    for term in _flat(terms):
        c, d, rest = _split(term)
        key = _key(rest)
        if key in places:
            old = found[places[key]]
            old[:2] = (old[0] + c, d) if old[1] == d else (old[0] * d + c * old[1], old[1] * d)
        else:
            places[key] = len(found)
            found.append([c, d, rest])
    parts = [_monomial(c, d, rest) for c, d, rest in found if c != 0]
    if not parts:
        return _zero(data)
    if len(parts) == 1:
        return times(parts, data)
    return _filling(Sum(tuple(parts), data=data), parts, data)


def times(parts: Sequence[Term], data: Any = None) -> Term:
    """Multiply; numbers are gathered in front, equal factors into powers, fractions into one; all else keeps its order."""
    c, d = 1.0, 1.0
    factors: list[list[Any]] = []  # pairs of a base and a whole exponent, or None for an exponent of another kind
    places: dict[Any, int] = {}
    for part in parts:
        p, q, rest = _split(part)
        c, d = c * p, d * q
        signs: tuple[tuple[int, tuple[Any, ...]], ...] = ((1, () if rest is None else (rest,)),)
        if isinstance(rest, Product):
            signs = ((1, rest.above), (-1, rest.below))
        for sign, group in signs:
            for factor in group:
                base, n = _based(factor)
                key = _key(base)
                if n is None:
                    factors.append([factor, None] if sign == 1 else [factor, -1])
                elif key in places:
                    factors[places[key]][1] += sign * n
                else:
                    places[key] = len(factors)
                    factors.append([base, sign * n])
    if c == 0:
        return _zero(data)
    kept = [(base, n) for base, n in factors if n != 0 and not isinstance(base, Ones)]
    above = tuple(base if n in (None, 1) else _power_of(base, n) for base, n in kept if n is None or n > 0)
    below = tuple(base if n == -1 else _power_of(base, -n) for base, n in kept if n is not None and n < 0)
    c, d = _reduced(c, d, bool(below))
    if not above and not below and d == 1 and np.ndim(data) == 0:
        return c
    made = above[0] if c == d == 1 and len(above) == 1 and not below else Product(c, d, above, below, data=data)
    return _filling(made, (*above, *below), data)


def over(above: Term, below: Term, data: Any = None) -> Term:
    """Divide."""
    if is_number(above) and is_number(below) and below != 0:
        return above / below
    c, d, rest = _split(below)
    if c == 0 or isinstance(rest, Zeros):  # a division by zero is shown as it stands
        return Product(1.0, 1.0, (above,) if isinstance(above, Expression) else (), (below,), data=data)
    inverse = Product(d, c, (), () if rest is None else (rest,))
    if isinstance(rest, Product):
        inverse = Product(d, c, rest.below, rest.above)
    return times([above, inverse], data)


def _filling(x: Term, parts: Sequence[Term], data: Any) -> Term:
    """Return a formula that stands for `data`, with the ones that fill the shape where its parts are smaller."""
    if data is None or not isinstance(x, Expression):
        return x
    shape = shape_of(parts)
    if shape is None or shape == np.shape(data):
        return replace(x, data=data)
    ones = Ones(np.shape(data), data=np.ones(np.shape(data)))
    c, d, rest = _split(x)
    above, below = (rest.above, rest.below) if isinstance(rest, Product) else ((rest,) if rest is not None else (), ())
    return ones if (c, d, above, below) == (1, 1, (), ()) else Product(c, d, (*above, ones), below, data=data)


def _flat(terms: Sequence[Term]) -> list[Term]:
    """Take sums among several terms apart, those with a minus in front too."""
    found: list[Term] = []
    for term in terms:
        c, d, rest = _split(term)
        if isinstance(rest, Sum) and d == 1 and (c == 1 or (c == -1 and len(terms) > 1)):
            found += rest.terms if c == 1 else [times([-1.0, t]) for t in rest.terms]
        else:
            found.append(term)
    return found


def _split(x: Term) -> tuple[float, float, Any]:
    """Return the number in front, the one below, and the rest (None for nothing)."""
    if is_number(x):
        return float(x), 1.0, None
    if isinstance(x, Zeros):
        return 0.0, 1.0, None
    if isinstance(x, np.ndarray):
        # Rules make arrays of one and the same number (the gradient of a mean); any other constant has no name.
        uniform = x.size > 0 and bool((x == x.flat[0]).all())
        return (float(x.flat[0]), 1.0, None) if uniform else (1.0, 1.0, _constant(x))
    if isinstance(x, Product):
        if not x.below and len(x.above) <= 1:
            return x.coefficient, x.divisor, x.above[0] if x.above else None
        return x.coefficient, x.divisor, Product(1.0, 1.0, x.above, x.below, data=x.data)
    return 1.0, 1.0, x


def _monomial(c: float, d: float, rest: Any) -> Term:
    return times([Product(c, d, ())] if rest is None else [Product(c, d, ()), rest])


def _reduced(c: float, d: float, fraction: bool) -> tuple[float, float]:
    """Cancel two numbers; a half in front of a fraction goes below it."""
    if d < 0:
        c, d = -c, -d
    if d != 1 and (c / d).is_integer():
        return c / d, 1.0
    if c and (d / c).is_integer() and (d != 1 or fraction):
        return math.copysign(1.0, c), abs(d / c)
    if c.is_integer() and d.is_integer():
        common = math.gcd(int(c), int(d))
        return c / common, d / common
    return c, d


def _based(factor: Expression) -> tuple[Any, int | None]:
    """Return base and exponent, where equal bases may be gathered: whole exponents above 0."""
    if isinstance(factor, Power):
        whole = isinstance(factor.exponent, (int, float)) and float(factor.exponent).is_integer() and factor.exponent > 0
        return (factor.base, int(factor.exponent)) if whole else (factor, None)
    return factor, 1


def _power_of(base: Expression, n: int) -> Term:
    return Power(base, n, data=None if base.data is None else _raised(base.data, n))


def _raised(base: Any, exponent: Any) -> Any:
    """Return a power; of numbers it overflows to inf, as everywhere, where Python's own raises."""
    with np.errstate(all="ignore"):
        power = np.power(np.asarray(base, float), float(exponent))
    return power if np.ndim(base) else float(power)


def _key(x: Any) -> Any:
    """Something to look an expression up by; what cannot be looked up equals nothing but itself."""
    try:
        hash(x)
    except TypeError:
        return id(x)
    return x


def _constant(array: Any) -> Expression:
    return Letter("const", r"\text{const}", id(array), data=array)  # two arrays are two constants


def as_term(x: Any) -> Any:
    """Return an operand as a formula: arrays of one number as that number times ones."""
    if not isinstance(x, np.ndarray):
        return x
    return times([x], x) if x.ndim else float(x)


def _zero(data: Any) -> Term:
    # The zero of an array keeps its shape, for the rules that go on with it.
    return 0.0 if np.ndim(data) == 0 else Zeros(np.shape(data), data=np.zeros_like(data))


# --- ops that have a form of their own --------------------------------------------------------------------------------

Builder: TypeAlias = Callable[[Sequence[Any], Settings, Any], Term]


def _power(base: Term, exponent: Term, data: Any) -> Term:
    if is_number(exponent) and exponent in (0, 1):
        return base if exponent else times([1.0], data)
    if is_number(base) and is_number(exponent):
        return _raised(base, exponent)
    return Power(base, exponent, data=data)


def _matmul(xs: Sequence[Any], settings: Settings, data: Any) -> Term:
    """Numbers in front of the matrices go in front of the product."""
    c, d, a = _split(as_term(xs[0]))
    e, f, b = _split(as_term(xs[1]))
    if a is None or b is None:
        return _call(_ops.matmul.op, xs, settings, data)
    return times([Product(c * e, d * f, ()), _call(_ops.matmul.op, (a, b), settings, data)], data)


def _reshaped(xs: Sequence[Any], settings: Settings, data: Any) -> Term:
    x = xs[0]
    if np.shape(data) == np.shape(value_of(x)):
        return x
    if isinstance(x, Call) and dict(x.settings).get("keepdims"):
        # A sum that keeps its axes, and loses them right away.
        kept = {**dict(x.settings), "keepdims": False}
        if np.size(data) == 1 and np.ndim(data) == 0:
            kept["axis"] = None
        if np.shape(_computed(x.op, x.operands, kept)) == np.shape(data):
            return _call(x.op, x.operands, kept, data)
    c, d, rest = _split(x)
    if isinstance(rest, Ones):
        return times([Product(c, d, ())], data)
    return None


def _turned(xs: Sequence[Any], settings: Settings, data: Any) -> Term:
    """A transpose: turned twice it is as it was."""
    x = xs[0]
    if isinstance(x, Call) and x.op.name == "transpose":
        inner, axes = dict(x.settings).get("axes"), settings.get("axes")
        n = np.ndim(data)
        first, second = (tuple(range(n)[::-1]) if a is None else tuple(a) for a in (inner, axes))
        if tuple(first[i] for i in second) == tuple(range(n)):
            return x.operands[0]
    return x if np.ndim(data) < 2 else None


_BUILDERS: dict[str, Builder] = {
    "add": lambda xs, s, data: plus(xs, data),
    "sub": lambda xs, s, data: plus([xs[0], times([-1.0, xs[1]])], data),
    "mul": lambda xs, s, data: times(xs, data),
    "div": lambda xs, s, data: over(xs[0], xs[1], data),
    "neg": lambda xs, s, data: times([-1.0, xs[0]], data),
    "power": lambda xs, s, data: _power(xs[0], s["exponent"], data),
    "pow": lambda xs, s, data: _power(xs[0], xs[1], data),
    "square": lambda xs, s, data: _power(xs[0], 2, data),
    "reciprocal": lambda xs, s, data: over(1.0, xs[0], data),
    "matmul": _matmul,
    "reshape": _reshaped,
    "transpose": _turned,
    "broadcast_to": lambda xs, s, data: times(xs, data),
    "astype": lambda xs, s, data: xs[0],
    "alias": lambda xs, s, data: xs[0],
}
# Reductions of lists of numbers, where the list is written out.
_ON_LISTS: dict[str, Builder] = {
    "sum": lambda xs, s, data: plus(xs[0], data),
    "mean": lambda xs, s, data: over(plus(xs[0]), float(len(xs[0])), data),
    "prod": lambda xs, s, data: times(xs[0], data),
    "dot": lambda xs, s, data: plus([times(pair) for pair in zip(*xs, strict=True)], data),
    "logsumexp": lambda xs, s, data: applied(_ops.log.op, [_exponentials(xs[0])], {}, data),
    "softmax": lambda xs, s, data: over(applied(_ops.exp.op, [xs[0][s["index"]]], {}, None), _exponentials(xs[0]), data),
}


def _exponentials(xs: Sequence[Any]) -> Term:
    return plus([applied(_ops.exp.op, [x], {}, None) for x in xs])


# --- the reader -------------------------------------------------------------------------------------------------------


def applied(op: Op, operands: Sequence[Any], settings: Settings, data: Any) -> Term:
    """Return an op of expressions and numbers (and lists of them) as an expression that stands for `data`."""
    listed = op.over is not None and any(isinstance(o, (list, tuple)) for o in operands)
    build = (_ON_LISTS if listed else _BUILDERS).get(op.name)
    made = build(operands, settings, data) if build is not None else None
    return _call(op, operands, settings, data) if made is None else made


def _call(op: Op, operands: Sequence[Any], settings: Settings, data: Any) -> Call:
    held = tuple(tuple(o) if isinstance(o, list) else as_term(o) for o in operands)
    return Call(op, held, tuple(settings.items()), data=data)


class _Reader:
    """An op applied to expressions is a larger expression."""

    def apply(self, op: Op, operands: tuple[Any, ...], settings: Settings) -> Term:
        if op is _ops.where.op and _is_dead(operands[0]):
            return operands[2]
        return applied(op, operands, settings, _computed(op, operands, settings))

    def install(self, op: Op) -> None:
        """Nothing to do: expressions have operators, and ops are functions."""

    def uninstall(self, op: Op) -> None:
        """Nothing to undo."""


def _is_dead(condition: Any) -> bool:
    """Is it a rule's guard against a division by zero, where(equal(x, 0), 1, x), that has nothing to do here?"""
    guards = condition.above if isinstance(condition, Product) else (condition,)
    return all(isinstance(g, Call) and g.op is _ops.equal.op for g in guards) and not np.any(value_of(condition))


def _computed(op: Op, operands: Sequence[Any], settings: Settings) -> Any:
    """Return what the op gives on the numbers and arrays that the operands stand for."""
    args = [[value_of(x) for x in o] if isinstance(o, (list, tuple)) else value_of(o) for o in operands]
    if any(x is None for o in args for x in (o if isinstance(o, list) else (o,))):
        return None  # letters that stand for nothing in particular
    with evaluating_rules(), np.errstate(all="ignore"):
        try:
            return plain(op, args, settings)
        except ArithmeticError:
            # A float where a rule divides by zero, say: numpy's floats give inf or nan.
            return plain(op, [np.asarray(a, float) for a in args], settings)


_READER = _Reader()
for _kind in KINDS:
    add_reader(_kind, _READER)
