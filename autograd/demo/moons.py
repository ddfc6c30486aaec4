"""A small network of single neurons learns to tell two moons apart, by gradient descent written out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import nn
import optim
from autograd.demo.pictures import save_picture
from autograd.value import Value

_STEPS = 60


def show(directory: Path) -> None:
    """Print how the loss falls, and draw the border between the moons into a directory."""
    data = nn.data.moons(100, noise=0.1, rng=0)
    points, labels = data.x.tolist(), (2 * data.t - 1).tolist()
    model = nn.MLP(2, [16, 16, 1], rng=0)
    optimizer = optim.SGD(model.parameters(), lr=0.5)

    print(f"Two moons: MLP 2-16-16-1 of single neurons, {len(model.parameters())} parameters, hinge loss")
    for step in range(_STEPS + 1):
        loss, accuracy = _hinge(model, points, labels)
        if step % 10 == 0:
            print(f"  step {step:3}  loss {loss.data:.4f}  accuracy {accuracy:4.0%}", flush=True)
        optimizer.lr = 0.5 * (1 - 0.9 * step / _STEPS)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    save_picture(
        directory / "moons.svg", "The border between the moons", (6.0, 4.5),
        lambda ax: nn.plot_decision_boundary(model, data, ax),
    )  # fmt: skip


def _hinge(
    model: Callable[[list[float]], Value], points: Sequence[list[float]], labels: Sequence[float]
) -> tuple[Value, float]:
    """The mean of max(0, 1 - y f(x)), and the share of points on the right side."""
    scores = [model(p) for p in points]
    losses = [(1 - y * s).relu() for y, s in zip(labels, scores, strict=True)]
    right = sum((s.data > 0) == (y > 0) for y, s in zip(labels, scores, strict=True))
    return sum(losses, Value(0.0, requires_grad=False)) / len(losses), right / len(labels)
