"""Are the safe functions what the plain ones are, and finite with all their slopes where those are not?"""

import math

import numpy as np
import pytest

from autograd import DomainError, ShapeError, Tensor, Value, elementwise_grad, grad, hessian, jvp, ops
from autograd.ops import safe_div, safe_log, safe_norm, safe_sqrt
from autograd.watch import anomaly

AT_THE_BORDER = [
    ("safe_sqrt", safe_sqrt, 0.0),
    ("safe_div by 0", lambda b: safe_div(3.0, b), 0.0),
    ("0 / 0", lambda x: safe_div(x, x), 0.0),
    ("the denominator's root", lambda x: safe_div(x, safe_sqrt(x)), 0.0),
    ("safe_log at its floor", safe_log, 1e-12),
    ("safe_log at 0", safe_log, 0.0),
    ("safe_log below 0", safe_log, -3.0),
    ("x ln x", lambda x: x * safe_log(x), 0.0),
]


@pytest.mark.parametrize(("f", "x"), [(f, x) for _, f, x in AT_THE_BORDER], ids=[name for name, _, _ in AT_THE_BORDER])
def test_at_the_border_derivatives_of_any_order_are_finite_in_both_precisions(f, x):
    for _ in range(4):
        f = elementwise_grad(f)
        assert math.isfinite(f(x))
        assert math.isfinite(f(np.array([x]))[0])
        single = f(np.array([x], np.float32))
        assert single.dtype == np.float32
        assert np.isfinite(single[0])


@pytest.mark.parametrize("kind", [lambda x: x, np.array, Value, Tensor], ids=["float", "array", "Value", "Tensor"])
def test_at_the_border_the_stated_values_come_out(kind):
    number = lambda y: float(y.detach() if isinstance(y, (Value, Tensor)) else y)
    assert number(safe_sqrt(kind(0.0))) == 0.0
    assert number(safe_div(kind(3.0), kind(0.0))) == 0.0
    assert number(safe_div(kind(0.0), kind(0.0), otherwise=7)) == 7.0
    assert number(safe_div(kind(math.nan), kind(0.0))) == 0.0
    assert number(safe_log(kind(0.0))) == number(safe_log(kind(-2.0))) == math.log(1e-12)
    assert number(safe_log(kind(0.1), floor=0.5)) == math.log(0.5)


def test_away_from_the_border_they_are_the_plain_functions():
    a, b = np.array([-2.0, 3.0, 0.7]), np.array([-0.5, 4.0, 1e-5])
    np.testing.assert_array_equal(safe_div(a, b), a / b)
    np.testing.assert_array_equal(safe_sqrt(abs(a)), np.sqrt(abs(a)))
    np.testing.assert_array_equal(safe_log(abs(b)), np.log(abs(b)))
    assert elementwise_grad(safe_div, 1)(a, b) == pytest.approx(-a / b**2)
    assert (grad(safe_sqrt)(4.0), grad(safe_log)(4.0)) == (0.25, 0.25)
    assert grad(grad(safe_sqrt))(4.0) == -1 / 32


def test_nan_stays_nan_and_a_root_of_a_negative_number_is_what_sqrt_makes_of_it():
    for f in (safe_sqrt, safe_log, lambda x: safe_div(x, 2.0), lambda x: safe_div(2.0, x)):
        assert math.isnan(f(math.nan))
        assert math.isnan(f(np.array([math.nan]))[0])
        assert math.isnan(grad(lambda x, f=f: f(x) * x)(math.nan))
    assert math.isnan(safe_norm(np.array([1.0, math.nan])))
    for root in (safe_sqrt, ops.sqrt):
        with pytest.raises(DomainError, match=r"sqrt needs >= 0|sqrt needs x >= 0"):
            root(Value(-1.0))
        with np.errstate(invalid="ignore"):
            assert math.isnan(root(Tensor([-1.0])).data[0])


def test_a_gradient_of_zero_times_the_slope_at_the_border_is_zero():
    x = Tensor([0.0, 4.0], requires_grad=True)
    with anomaly():
        (ops.where(np.array([False, True]), safe_sqrt(x), 0.0) + safe_div(1.0, x) * 0.0 + safe_log(x) * 0.0).sum().backward()
    assert x.grad.tolist() == [0.0, 0.25]


def test_a_floor_must_be_positive():
    with pytest.raises(DomainError, match="a floor > 0"):
        safe_log(0.0, floor=0.0)


def test_a_denominator_of_numbers_mixed_with_arrays_keeps_their_precision():
    x = np.ones(2, np.float32)
    for y in (safe_div(x, 0.0), safe_div(x, 2.0), safe_div(0.5, x), safe_div(x, 0, otherwise=0.1)):
        assert y.dtype == np.float32
    assert safe_div(Tensor(x), 0).dtype == np.float32


# --- lengths ----------------------------------------------------------------------------------------------------------


def test_a_length_is_that_of_norm_to_the_last_digit_along_any_axis():
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    for how in ({}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"axis": (0, 2)}, {"axis": (0, 1, 2), "keepdims": True}):
        np.testing.assert_array_equal(safe_norm(x, **how), ops.norm(x, **how))
        np.testing.assert_array_equal(safe_norm(Tensor(x), **how).data, ops.norm(Tensor(x), **how).data)


@pytest.mark.parametrize("size", [5e-324, 1e-310, 1e-200, 1e-8, 1e8, 1e200, 2e307])
def test_huge_and_tiny_entries_have_a_length_and_a_direction(size):
    x = np.array([3.0, 4.0]) * size
    assert safe_norm(x) == pytest.approx(5.0 * size, rel=1e-15, abs=0.0)
    assert grad(safe_norm)(x) == pytest.approx([0.6, 0.8], rel=1e-12)
    assert jvp(safe_norm, (x,), (np.ones(2),))[1] == pytest.approx(1.4, rel=1e-12)


def test_in_single_precision_too():
    for size in (1e-40, 1e-30, 1e30):
        x = np.array([3.0, 4.0], np.float32) * np.float32(size)
        assert safe_norm(x).dtype == np.float32
        assert safe_norm(x) == pytest.approx(5.0 * size, rel=1e-4)
        assert grad(safe_norm)(x) == pytest.approx([0.6, 0.8], rel=1e-4)


def test_at_the_origin_gradient_and_hessian_are_zero():
    assert grad(safe_norm)(np.zeros(3)).tolist() == [0.0] * 3
    assert hessian(safe_norm)(np.zeros(2)).tolist() == [[0.0] * 2] * 2
    rows = Tensor([[0.0, 0.0], [3.0, 4.0]], requires_grad=True)
    safe_norm(rows, axis=1).sum().backward()
    assert rows.grad.tolist() == [[0.0, 0.0], [0.6, 0.8]]
    u, v = Value(0.0), Value(0.0)
    safe_norm([u, v]).backward()
    assert (u.grad, v.grad) == (0.0, 0.0)


def test_the_length_of_values_is_one_node():
    u, v = Value(3e200), Value(4e200)
    y = safe_norm([u, v])
    y.backward()
    assert y.data == pytest.approx(5e200)
    assert (u.grad, v.grad) == pytest.approx((0.6, 0.8))


def test_borders_of_arrays_themselves():
    assert safe_norm(np.ones((0, 3)), axis=0).tolist() == [0.0] * 3
    assert safe_norm(np.zeros(0)) == 0.0
    assert safe_norm(np.array([1.0, -math.inf])) == math.inf
    assert safe_norm(np.array([3, 4])) == 5.0
    with pytest.raises(ShapeError, match="safe_norm"):
        safe_norm(np.ones(2), axis=1)
