"""On what ground are optimizers compared? Functions of two numbers that are hard in different ways, with their minima."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Landscape:
    """A function of a point (x, y), and what is known of it.

    Called with a pair of floats, Values or arrays, or with a Tensor of two numbers, or with an array whose rows are x and y.

    Attributes:
        name: what it is called.
        formula: the function of x and y.
        latex: the formula in LaTeX.
        minima: where its smallest value is taken.
        window: (x from, x to, y from, y to), which shows what is hard about it.
        start: where a race on it may begin.

    >>> import optim
    >>> optim.functions.rosenbrock((1.0, 1.0))
    0.0
    >>> from autograd import grad
    >>> grad(optim.functions.rosenbrock)([1.0, 2.0])
    [-400.0, 200.0]
    """

    name: str
    formula: Callable[[Any, Any], Any]
    latex: str
    minima: tuple[tuple[float, float], ...]
    window: tuple[float, float, float, float]
    start: tuple[float, float]

    def __call__(self, point: Any) -> Any:
        """Return the value at a point."""
        x, y = point
        return self.formula(x, y)

    def __repr__(self) -> str:
        return f"<{self.name}: {self.latex}>"

    def _repr_latex_(self) -> str:
        return f"$${self.latex}$$"


rosenbrock = Landscape(
    "Rosenbrock",
    lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    r"(1 - x)^2 + 100 (y - x^2)^2",
    minima=((1.0, 1.0),), window=(-2.0, 2.0, -1.0, 3.0), start=(-1.0, 2.0),
)  # fmt: skip
"""A banana-shaped valley, which is easily found and hard to follow.

Source: H. H. Rosenbrock, An automatic method for finding the greatest or least value of a function, Comput. J. 3, 1960.
"""

beale = Landscape(
    "Beale",
    lambda x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2,
    r"(1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2",
    minima=((3.0, 0.5),), window=(-4.5, 4.5, -4.5, 4.5), start=(1.0, 1.5),
)  # fmt: skip
"""A plain between steep corners.

Source: E. M. L. Beale, On an iterative method for finding a local minimum of a function of more than one variable, 1958.
"""

himmelblau = Landscape(
    "Himmelblau",
    lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    r"(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    minima=(
        (3.0, 2.0), (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170), (3.584428340330492, -1.848126526964404),
    ),
    window=(-5.0, 5.0, -5.0, 5.0), start=(0.0, 0.0),
)  # fmt: skip
"""Four minima, all zero: which one is found depends on the start and on the rule.

Source: D. M. Himmelblau, Applied nonlinear programming, 1972.
"""

saddle = Landscape(
    "saddle",
    lambda x, y: x**2 - y**2 + 0.5 * y**4,
    r"x^2 - y^2 + \frac{1}{2} y^4",
    minima=((0.0, 1.0), (0.0, -1.0)), window=(-1.5, 1.5, -1.5, 1.5), start=(-1.2, 0.01),
)  # fmt: skip
"""A saddle at the origin, between two minima: where the gradient vanishes, and a descent may stay for long."""

ravine = Landscape(
    "ravine",
    lambda x, y: 0.5 * (x**2 + 50 * y**2),
    r"\frac{1}{2} (x^2 + 50 y^2)",
    minima=((0.0, 0.0),), window=(-3.0, 1.0, -1.0, 1.0), start=(-2.5, 0.6),
)  # fmt: skip
"""A valley fifty times steeper across than along: plain descent swings from side to side, or hardly moves."""
