"""What does a picture of a graph consist of?

Plain data: vertices with lines of text, and edges. The DOT text, the JSON, the slides and the player are made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autograd.errors import AutogradError, at, check_precision
from autograd.figures import Figures, figure
from autograd.folding import Box
from autograd.node import Node

ROLES = ("constant", "input", "parameter", "operation", "output")
SHOWN = ("value", "grad", "derivative")
DIRECTIONS = ("LR", "RL", "TB", "BT")


@dataclass(frozen=True, eq=False)
class Vertex:
    """A node, a constant or a box of many nodes.

    Attributes:
        id: ``v3`` for the third node in the order of computation, ``c1`` for a constant, ``m1`` for a module, ``b1`` for a
            band; the same at every level.
        role: one of `ROLES`, or "module" or "folded".
        fields: its compartments, each of lines: symbol, name and value, gradient.
        value_line, grad_line: which of `lines` holds the value and the gradient; None where there is none.
        value_prefix: what stands before the value in its line: ``w11 = ``.
        tooltip: the formula, and the place where it was computed.
        name, symbol, place, formula: these alone, None where there are none.
        node: the node; None for a constant and a box.
        value, grad: the numbers, not rounded; `grad` is None before a backward.
        box: the box; None for a node and a constant.
        counts: how many operations, parameters, inputs and constants a box holds.
    """

    id: str
    role: str
    fields: tuple[tuple[str, ...], ...]
    tooltip: str
    value_line: int | None = None
    grad_line: int | None = None
    value_prefix: str = ""
    name: str | None = None
    symbol: str | None = None
    place: str | None = None
    formula: str | None = None
    node: Node | None = None
    value: Figures | None = None
    grad: Figures | None = None
    box: Box | None = None
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        """All lines of text, in the order in which Graphviz writes them."""
        return [line for lines in self.fields for line in lines]


@dataclass(frozen=True, eq=False)
class Edge:
    """An edge, or all edges between two boxes.

    Attributes:
        id: the result's id and which operand it is, from 1: ``v3-1``.
        start, end: ids of vertices.
        operand: which operand of the result it is, from 0; None for several edges.
        derivative: of the result by the operand; None where it is not one number.
        lines: the text on it.
        flows: does a gradient flow along it?
        share: its share in what is highlighted, negative where it works against the rest; None where nothing is.
        count: how many edges it stands for.
        tooltip: what it is.
    """

    id: str
    start: str
    end: str
    operand: int | None
    derivative: float | None
    lines: tuple[str, ...]
    flows: bool
    tooltip: str
    share: float | None = None
    count: int = 1


@dataclass(frozen=True, eq=False)
class Diagram:
    """A graph as it is drawn.

    Attributes:
        title, description: what a screen reader says.
        vertices, edges: in the order of computation.
        direction: where edges point: "LR", "RL", "TB" or "BT".
        level: how far it is folded.
        ranks: over how many ranks its edges reach, which is the work of laying it out.
        highlighted: do the edges have shares?

    >>> from autograd import Value
    >>> from autograd.picture import draw
    >>> diagram = draw(Value(3.0, "x") * 2).diagram
    >>> [(vertex.id, vertex.lines) for vertex in diagram.vertices]
    [('v1', ['x = 3', 'no backward yet']), ('v2', ['×', '6', 'no backward yet']), ('c1', ['2'])]
    >>> [(edge.id, edge.start, edge.end, edge.derivative) for edge in diagram.edges]
    [('v2-1', 'v1', 'v2', 2.0), ('v2-2', 'c1', 'v2', 3.0)]
    """

    title: str
    description: str
    vertices: tuple[Vertex, ...]
    edges: tuple[Edge, ...]
    direction: str
    level: str
    ranks: int
    highlighted: bool


@dataclass(frozen=True)
class Options:
    """How numbers are written, and which.

    `gradients` holds gradients to show in the place of each node's own; nodes that are not in it have none.
    """

    direction: str = "LR"
    show: tuple[str, ...] = SHOWN
    precision: int = 4
    gradients: Mapping[Node, Any] | None = None

    def checked(self) -> Options:
        """Return the options, or raise for one that there is not."""
        if self.direction not in DIRECTIONS:
            raise AutogradError(f"direction is one of {', '.join(DIRECTIONS)}, got {self.direction!r}{at()}")
        wrong = [what for what in self.show if what not in SHOWN]
        if wrong:
            raise AutogradError(f"show takes names of {', '.join(SHOWN)}, got {wrong[0]!r}{at()}")
        check_precision(self.precision)
        return self

    def number(self, x: Any) -> str:
        return figure(x, self.precision)
