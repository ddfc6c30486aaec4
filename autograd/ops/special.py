"""How is the error function computed on numpy arrays?

As in fdlibm's ``s_erf.c``: the magnitudes are cut into four intervals, each with its own rational function,
and each function is evaluated on just the elements that fall in its interval. erf is within 2 ulps of the
true value, and erfc within 3.

The cuts, the coefficients and most of the rearrangements that save the last bits are those of ``s_erf.c``,
Copyright (C) 1993 by Sun Microsystems, Inc.; the file NOTICE carries its permission notice.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["erf", "erfc"]

Doubles: TypeAlias = npt.NDArray[np.float64]
Ratio: TypeAlias = tuple[tuple[float, ...], tuple[float, ...]]  # numerator and denominator, constants first
Formula: TypeAlias = Callable[[Doubles, Ratio], Doubles]

# Each ratio is named by where its interval of magnitudes ends.
_TO_0_84: Ratio = (
    (1.28379167095512558561e-01, -3.25042107247001499370e-01, -2.84817495755985104766e-02,
     -5.77027029648944159157e-03, -2.37630166566501626084e-05),
    (1.0, 3.97917223959155352819e-01, 6.50222499887672944485e-02, 5.08130628187576562776e-03,
     1.32494738004321644526e-04, -3.96022827877536812320e-06),
)  # fmt: skip
_TO_1_25: Ratio = (
    (-2.36211856075265944077e-03, 4.14856118683748331666e-01, -3.72207876035701323847e-01,
     3.18346619901161753674e-01, -1.10894694282396677476e-01, 3.54783043256182359371e-02,
     -2.16637559486879084300e-03),
    (1.0, 1.06420880400844228286e-01, 5.40397917702171048937e-01, 7.18286544141962662868e-02,
     1.26171219808761642112e-01, 1.36370839120290507362e-02, 1.19844998467991074170e-02),
)  # fmt: skip
_TO_2_86: Ratio = (
    (-9.86494403484714822705e-03, -6.93858572707181764372e-01, -1.05586262253232909814e01,
     -6.23753324503260060396e01, -1.62396669462573470355e02, -1.84605092906711035994e02,
     -8.12874355063065934246e01, -9.81432934416914548592e00),
    (1.0, 1.96512716674392571292e01, 1.37657754143519042600e02, 4.34565877475229228821e02,
     6.45387271733267880336e02, 4.29008140027567833386e02, 1.08635005541779435134e02,
     6.57024977031928170135e00, -6.04244152148580987438e-02),
)  # fmt: skip
_TO_28: Ratio = (
    (-9.86494292470009928597e-03, -7.99283237680523006574e-01, -1.77579549177547519889e01,
     -1.60636384855821916062e02, -6.37566443368389627722e02, -1.02509513161107724954e03,
     -4.83519191608651397019e02),
    (1.0, 3.03380607434824582924e01, 3.25792512996573918826e02, 1.53672958608443695994e03,
     3.19985821950859553908e03, 2.55305040643316442583e03, 4.74528541206955367215e02,
     -2.24409524465858183362e01),
)  # fmt: skip
_RATIOS = (_TO_0_84, _TO_1_25, _TO_2_86, _TO_28)
_CUTS = (0.0, 0.84375, 1.25, 1.0 / 0.35, np.inf)  # each ratio is for the magnitudes from a cut to the next
_END = 28.0  # beyond it erf and erfc are, in float64, what they are at it
_ERF_OF_1 = 8.45062911510467529297e-01  # to 24 bits: _TO_1_25 adds the rest
_LOG_2_HEAD, _LOG_2_TAIL = 6.93147180369123816490e-01, 1.90821492927058770002e-10  # sum: log(2)
_HIGH_WORD = np.int64(-1 << 32)  # masks a float64 to 21 significant bits, whose square is exact
_BLOCK = 1 << 15  # elements at a time: more would leave the cache, fewer would wait for the interpreter


def _horner(coefficients: tuple[float, ...], x: Doubles) -> Doubles:
    total = coefficients[-1] * x
    for coefficient in coefficients[-2:0:-1]:
        total += coefficient
        total *= x
    return total + coefficients[0]


def _quotient(ratio: Ratio, x: Doubles) -> Doubles:
    return _horner(ratio[0], x) / _horner(ratio[1], x)


def _erf_near_0(x: Doubles, ratio: Ratio) -> Doubles:
    return x + x * _quotient(ratio, x * x)


def _erfc_near_0(x: Doubles, ratio: Ratio) -> Doubles:
    rest = x * _quotient(ratio, x * x)
    rounded = 1.0 - x
    return rounded - (rest - ((1.0 - rounded) - x))  # what the rounding of 1 - x lost is put back


def _erf_near_1(x: Doubles, ratio: Ratio) -> Doubles:
    return np.copysign(_ERF_OF_1 + _quotient(ratio, np.abs(x) - 1.0), x)


def _erfc_near_1(x: Doubles, ratio: Ratio) -> Doubles:
    rest = _quotient(ratio, np.abs(x) - 1.0)
    return np.where(x > 0.0, (1.0 - _ERF_OF_1) - rest, 1.0 + (_ERF_OF_1 + rest))


def _erf_tail(x: Doubles, ratio: Ratio) -> Doubles:
    return np.copysign(1.0 - _tail(np.abs(x), ratio), x)


def _erfc_tail(x: Doubles, ratio: Ratio) -> Doubles:
    tail = _tail(np.abs(x), ratio)
    return np.where(x > 0.0, tail, 2.0 - tail)


def _tail(x: Doubles, ratio: Ratio) -> Doubles:
    """Return erfc(x) for x >= 1.25, which is exp(-x*x - 0.5625 + ratio of 1/x**2) / x."""
    # exp magnifies the error of its argument, so the large part is kept exact, even less twos * log(2).
    head = (x.view(np.int64) & _HIGH_WORD).view(np.float64)
    large, small = -head * head - 0.5625, (head - x) * (head + x) + _quotient(ratio, 1.0 / (x * x))
    twos = np.rint((large + small) / _LOG_2_HEAD)
    rest = (large - twos * _LOG_2_HEAD) + (small - twos * _LOG_2_TAIL)
    return np.ldexp(np.exp(rest) / x, twos.astype(np.intc))


def _piecewise(x: npt.ArrayLike, name: str, *formulas: Formula) -> npt.NDArray[Any]:
    """Apply to each element the formula of its interval; nan is in none, and stays."""
    given = np.asarray(x)
    if given.dtype.kind not in "biuf":
        raise TypeError(f"{name} is only for real arrays, not for {given.dtype}")
    result = np.empty(given.shape, given.dtype if given.dtype in (np.float16, np.float32) else np.float64)
    flat, flat_result = given.ravel(), result.reshape(-1)
    with np.errstate(under="ignore"):  # the square of a tiny x and the tail of erfc vanish by right
        for start in range(0, flat.size, _BLOCK):
            here = slice(start, start + _BLOCK)
            block = np.clip(flat[here].astype(np.float64), -_END, _END)
            size = np.abs(block)
            for low, high, ratio, formula in zip(_CUTS[:-1], _CUTS[1:], _RATIOS, formulas, strict=True):
                inside = np.flatnonzero((size >= low) & (size < high))
                if inside.size:
                    block[inside] = formula(block[inside], ratio)
            flat_result[here] = block
    return result


def erf(x: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return the error function of each element, as an array of the shape of x.

    float32 and float16 stay what they are, though worked on in float64; any other real type gives float64.

    >>> erf(np.array([-np.inf, -0.5, 0.0, 0.5])).round(6).tolist()
    [-1.0, -0.5205, 0.0, 0.5205]
    """
    return _piecewise(x, "erf", _erf_near_0, _erf_near_1, _erf_tail, _erf_tail)


def erfc(x: npt.ArrayLike) -> npt.NDArray[Any]:
    """Return 1 - erf(x) of each element, without its cancellation for large x; shape and type as for erf.

    >>> f"{erfc(np.array(10.0)):.6e}"
    '2.088488e-45'
    """
    return _piecewise(x, "erfc", _erfc_near_0, _erfc_near_1, _erfc_tail, _erfc_tail)
