"""Does a checkpoint change no derivative of any order, keep no graph, and notice what was written since?"""

import gc
import itertools
import math
import weakref

import numpy as np
import pytest
from differentiated import bare, forward, reverse, times
from helpers import assert_close

import nn
from autograd import (
    GradientError,
    Tensor,
    Value,
    checkpoint,
    elementwise,
    grad,
    gradients,
    hessian,
    hvp,
    jvp,
    no_grad,
    ops,
    sin,
    tanh,
)
from autograd.registry import scoped

HERE = r"at .*test_gradients_checkpoints\.py:\d+"
checkpointed = pytest.mark.parametrize("wrap", [lambda f: f, checkpoint], ids=["plain", "checkpoint"])


@checkpointed
def test_a_checkpoint_changes_neither_value_nor_gradient_of_values(wrap):
    w, x = Value(1.5), Value(0.7)
    y = wrap(lambda v: tanh(w * v) * v)(x) * x
    y.backward()
    t = math.tanh(1.05)
    assert_close([y.data, x.grad, w.grad], [t * 0.49, 1.4 * t + 0.49 * 1.5 * (1 - t * t), 0.343 * (1 - t * t)], ulps=16)


@checkpointed
def test_a_checkpoint_takes_and_gives_containers_of_both_types(wrap):
    v, t = Value(2.0), Tensor([1.0, 3.0], requires_grad=True)
    f = wrap(lambda p, k, c: {"a": [p["v"] * k, p["t"] * 2], "b": p["t"].sum() * c})
    out = f({"v": v, "t": t}, 3.0, Tensor(5.0))
    assert (out["a"][0].data, out["a"][1].tolist(), out["b"].item()) == (6.0, [2.0, 6.0], 20.0)
    assert gradients(out["a"][0], [v, t])[0] == 3.0
    assert gradients([out["a"][1].sum(), out["b"]], t).tolist() == [7.0, 7.0]
    (out["a"][1].sum() + out["b"]).backward()
    assert t.grad.tolist() == [7.0, 7.0]


@checkpointed
def test_what_a_checkpoint_closes_over_is_differentiated_by(wrap):
    w = Value(3.0)
    h = w * w
    x = Value(2.0)
    y = wrap(lambda v: v * v * h)(x)
    assert gradients(y, [x, w]) == [36.0, 24.0]
    assert gradients(y, h) == 4.0
    y.backward()
    assert (x.grad, w.grad, h.grad) == (36.0, 24.0, 4.0)


@checkpointed
def test_a_checkpoint_inside_a_transform_may_close_over_its_argument(wrap):
    f = lambda w: wrap(lambda v: v * w * w * w)(Value(2.0, requires_grad=False))
    assert grad(f)(3.0) == 54.0
    assert grad(grad(f))(3.0) == 36.0
    assert bare(grad(f)(Value(3.0))) == 54.0
    assert hessian(f)(3.0) == 36.0
    assert forward(forward(f))(3.0) == 36.0


@checkpointed
def test_checkpoints_are_differentiated_to_any_order_in_both_modes(wrap):
    f = wrap(lambda x: sin(x) * x)
    g = lambda x: f(x) * x
    d2 = lambda x: 2 * math.sin(x) + 4 * x * math.cos(x) - x * x * math.sin(x)
    for mode in itertools.product([grad, forward, reverse], repeat=2):
        assert_close(bare(mode[0](mode[1](g))(0.6)), d2(0.6), ulps=32)
    d3 = 6 * math.cos(0.6) - 6 * 0.6 * math.sin(0.6) - 0.36 * math.cos(0.6)
    assert_close(bare(times(grad, 3, g)(0.6)), d3, ulps=64)


@checkpointed
def test_checkpoints_of_tensors_have_second_derivatives_and_tangents(wrap):
    rng = np.random.default_rng(5)
    w = rng.normal(size=(3, 3))
    block = wrap(lambda t, m: (t @ m).tanh())
    f = lambda t: (block(block(t, Tensor(w)), Tensor(w.T)) ** 2).sum()
    plain = lambda t: (((t @ w).tanh() @ w.T).tanh() ** 2).sum()
    x, v = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    assert_close(grad(f)(x), grad(plain)(x), ulps=256, scale=1.0)
    assert_close(hvp(f)(x, v), hvp(plain)(x, v), ulps=1024, scale=1.0)
    assert_close(jvp(f, (x,), (v,))[1], jvp(plain, (x,), (v,))[1], ulps=256, scale=1.0)


@checkpointed
def test_checkpoints_nest(wrap):
    w, x = Value(2.0), Value(3.0)
    inner = wrap(lambda v: v * v * w)
    y = wrap(lambda v: inner(v) * inner(v * w))(x)  # x² w · x² w³
    y.backward()
    assert (y.data, x.grad, w.grad) == (1296.0, 1728.0, 2592.0)


def test_a_checkpoint_is_one_node_and_keeps_no_graph_inside():
    kept = []

    def deep(v):
        for _ in range(1000):
            v = v * 1.001
            kept.append(weakref.ref(v))
        return v

    x = Value(1.0)
    y = checkpoint(deep)(x)
    assert (y.op.name, [v for v, _ in y.operands()]) == ("checkpoint", [x])
    gc.disable()
    try:
        assert sum(ref() is not None for ref in kept) == 0
        y.backward()
        assert sum(ref() is not None for ref in kept) == 0
    finally:
        gc.enable()
    assert_close(x.grad, 1.001**1000, ulps=4096)


def test_checkpoints_in_a_row_hold_one_piece_of_the_graph_at_a_time():
    refs, most = [], 0

    def piece(v):
        for _ in range(50):
            v = tanh(v)
            refs.append(weakref.ref(v))
        return v

    @elementwise(d=lambda y, x: watched())
    def watch(x):
        return x

    def watched():
        nonlocal most
        most = max(most, sum(ref() is not None for ref in refs))
        return 1.0

    with scoped():
        x = Value(0.5)
        y = x
        for _ in range(20):
            y = watch(checkpoint(piece)(y))
        y.backward()
    assert most <= 60
    assert x.grad != 0.0


def test_a_checkpoint_under_no_grad_records_nothing():
    x = Value(2.0)
    with no_grad():
        y = checkpoint(lambda v: v * v)(x)
    assert (y.data, y.requires_grad, y.is_leaf) == (4.0, False, True)
    constant = checkpoint(lambda v: v * v)(Value(2.0, requires_grad=False))
    assert not constant.requires_grad


def test_a_checkpoint_runs_again_as_often_as_gradients_are_taken():
    runs = []
    x = Value(2.0)
    y = checkpoint(lambda v: runs.append(1) or v * v)(x)
    assert len(runs) == 1
    y.backward()
    y.backward()
    assert (len(runs), x.grad) == (3, 8.0)


def test_a_checkpoint_of_many_results_runs_once_more_in_backward():
    runs = []
    layer = nn.Layer(2, 16, rng=0)
    ys = checkpoint(lambda xs: runs.append(1) or layer(xs))([Value(1.0), Value(2.0)])
    ops.sum(ys).backward()
    assert len(runs) == 2


@checkpointed
def test_a_checkpoint_takes_whole_numbers_as_they_are(wrap):
    pick = wrap(lambda t, index, n: (t[index] * n).sum())
    t = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = pick(t, Tensor([0, 2, 2]), Tensor(3))
    y.backward()
    assert t.grad.tolist() == [3.0, 0.0, 6.0]
    assert grad(pick)(np.ones(3), Tensor([0, 2, 2]), Tensor(3)).tolist() == [3.0, 0.0, 6.0]
    assert hessian(lambda x: pick(x, Tensor([0, 2]), Tensor(3)) ** 2)(np.ones(3))[0].tolist() == [18.0, 0.0, 18.0]


def test_a_checkpoint_notices_what_was_written_since():
    w, x = Value(3.0, "w"), Value(2.0)
    y = checkpoint(lambda v: v * w)(x)
    w.data = 5.0
    with pytest.raises(GradientError, match="checkpoint needs 'w' as it was"):
        y.backward()


@pytest.mark.parametrize("result", [None, 3.0, "a", [1.0]], ids=repr)
def test_a_checkpoint_that_gives_no_nodes_is_refused(result):
    with pytest.raises(GradientError, match=rf"checkpoint needs a function that returns Values or Tensors, got .*{HERE}"):
        checkpoint(lambda v: result)(Value(1.0))
