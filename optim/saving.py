"""How does training stop and go on?

What an optimizer knows beside the parameters is given out as plain dicts of copies, laid out as torch lays out its own:
parameters are numbered through all groups. Everything is checked before anything is taken over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from autograd import AutogradError
from autograd.errors import at
from optim.chunks import Chunk
from optim.options import check
from optim.parameters import Group

if TYPE_CHECKING:
    from optim.optimizer import Optimizer


def saved(groups: Sequence[Group], chunks: Sequence[Sequence[Chunk]]) -> dict[str, Any]:
    """Return the state of every parameter that has taken a step, by its number, and the options of each group."""
    numbers = {id(p): i for i, p in enumerate(p for group in groups for p in group["params"])}
    state = {
        numbers[id(p)]: chunk.state_of(i)
        for in_group in chunks
        for chunk in in_group
        for i, p in enumerate(chunk.params)
        if chunk.steps[i]
    }
    listed = [{**group, "params": [numbers[id(p)] for p in group["params"]]} for group in groups]
    return {"state": dict(sorted(state.items())), "param_groups": listed}


def load(optimizer: Optimizer, chunks: Sequence[Sequence[Chunk]], given: Mapping[str, Any]) -> None:
    """Take over what `saved` gave, or raise and change nothing."""
    who, groups = type(optimizer).__name__, optimizer.param_groups
    for name in ("state", "param_groups"):
        if name not in given:
            _refuse(who, f"has no {name!r}")
    if len(given["param_groups"]) != len(groups):
        _refuse(who, f"has {len(given['param_groups'])} groups, and here are {len(groups)}")
    states: dict[int, Mapping[str, Any]] = {}  # by the id of the parameter
    starts = []
    for number, (old, new) in enumerate(zip(groups, given["param_groups"], strict=True)):
        missing = [name for name in ("params", *optimizer.defaults) if name not in new]
        if missing:
            _refuse(who, f"has no {missing[0]!r} in group {number}")
        if len(new["params"]) != len(old["params"]):
            _refuse(who, f"has {len(new['params'])} parameters in group {number}, and here are {len(old['params'])}")
        check(who, new)
        starts.append(optimizer.start(**optimizer.options_of(new)))
        for p, index in zip(old["params"], new["params"], strict=True):
            states[id(p)] = given["state"].get(index, {})
            if states[id(p)]:
                _check_state(who, index, p, states[id(p)], starts[-1])
    for old, new, in_group, start in zip(groups, given["param_groups"], chunks, starts, strict=True):
        kept: Group = {name: old[name] for name in ("params", "param_names") if name in old}
        old.clear()
        old.update({**new, **kept})
        for chunk in in_group:
            for i, p in enumerate(chunk.params):
                chunk.restore(i, states[id(p)], start)


def _check_state(who: str, index: int, p: Any, state: Mapping[str, Any], start: Mapping[str, float]) -> None:
    for name in ("step", *start):
        if name not in state:
            _refuse(who, f"has no {name!r} for parameter {index}")
    for name in start:
        if np.shape(state[name]) != np.shape(p.data):
            _refuse(who, f"has {name} of shape {np.shape(state[name])} for parameter {index} of shape {np.shape(p.data)}")


def _refuse(who: str, what: str) -> NoReturn:
    raise AutogradError(f"this state does not fit {who}: it {what}{at()}")
