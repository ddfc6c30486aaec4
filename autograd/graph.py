"""In which order is a graph walked?

`backward_order` goes from results to operands, each node after all its uses: gradients are complete when they are passed
on. `computation_order` goes the other way. The walks keep their own stacks, so a chain of a million nodes needs no
recursion.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Container, Iterable
from typing import Any

from autograd.errors import GradientError, at
from autograd.node import Node


def backward_order(roots: Iterable[Node], stop: Container[Node] = ()) -> list[Node]:
    """Return the nodes that gradients flow through, roots first, each after every node that uses it.

    Nodes in `stop` are in the list, and what they were computed from is not.
    """
    uses: dict[Node, int] = {}
    stack = []
    for root in roots:
        if root.uses is not None and root not in uses:
            uses[root] = 0
            stack.append(root)
    starts = list(stack)
    while stack:
        node = stack.pop()
        if node.op is None or node in stop:
            continue
        for operand, _ in node.operands():
            if operand is not None and operand.uses is not None:
                if operand in uses:
                    uses[operand] += 1
                else:
                    uses[operand] = 1
                    stack.append(operand)
    order = []
    ready = [root for root in starts if not uses[root]]
    while ready:
        node = ready.pop()
        order.append(node)
        if node.op is None or node in stop:
            continue
        for operand, _ in node.operands():
            if operand is not None and operand.uses is not None:
                uses[operand] -= 1
                if not uses[operand]:
                    ready.append(operand)
    return order


def computation_order(root: Node) -> list[Node]:
    """Return all nodes that a result was computed from, each after its operands, the first operand first.

    Unlike `backward_order` this holds the nodes that no gradient flows to as well.
    """
    order, seen = [], {root}
    stack = [(root, root.operands())]
    while stack:
        node, rest = stack[-1]
        for operand, _ in rest:
            if operand is not None and operand not in seen:
                seen.add(operand)
                stack.append((operand, operand.operands()))
                break
        else:
            stack.pop()
            order.append(node)
    return order


def leads_to(order: list[Node], targets: Container[Node]) -> set[Node]:
    """Return the nodes of a backward order from which one of the targets is reached."""
    leading: set[Node] = set()
    for node in reversed(order):
        if node in targets or any(operand in leading for operand, _ in node.operands() if operand is not None):
            leading.add(node)
    return leading


def check_unchanged(node: Node) -> None:
    """Raise if a leaf that a node's derivative needs was written after the node was made."""
    for index, (operand, data) in enumerate(node.operands()):
        if operand is not None and operand.op is None and operand._data is not data:
            refuse_changed(node, operand, index, data)


def refuse_changed(node: Node, leaf: Node, index: int, was: Any) -> None:
    """Raise for an operand that holds something else than when `node` was made, if a rule of the node reads it."""
    op = node.op
    assert op is not None
    if op.elementwise and op.arity == len(op.d):
        rules = [rule for rule, (o, _) in zip(op.d, node.operands(), strict=True) if o is not None and o.uses is not None]
        if not any(_reads(rule, 1 + index) for rule in rules if rule is not None):
            return
    name = f"{leaf.label!r}" if leaf.label else f"operand {index + 1}"
    held = f" (it held {was!r}, now {leaf._data!r})" if isinstance(was, float) else ""
    raise GradientError(
        f"{op.name} needs {name} as it was when {op.name} was computed, but it was written since{held}: "
        f"call backward() before changing data, or compute the result again{at()}"
    )


def _reads(rule: Callable[..., Any], position: int) -> bool:
    """Does a derivative rule use its argument at this position? (A rule that cannot be looked into counts as yes.)"""
    code = getattr(rule, "__code__", None)
    if code is None or position >= code.co_argcount:
        return True
    name = code.co_varnames[position]
    # Newer Pythons load two names in one instruction, whose argument is then a tuple.
    return any(name in (i.argval if isinstance(i.argval, tuple) else (i.argval,)) for i in dis.get_instructions(code))
