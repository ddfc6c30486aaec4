"""What do the batches of an epoch come to?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError
from autograd.errors import at
from nn.loss.targets import numbers_of
from nn.training.prediction import array_of

Metric = tuple[str, Callable[[Any, Any], Any]]


class Tally:
    """Adds up the loss of batches, each weighing what its samples do, and keeps what the metrics need.

    Metrics are computed of all predictions at once, because most of them are no means over batches.

    >>> from nn.training.tally import Tally
    >>> tally = Tally([("mae", lambda y, t: float(abs(y - t).mean()))])
    >>> tally.add(1.0, [1.0, 2.0], [0.0, 0.0]); tally.add(4.0, [3.0], [0.0])
    >>> tally.numbers()
    {'loss': 2.0, 'mae': 2.0}
    """

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics
        self._sum = self._weight = 0.0
        self._predictions: list[NDArray[Any]] = []
        self._targets: list[NDArray[Any]] = []

    def add(self, loss: float, prediction: Any, target: Any, weights: Any = None) -> None:
        """Add a batch: its loss, and what it was computed from."""
        weight = float(len(target)) if weights is None else float(numbers_of(weights).sum())
        if weight:  # what counts for nothing adds nothing, not even a nan
            self._sum += weight * loss
            self._weight += weight
        if self._metrics:
            self._predictions.append(array_of(prediction))
            self._targets.append(numbers_of(target))

    @property
    def loss(self) -> float:
        """The loss so far, nan before the first batch."""
        return self._sum / self._weight if self._weight else float("nan")

    def numbers(self, prefix: str = "") -> dict[str, Any]:
        """Return the loss and the metrics by name.

        Raises:
            AutogradError: a metric returned nothing.
        """
        found: dict[str, Any] = {f"{prefix}loss": self.loss}
        if self._predictions:
            predictions, targets = np.concatenate(self._predictions), np.concatenate(self._targets)
            for name, metric in self._metrics:
                found[f"{prefix}{name}"] = number = metric(predictions, targets)
                if number is None:
                    raise AutogradError(f"a metric is a number or array, got None of {name}: does it return one?{at()}")
        return found
