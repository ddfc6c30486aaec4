"""Where is an op defined, where is it smooth, and which inputs show it at work?

A `Domain` is what one operand may be. It is printed in errors and in the table of ops, and generated checks draw from it.
A `Kink` says where a derivative jumps, which subgradient the rule takes there, and which ones would be allowed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Domain:
    """The numbers one operand may be: an interval with open ends, and points left out of it.

    `draw` says from where checks sample: inside the domain, away from its border.
    """

    text: str
    low: float = -math.inf
    high: float = math.inf
    draw: tuple[float, float] = (-2.0, 2.0)
    without: tuple[float, ...] = ()
    closed: bool = False

    def __contains__(self, x: float) -> bool:
        inside = self.low <= x <= self.high if self.closed else self.low < x < self.high
        return inside and x not in self.without

    def sample(self, rng: np.random.Generator, shape: tuple[int, ...] = ()) -> Array:
        """Draw floats from the domain, away from its border and from the points left out."""
        x = rng.uniform(*self.draw, size=shape)
        for point in self.without:
            x = np.where(abs(x - point) < 0.2, point + 0.2 + abs(x - point), x)
        return np.asarray(x)

    def __str__(self) -> str:
        return self.text


REAL = Domain("any real")
POSITIVE = Domain("> 0", low=0.0, draw=(0.3, 3.0))
NONNEGATIVE = Domain(">= 0", low=0.0, closed=True, draw=(0.3, 3.0))
NONZERO = Domain("not 0", without=(0.0,))
ABOVE_MINUS_ONE = Domain("> -1", low=-1.0, draw=(-0.7, 2.0))
ABOVE_ONE = Domain(">= 1", low=1.0, closed=True, draw=(1.2, 3.0))
UNIT = Domain("in [-1, 1]", low=-1.0, high=1.0, closed=True, draw=(-0.9, 0.9))
OPEN_UNIT = Domain("in (-1, 1)", low=-1.0, high=1.0, draw=(-0.9, 0.9))
TRUTH = Domain("true or false", low=0.0, high=1.0, closed=True, draw=(0.0, 1.0))


@dataclass(frozen=True)
class Kink:
    """Where a derivative jumps: at the zeros of `gap`.

    `used` is the subgradient the rule takes there, one number an operand; `allowed` is the interval of all of them. Where
    they depend on the op's settings, `of` computes both from the settings.
    """

    text: str
    gap: Callable[..., Any]
    used: tuple[float, ...] = (0.0,)
    allowed: tuple[float, float] = (0.0, 0.0)
    of: Callable[..., tuple[tuple[float, ...], tuple[float, float]]] | None = None

    def subgradients(self, **settings: Any) -> tuple[tuple[float, ...], tuple[float, float]]:
        """Return (used, allowed) for these settings of the op."""
        return self.of(**settings) if self.of is not None else (self.used, self.allowed)

    def __str__(self) -> str:
        used = ", ".join(f"{u:g}" for u in self.used)
        return f"{self.text} (takes {used} of [{self.allowed[0]:g}, {self.allowed[1]:g}])"


_SIZES = {"k": 3, "m": 2, "n": 4, "b": 2}


@dataclass(frozen=True)
class Arrays:
    """The arrays an op of whole arrays takes: one string of letters an operand, equal letters for equal sizes.

    `like` narrows what is drawn: ``"distinct"`` entries (for max and min), ``"invertible"``, ``"definite"``,
    ``"positive"`` entries, or ``"any"``. `cases` are the settings (axis, shape, …) that show the op at work.
    """

    shapes: tuple[str, ...]
    like: str = "any"
    cases: tuple[dict[str, Any], ...] = field(default=({},))


    def sample(self, rng: np.random.Generator) -> tuple[Array, ...]:
        """Draw one array for each operand."""
        return tuple(self._array(rng, tuple(_SIZES[c] for c in letters)) for letters in self.shapes)

    def _array(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        if self.like == "distinct":
            return (rng.permutation(math.prod(shape)) / 3.0 - 1.0).reshape(shape)
        if self.like == "positive":
            return rng.uniform(0.5, 2.0, size=shape)
        x = rng.normal(size=shape)
        if self.like == "invertible" and len(shape) > 1 and shape[-1] == shape[-2]:
            return x + 3.0 * np.eye(shape[-1])
        if self.like == "definite":
            return x @ np.swapaxes(x, -1, -2) + 3.0 * np.eye(shape[-1])
        return x

    def __str__(self) -> str:
        text = ", ".join(f"({', '.join(s)})" if s else "()" for s in self.shapes)
        return text if self.like in ("any", "distinct") else f"{text} {self.like}"


def arrays(*shapes: str, like: str = "any", cases: tuple[dict[str, Any], ...] = ({},)) -> Arrays:
    """Describe operands by their letters: ``arrays("mk", "kn")`` for a matrix product."""
    return Arrays(shapes, like, cases)
