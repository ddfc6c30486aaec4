"""What does the header of an array in a file promise?

The header is a line of Python source, ``{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }``. It is matched against
a pattern and not evaluated.
"""

from __future__ import annotations

import math
import re
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

# Real and complex numbers, truth values, times and text: all that is as long as its dtype says, and is no object.
STORABLE = "biufcmMSU"
_MAGIC = b"\x93NUMPY"
_LONGEST = 10_000
_HEADER = re.compile(
    rb"\{ *'descr': *'(?P<descr>[<>|][%s]\d{1,9}(?:\[\w{1,20}\])?)', *'fortran_order': *(?P<fortran>True|False), *"
    rb"'shape': *\((?P<shape>(?: *\d{1,19} *,)*(?: *\d{1,19})?) *\) *,? *\}\s*" % STORABLE.encode()
)


class Promise(NamedTuple):
    """What the header of an array says."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool
    offset: int
    """Where the numbers begin, in bytes from the beginning of the header."""

    @property
    def length(self) -> int:
        """How many bytes header and numbers take together."""
        return self.offset + math.prod(self.shape) * self.dtype.itemsize


def is_storable(dtype: np.dtype[Any]) -> bool:
    """Can an array of this dtype be written without a pickle?"""
    return dtype.kind in STORABLE and dtype.itemsize > 0


def read_promise(file: IO[bytes]) -> Promise:
    """Read the header of an array from a file that stands at its beginning.

    Raises:
        ValueError: it is no header, or one of objects; the message says which, as the end of a sentence.
    """
    start = file.read(8)
    size = {1: 2, 2: 4}.get(start[6]) if len(start) == 8 and start.startswith(_MAGIC) else None
    if size is None:
        raise ValueError("does not begin as arrays in files do")
    length = int.from_bytes(file.read(size), "little")
    if length > _LONGEST:
        raise ValueError(f"has a header of {length:,} bytes, and more than {_LONGEST:,} are not read")
    text = file.read(length)
    match = _HEADER.fullmatch(text)
    if match is None:
        if b"'descr': '|O'" in text:
            raise ValueError("holds Python objects, a pickle that could run any program, and is not read")
        raise ValueError(f"has a header that says no shape and type of numbers: {text[:60]!r}")
    shape = tuple(int(n) for n in match["shape"].split(b",") if n.strip())
    try:
        dtype = np.dtype(match["descr"].decode())
    except (TypeError, ValueError) as error:
        raise ValueError(f"has an unknown dtype {match['descr'].decode()!r}") from error
    if not is_storable(dtype):
        raise ValueError(f"has a dtype {dtype} of no bytes")
    return Promise(shape, dtype, match["fortran"] == b"True", 8 + size + length)


def array_of(promise: Promise, data: bytearray) -> NDArray[Any]:
    """Return the array that was promised, in the memory of its bytes.

    Raises:
        ValueError: numpy has no array of this shape.
    """
    return np.ndarray(promise.shape, promise.dtype, buffer=data, order="F" if promise.fortran else "C")
