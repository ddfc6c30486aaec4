"""Which networks and data are diagnosed in the tests, and how is a diagnosis read?"""

from itertools import pairwise

import numpy as np

import nn


def chain(*parts):
    return nn.Sequential(*parts)


def dense(sizes, activation=nn.ReLU, seed=0, scale=1.0, init=None):
    """Linear layers with activations between them, each weight scaled or drawn anew."""
    parts = []
    for i, (a, b) in enumerate(pairwise(sizes)):
        layer = nn.Linear(a, b, rng=100 * seed + i)
        if init is not None:
            init(layer.weight, rng=100 * seed + i)
            layer.bias.data = 0.0
        layer.weight.data = scale * layer.weight.data
        parts += [layer, activation()]
    return chain(*parts[:-1])


def moons(seed=0, n=64):
    return nn.data.moons(n, rng=seed)


def signs(seed=0):
    data = moons(seed)
    return data.x, 2.0 * data.t - 1.0


def events(seed=0):
    data = moons(seed)
    return data.x, data.t[:, None].astype(float)


def pictures(seed=0, n=64, side=28):
    """Pictures of ten classes: a bright stripe at a place of the class, in noise from 0 to 1."""
    rng = np.random.default_rng(seed)
    t = rng.integers(0, 10, n)
    x = 0.3 * rng.random((n, 1, side, side))
    x[np.arange(n), 0, t * side // 10] += 0.7
    return x, t


def only(diagnosis):
    """Return the one finding there is."""
    assert len(diagnosis.findings) == 1, diagnosis
    return diagnosis.findings[0]


def kinds(diagnosis):
    return [finding.kind for finding in diagnosis.findings]


def convolutional(seed):
    return chain(
        nn.Conv2d(1, 8, 3, rng=seed), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3, rng=seed + 1), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64, 10, rng=seed + 2),
    )  # fmt: skip


def small(seed):
    return pictures(seed, side=14)
