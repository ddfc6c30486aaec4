"""Which functions are there to compute with?

Every op and every function made of ops, by name; `table()` lists the ops with their formulas and derivatives. The names
of Python's builtins (sum, max, min, abs, round, pow) are reached from here: ``ops.sum``.
"""

from typing import Any

from autograd.ops.arithmetic import (
    abs,
    add,
    clip,
    div,
    equal,
    greater,
    maximum,
    minimum,
    mul,
    neg,
    not_equal,
    sign,
    sub,
    where,
)
from autograd.ops.elementary import (
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cbrt,
    ceil,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    exp2,
    expm1,
    floor,
    hypot,
    log,
    log1p,
    log2,
    log10,
    logaddexp,
    pow,
    power,
    reciprocal,
    round,
    sin,
    sinh,
    sqrt,
    square,
    tan,
    tanh,
)

from autograd.ops.activation import (  # isort: skip  (built on the elementary functions)
    elu,
    gelu,
    hardtanh,
    leaky_relu,
    logsigmoid,
    mish,
    relu,
    selu,
    sigmoid,
    silu,
    softplus,
    softsign,
)
from autograd.ops.convolution import conv, conv_transpose
from autograd.ops.index import diagonal, gather, getitem, masked_select, put, scatter_add, take, trace
from autograd.ops.linalg import (
    cholesky,
    det,
    dot,
    einsum,
    inv,
    logabsdet,
    matmul,
    outer,
    slogdet,
    solve,
    tensordot,
    tril,
    triu,
)
from autograd.ops.loss import binary_cross_entropy, cross_entropy, log_cosh
from autograd.ops.pool import avg_pool, max_pool
from autograd.ops.reduce import (
    argmax,
    argmin,
    cumprod,
    cumsum,
    log_softmax,
    logsumexp,
    max,
    mean,
    min,
    norm,
    prod,
    softmax,
    standardize,
    std,
    sum,
    var,
)
from autograd.ops.safe import safe_div, safe_log, safe_norm, safe_sqrt
from autograd.ops.shape import (
    astype,
    broadcast_to,
    concatenate,
    flatten,
    flip,
    pack,
    pad,
    permute,
    repeat,
    reshape,
    roll,
    split,
    squeeze,
    stack,
    swapaxes,
    tile,
    transpose,
    unsqueeze,
)
from autograd.ops.sliding import windows

__all__ = [
    "abs", "acos", "acosh", "add", "argmax", "argmin", "asin", "asinh", "astype", "atan", "atan2", "atanh",
    "avg_pool", "binary_cross_entropy", "broadcast_to", "cbrt", "ceil", "cholesky", "clip", "concatenate", "conv",
    "conv_transpose", "cos", "cosh", "cross_entropy", "cumprod", "cumsum", "det", "diagonal", "div", "dot", "einsum",
    "elu", "equal", "erf", "erfc", "exp", "exp2", "expm1", "flatten", "flip", "floor", "gather", "gelu", "getitem",
    "greater", "hardtanh", "hypot", "inv", "leaky_relu", "log", "log10", "log1p", "log_cosh", "log2", "log_softmax",
    "logabsdet", "logaddexp", "logsigmoid", "logsumexp", "masked_select", "matmul", "max", "max_pool", "maximum",
    "mean", "min", "minimum", "mish", "mul", "neg", "norm", "not_equal", "outer", "pack", "pad", "permute", "pow",
    "power", "prod", "put", "reciprocal", "relu", "repeat", "reshape", "roll", "round", "safe_div", "safe_log",
    "safe_norm", "safe_sqrt", "scatter_add", "selu", "sigmoid", "sign", "silu", "sin", "sinh", "slogdet", "softmax",
    "softplus", "softsign", "solve", "split", "sqrt", "square", "squeeze", "stack", "standardize", "std", "sub",
    "sum", "swapaxes", "take", "tan", "tanh", "tensordot", "tile", "trace", "transpose", "tril", "triu", "unsqueeze",
    "var", "where", "windows", "table",
]  # fmt: skip


def table() -> Any:
    """Return the table of all ops: name, what it is, derivative by each operand, domain, kinks."""
    from autograd.table import table as table_of_ops  # late: the table reads the rules as symbols

    return table_of_ops()
