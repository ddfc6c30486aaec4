"""How do derivatives flow from the inputs of a recorded computation to its results?

Forward mode on a recorded graph: each node's tangent is the sum of its operands' tangents times the local derivatives.
One pass gives a directional derivative, whatever the number of results; reverse mode gives all derivatives of one result.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.bridge import unpack
from autograd.dispatch import apply
from autograd.graph import backward_order, check_unchanged, leads_to
from autograd.kernels import partials, slopes
from autograd.modes import enable_grad, evaluating_rules
from autograd.node import Node, new_leaf
from autograd.op import NO_SETTINGS, Op
from autograd.pullbacks import fit
from autograd.reverse import differentiate, partials_of_nodes
from autograd.tensor import Tensor
from autograd.value import Value


def push_forward(
    outputs: Sequence[Any], inputs: Sequence[Node], tangents: Sequence[Any], *, record: bool = False
) -> list[Any]:
    """Return the tangent of each output, from the tangents of the inputs; None where an output depends on none.

    With `record`, tangents are nodes, computed from the graph's nodes by recorded ops; without, bare floats and arrays.
    """
    stop = set(inputs)
    order = backward_order([o for o in outputs if isinstance(o, Node)], stop)
    on_the_way = leads_to(order, stop)
    found: dict[Any, Any] = dict(zip(inputs, tangents, strict=True))
    with enable_grad(), evaluating_rules(), np.errstate(all="ignore"):
        for node in reversed(order):
            if node in on_the_way and node not in stop and node.op is not None:
                check_unchanged(node)
                found[node] = _tangent(node, found, record)
    return [found.get(o) if isinstance(o, Node) else None for o in outputs]


def _tangent(node: Node, found: dict[Any, Any], record: bool) -> Any:
    """Return the tangent of one node."""
    op = node.op
    assert op is not None
    pairs = list(node.operands())
    settings = node.settings or NO_SETTINGS
    tangents = [found.get(operand) for operand, _ in pairs]
    args = [data if operand is None or not record else operand for operand, data in pairs]
    y = node if record else node._data
    if op.over is not None and isinstance(node, Value):
        parts = partials_of_nodes(node) if record else partials(node)
        return _total(t * slope for t, slope in zip(tangents, (s for p in parts for s in p), strict=True) if t is not None)
    if op.vjp is None:
        local = slopes(node) if isinstance(node, Value) and not record else None
        terms = []
        for i, t in enumerate(tangents):
            rule = op.d[i]
            if t is not None and rule is not None:
                terms.append(t * (local[i] if local is not None else rule(y, *args, **settings)))
        return _full(_total(terms), node, record)
    if op.jvp is not None:
        return _full(op.jvp(tangents, y, *args, **settings), node, record)
    linear = range(len(pairs)) if op.linear_in == (-1,) else op.linear_in
    if all(t is None or i in linear for i, t in enumerate(tangents)):
        return _full(_linear(op, tangents, args, settings), node, record)
    return _full(_transposed_twice(op, y, args, tangents, settings, record), node, record)


def _total(terms: Any) -> Any:
    total = None
    for term in terms:
        total = term if total is None else total + term
    return 0.0 if total is None else total


def _linear(op: Op, tangents: Sequence[Any], args: list[Any], settings: Any) -> Any:
    """The tangent of an op that is linear in each operand with the others held: the op itself, tangent by tangent."""
    if op.variadic and op.name != "einsum":
        # Linear in all operands at once (concatenate): one application, with zeros for what stays put.
        filled = [t if t is not None else a * 0.0 for t, a in zip(tangents, args, strict=True)]
        return apply(op, tuple(filled), settings)
    return _total(
        apply(op, tuple(t if j == i else a for j, a in enumerate(args)), settings)
        for i, t in enumerate(tangents)
        if t is not None
    )


def _transposed_twice(
    op: Op, y: Any, args: list[Any], tangents: Sequence[Any], settings: Any, record: bool
) -> Any:
    """The tangent of a structural op that has only a vjp.

    u -> vjp(u) is linear, so its own pullback of the tangents is the jvp: the transpose of the transpose.
    """
    # Any point will do, as the map is linear.
    u = new_leaf(Tensor, np.zeros_like(y._data if isinstance(y, Node) else y), True)
    nodes = [a if isinstance(a, Node) else new_leaf(Tensor, np.asarray(a), False) for a in args]
    y_node = y if isinstance(y, Node) else new_leaf(Tensor, np.asarray(y), False)
    thunks = op.vjp(u, y_node, *nodes, **settings)  # type: ignore[misc]
    thunks = thunks if isinstance(thunks, tuple) else (thunks,)
    shares = zip(thunks, nodes, tangents, strict=True)
    moved = [(fit(thunk(), a), t) for thunk, a, t in shares if thunk is not None and t is not None]
    if not moved:
        return 0.0  # only operands moved that no gradient flows to
    (found,) = differentiate([m for m, _ in moved], [u], [t for _, t in moved], record=record)
    return found if record else found._data


def _full(tangent: Any, node: Node, record: bool) -> Any:
    """Give a tangent the shape and dtype of its node, where broadcasting or a constant rule left less."""
    if isinstance(node, Value):
        if isinstance(tangent, Tensor):
            return unpack(tangent)[0]
        return tangent if isinstance(tangent, (float, Value)) or record else float(tangent)
    shape, dtype = node._data.shape, node._data.dtype
    if not isinstance(tangent, Node):
        tangent = np.asarray(tangent, dtype=dtype)
    if tangent.shape != shape:
        tangent = tangent + np.zeros(shape, dtype)
    return tangent
