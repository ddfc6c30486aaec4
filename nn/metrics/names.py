"""Which metric does a user mean by a name?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import AutogradError
from autograd.errors import at
from nn.metrics.classification import accuracy
from nn.metrics.regression import mean_absolute_error, mean_squared_error, root_mean_squared_error

_KNOWN: dict[str, Callable[[Any, Any], float]] = {
    "accuracy": accuracy, "mae": mean_absolute_error, "mse": mean_squared_error, "rmse": root_mean_squared_error,
}  # fmt: skip


def metric_named(metric: str | Callable[[Any, Any], Any]) -> tuple[str, Callable[[Any, Any], Any]]:
    """Return a metric with its name: one that has it, or a function with its own.

    Raises:
        AutogradError: there is none of this name.
    """
    if callable(metric):
        return getattr(metric, "__name__", type(metric).__name__), metric
    if metric not in _KNOWN:
        raise AutogradError(f"there is no metric {metric!r}: one of {', '.join(_KNOWN)}{at()}")
    return metric, _KNOWN[metric]
