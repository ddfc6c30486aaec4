"""How does a learning rate go down when nothing gets better any more?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from optim.optimizer import Optimizer
from optim.schedule import LRScheduler


class ReduceLROnPlateau(LRScheduler):
    """Multiplies the learning rate by a factor when a measure has not got better for some time.

    Better is below best·(1 - threshold), or best - threshold with `threshold_mode` "abs"; above, where larger is better.

    Args:
        optimizer: whose learning rates are set.
        mode: "min" where smaller is better, "max" where larger is. (default "min")
        factor: what the rates are multiplied by, below 1. (default 0.1)
        patience: how many steps without anything better are passed over. (default 10)
        threshold: by how much better counts. (default 10⁻⁴)
        threshold_mode: "rel" or "abs". (default "rel")
        cooldown: how many steps after a reduction are not judged. (default 0)
        min_lr: the smallest rate, or a list with one for each group. (default 0)
        eps: a change by no more is left out. (default 1e-8)

    Raises:
        AutogradError: an argument makes no sense.

    >>> import optim
    >>> from autograd import Value
    >>> opt = optim.SGD([Value(1.0)], lr=1.0)
    >>> schedule = optim.ReduceLROnPlateau(opt, factor=0.5, patience=1)
    >>> for loss in (3.0, 2.0, 2.0, 2.0):
    ...     schedule.step(loss)
    >>> opt.lr
    0.5
    """

    def __init__(
        self, optimizer: Optimizer, mode: str = "min", factor: float = 0.1, patience: int = 10, threshold: float = 1e-4,
        threshold_mode: str = "rel", cooldown: int = 0, min_lr: float | Sequence[float] = 0.0, eps: float = 1e-8,
    ) -> None:  # fmt: skip
        self._require(factor < 1, f"a factor below 1, got {factor!r}")
        self._require(mode in ("min", "max"), f'"min" or "max" as mode, got {mode!r}')
        self._require(threshold_mode in ("rel", "abs"), f'"rel" or "abs" as threshold_mode, got {threshold_mode!r}')
        self.min_lrs = self._for_each_group(optimizer, "min_lr", min_lr)
        self.sign = 1.0 if mode == "min" else -1.0
        self.factor, self.patience, self.cooldown, self.eps = factor, patience, cooldown, eps
        self.threshold, self.threshold_mode = threshold, threshold_mode
        self.best, self.num_bad_epochs, self.cooldown_counter = self.sign * math.inf, 0, 0
        super().__init__(optimizer)

    def step(self, metrics: Any) -> None:  # type: ignore[override]  # it is handed a measure, where others count
        """Judge one more measure: a number, or a Value or Tensor of one."""
        measure = float(metrics.item() if hasattr(metrics, "item") else metrics)
        self.last_epoch += 1
        bad = not self._is_better(measure)
        if not bad:
            self.best = measure
        cooling = self.cooldown_counter > 0
        self.cooldown_counter -= cooling
        self.num_bad_epochs = self.num_bad_epochs + 1 if bad and not cooling else 0
        if self.num_bad_epochs > self.patience:
            self._reduce()
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0

    def state_dict(self) -> dict[str, Any]:
        """Return what changes: t, the best measure, and the two counts."""
        counts = {"num_bad_epochs": self.num_bad_epochs, "cooldown_counter": self.cooldown_counter}
        return {**super().state_dict(), "best": self.best, **counts}

    def _begin(self) -> None:
        """Leave the learning rates as they are, and count from zero: nothing has been measured."""
        self.last_epoch = 0

    def _load(self, state: Mapping[str, Any]) -> None:
        super()._load(state)
        self.best, self.num_bad_epochs = state["best"], state["num_bad_epochs"]
        self.cooldown_counter = state["cooldown_counter"]

    def _is_better(self, measure: float) -> bool:
        """Compare as in torch, whose relative threshold goes the wrong way where the best measure is negative."""
        relative = self.threshold_mode == "rel"
        mark = self.best * (self.sign - self.threshold) if relative else self.sign * self.best - self.threshold
        return self.sign * measure < mark

    def _reduce(self) -> None:
        for group, least in zip(self.optimizer.param_groups, self.min_lrs, strict=False):
            reduced = max(group["lr"] * self.factor, least)
            if group["lr"] - reduced > self.eps:
                group["lr"] = reduced
