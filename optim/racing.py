"""Which optimizer gets there first, and by which way?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError, DomainError, Value
from autograd.errors import at
from autograd.words import translated
from optim.contours import plot_paths
from optim.optimizer import Optimizer

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Race:
    """What `race` returns; printed, a table.

    Attributes:
        f: the function.
        steps: how many steps each optimizer was to take.
        paths: of each, the points from the start on, an array (steps + 1, dimension); shorter where numbers overflowed.
        losses: of each, f at these points.
    """

    f: Callable[[Any], Any]
    steps: int
    paths: dict[str, Array]
    losses: dict[str, Array]

    def distances(self) -> dict[str, float]:
        """Return how far from the nearest minimum each path ends; nothing where f has no list of minima."""
        minima = np.array(getattr(self.f, "minima", ()), float)
        if not minima.size:
            return {}
        return {name: float(np.min(np.linalg.norm(minima - path[-1], axis=1))) for name, path in self.paths.items()}

    def plot(self, ax: Any = None, **options: Any) -> Any:
        """Draw the paths, and return the axes; the options are those of `plot_paths`."""
        return plot_paths(self.paths, self.f, ax=ax, **options)

    def __str__(self) -> str:
        distances = self.distances()
        head = [translated("steps"), translated("final loss"), *([translated("from a minimum")] if distances else [])]
        rows = [["", *head]]
        for name, losses in self.losses.items():
            taken = len(losses) - 1
            stopped = f" ({translated('then overflow')})" if taken < self.steps else ""
            far = [f"{distances[name]:.3g}"] if distances else []
            rows.append([name, f"{taken}{stopped}", f"{losses[-1]:.6g}", *far])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows)

    __repr__ = __str__


def race(
    optimizers: Mapping[str, Callable[[list[Value]], Optimizer]],
    f: Callable[[Any], Any],
    start: Any = None,
    steps: int = 200,
) -> Race:
    """Let optimizers descend from one start, and record their paths.

    Args:
        optimizers: by name, what makes an optimizer of a list of parameters: a class, or ``partial(optim.SGD, lr=0.1)``.
        f: a function of a point, a list of Values that gives one; of a single Value, if `start` is a number.
        start: the point. (default: that of f, if it is one of `optim.functions`)
        steps: how many steps each takes. (default 200)

    Raises:
        AutogradError: no optimizers, no start, or f is not finite there.

    >>> import optim
    >>> from functools import partial
    >>> rules = {"SGD": partial(optim.SGD, lr=0.02), "momentum": partial(optim.SGD, lr=0.02, momentum=0.9)}
    >>> print(optim.race(rules, optim.functions.ravine, steps=100))
              steps  final loss   from a minimum
    SGD       100    0.05496...   0.332
    momentum  100    ...
    """
    start = getattr(f, "start", None) if start is None else start
    if start is None or not optimizers:
        raise AutogradError(f"race needs a start and at least one optimizer, got {start!r} and {list(optimizers)}{at()}")
    recorded = {name: _run(make, f, start, steps) for name, make in optimizers.items()}
    if not all(len(losses) for _, losses in recorded.values()):
        raise AutogradError(f"race needs a start where f is finite, got {start!r}{at()}")
    paths, losses = ({name: both[i] for name, both in recorded.items()} for i in (0, 1))
    return Race(f, steps, paths, losses)


def _run(make: Callable[[list[Value]], Optimizer], f: Callable[[Any], Any], start: Any, steps: int) -> tuple[Array, Array]:
    """Return the path and the losses of one optimizer, up to the last point where all is finite."""
    params = [Value(x) for x in np.ravel(start).tolist()]
    point = params if np.ndim(start) else params[0]
    optimizer = make(params)
    path, losses = [], []
    # Overflow is how too large a learning rate ends, and is shown as the end of the path.
    with np.errstate(all="ignore"):
        for step in range(steps + 1):
            numbers = [p.data for p in params]
            try:
                loss = f(point)
            except (DomainError, OverflowError):
                break
            if not np.all(np.isfinite([*numbers, loss.item()])):
                break
            path.append(numbers)
            losses.append(loss.item())
            if step < steps:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
    return np.array(path), np.array(losses)
