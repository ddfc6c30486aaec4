"""Which lines of a list are computed block by block?

A chain of ops entry by entry on large arrays is bound by memory if each op goes through all of it. Lines of one shape whose
operands are there are gathered into a segment and run on one block after the other, which stays in the cache; what leaves
the segment is written into whole arrays, and sums over all entries are added up on the way.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd import memory
from autograd.blocks import LARGE
from autograd.registry import get
from autograd.tape.array_lines import ArrayProgram, Line, Ref

Array = NDArray[Any]

_BLOCK = 1 << 14  # entries: half a dozen rows of doubles fit into a usual second-level cache
_SUM = get("sum")
_TOTALS = ("sum", "mean")


class Segment(NamedTuple):
    """Lines that are computed together, block by block.

    Attributes:
        lines: the lines, in order, totals among them.
        given: the lines that they read from outside.
        kept: those of them that are needed outside as whole arrays.
        totals: those that are sums or means over all entries.
    """

    lines: list[int]
    given: list[int]
    kept: list[int]
    totals: list[int]


def scheduled(program: ArrayProgram) -> list[int | Segment]:
    """Return the lines of a list in an order in which they can be run, with those that go block by block gathered."""
    first = program.inputs
    rest = [first + n for n in range(len(program.lines))]
    results = {x.line for x in (*program.value, *program.gradient.values()) if isinstance(x, Ref)}
    readers: dict[int, list[int]] = {}
    for i in rest:
        for x in program.lines[i - first].refs():
            readers.setdefault(x, []).append(i)
    order: list[int | Segment] = []
    there = set(range(first))
    while rest:
        shape = program.lines[rest[0] - first].shape
        chosen = _gathered(program, rest, there, shape) if math.prod(shape) >= LARGE else []
        if len(chosen) > 1:
            order.append(_segment(program, chosen, results, readers))
        else:
            chosen = rest[:1]
            order.append(chosen[0])
        there.update(chosen)
        taken = set(chosen)
        rest = [i for i in rest if i not in taken]
    return order


def _gathered(program: ArrayProgram, rest: list[int], there: set[int], shape: tuple[int, ...]) -> list[int]:
    """Return the lines among the rest that can go block by block with arrays of this shape, from what is there.

    A total is there after the last block only, so what is computed from one does not belong to its segment.
    """
    inside: set[int] = set()
    totals: set[int] = set()
    for i in rest:
        line = program.lines[i - program.inputs]
        if not all(x in inside or x in there for x in line.refs()):
            continue
        if _is_total(line):
            if all(x in inside for x in line.refs()):
                totals.add(i)
        elif line.op.elementwise and line.shape == shape and _can_be_cut(program, line, shape):
            inside.add(i)
    return [i for i in rest if i in inside or i in totals]


def _is_total(line: Line) -> bool:
    """Is it one number, the sum or mean of all entries?"""
    return line.op.name in _TOTALS and not line.shape and line.settings.get("axis") is None


def _can_be_cut(program: ArrayProgram, line: Line, shape: tuple[int, ...]) -> bool:
    """Is each operand a single number or an array of the shape, and no setting an array?"""
    if any(map(np.ndim, line.settings.values())) or line._replace(operands=()).refs():
        return False
    return all(program.shape_of(x.line) in (shape, ()) if isinstance(x, Ref) else np.size(x) == 1 for x in line.operands)


def _segment(program: ArrayProgram, chosen: list[int], results: set[int], readers: dict[int, list[int]]) -> Segment:
    inside = set(chosen)
    lines = {i: program.lines[i - program.inputs] for i in chosen}
    given = list(dict.fromkeys(x for line in lines.values() for x in line.refs() if x not in inside))
    totals = [i for i in chosen if _is_total(lines[i])]
    kept = [
        i for i in chosen
        if i not in totals and (i in results or any(reader not in inside for reader in readers.get(i, ())))
    ]  # fmt: skip
    return Segment(chosen, given, kept, totals)


def runner(
    program: ArrayProgram, segment: Segment, compiled: Callable[[ArrayProgram], Callable[..., Any]]
) -> Callable[..., Any]:
    """Return the function that runs a segment: of the lines it is given, it gives the totals and then the kept arrays.

    Args:
        program: the list.
        segment: the lines.
        compiled: makes a function of a list, which writes arrays where it is told to: to its last arguments.
    """
    shape = program.lines[next(i for i in segment.lines if i not in segment.totals) - program.inputs].shape
    size = math.prod(shape)
    functions = {n: compiled(_on_blocks(program, segment, n)) for n in {min(size, _BLOCK), size % _BLOCK} if n}
    dtypes = [program.lines[i - program.inputs].dtype for i in segment.kept]
    summed = [program.lines[i - program.inputs] for i in segment.totals]
    ends = [(line.dtype.type, size if line.op.name == "mean" else 1) for line in summed]

    def run(*given: Any) -> tuple[Any, ...]:
        cut = [x.reshape(-1) if np.ndim(x) else x for x in given]
        outs = [memory.empty(shape, dtype) for dtype in dtypes]
        flat = [out.reshape(-1) for out in outs]
        totals = [0.0] * len(ends)
        for start in range(0, size, _BLOCK):
            stop = min(start + _BLOCK, size)
            found = functions[stop - start](
                *[x[start:stop] if np.ndim(x) else x for x in cut], *[out[start:stop] for out in flat]
            )
            totals = [total + float(part) for total, part in zip(totals, found, strict=True)]
        return *[dtype(total / count) for total, (dtype, count) in zip(totals, ends, strict=True)], *outs

    return run


def _on_blocks(program: ArrayProgram, segment: Segment, entries: int) -> ArrayProgram:
    """Return the lines of a segment as a list on blocks of so many entries."""
    place = {x: Ref(n) for n, x in enumerate(segment.given)}
    lines = []
    for i in segment.lines:
        line = program.lines[i - program.inputs]
        line = line._replace(operands=tuple(map(_number, line.operands))).moved(lambda ref: place[ref.line])
        if i in segment.totals:
            lines.append(line._replace(op=_SUM, settings={"axis": None, "keepdims": False}))
        else:
            lines.append(line._replace(shape=(entries,)))
        place[i] = Ref(len(segment.given) + len(lines) - 1)
    value, gradient = [place[i] for i in segment.totals], {n: place[i] for n, i in enumerate(segment.kept)}
    shapes: list[tuple[int, ...]] = [(entries,) if program.shape_of(x) else () for x in segment.given]
    dtypes = [program.dtype_of(x) for x in segment.given]
    return ArrayProgram(len(segment.given), lines, value, gradient, [], [], shapes, dtypes)


def _number(x: Any) -> Any:
    return np.asarray(x).reshape(()) if isinstance(x, np.ndarray) else x
