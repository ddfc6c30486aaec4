"""How do the gradients of a batch come about: by a graph that is built for it, or by a tape that was recorded once?"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import AutogradError, Value, record
from autograd.errors import at, short
from nn.loss.targets import numbers_of
from nn.module import Module
from nn.training.prediction import caller_of, is_of_values

LossOf = Callable[[Any, Any, Any], Any]
"""A function of predictions, targets, and weights or None."""
# How many batches the tape's loss is held against the loss itself, and how near it must be, in roundings of the
# parameters' numbers.
_COMPARED = 2
_ROUNDINGS = 1e4

Step = Callable[[Any, Any, Any], tuple[Any, Any]]
"""A function of inputs, targets and weights: it leaves gradients in the parameters, and gives predictions and the loss."""


def graph_step(model: Module, loss_of: LossOf) -> Step:
    """Return what builds the graph of each batch and goes backward through it."""
    call = caller_of(model)

    def step(x: Any, t: Any, w: Any) -> tuple[Any, Any]:
        prediction = call(x)
        loss = loss_of(prediction, t, w)
        number_of(loss)
        if not hasattr(loss, "backward"):
            raise AutogradError(
                f"the loss does not depend on the model's parameters: it is made of what the model returned, "
                f"with operations of autograd, got {short(loss)}{at()}"
            )
        loss.backward()
        return prediction, loss

    return step


def taped_step(model: Module, loss_of: LossOf, *, predicts: bool) -> Step:
    """Return what records the loss at the first batch, and replays it from then on.

    At the first two batches it is held against the loss itself: what a recording froze shows at the second.

    Args:
        model: a module of Tensors, or of Values.
        loss_of: the loss of predictions.
        predicts: are predictions needed, for metrics?

    Raises:
        AutogradError: when it is called: samples have weights, or the model does what a tape cannot repeat.
    """
    replayed = _of_values(model, loss_of, predicts) if is_of_values(model) else _of_tensors(model, loss_of, predicts)
    by_graph = graph_step(model, loss_of)
    near = _ROUNDINGS * max((float(np.finfo(getattr(p, "dtype", float)).eps) for p in model.parameters()), default=0.0)
    batch = 0

    def step(x: Any, t: Any, w: Any) -> tuple[Any, Any]:
        nonlocal batch
        if w is not None:
            raise AutogradError(f"with tape=True samples have no weights{at()}")
        batch += 1
        loss = number_of(by_graph(x, t, None)[1]) if batch <= _COMPARED else None
        if loss is not None:
            for p in model.parameters():
                p.zero_grad()  # the tape's count, so that a training that is resumed computes the same to the last bit
        try:
            prediction, number = replayed(x, t)
        except AutogradError as error:
            if batch > 1:
                raise
            said = str(error).removesuffix(at())
            raise AutogradError(f"this training cannot be recorded on a tape ({said}): use tape=False{at()}") from error
        if loss is not None and not np.isclose(number, loss, rtol=near, atol=near, equal_nan=True):
            raise AutogradError(
                f"the tape of this loss gives {number:.6g} for batch {batch}, and the loss itself {loss:.6g}: it looks at "
                f"numbers that a tape does not follow; use tape=False{at()}"
            )
        return prediction, Replayed(number, lambda: by_graph(x, t, None)[1])

    return step


def number_of(loss: Any) -> float:
    """Return a loss as a float.

    Raises:
        AutogradError: it is no single number.
    """
    if loss is None:
        raise AutogradError(f"a loss is one number, got None: does the function return something?{at()}")
    try:
        if getattr(loss, "size", 1) == 1 and not isinstance(loss, (list, tuple)):
            return float(loss.item() if hasattr(loss, "item") else loss)
    except (TypeError, ValueError):  # it is something else altogether
        pass
    raise AutogradError(f"a loss is one number, got {short(loss)}: use reduction=\"mean\"{at()}")


class Replayed:
    """The loss of a batch that was replayed: its number, and its graph if somebody asks for it.

    Args:
        number: the loss.
        again: builds the graph and goes backward through it.
    """

    def __init__(self, number: float, again: Callable[[], Any]) -> None:
        self._number, self._again = number, again

    def item(self) -> float:
        """Return the loss as a float."""
        return self._number

    def backward(self) -> None:
        """Go backward through the graph of the batch, which is built for it."""
        self._again()


def _of_tensors(model: Module, loss_of: LossOf, predicts: bool) -> Callable[[Any, Any], tuple[Any, float]]:
    parameters = model.parameters()
    trained: list[Any] = []
    frozen: list[Any] = []
    call = caller_of(model)
    tape: Any = None

    def loss(parameters: Any, x: Any, t: Any) -> tuple[Any, Any]:
        prediction = call(x)
        return loss_of(prediction, t, None), prediction if predicts else ()

    def replay(x: Any, t: Any) -> tuple[Any, float]:
        nonlocal tape, trained, frozen
        now = [p.array for p in parameters if not p.requires_grad]
        if tape is None or len(now) != len(frozen) or any(a is not b for a, b in zip(now, frozen, strict=True)):
            # What is frozen is a constant of the tape, so this is recorded anew when a part thaws or is given other numbers.
            trained, frozen = [p for p in parameters if p.requires_grad], now
            before = {path: buffer.array for path, buffer in model.named_buffers()}
            tape = record(loss, trained, x, t)
            for path, buffer in model.named_buffers():
                if buffer.array is not before.get(path):
                    raise AutogradError(f"the model writes to {path} in every batch, which a tape does not repeat{at()}")
        number, prediction = tape.backward(trained, x, t, has_aux=True)
        return prediction, number

    return replay


def _of_values(model: Module, loss_of: LossOf, predicts: bool) -> Callable[[Any, Any], tuple[Any, float]]:
    parameters = model.parameters()
    tape: Any = None
    predicting: Any = None

    def loss(parameters: list[Value], x: Any, t: Any) -> Any:
        return loss_of([model(x)], [t], None)

    def replay(x: Any, t: Any) -> tuple[Any, float]:
        nonlocal tape, predicting
        x, t = numbers_of(x), numbers_of(t)
        if tape is None:
            with warnings.catch_warnings():
                # Losses look at targets to check them; whether they compute with what they saw shows at the first batch.
                warnings.simplefilter("ignore", UserWarning)
                tape = record(loss, parameters, x[0].tolist(), t[0].tolist(), on_branch="record")
            if predicts:
                predicting = record(lambda parameters, x: model(x), parameters, x[0].tolist(), on_branch="record")
        before = predicting.value(parameters, x, in_axes=(None, 0)) if predicts else None
        number = tape.backward(parameters, x, t, in_axes=(None, 0, 0), reduce="mean")
        return before, number

    return replay
