"""Between which numbers is an op at home: inside its domain, away from its kinks, and not too large?

An interval is (low, high). A box is one interval an operand; inside it an op has no kink. Both follow from what the op's
own block says: `Domain.draw`, `Domain.without`, `Kink.gap`.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd.domains import (
    ABOVE_MINUS_ONE,
    ABOVE_ONE,
    NONNEGATIVE,
    NONZERO,
    OPEN_UNIT,
    POSITIVE,
    REAL,
    UNIT,
    Array,
    Domain,
)
from autograd.errors import AutogradError, at, short
from autograd.op import Op, Settings
from autograd.registry import get

Interval = tuple[float, float]
Box = tuple[Interval, ...]

NAMED: dict[str, Domain] = {
    "real": REAL, "positive": POSITIVE, "nonnegative": NONNEGATIVE, "nonzero": NONZERO, "above -1": ABOVE_MINUS_ONE,
    "above 1": ABOVE_ONE, "unit": UNIT, "open unit": OPEN_UNIT,
}  # fmt: skip
GAP = 0.03  # how far `Kink.gap` stays from 0 inside a box
_AWAY = 0.2  # how far numbers stay from a point that is left out
_PIECES = (1, 2, 4, 8, 16)  # into how many parts an interval is cut until some are free of kinks
_LEVELS = {1: 33, 2: 9, 3: 5}  # so many numbers an operand are tried in a box, by the number of operands


def domain_of(domain: str | Domain) -> Domain:
    """Return a domain by its name; a domain stays what it is."""
    if isinstance(domain, Domain):
        return domain
    if domain in NAMED:
        return NAMED[domain]
    raise AutogradError(f"there is no domain {short(domain)}: give one of {', '.join(map(repr, NAMED))}, or a Domain{at()}")


def op_of(op: Any) -> Op:
    """Return the op of a name or of a public function; an op stays what it is."""
    found = get(op) if isinstance(op, str) else getattr(op, "op", op)
    if not isinstance(found, Op):
        raise AutogradError(f"an op is given by itself, its name or its function, got {short(op)}{at()}")
    return found


def domain_at(op: Op, i: int) -> Domain:
    """Return the domain of operand i of an elementwise op."""
    assert isinstance(op.domain, tuple)
    return op.domain[0 if op.variadic else i]


def intervals(domain: Domain, away_from: Sequence[float] = ()) -> list[Interval]:
    """Return the parts of a domain to draw from, the one farthest right first: simple numbers are positive.

    >>> from autograd.testing.intervals import domain_of, intervals
    >>> intervals(domain_of("nonzero")), intervals(domain_of("positive"), away_from=(1.0,))
    ([(0.2, 2.0), (-2.0, -0.2)], [(1.2, 3.0), (0.3, 0.8)])
    """
    low, high = domain.draw
    away = min(_AWAY, (high - low) / 10)
    points = sorted(p for p in (*domain.without, *away_from) if low - away < p < high + away)
    starts = [low, *(p + away for p in points)]
    ends = [*(p - away for p in points), high]
    parts = [(a, b) for a, b in zip(starts, ends, strict=True) if a < b]
    if not parts:
        raise AutogradError(f"nothing is left of {low:g} to {high:g} away from {', '.join(f'{p:g}' for p in points)}{at()}")
    return parts[::-1]


def boxes(op: Op, settings: Settings, count: int | None = None) -> list[Box]:
    """Return boxes in which an elementwise op has no kink, as large as they come; an empty list if none was found.

    >>> from autograd.registry import get
    >>> from autograd.testing.intervals import boxes
    >>> boxes(get("relu"), {}), boxes(get("maximum"), {})[0]
    ([((0.2, 1.8),), ((-1.8, -0.2),)], ((0.2, 1.8), (-1.8, -0.2)))
    """
    chosen = tuple({**op.settings, **settings}.items())
    try:
        return list(_boxes(op, chosen, count or op.arity))
    except TypeError:  # a setting that cannot be looked up, such as a list
        return list(_boxes.__wrapped__(op, chosen, count or op.arity))


@functools.lru_cache(maxsize=512)
def _boxes(op: Op, settings: tuple[tuple[str, Any], ...], count: int) -> tuple[Box, ...]:
    homes = [intervals(domain_at(op, i)) for i in range(count)]
    for pieces in _PIECES if op.kinks else (1,):
        cut = [[part for home in parts for part in _cut(home, pieces)] for parts in homes]
        found = tuple(box for box in itertools.product(*cut) if is_smooth(op, dict(settings), _grid(box)))
        if found:
            return found
    return ()


def _cut(whole: Interval, pieces: int) -> Iterator[Interval]:
    """Cut an interval into equal pieces, from the right, each a little shorter than it could be."""
    low, high = whole
    width = (high - low) / pieces
    spare = 0.1 * width if pieces > 1 else 0.0
    for i in reversed(range(pieces)):
        yield round(low + i * width + spare, 9), round(low + (i + 1) * width - spare, 9)


def _grid(box: Box) -> list[Array]:
    levels = _LEVELS.get(len(box), 3)
    return list(np.meshgrid(*[np.linspace(*interval, levels) for interval in box], indexing="ij"))


def is_smooth(op: Op, settings: Settings, xs: Sequence[Any], gap: float = GAP) -> bool:
    """Do all these operands lie on one side of every kink of an op, and not near it?"""
    with np.errstate(all="ignore"):
        gaps = [np.asarray(kink.gap(*xs, **{**op.settings, **settings})) for kink in op.kinks]
    return all(bool(np.all(g > gap) or np.all(g < -gap)) for g in gaps)


def fits(domain: Domain, xs: Array) -> bool:
    """Do all these numbers lie well inside a domain, on one side of each point left out, and are they moderate?"""
    low, high = domain.draw
    if domain.draw == REAL.draw:
        low, high = max(2 * low, domain.low), min(2 * high, domain.high)  # the default says nothing of this op
    elif np.isfinite(domain.low) and not np.isfinite(domain.high):
        high = 2 * high  # what is drawn ends somewhere, but the domain does not
    sides = all(bool(np.all(xs - p >= _AWAY) or np.all(p - xs >= _AWAY)) for p in domain.without)
    return sides and within((low, high), xs)


def within(interval: Interval, xs: Array) -> bool:
    """Do all these numbers lie in an interval?"""
    return bool(np.all((xs >= interval[0]) & (xs <= interval[1])))
