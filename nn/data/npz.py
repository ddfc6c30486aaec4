"""How are arrays of data written to a compressed ``.npz`` file, and read from one that nobody vouches for?

Models are in files of `nn.saving`, not compressed; data is, and its readers know which arrays there should be.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.files import write_whole
from nn.saving.errors import UNREADABLE, FilePath, fault
from nn.saving.npy import array_of, read_promise

Array = NDArray[Any]

# Deflate makes at most 1032 bytes of one: what promises more than that would fill the memory for nothing.
EXPANSION = 1032


def write_npz(path: FilePath, **arrays: Array) -> None:
    """Write arrays by name, compressed, whole or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    write_whole(path, buffer.getbuffer())


def read_npz(path: FilePath, **layouts: str) -> dict[str, Array]:
    """Read the arrays of these names; what else the file holds is left alone.

    Args:
        path: the file.
        layouts: for each array the kinds its dtype may have and how many axes it has: ``x="u3"``, ``t="iu1"``.

    Raises:
        FileError: it is no such file, is damaged, or lacks an array of this layout.
        OSError: there is none, or it may not be read.
    """
    if Path(path).is_dir():
        raise fault(path, "it is a directory")
    with open(path, "rb") as file:
        try:
            archive = zipfile.ZipFile(file)
        except UNREADABLE as error:
            raise fault(path, f"it is no .npz file, or a damaged one ({error})") from error
        missing = [name for name in layouts if f"{name}.npy" not in archive.namelist()]
        if missing:
            found = ", ".join(name.removesuffix(".npy") for name in archive.namelist()[:10]) or "nothing"
            raise fault(path, f"it holds {found}, and not {', '.join(missing)}")
        return {name: _read(path, archive, name, layout[:-1], int(layout[-1])) for name, layout in layouts.items()}


def _read(path: FilePath, archive: zipfile.ZipFile, name: str, kinds: str, axes: int) -> Array:
    info = archive.getinfo(f"{name}.npy")
    try:
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError("is compressed as np.savez_compressed does not")
        with archive.open(info) as member:
            promise = read_promise(member)
            if promise.dtype.kind not in kinds or len(promise.shape) != axes:
                kind, shape = promise.dtype, promise.shape
                raise ValueError(f"is of {kind} with shape {shape}, needed are {axes} axes and dtypes of kind {kinds}")
            # The directory can lie about the packed bytes too, but they stand before it in the file.
            fits = info.file_size <= EXPANSION * info.compress_size and info.compress_size <= archive.start_dir
            data = bytearray(member.read() if fits and info.file_size == promise.length else b"")
            if promise.offset + len(data) != promise.length:
                raise ValueError(f"promises shape {promise.shape} of {promise.dtype}, which its bytes cannot hold")
            return array_of(promise, data)
    except UNREADABLE as error:
        what = f"it {error}" if type(error) is ValueError else f"it is damaged ({error})"
        raise fault(path, what, name) from error
