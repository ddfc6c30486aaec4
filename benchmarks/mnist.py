"""How well and how fast are the digits of MNIST learnt, beside torch?

`nn.fit` and a loop as one writes it in torch train the same network: from the same weights, with Adam at the same learning
rates, on the same batches in the same order. They take turns epoch by epoch; the accuracies are those of the very trainings
that were timed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

import nn
import optim
from benchmarks import convolution
from benchmarks.report import agree, heading, race_table, target
from benchmarks.threads import one_thread
from benchmarks.timing import Timing, clock, collector, ratio

BATCH = 32
SEED = 0
# Single precision: rounding decides on which side of a relu's kink a sum lies, and two trainings part there.
TOLERANCE = 1e-2


@dataclass(frozen=True)
class Task:
    """A network, for how long it is trained, and what is expected.

    Args:
        layers: makes its layers, in the words that both libraries share.
        lr: the learning rate of the first epoch.
        end: what part of it is left after the last one; it goes down by as much after each epoch.
        accuracy: how many of a hundred test pictures it gets right at least.
        slower: how many times torch's time an epoch takes at most.
    """

    title: str
    layers: Callable[..., list[Any]]
    epochs: int
    lr: float
    end: float
    accuracy: float
    slower: float


def dense(width: int) -> Callable[..., list[Any]]:
    """Return what makes the layers of a network with so many hidden units."""
    return lambda library, **options: [
        library.Flatten(), library.Linear(784, width, **options), library.ReLU(), library.Linear(width, 10, **options),
    ]  # fmt: skip


TASKS = (
    # Adam as it comes, as in the course; with larger steps it depends on the seed whether 91 % are reached.
    Task("784-8-10 with relu, the course's network", dense(8), 5, lr=1e-3, end=1.0, accuracy=91.0, slower=1.0),
    Task("784-128-10 with relu", dense(128), 8, lr=1e-3, end=0.0, accuracy=97.5, slower=1.0),
    Task("conv 1-8, pool, conv 8-16, pool, linear; kernels of 3", convolution.layers, 4, lr=3e-3, end=0.0, accuracy=98.5,
         slower=1.6),
)  # fmt: skip


class Ours:
    """A training with the library."""

    def __init__(self, model: Any, train: nn.data.Dataset, task: Task) -> None:
        self.model, self.train, self.rng = model, train, np.random.default_rng(SEED)
        self.optimizer = optim.Adam(model.parameters(), lr=task.lr)
        self.schedule = optim.LinearLR(self.optimizer, 1.0, task.end, total_iters=task.epochs)

    def epoch(self) -> float:
        """Train for one epoch and return its loss."""
        history = nn.fit(
            self.model, self.train, loss="cross_entropy", optimizer=self.optimizer, batch_size=BATCH,
            callbacks=[nn.ScheduleLR(self.schedule)], rng=self.rng, verbose=0,
        )  # fmt: skip
        return history["loss"][-1]  # type: ignore[no-any-return]

    def accuracy(self, test: nn.data.Dataset) -> float:
        """Return how many of a hundred pictures it gets right."""
        numbers = nn.evaluate(self.model, test, loss="cross_entropy", metrics=["accuracy"])
        return 100 * float(numbers["accuracy"])


class Theirs:
    """The same training with torch."""

    def __init__(self, model: Any, train: nn.data.Dataset, task: Task) -> None:
        self.model, self.rng = model, np.random.default_rng(SEED)
        self.x, self.t = torch.from_numpy(train.x), torch.from_numpy(train.t)
        self.optimizer = torch.optim.Adam(model.parameters(), lr=task.lr)
        self.schedule = torch.optim.lr_scheduler.LinearLR(self.optimizer, 1.0, task.end, total_iters=task.epochs)

    def epoch(self) -> float:
        """Train for one epoch and return its loss."""
        total = 0.0
        for batch in torch.from_numpy(self.rng.permutation(len(self.x))).split(BATCH):
            loss = torch.nn.functional.cross_entropy(self.model(self.x[batch]), self.t[batch])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            total += loss.item() * len(batch)
        self.schedule.step()
        return total / len(self.x)

    def accuracy(self, test: nn.data.Dataset) -> float:
        """Return how many of a hundred pictures it gets right."""
        with torch.no_grad():
            found = self.model(torch.from_numpy(test.x)).argmax(dim=1)
        return 100 * float((found == torch.from_numpy(test.t)).float().mean())


def trainings(task: Task, train: nn.data.Dataset) -> dict[str, Ours | Theirs]:
    """Return both trainings, which start from the same weights."""
    model = nn.Sequential(*task.layers(nn, dtype=np.float32))
    model.reset_parameters(SEED)
    other = torch.nn.Sequential(*task.layers(torch.nn))
    other.load_state_dict({path: torch.from_numpy(array) for path, array in model.state_dict().items()})
    return {"wengert": Ours(model, train, task), "torch": Theirs(other, train, task)}


def learn(task: Task, train: nn.data.Dataset, test: nn.data.Dataset) -> None:
    """Train with both, an epoch of one and an epoch of the other, and print the tables."""
    both = trainings(task, train)
    # No `race`: its calibration and the runs that it leaves uncounted would be epochs of training too.
    timings = {name: Timing() for name in both}
    for epoch in range(task.epochs):
        losses = {}
        for name in sorted(both, reverse=epoch % 2 == 1):  # each epoch starts with the other one
            with collector(True):
                seconds, losses[name] = clock(both[name].epoch)
            timings[name].samples.append(seconds)
        if epoch == 0:
            agree("losses of wengert and torch in the first epoch", losses["wengert"], losses["torch"], TOLERANCE)
    accuracies = {name: training.accuracy(test) for name, training in both.items()}
    rate = f"{task.lr:g}" if task.end == 1 else f"{task.lr:g} falling to {task.lr * task.end:g}"
    heading(
        f"MNIST: {task.title}",
        f"{task.epochs} epochs of {len(train):,} pictures, tested on {len(test):,}; batch {BATCH}, float32, cross entropy, "
        f"Adam with lr {rate}; times of an epoch; one thread, collector on", "torch",
    )  # fmt: skip
    race_table(timings, slower_than=("torch",))
    print(f"    correct on the pictures for testing: {', '.join(f'{name} {a:.2f} %' for name, a in accuracies.items())}")
    target("accuracy of wengert, %,", accuracies["wengert"], at_least=task.accuracy)
    target("time / torch", ratio(timings, "wengert", "torch"), at_most=task.slower)


def main() -> None:
    """Print the tables."""
    train, test = nn.data.mnist(download=True)
    with one_thread():
        for task in TASKS:
            learn(task, train, test)


if __name__ == "__main__":
    main()
