"""How is a function minimized by somebody else's method?

scipy's minimizers ask for values, gradients and curvature at flat vectors; here a function of anything, a number, an array,
a dict of both, gets them by its derivatives.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError, Tensor, Value, hvp, value_and_grad
from autograd.errors import at, short
from autograd.extras import load
from autograd.tree import flatten, unflatten

Vector = NDArray[np.float64]

_WITHOUT_GRADIENT = ("nelder-mead", "powell", "cobyla", "cobyqa")
_WITH_CURVATURE = ("newton-cg", "trust-ncg", "trust-krylov", "trust-constr")  # of one direction at a time
_WITH_HESSIAN = ("dogleg", "trust-exact")


def minimize(f: Callable[[Any], Any], x0: Any, method: str = "L-BFGS-B", **options: Any) -> Any:
    """Minimize a function by a method of `scipy.optimize.minimize`, with the derivatives that it asks for.

    Args:
        f: a function of one argument, of the kind of x0, in which floats are Values and arrays are Tensors; gives a number.
        x0: where to start: a number, an array, a Tensor, or nested lists, tuples and dicts of them.
        method: scipy's name of the method. Those that use a gradient get it; Newton-CG, trust-ncg, trust-krylov and
            trust-constr also the Hessian times a vector; dogleg and trust-exact the whole Hessian. (default "L-BFGS-B")
        options: all other arguments of scipy's: bounds, constraints, tol, callback, options. They are about the flat vector
            of all numbers in x0, from left to right.

    Returns:
        scipy's OptimizeResult, with ``.x`` put together like x0.

    Raises:
        ExtraMissing: scipy is not installed.
        AutogradError: x0 holds no numbers, or `jac` is given, which is what this function is for.
        GradientError: f gives something else than one number.

    >>> import numpy as np
    >>> import optim
    >>> found = optim.minimize(lambda x: ((x - np.array([1.0, 2.0])) ** 2).sum(), np.zeros(2))
    >>> found.x.round(6)
    array([1., 2.])
    >>> optim.minimize(lambda p: (p["a"] - 3) ** 2 + p["b"] ** 4, {"a": 0.0, "b": 0.0}, method="BFGS").x["a"]
    3.0...

    Source: R. H. Byrd, P. Lu, J. Nocedal, C. Zhu, A limited memory algorithm for bound constrained optimization, SIAM J.
    Sci. Comput. 16, 1995 (L-BFGS-B).
    """
    scipy_optimize = load("scipy.optimize", extra="scipy", purpose="minimizers")
    if "jac" in options:
        raise AutogradError(f"minimize takes the gradient of f itself, and no jac{at()}")
    form = _Form(x0)
    with_gradient = value_and_grad(f)

    def value(x: Vector) -> float:
        found, _ = with_gradient(form.thing(x))
        return _number(found)

    def value_and_gradient(x: Vector) -> tuple[float, Vector]:
        found, gradient = with_gradient(form.thing(x))
        return _number(found), form.vector(gradient)

    def curvature(x: Vector, direction: Vector) -> Vector:
        return form.vector(hvp(f)(form.thing(x), form.thing(direction)))

    def hessian(x: Vector) -> Vector:
        return np.stack([curvature(x, direction) for direction in np.eye(x.size)])

    value(form.start)  # what is wrong with f is said here, where the place is the user's and not scipy's
    name = method.lower() if isinstance(method, str) else ""
    given = {"hess", "hessp"} & options.keys()
    if name in _WITH_CURVATURE and not given:
        options["hessp"] = curvature
    if name in _WITH_HESSIAN and not given:
        options["hess"] = hessian
    if name in _WITHOUT_GRADIENT:
        result = scipy_optimize.minimize(value, form.start, method=method, **options)
    else:
        result = scipy_optimize.minimize(value_and_gradient, form.start, method=method, jac=True, **options)
    result.x = form.like_start(result.x)
    return result


class _Form:
    """What x0 is made of: turns it into a flat vector, and vectors into things like it."""

    def __init__(self, x0: Any) -> None:
        self._leaves, self._structure = flatten(x0)
        rows = [_numbers(leaf) for leaf in self._leaves]
        self._shapes = [row.shape for row in rows]
        self._ends = np.cumsum([row.size for row in rows]).tolist()
        if not self._ends or not self._ends[-1]:
            raise AutogradError(f"minimize needs a start with at least one number in it, got {short(x0)}{at()}")
        self.start: Vector = np.concatenate([row.ravel() for row in rows])

    def vector(self, thing: Any) -> Vector:
        """Return the numbers of a thing like x0 as a vector."""
        return np.concatenate([_numbers(leaf).ravel() for leaf in flatten(thing)[0]])

    def thing(self, x: Vector) -> Any:
        """Return a vector in the structure of x0, of floats and arrays."""
        return unflatten(self._structure, self._parts(x))

    def like_start(self, x: Vector) -> Any:
        """Return a vector in the structure of x0, of what x0 is made of."""
        made = [_made_like(leaf, part) for leaf, part in zip(self._leaves, self._parts(x), strict=True)]
        return unflatten(self._structure, made)

    def _parts(self, x: Vector) -> list[Any]:
        # A copy: scipy goes on in the memory of the vectors it hands out.
        rows = np.split(np.array(x, float), self._ends[:-1])
        return [
            row.reshape(shape) if isinstance(leaf, (np.ndarray, Tensor)) else row.item()
            for leaf, row, shape in zip(self._leaves, rows, self._shapes, strict=True)
        ]


def _numbers(leaf: Any) -> Vector:
    """Return a leaf as an array of floats, or say what it is instead."""
    bare = leaf.detach().numpy() if isinstance(leaf, Tensor) else leaf.item() if isinstance(leaf, Value) else leaf
    found = np.asarray(bare)
    if found.dtype.kind not in "fiu" or not isinstance(bare, (int, float, np.ndarray, np.number)):
        raise AutogradError(f"minimize starts from real numbers and arrays of them, got {short(leaf)}{at()}")
    return found.astype(float)


def _made_like(leaf: Any, part: Any) -> Any:
    """Return numbers as a leaf of x0: its class, and its precision."""
    if isinstance(leaf, Value):
        return Value(part, leaf.label)
    if isinstance(leaf, (Tensor, np.ndarray)):
        whole = np.dtype(leaf.dtype).kind != "f"
        found = part if whole else part.astype(leaf.dtype)
        return Tensor(found, label=leaf.label, requires_grad=leaf.requires_grad) if isinstance(leaf, Tensor) else found
    return part


def _number(found: Any) -> float:
    return float(np.reshape(found, ()))
