"""Can the verdicts of `gradcheck` be trusted: is what is wrong called wrong, and nothing else?"""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from helpers import assert_close, cases, directions, draw, has_gradient, points, sample
from hypothesis import given

import nn
from autograd import (
    AutogradError,
    GradcheckError,
    Tensor,
    Value,
    check,
    checkpoint,
    elementwise,
    exp,
    explain,
    gradcheck,
    log,
    maximum,
    ops,
    relu,
    sin,
    sqrt,
    structural,
    tanh,
)
from autograd.differences import central, one_sided
from autograd.domains import Kink, arrays
from autograd.ops import greater
from autograd.picture import draw as draw_graph
from autograd.testing import strategies


def verdicts(f, inputs, **options):
    return [e.verdict for e in gradcheck(f, inputs, raise_exception=False, **options).entries]


# --- fixtures, each with its verdict ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "x", "verdict", "note"),
    [
        (relu, 0.0, "kink", "kink x = 0 (x = 0), where its rule takes 0 of [0, 1]; slopes 0 to the left, 1 to the right"),
        (lambda x: relu(x) - relu(-x), 0.0, "kink", "slopes 1 to the left, 1 to the right"),
        (lambda x: x * abs(x), 0.0, "ok", ""),
        (lambda x: maximum(x, x), 1.5, "ok", ""),
        (lambda x: sqrt(x**2), 0.0, "outside domain", "sqrt is at the border of its domain, x >= 0: x = 0"),
        (abs, 0.0, "kink", "takes 0 of [-1, 1]; slopes -1 to the left, 1 to the right"),
        (log, -1.0, "outside domain", "log needs x > 0, got -1.0"),
        (log, 1e-7, "ok", ""),
        (ops.asin, 1.0, "outside domain", "asin needs x in [-1, 1], got 1.0"),
        (relu, 1e-4, "ok", ""),
        (relu, -1e-9, "ok", ""),
        (lambda x: (x + 1e16) - 1e16, 0.5, "unresolved", "with step"),
        (lambda x: sin(1000 * x), 0.5, "ok", ""),
        (lambda x: 1e-200 * exp(x), 0.5, "ok", ""),
        (lambda x: x * 0.0, 0.5, "ok", ""),
        (lambda x: log(1 + x**2), 0.0, "ok", ""),
        (lambda x: 1 - ops.cos(x), 0.0, "ok", ""),
        (ops.floor, 0.5, "ok", ""),
        (ops.floor, 1.0, "kink", "floor"),
        (lambda x: ops.clip(x, -1.0, 1.0), 1.0, "kink", "clip"),
        (lambda x: x**2 if x > 0 else x**3, 0.0, "ok", ""),
        (lambda x: 2 * x if x > 0 else 3 * x, 0.0, "kink", "takes another branch within the smallest step; slopes 3 to the"),
    ],
)
def test_each_fixture_has_its_verdict_and_its_note(f, x, verdict, note):
    report = gradcheck(f, x, raise_exception=False)
    (entry,) = report.entries
    assert (entry.verdict, note in entry.note) == (verdict, True), report
    assert report.ok == (verdict in ("ok", "kink", "outside domain"))


def test_a_subgradient_outside_the_interval_is_wrong_at_the_kink_and_a_wrong_slope_beside_it():
    @elementwise(d=lambda y, x: 2.0 + 0 * x, kinks=Kink("x = 0", lambda x: x, used=(0.0,), allowed=(0.0, 1.0)))
    def doubling(x):
        return np.maximum(x, 0)

    at_0, beside = (gradcheck(doubling, x, raise_exception=False) for x in (0.0, 1.0))
    assert [e.verdict for e in (*at_0.entries, *beside.entries)] == ["wrong", "wrong"]
    assert at_0.entries[0].note == "the rule of doubling by x gives 2 at x = 0, allowed is [0, 1]"
    assert beside.culprits == ("The rule of doubling by x gives 2 at x = 1; differences of doubling alone give 1.",)


def test_a_kink_that_no_op_tells_of_is_found_by_its_two_slopes():
    @elementwise(d=lambda y, x: greater(x, 0))
    def ramp(x):
        return np.maximum(x, 0)

    (entry,) = gradcheck(ramp, 0.0, raise_exception=False).entries
    assert entry.verdict == "kink"
    assert "no op says that it has a kink here" in entry.note


def test_only_the_entry_at_a_kink_is_called_one():
    assert verdicts(lambda x: relu(x).sum(), np.array([1.0, 0.0, -1.0])) == ["ok", "kink", "ok"]


def test_ties_of_a_maximum_are_kinks():
    report = gradcheck(lambda x: x.max(), np.array([1.0, 1.0, 0.0]), raise_exception=False)
    assert [e.verdict for e in report.entries] == ["kink", "kink", "ok"]


# --- the checker is checked -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "order", "caught"),
    [
        (lambda y, x: 1 - y * y, 2, False),
        (lambda y, x: 1.001 * (1 - y * y), 1, True),
        (lambda y, x: 1.000001 * (1 - y * y), 1, True),
        (lambda y, x: -(1 - y * y), 1, True),
        (lambda y, x: 0.0, 1, True),
        (lambda y, x: (1 - y * y) * (1 + 0.01 * greater(x, 0.45)), 1, True),
        # Right at first order and wrong at second: the recorded value is cut off.
        (lambda y, x: 1 - getattr(y, "data", y) * getattr(y, "data", y) if isinstance(y, Value) else 1 - y * y, 2, True),
    ],
)
def test_a_wrong_rule_is_found(rule, order, caught):
    @elementwise(d=rule)
    def squash(x):
        return np.tanh(x)

    report = gradcheck(lambda x, w: squash(x) * w, (Value(0.5), Value(2.0)), order=order, raise_exception=False)
    assert report.ok is not caught
    if order == 2 and caught:
        assert all(e.order == 2 for e in report.failures)


def test_a_rule_that_is_wrong_at_one_entry_only_is_found_there():
    bump = np.zeros(4)
    bump[2] = 0.001

    @elementwise(d=lambda y, x: (1 - y * y) * (1 + bump))
    def squash(x):
        return np.tanh(x)

    report = gradcheck(lambda x: squash(x).sum(), np.array([0.1, 0.2, 0.3, 0.4]), raise_exception=False)
    assert [e.wrt for e in report.failures] == ["x[2]"]
    assert report.failures[0].ratio == pytest.approx(1.001)
    assert report.failures[0].digits == pytest.approx(3.0, abs=0.1)


def test_a_mode_that_is_wrong_alone_is_found():
    @structural(
        vjp=lambda g, y, x: lambda: 2 * g, jvp=lambda tangents, y, x: 3 * tangents[0], domain=arrays("n"))
    def twice(x):
        return 2 * x

    x = np.array([1.0, 2.0])
    assert gradcheck(twice, x, mode="reverse").ok
    report = gradcheck(twice, x, raise_exception=False)
    assert not report.ok
    assert "in forward mode only" in report.failures[0].note
    assert not gradcheck(twice, x, mode="forward", raise_exception=False).ok


def test_a_failure_is_an_error_that_holds_the_table_and_draws_the_smallest_graph():
    @elementwise(d=lambda y, x: 1.001 * y)
    def growth(x):
        return np.exp(x)

    with pytest.raises(GradcheckError, match=r"test_gradcheck\.py:") as failure:
        gradcheck(lambda x: sin(growth(tanh(x))), 0.5)
    assert isinstance(failure.value, AssertionError)
    report = failure.value.report
    assert "The rule of growth by x gives" in str(failure.value)
    assert [v.symbol for v in report.draw().diagram.vertices if v.symbol] == ["growth"]
    assert re.search(r"wrong +∂f/∂x +\S+ +\S+ +\S+ +1\.001 +3\.0", str(report))


def test_without_a_culprit_the_whole_graph_is_drawn():
    report = gradcheck(lambda x: tanh(x) + 1, 0.5)
    assert [v.symbol for v in report.draw().diagram.vertices if v.symbol] == ["tanh", "+"]


# --- what can be checked ----------------------------------------------------------------------------------------------


def test_values_tensors_floats_arrays_and_containers_may_be_mixed():
    f = lambda p, x: {"a": p["w"] * x + p["b"][0], "b": [p["w"].sum()]}
    report = gradcheck(f, ({"w": np.ones(2), "b": [2.0]}, 3.0))
    assert len(report.entries) == 3 * 4
    assert {e.wrt for e in report.entries} == {"p['w'][0]", "p['w'][1]", "p['b'][0]", "x"}
    assert {e.output for e in report.entries} == {"f[0][0]", "f[0][1]", "f[1]"}
    assert len(gradcheck(lambda x, t: [v * x for v in [x]], (Value(1.0), Tensor([2.0]))).entries) == 1


def test_only_what_wants_a_gradient_is_checked_where_something_does():
    x, c = Value(1.0), Value(2.0, requires_grad=False)
    assert [e.wrt for e in gradcheck(lambda x, c: x * c, (x, c)).entries] == ["x"]
    a, b = Tensor([1.0], requires_grad=True), Tensor([2.0])
    assert [e.wrt for e in gradcheck(lambda a, b: a * b, (a, b)).entries] == ["a[0]"]
    assert [e.wrt for e in gradcheck(lambda b: b * b, b).entries] == ["b[0]"]


def test_other_arguments_are_passed_on_as_they_are():
    assert gradcheck(lambda x, n, how, on: x**n if how == "power" and on else x, (2.0, 3, "power", True)).ok


def test_single_precision_is_checked_in_double():
    report = gradcheck(lambda x: x.exp(), np.array([1.0, 2.0], np.float32))
    assert report.ok
    assert report.digits > 10


def test_the_parameters_of_a_module_are_checked_too_and_keep_their_numbers():
    model = nn.MLP(2, [3, 1], "tanh", rng=0)
    before = [p.data for p in model.parameters()]
    report = gradcheck(model, ([0.5, -1.0],), order=2)
    assert len([e for e in report.entries if e.order == 1]) == 2 + 13
    assert "layers.0.neurons.1.w.0" in {e.wrt for e in report.entries}
    assert [p.data for p in model.parameters()] == before

    def failing(x):
        raise RuntimeError

    assert gradcheck(model, ([0.5, -1.0],), fast=True, order=2).ok
    assert [p.data for p in model.parameters()] == before
    failing.named_parameters = model.named_parameters
    with pytest.raises(RuntimeError):
        gradcheck(failing, 1.0)
    assert [p.data for p in model.parameters()] == before


def test_a_fast_check_compares_random_directions():
    a = np.random.default_rng(0).normal(size=(30, 20))
    report = gradcheck(lambda a: tanh(a @ a.T), a, fast=True, order=2)
    assert len(report.entries) == 8
    assert report.ok


def test_a_fast_check_finds_a_wrong_rule():
    @elementwise(d=lambda y, x: 1.001 * y)
    def growth(x):
        return np.exp(x)

    report = gradcheck(growth, np.linspace(-1, 1, 50), fast=True, raise_exception=False)
    assert {e.verdict for e in report.entries} == {"wrong"}


def test_higher_orders_keep_ten_digits():
    report = gradcheck(lambda x, y: sin(x * y) * exp(y), (0.7, 0.4), order=4)
    assert report.ok
    assert {e.order for e in report.entries} == {1, 2, 3, 4}
    assert report.digits > 10


def test_the_same_seed_gives_the_same_report():
    f, x = lambda x: tanh(x).sum(), np.linspace(0, 1, 4)
    assert repr(gradcheck(f, x, order=2, rng=3)) == repr(gradcheck(f, x, order=2, rng=np.random.default_rng(3)))


def test_a_checkpoint_a_constant_and_a_result_that_is_an_input_are_fine():
    assert gradcheck(checkpoint(lambda x: tanh(x) * x), 0.5, order=2).ok
    assert gradcheck(lambda x: [x, 3.0], 0.5).ok


@pytest.mark.parametrize(("op", "settings"), cases(has_gradient))
def test_every_op_passes_to_second_order_at_each_case(op, settings):
    if op.elementwise:
        report = gradcheck(lambda *xs: op.function(*xs, **settings), tuple(points(draw(op, settings))[0]), order=2)
    elif getattr(op.domain, "like", "") == "definite":
        # Such a matrix may be moved symmetrically alone.
        x, t = sample(op)[0], directions(op, sample(op))[0]
        report = gradcheck(lambda s: op.function(s * t + x, **settings), np.array(0.01), order=2)
    else:
        report = gradcheck(lambda *xs: op.function(*xs, **settings), tuple(sample(op)), order=2, fast=True)
    assert {e.verdict for e in report.entries} == {"ok"}, report


@given(strategies.expressions_with_points(max_depth=6))
def test_random_formulas_pass_in_both_modes_and_can_be_drawn_and_derived(drawn):
    f, point = drawn
    # A formula of depth 6 may be flat to the last digit, or steeper than differences can follow; it is never wrong.
    report = gradcheck(f, tuple(point), raise_exception=False)
    assert not [e for e in report.entries if e.verdict == "wrong"], report
    y = f(*map(Value, point))
    assert draw_graph(y).source
    assert explain(y).text


# --- what a review found ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (sin, 1e6),
        (sin, 1e8),
        (lambda x: sin(1e6 * x), 1.0),
        (exp, 1e-10),
        (exp, 1e-300),
        (lambda x: ops.softmax(x).sum(), np.array([0.3, -0.2, 0.7])),
    ],
)
def test_right_derivatives_of_any_scale_are_ok(f, x):
    assert set(verdicts(f, x, order=2 if isinstance(x, np.ndarray) else 1)) == {"ok"}


def wrong_by_a_thousandth():
    @elementwise(d=lambda y, x: 1.001 * (1 - y * y))
    def squash(x):
        return np.tanh(x)

    return squash


def test_a_wrong_rule_that_noise_hides_is_not_called_ok():
    squash = wrong_by_a_thousandth()
    assert verdicts(lambda x: squash(x) + 1e12, 0.5) == ["unresolved"]


def test_a_wrong_rule_beside_a_kink_is_wrong():
    squash = wrong_by_a_thousandth()
    report = gradcheck(lambda x: relu(x) + squash(x + 0.5), 0.0, raise_exception=False)
    assert [e.verdict for e in report.entries] == ["wrong"]
    assert "The rule of squash" in report.entries[0].note


def test_results_that_are_no_numbers_are_passed_over_and_results_that_are_not_finite_do_not_hide_others():
    squash = wrong_by_a_thousandth()
    assert verdicts(lambda x: [squash(x), None, "name"], 0.5) == ["wrong"]
    assert verdicts(lambda x: [squash(x), x * math.nan], 0.5) == ["wrong", "outside domain"]
    with pytest.raises(AutogradError, match="gives Values, Tensors or numbers, got nothing"):
        gradcheck(lambda x: None, 0.5)


def test_a_function_that_draws_at_random_is_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(AutogradError, match="other results when it is called again"):
        gradcheck(lambda x: x * rng.normal(), 0.5)


def test_parameters_that_are_frozen_or_shared_are_checked_once_or_not_at_all():
    class Scaling(nn.Module):
        def __init__(self):
            self.w, self.frozen = Tensor([2.0], requires_grad=True), Tensor([3.0])

        def forward(self, x):
            return self.w * x * self.frozen

        def named_parameters(self):
            yield from (("w", self.w), ("same", self.w), ("frozen", self.frozen))

    model = Scaling()
    report = gradcheck(model, np.array([0.5]))
    assert len(report.entries) == 2
    assert model.w.grad is None


def test_no_inputs_or_no_results_of_any_size_are_nothing_to_check():
    assert gradcheck(lambda x: x * 2, np.zeros(0)).entries == ()


# --- arguments --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "needed"),
    [
        ({"order": 0}, "order is a whole number from 1 up, got 0"),
        ({"order": 1.5}, "order is a whole number from 1 up, got 1.5"),
        ({"mode": "backward"}, "'both', 'reverse', 'forward', got 'backward'"),
    ],
)
def test_what_is_no_option_is_refused(options, needed):
    with pytest.raises(AutogradError, match=re.escape(needed) + r".*test_gradcheck.py:"):
        gradcheck(tanh, 0.5, **options)


def test_inputs_without_a_float_are_refused():
    with pytest.raises(AutogradError, match="inputs of floats, arrays of floats, Values or Tensors, got none"):
        gradcheck(tanh, 3)


def test_a_report_is_true_if_nothing_is_wrong_and_prints_a_sentence():
    report = gradcheck(tanh, 0.5)
    assert report
    assert re.fullmatch(r"1 derivative: 1 ok; at least 1\d\.\d digits agree\.", repr(report))
    assert report._repr_html_().startswith("<pre>1 derivative")


# --- differences ------------------------------------------------------------------------------------------------------


def test_differences_are_off_by_no_more_than_they_say():
    for f, slope in ((math.exp, 1.0), (lambda s: math.sin(3 + s), math.cos(3)), (lambda s: 1 / (2 + s), -0.25)):
        for found, error in (central(f, 0.05), one_sided(f, 1e-2), one_sided(f, -1e-2)):
            assert abs(found - slope) <= 2 * error
            assert error < 1e-7


def test_a_noisy_function_has_a_large_error():
    rng = np.random.default_rng(0)
    _, error = central(lambda s: s + 1e-6 * rng.normal(), 0.05)
    assert error > 1e-6


# --- compare ----------------------------------------------------------------------------------------------------------


def test_compare_shows_each_way_with_the_digits_that_agree():
    table = check.compare(lambda x: x * tanh(x), 0.5)
    rows = {row[0]: row for row in table.rows}
    assert_close(float(rows["reverse mode"][1]), math.tanh(0.5) + 0.5 * (1 - math.tanh(0.5) ** 2))
    assert float(rows["forward mode"][2]) > 15
    assert float(rows["complex step"][2]) > 15
    assert 9 < float(rows["central difference"][2]) < float(rows["Richardson (Ridders)"][2])


def test_compare_says_why_a_way_is_left_out():
    table = check.compare(lambda x: ops.erf(x), 0.5)
    rows = {row[0]: row for row in table.rows}
    assert "erf has no counterpart there" in rows["complex step"][3]
    for library in ("torch", "jax"):
        assert rows[library][3] == f"{library} is not installed" or float(rows[library][2]) > 14


def test_compare_takes_arrays_and_refuses_more_than_one_number():
    table = check.compare(lambda a, b: (a @ b).sum().tanh(), np.full((2, 2), 0.1), np.full((2, 2), 0.2))
    assert table.rows[0][1].endswith("(8 numbers)")
    with pytest.raises(AutogradError, match="one number, got 2"):
        check.compare(lambda a: a * 2, np.ones(2))


def test_the_messages_in_the_readme_are_those_that_are_printed():
    @elementwise(d=lambda y, x: 1 + y * y)
    def squash(x):
        return np.tanh(x)

    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    for f, x in ((squash, 0.5), (relu, 0.0), (log, -1.0)):
        *_, note, _ = repr(gradcheck(f, x, raise_exception=False)).splitlines()
        assert f"\n{note}\n" in readme
