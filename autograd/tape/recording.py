"""How does a run of a function become a list?

The function runs once, on Values; what it computes is noted in the order in which it is computed, which is an order in which
it can be computed again. Its comparisons are noted too (`guard`). Numbers that it drew at random would be frozen into the
list, so a generator that moved on is an error.
"""

from __future__ import annotations

import functools
import random
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import AutogradError, DTypeError, at, place, short
from autograd.modes import KEEPS_STEPS, STAND_INS, WITNESS, enable_grad, observing, variable_set
from autograd.node import Node, new_leaf
from autograd.op import NO_SETTINGS
from autograd.tape.gathering import gathered
from autograd.tape.guard import Guard
from autograd.tape.pausing import collector_paused
from autograd.tape.program import Builder, Program, without_dead_code
from autograd.tree import Structure, flatten, unflatten
from autograd.value import Value


class Recording(NamedTuple):
    """What a run left.

    Attributes:
        program: the list; its outputs are the results, and behind them what comparisons compared.
        arguments: how each argument of the function is nested.
        result: how its result is nested.
        captured: Values that the function uses and was not given; they are further inputs.
        guards: its comparisons, by places in the program's outputs.
        names: of lines that have one.
        before: how many ops of each name there were before any was left out.
    """

    program: Program
    arguments: list[Structure]
    result: Structure
    captured: list[Value]
    guards: list[Guard]
    names: dict[int, str]
    before: dict[str, int]


# Two compared numbers, the sign between them, how it came out, and the place in the user's code.
Question = tuple[Any, Any, str, bool, str]


def recorded(f: Callable[..., Any], args: tuple[Any, ...], *, optimize: bool) -> Recording:
    """Run a function on Values and return what it did.

    Raises:
        AutogradError: it drew random numbers, wrote to a Value that it used, or was given something else than numbers.
    """
    pairs = [flatten(arg) for arg in args]
    leaves: list[Value] = []
    inner: list[Any] = []
    known: set[Value] = set()
    for given, structure in pairs:
        own = [_leaf(x, known) for x in given]
        leaves += own
        inner.append(unflatten(structure, own))

    before = [leaf._data for leaf in leaves]
    nodes: list[Node] = []
    asked: list[Question] = []
    taken_out: list[tuple[Any, str]] = []

    def told(v: Any, other: Any = None, sign: str = "", truth: bool = True) -> None:
        if sign:
            asked.append((v, other, sign, truth, place()))
        else:
            taken_out.append((v, place()))

    with ExitStack() as stack:
        stack.enter_context(enable_grad())
        stack.enter_context(observing(nodes.append))
        stack.enter_context(variable_set(WITNESS, told))
        stack.enter_context(variable_set(KEEPS_STEPS, True))
        stack.enter_context(variable_set(STAND_INS, STAND_INS.get().union(map(id, leaves))))
        stack.enter_context(nothing_drawn(f, args))
        result = f(*inner)

    for leaf, number in zip(leaves, before, strict=True):
        if leaf._data is not number:
            raise _written_while_recorded(leaf)
    mine = {*leaves, *nodes}
    for where in dict.fromkeys(where for v, where in taken_out if v in mine):
        warn_of_number(where, 5)  # the caller of record
    with collector_paused():
        return _written(leaves, nodes, [s for _, s in pairs], result, asked, optimize)


def warn_of_number(where: str, level: int) -> None:
    """Warn of a number that was taken out of a node while a tape was recorded."""
    warnings.warn(
        f"a number was taken out of a node at {where} while a tape was recorded: what is computed from it, or decided by "
        f"it, is the same in every replay",
        stacklevel=level,
    )


def _written(
    leaves: list[Value], nodes: list[Node], arguments: list[Structure], result: Any,
    asked: list[Question], optimize: bool,
) -> Recording:  # fmt: skip
    """Write a run down."""
    results, structure = flatten(result)
    writer = _Writer(leaves, optimize)
    writer.write(nodes, [*results, *(x for v, other, *_ in asked for x in (v, other))])
    outputs = [writer.line_of(x, "a result") for x in results]
    guards = []
    compared: list[int] = []
    for v, other, sign, truth, where in asked:
        left, right = writer.line_of(v, "a compared number"), writer.line_of(other, "a compared number")
        if left in writer.builder.number and right in writer.builder.number:
            continue  # it can never come out otherwise
        guards.append(Guard(sign, len(outputs) + len(compared), len(outputs) + len(compared) + 1, truth, where))
        compared += [left, right]
    program, names = writer.finished(outputs + compared)
    before = Counter([node.op.name for node in nodes if node.op is not None])
    return Recording(program, arguments, structure, writer.captured, guards, names, dict(before))


def _leaf(x: Any, known: set[Value]) -> Value:
    """Return the Value for an argument: a leaf that wants gradients stands for itself, so that closures may use it too.

    It does so once: given as a second argument too, it is another number there.
    """
    if x.__class__ is Value:
        if x.op is None and x.uses is not None and x not in known:
            known.add(x)
            return x
        leaf: Value = new_leaf(Value, x._data, True, x.label)
        return leaf
    if isinstance(x, (float, int, np.floating, np.integer)) and not isinstance(x, bool):
        return Value(x)
    raise DTypeError(
        f"a tape is recorded on numbers and Values, or lists, tuples and dicts of them, got {type(x).__name__} "
        f"{short(x)}{at()}"
    )


class _Writer:
    """Writes nodes down as lines."""

    def __init__(self, leaves: list[Value], optimize: bool) -> None:
        self._leaves, self._optimize = leaves, optimize
        self.captured: list[Value] = []
        self._line: dict[Any, int] = {}
        self.builder = Builder(simplify=optimize, share=optimize)

    def write(self, nodes: list[Node], asked_for: list[Any]) -> None:
        """Write what was computed, from the arguments and from what was captured.

        Args:
            nodes: the results of ops.
            asked_for: what the function returned and compared; if it is a Value from outside, it is captured too.
        """
        mine = {*self._leaves, *nodes}
        from_outside: dict[Value, None] = {}
        for node in nodes:
            a, b = node.a, node.b
            if a.__class__ is not tuple and (a is None or a in mine) and (b is None or b in mine):
                continue  # most nodes: quicker than the loop below
            for operand, held in node.operands():
                if operand is not None and operand not in mine:
                    from_outside[operand] = None  # type: ignore[index]
                    if operand.op is None and operand._data is not held:
                        raise _written_while_recorded(operand)
        from_outside |= {x: None for x in asked_for if x.__class__ is Value and x not in mine}
        captured = [x for x in from_outside if x.op is None and x.uses is not None]
        if captured:
            # Of what an inner recording computed nothing is needed here, and its arguments are none of ours.
            needed = _needed(nodes, asked_for)
            self.captured = [x for x in captured if x in needed]
        builder, line = self.builder, self._line
        for leaf in (*self._leaves, *self.captured):
            line[leaf] = builder.input()
        emit, constant = builder.emit, builder.constant
        for node in nodes:
            a, b, op = node.a, node.b, node.op
            assert op is not None
            if node.ad.__class__ is tuple:
                arguments = [
                    constant(float(held)) if operand is None or operand not in line else line[operand]
                    for operand, held in node.operands()
                ]
            else:
                arguments = [line[a] if a in line else constant(node.ad)]
                if node.bd is not None:
                    arguments.append(line[b] if b in line else constant(node.bd))
            line[node] = emit(op, node.settings or NO_SETTINGS, arguments)

    def line_of(self, x: Any, what: str) -> int:
        """Return the line that holds a result or a compared number."""
        if x.__class__ is Value:
            line = self._line.get(x)
            return self.builder.constant(x._data) if line is None else line
        if isinstance(x, (float, int, np.floating, np.integer, np.bool_)):
            return self.builder.constant(Value(x)._data)
        raise DTypeError(f"{what} of a tape is a number, or in lists, tuples and dicts of them, got {short(x)}{at()}")

    def finished(self, outputs: list[int]) -> tuple[Program, dict[int, str]]:
        """Return the list, and the names of its lines."""
        named = {line: str(node.label) for node, line in self._line.items() if node.label}
        whole = self.builder.whole(outputs)
        program, place_of = gathered(whole, named) if self._optimize else without_dead_code(whole)
        return program, {place_of[line]: name for line, name in named.items() if place_of[line] >= 0}


def _written_while_recorded(leaf: Node) -> AutogradError:
    return AutogradError(f"{leaf.describe()} was written while the tape was recorded: a tape cannot repeat that{at()}")


def _needed(nodes: list[Node], asked_for: list[Any]) -> set[Any]:
    """Return what is asked for, and all that it was computed from."""
    needed: set[Any] = {x for x in asked_for if x.__class__ is Value}
    for node in reversed(nodes):
        if node in needed:
            needed.update(operand for operand, _ in node.operands() if operand is not None)
    return needed


# --- random numbers ---------------------------------------------------------------------------------------------------


@contextmanager
def nothing_drawn(f: Callable[..., Any], args: tuple[Any, ...]) -> Iterator[None]:
    """Raise if random numbers are drawn in the block from a source that the function can reach."""
    sources = _sources(f, args)
    before = [state() for _, state in sources]
    yield
    for (name, state), was in zip(sources, before, strict=True):
        if not _same(state(), was):
            raise AutogradError(
                f"the recorded function drew from {name}, and a tape would repeat the same numbers for ever: draw before, "
                f"and give the numbers as an argument{at()}"
            )


def _sources(f: Any, args: Any) -> list[tuple[str, Callable[[], Any]]]:
    """Return generators that a function can reach by its closure, globals it names, its object and its arguments."""
    found: list[tuple[str, Callable[[], Any]]] = [
        ("Python's module random", random.getstate),
        ("numpy's global generator", lambda: np.random.get_state(legacy=False)),
    ]
    seen: set[int] = set()
    pending = [f, *args]
    while pending:
        thing = pending.pop()
        if id(thing) in seen or isinstance(thing, (Value, float, int, str, np.ndarray, type)):
            continue
        seen.add(id(thing))
        if isinstance(thing, np.random.Generator):
            found.append(("a numpy.random.Generator", lambda g=thing: g.bit_generator.state))  # type: ignore[misc]
        elif isinstance(thing, random.Random):
            found.append(("a random.Random", thing.getstate))
        else:
            pending.extend(_reached(thing))
    return found


def _reached(thing: Any) -> list[Any]:
    if isinstance(thing, MethodType):
        return [thing.__self__, thing.__func__]
    if isinstance(thing, FunctionType):
        if hasattr(thing, "op"):
            return []  # an op draws nothing, and what it reaches is the whole library
        defaults = [*(thing.__defaults__ or ()), *(thing.__kwdefaults__ or {}).values()]
        named = [thing.__globals__[name] for name in _names(thing.__code__) if name in thing.__globals__]
        return [*named, *_held(thing.__closure__ or ()), *defaults, *thing.__dict__.values()]
    if isinstance(thing, functools.partial):
        return [thing.func, *thing.args, *thing.keywords.values()]
    if isinstance(thing, (list, tuple, set)):
        return list(thing)
    if isinstance(thing, dict):
        return list(thing.values())
    return [] if isinstance(thing, ModuleType) else list(getattr(thing, "__dict__", {}).values())


def _names(code: CodeType) -> set[str]:
    """Return the names that a function looks up, and those that functions inside it do."""
    inner = [_names(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    return set(code.co_names).union(*inner)


def _held(cells: Iterable[CellType]) -> list[Any]:
    """Return what cells of a closure hold; one that nothing was put into yet holds nothing."""
    held = []
    for cell in cells:
        with suppress(ValueError):
            held.append(cell.cell_contents)
    return held


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return all(_same(a[key], b[key]) for key in a)
    return bool(np.array_equal(a, b)) if isinstance(a, np.ndarray) else bool(a == b)
