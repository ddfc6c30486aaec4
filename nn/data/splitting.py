"""How is a dataset divided at random?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import AutogradError
from autograd.errors import at, short
from nn.data.dataset import Dataset, as_dataset
from nn.random import Rng


def random_split(data: Any, lengths: Sequence[float], rng: Rng = None) -> list[Dataset]:
    """Divide a dataset into parts that have no sample in common.

    Args:
        data: a `Dataset`, or (x, t).
        lengths: how many samples each part has, adding up to all; or fractions that add up to 1. What rounding leaves
            over goes to the first parts, one each.
        rng: an int, a `numpy.random.Generator` or None.

    Raises:
        AutogradError: the lengths do not add up.

    >>> from nn.data import random_split
    >>> [len(part) for part in random_split(([0.0] * 10, [0] * 10), [0.75, 0.25], rng=0)]
    [8, 2]
    """
    data = as_dataset(data)
    count = len(data)
    sizes = list(lengths)
    if all(0 <= n <= 1 for n in sizes) and math.isclose(sum(sizes), 1.0):
        sizes = [math.floor(count * n + 1e-9) for n in sizes]
        for i in range(int(count - sum(sizes))):
            sizes[i % len(sizes)] += 1
    if sum(sizes) != count or any(n < 0 or n != int(n) for n in sizes):
        raise AutogradError(f"lengths add up to the {count} samples, or as fractions to 1, got {short(lengths)}{at()}")
    order = np.random.default_rng(rng).permutation(count)
    ends = np.cumsum([int(n) for n in sizes])[:-1]
    return [data[part] for part in np.split(order, ends)]
