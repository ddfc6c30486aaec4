"""Which random numbers, arrays and formulas can a test be fed? Strategies for Hypothesis.

A domain is one of the names "real", "positive", "nonnegative", "nonzero", "above -1", "above 1", "unit" ([-1, 1]) and
"open unit", or a `Domain`. What is drawn lies well inside it, is of moderate size, and shrinks to 1, 0.5, 2 …

    >>> from hypothesis import given
    >>> from autograd import gradients, log
    >>> from autograd.testing import strategies
    >>> @given(x=strategies.values(domain="positive"))
    ... def test_the_slope_of_the_logarithm_is_the_reciprocal(x):
    ...     assert gradients(log(x), x) == 1 / x.data
    >>> test_the_slope_of_the_logarithm_is_the_reciprocal()
"""

from autograd.extras import load

load("hypothesis", extra="testing", purpose="the strategies")  # asked for first, so that what is missing is named

from autograd.testing.drawing import broadcasting_tensors, floats, operands, tensors, values  # noqa: E402
from autograd.testing.growing import expressions, expressions_with_points, points  # noqa: E402

__all__ = [
    "broadcasting_tensors", "expressions", "expressions_with_points", "floats", "operands", "points", "tensors", "values",
]  # fmt: skip
