"""Which units of a network have no slope, so that they cannot learn?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import Tensor, Value
from autograd.calls import nodes_in
from nn.health.finding import Finding, called
from nn.health.trial import Array, Trial
from nn.walk import below

DEAD = 0.6  # of a layer's units: in networks that learn well a tenth, in deep ones half of them are 0 for a whole batch
SATURATED = 0.5  # of a layer's outputs
ENOUGH = 16  # samples; fewer do not show that a unit is dead

# The slope of an activation as a share of its largest one, from its outputs.
SLOPES: dict[str, Callable[..., Array]] = {
    "relu": lambda y: (y > 0).astype(float),
    "tanh": lambda y: 1 - y * y,
    "sigmoid": lambda y: 4 * y * (1 - y),
    "softsign": lambda y: (1 - np.abs(y)) ** 2,
    "hardtanh": lambda y, lo, hi: ((lo < y) & (y < hi)).astype(float),
}
_FLAT = 0.01  # below this share of its largest slope an output is saturated


@dataclass(frozen=True)
class Units:
    """The units of one activation.

    Attributes:
        path: the part that computed it, or "relu after" the one before.
        kind: the class of the part, "" if it is none.
        op: the activation.
        slopes: the slope of each unit, a column each, as a share of the largest; rows are samples and places.
        is_output: does the network return what it computes?
    """

    path: str
    kind: str
    op: str
    slopes: Array
    is_output: bool

    @property
    def dead(self) -> int:
        """How many units of a relu have no slope for any sample."""
        return int((self.slopes == 0).all(axis=0).sum()) if self.op == "relu" else 0

    @property
    def saturated(self) -> float:
        """The share of outputs of a squashing activation where it is flat."""
        return 0.0 if self.op == "relu" else float((self.slopes < _FLAT).mean())

    def called(self) -> str:
        """Write down which part this is."""
        return called(self.path, self.kind) if self.kind else self.path


def units_of(trial: Trial) -> list[Units]:
    """Return the units of all activations that can be flat, in the order of their calls."""
    named: dict[Any, str] = {}
    for path, outputs in trial.calls.items():
        for node in nodes_in(outputs):
            named.setdefault(node, path)
    ends = set(trial.outputs)
    sites: dict[tuple[str, str], list[Any]] = {}
    for node in below(ends):
        if isinstance(node, Tensor) and node.ndim and node.op is not None and node.op.name in SLOPES:
            sites.setdefault((named.get(node) or _beside(node, named), node.op.name), []).append(node)
    found = [*_of_neurons(trial, ends)]
    for (path, op), nodes in sites.items():
        slopes = np.concatenate([_slopes(node, _columns(node)) for node in nodes])
        kind = trial.kind(path) if path in trial.layers else ""
        found.append(Units(path, kind, op, slopes, not ends.isdisjoint(nodes)))
    order = list(trial.calls)
    return sorted(found, key=lambda units: order.index(units.path) if units.path in order else len(order))


def findings(trial: Trial, units: list[Units]) -> Iterator[Finding]:
    """Yield the layers of dead and of saturated units."""
    if trial.samples < ENOUGH:
        return
    for u in units:
        count = u.slopes.shape[1]
        if u.dead > DEAD * count:
            yield Finding(
                "dead", u.path,
                f"{u.called()}: {u.dead} of {count} units are 0 for all {trial.samples} samples: they get no gradient.",
                "Take a lower learning rate, start anew with nn.init.kaiming_normal_ and biases of 0, or use LeakyReLU.",
                {"dead": u.dead, "units": count, "samples": trial.samples},
            )  # fmt: skip
        # At the output a flat sigmoid is a network that is sure.
        if u.saturated > SATURATED and not u.is_output:
            yield Finding(
                "saturated", u.path,
                f"{u.called()}: {100 * u.saturated:.0f} % of the outputs are saturated: {u.op} is flat there, its slope "
                f"below {100 * _FLAT:.0f} % of its largest.",
                "Scale the inputs to mean 0 and variance 1, start with smaller weights (nn.init.xavier_normal_), or put a "
                "BatchNorm before it.",
                {"saturated": u.saturated, "units": count, "samples": trial.samples},
            )  # fmt: skip


# --- how units are found ----------------------------------------------------------------------------------------------


def _of_neurons(trial: Trial, ends: set[Any]) -> Iterator[Units]:
    """Yield the units of layers of Values, which return a list, or one number, for each sample."""
    for path, outputs in trial.calls.items():
        rows: list[list[Any]] = [list(nodes_in(output)) for output in outputs]
        nodes = [node for row in rows for node in row]
        ops = {node.op.name if node.op is not None else "" for node in nodes}
        are_alike = len(ops) == len(set(map(len, rows))) == 1 and isinstance(nodes[0], Value)
        if are_alike and ops <= SLOPES.keys():
            y = np.array([[node.data for node in row] for row in rows])
            yield Units(path, trial.kind(path), ops.pop(), _slopes(nodes[0], y), nodes[0] in ends)


def _slopes(node: Any, y: Array) -> Array:
    """Return the slopes of the activation that made a node, at its outputs, as shares of the largest slope."""
    return SLOPES[node.op.name](y, **{**node.op.settings, **(node.settings or {})})


def _beside(node: Any, named: dict[Any, str]) -> str:
    """Say which part's result an activation was computed from that is no part itself."""
    before = next((named[inner] for inner in _first_operands(node) if inner in named), "")
    return f"{node.op.name} after {before}" if before else node.op.name


def _first_operands(node: Any) -> Iterator[Any]:
    """Yield a node, its first operand that is a node, the first operand of that, and so on."""
    while node is not None:
        yield node
        node = next((operand for operand, _ in node.operands() if operand is not None), None)


def _columns(node: Any) -> Array:
    """Return the numbers of a result with a column for each unit."""
    y: Array = node.array
    if y.ndim == 1:
        return y[:, None]
    axis = _unit_axis(node)
    columns: Array = np.moveaxis(y, axis, -1).reshape(-1, y.shape[axis])
    return columns


def _unit_axis(node: Any) -> int:
    """Return the axis along which the units lie: a convolution has its channels along axis 1, all else along the last."""
    for inner in _first_operands(node):
        if inner.op is not None and inner.op.name in ("conv", "matmul"):
            return 1 if inner.op.name == "conv" else -1
    return -1
