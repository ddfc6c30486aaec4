"""How is a computation graph drawn?

A box for each number, with its name, value and gradient, and an arrow from each operand to each result, with the local
derivative. `folding` decides what becomes one box, `diagram` what is written; `dot_source`, `mermaid`, `schema` and `tikz`
write it in their languages; `layout` finds the places.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from autograd.captions import plural
from autograd.diagram import diagram_of
from autograd.dot_source import to_dot
from autograd.errors import AutogradError, at
from autograd.files import write_whole
from autograd.graph import computation_order
from autograd.layout import ENGINES, svg_of
from autograd.mermaid import to_mermaid
from autograd.node import Node
from autograd.scene import SHOWN, Diagram, Options
from autograd.schema import to_json
from autograd.tikz import to_tikz

_SIZE = re.compile(r'width="(\d+)pt" height="(\d+)pt"')
_PAGE = 700  # points: how wide a notebook's page is


@dataclass(frozen=True, repr=False, eq=False)
class Picture:
    """A graph as it is drawn; a notebook shows it.

    Attributes:
        diagram: what is drawn, as plain data.
        engine: who lays it out, "wasm" or "dot".
        source: the graph in DOT, the language of Graphviz.
        title, description: what a screen reader says; the description also says what was folded.

    >>> from autograd import Value
    >>> from autograd.picture import draw
    >>> draw(Value(2.0, "x") ** 2)
    <Picture: Computation graph of a Value, 2 boxes, 1 arrow>
    """

    diagram: Diagram
    engine: str = "wasm"

    @cached_property
    def source(self) -> str:
        return to_dot(self.diagram)

    @property
    def title(self) -> str:
        return self.diagram.title

    @property
    def description(self) -> str:
        return self.diagram.description

    def svg(self) -> str:
        """Return the picture as an SVG element.

        Raises:
            AutogradError: Graphviz cannot be loaded.

        >>> from autograd import Value
        >>> from autograd.picture import draw
        >>> draw(Value(2.0, "x") ** 2).svg()[:4]
        '<svg'
        """
        tag, _, content = svg_of(self.source, self.engine).partition(">")
        title, description = html.escape(self.title), html.escape(self.description)
        return f"{tag}>\n<title>{title}</title>\n<desc>{description}</desc>{content}"

    def _repr_svg_(self) -> str:
        return _SIZE.sub(_fitted, self.svg(), count=1)

    def to_json(self) -> str:
        """Return the graph as JSON; `schema.to_json` says what it holds.

        >>> from autograd import Value
        >>> from autograd.picture import draw
        >>> '"op": "power"' in draw(Value(2.0, "x") ** 2).to_json()
        True
        """
        return to_json(self.diagram)

    def to_mermaid(self) -> str:
        """Return the graph in Mermaid, which many sites draw inside Markdown.

        >>> from autograd import Value
        >>> from autograd.picture import draw
        >>> draw(Value(2.0, "x") ** 2).to_mermaid().splitlines()[0]
        'flowchart LR'
        """
        return to_mermaid(self.diagram)

    def to_tikz(self) -> str:
        r"""Return the graph as a ``tikzpicture``, for slides in LaTeX.

        Raises:
            AutogradError: Graphviz, which finds the places, cannot be loaded.

        >>> from autograd import Value
        >>> from autograd.picture import draw
        >>> draw(Value(2.0, "x") ** 2).to_tikz().splitlines()[-1]
        '\\end{tikzpicture}'
        """
        return to_tikz(self.diagram, self.engine)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to a file, whole or not at all.

        Args:
            path: ends in .svg for the picture, .dot for its source, .json, .mmd (Mermaid) or .tex (TikZ).

        Raises:
            AutogradError: the path ends otherwise, or Graphviz cannot be loaded (.svg, .tex).
            OSError: the file cannot be written.

        >>> import tempfile
        >>> from autograd import Value
        >>> from autograd.picture import draw
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     draw(Value(2.0, "x") ** 2).save(f"{folder}/e.svg")
        """
        path = Path(path)
        writers = {
            ".svg": self.svg, ".dot": lambda: self.source, ".json": self.to_json, ".mmd": self.to_mermaid,
            ".tex": self.to_tikz,
        }  # fmt: skip
        write = writers.get(path.suffix.lower())
        if write is None:
            raise AutogradError(f"a picture is saved as .svg, .dot, .json, .mmd or .tex, got {path.name!r}{at()}")
        write_whole(path, write())

    def __repr__(self) -> str:
        boxes, arrows = plural(len(self.diagram.vertices), "box"), plural(len(self.diagram.edges), "arrow")
        return f"<Picture: {self.title}, {boxes}, {arrows}>"


def draw(
    root: Node,
    *,
    level: str | None = None,
    max_nodes: int = 200,
    highlight: Any = None,
    names: Mapping[str, Any] | None = None,
    direction: str = "LR",
    show: str | Sequence[str] = SHOWN,
    precision: int = 4,
    engine: str = "wasm",
) -> Picture:
    """Draw the graph that a Value or Tensor was computed by.

    Args:
        root: the result, a Value or a Tensor.
        level: what is one box: "op" is each number; "neuron", "layer" and "model" fold the calls of modules, by how deep
            they are nested: "model" those that no module called, "layer" those that such a one called, "neuron" those
            one deeper. None takes the finest that fits. What is too much all the same is folded into bands of
            operations of about equal depth. (default None)
        max_nodes: how many boxes are drawn at most. (default 200)
        highlight: a list of nodes, whose edges are drawn thick; or what `paths` returns, anything with a mapping
            `edge_shares` from (result, position of the operand) to a share in [-1, 1]: the share is the width of the edge,
            and where it is negative the edge is dotted. (default None)
        names: names of nodes, as `locals()` gives them. (default None)
        direction: where arrows point: "LR" (to the right), "RL", "TB" (down) or "BT". (default "LR")
        show: which numbers are written, of "value", "grad" and "derivative". (default all three)
        precision: how many digits numbers are rounded to, 1 to 17. (default 4)
        engine: who lays the picture out: "wasm", which comes along, or "dot", a Graphviz program. (default "wasm")

    Raises:
        AutogradError: `root` is no node, an argument is not one of those above, or the graph is too large to be drawn at
            the level "op".

    >>> from autograd import Value
    >>> from autograd.picture import draw
    >>> x = Value(3.0, "x")
    >>> draw(x * x).source.count("->")
    2
    """
    if not isinstance(root, Node):
        raise AutogradError(f"draw needs a Value or a Tensor, got {type(root).__name__}{at()}")
    if engine not in ENGINES:
        raise AutogradError(f"engine is one of {', '.join(ENGINES)}, got {engine!r}{at()}")
    if not isinstance(show, Iterable):
        raise AutogradError(f"show takes names of {', '.join(SHOWN)}, got {show!r}{at()}")
    options = Options(direction, (show,) if isinstance(show, str) else tuple(show), precision).checked()
    order = computation_order(root)
    diagram = diagram_of(order, names=names, level=level, max_nodes=max_nodes, highlight=highlight, options=options)
    return Picture(diagram, engine)


def _fitted(size: re.Match[str]) -> str:
    """Return a size in SVG, made smaller until it is no wider than a notebook's page."""
    width, height = map(int, size.groups())
    scale = min(1.0, _PAGE / width)
    return f'width="{width * scale:.0f}pt" height="{height * scale:.0f}pt"'
