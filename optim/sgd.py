"""Gradient descent on whatever gradient it is handed: of all data, of a batch, of one example."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from optim.optimizer import Optimizer, State, Vector


class SGD(Optimizer):
    """Gradient descent w ← w - η g, with momentum if wanted: v ← μ v + g, w ← w - η v.

    Args:
        params: Values or Tensors.
        lr: the learning rate η. (default 0.001, torch's)
        momentum: μ. (default 0) The learning rate stands outside the velocity, as in torch (Sutskever et al. 2013 and
            Keras have it inside).

    >>> import optim
    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> opt = optim.SGD([w], lr=0.5)
    >>> (w * w).backward(); opt.step(); w.data
    0.0
    """

    def __init__(self, params: Iterable[Any], lr: float = 1e-3, momentum: float = 0.0) -> None:
        self.lr = lr
        self.momentum = momentum
        self.slots = 1 if momentum else 0
        super().__init__(params)

    def rule(self, gradient: Vector, state: State, step: int) -> tuple[Vector, State]:
        """Return -η g, or with momentum -η v and the new velocity v."""
        if not state:
            return -self.lr * gradient, ()
        velocity = self.momentum * state[0] + gradient
        return -self.lr * velocity, (velocity,)
