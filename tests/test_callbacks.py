"""Do callbacks stop, slow down and write what they should, and at the right moment?"""

import csv

import numpy as np
import pytest

import nn
import optim
from autograd import AutogradError, Tensor


def run_of(numbers, *callbacks, monitor="mine", lr=1.0):
    """Train on nothing, with a metric that takes these values, one an epoch, and return the history and the optimizer."""
    values = iter(numbers)

    def mine(y, t):
        return float(next(values))

    mine.__name__ = monitor
    w = Tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([w], lr=lr)
    history = nn.fit(lambda x: 0.0 * w * x, ([[1.0]], [[0.0]]), loss="mse", optimizer=optimizer, epochs=len(numbers),
                     metrics=[mine], callbacks=callbacks, verbose=0)  # fmt: skip
    return history, optimizer


def test_training_stops_when_nothing_got_better_for_so_many_epochs():
    history, _ = run_of([3.0, 2.0, 2.5, 2.0, 1.0], nn.EarlyStopping("mine", patience=2))
    assert history["mine"] == [3.0, 2.0, 2.5, 2.0]
    assert history.stopped == "stopped early after epoch 4: mine was best in epoch 2, 2"


def test_an_accuracy_is_better_when_it_is_larger():
    history, _ = run_of([0.5, 0.6, 0.7, 0.6, 0.8], nn.EarlyStopping("accuracy"), monitor="accuracy")
    assert len(history["accuracy"]) == 4


def test_a_mode_goes_before_the_name():
    history, _ = run_of([3.0, 4.0, 5.0, 1.0], nn.EarlyStopping("mine", mode="max"))
    assert len(history["mine"]) == 4


def test_better_by_too_little_is_not_better():
    history, _ = run_of([3.0, 2.95, 2.9], nn.EarlyStopping("mine", min_delta=0.1))
    assert len(history["mine"]) == 2


def test_nan_is_never_better():
    history, _ = run_of([np.nan, np.nan, 1.0], nn.EarlyStopping("mine", patience=2))
    assert len(history["mine"]) == 2


def test_the_best_weights_come_back():
    model = nn.Linear(1, 1, rng=0)
    seen = []
    keep = nn.LambdaCallback(on_epoch_end=lambda run: seen.append(run.model.state_dict()["weight"].item()))
    stop = nn.EarlyStopping("loss", patience=1, restore_best_weights=True)
    nn.fit(model, ([[1.0]], [[0.0]]), loss="mse", optimizer=optim.SGD(model.parameters(), lr=1.1), epochs=9, verbose=0,
           callbacks=[keep, stop])  # fmt: skip
    assert model.weight.item() == seen[stop.best_epoch - 1]
    assert len(seen) > stop.best_epoch


def test_a_number_that_is_not_there_is_an_error_that_lists_those_that_are():
    with pytest.raises(AutogradError, match="EarlyStopping watches 'val_loss', and the numbers are loss, mine"):
        run_of([1.0], nn.EarlyStopping("val_loss"))


@pytest.mark.parametrize("settings", [{"mode": "best"}, {"patience": -1}, {"min_delta": -1.0}])
def test_settings_of_early_stopping_are_checked(settings):
    with pytest.raises(AutogradError, match=r"mode is|from 0 up"):
        nn.EarlyStopping(**settings)


def test_a_plateau_reduces_the_rate_once_in_a_time_of_patience():
    history, optimizer = run_of([1.0] * 6, nn.ReduceOnPlateau("mine", factor=0.5, patience=2))
    assert history["lr"] == [1.0, 1.0, 1.0, 0.5, 0.5, 0.25]
    assert optimizer.lr == 0.25


def test_a_rate_is_reduced_no_further_than_asked_and_never_raised():
    assert run_of([1.0] * 4, nn.ReduceOnPlateau("mine", factor=0.1, patience=1, min_lr=0.5))[1].lr == 0.5
    assert run_of([1.0] * 4, nn.ReduceOnPlateau("mine", factor=0.1, patience=1, min_lr=0.5), lr=0.2)[1].lr == 0.2


@pytest.mark.parametrize("factor", [0.0, 1.0, 2.0])
def test_a_factor_lies_between_0_and_1(factor):
    with pytest.raises(AutogradError, match="factor lies between 0 and 1"):
        nn.ReduceOnPlateau(factor=factor)


@pytest.mark.parametrize(
    ("every", "starts", "end"), [("epoch", [0.8, 0.4, 0.2], 0.1), ("batch", [0.8, 0.2, 0.05], 0.0125)]
)
def test_a_schedule_steps_each_epoch_or_each_batch(every, starts, end):
    w = Tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([w], lr=0.8)
    schedule = nn.ScheduleLR(optim.ExponentialLR(optimizer, gamma=0.5), every=every)
    found = []
    seen = nn.LambdaCallback(on_epoch_begin=lambda run: found.append(optimizer.lr))
    nn.fit(lambda x: w * x, ([[1.0], [1.0]], [[0.0], [0.0]]), loss="mse", optimizer=optimizer, epochs=3, batch_size=1,
           callbacks=[schedule, seen], verbose=0)  # fmt: skip
    assert np.allclose(found, starts)
    assert np.isclose(optimizer.lr, end)


def test_a_schedule_that_watches_a_number_is_given_it():
    w = Tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([w], lr=1.0)
    watching = nn.ScheduleLR(optim.ReduceLROnPlateau(optimizer, patience=0), monitor="loss")
    nn.fit(lambda x: 0.0 * w * x, ([[1.0]], [[1.0]]), loss="mse", optimizer=optimizer, epochs=2, callbacks=[watching],
           verbose=0)  # fmt: skip
    assert np.isclose(optimizer.lr, 0.1)


def test_the_table_is_complete_after_each_epoch(tmp_path):
    file = tmp_path / "log.csv"
    lengths = nn.LambdaCallback(on_epoch_begin=lambda run: seen.append(file.exists() and len(file.read_text().splitlines())))
    seen = []
    run_of([0.5, 0.25], lengths, nn.CSVLog(file))
    assert seen == [False, 2]
    rows = list(csv.DictReader(file.read_text().splitlines()))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert [float(row["mine"]) for row in rows] == [0.5, 0.25]


def test_hooks_are_told_in_this_order():
    told = []
    names = ["on_train_begin", "on_epoch_begin", "on_gradients", "on_batch_end", "on_epoch_end", "on_train_end"]
    run_of([1.0], nn.LambdaCallback(**{name: lambda run, name=name: told.append(name) for name in names}))
    assert told == names


def test_a_short_name_of_a_metric_that_grows_is_known_to_grow():
    for name in ("acc", "roc_auc", "auc"):
        history, _ = run_of([0.5, 0.6, 0.7, 0.6, 0.8], nn.EarlyStopping(name), monitor=name)
        assert len(history.rows) == 4


def test_a_hook_of_another_name_is_an_error_when_the_class_is_made():
    with pytest.raises(AutogradError, match=r"there is no hook Late\.on_epoch_ends: one of on_train_begin, .*, at .*test_c"):

        class Late(nn.Callback):
            def on_epoch_ends(self, run): ...


def test_a_hook_with_other_parameters_is_an_error_when_the_class_is_made():
    def keras(self, epoch, logs=None): ...
    def begins(self, logs=None): ...
    def nothing(self): ...
    def by_name(self, *, run): ...

    for hook in (keras, begins, nothing, by_name):
        with pytest.raises(AutogradError, match=r"hooks are given the run: Mine\.on_epoch_end\(self, run\), got \(self"):
            type("Mine", (nn.Callback,), {"on_epoch_end": hook})


def test_hooks_that_take_the_run_under_any_name_are_let_pass():
    told = []

    class Mine(nn.Callback):
        on_time = True

        def on_epoch_begin(self, _):
            told.append("begin")

        def on_batch_end(self, *everything):
            told.append(len(everything))

        @staticmethod
        def on_epoch_end(run):
            told.append(run.epoch)

    run_of([1.0], Mine())
    assert told == ["begin", 1, 1]


def test_a_callback_is_shown_with_its_settings(tmp_path):
    class Mine(nn.Callback):
        def __init__(self, a=1, b=2, lost=3):
            self.a, self.b = a, np.full(2, b)

    optimizer = optim.SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    for callback, shown in [
        (nn.EarlyStopping("val_loss", patience=3), "EarlyStopping('val_loss', patience=3)"),
        (nn.EarlyStopping(restore_best_weights=True), "EarlyStopping(restore_best_weights=True)"),
        (nn.ReduceOnPlateau(factor=0.5), "ReduceOnPlateau(factor=0.5)"),
        (nn.Checkpoint("run.npz", every=2), "Checkpoint('run.npz', every=2)"),
        (nn.CSVLog("log.csv"), "CSVLog('log.csv')"),
        (nn.TerminateOnNaN(), "TerminateOnNaN()"),
        (Mine(b=5, lost=7), "Mine(b=array([5, 5]))"),
    ]:
        assert repr(callback) == shown
    assert repr(nn.ScheduleLR(optim.StepLR(optimizer, 2), every="batch")).endswith(", every='batch')")


def test_the_table_needs_a_folder_before_anything_is_trained(tmp_path):
    with pytest.raises(AutogradError, match=r"there is no folder .*nowhere' for the table, at .*test_callbacks"):
        run_of([1.0], nn.CSVLog(tmp_path / "nowhere" / "log.csv"))


def test_arrays_are_written_into_the_table_in_full_and_on_one_line(tmp_path):
    large = np.arange(1200).reshape(2, 600)
    many = nn.LambdaCallback(on_epoch_end=lambda run: run.numbers.update(many=large))
    run_of([0.5], many, nn.CSVLog(tmp_path / "log.csv"))
    lines = (tmp_path / "log.csv").read_text().splitlines()
    assert len(lines) == 2
    assert next(csv.DictReader(lines))["many"] == str(large.tolist())
