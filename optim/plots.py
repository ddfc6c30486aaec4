"""What does a learning rate do? Several side by side, and one that changes with the steps.

Plain functions that draw into the axes they are given, or into new ones, and return them; none of them shows anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from autograd import AutogradError, Value
from autograd.errors import at
from autograd.words import translated
from optim.contours import new_axes, new_row, plot_paths, window_around
from optim.gradient_descent import GradientDescent
from optim.racing import race
from optim.schedule import LRScheduler
from optim.sgd import SGD


def plot_learning_rates(
    f: Callable[[Any], Any], start: Any, rates: Sequence[float], optimizer: Callable[..., Any] = GradientDescent,
    steps: int = 20, axes: Any = None,
) -> Any:  # fmt: skip
    """Draw what several learning rates do from one start, side by side: too small, right, too large.

    Args:
        f: a function of one Value, or of a list of two, as in `optim.race`.
        start: a number, or a point of two.
        rates: the learning rates.
        optimizer: a class, or what else makes an optimizer of parameters and ``lr=``. (default `optim.GradientDescent`)
        steps: how many steps are taken. (default 20)
        axes: as many axes as there are rates. (default: new ones in a row)

    Returns:
        The axes.

    Raises:
        AutogradError: no rates, or not as many axes.
        ExtraMissing: matplotlib is not installed.

    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> import optim
    >>> axes = optim.plot_learning_rates(lambda x: x**2, start=1.0, rates=[0.02, 0.3, 1.05])
    >>> axes[1].get_title()
    'η = 0.3'
    """
    if not len(rates) or (axes is not None and len(axes) != len(rates)):
        raise AutogradError(
            f"plot_learning_rates draws each rate into axes of its own, got {len(rates)} rates and "
            f"{'no' if axes is None else len(axes)} axes{at()}"
        )
    axes = new_row(len(rates)) if axes is None else axes
    runs = [race({"path": partial(optimizer, lr=rate)}, f, start, steps).paths for rate in rates]
    window = window_around(f, [run["path"] for run in runs])
    for ax, rate, run in zip(axes, rates, runs, strict=True):
        plot_paths(run, f, ax=ax, window=window)
        ax.set_title(f"η = {rate:g}")
        ax.get_legend().remove()
    return axes


def plot_schedule(
    schedule: Callable[[Any], LRScheduler] | Sequence[float], steps: int = 100, ax: Any = None, label: str | None = None
) -> Any:
    """Draw the learning rate over the steps, into axes, and return these.

    Args:
        schedule: what makes a schedule of an optimizer, ``partial(optim.StepLR, step_size=30)``; or the rates themselves.
        steps: how many steps are drawn. (default 100)
        ax: the axes to draw into. (default: new ones)
        label: what the line is called in a legend. (default: the schedule's class)

    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> import optim
    >>> from functools import partial
    >>> ax = optim.plot_schedule(partial(optim.StepLR, step_size=30), steps=90)
    >>> ax.get_ylabel()
    'learning rate η'
    """
    ax = new_axes() if ax is None else ax
    if callable(schedule):
        made = schedule(SGD([Value(0.0)], lr=1.0, momentum=0.9))
        label = label or type(made).__name__
        rates = [made.options_at(0, t)["lr"] for t in range(steps)]
    else:
        rates = list(schedule[:steps])
    ax.plot(rates, label=label, linewidth=1.8)
    ax.set(xlabel=translated("step"), ylabel=translated("learning rate η"))
    ax.grid(alpha=0.25)
    if label:
        ax.legend(framealpha=0.9, fontsize="small")
    return ax
