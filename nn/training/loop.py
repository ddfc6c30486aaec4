"""How is a network trained, judged and used on data?

`fit` is the loop that one would write: gradients to zero, forward, loss, backward, step, for each batch; around it stand
order, validation, metrics, callbacks and a line that shows how far it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError, no_grad
from autograd.errors import at, short
from nn.data import DataLoader, Dataset
from nn.linear import counts
from nn.loss import Loss as LossModule
from nn.loss.names import loss_named
from nn.metrics.names import metric_named
from nn.module import Module
from nn.random import Rng
from nn.training.batches import Batches, batches_of, loader_of
from nn.training.callback import Callback, in_order, listed, tell
from nn.training.history import History
from nn.training.interrupt import interrupts_held
from nn.training.prediction import Function, array_of, caller_of, mode
from nn.training.progress import progress
from nn.training.protocol import Optimizer, optimizer_of
from nn.training.run import Run
from nn.training.stepping import Step, graph_step, number_of, taped_step
from nn.training.tally import Metric, Tally
from nn.training.weights import weighted

Loss = str | Callable[[Any, Any], Any]
Metrics = Sequence[str | Callable[[Any, Any], Any]]
OptimizerOrMaker = Optimizer | Callable[[list[Any]], Optimizer]


def fit(
    model: Callable[..., Any], data: Any, *, loss: Loss, optimizer: OptimizerOrMaker, epochs: int = 1,
    batch_size: int | None = None, validation: Any = None, metrics: Metrics = (), callbacks: Sequence[Callback] = (),
    class_weight: Any = None, shuffle: bool | None = None, rng: Rng = None, verbose: int = 1, tape: bool = False,
) -> History:  # fmt: skip
    """Train a network, and return what happened in each epoch.

    The loss of an epoch is the mean over its samples while it was going on; ``val_loss`` is that of the network after it.
    Ctrl-C ends training after the step that is being made; the network keeps what it has learnt, and a second Ctrl-C
    raises KeyboardInterrupt. After training the network is in the mode of use (`Module.eval`).

    Args:
        model: a module of Tensors, called with batches; one of Values, called with samples; or a function of a batch,
            whose parameters are the optimizer's.
        data: (x, t), or (x, t, w) with a weight for each sample; a `Dataset` with such columns, of which the third is called
            w; or a `DataLoader`.
        loss: a function or module of (prediction, target), or the name of one of `nn.loss`. With weights the loss of a batch
            is Σ wᵢ lᵢ / Σ wᵢ: the losses of `nn` are used as they are, and a function of one's own needs a parameter
            ``reduction``, to give one number a sample where that is "none".
        optimizer: such as ``optim.Adam(model.parameters())``; or what makes one of parameters, such as ``optim.Adam``.
        epochs: how often all samples are gone through. (default 1)
        batch_size: samples a step. (default 32)
        validation: a fraction of the samples that is kept back, drawn from `rng`; or data. (default None)
        metrics: names (see `nn.metrics`) or functions of (prediction, target). (default none)
        callbacks: such as `EarlyStopping`. (default none)
        class_weight: a dict from classes to weights, or "balanced". (default None)
        shuffle: are samples put into a new order for each epoch? (default True)
        rng: an int, a `numpy.random.Generator` or None: where the order is drawn from.
        verbose: 0 silent; 1 a bar, or plain lines where there is no terminal; 2 plain lines, one an epoch, or 20 at most
            where there are more epochs. (default 1)
        tape: is the loss of a batch recorded once and replayed (`autograd.record`)? The numbers are the same, and most
            networks train faster. Not for parts that draw random numbers or write to their buffers (Dropout, BatchNorm), nor
            for weights of samples. (default False)

    Returns:
        The numbers of each epoch by name; ``history.stopped`` says why training ended early, if it did.

    Raises:
        AutogradError: data, loss, metrics or settings cannot be used.

    >>> import nn, optim
    >>> data = nn.data.blobs(60, centers=[[-2, 0], [2, 0]], rng=0)
    >>> model = nn.Linear(2, 2, rng=0)
    >>> history = nn.fit(model, data, loss=nn.CrossEntropyLoss(), optimizer=optim.SGD(model.parameters(), lr=0.1),
    ...                  epochs=5, validation=0.2, metrics=["accuracy"], rng=0, verbose=0)
    >>> history["val_accuracy"][-1]
    1.0
    """
    counts(epochs=epochs, batch_size=32 if batch_size is None else batch_size)
    batches = Batches(
        data, batch_size=batch_size, shuffle=shuffle, rng=rng, validation=validation, class_weight=class_weight
    )
    if not len(batches.train):
        raise AutogradError(f"there is no batch to train on: fewer samples than one batch, with drop_last{at()}")
    judge = Judge(loss_of(loss), metrics)
    module, chosen = _trained(model, optimizer)
    told = in_order(callbacks)
    run = Run(module, chosen, batches, told, epochs)
    tell(reversed(told), "on_train_begin")(run)
    with interrupts_held() as interrupted:
        step = taped_step(module, judge.loss, predicts=bool(judge.metrics)) if tape else graph_step(module, judge.loss)
        _train(run, judge, step, interrupted, verbose)
    tell(told, "on_train_end")(run)
    module.eval()
    return run.history


def evaluate(
    model: Callable[..., Any], data: Any, *, loss: Loss | None = None, metrics: Metrics = (), batch_size: int = 32
) -> dict[str, Any]:
    """Return the loss and the metrics of a network on data, by name.

    Args:
        model: a module, or a function of a batch.
        data: as for `fit`.
        loss: as for `fit`. (default None: the metrics alone)
        metrics: as for `fit`. (default none)
        batch_size: samples at a time. (default 32)

    Raises:
        AutogradError: there is neither a loss nor a metric, or something cannot be used.

    >>> import nn
    >>> nn.evaluate(lambda x: 2 * x, ([1.0, 2.0], [2.0, 3.0]), loss="mse", metrics=["mae"])
    {'loss': 0.5, 'mae': 0.5}
    """
    counts(batch_size=batch_size)
    judge = Judge(None if loss is None else loss_of(loss), metrics)
    if loss is None and not judge.metrics:
        raise AutogradError(f"a network is judged by a loss or metrics, got neither{at()}")
    return judge.of(_module(model), loader_of(data, batch_size), "")


def predict(model: Callable[..., Any], x: Any, *, batch_size: int = 32) -> NDArray[Any]:
    """Return what a network in use gives for each of many inputs, as one array of bare numbers.

    Args:
        model: a module, or a function of a batch.
        x: the inputs.
        batch_size: samples at a time. (default 32)

    >>> import nn
    >>> nn.predict(nn.MLP(2, [3, 1], rng=0), [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], batch_size=2).shape
    (3,)
    """
    counts(batch_size=batch_size)
    module = _module(model)
    call = caller_of(module)
    with mode(module, False), no_grad():
        return np.concatenate([array_of(call(batch)) for (batch,) in DataLoader(Dataset(x), batch_size)])


class Judge:
    """What a network is judged by: its loss, weighted or not, and metrics.

    Args:
        loss: a function of (prediction, target); None for the metrics alone.
        metrics: names, or functions of (prediction, target).

    Raises:
        AutogradError: the metrics are no list, or there is none of a name.
    """

    def __init__(self, loss: Callable[[Any, Any], Any] | None, metrics: Metrics) -> None:
        self._loss = loss
        self.given: list[Any] = listed("metrics are a list of names or functions", metrics)
        self.metrics: list[Metric] = [metric_named(metric, loss) for metric in self.given]
        self._weighted: Callable[[Any, Any, Any], Any] | None = None

    def loss(self, prediction: Any, target: Any, weights: Any) -> Any:
        """Return the loss of a batch; without weights it is the plain one. Where there is no loss, it is nan."""
        if self._loss is None:
            return math.nan
        if weights is None:
            return self._loss(prediction, target)
        if self._weighted is None:
            self._weighted = weighted(self._loss)
        return self._weighted(prediction, target, weights)

    def of(self, model: Module, loader: DataLoader, prefix: str, go_on: Callable[[], bool] = lambda: True) -> dict[str, Any]:
        """Return the numbers of a model in use; those of the first batches alone, where it is not to go on."""
        call, tally = caller_of(model), Tally(self.metrics)
        with mode(model, False), no_grad():
            for x, t, w in batches_of(loader):
                if not go_on():
                    break
                prediction = call(x)
                tally.add(number_of(self.loss(prediction, t, w)), prediction, t, w)
        numbers = tally.numbers(prefix)
        if self._loss is None:
            del numbers[f"{prefix}loss"]
        return numbers


def loss_of(given: Any) -> Callable[[Any, Any], Any]:
    """Return the loss that is given as a function or module, or by its name.

    Raises:
        AutogradError: it is neither, or there is none of this name.
    """
    if isinstance(given, str):
        return loss_named(given)
    if isinstance(given, type):
        package = "nn." if given.__module__ == LossModule.__module__ else ""
        raise AutogradError(f"a loss is an object: {package}{given.__name__}(), got the class{at()}")
    if not callable(given):
        raise AutogradError(f"a loss is a function or module of (prediction, target), or a name, got {short(given)}{at()}")
    return cast(Callable[[Any, Any], Any], given)


# --- the loop ---------------------------------------------------------------------------------------------------------


def _train(run: Run, judge: Judge, step: Step, interrupted: Callable[[], bool], verbose: int) -> None:
    """Go through the epochs that are left."""
    model, loader = run.model, run.batches.validation
    shown = progress(verbose, run.epochs, run.epoch + 1, len(run.batches.train), _beginning(run))
    begin, end = tell(run.callbacks, "on_epoch_begin"), tell(run.callbacks, "on_epoch_end")
    try:
        while run.epoch < run.epochs and not run.stopped:
            run.epoch += 1
            begin(run)
            model.train()
            numbers = _epoch(run, judge, step, interrupted, shown.batch)
            if loader is not None and not run.stopped:
                numbers |= judge.of(model, loader, "val_", lambda: not interrupted())
            if interrupted():
                run.stop(f"interrupted in epoch {run.epoch} of {run.epochs}: the network keeps what it has learnt")
            if run.stopped:
                break  # an epoch that was not finished has no numbers
            run.numbers = numbers
            run.history.rows.append(numbers)
            end(run)
            shown.epoch(run.epoch, numbers)
    finally:
        shown.end(run.history.stopped)


def _epoch(
    run: Run, judge: Judge, step: Step, interrupted: Callable[[], bool], shown: Callable[[int, float], None]
) -> dict[str, Any]:
    """Make the steps of one epoch, and return its numbers."""
    optimizer, tally = run.optimizer, Tally(judge.metrics)
    gradients, done = tell(run.callbacks, "on_gradients"), tell(run.callbacks, "on_batch_end")
    for batch, (x, t, w) in enumerate(batches_of(run.batches.train), 1):
        run.batch = batch
        optimizer.zero_grad()
        prediction, run.loss = step(x, t, w)
        number = number_of(run.loss)
        gradients(run)
        if run.stopped:
            break
        optimizer.step()
        tally.add(number, prediction, t, w)
        run.loss = None  # the graph would stay in memory beside that of the next batch
        done(run)
        shown(run.epoch, tally.loss)
        if run.stopped or interrupted():
            break
    return tally.numbers()


def _beginning(run: Run) -> str | None:
    """Return what is said of a training that goes on from a file."""
    if run.resumed is None:
        return None
    is_over = run.epoch >= run.epochs or run.stopped
    end = ": nothing is left to train" if is_over else ""
    return f"going on from {run.resumed} after epoch {run.epoch} of {run.epochs}{end}"


def _trained(model: Callable[..., Any], given: OptimizerOrMaker) -> tuple[Module, Optimizer]:
    """Return a model as a module, and the optimizer of its parameters."""
    own = _module(model).parameters()
    optimizer = optimizer_of(own, given)
    return _module(model, [p for group in optimizer.param_groups for p in group["params"]]), optimizer


def _module(model: Callable[..., Any], params: Sequence[Any] = ()) -> Module:
    """Return a model as a module; a plain function as one that owns these parameters."""
    if isinstance(model, type):
        raise AutogradError(f"a model is an object: {model.__name__}(…), got the class{at()}")
    if isinstance(model, Module):
        return model
    if not callable(model):
        raise AutogradError(f"a model is a module or a function of a batch, got {short(model)}{at()}")
    return Function(model, list(params))
