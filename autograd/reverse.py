"""How do derivatives flow from a result back to what it was computed from?

The plain pass: fed bare numbers and arrays it gives numbers and arrays, fed nodes instead (`record`) it records what it
computes, so that its result can be differentiated again. The rules are the same. `backward` has a faster one for `.grad`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextvars import ContextVar
from typing import Any

import numpy as np

from autograd.errors import DTypeError, GradientError, ShapeError, at
from autograd.graph import backward_order, check_unchanged, leads_to
from autograd.kernels import partials, slopes
from autograd.modes import enable_grad, evaluating_rules
from autograd.node import Node, new_leaf
from autograd.op import NO_SETTINGS, Settings
from autograd.pullbacks import fit, slope_times, total
from autograd.symbol import constant_slope
from autograd.value import Value

# Who looks at what a backward pass computes (`watch` does): a function that is given the gradients as they stand, seeds at
# first, and returns what the pass calls in place of `shares`. It is asked for once a pass.
WATCHER: ContextVar[Callable[[dict[Node, Any]], Callable[..., Iterator[tuple[int, Node, Any]]]] | None] = ContextVar(
    "watcher", default=None
)


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
    try:
        # A copy: it may end up in somebody's .grad.
        seed = np.array(gradient._data if isinstance(gradient, Node) else gradient, dtype=data.dtype)
    except (ValueError, TypeError) as error:
        raise DTypeError(f"the gradient must hold numbers: {error}{at()}") from None
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
    wanted = set(wanted)
    for node in order:
        if any(operand in wanted for operand, _ in node.operands()):
            check_unchanged(node)
    return pass_down(order, seeds, wanted, record=record)


def pass_down(
    order: Sequence[Node], seeds: dict[Node, Any], wanted: Collection[Node], *, record: bool = False
) -> dict[Node, Any]:
    """Do what `pull_back` does, for nodes whose operands are known to be unchanged."""
    grads = dict(seeds)
    watch = WATCHER.get()
    shares_of = shares if watch is None else watch(grads)
    with evaluating_rules(), np.errstate(all="ignore"):  # an infinite slope is an answer, not a warning
        for node in order:
            g = grads.get(node)
            if g is None or node.op is None:
                continue
            for _, operand, share in shares_of(node, g, wanted, record=record):
                old = grads.get(operand)
                grads[operand] = share if old is None else total(old, share)
    return {node: g for node, g in grads.items() if node in wanted}


def shares(
    node: Node, g: Any, wanted: Collection[Node], *, record: bool = False
) -> Iterator[tuple[int, Node, Any]]:
    """Yield the position of each wanted operand of a node, the operand, and its share of the gradient g."""
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
        for i, ((operand, _), slope) in enumerate(zip(pairs, rules, strict=True)):
            if operand in wanted:
                yield i, operand, g * slope  # type: ignore[misc]
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
                yield i, operand, fit(share, operand)  # type: ignore[misc]
    else:
        thunks = op.vjp(g, y, *args, **settings)
        each = thunks if isinstance(thunks, tuple) else (thunks,)
        for i, ((operand, _), thunk) in enumerate(zip(pairs, each, strict=True)):
            if operand in wanted and thunk is not None:
                yield i, operand, fit(thunk(), operand)  # type: ignore[misc]


def _recorded_slope(rule: Any, y: Any, args: list[Any], settings: Settings) -> Any:
    """Return a local derivative as a node."""
    try:
        return rule(y, *args, **settings)
    except ArithmeticError:
        # 1/b of a plain number b = 0: as a Value, or as a number of numpy's, it is infinite instead, as rules may be.
        infinite = (lambda a: Value(a, requires_grad=False)) if isinstance(y, Value) else np.float64
        return rule(y, *[infinite(a) if a.__class__ is float else a for a in args], **settings)


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
    # An input may lie on the way to another: then the walk goes on below it.
    found = differentiate(roots, targets, given, record=create_graph, stop=targets if len(targets) == 1 else ())
    return found if isinstance(inputs, (list, tuple)) else found[0]


def differentiate(
    roots: Sequence[Any], targets: Sequence[Any], seeds: Sequence[Any], *, record: bool, stop: Sequence[Node] | None = None
) -> list[Any]:
    """Return the derivatives by each target of the sum of the roots, each weighted by its seed: the core of it all.

    Roots that require no gradient count as constants. What the nodes in `stop` (by default the targets) were computed
    from is not looked at.
    """
    order = backward_order(roots, set(targets if stop is None else stop))
    on_the_way = leads_to(order, set(targets))
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
    if isinstance(seed, Node) and seed.uses is not None:
        return seed
    return new_leaf(type(root), seed_of(root, seed), False)


def _result(grad: Any, target: Node, record: bool) -> Any:
    """Return a gradient in the form it is handed out: float or Tensor, or a node of the recorded graph."""
    if grad is None:
        grad = 0.0 if isinstance(target, Value) else np.zeros_like(target._data)
    if isinstance(grad, Node) or (isinstance(target, Value) and not record):
        return grad
    return new_leaf(type(target), grad, False)
