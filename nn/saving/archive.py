"""How are arrays written to a ``.npz`` file, and read from one that nobody vouches for?

The file is what ``np.savez`` writes: a zip archive with one ``.npy`` member an array, not compressed. Before anything is
read, its directory and the header of each array are checked against the length of the file, so what is allocated is never
more than the file holds. Nothing is unpickled, evaluated or extracted.
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError
from autograd.errors import at
from autograd.files import write_whole
from nn.saving.appearance import looks_like
from nn.saving.errors import UNREADABLE, FileError, FilePath, fault
from nn.saving.npy import Promise, array_of, is_storable, read_promise

Array = NDArray[Any]

_SUFFIX = ".npy"
# Of the header before each member in a zip archive: its signature, and at its end the lengths of two fields behind it.
_LOCAL = struct.Struct("<4s22xHH")


class Header(NamedTuple):
    """What is known of an array before it is read."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]


def write_archive(path: FilePath, arrays: Mapping[str, Array]) -> None:
    """Write arrays by name to a ``.npz`` file, whole or not at all; equal arrays give equal files.

    Raises:
        AutogradError: a name cannot be one in a file, or an array is not of numbers or text.
        OSError: the file cannot be written.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in arrays.items():
            _check_writable(name, array)
            # A ZipInfo of its own has the date 1980, so that the file depends on nothing but the arrays.
            with archive.open(zipfile.ZipInfo(name + _SUFFIX), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
    write_whole(path, buffer.getbuffer())


def _check_writable(name: str, array: Array) -> None:
    if not name or "\0" in name or len(name.encode(errors="replace")) > 60_000 or not is_unicode(name):
        raise AutogradError(f"{name[:60]!r} cannot be the name of an array in a file{at()}")
    if not is_storable(array.dtype):
        raise AutogradError(f"{name}: an array of dtype {array.dtype} cannot be saved, only numbers and text can{at()}")


def is_unicode(name: str) -> bool:
    """Can a text be written as UTF-8? Half of a pair of surrogates cannot."""
    return not any("\ud800" <= letter <= "\udfff" for letter in name)


class Archive:
    """A ``.npz`` file whose directory and headers have been checked; arrays are read one by one.

    Args:
        path: where it is.

    Raises:
        FileError: it is no such file, is damaged, compressed or encrypted, or holds objects.
        OSError: there is none, or it may not be read.
    """

    headers: dict[str, Header]
    """The arrays by name, in the order they stand in the file's directory."""

    def __init__(self, path: FilePath) -> None:
        self.path = os.fspath(path)
        self._members: dict[str, _Member] = {}
        if Path(path).is_dir():
            raise fault(path, "it is a directory")
        with open(path, "rb") as file:
            head = file.read(64)
            infos, end = self._directory(file, head)
            for info in infos:
                self._add(file, info)
        self._check_places(end)
        self.headers = {name: Header(name, m.promise.shape, m.promise.dtype) for name, m in self._members.items()}

    def read(self, name: str) -> Array:
        """Read one array.

        Raises:
            FileError: its bytes are not those that were written.
            OSError: the file cannot be read any more.
        """
        member = self._members[name]
        with open(self.path, "rb") as file:
            file.seek(member.start)
            header = file.read(member.promise.offset)
            data = bytearray(member.promise.length - member.promise.offset)
            file.readinto(data)
        if zlib.crc32(data, zlib.crc32(header)) != member.crc:
            raise self._fault("its bytes were changed after they were written (the checksum differs)", name)
        try:
            return array_of(member.promise, data)
        except ValueError as error:
            raise self._fault(f"numpy has no array of shape {member.promise.shape}", name) from error

    def _directory(self, file: IO[bytes], head: bytes) -> tuple[list[zipfile.ZipInfo], int]:
        """Return what the directory lists, and where it begins."""
        try:
            archive = zipfile.ZipFile(file)
        except UNREADABLE as error:
            if head.startswith(b"PK"):  # as every zip archive does
                raise self._fault("it begins like a .npz file, and is cut off or damaged") from error
            raise self._fault(f"it is no .npz file: {looks_like(head)}") from error
        infos = archive.infolist()
        if any(info.filename.endswith("data.pkl") for info in infos):
            raise self._fault(
                "it looks like a file of torch.save, a pickle that could run any program: in PyTorch, save with "
                "np.savez(path, **{name: t.numpy() for name, t in model.state_dict().items()})"
            )
        return infos, archive.start_dir

    def _add(self, file: IO[bytes], info: zipfile.ZipInfo) -> None:
        """Check what the directory says about a member, and what the member's own header says."""
        name = info.filename.removesuffix(_SUFFIX)
        if name == info.filename:
            raise self._fault(f"it holds {info.filename!r}, which is no array")
        if name in self._members:
            raise self._fault("there are two of this name", name)
        if info.flag_bits & 1:
            raise self._fault("it is encrypted", name)
        if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
            raise self._fault("it is compressed, and only what np.savez and nn.save write is read", name)
        try:
            file.seek(info.header_offset)
            signature, *lengths = _LOCAL.unpack(file.read(_LOCAL.size))
            if signature != b"PK\3\4":
                raise ValueError("does not begin where the directory says")
            start = info.header_offset + _LOCAL.size + sum(lengths)
            file.seek(start)
            promise = read_promise(file)
        except (ValueError, OSError, struct.error) as error:
            what = f"it {error}" if type(error) is ValueError else "it lies outside the file"
            raise self._fault(what, name) from error
        if promise.length != info.file_size:
            raise self._fault(
                f"its header promises shape {promise.shape} of {promise.dtype}, {promise.length:,} bytes with the header, "
                f"and it has {info.file_size:,}",
                name,
            )
        self._members[name] = _Member(info.header_offset, start, promise, info.CRC)

    def _check_places(self, end: int) -> None:
        """Raise unless members lie one behind the other, and all before the directory: no byte is counted twice."""
        places = sorted((member.begin, member.start + member.promise.length, name) for name, member in self._members.items())
        for (_, stop, name), (following, _, _) in pairwise([*places, (end, end, "")]):
            if stop > following:
                raise self._fault("it overlaps with what comes behind it in the file, or ends outside the file", name)

    def _fault(self, what: str, member: str | None = None) -> FileError:
        return fault(self.path, what, member)


class _Member(NamedTuple):
    begin: int
    start: int
    promise: Promise
    crc: int
