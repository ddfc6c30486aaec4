"""Which list is run, by which engine, and what if a comparison comes out otherwise?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from autograd.tape.guard import BranchChanged
from autograd.tape.job import plain
from autograd.tape.plans import Key, Plans
from autograd.value import Value

Array = NDArray[np.float64]
Lanes = NDArray[np.intp]
T = TypeVar("T")


class Running:
    """Runs the lists of a recorded function, on numbers.

    Args:
        plans: its lists.
        captured: the Values that it uses from outside; their numbers come last among those that are the same in all lanes.

    Attributes:
        again: records the function at other numbers, where a branch changed, and if asked to with every addition in its
            place; None if that is not wanted.
    """

    again: Callable[[list[float], bool], Running] | None = None

    def __init__(self, plans: Plans, captured: Sequence[Value]) -> None:
        self.plans, self._captured = plans, captured
        # One run for each way that the function's comparisons came out: the first, and a list that all share.
        self._first, self._others = self, list[Running]()

    def at_point(self, key: Key, numbers: list[float]) -> Sequence[float]:
        """Return the results of a list at a single point."""
        return self._following(
            numbers, lambda run, xs: run._by_engine(key, xs), lambda run, xs: plain(run.plans.job(key), xs)
        )

    def over_lanes(
        self, key: Key, moving: tuple[bool, ...], still: Array, columns: Array, total: bool
    ) -> Array:
        """Return the results of a list for lanes, added up or a row each; see `Lanes.run`."""
        if self.again is None:
            return self.plans.lanes(key, moving, total).run(still, columns)
        count = columns.shape[1]
        own = moving[: len(moving) - len(self._captured)]
        done: list[tuple[Lanes, Array]] = []
        pending: list[tuple[Running, Lanes]] = [(self, np.arange(count))]
        while pending:
            run, lanes = pending.pop()
            theirs = still if run is self else np.array(self._for(run, still.tolist()))
            prepared = run.plans.lanes(key, own + (False,) * len(run._captured), total)
            try:
                part = prepared.run(theirs, columns if len(lanes) == count else columns[:, lanes])
            except BranchChanged as error:
                failed = lanes if error.lanes is None else lanes[error.lanes]
                point = _at_lane(own, theirs.tolist(), columns[:, failed[0]].tolist())
                other = run._other(point)
                if other is None:
                    raise
            else:
                done.append((lanes, part))
                continue
            if other is run:  # it was a rounding that decided, and the plain loop has the last word
                failed = failed[:1]
                alone = np.array(plain(run.plans.job(key), point))
                done.append((failed, alone if total else alone[:, None]))
            else:
                pending.append((other, failed))
            if len(failed) < len(lanes):
                pending.append((run, np.setdiff1d(lanes, failed)))
        return _joined(done, total)

    def with_seeds(self, key: Key, numbers: list[float], seeds: Array) -> Array:
        """Run a list of derivatives along or against several directions, a lane each."""
        return self._following(
            numbers,
            lambda run, xs: run._seeded(key, xs, seeds),
            lambda run, xs: np.array([plain(run.plans.job(key), xs + seed.tolist()) for seed in seeds.T]).T,
        )

    def _following(
        self, numbers: list[float], run: Callable[[Running, list[float]], T], plainly: Callable[[Running, list[float]], T]
    ) -> T:
        """Run something where comparisons come out as they do at these numbers.

        Args:
            numbers: of all inputs.
            run: is given this run, or if a branch changed another one, and the numbers for it.
            plainly: does the same by the plain loop, which has the last word where a rounding decides a comparison.
        """
        try:
            return run(self, numbers)
        except BranchChanged:
            other = self._other(numbers)
            if other is None:
                raise
        theirs = self._for(other, numbers)
        try:
            return run(other, theirs)
        except BranchChanged:
            return plainly(other, theirs)

    def _by_engine(self, key: Key, numbers: list[float]) -> Sequence[float]:
        engine = self.plans.engine(key)
        if engine == "python":
            return self.plans.function(key)(*numbers)  # type: ignore[no-any-return]
        if engine == "plain":
            return plain(self.plans.job(key), numbers)
        lanes = self.plans.lanes(key, (False,) * len(numbers), False)
        return lanes.run(numbers, np.empty((0, 1)))[:, 0].tolist()  # type: ignore[no-any-return]

    def _seeded(self, key: Key, numbers: list[float], seeds: Array) -> Array:
        lanes = self.plans.lanes(key, (False,) * len(numbers) + (True,) * len(seeds), False)
        return lanes.run(numbers, seeds)

    def _other(self, numbers: list[float]) -> Running | None:
        """Return the run whose comparisons come out as they do at these numbers, recorded now if there is none.

        None if that is not wanted, or if the function does not come out the same when it is called again.
        """
        if self.again is None:
            return None
        for run in (self._first, *self._others):
            if run._holds_at(self._for(run, numbers)):
                return run
        for exactly in (False, True):  # gathered additions may round to the other side of a comparison
            run = self.again(numbers, exactly)
            if run._holds_at(self._for(run, numbers)):
                run.again, run._first, run._others = self.again, self._first, self._others
                self._others.append(run)
                return run
        return None

    def _holds_at(self, numbers: list[float]) -> bool:
        try:
            plain(self.plans.job(("value",)), numbers)
        except BranchChanged:
            return False
        return True

    def _for(self, other: Running, numbers: list[float]) -> list[float]:
        """Return numbers for what was recorded elsewhere, where other Values from outside may be used."""
        return numbers[: len(numbers) - len(self._captured)] + [v.item() for v in other._captured]


def _joined(parts: Sequence[tuple[Lanes, Array]], total: bool) -> Array:
    """Return results for all lanes, from those for some lanes each."""
    if len(parts) == 1:
        return parts[0][1]
    if total:
        return np.sum([part for _, part in parts], axis=0)  # type: ignore[no-any-return]
    found = np.empty((len(parts[0][1]), sum(len(lanes) for lanes, _ in parts)))
    for lanes, part in parts:
        found[:, lanes] = part
    return found


def _at_lane(moving: Sequence[bool], still: Sequence[float], column: Sequence[float]) -> list[float]:
    """Return the numbers of all inputs in a lane; those of Values from outside are the last of what is still."""
    moved, stays = iter(column), iter(still)
    return [next(moved if moves else stays) for moves in moving] + list(stays)
