"""What is a Tensor, and how are operations on Tensors recorded?

A `Tensor` is one numpy array in a computation graph, with numpy's names, shapes and broadcasting. Its array is never
changed in place: a write (``t[...] = x``, ``t.data -= …``) puts a new array in its place, so that whatever was computed
from the old one still holds the old one, and a backward pass can tell that the tensor was written since.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd import methods
from autograd.dispatch import apply
from autograd.domains import Array
from autograd.errors import AutogradError, DTypeError, GradientError, MixError, ShapeError, at
from autograd.modes import witness
from autograd.node import Node, new_leaf
from autograd.numpy_protocol import function_on, ufunc_on
from autograd.operators import POW, raise_to
from autograd.ops import getitem
from autograd.ops.index import plain_index
from autograd.value import Value

_new = object.__new__
_ndarray = np.ndarray


class Tensor(Node, methods.TensorMethods):
    """A numpy array in a computation graph, differentiable to any order.

    Args:
        data: numbers, nested lists of them, or an array, which is copied.
        requires_grad: is a derivative by these numbers wanted? (default False)
        label: a name, for pictures, formulas and errors.
        dtype: as for numpy; float64 for Python floats. Whole numbers and truth values carry no gradient.

    Attributes:
        data: the array, as a view that cannot be written to. Assigning copies in: ``w.data -= lr * w.grad.data``.
        grad: a Tensor of the same shape and dtype, None before `backward`. Leaves add up over several calls until
            `zero_grad`, results of ops show the last call's.

    Raises:
        DTypeError: the data are no numbers, or a gradient is wanted of whole numbers.

    >>> import numpy as np
    >>> from autograd import Tensor
    >>> w = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    >>> loss = (w @ np.ones(2)).sum()
    >>> loss.backward()
    >>> w.grad
    Tensor([[1., 1.],
            [1., 1.]])
    """

    __slots__ = ()

    _data: Array

    def __init__(
        self, data: Any, *, requires_grad: bool = False, label: str | None = None, dtype: Any = None
    ) -> None:
        array = _numbers(data, dtype)
        _fill(self, array, label)
        if requires_grad:
            self.requires_grad_()

    @staticmethod
    def from_numpy(array: Array, *, requires_grad: bool = False, label: str | None = None) -> Tensor:
        """Return a Tensor that shares an array's memory.

        Nobody can tell us when you write to the array: do not while a result computed from it waits for `backward`.
        """
        if not isinstance(array, np.ndarray):
            raise DTypeError(f"from_numpy needs a numpy array, got {type(array).__name__}{at()}")
        tensor: Tensor = _new(Tensor)
        _fill(tensor, array, label)
        return tensor.requires_grad_(requires_grad)

    # --- data and gradient --------------------------------------------------------------------------------------------

    @property
    def data(self) -> Any:
        """The array, as a view that cannot be written to; assigning an array copies it in."""
        view = self._data.view(_ReadOnly)
        view.flags.writeable = False
        return view

    @data.setter
    def data(self, numbers: Any) -> None:
        self._refuse_result("set the data of")
        array = _numbers(_detached(numbers), None).astype(self._data.dtype)
        if array.shape != self._data.shape:
            if array.ndim:
                raise ShapeError(f"{self.describe()} of shape {self.shape} cannot take data of shape {array.shape}{at()}")
            array = np.full(self._data.shape, array)
        self._data = array

    @property
    def array(self) -> Array:
        """The array itself, neither copied nor protected: for reading where every microsecond counts.

        Do not write to it: results computed from it may still need it. `data` and `numpy` hand out protected views.
        """
        return self._data

    def set_data(self, array: Array) -> None:
        """Put an array in place of a leaf's, without copying: the caller must not write to it any more.

        This is how an optimizer hands over what it computed; ``t.data = array`` copies.
        """
        self._refuse_result("set the data of")
        if array.shape != self._data.shape or array.dtype != self._data.dtype:
            raise MixError(
                f"{self.describe()} has shape {self.shape} and dtype {self.dtype}, "
                f"and cannot take over shape {array.shape} and dtype {array.dtype}{at()}"
            )
        self._data = array

    def astype_(self, dtype: Any) -> Tensor:
        """Put the numbers of a leaf into another dtype, forget its gradient, and return the leaf.

        Raises:
            DTypeError: there is no such dtype, or it is none of floats and the Tensor requires a gradient.

        >>> from autograd import Tensor
        >>> w = Tensor([1.0, 2.0], requires_grad=True)
        >>> w.astype_("float32") is w, w.dtype
        (True, dtype('float32'))
        """
        self._refuse_result("change the dtype of")
        try:
            array = self._data.astype(dtype)
        except (TypeError, ValueError) as error:
            raise DTypeError(f"there is no dtype {dtype!r}{at()}") from error
        if self.uses is not None and array.dtype.kind != "f":
            raise DTypeError(f"{self.describe()} requires a gradient, so it holds floats: got dtype {array.dtype}{at()}")
        self._data, self._grad = array, None
        return self

    @property
    def grad(self) -> Tensor | None:
        """The derivative by these numbers, None before a backward pass."""
        grad = self._grad
        if grad is not None and grad.__class__ is not Tensor:
            # Kept as a bare array until someone looks; the float 0.0 stands for an array of zeros.
            array = np.zeros_like(self._data) if grad.__class__ is float else np.asarray(grad)
            self._grad = grad = new_leaf(Tensor, array, False)
        return grad  # type: ignore[no-any-return]

    @grad.setter
    def grad(self, grad: Any) -> None:
        if grad is not None:
            grad = np.array(_detached(grad), dtype=self._data.dtype)
            if grad.shape != self._data.shape:
                raise MixError(f"the gradient of shape {self.shape} cannot have shape {grad.shape}{at()}")
        self._grad = grad

    def requires_grad_(self, wanted: bool = True) -> Tensor:
        """Say whether gradients are wanted of a leaf, and return it."""
        if wanted and self._data.dtype.kind != "f":
            what = "complex numbers" if self._data.dtype.kind == "c" else "whole numbers and truth values"
            raise DTypeError(
                f"{what} carry no gradient: {self.describe()} has dtype {self._data.dtype}; "
                f"make it of floats, as Tensor(data, dtype=float){at()}"
            )
        return super().requires_grad_(wanted)

    def backward(self, gradient: Any = None) -> None:
        """Add the derivatives of this tensor to the `.grad` of all that it was computed from.

        Args:
            gradient: the derivative of the last result by this tensor, of its shape; needed unless this is one number,
                where it is 1.

        Raises:
            GradientError: several numbers and no gradient; nothing here requires one; a leaf was written since.

        >>> from autograd import Tensor
        >>> x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
        >>> (x * x).backward([1.0, 0.0, 1.0])
        >>> x.grad
        Tensor([2., 0., 6.])
        """
        Node.backward_pass(self, gradient)

    def detach(self) -> Tensor:
        """Return a leaf with the same numbers and label that no gradient flows through."""
        return new_leaf(Tensor, self._data, False, self.label)  # type: ignore[no-any-return]

    def numpy(self) -> Array:
        """Return the numbers as a plain array that cannot be written to; `.copy()` it to write.

        Raises:
            GradientError: the tensor requires a gradient (use ``t.detach().numpy()``).
        """
        self._refuse_cut("numpy()", "t.detach().numpy()")
        view = self._data.view()
        view.setflags(write=False)
        return view

    def item(self) -> Any:
        """Return the one number there is as a Python number, cut off from the graph."""
        if self._data.size != 1:
            raise MixError(f"item() needs a tensor of one number, this one has the shape {self.shape}{at()}")
        if (told := witness()) is not None:
            told(self)
        return self._data.item()

    def tolist(self) -> Any:
        """Return the numbers as nested lists, cut off from the graph."""
        if (told := witness()) is not None:
            told(self)
        return self._data.tolist()

    def values(self) -> list[Value]:
        """Return the entries, in one row, as Values that gradients flow through: the inverse of `autograd.stack`."""
        from autograd.bridge import unpack  # late: the bridge is built on both types

        return unpack(self)

    # --- shape --------------------------------------------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return self._data.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._data.ndim

    @property
    def size(self) -> int:
        """The number of entries."""
        return self._data.size

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the entries."""
        return self._data.dtype

    @property
    def T(self) -> Tensor:
        """The tensor with its axes in reverse order."""
        return self.transpose()

    @property
    def mT(self) -> Tensor:
        """The tensor with its last two axes exchanged."""
        return self.swapaxes(-1, -2)

    # --- indexing -----------------------------------------------------------------------------------------------------

    def __getitem__(self, index: Any) -> Tensor:
        return getitem(self, index)

    def __setitem__(self, index: Any, numbers: Any) -> None:
        self._refuse_result("write into")
        # A new array, not a write into the old one: what was computed from the old one may still need it.
        array = self._data.copy()
        try:
            array[plain_index(index)] = _detached(numbers)
        except AutogradError:
            raise
        except (ValueError, IndexError, TypeError) as error:
            raise ShapeError(f"a write into {self.describe()} of shape {self.shape}: {error}{at()}") from None
        self._data = array

    def _refuse_result(self, what: str) -> None:
        if self.op is not None:
            raise GradientError(
                f"one cannot {what} {self.describe()}, the result of {self.op.name}: use where() or scatter_add() "
                f"to compute a changed one, or write into a leaf{at()}"
            )

    def __len__(self) -> int:
        if not self._data.ndim:
            raise TypeError(f"a tensor of shape () has no length{at()}")
        return len(self._data)

    def __iter__(self) -> Iterator[Any]:
        if not self._data.ndim:
            raise TypeError(f"a tensor of shape () cannot be iterated over{at()}")
        return (self[i] for i in range(len(self._data)))

    def __contains__(self, x: Any) -> bool:
        return bool((self._data == _detached(x)).any())

    # --- operators that are not just an op of the table ---------------------------------------------------------------

    def __pos__(self) -> Tensor:
        return self

    def __pow__(self, exponent: Any) -> Tensor:
        return raise_to(self, exponent)  # type: ignore[no-any-return]

    def __rpow__(self, base: Any) -> Tensor:
        return apply(POW, (base, self), {})  # type: ignore[no-any-return]

    # Comparisons give plain arrays of truth values, ready to index or to count with.

    def __eq__(self, other: object) -> Any:
        return _compare(operator.eq, self, other)

    def __ne__(self, other: object) -> Any:
        return _compare(operator.ne, self, other)

    def __lt__(self, other: Any) -> Any:
        return _compare(operator.lt, self, other)

    def __le__(self, other: Any) -> Any:
        return _compare(operator.le, self, other)

    def __gt__(self, other: Any) -> Any:
        return _compare(operator.gt, self, other)

    def __ge__(self, other: Any) -> Any:
        return _compare(operator.ge, self, other)

    __hash__ = Node.__hash__

    # --- how a Tensor is seen by Python and numpy ---------------------------------------------------------------------

    def __bool__(self) -> bool:
        if (told := witness()) is not None:
            told(self, 0.0, "!=")
        return bool(self._data)

    def __float__(self) -> float:
        self._refuse_cut("float()", "t.item()")
        return float(self.item())

    def __int__(self) -> int:
        self._refuse_cut("int()", "t.item()")
        return int(self.item())

    def __index__(self) -> int:
        if self._data.dtype.kind not in "iu" or self._data.ndim:
            raise TypeError(f"only a tensor of one whole number and shape () can be an index{at()}")
        return int(self._data.item())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        self._refuse_cut("a numpy array", "t.detach().numpy()")
        array = np.array(self._data, dtype=dtype, copy=copy)
        if array is self._data:
            array = array.view()
            array.setflags(write=False)  # a result computed from it may still need it
        return array

    def _refuse_cut(self, what: str, remedy: str) -> None:
        if self.uses is not None:
            raise GradientError(
                f"{what} of {self.describe()} that requires a gradient would cut the graph without a word: "
                f"use {remedy}, or the functions of autograd{at()}"
            )

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return ufunc_on("Tensor", ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return function_on(function, args, kwargs)

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else str(self)

    def __repr__(self) -> str:
        body = np.array2string(self._data, separator=", ", prefix="Tensor(")
        # As numpy: the usual dtypes go without saying; an empty array does not show its shape.
        shape = f", shape={self.shape}" if not self._data.size else ""
        dtype = "" if self._data.dtype in (np.float64, np.int64, np.bool_) else f", dtype={self._data.dtype}"
        made = f", op={self.op.name}" if self.op is not None else ", requires_grad=True" if self.requires_grad else ""
        name = f", label={self.label!r}" if self.label else ""
        return f"Tensor({body}{shape}{dtype}{made}{name})"


class _ReadOnly(np.ndarray[Any, Any]):
    """The view that `Tensor.data` hands out.

    Only to make ``p.data -= step`` work: Python turns it into ``p.data = p.data.__isub__(step)``, which must not write
    into the view but give a new array for the assignment to copy in. What is computed from it is a plain array.
    """

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        return array[()] if return_scalar else np.asarray(array)

    def __iadd__(self, other: Any) -> Any:  # type: ignore[misc]
        return np.asarray(self) + _detached(other)

    def __isub__(self, other: Any) -> Any:  # type: ignore[misc]
        return np.asarray(self) - _detached(other)

    def __imul__(self, other: Any) -> Any:  # type: ignore[misc]
        return np.asarray(self) * _detached(other)

    def __itruediv__(self, other: Any) -> Any:  # type: ignore[misc]
        return np.asarray(self) / _detached(other)


def _fill(tensor: Tensor, array: Array, label: str | None) -> None:
    tensor._data = array
    tensor._grad = tensor.op = tensor.a = tensor.b = tensor.ad = tensor.bd = None
    tensor.settings = tensor.uses = tensor.note = None
    tensor.label = label


def _numbers(data: Any, dtype: Any) -> Array:
    """Copy anything that holds numbers into an array."""
    if isinstance(data, Tensor):
        data = data._data
    try:
        array = np.array(data, dtype=dtype)
    except (ValueError, TypeError) as error:
        if isinstance(error, AutogradError):
            raise
        raise DTypeError(f"a Tensor holds numbers: {error}{at()}") from None
    if array.dtype.kind not in "fiubc":
        raise DTypeError(f"a Tensor holds numbers, got {type(data).__name__} of dtype {array.dtype}{at()}")
    return array


def _detached(numbers: Any) -> Any:
    """Return what is written into a leaf as an array or number; nothing that a gradient should flow through."""
    if isinstance(numbers, Node):
        if numbers.uses is not None:
            raise GradientError(
                f"writing {numbers.describe()} that requires a gradient into a leaf would cut the graph: "
                f"use .detach(){at()}"
            )
        return numbers._data
    return numbers


def _compare(how: Callable[[Any, Any], Any], t: Tensor, other: Any) -> Any:
    if isinstance(other, Value):
        constant(other)  # says that the two do not mix
    theirs = other._data if isinstance(other, Tensor) else other
    if (told := witness()) is not None:
        told(t, other, how.__name__)
    try:
        return how(t._data, theirs)
    except ValueError:
        raise ShapeError(
            f"a comparison needs shapes that broadcast together, got {t.shape} and {np.shape(theirs)}{at()}"
        ) from None


def constant(other: Any) -> Any:
    """Return what a Tensor meets in an operation as a number or array, NotImplemented where Python should look on."""
    if isinstance(other, np.ndarray):
        if other.dtype.kind not in "fiubc":
            raise MixError(f"a Tensor and an array of dtype {other.dtype} do not mix in one operation{at()}")
        # The caller may write to it before the gradient comes back through here.
        return other.copy()
    if isinstance(other, (int, float, complex, np.generic)):
        return other
    if isinstance(other, (list, tuple)):
        return _numbers(other, None)
    if isinstance(other, Node):
        raise MixError(
            f"a Tensor and a {type(other).__name__} do not mix in one operation: make both Tensors "
            f"(autograd.stack makes a Tensor of Values), or take the number with .item(){at()}"
        )
    return NotImplemented
