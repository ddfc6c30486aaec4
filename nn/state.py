"""How are the numbers of a module taken out of it, and put into another one?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from autograd import AutogradError, Tensor
from autograd.errors import at, short

if TYPE_CHECKING:
    from nn.module import Module


class LoadResult(NamedTuple):
    """Which paths a state left out, and which it had too many."""

    missing_keys: list[str]
    unexpected_keys: list[str]


def _named(module: Module) -> dict[str, Any]:
    """All parameters and then all buffers, by path."""
    return {**dict(module.named_parameters()), **dict(module.named_buffers())}


def saved(module: Module) -> dict[str, Any]:
    """Return copies of the parameters and buffers: arrays of Tensors, floats of Values."""
    return {path: np.array(x.data) if isinstance(x, Tensor) else x.data for path, x in _named(module).items()}


def load(module: Module, state: Any, strict: bool) -> LoadResult:
    """Check everything, then write: a state that does not fit changes nothing."""
    kind = type(module).__name__
    if not isinstance(state, Mapping):
        raise AutogradError(f"{kind} loads a mapping from paths to arrays, got {type(state).__name__} {short(state)}{at()}")
    result, wrong = compared(module, state)
    complaints = []
    if strict and result.missing_keys:
        complaints.append(f"missing {', '.join(result.missing_keys)}")
    if strict and result.unexpected_keys:
        complaints.append(f"not expected {', '.join(map(str, result.unexpected_keys))}")
    complaints += wrong
    if complaints:
        raise AutogradError(f"the state does not fit {kind}: {'; '.join(complaints)}{at()}")
    for path, target in _named(module).items():
        if path in state:
            array = np.asarray(_bare(state[path]))
            target.data = array if isinstance(target, Tensor) else float(array)
    return result


def compared(module: Module, state: Mapping[Any, Any]) -> tuple[LoadResult, list[str]]:
    """Return which paths a state lacks and has too many, and what is wrong at the others.

    Args:
        module: what it is to be put into.
        state: numbers and arrays by path; or instead of an array what says its shape and dtype, read before the array is.
    """
    there = _named(module)
    result = LoadResult([k for k in there if k not in state], [k for k in state if k not in there])
    wrong = {path: _complaint(target, _bare(state[path])) for path, target in there.items() if path in state}
    return result, [f"{path} {complaint}" for path, complaint in wrong.items() if complaint]


def _complaint(target: Any, given: Any) -> str:
    """Return what is wrong with what is given for the target, or nothing."""
    if not target.is_leaf:
        return f"is the result of {target.op.name} here, and cannot be written"
    is_header = hasattr(given, "dtype") and not hasattr(given, "__array__")
    try:
        array = given if is_header else np.asarray(given)
    except (TypeError, ValueError):
        return f"needs numbers, got {type(given).__name__}"
    if array.dtype.kind not in "fiub":
        kind = "" if is_header else f"{type(given).__name__} of dtype "
        return f"needs real numbers, got {kind}{array.dtype}"
    wanted = target.shape if isinstance(target, Tensor) else ()
    return "" if array.shape == wanted else f"needs shape {wanted}, got {array.shape}"


def _bare(given: Any) -> Any:
    return given.data if isinstance(given, Tensor) else given
