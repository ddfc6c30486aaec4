"""How does a descent gather speed? With momentum, on whatever gradient it is handed: of all data, or of a batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optim.chunks import State
from optim.optimizer import Optimizer
from optim.options import in_style
from optim.parameters import Parameters


def sgd(
    gradient: Any, state: State, step: Any, *,
    lr: Any, momentum: Any = 0.0, dampening: Any = 0.0, nesterov: bool = False, style: str = "torch",
) -> tuple[Any, State]:  # fmt: skip
    """Return -η g; with momentum μ -η v, where v ← μ v + (1 - τ) g; with Nesterov's -η (g + μ v).

    In Keras' style the learning rate is inside the velocity: v ← μ v - η g, and the change is v, or Nesterov's μ v - η g.

    >>> from optim.sgd import sgd
    >>> sgd(2.0, {"v": 4.0}, 2, lr=0.5, momentum=0.5)
    (-2.0, {'v': 4.0})
    """
    if not momentum:
        return -lr * gradient, state
    if style == "keras":
        v = momentum * state["v"] - lr * gradient
        return momentum * v - lr * gradient if nesterov else v, {"v": v}
    # torch begins with v = g, undamped.
    v = momentum * state["v"] + (gradient if not dampening or step == 1 else (1 - dampening) * gradient)
    return -lr * (gradient + momentum * v if nesterov else v), {"v": v}


class SGD(Optimizer):
    """Gradient descent w ← w - η g, with momentum if wanted: v ← μ v + (1 - τ) g, w ← w - η v.

    The literature disagrees on where the learning rate stands. Sutskever et al. and Keras have it inside the velocity,
    v ← μ v - η g, w ← w + v, torch outside; the two are one until η changes during training. Each style takes its own side.
    With Nesterov's momentum the gradient stands in for the one at the point ahead: w ← w - η (g + μ v), in Keras' style
    w ← w + μ v - η g.

    Args:
        params: Values or Tensors; also (name, parameter) pairs, or dicts, see `Optimizer`.
        lr: the learning rate η. (default 0.001; style "keras" 0.01)
        momentum: μ. (default 0)
        dampening: τ, how much of the gradient is kept from the velocity after the first step; not in Keras. (default 0)
        weight_decay: λ, added to the gradient as λ w; in Keras' style taken of the weights as η λ w. (default 0)
        nesterov: Nesterov's momentum. (default False)
        maximize: climb instead of descending. (default False)
        style: whose rule and defaults, "torch" or "keras". (default "torch")

    Raises:
        AutogradError: no parameters, an option that makes no sense, or `nesterov` without momentum or with dampening.

    >>> import optim
    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> opt = optim.SGD([w], lr=0.5)
    >>> (w * w).backward(); opt.step(); w.data
    0.0

    Source: B. T. Polyak, Some methods of speeding up the convergence of iteration methods, 1964; I. Sutskever et al., On the
    importance of initialization and momentum in deep learning, ICML 2013.
    """

    def __init__(
        self, params: Parameters, lr: float | None = None, momentum: float = 0.0, dampening: float = 0.0,
        weight_decay: float = 0.0, nesterov: bool = False, *, maximize: bool = False, style: str = "torch",
    ) -> None:  # fmt: skip
        defaults = {"torch": {"lr": 1e-3}, "keras": {"lr": 1e-2}}
        super().__init__(params, **in_style(
            style, defaults, {"keras": ("dampening",)}, lr=lr, momentum=momentum, dampening=dampening,
            weight_decay=weight_decay, nesterov=nesterov, maximize=maximize,
        ))  # fmt: skip

    def rule(self, gradient: Any, state: State, step: Any, **options: Any) -> tuple[Any, State]:
        """Apply `sgd`."""
        return sgd(gradient, state, step, **options)

    def start(self, **options: Any) -> Mapping[str, float]:
        """Begin with a velocity of zero, if there is momentum."""
        return {"v": 0.0} if options["momentum"] else {}
