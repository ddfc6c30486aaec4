"""How far are predictions from numbers?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import ShapeError
from autograd.errors import at
from nn.loss.targets import numbers_of


def mean_absolute_error(prediction: Any, target: Any) -> float:
    """Return the mean of |ŷ - t|.

    >>> from nn.metrics import mean_absolute_error
    >>> mean_absolute_error([1.0, 2.0], [0.0, 4.0])
    1.5
    """
    return float(np.abs(_residuals(prediction, target)).mean())


def mean_squared_error(prediction: Any, target: Any) -> float:
    """Return the mean of (ŷ - t)²."""
    return float((_residuals(prediction, target) ** 2).mean())


def root_mean_squared_error(prediction: Any, target: Any) -> float:
    """Return √ of the mean of (ŷ - t)²."""
    return math.sqrt(mean_squared_error(prediction, target))


def _residuals(prediction: Any, target: Any) -> Any:
    y, t = numbers_of(prediction), numbers_of(target)
    if y.shape != t.shape:
        raise ShapeError(f"predictions and targets have one shape, got {y.shape} and {t.shape}{at()}")
    return y - t
