"""Are these predictions and targets of the same samples, and how much does each sample count?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import DomainError, DTypeError, ShapeError
from autograd.errors import at, short
from nn.loss.targets import numbers_of

Array = NDArray[Any]


def rows_of(metric: str, what: str, numbers: Any, *, may_be_nan: bool = False) -> Array:
    """Return numbers as an array with one row a sample.

    Raises:
        ShapeError: there are no samples, or lists side by side differ in length.
        DTypeError: they are no real numbers.
        DomainError: one of them is nan, where it must not be.
    """
    try:
        array = np.asarray(numbers_of(numbers))
    except (TypeError, ValueError):
        raise ShapeError(f"{metric} needs {what}s in rows of one length{at()}") from None
    if array.ndim == 0 or not array.size:
        raise ShapeError(f"{metric} needs one {what} or more in an array, got shape {array.shape}{at()}")
    if array.dtype.kind not in "biuf":
        raise DTypeError(f"{metric} needs {what}s that are real numbers, got dtype {array.dtype}{at()}")
    if not may_be_nan:
        refuse(metric, "numbers", what, array, np.isnan(array))
    return array


def predictions_of(metric: str, prediction: Any) -> tuple[Array, bool]:
    """Return predictions as an array with one row a sample, and whether one of them is nan.

    A network that diverged gives nan, and its metrics are nan then, as its loss is. An error would end the training.
    """
    array = rows_of(metric, "prediction", prediction, may_be_nan=True)
    return array, bool(np.isnan(array).any())


def refuse(metric: str, needed: str, what: str, array: Array, wrong: Array) -> None:
    """Raise if a number is wrong, and name the first that is."""
    if wrong.any():
        i = tuple(np.argwhere(wrong)[0].tolist())
        place = f"{what}[{', '.join(map(str, i))}]"
        raise DomainError(f"{metric} needs {needed}, got {array[i].item()!r} at {place}{at()}")


def check_threshold(who: str, threshold: Any) -> None:
    """Raise unless this is a number that scores can be compared with, or None."""
    is_number = isinstance(threshold, (int, float, np.integer, np.floating)) and not np.isnan(threshold)
    if threshold is not None and not is_number:
        raise DomainError(f"{who} needs a number as its threshold, got {short(threshold)}{at()}")


def check_lengths(metric: str, prediction: Array, target: Array) -> None:
    """Raise unless there is a target for each prediction."""
    if len(prediction) != len(target):
        raise ShapeError(
            f"{metric} needs as many targets as predictions, got {len(target)} for {len(prediction)}, "
            f"of shapes {target.shape} and {prediction.shape}{at()}"
        )


def weights_of(metric: str, sample_weight: Any, samples: int) -> Array:
    """Return how much each sample counts: 1, or what is given.

    Raises:
        ShapeError: there is not one weight a sample.
        DomainError: a weight is negative or infinite, or all are 0.
    """
    if sample_weight is None:
        return np.ones(samples)
    weights = rows_of(metric, "weight", sample_weight).astype(float)
    if weights.shape != (samples,):
        raise ShapeError(f"{metric} needs one weight for each of {samples} samples, got shape {weights.shape}{at()}")
    with np.errstate(over="ignore"):
        total = weights.sum()
    if not (weights >= 0).all() or not 0 < total < np.inf:
        raise DomainError(f"{metric} needs weights from 0 up, not all of them 0, and finite, also their sum{at()}")
    return weights
