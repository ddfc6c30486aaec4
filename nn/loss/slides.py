"""Which losses do the course's slides give, and what is each in truth?

Some slides give a loss under the name of another. An entry here holds the slide's form under its true name, the standard
form of the name, and what they are to be read with: the letters of a formula, and the one number both are shown against.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograd import Value, log, ops, sign, square
from nn.loss.margins import hinge_loss, perceptron_loss, zero_one_loss
from nn.loss.regression import l1_loss, mse_loss
from nn.views import CHANCE, MARGIN, RESIDUAL, View

Function = Callable[[Any, Any], Any]  # of prediction and target
Letters = Callable[[], tuple[Any, Any]]


@dataclass(frozen=True)
class Given:
    """One form of a loss: its true name, its function, and a prediction and a target with the letters of its formula."""

    name: str
    function: Function
    letters: Letters


@dataclass(frozen=True)
class Entry:
    """What is compared under one name: at these points of the one number that both forms are shown against."""

    view: View
    points: tuple[float, ...]
    slide: Given
    standard: Given
    note: str


_POINTS = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0)
_CHANCES = (0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
# In the letters of the slides.
_RESIDUAL = replace(RESIDUAL, label="residual y - t")
_CHANCE = replace(CHANCE, label="ŷ of what is true")


def _known(data: float, label: str) -> Value:
    return Value(data, label, requires_grad=False)


def _margin() -> tuple[Any, Any]:
    return Value(-0.5, "ŷ", latex=r"\hat{y}"), _known(1.0, "y")


def _sample() -> tuple[Any, Any]:
    return Value(0.5, "y"), _known(1.0, "t")


def _two_samples() -> tuple[Any, Any]:
    return [Value(0.5, "y1"), Value(1.5, "y2")], [_known(1.0, "t1"), _known(1.0, "t2")]


def _two_classes() -> tuple[Any, Any]:
    forecast = [Value(0.75, "ŷ1", latex=r"\hat{y}_1"), Value(0.25, "ŷ2", latex=r"\hat{y}_2")]
    return forecast, [_known(1.0, "y1"), _known(0.0, "y2")]


def _log_likelihood(forecast: Sequence[Any], truth: Sequence[Any]) -> Any:
    """The slide's sum with every term written out, where `log_likelihood` leaves those with y = 0 out."""
    return ops.sum([y * (log(p) if p else 0.0) for p, y in zip(forecast, truth, strict=True)])


SLIDES = {
    "zero-one": Entry(
        MARGIN, _POINTS,
        Given("twice the zero-one loss", lambda z, y: 0.5 * (y - sign(z)) ** 2, _margin),
        Given("zero-one loss", zero_one_loss, _margin),
        "The slide's ½ (y - sign ŷ)² = 1 - y sign ŷ is 2 for a mistake and 0 otherwise: twice the zero-one loss. The "
        "derivative of both is 0 wherever there is one, so gradient descent never moves.",
    ),
    "perceptron": Entry(
        MARGIN, _POINTS,
        Given("zero-one loss", lambda z, y: ops.maximum(-(y * sign(z)), 0.0), _margin),
        Given("perceptron loss", perceptron_loss, _margin),
        "The slide's max{-y sign ŷ, 0} is the zero-one loss (but for ŷ = 0), and no smooth surrogate: its derivative is 0 "
        "wherever there is one. The perceptron loss has no sign in it. At ŷ = 0 its derivative is -y, the perceptron's "
        "own step.",
    ),
    "mse": Entry(
        _RESIDUAL, _POINTS,
        Given("squared error of one sample", lambda y, t: square(t - y), _sample),
        Given("mean squared error", mse_loss, _two_samples),
        "The slide's (t - y)² is the loss of one sample; the mean squared error is its mean over the samples. The "
        "½ (y - f)² of the slides' worked example is half of it: half_squared_error, and no MSE.",
    ),
    "mae": Entry(
        _RESIDUAL, _POINTS,
        Given("absolute error of one sample", lambda y, t: ops.abs(t - y), _sample),
        Given("mean absolute error", l1_loss, _two_samples),
        "The slide's |t - y| is the loss of one sample; the mean absolute error is its mean over the samples.",
    ),
    "hinge": Entry(
        MARGIN, _POINTS,
        Given("perceptron loss", perceptron_loss, _margin),
        Given("hinge loss", hinge_loss, _margin),
        "The slide's max{-y ŷ, 0} is the perceptron loss, a hinge with margin 0: it does not penalise right predictions of "
        "low confidence, as the slide says it does. The hinge loss does: it asks for a margin of 1.",
    ),
    "cross entropy": Entry(
        _CHANCE, _CHANCES,
        Given("log-likelihood", _log_likelihood, _two_classes),
        Given("cross entropy", lambda forecast, truth: -_log_likelihood(forecast, truth), _two_classes),
        "The slide's Σ y log ŷ is the log-likelihood, which is to be maximised; minimised, it drives ŷ of the right class "
        "to 0. The cross entropy is -Σ y log ŷ.",
    ),
}  # fmt: skip
