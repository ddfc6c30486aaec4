"""How are some rows of a table picked, again and again, as the table is filled anew?"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Call = Callable[[], Any]


class Scratch:
    """Memory for the rows that a step copies together; the next step writes over them."""

    def __init__(self) -> None:
        self._arrays: list[Array] = []
        self._used = 0

    def next_step(self) -> None:
        """Begin with a step: what was given out before may be given out again."""
        self._used = 0

    def array(self, shape: tuple[int, ...]) -> Array:
        """Return memory for an array, other than what this step has."""
        size = math.prod(shape)
        if self._used == len(self._arrays):
            self._arrays.append(np.empty(0))
        if self._arrays[self._used].size < size:
            self._arrays[self._used] = np.empty(2 * size)  # twice, so that growing adds up to no more than that again
        self._used += 1
        return self._arrays[self._used - 1][:size].reshape(shape)


# Gives an array of some of a table's rows, and the calls that bring it up to date: none where it is a view.
Pick = Callable[[Array, Scratch], tuple[Array, list[Call]]]


def picker(rows: Sequence[int], *, broadcast: bool = False) -> Pick:
    """Return what picks rows of a table: rows at equal distances as a view, others one by one; one for all if it may."""
    if broadcast and len(set(rows)) == 1:
        return lambda table, scratch: (table[rows[0] : rows[0] + 1], [])
    index = rows_at(rows)
    return (lambda table, scratch: (table[index], [])) if isinstance(index, slice) else gatherer(index)


def gatherer(index: NDArray[np.intp]) -> Pick:
    """Return what copies rows of a table, one by one, or shows them where they lie side by side."""
    run = rows_at(index.ravel().tolist())
    if isinstance(run, slice) and run.step == 1:
        return lambda table, scratch: (table[run].reshape(index.shape + table.shape[1:]), [])

    def gather(table: Array, scratch: Scratch) -> tuple[Array, list[Call]]:
        found = scratch.array(index.shape + table.shape[1:])
        return found, [partial(table.take, index, 0, found, "clip")]  # "raise" would go by way of another array

    return gather


def rows_at(rows: Sequence[int]) -> Any:
    """Return an index of rows: a slice where they lie at equal distances, one below the other."""
    step = rows[1] - rows[0] if len(rows) > 1 else 1
    if step > 0 and list(rows) == list(range(rows[0], rows[0] + step * len(rows), step)):
        return slice(rows[0], rows[-1] + 1, step)
    return np.array(rows, dtype=np.intp)
