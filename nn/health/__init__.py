"""What is wrong with a network: dead and saturated units, gradients that vanish, numbers that a loss does not expect."""

from nn.health.diagnosis import Diagnosis, diagnose
from nn.health.finding import Finding

__all__ = ["Diagnosis", "Finding", "diagnose"]
