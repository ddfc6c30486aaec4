"""How are steps scaled by running means of the gradient and of its square?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from autograd import maximum, sqrt
from optim.chunks import State, Vector
from optim.formula import called
from optim.optimizer import Optimizer
from optim.options import in_style
from optim.parameters import Parameters


def adam(
    gradient: Any, state: State, step: Any, *,
    lr: Any, betas: tuple[Any, Any], eps: Any, amsgrad: bool = False, style: str = "torch",
) -> tuple[Any, State]:  # fmt: skip
    """Return -η m̂ / (√v̂ + ε) with m̂ = m / (1 - β₁ᵗ) and v̂ = v / (1 - β₂ᵗ) in step t, where

    m ← β₁ m + (1 - β₁) g and v ← β₂ v + (1 - β₂) g². In Keras' style ε stands beside the root of the uncorrected v. With
    amsgrad the largest v so far takes its place.

    >>> from optim.adam import adam
    >>> adam(2.0, {"m": 0.0, "v": 0.0}, 1, lr=0.5, betas=(0.5, 0.75), eps=0.0)
    (-0.5, {'m': 1.0, 'v': 1.0})
    """
    beta1, beta2 = betas
    m = beta1 * state["m"] + (1 - beta1) * gradient
    v = beta2 * state["v"] + (1 - beta2) * (gradient * gradient)
    new = {"m": m, "v": v}
    if amsgrad:
        new["v_max"] = v = maximum(state["v_max"], v)
    if style == "keras":
        rate = called(r"\hat{\eta}", lr * sqrt(1 - beta2**step) / (1 - beta1**step))
        return -rate * m / (sqrt(v) + eps), new
    m_hat = called(r"\hat{m}", m / (1 - beta1**step))
    v_hat = called(r"\hat{v}", v / (1 - beta2**step))
    return -lr * m_hat / (sqrt(v_hat) + eps), new


def adam_in_place(
    gradient: Vector, state: State, step: int, *,
    lr: float, betas: tuple[float, float], eps: float, amsgrad: bool = False, style: str = "torch",
) -> tuple[Vector, State]:  # fmt: skip
    """Return what `adam` does, in the memory of the state: a vector of a hundred thousand takes two thirds of the time."""
    beta1, beta2 = betas
    m, v = state["m"], state["v"]
    m *= beta1
    m += (1 - beta1) * gradient
    square = gradient * gradient
    square *= 1 - beta2
    v *= beta2
    v += square
    if amsgrad:
        v = np.maximum(state["v_max"], v, out=state["v_max"])
    # Both corrections are drawn into the step length: m̂ / (√v̂ + ε) is c m / (√v + c ε) / (1 - β₁ᵗ) with c = √(1 - β₂ᵗ).
    c = math.sqrt(1 - beta2**step)
    root = np.sqrt(v, out=square)
    root += eps if style == "keras" else eps * c
    change = (-lr * c / (1 - beta1**step)) * m
    change /= root
    return change, state


class Adam(Optimizer):
    """Adam: m ← β₁ m + (1 - β₁) g,  v ← β₂ v + (1 - β₂) g²,

    w ← w - η m̂ / (√v̂ + ε)  with m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ) in step t.

    The paper has ε in two places. In its algorithm 1 and in torch it is added to the root of the corrected v̂; in the
    rearranged form at the end of its section 2 and in Keras to the root of v, which makes it 1/√(1 - β₂ᵗ) times larger:
    thirty times in the first step by default. Each style takes its own side.

    Args:
        params: Values or Tensors; also (name, parameter) pairs, or dicts, see `Optimizer`.
        lr: the learning rate η. (default 0.001)
        betas: β₁ and β₂. (default 0.9 and 0.999)
        eps: ε. (default 1e-8; style "keras" 1e-7)
        weight_decay: λ, added to the gradient as λ w; in Keras' style taken of the weights as η λ w. (default 0)
        amsgrad: divide by the largest v so far. Reddi et al. leave the correction by 1 - β₂ᵗ out; here it is kept, as in
            torch and Keras. (default False)
        maximize: climb instead of descending. (default False)
        style: whose rule and defaults, "torch" or "keras". (default "torch")

    Raises:
        AutogradError: no parameters, or an option that makes no sense.

    >>> import optim
    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> opt = optim.Adam([w], lr=0.1)
    >>> (w * w).backward(); opt.step(); round(w.data, 6)
    0.9

    Source: D. P. Kingma, J. Ba, Adam: a method for stochastic optimization, ICLR 2015, algorithm 1; S. Reddi, S. Kale,
    S. Kumar, On the convergence of Adam and beyond, ICLR 2018.
    """

    style_defaults: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "torch": {"eps": 1e-8, "weight_decay": 0.0},
        "keras": {"eps": 1e-7, "weight_decay": 0.0},
    }

    def __init__(
        self, params: Parameters, lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999), eps: float | None = None,
        weight_decay: float | None = None, amsgrad: bool = False, *, maximize: bool = False, style: str = "torch",
    ) -> None:  # fmt: skip
        super().__init__(params, **in_style(
            style, self.style_defaults, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad,
            maximize=maximize,
        ))  # fmt: skip

    def rule(self, gradient: Any, state: State, step: Any, **options: Any) -> tuple[Any, State]:
        """Apply `adam`."""
        return adam(gradient, state, step, **options)

    def rule_on_vectors(self, gradient: Any, state: State, step: int, **options: Any) -> tuple[Any, State]:
        """Apply `adam_in_place`."""
        return adam_in_place(gradient, state, step, **options)

    def start(self, **options: Any) -> Mapping[str, float]:
        """Begin with zero: both running means, and the largest v if it is wanted."""
        return {"m": 0.0, "v": 0.0, **({"v_max": 0.0} if options["amsgrad"] else {})}
