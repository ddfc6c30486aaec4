"""What made the loss nan?"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import AnomalyError, anomaly
from nn.training.callback import Callback
from nn.training.prediction import array_of
from nn.training.run import Run


class TerminateOnNaN(Callback):
    """Ends training at the first batch whose loss or gradient is nan or inf, before the step, and names the op.

    The parameters stay as they were before this batch. ``history.stopped`` names the op that was the first to make a
    number that is not finite, as `autograd.anomaly` finds it.

    >>> import numpy as np
    >>> import nn, optim
    >>> from autograd import sqrt
    >>> model = nn.Linear(1, 1, rng=0)
    >>> with np.errstate(invalid="ignore"):
    ...     history = nn.fit(model, (np.ones((4, 1)), np.ones((4, 1))), loss=lambda y, t: sqrt(-((y - t)**2)).mean(),
    ...                      optimizer=optim.SGD(model.parameters(), lr=0.1), verbose=0, callbacks=[nn.TerminateOnNaN()])
    >>> history.stopped
    'stopped in epoch 1, batch 1: the loss is nan. The first such number is one of sqrt, forward (mean ← √): ...'
    """

    def on_gradients(self, run: Run) -> None:
        loss = float(run.loss.item())
        if not np.isfinite(loss):
            what = f"the loss is {loss}"
        elif wrong := next((path for path, p in run.model.named_parameters() if not _is_finite(p.grad)), None):
            what = f"the loss is {loss:.4g}, and the gradient of {wrong} is not finite"
        else:
            return
        run.stop(f"stopped in epoch {run.epoch}, batch {run.batch}: {what}. {_cause(run)}")


def _is_finite(numbers: Any) -> bool:
    """Are all numbers of a gradient or a parameter finite? None, where no gradient has come, is."""
    return numbers is None or bool(np.isfinite(array_of(numbers)).all())


def _cause(run: Run) -> str:
    """Say which op was the first, from the graph of the loss; if none was, the numbers came in so."""
    try:
        with anomaly():
            run.loss.backward()
    except AnomalyError as error:
        way = " ← ".join(error.path)
        return f"The first such number is one of {error.op}, {error.phase} ({way}): {error.hint}"
    finally:
        run.optimizer.zero_grad()
    wrong = next((path for path, p in run.model.named_parameters() if not _is_finite(p.data)), None)
    return f"The parameter {wrong} holds numbers that are not finite." if wrong else "The samples hold such numbers."
