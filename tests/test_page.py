"""Does the page step through a graph, forward and back, and does nothing in it run but its own script?"""

import html
import re
from dataclasses import replace

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from autograd import AutogradError, Value
from autograd.ops import sigmoid
from autograd.page import WORDS, Field, Line, Page, Step
from autograd.picture import draw
from tests.browser import browser  # noqa: F401  a fixture is found by being imported

ORDER = ("v4", "v5", "v6", "v7", "v8")
EDGES = {
    "v4": ("v4-1", "v4-2"), "v5": ("v5-1",), "v6": ("v6-1", "v6-2"), "v7": ("v7-1",), "v8": ("v8-1", "v8-2"),
}  # fmt: skip
OPERANDS = {"v4": ("v2", "v3"), "v5": ("v4",), "v6": ("v1", "v5"), "v7": ("v6",), "v8": ("v7",)}
RULES = {
    "v4": ("z", "w x", r"\frac{\partial z}{\partial w} = x"),
    "v5": ("f", r"\sigma(z)", r"\frac{\partial f}{\partial z} = \sigma'(z) = f (1 - f)"),
    "v6": ("d", "y - f", r"\frac{\partial d}{\partial f} = -1"),
    "v7": ("q", "d^2", r"\frac{\partial q}{\partial d} = 2 d"),
    "v8": ("e", r"\frac{1}{2} q", r"\frac{\partial e}{\partial q} = \frac{1}{2}"),
}


def page_of(label: str = "e", **changes) -> Page:
    """Return a page of e = 0.5 (y - sigmoid(w x))^2, with every number from the graph."""
    y, w, x = Value(1.0, "y"), Value(0.5, "w"), Value(2.0, "x")
    z = w * x
    f = sigmoid(z)
    d = y - f
    q = d**2
    e = 0.5 * q
    e.label, z.label, f.label = label, "z", "f"
    e.backward()
    nodes = {"v1": y, "v2": w, "v3": x, "v4": z, "v5": f, "v6": d, "v7": q, "v8": e}
    value = lambda v: (f"{nodes[v].label} = " if nodes[v].label else "") + f"{nodes[v].item():.4g}"
    grad = lambda v: f"{nodes[v].grad:.4g}"
    lines = [Line("Decomposition" if v == "v4" else None, f"{RULES[v][0]} = {RULES[v][1]}") for v in ORDER]
    lines += [Line("Chain rule" if v == "v8" else None, RULES[v][2]) for v in reversed(ORDER)]
    steps = [
        Step("forward", v, EDGES[v], f"{RULES[v][0]} is computed", (f"{RULES[v][0]} = {RULES[v][1]}", f"= {nodes[v].item():.4g}"),
             {v: value(v)}, {}, i)
        for i, v in enumerate(ORDER)
    ]  # fmt: skip
    steps += [
        Step("backward", v, EDGES[v], f"the gradient of {RULES[v][0]} is passed on", (RULES[v][2],), {},
             {each: grad(each) for each in (v, *OPERANDS[v])}, i)
        for i, v in enumerate(reversed(ORDER), len(ORDER))
    ]  # fmt: skip
    fields = {v: Field(0, 2) if v in ("v1", "v2", "v3") else Field(1, 3) for v in nodes}
    fields["c1"] = Field(0, None)
    arguments = {"title": "Gradient of a sigmoid neuron", "svg": draw(e).svg(), "steps": steps, "lines": lines, "fields": fields}
    return Page(**arguments | changes)
