"""How well does a network of one layer tell praise from blame in film reviews that it has not seen?

Reviews of IMDB as bags of words: which of the 20,000 most frequent words of the reviews for training are there?
"""

from __future__ import annotations

from typing import Any

import numpy as np

import nn
import optim
from benchmarks.report import duration, heading, table, target
from benchmarks.threads import one_thread
from benchmarks.timing import clock

HELD_OUT = 0.2
WORDS, BATCH, EPOCHS, LEARNING_RATE = 20_000, 32, 4, 1e-3
SEED = 0


def reviews() -> nn.data.Dataset:
    """Return the reviews of IMDB, of those with the same words one: its twin would be known before the test."""
    data = nn.data.film_reviews(download=True)
    data = data[data.origin == "imdb"]
    first = {tuple(nn.data.words(text)): i for i, text in reversed(list(enumerate(data.text)))}
    return data[sorted(first.values())]


def encoded(data: nn.data.Dataset, vocabulary: nn.data.Vocabulary) -> nn.data.Dataset:
    """Return the texts as numbers of words, with their labels."""
    return nn.data.Dataset([vocabulary.encode(text) for text in data.text], data.t)


def loader(data: nn.data.Dataset, vocabulary: nn.data.Vocabulary, **options: Any) -> nn.data.DataLoader:
    """Return what makes bags of words, batch by batch."""
    return nn.data.DataLoader(data, BATCH, collate=lambda x, t: (vocabulary.bag(x), t), **options)


def main() -> None:
    """Print the table."""
    loading, data = clock(reviews)
    train, test = nn.data.random_split(data, [1 - HELD_OUT, HELD_OUT], rng=SEED)
    counting, vocabulary = clock(lambda: nn.data.Vocabulary(train.text, size=WORDS))
    encoding, (known, unseen) = clock(lambda: [encoded(part, vocabulary) for part in (train, test)])
    model = nn.Linear(len(vocabulary), 2, dtype=np.float32, rng=SEED)
    with one_thread():
        training, history = clock(lambda: nn.fit(
            model, loader(known, vocabulary, shuffle=True, rng=SEED), loss="cross_entropy",
            optimizer=optim.Adam(model.parameters(), lr=LEARNING_RATE), epochs=EPOCHS, metrics=["accuracy"], verbose=0,
        ))  # fmt: skip
        testing, numbers = clock(
            lambda: nn.evaluate(model, loader(unseen, vocabulary), loss="cross_entropy", metrics=["accuracy"])
        )
        heading(
            f"Film reviews: bag of {len(vocabulary):,} words, linear",
            f"{len(train):,} reviews for training, {len(test):,} held out; {EPOCHS} epochs, batch {BATCH}, float32, "
            f"cross entropy, Adam with lr {LEARNING_RATE:g}",
        )  # fmt: skip
    phases = {"read": loading, "count words": counting, "encode": encoding, "train": training, "test": testing}
    table([*phases, "sum"], [[*map(duration, phases.values()), duration(sum(phases.values()))]])
    print(f"    correct of those for training, while it was learning: {100 * history['accuracy'][-1]:.2f} %")
    target("accuracy on reviews held out, %,", 100 * numbers["accuracy"], at_least=84)


if __name__ == "__main__":
    main()
