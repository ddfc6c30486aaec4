"""Does scipy get values, gradients and curvature of functions of anything, and does the result look like the start?"""

import importlib

import numpy as np
import pytest

import optim
from autograd import AutogradError, GradientError, Tensor, Value, exp, tanh
from autograd.extras import ExtraMissing

GRADIENT = ["CG", "BFGS", "L-BFGS-B", "TNC", "SLSQP"]
CURVATURE = ["Newton-CG", "trust-ncg", "trust-krylov", "trust-constr", "dogleg", "trust-exact"]
NONE = ["Nelder-Mead", "Powell", "COBYLA"]


@pytest.mark.parametrize("method", GRADIENT + CURVATURE + NONE)
def test_every_method_finds_a_minimum(method):
    convex = lambda x: exp(x[0] + x[1] - 1) + exp(-x[0]) + x[1] ** 2 + 0.5 * x[0] ** 2
    found = optim.minimize(convex, np.array([0.5, -0.5]), method=method, tol=1e-6)
    expected = optim.minimize(convex, [0.5, -0.5], method="BFGS", tol=1e-12).x
    np.testing.assert_allclose(found.x, expected, atol=1e-3)
    assert found.success
    assert isinstance(found.fun, float)


@pytest.mark.parametrize("method", CURVATURE)
def test_second_derivatives_are_handed_on(method):
    found = optim.minimize(optim.functions.himmelblau, np.array([2.8, 1.8]), method=method, tol=1e-7)
    np.testing.assert_allclose(found.x, [3.0, 2.0], atol=1e-6)
    assert found.nit < 60
    assert found.nhev > 0


def test_a_gradient_is_worth_many_values():
    with_gradient = optim.minimize(optim.functions.rosenbrock, [-1.0, 2.0])
    without = optim.minimize(optim.functions.rosenbrock, [-1.0, 2.0], method="Nelder-Mead")
    np.testing.assert_allclose(with_gradient.x, [1.0, 1.0], atol=1e-4)
    assert with_gradient.nfev < without.nfev / 2


def test_the_result_is_put_together_like_the_start():
    start = {"w": Tensor(np.zeros((2, 3)), label="w"), "b": [1.0, Value(2.0, "b")], "c": np.zeros(2, "f4"), "n": 3}

    def f(p):
        loss = ((p["w"] - 1) ** 2).sum().item() if not isinstance(p["w"], Tensor) else ((p["w"] - 1) ** 2).sum()
        small = ((p["c"] + 2) ** 2).sum()
        return loss + small + _tensor((p["b"][0] - 4) ** 2 + (p["b"][1] - 5) ** 2 + (p["n"] - 6) ** 2)

    found = optim.minimize(f, start).x
    assert list(found) == ["w", "b", "c", "n"]
    assert isinstance(found["w"], Tensor)
    assert (found["w"].shape, found["w"].label, found["w"].requires_grad) == ((2, 3), "w", False)
    assert isinstance(found["b"][1], Value)
    assert (type(found["b"][0]), type(found["n"]), found["c"].dtype) == (float, float, np.float32)
    np.testing.assert_allclose(found["w"].numpy(), 1.0, atol=1e-5)
    np.testing.assert_allclose(found["c"], -2.0, atol=1e-5)
    np.testing.assert_allclose([found["b"][0], found["b"][1].data, found["n"]], [4.0, 5.0, 6.0], atol=1e-4)
    assert start["b"][1].data == 2.0


def _tensor(value):
    from autograd import stack

    return stack([value]).sum()


def test_a_start_of_one_number_gives_one_number():
    found = optim.minimize(lambda x: (x - 2) ** 2, 0.0)
    assert found.x == pytest.approx(2.0)
    assert type(found.x) is float


def test_bounds_constraints_and_callbacks_go_through():
    points = []
    f = lambda x: ((x - 3) ** 2).sum()
    found = optim.minimize(f, np.zeros(2), bounds=[(0, 1), (0, 5)], callback=points.append)
    np.testing.assert_allclose(found.x, [1.0, 3.0], atol=1e-6)
    assert points
    line = {"type": "eq", "fun": lambda x: x.sum() - 2, "jac": lambda x: np.ones(2)}
    found = optim.minimize(f, np.zeros(2), method="SLSQP", constraints=[line], options={"maxiter": 50})
    np.testing.assert_allclose(found.x, [1.0, 1.0], atol=1e-6)


def test_a_hessian_of_ones_own_is_used():
    calls = []

    def hess(x):
        calls.append(x)
        return 2 * np.eye(2)

    found = optim.minimize(lambda x: ((x - 3) ** 2).sum(), np.zeros(2), method="trust-exact", hess=hess)
    np.testing.assert_allclose(found.x, [3.0, 3.0])
    assert calls


def test_the_weights_of_a_small_network_can_be_found():
    x = np.linspace(-1, 1, 20)[:, None]
    start = {"W": np.array([[1.0, -0.5, 0.3]]), "b": np.zeros(3), "v": np.array([0.5, -0.5, 0.2])}
    loss = lambda p: ((tanh(x @ p["W"] + p["b"]) @ p["v"] - np.tanh(2 * x)[:, 0]) ** 2).mean()
    found = optim.minimize(loss, start)
    assert found.fun < 1e-6
    assert found.x["W"].shape == (1, 3)


BAD = [
    (lambda: optim.minimize(lambda x: x, []), AutogradError, "minimize needs a start with at least one number in it"),
    (lambda: optim.minimize(lambda x: x, np.zeros(0)), AutogradError, "minimize needs a start with at least one number"),
    (lambda: optim.minimize(lambda x: x, ["w"]), AutogradError, "minimize starts from real numbers and arrays of them"),
    (lambda: optim.minimize(lambda x: x, 1j), AutogradError, "minimize starts from real numbers"),
    (lambda: optim.minimize(lambda x: x * x, np.ones(2)), GradientError, "one number"),
    (lambda: optim.minimize(lambda x: [x, x], 1.0), GradientError, "one number"),
    (lambda: optim.minimize(lambda x: x * x, 1.0, jac=True), AutogradError, "minimize takes the gradient of f itself"),
]


@pytest.mark.parametrize(("call", "kind", "message"), BAD)
def test_what_cannot_be_minimized_is_refused(call, kind, message):
    with pytest.raises(kind, match=rf"{message}.*test_optim_minimize\.py"):
        call()


def test_without_scipy_it_says_what_to_install(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(ExtraMissing, match=r'minimizers need scipy, which is not installed: pip install "wengert\[scipy\]"'):
        optim.minimize(lambda x: x * x, 1.0)
