"""What do type checkers and editors need to be told of functions and methods that the registry makes?

``python -m autograd.stubs`` writes `ops/__init__.pyi` and `methods.pyi` from the registry; a test fails when they are
stale.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograd import ops
from autograd.op import Op
from autograd.operators import BINARY, UNARY
from autograd.registry import all_ops, composites

_HEAD = '''"""{title} (made by `python -m autograd.stubs`; do not edit)."""

{imports}

import numpy as np
from numpy.typing import NDArray

{op}from autograd.tensor import Tensor
from autograd.value import Value

Array = NDArray[Any]
Axis = int | tuple[int, ...] | None
Shape = int | Sequence[int]
Number = float | np.number[Any]
'''
_EITHER = 'X = TypeVar("X", Value, Tensor, Array, float)\n'
# What a function of two numbers gives for what: a Value wins over numbers, a Tensor over numbers and arrays.
_PAIRS = [
    ("Value", "Value | Number", "Value"),
    ("Number", "Value", "Value"),
    ("Tensor", "Tensor | Array | Number", "Tensor"),
    ("Array | Number", "Tensor", "Tensor"),
    ("Array", "Array | float", "Array"),
    ("float", "Array", "Array"),
    ("float", "float", "float"),
]
_RESULTS = {"split": "list[{}]", "slogdet": "tuple[Any, {}]"}


def functions_stub() -> str:
    """Return the text of `ops/__init__.pyi`."""
    of_function = {op.function: op for op in all_ops()}
    imports = "from collections.abc import Iterable, Sequence\nfrom typing import Any, TypeVar, overload"
    title = "The types of the functions of Values, Tensors, arrays and numbers"
    lines = [_HEAD.format(title=title, imports=imports, op=""), _EITHER]
    for name in sorted(ops.__all__):
        function = getattr(ops, name)
        if name == "table":
            lines += ["def table() -> Any:", f"    {_summary(function)}"]
        elif function in of_function:
            lines += _function(name, of_function[function])
        else:
            lines += _plain(name, function)
    lines.append("__all__ = [" + ", ".join(f'"{name}"' for name in sorted(ops.__all__)) + "]")
    return "\n".join(lines) + "\n"


def methods_stub() -> str:
    """Return the text of `methods.pyi`."""
    imports = "from collections.abc import Callable, Sequence\nfrom typing import Any"
    title = "The types of the methods of Value and Tensor that the registry makes"
    lines = [
        _HEAD.format(title=title, imports=imports, op="from autograd.op import Op\n"),
        "def attach(bag: type, kind: type, op: Op, function: Callable[..., Any]) -> None: ...",
        "def detach(bag: type, op: Op) -> None: ...",
        "",
        "class ValueMethods:",
        *_operators("Value", "Value | Number"),
    ]
    for op in sorted(all_ops(), key=lambda op: op.name):
        if op.elementwise:
            lines += _method(op, "Value", "Value | Number")
    lines += ["", "class TensorMethods:", *_operators("Tensor", "Tensor | Array | Number")]
    lines += ["    def __matmul__(self, other: Tensor | Array) -> Tensor: ..."]
    lines += ["    def __rmatmul__(self, other: Array) -> Tensor: ..."]
    made_of_ops = composites()
    for op in sorted(all_ops(), key=lambda op: op.name):
        if not op.variadic and op.array.__name__ == op.name:
            lines += _method(op, "Tensor", "Tensor | Array | Number")
    for name, function in sorted(made_of_ops.items()):
        given = _parameters(list(inspect.signature(function).parameters.values())[1:])
        lines.append(f"    def {name}(self{given}) -> {_RESULTS.get(name, '{}').format('Tensor')}:")
        lines.append(f"        {_summary(function)}")
    return "\n".join(lines) + "\n"


def _function(name: str, op: Op) -> list[str]:
    settings = _settings(op)
    doc = f"    {_summary(op.array)}"
    if op.elementwise and op.arity == 1:
        x = op.operands[0]
        return [f"def {name}({x}: X{settings}) -> X:", doc]
    if op.elementwise and op.arity == 2:
        a, b = op.operands
        lines = []
        for left, right, result in _PAIRS:
            lines += ["@overload", f"def {name}({a}: {left}, {b}: {right}{settings}) -> {result}:", doc]
        return lines
    if op.variadic or op.elementwise or (op.over is None and op.arity > 1):
        operands = f"*{op.operands[0]}: Any" if op.variadic else ", ".join(f"{o}: Any" for o in op.operands)
        return [f"def {name}({operands}{settings}) -> Any:", doc]
    several = [("Tensor", "Tensor"), ("Array", "Any")]
    if op.over is not None:
        several.append(("Iterable[Value] | Iterable[Value | Number]", "list[Value]" if op.over.each else "Value"))
    lines = []
    for operand, result in several:
        operands = ", ".join(f"{o}: {operand}" for o in op.operands)
        lines += ["@overload", f"def {name}({operands}{settings}) -> {result}:", doc]
    return lines


def _plain(name: str, function: Callable[..., Any]) -> list[str]:
    parameters = list(inspect.signature(function).parameters.values())
    first, rest = parameters[0], _parameters(parameters[1:])
    doc = f"    {_summary(function)}"
    if name not in composites():
        typed = "str" if first.name == "subscripts" else "Sequence[Any]"
        return [f"def {name}({first.name}: {typed}{rest}) -> Tensor:", doc]
    result = _RESULTS.get(name, "{}")
    return [
        "@overload", f"def {name}({first.name}: Tensor{rest}) -> {result.format('Tensor')}:", doc,
        "@overload", f"def {name}({first.name}: Array{rest}) -> {result.format('Any')}:", doc,
    ]  # fmt: skip


def _method(op: Op, kind: str, other: str) -> list[str]:
    others = "".join(f", {o}: {other}" for o in op.operands[1:])
    return [f"    def {op.name}(self{others}{_settings(op)}) -> {kind}:", f"        {_summary(op.array)}"]


def _operators(kind: str, other: str) -> list[str]:
    lines = [f"    def {name}(self) -> {kind}: ..." for name in UNARY]
    if kind == "Value":
        lines += ["    def __pow__(self, exponent: Value | Number) -> Value: ..."]
        lines += ["    def __rpow__(self, base: Number) -> Value: ..."]
    for name, (reflected, _) in BINARY.items():
        lines.append(f"    def {name}(self, other: {other}) -> {kind}: ...")
        lines.append(f"    def {reflected}(self, other: {other.removeprefix(kind + ' | ')}) -> {kind}: ...")
    return lines


def _settings(op: Op) -> str:
    return _parameters(list(inspect.signature(op.array).parameters.values())[op.arity :])


def _parameters(parameters: list[inspect.Parameter]) -> str:
    text = ""
    for p in parameters:
        star = "*" if p.kind is p.VAR_POSITIONAL else ""
        default = "" if p.default is p.empty else f" = {p.default!r}"
        text += f", {star}{p.name}: {p.annotation}{default}"
    return text


def _summary(function: Callable[..., Any]) -> str:
    return f'"""{(function.__doc__ or "").strip().splitlines()[0]}"""'


def write() -> None:
    """Write both stubs beside this file."""
    here = Path(__file__).parent
    (here / "ops" / "__init__.pyi").write_text(functions_stub(), encoding="utf-8")
    (here / "methods.pyi").write_text(methods_stub(), encoding="utf-8")


if __name__ == "__main__":
    write()
