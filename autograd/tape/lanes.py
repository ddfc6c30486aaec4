"""How is a list run for many samples at once?

Samples are lanes: a line holds a row of numbers, one a lane. Lines of one level that apply the same op to what is there by
then are one call of numpy for all of them, and inner products that share a list of operands are one matrix product: a layer
of single neurons is computed as a matrix, as if it had been written as one. What is the same in all lanes (parameters, and
what depends on them alone) is computed once. Lanes are taken in blocks, so that the rows in use stay in the cache.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.errors import DomainError
from autograd.tape.borders import bordering, first_outside
from autograd.tape.bound import Bound
from autograd.tape.guard import COMPARE, BranchChanged, Guard, changed
from autograd.tape.job import Job, plain
from autograd.tape.part import Part
from autograd.tape.program import CONSTANT, INPUT
from autograd.tape.totals import Totals

Array = NDArray[np.float64]
_IN_CACHE = 1 << 17  # numbers in a block, 1 MB


class Lanes:
    """A list, prepared to be run on lanes.

    Args:
        job: the list.
        moving: which inputs differ from lane to lane.
        total: are results added up over lanes?
    """

    def __init__(self, job: Job, moving: Sequence[bool], *, total: bool) -> None:
        self._job, self._total = job, total
        program = job.program
        moves = bytearray(len(program))
        for line, code, arguments in program.lines():
            moves[line] = moving[line] if code == INPUT else any(moves[a] for a in arguments) if code > CONSTANT else 0
        self._moves = moves
        results = job.results
        self._totals = Totals(program, moves, results) if total else None
        wanted = set(self._totals.rows if self._totals else results)
        for guard in job.guards:
            wanted.update(job.compared(guard))
        border = bordering(program, job.strict)
        wanted.update(border)
        needed = _needed(job, wanted)
        levels = _levels(job, moves)
        still = [line for line in range(len(program)) if needed[line] and not moves[line]]
        moved = [line for line in range(len(program)) if needed[line] and moves[line]]
        self._still_inputs = [line for line in range(program.inputs) if not moves[line]]
        self._moving_inputs = [line for line in range(program.inputs) if moves[line]]
        self._first = Part(job, still, self._still_inputs, levels, None)
        self._second = Part(job, moved, self._moving_inputs, levels, self._first)
        self._first.watch([line for line in border if not moves[line]])
        self._second.watch([line for line in border if moves[line]])
        self._block = max(64, _IN_CACHE // max(1, self._second.height))
        # Which results move, and which do not: their places among the results, and their rows.
        self._moved = [np.array(found, dtype=np.intp) for found in self._places(results, self._second, 1)]
        self._stay = [np.array(found, dtype=np.intp) for found in self._places(results, self._first, 0)]
        if self._totals is not None:
            self._totals.place(self._first.row, self._second.row)
        self._kept = threading.local()

    def run(self, numbers: Sequence[float] | Array, columns: Array) -> Array:
        """Return the results: a row of numbers each, or where they are added up a number each.

        Args:
            numbers: of the inputs that are the same in all lanes.
            columns: of the others, a row each, a column a lane.

        Raises:
            BranchChanged: a comparison comes out otherwise in some lane.
            DomainError: a line of the user's own is outside its domain in some lane.
        """
        if not columns.shape[1]:  # nothing is computed, so nothing can be wrong
            count = len(self._job.results)
            return np.zeros(count) if self._total else np.empty((count, 0))
        with np.errstate(all="ignore"):
            still = self._bound.run_still(numbers)
            self._check(still, still, 0, columns.shape[1], numbers, columns)
            return self._added_up(still, numbers, columns) if self._total else self._side_by_side(still, numbers, columns)

    @property
    def _bound(self) -> Bound:
        """The memory of this thread."""
        try:
            return self._kept.bound  # type: ignore[no-any-return]
        except AttributeError:
            bound: Bound = Bound(self._first, self._second, self._totals)
            self._kept.bound = bound
            return bound

    def _places(self, results: Sequence[int], part: Part, moves: int) -> tuple[list[int], list[int]]:
        """Return the places of those results that move or stay, and their rows; none if results are added up."""
        chosen = [] if self._total else [(i, line) for i, line in enumerate(results) if self._moves[line] == moves]
        return [i for i, _ in chosen], [part.row[line] for _, line in chosen]

    def _blocks(self, still: Array, numbers: Any, columns: Array) -> Any:
        count = columns.shape[1]
        bound = self._bound
        for start in range(0, count, self._block):
            rows = bound.run(columns[:, start : start + self._block])
            self._check(still, rows, start, count, numbers, columns)
            yield start, rows

    def _side_by_side(self, still: Array, numbers: Any, columns: Array) -> Array:
        found = np.empty((len(self._job.results), columns.shape[1]))
        places, rows_of = self._stay
        found[places] = still[rows_of]
        places, rows_of = self._moved
        for start, rows in self._blocks(still, numbers, columns):
            found[places, start : start + rows.shape[1]] = rows[rows_of]
        return found

    def _added_up(self, still: Array, numbers: Any, columns: Array) -> Array:
        totals = self._totals
        assert totals is not None
        terms: Array | None = None
        for _ in self._blocks(still, numbers, columns):
            found = self._bound.terms
            terms = found.copy() if terms is None else np.add(terms, found, terms)
        assert terms is not None
        return totals.results(terms, still[:, 0], columns.shape[1])

    # --- what must hold -----------------------------------------------------------------------------------------------

    def _check(self, still: Array, rows: Array, start: int, count: int, numbers: Any, columns: Array) -> None:
        """Raise if a comparison changed, or a line is outside its domain, in lanes from `start` on."""
        for guard in self._job.guards:
            pair = self._job.compared(guard)
            if any(self._moves[line] for line in pair) == (rows is not still):
                left, right = (self._of(line, still, rows) for line in pair)
                truth = np.broadcast_to(COMPARE[guard.sign](left, right), rows.shape[1:])
                if not (truth == guard.truth).all():
                    self._refuse(guard, left, right, truth, still, start, count, numbers, columns)
        part = self._first if rows is still else self._second
        if part.is_suspect(rows) and (lanes := self._outside(part, still, rows)):
            self._find(min(lanes) + start, numbers, columns, moves=rows is not still)

    def _outside(self, part: Part, still: Array, rows: Array) -> list[int]:
        """Return lanes of a block in which a line is outside its domain: the first one of each such line."""
        found = []
        for line in part.watched:
            op, settings = self._job.program.table[self._job.program.codes[line]]
            assert op is not None
            xs = [self._of(a, still, rows) for a in self._job.program.arguments_of(line)]
            lane = first_outside(op, settings, rows[part.row[line]], xs)
            if lane is not None:
                found.append(lane)
        return found

    def _of(self, line: int, still: Array, rows: Array) -> Any:
        return rows[self._second.row[line]] if self._moves[line] else still[self._first.row[line], 0]

    def _refuse(
        self, guard: Guard, left: Any, right: Any, truth: Any, still: Array, start: int, count: int, numbers: Any,
        columns: Array,
    ) -> None:  # fmt: skip
        """Raise for a comparison that changed, with the number of lanes where it did."""
        first = int(np.flatnonzero(truth != guard.truth)[0])
        a, b = (float(np.broadcast_to(x, truth.shape)[first]) for x in (left, right))
        pair = self._job.compared(guard)
        moves = any(self._moves[line] for line in pair)
        self._find(first + start, numbers, columns, moves=moves)  # a line above it may have been outside its domain
        if not moves:
            raise changed(guard, a, b)
        failed = []
        for begin in range(0, count, self._block):
            rows = self._bound.run(columns[:, begin : begin + self._block])
            truth = COMPARE[guard.sign](*(self._of(line, still, rows) for line in pair))
            failed.append(begin + np.flatnonzero(truth != guard.truth))
        raise changed(guard, a, b, np.concatenate(failed), count)

    def _find(self, lane: int, numbers: Any, columns: Array, *, moves: bool) -> None:
        """Raise if the numbers of a lane are outside a domain; the lane is named if they move."""
        given = [0.0] * self._job.program.inputs
        for line, number in zip(self._still_inputs, numbers, strict=True):
            given[line] = float(number)
        for line, number in zip(self._moving_inputs, columns[:, lane], strict=True):
            given[line] = float(number)
        try:
            plain(self._job, given)
        except DomainError as error:
            raise DomainError(f"in lane {lane}, {error}" if moves else str(error)) from None
        except BranchChanged:
            pass  # whoever asks knows of it


def _needed(job: Job, wanted: set[int]) -> bytearray:
    program = job.program
    needed = bytearray(len(program))
    for line in (*wanted, *range(program.inputs)):
        needed[line] = 1
    for line in range(len(program) - 1, -1, -1):
        if needed[line] and program.codes[line] > CONSTANT:
            for a in program.arguments_of(line):
                needed[a] = 1
    return needed


def _levels(job: Job, moves: bytearray) -> list[int]:
    """Return the level of each line within its part: what is still counts as there from the start for what moves."""
    levels = [0] * len(job.program)
    for line, code, arguments in job.program.lines():
        if code > CONSTANT:
            mine = moves[line]
            levels[line] = 1 + max([levels[a] if moves[a] == mine else 0 for a in arguments])
    return levels
