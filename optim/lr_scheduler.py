"""Schedules of learning rates, under the name torch has for the place where they are: ``optim.lr_scheduler.StepLR``."""

from optim.cycles import CosineAnnealingLR, CosineAnnealingWarmRestarts, OneCycleLR
from optim.decays import ExponentialLR, InverseTimeDecay, LambdaLR, LinearLR, MultiStepLR, PolynomialLR, StepLR
from optim.plateau import ReduceLROnPlateau
from optim.schedule import LRScheduler
from optim.sequence import SequentialLR

__all__ = [
    "CosineAnnealingLR", "CosineAnnealingWarmRestarts", "ExponentialLR", "InverseTimeDecay", "LRScheduler", "LambdaLR",
    "LinearLR", "MultiStepLR", "OneCycleLR", "PolynomialLR", "ReduceLROnPlateau", "SequentialLR", "StepLR",
]  # fmt: skip
