"""How are arrays exchanged with other libraries, in ``.safetensors`` files?

The package of that name reads and writes them. It checks the header against the length of the file before it hands out
anything; what it does not know is what numpy lacks.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError
from autograd.errors import at
from autograd.extras import load
from autograd.files import write_whole
from nn.saving.appearance import looks_like
from nn.saving.archive import Header, is_unicode
from nn.saving.errors import FilePath, fault

Array = NDArray[Any]

# The dtypes of these files that numpy has, by their names there.
_DTYPES = {"BOOL": np.dtype(bool)} | {
    f"{kind}{8 * size}": np.dtype(f"{kind.lower()}{size}")
    for kind, sizes in (("F", (2, 4, 8)), ("I", (1, 2, 4, 8)), ("U", (1, 2, 4, 8)))
    for size in sizes
}


def _package(module: str) -> Any:
    return load(module, extra="safetensors", purpose="files of safetensors")


def write_safetensors(path: FilePath, arrays: Mapping[str, Array]) -> None:
    """Write arrays by name to a ``.safetensors`` file, whole or not at all.

    Raises:
        AutogradError: an array has a dtype or a name that such files have not.
        ExtraMissing: the package safetensors is not there.
        OSError: the file cannot be written.
    """
    for name, array in arrays.items():
        if array.dtype.newbyteorder("=") not in _DTYPES.values():
            raise AutogradError(f"{name}: files of safetensors have no dtype {array.dtype}; .npz files do{at()}")
        if name == "__metadata__" or not is_unicode(name):
            raise AutogradError(f"{name!r} cannot be the name of an array in a file of safetensors{at()}")
    # The package writes the memory of an array, in whatever order it lies.
    rows = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    # Paths and shapes are torch's, and some readers refuse a file that does not say so.
    write_whole(path, _package("safetensors.numpy").save(rows, metadata={"format": "pt"}))


class SafetensorsFile:
    """A ``.safetensors`` file whose header has been checked; arrays are read one by one.

    Args:
        path: where it is.

    Raises:
        FileError: it is no such file, is damaged, or holds what numpy has no dtype for.
        ExtraMissing: the package safetensors is not there.
        OSError: there is none, or it may not be read.
    """

    headers: dict[str, Header]
    """The arrays by name."""

    def __init__(self, path: FilePath) -> None:
        self.path = os.fspath(path)
        self._package = _package("safetensors")
        if Path(path).is_dir():
            raise fault(path, "it is a directory")
        with open(path, "rb") as file:
            head = file.read(64)
        try:
            self._file = self._package.safe_open(self.path, "numpy")
            slices = {name: self._file.get_slice(name) for name in self._file.keys()}  # noqa: SIM118 (it is no dict)
            told = {name: (tuple(x.get_shape()), x.get_dtype()) for name, x in slices.items()}
        except (self._package.SafetensorError, OSError) as error:
            kind = "" if head[8:9] == b"{" else f": {looks_like(head)}"
            raise fault(path, f"it is no file of safetensors{kind} ({error})") from error
        for name, (_, code) in told.items():
            if code not in _DTYPES:
                raise fault(path, f"its dtype {code} is one that numpy lacks: convert it where it was made", name)
        self.headers = {name: Header(name, shape, _DTYPES[code]) for name, (shape, code) in told.items()}

    def read(self, name: str) -> Array:
        """Read one array.

        Raises:
            FileError: numpy has no array of such a shape.
        """
        try:
            array: Array = self._file.get_tensor(name)
        except (self._package.SafetensorError, ValueError) as error:
            raise fault(self.path, f"it cannot be read ({error})", name) from error
        return array
