"""Which units of a network have no slope, so that they cannot learn?"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import Tensor, Value
from autograd.calls import nodes_in
from nn.health.finding import Finding, called
from nn.health.trial import Array, Trial
from nn.walk import behind_views, below, settings_of

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
        path: the part that computed it, or "relu after" the part before it, if it is a function in `forward`.
        kind: the class of the part, "" if it is none.
        name: how sentences call it: the part, and where it stands if it is used in several places.
        place: where it comes in the order of the calls: after which part, and which part it is itself.
        op: the activation.
        slopes: the slope of each unit, a column each, as a share of the largest; rows are samples and places.
        is_output: does the network return what it computes?
    """

    path: str
    kind: str
    name: str
    place: tuple[float, float]
    op: str
    slopes: Array
    is_output: bool

    @property
    def count(self) -> int:
        """How many units there are."""
        return int(self.slopes.shape[1])

    @property
    def dead(self) -> int:
        """How many units of a relu have no slope for any sample."""
        return int((self.slopes == 0).all(axis=0).sum()) if self.op == "relu" else 0

    @property
    def saturated(self) -> float:
        """The share of outputs of a squashing activation where it is flat."""
        return 0.0 if self.op == "relu" else float((self.slopes < _FLAT).mean())


def units_of(trial: Trial) -> list[Units]:
    """Return the units of all activations that can be flat, in the order of their calls."""
    ends = {*trial.outputs, *behind_views(trial.outputs)}
    order = {path: float(i) for i, path in enumerate(trial.calls)}
    return sorted([*_of_neurons(trial, ends, order), *_of_tensors(trial, ends, order)], key=lambda units: units.place)


def findings(trial: Trial, units: list[Units]) -> Iterator[Finding]:
    """Yield the layers of dead and of saturated units."""
    if trial.samples < ENOUGH:
        return
    for u in units:
        if u.dead > DEAD * u.count:
            yield Finding(
                "dead", u.path,
                f"{u.name}: {u.dead} of {u.count} units are 0 for all {trial.samples} samples: they get no gradient.",
                "Take a lower learning rate, start anew with nn.init.kaiming_normal_ and biases of 0, or use LeakyReLU.",
                {"dead": u.dead, "units": u.count, "samples": trial.samples},
            )  # fmt: skip
        # At the output a flat sigmoid is a network that is sure.
        if u.saturated > SATURATED and not u.is_output:
            yield Finding(
                "saturated", u.path,
                f"{u.name}: {100 * u.saturated:.0f} % of the outputs are saturated: {u.op} is flat there, its slope "
                f"below {100 * _FLAT:.0f} % of its largest.",
                "Scale the inputs to mean 0 and variance 1, start with smaller weights (nn.init.xavier_normal_), or put a "
                "BatchNorm before it.",
                {"saturated": u.saturated, "units": u.count, "samples": trial.samples},
            )  # fmt: skip


# --- how units are found ----------------------------------------------------------------------------------------------


def _of_neurons(trial: Trial, ends: set[Any], order: Mapping[str, float]) -> Iterator[Units]:
    """Yield the units of layers of Values, which return a list, or one number, for each sample."""
    for path, outputs in trial.calls.items():
        rows: list[list[Any]] = [list(nodes_in(output)) for output in outputs]
        nodes = [node for row in rows for node in row]
        ops = {node.op.name if node.op is not None else "" for node in nodes}
        are_alike = len(ops) == len(set(map(len, rows))) == 1 and isinstance(nodes[0], Value)
        if are_alike and ops <= SLOPES.keys():
            y = np.array([[node.data for node in row] for row in rows])
            kind, slopes = trial.kind(path), _slopes(nodes[0], y)
            yield Units(path, kind, called(path, kind), (order[path], order[path]), ops.pop(), slopes, nodes[0] in ends)


def _of_tensors(trial: Trial, ends: set[Any], order: Mapping[str, float]) -> Iterator[Units]:
    """Yield the units of activations of Tensors.

    One module may be the activation of several layers. So units are told apart by the part that comes before them, too.
    """
    named: dict[Any, str] = {}
    for part, outputs in trial.calls.items():
        for node in nodes_in(outputs):
            named.setdefault(node, part)
    sites: dict[tuple[str | None, str | None, str, int], list[tuple[Any, Array]]] = {}
    for node in below(trial.outputs):
        if isinstance(node, Tensor) and node.ndim and node.op is not None and node.op.name in SLOPES:
            columns = _columns(node)
            site = (named.get(node), _before(node, named), node.op.name, columns.shape[1])
            sites.setdefault(site, []).append((node, columns))
    uses = Counter(path for path, *_ in sites)
    for (path, before, op, _), given in sites.items():
        after = f" after {before}" if before else ""
        if path is None:
            where, kind, name = op + after, "", op + after
        else:
            where, kind = path, trial.kind(path)
            name = called(path, kind) + (after if uses[path] > 1 else "")
        own = math.inf if path is None else order[path]
        place = (own if before is None else order[before] + 0.5, own)
        slopes = np.concatenate([_slopes(node, columns) for node, columns in given])
        yield Units(where, kind, name, place, op, slopes, any(node in ends for node, _ in given))


def _slopes(node: Any, y: Array) -> Array:
    """Return the slopes of the activation that made a node, at its outputs, as shares of the largest slope."""
    return SLOPES[node.op.name](y, **settings_of(node))


def _before(node: Any, named: Mapping[Any, str]) -> str | None:
    """Return the path of the part whose result an activation was computed from, None if it was from the inputs."""
    return next((named[inner] for inner in _first_operands(node) if inner is not node and inner in named), None)


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
    """Return the axis along which the units lie: a convolution has its channels along axis 1, all else along the last.

    Below a frozen convolution nothing is recorded: then the number of axes has to tell.
    """
    for inner in _first_operands(node):
        if inner.op is not None and inner.op.name in ("conv", "matmul"):
            return 1 if inner.op.name == "conv" else -1
    return 1 if node.ndim == 4 else -1
