"""What happens when numpy is handed a Value or a Tensor?

``np.tanh(v)``, ``np.float64(2) * v`` and ``np.sum(t, axis=0)`` reach us through numpy's two protocols, and are answered
by our op of that name. What has no counterpart here is refused, unless no gradient is at stake: numpy must never build
an object array of nodes, nor write into an array what belongs to a graph.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import ops
from autograd.dispatch import apply
from autograd.errors import AutogradError, MixError, at
from autograd.node import Node
from autograd.operators import raise_to
from autograd.registry import get

# Where numpy's name is not ours.
_UFUNCS = {
    "subtract": "sub", "multiply": "mul", "divide": "div", "true_divide": "div", "negative": "neg", "absolute": "abs",
    "fabs": "abs", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctan2": "atan2", "arcsinh": "asinh",
    "arccosh": "acosh", "arctanh": "atanh", "rint": "round",
}  # fmt: skip
# Where numpy's function, or the way it is called, is not ours; any other of numpy's is ours of the same name.
_FUNCTIONS: dict[Any, Callable[..., Any]] = {
    np.clip: lambda a, a_min=None, a_max=None, **k: ops.clip(a, k.get("min", a_min), k.get("max", a_max)),
    np.transpose: lambda a, axes=None: ops.transpose(a, axes),
    np.ravel: ops.flatten,
    np.expand_dims: ops.unsqueeze,
    np.amax: ops.max,
    np.amin: ops.min,
    np.around: ops.round,
    np.linalg.trace: lambda x, *, offset=0: ops.trace(x, offset, -2, -1),
    np.linalg.diagonal: lambda x, *, offset=0: ops.diagonal(x, offset, -2, -1),
    np.matrix_transpose: lambda x: ops.swapaxes(x, -1, -2),
    np.linalg.matrix_transpose: lambda x: ops.swapaxes(x, -1, -2),
}
_COMPARISONS = {
    "greater": (operator.gt, operator.lt), "greater_equal": (operator.ge, operator.le), "less": (operator.lt, operator.gt),
    "less_equal": (operator.le, operator.ge), "equal": (operator.eq, operator.eq), "not_equal": (operator.ne, operator.ne),
}  # fmt: skip


def ufunc_on(kind: str, ufunc: Any, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Answer a numpy ufunc one of whose inputs is a node: the `__array_ufunc__` of Value and Tensor."""
    name = ufunc.__name__
    if kwargs.get("out") is not None:
        raise MixError(
            f"numpy cannot write the result of {name} with a {kind} into an array (as in A *= t): "
            f"write A = A * t, or use t.detach().numpy(){at()}"
        )
    if method != "__call__" or any(k != "out" for k in kwargs):
        how = f"np.{name}.{method}" if method != "__call__" else f"np.{name} with {', '.join(kwargs)}"
        raise MixError(f"{how} knows no {kind}: use the functions of autograd.ops, such as sum and where{at()}")
    if name in _COMPARISONS:
        straight, swapped = _COMPARISONS[name]
        a, b = inputs
        left: Any = a
        return straight(left, b) if isinstance(a, Node) else swapped(b, left)
    if name == "power":
        return raise_to(*inputs)
    try:
        op = get(_UFUNCS.get(name, name))
    except AutogradError:
        return _by_numpy(ufunc, name, inputs, {})
    return apply(op, inputs, dict(op.settings))


def function_on(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Answer a numpy function that was handed a Tensor: Tensor's `__array_function__`."""
    name = function.__name__
    if name in ("ndim", "shape", "size"):
        return function(args[0]._data, *args[1:], **kwargs)
    ours = _FUNCTIONS.get(function)
    if ours is None and function in (getattr(np, name, None), getattr(np.linalg, name, None)):
        ours = getattr(ops, name, None)
    if ours is None:
        return _by_numpy(function, name, args, kwargs)
    return ours(*args, **{k: v for k, v in kwargs.items() if not (k in ("out", "dtype") and v is None)})


def _by_numpy(function: Callable[..., Any], name: str, args: Any, kwargs: Any) -> Any:
    """Let numpy do on bare arrays what we have no op for, where no gradient is at stake."""
    try:
        return function(*_arrays(args), **_arrays(kwargs))
    except AutogradError:
        raise MixError(f"np.{name} has no derivative here: see autograd.ops.table(), or use t.detach(){at()}") from None


def _arrays(x: Any) -> Any:
    """Replace nodes in arguments by arrays; a node that requires a gradient refuses."""
    if isinstance(x, Node):
        return np.asarray(x)
    if isinstance(x, (list, tuple)):
        return type(x)(_arrays(i) for i in x)
    return {k: _arrays(v) for k, v in x.items()} if isinstance(x, dict) else x
