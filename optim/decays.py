"""How does a learning rate go down (or up) once and for all? By stairs, powers, lines, or a function of one's own."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from optim.optimizer import Optimizer
from optim.schedule import LRScheduler


class StepLR(LRScheduler):
    """Stairs: η = η₀ γ^⌊t/s⌋.

    Args:
        optimizer: whose learning rates are set.
        step_size: s, how many steps a stair is long.
        gamma: γ. (default 0.1)
        last_epoch: see `LRScheduler`. (default -1)

    >>> import optim
    >>> from autograd import Value
    >>> opt = optim.SGD([Value(1.0)], lr=1.0)
    >>> schedule = optim.StepLR(opt, step_size=2, gamma=0.5)
    >>> schedule.step(); schedule.step(); opt.lr
    0.5
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        self._require(step_size > 0, f"a positive step_size, got {step_size!r}")
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float, t: float) -> float:
        """Return η₀ γ^⌊t/s⌋."""
        return float(base * self.gamma ** (t // self.step_size))


class MultiStepLR(LRScheduler):
    """Stairs of different length: η = η₀ γⁿ, where n counts the milestones up to t.

    Args:
        optimizer: whose learning rates are set.
        milestones: where the stairs go down, in any order; one that is there twice counts twice.
        gamma: γ. (default 0.1)
        last_epoch: see `LRScheduler`. (default -1)

    >>> import optim
    >>> from autograd import Value
    >>> schedule = optim.MultiStepLR(optim.SGD([Value(1.0)], lr=1.0), milestones=[1, 3], gamma=0.5)
    >>> [schedule.rate(1.0, t) for t in range(5)]
    [1.0, 0.5, 0.5, 0.25, 0.25]
    """

    def __init__(
        self, optimizer: Optimizer, milestones: Sequence[float], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones, self.gamma = sorted(milestones), gamma
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float, t: float) -> float:
        """Return η₀ γⁿ."""
        return base * self.gamma ** sum(milestone <= t for milestone in self.milestones)


class ExponentialLR(LRScheduler):
    """The same factor every step: η = η₀ γᵗ.

    Args:
        optimizer: whose learning rates are set.
        gamma: γ.
        last_epoch: see `LRScheduler`. (default -1)

    >>> import optim
    >>> from autograd import Value
    >>> optim.ExponentialLR(optim.SGD([Value(1.0)], lr=1.0), gamma=0.5).rate(1.0, 3)
    0.125
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float, t: float) -> float:
        """Return η₀ γᵗ."""
        return float(base * self.gamma**t)


class LinearLR(LRScheduler):
    """A line between two factors, for warming up: η = η₀ (a + (b - a) min(t, T) / T).

    Args:
        optimizer: whose learning rates are set.
        start_factor: a, above 0 and up to 1. (default 1/3)
        end_factor: b, from 0 to 1. (default 1)
        total_iters: T. (default 5)
        last_epoch: see `LRScheduler`. (default -1)

    >>> import optim
    >>> from autograd import Value
    >>> schedule = optim.LinearLR(optim.SGD([Value(1.0)], lr=1.0), start_factor=0.5, total_iters=2)
    >>> [schedule.rate(1.0, t) for t in range(4)]
    [0.5, 0.75, 1.0, 1.0]
    """

    def __init__(
        self, optimizer: Optimizer, start_factor: float = 1 / 3, end_factor: float = 1.0, total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:  # fmt: skip
        self._require(0 < start_factor <= 1, f"a start_factor above 0 and up to 1, got {start_factor!r}")
        self._require(0 <= end_factor <= 1, f"an end_factor from 0 to 1, got {end_factor!r}")
        self._require(total_iters > 0, f"positive total_iters, got {total_iters!r}")
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float, t: float) -> float:
        """Return η₀ (a + (b - a) min(t, T) / T)."""
        done = min(t, self.total_iters) / self.total_iters
        return base * (self.start_factor + (self.end_factor - self.start_factor) * done)


class PolynomialLR(LRScheduler):
    """A power of a line down to zero: η = η₀ (1 - min(t, T) / T)ᵖ.

    Args:
        optimizer: whose learning rates are set.
        total_iters: T. (default 5)
        power: p. (default 1)
        last_epoch: see `LRScheduler`. (default -1)

    >>> import optim
    >>> from autograd import Value
    >>> schedule = optim.PolynomialLR(optim.SGD([Value(1.0)], lr=1.0), total_iters=2, power=2)
    >>> [schedule.rate(1.0, t) for t in range(4)]
    [1.0, 0.25, 0.0, 0.0]
    """

    def __init__(
        self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1
    ) -> None:
        self._require(total_iters > 0, f"positive total_iters, got {total_iters!r}")
        self.total_iters, self.power = total_iters, power
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float, t: float) -> float:
        """Return η₀ (1 - min(t, T) / T)ᵖ."""
        return float(base * (1 - min(t, self.total_iters) / self.total_iters) ** self.power)


class InverseTimeDecay(LRScheduler):
    """One over time: η = η₀ / (1 + r t / s), or with ⌊t / s⌋ by stairs. The name and the arguments are Keras'.

    Sums of these rates diverge and sums of their squares do not, as stochastic approximation asks of them.

    Args:
        optimizer: whose learning rates are set.
        decay_steps: s.
        decay_rate: r.
        staircase: go down by stairs of length s. (default False)
        last_epoch: see `LRScheduler`. (default -1)

    >>> import optim
    >>> from autograd import Value
    >>> optim.InverseTimeDecay(optim.SGD([Value(1.0)], lr=1.0), decay_steps=2, decay_rate=0.5).rate(1.0, 4)
    0.5

    Source: H. Robbins, S. Monro, A stochastic approximation method, Ann. Math. Statist. 22(3), 1951.
    """

    def __init__(
        self, optimizer: Optimizer, decay_steps: float, decay_rate: float, staircase: bool = False, last_epoch: int = -1
    ) -> None:
        self._require(decay_steps > 0, f"positive decay_steps, got {decay_steps!r}")
        self.decay_steps, self.decay_rate, self.staircase = decay_steps, decay_rate, staircase
        super().__init__(optimizer, last_epoch)

    def rate(self, base: float, t: float) -> float:
        """Return η₀ / (1 + r t / s)."""
        time = t / self.decay_steps
        return base / (1 + self.decay_rate * (math.floor(time) if self.staircase else time))


class LambdaLR(LRScheduler):
    """A factor of one's own: η = η₀ f(t).

    Args:
        optimizer: whose learning rates are set.
        lr_lambda: f, or a list with one for each group.
        last_epoch: see `LRScheduler`. (default -1)

    >>> import optim
    >>> from autograd import Value
    >>> opt = optim.SGD([Value(1.0)], lr=1.0)
    >>> schedule = optim.LambdaLR(opt, lambda t: 1 / (t + 1))
    >>> schedule.step(); opt.lr
    0.5
    """

    def __init__(
        self, optimizer: Optimizer, lr_lambda: Callable[[float], float] | Sequence[Callable[[float], float]],
        last_epoch: int = -1,
    ) -> None:  # fmt: skip
        self.lr_lambdas = self._for_each_group(optimizer, "lr_lambda", lr_lambda)
        super().__init__(optimizer, last_epoch)

    def options_at(self, index: int, t: float) -> dict[str, float]:
        """Return η₀ f(t), with the group's own f."""
        return {"lr": self.base_lrs[index] * self.lr_lambdas[index](t)}
