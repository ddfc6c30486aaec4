"""Does a replayed tape give what the function gives: values and derivatives, at one point and in lanes, in every engine?"""

import math
import threading
from itertools import pairwise

import numpy as np
import pytest
from helpers import applied, assert_close, cases, draw, has_gradient, points
from hypothesis import given
from hypothesis import strategies as st

import nn
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
    ops,
    record,
    relu,
    sigmoid,
    tanh,
    taped,
    value_and_grad,
    where,
)
from autograd.registry import all_ops, scoped
from autograd.tape.job import plain

W = [0.2, 0.7, 0.1, 0.4, -0.3]


def error(w, x, y):
    """The course's worked example."""
    f = sigmoid(w[0] + w[1] * tanh(w[2] + w[3] * x[0] + w[4] * x[1]))
    return 0.5 * (y - f) ** 2


def rosenbrock(x):
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in pairwise(x))


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


# --- the worked example, and networks ---------------------------------------------------------------------------------


def test_the_worked_example_is_replayed_to_the_last_digit():
    tape = record(error, W, [0.5, -1.2], 1.0, optimize=False)
    for point in ((W, [0.5, -1.2], 1.0), ([-0.5, 1.5, 0.3, 0.2, 0.9], [1.0, 2.0], 0.0)):
        assert tape.value_and_grad(*point) == value_and_grad(error)(*point)


def test_optimized_lists_give_the_same_but_for_the_order_of_additions():
    tape = record(error, W, [0.5, -1.2], 1.0)
    found, wanted = tape.value_and_grad(W, [0.5, -1.2], 1.0), value_and_grad(error)(W, [0.5, -1.2], 1.0)
    assert_close(found[0], wanted[0])
    assert_close(found[1], wanted[1])


@pytest.mark.parametrize("reduce", ["sum", "mean"])
def test_a_network_of_neurons_is_replayed_over_a_batch(reduce):
    model = nn.MLP(2, [8, 8, 1], rng=0)
    data = nn.data.moons(300, noise=0.1, rng=0)
    t = 2.0 * data.t - 1
    parameters = model.parameters()

    def loss(parameters, x, t):
        return relu(1 - t * model(x)) + 1e-3 * sum(p * p for p in parameters)

    tape = record(loss, parameters, [0.0, 0.0], 1.0)
    value, slopes = tape.value_and_grad(parameters, data.x, t, in_axes=(None, 0, 0), reduce=reduce)
    total = ops.sum([loss(parameters, x, y) for x, y in zip(data.x.tolist(), t.tolist(), strict=True)])
    total = total / len(t) if reduce == "mean" else total
    total.backward()
    assert_close(value, total.data, ulps=1e3)
    assert_close(slopes, [p.grad for p in parameters], ulps=1e3, scale=len(t) if reduce == "sum" else 1.0)


def test_a_layer_of_single_neurons_is_one_matrix_product():
    model = nn.MLP(4, [16, 1], rng=0)
    tape = record(lambda p, x: model(x), model.parameters(), [0.0] * 4)
    lanes = tape._plans.lanes(("value",), (False,) * len(model.parameters()) + (True,) * 4, False)
    assert len(lanes._second._steps) == 5  # W x, + b, relu; w x, + b


def test_weights_that_a_function_uses_from_outside_are_read_at_each_replay():
    w = Value(2.0)
    tape = record(lambda x: w * x, 3.0)
    assert tape.value(5.0) == 10.0
    w.data = 3.0
    assert tape.value(5.0) == 15.0
    assert list(tape.value([1.0, 2.0], in_axes=0)) == [3.0, 6.0]


def test_a_leaf_given_as_an_argument_may_also_be_used_from_outside():
    w = Value(2.0)
    tape = record(lambda w_, x: w * x, w, 3.0)
    assert tape.grad(4.0, 5.0) == 5.0
    assert tape.value(4.0, 5.0) == 20.0


# --- derivatives of every kind ----------------------------------------------------------------------------------------


def test_the_hessian_of_rosenbrocks_function_is_exact():
    x = np.random.default_rng(0).normal(size=30).tolist()
    found = np.array(record(rosenbrock, x).hessian(x))
    a = np.array(x)
    exact = np.diag([*(1200 * a[:-1] ** 2 - 400 * a[1:] + 2), 0.0]) + np.diag([0.0] + [200.0] * (len(x) - 1))
    exact += np.diag(-400 * a[:-1], 1) + np.diag(-400 * a[:-1], -1)
    assert_close(found, exact, ulps=16, scale=np.abs(exact).max())


def test_a_hessian_times_a_vector_is_a_column_combination():
    x, v = [0.5, -1.0, 2.0], [1.0, 10.0, -3.0]
    tape = record(rosenbrock, x)
    assert_close(tape.hvp(x, v), np.array(tape.hessian(x)) @ v)


@pytest.mark.parametrize("f", [lambda x: [x[0] * x[1], tanh(x[2])], lambda x: [x[0], x[0] * x[1], x[1] * x[2], x[2] ** 2]])
def test_a_jacobian_by_rows_or_by_columns_is_that_of_the_function(f):
    x = [0.5, -1.5, 0.25]
    assert_close(record(f, x).jacobian(x), jacobian(f)(x))


def test_containers_come_back_as_they_were_given():
    def f(p, x):
        return {"y": p["a"] * x + p["b"][0], "z": (x, p["b"][1])}

    p = {"a": 2.0, "b": (1.0, 5.0)}
    tape = record(f, p, 3.0)
    assert tape.value(p, 4.0) == {"y": 9.0, "z": (4.0, 5.0)}
    assert record(lambda p, x: f(p, x)["y"], p, 3.0).grad(p, 4.0) == {"a": 4.0, "b": (1.0, 0.0)}
    batch = {"a": np.ones(2), "b": (np.zeros(2), np.ones(2))}
    lanes = record(lambda p, x: f(p, x)["y"], p, 3.0).grad(batch, [3.0, 4.0], in_axes=0)
    assert list(lanes["a"]) == [3.0, 4.0]


def test_arrays_may_stand_for_lists_of_numbers():
    x = np.array([0.5, -1.0, 2.0])
    tape = record(rosenbrock, x.tolist())
    assert isinstance(tape.grad(x), np.ndarray)
    assert tape.grad(x).tolist() == tape.grad(x.tolist())
    assert tape.hessian(x).shape == (3, 3)


def test_a_function_of_nothing_has_a_value():
    assert record(lambda: 3.0).value() == 3.0


def test_results_that_are_inputs_constants_or_the_same_are_told_apart():
    tape = record(lambda x: [x * x, x * x, x, 1.0], 1.0)
    assert tape.value(3.0) == [9.0, 9.0, 3.0, 1.0]
    assert tape.value([3.0, 4.0], in_axes=0, reduce="sum") == [25.0, 25.0, 7.0, 2.0]
    assert record(lambda x: 3.0, 1.0).value_and_grad(2.0) == (3.0, 0.0)


def test_threads_may_replay_one_tape():
    tape = record(lambda p, x: sum(a * x for a in p), [1.0] * 20, 1.0)
    wrong = []

    def replay(i):
        for _ in range(100):
            found = tape.value([1.0] * 20, np.full(50 + i, float(i)), in_axes=(None, 0))
            wrong.extend(found[found != 20.0 * i])

    threads = [threading.Thread(target=replay, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_whole_numbers_and_values_are_taken_as_numbers():
    tape = record(lambda x, y: x * y, 2.0, 3.0)
    assert tape.value_and_grad(4, Value(5.0)) == (20.0, 5.0)


def test_lanes_along_another_axis():
    x = np.arange(12.0).reshape(3, 4)
    tape = record(lambda x: x[0] - x[2], [0.0] * 3)
    assert list(tape.value(x, in_axes=1)) == [-8.0] * 4


def test_many_lanes_are_taken_in_blocks_and_give_the_same():
    x = np.random.default_rng(0).normal(size=(5000, 5))
    tape = record(rosenbrock, [0.0] * 5)
    lanes = tape._plans.lanes(("value_and_grad", 0), (True,) * 5, True)
    lanes._block = 700
    wanted = np.sum([grad(rosenbrock)(row) for row in x.tolist()], axis=0)
    assert_close(tape.grad(x, in_axes=0, reduce="sum"), wanted, ulps=1e4, scale=1e5)


# --- the decorator ----------------------------------------------------------------------------------------------------


def test_a_taped_function_runs_once_for_each_structure():
    calls = []

    @taped
    def f(x):
        calls.append(len(x))
        return sum(v * v for v in x)

    assert [f([1.0, 2.0]), f([3.0, 4.0]), f([1.0, 1.0, 1.0]), f((1.0, 1.0))] == [5.0, 25.0, 3.0, 2.0]
    assert calls == [2, 3, 2]
    assert f.grad([3.0, 4.0]) == [6.0, 8.0]
    assert f.__name__ == "f"


def test_a_taped_function_of_lanes_is_recorded_on_the_first():
    @taped(in_axes=(None, 0, 0), on_branch="record")
    def f(w, x, t):
        return (w[0] * x[0] + w[1] * x[1] - t) ** 2 if t > 0 else w[0] * x[0]

    x, t = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), [1.0, 2.0, -1.0]
    wanted = [f._f([0.5, 0.25], *sample) for sample in zip(x.tolist(), t, strict=True)]
    assert f([0.5, 0.25], x, t).tolist() == wanted
    assert f([0.5, 0.25], list(x.T), t).tolist() == wanted
    assert f.value_and_grad([0.5, 0.25], x, t, reduce="sum")[0] == sum(wanted)
    with pytest.raises(ShapeError, match="is for 3 arguments, got 2"):
        f([0.5, 0.25], x)


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
    for line in ("  v3 = mul(w1, v2)", "  v4 = add(w0, v3)", "  v5 = tanh(v4)", "  return v5"):
        assert line in text.splitlines()
    assert "if v2 > 0: True, " in text


def test_a_long_tape_is_printed_in_part():
    text = str(record(lambda x: ops.prod([tanh(x + i) for i in range(500)]), 0.0))
    assert len(text.splitlines()) < 60
    assert "lines more" in text


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
