"""How is a diagram written in other languages: DOT, Mermaid, JSON, TikZ?

Mermaid is what many sites draw inside Markdown, TikZ is for slides in LaTeX, JSON is for programs. Only TikZ asks the
layout engine, for the places of things.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Any

import graphviz

from autograd.diagram import Diagram, Edge, Figures, Vertex
from autograd.folding import WEB
from autograd.layout import FONT, Point, positions_of, shown
from autograd.lettering import escaped, latex_name

# Roles differ by shape and by how dark the fill is, so that they are told apart in a grey print too.
LOOKS = {
    "constant": {"shape": "box", "fillcolor": "#eeeeee", "color": "#eeeeee", "fontsize": "12"},
    "input": {"shape": "box", "fillcolor": "#dce9f7"},
    "parameter": {"shape": "ellipse", "fillcolor": "#f2cf7a", "margin": "0.02,0.02"},
    "operation": {"shape": "Mrecord", "fillcolor": "white"},
    "output": {"shape": "record", "fillcolor": "#a9c7a0", "penwidth": "2.5"},
    "module": {"shape": "box3d", "fillcolor": "#b498cc", "margin": "0.15,0.08"},
    "folded": {"shape": "folder", "fillcolor": "#8b9ba7", "margin": "0.15,0.08"},
}
# Small, because a slide is wide and a chain of ten operations is wider. The two limits bound the search for the best
# places, which otherwise takes minutes for a few hundred nodes whose leaves are used all over the graph.
_NODE = {"fontname": FONT, "fontsize": "14", "style": "filled", "width": "0", "height": "0", "margin": "0.08,0.05"}
_EDGE = {"fontname": FONT, "fontsize": "12", "fontcolor": "#8b1a1a", "color": "#555555", "arrowsize": "0.7"}
_GRAPH = {"nodesep": "0.15", "nslimit": "2", "nslimit1": "2"}
_FAINT = {"color": "#cccccc", "fontcolor": "#aaaaaa"}
# Leading edges round all boxes takes a second for 75 nodes whose leaves are used all over the graph (119 edges over some
# 1,800 ranks); straight lines, which may pass behind a box, take a thirtieth of it. (Curves can take for ever.)
_ROUTED = 800
# Straight lines from side to side over a wide gap show a web best; what is written on its edges only a tooltip can say.
_SIDES = {"LR": "ew", "RL": "we", "TB": "sn", "BT": "ns"}

# The brackets that give a vertex of Mermaid its shape; the width of the line in which TikZ draws it, and its shape.
_MERMAID = {
    "constant": ("[", "]"), "input": ("[", "]"), "parameter": ("([", "])"), "operation": ("(", ")"),
    "output": ("[[", "]]"), "module": ("[/", "/]"), "folded": ("{{", "}}"),
}  # fmt: skip
_TIKZ = {
    "constant": "rectangle, draw=none", "input": "rectangle, draw", "parameter": "ellipse, draw",
    "operation": "rectangle, rounded corners=4pt, draw", "output": "rectangle, draw, line width=1.5pt",
    "module": "rectangle, double, double distance=1pt, draw", "folded": "rectangle, dashed, draw",
}  # fmt: skip
_IN_MATHEMATICS = {
    "−": "-", "×": r"\times ", "σ": r"\sigma ", "Σ": r"\Sigma ", "√": r"\surd ", "∂": r"\partial ", "·": r"\cdot ",
    "Π": r"\Pi ", "∏": r"\prod ", "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ", "<": "<", ">": ">", "|": "|",
}  # fmt: skip


def to_dot(diagram: Diagram) -> str:
    """Write a diagram in DOT, the language of Graphviz.

    >>> from autograd import Value
    >>> from autograd.exports import to_dot
    >>> from autograd.picture import draw
    >>> to_dot(draw(Value(3.0, "x") * 2).diagram).count("->")
    2
    """
    # Numbers on edges make room for themselves.
    gap = "0.12" if any(edge.lines for edge in diagram.edges) else "0.35"
    graph = {"rankdir": diagram.direction, "ranksep": gap, **_GRAPH}
    edges = dict(_EDGE)
    web = len(diagram.edges) > WEB * len(diagram.vertices)
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
        return _FAINT
    look = {"penwidth": f"{_width(edge.share):.3g}", "arrowsize": "0.5"}
    if edge.share < 0:
        return {**look, "color": "#b3401f", "style": "dotted", "arrowhead": "diamond"}
    return {**look, "color": "#1b6e8c"}


def _width(share: float) -> float:
    return 1.0 + 5.0 * min(1.0, abs(share)) if math.isfinite(share) else 1.0


def to_mermaid(diagram: Diagram) -> str:
    """Write a diagram in Mermaid, which many sites draw inside Markdown.

    >>> from autograd import Value
    >>> from autograd.exports import to_mermaid
    >>> from autograd.picture import draw
    >>> print(to_mermaid(draw(Value(3.0, "x") * 2, show="value").diagram))
    flowchart LR
        v1["x = 3"]:::input
        v2[["×<br/>6"]]:::output
        c1["2"]:::constant
        v1 --> v2
        c1 -.-> v2
        classDef constant fill:#eeeeee,stroke:#eeeeee,color:#000000
        classDef input fill:#dce9f7,stroke:#555555,color:#000000
        classDef output fill:#a9c7a0,stroke:#555555,color:#000000
    """
    lines = [f"flowchart {diagram.direction}"]
    for vertex in diagram.vertices:
        opening, closing = _MERMAID[vertex.role]
        text = "<br/>".join(map(_for_mermaid, vertex.lines))
        lines.append(f'    {vertex.id}{opening}"{text}"{closing}:::{vertex.role}')
    widths = []
    for i, edge in enumerate(diagram.edges):
        arrow = "-->" if edge.flows else "-.->"
        if edge.lines:
            arrow += '|"{}"|'.format("<br/>".join(map(_for_mermaid, edge.lines)))
        lines.append(f"    {edge.start} {arrow} {edge.end}")
        if edge.share is not None:
            dashes = ",stroke-dasharray:2 4,stroke:#b3401f" if edge.share < 0 else ",stroke:#1b6e8c"
            widths.append(f"    linkStyle {i} stroke-width:{_width(edge.share):.3g}px{dashes}")
        elif diagram.highlighted:
            widths.append(f"    linkStyle {i} stroke:{_FAINT['color']}")
    for role in (role for role in LOOKS if any(vertex.role == role for vertex in diagram.vertices)):
        look = LOOKS[role]
        fill, stroke = look["fillcolor"].replace("white", "#ffffff"), look.get("color", "#555555")
        lines.append(f"    classDef {role} fill:{fill},stroke:{stroke},color:#000000")
    return "\n".join([*lines, *widths]) + "\n"


def _for_mermaid(text: str) -> str:
    """Write what has a meaning in Mermaid, in Markdown or in HTML as the number of its character."""
    return re.sub(r"""["'#&<>\[\](){}|`*_~\\/;:$%]""", lambda sign: f"#{ord(sign[0])};", text)


def to_json(diagram: Diagram) -> str:
    """Write a diagram as JSON: everything that is drawn, and the numbers without rounding.

    The schema, version 1. A number that JSON cannot write is one of the texts ``"nan"``, ``"inf"``, ``"-inf"``::

        {"format": "wengert-graph", "version": 1,
         "title": text, "description": text,
         "direction": "LR" | "RL" | "TB" | "BT", "level": "op" | "neuron" | "layer" | "model",
         "nodes": [{"id": text, "role": "constant" | "input" | "parameter" | "operation" | "output" | "module" | "folded",
                    "op": name of the op | null, "name": text | null, "lines": [the text in the box],
                    "value": number | {"min": number, "mean": number, "max": number} | null (no such numbers, or a box),
                    "grad": the same; null before a backward, "shape": [length of each axis] ([] for a Value) | null,
                    "dtype": text | null, "formula": text | null, "place": "file.py:12" | null,
                    "calls": number of calls in a box, "class": of the module | null,
                    "counts": {"operations": n, "parameters": n, "inputs": n, "constants": n} | null (no box)}],
         "edges": [{"id": text, "from": id of the operand, "to": id of the result, "operand": from 0 | null (many edges),
                    "derivative": number | null, "flows": does a gradient flow along it?, "count": number of edges,
                    "share": number | null (not highlighted)}]}

    >>> import json
    >>> from autograd import Value
    >>> from autograd.exports import to_json
    >>> from autograd.picture import draw
    >>> graph = json.loads(to_json(draw(Value(3.0, "x") * 2).diagram))
    >>> [(node["id"], node["op"], node["value"]) for node in graph["nodes"]]
    [('v1', None, 3.0), ('v2', 'mul', 6.0), ('c1', None, 2.0)]
    """
    graph = {
        "format": "wengert-graph", "version": 1,
        "title": diagram.title, "description": diagram.description,
        "direction": diagram.direction, "level": diagram.level,
        "nodes": [_json_node(vertex) for vertex in diagram.vertices],
        "edges": [
            {"id": edge.id, "from": edge.start, "to": edge.end, "operand": edge.operand,
             "derivative": _json_number(edge.derivative), "flows": edge.flows, "count": edge.count,
             "share": _json_number(edge.share)}
            for edge in diagram.edges
        ],
    }  # fmt: skip
    # ASCII, because half a character cannot be written as UTF-8.
    return json.dumps(graph, indent=1, allow_nan=False) + "\n"


def _json_node(vertex: Vertex) -> dict[str, Any]:
    node, value, box = vertex.node, vertex.value, vertex.box
    return {
        "id": vertex.id, "role": vertex.role, "op": node.op.name if node is not None and node.op else None,
        "name": vertex.name, "lines": vertex.lines,
        "value": _json_figures(value), "grad": _json_figures(vertex.grad),
        "shape": None if value is None else list(value.shape or ()),
        "dtype": None if value is None else value.dtype or "float64",
        "formula": vertex.formula, "place": vertex.place, "calls": box.calls if box else 0,
        "class": type(box.owner).__name__ if box and box.owner is not None else None,
        "counts": dict(vertex.counts) if box else None,
    }  # fmt: skip


def _json_figures(figures: Figures | None) -> Any:
    if figures is None or not figures.numbers:
        return None
    numbers = [_json_number(x) for x in figures.numbers]
    return numbers[0] if len(numbers) == 1 else dict(zip(("min", "mean", "max"), numbers, strict=True))


def _json_number(x: Any) -> Any:
    if x is None or isinstance(x, complex):
        return x if x is None else str(x)
    return x if math.isfinite(x) else str(float(x))


def to_tikz(diagram: Diagram, engine: str = "wasm") -> str:
    r"""Write a diagram as a ``tikzpicture``, for slides in LaTeX, with the places that Graphviz found.

    Args:
        diagram: what is drawn.
        engine: who finds the places, "wasm" or "dot". (default "wasm")

    Raises:
        AutogradError: Graphviz cannot be loaded.

    >>> from autograd import Value
    >>> from autograd.exports import to_tikz
    >>> from autograd.picture import draw
    >>> print(to_tikz(draw(Value(3.0, "50 %")).diagram))
    % \usepackage{tikz} \usetikzlibrary{shapes.geometric,arrows.meta}
    \begin{tikzpicture}[x=1pt, y=1pt, ...
    \node[input, minimum width=...pt, minimum height=...pt] (v1) at (...) {50 \% = 3\\no backward yet};
    \end{tikzpicture}
    """
    places = positions_of(to_dot(diagram), engine)
    styles = "".join(f",\n  {role}/.style={{{_tikz_style(role)}}}" for role in LOOKS)
    lines = [
        r"% \usepackage{tikz} \usetikzlibrary{shapes.geometric,arrows.meta}",
        rf"\begin{{tikzpicture}}[x=1pt, y=1pt, >=Stealth, every node/.style={{align=center, inner sep=1pt, "
        rf"font=\sffamily\fontsize{{11}}{{13}}\selectfont}}{styles}]",
    ]
    for vertex in diagram.vertices:
        x, y, width, height = places.nodes[vertex.id]
        size = f"minimum width={width:g}pt, minimum height={height:g}pt"
        text = _named(vertex, _for_latex(vertex.lines))
        lines.append(rf"\node[{vertex.role}, {size}] ({vertex.id}) at ({x:g},{y:g}) {{{text}}};")
    for edge in diagram.edges:
        lines.append(rf"\draw[{_tikz_edge(diagram, edge)}] {_curve(places.edges[edge.id])};")
        if edge.lines and edge.id in places.labels:
            x, y = places.labels[edge.id]
            text = _for_latex(edge.lines)
            lines.append(rf"\node[font=\sffamily\fontsize{{9}}{{11}}\selectfont] at ({x:g},{y:g}) {{{text}}};")
    return "\n".join([*lines, r"\end{tikzpicture}"]) + "\n"


def _tikz_style(role: str) -> str:
    colour = LOOKS[role]["fillcolor"].replace("white", "#ffffff")
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"{_TIKZ[role]}, fill={{rgb,255:red,{red};green,{green};blue,{blue}}}"


def _tikz_edge(diagram: Diagram, edge: Edge) -> str:
    if edge.share is not None:
        pattern = ", dash dot" if edge.share < 0 else ""
        return f"->, line width={_width(edge.share):.3g}pt{pattern}"
    return "->" + (", dashed" if not edge.flows else "") + (", black!20" if diagram.highlighted else ", black!70")


def _curve(points: list[Point]) -> str:
    """Write a Bézier curve; the last piece is drawn up to the tip of the arrow."""
    at = [f"({x:g},{y:g})" for x, y in points]
    pieces = [f" .. controls {at[i]} and {at[i + 1]} .. {at[i + 2]}" for i in range(1, len(at) - 2, 3)]
    return at[0] + "".join(pieces)


def _for_latex(lines: Iterable[str]) -> str:
    sign = lambda c: f"${_IN_MATHEMATICS[c]}$" if c in _IN_MATHEMATICS else escaped(c) or c
    letters = ("".join(map(sign, line)) for line in lines)
    # A bracket or a star after a line break would be read as its argument.
    return r"\\".join(f"{{}}{line}" if line.startswith(("[", "*")) else line for line in letters)


def _named(vertex: Vertex, text: str) -> str:
    """Write a node's name as mathematics does, where it is a name of the kind that mathematics has."""
    if vertex.name is None or vertex.node is None or "\n" in vertex.name:
        return text
    name = vertex.node.latex or latex_name(vertex.name)
    return text if r"\text{" in name else text.replace(_for_latex([vertex.name]), f"${name}$", 1)
