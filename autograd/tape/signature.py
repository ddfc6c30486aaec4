"""Which arguments does a recorded function take, and which numbers of them are which inputs of its list?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.errors import AutogradError, ShapeError, at
from autograd.run import Argnums, positions
from autograd.tape.arguments import Argument
from autograd.tree import Structure, unflatten
from autograd.value import Value

Array = NDArray[np.float64]
InAxes = int | None | Sequence[int | None]


class Signature:
    """The arguments of a recorded function; the Values that it uses from outside come behind them.

    Args:
        structures: how each argument is nested.
        captured: the Values from outside.
        name: of the function, for errors.

    Attributes:
        arguments: the arguments.
        starts: the first input of each, and at the end how many inputs they have.
    """

    def __init__(self, structures: Sequence[Structure], captured: Sequence[Value], name: str) -> None:
        self._captured_values, self._name = captured, name
        self.arguments = [Argument(structure, i) for i, structure in enumerate(structures)]
        self.starts = [0]
        for argument in self.arguments:
            self.starts.append(self.starts[-1] + argument.count)
        self._chosen_by: dict[int, tuple[bool, list[int]]] = {}
        self._moving_by: dict[tuple[bool, ...], tuple[bool, ...]] = {}

    @property
    def is_closed(self) -> bool:
        """Does the function use nothing but its arguments?"""
        return not self._captured_values

    def put_together(self, numbers: Sequence[float]) -> list[Any]:
        """Return arguments that hold these numbers."""
        pairs = zip(self.arguments, self.starts, strict=False)
        return [unflatten(argument.structure, numbers[start : start + argument.count]) for argument, start in pairs]

    def numbers(self, args: Sequence[Any]) -> list[float]:
        """Return the numbers of all inputs at a single point."""
        self._count(args)
        found: list[float] = []
        for argument, given in zip(self.arguments, args, strict=True):
            found += argument.numbers(given)
        return found + self._captured()

    def _captured(self) -> list[float]:
        """Return the numbers of the Values that the function uses from outside, as they are now."""
        return [v.item() for v in self._captured_values]

    def inputs(self, args: Sequence[Any], axes: Sequence[int | None]) -> tuple[Array, tuple[bool, ...], Array]:
        """Return the numbers that are the same in all lanes, which inputs move, and the columns of those."""
        still: list[Any] = []
        columns = []
        for argument, given, axis in zip(self.arguments, args, axes, strict=True):
            if axis is None:
                still.append(argument.vector(given))
            else:
                columns.append(argument.columns(given, axis))
        if len({len(c.T) for c in columns}) > 1:
            raise ShapeError(f"arguments have different numbers of lanes: {', '.join(str(len(c.T)) for c in columns)}{at()}")
        if self._captured_values:
            still.append(np.array(self._captured()))
        return _joined(still), self._moving(tuple([axis is not None for axis in axes])), _joined(columns)

    def _moving(self, moves: tuple[bool, ...]) -> tuple[bool, ...]:
        """Return which inputs move, from which arguments do."""
        found = self._moving_by.get(moves)
        if found is None:
            each = [move for argument, move in zip(self.arguments, moves, strict=True) for _ in range(argument.count)]
            found = self._moving_by[moves] = (*each, *[False] * len(self._captured_values))
        return found

    def axes(self, args: Sequence[Any], in_axes: InAxes) -> Sequence[int | None]:
        """Return the axis that lanes lie along in each argument."""
        self._count(args)
        if in_axes is None:
            return [None] * len(args)
        axes: list[Any] = list(in_axes) if isinstance(in_axes, (list, tuple)) else [in_axes] * len(args)
        if len(axes) != len(args) or not all(axis is None or isinstance(axis, (int, np.integer)) for axis in axes):
            raise ShapeError(f"in_axes needs an axis or None for each of {len(args)} arguments, got {in_axes!r}{at()}")
        return axes

    def _count(self, args: Sequence[Any]) -> None:
        if len(args) != len(self.arguments):
            raise ShapeError(f"{self._name} was recorded with {len(self.arguments)} arguments, got {len(args)}{at()}")

    def chosen(self, argnums: Argnums) -> tuple[bool, list[int]]:
        """Return whether one argument is meant, and which."""
        if argnums.__class__ is not int:
            return positions(argnums, len(self.arguments), "arguments")
        found = self._chosen_by.get(argnums)
        if found is None:
            found = self._chosen_by[argnums] = positions(argnums, len(self.arguments), "arguments")
        return found

    def the_one(self, argnums: Any) -> int:
        """Return which argument is meant, where it can be one only."""
        single, chosen = self.chosen(argnums)
        if not single:
            raise AutogradError(f"argnums is the number of one argument here, got {argnums!r}{at()}")
        return chosen[0]


def _joined(arrays: Sequence[Any]) -> Array:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays) if arrays else np.empty(0)
