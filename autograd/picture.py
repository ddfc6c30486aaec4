"""How is a computation graph drawn?

`draw` writes the graph as DOT, the language of Graphviz: a box for each number, with its name, value and gradient, and
an arrow from each operand to each result, with the local derivative. `layout` makes a picture of the text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Number, Real
from typing import Any

import graphviz
import numpy as np

from autograd.errors import AutogradError, at
from autograd.graph import computation_order
from autograd.kernels import slopes
from autograd.layout import FONT, Picture, one_line, shown
from autograd.node import Node
from autograd.op import Op
from autograd.symbol import Symbol
from autograd.value import Value

Rounding = Callable[[Any], str]

# A picture of more nodes takes long to lay out, and nobody can read it.
LIMIT = 500
DIRECTIONS = ("LR", "RL", "TB", "BT")

# Roles differ by shape and by how dark the fill is, so that they are told apart in a grey print too.
LOOKS = {
    "constant": {"shape": "box", "fillcolor": "#eeeeee", "color": "#eeeeee", "fontsize": "12"},
    "input": {"shape": "box", "fillcolor": "#dce9f7"},
    "parameter": {"shape": "ellipse", "fillcolor": "#f2cf7a", "margin": "0.02,0.02"},
    "operation": {"shape": "Mrecord", "fillcolor": "white"},
    "output": {"shape": "record", "fillcolor": "#a9c7a0", "penwidth": "2.5"},
}
# Small, because a slide is wide and a chain of ten operations is wider. The two limits bound the search for the best
# places, which otherwise takes minutes for a few hundred nodes whose leaves are used all over the graph.
_NODE = {"fontname": FONT, "fontsize": "14", "style": "filled", "width": "0", "height": "0", "margin": "0.08,0.05"}
_EDGE = {"fontname": FONT, "fontsize": "12", "fontcolor": "#8b1a1a", "color": "#555555", "arrowsize": "0.7"}
_GRAPH = {"nodesep": "0.15", "nslimit": "2", "nslimit1": "2"}

_DESCRIPTION = (
    "Nodes: {nodes}, edges: {edges}. An edge leads from an operand to a result, and the number on it is the derivative "
    "of that result by that operand. No gradient flows along dashed edges."
)


def draw(root: Node, *, direction: str = "LR", precision: int = 4) -> Picture:
    """Draw the graph that a Value or Tensor was computed by.

    Args:
        root: the result, a Value or a Tensor.
        direction: where arrows point: "LR" (to the right), "RL", "TB" (down) or "BT". (default "LR")
        precision: how many digits numbers are rounded to, 1 to 17. (default 4)

    Raises:
        AutogradError: `root` is no node, an argument is not one of those above, or the graph has more than 500 nodes.

    >>> from autograd import Value
    >>> from autograd.picture import draw
    >>> x = Value(3.0, "x")
    >>> draw(x * x).source.count("->")
    2
    """
    if not isinstance(root, Node):
        raise AutogradError(f"draw needs a Value or a Tensor, got {type(root).__name__}{at()}")
    if direction not in DIRECTIONS:
        raise AutogradError(f"direction is one of {', '.join(DIRECTIONS)}, got {direction!r}{at()}")
    if not isinstance(precision, int) or not 1 <= precision <= 17:
        raise AutogradError(f"precision is a whole number of digits from 1 to 17, got {precision!r}{at()}")
    order = computation_order(root)
    operands = [operand for node in order for operand, _ in node.operands()]
    count = len(order) + sum(operand is None for operand in operands)
    if count > LIMIT:
        raise AutogradError(
            f"the graph has {count} nodes, and at most {LIMIT} are drawn: draw a result that was computed earlier{at()}"
        )
    return Picture(
        source=_dot_of(order, direction, lambda x: f"{x + 0.0:.{precision}g}"),  # + 0.0 makes -0.0 plain 0
        title=one_line(f"Computation graph of {root.describe()}"),
        description=_DESCRIPTION.format(nodes=count, edges=len(operands)),
    )


def _dot_of(order: list[Node], direction: str, number: Rounding) -> str:
    # Numbers on edges make room for themselves; edges of Tensors have none.
    gap = "0.12" if isinstance(order[-1], Value) else "0.35"
    graph = {"rankdir": direction, "ranksep": gap, **_GRAPH}
    dot = graphviz.Digraph(graph_attr=graph, node_attr=_NODE, edge_attr=_EDGE)
    names: dict[Node | None, str] = {}
    constants = 0
    for node in order:
        names[node] = name = f"v{len(names) + 1}"
        role = _role(node, order[-1])
        tip = role if node.op is None else _formula(node, node.op)
        dot.node(name, _label(node, role, direction, number), id=name, tooltip=tip, **LOOKS[role])
        for i, ((operand, held), slope) in enumerate(zip(node.operands(), _slopes(node), strict=True), 1):
            start = names.get(operand)
            if start is None:
                constants += 1
                start = f"c{constants}"
                dot.node(start, shown(*_figures(held, number)), id=start, tooltip="constant", **LOOKS["constant"])
            notes = [] if slope is None else [number(slope)]
            if operand is not None and operand.op is None and operand._data is not held:
                # The derivative belongs to the number that was used, not to the one the leaf shows now.
                notes.append(f"used as {number(held)}" if isinstance(held, float) else "written since")
            dot.edge(
                start,
                name,
                shown(*(f" {note} " for note in notes)),  # the spaces keep it clear of the boxes
                id=f"{name}-{i}",
                tooltip=f"operand {i} of {tip}",
                style="dashed" if operand is None or operand.uses is None else "solid",
            )
    return str(dot.source)


def _slopes(node: Node) -> Sequence[float | None]:
    """Return the local derivative by each operand, None where it is no single number."""
    if node.op is None:
        return []
    if isinstance(node, Value) and (node.op.elementwise or node.op.over is not None):
        return slopes(node)
    return [None for _ in node.operands()]


def _role(node: Node, root: Node) -> str:
    role = (node.note or {}).get("role")
    if role is None:
        return "input" if node.op is None else "output" if node is root else "operation"
    if role not in LOOKS:
        raise AutogradError(f"the role of {node.describe()} is one of {', '.join(LOOKS)}, got {role!r}{at()}")
    return str(role)


def _formula(node: Node, op: Op) -> str:
    """Return an op's name and formula, as a DOT string."""
    # Only settings that read the same every time: an object's text may be its address.
    settings = {k: v for k, v in (node.settings or {}).items() if v is None or isinstance(v, (Number, str, tuple))}
    formula = Symbol(op=op, operands=tuple(map(Symbol, op.operands)), settings=settings)
    return shown(one_line(f"{op.name}: y = {formula}"))


def _label(node: Node, role: str, direction: str, number: Rounding) -> str:
    """Write a node's compartments: the op's symbol, the name and value, the gradient."""
    fields = [] if node.op is None else [[_symbol(node, node.op, number)]]
    value = _figures(node._data, number)
    name = [line for line in map(one_line, (node.label or "").splitlines()) if line]
    if name:
        value[0] = f"{name.pop()}{' = ' if isinstance(node, Value) else ': '}{value[0]}"
    fields.append(name + value)
    if node.uses is None:
        fields.append(["no gradient"])
    elif node._grad is None:
        fields.append(["no backward yet"])
    else:
        grad = node._grad._data if isinstance(node._grad, Node) else node._grad
        fields.append(["grad", _figures(grad, number)[-1]])
    if not LOOKS[role]["shape"].lower().endswith("record"):
        return shown(*(line for field in fields for line in field))
    label = "|".join(shown(*field) for field in fields)
    # Compartments follow one another across the direction of the graph; braces turn them round.
    return label if direction in ("LR", "RL") else f"{{{label}}}"


def _symbol(node: Node, op: Op, number: Rounding) -> str:
    symbol = op.symbol.replace("-", "−")  # a hyphen is a speck on a slide
    for key, setting in (node.settings or {}).items():
        symbol = symbol.replace(f"{{{key}}}", number(setting) if isinstance(setting, Real) else str(setting))
    return one_line(symbol)


def _figures(data: Any, number: Rounding) -> list[str]:
    """Return a number, or an array's shape and dtype and its least, mean and greatest number, as lines of text."""
    if not isinstance(data, np.ndarray):
        return [number(data)]
    lines = [f"{data.shape} {data.dtype}"]
    if data.size == 1:
        lines.append(number(data.item()))
    elif data.size and data.dtype.kind != "c":  # complex numbers have no order
        with np.errstate(all="ignore"):
            spread = data.min(), data.mean(dtype=float), data.max()
        lines += ["min / mean / max", " / ".join(map(number, spread))]
    return lines
