"""What is a derivative along a line, measured by evaluating the function alone, and what stands in the way?

Steps begin at a few hundredths of the input's size and shrink until neither a kink nor the border of a domain lies within
them; where the point itself is on a kink, the slopes to both sides are measured.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.bends import Bend, bends_between, borders, nodes_of
from autograd.differences import EPSILON, Array, central, one_sided
from autograd.errors import DomainError, at
from autograd.node import Node
from autograd.trial import Trial, flat

ROUGH = 1e-4  # of the size of a result and its derivatives: an error beyond it tells nothing
_REACH, _SMALLEST = 0.03, 1e-6  # of an input's size: how far differences look at first, and at last
_BRANCH = "the function takes another branch within the smallest step"


@dataclass(frozen=True)
class Measured:
    """Derivatives of some results along a line.

    Attributes:
        slopes, errors: by differences, and how far they may be off.
        nearby: how steep the results are on the way to a step: what a slope of 0 is small beside.
        left, right: the slopes to both sides, where a kink is in the way; else None.
        bends: the ops at kinks.
        branch: says that the function takes another branch beside the point, or "".
        border: why there is nothing to measure: which op leaves its domain, or "".
        study: says of one result what differences with ever smaller steps give.
        closer: returns slopes and errors again, from steps so small that no period or pole is stepped over.
        sides: returns its slopes to the left and to the right, and how far they may be off.
    """

    slopes: Array
    errors: Array
    nearby: Array | float = 0.0
    left: Array | None = None
    right: Array | None = None
    bends: tuple[Bend, ...] = ()
    branch: str = ""
    border: str = ""
    study: Callable[[int], str] = lambda i: ""
    closer: Callable[[], tuple[Array, Array]] | None = None
    sides: Callable[[int], tuple[float, float, float]] = lambda i: (0.0, 0.0, 0.0)

    def smooth(self) -> Any:
        """Are the slopes to both sides equal, as far as they are known?"""
        assert self.left is not None
        assert self.right is not None
        known = self.errors <= ROUGH * (1 + np.abs(self.right))  # beside a jump they are anything
        return known & (np.abs(self.right - self.left) <= 4 * self.errors + 64 * EPSILON * (1 + np.abs(self.right)))


class Line:
    """A line through the point of a trial.

    `noise` says how far each result, or the sum with these weights, may be off by rounding.
    """

    def __init__(
        self, trial: Trial, order: int, direction: Sequence[Any], graph: Sequence[Node], noise: Any, weights: Any = None
    ) -> None:
        self.trial, self.order, self.direction, self.graph, self.weights = trial, order, direction, graph, weights
        self.noise = noise
        self.finite = np.isfinite(self.values(0.0))

    def results(self, s: float) -> list[Any]:
        return self.trial.run(self.trial.leaves(self.trial.shifted(self.direction, s)), self.order)

    def values(self, s: float) -> Array:
        return self._weighted(self.results(s))

    def _weighted(self, results: Sequence[Any]) -> Array:
        values = flat(results)
        return values if self.weights is None else np.array([self.weights @ values])

    def measure(self, size: float) -> Measured:
        """Return the derivatives along the line, of an input of this size."""
        reach, bends, border = self._clear_reach(_REACH * size, _SMALLEST * size)
        branch = _BRANCH if bends is None else ""
        if border:
            nothing = np.full(len(self.values(0.0)), np.nan)
            return Measured(nothing, nothing, border=border)
        if bends or branch:
            (right, off_right), (left, off_left) = (one_sided(self.values, s, self.noise) for s in (reach, -reach))
            errors = np.maximum(off_right, off_left)
            return Measured((left + right) / 2, errors, left=left, right=right, bends=tuple(bends or ()), branch=branch)
        slopes, errors = central(self.values, reach, self.noise)
        nearby = np.max([np.abs(self.values(s) - self.values(0.0)) for s in (-reach, reach)], axis=0) / reach
        # Where a function changes fast the same with smaller steps may know more.
        for factor in (0.03, 0.001):
            if np.all(errors <= 1e-9 * (np.abs(slopes) + np.abs(self.values(0.0)))):
                break
            closer, rougher = central(self.values, reach * factor, self.noise)
            slopes, errors = np.where(rougher < errors, closer, slopes), np.minimum(rougher, errors)
        near = 100 * _SMALLEST * size
        return Measured(
            slopes, errors, nearby, study=lambda i: self._study(i, reach), sides=lambda i: self._sides(i, near),
            closer=functools.cache(lambda: self._closer(slopes, errors, reach)),
        )  # fmt: skip

    def _closer(self, slopes: Array, errors: Array, reach: float) -> tuple[Array, Array]:
        # Steps over many periods may agree with each other by accident, and with nothing else.
        for factor in (1e-2, 1e-4, 1e-6, 1e-8):
            closer, rougher = central(self.values, reach * factor, self.noise)
            off = (np.abs(closer - slopes) > 4 * (errors + rougher)) & (rougher <= ROUGH * np.abs(closer))
            slopes, errors = np.where(off, closer, slopes), np.where(off, rougher, errors)
        return slopes, errors

    def _sides(self, i: int, reach: float) -> tuple[float, float, float]:
        (left, off_left), (right, off_right) = (one_sided(self.values, s, self.noise) for s in (-reach, reach))
        return float(left[i]), float(right[i]), float(off_left[i] + off_right[i])

    def _study(self, i: int, reach: float) -> str:
        steps = [reach * 10.0**-k for k in range(0, 9, 2)]
        slopes = [(self.values(h)[i] - self.values(-h)[i]) / (2 * h) for h in steps]
        return ", ".join(f"{slope:.6g} with step {h:.0e}" for h, slope in zip(steps, slopes, strict=True))

    def _clear_reach(self, reach: float, smallest: float) -> tuple[float, list[Bend] | None, str]:
        """Return how far the function can be followed both ways without meeting kink or border, and what is met.

        What is met are kinks, or None for another branch of the function, and what is said of a border.
        """
        while True:
            border = ""
            bends: list[Bend] | None = []
            try:
                ends = [self.results(s) for s in (-reach, reach)]
                graphs = [nodes_of(end) for end in ends]
                if not all(np.all(np.isfinite(self._weighted(end))[self.finite]) for end in ends):
                    border = next((b for g in graphs for b in borders(g)), "the function is not finite next to this point")
            except DomainError as error:
                border = str(error).removesuffix(at())
            if not border:
                bends = bends_between(self.graph, *graphs)
                if bends is not None and (not bends or any(b.exact for b in bends)):
                    return reach, [b for b in bends if b.exact], ""
            if reach < smallest:
                return reach, bends, border
            reach /= 8
