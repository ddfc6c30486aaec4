"""Activations as modules, to stand between layers in a Sequential; the functions are those of `autograd.ops`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import AutogradError, ops
from autograd.errors import at
from nn.module import Module


def function_named(name: Any) -> Callable[..., Any]:
    """Return the op of one number that has this name.

    Raises:
        AutogradError: there is none.
    """
    function: Any = getattr(ops, name, None) if isinstance(name, str) else None
    op = getattr(function, "op", None)
    if op is None or not op.elementwise or op.arity != 1:
        raise AutogradError(f"there is no activation {name!r}: name a function of one number, such as 'relu'{at()}")
    return function  # type: ignore[no-any-return]


class Activation(Module):
    """A function of the ops as a module; subclasses name it, and give its settings torch's names."""

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

    f = staticmethod(lambda x, min_val, max_val: ops.hardtanh(x, min_val, max_val))

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0) -> None:
        self.settings = {"min_val": min_val, "max_val": max_val}


class Softmax(Activation):
    """e^x / Σ e^x along an axis: numbers that add up to 1. (default dim -1, the last axis)

    Not before a cross entropy: `CrossEntropyLoss` takes the scores themselves.
    """

    f = staticmethod(lambda x, dim: ops.softmax(x, axis=dim))

    def __init__(self, dim: int = -1) -> None:
        self.settings = {"dim": dim}


class LogSoftmax(Activation):
    """ln softmax(x) along an axis. (default dim -1, the last axis)"""

    f = staticmethod(lambda x, dim: ops.log_softmax(x, axis=dim))

    def __init__(self, dim: int = -1) -> None:
        self.settings = {"dim": dim}
