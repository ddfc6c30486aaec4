"""How long does a training step of micrograd's demo take?

MLP 2-16-16-1 with relu, 100 points of two moons, hinge loss and L2, the full batch, plain gradient descent: some 65,000
operations on single numbers. The demo's code is one function for all contestants.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import micrograd.nn
import numpy as np
from micrograd.engine import Value as MicrogradValue

import nn
from autograd import Value
from benchmarks.report import agree, heading, race_table, target
from benchmarks.timing import Contestant, race, ratio

SIZES = [16, 16, 1]
POINTS = 100
ALPHA = 1e-4  # of the L2 term
LEARNING_RATE = 0.1  # of the demo's schedule from 1 to 0.1 the last: the net stays away from a perfect fit for long


def two_moons(n: int, noise: float = 0.1, rng: int = 1337) -> tuple[list[list[float]], list[float]]:
    """Return n points on two interleaved half circles, and for each the label -1.0 or 1.0."""
    generator = np.random.default_rng(rng)
    angle = np.linspace(0.0, np.pi, n // 2)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.column_stack([1.0 - np.cos(angle), 0.5 - np.sin(angle)])
    points = np.concatenate([upper, lower]) + generator.normal(0.0, noise, (2 * (n // 2), 2))
    return points.tolist(), [-1.0] * (n // 2) + [1.0] * (n // 2)


def micrograd_nn_on(kind: type) -> ModuleType:
    """Return micrograd's own nn.py, run anew with another class in place of its Value."""
    spec = importlib.util.find_spec("micrograd.nn")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.Value = kind  # type: ignore[attr-defined]
    return module


@dataclass
class Step:
    """The demo's training step with one model, in phases (see `profiling`).

    Args:
        model: an MLP with micrograd's interface.
        number: what an input is wrapped in before the model sees it.
    """

    model: Any
    number: Callable[[float], Any]
    points: Sequence[Sequence[float]]
    labels: Sequence[float]

    def forward(self) -> Any:
        """The demo's loss, in its own words."""
        inputs = [list(map(self.number, row)) for row in self.points]
        scores = list(map(self.model, inputs))
        losses = [(1 + -yi * scorei).relu() for yi, scorei in zip(self.labels, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        reg_loss = ALPHA * sum(p * p for p in self.model.parameters())
        return data_loss + reg_loss

    def clear(self) -> None:
        """Set the gradients to zero."""
        self.model.zero_grad()

    def update(self) -> None:
        """Go downhill."""
        for p in self.model.parameters():
            p.data -= LEARNING_RATE * p.grad

    def __call__(self) -> Any:
        loss = self.forward()
        self.clear()
        loss.backward()
        self.update()
        return loss


def steps() -> dict[str, Step]:
    """Return the contestants, all with the same weights."""
    points, labels = two_moons(POINTS)
    plain = nn.MLP(2, SIZES, rng=0)
    weights = [p.data for p in plain.parameters()]
    contestants = {
        # As its users write it: inputs need no wrapping.
        "wengert nn.MLP": Step(plain, float, points, labels),
        "wengert op by op": Step(micrograd_nn_on(Value).MLP(2, SIZES), Value, points, labels),
        "micrograd": Step(micrograd.nn.MLP(2, SIZES), MicrogradValue, points, labels),
    }
    for step in contestants.values():
        for p, w in zip(step.model.parameters(), weights, strict=True):
            p.data = w
    return contestants


def _check(contestants: dict[str, Step]) -> int:
    """Take one step with each, hold the results against each other, and return the number of micrograd's operations."""
    losses = {name: step() for name, step in contestants.items()}
    theirs = contestants["micrograd"].model.parameters()
    for name, step in contestants.items():
        ours = step.model.parameters()
        agree(f"losses of {name} and micrograd", losses[name].data, losses["micrograd"].data)
        agree(f"gradients of {name} and micrograd", [p.grad for p in ours], [p.grad for p in theirs])
        agree(f"new weights of {name} and micrograd", [p.data for p in ours], [p.data for p in theirs])
    seen: set[Any] = set()
    stack = [losses["micrograd"]]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack += node._prev
    return sum(1 for node in seen if node._op)


def main() -> None:
    """Print the tables."""
    contestants = steps()
    count = _check(contestants)
    for on in (True, False):
        field = [Contestant(name, step) for name, step in contestants.items()]
        timings = race(field, collector_on=on, seconds=18.0 if on else 7.0, least=5, turn=0.1)
        heading(
            "micrograd's demo: one full training step of an MLP 2-16-16-1 on 100 two-moons points",
            f"hinge loss + {ALPHA:g} L2, gradient descent; micrograd makes {count:,} operations of it; doubles, "
            f"one at a time; collector {'on' if on else 'off'}",
            "micrograd",
        )
        race_table(timings, faster_than="micrograd")
        if on:
            target("nn.MLP times faster than micrograd", ratio(timings, "micrograd", "wengert nn.MLP"), at_least=20)
            target("op by op times faster than micrograd", ratio(timings, "micrograd", "wengert op by op"), at_least=10)


if __name__ == "__main__":
    main()
