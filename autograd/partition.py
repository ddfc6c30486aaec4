"""What is left to draw of a graph that is cut into boxes, and what does it cost to lay that out?

Numbers here are positions in the order of computation. Boxes are numbered on from the last node.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from autograd.node import Node

# Graphviz puts a point on every rank that an edge passes: 50 points and 10 edges for each of 200 nodes take it a second.
_EDGES, _RANKS = 10, 50
# Layers of neurons, each with an edge to each of the next, are a web: so many edges for each node.
_WEB = 4


def is_web(edges: int, vertices: int) -> bool:
    """Are there too many edges to follow one with the eye?"""
    return edges > _WEB * vertices


class _Part(Protocol):
    """What is or becomes a box."""

    @property
    def owner(self) -> Any: ...


def is_hidden(start: _Part, end: _Part, leaf: bool) -> bool:
    """Does an edge lie inside one box, or lead from a module's own parameter, a leaf, to another call of the module?"""
    return start is end or (leaf and start.owner is not None and start.owner is end.owner)


class Graph:
    """A graph as numbers: of each node its operands, how many constants it has, and whether it is a leaf."""

    def __init__(self, order: Sequence[Node]) -> None:
        self.order, self.at = order, {node: i for i, node in enumerate(order)}
        self.leaf = [node.op is None for node in order]
        self.inputs: list[list[int]] = []
        self.constants: list[int] = []
        for node in order:
            operands = [operand for operand, _ in node.operands()]
            self.inputs.append(inputs := [self.at[operand] for operand in operands if operand is not None])
            self.constants.append(len(operands) - len(inputs))

    def __len__(self) -> int:
        return len(self.order)

    def beginning(self, members: Sequence[int]) -> int:
        """Return where some nodes begin to be computed: the parameters among them may stand long before."""
        return next((i for i in members if not self.leaf[i]), members[0])


@dataclass(eq=False)
class Draft:
    """What a box is made from: its nodes, the module whose calls it holds, how many, and the modules called inside by id."""

    members: list[int]
    owner: Any = None
    calls: int = 0
    parts: dict[int, Any] = field(default_factory=dict)


class Partition:
    """Each node in its item: itself, or a box."""

    def __init__(self, graph: Graph, drafts: Iterable[Draft]) -> None:
        self.graph = graph
        self.drafts = sorted(drafts, key=lambda draft: graph.beginning(draft.members))
        self.item = list(range(len(graph)))
        for k, draft in enumerate(self.drafts, len(graph)):
            for i in draft.members:
                self.item[i] = k

    def draft(self, item: int) -> Draft | None:
        """Return the draft of a box; None for a node that is an item itself."""
        n = len(self.graph)
        return self.drafts[item - n] if item >= n else None

    def vertices(self) -> int:
        """How many boxes, nodes and constants would be drawn?"""
        constants = self.graph.constants
        return len(self.drafts) + sum(1 + constants[i] for i in range(len(self.graph)) if self.item[i] == i)

    def edges(self, once: bool = True) -> Iterable[tuple[int, int]]:
        """Return the pairs of items with an edge, or all edges as they are drawn: merged only where one end is a box."""
        n, item, leaf, drafts = len(self.graph), self.item, self.graph.leaf, self.drafts
        found: dict[tuple[int, int], int] = {}
        for j, inputs in enumerate(self.graph.inputs):
            for i in inputs:
                a, b = item[i], item[j]
                if a == b or (a >= n and b >= n and is_hidden(drafts[a - n], drafts[b - n], leaf[i])):
                    continue
                found[a, b] = found.get((a, b), 0) + 1
        return found if once else (e for e, count in found.items() for _ in range(1 if max(e) >= n else count))

    def is_web(self) -> bool:
        return is_web(sum(1 for _ in self.edges(once=False)), self.vertices())

    def cost(self, max_nodes: int) -> int | None:
        """Return over how many ranks the edges of a drawing reach; None where it is more than can be drawn."""
        if self.vertices() > max_nodes:
            return None
        edges = list(self.edges(once=False))
        if len(edges) > _EDGES * max_nodes:
            return None
        depth = self.depths()
        ranks = sum(max(1, abs(depth[end] - depth[start])) for start, end in edges)
        return ranks if ranks <= _RANKS * max_nodes else None

    def depths(self) -> dict[int, int]:
        """Return each item's longest distance from the inputs; a leaf stands just before its first use.

        Boxes of many calls may lie on cycles. Each is broken at the item that was computed first.
        """
        items = list(dict.fromkeys(self.item))
        users: dict[int, list[int]] = {item: [] for item in items}
        open_inputs = dict.fromkeys(items, 0)
        for a, b in self.edges():
            users[a].append(b)
            open_inputs[b] += 1
        leaves = [item for item in items if not open_inputs[item]]
        ready, depth, done, rest = list(leaves), dict.fromkeys(items, 0), set(leaves), iter(items)
        while len(done) <= len(items):
            if not ready:
                stuck = next((item for item in rest if item not in done), None)
                if stuck is None:
                    break
                done.add(stuck)
                ready.append(stuck)
            a = ready.pop()
            for b in users[a]:
                if b not in done:
                    depth[b] = max(depth[b], depth[a] + 1)
                    open_inputs[b] -= 1
                    if not open_inputs[b]:
                        done.add(b)
                        ready.append(b)
        for leaf in leaves:
            if users[leaf]:
                depth[leaf] = min(depth[user] for user in users[leaf]) - 1
        return depth
