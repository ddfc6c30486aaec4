"""How are samples kept together with what is known about them?"""

from __future__ import annotations

import copy
import keyword
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError, ShapeError
from autograd.errors import at, short
from nn.data.columns import Column, column_of, described, taken

_POSITIONS = ("x", "t", "w")  # inputs, targets, weights


class ColumnMissing(AutogradError, AttributeError):
    """A column that a dataset does not have."""


class SampleMissing(AutogradError, IndexError):
    """A sample that a dataset does not have, or what does not say which one."""


class Dataset:
    """Columns of equal length: inputs x, targets t, and perhaps weights w, or columns of other names.

    ``data[3]`` is a sample, a tuple; ``data[:10]``, an array of positions or a mask give a dataset. ``data.x`` is a column.
    Columns are not replaced: ``data.assign(x=data.x / 255)`` is another dataset.

    Args:
        columns: arrays, or what becomes one, named x, t and w in this order. A list of text, or of arrays of different
            shapes, is kept as a list.
        classes: the names of the classes. (default none)
        source: where the data is from. (default "")
        named: columns by other names.

    Raises:
        AutogradError: no columns, a name that cannot be one, something that is no column, or columns of unequal length;
            `classes` are no names, or `source` is no text.

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
        positional = dict(zip(_POSITIONS, columns, strict=False))
        if not positional and not named:
            raise AutogradError(f"a dataset has at least one column{at()}")
        self.classes, self.source = _class_names(classes), source
        if not isinstance(source, str):
            raise AutogradError(f"source is a text, got {short(source)}{at()}")
        for name in named:
            _check_name(name, {*dir(type(self)), "classes", "source", *positional})
        self._columns = {name: column_of(name, column) for name, column in {**positional, **named}.items()}
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
        """Return a dataset with these columns, in this order.

        Raises:
            AutogradError: a column is not there, is named twice, or none is named.

        >>> from nn.data import Dataset
        >>> Dataset(rank=[0, 1], conductor=[11, 14]).select("conductor")
        Dataset of 2 samples: conductor () int64
        """
        if not names:
            raise AutogradError(f"select names the columns that are wanted, of {', '.join(self.names)}{at()}")
        columns = {name: self._column(name) for name in names}
        if len(columns) < len(names):
            raise AutogradError(f"select names each column once, got {', '.join(names)}{at()}")
        return self._with(columns)

    def assign(self, **columns: Any) -> Dataset:
        """Return a dataset with further columns, or others in place of those of the same name.

        Raises:
            AutogradError: a name cannot be one of a column, or columns are of unequal length.

        >>> from nn.data import Dataset
        >>> Dataset(x=[1.0, 2.0], t=[0, 1]).assign(x=[[1.0, 1.0], [1.0, 2.0]], w=[0.5, 1.5])
        Dataset of 2 samples: x (2,) float64, t () int64, w () float64
        """
        return Dataset(classes=self.classes, source=self.source, **{**self._columns, **columns})

    def __len__(self) -> int:
        return len(next(iter(self._columns.values())))

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, (int, np.integer)) and not isinstance(index, bool):
            if not -len(self) <= index < len(self):
                raise SampleMissing(f"there is no sample {index} among {len(self)}{at()}")
            return tuple(column[index] for column in self._columns.values())
        positions = self._positions(index)
        return self._with({name: taken(column, positions) for name, column in self._columns.items()})

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return zip(*self._columns.values(), strict=True)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # asked for by copy and pickle while there are no columns yet
            raise AttributeError(name)
        return self._column(name)

    def __setattr__(self, name: str, value: Any) -> None:
        # It would hide the column, and batches would still be made of that.
        if name in _POSITIONS or name in vars(self).get("_columns", ()):
            raise AutogradError(f"column {name} is not changed: data.assign({name}=…) is another dataset{at()}")
        if type(self) is Dataset and name not in ("classes", "source", "_columns"):
            raise AutogradError(f"a dataset has no {name} to set: data.assign({name}=…) is one with that column{at()}")
        super().__setattr__(name, value)

    def _column(self, name: Any) -> Column:
        if not isinstance(name, str) or name not in self._columns:
            raise ColumnMissing(f"there is no column {name!r}: {', '.join(self.names)}{at()}")
        return self._columns[name]

    def _positions(self, index: Any) -> slice | NDArray[Any]:
        """Return a slice that makes sense as it is, and where the samples are that a mask or whole numbers stand for."""
        given = None
        try:
            if isinstance(index, slice):
                index.indices(len(self))
                return index
            if isinstance(index, (list, np.ndarray)):
                given = np.asarray(index)
        except (TypeError, ValueError):  # 1.5:2, ::0, or rows of unequal length
            pass
        if given is None or given.ndim != 1 or (given.dtype.kind not in "biu" and given.size):
            got = short(index) if given is None or given.ndim == 1 else f"shape {given.shape}"
            raise SampleMissing(f"samples are chosen by a number, a slice, an array or a mask, got {got}{at()}")
        if given.dtype.kind == "b":
            if len(given) != len(self):
                raise SampleMissing(f"a mask for {len(self)} samples has as many entries, got {len(given)}{at()}")
            return np.flatnonzero(given)
        outside = given[(given < -len(self)) | (given >= len(self))]
        if outside.size:
            raise SampleMissing(f"there is no sample {outside[0]} among {len(self)}{at()}")
        return given.astype(np.intp)

    def _with(self, columns: dict[str, Column]) -> Dataset:
        """Return a dataset like this one with other columns."""
        other = copy.copy(self)
        other._columns = columns
        return other

    def __repr__(self) -> str:
        columns = ", ".join(f"{name} {described(column)}" for name, column in self._columns.items())
        names = self.classes if len(self.classes) <= 3 else (*self.classes[:2], "…")
        return f"Dataset of {len(self)} samples: {columns}" + (f"; classes {', '.join(names)}" if names else "")


def as_dataset(data: Any) -> Dataset:
    """Return a dataset as it is, and (x, t) or (x, t, w), a tuple or list of arrays or Tensors, as one.

    Raises:
        AutogradError: it is neither.
    """
    if isinstance(data, Dataset):
        return data
    if isinstance(data, (tuple, list)) and 2 <= len(data) <= len(_POSITIONS):
        return Dataset(*data)
    raise AutogradError(f"data is (x, t), (x, t, w) or a Dataset, got {short(data)}{at()}")


def _class_names(given: Any) -> tuple[str, ...]:
    names = tuple(given) if isinstance(given, Iterable) else (given,)
    if not all(isinstance(name, str) for name in names):
        raise AutogradError(f"classes are names, a list of text, got {short(given)}{at()}")
    return names


def _check_name(name: str, taken_names: set[str]) -> None:
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
        raise AutogradError(f"a column is an attribute too, and {name!r} is no name for one{at()}")
    if name in taken_names:
        raise AutogradError(f"a dataset has {name!r} already, it cannot be a column{at()}")
