"""Which functions are layers and losses made of? torch's names, on Tensors, and for losses and activations on Values too.

    >>> import nn.functional as F
    >>> from autograd import Tensor
    >>> F.linear(Tensor([[1.0, 2.0]]), Tensor([[3.0, 4.0]]), Tensor([0.5])).tolist()
    [[11.5]]
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import AutogradError, ShapeError, Tensor, ops, where
from autograd.errors import at
from autograd.ops import (
    elu,
    flatten,
    gelu,
    hardtanh,
    leaky_relu,
    log_softmax,
    logsigmoid,
    mish,
    relu,
    selu,
    sigmoid,
    silu,
    softmax,
    softplus,
    softsign,
    tanh,
)
from nn.loss import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    half_squared_error,
    hinge_loss,
    huber_loss,
    kl_div,
    l1_loss,
    log_cosh_loss,
    log_likelihood,
    mse_loss,
    multi_margin_loss,
    nll_loss,
    perceptron_loss,
    smooth_l1_loss,
    soft_margin_loss,
    squared_hinge_loss,
    zero_one_loss,
)
from nn.random import Rng, generator

__all__ = [
    # maps
    "avg_pool1d", "avg_pool2d", "batch_norm", "conv1d", "conv2d", "dropout", "embedding", "flatten", "layer_norm",
    "linear", "max_pool1d", "max_pool2d", "one_hot",
    # activations
    "elu", "gelu", "hardtanh", "leaky_relu", "log_softmax", "logsigmoid", "mish", "relu", "selu", "sigmoid", "silu",
    "softmax", "softplus", "softsign", "tanh",
    # losses
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy", "half_squared_error", "hinge_loss",
    "huber_loss", "kl_div", "l1_loss", "log_cosh_loss", "log_likelihood", "mse_loss", "multi_margin_loss", "nll_loss",
    "perceptron_loss", "smooth_l1_loss", "soft_margin_loss", "squared_hinge_loss", "zero_one_loss",
]  # fmt: skip


def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """Affine map x Wᵀ + b, (…, in), (out, in), (out,) -> (…, out)."""
    y = x @ weight.mT
    return y if bias is None else y + bias


# --- windows ----------------------------------------------------------------------------------------------------------


def conv1d(
    x: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Any:
    """Convolution along one axis, (N, C, L), (O, C / groups, k), (O,) -> (N, O, places); see `ops.conv`."""
    return _convolved("conv1d", 1, x, weight, bias, stride, padding, dilation, groups)


def conv2d(
    x: Any, weight: Any, bias: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Any:
    """Convolution along two axes, (N, C, H, W), (O, C / groups, k, l), (O,) -> (N, O, *places); see `ops.conv`."""
    return _convolved("conv2d", 2, x, weight, bias, stride, padding, dilation, groups)


def _convolved(
    name: str, axes: int, x: Any, w: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: int
) -> Any:
    x = np.asarray(x) if isinstance(x, (list, tuple)) else x
    single = np.ndim(x) == axes + 1
    if np.ndim(x) != axes + 2 - single or np.ndim(w) != axes + 2:
        wanted = "(N, C, L)" if axes == 1 else "(N, C, H, W)"
        raise ShapeError(
            f"{name} needs x {wanted}, or one sample without N, and weights of as many axes, "
            f"got {np.shape(x)} and {np.shape(w)}{at()}"
        )
    y = ops.conv(x[None] if single else x, w, stride=stride, padding=padding, dilation=dilation, groups=groups)
    if bias is not None:
        y = y + bias.reshape((-1, *(1,) * axes))
    return y[0] if single else y


def max_pool1d(x: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1) -> Any:
    """The maximum of each window along the last axis, (…, L) -> (…, places)."""
    return ops.max_pool(x, _pair(kernel_size, 1), stride=stride, padding=padding, dilation=dilation)


def max_pool2d(x: Any, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1) -> Any:
    """The maximum of each window along the last two axes, (…, H, W) -> (…, *places)."""
    return ops.max_pool(x, _pair(kernel_size, 2), stride=stride, padding=padding, dilation=dilation)


def avg_pool1d(x: Any, kernel_size: Any, stride: Any = None, padding: Any = 0) -> Any:
    """The mean of each window along the last axis, with the zeros of the padding, (…, L) -> (…, places)."""
    return ops.avg_pool(x, _pair(kernel_size, 1), stride=stride, padding=padding)


def avg_pool2d(x: Any, kernel_size: Any, stride: Any = None, padding: Any = 0) -> Any:
    """The mean of each window along the last two axes, with the zeros of the padding, (…, H, W) -> (…, *places)."""
    return ops.avg_pool(x, _pair(kernel_size, 2), stride=stride, padding=padding)


def _pair(size: Any, axes: int) -> tuple[int, ...]:
    return tuple(size) if isinstance(size, (list, tuple)) else (size,) * axes


# --- normalising ------------------------------------------------------------------------------------------------------


def layer_norm(x: Any, normalized_shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    """(x - mean) / √(var + eps) · w + b over the last axes, those of `normalized_shape` (Ba et al. 2016, equation 4)."""
    shape = _pair(normalized_shape, 1)
    if np.shape(x)[-len(shape) :] != shape:
        raise ShapeError(f"layer_norm over {shape} needs x (…, {', '.join(map(str, shape))}), got {np.shape(x)}{at()}")
    return _scaled(ops.standardize(x, axis=tuple(range(-len(shape), 0)), eps=eps), weight, bias)


def batch_norm(
    x: Any,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """(x - mean) / √(var + eps) · w + b for each channel, (N, C, …) -> (N, C, …) (Ioffe and Szegedy 2015, algorithm 1).

    Args:
        running_mean, running_var: Tensors (C,) that are written in training, r ← (1 - momentum) r + momentum · new (the
            variance with n - 1 in the denominator), and used otherwise; None for neither.
        training: are mean and variance those of this batch? (default False; they are, too, without running ones)
        momentum: the weight of this batch. (default 0.1, as torch counts it; Keras' momentum is 1 minus this)
        eps: what is added to the variance. (default 1e-5)

    Raises:
        ShapeError: in training, there is only one number for each channel.
    """
    axes = (0, *range(2, np.ndim(x)))
    column = (-1, *(1,) * (np.ndim(x) - 2))
    weight, bias = (None if p is None else p.reshape(column) for p in (weight, bias))
    if not training and running_mean is not None:
        mean, scale = running_mean.reshape(column), 1.0 / ops.sqrt(running_var.reshape(column) + eps)
        return _scaled((x - mean) * scale, weight, bias)
    data = x.array if isinstance(x, Tensor) else np.asarray(x)
    count = data.size // max(1, data.shape[1])
    if count < 2:
        raise ShapeError(f"batch_norm in training needs more than one number for each channel, got x {data.shape}{at()}")
    if running_mean is not None:
        mean, var = data.mean(axis=axes), data.var(axis=axes, ddof=1)
        running_mean.data = (1 - momentum) * running_mean.array + momentum * mean
        running_var.data = (1 - momentum) * running_var.array + momentum * var
    return _scaled(ops.standardize(x, axis=axes, eps=eps), weight, bias)


def _scaled(x: Any, weight: Any, bias: Any) -> Any:
    x = x if weight is None else x * weight
    return x if bias is None else x + bias


# --- picking and dropping ---------------------------------------------------------------------------------------------


def embedding(indices: Any, weight: Any, padding_idx: int | None = None) -> Any:
    """The rows of a weight (count, d) by whole numbers, (…) -> (…, d); the row `padding_idx` gets no gradient.

    Raises:
        AutogradError: an index that is no row of the weight.
    """
    rows = np.asarray(indices.data if isinstance(indices, Tensor) else indices)
    count = len(weight)
    if rows.dtype.kind not in "iu":
        raise AutogradError(f"embedding picks rows by whole numbers, got dtype {rows.dtype}{at()}")
    if rows.size and (rows.min() < 0 or rows.max() >= count):
        worst = int(rows.min() if rows.min() < 0 else rows.max())
        raise AutogradError(f"embedding has rows 0 to {count - 1}, got {worst}{at()}")
    picked = weight[rows]
    if padding_idx is None:
        return picked
    return where((rows == padding_idx % count)[..., None], picked.detach(), picked)


def dropout(x: Any, p: float = 0.5, training: bool = True, rng: Rng = None) -> Any:
    """Zeros in place of a fraction p of the entries, and the others divided by 1 - p (Srivastava et al. 2014).

    Args:
        p: the probability that an entry is dropped. (default 0.5)
        training: if not, x comes back as it is. (default True)
        rng: an int, a `numpy.random.Generator` or None: where it is drawn from which entries go.
    """
    check_dropout(p)
    if not training or p == 0:
        return x
    kept = generator(rng).random(np.shape(x)) >= p
    # p = 1 keeps nothing, and 0/0 is not asked for. Whole numbers have no room for 1/(1 - p).
    factors = kept / (1.0 - p) if p < 1 else 0.0 * kept
    return x * factors.astype(np.result_type(getattr(x, "dtype", float), np.float16))


def check_dropout(p: Any) -> None:
    """Raise unless p is the probability that an entry is dropped."""
    if not 0 <= p <= 1:
        raise AutogradError(f"the probability of dropping an entry is from 0 to 1, got {p!r}{at()}")


def one_hot(indices: Any, num_classes: int) -> Any:
    """Rows of zeros with a 1 at the given place, (…) -> (…, num_classes), as a plain array.

    >>> one_hot([1, 0], 3).tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
    """
    return np.eye(num_classes)[np.asarray(indices.data if isinstance(indices, Tensor) else indices)]
