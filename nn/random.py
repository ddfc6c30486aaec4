"""Where are random numbers drawn from?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd import AutogradError
from autograd.errors import at, short

if TYPE_CHECKING:
    from nn.module import Module

Rng = int | np.random.Generator | None
"""An int (a seed), a generator, or None for numbers that differ from run to run; nothing global is ever drawn from."""


def generator(rng: Rng) -> np.random.Generator:
    """Return where random numbers are drawn from.

    Raises:
        AutogradError: `rng` is neither an int from 0 up, nor a generator, nor None.
    """
    try:
        if not isinstance(rng, bool):  # numpy takes True for the seed 1
            return np.random.default_rng(rng)
    except (TypeError, ValueError):
        pass
    raise AutogradError(f"rng is an int from 0 up, a numpy.random.Generator or None, got {short(rng)}{at()}")


def generators_of(model: Module) -> list[tuple[str, np.random.Generator]]:
    """Return where the parts of a model draw random numbers from, with paths such as ``2.rng``.

    >>> import nn
    >>> [path for path, _ in nn.random.generators_of(nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5)))]
    ['1.rng']
    """
    return [
        (f"{path}.{name}".lstrip("."), thing)
        for path, part in model.named_modules()
        for name, thing in vars(part).items()
        if isinstance(thing, np.random.Generator)
    ]
