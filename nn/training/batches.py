"""Which samples are trained on, in which order, and which are kept back for validation?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograd import AutogradError
from autograd.errors import at, short
from nn.data import DataLoader, Dataset, random_split
from nn.data.columns import is_text
from nn.data.dataset import as_dataset
from nn.random import Rng, generator
from nn.training.weights import check_weights, with_class_weights


class Batches:
    """The batches of each epoch, and those that are validated on.

    Args:
        data: (x, t) or (x, t, w) with w the weights of samples, a Dataset with such columns, or a DataLoader.
        batch_size: samples a batch. (default 32)
        shuffle: is the order drawn anew for each epoch? (default True)
        rng: an int, a `numpy.random.Generator` or None: where the order is drawn from, and what is kept back.
        validation: the fraction of the samples that is kept back; or data as above; or None.
        class_weight: see `with_class_weights`; what is validated on is weighted only by its own weights.

    Attributes:
        train: yields the batches of an epoch.
        validation: yields the batches that are validated on, None without any.

    Raises:
        AutogradError: the data, or one of the settings, cannot be used.
    """

    def __init__(
        self, data: Any, *, batch_size: int | None = None, shuffle: bool | None = None, rng: Rng = None,
        validation: Any = None, class_weight: Any = None,
    ) -> None:  # fmt: skip
        self.train: DataLoader
        self.validation: DataLoader | None = None
        self._fraction: float | None = None
        self._class_weight = class_weight
        self.batch_size = 32 if batch_size is None else batch_size
        if isinstance(validation, (int, float)):
            if not 0 < validation < 1:
                raise AutogradError(f"validation is a fraction between 0 and 1, or data, got {validation!r}{at()}")
            self._fraction = float(validation)
        elif validation is not None:
            self.validation = loader_of(validation, self.batch_size)
        if isinstance(data, DataLoader):
            self._check_left_to_the_loader(batch_size=batch_size, shuffle=shuffle, rng=rng, class_weight=class_weight)
            self.train, self._start = loader_of(data, self.batch_size), data.rng.bit_generator.state
            return
        self._data = columns_of(data)
        self._shuffle = shuffle is None or shuffle
        self._rng = generator(rng)
        self._start = self._rng.bit_generator.state
        self._divide()

    def _check_left_to_the_loader(self, **given: Any) -> None:
        for name, value in given.items():
            if value is not None:
                raise AutogradError(f"{name}={short(value)} is for the DataLoader to say, where data comes from one{at()}")
        if self._fraction is not None:
            raise AutogradError(
                f"a fraction of what a DataLoader yields cannot be kept back: use nn.data.random_split before, "
                f"and validation=the other part{at()}"
            )

    def _divide(self) -> None:
        """Keep samples back for validation, and make the loaders."""
        data = self._data
        if self._fraction is not None:
            data, kept = random_split(data, [1 - self._fraction, self._fraction], rng=self._rng)
            if not (len(data) and len(kept)):
                raise AutogradError(f"validation={self._fraction} of {len(self._data)} samples leaves one part empty{at()}")
            self.validation = DataLoader(kept, self.batch_size)
        if self._class_weight is not None:
            data = with_class_weights(data, self._class_weight)
        self.train = DataLoader(data, self.batch_size, shuffle=self._shuffle, rng=self._rng)

    def state_dict(self) -> dict[str, Any]:
        """Return where random numbers were drawn from at the start, and where they are drawn from next."""
        return {"batches": len(self.train), "start": self._start, "next": self.train.rng.bit_generator.state}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where `state_dict` was called: the same samples are kept back, the orders to come are the same.

        Raises:
            AutogradError: there are more or fewer batches here, or random numbers come from another kind of generator.
        """
        if state["batches"] != len(self.train):
            raise AutogradError(f"it has {state['batches']} batches an epoch, and here are {len(self.train)}{at()}")
        self._start = state["start"]
        if self._fraction is not None:
            restore(self._rng, self._start)
            self._divide()
        restore(self.train.rng, state["next"])


def restore(generator: np.random.Generator, state: Any) -> None:
    """Let a generator go on from a state of its kind.

    Raises:
        AutogradError: the state is that of another kind of generator.
    """
    try:
        generator.bit_generator.state = state
    except (ValueError, TypeError, KeyError):
        kind = type(generator.bit_generator).__name__
        raise AutogradError(f"random numbers come from {kind} here, and the state is of another kind{at()}") from None


def columns_of(data: Any) -> Dataset:
    """Return data as a dataset of inputs, targets and, if samples have weights, these.

    Raises:
        AutogradError: it has fewer or more columns, or no samples, or weights that are none, or text as inputs.
    """
    columns: Dataset = as_dataset(data)
    _check_columns(columns)
    if is_text(columns.arrays[0]):
        raise AutogradError(f"{columns.names[0]} is text: encode it, see nn.data.Vocabulary{at()}")
    return columns


def _check_columns(columns: Dataset) -> None:
    if not 2 <= len(columns.names) <= 3 or columns.names[2:] not in ((), ("w",)):
        raise AutogradError(
            f"training needs inputs and targets, and perhaps weights: columns x, t, w; got {', '.join(columns.names)}: "
            f"choose with select(…){at()}"
        )
    if not len(columns):
        raise AutogradError(f"there are no samples to train on{at()}")
    if len(columns.arrays) == 3:
        check_weights(columns.arrays[2], len(columns))


def loader_of(data: Any, batch_size: int) -> DataLoader:
    """Return a loader that yields the data in its order; one that is given already, as it is.

    Raises:
        AutogradError: as for `columns_of`; but a loader may yield text, and what its ``collate`` makes of any columns.
    """
    if not isinstance(data, DataLoader):
        return DataLoader(columns_of(data), batch_size)
    if isinstance(data.dataset, Dataset) and data.collate is None:
        _check_columns(data.dataset)
    return data


def parts_of(batch: Any) -> tuple[Any, Any, Any]:
    """Return inputs, targets, and weights or None, of what a loader yields.

    Raises:
        AutogradError: it yields something else.
    """
    if not isinstance(batch, (tuple, list)) or not 2 <= len(batch) <= 3:
        what = f"{len(batch)} of them" if isinstance(batch, (tuple, list)) else type(batch).__name__
        raise AutogradError(f"a batch is (inputs, targets) or (inputs, targets, weights), got {what}{at()}")
    return (*batch, None)[:3]


def batches_of(loader: DataLoader) -> Iterator[tuple[Any, Any, Any]]:
    """Yield inputs, targets and weights (or None) of each batch."""
    return map(parts_of, loader)
