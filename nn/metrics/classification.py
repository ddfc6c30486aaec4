"""How often is the class right, and which are taken for which?

All take (prediction, target): scores or probabilities (N, C), single scores (N,) or (N, 1), or classes in whole numbers,
against class indices, 0 and 1, -1 and +1, or one-hot rows. If a score is nan, the result is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError, DomainError
from autograd.errors import at, short
from nn.metrics.labels import labels_of

Array = NDArray[Any]

AVERAGES = ("binary", "macro", "micro", "weighted")
_MOST = 10_000  # classes of a confusion matrix, which then takes 800 MB


def accuracy(prediction: Any, target: Any, *, threshold: float | None = None, sample_weight: Any = None) -> float:
    """Return the share of samples whose predicted class is the right one.

    Args:
        prediction: scores or probabilities (N, C), of which the first largest is meant; single scores (N,) or (N, 1), in
            floats; or classes, in whole numbers.
        target: class indices, 0 and 1, -1 and +1, or one-hot rows (N, C).
        threshold: a single score above it means class 1; of (N, C) the largest counts whatever it is. (default: 0.5; 0 if
            the targets are -1 and +1)
        sample_weight: how much each sample counts, (N,). (default: all the same)

    Returns:
        A number from 0 to 1; nan if a score is nan.

    Raises:
        ShapeError: there are no samples, or the shapes do not go together.
        DTypeError: something is no real number, or single scores are to tell more than two classes apart.
        DomainError: a target is no class, a weight is no weight, or the threshold is no number.

    >>> from nn.metrics import accuracy
    >>> accuracy([[0.1, 0.9], [0.8, 0.2]], [1, 1]), accuracy([0.7, 0.2, 0.4], [1, 0, 1])
    (0.5, 0.6666666666666666)
    """
    labels = labels_of("accuracy", prediction, target, threshold, sample_weight)
    return np.nan if labels.has_nan else float(np.average(labels.predicted == labels.true, weights=labels.weights))


def confusion_matrix(
    prediction: Any, target: Any, *, classes: int | None = None, threshold: float | None = None, sample_weight: Any = None
) -> Array:
    """Return how often each class (row) was taken for each (column); with weights, how much that counts.

    Args:
        prediction, threshold, sample_weight: as for `accuracy`.
        target: as for `accuracy`; -1 is in row 0, and +1 in row 1.
        classes: how many classes there are. (default: as many as there are scores a sample, or up to the largest index)

    Returns:
        An array (C, C) of whole numbers, with weights of floats; all of it is nan if a score is nan.

    Raises:
        DomainError: there are more classes than `classes`, or more than 10,000. Else as for `accuracy`.

    >>> from nn.metrics import confusion_matrix
    >>> confusion_matrix([0, 2, 1, 2], [0, 1, 1, 2])
    array([[1, 0, 0],
           [0, 1, 1],
           [0, 0, 1]])
    """
    labels = labels_of("confusion_matrix", prediction, target, threshold, sample_weight)
    size = labels.classes if classes is None else classes
    largest = int(max(labels.predicted.max(), labels.true.max()))
    if isinstance(size, bool) or not isinstance(size, (int, np.integer)) or size <= largest:
        raise DomainError(f"confusion_matrix needs classes to be a whole number above {largest}, got {size!r}{at()}")
    if size > _MOST:
        raise DomainError(
            f"confusion_matrix needs at most {_MOST:,} classes, got {size:,}: number those that occur with "
            f"np.unique(labels, return_inverse=True){at()}"
        )
    if labels.has_nan:
        return np.full((size, size), np.nan)
    weights = None if sample_weight is None else labels.weights  # without weights, counts are whole numbers
    return np.bincount(labels.true * size + labels.predicted, weights, size * size).reshape(size, size)


def precision(
    prediction: Any, target: Any, *, average: str | None = None, threshold: float | None = None, sample_weight: Any = None
) -> float:
    """Return the share of those taken for a class that are of it, TP / (TP + FP); 0 where none was taken for it.

    Args:
        prediction, target, threshold, sample_weight: as for `accuracy`.
        average: "binary": of class 1, of two; "macro": the mean of all classes that occur; "weighted": the mean by how often
            each is right; "micro": of all samples together. (default: "binary" of two classes, also of scores (N, 2), and
            "macro" of more)

    Returns:
        A number from 0 to 1; nan if a score is nan.

    Raises:
        AutogradError: there is no such average, or not for so many classes. Else as for `accuracy`.

    >>> from nn.metrics import precision
    >>> precision([1, 1, 1, 0], [1, 0, 1, 1])
    0.6666666666666666
    """
    return _score("precision", prediction, target, average, threshold, sample_weight)


def recall(
    prediction: Any, target: Any, *, average: str | None = None, threshold: float | None = None, sample_weight: Any = None
) -> float:
    """Return the share of those of a class that are taken for it, TP / (TP + FN); 0 where there are none.

    Args:
        prediction, target, threshold, sample_weight: as for `accuracy`.
        average: as for `precision`. (default: "binary", of class 1, of two classes, and "macro" of more)

    Raises:
        AutogradError: as for `precision`.

    >>> from nn.metrics import recall
    >>> recall([1, 1, 1, 0], [1, 0, 1, 0]), recall([1, 1, 0, 0], [1, 1, 1, 1])
    (1.0, 0.5)
    """
    return _score("recall", prediction, target, average, threshold, sample_weight)


def f1(
    prediction: Any, target: Any, *, average: str | None = None, threshold: float | None = None, sample_weight: Any = None
) -> float:
    """Return the harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN); 0 where there are none.

    Args:
        prediction, target, threshold, sample_weight: as for `accuracy`.
        average: as for `precision`. (default: "binary", of class 1, of two classes, and "macro" of more)

    Raises:
        AutogradError: as for `precision`.

    >>> from nn.metrics import f1
    >>> f1([1, 1, 1, 0], [1, 0, 0, 0])
    0.5
    """
    return _score("f1", prediction, target, average, threshold, sample_weight)


def _score(metric: str, prediction: Any, target: Any, average: str | None, threshold: float | None, weight: Any) -> float:
    """Return precision, recall or F1: of one class, of all together, or the mean of the classes that occur."""
    labels = labels_of(metric, prediction, target, threshold, weight)
    if average is None:
        average = "binary" if labels.classes == 2 else "macro"
    if average not in AVERAGES:
        raise AutogradError(f"{metric} takes an average of {', '.join(map(repr, AVERAGES))}, got {short(average)}{at()}")
    if average == "binary" and labels.classes != 2:
        raise AutogradError(f'{metric} with average="binary" needs two classes, got {labels.classes}{at()}')
    if labels.has_nan:
        return np.nan
    weights = labels.weights
    classes, places = np.unique(np.concatenate([labels.true, labels.predicted]), return_inverse=True)
    true, predicted = np.split(places, 2)
    hits = np.bincount(true, weights * (true == predicted), len(classes))
    taken, of_class = np.bincount(predicted, weights, len(classes)), np.bincount(true, weights, len(classes))
    if average == "micro":
        hits, taken, of_class = (x.sum(keepdims=True) for x in (hits, taken, of_class))
    above, below = {"precision": (hits, taken), "recall": (hits, of_class), "f1": (2 * hits, taken + of_class)}[metric]
    scores = np.divide(above, below, out=np.zeros(len(below)), where=below > 0)
    if average == "binary":
        return float(scores[classes == 1].sum())  # 0 where class 1 does not occur
    return float(np.average(scores, weights=of_class if average == "weighted" else None))
