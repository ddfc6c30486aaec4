"""Does the training loop do what one would write by hand, and say what it was given when that cannot be used?"""

import os
import re
import signal
import sys
import threading

import numpy as np
import pytest
from helpers import assert_close

import nn
import optim
from autograd import AutogradError, DTypeError, ShapeError, Tensor, Value, relu, sqrt


def classifier(seed=0, **options):
    return nn.Sequential(nn.Linear(2, 8, rng=seed, **options), nn.ReLU(), nn.Linear(8, 2, rng=seed + 1, **options))


def moons(n=120):
    return nn.data.moons(n, noise=0.1, rng=0)


def trained(model, data=None, **options):
    """Train with settings that most tests share, and return the history."""
    settings = {"loss": nn.CrossEntropyLoss(), "epochs": 2, "batch_size": 16, "rng": 0, "verbose": 0, **options}
    if "optimizer" not in settings:
        settings["optimizer"] = optim.SGD(model.parameters(), lr=0.1)
    return nn.fit(model, moons() if data is None else data, **settings)


def same(one, other, tolerance=0.0):
    """Are the parameters of two models equal?"""
    return all(np.allclose(p.data, q.data, rtol=0, atol=tolerance) for p, q in
               zip(one.parameters(), other.parameters(), strict=True))  # fmt: skip


# --- the loop ---------------------------------------------------------------------------------------------------------


def test_the_loop_is_the_one_that_is_written_by_hand():
    data, model, other = moons(), classifier(), classifier()
    history = trained(model, data)

    optimizer, losses = optim.SGD(other.parameters(), lr=0.1), []
    loader = nn.data.DataLoader(data, batch_size=16, shuffle=True, rng=0)
    for _ in range(2):
        total = 0.0
        for x, t in loader:
            loss = nn.functional.cross_entropy(other(x), t)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += len(t) * loss.item()
        losses.append(total / len(data))
    assert same(model, other)
    assert history["loss"] == losses


def test_a_loader_is_used_as_it_is():
    data, model, other = moons(), classifier(), classifier()
    loader = nn.data.DataLoader(data, batch_size=16, shuffle=True, rng=0)
    assert trained(model, loader, batch_size=None, rng=None)["loss"] == trained(other, data)["loss"]


@pytest.mark.parametrize(
    ("name", "value"), [("batch_size", 8), ("shuffle", False), ("rng", 0), ("class_weight", "balanced")]
)
def test_what_a_loader_says_itself_is_not_said_twice(name, value):
    loader = nn.data.DataLoader(moons(), batch_size=16)
    with pytest.raises(AutogradError, match=f"{name}=.* is for the DataLoader to say"):
        nn.fit(classifier(), loader, loss="mse", optimizer=None, verbose=0, **{name: value})


def test_a_fraction_of_a_loader_cannot_be_kept_back():
    with pytest.raises(AutogradError, match=r"use nn\.data\.random_split before"):
        trained(classifier(), nn.data.DataLoader(moons()), batch_size=None, rng=None, validation=0.1)


def test_training_learns_and_leaves_the_network_in_use():
    model = classifier()
    history = trained(model, epochs=40, metrics=["accuracy"], optimizer=optim.Adam(model.parameters(), lr=0.02))
    assert history["accuracy"][-1] > 0.95
    assert not model.training


def test_the_loss_of_an_epoch_weighs_batches_by_their_samples():
    x, t = np.zeros((3, 1)), np.array([[1.0], [1.0], [4.0]])  # batches of 2 and 1
    model = nn.Linear(1, 1, rng=0)
    model.load_state_dict({"weight": [[0.0]], "bias": [0.0]})
    history = trained(model, (x, t), loss="mse", batch_size=2, epochs=1, shuffle=False,
                      optimizer=optim.SGD(model.parameters(), lr=0.0))  # fmt: skip
    assert history["loss"] == [(1 + 1 + 16) / 3]


def test_a_network_of_values_is_called_with_samples():
    model, other = nn.MLP(2, [4, 1], rng=0), nn.MLP(2, [4, 1], rng=0)
    x, t = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([1.0, -1.0, 1.0])
    history = trained(model, (x, t), loss=nn.HingeLoss(), epochs=1, batch_size=3, shuffle=False)
    loss = nn.loss.hinge_loss([other(row) for row in x.tolist()], t)
    loss.backward()
    for p in other.parameters():
        p.data -= 0.1 * p.grad
    assert history["loss"] == [loss.data]
    assert same(model, other, 1e-15)


def test_a_network_of_values_with_several_outputs_learns_classes():
    model = nn.MLP(2, [2], rng=0)
    x, t = np.array([[0.0, 3.0], [3.0, 0.0]]), np.array([0, 1])
    history = trained(model, (x, t), epochs=30, metrics=["accuracy"])
    assert history["accuracy"][-1] == 1.0
    assert nn.predict(model, x).shape == (2, 2)


def test_a_plain_function_is_trained_with_the_parameters_of_the_optimizer():
    model = classifier()
    W1, b1, W2, b2 = (Tensor(p.data, requires_grad=True) for p in classifier().parameters())
    history = trained(model, epochs=3)
    other = trained(lambda x: relu(x @ W1.T + b1) @ W2.T + b2, epochs=3, optimizer=optim.SGD([W1, b1, W2, b2], lr=0.1))
    assert_close(history["loss"], other["loss"])


def test_inputs_may_be_several():
    class Sum(nn.Module):
        def __init__(self):
            self.left, self.right = nn.Linear(2, 1, rng=0), nn.Linear(3, 1, rng=1)

        def forward(self, a, b):
            return self.left(a) + self.right(b)

    rng = np.random.default_rng(0)
    data = nn.data.Dataset(a=rng.normal(size=(8, 2)), b=rng.normal(size=(8, 3)), t=np.zeros((8, 1)))
    loader = nn.data.DataLoader(data, batch_size=4, collate=lambda a, b, t: ((Tensor(a), Tensor(b)), t))
    model = Sum()
    history = trained(model, loader, loss="mse", batch_size=None, rng=None, epochs=20)
    assert history["loss"][-1] < history["loss"][0]


# --- validation and metrics -------------------------------------------------------------------------------------------


def test_a_fraction_is_kept_back_and_never_trained_on():
    x = np.arange(20.0)[:, None]
    seen = []

    def model(x):
        if not seen or not isinstance(seen[-1], str):
            seen.append(x.tolist())
        return x * w

    w = Tensor([1.0], requires_grad=True)
    nn.fit(model, (x, x), loss="mse", optimizer=optim.SGD([w], lr=0.0), validation=0.25, batch_size=5, rng=0, verbose=0)
    batches = [sorted(v for (v,) in batch) for batch in seen]
    assert sorted(v for batch in batches for v in batch) == list(range(20))  # 15 in training, then the 5 others
    assert len(batches) == 4


def test_validation_is_done_in_use_with_the_weights_after_the_epoch():
    model = nn.Sequential(nn.Dropout(0.9, rng=0), nn.Linear(2, 2, rng=0))
    held_out = moons(30)
    history = trained(model, epochs=1, validation=held_out, metrics=["accuracy"])
    numbers = nn.evaluate(model, held_out, loss=nn.CrossEntropyLoss(), metrics=["accuracy"], batch_size=16)
    assert {f"val_{k}": v for k, v in numbers.items()} == {k: v[-1] for k, v in history.items() if k.startswith("val_")}


@pytest.mark.parametrize("validation", [0.0, 1.0, 1, -0.1, True])
def test_a_fraction_lies_between_0_and_1(validation):
    with pytest.raises(AutogradError, match="validation is a fraction between 0 and 1, or data"):
        trained(classifier(), validation=validation)


def test_a_fraction_that_leaves_nothing_is_refused():
    with pytest.raises(AutogradError, match=r"validation=0\.1 of 3 samples leaves one part empty"):
        trained(classifier(), moons(3), validation=0.1)


def test_metrics_are_of_all_samples_at_once_not_means_over_batches():
    x, t = np.array([[0.9], [0.8], [0.1]]), np.array([[1.0], [0.0], [0.0]])
    w = Tensor([1.0], requires_grad=True)
    history = trained(lambda x: x * w, (x, t), loss="mse", metrics=["rmse"], batch_size=1, epochs=1,
                      optimizer=optim.SGD([w], lr=0.0))  # fmt: skip
    assert_close(history["rmse"], [((0.1**2 + 0.8**2 + 0.1**2) / 3) ** 0.5])


def test_a_metric_may_be_a_function():
    def bias(y, t):
        return float((y - t).mean())

    w = Tensor([1.0], requires_grad=True)
    history = trained(lambda x: x * w, ([[1.0]], [[0.0]]), loss="mse", metrics=[bias], optimizer=optim.SGD([w], lr=0.0))
    assert history["bias"] == [1.0, 1.0]


def test_metrics_are_a_list():
    with pytest.raises(AutogradError, match="metrics are a list of names or functions, got 'accuracy'"):
        trained(classifier(), metrics="accuracy")


def test_prediction_puts_batches_together_and_gives_the_mode_back():
    model = nn.Sequential(nn.Dropout(0.5), nn.Linear(2, 1, rng=0))
    x = moons(10).x
    assert_close(nn.predict(model, x, batch_size=3), x @ model[1].weight.data.T + model[1].bias.data)
    assert model.training
    assert model[0].training


# --- weights ----------------------------------------------------------------------------------------------------------


def test_a_sample_of_weight_two_counts_as_two_samples():
    x, t = moons(6).arrays
    one, other = classifier(), classifier()
    weights = np.array([1.0, 2.0, 1.0, 1.0, 0.0, 1.0])
    weighted = trained(one, (x, t, weights), batch_size=6)
    doubled = np.repeat(np.arange(6), weights.astype(int))
    plain = trained(other, (x[doubled], t[doubled]), batch_size=6)
    assert_close(weighted["loss"], plain["loss"])
    assert same(one, other, 1e-14)


def test_weights_of_classes_do_what_the_weights_of_cross_entropy_do():
    one, other = classifier(), classifier()
    left = trained(one, class_weight={0: 1.0, 1: 3.0})
    right = trained(other, loss=nn.CrossEntropyLoss(weight=[1.0, 3.0]))
    assert same(one, other, 1e-14)
    assert len(left["loss"]) == len(right["loss"])


def test_balanced_classes_weigh_the_same():
    from nn.training.weights import with_class_weights

    data = with_class_weights(nn.data.Dataset(np.zeros((4, 1)), np.array([0, 0, 0, 1])), "balanced")
    assert data.w.tolist() == [4 / 6, 4 / 6, 4 / 6, 2.0]


def test_weights_work_on_networks_of_values():
    model = nn.MLP(1, [1], rng=0)
    history = trained(model, ([[1.0], [2.0]], [0.0, 0.0], [1.0, 3.0]), loss="mse", epochs=1, batch_size=2,
                      optimizer=optim.SGD(model.parameters(), lr=0.0))  # fmt: skip
    a, b = model([1.0]).data, model([2.0]).data
    assert_close(history["loss"], [(a**2 + 3 * b**2) / 4])


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        ([1.0, -1.0], AutogradError, "weights are numbers from 0 up, got -1.0 for sample 1"),
        (["a", "b"], DTypeError, "a third column holds the weights of samples, which are numbers, got dtype <U1: choose"),
        ([np.nan, 1.0], AutogradError, "weights are numbers from 0 up, got nan for sample 0"),
        ([[1.0], [1.0]], ShapeError, r"2 samples need as many weights, got shape \(2, 1\)"),
    ],
)
def test_weights_that_are_none_are_refused(weights, error, message):
    with pytest.raises(error, match=message):
        trained(classifier(), (np.zeros((2, 2)), np.array([0, 1]), np.array(weights)))


def test_classes_in_one_column_weigh_what_classes_in_a_row_do():
    x, t = moons().arrays
    with_a_row, with_a_column = nn.Linear(2, 1, rng=0), nn.Linear(2, 1, rng=0)
    trained(nn.Sequential(with_a_row, nn.Flatten(0)), (x, t.astype(float)), loss="binary_cross_entropy_with_logits",
            class_weight={0: 1.0, 1: 50.0})  # fmt: skip
    trained(with_a_column, (x, t[:, None].astype(float)), loss="binary_cross_entropy_with_logits",
            class_weight={0: 1.0, 1: 50.0})  # fmt: skip
    assert same(with_a_row, with_a_column, 1e-14)
    assert with_a_column.bias.item() > 0.5 + nn.Linear(2, 1, rng=0).bias.item()  # class 1 is all that counts


@pytest.mark.parametrize(
    ("t", "message"),
    [
        ([0.0, 0.5], "class_weight needs classes as targets, got 0.5"),
        ([[1.0], [-0.25]], "class_weight needs classes as targets, got -0.25"),
        ([[0.5, 2.0], [1.0, 0.0]], r"class_weight needs one-hot rows as targets \(N, C\), got \[0.5, 2.0\]"),
    ],
)
def test_targets_that_are_no_classes_have_no_class_weights(t, message):
    with pytest.raises(AutogradError, match=message):
        trained(classifier(), (np.zeros((2, 2)), np.array(t)), class_weight="balanced")


def test_the_losses_of_nn_work_with_weights_as_they_are_and_others_need_a_reduction():
    def mine(y, t, reduction="mean"):
        losses = ((y - t) ** 2).mean(axis=1)
        return losses if reduction == "none" else losses.mean()

    data = (moons().x, moons().x, np.arange(120.0))
    losses = [trained(nn.Linear(2, 2, rng=0), data, loss=loss)["loss"] for loss in ("mse", nn.MSELoss(), mine)]
    assert losses[0] == losses[1]
    assert_close(losses[2], losses[0])


def test_a_class_without_weight_is_named():
    with pytest.raises(AutogradError, match="class_weight has no weight for class 1"):
        trained(classifier(), class_weight={0: 1.0})


def test_class_weights_of_another_kind_are_refused():
    with pytest.raises(AutogradError, match='class_weight is a dict from classes to weights or "balanced", got \'even\''):
        trained(classifier(), class_weight="even")


def test_weights_need_a_loss_of_each_sample():
    def mine(y, t):
        return ((y - t) ** 2).mean()

    with pytest.raises(AutogradError, match=r'weights need a loss with reduction="none".*mine has none'):
        trained(classifier(), (np.zeros((2, 2)), np.zeros((2, 2)), np.ones(2)), loss=mine)


# --- what cannot be used ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs": 0}, "epochs is a whole number from 1 up, got 0"),
        ({"epochs": 1.5}, "epochs is a whole number from 1 up, got 1.5"),
        ({"batch_size": 0}, "batch_size is a whole number from 1 up, got 0"),
        ({"loss": "crossentropi"}, "there is no loss 'crossentropi': one of"),
        ({"loss": nn.CrossEntropyLoss(reduction="none")}, "a loss is one number"),
        ({"callbacks": ["stop"]}, "callbacks are objects of nn.Callback, got 'stop'"),
        ({"metrics": ["acuracy"]}, "acuracy"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, message):
    with pytest.raises(AutogradError, match=message):
        trained(classifier(), **settings)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ((np.zeros((0, 2)), np.zeros(0, int)), "there are no samples to train on"),
        (nn.data.Dataset(np.zeros((3, 2))), "training needs inputs and targets"),
        ((np.zeros((3, 2)), np.zeros(4, int)), "4"),
    ],
)
def test_data_that_cannot_be_trained_on_is_refused(data, message):
    with pytest.raises(AutogradError, match=message):
        trained(classifier(), data)


def test_a_third_column_is_weights_only_if_it_is_called_so():
    data = nn.data.Dataset(x=np.zeros((3, 2)), t=[0, 1, 0], year=[1990, 2000, 2010])
    for given in (data, nn.data.DataLoader(data)):
        with pytest.raises(AutogradError, match=r"columns x, t, w; got x, t, year: choose with select\(…\), at "):
            nn.evaluate(classifier(), given, loss="cross_entropy")
    with pytest.raises(AutogradError, match="got x, w, t"):
        trained(classifier(), nn.data.Dataset(x=[0.0], w=[1.0], t=[0]))
    named = nn.data.Dataset(points=np.zeros((3, 2)), label=[0, 1, 0], w=[1.0, 2.0, 1.0])
    assert trained(classifier(), named).rows == trained(classifier(), named.arrays).rows


@pytest.mark.parametrize("text", [["good", "bad"], np.array(["good", "bad"])])
def test_text_is_to_be_encoded_first(text):
    with pytest.raises(AutogradError, match=r"x is text: encode it, see nn\.data\.Vocabulary, at .*test_fit"):
        trained(classifier(), (text, [0, 1]))


def test_a_metric_that_returns_nothing_is_named():
    def forgetful(y, t):
        pass

    with pytest.raises(AutogradError, match=r"a metric is a number or array, got None of forgetful: .*, at .*test_fit"):
        trained(classifier(), metrics=[forgetful])


def test_an_optimizer_of_another_model_is_refused():
    model = classifier()
    with pytest.raises(AutogradError, match=r"holds none of this model's parameters: make it of model\.parameters\(\)"):
        trained(model, optimizer=optim.SGD(classifier().parameters(), lr=0.1))
    with pytest.raises(AutogradError, match="the optimizer holds none of this model's parameters"):
        model.compile(optim.SGD(classifier().parameters(), lr=0.1), "cross_entropy")
    trained(model, optimizer=optim.SGD(model[0].parameters(), lr=0.1))  # some of them may be left as they are


def test_what_makes_an_optimizer_is_called_with_the_parameters():
    one, other = classifier(), classifier()
    trained(one, optimizer=optim.Adam)
    trained(other, optimizer=optim.Adam(other.parameters()))
    assert same(one, other)
    trained(one, optimizer=lambda params: optim.SGD(params, lr=0.1))


NEITHER = r"optimizer is one, such as optim\.Adam\(model\.parameters\(\)\), or what makes one of parameters, got "


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"optimizer": "adam"}, NEITHER + "'adam'"),
        ({"optimizer": None}, NEITHER + "None"),
        ({"optimizer": print}, NEITHER + "None"),
        ({"optimizer": optim.StepLR(optim.SGD([Value(1.0)], lr=0.1), 2)}, NEITHER),
        ({"loss": nn.CrossEntropyLoss}, r"a loss is an object: nn\.CrossEntropyLoss\(\), got the class"),
        ({"loss": None}, r"a loss is a function or module of \(prediction, target\), or a name, got None"),
        ({"loss": 3}, "a loss is a function or module .* got 3"),
        ({"metrics": None}, "metrics are a list of names or functions, got None"),
        ({"metrics": nn.metrics.accuracy}, "metrics are a list of names or functions, got <function accuracy"),
        ({"metrics": ["acuracy"]}, "there is no metric 'acuracy'"),
    ],
)
def test_what_training_needs_is_checked_by_fit_and_at_once_by_compile(settings, message):
    settings = {"optimizer": optim.Adam, "loss": "cross_entropy", "metrics": [], **settings}
    with pytest.raises(AutogradError, match=f"{message}.*, at .*test_fit"):
        trained(classifier(), **settings)
    model = classifier()
    with pytest.raises(AutogradError, match=f"{message}.*, at .*test_fit"):
        model.compile(**settings)
    with pytest.raises(AutogradError, match="call compile first"):
        model.fit(moons())


def test_metrics_that_were_compiled_keep_their_names():
    model = classifier()
    model.compile(optim.Adam, "cross_entropy", (name for name in ["acc", "top_1"]))
    assert list(model.fit(moons(), verbose=0)) == ["loss", "acc", "top_1"]
    assert list(model.evaluate(moons())) == ["loss", "acc", "top_1"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"loss": lambda y, t: 0.5}, "the loss does not depend on the model's parameters: .*, got 0.5"),
        ({"loss": lambda y, t: np.float64(0.5)}, "the loss does not depend on the model's parameters"),
        ({"loss": lambda y, t: None}, "a loss is one number, got None: does the function return something"),
        ({"loss": lambda y, t: {"loss": 1.0}}, "a loss is one number, got {'loss': 1.0}"),
        ({"callbacks": nn.TerminateOnNaN()}, r"callbacks are a list of objects of nn\.Callback, got TerminateOnNaN\(\)"),
        ({"callbacks": None}, r"callbacks are a list of objects of nn\.Callback, got None"),
        ({"rng": "seed"}, "rng is an int from 0 up, a numpy.random.Generator or None, got 'seed'"),
    ],
)
def test_what_is_found_out_in_training_is_a_clear_error(settings, message):
    with pytest.raises(AutogradError, match=f"{message}.*, at .*test_fit"):
        trained(classifier(), **settings)


def test_a_model_is_an_object():
    for call in (lambda: trained(nn.Flatten, optimizer=optim.Adam), lambda: nn.predict(nn.Flatten, np.zeros((2, 2)))):
        with pytest.raises(AutogradError, match=r"a model is an object: Flatten\(…\), got the class, at .*test_fit"):
            call()


def test_a_plain_function_has_no_parameters_to_make_an_optimizer_of():
    with pytest.raises(AutogradError, match="there are no parameters to make an optimizer of: give one that is made, at "):
        trained(lambda x: x, optimizer=optim.Adam)


@pytest.mark.parametrize("parameter", [Tensor([1.0], requires_grad=True), Value(1.0)])
def test_a_model_that_returns_nothing_is_an_error(parameter):
    class Forgetful(nn.Module):
        def __init__(self):
            self.w = parameter

        def forward(self, x):
            self.seen = x

    message = r"the model returned None: does its forward return something\?, at .*test_fit"
    with pytest.raises(AutogradError, match=message):
        trained(Forgetful())
    with pytest.raises(AutogradError, match=message):
        nn.predict(Forgetful(), np.zeros((2, 2)))


def test_a_network_is_evaluated_without_a_loss():
    model, data = classifier(), (*moons().arrays, np.ones(120))
    whole = nn.evaluate(model, data, loss="cross_entropy", metrics=["accuracy", "f1"])
    assert nn.evaluate(model, data, metrics=["accuracy", "f1"]) == {k: whole[k] for k in ("accuracy", "f1")}
    with pytest.raises(AutogradError, match=r"a network is judged by a loss or metrics, got neither, at .*test_fit"):
        nn.evaluate(model, data)


def test_a_batch_of_another_form_is_refused():
    loader = nn.data.DataLoader(moons(), batch_size=4, collate=lambda x, t: {"x": x, "t": t})
    with pytest.raises(AutogradError, match=r"a batch is \(inputs, targets\) or \(inputs, targets, weights\), got dict"):
        trained(classifier(), loader, batch_size=None, rng=None)


def test_no_batch_at_all_is_refused():
    loader = nn.data.DataLoader(moons(3), batch_size=4, drop_last=True)
    with pytest.raises(AutogradError, match="there is no batch to train on"):
        trained(classifier(), loader, batch_size=None, rng=None)


# --- Ctrl-C -----------------------------------------------------------------------------------------------------------


def test_an_interrupt_ends_training_after_the_step_and_keeps_what_was_learnt():
    model, other = classifier(), classifier()

    def interrupt(run):
        if (run.epoch, run.batch) == (2, 3):
            signal.raise_signal(signal.SIGINT)

    history = trained(model, epochs=5, callbacks=[nn.LambdaCallback(on_gradients=interrupt)])
    assert history.stopped == "interrupted in epoch 2 of 5: the network keeps what it has learnt"
    assert len(history["loss"]) == 1
    # The step of the interrupted batch was made, whole.
    stop = nn.LambdaCallback(on_batch_end=lambda run: run.stop("here") if (run.epoch, run.batch) == (2, 3) else None)
    trained(other, epochs=5, callbacks=[stop])
    assert same(model, other)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_interrupt_is_raised_at_once():
    def interrupt(run):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        trained(classifier(), callbacks=[nn.LambdaCallback(on_gradients=interrupt)])
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_training_in_a_thread_leaves_interrupts_alone():
    histories = []
    thread = threading.Thread(target=lambda: histories.append(trained(classifier())))
    thread.start()
    thread.join()
    assert len(histories[0]["loss"]) == 2


# --- progress ---------------------------------------------------------------------------------------------------------


def test_without_a_terminal_there_is_a_line_an_epoch(capsys):
    trained(classifier(), verbose=1, metrics=["accuracy"])
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(",")[0] for line in lines] == ["epoch 1/2", "epoch 2/2"]
    assert "loss 0." in lines[1]
    assert "accuracy 0." in lines[1]


def test_many_epochs_are_few_lines_and_the_last_one_is_among_them(capsys):
    trained(classifier(), moons(16), verbose=2, epochs=99)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) <= 20
    assert lines[-1].startswith("epoch 99/99")


def test_silence_is_silent(capsys):
    trained(classifier(), verbose=0)
    assert capsys.readouterr() == ("", "")


def test_in_a_terminal_there_is_one_bar_over_all_epochs(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    trained(classifier(), verbose=1)
    written = capsys.readouterr().err
    assert "epoch 1/2:  50%" in written
    assert re.search(r"epoch 2/2: 100%.*, loss 0\.\d+\s*\n$", written)
    assert written.count("\n") == 1


def test_in_a_terminal_of_no_lines_there_is_a_line_an_epoch(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stderr, "fileno", lambda: 2, raising=False)
    monkeypatch.setattr(os, "get_terminal_size", lambda fd: os.terminal_size((0, 0)))
    trained(classifier(), verbose=1)
    assert capsys.readouterr().err.count("\n") == 2


def test_a_reason_to_stop_is_said(capsys):
    trained(classifier(), verbose=1, callbacks=[nn.LambdaCallback(on_epoch_end=lambda run: run.stop("enough"))])
    assert capsys.readouterr().err.splitlines()[-1] == "enough"


# --- the first bad op -------------------------------------------------------------------------------------------------


def test_nan_ends_training_before_the_step_and_names_the_op():
    model = nn.Linear(1, 1, rng=0)
    before = model.state_dict()
    with np.errstate(invalid="ignore"):
        history = trained(model, (np.ones((4, 1)), np.ones((4, 1))), loss=lambda y, t: sqrt(-((y - t) ** 2) - 1).mean(),
                          callbacks=[nn.TerminateOnNaN()])  # fmt: skip
    assert history.stopped.startswith("stopped in epoch 1, batch 1: the loss is nan. The first such number is one of sqrt,")
    assert all((model.state_dict()[k] == before[k]).all() for k in before)
    assert "loss" not in history


def test_a_gradient_of_nan_is_noticed_where_the_loss_is_still_finite():
    w = Tensor([0.0], requires_grad=True)
    history = nn.fit(lambda x: sqrt(x * w), ([[1.0]], [[0.0]]), loss=lambda y, t: y.sum(), optimizer=optim.SGD([w], lr=0.1),
                     callbacks=[nn.TerminateOnNaN()], verbose=0)  # fmt: skip
    assert "the loss is 0, and the gradient of params.0 is not finite. " in history.stopped
    assert "The first such number is one of sqrt, backward" in history.stopped
    assert w.data == 0.0


def test_samples_of_nan_are_named_as_the_cause():
    model = nn.Linear(1, 1, rng=0)
    history = trained(model, ([[np.nan]], [[0.0]]), loss="mse", callbacks=[nn.TerminateOnNaN()])
    assert history.stopped == "stopped in epoch 1, batch 1: the loss is nan. The samples hold such numbers."


def test_values_outside_their_domain_are_an_error_of_their_own():
    w = Value(-1.0)
    with pytest.raises(AutogradError, match="log needs x > 0"):
        nn.fit(nn.training.prediction.Function(lambda x: (w * x[0]).log(), [w]), ([[1.0]], [0.0]), loss="mse",
               optimizer=optim.SGD([w], lr=0.1), verbose=0)  # fmt: skip
