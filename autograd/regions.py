"""Which nodes did a call of a module compute?

Those between its inputs and what it returned. Numbers here are positions in the order of computation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from autograd.calls import Call, calls_of, nodes_in
from autograd.partition import Draft, Graph


@dataclass(eq=False)
class Region:
    """What one call computed.

    Attributes:
        call: the call.
        outputs: what it returned.
        nodes: what it computed itself, with the module's own parameters.
        inner: the calls directly inside.
        frontier: where its edges come from.
        outer: the call that it lies in, if there is one.
    """

    call: Call
    outputs: list[int]
    nodes: list[int] = field(default_factory=list)
    inner: list[Region] = field(default_factory=list)
    frontier: list[int] = field(default_factory=list)
    outer: Region | None = None


def regions_of(graph: Graph) -> list[Region]:
    """Return the calls that no other call contains, with those that they contain."""
    found: dict[int, Region] = {}
    rank: dict[int, tuple[int, int]] = {}
    for i, node in enumerate(graph.order):
        for k, call in enumerate(calls_of(node)):
            found.setdefault(id(call), Region(call, [])).outputs.append(i)
            rank[id(call)] = (i, k)
    owned: dict[int, set[int]] = {}
    parts: dict[int, set[int]] = {}
    inside: dict[int, Region] = {}  # the outermost call so far that contains a node
    # A call ends after the calls inside it: its last result comes later, or it was noted later.
    regions = [found[key] for key in sorted(found, key=rank.__getitem__)]
    for region in regions:
        owner = region.call.owner
        if id(owner) not in owned:
            owned[id(owner)] = {graph.at[p] for _, p in owner.named_parameters() if p in graph.at}
            parts[id(owner)] = {id(part) for _, part in owner.named_modules()}
        _walk(graph, region, inside, owned[id(owner)], parts)
    return [region for region in regions if region.outer is None and (region.nodes or region.inner)]


def _walk(graph: Graph, region: Region, inside: dict[int, Region], owned: set[int], parts: dict[int, set[int]]) -> None:
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
            if not graph.leaf[i] or i in owned:
                inside[i] = region
                region.nodes.append(i)
                stack.extend(graph.inputs[i])
            else:
                region.frontier.append(i)
        elif graph.leaf[i] or this in parts[id(within.call.owner)]:
            # A parameter of an earlier call, or a module that keeps its state and hands it from call to call.
            region.frontier.append(i)
        else:
            within.outer = region
            region.inner.append(within)
            stack.extend(within.frontier)
            stack.append(i)
    region.frontier.extend(stop)


def drafts_at(depth: int, regions: Iterable[Region], merged: bool) -> list[Draft]:
    """Return a box for each call at a depth of the nesting, or for each module that was called there."""
    level, chosen = list(regions), []
    for _ in range(depth):
        chosen += [region for region in level if not region.inner]
        level = [inner for region in level for inner in region.inner]
    drafts: dict[int, Draft] = {}
    for region in chosen + level:
        key = id(region.call.owner) if merged else id(region)
        draft = drafts.setdefault(key, Draft([], region.call.owner))
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
