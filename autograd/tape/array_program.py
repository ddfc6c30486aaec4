"""How does a run of a function of Tensors become a list?

As for Values (`recording`), on arrays: what the function computes is noted, then its gradient is taken with recording on,
and what that computes is noted too. Shapes are part of the list; another shape is another list.

Whole numbers (class labels) reach ops as settings and not as operands. So the function runs a second time on the labels in
another order: a setting that follows them is theirs, one that stays is a constant, and anything else cannot be followed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd.errors import AutogradError, DTypeError, GradientError, at, place, short
from autograd.modes import KEEPS_STEPS, WITNESS, enable_grad, observing
from autograd.node import Node, new_leaf
from autograd.op import NO_SETTINGS
from autograd.registry import get
from autograd.reverse import gradients
from autograd.tape.array_lines import ArrayProgram, Line, Ref, tidied
from autograd.tape.recording import nothing_drawn, variable_set, warn_of_number
from autograd.tensor import Tensor
from autograd.tree import Structure, flatten, unflatten

Array = NDArray[Any]
_ASTYPE = get("astype")


def array_program(f: Callable[..., Any], args: Sequence[Any], wanted: Sequence[int]) -> ArrayProgram:
    """Run a function on Tensors, and return what it and its gradient by these inputs compute.

    Args:
        f: the function.
        args: its arguments: arrays, Tensors and numbers, and containers of them.
        wanted: the inputs that derivatives are taken by; none for the value alone.

    Raises:
        AutogradError: it drew random numbers, wrote to a Tensor, or computed something from labels that cannot be followed.
        GradientError: a gradient is asked for of something else than one number.
    """
    first = _run(f, args, wanted)
    labels = [i for i, x in enumerate(first.leaves) if not isinstance(x, Tensor)]
    other = _run(f, _shuffled(args), wanted) if labels else first
    if len(other.nodes) != len(first.nodes):
        raise AutogradError(f"what the function computes depends on its labels, and a tape holds one list{at()}")
    return _Writer(first, other).written()


class _Run(NamedTuple):
    leaves: list[Any]
    nodes: list[Node]
    results: list[Any]
    structure: Structure
    gradient: dict[int, Any]
    seed: Tensor | None


def _run(f: Callable[..., Any], args: Sequence[Any], wanted: Sequence[int]) -> _Run:
    args = tuple(args)
    given, structure = flatten(args)
    leaves: list[Any] = []
    for x in given:
        leaves.append(_leaf(x, leaves))
    nodes: list[Node] = []
    # The gradient of the result. It wants a gradient itself, so that all that is computed from it is noted: numbers that
    # come of labels alone would be constants otherwise.
    seed: Tensor | None = None

    def told(t: Any, other: Any = None, sign: str = "", truth: bool = True) -> None:
        if not any(t is x or other is x for x in (*leaves, *nodes)):
            return
        if sign:
            raise AutogradError(
                f"a comparison of Tensors gives numpy's answer, which a tape would repeat for ever: choose with relu, "
                f"maximum, or where(ops.greater(a, b), …), which stay on the tape{at()}"
            )
        warn_of_number(place(), 4)  # the caller of item() or tolist()

    with ExitStack() as stack:
        stack.enter_context(enable_grad())
        stack.enter_context(variable_set(WITNESS, told))
        stack.enter_context(observing(nodes.append))
        stack.enter_context(variable_set(KEEPS_STEPS, True))
        stack.enter_context(nothing_drawn(f, args))
        results, out = flatten(f(*unflatten(structure, leaves)))
        found: dict[int, Any] = {}
        if wanted:
            if results and isinstance(results[0], Tensor):
                seed = new_leaf(Tensor, np.ones_like(results[0]._data), True)
            if not results or not isinstance(results[0], Tensor) or results[0]._data.size != 1:
                raise GradientError(f"a gradient is of one number, got {', '.join(map(short, results))}{at()}")
            if results[0].uses is not None:
                by = [leaves[i] for i in wanted]
                found = dict(zip(wanted, gradients(results[0], by, [seed], create_graph=True), strict=True))
    for x in results:
        if not isinstance(x, (Tensor, np.ndarray, float, int, np.number)):
            raise DTypeError(f"a result of a tape is a Tensor or a number, or in containers of them, got {short(x)}{at()}")
    return _Run(leaves, nodes, results, out, found, seed)


def _leaf(x: Any, before: Sequence[Any]) -> Any:
    """Return what stands for an argument: a Tensor, or whole numbers as they are."""
    if isinstance(x, Tensor) and x.op is None and x.uses is not None and not any(x is other for other in before):
        return x
    array = x._data if isinstance(x, Tensor) else np.asarray(x)
    if array.dtype.kind in "iub" and array.ndim:
        return np.array(array)
    if array.dtype.kind not in "fiu":
        raise DTypeError(f"a tape is recorded on arrays and numbers, got {type(x).__name__} {short(x)}{at()}")
    array = array.astype(float) if array.dtype.kind != "f" else array
    return new_leaf(Tensor, array, True, x.label if isinstance(x, Tensor) else None)


def _shuffled(args: Sequence[Any]) -> tuple[Any, ...]:
    """Return arguments whose labels are in another order, each in one of its own."""
    leaves, structure = flatten(tuple(args))
    moved = []
    for i, x in enumerate(leaves):
        array = x._data if isinstance(x, Tensor) else np.asarray(x)
        is_label = array.ndim and array.dtype.kind in "iub"
        order = np.random.default_rng(i).permutation(len(array)) if is_label else None
        if order is not None and np.array_equal(array[order], array):
            order = np.roll(np.arange(len(array)), 1)
        moved.append(x if order is None else array[order])
    return unflatten(structure, moved)  # type: ignore[no-any-return]


class _Writer:
    """Writes two runs down that differ in the order of labels alone."""

    def __init__(self, run: _Run, other: _Run) -> None:
        self._run, self._other = run, other
        self.captured = self._foreign()
        self._line: dict[Any, int] = {}
        for i, leaf in enumerate((*run.leaves, *self.captured)):
            if isinstance(leaf, Tensor):
                self._line[leaf] = i
        self._labels = [(i, leaf, other.leaves[i]) for i, leaf in enumerate(run.leaves) if not isinstance(leaf, Tensor)]
        self._inputs = len(run.leaves) + len(self.captured)
        self._lines: list[Line] = []

    def written(self) -> ArrayProgram:
        for node, twin in zip(self._run.nodes, self._other.nodes, strict=True):
            operands = tuple(map(self._operand, node.operands(), twin.operands()))
            of_twin = twin.settings or NO_SETTINGS
            settings = {k: self._followed(x, of_twin[k]) for k, x in (node.settings or NO_SETTINGS).items()}
            assert node.op is not None
            y = node._data
            shared = any(np.may_share_memory(y, held) for _, held in node.operands() if isinstance(held, np.ndarray))
            is_view = shared or node.op.name == "reshape"  # a view or a copy, as the operand lies in memory
            self._lines.append(Line(node.op, operands, settings, y.shape, y.dtype, is_view))
            self._line[node] = self._inputs + len(self._lines) - 1
        pairs = zip(self._run.results, self._other.results, strict=True)
        value = [self._operand((x if isinstance(x, Tensor) else None, _data(x)), (None, _data(y))) for x, y in pairs]
        theirs = self._other.gradient
        gradient = {i: self._operand((g, g._data), (None, theirs[i]._data)) for i, g in self._run.gradient.items()}
        given = [_data(x) for x in (*self._run.leaves, *self.captured)]
        program = ArrayProgram(
            self._inputs, self._lines, value, gradient, self.captured, self._run.structure, [x.shape for x in given],
            [x.dtype for x in given],
        )  # fmt: skip
        return tidied(program)

    def _foreign(self) -> list[Tensor]:
        """Return Tensors from outside that want a gradient: they are read anew at each replay."""
        mine = {*(x for x in self._run.leaves if isinstance(x, Tensor)), *self._run.nodes, self._run.seed}
        found: dict[Any, None] = {}
        for node in self._run.nodes:
            for operand, held in node.operands():
                if operand is not None and operand not in mine and operand.op is None:
                    if operand._data is not held:
                        raise AutogradError(f"{operand.describe()} was written while the tape was recorded{at()}")
                    if operand.uses is not None:
                        found[operand] = None
        return list(found)

    def _operand(self, pair: tuple[Node | None, Any], twin: tuple[Node | None, Any]) -> Any:
        node, held = pair
        if node is not None and node in self._line:
            return Ref(self._line[node])
        return self._followed(held, twin[1])

    def _followed(self, x: Any, y: Any) -> Any:
        """Return what the two runs have at one place: a constant, or labels."""
        if type(x) in (tuple, list) and type(y) is type(x) and len(x) == len(y):
            return type(x)([self._followed(a, b) for a, b in zip(x, y, strict=True)])
        if isinstance(x, np.ndarray) and isinstance(y, np.ndarray):
            found = [
                i for i, labels, moved in self._labels
                if x.shape == labels.shape and np.array_equal(x, labels) and np.array_equal(y, moved)
            ]  # fmt: skip
            if len(found) > 1:
                raise AutogradError(
                    f"arguments hold the same labels, and a tape cannot tell which is meant: record with others{at()}"
                )
            if found:
                return self._cast(found[0], x.dtype)
            if np.array_equal(x, y, equal_nan=x.dtype.kind in "fc"):
                return x
        elif x is y or (type(x) is type(y) and x == y):
            return x
        what = f"an array of shape {x.shape}" if isinstance(x, np.ndarray) else short(x)
        raise AutogradError(
            f"{what} is computed from labels with numpy, and a tape cannot follow it: give that as an argument{at()}"
        )

    def _cast(self, label: int, dtype: np.dtype[Any]) -> Ref:
        """Return labels in the dtype in which they are used."""
        labels = self._run.leaves[label]
        if labels.dtype == dtype:
            return Ref(label)
        self._lines.append(Line(_ASTYPE, (Ref(label),), {"dtype": dtype}, labels.shape, dtype, False))
        return Ref(self._inputs + len(self._lines) - 1)


def _data(x: Any) -> Any:
    return x._data if isinstance(x, Tensor) else np.asarray(x)
