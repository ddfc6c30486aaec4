"""How long does the course's worked example take, built and differentiated?

f = S(w20 + w21 tanh(w10 + w11 x1 + w12 x2)), e = ½ (y − f)²: nine or so nodes, where nothing but the cost of a node
counts. The text of the formula is one function for all contestants but the one who differentiates by hand.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from micrograd.engine import Value as MicrogradValue

from autograd import Value, sigmoid, tanh
from benchmarks.report import agree, heading, race_table, target
from benchmarks.timing import Contestant, race, ratio

WEIGHTS = (0.1, 0.5, -0.3, 0.2, -0.7)  # w10, w11, w12, w20, w21
X1, X2, Y = 1.5, -0.5, 1.0

Function = Callable[[Any], Any]


def error(w: Any, x1: Any, x2: Any, y: Any, tanh: Function, sigmoid: Function) -> Any:
    """The formula."""
    w10, w11, w12, w20, w21 = w
    f = sigmoid(w20 + w21 * tanh(w10 + w11 * x1 + w12 * x2))
    return 0.5 * (y - f) ** 2


# Of functions, micrograd has only relu. These two are in its own style: a node, and a closure that holds it.


def micrograd_tanh(x: MicrogradValue) -> MicrogradValue:
    """The hyperbolic tangent as micrograd would have it."""
    out = MicrogradValue(math.tanh(x.data), (x,), "tanh")

    def _backward() -> None:
        x.grad += (1 - out.data * out.data) * out.grad

    out._backward = _backward
    return out


def micrograd_sigmoid(x: MicrogradValue) -> MicrogradValue:
    """The logistic function as micrograd would have it."""
    out = MicrogradValue(1 / (1 + math.exp(-x.data)), (x,), "sigmoid")

    def _backward() -> None:
        x.grad += out.data * (1 - out.data) * out.grad

    out._backward = _backward
    return out


def by_hand(w: tuple[float, ...], x1: float, x2: float, y: float) -> tuple[float, ...]:
    """Value and gradient as one writes them on paper: the floor of what Python can do."""
    w10, w11, w12, w20, w21 = w
    h = math.tanh(w10 + w11 * x1 + w12 * x2)
    f = 1 / (1 + math.exp(-(w20 + w21 * h)))
    e = 0.5 * (y - f) ** 2
    d2 = (f - y) * f * (1 - f)
    d1 = d2 * w21 * (1 - h * h)
    return e, d1, d1 * x1, d1 * x2, d2, d2 * h


class _Kept:
    """Weights that stay, as in training, met with plain numbers; gradients are cleared each time."""

    def __init__(self, node: Function, tanh: Function, sigmoid: Function, clear: Function) -> None:
        self.w = [node(w) for w in WEIGHTS]
        self.functions = tanh, sigmoid
        self.clear_one = clear

    def forward(self) -> Any:
        return error(self.w, X1, X2, Y, *self.functions)

    def clear(self) -> None:
        for w in self.w:
            self.clear_one(w)

    def update(self) -> None:
        """Nothing: the weights stay, so that every run is the same."""

    def __call__(self) -> Any:
        self.clear()
        e = self.forward()
        e.backward()
        return e


class _Fresh:
    """Every number a new node, weights and inputs alike, as one writes it on a slide."""

    def __init__(self, node: Function, tanh: Function, sigmoid: Function) -> None:
        self.node = node
        self.w: list[Any] = []
        self.functions = tanh, sigmoid

    def __call__(self) -> Any:
        node = self.node
        self.w = [node(w) for w in WEIGHTS]
        e = error(self.w, node(X1), node(X2), node(Y), *self.functions)
        e.backward()
        return e


def _zero(v: Any) -> None:
    v.grad = 0


def _torch_clear(t: Any) -> None:
    t.grad = None


def _torch_node(number: float) -> torch.Tensor:
    return torch.tensor(number, dtype=torch.float64, requires_grad=True)


def _contestants() -> tuple[list[Contestant], list[Contestant]]:
    ours, micrograd = (Value, tanh, sigmoid), (MicrogradValue, micrograd_tanh, micrograd_sigmoid)
    eager = (_torch_node, torch.tanh, torch.sigmoid)
    kept: dict[str, _Kept] = {
        "wengert Value": _Kept(*ours, Value.zero_grad),
        "micrograd": _Kept(*micrograd, _zero),
        "torch eager": _Kept(*eager, _torch_clear),
    }
    fresh: dict[str, _Fresh] = {
        "wengert Value": _Fresh(*ours),
        "micrograd": _Fresh(*micrograd),
        "torch eager": _Fresh(*eager),
    }
    e, *slopes = by_hand(WEIGHTS, X1, X2, Y)
    ways: list[tuple[str, _Kept | _Fresh]] = [*kept.items(), *fresh.items()]
    for name, way in ways:
        agree(f"values of {name} and by hand", way().data, e)
        agree(f"gradients of {name} and by hand", [float(w.grad) for w in way.w], slopes)
    hand = Contestant("floats by hand", lambda: by_hand(WEIGHTS, X1, X2, Y))
    return (
        [*(Contestant(name, way) for name, way in kept.items()), hand],
        [*(Contestant(name, way) for name, way in fresh.items()), hand],
    )


def phases() -> _Kept:
    """Return our contestant, to be taken phase by phase."""
    return _Kept(Value, tanh, sigmoid, Value.zero_grad)


def main() -> None:
    """Print the tables."""
    kept, fresh = _contestants()
    for what, contestants in (("5 weights kept, inputs plain numbers", kept), ("all 8 numbers new nodes", fresh)):
        for on in (True, False):
            timings = race(contestants, collector_on=on, seconds=4.0 if on else 2.0)
            heading(
                "Worked example S(w20 + w21 tanh(w10 + w11 x1 + w12 x2)) with ½(y − f)², built and differentiated",
                f"{what}; doubles, one at a time; collector {'on' if on else 'off'}",
                "micrograd", "torch",
            )  # fmt: skip
            race_table(timings, faster_than="micrograd")
            target("times faster than micrograd", ratio(timings, "micrograd", "wengert Value"), at_least=5)


if __name__ == "__main__":
    main()
