"""What is written on each edge of a picture?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.captions import formula_of
from autograd.errors import AutogradError, at
from autograd.kernels import slopes
from autograd.node import Node
from autograd.scene import Edge, Options
from autograd.value import Value


class Edges:
    """The edges of a picture that is being made; those between the same two boxes become one."""

    def __init__(self, order: Sequence[Node], highlight: Any, options: Options) -> None:
        self.options = options
        self.shares, self.measured = _shares(order, highlight)
        self.found: dict[Any, Edge] = {}

    def add(
        self, start: str, end: str, node: Node, i: int, operand: Node | None, held: Any, slope: Sequence[float | None] | None
    ) -> None:
        """Add the edge from an operand to a result.

        Args:
            start, end: ids of vertices.
            node, i: the result, and which operand it is.
            operand, held: the operand, None for a constant, and what it held.
            slope: the derivative of the result by each operand, see `slopes_of`; None where the result is in a box.
        """
        number = self.options.number
        flows = operand is not None and operand.uses is not None
        share = self.shares.get((node, i)) if operand is not None else None
        key = (start, end) if start[0] in "mb" or end[0] in "mb" else (start, end, i)
        before = self.found.get(key)
        if before is not None:
            count = before.count + 1
            both = [s for s in (before.share, share) if s is not None]
            self.found[key] = Edge(
                before.id, start, end, None, None, (f"×{count:,}",), flows or before.flows, f"{count:,} edges",
                sum(both) if both else None, count,
            )  # fmt: skip
            return
        derivative = None if slope is None else slope[i]
        lines = [number(derivative)] if derivative is not None and "derivative" in self.options.show else []
        if slope is not None and operand is not None and operand.op is None and operand._data is not held:
            # The derivative belongs to the number that was used, not to the one the leaf shows now.
            lines.append(f"used as {number(held)}" if isinstance(held, float) else "written since")
        op = None if slope is None else node.op
        tip = f"into {end}" if op is None else f"operand {i + 1} of {formula_of(op, node.settings)}"
        if share is not None and self.measured:
            tip += f"; share {share:+.1%} of the total"
        self.found[key] = Edge(f"{end}-{i + 1}" if slope is not None else f"{end}-{start}", start, end, i, derivative,
                               tuple(lines), flows, tip, share)  # fmt: skip


def slopes_of(node: Node) -> Sequence[float | None]:
    """Return the local derivative by each operand, None where it is no single number."""
    if node.op is None:
        return []
    if isinstance(node, Value) and (node.op.elementwise or node.op.over is not None):
        return slopes(node)
    return [None for _ in node.operands()]


def _shares(order: Sequence[Node], highlight: Any) -> tuple[dict[tuple[Node, int], float], bool]:
    """Return the share of each edge that is highlighted, by its result and operand, and whether it was measured."""
    if highlight is None or (isinstance(highlight, (list, tuple, set, frozenset)) and not highlight):
        return {}, False
    measured = hasattr(highlight, "edge_shares")
    inside = set(order)
    if measured:
        shares = {(node, i): float(share) for (node, i), share in highlight.edge_shares.items() if node in inside}
    elif isinstance(highlight, (list, tuple, set, frozenset)) and all(isinstance(node, Node) for node in highlight):
        chosen = set(highlight)
        edges = [(node, i, v) for node in order for i, (v, _) in enumerate(node.operands()) if v is not None]
        between = [(node, i, operand) for node, i, operand in edges if node in chosen and operand in chosen]
        # A node that is chosen without a neighbour stands for all of its edges.
        alone = chosen - {end for node, _, operand in between for end in (node, operand)}
        between += [(node, i, operand) for node, i, operand in edges if node in alone or operand in alone]
        shares = {(node, i): 1.0 for node, i, _ in between}
    else:
        raise AutogradError(f"highlight is a list of nodes or what paths() returns, got {type(highlight).__name__}{at()}")
    if not shares:
        raise AutogradError(f"highlight holds no edge of this graph{at()}")
    return shares, measured
