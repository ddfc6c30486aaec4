"""What is said of a file that cannot be read?"""

from __future__ import annotations

import os

from autograd import AutogradError
from autograd.errors import at

FilePath = str | os.PathLike[str]


class FileError(AutogradError, ValueError):
    """A file that is not what it should be: damaged, of another kind, or of another model."""


def fault(path: FilePath, what: str, member: str | None = None) -> FileError:
    """Return the error that says what is wrong with a file, or with one of the arrays in it."""
    where = f"{os.fspath(path)}" + ("" if member is None else f", array {member!r}")
    return FileError(f"{where}: {what}{at()}")
