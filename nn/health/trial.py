"""What happens in a network on one batch: what do its layers return, and how does the loss come from it?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError, DTypeError, ShapeError, Tensor, enable_grad
from autograd.calls import nodes_in
from autograd.errors import at, short
from nn.data import DataLoader
from nn.hooks import layers, observed
from nn.loss import CrossEntropyLoss, MSELoss
from nn.loss.names import loss_named
from nn.loss.targets import numbers_of
from nn.module import Module
from nn.training.batches import columns_of, parts_of
from nn.training.loop import Loss
from nn.training.prediction import array_of, caller_of
from nn.training.weights import weighted

Array = NDArray[Any]


@dataclass
class Trial:
    """One forward pass, with its graph.

    Attributes:
        model: the network.
        x, target: the inputs and targets, as arrays.
        loss_function: what the loss was computed with, and how it is `loss_called`.
        layers: the parts that are looked at, by path.
        calls: what each of them returned, in the order of their first calls.
        outputs: the nodes that the network returned.
        scores: their numbers.
        loss: the loss, a node.
    """

    model: Module
    x: Array
    target: Array
    layers: dict[str, Module]
    calls: dict[str, list[Any]] = field(default_factory=dict)
    outputs: tuple[Any, ...] = ()
    scores: Array = field(default_factory=lambda: np.zeros(0))
    loss: Any = None
    loss_function: Any = None
    loss_called: str = ""

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return len(self.x)

    def kind(self, path: str) -> str:
        """Return the class of a layer."""
        return type(self.layers[path]).__name__


def run(model: Module, batch: Any, loss: Loss | None) -> Trial:
    """Call a network on a batch as `nn.fit` does, and keep what its layers return.

    Raises:
        AutogradError: the batch is none, or the loss gives no number that depends on something trained.
    """
    columns = columns_of(batch)
    x, t, w = parts_of(next(iter(DataLoader(columns, len(columns)))))
    trial = Trial(model, _numbers("inputs", x), _numbers("targets", t), layers(model))

    def see(path: str, module: Module, inputs: tuple[Any, ...], output: Any) -> None:
        if path in trial.layers:
            trial.calls.setdefault(path, []).append(output)

    # A network that is ill may well overflow, and the findings say so.
    with enable_grad(), observed(model, see), np.errstate(all="ignore"):
        prediction = caller_of(model)(x)
        trial.outputs = tuple(nodes_in(prediction))
        if not trial.outputs:
            raise AutogradError(f"the network returned nothing that was computed from Tensors or Values{at()}")
        # Of several results the first one is taken for the scores.
        trial.scores = array_of(prediction if isinstance(prediction, (Tensor, list)) else trial.outputs[0])
        trial.loss_function, trial.loss_called = _chosen(loss, trial.scores, trial.target)
        judge = trial.loss_function
        trial.loss = judge(prediction, t) if w is None else weighted(judge)(prediction, t, w)
    _check(trial.loss)
    return trial


def _numbers(what: str, column: Any) -> Array:
    """Return a column of the batch as an array of numbers."""
    try:
        array = numbers_of(column)
    except ValueError:
        raise ShapeError(f"a diagnosis needs {what} of one shape{at()}") from None
    if array.dtype.kind not in "fiub":
        raise DTypeError(f"a diagnosis needs {what} that are numbers, got dtype {array.dtype}{at()}")
    return array


def _chosen(loss: Loss | None, scores: Array, target: Array) -> tuple[Any, str]:
    """Return the loss that is meant, and what it is called."""
    if loss is None:
        if target.dtype.kind in "iu" and scores.ndim > 1 and scores.shape[1] > 1 and target.ndim == scores.ndim - 1:
            return CrossEntropyLoss(), "CrossEntropyLoss (chosen for class indices)"
        return MSELoss(), "MSELoss (chosen for numbers as targets)"
    if isinstance(loss, str):
        return loss_named(loss), loss
    if not callable(loss) or isinstance(loss, type):
        mend = f": write {loss.__name__}()" if isinstance(loss, type) else ""
        raise AutogradError(f"a loss is a function of (prediction, target) or its name, got {short(loss)}{mend}{at()}")
    name = type(loss).__name__ if isinstance(loss, Module) else getattr(loss, "__name__", "<lambda>")
    return loss, name.replace("<lambda>", "loss")


def _check(loss: Any) -> None:
    if not hasattr(loss, "requires_grad") or getattr(loss, "size", 1) != 1:
        raise AutogradError(f"a loss is one number, computed from the predictions, got {short(loss)}{at()}")
    if not loss.requires_grad:
        raise AutogradError(f"the loss depends on nothing that is trained: all parameters are frozen, or unused{at()}")
