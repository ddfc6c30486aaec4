"""Which lines of a list are one call of numpy, and where do their rows lie?

A part of a list, what moves from lane to lane or what stays, is laid out as rows. Lines of one level that apply one op are a
step, whose rows lie side by side; inner products that share a list of operands are a matrix product. A step is bound to rows
in memory once, and is from then on a call without arguments.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.op import Op, Settings
from autograd.tape.job import Job
from autograd.tape.program import CONSTANT
from autograd.tape.rows import Call, Pick, Scratch, gatherer, picker

Array = NDArray[np.float64]
# Gives the calls that run a step, from the rows of its part and what was fetched from the part before.
Bind = Callable[[Array, Sequence[Any], Scratch], list[Call]]


# Ops whose array function is just this function of numpy's, which can write where it is told to, and what it is given more.
_UFUNCS: dict[str, tuple[Any, ...]] = {
    "add": (np.add,), "sub": (np.subtract,), "mul": (np.multiply,), "div": (np.true_divide,), "neg": (np.negative,),
    "exp": (np.exp,), "log": (np.log,), "tanh": (np.tanh,), "sin": (np.sin,), "cos": (np.cos,), "sqrt": (np.sqrt,),
    "square": (np.square,), "abs": (np.abs,), "greater": (np.greater,), "equal": (np.equal,), "not_equal": (np.not_equal,),
    "maximum": (np.maximum,), "minimum": (np.minimum,), "relu": (np.maximum, 0.0),
}  # fmt: skip


class Part:
    """The lines that are still, or those that move: where each one's row is, and the steps that fill the rows."""

    def __init__(
        self, job: Job, lines: Sequence[int], inputs: Sequence[int], levels: Sequence[int], before: Part | None
    ) -> None:
        self._job, self._before = job, before
        program = job.program
        self.row: dict[int, int] = {line: i for i, line in enumerate(inputs)}
        self.inputs = len(inputs)
        constants = [line for line in lines if program.codes[line] == CONSTANT]
        for line in constants:
            self.row[line] = len(self.row)
        self._constants = np.array([[program.constant(line)] for line in constants]).reshape(-1, 1)
        self.height = len(self.row)
        self.fetches: list[Pick] = []
        self._steps: list[Bind] = []
        self._taken_over: dict[int, int] = {}  # rows of the part before that are copied into this one
        groups: dict[Any, list[int]] = {}
        for line in lines:
            if program.codes[line] > CONSTANT:
                groups.setdefault((levels[line], *self._kind(line)), []).append(line)
        # Inner products that share no list with others are one step for each length.
        for key in [key for key, group in groups.items() if key[-1].__class__ is tuple and len(group) == 1]:
            [line] = groups.pop(key)
            groups.setdefault((key[0], key[1], "apart", len(key[-1])), []).append(line)
        for key in sorted(groups, key=lambda key: (key[0], groups[key][0])):
            self._add(sorted(groups[key], key=self._place_of_first))

    def watch(self, lines: Sequence[int]) -> None:
        """Take notice of the lines that can be outside a domain."""
        self.watched = lines
        self._watched_rows: list[slice] = []
        for row in sorted(self.row[line] for line in lines):  # side by side as one slice
            adjoins = self._watched_rows and self._watched_rows[-1].stop == row
            first = self._watched_rows.pop().start if adjoins else row
            self._watched_rows.append(slice(first, row + 1))

    def is_suspect(self, rows: Array) -> bool:
        """May one of the watched lines be outside its domain? If so, its numbers are not all finite."""
        # A sum is the quickest way to ask; where it overflows, it is looked into for nothing.
        return any(not math.isfinite(np.add.reduce(rows[few].reshape(-1))) for few in self._watched_rows)

    def memory(self, lanes: int) -> Array:
        """Return rows for so many lanes, with the constants in place."""
        rows = np.empty((self.height, lanes))
        rows[self.inputs : self.inputs + len(self._constants)] = self._constants
        return rows

    def calls(self, rows: Array, fetched: Sequence[Any], scratch: Scratch) -> list[Call]:
        """Return what fills the rows, once those of the inputs are there."""
        found: list[Call] = []
        for bind in self._steps:
            scratch.next_step()
            found += bind(rows, fetched, scratch)
        return found

    # --- which lines are one step -------------------------------------------------------------------------------------

    def _kind(self, line: int) -> tuple[Any, ...]:
        """Return what lines of one level have in common that are one call of numpy."""
        program = self._job.program
        code, arguments = program.codes[line], program.arguments_of(line)
        op, _ = program.table[code]
        assert op is not None
        here = self._here
        if op.over is None:
            return code, *map(here, arguments)
        if op.name == "dot":
            lists = self._lists(line)
            if [self._side(given) for given in lists] == ["before", "here"]:
                return code, tuple(lists[1])
        return code, len(arguments)

    def _place_of_first(self, line: int) -> int:
        """Return the row of the first argument: lines in its order read rows as they lie."""
        first = self._job.program.arguments_of(line)[0]
        assert self._here(first) or self._before is not None
        return self.row[first] if self._here(first) else self._before.row[first]  # type: ignore[union-attr]

    def _here(self, line: int) -> bool:
        return self._before is None or line not in self._before.row

    def _side(self, lines: Sequence[int]) -> str:
        if self._before is None:
            return "here"
        kinds = {self._here(line) for line in lines}
        return "both" if len(kinds) > 1 else "here" if kinds.pop() else "before"

    def _lists(self, line: int) -> list[list[int]]:
        program = self._job.program
        op, arguments = program.table[program.codes[line]].op, list(program.arguments_of(line))
        assert op is not None
        half = len(arguments) // op.arity
        lists = [arguments[i * half : (i + 1) * half] for i in range(op.arity)]
        if op.name == "dot" and self._before is not None:
            # Of each pair what was there before on the left: these are the weights of the others.
            pairs = [(b, a) if self._here(a) and not self._here(b) else (a, b) for a, b in zip(*lists, strict=True)]
            # In the order of the rows, so that they are read as they lie; a matrix product has an order of its own anyway.
            pairs.sort(key=lambda pair: self.row.get(pair[1], -1))
            return [list(side) for side in zip(*pairs, strict=True)]
        return lists

    def _add(self, lines: list[int]) -> None:
        program = self._job.program
        op, settings = program.table[program.codes[lines[0]]]
        assert op is not None
        if op.over is None:
            step = self._elementwise(op, settings, lines)
        elif op.name == "dot":
            step = self._dots(lines)
        else:
            step = self._over(op, settings, lines)
        first = self.height
        for line in lines:
            self.row[line] = self.height
            self.height += 1
        self._steps.append(step(slice(first, self.height)))

    # --- steps --------------------------------------------------------------------------------------------------------

    def _elementwise(self, op: Op, settings: Settings, lines: list[int]) -> Callable[[slice], Bind]:
        arguments = [self._job.program.arguments_of(line) for line in lines]
        reads = [self._read([given[i] for given in arguments]) for i in range(op.arity)]
        ufunc, *more = _UFUNCS.get(op.name, (None,))

        def with_rows(target: slice) -> Bind:
            def bind(rows: Array, fetched: Sequence[Any], scratch: Scratch) -> list[Call]:
                read = [one(rows, fetched, scratch) for one in reads]
                xs, calls = [x for x, _ in read], [call for _, calls in read for call in calls]
                if ufunc is not None:
                    return [*calls, partial(ufunc, *xs, *more, out=rows[target])]
                return [*calls, partial(_written, rows[target], op.array, xs, settings)]

            return bind

        return with_rows

    def _dots(self, lines: list[int]) -> Callable[[slice], Bind]:
        lists = [self._lists(line) for line in lines]
        if [self._side(given) for given in lists[0]] == ["before", "here"]:
            weights = self._fetch_table([weights for weights, _ in lists])
            if any(given != lists[0][1] for _, given in lists):
                gather = gatherer(self._table([given for _, given in lists]))

                def apart(target: slice) -> Bind:
                    def bind(rows: Array, fetched: Sequence[Any], scratch: Scratch) -> list[Call]:
                        x, calls = gather(rows, scratch)
                        return [*calls, partial(np.einsum, "mk,mkl->ml", fetched[weights], x, out=rows[target])]

                    return bind

                return apart
            pick = picker([self.row[line] for line in lists[0][1]])

            def of_layer(target: slice) -> Bind:
                def bind(rows: Array, fetched: Sequence[Any], scratch: Scratch) -> list[Call]:
                    x, calls = pick(rows, scratch)
                    return [*calls, partial(np.matmul, fetched[weights], x, rows[target])]

                return bind

            return of_layer
        gathers = [gatherer(self._table([pair[i] for pair in lists])) for i in (0, 1)]

        def with_rows(target: slice) -> Bind:
            def bind(rows: Array, fetched: Sequence[Any], scratch: Scratch) -> list[Call]:
                (left, calls), (right, others) = (gather(rows, scratch) for gather in gathers)
                return [*calls, *others, partial(np.einsum, "mkl,mkl->ml", left, right, out=rows[target])]

            return bind

        return with_rows

    def _over(self, op: Op, settings: Settings, lines: list[int]) -> Callable[[slice], Bind]:
        gathers = [gatherer(self._table([self._lists(line)[i] for line in lines])) for i in range(op.arity)]
        index = settings.get("index")

        def function(*xs: Array, axis: int) -> Array:
            y: Array = op.array(*xs, axis=axis)
            return y if index is None else y[:, index]

        def with_rows(target: slice) -> Bind:
            def bind(rows: Array, fetched: Sequence[Any], scratch: Scratch) -> list[Call]:
                read = [gather(rows, scratch) for gather in gathers]
                calls = [call for _, calls in read for call in calls]
                return [*calls, partial(_written, rows[target], function, [x for x, _ in read], {"axis": 1})]

            return bind

        return with_rows

    # --- where operands are -------------------------------------------------------------------------------------------

    def _read(self, lines: Sequence[int]) -> Callable[[Array, Sequence[Any], Scratch], tuple[Array, list[Call]]]:
        """Return what reads the rows of lines, all of which are here, or all in the part before."""
        if not self._here(lines[0]):
            assert self._before is not None
            number = self._fetch(picker([self._before.row[line] for line in lines], broadcast=True))
            return lambda rows, fetched, scratch: (fetched[number], [])
        pick = picker([self.row[line] for line in lines], broadcast=True)
        return lambda rows, fetched, scratch: pick(rows, scratch)

    def _fetch(self, pick: Pick) -> int:
        self.fetches.append(pick)
        return len(self.fetches) - 1

    def _fetch_table(self, lists: Sequence[Sequence[int]]) -> int:
        assert self._before is not None
        table = np.array([[self._before.row[line] for line in given] for given in lists], dtype=np.intp)
        m, k = table.shape
        first, down, along = table[0, 0], table[-1, 0] - table[0, 0], table[0, -1] - table[0, 0]
        strides = down // max(1, m - 1), along // max(1, k - 1)
        regular = first + np.add.outer(np.arange(m) * strides[0], np.arange(k) * strides[1])
        if min(strides) >= 0 and np.array_equal(table, regular):
            # Weights of a layer lie neuron by neuron among the inputs: the matrix is a view of them.
            offset, by = int(first) * 8, (int(strides[0]) * 8, int(strides[1]) * 8)
            return self._fetch(lambda still, scratch: (np.ndarray((m, k), float, still, offset, by), []))
        gather = gatherer(table)
        return self._fetch(lambda still, scratch: gather(still[:, 0], scratch))

    def _table(self, lists: Sequence[Sequence[int]]) -> NDArray[np.intp]:
        """Return the rows of lists of lines; those of the part before are copied here first."""
        missing = [line for given in lists for line in given if not self._here(line) and line not in self._taken_over]
        if missing:
            assert self._before is not None
            missing = list(dict.fromkeys(missing))
            number = self._fetch(picker([self._before.row[line] for line in missing]))
            first = self.height
            for line in missing:
                self._taken_over[line] = self.height
                self.height += 1
            target = slice(first, self.height)
            self._steps.append(lambda rows, fetched, scratch: [partial(np.copyto, rows[target], fetched[number])])
        return np.array(
            [[self.row[line] if self._here(line) else self._taken_over[line] for line in given] for given in lists],
            dtype=np.intp,
        )


def _written(target: Array, function: Callable[..., Any], xs: Sequence[Array], settings: Settings) -> None:
    target[...] = function(*xs, **settings)
