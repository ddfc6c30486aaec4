"""How far is a number from the one it should be?

Each loss is a function of the residual r = ŷ - t, written once below; they differ in how they treat small and large ones.
"""

from __future__ import annotations

from typing import Any

from autograd import clip, ops, square
from nn.loss.reduction import Formula, elementwise
from nn.loss.targets import check_number


def _of_residual(loss: str, formula: Formula, prediction: Any, target: Any, reduction: str) -> Any:
    """Compute a loss of the residuals."""
    return elementwise(loss, lambda y, t: formula(y - t), prediction, target, reduction)


def mse_loss(prediction: Any, target: Any, *, reduction: str = "mean") -> Any:
    """Mean squared error (1/n) Σ (ŷ - t)²; its minimum is the mean of what was seen.

    Args:
        prediction: ŷ: a Value, a list of Values, a Tensor or an array.
        target: t, of the same shape.
        reduction: "mean", "sum" or "none". (default "mean")

    Raises:
        ShapeError: target and prediction differ in shape.

    >>> from nn.loss import mse_loss
    >>> mse_loss([1.0, 2.0, 4.0], [1.0, 1.0, 1.0], reduction="sum"), mse_loss(3.0, 1.0)
    (10.0, 4.0)
    """
    return _of_residual("mse_loss", square, prediction, target, reduction)


def half_squared_error(prediction: Any, target: Any, *, reduction: str = "mean") -> Any:
    """Half squared error ½ (ŷ - t)²: the ½ makes the derivative ŷ - t. It is half the squared error, and no MSE.

    Args:
        prediction: ŷ: a Value, a list of Values, a Tensor or an array.
        target: t, of the same shape.
        reduction: "mean", "sum" or "none". (default "mean")

    Raises:
        ShapeError: target and prediction differ in shape.

    >>> from autograd import Value
    >>> from nn.loss import half_squared_error
    >>> f = Value(3.0)
    >>> e = half_squared_error(f, 1.0)
    >>> e.backward()
    >>> e.data, f.grad
    (2.0, 2.0)
    """
    return _of_residual("half_squared_error", lambda r: 0.5 * square(r), prediction, target, reduction)


def l1_loss(prediction: Any, target: Any, *, reduction: str = "mean") -> Any:
    """Mean absolute error (1/n) Σ |ŷ - t|, which PyTorch calls L1; its minimum is the median, which outliers do not move.

    At ŷ = t the derivative is 0.

    Args:
        prediction: ŷ: a Value, a list of Values, a Tensor or an array.
        target: t, of the same shape.
        reduction: "mean", "sum" or "none". (default "mean")

    Raises:
        ShapeError: target and prediction differ in shape.

    >>> from nn.loss import l1_loss
    >>> l1_loss([1.0, 2.0, 4.0], [1.0, 1.0, 1.0], reduction="sum")
    4.0
    """
    return _of_residual("l1_loss", ops.abs, prediction, target, reduction)


def _huber(r: Any, delta: float) -> Any:
    # No `where`: near 0 this is r · r/2 and not a constant branch, so the second derivative is 1 at 0 and 0 outside.
    c = clip(r, lo=-delta, hi=delta)
    return c * (r - 0.5 * c)


def huber_loss(prediction: Any, target: Any, *, delta: float = 1.0, reduction: str = "mean") -> Any:
    """Huber loss: r²/2 for residuals |r| ≤ δ, and δ (|r| - δ/2) beyond: a square near 0 that grows like |r| far out.

    Args:
        prediction: ŷ: a Value, a list of Values, a Tensor or an array.
        target: t, of the same shape; r = ŷ - t.
        delta: δ > 0, where the square ends. (default 1.0)
        reduction: "mean", "sum" or "none". (default "mean")

    Raises:
        DomainError: δ is not above 0.
        ShapeError: target and prediction differ in shape.

    >>> from nn.loss import huber_loss
    >>> huber_loss([0.5, -1.0, 10.0], [0.0, 0.0, 0.0], reduction="none")
    [0.125, 0.5, 9.5]

    Source: P. J. Huber, Robust estimation of a location parameter, Ann. Math. Statistics 35(1), 1964.
    """
    check_number("huber_loss", "delta", delta, low=0, open_low=True)
    return _of_residual("huber_loss", lambda r: _huber(r, delta), prediction, target, reduction)


def smooth_l1_loss(prediction: Any, target: Any, *, beta: float = 1.0, reduction: str = "mean") -> Any:
    """Smooth L1 loss: r²/(2β) for residuals |r| ≤ β, and |r| - β/2 beyond: the Huber loss over δ = β.

    Args:
        prediction: ŷ: a Value, a list of Values, a Tensor or an array.
        target: t, of the same shape; r = ŷ - t.
        beta: β >= 0, where the square ends; 0 leaves the mean absolute error. (default 1.0)
        reduction: "mean", "sum" or "none". (default "mean")

    Raises:
        DomainError: β is below 0.
        ShapeError: target and prediction differ in shape.

    >>> from nn.loss import smooth_l1_loss
    >>> smooth_l1_loss([0.25, 10.0], [0.0, 0.0], beta=0.5, reduction="none")
    [0.0625, 9.75]

    Source: R. Girshick, Fast R-CNN, 2015, equation 3.
    """
    check_number("smooth_l1_loss", "beta", beta, low=0)
    formula = (lambda r: _huber(r, beta) / beta) if beta else ops.abs
    return _of_residual("smooth_l1_loss", formula, prediction, target, reduction)


def log_cosh_loss(prediction: Any, target: Any, *, reduction: str = "mean") -> Any:
    """Log-cosh loss ln cosh r: like r²/2 near 0 and |r| - ln 2 far out, a Huber loss with all its derivatives.

    Args:
        prediction: ŷ: a Value, a list of Values, a Tensor or an array.
        target: t, of the same shape; r = ŷ - t.
        reduction: "mean", "sum" or "none". (default "mean")

    Raises:
        ShapeError: target and prediction differ in shape.

    >>> from nn.loss import log_cosh_loss
    >>> round(log_cosh_loss(1.0, 0.0), 4), round(log_cosh_loss(1000.0, 0.0), 4)
    (0.4338, 999.3069)
    """
    return _of_residual("log_cosh_loss", ops.log_cosh, prediction, target, reduction)
