"""How is a recorded function called again?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.captions import plural
from autograd.errors import AutogradError, GradientError, ShapeError, at
from autograd.run import Argnums
from autograd.tape.arguments import Argument
from autograd.tape.job import Job
from autograd.tape.listing import listed
from autograd.tape.plans import Plans
from autograd.tape.recording import Recording
from autograd.tape.running import Running
from autograd.tape.signature import InAxes, Signature
from autograd.tape.source import compiled, source
from autograd.tape.storing import FilePath, read_tape, write_tape
from autograd.tree import flatten
from autograd.value import Value

Array = NDArray[np.float64]

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

    def __init__(
        self, recording: Recording, name: str, optimize: bool, again: Callable[..., Recording] | None = None
    ) -> None:
        self._name, self._optimize = name, optimize
        self._recording = recording
        self._signature = Signature(recording.arguments, recording.captured, name)
        self._result = Argument(recording.result, 0)
        self._running = self._run_of(recording)
        if again is not None:
            self._running.again = lambda numbers, exactly: self._run_of(
                again(*self._signature.put_together(numbers), optimize=optimize and not exactly)
            )
        self._plans = self._running.plans
        self._direct: dict[Any, Callable[..., Any] | None] = {}

    def _run_of(self, recording: Recording) -> Running:
        job = Job(recording.program, recording.guards, len(recording.program), recording.names)
        return Running(Plans(job, self._signature.starts, self._name, self._optimize), recording.captured)

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
        single, chosen = self._signature.chosen(argnums)
        found = self._run(("value_and_grad", *chosen), args, in_axes, reduce)
        handed = _handed_out(found)
        gradients, start = [], 1
        for n in chosen:
            count = self._signature.arguments[n].count
            like = args[n] if reduce or in_axes is None else None
            if isinstance(like, np.ndarray) and self._signature.axes(args, in_axes)[n] is not None:
                like = np.empty(count)  # it holds samples, and the derivatives are as one of them
            gradients.append(self._signature.arguments[n].put_together(handed[start : start + count], like))
            start += count
        return handed[0], gradients[0] if single else tuple(gradients)

    def grad(self, *args: Any, argnums: Argnums = 0, in_axes: InAxes = None, reduce: str | None = None) -> Any:
        """Return the derivatives alone; see `value_and_grad`."""
        return self.value_and_grad(*args, argnums=argnums, in_axes=in_axes, reduce=reduce)[1]

    def backward(self, *args: Any, argnums: Argnums = 0, in_axes: InAxes = None, reduce: str | None = None) -> Any:
        """Add the derivatives to the `.grad` of the Values in an argument, as `Value.backward` does; return the result.

        Raises:
            GradientError: the function has several results, or there are samples that are not added up.

        >>> from autograd import Value, record
        >>> w = Value(2.0)
        >>> record(lambda w, x: w * x, w, 3.0).backward(w, [1.0, 2.0, 3.0], in_axes=(None, 0), reduce="mean"), w.grad
        (4.0, 2.0)
        """
        if reduce is None and any(axis is not None for axis in self._signature.axes(args, in_axes)):
            raise GradientError(f'backward over samples needs reduce="sum" or "mean": .grad is one number, got None{at()}')
        value, gradients = self.value_and_grad(*args, argnums=argnums, in_axes=in_axes, reduce=reduce)
        single, chosen = self._signature.chosen(argnums)
        for n, found in zip(chosen, (gradients,) if single else gradients, strict=True):
            for leaf, slope in zip(flatten(args[n])[0], flatten(found)[0], strict=True):
                if isinstance(leaf, Value) and leaf.uses is not None:
                    leaf._grad = slope if leaf._grad is None else leaf._grad + slope
        return value

    def jacobian(self, *args: Any, argnums: int = 0) -> Any:
        """Return the derivatives of all results by all numbers of an argument, nested as the results, inside as that.

        All are computed in one run, a lane each.

        Raises:
            AutogradError: several arguments are asked for.
        """
        n = self._signature.the_one(argnums)
        argument, results = self._signature.arguments[n], self._result.count
        kind = "pullback" if results <= argument.count else "pushforward"
        seeds = np.eye(min(results, argument.count))
        found = self._running.with_seeds((kind, n), self._signature.numbers(args), seeds)
        table = found.T if kind == "pullback" else found
        return self._result.put_together([argument.put_together(row.tolist(), args[n]) for row in table])

    def hessian(self, *args: Any, argnums: int = 0) -> Any:
        """Return all second derivatives of the one result by an argument, nested as the argument twice over.

        Raises:
            AutogradError: several arguments are asked for.
            GradientError: the function has several results.

        >>> from autograd import record
        >>> record(lambda x: x[0] * x[0] * x[1], [1.0, 2.0]).hessian([3.0, 5.0])
        [[10.0, 6.0], [6.0, 0.0]]
        """
        n = self._signature.the_one(argnums)
        argument = self._signature.arguments[n]
        found = self._running.with_seeds(("second", n), self._signature.numbers(args), np.eye(argument.count))
        return argument.put_together([argument.put_together(row.tolist(), args[n]) for row in found], args[n])

    def hvp(self, *args: Any, argnums: int = 0) -> Any:
        """Return the Hessian times a vector, which is the last argument, nested as the one that is differentiated by."""
        if not args:
            raise ShapeError(f"hvp needs the arguments and a vector, got nothing{at()}")
        *args_, vector = args
        n = self._signature.the_one(argnums)
        argument = self._signature.arguments[n]
        numbers, seeds = self._signature.numbers(tuple(args_)), np.array([argument.numbers(vector)]).T
        found = self._running.with_seeds(("second", n), numbers, seeds)
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
        return source(self._plans.job(key), kind, returned)

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
        return cls(recording, name, optimize)

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
        size = f"{plural(ops, 'op')} in {plural(program.depth(), 'level')}"
        return f"Tape of {self._name}: {plural(program.inputs, 'input')}, {size}"

    def __str__(self) -> str:
        return listed(self)

    # --- running ------------------------------------------------------------------------------------------------------

    def _run(self, key: tuple[Any, ...], args: Sequence[Any], in_axes: InAxes, reduce: str | None) -> Any:
        """Return the results of a list: a list of floats, or an array of them, or of rows of them."""
        axes = self._signature.axes(args, in_axes)
        if reduce not in (None, "sum", "mean"):
            raise AutogradError(f'reduce is "sum", "mean" or None, got {reduce!r}{at()}')
        if not any(axis is not None for axis in axes):
            if reduce is not None:
                raise AutogradError(f"reduce={reduce!r} is over samples: in_axes says where they are{at()}")
            return self._running.at_point(key, self._signature.numbers(args))
        still, moving, columns = self._signature.inputs(args, axes)
        found = self._running.over_lanes(key, moving, still, columns, reduce is not None)
        if reduce == "mean" and not columns.shape[1]:
            raise ShapeError(f"a mean is over one sample or more, got none{at()}")
        return found / columns.shape[1] if reduce == "mean" else found

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
        single, chosen = self._signature.chosen(argnums) if kind != "value" else (True, [])
        key = (kind, *chosen)
        pairs = zip(self._signature.arguments, self._signature.starts, strict=False)
        taken = [argument.pattern(start, exact=False) for argument, start in pairs]
        if self._running.again or not self._signature.is_closed or None in taken or self._plans.engine(key) != "python":
            return None
        returned = self._result.pattern(0, exact=True)
        if kind != "value":
            start, parts = 1, []
            for n in chosen:
                parts.append(self._signature.arguments[n].pattern(start, exact=True))
                start += self._signature.arguments[n].count
            gradient = None if None in parts else parts[0] if single else f"({''.join(f'{part}, ' for part in parts)})"
            returned = None if gradient is None else f"({{0}}, {gradient})"
        if returned is None:
            return None

        def otherwise(*args: Any) -> Any:
            if kind == "value":
                return self._result.put_together(self._run(key, args, None, None))
            return self._value_and_grad(args, argnums, None, None)

        held = [(str(text), argument.container) for text, argument in zip(taken, self._signature.arguments, strict=True)]
        made = compiled(self._plans.job(key), kind, returned, held, otherwise)
        count = len(held)
        return lambda *args: made(*args) if len(args) == count else otherwise(*args)

    def _asked(self, kind: str, argnums: Argnums) -> tuple[tuple[Any, ...], str]:
        """Return which list is meant, and how its results are returned by a function of floats."""
        if kind not in KINDS:
            raise AutogradError(f"a function is one of {', '.join(KINDS)}, got {kind!r}{at()}")
        if kind == "value":
            count = self._result.count
            return ("value",), "{0}" if count == 1 else f"({', '.join(f'{{{i}}}' for i in range(count))})"
        _, chosen = self._signature.chosen(argnums)
        count = sum(self._signature.arguments[n].count for n in chosen)
        gradient = f"({' '.join(f'{{{i}}},' for i in range(1, count + 1))})"
        key = ("value_and_grad", *chosen)
        return key, gradient if kind == "grad" else f"({{0}}, {gradient})"


def _handed_out(found: Any) -> Any:
    """Return results as floats, or one array a result."""
    if isinstance(found, np.ndarray):
        return found.tolist() if found.ndim == 1 else list(found)
    return found
