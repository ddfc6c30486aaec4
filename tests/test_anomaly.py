"""Does `anomaly` stop at the op that first made nan or inf, say what is to be known of it, and else change nothing?"""

import asyncio
import math
import pickle
import threading

import numpy as np
import pytest
from helpers import applied, cases, cotangent, draw, has_gradient, points, sample, smooth, tensors, values

from autograd import (
    DomainError,
    Tensor,
    Value,
    checkpoint,
    exp,
    grad,
    gradients,
    keep_places,
    log,
    no_grad,
    ops,
    sqrt,
    where,
)
from autograd.errors import AutogradError, GradientError
from autograd.modes import recording
from autograd.registry import elementwise, scoped
from autograd.reverse import WATCHER
from autograd.watch import AnomalyError, anomaly, first_worse


def caught(run):
    """Run something inside the mode and return the error it must raise."""
    with pytest.raises(AnomalyError) as info, anomaly():
        run()
    assert recording() is True
    assert WATCHER.get() is None
    return info.value


@pytest.fixture(autouse=True)
def silent():
    with np.errstate(all="ignore"):
        yield


# --- what is an anomaly -----------------------------------------------------------------------------------------------


def test_an_infinite_slope_stops_the_backward_pass_at_its_op():
    x = Tensor([4.0, 0.0], requires_grad=True, label="x")
    loss = sqrt(x).sum()
    error = caught(loss.backward)
    assert (error.op, error.phase, error.path) == ("sqrt", "backward", ("Σ", "√"))
    assert error.operands[0].name == "x"
    assert error.operands[0].data.tolist() == [4.0, 0.0]
    assert error.result.tolist() == [2.0, 0.0]
    assert x._grad is None
    assert "safe_sqrt" in error.hint
    assert "sqrt made inf in the backward pass, as the share of x" in str(error)
    assert "x: shape (2,) float64, min 0, mean 2, max 4, at [1] 0" in str(error)
    assert "path: Σ ← √" in str(error)
    assert "test_anomaly.py" in str(error)


def test_a_result_that_overflows_stops_where_it_is_computed():
    def run():
        exp(Value(1000.0, "w") * 2)

    error = caught(run)
    assert (error.op, error.phase, error.path, error.result) == ("exp", "forward", (), math.inf)
    assert "test_anomaly.py" in error.place
    assert "overflow" in error.hint


def test_the_op_that_made_a_result_nan_before_the_block_is_found_in_the_graph():
    x = Tensor([1.0, 0.0], requires_grad=True, label="x")
    error = caught((log(x).named("l") * 0.0).sum().backward)
    assert (error.op, error.phase, error.path) == ("log", "forward", ("Σ", "×", "l"))
    assert error.place is None
    assert "not known: compute the result inside anomaly()" in str(error)


def test_zero_times_infinity_is_named():
    def run():
        (sqrt(Value(0.0)) * 0.0).backward()

    assert caught(run).hint.startswith("0 · inf is nan")


@pytest.mark.parametrize("make", [lambda: Value(0.0), lambda: Tensor([0.0], requires_grad=True)], ids=["Value", "Tensor"])
def test_below_a_where_that_chose_the_other_branch_the_hint_is_the_double_where(make):
    x = make()
    error = caught(where(x.detach().greater(0.0), sqrt(x), x).sum().backward if isinstance(x, Tensor)
                   else where(0.0, sqrt(x), x).backward)  # fmt: skip
    assert error.op == "sqrt"
    assert "where(ok, sqrt(where(ok, x, 1.0)), 0.0)" in error.hint


def test_below_a_where_that_chose_this_branch_it_is_not():
    x = Value(0.0)
    assert "double-where" not in caught(where(1.0, sqrt(x), x).backward).hint


def test_shares_that_overflow_when_they_are_added_are_found():
    x = Value(1.0, "x")
    error = caught(lambda: (x * 1.5 + x * 1.5).backward(1e308))
    assert "where the shares of x are added up" in str(error)
    assert not x.has_grad


ADVICE = [
    (lambda x: x**0.5, 0.0, "safe_sqrt"),
    (lambda x: x**0.25, 0.0, "c < 1"),
    (lambda x: log(x), 0.0, "safe_log"),
    (lambda x: log(x), -1.0, "of a negative number"),
    (lambda x: 1.0 / x, 0.0, "safe_div"),
    (lambda x: ops.reciprocal(x), 0.0, "safe_div"),
    (lambda x: ops.asin(x), 1.0, "clip"),
    (lambda x: ops.pow(x, Tensor([0.5])), 0.0, "a = 0"),
    (lambda x: x * 1e300 * 1e300, 1.0, "too large for float64"),
    (lambda x: x - x, math.inf, "inf - inf"),
    (lambda x: x * 0.0, math.inf, "0 · inf"),
    (lambda x: ops.softmax(x), -math.inf, "unmasked"),
    (lambda x: ops.var(x, ddof=1), 1.0, "ddof"),
]


@pytest.mark.filterwarnings("ignore:Degrees of freedom")
@pytest.mark.parametrize(("f", "at", "hint"), ADVICE, ids=lambda x: x if isinstance(x, str) else "")
def test_each_op_has_its_advice(f, at, hint):
    def run():
        f(Tensor([at], requires_grad=True)).sum().backward()

    assert hint in caught(run).hint


def test_in_recorded_gradients_the_share_counts_and_not_what_a_rule_computes_on_the_way():
    error = caught(lambda: gradients(sqrt(x := Value(0.0)), x, create_graph=True))
    assert (error.op, error.phase) == ("sqrt", "backward")
    error = caught(lambda: grad(grad(lambda x: x**1.5))(0.0))  # 1.5 √x is fine, its slope is not
    assert (error.op, error.phase) == ("power", "backward")


def test_inside_a_checkpoint_the_op_is_found_too():
    error = caught(lambda: checkpoint(lambda x: sqrt(x) + 1.0)(Value(0.0)).backward())
    assert error.op == "sqrt"


# --- what is none -----------------------------------------------------------------------------------------------------


def test_masked_logits_infinite_inputs_infinite_seeds_and_what_is_not_recorded_are_no_anomalies():
    x = Tensor([1.0, 2.0], requires_grad=True)
    with anomaly():
        ops.softmax(where(np.array([True, False]), x, -math.inf))[0].backward()
        assert x.grad.tolist() == [0.0, 0.0]
        (x * np.array([1.0, math.inf])).sum().backward()
        x.zero_grad()
        (x * 2.0).backward(np.array([math.inf, 1.0]))
        assert x.grad.tolist() == [math.inf, 2.0]
        with no_grad():
            assert math.isinf(exp(Value(1000.0)).data)
        with pytest.raises(DomainError):
            log(Value(0.0))


@pytest.mark.parametrize(("op", "settings"), cases(has_gradient))
def test_where_nothing_is_wrong_gradients_are_the_same_to_the_last_digit(op, settings):
    f = applied(op, settings)
    arrays = draw(op, settings) if op.elementwise else sample(op)
    seed = np.ones(len(arrays[0])) if op.elementwise else cotangent(op, settings)
    runs = [(tensors, arrays, seed)] + ([(values, p, 3.0) for p in points(arrays)] if op.elementwise else [])
    for make, given, u in runs:
        plain, watched = make(given), make(given)
        for leaves in (plain, watched):
            leaves[0].grad = np.full(leaves[0].shape, 0.1) if make is tensors else 0.1
        f(*plain).backward(u)
        with anomaly():
            y = f(*watched)
            y.backward(u)
        assert y.place is not None
        for i in smooth(op) if op.elementwise else range(len(plain)):
            np.testing.assert_array_equal(np.asarray(plain[i].grad), np.asarray(watched[i].grad))


def test_gradients_accumulate_in_leaves_and_are_overwritten_on_the_way_as_ever():
    x, k = Value(3.0), Value(2.0, requires_grad=False)
    y = x * k
    z = y * y
    k.data = 5.0  # no gradient is wanted of it: what it held is what counts
    with anomaly():
        z.backward()
        z.backward()
    assert (x.grad, y.grad, z.grad) == (48.0, 12.0, 1.0)
    y = x * x
    x.data = 4.0
    with anomaly(), pytest.raises(GradientError, match="written since"):
        y.backward()


def test_an_error_leaves_every_gradient_as_it_was():
    x, w = Value(0.0), Value(2.0)
    (w * x).backward()
    y = sqrt(x) * w
    caught(y.backward)
    assert (x.grad, w.grad, y.has_grad) == (2.0, 0.0, False)
    y.backward()  # and the graph is in order
    assert math.isinf(x.grad)


# --- a mode -----------------------------------------------------------------------------------------------------------


def test_it_nests_and_what_was_before_comes_back():
    with keep_places(), anomaly():
        with anomaly():
            assert Value(2.0).exp().place is not None
        caught_inside = pytest.raises(AnomalyError)
        with caught_inside:
            Value(1e3).exp()
    assert Value(1e3).exp().data == math.inf
    assert recording() is True


def test_it_decorates_functions_generators_and_coroutines():
    @anomaly()
    def f():
        return exp(Value(1e3))

    @anomaly()
    def g():
        yield 1
        yield exp(Value(1e3))

    @anomaly()
    async def h():
        await asyncio.sleep(0)
        return exp(Value(1e3))

    items = g()
    next(items)
    assert exp(Value(1e3)).data == math.inf  # while the caller has the turn
    for run in (f, lambda: next(items), lambda: asyncio.run(h())):
        with pytest.raises(AnomalyError):
            run()


def test_a_thread_watches_for_itself():
    found = []
    with anomaly():
        thread = threading.Thread(target=lambda: found.append(exp(Value(1e3)).data))
        thread.start()
        thread.join()
    assert found == [math.inf]


# --- the error --------------------------------------------------------------------------------------------------------


def test_it_is_an_arithmetic_error_that_can_be_pickled():
    error = caught(lambda: exp(Value(1e3, "w")))
    assert isinstance(error, AutogradError)
    assert isinstance(error, ArithmeticError)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.op, again.operands, again.hint) == (str(error), "exp", error.operands, error.hint)


def test_long_paths_and_many_operands_are_shortened():
    y = sqrt(Value(0.0))
    for _ in range(1000):
        y = -y
    error = caught(y.backward)
    assert len(error.path) == 1001
    assert "… 989 more …" in str(error)
    error = caught(lambda: ops.sum([Value(1e308) for _ in range(1000)]))
    assert "and 994 operands more" in str(error)
    assert len(error.operands) == 1000
    assert len(str(error)) < 1500


def test_names_stay_on_their_line():
    error = caught(lambda: exp(Value(1e3, "two\nlines {0} %s")))
    assert r"'two\nlines {0} %s': 1000" in str(error)


def test_an_op_of_ones_own_is_looked_at_like_any_other():
    with scoped():
        @elementwise(d=lambda y, x: 1 / x)
        def odd(x):
            return x * 1.0

        error = caught(lambda: odd(Value(0.0)).backward())
        assert (error.op, error.phase) == ("odd", "backward")


def test_nan_is_worse_than_inf_and_that_than_a_number_entry_by_entry():
    inf, nan = math.inf, math.nan
    x = np.array([1.0, inf, nan])
    assert first_worse(x, [x], by_entry=True) is None
    assert first_worse(x, [np.array([1.0, inf, inf])], by_entry=True) == (2,)
    assert first_worse(x, [np.array([1.0, 1.0, nan])], by_entry=True) == (1,)
    assert first_worse(x, [np.array([nan, 1.0, 1.0])], by_entry=False) is None
    assert first_worse(inf, [1.0, -inf], by_entry=True) is None
    assert first_worse(nan, [inf], by_entry=True) == ()
