"""How is a recorded function of arrays called again?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.errors import AutogradError, DomainError, DTypeError, GradientError, ShapeError, at, short
from autograd.run import Argnums, positions
from autograd.tape.arguments import what_would_flow
from autograd.tape.array_lines import ArrayProgram
from autograd.tape.array_program import array_program
from autograd.tape.array_source import array_function, array_source
from autograd.tensor import Tensor
from autograd.tree import flatten, same_structure, unflatten

_PLAIN = {Tensor, np.ndarray, float, int}


@dataclass
class _Made:
    """A list, and the function that runs it, made when it is first called.

    Attributes:
        program: the list.
        places: the inputs that held whole numbers from 0 on when it was recorded.
        function: of the inputs and what was captured, gives the results and the gradients.
    """

    program: ArrayProgram
    places: list[int]
    function: Callable[..., tuple[Any, ...]] | None = None


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
        self._structures = [flatten(arg)[1] for arg in args]
        self._starts = [0]
        for structure in self._structures:
            self._starts.append(self._starts[-1] + sum(step is None for step in structure))
        self._made: dict[Any, _Made] = {}
        self._masks: set[int] = set()
        leaves = self._leaves(args)
        self._recorded = args, [np.shape(_data(x)) for x in leaves]
        self._first = self._record((), leaves, args, [np.asarray(_data(x)) for x in leaves]).program

    def value(self, *args: Any) -> Any:
        """Return what the function returns.

        Args:
            args: the arguments, nested as those it was recorded with; arrays of other shapes and dtypes record it anew.

        Raises:
            ShapeError: an argument is nested otherwise than when the tape was recorded.
            GradientError: an argument is a Tensor that was computed, through which no gradient would flow.

        >>> import numpy as np
        >>> from autograd import record
        >>> record(lambda x: {"twice": 2 * x}, np.ones(2)).value(np.array([3.0, 4.0]))
        {'twice': array([6., 8.])}
        """
        program, found = self._run((), self._leaves(args), args)
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
        single, chosen = self._chosen(argnums)
        leaves = self._leaves(args)
        value, slopes = self._differentiated(args, leaves, chosen, has_aux)
        gradients = []
        for n in chosen:
            places = self._places(n)
            gradients.append(unflatten(self._structures[n], [_slope(slopes.get(i), leaves[i]) for i in places]))
        return value, gradients[0] if single else tuple(gradients)

    def backward(self, *args: Any, argnums: Argnums = 0, has_aux: bool = False) -> Any:
        """Add the derivatives to the `.grad` of the Tensors in an argument, as `Tensor.backward` does; return the result.

        Args:
            args: the arguments.
            argnums: the Tensors of which argument(s). (default 0)
            has_aux: does the function return (number, anything else)? (default False)

        Raises:
            GradientError: as `value_and_grad`.

        >>> import numpy as np
        >>> from autograd import Tensor, record
        >>> w = Tensor([1.0, 2.0], requires_grad=True)
        >>> tape = record(lambda w, x: (w * x).sum(), w, np.ones(2))
        >>> tape.backward(w, np.array([3.0, 4.0])), w.grad
        (11.0, Tensor([3., 4.]))
        """
        leaves = self._leaves(args)
        value, slopes = self._differentiated(args, leaves, self._chosen(argnums)[1], has_aux)
        for i, slope in slopes.items():
            leaf = leaves[i]
            if isinstance(leaf, Tensor) and leaf.uses is not None:
                leaf._grad = slope if leaf._grad is None else _data(leaf._grad) + slope
        return value

    def _differentiated(
        self, args: Sequence[Any], leaves: Sequence[Any], chosen: Sequence[int], has_aux: bool
    ) -> tuple[Any, dict[int, Any]]:
        """Return the result, or (number, anything else), and the derivatives by inputs."""
        program, found = self._run(tuple(chosen), leaves, args)
        count = len(program.value)
        value = unflatten(program.result, list(map(_bare, found[:count])))
        number = value[0] if has_aux and isinstance(value, tuple) and len(value) == 2 else value
        if isinstance(number, (list, tuple, dict)) or (has_aux and number is value):
            wanted = "(number, anything else)" if has_aux else "one number"
            raise GradientError(f"a gradient is of one number, and {self._name} does not return {wanted}{at()}")
        return value, dict(zip(program.gradient, found[count:], strict=True))

    def _chosen(self, argnums: Argnums) -> tuple[bool, list[int]]:
        """Return whether one argument is meant, and which."""
        return positions(argnums, len(self._structures), "arguments")

    def _places(self, n: int) -> range:
        """Return the inputs that an argument holds."""
        return range(self._starts[n], self._starts[n + 1])

    def grad(self, *args: Any, argnums: Argnums = 0) -> Any:
        """Return the derivatives alone; see `value_and_grad`.

        Args:
            args: the arguments.
            argnums: by which argument(s); several give a tuple. (default 0)

        Raises:
            GradientError: as `value_and_grad`.
        """
        return self.value_and_grad(*args, argnums=argnums)[1]

    def source(self, kind: str = "value", argnums: Argnums = 0) -> str:
        """Return the list as Python that calls numpy, for the shapes it was recorded with.

        Args:
            kind: "value", or "grad" or "value_and_grad", which are one list.
            argnums: by which argument(s). (default 0)

        Raises:
            AutogradError: there is no such kind, or no such argument.
        """
        if kind not in ("value", "grad", "value_and_grad"):
            raise AutogradError(f"a function is one of value, value_and_grad, grad, got {kind!r}{at()}")
        if kind == "value":
            return array_source(self._first, kind)
        args = self._recorded[0]
        chosen, leaves = tuple(self._chosen(argnums)[1]), self._leaves(args)
        return array_source(self._made_for(chosen, leaves, args, self._arrays(leaves)).program, kind)

    def __len__(self) -> int:
        return self._first.inputs + len(self._first.lines)

    def __repr__(self) -> str:
        shapes = ", ".join(map(str, self._recorded[1]))
        return f"Tape of {self._name} on arrays of shapes {shapes}: {len(self._first.lines):,} ops"

    def __str__(self) -> str:
        return f"{self!r}\n{array_source(self._first, 'value')}"

    def _run(
        self, chosen: tuple[int, ...], leaves: Sequence[Any], args: Sequence[Any]
    ) -> tuple[ArrayProgram, tuple[Any, ...]]:
        """Return a list for arrays of these shapes, and what it gives for them."""
        arrays = self._arrays(leaves)
        made = self._made_for(chosen, leaves, args, arrays)
        for i in made.places:
            if arrays[i].min(initial=0) < 0:
                raise DomainError(
                    f"{self._name} needs labels from 0 on as it was recorded with, got {int(arrays[i].min())}: below 0 they "
                    f"may mean something else, and a tape holds one list{at()}"
                )
        if made.function is None:
            made.function = array_function(made.program, "value_and_grad" if chosen else "value")
        return made.program, made.function(*arrays, *[x._data for x in made.program.captured])

    def _made_for(self, chosen: tuple[int, ...], leaves: Sequence[Any], args: Sequence[Any], arrays: list[Any]) -> _Made:
        """Return the list for arrays of these shapes, recorded now if there is none."""
        made = self._made.get(self._key(chosen, arrays))
        return self._record(chosen, leaves, args, arrays) if made is None else made

    def _record(self, chosen: tuple[int, ...], leaves: Sequence[Any], args: Sequence[Any], arrays: list[Any]) -> _Made:
        program = self._program(chosen, leaves, args)
        made = _Made(program, [i for i in program.indices("i") if arrays[i].min(initial=0) >= 0])
        self._masks |= program.indices("b")
        self._made[self._key(chosen, arrays)] = made
        return made

    def _key(self, chosen: tuple[int, ...], arrays: list[Any]) -> Any:
        """Return what one list is for: shapes and dtypes, and how many entries a mask means."""
        counts = tuple([int(np.count_nonzero(arrays[i])) for i in self._masks]) if self._masks else ()
        return chosen, tuple([(x.shape, x.dtype) for x in arrays]), counts

    def _arrays(self, leaves: Sequence[Any]) -> list[Any]:
        return [x if x.__class__ is np.ndarray else self._array(x) for x in leaves]

    def _array(self, x: Any) -> Any:
        """Return what a Tensor or a number holds."""
        if x.__class__ is not Tensor:
            return np.asarray(x)
        if what := what_would_flow(x):
            raise GradientError(
                f"{x.describe()} is {what}, and a replay gives bare arrays, through which no gradient "
                f"flows: use x.detach(), or record the whole{at()}"
            )
        return x._data

    def _program(self, chosen: Sequence[int], leaves: Sequence[Any], args: Sequence[Any]) -> ArrayProgram:
        wanted = [i for n in chosen for i in self._places(n)]
        for i in wanted:
            data = np.asarray(_data(leaves[i]))
            if data.dtype.kind != "f" and data.ndim:
                raise GradientError(f"there is no derivative by whole numbers, got {short(leaves[i])}{at()}")
        return array_program(self._f, args, wanted)

    def _leaves(self, args: Sequence[Any]) -> list[Any]:
        """Return the arrays and numbers of the arguments, nested as they were when the tape was recorded."""
        found: list[Any] = []
        fits = len(args) == len(self._structures)
        for arg, structure in zip(args, self._structures, strict=False):
            if arg.__class__ in _PLAIN:
                found.append(arg)
                fits = fits and len(structure) == 1
            elif (
                arg.__class__ is list and len(arg) + 1 == len(structure) and structure[-1] is not None
                and structure[-1][0] is list and set(map(type, arg)) <= _PLAIN
            ):  # fmt: skip
                found += arg  # the parameters of a network: the commonest case, without being taken apart
            else:
                inside, other = flatten(arg)
                found += inside
                fits = fits and same_structure(other, structure)
        if not fits:
            raise self._misfit(args)
        return found

    def _misfit(self, args: Sequence[Any]) -> ShapeError:
        """Return the error for arguments that are nested otherwise than when the tape was recorded."""
        wanted = self._starts[-1]
        now = [flatten(arg) for arg in args]
        count = sum(len(leaves) for leaves, _ in now)
        said = f"{self._name} was recorded with {wanted} arrays and numbers, nested otherwise: got {count}"
        if count == wanted and len(now) == len(self._structures):
            pairs = zip(now, self._structures, strict=True)
            odd = [i for i, ((_, structure), mine) in enumerate(pairs) if not same_structure(structure, mine)]
            said += f", and argument {odd[0]} has other lists, tuples or keys, or keys in another order"
        return ShapeError(said + at())


def _data(x: Any) -> Any:
    return x._data if isinstance(x, Tensor) else x


def _bare(x: Any) -> Any:
    """Return a result as it is handed out: a number as a float."""
    return x.item() if isinstance(x, (np.ndarray, np.generic)) and not x.ndim else x


def _slope(found: Any, given: Any) -> Any:
    data = np.asarray(_data(given))
    if found is None:
        return np.zeros_like(data, dtype=data.dtype if data.dtype.kind == "f" else float) if data.ndim else 0.0
    return _bare(found)


def holds_arrays(args: Sequence[Any]) -> bool:
    """Is one of the arguments an array or a Tensor, or does it hold one?"""
    leaves = flatten(tuple(args))[0]
    if not any(isinstance(x, Tensor) or (isinstance(x, np.ndarray) and x.ndim) for x in leaves):
        return False
    for x in leaves:
        if not isinstance(x, (Tensor, np.ndarray, int, float, np.number)):
            raise DTypeError(f"beside arrays a tape is recorded on numbers, got {type(x).__name__} {short(x)}{at()}")
    return True
