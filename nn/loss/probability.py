"""What does a forecast of a probability cost, when the truth is an event or another probability?"""

from __future__ import annotations

from typing import Any

from autograd import exp, ops, safe_log, softplus
from nn.loss.reduction import elementwise, shape_of
from nn.loss.targets import REDUCTIONS, check_probabilities, check_reduction

_LEAST = 1e-37  # where a target may be 0: single precision has this number, and q ln q is 0 below it to all digits
_SIGNS = ": (target + 1) / 2 turns {-1, +1} into {0, 1}"


def binary_cross_entropy(prediction: Any, target: Any, weight: Any = None, *, reduction: str = "mean") -> Any:
    """Binary cross entropy -t ln p - (1 - t) ln (1 - p) of the forecast p of an event with the truth t.

    Each logarithm is held at -100 and more, each denominator of the derivative at 10⁻¹² and more (PyTorch's bounds): a
    certain forecast that was wrong costs 100 and has a finite slope. From scores, `binary_cross_entropy_with_logits` of them
    is exact where S(score) is rounded to 0 or 1.

    Args:
        prediction: probabilities p in [0, 1]: a Value, a list of Values, a Tensor or an array.
        target: 0 or 1, or probabilities t, of the same shape.
        weight: factors of the losses, of a shape that broadcasts to theirs. (default: none)
        reduction: "mean", "sum" or "none". (default "mean")

    Raises:
        DomainError: a prediction or a target is outside [0, 1].
        ShapeError: target and prediction differ in shape.

    >>> from nn.loss import binary_cross_entropy
    >>> round(binary_cross_entropy(0.75, 1), 4), binary_cross_entropy(0.0, 1)
    (0.2877, 100.0)
    """
    loss = "binary_cross_entropy"

    def check(p: Any, t: Any) -> None:
        check_probabilities(loss, "prediction", p, ": apply sigmoid to the scores, or use binary_cross_entropy_with_logits")
        check_probabilities(loss, "target", t, _SIGNS)

    return elementwise(loss, ops.binary_cross_entropy, prediction, target, reduction, check=check, weight=weight)


def _bce_of_score(x: Any, t: Any, *pos_weight: Any) -> Any:
    surprise = softplus(-x)  # -ln S(x)
    for w in pos_weight:
        surprise = (1 + (w - 1) * t) * surprise
    return (1 - t) * x + surprise


def binary_cross_entropy_with_logits(
    prediction: Any, target: Any, weight: Any = None, *, pos_weight: Any = None, reduction: str = "mean"
) -> Any:
    """Binary cross entropy -w t ln p - (1 - t) ln (1 - p) of p = S(x), from the score x, with all its digits.

    Args:
        prediction: scores (logits) x: a Value, a list of Values, a Tensor or an array.
        target: 0 or 1, or probabilities t, of the same shape.
        weight: factors of the losses, of a shape that broadcasts to theirs. (default: none)
        pos_weight: the factor w of events that happened, of a shape that broadcasts to the losses', such as one for each
            column: above 1 where misses cost more than false alarms. (default: none)
        reduction: "mean", "sum" or "none". (default "mean")

    Raises:
        DomainError: a target is outside [0, 1].
        ShapeError: target and prediction differ in shape.

    >>> from nn.loss import binary_cross_entropy_with_logits
    >>> round(binary_cross_entropy_with_logits(0.0, 1), 4), binary_cross_entropy_with_logits(-1000.0, 1)
    (0.6931, 1000.0)
    """
    loss = "binary_cross_entropy_with_logits"
    check = lambda _, t: check_probabilities(loss, "target", t, _SIGNS)
    constants = () if pos_weight is None else (pos_weight,)
    return elementwise(
        loss, _bce_of_score, prediction, target, reduction, check=check, weight=weight, constants=constants
    )


def kl_div(prediction: Any, target: Any, *, log_target: bool = False, reduction: str = "mean") -> Any:
    """Kullback-Leibler divergence Σ q (ln q - ℓ) of the distribution q from the one with the logarithms ℓ.

    Its arguments are PyTorch's: the prediction is a *logarithm* of probabilities, the target is not. "mean" divides by the
    number of entries, and only "batchmean", over the samples, is the divergence of mathematics.

    Args:
        prediction: log-probabilities ℓ: a list of Values, a Tensor or an array.
        target: probabilities q, of the same shape, or their logarithms.
        log_target: is the target a logarithm too? (default False)
        reduction: "mean" over all entries, "batchmean" over the first axis, "sum" or "none". (default "mean")

    Raises:
        DomainError: a target that is no logarithm is outside [0, 1].
        ShapeError: target and prediction differ in shape.

    >>> import math
    >>> from nn.loss import kl_div
    >>> half = math.log(0.5)
    >>> round(kl_div([[half, half]], [[1.0, 0.0]], reduction="batchmean"), 4)
    0.6931

    Source: S. Kullback and R. A. Leibler, On information and sufficiency, Ann. Math. Statistics 22(1), 1951.
    """
    loss = "kl_div"
    check_reduction(loss, reduction, (*REDUCTIONS, "batchmean"))
    if log_target:
        check, formula = None, lambda y, q: exp(q) * (q - y)
    else:
        check = lambda _, q: check_probabilities(loss, "target", q, ": are these logarithms? Then say log_target=True")
        formula = lambda y, q: q * (safe_log(q, floor=_LEAST) - y)
    if reduction != "batchmean":
        return elementwise(loss, formula, prediction, target, reduction, check=check)
    samples = (*shape_of(loss, prediction), 1)[0]
    return elementwise(loss, formula, prediction, target, "sum", check=check) / samples
