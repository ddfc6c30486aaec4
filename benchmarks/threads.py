"""How many threads do numpy's matrix products and torch use?

By default both take every core. That is what users have, but where something else runs on the machine, a thread that
waits for a busy core costs more than it brings; one thread measures the library and not the neighbours.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np


def _openblas(action: str) -> Callable[..., Any] | None:
    """Return a function of the OpenBLAS that came with numpy; None where numpy uses another library."""
    package = Path(np.__file__).parent
    for folder in (package.parent / "numpy.libs", package / ".dylibs"):
        for library in folder.glob("*openblas*"):
            for prefix, suffix in (("scipy_", "64_"), ("scipy_", ""), ("", "64_"), ("", "")):
                function = getattr(ctypes.CDLL(str(library)), f"{prefix}openblas_{action}_num_threads{suffix}", None)
                if function is not None:
                    return function  # type: ignore[no-any-return]
    return None


def described() -> str:
    """Return the numbers of threads, for a table's heading."""
    count = _openblas("get")
    counts = [f"BLAS {count() if count is not None else 'as by default'}"]
    if "torch" in sys.modules:
        counts.append(f"torch {sys.modules['torch'].get_num_threads()}")
    return ", ".join(counts)


@contextmanager
def one_thread() -> Iterator[None]:
    """Let matrix products and torch use a single thread inside the block, as far as they can be told to."""
    get, put = _openblas("get"), _openblas("set")
    torch = sys.modules.get("torch")
    before = get() if get is not None else 0, torch.get_num_threads() if torch is not None else 0
    _set(put, torch, (1, 1))
    try:
        yield
    finally:
        _set(put, torch, before)


def _set(put: Callable[..., Any] | None, torch: Any, count: tuple[int, int]) -> None:
    if put is not None:
        put(count[0])
    if torch is not None:
        torch.set_num_threads(count[1])
