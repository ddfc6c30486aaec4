"""Layers whose kernels slide over series and pictures."""

from __future__ import annotations

from typing import Any

from autograd import AutogradError
from autograd.errors import at
from autograd.ops.sliding import each_axis
from nn import functional
from nn.linear import counts, draw_affine, parameter
from nn.module import Module
from nn.random import Rng


class _Conv(Module):
    """What convolutions along any number of axes have in common."""

    axes = 0

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        *,
        dtype: Any = float,
        rng: Rng = None,
    ) -> None:
        counts(in_channels=in_channels, out_channels=out_channels, groups=groups)
        if in_channels % groups or out_channels % groups:
            raise AutogradError(
                f"groups must divide in_channels and out_channels, got {groups} for {in_channels} and {out_channels}{at()}"
            )
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = each_axis(kernel_size, self.axes, "kernel_size", 1)
        self.stride = each_axis(stride, self.axes, "stride", 1)
        self.padding = each_axis(padding, self.axes, "padding", 0)
        self.dilation = each_axis(dilation, self.axes, "dilation", 1)
        self.groups = groups
        self.weight = parameter(out_channels, in_channels // groups, *self.kernel_size, dtype=dtype)
        self.bias = parameter(out_channels, dtype=dtype) if bias else None
        self.reset_parameters(rng)

    def reset_parameters(self, rng: Rng = None) -> None:
        """Draw weights and biases anew."""
        draw_affine(self.weight, self.bias, rng)

    def forward(self, x: Any) -> Any:
        convolve = (functional.conv1d, functional.conv2d)[self.axes - 1]
        return convolve(x, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups)

    def extra_repr(self) -> str:
        ones = (1,) * self.axes
        usual = {"stride": ones, "padding": (0,) * self.axes, "dilation": ones, "groups": 1}
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}"
        for name, default in usual.items():
            if (value := getattr(self, name)) != default:
                text += f", {name}={value}"
        return text + (", bias=False" if self.bias is None else "")


class Conv1d(_Conv):
    """Convolution along one axis, (N, in_channels, L) -> (N, out_channels, places); see `Conv2d`.

    >>> import nn
    >>> from autograd import zeros
    >>> nn.Conv1d(2, 4, 3, stride=2, rng=0)(zeros((5, 2, 9))).shape
    (5, 4, 4)
    """

    axes = 1


class Conv2d(_Conv):
    """Convolution of pictures, (N, in_channels, H, W) -> (N, out_channels, *places): y = W ⋆ x + b.

    Along an axis of n entries there are ⌊(n + 2·padding - dilation·(kernel_size - 1) - 1) / stride⌋ + 1 places. The
    kernel is not turned round (LeCun et al. 1989; mathematicians call it cross-correlation).

    Args:
        in_channels: how many channels come in.
        out_channels: how many go out, one for each kernel.
        kernel_size: an int for squares, or (height, width).
        stride: how far the kernel moves. (default 1)
        padding: how many zeros continue the picture on every side. (default 0)
        dilation: how far apart the taps of the kernel lie. (default 1)
        groups: into how many groups the channels are split, each with kernels of its own. (default 1)
        bias: is b added? (default True)
        dtype: of weights and biases. (default float64)
        rng: an int, a `numpy.random.Generator` or None: where they are drawn from, even in ±1/√fan_in, as in torch.

    Attributes:
        weight: of shape (out_channels, in_channels / groups, *kernel_size).
        bias: of shape (out_channels,), or None.

    Raises:
        AutogradError: a number that is none, or groups that do not divide the channels.

    >>> import nn
    >>> from autograd import zeros
    >>> layer = nn.Conv2d(1, 8, 3, padding=1, rng=0)
    >>> layer
    Conv2d(1, 8, kernel_size=(3, 3), padding=(1, 1))  # weight (8, 1, 3, 3), bias (8,): 80 parameters
    >>> layer(zeros((5, 1, 28, 28))).shape
    (5, 8, 28, 28)
    """

    axes = 2


class _Pool(Module):
    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0) -> None:
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding

    def extra_repr(self) -> str:
        text = f"kernel_size={self.kernel_size}"
        text += f", stride={self.stride}" if self.stride != self.kernel_size else ""
        return text + (f", padding={self.padding}" if self.padding else "")


class MaxPool2d(_Pool):
    """The maximum of each window, (N, C, H, W) -> (N, C, *places); of equal entries the first one gets the gradient.

    Args:
        kernel_size: an int for squares, or (height, width).
        stride: how far the window moves. (default: kernel_size)
        padding: how many entries that are never the maximum continue the picture, at most half the kernel. (default 0)

    >>> import nn
    >>> from autograd import zeros
    >>> nn.MaxPool2d(2)(zeros((5, 8, 28, 28))).shape
    (5, 8, 14, 14)
    """

    def forward(self, x: Any) -> Any:
        return functional.max_pool2d(x, self.kernel_size, self.stride, self.padding)


class AvgPool2d(_Pool):
    """The mean of each window, (N, C, H, W) -> (N, C, *places); the zeros of the padding count.

    Args:
        kernel_size: an int for squares, or (height, width).
        stride: how far the window moves. (default: kernel_size)
        padding: how many zeros continue the picture on every side. (default 0)

    >>> import nn
    >>> from autograd import ones
    >>> nn.AvgPool2d(2)(ones((1, 1, 2, 2))).tolist()
    [[[[1.0]]]]
    """

    def forward(self, x: Any) -> Any:
        return functional.avg_pool2d(x, self.kernel_size, self.stride, self.padding)
