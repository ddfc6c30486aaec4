"""Are units and gradients that went wrong on purpose found out, and named?"""

import re

import numpy as np
import pytest
from diagnosed import chain, convolutional, dense, events, kinds, moons, only, signs, small

import nn
from autograd import Tensor, relu, sqrt, tanh

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
