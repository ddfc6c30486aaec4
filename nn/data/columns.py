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
        DTypeError: its entries are neither numbers nor text, or some are masked.
    """
    if isinstance(given, (list, tuple)):
        is_text = {isinstance(entry, str) for entry in given}
        if is_text == {True}:
            return list(given)
        if len(is_text) > 1:
            raise _mixed(name, given)
        given = [bare(entry) for entry in given]
        arrays = [entry for entry in given if isinstance(entry, np.ndarray)]
        if any(np.ma.is_masked(entry) for entry in arrays):
            raise _masked(name)
        if len({entry.shape for entry in arrays}) > 1:
            return [_checked(name, _array(name, entry), entry) for entry in given]
    array = _array(name, bare(given))
    if not array.ndim:
        raise ShapeError(f"column {name} needs one entry for each sample, got {short(given)}{at()}")
    return _checked(name, array, given)


def _array(name: str, given: Any) -> NDArray[Any]:
    if np.ma.is_masked(given):
        raise _masked(name)
    try:
        return np.asarray(given)
    except ValueError:
        if not isinstance(given, (list, tuple)):
            raise ShapeError(f"column {name} is an array or a list, got {short(given)}{at()}") from None
        raise ShapeError(f"the samples of column {name} differ in shape: make an array of each{at()}") from None


def _checked(name: str, array: NDArray[Any], given: Any) -> NDArray[Any]:
    """Return an array if it holds numbers or text, and is no text that numpy made of what was given."""
    if array.dtype.kind in "OV":
        what = type(array.flat[0]).__name__ if array.size and array.dtype.kind == "O" else f"dtype {array.dtype}"
        raise DTypeError(f"column {name} holds neither numbers nor text, but {what}{at()}")
    made_text = array.dtype.kind in "SU" and isinstance(given, (list, tuple))
    if made_text and not all(isinstance(entry, (str, bytes)) for entry in np.asarray(given, object).flat):
        raise _mixed(name, given)
    return array


def _masked(name: str) -> DTypeError:
    return DTypeError(f"column {name} has masked entries, and an array would show what is below: fill them{at()}")


def _mixed(name: str, given: Any) -> DTypeError:
    return DTypeError(f"column {name} holds text as well as other things: {short(given)}{at()}")


def bare(x: Any) -> Any:
    """Return the array of a Tensor, and anything else as it is."""
    return x.numpy() if isinstance(x, Tensor) else x


def taken(column: Column, positions: slice | NDArray[Any]) -> Column:
    """Return the entries at these positions, as a column."""
    if isinstance(positions, slice):
        return column[positions]
    if isinstance(column, list):
        return [column[i] for i in positions.tolist()]
    # take is several times faster for short rows, but copies all of a column that is not contiguous, such as x[:, :25]
    return column.take(positions, axis=0) if column.flags.c_contiguous else column[positions]


def is_text(column: Column) -> bool:
    """Does a column hold text?"""
    return isinstance(column[0], str) if isinstance(column, list) and column else np.asarray(column).dtype.kind in "SU"


def described(column: Column) -> str:
    """Return the shape of an entry and the type of its numbers, or what a list holds."""
    if isinstance(column, list):
        return "list of text" if all(isinstance(entry, str) for entry in column[:1]) else "list of arrays"
    return f"{column.shape[1:]} {column.dtype}"
