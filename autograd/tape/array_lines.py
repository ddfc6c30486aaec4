"""What is on a list of arrays: the lines, and how the list gets shorter without computing anything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from autograd.op import Op
from autograd.registry import get
from autograd.tensor import Tensor
from autograd.tree import Structure

_MATMUL, _TRANSPOSE = get("matmul"), get("transpose")


@dataclass(frozen=True, slots=True)
class Ref:
    """An operand, or a setting or part of one, that is a line and no constant."""

    line: int


class Line(NamedTuple):
    """An op, what it is applied to (lines and constants), its settings, and what it gives: shape, dtype, perhaps a view."""

    op: Op
    operands: tuple[Any, ...]
    settings: dict[str, Any]
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    is_view: bool

    def refs(self) -> list[int]:
        """Return the lines that it reads."""
        found: list[int] = []
        for x in (*self.operands, *self.settings.values()):
            replaced(x, lambda ref: found.append(ref.line))
        return found

    def moved(self, to: Callable[[Ref], Any]) -> Line:
        """Return the line with what stands for other lines replaced."""
        settings = {name: replaced(x, to) for name, x in self.settings.items()}
        return self._replace(operands=tuple(replaced(x, to) for x in self.operands), settings=settings)


def replaced(x: Any, to: Callable[[Ref], Any]) -> Any:
    """Return an operand or a setting with the lines in it replaced: an index may hold several, in a tuple."""
    if isinstance(x, Ref):
        return to(x)
    return type(x)([replaced(item, to) for item in x]) if type(x) in (tuple, list) else x


class ArrayProgram(NamedTuple):
    """A list on arrays.

    Attributes:
        inputs: how many there are: the numbers of the arguments, then `captured`. They are the first lines.
        lines: the others.
        value: the lines of the results.
        gradient: of each input that a derivative is taken by, the line of the derivative of the one result; None: zeros.
        captured: Tensors that the function uses from outside.
        result: how the result is nested.
        shapes: of the inputs.
        dtypes: of the inputs.
    """

    inputs: int
    lines: list[Line]
    value: list[Any]
    gradient: dict[int, Any]
    captured: list[Tensor]
    result: Structure
    shapes: list[tuple[int, ...]]
    dtypes: list[np.dtype[Any]]

    def shape_of(self, line: int) -> tuple[int, ...]:
        """Return the shape of an input or of what a line gives."""
        return self.shapes[line] if line < self.inputs else self.lines[line - self.inputs].shape

    def indices(self, kind: str) -> set[int]:
        """Return the inputs of whole numbers ("i") or truth values ("b") that say which entries of an array are meant."""
        read = {i for line in self.lines for i in line._replace(operands=()).refs()}
        for i in read.copy():
            if i >= self.inputs and (line := self.lines[i - self.inputs]).op.name == "astype":
                read.update(line.refs())
        return {i for i in read if i < self.inputs and self.dtypes[i].kind == kind}

    def dtype_of(self, line: int) -> np.dtype[Any]:
        """Return the dtype of an input or of what a line gives."""
        return self.dtypes[line] if line < self.inputs else self.lines[line - self.inputs].dtype


def tidied(program: ArrayProgram) -> ArrayProgram:
    """Leave out what only repeats its operand or another line, and lines that no result needs; write (A B)ᵀ as Bᵀ Aᵀ.

    The gradient of a layer's weights comes as (xᵀ g)ᵀ, which lies across the order of the weights; gᵀ x lies along it.
    """
    tidy = _Tidying(program)
    for line in program.lines:
        tidy.add(line)
    return _alive(tidy.program())


class _Tidying:
    """Writes the lines of a list anew, one by one."""

    def __init__(self, program: ArrayProgram) -> None:
        self._program, self._inputs = program, program.inputs
        self._at: list[Any] = [Ref(i) for i in range(program.inputs)]
        self._kept: list[Line] = []
        self._known: dict[Any, Ref] = {}
        results = [x.line for x in (*program.value, *program.gradient.values()) if isinstance(x, Ref)]
        self._uses = Counter(chain(results, *(line.refs() for line in program.lines)))

    def add(self, line: Line) -> None:
        """Write a line, unless what it gives is there already."""
        is_read_once = [self._uses[x.line] == 1 for x in line.operands if isinstance(x, Ref)] == [True]
        line = line.moved(lambda ref: self._at[ref.line])
        same = self._same(line, is_read_once)
        if same is None and line.op.elementwise:
            key = (line.op, line.dtype, _alike((*line.operands, *line.settings.items())))
            same = self._known.get(key)
            if same is None:
                same = self._known[key] = self._write(line)
        self._at.append(self._write(line) if same is None else same)

    def program(self) -> ArrayProgram:
        """Return the list."""
        value = [replaced(x, lambda ref: self._at[ref.line]) for x in self._program.value]
        gradient = {i: replaced(x, lambda ref: self._at[ref.line]) for i, x in self._program.gradient.items()}
        return self._program._replace(lines=self._kept, value=value, gradient=gradient)

    def _write(self, line: Line) -> Ref:
        self._kept.append(line)
        return Ref(self._inputs + len(self._kept) - 1)

    def _line(self, x: Any) -> Line | None:
        return self._kept[x.line - self._inputs] if isinstance(x, Ref) and x.line >= self._inputs else None

    def _same(self, line: Line, is_read_once: bool) -> Any:
        """Return where what a line gives is already, if it is.

        Args:
            line: the line.
            is_read_once: is it the only reader of its one operand?
        """
        operands = line.operands
        if line.op.name == "alias":
            return operands[0]
        if not line.refs():  # nothing but constants
            with np.errstate(all="ignore"):
                return np.asarray(line.op.array(*operands, **line.settings), line.dtype)
        if line.op.name in ("mul", "div"):
            for x, other in (operands, operands[::-1] if line.op.name == "mul" else operands):
                is_one = not isinstance(other, Ref) and bool(np.all(np.asarray(other) == 1))
                if is_one and isinstance(x, Ref) and (self._shape(x), self._dtype(x)) == (line.shape, line.dtype):
                    return x
        if _is_transpose(line):
            made = self._line(operands[0])
            if made is not None and _is_transpose(made):
                return made.operands[0]
            if made is not None and is_read_once and made.op is _MATMUL and self._is_matrices(made):
                left, right = made.operands
                turned = (self._transposed(right), self._transposed(left))
                return self._write(made._replace(operands=turned, shape=line.shape))
        return None

    def _is_matrices(self, line: Line) -> bool:
        """Are both operands of a product matrices, and no constants?"""
        return all(isinstance(x, Ref) and len(self._shape(x)) == 2 for x in line.operands)

    def _shape(self, x: Ref) -> tuple[int, ...]:
        made = self._line(x)
        return self._program.shapes[x.line] if made is None else made.shape

    def _dtype(self, x: Ref) -> np.dtype[Any]:
        made = self._line(x)
        return self._program.dtypes[x.line] if made is None else made.dtype

    def _transposed(self, x: Any) -> Any:
        made = self._line(x)
        if made is not None and _is_transpose(made):
            return made.operands[0]
        return self._write(Line(_TRANSPOSE, (x,), {"axes": (1, 0)}, self._shape(x)[::-1], self._dtype(x), True))


def _alike(x: Any) -> Any:
    """Return what is equal for operands and settings that are the same thing; 0.0 and -0.0 are two."""
    if isinstance(x, (tuple, list)):
        return type(x), *map(_alike, x)
    return x if isinstance(x, (Ref, str)) else (type(x), repr(x)) if isinstance(x, (int, float)) else id(x)


def _is_transpose(line: Line) -> bool:
    """Does a line turn a matrix over?"""
    return line.op is _TRANSPOSE and len(line.shape) == 2 and line.settings.get("axes") in (None, (1, 0))


def _alive(program: ArrayProgram) -> ArrayProgram:
    needed: set[int] = set()
    pending = [x.line for x in (*program.value, *program.gradient.values()) if isinstance(x, Ref)]
    while pending:
        i = pending.pop()
        if i >= program.inputs and i not in needed:
            needed.add(i)
            pending += program.lines[i - program.inputs].refs()
    if len(needed) == len(program.lines):
        return program
    place = {i: i for i in range(program.inputs)} | {i: program.inputs + n for n, i in enumerate(sorted(needed))}

    def moved(ref: Ref) -> Ref:
        return Ref(place[ref.line])

    lines = [program.lines[i - program.inputs].moved(moved) for i in sorted(needed)]
    value = [replaced(x, moved) for x in program.value]
    gradient = {i: replaced(x, moved) for i, x in program.gradient.items()}
    return program._replace(lines=lines, value=value, gradient=gradient)
