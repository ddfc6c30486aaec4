"""How is memory saved by computing a part of the graph twice?

`checkpoint(f)` keeps no graph of what happens inside f: its result is one node whose operands are f's arguments and the
leaves that f uses. Backward runs f again and differentiates that run.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Sequence
from typing import Any

from autograd.domains import arrays
from autograd.errors import GradientError, at
from autograd.forward import push_forward
from autograd.graph import backward_order, leads_to
from autograd.modes import enable_grad, recording
from autograd.node import Node, new_leaf
from autograd.op import Op
from autograd.reverse import differentiate
from autograd.run import leaf_of
from autograd.tree import Structure, flatten, unflatten

Function = Callable[..., Any]


def checkpoint(f: Function) -> Function:
    """Return f with its inside forgotten: less memory, and one more run of f in backward.

    f takes Values, Tensors and anything else by position, and returns a Value or Tensor, or nested lists, tuples and
    dicts of them. It must compute the same each time it is run: draw random numbers outside and pass them in.

    Raises:
        GradientError: f returns something else.

    >>> from autograd import Value, checkpoint, tanh
    >>> x = Value(0.5)
    >>> checkpoint(lambda v: tanh(v) * v)(x).backward()
    >>> round(x.grad, 4)
    0.8553
    """

    @functools.wraps(f)
    def forgetful(*args: Any) -> Any:
        given, structure = flatten(args)
        inputs = [x for x in given if isinstance(x, Node)]
        fresh = [leaf_of(x) if x.uses is not None else x for x in inputs]
        with enable_grad():
            outputs, out_structure = flatten(f(*_filled(structure, given, fresh)))
        if not all(isinstance(o, Node) for o in outputs):
            kinds = ", ".join(sorted({type(o).__name__ for o in outputs}))
            raise GradientError(f"checkpoint needs a function that returns Values or Tensors, got {kinds}{at()}")
        # What f uses without being handed it (a network's weights, an intermediate result) are operands too: all nodes
        # that do not depend on the arguments. Those that f itself made are not met again in the next run and get nothing.
        own = set(fresh)
        order = backward_order(outputs, own)
        inside = leads_to(order, own)
        captured = [n for n in order if n not in inside]
        operands = [*inputs, *captured]
        again = _Inside(f, structure, given, captured, len(outputs))
        results = []
        for i, output in enumerate(outputs):
            y: Node = new_leaf(type(output), output._data, False)
            if output.uses is not None and (mode := recording()):
                y.op, y.uses = _CHECKPOINT, 0
                y.a, y.ad = tuple(operands), tuple(n._data for n in operands)
                y.settings = {"inside": again, "index": i}
                if mode is not True:
                    mode(y)
            results.append(y)
        return unflatten(out_structure, results)

    return forgetful


class _Inside:
    """What it takes to run the inside of a checkpoint again."""

    def __init__(self, f: Function, structure: Structure, given: list[Any], captured: list[Node], count: int) -> None:
        self.f, self.structure, self.captured, self.count = f, structure, captured, count
        self.kinds = [type(x) if isinstance(x, Node) else None for x in given]
        self.wanted = [x.uses is not None for x in given if isinstance(x, Node)]
        self.lock = threading.RLock()
        # The last run on bare data, and how many of the results have been pulled through it.
        self.run: tuple[list[Node], list[Any]] | None = None
        self.pulled = 0
        # Places of nodes stay empty: the graph above must not be held twice.
        self.given = [None if isinstance(x, Node) else x for x in given]

    def once(self, xs: Sequence[Any]) -> tuple[list[Node], list[Any]]:
        """Run f on bare data, or use the last such run until each result has been pulled through it."""
        with self.lock:
            run = self.run or self.again(xs)
            self.pulled = (self.pulled + 1) % self.count
            self.run = run if self.pulled else None
            return run

    def again(self, xs: Sequence[Any]) -> tuple[list[Node], list[Any]]:
        """Run f on fresh leaves with the operands' data (or as aliases of the operands); return them and the results."""
        kinds = [k for k in self.kinds if k is not None]
        fresh = [_fresh(k, x, wanted) for k, x, wanted in zip(kinds, xs, self.wanted, strict=False)]
        supply = iter(fresh)
        leaves = [x if k is None else next(supply) for k, x in zip(self.kinds, self.given, strict=True)]
        with enable_grad():
            outputs, _ = flatten(self.f(*unflatten(self.structure, leaves)))
        return [*fresh, *self.captured], outputs


def _fresh(kind: type[Node], x: Any, wanted: bool) -> Node:
    """A node to differentiate the next run by: a leaf for bare data, an alias for a node; constants stay constants."""
    if not isinstance(x, Node):
        return new_leaf(kind, x, wanted)  # type: ignore[no-any-return]
    return leaf_of(x) if x.uses is not None else x


def _filled(structure: Structure, given: list[Any], fresh: list[Any]) -> Any:
    supply = iter(fresh)
    return unflatten(structure, [next(supply) if isinstance(x, Node) else x for x in given])


def _vjp(g: Any, y: Any, *xs: Any, inside: _Inside, index: int) -> Any:
    record = isinstance(g, Node)

    @functools.cache
    def shares() -> list[Any]:
        leaves, outputs = inside.again(xs) if record else inside.once(xs)
        found = differentiate([outputs[index]], leaves, [g], record=record)
        return found if record else [d._data if isinstance(d, Node) else d for d in found]

    return tuple((lambda i=i: shares()[i]) for i in range(len(xs)))


def _jvp(tangents: Sequence[Any], y: Any, *xs: Any, inside: _Inside, index: int) -> Any:
    leaves, outputs = inside.again(xs)
    moving = [(leaf, t) for leaf, t in zip(leaves, tangents, strict=True) if t is not None]
    inputs, along = [leaf for leaf, _ in moving], [t for _, t in moving]
    (found,) = push_forward([outputs[index]], inputs, along, record=isinstance(y, Node))
    return found


# Not in the registry: it has no meaning apart from one call of one function.
_CHECKPOINT = Op(
    name="checkpoint", array=lambda *xs, inside, index: None, operands=("xs",), settings={}, variadic=True, scalar=None,
    latex=r"\operatorname{{checkpoint}}({0})", symbol="checkpoint", domain=arrays("m"), vjp=_vjp, jvp=_jvp,
    module=__name__)  # fmt: skip
