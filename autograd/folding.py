"""Which parts of a large graph are drawn as one box?

Where modules were called, a call is a part: a neuron, a layer, a model. What is left over, if it is still too much, is cut
into bands by its depth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograd.bands import banded
from autograd.errors import AutogradError, at
from autograd.node import Node
from autograd.partition import Graph, Partition, is_hidden
from autograd.regions import drafts_at, regions_of

# How deep in the nesting of calls the modules lie that are drawn as a box.
DEPTHS = {"neuron": 2, "layer": 1, "model": 0}
LEVELS = ("op", *DEPTHS)


@dataclass(frozen=True, eq=False)
class Box:
    """A part of a graph that is drawn as one box.

    Attributes:
        members: its nodes, in the order of computation.
        beginning: the first of them that is computed; a leaf where there are only leaves.
        constants: how many plain numbers and arrays they were computed from.
        owner: the module whose calls it holds; None for a band.
        calls: how many calls these are.
        parts: how many modules of each class were called directly inside.
    """

    members: tuple[Node, ...]
    beginning: Node
    constants: int
    owner: Any = None
    calls: int = 0
    parts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Folding:
    """A graph cut into parts.

    Attributes:
        level: "neuron", "layer" or "model"; "op" where no box is a module.
        boxes: the parts that are drawn as one box; every other node is drawn itself.
        box_of: the box of each node that is in one.
        ranks: over how many ranks of the picture its edges reach in all: what laying it out costs.
    """

    level: str
    boxes: tuple[Box, ...]
    box_of: Mapping[Node, Box]
    ranks: int

    def hides(self, operand: Node, node: Node) -> bool:
        """Does an edge lie inside one box, or lead from a module's own parameter to another call of the module?"""
        start, end = self.box_of.get(operand), self.box_of.get(node)
        return start is not None and end is not None and is_hidden(start, end, operand.op is None)


def fold(order: Sequence[Node], level: str | None = None, max_nodes: int = 200) -> Folding:
    """Cut a graph into parts such that few enough are left to be drawn.

    Args:
        order: the nodes, each after its operands.
        level: what becomes a box: "model" is a module that no other one called, "layer" a module that such a one called,
            "neuron" a module that a layer called, and "op" leaves every node itself. None takes the finest of them that
            fits and can be read. Where calls are too many, those of one module become one box; where there is still too
            much, the rest is cut into bands. (default None)
        max_nodes: how many boxes, nodes and constants there may be. (default 200)

    Raises:
        AutogradError: an argument is not one of those above, or the graph does not fit at the level "op".

    >>> from autograd import Value
    >>> from autograd.folding import fold
    >>> from autograd.graph import computation_order
    >>> x = Value(1.0)
    >>> for _ in range(1000):
    ...     x = -x
    >>> [len(box.members) for box in fold(computation_order(x), max_nodes=5).boxes]
    [334, 334, 332]
    """
    if level is not None and level not in LEVELS:
        raise AutogradError(f"level is None or one of {', '.join(LEVELS)}, got {level!r}{at()}")
    if not isinstance(max_nodes, int) or isinstance(max_nodes, bool) or max_nodes < 1:
        raise AutogradError(f"max_nodes is a whole number from 1 on, got {max_nodes!r}{at()}")
    graph = Graph(order)
    if level in (None, "op"):
        whole = Partition(graph, ())
        ranks = whole.cost(max_nodes)
        if ranks is not None:
            return _folding(whole, "op", ranks)
        if level == "op":
            raise AutogradError(_too_much(whole, max_nodes))
    regions = regions_of(graph)
    levels = list(DEPTHS) if level is None else [level]
    for name in levels:
        for merged in (False, True):
            cut = Partition(graph, drafts_at(DEPTHS[name], regions, merged))
            ranks = cut.cost(max_nodes)
            if ranks is not None:
                return _folding(cut, name, ranks)
    for name in levels:
        modules = Partition(graph, drafts_at(DEPTHS[name], regions, True))
        found = banded(modules, max_nodes, whole=False) if len(modules.drafts) < max_nodes else None
        # Bands behind a web of neurons cannot be made out: where nobody asked for the neurons, layers are clearer.
        if found and (level is not None or name == levels[-1] or not found[0].is_web()):
            return _folding(found[0], name, found[1])
    found = banded(Partition(graph, drafts_at(DEPTHS[levels[-1]], regions, True)), max_nodes, whole=True)
    assert found is not None
    return _folding(found[0], levels[-1], found[1])


def _folding(cut: Partition, level: str, ranks: int) -> Folding:
    graph = cut.graph
    boxes = tuple(
        Box(
            members=tuple(graph.order[i] for i in draft.members),
            beginning=graph.order[graph.beginning(draft.members)],
            constants=sum(graph.constants[i] for i in draft.members),
            owner=draft.owner,
            calls=draft.calls,
            parts=Counter(type(part).__name__ for part in draft.parts.values()),
        )
        for draft in cut.drafts
    )
    if not any(box.owner is not None for box in boxes):
        level = "op"
    return Folding(level, boxes, {node: box for box in boxes for node in box.members}, ranks)


def _too_much(whole: Partition, max_nodes: int) -> str:
    graph, nodes = whole.graph, whole.vertices()
    edges = sum(map(len, graph.inputs)) + sum(graph.constants)
    if nodes > max_nodes:
        what = f"the graph has {nodes} nodes, and max_nodes={max_nodes}"
    else:
        what = f"the graph has {nodes} nodes, but {edges} edges that reach too far to be laid out with max_nodes={max_nodes}"
    return f'{what}: fold it with level="neuron", "layer", "model" or None, or give a larger max_nodes{at()}'
