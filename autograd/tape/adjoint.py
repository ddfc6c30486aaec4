"""How does a list get lines that compute its derivatives?

Backward it is gone through once: each line hands its share of the gradient to its arguments, and the share is written as
lines by the op's own rule (`slot`). Forward, tangents are written beside the lines. What comes out is a list like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.modes import evaluating_rules
from autograd.op import Op, Settings
from autograd.ops import add, dot, neg, sub
from autograd.ops import sum as sum_
from autograd.tape.program import CONSTANT, Builder, Program
from autograd.tape.slot import Slot, slot

# A share of a gradient: the gradient of a result, and the local derivative, 1 and -1 as floats.
Share = tuple[Any, Any]


def pulled_back(
    builder: Builder, program: Program, at: Sequence[int], seeds: Sequence[Any], wanted: Sequence[int]
) -> list[Any]:
    """Write lines that pull gradients of a program's outputs back to lines of it, and return what stands for them.

    Args:
        builder: has the program's lines already, and gets those of the gradient.
        program: the list.
        at: where each of its lines is in the builder.
        seeds: the gradient of each output: a slot or a float, None where none comes from it.
        wanted: the lines whose gradients are asked for.
    """
    on_the_way = _depending(program, wanted)
    shares: dict[int, list[Share]] = {}
    for line, seed in zip(program.outputs, seeds, strict=True):
        if seed is not None:
            shares.setdefault(line, []).append((seed, 1.0))
    keep = set(wanted)
    found: dict[int, Any] = {}
    with evaluating_rules(), np.errstate(all="ignore"):
        for line in range(len(program) - 1, -1, -1):
            if line not in shares or not on_the_way[line]:
                continue
            g = _total(builder, shares.pop(line))
            if line in keep:
                found[line] = g
            if program.codes[line] <= CONSTANT:
                continue
            op, settings = program.table[program.codes[line]]
            assert op is not None
            arguments = program.arguments_of(line)
            y, xs = slot(builder, at[line]), [slot(builder, at[a]) for a in arguments]
            wants = [bool(on_the_way[a]) for a in arguments]
            for a, slope in zip(arguments, slopes(op, settings, y, xs, wants), strict=True):
                if slope is not None:
                    shares.setdefault(a, []).append((g, slope))
    return [found.get(line, 0.0) for line in wanted]


def pushed_forward(
    builder: Builder, program: Program, at: Sequence[int], tangents: dict[int, Any]
) -> list[Any]:
    """Write lines that push tangents of lines on to a program's outputs, and return what stands for those.

    Args:
        builder: has the program's lines already, and gets those of the tangents.
        program: the list.
        at: where each of its lines is in the builder.
        tangents: of inputs, by their lines: slots or floats.
    """
    on_the_way = _depending(program, list(tangents))
    found = dict(tangents)
    with evaluating_rules(), np.errstate(all="ignore"):
        for line, code, arguments in program.lines():
            if code <= CONSTANT or not on_the_way[line]:
                continue
            op, settings = program.table[code]
            assert op is not None
            y, xs = slot(builder, at[line]), [slot(builder, at[a]) for a in arguments]
            wants = [a in found for a in arguments]
            each = zip(arguments, slopes(op, settings, y, xs, wants), strict=True)
            shares = [(found[a], slope) for a, slope in each if slope is not None]
            if shares:
                found[line] = _total(builder, shares)
    return [found.get(line, 0.0) for line in program.outputs]


def slopes(op: Op, settings: Settings, y: Any, xs: list[Any], wants: Sequence[bool]) -> list[Any]:
    """Return the local derivative of an op by each argument, from its own rule; None where there is none, or not wanted."""
    if op.over is not None:
        half = len(xs) // op.arity
        parts = op.over.partials(y, *(xs[i * half : (i + 1) * half] for i in range(op.arity)), **settings)
        found = [slope for part in parts for slope in part]
        return [slope if want else None for slope, want in zip(found, wants, strict=True)]
    return [
        _slope(rule, y, xs, settings) if want and rule is not None else None
        for rule, want in zip(op.d, wants, strict=True)
    ]


def _slope(rule: Any, y: Any, xs: list[Any], settings: Settings) -> Any:
    try:
        slope = rule(y, *xs, **settings)
    except (ValueError, ArithmeticError):  # 1/0 of a constant: numpy's floats say inf
        slope = rule(_infinite(y), *map(_infinite, xs), **settings)
    slope = slope if isinstance(slope, Slot) else float(slope)
    # What is flat everywhere hands nothing on, not even of an infinite gradient: no 0 · inf as there would be at a point.
    return None if slope == 0.0 and isinstance(slope, float) else slope


def _infinite(x: Any) -> Any:
    return np.float64(x) if isinstance(x, float) else x


def _total(builder: Builder, shares: list[Share]) -> Any:
    """Return Σ g · slope: products of more than one pair as one inner product, which engines compute at once."""
    pairs: list[tuple[Any, Any]] = [(g, s) for g, s in shares if s.__class__ is Slot and g.__class__ is Slot]
    terms: list[Any] = []
    less: list[Any] = []
    for g, s in shares:
        if s.__class__ is Slot and g.__class__ is Slot:
            continue
        if s.__class__ is float and s in (1.0, -1.0):
            (terms if s == 1.0 else less).append(g)
        else:
            terms.append(g * s)
    if len(pairs) == 1:
        terms.append(pairs[0][0] * pairs[0][1])
    elif pairs:
        lines = [g.line for g, _ in pairs] + [s.line for _, s in pairs]
        terms.append(slot(builder, builder.emit(dot.op, {}, lines)))  # type: ignore[attr-defined]
    if not terms:
        first = less.pop(0)
        total = neg(first)
        rest: list[Any] = []
    else:
        total, *rest = terms
    if len(rest) > 1:
        total = sum_([total, *rest]) if any(t.__class__ is Slot for t in (total, *rest)) else total + sum(rest)
    elif rest:
        total = add(total, rest[0])
    for g in less:
        total = sub(total, g)
    return total


def _depending(program: Program, on: Sequence[int]) -> bytearray:
    """Return for each line whether it depends on one of these."""
    found = bytearray(len(program))
    for line in on:
        found[line] = 1
    for line, code, arguments in program.lines():
        if code > CONSTANT:
            for a in arguments:
                if found[a]:
                    found[line] = 1
                    break
    return found
