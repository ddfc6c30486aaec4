"""How does a learning rate of each weight's own forget? By a running mean of squared gradients instead of their sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd import maximum, sqrt
from optim.chunks import State
from optim.optimizer import Optimizer
from optim.options import in_style
from optim.parameters import Parameters


def rmsprop(
    gradient: Any, state: State, step: Any, *,
    lr: Any, alpha: Any, eps: Any, momentum: Any = 0.0, centered: bool = False, style: str = "torch",
) -> tuple[Any, State]:  # fmt: skip
    """Return -η g / (√v + ε), where v ← α v + (1 - α) g²; in Keras' style -η g / √(v + ε).

    Centred, v - m² stands in place of v, where m ← α m + (1 - α) g. With momentum μ the change is -η b, where
    b ← μ b + g / (√v + ε); in Keras' style -b, where b ← μ b + η g / √(v + ε).

    >>> from optim.rmsprop import rmsprop
    >>> rmsprop(3.0, {"v": 7.0}, 1, lr=0.5, alpha=0.5, eps=0.0)
    (-0.53033..., {'v': 8.0})
    """
    new = {"v": alpha * state["v"] + (1 - alpha) * (gradient * gradient)}
    spread = new["v"]
    if centered:
        new["m"] = alpha * state["m"] + (1 - alpha) * gradient
        spread = spread - new["m"] * new["m"]
    if style == "keras":
        change = lr * gradient / sqrt(spread + eps)
        if momentum:
            new["b"] = change = momentum * state["b"] + change
        return -change, new
    if centered:
        # Of equal gradients the variance is zero, and may be rounded to less: torch then has nan.
        spread = maximum(spread, 0.0)
    root = sqrt(spread) + eps
    if not momentum:
        return -lr * gradient / root, new
    new["b"] = momentum * state["b"] + gradient / root
    return -lr * new["b"], new


class RMSprop(Optimizer):
    """RMSprop: v ← α v + (1 - α) g²,  w ← w - η g / (√v + ε).

    The lecture it comes from has no ε, momentum or centring. torch adds ε to the root and keeps η outside the momentum;
    Keras adds it under the root and has η inside. Each style takes its own side. Centred (Graves 2013), the mean square is
    replaced by the variance v - m² with the running mean m ← α m + (1 - α) g.

    Args:
        params: Values or Tensors; also (name, parameter) pairs, or dicts, see `Optimizer`.
        lr: the learning rate η. (default 0.01; style "keras" 0.001)
        alpha: α, how much of the running means is kept; Keras calls it rho. (default 0.99; style "keras" 0.9)
        eps: ε. (default 1e-8; style "keras" 1e-7)
        weight_decay: λ, added to the gradient as λ w; in Keras' style taken of the weights as η λ w. (default 0)
        momentum: μ of b ← μ b + g / (√v + ε), which then is the direction. (default 0)
        centered: divide by the standard deviation of the gradient. (default False)
        maximize: climb instead of descending. (default False)
        style: whose rule and defaults, "torch" or "keras". (default "torch")

    Raises:
        AutogradError: no parameters, or an option that makes no sense.

    >>> import optim
    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> opt = optim.RMSprop([w], lr=0.05, alpha=0.75)
    >>> (w * w).backward(); opt.step(); round(w.data, 6)
    0.9

    Source: T. Tieleman, G. Hinton, Lecture 6.5 of Neural networks for machine learning, 2012; A. Graves, Generating
    sequences with recurrent neural networks, 2013 (centred).
    """

    def __init__(
        self, params: Parameters, lr: float | None = None, alpha: float | None = None, eps: float | None = None,
        weight_decay: float = 0.0, momentum: float = 0.0, centered: bool = False, *, maximize: bool = False,
        style: str = "torch",
    ) -> None:  # fmt: skip
        defaults = {
            "torch": {"lr": 1e-2, "alpha": 0.99, "eps": 1e-8},
            "keras": {"lr": 1e-3, "alpha": 0.9, "eps": 1e-7},
        }
        super().__init__(params, **in_style(
            style, defaults, lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum, centered=centered,
            maximize=maximize,
        ))  # fmt: skip

    def rule(self, gradient: Any, state: State, step: Any, **options: Any) -> tuple[Any, State]:
        """Apply `rmsprop`."""
        return rmsprop(gradient, state, step, **options)

    def start(self, **options: Any) -> Mapping[str, float]:
        """Begin with zero: the mean square, the mean if centred, the direction if there is momentum."""
        return {"v": 0.0, **({"m": 0.0} if options["centered"] else {}), **({"b": 0.0} if options["momentum"] else {})}
