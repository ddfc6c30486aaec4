"""What does a derivative rule say, as a formula?

A rule is ordinary arithmetic, so it can be fed letters: ``1 - y*y`` of the letter y is a `Symbol` that prints as
``1 - y*y``. The table of ops shows these, and Value's generated pullbacks are these, written as Python.
"""

from __future__ import annotations

import functools
from typing import Any

from autograd.op import Op, Settings
from autograd.operators import attach_operators
from autograd.registry import add_reader

# How tightly each operator binds; everything else is a call, which binds tightest.
_BINDS = {"add": 1, "sub": 1, "mul": 2, "div": 2, "neg": 3, "power": 4, "pow": 4}
_SIGNS = {"add": " + ", "sub": " - ", "mul": "*", "div": "/", "pow": "**"}
_CALL = 5


class Symbol:
    """A letter, or an op applied to symbols and numbers."""

    __slots__ = ("name", "op", "operands", "settings")

    def __init__(
        self, name: str = "", op: Op | None = None, operands: tuple[Any, ...] = (), settings: Settings | None = None
    ) -> None:
        self.name = name
        self.op = op
        self.operands = operands
        self.settings = settings or {}

    def __str__(self) -> str:
        return _text(self)[0]

    def __repr__(self) -> str:
        return f"Symbol({str(self)!r})"


class _SymbolReader:
    """An op applied to symbols is a larger symbol."""

    def apply(self, op: Op, operands: tuple[Any, ...], settings: Settings) -> Symbol:
        return Symbol(op=op, operands=operands, settings=settings)

    def install(self, op: Op) -> None:
        """Nothing to do: symbols have operators, not methods."""

    def uninstall(self, op: Op) -> None:
        """Nothing to undo."""


def derivative(op: Op, index: int, settings: Settings | None = None) -> Any:
    """Return the local derivative of an elementwise op by one operand, as a Symbol or a number.

    It is in the letter y for the output, the operands' names, and the settings: as numbers if given, else as letters.
    """
    rule = op.d[index]
    if rule is None:
        return 0.0
    letters = [Symbol(name) for name in op.operands]
    return rule(Symbol("y"), *letters, **(settings or {name: Symbol(name) for name in op.settings}))


@functools.cache
def constant_slope(op: Op, index: int) -> float | None:
    """Return 1.0 or -1.0 where the local derivative by an operand is that everywhere (+, -), else None."""
    slope = None if op.settings else derivative(op, index)
    return slope if slope in (1.0, -1.0) and not isinstance(slope, Symbol) else None


def _text(x: Any) -> tuple[str, int]:
    """Return a formula as text, and how tightly its outermost operator binds."""
    if not isinstance(x, Symbol):
        # A minus sign in front of a number binds as one in front of a formula does.
        return (f"{x:g}", _CALL if x >= 0 else _BINDS["neg"]) if isinstance(x, (int, float)) else (repr(x), _CALL)
    if x.op is None:
        return x.name, _CALL
    name, operands = x.op.name, x.operands
    binds = _BINDS.get(name, _CALL)
    if name == "neg":
        return "-" + _wrapped(operands[0], binds), binds
    if name == "power":
        exponent = x.settings["exponent"]
        written = _wrapped(exponent, _CALL) if isinstance(exponent, Symbol) else _text(exponent)[0]
        return f"{_wrapped(operands[0], _CALL)}**{written}", binds
    if name in _SIGNS:
        # + and * read the same however they are grouped; - and / group to the left, ** to the right.
        left = binds + (name == "pow")
        right = binds + (name in ("sub", "div"))
        return _wrapped(operands[0], left) + _SIGNS[name] + _wrapped(operands[1], right), binds
    arguments = [_text(o)[0] for o in operands]
    arguments += [f"{k}={_text(v)[0]}" for k, v in x.settings.items() if v is not x.op.settings.get(k)]
    return f"{name}({', '.join(arguments)})", _CALL


def _wrapped(x: Any, binds: int) -> str:
    text, inner = _text(x)
    return text if inner >= binds else f"({text})"


attach_operators(Symbol)
add_reader(Symbol, _SymbolReader())
