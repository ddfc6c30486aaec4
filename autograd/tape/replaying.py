"""How is a recorded function called again?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.errors import AutogradError, GradientError, ShapeError, at
from autograd.run import Argnums, positions
from autograd.tape.arguments import Argument
from autograd.tape.guard import BranchChanged
from autograd.tape.job import Job, plain
from autograd.tape.listing import listed
from autograd.tape.plans import Plans
from autograd.tape.recording import Recording
from autograd.tape.source import compiled, source
from autograd.tape.storing import FilePath, read_tape, write_tape
from autograd.tree import flatten, unflatten
from autograd.value import Value

Array = NDArray[np.float64]
InAxes = int | None | Sequence[int | None]

KINDS = ("value", "value_and_grad", "grad")


class Tape:
    """A function that was recorded, as a list of ops; see `record`.

    Every method takes the function's arguments, nested as they were when it was recorded. Single numbers run as compiled
    Python, many samples at once with numpy (`in_axes`). What comes out are bare numbers: no gradient flows through a replay.

    The list keeps 5 to 25 bytes an op (`nbytes`). A replay in lanes holds 8 bytes for each line and lane of a block, and a
    block is of about 1 MB, or of 64 lanes where a list is long.

    >>> from autograd import record, tanh
    >>> tape = record(lambda w, x: tanh(w[0] + w[1] * x), [0.5, 2.0], 1.0)
    >>> tape.value_and_grad([0.5, 2.0], 0.25)
    (0.761594..., [0.419974..., 0.104993...])
    >>> tape.value([0.5, 2.0], [0.0, 0.25, 0.5], in_axes=(None, 0))
    array([0.46211716, 0.76159416, 0.90514825])
    """

    def __init__(self, recording: Recording, name: str, again: Callable[..., Tape] | None, optimize: bool) -> None:
        self._name, self._again, self._optimize = name, again, optimize
        self._recording = recording
        self._arguments = [Argument(structure, i) for i, structure in enumerate(recording.arguments)]
        self._starts = [0]
        for argument in self._arguments:
            self._starts.append(self._starts[-1] + argument.count)
        self._result = Argument(recording.result, 0)
        self._job = Job(recording.program, recording.guards, len(recording.program), recording.names)
        self._plans = Plans(self._job, self._starts, name, optimize)
        self._direct: dict[Any, Callable[..., Any] | None] = {}
        self._others: list[Tape] = []

    # --- what is asked of it ------------------------------------------------------------------------------------------

    def value(self, *args: Any, in_axes: InAxes = None, reduce: str | None = None) -> Any:
        """Return what the function returns.

        Args:
            args: its arguments.
            in_axes: which axis of the arguments samples lie along: a number or None for each, or one for all. An argument
                with an axis is an array of samples, or nested as it was with arrays inside. (default None: one point)
            reduce: "sum" or "mean" over the samples. (default None: an array of the results)

        Raises:
            BranchChanged: a comparison comes out otherwise than when the tape was recorded.
            DomainError: an op is outside its domain; the message names its line.
            ShapeError: an argument is nested otherwise, or there are more or fewer.
        """
        if in_axes is None and reduce is None and (direct := self._directly("value", 0)) is not None:
            return direct(*args)
        return self._result.put_together(_handed_out(self._run(("value",), args, in_axes, reduce)))

    def value_and_grad(
        self, *args: Any, argnums: Argnums = 0, in_axes: InAxes = None, reduce: str | None = None
    ) -> tuple[Any, Any]:
        """Return the function's one result, and its derivatives by an argument, nested as that is.

        Args:
            args: the arguments.
            argnums: by which argument(s); several give a tuple. (default 0)
            in_axes: as for `value`.
            reduce: as for `value`; derivatives are added up, or averaged, as the value is.

        Raises:
            GradientError: the function has several results.
        """
        if in_axes is None and reduce is None and (direct := self._directly("value_and_grad", argnums)) is not None:
            return direct(*args)  # type: ignore[no-any-return]
        return self._value_and_grad(args, argnums, in_axes, reduce)

    def _value_and_grad(self, args: Sequence[Any], argnums: Argnums, in_axes: InAxes, reduce: str | None) -> tuple[Any, Any]:
        single, chosen = self._chosen(argnums)
        found = self._run(("value_and_grad", *chosen), args, in_axes, reduce)
        handed = _handed_out(found)
        gradients, start = [], 1
        for n in chosen:
            count = self._arguments[n].count
            like = args[n] if reduce or in_axes is None else None
            gradients.append(self._arguments[n].put_together(handed[start : start + count], like))
            start += count
        return handed[0], gradients[0] if single else tuple(gradients)

    def grad(self, *args: Any, argnums: Argnums = 0, in_axes: InAxes = None, reduce: str | None = None) -> Any:
        """Return the derivatives alone; see `value_and_grad`."""
        return self.value_and_grad(*args, argnums=argnums, in_axes=in_axes, reduce=reduce)[1]

    def backward(self, *args: Any, argnums: Argnums = 0, in_axes: InAxes = None, reduce: str | None = None) -> Any:
        """Add the derivatives to the `.grad` of the Values in an argument, as `Value.backward` does; return the result.

        >>> from autograd import Value, record
        >>> w = Value(2.0)
        >>> record(lambda w, x: w * x, w, 3.0).backward(w, [1.0, 2.0, 3.0], in_axes=(None, 0), reduce="mean"), w.grad
        (4.0, 2.0)
        """
        value, gradients = self.value_and_grad(*args, argnums=argnums, in_axes=in_axes, reduce=reduce)
        single, chosen = self._chosen(argnums)
        for n, found in zip(chosen, (gradients,) if single else gradients, strict=True):
            for leaf, slope in zip(flatten(args[n])[0], flatten(found)[0], strict=True):
                if isinstance(leaf, Value) and leaf.uses is not None:
                    leaf._grad = slope if leaf._grad is None else leaf._grad + slope
        return value

    def jacobian(self, *args: Any, argnums: int = 0) -> Any:
        """Return the derivatives of all results by all numbers of an argument, nested as the results, inside as that.

        All are computed in one run, a lane each.
        """
        _, [n] = self._chosen(argnums)
        argument, results = self._arguments[n], self._result.count
        kind = "pullback" if results <= argument.count else "pushforward"
        seeds = np.eye(min(results, argument.count))
        found = self._with_seeds((kind, n), args, seeds)
        table = found.T if kind == "pullback" else found
        return self._result.put_together([argument.put_together(row.tolist(), args[n]) for row in table])

    def hessian(self, *args: Any, argnums: int = 0) -> Any:
        """Return all second derivatives of the one result by an argument, nested as the argument twice over."""
        _, [n] = self._chosen(argnums)
        argument = self._arguments[n]
        found = self._with_seeds(("second", n), args, np.eye(argument.count))
        return argument.put_together([argument.put_together(row.tolist(), args[n]) for row in found], args[n])

    def hvp(self, *args: Any, argnums: int = 0) -> Any:
        """Return the Hessian times a vector, which is the last argument, nested as the one that is differentiated by."""
        *args_, vector = args
        _, [n] = self._chosen(argnums)
        argument = self._arguments[n]
        found = self._with_seeds(("second", n), tuple(args_), np.array([argument.numbers(vector)]).T)
        return argument.put_together(found[:, 0].tolist(), args_[n])

    def function(self, kind: str = "value", argnums: Argnums = 0) -> Callable[..., Any]:
        """Return a plain function of floats, one for each number of the arguments, compiled: for the tightest loop.

        Args:
            kind: "value", "grad", or "value_and_grad", which gives the value and a tuple of derivatives.
            argnums: by which argument(s). (default 0)

        >>> from autograd import record
        >>> record(lambda p, x: p[0] * x + p[1], [2.0, 1.0], 3.0).function("value_and_grad")(2.0, 1.0, 3.0)
        (7.0, (3.0, 1.0))
        """
        if self._recording.captured:
            raise GradientError(
                f"a function of floats cannot follow {len(self._recording.captured)} Values that the recorded function uses "
                f"from outside: give them as arguments{at()}"
            )
        return self._plans.function(*self._asked(kind, argnums))

    def source(self, kind: str = "value", argnums: Argnums = 0) -> str:
        """Return the list as Python, forward and backward, line for line; `function` is this, compiled."""
        key, returned = self._asked(kind, argnums)
        return source(self._plans.job(key), key[0], returned)

    def save(self, path: FilePath) -> None:
        """Write the tape to a file: JSON that holds the list, and nothing that could be run.

        Values that the function uses from outside are kept with the numbers they have now.

        Raises:
            AutogradError: arguments or results are nested in something else than lists, tuples, and dicts with keys of text.
            OSError: the file cannot be written.
        """
        write_tape(path, self._recording, self._name, self._optimize)

    @classmethod
    def load(cls, path: FilePath) -> Tape:
        """Read a tape from a file. Nothing in it is run; it may come from anywhere.

        Raises:
            TapeFileError: the file is no tape, or is damaged.
            OSError: there is none, or it cannot be read.

        >>> import tempfile
        >>> from autograd import Tape, record
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     record(lambda x: x * x, 2.0).save(f"{folder}/square.tape")
        ...     Tape.load(f"{folder}/square.tape").grad(3.0)
        6.0
        """
        recording, name, optimize = read_tape(path)
        return cls(recording, name, None, optimize)

    # --- what it is ---------------------------------------------------------------------------------------------------

    @property
    def program(self) -> Any:
        """The list, as arrays; see `autograd.tape.program.Program`."""
        return self._recording.program

    @property
    def nbytes(self) -> int:
        """The memory that the recorded list takes."""
        return self._recording.program.nbytes

    def __len__(self) -> int:
        return len(self._recording.program)

    def __repr__(self) -> str:
        program = self._recording.program
        ops = sum(program.counts().values())
        return f"Tape of {self._name}: {program.inputs} inputs, {ops:,} ops in {program.depth():,} levels"

    def __str__(self) -> str:
        return listed(self)

    # --- running ------------------------------------------------------------------------------------------------------

    def _run(self, key: tuple[Any, ...], args: Sequence[Any], in_axes: InAxes, reduce: str | None) -> Any:
        """Return the results of a list: a list of floats, or an array of them, or of rows of them."""
        axes = self._axes(args, in_axes)
        if reduce not in (None, "sum", "mean"):
            raise AutogradError(f'reduce is "sum", "mean" or None, got {reduce!r}{at()}')
        if not any(axis is not None for axis in axes):
            if reduce is not None:
                raise AutogradError(f"reduce={reduce!r} is over samples: in_axes says where they are{at()}")
            return self._at_point(key, self._numbers(args))
        still, moving, columns = self._inputs(args, axes)
        found = self._over_lanes(key, moving, still, columns, reduce is not None, args)
        if reduce == "mean" and not columns.shape[1]:
            raise ShapeError(f"a mean is over one sample or more, got none{at()}")
        return found / columns.shape[1] if reduce == "mean" else found

    def _at_point(self, key: tuple[Any, ...], numbers: list[float]) -> Sequence[float]:
        try:
            job, engine = self._plans.job(key), self._plans.engine(key)
            if engine == "python":
                return self._plans.function(key)(*numbers)  # type: ignore[no-any-return]
            if engine == "plain":
                return plain(job, numbers)
            return self._plans.lanes(key, (False,) * job.program.inputs, False).run(numbers, np.empty((0, 1)))[:, 0].tolist()  # type: ignore[no-any-return]
        except BranchChanged:
            other = self._other(numbers)
            if other is None:
                raise
            return other._at_point(key, numbers)

    def _over_lanes(
        self, key: tuple[Any, ...], moving: tuple[bool, ...], still: list[float], columns: Array, total: bool, args: Any
    ) -> Array:
        try:
            return self._plans.lanes(key, moving, total).run(still, columns)
        except BranchChanged as error:
            lanes = error.lanes if error.lanes is not None else np.arange(columns.shape[1])
            first = iter(columns[:, lanes[0]].tolist()), iter(still)
            other = self._other([next(first[0] if m else first[1]) for m in moving])
            if other is None:
                raise
        rest = np.setdiff1d(np.arange(columns.shape[1]), lanes)
        changed = other._over_lanes(key, moving, still, columns[:, lanes], total, args)
        if not len(rest):
            return changed
        same = self._over_lanes(key, moving, still, columns[:, rest], total, args)
        if total:
            return same + changed
        found = np.empty((len(same), columns.shape[1]))
        found[:, rest], found[:, lanes] = same, changed
        return found

    def _other(self, numbers: list[float]) -> Tape | None:
        """Return a tape recorded where comparisons came out as they do at these numbers; None if that is not wanted."""
        if self._again is None:
            return None
        own = numbers[: self._starts[-1]]
        for other in self._others:
            try:
                plain(other._job, numbers)
            except BranchChanged:
                continue
            return other
        args = [
            unflatten(argument.structure, own[start : start + argument.count])
            for argument, start in zip(self._arguments, self._starts, strict=False)
        ]
        other = self._again(*args)
        other._again = None
        self._others.append(other)
        return other

    def _with_seeds(self, key: tuple[Any, ...], args: Sequence[Any], seeds: Array) -> Array:
        """Run a list of derivatives along or against several directions, a lane each."""
        numbers = self._numbers(args)
        lanes = self._plans.lanes(key, (False,) * len(numbers) + (True,) * len(seeds), False)
        try:
            return lanes.run(numbers, seeds)
        except BranchChanged:
            other = self._other(numbers)
            if other is None:
                raise
            return other._with_seeds(key, args, seeds)

    # --- at a single point, as directly as can be ---------------------------------------------------------------------

    def _directly(self, kind: str, argnums: Argnums) -> Callable[..., Any] | None:
        """Return a function of the arguments themselves at a single point, if one can be compiled."""
        try:
            return self._direct[kind, argnums]
        except KeyError:
            self._direct[kind, argnums] = found = self._made_direct(kind, argnums)
            return found
        except TypeError:  # argnums is a list
            return self._directly(kind, tuple(argnums))  # type: ignore[arg-type]

    def _made_direct(self, kind: str, argnums: Argnums) -> Callable[..., Any] | None:
        single, chosen = self._chosen(argnums) if kind != "value" else (True, [])
        key = (kind, *chosen)
        taken = [a.pattern(start, exact=False) for a, start in zip(self._arguments, self._starts, strict=False)]
        if self._again or self._recording.captured or None in taken or self._plans.engine(key) != "python":
            return None
        returned = self._result.pattern(0, exact=True)
        if kind != "value":
            start, parts = 1, []
            for n in chosen:
                parts.append(self._arguments[n].pattern(start, exact=True))
                start += self._arguments[n].count
            gradient = None if None in parts else parts[0] if single else f"({''.join(f'{part}, ' for part in parts)})"
            returned = None if gradient is None else f"({{0}}, {gradient})"
        if returned is None:
            return None

        def otherwise(*args: Any) -> Any:
            if kind == "value":
                return self._result.put_together(self._run(key, args, None, None))
            return self._value_and_grad(args, argnums, None, None)

        made = compiled(self._plans.job(key), kind, returned, [str(pattern) for pattern in taken], otherwise)
        count = len(self._arguments)
        return lambda *args: made(*args) if len(args) == count else otherwise(*args)

    # --- arguments ----------------------------------------------------------------------------------------------------

    def _numbers(self, args: Sequence[Any]) -> list[float]:
        self._count(args)
        found: list[float] = []
        for argument, given in zip(self._arguments, args, strict=True):
            found += argument.numbers(given)
        return found + self._captured()

    def _captured(self) -> list[float]:
        """Return the numbers of the Values that the function uses from outside, as they are now."""
        return [v.item() for v in self._recording.captured]

    def _inputs(self, args: Sequence[Any], axes: Sequence[int | None]) -> tuple[list[float], tuple[bool, ...], Array]:
        """Return the numbers that are the same in all lanes, which inputs move, and the columns of those."""
        still: list[float] = []
        moving: list[bool] = []
        columns = []
        for argument, given, axis in zip(self._arguments, args, axes, strict=True):
            moving += [axis is not None] * argument.count
            if axis is None:
                still += argument.numbers(given)
            else:
                columns.append(argument.columns(given, axis))
        if len({len(c.T) for c in columns}) > 1:
            raise ShapeError(f"arguments have different numbers of lanes: {', '.join(str(len(c.T)) for c in columns)}{at()}")
        still += self._captured()
        moving += [False] * len(self._recording.captured)
        return still, tuple(moving), np.concatenate(columns)

    def _axes(self, args: Sequence[Any], in_axes: InAxes) -> Sequence[int | None]:
        self._count(args)
        axes = [in_axes] * len(args) if in_axes is None or isinstance(in_axes, int) else list(in_axes)
        if len(axes) != len(args):
            raise ShapeError(f"in_axes needs an axis or None for each of {len(args)} arguments, got {in_axes!r}{at()}")
        return axes

    def _count(self, args: Sequence[Any]) -> None:
        if len(args) != len(self._arguments):
            raise ShapeError(f"{self._name} was recorded with {len(self._arguments)} arguments, got {len(args)}{at()}")

    def _chosen(self, argnums: Argnums) -> tuple[bool, list[int]]:
        single, chosen = positions(argnums)
        count = len(self._arguments)
        if not all(-count <= n < count for n in chosen):
            raise AutogradError(f"argnums {argnums!r} for {count} arguments{at()}")
        return single, [n % count for n in chosen]

    def _asked(self, kind: str, argnums: Argnums) -> tuple[tuple[Any, ...], str]:
        """Return which list is meant, and how its results are returned by a function of floats."""
        if kind not in KINDS:
            raise AutogradError(f"a function is one of {', '.join(KINDS)}, got {kind!r}{at()}")
        if kind == "value":
            count = self._result.count
            return ("value",), "{0}" if count == 1 else f"({', '.join(f'{{{i}}}' for i in range(count))})"
        _, chosen = self._chosen(argnums)
        count = sum(self._arguments[n].count for n in chosen)
        gradient = f"({' '.join(f'{{{i}}},' for i in range(1, count + 1))})"
        key = ("value_and_grad", *chosen)
        return key, gradient if kind == "grad" else f"({{0}}, {gradient})"


def _handed_out(found: Any) -> Any:
    """Return results as floats, or one array a result."""
    if isinstance(found, np.ndarray):
        return found.tolist() if found.ndim == 1 else list(found)
    return found
