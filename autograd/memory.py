"""Where do large arrays come from, and where do they go when a graph is freed?

The system takes a large block back as soon as it is freed and hands it out again page by page, zeroed: on a million
doubles that costs more than the arithmetic. So large results are views of buffers that are kept for the next result of
their size. A buffer comes back when the array that was handed out dies, and only if no view of it lives on.
"""

from __future__ import annotations

import math
import sys
import weakref
from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Entries from which on the system hands memory out page by page (128 kB and more, in arrays of 4-byte numbers).
WORTH_KEEPING = 1 << 15

_KEPT_AT_MOST = 1 << 28  # bytes: the results of one step on 10⁶ doubles, twice over

_free: defaultdict[int, list[NDArray[np.uint8]]] = defaultdict(list)
# Each array handed out is watched by a weak reference, kept here by its id with the buffer it watches over.
_lent: dict[int, tuple[weakref.ref[NDArray[Any]], NDArray[np.uint8]]] = {}
_kept = 0


def empty(shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """Return an array with arbitrary contents, as `numpy.empty`, in memory that was used before if there is some."""
    global _kept
    dtype = np.dtype(dtype)
    nbytes = math.prod(shape) * dtype.itemsize
    try:
        buffer = _free[nbytes].pop()
        _kept -= nbytes
    except IndexError:
        buffer = np.empty(nbytes, np.uint8)
    array = np.ndarray(shape, dtype, buffer)
    reference = weakref.ref(array, _give_back)
    _lent[id(reference)] = reference, buffer
    return array


def _give_back(reference: weakref.ref[NDArray[Any]]) -> None:
    global _kept
    _, buffer = _lent.pop(id(reference))
    # A view of the dead array holds the buffer as its base. Three references are ours: the name here, the argument of
    # getrefcount, and in the dead array, which is being taken apart but still holds its base.
    if sys.getrefcount(buffer) <= 3 and _kept + buffer.nbytes <= _KEPT_AT_MOST:
        _kept += buffer.nbytes
        _free[buffer.nbytes].append(buffer)


def release() -> None:
    """Give the kept buffers back to the system."""
    global _kept
    _free.clear()
    _kept = 0
