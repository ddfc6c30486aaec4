"""Which lists compute the derivatives of a list?

Each is the list itself with further lines, so that values and derivatives share what they have in common, and a second
derivative is a derivative of such a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.tape.adjoint import pulled_back, pushed_forward
from autograd.tape.borders import bordering
from autograd.tape.job import Job
from autograd.tape.program import Builder
from autograd.tape.slot import Slot


def value_and_gradient(job: Job, wanted: Sequence[int], *, optimize: bool = True) -> Job:
    """Return the list of the one result and its derivatives by these inputs."""
    builder, at = _continued(job, optimize)
    [result] = job.results
    found = pulled_back(builder, job.program, at, _seeds(job, [1.0]), wanted)
    return _finished(builder, job, at, [at[result], *_lines(builder, found)], [at[c] for c in _compared(job)])


def gradient(job: Job, wanted: Sequence[int], *, optimize: bool = True) -> Job:
    """Return the list of the derivatives of the one result by these inputs, without the result."""
    builder, at = _continued(job, optimize)
    found = pulled_back(builder, job.program, at, _seeds(job, [1.0]), wanted)
    return _finished(builder, job, at, _lines(builder, found), [at[c] for c in _compared(job)])


def pullback(job: Job, wanted: Sequence[int], *, optimize: bool = True) -> Job:
    """Return the list of Σ gᵢ ∂yᵢ by these inputs; the gradients gᵢ of the results are further inputs, behind the others."""
    builder, at = _continued(job, optimize, more=len(job.results))
    first = job.program.inputs
    seeds = [Slot(builder, first + i) for i in range(len(job.results))]
    found = pulled_back(builder, job.program, at, _seeds(job, seeds), wanted)
    return _finished(builder, job, at, _lines(builder, found), [at[c] for c in _compared(job)])


def pushforward(job: Job, wanted: Sequence[int], *, optimize: bool = True) -> Job:
    """Return the list of the derivatives of the results along tangents of these inputs, which are further inputs."""
    builder, at = _continued(job, optimize, more=len(wanted))
    first = job.program.inputs
    tangents = {line: Slot(builder, first + i) for i, line in enumerate(wanted)}
    pushed = pushed_forward(builder, job.program, at, tangents)[: len(job.results)]
    return _finished(builder, job, at, _lines(builder, pushed), [at[c] for c in _compared(job)])


def _continued(job: Job, optimize: bool, more: int = 0) -> tuple[Builder, list[int]]:
    """Return a builder that has the lines of a list, with more inputs behind the list's own, and where each line is."""
    builder = Builder(simplify=optimize, share=optimize)
    inputs = [builder.input() for _ in range(job.program.inputs + more)]
    return builder, builder.copy(job.program, inputs[: job.program.inputs])


def _seeds(job: Job, given: Sequence[Any]) -> list[Any]:
    """Return the gradients of all outputs: none of what is compared."""
    return [*given, *[None] * (len(job.program.outputs) - len(given))]


def _compared(job: Job) -> Sequence[int]:
    return job.program.outputs[len(job.results) :]


def _lines(builder: Builder, found: Sequence[Any]) -> list[int]:
    return [x.line if isinstance(x, Slot) else builder.constant(float(x)) for x in found]


def _finished(builder: Builder, job: Job, at: Sequence[int], results: list[int], compared: list[int]) -> Job:
    # The derivative of log x is a number where log x is none: the line stays, and says so.
    kept = [at[line] for line in bordering(job.program, job.strict)]
    program, place = builder.program([*results, *compared], kept)
    guards = [g._replace(left=len(results) + 2 * i, right=len(results) + 2 * i + 1) for i, g in enumerate(job.guards)]
    own = max(at) if at else -1
    strict = sum(place[line] >= 0 for line in range(own + 1))
    names = {place[at[line]]: name for line, name in job.names.items() if place[at[line]] >= 0}
    return Job(program, guards, min(strict, len(program)), names)


