"""Does the course's worked example come out as on its slides: the error, five partial derivatives, one step of descent?

The slides' network is f = S(w20 + w21 tanh(w10 + w11 x1 + w12 x2)) with the error e = ½ (y - f)². Every way the library
has to differentiate it is held against the slides' formulas, a complex step, and numbers worked out to twenty digits; and
the formulas that it derives itself against those typed from the slide.
"""

import cmath
import math
from types import SimpleNamespace

import numpy as np
import pytest
from helpers import assert_close

import autograd
from autograd import Tensor, Value, explain, grad, gradients, hessian, jacobian, jvp, sigmoid, tanh, value_and_grad, vjp

X1, X2, Y, RATE = 0.5, -1.2, 1.0, 0.5
W = {"w20": 0.2, "w21": 0.7, "w10": 0.1, "w11": 0.4, "w12": -0.3}
NAMES = tuple(W)


def error(w20, w21, w10, w11, w12):
    """The slides' formula, on anything our functions take."""
    return 0.5 * (Y - sigmoid(w20 + w21 * tanh(w10 + w11 * X1 + w12 * X2))) ** 2


def by_the_slides():
    """The slides' decomposition and its five formulas, on floats."""
    z_g = W["w10"] + W["w11"] * X1 + W["w12"] * X2
    g = math.tanh(z_g)
    z_f = W["w20"] + W["w21"] * g
    f = 1 / (1 + math.exp(-z_f))
    ds, dtanh = f * (1 - f), 1 - g**2
    w20 = -(Y - f) * ds
    w10 = w20 * W["w21"] * dtanh
    return 0.5 * (Y - f) ** 2, {"w20": w20, "w21": w20 * g, "w10": w10, "w11": w10 * X1, "w12": w10 * X2}


def by_a_complex_step(name):
    """The imaginary part of e at w + ih, over h: exact to rounding, for nothing is subtracted."""
    w = SimpleNamespace(**{n: complex(x, 1e-30 if n == name else 0.0) for n, x in W.items()})
    f = 1 / (1 + cmath.exp(-(w.w20 + w.w21 * cmath.tanh(w.w10 + w.w11 * X1 + w.w12 * X2))))
    return (0.5 * (Y - f) ** 2).imag / 1e-30


ERROR, PARTIALS = by_the_slides()
# Worked out in decimal arithmetic of fifty digits, from e^x = Σ xⁿ/n! alone.
DIGITS = {
    "e": "0.06238708449858118761",
    "w20": "-0.08069970603854679245",
    "w21": "-0.04667375741614223298",
    "w10": "-0.03759371867981482126",
    "w11": "-0.01879685933990741063",
    "w12": "0.04511246241577778552",
}


def test_the_slides_formulas_a_complex_step_and_the_digits_agree():
    assert_close(ERROR, float(DIGITS["e"]))
    for name in NAMES:
        assert_close(PARTIALS[name], float(DIGITS[name]))
        assert_close(by_a_complex_step(name), float(DIGITS[name]))


def values():
    return {name: Value(w, name) for name, w in W.items()}


def test_backward_on_values_gives_the_five_partials():
    w = values()
    e = error(**w)
    e.backward()
    assert_close(e.data, ERROR)
    assert_close([w[n].grad for n in NAMES], [PARTIALS[n] for n in NAMES])


def test_the_slides_decomposition_has_the_slides_gradients_on_the_way():
    w = values()
    z_g = w["w10"] + w["w11"] * X1 + w["w12"] * X2
    g = tanh(z_g)
    z_f = w["w20"] + w["w21"] * g
    f = sigmoid(z_f)
    e = 0.5 * (Y - f) ** 2
    e.backward()
    assert_close(f.grad, -(Y - f.data))
    assert_close(z_f.grad, f.grad * f.data * (1 - f.data))
    assert_close(g.grad, z_f.grad * W["w21"])
    assert_close(z_g.grad, g.grad * (1 - g.data**2))
    assert [n.op.name for n in (z_g, g, z_f, f, e)] == ["add", "tanh", "add", "sigmoid", "mul"]


def test_one_step_of_gradient_descent_moves_all_five_weights_and_lowers_the_error():
    w = values()
    error(**w).backward()
    for p in w.values():
        p.data -= RATE * p.grad
    assert_close([w[n].data for n in NAMES], [W[n] - RATE * PARTIALS[n] for n in NAMES])
    assert error(**w).data < ERROR


def test_tensors_of_one_number_give_the_same():
    w = {name: Tensor(x, requires_grad=True, label=name) for name, x in W.items()}
    e = error(**w)
    e.backward()
    assert_close(e.item(), ERROR)
    assert_close([w[n].grad.item() for n in NAMES], [PARTIALS[n] for n in NAMES])
    for p in w.values():
        p.data -= RATE * p.grad
    assert_close([w[n].item() for n in NAMES], [W[n] - RATE * PARTIALS[n] for n in NAMES])


def test_matrices_of_weights_give_the_same():
    x = np.array([1.0, X1, X2])
    first = Tensor([W["w10"], W["w11"], W["w12"]], requires_grad=True)
    second = Tensor([W["w20"], W["w21"]], requires_grad=True)
    z_f = second[0] + second[1] * (first @ x).tanh()
    (0.5 * (Y - z_f.sigmoid()) ** 2).backward()
    assert_close(second.grad.numpy(), [PARTIALS["w20"], PARTIALS["w21"]])
    assert_close(first.grad.numpy(), [PARTIALS["w10"], PARTIALS["w11"], PARTIALS["w12"]])


def test_a_batch_of_the_one_point_gives_the_same_for_each_row():
    x = Tensor(np.tile([1.0, X1, X2], (4, 1)))
    first = Tensor([[W["w10"]], [W["w11"]], [W["w12"]]], requires_grad=True)
    g = (x @ first).tanh()
    (0.5 * (Y - (W["w20"] + W["w21"] * g).sigmoid()) ** 2).mean().backward()
    assert_close(first.grad.numpy().ravel(), [PARTIALS["w10"], PARTIALS["w11"], PARTIALS["w12"]])


def by_backward(*w):
    nodes = [Value(x) for x in w]
    error(*nodes).backward()
    return [v.grad for v in nodes]


def by_gradients(*w):
    nodes = [Value(x) for x in w]
    return gradients(error(*nodes), nodes)


def by_forward_mode(*w):
    return [jvp(error, w, [float(i == j) for j in range(5)])[1] for i in range(5)]


WAYS = {
    "backward": by_backward,
    "gradients": by_gradients,
    "grad": lambda *w: grad(error, range(5))(*w),
    "grad one by one": lambda *w: [grad(error, i)(*w) for i in range(5)],
    "grad by dict": lambda *w: list(grad(lambda d: error(**d))(dict(zip(NAMES, w, strict=True))).values()),
    "grad by list": lambda *w: grad(lambda row: error(*row))(list(w)),
    "value_and_grad": lambda *w: value_and_grad(error, range(5))(*w)[1],
    "vjp": lambda *w: vjp(error, *w)[1](1.0),
    "jvp": by_forward_mode,
    "jacobian": lambda *w: jacobian(error, range(5))(*w),
    "of an array": lambda *w: list(grad(lambda row: error(*row))(np.array(w))),
    "checkpoint": lambda *w: grad(autograd.checkpoint(error), range(5))(*w),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_differentiate_gives_the_five_partials(way):
    assert_close(list(WAYS[way](*W.values())), list(PARTIALS.values()))


def test_the_value_that_comes_along_is_the_error():
    assert_close(value_and_grad(error)(*W.values())[0], ERROR)
    assert_close(vjp(error, *W.values())[0], ERROR)
    assert_close(jvp(error, tuple(W.values()), (0.0,) * 5)[0], ERROR)


def test_the_second_derivatives_are_those_of_the_formulas():
    # e'' = (S')² - (y - f) S'' by z_f, and S'' = S' (1 - 2f): then the chain rule for w20 and w21.
    g = math.tanh(W["w10"] + W["w11"] * X1 + W["w12"] * X2)
    f = 1 / (1 + math.exp(-(W["w20"] + W["w21"] * g)))
    ds = f * (1 - f)
    second = ds * ds - (Y - f) * ds * (1 - 2 * f)
    found = hessian(lambda row: error(row[0], row[1], W["w10"], W["w11"], W["w12"]))(np.array([W["w20"], W["w21"]]))
    assert_close(found, second * np.array([[1.0, g], [g, g * g]]), ulps=32, scale=1.0)


def test_a_hundred_steps_of_descent_reach_a_small_error():
    w = values()
    for _ in range(100):
        for p in w.values():
            p.zero_grad()
        error(**w).backward()
        for p in w.values():
            p.data -= 2.0 * p.grad
    assert error(**w).data < 0.003 < ERROR


# --- the slide's formulas, as typed from it ---------------------------------------------------------------------------

TYPED = {
    "w20": r"\frac{\partial}{\partial w_{2,0}} e = -(y - f) S'(z_f)",
    "w21": r"\frac{\partial}{\partial w_{2,1}} e = -(y - f) S'(z_f) g",
    "w10": r"\frac{\partial}{\partial w_{1,0}} e = -(y - f) S'(z_f) w_{2,1} \tanh'(z_g)",
    "w11": r"\frac{\partial}{\partial w_{1,1}} e = -(y - f) S'(z_f) w_{2,1} \tanh'(z_g) x_1",
    "w12": r"\frac{\partial}{\partial w_{1,2}} e = -(y - f) S'(z_f) w_{2,1} \tanh'(z_g) x_2",
}
PARTS = [
    r"z_g = w_{1,0} + w_{1,1} x_1 + w_{1,2} x_2",
    r"g = \tanh(z_g)",
    r"z_f = w_{2,0} + w_{2,1} g",
    r"f = S(z_f)",
    r"e = \frac{1}{2} (y - f)^2",
]


def without_spaces(latex):
    return "".join(latex.split())


def derived(**options):
    """Explain the worked example, its parts named as on the slide."""
    x1, x2, y = (Value(v, n, requires_grad=False) for v, n in ((X1, "x1"), (X2, "x2"), (Y, "y")))
    w = {name: Value(v, name, latex=f"w_{{{name[1]},{name[2]}}}") for name, v in W.items()}
    z_g = (w["w10"] + w["w11"] * x1 + w["w12"] * x2).named("z_g")
    g = tanh(z_g).named("g")
    z_f = (w["w20"] + w["w21"] * g).named("z_f")
    f = sigmoid(z_f).named("f")
    return explain((0.5 * (y - f) ** 2).named("e"), list(w.values()), **options)


def test_the_five_formulas_of_the_slide_come_out_of_the_graph():
    partials = derived(style="prime").partials
    assert [p.name for p in partials] == list(TYPED)
    for partial in partials:
        assert without_spaces(partial.latex) == without_spaces(TYPED[partial.name])


def test_the_decomposition_of_the_slide_comes_out_of_the_graph():
    rows = [row.sides for row in derived().steps[0].rows][-len(PARTS) :]
    found = [without_spaces(f"{name.latex} = {formula.latex}") for name, formula, _ in rows]
    assert found == list(map(without_spaces, PARTS))


def test_worked_out_the_slides_primes_are_f_and_g():
    formula = derived().partials[3].formula
    assert formula.latex == "-(y - f) f (1 - f) w_{2,1} (1 - g^2) x_1"
    assert formula.text == "-(y - f)*f*(1 - f)*w21*(1 - g**2)*x1"


def test_the_numbers_of_the_derivation_are_the_slides():
    for partial in derived().partials:
        assert_close(partial.value, PARTIALS[partial.name])
