"""How does `backward()` add gradients up?

The hot path of training: one walk down the graph to count uses, one to pull gradients through the pullbacks of `kernels`
(floats) and `pullbacks` (arrays). The plain pass in `reverse` is its reference.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from autograd.graph import backward_order, refuse_changed
from autograd.kernels import pullback_of
from autograd.modes import evaluating_rules
from autograd.node import Node
from autograd.pullbacks import array_pullback_of, total
from autograd.reverse import WATCHER, nothing_recorded, pass_down, seed_of
from autograd.tensor import Tensor
from autograd.value import Value

# A backward pass counts open uses in the nodes themselves; two threads whose graphs share nodes must not do so at once.
# (`gradients` and the transforms count on the side and need no lock.)
_COUNTING = threading.RLock()

_watched = WATCHER.get  # bound here, it is one C call a pass


def backward(root: Node, gradient: Any) -> None:
    """Add the derivatives of one node to the gradients of all it was computed from."""
    if root.uses is None:
        raise nothing_recorded(root)
    seed = 1.0 if gradient is None and root.__class__ is Value else seed_of(root, gradient)
    with _COUNTING:
        if root.op is None:
            root._grad = seed if root._grad is None else total(_bare(root._grad), seed)
            return
        if _watched() is not None:
            _pull_watched(root, seed)
            return
        before: dict[Node, Any] = {}
        try:
            only_values = _count_uses(root, before)
        except BaseException:
            _undo_count(root, before)
            raise
        try:
            root._grad = seed
            if only_values:
                _pull_floats(root)
            else:
                # An infinite slope at a border is an answer, not a warning.
                with evaluating_rules(), np.errstate(all="ignore"):
                    _pull_all(root)
        except BaseException:
            # Interrupted in the middle (Ctrl-C, a rule that raises): the next pass must start from clean counts.
            for node in backward_order([root]):
                node.uses = 0
            raise


Node.backward_pass = staticmethod(backward)


def _pull_floats(root: Node) -> None:
    """Pass gradients down a graph of Values alone."""
    ready = [root]
    push, pop = ready.append, ready.pop
    while ready:
        node = pop()
        op: Any = node.op
        (op.pull or pullback_of(op))(node, push)


def _pull_all(root: Node) -> None:
    """Pass gradients down a graph of Tensors, and of Values where it crosses the bridge."""
    ready = [root]
    push, pop = ready.append, ready.pop
    while ready:
        node = pop()
        op = node.op
        if node.__class__ is Value and (op.vjp is None or op.over is not None):  # type: ignore[union-attr]
            pullback_of(op)(node, push)  # type: ignore[arg-type]
        else:
            array_pullback_of(op)(node, push)  # type: ignore[arg-type]


def _pull_watched(root: Node, seed: Any) -> None:
    """Take the plain pass, which can be watched, and put gradients in their places once all are known to be right."""
    order = backward_order([root])
    for node in order:
        for index, (operand, was) in enumerate(node.operands()):
            if operand is not None and operand.uses is not None and operand.op is None and operand._data is not was:
                refuse_changed(node, operand, index, was)
    # Shares are added to what leaves have already, one by one, as the fast passes do: sums are rounded alike.
    had = {node: _bare(node._grad) for node in order if node.op is None and node._grad is not None}
    grads = pass_down(order, {**had, root: seed}, set(order))
    for node in order:
        node._grad = grads.get(node, 0.0)


def _bare(grad: Any) -> Any:
    return grad._data if isinstance(grad, Tensor) else grad


def _undo_count(root: Node, before: dict[Node, Any]) -> None:
    """Give back the gradients and clean counts that an interrupted count has touched."""
    for node in backward_order([root]):
        if node.uses or node in before:
            node._grad = before.get(node)
        node.uses = 0


def _count_uses(root: Node, before: dict[Node, Any]) -> bool:
    """Count for each node below `root` the uses below `root`, set its gradient to 0, and look for changed leaves.

    Gradients that were there are kept in `before`: if a leaf was changed, nothing will have been. Return whether all nodes
    are Values and none hides a graph of its own, so that the pass on floats can walk them.
    """
    # Written out for a and for b, the commonest case first: this loop is a third of a backward pass.
    only_values = root.__class__ is Value
    stack = [root]
    push, pop = stack.append, stack.pop
    while stack:
        node = pop()
        a = node.a
        if a.__class__ is tuple:
            only_values = _count_many(node, a, node.ad, 0, push, before) and only_values
        elif a is not None:
            uses = a.uses
            if uses:
                a.uses = uses + 1
            elif uses is None:
                pass
            elif a.op is not None:
                a.uses = 1
                if a._grad is not None:
                    before[a] = a._grad
                a._grad = 0.0
                push(a)
            else:
                if a._data is not node.ad:
                    refuse_changed(node, a, 0, node.ad)
                if a._grad is None:
                    before[a] = None
                    a._grad = 0.0
        b = node.b
        if b is None:
            pass
        elif b.__class__ is tuple:
            only_values = _count_many(node, b, node.bd, 1, push, before) and only_values
        else:
            uses = b.uses
            if uses:
                b.uses = uses + 1
            elif uses is None:
                pass
            elif b.op is not None:
                b.uses = 1
                if b._grad is not None:
                    before[b] = b._grad
                b._grad = 0.0
                push(b)
            else:
                if b._data is not node.bd:
                    refuse_changed(node, b, 1, node.bd)
                if b._grad is None:
                    before[b] = None
                    b._grad = 0.0
    return only_values


def _count_many(
    node: Node, operands: tuple[Any, ...], data: tuple[Any, ...], index: int, push: Any, before: dict[Node, Any]
) -> bool:
    for operand, was in zip(operands, data, strict=True):
        if operand is None:
            continue
        uses = operand.uses
        if uses:
            operand.uses = uses + 1
        elif uses is None:
            pass
        elif operand.op is not None:
            operand.uses = 1
            if operand._grad is not None:
                before[operand] = operand._grad
            operand._grad = 0.0
            push(operand)
        else:
            if operand._data is not was:
                refuse_changed(node, operand, index, was)
            if operand._grad is None:
                before[operand] = None
                operand._grad = 0.0
    # A structural op on Values that is no reduction (an entry of a Tensor, a checkpoint) has no pullback on floats.
    op = node.op
    return op.vjp is None or op.over is not None  # type: ignore[union-attr]
