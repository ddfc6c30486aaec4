"""How are gradients kept from being too long for a step?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import AutogradError, Tensor, Value
from autograd.errors import at


def clip_grad_norm_(
    parameters: Any, max_norm: float, norm_type: float = 2.0, error_if_nonfinite: bool = False
) -> float:
    """Shorten all gradients together so that their norm is at most `max_norm`, and return the norm they had.

    g ← g · min(1, c / (|g| + 10⁻⁶)), where |g| is the p-norm of the gradients of all parameters as one vector. The 10⁻⁶ is
    torch's: a clipped norm is that little bit below c.

    Args:
        parameters: Values and Tensors, or one of them; those without a gradient take no part.
        max_norm: c.
        norm_type: p, up to ``float("inf")`` for the largest entry. (default 2)
        error_if_nonfinite: raise where the norm is inf or nan, instead of multiplying by what comes of it. (default False)

    Raises:
        AutogradError: `max_norm` is negative, `norm_type` is not positive, or the norm is not finite and that is not wanted.

    >>> import optim
    >>> from autograd import Value
    >>> v, w = Value(1.0), Value(2.0)
    >>> (3 * v + 4 * w).backward()
    >>> optim.clip_grad_norm_([v, w], max_norm=1.0)
    5.0
    >>> round(v.grad, 6), round(w.grad, 6)
    (0.6, 0.8)

    Source: R. Pascanu, T. Mikolov, Y. Bengio, On the difficulty of training recurrent neural networks, ICML 2013.
    """
    if not max_norm >= 0 or not norm_type > 0:
        raise AutogradError(
            f"clip_grad_norm_ needs a max_norm that is not negative and a positive norm_type, got {max_norm!r} and "
            f"{norm_type!r}{at()}"
        )
    reached = _with_gradient(parameters)
    with np.errstate(over="ignore"):  # a norm that overflows is inf, and said to be
        norms = [np.linalg.norm(_gradient(p).ravel(), norm_type) for p in reached]
        total = float(np.linalg.norm(norms, norm_type)) if norms else 0.0
    if error_if_nonfinite and not np.isfinite(total):
        raise AutogradError(f"the norm of the gradients is {total}, and cannot be clipped{at()}")
    scale = max_norm / (total + 1e-6)
    if not scale >= 1:
        for p in reached:
            p.grad = _gradient(p) * scale
    return total


def clip_grad_value_(parameters: Any, clip_value: float) -> None:
    """Cut every entry of every gradient off at ±c: g ← min(max(g, -c), c).

    Args:
        parameters: Values and Tensors, or one of them; those without a gradient take no part.
        clip_value: c.

    Raises:
        AutogradError: `clip_value` is negative.

    >>> import optim
    >>> from autograd import Value
    >>> v, w = Value(1.0), Value(2.0)
    >>> (3 * v - 0.5 * w).backward()
    >>> optim.clip_grad_value_([v, w], 1.0); v.grad, w.grad
    (1.0, -0.5)
    """
    if not clip_value >= 0:
        raise AutogradError(f"clip_grad_value_ needs a clip_value that is not negative, got {clip_value!r}{at()}")
    for p in _with_gradient(parameters):
        p.grad = np.clip(_gradient(p), -clip_value, clip_value)


def _with_gradient(parameters: Any) -> list[Any]:
    listed: Iterable[Any] = [parameters] if isinstance(parameters, (Value, Tensor)) else parameters
    return [p for p in listed if p.has_grad]


def _gradient(p: Any) -> Any:
    return np.asarray(p.grad if isinstance(p, Value) else p.grad.array)
