"""Which lines can be outside a domain, and in which lanes are they?

On floats an op raises outside its domain. On arrays numpy goes on with nan or inf, and a later line may hide it, as the
other side of `where` does, or 1/x of inf. So lines of the user's own that can be outside a domain are looked at after a run
in lanes, and stay in lists of derivatives that need no more than their argument.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.dispatch import on_floats
from autograd.domains import REAL, TRUTH
from autograd.errors import DomainError
from autograd.op import Op, Settings
from autograd.tape.program import CONSTANT, Program


def bordering(program: Program, strict: int) -> list[int]:
    """Return those of the first so many lines that can be outside a domain."""
    can_be = [op is not None and _has_border(op, settings) for op, settings in program.table]
    return [line for line, code in enumerate(program.codes[:strict]) if can_be[code] and not _divides(program, line)]


def first_outside(op: Op, settings: Settings, y: Any, xs: Sequence[Any]) -> int | None:
    """Return the first lane in which an op would have raised on floats, None if there is none.

    Args:
        op: an elementwise op.
        settings: its settings.
        y: what it gave, a number a lane.
        xs: what it was applied to: a number a lane each, or a number that is the same in all.
    """
    each = [np.broadcast_to(x, y.shape) for x in xs]
    suspect = ~np.isfinite(y)  # an answer, if it is an overflow or made of nan
    for x in each:
        suspect &= ~np.isnan(x)
    for lane in np.flatnonzero(suspect):
        try:
            on_floats(op, [float(x[lane]) for x in each], settings)
        except DomainError:
            return int(lane)
    return None


def _has_border(op: Op, settings: Settings) -> bool:
    if op.over is not None:
        return False
    if op.name == "power":
        return not (settings["exponent"] >= 0 and settings["exponent"] % 1 == 0)
    # An op of the user's own may raise where its domain does not say so.
    return not op.module.startswith("autograd.") or _is_narrow(op)


@functools.cache
def _is_narrow(op: Op) -> bool:
    if any(domain is not REAL and domain is not TRUTH for domain in op.domain):  # type: ignore[union-attr]
        return True
    settings = {**op.settings, **op.cases[0]}
    return any(_raises(op, [x] * op.arity, settings) for x in (math.inf, -math.inf))  # sin of inf


def _raises(op: Op, xs: list[float], settings: Settings) -> bool:
    try:
        on_floats(op, xs, settings)
    except DomainError:
        return True
    return False


def _divides(program: Program, line: int) -> bool:
    """Is it a division by a constant other than 0?"""
    op, _ = program.table[program.codes[line]]
    if op is None or op.name != "div":
        return False
    by = program.arguments_of(line)[1]
    return program.codes[by] == CONSTANT and program.constant(by) != 0
