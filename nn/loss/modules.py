"""Which losses can be kept as parts of a program, with their settings?

Each class is one loss function with its settings chosen beforehand: its fields are the function's settings, and a call is
the function of (prediction, target). What a loss is, and what its settings mean, stands with the function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, fields
from typing import Any, ClassVar, dataclass_transform

from nn.loss import categorical, margins, probability, regression
from nn.module import Module


@dataclass_transform(eq_default=False)
@dataclass(eq=False, repr=False)
class Loss(Module):
    """A loss function with its settings, called with (prediction, target).

    A subclass names the function, and has its settings as fields: that is all there is to it.

    >>> import nn.loss
    >>> criterion = nn.loss.HuberLoss(delta=2.0)
    >>> criterion.delta, criterion(5.0, 1.0)
    (2.0, 6.0)
    """

    function: ClassVar[Callable[..., Any]]

    def __init_subclass__(cls, function: Callable[..., Any] | None = None) -> None:
        if function is not None:
            cls.function = staticmethod(function)
        dataclass(eq=False, repr=False)(cls)  # a module is equal to itself alone, and has a repr of its own

    def settings(self) -> dict[str, Any]:
        """Return the settings by name."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def forward(self, prediction: Any, target: Any) -> Any:
        return self.function(prediction, target, **self.settings())

    def extra_repr(self) -> str:
        """Write down the settings that differ from the defaults."""
        chosen = []
        for f in fields(self):
            x = getattr(self, f.name)
            if x is not None if f.default is None else x != f.default:
                chosen.append(f"{f.name}={x!r}")
        return ", ".join(chosen)


# --- of the margin ----------------------------------------------------------------------------------------------------


class ZeroOneLoss(Loss, function=margins.zero_one_loss):
    """`zero_one_loss` as a module: 1 where the sign of the score is wrong, else 0."""

    _: KW_ONLY
    reduction: str = "mean"


class PerceptronLoss(Loss, function=margins.perceptron_loss):
    """`perceptron_loss` as a module: max(0, -y ŷ)."""

    _: KW_ONLY
    reduction: str = "mean"


class HingeLoss(Loss, function=margins.hinge_loss):
    """`hinge_loss` as a module: max(0, 1 - y ŷ)."""

    _: KW_ONLY
    reduction: str = "mean"


class SquaredHingeLoss(Loss, function=margins.squared_hinge_loss):
    """`squared_hinge_loss` as a module: max(0, 1 - y ŷ)²."""

    _: KW_ONLY
    reduction: str = "mean"


class SoftMarginLoss(Loss, function=margins.soft_margin_loss):
    """`soft_margin_loss` as a module: ln(1 + e^(-y ŷ)), the logistic loss."""

    _: KW_ONLY
    reduction: str = "mean"


class MultiMarginLoss(Loss, function=margins.multi_margin_loss):
    """`multi_margin_loss` as a module: the hinge loss of several classes."""

    weight: Any = None
    _: KW_ONLY
    p: int = 1
    margin: float = 1.0
    reduction: str = "mean"


# --- of the residual --------------------------------------------------------------------------------------------------


class MSELoss(Loss, function=regression.mse_loss):
    """`mse_loss` as a module: the mean of (ŷ - t)²."""

    _: KW_ONLY
    reduction: str = "mean"


class HalfSquaredErrorLoss(Loss, function=regression.half_squared_error):
    """`half_squared_error` as a module: ½ (ŷ - t)², which is no MSE."""

    _: KW_ONLY
    reduction: str = "mean"


class L1Loss(Loss, function=regression.l1_loss):
    """`l1_loss` as a module: the mean absolute error, the mean of |ŷ - t|."""

    _: KW_ONLY
    reduction: str = "mean"


class HuberLoss(Loss, function=regression.huber_loss):
    """`huber_loss` as a module: a square up to δ, a line beyond."""

    _: KW_ONLY
    delta: float = 1.0
    reduction: str = "mean"


class SmoothL1Loss(Loss, function=regression.smooth_l1_loss):
    """`smooth_l1_loss` as a module: the Huber loss over β."""

    _: KW_ONLY
    beta: float = 1.0
    reduction: str = "mean"


class LogCoshLoss(Loss, function=regression.log_cosh_loss):
    """`log_cosh_loss` as a module: ln cosh (ŷ - t)."""

    _: KW_ONLY
    reduction: str = "mean"


# --- of probabilities -------------------------------------------------------------------------------------------------


class BCELoss(Loss, function=probability.binary_cross_entropy):
    """`binary_cross_entropy` as a module: of probabilities."""

    weight: Any = None
    _: KW_ONLY
    reduction: str = "mean"


class BCEWithLogitsLoss(Loss, function=probability.binary_cross_entropy_with_logits):
    """`binary_cross_entropy_with_logits` as a module: of scores, with the sigmoid as part of the loss."""

    weight: Any = None
    _: KW_ONLY
    pos_weight: Any = None
    reduction: str = "mean"


class CrossEntropyLoss(Loss, function=categorical.cross_entropy):
    """`cross_entropy` as a module: of scores, with the softmax as part of the loss."""

    weight: Any = None
    _: KW_ONLY
    ignore_index: int = categorical.IGNORED
    label_smoothing: float = 0.0
    reduction: str = "mean"


class NLLLoss(Loss, function=categorical.nll_loss):
    """`nll_loss` as a module: of log-probabilities."""

    weight: Any = None
    _: KW_ONLY
    ignore_index: int = categorical.IGNORED
    reduction: str = "mean"


class KLDivLoss(Loss, function=probability.kl_div):
    """`kl_div` as a module: from log-probabilities to a distribution."""

    _: KW_ONLY
    log_target: bool = False
    reduction: str = "mean"


class LogLikelihood(Loss, function=categorical.log_likelihood):
    """`log_likelihood` as a module: Σ y ln ŷ, to be maximised."""

    _: KW_ONLY
    reduction: str = "mean"
