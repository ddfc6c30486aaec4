"""What is done when nothing gets better any more?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from autograd import AutogradError
from autograd.errors import at
from nn.training.callback import Callback, note_rates
from nn.training.run import Run

# Measures that are the better the larger they are; of all others the smaller is better.
_GROWING = ("acc", "top", "precision", "recall", "f1", "auc", "roc_auc", "r2")


class Watch(Callback):
    """Watches a number; subclasses decide what follows.

    Args:
        monitor: its name, such as "val_accuracy". (default: "val_loss", or "loss" without validation)
        patience: how many epochs in a row without anything better are passed over.
        min_delta: by how much better counts. (default 0)
        mode: "min" where smaller is better, "max" where larger is, "auto" to tell by the name. (default "auto")

    Attributes:
        best: the best number so far.
        best_epoch: when that was, 0 before the first.
        waited: epochs since, or since something was last done.

    Raises:
        AutogradError: a setting makes no sense.
    """

    def __init__(self, monitor: str | None = None, *, patience: int = 0, min_delta: float = 0.0, mode: str = "auto") -> None:
        if mode not in ("auto", "min", "max"):
            raise AutogradError(f'mode is "min", "max" or "auto", got {mode!r}{at()}')
        if not (patience >= 0 and min_delta >= 0):
            raise AutogradError(f"patience and min_delta are numbers from 0 up, got {patience!r} and {min_delta!r}{at()}")
        self.monitor, self.patience, self.min_delta, self.mode = monitor, patience, min_delta, mode
        self.best = math.nan
        self.best_epoch = self.waited = 0

    def on_train_begin(self, run: Run) -> None:
        if self.monitor is None:
            self.monitor = run.default_monitor()

    def better(self, run: Run) -> bool:
        """Look at the number of an epoch, and say whether it is the best so far; nan never is."""
        name = str(self.monitor)
        number = run.number(name, type(self).__name__)
        up = self.mode == "max" or (self.mode == "auto" and name.removeprefix("val_").startswith(_GROWING))
        gain = number - self.best if up else self.best - number
        # The first number is better than none, and any number is better than inf by more than can be computed.
        is_better = not math.isnan(number) and (math.isnan(self.best) or gain > self.min_delta)
        if is_better:
            self.best, self.best_epoch, self.waited = number, run.epoch, 0
        else:
            self.waited += 1
        return is_better

    def state_dict(self) -> dict[str, Any]:
        return {"best": self.best, "best_epoch": self.best_epoch, "waited": self.waited}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.best, self.best_epoch, self.waited = state["best"], state["best_epoch"], state["waited"]


class EarlyStopping(Watch):
    """Ends training when a number has not got better for `patience` epochs (Prechelt 1998).

    Args:
        monitor: the name of the number. (default: "val_loss", or "loss" without validation)
        patience: after how many epochs in a row without anything better training ends. (default 1)
        min_delta: by how much better counts. (default 0)
        mode: "min", "max" or "auto". (default "auto": by the name)
        restore_best_weights: does the model get back what it was after its best epoch? (default False)

    >>> import nn
    >>> nn.EarlyStopping("val_accuracy", patience=3)
    EarlyStopping('val_accuracy', patience=3)
    """

    def __init__(
        self, monitor: str | None = None, *, patience: int = 1, min_delta: float = 0.0, mode: str = "auto",
        restore_best_weights: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(monitor, patience=patience, min_delta=min_delta, mode=mode)
        self.restore_best_weights = restore_best_weights
        self._weights: dict[str, Any] | None = None

    def on_train_begin(self, run: Run) -> None:
        super().on_train_begin(run)
        self._stop_if_long(run)  # a training that went on from a checkpoint may have waited long enough already

    def on_epoch_end(self, run: Run) -> None:
        if self.better(run) and self.restore_best_weights:
            self._weights = run.model.state_dict()
        self._stop_if_long(run)

    def on_train_end(self, run: Run) -> None:
        if self._weights is not None:
            run.model.load_state_dict(self._weights)

    def _stop_if_long(self, run: Run) -> None:
        if self.waited and self.waited >= self.patience:
            best = f"{self.monitor} was best in epoch {self.best_epoch}, {self.best:.4g}"
            run.stop(f"stopped early after epoch {run.epoch}: {best}")

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "weights": self._weights}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        super().load_state_dict(state)
        self._weights = state["weights"]


class ReduceOnPlateau(Watch):
    """Multiplies the learning rates by a factor when a number has not got better for `patience` epochs.

    Args:
        monitor: the name of the number. (default: "val_loss", or "loss" without validation)
        factor: what the rates are multiplied by, between 0 and 1. (default 0.1)
        patience: after how many epochs in a row without anything better. (default 10)
        min_delta: by how much better counts. (default 10⁻⁴)
        mode: "min", "max" or "auto". (default "auto": by the name)
        min_lr: no rate is made smaller than this. (default 0)

    Names and defaults are Keras'; `optim.ReduceLROnPlateau`, with torch's, can be had through `ScheduleLR`.
    """

    def __init__(
        self, monitor: str | None = None, *, factor: float = 0.1, patience: int = 10, min_delta: float = 1e-4,
        mode: str = "auto", min_lr: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(monitor, patience=patience, min_delta=min_delta, mode=mode)
        if not 0 < factor < 1:
            raise AutogradError(f"factor lies between 0 and 1, got {factor!r}{at()}")
        self.factor, self.min_lr = factor, min_lr

    def on_epoch_end(self, run: Run) -> None:
        note_rates(run)
        if self.better(run) or self.waited < self.patience:
            return
        self.waited = 0
        for group in run.optimizer.param_groups:
            # A rate that is smaller already stays as it is.
            group["lr"] = min(group["lr"], max(group["lr"] * self.factor, self.min_lr))
