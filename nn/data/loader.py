"""In which batches are samples gone through?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError, ShapeError, Tensor
from autograd.errors import at, short
from nn.data.columns import Column, column_of, taken
from nn.data.dataset import Dataset, as_dataset
from nn.data.settings import flags
from nn.linear import counts
from nn.random import Rng, generator


class DataLoader:
    """Yields samples batch by batch, in their order or in a new one each time.

    A batch is a tuple of columns: a Tensor of floats, an array of anything else, such as labels, a list of text. Samples
    that are no tuples give a single column.

    Args:
        dataset: a `Dataset`; a tuple (x, t) or (x, t, w); or a sequence of samples: a list of pairs, or anything with
            ``len`` and ``[i]``.
        batch_size: samples a batch. (default 1)
        shuffle: is the order drawn anew each time? (default False)
        drop_last: is a last batch that is not full left out? (default False)
        rng: an int, a `numpy.random.Generator` or None: where the order is drawn from. (default None)
        collate: a function of the columns of a batch, as arrays and lists, or of the list of samples if they come from a
            sequence; what it returns is yielded instead. (default None)

    Attributes:
        rng: the generator, whose state says which orders are to come.

    Raises:
        AutogradError: the data is none, or a setting is not as above; while samples are taken, they do not go together.

    >>> from nn.data import DataLoader
    >>> [t.tolist() for x, t in DataLoader(([0.0, 0.1, 0.2, 0.3, 0.4], [0, 1, 2, 3, 4]), batch_size=2)]
    [[0, 1], [2, 3], [4]]
    """

    def __init__(
        self, dataset: Any, batch_size: int = 1, *, shuffle: bool = False, drop_last: bool = False, rng: Rng = None,
        collate: Callable[..., Any] | None = None,
    ) -> None:  # fmt: skip
        counts(batch_size=batch_size)
        flags(shuffle=shuffle, drop_last=drop_last)
        if collate is not None and not callable(collate):
            raise AutogradError(f"collate is a function of a batch, got {short(collate)}{at()}")
        self.dataset = as_dataset(dataset) if isinstance(dataset, tuple) else _checked(dataset)
        # int: a small integer of numpy's would overflow where it is added to the number of samples.
        self.batch_size, self.shuffle, self.drop_last, self.collate = int(batch_size), shuffle, drop_last, collate
        self.rng = generator(rng)

    def __len__(self) -> int:
        return (len(self.dataset) if self.drop_last else len(self.dataset) + self.batch_size - 1) // self.batch_size

    def __iter__(self) -> Iterator[Any]:
        order = self.rng.permutation(len(self.dataset)) if self.shuffle else None
        batch = self._of_columns if isinstance(self.dataset, Dataset) else self._of_samples
        for first in range(0, len(self) * self.batch_size, self.batch_size):
            part = slice(first, first + self.batch_size)
            yield batch(part if order is None else order[part])

    def _of_columns(self, positions: slice | NDArray[Any]) -> Any:
        columns = [taken(column, positions) for column in self.dataset.arrays]
        return self.collate(*columns) if self.collate else tuple(map(_as_tensor, columns))

    def _of_samples(self, positions: slice | NDArray[Any]) -> Any:
        numbers = range(len(self.dataset))[positions] if isinstance(positions, slice) else positions.tolist()
        samples = [self.dataset[i] for i in numbers]
        if self.collate:
            return self.collate(samples)
        if not isinstance(samples[0], tuple):
            return _batch("sample", samples)
        lengths = {len(sample) if isinstance(sample, tuple) else 0 for sample in samples}
        if len(lengths) > 1 or 0 in lengths:
            raise ShapeError(f"samples are tuples of equal length, not empty, got {short(samples)}{at()}")
        return tuple(_batch(f"sample[{i}]", list(entries)) for i, entries in enumerate(zip(*samples, strict=True)))


def _checked(dataset: Any) -> Any:
    """Return what samples can be taken from by their number."""
    is_sequence = hasattr(dataset, "__len__") and hasattr(dataset, "__getitem__") and getattr(dataset, "ndim", None) != 0
    if not is_sequence or isinstance(dataset, (str, bytes, Mapping)):
        raise AutogradError(f"data is (x, t), (x, t, w), a Dataset or a list of samples, got {short(dataset)}{at()}")
    return dataset


def _batch(name: str, entries: Sequence[Any]) -> Any:
    return _as_tensor(column_of(name, entries))


def _as_tensor(column: Column) -> Any:
    return Tensor.from_numpy(column) if isinstance(column, np.ndarray) and column.dtype.kind == "f" else column
