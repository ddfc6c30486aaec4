"""How are results added up over lanes?

The gradient by a weight is Σ over lanes of g x. Where results are products of two rows, or sums of such, the products are
not written out: all weights of a layer together are one matrix product G Xᵀ of the rows.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from autograd.tape.program import CONSTANT, Program
from autograd.tape.rows import Call, Pick, Scratch, picker

Array = NDArray[np.float64]


class Totals:
    """The results of a list, taken apart into terms that can be added up over lanes.

    Attributes:
        rows: the lines that are needed for it.
    """

    def __init__(self, program: Program, moves: bytearray, results: Sequence[int]) -> None:
        self._program, self._moves = program, moves
        self._uses = array("I", [0]) * len(program)  # by lines that are computed; one that has any is added up as it is
        for _, code, arguments in program.lines():
            if code > CONSTANT:
                for a in arguments:
                    self._uses[a] += 1
        self._pairs: list[tuple[int, int, int]] = []  # two lines that are multiplied, and the result they belong to
        self._single: list[tuple[int, int]] = []
        self._still: list[tuple[int, int]] = []
        self._apart: set[int] = set()
        self._count = len(results)
        for i, line in enumerate(results):
            self._take_apart(line, i)
        alone = [line for line, _ in self._single + self._still]
        self.rows = {*alone, *(line for a, b, _ in self._pairs for line in (a, b))}

    def _take_apart(self, line: int, result: int) -> None:
        """Add the terms of a line to those of a result."""
        pending = [line]
        program, moves = self._program, self._moves
        while pending:
            line = pending.pop()
            op = program.table[program.codes[line]].op if program.codes[line] > CONSTANT else None
            name, arguments = (op.name, list(program.arguments_of(line))) if op is not None else ("", [])
            half = len(arguments) // 2
            if not moves[line]:
                self._still.append((line, result))
            elif self._uses[line] or line in self._apart:
                self._single.append((line, result))
            elif name in ("add", "sum"):
                self._apart.add(line)
                for a in arguments:
                    self._uses[a] -= 1
                pending += arguments
            elif name == "mul" and all(moves[a] for a in arguments):
                self._pairs.append((arguments[0], arguments[1], result))
            elif name == "dot" and all(moves[a] for a in arguments):
                self._pairs += [(a, b, result) for a, b in zip(arguments[:half], arguments[half:], strict=True)]
            else:
                self._single.append((line, result))

    def place(self, still: Mapping[int, int], row: Mapping[int, int]) -> None:
        """Take notice of where lines are: those that are the same in all lanes, and those that move.

        Terms get places in one vector, block by block as they are computed; to which result each belongs is told at the end,
        for all of them at once.
        """
        partners: dict[int, list[tuple[int, int]]] = {}
        for a, b, result in self._pairs:
            partners.setdefault(a, []).append((b, result))
        blocks: dict[tuple[int, ...], list[int]] = {}
        for a, found in partners.items():
            blocks.setdefault(tuple(b for b, _ in found), []).append(a)
        belongs: list[int] = []
        self._blocks: list[tuple[Pick, Pick, slice, tuple[int, int]]] = []
        for bs, many in blocks.items():
            # In the order of the rows, so that they are read as they lie.
            ordered = sorted(range(len(bs)), key=lambda n: row[bs[n]])
            many = sorted(many, key=lambda a: row[a])
            where = slice(len(belongs), len(belongs) + len(many) * len(bs))
            belongs += [partners[a][n][1] for a in many for n in ordered]
            left, right = ([row[a] for a in many], [row[bs[n]] for n in ordered])
            self._blocks.append((picker(left), picker(right), where, (len(many), len(bs))))
        self._rows = picker([row[line] for line, _ in self._single]) if self._single else None
        self._sums = slice(len(belongs), len(belongs) + len(self._single))
        belongs += [result for _, result in self._single]
        self._still_rows = np.array([still[line] for line, _ in self._still], dtype=np.intp)
        self._stay = slice(len(belongs), len(belongs) + len(self._still))
        belongs += [result for _, result in self._still]
        self._belongs = np.array(belongs, dtype=np.intp)

    def nothing(self) -> Array:
        """Return terms for what the lanes of a block give."""
        return np.zeros(len(self._belongs))

    def calls(self, rows: Array, terms: Array, scratch: Scratch) -> list[Call]:
        """Return what writes the terms that the lanes of a block give, from their rows."""
        found: list[Call] = []
        for pick_left, pick_right, where, shape in self._blocks:
            scratch.next_step()
            (left, calls), (right, others) = pick_left(rows, scratch), pick_right(rows, scratch)
            found += [*calls, *others, partial(np.matmul, left, right.T, terms[where].reshape(shape))]
        if self._rows is not None:
            scratch.next_step()
            picked, calls = self._rows(rows, scratch)
            found += [*calls, partial(np.matmul, picked, np.ones(rows.shape[1]), terms[self._sums])]
        return found

    def results(self, terms: Array, still: Array, lanes: int) -> Array:
        """Return the results: their terms, with what is the same in all lanes once a lane (there is one lane or more)."""
        terms[self._stay] = lanes * still[self._still_rows]
        found: Array = np.bincount(self._belongs, weights=terms, minlength=self._count).astype(float, copy=False)
        return found
