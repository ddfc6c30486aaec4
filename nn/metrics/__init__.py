"""How good are predictions? Numbers to read, not to differentiate."""

from nn.metrics.classification import accuracy
from nn.metrics.regression import mean_absolute_error, mean_squared_error, root_mean_squared_error

__all__ = ["accuracy", "mean_absolute_error", "mean_squared_error", "root_mean_squared_error"]
