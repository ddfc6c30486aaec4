"""Do transforms of functions take numbers, arrays, nodes and containers of them, give back the same, and refuse the rest?"""

import math
from collections import OrderedDict

import numpy as np
import pytest
from differentiated import Point, bare, f
from helpers import assert_close

import autograd
from autograd import (
    AutogradError,
    DTypeError,
    GradientError,
    Tensor,
    Value,
    elementwise_grad,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)

HERE = r"at .*test_gradients_functions\.py:\d+"


# --- kinds and containers ---------------------------------------------------------------------------------------------


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


# --- arguments and results --------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("argument", ["abc", None, True, np.bool_(True), 1j, object, ["a"], {"k": None}, {1.0}], ids=repr)
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


def test_primals_and_tangents_come_as_tuples():
    for primals, tangents in [(1.0, (1.0,)), ((1.0,), 1.0), (np.ones(2), np.ones(2))]:
        with pytest.raises(AutogradError, match=rf"(?s)jvp needs (primals|tangents) as a tuple.*{HERE}"):
            jvp(f, primals, tangents)
