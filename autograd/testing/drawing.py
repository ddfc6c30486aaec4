"""How are numbers, arrays and the operands of an op drawn by Hypothesis? Use them from `autograd.testing.strategies`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from autograd.domains import TRUTH, Array, Arrays, Domain
from autograd.errors import AutogradError, at
from autograd.op import Op
from autograd.tensor import Tensor
from autograd.testing.intervals import Interval, boxes, domain_at, domain_of, intervals, op_of
from autograd.value import Value

Shape = int | Sequence[int | None]
_SIMPLE = (1.0, 0.5, 2.0, 1.5, 0.0, -1.0, -0.5, -2.0)
_LONGEST = 3  # an axis of unknown length is at most this long
_AXES = 3  # and an unknown shape has at most so many axes


def floats(domain: str | Domain = "real", away_from: Sequence[float] = ()) -> SearchStrategy[float]:
    """Floats well inside a domain, with at most three decimals.

    Args:
        domain: a name or a `Domain`; from the interval `Domain.draw` it is drawn. (default "real": -2 to 2)
        away_from: numbers to keep away from, by 0.2 or a tenth of the interval, whichever is less: kinks, for example.

    Raises:
        AutogradError: there is no such domain, or nothing is left of it.

    >>> from hypothesis import find
    >>> from autograd.testing import strategies
    >>> find(strategies.floats("positive"), lambda x: True), find(strategies.floats(away_from=(1.0,)), lambda x: x > 0.6)
    (1.0, 2.0)
    """
    domain = domain_of(domain)
    return st.sampled_from([0.0, 1.0]) if domain is TRUTH else _between(intervals(domain, away_from))


def _between(parts: Sequence[Interval]) -> SearchStrategy[float]:
    """Floats of some intervals: a simple number of them, or any with three decimals."""
    simple = [x for x in _SIMPLE if any(low <= x <= high for low, high in parts)]
    return st.one_of(*([st.sampled_from(simple)] if simple else []), *map(_inside, parts))


def _inside(part: Interval) -> SearchStrategy[float]:
    return st.floats(*part).map(lambda x: min(max(round(x, 3), part[0]), part[1]) + 0.0)  # + 0.0: no minus zero


def values(
    domain: str | Domain = "real", *, away_from: Sequence[float] = (), requires_grad: bool = True, label: str | None = None
) -> SearchStrategy[Value]:
    """Values: one number each, new in every example.

    Args:
        domain, away_from: as for `floats`.
        requires_grad: is a derivative by them wanted? (default True)
        label: their name.

    >>> from hypothesis import find
    >>> from autograd.testing import strategies
    >>> find(strategies.values("unit", label="x"), lambda x: x.data < 0)
    Value(-0.5, 'x')
    """
    return floats(domain, away_from).map(lambda x: Value(x, label, requires_grad=requires_grad))


def tensors(
    shape: Shape | SearchStrategy[Any] = (3, None),
    domain: str | Domain = "real",
    *,
    away_from: Sequence[float] = (),
    dtype: Any = float,
    requires_grad: bool = True,
) -> SearchStrategy[Tensor]:
    """Tensors, new in every example.

    Args:
        shape: an int or a tuple, in which None is any length from 1 to 3; or a strategy for one. (default (3, None))
        domain, away_from: what the entries are, as for `floats`.
        dtype: of the array. (default float, which is double precision)
        requires_grad: is a derivative by them wanted? (default True)

    >>> from hypothesis import find
    >>> from autograd.testing import strategies
    >>> find(strategies.tensors((2, None)), lambda x: x.shape[1] == 2)
    Tensor([[1., 1.],
            [1., 1.]], requires_grad=True)
    """
    shapes = shape if isinstance(shape, SearchStrategy) else st.just(shape)
    entries = floats(domain, away_from)
    return shapes.flatmap(_lengths).flatmap(
        lambda lengths: _arrays(lengths, entries, dtype).map(lambda x: Tensor(x, requires_grad=requires_grad))
    )


def _lengths(shape: Shape) -> SearchStrategy[tuple[int, ...]]:
    axes = (shape,) if isinstance(shape, int) else shape
    return st.tuples(*[st.integers(1, _LONGEST) if n is None else st.just(n) for n in axes])


def _arrays(shape: Sequence[int], entries: SearchStrategy[float], dtype: Any = float) -> SearchStrategy[Array]:
    count = math.prod(shape)
    return st.lists(entries, min_size=count, max_size=count).map(lambda xs: np.array(xs, dtype).reshape(shape))


def broadcasting_tensors(
    n: int = 2, domain: str | Domain = "real", *, dtype: Any = float, requires_grad: bool = True
) -> SearchStrategy[tuple[Tensor, ...]]:
    """Tuples of n Tensors whose shapes broadcast together, with axes of length 1 and axes left out.

    >>> from hypothesis import find
    >>> from autograd.testing import strategies
    >>> a, b = find(strategies.broadcasting_tensors(), lambda ts: ts[0].shape != ts[1].shape)
    >>> a.shape, b.shape, (a + b).shape
    ((), (1,), (1,))
    """
    return _broadcasting(n, floats(domain), dtype, requires_grad)


@st.composite
def _broadcasting(
    draw: DrawFn, n: int, entries: SearchStrategy[float], dtype: Any, requires_grad: bool
) -> tuple[Tensor, ...]:
    whole = draw(st.lists(st.integers(1, _LONGEST), max_size=_AXES))
    made = []
    for _ in range(n):
        kept = draw(st.integers(0, len(whole)))
        shape = [draw(st.sampled_from(sorted({1, length}))) for length in whole[len(whole) - kept :]]
        made.append(Tensor(draw(_arrays(shape, entries, dtype)), requires_grad=requires_grad))
    return tuple(made)


def operands(
    op: Any, kind: type = Tensor, *, shape: Shape | SearchStrategy[Any] = (3,), requires_grad: bool = True, **settings: Any
) -> SearchStrategy[tuple[Any, ...]]:
    """Operands of an op, inside its domain and away from its kinks, both as its own block has them.

    Args:
        op: a registered op, by itself, its function or its name.
        kind: Tensor, np.ndarray, Value or float; the last two for an elementwise op alone. (default Tensor)
        shape: of the operands of an elementwise op, as for `tensors`; those of other ops have the sizes their block says.
        requires_grad: do Tensors and Values want a gradient? (default True)
        settings: those the op will be called with, if its kinks depend on them.

    Raises:
        AutogradError: there is no such op, an op on whole arrays is wanted on numbers, or kinks are everywhere.

    >>> from hypothesis import find
    >>> from autograd import relu
    >>> from autograd.testing import strategies
    >>> find(strategies.operands(relu, float), lambda xs: xs[0] < 0)
    (-1.0,)
    """
    op = op_of(op)
    if kind not in (Tensor, np.ndarray, Value, float):
        raise AutogradError(f"operands are Tensors, arrays (np.ndarray), Values or floats, not {kind!r}{at()}")
    raw = _raw_operands(op, kind in (Value, float), shape, settings)
    if kind is np.ndarray:
        return raw
    if kind is float:
        return raw.map(lambda xs: tuple(map(float, xs)))
    if kind is Value:
        return raw.map(lambda xs: tuple(Value(float(x), requires_grad=requires_grad) for x in xs))
    return raw.map(lambda xs: tuple(Tensor(x, requires_grad=requires_grad) for x in xs))


def _raw_operands(op: Op, numbers: bool, shape: Any, settings: dict[str, Any]) -> SearchStrategy[tuple[Any, ...]]:
    if isinstance(op.domain, Arrays):
        if numbers:
            raise AutogradError(f"{op.name} takes arrays of shapes {op.domain}, not single numbers{at()}")
        return st.tuples(*[_like(op.domain.like, np.shape(x)) for x in op.domain.sample(np.random.default_rng(0))])
    found = boxes(op, settings)
    if not found:
        raise AutogradError(f"{op.name} has kinks everywhere: there are no operands away from them{at()}")
    shapes = st.just(()) if numbers else shape if isinstance(shape, SearchStrategy) else st.just(shape)
    return st.tuples(st.sampled_from(found), shapes.flatmap(_lengths)).flatmap(
        lambda drawn: st.tuples(*[_arrays(drawn[1], _entries(op, i, part)) for i, part in enumerate(drawn[0])])
    )


def _entries(op: Op, i: int, part: Interval) -> SearchStrategy[float]:
    return floats(TRUTH) if domain_at(op, i) is TRUTH else _between([part])


@st.composite
def _like(draw: DrawFn, like: str, shape: tuple[int, ...]) -> Array:
    """An array as an op on whole arrays wants it, by construction."""
    if like == "distinct":
        order = draw(st.permutations(range(math.prod(shape))))
        return np.reshape(order, shape) / 3.0 - 1.0
    x = draw(_arrays(shape, floats("positive" if like == "positive" else "real")))
    square = len(shape) > 1 and shape[-1] == shape[-2]
    if like == "invertible" and square:
        return x / shape[-1] + 3.0 * np.eye(shape[-1])  # its diagonal outweighs the rest of each row
    if like == "definite":
        return x @ np.swapaxes(x, -1, -2) / shape[-1] + np.eye(shape[-1])
    return x
