"""How is one rule applied to all the parameters of a group?

This file lays parameters out as flat vectors, a list of a thousand Values as one, and a matrix of a million weights cut into
blocks that stay in cache, so that a rule is written once and is fast on both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from autograd import Value
from autograd.memory import empty

Vector: TypeAlias = NDArray[Any]
State: TypeAlias = Mapping[str, Any]
# (weights, gradient, state, step) -> (weights the change is added to, change, new state)
Update: TypeAlias = Callable[[Any, Any, State, Any], tuple[Any, Any, State]]

_SMALL = 1 << 13  # entries; smaller tensors share one vector, because a call of numpy costs as much as a thousand numbers
_BLOCK = 1 << 16


def chunks_of(params: Sequence[Any]) -> list[Chunk]:
    """Lay parameters out: all Values in one vector, the small Tensors of one dtype, each large Tensor alone."""
    groups: dict[Any, list[Any]] = {}
    for p in params:
        if isinstance(p, Value):
            key: Any = Value
        else:
            key = p.dtype if p.size < _SMALL else id(p)
        groups.setdefault(key, []).append(p)
    return [Chunk(group) for group in groups.values()]


class Chunk:
    """Parameters laid out as one flat vector, with the rule's state for it.

    Attributes:
        params: the parameters.
        state: the vectors of the rule's state, by name.
        steps: how many steps each parameter has taken.
    """

    def __init__(self, params: list[Any]) -> None:
        self.params = params
        self.state: dict[str, Vector] = {}
        self.steps = [0] * len(params)
        self.scalar = isinstance(params[0], Value)
        ends = np.cumsum([1 if self.scalar else p.size for p in params]).tolist()
        self._parts = [slice(a, b) for a, b in zip([0, *ends[:-1]], ends, strict=True)]
        self._size = ends[-1]
        self._dtype = np.dtype(float) if self.scalar else params[0].dtype
        # What the last step wrote: the vector, and its parts as the parameters got them.
        self._vector: Vector = np.empty(0)
        self._written: list[Vector] = [np.empty(0)] * len(params)

    def step(self, update: Update, start: Mapping[str, float]) -> None:
        """Change every parameter that has a gradient; `start` says which state there is, and what it starts with."""
        reached = [p.has_grad for p in self.params]
        if not any(reached):
            return
        self._begin(start)
        self.steps = [n + r for n, r in zip(self.steps, reached, strict=True)]
        old, gradient = self._data(), self._gradient()
        new = empty(old.shape, old.dtype)
        if all(reached) and self.steps.count(self.steps[0]) == len(self.steps):
            self._apply(update, slice(0, self._size), self.steps[0], gradient, old, new)
        else:
            # A parameter that no gradient reached takes no part; one that came late is in a step of its own.
            for part, count, takes_part in zip(self._parts, self.steps, reached, strict=True):
                if takes_part:
                    self._apply(update, part, count, gradient, old, new)
                else:
                    new[part] = old[part]
        self._write(new)

    def state_of(self, index: int) -> dict[str, Any]:
        """Return a copy of what is kept for one parameter, in its shape: its number of steps, and the rule's state."""
        part, shape = self._parts[index], () if self.scalar else self.params[index].shape
        return {"step": self.steps[index], **{name: s[part].reshape(shape).copy() for name, s in self.state.items()}}

    def restore(self, index: int, state: Mapping[str, Any], start: Mapping[str, float]) -> None:
        """Take over what `state_of` gave for one parameter; an empty state is that of one that has taken no step."""
        self._begin(start)
        self.steps[index] = state.get("step", 0)
        for name, first in start.items():
            self.state[name][self._parts[index]] = np.ravel(state.get(name, first))

    def _begin(self, start: Mapping[str, float]) -> None:
        """Make the state the rule asks for, where it is not there: in the first step, or when an option was changed."""
        for name, first in start.items():
            if name not in self.state:
                self.state[name] = np.full(self._size, first, self._dtype)

    def _apply(self, update: Update, part: slice, count: int, gradient: Vector, old: Vector, new: Vector) -> None:
        """Apply the rule to a part of the vector, block by block."""
        for first in range(part.start, part.stop, _BLOCK):
            block = slice(first, min(first + _BLOCK, part.stop))
            state = {name: s[block] for name, s in self.state.items()}
            weights, change, new_state = update(old[block], gradient[block], state, count)
            np.add(weights, change, out=new[block])
            for name, updated in new_state.items():
                if updated is not state[name]:
                    state[name][...] = updated

    def _gradient(self) -> Vector:
        """Return the gradients as one vector, with zeros where there is none."""
        if self.scalar:
            return np.array([p.grad for p in self.params])
        rows = [p.grad.array.reshape(-1) if p.has_grad else np.zeros(p.size, self._dtype) for p in self.params]
        return rows[0] if len(rows) == 1 else np.concatenate(rows)

    def _data(self) -> Vector:
        """Return the parameters as one vector: the one written last, unless somebody else has written since."""
        if self.scalar:
            return np.array([p.data for p in self.params])
        if all(p.array is view for p, view in zip(self.params, self._written, strict=False)):
            return self._vector
        return np.concatenate([p.array.reshape(-1) for p in self.params])

    def _write(self, new: Vector) -> None:
        if self.scalar:
            for p, number in zip(self.params, new.tolist(), strict=True):
                p.data = number
            return
        self._vector = new
        self._written = [new[part].reshape(p.shape) for p, part in zip(self.params, self._parts, strict=True)]
        for p, view in zip(self.params, self._written, strict=True):
            p.set_data(view)
