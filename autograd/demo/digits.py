"""A small network learns to read handwritten digits, and shows which it misreads."""

from __future__ import annotations

import sys
from pathlib import Path

import nn
import optim
from autograd.demo.pictures import save_picture


def show(directory: Path) -> None:
    """Train with a progress line, print the accuracy on digits never seen, and draw those misread into a directory."""
    learnt, unseen = nn.data.random_split(nn.data.digits(), [0.8, 0.2], rng=0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 32, rng=0), nn.ReLU(), nn.Linear(32, 10, rng=1))
    print(f"\nHandwritten digits, 8 by 8 pixels: {len(learnt)} to learn from, {len(unseen)} kept back\n")
    print(nn.summary(model, (1, 8, 8)), end="\n\n")

    sys.stdout.flush()  # the progress line goes to stderr
    nn.fit(
        model, learnt, loss="cross_entropy", optimizer=optim.Adam(model.parameters(), lr=0.01), epochs=20, batch_size=32,
        validation=0.1, metrics=["accuracy"], rng=0,
    )  # fmt: skip

    taken_for = nn.predict(model, unseen.x).argmax(axis=1)
    wrong = taken_for != unseen.t
    print(f"\nTest accuracy {1 - wrong.mean():.1%}: {wrong.sum()} of {len(unseen)} digits it has never seen are misread")
    if wrong.any():
        save_picture(
            directory / "misread_digits.svg", "Misread digits: what they are → what they were taken for", (8.0, 4.0),
            lambda ax: nn.plot_digits(unseen.x[wrong], unseen.t[wrong], taken_for[wrong], ax),
        )  # fmt: skip
