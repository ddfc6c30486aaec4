"""What does the library say when something is wrong, and where does it say it happened?

Every error names the op, what was given, what was needed, and the user's own place: the first frame of the call
stack that is outside our packages. The stack is walked only when an error is raised, so a good program pays nothing.
"""

from __future__ import annotations

import contextlib
import copy
import os
import sys
from types import FrameType
from typing import Any

import numpy as np

_HERE = os.path.dirname(os.path.abspath(__file__))
_ROOT = os.path.dirname(_HERE)
# numpy's own Python files are skipped too, and the standard library's that calls reach us through: np.sum(t), copy(v), with.
_INNER = (
    *(os.path.join(_ROOT, name) + os.sep for name in ("autograd", "nn", "optim")),
    os.path.dirname(np.__file__) + os.sep,
    contextlib.__file__,
    copy.__file__,
)


class AutogradError(Exception):
    """Base of every error this library raises on purpose."""


class DomainError(AutogradError, ValueError):
    """A number outside the set on which an op is defined: ``log(-1)``."""


class ShapeError(AutogradError, ValueError):
    """Arrays whose shapes an op cannot combine: ``(3, 4) @ (3, 4)``."""


class DTypeError(AutogradError, TypeError):
    """Data that cannot carry a gradient, or cannot be turned into floats at all."""


class MixError(AutogradError, TypeError):
    """Operands that do not go together: a Value with an array, a Value with a Tensor."""


class GradientError(AutogradError, RuntimeError):
    """A derivative that cannot be taken: no seed, nothing recorded, or an operand changed since."""


class FormulaError(AutogradError, ValueError):
    """A formula typed by a user that cannot be read; `column` counts from 1."""

    def __init__(self, message: str, column: int | None = None) -> None:
        super().__init__(message)
        self.column = column


def place() -> str:
    """Return the user's place as ``file.py:12`` or ``cell [3], line 2``: the first frame outside our packages."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and _is_inner(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None:
        return "an unknown place"
    return _describe(frame.f_code.co_filename, frame.f_lineno)


def at() -> str:
    """Return ``, at file.py:12``: the end of an error message."""
    return f", at {place()}"


def check_precision(precision: Any) -> None:
    """Raise unless numbers can be rounded to so many digits: whole, from 1 to the 17 that tell all floats apart."""
    if not isinstance(precision, int) or isinstance(precision, bool) or not 1 <= precision <= 17:
        raise AutogradError(f"precision is a whole number of digits from 1 to 17, got {precision!r}{at()}")


def short(x: Any) -> str:
    """Return the repr of something, cut to the length of a line: no message repeats pages of data."""
    text = " ".join(repr(x).split())  # that of an array has several lines
    return text if len(text) <= 60 else text[:57] + "..."


def _is_inner(filename: str) -> bool:
    # <frozen …>: Python's own import machinery, between an import of the user's and an error in what is imported.
    return filename.startswith(_INNER) or filename.startswith(("<wengert ", "<frozen "))


def _describe(filename: str, line: int) -> str:
    cell = _notebook_cell(filename)
    if cell is not None:
        return f"cell [{cell}], line {line}"
    relative = os.path.relpath(filename) if os.path.isabs(filename) else filename
    return f"{filename if relative.startswith(os.pardir) else relative}:{line}"


def _notebook_cell(filename: str) -> int | None:
    """Return the number of the notebook cell that was compiled under this file name, if IPython is running."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    cells = getattr(getattr(shell, "compile", None), "_filename_map", {})
    number = cells.get(filename)
    return number if isinstance(number, int) else None
