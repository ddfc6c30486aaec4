"""How good are predictions? Numbers to read, not to differentiate.

    >>> import nn.metrics
    >>> scores = [[2.0, 0.0], [0.0, 1.0], [0.0, 3.0]]
    >>> nn.metrics.accuracy(scores, [0, 1, 0]), nn.metrics.f1(scores, [0, 1, 0], average="macro")
    (0.6666666666666666, 0.6666666666666666)

Each takes (prediction, target), as losses do: arrays, Tensors, or lists of numbers or Values. What would be 0/0, such as the
precision of a class that nothing was taken for, is 0. If a prediction is nan, as it is of a network that diverged, the
result is nan: the training goes on, and its history shows where it broke. A nan among targets or weights is an error.
"""

from nn.metrics.classification import accuracy, confusion_matrix, f1, precision, recall
from nn.metrics.ranking import roc_auc, top_k_accuracy
from nn.metrics.regression import mean_absolute_error, mean_squared_error, r2_score, root_mean_squared_error

__all__ = [
    "accuracy", "confusion_matrix", "f1", "mean_absolute_error", "mean_squared_error", "precision", "r2_score", "recall",
    "roc_auc", "root_mean_squared_error", "top_k_accuracy",
]  # fmt: skip
