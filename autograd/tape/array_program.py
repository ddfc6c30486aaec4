"""How does a run of a function of Tensors become a list?

As for Values (`recording`), on arrays: what the function computes is noted, then its gradient is taken with recording on,
and what that computes is noted too. Shapes are part of the list; another shape is another list.

Whole numbers (class labels) reach ops as settings and not as operands. So the function runs again for each argument that
holds labels, with others in their place: what follows them is theirs, what stays is a constant, and anything else cannot be
followed. It runs once more with the numbers of its arguments in other places: what is computed from them outside the graph
(by numpy, or from `detach`) would be frozen, and is refused.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd.errors import AutogradError, DTypeError, GradientError, at, place, short
from autograd.graph import backward_order
from autograd.modes import KEEPS_STEPS, STAND_INS, WITNESS, enable_grad, observing, variable_set
from autograd.node import Node, new_leaf
from autograd.op import NO_SETTINGS
from autograd.registry import get
from autograd.reverse import gradients
from autograd.tape.array_lines import ArrayProgram, Line, Ref, tidied
from autograd.tape.recording import nothing_drawn, warn_of_number
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
        AutogradError: it drew random numbers, wrote to a Tensor, or computed something that cannot be followed.
        GradientError: a gradient is asked for of something else than one number.
    """
    first = _run(f, args, wanted)
    twins = [_with_labels(f, args, wanted, i) for i, x in enumerate(first.leaves) if not isinstance(x, Tensor)]
    if (moved := _with_numbers(f, args, wanted)) is not None:
        twins.append(moved)
    for other in twins:
        if len(other.nodes) != len(first.nodes) or len(other.results) != len(first.results):
            what = "the numbers that it is given" if other.moved is None else "its labels"
            raise AutogradError(f"what the function computes depends on {what}, and a tape holds one list{at()}")
    return _Writer(first, twins).written()


class _Run(NamedTuple):
    """What a run left.

    Attributes:
        leaves: what stood for the inputs: Tensors, and labels as arrays.
        nodes: what was computed, in order, that of the gradient behind that of the results.
        results: what the function returned, without its structure.
        structure: how that was nested.
        gradient: the derivatives by those inputs wanted that the result depends on.
        seed: the gradient of the result itself, if any is wanted.
        moved: the input that held other labels than in the first run; None: none did.
    """

    leaves: list[Any]
    nodes: list[Node]
    results: list[Any]
    structure: Structure
    gradient: dict[int, Any]
    seed: Tensor | None
    moved: int | None


def _run(f: Callable[..., Any], args: Sequence[Any], wanted: Sequence[int], *, moved: int | None = None) -> _Run:
    given, structure = flatten(args)
    leaves: list[Any] = []
    for x in given:
        leaves.append(_leaf(x, leaves))
    nodes: list[Node] = []
    # The gradient of the result. It wants a gradient itself, so that all that is computed from it is noted: numbers that
    # come of labels alone would be constants otherwise.
    seed: Tensor | None = None

    def is_on_tape(t: Any) -> bool:
        if not isinstance(t, Tensor):
            return False
        return t.uses is not None or any(t._data is x._data for x in (*leaves, *nodes) if isinstance(x, Tensor))

    def told(t: Any, other: Any = None, sign: str = "", truth: bool = True) -> None:
        if not (is_on_tape(t) or is_on_tape(other)):
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
        stack.enter_context(variable_set(STAND_INS, STAND_INS.get().union(map(id, leaves))))
        stack.enter_context(nothing_drawn(f, tuple(args)))
        results, out = flatten(f(*unflatten(structure, leaves)))
        found: dict[int, Any] = {}
        if wanted:
            if not results or not isinstance(results[0], Tensor) or results[0]._data.size != 1:
                raise GradientError(f"a gradient is of one number, got {', '.join(map(short, results))}{at()}")
            seed = new_leaf(Tensor, np.ones_like(results[0]._data), True)
            if results[0].uses is not None:
                reached = set(backward_order([results[0]]))
                by = [i for i in wanted if leaves[i] in reached]
                found = dict(zip(by, gradients(results[0], [leaves[i] for i in by], [seed], create_graph=True), strict=True))
    for x in results:
        if not isinstance(x, (Tensor, np.ndarray, float, int, np.number)):
            raise DTypeError(f"a result of a tape is a Tensor or a number, or in containers of them, got {short(x)}{at()}")
    return _Run(leaves, nodes, results, out, found, seed, moved)


def _leaf(x: Any, before: Sequence[Any]) -> Any:
    """Return what stands for an argument: a Tensor, or whole numbers as they are."""
    if _stands_for_itself(x) and not any(x is other for other in before):
        return x
    array = _data(x)
    if _are_labels(array):
        return np.array(array)
    if array.dtype.kind not in "fiu":
        raise DTypeError(f"a tape is recorded on arrays and numbers, got {type(x).__name__} {short(x)}{at()}")
    array = array.astype(float) if array.dtype.kind != "f" else array
    return new_leaf(Tensor, array, True, x.label if isinstance(x, Tensor) else None)


def _stands_for_itself(x: Any) -> bool:
    """Is it a Tensor that the function may use from outside, too: a leaf that wants a gradient?"""
    return isinstance(x, Tensor) and x.op is None and x.uses is not None


def _are_labels(array: Array) -> bool:
    return array.ndim > 0 and array.dtype.kind in "iub"


# --- the other runs ---------------------------------------------------------------------------------------------------


def _with_labels(f: Callable[..., Any], args: Sequence[Any], wanted: Sequence[int], place: int) -> _Run:
    """Run a function on other labels in one input.

    Raises:
        AutogradError: it raises for all that were tried.
    """
    leaves, structure = flatten(tuple(args))
    labels = _data(leaves[place])
    trouble: Exception | None = None
    for other in _other_labels(labels):
        leaves[place] = other
        try:
            return _again(f, unflatten(structure, leaves), wanted, place)
        except Exception as error:  # the function may well refuse labels that nobody gave it
            trouble = error
    raise AutogradError(
        f"to see what depends on labels the function is run on others, and for {short(labels)} none were found that it "
        f"takes: record it with labels that differ{at()}"
    ) from trouble


def _other_labels(labels: Array) -> list[Array]:
    """Return labels that may stand in place of these: some of them drawn anew, the same in another order, or neighbours."""
    known = np.unique(labels)
    generator = np.random.default_rng(0)
    if labels.dtype.kind == "b":  # a mask of as many
        drawn = [generator.permuted(labels.ravel()).reshape(labels.shape), np.roll(labels, 1), ~labels]
    elif len(known) > 1:
        odds = 0.5 ** np.arange(1, len(known) + 1)  # uneven: how often each label comes should change
        drawn = [generator.choice(known, labels.shape, p=odds / odds.sum()) for _ in range(8)]
        drawn.sort(key=lambda other: (np.array_equal(_counts(other), _counts(labels)), other.max() == labels.max()))
    else:
        drawn = [labels + 1] if labels.size and not labels.flat[0] else [labels - 1, labels + 1]
    return [x for x in (*drawn, np.roll(labels, 1)) if not np.array_equal(x, labels)] if labels.size else [labels]


def _counts(labels: Array) -> Array:
    """Return how often the labels come, the rarest first."""
    return np.sort(np.unique(labels, return_counts=True)[1])


def _with_numbers(f: Callable[..., Any], args: Sequence[Any], wanted: Sequence[int]) -> _Run | None:
    """Run a function with the numbers of its arguments in other places; None where it refuses them."""
    leaves, structure = flatten(tuple(args))
    moved = [x if _stands_for_itself(x) or _are_labels(_data(x)) else _moved(_data(x)) for x in leaves]
    try:
        return _again(f, unflatten(structure, moved), wanted, None)
    except Exception:  # they may not be where it is defined
        return None


def _moved(array: Array) -> Array:
    """Return an array with its entries in other places: what adds up to 1, or is definite, does so still."""
    return np.roll(array, (1,) * array.ndim, tuple(range(array.ndim))) if array.ndim else 0.75 * array


def _again(f: Callable[..., Any], args: Sequence[Any], wanted: Sequence[int], moved: int | None) -> _Run:
    with warnings.catch_warnings(), np.errstate(all="ignore"):  # the first run has warned
        warnings.simplefilter("ignore")
        return _run(f, args, wanted, moved=moved)


# --- writing ----------------------------------------------------------------------------------------------------------


class _Writer:
    """Writes a run down, with others beside it that differ in what they were given."""

    def __init__(self, run: _Run, twins: list[_Run]) -> None:
        self._run, self._twins = run, twins
        self.captured = self._foreign()
        self._line: dict[Any, int] = {}
        self._line_of_array: dict[int, int] = {}  # by id: what is detached from the graph shares its array
        for i, leaf in enumerate((*run.leaves, *self.captured)):
            if isinstance(leaf, Tensor):
                self._note(leaf, i)
        self._inputs = len(run.leaves) + len(self.captured)
        self._lines: list[Line] = []

    def written(self) -> ArrayProgram:
        for node, *others in zip(self._run.nodes, *(twin.nodes for twin in self._twins), strict=True):
            self._lines.append(self._line_for(node, others))
            self._note(node, self._inputs + len(self._lines) - 1)
        results = zip(self._run.results, *(twin.results for twin in self._twins), strict=True)
        value = [self._operand(x if isinstance(x, Tensor) else None, *map(_data, (x, *others))) for x, *others in results]
        gradient = {
            i: self._operand(g, g._data, *[twin.gradient[i]._data for twin in self._twins])
            for i, g in self._run.gradient.items()
        }
        given = [_data(x) for x in (*self._run.leaves, *self.captured)]
        program = ArrayProgram(
            self._inputs, self._lines, value, gradient, self.captured, self._run.structure, [x.shape for x in given],
            [x.dtype for x in given],
        )  # fmt: skip
        return tidied(program)

    def _note(self, node: Node, line: int) -> None:
        self._line[node] = self._line_of_array[id(node._data)] = line

    def _line_for(self, node: Node, others: list[Node]) -> Line:
        """Return what computes a node."""
        op, y = node.op, node._data
        assert op is not None
        if any(other.op is not op for other in others):
            raise AutogradError(f"what the function computes depends on its arguments, and a tape holds one list{at()}")
        pairs = list(node.operands())
        held = [[x for _, x in other.operands()] for other in others]
        operands = tuple(self._operand(*pair, *theirs) for pair, *theirs in zip(pairs, *held, strict=True))
        settings = {
            k: self._followed(x, [(other.settings or NO_SETTINGS)[k] for other in others])
            for k, x in (node.settings or NO_SETTINGS).items()
        }
        # A reshape is a view or a copy, as its operand lies in memory; an op that is not ours may be anything.
        is_view = op.name == "reshape" or not (op.elementwise or op.module.startswith("autograd."))
        shared = any(np.may_share_memory(y, x) for _, x in pairs if isinstance(x, np.ndarray))
        return Line(op, operands, settings, y.shape, y.dtype, is_view or shared)

    def _foreign(self) -> list[Tensor]:
        """Return Tensors from outside that want a gradient: they are read anew at each replay."""
        run = self._run
        mine = {*(x for x in run.leaves if isinstance(x, Tensor)), *run.nodes, run.seed}
        found: dict[Any, None] = {x: None for x in run.results if _stands_for_itself(x) and x not in mine}
        for node in self._run.nodes:
            for operand, held in node.operands():
                if operand is not None and operand not in mine and operand.op is None:
                    if operand._data is not held:
                        raise AutogradError(f"{operand.describe()} was written while the tape was recorded{at()}")
                    if operand.uses is not None:
                        found[operand] = None
        return list(found)

    def _operand(self, node: Node | None, held: Any, *theirs: Any) -> Any:
        """Return what stands for an operand: what it held in the first run, and in the others."""
        line = self._line_of_array.get(id(held)) if node is None or node not in self._line else self._line[node]
        return self._followed(held, theirs) if line is None else Ref(line)

    def _followed(self, x: Any, theirs: Sequence[Any]) -> Any:
        """Return what the runs have at one place: a constant, or labels."""
        if type(x) in (tuple, list) and all(type(y) is type(x) and len(y) == len(x) for y in theirs):
            return type(x)([self._followed(a, others) for a, *others in zip(x, *theirs, strict=True)])
        differing = [(twin, y) for twin, y in zip(self._twins, theirs, strict=True) if not _is_same(x, y)]
        if not differing:
            return x
        (twin, y), moved = differing[0], differing[0][0].moved
        is_of_one = len(differing) == 1 and isinstance(x, np.ndarray)
        if moved is not None and is_of_one and _is_same(x, self._run.leaves[moved]) and _is_same(y, twin.leaves[moved]):
            return self._cast(moved, x.dtype)
        if moved is None and isinstance(x, float):
            return x  # taken out by item(), of which the user was warned
        what = f"an array of shape {x.shape}" if isinstance(x, np.ndarray) else short(x)
        how = "from numbers of Tensors outside the graph" if moved is None else "from labels with numpy"
        raise AutogradError(f"{what} is computed {how}, and a tape cannot follow it: give that as an argument{at()}")

    def _cast(self, label: int, dtype: np.dtype[Any]) -> Ref:
        """Return labels in the dtype in which they are used."""
        labels = self._run.leaves[label]
        if labels.dtype == dtype:
            return Ref(label)
        self._lines.append(Line(_ASTYPE, (Ref(label),), {"dtype": dtype}, labels.shape, dtype, False))
        return Ref(self._inputs + len(self._lines) - 1)


def _is_same(x: Any, y: Any) -> bool:
    """Do two runs hold the same at one place? Labels may be of another dtype, unless one is of truth values."""
    if isinstance(x, np.ndarray) and isinstance(y, np.ndarray):
        if x is y:
            return True
        is_alike = x.shape == y.shape and (x.dtype.kind == "b") == (y.dtype.kind == "b")
        return is_alike and np.array_equal(x, y, equal_nan=x.dtype.kind in "fc" and y.dtype.kind in "fc")
    return x is y or (type(x) is type(y) and bool(x == y or (x != x and y != y)))


def _data(x: Any) -> Any:
    return x._data if isinstance(x, Tensor) else np.asarray(x)
