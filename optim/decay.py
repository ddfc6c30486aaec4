"""What happens to a gradient and to the weights before any rule sees them?

Uphill instead of downhill, and weight decay, are the same for every rule, and so are written once.
"""

from __future__ import annotations

from typing import Any

from optim.formula import called


def prepared(
    w: Any, g: Any, *, lr: Any, weight_decay: Any = 0.0, maximize: bool = False, decoupled: bool = False
) -> tuple[Any, Any]:
    """Return the weights and the gradient that a rule goes on from.

    With `maximize`, g ← -g. Weight decay λ is coupled, g ← g + λ w, the gradient of ½ λ |w|² (what torch's weight_decay
    does), or decoupled, w ← w - η λ w (Loshchilov and Hutter 2019: AdamW, and every optimizer of Keras). For plain gradient
    descent the two are one; where a rule scales its gradient, the coupled decay is scaled with it.

    Args:
        w, g: weights and gradient: numbers, vectors, Values or Tensors.
        lr: the learning rate η.
        weight_decay: λ. (default 0)
        maximize: climb instead of descending. (default False)
        decoupled: decay the weights, not the gradient. (default False)

    >>> from optim.decay import prepared
    >>> prepared(2.0, 1.0, lr=0.5, weight_decay=0.1)
    (2.0, 1.2)
    >>> prepared(2.0, 1.0, lr=0.5, weight_decay=0.1, decoupled=True)
    (1.9, 1.0)
    """
    if maximize:
        g = called("g", -g)
    if weight_decay and decoupled:
        return called("w", w - lr * weight_decay * w), g
    if weight_decay:
        return w, called("g", g + weight_decay * w)
    return w, g
