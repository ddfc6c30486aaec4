"""Which points of the plane, in classes, can be drawn at random to try a network on?

Classes are 0, 1, …, as many points of each as can be, in random order. Where labels are to be -1 and +1: ``2 * t - 1``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError, ShapeError
from autograd.errors import at, short
from nn.data.dataset import Dataset
from nn.data.settings import amount, scale
from nn.random import Rng, generator

Array = NDArray[Any]


def moons(n: int = 100, *, noise: float = 0.1, rng: Rng = None) -> Dataset:
    """Two half circles, one in the other: (cos a, sin a) and (1 - cos a, ½ - sin a), plus noise.

    The angles a go evenly from 0 to π: the points of scikit-learn's ``make_moons``.

    Args:
        n: how many points. (default 100)
        noise: the standard deviation of what is added to each coordinate. (default 0.1)
        rng: an int, a `numpy.random.Generator` or None. (default None)

    Raises:
        AutogradError: `n` is no whole number from 1 up, or `noise` no finite number from 0 up.

    >>> import nn
    >>> nn.data.moons(200, rng=0)
    Dataset of 200 samples: x (2,) float64, t () int64
    """
    n, noise = amount("n", n), scale("moons", "noise", noise)
    halves = n // 2, n - n // 2
    outer, inner = (np.linspace(0.0, np.pi, m) for m in halves)
    x = np.concatenate([_on_circle(outer), [1.0, 0.5] - _on_circle(inner)])
    return _shuffled(x, np.repeat([0, 1], halves), noise, rng)


def circles(n: int = 100, *, noise: float = 0.05, factor: float = 0.5, rng: Rng = None) -> Dataset:
    """A circle (cos a, sin a), class 0, and one of radius `factor` inside it, class 1, plus noise.

    The angles a go evenly around: the points of scikit-learn's ``make_circles``.

    Args:
        n: how many points. (default 100)
        noise: the standard deviation of what is added to each coordinate. (default 0.05)
        factor: the radius of the inner circle, from 0 to 1. (default 0.5)
        rng: an int, a `numpy.random.Generator` or None. (default None)

    Raises:
        AutogradError: `n` is no whole number from 1 up, `noise` no finite number from 0 up, or `factor` is not in [0, 1].

    >>> import nn
    >>> data = nn.data.circles(6, noise=0.0, rng=0)
    >>> sorted(set((data.x**2).sum(axis=1).round(9).tolist()))
    [0.25, 1.0]
    """
    n, noise = amount("n", n), scale("circles", "noise", noise)
    factor = scale("circles", "factor", factor, high=1.0)
    halves = n // 2, n - n // 2
    outer, inner = (np.linspace(0.0, 2 * np.pi, m, endpoint=False) for m in halves)
    x = np.concatenate([_on_circle(outer), factor * _on_circle(inner)])
    return _shuffled(x, np.repeat([0, 1], halves), noise, rng)


def spirals(n: int = 100, *, arms: int = 2, turns: float = 1.5, noise: float = 0.02, rng: Rng = None) -> Dataset:
    """Arms of a spiral, a class each: r (cos a, sin a) with a = 2π (turns r + k / arms) in arm k, plus noise.

    The radius r goes evenly up to 1 along each arm. After K. J. Lang and M. J. Witbrock, Learning to tell two spirals apart,
    Connectionist Models Summer School, 1988.

    Args:
        n: how many points. (default 100)
        arms: how many arms. (default 2)
        turns: how often each goes round. (default 1.5)
        noise: the standard deviation of what is added to each coordinate. (default 0.02)
        rng: an int, a `numpy.random.Generator` or None. (default None)

    Raises:
        AutogradError: `n` or `arms` is no whole number from 1 up, or `turns` or `noise` no finite number from 0 up.

    >>> import nn
    >>> np.bincount(nn.data.spirals(300, arms=3, rng=0).t).tolist()
    [100, 100, 100]
    """
    n, arms = amount("n", n), amount("arms", arms)
    turns, noise = scale("spirals", "turns", turns), scale("spirals", "noise", noise)
    t = np.arange(n) % arms
    r = (np.arange(n) // arms + 1) / (-(-n // arms))
    x = r[:, None] * _on_circle(2 * np.pi * (turns * r + t / arms))
    return _shuffled(x, t, noise, rng)


def blobs(n: int = 100, *, centers: Any = 3, std: float = 1.0, rng: Rng = None) -> Dataset:
    """Normally distributed points around centres, a class each.

    Args:
        n: how many points. (default 100)
        centers: the centres, of shape (C, D); or how many, drawn evenly from [-10, 10]². (default 3)
        std: the standard deviation of each coordinate around them. (default 1)
        rng: an int, a `numpy.random.Generator` or None. (default None)

    Raises:
        AutogradError: `n` is no whole number from 1 up, `std` no finite number from 0 up, or `centers` are neither a whole
            number from 1 up nor a table of finite numbers.

    >>> import nn
    >>> sorted(nn.data.blobs(4, centers=[[-5, 0], [5, 0]], std=0.1, rng=0).x[:, 0].round().tolist())
    [-5.0, -5.0, 5.0, 5.0]
    """
    n, std = amount("n", n), scale("blobs", "std", std)
    drawn_from = generator(rng)
    if isinstance(centers, (list, tuple)) or np.ndim(centers):
        points = _table(centers)
    else:
        points = drawn_from.uniform(-10.0, 10.0, (amount("centers", centers), 2))
    t = np.arange(n) % len(points)
    return _shuffled(points[t], t, std, drawn_from)


def xor(n: int = 100, *, noise: float = 0.2, rng: Rng = None) -> Dataset:
    """The corners (±1, ±1) of a square, plus noise; class 1 where the signs differ, which no straight line separates.

    Args:
        n: how many points. (default 100)
        noise: the standard deviation of what is added to each coordinate. (default 0.2)
        rng: an int, a `numpy.random.Generator` or None. (default None)

    Raises:
        AutogradError: `n` is no whole number from 1 up, or `noise` no finite number from 0 up.

    >>> import nn
    >>> data = nn.data.xor(4, noise=0.0, rng=0)
    >>> sorted(zip(data.x.tolist(), data.t.tolist()))
    [([-1.0, -1.0], 0), ([-1.0, 1.0], 1), ([1.0, -1.0], 1), ([1.0, 1.0], 0)]
    """
    n, noise = amount("n", n), scale("xor", "noise", noise)
    corners = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, 1.0], [1.0, -1.0]])
    k = np.arange(n) % 4
    return _shuffled(corners[k], k % 2, noise, rng)


def _on_circle(angle: Array) -> Array:
    return np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def _table(centers: Any) -> Array:
    """Return centres as an array with a row for each."""
    try:
        points = np.asarray(centers, float)
    except (TypeError, ValueError):
        raise AutogradError(f"centers are how many, or a table of numbers, got {short(centers)}{at()}") from None
    if points.ndim != 2 or not points.size:
        raise ShapeError(f"centers are how many, or a table with a row for each, got shape {points.shape}{at()}")
    if not np.isfinite(points).all():
        raise AutogradError(f"centers are finite, got {short(centers)}{at()}")
    return points


def _shuffled(x: Array, t: Array, std: float, rng: Rng) -> Dataset:
    """Return points in random order, each moved a little."""
    drawn_from = generator(rng)
    order = drawn_from.permutation(len(t))
    return Dataset(x[order] + std * drawn_from.normal(size=x.shape), t[order])
