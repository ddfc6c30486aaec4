"""Is a network fit for training on this data, and if not, what is wrong with it?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from autograd import AutogradError
from autograd.errors import at, short
from nn.health import ends, flow, units
from nn.health.finding import Finding, called
from nn.health.trial import Trial, run
from nn.hooks import unchanged
from nn.module import Module
from nn.training.loop import Loss


@dataclass(frozen=True)
class LayerHealth:
    """What is known of a layer.

    Attributes:
        path, kind: which one it is; kind is "" for a function in `forward`.
        name: how it is called in the table.
        gradient: the length of the loss's gradient by what it returned; nan where numbers are not finite, so that it was not
            followed; None for a layer without parameters.
        dead: how many of its units are 0 for all samples, if it is a relu.
        saturated: the share of its outputs where it is flat, if it is a squashing activation.
        units: how many units it has; None where these are not looked at.
    """

    path: str
    kind: str
    name: str
    gradient: float | None = None
    dead: int = 0
    saturated: float = 0.0
    units: int | None = None


@dataclass(frozen=True, repr=False)
class Diagnosis:
    """What `diagnose` returns: prints as sentences, one finding a line, and a table of the layers.

    Attributes:
        findings: what is wrong, the most important things first.
        samples: how many samples were looked at.
        loss: the loss of the batch.
        loss_called: what it was computed with.
        layers: what is known of each layer, in the order of their calls.
    """

    findings: tuple[Finding, ...]
    samples: int
    loss: float
    loss_called: str
    layers: tuple[LayerHealth, ...]

    @property
    def ok(self) -> bool:
        """Was nothing found?"""
        return not self.findings

    def __repr__(self) -> str:
        count = sum(layer.gradient is not None for layer in self.layers)
        of = f"{_many(self.samples, 'sample')}, {_many(count, 'layer')} with parameters"
        seen = f"{of}, {self.loss_called} {self.loss:.4g}"
        if self.ok:
            judged = "layers of dead or saturated units, " if self.samples >= units.ENOUGH else ""
            said = [
                f"{seen}: nothing found.",
                f"Looked for: {judged}vanishing or exploding gradients, unused parameters,",
                "outputs that the loss misreads or that are all the same, unscaled inputs, nan and inf.",
            ]
        else:
            said = [f"{seen}:", *(f"- {finding}" for finding in self.findings)]
        return "\n".join([*said, *_table(self.layers)])


def diagnose(model: Module, batch: Any, loss: Loss | None = None) -> Diagnosis:
    """Look for what keeps a network from learning, on one batch of its training data.

    The network is called once, in the mode of training, and the gradient of the loss is followed through it. It is the
    same afterwards: no gradient is stored; modes, running means and random states are given back.

    Looked for are: layers more than 60 % of whose relu units are 0 for all samples (of 16 or more), squashing activations
    most of whose outputs lie where they are flat, gradients that are 1000 times smaller or larger at the first layer than
    at the last, parameters that the loss does not depend on, a softmax or sigmoid before a loss that has its own, outputs
    that are the same for all samples, inputs far from mean 0 and variance 1, and numbers that are nan or infinite.

    Args:
        model: a network of Tensors, or of Values.
        batch: (x, t), or (x, t, w) with the weights of samples, or a `Dataset`; 64 samples are enough.
        loss: a function or module of (prediction, target), or the name of one of `nn.loss`. (default: CrossEntropyLoss for
            whole numbers against scores (N, C), else MSELoss)

    Returns:
        The findings. Print them.

    Raises:
        AutogradError: the batch does not fit, the loss gives no single number, or nothing is trained.

    >>> import nn
    >>> data = nn.data.moons(64, rng=0)
    >>> model = nn.Sequential(nn.Linear(2, 16, rng=0), nn.ReLU(), nn.Linear(16, 2, rng=1), nn.Softmax())
    >>> nn.diagnose(model, data, nn.CrossEntropyLoss())
    64 samples, 2 layers with parameters, CrossEntropyLoss 0.7117:
    - 3 (Softmax) ends the network with softmax, and the loss takes scores and applies a softmax of its own: ...
    >>> nn.diagnose(model[:-1], data, nn.CrossEntropyLoss()).ok
    True
    """
    if not isinstance(model, Module):
        raise AutogradError(f"a diagnosis is of a module, got {short(model)}{at()}")
    with unchanged(model, training=True):
        trial = run(model, batch, loss)
        looked_at = units.units_of(trial)
        found = list(ends.not_finite(trial))
        lengths = dict.fromkeys(flow.weighing(trial), math.nan)
        if not found:
            follow = flow.flow(trial)
            lengths = follow.lengths
            found = [
                *ends.misread(trial), *ends.unscaled(trial), *ends.constant(trial), *units.findings(trial, looked_at),
                *flow.findings(trial, follow),
            ]  # fmt: skip
    number = float(trial.loss.item())
    return Diagnosis(tuple(found), trial.samples, number, trial.loss_called, _layers(trial, looked_at, lengths))


def _layers(trial: Trial, looked_at: list[units.Units], lengths: dict[str, float]) -> tuple[LayerHealth, ...]:
    """Return what has parameters or units, in the order of the calls."""
    rows = [
        (u.place, LayerHealth(u.path, u.kind, u.name, lengths.get(u.path), u.dead, u.saturated, u.count)) for u in looked_at
    ]
    of_units = {u.path for u in looked_at}
    for i, path in enumerate(trial.calls):
        if path in lengths and path not in of_units:
            kind = trial.kind(path)
            rows.append(((i, i), LayerHealth(path, kind, called(path, kind), lengths[path])))
    return tuple(row for _, row in sorted(rows, key=lambda pair: pair[0]))


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _table(layers: tuple[LayerHealth, ...]) -> list[str]:
    if not layers:
        return []
    cells = [("layer", "gradient", "units"), *((x.name, _gradient(x), _units(x)) for x in layers)]
    widths = [max(len(row[i]) for row in cells) for i in range(2)]
    return ["", *(f"{a.ljust(widths[0])}  {b.rjust(widths[1])}  {c}".rstrip() for a, b, c in cells)]


def _gradient(x: LayerHealth) -> str:
    return "" if x.gradient is None else f"{x.gradient:.2g}"


def _units(x: LayerHealth) -> str:
    if x.units is None:
        return ""
    state = f", {x.dead} dead" if x.dead else f", {100 * x.saturated:.0f} % saturated" if x.saturated else ""
    return f"{x.units}{state}"
