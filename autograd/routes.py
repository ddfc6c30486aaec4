"""Along which paths does a derivative come about?

The derivative of a result by a number is a sum over all paths between the two; along a path local derivatives are
multiplied. There may be 2^1000 of them, so they are counted and summed up node by node, and only the largest are listed.
"""

from __future__ import annotations

import html
import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import AutogradError, GradientError, at, check_precision
from autograd.graph import backward_order, check_unchanged
from autograd.kernels import slopes
from autograd.modes import evaluating_rules
from autograd.naming import names_of
from autograd.node import Node
from autograd.reverse import nothing_recorded
from autograd.route_table import sentences_of, table_of
from autograd.value import Value

Step = tuple[int, Node, float]  # an edge, seen from the result: the operand's position, the operand, the local derivative


@dataclass(frozen=True, eq=False)
class Path:
    """One path from a result to a number that it was computed from.

    Attributes:
        nodes: the result, what lies between, the number.
        operands: the position, from 0, of the operand each step goes to: the two paths of ``x * x`` differ here alone.
        derivatives: the local derivative of each step.
        product: their product, which is what the path adds to the derivative.
        share: the part it has in all that flows: |product| / `Paths.magnitude`, at most 1, with a minus where it pulls
            the other way than the sum of all paths; 0 where nothing flows, nan where both are infinite.
        against: does it pull the other way than the sum of all paths?
    """

    nodes: tuple[Value, ...]
    operands: tuple[int, ...]
    derivatives: tuple[float, ...]
    product: float
    share: float
    against: bool


@dataclass(frozen=True, eq=False, repr=False)
class Paths:
    """The paths between two numbers: a sequence of the largest, and what is true of all. It prints as a table.

    In the table results without a name are left out between those that have one, their local derivatives multiplied.
    Where nothing has a name, or two listed paths would look alike, each result is shown, by the symbol of its op.

    Attributes:
        listed: the largest paths, the largest first.
        count: how many there are, listed or not.
        positive, negative: how many of them have a product of that sign.
        total: the sum of all products: the derivative.
        magnitude: the sum of their sizes.
        edge_shares: for each edge on a path, as (result, position of the operand from 0), the part that all paths through
            it have together, as the share of one path.
        names: what nodes are called in the table.
        precision: how many digits the table shows.
    """

    listed: tuple[Path, ...]
    count: int
    positive: int
    negative: int
    total: float
    magnitude: float
    edge_shares: Mapping[tuple[Node, int], float]
    names: Mapping[Node, str]
    precision: int

    @property
    def cancelling(self) -> bool:
        """Do paths pull both ways? Known from the signs of local derivatives, whatever the sums are rounded to."""
        return self.positive > 0 and self.negative > 0

    @property
    def cancellation(self) -> float:
        """What part of all that flows cancels: 1 - abs(total) / magnitude, and 0 where nothing flows."""
        return 1.0 - _part(abs(self.total), self.magnitude) if self.magnitude else 0.0

    def __len__(self) -> int:
        return len(self.listed)

    def __iter__(self) -> Iterator[Path]:
        return iter(self.listed)

    def __getitem__(self, index: int) -> Path:
        return self.listed[index]

    def __repr__(self) -> str:
        return "\n".join([str(table_of(self)), *sentences_of(self)])

    def _repr_html_(self) -> str:
        return table_of(self)._repr_html_() + "".join(f"<p>{html.escape(s)}</p>" for s in sentences_of(self))


def paths(
    output: Value, wrt: Value, *, most: int = 20, names: Mapping[str, Any] | None = None, precision: int = 4
) -> Paths:
    """Explain a derivative path by path: ∂y/∂x = Σ over the paths from y to x of Π of the local derivatives on the path.

    Args:
        output: the result y, a Value.
        wrt: the Value x that it was computed from: a leaf, or a result on the way.
        most: how many paths are listed, those of the largest products; nan counts as largest of all, for one is enough to
            make the sum nan. The sums are over all paths in any case. (default 20)
        names: names of the user's own for the table, such as ``locals()``.
        precision: how many digits the table shows, 1 to 17. (default 4)

    Raises:
        GradientError: one of the two is no Value or requires no gradient, y was not computed from x, a leaf was written
            since, or between the two lies something else than ops on Values (a Tensor, a checkpoint).
        AutogradError: `most` is not a positive whole number, or `names` or `precision` is not what it should be.

    >>> from autograd import Value
    >>> from autograd.routes import paths
    >>> x = Value(2.0, "x")
    >>> square, triple = x * x, 3 * x
    >>> paths((square - triple).named("e"), x, names=locals())
    path            local derivatives  product    share
    --------------  -----------------  -------  -------  -------
    e ← triple ← x  -1 · 3                  -3  -42.9 %  against
    e ← square ← x  1 · 2                    2   28.6 %
    e ← square ← x  1 · 2                    2   28.6 %
    ∂e/∂x = 1, the sum over 3 paths.
    1 of 3 paths pulls the other way: 85.7 % of what flows cancels.
    """
    for end in (output, wrt):
        if not isinstance(end, Value):
            advice = ": make Values of its entries with t.values() and compute with those" if isinstance(end, Node) else ""
            kind = type(end).__name__
            raise GradientError(f"paths lead from a Value to a Value, one number each, got {kind}{advice}{at()}")
        if end.uses is None:
            raise nothing_recorded(end)
    if not isinstance(most, int) or isinstance(most, bool) or most < 1:
        raise AutogradError(f"most is a positive whole number of paths, got {most!r}{at()}")
    check_precision(precision)
    order = backward_order([output], {wrt})
    known = names_of(order, names).nodes
    steps, toward = _steps(order, output, wrt)
    # What comes from the output to a node, each a sum over paths of products over steps: the products, their sizes, 1, their
    # signs, 1 for those with a sign; and the largest of the paths. What has been passed on is dropped, for there may be
    # counts of thousands of digits.
    flows: dict[Node, list[Any]] = {output: [1.0, 1.0, 1, 1, 1]}
    trails: dict[Node, list[_Trail]] = {output: [_Trail(1.0)]}
    through: dict[tuple[Node, int], float] = {}
    for node in order:
        if node in flows and node is not wrt:
            flow, best = flows.pop(node), _largest(trails.pop(node), most)
            for step in steps[node]:
                i, operand, d = step
                sign = (d > 0) - (d < 0)
                weights = d, abs(d), 1, sign, abs(sign)
                old = flows.get(operand, [0] * 5)
                flows[operand] = [x + y * w for x, y, w in zip(old, flow, weights, strict=True)]
                through[node, i] = flow[0] * d * toward[operand]
                found = trails.setdefault(operand, [])
                found += [_Trail(trail.product * d, step, trail) for trail in best]
                if len(found) > 4 * most:  # of a number that is used everywhere, before there are a million
                    found[:] = _largest(found, most)
    total, magnitude, count, signs, signed = flows[wrt]
    # The sign says with or against the sum; where that is 0, the one pulls up and the other down.
    scale = math.copysign(magnitude, total) if total else magnitude
    largest = tuple(_path(trail, output, total, scale) for trail in _largest(trails[wrt], most)[:most])
    shares = {edge: _part(x, scale) for edge, x in through.items()}
    up, down = (signed + signs) // 2, (signed - signs) // 2
    return Paths(largest, count, up, down, total, magnitude, shares, known, precision)


class _Trail(NamedTuple):
    """A path from the output to some node: its last step, and the trail before, which other trails share."""

    product: float
    step: Step | None = None
    before: _Trail | None = None


def _steps(order: list[Node], output: Node, wrt: Node) -> tuple[dict[Node, list[Step]], dict[Node, float]]:
    """Return the edges on paths to `wrt`, by their results, and the derivative by `wrt` of each node on a path."""
    steps: dict[Node, list[Step]] = {}
    toward = {wrt: 1.0}
    with evaluating_rules(), np.errstate(all="ignore"):  # an infinite slope is an answer, not a warning
        for node in reversed(order):
            op, reached = node.op, [(i, v) for i, (v, _) in enumerate(node.operands()) if v is not None and v in toward]
            if op is not None and op.elementwise:
                reached = [(i, v) for i, v in reached if op.d[i] is not None]  # the condition of `where` has no rule
            if op is None or node is wrt or not reached:
                continue
            if not isinstance(node, Value) or not (op.elementwise or op.over is not None):
                raise GradientError(
                    f"the way from {output.describe()} to {wrt.describe()} leads through {op.name}, which is no op on "
                    f"Values with a local derivative: compute this part outside Tensors and checkpoints{at()}"
                )
            check_unchanged(node)
            slope = slopes(node)
            steps[node] = [(i, v, slope[i]) for i, v in reached]
            toward[node] = sum(d * toward[v] for _, v, d in steps[node])
    if output not in toward:
        raise GradientError(f"no path leads from {output.describe()} to {wrt.describe()}: it was not computed from it{at()}")
    return steps, toward


def _largest(trails: list[_Trail], most: int) -> list[_Trail]:
    """Return the largest trails, earlier ones first where they tie, and as many of those with product 0.

    A further step keeps the order of two products, whatever its slope, with one exception: 0 times inf is nan, and rises
    from the last place to the first.
    """
    trails = sorted(trails, key=lambda trail: (not math.isnan(trail.product), -abs(trail.product)))
    zeros = bisect_left(trails, True, key=lambda trail: trail.product == 0)
    return trails[:most] + trails[max(most, zeros) :][:most]


def _path(trail: _Trail, output: Value, total: float, scale: float) -> Path:
    product, steps = trail.product, []
    while trail.step is not None and trail.before is not None:
        steps.append(trail.step)
        trail = trail.before
    positions, nodes, derivatives = zip(*reversed(steps), strict=True) if steps else ((), (), ())
    against = product < 0 < total or total < 0 < product
    return Path((output, *nodes), positions, derivatives, product, _part(product, scale), against)


def _part(x: float, whole: float) -> float:
    return x / whole if whole else 0.0
