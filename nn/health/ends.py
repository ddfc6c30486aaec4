"""Are a network's inputs, outputs and loss numbers that training can work with?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd import Tensor
from autograd.calls import nodes_in
from nn.embedding import Embedding
from nn.health.finding import ANOMALY, Finding, called
from nn.health.flow import weighing
from nn.health.trial import Array, Trial
from nn.loss import nll_loss
from nn.loss.targets import numbers_of
from nn.norm import BatchNorm1d, BatchNorm2d, LayerNorm
from nn.walk import behind_views, below, settings_of

LARGE = 10.0  # a mean or a standard deviation of the inputs beyond it
SAME = 1e-6  # outputs that differ by less, relative to their size, are all the same

_NORMALISING = (BatchNorm1d, BatchNorm2d, LayerNorm, Embedding)  # layers that do not mind how inputs are scaled


def not_finite(trial: Trial) -> Iterator[Finding]:
    """Yield where numbers stop being finite: in the data, or in the first layer that returns such numbers."""
    for what, numbers in (("inputs", trial.x), ("targets", trial.target)):
        wrong = int((~np.isfinite(numbers)).sum()) if numbers.dtype.kind == "f" else 0
        if wrong:
            yield Finding(
                "not finite", "", f"{wrong} of {numbers.size} numbers of the {what} are nan or infinite.",
                "Leave out these samples, or fill the gaps.", {"wrong": wrong},
            )  # fmt: skip
            return
    for path, outputs in trial.calls.items():
        if not all(np.isfinite(numbers_of(node)).all() for node in nodes_in(outputs)):
            yield Finding(
                "not finite", path, f"{called(path, trial.kind(path))} is the first to return nan or inf.", ANOMALY
            )
            return
    loss = float(trial.loss.item())
    if not np.isfinite(loss):
        yield Finding("not finite", "", f"The loss is {loss}, although all predictions are finite.", ANOMALY)


def unscaled(trial: Trial) -> Iterator[Finding]:
    """Yield inputs that are far from mean 0 and variance 1."""
    first = next(iter(weighing(trial)), None)
    if first is not None and isinstance(trial.layers[first], _NORMALISING):
        return
    by_column = trial.x.ndim == 2
    with np.errstate(over="ignore"):
        means, stds = (np.atleast_1d(f(trial.x, axis=0 if by_column else None)) for f in (np.mean, np.std))
    size = np.maximum(np.abs(means), stds)
    worst = int(size.argmax())
    if size[worst] > LARGE:
        which = f"column {worst} of the inputs has" if by_column and len(size) > 1 else "the inputs have"
        yield Finding(
            "unscaled", "",
            f"{which[0].upper()}{which[1:]} mean {means[worst]:.3g} and standard deviation {stds[worst]:.3g}.",
            "Bring inputs to mean 0 and variance 1: (x - mean) / std, with the numbers of the training data.",
            {"mean": float(means[worst]), "std": float(stds[worst])},
        )  # fmt: skip


def constant(trial: Trial) -> Iterator[Finding]:
    """Yield a network that gives the same for all samples."""
    if trial.scores.shape[:1] != (trial.samples,):
        return
    x, y = (a.reshape(trial.samples, -1).astype(float) for a in (trial.x, trial.scores))
    if trial.samples < 2 or not np.ptp(x, axis=0).any() or np.ptp(y, axis=0).max() > SAME * np.abs(y).max():
        return
    ends = behind_views(trial.outputs)
    lonely = next((node for node in ends if _is_of_one(node)), None)
    if lonely is not None:
        where = _ending(trial, ends)
        yield Finding(
            "constant", where, f"{_end(trial, where)} {lonely.op.name} of a single score, which is always the same number.",
            "Take a sigmoid for the probability of one class, or two scores; for a plain number, leave it out.",
            {"samples": trial.samples},
        )  # fmt: skip
    else:
        yield Finding(
            "constant", "", f"The network gives the same for all {trial.samples} samples: it ignores its inputs.",
            "Look for the first layer whose outputs do not differ. Dead units are the usual reason, or many layers each of "
            "which makes differences smaller.", {"samples": trial.samples},
        )  # fmt: skip


def _is_of_one(node: Any) -> bool:
    """Is this a softmax over an axis of length 1?"""
    is_softmax = isinstance(node, Tensor) and node.op is not None and node.op.name in ("softmax", "log_softmax")
    return bool(is_softmax and node.shape[settings_of(node)["axis"]] == 1)


# --- what the loss expects --------------------------------------------------------------------------------------------


def misread(trial: Trial) -> Iterator[Finding]:
    """Yield outputs that the loss takes for something else."""
    if getattr(trial.loss_function, "function", trial.loss_function) is nll_loss:
        yield from _no_logarithms(trial)
        return
    ends = behind_views(trial.outputs)
    used = {node.op.name for node in below([trial.loss], stop=ends) if node.op is not None and node not in ends}
    last = {node.op.name if node.op is not None else "" for node in ends}
    where = _ending(trial, ends)
    if used & {"cross_entropy", "log_softmax", "logsumexp"}:
        if last == {"log_softmax"}:
            yield Finding(
                "twice", where, f"{_end(trial, where)} log_softmax, and the loss takes another one, which changes nothing.",
                "Leave it out, or take NLLLoss.",
            )  # fmt: skip
        elif last & {"softmax", "sigmoid"}:
            yield from _twice(trial, where, last.pop(), "softmax")
        elif _are_probabilities(trial.scores):
            yield from _twice(trial, where, "", "softmax")
    elif used & {"softplus", "logsigmoid"} and last & {"softmax", "sigmoid"}:
        yield from _twice(trial, where, last.pop(), "sigmoid")


def _twice(trial: Trial, where: str, last: str, own: str) -> Iterator[Finding]:
    said = f"{_end(trial, where)} {last}" if last else "The outputs are probabilities: each row adds up to 1"
    plain = "scores" if own == "softmax" else "the score"
    yield Finding(
        "twice", where, f"{said}, and the loss takes {plain} and applies a {own} of its own: learning is slow.",
        f"Leave the {last or own} out; apply it to the outputs where probabilities are wanted.",
    )  # fmt: skip


def _no_logarithms(trial: Trial) -> Iterator[Finding]:
    totals = np.exp(trial.scores).sum(axis=min(1, trial.scores.ndim - 1))
    worst = float(np.ravel(totals)[np.abs(np.ravel(totals) - 1).argmax()])
    if abs(worst - 1) > 0.01:
        yield Finding(
            "no logarithms", "",
            f"NLLLoss takes logarithms of probabilities, and here e^y of a row adds up to {worst:.3g}, not to 1.",
            "End the network with LogSoftmax, or take CrossEntropyLoss.", {"sum": worst},
        )  # fmt: skip


def _ending(trial: Trial, ends: set[Any]) -> str:
    """Return the path of the layer that returned what the network ends in, "" if none did."""
    for path, outputs in trial.calls.items():
        if not ends.isdisjoint(nodes_in(outputs)):
            return path
    return ""


def _end(trial: Trial, where: str) -> str:
    return f"{called(where, trial.kind(where))} ends the network with" if where in trial.layers else "The network ends in"


def _are_probabilities(scores: Array) -> bool:
    if scores.ndim != 2 or scores.shape[1] < 2 or len(scores) < 2:
        return False
    near = 10 * np.sqrt(np.finfo(scores.dtype if scores.dtype.kind == "f" else float).eps)
    return bool((scores >= 0).all() and (np.abs(scores.sum(axis=1) - 1) < near).all())
