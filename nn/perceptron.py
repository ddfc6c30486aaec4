"""How did the first neuron learn? Rosenblatt's rule, and the bound on its mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError, ShapeError, Value
from autograd.errors import at
from nn.neuron import Neuron
from nn.random import Rng


class Perceptron(Neuron):
    """The perceptron sign(w₀ + Σ wᵢ xᵢ), trained by its own rule: on a mistake, w ← w + η y x̃ with x̃ = (1, x).

    A call gives the score w₀ + Σ wᵢ xᵢ, which `nn.PerceptronLoss` takes: descent on it, point by point, makes the same
    steps. A score of 0 counts as a mistake, so that training starts from w = 0.

    Args:
        nin: the number D of inputs.
        lr: the learning rate η. (default 1)
        rng: where weights are drawn from, if they are not to start at 0. (default: they are)

    Attributes:
        updates: how many mistakes have been learnt from.

    Source: Rosenblatt 1958; the bound is Novikoff's, 1962.

    >>> import nn
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [-1, -1, -1, 1]
    >>> perceptron = nn.Perceptron(2).fit(X, y)
    >>> perceptron.W.tolist(), perceptron.predict(X).tolist()
    ([-4.0, 3.0, 2.0], [-1, -1, -1, 1])
    >>> perceptron.updates <= perceptron.bound(X, y)
    True
    """

    def __init__(self, nin: int, *, lr: float = 1.0, rng: Rng = None) -> None:
        if not lr > 0:
            raise AutogradError(f"the learning rate is positive, got {lr!r}{at()}")
        super().__init__(nin, None, rng=rng)
        self.lr = lr

    def reset_parameters(self, rng: Rng = None) -> None:
        """Start anew: from 0, or from weights drawn from `rng`."""
        super().reset_parameters(rng)
        self.updates = 0
        if rng is None:
            self.W = np.zeros(len(self.w) + 1)

    def update(self, x: Sequence[float], y: float) -> bool:
        """Learn from one point, and return whether it was a mistake: y (w₀ + Σ wᵢ xᵢ) <= 0."""
        points, labels = self._data([x], [y])
        return self._learn(points[0], labels[0])

    def fit(self, X: Any, y: Any, epochs: int = 1000) -> Perceptron:
        """Go through the points, in their order, until none is a mistake, and return the perceptron.

        Args:
            X: N points, (N, D).
            y: their labels, -1 or 1.
            epochs: after how often to give up; points that no plane separates are never all right. (default 1000)

        Raises:
            ShapeError, AutogradError: X, y or labels do not fit.
        """
        points, labels = self._data(X, y)
        for _ in range(epochs):
            if not sum(self._learn(x, label) for x, label in zip(points, labels, strict=True)):
                break
        return self

    def predict(self, X: Any) -> NDArray[np.int64]:
        """Return the labels -1 or 1 of points (N, D); on the plane itself, 1."""
        return np.where(self._extended(X) @ self.W >= 0, 1, -1)

    def bound(self, X: Any, y: Any) -> float:
        """Return (R / γ)², which no run from w = 0 on these points makes more mistakes than.

        R is the largest |x̃|, and γ the smallest y ⟨u, x̃⟩ of a plane u of length 1 that separates the points: this
        perceptron's own, once it is trained. inf where it does not separate them.
        """
        points, labels = self._data(X, y)
        w = self.W
        margin = float((labels * (points @ w)).min()) / float(np.linalg.norm(w) or 1.0)
        return float((points**2).sum(axis=1).max()) / margin**2 if margin > 0 else float("inf")

    def _learn(self, x: NDArray[np.float64], label: float) -> bool:
        w = self.W
        mistake = bool(label * (w @ x) <= 0)
        if mistake:
            self.W = w + self.lr * label * x
            self.updates += 1
        return mistake

    def _extended(self, X: Any) -> NDArray[np.float64]:
        if np.ndim(X) == 1 and not any(np.ndim(row) for row in X):
            raise ShapeError(f"this perceptron needs points (N, {len(self.w)}), got {np.shape(X)}{at()}")
        rows = np.array([[v.data if isinstance(v, Value) else v for v in row] for row in X], float)
        if rows.ndim != 2 or rows.shape[1] != len(self.w):
            raise ShapeError(f"this perceptron needs points (N, {len(self.w)}), got {rows.shape}{at()}")
        return np.hstack([np.ones((len(rows), 1)), rows])

    def _data(self, X: Any, y: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        points, labels = self._extended(X), np.asarray(y, float)
        if labels.shape != (len(points),):
            raise ShapeError(f"{len(points)} points need as many labels, got {labels.shape}{at()}")
        if wrong := [label for label in labels.tolist() if label not in (-1.0, 1.0)]:
            raise AutogradError(f"labels are -1 and 1, got {wrong[0]:g} (2*y - 1 turns 0 and 1 into them){at()}")
        return points, labels

    def __repr__(self) -> str:
        return f"Perceptron({len(self.w)})"
