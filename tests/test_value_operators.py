"""Is each operator and each reduction of Values one node, with every operand in its place and the right slopes?"""

import math

import numpy as np
import pytest
from helpers import assert_close

import autograd
from autograd import MixError, ShapeError, Value, no_grad, ops


def nodes_below(*roots):
    """Return the results of ops that some results were computed from, themselves included."""
    found, stack = set(), list(roots)
    while stack:
        node = stack.pop()
        if node.op is not None and node not in found:
            found.add(node)
            stack += [v for v, _ in node.operands() if v is not None]
    return found


# --- operators --------------------------------------------------------------------------------------------------------

OPERATORS = [
    ("add", lambda a, b: a + b), ("sub", lambda a, b: a - b), ("mul", lambda a, b: a * b), ("div", lambda a, b: a / b),
    ("pow", lambda a, b: a**b),
]  # fmt: skip
PARTNERS = [2, 2.0, True, np.float64(2), np.float32(2), np.int64(2), np.uint8(2), np.bool_(True), np.array(2.0)]


@pytest.mark.parametrize(("name", "apply"), OPERATORS)
def test_an_operator_of_two_values_is_one_node_with_both_as_operands(name, apply):
    a, b = Value(3.0), Value(2.0)
    y = apply(a, b)
    assert y.op.name == name
    assert [(v, x) for v, x in y.operands()] == [(a, 3.0), (b, 2.0)]
    assert nodes_below(y) == {y}
    assert (type(y.data), y.data) == (float, apply(3.0, 2.0))


@pytest.mark.parametrize("number", PARTNERS, ids=lambda n: f"{type(n).__name__}-{getattr(n, 'dtype', '')}")
@pytest.mark.parametrize(("name", "apply"), OPERATORS)
def test_an_operator_with_a_number_on_either_side_is_one_node(name, apply, number):
    v, c = Value(3.0), float(number)
    straight, reflected = apply(v, number), apply(number, v)
    assert straight.op.name == ("power" if name == "pow" else name)
    assert reflected.op.name == name
    assert (type(straight.data), straight.data) == (float, apply(3.0, c))
    assert (type(reflected.data), reflected.data) == (float, apply(c, 3.0))
    assert nodes_below(straight, reflected) == {straight, reflected}
    assert [x for x, _ in straight.operands() if x is not None] == [v]
    assert [x for x, _ in reflected.operands()] == [None, v]
    assert all(type(x) is float for y in (straight, reflected) for _, x in y.operands())


def test_signs_and_magnitude_are_operators_too():
    x = Value(-2.0)
    assert [(y.op.name, y.data) for y in (-x, abs(x), round(x * 1.26, 1))] == [("neg", 2.0), ("abs", 2.0), ("round", -2.5)]
    assert (+x) == x


def test_assigning_operators_make_a_new_node_and_leave_the_old_one():
    x = Value(2.0)
    y = x
    y += 1
    y *= x
    y -= 1
    y /= 2
    y **= 2
    assert (x.data, y.data, x.is_leaf) == (2.0, 6.25, True)
    y.backward()
    assert x.grad == 12.5


def test_a_square_written_as_a_product_has_two_operands_that_are_one():
    x = Value(3.0)
    y = x * x
    assert [v for v, _ in y.operands()] == [x, x]
    y.backward()
    assert x.grad == 6.0


@pytest.mark.parametrize("exponent", [2, 3.0, -1, 0.5, 0, True, np.float64(2), np.int64(3)])
def test_a_constant_exponent_is_no_operand(exponent):
    x = Value(4.0)
    y = x**exponent
    assert [v for v, _ in y.operands()] == [x]
    y.backward()
    assert_close(x.grad, float(exponent) * 4.0 ** (float(exponent) - 1))


def test_a_negative_base_with_a_whole_exponent_has_its_slope():
    x = Value(-3.0)
    (x**3).backward()
    assert x.grad == 27.0


@pytest.mark.parametrize("thing", ["2", None, [2.0], object()], ids=lambda t: type(t).__name__)
@pytest.mark.parametrize(("name", "apply"), OPERATORS)
def test_an_operator_with_something_else_is_a_type_error_both_ways(name, apply, thing):
    for call in (lambda: apply(Value(1.0), thing), lambda: apply(thing, Value(1.0))):
        with pytest.raises(TypeError):
            call()


def test_another_type_may_answer_for_itself():
    class Dual:
        def __radd__(self, other):
            return "radd"

        def __rpow__(self, other):
            return "rpow"

        def __pow__(self, other):
            return "pow"

    v = Value(1.0)
    assert (v + Dual(), v ** Dual(), Dual() ** v) == ("radd", "rpow", "pow")


def test_a_value_and_an_array_do_not_mix():
    for call in (lambda v, a: v * a, lambda v, a: a * v, lambda v, a: v**a, lambda v, a: v < a):
        with pytest.raises(MixError, match="a Value and an array of shape"):
            call(Value(1.0), np.ones(2))


@pytest.mark.parametrize(("name", "apply"), OPERATORS)
def test_operators_and_functions_and_methods_are_one(name, apply):
    a, b = Value(3.0), Value(2.0)
    for y in (getattr(ops, name)(a, b), getattr(a, name)(b)):
        assert (y.op.name, y.data) == (name, apply(a, b).data)
    assert autograd.tanh(a).data == a.tanh().data == math.tanh(3.0)


# --- n-ary reductions -------------------------------------------------------------------------------------------------

XS = [0.5, -1.5, 2.0]
WS = [2.0, 0.25, -1.0]
LSE = math.log(sum(map(math.exp, XS)))
REDUCTIONS = {
    "sum": (1.0, [1.0, 1.0, 1.0]),
    "mean": (1 / 3, [1 / 3, 1 / 3, 1 / 3]),
    "prod": (-1.5, [-3.0, 1.0, -0.75]),
    "max": (2.0, [0.0, 0.0, 1.0]),
    "min": (-1.5, [0.0, 1.0, 0.0]),
    "logsumexp": (LSE, [math.exp(x - LSE) for x in XS]),
}


@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize("container", [list, tuple, iter, lambda vs: (v for v in vs)])
def test_a_reduction_of_values_is_one_node_with_all_as_operands(name, container):
    vs = [Value(x) for x in XS]
    y = getattr(ops, name)(container(vs))
    value, slopes = REDUCTIONS[name]
    assert (type(y), type(y.data), y.op.name) == (Value, float, name)
    assert [v for v, _ in y.operands()] == vs
    assert nodes_below(y) == {y}
    y.backward(2.0)
    assert_close(y.data, value)
    assert_close([v.grad for v in vs], [2 * s for s in slopes])


@pytest.mark.parametrize("container", [dict.fromkeys, lambda vs: dict(enumerate(vs)).values(), set])
def test_any_iterable_of_values_can_be_summed(container):
    vs = [Value(x) for x in XS]
    y = ops.sum(container(vs))
    y.backward()
    assert (y.data, [v.grad for v in vs]) == (1.0, [1.0, 1.0, 1.0])


NUMBER_BESIDE = [2.0, 2, True, np.float64(2), np.float32(2), np.int64(2)]


@pytest.mark.parametrize("number", NUMBER_BESIDE, ids=lambda n: type(n).__name__)
@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize("place", [0, 1])
def test_numbers_may_stand_among_the_values_of_a_reduction(name, number, place):
    x = Value(0.5)
    row = [x, number] if place else [number, x]
    y = getattr(ops, name)(row)
    twin = Value(0.5)
    reference = getattr(ops, name)([twin, Value(float(number))] if place else [Value(float(number)), twin])
    y.backward()
    reference.backward()
    assert (type(y.data), y.data, x.grad) == (float, reference.data, twin.grad)
    assert [v for v, _ in y.operands()] == ([x, None] if place else [None, x])


def test_softmax_of_values_is_one_node_an_entry():
    vs = [Value(x) for x in XS]
    ys = autograd.softmax(vs)
    assert [(y.op.name, y.settings["index"]) for y in ys] == [("softmax", 0), ("softmax", 1), ("softmax", 2)]
    assert all([v for v, _ in y.operands()] == vs for y in ys)
    p = [math.exp(x - LSE) for x in XS]
    assert_close([y.data for y in ys], p)
    assert_close(sum(y.data for y in ys), 1.0)
    ys[1].backward()
    assert_close([v.grad for v in vs], [p[1] * ((j == 1) - p[j]) for j in range(3)])


@pytest.mark.parametrize("of_w", [lambda ws: [Value(w) for w in ws], list, tuple, np.array,
                                  lambda ws: [np.float64(w) for w in ws], lambda ws: (w for w in ws)],
                         ids=["values", "floats", "tuple", "array", "numpys", "generator"])  # fmt: skip
@pytest.mark.parametrize("of_x", [lambda vs: vs, tuple, iter], ids=["list", "tuple", "iterator"])
def test_a_dot_product_is_one_node_whatever_its_second_factor(of_x, of_w):
    vs = [Value(x) for x in XS]
    y = autograd.dot(of_x(vs), of_w(WS))
    assert (y.op.name, type(y.data), y.data) == ("dot", float, -1.375)
    assert [v for v, _ in y.operands()][:3] == vs
    y.backward()
    assert [v.grad for v in vs] == WS


def test_a_dot_product_may_have_its_numbers_first_and_mixed():
    x, w = Value(3.0), Value(5.0)
    y = autograd.dot([2.0, x], [w, 7])
    y.backward()
    assert (y.data, w.grad, x.grad) == (31.0, 2.0, 7.0)
    z = autograd.dot([1.0, 2.0], [w, w])
    assert [v for v, _ in z.operands()] == [None, None, w, w]


def test_a_dot_product_with_itself_counts_both_factors():
    vs = [Value(x) for x in XS]
    autograd.dot(vs, vs).backward()
    assert [v.grad for v in vs] == [2 * x for x in XS]


def test_a_value_that_comes_twice_in_a_reduction_counts_twice():
    x = Value(3.0)
    ops.prod([x, 2.0, x]).backward()
    assert x.grad == 12.0


def test_the_product_is_right_where_factors_are_zero():
    for xs, slopes in [([0.0, 2.0, 3.0], [6.0, 0.0, 0.0]), ([0.0, 0.0, 3.0], [0.0, 0.0, 0.0])]:
        vs = [Value(x) for x in xs]
        ops.prod(vs).backward()
        assert [v.grad for v in vs] == slopes


def test_equal_largest_values_share_the_gradient():
    vs = [Value(x) for x in (2.0, 1.0, 2.0)]
    ops.max(vs).backward()
    assert [v.grad for v in vs] == [0.5, 0.0, 0.5]


@pytest.mark.parametrize(("a", "b"), [(3, 2), (2, 3), (1, 0)])
def test_factors_of_different_lengths_are_refused(a, b):
    with pytest.raises(ShapeError, match=rf"dot over Values needs sequences of one length, at least 1, got {a} and {b}"):
        autograd.dot([Value(1.0)] * a, [1.0] * b)
    with pytest.raises(ShapeError, match=rf"got {b} and {a}"):
        autograd.dot([1.0] * b, [Value(1.0)] * a)


def test_reductions_of_nothing_are_what_they_are_for_numpy():
    assert ops.sum([]) == 0.0
    assert ops.prod([]) == 1.0
    assert autograd.dot([], []) == 0.0
    for f in (ops.max, ops.min):
        with pytest.raises(ShapeError):
            f([])


@pytest.mark.parametrize("thing", ["x", None, [1.0]], ids=repr)
def test_a_reduction_refuses_what_is_no_number(thing):
    with pytest.raises(MixError, match=r"sum takes Values and real numbers, got .* at .*test_value_operators\.py"):
        ops.sum([Value(1.0), thing])


def test_a_reduction_over_values_has_no_axis():
    with pytest.raises(MixError, match="sum over Values has no axis"):
        ops.sum([Value(1.0)], axis=0)


def test_a_reduction_of_values_that_want_no_gradient_records_nothing():
    y = ops.sum([Value(1.0, requires_grad=False), 2.0])
    assert (y.data, y.requires_grad, y.is_leaf) == (3.0, False, True)
    with no_grad():
        assert not ops.sum([Value(1.0), Value(2.0)]).requires_grad


def test_ops_of_whole_arrays_tell_values_to_become_a_tensor():
    with pytest.raises(MixError, match=r"cumsum.*autograd\.stack"):
        autograd.cumsum([Value(1.0), Value(2.0)])
