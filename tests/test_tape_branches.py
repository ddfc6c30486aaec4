"""Is a branch that was frozen into a tape noticed when it changes, and what else must not be frozen into one?"""

import random

import numpy as np
import pytest

import autograd
from autograd import AutogradError, GradientError, Value, ops, record, relu, where

# --- branches ---------------------------------------------------------------------------------------------------------


def branching(x):
    return x * x if x > 0 else -x


def test_a_branch_that_changes_is_an_error_that_names_the_line_and_the_numbers():
    tape = record(branching, 2.0)
    assert tape.value(3.0) == 9.0
    said = r"comparison > at .*test_tape_branches\.py:\d+ was True .* for -1\.0 > 0\.0: .*, at "
    with pytest.raises(autograd.BranchChanged, match=said):
        tape.value(-1.0)


def test_lanes_where_a_branch_changes_are_counted():
    with pytest.raises(autograd.BranchChanged, match=r"is not in 2 of 3 lanes, the first for -2\.0 > 0\.0") as failure:
        record(branching, 2.0).value([1.0, -2.0, -3.0], in_axes=0)
    assert failure.value.lanes.tolist() == [1, 2]


def test_a_branch_on_what_is_the_same_in_all_lanes_is_looked_at_too():
    tape = record(lambda w, x: w * x if w > 1 else x, 2.0, 1.0)
    with pytest.raises(autograd.BranchChanged):
        tape.value(0.5, [1.0, 2.0], in_axes=(None, 0))


def test_asked_for_it_the_other_branch_is_recorded_too():
    tape = record(branching, 2.0, on_branch="record")
    assert (tape.value(3.0), tape.value(-3.0), tape.grad(-3.0)) == (9.0, 3.0, -1.0)
    value, slope = tape.value_and_grad([1.0, -2.0, 3.0], in_axes=0)
    assert (value.tolist(), slope.tolist()) == ([1.0, 2.0, 9.0], [2.0, -1.0, 6.0])
    assert tape.value_and_grad([1.0, -2.0, 3.0], in_axes=0, reduce="mean") == (4.0, 7.0 / 3)
    assert len(tape._running._others) == 1


def test_the_other_branch_may_use_other_values_from_outside():
    a, b = Value(2.0), Value(3.0)
    tape = record(lambda x, y: a * x if x > 0 else b * x * y, 1.0, 1.0, on_branch="record")
    assert (tape.value(5.0, 1.0), tape.value(-5.0, 2.0), tape.grad(-5.0, 2.0)) == (10.0, -30.0, 6.0)
    b.data = 4.0
    assert tape.value([1.0, -1.0], [1.0, 2.0], in_axes=0).tolist() == [2.0, -8.0]
    assert tape.value([1.0, -1.0], 2.0, in_axes=(0, None), reduce="sum") == -6.0


def test_asked_for_it_derivatives_of_every_kind_follow_the_other_branch():
    def f(x):
        return x * x * x if x > 0 else -x * x

    tape = record(f, 1.0, on_branch="record")
    assert (tape.hessian(-1.0), tape.hvp(-1.0, 3.0), tape.jacobian(-1.0), tape.hessian(2.0)) == (-2.0, -6.0, 2.0, 12.0)


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">=", "==", "!=", "bool"])
def test_every_comparison_is_a_guard(sign):
    compare = {"<": lambda x: x < 1, "<=": lambda x: x <= 1, ">": lambda x: x > 1, ">=": lambda x: x >= 1,
               "==": lambda x: x == 1, "!=": lambda x: x != 1, "bool": lambda x: bool(x - 1)}[sign]  # fmt: skip
    tape = record(lambda x: 2 * x if compare(x) else 3 * x, 1.0)
    changing = [x for x in (0.0, 2.0) if compare(x) is not compare(1.0)]
    assert changing
    for x in changing:
        with pytest.raises(autograd.BranchChanged):
            tape.value(x)


def test_choices_that_are_ops_are_no_branches():
    tape = record(lambda x: where(ops.greater(x, 0), x * x, -x) + ops.maximum(x, 0.5) + relu(x), 2.0)
    assert tape.value(-1.0) == 1.0 + 0.5
    assert tape.grad(-1.0) == -1.0


def test_a_comparison_of_constants_guards_nothing():
    assert record(lambda x: x if Value(2.0, requires_grad=False) > 1 else -x, 1.0).value(-5.0) == -5.0


# --- what a tape must not hold ----------------------------------------------------------------------------------------

GENERATOR = np.random.default_rng(0)


class Noisy:
    def __init__(self):
        self.rng = np.random.default_rng(0)

    def __call__(self, x):
        return x + self.rng.normal()


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x * GENERATOR.normal(), lambda x: x + random.random(), lambda x: x + np.random.rand(),
        Noisy(), Noisy().__call__,
        lambda x, g=GENERATOR: x * g.normal(), lambda x, held=[{"g": GENERATOR}]: x * held[0]["g"].normal(),
    ],
)  # fmt: skip
def test_a_random_number_that_would_be_frozen_is_refused(f):
    with pytest.raises(AutogradError, match="give the numbers as an argument"):
        record(f, 1.0)


@pytest.mark.parametrize("take", [lambda v: v.item(), lambda v: v.data])
def test_a_number_that_is_taken_out_while_recording_is_warned_of_with_its_line(take):
    with pytest.warns(UserWarning, match=r"taken out of a node at .*test_tape_branches\.py:\d+ while") as warned:
        record(lambda x: x if take(2 * x) > 1 else -x, 1.0)
    assert warned[0].filename == __file__


def test_a_number_of_something_else_may_be_taken_out_while_recording():
    w = Value(2.0)
    assert record(lambda x: x * w.item(), 1.0).value(3.0) == 6.0


def test_a_replay_while_something_else_is_recorded_is_warned_of():
    with pytest.warns(UserWarning, match="taken out of a node"):
        record(lambda x: record(lambda y: y * x, 2.0).value(3.0) * x, 1.0)


def test_a_replay_of_a_result_is_refused_because_no_gradient_would_flow_through_it():
    tape = record(lambda y: y * y, 2.0)
    with pytest.raises(GradientError, match=r"argument 0 is the result of mul, and a replay gives bare numbers"):
        tape.value(Value(2.0) * 3.0)
    assert tape.value((Value(2.0) * 3.0).item()) == 36.0


def test_noise_as_an_argument_is_replayed():
    tape = record(lambda x, noise: x + noise, 1.0, 0.0)
    assert tape.value(1.0, 0.5) == 1.5


def test_a_value_that_the_function_writes_is_refused():
    w = Value(1.0, requires_grad=False)

    def f(x):
        y = w * x
        w.data = 2.0
        return y * w

    with pytest.raises(AutogradError, match="written while the tape was recorded"):
        record(f, 1.0)
