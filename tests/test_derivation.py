"""Is a derivation right, readable, and no longer than its graph?

Its plain text is read back by the parser of the command line and evaluated: every line must give the number it claims.
"""

import re

import numpy as np
import pytest
from helpers import assert_close, cases, draw, has_gradient, points, sample
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import (
    AutogradError,
    GradientError,
    Tensor,
    Value,
    checkpoint,
    cos,
    elementwise,
    exp,
    explain,
    gradients,
    log_softmax,
    ops,
    relu,
    sigmoid,
    sin,
    softmax,
    stack,
    tanh,
)
from autograd.chain import ChainRule
from autograd.decomposition import Decomposition
from autograd.domains import REAL
from autograd.expression import Letter
from autograd.formula import parse
from autograd.graph import computation_order
from autograd.mathml import mathml
from autograd.naming import names_of
from autograd.notation import written


def lines(derivation, step):
    """Return the lines under a heading, each as its sides."""
    (found,) = [s for s in derivation.steps if s.heading == step]
    return [row.text.split(" = ") for row in found.rows]


def formulas(derivation):
    return [p.formula.text for p in derivation.partials]


def neuron():
    """Return a neuron's squared error, in three named parts."""
    w, b, x = Value(0.5, "w"), Value(0.25, "b"), Value(2.0, "x", requires_grad=False)
    y = tanh((w * x + b).named("z")).named("y")
    return ((y - 1) ** 2).named("e"), w, b


# --- what is written --------------------------------------------------------------------------------------------------


def test_a_neuron_is_derived_in_four_numbered_steps():
    e, w, b = neuron()
    assert explain(e, [w, b]).text == "\n".join([
        "1. Decomposition",
        "   w = 0.5, x = 2, b = 0.25",
        "   z = w*x + b = 1.25",
        "   y = tanh(z) = 0.8483",
        "   e = (y - 1)**2 = 0.02302",
        "",
        "2. Local derivatives",
        "   ∂e/∂y = 2*(y - 1)",
        "   ∂y/∂z = 1 - y**2",
        "   ∂z/∂w = x",
        "   ∂z/∂b = 1",
        "",
        "3. Chain rule",
        "   ∂e/∂w = ∂e/∂y · ∂y/∂z · ∂z/∂w = 2*(y - 1)*(1 - y**2)*x",
        "   ∂e/∂b = ∂e/∂y · ∂y/∂z · ∂z/∂b = 2*(y - 1)*(1 - y**2)",
        "",
        "4. Numbers",
        "   ∂e/∂w = 2*(0.8483 - 1)*(1 - 0.8483**2)*2 = -0.1702",
        "   ∂e/∂b = 2*(0.8483 - 1)*(1 - 0.8483**2) = -0.08509",
    ])  # fmt: skip


def test_latex_and_text_say_the_same_in_the_two_notations():
    e, w, _ = neuron()
    derivation = explain(e, w)
    assert derivation.partials[0].latex == r"\frac{\partial e}{\partial w} = 2 (y - 1) (1 - y^2) x"
    assert derivation.partials[0].text == "∂e/∂w = 2*(y - 1)*(1 - y**2)*x"
    assert derivation.partials[0].chain.latex == (
        r"\frac{\partial e}{\partial y} \frac{\partial y}{\partial z} \frac{\partial z}{\partial w}"
    )
    assert derivation.latex.splitlines()[:5] == [
        r"\begin{aligned}",
        r"&\textbf{1. Decomposition} \\",
        r"&w = 0.5, \quad x = 2, \quad b = 0.25 \\",
        r"z &= w x + b = 1.25 \\",
        r"y &= \tanh(z) = 0.8483 \\",
    ]
    assert derivation._repr_latex_() == f"$$\n{derivation.latex}\n$$"
    assert str(derivation) == repr(derivation) == derivation.text


def test_primes_stand_for_derivatives_that_are_not_worked_out():
    e, w, _ = neuron()
    derivation = explain(e, w, style="prime")
    assert derivation.partials[0].formula.latex == r"2 (y - 1) \tanh'(z) x"
    assert derivation.partials[0].latex.startswith(r"\frac{\partial}{\partial w} e = ")
    assert ["∂y/∂z", "tanh'(z)", "1 - y**2"] in lines(derivation, "Local derivatives")


def test_a_number_used_twice_has_a_sum_over_its_uses():
    x = Value(3.0, "x")
    y = (sin(x).named("s") * cos(x).named("c")).named("y")
    (row,) = lines(explain(y, x), "Chain rule")
    assert row == ["∂y/∂x", "∂y/∂s · ∂s/∂x + ∂y/∂c · ∂c/∂x", "c*cos(x) - s*sin(x)"]


def test_the_same_operand_twice_counts_twice():
    x = Value(3.0, "x")
    assert formulas(explain(x * x)) == ["2*x"]
    assert formulas(explain(x + x)) == ["2"]
    assert formulas(explain(x * x * x)) == ["3*x**2"]
    assert formulas(explain(x - x)) == ["0"]


def test_by_default_all_leaves_that_want_gradients_are_derived_by():
    a, b, c = Value(1.0, "a"), Value(2.0, "b", requires_grad=False), Value(3.0, "c")
    assert [p.name for p in explain(a * b * c).partials] == ["a", "c"]


def test_derivatives_come_in_the_order_they_were_asked_for():
    a, b = Value(1.0, "a"), Value(2.0, "b")
    assert [p.name for p in explain(a * b, [b, a]).partials] == ["b", "a"]


def test_a_result_on_the_way_can_be_derived_by():
    x = Value(0.5, "x")
    u = sin(x)
    derivation = explain((u * u).named("y"), [u, x])
    assert formulas(derivation) == ["2*z1", "2*z1*cos(x)"]
    assert [p.value for p in derivation.partials] == gradients(u * u, [u, x])


def test_the_derivative_by_the_result_itself_is_1():
    x = Value(0.5, "x")
    y = sin(x)
    assert [(p.formula.text, p.value) for p in explain(y, y).partials] == [("1", 1.0)]


def test_a_number_whose_derivative_is_zero_everywhere_has_the_formula_0():
    x, y = Value(0.5, "x"), Value(2.0, "y")
    assert formulas(explain(ops.where(x, y, 1.0), [x, y])) == ["0", "not_equal(x, 0)"]


def test_subgradients_are_written_with_brackets():
    x = Value(-1.0, "x")
    assert explain(relu(x)).partials[0].formula.latex == "[x > 0]"
    assert explain(abs(x)).partials[0].formula.latex == r"\operatorname{sign}(x)"


def test_neurons_of_many_inputs_are_written_as_sums_of_products():
    model = nn.MLP(2, [1], rng=0)
    x = [Value(1.0, "x1", requires_grad=False), Value(2.0, "x2", requires_grad=False)]
    derivation = explain(model(x).named("y"))
    assert lines(derivation, "Decomposition")[-1][1] == (
        "layers.0.neurons.0.w.0*x1 + layers.0.neurons.0.w.1*x2 + layers.0.neurons.0.b"
    )
    assert r"w^{(0,0)}_0 x_1 + w^{(0,0)}_1 x_2 + b^{(0,0)}" in derivation.latex


def test_softmax_over_values_is_written_out():
    a, b = Value(1.0, "a"), Value(2.0, "b")
    derivation = explain(softmax([a, b])[1].named("p"))
    assert formulas(derivation) == ["-p*exp(a - log(exp(a) + exp(b)))", "p*(1 - exp(b - log(exp(a) + exp(b))))"]
    assert r"p &= \frac{e^{b}}{e^{a} + e^{b}} = 0.7311" in derivation.latex


# --- names ------------------------------------------------------------------------------------------------------------


def test_names_are_labels_then_the_users_own_then_numbered():
    w = Value(2.0)
    u = Value(3.0, "x")
    y = sin(w * u)
    assert lines(explain(y), "Decomposition")[1:] == [["z1", "x1*x", "6"], ["f", "sin(z1)", "-0.2794"]]
    assert lines(explain(y, names=locals()), "Decomposition")[1:] == [["z1", "w*x", "6"], ["y", "sin(z1)", "-0.2794"]]


def test_numbered_names_keep_clear_of_the_users():
    z1, f = Value(2.0, "z1"), Value(3.0, "f")
    assert [row[0] for row in lines(explain(sin(z1 * f)), "Decomposition")[1:]] == ["z2", "e"]


def test_two_numbers_of_one_name_are_told_apart():
    a, b = Value(2.0, "w"), Value(3.0, "w")
    assert formulas(explain(a * b)) == ["w_2", "w"]


def test_names_that_look_alike_in_latex_are_told_apart():
    a, b = Value(2.0, "w1"), Value(3.0, "w_1")
    assert [p.formula.latex for p in explain(a * b).partials] == [r"\text{w\_1}", "w_1"]


LABELS = ["<script>alert(1)</script>", "a & b", "50 %", "{", "\\end{aligned}", "$x$", "x^2", "漢字"]


@pytest.mark.parametrize("label", LABELS)
def test_any_label_gives_balanced_latex_that_a_browser_can_show(label):
    x = Value(2.0, label)
    derivation = explain((x * x).named(label + "!"))
    assert_balanced(derivation.latex)
    shown = mathml(derivation.partials[0].latex)
    assert shown.startswith("<math")
    assert "<script" not in shown


def test_latex_of_a_leaf_is_used_as_it_is():
    w = Value(2.0, latex="w_{2,1}")
    assert explain(sin(w)).partials[0].formula.latex == r"\cos(w_{2,1})"


def test_a_base_with_a_superscript_of_its_own_gets_parentheses():
    w = Value(2.0, "w", latex="w^{(1)}")
    assert explain(w**3).partials[0].formula.latex == "3 (w^{(1)})^2"


# --- right ------------------------------------------------------------------------------------------------------------

# A program is a list of steps; each takes two earlier results and appends a new one. All stay of moderate size.
STEPS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / (1 + b * b),
    "numbers first": lambda a, b: 1.5 - 2.0 / (2 + a * a),
    "neg": lambda a, b: -a,
    "tanh": lambda a, b: tanh(a),
    "sigmoid": lambda a, b: sigmoid(a - b),
    "sin": lambda a, b: sin(a),
    "exp": lambda a, b: exp(-a * a),
    "log": lambda a, b: ops.log(1 + a * a),
    "sqrt": lambda a, b: ops.sqrt(1 + b * b),
    "cube": lambda a, b: tanh(a) ** 3,
    "root": lambda a, b: (1.5 + tanh(a)) ** 0.5,
    "pow": lambda a, b: (1.5 + tanh(a)) ** tanh(b),
    "square": lambda a, b: ops.square(tanh(a - b)),
    "reciprocal": lambda a, b: ops.reciprocal(1 + a * a),
    "relu": lambda a, b: relu(a),
    "leaky": lambda a, b: ops.leaky_relu(a, 0.2),
    "maximum": lambda a, b: ops.maximum(a, b),
    "abs": lambda a, b: abs(a - 0.3),
    "dot": lambda a, b: ops.dot([tanh(a), b], [b, tanh(a)]),
    "sum": lambda a, b: ops.sum([a, b, a]) / 3,
    "mean": lambda a, b: ops.mean([a, b]),
    "prod": lambda a, b: ops.prod([tanh(a), tanh(b)]),
}
places = st.integers(0, 30)
programs = st.lists(st.tuples(st.sampled_from(sorted(STEPS)), places, places), min_size=1, max_size=12)
numbers = st.floats(-2.0, 2.0).map(lambda x: round(x, 3))


def run(program, leaves):
    results = list(leaves)
    for name, i, j in program:
        results.append(STEPS[name](results[i % len(results)], results[j % len(results)]))
    return results[-1]


@given(programs, numbers, numbers)
def test_each_line_read_back_by_the_parser_gives_the_number_it_claims(program, x, y):
    leaves = [Value(x, "x"), Value(y, "y")]
    root = run(program, leaves)
    if not isinstance(root, Value) or not root.requires_grad or root in leaves:
        return
    derivation = explain(root, precision=17)
    known = {leaf.label: leaf.data for leaf in leaves}
    for name, formula, number in lines(derivation, "Decomposition")[1:]:
        known[name] = parse(formula).on(known)
        assert_close(known[name], float(number), ulps=256, scale=1.0 + abs(known[name]))
    chain = [s for s in derivation.steps if s.heading == "Chain rule"]
    for row, stated in zip(*(s.rows for s in derivation.steps if s.heading in ("Chain rule", "Numbers")), strict=True):
        sides = row.text.split(" = ")
        found = parse(sides[-1]).on(known)
        known[letter_of(sides[0])] = found
        assert_close(found, float(stated.text.split(" = ")[-1]), ulps=1 << 14, scale=1.0 + abs(found))
    assert chain
    inputs = [leaf for leaf in leaves if leaf in set(computation_order(root))]
    for leaf, slope in zip(inputs, gradients(root, inputs), strict=True):
        assert_close(known[f"d{derivation.steps[0].rows[-1].sides[0].text}_d{leaf.label}"], slope, 1 << 14, 1.0 + abs(slope))


@pytest.mark.parametrize(("op", "settings"), cases(lambda op: op.elementwise and has_gradient(op)))
def test_the_formula_of_every_elementwise_op_is_balanced_and_gives_the_gradient(op, settings):
    point = points(draw(op, settings))[0]
    leaves = [Value(x, name) for x, name in zip(point, op.operands, strict=True)]
    y = op.function(*leaves, **settings)
    for style in ("full", "prime"):
        derivation = explain(y, leaves, style=style)
        assert_balanced(derivation.latex)
        assert all(mathml(p.latex).startswith("<math") for p in derivation.partials)
    if op.name == "alias":  # a name for the same number, which no formula calls
        return
    known = dict(zip(op.operands, point, strict=True)) | {"f": y.data}
    for p in explain(y, leaves).partials:
        assert_close(parse(p.formula.text).on(known), p.value, ulps=64)


@pytest.mark.parametrize(("op", "settings"), cases(lambda op: not op.elementwise and has_gradient(op)))
def test_the_formula_of_every_op_on_arrays_is_balanced_and_stands_for_the_gradient(op, settings):
    leaves = [Tensor(x, requires_grad=True, label=f"x{i}") for i, x in enumerate(sample(op), 1)]
    y = op.function(*leaves, **settings)
    total = y if isinstance(y, Value) else (y * np.random.default_rng(0).normal(size=y.shape)).sum()
    assert_balanced(explain(total, style="prime").latex)
    chain = ChainRule(Decomposition(total, names_of(computation_order(total))), leaves)
    for leaf, slope in zip(leaves, gradients(total, leaves), strict=True):
        (found,) = [d for d in chain.derivatives if d.node is leaf]
        data = found.formula if isinstance(found.formula, (float, np.ndarray)) else found.formula.data
        assert_close(np.broadcast_to(data, slope.shape), slope.numpy(), ulps=256, scale=1.0)


def letter_of(fraction):
    """Return what formulas call a derivative: de_dz for ∂e/∂z."""
    return fraction.replace("∂", "d").replace("/", "_")


def assert_balanced(latex):
    """Assert that braces, environments, and growing parentheses are in pairs."""
    bare = re.sub(r"\\[{}\\%&$#_]", "", latex)
    depth = 0
    for sign in re.findall("[{}]", bare):
        depth += 1 if sign == "{" else -1
        assert depth >= 0, latex
    assert depth == 0, latex
    assert latex.count(r"\left") == latex.count(r"\right"), latex
    assert latex.count(r"\begin{") == latex.count(r"\end{"), latex


# --- size -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "double",
    [lambda v: v + v, lambda v: v * v, lambda v: sin(v) * v, lambda v: tanh(v) + tanh(v), lambda v: sin(v) + cos(v)],
)
def test_twenty_doublings_take_twice_the_text_of_ten(double):
    def length(n):
        v = Value(0.9, "x")
        for _ in range(n):
            v = double(v)
        derivation = explain(v)
        return len(derivation.text), len(derivation.latex)

    for ten, twenty in zip(length(10), length(20), strict=True):
        assert twenty < 2.6 * ten


def test_a_chain_of_thousands_needs_no_recursion():
    v = x = Value(0.5, "x")
    for _ in range(3000):
        v = v + x
    assert explain(v).partials[0].value == 3001.0
    for _ in range(3000):
        v = sin(v)
    assert explain(v).partials[0].value == gradients(v, x)


# --- arrays -----------------------------------------------------------------------------------------------------------


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


# --- words and errors -------------------------------------------------------------------------------------------------


def test_headings_are_spanish_where_that_is_asked_for():
    e, w, _ = neuron()
    headings = [step.heading for step in explain(e, w, lang="es").steps]
    assert headings == ["Descomposición", "Derivadas locales", "Regla de la cadena", "Con números"]


x0 = Value(1.0, "x")


@pytest.mark.parametrize(
    ("call", "error", "needed"),
    [
        (lambda: explain(3.0), AutogradError, "a Value or a Tensor, got float"),
        (lambda: explain(x0 * 2, style="slide"), AutogradError, "'full', 'prime', got 'slide'"),
        (lambda: explain(x0 * 2, lang="fr"), AutogradError, "'en', 'es', got 'fr'"),
        (lambda: explain(x0 * 2, precision=0), AutogradError, "from 1 to 17, got 0"),
        (lambda: explain(x0 * 2, 3.0), AutogradError, "wrt is a Value or Tensor, or a list of them, got float"),
        (lambda: explain(x0 * 2, Value(1.0, "w")), GradientError, "was not computed from the Value 'w'"),
        (lambda: explain(x0 * 2, Value(1.0, "c", requires_grad=False)), GradientError, "'c' requires no gradient"),
        (lambda: explain(Value(1.0, requires_grad=False)), GradientError, "requires no gradient"),
        (lambda: explain(x0 * 2, names=["x"]), AutogradError, "names is a mapping"),
        (lambda: explain(Tensor([1.0, 2.0], requires_grad=True) * 2), AutogradError, "shape (2,): sum() or mean()"),
    ],
)
def test_what_cannot_be_derived_is_refused_in_words_and_with_the_place(call, error, needed):
    with pytest.raises(error, match=re.escape(needed) + r".*test_derivation.py:"):
        call()


def test_a_leaf_written_since_is_refused():
    x = Value(2.0, "x")
    y = x * x
    x.data = 3.0
    with pytest.raises(GradientError, match="mul needs 'x' as it was"):
        explain(y)


# --- what reviews found -----------------------------------------------------------------------------------------------


def only(derivation):
    (partial,) = derivation.partials
    return partial.formula


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


def test_functions_of_different_settings_are_different():
    z = Value(-0.7, "z")
    derivation = explain(ops.elu(z, alpha=0.5) + ops.elu(z, alpha=2.0), style="prime")
    assert only(derivation).text == "elu'(z, alpha=0.5) + elu'(z, alpha=2)"
    assert r"\operatorname{elu}'_{0.5}(z)" in only(derivation).latex


def test_letters_of_gradients_keep_clear_of_the_users():
    x, k = Value(0.5, "x"), Value(3.0, "df_du")
    u = (k * x).named("u")
    derivation = explain((sin(u) * cos(u) * u + exp(u) * u).named("f"), x)
    assert only(derivation).text == "df_du_2*df_du"
    assert lines(derivation, "Chain rule")[-1][1] == "∂f/∂u · ∂u/∂x"
    assert_close(derivation.partials[0].value, gradients(derivation.chain.parts.root, x))


def test_the_derivative_through_one_operand_is_told_from_the_whole():
    x = Value(0.7, "x")
    derivation = explain((x * tanh(x)).named("e"))
    assert lines(derivation, "Local derivatives")[0] == ["∂e/∂x|z1", "z1"]
    assert lines(derivation, "Chain rule")[0][:2] == ["∂e/∂x", "∂e/∂z1 · ∂z1/∂x + ∂e/∂x|z1"] or (
        lines(derivation, "Chain rule")[0][1] == "∂e/∂x|z1 + ∂e/∂z1 · ∂z1/∂x"
    )
    assert r"\left.\frac{\partial e}{\partial x}\right|_{z_1}" in derivation.latex


def test_guards_of_rules_against_division_by_zero_are_left_out_where_they_are_idle():
    x, y = Value(3.0, "x"), Value(2.0, "y")
    assert formulas(explain(x**y)) == ["y*x**(y - 1)", "f*log(x)"]
    assert formulas(explain(ops.hypot(x, y))) == ["x/f", "y/f"]
    assert "where" in explain(ops.hypot(Value(0.0, "x"), Value(0.0, "y"))).text


def test_fractions_cancel_and_join():
    x, w = Value(1.0, "x"), Value(2.0, "w")
    assert formulas(explain(ops.log(sigmoid(x)))) == ["1 - z1"]
    assert formulas(explain(ops.sqrt(x**2 + w**2))) == ["x/f", "w/f"]
    assert formulas(explain(x / w / w)) == ["1/w**2", "-x/w**3 - f/w"]
    assert formulas(explain((x - w) * (x + w))) == ["2*x", "-2*w"]


def test_numbers_are_written_as_fractions_and_constants_where_they_are_ones():
    x = Value(2.0, "x")
    assert only(explain(x ** (1 / 3))) == (r"\frac{1}{3} x^{-\frac{2}{3}}", "1/3*x**(-2/3)")
    assert only(explain(ops.exp2(x))) == (r"(\ln 2) f", "log(2)*f")
    assert r"f &= \left(\frac{1}{2}\right)^x" in explain(0.5**x).latex


def test_small_arrays_are_written_out():
    x = Tensor([1.0, 2.0], requires_grad=True, label="x")
    derivation = explain((x * x).sum())
    assert lines(derivation, "Numbers") == [["∂f/∂x", "[2, 4]"]]
    assert r"\begin{pmatrix} 2 & 4 \end{pmatrix}" in derivation.latex


def test_constant_arrays_are_listed_among_what_is_given():
    x = Tensor([1.0, 2.0], requires_grad=True, label="x")
    assert lines(explain((x * np.array([3.0, 4.0])).sum()), "Decomposition")[0] == ["x", "[1, 2], c1", "[3, 4]"]


def test_an_unnamed_number_that_wants_no_gradient_is_a_constant():
    w, y = Value(0.3, "w"), Value(1.0, "y", requires_grad=False)
    assert lines(explain(w * (1 - y)), "Decomposition")[-1] == ["f", "w*c1", "0"]


def test_a_name_that_is_no_word_is_quoted_in_text():
    assert formulas(explain(Value(2.0, "x*y") * Value(3.0, "1"))) == ["'1'", "'x*y'"]


def test_greek_letters_are_commands_in_latex():
    assert explain(Value(2.0, "α_1") ** 2).partials[0].formula.latex == r"2 \alpha_1"


def test_a_checkpoint_is_not_run_on_letters():
    a, b = Value(2.0, "a"), Value(3.0, "b")
    u, v = checkpoint(lambda a, b: (a * b, a + b * b))(a, b)
    explain(u, a)
    (u + v).backward()
    assert (a.grad, b.grad) == (4.0, 8.0)


def test_a_tensor_of_one_entry_may_have_any_shape():
    for shape in ((), (1,), (1, 1)):
        x = Tensor(np.full(shape, 2.0), requires_grad=True, label="x")
        assert explain(x * 3).partials[0].value.shape == shape


def test_a_rule_that_is_not_made_of_ops_is_shown_by_its_number():
    @elementwise(d=lambda y, x: 12.0 if x == 2 else 5.0)
    def stepped(x):
        return 3.0 * x

    derivation = explain(stepped(Value(2.0, "x")).named("y"))
    assert only(derivation).text == "dy_dx"
    assert derivation.partials[0].value == 12.0


def test_a_template_of_ones_own_is_filled_in_with_the_parentheses_it_needs():
    @elementwise(d=lambda y, x: 1.0, latex=r"\frac{{{0}}}{{1 + {0}^2}}")
    def bell(x):
        return x

    @elementwise(d=(lambda y, a, b: 1.0, lambda y, a, b: 1.0), latex=r"{0} \star {1}", domain=(REAL, REAL))
    def star(a, b):
        return a + b

    a, b = Value(1.0, "a"), Value(2.0, "b")
    rule = lambda f: f(Letter("a", "a", data=1.0) + Letter("b", "b", data=2.0))
    assert written(rule(bell)).latex == r"\frac{a + b}{1 + (a + b)^2}"
    assert r"f &= a z_1" not in explain(a * star(a, b)).latex.replace("z_1", "x")
    assert written(3 * star(Letter("a", "a", data=1.0), Letter("b", "b", data=1.0))).latex == r"3 (a \star b)"


def test_infinite_settings_and_numbers_are_written():
    x = Value(2.0, "x")
    assert "clip(x, lo=-inf, hi=1)" in explain(ops.clip(x, -np.inf, 1.0)).text
    assert r"\infty" in explain(x * np.inf).latex


def test_what_nobody_reads_is_left_out_of_what_is_printed():
    total = sum((Value(0.1 * i, f"w{i}") ** 2 for i in range(80)), Value(0.0, "s"))
    derivation = explain(total)
    assert len(repr(derivation)) < len(derivation.text) / 1.3
    assert "more; all of them: .text, .latex" in repr(derivation)
    assert "… 21" in derivation.text  # the given numbers


def test_wrt_may_be_any_iterable_but_not_empty():
    x, y = Value(1.0, "x"), Value(2.0, "y")
    assert len(explain(x * y, (v for v in (x, y))).partials) == 2
    with pytest.raises(AutogradError, match="wrt is empty"):
        explain(x * y, [])


def test_classes_and_private_names_among_the_users_names_do_no_harm():
    x = Value(2.0)
    names = {"MLP": nn.MLP, "_x": x, "x": x, "model": nn.MLP(1, [1], rng=0), 3: x}
    assert formulas(explain(x * x, names=names)) == ["2*x"]
