"""Is a saved tape the same tape, and a file that is none refused?"""

import pytest

import autograd
from autograd import AutogradError, Tape, Value, record, sigmoid, tanh

W = [0.2, 0.7, 0.1, 0.4, -0.3]


def error(w, x, y):
    """The course's worked example."""
    f = sigmoid(w[0] + w[1] * tanh(w[2] + w[3] * x[0] + w[4] * x[1]))
    return 0.5 * (y - f) ** 2


def test_a_saved_tape_is_the_same_tape(tmp_path):
    path = tmp_path / "error.tape"
    tape = record(error, [Value(w, f"w{i}") for i, w in enumerate(W)], [0.5, -1.2], 1.0)
    tape.save(path)
    loaded = Tape.load(path)
    assert loaded.value_and_grad(W, [0.5, -1.2], 1.0) == tape.value_and_grad(W, [0.5, -1.2], 1.0)
    assert (str(loaded), loaded.source("grad")) == (str(tape), tape.source("grad"))


def test_guards_and_values_from_outside_are_saved(tmp_path):
    path, w = tmp_path / "f.tape", Value(2.0)
    record(lambda x: w * x if x > 0 else x, 1.0).save(path)
    loaded = Tape.load(path)
    assert loaded.value(3.0) == 6.0
    with pytest.raises(autograd.BranchChanged):
        loaded.value(-3.0)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"wengert tape 1"', '"wengert tape 2"'), ('["mul",{}]', '["no_such_op",{}]'), ('["mul",{}]', '["matmul",{}]'),
        ('["mul",{}]', '["tanh",{}]'), ('["mul",{}]', '["mul",{"x":[1]}]'), ('"outputs":[2', '"outputs":[99'),
        ('"arguments":[[0],[1],[0,1]', '"arguments":[[0],[1],[2,1]'), ('"inputs":2', '"inputs":3'),
        ('"nested":[null', '"nested":[3'), ('">"', '"is"'), ('"names":{', '"names":{"77":"x",'), ("{", "["),
    ],
)  # fmt: skip
def test_a_file_that_was_changed_is_refused_and_nothing_is_run(tmp_path, old, new):
    path = tmp_path / "f.tape"
    record(lambda x, y: x * y if x > y else x, 2.0, 1.0).save(path)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(AutogradError, match=r"f\.tape is no tape: "):
        Tape.load(path)


@pytest.mark.parametrize("cut", [0, 5, 100, -1])
def test_a_file_that_is_cut_off_is_refused(tmp_path, cut):
    path = tmp_path / "f.tape"
    record(lambda x, y: x * y, 2.0, 1.0).save(path)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(AutogradError, match=r"f\.tape is no tape: "):
        Tape.load(path)
