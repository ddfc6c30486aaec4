"""Which op does each of Python's operators stand for?

One table, read by Value, Tensor and Symbol alike, so that the three agree on what ``a - b`` means.
"""

from __future__ import annotations

from typing import Any

from autograd.dispatch import apply
from autograd.op import Op
from autograd.ops import abs as abs_
from autograd.ops import add, div, matmul, mul, neg, pow, power, sub

UNARY: dict[str, Op] = {"__neg__": neg.op, "__abs__": abs_.op}  # type: ignore[attr-defined]
BINARY: dict[str, tuple[str, Op]] = {
    "__add__": ("__radd__", add.op),  # type: ignore[attr-defined]
    "__sub__": ("__rsub__", sub.op),  # type: ignore[attr-defined]
    "__mul__": ("__rmul__", mul.op),  # type: ignore[attr-defined]
    "__truediv__": ("__rtruediv__", div.op),  # type: ignore[attr-defined]
}
MATMUL: Op = matmul.op  # type: ignore[attr-defined]
POW: Op = pow.op  # type: ignore[attr-defined]
POWER: Op = power.op  # type: ignore[attr-defined]


def raise_to(base: Any, exponent: Any) -> Any:
    """Return ``base ** exponent``: the op `power` for a plain number as exponent, else the op `pow` of two variables."""
    if isinstance(exponent, (int, float)):
        return apply(POWER, (base,), {"exponent": exponent})
    return apply(POW, (base, exponent), {})


def attach_operators(kind: type[Any]) -> None:
    """Give a type that reads ops Python's operators, each as the op it stands for."""
    for name, op in UNARY.items():
        setattr(kind, name, lambda self, op=op: apply(op, (self,), {}))
    for name, (reflected, op) in BINARY.items():
        setattr(kind, name, lambda self, other, op=op: apply(op, (self, other), {}))
        setattr(kind, reflected, lambda self, other, op=op: apply(op, (other, self), {}))
    kind.__pow__ = raise_to
    kind.__rpow__ = lambda self, base: raise_to(base, self)
