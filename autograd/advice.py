"""What can be done about an op that made nan or inf of finite numbers?

One table: for each op the operands at which it, or its slope, is not finite, and what helps there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.node import Node
from autograd.op import NO_SETTINGS

Index = tuple[int, ...]
Case = tuple[Callable[..., Any], str]  # of the operands and settings: is it this? and the advice

_ROOT = "the slope of a root at 0 is infinite: add a small number under the root, or use safe_sqrt"
_LOG = "ln 0 is -inf and its slope there infinite: add a small number, or use safe_log"
_DIV = "division by 0: add a small number to the denominator, or use safe_div"
_NEGATIVE = "{op} of a negative number: keep its operand positive, with maximum, softplus or exp"
_OVERFLOW = (
    "exponentials overflow from 709.8 on, in single precision from 88.7: take off the largest entry first, as softmax and "
    "logsumexp do, or stay with logarithms"
)
_EDGE = "the slope is infinite at -1 and 1: keep the operand inside, with clip(x, -1 + 1e-6, 1 - 1e-6)"
_MASKED = "all entries of a row are -inf: leave at least one of them unmasked"
_SINGULAR = "the matrix is singular, or nearly: add a small multiple of the identity to it"

_root: tuple[Case, ...] = ((lambda x: x == 0, _ROOT), (lambda x: x < 0, _NEGATIVE))
_log: tuple[Case, ...] = ((lambda x: x == 0, _LOG), (lambda x: x < 0, _NEGATIVE))
_exp: tuple[Case, ...] = ((lambda x: abs(x) > 80, _OVERFLOW),)
_arc: tuple[Case, ...] = ((lambda x: abs(x) == 1, _EDGE), (lambda x: abs(x) > 1, "{op} is defined in [-1, 1]: use clip"))
_row: tuple[Case, ...] = ((lambda x, **_: x == -np.inf, _MASKED),)
_spread: tuple[Case, ...] = ((lambda x, ddof=0, **_: ddof > 0, "{op} divides by n - ddof: it needs more than ddof entries"),)
_matrix: tuple[Case, ...] = ((lambda *_, **__: True, _SINGULAR),)

_CASES: dict[str, tuple[Case, ...]] = {
    "sqrt": _root, "cbrt": _root[:1], "exp": _exp, "exp2": _exp, "expm1": _exp, "sinh": _exp, "cosh": _exp,
    "log": _log, "log2": _log, "log10": _log,
    "log1p": ((lambda x: x == -1, "ln(1 + x) is -inf at -1: keep x above -1"), (lambda x: x < -1, _NEGATIVE)),
    "div": ((lambda a, b: b == 0, _DIV),), "reciprocal": ((lambda x: x == 0, _DIV),),
    "power": (
        (lambda x, exponent: (x == 0) & (exponent < 0), _DIV),
        (lambda x, exponent: (x == 0) & (exponent == 0.5), _ROOT),
        (lambda x, exponent: x == 0, "x ** c with c < 1 has an infinite slope at 0: add a small number to x"),
        (lambda x, exponent: x < 0, "a negative number has powers with whole exponents only: use abs(x) ** c"),
    ),
    "pow": (
        (lambda a, b: a == 0, "a ** b with a = 0 has an infinite value or slope for b < 1: add a small number to a"),
        (lambda a, b: a < 0, "a negative number has powers with whole exponents only: use abs(a) ** b"),
    ),
    "atan2": ((lambda a, b: (a == 0) & (b == 0), "no angle belongs to the point (0, 0): move it off the origin"),),
    "asin": _arc, "acos": _arc, "atanh": _arc,
    "acosh": ((lambda x: x <= 1, "arcosh has an infinite slope at 1 and ends there: keep x above 1"),),
    "softmax": _row, "log_softmax": _row, "var": _spread, "std": _spread,
    "inv": _matrix, "solve": _matrix, "logabsdet": _matrix, "slogdet": _matrix, "cholesky": _matrix,
    "mean": ((lambda x, **_: np.size(x) == 0, "the mean of no entries is 0/0"),),
    "mul": ((lambda a, b: np.isinf(a) | np.isinf(b), "0 · inf is nan: find out where the inf comes from"),),
    "add": ((lambda a, b: np.isinf(a) & np.isinf(b), "inf - inf is nan: find out where the two come from"),),
    "sub": ((lambda a, b: np.isinf(a) & np.isinf(b), "inf - inf is nan: find out where the two come from"),),
}  # fmt: skip


class Slip(NamedTuple):
    """What went wrong: the node, the numbers that came out and the first bad entry among them; in a backward pass also the
    gradient of the node, the position of the operand whose share came out, and the nodes from the output to this one."""

    node: Node
    bad: Any
    at: Index
    gradient: Any = None
    position: int | None = None
    path: Sequence[Node] = ()


def hint_for(slip: Slip) -> str:
    """Return what can be done about it."""
    op = slip.node.op
    assert op is not None
    args, settings = [data for _, data in slip.node.operands()], slip.node.settings or NO_SETTINGS
    if slip.gradient is not None and _unchosen(slip):
        rest = "".join(f", {letter}" for letter in op.operands[1:])
        call = f"{op.name}(where(ok, {op.operands[0]}, 1.0){rest})"
        return (
            "a where above did not choose this branch, so the gradient 0 meets an infinite slope, and 0 · inf is nan. "
            f"The double-where trick gives {op.name} a harmless number there: where(ok, {call}, 0.0)"
        )
    # An op whose operands do not broadcast against the bad entry is asked about whole arrays.
    points = [entry(x, slip) for x in args]
    said = [text for fits, text in _CASES.get(op.name, ()) if _holds(fits, points, settings)][:1]
    if slip.gradient is not None and np.all(entry(slip.gradient, slip) == 0):
        said.insert(0, "0 · inf is nan: the gradient that arrives is 0, the slope infinite")
    elif not said and np.isinf(slip.bad[slip.at] if slip.at else slip.bad):
        dtype = getattr(slip.bad, "dtype", np.dtype(float))
        said.append(f"the number is too large for {dtype} (at most {np.finfo(dtype).max:.2g}): scale down what comes in")
    return "; ".join(said).format(op=op.name) or "look at the operands, entry by entry, where the result is nan"


def entry(x: Any, slip: Slip) -> Any:
    """Return the entry of an operand or a gradient that belongs to the bad one, or all of it where none does."""
    op = slip.node.op
    if not isinstance(x, np.ndarray) or not x.ndim:
        return x
    if op is None or not op.elementwise or np.shape(slip.bad) != np.shape(slip.node._data):
        return x
    return np.broadcast_to(x, np.shape(slip.bad))[slip.at]


def _holds(fits: Callable[..., Any], points: Sequence[Any], settings: dict[str, Any]) -> bool:
    try:
        return bool(np.any(fits(*points, **settings)))
    except TypeError:  # a reduction over Values: as many operands as there are numbers, and no rule of thumb for them
        return False


def _unchosen(slip: Slip) -> bool:
    """Does the way down lead through the branch of a `where` that was not chosen?"""
    for above, below in zip(slip.path, slip.path[1:], strict=False):
        if above.op is None or above.op.name != "where":
            continue
        (_, condition), (first, _), (second, _) = above.operands()
        if first is second:
            continue
        left_out = np.asarray(condition) == 0 if below is first else np.asarray(condition) != 0
        if left_out.shape == np.shape(slip.bad):
            left_out = left_out[slip.at]
        if np.any(left_out):
            return True
    return False
