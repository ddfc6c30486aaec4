"""How often is the class right?"""

from __future__ import annotations

from typing import Any

from autograd import ShapeError
from autograd.errors import at
from nn.loss.targets import numbers_of


def accuracy(prediction: Any, target: Any) -> float:
    """Return the share of samples whose largest score is that of their class.

    Args:
        prediction: scores of shape (N, C).
        target: class indices of shape (N,).

    Raises:
        ShapeError: they have other shapes.

    >>> from nn.metrics import accuracy
    >>> accuracy([[0.1, 0.9], [0.8, 0.2]], [1, 1])
    0.5
    """
    scores, t = numbers_of(prediction), numbers_of(target)
    if scores.ndim != 2 or t.shape != scores.shape[:1]:
        raise ShapeError(f"accuracy needs scores (N, C) and class indices (N,), got {scores.shape} and {t.shape}{at()}")
    return float((scores.argmax(axis=1) == t).mean())
