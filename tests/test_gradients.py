"""Do gradients, transforms of functions and checkpoints give the right derivative, of the kind that was handed in?"""

import gc
import itertools
import math
import weakref
from collections import OrderedDict, namedtuple

import numpy as np
import pytest
from helpers import assert_close

import autograd
import nn
from autograd import (
    AutogradError,
    DTypeError,
    GradientError,
    ShapeError,
    Tensor,
    Value,
    checkpoint,
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
    tanh,
    value_and_grad,
    vjp,
)
from autograd.domains import arrays
from autograd.registry import scoped

Point = namedtuple("Point", "x y")
HERE = r"at .*test_gradients\.py:\d+"


def bare(x):
    """Return what a transform hands out as arrays of numbers."""
    return np.asarray(x.detach() if isinstance(x, (Value, Tensor)) else x)


# --- gradients of a recorded graph ------------------------------------------------------------------------------------


def test_gradients_of_one_output_by_one_input_is_one_number_and_of_lists_a_list():
    x, w = Value(3.0), Value(-2.0)
    y = x * x * w
    assert gradients(y, x) == -12.0
    assert gradients(y, [x, w]) == [-12.0, 9.0]
    assert gradients([y], (x,)) == [-12.0]
    assert type(gradients(y, x)) is float


def test_gradients_of_tensors_are_tensors_that_want_no_gradient():
    t = Tensor([1.0, 2.0], requires_grad=True)
    g = gradients((t * t).sum(), t)
    assert (type(g), g.tolist(), g.requires_grad) == (Tensor, [2.0, 4.0], False)


def test_derivatives_of_several_outputs_add_up_weighted_by_their_seeds():
    x = Value(2.0)
    a, b = x * x, 3 * x
    assert gradients([a, b], x) == 7.0
    assert gradients([a, b], x, seeds=[10.0, 1.0]) == 43.0
    assert gradients([a, a], x) == 8.0
    assert gradients(a, x, seeds=2.0) == gradients([a], x, seeds=[2.0]) == 8.0
    t = Tensor([1.0, 2.0], requires_grad=True)
    assert gradients(t * t, t, seeds=np.array([1.0, 10.0])).tolist() == [2.0, 40.0]


@pytest.mark.parametrize("create_graph", [False, True])
def test_seeds_that_do_not_fit_are_refused(create_graph):
    x, t = Value(2.0), Tensor([1.0, 2.0], requires_grad=True)
    for outputs, seeds in [([x * x], [1.0, 2.0]), ([x, x * x], [1.0]), (t * t, [np.ones(3)]), (t * t, [Tensor([1.0])])]:
        with pytest.raises(ShapeError, match=HERE):
            gradients(outputs, t if outputs is not x else x, seeds, create_graph)
    with pytest.raises(GradientError, match="seed 1"):
        gradients(t * t, t, create_graph=create_graph)


def test_a_seed_may_be_a_node_and_is_differentiated_by_with_create_graph():
    x, s = Value(3.0), Value(5.0)
    g = gradients(x * x, x, seeds=s, create_graph=True)
    assert g.data == 30.0
    assert gradients(g, [x, s]) == [10.0, 6.0]


def test_gradients_neither_read_nor_set_grad():
    x = Value(3.0)
    h = x * x
    y = h * h
    y.backward()
    before = (x.grad, h.grad, y.grad)
    gradients(y, [x, h], create_graph=True)
    assert (x.grad, h.grad, y.grad) == before
    y.backward()
    assert x.grad == 2 * before[0]


def test_an_input_no_output_depends_on_has_the_gradient_zero():
    x, other, t = Value(3.0), Value(1.0), Tensor([1.0, 2.0], requires_grad=True)
    y = x * x
    assert gradients(y, [other, x]) == [0.0, 6.0]
    assert gradients(y, t).tolist() == [0.0, 0.0]
    zero = gradients(y, other, create_graph=True)
    assert (type(zero), zero.data, zero.requires_grad) == (Value, 0.0, False)


def test_inputs_may_be_results_on_the_way():
    x = Value(2.0)
    h = x * x
    y = h**3
    assert gradients(y, h) == 48.0
    assert gradients(y, y) == 1.0
    assert gradients(h, y) == 0.0


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("create_graph", [False, True])
def test_an_input_that_another_input_was_computed_from_has_its_whole_derivative(order, create_graph):
    x = Value(2.0)
    h = x * x
    y = h**3 + x
    inputs, expected = [x, h, y], [193.0, 48.0, 1.0]
    found = gradients(y, [inputs[i] for i in order], create_graph=create_graph)
    assert [bare(g) for g in found] == [expected[i] for i in order]


def test_a_root_below_another_root_counts_as_both():
    x = Value(3.0)
    h = x * x
    assert gradients([h * h, h], [x]) == [114.0]
    assert gradients([h * h, h], [h]) == [19.0]


def test_create_graph_gives_nodes_that_are_differentiated_again_to_any_order():
    x = Value(0.5)
    y, expected = sin(x), [math.cos(0.5), -math.sin(0.5), -math.cos(0.5), math.sin(0.5), math.cos(0.5)]
    for e in expected:
        (y,) = gradients(y, [x], create_graph=True)
        assert_close(y.data, e, ulps=64)
    y.backward()
    assert_close(x.grad, -math.sin(0.5), ulps=64)


def test_mixed_second_derivatives_of_tensors_are_right():
    rng = np.random.default_rng(0)
    x, w = (Tensor(rng.normal(size=s), requires_grad=True) for s in ((4, 3), (3, 2)))
    gx, gw = gradients((x @ w).tanh().sum(), [x, w], create_graph=True)
    v = rng.normal(size=(4, 3))
    by_w = gradients((gx * v).sum(), w).numpy()
    y = np.tanh(x.data @ w.data)
    # d/dw of Σ v · ((1 - y²) wᵀ)
    s, r = 1 - y**2, np.asarray(v @ w.data)
    assert_close(by_w, v.T @ s - 2 * x.data.T @ (y * s * r), ulps=256, scale=1.0)
    assert gw.requires_grad


def test_a_gradient_penalty_trains():
    x, w = Value(0.7), Value(1.3)
    slope = gradients(tanh(w * x), x, create_graph=True)
    (slope**2).backward()
    t = math.tanh(0.91)
    s = 1 - t * t
    # slope = w s, so d(w s)²/dw = 2 w s (s - 2 w x t s)
    assert_close(w.grad, 2 * 1.3 * s * (s - 2 * 0.91 * t * s), ulps=32)


@pytest.mark.parametrize("thing", [3.0, None, "x", np.ones(2), [1.0]], ids=repr)
def test_what_is_no_node_has_no_gradients(thing):
    x = Value(1.0)
    for outputs, inputs in [(thing, x), (x * x, thing), ([x, thing], x), (x, [x, thing])]:
        with pytest.raises(GradientError, match=rf"gradients are of Values and Tensors, got .*{HERE}"):
            gradients(outputs, inputs)


def test_what_requires_no_gradient_is_refused():
    x, c = Value(1.0, "x"), Value(2.0, "c", requires_grad=False)
    for outputs, inputs in [(x * x, c), (c * 2, x)]:
        with pytest.raises(GradientError, match="requires no gradient"):
            gradients(outputs, inputs)


def test_a_write_above_the_inputs_does_not_matter():
    x = Value(3.0)
    h = x * x
    y = h * h
    x.data = 100.0
    assert gradients(y, h) == 18.0


# --- grad: kinds and containers ---------------------------------------------------------------------------------------


def f(x):
    return x * tanh(x)


def df(x):
    return math.tanh(x) + x * (1 - math.tanh(x) ** 2)


@pytest.mark.parametrize("x", [0.3, np.float64(0.3)])
def test_a_float_in_is_a_float_out(x):
    for transform in (grad, elementwise_grad, jacobian, hessian, lambda h: grad(grad(h))):
        assert type(transform(f)(x)) is float
    assert_close(grad(f)(x), df(0.3))


@pytest.mark.parametrize("x", [2, np.int64(2), np.uint8(2)])
def test_a_whole_number_counts_as_a_float(x):
    assert (type(grad(lambda v: v**3)(x)), grad(lambda v: v**3)(x)) == (float, 12.0)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_an_array_in_is_an_array_of_its_dtype_out(dtype):
    x = np.array([[0.3, -1.0], [0.0, 2.0]], dtype)
    for found in (grad(lambda v: f(v).sum())(x), elementwise_grad(f)(x), vjp(f, x)[1](np.ones((2, 2), dtype))[0]):
        assert (type(found), found.dtype, found.shape) == (np.ndarray, np.dtype(dtype), (2, 2))
        np.testing.assert_allclose(found, [[df(v) for v in row] for row in x.tolist()], rtol=1e-6)
    assert grad(lambda v: v * v)(np.array(3.0)) == 6.0


def test_a_node_in_is_a_node_out_that_is_differentiated_further():
    x = Value(0.3)
    g = grad(f)(x)
    assert (type(g), g.requires_grad) == (Value, True)
    g.backward()
    assert_close(x.grad, grad(grad(f))(0.3))
    t = Tensor([1.0, 2.0], requires_grad=True)
    g = grad(lambda v: (v**3).sum())(t)
    assert (type(g), g.tolist()) == (Tensor, [3.0, 12.0])
    g.sum().backward()
    assert t.grad.tolist() == [6.0, 12.0]


def test_a_node_that_wants_no_gradient_gives_a_node_that_wants_none():
    for x, kind in [(Value(2.0, requires_grad=False), Value), (Tensor(2.0), Tensor)]:
        y, g = value_and_grad(lambda v: v * v)(x)
        assert (type(y), type(g), y.requires_grad, g.requires_grad) == (kind, kind, False, False)
        assert (y.item(), g.item()) == (4.0, 4.0)
        assert not x.requires_grad


def test_inside_a_float_is_a_value_and_an_array_a_tensor():
    seen = []
    grad(lambda x, a: seen.append((type(x), type(a))) or x, (0, 1))(1.0, np.ones(2))
    assert seen == [(Value, Tensor)]


CONTAINERS = [
    ([2.0, 5.0], lambda p: p[0] * p[1], [5.0, 2.0]),
    ((2.0, 5.0), lambda p: p[0] * p[1], (5.0, 2.0)),
    ({"a": 2.0, "b": 5.0}, lambda p: p["a"] * p["b"], {"a": 5.0, "b": 2.0}),
    (Point(2.0, 5.0), lambda p: p.x * p.y, Point(5.0, 2.0)),
    ([[2.0], (5.0, [[]]), {}], lambda p: p[0][0] * p[1][0], [[5.0], (2.0, [[]]), {}]),
    ({"l": [Point(2.0, 0.0), {"z": 5.0}]}, lambda p: p["l"][0].x * p["l"][1]["z"], {"l": [Point(5.0, 0.0), {"z": 2.0}]}),
    ({1: 2.0, None: 5.0}, lambda p: p[1] * p[None], {1: 5.0, None: 2.0}),
    (OrderedDict(b=2.0, a=5.0), lambda p: p["a"] * p["b"], {"b": 5.0, "a": 2.0}),
]


@pytest.mark.parametrize(("params", "f", "expected"), CONTAINERS, ids=lambda x: type(x).__name__)
def test_a_container_in_is_the_same_container_out(params, f, expected):
    value, found = value_and_grad(f)(params)
    assert (value, found) == (10.0, expected)
    assert type(found) is type(expected)
    assert vjp(f, params)[1](1.0) == (expected,)
    assert jacobian(f)(params) == expected


def test_a_container_may_mix_kinds():
    v, t = Value(3.0), Tensor([1.0, 2.0], requires_grad=True)
    found = grad(lambda p: autograd.stack([p[0], p[2]]).prod() * p[1].sum() + p[3].sum())([2.0, np.ones(2), v, t])
    assert [type(g) for g in found] == [Value, Tensor, Value, Tensor]  # all part of the graph of v and t
    assert [bare(g).tolist() for g in found] == [6.0, [6.0, 6.0], 4.0, [1.0, 1.0]]
    assert gradients(found[0], v) == 2.0


def test_nesting_may_be_two_thousand_deep():
    deep = [2.0]
    for _ in range(2000):
        deep = [deep]

    def innermost(x):
        while isinstance(x, list):
            (x,) = x
        return x

    value, found = value_and_grad(lambda p: innermost(p) ** 3)(deep)
    assert (value, innermost(found)) == (8.0, 12.0)


def test_results_handed_out_are_arrays_of_ones_own():
    a, b = np.zeros((2, 3)), np.zeros((2, 3))
    for loss in (lambda x, y: (x + y).sum(), lambda x, y: (x + y).mean() * 6, lambda x, y: (x.sum(0) + y.sum(0)).sum()):
        ga, gb = grad(loss, (0, 1))(a, b)
        ga[0, 0] = 5.0
        assert (ga.sum(), gb.sum()) == (10.0, 6.0)
    tangent, seed = np.ones(3), np.ones(3)
    moved = jvp(lambda x: x, (np.zeros(3),), (tangent,))[1]
    (pulled,) = vjp(lambda x: x, np.zeros(3))[1](seed)
    moved[0] = pulled[0] = 5.0
    assert tangent.sum() == seed.sum() == 3.0
    table = jacobian(lambda x: x.sum())(np.zeros(3))
    table *= 2
    assert table.tolist() == [2.0, 2.0, 2.0]


def test_the_arguments_are_left_as_they_were():
    params = {"w": np.ones(2), "b": [np.array(1.0)]}
    grad(lambda p: (p["w"] * 2).sum() * p["b"][0])(params)
    assert [type(params["w"]), type(params["b"][0])] == [np.ndarray] * 2
    x = Value(3.0)
    grad(f)(x)
    assert (x.grad, x.is_leaf) == (0.0, True)


# --- grad: arguments and results --------------------------------------------------------------------------------------


def g3(x, y, z=1.0):
    return x * x * y * z


@pytest.mark.parametrize(
    ("argnums", "expected"),
    [(0, 60.0), (1, 18.0), (2, 45.0), (-1, 45.0), ((0, 1), (60.0, 18.0)), ([2, 0], (45.0, 60.0)), ((), ())],
)
def test_argnums_choose_the_arguments(argnums, expected):
    assert grad(g3, argnums)(3.0, 5.0, 2.0) == expected
    assert value_and_grad(g3, argnums)(3.0, 5.0, 2.0) == (90.0, expected)


@pytest.mark.parametrize("argnums", [2, -3, (0, 2)])
def test_argnums_out_of_range_are_refused(argnums):
    with pytest.raises(AutogradError, match=rf"argnums .* for 2 positional arguments, {HERE}"):
        grad(g3, argnums)(1.0, 2.0)


def test_arguments_given_by_name_are_handed_on():
    assert grad(g3)(3.0, 5.0, z=2.0) == 60.0
    assert grad(g3, 1)(3.0, 5.0, z=Value(2.0, requires_grad=False)) == 18.0
    assert grad(g3, 1)(3.0, 5.0, z=Value(2.0)).data == 18.0
    assert hessian(g3)(3.0, 5.0, z=2.0) == 20.0
    with pytest.raises(TypeError):
        grad(g3)(3.0, 5.0, q=2.0)


def test_an_auxiliary_result_comes_along_as_plain_numbers():
    loss = lambda x: (x * x, {"half": x / 2, "n": 7, "text": "ok"})
    assert grad(loss, has_aux=True)(3.0) == (6.0, {"half": 1.5, "n": 7, "text": "ok"})
    assert value_and_grad(loss, has_aux=True)(3.0) == ((9.0, {"half": 1.5, "n": 7, "text": "ok"}), 6.0)
    assert jacobian(lambda x: (x * x, x), has_aux=True)(3.0) == (6.0, 3.0)
    for wrong in (lambda x: x, lambda x: (x, x, x), lambda x: [x, x]):
        with pytest.raises(GradientError, match=rf"has_aux=True needs a function .* \(number, aux\), got .*{HERE}"):
            grad(wrong, has_aux=True)(3.0)


def test_transforms_keep_the_functions_name():
    assert grad(g3).__name__ == jacobian(g3).__name__ == hessian(g3).__name__ == hvp(g3).__name__ == "g3"


CONSTANTS = [lambda x: 3.0, lambda x: 3, lambda x: np.float64(3), lambda x: np.array(3.0), lambda x: Value(3.0),
             lambda x: x.item(), lambda x: x.detach(), lambda x: Value(1.0, requires_grad=False) * 2]  # fmt: skip


@pytest.mark.parametrize("constant", CONSTANTS)
def test_a_function_that_gives_a_constant_has_the_derivative_zero(constant):
    assert bare(grad(constant)(2.0)) == 0.0
    assert bare(grad(constant)(np.array(2.0))) == 0.0
    assert bare(jacobian(constant)(2.0)) == 0.0
    assert bare(jvp(constant, (2.0,), (1.0,))[1]) == 0.0
    assert bare(vjp(constant, 2.0)[1](1.0)[0]) == 0.0
    assert grad(lambda x: 3.0)(np.ones((2, 2))).tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert grad(lambda x, y: x, (0, 1))(1.0, np.ones(2))[1].tolist() == [0.0, 0.0]


THINGS = [None, "abc", b"abc", object(), {1.0, 2.0}, len]


@pytest.mark.parametrize("thing", THINGS, ids=lambda t: type(t).__name__)
@pytest.mark.parametrize("call", [
    lambda f: grad(f)(2.0),
    lambda f: value_and_grad(f)(2.0),
    lambda f: elementwise_grad(f)(2.0),
    lambda f: jacobian(f)(2.0),
    lambda f: hessian(f)(2.0),
    lambda f: jvp(f, (2.0,), (1.0,)),
    lambda f: vjp(f, 2.0)[1](1.0),
    lambda f: hvp(f)(2.0, 1.0),
], ids=["grad", "value_and_grad", "elementwise_grad", "jacobian", "hessian", "jvp", "vjp", "hvp"])  # fmt: skip
def test_a_function_that_gives_no_number_is_refused(call, thing):
    with pytest.raises(AutogradError, match=HERE):
        call(lambda x: thing)


@pytest.mark.parametrize(
    ("result", "given"),
    [(lambda t: t, r"shape \(2,\)"), (lambda t: [t[0], t[1]], "2 results"), (lambda t: [t.sum()], ""), (lambda t: [], "0"),
     (lambda t: {"loss": t.sum()}, ""), (lambda t: np.ones(3), r"shape \(3,\)"), (lambda t: t.reshape(2, 1), r"\(2, 1\)")],
)  # fmt: skip
def test_grad_of_several_numbers_points_to_the_jacobian(result, given):
    with pytest.raises(GradientError, match=rf"grad needs a function .* one number, got .*{given}.*: use jacobian, {HERE}"):
        grad(result)(np.ones(2))


@pytest.mark.parametrize("argument", ["abc", None, True, np.bool_(True), 1j, object(), ["a"], {"k": None}, {1.0}], ids=repr)
@pytest.mark.parametrize("transform", [grad, jacobian, hessian, value_and_grad], ids=lambda t: t.__name__)
def test_an_argument_that_is_no_number_is_refused(transform, argument):
    with pytest.raises(DTypeError, match=rf"derivatives are by floats, arrays, Values and Tensors.*leaf 0.*{HERE}"):
        transform(lambda x: 1.0)(argument)


@pytest.mark.parametrize("argument", [np.array([1, 2]), np.array([True]), [np.array(1)], Tensor([1, 2])], ids=repr)
def test_an_array_of_whole_numbers_is_refused(argument):
    with pytest.raises(DTypeError, match=rf"whole numbers and truth values carry no gradient.*{HERE}"):
        grad(lambda x: 1.0)(argument)


@pytest.mark.parametrize("argnums", ["x", 1.0, None, ("x",)], ids=repr)
def test_argnums_that_are_no_whole_numbers_are_refused(argnums):
    with pytest.raises((AutogradError, TypeError), match=HERE):
        grad(g3, argnums)(1.0, 2.0)


def test_argnums_may_be_numpys_whole_numbers():
    assert grad(g3, np.int64(1))(3.0, 5.0) == 9.0


def test_without_an_argument_there_is_nothing_to_differentiate_by():
    with pytest.raises(AutogradError, match="argnums 0 for 0 positional arguments"):
        grad(lambda: 1.0)()


def test_an_error_inside_the_function_comes_through_and_the_next_call_works():
    def broken(x):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        grad(broken)(1.0)
    assert grad(f)(0.3) == grad(f)(0.3)


# --- any order --------------------------------------------------------------------------------------------------------


def times(transform, n, f):
    for _ in range(n):
        f = transform(f)
    return f


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


def forward(f):
    return lambda x: jvp(f, (x,), (1.0,))[1]


def reverse(f):
    return lambda x: vjp(f, x)[1](1.0)[0]


@pytest.mark.parametrize("modes", list(itertools.product([grad, forward, reverse, jacobian], repeat=3)), ids=repr)
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


def test_primals_and_tangents_come_as_tuples():
    for primals, tangents in [(1.0, (1.0,)), ((1.0,), 1.0), (np.ones(2), np.ones(2))]:
        with pytest.raises(AutogradError, match=rf"(?s)jvp needs (primals|tangents) as a tuple.*{HERE}"):
            jvp(f, primals, tangents)


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


# --- checkpoint -------------------------------------------------------------------------------------------------------

checkpointed = pytest.mark.parametrize("wrap", [lambda f: f, checkpoint], ids=["plain", "checkpoint"])


@checkpointed
def test_a_checkpoint_changes_neither_value_nor_gradient_of_values(wrap):
    w, x = Value(1.5), Value(0.7)
    y = wrap(lambda v: tanh(w * v) * v)(x) * x
    y.backward()
    t = math.tanh(1.05)
    assert_close([y.data, x.grad, w.grad], [t * 0.49, 1.4 * t + 0.49 * 1.5 * (1 - t * t), 0.343 * (1 - t * t)], ulps=16)


@checkpointed
def test_a_checkpoint_takes_and_gives_containers_of_both_types(wrap):
    v, t = Value(2.0), Tensor([1.0, 3.0], requires_grad=True)
    f = wrap(lambda p, k, c: {"a": [p["v"] * k, p["t"] * 2], "b": p["t"].sum() * c})
    out = f({"v": v, "t": t}, 3.0, Tensor(5.0))
    assert (out["a"][0].data, out["a"][1].tolist(), out["b"].item()) == (6.0, [2.0, 6.0], 20.0)
    assert gradients(out["a"][0], [v, t])[0] == 3.0
    assert gradients([out["a"][1].sum(), out["b"]], t).tolist() == [7.0, 7.0]
    (out["a"][1].sum() + out["b"]).backward()
    assert t.grad.tolist() == [7.0, 7.0]


@checkpointed
def test_what_a_checkpoint_closes_over_is_differentiated_by(wrap):
    w = Value(3.0)
    h = w * w
    x = Value(2.0)
    y = wrap(lambda v: v * v * h)(x)
    assert gradients(y, [x, w]) == [36.0, 24.0]
    assert gradients(y, h) == 4.0
    y.backward()
    assert (x.grad, w.grad, h.grad) == (36.0, 24.0, 4.0)


@checkpointed
def test_a_checkpoint_inside_a_transform_may_close_over_its_argument(wrap):
    f = lambda w: wrap(lambda v: v * w * w * w)(Value(2.0, requires_grad=False))
    assert grad(f)(3.0) == 54.0
    assert grad(grad(f))(3.0) == 36.0
    assert bare(grad(f)(Value(3.0))) == 54.0
    assert hessian(f)(3.0) == 36.0
    assert forward(forward(f))(3.0) == 36.0


@checkpointed
def test_checkpoints_are_differentiated_to_any_order_in_both_modes(wrap):
    f = wrap(lambda x: sin(x) * x)
    g = lambda x: f(x) * x
    d2 = lambda x: 2 * math.sin(x) + 4 * x * math.cos(x) - x * x * math.sin(x)
    for mode in itertools.product([grad, forward, reverse], repeat=2):
        assert_close(bare(mode[0](mode[1](g))(0.6)), d2(0.6), ulps=32)
    d3 = 6 * math.cos(0.6) - 6 * 0.6 * math.sin(0.6) - 0.36 * math.cos(0.6)
    assert_close(bare(times(grad, 3, g)(0.6)), d3, ulps=64)


@checkpointed
def test_checkpoints_of_tensors_have_second_derivatives_and_tangents(wrap):
    rng = np.random.default_rng(5)
    w = rng.normal(size=(3, 3))
    block = wrap(lambda t, m: (t @ m).tanh())
    f = lambda t: (block(block(t, Tensor(w)), Tensor(w.T)) ** 2).sum()
    plain = lambda t: (((t @ w).tanh() @ w.T).tanh() ** 2).sum()
    x, v = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    assert_close(grad(f)(x), grad(plain)(x), ulps=256, scale=1.0)
    assert_close(hvp(f)(x, v), hvp(plain)(x, v), ulps=1024, scale=1.0)
    assert_close(jvp(f, (x,), (v,))[1], jvp(plain, (x,), (v,))[1], ulps=256, scale=1.0)


@checkpointed
def test_checkpoints_nest(wrap):
    w, x = Value(2.0), Value(3.0)
    inner = wrap(lambda v: v * v * w)
    y = wrap(lambda v: inner(v) * inner(v * w))(x)  # x² w · x² w³
    y.backward()
    assert (y.data, x.grad, w.grad) == (1296.0, 1728.0, 2592.0)


def test_a_checkpoint_is_one_node_and_keeps_no_graph_inside():
    kept = []

    def deep(v):
        for _ in range(1000):
            v = v * 1.001
            kept.append(weakref.ref(v))
        return v

    x = Value(1.0)
    y = checkpoint(deep)(x)
    assert (y.op.name, [v for v, _ in y.operands()]) == ("checkpoint", [x])
    gc.disable()
    try:
        assert sum(ref() is not None for ref in kept) == 0
        y.backward()
        assert sum(ref() is not None for ref in kept) == 0
    finally:
        gc.enable()
    assert_close(x.grad, 1.001**1000, ulps=4096)


def test_checkpoints_in_a_row_hold_one_piece_of_the_graph_at_a_time():
    refs, most = [], 0

    def piece(v):
        for _ in range(50):
            v = tanh(v)
            refs.append(weakref.ref(v))
        return v

    @elementwise(d=lambda y, x: watched())
    def watch(x):
        return x

    def watched():
        nonlocal most
        most = max(most, sum(ref() is not None for ref in refs))
        return 1.0

    with scoped():
        x = Value(0.5)
        y = x
        for _ in range(20):
            y = watch(checkpoint(piece)(y))
        y.backward()
    assert most <= 60
    assert x.grad != 0.0


def test_a_checkpoint_under_no_grad_records_nothing():
    x = Value(2.0)
    with no_grad():
        y = checkpoint(lambda v: v * v)(x)
    assert (y.data, y.requires_grad, y.is_leaf) == (4.0, False, True)
    constant = checkpoint(lambda v: v * v)(Value(2.0, requires_grad=False))
    assert not constant.requires_grad


def test_a_checkpoint_runs_again_as_often_as_gradients_are_taken():
    runs = []
    x = Value(2.0)
    y = checkpoint(lambda v: runs.append(1) or v * v)(x)
    assert len(runs) == 1
    y.backward()
    y.backward()
    assert (len(runs), x.grad) == (3, 8.0)


def test_a_checkpoint_of_many_results_runs_once_more_in_backward():
    runs = []
    layer = nn.Layer(2, 16, rng=0)
    ys = checkpoint(lambda xs: runs.append(1) or layer(xs))([Value(1.0), Value(2.0)])
    ops.sum(ys).backward()
    assert len(runs) == 2


@checkpointed
def test_a_checkpoint_takes_whole_numbers_as_they_are(wrap):
    pick = wrap(lambda t, index, n: (t[index] * n).sum())
    t = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = pick(t, Tensor([0, 2, 2]), Tensor(3))
    y.backward()
    assert t.grad.tolist() == [3.0, 0.0, 6.0]
    assert grad(pick)(np.ones(3), Tensor([0, 2, 2]), Tensor(3)).tolist() == [3.0, 0.0, 6.0]
    assert hessian(lambda x: pick(x, Tensor([0, 2]), Tensor(3)) ** 2)(np.ones(3))[0].tolist() == [18.0, 0.0, 18.0]


def test_a_checkpoint_notices_what_was_written_since():
    w, x = Value(3.0, "w"), Value(2.0)
    y = checkpoint(lambda v: v * w)(x)
    w.data = 5.0
    with pytest.raises(GradientError, match="checkpoint needs 'w' as it was"):
        y.backward()


@pytest.mark.parametrize("result", [None, 3.0, "a", [1.0]], ids=repr)
def test_a_checkpoint_that_gives_no_nodes_is_refused(result):
    with pytest.raises(GradientError, match=rf"checkpoint needs a function that returns Values or Tensors, got .*{HERE}"):
        checkpoint(lambda v: result)(Value(1.0))


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
