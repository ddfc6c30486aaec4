"""From which nodes of a graph were results computed, and how?"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

# Ops that put numbers into another shape, and compute nothing.
_VIEWS = frozenset({"reshape", "transpose", "getitem", "pack", "entry", "astype", "alias"})


def below(roots: Iterable[Any], stop: Collection[Any] = ()) -> list[Any]:
    """Return the nodes that results were computed from, themselves included; what lies below `stop` is left out.

    >>> from autograd import Value
    >>> from nn.walk import below
    >>> x = Value(2.0)
    >>> y = x * x
    >>> [node is n for node, n in zip(below([y.sqrt()], stop={y}), [None, y])]
    [False, True]
    """
    found = dict.fromkeys(roots)
    stack = list(found)
    while stack:
        node = stack.pop()
        if node in stop:
            continue
        inner = [operand for operand, _ in node.operands() if operand is not None and operand not in found]
        found.update(dict.fromkeys(inner))
        stack.extend(inner)
    return list(found)


def behind_views(nodes: Iterable[Any]) -> set[Any]:
    """Return what results are made of, where they are only put into another shape.

    >>> from autograd import Tensor
    >>> from nn.walk import behind_views
    >>> y = Tensor([[1.0, 2.0]], requires_grad=True).exp()
    >>> behind_views([y.reshape((2, 1)), y[:, 0]]) == {y}
    True
    """
    found = set()
    for node in nodes:
        while node.op is not None and node.op.name in _VIEWS:
            inner = next((operand for operand, _ in node.operands() if operand is not None), None)
            if inner is None:
                break
            node = inner
        found.add(node)
    return found


def settings_of(node: Any) -> dict[str, Any]:
    """Return the settings of the op that computed a node: those it was called with, else its defaults.

    >>> from autograd import Tensor, softmax
    >>> from nn.walk import settings_of
    >>> settings_of(softmax(Tensor([1.0, 2.0], requires_grad=True), axis=0))
    {'axis': 0}
    """
    return {**node.op.settings, **(node.settings or {})}
