"""What does a layer of arrays compute? Affine maps, and what changes shapes between them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import AutogradError, ShapeError, Tensor
from autograd.errors import at
from nn import functional, init
from nn.module import Module
from nn.random import Rng, generator


def counts(**given: Any) -> None:
    """Raise unless all that was given under these names are whole numbers from 1 up."""
    for name, n in given.items():
        if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
            raise AutogradError(f"{name} is a whole number from 1 up, got {n!r}{at()}")


def parameter(*shape: int, dtype: Any) -> Tensor:
    """Return zeros that require a gradient."""
    return Tensor(np.zeros(shape), dtype=dtype, requires_grad=True)


def draw_affine(weight: Tensor, bias: Tensor | None, rng: Rng) -> None:
    """Draw weights and biases evenly from ±1/√fan_in: torch's default for Linear and Conv."""
    drawn_from = generator(rng)
    bound = 1.0 / math.sqrt(init.fans(weight)[0])
    init.uniform_(weight, -bound, bound, drawn_from)
    if bias is not None:
        init.uniform_(bias, -bound, bound, drawn_from)


class Linear(Module):
    """Affine map y = x Wᵀ + b, (…, in_features) -> (…, out_features).

    Args:
        in_features: the length of x's last axis.
        out_features: the length of y's last axis.
        bias: is b added? (default True)
        dtype: of weights and biases. (default float64)
        rng: an int, a `numpy.random.Generator` or None: where they are drawn from, even in ±1/√in_features, as in torch.

    Attributes:
        weight: W, of shape (out_features, in_features).
        bias: b, of shape (out_features,), or None.

    >>> import nn
    >>> from autograd import Tensor
    >>> layer = nn.Linear(3, 2, rng=0)
    >>> layer
    Linear(in_features=3, out_features=2)  # weight (2, 3), bias (2,): 8 parameters
    >>> layer(Tensor([[1.0, 2.0, 3.0]])).shape
    (1, 2)
    """

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, *, dtype: Any = float, rng: Rng = None
    ) -> None:
        counts(in_features=in_features, out_features=out_features)
        self.in_features = in_features
        self.out_features = out_features
        self.weight = parameter(out_features, in_features, dtype=dtype)
        self.bias = parameter(out_features, dtype=dtype) if bias else None
        self.reset_parameters(rng)

    def reset_parameters(self, rng: Rng = None) -> None:
        """Draw weights and biases anew."""
        draw_affine(self.weight, self.bias, rng)

    def forward(self, x: Any) -> Any:
        try:
            return functional.linear(x, self.weight, self.bias)
        except ShapeError:  # looked at only now, so that a right shape costs nothing
            if np.shape(x)[-1:] == (self.in_features,):
                raise
            raise ShapeError(
                f"Linear({self.in_features}, {self.out_features}) takes {self.in_features} "
                f"feature{'s' * (self.in_features > 1)}, got an input of shape {np.shape(x)}{at()}"
            ) from None

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}" + (
            ", bias=False" if self.bias is None else ""
        )


class Flatten(Module):
    """One axis of the axes from start_dim to end_dim: pictures (N, 28, 28) -> rows (N, 784).

    Args:
        start_dim: the first axis. (default 1: the samples stay apart)
        end_dim: the last axis, included. (default -1)

    >>> import nn
    >>> from autograd import zeros
    >>> nn.Flatten()(zeros((5, 1, 28, 28))).shape
    (5, 784)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: Any) -> Any:
        return functional.flatten(x, self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return "" if (self.start_dim, self.end_dim) == (1, -1) else f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Identity(Module):
    """What comes in goes out; a place holder for a layer."""

    def forward(self, x: Any) -> Any:
        return x
