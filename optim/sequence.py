"""How does one schedule follow another?"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from optim.optimizer import Optimizer
from optim.schedule import LRScheduler


class SequentialLR(LRScheduler):
    """One schedule after another, each from its own t = 0, from a milestone on.

    Args:
        optimizer: whose learning rates are set.
        schedulers: the schedules, all of this optimizer.
        milestones: the steps at which the second, the third, … takes over.
        last_epoch: see `LRScheduler`. (default -1)

    Raises:
        AutogradError: not one milestone less than schedules, milestones that do not grow, or another optimizer.

    >>> import optim
    >>> from autograd import Value
    >>> opt = optim.SGD([Value(1.0)], lr=1.0)
    >>> warm_up, decay = optim.LinearLR(opt, start_factor=0.5, total_iters=2), optim.ExponentialLR(opt, gamma=0.5)
    >>> schedule = optim.SequentialLR(opt, [warm_up, decay], milestones=[2])
    >>> rates = []
    >>> for _ in range(5):
    ...     rates.append(opt.lr)
    ...     schedule.step()
    >>> rates
    [0.5, 0.75, 1.0, 0.5, 0.25]
    """

    def __init__(
        self, optimizer: Optimizer, schedulers: Sequence[LRScheduler], milestones: Sequence[int], last_epoch: int = -1
    ) -> None:
        self.schedulers, self.milestones = list(schedulers), list(milestones)
        self._require(
            len(self.milestones) == len(self.schedulers) - 1,
            f"one milestone less than schedules, got {len(self.milestones)} and {len(self.schedulers)}",
        )
        grow = all(a < b for a, b in pairwise([0, *self.milestones]))
        self._require(grow, f"milestones that grow from 1 on, got {self.milestones}")
        same = all(schedule.optimizer is optimizer for schedule in self.schedulers)
        self._require(same, "schedules of this optimizer, got one of another")
        super().__init__(optimizer, last_epoch)

    def options_at(self, index: int, t: float) -> dict[str, Any]:
        """Return what the schedule whose turn it is says."""
        turn = bisect_right(self.milestones, t)
        return self.schedulers[turn].options_at(index, t - [0, *self.milestones][turn])

    def state_dict(self) -> dict[str, Any]:
        """Return what changes, of this schedule and of each one in it."""
        return {**super().state_dict(), "schedulers": [schedule.state_dict() for schedule in self.schedulers]}

    def _load(self, state: Mapping[str, Any]) -> None:
        super()._load(state)
        for schedule, inner in zip(self.schedulers, state["schedulers"], strict=True):
            schedule.load_state_dict(inner)
