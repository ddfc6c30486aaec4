"""How does a gradient pass through one op on arrays, in place and without detours?

The counterpart of `kernels` for Tensors: one closure an op, made when the op is first pulled through. The rules are used
as they stand; what is saved is the bookkeeping of the plain pass in `reverse`, which stays as its reference.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.blocks import LARGE, blocked, large
from autograd.bridge import unpack
from autograd.node import Node
from autograd.op import NO_SETTINGS, Op, Settings
from autograd.symbol import constant_slope
from autograd.tensor import Tensor
from autograd.value import Value

Ready = Callable[[Node], None]
Pull = Callable[[Node, Ready], None]

_add_large = large(operator.add, 2)
_pulls: dict[Op, Pull] = {}


def array_pullback_of(op: Op) -> Pull:
    """Return the function that adds a node's gradient to its operands', for an op on arrays."""
    pull = _pulls.get(op)
    if pull is None:
        if op.settings or op.variadic or op.arity > 2:
            pull = _general(op)
        elif op.vjp is not None:
            pull = _product(op) if op.arity == 2 else _general(op)
        else:
            pull = _unary(op) if op.arity == 1 else _binary(op)
        _pulls[op] = pull
    return pull


def total(a: Any, b: Any) -> Any:
    """Return a + b, for large arrays in memory that was used before."""
    return _add_large(a, b) if a.__class__ is np.ndarray and a.size >= LARGE else a + b


def fit(share: Any, operand: Any) -> Any:
    """Give a share of a gradient the operand's shape and dtype: sum over the axes the operand was broadcast along.

    This is all that undoes broadcasting; no rule mentions it.
    """
    if operand.__class__ is Value:
        if isinstance(share, Tensor):
            return unpack(share)[0]
        return share if isinstance(share, Value) else float(share)
    data = operand._data
    shape = data.shape
    if share.shape == shape:
        pass
    elif share.shape[1:] == shape:
        share = np.add.reduce(share, 0) if share.__class__ is np.ndarray else share.sum(axis=0)  # a bias, in a batch
    elif not shape:
        share = share.sum().reshape(())
    else:
        extra = share.ndim - len(shape)
        lost = tuple(range(extra)) + tuple(i + extra for i, n in enumerate(shape) if n == 1 and share.shape[i + extra] != 1)
        share = share.sum(axis=lost, keepdims=True).reshape(shape)
    return share if share.dtype is data.dtype or share.dtype == data.dtype else share.astype(data.dtype)


def slope_times(g: Any, rule: Any, constant: float | None, y: Any, args: tuple[Any, ...], settings: Settings) -> Any:
    """Return the gradient g of y times a local derivative."""
    if constant is not None:
        return g if constant == 1.0 else -g
    try:
        if y.size < LARGE:
            return g * rule(y, *args, **settings)
        return blocked(lambda g, y, *args: (g, rule(y, *args, **settings)), (g, y, *args), np.multiply)
    except ArithmeticError:
        # 1/b of a plain number b = 0: numpy's floats are infinite where Python's raise.
        with np.errstate(all="ignore"):
            return g * rule(y, *[np.float64(a) if a.__class__ is float else a for a in args], **settings)


def _hand_over(operand: Node, share: Any, ready: Ready) -> None:
    """Add a share to an operand's gradient, and report the operand when all its uses have been heard."""
    if operand.__class__ is Value or share.shape != operand._data.shape or share.dtype is not operand._data.dtype:
        share = fit(share, operand)
    old = operand._grad
    if old.__class__ is float:
        # The float 0.0 stands for an array of zeros that nobody has made.
        operand._grad = share + old if operand.__class__ is Value else share
    else:
        operand._grad = total(old._data if isinstance(old, Node) else old, share)
    if operand.op is not None:  # `_heard`, written out: it is met at every edge
        operand.uses = left = operand.uses - 1  # type: ignore[operator]
        if not left:
            ready(operand)


def _heard(operand: Node, ready: Ready) -> None:
    if operand.op is not None:
        operand.uses = left = operand.uses - 1  # type: ignore[operator]
        if not left:
            ready(operand)


def _unary(op: Op) -> Pull:
    rule, constant = op.d[0], constant_slope(op, 0)

    def pull(n: Node, ready: Ready) -> None:
        g = n._grad
        if rule is None or g.__class__ is float:
            _heard(n.a, ready)
        else:
            _hand_over(n.a, slope_times(g, rule, constant, n._data, (n.ad,), NO_SETTINGS), ready)

    return pull


def _binary(op: Op) -> Pull:
    (rule_a, rule_b), constant_a, constant_b = op.d, constant_slope(op, 0), constant_slope(op, 1)

    def pull(n: Node, ready: Ready) -> None:
        g, y, args = n._grad, n._data, (n.ad, n.bd)
        for v, rule, constant in ((n.a, rule_a, constant_a), (n.b, rule_b, constant_b)):
            if v is not None and v.uses is not None:
                if rule is None or g.__class__ is float:
                    _heard(v, ready)
                else:
                    _hand_over(v, slope_times(g, rule, constant, y, args, NO_SETTINGS), ready)

    return pull


def _product(op: Op) -> Pull:
    """For structural ops of two operands without settings, a matrix product above all."""
    vjp: Any = op.vjp

    def pull(n: Node, ready: Ready) -> None:
        g, a, b = n._grad, n.a, n.b
        if g.__class__ is float:
            for v in (a, b):
                if v is not None and v.uses is not None:
                    _heard(v, ready)
            return
        share_a, share_b = vjp(g, n._data, n.ad, n.bd)
        if a is not None and a.uses is not None:
            _hand_over(a, share_a(), ready)
        if b is not None and b.uses is not None:
            _hand_over(b, share_b(), ready)

    return pull


def _general(op: Op) -> Pull:
    vjp, rules = op.vjp, op.d

    def pull(n: Node, ready: Ready) -> None:
        g, y, settings = n._grad, n._data, n.settings or NO_SETTINGS
        nodes, args = n.a, n.ad
        if nodes.__class__ is not tuple:
            nodes, args = ((nodes,), (args,)) if n.bd is None else ((nodes, n.b), (args, n.bd))
        if vjp is None:
            thunks: Any = [
                rule and (lambda rule=rule: slope_times(g, rule, None, y, args, settings)) for rule in rules
            ]
        elif g.__class__ is float and n.__class__ is not Value:
            thunks = (None,) * len(nodes)
        else:
            thunks = vjp(g, y, *args, **settings)
            if thunks.__class__ is not tuple:
                thunks = (thunks,)
        for v, thunk in zip(nodes, thunks, strict=True):
            if v is not None and v.uses is not None:
                if thunk is None:
                    _heard(v, ready)
                else:
                    _hand_over(v, thunk(), ready)

    return pull
