"""Neurons, layers, networks and losses on top of the graph.

    >>> import nn
    >>> model = nn.MLP(2, [16, 16, 1], rng=0)                  # of Values: every number can be looked at
    >>> len(model.parameters())
    337
    >>> model = nn.Sequential(nn.Flatten(), nn.Linear(784, 8, rng=0), nn.ReLU(), nn.Linear(8, 10, rng=1))   # of Tensors
    >>> sum(p.size for p in model.parameters())
    6370
"""

from nn import data, functional, init, loss, metrics
from nn.activation import (
    ELU,
    GELU,
    SELU,
    Hardtanh,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    Mish,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Softsign,
    Tanh,
)
from nn.boundary import plot_decision_boundary
from nn.container import ModuleList, Sequential
from nn.conv import AvgPool2d, Conv1d, Conv2d, MaxPool2d
from nn.dropout import Dropout
from nn.embedding import Embedding
from nn.health import Diagnosis, diagnose
from nn.images import plot_digits, plot_weights
from nn.linear import Flatten, Identity, Linear
from nn.loss import (
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
    MSELoss,
    MultiMarginLoss,
    NLLLoss,
    PerceptronLoss,
    SmoothL1Loss,
    SoftMarginLoss,
    SquaredHingeLoss,
    ZeroOneLoss,
)
from nn.module import Module
from nn.neuron import MLP, Layer, Neuron
from nn.norm import BatchNorm1d, BatchNorm2d, LayerNorm
from nn.overview import Summary, summary
from nn.perceptron import Perceptron
from nn.pictures import plot_confusion_matrix, plot_history
from nn.plots import plot_activation, plot_loss
from nn.saving import FileError, load, save
from nn.training import (
    Callback,
    Checkpoint,
    CSVLog,
    EarlyStopping,
    History,
    LambdaCallback,
    Model,
    ReduceOnPlateau,
    ScheduleLR,
    TerminateOnNaN,
    evaluate,
    fit,
    predict,
)

__all__ = [
    # the common base, and what parts are put together with
    "Module", "ModuleList", "Sequential",
    # of Values
    "MLP", "Layer", "Neuron", "Perceptron",
    # of Tensors
    "AvgPool2d", "BatchNorm1d", "BatchNorm2d", "Conv1d", "Conv2d", "Dropout", "Embedding", "Flatten", "Identity",
    "LayerNorm", "Linear", "MaxPool2d",
    # activations
    "ELU", "GELU", "Hardtanh", "LeakyReLU", "LogSigmoid", "LogSoftmax", "Mish", "ReLU", "SELU", "SiLU", "Sigmoid",
    "Softmax", "Softplus", "Softsign", "Tanh",
    # losses
    "BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "HalfSquaredErrorLoss", "HingeLoss", "HuberLoss", "KLDivLoss",
    "L1Loss", "LogCoshLoss", "LogLikelihood", "MSELoss", "MultiMarginLoss", "NLLLoss", "PerceptronLoss", "SmoothL1Loss",
    "SoftMarginLoss", "SquaredHingeLoss", "ZeroOneLoss",
    # training
    "CSVLog", "Callback", "Checkpoint", "EarlyStopping", "History", "LambdaCallback", "Model", "ReduceOnPlateau",
    "ScheduleLR", "TerminateOnNaN", "evaluate", "fit", "predict",
    # files
    "FileError", "load", "save",
    # plots
    "plot_activation", "plot_confusion_matrix", "plot_decision_boundary", "plot_digits", "plot_history", "plot_loss",
    "plot_weights",
    # looking at networks
    "Diagnosis", "Summary", "diagnose", "summary",
    # functions by torch's names, initialisers, and the losses with their comparison
    "data", "functional", "init", "loss", "metrics",
]  # fmt: skip
