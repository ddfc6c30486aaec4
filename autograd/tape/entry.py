"""How is a function recorded?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.errors import AutogradError, at
from autograd.tape.recording import Recording, recorded
from autograd.tape.replaying import Tape
from autograd.tape.tensor_tape import TensorTape, holds_arrays


def record(f: Callable[..., Any], *args: Any, on_branch: str = "raise", optimize: bool = True) -> Any:
    """Run a function once, and keep what it computed as a list that can be replayed.

    Where arguments are numbers, it is run on Values and gives a `Tape`. Where there are arrays or Tensors, it is run on
    Tensors and gives a `TensorTape`, whose list is for their shapes. There comparisons are refused, and f runs a few times
    on other numbers and labels, so that what it computes from them outside the graph is noticed.

    What the function uses from outside is read anew at each replay if it is a Value that requires a gradient (the weights of
    a module), and is what it was then if it is anything else. Arguments that are such Values may be used from outside too.

    Args:
        f: a function of numbers or arrays, and of nested lists, tuples and dicts of them.
        args: where it is run.
        on_branch: "raise", or "record": what is done when a comparison that f makes comes out otherwise in a replay. Then
            it is recorded again there, for those lanes alone.
        optimize: are lines that compute the same, or nothing new, left out, and chains of additions gathered into one line?
            That changes the order of additions, hence the last digits, and nothing else. (default True)

    Raises:
        AutogradError: f drew random numbers: draw before, and give the numbers as an argument.
        DTypeError: an argument or a result is no number.

    >>> from autograd import record
    >>> tape = record(lambda x, y: x * y + 1, 2.0, 3.0)
    >>> tape.value(4.0, 5.0), tape.grad(4.0, 5.0, argnums=(0, 1))
    (21.0, (5.0, 4.0))

    Source: R. E. Wengert, A simple automatic derivative evaluation program, Communications of the ACM 7 (1964), 463-464.
    """
    if on_branch not in ("raise", "record"):
        raise AutogradError(f'on_branch is "raise" or "record", got {on_branch!r}{at()}')
    if holds_arrays(args):
        return TensorTape(f, args)
    name = getattr(f, "__name__", type(f).__name__)

    def again(*args: Any, optimize: bool = optimize) -> Recording:
        return recorded(f, args, optimize=optimize)

    return Tape(again(*args), name, optimize, again if on_branch == "record" else None)
