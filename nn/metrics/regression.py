"""How far are predictions from numbers?

All take (prediction, target) of one shape, with samples along the first axis. If a prediction is nan, the result is.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.loss.targets import check_shapes
from nn.metrics.samples import refuse, rows_of, weights_of

Array = NDArray[Any]

# The error of a network that diverged is inf; it is no reason to warn.
_SILENT = np.errstate(over="ignore", invalid="ignore")


@_SILENT
def mean_absolute_error(prediction: Any, target: Any, *, sample_weight: Any = None) -> float:
    """Return the mean of |ŷ - t|.

    Args:
        prediction: ŷ, (N,) or (N, …).
        target: t, of the same shape.
        sample_weight: how much each sample counts, (N,). (default: all the same)

    Raises:
        ShapeError: the shapes differ, or there are no samples.
        DTypeError: something is no real number.
        DomainError: a target is nan or infinite, or a weight is no weight.

    >>> from nn.metrics import mean_absolute_error
    >>> mean_absolute_error([1.0, 2.0], [0.0, 4.0]), mean_absolute_error([1.0, 2.0], [0.0, 4.0], sample_weight=[3, 1])
    (1.5, 1.25)
    """
    y, t, w = _numbers("mean_absolute_error", prediction, target, sample_weight)
    return float(np.average(np.abs(y - t).mean(axis=1), weights=w))


def mean_squared_error(prediction: Any, target: Any, *, sample_weight: Any = None) -> float:
    """Return the mean of (ŷ - t)².

    Args:
        prediction, target, sample_weight: as for `mean_absolute_error`.

    Raises:
        AutogradError: as for `mean_absolute_error`.

    >>> from nn.metrics import mean_squared_error
    >>> mean_squared_error([1.0, 2.0], [0.0, 4.0])
    2.5
    """
    return _mean_square("mean_squared_error", prediction, target, sample_weight)


def root_mean_squared_error(prediction: Any, target: Any, *, sample_weight: Any = None) -> float:
    """Return √ of the mean of (ŷ - t)², over all numbers of all samples.

    Args:
        prediction, target, sample_weight: as for `mean_absolute_error`.

    Raises:
        AutogradError: as for `mean_absolute_error`.

    >>> from nn.metrics import root_mean_squared_error
    >>> root_mean_squared_error([3.0, 4.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0])
    2.5
    """
    return math.sqrt(_mean_square("root_mean_squared_error", prediction, target, sample_weight))


@_SILENT
def r2_score(prediction: Any, target: Any, *, sample_weight: Any = None) -> float:
    """Return the share of the variance that is explained, R² = 1 - Σ (ŷ - t)² / Σ (t - mean t)².

    It is 1 for predictions that are right, 0 for the mean, and below 0 for worse. Of several numbers a sample, it is the
    mean over them. Where all t are the same, it is 1 if the predictions are right and else 0.

    Args:
        prediction, target, sample_weight: as for `mean_absolute_error`.

    Returns:
        A number up to 1; nan for a single sample, which has no variance, and if a prediction is nan.

    Raises:
        AutogradError: as for `mean_absolute_error`.

    >>> from nn.metrics import r2_score
    >>> r2_score([1.0, 2.0, 2.0], [1.0, 2.0, 3.0])
    0.5
    """
    y, t, w = _numbers("r2_score", prediction, target, sample_weight)
    if len(t) < 2:
        return np.nan
    left = np.average((y - t) ** 2, axis=0, weights=w)
    there = np.average((t - np.average(t, axis=0, weights=w)) ** 2, axis=0, weights=w)
    varies = (np.ptp(t, axis=0) > 0) & (there > 0)  # rounding gives numbers that are all the same a variance
    ratio = np.divide(left, there, out=np.where(left > 0, 1.0, left), where=varies)
    return float((1 - ratio).mean())


@_SILENT
def _mean_square(metric: str, prediction: Any, target: Any, sample_weight: Any) -> float:
    y, t, w = _numbers(metric, prediction, target, sample_weight)
    return float(np.average(((y - t) ** 2).mean(axis=1), weights=w))


def _numbers(metric: str, prediction: Any, target: Any, sample_weight: Any) -> tuple[Array, Array, Array]:
    """Return predictions and targets with one row a sample, in double precision, and the weights of the samples."""
    y, t = rows_of(metric, "prediction", prediction, may_be_nan=True), rows_of(metric, "target", target)
    check_shapes(metric, y.shape, t.shape)
    refuse(metric, "finite targets", "target", t, np.isinf(t))
    n = len(y)
    return y.reshape(n, -1).astype(float), t.reshape(n, -1).astype(float), weights_of(metric, sample_weight, n)
