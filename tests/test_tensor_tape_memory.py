"""Does a replay in buffers, and block by block, give what the function gives, and hand out memory that is nobody else's?"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from helpers import assert_close
from taped_arrays import RNG, eager, network, weights

from autograd import Tensor, ops, record, relu, tanh
from autograd.blocks import LARGE
from autograd.tape import array_blocks


def test_what_was_handed_out_is_not_written_to_by_the_next_replay():
    tape = record(lambda x: (x + 1) * 2, np.ones(3))
    first = tape.value(np.ones(3))
    tape.value(np.zeros(3))
    assert first.tolist() == [4.0, 4.0, 4.0]


@pytest.mark.parametrize("size", [LARGE, 3 * LARGE + 7])
def test_large_arrays_go_block_by_block_and_give_the_same(size):
    x, w = RNG.normal(size=size), RNG.normal(size=size)

    def f(w, x):
        y = tanh(w) * ops.sigmoid(x) + ops.exp(-w * w)
        return (y * y).mean() + 0.5 * y.sum() * (w[:3] * x[0]).sum()

    tape = record(f, w, x)
    assert "block by block" in tape.source("grad")
    value, [slope] = eager(f, w, x)
    for _ in range(2):
        found, mine = tape.value_and_grad(w, x)
        assert_close(found, value, ulps=1e4)
        assert_close(mine, slope, ulps=1e4, scale=np.abs(slope).max())


def test_a_gradient_is_never_the_memory_of_an_argument_or_of_another_gradient():
    tape = record(lambda a, b: (a * b).sum() + (a + b).sum() * 0, np.ones(3), np.ones(3))
    a, b = np.arange(3.0), np.arange(3.0)
    slopes = tape.grad(a, b, argnums=(0, 1))
    assert not any(np.shares_memory(x, y) for x, y in [(slopes[0], b), (slopes[1], a), tuple(slopes)])
    same = record(lambda a, b: (a + b).sum(), np.ones(3), np.ones(3)).grad(a, b, argnums=(0, 1))
    assert not np.shares_memory(*same)


def test_its_source_calls_numpy_with_buffers():
    text = record(network, weights(), np.ones((4, 2)), np.ones((4, 1))).source("grad")
    assert text.startswith("def grad(v0, v1, v2, v3, v4, v5):\n    v6 = matmul(v4, v0, out=b")
    assert "out=" in text.splitlines()[2]


def test_a_total_of_large_arrays_is_used_once_it_is_whole():
    def f(x):
        y = tanh(x)
        z = y - y.mean()
        return (z * z * z).sum() + (z / y.sum()).sum()

    x = RNG.normal(size=3 * LARGE + 7)
    tape = record(f, RNG.normal(size=x.size))
    value, [slope] = eager(f, x)
    found, mine = tape.value_and_grad(x)
    assert_close(found, value, ulps=1e6, scale=1 + np.abs(value))
    assert_close(mine, slope, ulps=1e6, scale=np.abs(slope).max())


def test_large_arrays_keep_their_dtype():
    x = RNG.normal(size=LARGE).astype(np.float32)
    tape = record(lambda x: (tanh(x) * x).sum() ** 2, x)
    assert tape.grad(x).dtype == np.float32


def test_a_result_that_shows_other_memory_is_not_overwritten():
    def f(x):
        y = ops.exp(x.T)
        flat = y.reshape(-1)  # a copy when recorded, a view of a buffer when replayed
        other = ops.exp(tanh(ops.exp(x.T * 2)))
        return (flat * other.reshape(-1) * np.arange(12.0)).sum()

    tape, x = record(f, RNG.normal(size=(4, 3))), RNG.normal(size=(4, 3))
    assert_close(tape.value(x), f(Tensor(x)).item(), ulps=64)


def test_a_gradient_that_repeats_one_number_is_an_array_of_its_own():
    slope = record(lambda x: x.sum() ** 2, np.ones((2, 3))).grad(np.ones((2, 3)))
    slope += np.arange(6.0).reshape(2, 3)
    assert slope.tolist() == [[12.0, 13.0, 14.0], [15.0, 16.0, 17.0]]


def test_two_threads_may_replay_one_tape():
    tape = record(network, weights(), np.ones((32, 2)), np.ones((32, 1)))
    runs = [(weights(), RNG.normal(size=(32, 2)), np.ones((32, 1))) for _ in range(40)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda run: tape.value_and_grad(*run)[0], runs))
    assert found == [eager(network, *run)[0] for run in runs]


STEPS = [
    lambda a, b: a + b, lambda a, b: a * b, lambda a, b: tanh(a), lambda a, b: a.T, lambda a, b: a.reshape(-1),
    lambda a, b: a.reshape(a.shape[::-1]), lambda a, b: a[..., ::-1], lambda a, b: relu(a - 0.1), lambda a, b: a @ b,
    lambda a, b: ops.greater(a, 0.1) * b, lambda a, b: (a @ b).T, lambda a, b: ops.broadcast_to(a, (2, *a.shape))[1],
    lambda a, b: a * 1.0 - b.mean(), lambda a, b: ops.greater(a, 0) + b, lambda a, b: a.mean(axis=-1, keepdims=True) + a,
]  # fmt: skip


def random_function(seed):
    """A function that takes steps at random among its arguments and what it has computed, where shapes fit."""

    def f(*xs):
        rng, made = np.random.default_rng(seed), list(xs)
        for _ in range(rng.integers(4, 18)):
            step, a, b = STEPS[rng.integers(len(STEPS))], *(made[i] for i in rng.integers(len(made), size=2))
            try:
                made.append(step(a, b))
            except (ValueError, IndexError):  # their shapes do not fit
                continue
        return sum((y * y if i % 2 else 0.3 * y).sum() for i, y in enumerate(made[-4:])) + made[-1].mean()

    return f


@pytest.mark.parametrize("large", [LARGE, 6])
@pytest.mark.parametrize("start", range(0, 80, 20))
def test_functions_made_at_random_are_replayed_in_one_piece_and_in_blocks(start, large, monkeypatch):
    monkeypatch.setattr(array_blocks, "LARGE", large)
    monkeypatch.setattr(array_blocks, "_BLOCK", min(array_blocks._BLOCK, large - 1))
    shapes = [(3, 4), (4, 3), (4,), (3, 1), (3, 3)]
    for seed in range(start, start + 20):
        f, xs = random_function(seed), [RNG.normal(size=shape) for shape in shapes]
        tape = record(f, *xs)
        tape.grad(*xs, argnums=range(5))
        xs = [np.asfortranarray(RNG.normal(size=shape)) for shape in shapes]
        leaves = [Tensor(x, requires_grad=True) for x in xs]
        y = f(*leaves)
        y.backward()
        value, slopes = tape.value_and_grad(*xs, argnums=range(5))
        np.testing.assert_allclose([value, tape.value(*xs)], y.item(), rtol=1e-9)
        for mine, leaf in zip(slopes, leaves, strict=True):
            np.testing.assert_allclose(mine, 0.0 if leaf.grad is None else leaf.grad.numpy(), rtol=1e-8, atol=1e-8)
