"""In which batches is a dataset gone through?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd import AutogradError, Tensor
from autograd.errors import at
from nn.data.dataset import as_dataset
from nn.random import Rng


class DataLoader:
    """Yields a dataset batch by batch, in its order or in a new one each time.

    A batch is a tuple of columns: a Tensor of floats, an array of anything else, such as labels.

    Args:
        dataset: a `Dataset`, or (x, t).
        batch_size: samples a batch. (default 1)
        shuffle: is the order drawn anew each time? (default False)
        drop_last: is a last batch that is not full left out? (default False)
        rng: an int, a `numpy.random.Generator` or None: where the order is drawn from.
        collate: a function of the columns of a batch, as arrays; what it returns is yielded instead. (default None)

    Attributes:
        rng: the generator, whose state says which orders are to come.

    Raises:
        AutogradError: the data is none, or `batch_size` is no whole number from 1 up.

    >>> from nn.data import DataLoader
    >>> [t.tolist() for x, t in DataLoader(([0.0, 0.1, 0.2, 0.3, 0.4], [0, 1, 2, 3, 4]), batch_size=2)]
    [[0, 1], [2, 3], [4]]
    """

    def __init__(
        self, dataset: Any, batch_size: int = 1, *, shuffle: bool = False, drop_last: bool = False, rng: Rng = None,
        collate: Callable[..., Any] | None = None,
    ) -> None:  # fmt: skip
        if isinstance(batch_size, bool) or not isinstance(batch_size, (int, np.integer)) or batch_size < 1:
            raise AutogradError(f"batch_size is a whole number from 1 up, got {batch_size!r}{at()}")
        self.dataset = as_dataset(dataset)
        self.batch_size, self.shuffle, self.drop_last, self.collate = batch_size, shuffle, drop_last, collate
        self.rng = np.random.default_rng(rng)

    def __len__(self) -> int:
        return (len(self.dataset) if self.drop_last else len(self.dataset) + self.batch_size - 1) // self.batch_size

    def __iter__(self) -> Iterator[Any]:
        order = self.rng.permutation(len(self.dataset)) if self.shuffle else None
        make = self.collate or (lambda *columns: tuple(map(_bare_or_tensor, columns)))
        for first in range(0, len(self) * self.batch_size, self.batch_size):
            part = slice(first, first + self.batch_size)
            columns = self.dataset.arrays
            yield make(*[c[part] if order is None else c.take(order[part], axis=0) for c in columns])


def _bare_or_tensor(column: Any) -> Any:
    return Tensor.from_numpy(column) if column.dtype.kind == "f" else column
