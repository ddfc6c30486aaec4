"""How is a diagram written in TikZ, for slides in LaTeX?

The layout engine is asked for the places of things.
"""

from __future__ import annotations

from collections.abc import Iterable

from autograd.dot_source import to_dot
from autograd.layout import Point, positions_of
from autograd.lettering import escaped, latex_name
from autograd.looks import LOOKS, fill_of, width_of
from autograd.scene import Diagram, Edge, Vertex

# The shape of a vertex, and the width of the line it is drawn with.
_SHAPES = {
    "constant": "rectangle, draw=none", "input": "rectangle, draw", "parameter": "ellipse, draw",
    "operation": "rectangle, rounded corners=4pt, draw", "output": "rectangle, draw, line width=1.5pt",
    "module": "rectangle, double, double distance=1pt, draw", "folded": "rectangle, dashed, draw",
}  # fmt: skip
_IN_MATHEMATICS = {
    "−": "-", "×": r"\times ", "σ": r"\sigma ", "Σ": r"\Sigma ", "√": r"\surd ", "∂": r"\partial ", "·": r"\cdot ",
    "Π": r"\Pi ", "∏": r"\prod ", "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ", "<": "<", ">": ">", "|": "|",
}  # fmt: skip


def to_tikz(diagram: Diagram, engine: str = "wasm") -> str:
    r"""Write a diagram as a ``tikzpicture``, for slides in LaTeX, with the places that Graphviz found.

    Args:
        diagram: what is drawn.
        engine: who finds the places, "wasm" or "dot". (default "wasm")

    Raises:
        AutogradError: Graphviz cannot be loaded.

    >>> from autograd import Value
    >>> from autograd.tikz import to_tikz
    >>> from autograd.picture import draw
    >>> print(to_tikz(draw(Value(3.0, "50 %")).diagram))
    % \usepackage{tikz} \usetikzlibrary{shapes.geometric,arrows.meta}
    \begin{tikzpicture}[x=1pt, y=1pt, ...
    \node[parameter, minimum width=...pt, minimum height=...pt] (v1) at (...) {50 \% = 3\\no backward yet};
    \end{tikzpicture}
    """
    places = positions_of(to_dot(diagram), engine)
    styles = "".join(f",\n  {role}/.style={{{_style(role)}}}" for role in LOOKS)
    lines = [
        r"% \usepackage{tikz} \usetikzlibrary{shapes.geometric,arrows.meta}",
        rf"\begin{{tikzpicture}}[x=1pt, y=1pt, >=Stealth, every node/.style={{align=center, inner sep=1pt, "
        rf"font=\sffamily\fontsize{{11}}{{13}}\selectfont}}{styles}]",
    ]
    for vertex in diagram.vertices:
        x, y, width, height = places.nodes[vertex.id]
        size = f"minimum width={width:g}pt, minimum height={height:g}pt"
        text = _label(vertex)
        lines.append(rf"\node[{vertex.role}, {size}] ({vertex.id}) at ({x:g},{y:g}) {{{text}}};")
    for edge in diagram.edges:
        lines.append(rf"\draw[{_arrow(diagram, edge)}] {_curve(places.edges[edge.id])};")
        if edge.lines and edge.id in places.labels:
            x, y = places.labels[edge.id]
            text = _for_latex(edge.lines)
            lines.append(rf"\node[font=\sffamily\fontsize{{9}}{{11}}\selectfont] at ({x:g},{y:g}) {{{text}}};")
    return "\n".join([*lines, r"\end{tikzpicture}"]) + "\n"


def _style(role: str) -> str:
    colour = fill_of(role)
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"{_SHAPES[role]}, fill={{rgb,255:red,{red};green,{green};blue,{blue}}}"


def _arrow(diagram: Diagram, edge: Edge) -> str:
    if edge.share is not None:
        pattern = ", dash dot" if edge.share < 0 else ""
        return f"->, line width={width_of(edge.share):.3g}pt{pattern}"
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


def _label(vertex: Vertex) -> str:
    """Write the lines of a vertex, the name in front of the value as mathematics writes it."""
    lines = [_for_latex([line]) for line in vertex.lines]
    if vertex.node is not None and vertex.name is not None:
        for i, line in enumerate(vertex.lines):
            for joint in (" = ", ": "):
                name = vertex.node.latex or latex_name(vertex.name)
                if line.startswith(vertex.name + joint) and r"\text{" not in name:
                    lines[i] = f"${name}${joint}{_for_latex([line[len(vertex.name + joint) :]])}"
                    return r"\\".join(lines)
    return r"\\".join(lines)
