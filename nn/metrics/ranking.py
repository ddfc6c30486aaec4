"""How well do scores put the samples of a class before the others, wherever a threshold is drawn?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import DomainError, ShapeError
from autograd.errors import at
from nn.metrics.labels import target_of
from nn.metrics.samples import check_lengths, predictions_of, rows_of, weights_of

Array = NDArray[Any]


def top_k_accuracy(prediction: Any, target: Any, *, k: int = 5, sample_weight: Any = None) -> float:
    """Return the share of samples whose class is among the k with the largest scores; of equal scores the first counts.

    Args:
        prediction: scores or probabilities (N, C).
        target: class indices (N,), or one-hot rows (N, C).
        k: how many classes may be named. (default 5)
        sample_weight: how much each sample counts, (N,). (default: all the same)

    Returns:
        A number from 0 to 1; nan if a score is nan.

    Raises:
        ShapeError: the shapes do not go together.
        DomainError: a target is no class, or k is not a whole number from 1 up.

    >>> from nn.metrics import top_k_accuracy
    >>> scores = [[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]]
    >>> top_k_accuracy(scores, [1, 2], k=1), top_k_accuracy(scores, [1, 2], k=2)
    (0.0, 0.5)
    """
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or k < 1:
        raise DomainError(f"top_k_accuracy needs k to be a whole number from 1 up, got {k!r}{at()}")
    scores, indices, weights = _given("top_k_accuracy", prediction, target, sample_weight)
    if scores.shape[1] == 1:
        raise ShapeError(f"top_k_accuracy needs scores (N, C) of two classes or more, got {scores.shape}{at()}")
    own = np.take_along_axis(scores, indices[:, None], axis=1)
    before = np.arange(scores.shape[1]) < indices[:, None]
    rank = ((scores > own) | ((scores == own) & before)).sum(axis=1)
    return np.nan if np.isnan(scores).any() else float(np.average(rank < k, weights=weights))


def roc_auc(prediction: Any, target: Any, *, sample_weight: Any = None) -> float:
    """Return the area under the ROC curve: how often a sample of a class has a higher score than one of another class.

    Pairs with equal scores count one half. With two scores a sample, their difference is what counts, so that scores and
    their softmax have one area. With more, it is the mean over those classes that some samples are of and some are not, each
    against all others: the scores of a class are compared between samples, which calls for probabilities.

    Args:
        prediction: scores of class 1, (N,) or (N, 1), or of each class, (N, C).
        target: 0 and 1, or -1 and +1; of several classes their indices, or one-hot rows (N, C).
        sample_weight: how much each sample counts, (N,). (default: all the same)

    Returns:
        A number from 0 to 1; nan where all samples are of one class, as then there is no pair, and if a score is nan.

    Raises:
        ShapeError: the shapes do not go together.
        DomainError: a target is no class.

    >>> from nn.metrics import roc_auc
    >>> roc_auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])
    0.75

    Source: J. A. Hanley and B. J. McNeil, The meaning and use of the area under a ROC curve, Radiology 143(1), 1982.
    """
    scores, indices, weights = _given("roc_auc", prediction, target, sample_weight)
    if scores.shape[1] == 2:
        with np.errstate(invalid="ignore", over="ignore"):
            scores = np.diff(scores.astype(float), axis=1)
    if np.isnan(scores).any():
        return np.nan
    if scores.shape[1] == 1:
        return _area(scores[:, 0], indices == 1, weights)
    areas = [_area(column, indices == c, weights) for c, column in enumerate(scores.T)]
    defined = [area for area in areas if not np.isnan(area)]
    return float(np.mean(defined)) if defined else np.nan


def _given(metric: str, prediction: Any, target: Any, sample_weight: Any) -> tuple[Array, Array, Array]:
    """Return scores (N, C) or (N, 1), the index of the class of each sample, and how much it counts."""
    (scores, _), t = predictions_of(metric, prediction), rows_of(metric, "target", target)
    check_lengths(metric, scores, t)
    if scores.ndim > 2:
        raise ShapeError(f"{metric} needs scores (N,) or (N, C), got {scores.shape}{at()}")
    scores = scores.reshape(len(scores), -1)
    right = target_of(metric, t)
    columns = scores.shape[1]
    if right.classes > max(columns, 2):
        raise DomainError(
            f"{metric} needs targets from 0 to {max(columns, 2) - 1}, as there {'is' if columns == 1 else 'are'} {columns} "
            f"score{'s' if columns > 1 else ''} a sample, got {int(right.indices.max())}{at()}"
        )
    return scores, right.indices, weights_of(metric, sample_weight, len(t))


def _area(scores: Array, positive: Array, weights: Array) -> float:
    """Return by weights how many pairs of a positive and a negative sample are in the right order, ties as one half."""
    _, place = np.unique(scores, return_inverse=True)
    weights = weights / weights.max()  # else products of tiny weights would be 0
    up, down = np.bincount(place, weights * positive), np.bincount(place, weights * ~positive)
    pairs = up.sum() * down.sum()
    return float((up * (np.cumsum(down) - down / 2)).sum() / pairs) if pairs else np.nan
