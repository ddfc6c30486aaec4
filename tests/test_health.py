"""Is a network made sick on purpose found out, and does a healthy one stay silent?"""

import re
from itertools import pairwise

import numpy as np
import pytest

import nn
import optim
from autograd import AutogradError, ShapeError, Tensor, Value, log_softmax, no_grad, relu, softmax, sqrt, tanh
from nn import functional
from nn.hooks import unchanged


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


# --- healthy networks -------------------------------------------------------------------------------------------------


def convolutional(seed):
    return chain(
        nn.Conv2d(1, 8, 3, rng=seed), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3, rng=seed + 1), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64, 10, rng=seed + 2),
    )  # fmt: skip


def normalised(seed):
    return chain(
        nn.Conv2d(1, 8, 3, rng=seed), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Dropout(0.5, rng=seed),
        nn.Linear(8 * 12 * 12, 10, rng=seed + 1),
    )  # fmt: skip


def small(seed):
    return pictures(seed, side=14)


def words(seed):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 50, (64, 4)), rng.integers(0, 3, 64)


def reader(seed):
    return chain(nn.Embedding(50, 8, rng=seed), nn.Flatten(), nn.Linear(32, 3, rng=seed))


HEALTHY = {
    "MLP of Values": (lambda s: nn.MLP(2, [16, 16, 1], rng=s), signs, None),
    "MLP of Values, tanh": (lambda s: nn.MLP(2, [16, 16, 1], "tanh", rng=s), signs, None),
    "MLP of Values, hinge": (lambda s: nn.MLP(2, [8, 1], rng=s), signs, "hinge"),
    "784-128-10": (lambda s: chain(nn.Flatten(), *dense([784, 128, 10], seed=s)), pictures, None),
    "2-16-16-2": (lambda s: dense([2, 16, 16, 2], seed=s), moons, nn.CrossEntropyLoss()),
    "2-16-16-2, tanh": (lambda s: dense([2, 16, 16, 2], nn.Tanh, seed=s), moons, "cross_entropy"),
    "one sigmoid layer": (lambda s: dense([2, 16, 2], nn.Sigmoid, seed=s), moons, None),
    "logits": (lambda s: dense([2, 16, 1], seed=s), events, nn.BCEWithLogitsLoss()),
    "probabilities": (lambda s: chain(*dense([2, 16, 1], seed=s), nn.Sigmoid()), events, nn.BCELoss()),
    "log-probabilities": (lambda s: chain(*dense([2, 16, 2], seed=s), nn.LogSoftmax()), moons, nn.NLLLoss()),
    "convolutions": (convolutional, small, None),
    "normalised convolutions": (normalised, small, None),
    "20 layers by He": (lambda s: dense([2, *[64] * 19, 2], seed=s, init=nn.init.kaiming_normal_), moons, None),
    "words": (reader, words, None),
}  # fmt: skip


@pytest.mark.parametrize("name", HEALTHY)
@pytest.mark.parametrize("seed", range(4))
def test_a_healthy_network_is_silent(name, seed):
    make, data, loss = HEALTHY[name]
    diagnosis = nn.diagnose(make(seed), data(seed), loss)
    assert diagnosis.ok, diagnosis


@pytest.mark.parametrize("activation", [nn.ReLU, nn.Tanh])
def test_a_trained_network_is_silent(activation):
    model, data = dense([2, 16, 16, 2], activation), moons(n=200)
    optimizer = optim.Adam(model.parameters(), lr=0.02)
    nn.fit(model, data, loss="cross_entropy", optimizer=optimizer, epochs=40, rng=0, verbose=0)
    assert nn.evaluate(model, data, loss="cross_entropy", metrics=["accuracy"])["accuracy"] > 0.95
    diagnosis = nn.diagnose(model, data, "cross_entropy")
    assert diagnosis.ok, diagnosis


def test_what_was_looked_at_is_said_where_nothing_was_found():
    text = str(nn.diagnose(dense([2, 16, 2]), moons()))
    assert text.startswith("64 samples, 2 layers with parameters, CrossEntropyLoss (chosen for class indices) 0.")
    assert ": nothing found.\nLooked for: layers of dead or saturated units, vanishing or exploding gradients" in text
    assert re.search(r"^layer +gradient  units\n0 \(Linear\) +0\.0\d+\n1 \(ReLU\) +16(, \d+ dead)?\n2 \(Lin", text, re.M)


# --- units ------------------------------------------------------------------------------------------------------------


def test_dead_units_are_counted():
    model = dense([2, 128, 2], seed=1)
    before = nn.diagnose(model, moons()).layers[1].dead
    bias = np.array(model[0].bias.data)
    bias[:100] = -100.0
    model[0].bias.data = bias
    diagnosis = nn.diagnose(model, moons())
    found = only(diagnosis)
    assert (found.kind, found.path, found.numbers["units"], found.numbers["samples"]) == ("dead", "1", 128, 64)
    assert before < 60
    dead = int(found.numbers["dead"])
    assert dead == int((np.maximum(moons().x @ model[0].weight.data.T + bias, 0) == 0).all(axis=0).sum())
    assert found.sentence == f"1 (ReLU): {dead} of 128 units are 0 for all 64 samples: they get no gradient."
    assert "learning rate" in found.advice
    assert f"- {found}\n" in str(diagnosis)
    assert f"1 (ReLU)              128, {dead} dead" in str(diagnosis)


def test_a_channel_is_a_unit_in_pictures_and_dead_only_if_it_is_0_everywhere():
    model = convolutional(0)
    bias = np.array(model[0].bias.data)
    bias[:6] = -100.0
    model[0].bias.data = bias
    found = only(nn.diagnose(model, small(0)))
    assert found.sentence.startswith("1 (ReLU): 6 of 8 units are 0 for all 64 samples")


def test_a_channel_is_a_unit_behind_a_frozen_convolution_too():
    model = chain(
        nn.Conv2d(1, 4, 3, rng=0).requires_grad_(False), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(),
        nn.Linear(4 * 144, 10, rng=1),
    )  # fmt: skip
    model[1].bias.data = [-100.0, -100.0, -100.0, 0.0]
    assert only(nn.diagnose(model, small(0))).sentence.startswith("2 (ReLU): 3 of 4 units are 0")


def test_the_last_axis_holds_the_units_of_a_layer_on_sequences():
    model = chain(nn.Linear(3, 20, rng=0), nn.ReLU(), nn.Linear(20, 1, rng=1))
    bias = np.zeros(20)
    bias[:15] = -100.0
    model[0].bias.data = bias
    x = np.random.default_rng(0).normal(size=(32, 5, 3))
    assert only(nn.diagnose(model, (x, x[..., :1]))).numbers["dead"] == 15


def test_dead_neurons_of_values_are_counted_layer_by_layer():
    model = nn.MLP(2, [16, 16, 1], rng=0)
    for neuron in model.layers[1].neurons[:12]:
        neuron.b.data = -100.0
    found = only(nn.diagnose(model, signs()))
    assert found.sentence == "layers.1 (Layer): 12 of 16 units are 0 for all 64 samples: they get no gradient."


def test_functions_in_forward_are_looked_at_too():
    class Net(nn.Module):
        def __init__(self):
            self.fc1, self.fc2 = nn.Linear(2, 16, rng=0), nn.Linear(16, 2, rng=1)

        def forward(self, x):
            return self.fc2(relu(self.fc1(x) - np.where(np.arange(16) < 14, 100.0, 0.0)))

    found = only(nn.diagnose(Net(), moons()))
    assert found.path == "relu after fc1"
    assert re.match(r"relu after fc1: 1\d of 16 units are 0", found.sentence)


class Shared(nn.Module):
    """One relu for two layers of different widths, of which the second is dead."""

    def __init__(self):
        self.first, self.second, self.last = (nn.Linear(a, b, rng=a) for a, b in [(2, 32), (32, 20), (20, 2)])
        self.relu = nn.ReLU()
        self.second.bias.data = np.where(np.arange(20) < 18, -100.0, 1.0)

    def forward(self, x):
        return self.last(self.relu(self.second(self.relu(self.first(x)))))


def test_one_module_for_several_layers_is_looked_at_behind_each():
    diagnosis = nn.diagnose(Shared(), moons())
    found = only(diagnosis)
    assert found.path == "relu"
    assert found.sentence.startswith("relu (ReLU) after second: 18 of 20 units are 0 for all 64 samples")
    assert [(layer.name, layer.units) for layer in diagnosis.layers] == [
        ("first (Linear)", None), ("relu (ReLU) after first", 32), ("second (Linear)", None),
        ("relu (ReLU) after second", 20), ("last (Linear)", None),
    ]  # fmt: skip


def test_a_layer_that_is_called_again_has_the_same_units():
    class Steps(nn.Module):
        def __init__(self):
            self.inner, self.outer = nn.Linear(2, 20, rng=0), nn.Linear(20, 2, rng=1)
            self.inner.bias.data = np.where(np.arange(20) < 15, -100.0, 1.0)

        def forward(self, x):
            return self.outer(relu(self.inner(x)) + relu(self.inner(-x)))

    found = only(nn.diagnose(Steps(), moons()))
    assert found.sentence.startswith("relu after inner: 15 of 20 units are 0 for all 64 samples")


def test_functions_stand_where_they_are_called_in_the_table():
    class Net(nn.Module):
        def __init__(self):
            self.a, self.b, self.c = (nn.Linear(2, 2, rng=i) for i in range(3))

        def forward(self, x):
            return self.c(tanh(self.b(relu(self.a(x)))))

    names = [layer.name for layer in nn.diagnose(Net(), moons()).layers]
    assert names == ["a (Linear)", "relu after a", "b (Linear)", "tanh after b", "c (Linear)"]


def test_activations_after_one_shared_layer_are_in_their_order():
    layer = nn.Linear(2, 2, rng=0)
    model = chain(layer, nn.Tanh(), layer, nn.Tanh(), nn.Linear(2, 2, rng=1))
    names = [layer.name for layer in nn.diagnose(model, moons()).layers]
    assert names == ["0 (Linear)", "1 (Tanh)", "3 (Tanh)", "4 (Linear)"]


def test_a_network_that_returns_its_own_relu_is_named():
    class Dense(nn.Module):
        def __init__(self):
            self.weight = Tensor(np.ones((2, 16)), requires_grad=True)

        def forward(self, x):
            return relu(x @ self.weight - 100 * (np.arange(16) < 12))

    found = only(nn.diagnose(Dense(), (moons().x, np.ones((64, 16)))))
    assert (found.path, found.sentence[:27]) == ("", "Dense: 12 of 16 units are 0")


def test_few_samples_do_not_show_that_a_unit_is_dead():
    model = dense([2, 16, 2])
    model[0].bias.data = np.where(np.arange(16) < 14, -100.0, 1.0)
    assert kinds(nn.diagnose(model, moons(n=16))) == ["dead"]
    few = nn.diagnose(model, moons(n=15))
    assert few.ok
    assert "Looked for: vanishing" in str(few)


@pytest.mark.parametrize(
    ("activation", "scale"), [(nn.Tanh, 300.0), (nn.Sigmoid, 300.0), (nn.Softsign, 3000.0), (nn.Hardtanh, 300.0)]
)
def test_saturated_units_are_found(activation, scale):
    model = dense([2, 32, 2], activation)
    model[0].weight.data = scale * model[0].weight.data
    found = only(nn.diagnose(model, moons()))
    name = activation.__name__
    assert (found.kind, found.path) == ("saturated", "1")
    assert re.fullmatch(
        rf"1 \({name}\): (9\d|100) % of the outputs are saturated: {name.lower()} is flat there, its slope below 1 % of its "
        r"largest\.", found.sentence,
    )  # fmt: skip
    assert found.numbers["saturated"] > 0.9
    assert "Scale the inputs" in found.advice


def test_what_saturates_is_the_slope():
    share = lambda y, op, **settings: nn.health.units.SLOPES[op](np.array(y), **settings).tolist()
    assert share([0.0, 0.9949, 0.9951], "tanh")[0] == 1
    assert [s < 0.01 for s in share([0.0, 0.9949, 0.9951], "tanh")] == [False, False, True]
    assert [s < 0.01 for s in share([0.5, 0.997, 0.998, 0.002], "sigmoid")] == [False, False, True, True]
    assert [s < 0.01 for s in share([0.0, 0.89, -0.91], "softsign")] == [False, False, True]
    assert share([-1.0, 0.5, 2.0], "hardtanh", lo=-1.0, hi=2.0) == [0, 1, 0]


def test_a_sure_sigmoid_at_the_output_is_no_illness():
    model = chain(nn.Linear(2, 1, rng=0), nn.Sigmoid())
    model[0].weight.data = 1e3 * model[0].weight.data
    assert nn.diagnose(model, events(), nn.BCELoss()).ok
    row = nn.Sequential(*model, nn.Flatten(0))  # the same in another shape
    assert nn.diagnose(row, (moons().x, events()[1][:, 0]), nn.BCELoss()).ok


# --- gradients --------------------------------------------------------------------------------------------------------


def test_gradients_vanish_through_ten_sigmoid_layers():
    diagnosis = nn.diagnose(dense([2, *[32] * 10, 2], nn.Sigmoid), moons())
    found = next(f for f in diagnosis.findings if f.kind == "vanishing")
    assert found.path == "0"
    assert re.fullmatch(
        r"Gradients vanish: at 0 \(Linear\) the gradient is \de-\d\d of that at 20 \(Linear\): \d\.?\d*e-\d\d against 0\.\d+"
        r"\.", found.sentence,
    )  # fmt: skip
    assert found.numbers["ratio"] == found.numbers["first"] / found.numbers["last"] < 1e-6
    assert "BatchNorm" in found.advice


def test_gradients_explode_through_twenty_layers_of_weights_three_times_too_large():
    model = dense([2, *[64] * 19, 2], init=nn.init.kaiming_normal_, scale=3.0)
    found = only(nn.diagnose(model, moons()))
    assert found.kind == "exploding"
    said = r"Gradients explode: at 0 \(Linear\) the gradient is \de\+\d\d times that at 38 \(Linear\): "
    assert re.match(said, found.sentence)
    assert found.numbers["ratio"] > 1e7
    assert "clip_grad_norm_" in found.advice


def test_the_length_of_a_gradient_is_that_of_all_entries():
    model = chain(nn.Linear(1, 2, rng=0), nn.Linear(2, 1, rng=1))
    model[1].weight.data = [[3.0, 4.0]]
    x = np.array([[1.0], [2.0]])
    y = model(x).detach().numpy()
    layers = nn.diagnose(model, (x, y - np.array([[1.0], [2.0]]))).layers
    last = np.sqrt(1 + 4)  # of the mean of two squares, of residuals 1 and 2
    assert [layer.gradient for layer in layers] == [pytest.approx(5 * last), pytest.approx(last)]


def test_layers_that_the_gradient_does_not_reach_at_all_are_told_so():
    model = dense([2, 8, 2])
    model[0].bias.data = -100.0
    diagnosis = nn.diagnose(model, moons())
    assert kinds(diagnosis) == ["constant", "dead", "vanishing"]
    assert diagnosis.findings[2].sentence == "No gradient reaches 0 (Linear)."
    assert "dead units" in diagnosis.findings[2].advice


def test_parameters_that_the_loss_does_not_depend_on_are_listed_without_frozen_ones():
    class Net(nn.Module):
        def __init__(self):
            self.used, self.extra = nn.Linear(2, 2, rng=0), nn.Linear(2, 2, rng=1)
            self.frozen = nn.Linear(2, 2, rng=2).requires_grad_(False)

        def forward(self, x):
            return self.used(x)

    found = only(nn.diagnose(Net(), moons()))
    assert (found.kind, found.path, found.numbers["parameters"]) == ("unused", "extra", 2)
    assert found.sentence == (
        "extra.weight, extra.bias: the loss does not depend on these parameters, so training never changes them."
    )


def test_a_gradient_that_is_not_finite_is_found_where_the_loss_is():
    class Length(nn.Module):
        def forward(self, x):
            return sqrt(x * x)

    model = chain(nn.Linear(2, 3, rng=0), Length(), nn.Linear(3, 2, rng=1))
    model[0].weight.data, model[0].bias.data = 0.0, 0.0
    diagnosis = nn.diagnose(model, moons())
    found = diagnosis.findings[-1]
    assert (found.kind, found.path) == ("not finite", "0")
    assert found.sentence == "0.bias, 0.weight: the gradient is nan or infinite, although the loss is a number."
    assert "anomaly" in found.advice


# --- what the loss expects --------------------------------------------------------------------------------------------


class End(nn.Module):
    """Two scores, and a function of them at the end."""

    def __init__(self, f):
        self.linear, self.f = nn.Linear(2, 2, rng=0), f

    def forward(self, x):
        return self.f(self.linear(x))


@pytest.mark.parametrize("loss", ["cross_entropy", nn.CrossEntropyLoss(label_smoothing=0.1), functional.cross_entropy, None])
def test_a_softmax_before_cross_entropy_is_found(loss):
    found = only(nn.diagnose(chain(nn.Linear(2, 2, rng=0), nn.Softmax()), moons(), loss))
    assert (found.kind, found.path) == ("twice", "1")
    assert found.sentence == (
        "1 (Softmax) ends the network with softmax, and the loss takes scores and applies a softmax of its own: "
        "learning is slow."
    )
    assert "Leave the softmax out" in found.advice


def test_it_is_found_in_forward_and_behind_a_change_of_shape_too():
    for shaped in (lambda p: p, lambda p: p.reshape((-1, 2)), lambda p: p.T.T):
        f = lambda y, shaped=shaped: shaped(softmax(y, axis=-1))
        found = only(nn.diagnose(End(f), moons()))
        assert found.sentence.startswith("The network ends in softmax, and the loss takes scores")


def test_probabilities_that_were_computed_by_hand_are_found_by_their_sums():
    found = only(nn.diagnose(End(lambda y: y.exp() / y.exp().sum(axis=1, keepdims=True)), moons()))
    assert found.sentence.startswith("The outputs are probabilities: each row adds up to 1, and the loss takes scores")
    assert nn.diagnose(End(lambda y: y.exp() / (1 + y.exp().sum(axis=1, keepdims=True))), moons()).ok


def test_it_is_found_in_networks_of_values():
    class Net(nn.Module):
        def __init__(self):
            self.layer = nn.Layer(2, 2, None, rng=0)

        def forward(self, x):
            return softmax(self.layer(x))

    found = only(nn.diagnose(Net(), moons(n=20), "cross_entropy"))
    assert found.sentence.startswith("The network ends in softmax")


def test_a_sigmoid_before_a_loss_with_its_own_is_found():
    model = chain(nn.Linear(2, 1, rng=0), nn.Sigmoid())
    found = only(nn.diagnose(model, events(), "binary_cross_entropy_with_logits"))
    said = "1 (Sigmoid) ends the network with sigmoid, and the loss takes "
    assert found.sentence.startswith(f"{said}the score and applies a sigmoid of its own")
    model = chain(nn.Linear(2, 2, rng=0), nn.Sigmoid())
    assert only(nn.diagnose(model, moons())).sentence.startswith(f"{said}scores and applies a softmax of its own")


def test_a_log_softmax_before_cross_entropy_is_called_useless():
    for model in (chain(nn.Linear(2, 2, rng=0), nn.LogSoftmax()), End(lambda y: log_softmax(y, axis=-1))):
        found = only(nn.diagnose(model, moons()))
        assert found.sentence.endswith("log_softmax, and the loss takes another one, which changes nothing.")


def test_nll_of_what_are_no_logarithms_is_found():
    for model in (End(lambda y: softmax(y, axis=1)), End(lambda y: y)):
        found = only(nn.diagnose(model, moons(), nn.NLLLoss()))
        assert re.match(r"NLLLoss takes logarithms of probabilities, and here e\^y of a row adds up to \d\.?\d*, not to 1\.",
                        found.sentence)  # fmt: skip
    assert nn.diagnose(End(lambda y: log_softmax(y, axis=1)), moons(), "nll").ok


def test_a_softmax_inside_a_network_is_none_of_it():
    class Attention(nn.Module):
        def __init__(self):
            self.query, self.value = nn.Linear(2, 4, rng=0), nn.Linear(2, 4, rng=1)

        def forward(self, x):
            q = self.query(x)
            return softmax(50 * q @ q.mT, axis=-1) @ self.value(x)

    assert nn.diagnose(chain(Attention(), nn.Linear(4, 2, rng=2)), moons()).ok


# --- data and outputs -------------------------------------------------------------------------------------------------


def test_inputs_out_of_scale_are_found_by_column():
    x, t = moons().arrays
    found = only(nn.diagnose(nn.Linear(2, 2, rng=0), (x * [1.0, 1e3], t)))
    mean, std = 1e3 * x[:, 1].mean(), 1e3 * x[:, 1].std()
    assert found.kind == "unscaled"
    assert found.sentence == f"Column 1 of the inputs has mean {mean:.3g} and standard deviation {std:.3g}."
    assert nn.diagnose(nn.Linear(2, 2, rng=0), (x * 5, t)).ok


def test_inputs_out_of_scale_are_found_in_pictures_and_not_before_a_layer_that_scales_them():
    x, t = small(0)
    found = nn.diagnose(convolutional(0), (x * 255, t)).findings[0]
    assert re.match(r"The inputs have mean [\d.]+ and standard deviation [\d.]+\.$", found.sentence)
    assert nn.diagnose(chain(nn.BatchNorm2d(1), *convolutional(0)), (x * 255, t)).ok


def test_a_network_that_ignores_its_inputs_is_found():
    model = chain(nn.Linear(2, 2, rng=0))
    model[0].weight.data = 0.0
    found = only(nn.diagnose(model, moons()))
    assert found.sentence == "The network gives the same for all 64 samples: it ignores its inputs."
    x, t = moons().arrays
    assert nn.diagnose(nn.Linear(2, 2, rng=0), (np.ones_like(x), t)).ok  # the same inputs have the same outputs


@pytest.mark.parametrize("softmaxed", [nn.Softmax, nn.LogSoftmax])
def test_a_softmax_of_one_score_is_found(softmaxed):
    model = chain(nn.Linear(2, 1, rng=0), softmaxed())
    found = only(nn.diagnose(model, events(), "mse"))
    name = "softmax" if softmaxed is nn.Softmax else "log_softmax"
    assert (found.kind, found.path) == ("constant", "1")
    assert found.sentence == (
        f"1 ({softmaxed.__name__}) ends the network with {name} of a single score, which is always the same number."
    )
    assert "sigmoid" in found.advice


def test_layers_are_counted_and_listed_where_numbers_are_not_finite_too():
    diagnosis = nn.diagnose(dense([2, 4, 2]), moons(), lambda y, t: (y * np.inf).sum())
    assert str(diagnosis).startswith("64 samples, 2 layers with parameters, loss ")
    assert [np.isnan(layer.gradient) for layer in diagnosis.layers if layer.gradient is not None] == [True, True]


def test_numbers_that_are_not_finite_are_found_where_they_come_from():
    x, t = moons().arrays
    x[0], x[3, 0] = np.nan, np.inf
    found = only(nn.diagnose(nn.Linear(2, 2, rng=0), (x, t)))
    assert (found.kind, found.sentence) == ("not finite", "3 of 128 numbers of the inputs are nan or infinite.")
    found = only(nn.diagnose(nn.Linear(2, 1, rng=0), (moons().x, x[:, :1])))
    assert found.sentence == "2 of 64 numbers of the targets are nan or infinite."

    model = dense([2, 4, 2])
    model[2].weight.data = np.full((2, 4), 1e308)
    found = only(nn.diagnose(model, moons()))
    assert (found.path, found.sentence) == ("2", "2 (Linear) is the first to return nan or inf.")
    assert "anomaly" in found.advice

    found = only(nn.diagnose(nn.Linear(2, 1, rng=0), events(), lambda y, t: (1e300 * y).square().mean()))
    assert found.sentence == "The loss is inf, although all predictions are finite."


# --- the call ---------------------------------------------------------------------------------------------------------


def test_a_diagnosis_changes_nothing():
    model = normalised(0).eval()
    model[2].train()
    model.parameters()[0].requires_grad_(False)
    state, random = model.state_dict(), model[4].rng.bit_generator.state
    nn.diagnose(model, small(0))
    assert all(np.array_equal(state[path], now) for path, now in model.state_dict().items())
    assert model[4].rng.bit_generator.state == random
    assert [module.training for module in model.modules()] == [i == 3 for i in range(7)]
    assert not any(p.has_grad for p in model.parameters())
    assert all("forward" not in vars(module) for module in model.modules())


def test_the_network_is_looked_at_as_it_is_in_training():
    modes = []

    class Watch(nn.Module):
        def forward(self, x):
            modes.append(self.training)
            return x

    model = chain(Watch(), nn.Linear(2, 2, rng=0)).eval()
    with no_grad():
        assert nn.diagnose(model, moons()).ok
    assert modes == [True]
    with pytest.raises(KeyError), unchanged(model, training=True):
        raise KeyError
    assert not model.training


def test_the_loss_is_chosen_by_the_targets_and_named():
    x, t = moons().arrays
    called = lambda *given: nn.diagnose(*given).loss_called
    assert called(nn.Linear(2, 2, rng=0), (x, t)) == "CrossEntropyLoss (chosen for class indices)"
    assert called(nn.Linear(2, 1, rng=0), (x, t[:, None])) == "MSELoss (chosen for numbers as targets)"
    assert called(nn.Linear(2, 1, rng=0), events()) == "MSELoss (chosen for numbers as targets)"
    assert called(nn.Linear(2, 1, rng=0), events(), nn.HuberLoss()) == "HuberLoss"
    assert called(nn.Linear(2, 1, rng=0), events(), functional.l1_loss) == "l1_loss"


def test_weights_of_samples_count():
    x, t = moons().arrays
    model, w = nn.Linear(2, 2, rng=0), np.where(t == 0, 1.0, 0.0)
    loss = nn.CrossEntropyLoss()
    assert nn.diagnose(model, (x, t, w), loss).loss == pytest.approx(loss(model(x[t == 0]), t[t == 0]).item())


def test_several_results_are_the_business_of_the_loss():
    class Two(nn.Module):
        def __init__(self):
            self.linear = nn.Linear(2, 2, rng=0)

        def forward(self, x):
            y = self.linear(x)
            return y, tanh(y)

    assert nn.diagnose(Two(), moons(), lambda y, t: functional.cross_entropy(y[0], t) + y[1].square().mean()).ok


def frozen():
    return nn.Linear(2, 2, rng=0).requires_grad_(False)


class Bare(nn.Module):
    def forward(self, x):
        return x.numpy()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: nn.diagnose(np.tanh, moons()), r"a diagnosis is of a module, got "),
        (lambda: nn.diagnose(nn.Linear(2, 2), moons().x[0]), r"data is \(x, t\), \(x, t, w\) or a Dataset, got "),
        (lambda: nn.diagnose(nn.Linear(2, 2), (moons().x, [0, 1])), r"x has 64, t has 2"),
        (lambda: nn.diagnose(nn.Linear(2, 2), moons()[:0]), r"there are no samples"),
        (lambda: nn.diagnose(nn.Linear(2, 2), moons(), "crossentropie"), r"there is no loss 'crossentropie'"),
        (lambda: nn.diagnose(nn.Linear(2, 2), moons(), 3), r"a loss is a function of \(prediction, target\) or its name, g"),
        (lambda: nn.diagnose(nn.Linear(2, 2), moons(), nn.CrossEntropyLoss(reduction="none")), r"a loss is one number, "),
        (lambda: nn.diagnose(nn.Linear(2, 2), moons(), lambda y, t: 1.0), r"a loss is one number, computed from .*got 1\.0"),
        (lambda: nn.diagnose(nn.Linear(2, 2), moons(), nn.MSELoss), r"got <class .*MSELoss'>: write MSELoss\(\), "),
        (lambda: nn.diagnose(nn.Linear(2, 2), (moons().x, ["a"] * 64)), r"needs targets that are numbers, got dtype <U1"),
        (lambda: nn.diagnose(nn.Linear(2, 2), ([np.ones(2), np.ones(3)], [0, 1])), r"needs inputs of one shape"),
        (lambda: nn.diagnose(frozen(), moons()), r"the loss depends on nothing that is trained: all parameters are frozen"),
        (lambda: nn.diagnose(Bare(), moons()), r"the network returned nothing that was computed from Tensors or Values"),
        (lambda: nn.diagnose(nn.Linear(2, 1), moons()), r"mse_loss needs a target of the prediction's shape \(64, 1\)"),
        (lambda: nn.diagnose(chain(nn.Linear(3, 2)), moons()), r"in 0 \(Linear\)"),
    ],
)
def test_what_cannot_be_diagnosed_is_an_error_at_the_users_line(call, said):
    with pytest.raises(AutogradError, match=rf"{said}.*at .*test_health\.py:\d+$"):
        call()


def test_an_error_leaves_the_network_as_it_was():
    model = chain(nn.BatchNorm1d(2), nn.Linear(3, 2, rng=0)).eval()
    with pytest.raises(ShapeError):
        nn.diagnose(model, moons())
    assert not model.training
    assert model[0].num_batches_tracked.item() == 0
    assert "forward" not in vars(model[0])


def test_values_in_a_plain_list_are_a_network_too():
    class Line(nn.Module):
        def __init__(self):
            self.w, self.b = Value(1.0), Value(0.0)

        def forward(self, x):
            return self.w * x[0] + self.b

    x = np.linspace(-1, 1, 20)[:, None]
    diagnosis = nn.diagnose(Line(), (x, 3 * x[:, 0]))
    assert diagnosis.ok, diagnosis
    assert [layer.kind for layer in diagnosis.layers] == ["Line"]


def test_numbers_of_a_tensor_are_data_as_well():
    x, t = moons().arrays
    assert nn.diagnose(nn.Linear(2, 2, rng=0), (Tensor(x), t)).samples == 64
