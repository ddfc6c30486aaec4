"""How are whole formulas drawn by Hypothesis? Use them from `autograd.testing.strategies`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from autograd.domains import TRUTH, Domain
from autograd.errors import AutogradError, at
from autograd.formula import LONGEST
from autograd.op import Op, Settings
from autograd.testing.drawing import floats
from autograd.testing.formulas import (
    Expression,
    Part,
    applied,
    cases,
    expression,
    free_operands,
    squeeze,
    usable_ops,
    variables_as_parts,
    ways_into,
    wrapped,
)
from autograd.testing.intervals import Interval, boxes, domain_at, is_smooth, within


def expressions(
    max_depth: int = 4, ops: Sequence[Any] | None = None, variables: Sequence[str] = ("x", "y")
) -> SearchStrategy[Expression]:
    """Whole random formulas, in which every op is inside its domain and away from its kinks by construction.

    Variables are numbers from -2 to 2. What does not suit an op is wrapped: ``log(1 + u**2)``, ``relu(1 + 0.8*tanh(u))``;
    so formulas hold ``+``, ``*``, ``**2`` and `tanh` beside the ops asked for. Formulas shrink to small ones.

    Args:
        max_depth: how many ops, wrappings not counted, are inside each other at most. (default 4)
        ops: elementwise ops, by themselves, their functions or their names. (default: all that have a derivative, also
            those registered by the user)
        variables: the names that may appear; at least one does.

    Raises:
        AutogradError: an op cannot be part of a formula, or there are no variables.

    >>> from hypothesis import find
    >>> from autograd.testing import strategies
    >>> f = find(strategies.expressions(ops=["add", "log"]), lambda f: "log" in f.text)
    >>> f, f.names, round(f(1.0), 6)
    (log(1 + x**2), ('x',), 0.693147)
    """
    if max_depth < 0 or not variables:
        raise AutogradError(f"expressions need a variable and a depth from 0 up, got {variables!r} and {max_depth!r}{at()}")
    if ops is not None:
        usable_ops(ops)  # what is wrong with them is said here, at the user's line
    return _whole(max_depth, None if ops is None else tuple(ops), tuple(variables))


def points(f: Expression) -> SearchStrategy[tuple[float, ...]]:
    """Points to evaluate an expression at: a float for each of its names.

    >>> from hypothesis import find
    >>> from autograd.testing import strategies
    >>> f = find(strategies.expressions(), lambda f: len(f.names) == 2)
    >>> f, find(strategies.points(f), lambda point: True)
    (x + y, (1.0, 1.0))
    """
    return st.tuples(*[floats() for _ in f.names]).filter(lambda point: f.is_smooth_at(*point))


def expressions_with_points(
    max_depth: int = 4, ops: Sequence[Any] | None = None, variables: Sequence[str] = ("x", "y")
) -> SearchStrategy[tuple[Expression, tuple[float, ...]]]:
    """Pairs of a random formula and a point to evaluate it at; the arguments are those of `expressions`.

    >>> from hypothesis import given
    >>> from autograd import gradcheck
    >>> from autograd.testing import strategies
    >>> @given(strategies.expressions_with_points(max_depth=2))
    ... def test_any_formula_has_the_right_gradient(drawn):
    ...     f, point = drawn
    ...     gradcheck(f, point)
    """
    return expressions(max_depth, ops, variables).flatmap(lambda f: st.tuples(st.just(f), points(f)))


@st.composite
def _whole(draw: DrawFn, depth: int, ops: tuple[Any, ...] | None, variables: tuple[str, ...]) -> Expression:
    # Asked for at every draw: a test may register an op after its strategy was made.
    part = draw(_part(depth, usable_ops(ops), variables_as_parts(variables)))
    assume(len(str(part.symbol)) <= LONGEST and np.all(np.isfinite(part.samples)))
    return expression(part, variables)


@st.composite
def _part(draw: DrawFn, depth: int, ops: list[Op], variables: list[Part]) -> Part:
    """A variable, or an op applied to smaller parts."""
    if depth == 0 or not ops or draw(st.integers(0, 1 + depth)) == 0:
        variable: Part = draw(st.sampled_from(variables))
        return variable
    op = draw(st.sampled_from(ops))
    settings = draw(st.sampled_from(cases(op)))
    count = draw(st.integers(1, 3)) if op.variadic else op.arity
    free = free_operands(op, count)
    # Of several operands one may be a number, the others vary.
    number = draw(st.sampled_from([None, None, *free])) if len(free) > 1 else None
    parts = [
        draw(_part(depth - 1, ops, variables) if i in free and i != number else _number(op, i)) for i in range(count)
    ]
    return applied(op, settings, draw(_suited(op, settings, parts)))


def _number(op: Op, i: int) -> SearchStrategy[Part]:
    return floats(domain_at(op, i)).map(lambda x: Part(int(x) if x.is_integer() else x, np.asarray(x)))


@st.composite
def _suited(draw: DrawFn, op: Op, settings: Settings, parts: list[Part]) -> list[Part]:
    """Operands for an op: as they are where that is inside its domain and away from its kinks, else wrapped."""
    inside = [draw(st.sampled_from(ways_into(domain_at(op, i), part))) for i, part in enumerate(parts)]
    suited = [wrapped(part, wrapping) for part, wrapping in zip(parts, inside, strict=True)]
    if is_smooth(op, settings, [part.samples for part in suited], gap=0.2):
        return suited
    box = draw(st.sampled_from(boxes(op, settings, len(parts))))
    domains = [domain_at(op, i) for i in range(len(parts))]
    return list(map(_into, box, parts, domains))


def _into(interval: Interval, part: Part, domain: Domain) -> Part:
    """A part brought into an interval, if it is not there already."""
    if domain is TRUTH or within(interval, part.samples):
        return part
    if part.samples.ndim == 0:
        middle = round((interval[0] + interval[1]) / 2, 3)
        return Part(middle, np.asarray(middle))
    return wrapped(part, squeeze(interval))
