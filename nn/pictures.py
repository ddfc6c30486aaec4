"""How did a training go, and which classes does a network take for which?

Plain functions that return the axes they drew on; nothing is shown or saved. They need matplotlib, which comes with
``pip install "wengert[plot]"``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError, ShapeError
from autograd.errors import at, short
from autograd.extras import load
from autograd.words import translated
from nn.loss.targets import numbers_of
from nn.plots import LETTER, PALETTE, axes, class_names, sides_of

_SPREAD = 100.0  # from this ratio of the largest to the least on, an axis is logarithmic
_LEGIBLE = 30  # classes; the counts of more would not fit into their cells
_TALL = 4  # curves; the legend of more stands in two columns


# --- history ----------------------------------------------------------------------------------------------------------


def plot_history(history: Mapping[str, Any], ax: Any = None) -> Any:
    """Draw the numbers of each epoch: losses, below them the metrics, and the learning rate last.

    Training is drawn solid, validation dashed in the same colour, and a dot marks the epoch with the lowest ``val_loss``
    (without validation: the lowest loss). Metrics that stay in [0, 1] share their axes.

    Args:
        history: lists by name, one number an epoch, such as `nn.fit` returns; None stands for a number that is missing. It
            is a gap, and so is what is nan or infinite.
        ax: the axes to draw on: one, on which the losses alone are drawn, or as many as there would be. (default: new ones)

    Returns:
        The axes, in an array if there are several.

    Raises:
        AutogradError: there are no numbers, or more or fewer axes than needed.
        ExtraMissing: matplotlib is not installed.

    >>> import matplotlib; matplotlib.use("Agg")
    >>> import nn
    >>> above, below = nn.plot_history({"loss": [0.9, 0.5], "val_loss": [1.0, 0.6], "accuracy": [0.6, 0.8]})
    >>> above.get_ylabel(), below.get_ylabel(), above.lines[1].get_linestyle()
    ('loss', 'accuracy', '--')
    """
    curves = _curves(history)
    panels = _panels(curves)
    places = _places(panels, ax)
    for place, names in zip(places, panels, strict=False):  # a single pair of axes is for the first panel alone
        _draw_panel(place, {name: curves[name] for name in names})
    places[-1].set_xlabel(translated("epoch"))
    return places[0] if len(places) == 1 else np.array(places)


def _curves(history: Any) -> dict[str, NDArray[np.float64]]:
    """Return what can be drawn: the lists of numbers, by name."""
    if not isinstance(history, Mapping):
        raise AutogradError(f"a history has a list of numbers for each name, got {short(history)}{at()}")
    found = {}
    for name, numbers in history.items():
        try:
            column = np.array(numbers, dtype=float)  # None becomes nan
        except (TypeError, ValueError):
            continue  # a metric that is no single number, such as a matrix of counts
        if column.ndim == 1 and np.isfinite(column).any():
            found[str(name)] = np.where(np.isfinite(column), column, np.nan)  # what is infinite is drawn as a gap
    if not found:
        named = f" under {', '.join(map(str, history))}" if history else ""
        raise AutogradError(f"this history has no numbers to draw{named}: are there epochs in it?{at()}")
    return found


def _panels(curves: Mapping[str, NDArray[np.float64]]) -> list[list[str]]:
    """Return which names are drawn on the same axes."""
    panels: dict[str, list[str]] = {"loss": [], "share": []}
    for name, column in curves.items():
        base = _base(name)
        is_share = base not in ("loss", "lr") and np.nanmin(column) >= 0 and np.nanmax(column) <= 1
        panels.setdefault("share" if is_share else base, []).append(name)
    rates = panels.pop("lr", [])
    return [names for names in (*panels.values(), rates) if names]


def _base(name: str) -> str:
    return name.removeprefix("val_")


def _places(panels: Sequence[Sequence[str]], ax: Any) -> list[Any]:
    """Return the axes that were given, or new ones for each panel."""
    if ax is None:
        pyplot = load("matplotlib.pyplot", extra="plot", purpose="plots")
        size = (6.0, 1.2 + 2.4 * len(panels))
        made = pyplot.subplots(len(panels), sharex=True, squeeze=False, figsize=size, layout="constrained")[1]
        return list(made[:, 0])
    if not isinstance(ax, Iterable):
        return [axes(ax)]
    places = [axes(place) for place in np.ravel(np.asarray(ax, dtype=object))]
    if len(places) != len(panels):
        listed = "; ".join(", ".join(names) for names in panels)
        raise AutogradError(f"this history needs {len(panels)} axes ({listed}), got {len(places)}{at()}")
    return places


def _draw_panel(ax: Any, curves: Mapping[str, NDArray[np.float64]]) -> None:
    ticker = load("matplotlib.ticker", extra="plot", purpose="plots")
    bases = list(dict.fromkeys(map(_base, curves)))
    for name, column in curves.items():
        colour = PALETTE[bases.index(_base(name)) % len(PALETTE)]
        style, fill = ("--", "white") if name.startswith("val_") else ("-", colour)
        alone = _alone(column)
        ax.plot(
            np.arange(1, len(column) + 1), column, style, marker="o" if alone else "", markevery=alone, mfc=fill,
            color=colour, lw=2.0, label=name,
        )  # fmt: skip
    judged = next((name for name in ("val_loss", "loss") if name in curves), None)
    if judged is not None:
        best = int(np.nanargmin(curves[judged]))
        lowest = curves[judged][best]
        said = translated("lowest: {}, epoch {}").format(f"{lowest:.3g}", best + 1)
        ax.plot(best + 1, lowest, "o", color="0.15", ms=7, zorder=4, label=said)
    together = np.concatenate(list(curves.values()))
    if np.nanmin(together) > 0 and np.nanmax(together) >= _SPREAD * np.nanmin(together):
        ax.set_yscale("log")
    ax.set_ylabel(bases[0] if len(bases) == 1 else translated("metrics"))
    # All epochs are shown, also those without numbers, at which a training broke down.
    last = max(map(len, curves.values()))
    margin = 0.05 * (last - 1) or 0.5
    ax.set_xlim(1 - margin, last + margin)
    ax.xaxis.set_major_locator(ticker.MaxNLocator(integer=True, min_n_ticks=1))
    ax.grid(alpha=0.25)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, ncols=2 if len(curves) > _TALL else 1)


def _alone(column: NDArray[np.float64]) -> list[int]:
    """Return the places of numbers without one before or after them: no line shows these."""
    known = np.pad(np.isfinite(column), 1)
    return [int(i) for i in np.flatnonzero(known[1:-1] & ~known[:-2] & ~known[2:])]


# --- confusion --------------------------------------------------------------------------------------------------------


def plot_confusion_matrix(
    matrix: Any, ax: Any = None, *, classes: Sequence[Any] | None = None, normalize: bool = False
) -> Any:
    """Draw which classes were taken for which: a row for each true class, a column for each predicted one.

    A cell is coloured by the root of its share of the row, so that a few errors are seen beside many right answers.

    Args:
        matrix: counts, of shape (C, C).
        ax: the axes to draw on. (default: new ones)
        classes: the names of the classes. (default 0 to C - 1)
        normalize: are shares of each row written, instead of counts? (default False)

    Returns:
        The axes.

    Raises:
        AutogradError: the matrix holds something else than counts, or there are more or fewer names.
        ExtraMissing: matplotlib is not installed.

    >>> import matplotlib; matplotlib.use("Agg")
    >>> import nn
    >>> ax = nn.plot_confusion_matrix([[48, 2], [5, 45]], classes=["cat", "dog"])
    >>> ax.get_title(), [text.get_text() for text in ax.texts]
    ('93 of 100 right (93 %)', ['48', '2', '5', '45'])
    """
    counts = _counts(matrix)
    n = len(counts)
    names = class_names(range(n) if classes is None else classes, n)
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.zeros(counts.shape), where=totals > 0)
    depth = np.sqrt(shares)
    side = min(12.0, max(4.0, 2.0 + 0.45 * n))
    ax = axes(ax, (1.25 * side, side))
    ax.imshow(depth, cmap="Blues", vmin=0.0, vmax=1.0)
    if n <= _LEGIBLE:
        said = [f"{share:.2f}" if normalize else _said(count) for share, count in zip(shares.flat, counts.flat, strict=True)]
        size = min(11.0, 0.8 * min(sides_of(ax)) / n / (LETTER * max(map(len, said))))
        for ((i, j), count), text in zip(np.ndenumerate(counts), said, strict=True):
            colour = "white" if depth[i, j] > 0.6 else "0.15" if count else "0.6"
            ax.text(j, i, text, ha="center", va="center", color=colour, fontsize=size)
    slanted = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if max(map(len, names)) > 4 else {}
    ticks = range(0, n, math.ceil(n / _LEGIBLE))
    ax.set_xticks(ticks, names[:: ticks.step], **slanted)
    ax.set_yticks(ticks, names[:: ticks.step])
    right, total = np.trace(counts), counts.sum()
    ax.set(xlabel=translated("predicted class"), ylabel=translated("true class"))
    shown = _said(right, ","), _said(total, ","), f"{100 * right / total:.3g}"
    ax.set_title(translated("{} of {} right ({} %)").format(*shown))
    ax.spines[:].set_visible(False)
    return ax


def _said(count: float, thousands: str = "") -> str:
    """Write a count, or with weights how much it comes to."""
    return f"{count:{thousands}.0f}" if count == round(count) and count < 1e15 else f"{count:.3g}"


def _counts(matrix: Any) -> NDArray[np.float64]:
    try:
        given = np.asarray(numbers_of(matrix))
    except ValueError:
        given = None  # rows of different lengths
    if given is None or given.dtype.kind not in "fiub":
        raise ShapeError(f"a confusion matrix is of counts, (C, C), got {short(matrix)}{at()}")
    counts: NDArray[np.float64] = given.astype(float)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not counts.size:
        raise ShapeError(f"a confusion matrix is of shape (C, C), a row for each true class, got {counts.shape}{at()}")
    if not (np.isfinite(counts) & (counts >= 0)).all() or not counts.any():
        said = short(counts.tolist())
        raise AutogradError(f"a confusion matrix holds counts from 0 up, not all of them 0, got {said}{at()}")
    return counts
