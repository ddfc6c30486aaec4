"""How are samples kept together with what is known about them?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import AutogradError, ShapeError, Tensor
from autograd.errors import at, short

_POSITIONS = ("x", "t", "w")  # inputs, targets, weights


class Dataset:
    """Columns of equal length: inputs x, targets t, and perhaps weights w, or columns of other names.

    Args:
        columns: arrays, or what becomes one, named x, t and w in this order.
        classes: the names of the classes. (default none)
        source: where the data is from. (default "")
        named: columns by other names.

    ``data[3]`` is a sample, a tuple; ``data[:10]``, an array of indices or a mask give a dataset. ``data.x`` is a column.

    Raises:
        AutogradError: no columns, a name that cannot be one, or columns of unequal length.

    >>> from nn.data import Dataset
    >>> data = Dataset([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]], [0, 1, 0])
    >>> data
    Dataset of 3 samples: x (2,) float64, t () int64
    >>> data[1:].x.tolist(), data[data.t == 0].t.tolist()
    ([[2.0, 3.0], [4.0, 5.0]], [0, 0])
    """

    def __init__(self, *columns: Any, classes: Sequence[str] = (), source: str = "", **named: Any) -> None:
        if len(columns) > len(_POSITIONS):
            raise AutogradError(f"columns without names are x, t and w, got {len(columns)}: name them{at()}")
        given = {**dict(zip(_POSITIONS, columns, strict=False)), **named}
        if not given:
            raise AutogradError(f"a dataset has at least one column{at()}")
        self.classes, self.source = tuple(classes), source
        for name in given:
            if hasattr(type(self), name) or name in ("classes", "source"):
                raise AutogradError(f"a dataset has {name!r} already, it cannot be a column{at()}")
        self._columns = {name: _array(name, column) for name, column in given.items()}
        lengths = {name: len(column) for name, column in self._columns.items()}
        if len(set(lengths.values())) > 1:
            listed = ", ".join(f"{name} has {n}" for name, n in lengths.items())
            raise ShapeError(f"columns have one entry for each sample, and {listed}{at()}")

    @property
    def arrays(self) -> tuple[Any, ...]:
        """The columns."""
        return tuple(self._columns.values())

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self._columns)

    def select(self, *names: str) -> Dataset:
        """Return a dataset with these columns, in this order."""
        return self._of({name: self._column(name) for name in names})

    def __len__(self) -> int:
        return len(next(iter(self._columns.values())))

    def __getitem__(self, index: Any) -> Any:
        try:
            parts = {name: column[index] for name, column in self._columns.items()}
        except IndexError:
            raise IndexError(f"{short(index)} is no index into {len(self)} samples{at()}") from None
        return tuple(parts.values()) if isinstance(index, (int, np.integer)) else self._of(parts)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._column(name)

    def _column(self, name: str) -> Any:
        if name not in self._columns:
            raise AttributeError(f"there is no column {name!r}: {', '.join(self._columns)}{at()}")
        return self._columns[name]

    def _of(self, columns: dict[str, Any]) -> Dataset:
        return Dataset(classes=self.classes, source=self.source, **columns)

    def __repr__(self) -> str:
        columns = ", ".join(f"{name} {c.shape[1:]} {c.dtype}" for name, c in self._columns.items())
        classes = f"; classes {', '.join(self.classes)}" if self.classes else ""
        return f"Dataset of {len(self)} samples: {columns}{classes}"


def as_dataset(data: Any) -> Dataset:
    """Return a dataset as it is, and (x, t) or (x, t, w) as one.

    Raises:
        AutogradError: it is neither.
    """
    if isinstance(data, Dataset):
        return data
    if isinstance(data, (tuple, list)) and 1 <= len(data) <= len(_POSITIONS):
        return Dataset(*data)
    raise AutogradError(f"data is (x, t), (x, t, w) or a Dataset, got {short(data)}{at()}")


def _array(name: str, column: Any) -> Any:
    try:
        array = np.asarray(column.data if isinstance(column, Tensor) else column)
    except ValueError:
        raise ShapeError(f"the samples of column {name} differ in shape{at()}") from None
    if not array.ndim:
        raise ShapeError(f"column {name} needs one entry for each sample, got {short(column)}{at()}")
    return array
