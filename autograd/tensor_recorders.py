"""How are operations on Tensors recorded?

As for Value: one function an op, written out for one and for two operands, and a general one for all else. Importing this
file is what gives Tensor its operators and methods.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import methods
from autograd.blocks import LARGE, blocked, large
from autograd.dispatch import on_arrays, shape_error
from autograd.errors import MixError, at
from autograd.modes import KEEPS_STEPS, recording
from autograd.node import new_leaf
from autograd.op import NO_SETTINGS, Op, Settings
from autograd.operators import BINARY, MATMUL, UNARY
from autograd.registry import add_reader, bind, composites
from autograd.tensor import Tensor, constant

_new = object.__new__
_ndarray = np.ndarray


def _unary(op: Op) -> Callable[[Tensor], Tensor]:
    f = op.array
    if op.elementwise and all(rule is None for rule in op.d):  # a step, which no gradient flows through
        return lambda x: _record(op, (x,), (x._data,), NO_SETTINGS)
    on_large = large(f, 1)

    def record(x: Tensor) -> Tensor:
        xd = x._data
        yd: Any = f(xd) if xd.size < LARGE else on_large(xd)
        y: Tensor = _new(Tensor)
        y._data = yd if yd.__class__ is _ndarray else np.asarray(yd)
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


def _binary(op: Op) -> Callable[[Any, Any], Any]:
    f = op.array
    on_large = large(f, 2) if op.elementwise else f

    def record(a: Any, b: Any) -> Any:
        ad = a._data
        bd: Any
        yd: Any
        if b.__class__ is Tensor:
            bd = b._data
            wanted = a.uses is not None or b.uses is not None
        else:
            bd = b if b.__class__ is float else constant(b)
            if bd is NotImplemented:
                return NotImplemented
            b = None
            wanted = a.uses is not None
        try:
            yd = f(ad, bd) if ad.size < LARGE else on_large(ad, bd)
        except ValueError as error:
            raise shape_error(op, (ad, bd), NO_SETTINGS, error) from None
        y: Tensor = _new(Tensor)
        y._data = yd if yd.__class__ is _ndarray else np.asarray(yd)
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

    return record


def _reflected(op: Op) -> Callable[[Any, Any], Any]:
    f = op.array

    def record(b: Any, a: Any) -> Any:
        # Python calls b.__rsub__(a) for a - b only where a is no Tensor: a is the constant.
        bd = b._data
        ad = a if a.__class__ is float else constant(a)
        if ad is NotImplemented:
            return NotImplemented
        try:
            yd = f(ad, bd)
        except ValueError as error:
            raise shape_error(op, (ad, bd), NO_SETTINGS, error) from None
        y: Tensor = _new(Tensor)
        y._data = yd if yd.__class__ is _ndarray else np.asarray(yd)
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

    return record


def _structural(op: Op) -> Callable[..., Any]:
    """The recorder of a structural op of one operand: the settings are bound, nothing is looked for."""
    defaults, names = op.settings, tuple(op.settings)

    def record(x: Tensor, *args: Any, **given: Any) -> Tensor:
        settings = {**defaults, **given} if given.keys() <= defaults.keys() and not args else bind(op, args, given)
        return _record(op, (x,), (x._data,), settings)

    return record if names else lambda x: _record(op, (x,), (x._data,), NO_SETTINGS)


def _record(op: Op, nodes: Sequence[Any], args: Sequence[Any], settings: Settings) -> Tensor:
    """Compute and record any op: the general recorder."""
    data = on_arrays(op, args, settings) if not op.elementwise else blocked(lambda *a: on_arrays(op, a, settings), args)
    y: Tensor = new_leaf(Tensor, data if data.__class__ is _ndarray else np.asarray(data), False)
    # Whole numbers (an argmax) and truth values (a comparison) carry no gradient, whatever they were computed from.
    wanted = False
    for n in nodes:
        if n is not None and n.uses is not None:
            wanted = True
            break
    if wanted and y._data.dtype.kind == "f" and (mode := recording()):
        if op.elementwise and all(rule is None for rule in op.d) and not KEEPS_STEPS.get():
            return y
        y.op, y.settings, y.uses = op, settings or None, 0
        if op.variadic or len(nodes) > 2:
            y.a, y.ad = tuple(nodes), tuple(args)
        else:
            y.a, y.ad = nodes[0], args[0]
            if len(nodes) == 2:
                y.b, y.bd = nodes[1], args[1]
        if mode is not True:
            mode(y)
    return y


def _split(op: Op, operand: Any) -> tuple[Tensor | None, Any]:
    """Return an operand as (node, array), with None for plain numbers and arrays."""
    if operand.__class__ is Tensor:
        return operand, operand._data
    number = constant(operand)
    if number is NotImplemented:
        raise MixError(f"{op.name} takes Tensors, arrays and numbers, got {type(operand).__name__}{at()}")
    if op.vjp is not None and not isinstance(number, np.ndarray):
        number = np.asarray(number)
    return None, number


class _TensorReader:
    """How ops apply to Tensors: arrays inside, a node outside."""

    def apply(self, op: Op, operands: tuple[Any, ...], settings: Settings) -> Any:
        pairs = [_split(op, o) for o in operands]
        return _record(op, [n for n, _ in pairs], [d for _, d in pairs], settings)

    def install(self, op: Op) -> None:
        if op.elementwise and not op.settings and op.arity == 1:
            op.impl[Tensor] = _unary(op)
        elif not op.elementwise and op.arity == 1 and not op.variadic:
            op.impl[Tensor] = _structural(op)
        if not op.variadic and op.array.__name__ == op.name:  # else a function around it is the public one
            methods.attach(methods.TensorMethods, Tensor, op, op.impl.get(Tensor, op.function))

    def uninstall(self, op: Op) -> None:
        methods.detach(methods.TensorMethods, op)


for _name, _op in UNARY.items():
    setattr(Tensor, _name, _unary(_op))
for _name, (_reflected_name, _op) in BINARY.items():
    setattr(Tensor, _name, _binary(_op))
    setattr(Tensor, _reflected_name, _reflected(_op))
setattr(Tensor, "__matmul__", _binary(MATMUL))  # noqa: B010  (the stub declares the method)
setattr(Tensor, "__rmatmul__", _reflected(MATMUL))  # noqa: B010

add_reader(Tensor, _TensorReader())
for _name, _function in composites().items():
    setattr(methods.TensorMethods, _name, _function)
