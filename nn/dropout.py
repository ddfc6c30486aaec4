"""A layer that forgets some of its numbers while a network is trained."""

from __future__ import annotations

from typing import Any

from nn import functional
from nn.module import Module
from nn.random import Rng, generator


class Dropout(Module):
    """Zeros in place of a fraction p of the entries in training, the others divided by 1 - p (Srivastava et al. 2014).

    Args:
        p: the probability that an entry is dropped. (default 0.5)
        rng: an int, a `numpy.random.Generator` or None: where it is drawn from which entries go.

    >>> import nn
    >>> from autograd import ones
    >>> layer = nn.Dropout(0.5, rng=0)
    >>> layer(ones(6)).tolist(), layer.eval()(ones(6)).tolist()
    ([2.0, 0.0, 0.0, 0.0, 2.0, 2.0], [1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    """

    def __init__(self, p: float = 0.5, *, rng: Rng = None) -> None:
        functional.check_dropout(p)
        self.p = p
        self.rng = generator(rng)

    def forward(self, x: Any) -> Any:
        return functional.dropout(x, self.p, self.training, self.rng)

    def extra_repr(self) -> str:
        return f"p={self.p}"
