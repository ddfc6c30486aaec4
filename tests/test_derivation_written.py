"""Is a derivation written as one would write it: in numbered steps, short formulas, and names that are told apart?"""

import numpy as np
import pytest
from derived import assert_balanced, formulas, lines, neuron, only
from helpers import assert_close

import nn
from autograd import Value, cos, elementwise, exp, explain, gradients, ops, relu, sigmoid, sin, softmax, tanh
from autograd.domains import REAL
from autograd.expression import Letter
from autograd.mathml import mathml
from autograd.notation import written

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


def test_functions_of_different_settings_are_different():
    z = Value(-0.7, "z")
    derivation = explain(ops.elu(z, alpha=0.5) + ops.elu(z, alpha=2.0), style="prime")
    assert only(derivation).text == "elu'(z, alpha=0.5) + elu'(z, alpha=2)"
    assert r"\operatorname{elu}'_{0.5}(z)" in only(derivation).latex


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


def test_letters_of_gradients_keep_clear_of_the_users():
    x, k = Value(0.5, "x"), Value(3.0, "df_du")
    u = (k * x).named("u")
    derivation = explain((sin(u) * cos(u) * u + exp(u) * u).named("f"), x)
    assert only(derivation).text == "df_du_2*df_du"
    assert lines(derivation, "Chain rule")[-1][1] == "∂f/∂u · ∂u/∂x"
    assert_close(derivation.partials[0].value, gradients(derivation.chain.parts.root, x))


def test_an_unnamed_number_that_wants_no_gradient_is_a_constant():
    w, y = Value(0.3, "w"), Value(1.0, "y", requires_grad=False)
    assert lines(explain(w * (1 - y)), "Decomposition")[-1] == ["f", "w*c1", "0"]


def test_a_name_that_is_no_word_is_quoted_in_text():
    assert formulas(explain(Value(2.0, "x*y") * Value(3.0, "1"))) == ["'1'", "'x*y'"]


def test_greek_letters_are_commands_in_latex():
    assert explain(Value(2.0, "α_1") ** 2).partials[0].formula.latex == r"2 \alpha_1"


def test_classes_and_private_names_among_the_users_names_do_no_harm():
    x = Value(2.0)
    names = {"MLP": nn.MLP, "_x": x, "x": x, "model": nn.MLP(1, [1], rng=0), 3: x}
    assert formulas(explain(x * x, names=names)) == ["2*x"]
