"""Which list is run, by which engine, and what if a comparison comes out otherwise?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from autograd.tape.guard import BranchChanged
from autograd.tape.job import plain
from autograd.tape.plans import Key, Plans
from autograd.value import Value

Array = NDArray[np.float64]


class Running:
    """Runs the lists of a recorded function, on numbers.

    Args:
        plans: its lists.
        captured: the Values that it uses from outside; their numbers come last among those that are the same in all lanes.

    Attributes:
        again: records the function at other numbers, where a branch changed; None if that is not wanted.
    """

    again: Callable[[list[float]], Running] | None = None

    def __init__(self, plans: Plans, captured: Sequence[Value]) -> None:
        self.plans, self._captured = plans, captured
        self._others: list[Running] = []

    def at_point(self, key: Key, numbers: list[float]) -> Sequence[float]:
        """Return the results of a list at a single point."""
        try:
            job, engine = self.plans.job(key), self.plans.engine(key)
            if engine == "python":
                return self.plans.function(key)(*numbers)  # type: ignore[no-any-return]
            if engine == "plain":
                return plain(job, numbers)
            lanes = self.plans.lanes(key, (False,) * job.program.inputs, False)
            return lanes.run(numbers, np.empty((0, 1)))[:, 0].tolist()  # type: ignore[no-any-return]
        except BranchChanged:
            other = self._other(numbers)
            if other is None:
                raise
            return other.at_point(key, self._for(other, numbers))

    def over_lanes(
        self, key: Key, moving: tuple[bool, ...], still: Array, columns: Array, total: bool
    ) -> Array:
        """Return the results of a list for lanes, added up or a row each; see `Lanes.run`."""
        try:
            return self.plans.lanes(key, moving, total).run(still, columns)
        except BranchChanged as error:
            lanes = error.lanes if error.lanes is not None else np.arange(columns.shape[1])
            first = iter(columns[:, lanes[0]].tolist()), iter(still.tolist())
            other = self._other([next(first[0] if m else first[1]) for m in moving])
            if other is None:
                raise
        rest = np.setdiff1d(np.arange(columns.shape[1]), lanes)
        theirs = moving[: len(moving) - len(self._captured)] + (False,) * len(other._captured)
        changed = other.over_lanes(key, theirs, np.array(self._for(other, still.tolist())), columns[:, lanes], total)
        if not len(rest):
            return changed
        same = self.over_lanes(key, moving, still, columns[:, rest], total)
        if total:
            return same + changed
        found = np.empty((len(same), columns.shape[1]))
        found[:, rest], found[:, lanes] = same, changed
        return found

    def _other(self, numbers: list[float]) -> Running | None:
        """Return a run recorded where comparisons came out as they do at these numbers; None if that is not wanted."""
        if self.again is None:
            return None
        for other in self._others:
            try:
                plain(other.plans.job(("value",)), self._for(other, numbers))
            except BranchChanged:
                continue
            return other
        other = self.again(numbers)
        self._others.append(other)
        return other

    def _for(self, other: Running, numbers: list[float]) -> list[float]:
        """Return numbers for what was recorded elsewhere, where other Values from outside may be used."""
        return numbers[: len(numbers) - len(self._captured)] + [v.item() for v in other._captured]

    def with_seeds(self, key: Key, numbers: list[float], seeds: Array) -> Array:
        """Run a list of derivatives along or against several directions, a lane each."""
        lanes = self.plans.lanes(key, (False,) * len(numbers) + (True,) * len(seeds), False)
        try:
            return lanes.run(numbers, seeds)
        except BranchChanged:
            other = self._other(numbers)
            if other is None:
                raise
            return other.with_seeds(key, self._for(other, numbers), seeds)
