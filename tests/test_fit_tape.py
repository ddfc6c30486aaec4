"""Does a training whose loss is replayed from a tape compute what one with graphs does, and refuse what it could not?"""

import math

import numpy as np
import pytest

import nn
import optim
from autograd import AutogradError, sqrt

DATA = nn.data.moons(90, noise=0.1, rng=0)
SIGNS = DATA.x, 2.0 * DATA.t - 1


def neurons():
    return nn.MLP(2, [6, 6, 1], rng=0)


def layers():
    return nn.Sequential(nn.Linear(2, 8, rng=0), nn.Tanh(), nn.Linear(8, 2, rng=1))


def trained(model, data, loss, tape, *callbacks, optimizer=optim.Adam, epochs=4, **options):
    return nn.fit(
        model, data, loss=loss, optimizer=optimizer(model.parameters(), lr=0.05), epochs=epochs, batch_size=16, rng=0,
        verbose=0, validation=0.2, metrics=["accuracy"], callbacks=callbacks, tape=tape, **options,
    )  # fmt: skip


@pytest.mark.parametrize(
    "optimizer", [optim.GradientDescent, optim.SGD, optim.Adagrad, optim.RMSprop, optim.Adadelta, optim.Adam, optim.AdamW]
)
@pytest.mark.parametrize(
    ("make", "data", "loss"),
    [(neurons, SIGNS, "hinge"), (layers, DATA, "cross_entropy"), (layers, (DATA.x, np.eye(2)[DATA.t]), "mse")],
)
def test_losses_and_metrics_are_those_of_training_with_graphs_to_twelve_digits(make, data, loss, optimizer):
    plain, taped = (trained(make(), data, loss, tape, optimizer=optimizer) for tape in (False, True))
    for name in plain:
        np.testing.assert_allclose(taped[name], plain[name], rtol=1e-12, atol=1e-12)


ONE = [
    "mse", "mae", "huber", "smooth_l1", "log_cosh", "hinge", "squared_hinge", "soft_margin", "perceptron",
    "half_squared_error", "binary_cross_entropy_with_logits",
]  # fmt: skip


@pytest.mark.parametrize("loss", ONE)
def test_losses_of_one_score_are_those_of_training_with_graphs(loss):
    t = DATA.t.astype(float) if loss.startswith("binary") else SIGNS[1]
    column = lambda: nn.Sequential(nn.Linear(2, 8, rng=0), nn.Tanh(), nn.Linear(8, 1, rng=1))
    for make, targets in ((column, t[:, None]), (neurons, t)):
        plain, taped = (trained(make(), (DATA.x, targets), loss, tape)["loss"] for tape in (False, True))
        np.testing.assert_allclose(taped, plain, rtol=1e-12, atol=1e-12)


def test_parts_that_take_whole_numbers_and_pictures_are_replayed():
    words = np.random.default_rng(0).integers(0, 5, (40, 2)), np.random.default_rng(1).integers(0, 2, 40)
    embedded = lambda: nn.Sequential(nn.Embedding(5, 3, rng=0), nn.Flatten(), nn.Linear(6, 2, rng=0))
    seen = lambda: nn.Sequential(
        nn.Conv2d(1, 2, 3, rng=0), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.LayerNorm(18), nn.Linear(18, 10, rng=0)
    )
    for make, data in ((embedded, words), (seen, nn.data.digits()[:100])):
        plain, taped = (trained(make(), data, "cross_entropy", tape)["loss"] for tape in (False, True))
        np.testing.assert_allclose(taped, plain, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("make", "loss"), [(lambda: nn.MLP(2, [5, 2], rng=0), "cross_entropy"), (layers, "multi_margin")])
def test_a_loss_that_cannot_be_recorded_says_so(make, loss):
    with pytest.raises(AutogradError, match=r"cannot be recorded on a tape \(.*\): use tape=False"):
        trained(make(), DATA, loss, True)


def test_labels_that_lie_in_order_and_batches_of_one_are_followed():
    order = np.argsort(DATA.t, kind="stable")
    for data, size in (((DATA.x[order], DATA.t[order]), 16), ((DATA.x[:9], DATA.t[:9]), 1)):
        plain, taped = (
            nn.fit(model, data, loss="cross_entropy", optimizer=optim.Adam(model.parameters()), batch_size=size, epochs=2,
                   shuffle=False, verbose=0, tape=tape)["loss"]
            for model, tape in ((layers(), False), (layers(), True))
        )  # fmt: skip
        np.testing.assert_allclose(taped, plain, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("last", "loss", "targets"),
    [
        (nn.LogSoftmax(), "nll", DATA.t), (nn.Softmax(), "log_likelihood", DATA.t),
        (nn.Sigmoid(), "binary_cross_entropy", np.eye(2)[DATA.t]), (nn.LogSoftmax(), "kl_div", np.full((90, 2), 0.5)),
    ],
)  # fmt: skip
def test_losses_of_probabilities_are_those_of_training_with_graphs(last, loss, targets):
    data = DATA.x, targets
    plain, taped = (
        nn.fit(model, data, loss=loss, optimizer=optim.Adam(model.parameters()), batch_size=16, epochs=2, rng=0, verbose=0,
               tape=tape)["loss"]
        for model, tape in ((nn.Sequential(layers(), last), False), (nn.Sequential(layers(), last), True))
    )  # fmt: skip
    np.testing.assert_allclose(taped, plain, rtol=1e-12, atol=1e-12)


class Partly(nn.Module):
    """A network with a layer that it does not use."""

    def __init__(self):
        self.used, self.idle = layers(), nn.Linear(2, 2, rng=3)

    def forward(self, x):
        return self.used(x)


def test_weight_decay_leaves_parameters_alone_that_the_loss_does_not_depend_on():
    model = Partly()
    before = model.idle.weight.tolist()
    trained(model, DATA, "cross_entropy", True, optimizer=optim.AdamW)
    assert model.idle.weight.tolist() == before


class Thaw(nn.Callback):
    """Trains all parameters from the second epoch on."""

    def on_epoch_begin(self, run):
        if run.epoch == 2:
            for p in run.model.parameters():
                p.requires_grad_(True)


def test_a_layer_that_thaws_on_the_way_is_trained_from_then_on():
    losses = []
    for tape in (False, True):
        model = layers()
        optimizer = optim.SGD(model.parameters(), lr=0.1)
        for p in model[0].parameters():
            p.requires_grad_(False)
        losses.append(
            nn.fit(model, DATA, loss="cross_entropy", optimizer=optimizer, epochs=3, rng=0, verbose=0, callbacks=[Thaw()],
                   tape=tape)["loss"]
        )  # fmt: skip
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-12)


def test_a_loss_that_froze_something_is_found_out_at_the_second_batch():
    seen = []

    def loss(prediction, target):
        seen.append(1.0)
        return nn.functional.cross_entropy(prediction, target) * min(len(seen), 4)  # as a schedule would

    with pytest.raises(AutogradError, match=r"for batch [12], and the loss itself|cannot be recorded on a tape"):
        trained(layers(), DATA, loss, True)


def test_text_is_refused():
    class Letters(nn.Module):
        def __init__(self):
            self.linear = nn.Linear(1, 2, rng=0)

        def forward(self, x):
            return self.linear(np.array([[float(len(word))] for word in x]))

    model, data = Letters(), nn.data.Dataset(np.array(["a", "bcd"] * 8), np.array([0, 1] * 8))
    loader = nn.data.DataLoader(data, batch_size=4)
    with pytest.raises(AutogradError, match=r"cannot be recorded on a tape \(a tape is recorded on arrays and numbers"):
        nn.fit(model, loader, loss="cross_entropy", optimizer=optim.Adam(model.parameters()), verbose=0, tape=True)


def test_a_resumed_training_is_equal_to_the_last_bit(tmp_path):
    whole = trained(neurons(), SIGNS, "hinge", True, epochs=4)
    trained(neurons(), SIGNS, "hinge", True, nn.Checkpoint(tmp_path / "run.npz"), epochs=2)
    resumed = trained(neurons(), SIGNS, "hinge", True, nn.Checkpoint(tmp_path / "run.npz", resume=True), epochs=4)
    assert resumed.rows == whole.rows


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (nn.Dropout(0.5, rng=0), "give the numbers as an argument"),
        (nn.BatchNorm1d(8), r"writes to 1\.running_mean in every batch"),
    ],
)
def test_parts_that_a_tape_cannot_repeat_are_refused(part, message):
    model = nn.Sequential(nn.Linear(2, 8, rng=0), part, nn.Linear(8, 2, rng=1))
    with pytest.raises(AutogradError, match=message):
        trained(model, DATA, "cross_entropy", True)


def test_a_loss_that_looks_at_numbers_a_tape_does_not_follow_is_refused():
    def loss(predictions, targets):
        return sum(p if getattr(t, "data", t) > 0 else -p for p, t in zip(predictions, targets, strict=True)) / len(targets)

    with pytest.raises(AutogradError, match="it looks at numbers that a tape does not follow"):
        trained(neurons(), SIGNS, loss, True)


def test_weights_of_samples_are_refused():
    with pytest.raises(AutogradError, match="samples have no weights"):
        trained(layers(), DATA, "cross_entropy", True, class_weight="balanced")


def test_the_first_bad_op_is_named_as_without_a_tape():
    model = nn.Linear(1, 1, rng=0)
    data = np.array([[1.0]] * 8 + [[np.nan]] * 8), np.ones((16, 1))
    with np.errstate(invalid="ignore"):
        history = nn.fit(
            model, data, loss=lambda y, t: sqrt((y - t) ** 2 + 1).mean(), optimizer=optim.SGD(model.parameters(), lr=0.1),
            batch_size=8, shuffle=False, verbose=0, callbacks=[nn.TerminateOnNaN()], tape=True,
        )  # fmt: skip
    assert history.stopped.startswith("stopped in epoch 1, batch 2: the loss is nan.")
    assert math.isfinite(model.weight.item())
