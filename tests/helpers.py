"""How do the tests differentiate without the library, draw operands for any op, and decide what is close enough?

Derivatives are held against central differences that say how far off they may be; a tolerance is that error and nothing
else. Operands come from an op's own block: its domain, its cases, its kinks.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pytest

from autograd import Tensor, Value, elementwise_grad, grad, jvp, vjp
from autograd.differences import central
from autograd.domains import TRUTH
from autograd.registry import Op, all_ops

EPS = float(np.finfo(float).eps)
REACH = 0.04  # how far differences reach from a point: less than operands keep from kinks and from a domain's border
POINTS = 8

Array = np.ndarray[Any, Any]
Function = Callable[..., Any]


# --- closeness --------------------------------------------------------------------------------------------------------


def assert_close(found: Any, expected: Any, ulps: float = 8.0, scale: Any = None) -> None:
    """Assert equality up to so many roundings of the larger number, or of `scale` where numbers cancel."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.shape == expected.shape
    size = np.maximum(np.abs(found), np.abs(expected)) if scale is None else np.abs(scale)
    off = np.abs(found - expected)
    assert np.all((off <= ulps * EPS * size) | (found == expected)), f"off by {np.max(off)}: {found}, not {expected}"


def differences(f: Function, reach: float = REACH) -> tuple[Array, Array]:
    """Return f'(0) of a function of one number, and how far it may be off."""
    return central(f, reach, rows=7)


def assert_slope(found: Any, f: Function, weights: Any = None) -> None:
    """Assert that `found` is f'(0), or its sum with such weights, as far as differences can tell (six digits)."""
    expected, error = differences(f)
    if weights is not None:
        expected, error = np.sum(weights * expected), np.sum(np.abs(weights) * error)
    found = np.asarray(found, float)
    assert found.shape == expected.shape
    assert np.all(error <= 1e-6 * (1 + np.abs(expected))), f"differences are too rough here: {np.max(error)}"
    off = np.abs(found - expected)
    # Twice the estimate, for it is an estimate.
    assert np.all(off <= 2 * error + 8 * EPS * np.abs(expected)), f"off by {np.max(off)}: {found}, not {expected}"


def dot(us: Sequence[Any], vs: Sequence[Any]) -> float:
    """Inner product of two lists of arrays."""
    return float(sum(np.sum(np.asarray(u) * np.asarray(v)) for u, v in zip(us, vs, strict=True)))


def flat(xs: Sequence[Any]) -> Array:
    """Return all entries of a list of arrays in one row."""
    return np.concatenate([np.ravel(x) for x in xs])


# --- ops and what to feed them ----------------------------------------------------------------------------------------


def cases(keep: Callable[[Op], bool]) -> list[Any]:
    """Return (op, settings) for every case of the ops to keep, named by them."""
    found = []
    for op in filter(keep, all_ops()):
        for settings in op.cases:
            chosen = re.sub(r"\s+", "", ",".join(f"{k}={v}" for k, v in settings.items()))
            found.append(pytest.param(op, settings, id=f"{op.name}-{chosen}" if chosen else op.name))
    return found


def has_gradient(op: Op) -> bool:
    """Does the result carry a gradient? Comparisons and places do not."""
    return bool(smooth(op)) if op.elementwise else op.name not in ("argmax", "argmin")


def smooth(op: Op) -> list[int]:
    """Return the operands a gradient flows to."""
    return [i for i, rule in enumerate(op.d) if rule is not None]


def draw(
    op: Op, settings: dict[str, Any], shapes: Sequence[tuple[int, ...]] | None = None, seed: int = 0
) -> list[Array]:
    """Draw operands of an elementwise op from their domains, such that it is smooth around them."""
    rng = np.random.default_rng(seed)
    shapes = shapes or [(POINTS,)] * op.arity
    settings = {**op.settings, **settings}
    for _ in range(1000):
        xs = [domain.sample(rng, shape) for domain, shape in zip(op.domain, shapes, strict=True)]
        xs = [np.round(x) if domain is TRUTH else x for domain, x in zip(op.domain, xs, strict=True)]
        if all(np.min(np.abs(kink.gap(*xs, **settings))) > 3 * REACH for kink in op.kinks):
            return xs
    raise AssertionError(f"no operands of {op.name} are far from all kinks")


def points(xs: Sequence[Array]) -> list[list[float]]:
    """Return the operands of each application of an elementwise op, as floats."""
    return [[float(x) for x in point] for point in zip(*xs, strict=True)]


def moved(xs: Sequence[Any], i: int, s: Any) -> list[Any]:
    """Return the operands with s added to one of them."""
    return [x + s if j == i else x for j, x in enumerate(xs)]


def along(xs: Sequence[Any], ts: Sequence[Any], s: float) -> list[Any]:
    """Return the operands moved by s along a direction."""
    return [np.asarray(x + s * t) for x, t in zip(xs, ts, strict=True)]


def partial(f: Function, *order: int) -> Function:
    """Differentiate an elementwise function by these operands in turn: on floats as Values, on arrays as Tensors."""
    for i in order:
        f = elementwise_grad(f, i)
    return f


def applied(op: Op, settings: dict[str, Any]) -> Function:
    """Return an op as a function of its operands alone."""
    return lambda *xs: op.function(*xs, **settings)


def directions(op: Op, xs: Sequence[Array], seed: int = 1) -> list[Array]:
    """Draw a direction for each operand of a structural op, in which it may move: symmetric for symmetric matrices."""
    rng = np.random.default_rng(seed)
    ts = [rng.normal(size=np.shape(x)) for x in xs]
    return [t + np.swapaxes(t, -1, -2) for t in ts] if getattr(op.domain, "like", "") == "definite" else ts


def sample(op: Op, dtype: Any = float) -> list[Array]:
    """Draw operands of a structural op."""
    return [np.asarray(x, dtype) for x in op.domain.sample(np.random.default_rng(0))]


def cotangent(op: Op, settings: dict[str, Any]) -> Array:
    """Draw a gradient of a structural op's result."""
    return np.random.default_rng(4).normal(size=np.shape(op.array(*sample(op), **settings)))


def as_number(op: Op, weights: Any) -> Function:
    """Return an op over lists as one number: itself, or the weighted sum of its entries."""
    if op.over is not None and op.over.each:
        return lambda *xs: sum(w * y for w, y in zip(weights, op.function(*xs), strict=True))
    return op.function


def numpys(op: Op) -> Any:
    """Return numpy's function of an op's name, unless it is something else (put) or of newer numpys only (astype)."""
    return None if op.name in ("put", "astype") else getattr(np, op.name, getattr(np.linalg, op.name, None))


def values(point: Sequence[float]) -> list[Value]:
    """Make a Value of each number."""
    return [Value(x) for x in point]


def tensors(xs: Iterable[Any], dtype: Any = None) -> list[Tensor]:
    """Make a Tensor of each array."""
    return [Tensor(x, requires_grad=True, dtype=dtype) for x in xs]


def check_derivatives(f: Function, *xs: Any) -> None:
    """Assert that a function of arrays has the right pullback, tangent and pullback of the pullback."""
    rng = np.random.default_rng(8)
    xs = tuple(np.asarray(x, float) for x in xs)
    leaves, ts = tensors(xs), [np.asarray(rng.normal(size=x.shape)) for x in xs]
    y = f(*leaves)
    u = np.asarray(rng.normal(size=y.shape))
    y.backward(u)
    for i, leaf in enumerate(leaves):
        alone = [t if j == i else 0.0 for j, t in enumerate(ts)]
        assert leaf.grad.shape == xs[i].shape
        shifted = lambda s, alone=alone: numbers(f(*tensors(along(xs, alone, s))))
        assert_slope(dot([leaf.grad], [ts[i]]), shifted, weights=u)
    shares = [leaf.grad for leaf in leaves]
    assert dot([u], [jvp(f, xs, ts)[1]]) == pytest.approx(dot(shares, ts), rel=1e-11, abs=1e-11)
    vs = [rng.normal(size=x.shape) for x in xs]
    inner = lambda *xs: sum((share * v).sum() for share, v in zip(vjp(f, *xs)[1](u), vs, strict=True))
    pulled = lambda s: flat(vjp(f, *along(xs, ts, s))[1](u))
    assert_slope(dot(grad(inner, range(len(xs)))(*xs), ts), pulled, weights=flat(vs))


def numbers(x: Any) -> Array:
    """Return the numbers of a Tensor or array."""
    return np.asarray(x.detach() if isinstance(x, Tensor) else x)
