"""Do indexing, shapes, reductions and linear algebra on Tensors give numpy's numbers and the right gradients?

Each line is a call on x (and y, z) that is compared with what the call after `==`, or the same call, gives on arrays,
and is then differentiated twice. Numbers made by hand stand beside.
"""

import itertools
from typing import Any

import numpy as np
import pytest
from helpers import assert_close, check_derivatives, numbers

from autograd import DTypeError, GradientError, ShapeError, Tensor, concatenate, gradients, ops, slogdet, stack
from autograd.registry import composites

X = np.random.default_rng(0).permutation(24).reshape(2, 3, 4) / 3 - 3.9  # no two entries are equal, none is near 0
GATHER = np.array([[[0, 2, 1, 1]], [[2, 2, 0, 1]]])
NAMES = {"np": np, "ops": ops, "Tensor": Tensor, "X": X, "GATHER": GATHER, "inf": np.inf}


def agrees(line: str, *arrays: Any) -> None:
    """Assert that a call gives on Tensors what its reference gives on arrays, and that its derivatives are right."""
    ours, _, reference = line.partition(" == ")

    def call(text: str) -> Any:
        return lambda *xs: eval(text, {**NAMES, **dict(zip("xyz", xs, strict=False))})

    expected = np.asarray(call(reference or ours)(*arrays))
    found = numbers(call(ours)(*map(Tensor, arrays)))
    assert_close(found, expected, ulps=64, scale=1 + np.abs(np.where(np.isfinite(expected), expected, 0)))
    check_derivatives(call(ours), *arrays)


def each_line(text: str) -> Any:
    return pytest.mark.parametrize("line", [line.strip() for line in text.strip().splitlines()])


def drawn(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    return [np.asarray(np.random.default_rng(i).normal(size=shape)) for i, shape in enumerate(shapes)]


# --- indexing ---------------------------------------------------------------------------------------------------------


@each_line("""
    x[0]
    x[-1, 1]
    x[1, 2, 3]
    x[:, 1:, ::2]
    x[::-1, ::-2]
    x[0:0]
    x[...]
    x[1, ..., 2]
    x[None]
    x[:, None, 0]
    x[..., None]
    x[[0, 1, 1]]
    x[[0, 1, 0], [1, 1, 1]]
    x[[0, 0], 1, [3, 3]]
    x[:, [2, 0, 2]]
    x[[0, 1], :, [3, 3]]
    x[0, :, [1, 1]]
    x[[0, -1, -1], [1, 2, 2], [3, -1, -1]]
    x[np.arange(2)[:, None], [0, 1, 1], [3, 3, 3]]
    x[[], [], []]
    x[np.array([[0, 1], [1, 1]])]
    x[..., np.array([-1, 0])]
    x[[]]
    x[:, np.array([True, False, True])]
    x[np.array([True, False]), [1]]
    x[X > 0]
    x[X > 99]
    x[True]
    x[np.int64(1), np.array(0)]
    x[Tensor([1, 0, 1])] == x[[1, 0, 1]]
    x[:, Tensor(2)] == x[:, 2]
    x[Tensor(X > 0)] == x[X > 0]
""")
def test_an_index_picks_as_numpy_does_and_gradients_go_back_where_it_picked(line: str) -> None:
    agrees(line, X)


def test_an_entry_picked_three_times_gets_three_gradients() -> None:
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    x[[0, 2, 2, 2]].backward([1.0, 10.0, 100.0, 1000.0])
    assert x.grad.tolist() == [1.0, 0.0, 1110.0]


@pytest.mark.parametrize("index", [5, (0, 0, 0, 0), [0, 9], 1.5, np.array([0.5]), "a", np.ones(5, bool)], ids=repr)
def test_an_index_that_does_not_fit_is_refused_at_the_users_line(index: Any) -> None:
    with pytest.raises((ShapeError, DTypeError), match=r"test_tensor_ops\.py:\d+"):
        Tensor(X)[index]


def test_rows_are_iterated_over_and_a_write_goes_into_a_leaf_only() -> None:
    x = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    assert [row.sum().item() for row in x] == [3.0, 7.0]
    assert 4.0 in x
    x[0, :] = [10.0, 20.0]
    assert x.tolist() == [[10.0, 20.0], [3.0, 4.0]]
    with pytest.raises(GradientError, match=r"where\(\) or scatter_add\(\)"):
        (x * 2)[0] = 1.0
    with pytest.raises(TypeError, match="shape \\(\\) cannot be iterated over"):
        iter(x.sum())


# --- shapes, parts and reductions, with every function made of ops ----------------------------------------------------

CALLS = """
    x.reshape(6, -1) == x.reshape(6, -1)
    x.reshape((3, 8))
    x.reshape([-1])
    x.flatten() == x.ravel()
    x.flatten(1) == x.reshape(2, 12)
    x.flatten(0, 1) == x.reshape(6, 4)
    x.flatten(-2, -1) == x.reshape(2, 12)
    x.transpose()
    x.transpose(1, 2, 0)
    x.transpose((-1, 0, 1))
    x.permute(2, 0, 1) == x.transpose(2, 0, 1)
    x.T
    x.mT
    x.swapaxes(0, -1)
    x[:1].squeeze() == np.squeeze(x[:1])
    x[:1, :, :1].squeeze((0, -1)) == np.squeeze(x[:1, :, :1], (0, -1))
    x.unsqueeze(1) == np.expand_dims(x, 1)
    x.unsqueeze((0, -1)) == np.expand_dims(x, (0, -1))
    x.broadcast_to((5, 2, 3, 4)) == np.broadcast_to(x, (5, 2, 3, 4))
    x[:, :1].broadcast_to((2, 3, 4)) == np.broadcast_to(x[:, :1], (2, 3, 4))
    x.split(2)[1] == np.split(x, 2)[1]
    x.split([1, 2], axis=-2)[1] == np.split(x, [1, 2], axis=-2)[1]
    x.repeat(2) == np.repeat(x, 2)
    x.repeat([1, 0, 2], axis=1) == np.repeat(x, [1, 0, 2], axis=1)
    x.tile(2) == np.tile(x, 2)
    x.tile((2, 1, 1, 3)) == np.tile(x, (2, 1, 1, 3))
    x.flip() == np.flip(x)
    x.flip((0, -1)) == np.flip(x, (0, -1))
    x.roll(-2) == np.roll(x, -2)
    x.roll((1, 5), (0, -1)) == np.roll(x, (1, 5), (0, -1))
    x.pad(((1, 0), (0, 2), (1, 1)), 7.0) == np.pad(x, ((1, 0), (0, 2), (1, 1)), constant_values=7.0)
    x.getitem((0, slice(None), [1, 1])) == x[0, :, [1, 1]]
    x.take([5, 0, 5]) == np.take(x, [5, 0, 5])
    x.take([[0, 1], [1, 1]], axis=-1) == np.take(x, [[0, 1], [1, 1]], axis=-1)
    x.gather(1, GATHER) == np.take_along_axis(x, GATHER, 1)
    x.gather(-1, GATHER[..., :3].mT) == np.take_along_axis(x, GATHER[..., :3].mT, -1)
    x.gather(1, GATHER[:1, :, :2]) == np.take_along_axis(x[:1, :, :2], GATHER[:1, :, :2], 1)
    x.masked_select(X > 0) == x[X > 0]
    x.masked_select(np.array([True, False, True, True])) == x[..., [0, 2, 3]].ravel()
    x.diagonal() == np.diagonal(x)
    x.diagonal(1, -2, -1) == np.diagonal(x, 1, -2, -1)
    x.diagonal(-1, 2, 0) == np.diagonal(x, -1, 2, 0)
    x.trace() == np.trace(x)
    x.trace(1, -1, -2) == np.trace(x, 1, -1, -2)
    x.tril(-1) == np.tril(x, -1)
    x.triu(2) == np.triu(x, 2)
    x.sum(axis=(-1, 0), keepdims=True)
    x.sum(axis=())
    x.mean(axis=-2)
    x.mean(axis=())
    x.var(axis=-1, ddof=1)
    x.std(axis=(1, 2))
    x.prod(axis=-1)
    x.max(axis=-1, keepdims=True)
    x.min(axis=(0, -1))
    x.cumsum(axis=-2)
    x.cumprod(axis=-1)
    x.norm() == np.linalg.norm(x.ravel())
    x.norm(axis=(0, -1), keepdims=True) == np.linalg.norm(x, axis=(0, -1), keepdims=True)
    x.norm(3, axis=0) == np.linalg.norm(x, 3, axis=0)
    x.norm(1, axis=-1) == np.linalg.norm(x, 1, axis=-1)
    x.norm(inf, axis=1, keepdims=True) == np.linalg.norm(x, inf, axis=1, keepdims=True)
    x.logsumexp(axis=(-1, 1)) == np.log(np.exp(x).sum((-1, 1)))
    x.softmax(axis=-2) == np.exp(x) / np.exp(x).sum(-2, keepdims=True)
    x.log_softmax() == x - np.log(np.exp(x).sum(-1, keepdims=True))
    (x @ x.mT + np.eye(3)).slogdet()[1] == np.linalg.slogdet(x @ x.mT + np.eye(3))[1]
"""


@each_line(CALLS)
def test_a_method_gives_numpys_numbers_and_the_right_gradients(line: str) -> None:
    agrees(line, X)


def test_scatter_add_adds_where_gather_picks() -> None:
    source, expected = GATHER / 2 + 0.3, X.copy()
    np.add.at(expected, (np.arange(2)[:, None, None], GATHER, np.arange(4)), source)
    np.testing.assert_allclose(Tensor(X).scatter_add(1, GATHER, source), expected)
    check_derivatives(lambda x, y: x.scatter_add(1, GATHER, y), X, source)


def test_every_function_made_of_ops_is_among_the_calls() -> None:
    assert {name for name in composites() if f".{name}(" not in CALLS} == {"scatter_add"}


def test_joining_takes_any_axis_and_arrays_beside_tensors() -> None:
    x, y = drawn((2, 3), (2, 3))
    for axis in (0, 1, -1):
        agrees(f"ops.stack([x, y, x], {axis}) == np.stack([x, y, x], {axis})", x, y)
        agrees(f"ops.concatenate([x, y, x], {axis}) == np.concatenate([x, y, x], {axis})", x, y)
    agrees("ops.stack([x, y], -3) == np.stack([x, y], -3)", x, y)
    agrees("ops.concatenate([x[0], y], None) == np.concatenate([x[0], y], None)", x, y)
    assert concatenate([Tensor(x), y]).shape == (4, 3)
    assert stack([Tensor(x[0]), y[0]]).shape == (2, 3)
    with pytest.raises(ShapeError, match=r"\(2, 3\) and \(3, 2\)"):
        concatenate([Tensor(x), y.T])


def test_products_with_zeros_have_the_right_derivatives_of_both_orders() -> None:
    for zeros in ([], [0], [0, 5], [0, 1], [0, 1, 2]):
        x = X.copy()
        x.reshape(-1)[zeros] = 0.0
        for line in ("x.prod()", "x.prod(axis=-1)", "x.prod(axis=(0, 2))", "x.cumprod(axis=2)", "x[0].cumprod()"):
            agrees(line, x / 2)
    x = Tensor([2.0, 0.0, 3.0], requires_grad=True)
    assert gradients(x.prod(), x).tolist() == [0.0, 6.0, 0.0]
    assert gradients(x.cumprod().sum(), x).tolist() == [1.0, 8.0, 0.0]


# --- products of arrays -----------------------------------------------------------------------------------------------

SIDES = [((3,), (2, 3), (5, 2, 3), (1, 2, 3), (6, 1, 2, 3)), ((3,), (3, 4), (5, 3, 4), (1, 3, 4))]


@pytest.mark.parametrize(("left", "right"), list(itertools.product(*SIDES)), ids=str)
def test_a_matrix_product_takes_vectors_matrices_and_batches_that_broadcast(left: Any, right: Any) -> None:
    agrees("x @ y", *drawn(left, right))


@pytest.mark.parametrize(
    ("left", "right"),
    [((3,), (3,)), ((), ()), ((), (2, 3)), ((2, 3), ()), ((2, 3), (3,)), ((3,), (3, 2)), ((3,), (2, 3, 4)),
     ((2, 4, 3), (3,)), ((2, 3), (3, 4)), ((2, 2, 3), (4, 3, 2))],
    ids=str,
)  # fmt: skip
def test_dot_is_numpys_for_any_number_of_axes(left: Any, right: Any) -> None:
    agrees("x.dot(y) == np.dot(x, y)", *drawn(left, right))


@pytest.mark.parametrize(
    ("axes", "left", "right"),
    [(0, (2,), (3, 2)), (1, (2, 3), (3, 4)), (2, (2, 3, 4), (3, 4, 2)), ((1, 0), (2, 3), (3, 4)),
     ((-1, -2), (2, 3), (3, 4)), (([0, 1], [1, 0]), (3, 4, 2), (4, 3, 2)),
     (([2, -2], [1, 2]), (2, 3, 4), (2, 4, 3)), (([], []), (2,), (3,)), (([0], [0]), (3,), (3,)),
     (np.int64(1), (2, 3), (3, 4)), ((np.array([1]), np.array([0])), (2, 3), (3, 4))],
    ids=str,
)  # fmt: skip
def test_tensordot_takes_axes_in_every_form_of_numpys(axes: Any, left: Any, right: Any) -> None:
    x, y = drawn(left, right)
    assert_close(numbers(Tensor(x).tensordot(Tensor(y), axes)), np.tensordot(x, y, axes), ulps=64, scale=4.0)
    check_derivatives(lambda x, y: x.tensordot(y, axes), x, y)


@pytest.mark.parametrize(
    ("subscripts", "shapes"),
    [("ii", [(3, 3)]), ("ii->i", [(3, 3)]), ("iij->j", [(3, 3, 2)]), ("iii->i", [(3, 3, 3)]), ("ij->", [(2, 3)]),
     ("ij->ji", [(2, 3)]), ("ji", [(2, 3)]), ("ij->j", [(2, 3)]), ("...->...", [(2, 3)]), ("i...->...", [(2, 3, 2)]),
     ("i,j->ij", [(2,), (3,)]), ("i,i", [(3,), (3,)]), ("i,->i", [(3,), ()]), ("ij,jk", [(2, 3), (3, 4)]),
     ("ij , kj -> ik", [(2, 3), (4, 3)]), ("ij,k->ij", [(2, 3), (4,)]), ("ii,jj->", [(2, 2), (3, 3)]),
     ("iij,jk->ik", [(3, 3, 2), (2, 4)]), ("a...b,b->...a", [(2, 5, 3), (3,)]), ("B,a->Ba", [(2,), (3,)]),
     ("...ij,...jk->...ik", [(5, 2, 3), (5, 3, 4)]), ("...ij,...jk->...ik", [(5, 2, 3), (3, 4)]),
     ("...ij,...jk->...ik", [(4, 1, 2, 3), (5, 3, 4)]), ("...ij,...jk", [(5, 2, 3), (5, 3, 4)]),
     ("...i,...i->...", [(3, 4), (1, 4)]), ("...,...->...", [(), (2, 3)]), ("ij,ij->i", [(1, 3), (2, 3)]),
     ("ij,ij->", [(1, 3), (2, 3)]), ("ij,jk,kl->il", [(2, 3), (3, 4), (4, 2)]), ("i,j,k->ijk", [(2,), (3,), (2,)]),
     ("ij,ij,ij->i", [(2, 3)] * 3), ("...i,...i,...->...", [(3, 4), (1, 4), (3,)])],
    ids=str,
)  # fmt: skip
def test_einsum_is_numpys_and_its_derivatives_are_right(subscripts: str, shapes: Any) -> None:
    xs = drawn(*shapes)
    expected = np.einsum(subscripts, *xs)
    assert_close(numbers(ops.einsum(subscripts, *map(Tensor, xs))), expected, ulps=64, scale=1 + np.abs(expected))
    check_derivatives(lambda *xs: ops.einsum(subscripts, *xs), *xs)


def test_shapes_that_do_not_fit_are_named() -> None:
    x = Tensor(np.ones((2, 3)))
    for call in (lambda: x @ x, lambda: x + np.ones(2), lambda: x.dot(x), lambda: ops.einsum("ij,ij", x, x.T)):
        with pytest.raises(ShapeError, match=r"\(2, 3\) and \(\d.*test_tensor_ops\.py:\d+"):
            call()
    for call in (lambda: x.sum(axis=2), lambda: x.reshape(4, 2), lambda: ops.inv(x), lambda: ops.einsum("i", x)):
        with pytest.raises(ShapeError, match=r"\(2, 3\).*test_tensor_ops\.py:\d+"):
            call()


@each_line("""
    x.transpose(2, 3)
    x.transpose(-3, 0)
    x.swapaxes(0, 2)
    x.take([0], axis=2)
    x.take([0], axis=-3)
    x.repeat(2, axis=2)
    x.repeat([1, 2, 3], 0)
    x.split(1, axis=2)
    x.split(3)
    x.diagonal(0, 0, 2)
    x.diagonal(0, 1, -1)
    x.trace(0, 0, 0)
    x.flatten(0, 2)
    x.flatten(1, 0)
    x.squeeze(2)
    x.squeeze(0)
    x.unsqueeze(5)
    x.flip(2)
    x.softmax(2)
    x.norm(axis=2)
    x.gather(2, [[0]])
    x.gather(0, [[5]])
    x.scatter_add(0, [[5]], [[1.0]])
    x.take(9)
    x @ 2
    ops.put(x, [[4]], (4,))
    ops.stack([x, x], 5)
""")
def test_an_axis_or_a_place_that_is_not_there_is_refused_at_the_users_line(line: str) -> None:
    with pytest.raises((ShapeError, DTypeError), match=r", at <string>:1"):
        eval(line, {**NAMES, "x": Tensor([[1.0, 2.0], [3.0, 4.0]])})


# --- linear algebra ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", [(), (2,), (2, 1)], ids=str)
def test_inverses_determinants_and_factors_work_on_batches(batch: tuple[int, ...]) -> None:
    (x,) = drawn((*batch, 3, 3))
    x = x + 3 * np.eye(3)
    for name in ("inv", "det"):
        agrees(f"ops.{name}(x) == np.linalg.{name}(x)", x)
    agrees("ops.logabsdet(x) == np.linalg.slogdet(x)[1]", x)
    agrees("ops.cholesky(x @ x.mT) == np.linalg.cholesky(x @ x.mT)", x)


@pytest.mark.parametrize(
    ("left", "right"),
    [((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 3, 3), (2, 3, 4)), ((3, 3), (2, 3, 4)), ((2, 3, 3), (3, 4)),
     ((2, 3, 3), (3,))],
    ids=str,
)  # fmt: skip
def test_systems_are_solved_for_vectors_matrices_and_batches(left: Any, right: Any) -> None:
    x, y = drawn(left, right)
    agrees("ops.solve(x, y) == np.linalg.solve(x, y)", x + 3 * np.eye(3), y)


def test_linear_algebra_has_the_numbers_made_by_hand() -> None:
    a = Tensor([[2.0, 1.0], [0.0, 4.0]], requires_grad=True)
    for y, value, slope in [
        (ops.det(a), 8.0, [[4.0, 0.0], [-1.0, 2.0]]),
        (slogdet(a)[1], np.log(8.0), [[0.5, 0.0], [-0.125, 0.25]]),
        (ops.inv(a)[0, 1], -0.125, [[0.0625, -0.125], [-0.015625, 0.03125]]),
        (ops.solve(a, np.array([1.0, 4.0]))[0], 0.0, [[0.0, -0.5], [0.0, 0.125]]),
        ((a @ a).trace(), 20.0, [[4.0, 0.0], [2.0, 8.0]]),
    ]:
        assert y.item() == pytest.approx(value)
        np.testing.assert_allclose(gradients(y, a), slope, atol=1e-15)
    assert slogdet(a)[0] == 1.0
    with pytest.raises(ShapeError, match=r"inv needs square matrices that have an inverse, got \(2, 2\)"):
        ops.inv(Tensor([[1.0, 1.0], [1.0, 1.0]]))


# --- whole numbers ----------------------------------------------------------------------------------------------------


def test_tensors_of_whole_numbers_compute_as_numpys_arrays_and_carry_no_gradient() -> None:
    n, x = Tensor([1, 2, 3]), Tensor([0.5, 1.5, 2.5], requires_grad=True)
    for y, kind in [(n + n, "i"), (n * 2, "i"), (n / 2, "f"), (n**2, "i"), (n.sum(), "i"), (n.mean(), "f"), (-n, "i"),
                    (n.exp(), "f"), (n @ n, "i"), (n.cumsum(), "i"), (n.max(), "i"), (n > 1, "b")]:  # fmt: skip
        assert y.dtype.kind == kind
        assert not getattr(y, "requires_grad", False)
    (n * x).sum().backward()
    assert x.grad.tolist() == [1.0, 2.0, 3.0]
    assert gradients((x**n).sum(), x).tolist() == [1.0, 3.0, 3 * 2.5**2]
    assert gradients(ops.where(n > 1, x, n).sum(), x).tolist() == [0.0, 1.0, 1.0]
    for refused in (n.requires_grad_, lambda: Tensor([True], requires_grad=True)):
        with pytest.raises(DTypeError, match=r"carry no gradient.*dtype=float"):
            refused()


def test_a_change_of_dtype_lets_the_gradient_back_in_the_old_one() -> None:
    x = Tensor([1.5, 2.5], requires_grad=True)
    y = x.astype(np.float32)
    assert y.dtype == np.float32
    (y * y).sum().backward()
    assert x.grad.dtype == np.float64
    assert x.grad.tolist() == [3.0, 5.0]
    assert not x.astype(int).requires_grad
