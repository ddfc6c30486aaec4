"""Which Tensors can be made from nothing but a shape?

numpy's creation functions, with a `requires_grad` beside numpy's arguments. Random ones take `rng`: an int, a
`numpy.random.Generator`, or None for a fresh one; nothing global is drawn from.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.tensor import Tensor

Shape = int | tuple[int, ...]
Rng = int | np.random.Generator | None


def _made(array: Any, requires_grad: bool) -> Tensor:
    return Tensor.from_numpy(np.asarray(array), requires_grad=requires_grad)


def zeros(shape: Shape, dtype: Any = float, *, requires_grad: bool = False) -> Tensor:
    """Return a Tensor of zeros."""
    return _made(np.zeros(shape, dtype), requires_grad)


def ones(shape: Shape, dtype: Any = float, *, requires_grad: bool = False) -> Tensor:
    """Return a Tensor of ones."""
    return _made(np.ones(shape, dtype), requires_grad)


def full(shape: Shape, fill_value: Any, dtype: Any = None, *, requires_grad: bool = False) -> Tensor:
    """Return a Tensor with one number everywhere."""
    return _made(np.full(shape, fill_value, dtype), requires_grad)


def arange(*args: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Return evenly spaced numbers, `arange([start,] stop[, step])`, without the stop."""
    return _made(np.arange(*args, dtype=dtype), requires_grad)


def linspace(start: float, stop: float, num: int = 50, *, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Return so many evenly spaced numbers, with both ends."""
    return _made(np.linspace(start, stop, num, dtype=dtype), requires_grad)


def eye(n: int, m: int | None = None, k: int = 0, dtype: Any = float, *, requires_grad: bool = False) -> Tensor:
    """Return a matrix with ones on its k-th diagonal."""
    return _made(np.eye(n, m, k, dtype), requires_grad)


def randn(*shape: int, rng: Rng = None, dtype: Any = float, requires_grad: bool = False) -> Tensor:
    """Return numbers drawn from the normal distribution of mean 0 and variance 1.

    >>> from autograd import randn
    >>> randn(2, rng=0).shape, bool((randn(3, rng=0) == randn(3, rng=0)).all())
    ((2,), True)
    """
    return _made(np.random.default_rng(rng).standard_normal(shape).astype(dtype), requires_grad)


def zeros_like(x: Any, dtype: Any = None, *, requires_grad: bool = False) -> Tensor:
    """Return zeros of the shape and dtype of another tensor or array."""
    return full_like(x, 0, dtype, requires_grad=requires_grad)


def ones_like(x: Any, dtype: Any = None, *, requires_grad: bool = False) -> Tensor:
    """Return ones of the shape and dtype of another tensor or array."""
    return full_like(x, 1, dtype, requires_grad=requires_grad)


def full_like(x: Any, fill_value: Any, dtype: Any = None, *, requires_grad: bool = False) -> Tensor:
    """Return one number everywhere, in the shape and dtype of another tensor or array."""
    like = x._data if isinstance(x, Tensor) else np.asarray(x)
    return _made(np.full(like.shape, fill_value, dtype or like.dtype), requires_grad)


def randn_like(x: Any, *, rng: Rng = None, requires_grad: bool = False) -> Tensor:
    """Return normally distributed numbers in the shape and dtype of another tensor or array."""
    like = x._data if isinstance(x, Tensor) else np.asarray(x)
    return randn(*like.shape, rng=rng, dtype=like.dtype, requires_grad=requires_grad)
