"""Points of the plane in classes, drawn at random."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn.data.dataset import Dataset
from nn.random import Rng


def moons(n: int = 100, *, noise: float = 0.1, rng: Rng = None) -> Dataset:
    """Two interleaved half circles: (cos a, sin a) and (1 - cos a, ½ - sin a) for a in [0, π], plus noise.

    Args:
        n: how many points, half of each class. (default 100)
        noise: the standard deviation of what is added. (default 0.1)
        rng: an int, a `numpy.random.Generator` or None.

    >>> import nn
    >>> nn.data.moons(4, rng=0)
    Dataset of 4 samples: x (2,) float64, t () int64
    """
    generator = np.random.default_rng(rng)
    t = np.arange(n) % 2
    a = generator.uniform(0.0, np.pi, n)
    x = np.stack([np.where(t, 1 - np.cos(a), np.cos(a)), np.where(t, 0.5 - np.sin(a), np.sin(a))], axis=1)
    return _noisy(x, t, noise, generator)


def circles(n: int = 100, *, noise: float = 0.05, factor: float = 0.5, rng: Rng = None) -> Dataset:
    """A circle of radius 1 (class 0) and one of radius `factor` inside it (class 1), plus noise.

    >>> import nn
    >>> data = nn.data.circles(6, noise=0.0, rng=0)
    >>> sorted(set((data.x**2).sum(axis=1).round(9).tolist()))
    [0.25, 1.0]
    """
    generator = np.random.default_rng(rng)
    t = np.arange(n) % 2
    a = generator.uniform(0.0, 2 * np.pi, n)
    return _noisy(np.where(t, factor, 1.0)[:, None] * np.stack([np.cos(a), np.sin(a)], axis=1), t, noise, generator)


def blobs(n: int = 100, *, centers: Any = 3, std: float = 1.0, rng: Rng = None) -> Dataset:
    """Normally distributed points around centres, one class each.

    Args:
        n: how many points. (default 100)
        centers: the centres, of shape (C, D); or how many, drawn evenly from [-10, 10]². (default 3)
        std: the standard deviation around each. (default 1)
        rng: an int, a `numpy.random.Generator` or None.

    >>> import nn
    >>> nn.data.blobs(4, centers=[[-5, 0], [5, 0]], std=0.1, rng=0).x[:, 0].round().tolist()
    [-5.0, 5.0, -5.0, 5.0]
    """
    generator = np.random.default_rng(rng)
    given = np.asarray(centers, float)
    points = given if given.ndim == 2 else generator.uniform(-10.0, 10.0, (int(given), 2))
    t = np.arange(n) % len(points)
    return _noisy(points[t], t, std, generator)


def _noisy(x: Any, t: Any, std: float, generator: np.random.Generator) -> Dataset:
    return Dataset(x + std * generator.normal(size=x.shape), t)
