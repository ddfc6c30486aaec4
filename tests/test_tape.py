"""Does a replayed tape give what the function gives: networks, derivatives of every kind, containers, many samples?"""

import threading

import numpy as np
import pytest
from helpers import assert_close
from taped_functions import W, error, rosenbrock

import nn
from autograd import (
    ShapeError,
    Value,
    grad,
    jacobian,
    ops,
    record,
    relu,
    tanh,
    taped,
    value_and_grad,
)

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
