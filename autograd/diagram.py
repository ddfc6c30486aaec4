"""What does a picture of a graph consist of?

Plain data: vertices with lines of text, and edges. The DOT text, the JSON, the slides and the player are made from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Number, Real
from typing import Any

import numpy as np

from autograd.errors import AutogradError, at, check_precision
from autograd.folding import Box, Folding, fold
from autograd.kernels import slopes
from autograd.layout import one_line
from autograd.naming import Names, names_of
from autograd.node import Node
from autograd.op import Op
from autograd.symbol import Symbol
from autograd.value import Value

ROLES = ("constant", "input", "parameter", "operation", "output")
SHOWN = ("value", "grad", "derivative")
DIRECTIONS = ("LR", "RL", "TB", "BT")

_DESCRIPTION = (
    "Nodes: {nodes:,}, edges: {edges:,}. An edge leads from an operand to a result, and the number on it is the derivative "
    "of that result by that operand. No gradient flows along dashed edges."
)
_FOLDED = " Folded: {modules} for calls of modules, {bands} for bands of operations of about equal depth."
_COUNTED = ("operations", "parameters", "inputs", "constants")


@dataclass(frozen=True)
class Figures:
    """A number, or what is said of an array: shape, dtype, and its one number or its least, mean and greatest."""

    shape: tuple[int, ...] | None
    dtype: str | None
    numbers: tuple[float, ...]


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

    def __post_init__(self) -> None:
        if self.direction not in DIRECTIONS:
            raise AutogradError(f"direction is one of {', '.join(DIRECTIONS)}, got {self.direction!r}{at()}")
        wrong = [what for what in self.show if what not in SHOWN]
        if wrong:
            raise AutogradError(f"show takes names of {', '.join(SHOWN)}, got {wrong[0]!r}{at()}")
        check_precision(self.precision)

    def number(self, x: Any) -> str:
        return f"{x + 0.0:.{self.precision}g}"  # + 0.0 makes -0.0 plain 0


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
    return _Drawing(order, names_of(order, names), fold(order, level, max_nodes), highlight, options or Options()).diagram()


class _Drawing:
    """A diagram that is being made."""

    def __init__(self, order: Sequence[Node], names: Names, folding: Folding, highlight: Any, options: Options) -> None:
        self.order, self.names, self.folding, self.options = order, names, folding, options
        self.shares, self.measured = _shares(order, highlight)
        self.edges: dict[Any, Edge] = {}
        self.borrowed: dict[Box, set[Node]] = {}  # parameters that an earlier call of the same module shows

    def diagram(self) -> Diagram:
        """Go through the graph once; then nodes, constants and boxes are written, in the order they were met in."""
        ids, letters = self._ids()
        met: list[tuple[str, Any, Any]] = []
        edges = constants = 0
        box_of = self.folding.box_of
        # A box stands where it begins to compute; its parameters may have been met long before.
        begins = {box: next((n for n in box.members if n.op is not None), box.members[0]) for box in self.folding.boxes}
        for node in self.order:
            box = box_of.get(node)
            end: Any = box or node
            if box is None or node is begins[box]:
                met.append((ids[end], end, None))
            slope = self._slopes(node) if box is None else None
            for i, (operand, held) in enumerate(node.operands()):
                edges += 1
                if operand is None:
                    constants += 1
                    if slope is not None:
                        met.append((f"c{constants}", None, held))
                        self._add_edge(f"c{constants}", ids[end], node, i, operand, held, slope)
                elif not self.folding.hides(operand, node):
                    self._add_edge(ids[box_of.get(operand) or operand], ids[end], node, i, operand, held, slope)
                elif box is not None and box_of[operand] is not box:
                    self.borrowed.setdefault(box, set()).add(operand)
        root = self.order[-1]
        name = self.names.nodes.get(root)
        kind = type(root).__name__
        text = _DESCRIPTION.format(nodes=len(self.order) + constants, edges=edges)
        if self.folding.boxes:
            level = f' (level "{self.folding.level}")' if letters["m"] else ""
            modules, bands = _plural(letters["m"], "box") + level, _plural(letters["b"], "box")
            text += _FOLDED.format(modules=modules, bands=bands)
        return Diagram(
            title=one_line(f"Computation graph of {f'the {kind} {name!r}' if name else f'a {kind}'}"),
            description=text,
            vertices=tuple(self._vertex(*each) for each in met),
            edges=tuple(self.edges.values()),
            direction=self.options.direction,
            level=self.folding.level,
            ranks=self.folding.ranks,
            highlighted=bool(self.shares),
        )

    def _ids(self) -> tuple[dict[Any, str], Counter[str]]:
        """Name what is drawn; count modules and bands."""
        letters: Counter[str] = Counter()
        ids: dict[Any, str] = {node: f"v{i}" for i, node in enumerate(self.order, 1) if node not in self.folding.box_of}
        for box in self.folding.boxes:
            letter = "b" if box.owner is None else "m"
            letters[letter] += 1
            ids[box] = f"{letter}{letters[letter]}"
        return ids, letters

    def _add_edge(
        self, start: str, end: str, node: Node, i: int, operand: Node | None, held: Any, slope: Sequence[float | None] | None
    ) -> None:
        number = self.options.number
        flows = operand is not None and operand.uses is not None
        share = self.shares.get((node, i)) if operand is not None else None
        key = (start, end) if start[0] in "mb" or end[0] in "mb" else (start, end, i)
        before = self.edges.get(key)
        if before is not None:
            count = before.count + 1
            both = [s for s in (before.share, share) if s is not None]
            self.edges[key] = Edge(
                before.id, start, end, None, None, (f"×{count:,}",), flows or before.flows, f"{count:,} edges",
                sum(both) if both else None, count,
            )  # fmt: skip
            return
        derivative = None if slope is None else slope[i]
        lines = [number(derivative)] if derivative is not None and "derivative" in self.options.show else []
        if slope is not None and operand is not None and operand.op is None and operand._data is not held:
            # The derivative belongs to the number that was used, not to the one the leaf shows now.
            lines.append(f"used as {number(held)}" if isinstance(held, float) else "written since")
        tip = f"into {end}" if slope is None or node.op is None else f"operand {i + 1} of {_formula(node, node.op)}"
        if share is not None and self.measured:
            tip += f"; share {share:+.1%} of the total"
        self.edges[key] = Edge(f"{end}-{i + 1}" if slope is not None else f"{end}-{start}", start, end, i, derivative,
                               tuple(lines), flows, tip, share)  # fmt: skip

    def _slopes(self, node: Node) -> Sequence[float | None]:
        """Return the local derivative by each operand, None where it is no single number."""
        if node.op is None:
            return []
        if isinstance(node, Value) and (node.op.elementwise or node.op.over is not None):
            return slopes(node)
        return [None for _ in node.operands()]

    def _vertex(self, key: str, thing: Any, held: Any) -> Vertex:
        if isinstance(thing, Box):
            return self._box(key, thing)
        if thing is None:
            value = figures_of(held)
            lines = self._written(value)
            return Vertex(key, "constant", (tuple(lines),), "constant", len(lines) - 1, value=value)
        return self._node(key, thing)

    def _node(self, key: str, node: Node) -> Vertex:
        """Write a node's compartments: the op's symbol, the name and value, the gradient."""
        options, role, name = self.options, self._role(node), self.names.nodes.get(node)
        symbol = _symbol(node, options.number) if node.op is not None else ""
        fields = [[symbol]] if symbol else []
        value = figures_of(node._data)
        lines = self._written(value) if "value" in options.show else self._written(value)[:1] if value.dtype else []
        above = [line for line in map(one_line, (name or "").splitlines()) if line]
        prefix = ""
        if above:
            joint = "" if not lines else " = " if isinstance(node, Value) else ": "
            prefix = f"{above.pop()}{joint}"
            lines = [prefix + "".join(lines[:1]), *lines[1:]]
        fields.append([*above, *lines] or ([] if symbol else [role]))
        value_line = sum(map(len, fields)) - 1 if "value" in options.show and value.numbers else None
        grad = None
        found = node._grad if options.gradients is None else options.gradients.get(node)
        if found is not None and node.uses is not None:
            grad = figures_of(found._data if isinstance(found, Node) else found)
        grad_line = None
        if "grad" in options.show:
            if node.uses is None:
                fields.append(["no gradient"])
            else:
                fields.append(["no backward yet"] if grad is None else ["grad", self._written(grad)[-1]])
                grad_line = sum(map(len, fields)) - 1
        formula = None if node.op is None else _formula(node, node.op)
        return Vertex(
            key, role, tuple(tuple(lines) for lines in fields if lines),
            (formula or role) + (f", at {node.place}" if node.place else ""), value_line, grad_line,
            prefix if value.dtype is None else "", name, symbol or None, node.place, formula, node, value, grad,
        )  # fmt: skip

    def _box(self, key: str, box: Box) -> Vertex:
        """Write what a box holds: the module and its parts, or the kinds of operations."""
        leaves = [node for node in box.members if node.op is None]
        parameters = [leaf for leaf in leaves if self._role(leaf) == "parameter"]
        amounts = (len(box.members) - len(leaves), len(parameters), len(leaves) - len(parameters), box.constants)
        counts = dict(zip(_COUNTED, amounts, strict=True))
        text = {what: _plural(n, what[:-1]) for what, n in counts.items() if n}
        numbers = sum(np.size(leaf._data) for leaf in parameters)
        if numbers != len(parameters):
            text["parameters"] += f" ({_plural(numbers, 'number')})"
        parts = [_plural(n, kind.lower() if kind[1:].islower() else kind) for kind, n in box.parts.items()]
        leaves_and_constants = [text[what] for what in _COUNTED[1:] if what in text]
        if box.owner is None:
            fields = [[text[what] for what in _COUNTED[:1] if what in text] + self._kinds(box), parts, leaves_and_constants]
            tip = "; ".join(line for each in fields for line in each)
            return Vertex(key, "folded", tuple(tuple(each) for each in fields if each), tip, box=box, counts=counts)
        kind, path = type(box.owner).__name__, one_line(self.names.modules.get(id(box.owner), ""))
        title = [path or kind] if path in ("", kind) else [path, kind]
        if box in self.borrowed:
            leaves_and_constants.append(f"shares {_plural(len(self.borrowed[box]), 'parameter')}")
        calls = [_plural(box.calls, "call")] if box.calls > 1 else []
        fields = [title, [*parts, text["operations"], *leaves_and_constants, *calls]]
        if self.folding.box_of.get(self.order[-1]) is box and "value" in self.options.show:
            fields.append([f"result {self._written(figures_of(self.order[-1]._data))[-1]}"])
        tip = f"{': '.join(title)}; {', '.join(fields[1])}"
        return Vertex(key, "module", tuple(map(tuple, fields)), tip, name=path or kind, box=box, counts=counts)

    def _kinds(self, box: Box) -> list[str]:
        """Return lines that say how many operations of which kinds there are, the most frequent first."""
        kinds = Counter(_symbol(node, self.options.number) for node in box.members if node.op is not None)
        if len(kinds) == 1:
            return [f"all {kind}" for kind, n in kinds.items() if n > 1]
        most = [f"{n:,} {kind}" for kind, n in sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))]
        most = [*most[:5], f"{len(most) - 5} other kinds"] if len(most) > 6 else most
        return [", ".join(most[i : i + 2]) for i in range(0, len(most), 2)]

    def _role(self, node: Node) -> str:
        role = (node.note or {}).get("role")
        if role is None:
            if node.op is None:
                return "parameter" if node in self.names.parameters else "input"
            return "output" if node is self.order[-1] else "operation"
        if role not in ROLES:
            raise AutogradError(f"the role of {node.describe()} is one of {', '.join(ROLES)}, got {role!r}{at()}")
        return str(role)

    def _written(self, figures: Figures) -> list[str]:
        numbers = list(map(self.options.number, figures.numbers))
        if figures.dtype is None:
            return numbers
        lines = [f"{figures.shape} {figures.dtype}"]
        if len(numbers) == 3:
            lines.append("min / mean / max")
        return [*lines, " / ".join(numbers)] if numbers else lines


def figures_of(data: Any) -> Figures:
    """Return a number, or an array's shape and dtype and its least, mean and greatest number."""
    if not isinstance(data, np.ndarray):
        return Figures(None, None, (data,))
    shape, dtype = data.shape, str(data.dtype)
    if data.size == 1:
        return Figures(shape, dtype, (data.item(),))
    if not data.size or data.dtype.kind == "c":  # complex numbers have no order
        return Figures(shape, dtype, ())
    with np.errstate(all="ignore"):
        return Figures(shape, dtype, (data.min().item(), data.mean(dtype=float).item(), data.max().item()))


def _shares(order: Sequence[Node], highlight: Any) -> tuple[dict[tuple[Node, int], float], bool]:
    """Return the share of each edge that is highlighted, by its result and operand, and whether it was measured."""
    if highlight is None:
        return {}, False
    measured = hasattr(highlight, "edge_shares")
    inside = set(order)
    if measured:
        shares = {(node, i): float(share) for (node, i), share in highlight.edge_shares.items() if node in inside}
    elif isinstance(highlight, (list, tuple, set, frozenset)) and all(isinstance(node, Node) for node in highlight):
        chosen = set(highlight)
        operands = [(node, i, operand) for node in order if node in chosen for i, (operand, _) in enumerate(node.operands())]
        shares = {(node, i): 1.0 for node, i, operand in operands if operand in chosen}
    else:
        raise AutogradError(f"highlight is a list of nodes or what paths() returns, got {type(highlight).__name__}{at()}")
    if not shares:
        raise AutogradError(f"highlight holds no edge of this graph{at()}")
    return shares, measured


def _formula(node: Node, op: Op) -> str:
    """Return an op's name and formula."""
    # Only settings that read the same every time: an object's text may be its address.
    settings = {k: v for k, v in (node.settings or {}).items() if v is None or isinstance(v, (Number, str, tuple))}
    formula = Symbol(op=op, operands=tuple(map(Symbol, op.operands)), settings=settings)
    return one_line(f"{op.name}: y = {formula}")


def _symbol(node: Node, number: Callable[[Any], str]) -> str:
    assert node.op is not None
    symbol = node.op.symbol.replace("-", "−")  # a hyphen is a speck on a slide
    if node.settings and "{" in symbol:
        for key, setting in node.settings.items():
            symbol = symbol.replace(f"{{{key}}}", number(setting) if isinstance(setting, Real) else str(setting))
    return one_line(symbol)


def _plural(count: int, noun: str) -> str:
    """Return ``1 layer`` or ``2,000 layers``."""
    return f"{count:,} {noun}{'' if count == 1 else 'es' if noun.endswith(('s', 'x', 'ch')) else 's'}"
