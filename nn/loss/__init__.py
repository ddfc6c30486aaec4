"""How wrong is a prediction? Losses as functions and as modules, for Values and Tensors.

    >>> import nn.loss
    >>> from autograd import Tensor
    >>> scores = Tensor([[2.0, 0.0, 0.0], [0.0, 0.0, 0.0]], requires_grad=True)
    >>> loss = nn.loss.cross_entropy(scores, [0, 2])
    >>> round(loss.item(), 4), round(nn.loss.CrossEntropyLoss(label_smoothing=0.1)(scores, [0, 2]).item(), 4)
    (0.6691, 0.7357)

Each takes (prediction, target) in this order, whatever the two are: a Value and a number, lists of Values and of numbers, a
Tensor and an array. The target has the prediction's shape (a loss of classes also takes class indices), and nothing is
broadcast. ``reduction="mean"`` and ``"sum"`` give one number, ``"none"`` gives the loss of each prediction in its place.

`compare` puts the losses of the course's slides beside the standard ones.
"""

from nn.loss.categorical import cross_entropy, log_likelihood, nll_loss
from nn.loss.comparison import compare
from nn.loss.margins import (
    hinge_loss,
    multi_margin_loss,
    perceptron_loss,
    soft_margin_loss,
    squared_hinge_loss,
    zero_one_loss,
)
from nn.loss.modules import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HalfSquaredErrorLoss,
    HingeLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    LogCoshLoss,
    LogLikelihood,
    Loss,
    MSELoss,
    MultiMarginLoss,
    NLLLoss,
    PerceptronLoss,
    SmoothL1Loss,
    SoftMarginLoss,
    SquaredHingeLoss,
    ZeroOneLoss,
)
from nn.loss.probability import binary_cross_entropy, binary_cross_entropy_with_logits, kl_div
from nn.loss.regression import (
    half_squared_error,
    huber_loss,
    l1_loss,
    log_cosh_loss,
    mse_loss,
    smooth_l1_loss,
)

__all__ = [
    # of the margin
    "hinge_loss", "multi_margin_loss", "perceptron_loss", "soft_margin_loss", "squared_hinge_loss", "zero_one_loss",
    # of the residual
    "half_squared_error", "huber_loss", "l1_loss", "log_cosh_loss", "mse_loss", "smooth_l1_loss",
    # of probabilities
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy", "kl_div", "log_likelihood", "nll_loss",
    # as modules
    "BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "HalfSquaredErrorLoss", "HingeLoss", "HuberLoss", "KLDivLoss",
    "L1Loss", "LogCoshLoss", "LogLikelihood", "Loss", "MSELoss", "MultiMarginLoss", "NLLLoss", "PerceptronLoss",
    "SmoothL1Loss", "SoftMarginLoss", "SquaredHingeLoss", "ZeroOneLoss",
    # the slides' losses
    "compare",
]  # fmt: skip
