"""How much does each sample count?

Weights of classes become weights of samples, and with weights wᵢ the loss of a batch is Σ wᵢ lᵢ / Σ wᵢ.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError, DTypeError, ShapeError, ops
from autograd.errors import at, short
from nn.data import Dataset
from nn.loss import Loss
from nn.loss.targets import numbers_of


def check_weights(weights: Any, count: int) -> None:
    """Raise unless there is a weight from 0 up for each sample.

    Raises:
        ShapeError: there are more or fewer, or they are no row.
        DTypeError: they are no real numbers.
        AutogradError: one is negative or not finite.
    """
    w = numbers_of(weights)
    if w.dtype.kind not in "fiub":
        raise DTypeError(
            f"a third column holds the weights of samples, which are numbers, got dtype {w.dtype}: choose inputs and "
            f"targets with select(…){at()}"
        )
    if w.shape != (count,):
        raise ShapeError(f"{count} samples need as many weights, got shape {w.shape}{at()}")
    wrong = ~(np.isfinite(w) & (w >= 0))
    if wrong.any():
        raise AutogradError(f"weights are numbers from 0 up, got {w[wrong][0]} for sample {wrong.argmax()}{at()}")


def with_class_weights(data: Dataset, class_weight: Any) -> Dataset:
    """Return a dataset whose samples weigh what their class does, times their own weight if they have one.

    Args:
        data: columns x, t and, if samples have weights, w.
        class_weight: a dict from classes to weights, or "balanced": N / (C n_c) for a class of n_c of the N samples, of
            C classes, so that all classes weigh the same.

    Raises:
        AutogradError: a class has no weight, `class_weight` is neither, or the targets are no classes.
    """
    x, t, *own = data.arrays
    labels = _classes_of(np.asarray(t))
    classes, index, counts = np.unique(labels, return_inverse=True, return_counts=True)
    if isinstance(class_weight, Mapping):
        missing = [c for c in classes.tolist() if c not in class_weight]
        if missing:
            raise AutogradError(f"class_weight has no weight for class {missing[0]!r}{at()}")
        weights = np.array([float(class_weight[c]) for c in classes.tolist()])
    elif class_weight == "balanced":
        weights = len(labels) / (len(classes) * counts)
    else:
        raise AutogradError(f'class_weight is a dict from classes to weights or "balanced", got {short(class_weight)}{at()}')
    w: NDArray[Any] = weights[index] * (np.asarray(own[0]) if own else 1.0)
    check_weights(w, len(labels))
    return Dataset(x, t, w, classes=data.classes, source=data.source)


def _classes_of(t: NDArray[Any]) -> NDArray[Any]:
    """Return the class of each sample: targets are classes, (N,) or (N, 1), or rows of shares of all classes, (N, C)."""
    if t.ndim == 2 and t.shape[1] > 1:
        if not ((t >= 0).all() and np.allclose(t.sum(axis=1), 1)):
            raise AutogradError(f"class_weight needs one-hot rows as targets (N, C), got {short(t[0].tolist())}{at()}")
        labels: NDArray[Any] = t.argmax(axis=1)
        return labels
    labels = t[:, 0] if t.ndim == 2 else t
    if labels.dtype.kind == "f" and (wrong := labels != np.floor(labels)).any():
        raise AutogradError(f"class_weight needs classes as targets, got {labels[wrong][0]}{at()}")
    return labels


def weighted(loss: Callable[[Any, Any], Any]) -> Callable[[Any, Any, Any], Any]:
    """Return the loss of (prediction, target, weights): Σ wᵢ lᵢ / Σ wᵢ.

    Raises:
        AutogradError: the loss cannot give one number a sample, with ``reduction="none"``.

    >>> import nn.loss
    >>> from nn.training.weights import weighted
    >>> weighted(nn.loss.mse_loss)([1.0, 2.0], [0.0, 0.0], [3.0, 1.0])
    1.75
    """
    each = _of_each_sample(loss)

    def mean(prediction: Any, target: Any, weights: Any) -> Any:
        losses, w = each(prediction, target), numbers_of(weights)
        total = float(w.sum()) or 1.0  # where no sample counts, the loss is 0
        if isinstance(losses, list):
            losses = [ops.mean(item) if isinstance(item, list) else item for item in losses]
            return ops.dot(losses, (w / total).tolist())
        if losses.ndim > 1:
            losses = ops.mean(losses, axis=tuple(range(1, losses.ndim)))
        return ops.sum(losses * (w / total).astype(losses.dtype))

    return mean


def _of_each_sample(loss: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    if isinstance(loss, Loss):
        loss = copy.copy(loss)
        loss.reduction = "none"  # type: ignore[attr-defined]
        return loss
    if "reduction" in inspect.signature(loss).parameters:
        return partial(cast(Callable[..., Any], loss), reduction="none")
    name = getattr(loss, "__name__", type(loss).__name__)
    raise AutogradError(f'weights need a loss with reduction="none", one number a sample, and {name} has none{at()}')
