"""Does a replayed function of arrays give what the function gives, in its buffers, for other numbers and other shapes?"""

import numpy as np
import pytest
from helpers import assert_close, cases, draw

import nn
from autograd import AutogradError, GradientError, ShapeError, Tensor, TensorTape, ops, record, relu, tanh, taped
from autograd.blocks import LARGE

RNG = np.random.default_rng(0)


def eager(f, *args):
    """What backward gives: the value, and the gradients by the first argument, an array or a list of them."""
    wanted = [Tensor(x, requires_grad=True) for x in (args[0] if isinstance(args[0], list) else [args[0]])]
    first = wanted if isinstance(args[0], list) else wanted[0]
    y = f(first, *(Tensor(a) for a in args[1:]))
    y.backward()
    return y.item(), [x.grad.numpy() for x in wanted]


def network(p, x, t):
    """Two layers and the hinge loss."""
    return relu(1 - t * (relu(x @ p[0] + p[1]) @ p[2] + p[3])).mean()


def weights(width=16):
    return [RNG.normal(size=shape) for shape in ((2, width), (width,), (width, 1), (1,))]


@pytest.mark.parametrize(("op", "settings"), cases(lambda op: op.elementwise and any(op.d)))
def test_every_elementwise_op_is_replayed_at_other_numbers(op, settings):
    xs = [np.array(x, dtype=float) for x in draw(op, settings)]

    def f(xs):
        return (op.function(*xs, **settings) * np.arange(1.0, 1 + xs[0].size)).sum()

    tape = record(f, xs)
    for moved in (xs, [np.roll(x, 1) for x in xs]):
        value, slopes = eager(f, moved) if all(rule is not None for rule in op.d) else (tape.value(moved), None)
        found = tape.value_and_grad(moved)
        assert_close(found[0], value)
        for mine, wanted in zip(found[1], slopes or found[1], strict=True):
            assert_close(mine, wanted, ulps=64)


def test_a_network_is_replayed_for_other_numbers_and_twice_over():
    x, t = RNG.normal(size=(32, 2)), np.sign(RNG.normal(size=(32, 1)))
    tape = record(network, weights(), x, t)
    assert isinstance(tape, TensorTape)
    for _ in range(3):
        p, x = weights(), RNG.normal(size=(32, 2))
        value, slopes = eager(network, p, x, t)
        first, again = tape.value_and_grad(p, x, t), tape.value_and_grad(p, x, t)
        assert first[0] == again[0] == value
        for mine, same, wanted in zip(first[1], again[1], slopes, strict=True):
            assert (mine == wanted).all()
            assert (same == wanted).all()
        assert all(np.shares_memory(a, b) is False for a, b in zip(first[1], again[1], strict=True))


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


def test_another_shape_records_again():
    p, t = weights(), np.ones((32, 1))
    tape = record(network, p, RNG.normal(size=(32, 2)), t)
    x = RNG.normal(size=(5, 2))
    assert tape.value_and_grad(p, x, t[:5])[0] == eager(network, p, x, t[:5])[0]


@pytest.mark.parametrize("batch", [64, 7])
def test_a_classifier_follows_other_labels(batch):
    model = nn.Sequential(nn.Linear(6, 8, rng=0), nn.ReLU(), nn.Linear(8, 3, rng=1))

    def loss(parameters, x, t):
        return nn.functional.cross_entropy(model(x), t)

    parameters = model.parameters()
    tape = record(loss, parameters, RNG.normal(size=(64, 6)), RNG.integers(0, 3, 64))
    for _ in range(3):
        x, t = RNG.normal(size=(batch, 6)), RNG.integers(0, 3, batch)
        found, slopes = tape.value_and_grad(parameters, x, t)
        model.zero_grad()
        y = loss(None, Tensor(x), t)
        y.backward()
        assert found == y.item()
        for mine, p in zip(slopes, parameters, strict=True):
            assert_close(mine, p.grad.numpy(), ulps=16, scale=1.0)


def test_weights_that_a_function_uses_from_outside_are_read_at_each_replay():
    layer = nn.Linear(2, 1, rng=0)
    tape = record(lambda x: layer(x).sum(), np.ones((3, 2)))
    before = tape.value(np.ones((3, 2)))
    layer.weight.data = 2 * layer.weight.data
    assert tape.value(np.ones((3, 2))) == layer(Tensor(np.ones((3, 2)))).sum().item() != before


def normal(*shape):
    return lambda: RNG.normal(size=shape)


def labels(count, classes):
    return lambda: RNG.integers(0, classes, count)


# Name, function, and what draws its arguments, the first of which is differentiated by.
FUNCTIONS = {
    "used twice": (lambda x: (x * x + x).sum(), normal(4)),
    "broadcast": (lambda b, x: ((x + b) * (x - b)).sum(), normal(4), normal(3, 4)),
    "views of views": (lambda x: (x.reshape(2, 6).T * x.T.reshape(6, 2)).sum(), normal(3, 4)),
    "slices": (lambda x: (x[1:] * x[:-1]).sum() + x[0, 0], normal(3, 4)),
    "stack": (lambda x: ops.stack([x, x * 2]).var(), normal(4)),
    "concatenate": (lambda x: (ops.concatenate([x, x * x]) ** 2).sum(), normal(4)),
    "softmax": (lambda x: (ops.softmax(x) * np.arange(4.0)).sum(), normal(3, 4)),
    "logsumexp": (lambda x: ops.logsumexp(x, axis=1).sum(), normal(3, 4)),
    "einsum": (lambda x, y: ops.einsum("ij,jk->ik", x, y).sum(), normal(3, 4), normal(4, 2)),
    "extremes": (lambda x: (x.max(axis=0) * x.min(axis=0)).sum(), normal(3, 4)),
    "deviation": (lambda x: x.std(axis=0).sum() + x.mean(), normal(3, 4)),
    "running sum": (lambda x: (ops.cumsum(x) ** 2).sum(), normal(5)),
    "inverse": (lambda x: ops.inv(x @ x.T + np.eye(3)).sum(), normal(3, 3)),
    "solve": (lambda x, b: ops.solve(x @ x.T + np.eye(3), b).sum(), normal(3, 3), normal(3)),
    "determinant": (ops.det, normal(3, 3)),
    "matrix and vector": (lambda W, x: (W @ x) @ (W @ x), normal(3, 3), normal(3)),
    "stacks of matrices": (lambda W, x: ((x @ W).transpose(0, 2, 1) @ x).sum(), normal(4, 4), normal(2, 3, 4)),
    "a product, turned over": (lambda a, b: ((a @ b).T * np.arange(6.0).reshape(2, 3)).sum(), normal(3, 4), normal(4, 2)),
    "a product, used as it is too": (lambda b, a: ((a @ b).T @ (a @ b)).sum(), normal(4, 2), normal(3, 4)),
    "a constant matrix": (lambda b: (np.arange(6.0).reshape(2, 3) @ b).T.sum() * b.sum(), normal(3, 2)),
    "a choice": (lambda x: ops.where(ops.greater(x, 0), x * x, ops.exp(x)).sum(), normal(6)),
    "powers": (lambda x: ((x * x + 1) ** x).sum() + (x**3).sum(), normal(6)),
    "times one, broadcast": (lambda x: (x * np.ones((3, 1))).sum() + (x / np.ones((1, 4))).sum(), normal(1, 4)),
    "padding": (lambda x: (ops.pad(x, 1) * ops.roll(ops.pad(ops.flip(x), 1), 1)).sum(), normal(3, 3)),
    "repeats": (lambda x: (ops.tile(x, 2) * ops.repeat(x, 2)).sum(), normal(4)),
    "single precision": (lambda x: (x * 2.0 + 1).sum(), lambda: RNG.normal(size=6).astype(np.float32)),
    "two precisions": (lambda x, y: (x * y).sum(), normal(6), lambda: RNG.normal(size=6).astype(np.float32)),
    "a single number": (lambda a, x: (a * x).sum() * a, lambda: np.array(RNG.normal()), normal(3)),
    "an index": (lambda x, t: x[t].sum(), normal(5), labels(3, 5)),
    "an index of rows": (lambda x, t: (x[np.arange(4), t] ** 2).sum(), normal(4, 5), labels(4, 5)),
    "a mask": (lambda x, m: (x[m] ** 2).sum(), normal(5), lambda: RNG.permutation([True, False, True, False, True])),
    "labels as numbers": (lambda x, t: (x * t + x * t.astype(float)).sum(), normal(4), labels(4, 9)),
    "two kinds of labels": (lambda x, t, u: (x[t] * 2 + x[u]).sum(), normal(9), labels(6, 9), labels(6, 9)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_every_kind_are_replayed_at_other_numbers_and_labels(name):
    f, *drawn = FUNCTIONS[name]
    tape = record(f, *(draw_() for draw_ in drawn))
    for _ in range(3):
        args = [draw_() for draw_ in drawn]
        leaves = [Tensor(args[0], requires_grad=True), *(Tensor(a) if a.dtype.kind == "f" else a for a in args[1:])]
        y = f(*leaves)
        y.backward()
        value, slope = tape.value_and_grad(*args)
        assert_close(value, y.item(), ulps=64, scale=1 + abs(value))
        wanted = leaves[0].grad.numpy()
        assert np.asarray(slope).dtype == wanted.dtype or not wanted.ndim
        assert_close(slope, wanted, ulps=64, scale=1 + np.abs(wanted).max())


@pytest.mark.parametrize(
    ("loss", "target"),
    [
        (nn.CrossEntropyLoss(), labels(6, 3)),
        (nn.CrossEntropyLoss(label_smoothing=0.1), lambda: np.eye(3)[RNG.permutation(6) % 3]),
        (nn.MSELoss(), normal(6, 3)), (nn.L1Loss(), normal(6, 3)), (nn.HuberLoss(), normal(6, 3)),
        (nn.LogCoshLoss(), normal(6, 3)), (nn.SmoothL1Loss(), normal(6, 3)),
        (nn.BCEWithLogitsLoss(), lambda: RNG.uniform(size=(6, 3))),
        (nn.HingeLoss(), lambda: np.sign(RNG.normal(size=(6, 3)))),
        (nn.SoftMarginLoss(), lambda: np.sign(RNG.normal(size=(6, 3)))),
    ],
)  # fmt: skip
def test_losses_are_replayed_for_other_targets(loss, target):
    layer = nn.Sequential(nn.Linear(4, 3, rng=0), nn.LayerNorm(3))
    parameters = layer.parameters()
    tape = record(lambda p, x, t: loss(layer(x), t), parameters, RNG.normal(size=(6, 4)), target())
    for _ in range(3):
        x, t = RNG.normal(size=(6, 4)), target()
        layer.zero_grad()
        y = loss(layer(Tensor(x)), Tensor(t) if t.dtype.kind == "f" else t)
        y.backward()
        value, slopes = tape.value_and_grad(parameters, x, t)
        assert_close(value, y.item(), ulps=64)
        for mine, p in zip(slopes, parameters, strict=True):
            assert_close(mine, p.grad.numpy(), ulps=256, scale=1.0)


def test_arguments_that_cannot_be_told_apart_are_refused():
    with pytest.raises(AutogradError, match="hold the same labels, and a tape cannot tell which is meant"):
        record(lambda x, t, u: (x[t] * 2 + x[u]).sum(), np.ones(5), np.array([2, 2]), np.array([2, 2]))


def test_labels_that_are_worked_on_with_numpy_are_refused():
    with pytest.raises(AutogradError, match=r"of shape \(4, 3\) is computed from labels with numpy, .*: give that"):
        record(lambda x, t: (x * np.eye(3)[t]).sum(), np.ones((4, 3)), np.array([0, 1, 2, 1]))


def test_dropout_would_be_frozen_and_is_refused():
    layer = nn.Dropout(0.5, rng=0)
    with pytest.raises(AutogradError, match="give the numbers as an argument"):
        record(lambda x: layer(x).sum(), np.ones(5))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x.sum() if x.sum() > 0 else -x.sum(), lambda x: ops.where(x > 0, x, 0.0).sum(),
        lambda x: x if bool(x) else -x,
    ],
)
def test_a_comparison_that_would_be_frozen_is_refused(f):
    with pytest.raises(AutogradError, match=r"which a tape would repeat for ever: choose with .*, at .*test_tensor_tape"):
        record(f, np.ones(1))


def test_choices_that_are_ops_are_replayed():
    tape = record(lambda x: ops.where(ops.greater(x, 0), x * x, -x).sum(), np.array([1.0, -2.0, 3.0]))
    value, slope = tape.value_and_grad(np.array([-1.0, 2.0, 3.0]))
    assert (value, slope.tolist()) == (14.0, [-1.0, 4.0, 6.0])


def test_a_number_that_is_taken_out_is_warned_of():
    with pytest.warns(UserWarning, match="taken out of a node at") as warned:
        record(lambda x: (x / x.sum().item()).sum(), np.ones(3))
    assert warned[0].filename == __file__


def test_a_convolution_is_replayed():
    x, w = RNG.normal(size=(2, 1, 6, 6)), RNG.normal(size=(3, 1, 3, 3))

    def f(w, x):
        return tanh(ops.max_pool(ops.conv(x, w), (2, 2))).sum()

    tape = record(f, w, x)
    w, x = w + 0.1, x[::-1].copy()
    value, [slope] = eager(f, w, x)
    found = tape.value_and_grad(w, x)
    assert found[0] == value
    assert_close(found[1], slope, ulps=64)


def test_containers_numbers_and_several_arguments():
    tape = record(lambda p, c: (p["w"] * c).sum(), {"w": np.arange(3.0)}, 2.0)
    value, (by_p, by_c) = tape.value_and_grad({"w": np.ones(3)}, 4.0, argnums=(0, 1))
    assert (value, by_p["w"].tolist(), by_c) == (12.0, [4.0] * 3, 3.0)


def test_an_argument_that_is_not_used_has_the_derivative_zero():
    assert record(lambda a, b: b.sum(), np.ones(2), np.ones(3)).grad(np.ones(2), np.ones(3)).tolist() == [0.0, 0.0]


def test_taped_functions_of_arrays_are_tapes_of_arrays():
    @taped
    def f(x):
        return (x * x).sum()

    assert f(np.array([1.0, 2.0])) == 5.0
    assert f.grad(np.array([1.0, 2.0, 3.0])).tolist() == [2.0, 4.0, 6.0]


def test_its_source_calls_numpy_with_buffers():
    text = record(network, weights(), np.ones((4, 2)), np.ones((4, 1))).source("grad")
    assert text.startswith("def grad(v0, v1, v2, v3, v4, v5):\n    v6 = matmul(v4, v0, out=b")
    assert "out=" in text.splitlines()[2]


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda tape: tape.value(np.ones(2)), ShapeError, "recorded with 2 arrays and numbers, nested otherwise: got 1"),
        (lambda tape: tape.grad(np.ones(2), np.array([0, 1]), argnums=1), GradientError, "no derivative by whole numbers"),
        (lambda tape: tape.grad(np.ones(2), np.array([0, 1])), GradientError, "a gradient is of one number"),
        (lambda tape: tape.grad(np.ones(2), np.array([0, 1]), argnums=2), AutogradError, "argnums 2 for 2 arguments"),
        (lambda tape: tape.value(Tensor([1.0], requires_grad=True) * 2, np.array([0])), GradientError, "the result of mul"),
        (lambda tape: tape.source("hessian"), AutogradError, "one of value, value_and_grad, grad"),
    ],
)
def test_what_does_not_fit_is_an_error(call, kind, message):
    tape = record(lambda x, t: ops.take(x, t), np.ones(2), np.array([0, 1]))
    with pytest.raises(kind, match=message):
        call(tape)
