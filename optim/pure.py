"""What is an optimizer without an object that changes: a function of parameters, gradients and a state?

A step written so can be recorded on a tape whole: forward, backward and update.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import AutogradError, DTypeError, ShapeError, Value
from autograd.errors import at, short
from autograd.tree import Structure, flatten, same_structure, unflatten

if TYPE_CHECKING:
    from optim.optimizer import Optimizer


class PureOptimizer:
    """An optimizer's rule as a function of nested lists, tuples and dicts; see `Optimizer.pure`."""

    def __init__(self, kind: type[Optimizer], options: dict[str, Any]) -> None:
        self._optimizer = kind([Value(0.0)], **options)  # it checks the options, and keeps no parameter of ours
        self._options = self._optimizer.options_of(self._optimizer.param_groups[0])

    def init(self, params: Any) -> dict[str, Any]:
        """Return the state before the first step: {"step": 0.0}, and what the rule keeps, nested as the parameters.

        Args:
            params: numbers and arrays, nested in lists, tuples and dicts.

        Raises:
            DTypeError: there is something else in them.
        """
        weights, structure = flatten(params)
        for w in weights:
            if not hasattr(w, "data") and not isinstance(w, (int, float)):
                raise DTypeError(f"parameters are numbers and arrays, got {short(w)}{at()}")
        start = self._optimizer.start(**self._options)
        return {"step": 0.0, **{k: unflatten(structure, [_filled(w, first) for w in weights]) for k, first in start.items()}}

    def update(self, params: Any, gradients: Any, state: dict[str, Any], **options: Any) -> tuple[Any, dict[str, Any]]:
        """Return the parameters and the state after a step; nothing is changed in place.

        Args:
            params: the parameters; numbers, arrays, Values and Tensors.
            gradients: the derivatives by them, nested alike.
            state: what `init` gave, or the last step.
            options: what is otherwise in this step, as lr=0.1.

        Raises:
            AutogradError: an option the rule does not have, or no state of it.
            ShapeError: gradients or state are nested otherwise than the parameters, or of other shapes.
        """
        unknown = sorted(options.keys() - self._options.keys())
        if unknown:
            raise AutogradError(f"{self!r} has no option {unknown[0]!r}; it has {', '.join(self._options)}{at()}")
        names = ("step", *self._optimizer.start(**self._options))
        if not isinstance(state, dict) or state.keys() != set(names):
            raise AutogradError(f"a state is a dict of {', '.join(names)}, as init gives it, got {short(state)}{at()}")
        weights, structure = flatten(params)
        kept = {name: _like(name, state[name], structure) for name in names[1:]}
        slopes, step = _like("gradients", gradients, structure), state["step"] + 1
        rule = self._optimizer.update({**self._options, **options}, self._optimizer.rule)
        new_weights: list[Any] = []
        new_kept: dict[str, list[Any]] = {name: [] for name in kept}
        for i, (w, slope) in enumerate(zip(weights, slopes, strict=True)):
            for what, x in (("gradient", slope), *((name, leaves[i]) for name, leaves in kept.items())):
                if _shape(x) != _shape(w):
                    raise ShapeError(f"{what} number {i} has shape {_shape(x)}, and its parameter {_shape(w)}{at()}")
            w, change, new = rule(w, slope, {name: leaves[i] for name, leaves in kept.items()}, step)
            new_weights.append(w + change)
            for name, leaf in new.items():
                new_kept[name].append(leaf)
        return unflatten(structure, new_weights), {
            "step": step, **{name: unflatten(structure, leaves) for name, leaves in new_kept.items()}
        }  # fmt: skip

    def __repr__(self) -> str:
        return f"{type(self._optimizer).__name__}.pure({', '.join(f'{k}={v!r}' for k, v in self._options.items())})"


def _shape(x: Any) -> tuple[int, ...]:
    return getattr(x, "shape", ())


def _filled(p: Any, number: float) -> Any:
    """Return such a number for a number, and an array of it for an array or a Tensor."""
    data = p.array if hasattr(p, "array") else p
    return np.full_like(data, number) if np.ndim(data) else number


def _like(what: str, tree: Any, structure: Structure) -> list[Any]:
    leaves, found = flatten(tree)
    if not same_structure(found, structure):
        wanted = sum(step is None for step in structure)
        got = f"got {len(leaves)}" if len(leaves) != wanted else "got as many in other lists, tuples or keys"
        raise ShapeError(f"{what} must be nested as the parameters are, {wanted} of them: {got}{at()}")
    return leaves
