"""What does the same computation give elsewhere: on complex numbers, in torch, in jax?

A recorded graph is gone through once more, each op by a function of its name in the other library. So a function need not be
written twice to be compared.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from autograd.errors import AutogradError, at
from autograd.graph import computation_order
from autograd.node import Node
from autograd.op import NO_SETTINGS, Op
from autograd.subscripts import chosen_settings
from autograd.value import Value

Find = Callable[[Op], Callable[..., Any] | None]

# What every library writes with an operator.
OPERATORS: dict[str, Callable[..., Any]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv, "neg": operator.neg,
    "power": lambda x, exponent: x**exponent, "pow": operator.pow, "square": lambda x: x * x, "matmul": operator.matmul,
    "reciprocal": lambda x: 1.0 / x, "alias": lambda x: x,
}  # fmt: skip
# Names that differ there.
_OTHER_NAMES = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh",
                "atanh": "arctanh", "atan2": "arctan2"}  # fmt: skip


class UnknownThere(AutogradError):
    """An op that the other library has no function for."""


def replayed(root: Node, leaves: Mapping[Node, Any], find: Find) -> Any:
    """Compute a result again from other leaves, each op by the function that `find` gives for it.

    Raises:
        UnknownThere: `find` gives none for an op.
    """
    results: dict[Node, Any] = dict(leaves)
    for node in computation_order(root):
        if node in results:
            continue
        if node.op is None:
            results[node] = node._data
            continue
        function = find(node.op) if node.op.over is None or not isinstance(node, Value) else None
        if function is None:
            raise UnknownThere(f"{node.op.name} has no counterpart there{at()}")
        operands = [held if operand is None else results[operand] for operand, held in node.operands()]
        settings = chosen_settings(node.op, node.settings or NO_SETTINGS) if node.op.name != "power" else node.settings
        try:
            results[node] = function(*operands, **(settings or NO_SETTINGS))
        except TypeError:
            raise UnknownThere(f"{node.op.name} takes other arguments there{at()}") from None
    return results[root]


def function_in(*modules: Any) -> Find:
    """Return a look-up by name in some modules of another library."""

    def find(op: Op) -> Callable[..., Any] | None:
        if op.name in OPERATORS:
            return OPERATORS[op.name]
        for module in modules:
            for name in (op.name, _OTHER_NAMES.get(op.name, "")):
                found = getattr(module, name, None) if name else None
                if callable(found):
                    return found  # type: ignore[no-any-return]
        return None

    return find
