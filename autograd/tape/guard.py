"""Which comparisons decided what was recorded, and do they still come out the same?

A Python ``if`` on a Value is not on the list: one branch was taken, and the list holds that one. So each comparison made
while recording is kept as a guard, with the line of the user's code, and looked at again whenever the list is run.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, NamedTuple

from autograd.errors import AutogradError, at


class BranchChanged(AutogradError):
    """A comparison comes out otherwise than when a tape was recorded, so that other lines would have been.

    Attributes:
        lanes: in which lanes, as an array of their numbers; None where there is a single point, or where what was compared
            is the same in all lanes.
    """

    lanes: Any = None


class Guard(NamedTuple):
    """A comparison of two lines, and how it came out."""

    sign: str
    left: int
    right: int
    truth: bool
    place: str


COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


def changed(guard: Guard, left: float, right: float, lanes: Any = None, of: int = 1) -> BranchChanged:
    """Return the error for a guard that failed.

    Args:
        guard: the comparison.
        left: what it compared, in the first lane where it failed.
        right: the same.
        lanes: the lanes where it failed, None for a single point.
        of: how many lanes there are.
    """
    where = "" if lanes is None else f" in {len(lanes):,} of {of:,} lanes, the first"
    error = BranchChanged(
        f"the comparison {guard.sign} at {guard.place} was {guard.truth} when the tape was recorded, and is not{where} for "
        f"{left!r} {guard.sign} {right!r}: record again (on_branch=\"record\" does it), or choose with relu, "
        f"maximum, or where(ops.greater(a, b), …), which stay on the tape{at()}"
    )
    error.lanes = lanes
    return error
