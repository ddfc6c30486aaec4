"""Do layers and the parts around them hold what their docstrings promise, beyond the numbers that torch gives?"""

import math

import numpy as np
import pytest
from helpers import assert_close

import nn
from autograd import AutogradError, ShapeError, Tensor, Value, gradcheck, sigmoid, tanh

HERE = r".*at .*test_layers\.py:\d+$"
RNG = np.random.default_rng(0)


# --- putting parts together -------------------------------------------------------------------------------------------


def test_a_sequential_is_its_parts_one_after_the_other():
    a, b = nn.Linear(3, 4, rng=0), nn.Linear(4, 2, rng=1)
    model, x = nn.Sequential(a, nn.ReLU(), b), Tensor(RNG.normal(size=(5, 3)))
    hidden = np.maximum(x.data @ a.weight.data.T + a.bias.data, 0)
    np.testing.assert_allclose(model(x).data, hidden @ b.weight.data.T + b.bias.data, rtol=1e-14)
    assert (len(model), model[0], model[-1], list(model)) == (3, a, b, [a, model[1], b])
    assert isinstance(model[:2], nn.Sequential)
    assert list(model[:2]) == [a, model[1]]
    assert list(nn.Sequential([a, b])) == [a, b]
    assert model.append(nn.Tanh()) is model
    assert len(model) == 4
    assert nn.Sequential()(x) is x
    with pytest.raises(IndexError):
        model[4]


def test_a_module_list_only_holds_its_parts():
    parts = nn.ModuleList(nn.Linear(2, 2, rng=i) for i in range(3))
    assert [path for path, _ in parts.named_modules()] == ["", "0", "1", "2"]
    assert isinstance(parts[1:], nn.ModuleList)
    with pytest.raises(NotImplementedError, match="ModuleList must say what it computes"):
        parts(1.0)


@pytest.mark.parametrize("make", [nn.Sequential, lambda *parts: nn.ModuleList(parts)])
def test_what_is_no_module_is_no_part(make):
    with pytest.raises(AutogradError, match="holds modules, got function" + HERE):
        make(nn.ReLU(), tanh)


# --- single layers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Linear(0, 2), "in_features is a whole number from 1 up, got 0"),
        (lambda: nn.Linear(2, 2.0), r"out_features is a whole number from 1 up, got 2\.0"),
        (lambda: nn.Conv2d(3, 4, 3, groups=2), "groups must divide in_channels and out_channels, got 2 for 3 and 4"),
        (lambda: nn.Conv2d(3, 4, 0), "kernel_size is a whole number from 1 up, or 2 of them, got 0"),
        (lambda: nn.Conv1d(3, 4, (3, 3)), r"kernel_size is a whole number from 1 up, got \(3, 3\)"),
        (lambda: nn.Embedding(3, 2, padding_idx=3), "padding_idx is one of 3 rows, got 3"),
        (lambda: nn.Dropout(1.5), r"probability of dropping an entry is from 0 to 1, got 1\.5"),
        (lambda: nn.LayerNorm((2, 0)), "normalized_shape is a whole number"),
        (lambda: nn.BatchNorm1d(0), "num_features is a whole number"),
    ],
)
def test_a_layer_that_cannot_be_is_refused(make, message):
    with pytest.raises(AutogradError, match=message + HERE):
        make()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.Conv2d(1, 2, 3)(np.zeros((4, 1, 9, 9, 9))), r"conv2d needs x \(N, C, H, W\).*got .*, in Conv2d"),
        (lambda: nn.Conv2d(1, 2, 3)(np.zeros((9, 9))), r"conv2d needs x"),
        (lambda: nn.LayerNorm(3)(np.zeros((2, 4))), r"layer_norm over \(3,\) needs x \(…, 3\), got \(2, 4\)"),
        (lambda: nn.BatchNorm2d(3)(np.zeros((2, 3))), r"BatchNorm2d needs x \(N, 3, H, W\), got \(2, 3\)"),
        (lambda: nn.BatchNorm1d(3)(np.zeros((2, 4))), r"BatchNorm1d needs x \(N, 3\) or \(N, 3, L\), got \(2, 4\)"),
        (lambda: nn.BatchNorm1d(3)(np.zeros((1, 3))), "needs more than one number for each channel"),
    ],
)
def test_an_input_of_another_shape_is_a_shape_error(call, message):
    with pytest.raises(ShapeError, match=message + HERE):
        call()


def test_an_embedding_picks_rows_and_the_padding_row_is_not_trained():
    layer = nn.Embedding(4, 2, padding_idx=-1, rng=0)
    assert layer.weight.tolist()[3] == [0.0, 0.0]
    picked = layer([[0, 3], [0, 1]])
    picked.sum().backward()
    assert picked.shape == (2, 2, 2)
    assert layer.weight.grad.tolist() == [[2.0, 2.0], [1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]
    with pytest.raises(AutogradError, match=r"embedding has rows 0 to 3, got 4, in Embedding" + HERE):
        layer([1, 4])
    with pytest.raises(AutogradError, match=r"embedding has rows 0 to 3, got -1"):
        layer([-1])
    with pytest.raises(AutogradError, match=r"picks rows by whole numbers, got dtype float64"):
        layer([1.0])


def test_dropout_keeps_the_mean_and_forgets_a_fraction():
    x = Tensor(np.ones(100_000))
    y = np.asarray(nn.Dropout(0.3, rng=0)(x).data)
    assert set(np.unique(y)) == {0.0, 1 / 0.7}
    assert abs(y.mean() - 1) < 0.01
    layer, same = nn.Dropout(0.3, rng=1), nn.Dropout(0.3, rng=1)
    first, second = layer(x).data, layer(x).data
    assert (first == same(x).data).all()
    assert (first != second).any()


def test_dropout_is_switched_off_and_has_extremes():
    x = Tensor(np.ones(5, "f4"), requires_grad=True)
    assert nn.Dropout(0.5).eval()(x) is x
    assert nn.Dropout(0.0)(x) is x
    y = nn.Dropout(1.0)(x)
    y.sum().backward()
    assert (y.tolist(), x.grad.tolist(), y.dtype) == ([0.0] * 5, [0.0] * 5, np.float32)


def test_batch_normalisation_uses_the_batch_in_training_and_running_means_afterwards():
    layer, x = nn.BatchNorm1d(2, momentum=None), RNG.normal(3.0, 2.0, size=(50, 2))
    for part in (x[:25], x[25:]):
        y = layer(Tensor(part)).data
        np.testing.assert_allclose([y.mean(axis=0), y.var(axis=0)], [[0, 0], [1, 1]], atol=1e-4)
    np.testing.assert_allclose(layer.running_mean.data, x.mean(axis=0))  # momentum None: the plain mean of the batches
    mean, var = layer.running_mean.data, layer.running_var.data
    np.testing.assert_allclose(layer.eval()(Tensor(x[:1])).data, (x[:1] - mean) / np.sqrt(var + 1e-5))
    layer.reset_parameters()
    assert (layer.running_mean.tolist(), layer.num_batches_tracked.item()) == ([0.0, 0.0], 0)


@pytest.mark.parametrize(
    "layer",
    [nn.Linear(3, 2, rng=0), nn.LayerNorm(3), nn.BatchNorm1d(3), nn.GELU(), nn.Softmax(), nn.LogSoftmax(dim=0)],
    ids=repr,
)
def test_derivatives_of_layers_by_inputs_and_parameters_agree_with_differences(layer):
    assert gradcheck(lambda x: tanh(layer(x)), np.random.default_rng(1).normal(size=(4, 3)))


@pytest.mark.parametrize(
    ("layer", "shown"),
    [
        (nn.Linear(3, 2, bias=False), "Linear(in_features=3, out_features=2, bias=False)  # weight (2, 3): 6 parameters"),
        (nn.Conv1d(2, 4, 3, stride=2, groups=2),
         "Conv1d(2, 4, kernel_size=(3,), stride=(2,), groups=2)  # weight (4, 1, 3), bias (4,): 16 parameters"),
        (nn.MaxPool2d(3, stride=2, padding=1), "MaxPool2d(kernel_size=3, stride=2, padding=1)"),
        (nn.AvgPool2d(2), "AvgPool2d(kernel_size=2)"),
        (nn.Flatten(0), "Flatten(start_dim=0, end_dim=-1)"),
        (nn.LayerNorm(4, elementwise_affine=False), "LayerNorm((4,), elementwise_affine=False)"),
        (nn.BatchNorm2d(4, affine=False), "BatchNorm2d(4, affine=False)"),
        (nn.Embedding(5, 2, padding_idx=0), "Embedding(5, 2, padding_idx=0)  # weight (5, 2): 10 parameters"),
        (nn.Dropout(0.2), "Dropout(p=0.2)"),
        (nn.LeakyReLU(0.2), "LeakyReLU(negative_slope=0.2)"),
        (nn.Identity(), "Identity()"),
    ],
)  # fmt: skip
def test_a_layer_shows_its_settings(layer, shown):
    assert repr(layer) == shown


# --- where weights start ----------------------------------------------------------------------------------------------


def drawn(fill, shape=(400, 300), **how):
    return np.asarray(fill(Tensor(np.zeros(shape), requires_grad=True), rng=0, **how).data)


@pytest.mark.parametrize(
    ("fill", "bound"),
    [(nn.init.xavier_uniform_, math.sqrt(6 / 700)), (nn.init.kaiming_uniform_, math.sqrt(6 / 300)), (nn.init.uniform_, 1.0)],
)
def test_uniform_weights_fill_their_interval(fill, bound):
    w = drawn(fill)
    assert 0.99 * bound < w.max() <= bound
    assert w.min() >= (0 if fill is nn.init.uniform_ else -bound)


@pytest.mark.parametrize(
    ("fill", "how", "std"),
    [
        (nn.init.xavier_normal_, {}, math.sqrt(2 / 700)),
        (nn.init.kaiming_normal_, {}, math.sqrt(2 / 300)),
        (nn.init.kaiming_normal_, {"mode": "fan_out", "nonlinearity": "relu"}, math.sqrt(2 / 400)),
        (nn.init.kaiming_normal_, {"a": 1.0}, math.sqrt(1 / 300)),
        (nn.init.normal_, {"mean": 0.0, "std": 3.0}, 3.0),
    ],
)
def test_normal_weights_have_their_standard_deviation(fill, how, std):
    assert drawn(fill, **how).std() == pytest.approx(std, rel=0.01)


def test_a_kernel_counts_in_the_fans():
    assert nn.init.fans(Tensor(np.zeros((8, 4, 3, 5)))) == (60, 120)
    with pytest.raises(AutogradError, match=r"are of weights \(out, in, \*kernel\), got shape \(3,\)" + HERE):
        nn.init.fans(Tensor(np.zeros(3)))


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (4, 4), (3, 2, 2)])
def test_orthogonal_weights_keep_lengths(shape):
    w = drawn(nn.init.orthogonal_, shape, gain=2.0).reshape(shape[0], -1)
    small = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(small, 4 * np.eye(len(small)), atol=1e-14)


def test_constants_fill_and_what_cannot_be_is_refused():
    w = Tensor(np.zeros((2, 2)), requires_grad=True)
    assert nn.init.ones_(w) is w
    assert (w.tolist(), nn.init.constant_(w, 3.0).tolist()) == ([[1.0, 1.0]] * 2, [[3.0, 3.0]] * 2)
    assert nn.init.zeros_(w).tolist() == [[0.0, 0.0]] * 2
    with pytest.raises(AutogradError, match="there is a gain for linear, .*, got 'foo'" + HERE):
        nn.init.calculate_gain("foo")
    with pytest.raises(AutogradError, match="mode is 'fan_in' or 'fan_out', got 'fan'" + HERE):
        nn.init.kaiming_normal_(w, mode="fan")
    with pytest.raises(AutogradError, match=r"fills weights of two axes or more, got shape \(3,\)" + HERE):
        nn.init.orthogonal_(Tensor(np.zeros(3)))


def test_linear_layers_start_as_torchs_do():
    layer = nn.Linear(100, 200, rng=0)
    for p in layer.parameters():
        assert 0.099 < np.abs(p.data).max() <= 0.1


# --- of Values --------------------------------------------------------------------------------------------------------


def test_a_layer_is_the_slides_matrix():
    layer = nn.Layer(2, 3, "tanh", rng=0)
    assert layer.W.shape == (3, 3)
    assert layer.neurons[0].w0 is layer.neurons[0].b
    assert layer.W[1].tolist() == [layer.neurons[1].b.data, *(w.data for w in layer.neurons[1].w)]
    W = RNG.normal(size=(3, 3))
    layer.W = W
    np.testing.assert_array_equal(layer.W, W)
    assert_close([v.data for v in layer([0.5, -1.0])], np.tanh(W @ [1.0, 0.5, -1.0]), ulps=16)
    layer.W[:] = 0.0  # a copy
    np.testing.assert_array_equal(layer.W, W)
    with pytest.raises(ShapeError, match=r"W of shape \(3, 3\), one row for each neuron, got \(3, 2\)" + HERE):
        layer.W = W[:, :2]
    with pytest.raises(ShapeError, match=r"TanhNeuron\(2\) has W \(w0, w1, …\) of 3 numbers, got shape \(2,\)" + HERE):
        layer.neurons[0].W = [1.0, 2.0]


def test_the_worked_example_is_a_network():
    model = nn.MLP(2, [1, 1], ["tanh", "sigmoid"], rng=0)
    model.layers[0].W, model.layers[1].W = [[0.1, 0.4, -0.3]], [[0.2, 0.7]]
    f = model([0.5, -1.2])
    assert f.data == pytest.approx(sigmoid(0.2 + 0.7 * math.tanh(0.1 + 0.4 * 0.5 + 0.3 * 1.2)), rel=1e-15)
    e = nn.functional.half_squared_error(f, 1.0)
    e.backward()
    assert model.layers[1].neurons[0].b.grad == pytest.approx(-(1 - f.data) * f.data * (1 - f.data), rel=1e-14)


def test_a_network_needs_an_activation_for_each_layer():
    with pytest.raises(AutogradError, match="MLP needs one activation for each of 2 layers, got 1" + HERE):
        nn.MLP(2, [2, 1], ["tanh"])


# --- the perceptron ---------------------------------------------------------------------------------------------------


def separable(seed):
    rng = np.random.default_rng(seed)
    X, plane = rng.uniform(-1, 1, size=(60, 2)), rng.normal(size=3)
    score = plane[0] + X @ plane[1:]
    keep = np.abs(score) > 0.1 * np.linalg.norm(plane)
    return X[keep], np.sign(score[keep])


@pytest.mark.parametrize("seed", range(5))
def test_the_perceptron_separates_what_can_be_separated_within_its_bound(seed):
    X, y = separable(seed)
    perceptron = nn.Perceptron(2).fit(X, y)
    assert (perceptron.predict(X) == y).all()
    assert 0 < perceptron.updates <= perceptron.bound(X, y) < math.inf
    w, updates = np.zeros(3), 0
    while (y * (w[0] + X @ w[1:]) <= 0).any():
        for x, label in zip(X, y, strict=True):
            if label * (w[0] + x @ w[1:]) <= 0:
                w, updates = w + label * np.array([1.0, *x]), updates + 1
    np.testing.assert_allclose(perceptron.W, w, rtol=1e-12)
    assert perceptron.updates == updates


def test_what_cannot_be_separated_is_given_up():
    X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [-1, 1, 1, -1]
    perceptron = nn.Perceptron(2).fit(X, y, epochs=7)
    assert perceptron.updates >= 7
    assert perceptron.bound(X, y) == math.inf


def test_a_perceptron_learns_from_mistakes_alone():
    perceptron = nn.Perceptron(2, lr=0.5)
    assert perceptron.update([1.0, 2.0], -1)
    assert perceptron.W.tolist() == [-0.5, -0.5, -1.0]
    assert not perceptron.update([1.0, 2.0], -1)
    assert perceptron.updates == 1
    assert perceptron([Value(1.0), 2.0]).data == -3.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.Perceptron(2).fit([[1, 2]], [0]), r"labels are -1 and 1, got 0 \(2\*y - 1"),
        (lambda: nn.Perceptron(2).fit([[1, 2, 3]], [1]), r"needs points \(N, 2\), got \(1, 3\)"),
        (lambda: nn.Perceptron(2).fit([[1, 2]], [1, 1]), r"1 points need as many labels, got \(2,\)"),
        (lambda: nn.Perceptron(2, lr=0), "the learning rate is positive, got 0"),
    ],
)
def test_what_a_perceptron_cannot_learn_from_is_refused(call, message):
    with pytest.raises(AutogradError, match=message + HERE):
        call()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.Linear(2, 8)(np.zeros((32, 3))), r"Linear\(2, 8\) takes 2 features, got an input of shape \(32, 3\)"),
        (lambda: nn.Linear(2, 8)([1.0, 2.0, 3.0]), r"Linear\(2, 8\) takes 2 features, got an input of shape \(3,\)"),
        (lambda: nn.Linear(1, 8)(Tensor(1.0)), r"Linear\(1, 8\) takes 1 feature, got an input of shape \(\)"),
    ],
)
def test_a_linear_layer_says_how_many_features_it_takes(call, message):
    with pytest.raises(ShapeError, match=message + r", in Linear, at .*test_layers\.py"):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda rng: nn.Linear(2, 2, rng=rng), lambda rng: nn.Conv1d(1, 1, 2, rng=rng), lambda rng: nn.Dropout(0.5, rng=rng),
        lambda rng: nn.Embedding(2, 2, rng=rng), lambda rng: nn.functional.dropout(np.ones(2), rng=rng),
        lambda rng: nn.Neuron(2, rng=rng), lambda rng: nn.Layer(2, 2, rng=rng), lambda rng: nn.MLP(2, [2], rng=rng),
        lambda rng: nn.Sequential(nn.ReLU()).reset_parameters(rng), lambda rng: nn.init.normal_(Tensor([0.0]), rng=rng),
        lambda rng: nn.init.uniform_(Tensor([0.0]), rng=rng), lambda rng: nn.init.orthogonal_(Tensor([[0.0]]), rng=rng),
    ],
)  # fmt: skip
@pytest.mark.parametrize("rng", ["seed", -1, 1.5, True])
def test_random_numbers_come_from_a_seed_or_a_generator(call, rng):
    with pytest.raises(AutogradError, match=r"rng is an int from 0 up, a numpy\.random\.Generator or None, got .*, at "):
        call(rng)
