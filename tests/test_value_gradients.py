"""Is a Value differentiated like a formula, where gradients are recorded and only there?"""

import asyncio
import math
import threading

import numpy as np
import pytest
from helpers import assert_close

from autograd import DTypeError, GradientError, Value, enable_grad, no_grad, ops

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
