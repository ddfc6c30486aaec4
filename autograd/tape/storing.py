"""How is a tape written to a file, and read from one that nobody vouches for?

The file is JSON: which ops there are, by name and settings, and the arrays of the list. Reading it runs nothing: ops are
looked up among those that are registered, and every line is checked to be applied to lines above it.
"""

from __future__ import annotations

import json
import os
from array import array
from pathlib import Path
from typing import Any

import numpy as np

from autograd.dispatch import on_floats
from autograd.errors import AutogradError, DomainError, at, short
from autograd.files import write_whole
from autograd.op import NO_SETTINGS, Op, Settings
from autograd.registry import get
from autograd.tape.guard import COMPARE, Guard
from autograd.tape.program import CONSTANT, INPUT, Opcode, Program
from autograd.tape.recording import Recording
from autograd.tree import Structure, flatten, unflatten
from autograd.value import Value

_FORMAT = "wengert tape 1"
_MOST = 2**31  # lines
_SETTINGS = {type(None), bool, int, float, str}

FilePath = str | os.PathLike[str]


class TapeFileError(AutogradError, ValueError):
    """A file that is no tape, or is damaged."""


def write_tape(path: FilePath, recording: Recording, name: str, optimize: bool) -> None:
    """Write a recording to a file, whole or not at all.

    Raises:
        AutogradError: arguments or results are nested in something else than lists, tuples, and dicts with keys of text, or
            an op has a setting that is no number or text.
        OSError: the file cannot be written.
    """
    program = recording.program
    content = {
        "format": _FORMAT,
        "name": name,
        "optimize": optimize,
        "ops": [[code.op.name, _plain(code)] for code in program.table if code.op is not None],
        "codes": list(program.codes),
        "arguments": [list(given) for _, _, given in program.lines()],
        "constants": [x.hex() for x in program.constants],
        "inputs": program.inputs,
        "outputs": list(program.outputs),
        "nested": [_nested(structure) for structure in (*recording.arguments, recording.result)],
        "captured": [v._data.hex() for v in recording.captured],
        "guards": [list(guard) for guard in recording.guards],
        "names": {str(line): label for line, label in recording.names.items()},
        "before": recording.before,
    }
    write_whole(path, json.dumps(content, separators=(",", ":")))


def _plain(code: Opcode) -> Settings:
    """Return the settings of an op as JSON knows them."""
    found = {name: x.item() if isinstance(x, np.generic) else x for name, x in code.settings.items()}
    for name, x in found.items():
        if type(x) not in _SETTINGS:
            raise AutogradError(f"a setting of a saved tape is a number or a text, got {name}={short(x)}{at()}")
    return found


def _nested(structure: Structure) -> Any:
    tree = unflatten(structure, [None] * sum(step is None for step in structure))
    try:
        return _described(tree)
    except RecursionError:
        raise AutogradError(f"a tape to be saved needs arguments that are nested less than a thousand times{at()}") from None


def _described(tree: Any) -> Any:
    if tree is None:
        return None
    if type(tree) in (list, tuple):
        return {type(tree).__name__: [_described(x) for x in tree]}
    if type(tree) is dict and all(type(key) is str for key in tree):
        return {"dict": [[key, _described(x)] for key, x in tree.items()]}
    raise AutogradError(
        f"a tape whose arguments or results are not lists, tuples, or dicts with keys of text cannot be saved: "
        f"{short(tree)}{at()}"
    )


# --- and back ---------------------------------------------------------------------------------------------------------


def read_tape(path: FilePath) -> tuple[Recording, str, bool]:
    """Return a recording, the function's name, and whether it was optimized.

    Raises:
        TapeFileError: the file is no tape, or is damaged; the message says what is wrong.
        OSError: there is none, or it cannot be read.
    """
    data = Path(path).read_bytes()
    try:
        return _recording(json.loads(data))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError) as error:
        what = str(error) if type(error) is ValueError else f"{type(error).__name__}: {error}"
        raise TapeFileError(f"{os.fspath(path)} is no tape: {what.removesuffix(at())}{at()}") from error
    except AutogradError as error:
        raise TapeFileError(f"{os.fspath(path)} is no tape: {str(error).removesuffix(at())}{at()}") from error


def _recording(content: Any) -> tuple[Recording, str, bool]:
    _require(isinstance(content, dict) and content.get("format") == _FORMAT, f"it is not marked as {_FORMAT!r}")
    table = [Opcode(None, NO_SETTINGS), Opcode(None, NO_SETTINGS), *(_opcode(*entry) for entry in content["ops"])]
    codes, inputs = _whole(content["codes"], len(table)), content["inputs"]
    constants = [float.fromhex(x) for x in content["constants"]]
    given = content["arguments"]
    _require(type(inputs) is int and 0 <= inputs <= len(codes) == len(given), "its arrays are of different lengths")
    starts, arguments = array("I", [0]), array("I")
    for line, (code, of_line) in enumerate(zip(codes, given, strict=True)):
        arguments.extend(_arguments(table[code], code, line, of_line, inputs, len(constants)))
        starts.append(len(arguments))
    outputs = _whole(content["outputs"], len(codes))
    program = Program(table, array("H", codes), starts, arguments, array("d", constants), inputs, outputs)
    captured = [Value(float.fromhex(x)) for x in content["captured"]]
    nested = [flatten(_tree(each))[1] for each in content["nested"]]
    results = len(outputs) - 2 * len(content["guards"])
    guards = [_guard(each, results + 2 * i) for i, each in enumerate(content["guards"])]
    counts = [sum(step is None for step in structure) for structure in nested]
    _require(sum(counts[:-1]) + len(captured) == inputs, "its arguments have more or fewer numbers than the list has inputs")
    _require(counts[-1] + 2 * len(guards) == len(outputs), "its results are more or fewer than the list's")
    names = {_whole([int(line)], len(codes))[0]: _text(label) for line, label in content["names"].items()}
    before = {_text(name): _whole([count], _MOST)[0] for name, count in content["before"].items()}
    recording = Recording(program, nested[:-1], nested[-1], captured, guards, names, before)
    return recording, _text(content["name"]), content["optimize"] is True


def _opcode(name: Any, settings: Any) -> Opcode:
    op = get(_text(name))
    _require(op.elementwise or op.over is not None, f"{name} is no op on numbers")
    known = op.settings.keys() if op.over is None else {"index"} if op.over.each else set()
    _require(isinstance(settings, dict) and settings.keys() == known, f"{name} has other settings than {short(settings)}")
    _require("index" not in known or type(settings["index"]) is int, f"{name} has no such entry: {short(settings)}")
    for value in settings.values():
        _require(type(value) in _SETTINGS, f"a setting of {name} is {short(value)}")
        _require(type(value) is not int or abs(value) < 2**31, f"a setting of {name} is {short(value)}")
    if op.over is None:
        _try_out(op, settings)
    return Opcode(op, settings)


def _try_out(op: Op, settings: Settings) -> None:
    """Apply an op to ones, so that a setting which is none of its own is found out before the list is run."""
    try:
        y = on_floats(op, [1.0] * op.arity, settings)
    except DomainError:
        return
    except Exception as error:
        raise ValueError(f"{op.name} with the settings {short(settings)} cannot be computed") from error
    _require(isinstance(y, (int, float)), f"{op.name} with the settings {short(settings)} gives no number")


def _arguments(opcode: Opcode, code: int, line: int, given: Any, inputs: int, constants: int) -> list[int]:
    """Return what a line is applied to, which must be above it."""
    if code == INPUT:
        _require(given == [line] and line < inputs, f"line {line} is an input in the wrong place")
        return _whole(given, inputs)
    _require(line >= inputs, f"line {line} should be an input")
    if code == CONSTANT:
        _require(len(given) == 1, f"line {line} is no single constant")
        return _whole(given, constants)
    op = opcode.op
    assert op is not None
    lists, rest = divmod(len(given), op.arity)
    _require(
        not rest and lists > 0 and (op.over is not None or lists == 1), f"line {line}: {op.name} has {len(given)} arguments"
    )
    _require("index" not in opcode.settings or 0 <= opcode.settings["index"] < lists, f"line {line} has no such entry")
    return _whole(given, line)


def _guard(described: Any, first: int) -> Guard:
    """Return a comparison of two outputs, which are the first that no other one compares."""
    sign, left, right, truth, place = described
    _require(sign in COMPARE and isinstance(truth, bool), "a comparison is none")
    _require([left, right] == [first, first + 1], "a comparison is of other numbers than those behind the results")
    return Guard(sign, left, right, truth, _text(place))


def _tree(described: Any) -> Any:
    if described is None:
        return None
    [(kind, inside)] = described.items()
    if kind == "dict":
        return {_text(key): _tree(x) for key, x in inside}
    _require(kind in ("list", "tuple"), f"nothing is nested in a {kind}")
    return list(map(_tree, inside)) if kind == "list" else tuple(map(_tree, inside))


def _whole(numbers: Any, below: int) -> list[int]:
    _require(
        isinstance(numbers, list) and all(type(x) is int and 0 <= x < min(below, _MOST) for x in numbers),
        f"whole numbers below {below} are needed, got {short(numbers)}",
    )
    return numbers  # type: ignore[no-any-return]


def _text(x: Any) -> str:
    _require(isinstance(x, str), f"a text is needed, got {short(x)}")
    return str(x)


def _require(condition: Any, complaint: str) -> None:
    if not condition:
        raise ValueError(complaint)

