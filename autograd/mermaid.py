"""How is a diagram written in Mermaid, which many sites draw inside Markdown?"""

from __future__ import annotations

import re

from autograd.looks import AGAINST, FAINT, LOOKS, WITH, fill_of, width_of
from autograd.scene import Diagram

# The brackets that give a vertex its shape.
_BRACKETS = {
    "constant": ("[", "]"), "input": ("[", "]"), "parameter": ("([", "])"), "operation": ("(", ")"),
    "output": ("[[", "]]"), "module": ("[/", "/]"), "folded": ("{{", "}}"),
}  # fmt: skip


def to_mermaid(diagram: Diagram) -> str:
    """Write a diagram in Mermaid, which many sites draw inside Markdown.

    >>> from autograd import Value
    >>> from autograd.mermaid import to_mermaid
    >>> from autograd.picture import draw
    >>> print(to_mermaid(draw(Value(3.0, "x") * 2, show="value").diagram))
    flowchart LR
        v1(["x = 3"]):::parameter
        v2[["×<br/>6"]]:::output
        c1["2"]:::constant
        v1 --> v2
        c1 -.-> v2
        classDef constant fill:#eeeeee,stroke:#eeeeee,color:#000000
        classDef parameter fill:#f2cf7a,stroke:#555555,color:#000000
        classDef output fill:#a9c7a0,stroke:#555555,color:#000000
    """
    lines = [f"flowchart {diagram.direction}"]
    for vertex in diagram.vertices:
        opening, closing = _BRACKETS[vertex.role]
        text = "<br/>".join(map(_for_mermaid, vertex.lines))
        lines.append(f'    {vertex.id}{opening}"{text}"{closing}:::{vertex.role}')
    widths = []
    for i, edge in enumerate(diagram.edges):
        arrow = "-->" if edge.flows else "-.->"
        if edge.lines:
            arrow += '|"{}"|'.format("<br/>".join(map(_for_mermaid, edge.lines)))
        lines.append(f"    {edge.start} {arrow} {edge.end}")
        if edge.share is not None:
            stroke = f",stroke-dasharray:2 4,stroke:{AGAINST}" if edge.share < 0 else f",stroke:{WITH}"
            widths.append(f"    linkStyle {i} stroke-width:{width_of(edge.share):.3g}px{stroke}")
        elif diagram.highlighted:
            widths.append(f"    linkStyle {i} stroke:{FAINT['color']}")
    for role in (role for role in LOOKS if any(vertex.role == role for vertex in diagram.vertices)):
        lines.append(f"    classDef {role} fill:{fill_of(role)},stroke:{LOOKS[role].get('color', '#555555')},color:#000000")
    return "\n".join([*lines, *widths]) + "\n"


def _for_mermaid(text: str) -> str:
    """Write what has a meaning in Mermaid, in Markdown or in HTML as the number of its character."""
    return re.sub(r"""["'#&<>\[\](){}|`*_~\\/;:$%]""", lambda sign: f"#{ord(sign[0])};", text)
