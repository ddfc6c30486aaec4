"""How large is the gradient at each layer, and which parameters does it not reach?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import gradients
from autograd.calls import nodes_in
from nn.health.finding import ANOMALY, Finding, called, listed
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


_VANISHING = (
    "Start with nn.init.kaiming_normal_ (relu) or xavier_normal_ (tanh), put a BatchNorm between layers, or add shortcuts; "
    "between layers take ReLU or Tanh, not Sigmoid."
)
_CUT = "Look what stands between it and the loss: dead units, activations that are flat, a detach()."
_EXPLODING = (
    "Start with smaller weights (nn.init.kaiming_normal_ or xavier_normal_), put a BatchNorm between layers, or clip "
    "gradients (optim.clip_grad_norm_)."
)


def weighing(trial: Trial) -> list[str]:
    """Return the paths of the layers that were called and have parameters, in the order of their calls."""
    return [path for path in trial.calls if parameters_of(trial.layers[path])]


def flow(trial: Trial) -> Flow:
    """Follow the gradient of the loss; no `.grad` is set."""
    graph = set(below([trial.loss]))
    trained = {name: p for name, p in trial.model.named_parameters() if p.requires_grad}
    reached = {name: p for name, p in trained.items() if p in graph}
    returned = {
        path: [node for node in nodes_in(trial.calls[path]) if node.requires_grad] for path in weighing(trial)
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
        yield _unused(found.unreached)
    if found.broken:
        yield Finding(
            "not finite", found.broken[-1].rpartition(".")[0],
            f"{listed(found.broken[::-1])}: the gradient is nan or infinite, although the loss is a number.",
            ANOMALY, {"parameters": len(found.broken)},
        )  # fmt: skip
    else:
        yield from _uneven(trial, found.lengths)


def _unused(names: list[str]) -> Finding:
    these, them = ("these parameters", "them") if len(names) > 1 else ("this parameter", "it")
    return Finding(
        "unused", names[0].rpartition(".")[0],
        f"{listed(names)}: the loss does not depend on {these}, so training never changes {them}.",
        "Is the layer called in forward, and its result used? If this is meant, freeze it with requires_grad_(False).",
        {"parameters": len(names)},
    )  # fmt: skip


def _uneven(trial: Trial, lengths: Mapping[str, float]) -> Iterator[Finding]:
    """Yield a gradient that is far smaller or larger at the first layer than at the last."""
    paths = list(lengths)
    if len(paths) < 2 or not lengths[paths[-1]]:
        return
    first, last = (called(path, trial.kind(path)) for path in (paths[0], paths[-1]))
    at_first, at_last = lengths[paths[0]], lengths[paths[-1]]
    numbers = {"ratio": at_first / at_last, "first": at_first, "last": at_last}
    there = f"that at {last}: {at_first:.2g} against {at_last:.2g}."
    share = f"at {first} the gradient is {numbers['ratio']:.0e}"
    if not at_first:
        yield Finding("vanishing", paths[0], f"No gradient reaches {first}.", _CUT, numbers)
    elif numbers["ratio"] < VANISHING:
        yield Finding("vanishing", paths[0], f"Gradients vanish: {share} of {there}", _VANISHING, numbers)
    elif numbers["ratio"] > EXPLODING:
        yield Finding("exploding", paths[0], f"Gradients explode: {share} times {there}", _EXPLODING, numbers)
