"""What can be told of each step of a training, and what can it do?"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from autograd import AutogradError
from autograd.errors import at, short
from nn.training.protocol import Schedule
from nn.training.run import Run


class Callback:
    """Is told when training, an epoch or a batch begins or ends; a subclass does something about it.

    Each method is given the `Run`: its model, optimizer, numbers and history, and `stop(reason)`. A method ``on_…`` of
    another name, or with other parameters, is an error when the class is made.

    >>> import nn
    >>> class Shout(nn.Callback):
    ...     def on_epoch_end(self, run):
    ...         print(f"epoch {run.epoch}: {run.numbers['loss']:.2f}!")
    """

    last: ClassVar[bool] = False
    """Is this one told last, because it writes down what the others have decided? When training begins it is told first."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for name, method in vars(cls).items():
            if name.startswith("on_") and callable(method):
                _check_hook(f"{cls.__name__}.{name}", name, method)

    def on_train_begin(self, run: Run) -> None:
        """Training begins, or goes on from a checkpoint."""

    def on_epoch_begin(self, run: Run) -> None:
        """Epoch ``run.epoch`` begins."""

    def on_gradients(self, run: Run) -> None:
        """The gradients of a batch are there, the step is not made; it is left out if the run is stopped here."""

    def on_batch_end(self, run: Run) -> None:
        """The step of a batch is made."""

    def on_epoch_end(self, run: Run) -> None:
        """An epoch is over, validation included."""

    def on_train_end(self, run: Run) -> None:
        """Training is over."""

    def state_dict(self) -> dict[str, Any]:
        """Return what the epochs to come depend on, as plain dicts, numbers and arrays; empty if they do not."""
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take over what `state_dict` gave."""

    def __repr__(self) -> str:
        """Write down the settings that are kept and differ from the defaults."""
        chosen = []
        for i, (name, parameter) in enumerate(inspect.signature(type(self)).parameters.items()):
            x = vars(self).get(name, parameter.default)
            x = os.fspath(x) if isinstance(x, os.PathLike) else x
            if repr(x) != repr(parameter.default):  # as text, because arrays are not equal as a whole
                by_place = i == 0 and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
                chosen.append(short(x) if by_place else f"{name}={short(x)}")
        return f"{type(self).__name__}({', '.join(chosen)})"


HOOKS = tuple(name for name in vars(Callback) if name.startswith("on_"))


def _check_hook(where: str, name: str, method: Callable[..., Any]) -> None:
    """Raise unless a method of a subclass is one that is called, and with what it is called with."""
    if name not in HOOKS:
        raise AutogradError(f"there is no hook {where}: one of {', '.join(HOOKS)}{at()}")
    if not inspect.isfunction(method):
        return
    signature = inspect.signature(method)
    given = list(signature.parameters.values())
    takes_all = any(p.kind is p.VAR_POSITIONAL for p in given)
    takes_run = len(given) == 2 and given[1].default is given[1].empty and given[1].kind <= given[1].POSITIONAL_OR_KEYWORD
    if not (takes_all or takes_run):
        raise AutogradError(f"hooks are given the run: {where}(self, run), got {signature}{at()}")


class LambdaCallback(Callback):
    """A callback made of functions of the run.

    Args:
        hooks: functions by the name of the method, such as ``on_epoch_end=lambda run: print(run.numbers)``.

    >>> import nn, optim
    >>> model, data = nn.Linear(2, 2, rng=0), nn.data.moons(60, rng=0)
    >>> show = nn.LambdaCallback(on_epoch_end=lambda run: print(f"epoch {run.epoch}: {run.numbers['loss']:.2f}"))
    >>> history = nn.fit(model, data, loss="cross_entropy", optimizer=optim.Adam(model.parameters()), epochs=2,
    ...                  callbacks=[show], rng=0, verbose=0)
    epoch 1: 0.91
    epoch 2: 0.90
    >>> nn.LambdaCallback(on_epoch=print)
    Traceback (most recent call last):
    autograd.errors.AutogradError: there is no on_epoch: one of on_train_begin, on_epoch_begin, on_gradients, ...
    """

    def __init__(self, **hooks: Callable[[Run], Any]) -> None:
        for name, hook in hooks.items():
            if name not in HOOKS:
                raise AutogradError(f"there is no {name}: one of {', '.join(HOOKS)}{at()}")
            setattr(self, name, hook)


class ScheduleLR(Callback):
    """Takes a step of a schedule of learning rates at the end of each epoch, or of each batch.

    Args:
        schedule: such as ``optim.CosineAnnealingLR(optimizer, T_max=10)``.
        every: "epoch" or "batch". (default "epoch")
        monitor: the number that a schedule which watches one is given, such as "val_loss". (default: none)

    Raises:
        AutogradError: `every` is neither.
    """

    def __init__(self, schedule: Schedule, *, every: str = "epoch", monitor: str | None = None) -> None:
        if every not in ("epoch", "batch"):
            raise AutogradError(f'every is "epoch" or "batch", got {every!r}{at()}')
        self.schedule, self.every, self.monitor = schedule, every, monitor

    def on_batch_end(self, run: Run) -> None:
        if self.every == "batch":
            self.schedule.step()

    def on_epoch_end(self, run: Run) -> None:
        note_rates(run)
        if self.every == "epoch":
            if self.monitor is None:
                self.schedule.step()
            else:
                self.schedule.step(run.number(self.monitor, type(self).__name__))

    def state_dict(self) -> dict[str, Any]:
        return self.schedule.state_dict()

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.schedule.load_state_dict(state)


def note_rates(run: Run) -> None:
    """Write the learning rate an epoch ended with into its numbers: that of the first group."""
    run.numbers["lr"] = float(run.optimizer.param_groups[0]["lr"])


def listed(what: str, given: Any) -> list[Any]:
    """Return what is given as a list; if it is none, say what it is."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise AutogradError(f"{what}, got {short(given)}{at()}")
    return list(given)


def in_order(callbacks: Iterable[Callback]) -> list[Callback]:
    """Return callbacks in the order in which they are told: as given, those that write last.

    Raises:
        AutogradError: it is no list, or something in it is no callback.
    """
    found: list[Callback] = listed("callbacks are a list of objects of nn.Callback", callbacks)
    for callback in found:
        if not isinstance(callback, Callback):
            raise AutogradError(f"callbacks are objects of nn.Callback, got {short(callback)}{at()}")
    return sorted(found, key=lambda callback: callback.last)


def tell(callbacks: Iterable[Callback], hook: str) -> Callable[[Run], None]:
    """Return the function that tells a run's callbacks one thing, and costs nothing where none of them listens."""
    plain = getattr(Callback, hook)
    methods = [getattr(c, hook) for c in callbacks if hook in vars(c) or getattr(type(c), hook) is not plain]

    def told(run: Run) -> None:
        for method in methods:
            method(run)

    return told
