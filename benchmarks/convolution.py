"""What does a training step of a small convolutional network take, beside torch?

Convolution 1 → 8, pooling, convolution 8 → 16, pooling, linear, on 64 pictures of 28 x 28 in float32, with cross entropy and
Adam: forward, backward, update.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

import nn
import optim
from autograd import Tensor
from benchmarks.networks import LEARNING_RATE
from benchmarks.report import agree, heading, race_table, target
from benchmarks.threads import one_thread
from benchmarks.timing import Contestant, race, ratio

BATCH, KERNEL = 64, 3
TOLERANCE = 1e-4  # single precision


def layers(library: Any, **options: Any) -> list[Any]:
    """Return the layers of the network, in the words that both libraries share."""
    conv = {"kernel_size": KERNEL, "padding": KERNEL // 2, **options}
    return [
        library.Conv2d(1, 8, **conv), library.ReLU(), library.MaxPool2d(2),
        library.Conv2d(8, 16, **conv), library.ReLU(), library.MaxPool2d(2),
        library.Flatten(), library.Linear(16 * 7 * 7, 10, **options),
    ]  # fmt: skip


class Step:
    """One training step, in the words that both libraries share."""

    def __init__(self, library: Any, optimizer: Any, model: Any, x: Any, labels: Any) -> None:
        self.loss, self.model, self.x, self.labels = library.functional.cross_entropy, model, x, labels
        self.optimizer = optimizer(model.parameters(), lr=LEARNING_RATE)

    def __call__(self) -> Any:
        loss = self.loss(self.model(self.x), self.labels)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss


def contestants() -> list[Contestant]:
    """Return both contestants, after one step of each whose loss and gradients agree."""
    generator = np.random.default_rng(0)
    x = generator.normal(size=(BATCH, 1, 28, 28)).astype(np.float32)
    labels = generator.integers(0, 10, BATCH)
    model = nn.Sequential(*layers(nn, dtype=np.float32))
    model.reset_parameters(1)
    other = torch.nn.Sequential(*layers(torch.nn))
    other.load_state_dict({path: torch.from_numpy(array) for path, array in model.state_dict().items()})
    ours = Step(nn, optim.Adam, model, Tensor(x), labels)
    theirs = Step(torch.nn, torch.optim.Adam, other, torch.from_numpy(x), torch.from_numpy(labels))
    agree("losses of wengert and torch", ours().item(), theirs().item(), TOLERANCE)
    for p, q in zip(model.parameters(), other.parameters(), strict=True):
        agree("gradients of wengert and torch", p.grad.detach().numpy(), q.grad.numpy(), TOLERANCE)
    return [Contestant("wengert", ours), Contestant("torch", theirs)]


def main() -> None:
    """Print the table."""
    with one_thread():
        timings = race(contestants(), collector_on=True, seconds=8.0)
        heading(
            f"Training step: conv 1-8, pool, conv 8-16, pool, linear; kernels of {KERNEL}, batch {BATCH}, float32, Adam",
            "forward, backward, update; one batch over and over; collector on", "torch",
        )  # fmt: skip
        race_table(timings, slower_than=("torch",))
        target("time / torch", ratio(timings, "wengert", "torch"), at_most=1.6)


if __name__ == "__main__":
    main()
