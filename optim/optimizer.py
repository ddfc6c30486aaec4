"""How is one rule applied to all the parameters of a model?

An optimizer is a rule on one flat vector, (gradient, state, step) -> (change, new state). This file lays parameters
out as flat vectors, a list of a thousand Values as one, and a matrix of a million weights cut into blocks that stay in
cache, so that a rule is written once and is fast on both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError, Tensor, Value
from autograd.errors import at
from autograd.memory import WORTH_KEEPING, empty

Vector = NDArray[Any]
State = tuple[Vector, ...]

_SMALL = 1 << 13  # entries; smaller tensors share one vector, because a call of numpy costs as much as a thousand numbers
_BLOCK = 1 << 15


class Optimizer:
    """Maps a rule over parameters; subclasses give the rule.

    Args:
        params: Values or Tensors that require gradients.

    Raises:
        AutogradError: no parameters, or something that is none.
    """

    slots = 0
    """How many vectors of state the rule keeps for each parameter; they start at zero."""

    def __init__(self, params: Iterable[Any]) -> None:
        self.params = list(params)
        if not self.params:
            raise AutogradError(f"{type(self).__name__} was given no parameters{at()}")
        for p in self.params:
            if not isinstance(p, (Value, Tensor)) or not p.requires_grad or not p.is_leaf:
                raise AutogradError(
                    f"{type(self).__name__} changes leaves that require a gradient, Values or Tensors, got {p!r:.80}{at()}"
                )
        self._chunks = [_Chunk(group, self.slots) for group in _grouped(self.params)]

    def rule(self, gradient: Vector, state: State, step: int) -> tuple[Vector, State]:
        """Return the change of the parameters and the new state; `step` counts a parameter's steps from 1.

        The rule depends on nothing else. It may use up the state it is handed: write the new one into its memory.
        """
        raise NotImplementedError

    def step(self) -> None:
        """Change every parameter that has a gradient."""
        for chunk in self._chunks:
            chunk.step(self)

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for p in self.params:
            p.zero_grad()


def _grouped(params: Sequence[Any]) -> list[list[Any]]:
    """Group parameters that share one vector: all Values, the small Tensors of one dtype, each large Tensor alone."""
    groups: dict[Any, list[Any]] = {}
    for p in params:
        if isinstance(p, Value):
            key: Any = Value
        else:
            key = p.dtype if p.size < _SMALL else id(p)
        groups.setdefault(key, []).append(p)
    return list(groups.values())


class _Chunk:
    """Parameters laid out as one flat vector, with the rule's state for it."""

    def __init__(self, params: list[Any], slots: int) -> None:
        self.params = params
        self.scalar = isinstance(params[0], Value)
        ends = np.cumsum([1 if self.scalar else p.size for p in params]).tolist()
        self.parts = [slice(a, b) for a, b in zip([0, *ends[:-1]], ends, strict=True)]
        self.size = ends[-1]
        self.dtype = np.dtype(float) if self.scalar else params[0].dtype
        self.state: State = tuple(np.zeros(self.size, self.dtype) for _ in range(slots))
        self.steps = [0] * len(params)
        # What the last step wrote: the vector, and its parts as the parameters got them.
        self._vector: Vector = np.empty(0)
        self._written: list[Vector] = [np.empty(0)] * len(params)

    def step(self, optimizer: Optimizer) -> None:
        reached = [p.has_grad for p in self.params]
        if not any(reached):
            return
        self.steps = [n + r for n, r in zip(self.steps, reached, strict=True)]
        old, gradient = self._data(), self._gradient()
        new = empty(old.shape, old.dtype) if self.size >= WORTH_KEEPING else np.empty_like(old)
        if all(reached) and self.steps.count(self.steps[0]) == len(self.steps):
            self._apply(optimizer, slice(0, self.size), self.steps[0], gradient, old, new)
        else:
            # A parameter that no gradient reached takes no part; one that came late is in a step of its own.
            for part, count, takes_part in zip(self.parts, self.steps, reached, strict=True):
                if takes_part:
                    self._apply(optimizer, part, count, gradient, old, new)
                else:
                    new[part] = old[part]
        self._write(new)

    def _apply(
        self, optimizer: Optimizer, part: slice, count: int, gradient: Vector, old: Vector, new: Vector
    ) -> None:
        """Apply the rule to a part of the vector, block by block."""
        for start in range(part.start, part.stop, _BLOCK):
            block = slice(start, min(start + _BLOCK, part.stop))
            state = tuple(s[block] for s in self.state)
            change, new_state = optimizer.rule(gradient[block], state, count)
            np.add(old[block], change, out=new[block])
            for held, updated in zip(state, new_state, strict=True):
                if updated is not held:
                    held[...] = updated

    def _gradient(self) -> Vector:
        """Return the gradients as one vector, with zeros where there is none."""
        if self.scalar:
            return np.array([p.grad for p in self.params])
        rows = [p.grad.array.reshape(-1) if p.has_grad else np.zeros(p.size, self.dtype) for p in self.params]
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
        self._written = [new[part].reshape(p.shape) for p, part in zip(self.params, self.parts, strict=True)]
        for p, view in zip(self.params, self._written, strict=True):
            p.set_data(view)
