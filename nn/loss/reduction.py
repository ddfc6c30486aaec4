"""How does one formula become a loss of one number, of an array, and of lists of Values?

An elementwise loss is its formula of one prediction y and one target t, ordinary arithmetic and ops. Here the target is made
what the prediction is, the two are checked, the formula is applied, and what it gives is averaged or added up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import ShapeError, Tensor, Value, ops
from autograd.errors import at
from autograd.tree import flatten, unflatten
from nn.loss.targets import Shape, check_reduction, check_shapes, numbers_of

Formula = Callable[..., Any]


def elementwise(
    loss: str,
    formula: Formula,
    prediction: Any,
    target: Any,
    reduction: str,
    *,
    check: Callable[[Any, Any], None] | None = None,
    weight: Any = None,
    constants: tuple[Any, ...] = (),
) -> Any:
    """Compute an elementwise loss.

    Args:
        loss: its name, for errors.
        formula: the loss of a prediction, a target, and the constants.
        prediction: a Value or number, an array or Tensor, or nested lists of Values or numbers.
        target: numbers of the same shape, in any form.
        reduction: "mean", "sum" or "none".
        check: raises where a prediction or target is none the formula is meant for.
        weight: factors of the losses, of their shape or one that broadcasts to it. (default: none)
        constants: numbers, or arrays that broadcast to the prediction's shape, that the formula needs. (default: none)

    Raises:
        ShapeError: target and prediction differ in shape.
    """
    check_reduction(loss, reduction)
    shape = shape_of(loss, prediction)
    target = like(prediction, target)
    check_shapes(loss, shape, shape_of(loss, target))
    if check is not None:
        check(prediction, target)
    parameters = [_fitted(loss, c, shape) for c in (constants if weight is None else (*constants, weight))]
    if weight is not None:
        bare = formula
        formula = lambda y, t, *rest: rest[-1] * bare(y, t, *rest[:-1])
    if not isinstance(prediction, (list, tuple)):
        return reduced(formula(prediction, target, *(like(prediction, c) for c in parameters)), reduction)
    ys, structure = flatten(prediction)
    columns = [flatten(target)[0], *(c.reshape(-1).tolist() for c in parameters)]
    losses = [formula(y, *rest) for y, *rest in zip(ys, *columns, strict=True)]
    return unflatten(structure, losses) if reduction == "none" else reduced(losses, reduction)


def reduced(losses: Any, reduction: str) -> Any:
    """Return the mean or the sum of losses, or what is one number already as it is."""
    if reduction == "none" or not (isinstance(losses, list) or getattr(losses, "ndim", None)):
        return losses
    return ops.mean(losses) if reduction == "mean" else ops.sum(losses)


def like(prediction: Any, target: Any) -> Any:
    """Return a target in the form of the prediction: a constant, unless it is of that form and wants a gradient too.

    Raises:
        GradientError: the target wants a gradient, but is of another form.
    """
    if isinstance(prediction, (list, tuple)):
        return target if isinstance(target, (list, tuple)) else np.asarray(target).tolist()
    if isinstance(prediction, (Tensor, np.ndarray)):
        if isinstance(target, Tensor) and target.requires_grad:
            return target
        numbers = np.array(target, dtype=prediction.dtype if prediction.dtype.kind == "f" else float)
        return Tensor.from_numpy(numbers) if isinstance(prediction, Tensor) else numbers
    if isinstance(target, Value):
        return target
    number = np.asarray(target)
    return number if number.ndim else float(number)


def shape_of(loss: str, numbers: Any) -> Shape:
    """Return the shape of an array, or of nested lists of numbers of whatever kind."""
    if not isinstance(numbers, (list, tuple)):
        return tuple(getattr(numbers, "shape", ()))
    inner = sorted({shape_of(loss, item) for item in numbers})
    if len(inner) > 1:
        raise ShapeError(f"{loss} needs lists of one length side by side, got {' and '.join(map(str, inner))}{at()}")
    return (len(numbers), *(inner[0] if inner else ()))


def _fitted(loss: str, constant: Any, shape: Shape) -> Any:
    """Return a constant as an array of this shape, read-only."""
    numbers = numbers_of(constant)
    try:
        return np.broadcast_to(numbers, shape)
    except ValueError:
        raise ShapeError(f"{loss} needs weights that broadcast to {shape}, got {numbers.shape}{at()}") from None
