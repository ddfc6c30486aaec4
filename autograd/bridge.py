"""How do Values become a Tensor, and a Tensor Values, without cutting the graph?

Two ops whose pullbacks are each other: `pack` makes a vector of Values, `entry` takes one number out. A graph may cross
the bridge as often as it likes; a single operation never mixes the two types.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.domains import Array, arrays
from autograd.modes import recording
from autograd.node import new_leaf
from autograd.ops import put
from autograd.ops.shape import pack
from autograd.registry import structural
from autograd.tensor import Tensor
from autograd.value import Value
from autograd.value_recorders import split


@structural(
    vjp=lambda g, y, x, index: lambda: put(stack_one(g), index=(index,), shape=(x.size,)).reshape(x.shape),
    linear_in=(0,), domain=arrays("mn", cases=({"index": 1},)))
def entry(x: Array, index: int) -> Any:
    """One number of an array, counted along its rows."""
    return np.ravel(x)[index]


def stack_one(g: Any) -> Any:
    """Return the gradient of one number as an array or Tensor of shape ()."""
    if isinstance(g, Value):
        return pack(g).reshape(())
    return g if isinstance(g, Tensor) else np.asarray(g)


def pack_values(xs: Sequence[Any]) -> Tensor:
    """Make a vector of Values and plain numbers."""
    pairs = [split(pack.op, x) for x in xs]  # type: ignore[attr-defined]
    nodes, args = tuple(v for v, _ in pairs), tuple(x for _, x in pairs)
    y: Tensor = new_leaf(Tensor, np.array(args), False)
    if any(n is not None and n.uses is not None for n in nodes) and (mode := recording()):
        y.op, y.uses, y.a, y.ad = pack.op, 0, nodes, args  # type: ignore[attr-defined]
        if mode is not True:
            mode(y)
    return y


def unpack(x: Tensor) -> list[Value]:
    """Make a Value of each entry."""
    return [_entry(x, i, number) for i, number in enumerate(x._data.ravel().tolist())]


def _entry(x: Tensor, index: int, number: Any) -> Value:
    y: Value = new_leaf(Value, float(number), False)
    if x.uses is not None and (mode := recording()):
        # A tuple, so that the pass on floats, which knows tuples only for reductions, looks twice and gives way.
        y.op, y.settings, y.uses, y.a, y.ad = entry.op, {"index": index}, 0, (x,), (x._data,)  # type: ignore[attr-defined]
        if mode is not True:
            mode(y)
    return y
