"""Is a network made sick on purpose found out, and does a healthy one stay silent?"""

import re

import numpy as np
import pytest
from diagnosed import chain, convolutional, dense, events, moons, only, pictures, signs, small

import nn
import optim
from autograd import AutogradError, ShapeError, Tensor, Value, log_softmax, no_grad, softmax, tanh
from nn import functional
from nn.hooks import unchanged

# --- healthy networks -------------------------------------------------------------------------------------------------


def normalised(seed):
    return chain(
        nn.Conv2d(1, 8, 3, rng=seed), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Dropout(0.5, rng=seed),
        nn.Linear(8 * 12 * 12, 10, rng=seed + 1),
    )  # fmt: skip


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
