"""Is a Value a number with a memory: made, shown, compared and set like a number, differentiated like a formula?"""

import asyncio
import math
import threading
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from helpers import assert_close

import autograd
from autograd import DTypeError, GradientError, MixError, ShapeError, Value, enable_grad, no_grad, ops


class Whole:
    """A whole number by `__index__` alone, as some libraries' integers are."""

    def __index__(self):
        return 3


def nodes_below(*roots):
    """Return the results of ops that some results were computed from, themselves included."""
    found, stack = set(), list(roots)
    while stack:
        node = stack.pop()
        if node.op is not None and node not in found:
            found.add(node)
            stack += [v for v, _ in node.operands() if v is not None]
    return found


# --- making one -------------------------------------------------------------------------------------------------------

NUMBERS = [3.0, 3, np.float64(3), np.float32(3), np.int64(3), np.array(3), np.array(3.0), Decimal(3), Fraction(3), Whole()]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda n: f"{type(n).__name__}-{getattr(n, 'dtype', '')}")
def test_any_real_number_becomes_a_plain_float(number):
    assert type(Value(number).data) is float
    assert Value(number).data == 3.0


@pytest.mark.parametrize("number", [True, np.bool_(True), math.inf, -math.inf])
def test_truth_values_and_infinities_are_numbers_too(number):
    assert Value(number).data == float(number)
    assert math.isnan(Value(math.nan).data)


NOT_NUMBERS = ["1", b"1", None, 1j, np.complex128(1), np.array(1j), [1.0], (), {}, np.ones(1), np.ones((2, 2)), float]


@pytest.mark.parametrize("thing", NOT_NUMBERS, ids=lambda t: f"{type(t).__name__}-{np.shape(t)}")
def test_what_is_no_real_number_is_refused(thing):
    with pytest.raises(DTypeError, match=r"(?s)a Value holds one real number, got .* at .*test_value\.py:\d+"):
        Value(thing)


def test_a_whole_number_beyond_the_floats_is_refused():
    with pytest.raises(DTypeError, match="beyond the largest"):
        Value(10**400)


def test_a_value_of_a_value_is_refused_with_the_two_remedies():
    with pytest.raises(DTypeError, match=r"\.item\(\).*\.detach\(\)"):
        Value(Value(1.0))


def test_label_latex_and_requires_grad_are_kept():
    w = Value(1.0, "w", latex="w_{2,1}", requires_grad=False)
    assert (w.label, w.latex, w.requires_grad, w.is_leaf) == ("w", "w_{2,1}", False, True)
    plain = Value(1.0)
    assert (plain.label, plain.latex, plain.requires_grad, plain.is_leaf) == (None, None, True, True)


def test_latex_and_requires_grad_go_by_name_only():
    with pytest.raises(TypeError):
        Value(1.0, "w", "w_1")


def test_named_gives_a_name_to_any_node_and_returns_it():
    x = Value(2.0)
    y = (x * x).named("y", latex="y_0")
    assert isinstance(y, Value)
    assert (y.label, y.latex) == ("y", "y_0")
    assert y.named("z").latex == "y_0"
    y.latex = None
    assert y.latex is None


def test_requires_grad_can_be_changed_on_a_leaf():
    x = Value(2.0, requires_grad=False)
    assert not (x * x).requires_grad
    assert x.requires_grad_() is x
    assert (x * x).requires_grad
    x.requires_grad = False
    assert not (x * x).requires_grad


def test_a_result_cannot_be_cut_off_by_requires_grad():
    y = Value(2.0) * 3
    y.requires_grad_()
    with pytest.raises(GradientError, match=r"the result of mul: use \.detach\(\)"):
        y.requires_grad_(False)


def test_no_attribute_can_be_added_by_a_misspelling():
    with pytest.raises(AttributeError):
        Value(1.0).lable = "x"


# --- the look of one --------------------------------------------------------------------------------------------------


def test_the_repr_shows_number_label_and_gradient():
    x = Value(2.0, "x")
    assert repr(Value(2.0)) == "Value(2.0)"
    assert repr(x) == "Value(2.0, 'x')"
    (x * x).backward()
    assert repr(x) == "Value(2.0, 'x', grad=4)"
    x.zero_grad()
    assert repr(x) == "Value(2.0, 'x')"
    assert repr(Value(math.nan)) == "Value(nan)"


@pytest.mark.parametrize("label", ["it's", 'a "b"', "two\nlines", "<script>alert(1)</script>", "", "σ", "{0}", "%s"])
def test_any_label_is_shown_on_one_line_as_python_writes_it(label):
    text = repr(Value(1.0, label))
    assert "\n" not in text
    assert text == (f"Value(1.0, {label!r})" if label else "Value(1.0)")


def test_format_formats_the_number():
    x = Value(math.pi, "x")
    assert f"{x:.2f}" == "3.14"
    assert f"{x:10.3e}|" == " 3.142e+00|"
    assert f"{x}" == str(x) == repr(x)


def test_a_value_is_true_unless_it_is_zero():
    assert Value(0.5)
    assert not Value(0.0)
    assert not Value(-0.0)
    assert Value(math.nan)


def test_comparisons_compare_numbers_and_give_plain_truth_values():
    a, b = Value(1.0), Value(2.0)
    for other in (b, 2.0, 2, np.float64(2), np.int64(2)):
        answers = [a == other, a != other, a < other, a <= other, a > other, a >= other]
        assert answers == [False, True, True, True, False, False]
        assert [type(x) for x in answers] == [bool] * 6
        answers = [other == a, other != a, other < a, other <= a, other > a, other >= a]
        assert [bool(x) for x in answers] == [False, True, False, False, True, True]
    assert Value(math.nan) != Value(math.nan)


def test_a_value_equals_nothing_that_is_no_number_and_cannot_be_ordered_with_it():
    v = Value(1.0)
    for thing in ("1.0", None, [1.0], object()):
        assert not (v == thing)  # noqa: SIM201  (both operators are under test)
        assert v != thing
        with pytest.raises(TypeError):
            v < thing


def test_sorting_and_extremes_of_python_work():
    values = [Value(x) for x in (3.0, 1.0, 2.0)]
    assert [v.data for v in sorted(values)] == [1.0, 2.0, 3.0]
    assert max(values) is values[0]
    assert min(values) is values[1]


def test_the_hash_is_of_the_object_and_not_of_the_number():
    a, b = Value(1.0), Value(1.0)
    assert a == b
    assert len({a, b, a}) == 2
    table = {a: "a", b: "b"}
    a.data = 5.0
    assert (table[a], table[b]) == ("a", "b")


# --- numbers in and out -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", NUMBERS, ids=lambda n: f"{type(n).__name__}-{getattr(n, 'dtype', '')}")
def test_setting_data_makes_a_plain_float(number):
    x = Value(1.0)
    x.data = number
    assert type(x.data) is float
    assert x.data == 3.0


def test_data_can_be_stepped_in_place():
    x = Value(1.0)
    x.data -= 0.25 * 2.0
    x.data *= np.float64(4)
    assert (type(x.data), x.data) == (float, 2.0)


def test_the_data_of_a_result_cannot_be_set():
    y = (Value(2.0) * 3).named("y")
    with pytest.raises(GradientError, match="the Value 'y' is the result of mul: only the data of a leaf can be set"):
        y.data = 1.0
    assert y.data == 6.0


@pytest.mark.parametrize("thing", ["1", None, [1.0], 1j, Value(2.0)], ids=repr)
def test_data_is_not_set_to_what_is_no_number(thing):
    x = Value(1.0)
    with pytest.raises(DTypeError):
        x.data = thing
    assert x.data == 1.0


def test_item_and_detach_leave_the_graph():
    x = Value(2.0)
    y = (x * x).named("y")
    assert (type(y.item()), y.item()) == (float, 4.0)
    cut = y.detach()
    assert (cut.data, cut.label, cut.requires_grad, cut.is_leaf) == (4.0, "y", False, True)
    z = x * cut
    z.backward()
    assert x.grad == 4.0


@pytest.mark.parametrize("function", [float, math.tanh, math.exp, math.floor, np.array, np.asarray])
def test_what_would_cut_the_graph_in_silence_is_refused_with_the_remedy(function):
    with pytest.raises(GradientError, match=r"the Value 'x' that requires a gradient would cut the graph.*x\.item\(\)"):
        function(Value(0.5, "x"))


def test_math_tanh_is_told_of_our_own():
    with pytest.raises(GradientError, match=r"autograd\.tanh, not math\.tanh"):
        math.tanh(Value(0.5) * 2)


def test_a_value_that_wants_no_gradient_is_a_number_for_python():
    x = Value(0.5, requires_grad=False)
    assert math.tanh(x) == math.tanh(0.5)
    assert float(x * 2) == 1.0
    assert np.asarray(x) == 0.5


# --- gradients --------------------------------------------------------------------------------------------------------


def test_the_gradient_is_zero_before_backward_and_after_zero_grad():
    x = Value(3.0)
    assert (type(x.grad), x.grad) == (float, 0.0)
    (x * x).backward()
    assert x.grad == 6.0
    x.zero_grad()
    assert x.grad == 0.0
    (x * x).backward()
    assert x.grad == 6.0


def test_leaves_add_up_and_results_are_overwritten_over_two_backwards():
    x, w = Value(3.0), Value(-2.0)
    h = x * w
    y = h * h
    for times in (1, 2, 3):
        y.backward()
        assert (y.grad, h.grad) == (1.0, -12.0)
        assert (x.grad, w.grad) == (times * 24.0, times * -36.0)


def test_two_results_of_one_graph_add_up_on_leaves_only():
    x = Value(2.0)
    h = x * x
    a, b = 3 * h, 5 * h
    a.backward()
    b.backward()
    assert (h.grad, x.grad) == (5.0, 32.0)


def test_backward_of_an_inner_node_leaves_what_is_above_alone():
    x = Value(2.0)
    h = x * x
    y = h * h
    y.backward()
    x.zero_grad()
    h.backward()
    assert (x.grad, h.grad, y.grad) == (4.0, 1.0, 1.0)


def test_backward_takes_the_gradient_of_what_comes_after():
    x = Value(3.0)
    y = x * x
    y.backward(0.5)
    assert (y.grad, x.grad) == (0.5, 3.0)
    y.backward(np.float32(2))
    assert (type(x.grad), x.grad) == (float, 15.0)
    with pytest.raises(DTypeError):
        y.backward("1")
    with pytest.raises(DTypeError):
        y.backward([1.0, 2.0])
    assert x.grad == 15.0


def test_backward_of_a_leaf_adds_one_to_its_own_gradient():
    x = Value(3.0)
    x.backward()
    x.backward(2.0)
    assert x.grad == 3.0


def test_a_gradient_can_be_set_and_forgotten():
    x = Value(3.0)
    x.grad = np.float32(2)
    assert (type(x.grad), x.grad) == (float, 2.0)
    (x * x).backward()
    assert x.grad == 8.0
    x.grad = None
    assert x.grad == 0.0
    with pytest.raises(DTypeError):
        x.grad = "1"


def test_backward_without_anything_to_differentiate_by_is_refused():
    for y in (Value(1.0, requires_grad=False), Value(1.0, requires_grad=False) * 2):
        with pytest.raises(GradientError, match="requires no gradient"):
            y.backward()


def test_a_leaf_that_wants_no_gradient_gets_none():
    x, c = Value(3.0), Value(2.0, requires_grad=False)
    (x * c).backward()
    assert (x.grad, c.grad) == (2.0, 0.0)


def f(x, y):
    return (x * y + ops.sin(x)) ** 2 / (1 + ops.exp(-y)) - abs(x - y) * 0.5


def f_by_hand(x, y):
    u, s = x * y + math.sin(x), 1 / (1 + math.exp(-y))
    sign = math.copysign(1.0, x - y)
    return 2 * u * s * (y + math.cos(x)) - 0.5 * sign, 2 * u * s * x + u * u * s * (1 - s) + 0.5 * sign


@pytest.mark.parametrize(("x", "y"), [(0.7, -1.3), (-2.0, 0.4), (1.5, 1.0)])
def test_a_formula_has_the_gradient_worked_out_by_hand(x, y):
    a, b = Value(x), Value(y)
    f(a, b).backward()
    assert_close([a.grad, b.grad], f_by_hand(x, y), ulps=32)


def test_a_value_used_many_times_hears_every_use():
    x = Value(1.1)
    y = x
    for _ in range(10):
        y = y * x + x
    y.backward()
    power = sum((k + 1) * 1.1**k for k in range(11))  # y = x + x² + … + x¹¹
    assert_close(x.grad, power, ulps=64)


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
    with pytest.raises(MixError, match=r"sum takes Values and real numbers, got .* at .*test_value\.py"):
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


# --- recording on and off ---------------------------------------------------------------------------------------------


def test_no_grad_computes_without_recording_and_puts_back_what_was():
    x = Value(3.0)
    with no_grad():
        y = x * x
        assert (y.data, y.requires_grad, y.is_leaf) == (9.0, False, True)
        with enable_grad():
            assert (x * x).requires_grad
            with no_grad():
                assert not (x * x).requires_grad
            assert (x * x).requires_grad
        assert not (x * x).requires_grad
        assert x.requires_grad
    assert (x * x).requires_grad


def test_no_grad_ends_with_an_error_in_its_block():
    x = Value(3.0)
    with pytest.raises(ZeroDivisionError), no_grad():
        1 / 0
    assert (x * x).requires_grad


def test_the_modes_are_decorators_with_and_around_recursion():
    x = Value(3.0)

    @no_grad()
    def quiet(n):
        assert not (x * x).requires_grad
        return loud() if n == 0 else quiet(n - 1)

    @enable_grad()
    def loud():
        return x * x

    assert quiet(3).requires_grad
    assert (x * x).requires_grad
    assert quiet.__name__ == "quiet"


def test_a_decorated_generator_and_coroutine_record_nothing_either():
    x = Value(3.0)

    @no_grad()
    def squares():
        for _ in range(2):
            yield x * x

    @no_grad()
    async def square():
        return x * x

    for y in squares():
        assert not y.requires_grad
        assert (x * x).requires_grad
    assert not asyncio.run(square()).requires_grad


def test_one_manager_can_be_entered_again():
    x, manager = Value(3.0), no_grad()
    for _ in range(2):
        with manager, manager:
            assert not (x * x).requires_grad
        assert (x * x).requires_grad


def test_a_thread_that_records_nothing_leaves_the_others_recording():
    x, off, done = Value(3.0), threading.Event(), threading.Event()
    seen = {}

    def quiet():
        with no_grad():
            off.set()
            done.wait(10)
            seen["quiet"] = (x * x).requires_grad

    thread = threading.Thread(target=quiet)
    thread.start()
    off.wait(10)
    seen["here"] = (x * x).requires_grad
    done.set()
    thread.join()
    assert seen == {"here": True, "quiet": False}


def test_a_new_thread_records_even_if_started_under_no_grad():
    x, seen = Value(3.0), []
    with no_grad():
        thread = threading.Thread(target=lambda: seen.append((x * x).requires_grad))
        thread.start()
        thread.join()
    assert seen == [True]


def test_backward_works_inside_no_grad_on_what_was_recorded_outside():
    x = Value(3.0)
    y = x * x
    with no_grad():
        y.backward()
        x.data -= 0.5 * x.grad
    assert (x.grad, x.data) == (6.0, 0.0)
