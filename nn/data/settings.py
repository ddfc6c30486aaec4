"""Do the settings that data is drawn, divided and fetched with make sense?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import AutogradError, DTypeError
from autograd.errors import at, short
from nn.linear import counts
from nn.loss.targets import check_number


def flags(**given: Any) -> None:
    """Raise unless all that was given under these names are True or False."""
    for name, flag in given.items():
        if not isinstance(flag, (bool, np.bool_)):
            raise AutogradError(f"{name} is True or False, got {short(flag)}{at()}")


def scale(who: str, name: str, given: Any, high: float = math.inf) -> float:
    """Return a setting if it is a finite number from 0 to `high`.

    Raises:
        AutogradError: it is not.
    """
    if not _is_finite(given):
        raise AutogradError(f"{who} needs a finite number as {name}, got {short(given)}{at()}")
    check_number(who, name, given, low=0.0, high=high)
    return float(given)


def _is_finite(number: Any) -> bool:
    is_number = isinstance(number, (int, float, np.integer, np.floating)) and not isinstance(number, bool)
    try:
        return is_number and math.isfinite(number)
    except OverflowError:  # an int that no float holds
        return False


def amount(name: str, given: Any) -> int:
    """Return a setting if it is a whole number from 1 up, of points of the plane that memory can hold.

    Raises:
        AutogradError: it is not.
    """
    counts(**{name: given})
    try:
        np.empty((given, 2))  # costs nothing: memory is taken when it is written to
    except (MemoryError, ValueError):
        raise AutogradError(f"{name} is a number of points that fit into memory, got {given}{at()}") from None
    return int(given)  # a small integer of numpy's would give labels of its dtype, and overflow


def floating(dtype: Any) -> np.dtype[Any]:
    """Return a dtype of floats; raise where it is another one, or none."""
    return dtype_among("f", "pictures and measurements are floats", dtype)


def dtype_among(kinds: str, what: str, dtype: Any) -> np.dtype[Any]:
    """Return a dtype of these kinds; if it is another one, say what was wanted.

    Raises:
        DTypeError: it is another one, or none.
    """
    try:
        found: np.dtype[Any] = np.dtype(dtype)
    except (TypeError, ValueError) as error:
        raise DTypeError(f"there is no dtype {dtype!r}{at()}") from error
    if found.kind not in kinds:
        raise DTypeError(f"{what}, such as np.float32, got dtype {found}{at()}")
    return found
