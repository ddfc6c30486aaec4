"""What is a Value, and how are operations on Values recorded?

A `Value` is one float in a computation graph. Every operator, method and function applied to it makes a node that
remembers its op and operands; `e.backward()` then walks the graph from e down and adds each gradient up.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import methods
from autograd.errors import DTypeError, GradientError, MixError, ShapeError, at
from autograd.modes import recording
from autograd.node import Node, new_leaf
from autograd.numpy_protocol import ufunc_on
from autograd.operators import BINARY, UNARY, raise_to
from autograd.ops import pack
from autograd.registry import NO_SETTINGS, Op, Settings, add_reader, apply, at_border, bind, on_floats

_new = object.__new__


class Value(Node, methods.ValueMethods):
    """One number in a computation graph, differentiable to any order.

    Args:
        data: a real number; it is kept as a Python float.
        label: a name, for pictures, formulas and errors.
        latex: the name in LaTeX, such as ``"w_{2,1}"``.
        requires_grad: is a derivative by this number wanted? (default True)

    Attributes:
        data: the float. A leaf's can be set: ``w.data -= lr * w.grad``.
        grad: the derivative of what `backward` was called on; 0.0 before. Leaves add up over several calls until
            `zero_grad`, results of ops show the last call's.

    Raises:
        DTypeError: `data` is not a real number, or does not fit a float.

    >>> from autograd import Value
    >>> x, w = Value(3.0, "x"), Value(-2.0, "w")
    >>> e = (x * w + 1) ** 2
    >>> e.backward()
    >>> e.data, x.grad, w.grad
    (25.0, 20.0, -30.0)
    """

    __slots__ = ()

    _data: float

    def __init__(
        self, data: Any, label: str | None = None, *, latex: str | None = None, requires_grad: bool = True
    ) -> None:
        self._data = data if data.__class__ is float else _real(data)
        self._grad = None
        self.op = None
        self.a = self.b = self.ad = self.bd = None
        self.settings = None
        self.uses = 0 if requires_grad else None
        self.label = label
        self.note = None if latex is None else {"latex": latex}

    @property
    def data(self) -> float:
        """The number, a Python float."""
        return self._data

    @data.setter
    def data(self, number: Any) -> None:
        if self.op is not None:
            raise GradientError(
                f"{self.describe()} is the result of {self.op.name}: only the data of a leaf can be set{at()}"
            )
        self._data = number if number.__class__ is float else _real(number)

    @property
    def grad(self) -> float:
        """The derivative by this number, 0.0 before a backward pass."""
        return 0.0 if self._grad is None else self._grad

    @grad.setter
    def grad(self, number: Any) -> None:
        self._grad = None if number is None else _real(number)

    def item(self) -> float:
        """Return the number as a plain float, cut off from the graph."""
        return self._data

    def detach(self) -> Value:
        """Return a leaf with the same number and label that no gradient flows through."""
        return new_leaf(Value, self._data, False, self.label)  # type: ignore[no-any-return]

    def backward(self, gradient: float | None = None) -> None:
        """Add the derivatives of this number to the `.grad` of all that it was computed from.

        Args:
            gradient: the derivative of the last result by this number, where this is not the last (default 1).

        Raises:
            GradientError: nothing here requires a gradient, or a leaf was written since it was used.

        >>> from autograd import Value
        >>> x = Value(2.0)
        >>> (x * x).backward()
        >>> x.grad
        4.0
        """
        from autograd.reverse import backward  # late: reverse is built on Value

        backward(self, None if gradient is None else _real(gradient))

    # --- operators that are not just an op of the table ---------------------------------------------------------------

    def __pow__(self, exponent: Any) -> Any:
        if exponent.__class__ is Value or isinstance(exponent, (int, float)):
            return raise_to(self, exponent)
        return _binary_result(raise_to, self, exponent)

    def __rpow__(self, base: Any) -> Any:
        return _binary_result(raise_to, base, self)

    def __round__(self, decimals: int = 0) -> Any:
        return self.round(decimals)

    def __eq__(self, other: object) -> bool:
        return _compare(self, other, float.__eq__)

    def __ne__(self, other: object) -> bool:
        return _compare(self, other, float.__ne__)

    def __lt__(self, other: Any) -> bool:
        return _compare(self, other, float.__lt__)

    def __le__(self, other: Any) -> bool:
        return _compare(self, other, float.__le__)

    def __gt__(self, other: Any) -> bool:
        return _compare(self, other, float.__gt__)

    def __ge__(self, other: Any) -> bool:
        return _compare(self, other, float.__ge__)

    __hash__ = Node.__hash__

    # --- how a Value is seen by Python and numpy ----------------------------------------------------------------------

    def __bool__(self) -> bool:
        return self._data != 0.0

    def __float__(self) -> float:
        if self.uses is not None:
            raise GradientError(
                f"float() of {self.describe()} that requires a gradient would cut the graph without a word: use "
                f"x.item() for the number, or the functions of autograd (autograd.tanh, not math.tanh){at()}"
            )
        return self._data

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        if self.uses is not None:
            raise GradientError(
                f"a numpy array of {self.describe()} that requires a gradient would cut the graph: use x.item() for "
                f"the number, or autograd.Tensor for arrays that are differentiated{at()}"
            )
        return np.array(self._data, dtype=dtype)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return ufunc_on("Value", ufunc, method, inputs, kwargs)

    def __format__(self, spec: str) -> str:
        return format(self._data, spec) if spec else str(self)

    def __repr__(self) -> str:
        name = f", {self.label!r}" if self.label else ""
        grad = "" if self._grad is None else f", grad={self._grad:.6g}"
        return f"Value({self._data!r}{name}{grad})"


def _real(data: Any) -> float:
    """Return a real number as a float, or say why it is none."""
    kind = type(data)
    if isinstance(data, Value):
        raise DTypeError(f"expected a number, got {data!r}: use x.item() for its number, or x.detach(){at()}")
    # A string has no __float__ either: float("1.5") would be too obliging.
    is_number = hasattr(kind, "__float__") or hasattr(kind, "__index__")
    if not is_number or np.ndim(data) or isinstance(data, np.complexfloating):
        raise DTypeError(f"a Value holds one real number, got {kind.__name__} {data!r}{at()}")
    try:
        return float(data)
    except OverflowError:
        raise DTypeError(f"a Value holds a float, and this int is beyond the largest, 1.8e308{at()}") from None


def constant(other: Any) -> Any:
    """Return what a Value meets in an operation as a float, NotImplemented where Python should look on, or raise."""
    if other.__class__ is float:
        return other
    if isinstance(other, Node):
        raise MixError(
            f"a Value and a {type(other).__name__} do not mix in one operation: make both Tensors "
            f"(autograd.stack makes a Tensor of Values), or take the number with .item(){at()}"
        )
    if isinstance(other, np.ndarray) and other.ndim:
        raise MixError(
            f"a Value and an array of shape {other.shape} do not mix in one operation: use an autograd.Tensor for "
            f"arrays, or a list [v * x for x in array.tolist()]{at()}"
        )
    if isinstance(other, (int, float, np.number, np.bool_, np.ndarray)) and not np.iscomplexobj(other):
        return _real(other)
    return NotImplemented


def _compare(v: Value, other: Any, how: Callable[[float, float], bool]) -> bool:
    number = other._data if other.__class__ is Value else constant(other)
    return NotImplemented if number is NotImplemented else how(v._data, number)


def _binary_result(f: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    """Apply f if the operand that is no Value is a number, so that Python can try the other type otherwise."""
    other = b if a.__class__ is Value else a
    number = other if other.__class__ is Value else constant(other)
    if number is NotImplemented:
        return NotImplemented
    return f(a, number) if other is b else f(number, b)


# --- recorders --------------------------------------------------------------------------------------------------------
# One function an op, closed over the op's float function and written out for one and for two operands: against one
# general recorder this takes a quarter of the time. Slots are set one by one, in place, because a call of a Python
# __init__ costs as much again.


def _unary(op: Op) -> Callable[[Value], Value]:
    f = op.scalar
    assert f is not None

    def record(x: Value) -> Value:
        xd = x._data
        try:
            yd = f(xd)
        except (ValueError, ArithmeticError) as error:
            yd = at_border(op, (xd,), NO_SETTINGS, error)
        y: Value = _new(Value)
        y._data = yd
        y._grad = y.b = y.bd = y.settings = y.label = y.note = None
        if x.uses is not None and recording():
            y.op = op
            y.a = x
            y.ad = xd
            y.uses = 0
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
        if wanted and recording():
            y.op = op
            y.a = a
            y.b = b
            y.ad = ad
            y.bd = bd
            y.uses = 0
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
        return _result(op, yd, (None, b), (ad, bd), None)

    return record_reflected if reflected else record


def _result(op: Op, data: float, nodes: Sequence[Any], args: Sequence[Any], settings: Settings | None) -> Value:
    """Make the node of any op: the general recorder, for what the two above do not cover."""
    wanted = any(n is not None and n.uses is not None for n in nodes) and not all(rule is None for rule in op.d)
    y: Value = new_leaf(Value, data, False)
    if wanted and recording():
        y.op, y.settings, y.uses = op, settings or None, 0
        if len(nodes) <= 2:
            y.a, y.ad = nodes[0], args[0]
            if len(nodes) == 2:
                y.b, y.bd = nodes[1], args[1]
        else:
            y.a, y.ad = tuple(nodes), tuple(args)
    return y


def _split(op: Op, operand: Any) -> tuple[Value | None, float]:
    """Return an operand as (node, float), with None for a plain number."""
    if operand.__class__ is Value:
        return operand, operand._data
    number = constant(operand)
    if number is NotImplemented:
        raise MixError(f"{op.name} takes Values and real numbers, got {type(operand).__name__} {operand!r}{at()}")
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
    sequences = tuple(s.tolist() if isinstance(s, np.ndarray) and s.ndim == 1 else s for s in sequences)
    if not any(item.__class__ is Value for s in sequences if isinstance(s, (list, tuple)) for item in s):
        return apply(op, sequences, bind(op, (), given))
    settings = bind(op, (), given)
    changed = {k: v for k, v in settings.items() if v != op.settings[k]}
    if changed:
        raise MixError(f"{op.name} over Values has no {', '.join(changed)}: put them into a Tensor for that{at()}")
    columns = [[_split(op, item) for item in _listed(op, s)] for s in sequences]
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
                    if recording():
                        y.op, y.settings, y.uses = op, settings, 0
                        y.a, y.ad = nodes[0], args[0]
                        if len(nodes) == 2:
                            y.b, y.bd = nodes[1], args[1]
                    return y
    return y


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
        pairs = [_split(op, o) for o in operands]
        args = [x for _, x in pairs]
        return _result(op, on_floats(op, args, settings), [v for v, _ in pairs], args, settings)

    def install(self, op: Op) -> None:
        if op.over is not None:
            op.impl[list] = op.impl[tuple] = _over(op)
        if not op.elementwise:
            return
        if not op.settings and op.arity == 1:
            op.impl[Value] = _unary(op)
        methods.attach(methods.ValueMethods, Value, op, op.impl.get(Value, op.function))

    def uninstall(self, op: Op) -> None:
        methods.detach(methods.ValueMethods, op)


for _name, _op in UNARY.items():
    setattr(Value, _name, _unary(_op))
for _name, (_reflected, _op) in BINARY.items():
    setattr(Value, _name, _binary(_op))
    setattr(Value, _reflected, _binary(_op, reflected=True))

add_reader(Value, _ValueReader())
