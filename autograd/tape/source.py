"""What does a tape look like as Python?

    def value(w, x):
        v2 = w * x
        return tanh(v2)

One line an op, forward and then backward, to be read; and compiled, the fastest way to run a list on single numbers.
"""

from __future__ import annotations

import keyword
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from autograd.errors import GradientError, at
from autograd.kernels import INLINE
from autograd.op import Op, Settings
from autograd.tape.guard import changed
from autograd.tape.job import Job, plain
from autograd.tape.program import CONSTANT, INPUT

LONGEST = 100_000  # lines: what takes many seconds to compile is run line by line
_TERMS = 40  # of a sum that is written out
_WRITTEN = {
    **INLINE,
    "greater": "(1.0 if {0} > {1} else 0.0)", "equal": "(1.0 if {0} == {1} else 0.0)",
    "not_equal": "(1.0 if {0} != {1} else 0.0)", "square": "{0} * {0}",
}  # fmt: skip
_BARE = re.compile(r"\((.*)\)")


def source(job: Job, name: str, returned: str | None = None) -> str:
    """Return a list as the text of a Python function of its inputs.

    Args:
        job: the list, its results and its guards.
        name: of the function.
        returned: what it returns, with the results at the places ``{0}``, ``{1}``, … (default: a tuple of them)
    """
    return _Writing(job).text(name, returned)


def compiled(
    job: Job, name: str, returned: str | None = None, taken: Sequence[tuple[str, str | None]] | None = None,
    otherwise: Callable[..., Any] | None = None,
) -> Callable[..., Any]:  # fmt: skip
    """Return the function that `source` writes; outside a domain it raises what a Value would, and overflow is inf.

    Args:
        job: the list.
        name: of the function.
        returned: as for `source`.
        taken: how each of the function's arguments holds inputs, with these at the places ``{0}``, ``{1}``, …, and the name
            of its type if it is a list or tuple; then anything but floats nested like this is left to the next argument.
            (default: an argument for each input)
        otherwise: a function of the same arguments.

    Raises:
        GradientError: the list is too long to be compiled in reasonable time.
    """
    if len(job.program) > LONGEST:
        raise GradientError(
            f"a function of single numbers is compiled from up to {LONGEST:,} lines, and this list has "
            f"{len(job.program):,}: call the tape itself{at()}"
        )
    writing = _Writing(job)
    text = writing.text(name, returned, taken)
    names = writing.functions | {
        "changed": changed, "guards": job.guards, "plain": lambda *numbers: plain(job, numbers), "otherwise": otherwise,
    }  # fmt: skip
    # Our own text: numbers, names of registered ops, and labels that are identifiers.
    exec(compile(text, f"<wengert {name}>", "exec"), names)
    function: Callable[..., Any] = names[name]
    return function


class _Writing:
    """Writes a list as Python, and collects the functions that it calls."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.functions: dict[str, Any] = {}
        self._table = [None if op is None else _template(op, settings, self.functions) for op, settings in job.program.table]
        self._names = self._chosen_names()

    def text(self, name: str, returned: str | None, taken: Sequence[tuple[str, str | None]] | None = None) -> str:
        job, names = self._job, self._names
        inputs = [names[i] for i in range(job.program.inputs)]
        results = [names[line] for line in job.results]
        pattern = returned or f"({''.join(f'{{{i}}}, ' for i in range(len(results))).rstrip()})"
        parameters = ", ".join(inputs if taken is None else (f"a{i}" for i in range(len(taken))))
        lines = [f"def {name}({parameters}):"]
        if taken:
            of_kind = {"float": inputs} | {
                kind: [f"a{i}" for i, (_, each) in enumerate(taken) if each == kind] for kind in ("list", "tuple")
            }
            tests = [" is ".join([*(f"{x}.__class__" for x in xs), kind]) for kind, xs in of_kind.items() if xs]
            lines += [
                "    try:",
                *(f"        {held.format(*inputs)} = a{i}" for i, (held, _) in enumerate(taken)),
                f"        fits = {' and '.join(tests)}",
                "    except (TypeError, ValueError):",
                "        fits = False",
                "    if not fits:",
                f"        return otherwise({parameters})",
            ]
        lines += [
            "    try:",
            *("        " + line for line in self._lines()),
            f"        return {pattern.format(*results)}",
            # Only where something raised is it asked what: an ordinary run pays nothing.
            "    except (ValueError, ArithmeticError):  # outside a domain, or an overflow",
            f"        r = plain({', '.join(inputs)})",
            f"        return {pattern.format(*(f'r[{i}]' for i in range(len(results))))}",
            "",
        ]
        return "\n".join(lines)

    def _lines(self) -> list[str]:
        job, program, names = self._job, self._job.program, self._names
        guards = job.guards_after()
        found = [text for number in guards.get(-1, ()) for text in self._check(number)]
        for line, code, arguments in program.lines():
            if code > CONSTANT:
                template = self._table[code]
                assert template is not None
                written = template([names[a] for a in arguments])
                bare = _BARE.fullmatch(written)
                if bare and bare[1].count("(") == bare[1].count(")") and ")" not in bare[1].partition("(")[0]:
                    written = bare[1]
                found.append(f"{names[line]} = {written}")
            for number in guards.get(line, ()):
                found += self._check(number)
        return found

    def _check(self, number: int) -> list[str]:
        guard = self._job.guards[number]
        left, right = (self._names[line] for line in self._job.compared(guard))
        truth = "not " if guard.truth else ""
        condition = f"{truth}({left} {guard.sign} {right})" if guard.truth else f"{left} {guard.sign} {right}"
        return [f"if {condition}:", f"    raise changed(guards[{number}], {left}, {right})"]

    def _chosen_names(self) -> list[str]:
        """Return how each line is called: by its name where that can be a variable, else by its number."""
        program = self._job.program
        taken = {*self.functions, *_RESERVED}
        names = []
        for line, code, arguments in program.lines():
            label = self._job.names.get(line, "")
            if code == CONSTANT:
                names.append(_number(program.constants[arguments[0]]))
                continue
            name = label if _can_be_name(label) and label not in taken else f"v{line}"
            taken.add(name)
            names.append(name)
            assert code != INPUT or line < program.inputs
        return names


_NUMBERED = re.compile(r"[av]\d+")
# What the text itself uses, and how its functions are called.
_RESERVED = {
    "ArithmeticError", "TypeError", "ValueError", "__debug__", "changed", "fits", "float", "guards", "list", "otherwise",
    "plain", "r", "tuple",
    "grad", "pullback", "pushforward", "second", "value", "value_and_grad",
}  # fmt: skip


def _can_be_name(name: str) -> bool:
    # Python reads "µ" as another letter, "μ": two labels could become one name.
    is_read_as_it_is = name.isidentifier() and unicodedata.normalize("NFKC", name) == name
    return is_read_as_it_is and not keyword.iskeyword(name) and not _NUMBERED.fullmatch(name) and name not in _RESERVED


def _bound(functions: dict[str, Any], wanted: str, thing: Any) -> str:
    """Let a function's text use a thing, and return the name for it: the wanted one if that is free."""
    name, count = wanted, 0
    while not _can_be_name(name) or functions.get(name, thing) is not thing:
        count += 1
        name = f"op_{count}"
    functions[name] = thing
    return name


def _number(x: float) -> str:
    if math.isfinite(x):
        return repr(x) if math.copysign(1.0, x) > 0 else f"({x!r})"
    return "float('nan')" if math.isnan(x) else f"float('{x}')"


def _setting(value: Any, name: str, functions: dict[str, Any]) -> str:
    """Return how a setting is written; what Python cannot read back is handed to the text under a name."""
    if isinstance(value, float):
        return _number(float(value))
    is_short = type(value) is int and abs(value) < 2**63
    return repr(value) if is_short or value is None or type(value) in (bool, str) else _bound(functions, name, value)


def _template(op: Op, settings: Settings, functions: dict[str, Any]) -> Callable[[Sequence[str]], str]:
    """Return what writes an op, applied to names, as Python."""
    if op.name in _WRITTEN:
        return lambda names: _WRITTEN[op.name].format(*names)
    if op.name == "power":
        function, exponent = _bound(functions, "pow", math.pow), _setting(settings["exponent"], "exponent", functions)
        return lambda names: f"{function}({names[0]}, {exponent})"
    given = "".join(f", {key}={_setting(value, f'{op.name}_{key}', functions)}" for key, value in settings.items())
    function = _bound(functions, op.name, op.scalar if op.over is None else op.over.scalar)
    if op.over is None:
        # clip(x, -1, 1) gives its bounds themselves, which are no floats.
        whole = "float" if any(type(value) is int for value in settings.values()) else ""
        return lambda names: f"{whole}({function}({', '.join(names)}{given}))"
    arity = op.arity

    def over(names: Sequence[str]) -> str:
        if op.name == "sum" and len(names) <= _TERMS:
            return " + ".join(names)
        half = len(names) // arity
        if op.name == "dot" and half <= _TERMS:
            return " + ".join(f"{a} * {b}" for a, b in zip(names[:half], names[half:], strict=True))
        lists = [f"({', '.join(names[i * half : (i + 1) * half])},)" for i in range(arity)]
        return f"{function}({', '.join(lists)}{given})"

    return over
