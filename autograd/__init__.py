"""Derivatives of any order of formulas, networks and arrays, with the graph there to look at.

    >>> from autograd import Value, grad, tanh
    >>> x = Value(0.5, "x")
    >>> y = x * tanh(x)
    >>> y.backward()
    >>> round(x.grad, 4)
    0.8553

`Value` is one number in a computation graph, `Tensor` an array; `grad` and its relatives differentiate functions. The
functions there are to compute with are in `autograd.ops`; all but those named like a builtin, and losses, are here too.
"""

from autograd import (
    backward,  # noqa: F401  (these three are imported for what they attach: backward, operators, methods)
    check,
    ops,
    tensor_recorders,  # noqa: F401
    value_recorders,  # noqa: F401
)
from autograd.checking import gradcheck
from autograd.checkpoint import checkpoint
from autograd.create import (
    arange,
    eye,
    full,
    full_like,
    linspace,
    ones,
    ones_like,
    randn,
    randn_like,
    zeros,
    zeros_like,
)
from autograd.derivation import explain
from autograd.errors import (
    AutogradError,
    DomainError,
    DTypeError,
    FormulaError,
    GradientError,
    MixError,
    ShapeError,
)
from autograd.modes import enable_grad, keep_places, no_grad
from autograd.ops import (
    acos,
    acosh,
    argmax,
    argmin,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    avg_pool,
    broadcast_to,
    cbrt,
    ceil,
    cholesky,
    clip,
    concatenate,
    conv,
    conv_transpose,
    cos,
    cosh,
    cumprod,
    cumsum,
    det,
    diagonal,
    dot,
    einsum,
    elu,
    erf,
    erfc,
    exp,
    exp2,
    expm1,
    flatten,
    flip,
    floor,
    gather,
    gelu,
    hardtanh,
    hypot,
    inv,
    leaky_relu,
    log,
    log1p,
    log2,
    log10,
    log_softmax,
    logabsdet,
    logaddexp,
    logsigmoid,
    logsumexp,
    masked_select,
    matmul,
    max_pool,
    maximum,
    mean,
    minimum,
    mish,
    norm,
    outer,
    pad,
    permute,
    prod,
    reciprocal,
    relu,
    repeat,
    reshape,
    roll,
    safe_div,
    safe_log,
    safe_norm,
    safe_sqrt,
    scatter_add,
    selu,
    sigmoid,
    sign,
    silu,
    sin,
    sinh,
    slogdet,
    softmax,
    softplus,
    softsign,
    solve,
    split,
    sqrt,
    square,
    squeeze,
    stack,
    standardize,
    std,
    swapaxes,
    take,
    tan,
    tanh,
    tensordot,
    tile,
    trace,
    transpose,
    tril,
    triu,
    unsqueeze,
    var,
    where,
    windows,
)
from autograd.picture import draw
from autograd.player import play
from autograd.registry import elementwise, structural
from autograd.reverse import gradients
from autograd.routes import paths
from autograd.tape import BranchChanged, Tape, TensorTape, record, taped
from autograd.tensor import Tensor
from autograd.transforms import elementwise_grad, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from autograd.value import Value
from autograd.verdicts import GradcheckError
from autograd.version import __version__ as __version__
from autograd.watch import AnomalyError, anomaly
from autograd.words import set_language

__all__ = [
    # the two kinds of node, and making them
    "Tensor", "Value", "arange", "eye", "full", "full_like", "linspace", "ones", "ones_like", "randn", "randn_like",
    "zeros", "zeros_like",
    # derivatives
    "checkpoint", "elementwise_grad", "enable_grad", "grad", "gradients", "hessian", "hvp", "jacobian", "jvp",
    "no_grad", "value_and_grad", "vjp",
    # recording once, replaying many times
    "Tape", "TensorTape", "record", "taped",
    # seeing: pictures, derivations, paths
    "draw", "explain", "keep_places", "paths", "play", "set_language",
    # checking
    "anomaly", "check", "gradcheck",
    # ops of one's own, and what there is
    "elementwise", "ops", "structural",
    # errors
    "AnomalyError", "AutogradError", "BranchChanged", "DTypeError", "DomainError", "FormulaError", "GradcheckError",
    "GradientError", "MixError", "ShapeError",
    # functions; those named like a builtin (sum, max, min, abs, round, pow) are in autograd.ops
    "acos", "acosh", "argmax", "argmin", "asin", "asinh", "atan", "atan2", "atanh", "avg_pool", "broadcast_to", "cbrt",
    "ceil", "cholesky", "clip", "concatenate", "conv", "conv_transpose", "cos", "cosh", "cumprod", "cumsum", "det",
    "diagonal", "dot", "einsum", "elu", "erf", "erfc", "exp", "exp2", "expm1", "flatten", "flip", "floor", "gather",
    "gelu", "hardtanh", "hypot", "inv", "leaky_relu", "log", "log10", "log1p", "log2", "log_softmax", "logabsdet",
    "logaddexp", "logsigmoid", "logsumexp", "masked_select", "matmul", "max_pool", "maximum", "mean", "minimum",
    "mish", "norm", "outer", "pad", "permute", "prod", "reciprocal", "relu", "repeat", "reshape", "roll", "safe_div",
    "safe_log", "safe_norm", "safe_sqrt", "scatter_add", "selu", "sigmoid", "sign", "silu", "sin", "sinh", "slogdet",
    "softmax", "softplus", "softsign", "solve", "split", "sqrt", "square", "squeeze", "stack", "standardize", "std",
    "swapaxes", "take", "tan", "tanh", "tensordot", "tile", "trace", "transpose", "tril", "triu", "unsqueeze", "var",
    "where", "windows",
]  # fmt: skip
