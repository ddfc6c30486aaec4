"""Is a saved tape the same tape, and a file that is none refused?"""

import contextlib
import json
import math
import pathlib
import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from taped_functions import W, error

import autograd
from autograd import AutogradError, Tape, Value, dot, elementwise, ops, record
from autograd.registry import scoped


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


def everything(x, y):
    """Ops with settings of every kind, an op on lists, and a comparison."""
    z = ops.clip(ops.softmax([x[0], x[1], y])[1] * x[0] ** 3, -1, math.inf) + dot([x[0], y], [x[1], 2.0])
    return [z + ops.round(y) + ops.gelu(y), {"a": x[0] if x[0] > y else -y}]


def test_settings_of_every_kind_are_saved(tmp_path):
    path = tmp_path / "f.tape"
    tape = record(everything, [2.0, 3.0], 1.0)
    tape.save(path)
    assert Tape.load(path).jacobian([2.5, 3.0], 0.5) == tape.jacobian([2.5, 3.0], 0.5)


def test_what_json_does_not_know_is_not_saved(tmp_path):
    deep = 1.0
    for _ in range(3000):
        deep = [deep]
    with pytest.raises(AutogradError, match="nested less than a thousand times"):
        record(lambda x: 1.0, deep).save(tmp_path / "f.tape")
    with scoped():

        @elementwise(d=lambda y, x, w: 1.0, scalar=lambda x, w: x)
        def weighted(x, w):
            return x

        with pytest.raises(AutogradError, match=r"a setting of a saved tape is a number or a text, got w=\[1\]"):
            record(lambda x: weighted(x, w=[1]), 1.0).save(tmp_path / "f.tape")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('["softmax",{"index":1}]', '["softmax",{}]'), ('["softmax",{"index":1}]', '["softmax",{"index":true}]'),
        ('["dot",{}]', '["dot",{"index":0}]'), ('{"exponent":3}', "{}"), ('{"exponent":3}', '{"exponent":"3"}'),
        ('{"exponent":3}', '{"exponent":1' + 400 * "0" + "}"), ('{"lo":-1,', '{"lo":"-1",'),
        ('{"decimals":0}', '{"decimals":0.5}'), ('{"decimals":0}', '{"decimals":12345678901}'),
        ('{"approximate":"none"}', '{"approximate":"exec"}'),
        ('[[">",2,3,', '[[">",2,2,'), ('[[">",2,3,', '[[">",0,1,'), ("{", 100_000 * "[" + "{"),
        ('"nested":[', '"nested":[' + 900 * '{"list":[' + "3" + 900 * "]}" + ","),
    ],
)  # fmt: skip
def test_a_setting_or_comparison_that_was_changed_is_refused(tmp_path, old, new):
    path = tmp_path / "f.tape"
    record(everything, [2.0, 3.0], 1.0).save(path)
    text = path.read_text()
    assert old in text, text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(AutogradError, match=r"f\.tape is no tape: "):
        Tape.load(path)


@given(st.data())
def test_a_file_with_anything_anywhere_is_refused_or_is_a_tape(data):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "f.tape"
        record(everything, [2.0, 3.0], 1.0).save(path)
        content = json.loads(path.read_text())
        where = content
        while isinstance(where, (dict, list)) and where:
            holder, key = where, data.draw(st.sampled_from(list(where) if isinstance(where, dict) else range(len(where))))
            where = where[key]
            if data.draw(st.booleans()):
                break
        holder[key] = data.draw(ANYTHING)
        path.write_text(json.dumps(content))
        try:
            tape = Tape.load(path)
        except AutogradError:
            return
        for use in (
            lambda: tape.value([2.0, 3.0], 1.0), lambda: tape.jacobian([2.0, 3.0], 1.0), lambda: str(tape), tape.source,
            lambda: tape.value([[2.0, 3.0]], [1.0], in_axes=0), lambda: tape.function()(*[1.0] * tape.program.inputs),
        ):  # fmt: skip
            with contextlib.suppress(AutogradError):
                use()


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(-1, 9), st.integers(), st.floats(), st.text(),
    st.sampled_from(["nan", "float", "__debug__", "value", "lambda", "1e400", "0x1p9999", "µ", [], {}, [0], {"list": []}]),
)  # fmt: skip
