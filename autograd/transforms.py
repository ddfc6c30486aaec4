"""How is a Python function differentiated?

Each transform takes a function and gives a function: its arguments are wrapped in fresh leaves, the function runs on
them and so records its graph, and reverse or forward mode reads the derivative off. What comes out is of the kind that
went in: floats for floats, arrays for arrays, and Values or Tensors that can be differentiated further wherever one went
in or is used inside. That is all it takes for `grad(grad(f))`, to any order.

Arguments and results are floats, arrays, Values, Tensors, and nested lists, tuples and dicts of them; inside, a float is
a Value and an array a Tensor.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.errors import AutogradError, at
from autograd.run import Argnums, Function, Run, matching, named
from autograd.tensor import Tensor


def grad(f: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """Return the function that computes the derivative of f, which gives one number.

    Floats in, floats out, and arrays for arrays. Where f also depends on nodes that want gradients, such as the weights of a
    network, the derivative is a node too, so that it can be differentiated by those: take its `.item()` or `.numpy()`, or
    let them want none (`requires_grad_(False)`).

    Args:
        f: a function of floats, arrays, Values, Tensors, or nested lists, tuples and dicts of them.
        argnums: by which argument(s) to differentiate; a sequence of them gives a tuple of derivatives. (default 0)
        has_aux: does f return (number, anything else)? Then so does the derivative.

    Raises:
        GradientError: f gives several numbers (use `jacobian`), or something else than a number.
        DTypeError: an argument holds whole numbers in an array, or no numbers at all.

    >>> from autograd import grad, tanh
    >>> f = lambda x: x * tanh(x)
    >>> round(grad(f)(0.3), 6), round(grad(grad(f))(0.3), 6)
    (0.565854, 1.670319)
    >>> grad(lambda p: p["a"] * p["b"])({"a": 2.0, "b": 5.0})
    {'a': 5.0, 'b': 2.0}
    """

    @functools.wraps(f)
    def derivative(*args: Any, **kwargs: Any) -> Any:
        run = Run(f, args, kwargs, argnums, has_aux)
        found = run.gradient()
        return (found, run.aux) if has_aux else found

    return derivative


def value_and_grad(f: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """Return the function that computes f and its derivative in one run: ``(f(x), grad(f)(x))``.

    With `has_aux`, f returns (number, aux) and the result is ``((number, aux), derivative)``.

    >>> from autograd import value_and_grad
    >>> value_and_grad(lambda x: x * x)(3.0)
    (9.0, 6.0)
    """

    @functools.wraps(f)
    def both(*args: Any, **kwargs: Any) -> Any:
        run = Run(f, args, kwargs, argnums, has_aux)
        found = run.gradient()
        return ((run.value(), run.aux) if has_aux else run.value()), found

    return both


def elementwise_grad(f: Function, argnums: int = 0) -> Function:
    """Return the derivative of a function that acts entry by entry, at every entry of an array.

    >>> import numpy as np
    >>> from autograd import elementwise_grad
    >>> elementwise_grad(lambda x: x ** 2)(np.array([1.0, 2.0, 3.0]))
    array([2., 4., 6.])
    """

    @functools.wraps(f)
    def total(*args: Any, **kwargs: Any) -> Any:
        y = f(*args, **kwargs)
        return y.sum() if isinstance(y, (Tensor, np.ndarray)) else y

    return grad(total, argnums)


def jacobian(f: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """Return the function that computes all derivatives of all results of f by all entries of an argument.

    For an array of shape s to an array of shape r it is an array of shape r + s. For containers it is the container of
    the results, holding at each place the container of the argument. f runs once; forward passes are taken where there
    are fewer entries than results, reverse passes otherwise.

    >>> import numpy as np
    >>> from autograd import jacobian
    >>> jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """

    @functools.wraps(f)
    def derivative(*args: Any, **kwargs: Any) -> Any:
        run = Run(f, args, kwargs, argnums, has_aux)
        found = run.jacobian()
        return (found, run.aux) if has_aux else found

    return derivative


def hessian(f: Function, argnums: Argnums = 0) -> Function:
    """Return the function that computes all second derivatives of f, which gives one number.

    For an array of shape s it is an array of shape s + s: forward mode over reverse mode.

    >>> import numpy as np
    >>> from autograd import hessian
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([3.0, 5.0]))
    array([[10.,  6.],
           [ 6.,  0.]])
    """
    return functools.wraps(f)(jacobian(grad(f, argnums), argnums))


def jvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """Return f(*primals) and its derivative along the tangents: forward mode, one pass.

    >>> from autograd import jvp
    >>> jvp(lambda x, y: x * y, (2.0, 5.0), (1.0, 10.0))
    (10.0, 25.0)
    """
    _need_tuple("jvp", "primals", primals)
    _need_tuple("jvp", "tangents", tangents)
    run = Run(f, tuple(primals), {}, range(len(primals)), False)
    along = matching(tuple(tangents), run.structure, run.leaves, "tangents")
    return run.value(), run.pushed(along)


def vjp(f: Function, *primals: Any) -> tuple[Any, Function]:
    """Return f(*primals) and the function that pulls a gradient of the result back to the arguments: reverse mode.

    The pullback gives a tuple with the gradient of each argument.

    >>> from autograd import vjp
    >>> y, pull = vjp(lambda x, y: x * y, 2.0, 5.0)
    >>> y, pull(1.0)
    (10.0, (5.0, 2.0))
    """
    run = Run(f, primals, {}, range(len(primals)), False)

    def pull(gradient: Any) -> Any:
        return run.pulled(matching(gradient, run.out_structure, run.outputs, "gradient"))

    return run.value(), pull


def hvp(f: Function, argnums: Argnums = 0) -> Function:
    """Return the function (x, …, v) -> H v, the Hessian of f times a vector of the argument's form.

    Forward mode over reverse mode: twice the cost of a gradient, whatever the size.

    >>> import numpy as np
    >>> from autograd import hvp
    >>> hvp(lambda x: (x ** 3).sum())(np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    array([  6., 120.])
    """

    @functools.wraps(f)
    def product(*args: Any, **kwargs: Any) -> Any:
        *primals, vector = args
        run = Run(grad(f, argnums), tuple(primals), kwargs, argnums, False)
        return run.pushed(matching(vector, run.structure, run.leaves, "vector"))

    return product


def _need_tuple(who: str, name: str, given: Any) -> None:
    if not isinstance(given, (tuple, list)):
        raise AutogradError(f"{who} needs {name} as a tuple, one for each argument, got {named(given)}{at()}")
