"""Training: a loop around gradients, losses and steps, what watches it, and what it leaves behind."""

from nn.training.callback import Callback, LambdaCallback, ScheduleLR
from nn.training.checkpoint import Checkpoint
from nn.training.csvlog import CSVLog
from nn.training.history import History
from nn.training.loop import evaluate, fit, predict
from nn.training.model import Model
from nn.training.nonfinite import TerminateOnNaN
from nn.training.run import Run
from nn.training.watching import EarlyStopping, ReduceOnPlateau

__all__ = [
    "Callback", "Checkpoint", "CSVLog", "EarlyStopping", "History", "LambdaCallback", "Model", "ReduceOnPlateau", "Run",
    "ScheduleLR", "TerminateOnNaN", "evaluate", "fit", "predict",
]  # fmt: skip
