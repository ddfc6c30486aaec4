"""How far is training? One line for all epochs, on stderr."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Mapping
from typing import Any, Protocol, TextIO

from nn.training.history import in_words

_LINES = 20  # plain lines for one training, however many epochs it has
# Without counts and batches a second, which tqdm has too: four numbers of an epoch are to fit into a line of 100 letters.
_BAR = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}{postfix}"


class Progress(Protocol):
    """What `fit` tells whoever shows it."""

    def batch(self, epoch: int, loss: float) -> None:
        """A batch is done, and the epoch's loss so far is this."""

    def epoch(self, epoch: int, numbers: Mapping[str, Any]) -> None:
        """An epoch is done, with these numbers."""

    def end(self, message: str | None) -> None:
        """Training is over, before its last epoch if there is a message."""


def progress(verbose: int, epochs: int, first: int, batches: int, message: str | None = None) -> Progress:
    """Return what shows a training.

    Args:
        verbose: 0 for nothing; 1 for a bar in a terminal or a notebook and plain lines elsewhere; 2 for plain lines.
        epochs: how many epochs there are.
        first: the first one, from 1.
        batches: how many batches an epoch has.
        message: what is said before the first epoch. (default: nothing)
    """
    if not verbose:
        return Silence()
    if message:
        print(message, file=sys.stderr, flush=True)
    # A notebook is no terminal, but shows a line that is written over and over.
    if verbose == 1 and ("ipykernel" in sys.modules or _is_screen(sys.stderr)):
        return Bar(epochs, first, batches)
    return Lines(epochs)


def _is_screen(stream: TextIO) -> bool:
    """Is this a terminal? One of no lines, such as a container may have, does not count: tqdm would show nothing there."""
    if not stream.isatty():
        return False
    try:
        return os.get_terminal_size(stream.fileno()).lines > 0
    except OSError:  # it acts like a terminal and is none, as in some editors
        return True


class Silence:
    """Shows nothing."""

    def batch(self, epoch: int, loss: float) -> None: ...

    def epoch(self, epoch: int, numbers: Mapping[str, Any]) -> None: ...

    def end(self, message: str | None) -> None: ...


class Bar:
    """One line that is written over and over: tqdm's."""

    def __init__(self, epochs: int, first: int, batches: int) -> None:
        from tqdm.auto import tqdm  # late: it asks what it runs in, and only a bar needs it

        self._epochs = epochs
        self._numbers: dict[str, Any] = {}
        done = (first - 1) * batches
        self._bar = tqdm(total=epochs * batches, initial=done, bar_format=_BAR, dynamic_ncols=True)

    def batch(self, epoch: int, loss: float) -> None:
        bar = self._bar
        if bar.n + 1 - bar.last_print_n >= bar.miniters:  # else nothing would be printed
            bar.set_description_str(f"epoch {epoch}/{self._epochs}", refresh=False)
            bar.set_postfix_str(in_words({**self._numbers, "loss": loss}), refresh=False)
        bar.update()

    def epoch(self, epoch: int, numbers: Mapping[str, Any]) -> None:
        self._numbers = dict(numbers)
        self._bar.set_description_str(f"epoch {epoch}/{self._epochs}", refresh=False)
        self._bar.set_postfix_str(in_words(numbers))

    def end(self, message: str | None) -> None:
        self._bar.close()
        if message:
            print(message, file=sys.stderr)


class Lines:
    """Lines that stay, one an epoch, or one in several where there are many epochs."""

    def __init__(self, epochs: int) -> None:
        self._epochs, self._every = epochs, math.ceil(epochs / _LINES)
        self._start = time.perf_counter()

    def batch(self, epoch: int, loss: float) -> None: ...

    def epoch(self, epoch: int, numbers: Mapping[str, Any]) -> None:
        if epoch % self._every == 0 or epoch == self._epochs:
            seconds = time.perf_counter() - self._start
            print(f"epoch {epoch}/{self._epochs}, {seconds:.1f} s: {in_words(numbers)}", file=sys.stderr, flush=True)

    def end(self, message: str | None) -> None:
        if message:
            print(message, file=sys.stderr, flush=True)
