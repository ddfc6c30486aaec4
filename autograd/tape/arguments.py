"""How do numbers come from nested arguments into the inputs of a list, and back?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.errors import AutogradError, DTypeError, GradientError, ShapeError, at, short
from autograd.modes import STAND_INS, witness
from autograd.tree import Structure, flatten, same_structure, unflatten
from autograd.value import Value

Array = NDArray[np.float64]


_FLOATS, _VALUES, _CONTAINERS = {float}, {Value}, {list, tuple, dict, np.ndarray}
_DEEPEST = 20  # what is nested deeper is not written as Python, which reads no more than a hundred parentheses in each other


class Argument:
    """One argument of a recorded function: how it is nested.

    Args:
        structure: as `flatten` gives it.
        position: which argument it is.
    """

    def __init__(self, structure: Structure, position: int) -> None:
        self.structure, self.position = structure, position
        self.count = sum(step is None for step in structure)
        # A list of numbers is met most often, and is read without being taken apart.
        self._is_row = len(structure) == self.count + 1 and structure[-1] is not None and structure[-1][0] in (list, tuple)
        self._is_number = structure == [None]
        self._is_deep = _depth(structure) > _DEEPEST

    def numbers(self, given: Any) -> list[float]:
        """Return the numbers of an argument.

        Raises:
            ShapeError: it is nested otherwise than when the tape was recorded.
            DTypeError: there is something else than a number in it.
        """
        if self._is_number:
            return [self._number(given)]
        if self._is_row and isinstance(given, (list, tuple)) and len(given) == self.count:
            if (kinds := set(map(type, given))) == _FLOATS:
                return list(given)
            # The parameters of a network: leaves, and nobody who is to be told that they are read.
            if kinds == _VALUES and witness() is None and not STAND_INS.get() and {x.op for x in given} == {None}:
                return [x._data for x in given]
            if not kinds & _CONTAINERS:
                return [self._number(x) for x in given]
        leaves, structure = flatten(self.listed(given))
        if not same_structure(structure, self.structure):
            raise self._misfit(given)
        return [self._number(x) for x in leaves]

    def vector(self, given: Any) -> Array:
        """Return the numbers of an argument as an array; raise as `numbers` does."""
        fits = self._is_row and given.__class__ is list and len(given) == self.count > 0
        if fits and given[0].__class__ is float:
            with suppress(TypeError, ValueError, AutogradError):  # what is wrong with it, `numbers` says
                return np.fromiter(given, float, self.count)
        return np.array(self.numbers(given), dtype=float)

    def columns(self, given: Any, axis: int) -> Array:
        """Return the numbers of an argument that differ from lane to lane, a row each, a column a lane.

        Args:
            given: an array, or nested lists, of samples along the axis; or nested as the argument is, with arrays inside.
            axis: which axis of the arrays the samples lie along.
        """
        if not self.count:
            raise ShapeError(f"argument {self.position} holds no numbers, so in_axes needs None for it, got {axis}{at()}")
        rows = self._is_row and isinstance(given, (list, tuple)) and len(given) == self.count
        if not (self._is_number or self._is_row) or (rows and all(isinstance(x, np.ndarray) and x.ndim for x in given)):
            leaves, structure = flatten(given)
            if not same_structure(structure, self.structure):
                raise self._misfit(given)
            arrays = [self._array(x, axis) for x in leaves]
            if len({a.shape for a in arrays}) > 1 or arrays[0].ndim != 1:
                raise ShapeError(
                    f"argument {self.position} needs one number a lane at each place, got shapes "
                    f"{', '.join(str(a.shape) for a in arrays[:4])}{at()}"
                )
            return np.stack(arrays)
        array = self._array(given, axis)
        wanted = 1 if self._is_number else 2
        if array.ndim != wanted or (wanted == 2 and array.shape[1] != self.count):
            sample = "one number" if self._is_number else f"{self.count} numbers"
            raise ShapeError(f"argument {self.position} needs {sample} for each lane, got shape {array.shape}{at()}")
        return array[None] if self._is_number else array.T

    def put_together(self, found: Sequence[Any], like: Any = None) -> Any:
        """Return numbers, or arrays, nested as the argument is; as an array where an array was given."""
        if self._is_number:
            return found[0]
        if isinstance(like, np.ndarray):
            array = np.array(found)
            return array.reshape(like.shape + array.shape[1:]) if like.size == len(array) else array
        return list(found) if self._is_row and self.structure[-1][0] is list else unflatten(self.structure, found)  # type: ignore[index]

    def pattern(self, first: int, *, exact: bool) -> str | None:
        """Return how Python writes the argument, with its numbers at the places ``{first}``, …; None if it does not.

        Args:
            first: the place of its first number.
            exact: is a list a list, and a tuple a tuple? To be unpacked both are tuples, and a dict is nothing.
        """
        if self._is_deep:
            return None
        places = [f"{{{first + i}}}" for i in range(self.count)]
        return _written(unflatten(self.structure, places), exact)

    @property
    def container(self) -> str | None:
        """The name of the type that the argument is, "list" or "tuple"; None if it is something else."""
        kind = self.structure[-1][0] if self.structure[-1] is not None else None
        return "list" if kind is list else "tuple" if kind is tuple else None

    def listed(self, given: Any) -> Any:
        """Return an array as nested lists; all else as it is."""
        return given.tolist() if isinstance(given, np.ndarray) and given.ndim else given

    def _number(self, x: Any) -> float:
        if x.__class__ is float:
            return x
        if x.__class__ is Value:
            if what := what_would_flow(x):
                raise GradientError(
                    f"argument {self.position} is {what}, and a replay gives bare numbers, through "
                    f"which no gradient flows: use x.item(), or record the whole{at()}"
                )
            return x.item()
        if isinstance(x, np.ndarray) and x.ndim == 0:
            x = x[()]
        if isinstance(x, (int, float, np.floating, np.integer)):
            with suppress(OverflowError):
                return float(x)
        raise DTypeError(f"argument {self.position} needs a number, got {type(x).__name__} {short(x)}{at()}")

    def _array(self, x: Any, axis: int) -> Array:
        try:
            array = np.asarray(x, dtype=float)
        except (TypeError, ValueError):
            raise DTypeError(f"argument {self.position} needs arrays of numbers, got {short(x)}{at()}") from None
        if not -array.ndim <= axis < array.ndim:
            raise ShapeError(f"argument {self.position} has no axis {axis} for lanes: its shape is {array.shape}{at()}")
        return array if axis == 0 else np.moveaxis(array, axis, 0)

    def _misfit(self, given: Any) -> ShapeError:
        leaves = flatten(self.listed(given))[0]
        otherwise = "as many now, in other lists or tuples, under other keys, or with keys in another order"
        now = f"{len(leaves)} now" if len(leaves) != self.count else otherwise
        return ShapeError(
            f"argument {self.position} is nested otherwise than when the tape was recorded: {self.count} numbers then, "
            f"{now}{at()}"
        )


def what_would_flow(x: Any) -> str:
    """Say what a Value or Tensor is if a gradient would have to flow through it; "" for a leaf, which is its numbers."""
    if x.op is not None and x.op.name != "alias":
        return f"the result of {x.op.name}"
    is_plain = x.op is None and id(x) not in STAND_INS.get()
    return "" if is_plain else "the argument of a function that is being differentiated or recorded"


def _depth(structure: Structure) -> int:
    """Return how many containers are around the innermost number."""
    depths: list[int] = []
    for step in structure:
        if step is None:
            depths.append(0)
        else:
            first = len(depths) - step[1]
            depths[first:] = [1 + max(depths[first:], default=0)]
    return depths[0]


def _written(tree: Any, exact: bool) -> str | None:
    if isinstance(tree, str):
        return tree
    if type(tree) is dict and exact and all(type(key) in (str, int) for key in tree):
        inside = [_written(x, exact) for x in tree.values()]
        keys = [repr(key).replace("{", "{{").replace("}", "}}") for key in tree]
        pairs = ", ".join(f"{key}: {x}" for key, x in zip(keys, inside, strict=True))
        return None if None in inside else f"{{{{{pairs}}}}}"
    if type(tree) not in (list, tuple):
        return None
    inside = [_written(x, exact) for x in tree]
    if None in inside:
        return None
    listed = ", ".join(map(str, inside))
    return f"[{listed}]" if exact and type(tree) is list else f"({listed}{',' * (len(inside) == 1)})"
