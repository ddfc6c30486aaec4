"""How are an op, its formula and a count written, in pictures and tables?"""

from __future__ import annotations

from collections.abc import Callable
from numbers import Number, Real
from typing import Any

from autograd.layout import one_line
from autograd.op import Op, Settings
from autograd.symbol import Symbol
from autograd.words import translated


def symbol_of(op: Op, settings: Settings | None, number: Callable[[Any], str]) -> str:
    """Return the sign of an op, with its settings in their places: ``×``, ``x^3``."""
    symbol = op.symbol.replace("-", "−")  # a hyphen is a speck on a slide
    if settings and "{" in symbol:
        for key, setting in settings.items():
            symbol = symbol.replace(f"{{{key}}}", number(setting) if isinstance(setting, Real) else str(setting))
    return one_line(symbol)


def formula_of(op: Op, settings: Settings | None) -> str:
    """Return an op's name and formula: ``mul: y = a*b``."""
    # Only settings that read the same every time: an object's text may be its address.
    settings = {k: v for k, v in (settings or {}).items() if v is None or isinstance(v, (Number, str, tuple))}
    formula = Symbol(op=op, operands=tuple(map(Symbol, op.operands)), settings=settings)
    return one_line(f"{op.name}: y = {formula}")


def plural(count: int, noun: str) -> str:
    """Return ``1 layer`` or ``2,000 layers``."""
    return f"{count:,} {_of_many(count, noun)}"


def counted(count: int, noun: str) -> str:
    """Return what `plural` does, in the language that was set where the noun has a translation."""
    return f"{count:,} {translated(_of_many(count, noun))}"


def _of_many(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}{'es' if noun.endswith(('s', 'x', 'ch')) else 's'}"
