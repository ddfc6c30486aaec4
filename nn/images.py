"""What do samples that are pictures look like, and the weights that look at them?

Plain functions that return the axes they drew on; nothing is shown or saved. They need matplotlib, which comes with
``pip install "wengert[plot]"``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError, ShapeError
from autograd.errors import at, short
from autograd.words import translated
from nn.linear import counts
from nn.loss.targets import numbers_of
from nn.module import Module
from nn.neuron import Layer, Neuron
from nn.plots import COLOURS, LETTER, axes, sides_of

_WRONG = COLOURS[1]
_GAP = 0.12  # between pictures, in widths of one
_TITLE = 0.32  # room above a picture for its title, in heights of one


def plot_digits(
    x: Any, t: Any = None, predictions: Any = None, ax: Any = None, *, columns: int = 8, limit: int = 32
) -> Any:
    """Draw pictures with what they are, and what they were taken for where that is something else.

    Args:
        x: grey pictures, of shape (N, H, W) or (N, 1, H, W), or (N, H·W) if they are square.
        t: what they are, N labels. (default: not written)
        predictions: what they were taken for: N labels, or scores (N, C). (default: not written)
        ax: the axes to draw on. (default: new ones)
        columns: pictures side by side. (default 8)
        limit: how many are drawn, the first ones. (default 32)

    Returns:
        The axes. Each picture is one of its images; a wrong one has a title such as ``7 → 1``, bold and in colour.

    Raises:
        AutogradError: x holds no pictures, there are more or fewer labels, or `columns` or `limit` is no number from 1 up.
        ExtraMissing: matplotlib is not installed.

    >>> import matplotlib; matplotlib.use("Agg")
    >>> import numpy as np, nn
    >>> ax = nn.plot_digits(np.zeros((3, 64)), [4, 7, 9], [4, 1, 9])
    >>> len(ax.images), [text.get_text() for text in ax.texts]
    (3, ['4', '7 → 1', '9'])
    """
    counts(columns=columns, limit=limit)
    pictures = _pictures(x)
    said = [None if labels is None else _labels(labels, len(pictures)) for labels in (t, predictions)]
    titles = [_title(*(None if labels is None else labels[i] for labels in said)) for i in range(min(limit, len(pictures)))]
    low, high = float(np.min(pictures[:limit])), float(np.max(pictures[:limit]))
    return _mosaic(ax, pictures[:limit], titles, columns, cmap="gray_r", vmin=low, vmax=high)


def plot_weights(
    weights: Any, ax: Any = None, *, shape: tuple[int, int] | None = None, columns: int | None = None, limit: int = 16
) -> Any:
    """Draw weights as pictures of what they look at: red raises a unit, blue lowers it, white is 0.

    Args:
        weights: a Linear, whose rows are drawn, one for each unit; a Conv, whose kernels are; a Layer of neurons; or such
            weights themselves, of shape (units, inputs) or (out, in, H, W).
        ax: the axes to draw on. (default: new ones)
        shape: the height and width of what a row looks at. (default: square)
        columns: pictures side by side. (default: about as many as stand one above the other)
        limit: how many are drawn, the first ones. (default 16)

    Returns:
        The axes; all pictures share one scale of colours.

    Raises:
        AutogradError: there are no such weights, rows have no such shape, or `columns` or `limit` is no number from 1 up.
        ExtraMissing: matplotlib is not installed.

    >>> import matplotlib; matplotlib.use("Agg")
    >>> import nn
    >>> ax = nn.plot_weights(nn.Linear(784, 8, rng=0))
    >>> len(ax.images), ax.images[0].get_array().shape
    (8, (28, 28))
    """
    counts(limit=limit, **({} if columns is None else {"columns": columns}))
    pictures, titles = _kernels(_weights_of(weights), shape)
    pictures, titles = pictures[:limit], titles[:limit]
    scale = float(np.abs(pictures).max()) or 1.0
    columns = columns or math.ceil(math.sqrt(len(pictures)))
    ax = _mosaic(ax, pictures, [(title, False) for title in titles], columns, cmap="RdBu_r", vmin=-scale, vmax=scale)
    ax.figure.colorbar(ax.images[-1], ax=ax, shrink=0.8, label=translated("weight"))
    return ax


# --- what is given ----------------------------------------------------------------------------------------------------


def _pictures(x: Any) -> NDArray[Any]:
    """Return pictures as an array (N, H, W)."""
    array = _numbers(x, "pictures")
    if array.ndim == 4 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim == 2 and _side(array.shape[1]):
        array = array.reshape(-1, _side(array.shape[1]), _side(array.shape[1]))
    if array.ndim != 3 or not array.size:
        raise ShapeError(f"pictures are (N, H, W), (N, 1, H, W) or, if they are square, (N, H·W), got {array.shape}{at()}")
    return array


def _numbers(given: Any, what: str) -> NDArray[Any]:
    try:
        array = np.asarray(numbers_of(given))
    except ValueError:
        raise ShapeError(f"{what} are of one shape, got {short(given)}{at()}") from None
    if array.dtype.kind not in "fiub":
        raise AutogradError(f"{what} hold numbers, got {short(given)}{at()}")
    if not np.isfinite(array).all():
        raise AutogradError(f"{what} hold finite numbers, and here is nan or inf{at()}")
    return array.astype(float)


def _side(size: int) -> int:
    """Return the side of a square of so many numbers, 0 if there is none."""
    side = math.isqrt(size)
    return side if side * side == size else 0


def _labels(labels: Any, count: int) -> list[Any]:
    try:
        array = np.asarray(numbers_of(labels))
    except ValueError:
        array = np.empty(0)  # rows of different lengths
    if array.ndim == 2 and array.shape[1] > 1:
        array = array.argmax(axis=1)
    if array.shape != (count,):
        given = array.shape if array.size else short(labels)
        raise ShapeError(f"{count} pictures need as many labels, or scores ({count}, C), got {given}{at()}")
    return list(array.tolist())


def _title(true: Any, predicted: Any) -> tuple[str, bool]:
    """Return what stands above a picture, and whether it was taken for something else."""
    if true is None or predicted is None or true == predicted:
        known = predicted if true is None else true
        return "" if known is None else _said(known), False
    return f"{_said(true)} → {_said(predicted)}", True


def _said(label: Any) -> str:
    return f"{label:g}" if isinstance(label, float) else str(label)  # class 2.0 is class 2


def _weights_of(thing: Any) -> NDArray[np.float64]:
    if isinstance(thing, (Layer, Neuron)):
        return _numbers(np.atleast_2d(thing.W)[:, 1:], "weights")  # the first column is that of the biases
    if isinstance(thing, Module):
        weight = getattr(thing, "weight", None)
        if weight is None or weight.ndim < 2:
            kind = type(thing).__name__
            raise AutogradError(f"{kind} has no matrix of weights to draw: hand over a layer that has one{at()}")
        return _numbers(weight, "weights")
    return _numbers(thing, "weights")


def _kernels(weights: NDArray[np.float64], shape: tuple[int, int] | None) -> tuple[NDArray[np.float64], list[str]]:
    """Return weights as pictures (n, H, W), with their titles."""
    if weights.ndim == 4 and weights.size and shape is None:
        out, inputs = weights.shape[:2]
        names = [f"{i}" if inputs == 1 else f"{i}, {j}" for i in range(out) for j in range(inputs)]
        return weights.reshape(-1, *weights.shape[2:]), names
    if weights.ndim != 2 or not weights.size:
        kernels = "(units, inputs)" if shape is not None else "(units, inputs) or (out, in, H, W)"
        raise ShapeError(f"weights to draw are of shape {kernels}, got {weights.shape}{at()}")
    if shape is not None and not _is_shape(shape):
        raise AutogradError(f"shape is (height, width), whole numbers from 1 up, got {short(shape)}{at()}")
    size = weights.shape[1]
    wanted = tuple(shape) if shape is not None else (_side(size), _side(size))
    if len(wanted) != 2 or wanted[0] * wanted[1] != size:
        given = f"{wanted} does not have" if shape is not None else "no square has"
        raise ShapeError(f"{given} {size} numbers, which each row has: say shape=(height, width){at()}")
    return weights.reshape(-1, *wanted), [str(i) for i in range(len(weights))]


def _is_shape(given: Any) -> bool:
    """Is this a row of whole numbers from 1 up?"""
    return isinstance(given, (tuple, list)) and all(isinstance(n, (int, np.integer)) and n > 0 for n in given)


# --- drawing ----------------------------------------------------------------------------------------------------------


def _mosaic(ax: Any, pictures: NDArray[Any], titles: Sequence[tuple[str, bool]], columns: int, **colours: Any) -> Any:
    """Draw pictures in rows on one pair of axes, each with its title above it; a wrong one's stands out."""
    height, width = pictures.shape[1:]
    longest = max(len(text) for text, _ in titles)
    room = _TITLE if longest else _GAP
    rows, across = math.ceil(len(pictures) / columns), min(columns, len(pictures))
    # Each image sets the limits to its own extent, so they are set at the end.
    right, bottom = width * (across * (1 + _GAP) - _GAP), height * (rows * (1 + room) - room)
    inches = min(12.0, max(6.0, 0.08 * longest * across))  # so wide that titles fit beside each other
    ax = axes(ax, (inches, min(12.0, max(2.0, inches * (bottom + room * height) / right))))
    scale = min(have / needed for have, needed in zip(sides_of(ax), (right, bottom + room * height), strict=True))
    size = min(9.0, scale * width * (1 + _GAP) / (LETTER * max(longest, 1)))
    for i, (picture, (text, is_wrong)) in enumerate(zip(pictures, titles, strict=True)):
        row, column = divmod(i, columns)
        left, top = column * width * (1 + _GAP), row * height * (1 + room)
        ax.imshow(picture, extent=(left, left + width, top + height, top), **colours)
        if text:
            look = {"color": _WRONG, "weight": "bold"} if is_wrong else {"color": "0.15"}
            ax.text(left + width / 2, top - 0.03 * height, text, ha="center", va="bottom", fontsize=size, **look)
    ax.set(xlim=(0, right), ylim=(bottom, -room * height))
    ax.set_axis_off()
    return ax
