"""Does a replayed function of arrays give what the function gives, for other numbers and other shapes?"""

import numpy as np
import pytest
from helpers import assert_close, cases, draw, has_gradient, sample
from taped_arrays import RNG, eager, network, weights

import nn
from autograd import ShapeError, Tensor, TensorTape, elementwise, no_grad, ops, record, tanh, taped
from autograd.registry import scoped


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


def test_another_shape_records_again():
    p, t = weights(), np.ones((32, 1))
    tape = record(network, p, RNG.normal(size=(32, 2)), t)
    x = RNG.normal(size=(5, 2))
    assert tape.value_and_grad(p, x, t[:5])[0] == eager(network, p, x, t[:5])[0]


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


@pytest.mark.parametrize(("op", "settings"), cases(lambda op: not op.elementwise and has_gradient(op)))
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_every_structural_op_is_replayed_at_other_numbers_and_as_they_lie_in_memory(op, settings, dtype):
    def f(*xs):
        y = op.function(*[x * 1.5 for x in xs], **settings)
        return (y * y.reshape(-1).reshape(y.shape) * np.arange(1, 1 + y.size, dtype=y.dtype).reshape(y.shape)).sum()

    xs = sample(op, dtype)
    numbers = tuple(range(len(xs)))
    if not any(x.ndim for x in xs):
        return  # an op of numbers alone is recorded on Values
    tape = record(f, *xs)
    tape.grad(*xs, argnums=numbers)
    for moved in ([np.asfortranarray(0.9 * x) for x in xs], [(1.1 * x).astype(dtype) for x in xs]):
        leaves = [Tensor(x, requires_grad=True) for x in moved]
        y = f(*leaves)
        y.backward()
        value, slopes = tape.value_and_grad(*moved, argnums=numbers)
        near = 1e-11 if dtype == "float64" else 1e-4
        np.testing.assert_allclose(value, y.item(), rtol=near, atol=near)
        for mine, leaf in zip(slopes, leaves, strict=True):
            wanted = leaf.grad.numpy()
            np.testing.assert_allclose(mine, wanted, rtol=near, atol=near * max(1.0, np.abs(wanted).max()))
            assert np.asarray(mine).dtype == wanted.dtype or not wanted.ndim


LAYERS = {
    "Conv1d": (nn.Conv1d(2, 3, 3, rng=0), (2, 2, 7)), "Conv2d": (nn.Conv2d(1, 2, 3, padding=1, rng=0), (2, 1, 6, 6)),
    "MaxPool2d": (nn.MaxPool2d(2), (2, 1, 6, 6)),
    "AvgPool2d": (nn.AvgPool2d(2), (2, 1, 6, 6)),
    "LayerNorm": (nn.LayerNorm(4), (3, 4)), "Linear": (nn.Linear(4, 2, rng=0), (3, 4)), "Flatten": (nn.Flatten(), (3, 2, 2)),
    "ReLU": (nn.ReLU(), (3, 4)), "Tanh": (nn.Tanh(), (3, 4)), "Sigmoid": (nn.Sigmoid(), (3, 4)),
    "Softmax": (nn.Softmax(), (3, 4)), "LogSoftmax": (nn.LogSoftmax(), (3, 4)), "GELU": (nn.GELU(), (3, 4)),
    "SiLU": (nn.SiLU(), (3, 4)), "ELU": (nn.ELU(), (3, 4)), "Softplus": (nn.Softplus(), (3, 4)),
    "LeakyReLU": (nn.LeakyReLU(), (3, 4)), "BatchNorm1d in use": (nn.BatchNorm1d(4).eval(), (3, 4)),
    "Dropout in use": (nn.Dropout(0.5, rng=0).eval(), (3, 4)),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYERS)
def test_layers_are_replayed_with_their_weights_as_they_are_then(name):
    layer, shape = LAYERS[name]
    tape = record(lambda x, p: (layer(x) ** 2).sum(), RNG.normal(size=shape), layer.parameters())
    for _ in range(3):
        for p in layer.parameters():
            p.set_data(p.array + 0.1 * RNG.normal(size=p.shape))
        x = Tensor(RNG.normal(size=shape), requires_grad=True)
        layer.zero_grad()
        y = (layer(x) ** 2).sum()
        y.backward()
        value, (by_x, by_p) = tape.value_and_grad(x.array, layer.parameters(), argnums=(0, 1))
        assert_close(value, y.item(), ulps=64)
        for mine, wanted in zip((by_x, *by_p), (x, *layer.parameters()), strict=True):
            np.testing.assert_allclose(mine, wanted.grad.numpy(), rtol=1e-12, atol=1e-12)


def test_masks_that_are_added_are_numbers():
    f = lambda x: (ops.greater(x, 0.5) * x).sum() + ((ops.greater(x, 0) + ops.greater(x, 1)) * x).sum()
    tape = record(f, RNG.normal(size=8))
    x = 3 * RNG.normal(size=8)
    value, [slope] = eager(f, x)
    found, mine = tape.value_and_grad(x)
    assert_close(found, value)
    assert mine.tolist() == slope.tolist()


def test_settings_and_numbers_of_numpys_are_written():
    def f(x):
        return (x.reshape(np.int64(2), -1).sum(axis=np.int64(1)) * np.float64(0.1)).sum()

    for dtype in (np.float64, np.float32):
        x = RNG.normal(size=6).astype(dtype)
        assert record(f, x).value(x) == f(Tensor(x)).item()


def test_products_of_matrices_and_vectors_stand_in_one_list():
    f = lambda x: ((x @ x.T) @ np.ones(4)).sum() + (x @ np.ones(3)).sum()
    x = RNG.normal(size=(4, 3))
    assert_close(record(f, RNG.normal(size=(4, 3))).value(x), f(Tensor(x)).item(), ulps=64)


def test_a_result_from_outside_is_read_at_each_replay():
    w = Tensor([1.0], requires_grad=True)
    tape = record(lambda x: (x.sum(), w), np.ones(2))
    w.data = [5.0]
    assert tape.value(np.ones(2))[1].tolist() == [5.0]


def test_ops_of_ones_own_may_be_called_anything():
    with scoped():
        value = elementwise(d=lambda y, x: 3.0)(_tripled("value"))
        v3 = elementwise(d=lambda y, x: 3.0)(_tripled("v3"))
        tape = record(lambda x: value(v3(x)).sum(), np.ones(3))
        assert tape.value_and_grad(np.ones(3))[0] == 27.0


def _tripled(name):
    def f(x):
        return 3.0 * x

    f.__name__ = name
    return f


def test_backward_leaves_tensors_alone_that_the_result_does_not_depend_on():
    a, b = Tensor([1.0], requires_grad=True), Tensor([2.0], requires_grad=True)
    record(lambda p: p[0].sum(), [a, b]).backward([a, b])
    assert (a.grad.tolist(), b.grad) == ([1.0], None)


def test_the_same_tensor_may_be_given_twice():
    w = Tensor([2.0, 3.0], requires_grad=True)
    tape = record(lambda a, b: (a * b * b).sum(), w, w)
    tape.backward(w, w, argnums=(0, 1))
    assert w.grad.tolist() == [12.0, 27.0]


def test_a_tape_may_be_recorded_where_gradients_are_off_and_after_an_error():
    with pytest.raises(ZeroDivisionError):
        record(lambda x: x.sum() / (1 // 0), np.ones(2))
    with no_grad():
        tape = record(lambda x: (x * x).sum(), np.ones(2))
        assert tape.grad(np.array([1.0, 2.0])).tolist() == [2.0, 4.0]


def test_lines_that_repeat_another_are_left_out_and_zeros_of_two_signs_kept_apart():
    f = lambda x, n: (x / (1 - 0.9**n), 2 * x / (1 - 0.9**n), 1 / (x * 0.0), 1 / (x * -0.0))
    x = np.array([1.0, 4.0])
    with np.errstate(divide="ignore"):
        tape = record(f, np.ones(2), 3.0)
        assert tape.source().count("pow(0.9") == 1
        for found, expected in zip(tape.value(x, 2.0), f(Tensor(x), Tensor(2.0)), strict=True):
            np.testing.assert_array_equal(found, expected.array)


def test_what_is_nested_otherwise_is_refused_though_it_holds_as_many_arrays():
    tape = record(lambda p: (p["a"] * p["b"]).sum(), {"a": np.ones(2), "b": np.ones(2)})
    for other in ([np.ones(2), np.ones(2)], {"b": np.ones(2), "a": np.ones(2)}):
        with pytest.raises(ShapeError, match="argument 0 has other lists, tuples or keys"):
            tape.value(other)
