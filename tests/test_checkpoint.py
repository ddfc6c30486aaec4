"""Is a training that was stopped or killed picked up from its file, and is a file that does not fit refused?"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nn
import optim
from autograd import AutogradError
from nn.saving.archive import write_archive
from nn.saving.packing import pack, unpack

DATA = nn.data.moons(40, noise=0.2, rng=0)
X = DATA.arrays[0]
SCRIPT = Path(__file__).with_name("killed_training.py")


def train(*callbacks, epochs=3, width=4, optimizer=optim.Adam, batch_size=20, lr=0.05, rng=0, verbose=0):
    """Train a small network; its history, and itself."""
    model = nn.Sequential(nn.Linear(2, width, rng=0), nn.Tanh(), nn.Linear(width, 2, rng=1))
    history = nn.fit(model, DATA, loss="cross_entropy", optimizer=optimizer(model.parameters(), lr=lr), epochs=epochs,
                     batch_size=batch_size, callbacks=callbacks, rng=rng, verbose=verbose)  # fmt: skip
    return history, model


def rows_in(path):
    with np.load(path) as arrays:
        return unpack(dict(arrays))["history"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL, and no fork")
def test_a_training_that_is_killed_fifty_times_ends_with_the_same_numbers_to_the_last_bit():
    done = subprocess.run([sys.executable, str(SCRIPT), "50"], capture_output=True, text=True, cwd=SCRIPT.parents[1])
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout.splitlines()
    assert int(said[0].split(" of them while")[0].rsplit(" ", 1)[1]) > 0, "no kill came while a file was being written"
    assert said[-1].endswith("equal to the last bit")


def test_it_goes_on_where_it_stopped_and_only_if_asked(tmp_path):
    path = tmp_path / "run.npz"
    whole, _ = train(epochs=5)
    train(nn.Checkpoint(path), epochs=2)
    resumed, _ = train(nn.Checkpoint(path, resume=True), epochs=5, rng=99)  # the order comes from the file
    assert resumed.rows == whole.rows
    anew, _ = train(nn.Checkpoint(path), epochs=2)
    assert anew.rows == whole.rows[:2]
    assert rows_in(path) == whole.rows[:2]


def test_a_training_that_is_over_is_not_trained_further(tmp_path):
    first, model = train(nn.Checkpoint(tmp_path / "run.npz", resume=True))
    again, other = train(nn.Checkpoint(tmp_path / "run.npz", resume=True))
    assert again.rows == first.rows
    assert (nn.predict(other, X) == nn.predict(model, X)).all()


def test_a_training_that_was_stopped_early_stays_stopped(tmp_path):
    def callbacks():
        return nn.EarlyStopping("loss", patience=1, min_delta=10.0), nn.Checkpoint(tmp_path / "run.npz", resume=True)

    first, _ = train(*callbacks(), epochs=9)
    again, _ = train(*callbacks(), epochs=9)
    assert len(first.rows) == 2
    assert (again.rows, again.stopped) == (first.rows, first.stopped)


def test_it_saves_every_so_many_epochs_and_after_the_last(tmp_path):
    seen = []

    class Looking(nn.Callback):
        last = True

        def on_epoch_end(self, run):
            seen.append(len(rows_in(path)) if path.exists() else 0)

    path = tmp_path / "run.npz"
    train(nn.Checkpoint(path, every=2), Looking(), epochs=5)
    assert seen == [0, 2, 2, 4, 5]


def test_with_a_monitor_the_best_epoch_is_kept(tmp_path):
    path = tmp_path / "best.npz"
    judged = iter([0.5, 0.7, 0.6, 0.9, 0.8])
    scripted = nn.LambdaCallback(on_epoch_end=lambda run: run.numbers.update(score=next(judged)))
    train(scripted, nn.Checkpoint(path, monitor="score", mode="max"), epochs=5)
    assert len(rows_in(path)) == 4


def test_a_best_epoch_stays_the_best_after_a_resume(tmp_path):
    path = tmp_path / "best.npz"

    def run(scores, epochs):
        judged = iter(scores)
        scripted = nn.LambdaCallback(on_epoch_end=lambda run: run.numbers.update(score=next(judged)))
        train(scripted, nn.Checkpoint(path, monitor="score", mode="max", resume=True), epochs=epochs)

    run([0.9], 1)
    run([0.8, 0.7], 3)
    assert len(rows_in(path)) == 1


def test_its_model_is_loaded_like_any_other(tmp_path):
    _, model = train(nn.Checkpoint(tmp_path / "run.npz"))
    other = nn.load(tmp_path / "run.npz", into=nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 2)))
    assert (nn.predict(other, X) == nn.predict(model, X)).all()


def test_callbacks_without_a_memory_may_come_and_go(tmp_path):
    train(nn.Checkpoint(tmp_path / "run.npz"), epochs=1)
    resumed, _ = train(nn.Checkpoint(tmp_path / "run.npz", resume=True), nn.CSVLog(tmp_path / "log.csv"), epochs=2)
    assert len((tmp_path / "log.csv").read_text().splitlines()) == 3
    assert len(resumed.rows) == 2


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"width": 5}, "needs shape"),
        ({"optimizer": optim.RMSprop}, "RMSprop"),
        ({"batch_size": 10}, "it has 2 batches an epoch, and here are 4"),
        ({"callbacks": [nn.EarlyStopping("loss")]}, "callbacks with a memory were none, and here are EarlyStopping"),
        ({"rng": np.random.Generator(np.random.MT19937(0))}, "random numbers come from MT19937 here"),
    ],
)
def test_the_file_of_another_training_is_refused_and_kept(tmp_path, other, message):
    path = tmp_path / "run.npz"
    train(nn.Checkpoint(path), epochs=1)
    before = path.read_bytes()
    callbacks = other.pop("callbacks", [])
    with pytest.raises(AutogradError, match=rf"run\.npz is a checkpoint of another training: .*{message}"):
        train(*callbacks, nn.Checkpoint(path, resume=True), **other)
    assert path.read_bytes() == before


@pytest.mark.parametrize("cut", [0, 10, -1])
def test_a_file_that_is_damaged_is_refused_and_kept(tmp_path, cut):
    path = tmp_path / "run.npz"
    train(nn.Checkpoint(path), epochs=1)
    path.write_bytes(path.read_bytes()[:cut])
    before = path.read_bytes()
    with pytest.raises(nn.FileError, match=r"run\.npz"):
        train(nn.Checkpoint(path, resume=True))
    assert path.read_bytes() == before


def test_a_file_of_a_model_is_no_checkpoint(tmp_path):
    path = tmp_path / "model.npz"
    _, model = train(epochs=1)
    nn.save(model, path)
    with pytest.raises(nn.FileError, match="there is no array 'tree' in it"):
        train(nn.Checkpoint(path, resume=True))


def test_a_garbled_checkpoint_is_refused_whatever_its_parts_raise(tmp_path):
    path = tmp_path / "run.npz"
    write_archive(path, pack({"format": "wengert checkpoint 1", "callbacks": [], "random": 3}))
    with pytest.raises(AutogradError, match=r"another training: AttributeError"):
        train(nn.Checkpoint(path, resume=True))


def test_drafts_of_killed_processes_are_cleared_away(tmp_path):
    draft, bystander = tmp_path / ".run.npz.0123abcd", tmp_path / ".run.npz.notes"
    draft.write_bytes(b"half")
    bystander.write_bytes(b"mine")
    train(nn.Checkpoint(tmp_path / "run.npz"), epochs=1)
    assert (draft.exists(), bystander.exists()) == (False, True)


def test_settings_that_make_no_sense_are_errors_before_anything_is_trained(tmp_path):
    with pytest.raises(AutogradError, match=r"ends in \.npz, got 'run\.pt'"):
        nn.Checkpoint("run.pt")
    with pytest.raises(AutogradError, match="every"):
        nn.Checkpoint("run.npz", every=0)
    with pytest.raises(AutogradError, match=r"there is no folder .*nowhere"):
        train(nn.Checkpoint(tmp_path / "nowhere" / "run.npz"))


def test_what_cannot_be_saved_is_named(tmp_path):
    remarks = nn.LambdaCallback(on_epoch_end=lambda run: run.numbers.update(remark={1, 2}))
    with pytest.raises(AutogradError, match="history/0/remark is a set"):
        train(remarks, nn.Checkpoint(tmp_path / "run.npz"))


def test_the_file_holds_the_network_after_its_epoch_where_the_best_one_comes_back(tmp_path):
    path = tmp_path / "run.npz"
    judged = iter([0.9, 0.5, 0.4])
    scripted = nn.LambdaCallback(on_epoch_end=lambda run: run.numbers.update(accuracy=next(judged)))
    stop = nn.EarlyStopping("accuracy", patience=9, restore_best_weights=True)
    _, model = train(scripted, stop, nn.Checkpoint(path))
    _, plain = train()
    kept = nn.load(path, into=nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 2)))
    assert (nn.predict(kept, X) == nn.predict(plain, X)).all()
    assert (nn.predict(kept, X) != nn.predict(model, X)).any()


@pytest.mark.parametrize("screen", [False, True])
def test_it_is_said_from_where_a_training_goes_on(tmp_path, capsys, monkeypatch, screen):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: screen, raising=False)

    def said(*callbacks, verbose=1, **settings):
        train(*callbacks, nn.Checkpoint("run.npz", resume=True), verbose=verbose, **settings)
        return capsys.readouterr().err.splitlines()

    assert not any("going on" in line for line in said(epochs=4))
    assert said(epochs=8)[0] == "going on from run.npz after epoch 4 of 8"
    assert said(epochs=8)[0] == "going on from run.npz after epoch 8 of 8: nothing is left to train"
    assert said(epochs=8, verbose=0) == []


def test_it_is_said_that_a_training_stays_stopped(tmp_path, capsys):
    for _ in range(2):
        stop = nn.EarlyStopping("loss", patience=1, min_delta=10.0)
        train(stop, nn.Checkpoint(tmp_path / "run.npz", resume=True), epochs=9, verbose=2)
    said = capsys.readouterr().err.splitlines()
    assert said[-2].endswith("run.npz after epoch 2 of 9: nothing is left to train")
    assert said[-1] == said[2]
    assert said[-1].startswith("stopped early after epoch 2")
