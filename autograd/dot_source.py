"""How is a diagram written in DOT, the language of Graphviz?"""

from __future__ import annotations

import math

import graphviz

from autograd.layout import FONT, shown
from autograd.looks import AGAINST, FAINT, LOOKS, WITH, width_of
from autograd.partition import is_web
from autograd.scene import Diagram, Edge, Vertex

# Small, because a slide is wide and a chain of ten operations is wider. The two limits bound the search for the best
# places, which otherwise takes minutes for a few hundred nodes whose leaves are used all over the graph.
_NODE = {"fontname": FONT, "fontsize": "14", "style": "filled", "width": "0", "height": "0", "margin": "0.08,0.05"}
_EDGE = {"fontname": FONT, "fontsize": "12", "fontcolor": "#8b1a1a", "color": "#555555", "arrowsize": "0.7"}
_GRAPH = {"nodesep": "0.15", "nslimit": "2", "nslimit1": "2"}
# Leading edges round all boxes takes a second for 75 nodes whose leaves are used all over the graph (119 edges over some
# 1,800 ranks); straight lines, which may pass behind a box, take a thirtieth of it. (Curves can take for ever.)
_ROUTED = 800
# Straight lines from side to side over a wide gap show a web best; what is written on its edges only a tooltip can say.
_SIDES = {"LR": "ew", "RL": "we", "TB": "sn", "BT": "ns"}


def to_dot(diagram: Diagram) -> str:
    """Write a diagram in DOT, the language of Graphviz.

    >>> from autograd import Value
    >>> from autograd.dot_source import to_dot
    >>> from autograd.picture import draw
    >>> to_dot(draw(Value(3.0, "x") * 2).diagram).count("->")
    2
    """
    # Numbers on edges make room for themselves.
    gap = "0.12" if any(edge.lines for edge in diagram.edges) else "0.35"
    graph = {"rankdir": diagram.direction, "ranksep": gap, **_GRAPH}
    edges = dict(_EDGE)
    web = is_web(len(diagram.edges), len(diagram.vertices))
    if web:
        graph |= {"ranksep": "2.5", "splines": "line", "ordering": "out"}
        edges |= {"tailport": _SIDES[diagram.direction][0], "headport": _SIDES[diagram.direction][1], "color": "#777777"}
    elif diagram.ranks > _ROUTED:
        graph["splines"] = "line"
    dot = graphviz.Digraph(graph_attr=graph, node_attr=_NODE, edge_attr=edges)
    for vertex in diagram.vertices:
        label = _compartments(vertex, diagram.direction)
        dot.node(vertex.id, label, id=vertex.id, tooltip=shown(vertex.tooltip), **LOOKS[vertex.role])
    for edge in diagram.edges:
        label = "" if web else shown(*(f" {line} " for line in edge.lines))  # the spaces keep it clear of the boxes
        style = {"style": "solid" if edge.flows else "dashed", **_highlight(diagram, edge)}
        tip = "; ".join([edge.tooltip, *edge.lines]) if web else edge.tooltip
        dot.edge(edge.start, edge.end, label, id=edge.id, tooltip=shown(tip), **style)
    return str(dot.source)


def _compartments(vertex: Vertex, direction: str) -> str:
    if not LOOKS[vertex.role]["shape"].lower().endswith("record"):
        return shown(*vertex.lines)
    label = "|".join(shown(*lines) for lines in vertex.fields)
    # Compartments follow one another across the direction of the graph; braces turn them round.
    return label if direction in ("LR", "RL") else f"{{{label}}}"


def _highlight(diagram: Diagram, edge: Edge) -> dict[str, str]:
    """Return the width and colour of an edge; a negative share is dotted, with a diamond, to be seen in grey too."""
    if not diagram.highlighted:
        return {"penwidth": f"{min(4.0, 1 + math.log10(edge.count)):.2g}"} if edge.count > 1 else {}
    if edge.share is None:
        return FAINT
    look = {"penwidth": f"{width_of(edge.share):.3g}", "arrowsize": "0.5"}
    if edge.share < 0:
        return {**look, "color": AGAINST, "style": "dotted", "arrowhead": "diamond"}
    return {**look, "color": WITH}
