"""How are operations on Values recorded?

One function an op, closed over the op's float function and written out for one and for two operands: against one general
recorder this takes a quarter of the time. Slots are set one by one, in place, because a call of a Python `__init__` costs
as much again. Importing this file is what gives Value its operators and methods.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import methods
from autograd.dispatch import apply, at_border, listed, on_floats
from autograd.errors import MixError, ShapeError, at, short
from autograd.modes import KEEPS_STEPS, recording
from autograd.node import new_leaf
from autograd.op import NO_SETTINGS, Op, Settings
from autograd.operators import BINARY, POWER, UNARY, raise_to
from autograd.ops import pack
from autograd.registry import add_reader, bind
from autograd.value import Value, constant

_new = object.__new__


def _unary(op: Op) -> Callable[[Value], Value]:
    f = op.scalar
    assert f is not None
    if op.elementwise and all(rule is None for rule in op.d):  # a step, which no gradient flows through
        return lambda x: _result(op, on_floats(op, (x._data,), NO_SETTINGS), (x,), (x._data,), NO_SETTINGS)

    def record(x: Value) -> Value:
        xd = x._data
        try:
            yd = f(xd)
        except (ValueError, ArithmeticError) as error:
            yd = at_border(op, (xd,), NO_SETTINGS, error)
        y: Value = _new(Value)
        y._data = yd
        y._grad = y.b = y.bd = y.settings = y.label = y.note = None
        if x.uses is not None and (mode := recording()):
            y.op = op
            y.a = x
            y.ad = xd
            y.uses = 0
            if mode is not True:
                mode(y)
        else:
            y.op = y.a = y.ad = y.uses = None
        return y

    return record


def _binary(op: Op, *, reflected: bool = False) -> Callable[[Any, Any], Any]:
    f = op.scalar
    assert f is not None

    def record(a: Any, b: Any) -> Any:
        ad = a._data
        if b.__class__ is Value:
            bd = b._data
            wanted = a.uses is not None or b.uses is not None
        else:
            bd = b if b.__class__ is float else constant(b)
            if bd is NotImplemented:
                return NotImplemented
            b = None
            wanted = a.uses is not None
        try:
            yd = f(ad, bd)
        except (ValueError, ArithmeticError) as error:
            yd = at_border(op, (ad, bd), NO_SETTINGS, error)
        y: Value = _new(Value)
        y._data = yd
        y._grad = y.settings = y.label = y.note = None
        if wanted and (mode := recording()):
            y.op = op
            y.a = a
            y.b = b
            y.ad = ad
            y.bd = bd
            y.uses = 0
            if mode is not True:
                mode(y)
        else:
            y.op = y.a = y.b = y.ad = y.bd = y.uses = None
        return y

    def record_reflected(b: Any, a: Any) -> Any:
        # Python calls b.__rsub__(a) for a - b only where a is no Value: a is the constant.
        ad = a if a.__class__ is float else constant(a)
        if ad is NotImplemented:
            return NotImplemented
        bd = b._data
        try:
            yd = f(ad, bd)
        except (ValueError, ArithmeticError) as error:
            yd = at_border(op, (ad, bd), NO_SETTINGS, error)
        y: Value = _new(Value)
        y._data = yd
        y._grad = y.a = y.settings = y.label = y.note = None
        if b.uses is not None and (mode := recording()):
            y.op = op
            y.b = b
            y.ad = ad
            y.bd = bd
            y.uses = 0
            if mode is not True:
                mode(y)
        else:
            y.op = y.b = y.ad = y.bd = y.uses = None
        return y

    return record_reflected if reflected else record


def _with_settings(op: Op) -> Callable[[Value, Settings], Value]:
    """The recorder of an op of one operand with settings, which are complete."""
    f = op.scalar
    assert f is not None

    def record(x: Value, settings: Settings) -> Value:
        xd = x._data
        try:
            yd = f(xd, **settings)
            if yd.__class__ is not float:
                yd = float(yd)  # clip(x, lo=-1) may give the bound itself
        except (ValueError, ArithmeticError) as error:
            yd = at_border(op, (xd,), settings, error)
        y: Value = _new(Value)
        y._data = yd
        y._grad = y.b = y.bd = y.label = y.note = None
        if x.uses is not None and (mode := recording()):
            y.op = op
            y.a = x
            y.ad = xd
            y.settings = settings
            y.uses = 0
            if mode is not True:
                mode(y)
        else:
            y.op = y.a = y.ad = y.settings = y.uses = None
        return y

    return record


def _result(op: Op, data: float, nodes: Sequence[Any], args: Sequence[Any], settings: Settings | None) -> Value:
    """Make the node of any op: the general recorder, for what the two above do not cover."""
    wanted = any(n is not None and n.uses is not None for n in nodes)
    if wanted and all(rule is None for rule in op.d) and not KEEPS_STEPS.get():
        wanted = False
    y: Value = new_leaf(Value, data, False)
    if wanted and (mode := recording()):
        y.op, y.settings, y.uses = op, settings or None, 0
        if len(nodes) <= 2:
            y.a, y.ad = nodes[0], args[0]
            if len(nodes) == 2:
                y.b, y.bd = nodes[1], args[1]
        else:
            y.a, y.ad = tuple(nodes), tuple(args)
        if mode is not True:
            mode(y)
    return y


def split(op: Op, operand: Any) -> tuple[Value | None, float]:
    """Return an operand as (node, float), with None for a plain number."""
    if operand.__class__ is Value:
        return operand, operand._data
    number = constant(operand)
    if number is NotImplemented:
        raise MixError(f"{op.name} takes Values and real numbers, got {type(operand).__name__} {short(operand)}{at()}")
    return None, number


def _over(op: Op) -> Callable[..., Any]:
    """The recorder of a reduction over iterables of Values: one node, whatever their number."""
    over = op.over
    assert over is not None
    f, each = over.scalar, over.each

    def record(*sequences: Any, **given: Any) -> Any:
        # The commonest case first, unchecked: one or two lists of Values, or Values and floats. Any other content
        # shows in the result, which then is no float (or no result at all).
        if not given and not each:
            try:
                a = sequences[0]
                ad = tuple([v._data for v in a])
                nodes: tuple[Any, ...] = (tuple(a),)
                args: tuple[tuple[float, ...], ...] = (ad,)
                if len(sequences) == 2:
                    b = sequences[1]
                    if len(b) != len(a):
                        raise ValueError
                    if b[0].__class__ is float:
                        nodes, args = (nodes[0], None), (ad, tuple(b))
                    else:
                        nodes, args = (nodes[0], tuple(b)), (ad, tuple([v._data for v in b]))
                data = f(*args)
                if data.__class__ is float:
                    return _reduced(op, nodes, args, None, data)
            except (AttributeError, TypeError, ValueError, ArithmeticError, IndexError):
                pass
        return _over_anything(op, sequences, given)

    return record


def _over_anything(op: Op, sequences: tuple[Any, ...], given: Settings) -> Any:
    """Reduce iterables of Values and numbers, with every check; hand on what holds no Values at all."""
    assert op.over is not None
    sequences = tuple(s.tolist() if isinstance(s, np.ndarray) and s.ndim == 1 else listed(s) for s in sequences)
    settings = bind(op, (), given)
    if not any(item.__class__ is Value for s in sequences if isinstance(s, (list, tuple)) for item in s):
        return apply(op, sequences, settings)
    changed = {k: v for k, v in settings.items() if v != op.settings[k]}
    if changed:
        raise MixError(f"{op.name} over Values has no {', '.join(changed)}: put them into a Tensor for that{at()}")
    columns = [[split(op, item) for item in _listed(op, s)] for s in sequences]
    if not columns[0] or len({len(c) for c in columns}) > 1:
        lengths = " and ".join(str(len(c)) for c in columns)
        raise ShapeError(f"{op.name} over Values needs sequences of one length, at least 1, got {lengths}{at()}")
    nodes = tuple(tuple(v for v, _ in c) for c in columns)
    args = tuple(tuple(x for _, x in c) for c in columns)
    if op.over.each:
        return [_reduced(op, nodes, args, {"index": i}, _on_lists(op, args, {"index": i})) for i in range(len(args[0]))]
    return _reduced(op, nodes, args, None, _on_lists(op, args, NO_SETTINGS))


def _listed(op: Op, sequence: Any) -> Any:
    if not isinstance(sequence, (list, tuple)):
        raise MixError(f"{op.name} over Values takes lists of them, got {type(sequence).__name__}{at()}")
    return sequence


def _on_lists(op: Op, args: tuple[tuple[float, ...], ...], settings: Settings) -> float:
    assert op.over is not None
    try:
        return float(op.over.scalar(*args, **settings))
    except OverflowError:
        return math.inf  # e^x of a sum of large numbers


def _reduced(
    op: Op, nodes: Sequence[Any], args: Sequence[tuple[float, ...]], settings: Settings | None, data: float
) -> Value:
    """Make the node of a reduction."""
    y: Value = new_leaf(Value, data, False)
    for sequence in nodes:
        if sequence is not None:
            for v in sequence:
                if v is not None and v.uses is not None:
                    if mode := recording():
                        y.op, y.settings, y.uses = op, settings, 0
                        y.a, y.ad = nodes[0], args[0]
                        if len(nodes) == 2:
                            y.b, y.bd = nodes[1], args[1]
                        if mode is not True:
                            mode(y)
                    return y
    return y


def _bound(op: Op) -> Callable[..., Value]:
    """The recorder of an op with settings, as a function and method takes them."""
    record = _with_settings(op)
    return lambda x, *positional, **given: record(x, bind(op, positional, given))


class _ValueReader:
    """How ops apply to Values: floats inside, a node outside."""

    def apply(self, op: Op, operands: tuple[Any, ...], settings: Settings) -> Any:
        if op.over is not None and all(o.__class__ is not Value for o in operands):
            return _over_anything(op, operands, settings)
        if op is pack.op:  # type: ignore[attr-defined]
            from autograd.bridge import pack_values  # late: the bridge is built on both types

            return pack_values(operands)
        if not op.elementwise:
            raise MixError(
                f"{op.name} works on whole arrays: put Values into a Tensor with autograd.stack, "
                f"or start from autograd.Tensor(array){at()}"
            )
        pairs = [split(op, o) for o in operands]
        args = [x for _, x in pairs]
        return _result(op, on_floats(op, args, settings), [v for v, _ in pairs], args, settings)

    def install(self, op: Op) -> None:
        if op.over is not None:
            op.impl[list] = op.impl[tuple] = _over(op)
        if not op.elementwise:
            return
        if op.arity == 1:
            op.impl[Value] = _bound(op) if op.settings else _unary(op)
        methods.attach(methods.ValueMethods, Value, op, op.impl.get(Value, op.function))

    def uninstall(self, op: Op) -> None:
        methods.detach(methods.ValueMethods, op)


_to_power = _with_settings(POWER)


def _pow(x: Value, exponent: Any) -> Any:
    if exponent.__class__ is int or exponent.__class__ is float:
        return _to_power(x, {"exponent": exponent})
    if exponent.__class__ is not Value:
        exponent = constant(exponent)
        if exponent is NotImplemented:
            return NotImplemented
    return raise_to(x, exponent)


def _rpow(x: Value, base: Any) -> Any:
    base = constant(base)
    return NotImplemented if base is NotImplemented else raise_to(base, x)


setattr(Value, "__pow__", _pow)  # noqa: B010  (the stub declares the methods)
setattr(Value, "__rpow__", _rpow)  # noqa: B010
for _name, _op in UNARY.items():
    setattr(Value, _name, _unary(_op))
for _name, (_reflected, _op) in BINARY.items():
    setattr(Value, _name, _binary(_op))
    setattr(Value, _reflected, _binary(_op, reflected=True))

add_reader(Value, _ValueReader())
