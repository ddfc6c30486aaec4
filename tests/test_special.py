"""Is the error function right to the last bits, everywhere and for every kind of array?"""

import math
import warnings
from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograd.ops.special import erf, erfc

Function = Callable[[npt.ArrayLike], npt.NDArray[Any]]

CUTS = (0.25, 0.5, 0.84375, 1.25, 1.0 / 0.35, 6.0, 28.0)
EDGES = [edge for cut in CUTS for edge in (np.nextafter(cut, 0.0), cut, np.nextafter(cut, 99.0))]
EXTREMES = [0.0, 5e-324, 1e-310, 2.2250738585072014e-308, 1e-200, 1e-17, 26.5, 27.2, 27.3, 1e10, 1.7e308]
MAGNITUDES = np.array(EDGES + EXTREMES)
HARD = np.concatenate([MAGNITUDES, -MAGNITUDES])
SPANS = [(-28.0, -6.0), (-6.0, -1.25), (-1.25, -0.84375), (-0.84375, 0.0)]
SPANS += [(0.0, 0.25), (0.25, 0.84375), (0.84375, 1.25), (1.25, 1.0 / 0.35), (1.0 / 0.35, 6.0), (6.0, 28.0)]

# The C library's erf is good to about an ulp. Its erfc is not: glibc's is known to be 5 ulps off in places,
# so a comparison with it can only be that loose; the sharp comparison is with the true value.
ULPS_FROM_C: dict[Function, float] = {erf: 2.0, erfc: 8.0}
ULPS_FROM_TRUTH: dict[Function, float] = {erf: 2.0, erfc: 3.0}

both = pytest.mark.parametrize(
    ("function", "in_c"), [(erf, math.erf), (erfc, math.erfc)], ids=["erf", "erfc"]
)
either = pytest.mark.parametrize("function", [erf, erfc])
everywhere = pytest.mark.parametrize("span", SPANS)


def ulps_from_c(x: npt.NDArray[np.float64], function: Function, in_c: Callable[[float], float]) -> float:
    expected = np.array([in_c(value) for value in x.tolist()])
    return float(np.max(np.abs(function(x) - expected) / np.spacing(np.abs(expected))))


def true_values(x: float) -> tuple[Decimal, Decimal]:
    """Return erf(x) and erfc(x) to far more digits than a float has."""
    root_pi = Decimal("3.14159265358979323846264338327950288419716939937510582097494459").sqrt()
    size = abs(Decimal(x))
    square = size * size
    if size < 4:  # the series of erf in which all terms are positive
        n, term, total = 0, size, size
        while term > total * Decimal("1e-50"):
            n += 1
            term *= 2 * square / (2 * n + 1)
            total += term
        value = 2 / root_pi * (-square).exp() * total
        complement = 1 - value
    else:  # Laplace's continued fraction, from the inside out; 100 levels give 30 digits even at 4
        fraction = size
        for n in range(100, 0, -1):
            fraction = size + Decimal(n) / 2 / fraction
        complement = (-square).exp() / root_pi / fraction
        value = 1 - complement
    return (value, complement) if x >= 0 else (-value, 2 - complement)


def ulps_from_truth(x: npt.NDArray[np.float64], function: Function) -> float:
    with localcontext() as context:
        context.prec = 60
        truths = [true_values(value)[function is erfc] for value in x.tolist()]
        spacings = np.spacing(np.abs(np.array(truths, np.float64))).tolist()
        errors = [abs(Decimal(y) - truth) for y, truth in zip(function(x).tolist(), truths, strict=True)]
        return float(max(error / Decimal(ulp) for error, ulp in zip(errors, spacings, strict=True)))


@everywhere
@both
def test_a_dense_grid_agrees_with_the_c_library(
    function: Function, in_c: Callable[[float], float], span: tuple[float, float]
) -> None:
    random = np.random.default_rng(0).uniform(*span, 20_000)
    x = np.concatenate([np.linspace(*span, 20_001), random])
    assert ulps_from_c(x, function, in_c) <= ULPS_FROM_C[function]


@everywhere
@either
def test_the_true_value_is_a_few_ulps_away_at_most(function: Function, span: tuple[float, float]) -> None:
    x = np.random.default_rng(1).uniform(*span, 500)
    assert ulps_from_truth(x, function) <= ULPS_FROM_TRUTH[function]


def test_erfc_is_within_an_ulp_of_the_true_value_up_to_one_half() -> None:
    assert ulps_from_truth(np.linspace(-0.84375, 0.5, 5001), erfc) <= 1.0


def test_erfc_underflows_gradually() -> None:
    x = np.linspace(26.5, 27.3, 801)
    assert ulps_from_truth(x, erfc) <= 2.0
    y = erfc(x)
    assert 0 < y[y > 0].min() < 1e-322
    assert y[-1] == 0
    assert np.all(np.diff(y) <= 0)


@both
def test_the_ends_of_the_intervals_and_their_neighbours_are_right(
    function: Function, in_c: Callable[[float], float]
) -> None:
    assert ulps_from_c(HARD, function, in_c) <= ULPS_FROM_C[function]
    assert ulps_from_truth(HARD, function) <= ULPS_FROM_TRUTH[function]


def test_tiny_magnitudes_keep_the_slope_at_zero() -> None:
    x = np.geomspace(5e-324, 1e-9, 20_000)
    assert ulps_from_c(x, erf, math.erf) <= 2.0
    assert ulps_from_c(-x, erf, math.erf) <= 2.0
    np.testing.assert_array_equal(erfc(x[x < 1e-17]), 1.0)


@given(st.floats())
@example(math.inf)
@example(-math.inf)
@example(math.nan)
def test_any_float_is_right(value: float) -> None:
    x = np.array([value])
    for function, in_c in ((erf, math.erf), (erfc, math.erfc)):
        if math.isfinite(value):
            assert ulps_from_c(x, function, in_c) <= ULPS_FROM_C[function]
        else:
            np.testing.assert_array_equal(function(x), [in_c(value)])


@given(hnp.arrays(np.float64, hnp.array_shapes(min_dims=0, min_side=0), elements=st.floats(-30, 30)))
def test_shape_is_kept_and_no_element_depends_on_its_neighbours(x: npt.NDArray[np.float64]) -> None:
    for function in (erf, erfc):
        y = function(x)
        assert isinstance(y, np.ndarray)
        assert y.shape == x.shape
        assert y.dtype == np.float64
        np.testing.assert_array_equal(y.ravel(), [function(value) for value in x.ravel()])


@given(hnp.arrays(np.float64, 5, elements=st.floats()))
def test_erf_is_odd_to_the_last_bit(x: npt.NDArray[np.float64]) -> None:
    np.testing.assert_array_equal(erf(-x), -erf(x))


def test_erf_keeps_the_sign_of_zero() -> None:
    zeros = np.array([0.0, -0.0])
    assert erf(zeros).tolist() == [0.0, 0.0]
    assert np.signbit(erf(zeros)).tolist() == [False, True]
    assert erfc(zeros).tolist() == [1.0, 1.0]


@given(hnp.arrays(np.float64, 5, elements=st.floats(-30, 30)))
def test_erf_and_erfc_add_up_to_one(x: npt.NDArray[np.float64]) -> None:
    np.testing.assert_allclose(erf(x) + erfc(x), 1.0, rtol=0, atol=4 * np.spacing(1.0))


def test_infinities_and_nan_are_right() -> None:
    x = np.array([np.inf, -np.inf, np.nan])
    np.testing.assert_array_equal(erf(x), [1.0, -1.0, np.nan])
    np.testing.assert_array_equal(erfc(x), [0.0, 2.0, np.nan])


@either
def test_a_large_array_is_the_same_as_its_parts(function: Function) -> None:
    x = np.random.default_rng(2).normal(scale=3.0, size=100_003)
    parts = [function(part) for part in np.array_split(x, 1000)]
    np.testing.assert_array_equal(function(x), np.concatenate(parts))


@either
@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1,), (2, 3, 4)])
def test_every_shape_is_kept(function: Function, shape: tuple[int, ...]) -> None:
    assert function(np.full(shape, 0.5)).shape == shape


@either
def test_the_memory_layout_does_not_matter_and_the_input_is_left_alone(function: Function) -> None:
    x = np.linspace(-7.0, 7.0, 60).reshape(6, 10)
    x.flags.writeable = False
    expected = function(x)
    for view, order in ((x.T, expected.T), (x[::-2, 1::3], expected[::-2, 1::3])):
        np.testing.assert_array_equal(function(view), order)
    np.testing.assert_array_equal(function(np.asfortranarray(x)), expected)
    assert not np.shares_memory(expected, x)
    assert expected.flags.writeable


@either
@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_narrow_floats_are_kept(function: Function, dtype: type[np.floating[Any]]) -> None:
    x = np.linspace(-12.0, 12.0, 5001).astype(dtype)
    y = function(x)
    assert y.dtype == dtype
    np.testing.assert_array_equal(y, function(x.astype(np.float64)).astype(dtype))


@either
@pytest.mark.parametrize("dtype", [np.bool_, np.int8, np.int64, np.uint32])
def test_whole_numbers_give_float64(function: Function, dtype: type[np.generic]) -> None:
    y = function(np.array([0, 1], dtype))
    assert y.dtype == np.float64
    np.testing.assert_array_equal(y, function(np.array([0.0, 1.0])))


@either
@pytest.mark.parametrize("x", [np.array([1 + 1e-20j]), np.array([None]), np.array(["1"])], ids=str)
def test_only_real_arrays_are_taken(function: Function, x: npt.NDArray[Any]) -> None:
    with pytest.raises(TypeError, match=rf"^{function.__name__} is only for real arrays, not for {x.dtype}$"):
        function(x)


@either
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_no_floating_point_warning_leaks(function: Function, dtype: type[np.floating[Any]]) -> None:
    with np.errstate(all="ignore"):
        x = np.concatenate([HARD, np.linspace(-30.0, 30.0, 1001), [np.inf, -np.inf, np.nan]]).astype(dtype)
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        function(x)
