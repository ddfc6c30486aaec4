"""What does a function of one number look like: its values, its slopes, and where they jump?

All of it is read from the graphs that the function records: the slopes are its derivatives, and a kink is where an op of the
graph says that it has one. So a curve shows the very rules that training uses, the subgradient at a kink included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError, DomainError, Value, gradients
from autograd.errors import at, short
from nn.walk import below, settings_of

Array = NDArray[np.float64]
Function = Callable[[Any], Any]

POINTS = 321  # odd, so that the middle of a window is one of them
_BESIDE = 1e-7  # of the width of the window: how far from a kink its two sides are looked at
_JUMP = 1e-3  # what two sides must differ by; a slope changes by far less over so short a way


@dataclass(frozen=True)
class Kink:
    """A place where a function, or its slope, jumps.

    Attributes:
        x: where.
        at: the value and the derivatives that the graph gives there.
        before, after: the same a little to the left and to the right.
    """

    x: float
    at: tuple[float, ...]
    before: tuple[float, ...]
    after: tuple[float, ...]

    def jumps(self, order: int) -> bool:
        """Does the function (order 0), its slope (1) or its second derivative (2) jump here?"""
        return abs(self.after[order] - self.before[order]) > _JUMP


@dataclass(frozen=True)
class Curve:
    """A function over a window.

    Attributes:
        x: places, in order; a kink is there three times, its two sides and itself.
        orders: for each place the value, the slope and the second derivative, a row each; nan where there is none, and at a
            kink in what jumps there.
        kinks: where the value, the slope or the second derivative jumps, inside the window.
    """

    x: Array
    orders: Array
    kinks: tuple[Kink, ...]


def derivatives(f: Function, x: float, order: int = 2) -> tuple[float, ...]:
    """Return f(x) and so many derivatives by x, from the graph of f; nan outside of its domain.

    >>> from autograd import relu
    >>> derivatives(relu, 0.0), derivatives(lambda x: x**3, 2.0)
    ((0.0, 0.0, 0.0), (8.0, 12.0, 12.0))
    """
    v = Value(x)
    try:
        y = f(v)
        found = [_number(y)]
        for _ in range(order):
            y = gradients(y, [v], create_graph=True)[0] if getattr(y, "requires_grad", False) else 0.0
            found.append(_number(y))
    except DomainError:
        return (np.nan,) * (order + 1)
    return tuple(found)


def curve(f: Function, window: tuple[float, float]) -> Curve:
    """Look at a function of a Value over a window.

    Raises:
        AutogradError: the window is no interval, or the function gives no number.
    """
    _check_window(window)
    grid = np.linspace(*window, POINTS)
    beside = _BESIDE * (window[1] - window[0])
    kinks = []
    for x in _zeros_of_gaps(f, grid):
        kink = Kink(x, *(derivatives(f, place) for place in (x, x - beside, x + beside)))
        if any(map(kink.jumps, range(3))):
            kinks.append(kink)
    rows = [(x, derivatives(f, x)) for x in grid.tolist() if all(abs(x - k.x) > beside for k in kinks)]
    for k in kinks:
        middle = tuple(np.nan if k.jumps(order) else y for order, y in enumerate(k.at))
        rows += [(k.x - beside, k.before), (k.x, middle), (k.x + beside, k.after)]
    rows = sorted((row for row in rows if window[0] <= row[0] <= window[1]), key=lambda row: row[0])
    inside = tuple(k for k in kinks if window[0] < k.x < window[1])
    return Curve(np.array([x for x, _ in rows]), np.array([ys for _, ys in rows]).T, inside)


def _check_window(window: Any) -> None:
    ends = np.asarray(window) if isinstance(window, (tuple, list, np.ndarray)) else np.empty(0)
    if ends.shape != (2,) or ends.dtype.kind not in "fiu" or not -np.inf < ends[0] < ends[1] < np.inf:
        raise AutogradError(f"a window is two numbers, from where to where, got {short(window)}{at()}")


def _number(y: Any) -> float:
    if isinstance(y, Value):
        return y.item()
    if not isinstance(y, (int, float, np.integer, np.floating)):
        raise AutogradError(f"a curve is of a function that gives one number for one number, got {short(y)}{at()}")
    return float(y)


# --- kinks ------------------------------------------------------------------------------------------------------------


def _gaps(f: Function, x: float) -> list[float]:
    """Return the distances of all ops in the graph of f(x) from their kinks, which are where a distance is 0."""
    try:
        y = f(Value(x))
    except DomainError:
        return []
    return list(_gaps_below(y)) if isinstance(y, Value) else []


def _gaps_below(y: Value) -> Iterator[float]:
    for node in below([y]):
        if node.op is not None and node.op.elementwise:
            for kink in node.op.kinks:
                yield float(kink.gap(*(x for _, x in node.operands()), **settings_of(node)))


def _zeros_of_gaps(f: Function, grid: Array) -> list[float]:
    """Return where on a grid, or between its points, a distance to a kink is 0."""
    found: set[float] = set()
    rows = [(x, _gaps(f, x)) for x in grid.tolist()]
    for (left, before), (right, after) in pairwise(rows):
        if len(before) != len(after):
            continue  # another graph: the function chose between two in Python
        for i, (a, b) in enumerate(zip(before, after, strict=True)):
            if a == 0.0 or b == 0.0:
                found.add(left if a == 0.0 else right)
            elif a * b < 0.0:
                found.add(_bisected(lambda x, i=i: _gaps(f, x)[i], left, right))  # type: ignore[misc]
    return sorted(found)


def _bisected(gap: Callable[[float], float], left: float, right: float) -> float:
    """Return the zero of a distance between two places where its signs differ, a round number if there is one."""
    sign = np.sign(gap(left))
    while left < (middle := 0.5 * (left + right)) < right:
        left, right = (middle, right) if np.sign(gap(middle)) == sign else (left, middle)
    rounded = round(right, 9)
    return rounded if gap(rounded) == 0.0 else right
