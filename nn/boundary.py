"""Where in the plane does a network change its mind?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError, ShapeError, Tensor, no_grad
from autograd.errors import at, short
from autograd.extras import load
from nn.data.dataset import as_dataset
from nn.linear import counts
from nn.metrics.samples import check_threshold
from nn.module import Module
from nn.plots import PALETTE, axes, class_names
from nn.training.prediction import array_of, caller_of, is_of_values, mode

Array = NDArray[np.float64]

_COARSE = 50  # points a side for networks of Values, which are called point by point
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
_FINEST = 2000  # points a side, four million in all


def plot_decision_boundary(
    model: Callable[[Any], Any], data: Any, ax: Any = None, *, resolution: int = 200,
    classes: Sequence[str] | None = None, threshold: float | None = None,
) -> Any:  # fmt: skip
    """Draw which class a network gives each point of the plane: the deeper the colour, the surer it is.

    With one score a sample, what lies above the threshold is the second class. With C scores it is the largest that counts.

    Args:
        model: a module of Tensors, called with an array of points (M, 2); one of Values, called point by point on a grid of
            at most 50 by 50; or a function of an array. It gives M scores, or (M, 1), or (M, C).
        data: (x, t) or a `Dataset`, x of shape (N, 2), t the labels: 0 and 1, -1 and +1, or class indices.
        ax: the axes to draw on. (default: new ones)
        resolution: points a side, 2 to 2000. (default 200)
        classes: the names of the classes. (default: the dataset's, or the labels)
        threshold: where one score a sample is at the border. (default: 0.5 if all scores are in [0, 1], else 0)

    Returns:
        The axes.

    Raises:
        AutogradError: points are not in the plane, labels do not fit the scores, a score is nan or infinite, or a setting
            cannot be used.
        ExtraMissing: matplotlib is not installed.

    >>> import matplotlib; matplotlib.use("Agg")
    >>> import nn
    >>> data = nn.data.moons(60, rng=0)
    >>> ax = nn.plot_decision_boundary(lambda x: x[:, 1] - 0.25, data, classes=["upper", "lower"])
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['upper', 'lower']
    """
    counts(resolution=resolution)
    if not 2 <= resolution <= _FINEST:
        wanted = "2 points a side and more" if resolution < 2 else f"at most {_FINEST} points a side"
        raise AutogradError(f"a border is looked for on {wanted}, got resolution={resolution}{at()}")
    check_threshold("plot_decision_boundary", threshold)
    dataset = as_dataset(data)
    x, labels = _points(dataset)
    if is_of_values(model):
        resolution = min(resolution, _COARSE)
    edges = [_window(x[:, i]) for i in (0, 1)]
    sides = [np.linspace(*edge, resolution) for edge in edges]
    grid = np.stack(np.meshgrid(*sides), axis=-1)
    scores = _scores(model, grid.reshape(-1, 2))
    index, names = _named(labels, scores.shape[1], classes if classes is not None else dataset.classes or None)
    shares, leads = _shares(scores, threshold)
    ax = axes(ax)
    colours = _rgb(len(names))
    ax.imshow(
        _shading(shares, colours).reshape(resolution, resolution, 3), extent=(*edges[0], *edges[1]), origin="lower",
        aspect="auto", interpolation="bilinear", zorder=0,
    )  # fmt: skip
    for lead in leads:
        if lead.min() < 0 < lead.max():
            ax.contour(*sides, lead.reshape(resolution, resolution), levels=[0.0], colors="0.15", linewidths=1.5, zorder=1)
    for k, name in enumerate(names):
        mine = x[index == k]
        ax.scatter(
            # With more classes than colours, those of one colour still have different markers.
            mine[:, 0], mine[:, 1], s=28, color=[colours[k]], marker=_MARKERS[(k + k // len(PALETTE)) % len(_MARKERS)],
            edgecolors="white", linewidths=0.7, label=name, zorder=2,
        )  # fmt: skip
    ax.set(xlim=edges[0], ylim=edges[1], xlabel="x₁", ylabel="x₂")
    ax.legend(framealpha=0.85, edgecolor="none")
    return ax


# --- what is given ----------------------------------------------------------------------------------------------------


def _points(dataset: Any) -> tuple[Array, NDArray[Any]]:
    """Return points in the plane, and their labels."""
    if len(dataset.arrays) < 2 or not len(dataset):
        raise AutogradError(f"a picture of the border needs points x and their labels t, got {dataset!r}{at()}")
    x, t = (np.asarray(column) for column in dataset.arrays[:2])
    if x.ndim != 2 or x.shape[1] != 2 or x.dtype.kind not in "fiub":
        raise ShapeError(f"a border is drawn in the plane, for points (N, 2), got {x.shape} of {x.dtype}{at()}")
    if not np.isfinite(x).all():
        raise AutogradError(f"points are finite, and here is nan or inf{at()}")
    if t.ndim == 2 and t.size:
        t = t[:, 0] if t.shape[1] == 1 else t.argmax(axis=1)
    if t.ndim != 1 or not len(t):
        raise ShapeError(f"points have one label each, got labels of shape {t.shape}{at()}")
    if t.dtype.kind == "f" and not np.isfinite(t).all():
        raise AutogradError(f"labels are classes, and here is nan or inf{at()}")
    return x.astype(float), t


def _scores(model: Callable[[Any], Any], points: Array) -> Array:
    """Return the scores of points, (M, 1) or (M, C), from a network in use."""
    if isinstance(model, Module):
        with mode(model, False), no_grad():
            outputs = caller_of(model)(points if is_of_values(model) else Tensor.from_numpy(points))
    elif callable(model):
        with no_grad():
            outputs = model(points)
    else:
        raise AutogradError(f"a model is a module or a function of an array of points, got {short(model)}{at()}")
    given = np.asarray(array_of(outputs))
    if given.dtype.kind not in "fiub":
        raise AutogradError(f"scores are numbers, the model gave {short(outputs)}{at()}")
    if given.ndim not in (1, 2) or len(given) != len(points) or not given.size:
        raise ShapeError(f"{len(points)} points need scores (M,), (M, 1) or (M, C), the model gave {given.shape}{at()}")
    scores = given.reshape(len(points), -1).astype(float)
    if wrong := int((~np.isfinite(scores)).any(axis=1).sum()):
        raise AutogradError(f"the model gives nan or inf for {wrong} of {len(points)} points{at()}")
    return scores


def _named(labels: NDArray[Any], width: int, classes: Any) -> tuple[NDArray[Any], list[str]]:
    """Return each point's class as an index, and the names of the classes."""
    count = max(2, width)
    kinds = np.unique(labels)
    if all(kind in range(count) for kind in kinds.tolist()):
        index, names = labels.astype(int), list(map(str, range(count)))
    elif count == 2 and set(kinds.tolist()) <= {-1, 1}:
        index, names = (labels > 0).astype(int), ["-1", "+1"]
    elif len(kinds) == count:
        index, names = np.searchsorted(kinds, labels), list(map(str, kinds.tolist()))
    else:
        who = f"{'one score' if width == 1 else f'{width} scores'} a point can tell {count} classes apart"
        raise AutogradError(f"{who}, and the labels are {short(kinds.tolist())}{at()}")
    return index, class_names(classes, count) if classes is not None else names


def _window(column: Array) -> tuple[float, float]:
    low, high = float(column.min()), float(column.max())
    margin = 0.12 * (high - low) or max(1.0, 0.1 * abs(high))  # all the same: beside a large number 1 is nothing
    return low - margin, high + margin


# --- what is drawn ----------------------------------------------------------------------------------------------------


def _shares(scores: Array, threshold: float | None) -> tuple[Array, list[Array]]:
    """Return how sure the network is of each class, (M, C), and what is 0 on each border."""
    in_unit = bool(((scores >= 0) & (scores <= 1)).all())
    if scores.shape[1] == 1:
        border = (0.5 if in_unit else 0.0) if threshold is None else threshold
        lead = scores[:, 0] - border
        second = np.clip(0.5 + lead, 0, 1) if in_unit else 0.5 * (1 + np.tanh(0.5 * lead))
        return np.stack([1 - second, second], axis=1), [lead]
    if in_unit and np.allclose(scores.sum(axis=1), 1):
        shares = scores
    else:
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares = powers / powers.sum(axis=1, keepdims=True)
    others = [np.delete(scores, k, axis=1).max(axis=1) for k in range(scores.shape[1])]
    # Of two classes both leads would draw the same line.
    return shares, [scores[:, k] - others[k] for k in range(scores.shape[1])][: None if scores.shape[1] > 2 else 1]


def _rgb(count: int) -> Array:
    colours = load("matplotlib.colors", extra="plot", purpose="plots")
    return np.array([colours.to_rgb(PALETTE[k % len(PALETTE)]) for k in range(count)])


def _shading(shares: Array, colours: Array) -> Array:
    """Return the colour of each point: that of its first class, paler the less sure the network is."""
    least = 1 / shares.shape[1]
    first = shares.argmax(axis=1)
    sure = (shares.max(axis=1) - least) / (1 - least)
    depth = (0.12 + 0.38 * sure)[:, None]
    mixed: Array = 1 - depth * (1 - colours[first])
    return mixed
