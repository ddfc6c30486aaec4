"""How does a gradient pass through one op on floats, as fast as Python can do it?

Each elementwise op's pullback is Python source made from its derivative rule: the rule is fed letters (see `symbol`),
and the formula that comes out is written into the few lines that add to the operands' gradients. Against calling the
rule's lambdas and looping over operands this saves a third of a backward pass. The source of tanh's::

    >>> from autograd import tanh
    >>> from autograd.kernels import source
    >>> print(source(tanh.op))
    def pull(n, ready):
        try:
            g = n._grad
            y = n._data
            va = n.a
            if va is not None and (k := va.uses) is not None:
                va._grad += g * (1 - (y * y))
                if va.op is not None:
                    va.uses = k = k - 1
                    if not k: ready(va)
        except (ValueError, ArithmeticError):
            pull_plainly(n, ready)

The plain way, `slopes`, stays: rules that raise on floats (1/0 at a border) and ops with settings go through it, and a
test holds both equal.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.modes import evaluating_rules
from autograd.node import Node
from autograd.op import NO_SETTINGS, Op, Settings
from autograd.symbol import Symbol, derivative

Ready = Callable[[Node], None]
Pull = Callable[[Node, Ready], None]

# How Python itself writes what an op does; every other op is called by name.
INLINE = {
    "add": "({0} + {1})",
    "sub": "({0} - {1})",
    "mul": "({0} * {1})",
    "div": "({0} / {1})",
    "neg": "(-{0})",
    "greater": "({0} > {1})",
    "equal": "({0} == {1})",
    "not_equal": "({0} != {1})",
    "where": "({1} if {0} else {2})",
}


def pullback_of(op: Op) -> Pull:
    """Return the function that adds a node's gradient to its operands', for an op on floats.

    It is given the node and a function to call with each operand all of whose uses have now been heard.
    """
    if op.pull is None:
        if op.over is not None:
            op.pull = _pull_over
        elif op.arity > 2 or not op.elementwise:
            op.pull = _pull_plainly
        elif op.settings:
            op.pull = _by_settings(op)
        else:
            op.pull = _compiled(op, NO_SETTINGS)
    return op.pull


def _by_settings(op: Op) -> Pull:
    """The pullback of an op with settings: one is generated for each set of settings that is met (256 at most)."""
    made: dict[tuple[Any, ...], Pull] = {}

    def pull(n: Node, ready: Ready) -> None:
        settings: Any = n.settings
        key = tuple(settings.values())
        compiled = made.get(key)
        if compiled is None:
            if len(made) >= 256 or not all(is_literal(v) for v in key):
                compiled = _pull_plainly
            else:
                compiled = made[key] = _compiled(op, settings)
        compiled(n, ready)

    return pull


def is_literal(x: Any) -> bool:
    """Does Python read back what `repr` writes of it?"""
    return x is None or isinstance(x, (bool, int, str)) or (isinstance(x, float) and math.isfinite(x))


def _compiled(op: Op, settings: Settings) -> Pull:
    names: dict[str, Any] = {"pull_plainly": _pull_plainly}
    # Our own text: letters, numbers and names of registered ops, never anything a user or a file says.
    exec(compile(source(op, names, settings), f"<wengert {op.name}>", "exec"), names)
    pull: Pull = names["pull"]
    return pull


def source(op: Op, names: dict[str, Any] | None = None, settings: Settings | None = None) -> str:
    """Return the Python source of an op's pullback; collect in `names` the functions it calls."""
    letters, slots = op.operands, "ab"[: op.arity]
    names = {} if names is None else names
    shares = [_times("g", derivative(op, i, settings=settings), names) for i in range(op.arity)]
    held = {"y": "n._data", **{letter: f"n.{s}d" for letter, s in zip(letters, slots, strict=True)}}
    read = set(re.findall(r"\w+", " ".join(shares)))
    body = ["g = n._grad", *(f"{letter} = {where}" for letter, where in held.items() if letter in read)]
    if len(slots) == 1 or not any(c in share for share in shares for c in "/("):
        for slot, share in zip(slots, shares, strict=True):
            body += _adding(slot, share)
    else:
        # Both shares before the first is added: a rule that raises half way must leave nothing behind.
        for slot, share in zip(slots, shares, strict=True):
            wanted = f"v{slot} is not None and v{slot}.uses is not None"
            body += [f"v{slot} = n.{slot}", f"g{slot} = {share} if {wanted} else 0.0"]
        for slot in slots:
            body += _adding(slot, f"g{slot}")[1:]
    lines = ["def pull(n, ready):", "    try:", *("        " + line for line in body)]
    return "\n".join([*lines, "    except (ValueError, ArithmeticError):", "        pull_plainly(n, ready)"])


def _adding(slot: str, share: str) -> list[str]:
    """The lines that add a share to the gradient of the operand in a slot, and report the operand when it is complete."""
    v = f"v{slot}"
    return [
        f"{v} = n.{slot}",
        f"if {v} is not None and (k := {v}.uses) is not None:",
        f"    {v}._grad += {share}",
        f"    if {v}.op is not None:",
        f"        {v}.uses = k = k - 1",
        f"        if not k: ready({v})",
    ]


def _times(g: str, slope: Any, names: dict[str, Any]) -> str:
    if not isinstance(slope, Symbol) and slope in (1.0, -1.0):
        return g if slope == 1.0 else f"-{g}"
    return f"{g} * {_python(slope, names)}"


def _python(x: Any, names: dict[str, Any]) -> str:
    """Write a symbol as Python on floats."""
    if not isinstance(x, Symbol):
        return repr(x)
    if x.op is None:
        return x.name
    operands = [_python(o, names) for o in x.operands]
    if x.op.name == "power" and x.settings["exponent"] in (0, 1):
        return operands[0] if x.settings["exponent"] == 1 else "1.0"
    if x.op.name in INLINE:
        return INLINE[x.op.name].format(*operands)
    called = f"{x.op.name}_"
    names[called] = x.op.scalar
    arguments = operands + [f"{k}={v!r}" for k, v in x.settings.items()]
    return f"{called}({', '.join(arguments)})"


def slopes(n: Node) -> list[float]:
    """Return a node's local derivatives by each operand, from the rules as they stand: the plain way."""
    assert n.op is not None
    y, args, settings = n._data, [data for _, data in n.operands()], n.settings or NO_SETTINGS
    if n.op.over is not None:
        return [float(s) for part in partials(n) for s in part]
    return [_slope(rule, y, args, settings) for rule in n.op.d]


def _slope(rule: Callable[..., Any] | None, y: float, args: list[float], settings: dict[str, Any]) -> float:
    if rule is None:
        return 0.0
    try:
        return float(rule(y, *args, **settings))
    except (ValueError, ArithmeticError):
        # A rule may be infinite at a border where the op is fine: numpy's floats say inf or nan there.
        with np.errstate(all="ignore"), evaluating_rules():
            return float(rule(np.float64(y), *map(np.float64, args), **settings))


def partials(n: Node) -> tuple[Any, ...]:
    """Return the local derivatives of a reduction over Values: one list for each sequence of operands."""
    assert n.op is not None
    assert n.op.over is not None
    sequences = (n.ad,) if n.bd is None else (n.ad, n.bd)
    return n.op.over.partials(n._data, *sequences, **(n.settings or NO_SETTINGS))


def _pull_plainly(n: Node, ready: Ready) -> None:
    g = n._grad
    for (v, _), slope in zip(n.operands(), slopes(n), strict=True):
        if v is not None and v.uses is not None:
            _add(v, g * slope, ready)


def _pull_over(n: Node, ready: Ready) -> None:
    g = n._grad
    for operands, part in zip((n.a, n.b), partials(n), strict=False):
        if operands is not None:
            for v, slope in zip(operands, part, strict=True):
                if v is not None and v.uses is not None:
                    v._grad += g * slope
                    if v.op is not None:
                        v.uses = k = v.uses - 1
                        if not k:
                            ready(v)


def _add(v: Node, share: float, ready: Ready) -> None:
    v._grad += share
    if v.op is not None and v.uses is not None:
        v.uses -= 1
        if not v.uses:
            ready(v)
