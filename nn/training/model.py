"""How is a network trained in Keras' words: compile, fit, evaluate, predict?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from autograd import AutogradError
from autograd.errors import at
from nn.data import DataLoader, Dataset
from nn.module import Module
from nn.random import Rng
from nn.training.callback import Callback
from nn.training.history import History
from nn.training.loop import Judge, Loss, Metrics, OptimizerOrMaker, evaluate, fit, loss_of, predict
from nn.training.protocol import Optimizer, optimizer_of


@dataclass
class _Compiled:
    """What `compile` was told; a plain object, so that the loss is no part of the network."""

    optimizer: Optimizer
    loss: Loss
    metrics: Metrics


class Model(Module):
    """A module that is trained in Keras' words; `Sequential` is one, and a class of one's own may be.

    >>> import nn, optim
    >>> data = nn.data.moons(200, noise=0.1, rng=0)
    >>> model = nn.Sequential([nn.Linear(2, 16, rng=0), nn.ReLU(), nn.Linear(16, 2, rng=1)])
    >>> model.compile(optimizer=lambda params: optim.Adam(params, lr=0.02), loss="cross_entropy", metrics=["accuracy"])
    >>> history = model.fit(data.x, data.t, epochs=30, verbose=0, rng=0)
    >>> model.evaluate(data.x, data.t)["accuracy"] > 0.95, model.predict(data.x).shape
    (True, (200, 2))
    """

    _compiled: _Compiled | None = None

    def compile(self, optimizer: OptimizerOrMaker, loss: Loss, metrics: Metrics = ()) -> None:
        """Say what the network is trained with.

        Args:
            optimizer: an optimizer of this network's parameters, or what makes one of them, such as ``optim.Adam``.
            loss: a function or module of (prediction, target), or a name, such as "cross_entropy".
            metrics: names or functions. (default none)

        Raises:
            AutogradError: one of them cannot be used.
        """
        judge = Judge(loss_of(loss), metrics)
        self._compiled = _Compiled(optimizer_of(self.parameters(), optimizer), loss, judge.given)

    def fit(
        self, x: Any, y: Any = None, *, batch_size: int | None = None, epochs: int = 1, verbose: int = 1,
        callbacks: Sequence[Callback] = (), validation_split: float = 0.0, validation_data: Any = None,
        shuffle: bool | None = None, class_weight: Any = None, sample_weight: Any = None, rng: Rng = None,
        tape: bool = False,
    ) -> History:  # fmt: skip
        """Train the network, see `nn.fit`; `validation_split` is drawn from `rng`, where Keras takes the last samples."""
        compiled = self._require()
        if validation_split and validation_data is not None:
            raise AutogradError(f"fit takes validation_split or validation_data, not both{at()}")
        return fit(
            self, _data(x, y, sample_weight), loss=compiled.loss, optimizer=compiled.optimizer, metrics=compiled.metrics,
            epochs=epochs, batch_size=batch_size, validation=validation_split or validation_data, callbacks=callbacks,
            class_weight=class_weight, shuffle=shuffle, rng=rng, verbose=verbose, tape=tape,
        )  # fmt: skip

    def evaluate(self, x: Any, y: Any = None, *, batch_size: int = 32, sample_weight: Any = None) -> dict[str, Any]:
        """Return the loss and the metrics on data by name, see `nn.evaluate`."""
        compiled = self._require()
        data = _data(x, y, sample_weight)
        return evaluate(self, data, loss=compiled.loss, metrics=compiled.metrics, batch_size=batch_size)

    def predict(self, x: Any, *, batch_size: int = 32) -> NDArray[Any]:
        """Return what the network gives for each input, see `nn.predict`."""
        return predict(self, x, batch_size=batch_size)

    def _require(self) -> _Compiled:
        if self._compiled is None:
            raise AutogradError(f"{type(self).__name__} has no loss and no optimizer yet: call compile first{at()}")
        return self._compiled


def _data(x: Any, y: Any, weights: Any) -> Any:
    """Return what Keras takes as two or three arguments as one."""
    if y is None:
        if not isinstance(x, (Dataset, DataLoader)):
            raise AutogradError(f"fit and evaluate need targets y, or a Dataset or DataLoader as x{at()}")
        return x
    return (x, y) if weights is None else (x, y, weights)
