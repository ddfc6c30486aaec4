"""Rules that change parameters so that a loss falls, and the ground they are compared on.

    >>> import optim
    >>> from autograd import Value
    >>> w = Value(3.0)
    >>> opt = optim.SGD([w], lr=0.1)
    >>> (w * w).backward()
    >>> opt.step()
    >>> round(w.data, 6)
    2.4

Every optimizer takes lists of Values and of Tensors alike. Each is a pure function under its formula (`optim.adam.adam`) and
a class around it, with torch's arguments and defaults, or Keras' with ``style="keras"``; ``optim.Adam.formula()`` is the
rule in LaTeX. Schedules change the learning rate between steps, `minimize` hands a function to scipy.
"""

from optim import functions, lr_scheduler
from optim.adadelta import Adadelta
from optim.adagrad import Adagrad
from optim.adam import Adam
from optim.adamw import AdamW
from optim.clipping import clip_grad_norm_, clip_grad_value_
from optim.contours import plot_paths
from optim.gradient_descent import GradientDescent
from optim.lr_scheduler import (
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    ExponentialLR,
    InverseTimeDecay,
    LambdaLR,
    LinearLR,
    LRScheduler,
    MultiStepLR,
    OneCycleLR,
    PolynomialLR,
    ReduceLROnPlateau,
    SequentialLR,
    StepLR,
)
from optim.minimization import minimize
from optim.optimizer import Optimizer
from optim.plots import plot_learning_rates, plot_schedule
from optim.racing import Race, race
from optim.rmsprop import RMSprop
from optim.sgd import SGD

__all__ = [
    # optimizers
    "Adadelta", "Adagrad", "Adam", "AdamW", "GradientDescent", "Optimizer", "RMSprop", "SGD",
    # gradients before a step
    "clip_grad_norm_", "clip_grad_value_",
    # learning rates between steps
    "CosineAnnealingLR", "CosineAnnealingWarmRestarts", "ExponentialLR", "InverseTimeDecay", "LRScheduler", "LambdaLR",
    "LinearLR", "MultiStepLR", "OneCycleLR", "PolynomialLR", "ReduceLROnPlateau", "SequentialLR", "StepLR", "lr_scheduler",
    # somebody else's methods
    "minimize",
    # comparing
    "Race", "functions", "race",
    # seeing
    "plot_learning_rates", "plot_paths", "plot_schedule",
]  # fmt: skip
