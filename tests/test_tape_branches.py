"""Is a branch that was frozen into a tape noticed when it changes, and what else must not be frozen into one?"""

import functools
import random

import numpy as np
import pytest
from helpers import assert_close
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import (
    AutogradError,
    DomainError,
    GradientError,
    Value,
    grad,
    hessian,
    modes,
    ops,
    record,
    relu,
    value_and_grad,
    where,
)
from autograd.tape.job import plain
from autograd.tree import flatten

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


# --- when a comparison is looked at, and what else it may decide ------------------------------------------------------


def test_a_comparison_is_looked_at_before_what_it_protects():
    def f(x):
        return ops.log(x) if x > 0 else x

    for engine in (record(f, 1.0).value, lambda x: plain(record(f, 1.0)._plans.job(("value",)), [x])):
        with pytest.raises(autograd.BranchChanged):
            engine(-1.0)
    tape = record(f, 1.0, on_branch="record")
    assert tape.value(-1.0) == -1.0
    assert tape.value([1.0, -1.0], in_axes=0).tolist() == [0.0, -1.0]


def test_what_is_outside_a_domain_before_a_comparison_is_said_first():
    tape = record(lambda x: x if ops.log(x) > -10 else -x, 1.0)
    with pytest.raises(DomainError, match="log needs x > 0"):
        tape.value(-1.0)
    with pytest.raises(DomainError, match=r"in lane 1, .* log needs x > 0"):
        tape.value([1.0, -1.0], in_axes=0)


def test_no_gradient_comes_from_what_is_only_compared():
    def f(x):
        return x if ops.sqrt(x) >= 0 else -x  # sqrt'(0) = inf, and nothing of it

    assert record(f, 1.0).grad(0.0) == 1.0 == grad(f)(0.0)
    assert record(f, 1.0).hessian(0.0) == 0.0


def test_a_value_from_outside_that_is_only_compared_or_returned_is_read_at_each_replay():
    w = Value(2.0)
    compared = record(lambda x: 2 * x if w > 1 else 3 * x, 1.0)
    either = record(lambda x: 2 * x if w > 1 else 3 * x, 1.0, on_branch="record")
    returned = record(lambda x: [w, x], 1.0)
    w.data = 0.5
    with pytest.raises(autograd.BranchChanged):
        compared.value(1.0)
    assert either.value(1.0) == 3.0
    assert returned.value(1.0) == [0.5, 1.0]


def in_pieces(x):
    if x > 2:
        return x * x
    return 3 * x if x > 1 else x + 1 if x > 0 else -x


@pytest.mark.parametrize("point", [3.0, 1.5, 0.5, -1.0])
def test_any_number_of_branches_is_recorded_wherever_the_first_was(point):
    x = np.array([3.0, 1.5, 0.5, -1.0, 2.5, -2.0])
    tape = record(in_pieces, point, on_branch="record")
    value, slopes = tape.value_and_grad(x, in_axes=0)
    wanted = [value_and_grad(in_pieces)(number) for number in x.tolist()]
    assert value.tolist() == [v for v, _ in wanted]
    assert slopes.tolist() == [g for _, g in wanted]
    assert tape.value(x, in_axes=0, reduce="sum") == sum(v for v, _ in wanted)
    assert [tape.hessian(number) for number in x.tolist()] == [2.0, 0.0, 0.0, 0.0, 2.0, 0.0]
    assert [tape.value(number) for number in x.tolist()] == [v for v, _ in wanted]
    assert len(tape._running._others) == 3


def test_a_comparison_that_roundings_decide_ends_all_the_same():
    def f(w, x):
        s = sum(a * b for a, b in zip(w, x, strict=True))
        return s if s == 0.6 else -s

    rng = np.random.default_rng(0)
    w, x = [0.1, 0.2, 0.3, 1.0, 1e-17], rng.permuted(np.tile([1.0, 1.0, 1.0, 0.0, 1.0], (200, 1)), axis=1)
    tape = record(f, w, x[0].tolist(), on_branch="record")
    found = tape.value(w, x, in_axes=(None, 0))
    assert np.allclose(np.abs(found), x @ np.array(w))
    assert all(abs(tape.value(w, row)) == pytest.approx(abs(f(w, row))) for row in x.tolist())


def test_a_comparison_of_what_is_the_same_in_all_lanes_names_no_lanes():
    tape = record(lambda w, x: w * x if w > 1 else x, 2.0, 1.0)
    for replay in (lambda: tape.value(0.5, [1.0, 2.0], in_axes=(None, 0)), lambda: tape.hessian(0.5, 1.0)):
        with pytest.raises(autograd.BranchChanged) as failure:
            replay()
        assert failure.value.lanes is None
        assert "lanes" not in str(failure.value)


def test_without_lanes_nothing_is_computed_and_nothing_compared():
    tape = record(lambda w, x: [ops.exp(w), x] if w > 0 else [x, x], 1.0, 1.0, on_branch="record")
    assert [found.shape for found in tape.value(-1.0, [], in_axes=(None, 0))] == [(0,), (0,)]
    assert tape.value(1000.0, [], in_axes=(None, 0), reduce="sum") == [0.0, 0.0]


# --- recording inside something else ----------------------------------------------------------------------------------


def test_a_recording_inside_a_recording_leaves_nothing_in_it():
    def f(x):
        return record(lambda y: y * y, 3.0).value(2.0) * x

    tape = record(f, 1.0)
    assert (tape.value(3.0), tape.program.inputs, tape.function()(2.0)) == (12.0, 1, 8.0)


def test_a_recording_under_no_grad_is_the_same():
    with autograd.no_grad():
        tape = record(lambda x: x * x, 2.0)
        assert (tape.value(3.0), tape.grad(3.0)) == (9.0, 6.0)


def test_a_function_that_raises_while_it_is_recorded_leaves_all_modes_as_they_were():
    with pytest.raises(ZeroDivisionError):
        record(lambda x: 1 / 0, 1.0)
    assert (modes.WITNESS.get(), modes.recording(), modes.KEEPS_STEPS.get()) == (None, True, False)


def test_an_argument_that_the_function_writes_is_refused():
    def f(x):
        y = x * x
        x.data = 5.0
        return y * x

    with pytest.raises(AutogradError, match="written while the tape was recorded"):
        record(f, Value(1.0))


def drawing(x, *, generator=GENERATOR):
    return x + generator.normal()


@pytest.mark.parametrize(
    "f",
    [
        functools.partial(lambda g, x: x * g.normal(), GENERATOR),
        functools.partial(lambda x, g: x * g.normal(), g=GENERATOR),
        drawing, lambda x: x + (lambda: GENERATOR.normal())(), lambda x: x + sum(GENERATOR.normal() for _ in range(2)),
    ],
)  # fmt: skip
def test_a_generator_is_found_wherever_a_function_can_hold_it(f):
    with pytest.raises(AutogradError, match="give the numbers as an argument"):
        record(f, 1.0)


def test_a_function_may_name_what_does_not_exist_yet():
    def f(x):
        return x if x > 0 else later(x)

    tape = record(f, 1.0)
    assert tape.value(2.0) == 2.0

    def later(x):
        return -x


# --- random functions with branches -----------------------------------------------------------------------------------

PLACES = st.integers(0, 99)
WHOLE = st.integers(-2, 2).map(float)
ARGUMENTS = st.builds(lambda w, x: {"w": w, "x": x}, st.tuples(WHOLE, WHOLE), st.lists(WHOLE, min_size=2, max_size=2))


@st.composite
def branching_functions(draw):
    """A function of nested arguments and of a Value from outside, with branches that protect, return and nest."""
    kinds = st.sampled_from(["mul", "add", "log", "div", "early", "swap"])
    steps = draw(st.lists(st.tuples(kinds, PLACES, PLACES), max_size=8))
    captured = Value(draw(WHOLE))

    def f(p):
        v = [*p["w"], *p["x"], captured]
        for name, *places in steps:
            a, b = (v[place % len(v)] for place in places)
            if name == "log":
                v.append(ops.log(a) if a > 0 else b)
            elif name == "div":
                v.append(a / b if b != 0 else a)
            elif name == "early":
                if a >= b and a > 1:
                    return a * b + v[-1]
            elif name == "swap":
                v.append(a - 2 * b if a < b else b)
            else:
                v.append(a * b if name == "mul" else a + b + v[0])
        return v[-1] + v[0] * v[2]

    return f, captured


def bare(tree):
    """The numbers in it: what depends on a Value from outside comes as Values."""
    return [x.item() if isinstance(x, Value) else x for x in flatten(tree)[0]]


@given(branching_functions(), st.lists(ARGUMENTS, min_size=1, max_size=6), WHOLE)
def test_random_branches_are_replayed_as_the_function_goes(drawn, points, number):
    f, captured = drawn
    tapes = [record(f, points[0], on_branch="record", optimize=optimize) for optimize in (True, False)]
    captured.data = number
    wanted = [(bare(value), bare(slopes)) for value, slopes in (value_and_grad(f)(p) for p in points)]
    columns = {name: tuple(np.array([p[name][i] for p in points]) for i in (0, 1)) for name in ("w", "x")}
    columns["x"] = list(columns["x"])
    for tape in tapes:
        lanes, slopes = tape.value_and_grad(columns, in_axes=0)
        total, _ = tape.value_and_grad(columns, in_axes=0, reduce="sum")
        assert_close(total, sum(v for [v], _ in wanted), ulps=1e4, scale=1 + sum(abs(v) for [v], _ in wanted))
        for i, (p, (value, gradient)) in enumerate(zip(points, wanted, strict=True)):
            flat = value + gradient
            size = 1 + max(map(abs, flat))
            assert_close(bare(tape.value_and_grad(p)), flat, ulps=1e4, scale=size)
            assert_close([lanes[i], *(slope[i] for slope in bare(slopes))], flat, ulps=1e4, scale=size)
    once = record(f, points[0])
    for p, (value, _) in zip(points, wanted, strict=True):
        try:
            found = [once.value(p)]
        except autograd.BranchChanged:
            with pytest.raises(autograd.BranchChanged):
                plain(once._plans.job(("value",)), [*p["w"], *p["x"], *(v.data for v in once._recording.captured)])
            continue
        assert_close(found, value, ulps=1e4, scale=1 + abs(value[0]))


@given(branching_functions(), ARGUMENTS)
def test_second_derivatives_follow_the_branches(drawn, p):
    f, _ = drawn
    elsewhere = {"w": (2.0, 2.0), "x": [-1.0, 0.0]}
    found, wanted = bare(record(f, elsewhere, on_branch="record").hessian(p)), bare(hessian(f)(p))
    assert_close(found, wanted, ulps=1e4, scale=1 + max(map(abs, wanted)))
