"""Are Jacobians, Hessians and products with them what their formulas say, in the places where they belong?"""

import math

import numpy as np
import pytest
from differentiated import Point
from helpers import assert_close

import autograd
from autograd import AutogradError, ShapeError, Tensor, Value, elementwise_grad, gradients, hessian, hvp, jacobian, jvp, vjp

HERE = r"at .*test_gradients_jacobians\.py:\d+"


# --- Jacobians and Hessians -------------------------------------------------------------------------------------------


def test_the_jacobian_has_the_results_axes_and_then_the_arguments():
    x = np.random.default_rng(0).normal(size=(2, 3))
    j = jacobian(lambda t: t @ np.ones((3, 4)))(x)
    assert j.shape == (2, 4, 2, 3)
    assert_close(j, np.einsum("ik,lj->ijkl", np.eye(2), np.ones((3, 4))))


@pytest.mark.parametrize("wide", [True, False])
def test_forward_and_reverse_passes_give_one_jacobian(wide):
    rng = np.random.default_rng(1)
    a = rng.normal(size=(5, 3) if wide else (3, 5))
    x = rng.normal(size=a.shape[1])
    found = jacobian(lambda t: (a @ t).tanh() * t.sum())(x)
    y = np.tanh(a @ x)
    expected = ((1 - y**2) * x.sum())[:, None] * a + y[:, None]
    assert_close(found, expected, ulps=64, scale=1.0)
    columns = [jvp(lambda t: (a @ t).tanh() * t.sum(), (x,), (e,))[1] for e in np.eye(len(x))]
    pull = vjp(lambda t: (a @ t).tanh() * t.sum(), x)[1]
    assert_close(np.stack(columns, 1), expected, ulps=64, scale=1.0)
    assert_close(np.stack([pull(e)[0] for e in np.eye(len(y))]), expected, ulps=64, scale=1.0)


def test_the_jacobian_of_containers_is_the_container_of_results_holding_that_of_arguments():
    f = lambda p: {"sum": p["a"] + p["b"].sum(), "pair": [p["a"] * p["b"], 7.0]}
    j = jacobian(f)({"a": np.array(2.0), "b": np.array([1.0, 3.0])})
    assert j["sum"]["a"] == 1.0
    assert j["sum"]["b"].tolist() == [1.0, 1.0]
    assert j["pair"][0]["a"].tolist() == [1.0, 3.0]
    assert j["pair"][0]["b"].tolist() == [[2.0, 0.0], [0.0, 2.0]]
    assert j["pair"][1]["a"] == 0.0
    assert j["pair"][1]["b"].tolist() == [0.0, 0.0]


def test_the_jacobian_by_two_arguments_is_a_pair():
    a, b = jacobian(lambda x, y: x * y, (0, 1))(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    assert (a.tolist(), b.tolist()) == ([[3.0, 0.0], [0.0, 4.0]], [[1.0, 0.0], [0.0, 2.0]])
    assert jacobian(lambda x, y: [x * y, x], 1)(2.0, 3.0) == [2.0, 0.0]


def test_the_jacobian_of_a_nodes_function_is_differentiated_further():
    t = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    for f in (lambda x: x**3, lambda x: (x**3)[:2], lambda x: autograd.concatenate([x**3, x])):
        j = jacobian(f)(t)
        assert_close(gradients(j.sum(), t).numpy()[:2], [6.0, 12.0])


@pytest.mark.parametrize("shape", [(0,), (2, 0)])
def test_the_jacobian_of_nothing_is_empty(shape):
    assert jacobian(lambda x: x * 2)(np.ones(shape)).shape == shape + shape
    assert jacobian(lambda x: x.sum())(np.ones(shape)).shape == shape
    assert jacobian(lambda x: x * np.ones(shape))(np.array(3.0)).shape == shape


def test_the_jacobian_runs_the_function_once():
    calls = []
    jacobian(lambda x: calls.append(1) or x * x)(np.ones(5))
    hessian(lambda x: calls.append(1) or (x * x).sum())(np.ones(5))
    assert len(calls) == 2


def rosenbrock(x):
    return ((1 - x[:-1]) ** 2).sum() + 100 * ((x[1:] - x[:-1] ** 2) ** 2).sum()


def rosenbrocks_hessian(x):
    h = np.zeros((len(x), len(x)))
    for i in range(len(x) - 1):
        h[i, i] += 2 - 400 * (x[i + 1] - 3 * x[i] ** 2)
        h[i + 1, i + 1] += 200
        h[i, i + 1] = h[i + 1, i] = -400 * x[i]
    return h


def test_the_hessian_of_rosenbrock_is_its_formula():
    x = np.random.default_rng(2).normal(size=6)
    expected, v = rosenbrocks_hessian(x), np.arange(6.0)
    size = np.abs(expected).max()
    assert_close(hessian(rosenbrock)(x), expected, ulps=64, scale=size)
    assert_close(hvp(rosenbrock)(x, v), expected @ v, ulps=256, scale=6 * size)
    assert_close(jacobian(jacobian(rosenbrock))(x), expected, ulps=64, scale=size)
    assert_close(hessian(rosenbrock)(Tensor(x)).numpy(), expected, ulps=64, scale=size)


def test_the_hessian_over_containers_has_a_container_in_each_place():
    point = {"x": np.array(3.0), "y": [np.array(5.0), np.array([1.0, 2.0])]}
    h = hessian(lambda p: p["x"] ** 2 * p["y"][0] + (p["y"][1] ** 3).sum())(point)
    assert (h["x"]["x"], h["x"]["y"][0], h["y"][0]["x"], h["y"][0]["y"][0]) == (10.0, 6.0, 6.0, 0.0)
    assert h["y"][1]["y"][1].tolist() == [[6.0, 0.0], [0.0, 12.0]]
    assert h["x"]["y"][1].tolist() == [0.0, 0.0]


def test_the_hessian_by_one_and_by_several_arguments():
    f = lambda x, y: x * x * y
    assert hessian(f, 1)(3.0, 5.0) == 0.0
    assert hessian(f, (0, 1))(3.0, 5.0) == ((10.0, 6.0), (6.0, 0.0))
    assert hessian(lambda x: 3 * x)(1.0) == 0.0
    assert hessian(lambda x: (3 * x).sum())(np.ones(2)).tolist() == [[0.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize(("a", "b"), [(1.5, 0.0), (0.5, 0.0), (2.0, 1.0), (0.5, -1.0), (1.0, 0.0)])
def test_the_hessian_of_a_power_of_two_variables_is_its_formula_at_the_exponent_zero_too(a, b):
    log, mixed = math.log(a), a ** (b - 1) * (1 + b * math.log(a))
    expected = [[b * (b - 1) * a ** (b - 2), mixed], [mixed, log * log * a**b]]
    assert_close(hessian(lambda x, y: x**y, (0, 1))(a, b), expected, ulps=16, scale=4.0)
    assert_close(hessian(lambda v: v[0] ** v[1])(np.array([a, b])), expected, ulps=16, scale=4.0)


def test_the_third_derivatives_of_an_array_are_a_cube():
    cube = jacobian(hessian(lambda x: x[0] ** 2 * x[1]))(np.array([3.0, 5.0]))
    expected = np.zeros((2, 2, 2))
    expected[0, 0, 1] = expected[0, 1, 0] = expected[1, 0, 0] = 2.0
    assert cube.tolist() == expected.tolist()


# --- jvp, vjp, hvp ----------------------------------------------------------------------------------------------------


def network(p, x):
    return {"h": (x @ p["w"] + p["b"]).tanh(), "n": (p["w"] * p["w"]).sum()}


def test_forward_and_reverse_mode_are_transposes_of_each_other():
    rng = np.random.default_rng(3)
    draw = lambda: {"w": rng.normal(size=(3, 2)), "b": rng.normal(size=2)}
    p, dp, x, dx = draw(), draw(), rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    y, dy = jvp(network, (p, x), (dp, dx))
    u = {"h": rng.normal(size=(4, 2)), "n": rng.normal()}
    same, pull = vjp(network, p, x)
    gp, gx = pull(u)
    assert_close(y["h"], np.tanh(x @ p["w"] + p["b"]))
    assert_close(same["n"], y["n"])
    left = np.sum(dy["h"] * u["h"]) + dy["n"] * u["n"]
    right = np.sum(gp["w"] * dp["w"]) + np.sum(gp["b"] * dp["b"]) + np.sum(gx * dx)
    assert_close(left, right, ulps=256, scale=np.abs(dy["h"] * u["h"]).sum() + 1)


def test_a_pullback_can_be_used_again_and_is_linear():
    y, pull = vjp(lambda x: [x * x, 3 * x], 2.0)
    assert y == [4.0, 6.0]
    assert [pull([a, b]) for a, b in [(1.0, 0.0), (0.0, 1.0), (2.0, -1.0)]] == [(4.0,), (3.0,), (5.0,)]


def test_a_pullback_of_nodes_is_differentiated_further():
    s = Value(5.0)
    (g,) = vjp(lambda x: x**3, 2.0)[1](s)
    assert (g.data, gradients(g, s)) == (60.0, 12.0)
    dy = jvp(lambda x: x**3, (2.0,), (s,))[1]
    assert (dy.data, gradients(dy, s)) == (60.0, 12.0)


@pytest.mark.parametrize(
    ("primals", "tangents"),
    [((1.0,), ()), ((1.0,), (1.0, 2.0)), ((1.0, 2.0), (1.0,)), (([1.0, 2.0],), ((1.0, 2.0),)), (([1.0, 2.0],), ([1.0],)),
     (({"a": 1.0},), ({"b": 1.0},)), ((np.ones(2),), (np.ones(3),)), ((np.ones(2),), (1.0,)), ((1.0,), (np.ones(1),)),
     ((Point(1.0, 2.0),), ((1.0, 2.0),)), (([1.0],), (1.0,))],
    ids=str)  # fmt: skip
def test_tangents_must_be_nested_and_shaped_like_the_arguments(primals, tangents):
    with pytest.raises(ShapeError, match=rf"the tangents must .*{HERE}"):
        jvp(lambda *xs: 1.0, primals, tangents)


@pytest.mark.parametrize("gradient", [1.0, [1.0], (1.0, np.ones(2)), [1.0, np.ones(3)], [np.ones(2), 1.0]], ids=str)
def test_a_gradient_must_be_nested_and_shaped_like_the_results(gradient):
    with pytest.raises(ShapeError, match=rf"the gradient must .*{HERE}"):
        vjp(lambda x: [x.sum(), x], np.ones(2))[1](gradient)


def test_tangents_that_are_no_numbers_are_refused():
    for tangent in ("a", None):
        with pytest.raises(AutogradError, match=HERE):
            jvp(lambda x: x * x, (1.0,), (tangent,))


def test_hvp_takes_a_vector_of_the_arguments_form():
    assert hvp(lambda x: x**3)(2.0, 10.0) == 120.0
    assert hvp(lambda x, y: x * x * y, 1)(2.0, 3.0, 1.0) == 0.0
    found = hvp(lambda p: p["a"] ** 2 * p["b"])({"a": 3.0, "b": 5.0}, {"a": 1.0, "b": 10.0})
    assert found == {"a": 70.0, "b": 6.0}
    assert hvp(lambda x, y: x * x * y, (0, 1))(3.0, 5.0, (1.0, 10.0)) == (70.0, 6.0)
    with pytest.raises(ShapeError, match="the vector must"):
        hvp(lambda x: (x * x).sum())(np.ones(2), np.ones(3))


def test_elementwise_grad_is_taken_at_every_entry_and_by_any_argument():
    x, y = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    assert elementwise_grad(lambda a, b: a * a * b)(x, y).tolist() == [6.0, 16.0]
    assert elementwise_grad(lambda a, b: a * a * b, 1)(x, y).tolist() == [1.0, 4.0]
    assert elementwise_grad(elementwise_grad(lambda a: a**3))(x).tolist() == [6.0, 12.0]
    assert elementwise_grad(lambda a: 3.0)(x).tolist() == [0.0, 0.0]
