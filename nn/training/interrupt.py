"""How does Ctrl-C end training between two steps, never in the middle of one?"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def interrupts_held() -> Iterator[Callable[[], bool]]:
    """Remember a first Ctrl-C instead of raising it, and give the function that says whether there was one.

    A second one raises KeyboardInterrupt at once. Where Ctrl-C does something else already, or in a thread that it does
    not reach, all stays as it is.
    """
    asked = False

    def remember(number: int, frame: Any) -> None:
        nonlocal asked
        if asked:
            signal.default_int_handler(number, frame)
        asked = True

    ours = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
    if ours:
        signal.signal(signal.SIGINT, remember)
    try:
        yield lambda: asked
    finally:
        if ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
