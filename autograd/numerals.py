"""How is a number written in a formula: as decimals, as a fraction, or as the constant it is?"""

from __future__ import annotations

import math
from typing import NamedTuple

from autograd.figures import figure

# Numbers that rules hold, in LaTeX and as Python that gives the same number.
_CONSTANTS = {
    math.pi: (r"\pi", "pi"),
    math.log(2.0): (r"(\ln 2)", "log(2)"),
    math.log(10.0): (r"(\ln 10)", "log(10)"),
    math.sqrt(2.0): (r"\sqrt{2}", "sqrt(2)"),
    math.sqrt(2.0 * math.pi): (r"\sqrt{2\pi}", "sqrt(2*pi)"),
    math.sqrt(2.0 / math.pi): (r"\sqrt{\frac{2}{\pi}}", "sqrt(2/pi)"),
    2.0 / math.sqrt(math.pi): (r"\frac{2}{\sqrt{\pi}}", "(2/sqrt(pi))"),
}
_UNENDING = (3, 6, 7, 9, 11, 12)  # denominators of fractions that have no end as decimals


class Numeral(NamedTuple):
    """A number above 0 in LaTeX and as text; is it a fraction in each of the two, or a product of digits and a power?"""

    latex: str
    text: str
    fraction_latex: bool = False
    fraction_text: bool = False


def numeral(x: float, precision: int | None = None) -> Numeral:
    r"""Write a number that is not negative: rounded, or such that the same number is read back.

    >>> from autograd.numerals import numeral
    >>> numeral(0.5).latex, numeral(2 / 3).text, numeral(2 / 3, 4).text, numeral(1e-9).latex
    ('\\frac{1}{2}', '2/3', '0.6667', '10^{-9}')
    """
    if not math.isfinite(x):
        return Numeral(r"\text{nan}" if math.isnan(x) else r"\infty", repr(x))
    text = figure(x, precision)
    if precision is None:
        if x in _CONSTANTS:
            latex, text = _CONSTANTS[x]
            return Numeral(latex, text, fraction_latex=latex.startswith(r"\frac"))
        above, below = _fraction(x)
        if below in _UNENDING:
            return Numeral(rf"\frac{{{above}}}{{{below}}}", f"{above}/{below}", True, True)
        if below != 1:
            return Numeral(rf"\frac{{{above}}}{{{below}}}", text, fraction_latex=True)
    mantissa, e, exponent = text.partition("e")
    if e:
        front = "" if mantissa == "1" else rf"{mantissa} \cdot "
        return Numeral(f"{front}10^{{{int(exponent)}}}", text, fraction_latex=True)
    return Numeral(text, text)


def _fraction(x: float) -> tuple[int, int]:
    """Return a number as a fraction that reads better than its decimals: halves and quarters below 1, thirds, …"""
    for below in () if x.is_integer() else (2, 4, *_UNENDING):
        above = round(x * below)
        # Within a rounding or two: 1/3 - 1 is meant to be -2/3.
        fits = math.gcd(above, below) == 1 and math.isclose(above / below, x, rel_tol=4e-16)
        if above and fits and (below in _UNENDING or x < 1):
            return above, below
    return 1, 1
