"""Where do the rows of a list lie in memory, and which calls of numpy fill them?

Bound to memory once, a step is a call without arguments: nothing is looked up and no view is made in a replay.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from autograd.tape.part import Part
from autograd.tape.rows import Call, Scratch
from autograd.tape.totals import Totals

Array = NDArray[np.float64]
_SIZES = 4  # of blocks: a whole one, the last one, and those of another number of lanes


class Bound:
    """The memory of one thread for a list, and the calls that run the list in it.

    Args:
        first: what is the same in all lanes.
        second: what moves from lane to lane.
        totals: what is added up over lanes, if anything is.
    """

    def __init__(self, first: Part, second: Part, totals: Totals | None) -> None:
        self._first, self._second, self._totals = first, second, totals
        self.still = first.memory(1)
        self._scratch, kept = Scratch(), Scratch()  # what is fetched is one step: none of it is written over
        self._still_calls = first.calls(self.still, (), self._scratch)
        fetched = [pick(self.still, kept) for pick in second.fetches]
        self._fetched = [array for array, _ in fetched]
        self._still_calls += [call for _, calls in fetched for call in calls]
        self._rows = second.memory(0)
        self._by_lanes: dict[int, tuple[Array, list[Call]]] = {}
        self.terms = np.empty(0) if totals is None else totals.nothing()

    def run_still(self, numbers: Sequence[float] | Array) -> Array:
        """Return the rows that are the same in all lanes."""
        self.still[: self._first.inputs, 0] = numbers
        for call in self._still_calls:
            call()
        return self.still

    def run(self, columns: Array) -> Array:
        """Return the rows that move, for a block of lanes, once `run_still` has run; terms are in `terms`."""
        rows, calls = self._by_lanes.get(columns.shape[1]) or self._calls_for(columns.shape[1])
        rows[: self._second.inputs] = columns
        for call in calls:
            call()
        return rows

    def _calls_for(self, lanes: int) -> tuple[Array, list[Call]]:
        """Return rows for so many lanes and the calls that fill them; fewer lanes lie in the memory of more."""
        if lanes > self._rows.shape[1]:
            self._rows = self._second.memory(lanes)
            self._by_lanes.clear()
        if len(self._by_lanes) == _SIZES:
            self._by_lanes.clear()
        rows = self._rows[:, :lanes]
        calls = self._second.calls(rows, self._fetched, self._scratch)
        if self._totals is not None:
            calls += self._totals.calls(rows, self.terms, self._scratch)
        self._by_lanes[lanes] = rows, calls
        return rows, calls
