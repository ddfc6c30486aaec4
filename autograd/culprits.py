"""Which op of a graph has a rule that is wrong?

Each op's rule is held against differences of that op alone, at the operands it met in the graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.differences import EPSILON, central, one_sided
from autograd.dispatch import apply
from autograd.modes import evaluating_rules
from autograd.node import Node, new_leaf
from autograd.op import NO_SETTINGS
from autograd.picture import draw

_REACH = 1e-3


def culprits_among(nodes: Sequence[Node]) -> list[tuple[Node, str]]:
    """Return the nodes whose op's rule differs from differences, each with what is said of it; one for each op."""
    found: dict[Any, tuple[Node, str]] = {}
    for node in nodes:
        if node.op is not None and node.op.elementwise and node.op not in found:
            said = _accused(node)
            if said:
                found[node.op] = (node, said)
    return list(found.values())


def _accused(node: Node) -> str:
    op, settings = node.op, node.settings or NO_SETTINGS
    assert op is not None
    args = [np.asarray(held, float) for _, held in node.operands()]
    y = np.asarray(node._data, float)
    with evaluating_rules(), np.errstate(all="ignore"):
        if any(np.any(np.abs(kink.gap(*args, **settings)) < 10 * _REACH) for kink in op.kinks):
            return ""
        for i, (operand, rule) in enumerate(zip(op.operands, op.d, strict=True)):
            if not (np.issubdtype(args[i].dtype, np.floating) and args[i].size):
                continue
            moved = lambda s, i=i: op.array(*[a + s if j == i else a for j, a in enumerate(args)], **settings)
            size = max(1.0, float(np.max(np.abs(args[i]))))
            slope, error = central(moved, _REACH * min(size, 100.0))
            error = error + EPSILON * size * np.abs(slope) / (_REACH / 100)  # the operand itself is rounded
            ours = np.zeros(slope.shape) if rule is None else np.broadcast_to(rule(y, *args, **settings), slope.shape)
            off = np.abs(ours - slope) > 4 * error + 1e-8 * np.abs(slope)
            off &= np.isfinite(slope) & np.isfinite(ours)
            (left, _), (right, _) = one_sided(moved, -_REACH), one_sided(moved, _REACH)
            off &= np.abs(left - right) <= 1e-3 * (np.abs(left) + np.abs(right))  # else a kink that nobody told of
            if np.any(off):
                where = np.unravel_index(int(np.argmax(off)), off.shape)
                ours_there, slope_there = float(ours[where]), float(slope[where])
                numbers = [float(np.broadcast_to(a, off.shape)[where]) for a in args]
                at = ", ".join(f"{o} = {x:.6g}" for o, x in zip(op.operands, numbers, strict=True))
                return (
                    f"The rule of {op.name} by {operand} gives {ours_there:.8g} at {at}; "
                    f"differences of {op.name} alone give {slope_there:.8g}."
                )
    return ""


def drawn_alone(node: Node) -> Any:
    """Draw an op alone, on the operands it met."""
    assert node.op is not None
    names = [operand.label if operand is not None else None for operand, _ in node.operands()]
    leaves = [
        new_leaf(type(node), held, True, name or letter)
        for (_, held), name, letter in zip(node.operands(), names, node.op.operands, strict=True)
    ]
    return draw(apply(node.op, tuple(leaves), node.settings or NO_SETTINGS))
