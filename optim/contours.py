"""What do descents look like? Paths on the contours of a function of two numbers, or on the curve of a function of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError, Tensor, no_grad
from autograd.errors import at
from autograd.extras import load
from autograd.words import translated

Array = NDArray[np.float64]

_GRID = 300  # points along each side
_LEVELS = 14


def plot_paths(
    paths: Any, f: Callable[[Any], Any], ax: Any = None, window: Sequence[float] | None = None, *, dots: bool = True,
    legend: bool = True,
) -> Any:  # fmt: skip
    """Draw paths with their starts and ends, on log-spaced contours or on a curve, into axes, and return these.

    Args:
        paths: arrays (steps + 1, dimension) by name, or what `optim.race` returned.
        f: the function, which is called with Tensors; its minima are marked if it is one of `optim.functions`.
        ax: the axes to draw into. (default: new ones)
        window: (x from, x to, y from, y to). (default: that of f, or around the paths)
        dots: is every step a dot on its path? (default True)
        legend: does a legend say which path is which? (default True)

    Raises:
        AutogradError: no paths, or paths of more than two dimensions.
        ExtraMissing: matplotlib is not installed.

    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> import optim
    >>> race = optim.race({"gradient descent": optim.GradientDescent}, optim.functions.ravine)
    >>> optim.plot_paths(race, race.f).get_title()
    'ravine'
    """
    by_name: Mapping[str, Array] = getattr(paths, "paths", paths)
    dimensions = {path.shape[1] for path in by_name.values()}
    if dimensions not in ({1}, {2}):
        raise AutogradError(f"paths are drawn in one dimension or in two, got {sorted(dimensions) or 'no paths'}{at()}")
    ax = new_axes() if ax is None else ax
    flat = dimensions == {1}
    seen = window_around(f, list(by_name.values())) if window is None else window
    (_draw_curve if flat else _draw_contours)(ax, f, seen)
    for i, (name, path) in enumerate(by_name.items()):
        xs, ys = path[:, 0], _values(f, path.T) if flat else path[:, 1]
        ax.plot(xs, ys, color="white", linewidth=3.5, alpha=0.8, zorder=3)  # lifts the path off what is below it
        ax.plot(xs, ys, color=f"C{i}", linewidth=1.5, marker="o" if dots else "", markersize=3, label=name, zorder=4)
        ax.plot(xs[-1:], ys[-1:], color=f"C{i}", marker="s", markersize=8, markeredgecolor="white", zorder=6)
    _mark_ends(ax, f, np.unique([path[0] for path in by_name.values()], axis=0), flat)
    ax.set_title(translated(getattr(f, "name", "")))
    if legend:
        ax.legend(loc="best", framealpha=0.9, fontsize="small")
    return ax


def new_axes() -> Any:
    """Return axes in a figure of their own."""
    return _pyplot().subplots(figsize=(6.4, 5.2), layout="constrained")[1]


def new_row(count: int) -> Any:
    """Return so many axes in a row, in a figure of their own, as an array."""
    return _pyplot().subplots(1, count, figsize=(4.2 * count, 3.8), layout="constrained", squeeze=False)[1][0]


def _pyplot() -> Any:
    return load("matplotlib.pyplot", extra="plot", purpose="plots")


def _values(f: Callable[[Any], Any], point: Any) -> Array:
    """Return f at many points at once: rows x and y, or x alone, as arrays of any shape."""
    with no_grad(), np.errstate(all="ignore"):
        tensors = [Tensor(row) for row in point]
        found = f(tensors if len(tensors) > 1 else tensors[0])
    return np.broadcast_to(np.asarray(found.numpy() if isinstance(found, Tensor) else found, float), point[0].shape)


def window_around(f: Callable[[Any], Any], paths: Sequence[Array]) -> tuple[float, ...]:
    """Return a window: that of f, or around the lowest point as far as the starts and the first steps go.

    A path that flies off leaves it: a first step four times as long as the way to the lowest point is not shown whole.
    """
    if hasattr(f, "window"):
        return tuple(f.window)
    points = np.concatenate(paths)
    lowest = points[np.argmin(_values(f, points.T))]
    starts, steps = (np.max([np.abs(path[:n] - lowest).max(axis=0) for path in paths], axis=0) for n in (1, 2))
    reach = np.where(starts > 0, np.minimum(steps, 4 * starts), steps)
    reach = 1.2 * np.maximum(reach, 0.3 * np.max(reach)) + 1e-9
    sides: list[float] = np.stack([lowest - reach, lowest + reach], axis=1).ravel().tolist()
    if len(sides) == 4:
        return tuple(sides)
    xs = np.linspace(sides[0], sides[1], _GRID)
    bottom = float(np.min(_values(f, [xs])))
    top = float(np.max(_values(f, [points[np.abs(points - lowest) <= reach]])))
    room = 0.2 * (top - bottom) + 1e-9
    return (*sides, bottom - room, top + room)


def _draw_contours(ax: Any, f: Callable[[Any], Any], window: Sequence[float]) -> None:
    x0, x1, y0, y1 = window
    grid = np.meshgrid(np.linspace(x0, x1, _GRID), np.linspace(y0, y1, _GRID))
    heights = _values(f, grid)
    # Levels in equal steps of the logarithm: valleys are where things happen, and slopes would take all the lines. What is
    # lower than all but a hundredth of the window is the bottom.
    heights = heights - heights.min()
    heights = np.log(heights + np.quantile(heights, 0.01) + 1e-12 * heights.max())
    levels = np.linspace(heights.min(), heights.max(), _LEVELS)
    ax.contourf(*grid, heights, levels=levels, cmap="Blues_r", alpha=0.55, zorder=1)
    ax.contour(*grid, heights, levels=levels, colors="#4a6a8a", linewidths=0.5, linestyles="solid", alpha=0.6, zorder=2)
    ax.set(xlim=(x0, x1), ylim=(y0, y1), xlabel="x", ylabel="y")


def _draw_curve(ax: Any, f: Callable[[Any], Any], window: Sequence[float]) -> None:
    x0, x1, y0, y1 = window
    xs = np.linspace(x0, x1, _GRID)
    ax.plot(xs, _values(f, [xs]), color="0.55", linewidth=1.2, zorder=2)
    ax.set(xlim=(x0, x1), ylim=(y0, y1), xlabel="x", ylabel="f(x)")


def _mark_ends(ax: Any, f: Callable[[Any], Any], starts: Array, flat: bool) -> None:
    across = _values(f, starts.T) if flat else starts[:, 1]
    look = {"color": "white", "markeredgecolor": "black", "markersize": 8, "zorder": 7}
    ax.plot(starts[:, 0], across, "o", label=translated("start"), **look)
    minima = np.array(getattr(f, "minima", ()), float)
    if minima.size and not flat:
        ax.plot(*minima.T, "*", color="black", markeredgecolor="white", markersize=14, label=translated("minimum"), zorder=5)
