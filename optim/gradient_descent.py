"""What is the plainest rule?"""

from __future__ import annotations

from typing import Any

from optim.chunks import State
from optim.optimizer import Optimizer
from optim.parameters import Parameters


def gradient_descent(gradient: Any, state: State, step: Any, *, lr: Any) -> tuple[Any, State]:
    """Return the change -η g, straight down.

    >>> from optim.gradient_descent import gradient_descent
    >>> gradient_descent(2.0, {}, 1, lr=0.25)
    (-0.5, {})
    """
    return -lr * gradient, state


class GradientDescent(Optimizer):
    """Plain gradient descent: w ← w - η g, with nothing else.

    Args:
        params: Values or Tensors; also (name, parameter) pairs, or dicts, see `Optimizer`.
        lr: the learning rate η. (default 0.01)

    Raises:
        AutogradError: no parameters, or a learning rate below zero.

    >>> import optim
    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> opt = optim.GradientDescent([w], lr=0.25)
    >>> (w * w).backward(); opt.step(); w.data
    0.5

    Source: A. Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées, C. R. Acad. Sci. 25, 1847.
    """

    def __init__(self, params: Parameters, lr: float = 0.01) -> None:
        super().__init__(params, lr=lr)

    def rule(self, gradient: Any, state: State, step: Any, **options: Any) -> tuple[Any, State]:
        """Apply `gradient_descent`."""
        return gradient_descent(gradient, state, step, **options)
