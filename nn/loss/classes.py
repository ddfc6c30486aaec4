"""How do losses of several classes see their scores, be they an array or lists of Values?

As rows, one for each sample, with one score for each class. An array has its classes along axis 1 (a single sample along
axis 0) and becomes a matrix; Values come as one list of scores, or as a list of such lists. What losses do with rows is
written here once for both kinds, so that a loss is a formula.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import ShapeError, ops
from autograd.errors import at
from nn.loss.reduction import like, shape_of
from nn.loss.targets import Array, Shape, numbers_of


@dataclass(frozen=True)
class Rows:
    """Scores of classes, one sample a row.

    Attributes:
        scores: a matrix, or a list of lists.
        classes: how many classes there are.
        shape: the shape the samples came in: that of class indices, and of losses that are not reduced.
    """

    scores: Any
    classes: int
    shape: Shape


def rows_of(loss: str, scores: Any) -> Rows:
    """Return scores as rows.

    Raises:
        ShapeError: there is no axis of classes, or lists are nested deeper than samples and classes.
    """
    shape = shape_of(loss, scores)
    axis = min(len(shape), 2) - 1
    if axis < 0 or not shape[axis]:
        raise ShapeError(f"{loss} needs scores of shape (N, C), or C of them for one sample, got {shape}{at()}")
    samples, classes = (*shape[:axis], *shape[axis + 1 :]), shape[axis]
    if isinstance(scores, (list, tuple)):
        if len(shape) > 2:
            raise ShapeError(f"{loss} of lists takes a list of scores or a list of such lists, got shape {shape}{at()}")
        return Rows([list(row) for row in (scores if axis else [scores])], classes, samples)
    if len(shape) > 2:
        scores = ops.permute(scores, (0, *range(2, len(shape)), 1))
    return Rows(scores if len(shape) == 2 else scores.reshape((-1, classes)), classes, samples)


def distribution_of(loss: str, prediction: Any, target: Any) -> Any:
    """Return a target of the prediction's shape as rows of the prediction's kind, in a matrix."""
    if isinstance(prediction, (list, tuple)):
        return rows_of(loss, np.asarray(target, float)).scores
    return rows_of(loss, like(prediction, target)).scores


def class_weights(loss: str, weight: Any, classes: int) -> Array | None:
    """Return the factor of each class as an array, None where there is none."""
    if weight is None:
        return None
    factors = numbers_of(weight)
    if factors.shape != (classes,):
        raise ShapeError(f"{loss} needs one weight for each of {classes} classes, got shape {factors.shape}{at()}")
    return factors


# --- what is done with rows -------------------------------------------------------------------------------------------


def pick(scores: Any, index: Array) -> Any:
    """From each row, take the score of one class."""
    if isinstance(scores, list):
        return [row[i] for row, i in zip(scores, index.tolist(), strict=True)]
    return scores[np.arange(len(index)), index]


def each(f: Callable[[Any], Any], losses: Any) -> Any:
    """Apply a function to a loss of each row."""
    return [f(x) for x in losses] if isinstance(losses, list) else f(losses)


def times(losses: Any, factors: Array | None) -> Any:
    """Multiply the loss of each row by a factor of its own."""
    if factors is None:
        return losses
    if isinstance(losses, list):
        return [x * c for x, c in zip(losses, factors.tolist(), strict=True)]
    return losses * factors.astype(losses.dtype)


def weighted_sum(scores: Any, coefficients: Any) -> Any:
    """Of each row, add up the scores times their coefficients."""
    if isinstance(scores, list):
        return [ops.dot(row, c) for row, c in zip(scores, coefficients.tolist(), strict=True)]
    return ops.sum(scores * like(scores, coefficients), axis=-1)


def reduced_rows(losses: Any, reduction: str, shape: Shape, total: float | None = None) -> Any:
    """Return the mean of losses of rows (the sum over `total`, where they are weighted), their sum, or each in its place."""
    if reduction == "none":
        return losses.reshape(shape) if not isinstance(losses, list) else losses if shape else losses[0]
    if reduction == "mean" and total is None:
        return ops.mean(losses) if shape else losses[0]
    number = ops.sum(losses) if shape else losses[0]
    if reduction == "sum":
        return number
    return number / total if total else 0.0 * number + np.nan  # no sample counts: PyTorch's nan, with gradients of 0
