"""Do numpy's functions and arrays work together with Values and Tensors, or say what to do instead?"""

import re
from typing import Any

import numpy as np
import pytest

from autograd import (
    AutogradError,
    DTypeError,
    GradientError,
    MixError,
    ShapeError,
    Tensor,
    Value,
    gradients,
    ops,
)

A = np.array([[1.0, 2.0], [3.0, 4.0]])
B = np.array([[0.5, -1.0], [2.0, 1.5]])


@pytest.fixture
def v() -> Value:
    return Value(3.0)


@pytest.fixture
def t() -> Tensor:
    return Tensor(A, requires_grad=True)


@pytest.fixture
def u() -> Tensor:
    """A tensor that wants no gradient."""
    return Tensor(A)


# --- numbers and arrays beside a node ---------------------------------------------------------------------------------

kind = lambda number: type(number).__name__
NUMBERS = [2, 2.0, True, np.float64(2), np.float32(2), np.int64(2), np.bool_(True), np.array(2.0)]


@pytest.mark.parametrize("number", NUMBERS, ids=kind)
@pytest.mark.parametrize("cls", [Value, Tensor])
def test_numbers_of_any_kind_stand_on_either_side_of_an_operator(cls: Any, number: Any) -> None:
    x, c = cls(3.0).requires_grad_(), float(number)
    for y, value, slope in [
        (x * number, 3 * c, c),
        (number * x, 3 * c, c),
        (x - number, 3 - c, 1),
        (number - x, c - 3, -1),
        (x + number, 3 + c, 1),
        (number + x, 3 + c, 1),
        (x / number, 3 / c, 1 / c),
        (number / x, c / 3, -c / 9),
        (x**number, 3**c, c * 3 ** (c - 1)),
        (number**x, c**3, c**3 * np.log(c)),
    ]:
        assert type(y) is cls
        assert y.item() == pytest.approx(value)
        assert float(gradients(y, x)) == pytest.approx(slope)


@pytest.mark.parametrize("other", [B, B[0], B[:, :1], B[0, 0], B.tolist(), (1.0, 2.0), 2, np.arange(2)], ids=repr)
def test_arrays_stand_on_either_side_of_an_operator(t: Tensor, other: Any) -> None:
    b = np.asarray(other)
    for y, value, slope in [
        (t * other, A * b, b),
        (other * t, A * b, b),
        (t - other, A - b, 1),
        (other - t, b - A, -1),
        (t + other, A + b, 1),
        (other + t, A + b, 1),
        (other / t, b / A, -b / A**2),
    ]:
        assert isinstance(y, Tensor)
        np.testing.assert_array_equal(y.detach(), value)
        y.sum().backward()
        np.testing.assert_allclose(t.grad, np.broadcast_to(slope, A.shape))
        t.zero_grad()


def test_matrix_products_take_arrays_on_either_side(t: Tensor) -> None:
    for y, value, slope in [
        (t @ B, A @ B, np.ones((2, 2)) @ B.T),
        (B @ t, B @ A, B.T @ np.ones((2, 2))),
        (np.matmul(t, B), A @ B, np.ones((2, 2)) @ B.T),
        (np.matmul(B, t), B @ A, B.T @ np.ones((2, 2))),
        (np.dot(B, t), B @ A, B.T @ np.ones((2, 2))),
    ]:
        assert isinstance(y, Tensor)
        np.testing.assert_array_equal(y.detach(), value)
        np.testing.assert_allclose(gradients(y.sum(), t), slope)


@pytest.mark.parametrize("number", [n for n in NUMBERS if float(n) == 2.0], ids=kind)
def test_comparisons_work_both_ways_round(v: Value, t: Tensor, number: Any) -> None:
    for result, wanted in [
        (v > number, True),
        (number < v, True),
        (v < number, False),
        (number > v, False),
        (v >= number, True),
        (number <= v, True),
        (v == number, False),
        (number == v, False),
        (v != number, True),
        (number != v, True),
    ]:
        assert result is wanted
    for results, truth in [(t > number, A > 2), (number < t, A > 2), (t == number, A == 2), (number != t, A != 2)]:
        assert type(results) is np.ndarray
        np.testing.assert_array_equal(results, truth)
    for results, truth in [(t <= B, A <= B), (t <= B, A <= B), (t == A, A == A), (t != A, A != A)]:
        np.testing.assert_array_equal(results, truth)


# --- numpy's functions ------------------------------------------------------------------------------------------------


def test_ufuncs_on_a_value_are_ops(v: Value) -> None:
    for name in ("tanh", "exp", "log", "sqrt", "arctan", "negative", "absolute", "square", "reciprocal"):
        y = getattr(np, name)(v)
        assert type(y) is Value
        assert y.data == pytest.approx(float(getattr(np, name)(3.0)), rel=1e-15)
        assert y.requires_grad
    for name in ("add", "subtract", "multiply", "divide", "power", "maximum", "hypot", "arctan2", "logaddexp"):
        assert getattr(np, name)(v, 2.0).data == pytest.approx(float(getattr(np, name)(3.0, 2.0)), rel=1e-15)
        assert getattr(np, name)(2.0, v).data == pytest.approx(float(getattr(np, name)(2.0, 3.0)), rel=1e-15)


def each_call(text: str) -> Any:
    """Parametrize by calls that stand two spaces apart."""
    return pytest.mark.parametrize("call", re.split(r"\s\s+", text.strip()))


@each_call("""
    np.sum(x, axis=0)  np.sum(x, 0)  np.sum(x, axis=1, keepdims=True)  np.mean(x)  np.mean(x, axis=1)  np.std(x)
    np.var(x, axis=0, ddof=1)  np.max(x, axis=1)  np.amin(x)  np.prod(x, axis=1)  np.cumsum(x, axis=1)
    np.cumprod(x)  np.tanh(x)  np.abs(x)  np.round(x * 1.26, 1)  np.clip(x, 1.5, 3.5)
    np.clip(x, a_min=1.5, a_max=3.5)  np.where(A > 2, x, 0)  np.where(A > 2, B, x)  np.maximum(B, x)  np.power(x, 2)
    np.negative(x)  np.concatenate([x, B, x])  np.concatenate((x, B), axis=1)  np.concatenate([x, B], axis=None)
    np.stack([x, x])  np.stack([x, B])  np.stack([B, x], axis=-1)  np.reshape(x, (4, 1))  np.ravel(x)
    np.transpose(x)  np.transpose(x, (1, 0))  np.transpose(x, axes=(1, 0))  np.swapaxes(x, 0, 1)
    np.squeeze(x[:1], axis=0)  np.expand_dims(x, 1)  np.broadcast_to(x, (3, 2, 2))  np.flip(x, axis=0)
    np.roll(x, 1)  np.repeat(x, 2, axis=0)  np.tile(x, 2)  np.pad(x, 1)  np.take(x, [1, 1, 0], axis=0)
    np.split(x, 2)[1]  np.diagonal(x)  np.trace(x)  np.tril(x)  np.triu(x, k=1)  np.outer(x, B)  np.dot(x, B)
    np.tensordot(x, B, axes=1)  np.einsum("ij,jk->ik", x, B)  np.linalg.norm(x)  np.linalg.norm(x, axis=1)
    np.linalg.inv(x)  np.linalg.det(x)  np.linalg.solve(x, B)  np.linalg.cholesky(x @ x.T)
""")
def test_numpys_functions_of_a_tensor_are_ops(t: Tensor, call: str) -> None:
    y, expected = (eval(call, {"np": np, "A": A, "B": B, "x": x}) for x in (t, A))
    assert type(y) is Tensor
    assert y.requires_grad
    np.testing.assert_allclose(y.detach(), expected, rtol=1e-14)
    assert gradients(y.sum(), t).shape == A.shape


def test_numpy_can_ask_for_shape_and_truth(t: Tensor) -> None:
    assert (np.shape(t), np.ndim(t), np.size(t), len(t)) == ((2, 2), 2, 4, 2)
    assert np.any(t > 3)
    assert not np.all(t > 3)
    assert np.argmax(t).item() == 3
    sign, log = np.linalg.slogdet(t)
    assert (sign, type(log)) == (-1.0, Tensor)


@each_call("""
    np.isnan(x)  np.isfinite(x)  np.argsort(x)  np.sort(x)  np.diag(x)  np.vstack([x, x])  np.allclose(x, x)
    np.zeros_like(x)
""")
def test_where_no_gradient_is_at_stake_numpys_other_functions_work(u: Tensor, call: str) -> None:
    found, expected = (eval(call, {"np": np, "x": x}) for x in (u, A))
    np.testing.assert_array_equal(found, expected)


def test_numpys_assertions_take_tensors_that_want_no_gradient(u: Tensor) -> None:
    np.testing.assert_allclose(u, A)
    np.testing.assert_allclose(A, u)
    np.testing.assert_array_equal(u, A)
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(u, A + 1e-3)


@each_call("""
    np.linalg.norm(x, 2)  np.linalg.norm(x, 1)  np.linalg.norm(x, "fro")  np.linalg.norm(x[0], 0)
    np.linalg.norm(x[0], -np.inf)  np.linalg.trace(C * x)  np.linalg.diagonal(C * x)  np.linalg.outer(x[0], x[1])
    np.exp(x, dtype=np.float32)  np.fmax(x, np.nan)  np.max(x, initial=9.0)  np.sum(x, where=A > 2)
    np.sum(x, initial=5.0)  np.sum(x, 0, np.float32)  np.mean(x, dtype=np.float32)  np.var(x, correction=1)
    np.std(x, mean=2.0)  np.pad(x, 1, "constant")  np.pad(x, 1, mode="edge")  np.cumsum(x, 0, int)
    np.put(x, [0], [5.0])  np.where(x)  np.copy(x)  np.reshape(x, (2, 2), order="F")  np.ravel(x, order="F")
""")
@np.errstate(all="ignore")
def test_a_call_with_another_meaning_than_an_ops_is_answered_as_numpy_does_or_refused(t: Tensor, call: str) -> None:
    names = {"np": np, "A": A, "C": np.arange(12.0).reshape(3, 2, 2)}
    try:
        found = eval(call, {**names, "x": t})
    except (AutogradError, TypeError):
        return
    expected = eval(call, {**names, "x": A.copy()})
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found.detach(), expected)


# --- what is refused, and the remedy ----------------------------------------------------------------------------------


def in_place(f: Any) -> Any:
    array = A.copy()
    f(array)
    return array


REFUSED = [
    ("A *= t", lambda v, t: in_place(lambda a: a.__imul__(t)), MixError, r"write A = A \* t"),
    ("A += v", lambda v, t: in_place(lambda a: a.__iadd__(v)), MixError, r"into an array"),
    ("exp(out=)", lambda v, t: np.exp(t, out=A.copy()), MixError, "into an array"),
    ("add.reduce", lambda v, t: np.add.reduce(t), MixError, "such as sum"),
    ("add.outer", lambda v, t: np.add.outer(t, t), MixError, "autograd.ops"),
    ("exp(where=)", lambda v, t: np.exp(t, where=A > 2, out=None), (MixError, TypeError), "where"),
    ("array([v])", lambda v, t: np.array([v, v]), GradientError, r"x\.item\(\)"),
    ("array([t])", lambda v, t: np.array([t, t]), GradientError, r"t\.detach\(\)\.numpy\(\)"),
    ("asarray(t)", lambda v, t: np.asarray(t), GradientError, r"t\.detach\(\)\.numpy\(\)"),
    ("zeros[0] = v", lambda v, t: np.zeros(2).__setitem__(0, v), GradientError, r"x\.item\(\)"),
    ("sum([v])", lambda v, t: np.sum([v, v]), GradientError, r"autograd\.Tensor"),
    ("assert_allclose", lambda v, t: np.testing.assert_allclose(t, A), GradientError, r"t\.detach\(\)"),
    ("sort", lambda v, t: np.sort(t), MixError, r"\.detach\(\)"),
    ("vstack", lambda v, t: np.vstack([t, t]), MixError, r"\.detach\(\)"),
    ("floor_divide", lambda v, t: np.floor_divide(t, 2), MixError, r"detach\(\)"),
    ("v + A", lambda v, t: v + A, MixError, r"autograd\.Tensor"),
    ("A + v", lambda v, t: A + v, MixError, r"autograd\.Tensor"),
    ("v < A", lambda v, t: v < A, MixError, r"autograd\.Tensor"),
    ("v == A", lambda v, t: v == A, MixError, r"autograd\.Tensor"),
    ("v + t", lambda v, t: v + t, MixError, r"autograd\.stack"),
    ("t + v", lambda v, t: t + v, MixError, r"autograd\.stack"),
    ("where(v, t)", lambda v, t: ops.where(A > 2, v, t), MixError, "Value"),
    ("t + names", lambda v, t: t + np.array(["a", "b"]), MixError, "dtype <U1"),
    ("t + objects", lambda v, t: t + np.array([None, 1.0]), MixError, "dtype object"),
    ("v * 1j", lambda v, t: v * 1j, TypeError, "complex"),
    ("v + text", lambda v, t: v + "1", TypeError, "str"),
    ("sum(v)", lambda v, t: v.sum() if hasattr(v, "sum") else np.add.reduce(v), MixError, "Value"),
    ("tril(v)", lambda v, t: ops.tril(v), MixError, r"autograd\.stack"),
    ("t * A[:3]", lambda v, t: t * np.ones(3), ShapeError, r"\(2, 2\) and \(3,\)"),
    ("t @ ones", lambda v, t: t @ np.ones((3, 2)), ShapeError, r"\(2, 2\) and \(3, 2\)"),
]


@pytest.mark.parametrize(("call", "error", "remedy"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_would_break_the_graph_is_refused_with_a_remedy(
    v: Value, t: Tensor, call: Any, error: Any, remedy: str
) -> None:
    with pytest.raises(error, match=remedy) as caught:
        call(v, t)
    assert not isinstance(caught.value, AutogradError) or "test_numpy.py:" in str(caught.value)


# --- who owns the numbers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "use",
    [
        lambda t, a: t * a,
        lambda t, a: a * t,
        lambda t, a: t @ a,
        lambda t, a: a @ t,
        lambda t, a: np.matmul(a, t),
        lambda t, a: ops.where(a > 0, t * a, t),
        lambda t, a: np.einsum("ij,jk->ik", a, t),
        lambda t, a: ops.concatenate([t * a, a]),
        lambda t, a: ops.solve(a, t),
        lambda t, a: t**a,
        lambda t, a: t.take(a, axis=0) if a.dtype.kind == "i" else t.tensordot(a, 1),
    ],
)
def test_an_array_changed_after_it_was_used_does_not_change_the_gradient(t: Tensor, use: Any) -> None:
    array = B.copy()
    expected = gradients(use(t, array).sum(), t)
    y = use(t, array).sum()
    array[...] = np.nan
    y.backward()
    np.testing.assert_array_equal(t.grad, expected)


@pytest.mark.parametrize(
    "pick",
    [
        lambda t, index, mask: t[index],
        lambda t, index, mask: t[index, index],
        lambda t, index, mask: t[mask],
        lambda t, index, mask: t.take(index, axis=0),
        lambda t, index, mask: t.masked_select(mask),
        lambda t, index, mask: t.getitem(index),
    ],
)
def test_an_index_or_mask_changed_after_it_was_used_does_not_change_the_gradient(t: Tensor, pick: Any) -> None:
    index, mask = np.array([0, 0]), np.array([[True, False], [False, False]])
    y = pick(t, index, mask).sum()
    index[:], mask[:] = 1, True
    assert gradients(y, t)[1].tolist() == [0.0, 0.0]


def test_a_tensor_copies_its_array_and_from_numpy_shares_it() -> None:
    array = A.copy()
    copied, shared = Tensor(array), Tensor.from_numpy(array)
    array[0, 0] = 100.0
    assert (copied[0, 0].item(), shared[0, 0].item()) == (1.0, 100.0)
    assert np.shares_memory(shared.detach().numpy(), array)
    with pytest.raises(DTypeError, match="from_numpy needs a numpy array, got list"):
        Tensor.from_numpy([1.0])


@pytest.mark.parametrize(
    "write",
    [
        lambda u: np.asarray(u).__setitem__(0, 9.0),
        lambda u: np.array(u, copy=None).__setitem__(0, 9.0),
        lambda u: np.copyto(u, 9.0),
        lambda u: np.fill_diagonal(u, 9.0),
        lambda u: np.put_along_axis(u, np.zeros((2, 2), int), 9.0, 0),
        lambda u: np.random.default_rng(0).shuffle(np.asarray(u)),
    ],
)
def test_numpy_cannot_write_into_a_tensor(u: Tensor, write: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        write(u)
    np.testing.assert_array_equal(u, A)
    np.array(u)[...] = 9.0
    np.testing.assert_array_equal(u, A)


def test_arrays_and_lists_can_be_indexed_by_tensors_of_whole_numbers() -> None:
    assert [5, 6, 7][Tensor(1)] == 6
    assert A[Tensor([0])].tolist() == [[1.0, 2.0]]
    assert A[Tensor([0, 1]), Tensor([1, 1])].tolist() == [2.0, 4.0]
    assert A[Tensor([False, True])].tolist() == [[3.0, 4.0]]
    for index in (Tensor([1]), Tensor(1.0)):
        with pytest.raises(TypeError):
            [5, 6, 7][index]


def test_data_is_a_view_that_cannot_be_written_to(t: Tensor) -> None:
    for view in (t.data, t.detach().numpy(), t.data[0], t.data.T):
        with pytest.raises(ValueError, match="read-only"):
            view[...] = 0.0
    with pytest.raises(GradientError, match=r"t\.detach\(\)\.numpy\(\)"):
        t.numpy()
    assert type(t.data + 1) is np.ndarray
    assert type(np.exp(t.data)) is np.ndarray
    assert isinstance(t.data.sum(), float)


def test_data_is_changed_by_assigning_to_it(t: Tensor) -> None:
    before, held = t.data, t.data.copy()
    t.data -= 0.5 * np.ones(2)
    np.testing.assert_array_equal(t.detach(), A - 0.5)
    t.data *= 2.0
    t.data += Tensor(np.ones((2, 2)))
    t.data /= 2
    np.testing.assert_array_equal(t.detach(), A)
    np.testing.assert_array_equal(before, held)
    t.data = B
    B_again = B.copy()
    np.testing.assert_array_equal(t.detach(), B_again)
    assert not np.shares_memory(t.data, B)
    assert t.requires_grad
    assert t.is_leaf
    with pytest.raises(GradientError, match=r"\.detach\(\)"):
        t.data -= t
    with pytest.raises(GradientError, match="the result of mul"):
        (t * 2.0).data = A


def test_data_of_another_shape_is_refused(t: Tensor) -> None:
    with pytest.raises(ShapeError, match=r"\(2, 2\).*\(3,\).*test_numpy\.py:\d+"):
        t.data = np.ones(3)


def test_writing_to_a_leaf_that_backward_still_needs_is_found_out(t: Tensor) -> None:
    y = (t * t).sum()
    t.data -= 1.0
    with pytest.raises(GradientError, match="written since"):
        y.backward()
    z = (t + t).sum()
    t[0, 0] = 5.0
    z.backward()
    assert t.grad.tolist() == [[2.0, 2.0], [2.0, 2.0]]
