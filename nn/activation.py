"""Activations as modules, to stand between layers in a Sequential; the functions are those of `autograd.ops`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import ops
from nn.module import Module


class Activation(Module):
    """A function of the ops, applied to every entry; subclasses name it, and its settings."""

    f: Callable[..., Any]

    def __init__(self) -> None:
        self.settings: dict[str, Any] = {}

    def forward(self, x: Any) -> Any:
        return self.f(x, **self.settings)

    def extra_repr(self) -> str:
        return ", ".join(f"{name}={value!r}" for name, value in self.settings.items())


class ReLU(Activation):
    """max(x, 0), with slope 0 at 0.

    >>> import nn
    >>> from autograd import Tensor
    >>> nn.ReLU()(Tensor([-1.0, 2.0])).tolist()
    [0.0, 2.0]
    """

    f = staticmethod(ops.relu)


class Sigmoid(Activation):
    """S(x) = 1 / (1 + e^-x)."""

    f = staticmethod(ops.sigmoid)


class LogSigmoid(Activation):
    """ln S(x)."""

    f = staticmethod(ops.logsigmoid)


class Tanh(Activation):
    """Hyperbolic tangent."""

    f = staticmethod(ops.tanh)


class SiLU(Activation):
    """x S(x), also called swish."""

    f = staticmethod(ops.silu)


class SELU(Activation):
    """Scaled elu that keeps mean 0 and variance 1 (Klambauer et al. 2017)."""

    f = staticmethod(ops.selu)


class Mish(Activation):
    """x tanh(ln(1 + e^x)) (Misra 2019)."""

    f = staticmethod(ops.mish)


class Softplus(Activation):
    """ln(1 + e^x), a smooth relu."""

    f = staticmethod(ops.softplus)


class Softsign(Activation):
    """x / (1 + |x|)."""

    f = staticmethod(ops.softsign)


class LeakyReLU(Activation):
    """x for x > 0, else negative_slope · x. (default 0.01)"""

    f = staticmethod(ops.leaky_relu)

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.settings = {"negative_slope": negative_slope}


class ELU(Activation):
    """x for x > 0, else alpha (e^x - 1) (Clevert et al. 2015). (default alpha 1)"""

    f = staticmethod(ops.elu)

    def __init__(self, alpha: float = 1.0) -> None:
        self.settings = {"alpha": alpha}


class GELU(Activation):
    """x Φ(x) (Hendrycks and Gimpel 2016); approximate="tanh" for the faster form. (default "none")"""

    f = staticmethod(ops.gelu)

    def __init__(self, approximate: str = "none") -> None:
        self.settings = {"approximate": approximate}


class Hardtanh(Activation):
    """x held between min_val and max_val. (default -1 and 1)"""

    f = staticmethod(ops.hardtanh)

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0) -> None:
        self.settings = {"lo": min_val, "hi": max_val}

    def extra_repr(self) -> str:
        return f"min_val={self.settings['lo']!r}, max_val={self.settings['hi']!r}"


class Softmax(Activation):
    """e^x / Σ e^x along an axis: numbers that add up to 1. (default dim -1, the last axis)

    Not before a cross entropy: `CrossEntropyLoss` takes the scores themselves.
    """

    f = staticmethod(ops.softmax)

    def __init__(self, dim: int = -1) -> None:
        self.settings = {"axis": dim}

    def extra_repr(self) -> str:
        return f"dim={self.settings['axis']!r}"


class LogSoftmax(Activation):
    """ln softmax(x) along an axis. (default dim -1, the last axis)"""

    f = staticmethod(ops.log_softmax)

    def __init__(self, dim: int = -1) -> None:
        self.settings = {"axis": dim}

    def extra_repr(self) -> str:
        return f"dim={self.settings['axis']!r}"
