"""How is a graph cut up by depth, where there are no modules to fold or these are not enough?

A band is what lies in an interval of depth, the longest distance from the inputs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from math import ceil

from autograd.partition import Draft, Partition

# A dozen boxes in a row can be read; a band of one node with so many constants is drawn as that node.
_BANDS, _FEW = 12, 2


def banded(cut: Partition, max_nodes: int, whole: bool) -> tuple[Partition, int] | None:
    """Cut what is in no box, or the whole graph, into bands; return it with its cost, or None where it does not fit."""
    graph, depth = cut.graph, cut.depths()
    n = len(graph)
    root = cut.item[-1] if max_nodes > 1 else None
    if root is not None and root < n and graph.constants[root] > _FEW:
        root = None
    kept = [d for k, d in enumerate(cut.drafts, n) if not whole or k == root]
    # A band that lay on both sides of a module would form a cycle with it.
    walls = sorted({depth[k] for k in map(cut.item.__getitem__, (d.members[0] for d in kept)) if not whole})
    first_use: dict[int, int] = {}
    for a, b in cut.edges():
        if a < n and graph.leaf[a]:
            # Not into the band of a module, for there is none: into the band before it.
            first_use[a] = min(first_use.get(a, depth[b]), depth[b] - (b >= n and not whole))
    depth |= first_use
    items = [item for item in depth if item != root and (whole or item < n)]
    for wanted in (_BANDS, _BANDS // 2, _BANDS // 4, 1):
        if whole and wanted > max(1, (max_nodes - 1) // 2):
            continue
        bands = _bands({item: depth[item] for item in items}, wanted, walls)
        drafts = [draft for band in bands if (draft := _draft(cut, band)) is not None]
        found = Partition(graph, kept + drafts)
        ranks = found.cost(max_nodes)
        if ranks is not None or (whole and wanted == 1):
            return found, ranks or 0
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


def _draft(cut: Partition, band: list[int]) -> Draft | None:
    """Make a box of the items in a band; None for a single node, which is drawn as it is."""
    if len(band) == 1 and band[0] < len(cut.graph) and cut.graph.constants[band[0]] <= _FEW:
        return None
    draft = Draft([])
    for item in band:
        inner = cut.draft(item)
        draft.members += inner.members if inner else [item]
        if inner:
            draft.parts[id(inner.owner)] = inner.owner
    draft.members.sort()
    return draft
