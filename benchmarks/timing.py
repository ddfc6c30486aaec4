"""How is a time measured so that another day's run gives the same ratios?

The contestants of a race take turns, so a machine that slows down or is shared slows them all alike, and each is run
many times. Reported are the best time (what the code needs) and the median (what one waits for). A target counts as
reached when the ratios of both reach it: with Python's collector on, the best run is the one that the collector spared,
and on a machine that others use, the median is as much about the others as about the contestant.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Contestant:
    """Somebody who does the work.

    Args:
        name: what the table calls them.
        run: does the work once. What it returns is dropped inside the timing: freeing is part of the work.
        before: is called before each turn, outside the timing.
    """

    name: str
    run: Callable[[], Any]
    before: Callable[[], Any] | None = None


@dataclass
class Timing:
    """The times of one contestant, in seconds a run."""

    samples: list[float] = field(default_factory=list)

    @property
    def best(self) -> float:
        """The shortest time."""
        return min(self.samples)

    @property
    def median(self) -> float:
        """The time that half of the samples stay under."""
        return statistics.median(self.samples)


Timings = dict[str, Timing]


@dataclass(frozen=True)
class Ratio:
    """What one contestant's time is over another's."""

    of_medians: float
    of_bests: float


def ratio(timings: Timings, over: str, under: str) -> Ratio:
    """Return the time of `over` divided by the time of `under`."""
    a, b = timings[over], timings[under]
    return Ratio(a.median / b.median, a.best / b.best)


@contextmanager
def collector(on: bool) -> Iterator[None]:
    """Switch Python's cyclic collector on or off for a block, starting without garbage."""
    was_on = gc.isenabled()
    gc.collect()
    (gc.enable if on else gc.disable)()
    try:
        yield
    finally:
        (gc.enable if was_on else gc.disable)()


def clock(f: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that one call takes, and its result."""
    start = time.perf_counter()
    y = f()
    return time.perf_counter() - start, y


def race(
    contestants: Sequence[Contestant], *, collector_on: bool, seconds: float = 4.0, least: int = 7, turn: float = 0.0
) -> Timings:
    """Let contestants take turns and return their times.

    Args:
        collector_on: is Python's cyclic collector on while the clock runs, as users have it?
        seconds: how long to go on, calibration not counted.
        least: rounds to do however long they take.
        turn: how long one turn lasts at least, with as many runs as fit (default: 30 ms with the collector on, so that
            its rarer, longer rounds come up in most turns; 5 ms with it off).
    """
    turn = turn or (0.03 if collector_on else 0.005)
    gc.collect()
    if not collector_on:
        # What is imported is not walked again by each collection between turns: with torch that is 60 ms a time.
        gc.freeze()
    try:
        runs = {c.name: _runs_in(turn, c) for c in contestants}
        timings = {c.name: Timing() for c in contestants}
        end = time.perf_counter() + seconds
        rounds = 0
        while rounds < least or time.perf_counter() < end:
            # Each round starts with another one, so that nobody always follows the same predecessor.
            first = rounds % len(contestants)
            for c in (*contestants[first:], *contestants[:first]):
                timings[c.name].samples.append(_turn(c, runs[c.name], collector_on))
            rounds += 1
    finally:
        gc.unfreeze()
        gc.collect()
    return timings


def _runs_in(turn: float, contestant: Contestant) -> int:
    """Return how many runs fill a turn."""
    runs = 1
    while True:
        elapsed = _turn(contestant, runs, False) * runs
        if elapsed >= turn / 2:
            return max(1, round(runs * turn / elapsed))
        runs *= 4 if elapsed < turn / 8 else 2


def _turn(contestant: Contestant, runs: int, collector_on: bool) -> float:
    """Return the mean time of so many runs in a row."""
    if contestant.before is not None:
        contestant.before()
    run = contestant.run
    with collector(collector_on):
        # Not counted: caches and idling threads are still those of the contestant before, and a training loop meets
        # the garbage of its step before.
        for _ in range(1 + runs // 10):
            run()
        start = time.perf_counter()
        for _ in range(runs):
            run()
        elapsed = time.perf_counter() - start
    return elapsed / runs
