"""What can be asked of the library from a terminal?

``wengert explain`` takes a formula apart: its operations in order, its value, and its derivatives beside a check by
central differences. ``wengert ops`` lists the functions there are, ``wengert demo`` shows the library at work.
"""

from __future__ import annotations

import argparse
import math
import os
import re
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, NoReturn

from autograd.errors import AutogradError, FormulaError, at
from autograd.formula import CONSTANTS, Formula, parse
from autograd.graph import computation_order
from autograd.node import Node
from autograd.symbol import Symbol
from autograd.value import Value
from autograd.version import __version__

_EPSILON = sys.float_info.epsilon
_NAMESAKE = (
    "wengert: warning: the distribution 'autograd' (HIPS) is installed too; both provide the import name autograd "
    "and want separate environments"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command ``wengert`` and return its exit status: 0, or 2 with a message on stderr.

    Args:
        argv: the words after ``wengert`` (default: those the process was started with).

    Raises:
        SystemExit: after ``--help`` and ``--version``.

    >>> from autograd.cli import main
    >>> main(["explain", "w*x + 1", "--at", "w=3", "x=-.5"])
    z1 = w*x = -1.5
    f = z1 + 1 = -0.5
    <BLANKLINE>
           derivative  central difference  difference
    ∂f/∂w        -0.5                -0.5     ...
    ∂f/∂x           3                   3     ...
    0
    """
    try:
        options = _parser().parse_args(_shielded(sys.argv[1:] if argv is None else argv))
        _warn_of_namesake()
        options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has read enough, as `head` does
        # Python flushes stdout once more at exit, and must find something to write to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except AutogradError as error:
        # Errors end with the line of the user's own code; here the user wrote none.
        print(f"wengert: {str(error).removesuffix(at())}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"wengert: {error}", file=sys.stderr)
        return 2
    return 0


# --- the words of a command -------------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line, and come out where all others do."""

    def error(self, message: str) -> NoReturn:
        raise AutogradError(f"{message} ({self.prog} --help tells more)")


def _parser() -> _Parser:
    parser = _Parser(prog="wengert", description="Derivatives of formulas, with the steps shown.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"wengert {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    demo = commands.add_parser("demo", help="show the library at work on two examples", allow_abbrev=False)
    demo.add_argument("--output", metavar="DIR", type=Path, default=Path(), help="where the picture goes (default: .)")
    demo.set_defaults(run=_demo)

    explain = commands.add_parser("explain", help="evaluate and differentiate a formula", allow_abbrev=False)
    explain.epilog = 'example: wengert explain "sigmoid(w*x + b)" --at w=.4 x=-1.2 b=.1 --wrt w b'
    explain.add_argument("formula", metavar="FORMULA", help="numbers, names, + - * / ** and functions (wengert ops)")
    many: dict[str, Any] = {"nargs": "+", "action": "extend", "default": []}
    explain.add_argument("--at", metavar="NAME=NUMBER", help="the value of each name", **many)
    explain.add_argument("--wrt", metavar="NAME", help="differentiate by these (default: by all)", **many)
    explain.add_argument("--svg", metavar="FILE", help="draw the graph into a file")
    explain.set_defaults(run=_explain)

    ops = commands.add_parser("ops", help="list the functions and their derivatives", allow_abbrev=False)
    ops.set_defaults(run=_ops)
    return parser


def _shielded(argv: Sequence[str]) -> list[str]:
    """Keep a formula such as ``-x*y`` from being taken for options: no word with a space in it is one to argparse."""
    return [f" {word}" if re.match(r"-[^-]", word) and word != "-h" else word for word in argv]


def _warn_of_namesake() -> None:
    try:
        metadata.distribution("autograd")
    except metadata.PackageNotFoundError:
        return
    print(_NAMESAKE, file=sys.stderr)


# --- the commands -----------------------------------------------------------------------------------------------------


def _demo(options: argparse.Namespace) -> None:
    from autograd.demo import run  # late: the demo loads what no other command needs

    options.output.mkdir(parents=True, exist_ok=True)
    run(options.output)


def _ops(options: argparse.Namespace) -> None:
    from autograd import ops  # late: no other command needs the table

    print(_printable(str(ops.table())))


def _explain(options: argparse.Namespace) -> None:
    formula = parse(options.formula.strip())
    point = _point(formula, options.at)
    wanted = _wanted(formula, point, options.wrt)
    leaves = {name: Value(x, name) for name, x in point.items()}
    root = formula.on(leaves)
    if not isinstance(root, Value):
        root = Value(root, requires_grad=False)
    if root.requires_grad:
        root.backward()
    f = _unused("f", formula)
    for line in _decomposition(root, f, _unused("z", formula)):
        print(line)
    if wanted:
        d = "∂" if _printable("∂") == "∂" else "d "
        print()
        for line in _table([_derivative(formula, point, leaves[name], f"{d}{f}/{d}{name}") for name in wanted]):
            print(line)
    if options.svg:
        from autograd.picture import draw  # late: as in _decomposition

        try:
            draw(root).save(options.svg)
        except OSError as error:
            raise AutogradError(f"cannot write {options.svg}: {error.strerror}") from None


def _point(formula: Formula, pairs: Sequence[str]) -> dict[str, float]:
    """Read the pairs NAME=NUMBER of ``--at``."""
    point: dict[str, float] = {}
    for pair in pairs:
        name, equals, number = (part.strip() for part in pair.partition("="))
        if not (name and equals and number):
            raise AutogradError(f"--at takes pairs NAME=NUMBER, got {pair!r}")
        _check_name(formula, "--at", name)
        if name in point:
            raise AutogradError(f"--at has two values for {name}")
        try:
            point[name] = float(number)
        except ValueError:
            raise AutogradError(f"--at needs a number for {name}, got {number!r}") from None
        if not math.isfinite(point[name]):
            raise AutogradError(f"--at needs a finite number for {name}, at most 1.8e308, got {number!r}")
    return point


def _wanted(formula: Formula, point: dict[str, float], names: Sequence[str]) -> list[str]:
    """Return the names to differentiate by: those asked for, or all."""
    for name in names:
        _check_name(formula, "--wrt", name)
        if name in CONSTANTS and name not in point:
            raise AutogradError(f"--wrt has {name}, which is a constant: give it a value with --at")
    return list(dict.fromkeys(names)) or [name for name in formula.all_names if name in point]


def _check_name(formula: Formula, option: str, name: str) -> None:
    if name not in formula.all_names:
        names = ", ".join(formula.all_names) or "none"
        raise AutogradError(f"{option} has {name!r}, but the names in the formula are {names}")


# --- what is printed --------------------------------------------------------------------------------------------------


def _decomposition(root: Value, f: str, z: str) -> list[str]:
    """Name the operations z1, z2, ... and the last one f, and write each as a line."""
    nodes = [node for node in computation_order(root) if node.op is not None]
    lines = []
    for i, node in enumerate(nodes, 1):
        node.label = f if node is root else f"{z}{i}"
        lines.append(f"{node.label} = {_as_text(node)} = {_figure(node._data)}")
    if not nodes:
        lines.append(" = ".join([f, *filter(None, [root.label]), _figure(root.data)]))
    return lines


def _as_text(node: Node) -> str:
    """Write one operation on named operands; those without a name are constants."""
    operands = (Symbol(x.label) if x is not None and x.label else held for x, held in node.operands())
    return str(Symbol(op=node.op, operands=tuple(operands), settings=node.settings))


def _derivative(formula: Formula, point: dict[str, float], leaf: Value, title: str) -> list[str]:
    """Return a row of the table: the derivative by a leaf, and the same by central differences."""
    name, x = str(leaf.label), leaf.data
    step = math.cbrt(_EPSILON) * max(1.0, abs(x))  # where truncation and rounding are about equal
    high, low = x + step, x - step
    try:
        rise = formula.on({**point, name: high}) - formula.on({**point, name: low})
    except FormulaError:
        return [title, _figure(leaf.grad), "leaves the domain", ""]
    slope = rise / (high - low)
    return [title, _figure(leaf.grad), _figure(slope), f"{abs(leaf.grad - slope):.1e}"]


def _table(rows: list[list[str]]) -> list[str]:
    rows = [["", "derivative", "central difference", "difference"], *rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows]


def _figure(x: float) -> str:
    return f"{x:.10g}"


def _unused(letter: str, formula: Formula) -> str:
    """Return a letter that neither alone nor with a number is a name in the formula."""
    while any(re.fullmatch(rf"{letter}\d*", name) for name in formula.all_names):
        letter += "_"
    return letter


def _printable(text: str) -> str:
    """Replace the characters that the terminal cannot show."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)
