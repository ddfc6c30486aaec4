"""How are arrays of bytes read from the IDX files that MNIST comes in?

Two zero bytes, 8 for unsigned bytes, the number of axes, the length of each axis as a big-endian number of 32 bits, then the
bytes themselves; http://yann.lecun.com/exdb/mnist describes it.
"""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from nn.data.npz import EXPANSION
from nn.saving.errors import FilePath, fault

_PART = 1 << 20


def read_idx(path: FilePath, axes: int) -> NDArray[np.uint8]:
    """Read an array with so many axes from an IDX file, compressed if its name ends in ``.gz``.

    Raises:
        FileError: it is no such file, or is shorter or longer than it says.
        OSError: there is none, or it may not be read.
    """
    length = Path(path).stat().st_size
    if not str(path).endswith(".gz"):
        with open(path, "rb") as plain:
            return _read(path, plain, axes, length)
    try:
        with gzip.open(path, "rb") as unpacked:
            return _read(path, unpacked, axes, EXPANSION * length)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise fault(path, f"it is no gzip file, or a damaged one ({error})") from error


def _read(path: FilePath, file: IO[bytes] | gzip.GzipFile, axes: int, longest: int) -> NDArray[np.uint8]:
    header = file.read(4 + 4 * axes)
    magic = bytes([0, 0, 8, axes])
    if not header.startswith(magic):
        needed = f"IDX files of bytes with {axes} axes with {magic.hex(' ')}"
        raise fault(path, f"it begins with {header[:4].hex(' ') or 'nothing'}, and {needed}")
    if len(header) < 4 + 4 * axes:
        raise fault(path, f"it ends in its header, after {len(header)} bytes")
    shape = tuple(np.frombuffer(header, ">u4", offset=4).tolist())
    count = math.prod(shape)
    data = bytearray()
    # One byte more is asked for than there should be, and in parts: what is asked for at once is allocated at once.
    while len(header) + count <= longest and (part := file.read(min(count + 1 - len(data), _PART))):
        data += part
    if len(data) != count:
        raise fault(path, f"its header promises shape {shape}, and the file does not hold just as many bytes")
    try:
        return np.ndarray(shape, np.uint8, buffer=data)
    except ValueError as error:  # no bytes, because one axis has length 0, and others that are too long
        raise fault(path, f"numpy has no array of shape {shape}") from error
