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
    there = _named(module)
    result = LoadResult([k for k in there if k not in state], [k for k in state if k not in there])
    complaints = []
    if strict and result.missing_keys:
        complaints.append(f"missing {', '.join(result.missing_keys)}")
    if strict and result.unexpected_keys:
        complaints.append(f"not expected {', '.join(map(str, result.unexpected_keys))}")
    arrays = {}
    for path in there:
        if path in state:
            array, complaint = _fitting(there[path], state[path])
            arrays[path] = array
            complaints += [f"{path} {complaint}"] if complaint else []
    if complaints:
        raise AutogradError(f"the state does not fit {kind}: {'; '.join(complaints)}{at()}")
    for path, array in arrays.items():
        there[path].data = array if isinstance(there[path], Tensor) else float(array)
    return result


def _fitting(target: Any, given: Any) -> tuple[Any, str]:
    """Return what is given as an array for the target, and what is wrong with it."""
    if not target.is_leaf:
        return None, f"is the result of {target.op.name} here, and cannot be written"
    if isinstance(given, Tensor):
        given = given.data
    try:
        array = np.asarray(given)
    except (TypeError, ValueError):
        return None, f"needs numbers, got {type(given).__name__}"
    if array.dtype.kind not in "fiub":
        return None, f"needs real numbers, got {type(given).__name__} of dtype {array.dtype}"
    wanted = target.shape if isinstance(target, Tensor) else ()
    if array.shape != wanted:
        return None, f"needs shape {wanted}, got {array.shape}"
    return array, ""
