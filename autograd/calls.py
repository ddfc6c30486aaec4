"""Which part of a network computed this number?

A module notes each of its calls on what the call returned. The nodes between the inputs of a call and what it returned
were computed by that call, so nothing has to be kept on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from autograd.node import Node


class Call(NamedTuple):
    """One call of a module: the module, and what it was given."""

    owner: Any
    inputs: tuple[Any, ...]


def note_call(owner: Any, inputs: tuple[Any, ...], outputs: Any) -> None:
    """Note on everything in `outputs` that was just computed that this call of `owner` computed it.

    Args:
        owner: the module: it has `named_modules` and `named_parameters`.
        inputs: what it was called with; they may be nested lists, tuples and dicts.
        outputs: what it returned, likewise.
    """
    call = Call(owner, inputs)
    for node in (outputs,) if isinstance(outputs, Node) else nodes_in(outputs):
        if node.op is not None:
            note = node.note
            if note is None:  # one dict a call of a neuron, and no more work than that
                node.note = {"calls": (call,)}
            else:
                node.annotate("calls", (*note.get("calls", ()), call))


def calls_of(node: Node) -> tuple[Call, ...]:
    """Return the calls that returned a node, the innermost module first."""
    calls: tuple[Call, ...] = (node.note or {}).get("calls", ())
    return calls


def nodes_in(tree: Any) -> Iterator[Node]:
    """Yield the nodes in nested lists, tuples and dicts, the first ones first."""
    stack = [tree]
    while stack:
        thing = stack.pop()
        if isinstance(thing, Node):
            yield thing
        elif isinstance(thing, (list, tuple)):
            stack.extend(reversed(thing))
        elif isinstance(thing, dict):
            stack.extend(reversed(thing.values()))
