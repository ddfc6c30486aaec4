"""The types of the methods of Value and Tensor that the registry makes (made by `python -m autograd.stubs`; do not edit)."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.op import Op
from autograd.tensor import Tensor
from autograd.value import Value

Array = NDArray[Any]
Axis = int | tuple[int, ...] | None
Shape = int | Sequence[int]
Number = float | np.number[Any]

def attach(bag: type, kind: type, op: Op, function: Callable[..., Any]) -> None: ...
def detach(bag: type, op: Op) -> None: ...

class ValueMethods:
    def __neg__(self) -> Value: ...
    def __abs__(self) -> Value: ...
    def __pow__(self, exponent: Value | Number) -> Value: ...
    def __rpow__(self, base: Number) -> Value: ...
    def __add__(self, other: Value | Number) -> Value: ...
    def __radd__(self, other: Number) -> Value: ...
    def __sub__(self, other: Value | Number) -> Value: ...
    def __rsub__(self, other: Number) -> Value: ...
    def __mul__(self, other: Value | Number) -> Value: ...
    def __rmul__(self, other: Number) -> Value: ...
    def __truediv__(self, other: Value | Number) -> Value: ...
    def __rtruediv__(self, other: Number) -> Value: ...
    def abs(self) -> Value:
        """Absolute value |x|, with abs'(0) = 0."""
    def acos(self) -> Value:
        """Inverse cosine in radians, for x in [-1, 1]."""
    def acosh(self) -> Value:
        """Inverse hyperbolic cosine, for x >= 1."""
    def add(self, b: Value | Number) -> Value:
        """Sum a + b, elementwise with broadcasting."""
    def alias(self) -> Value:
        """The same number as another node: what a transform differentiates by, when it is handed a node."""
    def asin(self) -> Value:
        """Inverse sine in radians, for x in [-1, 1]."""
    def asinh(self) -> Value:
        """Inverse hyperbolic sine."""
    def atan(self) -> Value:
        """Inverse tangent in radians."""
    def atan2(self, b: Value | Number) -> Value:
        """Angle in radians of the point (b, a), as the first operand is the ordinate."""
    def atanh(self) -> Value:
        """Inverse hyperbolic tangent, for x in (-1, 1)."""
    def binary_cross_entropy(self, t: Value | Number) -> Value:
        """-t ln p - (1 - t) ln (1 - p), each logarithm at least -100: the cost of the forecast p where the truth is t."""
    def cbrt(self) -> Value:
        """Cube root, of negative numbers too; cbrt'(0) = inf."""
    def ceil(self) -> Value:
        """The smallest whole number not below x; derivative 0 everywhere."""
    def clip(self, lo: float | None = None, hi: float | None = None) -> Value:
        """x held between lo and hi (None: no bound); the derivative at a bound is 1."""
    def cos(self) -> Value:
        """Cosine of an angle in radians."""
    def cosh(self) -> Value:
        """Hyperbolic cosine."""
    def div(self, b: Value | Number) -> Value:
        """Quotient a / b, elementwise with broadcasting."""
    def elu(self, alpha: float = 1.0) -> Value:
        """x for x > 0, else alpha (e^x - 1) (Clevert et al. 2015)."""
    def equal(self, b: Value | Number) -> Value:
        """1 where a = b, else 0: no gradient flows through it."""
    def erf(self) -> Value:
        """Error function 2/√π ∫₀ˣ e^(-t²) dt, within 2 ulp of `math.erf`."""
    def erfc(self) -> Value:
        """Complementary error function 1 - erf x, with its digits where erf x is near 1 (within 3 ulp of the true value)."""
    def exp(self) -> Value:
        """Exponential e^x."""
    def exp2(self) -> Value:
        """Power of two 2^x."""
    def expm1(self) -> Value:
        """e^x - 1, with all its digits near 0."""
    def floor(self) -> Value:
        """The largest whole number not above x; derivative 0 everywhere."""
    def gelu(self, approximate: str = 'none') -> Value:
        """x Φ(x), Φ the normal distribution function; approximate="tanh" for the faster form (Hendrycks and Gimpel 2016)."""
    def greater(self, b: Value | Number) -> Value:
        """1 where a > b, else 0: a step no gradient flows through."""
    def hardtanh(self, lo: float = -1.0, hi: float = 1.0) -> Value:
        """x held between lo and hi; the derivative at a bound is 0, where that of `clip` is 1 (torch's two choices)."""
    def hypot(self, b: Value | Number) -> Value:
        """Length √(a² + b²) without overflow; its gradient at the origin is 0."""
    def leaky_relu(self, negative_slope: float = 0.01) -> Value:
        """x for x > 0, else negative_slope · x."""
    def log(self) -> Value:
        """Natural logarithm ln x, for x > 0."""
    def log10(self) -> Value:
        """Logarithm to base 10."""
    def log1p(self) -> Value:
        """ln(1 + x), with all its digits near 0."""
    def log2(self) -> Value:
        """Logarithm to base 2."""
    def log_cosh(self) -> Value:
        """ln cosh x, with all its digits near 0 and without overflow far from it: x²/2 here, |x| - ln 2 there."""
    def logaddexp(self, b: Value | Number) -> Value:
        """ln(e^a + e^b) without overflow."""
    def logsigmoid(self) -> Value:
        """ln(1 / (1 + e^-x)), with all its digits far left and right."""
    def maximum(self, b: Value | Number) -> Value:
        """The larger of a and b, elementwise; nan wins, and a tie splits the gradient evenly."""
    def minimum(self, b: Value | Number) -> Value:
        """The smaller of a and b, elementwise; nan wins, and a tie splits the gradient evenly."""
    def mish(self) -> Value:
        """x tanh(ln(1 + e^x)) (Misra 2019)."""
    def mul(self, b: Value | Number) -> Value:
        """Product a * b, elementwise with broadcasting."""
    def neg(self) -> Value:
        """Negative -x."""
    def not_equal(self, b: Value | Number) -> Value:
        """1 where a ≠ b, else 0: no gradient flows through it."""
    def pow(self, b: Value | Number) -> Value:
        """Power a ** b of two variables; 0**0 = 1 with gradient 0, and d(a**b)/db = 0 at a = 0."""
    def power(self, exponent: float) -> Value:
        """Power x ** c with a constant exponent; 0**0 = 1 with derivative 0."""
    def reciprocal(self) -> Value:
        """Reciprocal 1 / x."""
    def relu(self) -> Value:
        """Rectified linear unit max(x, 0), with relu'(0) = 0."""
    def round(self, decimals: int = 0) -> Value:
        """x to the nearest number with so many decimals, halves to even; derivative 0 everywhere."""
    def safe_div(self, b: Value | Number, otherwise: float = 0.0) -> Value:
        """Quotient a / b, and the number `otherwise` with both derivatives 0 where b = 0 (0/0 and nan/0 included)."""
    def safe_log(self, floor: float = 1e-12) -> Value:
        """Natural logarithm ln max(x, floor), of any real x, with the derivative 0 at the floor and below."""
    def safe_sqrt(self) -> Value:
        """Square root √x for x >= 0, with the derivative 0 at 0, where that of `sqrt` is inf."""
    def selu(self) -> Value:
        """Scaled elu that keeps mean 0 and variance 1 (Klambauer et al. 2017)."""
    def sigmoid(self) -> Value:
        """Logistic function S(x) = 1 / (1 + e^-x): squashes the line onto (0, 1)."""
    def sign(self) -> Value:
        """Sign of x: -1, 0 or 1, with derivative 0 everywhere."""
    def silu(self) -> Value:
        """x / (1 + e^-x), also called swish."""
    def sin(self) -> Value:
        """Sine of an angle in radians."""
    def sinh(self) -> Value:
        """Hyperbolic sine."""
    def softplus(self) -> Value:
        """ln(1 + e^x), a smooth relu, without overflow."""
    def softsign(self) -> Value:
        """x / (1 + |x|)."""
    def sqrt(self) -> Value:
        """Square root √x, for x >= 0; sqrt'(0) = inf."""
    def square(self) -> Value:
        """Square x²."""
    def sub(self, b: Value | Number) -> Value:
        """Difference a - b, elementwise with broadcasting."""
    def tan(self) -> Value:
        """Tangent of an angle in radians."""
    def tanh(self) -> Value:
        """Hyperbolic tangent: squashes the line onto (-1, 1)."""
    def where(self, a: Value | Number, b: Value | Number) -> Value:
        """a where the condition is true, else b: the choice that a rule or a recorded graph can be replayed with."""

class TensorMethods:
    def __neg__(self) -> Tensor: ...
    def __abs__(self) -> Tensor: ...
    def __add__(self, other: Tensor | Array | Number) -> Tensor: ...
    def __radd__(self, other: Array | Number) -> Tensor: ...
    def __sub__(self, other: Tensor | Array | Number) -> Tensor: ...
    def __rsub__(self, other: Array | Number) -> Tensor: ...
    def __mul__(self, other: Tensor | Array | Number) -> Tensor: ...
    def __rmul__(self, other: Array | Number) -> Tensor: ...
    def __truediv__(self, other: Tensor | Array | Number) -> Tensor: ...
    def __rtruediv__(self, other: Array | Number) -> Tensor: ...
    def __matmul__(self, other: Tensor | Array) -> Tensor: ...
    def __rmatmul__(self, other: Array) -> Tensor: ...
    def abs(self) -> Tensor:
        """Absolute value |x|, with abs'(0) = 0."""
    def acos(self) -> Tensor:
        """Inverse cosine in radians, for x in [-1, 1]."""
    def acosh(self) -> Tensor:
        """Inverse hyperbolic cosine, for x >= 1."""
    def add(self, b: Tensor | Array | Number) -> Tensor:
        """Sum a + b, elementwise with broadcasting."""
    def alias(self) -> Tensor:
        """The same number as another node: what a transform differentiates by, when it is handed a node."""
    def argmax(self, axis: int | None = None, keepdims: bool = False) -> Tensor:
        """Position of the largest entry: whole numbers, which carry no gradient."""
    def argmin(self, axis: int | None = None, keepdims: bool = False) -> Tensor:
        """Position of the smallest entry: whole numbers, which carry no gradient."""
    def asin(self) -> Tensor:
        """Inverse sine in radians, for x in [-1, 1]."""
    def asinh(self) -> Tensor:
        """Inverse hyperbolic sine."""
    def astype(self, dtype: Any) -> Tensor:
        """The same numbers in another dtype; the gradient comes back in the old one."""
    def atan(self) -> Tensor:
        """Inverse tangent in radians."""
    def atan2(self, b: Tensor | Array | Number) -> Tensor:
        """Angle in radians of the point (b, a), as the first operand is the ordinate."""
    def atanh(self) -> Tensor:
        """Inverse hyperbolic tangent, for x in (-1, 1)."""
    def binary_cross_entropy(self, t: Tensor | Array | Number) -> Tensor:
        """-t ln p - (1 - t) ln (1 - p), each logarithm at least -100: the cost of the forecast p where the truth is t."""
    def broadcast_to(self, shape: Sequence[int]) -> Tensor:
        """Repeat along axes of length 1 and new axes in front, without copying."""
    def cbrt(self) -> Tensor:
        """Cube root, of negative numbers too; cbrt'(0) = inf."""
    def ceil(self) -> Tensor:
        """The smallest whole number not below x; derivative 0 everywhere."""
    def cholesky(self) -> Tensor:
        """Lower triangular L with L Lᵀ = x; the gradient is symmetric, as x must be (Murray 2016, equation 10)."""
    def clip(self, lo: float | None = None, hi: float | None = None) -> Tensor:
        """x held between lo and hi (None: no bound); the derivative at a bound is 1."""
    def cos(self) -> Tensor:
        """Cosine of an angle in radians."""
    def cosh(self) -> Tensor:
        """Hyperbolic cosine."""
    def cross_entropy(self, target: Array) -> Tensor:
        """ln Σ e^x - x[target] of each row of scores: one node, and half the passes over x of a log_softmax that is picked from."""
    def cumprod(self, axis: int | None = None) -> Tensor:
        """Running products along an axis (of all entries in one row for None)."""
    def cumsum(self, axis: int | None = None) -> Tensor:
        """Running sums along an axis (of all entries in one row for None)."""
    def det(self) -> Tensor:
        """Determinant; its gradient is taken where the matrix has an inverse."""
    def div(self, b: Tensor | Array | Number) -> Tensor:
        """Quotient a / b, elementwise with broadcasting."""
    def dot(self, b: Tensor | Array | Number) -> Tensor:
        """Inner product Σ aᵢ bᵢ, of more axes as `numpy.dot`; of two lists of Values, one node."""
    def elu(self, alpha: float = 1.0) -> Tensor:
        """x for x > 0, else alpha (e^x - 1) (Clevert et al. 2015)."""
    def entry(self, index: int) -> Tensor:
        """One number of an array, counted along its rows."""
    def equal(self, b: Tensor | Array | Number) -> Tensor:
        """1 where a = b, else 0: no gradient flows through it."""
    def erf(self) -> Tensor:
        """Error function 2/√π ∫₀ˣ e^(-t²) dt, within 2 ulp of `math.erf`."""
    def erfc(self) -> Tensor:
        """Complementary error function 1 - erf x, with its digits where erf x is near 1 (within 3 ulp of the true value)."""
    def exp(self) -> Tensor:
        """Exponential e^x."""
    def exp2(self) -> Tensor:
        """Power of two 2^x."""
    def expm1(self) -> Tensor:
        """e^x - 1, with all its digits near 0."""
    def flip(self, axis: int | tuple[int, ...] | None = None) -> Tensor:
        """Reverse the order along axes (all of them by default)."""
    def floor(self) -> Tensor:
        """The largest whole number not above x; derivative 0 everywhere."""
    def gelu(self, approximate: str = 'none') -> Tensor:
        """x Φ(x), Φ the normal distribution function; approximate="tanh" for the faster form (Hendrycks and Gimpel 2016)."""
    def greater(self, b: Tensor | Array | Number) -> Tensor:
        """1 where a > b, else 0: a step no gradient flows through."""
    def hardtanh(self, lo: float = -1.0, hi: float = 1.0) -> Tensor:
        """x held between lo and hi; the derivative at a bound is 0, where that of `clip` is 1 (torch's two choices)."""
    def hypot(self, b: Tensor | Array | Number) -> Tensor:
        """Length √(a² + b²) without overflow; its gradient at the origin is 0."""
    def inv(self) -> Tensor:
        """Inverse matrix."""
    def leaky_relu(self, negative_slope: float = 0.01) -> Tensor:
        """x for x > 0, else negative_slope · x."""
    def log(self) -> Tensor:
        """Natural logarithm ln x, for x > 0."""
    def log10(self) -> Tensor:
        """Logarithm to base 10."""
    def log1p(self) -> Tensor:
        """ln(1 + x), with all its digits near 0."""
    def log2(self) -> Tensor:
        """Logarithm to base 2."""
    def log_cosh(self) -> Tensor:
        """ln cosh x, with all its digits near 0 and without overflow far from it: x²/2 here, |x| - ln 2 there."""
    def log_softmax(self, axis: int = -1) -> Tensor:
        """ln softmax(x) = x - ln Σ e^x along an axis, without overflow and without loss for small probabilities."""
    def logabsdet(self) -> Tensor:
        """ln |det x|, which does not overflow where det does."""
    def logaddexp(self, b: Tensor | Array | Number) -> Tensor:
        """ln(e^a + e^b) without overflow."""
    def logsigmoid(self) -> Tensor:
        """ln(1 / (1 + e^-x)), with all its digits far left and right."""
    def logsumexp(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """ln Σ e^x without overflow: a smooth maximum."""
    def matmul(self, b: Tensor | Array | Number) -> Tensor:
        """Matrix product (…, m, k) @ (…, k, n) -> (…, m, n); vectors as in numpy."""
    def max(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """The largest entry; equal largest entries share the gradient evenly."""
    def maximum(self, b: Tensor | Array | Number) -> Tensor:
        """The larger of a and b, elementwise; nan wins, and a tie splits the gradient evenly."""
    def mean(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Arithmetic mean over the axes, or of all entries; over an iterable of Values, one node."""
    def min(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """The smallest entry; equal smallest entries share the gradient evenly."""
    def minimum(self, b: Tensor | Array | Number) -> Tensor:
        """The smaller of a and b, elementwise; nan wins, and a tie splits the gradient evenly."""
    def mish(self) -> Tensor:
        """x tanh(ln(1 + e^x)) (Misra 2019)."""
    def mul(self, b: Tensor | Array | Number) -> Tensor:
        """Product a * b, elementwise with broadcasting."""
    def neg(self) -> Tensor:
        """Negative -x."""
    def not_equal(self, b: Tensor | Array | Number) -> Tensor:
        """1 where a ≠ b, else 0: no gradient flows through it."""
    def outer(self, b: Tensor | Array | Number) -> Tensor:
        """Matrix of all products aᵢ bⱼ."""
    def pad(self, pad_width: Any, constant_values: float = 0.0) -> Tensor:
        """Add a border of constant entries; `pad_width` as in `numpy.pad`."""
    def pow(self, b: Tensor | Array | Number) -> Tensor:
        """Power a ** b of two variables; 0**0 = 1 with gradient 0, and d(a**b)/db = 0 at a = 0."""
    def power(self, exponent: float) -> Tensor:
        """Power x ** c with a constant exponent; 0**0 = 1 with derivative 0."""
    def prod(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Product over the axes, or of all entries, with the right gradient where entries are 0."""
    def reciprocal(self) -> Tensor:
        """Reciprocal 1 / x."""
    def relu(self) -> Tensor:
        """Rectified linear unit max(x, 0), with relu'(0) = 0."""
    def roll(self, shift: int | tuple[int, ...], axis: int | tuple[int, ...] | None = None) -> Tensor:
        """Shift along axes, what falls off at the end coming in at the front."""
    def round(self, decimals: int = 0) -> Tensor:
        """x to the nearest number with so many decimals, halves to even; derivative 0 everywhere."""
    def safe_div(self, b: Tensor | Array | Number, otherwise: float = 0.0) -> Tensor:
        """Quotient a / b, and the number `otherwise` with both derivatives 0 where b = 0 (0/0 and nan/0 included)."""
    def safe_log(self, floor: float = 1e-12) -> Tensor:
        """Natural logarithm ln max(x, floor), of any real x, with the derivative 0 at the floor and below."""
    def safe_norm(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Length √(Σ xᵢ²) of all entries or along axes, with all its digits for huge and tiny entries; gradient 0 at the origin."""
    def safe_sqrt(self) -> Tensor:
        """Square root √x for x >= 0, with the derivative 0 at 0, where that of `sqrt` is inf."""
    def selu(self) -> Tensor:
        """Scaled elu that keeps mean 0 and variance 1 (Klambauer et al. 2017)."""
    def sigmoid(self) -> Tensor:
        """Logistic function S(x) = 1 / (1 + e^-x): squashes the line onto (0, 1)."""
    def sign(self) -> Tensor:
        """Sign of x: -1, 0 or 1, with derivative 0 everywhere."""
    def silu(self) -> Tensor:
        """x / (1 + e^-x), also called swish."""
    def sin(self) -> Tensor:
        """Sine of an angle in radians."""
    def sinh(self) -> Tensor:
        """Hyperbolic sine."""
    def softmax(self, axis: int = -1) -> Tensor:
        """e^x / Σ e^x along an axis: positive numbers that add up to 1, without overflow."""
    def softplus(self) -> Tensor:
        """ln(1 + e^x), a smooth relu, without overflow."""
    def softsign(self) -> Tensor:
        """x / (1 + |x|)."""
    def solve(self, b: Tensor | Array | Number) -> Tensor:
        """The x with a @ x = b; b is a vector or a matrix of columns."""
    def sqrt(self) -> Tensor:
        """Square root √x, for x >= 0; sqrt'(0) = inf."""
    def square(self) -> Tensor:
        """Square x²."""
    def standardize(self, axis: Axis = -1, eps: float = 1e-05) -> Tensor:
        """(x - mean) / √(var + eps) over the axes: numbers of mean 0 and variance 1, as layers and batches are normalised."""
    def std(self, axis: Axis = None, keepdims: bool = False, ddof: int = 0) -> Tensor:
        """Standard deviation √var; its gradient is 0 where all entries are equal."""
    def sub(self, b: Tensor | Array | Number) -> Tensor:
        """Difference a - b, elementwise with broadcasting."""
    def sum(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Sum over the axes, or of all entries; over an iterable of Values, one node."""
    def tan(self) -> Tensor:
        """Tangent of an angle in radians."""
    def tanh(self) -> Tensor:
        """Hyperbolic tangent: squashes the line onto (-1, 1)."""
    def tensordot(self, b: Tensor | Array | Number, axes: Any = 2) -> Tensor:
        """Sum of products over pairs of axes, as `numpy.tensordot`."""
    def tril(self, k: int = 0) -> Tensor:
        """The entries on and below the k-th diagonal, zeros above."""
    def triu(self, k: int = 0) -> Tensor:
        """The entries on and above the k-th diagonal, zeros below."""
    def var(self, axis: Axis = None, keepdims: bool = False, ddof: int = 0) -> Tensor:
        """Variance, the mean squared distance from the mean; divided by n - ddof (numpy's default 0, torch's 1)."""
    def where(self, a: Tensor | Array | Number, b: Tensor | Array | Number) -> Tensor:
        """a where the condition is true, else b: the choice that a rule or a recorded graph can be replayed with."""
    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
        """The entries x[i, i + offset] of the matrices along two axes, as `numpy.diagonal` (the new axis is the last)."""
    def flatten(self, start: int = 0, end: int = -1) -> Tensor:
        """Make one axis of the axes from `start` to `end` (both included; all of them by default)."""
    def gather(self, axis: int, index: Any) -> Tensor:
        """Pick along an axis by an array of places: out[i, j] = x[index[i, j], j] for axis 0, as `torch.gather`."""
    def getitem(self, index: Any) -> Tensor:
        """x[index], basic or advanced, as numpy picks."""
    def masked_select(self, mask: Any) -> Tensor:
        """The entries where the mask is true, in one row; the mask broadcasts."""
    def norm(self, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Length √(Σ xᵢ²) of all entries, or of those along the axes; of a vector also (Σ |xᵢ|^p)^(1/p), p = `ord`."""
    def permute(self, *axes: Any) -> Tensor:
        """Reorder the axes: torch's name for `transpose`."""
    def repeat(self, repeats: int | Sequence[int], axis: int | None = None) -> Tensor:
        """Repeat each entry (or each slice along the axis) so many times, as `numpy.repeat`."""
    def reshape(self, *shape: Any) -> Tensor:
        """The same entries in another shape; one length may be -1."""
    def scatter_add(self, axis: int, index: Any, src: Any) -> Tensor:
        """x with src[i, j] added at x[index[i, j], j] for axis 0, as `torch.scatter_add`: the transpose of `gather`."""
    def slogdet(self) -> tuple[Any, Tensor]:
        """Sign and ln |·| of the determinant, as `numpy.linalg.slogdet`; the sign carries no gradient."""
    def split(self, parts: int | Sequence[int], axis: int = 0) -> list[Tensor]:
        """Cut along an axis into so many equal parts, or at the given places (as `numpy.split`)."""
    def squeeze(self, axis: int | tuple[int, ...] | None = None) -> Tensor:
        """Drop axes of length 1: all of them, or those named."""
    def swapaxes(self, axis1: int, axis2: int) -> Tensor:
        """Exchange two axes."""
    def take(self, indices: Any, axis: int | None = None) -> Tensor:
        """Pick entries of the flattened array, or slices along an axis, by number, as `numpy.take`."""
    def tile(self, reps: int | Sequence[int]) -> Tensor:
        """Lay copies side by side, `reps` of them along each axis, as `numpy.tile`."""
    def trace(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
        """Sum of the diagonal of the matrices along two axes."""
    def transpose(self, *axes: Any) -> Tensor:
        """Reorder the axes (reverse them by default), as numpy does."""
    def unsqueeze(self, axis: int | tuple[int, ...]) -> Tensor:
        """Insert axes of length 1 at these places of the result."""
