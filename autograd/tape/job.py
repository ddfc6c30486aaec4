"""What is there to run: which list, which of its outputs are results, and which comparisons must hold?

This is all that an engine is told. It is given one number an input (or one a lane, see `lanes`), and gives the results in
the order of the list's outputs:

    engine(job) -> a function of numbers

`plain` is the engine that the others are held equal to: a loop over the lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograd.errors import DomainError
from autograd.modes import evaluating_rules
from autograd.tape.guard import COMPARE, Guard, changed
from autograd.tape.program import CONSTANT, INPUT, Opcode, Program, computed


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

    def guards_after(self) -> dict[int, list[int]]:
        """Return the numbers of the guards by the line from which on they can be looked at, -1 for the start.

        Each is looked at as soon as that, because it may decide whether the lines below were to be run at all.
        """
        found: dict[int, list[int]] = {}
        codes = self.program.codes
        for number, guard in enumerate(self.guards):
            lines = [line for line in self.compared(guard) if codes[line] != CONSTANT]  # constants are there from the start
            found.setdefault(max(lines, default=-1), []).append(number)
        return found


def plain(job: Job, numbers: Sequence[float]) -> list[float]:
    """Run a list line by line, and return its results.

    Raises:
        BranchChanged: a comparison comes out otherwise than when it was recorded.
        DomainError: a line of the user's own is outside its domain; the error names it.
    """
    program = job.program
    v = [program.constant(line) if code == CONSTANT else 0.0 for line, code in enumerate(program.codes)]
    guards = job.guards_after()
    _check(guards.get(-1, ()), job, v)
    for line, code, arguments in program.lines():
        if code == INPUT:
            v[line] = numbers[arguments[0]]
        elif code != CONSTANT:
            v[line] = _applied(program.table[code], [v[a] for a in arguments], line, job)
        if line in guards:
            _check(guards[line], job, v)
    return [v[line] for line in job.results]


def _check(numbers: Sequence[int], job: Job, v: Sequence[float]) -> None:
    for guard in [job.guards[number] for number in numbers]:
        left, right = (v[line] for line in job.compared(guard))
        if COMPARE[guard.sign](left, right) is not guard.truth:
            raise changed(guard, left, right)


def _applied(opcode: Opcode, xs: list[float], line: int, job: Job) -> float:
    op, settings = opcode
    assert op is not None
    try:
        if line < job.strict:
            return computed(op, settings, xs)
        with evaluating_rules():
            return computed(op, settings, xs)
    except DomainError as error:
        name = job.names.get(line, f"v{line}")
        raise DomainError(f"{name} of the tape: {error}") from None
