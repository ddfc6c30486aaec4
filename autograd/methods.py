"""Which ops are methods of Value and of Tensor?

Every op is: a reader attaches a method when it hears of a new op. The two classes here are empty bags for them, apart
from Value and Tensor themselves, so that the generated stub `methods.pyi` can tell editors and type checkers what is in
them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.errors import AutogradError, at
from autograd.op import Op


class ValueMethods:
    """The ops that are methods of Value."""

    __slots__ = ()


class TensorMethods:
    """The ops that are methods of Tensor."""

    __slots__ = ()


def attach(bag: type, kind: type, op: Op, function: Callable[..., Any]) -> None:
    """Make an op a method of `kind`, unless that would hide something else of that name."""
    old = getattr(kind, op.name, None)
    if old is not None and getattr(old, "op", None) is None:
        raise AutogradError(f"an op cannot be named {op.name!r}: {kind.__name__}.{op.name} is something else{at()}")
    function.op = op  # type: ignore[attr-defined]
    function.__doc__ = op.array.__doc__
    setattr(bag, op.name, function)


def detach(bag: type, op: Op) -> None:
    """Take a method away again."""
    if getattr(getattr(bag, op.name, None), "op", None) is op:
        delattr(bag, op.name)
