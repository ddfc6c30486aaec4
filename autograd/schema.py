"""What does the JSON of a diagram hold, for other programs to read?"""

from __future__ import annotations

import json
import math
from typing import Any

from autograd.figures import Figures
from autograd.scene import Diagram, Vertex


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
    >>> from autograd.schema import to_json
    >>> from autograd.picture import draw
    >>> graph = json.loads(to_json(draw(Value(3.0, "x") * 2).diagram))
    >>> [(node["id"], node["op"], node["value"]) for node in graph["nodes"]]
    [('v1', None, 3.0), ('v2', 'mul', 6.0), ('c1', None, 2.0)]
    """
    graph = {
        "format": "wengert-graph", "version": 1,
        "title": diagram.title, "description": diagram.description,
        "direction": diagram.direction, "level": diagram.level,
        "nodes": [_node(vertex) for vertex in diagram.vertices],
        "edges": [
            {"id": edge.id, "from": edge.start, "to": edge.end, "operand": edge.operand,
             "derivative": _number(edge.derivative), "flows": edge.flows, "count": edge.count,
             "share": _number(edge.share)}
            for edge in diagram.edges
        ],
    }  # fmt: skip
    # ASCII, because half a character cannot be written as UTF-8.
    return json.dumps(graph, indent=1, allow_nan=False) + "\n"


def _node(vertex: Vertex) -> dict[str, Any]:
    node, value, box = vertex.node, vertex.value, vertex.box
    return {
        "id": vertex.id, "role": vertex.role, "op": node.op.name if node is not None and node.op else None,
        "name": vertex.name, "lines": vertex.lines,
        "value": _figures(value), "grad": _figures(vertex.grad),
        "shape": None if value is None else list(value.shape or ()),
        "dtype": None if value is None else value.dtype or "float64",
        "formula": vertex.formula, "place": vertex.place, "calls": box.calls if box else 0,
        "class": type(box.owner).__name__ if box and box.owner is not None else None,
        "counts": dict(vertex.counts) if box else None,
    }  # fmt: skip


def _figures(figures: Figures | None) -> Any:
    if figures is None or not figures.numbers:
        return None
    numbers = [_number(x) for x in figures.numbers]
    return numbers[0] if len(numbers) == 1 else dict(zip(("min", "mean", "max"), numbers, strict=True))


def _number(x: Any) -> Any:
    if x is None or isinstance(x, complex):
        return x if x is None else str(x)
    return x if math.isfinite(x) else str(float(x))
