r"""How is a formula written, in LaTeX and as plain text?

One pass writes both, so they cannot disagree. The plain text is Python, and what `formula.parse` reads back:

    >>> from autograd import tanh
    >>> from autograd.algebra import Letter
    >>> from autograd.notation import written
    >>> y, g = Letter("y", "y"), Letter("g", r"\hat{g}")
    >>> written(-(y - g) * (1 - g * g) * tanh(y))
    Written(latex='-(y - \\hat{g}) (1 - \\hat{g}^2) \\tanh(y)', text='-(y - g)*(1 - g**2)*tanh(y)')
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from autograd.algebra import (
    Call,
    Expression,
    Letter,
    Power,
    Prime,
    Product,
    Quotient,
    Sum,
    Term,
    Transposed,
    is_number,
)
from autograd.lettering import escaped
from autograd.op import Op

# How tightly the outermost sign of a formula binds. A minus in front binds like a sum inside a product.
_SUM, _SIGNED, _PRODUCT, _POWER, _ATOM = range(5)


class Written(NamedTuple):
    """A formula in LaTeX and as plain text."""

    latex: str
    text: str


class _Piece(NamedTuple):
    """A written formula, and how tightly it binds in each of the two."""

    latex: str
    text: str
    binds_latex: int
    binds_text: int


# Numbers that rules hold, as mathematics writes them.
_CONSTANTS = {
    math.pi: r"\pi",
    math.log(2.0): r"(\ln 2)",
    math.log(10.0): r"(\ln 10)",
    math.sqrt(2.0): r"\sqrt{2}",
    math.sqrt(2.0 * math.pi): r"\sqrt{2\pi}",
    math.sqrt(2.0 / math.pi): r"\sqrt{\frac{2}{\pi}}",
    2.0 / math.sqrt(math.pi): r"\frac{2}{\sqrt{\pi}}",
}

Write: TypeAlias = Callable[[Any], _Piece]


def written(x: Term, *, numbers: bool = False, precision: int | None = None) -> Written:
    """Write a formula.

    Args:
        x: the formula, an Expression or a number.
        numbers: put the numbers that letters and primes stand for in their places; arrays stay letters. (default False)
        precision: how many digits numbers are rounded to. (default: as many as it takes to read the same number back)
    """

    def write(part: Any) -> _Piece:
        if is_number(part):
            return _number(float(part), precision)
        if numbers and isinstance(part, (Letter, Prime)) and part.data is not None and np.ndim(part.data) == 0:
            return _number(float(part.data), precision)
        if isinstance(part, Letter):
            return _Piece(part.latex or part.text, part.text, _ATOM, _ATOM)
        return _WRITERS[type(part)](part, write)

    piece = write(x)
    return Written(piece.latex, piece.text)


def figure(x: float, precision: int | None = None) -> str:
    """Write a number as text: rounded, or with as many digits as it has, and without a needless ``.0``."""
    x += 0.0  # no -0
    if precision is not None:
        return f"{x:.{precision}g}"
    return f"{x:.0f}" if x == math.floor(x) and abs(x) < 1e15 else repr(x)


def _number(x: float, precision: int | None) -> _Piece:
    text = figure(x, precision) if math.isfinite(x) else repr(x)
    binds = _ATOM if x >= 0 or x != x else _SIGNED
    return _Piece(_latex_number(x, text, exact=precision is None), text, binds, binds)


def _latex_number(x: float, text: str, *, exact: bool) -> str:
    if not math.isfinite(x):
        return r"\text{nan}" if x != x else r"\infty" if x > 0 else r"-\infty"
    if exact and x in _CONSTANTS:
        return _CONSTANTS[x]
    for n in (2, 3, 4):
        if exact and abs(x) == 1 / n:
            return ("-" if x < 0 else "") + rf"\frac{{1}}{{{n}}}"
    mantissa, e, exponent = text.partition("e")
    if not e:
        return text
    times = "" if mantissa == "1" else "-" if mantissa == "-1" else rf"{mantissa} \cdot "
    return f"{times}10^{{{int(exponent)}}}"


# --- signs ------------------------------------------------------------------------------------------------------------


def _in_latex(piece: _Piece, binds: int) -> str:
    return piece.latex if piece.binds_latex >= binds else _parenthesized(piece.latex)


def _in_text(piece: _Piece, binds: int) -> str:
    return piece.text if piece.binds_text >= binds else f"({piece.text})"


def _parenthesized(latex: str) -> str:
    # Parentheses grow only around what is tall, because \left( \right) sets a space in front of them.
    tall = any(sign in latex for sign in (r"\frac", r"\sum", r"\prod"))
    return rf"\left({latex}\right)" if tall else f"({latex})"


def _sum(x: Sum, write: Write) -> _Piece:
    latex: list[str] = []
    text: list[str] = []
    for piece in map(write, x.terms):
        if not latex:
            latex, text = [piece.latex], [piece.text]
        elif piece.binds_text == _SIGNED:  # it begins with a minus
            latex.append(f" - {piece.latex[1:]}")
            text.append(f" - {piece.text[1:]}")
        else:
            latex.append(f" + {_in_latex(piece, _SIGNED)}")
            text.append(f" + {_in_text(piece, _SIGNED)}")
    return _Piece("".join(latex), "".join(text), _SUM, _SUM)


def _product(x: Product, write: Write) -> _Piece:
    front = abs(x.coefficient)
    pieces = [] if front == 1 else [(write(front), 0)]
    pieces += [(write(factor), np.ndim(factor.data)) for factor in x.factors]
    latex, text, arrays = "", "", False
    for piece, ndim in pieces:
        factor = _in_latex(piece, _PRODUCT)
        if ndim and piece.binds_latex == _PRODUCT:
            factor = _parenthesized(piece.latex)  # a matrix product among entrywise ones
        if latex:
            # Two numbers side by side would read as one.
            digits = factor[0].isdigit() or factor.startswith(r"\frac{1}")
            latex += r" \odot " if arrays and ndim else r" \cdot " if digits else " "
        latex += factor
        text += ("*" if text else "") + _in_text(piece, _PRODUCT if not text else _POWER)
        arrays = arrays or bool(ndim)
    alone = len(pieces) == 1
    binds = _SIGNED if x.coefficient < 0 else _PRODUCT
    if x.coefficient < 0:
        return _Piece(f"-{latex}", f"-{text}", binds, binds)
    return pieces[0][0] if alone else _Piece(latex, text, binds, binds)


def _quotient(x: Quotient, write: Write) -> _Piece:
    above, below = write(x.above), write(x.below)
    text = f"{_in_text(above, _PRODUCT)}/{_in_text(below, _POWER)}"
    return _Piece(rf"\frac{{{above.latex}}}{{{below.latex}}}", text, _POWER, _PRODUCT)


def _power(x: Power, write: Write) -> _Piece:
    base, exponent = write(x.base), write(x.exponent)
    # A base with a superscript of its own must not get a second one.
    stem = _in_latex(base, _ATOM) if "^" not in base.latex else _parenthesized(base.latex)
    raised = exponent.latex if len(exponent.latex) == 1 else f"{{{exponent.latex}}}"
    power = exponent.text if exponent.binds_text == _ATOM else f"({exponent.text})"
    return _Piece(f"{stem}^{raised}", f"{_in_text(base, _ATOM)}**{power}", _POWER, _POWER)


# --- ops --------------------------------------------------------------------------------------------------------------

_FUNCTION = re.compile(r"(\\?[A-Za-z]+(?:\{\{[^{}]*\}\})?(?: \\?[A-Za-z]+)?)\s*(?:\{0\}|\(\{0\}\)|\\left\(\{0\}\\right\))")
_SLOT = re.compile(r"\{(\d)\}")
# What may stand in front of an operand that then needs no parentheses: a bracket, a comma, a relation, a word.
_OPENING = re.compile(r"([({\[|,=>]|\}\}|\\(langle|lfloor|lceil|lVert|neq))\s*$")
_BIG = (r"\sum", r"\prod", r"\max", r"\min")


@functools.cache
def function_name(op: Op) -> str | None:
    """Return how the function is called where an op is written as a function of one operand: ``\\tanh``, ``S``."""
    found = _FUNCTION.fullmatch(op.latex)
    return found[1].format() if found and op.arity == 1 and not op.variadic else None


def _call(x: Call, write: Write) -> _Piece:
    settings = dict(x.settings)
    pieces = [write(o) if not isinstance(o, tuple) else _listed(o, write) for o in x.operands]
    text = _text_of_call(x.op, [p.text for p in pieces], settings)
    special = _SPECIAL.get(x.op.name)
    piece = special(x, pieces, settings, text) if special is not None else None
    if piece is not None:
        return piece
    name, inside = function_name(x.op), ", ".join(p.latex for p in pieces)
    if name in _BIG:
        return _Piece(f"{name} {_in_latex(pieces[0], _PRODUCT)}", text, _PRODUCT, _ATOM)
    if name is not None:
        return _Piece(name + _parenthesized(inside), text, _ATOM, _ATOM)
    if x.op.variadic:
        return _Piece(rf"\operatorname{{{escaped(x.op.name)}}}({inside})", text, _ATOM, _ATOM)
    template = x.op.latex
    filled = [_in_slot(template, i, piece) for i, piece in enumerate(pieces)]
    latex = template.format(*filled, **{k: _setting(v) for k, v in settings.items()})
    return _Piece(latex, text, _POWER if _raised(template) else _ATOM, _ATOM)


def _raised(template: str) -> bool:
    return template.startswith("{0}^")


def _in_slot(template: str, index: int, piece: _Piece) -> str:
    """Write an operand into a template: in parentheses, unless signs of the template stand around it."""
    slot = f"{{{index}}}"
    before, _, after = template.partition(slot)
    enclosed = _OPENING.search(before) and not after.startswith(("^", "_"))
    if enclosed:
        return piece.latex
    doubled = after.startswith("^") and "^" in piece.latex
    return _parenthesized(piece.latex) if doubled else _in_latex(piece, _ATOM)


def _setting(value: Any) -> str:
    """Write an op's setting, an index above all."""
    if isinstance(value, slice):
        ends = ["" if end is None else str(end) for end in (value.start, value.stop, value.step)]
        return ":".join(ends if ends[2] else ends[:2])
    if isinstance(value, tuple):
        return ", ".join(map(_setting, value))
    if value is Ellipsis:
        return r"\ldots"
    if isinstance(value, np.ndarray):
        return _setting(tuple(value.tolist())) if value.ndim == 1 and value.size <= 4 else r"\text{index}"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return figure(value)
    return rf"\text{{{escaped(str(value))}}}"


def _listed(items: Sequence[Any], write: Write) -> _Piece:
    pieces = list(map(write, items))
    return _Piece(", ".join(p.latex for p in pieces), ", ".join(p.text for p in pieces), _SUM, _SUM)


def _text_of_call(op: Op, operands: list[str], settings: dict[str, Any]) -> str:
    given = [f"{k}={_as_text(v)}" for k, v in settings.items() if not _is_default(v, op.settings.get(k))]
    return f"{op.name}({', '.join([*operands, *given])})"


def _as_text(setting: Any) -> str:
    """Write a setting as Python does; arrays and other objects by their kind, which reads the same every time."""
    if isinstance(setting, tuple):
        return f"({', '.join(map(_as_text, setting))}{',' if len(setting) == 1 else ''})"
    if setting is None or isinstance(setting, (bool, int, float, str, slice)):
        return repr(setting)
    return type(setting).__name__


def _is_default(value: Any, default: Any) -> bool:
    return value is default or (isinstance(value, (int, float, str)) and value == default)


# --- ops of whole arrays that mathematics writes with signs ------------------------------------------------------------

_Special: TypeAlias = Callable[[Call, list[_Piece], dict[str, Any], str], _Piece | None]


def _matmul(x: Call, pieces: list[_Piece], settings: dict[str, Any], text: str) -> _Piece:
    a, b = pieces
    text = f"{_in_text(a, _PRODUCT)} @ {_in_text(b, _POWER)}"
    return _Piece(f"{_in_latex(a, _PRODUCT)} {_in_latex(b, _PRODUCT)}", text, _PRODUCT, _PRODUCT)


def _transpose(x: Call, pieces: list[_Piece], settings: dict[str, Any], text: str) -> _Piece | None:
    ndim, axes, piece = np.ndim(_data(x.operands[0])), settings.get("axes"), pieces[0]
    last_two = (*range(ndim - 2), ndim - 1, ndim - 2)
    if ndim < 2 or axes not in (last_two, None if ndim == 2 else last_two):
        return None
    base = piece.latex if piece.binds_latex == _ATOM and "^" not in piece.latex else _parenthesized(piece.latex)
    return _Piece(f"{base}^T", f"{_in_text(piece, _ATOM)}.{'T' if ndim == 2 else 'mT'}", _POWER, _ATOM)


def _total(x: Call, pieces: list[_Piece], settings: dict[str, Any], text: str) -> _Piece | None:
    # The sum over rows, as matrices write it: a row of ones times the matrix.
    if settings.get("axis") in (0, (0,)) and np.ndim(_data(x.operands[0])) == 2 and not settings.get("keepdims"):
        return _Piece(rf"\mathbf{{1}}^T {_in_latex(pieces[0], _POWER)}", text, _PRODUCT, _ATOM)
    return None


def _spread(x: Call, pieces: list[_Piece], settings: dict[str, Any], text: str) -> _Piece | None:
    if np.ndim(_data(x.operands[0])) == 0:
        return _Piece(rf"{_in_latex(pieces[0], _PRODUCT)} \, \mathbf{{1}}", text, _PRODUCT, _ATOM)
    return None


def _picked(x: Call, pieces: list[_Piece], settings: dict[str, Any], text: str) -> _Piece:
    index = _setting(settings["index"])
    base = pieces[0].latex if pieces[0].binds_latex == _ATOM and "_" not in pieces[0].latex else f"({pieces[0].latex})"
    plain = index.replace(r"\text{index}", "index").replace(r"\ldots", "...")
    return _Piece(f"{base}_{{{index}}}", f"{_in_text(pieces[0], _ATOM)}[{plain}]", _ATOM, _ATOM)


def _data(x: Any) -> Any:
    return x.data if isinstance(x, Expression) else x


_SPECIAL: dict[str, _Special] = {
    "matmul": _matmul, "transpose": _transpose, "sum": _total, "broadcast_to": _spread, "getitem": _picked,
}  # fmt: skip


# --- derivatives that are not worked out ------------------------------------------------------------------------------


def _prime(x: Prime, write: Write) -> _Piece:
    inner = write(x.operand)
    name = function_name(x.op) or rf"\operatorname{{{escaped(x.op.name)}}}"
    return _Piece(f"{name}'{_parenthesized(inner.latex)}", f"{x.op.name}'({inner.text})", _ATOM, _ATOM)


def _transposed(x: Transposed, write: Write) -> _Piece:
    result, operand, gradient = write(x.result), write(x.operand), write(x.gradient)
    latex = rf"\left(\frac{{\partial {result.latex}}}{{\partial {operand.latex}}}\right)^T {_in_latex(gradient, _POWER)}"
    text = f"transpose(d {result.text}/d {operand.text}) @ {_in_text(gradient, _POWER)}"
    return _Piece(latex, text, _PRODUCT, _PRODUCT)


_WRITERS: dict[type, Callable[[Any, Write], _Piece]] = {
    Sum: _sum, Product: _product, Quotient: _quotient, Power: _power, Call: _call, Prime: _prime, Transposed: _transposed,
}  # fmt: skip
