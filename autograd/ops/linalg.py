"""Linear algebra: products, inverses, determinants, solving, factoring; matrices are the last two axes.

The rules are those of Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
differentiation" (2008), with `.mT` for the transpose of the last two axes.
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd import memory
from autograd.domains import Array, arrays
from autograd.op import Over
from autograd.ops.reduce import sum
from autograd.ops.shape import broadcast_to, transpose
from autograd.registry import composite, structural

# --- products ---------------------------------------------------------------------------------------------------------


def _product(a: Any, b: Any) -> Any:
    """Return a @ b of arrays or nodes; a large matrix (the gradient of a weight) comes in memory that was used before."""
    if a.__class__ is np.ndarray is b.__class__ and a.dtype != b.dtype:
        # Left to numpy, some shapes do without BLAS then: (32, 784) @ (784, 128) takes thirty times as long.
        kind = np.result_type(a, b)
        a, b = a.astype(kind, copy=False), b.astype(kind, copy=False)
    if a.__class__ is np.ndarray and a.ndim == 2 == b.ndim and a.shape[0] * b.shape[1] >= memory.WORTH_KEEPING:
        kind = np.result_type(a, b)
        if kind.kind in "fc":
            return np.matmul(a, b, out=memory.empty((a.shape[0], b.shape[1]), kind))
    return a @ b


def _by_right(g: Any, a: Any, b: Any) -> Any:
    """Return aᵀ g, in the memory order of b: a layer's x @ Wᵀ hands W a gradient that lies as W does."""
    if b.__class__ is np.ndarray and b.flags.f_contiguous:
        return _product(g.mT, a).mT
    return _product(a.mT, g)


def _matmul_vjp(g: Any, y: Any, a: Any, b: Any) -> Any:
    if a.ndim > 1 and b.ndim > 1:
        return lambda: _product(g, b.mT), lambda: _by_right(g, a, b)
    if a.ndim == b.ndim == 1:
        return lambda: g * b, lambda: g * a
    if a.ndim == 2:
        return lambda: outer(g, b), lambda: a.mT @ g
    if b.ndim == 2:
        return lambda: b @ g, lambda: outer(a, g)
    # A vector is a matrix of one row (left) or one column (right) whose axis is missing from the result. Its share comes
    # as a vector for each batch; the reader adds those up, as for anything that was broadcast.
    k = a.shape[-1]
    row = a if a.ndim > 1 else a.reshape((1, k))
    column = b if b.ndim > 1 else b.reshape((k, 1))
    batch = y.shape[: y.ndim - (a.ndim > 1) - (b.ndim > 1)]
    full = g.reshape((*batch, row.shape[-2], column.shape[-1]))
    return (
        lambda: full @ column.mT if a.ndim > 1 else (full @ column.mT).reshape((-1, k)),
        lambda: row.mT @ full if b.ndim > 1 else (row.mT @ full).reshape((-1, k)),
    )


@structural(
    vjp=_matmul_vjp, linear_in=(0, 1), latex="{0} {1}", symbol="@", domain=arrays("bmk", "bkn"),
    needs="matrices (…, m, k) @ (…, k, n)")
def matmul(a: Array, b: Array) -> Any:
    """Matrix product (…, m, k) @ (…, k, n) -> (…, m, n); vectors as in numpy."""
    if not (np.ndim(a) and np.ndim(b)):
        raise ValueError("a number has no matrix product")
    return _product(a, b)


def _contracted(a: Any, b: Any, axes: Any) -> tuple[list[int], list[int]]:
    """Return the axes of a and of b that a tensordot sums over, as numbers from 0 up."""
    if np.ndim(axes) == 0:
        return list(range(a.ndim - axes, a.ndim)), list(range(axes))
    of_a, of_b = ([int(x)] if np.ndim(x) == 0 else list(x) for x in axes)
    return [i % a.ndim for i in of_a], [i % b.ndim for i in of_b]


def _tensordot_vjp(g: Any, y: Any, a: Any, b: Any, axes: Any) -> Any:
    of_a, of_b = _contracted(a, b, axes)
    free_a = [i for i in range(a.ndim) if i not in of_a]
    free_b = [i for i in range(b.ndim) if i not in of_b]
    in_y_a, in_y_b = list(range(len(free_a))), list(range(len(free_a), y.ndim))

    def share_a() -> Any:
        # Axes come out as the free ones of a, then those summed over, in the order of b's.
        order = free_a + [of_a[i] for i in np.argsort(of_b)]
        return transpose(tensordot(g, b, (in_y_b, free_b)), tuple(np.argsort(order)))

    def share_b() -> Any:
        order = [of_b[i] for i in np.argsort(of_a)] + free_b
        return transpose(tensordot(a, g, (free_a, in_y_a)), tuple(np.argsort(order)))

    return share_a, share_b


@structural(
    vjp=_tensordot_vjp, linear_in=(0, 1),
    domain=arrays("mkn", "knb", cases=({}, {"axes": ((1, 2), (0, 1))}, {"axes": ([2, 1], [1, 0])})))
def tensordot(a: Array, b: Array, axes: Any = 2) -> Any:
    """Sum of products over pairs of axes, as `numpy.tensordot`."""
    return np.tensordot(a, b, axes)


def _dot_vjp(g: Any, y: Any, a: Any, b: Any) -> Any:
    if a.ndim == 0 or b.ndim == 0:
        return lambda: sum(g * b) if a.ndim == 0 else g * b, lambda: sum(g * a) if b.ndim == 0 else g * a
    return _tensordot_vjp(g, y, a, b, ([a.ndim - 1], [builtins.max(b.ndim - 2, 0)]))


@structural(
    vjp=_dot_vjp, linear_in=(0, 1), latex=r"\langle {0}, {1} \rangle", symbol="⟨·,·⟩", domain=arrays("k", "k"),
    over=Over(lambda a, b: builtins.sum(map(operator.mul, a, b)), lambda y, a, b: (b, a)))
def dot(a: Array, b: Array) -> Any:
    """Inner product Σ aᵢ bᵢ, of more axes as `numpy.dot`; of two lists of Values, one node."""
    return np.dot(a, b)


@structural(
    vjp=lambda g, y, a, b: (lambda: (g @ b.reshape(-1)).reshape(a.shape), lambda: (a.reshape(-1) @ g).reshape(b.shape)),
    linear_in=(0, 1), latex="{0} {1}^T", domain=arrays("m", "n"))
def outer(a: Array, b: Array) -> Any:
    """Matrix of all products aᵢ bⱼ."""
    return np.outer(a, b)


# --- einsum -----------------------------------------------------------------------------------------------------------

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _spelled_out(subscripts: str, ndims: Sequence[int]) -> tuple[list[str], str]:
    """Return one string of letters an operand and one for the result, with `...` and the arrow written out."""
    left, arrow, right = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(ndims):
        raise ValueError(f"{len(terms)} terms for {len(ndims)} operands")
    spare = [c for c in _LETTERS if c not in subscripts]
    widths = [n - len(term.replace("...", "")) for term, n in zip(terms, ndims, strict=True)]
    dots = "".join(spare[: builtins.max([w for w, term in zip(widths, terms, strict=True) if "..." in term], default=0)])
    terms = [t.replace("...", dots[len(dots) - w :] if w else "") for t, w in zip(terms, widths, strict=True)]
    if not arrow:
        every = "".join(terms)
        right = ("..." if dots else "") + "".join(sorted(c for c in set(every) - set(dots) if every.count(c) == 1))
    return terms, right.replace("...", dots)


def _einsum_vjp(g: Any, y: Any, *xs: Any, subscripts: str) -> Any:
    terms, result = _spelled_out(subscripts, [x.ndim for x in xs])
    return tuple((lambda i=i: _einsum_share(g, xs, terms, result, i)) for i in range(len(xs)))


def _einsum_share(g: Any, xs: Sequence[Any], terms: list[str], result: str, i: int) -> Any:
    """The pullback to operand i: the same sum with the result's gradient in the place of that operand."""
    pairs = [(c, n) for term, x in zip(terms, xs, strict=True) for c, n in zip(term, x.shape, strict=True)]
    size = {c: builtins.max(n for d, n in pairs if d == c) for c, _ in pairs}  # a letter of length 1 broadcasts
    others = [(t, x) for j, (t, x) in enumerate(zip(terms, xs, strict=True)) if j != i]
    spare = iter(c for c in _LETTERS if c not in size)
    known, wanted = result + "".join(t for t, _ in others), ""
    factors: list[tuple[str, Any]] = [(result, g), *others]
    for c in terms[i]:
        if c in wanted:
            # A letter twice in one operand picks its diagonal; the identity puts it back there.
            twin = next(spare)
            factors.append((c + twin, np.eye(size[c])))
            wanted += twin
            continue
        if c not in known:
            # Summed over in this operand alone: every entry along it gets the same.
            factors.append((c, np.ones(size[c])))
        wanted += c
    share = _einsum(*[x for _, x in factors], subscripts=",".join(t for t, _ in factors) + "->" + wanted)
    return broadcast_to(share, shape=tuple(size[c] if c in size else share.shape[j] for j, c in enumerate(wanted)))


@structural(
    vjp=_einsum_vjp, linear_in=(-1,), name="einsum",
    domain=arrays("mk", "kn", cases=({"subscripts": "ij,jk->ik"}, {"subscripts": "ij,jk->"}, {"subscripts": "...j,jk"})))
def _einsum(*xs: Array, subscripts: str) -> Any:
    return np.einsum(subscripts, *xs, optimize=len(xs) > 2)


def einsum(subscripts: str, *operands: Any) -> Any:
    """Einstein's summation: ``einsum("ij,jk->ik", a, b)`` is the matrix product; as `numpy.einsum`."""
    return _einsum(*operands, subscripts=subscripts)


# --- parts of matrices ------------------------------------------------------------------------------------------------


@structural(vjp=lambda g, y, x, k: lambda: tril(g, k), linear_in=(0,), domain=arrays("bmn", cases=({}, {"k": 1})))
def tril(x: Array, k: int = 0) -> Any:
    """The entries on and below the k-th diagonal, zeros above."""
    return np.tril(x, k)


@structural(vjp=lambda g, y, x, k: lambda: triu(g, k), linear_in=(0,), domain=arrays("bmn", cases=({}, {"k": -1})))
def triu(x: Array, k: int = 0) -> Any:
    """The entries on and above the k-th diagonal, zeros below."""
    return np.triu(x, k)


# --- inverses and factors ---------------------------------------------------------------------------------------------


@structural(
    vjp=lambda g, y, x: lambda: -(y.mT @ g @ y.mT),
    latex="{0}^{{-1}}", domain=arrays("bkk", like="invertible"), needs="square matrices that have an inverse")
def inv(x: Array) -> Any:
    """Inverse matrix."""
    return np.linalg.inv(x)


@structural(
    vjp=lambda g, y, x: lambda: (g * y).reshape((*g.shape, 1, 1)) * inv(x).mT,
    latex=r"\det {0}", domain=arrays("bkk", like="invertible"), needs="square matrices")
def det(x: Array) -> Any:
    """Determinant; its gradient is taken where the matrix has an inverse."""
    return np.linalg.det(x)


@structural(
    vjp=lambda g, y, x: lambda: g.reshape((*g.shape, 1, 1)) * inv(x).mT,
    latex=r"\ln \left|\det {0}\right|", domain=arrays("bkk", like="invertible"), needs="square matrices")
def logabsdet(x: Array) -> Any:
    """ln |det x|, which does not overflow where det does."""
    return np.linalg.slogdet(x)[1]


@composite
def slogdet(x: Any) -> tuple[Any, Any]:
    """Sign and ln |·| of the determinant, as `numpy.linalg.slogdet`; the sign carries no gradient."""
    return np.linalg.slogdet(getattr(x, "_data", x))[0], logabsdet(x)


def _columns(x: Any, b: Any) -> Any:
    """Return solutions as matrices: those for a vector b get the axis of a single column."""
    return x.reshape((*x.shape, 1)) if b.ndim == 1 else x


def _uncolumned(x: Any, b: Any) -> Any:
    return x.reshape(x.shape[:-1]) if b.ndim == 1 else x


def _solve_vjp(g: Any, y: Any, a: Any, b: Any) -> Any:
    def pulled() -> Any:
        return solve(a.mT, _columns(g, b))

    return lambda: -(pulled() @ _columns(y, b).mT), lambda: _uncolumned(pulled(), b)


def _solve_jvp(tangents: Sequence[Any], y: Any, a: Any, b: Any) -> Any:
    of_a, of_b = tangents
    right = 0.0 if of_b is None else _columns(of_b, b)
    return _uncolumned(solve(a, right if of_a is None else right - of_a @ _columns(y, b)), b)


@structural(
    vjp=_solve_vjp, jvp=_solve_jvp, linear_in=(1,), domain=arrays("kk", "kn", like="invertible"),
    needs="a square matrix a that has an inverse, and b with as many rows")
def solve(a: Array, b: Array) -> Any:
    """The x with a @ x = b; b is a vector or a matrix of columns."""
    return np.linalg.solve(a, b)


def _cholesky_vjp(g: Any, y: Any, x: Any) -> Any:
    n = y.shape[-1]
    inner = tril(y.mT @ g) * (1.0 - 0.5 * np.eye(n))
    half = solve(y.mT, solve(y.mT, inner.mT).mT)
    return lambda: 0.5 * (half + half.mT)


@structural(
    vjp=_cholesky_vjp, domain=arrays("kk", like="definite"), needs="symmetric positive definite matrices")
def cholesky(x: Array) -> Any:
    """Lower triangular L with L Lᵀ = x; the gradient is symmetric, as x must be (Murray 2016, equation 10)."""
    return np.linalg.cholesky(x)


