"""Which class does a prediction mean, and which is the right one?"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd import DomainError, DTypeError, ShapeError
from autograd.errors import at
from nn.metrics.samples import check_lengths, check_threshold, predictions_of, refuse, rows_of, weights_of

Array = NDArray[Any]


class Labels(NamedTuple):
    """Class indices from 0 up, of each sample, and how much it counts.

    With the labels -1 and +1, these are the indices 0 and 1.

    Attributes:
        predicted, true: the indices.
        weights: how much each sample counts.
        classes: how many classes there are: one more than the largest index, or as many as there are scores a sample.
        has_nan: was a score nan, so that it is not known which class is predicted?
    """

    predicted: Array
    true: Array
    weights: Array
    classes: int
    has_nan: bool


class Target(NamedTuple):
    """Class indices, how many classes there are, and whether they were written as -1 and +1."""

    indices: Array
    classes: int
    signs: bool


def labels_of(metric: str, prediction: Any, target: Any, threshold: float | None, sample_weight: Any) -> Labels:
    """Return the classes that are predicted, the right ones, and how much each sample counts.

    Args:
        metric: who asks, for errors.
        prediction: scores or probabilities (N, C), of which the first largest is meant; one score a sample, (N,) or (N, 1),
            in floats; or the classes themselves, in whole numbers.
        target: class indices, 0 and 1, -1 and +1, or one-hot rows (N, C).
        threshold: a single score above it means class 1; None for 0.5, or 0 if the targets are -1 and +1.
        sample_weight: how much each sample counts, (N,); None for all the same.

    Raises:
        ShapeError: the shapes do not go together.
        DTypeError: something is no number, or single scores are given where there are more than two classes.
        DomainError: a target is no class, or the threshold no number.
    """
    check_threshold(metric, threshold)
    (scores, has_nan), t = predictions_of(metric, prediction), rows_of(metric, "target", target)
    check_lengths(metric, scores, t)
    right = target_of(metric, t)
    weights = weights_of(metric, sample_weight, len(t))
    if scores.ndim > 2:
        raise ShapeError(f"{metric} needs predictions (N,) or (N, C), got {scores.shape}{at()}")
    if scores.ndim == 2 and scores.shape[1] > 1:
        classes = scores.shape[1]
        if right.classes > classes:
            raise DomainError(f"{metric} needs targets from 0 to {classes - 1}, got {int(right.indices.max())}{at()}")
        return Labels(scores.argmax(axis=1), right.indices, weights, classes, has_nan=has_nan)
    one = scores.reshape(-1)
    if one.dtype.kind == "f":
        if right.classes > 2:
            raise DTypeError(
                f"{metric} needs a score for each of {right.classes} classes, or classes in whole numbers, got one float a "
                f"sample: use prediction.astype(int) if those are classes{at()}"
            )
        limit = (0.0 if right.signs else 0.5) if threshold is None else threshold
        return Labels((one > limit).astype(int), right.indices, weights, 2, has_nan=has_nan)
    given = target_of(metric, one, "prediction", right.signs)
    classes = max(given.classes, right.classes)
    return Labels(given.indices, right.indices, weights, classes, has_nan=False)


def target_of(metric: str, labels: Array, what: str = "target", signs: bool = False) -> Target:
    """Return the indices of classes that are written in any way.

    Args:
        metric: who asks, for errors.
        labels: whole numbers from 0 up, -1 and +1, or rows in which one number is 1 and the others are 0.
        what: what they are called in errors. (default "target")
        signs: is +1 the second class in any case, though there is no -1? (default False)
    """
    if labels.ndim == 2 and labels.shape[1] > 1:
        if not (np.isin(labels, (0, 1)).all() and (labels.sum(axis=1) == 1).all()):
            raise DomainError(f"{metric} needs class indices, or rows with one 1 and else 0, as {what}s{at()}")
        return Target(labels.argmax(axis=1), labels.shape[1], False)
    if labels.ndim > 2:
        raise ShapeError(f"{metric} needs {what}s (N,) or (N, C), got {labels.shape}{at()}")
    column = labels.reshape(-1)
    wrong = column != np.floor(column)
    if (column == -1).any() or signs:
        signs = True
        wrong |= np.abs(column) != 1
    wrong |= (column < -1) | (column >= 2**31)
    refuse(metric, f"classes as {what}s: whole numbers from 0 up, or -1 and +1", what, column, wrong)
    indices = (column > 0 if signs else column).astype(int)
    return Target(indices, max(int(indices.max()) + 1, 2), signs)
