"""What is the derivative of a function that can only be evaluated, and how far may the answer be off?

Differences with ever smaller steps, extrapolated to the step 0, as Ridders does it: the answer is the entry of the
extrapolation's table that moved least, and how much it still moved, with what rounding does to a difference, is its error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Line = Callable[[float], Any]  # a function of one number, with any number of results

EPSILON = float(np.finfo(float).eps)
_ROUNDINGS = 16  # what evaluating a function is taken to be off by, in roundings of its value, where nobody says better
_RATIO = 1.5  # of one step to the next


def central(f: Line, reach: float, noise: Any = None, rows: int = 8) -> tuple[Array, Array]:
    """Return f'(0) and its error, from values of f at most `reach` away on both sides.

    `noise` says how far each value of f may be off by rounding. (default: 16 roundings of the value)

    >>> from math import exp
    >>> from autograd.differences import central
    >>> slope, error = central(exp, 0.04)
    >>> bool(abs(slope - 1.0) <= error < 1e-11)
    True

    Source: C. J. F. Ridders, Accurate computation of F'(x) and F'(x)F''(x), Adv. Eng. Software 4(2), 1982.
    """

    def difference(h: float) -> tuple[Array, Array]:
        high, low = np.asarray(f(h), float), np.asarray(f(-h), float)
        return (high - low) / (2 * h), _rounding(high, low, noise) / (2 * h)

    # Only even powers of the step are in a central difference.
    return _extrapolated(difference, reach, rows, power=2)


def one_sided(f: Line, reach: float, noise: Any = None, rows: int = 10) -> tuple[Array, Array]:
    """Return the slope of f at 0 to the right, or to the left for a negative `reach`, and its error."""
    start = np.asarray(f(0.0), float)

    def difference(h: float) -> tuple[Array, Array]:
        end = np.asarray(f(h), float)
        return (end - start) / h, _rounding(end, start, noise) / abs(h)

    return _extrapolated(difference, reach, rows, power=1)


def _rounding(a: Array, b: Array, noise: Any) -> Any:
    """How far the difference of two values may be off."""
    return _ROUNDINGS * EPSILON * (np.abs(a) + np.abs(b)) if noise is None else 2 * np.asarray(noise)


def _extrapolated(
    difference: Callable[[float], tuple[Array, Array]], reach: float, rows: int, power: int
) -> tuple[Array, Array]:
    best: Any = None
    error: Any = None
    above: list[Any] = []
    with np.errstate(all="ignore"):
        for i in range(rows):
            first, noise = difference(reach / _RATIO**i)
            row = [first]
            if best is None:
                best, error = first, np.full(first.shape, np.inf)
            for j, left in enumerate(above):
                row.append(row[j] + (row[j] - left) / (_RATIO ** (power * (j + 1)) - 1))
                moved = np.maximum(np.abs(row[j + 1] - row[j]), np.abs(row[j + 1] - left)) + noise
                better = moved < error
                best, error = np.where(better, row[j + 1], best), np.where(better, moved, error)
            above = row
    return best, error
