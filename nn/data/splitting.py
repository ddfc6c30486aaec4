"""How is a dataset divided at random?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import AutogradError
from autograd.errors import at, short
from nn.data.dataset import Dataset, as_dataset
from nn.random import Rng, generator


def random_split(dataset: Any, lengths: Sequence[float], rng: Rng = None) -> list[Dataset]:
    """Divide a dataset into parts that have no sample in common.

    Args:
        dataset: a `Dataset`, or (x, t).
        lengths: how many samples each part has, adding up to all; or fractions that add up to 1. What rounding leaves
            over goes to the first parts that are not 0, one each.
        rng: an int, a `numpy.random.Generator` or None. (default None)

    Raises:
        AutogradError: it is no dataset, the lengths do not add up, or `rng` is none of these.

    >>> from nn.data import random_split
    >>> [len(part) for part in random_split(([0.0] * 10, [0] * 10), [0.75, 0.25], rng=0)]
    [8, 2]
    """
    dataset = as_dataset(dataset)
    sizes = _sizes(len(dataset), lengths)
    order = generator(rng).permutation(len(dataset))
    return [dataset[part] for part in np.split(order, np.cumsum(sizes)[:-1])]


def _sizes(count: int, lengths: Sequence[float]) -> list[int]:
    """Return how many of so many samples go to each part."""
    try:
        given = np.asarray(lengths)
    except ValueError:  # rows of unequal length
        given = np.empty(0)
    # No part has more than all: what is larger could not even be added.
    if given.ndim == 1 and given.size and given.dtype.kind in "iuf" and ((given >= 0) & (given <= max(count, 1))).all():
        if math.isclose(given.sum(), 1.0):
            sizes = np.floor(count * (given / given.sum()) + 1e-9).astype(int)  # 100 * 0.29 is a little less than 29
            sizes[np.flatnonzero(given)[: count - sizes.sum()]] += 1
            return list(map(int, sizes))
        if given.sum() == count and (given == given.astype(int)).all():
            return list(map(int, given))
    raise AutogradError(f"lengths add up to the {count} samples, or as fractions to 1, got {short(lengths)}{at()}")
