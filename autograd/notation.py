r"""How is a formula written, in LaTeX and as plain text?

One pass writes both, so they cannot disagree. The plain text is Python, and of elementwise ops what `formula.parse` reads:

    >>> from autograd import tanh
    >>> from autograd.expression import Letter
    >>> from autograd.notation import written
    >>> y, g = Letter("y", "y"), Letter("g", r"\hat{g}")
    >>> written(-(y - g) * (1 - g * g) * tanh(y))
    Written(latex='-(y - \\hat{g}) (1 - \\hat{g}^2) \\tanh(y)', text='-(y - g)*(1 - g**2)*tanh(y)')
"""

from __future__ import annotations

import functools
import re
import string
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from autograd.expression import (
    Call,
    Expression,
    Letter,
    Ones,
    Power,
    Prime,
    Product,
    Sum,
    Term,
    Transposed,
    Zeros,
    is_number,
    value_of,
)
from autograd.lettering import escaped
from autograd.numerals import numeral
from autograd.op import Op
from autograd.subscripts import chosen_settings, index_of, setting_of

# How tightly the outermost sign of a formula binds. A minus in front binds like a sum inside a product; so does a Σ or ln in
# front, which would swallow what comes after it.
_SUM, _SIGNED, _PREFIX, _PRODUCT, _POWER, _ATOM = range(6)


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


Write: TypeAlias = Callable[[Any], _Piece]


def written(x: Term, *, numbers: bool = False, precision: int | None = None) -> Written:
    """Write a formula.

    Args:
        x: the formula, an Expression or a number.
        numbers: put the numbers that letters and primes stand for in their places; arrays stay letters. (default False)
        precision: how many digits numbers are rounded to. (default: as many as it takes to read the same number back)
    """

    piece = _Hand(numbers, precision)(x)
    return Written(piece.latex, piece.text)


class _Hand:
    """Writes formulas; handed on to those who write parts. (A function that calls itself would be a reference cycle.)"""

    def __init__(self, numbers: bool, precision: int | None) -> None:
        self.numbers, self.precision = numbers, precision

    def __call__(self, part: Any) -> _Piece:
        if is_number(part):
            return _number(float(part), self.precision)
        if self.numbers and isinstance(part, (Letter, Prime)) and part.data is not None and np.ndim(part.data) == 0:
            return _number(float(part.data), self.precision)
        return _WRITERS[type(part)](part, self)


def _number(x: float, precision: int | None) -> _Piece:
    number = numeral(abs(x), precision)
    if x < 0:
        return _Piece(f"-{number.latex}", f"-{number.text}", _SIGNED, _SIGNED)
    binds = _POWER if number.fraction_latex else _ATOM
    return _Piece(number.latex, number.text, binds, _PRODUCT if number.fraction_text else _ATOM)


def _letter(x: Letter, write: Write) -> _Piece:
    latex = x.latex or x.text
    return _Piece(latex, x.text, _POWER if latex.startswith(r"\frac") else _ATOM, _ATOM)


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
    above = _factors(abs(x.coefficient), x.above, write)
    if x.below or x.divisor != 1:
        below = _factors(x.divisor, x.below, write)
        text = f"{_in_text(above, _PRODUCT)}/{_in_text(below, _POWER)}"
        above = _Piece(rf"\frac{{{above.latex}}}{{{below.latex}}}", text, _POWER, _PRODUCT)
    if x.coefficient < 0:
        return _Piece(f"-{_in_latex(above, _PREFIX)}", f"-{_in_text(above, _PRODUCT)}", _SIGNED, _SIGNED)
    return above


def _factors(front: float, factors: Sequence[Expression], write: Write) -> _Piece:
    """Write a product of a number and factors, of which arrays are multiplied entry by entry."""
    pieces = [(write(front), 0)] if front != 1 or not factors else []
    pieces += [(write(factor), np.ndim(value_of(factor))) for factor in factors]
    if len(pieces) == 1:
        return pieces[0][0]
    latex, text, arrays = "", "", False
    for piece, ndim in pieces:
        # A product that is a factor is one of matrices: at the end, behind numbers alone, it is clear without parentheses.
        alone = piece is pieces[-1][0] and not arrays
        factor = _in_latex(piece, _PRODUCT if alone else _POWER)
        if latex:
            # Two numbers side by side would read as one.
            digits = factor[0].isdigit() or re.match(r"\\frac\{\d+\}", factor)
            latex += r" \odot " if arrays and ndim else r" \cdot " if digits else " "
        latex += factor
        text += ("*" if text else "") + _in_text(piece, _PRODUCT if not text else _POWER)
        arrays = arrays or bool(ndim)
    return _Piece(latex, text, _PRODUCT, _PRODUCT)


def _power(x: Power, write: Write) -> _Piece:
    base, exponent = write(x.base), write(x.exponent)
    raised = exponent.latex if len(exponent.latex) == 1 else f"{{{exponent.latex}}}"
    if np.ndim(value_of(x.base)) > 1:
        raised = rf"{{\circ {exponent.latex}}}"  # entry by entry: without the sign it were a power of the matrix
    power = exponent.text if exponent.binds_text == _ATOM else f"({exponent.text})"
    return _Piece(f"{_stem(base)}^{raised}", f"{_in_text(base, _ATOM)}**{power}", _POWER, _POWER)


def _stem(base: _Piece) -> str:
    """Write what gets a superscript: a base that has one already must not get a second."""
    return _in_latex(base, _ATOM) if "^" not in base.latex else _parenthesized(base.latex)


# --- ops --------------------------------------------------------------------------------------------------------------

_FUNCTION = re.compile(r"(\\?[A-Za-z]+(?:\{\{[^{}]*\}\})?(?: \\?[A-Za-z]+)?)\s*(?:\{0\}|\(\{0\}\)|\\left\(\{0\}\\right\))")
# What may stand in front of an operand that then needs no parentheses: a bracket, a comma, a relation, a word.
_OPENING = re.compile(r"([({\[|,=>]|\\text\{[^{}]*\}|\\(langle|lfloor|lceil|lVert|neq))\s*$")
_BIG = (r"\sum", r"\prod", r"\max", r"\min")


@functools.cache
def function_name(op: Op) -> str | None:
    r"""Return what the function is called where an op is written as a function of one operand: ``\tanh``, ``S``."""
    found = _FUNCTION.fullmatch(op.latex)
    return found[1].format() if found and op.arity == 1 and not op.variadic else None


def _call(x: Call, write: Write) -> _Piece:
    settings = dict(x.settings)
    pieces = [write(o) if not isinstance(o, tuple) else _listed(o, write) for o in x.operands]
    chosen = chosen_settings(x.op, settings)
    arguments = [*(p.text for p in pieces), *(f"{k}={setting_of(v).text}" for k, v in chosen.items())]
    text = f"{x.op.name}({', '.join(arguments)})"
    special = _SPECIAL.get(x.op.name)
    piece = special(x, pieces, settings, text) if special is not None else None
    if piece is not None:
        return piece
    name, inside = function_name(x.op), ", ".join(p.latex for p in pieces)
    unsaid = {k: v for k, v in chosen.items() if k != "keepdims" and f"{{{k}}}" not in x.op.latex}
    if unsaid:
        # What the formula of the op does not say, a subscript does: the axis of a sum.
        said = ",".join(rf"\text{{{escaped(k)}}}={setting_of(v).latex}" for k, v in unsaid.items())
        name = f"{name or _upright(x.op)}_{{{said}}}"
    if name is not None and name.startswith(_BIG):
        return _Piece(f"{name} {_in_latex(pieces[0], _POWER)}", text, _PREFIX, _ATOM)
    if name is not None or x.op.variadic:
        return _Piece((name or _upright(x.op)) + _parenthesized(inside), text, _ATOM, _ATOM)
    latex, binds = _filled(x.op.latex, pieces, settings)
    return _Piece(latex, text, binds, _ATOM)


def _upright(op: Op) -> str:
    return rf"\operatorname{{{escaped(op.name)}}}"


def _filled(template: str, pieces: Sequence[_Piece], settings: dict[str, Any]) -> tuple[str, int]:
    """Fill an op's template, and say how tightly what comes out binds.

    Operands stand in parentheses, unless signs of the template stand around them.
    """
    latex, parts = "", list(string.Formatter().parse(template))
    for i, (literal, name, _, _) in enumerate(parts):
        latex += literal
        if name is None:
            continue
        after = parts[i + 1][0] if i + 1 < len(parts) else ""
        if not name.isdigit():
            latex += setting_of(settings[name]).latex
        elif after.startswith(("^", "_")):
            latex += _stem(pieces[int(name)])
        else:
            latex += pieces[int(name)].latex if _OPENING.search(latex) else _in_latex(pieces[int(name)], _ATOM)
    if latex.startswith("-"):
        return latex, _SUM
    if template.startswith("{0}^"):
        return latex, _POWER
    return latex, _PREFIX if parts[-1][1] is not None else _ATOM  # an operand at the end: ln x, a star b


def _listed(items: Sequence[Any], write: Write) -> _Piece:
    pieces = list(map(write, items))
    return _Piece(", ".join(p.latex for p in pieces), ", ".join(p.text for p in pieces), _SUM, _SUM)


# --- ops that mathematics writes with signs of their own --------------------------------------------------------------

_Special: TypeAlias = Callable[[Call, list[_Piece], dict[str, Any], str], _Piece | None]


def _matmul(x: Call, pieces: list[_Piece], settings: dict[str, Any], text: str) -> _Piece:
    matrices = [isinstance(o, Call) and o.op is x.op for o in x.operands]
    a, b = (p.latex if m else _in_latex(p, _POWER) for p, m in zip(pieces, matrices, strict=True))
    text = f"{_in_text(pieces[0], _PRODUCT)} @ {_in_text(pieces[1], _POWER)}"
    return _Piece(f"{a} {b}", text, _PRODUCT, _PRODUCT)


def _transpose(x: Call, pieces: list[_Piece], settings: dict[str, Any], text: str) -> _Piece | None:
    ndim, axes, piece = np.ndim(value_of(x.operands[0])), settings.get("axes"), pieces[0]
    last_two = (*range(ndim - 2), ndim - 1, ndim - 2)
    if ndim < 2 or axes not in (last_two, None if ndim == 2 else last_two):
        return _Piece(f"{_upright(x.op)}_{{{setting_of(axes).latex}}}{_parenthesized(piece.latex)}", text, _ATOM, _ATOM)
    return _Piece(f"{_stem(piece)}^T", f"{_in_text(piece, _ATOM)}.{'T' if ndim == 2 else 'mT'}", _POWER, _ATOM)


def _total(x: Call, pieces: list[_Piece], settings: dict[str, Any], text: str) -> _Piece | None:
    # The sum over rows, as matrices write it: a row of ones times the matrix.
    if settings.get("axis") in (0, (0,)) and np.ndim(value_of(x.operands[0])) == 2 and not settings.get("keepdims"):
        return _Piece(rf"\mathbf{{1}}^T {_in_latex(pieces[0], _POWER)}", text, _PRODUCT, _ATOM)
    return None


def _picked(x: Call, pieces: list[_Piece], settings: dict[str, Any], text: str) -> _Piece:
    index, piece = index_of(settings["index"]), pieces[0]
    base = piece.latex if piece.binds_latex == _ATOM and "_" not in piece.latex else _parenthesized(piece.latex)
    return _Piece(f"{base}_{{{index.latex}}}", f"{_in_text(piece, _ATOM)}[{index.text}]", _ATOM, _ATOM)


def _clipped(x: Call, pieces: list[_Piece], settings: dict[str, Any], text: str) -> _Piece | None:
    # Bounded on one side it is what everybody calls a maximum or a minimum.
    lo, hi = settings.get("lo"), settings.get("hi")
    if (lo is None) == (hi is None):
        return None
    name, bound = (r"\max", lo) if hi is None else (r"\min", hi)
    return _Piece(f"{name}({pieces[0].latex}, {setting_of(bound).latex})", text, _ATOM, _ATOM)


_SPECIAL: dict[str, _Special] = {
    "matmul": _matmul, "transpose": _transpose, "sum": _total, "getitem": _picked, "clip": _clipped,
}  # fmt: skip


# --- derivatives that are not worked out ------------------------------------------------------------------------------


def _prime(x: Prime, write: Write) -> _Piece:
    inner = write(x.operand)
    name = function_name(x.op) or _upright(x.op)
    primed = f"{name}'" if " " not in name else f"({name})'"
    chosen = chosen_settings(x.op, dict(x.settings))
    if chosen:
        primed += f"_{{{','.join(setting_of(v).latex for v in chosen.values())}}}"
    arguments = [inner.text, *(f"{k}={setting_of(v).text}" for k, v in chosen.items())]
    return _Piece(primed + _parenthesized(inner.latex), f"{x.op.name}'({', '.join(arguments)})", _ATOM, _ATOM)


def _transposed(x: Transposed, write: Write) -> _Piece:
    result, operand, gradient = write(x.result), write(x.operand), write(x.gradient)
    latex = rf"\left(\frac{{\partial {result.latex}}}{{\partial {operand.latex}}}\right)^T {_in_latex(gradient, _POWER)}"
    text = f"transpose(d {result.text}/d {operand.text}) @ {_in_text(gradient, _POWER)}"
    return _Piece(latex, text, _PRODUCT, _PRODUCT)


_WRITERS: dict[type, Callable[[Any, Write], _Piece]] = {
    Letter: _letter,
    Ones: lambda x, write: _Piece(r"\mathbf{1}", f"ones({x.dimensions})", _ATOM, _ATOM),
    Zeros: lambda x, write: _Piece(r"\mathbf{0}", f"zeros({x.dimensions})", _ATOM, _ATOM),
    Sum: _sum,
    Product: _product,
    Power: _power,
    Call: _call,
    Prime: _prime,
    Transposed: _transposed,
}
