"""A layer that has a vector for each word."""

from __future__ import annotations

from typing import Any

from autograd import AutogradError
from autograd.errors import at
from nn import functional, init
from nn.linear import counts, parameter
from nn.module import Module
from nn.random import Rng


class Embedding(Module):
    """The rows of a matrix by whole numbers, (…) -> (…, embedding_dim).

    Args:
        num_embeddings: how many rows there are.
        embedding_dim: their length.
        padding_idx: a row that is 0 and gets no gradient, for what fills short sentences. (default: none)
        dtype: of the weight. (default float64)
        rng: an int, a `numpy.random.Generator` or None: where it is drawn from, normal with variance 1, as in torch.

    Attributes:
        weight: of shape (num_embeddings, embedding_dim).

    Raises:
        AutogradError: an index that is no row.

    >>> import nn
    >>> nn.Embedding(10, 3, rng=0)([[1, 2, 4], [4, 3, 9]]).shape
    (2, 3, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        dtype: Any = float,
        rng: Rng = None,
    ) -> None:
        counts(num_embeddings=num_embeddings, embedding_dim=embedding_dim)
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise AutogradError(f"padding_idx is one of {num_embeddings} rows, got {padding_idx!r}{at()}")
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = padding_idx
        self.weight = parameter(num_embeddings, embedding_dim, dtype=dtype)
        self.reset_parameters(rng)

    def reset_parameters(self, rng: Rng = None) -> None:
        """Draw the weight anew."""
        init.normal_(self.weight, rng=rng)
        if self.padding_idx is not None:
            self.weight[self.padding_idx] = 0.0

    def forward(self, indices: Any) -> Any:
        return functional.embedding(indices, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        text = f"{self.num_embeddings}, {self.embedding_dim}"
        return text if self.padding_idx is None else f"{text}, padding_idx={self.padding_idx}"
