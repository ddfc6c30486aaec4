"""What is known about a training while it goes on, and what is kept so that it can go on another day?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autograd import AutogradError
from autograd.errors import at
from nn.module import Module
from nn.random import generators_of
from nn.training.batches import Batches, restore
from nn.training.history import History
from nn.training.protocol import Optimizer

if TYPE_CHECKING:
    from nn.training.callback import Callback


@dataclass
class Run:
    """One training, as callbacks see it.

    Attributes:
        model: the network.
        optimizer: what changes it.
        batches: where samples come from.
        callbacks: what is told of each step.
        epochs: how many epochs there are.
        epoch: the epoch that goes on, or was finished last, from 1; 0 before the first.
        batch: the batch of this epoch, from 1.
        numbers: of this epoch by name, once it is over; what a callback adds comes into the history.
        loss: the loss of this batch, in its graph, until the step is made.
        history: the epochs so far.
        resumed: the file that training went on from, None if it began anew.
    """

    model: Module
    optimizer: Optimizer
    batches: Batches
    callbacks: Sequence[Callback]
    epochs: int
    epoch: int = 0
    batch: int = 0
    numbers: dict[str, Any] = field(default_factory=dict)
    loss: Any = None
    history: History = field(default_factory=History)
    resumed: str | None = None

    def stop(self, reason: str) -> None:
        """Let training end here, for a reason that stands in ``history.stopped``; the first reason stays."""
        self.history.stopped = self.history.stopped or reason

    @property
    def stopped(self) -> bool:
        """Is training to end?"""
        return self.history.stopped is not None

    def number(self, name: str, who: str) -> float:
        """Return a number of this epoch that a callback asks for.

        Raises:
            AutogradError: there is none of this name.
        """
        if name not in self.numbers:
            raise AutogradError(f"{who} watches {name!r}, and the numbers are {', '.join(self.numbers)}{at()}")
        return float(self.numbers[name])

    def default_monitor(self) -> str:
        """Return what is watched where nothing is said: the loss in validation, or in training where there is none."""
        return "loss" if self.batches.validation is None else "val_loss"

    # --- going on another day -----------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """Return all that the epochs to come depend on, between two epochs."""
        return {
            "model": self.model.state_dict(),
            "random": {path: g.bit_generator.state for path, g in generators_of(self.model)},
            "optimizer": self.optimizer.state_dict(),
            "batches": self.batches.state_dict(),
            "callbacks": [[type(c).__name__, state] for c, state in self._with_a_memory()],
            "history": self.history.rows,
        }

    def _with_a_memory(self) -> list[tuple[Callback, dict[str, Any]]]:
        """Return the callbacks whose epochs to come depend on those before; others may come and go between two days."""
        return [(c, state) for c in self.callbacks if (state := c.state_dict())]

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave.

        Raises:
            AutogradError: it is the state of another training; nothing is changed then.
        """
        before = self.state_dict()
        try:
            self._load(state)
        except Exception:
            self._load(before)
            raise

    def _load(self, state: Mapping[str, Any]) -> None:
        callbacks = [c for c, _ in self._with_a_memory()]
        kinds, then = [type(c).__name__ for c in callbacks], [kind for kind, _ in state["callbacks"]]
        if then != kinds:
            raise AutogradError(f"callbacks with a memory were {_listed(then)}, and here are {_listed(kinds)}{at()}")
        generators = dict(generators_of(self.model))
        if generators.keys() != state["random"].keys():
            raise AutogradError(
                f"its random numbers are drawn in {_listed(state['random'])}, and here in {_listed(generators)}{at()}"
            )
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.batches.load_state_dict(state["batches"])
        for path, generator in generators.items():
            restore(generator, state["random"][path])
        for callback, (_, own) in zip(callbacks, state["callbacks"], strict=True):
            callback.load_state_dict(own)
        self.history.rows[:] = state["history"]
        self.epoch = len(self.history.rows)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
