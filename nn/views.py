"""Against which one number is a loss shown: a margin, a residual, a probability?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Function = Callable[[Any], Any]  # of one number
Loss = Callable[..., Any]  # of a prediction and a target


@dataclass(frozen=True)
class View:
    """The one number a loss is shown against: `of` makes the loss a function of it, `window` is from where to where."""

    label: str
    window: tuple[float, float]
    of: Callable[[Loss], Function]


MARGIN = View("margin y·ŷ", (-3.0, 3.0), lambda loss: lambda x: loss(x, 1.0))
RESIDUAL = View("residual ŷ - t", (-3.0, 3.0), lambda loss: lambda x: loss(x, 0.0))
CHANCE = View("probability of what is true", (0.1, 1.0), lambda loss: lambda p: loss([p, 1.0 - p], [1.0, 0.0]))
EVENT = View("forecast of an event that happens", (0.1, 0.98), lambda loss: lambda p: loss(p, 1.0))
SCORE = View("score of an event that happens", (-4.0, 4.0), lambda loss: lambda x: loss(x, 1.0))
LEAD = View("lead of the right class of two", (-4.0, 4.0), lambda loss: lambda x: loss([x, 0.0], 0))
LOG = View("log-probability of what is true", (-4.0, 0.0), lambda loss: lambda x: loss([x, 0.0], 0))
SHARE = View("log-probability of a class of share ½", (-4.0, 0.0), lambda loss: lambda x: loss(x, 0.5))
OTHER = View("prediction, where the target is 1", (-3.0, 3.0), lambda loss: lambda x: loss(x, 1.0))
