"""Does every engine give what the function gives, for every op, and say the same where it is not defined?"""

import math

import numpy as np
import pytest
from helpers import applied, assert_close, cases, draw, has_gradient, points
from hypothesis import given
from hypothesis import strategies as st

from autograd import (
    DomainError,
    Value,
    dot,
    grad,
    hessian,
    ops,
    record,
    tanh,
    value_and_grad,
    where,
)
from autograd.registry import all_ops
from autograd.tape.job import plain

# --- every op ---------------------------------------------------------------------------------------------------------

each_elementwise = pytest.mark.parametrize(("op", "settings"), cases(lambda op: op.elementwise))
OVER = [op for op in all_ops() if op.over is not None]


@pytest.mark.parametrize("optimize", [True, False])
@each_elementwise
def test_every_op_and_its_derivatives_are_replayed_in_every_engine(op, settings, optimize):
    f = applied(op, settings)
    at = list(points(draw(op, settings)))
    tape = record(lambda xs: f(*xs), list(at[0]), optimize=optimize)
    columns = np.array(at, dtype=float)
    wanted = [value_and_grad(lambda xs: f(*xs))(list(map(float, point))) for point in at]
    job = tape._plans.job(("value_and_grad", 0))
    lanes = tape.value_and_grad(columns, in_axes=0)
    for i, (point, (value, slopes)) in enumerate(zip(at, wanted, strict=True)):
        point = list(map(float, point))
        for found in (tape.value_and_grad(point), (lambda r: (r[0], r[1:]))(plain(job, point))):
            assert_close(found[0], value)
            assert_close(found[1], slopes, ulps=64)
        assert_close(lanes[0][i], value, ulps=64)
        assert_close([slope[i] for slope in lanes[1]], slopes, ulps=256)


@pytest.mark.parametrize(("op", "settings"), cases(lambda op: op.elementwise and has_gradient(op)))
def test_every_second_derivative_is_replayed(op, settings):
    f = applied(op, settings)
    point = list(map(float, next(iter(points(draw(op, settings))))))
    found = record(lambda xs: f(*xs), point).hessian(point)
    wanted = hessian(lambda xs: f(*xs))(point)
    scale = 1 + np.max(np.abs(wanted))
    assert_close(found, wanted, ulps=512, scale=scale)


@pytest.mark.parametrize("op", OVER, ids=lambda op: op.name)
def test_every_reduction_over_values_is_replayed(op):
    def f(a, b):
        y = op.function(a, b) if op.arity == 2 else op.function(a)
        return sum(y) if isinstance(y, list) and not op.over.each else y[1] if op.over.each else y

    a, b = [0.5, -1.25, 2.0, 0.75], [1.5, 0.25, -0.5, 1.0]
    tape = record(f, a, b)
    value, slopes = value_and_grad(f, (0, 1))(a, b)
    found, gradients = tape.value_and_grad(a, b, argnums=(0, 1))
    assert_close(found, value)
    assert_close(gradients, slopes, ulps=64)
    lanes = tape.value_and_grad(np.array([a, b]), np.array([b, a]), argnums=(0, 1), in_axes=0)
    assert_close(lanes[0][0], value, ulps=64)
    assert_close([[g[0] for g in each] for each in lanes[1]], slopes, ulps=64)
    assert_close(tape.hessian(a, b), hessian(f)(a, b), ulps=512, scale=10.0)


NUMBERS = st.floats(-2.0, 2.0)


STEPS = {
    "add": lambda a, b, c: a + b, "sub": lambda a, b, c: a - b, "mul": lambda a, b, c: a * b + c,
    "tanh": lambda a, b, c: tanh(a), "sin": lambda a, b, c: ops.sin(a * b), "dot": lambda a, b, c: dot([a, b], [b, c]),
    "sum": lambda a, b, c: ops.sum([a, b, c, a]), "div": lambda a, b, c: a / (b * b + 1),
    "max": lambda a, b, c: ops.maximum(a, b) + ops.max([a, b, c]), "where": lambda a, b, c: where(ops.greater(a, b), a, c),
    "logsumexp": lambda a, b, c: ops.logsumexp([a, b, c]), "softmax": lambda a, b, c: ops.softmax([a, b, c])[1],
    "product": lambda a, b, c: ops.prod([a, b, c]), "mean": lambda a, b, c: ops.mean([a, b]),
    "square": lambda a, b, c: a**2,
}  # fmt: skip
FROM_OUTSIDE = Value(0.75, requires_grad=False)
PLACES = st.integers(0, 99)
POINT = st.lists(NUMBERS, min_size=3, max_size=3)


@st.composite
def formulas(draw_):
    """A formula of three variables: a list of steps, each of which applies an op to earlier results."""
    steps = draw_(st.lists(st.tuples(st.sampled_from(list(STEPS)), PLACES, PLACES, PLACES), min_size=1, max_size=25))

    def f(x):
        v = [*x, 0.5 * x[0], FROM_OUTSIDE * x[1]]
        for name, *places in steps:
            v.append(tanh(STEPS[name](*(v[place % len(v)] for place in places))))
        return tanh(v[-1]) + 0.1 * sum(v[-3:])

    return f


@given(formulas(), POINT, st.lists(POINT, min_size=2))
def test_random_formulas_are_replayed_at_other_points_than_they_were_recorded_at(f, point, others):
    tape = record(f, point)
    wanted = [value_and_grad(f)(x) for x in others]
    lanes = tape.value_and_grad(np.array(others), in_axes=0)
    totals = tape.value_and_grad(np.array(others), in_axes=0, reduce="sum")
    size = 1 + max(max(map(abs, [v, *g])) for v, g in wanted)
    for i, (x, (value, slopes)) in enumerate(zip(others, wanted, strict=True)):
        found = tape.value_and_grad(x)
        assert_close([found[0], *found[1]], [value, *slopes], ulps=1e4, scale=size)
        assert_close([lanes[0][i], *(s[i] for s in lanes[1])], [value, *slopes], ulps=1e4, scale=size)
    assert_close(totals[0], sum(v for v, _ in wanted), ulps=1e5, scale=size)
    assert_close(totals[1], np.sum([g for _, g in wanted], axis=0), ulps=1e5, scale=size)
    second = np.array(hessian(f)(others[0]))
    assert_close(tape.hessian(others[0]), second, ulps=1e5, scale=1 + np.abs(second).max())


# --- domains ----------------------------------------------------------------------------------------------------------


def test_outside_a_domain_a_replay_says_what_the_function_says():
    tape = record(lambda x: ops.log(x).named("u") * 2, 2.0)
    with pytest.raises(DomainError, match=r"u of the tape: log needs x > 0, got -1\.0"):
        tape.value(-1.0)
    with pytest.raises(DomainError, match=r"in lane 2, u of the tape: log needs x > 0, got -1\.0"):
        tape.value([1.0, 2.0, -1.0], in_axes=0)


def test_an_overflow_is_infinite_as_it_is_for_values():
    tape = record(lambda x: ops.exp(x), 1.0)
    assert tape.value(1000.0) == math.inf == tape.value([1000.0], in_axes=0)[0]


def test_an_infinite_slope_is_an_answer():
    tape = record(ops.sqrt, 1.0)
    assert tape.grad(0.0) == math.inf == grad(ops.sqrt)(0.0)
    assert tape.grad([0.0, 4.0], in_axes=0).tolist() == [math.inf, 0.25]


@pytest.mark.parametrize(
    "f",
    [
        lambda x: where(ops.greater(x, 0), ops.log(x), 0.0), lambda x: 1 / (1 / (x + 1)),
        lambda x: ops.exp(1000 * ops.log(x)),
        lambda x: ops.tanh(x**-1.5), lambda x: ops.sigmoid(ops.sin(ops.exp(-1000 * x))),
    ],
)  # fmt: skip
def test_what_is_outside_a_domain_is_said_by_every_engine_even_if_the_result_hides_it(f):
    tape = record(f, 2.0)
    wanted = pytest.raises(DomainError, match=r"of the tape: .* needs")
    for kind in ("value", "jacobian", "hessian", "grad"):
        with wanted:
            getattr(tape, kind)(-1.0)
    with wanted:
        plain(tape._plans.job(("value",)), [-1.0])
    for xs, lane in ([2.0, 10.0, -1.0], 2), ([-1.0] * 3, 0):
        with pytest.raises(DomainError, match=rf"in lane {lane}, .* of the tape: .* needs"):
            tape.value(xs, in_axes=0)
        with pytest.raises(DomainError, match=rf"in lane {lane}, .* of the tape: .* needs"):
            tape.grad(xs, in_axes=0, reduce="sum")


def test_what_is_outside_a_domain_in_a_wide_list_or_in_no_lane_is_said_as_at_a_point():
    wide = record(lambda x: ops.sum([ops.log(x[0] + i) * x[1] for i in range(6000)]), [1.0, 1.0])
    assert wide._plans.engine(("value",)) == "numpy"
    with pytest.raises(DomainError, match=r"^v\d+ of the tape: log needs x > 0"):
        wide.value([-1.0, 1.0])
    still = record(lambda w, x: [ops.log(w), x], 1.0, 1.0)
    with pytest.raises(DomainError, match=r"^v\d+ of the tape: log needs x > 0"):
        still.value(-1.0, [1.0], in_axes=(None, 0))


def test_nan_and_overflow_pass_through_lanes_as_they_do_through_values():
    tape = record(lambda x: ops.log(x) * 1e300 / 1e-300, 2.0)
    found = tape.value([math.nan, 2.0, 1.0], in_axes=0)
    assert math.isnan(found[0])
    assert found[1:].tolist() == [math.inf, 0.0] == [tape.value(2.0), tape.value(1.0)]


@given(counts=st.lists(st.sampled_from([1, 2, 7, 64, 65, 200, 3000]), min_size=2, max_size=8))
def test_any_number_of_lanes_may_follow_any_other(counts):
    def f(w, x):
        return sum(w[i] * tanh(w[-1 - i] * x[i % 2] + x[(i + 1) % 2]) for i in range(9)) + w[0] * w[3] * x[0]

    tape, w = record(f, [0.1 * i for i in range(9)], [0.5, 1.0]), [0.3 - 0.1 * i for i in range(9)]
    expected = {}
    for count in counts:
        x = np.linspace(-1, 1, 2 * count).reshape(count, 2) if count not in expected else expected[count][0]
        if count not in expected:
            fresh = record(f, [0.1 * i for i in range(9)], [0.5, 1.0])
            expected[count] = x, fresh.value_and_grad(w, x, in_axes=(None, 0), reduce="sum")
        value, slopes = tape.value_and_grad(w, x, in_axes=(None, 0), reduce="sum")
        assert_close(value, expected[count][1][0])
        assert_close(slopes, expected[count][1][1])
    points = np.random.default_rng(0).normal(size=(3, 2))
    alone = [tape.value_and_grad(w, p.tolist()) for p in points]
    value, slopes = tape.value_and_grad(w, points, in_axes=(None, 0), reduce="sum")
    assert_close(value, sum(v for v, _ in alone))
    assert_close(slopes, np.sum([s for _, s in alone], axis=0))


def test_steps_share_the_memory_of_what_they_copy():
    def f(w, x):  # each product reads rows that do not lie at equal distances
        return sum(tanh(w[(i * i) % 31] * x[(7 * i) % 13]) * w[(3 * i * i) % 31] for i in range(200))

    tape = record(f, [0.1] * 31, [0.2] * 13)
    x = np.ones((64, 13))
    tape.value_and_grad([0.1] * 31, x, in_axes=(None, 0))
    lanes = tape._plans.lanes(("value_and_grad", 0), (False,) * 31 + (True,) * 13, False)
    copied = sum(array.size for array in lanes._bound._scratch._arrays)
    assert copied <= lanes._second.height * 64
