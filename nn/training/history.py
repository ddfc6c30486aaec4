"""What happened in each epoch?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nn.pictures import plot_history


class History(Mapping[str, list[Any]]):
    """The numbers of each epoch: ``history["val_loss"]`` is a list with one for each.

    Names are ``loss``, those of the metrics, the same with ``val_`` in front, and ``lr`` where something changes it. An
    epoch that lacks a number has None.

    Attributes:
        rows: the numbers of each epoch by name, one dict an epoch.
        stopped: why training ended before its last epoch, None if it did not.

    >>> from nn.training.history import History
    >>> history = History([{"loss": 0.5, "accuracy": 0.75}, {"loss": 0.25, "accuracy": 1.0}])
    >>> history["loss"], len(history.rows)
    ([0.5, 0.25], 2)
    >>> history
    History of 2 epochs: loss 0.25, accuracy 1
    """

    def __init__(self, rows: list[dict[str, Any]] | None = None) -> None:
        self.rows = rows or []
        self.stopped: str | None = None

    @property
    def names(self) -> list[str]:
        """All names, in the order in which they came up."""
        return list(dict.fromkeys(name for row in self.rows for name in row))

    def __getitem__(self, name: str) -> list[Any]:
        if name not in self.names:
            raise KeyError(f"{name}; the numbers are {', '.join(self.names) or 'none'}")
        return [row.get(name) for row in self.rows]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def plot(self, ax: Any = None) -> Any:
        """Draw the numbers of each epoch, and return the axes: see `plot_history`.

        Args:
            ax: the axes to draw on. (default: new ones)

        Raises:
            ExtraMissing: matplotlib is not installed.
        """
        return plot_history(self, ax)

    def __repr__(self) -> str:
        epochs = f"History of {len(self.rows)} epoch{'s' * (len(self.rows) != 1)}"
        last = f": {in_words(self.rows[-1])}" if self.rows else ""
        return f"{epochs}{last}" + (f" ({self.stopped})" if self.stopped else "")


def in_words(row: Mapping[str, Any]) -> str:
    """Return the numbers of an epoch in a line; what is no single number is left out.

    >>> from nn.training.history import in_words
    >>> in_words({"loss": 0.123456, "accuracy": 0.9})
    'loss 0.1235, accuracy 0.9'
    """
    return ", ".join(f"{name} {number:.4g}" for name, number in row.items() if isinstance(number, float))
