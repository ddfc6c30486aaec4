"""How is a random formula put together so that every op in it is inside its domain and away from its kinks?

Beside each part of a formula go the numbers it has where its variables do what they may. Where those do not suit the op
that comes next, the part is wrapped: ``log(1 + u**2)``, ``asin(0.9*tanh(u))``, ``relu(1 + 0.8*tanh(u))``.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.dispatch import apply, on_floats
from autograd.domains import REAL, TRUTH, Array, Domain
from autograd.errors import AutogradError, DomainError, at
from autograd.formula import parse
from autograd.op import Op, Settings
from autograd.ops import tanh
from autograd.registry import all_ops
from autograd.symbol import Symbol
from autograd.testing.intervals import Interval, boxes, domain_at, fits, intervals, is_smooth, op_of, within

Wrapping = Callable[[Any], Any]
_LEVELS = {1: 33, 2: 9, 3: 5, 4: 4}  # so many numbers a variable, by the number of variables
_SQUARED = (-2.05, 2.05)  # parts within these are squared, larger ones would get too large
_NEAR = 0.01  # a point this near to a kink is refused


class Part(NamedTuple):
    """A part of a formula (a Symbol, or a plain number) and what it is where its variables are tried."""

    symbol: Any
    samples: Array


class Expression:
    """A random formula; it prints as its text, and is called with one number, array, Value or Tensor for each name.

    Attributes:
        text: the formula, as `autograd.formula.parse` reads it.
        names: its variables, in the order in which they are given in a call.
    """

    __slots__ = ("_formula", "_symbol", "names", "text")

    def __init__(self, symbol: Any, names: tuple[str, ...]) -> None:
        self.text = str(symbol)
        self.names = names
        self._symbol = symbol
        self._formula = parse(self.text)

    def __call__(self, *xs: Any) -> Any:
        if len(xs) != len(self.names):
            raise TypeError(f"{self.text} needs {', '.join(self.names)}, got {len(xs)} operands{at()}")
        return self._formula.on(dict(zip(self.names, xs, strict=True)))

    def is_smooth_at(self, *point: float) -> bool:
        """Is every op inside its domain and away from its kinks at this point, and the result finite?"""
        return math.isfinite(_checked(self._symbol, dict(zip(self.names, point, strict=True))))

    def __repr__(self) -> str:
        return self.text


def expression(whole: Part, variables: Sequence[str]) -> Expression:
    """Make an expression of a finished part."""
    used: set[str] = set()
    todo = [whole.symbol]
    while todo:
        x = todo.pop()
        if isinstance(x, Symbol):
            used |= {x.name} - {""}
            todo += x.operands
    return Expression(whole.symbol, tuple(name for name in variables if name in used))


def _checked(x: Any, point: dict[str, float]) -> float:
    """Evaluate a formula at a point; nan stands for a number outside a domain or near a kink.

    Where its domain ends an op says itself: that of `power` is > 0 in its block, but u**2 is defined for every u.
    """
    if not isinstance(x, Symbol):
        return float(x)
    if x.op is None:
        return point[x.name]
    operands = [_checked(o, point) for o in x.operands]
    settings = {**x.op.settings, **x.settings}
    if not is_smooth(x.op, settings, operands, _NEAR):
        return math.nan
    try:
        return on_floats(x.op, operands, settings)
    except DomainError:
        return math.nan


# --- growing ----------------------------------------------------------------------------------------------------------


def usable_ops(given: Sequence[Any] | None) -> list[Op]:
    """Return the ops that formulas are made of: those given, else every elementwise op that has a derivative."""
    if given is None:
        return [op for op in all_ops() if any(op.d) and _is_public(op) and not _obstacle(op)]
    ops = [op_of(op) for op in given]
    for op in ops:
        if obstacle := _obstacle(op):
            raise AutogradError(f"a formula cannot hold {op.name}: {obstacle}{at()}")
    return ops


def _is_public(op: Op) -> bool:
    module = op.module or ""  # none where the op was made by exec
    return module.startswith("autograd.ops.") or not module.startswith("autograd.")


def _obstacle(op: Op) -> str:
    """Say what keeps an op out of formulas, or ""."""
    if not op.elementwise:
        return "it is no elementwise op"
    if not cases(op):
        return "it has settings that are no numbers"
    if not free_operands(op, op.arity):
        return "none of its operands varies"
    return "" if all(boxes(op, case) for case in cases(op)) else "kinks are everywhere"


def cases(op: Op) -> list[Settings]:
    """Return the settings that show an op at work and can be written in a formula: those that are numbers."""
    numeric = [case for case in op.cases if all(type(v) in (int, float) for v in case.values())]
    required = {name for name, default in op.settings.items() if default is inspect.Parameter.empty}
    return [case for case in numeric if required <= case.keys()]


def free_operands(op: Op, count: int) -> list[int]:
    """Return the operands that may vary: a truth value may not, for its op jumps where it changes."""
    return [i for i in range(count) if domain_at(op, i) is not TRUTH]


def variables_as_parts(names: Sequence[str]) -> list[Part]:
    """Return each variable with the numbers it is tried at: a grid, or random points where there are many variables."""
    levels = _LEVELS.get(len(names))
    if levels:
        grid = np.meshgrid(*[np.linspace(*REAL.draw, levels)] * len(names), indexing="ij")
        columns = [g.ravel() for g in grid]
    else:
        columns = list(np.random.default_rng(0).uniform(*REAL.draw, size=(len(names), 256)))
    return [Part(Symbol(name), column) for name, column in zip(names, columns, strict=True)]


def ways_into(domain: Domain, part: Part) -> list[Wrapping]:
    """Return what brings a part into a domain by construction, the shortest first; nothing where it is there already."""
    if fits(domain, part.samples):
        return [lambda u: u]
    squeezed = [squeeze(interval) for interval in intervals(domain)]
    borders = [p for p in (domain.low, *domain.without) if math.isfinite(p)]
    if not within(_SQUARED, part.samples) or not borders or math.isfinite(domain.high):
        return squeezed
    start = 1 + max(borders)
    return [lambda u: start + u**2 if start else u**2, *squeezed]


def squeeze(interval: Interval) -> Wrapping:
    """Return u -> middle + radius*tanh(u), which maps every number into an interval."""
    middle = round((interval[0] + interval[1]) / 2, 3)
    radius = math.floor(500 * (interval[1] - interval[0]) + 1e-6) / 1000
    return lambda u: middle + radius * tanh(u) if middle else radius * tanh(u)


def wrapped(part: Part, wrapping: Wrapping) -> Part:
    """Return a part with something around it."""
    return Part(wrapping(part.symbol), wrapping(part.samples))


def applied(op: Op, settings: Settings, parts: Sequence[Part]) -> Part:
    """Return an op applied to parts."""
    with np.errstate(all="ignore"):
        samples = op.array(*[p.samples for p in parts], **{**op.settings, **settings})
    return Part(apply(op, tuple(p.symbol for p in parts), {**op.settings, **settings}), np.asarray(samples, float))
