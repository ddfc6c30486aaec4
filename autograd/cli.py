"""What can be asked of the library from a terminal?

``wengert explain`` takes a formula apart: how its derivatives come about, step by step, and a check by central differences;
as text, LaTeX, a picture, or a page to step through. ``wengert ops`` lists the functions there are, ``wengert demo`` shows
the library at work.
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

from autograd.derivation import STYLES, explain
from autograd.errors import AutogradError, FormulaError, at
from autograd.formula import CONSTANTS, Formula, parse
from autograd.graph import computation_order
from autograd.picture import draw
from autograd.player import play
from autograd.value import Value
from autograd.version import __version__
from autograd.words import WORDS

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
    1. Decomposition
       w = 3, x = -0.5
       f = w*x + 1 = -0.5
    <BLANKLINE>
    2. Local derivatives
       ∂f/∂w = x
       ∂f/∂x = w
    <BLANKLINE>
    3. Chain rule
       ∂f/∂w = x
       ∂f/∂x = w
    <BLANKLINE>
    4. Numbers
       ∂f/∂w = -0.5
       ∂f/∂x = 3
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

    demo = commands.add_parser("demo", help="show the library at work on three examples", allow_abbrev=False)
    demo.add_argument("--output", metavar="DIR", type=Path, default=Path(), help="where the pictures go (default: .)")
    demo.set_defaults(run=_demo)

    explain = commands.add_parser("explain", help="evaluate and differentiate a formula", allow_abbrev=False)
    explain.epilog = 'example: wengert explain "sigmoid(w*x + b)" --at w=.4 x=-1.2 b=.1 --wrt w b'
    explain.add_argument("formula", metavar="FORMULA", help="numbers, names, + - * / ** and functions (wengert ops)")
    many: dict[str, Any] = {"nargs": "+", "action": "extend", "default": []}
    explain.add_argument("--at", metavar="NAME=NUMBER", help="the value of each name", **many)
    explain.add_argument("--wrt", metavar="NAME", help="differentiate by these (default: by all)", **many)
    explain.add_argument("--style", choices=STYLES, default="full", help="work derivatives of functions out, or leave S'(z)")
    explain.add_argument("--lang", choices=tuple(WORDS), default="en", help="the language of the steps (default: en)")
    explain.add_argument("--latex", action="store_true", help="print the derivation in LaTeX, and nothing else")
    explain.add_argument("--svg", metavar="FILE", help="draw the graph into a file (.svg, .dot, .json, .mmd or .tex)")
    explain.add_argument("--html", metavar="FILE", help="write a page that steps through the graph")
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
    used = set(computation_order(root))
    targets = [leaves[name] for name in wanted if leaves[name] in used]
    derivation = None
    if targets:
        root.backward()
        derivation = explain(root, targets, style=options.style, lang=options.lang)
    names = derivation.nodes if derivation is not None else {}
    f = next((name for name, node in names.items() if node is root), "f")
    for file, made in ((options.svg, draw), (options.html, play)):
        if file:
            try:
                made(root, names=names, **({"lang": options.lang} if made is play else {})).save(file)
            except OSError as error:
                raise AutogradError(f"cannot write {file}: {error.strerror}") from None
    if options.latex:
        print(derivation.latex if derivation is not None else f"{f} = {root.data:.10g}")
    else:
        print(_printable(derivation.text if derivation is not None else f"{f} = {root.data:.10g}"))
        rows = [_derivative(formula, point, leaves[name], f"∂{f}/∂{name}") for name in wanted]
        if rows:
            print(_printable("\n".join(["", *_table(rows)])))


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


def _printable(text: str) -> str:
    """Replace the characters that the terminal cannot show."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.replace("∂", "d").replace("·", "*")
    return text.encode(encoding, "replace").decode(encoding)
