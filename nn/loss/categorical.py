"""What does a probability for each of several classes cost, when one of them is the truth?"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import log, log_softmax, logsumexp, ops, where
from nn.loss.classes import (
    Rows,
    class_weights,
    distribution_of,
    each,
    pick,
    reduced_rows,
    rows_of,
    times,
    weighted_sum,
)
from nn.loss.reduction import shape_of
from nn.loss.targets import Array, check_number, check_probabilities, check_reduction, class_indices

IGNORED = -100  # PyTorch's number for "no label here"


def cross_entropy(
    prediction: Any,
    target: Any,
    weight: Any = None,
    *,
    ignore_index: int = IGNORED,
    label_smoothing: float = 0.0,
    reduction: str = "mean",
) -> Any:
    """Cross entropy -Σ_c w_c q_c ln p_c of the probabilities p = softmax(scores) against the truth q.

    The truth is a class index t (then q is 1 at t and 0 elsewhere) or a distribution. Smoothing mixes it with the uniform
    one: (1 - ε) q + ε/C. The softmax is part of the loss, which has all its digits for scores of any size.

    Args:
        prediction: scores (logits) of shape (N, C), (C,) or (N, C, d1, …); a list of C Values, or a list of such lists.
        target: class indices from 0 to C - 1, of the prediction's shape without C, or distributions, of its shape.
        weight: a factor for each class, of shape (C,). (default: none)
        ignore_index: the index of samples that do not count. (default -100)
        label_smoothing: ε, in [0, 1]. (default 0.0)
        reduction: "mean" over the samples (of class indices: over the sum of their weights), "sum" or "none".
            (default "mean"; nan where no sample counts)

    Raises:
        DomainError: a class index is out of range, or ε is.
        DTypeError: class indices are not whole numbers.
        ShapeError: target and prediction do not fit together.

    >>> from autograd import Value
    >>> from nn.loss import cross_entropy
    >>> scores = [Value(2.0), Value(0.0), Value(0.0)]
    >>> loss = cross_entropy(scores, 0)
    >>> loss.backward()
    >>> round(loss.data, 4), [round(s.grad, 4) for s in scores]
    (0.2395, [-0.213, 0.1065, 0.1065])

    Source: I. J. Good, Rational decisions, J. Royal Statistical Society B 14(1), 1952; smoothing: C. Szegedy et al. 2016.
    """
    loss = "cross_entropy"
    check_reduction(loss, reduction)
    check_number(loss, "label_smoothing", label_smoothing, low=0, high=1)
    rows = rows_of(loss, prediction)
    weights, counts, total = class_weights(loss, weight, rows.classes), None, None
    if shape_of(loss, target) == shape_of(loss, prediction):
        truth = distribution_of(loss, prediction, target)
    else:
        index, counts = class_indices(loss, target, rows.shape, rows.classes, ignore_index)
        factors = _factors(weights, index, counts)
        total = None if factors is None else float(factors.sum())
        if not label_smoothing:
            return reduced_rows(times(_surprise(rows, index), factors), reduction, rows.shape, total)
        truth = np.eye(rows.classes)[index]
    if label_smoothing:
        truth = (1 - label_smoothing) * truth + label_smoothing / rows.classes
    if weights is not None:
        truth = truth * weights
    if counts is not None:
        truth = truth * counts[:, None]
    losses = weighted_sum(_log_softmax(rows), -truth)
    return reduced_rows(losses, reduction, rows.shape, total)


def nll_loss(
    prediction: Any, target: Any, weight: Any = None, *, ignore_index: int = IGNORED, reduction: str = "mean"
) -> Any:
    """Negative log-likelihood -w_t ℓ_t, given the logarithms ℓ of probabilities, as `log_softmax` gives them.

    `cross_entropy` is this of `log_softmax`, in one step.

    Args:
        prediction: log-probabilities of shape (N, C), (C,) or (N, C, d1, …); a list of C Values, or a list of such lists.
        target: class indices t from 0 to C - 1, of the prediction's shape without C.
        weight: a factor for each class, of shape (C,). (default: none)
        ignore_index: the index of samples that do not count. (default -100)
        reduction: "mean" over the sum of the weights, "sum" or "none". (default "mean"; nan where no sample counts)

    Raises:
        DomainError: a class index is out of range.
        DTypeError: class indices are not whole numbers.
        ShapeError: the target is not of one index for each row.

    >>> from nn.loss import nll_loss
    >>> nll_loss([[-0.25, -1.5], [-2.0, -0.125]], [0, 1])
    0.1875
    """
    loss = "nll_loss"
    check_reduction(loss, reduction)
    rows = rows_of(loss, prediction)
    index, counts = class_indices(loss, target, rows.shape, rows.classes, ignore_index)
    factors = _factors(class_weights(loss, weight, rows.classes), index, counts)
    losses = times(each(lambda x: -x, pick(rows.scores, index)), factors)
    return reduced_rows(losses, reduction, rows.shape, None if factors is None else float(factors.sum()))


def log_likelihood(prediction: Any, target: Any, *, reduction: str = "mean") -> Any:
    """Log-likelihood Σ_c y_c ln ŷ_c of the truth y under the probabilities ŷ: to be maximised.

    It is the cross entropy with its sign turned, as slides often write it: hand it to an optimizer with ``maximize=True``.

    Args:
        prediction: probabilities ŷ of shape (N, C), (C,) or (N, C, d1, …); a list of C Values, or a list of such lists.
        target: one-hot rows or distributions y, of the same shape; or class indices, of that shape without C.
        reduction: "mean" over the samples, "sum" or "none". (default "mean")

    Raises:
        DomainError: a prediction is outside [0, 1], or a class index out of range.
        DTypeError: class indices are not whole numbers.
        ShapeError: target and prediction do not fit together.

    >>> from nn.loss import log_likelihood
    >>> round(log_likelihood([0.5, 0.25, 0.25], [0, 1, 0]), 4)
    -1.3863
    """
    loss = "log_likelihood"
    check_reduction(loss, reduction)
    check_probabilities(loss, "prediction", prediction, ": apply softmax to the scores first")
    rows = rows_of(loss, prediction)
    if shape_of(loss, target) != shape_of(loss, prediction):
        index, _ = class_indices(loss, target, rows.shape, rows.classes)
        return reduced_rows(each(log, pick(rows.scores, index)), reduction, rows.shape)
    truth = distribution_of(loss, prediction, target)
    # What the truth calls impossible has no share in the sum, whatever its forecast: 0 ln 0 = 0.
    if isinstance(rows.scores, list):
        pairs = zip(rows.scores, truth.tolist(), strict=True)
        certain = [[log(p) if t else 0.0 for p, t in zip(row, shares, strict=True)] for row, shares in pairs]
    else:
        certain = log(where(ops.not_equal(truth, 0), rows.scores, 1.0))
    return reduced_rows(weighted_sum(certain, truth), reduction, rows.shape)


def _surprise(rows: Rows, index: Array) -> Any:
    """The cross entropy of each row against a class index."""
    if isinstance(rows.scores, list):
        return [logsumexp(row) - row[i] for row, i in zip(rows.scores, index.tolist(), strict=True)]
    return ops.cross_entropy(rows.scores, target=index)


def _log_softmax(rows: Rows) -> Any:
    if isinstance(rows.scores, list):
        totals = map(logsumexp, rows.scores)
        return [[x - total for x in row] for row, total in zip(rows.scores, totals, strict=True)]
    return log_softmax(rows.scores, axis=-1)


def _factors(weights: Array | None, index: Array, counts: Array | None) -> Array | None:
    """The factor of each sample's loss: the weight of its class, 0 where it does not count; None where all are 1."""
    if weights is None:
        return counts
    return weights[index] if counts is None else weights[index] * counts
