"""How does one train a network in numpy when there is no library, each derivative worked out on paper?

Sensible and plain: one array an operation, Adam array by array, written in place where that costs no clarity.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def hinge(z: Array, y: Array) -> tuple[float, Array]:
    """Return the mean of max(0, 1 - y z), and its derivative by z."""
    margin = 1.0 - y * z
    return float(np.maximum(margin, 0.0).mean()), np.where(margin > 0.0, -y, 0.0) / z.size


def cross_entropy(z: Array, labels: Array) -> tuple[float, Array]:
    """Return the mean of -log softmax(z)[label], and its derivative by z."""
    rows = np.arange(len(z))
    shifted = z - z.max(axis=1, keepdims=True)
    e = np.exp(shifted)
    total = e.sum(axis=1, keepdims=True)
    loss = float((np.log(total[:, 0]) - shifted[rows, labels]).mean())
    g = e / total
    g[rows, labels] -= 1.0
    g /= len(z)
    return loss, g


class Network:
    """A multilayer perceptron with relu between layers, trained by Adam.

    Args:
        weights: W₁, b₁, W₂, b₂, …, copied.
        loss: from the scores and the labels to the loss and its derivative by the scores.
    """

    def __init__(self, weights: Sequence[Array], loss: Any, x: Array, y: Array, lr: float) -> None:
        self.parameters = [w.copy() for w in weights]
        self.loss, self.x, self.y, self.lr = loss, x, y, lr
        self.m = [np.zeros_like(w) for w in weights]
        self.v = [np.zeros_like(w) for w in weights]
        self.t = 0

    def gradients(self) -> tuple[float, list[Array]]:
        """Return the loss and the gradients, in the order of the parameters."""
        p = self.parameters
        inputs = [self.x]
        for i in range(0, len(p), 2):
            z = inputs[-1] @ p[i] + p[i + 1]
            inputs.append(np.maximum(z, 0.0) if i + 2 < len(p) else z)
        loss, g = self.loss(inputs.pop(), self.y)
        found: list[Array] = []
        for i in range(len(p) - 2, -1, -2):
            h = inputs[i // 2]
            found = [h.T @ g, g.sum(axis=0), *found]
            if i:
                g = (g @ p[i].T) * (h > 0.0)
        return loss, found

    def step(self) -> float:
        """Take one step of Adam and return the loss before it."""
        loss, found = self.gradients()
        beta1, beta2, eps = 0.9, 0.999, 1e-8
        self.t += 1
        rate, root = self.lr / (1 - beta1**self.t), math.sqrt(1 - beta2**self.t)
        for w, g, m, v in zip(self.parameters, found, self.m, self.v, strict=True):
            m *= beta1
            m += (1 - beta1) * g
            v *= beta2
            v += (1 - beta2) * (g * g)
            w -= rate * m / (np.sqrt(v) / root + eps)
        return loss
