"""What is written on each vertex of a picture?"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from autograd.captions import counted, formula_of, symbol_of
from autograd.errors import AutogradError, at
from autograd.figures import Figures, figures_of
from autograd.folding import Box
from autograd.layout import one_line
from autograd.naming import Names
from autograd.node import Node
from autograd.scene import ROLES, Options, Vertex
from autograd.value import Value
from autograd.words import translated

_LONGEST = 60  # characters of a name
_COUNTED = ("operations", "parameters", "inputs", "constants")


class Vertices:
    """Writes the vertices of the picture of one graph, whose result is `root`."""

    def __init__(self, names: Names, root: Node, options: Options) -> None:
        self.names, self.root, self.options = names, root, options

    def constant(self, key: str, held: Any) -> Vertex:
        """Write a plain number or array."""
        value = figures_of(held)
        lines = self._written(value)
        return Vertex(key, "constant", (tuple(lines),), "constant", len(lines) - 1, value=value)

    def node(self, key: str, node: Node) -> Vertex:
        """Write a node's compartments: the op's symbol, the name and value, the gradient."""
        options, role, name, op = self.options, self._role(node), self.names.nodes.get(node), node.op
        symbol = symbol_of(op, node.settings, options.number) if op is not None else ""
        fields = [[symbol]] if symbol else []
        value = figures_of(node._data)
        lines = self._written(value) if "value" in options.show else self._written(value)[:1] if value.dtype else []
        above = [_shortened(line) for line in map(one_line, (name or "").splitlines()) if line]
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
                fields.append([translated("no gradient")])
            else:
                fields.append([translated("no backward yet")] if grad is None else ["grad", self._written(grad)[-1]])
                grad_line = sum(map(len, fields)) - 1
        formula = formula_of(op, node.settings) if op is not None else None
        return Vertex(
            id=key,
            role=role,
            fields=tuple(tuple(lines) for lines in fields if lines),
            tooltip=(formula or role) + (f", at {node.place}" if node.place else ""),
            value_line=value_line,
            grad_line=grad_line,
            value_prefix=prefix if value.dtype is None else "",
            name=name,
            symbol=symbol or None,
            place=node.place,
            formula=formula,
            node=node,
            value=value,
            grad=grad,
        )

    def box(self, key: str, box: Box, borrowed: int, holds_root: bool) -> Vertex:
        """Write what a box holds: the module and its parts, or the kinds of operations.

        Args:
            key: the id.
            box: the box.
            borrowed: how many parameters it uses that another box of the same module shows.
            holds_root: is the result of the graph in it?
        """
        leaves = [node for node in box.members if node.op is None]
        parameters = [leaf for leaf in leaves if self._role(leaf) == "parameter"]
        amounts = (len(box.members) - len(leaves), len(parameters), len(leaves) - len(parameters), box.constants)
        counts = dict(zip(_COUNTED, amounts, strict=True))
        text = {what: counted(n, what[:-1]) for what, n in counts.items() if n}
        numbers = sum(np.size(leaf._data) for leaf in parameters)
        if numbers != len(parameters):
            text["parameters"] += f" ({counted(numbers, 'number')})"
        parts = [counted(n, kind.lower() if kind[1:].islower() else kind) for kind, n in box.parts.items()]
        leaves_and_constants = [text[what] for what in _COUNTED[1:] if what in text]
        if box.owner is None:
            fields = [[text[what] for what in _COUNTED[:1] if what in text] + self._kinds(box), parts, leaves_and_constants]
            tip = "; ".join(line for each in fields for line in each)
            return Vertex(key, "folded", tuple(tuple(each) for each in fields if each), tip, box=box, counts=counts)
        kind, path = type(box.owner).__name__, one_line(self.names.modules.get(id(box.owner), ""))
        title = [path or kind] if path in ("", kind) else [path, kind]
        if borrowed:
            leaves_and_constants.append(translated("shares {}").format(counted(borrowed, "parameter")))
        calls = [counted(box.calls, "call")] if box.calls > 1 else []
        fields = [title, [*parts, text["operations"], *leaves_and_constants, *calls]]
        if holds_root and "value" in self.options.show:
            fields.append([translated("result {}").format(self._written(figures_of(self.root._data))[-1])])
        tip = f"{': '.join(title)}; {', '.join(fields[1])}"
        return Vertex(key, "module", tuple(map(tuple, fields)), tip, name=path or kind, box=box, counts=counts)

    def _kinds(self, box: Box) -> list[str]:
        """Return lines that say how many operations of which kinds there are, the most frequent first."""
        number = self.options.number
        kinds = Counter(symbol_of(node.op, node.settings, number) for node in box.members if node.op is not None)
        if len(kinds) == 1:
            return [translated("all {}").format(kind) for kind, n in kinds.items() if n > 1]
        most = [f"{n:,} {kind}" for kind, n in sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))]
        most = [*most[:5], translated("{} other kinds").format(len(most) - 5)] if len(most) > 6 else most
        return [", ".join(most[i : i + 2]) for i in range(0, len(most), 2)]

    def _role(self, node: Node) -> str:
        role = (node.note or {}).get("role")
        if role is None:
            if node.op is None:
                # Where modules say which numbers are theirs, those are parameters; elsewhere what a gradient is wanted of.
                owned = node in self.names.parameters if self.names.parameters else node.uses is not None
                return "parameter" if owned else "input"
            return "output" if node is self.root else "operation"
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


def _shortened(name: str) -> str:
    """Leave the middle of a long name out: its box would be wider than the picture."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST // 2]}…{name[-_LONGEST // 2 :]}"
