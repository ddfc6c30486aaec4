"""What does pytest get from wengert? The fixture `gradcheck`, and its table alone where a derivative is wrong.

pytest finds this plugin by itself where wengert is installed (``-p no:wengert`` leaves it out). Loading it imports nothing
but pytest: a test run that never differentiates does not pay for numpy.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest


def pytest_report_header() -> list[str]:
    """Say which version is there, read from what is installed."""
    try:
        return [f"wengert: {metadata.version('wengert')}"]
    except metadata.PackageNotFoundError:  # a checkout that was never installed
        return []


@pytest.fixture(scope="session")
def gradcheck() -> Callable[..., Any]:
    """Return `autograd.gradcheck`: ``gradcheck(f, (x, y), order=2)`` fails the test where a derivative is wrong."""
    # Of the whole session, for Hypothesis refuses fixtures that could be left over from another example.
    import autograd

    return autograd.gradcheck


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Leave out the library's own frames under a `GradcheckError`: what is left is the user's line and the table."""
    library = sys.modules.get("autograd")
    kind = getattr(library, "GradcheckError", None)
    info = call.excinfo
    if info is not None and kind is not None and isinstance(info.value, kind) and not item.config.getoption("fulltrace"):
        inside = str(Path(str(getattr(library, "__file__", ""))).parent) + os.sep
        kept = _without_frames_of(inside, info.tb)
        if kept is not None:
            call.excinfo = pytest.ExceptionInfo.from_exc_info((info.type, info.value, kept))
    return (yield)


def _without_frames_of(folder: str, traceback: TracebackType | None) -> TracebackType | None:
    """Return a copy of a traceback without the frames of files in a folder."""
    # pytest cuts a traceback by following the links of the real one, so it does not do to filter its list of entries.
    links = []
    while traceback is not None:
        links.append(traceback)
        traceback = traceback.tb_next
    kept = None
    for link in reversed(links):
        if not link.tb_frame.f_code.co_filename.startswith(folder):
            kept = TracebackType(kept, link.tb_frame, link.tb_lasti, link.tb_lineno)
    return kept
