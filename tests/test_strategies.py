"""Do the strategies draw what they promise: numbers in their domain, smooth formulas, small ones where a test fails?"""

import math
import subprocess
import sys

import numpy as np
import pytest
from helpers import has_gradient
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from autograd import Tensor, Value, elementwise, grad, gradients, jvp
from autograd.domains import Domain, Kink
from autograd.errors import AutogradError
from autograd.formula import LONGEST, parse
from autograd.ops import relu
from autograd.registry import all_ops, get
from autograd.testing import strategies
from autograd.testing.intervals import GAP, NAMED, boxes

MANY = settings(max_examples=300, deadline=None, derandomize=True, database=None)


# --- numbers and arrays -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMED)
def test_floats_lie_in_their_domain_away_from_its_border(name):
    domain = NAMED[name]

    @MANY
    @given(strategies.floats(name))
    def check(x):
        assert type(x) is float
        assert x in domain
        assert domain.draw[0] <= x <= domain.draw[1]
        assert all(abs(x - border) >= 0.09 for border in (domain.low, domain.high, *domain.without))
        assert abs(x) <= 3
        assert x == round(x, 3)

    check()


@given(strategies.floats(away_from=(1.0, -0.5)))
def test_floats_keep_away_from_the_points_they_are_told(x):
    assert abs(x - 1.0) > 0.199
    assert abs(x + 0.5) > 0.199


def test_floats_of_a_domain_of_ones_own_are_drawn_from_where_it_says():
    @given(strategies.floats(Domain("from 10 to 20", low=10.0, high=20.0, draw=(11.0, 19.0), without=(15.0,))))
    def check(x):
        assert 11.0 <= x <= 14.8 or 15.2 <= x <= 19.0

    check()


def test_floats_shrink_to_simple_numbers():
    found = [find(strategies.floats(name), lambda x: True) for name in NAMED]
    assert found == [1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 0.5, 0.5]
    assert find(strategies.floats(), lambda x: x < 0) == -1.0


def test_a_domain_that_is_not_there_or_has_nothing_left_is_refused():
    with pytest.raises(AutogradError, match=r"there is no domain 'whole': give one of 'real', .*, at .*test_strategies"):
        strategies.floats("whole")
    with pytest.raises(AutogradError, match=r"nothing is left of 0\.3 to 3 away from 0\.5, "):
        strategies.floats("positive", away_from=np.arange(0.5, 3.1, 0.25))


@given(strategies.values("unit", requires_grad=False, label="w"), strategies.values())
def test_values_are_fresh_and_have_the_domain_the_label_and_the_gradient_asked_for(w, x):
    assert (type(w), w.label, w.requires_grad, x.requires_grad, x.grad) == (Value, "w", False, True, 0.0)
    assert abs(w.data) <= 0.9
    (x * x).backward()


@given(strategies.tensors((2, None), "positive", dtype=np.float32), strategies.tensors(4, requires_grad=False))
def test_tensors_have_the_shape_the_domain_the_dtype_and_the_gradient_asked_for(x, t):
    assert x.ndim == 2
    assert x.shape[0] == 2
    assert 1 <= x.shape[1] <= 3
    assert (x.dtype, x.requires_grad, t.shape, t.requires_grad) == (np.float32, True, (4,), False)
    assert (x.detach() > 0.29).all()


@given(strategies.tensors(st.sampled_from([(), (2, 2)])))
def test_the_shape_of_tensors_may_itself_be_drawn(x):
    assert x.shape in ((), (2, 2))


@given(strategies.broadcasting_tensors(3))
def test_broadcasting_tensors_broadcast(ts):
    assert len(ts) == 3
    shape = np.broadcast_shapes(*[t.shape for t in ts])
    assert (ts[0] + ts[1] + ts[2]).shape == shape
    assert len(shape) <= 3


def test_broadcasting_tensors_stretch_on_either_side_and_leave_axes_out():
    seen = set()

    @MANY
    @given(strategies.broadcasting_tensors())
    def check(ts):
        a, b = (t.shape for t in ts)
        both = np.broadcast_shapes(a, b)
        seen.update({("stretched", a != both, b != both), ("left out", len(a) < len(b), len(b) < len(a))})

    check()
    assert len(seen) == 7


# --- operands of an op ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("op", [op for op in all_ops() if op.elementwise], ids=lambda op: op.name)
def test_operands_of_every_elementwise_op_are_inside_its_domain_and_away_from_its_kinks(op):
    for case in op.cases:

        @settings(MANY, max_examples=25)
        @given(strategies.operands(op, np.ndarray, **case), st.just({**op.settings, **case}))
        def check(xs, full):
            assert len(xs) == op.arity
            for x, domain in zip(xs, op.domain, strict=True):
                assert x.shape == (3,)
                assert all(float(e) in domain for e in x)
            for kink in op.kinks:
                assert np.min(np.abs(kink.gap(*xs, **full))) > GAP
            assert np.all(np.isfinite(op.function(*xs, **full)))

        check()


@pytest.mark.parametrize("op", [op for op in all_ops() if not op.elementwise], ids=lambda op: op.name)
def test_operands_of_every_op_on_arrays_have_the_shapes_its_block_says_and_can_be_computed_with(op):
    sizes = [np.shape(x) for x in op.domain.sample(np.random.default_rng(0))]

    @settings(MANY, max_examples=10)
    @given(strategies.operands(op))
    def check(xs):
        assert [x.shape for x in xs] == sizes
        for case in op.cases:
            y = op.array(*[np.asarray(x.detach()) for x in xs], **{**op.settings, **case})
            assert np.all(np.isfinite(y))
        if op.domain.like == "distinct":
            assert len(np.unique(xs[0].detach())) == xs[0].size

    check()


def test_operands_of_an_op_on_matrices_are_invertible_or_definite_where_it_needs_them_so():
    @given(strategies.operands("inv", np.ndarray), strategies.operands("cholesky", np.ndarray))
    def check(of_inv, of_cholesky):
        assert np.min(np.abs(np.linalg.det(of_inv[0]))) > 1
        assert np.min(np.linalg.eigvalsh(of_cholesky[0])) > 0.99
        np.testing.assert_array_equal(of_cholesky[0], of_cholesky[0].T)

    check()


def test_operands_are_numbers_or_nodes_as_asked_for():
    for kind in (float, Value, np.ndarray, Tensor):
        assert [type(x) for x in find(strategies.operands("mul", kind), lambda xs: True)] == [kind, kind]
    assert find(strategies.operands(relu, Value, requires_grad=False), lambda xs: True)[0].requires_grad is False


def test_operands_that_cannot_be_are_refused():
    with pytest.raises(AutogradError, match=r"matmul takes arrays of shapes .*, not single numbers, at "):
        strategies.operands("matmul", float)
    with pytest.raises(AutogradError, match=r"an op is given by itself, its name or its function, got 3, at "):
        strategies.operands(3)
    with pytest.raises(AutogradError, match=r"operands are Tensors, .* not <class 'int'>"):
        strategies.operands("exp", int)

    @elementwise(d=lambda y, x: 1.0, kinks=Kink("everywhere", lambda x: 0 * x))
    def rough(x):
        return x

    with pytest.raises(AutogradError, match="rough has kinks everywhere"):
        strategies.operands(rough)


def test_a_box_without_kinks_is_as_large_as_it_can_be():
    assert boxes(get("hypot"), {}) == [((0.4, 2.0), (0.4, 2.0))]
    assert ((0.1, 0.9),) in boxes(get("clip"), {"lo": -0.5, "hi": 1.0})
    assert boxes(get("sin"), {}) == [((-2.0, 2.0),)]


# --- whole formulas ---------------------------------------------------------------------------------------------------


def grown(depth):
    return strategies.expressions_with_points(max_depth=depth)


def test_fewer_than_one_formula_and_point_in_ten_is_rejected():
    tried = rejected = 0

    @settings(max_examples=500, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
              suppress_health_check=[HealthCheck.too_slow])
    @given(strategies.expressions(max_depth=6), st.tuples(strategies.floats(), strategies.floats()))
    def count(f, point):
        nonlocal tried, rejected
        tried += 1
        rejected += not f.is_smooth_at(*point[: len(f.names)])
        assert len(f.text) <= LONGEST

    count()
    assert tried >= 500
    assert rejected < 0.1 * tried


@MANY
@given(grown(4))
def test_a_formula_is_the_same_on_floats_values_arrays_and_tensors_and_as_text(drawn):
    f, point = drawn
    y = f(*point)
    assert type(y) is float
    assert math.isfinite(y)
    assert f(*map(Value, point)).data == y
    arrays = [np.full(2, x) for x in point]
    # numpy's exp and tanh may differ from math's in the last place, and a formula may magnify that.
    assert f(*arrays) == pytest.approx(y, rel=1e-9, abs=1e-9)
    np.testing.assert_array_equal(f(*map(Tensor, arrays)).detach(), f(*arrays))
    assert parse(f.text).on(dict(zip(f.names, point, strict=True))) == y
    assert set(f.names) == set(parse(f.text).names)
    assert repr(f) == str(f) == f.text


@MANY
@given(grown(6))
def test_reverse_mode_equals_forward_mode_on_any_formula_to_depth_6(drawn):
    f, point = drawn
    xs = [Value(x) for x in point]
    found = gradients(f(*xs), xs)
    for i in range(len(point)):
        _, slope = jvp(f, point, tuple(float(i == j) for j in range(len(point))))
        assert found[i] == pytest.approx(slope, rel=1e-9, abs=1e-9)


def test_every_op_with_a_derivative_appears_in_formulas():
    @elementwise(d=lambda y, x: 3 * x * x)
    def cubed(x):
        return x * x * x

    for op in [op for op in all_ops() if op.elementwise and has_gradient(op) and op.name != "alias"]:
        f = find(strategies.expressions(1, ops=[op]), lambda f: f.text not in ("x", "y"))
        assert find(strategies.points(f), lambda point: True)
    assert find(strategies.expressions(1), lambda f: "cubed" in f.text).text == "cubed(x)"


@pytest.mark.parametrize(
    ("op", "text"),
    [("log", "log(1 + x**2)"), ("div", "x/(1 + x**2)"), ("asin", "asin(0.9*tanh(x))"), ("relu", "relu(1 + 0.8*tanh(x))"),
     ("acosh", "acosh(2 + x**2)"), ("log1p", "log1p(x**2)"), ("tan", "tan(1.2*tanh(x))"), ("exp", "exp(x)")],
)  # fmt: skip
def test_an_operand_is_wrapped_as_its_domain_and_its_kinks_need(op, text):
    f = find(strategies.expressions(1, ops=[op], variables=["x"]), lambda f: f.text == text)
    assert find(strategies.points(f), lambda point: True) == (1.0,)


def test_a_wrong_rule_is_found_in_the_smallest_formula_that_shows_it():
    @elementwise(d=lambda y, x: 1.01 * y)
    def wrong(x):
        return np.exp(x)

    def fails(drawn):
        f, point = drawn
        h = 1e-5
        for i in range(len(point)):
            ahead, behind = ([x + s * (i == j) for j, x in enumerate(point)] for s in (h, -h))
            slope = (f(*ahead) - f(*behind)) / (2 * h)
            if abs(grad(f, i)(*point) - slope) > 1e-3 * abs(slope) + 1e-6:
                return True
        return False

    f, point = find(grown(4), fails, settings=settings(max_examples=2000, deadline=None, derandomize=True, database=None))
    assert (f.text, point) == ("wrong(x)", (1.0,))


def test_a_failing_example_is_shown_as_its_text():
    @settings(MANY, report_multiple_bugs=False)
    @given(drawn=strategies.expressions_with_points(2, ops=["add", "log"]))
    def check(drawn):
        assert "log" not in drawn[0].text

    with pytest.raises(AssertionError) as caught:
        check()
    told = "".join(caught.value.__notes__)
    assert "log(1 + x**2)" in told
    assert "_formula" not in told


def test_formulas_keep_to_the_ops_and_variables_asked_for():
    @given(strategies.expressions(3, ops=["add", "mul"], variables=["u", "v", "w", "t", "s"]))
    def check(f):
        assert set(f.names) <= set("uvwts")
        assert len(f.names) >= 1
        assert "/" not in f.text

    check()


def test_formulas_that_cannot_be_are_refused():
    with pytest.raises(AutogradError, match=r"a formula cannot hold matmul: it is no elementwise op, at .*test_strategies"):
        strategies.expressions(ops=["matmul"])
    with pytest.raises(AutogradError, match="expressions need a variable and a depth from 0 up"):
        strategies.expressions(variables=())
    f = find(strategies.expressions(), lambda f: True)
    assert f.text == "x"
    with pytest.raises(TypeError, match=r"x needs x, got 2 operands, at .*test_strategies"):
        f(1.0, 2.0)


def test_without_hypothesis_the_strategies_say_what_to_install():
    code = (
        "import sys\nsys.modules['hypothesis'] = None\n"
        "from autograd.errors import AutogradError\nimport autograd.testing\n"
        "try:\n    from autograd.testing import strategies\n"
        "except AutogradError as error:\n    print(error, isinstance(error, ImportError))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    message = 'the strategies need hypothesis, which is not installed: pip install "wengert[testing]", at <string>:6'
    assert printed == f"{message} True\n"


def test_the_library_itself_does_not_load_hypothesis():
    code = "import autograd, autograd.testing, sys; print('hypothesis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
