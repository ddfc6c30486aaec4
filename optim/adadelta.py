"""How does a rule do without a learning rate? Steps are measured by the steps before them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd import sqrt
from optim.chunks import State
from optim.formula import called
from optim.optimizer import Optimizer
from optim.options import in_style
from optim.parameters import Parameters


def adadelta(gradient: Any, state: State, step: Any, *, lr: Any, rho: Any, eps: Any) -> tuple[Any, State]:
    """Return -η Δ, where v ← ρ v + (1 - ρ) g², Δ = √(u + ε) / √(v + ε) · g, and then u ← ρ u + (1 - ρ) Δ².

    >>> from optim.adadelta import adadelta
    >>> adadelta(3.0, {"v": 7.0, "u": 2.0}, 1, lr=1.0, rho=0.5, eps=0.0)
    (-1.5, {'v': 8.0, 'u': 2.125})
    """
    v = rho * state["v"] + (1 - rho) * (gradient * gradient)
    delta = called(r"\Delta", sqrt(state["u"] + eps) / sqrt(v + eps) * gradient)
    return -lr * delta, {"v": v, "u": rho * state["u"] + (1 - rho) * (delta * delta)}


class Adadelta(Optimizer):
    """Adadelta: v ← ρ v + (1 - ρ) g²,  Δ = √(u + ε) / √(v + ε) · g,  u ← ρ u + (1 - ρ) Δ²,  w ← w - η Δ.

    The paper has no learning rate, which is η = 1, torch's default. Keras has the same rule with other defaults.

    Args:
        params: Values or Tensors; also (name, parameter) pairs, or dicts, see `Optimizer`.
        lr: η. (default 1; style "keras" 0.001)
        rho: ρ, how much of the running means is kept. (default 0.9; style "keras" 0.95)
        eps: ε, under both roots, as in the paper. (default 1e-6; style "keras" 1e-7)
        weight_decay: λ, added to the gradient as λ w; in Keras' style taken of the weights as η λ w. (default 0)
        maximize: climb instead of descending. (default False)
        style: whose defaults and weight decay, "torch" or "keras". (default "torch")

    Raises:
        AutogradError: no parameters, or an option that makes no sense.

    >>> import optim
    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> opt = optim.Adadelta([w])
    >>> (w * w).backward(); opt.step(); round(w.data, 6)
    0.996838

    Source: M. D. Zeiler, ADADELTA: an adaptive learning rate method, 2012, algorithm 1.
    """

    def __init__(
        self, params: Parameters, lr: float | None = None, rho: float | None = None, eps: float | None = None,
        weight_decay: float = 0.0, *, maximize: bool = False, style: str = "torch",
    ) -> None:  # fmt: skip
        defaults = {
            "torch": {"lr": 1.0, "rho": 0.9, "eps": 1e-6},
            "keras": {"lr": 1e-3, "rho": 0.95, "eps": 1e-7},
        }
        super().__init__(params, **in_style(
            style, defaults, lr=lr, rho=rho, eps=eps, weight_decay=weight_decay, maximize=maximize
        ))  # fmt: skip

    def rule(self, gradient: Any, state: State, step: Any, *, style: str = "torch", **options: Any) -> tuple[Any, State]:
        """Apply `adadelta`, which is the same in both styles."""
        return adadelta(gradient, state, step, **options)

    def start(self, **options: Any) -> Mapping[str, float]:
        """Begin with zero: both running means."""
        return {"v": 0.0, "u": 0.0}
