"""What is on a tape?

A list, as Wengert wrote it (1964): each line is one op, applied to the results of lines above it.

    v0 = input
    v1 = 0.5
    v2 = mul(v0, v1)

It holds no nodes and no numbers but the constants. Derivatives are on it as further lines of the same kind, so whoever
can run the list can run its gradient, and the gradient's gradient.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from autograd.dispatch import on_floats
from autograd.errors import AutogradError, DomainError, at
from autograd.op import NO_SETTINGS, Op, Settings
from autograd.registry import get
from autograd.run import alias

# The first two opcodes; those of ops follow, in the order in which the list met them.
INPUT, CONSTANT = 0, 1
_MOST_CODES = 2**16


class Opcode(NamedTuple):
    """An op with its settings: what a number in the list of codes stands for."""

    op: Op | None
    settings: Settings


class Program:
    """A list of lines, as arrays: a code for each, and the numbers of the lines that it is applied to.

    Attributes:
        table: what each code stands for.
        codes: the code of each line.
        starts: where the arguments of each line begin in `arguments`, and at the end where the last ones end.
        arguments: lines, one behind the other; of a constant, its place in `constants`; of an input, its number.
        constants: the numbers that are written into the list.
        inputs: how many inputs there are; they are the first lines.
        outputs: the lines that are the results.
    """

    __slots__ = ("arguments", "codes", "constants", "inputs", "outputs", "starts", "table")

    def __init__(
        self, table: Sequence[Opcode], codes: array[int], starts: array[int], arguments: array[int],
        constants: array[float], inputs: int, outputs: Sequence[int],
    ) -> None:  # fmt: skip
        self.table = tuple(table)
        self.codes, self.starts, self.arguments, self.constants = codes, starts, arguments, constants
        self.inputs, self.outputs = inputs, tuple(outputs)

    def __len__(self) -> int:
        return len(self.codes)

    def arguments_of(self, line: int) -> array[int]:
        """Return the lines that a line is applied to."""
        return self.arguments[self.starts[line] : self.starts[line + 1]]

    def lines(self) -> Iterator[tuple[int, int, array[int]]]:
        """Yield (line, code, arguments)."""
        arguments, start = self.arguments, 0
        for line, (code, stop) in enumerate(zip(self.codes, self.starts[1:], strict=True)):
            yield line, code, arguments[start:stop]
            start = stop

    def constant(self, line: int) -> float:
        """Return the number in a line that is a constant."""
        return self.constants[self.arguments[self.starts[line]]]

    def counts(self) -> Counter[str]:
        """Return how many lines there are of each op."""
        by_code = Counter(self.codes)
        found: Counter[str] = Counter()
        for code, count in by_code.items():
            if (op := self.table[code].op) is not None:
                found[op.name] += count
        return found

    def cost(self) -> int:
        """Return how many operations on one or two numbers a replay takes: a sum of n is n - 1 of them."""
        found = 0
        for _, code, arguments in self.lines():
            if (op := self.table[code].op) is not None:
                found += 1 if op.over is None else len(arguments) - 1
        return found

    @property
    def nbytes(self) -> int:
        """The memory that the arrays take."""
        return sum(len(a) * a.itemsize for a in (self.codes, self.starts, self.arguments, self.constants))

    def steps(self) -> int:
        """Return how many groups of lines there are that are of one level and apply one op."""
        return len(set(zip(levels_of(self), self.codes, strict=True)))

    def depth(self) -> int:
        """Return the length of the longest chain of ops, each of which needs the one before: the number of levels."""
        levels = levels_of(self)
        return max(levels, default=0)


def computed(op: Op, settings: Settings, xs: Sequence[float]) -> float:
    """Return what an op gives on floats, as it does for Values; those of an op on lists are given one list after the other.

    Raises:
        DomainError: they are outside its domain.
    """
    if op.over is None:
        return float(on_floats(op, xs, settings))
    count = len(xs) // op.arity
    lists = [tuple(xs[i * count : (i + 1) * count]) for i in range(op.arity)]
    try:
        return float(op.over.scalar(*lists, **settings))
    except OverflowError:
        return math.inf


def levels_of(program: Program) -> list[int]:
    """Return the level of each line: 0 for inputs and constants, else one above the highest argument."""
    levels = [0] * len(program)
    for line, code, arguments in program.lines():
        if code > CONSTANT:
            levels[line] = 1 + max([levels[a] for a in arguments])
    return levels


_ADD, _SUB, _MUL, _DIV, _NEG, _POWER = (get(name) for name in ("add", "sub", "mul", "div", "neg", "power"))
_COMMUTATIVE = {_ADD, _MUL}
# What leaves the other operand as it is: on the left, and on the right.
_NEUTRAL: dict[Op, tuple[float | None, float]] = {
    _MUL: (1.0, 1.0), _ADD: (0.0, 0.0), _SUB: (None, 0.0), _DIV: (None, 1.0),
}  # fmt: skip
_ALIAS: Op = alias.op  # type: ignore[attr-defined]
_SIMPLIFIED = {*_NEUTRAL, _NEG, _POWER, _ALIAS}


class Builder:
    """Writes a program line by line; a line that is there already, or needs no op, is not written again.

    Args:
        simplify: are ops on constants computed, and x · 1, x / 1, x + 0, x - 0, x ** 1, -(-x) and aliases left out? None
            of it changes a number, but that -0 + 0 is 0 and is left as -0. (default True)
        share: is a line that computes what another one does replaced by it? (default True)
    """

    def __init__(self, *, simplify: bool = True, share: bool = True) -> None:
        self._table = [Opcode(None, NO_SETTINGS), Opcode(None, NO_SETTINGS)]
        self._code_of: dict[tuple[Op, Any], int] = {}
        self._plain: dict[Op, int] = {}
        self._codes, self._starts = array("H"), array("I", [0])
        self._arguments, self._constants = array("I"), array("d")
        self._inputs = 0
        self._simplify, self._share = simplify, share
        self._known: dict[tuple[int, ...], int] = {}
        self._constant_line: dict[str, int] = {}
        self.number: dict[int, float] = {}

    def __len__(self) -> int:
        return len(self._codes)

    def input(self) -> int:
        """Write the line of a further input; inputs come before all else."""
        assert self._inputs == len(self._codes)
        self._inputs += 1
        return self._append(INPUT, (self._inputs - 1,))

    def constant(self, number: float) -> int:
        """Return the line of a constant."""
        key = number.hex()  # tells -0 from 0, and finds nan
        line = self._constant_line.get(key)
        if line is None:
            self._constants.append(number)
            line = self._append(CONSTANT, (len(self._constants) - 1,))
            self._constant_line[key] = line
            self.number[line] = number
        return line

    def emit(self, op: Op, settings: Settings, arguments: Sequence[int]) -> int:
        """Return the line of an op applied to lines: a new one where it is needed."""
        arguments = tuple(arguments)
        if self._simplify and (op in _SIMPLIFIED or arguments[0] in self.number):
            simpler = self._simpler(op, settings, arguments)
            if simpler is not None:
                return simpler
        code = self._plain.get(op) if not settings else None
        if code is None:
            code = self._code(op, settings)
        if not self._share:
            return self._append(code, arguments)
        if op in _COMMUTATIVE and arguments[0] > arguments[1]:
            arguments = arguments[::-1]
        key = (code, *arguments)
        line = self._known.get(key)
        if line is None:
            line = self._known[key] = self._append(code, arguments)
        return line

    def copy(self, program: Program, arguments: Sequence[int]) -> list[int]:
        """Write the lines of a program, applied to these lines in place of its inputs, and return where each now is."""
        at = list(arguments)
        for line, code, given in program.lines():
            if code == CONSTANT:
                at.append(self.constant(program.constant(line)))
            elif code > CONSTANT:
                op, settings = program.table[code]
                assert op is not None
                at.append(self.emit(op, settings, [at[a] for a in given]))
        return at

    def whole(self, outputs: Sequence[int]) -> Program:
        """Return the list as it stands."""
        return Program(self._table, self._codes, self._starts, self._arguments, self._constants, self._inputs, outputs)

    def program(self, outputs: Sequence[int], kept: Sequence[int] = ()) -> tuple[Program, Sequence[int]]:
        """Return the list without lines that no output needs and that are not kept, and where each line has gone, or -1."""
        return without_dead_code(self.whole(outputs), kept)

    def _append(self, code: int, arguments: Sequence[int]) -> int:
        line = len(self._codes)
        self._codes.append(code)
        self._arguments.extend(arguments)
        self._starts.append(len(self._arguments))
        return line

    def _code(self, op: Op, settings: Settings) -> int:
        key = op, tuple((name, _told_apart(settings[name])) for name in sorted(settings))
        code = self._code_of.get(key)
        if code is None:
            if len(self._table) == _MOST_CODES:
                raise AutogradError(f"a tape holds up to {_MOST_CODES - 2:,} ops with different settings, got more{at()}")
            self._table.append(Opcode(op, dict(settings)))
            code = self._code_of[key] = len(self._table) - 1
            if not settings:
                self._plain[op] = code
        return code

    def _simpler(self, op: Op, settings: Settings, arguments: tuple[int, ...]) -> int | None:
        """Return a line that is there and holds the same, or that of a constant, if there is one."""
        number = self.number
        if op is _ALIAS or (op is _POWER and settings["exponent"] == 1):
            return arguments[0]
        if op is _NEG and self._codes[arguments[0]] == self._plain.get(op):
            return self._arguments[self._starts[arguments[0]]]
        if op in _NEUTRAL and number:
            left, right = _NEUTRAL[op]
            if number.get(arguments[1]) == right:
                return arguments[0]
            if left is not None and number.get(arguments[0]) == left:
                return arguments[1]
        if arguments[0] in number and all(a in number for a in arguments):
            try:
                y = computed(op, settings, [number[a] for a in arguments])
            except DomainError:
                return None  # whoever runs the list is to see it
            return self.constant(y) if math.isfinite(y) else None
        return None


def _told_apart(setting: Any) -> Any:
    """Return what tells settings apart that are equal and yet not the same: 2 and 2.0, 0.0 and -0.0."""
    if isinstance(setting, float):
        return type(setting), setting.hex()
    try:
        hash(setting)
    except TypeError:
        return id(setting)  # an array; the table keeps it
    return type(setting), setting


def without_dead_code(program: Program, kept: Sequence[int] = ()) -> tuple[Program, Sequence[int]]:
    """Leave out lines that no output needs; inputs stay, and what is to be kept.

    Also return where each line has gone, -1 for those left out.
    """
    needed = bytearray(len(program))
    for line in (*range(program.inputs), *program.outputs, *kept):
        needed[line] = 1
    starts, arguments, codes = program.starts, program.arguments, program.codes
    for line in range(len(program) - 1, program.inputs - 1, -1):
        if needed[line] and codes[line] != CONSTANT:
            for a in arguments[starts[line] : starts[line + 1]]:
                needed[a] = 1
    if all(needed):
        return program, range(len(program))
    place = array("i", [-1]) * len(program)
    codes_left, first, lines, constants = array("H"), array("I", [0]), array("I"), array("d")
    for line, code, given in program.lines():
        if not needed[line]:
            continue
        place[line] = len(codes_left)
        codes_left.append(code)
        if code == CONSTANT:
            lines.append(len(constants))
            constants.append(program.constants[given[0]])
        elif code == INPUT:
            lines.append(given[0])
        else:
            lines.extend([place[a] for a in given])
        first.append(len(lines))
    outputs = [place[line] for line in program.outputs]
    return Program(program.table, codes_left, first, lines, constants, program.inputs, outputs), place
