"""The course's worked example comes out of the graph.

Its derivation as on the slide, five partial derivatives three times over, one step of gradient descent, the picture, and
a page to step through.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

from autograd.derivation import explain
from autograd.ops import sigmoid, tanh
from autograd.picture import draw
from autograd.player import play
from autograd.value import Value

_POINT = {"x1": 0.5, "x2": -1.2, "y": 1.0}
_WEIGHTS = {"w20": 0.2, "w21": 0.7, "w10": 0.1, "w11": 0.4, "w12": -0.3}


def show(directory: Path) -> None:
    """Print the example, and write its picture and its page into a directory."""
    v = _values(_WEIGHTS)
    at = _error(v)
    e = at["e"]
    e.backward()

    print("The worked example: f = S(w20 + w21 tanh(w10 + w11 x1 + w12 x2)), e = 1/2 (y - f)^2")
    print("  at " + ", ".join(f"{name} = {x.data:g}" for name, x in v.items()))
    print("\nIts derivation, from the graph\n")
    print(textwrap.indent(explain(e, [v[name] for name in _WEIGHTS], style="prime").text, "  "))

    print("\nThe partial derivatives of e, three ways")
    print(f"  {'':6}{'from the graph':>18}{'the slide':>18}{'differences':>18}")
    slide = _by_the_slide(at)
    worst_slide = worst_differences = 0.0
    for name in _WEIGHTS:
        graph, differences = v[name].grad, _by_differences(name)
        worst_slide = max(worst_slide, abs(graph - slide[name]))
        worst_differences = max(worst_differences, abs(graph - differences))
        print(f"  de/d{name}{graph:17.12f}{slide[name]:18.12f}{differences:18.12f}")
    print(f"  largest difference: to the slide {worst_slide:.1e}, to central differences {worst_differences:.1e}")

    eta = 0.5
    after = _error(_values({name: w - eta * v[name].grad for name, w in _WEIGHTS.items()}))["e"]
    print(f"\nOne step of gradient descent with eta = {eta}: e = {e.data:.10f} -> {after.data:.10f}")

    picture, page = directory / "worked_example.svg", directory / "worked_example.html"
    draw(e).save(picture)
    play(e).save(page)
    print(f"Its picture, with the local derivative on every edge: {picture}")
    print(f"Its steps, forward and backward, for a browser: {page}\n")


def _error(v: dict[str, Value]) -> dict[str, Value]:
    """The slide's example on Values: e and the intermediate values on the way to it."""
    z_g = (v["w10"] + v["w11"] * v["x1"] + v["w12"] * v["x2"]).named("z_g")
    g = tanh(z_g).named("g")
    z_f = (v["w20"] + v["w21"] * g).named("z_f")
    f = sigmoid(z_f).named("f")
    e = (0.5 * (v["y"] - f) ** 2).named("e")
    return {"z_g": z_g, "g": g, "z_f": z_f, "f": f, "e": e}


def _values(weights: dict[str, float]) -> dict[str, Value]:
    point = {name: Value(x, name, requires_grad=False) for name, x in _POINT.items()}
    return point | {name: Value(w, name) for name, w in weights.items()}


def _by_the_slide(at: dict[str, Value]) -> dict[str, float]:
    """The five formulas as the slide writes them, with S' = f (1 - f) and tanh' = 1 - g²."""
    x1, x2, y = _POINT["x1"], _POINT["x2"], _POINT["y"]
    f, g, w21 = at["f"].data, at["g"].data, _WEIGHTS["w21"]
    ds, dtanh = f * (1 - f), 1 - g**2
    return {
        "w20": -(y - f) * ds,
        "w21": -(y - f) * ds * g,
        "w10": -(y - f) * ds * w21 * dtanh,
        "w11": -(y - f) * ds * w21 * dtanh * x1,
        "w12": -(y - f) * ds * w21 * dtanh * x2,
    }


def _by_differences(name: str, h: float = 1e-5) -> float:
    """The central difference of e by one weight, with an error of the order h² = 1e-10."""

    def e(w: float) -> float:
        return _error(_values({**_WEIGHTS, name: w}))["e"].data

    return (e(_WEIGHTS[name] + h) - e(_WEIGHTS[name] - h)) / (2 * h)
