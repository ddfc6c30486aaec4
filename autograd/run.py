"""What happens when a function is run to be differentiated?

Its arguments are replaced by fresh nodes, it records its graph, and derivatives are read off the graph by reverse or
forward passes. What is handed out is of the kind that was handed in.
"""

from __future__ import annotations

import operator
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import repeat
from typing import Any

import numpy as np

from autograd.dispatch import apply
from autograd.errors import AutogradError, DTypeError, GradientError, ShapeError, at
from autograd.forward import push_forward
from autograd.graph import backward_order
from autograd.modes import STAND_INS, enable_grad, recording, variable_set
from autograd.node import Node, new_leaf
from autograd.ops import stack
from autograd.registry import elementwise
from autograd.reverse import differentiate
from autograd.tensor import Tensor
from autograd.tree import Structure, flatten, map_tree, same_structure, unflatten
from autograd.value import Value

Function = Callable[..., Any]
Argnums = int | Sequence[int]


@elementwise(d=lambda y, x: 1.0, scalar=lambda x: x, latex="{0}")
def alias(x: Any) -> Any:
    """The same number as another node: what a transform differentiates by, when it is handed a node."""
    return np.asarray(x)


class Run:
    """One run of a function on fresh leaves, and what can be read off the graph it recorded."""

    def __init__(
        self, f: Function, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: Argnums, has_aux: bool
    ) -> None:
        self.single, numbers = positions(argnums, len(args))
        self._one_at_a_time = threading.RLock()
        chosen = [args[n] for n in numbers]
        self.given, self.structure = flatten(chosen[0] if self.single else tuple(chosen))
        self.recording = recording()
        with enable_grad():
            self.leaves = [leaf_of(x, i) for i, x in enumerate(self.given)]
            wrapped = unflatten(self.structure, self.leaves)
            inner = list(args)
            for n, argument in zip(numbers, (wrapped,) if self.single else wrapped, strict=True):
                inner[n] = argument
            with variable_set(STAND_INS, STAND_INS.get().union(map(id, self.leaves))):
                result = f(*inner, **kwargs)
        self.aux = None
        if has_aux:
            if not isinstance(result, tuple) or len(result) != 2:
                raise GradientError(f"has_aux=True needs a function that returns (number, aux), got {named(result)}{at()}")
            result, aux = result
            self.aux = map_tree(self._outside, aux)
        self.outputs, self.out_structure = flatten(result)
        for output in self.outputs:
            if not _is_number(output):
                raise GradientError(f"derivatives are of functions that give numbers or arrays, got {named(output)}{at()}")
        # A result that depends on nodes of somebody else is part of their graph, and its derivative must be too.
        # Under no_grad nobody will ask for the derivative of a derivative.
        self.record = self.recording and (
            any(g.uses is not None for g in self._given_nodes()) or self._foreign(self.outputs)
        )

    def _outside(self, x: Any) -> Any:
        """Return a result as the caller knows it: bare if it was computed from bare numbers alone."""
        if not isinstance(x, Node) or x.uses is None:
            return _owned(x._data) if isinstance(x, Node) and not self._given_nodes() else x
        if self.recording and (any(g.uses is not None for g in self._given_nodes()) or self._foreign([x])):
            return x
        return new_leaf(type(x), x._data, False, x.label) if self._given_nodes() else _owned(x._data)

    def _given_nodes(self) -> list[Node]:
        return [g for g in self.given if isinstance(g, Node)]

    def _foreign(self, results: Sequence[Any]) -> bool:
        """Do results depend on a leaf that is not one of ours?"""
        mine = set(self.leaves)
        order = backward_order([r for r in results if isinstance(r, Node)], mine)
        return any(node.op is None and node not in mine for node in order)

    def value(self) -> Any:
        """What the function returned."""
        return unflatten(self.out_structure, [self._outside(o) for o in self.outputs])

    def gradient(self) -> Any:
        """The derivative of the one number that came out, in the form of the arguments."""
        if len(self.outputs) != 1 or self.out_structure != [None] or np.ndim(_data(self.outputs[0])) > 0:
            given = f"shape {np.shape(_data(self.outputs[0]))}" if len(self.outputs) == 1 else f"{len(self.outputs)} results"
            raise GradientError(f"grad needs a function that gives one number, got {given}: use jacobian{at()}")
        return self._assemble(self._pull(self.outputs, [None]))

    def pulled(self, gradients: Sequence[Any]) -> Any:
        """The gradients of the results pulled back to the arguments."""
        return self._assemble(self._pull(self.outputs, gradients))

    def _pull(self, roots: Sequence[Any], seeds: Sequence[Any]) -> list[Any]:
        record = self.record or any(isinstance(s, Node) and s.uses is not None for s in seeds)
        pairs = [(r, s) for r, s in zip(roots, seeds, strict=True) if isinstance(r, Node) and r.uses is not None]
        with self._live_leaves():
            found = differentiate([r for r, _ in pairs], self.leaves, [s for _, s in pairs], record=record)
        return [_like(d, g) for d, g in zip(found, self.given, strict=True)]

    @contextmanager
    def _live_leaves(self) -> Iterator[None]:
        """Let the leaves require gradients for the time of a pass.

        Afterwards those made of bare numbers are constants: a derivative that was recorded for somebody else's graph
        still holds them, and must not seem to depend on anything but that graph.
        """
        mine = [leaf for leaf in self.leaves if leaf.op is None]
        with self._one_at_a_time:  # a pullback may be called from several threads
            for leaf in mine:
                leaf.uses = 0
            try:
                yield
            finally:
                for leaf in mine:
                    leaf.uses = None

    def _assemble(self, found: Sequence[Any]) -> Any:
        return unflatten(self.structure, found)

    def pushed(self, tangents: Sequence[Any]) -> Any:
        """The derivative of the results along tangents of the arguments."""
        record = self.record or any(isinstance(t, Node) and t.uses is not None for t in tangents)
        found = self._push(tangents, record)
        return unflatten(self.out_structure, [_like(d, self._kind(o)) for d, o in zip(found, self.outputs, strict=True)])

    def _push(self, tangents: Sequence[Any], record: bool) -> list[Any]:
        """One forward pass: the tangent of each result, as bare numbers and arrays or as nodes."""
        seeds = [_tangent(t, leaf, record) for t, leaf in zip(tangents, self.leaves, strict=True)]
        with self._live_leaves():
            found = push_forward(self.outputs, self.leaves, seeds, record=record)
        return [_zeros(_data(o)) if t is None else t for t, o in zip(found, self.outputs, strict=True)]

    def _kind(self, output: Any) -> Any:
        """Something of the kind a derivative of this result is handed out as."""
        return self.given[0] if self.given and isinstance(self.given[0], Node) else _data(output)

    def jacobian(self) -> Any:
        """All derivatives of all results, each an array of the result's shape and the argument's."""
        entries = sum(np.size(_data(leaf)) for leaf in self.leaves)
        results = sum(np.size(_data(o)) for o in self.outputs)
        table = self._columns() if entries <= results else self._rows()
        return unflatten(
            self.out_structure,
            [
                self._assemble([_like(block, g) for block, g in zip(row, self.given, strict=True)])
                for row in table
            ],
        )

    def _rows(self) -> list[list[Any]]:
        """The Jacobian by reverse passes, one for each entry of each result."""
        table = []
        for output in self.outputs:
            shape = np.shape(_data(output))
            per_entry = []
            for seed in _basis(output):
                roots = [output] if isinstance(output, Node) and output.uses is not None else []
                with self._live_leaves():
                    per_entry.append(differentiate(roots, self.leaves, [seed] * len(roots), record=self.record))
            blocks = []
            for leaf, found in zip(self.leaves, zip(*per_entry, strict=True) if per_entry else repeat(()), strict=False):
                blocks.append(_joined(found, shape + np.shape(_data(leaf)), 0))
            table.append(blocks)
        return table

    def _columns(self) -> list[list[Any]]:
        """The Jacobian by forward passes, one for each entry of each argument."""
        table: list[list[Any]] = [[] for _ in self.outputs]
        for i, leaf in enumerate(self.leaves):
            rest = [_zeros(_data(x)) for x in self.leaves]
            columns = [self._push([*rest[:i], seed, *rest[i + 1 :]], self.record) for seed in _basis(leaf)]
            by_output = zip(*columns, strict=True) if columns else repeat(())
            for row, output, found in zip(table, self.outputs, by_output, strict=False):
                row.append(_joined(found, np.shape(_data(output)) + np.shape(_data(leaf)), -1))
        return table


def positions(argnums: Any, count: int, what: str = "positional arguments") -> tuple[bool, list[int]]:
    """Return whether one of so many arguments is meant, and the positions, from 0.

    Raises:
        AutogradError: they are no whole numbers, or there is no such argument; `what` says what the arguments are.
    """
    single = not isinstance(argnums, Iterable)
    try:
        numbers = [operator.index(n) for n in ([argnums] if single else argnums)]
    except TypeError:
        raise AutogradError(f"argnums are whole numbers, got {argnums!r}{at()}") from None
    if not all(-count <= n < count for n in numbers):
        raise AutogradError(f"argnums {argnums!r} for {count} {what}{at()}")
    return single, [n % count for n in numbers]


# --- leaves and kinds -------------------------------------------------------------------------------------------------


def leaf_of(x: Any, position: int = 0) -> Node:
    """Return a fresh node to differentiate by: a leaf for a number or array, an alias for a node."""
    if isinstance(x, Node):
        if x.uses is not None:
            return apply(alias.op, (x,), {})  # type: ignore[attr-defined,no-any-return]
        leaf: Node = new_leaf(type(x), x._data, False, x.label)
        return leaf.requires_grad_()
    if isinstance(x, (float, int, np.floating, np.integer)) and not isinstance(x, bool):
        return Value(float(x))
    if isinstance(x, np.ndarray):
        return Tensor(x, requires_grad=True)
    raise DTypeError(
        f"derivatives are by floats, arrays, Values and Tensors, or lists, tuples and dicts of them: "
        f"leaf {position} of the arguments is {named(x)}{at()}"
    )


def named(x: Any) -> str:
    return f"{type(x).__name__} {x!r:.60}"


def _data(x: Any) -> Any:
    return x._data if isinstance(x, Node) else x


def _zeros(data: Any) -> Any:
    return np.zeros_like(data) if isinstance(data, np.ndarray) else 0.0


def _like(found: Any, given: Any) -> Any:
    """Return a derivative in the kind that was given: bare for bare, unless it is part of somebody's graph."""
    if isinstance(found, Node):
        return found if isinstance(given, Node) or found.uses is not None else _owned(found._data)
    if not isinstance(given, Node):
        return _owned(found)
    return new_leaf(Tensor if isinstance(found, np.ndarray) else Value, found, False)


def _owned(data: Any) -> Any:
    """Return an array that nobody else holds: the caller may write to what is handed out."""
    return data.copy() if isinstance(data, np.ndarray) else data


def _is_number(x: Any) -> bool:
    if isinstance(x, np.ndarray):
        return x.dtype.kind in "fiubc"
    return isinstance(x, (Node, float, int, complex, np.number, np.bool_))


def _tangent(t: Any, leaf: Node, record: bool) -> Any:
    """Return a tangent as its leaf needs it: bare, or as a node where the pass is recorded."""
    if isinstance(t, Node):
        return t if record else t._data
    try:
        data = float(t) if isinstance(leaf, Value) else np.asarray(t, dtype=leaf._data.dtype)
    except (TypeError, ValueError) as error:
        raise DTypeError(f"a tangent holds numbers: {error}{at()}") from None
    return new_leaf(type(leaf), data, False) if record else data


def _basis(node: Any) -> list[Any]:
    """Return the unit vectors of a node's shape."""
    data = _data(node)
    if not isinstance(data, np.ndarray):
        return [1.0]
    eye = np.eye(data.size, dtype=data.dtype)
    return [row.reshape(data.shape) for row in eye]


def _joined(found: Sequence[Any], shape: tuple[int, ...], axis: int) -> Any:
    """Put the derivatives by (or of) each entry side by side, as one array of the given shape."""
    if not shape:
        return found[0]
    if not found:
        return np.zeros(shape)
    if any(isinstance(x, Node) and x.uses is not None for x in found):
        return stack(found, axis).reshape(shape)
    return np.stack([np.asarray(_data(x)) for x in found], axis=axis).reshape(shape)


def matching(tree: Any, structure: Structure, like: Sequence[Any], name: str) -> list[Any]:
    """Return the leaves of a container that must be nested and shaped like another."""
    leaves, found = flatten(tree)
    if not same_structure(found, structure):
        raise ShapeError(f"the {name} must be nested like what they belong to: {len(like)} leaves, got {len(leaves)}{at()}")
    for given, node in zip(leaves, like, strict=True):
        if np.shape(_data(given)) != np.shape(_data(node)):
            raise ShapeError(f"the {name} must have the shape {np.shape(_data(node))}, got {np.shape(_data(given))}{at()}")
    return leaves
