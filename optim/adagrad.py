"""How does every weight get a learning rate of its own? By the sum of its squared gradients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd import sqrt
from optim.chunks import State
from optim.optimizer import Optimizer
from optim.options import in_style
from optim.parameters import Parameters


def adagrad(
    gradient: Any, state: State, step: Any, *, lr: Any, eps: Any, lr_decay: Any = 0.0, style: str = "torch"
) -> tuple[Any, State]:
    """Return -η g / (√G + ε), where G ← G + g²; in Keras' style -η g / √(G + ε).

    >>> from optim.adagrad import adagrad
    >>> adagrad(3.0, {"G": 16.0}, 1, lr=0.5, eps=0.0)
    (-0.3, {'G': 25.0})
    """
    G = state["G"] + gradient * gradient
    root = sqrt(G + eps) if style == "keras" else sqrt(G) + eps
    rate = lr / (1 + (step - 1) * lr_decay) if lr_decay else lr
    return -rate * gradient / root, {"G": G}


class Adagrad(Optimizer):
    """Adagrad: G ← G + g²,  w ← w - η g / (√G + ε).

    The paper has no ε. torch adds it to the root and starts from G = 0; Keras adds it under the root and starts from
    G = 0.1. Each style takes its own side.

    Args:
        params: Values or Tensors; also (name, parameter) pairs, or dicts, see `Optimizer`.
        lr: the learning rate η. (default 0.01; style "keras" 0.001)
        lr_decay: δ of η / (1 + (t - 1) δ) in step t; not in Keras. (default 0)
        weight_decay: λ, added to the gradient as λ w; in Keras' style taken of the weights as η λ w. (default 0)
        initial_accumulator_value: what G starts with. (default 0; style "keras" 0.1)
        eps: ε. (default 1e-10; style "keras" 1e-7)
        maximize: climb instead of descending. (default False)
        style: whose rule and defaults, "torch" or "keras". (default "torch")

    Raises:
        AutogradError: no parameters, or an option that makes no sense.

    >>> import optim
    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> opt = optim.Adagrad([w], lr=0.5)
    >>> (w * w).backward(); opt.step(); round(w.data, 6)
    0.5

    Source: J. Duchi, E. Hazan, Y. Singer, Adaptive subgradient methods for online learning and stochastic optimization,
    JMLR 12, 2011.
    """

    def __init__(
        self, params: Parameters, lr: float | None = None, lr_decay: float = 0.0, weight_decay: float = 0.0,
        initial_accumulator_value: float | None = None, eps: float | None = None, *, maximize: bool = False,
        style: str = "torch",
    ) -> None:  # fmt: skip
        defaults = {
            "torch": {"lr": 1e-2, "initial_accumulator_value": 0.0, "eps": 1e-10},
            "keras": {"lr": 1e-3, "initial_accumulator_value": 0.1, "eps": 1e-7},
        }
        super().__init__(params, **in_style(
            style, defaults, {"keras": ("lr_decay",)}, lr=lr, lr_decay=lr_decay, weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value, eps=eps, maximize=maximize,
        ))  # fmt: skip

    def rule(
        self, gradient: Any, state: State, step: Any, *, initial_accumulator_value: float = 0.0, **options: Any
    ) -> tuple[Any, State]:
        """Apply `adagrad`."""
        return adagrad(gradient, state, step, **options)

    def start(self, **options: Any) -> Mapping[str, float]:
        """Begin with the initial accumulator value."""
        return {"G": options["initial_accumulator_value"]}
