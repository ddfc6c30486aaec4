"""Which parts of a large graph are drawn as one box?

Where modules were called, a call is a part: a neuron, a layer, a model. What is left over, if it is still too much, is cut
into bands by its depth, the longest distance from the inputs. Numbers here are positions in the order of computation.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from autograd.calls import Call, calls_of, nodes_in
from autograd.errors import AutogradError, at
from autograd.node import Node

# How deep in the nesting of calls the modules lie that are drawn as a box.
DEPTHS = {"neuron": 2, "layer": 1, "model": 0}
LEVELS = ("op", *DEPTHS)

# A dozen boxes in a row can be read; a band of one node with so many constants is drawn as that node.
_BANDS, _FEW = 12, 2
# Graphviz puts a point on every rank that an edge passes: 50 points and 10 edges for each of 200 nodes take it a second.
_EDGES, _RANKS = 10, 50
# Layers of neurons, each with an edge to each of the next, are a web: so many edges for each node.
WEB = 4


@dataclass(frozen=True, eq=False)
class Box:
    """A part of a graph that is drawn as one box.

    Attributes:
        members: its nodes, in the order of computation.
        constants: how many plain numbers and arrays they were computed from.
        owner: the module whose calls it holds; None for a band.
        calls: how many calls these are.
        parts: how many modules of each class were called directly inside.
    """

    members: tuple[Node, ...]
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
        if start is None or end is None:
            return False
        return start is end or (operand.op is None and start.owner is not None and start.owner is end.owner)


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
    graph = _Graph(order)
    if level in (None, "op"):
        ranks = graph.cost(whole := _Partition(graph, ()), max_nodes)
        if ranks is not None:
            return whole.folding("op", ranks)
        if level == "op":
            raise AutogradError(_too_much(graph, whole, max_nodes))
    regions = _regions(graph)
    levels = list(DEPTHS) if level is None else [level]
    for name in levels:
        for merged in (False, True):
            cut = _Partition(graph, _modules(regions, DEPTHS[name], merged))
            ranks = graph.cost(cut, max_nodes)
            if ranks is not None:
                return cut.folding(name, ranks)
    for name in levels:
        modules = _Partition(graph, _modules(regions, DEPTHS[name], True))
        found = _banded(modules, max_nodes, whole=False) if len(modules.drafts) < max_nodes else None
        # Bands behind a web of neurons cannot be made out: where nobody asked for the neurons, layers are clearer.
        if found and (level is not None or name == levels[-1] or not found[0].is_web()):
            return found[0].folding(name, found[1])
    found = _banded(_Partition(graph, _modules(regions, DEPTHS[levels[-1]], True)), max_nodes, whole=True)
    assert found is not None
    return found[0].folding(levels[-1], found[1])


class _Graph:
    """The graph as numbers: the operands of each node, and how many constants it has."""

    def __init__(self, order: Sequence[Node]) -> None:
        self.order, self.at = order, {node: i for i, node in enumerate(order)}
        self.inputs: list[list[int]] = []
        self.constants: list[int] = []
        for node in order:
            operands = [operand for operand, _ in node.operands()]
            self.inputs.append(inputs := [self.at[operand] for operand in operands if operand is not None])
            self.constants.append(len(operands) - len(inputs))

    def cost(self, cut: _Partition, max_nodes: int) -> int | None:
        """Return over how many ranks the edges of a drawing reach; None where it is more than can be drawn."""
        if cut.vertices() > max_nodes:
            return None
        edges = list(cut.edges(once=False))
        if len(edges) > _EDGES * max_nodes:
            return None
        depth = cut.depths()
        ranks = sum(max(1, abs(depth[end] - depth[start])) for start, end in edges)
        return ranks if ranks <= _RANKS * max_nodes else None


@dataclass(eq=False)
class _Draft:
    """What a box is made from: positions of nodes."""

    members: list[int]
    owner: Any = None
    calls: int = 0
    parts: dict[int, Any] = field(default_factory=dict)  # modules by their id


class _Partition:
    """Each node in its item: itself, or a box, which is counted on from the last node."""

    def __init__(self, graph: _Graph, drafts: Iterable[_Draft]) -> None:
        self.graph, self.drafts = graph, list(drafts)
        self.item = list(range(len(graph.order)))
        # In the order in which they began to compute: parameters may stand long before.
        begins = lambda draft: next((i for i in draft.members if graph.inputs[i] or graph.constants[i]), draft.members[0])
        self.drafts.sort(key=begins)
        for k, draft in enumerate(self.drafts, len(graph.order)):
            for i in draft.members:
                self.item[i] = k

    def draft(self, item: int) -> _Draft | None:
        n = len(self.graph.order)
        return self.drafts[item - n] if item >= n else None

    def vertices(self) -> int:
        """How many boxes, nodes and constants would be drawn?"""
        n, constants = len(self.graph.order), self.graph.constants
        return len(self.drafts) + sum(1 + constants[i] for i in range(n) if self.item[i] == i)

    def edges(self, once: bool = True) -> Iterable[tuple[int, int]]:
        """Return the pairs of items with an edge, or all edges as they are drawn: merged only where one end is a box."""
        n, item, leaf = len(self.graph.order), self.item, [not inputs for inputs in self.graph.inputs]
        found: dict[tuple[int, int], int] = {}
        for j, inputs in enumerate(self.graph.inputs):
            for i in inputs:
                a, b = item[i], item[j]
                if a == b or (a >= n and b >= n and leaf[i] and self._one_owner(a, b)):
                    continue
                found[a, b] = found.get((a, b), 0) + 1
        return found if once else (e for e, count in found.items() for _ in range(1 if max(e) >= n else count))

    def is_web(self) -> bool:
        return sum(1 for _ in self.edges(once=False)) > WEB * self.vertices()

    def _one_owner(self, a: int, b: int) -> bool:
        n = len(self.graph.order)
        owner = self.drafts[a - n].owner
        return owner is not None and owner is self.drafts[b - n].owner

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

    def folding(self, level: str, ranks: int) -> Folding:
        order, constants = self.graph.order, self.graph.constants
        boxes = tuple(
            Box(
                members=tuple(order[i] for i in draft.members),
                constants=sum(constants[i] for i in draft.members),
                owner=draft.owner,
                calls=draft.calls,
                parts=Counter(type(part).__name__ for part in draft.parts.values()),
            )
            for draft in self.drafts
        )
        if not any(box.owner is not None for box in boxes):
            level = "op"
        return Folding(level, boxes, {node: box for box in boxes for node in box.members}, ranks)


# --- calls of modules -------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class _Region:
    """What one call computed: the nodes, the calls inside, and where its edges come from."""

    call: Call
    outputs: list[int]
    nodes: list[int] = field(default_factory=list)
    inner: list[_Region] = field(default_factory=list)
    frontier: list[int] = field(default_factory=list)
    outer: _Region | None = None


def _regions(graph: _Graph) -> list[_Region]:
    """Return the calls that no other call contains, with those that they contain."""
    found: dict[int, _Region] = {}
    rank: dict[int, tuple[int, int]] = {}
    for i, node in enumerate(graph.order):
        for k, call in enumerate(calls_of(node)):
            found.setdefault(id(call), _Region(call, [])).outputs.append(i)
            rank[id(call)] = (i, k)
    owned: dict[int, set[int]] = {}
    parts: dict[int, set[int]] = {}
    inside: dict[int, _Region] = {}  # the outermost call so far that contains a node
    # A call ends after the calls inside it: its last result comes later, or it was noted later.
    regions = [found[key] for key in sorted(found, key=rank.__getitem__)]
    for region in regions:
        owner = region.call.owner
        if id(owner) not in owned:
            owned[id(owner)] = {graph.at[p] for _, p in owner.named_parameters() if p in graph.at}
            parts[id(owner)] = {id(part) for _, part in owner.named_modules()}
        _walk(graph, region, inside, owned[id(owner)], parts)
    return [region for region in regions if region.outer is None and (region.nodes or region.inner)]


def _walk(
    graph: _Graph, region: _Region, inside: dict[int, _Region], owned: set[int], parts: dict[int, set[int]]
) -> None:
    """Collect what lies between the inputs and the outputs of a call."""
    this = id(region.call.owner)
    stop = {graph.at[node] for node in nodes_in(region.call.inputs) if node in graph.at}
    seen = set(stop)
    stack = list(region.outputs)
    while stack:
        i = stack.pop()
        if i in seen:
            continue
        seen.add(i)
        within = inside.get(i)
        while within is not None and within.outer is not None:
            within = inside[i] = within.outer
        if within is region:
            continue
        if within is None:
            if graph.inputs[i] or graph.constants[i] or i in owned:
                inside[i] = region
                region.nodes.append(i)
                stack.extend(graph.inputs[i])
            else:
                region.frontier.append(i)
        elif not (graph.inputs[i] or graph.constants[i]) or this in parts[id(within.call.owner)]:
            # A parameter of an earlier call, or a module that keeps its state and hands it from call to call.
            region.frontier.append(i)
        else:
            within.outer = region
            region.inner.append(within)
            stack.extend(within.frontier)
            stack.append(i)
    region.frontier.extend(stop)


def _modules(regions: Iterable[_Region], depth: int, merged: bool) -> list[_Draft]:
    """Return a box for each call at a depth of the nesting, or for each module that was called there."""
    level, chosen = list(regions), []
    for _ in range(depth):
        chosen += [region for region in level if not region.inner]
        level = [inner for region in level for inner in region.inner]
    drafts: dict[int, _Draft] = {}
    for region in chosen + level:
        key = id(region.call.owner) if merged else id(region)
        draft = drafts.setdefault(key, _Draft([], region.call.owner))
        draft.calls += 1
        draft.parts.update((id(part.call.owner), part.call.owner) for part in region.inner)
        stack = [region]
        while stack:
            part = stack.pop()
            draft.members += part.nodes
            stack += part.inner
    for draft in drafts.values():
        draft.members.sort()
    return list(drafts.values())


# --- bands of depth ---------------------------------------------------------------------------------------------------


def _banded(cut: _Partition, max_nodes: int, whole: bool) -> tuple[_Partition, int] | None:
    """Cut what is in no box, or the whole graph, into bands; return it with its cost, or None where it does not fit."""
    graph, depth = cut.graph, cut.depths()
    root = cut.item[-1] if max_nodes > 1 else None
    if root is not None and root < len(graph.order) and graph.constants[root] > _FEW:
        root = None
    kept = [d for k, d in enumerate(cut.drafts, len(graph.order)) if not whole or k == root]
    # A band that lay on both sides of a module would form a cycle with it.
    walls = sorted({depth[k] for k in map(cut.item.__getitem__, (d.members[0] for d in kept)) if not whole})
    n = len(graph.order)
    first_use: dict[int, int] = {}
    for a, b in cut.edges():
        if a < n and not (graph.inputs[a] or graph.constants[a]):
            # Not into the band of a module, for there is none: into the band before it.
            first_use[a] = min(first_use.get(a, depth[b]), depth[b] - (b >= n and not whole))
    depth |= first_use
    items = [item for item in depth if item != root and (whole or item < n)]
    for wanted in (_BANDS, _BANDS // 2, _BANDS // 4, 1):
        if whole and wanted > max(1, (max_nodes - 1) // 2):
            continue
        bands = _bands({item: depth[item] for item in items}, wanted, walls)
        drafts = [draft for band in bands if (draft := _draft(cut, band)) is not None]
        banded = _Partition(graph, kept + drafts)
        ranks = graph.cost(banded, max_nodes)
        if ranks is not None or (whole and wanted == 1):
            return banded, ranks or 0
    return None


def _bands(depth: Mapping[int, int], wanted: int, walls: list[int]) -> list[list[int]]:
    """Cut items into intervals of depth with about as many items each, and at the walls."""
    at_depth: dict[int, list[int]] = {}
    for item, d in depth.items():
        at_depth.setdefault(d, []).append(item)
    most, bands, side = ceil(len(depth) / wanted), [], None
    for d in sorted(at_depth):
        wall = bisect_right(walls, d)
        if wall != side or (wanted > 1 and len(bands[-1]) + len(at_depth[d]) > most):
            bands.append(list[int]())
        bands[-1] += at_depth[d]
        side = wall
    return bands


def _draft(cut: _Partition, band: list[int]) -> _Draft | None:
    """Make a box of the items in a band; None for a single node, which is drawn as it is."""
    if len(band) == 1 and band[0] < len(cut.graph.order) and cut.graph.constants[band[0]] <= _FEW:
        return None
    draft = _Draft([])
    for item in band:
        inner = cut.draft(item)
        draft.members += inner.members if inner else [item]
        if inner:
            draft.parts[id(inner.owner)] = inner.owner
    draft.members.sort()
    return draft


def _too_much(graph: _Graph, whole: _Partition, max_nodes: int) -> str:
    nodes, edges = whole.vertices(), sum(map(len, graph.inputs)) + sum(graph.constants)
    if nodes > max_nodes:
        what = f"the graph has {nodes} nodes, and max_nodes={max_nodes}"
    else:
        what = f"the graph has {nodes} nodes, but {edges} edges that reach too far to be laid out with max_nodes={max_nodes}"
    return f'{what}: fold it with level="neuron", "layer", "model" or None, or give a larger max_nodes{at()}'
