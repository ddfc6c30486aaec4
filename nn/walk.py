"""From which nodes of a graph were results computed?"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any


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
