"""What is a formula made of?

An `Expression` is a letter, or sums, products, powers and calls of ops on expressions. It has the operators of numbers and
the few methods of arrays that derivative rules use, so a rule can be fed it; `algebra` says what they give.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from autograd import ops
from autograd.dispatch import apply
from autograd.op import Op
from autograd.operators import BINARY, MATMUL, UNARY, raise_to

Term: TypeAlias = Any  # an Expression or a plain number
_ops: Any = ops  # whose stubs know Tensors and arrays only


@dataclass(frozen=True)
class Expression:
    """A formula; its kinds are the classes below. Two formulas are equal if they are written alike.

    `data` is the number or array it stands for, as the ops themselves computed it, or None for letters that stand for
    nothing. Of the parts of a formula that was tidied only the shape of their data counts.
    """

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

    def astype(self, dtype: Any) -> Any:
        return self

    def __getitem__(self, index: Any) -> Any:
        return _ops.getitem(self, index)

    def __pow__(self, exponent: Any) -> Any:
        return raise_to(self, exponent)

    def __rpow__(self, base: Any) -> Any:
        return raise_to(base, self)

    def __matmul__(self, other: Any) -> Any:
        return apply(MATMUL, (self, other), {})

    def __rmatmul__(self, other: Any) -> Any:
        return apply(MATMUL, (other, self), {})

    # numpy leaves array * expression to us, and makes no array of a formula.
    __array_ufunc__ = None

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        raise TypeError("a formula is no array")


for _name, _op in UNARY.items():
    setattr(Expression, _name, lambda self, op=_op: apply(op, (self,), {}))
for _name, (_reflected, _op) in BINARY.items():
    setattr(Expression, _name, lambda self, other, op=_op: apply(op, (self, other), {}))
    setattr(Expression, _reflected, lambda self, other, op=_op: apply(op, (other, self), {}))


@dataclass(frozen=True)
class Letter(Expression):
    """A name, as plain text and in LaTeX; `key` tells letters apart that are written alike."""

    text: str
    latex: str = field(compare=False, default="")
    key: int = 0


@dataclass(frozen=True)
class Ones(Expression):
    """An array of ones."""

    dimensions: tuple[int, ...]


@dataclass(frozen=True)
class Zeros(Expression):
    """An array of zeros."""

    dimensions: tuple[int, ...]


@dataclass(frozen=True)
class Sum(Expression):
    """At least two terms."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Product(Expression):
    """coefficient · above / (divisor · below), the factors in the order in which they were multiplied."""

    coefficient: float
    divisor: float
    above: tuple[Expression, ...]
    below: tuple[Expression, ...] = ()


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
    settings: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Transposed(Expression):
    """The transpose of the Jacobian of `result` by `operand`, applied to `gradient`: a pullback with no shorter name."""

    result: Expression
    operand: Expression
    gradient: Term


KINDS = (Letter, Ones, Zeros, Sum, Product, Power, Call, Prime, Transposed)


def value_of(x: Term) -> Any:
    """Return the number or array that a formula stands for."""
    return x.data if isinstance(x, Expression) else x


def is_number(x: Any) -> bool:
    """Is it a plain number, which can be calculated with at once?"""
    return isinstance(x, (int, float)) or (isinstance(x, np.generic) and np.isrealobj(x))


def length(x: Any) -> int:
    """Return how many letters and numbers a formula is written with."""
    match x:
        case Sum(terms=parts) | Call(operands=parts) | tuple(parts):
            return sum(map(length, parts))
        case Product():
            return sum(map(length, (*x.above, *x.below))) + (abs(x.coefficient) != 1) + (x.divisor != 1)
        case Power():
            return length(x.base) + length(x.exponent)
        case Transposed():
            return 2 + length(x.gradient)
        case _:
            return 1


def shape_of(parts: Sequence[Term]) -> tuple[int, ...] | None:
    """Return the shape that formulas broadcast to; None where one of them stands for nothing."""
    shapes = [np.shape(x.data) if isinstance(x, Expression) else () for x in parts]
    known = all(not isinstance(x, Expression) or x.data is not None for x in parts)
    return np.broadcast_shapes(*shapes) if known else None


def _refusing_numbers(equal: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(self: Any, other: Any) -> bool:
        if is_number(other):
            raise TypeError("a rule compares a letter with a number, and a letter stands for any number")
        return equal(self, other)

    return compare


def _refuse_truth(self: Expression) -> bool:
    raise TypeError("a rule asks whether a formula is true, and it is neither true nor false")


# A rule with an `if` on data would silently take one branch for all numbers.
setattr(Expression, "__bool__", _refuse_truth)  # noqa: B010
for _kind in KINDS:
    setattr(_kind, "__eq__", _refusing_numbers(_kind.__eq__))  # noqa: B010
