"""Which losses look at the margin only: how far a score is on the right side?

The margin of a score ŷ with the label y, -1 or +1, is m = y ŷ: positive where the sign of the score is right. Each loss of
two classes is a function of m alone, written once below; they differ in what they say near m = 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import DomainError, clip, ops, relu, sign, softplus, square
from autograd.errors import at
from nn.loss.classes import class_weights, pick, reduced_rows, rows_of, times, weighted_sum
from nn.loss.reduction import Formula, elementwise
from nn.loss.targets import check_reduction, check_signs, class_indices


def _of_margin(loss: str, formula: Formula, prediction: Any, target: Any, reduction: str) -> Any:
    """Compute a loss of the margins."""
    check = lambda _, labels: check_signs(loss, labels)
    return elementwise(loss, lambda y, t: formula(t * y), prediction, target, reduction, check=check)


def zero_one_loss(prediction: Any, target: Any, *, reduction: str = "mean") -> Any:
    """Zero-one loss [y ŷ ≤ 0]: 1 where the sign of the score is wrong or there is none, else 0; its mean is the error rate.

    Its derivative is 0 wherever it exists, so gradient descent on it never moves: it measures, the others train.

    Args:
        prediction: scores ŷ: a Value, a list of Values, a Tensor or an array.
        target: labels y, -1 or +1, of the same shape.
        reduction: "mean", "sum" or "none". (default "mean")

    Raises:
        DomainError: a label is neither -1 nor +1.
        ShapeError: target and prediction differ in shape.

    >>> from nn.loss import zero_one_loss
    >>> zero_one_loss([2.0, -0.5, 0.0, -3.0], [1, 1, 1, -1])
    0.5
    """
    return _of_margin("zero_one_loss", lambda m: clip(1 - sign(m), hi=1.0), prediction, target, reduction)


def perceptron_loss(prediction: Any, target: Any, *, reduction: str = "mean") -> Any:
    """Perceptron loss max(0, -y ŷ): what a wrong score is wrong by.

    Descent on it, one sample at a time with rate 1, is the perceptron algorithm: w ← w + y x where y ⟨w, x⟩ ≤ 0. At
    ŷ = 0 the derivative is therefore -y and not 0: training starts from w = 0.

    Args:
        prediction: scores ŷ: a Value, a list of Values, a Tensor or an array.
        target: labels y, -1 or +1, of the same shape.
        reduction: "mean", "sum" or "none". (default "mean")

    Raises:
        DomainError: a label is neither -1 nor +1.
        ShapeError: target and prediction differ in shape.

    >>> from autograd import Value
    >>> from nn.loss import perceptron_loss
    >>> score = Value(0.0)
    >>> perceptron_loss(score, 1).backward()
    >>> score.grad
    -1.0

    Source: F. Rosenblatt, The perceptron, Psychological Review 65(6), 1958.
    """
    # clip and not relu: a score of 0 is a mistake to the perceptron, and clip has the derivative 1 at its bound.
    return _of_margin("perceptron_loss", lambda m: clip(-m, lo=0.0), prediction, target, reduction)


def hinge_loss(prediction: Any, target: Any, *, reduction: str = "mean") -> Any:
    """Hinge loss max(0, 1 - y ŷ): right is not enough, the margin should be 1; at 1 the derivative is 0.

    Args:
        prediction: scores ŷ: a Value, a list of Values, a Tensor or an array.
        target: labels y, -1 or +1, of the same shape.
        reduction: "mean", "sum" or "none". (default "mean")

    Raises:
        DomainError: a label is neither -1 nor +1.
        ShapeError: target and prediction differ in shape.

    >>> from nn.loss import hinge_loss
    >>> hinge_loss([2.0, 0.25, -1.0], [1, 1, 1], reduction="none")
    [0.0, 0.75, 2.0]

    Source: C. Cortes and V. Vapnik, Support-vector networks, Machine Learning 20, 1995.
    """
    return _of_margin("hinge_loss", lambda m: relu(1 - m), prediction, target, reduction)


def squared_hinge_loss(prediction: Any, target: Any, *, reduction: str = "mean") -> Any:
    """Squared hinge loss max(0, 1 - y ŷ)²: the hinge without its kink, harder on large mistakes.

    Args:
        prediction: scores ŷ: a Value, a list of Values, a Tensor or an array.
        target: labels y, -1 or +1, of the same shape.
        reduction: "mean", "sum" or "none". (default "mean")

    Raises:
        DomainError: a label is neither -1 nor +1.
        ShapeError: target and prediction differ in shape.

    >>> from nn.loss import squared_hinge_loss
    >>> squared_hinge_loss([2.0, 0.5, -1.0], [1, 1, 1], reduction="none")
    [0.0, 0.25, 4.0]
    """
    return _of_margin("squared_hinge_loss", lambda m: square(relu(1 - m)), prediction, target, reduction)


def soft_margin_loss(prediction: Any, target: Any, *, reduction: str = "mean") -> Any:
    """Logistic loss ln(1 + e^(-y ŷ)), which PyTorch calls soft margin: the hinge rounded off, and without an end.

    It is the cross entropy of the probability S(ŷ), written for labels -1 and +1.

    Args:
        prediction: scores ŷ: a Value, a list of Values, a Tensor or an array.
        target: labels y, -1 or +1, of the same shape.
        reduction: "mean", "sum" or "none". (default "mean")

    Raises:
        DomainError: a label is neither -1 nor +1.
        ShapeError: target and prediction differ in shape.

    >>> from nn.loss import soft_margin_loss
    >>> round(soft_margin_loss(0.0, 1), 4), soft_margin_loss(-800.0, 1)
    (0.6931, 800.0)
    """
    return _of_margin("soft_margin_loss", lambda m: softplus(-m), prediction, target, reduction)


def multi_margin_loss(
    prediction: Any, target: Any, weight: Any = None, *, p: int = 1, margin: float = 1.0, reduction: str = "mean"
) -> Any:
    """Multiclass hinge loss w_t (1/C) Σ_{j ≠ t} max(0, margin - ŷ_t + ŷ_j)^p: the right class should lead by the margin.

    Args:
        prediction: scores ŷ of shape (N, C) or (C,); a list of C Values, or a list of such lists.
        target: class indices t from 0 to C - 1, of shape (N,) or ().
        weight: a factor for each class, of shape (C,). (default: none)
        p: the exponent, 1 or 2. (default 1)
        margin: the lead that is enough. (default 1.0)
        reduction: "mean" over the samples, "sum" or "none". (default "mean")

    Raises:
        DomainError: a class index is out of range, or p is neither 1 nor 2.
        DTypeError: class indices are not whole numbers.
        ShapeError: the target is not of one index for each row of scores.

    >>> from nn.loss import multi_margin_loss
    >>> multi_margin_loss([3.0, 2.5, 0.0, -1.0], 0)
    0.125

    Source: K. Crammer and Y. Singer, JMLR 2, 2001; divided by C, and summed over the classes, as PyTorch does.
    """
    loss = "multi_margin_loss"
    check_reduction(loss, reduction)
    if p not in (1, 2):
        raise DomainError(f"{loss} needs p = 1 or p = 2, got {p!r}{at()}")
    rows = rows_of(loss, prediction)
    index, _ = class_indices(loss, target, rows.shape, rows.classes)
    excess: Formula = (lambda z: square(relu(z))) if p == 2 else relu
    right = pick(rows.scores, index)
    if isinstance(rows.scores, list):
        losses = [
            ops.sum([excess(margin - lead + x) for j, x in enumerate(row) if j != t]) / rows.classes
            for row, lead, t in zip(rows.scores, right, index.tolist(), strict=True)
        ]
    else:
        others = (np.arange(rows.classes) != index[:, None]) / rows.classes
        losses = weighted_sum(excess(margin - right.reshape((-1, 1)) + rows.scores), others)
    weights = class_weights(loss, weight, rows.classes)
    return reduced_rows(times(losses, None if weights is None else weights[index]), reduction, rows.shape)
