"""What is written down of a tape, what cannot be asked of one, and how large may it be?"""

import math

import numpy as np
import pytest
from helpers import assert_close
from taped_functions import W, error

from autograd import (
    AutogradError,
    DomainError,
    GradientError,
    ShapeError,
    Value,
    dot,
    elementwise,
    grad,
    hessian,
    jacobian,
    jvp,
    ops,
    record,
    tanh,
    taped,
    value_and_grad,
)
from autograd.registry import scoped
from autograd.tape.job import plain

# --- what is written down ---------------------------------------------------------------------------------------------


def test_the_source_is_what_runs():
    tape = record(error, [Value(w, f"w{i}") for i, w in enumerate(W)], [0.5, -1.2], 1.0)
    text = tape.source("value_and_grad")
    assert text.startswith("def value_and_grad(w0, w1, w2, w3, w4, v5, v6, v7):\n    try:\n")
    names = {"tanh": math.tanh, "sigmoid": ops.sigmoid, "pow": math.pow}
    exec(text, names)
    assert names["value_and_grad"](*W, 0.5, -1.2, 1.0) == tape.function("value_and_grad")(*W, 0.5, -1.2, 1.0)


def test_labels_that_python_cannot_read_are_not_used_as_names():
    tape = record(lambda x: (x * x).named("lambda") + (x + 1).named("a b") + (2 * x).named("v3"), Value(2.0, "tanh"))
    assert tape.function("value_and_grad")(3.0) == (19.0, (9.0,))


def test_a_printed_tape_shows_each_line_the_counts_and_the_guards():
    text = str(record(lambda w, x: tanh(w[0] + w[1] * x) if x > 0 else x, [Value(0.5, "w0"), Value(2.0, "w1")], 1.0))
    assert text.splitlines()[0] == "Tape of <lambda>: 3 inputs, 3 ops in 3 levels"
    assert text.splitlines()[1:3] == ["recorded: 3 ops, 1 mul, 1 add, 1 tanh", "kept: 3 ops, 1 mul, 1 add, 1 tanh"]
    assert text.splitlines()[3].startswith("cost: 3 operations on one or two numbers; ")
    dots = record(lambda w, x: w[0] * x[0] + w[1] * x[1] + w[2] * x[2], [1.0] * 3, [2.0] * 3)
    assert len(dots.program.counts()) == 1
    assert "cost: 5 operations" in str(dots)  # three products and two additions
    for line in ("  v3 = mul(w1, v2)", "  v4 = add(w0, v3)", "  v5 = tanh(v4)", "  return v5"):
        assert line in text.splitlines()
    assert "if v2 > 0: True, " in text
    assert text.index("if v2 > 0") < text.index("v3 = mul")  # it is looked at as soon as it can be
    assert str(record(lambda x: -x, 1.0)).splitlines()[0] == "Tape of <lambda>: 1 input, 1 op in 1 level"


def test_a_long_tape_is_printed_in_part():
    text = str(record(lambda x: ops.prod([tanh(x + i) for i in range(500)]), 0.0))
    assert len(text.splitlines()) < 60
    assert "lines more" in text


def test_of_many_comparisons_a_printed_tape_shows_forty():
    def f(x):
        return x * sum(x > -i for i in range(100))

    assert str(record(f, 1.0)).count("  if ") == 40


@pytest.mark.parametrize(
    ("one", "other"), [("µ", "μ"), ("ﬁ", "fi"), ("ValueError", "float"), ("__debug__", "value"), ("r", "a0")]
)
def test_labels_that_python_takes_for_something_else_are_not_used_as_names(one, other):
    tape = record(lambda a, b: ops.log(a) - b, Value(1.0, one), Value(2.0, other))
    assert tape.value(1.0, 3.0) == -3.0 == tape.function()(1.0, 3.0)
    with pytest.raises(DomainError):
        tape.value(-1.0, 3.0)


def test_settings_of_every_kind_are_written_down():
    for f, x, wanted in (
        (lambda x: ops.clip(x, -math.inf, 1.0), 5.0, 1.0), (lambda x: ops.clip(x, np.float64(-1), 1.0), -5.0, -1.0),
        (lambda x: ops.clip(x), 5.0, 5.0), (lambda x: ops.clip(x, -1, 1), 5.0, 1.0), (lambda x: x**math.inf, 0.5, 0.0),
        (lambda x: x**2 + x**2.0, 3.0, 18.0),
    ):  # fmt: skip
        tape = record(f, 0.75)
        for found in (tape.value(x), tape.value([x], in_axes=0)[0], plain(tape._plans.job(("value",)), [x])[0]):
            assert found == wanted
            assert isinstance(found, float)
        assert str(tape.grad(x)) == str(grad(f)(x))  # nan for x**inf


def test_settings_that_are_equal_and_not_the_same_stay_apart():
    tape = record(lambda x: [ops.clip(x, 0.0, 1.0), ops.clip(x, -0.0, 1.0)], 1.0)
    assert [math.copysign(1.0, y) for y in tape.value(-5.0)] == [1.0, -1.0]


def test_ops_with_names_of_the_text_itself_and_settings_that_are_arrays_are_replayed():
    with scoped():
        plain_ = elementwise(d=lambda y, x: 3.0, scalar=lambda x: 3 * x)(named(lambda x: 3 * x, "plain"))
        value = elementwise(d=lambda y, x: 2.0, scalar=lambda x: 2 * x)(named(lambda x: 2 * x, "value"))
        unnamed = elementwise(d=lambda y, x: 5.0, scalar=lambda x: 5 * x)(lambda x: 5 * x)

        @elementwise(d=lambda y, x, w: float(w.sum()), scalar=lambda x, w: x * float(w.sum()))
        def weighted(x, w):
            return x * w.sum()

        tape = record(lambda x: plain_(x) + value(x) + unnamed(x) + weighted(x, np.ones(2)) * weighted(x, np.ones(3)), 1.0)
        assert tape.value_and_grad(2.0) == (44.0, 34.0)
        assert tape.value([2.0], in_axes=0).tolist() == [44.0]


def named(f, name):
    f.__name__ = name
    return f


# --- what cannot be asked ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda tape: tape.value([1.0, 2.0]), ShapeError, "recorded with 2 arguments, got 1"),
        (lambda tape: tape.value([1.0], 2.0), ShapeError, "argument 0 is nested otherwise .* 2 numbers then, 1 now"),
        (lambda tape: tape.value([1.0, "a"], 2.0), AutogradError, "argument 0 needs a number, got str 'a'"),
        (lambda tape: tape.value([1.0, 2.0], np.ones(3)), AutogradError, "argument 1"),
        (lambda tape: tape.value([1.0, 2.0], np.ones(3), in_axes=(None,)), ShapeError, "or None for each of 2"),
        (lambda tape: tape.value(np.ones((3, 5)), 1.0, in_axes=(0, None)), ShapeError, "2 numbers for each lane"),
        (lambda tape: tape.value(np.ones((3, 2)), np.ones(4), in_axes=0), ShapeError, "different numbers of lanes: 3, 4"),
        (lambda tape: tape.value([1.0, 2.0], 1.0, reduce="mean"), AutogradError, "in_axes says where they are"),
        (lambda tape: tape.value([1.0, 2.0], [1.0], in_axes=(None, 0), reduce="max"), AutogradError, "reduce is"),
        (lambda tape: tape.grad([1.0, 2.0], 1.0, argnums=2), AutogradError, "argnums 2 for 2 arguments"),
        (lambda tape: tape.grad([1.0, 2.0], 1.0), GradientError, "has 2 results: use jacobian"),
        (lambda tape: tape.function("hessian"), AutogradError, "one of value, value_and_grad, grad"),
    ],
)
def test_what_does_not_fit_is_an_error_that_says_what_was_recorded(call, kind, message):
    tape = record(lambda w, x: [w[0] * x, w[1]], [1.0, 2.0], 3.0)
    with pytest.raises(kind, match=message):
        call(tape)


def test_what_is_no_number_is_not_recorded():
    with pytest.raises(AutogradError, match="got str 'a'"):
        record(lambda x: x, "a")
    with pytest.raises(AutogradError, match="a result of a tape is a number"):
        record(lambda x: "a", 1.0)
    with pytest.raises(AutogradError, match="on_branch"):
        record(lambda x: x, 1.0, on_branch="ignore")


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda tape: tape.value({5.0, 1.0}), ShapeError, "nested otherwise"),
        (lambda tape: tape.value({5.0: 0, 1.0: 0}), ShapeError, "as many now, in other lists or tuples"),
        (lambda tape: tape.value([1.0, 10**400]), AutogradError, "argument 0 needs a number, got int"),
        (lambda tape: tape.value([1.0, 1j]), AutogradError, "argument 0 needs a number, got complex"),
        (lambda tape: tape.jacobian([1.0, 2.0], argnums=(0,)), AutogradError, "number of one argument here"),
        (lambda tape: tape.hessian([1.0, 2.0], argnums=[0]), AutogradError, "number of one argument here"),
        (lambda tape: tape.hvp(), ShapeError, "hvp needs the arguments and a vector"),
        (lambda tape: tape.value([1.0, 2.0], in_axes="x"), ShapeError, "in_axes needs an axis or None"),
        (lambda tape: tape.backward(np.ones((3, 2)), in_axes=0), GradientError, "backward over samples needs reduce"),
        (lambda tape: taped(tape.value, in_axes=0)([]), ShapeError, "one sample or more along axis 0"),
        (lambda tape: taped(tape.value, in_axes=1)([1.0]), ShapeError, "one sample or more along axis 1"),
        (lambda tape: record(lambda x, y: y, [], 1.0).value([], [1.0], in_axes=0), ShapeError, "holds no numbers"),
        (lambda tape: record(lambda x: x, 10**400), AutogradError, "beyond the largest"),
    ],
)
def test_what_else_does_not_fit_is_an_error_too(call, kind, message):
    tape = record(lambda x: x[0] - x[1], [1.0, 2.0])
    with pytest.raises(kind, match=message):
        call(tape)


def test_arguments_and_results_may_hold_nothing():
    tape = record(lambda x, y: y * y, [], 2.0)
    assert (tape.value([], 3.0), tape.grad([], 3.0), tape.hessian([], 3.0)) == (9.0, [], [])
    assert tape.grad([], 3.0, argnums=(0, 1)) == ([], 6.0)
    with pytest.raises(ShapeError, match="0 numbers then, 1 now"):
        tape.value([1.0], 3.0)
    for on_branch in ("raise", "record"):
        nothing = record(lambda x: [], 1.0, on_branch=on_branch)
        assert (nothing.value(1.0), nothing.jacobian(1.0)) == ([], [])
        assert record(lambda: 3.0, on_branch=on_branch).value() == 3.0


def test_arguments_may_be_nested_deeper_than_python_reads():
    x = 3.0
    for _ in range(3000):
        x = [x]

    def innermost(x):
        while isinstance(x, list):
            [x] = x
        return x

    tape = record(lambda x: innermost(x) ** 2, x)
    assert tape.value(x) == 9.0
    assert innermost(tape.grad(x)) == 6.0


def test_arrays_of_two_axes_may_stand_for_lists_of_lists():
    tape = record(lambda x: x[0][0] * x[1][1] + x[0][1] * x[1][0], [[1.0, 2.0], [3.0, 4.0]])
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert tape.grad(x).tolist() == [[4.0, 3.0], [2.0, 1.0]] == tape.grad(x.tolist())
    assert tape.hessian(x).shape == (2, 2, 2, 2)


def test_lists_of_floats_and_other_numbers_may_be_mixed():
    tape = record(lambda x, y: dot(x, [1.0, 2]) * y, [1.0, 2.0], 1.0)
    for x in ([1.0, 2], (1, 2.0), [1.0, Value(2.0)], [np.float64(1), Value(2.0)]):
        assert tape.value(x, 1.0) == 5.0
        assert tape.value(x, [1.0], in_axes=(None, 0)).tolist() == [5.0]


def test_a_value_given_twice_is_two_arguments():
    w = Value(2.0)
    tape = record(lambda a, b: a * a + b + w, w, w)
    assert tape.grad(3.0, 1.0, argnums=(0, 1)) == (7.0, 1.0)  # from outside it is the first


def test_results_may_be_inputs_constants_and_the_same_line_twice():
    tape = record(lambda x, y: [x, 2, x, y * y, y * y], 1.0, 3.0)
    assert tape.value(5.0, 2.0) == [5.0, 2.0, 5.0, 4.0, 4.0]
    assert tape.jacobian(5.0, 2.0, argnums=1) == [0.0, 0.0, 0.0, 4.0, 4.0]
    assert [found.tolist() for found in tape.value(5.0, [2.0, 3.0], in_axes=(None, 0))] == [
        [5.0, 5.0], [2.0, 2.0], [5.0, 5.0], [4.0, 9.0], [4.0, 9.0]]  # fmt: skip
    assert tape.value(5.0, [2.0, 3.0], in_axes=(None, 0), reduce="sum") == [10.0, 4.0, 10.0, 13.0, 13.0]


def test_a_taped_function_is_recorded_once_for_empty_dicts_and_anew_for_arrays():
    f = taped(lambda d, x: x * x)
    assert [f({}, 2.0), f({}, 3.0)] == [4.0, 9.0]
    assert f({}, np.array([1.0, 2.0])).tolist() == [1.0, 4.0]
    assert len(f._tapes) == 2


# --- size -------------------------------------------------------------------------------------------------------------


def test_a_tape_keeps_at_most_60_bytes_an_op():
    tape = record(lambda x: ops.sum([tanh(x[0] + i) * x[1] for i in range(20_000)]), [0.5, 1.0])
    ops_ = sum(tape.program.counts().values())
    assert ops_ >= 40_000
    assert tape.nbytes <= 60 * ops_


def test_lanes_are_replayed_in_a_megabyte_whatever_their_number():
    tape = record(error, W, [0.5, -1.2], 1.0)
    x, y = np.zeros((100_000, 2)), np.zeros(100_000)
    tape.value_and_grad(W, x, y, in_axes=(None, 0, 0), reduce="mean")
    lanes = tape._plans.lanes(("value_and_grad", 0), (False,) * 5 + (True,) * 3, True)
    assert lanes._second.height * lanes._block * 8 <= 2**20


def test_a_list_that_is_long_and_wide_goes_level_by_level():
    def f(x):
        return sum(tanh(x[0] + 0.001 * i) * x[1] for i in range(3000))

    tape = record(f, [0.5, 1.0])
    assert (tape._plans.engine(("value",)), tape._plans.engine(("value_and_grad", 0))) == ("numpy", "numpy")
    found, wanted = tape.value_and_grad([0.25, 2.0]), value_and_grad(f)([0.25, 2.0])
    assert_close(found[0], wanted[0], ulps=1e4)
    assert_close(found[1], wanted[1], ulps=1e4)


def test_inner_products_of_one_length_that_share_nothing_are_one_step():
    tape = record(lambda w, x: [w[i] * x[i] + w[i + 1] * x[i + 1] for i in range(0, 10, 2)], [1.0] * 10, [1.0] * 10)
    w, x = np.arange(10.0), np.arange(20.0).reshape(2, 10)
    lanes = tape._plans.lanes(("value",), (False,) * 10 + (True,) * 10, False)
    assert len(lanes._second._steps) == 1
    assert np.array(tape.value(w, x, in_axes=(None, 0))).T.tolist() == [
        [float(w[i] * row[i] + w[i + 1] * row[i + 1]) for i in range(0, 10, 2)] for row in x
    ]


def test_a_mean_over_no_samples_is_refused():
    with pytest.raises(ShapeError, match="a mean is over one sample or more"):
        record(lambda x: x * x, 1.0).value(np.empty(0), in_axes=0, reduce="mean")


def test_a_chain_that_is_too_long_for_python_is_replayed_all_the_same():
    def f(x):
        for _ in range(51_000):
            x = ops.sin(x) + 1e-3
        return x

    tape = record(f, 0.5)
    assert tape._plans.engine(("value",)) == "plain"
    assert_close(tape.value_and_grad(0.4), value_and_grad(f)(0.4), ulps=1e5)
    with pytest.raises(GradientError, match="call the tape itself"):
        tape.function()


@pytest.mark.parametrize(
    "outer", [grad, jacobian, hessian, lambda f: lambda x: jvp(f, (x,), (x,)), lambda f: lambda x: record(f, x)]
)
@pytest.mark.parametrize(
    ("f", "x"),
    [(lambda x: x * x, 2.0), (lambda x: x[0] * x[1], [2.0, 3.0]), (lambda x: (x * x).sum(), np.ones(2))],
)
def test_a_replay_inside_a_function_that_is_differentiated_is_refused_where_its_gradient_would_be_zero(f, x, outer):
    tape = record(f, x)
    for inner in (tape.value, lambda x: tape.value_and_grad(x)[0]):
        with pytest.raises(GradientError, match="the argument of a function that is being differentiated or recorded"):
            outer(inner)(x)


def test_a_replay_of_other_numbers_inside_a_function_that_is_differentiated_is_a_constant():
    tape, w = record(lambda x: x[0] * x[1], [2.0, 3.0]), [Value(2.0), Value(5.0)]
    assert grad(lambda x: x * tape.value(w))(1.0) == 10.0
    assert grad(lambda x: x * tape.value([x.item(), 3.0]))(2.0) == 6.0
