"""From where do weights start? Initialisers that fill a Tensor in place and return it, by torch's names.

A weight of shape (out, in, *kernel) has fan_in = in · kernel entries that enter a result, and fan_out = out · kernel
results that an entry enters. All take `rng`: an int, a `numpy.random.Generator` or None.

    >>> import nn
    >>> from autograd import Tensor
    >>> W = Tensor([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]], requires_grad=True)
    >>> nn.init.xavier_uniform_(W, rng=0).shape
    (2, 3)
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import AutogradError, Tensor
from autograd.errors import at
from nn.random import Rng, generator


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """Return by how much a function shrinks what flows through it: the factor that weights before it should have.

    1 for linear, convolution and sigmoid, 5/3 for tanh, √2 for relu, √(2 / (1 + a²)) for leaky_relu of slope a = `param`
    (default 0.01), 3/4 for selu: torch's table.
    """
    slope = 0.01 if param is None else param
    gains = {
        "linear": 1.0, "conv1d": 1.0, "conv2d": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2.0),
        "leaky_relu": math.sqrt(2.0 / (1.0 + slope**2)), "selu": 0.75,
    }  # fmt: skip
    if nonlinearity not in gains:
        raise AutogradError(f"there is a gain for {', '.join(gains)}, got {nonlinearity!r}{at()}")
    return gains[nonlinearity]


def fans(tensor: Tensor) -> tuple[int, int]:
    """Return fan_in and fan_out of a weight of shape (out, in, *kernel)."""
    if tensor.ndim < 2:
        raise AutogradError(f"fan_in and fan_out are of weights (out, in, *kernel), got shape {tensor.shape}{at()}")
    kernel = math.prod(tensor.shape[2:])
    return tensor.shape[1] * kernel, tensor.shape[0] * kernel


def _fill(tensor: Tensor, numbers: Any) -> Tensor:
    tensor.data = numbers
    return tensor


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, rng: Rng = None) -> Tensor:
    """Fill with numbers drawn evenly from [a, b]."""
    return _fill(tensor, generator(rng).uniform(a, b, tensor.shape))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, rng: Rng = None) -> Tensor:
    """Fill with normal numbers."""
    return _fill(tensor, generator(rng).normal(mean, std, tensor.shape))


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Fill with one number."""
    return _fill(tensor, val)


def zeros_(tensor: Tensor) -> Tensor:
    """Fill with zeros."""
    return _fill(tensor, 0.0)


def ones_(tensor: Tensor) -> Tensor:
    """Fill with ones."""
    return _fill(tensor, 1.0)


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, rng: Rng = None) -> Tensor:
    """Fill from [-a, a] with a = gain √(6 / (fan_in + fan_out)) (Glorot and Bengio 2010, equation 16)."""
    bound = gain * math.sqrt(6.0 / sum(fans(tensor)))
    return uniform_(tensor, -bound, bound, rng)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, rng: Rng = None) -> Tensor:
    """Fill with normal numbers of std gain √(2 / (fan_in + fan_out)) (Glorot and Bengio 2010, equation 12)."""
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / sum(fans(tensor))), rng)


def _kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise AutogradError(f"mode is 'fan_in' or 'fan_out', got {mode!r}{at()}")
    fan = fans(tensor)[mode == "fan_out"]
    return calculate_gain(nonlinearity, a) / math.sqrt(fan)


def kaiming_uniform_(
    tensor: Tensor, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", rng: Rng = None
) -> Tensor:
    """Fill from [-b, b] with b = gain √(3 / fan), for networks of relus (He et al. 2015, equation 10).

    Args:
        a: the slope of a leaky_relu left of 0. (default 0, a relu)
        mode: which fan: "fan_in" keeps sizes forward, "fan_out" backward. (default "fan_in")
        nonlinearity: what comes after, see `calculate_gain`. (default "leaky_relu")
    """
    bound = math.sqrt(3.0) * _kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, rng)


def kaiming_normal_(
    tensor: Tensor, a: float = 0.0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", rng: Rng = None
) -> Tensor:
    """Fill with normal numbers of std gain / √fan (He et al. 2015, equation 10); arguments as `kaiming_uniform_`."""
    return normal_(tensor, 0.0, _kaiming_std(tensor, a, mode, nonlinearity), rng)


def orthogonal_(tensor: Tensor, gain: float = 1.0, rng: Rng = None) -> Tensor:
    """Fill, as a matrix of shape[0] rows, with orthonormal rows (or columns, where there are more rows), times gain.

    Saxe, McClelland and Ganguli 2013: such layers keep lengths.
    """
    if tensor.ndim < 2:
        raise AutogradError(f"orthogonal_ fills weights of two axes or more, got shape {tensor.shape}{at()}")
    rows, columns = tensor.shape[0], math.prod(tensor.shape[1:])
    drawn = generator(rng).normal(size=(max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(drawn)
    q = q * np.sign(np.diagonal(r))  # makes the draw even over all orthogonal matrices
    return _fill(tensor, gain * (q if rows >= columns else q.T).reshape(tensor.shape))
