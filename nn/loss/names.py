"""Which loss does a user mean by a name?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import AutogradError
from autograd.errors import at
from nn.loss.margins import soft_margin_loss
from nn.loss.modules import Loss
from nn.loss.regression import l1_loss


def loss_named(name: str) -> Callable[..., Any]:
    """Return the loss that is called so: by its function, its module, or what it is called elsewhere.

    Raises:
        AutogradError: there is none.

    >>> from nn.loss.names import loss_named
    >>> loss_named("CrossEntropyLoss") is loss_named("cross_entropy"), loss_named("mae").__name__
    (True, 'l1_loss')
    """
    kinds = [kind for kind in Loss.__subclasses__() if kind.__module__ == Loss.__module__]  # not those that users make
    known: dict[str, Callable[..., Any]] = {"mae": l1_loss, "logistic": soft_margin_loss}
    for kind in kinds:
        known[_key(kind.__name__)] = known[_key(kind.function.__name__)] = kind.function
    if _key(name) not in known:
        names = ", ".join(sorted(kind.function.__name__ for kind in kinds))
        raise AutogradError(f"there is no loss {name!r}: one of {names}{at()}")
    return known[_key(name)]


def _key(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower())).removesuffix("loss")
