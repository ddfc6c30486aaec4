"""The types of the functions of Values, Tensors, arrays and numbers (made by `python -m autograd.stubs`; do not edit)."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from autograd.tensor import Tensor
from autograd.value import Value

Array = NDArray[Any]
Axis = int | tuple[int, ...] | None
Shape = int | Sequence[int]
Number = float | np.number[Any]

X = TypeVar("X", Value, Tensor, Array, float)

def abs(x: X) -> X:
    """Absolute value |x|, with abs'(0) = 0."""
def acos(x: X) -> X:
    """Inverse cosine in radians, for x in [-1, 1]."""
def acosh(x: X) -> X:
    """Inverse hyperbolic cosine, for x >= 1."""
@overload
def add(a: Value, b: Value | Number) -> Value:
    """Sum a + b, elementwise with broadcasting."""
@overload
def add(a: Number, b: Value) -> Value:
    """Sum a + b, elementwise with broadcasting."""
@overload
def add(a: Tensor, b: Tensor | Array | Number) -> Tensor:
    """Sum a + b, elementwise with broadcasting."""
@overload
def add(a: Array | Number, b: Tensor) -> Tensor:
    """Sum a + b, elementwise with broadcasting."""
@overload
def add(a: Array, b: Array | float) -> Array:
    """Sum a + b, elementwise with broadcasting."""
@overload
def add(a: float, b: Array) -> Array:
    """Sum a + b, elementwise with broadcasting."""
@overload
def add(a: float, b: float) -> float:
    """Sum a + b, elementwise with broadcasting."""
@overload
def argmax(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Position of the largest entry: whole numbers, which carry no gradient."""
@overload
def argmax(x: Array, axis: int | None = None, keepdims: bool = False) -> Any:
    """Position of the largest entry: whole numbers, which carry no gradient."""
@overload
def argmin(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Position of the smallest entry: whole numbers, which carry no gradient."""
@overload
def argmin(x: Array, axis: int | None = None, keepdims: bool = False) -> Any:
    """Position of the smallest entry: whole numbers, which carry no gradient."""
def asin(x: X) -> X:
    """Inverse sine in radians, for x in [-1, 1]."""
def asinh(x: X) -> X:
    """Inverse hyperbolic sine."""
@overload
def astype(x: Tensor, dtype: Any) -> Tensor:
    """The same numbers in another dtype; the gradient comes back in the old one."""
@overload
def astype(x: Array, dtype: Any) -> Any:
    """The same numbers in another dtype; the gradient comes back in the old one."""
def atan(x: X) -> X:
    """Inverse tangent in radians."""
@overload
def atan2(a: Value, b: Value | Number) -> Value:
    """Angle in radians of the point (b, a), as the first operand is the ordinate."""
@overload
def atan2(a: Number, b: Value) -> Value:
    """Angle in radians of the point (b, a), as the first operand is the ordinate."""
@overload
def atan2(a: Tensor, b: Tensor | Array | Number) -> Tensor:
    """Angle in radians of the point (b, a), as the first operand is the ordinate."""
@overload
def atan2(a: Array | Number, b: Tensor) -> Tensor:
    """Angle in radians of the point (b, a), as the first operand is the ordinate."""
@overload
def atan2(a: Array, b: Array | float) -> Array:
    """Angle in radians of the point (b, a), as the first operand is the ordinate."""
@overload
def atan2(a: float, b: Array) -> Array:
    """Angle in radians of the point (b, a), as the first operand is the ordinate."""
@overload
def atan2(a: float, b: float) -> float:
    """Angle in radians of the point (b, a), as the first operand is the ordinate."""
def atanh(x: X) -> X:
    """Inverse hyperbolic tangent, for x in (-1, 1)."""
def avg_pool(x: Sequence[Any], size: Any, stride: Any = None, padding: Any = 0) -> Tensor:
    """The mean of each window over the last axes, (…, *spatial) -> (…, *places)."""
@overload
def binary_cross_entropy(p: Value, t: Value | Number) -> Value:
    """-t ln p - (1 - t) ln (1 - p), each logarithm at least -100: the cost of the forecast p where the truth is t."""
@overload
def binary_cross_entropy(p: Number, t: Value) -> Value:
    """-t ln p - (1 - t) ln (1 - p), each logarithm at least -100: the cost of the forecast p where the truth is t."""
@overload
def binary_cross_entropy(p: Tensor, t: Tensor | Array | Number) -> Tensor:
    """-t ln p - (1 - t) ln (1 - p), each logarithm at least -100: the cost of the forecast p where the truth is t."""
@overload
def binary_cross_entropy(p: Array | Number, t: Tensor) -> Tensor:
    """-t ln p - (1 - t) ln (1 - p), each logarithm at least -100: the cost of the forecast p where the truth is t."""
@overload
def binary_cross_entropy(p: Array, t: Array | float) -> Array:
    """-t ln p - (1 - t) ln (1 - p), each logarithm at least -100: the cost of the forecast p where the truth is t."""
@overload
def binary_cross_entropy(p: float, t: Array) -> Array:
    """-t ln p - (1 - t) ln (1 - p), each logarithm at least -100: the cost of the forecast p where the truth is t."""
@overload
def binary_cross_entropy(p: float, t: float) -> float:
    """-t ln p - (1 - t) ln (1 - p), each logarithm at least -100: the cost of the forecast p where the truth is t."""
@overload
def broadcast_to(x: Tensor, shape: Sequence[int]) -> Tensor:
    """Repeat along axes of length 1 and new axes in front, without copying."""
@overload
def broadcast_to(x: Array, shape: Sequence[int]) -> Any:
    """Repeat along axes of length 1 and new axes in front, without copying."""
def cbrt(x: X) -> X:
    """Cube root, of negative numbers too; cbrt'(0) = inf."""
def ceil(x: X) -> X:
    """The smallest whole number not below x; derivative 0 everywhere."""
@overload
def cholesky(x: Tensor) -> Tensor:
    """Lower triangular L with L Lᵀ = x; the gradient is symmetric, as x must be (Murray 2016, equation 10)."""
@overload
def cholesky(x: Array) -> Any:
    """Lower triangular L with L Lᵀ = x; the gradient is symmetric, as x must be (Murray 2016, equation 10)."""
def clip(x: X, lo: float | None = None, hi: float | None = None) -> X:
    """x held between lo and hi (None: no bound); the derivative at a bound is 1."""
def concatenate(xs: Sequence[Any], axis: int | None = 0) -> Tensor:
    """Join arrays along an axis they have (flattened first for None)."""
def conv(x: Sequence[Any], w: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1) -> Tensor:
    """Inner products of kernels with all windows, (N, C, *spatial), (O, C / groups, *kernel) -> (N, O, *places)."""
def conv_transpose(x: Sequence[Any], w: Any, spatial: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1) -> Tensor:
    """The transpose of `conv` with the same kernels, (N, O, *places), (O, C / groups, *kernel) -> (N, C, *spatial)."""
def cos(x: X) -> X:
    """Cosine of an angle in radians."""
def cosh(x: X) -> X:
    """Hyperbolic cosine."""
@overload
def cross_entropy(x: Tensor, target: Array) -> Tensor:
    """ln Σ e^x - x[target] of each row of scores: one node, and half the passes over x of a log_softmax that is picked from."""
@overload
def cross_entropy(x: Array, target: Array) -> Any:
    """ln Σ e^x - x[target] of each row of scores: one node, and half the passes over x of a log_softmax that is picked from."""
@overload
def cumprod(x: Tensor, axis: int | None = None) -> Tensor:
    """Running products along an axis (of all entries in one row for None)."""
@overload
def cumprod(x: Array, axis: int | None = None) -> Any:
    """Running products along an axis (of all entries in one row for None)."""
@overload
def cumsum(x: Tensor, axis: int | None = None) -> Tensor:
    """Running sums along an axis (of all entries in one row for None)."""
@overload
def cumsum(x: Array, axis: int | None = None) -> Any:
    """Running sums along an axis (of all entries in one row for None)."""
@overload
def det(x: Tensor) -> Tensor:
    """Determinant; its gradient is taken where the matrix has an inverse."""
@overload
def det(x: Array) -> Any:
    """Determinant; its gradient is taken where the matrix has an inverse."""
@overload
def diagonal(x: Tensor, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """The entries x[i, i + offset] of the matrices along two axes, as `numpy.diagonal` (the new axis is the last)."""
@overload
def diagonal(x: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The entries x[i, i + offset] of the matrices along two axes, as `numpy.diagonal` (the new axis is the last)."""
@overload
def div(a: Value, b: Value | Number) -> Value:
    """Quotient a / b, elementwise with broadcasting."""
@overload
def div(a: Number, b: Value) -> Value:
    """Quotient a / b, elementwise with broadcasting."""
@overload
def div(a: Tensor, b: Tensor | Array | Number) -> Tensor:
    """Quotient a / b, elementwise with broadcasting."""
@overload
def div(a: Array | Number, b: Tensor) -> Tensor:
    """Quotient a / b, elementwise with broadcasting."""
@overload
def div(a: Array, b: Array | float) -> Array:
    """Quotient a / b, elementwise with broadcasting."""
@overload
def div(a: float, b: Array) -> Array:
    """Quotient a / b, elementwise with broadcasting."""
@overload
def div(a: float, b: float) -> float:
    """Quotient a / b, elementwise with broadcasting."""
@overload
def dot(a: Tensor, b: Tensor) -> Tensor:
    """Inner product Σ aᵢ bᵢ, of more axes as `numpy.dot`; of two lists of Values, one node."""
@overload
def dot(a: Array, b: Array) -> Any:
    """Inner product Σ aᵢ bᵢ, of more axes as `numpy.dot`; of two lists of Values, one node."""
@overload
def dot(a: Iterable[Value] | Iterable[Value | Number], b: Iterable[Value] | Iterable[Value | Number]) -> Value:
    """Inner product Σ aᵢ bᵢ, of more axes as `numpy.dot`; of two lists of Values, one node."""
def einsum(subscripts: str, *operands: Any) -> Tensor:
    """Einstein's summation: ``einsum("ij,jk->ik", a, b)`` is the matrix product; as `numpy.einsum`."""
def elu(x: X, alpha: float = 1.0) -> X:
    """x for x > 0, else alpha (e^x - 1) (Clevert et al. 2015)."""
@overload
def equal(a: Value, b: Value | Number) -> Value:
    """1 where a = b, else 0: no gradient flows through it."""
@overload
def equal(a: Number, b: Value) -> Value:
    """1 where a = b, else 0: no gradient flows through it."""
@overload
def equal(a: Tensor, b: Tensor | Array | Number) -> Tensor:
    """1 where a = b, else 0: no gradient flows through it."""
@overload
def equal(a: Array | Number, b: Tensor) -> Tensor:
    """1 where a = b, else 0: no gradient flows through it."""
@overload
def equal(a: Array, b: Array | float) -> Array:
    """1 where a = b, else 0: no gradient flows through it."""
@overload
def equal(a: float, b: Array) -> Array:
    """1 where a = b, else 0: no gradient flows through it."""
@overload
def equal(a: float, b: float) -> float:
    """1 where a = b, else 0: no gradient flows through it."""
def erf(x: X) -> X:
    """Error function 2/√π ∫₀ˣ e^(-t²) dt, within 2 ulp of `math.erf`."""
def erfc(x: X) -> X:
    """Complementary error function 1 - erf x, with its digits where erf x is near 1 (within 3 ulp of the true value)."""
def exp(x: X) -> X:
    """Exponential e^x."""
def exp2(x: X) -> X:
    """Power of two 2^x."""
def expm1(x: X) -> X:
    """e^x - 1, with all its digits near 0."""
@overload
def flatten(x: Tensor, start: int = 0, end: int = -1) -> Tensor:
    """Make one axis of the axes from `start` to `end` (both included; all of them by default)."""
@overload
def flatten(x: Array, start: int = 0, end: int = -1) -> Any:
    """Make one axis of the axes from `start` to `end` (both included; all of them by default)."""
@overload
def flip(x: Tensor, axis: int | tuple[int, ...] | None = None) -> Tensor:
    """Reverse the order along axes (all of them by default)."""
@overload
def flip(x: Array, axis: int | tuple[int, ...] | None = None) -> Any:
    """Reverse the order along axes (all of them by default)."""
def floor(x: X) -> X:
    """The largest whole number not above x; derivative 0 everywhere."""
@overload
def gather(x: Tensor, axis: int, index: Any) -> Tensor:
    """Pick along an axis by an array of places: out[i, j] = x[index[i, j], j] for axis 0, as `torch.gather`."""
@overload
def gather(x: Array, axis: int, index: Any) -> Any:
    """Pick along an axis by an array of places: out[i, j] = x[index[i, j], j] for axis 0, as `torch.gather`."""
def gelu(x: X, approximate: str = 'none') -> X:
    """x Φ(x), Φ the normal distribution function; approximate="tanh" for the faster form (Hendrycks and Gimpel 2016)."""
@overload
def getitem(x: Tensor, index: Any) -> Tensor:
    """x[index], basic or advanced, as numpy picks."""
@overload
def getitem(x: Array, index: Any) -> Any:
    """x[index], basic or advanced, as numpy picks."""
@overload
def greater(a: Value, b: Value | Number) -> Value:
    """1 where a > b, else 0: a step no gradient flows through."""
@overload
def greater(a: Number, b: Value) -> Value:
    """1 where a > b, else 0: a step no gradient flows through."""
@overload
def greater(a: Tensor, b: Tensor | Array | Number) -> Tensor:
    """1 where a > b, else 0: a step no gradient flows through."""
@overload
def greater(a: Array | Number, b: Tensor) -> Tensor:
    """1 where a > b, else 0: a step no gradient flows through."""
@overload
def greater(a: Array, b: Array | float) -> Array:
    """1 where a > b, else 0: a step no gradient flows through."""
@overload
def greater(a: float, b: Array) -> Array:
    """1 where a > b, else 0: a step no gradient flows through."""
@overload
def greater(a: float, b: float) -> float:
    """1 where a > b, else 0: a step no gradient flows through."""
def hardtanh(x: X, lo: float = -1.0, hi: float = 1.0) -> X:
    """x held between lo and hi; the derivative at a bound is 0, where that of `clip` is 1 (torch's two choices)."""
@overload
def hypot(a: Value, b: Value | Number) -> Value:
    """Length √(a² + b²) without overflow; its gradient at the origin is 0."""
@overload
def hypot(a: Number, b: Value) -> Value:
    """Length √(a² + b²) without overflow; its gradient at the origin is 0."""
@overload
def hypot(a: Tensor, b: Tensor | Array | Number) -> Tensor:
    """Length √(a² + b²) without overflow; its gradient at the origin is 0."""
@overload
def hypot(a: Array | Number, b: Tensor) -> Tensor:
    """Length √(a² + b²) without overflow; its gradient at the origin is 0."""
@overload
def hypot(a: Array, b: Array | float) -> Array:
    """Length √(a² + b²) without overflow; its gradient at the origin is 0."""
@overload
def hypot(a: float, b: Array) -> Array:
    """Length √(a² + b²) without overflow; its gradient at the origin is 0."""
@overload
def hypot(a: float, b: float) -> float:
    """Length √(a² + b²) without overflow; its gradient at the origin is 0."""
@overload
def inv(x: Tensor) -> Tensor:
    """Inverse matrix."""
@overload
def inv(x: Array) -> Any:
    """Inverse matrix."""
def leaky_relu(x: X, negative_slope: float = 0.01) -> X:
    """x for x > 0, else negative_slope · x."""
def log(x: X) -> X:
    """Natural logarithm ln x, for x > 0."""
def log10(x: X) -> X:
    """Logarithm to base 10."""
def log1p(x: X) -> X:
    """ln(1 + x), with all its digits near 0."""
def log2(x: X) -> X:
    """Logarithm to base 2."""
def log_cosh(x: X) -> X:
    """ln cosh x, with all its digits near 0 and without overflow far from it: x²/2 here, |x| - ln 2 there."""
@overload
def log_softmax(x: Tensor, axis: int = -1) -> Tensor:
    """ln softmax(x) = x - ln Σ e^x along an axis, without overflow and without loss for small probabilities."""
@overload
def log_softmax(x: Array, axis: int = -1) -> Any:
    """ln softmax(x) = x - ln Σ e^x along an axis, without overflow and without loss for small probabilities."""
@overload
def logabsdet(x: Tensor) -> Tensor:
    """ln |det x|, which does not overflow where det does."""
@overload
def logabsdet(x: Array) -> Any:
    """ln |det x|, which does not overflow where det does."""
@overload
def logaddexp(a: Value, b: Value | Number) -> Value:
    """ln(e^a + e^b) without overflow."""
@overload
def logaddexp(a: Number, b: Value) -> Value:
    """ln(e^a + e^b) without overflow."""
@overload
def logaddexp(a: Tensor, b: Tensor | Array | Number) -> Tensor:
    """ln(e^a + e^b) without overflow."""
@overload
def logaddexp(a: Array | Number, b: Tensor) -> Tensor:
    """ln(e^a + e^b) without overflow."""
@overload
def logaddexp(a: Array, b: Array | float) -> Array:
    """ln(e^a + e^b) without overflow."""
@overload
def logaddexp(a: float, b: Array) -> Array:
    """ln(e^a + e^b) without overflow."""
@overload
def logaddexp(a: float, b: float) -> float:
    """ln(e^a + e^b) without overflow."""
def logsigmoid(x: X) -> X:
    """ln(1 / (1 + e^-x)), with all its digits far left and right."""
@overload
def logsumexp(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """ln Σ e^x without overflow: a smooth maximum."""
@overload
def logsumexp(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    """ln Σ e^x without overflow: a smooth maximum."""
@overload
def logsumexp(x: Iterable[Value] | Iterable[Value | Number], axis: Axis = None, keepdims: bool = False) -> Value:
    """ln Σ e^x without overflow: a smooth maximum."""
@overload
def masked_select(x: Tensor, mask: Any) -> Tensor:
    """The entries where the mask is true, in one row; the mask broadcasts."""
@overload
def masked_select(x: Array, mask: Any) -> Any:
    """The entries where the mask is true, in one row; the mask broadcasts."""
def matmul(a: Any, b: Any) -> Any:
    """Matrix product (…, m, k) @ (…, k, n) -> (…, m, n); vectors as in numpy."""
@overload
def max(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The largest entry; equal largest entries share the gradient evenly."""
@overload
def max(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    """The largest entry; equal largest entries share the gradient evenly."""
@overload
def max(x: Iterable[Value] | Iterable[Value | Number], axis: Axis = None, keepdims: bool = False) -> Value:
    """The largest entry; equal largest entries share the gradient evenly."""
def max_pool(x: Sequence[Any], size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1) -> Tensor:
    """The maximum of each window over the last axes, (…, *spatial) -> (…, *places)."""
@overload
def maximum(a: Value, b: Value | Number) -> Value:
    """The larger of a and b, elementwise; nan wins, and a tie splits the gradient evenly."""
@overload
def maximum(a: Number, b: Value) -> Value:
    """The larger of a and b, elementwise; nan wins, and a tie splits the gradient evenly."""
@overload
def maximum(a: Tensor, b: Tensor | Array | Number) -> Tensor:
    """The larger of a and b, elementwise; nan wins, and a tie splits the gradient evenly."""
@overload
def maximum(a: Array | Number, b: Tensor) -> Tensor:
    """The larger of a and b, elementwise; nan wins, and a tie splits the gradient evenly."""
@overload
def maximum(a: Array, b: Array | float) -> Array:
    """The larger of a and b, elementwise; nan wins, and a tie splits the gradient evenly."""
@overload
def maximum(a: float, b: Array) -> Array:
    """The larger of a and b, elementwise; nan wins, and a tie splits the gradient evenly."""
@overload
def maximum(a: float, b: float) -> float:
    """The larger of a and b, elementwise; nan wins, and a tie splits the gradient evenly."""
@overload
def mean(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Arithmetic mean over the axes, or of all entries; over an iterable of Values, one node."""
@overload
def mean(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    """Arithmetic mean over the axes, or of all entries; over an iterable of Values, one node."""
@overload
def mean(x: Iterable[Value] | Iterable[Value | Number], axis: Axis = None, keepdims: bool = False) -> Value:
    """Arithmetic mean over the axes, or of all entries; over an iterable of Values, one node."""
@overload
def min(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The smallest entry; equal smallest entries share the gradient evenly."""
@overload
def min(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    """The smallest entry; equal smallest entries share the gradient evenly."""
@overload
def min(x: Iterable[Value] | Iterable[Value | Number], axis: Axis = None, keepdims: bool = False) -> Value:
    """The smallest entry; equal smallest entries share the gradient evenly."""
@overload
def minimum(a: Value, b: Value | Number) -> Value:
    """The smaller of a and b, elementwise; nan wins, and a tie splits the gradient evenly."""
@overload
def minimum(a: Number, b: Value) -> Value:
    """The smaller of a and b, elementwise; nan wins, and a tie splits the gradient evenly."""
@overload
def minimum(a: Tensor, b: Tensor | Array | Number) -> Tensor:
    """The smaller of a and b, elementwise; nan wins, and a tie splits the gradient evenly."""
@overload
def minimum(a: Array | Number, b: Tensor) -> Tensor:
    """The smaller of a and b, elementwise; nan wins, and a tie splits the gradient evenly."""
@overload
def minimum(a: Array, b: Array | float) -> Array:
    """The smaller of a and b, elementwise; nan wins, and a tie splits the gradient evenly."""
@overload
def minimum(a: float, b: Array) -> Array:
    """The smaller of a and b, elementwise; nan wins, and a tie splits the gradient evenly."""
@overload
def minimum(a: float, b: float) -> float:
    """The smaller of a and b, elementwise; nan wins, and a tie splits the gradient evenly."""
def mish(x: X) -> X:
    """x tanh(ln(1 + e^x)) (Misra 2019)."""
@overload
def mul(a: Value, b: Value | Number) -> Value:
    """Product a * b, elementwise with broadcasting."""
@overload
def mul(a: Number, b: Value) -> Value:
    """Product a * b, elementwise with broadcasting."""
@overload
def mul(a: Tensor, b: Tensor | Array | Number) -> Tensor:
    """Product a * b, elementwise with broadcasting."""
@overload
def mul(a: Array | Number, b: Tensor) -> Tensor:
    """Product a * b, elementwise with broadcasting."""
@overload
def mul(a: Array, b: Array | float) -> Array:
    """Product a * b, elementwise with broadcasting."""
@overload
def mul(a: float, b: Array) -> Array:
    """Product a * b, elementwise with broadcasting."""
@overload
def mul(a: float, b: float) -> float:
    """Product a * b, elementwise with broadcasting."""
def neg(x: X) -> X:
    """Negative -x."""
@overload
def norm(x: Tensor, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Length √(Σ xᵢ²) of all entries, or of those along the axes; of a vector also (Σ |xᵢ|^p)^(1/p), p = `ord`."""
@overload
def norm(x: Array, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Any:
    """Length √(Σ xᵢ²) of all entries, or of those along the axes; of a vector also (Σ |xᵢ|^p)^(1/p), p = `ord`."""
@overload
def not_equal(a: Value, b: Value | Number) -> Value:
    """1 where a ≠ b, else 0: no gradient flows through it."""
@overload
def not_equal(a: Number, b: Value) -> Value:
    """1 where a ≠ b, else 0: no gradient flows through it."""
@overload
def not_equal(a: Tensor, b: Tensor | Array | Number) -> Tensor:
    """1 where a ≠ b, else 0: no gradient flows through it."""
@overload
def not_equal(a: Array | Number, b: Tensor) -> Tensor:
    """1 where a ≠ b, else 0: no gradient flows through it."""
@overload
def not_equal(a: Array, b: Array | float) -> Array:
    """1 where a ≠ b, else 0: no gradient flows through it."""
@overload
def not_equal(a: float, b: Array) -> Array:
    """1 where a ≠ b, else 0: no gradient flows through it."""
@overload
def not_equal(a: float, b: float) -> float:
    """1 where a ≠ b, else 0: no gradient flows through it."""
def outer(a: Any, b: Any) -> Any:
    """Matrix of all products aᵢ bⱼ."""
def pack(*xs: Any) -> Any:
    """A vector of numbers: the bridge from Values to a Tensor."""
@overload
def pad(x: Tensor, pad_width: Any, constant_values: float = 0.0) -> Tensor:
    """Add a border of constant entries; `pad_width` as in `numpy.pad`."""
@overload
def pad(x: Array, pad_width: Any, constant_values: float = 0.0) -> Any:
    """Add a border of constant entries; `pad_width` as in `numpy.pad`."""
@overload
def permute(x: Tensor, *axes: Any) -> Tensor:
    """Reorder the axes: torch's name for `transpose`."""
@overload
def permute(x: Array, *axes: Any) -> Any:
    """Reorder the axes: torch's name for `transpose`."""
@overload
def pow(a: Value, b: Value | Number) -> Value:
    """Power a ** b of two variables; 0**0 = 1 with gradient 0, and d(a**b)/db = 0 at a = 0."""
@overload
def pow(a: Number, b: Value) -> Value:
    """Power a ** b of two variables; 0**0 = 1 with gradient 0, and d(a**b)/db = 0 at a = 0."""
@overload
def pow(a: Tensor, b: Tensor | Array | Number) -> Tensor:
    """Power a ** b of two variables; 0**0 = 1 with gradient 0, and d(a**b)/db = 0 at a = 0."""
@overload
def pow(a: Array | Number, b: Tensor) -> Tensor:
    """Power a ** b of two variables; 0**0 = 1 with gradient 0, and d(a**b)/db = 0 at a = 0."""
@overload
def pow(a: Array, b: Array | float) -> Array:
    """Power a ** b of two variables; 0**0 = 1 with gradient 0, and d(a**b)/db = 0 at a = 0."""
@overload
def pow(a: float, b: Array) -> Array:
    """Power a ** b of two variables; 0**0 = 1 with gradient 0, and d(a**b)/db = 0 at a = 0."""
@overload
def pow(a: float, b: float) -> float:
    """Power a ** b of two variables; 0**0 = 1 with gradient 0, and d(a**b)/db = 0 at a = 0."""
def power(x: X, exponent: float) -> X:
    """Power x ** c with a constant exponent; 0**0 = 1 with derivative 0."""
@overload
def prod(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Product over the axes, or of all entries, with the right gradient where entries are 0."""
@overload
def prod(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    """Product over the axes, or of all entries, with the right gradient where entries are 0."""
@overload
def prod(x: Iterable[Value] | Iterable[Value | Number], axis: Axis = None, keepdims: bool = False) -> Value:
    """Product over the axes, or of all entries, with the right gradient where entries are 0."""
def put(x: Sequence[Any], index: Any, shape: tuple[int, ...]) -> Tensor:
    """Zeros of a shape with x added at the places `index`; entries that meet add up. The pullback of `getitem`."""
def reciprocal(x: X) -> X:
    """Reciprocal 1 / x."""
def relu(x: X) -> X:
    """Rectified linear unit max(x, 0), with relu'(0) = 0."""
@overload
def repeat(x: Tensor, repeats: int | Sequence[int], axis: int | None = None) -> Tensor:
    """Repeat each entry (or each slice along the axis) so many times, as `numpy.repeat`."""
@overload
def repeat(x: Array, repeats: int | Sequence[int], axis: int | None = None) -> Any:
    """Repeat each entry (or each slice along the axis) so many times, as `numpy.repeat`."""
@overload
def reshape(x: Tensor, *shape: Any) -> Tensor:
    """The same entries in another shape; one length may be -1."""
@overload
def reshape(x: Array, *shape: Any) -> Any:
    """The same entries in another shape; one length may be -1."""
@overload
def roll(x: Tensor, shift: int | tuple[int, ...], axis: int | tuple[int, ...] | None = None) -> Tensor:
    """Shift along axes, what falls off at the end coming in at the front."""
@overload
def roll(x: Array, shift: int | tuple[int, ...], axis: int | tuple[int, ...] | None = None) -> Any:
    """Shift along axes, what falls off at the end coming in at the front."""
def round(x: X, decimals: int = 0) -> X:
    """x to the nearest number with so many decimals, halves to even; derivative 0 everywhere."""
@overload
def safe_div(a: Value, b: Value | Number, otherwise: float = 0.0) -> Value:
    """Quotient a / b, and the number `otherwise` with both derivatives 0 where b = 0 (0/0 and nan/0 included)."""
@overload
def safe_div(a: Number, b: Value, otherwise: float = 0.0) -> Value:
    """Quotient a / b, and the number `otherwise` with both derivatives 0 where b = 0 (0/0 and nan/0 included)."""
@overload
def safe_div(a: Tensor, b: Tensor | Array | Number, otherwise: float = 0.0) -> Tensor:
    """Quotient a / b, and the number `otherwise` with both derivatives 0 where b = 0 (0/0 and nan/0 included)."""
@overload
def safe_div(a: Array | Number, b: Tensor, otherwise: float = 0.0) -> Tensor:
    """Quotient a / b, and the number `otherwise` with both derivatives 0 where b = 0 (0/0 and nan/0 included)."""
@overload
def safe_div(a: Array, b: Array | float, otherwise: float = 0.0) -> Array:
    """Quotient a / b, and the number `otherwise` with both derivatives 0 where b = 0 (0/0 and nan/0 included)."""
@overload
def safe_div(a: float, b: Array, otherwise: float = 0.0) -> Array:
    """Quotient a / b, and the number `otherwise` with both derivatives 0 where b = 0 (0/0 and nan/0 included)."""
@overload
def safe_div(a: float, b: float, otherwise: float = 0.0) -> float:
    """Quotient a / b, and the number `otherwise` with both derivatives 0 where b = 0 (0/0 and nan/0 included)."""
def safe_log(x: X, floor: float = 1e-12) -> X:
    """Natural logarithm ln max(x, floor), of any real x, with the derivative 0 at the floor and below."""
@overload
def safe_norm(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Length √(Σ xᵢ²) of all entries or along axes, with all its digits for huge and tiny entries; gradient 0 at the origin."""
@overload
def safe_norm(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    """Length √(Σ xᵢ²) of all entries or along axes, with all its digits for huge and tiny entries; gradient 0 at the origin."""
@overload
def safe_norm(x: Iterable[Value] | Iterable[Value | Number], axis: Axis = None, keepdims: bool = False) -> Value:
    """Length √(Σ xᵢ²) of all entries or along axes, with all its digits for huge and tiny entries; gradient 0 at the origin."""
def safe_sqrt(x: X) -> X:
    """Square root √x for x >= 0, with the derivative 0 at 0, where that of `sqrt` is inf."""
@overload
def scatter_add(x: Tensor, axis: int, index: Any, src: Any) -> Tensor:
    """x with src[i, j] added at x[index[i, j], j] for axis 0, as `torch.scatter_add`: the transpose of `gather`."""
@overload
def scatter_add(x: Array, axis: int, index: Any, src: Any) -> Any:
    """x with src[i, j] added at x[index[i, j], j] for axis 0, as `torch.scatter_add`: the transpose of `gather`."""
def selu(x: X) -> X:
    """Scaled elu that keeps mean 0 and variance 1 (Klambauer et al. 2017)."""
def sigmoid(x: X) -> X:
    """Logistic function S(x) = 1 / (1 + e^-x): squashes the line onto (0, 1)."""
def sign(x: X) -> X:
    """Sign of x: -1, 0 or 1, with derivative 0 everywhere."""
def silu(x: X) -> X:
    """x / (1 + e^-x), also called swish."""
def sin(x: X) -> X:
    """Sine of an angle in radians."""
def sinh(x: X) -> X:
    """Hyperbolic sine."""
@overload
def slogdet(x: Tensor) -> tuple[Any, Tensor]:
    """Sign and ln |·| of the determinant, as `numpy.linalg.slogdet`; the sign carries no gradient."""
@overload
def slogdet(x: Array) -> tuple[Any, Any]:
    """Sign and ln |·| of the determinant, as `numpy.linalg.slogdet`; the sign carries no gradient."""
@overload
def softmax(x: Tensor, axis: int = -1) -> Tensor:
    """e^x / Σ e^x along an axis: positive numbers that add up to 1, without overflow."""
@overload
def softmax(x: Array, axis: int = -1) -> Any:
    """e^x / Σ e^x along an axis: positive numbers that add up to 1, without overflow."""
@overload
def softmax(x: Iterable[Value] | Iterable[Value | Number], axis: int = -1) -> list[Value]:
    """e^x / Σ e^x along an axis: positive numbers that add up to 1, without overflow."""
def softplus(x: X) -> X:
    """ln(1 + e^x), a smooth relu, without overflow."""
def softsign(x: X) -> X:
    """x / (1 + |x|)."""
def solve(a: Any, b: Any) -> Any:
    """The x with a @ x = b; b is a vector or a matrix of columns."""
@overload
def split(x: Tensor, parts: int | Sequence[int], axis: int = 0) -> list[Tensor]:
    """Cut along an axis into so many equal parts, or at the given places (as `numpy.split`)."""
@overload
def split(x: Array, parts: int | Sequence[int], axis: int = 0) -> list[Any]:
    """Cut along an axis into so many equal parts, or at the given places (as `numpy.split`)."""
def sqrt(x: X) -> X:
    """Square root √x, for x >= 0; sqrt'(0) = inf."""
def square(x: X) -> X:
    """Square x²."""
@overload
def squeeze(x: Tensor, axis: int | tuple[int, ...] | None = None) -> Tensor:
    """Drop axes of length 1: all of them, or those named."""
@overload
def squeeze(x: Array, axis: int | tuple[int, ...] | None = None) -> Any:
    """Drop axes of length 1: all of them, or those named."""
def stack(xs: Sequence[Any], axis: int = 0) -> Tensor:
    """Join arrays of one shape along a new axis; a list of Values becomes a Tensor that gradients flow through."""
@overload
def standardize(x: Tensor, axis: Axis = -1, eps: float = 1e-05) -> Tensor:
    """(x - mean) / √(var + eps) over the axes: numbers of mean 0 and variance 1, as layers and batches are normalised."""
@overload
def standardize(x: Array, axis: Axis = -1, eps: float = 1e-05) -> Any:
    """(x - mean) / √(var + eps) over the axes: numbers of mean 0 and variance 1, as layers and batches are normalised."""
@overload
def std(x: Tensor, axis: Axis = None, keepdims: bool = False, ddof: int = 0) -> Tensor:
    """Standard deviation √var; its gradient is 0 where all entries are equal."""
@overload
def std(x: Array, axis: Axis = None, keepdims: bool = False, ddof: int = 0) -> Any:
    """Standard deviation √var; its gradient is 0 where all entries are equal."""
@overload
def sub(a: Value, b: Value | Number) -> Value:
    """Difference a - b, elementwise with broadcasting."""
@overload
def sub(a: Number, b: Value) -> Value:
    """Difference a - b, elementwise with broadcasting."""
@overload
def sub(a: Tensor, b: Tensor | Array | Number) -> Tensor:
    """Difference a - b, elementwise with broadcasting."""
@overload
def sub(a: Array | Number, b: Tensor) -> Tensor:
    """Difference a - b, elementwise with broadcasting."""
@overload
def sub(a: Array, b: Array | float) -> Array:
    """Difference a - b, elementwise with broadcasting."""
@overload
def sub(a: float, b: Array) -> Array:
    """Difference a - b, elementwise with broadcasting."""
@overload
def sub(a: float, b: float) -> float:
    """Difference a - b, elementwise with broadcasting."""
@overload
def sum(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Sum over the axes, or of all entries; over an iterable of Values, one node."""
@overload
def sum(x: Array, axis: Axis = None, keepdims: bool = False) -> Any:
    """Sum over the axes, or of all entries; over an iterable of Values, one node."""
@overload
def sum(x: Iterable[Value] | Iterable[Value | Number], axis: Axis = None, keepdims: bool = False) -> Value:
    """Sum over the axes, or of all entries; over an iterable of Values, one node."""
@overload
def swapaxes(x: Tensor, axis1: int, axis2: int) -> Tensor:
    """Exchange two axes."""
@overload
def swapaxes(x: Array, axis1: int, axis2: int) -> Any:
    """Exchange two axes."""
def table() -> Any:
    """Return the table of all ops: name, what it is, derivative by each operand, domain, kinks."""
@overload
def take(x: Tensor, indices: Any, axis: int | None = None) -> Tensor:
    """Pick entries of the flattened array, or slices along an axis, by number, as `numpy.take`."""
@overload
def take(x: Array, indices: Any, axis: int | None = None) -> Any:
    """Pick entries of the flattened array, or slices along an axis, by number, as `numpy.take`."""
def tan(x: X) -> X:
    """Tangent of an angle in radians."""
def tanh(x: X) -> X:
    """Hyperbolic tangent: squashes the line onto (-1, 1)."""
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """Sum of products over pairs of axes, as `numpy.tensordot`."""
@overload
def tile(x: Tensor, reps: int | Sequence[int]) -> Tensor:
    """Lay copies side by side, `reps` of them along each axis, as `numpy.tile`."""
@overload
def tile(x: Array, reps: int | Sequence[int]) -> Any:
    """Lay copies side by side, `reps` of them along each axis, as `numpy.tile`."""
@overload
def trace(x: Tensor, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """Sum of the diagonal of the matrices along two axes."""
@overload
def trace(x: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Sum of the diagonal of the matrices along two axes."""
@overload
def transpose(x: Tensor, *axes: Any) -> Tensor:
    """Reorder the axes (reverse them by default), as numpy does."""
@overload
def transpose(x: Array, *axes: Any) -> Any:
    """Reorder the axes (reverse them by default), as numpy does."""
@overload
def tril(x: Tensor, k: int = 0) -> Tensor:
    """The entries on and below the k-th diagonal, zeros above."""
@overload
def tril(x: Array, k: int = 0) -> Any:
    """The entries on and below the k-th diagonal, zeros above."""
@overload
def triu(x: Tensor, k: int = 0) -> Tensor:
    """The entries on and above the k-th diagonal, zeros below."""
@overload
def triu(x: Array, k: int = 0) -> Any:
    """The entries on and above the k-th diagonal, zeros below."""
@overload
def unsqueeze(x: Tensor, axis: int | tuple[int, ...]) -> Tensor:
    """Insert axes of length 1 at these places of the result."""
@overload
def unsqueeze(x: Array, axis: int | tuple[int, ...]) -> Any:
    """Insert axes of length 1 at these places of the result."""
@overload
def var(x: Tensor, axis: Axis = None, keepdims: bool = False, ddof: int = 0) -> Tensor:
    """Variance, the mean squared distance from the mean; divided by n - ddof (numpy's default 0, torch's 1)."""
@overload
def var(x: Array, axis: Axis = None, keepdims: bool = False, ddof: int = 0) -> Any:
    """Variance, the mean squared distance from the mean; divided by n - ddof (numpy's default 0, torch's 1)."""
def where(condition: Any, a: Any, b: Any) -> Any:
    """a where the condition is true, else b: the choice that a rule or a recorded graph can be replayed with."""
def windows(x: Sequence[Any], size: Sequence[int], stride: Any = 1, padding: Any = 0, dilation: Any = 1) -> Tensor:
    """All windows of a kernel that slides over the last axes, (…, *spatial) -> (…, *size, *places)."""
__all__ = ["abs", "acos", "acosh", "add", "argmax", "argmin", "asin", "asinh", "astype", "atan", "atan2", "atanh", "avg_pool", "binary_cross_entropy", "broadcast_to", "cbrt", "ceil", "cholesky", "clip", "concatenate", "conv", "conv_transpose", "cos", "cosh", "cross_entropy", "cumprod", "cumsum", "det", "diagonal", "div", "dot", "einsum", "elu", "equal", "erf", "erfc", "exp", "exp2", "expm1", "flatten", "flip", "floor", "gather", "gelu", "getitem", "greater", "hardtanh", "hypot", "inv", "leaky_relu", "log", "log10", "log1p", "log2", "log_cosh", "log_softmax", "logabsdet", "logaddexp", "logsigmoid", "logsumexp", "masked_select", "matmul", "max", "max_pool", "maximum", "mean", "min", "minimum", "mish", "mul", "neg", "norm", "not_equal", "outer", "pack", "pad", "permute", "pow", "power", "prod", "put", "reciprocal", "relu", "repeat", "reshape", "roll", "round", "safe_div", "safe_log", "safe_norm", "safe_sqrt", "scatter_add", "selu", "sigmoid", "sign", "silu", "sin", "sinh", "slogdet", "softmax", "softplus", "softsign", "solve", "split", "sqrt", "square", "squeeze", "stack", "standardize", "std", "sub", "sum", "swapaxes", "table", "take", "tan", "tanh", "tensordot", "tile", "trace", "transpose", "tril", "triu", "unsqueeze", "var", "where", "windows"]
