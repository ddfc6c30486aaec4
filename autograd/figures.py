"""How is a number written, and which numbers stand for an array?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np


def figure(x: float, precision: int | None = None) -> str:
    """Write a number as text: rounded, or with as many digits as it has, and without a needless ``.0``."""
    x += 0.0  # no -0
    if precision is not None:
        return f"{x:.{precision}g}"
    return f"{x:.0f}" if math.isfinite(x) and x == math.floor(x) and abs(x) < 1e15 else repr(x)


@dataclass(frozen=True)
class Figures:
    """A number, or what is said of an array: shape, dtype, and its one number or its least, mean and greatest."""

    shape: tuple[int, ...] | None
    dtype: str | None
    numbers: tuple[float, ...]


def figures_of(data: Any) -> Figures:
    """Return a number, or an array's shape and dtype and its least, mean and greatest number."""
    if not isinstance(data, np.ndarray):
        return Figures(None, None, (data,))
    shape, dtype = data.shape, str(data.dtype)
    if data.size == 1:
        return Figures(shape, dtype, (data.item(),))
    if not data.size or data.dtype.kind == "c":  # complex numbers have no order
        return Figures(shape, dtype, ())
    with np.errstate(all="ignore"):
        return Figures(shape, dtype, (data.min().item(), data.mean(dtype=float).item(), data.max().item()))
