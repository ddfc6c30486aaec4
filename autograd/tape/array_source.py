"""How is a list on arrays run without a graph and without fresh memory?

As Python that calls numpy directly: a line an op, results in buffers that were laid out when the list was compiled and are
handed on as soon as nobody needs what is in them. Results that are handed out are new arrays.
"""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import memory
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

def array_source(program: ArrayProgram, name: str) -> str:
    """Return a list on arrays as the text of a Python function."""
    return _Writing(program).text(name)


def array_function(program: ArrayProgram, name: str) -> Callable[..., tuple[Any, ...]]:
    """Return the function that `array_source` writes: of the inputs, it gives the results and then the gradients."""
    function = _compiled(_Writing(program), name)
    lock = threading.Lock()

    def run(*inputs: Any) -> tuple[Any, ...]:
        with lock, np.errstate(all="ignore"):  # the buffers are this function's own
            found: tuple[Any, ...] = function(*inputs)
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
        self._base: dict[int, int] = {}
        self._results = [x.line for x in (*program.value, *program.gradient.values()) if isinstance(x, Ref)]
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
        seen: set[int] = set()
        written = []
        for x in (*self._program.value, *(() if self._writes else self._program.gradient.values())):
            name = self._name(x)
            base = self._base_of(x.line) if isinstance(x, Ref) else -1
            is_own = base >= self._program.inputs and base not in seen
            seen.add(base)
            written.append(name if is_own or not isinstance(x, (Ref, np.ndarray)) else f"array({name})")
        self.names["array"] = np.array  # copies
        return written

    # --- one line -----------------------------------------------------------------------------------------------------

    def _written(self, i: int, line: Line) -> str:
        op, names = line.op, [self._name(x) for x in line.operands]
        target = self._target(i, line)
        if i in self._only_factors:
            self.names["greater"] = np.greater
            return f"greater({', '.join(names)})"
        if op.name in _UFUNCS:
            self.names[op.name] = getattr(np, _UFUNCS[op.name])
            return f"{op.name}({', '.join(names)}{target})"
        if op.name == "matmul" and len(line.shape) == 2:
            self.names["matmul"] = np.matmul
            if not target and math.prod(line.shape) >= memory.WORTH_KEEPING:  # handed out, and given back when it is freed
                self.names["empty"] = memory.empty
                target = f", out=empty({line.shape!r}, {self._kept(line.dtype)})"
            return f"matmul({', '.join(names)}{target})"
        if op.name == "relu":
            self.names["maximum"] = np.maximum
            return f"maximum({names[0]}, 0{target})"
        if op.name == "sum":
            self.names["add_reduce"] = np.add.reduce
            axis, keep = line.settings["axis"], line.settings["keepdims"]
            return f"add_reduce({names[0]}, {axis!r}, None, {target.removeprefix(', out=') or 'None'}, {keep})"
        if op.name == "transpose" and line.settings.get("axes") in (None, (1, 0)):
            return f"{names[0]}.T"
        if op.name == "reshape" and names[0].startswith("v"):
            return f"{names[0]}.reshape({line.settings['shape']!r})"
        called = op.name if op.name.isidentifier() else f"op{i}"
        self.names[called] = op.array
        given = [f"{key}={self._setting(x)}" for key, x in line.settings.items()]
        return f"{called}({', '.join(names + given)})"

    def _name(self, x: Any) -> str:
        if isinstance(x, Ref):
            return f"v{x.line}"
        if isinstance(x, np.ndarray) and not x.ndim and x.dtype == float:
            x = x.item()  # numpy lets Python's floats follow the dtype of arrays
        if isinstance(x, (int, float)) and is_literal(x):
            return repr(x) if x >= 0 else f"({x!r})"
        return self._kept(x)

    def _setting(self, x: Any) -> str:
        if isinstance(x, Ref):
            return f"v{x.line}"
        if type(x) in (tuple, list):
            inside = "".join(f"{self._setting(item)}, " for item in x)
            return f"({inside})" if type(x) is tuple else f"[{inside}]"
        return repr(x) if is_literal(x) else self._kept(x)

    def _kept(self, x: Any) -> str:
        name = f"k{len(self.names)}"
        self.names[name] = x
        return name

    # --- memory -------------------------------------------------------------------------------------------------------

    def _target(self, i: int, line: Line) -> str:
        """Return where a line's result is written, as the end of a call; nothing where numpy finds a place itself."""
        self._release(i, line, before=True)
        target = ""
        writes = line.op.name in _UFUNCS or line.op.name in ("relu", "matmul", "sum")
        if i in self._given_out and writes:
            self._release(i, line, before=False)
            return f", out={self._given_out[i]}"
        handed_out = self._base_of(i) in map(self._base_of, self._results)
        if writes and line.shape and not handed_out and i not in self._only_factors:
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
        entry_by_entry = line.op.name in _UFUNCS or line.op.name == "relu"
        for read in set(line.refs()):
            base = self._base_of(read)
            whole = entry_by_entry and self._shape(base) == line.shape and base == read
            if self._last.get(base) == i and base in self._buffer and whole == before:
                owner = self._program.lines[base - self._program.inputs]
                self._free[owner.shape, owner.dtype].append(self._buffer.pop(base))

    def _shape(self, i: int) -> tuple[int, ...] | None:
        n = i - self._program.inputs
        return self._program.lines[n].shape if n >= 0 else None

    def _base_of(self, i: int) -> int:
        """Return the line whose memory a line shows: its own, or for a view that of what it is a view of."""
        while i in self._base:
            i = self._base[i]
        return i

    def _last_uses(self) -> dict[int, int]:
        """Return for each line with memory of its own the last line that reads it, also through views."""
        program, last = self._program, {}
        for n, line in enumerate(program.lines):
            i = program.inputs + n
            refs = line.refs()
            if refs and line.is_view:
                self._base[i] = refs[0]
            for line_ in refs:
                last[self._base_of(line_)] = i
        for i in self._results:
            last[self._base_of(i)] = program.inputs + len(program.lines)
        return last

    def _masks(self) -> set[int]:
        """Return comparisons whose results are only multiplied with: there truth values do as well as numbers."""
        program = self._program
        uses: dict[int, set[str]] = defaultdict(set)
        for line in program.lines:
            for read in line.refs():
                uses[read].add(line.op.name)
        masks = {program.inputs + n for n, line in enumerate(program.lines) if line.op.name == "greater"}
        return {i for i in masks if uses[i] == {"mul"} and i not in self._results}
