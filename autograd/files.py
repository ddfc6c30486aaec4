"""How is a file written whole or not at all?"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path


def write_whole(path: str | os.PathLike[str], data: bytes | memoryview | str) -> None:
    """Write a file such that at every moment it is either as it was or complete; text is written as UTF-8.

    That holds for a loss of power too: the data is on the disk before the file gets its name. A process that is killed
    while it writes leaves a draft beside the file, see `remove_drafts`.

    Raises:
        OSError: the file cannot be written; what was there is still there.
    """
    path = Path(path)
    # Beside the file, because only within one file system does a rename replace it in one step.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(data.encode() if isinstance(data, str) else data)
        with draft.open("r+b") as file:
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        # The draft's name would mean nothing to whoever asked for the file.
        raise type(error)(error.errno, error.strerror or str(error), str(path)) from None
    finally:
        draft.unlink(missing_ok=True)


def remove_drafts(path: str | os.PathLike[str]) -> None:
    """Remove what processes that were killed while they wrote this file left beside it; nobody may be writing it now.

    Raises:
        OSError: a draft cannot be removed.
    """
    path = Path(path)
    is_draft = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{8}}")
    for other in path.parent.iterdir() if path.parent.is_dir() else ():
        if is_draft.fullmatch(other.name):
            other.unlink(missing_ok=True)
