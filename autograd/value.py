"""What is a Value, and how are operations on Values recorded?

A `Value` is one float in a computation graph. Every operator, method and function applied to it makes a node that
remembers its op and operands; `e.backward()` then walks the graph from e down and adds each gradient up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import methods
from autograd.errors import DTypeError, GradientError, MixError, at, short
from autograd.modes import witness
from autograd.node import Node, new_leaf
from autograd.numpy_protocol import ufunc_on

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
        return self.item()

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
        if (told := witness()) is not None:
            told(self)
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
        Node.backward_pass(self, None if gradient is None else _real(gradient))

    # --- operators that are not just an op of the table ---------------------------------------------------------------

    def __pos__(self) -> Value:
        return self

    def __round__(self, decimals: int = 0) -> Any:
        return self.round(decimals)

    def __eq__(self, other: object) -> bool:
        return _compare(self, other, "==", float.__eq__)

    def __ne__(self, other: object) -> bool:
        return _compare(self, other, "!=", float.__ne__)

    def __lt__(self, other: Any) -> bool:
        return _compare(self, other, "<", float.__lt__)

    def __le__(self, other: Any) -> bool:
        return _compare(self, other, "<=", float.__le__)

    def __gt__(self, other: Any) -> bool:
        return _compare(self, other, ">", float.__gt__)

    def __ge__(self, other: Any) -> bool:
        return _compare(self, other, ">=", float.__ge__)

    __hash__ = Node.__hash__

    # --- how a Value is seen by Python and numpy ----------------------------------------------------------------------

    def __bool__(self) -> bool:
        return _compare(self, 0.0, "!=", float.__ne__)

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
                f"the number, or an autograd.Tensor, which autograd.stack makes of Values{at()}"
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
    if not is_number or np.ndim(data) or np.iscomplexobj(data):
        raise DTypeError(f"a Value holds one real number, got {kind.__name__} {short(data)}{at()}")
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


def _compare(v: Value, other: Any, sign: str, how: Callable[[float, float], bool]) -> bool:
    number = other._data if other.__class__ is Value else constant(other)
    if number is NotImplemented:
        return NotImplemented  # type: ignore[no-any-return]
    truth: bool = how(v._data, number)
    if (told := witness()) is not None:
        told(v, other, sign, truth)
    return truth
