"""Are derivatives of any order right, however modes are nested and whatever a function closes over?"""

import itertools
import math

import numpy as np
import pytest
from differentiated import bare, f, forward, reverse, times
from helpers import assert_close

import autograd
from autograd import (
    Tensor,
    Value,
    elementwise,
    elementwise_grad,
    exp,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    ops,
    sin,
    structural,
    vjp,
)
from autograd.domains import arrays
from autograd.registry import scoped

# --- any order --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("x", [0.4, -1.2])
def test_the_fifth_derivatives_of_exp_sin_and_a_power_are_right(x):
    for n in range(6):
        cycle = [math.sin(x), math.cos(x), -math.sin(x), -math.cos(x)]
        assert_close(bare(times(grad, n, exp)(x)), math.exp(x), ulps=16)
        assert_close(bare(times(grad, n, sin)(x)), cycle[n % 4], ulps=16)
        assert_close(bare(times(grad, n, lambda v: v**7)(x)), math.perm(7, n) * x ** (7 - n), ulps=64)


def test_higher_derivatives_of_arrays_are_right():
    x = np.array([0.4, -1.2])
    assert_close(times(elementwise_grad, 5, sin)(x), np.cos(x), ulps=16)
    assert_close(times(elementwise_grad, 4, exp)(x), np.exp(x), ulps=16)


@pytest.mark.parametrize(
    "modes", list(itertools.product([grad, forward, reverse, jacobian], repeat=3)),
    ids=lambda modes: "-".join(mode.__name__ for mode in modes),
)  # fmt: skip
def test_modes_nest_in_any_order(modes):
    h = lambda x: exp(x * x)
    for mode in modes:
        h = mode(h)
    x = 0.4
    assert_close(bare(h(x)), (12 * x + 8 * x**3) * math.exp(x * x), ulps=64)


CONFUSING = [
    ("24", lambda d: d(lambda x: x * d(lambda y: x * y * y)(2.0))(3.0), 24.0),
    ("x captured twice", lambda d: d(lambda x: x * d(lambda y: x + y)(1.0))(1.0), 1.0),
    ("x not used inside", lambda d: d(lambda x: x * d(lambda y: y * y)(3.0))(5.0), 6.0),
    ("at x itself", lambda d: d(lambda x: x * d(lambda y: x * y * y)(x))(3.0), 54.0),  # x·2x² = 2x³
    ("at a function of x", lambda d: d(lambda x: d(lambda y: y * y * y)(x * x))(2.0), 96.0),  # 3x⁴
    ("inner gives x", lambda d: d(lambda x: d(lambda y: x)(1.0))(1.0), 0.0),
    ("inner gives x²", lambda d: d(lambda x: d(lambda y: x * x)(1.0) + x)(1.0), 1.0),
    ("three deep", lambda d: d(lambda x: d(lambda y: d(lambda z: x * y * z * z)(y))(x))(2.0), 16.0),  # 2xy², 4xy, 4x²
    ("same name", lambda d: d(lambda x: x * d(lambda x: x * x)(x))(3.0), 12.0),
]


@pytest.mark.parametrize("d", [grad, forward, reverse, jacobian], ids=["grad", "forward", "reverse", "jacobian"])
@pytest.mark.parametrize(("program", "expected"), [c[1:] for c in CONFUSING], ids=[c[0] for c in CONFUSING])
def test_perturbations_of_nested_derivatives_are_not_confused(program, expected, d):
    assert bare(program(d)) == expected


def test_perturbations_of_modes_that_differ_are_not_confused():
    def nested(outer, inner):
        return outer(lambda x: x * inner(lambda y: x * y * y)(2.0))(3.0)

    for outer, inner in itertools.permutations([grad, forward, reverse], 2):
        assert bare(nested(outer, inner)) == 24.0


def test_a_function_that_closes_over_values_gives_values_of_their_graph():
    w = Value(2.0)
    g = grad(lambda x: w * x * x)(3.0)
    assert (type(g), g.data) == (Value, 12.0)
    g.backward()
    assert w.grad == 6.0
    y, pull = vjp(lambda x: w * x, 3.0)
    assert gradients(y, w) == 3.0
    assert gradients(pull(1.0)[0], w) == 1.0
    j = jacobian(lambda x: autograd.stack([w * x.values()[0], x.values()[1] ** 2]))(np.array([1.0, 2.0]))
    assert (type(j), j.tolist()) == (Tensor, [[2.0, 0.0], [0.0, 4.0]])
    assert gradients(j.sum(), w) == 1.0
    assert gradients(hvp(lambda x: w * x**3)(2.0, 1.0), w) == 12.0


def test_a_function_that_closes_over_tensors_gives_tensors_of_their_graph():
    w = Tensor([1.0, 2.0], requires_grad=True)
    g = grad(lambda x: (w * x * x).sum())(np.array([3.0, 4.0]))
    assert (type(g), g.tolist()) == (Tensor, [6.0, 16.0])
    g.sum().backward()
    assert w.grad.tolist() == [6.0, 8.0]


def test_closing_over_a_value_that_wants_no_gradient_leaves_floats():
    c = Value(2.0, requires_grad=False)
    assert type(grad(lambda x: c * x * x)(3.0)) is float


def test_a_value_may_be_both_argument_and_closed_over():
    x = Value(3.0)
    g = grad(lambda v: x * v * v)(x)
    assert g.data == 18.0
    g.backward()
    assert x.grad == 12.0
    assert [bare(g) for g in grad(lambda a, b: a * b * b, (0, 1))(x, x)] == [9.0, 18.0]


def test_transforms_work_under_no_grad_and_their_results_want_no_gradient_there():
    x, w = Value(3.0), Value(2.0)
    with no_grad():
        assert grad(f)(0.3) == grad(f)(0.3)
        assert_close(times(grad, 3, sin)(0.5), -math.cos(0.5), ulps=16)
        assert hessian(lambda v: (v**3).sum())(np.array([1.0])).tolist() == [[6.0]]
        found = [grad(lambda v: v * v)(x), grad(lambda v: w * v)(1.0), jvp(lambda v: v * v, (x,), (1.0,))[1]]
    assert [bare(g) for g in found] == [6.0, 2.0, 6.0]
    assert not any(isinstance(g, Value) and g.requires_grad for g in found)


def test_what_a_function_computes_under_no_grad_is_constant():
    def half(x):
        with no_grad():
            c = x * x
        return c * x

    assert grad(half)(3.0) == 9.0
    assert grad(no_grad()(lambda x: x * x))(3.0) == 0.0
    assert jvp(half, (3.0,), (1.0,)) == (27.0, 9.0)


# --- ops of one's own -------------------------------------------------------------------------------------------------


def test_an_elementwise_op_of_ones_own_is_differentiated_twice_in_both_modes():
    with scoped():

        @elementwise(d=lambda y, x: y * (1 - 2 * x))  # y = e^(x - x²)
        def bump(x):
            return np.exp(x - x * x)

        x = 0.3
        d2 = math.exp(x - x * x) * ((1 - 2 * x) ** 2 - 2)
        for outer, inner in itertools.product([grad, forward, reverse], repeat=2):
            assert_close(bare(outer(inner(bump))(x)), d2, ulps=32)
        assert_close(elementwise_grad(elementwise_grad(bump))(np.array([x, x])), [d2, d2], ulps=32)
        v = Value(x)
        gradients(v.bump(), v, create_graph=True).backward()
        assert_close(v.grad, d2, ulps=32)


def test_an_op_of_two_operands_and_a_setting_is_differentiated_twice():
    with scoped():

        @elementwise(d=(lambda y, a, b, k: k * a ** (k - 1) * b, lambda y, a, b, k: a**k))
        def blend(a, b, k=2):
            return a**k * b

        h = hessian(lambda a, b: blend(a, b, k=3), (0, 1))(2.0, 5.0)
        assert h == ((60.0, 12.0), (12.0, 0.0))
        assert grad(lambda a: blend(a, 5.0))(2.0) == 20.0


def test_a_structural_op_of_ones_own_is_differentiated_twice_in_both_modes():
    with scoped():

        @structural(vjp=lambda g, y, x: lambda: g * x / y, domain=arrays("n"))
        def length(x):
            return np.sqrt(np.sum(x * x))

        x = np.array([3.0, 4.0])
        expected = (np.eye(2) - np.outer(x, x) / 25) / 5
        assert_close(hessian(length)(x), expected, ulps=32, scale=1.0)
        assert_close(jacobian(jacobian(length))(x), expected, ulps=32, scale=1.0)
        assert_close(jvp(length, (x,), (np.array([1.0, 1.0]),))[1], 1.4)
        assert_close(elementwise_grad(lambda t: ops.square(length(t)))(x), 2 * x)
