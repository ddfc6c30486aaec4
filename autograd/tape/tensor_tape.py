"""How is a recorded function of arrays called again?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.errors import AutogradError, DTypeError, GradientError, ShapeError, at, short
from autograd.run import Argnums, positions
from autograd.tape.array_program import ArrayProgram, array_program
from autograd.tape.array_source import array_function, array_source
from autograd.tensor import Tensor
from autograd.tree import Structure, flatten, same_structure, unflatten

Shapes = tuple[tuple[tuple[int, ...], str], ...]


class TensorTape:
    """A function of arrays that was recorded, as a list of ops; see `record`.

    The list is that of the shapes it was recorded with; other shapes are recorded when they come. What is returned are
    floats for single numbers and new arrays for arrays, also where Tensors were given.

    >>> import numpy as np
    >>> from autograd import record
    >>> tape = record(lambda w, x: ((x @ w) ** 2).sum(), np.ones(2), np.eye(2))
    >>> tape.value_and_grad(np.array([1.0, 2.0]), np.eye(2))
    (5.0, array([2., 4.]))
    """

    def __init__(self, f: Callable[..., Any], args: Sequence[Any]) -> None:
        self._f, self._name = f, getattr(f, "__name__", type(f).__name__)
        leaves, self._structure = flatten(tuple(args))
        self._starts = [0]
        for arg in args:
            self._starts.append(self._starts[-1] + len(flatten(arg)[0]))
        self._programs: dict[Any, ArrayProgram] = {}
        self._functions: dict[Any, Callable[..., tuple[Any, ...]]] = {}
        self._first = self._program((), args, _shapes(leaves))

    def value(self, *args: Any) -> Any:
        """Return what the function returns.

        Raises:
            ShapeError: an argument is nested otherwise than when the tape was recorded.
        """
        program, found = self._run((), args)
        return unflatten(program.result, list(map(_bare, found)))

    def value_and_grad(self, *args: Any, argnums: Argnums = 0, has_aux: bool = False) -> tuple[Any, Any]:
        """Return the function's one result, and its derivatives by an argument, nested as that is.

        Args:
            args: the arguments.
            argnums: by which argument(s); several give a tuple. (default 0)
            has_aux: does the function return (number, anything else)? Then so does this in place of the number.

        Raises:
            GradientError: the result is not one number, or the argument holds labels.
        """
        single, chosen = positions(argnums)
        value, slopes = self._differentiated(args, chosen, has_aux)
        leaves = flatten(tuple(args))[0]
        gradients = []
        for n in chosen:
            places = self._places(n)
            gradients.append(unflatten(flatten(args[n])[1], [_slope(slopes.get(i), leaves[i]) for i in places]))
        return value, gradients[0] if single else tuple(gradients)

    def backward(self, *args: Any, argnums: Argnums = 0, has_aux: bool = False) -> Any:
        """Add the derivatives to the `.grad` of the Tensors in an argument, as `Tensor.backward` does; return the result.

        >>> import numpy as np
        >>> from autograd import Tensor, record
        >>> w = Tensor([1.0, 2.0], requires_grad=True)
        >>> tape = record(lambda w, x: (w * x).sum(), w, np.ones(2))
        >>> tape.backward(w, np.array([3.0, 4.0])), w.grad
        (11.0, Tensor([3., 4.]))
        """
        value, slopes = self._differentiated(args, positions(argnums)[1], has_aux)
        leaves = flatten(tuple(args))[0]
        for i, slope in slopes.items():
            leaf = leaves[i]
            if isinstance(leaf, Tensor) and leaf.uses is not None:
                leaf._grad = slope if leaf._grad is None else _data(leaf._grad) + slope
        return value

    def _differentiated(self, args: Sequence[Any], chosen: Sequence[int], has_aux: bool) -> tuple[Any, dict[int, Any]]:
        """Return the result, or (number, anything else), and the derivatives by inputs."""
        program, found = self._run(tuple(i for n in chosen for i in self._places(n)), args)
        count = len(program.value)
        value = unflatten(program.result, list(map(_bare, found[:count])))
        if has_aux != (isinstance(value, tuple) and len(value) == 2):
            wanted = "(number, anything else)" if has_aux else "one number"
            raise GradientError(f"a gradient is of one number, and {self._name} does not return {wanted}{at()}")
        return value, dict(zip(program.gradient, found[count:], strict=True))

    def _places(self, n: int) -> range:
        """Return the inputs that an argument holds."""
        n %= len(self._starts) - 1
        return range(self._starts[n], self._starts[n + 1])

    def grad(self, *args: Any, argnums: Argnums = 0) -> Any:
        """Return the derivatives alone; see `value_and_grad`."""
        return self.value_and_grad(*args, argnums=argnums)[1]

    def source(self, kind: str = "value", argnums: Argnums = 0) -> str:
        """Return the list as Python that calls numpy, for the shapes it was recorded with.

        Args:
            kind: "value", or "grad" or "value_and_grad", which are one list.
            argnums: by which argument(s). (default 0)
        """
        if kind not in ("value", "grad", "value_and_grad"):
            raise AutogradError(f"a function is one of value, value_and_grad, grad, got {kind!r}{at()}")
        if kind == "value":
            return array_source(self._first, kind)
        wanted = tuple(i for n in positions(argnums)[1] for i in self._places(n))
        return array_source(self._program(wanted, *self._recorded), kind)

    def __len__(self) -> int:
        return self._first.inputs + len(self._first.lines)

    def __repr__(self) -> str:
        shapes = ", ".join(str(shape) for shape, _ in self._recorded[1])
        return f"Tape of {self._name} on arrays of shapes {shapes}: {len(self._first.lines):,} ops"

    def __str__(self) -> str:
        return f"{self!r}\n{array_source(self._first, 'value')}"

    def _run(self, wanted: tuple[int, ...], args: Sequence[Any]) -> tuple[ArrayProgram, tuple[Any, ...]]:
        leaves, structure = flatten(tuple(args))
        if not same_structure(structure, self._structure):
            raise _misfit(self._name, structure, self._structure)
        arrays = [x._data if x.__class__ is Tensor else x if x.__class__ is np.ndarray else np.asarray(x) for x in leaves]
        key = wanted, tuple([(x.shape, x.dtype) for x in arrays])
        program = self._programs.get(key)
        if program is None:
            program = self._program(wanted, args, key[1])
        function = self._functions.get(key)
        if function is None:
            function = self._functions[key] = array_function(program, "value_and_grad" if wanted else "value")
        return program, function(*arrays, *[x._data for x in program.captured])

    def _program(self, wanted: tuple[int, ...], args: Sequence[Any], shapes: Any) -> ArrayProgram:
        program = self._programs.get((wanted, shapes))
        if program is None:
            leaves = flatten(tuple(args))[0]
            for i in wanted:
                if np.asarray(_data(leaves[i])).dtype.kind != "f" and np.ndim(_data(leaves[i])):
                    raise GradientError(f"there is no derivative by whole numbers, got {short(leaves[i])}{at()}")
            program = self._programs[wanted, shapes] = array_program(self._f, args, wanted)
            self._recorded = args, shapes
        return program


def _shapes(leaves: Sequence[Any]) -> Any:
    return tuple((np.shape(_data(x)), np.asarray(_data(x)).dtype) for x in leaves)


def _data(x: Any) -> Any:
    return x._data if isinstance(x, Tensor) else x


def _bare(x: Any) -> Any:
    """Return a result as it is handed out: a number as a float."""
    return x.item() if isinstance(x, (np.ndarray, np.generic)) and not np.ndim(x) else x


def _slope(found: Any, given: Any) -> Any:
    data = np.asarray(_data(given))
    if found is None:
        return np.zeros_like(data, dtype=float) if data.ndim else 0.0
    return _bare(found)


def _misfit(name: str, given: Structure, recorded: Structure) -> Exception:
    counts = [sum(step is None for step in structure) for structure in (recorded, given)]
    return ShapeError(
        f"{name} was recorded with {counts[0]} arrays and numbers, nested otherwise: got {counts[1]}{at()}"
    )


def holds_arrays(args: Sequence[Any]) -> bool:
    """Is one of the arguments an array or a Tensor, or does it hold one?"""
    leaves = flatten(tuple(args))[0]
    if not any(isinstance(x, Tensor) or (isinstance(x, np.ndarray) and x.ndim) for x in leaves):
        return False
    for x in leaves:
        if not isinstance(x, (Tensor, np.ndarray, int, float, np.number)):
            raise DTypeError(f"beside arrays a tape is recorded on numbers, got {type(x).__name__} {short(x)}{at()}")
    return True
