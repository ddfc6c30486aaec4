"""What is said of a file that cannot be read?"""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

from autograd import AutogradError
from autograd.errors import at, short

FilePath = str | os.PathLike[str]

# What zipfile raises for an archive that makes no sense. RuntimeError: it is encrypted, or in a way that zipfile does not
# know. OSError: a seek to before the beginning.
UNREADABLE = (zipfile.BadZipFile, RuntimeError, ValueError, OverflowError, EOFError, OSError, struct.error, zlib.error)


class FileError(AutogradError, ValueError):
    """A file that is not what it should be: damaged, of another kind, or of another model."""


def check_path(call: str, path: Any) -> None:
    """Raise unless a path can be the name of a file; the call is told, such as ``nn.load(path)``."""
    name = os.fspath(path) if isinstance(path, os.PathLike) else path
    if not isinstance(name, str) or not name or "\0" in name:
        raise AutogradError(f"{call} needs the name of a file as path, got {short(path)}{at()}")


def check_folder(path: Path, what: str) -> None:
    """Raise unless a file that is written later on has a folder to lie in: else an epoch is lost before it is noticed."""
    if not path.parent.is_dir():
        raise AutogradError(f"there is no folder {str(path.parent)!r} for the {what}{at()}")


def fault(path: FilePath, what: str, member: str | None = None) -> FileError:
    """Return the error that says what is wrong with a file, or with one of the arrays in it."""
    where = f"{os.fspath(path)}" + ("" if member is None else f", array {member!r}")
    return FileError(f"{where}: {what}{at()}")
