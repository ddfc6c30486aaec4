"""How do derivatives flow from a result back to what it was computed from?

Two passes over one set of rules. `backward` adds into `.grad`, through the pullbacks of `kernels` (floats) and
`pullbacks` (arrays): the hot path of training. `pull_back` is the plain one, for everything else; fed nodes instead of
numbers (`record`) it records what it computes, so its result can be differentiated again.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np

from autograd.errors import GradientError, ShapeError, at
from autograd.graph import backward_order, check_unchanged, leads_to, refuse_changed
from autograd.kernels import partials, pullback_of, slopes
from autograd.modes import enable_grad, evaluating_rules
from autograd.node import Node, new_leaf
from autograd.op import NO_SETTINGS, Settings
from autograd.pullbacks import array_pullback_of, fit, slope_times, total
from autograd.symbol import constant_slope
from autograd.tensor import Tensor
from autograd.value import Value

# A backward pass counts open uses in the nodes themselves; two threads whose graphs share nodes must not do so at once.
# (`gradients` and the transforms count on the side and need no lock.)
_COUNTING = threading.RLock()


def backward(root: Node, gradient: Any) -> None:
    """Add the derivatives of one node to the gradients of all it was computed from."""
    if root.uses is None:
        raise nothing_recorded(root)
    seed = seed_of(root, gradient)
    with _COUNTING:
        if root.op is None:
            root._grad = seed if root._grad is None else total(_bare(root._grad), seed)
            return
        try:
            only_values = _count_uses(root)
            root._grad = seed
            if only_values:
                _pull_floats(root)
            else:
                # An infinite slope at a border is an answer, not a warning.
                with evaluating_rules(), np.errstate(all="ignore"):
                    _pull_all(root)
        except BaseException:
            # Interrupted in the middle (Ctrl-C, a rule that raises): the next pass must start from clean counts.
            for node in backward_order([root]):
                node.uses = 0
            raise


Node.backward_pass = staticmethod(backward)


def _pull_floats(root: Node) -> None:
    """Pass gradients down a graph of Values alone."""
    ready = [root]
    push, pop = ready.append, ready.pop
    while ready:
        node = pop()
        op: Any = node.op
        (op.pull or pullback_of(op))(node, push)


def _pull_all(root: Node) -> None:
    """Pass gradients down a graph of Tensors, and of Values where it crosses the bridge."""
    ready = [root]
    push, pop = ready.append, ready.pop
    while ready:
        node = pop()
        op = node.op
        if node.__class__ is Value and (op.vjp is None or op.over is not None):  # type: ignore[union-attr]
            pullback_of(op)(node, push)  # type: ignore[arg-type]
        else:
            array_pullback_of(op)(node, push)  # type: ignore[arg-type]


def _bare(grad: Any) -> Any:
    return grad._data if isinstance(grad, Tensor) else grad


def _count_uses(root: Node) -> bool:
    """Count for each node below `root` the uses below `root`, set its gradient to 0, and look for changed leaves.

    Return whether all nodes are Values and none hides a graph of its own, so that the pass on floats can walk them.
    """
    # Written out for a and for b, the commonest case first: this loop is a third of a backward pass.
    only_values = root.__class__ is Value
    stack = [root]
    push, pop = stack.append, stack.pop
    while stack:
        node = pop()
        a = node.a
        if a.__class__ is tuple:
            only_values = _count_many(node, a, node.ad, 0, push) and only_values
        elif a is not None:
            uses = a.uses
            if uses:
                a.uses = uses + 1
            elif uses is None:
                pass
            elif a.op is not None:
                a.uses = 1
                a._grad = 0.0
                push(a)
            else:
                if a._data is not node.ad:
                    refuse_changed(node, a, 0, node.ad)
                if a._grad is None:
                    a._grad = 0.0
        b = node.b
        if b is None:
            pass
        elif b.__class__ is tuple:
            only_values = _count_many(node, b, node.bd, 1, push) and only_values
        else:
            uses = b.uses
            if uses:
                b.uses = uses + 1
            elif uses is None:
                pass
            elif b.op is not None:
                b.uses = 1
                b._grad = 0.0
                push(b)
            else:
                if b._data is not node.bd:
                    refuse_changed(node, b, 1, node.bd)
                if b._grad is None:
                    b._grad = 0.0
    return only_values


def _count_many(node: Node, operands: tuple[Any, ...], data: tuple[Any, ...], index: int, push: Any) -> bool:
    for operand, was in zip(operands, data, strict=True):
        if operand is None:
            continue
        uses = operand.uses
        if uses:
            operand.uses = uses + 1
        elif uses is None:
            pass
        elif operand.op is not None:
            operand.uses = 1
            operand._grad = 0.0
            push(operand)
        else:
            if operand._data is not was:
                refuse_changed(node, operand, index, was)
            if operand._grad is None:
                operand._grad = 0.0
    # A structural op on Values that is no reduction (an entry of a Tensor, a checkpoint) has no pullback on floats.
    op = node.op
    return op.vjp is None or op.over is not None  # type: ignore[union-attr]


# --- the plain pass ---------------------------------------------------------------------------------------------------


def seed_of(root: Node, gradient: Any) -> Any:
    """Return the gradient a backward pass starts with, as a bare float or array of the root's shape and dtype."""
    if isinstance(root, Value):
        return 1.0 if gradient is None else float(gradient)  # a Value as gradient that requires one says so itself
    data = root._data
    if gradient is None:
        if data.size != 1:
            raise GradientError(
                f"backward of a tensor of shape {data.shape} needs a gradient of that shape; only one number has the "
                f"seed 1 (sum() or mean() make it one){at()}"
            )
        return np.ones(data.shape, data.dtype)
    seed = np.asarray(gradient._data if isinstance(gradient, Node) else gradient, dtype=data.dtype)
    if seed.shape != data.shape:
        raise ShapeError(f"the gradient must have the tensor's shape {data.shape}, got {seed.shape}{at()}")
    return seed


def nothing_recorded(root: Node) -> GradientError:
    """Make the error for a result that no gradient flows from."""
    return GradientError(
        f"{root.describe()} requires no gradient: nothing it was computed from has requires_grad=True, "
        f"or it was computed under no_grad(){at()}"
    )


def pull_back(
    order: Sequence[Node], seeds: dict[Node, Any], wanted: Collection[Node], *, record: bool = False
) -> dict[Node, Any]:
    """Return the gradient of each wanted node of a backward order, from the gradients `seeds` of the roots.

    With `record`, gradients are nodes, computed from the graph's nodes by recorded ops; without, they are bare floats
    and arrays. The rules are the same.
    """
    for node in order:
        check_unchanged(node)
    grads = dict(seeds)
    wanted = set(wanted)
    with evaluating_rules(), np.errstate(all="ignore"):  # an infinite slope is an answer, not a warning
        for node in order:
            g = grads.get(node)
            if g is None or node.op is None:
                continue
            for operand, share in _shares(node, g, wanted, record):
                old = grads.get(operand)
                grads[operand] = share if old is None else total(old, share)
    return {node: g for node, g in grads.items() if node in wanted}


def _shares(node: Node, g: Any, wanted: Collection[Node], record: bool) -> Iterator[tuple[Node, Any]]:
    """Yield each wanted operand of a node with its share of the gradient."""
    op = node.op
    assert op is not None
    pairs = list(node.operands())
    settings = node.settings or NO_SETTINGS
    if record:
        y: Any = node
        args = [data if operand is None else operand for operand, data in pairs]
    else:
        y = node._data
        args = [data for _, data in pairs]
    if op.over is not None and isinstance(node, Value):
        parts = partials_of_nodes(node) if record else partials(node)
        rules: Sequence[Any] = [slope for part in parts for slope in part]
        for (operand, _), slope in zip(pairs, rules, strict=True):
            if operand in wanted:
                yield operand, g * slope  # type: ignore[misc]
    elif op.vjp is None:
        raw = slopes(node) if not record and isinstance(node, Value) else None
        for i, (operand, _) in enumerate(pairs):
            if operand in wanted and op.d[i] is not None:
                if raw is not None:
                    share = g * raw[i]
                elif record:
                    share = g * _recorded_slope(op.d[i], y, args, settings)
                else:
                    share = slope_times(g, op.d[i], constant_slope(op, i), y, tuple(args), settings)
                yield operand, fit(share, operand)  # type: ignore[misc]
    else:
        thunks = op.vjp(g, y, *args, **settings)
        for (operand, _), thunk in zip(pairs, thunks if isinstance(thunks, tuple) else (thunks,), strict=True):
            if operand in wanted and thunk is not None:
                yield operand, fit(thunk(), operand)  # type: ignore[misc]


def _recorded_slope(rule: Any, y: Any, args: list[Any], settings: Settings) -> Any:
    """Return a local derivative as a node."""
    try:
        return rule(y, *args, **settings)
    except ArithmeticError:
        # 1/b of a plain number b = 0: as a Value it is infinite instead, as rules may be.
        return rule(y, *[Value(a, requires_grad=False) if a.__class__ is float else a for a in args], **settings)


def partials_of_nodes(node: Node) -> tuple[Any, ...]:
    """The local derivatives of a reduction over Values, as nodes: the same rule, fed the operands themselves."""
    sequences = []
    for operands, data in ((node.a, node.ad), (node.b, node.bd)):
        if data is not None:
            nodes = operands or (None,) * len(data)
            sequences.append([x if v is None else v for v, x in zip(nodes, data, strict=True)])
    return node.op.over.partials(node, *sequences, **(node.settings or NO_SETTINGS))  # type: ignore[union-attr]


def gradients(outputs: Any, inputs: Any, seeds: Any = None, create_graph: bool = False) -> Any:
    """Return the derivatives of recorded results by nodes they were computed from; `.grad` is neither read nor set.

    Args:
        outputs: a Value or Tensor, or a list of them, whose derivatives are added up.
        inputs: a Value or Tensor, or a list of them: leaves, or results on the way.
        seeds: the gradient of each output; 1 by default, where an output is one number.
        create_graph: record the computation, so that the result can be differentiated again. (default False)

    Returns:
        For each input its derivative, 0 where no output depends on it: a float for a Value and a Tensor for a Tensor,
        or with `create_graph` a Value or Tensor that is part of a graph. A single input gives a single result.

    Raises:
        GradientError: an output or an input requires no gradient, a seed is missing, or a leaf was written since.

    >>> from autograd import Value, gradients
    >>> x = Value(2.0)
    >>> (slope,) = gradients(x ** 3, [x], create_graph=True)
    >>> slope.data, gradients(slope, x)
    (12.0, 12.0)
    """
    roots = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
    targets = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    given = [None] * len(roots) if seeds is None else list(seeds) if isinstance(seeds, (list, tuple)) else [seeds]
    for node in (*roots, *targets):
        if not isinstance(node, Node):
            raise GradientError(f"gradients are of Values and Tensors, got {type(node).__name__}{at()}")
        if node.uses is None:
            raise nothing_recorded(node)
    if len(given) != len(roots):
        raise ShapeError(f"{len(roots)} outputs need {len(roots)} seeds, got {len(given)}{at()}")
    found = differentiate(roots, targets, given, record=create_graph)
    return found if isinstance(inputs, (list, tuple)) else found[0]


def differentiate(roots: Sequence[Any], targets: Sequence[Any], seeds: Sequence[Any], *, record: bool) -> list[Any]:
    """Return the derivatives by each target of the sum of the roots, each weighted by its seed: the core of it all.

    Roots that require no gradient count as constants.
    """
    stop = set(targets)
    order = backward_order(roots, stop)
    on_the_way = leads_to(order, stop)
    order = [node for node in order if node in on_the_way]
    start: dict[Node, Any] = {}
    for root, seed in zip(roots, seeds, strict=True):
        if root.uses is not None:
            seed = seed_of(root, seed) if not record else _recorded_seed(root, seed)
            start[root] = seed if root not in start else start[root] + seed
    with enable_grad():
        grads = pull_back(order, start, on_the_way, record=record)
    return [_result(grads.get(t), t, record) for t in targets]


def _recorded_seed(root: Node, seed: Any) -> Any:
    if isinstance(seed, Node):
        return seed
    return new_leaf(type(root), seed_of(root, seed), False)


def _result(grad: Any, target: Node, record: bool) -> Any:
    """Return a gradient in the form it is handed out: float or Tensor, or a node of the recorded graph."""
    if grad is None:
        grad = 0.0 if isinstance(target, Value) else np.zeros_like(target._data)
    if isinstance(grad, Node) or (isinstance(target, Value) and not record):
        return grad
    return new_leaf(type(target), grad, False)
