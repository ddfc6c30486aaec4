"""How is a function that is to be checked run, at a point and near it?

The inputs, whatever containers they come in, are numbers and arrays in one row; the parameters of a module count as inputs
too. A run makes leaves of them, calls the function, and gives its results, again in one row. Of higher order it gives the
derivatives instead: of a sum of all results with random weights, so that nothing can cancel by chance.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd.differences import Array
from autograd.errors import DTypeError, at
from autograd.modes import enable_grad
from autograd.node import Node, new_leaf
from autograd.reverse import differentiate
from autograd.tensor import Tensor
from autograd.tree import flatten, unflatten
from autograd.value import Value


class Trial:
    """A function with a point to check it at.

    Attributes:
        names: what each input is called.
        point: the numbers and arrays of the inputs, in double precision.
    """

    def __init__(self, f: Callable[..., Any], inputs: Any, rng: np.random.Generator) -> None:
        self.f, self.rng = f, rng
        args = inputs if isinstance(inputs, tuple) else (inputs,)
        self._given, self._structure = flatten(args)
        wanted = any(isinstance(x, Node) and x.uses is not None for x in self._given)
        self._places = [i for i, x in enumerate(self._given) if _is_input(x, wanted)]
        named = f.named_parameters() if hasattr(f, "named_parameters") else ()
        parameters = list({id(p): (name, p) for name, p in named if p.uses is not None}.values())
        self._parameters = [p for _, p in parameters]
        self.names = [*self._input_names(args), *(name for name, _ in parameters)]
        # A number and an array that are checked together meet in operations, and Values and Tensors do not mix.
        self._number = Tensor if any(isinstance(x, (np.ndarray, Tensor)) for x in self._given) else Value
        self.point = [self._double(i) for i in self._places] + [_double(p) for p in self._parameters]
        if not self.point:
            raise DTypeError(f"gradcheck needs inputs of floats, arrays of floats, Values or Tensors, got none{at()}")
        self._weights: list[list[Any]] = []

    def _input_names(self, args: tuple[Any, ...]) -> list[str]:
        """Name the inputs by the function's parameters, and what is in containers by where it stands there."""
        try:
            parameters = list(inspect.signature(self.f).parameters.values())
        except (TypeError, ValueError):
            parameters = []
        named = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        paths: list[str] = []
        for i, arg in enumerate(args):
            paths += _paths(arg, named[i] if i < len(named) else f"input {i + 1}")
        return [paths[i] for i in self._places]

    def leaves(self, point: Sequence[Any]) -> list[Node]:
        """Make a leaf of each number and array; parameters are set to theirs."""
        count = len(self._places)
        made = [new_leaf(self._kind(i), x, True) for i, x in zip(self._places, point, strict=False)]
        self._set_parameters(point[count:])
        return [*made, *self._parameters]

    def settle(self) -> None:
        """Give the parameters the numbers of the point again: a graph that was recorded there is about to be used."""
        self._set_parameters(self.point[len(self._places) :])

    def _set_parameters(self, data: Sequence[Any]) -> None:
        for p, x in zip(self._parameters, data, strict=True):
            p._data = x

    def _kind(self, i: int) -> type[Node]:
        x = self._given[i]
        return type(x) if isinstance(x, Node) else Tensor if isinstance(x, np.ndarray) else self._number

    def _double(self, i: int) -> Any:
        data = _double(self._given[i])
        return data if self._kind(i) is Value else np.asarray(data)

    @contextmanager
    def borrowed(self) -> Iterator[None]:
        """Give the parameters back the numbers they had, whatever happens."""
        before = [(p._data, p._grad) for p in self._parameters]
        try:
            with enable_grad(), np.errstate(all="ignore"):
                yield
        finally:
            for p, (data, grad) in zip(self._parameters, before, strict=True):
                p._data, p._grad = data, grad

    def run(self, leaves: Sequence[Node], order: int = 1) -> list[Any]:
        """Return the results for these leaves: what the function gives, or of order n its derivatives of order n - 1."""
        filled = list(self._given)
        for i, leaf in zip(self._places, leaves, strict=False):
            filled[i] = leaf
        given, _ = flatten(self.f(*unflatten(self._structure, filled)))
        results = [y for y in given if not isinstance(y, (str, type(None)))]
        if not results or not all(isinstance(y, Node) or np.asarray(y).dtype.kind in "fiub" for y in results):
            kinds = ", ".join(sorted({type(y).__name__ for y in results})) or "nothing"
            raise DTypeError(f"gradcheck needs a function that gives Values, Tensors or numbers, got {kinds}{at()}")
        for level in range(order - 1):
            if level == len(self._weights):
                self._weights.append([_random_like(y, self.rng) for y in results])
            roots = [(y, u) for y, u in zip(results, self._weights[level], strict=True) if _wants_gradient(y)]
            results = differentiate([y for y, _ in roots], leaves, [u for _, u in roots], record=True) if roots else []
            if not roots:
                results = [0.0 if isinstance(leaf, Value) else np.zeros_like(leaf._data) for leaf in leaves]
        return results

    def shifted(self, direction: Sequence[Any], s: float) -> list[Any]:
        """Return the point moved along a direction."""
        return [x + s * t for x, t in zip(self.point, direction, strict=True)]

    def basis(self) -> Iterator[list[Any]]:
        """Yield the direction of each number of the point alone."""
        for i, x in enumerate(self.point):
            for j in range(np.size(x)):
                direction: list[Any] = [np.zeros_like(p) if isinstance(p, np.ndarray) else 0.0 for p in self.point]
                unit = np.zeros(np.shape(x))
                unit.flat[j] = 1.0
                direction[i] = unit if isinstance(x, np.ndarray) else 1.0
                yield direction


def flat(results: Sequence[Any]) -> Array:
    """Return all numbers of some results in one row."""
    rows = [np.ravel(np.asarray(y._data if isinstance(y, Node) else y, float)) for y in results]
    return np.concatenate(rows) if rows else np.zeros(0)


def places_of(names: Sequence[str], data: Sequence[Any]) -> list[str]:
    """Name each number of some inputs or results: ``x``, ``W[1, 0]``."""
    found = []
    for name, x in zip(names, data, strict=True):
        shape = np.shape(x._data if isinstance(x, Node) else x)
        found += [f"{name}[{', '.join(map(str, i))}]" if shape else name for i in np.ndindex(shape)]
    return found


def _is_input(x: Any, wanted: bool) -> bool:
    if isinstance(x, Node):
        return x.uses is not None if wanted else np.asarray(x._data).dtype.kind == "f"
    return isinstance(x, (float, np.floating)) or (isinstance(x, np.ndarray) and x.dtype.kind == "f")


def _double(x: Any) -> Any:
    data = x._data if isinstance(x, Node) else x
    return np.array(data, float) if isinstance(data, np.ndarray) else float(data)


def _wants_gradient(y: Any) -> bool:
    return isinstance(y, Node) and y.uses is not None


def _random_like(y: Any, rng: np.random.Generator) -> Any:
    shape = np.shape(y._data if isinstance(y, Node) else y)
    numbers = rng.uniform(0.5, 1.5, shape) * rng.choice([-1.0, 1.0], shape)
    return float(numbers) if not isinstance(y, Tensor) else np.asarray(numbers)


def _paths(tree: Any, name: str) -> list[str]:
    if isinstance(tree, dict):
        return [path for key, inner in tree.items() for path in _paths(inner, f"{name}[{key!r}]")]
    if isinstance(tree, (list, tuple)):
        return [path for i, inner in enumerate(tree) for path in _paths(inner, f"{name}[{i}]")]
    return [name]
