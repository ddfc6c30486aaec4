"""Which parameters are to be changed, and in which groups?

What the user hands an optimizer is a list of parameters, of (name, parameter) pairs, or of dicts: a group each, with options
of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from autograd import AutogradError, Tensor, Value
from autograd.errors import at

Parameters: TypeAlias = Iterable[Any]
Group: TypeAlias = dict[str, Any]


def groups_in(who: str, params: Parameters) -> list[Group]:
    """Return a dict for each group, with its "params" and the options given with them, unchecked."""
    listed = _listed(who, params)
    if not any(isinstance(item, dict) for item in listed):
        return [{"params": listed}]
    for item in listed:
        if not isinstance(item, dict):
            raise AutogradError(f"{who} was given parameters beside groups: put them into a group, got {item!r:.80}{at()}")
    return listed


def group_of(who: str, given: Mapping[str, Any]) -> Group:
    """Return one group with its parameters checked, and as "param_names" the names they were given with."""
    if "params" not in given:
        raise AutogradError(f'{who} needs "params" in a group, got {", ".join(map(str, given)) or "nothing"}{at()}')
    listed = _listed(who, given["params"])
    named = all(isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str) for item in listed)
    found = [item[1] for item in listed] if named else listed
    for p in found:
        if not isinstance(p, (Value, Tensor)) or not p.requires_grad or not p.is_leaf:
            raise AutogradError(f"{who} changes leaves that require a gradient, Values or Tensors, got {p!r:.80}{at()}")
    return {**given, "params": tuple(found), **({"param_names": [name for name, _ in listed]} if named else {})}


def _listed(who: str, params: Any) -> list[Any]:
    is_one = isinstance(params, (Value, Tensor))
    if not is_one and (callable(params) or not isinstance(params, Iterable)):  # a model, its method, a number
        got = f"an object of {type(params).__name__}"  # the repr of a model has many lines
        raise AutogradError(f"{who} needs a list of parameters: give model.parameters(), got {got}{at()}")
    found = [params] if is_one else list(params)
    if not found:
        raise AutogradError(f"{who} was given no parameters{at()}")
    return found


def check_distinct(who: str, params: Iterable[Any]) -> None:
    """Raise if a parameter is there twice: it would be changed twice in a step."""
    seen: set[int] = set()
    for p in params:
        if id(p) in seen:
            raise AutogradError(f"{who} was given a parameter twice: {p!r:.80}{at()}")
        seen.add(id(p))
