"""What is there to run: which list, which of its outputs are results, and which comparisons must hold?

This is all that an engine is told. It is given one number an input (or one a lane, see `lanes`), and gives the results in
the order of the list's outputs:

    engine(job) -> a function of numbers

`plain` is the engine that the others are held equal to: a loop over the lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograd.dispatch import on_floats
from autograd.errors import DomainError
from autograd.modes import evaluating_rules
from autograd.op import Op, Settings
from autograd.tape.guard import COMPARE, Guard, changed
from autograd.tape.program import CONSTANT, INPUT, Program


class Job(NamedTuple):
    """A list to be run.

    Attributes:
        program: the list; behind its results, its outputs hold what the guards compare.
        guards: the comparisons, by places in the outputs.
        strict: how many lines from the first on are the user's own; the others are derivatives, which may be infinite.
        names: of lines that have one.
    """

    program: Program
    guards: Sequence[Guard]
    strict: int
    names: dict[int, str]

    @property
    def results(self) -> tuple[int, ...]:
        """The lines that are the results."""
        outputs = self.program.outputs
        return outputs[: len(outputs) - 2 * len(self.guards)]

    def compared(self, guard: Guard) -> tuple[int, int]:
        """Return the two lines that a guard compares."""
        outputs = self.program.outputs
        return outputs[guard.left], outputs[guard.right]


def plain(job: Job, numbers: Sequence[float]) -> list[float]:
    """Run a list line by line, and return its results.

    Raises:
        BranchChanged: a comparison comes out otherwise than when it was recorded.
        DomainError: a line of the user's own is outside its domain; the error names it.
    """
    program = job.program
    v: list[float] = []
    waiting = sorted(job.guards, key=lambda guard: max(job.compared(guard)), reverse=True)
    for line, code, arguments in program.lines():
        if code == INPUT:
            v.append(numbers[arguments[0]])
        elif code == CONSTANT:
            v.append(program.constants[arguments[0]])
        else:
            op, settings = program.table[code]
            assert op is not None
            v.append(_applied(op, settings, [v[a] for a in arguments], line, job))
        while waiting and max(job.compared(waiting[-1])) == line:
            guard = waiting.pop()
            left, right = (v[a] for a in job.compared(guard))
            if COMPARE[guard.sign](left, right) is not guard.truth:
                raise changed(guard, left, right)
    return [v[line] for line in job.results]


def _applied(op: Op, settings: Settings, xs: list[float], line: int, job: Job) -> float:
    try:
        if op.over is None:
            if line < job.strict:
                return on_floats(op, xs, settings)
            with evaluating_rules():
                return on_floats(op, xs, settings)
        half = len(xs) // op.arity
        lists = [tuple(xs[i * half : (i + 1) * half]) for i in range(op.arity)]
        try:
            return float(op.over.scalar(*lists, **settings))
        except OverflowError:
            return float("inf")
    except DomainError as error:
        name = job.names.get(line, f"v{line}")
        raise DomainError(f"{name} of the tape: {error}") from None

