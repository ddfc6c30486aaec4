"""How does a learning rate go along a cosine, once, again and again, or up and down?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from optim.optimizer import Optimizer
from optim.schedule import LRScheduler


def along_cosine(start: float, end: float, part: float) -> float:
    """Return the number between `start` (part 0) and `end` (part 1) along half a wave of the cosine."""
    return end + (start - end) * (1 + math.cos(math.pi * part)) / 2


def along_line(start: float, end: float, part: float) -> float:
    """Return the number between `start` (part 0) and `end` (part 1) along a line."""
    return start + (end - start) * part


class CosineAnnealingLR(LRScheduler):
    """Half a wave down, and half a wave up again: η = η_min + ½ (η₀ - η_min) (1 + cos(π t / T)).

    Args:
        optimizer: whose learning rates are set.
        T_max: T, how many steps it takes down.
        eta_min: η_min. (default 0)
        last_epoch: see `LRScheduler`. (default -1)

    >>> import optim
    >>> from autograd import Value
    >>> schedule = optim.CosineAnnealingLR(optim.SGD([Value(1.0)], lr=1.0), T_max=2)
    >>> [round(schedule.rate(1.0, t), 6) for t in range(5)]
    [1.0, 0.5, 0.0, 0.5, 1.0]

    Source: I. Loshchilov, F. Hutter, SGDR: stochastic gradient descent with warm restarts, ICLR 2017, equation 5.
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self._require(T_max > 0, f"a positive T_max, got {T_max!r}")
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float, t: float) -> float:
        """Return η_min + ½ (η₀ - η_min) (1 + cos(π t / T))."""
        return along_cosine(base, self.eta_min, t / self.T_max)


class CosineAnnealingWarmRestarts(LRScheduler):
    """Half a wave down, then from the top again, each time longer: η as in `CosineAnnealingLR`, since the last restart.

    Args:
        optimizer: whose learning rates are set.
        T_0: how many steps the first descent takes.
        T_mult: how many times longer each is than the one before, a whole number. (default 1)
        eta_min: η_min. (default 0)
        last_epoch: see `LRScheduler`. (default -1)

    >>> import optim
    >>> from autograd import Value
    >>> schedule = optim.CosineAnnealingWarmRestarts(optim.SGD([Value(1.0)], lr=1.0), T_0=2, T_mult=2)
    >>> [round(schedule.rate(1.0, t), 2) for t in range(7)]
    [1.0, 0.5, 1.0, 0.85, 0.5, 0.15, 1.0]

    Source: I. Loshchilov, F. Hutter, SGDR: stochastic gradient descent with warm restarts, ICLR 2017.
    """

    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        self._require(T_0 > 0 and int(T_0) == T_0, f"T_0 as a positive whole number, got {T_0!r}")
        self._require(T_mult >= 1 and int(T_mult) == T_mult, f"T_mult as a whole number from 1 on, got {T_mult!r}")
        self.T_0, self.T_mult, self.eta_min = T_0, T_mult, eta_min
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float, t: float) -> float:
        """Return η_min + ½ (η₀ - η_min) (1 + cos(π t' / T')), t' steps after a restart that T' steps follow."""
        length = self.T_0
        if self.T_mult == 1:
            t = t % length
        while t >= length:
            t, length = t - length, length * self.T_mult
        return along_cosine(base, self.eta_min, t / length)


class OneCycleLR(LRScheduler):
    """Up to η_max and far down again, in one cycle as long as the training; momentum goes the other way.

    From η_max / d the rate goes to η_max in the first part p of the steps, and then to η_max / (d f). With `three_phase`, it
    comes down as it went up, and goes on to the end in the rest.

    Args:
        optimizer: whose learning rates are set.
        max_lr: η_max, or a list with one for each group.
        total_steps: how many steps there are; or `epochs` and `steps_per_epoch`, whose product it is.
        pct_start: p. (default 0.3)
        anneal_strategy: "cos" or "linear". (default "cos")
        cycle_momentum: move momentum, or β₁ where there are betas, from the larger down to the smaller. (default True)
        base_momentum, max_momentum: the smaller and the larger. (default 0.85 and 0.95)
        div_factor: d. (default 25)
        final_div_factor: f. (default 10⁴)
        three_phase: see above. (default False)
        last_epoch: see `LRScheduler`. (default -1)

    Raises:
        AutogradError: an argument makes no sense, or more steps are taken than there are.

    >>> import optim
    >>> from autograd import Value
    >>> opt = optim.SGD([Value(1.0)], momentum=0.9)
    >>> schedule = optim.OneCycleLR(opt, max_lr=1.0, total_steps=10)
    >>> schedule.step(2); opt.lr, opt.param_groups[0]["momentum"]
    (1.0, 0.85)

    Source: L. N. Smith, N. Topin, Super-convergence: very fast training of neural networks using large learning rates, 2018.
    """

    def __init__(
        self, optimizer: Optimizer, max_lr: float | Sequence[float], total_steps: int | None = None,
        epochs: int | None = None, steps_per_epoch: int | None = None, pct_start: float = 0.3,
        anneal_strategy: str = "cos", cycle_momentum: bool = True, base_momentum: float = 0.85,
        max_momentum: float = 0.95, div_factor: float = 25.0, final_div_factor: float = 1e4,
        three_phase: bool = False, last_epoch: int = -1,
    ) -> None:  # fmt: skip
        steps = total_steps if total_steps is not None else (epochs or 0) * (steps_per_epoch or 0)
        self.max_lrs = self._for_each_group(optimizer, "max_lr", max_lr)
        self._require(steps > 0, f"positive total_steps, or epochs and steps_per_epoch, got {steps!r} steps")
        self._require(0 <= pct_start <= 1, f"a pct_start from 0 to 1, got {pct_start!r}")
        self._require(anneal_strategy in _WAYS, f'"cos" or "linear" as anneal_strategy, got {anneal_strategy!r}')
        has_momentum = all(group.get("momentum") or "betas" in group for group in optimizer.param_groups)
        self._require(has_momentum or not cycle_momentum, "an optimizer with momentum for cycle_momentum=True")
        self.total_steps, self.cycle_momentum, self._between = steps, cycle_momentum, _WAYS[anneal_strategy]
        first, last = 1 / div_factor, 1 / (div_factor * final_div_factor)
        high, low = max_momentum, base_momentum
        peak, end = float(pct_start * steps) - 1, float(steps - 1)
        # Factors of the largest learning rate, and momenta. The odd ends, the last a step before a whole, are torch's.
        self._phases = [_Phase(0.0, peak, (first, 1.0), (high, low))]
        if three_phase:
            self._phases += [_Phase(peak, 2 * peak, (1.0, first), (low, high)),
                             _Phase(2 * peak, end, (first, last), (high, high))]  # fmt: skip
        else:
            self._phases += [_Phase(peak, end, (1.0, last), (low, high))]
        super().__init__(optimizer, last_epoch)

    def options_at(self, index: int, t: float) -> dict[str, Any]:
        """Return the learning rate, and the momentum where it is moved too."""
        self._require(t <= self.total_steps, f"at most the {self.total_steps} steps it was made for, got one more")
        phase = next((phase for phase in self._phases if t <= phase.end), self._phases[-1])
        # The step after the last one, which is set and not taken, has the rate of the last.
        part = min(1.0, (t - phase.begin) / (phase.end - phase.begin)) if phase.end > phase.begin else 1.0
        found: dict[str, Any] = {"lr": self.max_lrs[index] * self._between(*phase.factors, part)}
        if self.cycle_momentum:
            momentum = self._between(*phase.momenta, part)
            betas = self.optimizer.param_groups[index].get("betas")
            found.update({"betas": (momentum, *betas[1:])} if betas else {"momentum": momentum})
        return found


class _Phase(NamedTuple):
    """A part of the cycle: its ends, and what is at them."""

    begin: float
    end: float
    factors: tuple[float, float]
    momenta: tuple[float, float]


_WAYS = {"cos": along_cosine, "linear": along_line}
