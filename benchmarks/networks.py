"""What does a training step of an array network take, beside torch and beside numpy by hand?

Forward, backward and Adam on one batch: a tiny network, where the cost of a call is all there is, and a larger one,
where matrix products should be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

import nn
import optim
from autograd import Tensor, concatenate, record, relu, value_and_grad
from benchmarks import by_hand
from benchmarks.micrograd_step import two_moons
from benchmarks.report import agree, heading, race_table, target
from benchmarks.threads import one_thread
from benchmarks.timing import Contestant, Timings, race, ratio

Array = NDArray[Any]

# So small that thousands of steps on one batch leave the network what it was. One that has learned its batch has
# gradients of zero, Adam's running means then decay to denormal numbers, and those are slow on most processors.
LEARNING_RATE = 1e-7
TAPE = "wengert tape"
WHOLE = "wengert tape, whole step"


@dataclass(frozen=True)
class Task:
    """What is learned: a batch, weights to start with, and the loss in the words of each contestant."""

    title: str
    x: Array
    y: Array
    weights: list[Array]
    loss: Callable[[Tensor, Any], Tensor]
    torch_loss: Callable[[Any, Any], Any]
    hand_loss: Callable[[Array, Array], tuple[float, Array]]
    label: Callable[[Array], Any]


def network(params: Sequence[Any], x: Any, y: Any, loss: Callable[[Any, Any], Any]) -> Any:
    """Return the loss of a network with relu between layers."""
    last = len(params) - 2
    for i in range(0, last, 2):
        x = relu(x @ params[i] + params[i + 1])
    return loss(x @ params[last] + params[last + 1], y)


@dataclass
class Step:
    """One training step with the library, in phases (see `profiling`)."""

    params: Sequence[Tensor]
    x: Tensor
    y: Any
    loss: Callable[[Tensor, Any], Tensor]
    optimizer: optim.Optimizer

    def forward(self) -> Tensor:
        """The loss of the network."""
        return network(self.params, self.x, self.y, self.loss)

    def clear(self) -> None:
        """Forget the gradients."""
        self.optimizer.zero_grad()

    def update(self) -> None:
        """Adam's step."""
        self.optimizer.step()

    def __call__(self) -> Any:
        loss = self.forward()
        self.clear()
        loss.backward()
        self.update()
        return loss


def ours(task: Task, kind: type[Step] = Step) -> Step:
    """Return the step with the library, by a graph or by a tape."""
    params = [Tensor(w, requires_grad=True) for w in task.weights]
    return kind(params, Tensor(task.x), task.label(task.y), task.loss, optim.Adam(params, lr=LEARNING_RATE))


@dataclass
class Replayed(Step):
    """The same step with the loss on a tape, recorded when it is made."""

    def __post_init__(self) -> None:
        self.tape = record(self._loss_of, self.params, self.x, self.y)

    def _loss_of(self, params: Sequence[Tensor], x: Tensor, y: Any) -> Tensor:
        return network(params, x, y, self.loss)

    def __call__(self) -> Any:
        self.clear()
        loss = self.tape.backward(self.params, self.x, self.y)
        self.update()
        return loss


class WholeStep:
    """The same step in one replay: the loss, its gradient and Adam's rule are one recorded function of one flat vector."""

    def __init__(self, task: Task) -> None:
        shapes, ends = [w.shape for w in task.weights], np.cumsum([w.size for w in task.weights])
        starts = [0, *ends[:-1]]
        adam = optim.Adam.pure(lr=LEARNING_RATE)

        def parts(vector: Any) -> list[Any]:
            return [vector[a:b].reshape(shape) for a, b, shape in zip(starts, ends, shapes, strict=True)]

        def loss(params: list[Any], x: Any, y: Any) -> Any:
            return network(params, x, y, task.loss)

        def step(vector: Any, state: Any, x: Any, y: Any) -> tuple[Any, ...]:
            value, gradients = value_and_grad(loss)(parts(vector), x, y)
            return value, *adam.update(vector, concatenate([g.reshape(-1) for g in gradients]), state)

        self.x, self.y, self.parts = task.x, task.y, parts
        self.vector = np.concatenate([w.ravel() for w in task.weights])
        self.state = adam.init(self.vector)
        self.tape = record(step, self.vector, self.state, self.x, self.y)

    def __call__(self) -> Any:
        loss, self.vector, self.state = self.tape.value(self.vector, self.state, self.x, self.y)
        return loss


class TorchStep:
    """The same step in torch, eager, with its own layers and optimizer."""

    def __init__(self, task: Task, **options: bool) -> None:
        layers: list[torch.nn.Module] = []
        for w in task.weights[::2]:
            layers += [torch.nn.Linear(*w.shape, dtype=getattr(torch, str(w.dtype))), torch.nn.ReLU()]
        self.model = torch.nn.Sequential(*layers[:-1])
        with torch.no_grad():
            for p, w in zip(self.model.parameters(), task.weights, strict=True):
                p.copy_(torch.from_numpy(w.T))  # torch keeps W as (outputs, inputs)
        self.x, self.y, self.loss = torch.from_numpy(task.x), torch.from_numpy(task.y), task.torch_loss
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=LEARNING_RATE, **options)

    def __call__(self) -> Any:
        loss = self.loss(self.model(self.x), self.y)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss


def tiny(batch: int) -> Task:
    """MLP 2-16-16-1 in doubles on two moons, with the hinge loss."""
    points, labels = two_moons(batch)
    return Task(
        f"MLP 2-16-16-1, batch {batch}, float64, hinge loss, Adam",
        np.array(points), np.array(labels)[:, None], _weights([2, 16, 16, 1], float),
        loss=lambda z, y: relu(1 - y * z).mean(),
        torch_loss=lambda z, y: torch.relu(1 - y * z).mean(),
        hand_loss=by_hand.hinge,
        label=Tensor,
    )  # fmt: skip


def big(batch: int) -> Task:
    """MLP 784-128-10 in float32 on random pictures, with cross entropy."""
    generator = np.random.default_rng(0)
    return Task(
        f"MLP 784-128-10, batch {batch}, float32, cross entropy, Adam",
        generator.random((batch, 784), dtype=np.float32), generator.integers(0, 10, batch),
        _weights([784, 128, 10], np.float32),
        loss=nn.functional.cross_entropy,
        torch_loss=torch.nn.functional.cross_entropy,
        hand_loss=by_hand.cross_entropy,
        label=lambda y: y,
    )  # fmt: skip


def _weights(sizes: list[int], dtype: Any) -> list[Array]:
    generator = np.random.default_rng(1)
    weights = []
    for n, m in pairwise(sizes):
        weights += [generator.normal(0.0, np.sqrt(2.0 / n), (n, m)).astype(dtype), np.zeros(m, dtype)]
    return weights


DEFAULT = "torch, Adam by default"
TORCH = {DEFAULT: {}, "torch, Adam foreach": {"foreach": True}, "torch, Adam fused": {"fused": True}}


def contestants(task: Task) -> list[Contestant]:
    """Return all contestants, after one step of each whose loss, gradients and new weights agree."""
    tolerance = 1e-9 if task.x.dtype == np.float64 else 1e-4
    hand = by_hand.Network(task.weights, task.hand_loss, task.x, task.y, LEARNING_RATE)
    loss, gradients = hand.gradients()
    hand.step()
    step, replayed = ours(task), ours(task, Replayed)
    for name, mine in (("wengert", step), (TAPE, replayed)):
        agree(f"losses of {name} and by hand", float(getattr(y := mine(), "item", lambda: y)()), loss, tolerance)
        for p, g, w in zip(mine.params, gradients, hand.parameters, strict=True):
            agree(f"gradients of {name} and by hand", p.grad.detach().numpy(), g, tolerance)  # type: ignore[union-attr]
            agree(f"new weights of {name} and by hand", p.detach().numpy(), w, tolerance)
    whole = WholeStep(task)
    agree(f"losses of {WHOLE} and by hand", whole(), loss, tolerance)
    for p, w in zip(whole.parts(whole.vector), hand.parameters, strict=True):
        agree(f"new weights of {WHOLE} and by hand", p, w, tolerance)
    eager = {name: TorchStep(task, **options) for name, options in TORCH.items()}
    for name, other in eager.items():
        agree(f"losses of {name} and by hand", other().item(), loss, tolerance)
        for q, g, w in zip(other.model.parameters(), gradients, hand.parameters, strict=True):
            agree(f"gradients of {name} and by hand", q.grad.numpy().T, g, tolerance)
            agree(f"new weights of {name} and by hand", q.detach().numpy().T, w, tolerance)
    return [
        Contestant("wengert", step),
        Contestant(TAPE, replayed),
        Contestant(WHOLE, whole),
        Contestant("numpy by hand", hand.step),
        *(Contestant(name, other) for name, other in eager.items()),
    ]


def _race(task: Task, seconds: float) -> Timings:
    """Race all contestants, print the table, and return the times."""
    timings = race(contestants(task), collector_on=True, seconds=seconds)
    heading(f"Training step: {task.title}", "forward, backward, update; one batch over and over; collector on", "torch")
    race_table(timings, slower_than=("numpy by hand", *dict.fromkeys((DEFAULT, _fastest(timings)))))
    return timings


def _fastest(timings: Timings) -> str:
    """Return the name of torch's fastest variant."""
    return min(TORCH, key=lambda name: timings[name].median)


def main() -> None:
    """Print the tables."""
    with one_thread():
        for batch in (32, 64):
            timings = _race(tiny(batch), 5.0)
            target(f"time / {DEFAULT}", ratio(timings, "wengert", DEFAULT), at_most=0.25)
            for name in (TAPE, WHOLE):
                target(f"{name}: time / numpy by hand", ratio(timings, name, "numpy by hand"), at_most=1.2)
                target(f"{name}: time / {DEFAULT}", ratio(timings, name, DEFAULT), at_most=1 / 6)
        for batch in (32, 64):
            task = big(batch)
            timings = _race(task, 6.0)
            print(f"    matrix product ({batch}, 784) @ (784, 128) alone: {_products(task)}")
            target("time / numpy by hand", ratio(timings, "wengert", "numpy by hand"), at_most=1.15)
            target("tape: time / numpy by hand", ratio(timings, TAPE, "numpy by hand"), at_most=1.1)
            target(f"tape: time / {DEFAULT}", ratio(timings, TAPE, DEFAULT), at_most=1)
            _against_torch(timings)
    # With all cores as by default: shown and not judged, see `threads`.
    task = big(64)
    _race(task, 4.0)
    print(f"    matrix product (64, 784) @ (784, 128) alone: {_products(task)}")


def _against_torch(timings: Timings) -> None:
    for name in dict.fromkeys((DEFAULT, _fastest(timings))):
        target(f"time / {name}", ratio(timings, "wengert", name), at_most=1)


def _products(task: Task) -> str:
    """Say how fast either library multiplies matrices, which is not ours to change."""
    x, w = task.x, task.weights[0]
    tx, tw = torch.from_numpy(x), torch.from_numpy(w)
    timings = race([Contestant("numpy", lambda: x @ w), Contestant("torch", lambda: tx @ tw)],
                   collector_on=False, seconds=0.5)  # fmt: skip
    work = 2 * x.size * w.shape[1]
    return ", ".join(f"{name} {work / t.median / 1e9:.0f} GFLOP/s" for name, t in timings.items())


if __name__ == "__main__":
    main()
