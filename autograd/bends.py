"""Does a function bend near a point, and where do its ops leave their domain?

Read from the graph: each op says where its kinks are (the zeros of `Kink.gap`) and what its operands may be, so a kink is
recognised even where the slopes on both sides happen to be equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.domains import Kink
from autograd.graph import computation_order
from autograd.modes import evaluating_rules
from autograd.node import Node
from autograd.op import NO_SETTINGS


@dataclass(frozen=True)
class Bend:
    """An op whose argument is at a kink, or as near as a step.

    Attributes:
        node: the result of the op.
        kink: which of its kinks.
        exact: is the argument on the kink itself?
        text: what is said of it.
        refused: what is wrong with the subgradient that the rule takes there, or "".
    """

    node: Node
    kink: Kink
    exact: bool
    text: str
    refused: str


def nodes_of(results: Iterable[Any]) -> list[Node]:
    """Return all nodes of the graphs of some results, each once, operands first."""
    found: dict[Node, None] = {}
    for result in results:
        if isinstance(result, Node) and result not in found:
            found.update(dict.fromkeys(computation_order(result)))
    return list(found)


def bends_between(here: Sequence[Node], before: Sequence[Node], after: Sequence[Node]) -> list[Bend] | None:
    """Return the ops that meet a kink between two points, from the graphs of both and of the point between.

    None stands for graphs that do not match: the function itself took another branch.
    """
    if not [_kind(n) for n in here] == [_kind(n) for n in before] == [_kind(n) for n in after]:
        return None
    found = []
    for node, low, high in zip(here, before, after, strict=True):
        for kink in node.op.kinks if node.op is not None else ():
            g, a, b = (_gap(n, kink) for n in (node, low, high))
            on_it = (g == 0) & ((a != 0) | (b != 0))
            crossed = on_it | (np.sign(a) != np.sign(b))
            if np.any(crossed):
                found.append(_bend(node, kink, crossed, bool(np.any(on_it))))
    return found


def _kind(node: Node) -> tuple[Any, ...]:
    """Which op a node is the result of, with its settings and constants as far as they are numbers and words."""
    plain = {k: v for k, v in (node.settings or {}).items() if isinstance(v, (int, float, str, tuple, type(None)))}
    constants = [held for operand, held in node.operands() if operand is None and isinstance(held, float)]
    return node.op, repr((plain, constants))


def _gap(node: Node, kink: Kink) -> Any:
    args = [np.asarray(held, float) for _, held in node.operands()]
    assert node.op is not None
    if node.op.over is not None and not isinstance(node._data, np.ndarray):
        args = [np.asarray([held for _, held in node.operands()], float)]
        return np.asarray(kink.gap(*args))
    with np.errstate(all="ignore"):
        return np.asarray(kink.gap(*args, **(node.settings or NO_SETTINGS)))


def _bend(node: Node, kink: Kink, crossed: Any, exact: bool) -> Bend:
    op, settings = node.op, node.settings or NO_SETTINGS
    assert op is not None
    name = f"{op.name} of {node.describe()}" if node.label else op.name
    held = [data for _, data in node.operands()]
    if not op.elementwise:
        return Bend(node, kink, exact, f"{name}: {kink.text}", "")
    used, (low, high) = kink.subgradients(**settings)
    shown = ", ".join(f"{o} = {_first(x, crossed):.6g}" for o, x in zip(op.operands, held, strict=True))
    text = f"{name} is {'at' if exact else 'next to'} its kink {kink.text} ({shown})"
    refused = ""
    if exact:
        text += f", where its rule takes {', '.join(f'{u:g}' for u in used)} of [{low:g}, {high:g}]"
        with evaluating_rules(), np.errstate(all="ignore"):
            for operand, rule in zip(op.operands, op.d, strict=True):
                if rule is not None:
                    args = [np.asarray(x, float) for x in held]
                    slope = _first(rule(np.asarray(node._data, float), *args, **settings), crossed)
                    if not low - 1e-12 <= slope <= high + 1e-12:
                        allowed = f"allowed is [{low:g}, {high:g}]"
                        refused = f"the rule of {name} by {operand} gives {slope:.6g} at {kink.text}, {allowed}"
    return Bend(node, kink, exact, text, refused)


def _first(data: Any, where: Any) -> float:
    """Return the first number of an array at one of these places."""
    return float(np.broadcast_to(np.asarray(data, float), np.shape(where))[where].flat[0])


def borders(nodes: Iterable[Node]) -> Iterator[str]:
    """Say of each op whose result or slope is not finite which operand is outside its domain, or at its border."""
    for node in nodes:
        op = node.op
        if op is None or not op.elementwise or not isinstance(op.domain, tuple) or _is_finite(node):
            continue
        for (_, held), operand, domain in zip(node.operands(), op.operands, op.domain, strict=True):
            numbers = [float(x) for x in np.ravel(np.asarray(held, float))]
            outside = next((x for x in numbers if x not in domain and np.isfinite(x)), None)
            border = next((x for x in numbers if domain.closed and x in (domain.low, domain.high)), None)
            if outside is not None:
                yield f"{op.name} needs {op.needs or f'{operand} {domain}'}, got {outside:.6g}"
            elif border is not None:
                yield f"{op.name} is at the border of its domain, {operand} {domain}: {operand} = {border:.6g}"


def _is_finite(node: Node) -> bool:
    op, settings = node.op, node.settings or NO_SETTINGS
    assert op is not None
    args = [np.asarray(held, float) for _, held in node.operands()]
    with evaluating_rules(), np.errstate(all="ignore"):
        slopes = [rule(np.asarray(node._data, float), *args, **settings) for rule in op.d if rule is not None]
    return all(np.all(np.isfinite(np.asarray(x, float))) for x in (node._data, *slopes))
