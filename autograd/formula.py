"""How is a formula typed by a user read, without ever running it as code?

Python's own parser makes a syntax tree of the text. What is in it is checked against a short list (numbers, names,
``+ - * / **``, calls of elementwise ops) and written down as steps in postfix order, which a stack machine applies to
Values, Tensors, Symbols or floats. Nothing is compiled or evaluated as Python, and neither the reader nor the machine
recurses, so no formula is too deep for them.
"""

from __future__ import annotations

import ast
import difflib
import functools
import inspect
import math
import re
import sys
import threading
import unicodedata
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import DomainError, FormulaError, at
from autograd.op import Op
from autograd.operators import BINARY, UNARY, raise_to
from autograd.registry import all_ops

LONGEST = 2000  # characters: Python's parser needs memory and stack by the length of what it reads
CONSTANTS = {"pi": math.pi, "e": math.e}
# Python's parser keeps its depth, and its filter of warnings, in one place for all threads.
_PARSING = threading.Lock()
_SHOWN = 60  # characters around a fault
_WHOLE = 2**53  # up to here a float holds every whole number
_NO_FINITE_VALUE = "this has no finite value: floats end at 1.8e308"
_OPERATORS: dict[type[ast.operator], Callable[..., Any]] = {
    ast.Add: BINARY["__add__"][1].function,
    ast.Sub: BINARY["__sub__"][1].function,
    ast.Mult: BINARY["__mul__"][1].function,
    ast.Div: BINARY["__truediv__"][1].function,
    ast.Pow: raise_to,
}
_negative = UNARY["__neg__"].function


class _Step(NamedTuple):
    """One step in postfix order: a number, a name, or a function and how many operands it takes off the stack."""

    column: int
    what: float | str | Callable[..., Any]
    takes: int = 0


@dataclass(frozen=True, eq=False, repr=False)
class Formula:
    """A formula that was read; `on` evaluates it.

    Attributes:
        text: what was typed.
        names: the names that need a value, in order of appearance.
        all_names: these and ``pi`` and ``e``, which have a value if none is given, in order of appearance.
        steps: the formula in postfix order.
    """

    text: str
    names: tuple[str, ...]
    all_names: tuple[str, ...]
    steps: tuple[_Step, ...]

    def on(self, values: Mapping[str, Any]) -> Any:
        """Evaluate the formula; it records what the same formula in a user's own code would record.

        Args:
            values: for each name a Value, Tensor, Symbol, array or number; further names do no harm.

        Raises:
            FormulaError: a name has no value, an operation is outside its domain, or numbers alone overflow.

        >>> from autograd import Value
        >>> from autograd.formula import parse
        >>> x = Value(3.0, "x")
        >>> y = parse("x**2 + 2*pi").on({"x": x})
        >>> y.backward()
        >>> round(y.data, 6), x.grad
        (15.283185, 6.0)
        """
        missing = [name for name in self.names if name not in values]
        if missing:
            first = next(step.column for step in self.steps if step.what == missing[0])
            raise FormulaError(f"the formula needs a value for {', '.join(map(_short, missing))}", first)
        # Beside each value: does it follow from the text alone? Its overflow is then a slip of the pen, not a result.
        stack: list[tuple[Any, bool]] = []
        for step in self.steps:
            if isinstance(step.what, (int, float)):
                stack.append((step.what, True))
            elif isinstance(step.what, str):
                given = step.what in values
                stack.append((self._number(step, values[step.what]) if given else CONSTANTS[step.what], not given))
            else:
                operands = stack[-step.takes :]
                del stack[-step.takes :]
                result = self._applied(step, step.what, [x for x, _ in operands])
                literal = all(known for _, known in operands)
                if literal and not math.isfinite(result):
                    raise _fault(self.text, step.column, _NO_FINITE_VALUE)
                stack.append((result, literal))
        return stack[0][0]

    def _number(self, step: _Step, value: Any) -> Any:
        """Return a plain number as a float, because 9**9**9 of ints would never end, and all else as it is."""
        if not isinstance(value, (int, float, np.integer, np.floating)):
            return value
        try:
            return float(value)
        except OverflowError:
            raise _fault(self.text, step.column, f"the value of {step.what} is beyond the largest float") from None

    def _applied(self, step: _Step, function: Callable[..., Any], operands: list[Any]) -> Any:
        try:
            return function(*operands)
        except DomainError as error:
            # The op names the line that called `on`; here the place is the column.
            raise _fault(self.text, step.column, str(error).removesuffix(at())) from None
        except OverflowError:  # a setting beyond numpy: round(x, decimals=99999999999)
            raise _fault(self.text, step.column, _NO_FINITE_VALUE) from None

    def __repr__(self) -> str:
        return f"Formula({self.text!r})"


def parse(text: str) -> Formula:
    """Read a formula of numbers, names, ``+ - * / **``, parentheses, and elementwise ops called by name.

    Operands of a call go by position, its settings by name. ``pi`` and ``e`` are the constants, unless `Formula.on` is
    given a value for them.

    Args:
        text: the formula, of at most 2,000 ASCII characters.

    Raises:
        FormulaError: the text holds anything else; the message shows where.

    >>> from autograd.formula import parse
    >>> formula = parse("leaky_relu(w*x + b, negative_slope=0.2)")
    >>> formula.names, formula.on({"w": 2.0, "x": -3.0, "b": 1.0})
    (('w', 'x', 'b'), -1.0)
    >>> parse("2 + x.real")
    Traceback (most recent call last):
    autograd.errors.FormulaError: a formula holds numbers, names, + - * / ** and functions, not this (column 7)
      2 + x.real
            ^
    """
    if not isinstance(text, str):
        raise FormulaError(f"a formula is text, got {type(text).__name__} {text!r:.60}")
    _check_characters(text)
    steps = _Reader(text).steps()
    names = tuple(dict.fromkeys(step.what for step in steps if isinstance(step.what, str)))
    return Formula(text, tuple(name for name in names if name not in CONSTANTS), names, steps)


class _Reader:
    """One reading of a text into steps. Offsets count from 0, columns from 1."""

    def __init__(self, text: str) -> None:
        self.text = text
        # White space in front would be an indented block to Python; plus signs there change neither value nor columns.
        self.source = re.sub(r"^ +", lambda spaces: "+" * len(spaces[0]), re.sub(r"\s", " ", text))
        self.functions = {op.name: op for op in all_ops() if op.elementwise and not _is_internal(op)}

    def steps(self) -> tuple[_Step, ...]:
        """Return the formula in postfix order; of several faults the outermost is reported, then the leftmost."""
        found: list[_Step] = []
        todo: list[ast.expr | _Step] = [self._tree()]
        while todo:
            item = todo.pop()
            if isinstance(item, _Step):
                found.append(item)
            else:
                step, operands = self._read(item)
                todo += [step, *reversed(operands)]
        return tuple(found)

    def _tree(self) -> ast.expr:
        try:
            with _PARSING, warnings.catch_warnings():
                warnings.simplefilter("ignore")  # "1if x" is worth a warning to Python, and is refused here anyway
                return ast.parse(self.source, mode="eval").body
        except SyntaxError as error:
            # Python counts from 1, and says 0 where the text is at its end.
            end = len(self.source.rstrip())
            offset = min((error.offset or end + 1) - 1, end)
            raise self._fault(offset, "the formula ends too early" if offset == end else _reason(error)) from None
        except (RecursionError, MemoryError):
            raise self._fault(0, "this is nested too deeply to be read") from None

    def _read(self, node: ast.expr) -> tuple[_Step, list[Any]]:
        """Return the step that a part of the formula stands for, and its operands: parts, or already steps."""
        while isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd):
            node = node.operand
        offset = self._offset(node)
        match node:
            case ast.Constant() if (number := self._literal(node)) is not None:
                return _Step(offset + 1, float(number)), []
            case ast.Name(id=name):
                return _Step(offset + 1, name), []
            case ast.UnaryOp(op=ast.USub(), operand=x):
                return _Step(offset + 1, _negative, 1), [x]
            case ast.BinOp(op=ast.Pow(), left=x, right=exponent):
                # The 2 of x**2 stays whole, as it would in Python: pictures and formulas show it.
                whole = self._literal(exponent)
                step = _Step(exponent.col_offset + 1, whole) if isinstance(whole, int) else exponent
                return _Step(offset + 1, raise_to, 2), [x, step]
            case ast.BinOp(op=operator, left=a, right=b) if type(operator) in _OPERATORS:
                return _Step(offset + 1, _OPERATORS[type(operator)], 2), [a, b]
            case ast.BinOp(op=ast.BitXor()):
                raise self._fault(offset, "a power is written **, not ^")
            case ast.Call(args=operands):
                return _Step(offset + 1, self._function(node), len(operands)), operands
        raise self._fault(offset, "a formula holds numbers, names, + - * / ** and functions, not this")

    def _offset(self, node: ast.expr) -> int:
        """Return where the operator of a part of the formula stands, or else where the part begins."""
        match node:
            case (
                ast.BinOp(left=a, right=b)
                | ast.Compare(left=a, comparators=[b, *_])
                | ast.BoolOp(values=[a, b, *_])
                | ast.IfExp(body=a, test=b)
                | ast.Subscript(value=a, slice=b)
            ):
                # Between two operands stand only spaces, parentheses and the operator.
                operator = re.compile(r"[^\s()]").search(self.source, a.end_col_offset or 0, b.col_offset)
                return operator.start() if operator else node.col_offset
            case ast.Attribute(attr=name):
                return (node.end_col_offset or 0) - len(name)
        return node.col_offset

    def _literal(self, node: ast.expr) -> int | float | None:
        """Return a number with any signs before it, whole if it is written so, or None for anything else."""
        sign = 1
        while isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.UAdd, ast.USub)):
            sign = -sign if isinstance(node.op, ast.USub) else sign
            node = node.operand
        if not isinstance(node, ast.Constant) or type(node.value) not in (int, float):
            return None
        number: Any = node.value
        if number > sys.float_info.max:
            raise self._fault(node.col_offset, "this number is beyond the largest float, 1.8e308")
        return sign * (number if number <= _WHOLE else float(number))

    def _function(self, call: ast.Call) -> Callable[..., Any]:
        """Return what a call applies to its operands: an op with its settings."""
        if not isinstance(call.func, ast.Name):
            raise self._fault(self._offset(call.func), "only a function has operands; a product is written a*(b)")
        op = self.functions.get(call.func.id)
        if op is None:
            raise self._fault(call.col_offset, self._unknown(call.func.id))
        if not (len(call.args) == op.arity or (op.variadic and call.args)):
            raise self._fault(call.col_offset, f"{op.name} takes {_signature(op)}, got {len(call.args)} operands")
        settings: dict[str, int | float] = {}
        for keyword in call.keywords:
            name = keyword.arg or "**"
            if name in settings or name not in op.settings:
                what = f"{_short(name)} twice" if name in settings else _short(name)
                raise self._fault(keyword.col_offset, f"{op.name} takes {_signature(op)}, not {what}")
            settings[name] = self._setting(op, name, keyword.value)
        for name, default in op.settings.items():
            if default is inspect.Parameter.empty and name not in settings:
                raise self._fault(call.col_offset, f"{op.name} takes {_signature(op)}, got no {name}")
        return functools.partial(op.function, **settings) if settings else op.function

    def _setting(self, op: Op, name: str, node: ast.expr) -> int | float:
        """Return the number that a setting is given, of the kind of its default."""
        default, number = op.settings[name], self._literal(node)
        if isinstance(default, (bool, str)):
            raise self._fault(node.col_offset, f"{op.name}'s {name} is no number, so a formula cannot set it")
        if number is None or (isinstance(default, int) and not isinstance(number, int)):
            kind = "whole number" if isinstance(default, int) else "number, such as 0.5"
            raise self._fault(node.col_offset, f"{op.name}'s {name} needs a {kind}")
        as_typed = isinstance(default, int) or default is inspect.Parameter.empty
        return number if as_typed else float(number)

    def _unknown(self, name: str) -> str:
        near = difflib.get_close_matches(name, self.functions, n=1, cutoff=0.75)
        near = near or [function for function in self.functions if len(name) > 2 and function.startswith(name)]
        hint = f"did you mean {near[0]}?" if near else "a product is written a*(b)"
        return f"there is no function {_short(name)} to call: {hint}"

    def _fault(self, offset: int, message: str) -> FormulaError:
        return _fault(self.text, offset + 1, message)


def _check_characters(text: str) -> None:
    """Refuse what Python's parser would skip (comments), change (full-width letters) or choke on (null bytes)."""
    if len(text) > LONGEST:
        raise _fault(text, LONGEST + 1, f"a formula has at most {LONGEST:,} characters, this has {len(text):,}")
    if not text.strip():
        raise _fault(text, 1, "the formula is empty")
    for column, c in enumerate(text, 1):
        if c in "#\\" or not (c.isascii() and (c.isprintable() or c.isspace())):
            name = unicodedata.name(c, "a control character" if c.isascii() else "a character without a name")
            raise _fault(text, column, f"a formula has no place for U+{ord(c):04X}, {name}: it is plain ASCII")


def _fault(text: str, column: int, message: str) -> FormulaError:
    """Make the error that shows the formula, or a window of it, with a caret under the column."""
    start = max(0, min(column - 1 - _SHOWN // 2, len(text) - _SHOWN))
    shown = "".join(c if c.isprintable() else " " for c in text[start : start + _SHOWN])
    before, after = "..." * (start > 0), "..." * (start + _SHOWN < len(text))
    caret = " " * (len(before) + column - 1 - start) + "^"
    return FormulaError(f"{message} (column {column})\n  {before}{shown}{after}\n  {caret}", column)


def _reason(error: SyntaxError) -> str:
    """Return what Python says is wrong, without its guesses at what a programmer may have meant."""
    if error.msg == "invalid decimal literal":
        return "a number ends before a letter: a product is written 2*x, not 2x"
    return "this cannot be read: " + re.split(r"\. | \(|, perhaps", error.msg)[0]


def _is_internal(op: Op) -> bool:
    """Is this an op that the library made for its own use, such as `alias`?"""
    return op.module.startswith("autograd.") and not op.module.startswith("autograd.ops.")


def _signature(op: Op) -> str:
    """Say what an op takes: ``1 operand (x) and by name lo, hi``."""
    count = "operands" if op.variadic else "1 operand" if op.arity == 1 else f"{op.arity} operands"
    return f"{count} ({', '.join(op.operands)})" + (f" and by name {', '.join(op.settings)}" if op.settings else "")


def _short(name: str) -> str:
    return name if len(name) <= 40 else name[:37] + "..."
