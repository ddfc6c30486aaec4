"""Is a Value a number with a memory: made, shown, compared and set like a number?"""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from autograd import DTypeError, GradientError, Value


class Whole:
    """A whole number by `__index__` alone, as some libraries' integers are."""

    def __index__(self):
        return 3


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
