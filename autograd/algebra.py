"""How does a derivative rule, fed letters, become a formula that a person would write?

An `Expression` is a letter, or sums, products, quotients, powers and calls of ops on expressions. Ops applied to expressions
give expressions (another reader of the registry), tidied while they are put together: 1·x is x, 0.5·2·(-1) is a sign, x·x is
x². The tidying is for print only; `data` holds the number or array as the ops themselves computed it.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np

from autograd import ops
from autograd.dispatch import plain
from autograd.modes import evaluating_rules
from autograd.op import Op, Settings
from autograd.operators import BINARY, MATMUL, UNARY, raise_to
from autograd.registry import add_reader

Term: TypeAlias = Any  # an Expression or a plain number
_ops: Any = ops  # whose stubs know Tensors and arrays only


@dataclass(frozen=True)
class Expression:
    """A formula; its kinds are the classes below. Two formulas are equal if they are written alike."""

    data: Any = field(default=None, compare=False, kw_only=True)

    # What rules ask of a Tensor, so that they need not know what they are fed.
    shape = property(lambda self: np.shape(self.data))
    ndim = property(lambda self: np.ndim(self.data))
    size = property(lambda self: np.size(self.data))
    dtype = property(lambda self: np.asarray(self.data).dtype)
    mT = property(lambda self: _ops.transpose(self, (*range(self.ndim - 2), self.ndim - 1, self.ndim - 2)))  # noqa: N815

    def reshape(self, *shape: Any) -> Any:
        return _ops.reshape(self, *shape)

    def transpose(self, *axes: Any) -> Any:
        return _ops.transpose(self, *axes)

    def sum(self, axis: Any = None, keepdims: bool = False) -> Any:
        return _ops.sum(self, axis=axis, keepdims=keepdims)

    def astype(self, dtype: Any) -> Expression:
        return self

    def __getitem__(self, index: Any) -> Any:
        return _ops.getitem(self, index)

    def __pow__(self, exponent: Any) -> Any:
        return raise_to(self, exponent)

    def __rpow__(self, base: Any) -> Any:
        return raise_to(base, self)

    def __matmul__(self, other: Any) -> Any:
        return _apply(MATMUL, (self, other), {})

    def __rmatmul__(self, other: Any) -> Any:
        return _apply(MATMUL, (other, self), {})

    # numpy leaves array * expression to us, and makes no array of a formula.
    __array_ufunc__ = None

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        raise TypeError("a formula is no array")


@dataclass(frozen=True)
class Letter(Expression):
    """A name, as plain text and in LaTeX."""

    text: str
    latex: str = field(compare=False, default="")


@dataclass(frozen=True)
class Sum(Expression):
    """At least two terms."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Product(Expression):
    """A number in front, and at least one factor, in the order in which they were multiplied."""

    coefficient: float
    factors: tuple[Expression, ...]


@dataclass(frozen=True)
class Quotient(Expression):
    """One over the other."""

    above: Term
    below: Term


@dataclass(frozen=True)
class Power(Expression):
    """A base with an exponent."""

    base: Term
    exponent: Term


@dataclass(frozen=True)
class Call(Expression):
    """Any other op, applied to operands (a tuple among them is a list of numbers)."""

    op: Op
    operands: tuple[Any, ...]
    settings: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Prime(Expression):
    """The derivative of a function of one number, taken at an operand and not worked out: tanh'(x)."""

    op: Op
    operand: Term


@dataclass(frozen=True)
class Transposed(Expression):
    """The transpose of the Jacobian of `result` by `operand`, applied to `gradient`: a pullback with no shorter name."""

    result: Expression
    operand: Expression
    gradient: Term


KINDS = (Letter, Sum, Product, Quotient, Power, Call, Prime, Transposed)


# --- putting together -------------------------------------------------------------------------------------------------


def is_number(x: Any) -> bool:
    """Is it a plain number, which can be calculated with at once?"""
    return isinstance(x, (int, float)) or (isinstance(x, np.generic) and np.isrealobj(x))


def plus(terms: Sequence[Term], data: Any = None) -> Term:
    """Add terms up; equal ones are counted, zeros are left out."""
    found: list[list[Any]] = []  # pairs of a number and what it multiplies, None for the number by itself
    places: dict[Any, int] = {}
    for term in _flat(terms):
        c, rest = _split(term)
        key = _key(rest)
        if key in places:
            found[places[key]][0] += c
        else:
            places[key] = len(found)
            found.append([c, rest])
    parts = [c if rest is None else times([c, rest]) for c, rest in found if c != 0]
    if not parts:
        return _zero(data)
    return times(parts, data) if len(parts) == 1 else Sum(tuple(parts), data=data)


def times(parts: Sequence[Term], data: Any = None) -> Term:
    """Multiply; numbers are gathered in front, equal factors into powers, everything else stays in its order."""
    coefficient: float = 1.0
    factors: list[list[Any]] = []  # pairs of a base and a whole exponent, or None for an exponent of another kind
    places: dict[Any, int] = {}
    for part in parts:
        c, rest = _split(part)
        coefficient *= c
        for factor in () if rest is None else rest.factors if isinstance(rest, Product) else (rest,):
            base, n = _based(factor)
            key = _key(base)
            if key in places and n is not None:
                factors[places[key]][1] += n
            else:
                if n is not None:
                    places[key] = len(factors)
                factors.append([factor if n is None else base, n])
    if coefficient == 0:
        return _zero(data)
    made = tuple(b if n in (None, 1) else Power(b, n, data=b.data) for b, n in factors)
    if not made:
        if np.ndim(data) == 0:
            return coefficient
        made = (Letter("1", r"\mathbf{1}", data=np.ones_like(data)),)
    return _standing_for(data, made[0]) if coefficient == 1 and len(made) == 1 else Product(coefficient, made, data=data)


def over(above: Term, below: Term, data: Any = None) -> Term:
    """Divide; a sign goes in front of the fraction."""
    if is_number(below):
        if is_number(above) and below != 0:
            return above / below
        if below in (1, -1):
            return times([below, above], data)
    c, rest = _split(above)
    if c == 0 and not is_number(below):
        return _zero(data)
    d, under = _split(below)
    sign = math.copysign(1.0, c) * math.copysign(1.0, d)
    c, d = abs(c), abs(d)
    if under is not None and c != 1 and d == 1 and (1 / c).is_integer():
        c, d = 1.0, 1 / c  # 0.5 / y is 1 / 2y
    top = c if rest is None else times([c, rest])
    bottom = d if under is None else times([d, under])
    return times([sign, Quotient(top, bottom, data=data)], data)


def _standing_for(data: Any, x: Term) -> Term:
    """Return a formula that was tidied, with the numbers of the whole that it was tidied from."""
    return replace(x, data=data) if data is not None and isinstance(x, Expression) else x


def _flat(terms: Sequence[Term]) -> list[Term]:
    return [t for term in terms for t in (term.terms if isinstance(term, Sum) else (term,))]


def _split(x: Term) -> tuple[float, Any]:
    """Return the number in front, and the rest (None for nothing)."""
    if is_number(x):
        return float(x), None
    if isinstance(x, np.ndarray):
        # Rules make arrays of one and the same number (the gradient of a mean); any other constant has no name.
        uniform = x.size > 0 and bool((x == x.flat[0]).all())
        return (float(x.flat[0]), None) if uniform else (1.0, _constant(x))
    if isinstance(x, Product):
        rest = x.factors[0] if len(x.factors) == 1 else Product(1.0, x.factors, data=x.data)
        return x.coefficient, rest
    return 1.0, x


def _based(factor: Expression) -> tuple[Any, int | None]:
    """Return base and exponent, where equal bases may be gathered: whole exponents above 0, and no single numbers."""
    if isinstance(factor, Power):
        whole = isinstance(factor.exponent, (int, float)) and float(factor.exponent).is_integer() and factor.exponent > 0
        return (factor.base, int(factor.exponent)) if whole else (factor, None)
    # A fraction squared reads worse than twice the fraction.
    return (factor, None) if isinstance(factor, Quotient) else (factor, 1)


def _key(x: Any) -> Any:
    """Something to look an expression up by; what cannot be looked up equals nothing but itself."""
    try:
        hash(x)
    except TypeError:
        return id(x)
    return x


def _constant(array: Any) -> Letter:
    return Letter("const", r"\text{const}", data=array)


def _zero(data: Any) -> Term:
    # The zero of an array keeps its shape, for the rules that go on with it.
    return 0.0 if np.ndim(data) == 0 else Letter("0", "0", data=np.zeros_like(data))


def _power(base: Term, exponent: Term, data: Any) -> Term:
    if is_number(exponent):
        if exponent == 1:
            return base
        if exponent == 0:
            return 1.0
    return Power(base, exponent, data=data)


Builder: TypeAlias = Callable[[Sequence[Any], Settings, Any], Term]
# How ops that have a form of their own are put together; all others are calls.
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


def applied(op: Op, operands: Sequence[Any], settings: Settings, data: Any) -> Term:
    """Return an op of expressions and numbers (and lists of them) as an expression that stands for `data`."""
    listed = op.over is not None and any(isinstance(o, (list, tuple)) for o in operands)
    build = (_ON_LISTS if listed else _BUILDERS).get(op.name)
    if build is not None:
        return build(operands, settings, data)
    held = tuple(
        tuple(o) if isinstance(o, list) else _constant(o) if isinstance(o, np.ndarray) else o for o in operands
    )
    return Call(op, held, tuple(settings.items()), data=data)


class _Reader:
    """An op applied to expressions is a larger expression."""

    def apply(self, op: Op, operands: tuple[Any, ...], settings: Settings) -> Term:
        return applied(op, operands, settings, _computed(op, operands, settings))

    def install(self, op: Op) -> None:
        """Nothing to do: expressions have operators, and ops are functions."""

    def uninstall(self, op: Op) -> None:
        """Nothing to undo."""


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


def value_of(x: Term) -> Any:
    """Return the number or array that an expression stands for."""
    return x.data if isinstance(x, Expression) else x


def _apply(op: Op, operands: tuple[Any, ...], settings: Settings) -> Any:
    return _READER.apply(op, operands, settings)


_READER = _Reader()
for _name, _op in UNARY.items():
    setattr(Expression, _name, lambda self, op=_op: _apply(op, (self,), {}))
for _name, (_reflected, _op) in BINARY.items():
    setattr(Expression, _name, lambda self, other, op=_op: _apply(op, (self, other), {}))
    setattr(Expression, _reflected, lambda self, other, op=_op: _apply(op, (other, self), {}))
for _kind in KINDS:
    add_reader(_kind, _READER)


@functools.singledispatch
def length(x: Any) -> int:
    """Return how many letters and numbers a formula is written with."""
    return 1


length.register(Sum, lambda x: sum(map(length, x.terms)))
length.register(Product, lambda x: sum(map(length, x.factors)) + (abs(x.coefficient) != 1))
length.register(Quotient, lambda x: length(x.above) + length(x.below))
length.register(Power, lambda x: length(x.base) + length(x.exponent))
length.register(Call, lambda x: sum(map(length, x.operands)))
length.register(Transposed, lambda x: 2 + length(x.gradient))
length.register(tuple, lambda x: sum(map(length, x)))
