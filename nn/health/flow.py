"""How large is the gradient at each layer, and which parameters does it not reach?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import gradients
from autograd.calls import nodes_in
from nn.health.finding import Finding, called, listed
from nn.health.trial import Trial
from nn.hooks import parameters_of
from nn.loss.targets import numbers_of
from nn.walk import below

VANISHING, EXPLODING = 1e-3, 1e3  # the first layer's gradient over the last one's


@dataclass(frozen=True)
class Flow:
    """Where the gradient of the loss goes.

    Attributes:
        lengths: the length of the gradient by all that a layer returned, for layers with parameters, in the order of their
            calls. It does not depend on how wide a layer is, as a mean would.
        unreached: the parameters that the loss does not depend on, frozen ones left out.
        broken: those whose gradient is nan or infinite somewhere.
    """

    lengths: dict[str, float]
    unreached: list[str]
    broken: list[str]


def flow(trial: Trial) -> Flow:
    """Follow the gradient of the loss; no `.grad` is set."""
    graph = set(below([trial.loss]))
    trained = {name: p for name, p in trial.model.named_parameters() if p.requires_grad}
    reached = {name: p for name, p in trained.items() if p in graph}
    returned = {
        path: [node for node in nodes_in(outputs) if node.requires_grad]
        for path, outputs in trial.calls.items()
        if parameters_of(trial.layers[path])
    }
    targets = [*reached.values(), *(node for nodes in returned.values() for node in nodes)]
    with np.errstate(all="ignore"):
        grads = {node: numbers_of(g) for node, g in zip(targets, gradients(trial.loss, targets), strict=True)}
        lengths = {path: _length([grads[node] for node in nodes]) for path, nodes in returned.items() if nodes}
    broken = [name for name, p in reached.items() if not np.isfinite(grads[p]).all()]
    return Flow(lengths, [name for name in trained if name not in reached], broken)


def _length(grads: list[Any]) -> float:
    return float(np.sqrt(sum(float(np.sum(np.square(g, dtype=float))) for g in grads)))


def findings(trial: Trial, found: Flow) -> Iterator[Finding]:
    """Yield what does not flow as it should."""
    if found.unreached:
        many = len(found.unreached) > 1
        yield Finding(
            "unused", found.unreached[0].rpartition(".")[0],
            f"{listed(found.unreached)}: the loss does not depend on {'these parameters' if many else 'this parameter'}, "
            f"so training never changes {'them' if many else 'it'}.",
            "Is the layer called in forward, and its result used? If this is meant, freeze it with requires_grad_(False).",
            {"parameters": len(found.unreached)},
        )  # fmt: skip
    if found.broken:
        yield Finding(
            "not finite", found.broken[-1].rpartition(".")[0],
            f"{listed(found.broken[::-1])}: the gradient is nan or infinite, although the loss is a number.",
            "Run the batch inside `with autograd.anomaly():`, which names the operation.",
            {"parameters": len(found.broken)},
        )  # fmt: skip
        return
    if len(found.lengths) < 2 or not (lengths := list(found.lengths.values()))[-1]:
        return
    first, last = (called(path, trial.kind(path)) for path in (next(iter(found.lengths)), list(found.lengths)[-1]))
    ratio = lengths[0] / lengths[-1]
    said = f"at {first} the gradient is {{}} that at {last}: {lengths[0]:.2g} against {lengths[-1]:.2g}."
    numbers = {"ratio": ratio, "first": lengths[0], "last": lengths[-1]}
    if ratio < VANISHING:
        yield Finding(
            "vanishing", next(iter(found.lengths)),
            f"Gradients vanish: {said.format(f'{ratio:.0e} of')}" if ratio else f"No gradient reaches {first}.",
            "Take ReLU or Tanh for Sigmoid, start with nn.init.kaiming_normal_ (relu) or xavier_normal_ (tanh), put a "
            "BatchNorm between layers, or add shortcuts.",
            numbers,
        )  # fmt: skip
    elif ratio > EXPLODING:
        yield Finding(
            "exploding", next(iter(found.lengths)),
            f"Gradients explode: {said.format(f'{ratio:.0e} times')}",
            "Start with smaller weights (nn.init.kaiming_normal_ or xavier_normal_), put a BatchNorm between layers, or "
            "clip gradients (optim.clip_grad_norm_).",
            numbers,
        )  # fmt: skip
