"""How does a graph become the vertices and edges of a picture?

In one pass over its nodes. `folding` decides what becomes one box, `vertices` and `edges` what is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from autograd.captions import plural
from autograd.edges import Edges, slopes_of
from autograd.folding import Box, Folding, fold
from autograd.layout import one_line
from autograd.naming import names_of
from autograd.node import Node
from autograd.scene import Diagram, Options, Vertex
from autograd.vertices import Vertices

_DESCRIPTION = (
    "Nodes: {nodes:,}, edges: {edges:,}. An edge leads from an operand to a result, and the number on it is the derivative "
    "of that result by that operand. No gradient flows along dashed edges."
)
_FOLDED = " Folded: {modules} for calls of modules, {bands} for bands of operations of about equal depth."


def diagram_of(
    order: Sequence[Node],
    *,
    names: Mapping[str, Any] | None = None,
    level: str | None = None,
    max_nodes: int = 200,
    highlight: Any = None,
    options: Options | None = None,
) -> Diagram:
    """Make the diagram of a graph.

    Args:
        order: the nodes, each after its operands; the last one is the result.
        names: names of the user's own, as `locals()` gives them.
        level, max_nodes: what is folded, see `folding.fold`.
        highlight: nodes, or something with `edge_shares`; see `picture.draw`.
        options: how numbers are written. (default: all of them, with 4 digits)

    Raises:
        AutogradError: an argument is not what it should be, or the graph does not fit at the level "op".

    >>> from autograd import Value
    >>> from autograd.diagram import diagram_of
    >>> from autograd.graph import computation_order
    >>> x = Value(3.0)
    >>> [vertex.name for vertex in diagram_of(computation_order(x), names={"x": x}).vertices]
    ['x']
    """
    known, folding, options = names_of(order, names), fold(order, level, max_nodes), options or Options()
    drawing = _Drawing(order, folding, Vertices(known, order[-1], options), Edges(order, highlight, options))
    name, kind = known.nodes.get(order[-1]), type(order[-1]).__name__
    return Diagram(
        title=one_line(f"Computation graph of {f'the {kind} {name!r}' if name else f'a {kind}'}"),
        description=drawing.description(),
        vertices=tuple(drawing.vertices()),
        edges=tuple(drawing.edges.found.values()),
        direction=options.direction,
        level=folding.level,
        ranks=folding.ranks,
        highlighted=bool(drawing.edges.shares),
    )


class _Drawing:
    """Goes through the graph once; then nodes, constants and boxes are written, in the order they were met in."""

    def __init__(self, order: Sequence[Node], folding: Folding, writer: Vertices, edges: Edges) -> None:
        self.order, self.folding, self.writer, self.edges = order, folding, writer, edges
        self.letters: Counter[str] = Counter()  # how many boxes are modules, m, and how many are bands, b
        self.ids = self._ids()
        self.met: list[tuple[str, Any, Any]] = []
        self.borrowed: dict[Box, set[Node]] = {}  # parameters that an earlier call of the same module shows
        self.edge_count = self.constants = 0
        for node in order:
            self._meet(node)

    def _ids(self) -> dict[Any, str]:
        """Name what is drawn; count modules and bands."""
        ids: dict[Any, str] = {node: f"v{i}" for i, node in enumerate(self.order, 1) if node not in self.folding.box_of}
        for box in self.folding.boxes:
            letter = "b" if box.owner is None else "m"
            self.letters[letter] += 1
            ids[box] = f"{letter}{self.letters[letter]}"
        return ids

    def _meet(self, node: Node) -> None:
        ids, box_of = self.ids, self.folding.box_of
        box = box_of.get(node)
        end: Any = box or node
        # A box stands where it begins to compute; its parameters may have been met long before.
        if box is None or node is box.beginning:
            self.met.append((ids[end], end, None))
        slope = slopes_of(node) if box is None else None
        for i, (operand, held) in enumerate(node.operands()):
            self.edge_count += 1
            if operand is None:
                self.constants += 1
                if slope is not None:
                    key = f"c{self.constants}"
                    self.met.append((key, None, held))
                    self.edges.add(key, ids[end], node, i, operand, held, slope)
            elif not self.folding.hides(operand, node):
                self.edges.add(ids[box_of.get(operand) or operand], ids[end], node, i, operand, held, slope)
            elif box is not None and box_of[operand] is not box:
                self.borrowed.setdefault(box, set()).add(operand)

    def vertices(self) -> list[Vertex]:
        last = self.folding.box_of.get(self.order[-1])
        written = []
        for key, thing, held in self.met:
            if isinstance(thing, Box):
                written.append(self.writer.box(key, thing, len(self.borrowed.get(thing, ())), thing is last))
            else:
                written.append(self.writer.constant(key, held) if thing is None else self.writer.node(key, thing))
        return written

    def description(self) -> str:
        text = _DESCRIPTION.format(nodes=len(self.order) + self.constants, edges=self.edge_count)
        if self.folding.boxes:
            level = f' (level "{self.folding.level}")' if self.letters["m"] else ""
            modules, bands = plural(self.letters["m"], "box") + level, plural(self.letters["b"], "box")
            text += _FOLDED.format(modules=modules, bands=bands)
        return text
