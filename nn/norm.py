"""Layers that keep numbers at mean 0 and variance 1, of each sample or of each batch."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import ShapeError, Tensor
from autograd.errors import at
from autograd.ops.sliding import each_axis
from nn import functional
from nn.linear import counts, parameter
from nn.module import Module
from nn.random import Rng


class LayerNorm(Module):
    """(x - mean) / √(var + eps) · w + b of each sample, over its last axes (Ba, Kiros and Hinton 2016).

    Args:
        normalized_shape: the lengths of these axes, an int for one.
        eps: what is added to the variance. (default 1e-5)
        elementwise_affine: are there weights w, at first 1, and biases b, at first 0? (default True)
        bias: are there biases? (default True)
        dtype: of weights and biases. (default float64)

    >>> import nn
    >>> from autograd import Tensor
    >>> [round(y, 3) for y in nn.LayerNorm(3)(Tensor([1.0, 2.0, 3.0])).tolist()]
    [-1.225, 0.0, 1.225]
    """

    def __init__(
        self,
        normalized_shape: Any,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: Any = float,
    ) -> None:
        self.normalized_shape = each_axis(normalized_shape, np.size(normalized_shape), "normalized_shape", 1)
        self.eps = eps
        self.weight = parameter(*self.normalized_shape, dtype=dtype) if elementwise_affine else None
        self.bias = parameter(*self.normalized_shape, dtype=dtype) if elementwise_affine and bias else None
        self.reset_parameters()

    def reset_parameters(self, rng: Rng = None) -> None:
        """Put weights to 1 and biases to 0."""
        _ones_and_zeros(self)

    def forward(self, x: Any) -> Any:
        return functional.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        if self.weight is None:
            return f"{self.normalized_shape}, elementwise_affine=False"
        return f"{self.normalized_shape}" + ("" if self.bias is not None else ", bias=False")


class _BatchNorm(Module):
    """What batch normalisation of rows and of pictures have in common."""

    shapes: tuple[int, ...] = ()
    wanted = ""
    running_mean: Tensor
    running_var: Tensor
    num_batches_tracked: Tensor

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        dtype: Any = float,
    ) -> None:
        counts(num_features=num_features)
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = parameter(num_features, dtype=dtype) if affine else None
        self.bias = parameter(num_features, dtype=dtype) if affine else None
        self.track_running_stats = track_running_stats
        if track_running_stats:
            self.register_buffer("running_mean", np.zeros(num_features, dtype))
            self.register_buffer("running_var", np.ones(num_features, dtype))
            self.register_buffer("num_batches_tracked", np.array(0))
        self.reset_parameters()

    def reset_parameters(self, rng: Rng = None) -> None:
        """Put weights to 1, biases to 0, and forget the running means."""
        _ones_and_zeros(self)
        if self.track_running_stats:
            self.running_mean.data = 0.0
            self.running_var.data = 1.0
            self.num_batches_tracked.data = 0

    def forward(self, x: Any) -> Any:
        if np.ndim(x) not in self.shapes or np.shape(x)[1] != self.num_features:
            raise ShapeError(
                f"{type(self).__name__} needs x {self.wanted.format(self.num_features)}, got {np.shape(x)}{at()}"
            )
        if not self.track_running_stats:
            return functional.batch_norm(x, None, None, self.weight, self.bias, True, eps=self.eps)
        count = self.num_batches_tracked.item() + self.training
        momentum = 1.0 / max(1, count) if self.momentum is None else self.momentum
        y = functional.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, self.training, momentum, self.eps
        )
        if self.training:
            self.num_batches_tracked.data = count  # only now: a batch that was refused does not count
        return y

    def extra_repr(self) -> str:
        return f"{self.num_features}" + ("" if self.weight is not None else ", affine=False")


class BatchNorm1d(_BatchNorm):
    """Batch normalisation of rows (N, C) or series (N, C, L); see `BatchNorm2d`."""

    shapes = (2, 3)
    wanted = "(N, {0}) or (N, {0}, L)"


class BatchNorm2d(_BatchNorm):
    """(x - mean) / √(var + eps) · w + b of each channel, over a batch of pictures (N, C, H, W) (Ioffe and Szegedy 2015).

    In training, mean and variance are those of the batch, and running ones are kept; after `eval()`, the running ones are
    used.

    Args:
        num_features: the number C of channels.
        eps: what is added to the variance. (default 1e-5)
        momentum: the weight of a batch in the running means (default 0.1, as torch counts it; Keras' 0.99 is 0.01 here);
            None for the plain mean of all batches.
        affine: are there weights w, at first 1, and biases b, at first 0? (default True)
        track_running_stats: are running means kept? (default True)
        dtype: of weights and biases. (default float64)

    Attributes:
        running_mean, running_var, num_batches_tracked: buffers, saved with the parameters.

    >>> import nn
    >>> from autograd import Tensor
    >>> layer = nn.BatchNorm1d(1)
    >>> layer(Tensor([[1.0], [3.0]])).tolist()[0][0] < -0.99
    True
    >>> layer.running_mean.tolist(), layer.running_var.tolist()
    ([0.2], [1.1])
    """

    shapes = (4,)
    wanted = "(N, {0}, H, W)"


def _ones_and_zeros(layer: Any) -> None:
    if layer.weight is not None:
        layer.weight.data = 1.0
    if layer.bias is not None:
        layer.bias.data = 0.0
