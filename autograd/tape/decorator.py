"""How does a function record itself when it is first called?"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import DTypeError, ShapeError, at, short
from autograd.run import Argnums
from autograd.tape.entry import record
from autograd.tape.replaying import Tape
from autograd.tape.signature import InAxes
from autograd.tape.tensor_tape import TensorTape
from autograd.tensor import Tensor
from autograd.tree import flatten, unflatten
from autograd.value import Value

_NUMBERS = {float, int, Value}


class Taped:
    """A function that is recorded when it is called with arguments of a structure that it has not met; see `taped`."""

    def __init__(self, f: Callable[..., Any], in_axes: InAxes, options: dict[str, Any]) -> None:
        functools.update_wrapper(self, f)
        self._f, self._in_axes, self._options = f, in_axes, options
        self._tapes: dict[Any, Tape | TensorTape] = {}

    def __call__(self, *args: Any, reduce: str | None = None) -> Any:
        """Return what the function returns, from its tape."""
        return self.tape(*args).value(*args, **self._lanes(reduce))

    def value_and_grad(self, *args: Any, argnums: Argnums = 0, reduce: str | None = None) -> tuple[Any, Any]:
        """Return the function's result and its derivatives; see `Tape.value_and_grad`."""
        found: tuple[Any, Any] = self.tape(*args).value_and_grad(*args, argnums=argnums, **self._lanes(reduce))
        return found

    def grad(self, *args: Any, argnums: Argnums = 0, reduce: str | None = None) -> Any:
        """Return the derivatives alone."""
        return self.value_and_grad(*args, argnums=argnums, reduce=reduce)[1]

    def _lanes(self, reduce: str | None) -> dict[str, Any]:
        return {} if self._in_axes is None and reduce is None else {"in_axes": self._in_axes, "reduce": reduce}

    def tape(self, *args: Any) -> Any:
        """Return the tape for arguments of this structure, recorded now if there is none."""
        axes = self._axes(len(args))
        samples = [_sample(arg, axis, i) for i, (arg, axis) in enumerate(zip(args, axes, strict=True))]
        key = _key(samples)
        tape = self._tapes.get(key)
        if tape is None:
            tape = self._tapes[key] = record(self._f, *samples, **self._options)
        return tape

    def _axes(self, count: int) -> list[int | None]:
        if self._in_axes is None or isinstance(self._in_axes, (int, np.integer)):
            return [self._in_axes] * count
        if len(self._in_axes) != count:
            raise ShapeError(f"in_axes={self._in_axes!r} is for {len(self._in_axes)} arguments, got {count}{at()}")
        return list(self._in_axes)


def taped(
    f: Callable[..., Any] | None = None, *, in_axes: InAxes = None, on_branch: str = "raise", optimize: bool = True
) -> Any:
    """Record a function when it is first called, and replay it from then on; arguments of another structure record again.

    Args:
        f: a function of numbers and of nested lists, tuples and dicts of them.
        in_axes: which axis of the arguments samples lie along, see `Tape.value`. (default None: one point)
        on_branch: as for `record`. (default "raise")
        optimize: as for `record`. (default True)

    Returns:
        The function, with the methods `value_and_grad`, `grad` and `tape`.

    >>> from autograd import taped
    >>> @taped(in_axes=(None, 0))
    ... def f(w, x):
    ...     return w[0] + w[1] * x
    >>> f([1.0, 2.0], [10.0, 20.0])
    array([21., 41.])
    >>> f.grad([1.0, 2.0], [10.0, 20.0], reduce="sum")
    [2.0, 30.0]
    """
    options = {"on_branch": on_branch, "optimize": optimize}
    return Taped(f, in_axes, options) if f is not None else lambda f: Taped(f, in_axes, options)


def _sample(arg: Any, axis: int | None, position: int) -> Any:
    """Return an argument of one point: as it is, or the first sample along its axis."""
    if axis is None:
        return arg
    leaves, structure = flatten(arg)
    if isinstance(arg, dict) or any(isinstance(x, np.ndarray) and x.ndim for x in leaves):
        return unflatten(structure, [_first(x, axis, position) for x in leaves])
    return _first(arg, axis, position)


def _first(samples: Any, axis: int, position: int) -> Any:
    try:
        array = np.asarray(samples, float)
    except (TypeError, ValueError):
        raise DTypeError(f"argument {position} needs arrays of numbers, got {short(samples)}{at()}") from None
    if not -array.ndim <= axis < array.ndim or not array.shape[axis]:
        raise ShapeError(
            f"argument {position} needs one sample or more along axis {axis}, to be recorded with the first, "
            f"got shape {array.shape}{at()}"
        )
    return np.moveaxis(array, axis, 0)[0].tolist()


def _key(samples: list[Any]) -> Any:
    """Return what tells structures apart: how numbers are nested, the names in dicts, and which of them are arrays."""
    leaves, structure = flatten(samples)
    arrays = () if set(map(type, leaves)) <= _NUMBERS else tuple(isinstance(x, (np.ndarray, Tensor)) for x in leaves)
    steps = [(tuple(step[0].keys), step[1]) if step and hasattr(step[0], "keys") else step for step in structure]
    return arrays, tuple(steps)
