"""How are pictures read from a table of text with a row for each: its label, then its pixels?"""

from __future__ import annotations

import io
import re
from typing import IO

import numpy as np
from numpy.typing import NDArray

from nn.saving.errors import FileError, FilePath, fault

Bytes = NDArray[np.uint8]

_BOM = b"\xef\xbb\xbf"
_BYTE = re.compile(rb"\s*\+?0*(\d{1,3})\s*")


def read_pixel_csv(file: IO[bytes], path: FilePath, pixels: int) -> tuple[Bytes, Bytes]:
    """Read pixels (n, pixels) and labels (n,) from a CSV file; a first row of names is left out.

    Args:
        file: what is read, open at its beginning; it must be possible to go back there.
        path: what it is called in errors.
        pixels: how many numbers there are in a row besides the label.

    Raises:
        FileError: a row is not a label and so many pixels, whole numbers from 0 to 255; the message says which row.
    """
    names = _names_line(file, path)
    file.seek(0)
    text = io.TextIOWrapper(file, "utf-8-sig")
    try:
        table = np.loadtxt(text, np.uint8, delimiter=",", comments=None, skiprows=names, ndmin=2)
        complaint = "" if table.shape[1] == 1 + pixels else "its rows have another length"
    except ValueError as error:
        complaint = str(error)
    text.detach()  # or the file would be closed with it
    if complaint:
        raise _wrong_row(file, path, names, pixels) or fault(path, complaint)
    return table[:, 1:], table[:, 0]


def _names_line(file: IO[bytes], path: FilePath) -> int:
    """Return in which line the names of the columns stand, or 0."""
    names = 0
    for number, line in enumerate(file, 1):
        start = line.removeprefix(_BOM).strip()[:1]
        if start and (names or not (start.isalpha() or start == b'"')):
            return names
        if start:
            names = number
    raise fault(path, "it has no rows of numbers")


def _wrong_row(file: IO[bytes], path: FilePath, names: int, pixels: int) -> FileError | None:
    """Return the error that names the first row that is none: numpy counts rows that are not empty, editors count lines."""
    file.seek(0)
    for number, line in enumerate(file, 1):
        entries = line.removeprefix(_BOM).strip().split(b",")
        if number <= names or entries == [b""]:
            continue
        if len(entries) != 1 + pixels:
            return fault(path, f"line {number} has {len(entries)} entries, needed are a label and {pixels} pixels")
        for entry in entries:
            match = _BYTE.fullmatch(entry)
            if match is None or int(match[1]) > 255:
                shown = repr(entry[:20].decode(errors="replace"))
                return fault(path, f"line {number} holds {shown}, which is no whole number from 0 to 255")
    return None
