"""Are numbers right at the edges: at ±1000 and ±inf, for nan, at 0, outside a domain, where arrays are empty?"""

import itertools
import math
from typing import Any

import numpy as np
import pytest
from helpers import applied, cases, draw, partial, points, sample, smooth, tensors, values

import autograd
from autograd import DomainError, ShapeError, Tensor, Value, grad, gradients, ops
from autograd.domains import TRUTH
from autograd.registry import Op, all_ops

inf, nan = math.inf, math.nan
EDGES = (0.0, -0.0, 0.5, 1.0, -1.0, 2.0, -8.0, 1000.0, -1000.0, 1e308, -1e308, 5e-324, inf, -inf, nan)

each_elementwise = pytest.mark.parametrize(("op", "settings"), cases(lambda op: op.elementwise))
each_smooth = pytest.mark.parametrize(("op", "settings"), cases(lambda op: op.elementwise and bool(smooth(op))))


def silent() -> Any:
    """Let numpy leave a domain without a word."""
    return np.errstate(all="ignore")


def edges(op: Op) -> list[tuple[float, ...]]:
    # numpy takes a square root for x**0.5, so that (-inf)**0.5 is nan on arrays and, as IEEE 754 has it, inf on floats.
    skipped = -inf if op.name in ("power", "pow") else None
    choices = [(0.0, 1.0) if domain is TRUTH else EDGES for domain in op.domain]
    return [p for p in itertools.product(*choices) if p[0] != skipped]


def same(a: Any, b: Any) -> bool:
    return bool(np.allclose(a, b, rtol=1e-13, atol=1e-300, equal_nan=True))


def slope(f: Any, x: float) -> float:
    """The derivative by backward of Value; that of Tensor must be the same."""
    v, t = Value(x), Tensor(x, requires_grad=True)
    f(v).backward()
    with silent():
        f(t).backward()
    assert same(v.grad, t.grad.item())
    return v.grad


# --- one contract for floats and arrays -------------------------------------------------------------------------------


@each_elementwise
@silent()
def test_at_an_edge_a_value_is_what_a_tensor_is_or_names_its_domain(op: Op, settings: dict[str, Any]) -> None:
    f = applied(op, settings)
    for point in edges(op):
        on_array = f(*tensors(point)).item()
        try:
            on_float = f(*values(point)).data
        except DomainError:
            assert not math.isfinite(on_array), point
        else:
            assert type(on_float) is float
            assert same(on_float, on_array), point


@each_smooth
@silent()
def test_at_an_edge_derivatives_of_values_are_those_of_tensors(op: Op, settings: dict[str, Any]) -> None:
    f, failures = applied(op, settings), []
    for point, i in itertools.product(edges(op), smooth(op)):
        try:
            f(*point)
        except DomainError:
            continue
        try:
            for order in ([i], [i, i]):
                assert same(partial(f, *order)(*point), partial(f, *order)(*map(np.array, point)))
        except (ArithmeticError, AssertionError) as error:
            failures.append((point, i, error))
    assert failures == []


@each_elementwise
@silent()
def test_no_operand_changes_what_its_neighbour_gives(op: Op, settings: dict[str, Any]) -> None:
    f, columns = applied(op, settings), np.array(edges(op)).T
    together = f(*tensors(columns)).detach().numpy()
    np.testing.assert_allclose(together, [f(*tensors(p)).item() for p in edges(op)], rtol=1e-15)


@pytest.mark.parametrize("op", [op for op in all_ops() if op.elementwise and smooth(op)], ids=repr)
@silent()
def test_nan_in_is_nan_out(op: Op) -> None:
    for i in smooth(op) if op.name != "where" else []:
        for place in (values, tensors):
            point = [nan if j == i else x for j, x in enumerate(points(draw(op, op.cases[0]))[0])]
            assert math.isnan(applied(op, op.cases[0])(*place(point)).item())


@pytest.mark.parametrize(("op", "settings"), cases(lambda op: True))
def test_data_and_gradients_of_values_are_plain_floats(op: Op, settings: dict[str, Any]) -> None:
    if op.elementwise:
        leaves = [Value(np.float64(x)) for x in points(draw(op, settings))[0]]
        results = [applied(op, settings)(*leaves)]
    elif op.over is not None and not settings:
        columns = [values(np.float64(x) for x in column.ravel()) for column in sample(op)]
        leaves, results = [v for column in columns for v in column], op.function(*columns)
    else:
        return
    for y in results if isinstance(results, list) else [results]:
        assert type(y.data) is float
        if y.requires_grad:
            y.backward()
            assert {type(v.grad) for v in leaves} == {float}


# --- hand-made numbers ------------------------------------------------------------------------------------------------

FAR = [  # function, then (x, value, derivative) far out
    ("sigmoid", [(1000.0, 1.0, 0.0), (-1000.0, 0.0, 0.0), (inf, 1.0, 0.0), (-inf, 0.0, 0.0), (0.0, 0.5, 0.25)]),
    (
        "softplus",
        [(1000.0, 1000.0, 1.0), (-1000.0, 0.0, 0.0), (inf, inf, 1.0), (-inf, 0.0, 0.0), (0.0, math.log(2), 0.5)],
    ),
    ("logsigmoid", [(1000.0, 0.0, 0.0), (-1000.0, -1000.0, 1.0), (inf, 0.0, 0.0), (-inf, -inf, 1.0)]),
    ("tanh", [(1000.0, 1.0, 0.0), (-1000.0, -1.0, 0.0), (inf, 1.0, 0.0), (-inf, -1.0, 0.0)]),
    ("silu", [(1000.0, 1000.0, 1.0), (-1000.0, 0.0, 0.0), (1e18, 1e18, 1.0), (-1e18, 0.0, 0.0), (0.0, 0.0, 0.5)]),
    ("gelu", [(1000.0, 1000.0, 1.0), (-1000.0, 0.0, 0.0), (0.0, 0.0, 0.5)]),
    ("mish", [(1000.0, 1000.0, 1.0), (-1000.0, 0.0, 0.0), (1e18, 1e18, 1.0)]),
    ("exp", [(1000.0, inf, inf), (-1000.0, 0.0, 0.0), (inf, inf, inf), (-inf, 0.0, 0.0)]),
    ("erf", [(1000.0, 1.0, 0.0), (-inf, -1.0, 0.0)]),
    ("atan", [(inf, math.pi / 2, 0.0), (-1000.0, -math.atan(1000.0), 1 / 1000001.0)]),
    ("asin", [(1.0, math.pi / 2, inf), (-1.0, -math.pi / 2, inf)]),
    ("acos", [(1.0, 0.0, -inf), (-1.0, math.pi, -inf)]),
    ("acosh", [(1.0, 0.0, inf)]),
    ("softsign", [(1e308, 1.0, 0.0), (-1e308, -1.0, 0.0)]),
]


@pytest.mark.parametrize(("name", "x", "y", "d"), [(name, *row) for name, rows in FAR for row in rows])
def test_far_out_a_function_has_its_limits(name: str, x: float, y: float, d: float) -> None:
    f = getattr(ops, name)
    assert f(Value(x)).data == pytest.approx(y, rel=1e-15, abs=0)
    with silent():
        assert f(Tensor(x)).item() == pytest.approx(y, rel=1e-15, abs=0)
    assert slope(f, x) == pytest.approx(d, rel=1e-14, abs=0)


@pytest.mark.parametrize(
    ("f", "x", "d"),
    [
        (ops.relu, 0.0, 0.0),
        (ops.abs, 0.0, 0.0),
        (ops.abs, -0.0, 0.0),
        (ops.sqrt, 0.0, inf),
        (ops.cbrt, 0.0, inf),
        (ops.sign, 0.0, 0.0),
        (lambda x: x**0, 0.0, 0.0),
        (lambda x: x**2, -3.0, -6.0),
        (lambda x: x**3.0, -2.0, 12.0),
        (lambda x: x**1, 0.0, 1.0),
        (lambda x: x**2, 0.0, 0.0),
        (lambda x: x**-1, -2.0, -0.25),
        (lambda x: 2.0**x, 0.0, math.log(2.0)),
        (lambda x: 0.0**x, 2.0, 0.0),
        (lambda x: x * x, 1e200, 2e200),
        (lambda x: 1 / x, 1e-200, -inf),
        (lambda x: x / x, 3.0, 0.0),
        (lambda x: ops.maximum(x, x), 1.0, 1.0),
        (lambda x: ops.hypot(x, 0.0), 0.0, 0.0),
    ],
)
def test_the_derivative_at_a_border_is(f: Any, x: float, d: float) -> None:
    assert slope(f, x) == pytest.approx(d, rel=1e-15)


def test_a_power_of_two_variables_is_right_at_zero_bases_and_exponents() -> None:
    for a, b, y, by_a, by_b in [
        (0.0, 0.0, 1.0, 0.0, 0.0),
        (0.0, 2.0, 0.0, 0.0, 0.0),
        (0.0, 1.0, 0.0, 1.0, 0.0),
        (2.0, 0.0, 1.0, 0.0, math.log(2.0)),
        (2.0, 3.0, 8.0, 12.0, 8 * math.log(2.0)),
        (-2.0, 3.0, -8.0, 12.0, nan),
    ]:
        for u, v in ([Value(a), Value(b)], tensors([a, b])):
            z = u**v
            z.backward()
            assert z.item() == y
            np.testing.assert_allclose([float(u.grad), float(v.grad)], [by_a, by_b], rtol=1e-15)
    assert Value(-2.0) ** 2 == 4.0
    assert grad(grad(lambda x: x**x))(1.0) == pytest.approx(2.0)


def test_ties_share_the_gradient() -> None:
    a, b = Value(2.0), Value(2.0)
    ops.maximum(a, b).backward()
    assert (a.grad, b.grad) == (0.5, 0.5)
    for extreme in (ops.max, ops.min):
        vs = values([3.0, 3.0, 3.0, 3.0])
        extreme(vs).backward()
        assert [v.grad for v in vs] == [0.25] * 4
        t = Tensor([[3.0, 3.0], [3.0, 3.0]], requires_grad=True)
        extreme(t, axis=1).sum().backward()
        assert t.grad.tolist() == [[0.5, 0.5], [0.5, 0.5]]


def test_overflow_is_infinite_on_both_types() -> None:
    big = 1e300
    for f in (lambda x: x * x, lambda x: x**2, lambda x: x**2.5, ops.exp, ops.square, ops.cosh, lambda x: x / 1e-300):
        assert f(Value(big)).data == inf
        with silent():
            assert f(Tensor(big)).item() == inf


@pytest.mark.parametrize(
    ("f", "x", "on_array"),
    [
        (ops.log, -1.0, nan),
        (ops.log, 0.0, -inf),
        (lambda x: 1 / x, 0.0, inf),
        (lambda x: x / 0.0, 0.0, nan),
        (lambda x: x**-1, 0.0, inf),
        (lambda x: x ** (1 / 3), -8.0, nan),
        (lambda x: ops.pow(x, x), -0.5, nan),
        (ops.sqrt, -1.0, nan),
        (ops.asin, 2.0, nan),
        (ops.acosh, 0.0, nan),
        (ops.atanh, 1.0, inf),
        (ops.log1p, -1.0, -inf),
        (ops.sin, inf, nan),
    ],
)
def test_outside_its_domain_a_value_raises_and_a_tensor_follows_numpy(f: Any, x: float, on_array: float) -> None:
    with pytest.raises(DomainError, match=r"\w+ needs .*, got .*test_numbers\.py:\d+$"):
        f(Value(x))
    with pytest.warns(RuntimeWarning):
        assert same(f(Tensor(x)).item(), on_array)


# --- soft maxima ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("xs", "y"),
    [
        ([1000.0, 1000.0], 1000.0 + math.log(2.0)),
        ([-1000.0, -1000.0], -1000.0 + math.log(2.0)),
        ([1000.0, -1000.0], 1000.0),
        ([0.0, -inf], 0.0),
        ([-inf, -inf], -inf),
        ([inf, 0.0], inf),
        ([nan, 0.0], nan),
        ([inf, nan], nan),
    ],
)
def test_logsumexp_neither_overflows_nor_underflows(xs: list[float], y: float) -> None:
    assert same(ops.logsumexp(values(xs)).data, y)
    assert same(ops.logsumexp(Tensor(xs)).item(), y)
    assert same(ops.logaddexp(*values(xs)).data, y)
    assert same(ops.logsumexp(Tensor([xs, xs]), axis=1).tolist(), [y, y])


def test_soft_maxima_of_far_numbers_have_the_right_gradients() -> None:
    x = Tensor([1000.0, 999.0, -1000.0, -inf], requires_grad=True)
    p = 1 / (1 + math.exp(-1.0))
    assert same(ops.softmax(x).tolist(), [p, 1 - p, 0.0, 0.0])
    assert same(ops.log_softmax(x).tolist(), [math.log(p), math.log(p) - 1, math.log(p) - 2000.0, -inf])
    ops.logsumexp(x).backward()
    assert same(x.grad.tolist(), [p, 1 - p, 0.0, 0.0])
    assert same(gradients(ops.log_softmax(x)[2], x).tolist(), [-p, p - 1, 1.0, 0.0])
    assert same(gradients(ops.softmax(x)[0], x).tolist(), [p * (1 - p), -p * (1 - p), 0.0, 0.0])
    vs = values(x.tolist())
    assert same([y.data for y in ops.softmax(vs)], [p, 1 - p, 0.0, 0.0])
    ops.logsumexp(vs).backward()
    assert same([v.grad for v in vs], [p, 1 - p, 0.0, 0.0])


# --- norms, empty arrays, single numbers, places ----------------------------------------------------------------------


def test_norms_and_standard_deviations_have_the_gradient_zero_where_they_are_zero() -> None:
    for f in (ops.norm, ops.std):
        assert grad(f)(np.zeros(3)).tolist() == [0.0, 0.0, 0.0]
    assert same(grad(ops.norm)(np.array([3.0, 4.0])), [0.6, 0.8])


def test_empty_arrays_have_empty_gradients() -> None:
    x = Tensor(np.empty((0, 3)), requires_grad=True)
    for y in (x.sum(), (x * 2.0).tanh().sum(), (x @ np.ones((3, 2))).sum(), x[:, 1].sum(), x.reshape(-1).sum()):
        (found,) = gradients(y, [x])
        assert found.shape == (0, 3)
    assert x.sum().item() == 0.0
    assert x.sum(axis=0).tolist() == [0.0, 0.0, 0.0]
    assert autograd.concatenate([x, np.ones((1, 3))]).shape == (1, 3)
    for extreme in (x.max, x.argmax):
        with pytest.raises(ShapeError, match=r"\(0, 3\)"):
            extreme()
    with pytest.raises(ShapeError, match="at least 1, got 0"):
        ops.dot([Value(1.0)][:0], [Value(2.0)])


def test_the_product_of_nothing_is_one_with_an_empty_gradient() -> None:
    for shape in [(0,), (0, 3), (3, 0)]:
        x = Tensor(np.empty(shape), requires_grad=True)
        assert x.prod().item() == 1.0
        for y in (x.prod(), x.prod(axis=0).sum(), x.cumprod(axis=0).sum(), x.cumprod().sum()):
            assert gradients(y, x).shape == shape


@each_smooth
def test_an_array_of_no_axes_is_one_number(op: Op, settings: dict[str, Any]) -> None:
    f, xs = applied(op, settings), draw(op, settings, [()] * op.arity)
    leaves = tensors(xs)
    y = f(*leaves)
    assert (y.shape, y.dtype) == ((), np.dtype(float))
    y.backward()
    for i in smooth(op):
        assert leaves[i].grad.shape == ()
        assert same(leaves[i].grad.item(), partial(f, i)(*map(float, xs)))
        assert partial(f, i, i)(*xs).shape == ()


def test_places_of_extremes_are_whole_numbers_and_the_first_of_equals() -> None:
    x = Tensor([[1.0, 3.0, 3.0], [-2.0, -5.0, -5.0]], requires_grad=True)
    assert (x.argmax().item(), x.argmin().item()) == (1, 4)
    assert x.argmax(axis=1).tolist() == [1, 0]
    assert x.argmin(axis=0, keepdims=True).tolist() == [[1, 1, 1]]
    assert x.argmax(axis=1).dtype.kind == "i"
    assert x[np.arange(2), x.argmax(axis=1)].tolist() == [3.0, -2.0]


def test_arrays_divided_by_a_plain_zero_have_infinite_gradients_in_every_way():
    with np.errstate(all="ignore"):
        for f in (lambda t: t / 0.0, lambda t: t**0.0 / 0.0):
            t = Tensor([1.0, 2.0], requires_grad=True)
            y = f(t).sum()
            y.backward()
            expected = t.grad.numpy()
            assert not np.isfinite(expected).any()
            assert np.array_equal(gradients(y, t).numpy(), expected, equal_nan=True)
            recorded = gradients(f(t).sum(), t, create_graph=True)
            assert np.array_equal(recorded.detach().numpy(), expected, equal_nan=True)
