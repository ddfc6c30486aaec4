"""Steps scaled by running means of the gradient and of its square."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from optim.optimizer import Optimizer, State, Vector


class Adam(Optimizer):
    """Adam (Kingma and Ba 2015, algorithm 1): m ← β₁ m + (1 - β₁) g,  v ← β₂ v + (1 - β₂) g²,

    w ← w - η m̂ / (√v̂ + ε)  with m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ) in step t.

    Args:
        params: Values or Tensors.
        lr: the learning rate η. (default 0.001)
        betas: β₁ and β₂. (default 0.9 and 0.999)
        eps: ε, added to the root of the corrected v̂, as in the paper's algorithm and torch. (default 1e-8)

    >>> import optim
    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> opt = optim.Adam([w], lr=0.1)
    >>> (w * w).backward(); opt.step(); round(w.data, 6)
    0.9
    """

    slots = 2

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8
    ) -> None:
        self.lr = lr
        self.betas = betas
        self.eps = eps
        super().__init__(params)

    def rule(self, gradient: Vector, state: State, step: int) -> tuple[Vector, State]:
        """Return the change and the new (m, v); the two corrections are put into the step length and the root."""
        beta1, beta2 = self.betas
        m, v = state
        m *= beta1
        m += (1 - beta1) * gradient
        square = gradient * gradient
        square *= 1 - beta2
        v *= beta2
        v += square
        # m̂ / (√v̂ + ε) with both corrections drawn into one factor: √v̂ = √v / c.
        c = math.sqrt(1 - beta2**step)
        root = np.sqrt(v, out=square)
        root += self.eps * c
        change = (-self.lr * c / (1 - beta1**step)) * m
        change /= root
        return change, state
