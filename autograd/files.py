"""How is a file written whole or not at all?"""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_whole(path: str | os.PathLike[str], data: bytes | str) -> None:
    """Write a file such that at every moment it is either as it was or complete; text is written as UTF-8.

    Raises:
        OSError: the file cannot be written; what was there is still there.
    """
    path = Path(path)
    # Beside the file, because only within one file system does a rename replace it in one step.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(data if isinstance(data, bytes) else data.encode())
        draft.replace(path)
    except OSError as error:
        # The draft's name would mean nothing to whoever asked for the file.
        raise type(error)(error.errno, error.strerror or str(error), str(path)) from None
    finally:
        draft.unlink(missing_ok=True)
