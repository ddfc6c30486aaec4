"""Is a derivation of arrays written in formulas of matrices, and are those the gradients?"""

import numpy as np
import pytest
from derived import letter_of, lines, only
from helpers import assert_close

from autograd import Tensor, Value, explain, gradients, log_softmax, stack, tanh
from autograd.graph import computation_order


def network():
    rng = np.random.default_rng(0)
    W1, W2 = (Tensor(rng.normal(size=s), requires_grad=True, label=n) for s, n in (((3, 4), "W1"), ((4, 2), "W2")))
    b1 = Tensor(rng.normal(size=4), requires_grad=True, label="b1")
    x, t = Tensor(rng.normal(size=(5, 3)), label="x"), Tensor(rng.normal(size=(5, 2)), label="t")
    h = tanh((x @ W1 + b1).named("z")).named("h")
    y = (h @ W2).named("y")
    return ((y - t) ** 2).mean().named("L"), W1, b1, W2


def test_a_network_of_arrays_is_derived_in_matrix_formulas():
    loss, *parameters = network()
    derivation = explain(loss, parameters)
    assert [row.latex for step in derivation.steps if step.heading == "Chain rule" for row in step.rows] == [
        r"\frac{\partial L}{\partial y} = \delta_{y} = 0.2 (y - t)",
        r"\frac{\partial L}{\partial h} = \delta_{h} = \delta_{y} W_2^T",
        r"\frac{\partial L}{\partial z} = \delta_{z} = \delta_{h} \odot (1 - h^{\circ 2})",
        r"\frac{\partial L}{\partial W_1} = x^T \delta_{z}",
        r"\frac{\partial L}{\partial b_1} = \mathbf{1}^T \delta_{z}",
        r"\frac{\partial L}{\partial W_2} = h^T \delta_{y}",
    ]
    assert r"\delta_{h} \odot \tanh'(z)" in explain(loss, style="prime").latex
    for p, slope in zip(derivation.partials, gradients(loss, parameters), strict=True):
        assert_close(p.value, slope.numpy())


def test_the_matrix_formulas_are_numpys():
    loss, *parameters = network()
    known = {node.label: node.detach().numpy() for node in computation_order(loss) if node.label} | {"sum": np.sum}
    for row in next(s for s in explain(loss, parameters).steps if s.heading == "Chain rule").rows:
        sides = [side.text for side in row.sides]
        known[letter_of(sides[0])] = eval(sides[-1], {}, known)
    for p, slope in zip(parameters, gradients(loss, parameters), strict=True):
        assert_close(known[f"dL_d{p.label}"], slope.numpy(), ulps=64, scale=1.0)


def test_cross_entropy_is_derived_through_log_softmax():
    W, x = Tensor(np.eye(3), requires_grad=True, label="W"), Tensor(np.ones((2, 3)), label="x")
    loss = -log_softmax(x @ W)[np.arange(2), np.array([0, 2])].mean()
    found = explain(loss, W)
    assert r"\ln \operatorname{softmax}(z_1)" in found.latex
    assert "∂L" not in found.text
    assert found.partials[0].formula.text == "x.T @ df_dz1"


def test_the_sum_of_an_array_has_a_gradient_of_ones():
    x = Tensor([1.0, 2.0], requires_grad=True, label="x")
    assert explain(x.sum()).partials[0].formula == (r"\mathbf{1}", "ones((2,))")
    assert explain((3 * x).sum()).partials[0].formula == (r"3 \mathbf{1}", "3*ones((2,))")


def test_values_and_arrays_in_one_graph_are_derived_together():
    a = Value(2.0, "a")
    row = stack([a, a * a])
    found = explain((row * row).sum())
    assert found.partials[0].value == 2 * 2 + 4 * 8


def matrices():
    X = Tensor(np.arange(6.0).reshape(2, 3), label="X")
    W = Tensor(np.ones((3, 2)), requires_grad=True, label="W")
    return X, W


def test_gradients_of_ones_keep_their_factor_and_their_shape():
    X, W = matrices()
    assert only(explain((X @ W).sum(), W)).latex == r"X^T \mathbf{1}"
    assert only(explain((X @ W).mean(), W)).text == "0.25*(X.T @ ones((2, 2)))"
    assert only(explain((X @ W).sum() + 3 * (X @ W).sum(), W)).text == "4*(X.T @ ones((2, 2)))"


def test_what_is_broadcast_is_filled_up_with_ones():
    X, W = matrices()
    s, b = Tensor(2.0, requires_grad=True, label="s"), Tensor([1.0, 2.0, 3.0], requires_grad=True, label="b")
    assert only(explain((s * (X @ W)).sum(), W)).text == "X.T @ (s*ones((2, 2)))"
    assert only(explain((X * b).sum(), b)).text == "sum(X, axis=0)"
    assert only(explain(((X + b) * b).sum(), b)).text == "sum(b*ones((2, 3)), axis=0) + sum(X + b, axis=0)"


def test_linear_regression_is_derived_without_reshapes():
    X, y = Tensor(np.arange(6.0).reshape(3, 2), label="X"), Tensor(np.ones(3), label="y")
    w = Tensor(np.ones(2), requires_grad=True, label="w")
    assert only(explain(((X @ w - y) ** 2).sum(), w)).latex == "2 X^T (X w - y)"
    A = Tensor(np.ones((2, 2)), label="A")
    assert only(explain(w @ A @ w, w)).text == "A @ w + w @ A"


def test_a_sum_along_an_axis_says_which():
    x = Tensor(np.ones((2, 3)), requires_grad=True, label="x")
    assert r"\sum_{\text{axis}=1} x" in explain((x.sum(axis=1) ** 2).sum(), x).latex
    assert r"\operatorname{mean}_{\text{axis}=1}(x)" in explain((x.mean(axis=1) ** 2).sum(), x).latex


@pytest.mark.parametrize(
    ("f", "latex"),
    [
        (lambda t, c: t.sum() * c.sum(), r"f &= \left(\sum t\right) \left(\sum c\right)"),
        (lambda t, c: ((t * c) @ c.mT).sum(), r"f &= \sum ((t \odot c) c^T)"),
        (lambda t, c: (t**2 @ c.mT).sum(), r"f &= \sum (t^{\circ 2} c^T)"),
        (lambda t, c: (t.sum(axis=1) @ c).sum(), r"\left(\sum_{\text{axis}=1} t\right) c"),
    ],
)
def test_matrix_products_sums_and_entrywise_products_keep_apart(f, latex):
    t, c = (Tensor(np.ones((2, 2)), requires_grad=True, label=name) for name in "tc")
    assert latex in explain(f(t, c)).latex


def test_small_arrays_are_written_out():
    x = Tensor([1.0, 2.0], requires_grad=True, label="x")
    derivation = explain((x * x).sum())
    assert lines(derivation, "Numbers") == [["∂f/∂x", "[2, 4]"]]
    assert r"\begin{pmatrix} 2 & 4 \end{pmatrix}" in derivation.latex


def test_constant_arrays_are_listed_among_what_is_given():
    x = Tensor([1.0, 2.0], requires_grad=True, label="x")
    assert lines(explain((x * np.array([3.0, 4.0])).sum()), "Decomposition")[0] == ["x", "[1, 2], c1", "[3, 4]"]


def test_a_tensor_of_one_entry_may_have_any_shape():
    for shape in ((), (1,), (1, 1)):
        x = Tensor(np.full(shape, 2.0), requires_grad=True, label="x")
        assert explain(x * 3).partials[0].value.shape == shape
