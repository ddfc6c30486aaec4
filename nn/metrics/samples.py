"""Are these predictions and targets of the same samples, and how much does each sample count?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import DomainError, DTypeError, ShapeError
from autograd.errors import at
from nn.loss.targets import numbers_of

Array = NDArray[Any]


def rows_of(metric: str, what: str, numbers: Any) -> Array:
    """Return numbers as an array with one row a sample.

    Raises:
        ShapeError: there are no samples, or lists side by side differ in length.
        DTypeError: they are no real numbers.
        DomainError: one of them is nan.
    """
    try:
        array = numbers_of(numbers)
    except (TypeError, ValueError):
        raise ShapeError(f"{metric} needs {what}s in rows of one length{at()}") from None
    if array.ndim == 0 or not array.size:
        raise ShapeError(f"{metric} needs one {what} or more in an array, got shape {array.shape}{at()}")
    if array.dtype.kind not in "biuf":
        raise DTypeError(f"{metric} needs {what}s that are real numbers, got dtype {array.dtype}{at()}")
    if array.dtype.kind == "f" and np.isnan(array).any():
        place = ", ".join(map(str, np.argwhere(np.isnan(array))[0].tolist()))
        raise DomainError(f"{metric} needs numbers, got nan at {what}[{place}]{at()}")
    return array


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
    weights = rows_of(metric, "weight", sample_weight)
    if weights.shape != (samples,):
        raise ShapeError(f"{metric} needs one weight for each of {samples} samples, got shape {weights.shape}{at()}")
    if not (weights >= 0).all() or not 0 < weights.sum() < np.inf:
        raise DomainError(f"{metric} needs weights from 0 up, not all of them 0, and finite{at()}")
    return weights.astype(float)
