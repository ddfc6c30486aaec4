"""How is a list on arrays run without a graph and without fresh memory?

As Python that calls numpy directly: a line an op, results in buffers that were laid out when the list was compiled and are
handed on as soon as nobody needs what is in them. Results that are handed out are new arrays.
"""

from __future__ import annotations

import keyword
import math
import re
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import memory
from autograd.errors import ShapeError, at
from autograd.kernels import is_literal
from autograd.tape.array_blocks import Segment, runner, scheduled
from autograd.tape.array_lines import ArrayProgram, Line, Ref

Array = NDArray[Any]

# Ops that are this function of numpy's, entry by entry, and can write where they are told to, also over an operand.
_UFUNCS = {
    "add": "add", "sub": "subtract", "mul": "multiply", "div": "true_divide", "neg": "negative", "exp": "exp", "log": "log",
    "tanh": "tanh", "sin": "sin", "cos": "cos", "sqrt": "sqrt", "square": "square", "abs": "absolute", "maximum": "maximum",
    "minimum": "minimum",
}  # fmt: skip
_ADD_REDUCE, _ARRAY = np.add.reduce, np.array
# What the text calls lines, inputs, constants and buffers, and the functions it may be.
_TAKEN = re.compile(r"[vkbo]\d+|block|value|grad|value_and_grad")


def array_source(program: ArrayProgram, name: str) -> str:
    """Return a list on arrays as the text of a Python function."""
    return _Writing(program).text(name)


def array_function(program: ArrayProgram, name: str) -> Callable[..., tuple[Any, ...]]:
    """Return the function that `array_source` writes: of the inputs, it gives the results and then the gradients."""
    function = _compiled(_Writing(program), name)
    lock = threading.Lock()

    def run(*inputs: Any) -> tuple[Any, ...]:
        with lock, np.errstate(all="ignore"):  # the buffers are this function's own
            try:
                found: tuple[Any, ...] = function(*inputs)
            except (ValueError, IndexError) as error:  # labels that are no places of an array
                raise ShapeError(f"a replay needs arguments such as the tape was recorded with: {error}{at()}") from None
            return found

    return run


def _compiled(writing: _Writing, name: str) -> Callable[..., Any]:
    text = writing.text(name)
    names = writing.names
    # Our own text: names of registered ops, and numbers.
    exec(compile(text, f"<wengert {name}>", "exec"), names)
    function: Callable[..., Any] = names[name]
    return function


def _block_function(program: ArrayProgram) -> Callable[..., Any]:
    """Return a list on blocks as a function that returns the results, and writes gradients to its last arguments."""
    return _compiled(_Writing(program, writes=True), "block")


class _Writing:
    """Writes a list as Python, lays out its buffers, and collects what the text names.

    Args:
        program: the list.
        writes: are gradients written to further arguments, and not returned? (default False)
    """

    def __init__(self, program: ArrayProgram, *, writes: bool = False) -> None:
        self._program = program
        gradient = program.gradient.values() if writes else ()
        self._given_out = {x.line: f"o{n}" for n, x in enumerate(gradient)}
        self._writes = writes
        self.names: dict[str, Any] = {}
        self._free: dict[tuple[Any, ...], list[str]] = defaultdict(list)
        self._buffer: dict[int, str] = {}
        # Of a line that may show the memory of others: the lines with memory of their own that it may show, and which
        # lines show one number at many places.
        self._roots: dict[int, set[int]] = {}
        self._spread: set[int] = set()
        self._handed: set[int] = set()
        self._results = [x for x in (*program.value, *program.gradient.values()) if isinstance(x, Ref)]
        self._last = self._last_uses()
        self._only_factors = self._masks()

    def text(self, name: str) -> str:
        program = self._program
        inputs = ", ".join([*(f"v{i}" for i in range(program.inputs)), *self._given_out.values()])
        body = []
        for item in scheduled(program):
            if isinstance(item, Segment):
                body.append(f"    {self._segment(item)}")
                continue
            body.append(f"    v{item} = {self._written(item, program.lines[item - program.inputs])}")
            if item in self._given_out and "out=o" not in body[-1]:
                body.append(f"    {self._given_out[item]}[...] = v{item}")
        returned = "".join(f"{x}, " for x in self._handed_out())
        return "\n".join([f"def {name}({inputs}):", *body, f"    return ({returned.strip()})", ""])

    def _segment(self, segment: Segment) -> str:
        """Write the call that computes a segment block by block."""
        name = self._kept(runner(self._program, segment, _block_function))
        made = ", ".join(f"v{i}" for i in (*segment.totals, *segment.kept))
        return f"{made}, = {name}({', '.join(f'v{i}' for i in segment.given)})  # block by block: {self._told(segment)}"

    def _told(self, segment: Segment) -> str:
        """Say which ops a segment holds."""
        return ", ".join(self._program.lines[i - self._program.inputs].op.name for i in segment.lines)

    def _handed_out(self) -> list[str]:
        """Return what is returned: arrays that are neither an input nor a constant, nor handed out twice."""
        seen = set(range(self._program.inputs))
        written = []
        for x in (*self._program.value, *(() if self._writes else self._program.gradient.values())):
            roots = self._roots_of(x.line) if isinstance(x, Ref) else set()
            is_own = isinstance(x, Ref) and not roots & seen and x.line not in self._spread
            seen |= roots
            name = f"v{x.line}" if isinstance(x, Ref) else self._kept(x)
            written.append(name if is_own else f"{self._function('array', _ARRAY)}({name})")  # a copy
        return written

    # --- one line -----------------------------------------------------------------------------------------------------

    def _written(self, i: int, line: Line) -> str:
        op, names = line.op, [self._name(x, line) for x in line.operands]
        target = self._target(i, line)
        if i in self._only_factors:
            return f"{self._function('greater', np.greater)}({', '.join(names)})"
        if op.name in _UFUNCS:
            return f"{self._function(op.name, getattr(np, _UFUNCS[op.name]))}({', '.join(names)}{target})"
        if _is_product(line):
            if not target and math.prod(line.shape) >= memory.WORTH_KEEPING:  # handed out, and given back when it is freed
                empty = self._function("empty", memory.empty)
                target = f", out={empty}({line.shape!r}, {self._kept(line.dtype)})"
            return f"{self._function('matmul', np.matmul)}({', '.join(names)}{target})"
        if op.name == "relu":
            return f"{self._function('maximum', np.maximum)}({names[0]}, 0{target})"
        if op.name == "sum":
            axis, keep = self._setting(line.settings["axis"]), self._setting(line.settings["keepdims"])
            add_reduce = self._function("add_reduce", _ADD_REDUCE)
            return f"{add_reduce}({names[0]}, {axis}, None, {target.removeprefix(', out=') or 'None'}, {keep})"
        if op.name == "transpose" and line.settings.get("axes") in (None, (1, 0)):
            return f"{names[0]}.T"
        if op.name == "reshape" and names[0].startswith("v"):
            return f"{names[0]}.reshape({self._setting(line.settings['shape'])})"
        called = self._function(op.name, op.array)
        given = [f"{key}={self._setting(x)}" for key, x in line.settings.items()]
        return f"{called}({', '.join(names + given)})"

    def _name(self, x: Any, line: Line) -> str:
        """Return how an operand of a line is written."""
        if isinstance(x, Ref):
            return f"v{x.line}"
        if isinstance(x, (np.ndarray, np.generic)) and not x.ndim and x.dtype == np.float64 and self._is_double(line):
            x = x.item()  # a double among doubles; numpy lets Python's floats follow the dtype of other arrays
        if isinstance(x, (int, float)) and not isinstance(x, np.generic) and is_literal(x):
            return repr(x) if x >= 0 else f"({x!r})"
        return self._kept(x)

    def _is_double(self, line: Line) -> bool:
        """Are a line's result and all lines it reads in double precision?"""
        return all(dtype == np.float64 for dtype in (line.dtype, *map(self._program.dtype_of, line.refs())))

    def _setting(self, x: Any) -> str:
        if isinstance(x, Ref):
            return f"v{x.line}"
        if type(x) in (tuple, list):
            inside = "".join(f"{self._setting(item)}, " for item in x)
            return f"({inside})" if type(x) is tuple else f"[{inside}]"
        return repr(x) if is_literal(x) and not isinstance(x, np.generic) else self._kept(x)

    def _function(self, name: str, f: Any) -> str:
        """Return what the text calls a function: its name, unless another is called so."""
        if not name.isidentifier() or keyword.iskeyword(name) or _TAKEN.fullmatch(name):
            name = f"op_{name}" if name.isidentifier() else "op"
        while self.names.setdefault(name, f) is not f:
            name += "_"
        return name

    def _kept(self, x: Any) -> str:
        name = f"k{len(self.names)}"
        self.names[name] = x
        return name

    # --- memory -------------------------------------------------------------------------------------------------------

    def _target(self, i: int, line: Line) -> str:
        """Return where a line's result is written, as the end of a call; nothing where numpy finds a place itself."""
        self._release(i, line, before=True)
        target = ""
        writes = _is_entry_by_entry(line) or _is_product(line) or line.op.name == "sum"
        if i in self._given_out and writes:
            self._release(i, line, before=False)
            return f", out={self._given_out[i]}"
        if writes and line.shape and i not in self._handed and i not in self._only_factors:
            free = self._free[line.shape, line.dtype]
            if free:
                name = free.pop()
            else:
                name = f"b{len(self.names)}"
                self.names[name] = np.empty(line.shape, line.dtype)
            self._buffer[i] = name
            target = f", out={name}"
        self._release(i, line, before=False)
        return target

    def _release(self, i: int, line: Line, *, before: bool) -> None:
        """Give back the buffers of operands that nobody needs after line i.

        An op entry by entry may write over its operands, so these are given back before it has chosen, others after.
        """
        for read in sorted(set(line.refs())):
            for root in sorted(self._roots_of(read)):
                whole = _is_entry_by_entry(line) and self._program.shape_of(root) == line.shape and root == read
                if self._last[root] == i and root in self._buffer and whole == before:
                    owner = self._program.lines[root - self._program.inputs]
                    self._free[owner.shape, owner.dtype].append(self._buffer.pop(root))

    def _roots_of(self, i: int) -> set[int]:
        """Return the lines whose memory a line may show: its own, or for a view that of what it may be a view of."""
        return self._roots.get(i, {i})

    def _last_uses(self) -> dict[int, int]:
        """Return for each line with memory of its own the last line that reads it, also through views."""
        program = self._program
        last: dict[int, int] = {}
        for n, line in enumerate(program.lines):
            i = program.inputs + n
            roots: set[int] = set().union(*map(self._roots_of, line.refs()))
            last |= dict.fromkeys(roots, i)
            if line.is_view:
                self._roots[i] = roots | {i}  # it may be a copy, too
                if line.op.name == "broadcast_to" or not self._spread.isdisjoint(line.refs()):
                    self._spread.add(i)
        self._handed = set().union(*(self._roots_of(x.line) for x in self._results))
        return last | dict.fromkeys(self._handed, program.inputs + len(program.lines))

    def _masks(self) -> set[int]:
        """Return comparisons that only multiply numbers of the dtype of the product: there truth values do as well."""
        program = self._program
        masks = {program.inputs + n for n, line in enumerate(program.lines) if line.op.name == "greater"}
        for line in program.lines:
            numbers = [read for read in line.refs() if read not in masks and program.dtype_of(read) == line.dtype]
            if line.op.name != "mul" or not numbers:
                masks.difference_update(line.refs())
        return masks.difference(x.line for x in self._results)


def _is_entry_by_entry(line: Line) -> bool:
    """Is it a function of numpy's that computes entry by entry, and can write over its operands?"""
    return line.op.name in _UFUNCS or line.op.name == "relu"


def _is_product(line: Line) -> bool:
    """Is it a product of two matrices?"""
    return line.op.name == "matmul" and len(line.shape) == 2
