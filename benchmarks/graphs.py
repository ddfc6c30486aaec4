"""What does an operation on a Value cost, in time and memory, as the graph grows to a million of them?

Chains y ← tanh(y w + x), where each operation needs the one before, and wide graphs Σ wᵢ xⱼ of independent products.
"""

from __future__ import annotations

import gc
import multiprocessing
import statistics
import tracemalloc
from itertools import cycle, islice

import psutil

from autograd import Value, ops, tanh
from benchmarks.report import heading, table, target
from benchmarks.timing import clock, collector

SIZES = (1_000, 10_000, 100_000, 1_000_000)


class Chain:
    """y ← tanh(y w + x), three operations a link."""

    def __init__(self) -> None:
        self.leaves = [Value(0.5), Value(0.9), Value(0.1)]

    def build(self, count: int) -> Value:
        """Record `count` operations, or one or two fewer."""
        y, w, x = self.leaves
        for _ in range(count // 3):
            y = tanh(y * w + x)
        return y


class Wide:
    """The n-ary sum of products of 100 weights with 99 inputs, round and round."""

    def __init__(self) -> None:
        self.leaves = [Value(i / 199.0) for i in range(199)]

    def build(self, count: int) -> Value:
        """Record `count` operations."""
        pairs = zip(cycle(self.leaves[:100]), islice(cycle(self.leaves[100:]), count - 1), strict=False)
        return ops.sum([w * x for w, x in pairs])  # type: ignore[no-any-return]


SHAPES: dict[str, type[Chain] | type[Wide]] = {"chain": Chain, "wide": Wide}


def times(shape: str, count: int) -> dict[bool, tuple[float, float, float]]:
    """Return for the collector on and off the median seconds an operation to build, differentiate and free a graph."""
    build = SHAPES[shape]().build
    samples: dict[bool, list[tuple[float, float, float]]] = {True: [], False: []}
    for _ in range(max(3, min(20, 400_000 // count))):
        for on, kept in samples.items():
            with collector(on):
                built, y = clock(lambda: build(count))
                pulled, _ = clock(y.backward)
                held = [y]
                del y
                freed, _ = clock(held.clear)
            kept.append((built / count, pulled / count, freed / count))
    medians = {on: [statistics.median(phase) for phase in zip(*kept, strict=True)] for on, kept in samples.items()}
    return {on: (built, pulled, freed) for on, (built, pulled, freed) in medians.items()}


def memory(shape: str, count: int) -> tuple[float, float, float, float]:
    """Return the bytes an operation after building and after backward, as Python counts them and as the system does.

    To be run in a fresh process: one that was large before has room that the system does not see being taken again.
    """
    build, process = SHAPES[shape]().build, psutil.Process()
    gc.collect()
    start = process.memory_info().rss
    y = build(count)
    resident = process.memory_info().rss - start
    y.backward()
    resident_after = process.memory_info().rss - start
    del y
    tracemalloc.start()
    start = tracemalloc.get_traced_memory()[0]
    y = build(count)
    traced = tracemalloc.get_traced_memory()[0] - start
    y.backward()
    traced_after = tracemalloc.get_traced_memory()[0] - start
    return traced / count, traced_after / count, resident / count, resident_after / count


def main() -> None:
    """Print the tables."""
    rows, worst = [], {True: 0.0, False: 0.0}
    for shape in SHAPES:
        for count in SIZES:
            found = times(shape, count)
            row = [f"{shape} {count:,}"]
            for on in (False, True):
                built, pulled, freed = (1e9 * t for t in found[on])
                row += [f"{built:.0f}", f"{pulled:.0f}", f"{built + pulled:.0f}", f"{freed:.0f}"]
                worst[on] = max(worst[on], built + pulled)
            rows.append(row)
    heading("Graphs of Values: nanoseconds an operation, medians", "doubles, one at a time, one thread")
    columns = ["build", "backward", "both", "free"]
    table(["operations", *(f"off: {c}" for c in columns), *(f"on: {c}" for c in columns)], rows)
    print("    off and on: Python's cyclic collector; free: dropping the last result")
    target("collector off, build and backward of an operation, µs, worst row,", worst[False] / 1e3, at_most=1)
    target("collector on, build and backward of an operation, µs, worst row,", worst[True] / 1e3, at_most=2.5)

    rows, largest = [], 0.0
    fresh = multiprocessing.get_context("spawn")
    for shape in SHAPES:
        for count in SIZES:
            with fresh.Pool(1) as pool:
                traced, traced_after, resident, resident_after = pool.apply(memory, (shape, count))
            # Below 10⁵ operations the system's pages and what was free in the process before hide the graph.
            seen = [f"{resident:.0f}", f"{resident_after:.0f}"] if count >= 100_000 else ["", ""]
            rows.append([f"{shape} {count:,}", f"{traced:.0f}", f"{traced_after:.0f}", *seen])
            largest = max(largest, traced_after)
    heading("Graphs of Values: bytes an operation", "leaves not counted; each row in a fresh process", "psutil")
    table(["operations", "tracemalloc: built", "after backward", "resident: built", "after backward"], rows)
    target("bytes an operation after backward (tracemalloc), worst row,", largest, at_most=250)


if __name__ == "__main__":
    main()
