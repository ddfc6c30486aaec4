"""How does Adam decay weights without scaling the decay?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from optim.adam import Adam


class AdamW(Adam):
    """Adam with decoupled weight decay: w ← w - η λ w, and then Adam's step.

    In `Adam` the decay λ w is part of the gradient, and so is divided by √v̂: weights with large gradients hardly decay.

    Args:
        params: Values or Tensors; also (name, parameter) pairs, or dicts, see `Optimizer`.
        lr: the learning rate η. (default 0.001)
        betas: β₁ and β₂. (default 0.9 and 0.999)
        eps: ε, placed as in `Adam`. (default 1e-8; style "keras" 1e-7)
        weight_decay: λ; the paper's is η λ here, so that a schedule moves both. (default 0.01; style "keras" 0.004)
        amsgrad: divide by the largest v so far. (default False)
        maximize: climb instead of descending. (default False)
        style: whose rule and defaults, "torch" or "keras". (default "torch")

    Raises:
        AutogradError: no parameters, or an option that makes no sense.

    >>> import optim
    >>> from autograd import Value
    >>> w = Value(1.0)
    >>> opt = optim.AdamW([w], lr=0.1, weight_decay=0.5)
    >>> (w * w).backward(); opt.step(); round(w.data, 6)
    0.85

    Source: I. Loshchilov, F. Hutter, Decoupled weight decay regularization, ICLR 2019, algorithm 2.
    """

    decoupled: ClassVar[bool] = True
    style_defaults: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "torch": {"eps": 1e-8, "weight_decay": 1e-2},
        "keras": {"eps": 1e-7, "weight_decay": 4e-3},
    }
