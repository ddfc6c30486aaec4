"""How does a derivative rule write lines on a tape?

A `Slot` stands for a line. Rules are ordinary arithmetic: fed slots, they write the lines that compute the derivative, and
so no op has a second rule for tapes.
"""

from __future__ import annotations

from typing import Any

from autograd.op import Op, Settings
from autograd.operators import attach_operators
from autograd.registry import add_reader
from autograd.tape.program import Builder


class Slot:
    """A line that a builder has written."""

    __slots__ = ("builder", "line")

    def __init__(self, builder: Builder, line: int) -> None:
        self.builder, self.line = builder, line


def slot(builder: Builder, line: int) -> Any:
    """Return what stands for a line in rules: a float if it is a constant, so that rules compute with it at once."""
    number = builder.number.get(line)
    return Slot(builder, line) if number is None else number


class _SlotReader:
    """An op applied to slots writes a line."""

    def apply(self, op: Op, operands: tuple[Any, ...], settings: Settings) -> Any:
        flat = [x for o in operands for x in (o if o.__class__ is list or o.__class__ is tuple else (o,))]
        builder = next(x.builder for x in flat if x.__class__ is Slot)
        lines = [x.line if x.__class__ is Slot else builder.constant(float(x)) for x in flat]
        return slot(builder, builder.emit(op, settings if op.over is None else _of_entry(settings), lines))

    def install(self, op: Op) -> None:
        """Nothing to do: slots have operators, not methods."""

    def uninstall(self, op: Op) -> None:
        """Nothing to undo."""


def _of_entry(settings: Settings) -> Settings:
    """Leave out the settings that an op on lists has on arrays alone: over Values it has no axis."""
    return {name: value for name, value in settings.items() if name == "index"}


attach_operators(Slot)
add_reader(Slot, _SlotReader())
