"""How is one entry for each sample kept, and how are some of them taken?

A column is an array. Where entries differ in shape, and for text, it is a list.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import DTypeError, ShapeError, Tensor
from autograd.errors import at, short

Column = NDArray[Any] | list[Any]


def column_of(name: str, given: Any) -> Column:
    """Return what is given as a column: an array, or a list of text or of arrays of different shapes.

    Raises:
        ShapeError: it is a single number or thing, or its entries differ in shape and are no arrays.
        DTypeError: its entries are neither numbers nor text.
    """
    if isinstance(given, (list, tuple)):
        is_text = {isinstance(entry, str) for entry in given}
        if is_text == {True}:
            return list(given)
        if len(is_text) > 1:
            raise DTypeError(f"column {name} holds text as well as other things: {short(given)}{at()}")
        given = [bare(entry) for entry in given]
        if len({entry.shape for entry in given if isinstance(entry, np.ndarray)}) > 1:
            return [np.asarray(entry) for entry in given]
    try:
        array = np.asarray(bare(given))
    except ValueError:
        raise ShapeError(f"the samples of column {name} differ in shape: make an array of each{at()}") from None
    if not array.ndim:
        raise ShapeError(f"column {name} needs one entry for each sample, got {short(given)}{at()}")
    if array.dtype.kind == "O":
        raise DTypeError(f"column {name} holds neither numbers nor text, but {type(array.flat[0]).__name__}{at()}")
    return array


def bare(x: Any) -> Any:
    """Return the array of a Tensor, and anything else as it is."""
    return x.numpy() if isinstance(x, Tensor) else x


def taken(column: Column, positions: slice | NDArray[Any]) -> Column:
    """Return the entries at these positions, as a column."""
    if isinstance(positions, slice):
        return column[positions]
    if isinstance(column, list):
        return [column[i] for i in positions.tolist()]
    return column.take(positions, axis=0)  # for short rows several times faster than column[positions]


def described(column: Column) -> str:
    """Return the shape of an entry and the type of its numbers, or what a list holds."""
    if isinstance(column, list):
        return "list of text" if all(isinstance(entry, str) for entry in column[:1]) else "list of arrays"
    return f"{column.shape[1:]} {column.dtype}"
