"""Where do large arrays come from, and where do they go when a graph is freed?

The system takes a large block back as soon as it is freed and hands it out again page by page, zeroed: on a million
doubles that costs more than the arithmetic. So large results lie in buffers that are kept for the next result of their
size. Between an array and its buffer stands an owner, which every view of the array keeps alive too: when the owner dies,
nobody sees the memory any more, and the buffer comes back.
"""

from __future__ import annotations

import ctypes
import math
import weakref
from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Entries from which on the system hands memory out page by page (128 kB and more, in arrays of 4-byte numbers).
WORTH_KEEPING = 1 << 15

_KEPT_AT_MOST = 1 << 28  # bytes: the results of one step on 10⁶ doubles, twice over

_free: defaultdict[int, list[NDArray[np.uint8]]] = defaultdict(list)
# Each owner handed out is watched by a weak reference, kept here by its id with the buffer it stands for.
_lent: dict[int, tuple[weakref.ref[Any], NDArray[np.uint8]]] = {}
_kept = 0


def empty(shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """Return an array with arbitrary contents, as `numpy.empty`; if large, in memory that was used before."""
    global _kept
    dtype, entries = np.dtype(dtype), math.prod(shape)
    if entries < WORTH_KEEPING:
        return np.empty(shape, dtype)
    nbytes = entries * dtype.itemsize
    try:
        buffer = _free[nbytes].pop()
        _kept -= nbytes
    except IndexError:
        buffer = np.empty(nbytes, np.uint8)
    # A ctypes array, because numpy lets every view hold it; of an array or a memoryview views hold what is below.
    owner = (ctypes.c_char * nbytes).from_buffer(buffer)
    reference = weakref.ref(owner, _give_back)
    _lent[id(reference)] = reference, buffer
    return np.ndarray(shape, dtype, owner)


def _give_back(reference: weakref.ref[Any]) -> None:
    global _kept
    _, buffer = _lent.pop(id(reference))
    if _kept + buffer.nbytes <= _KEPT_AT_MOST:
        _kept += buffer.nbytes
        _free[buffer.nbytes].append(buffer)


def release() -> None:
    """Give the kept buffers back to the system."""
    global _kept
    _free.clear()
    _kept = 0
