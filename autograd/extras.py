"""Is a package there that only one part of the library needs, and if not, how does one get it?

What draws curves or minimizes with somebody else's method is loaded when it is used, and comes as an extra of the
distribution: ``pip install "wengert[plot]"``.
"""

from __future__ import annotations

import importlib
from typing import Any

from autograd.errors import AutogradError, at


class ExtraMissing(AutogradError, ImportError):
    """A package that an extra installs is needed, and not there."""


def load(module: str, *, extra: str, purpose: str) -> Any:
    """Import a module that an extra installs.

    Args:
        module: its import name, such as ``matplotlib.pyplot``.
        extra: the extra of the distribution that installs it.
        purpose: what needs it, as the subject of a sentence: "plots".

    Raises:
        ExtraMissing: it is not installed; the message says what to install.

    >>> from autograd.extras import load
    >>> load("no_such_module", extra="plot", purpose="plots")
    Traceback (most recent call last):
    autograd.extras.ExtraMissing: plots need no_such_module, which is not installed: pip install "wengert[plot]", at ...
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise ExtraMissing(
            f'{purpose} need {package}, which is not installed: pip install "wengert[{extra}]"{at()}'
        ) from error
