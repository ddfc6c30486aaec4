"""Which metric does a user mean by a name?"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from autograd import AutogradError
from autograd.errors import at
from nn.loss import margins, probability
from nn.metrics.classification import accuracy, confusion_matrix, f1, precision, recall
from nn.metrics.ranking import roc_auc, top_k_accuracy
from nn.metrics.regression import mean_absolute_error, mean_squared_error, r2_score, root_mean_squared_error

Metric = Callable[[Any, Any], Any]

_SHORT: dict[str, Metric] = {
    "acc": accuracy, "auc": roc_auc, "confusion": confusion_matrix, "mae": mean_absolute_error, "mse": mean_squared_error,
    "rmse": root_mean_squared_error, "r2": r2_score,
}  # fmt: skip
_BY_NAME: dict[str, Metric] = {
    f.__name__: f for f in (accuracy, precision, recall, f1, top_k_accuracy, *_SHORT.values())
} | _SHORT
_THRESHOLDED = (accuracy, precision, recall, f1, confusion_matrix)
_TOP = re.compile(r"top_([1-9]\d{0,8})(?:_accuracy)?")

# Losses of scores whose sign says the class, where others are of probabilities.
_OF_SIGN = (
    probability.binary_cross_entropy_with_logits, margins.zero_one_loss, margins.perceptron_loss, margins.hinge_loss,
    margins.squared_hinge_loss, margins.soft_margin_loss,
)  # fmt: skip


def metric_named(metric: str | Metric, loss: Any = None) -> tuple[str, Metric]:
    """Return a metric with its name: one that has it, or a function with its own.

    Args:
        metric: the name of a function in `nn.metrics`; acc, auc, confusion, mae, mse, rmse or r2 for short; top_3, or with
            another number; or a function of (prediction, target).
        loss: the loss that the model is trained with, which says what a single score means: after
            `binary_cross_entropy_with_logits` and the losses of the margin class 1 begins at 0. (default: not known)

    Raises:
        AutogradError: there is none of this name.

    >>> from nn.metrics.names import metric_named
    >>> name, metric = metric_named("top_2")
    >>> name, metric([[0.5, 0.3, 0.2]], [1])
    ('top_2', 1.0)
    """
    if callable(metric):
        name, function = getattr(metric, "__name__", type(metric).__name__), metric
    else:
        name, function = metric, _function(metric)
    if getattr(loss, "function", loss) in _OF_SIGN and function in _THRESHOLDED:
        return name, partial(cast(Callable[..., Any], function), threshold=0.0)
    return name, function


def _function(name: Any) -> Metric:
    if isinstance(name, str):
        if name in _BY_NAME:
            return _BY_NAME[name]
        if top := _TOP.fullmatch(name):
            return partial(top_k_accuracy, k=int(top[1]))
    raise AutogradError(f"there is no metric {name!r}: one of {', '.join(_BY_NAME)}, top_3{at()}")
