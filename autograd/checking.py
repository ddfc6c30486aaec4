"""Is a derivative right? `gradcheck` compares it with differences, and says what it found at each entry.

Steps follow from the size of each input, and tolerances from the error that the differences themselves report, so nothing
depends on luck. Of order n the derivatives of order n are compared with first differences of those of order n - 1: that
keeps ten digits where differences of differences keep five.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.bends import borders, nodes_of
from autograd.culprits import culprits_among, drawn_alone
from autograd.differences import EPSILON, Array
from autograd.errors import AutogradError, DomainError, at
from autograd.forward import push_forward
from autograd.graph import backward_order
from autograd.measuring import ROUGH, Line, Measured
from autograd.node import Node
from autograd.picture import draw
from autograd.reverse import differentiate, pull_back
from autograd.trial import Trial, flat, places_of
from autograd.verdicts import Entry, GradcheckError, Report

MODES = ("both", "reverse", "forward")
_APART = 1e-9  # how far the two modes may differ, as a part of the derivative
_DIRECTIONS = 4  # random directions of a fast check


def gradcheck(
    f: Callable[..., Any],
    inputs: Any,
    *,
    order: int = 1,
    mode: str = "both",
    fast: bool = False,
    rng: int | np.random.Generator | None = 0,
    raise_exception: bool = True,
) -> Report:
    """Check the derivatives of a function at a point against differences.

    Args:
        f: the function, or a module; it gives Values, Tensors, or lists, tuples and dicts of them.
        inputs: what it is called with: a tuple of arguments, or one argument. Floats, arrays of floats, Values and Tensors
            are checked (if some of the last two want gradients, only those that do), single precision in double;
            everything else is passed on as it is. The parameters of a module are checked too.
        order: up to which order of derivatives. (default 1)
        mode: "reverse", "forward", or "both", which are then held against each other too. (default "both")
        fast: compare along random directions with random weights, rather than entry by entry. (default False)
        rng: where weights and directions are drawn from, an int, a Generator or None. (default 0)
        raise_exception: raise where an entry is wrong or unresolved. (default True)

    Returns:
        The report: true if nothing is wrong; it prints as a table.

    Raises:
        GradcheckError: an entry is wrong or unresolved; its `report` is the report.
        AutogradError: an argument is not one of those above.

    >>> from autograd import gradcheck, tanh
    >>> gradcheck(lambda x, w: tanh(w * x), (0.5, 2.0), order=2)
    6 derivatives of orders 1 to 2: 6 ok; at least ... digits agree.
    """
    if not isinstance(order, (int, np.integer)) or isinstance(order, bool) or order < 1:
        raise AutogradError(f"order is a whole number from 1 up, got {order!r}{at()}")
    if mode not in MODES:
        raise AutogradError(f"mode is one of {', '.join(map(repr, MODES))}, got {mode!r}{at()}")
    trial = Trial(f, inputs, np.random.default_rng(rng))
    entries: list[Entry] = []
    with trial.borrowed():
        for n in range(1, int(order) + 1):
            entries += _Check(trial, n, mode, fast).entries()
        told = any(e.verdict in ("wrong", "kink") for e in entries)
        found = culprits_among(nodes_of(trial.run(trial.leaves(trial.point)))) if told else []
    if found:
        # At a kink any slope goes, but not where another op is at fault.
        entries = [replace(e, verdict="wrong", note=found[0][1]) if e.verdict == "kink" else e for e in entries]
    report = Report(entries, [text for _, text in found], lambda: drawn_alone(found[0][0]) if found else _whole(trial))
    if raise_exception and not report.ok:
        raise GradcheckError(str(report).removesuffix(".") + at(), report)
    return report


def _whole(trial: Trial) -> Any:
    with trial.borrowed():
        return draw(next(y for y in trial.run(trial.leaves(trial.point)) if isinstance(y, Node)))


class _Check:
    """The check of one order."""

    def __init__(self, trial: Trial, order: int, mode: str, fast: bool) -> None:
        self.trial, self.order, self.fast = trial, order, fast
        self.modes = ("reverse", "forward") if mode == "both" else (mode,)

    def entries(self) -> list[Entry]:
        """Return the entries of this order."""
        inputs = places_of(self.trial.names, self.trial.point)
        try:
            self.leaves = self.trial.leaves(self.trial.point)
            self.results = self.trial.run(self.leaves, self.order)
        except DomainError as error:
            return self._undefined(inputs, str(error).removesuffix(at()))
        self.values, self.graph = flat(self.results), nodes_of(self.results)
        outputs = places_of([self._name(i) for i in range(len(self.results))], self.results)
        if not outputs or not inputs:
            return []
        self._check_repeatable()
        if not np.any(np.isfinite(self.values)) or (self.fast and not np.all(np.isfinite(self.values))):
            return self._undefined(inputs, next(borders(self.graph), "the function is not finite here"))
        return self._along_directions() if self.fast else self._entry_by_entry(outputs, inputs)

    def _check_repeatable(self) -> None:
        again = flat(self.trial.run(self.trial.leaves(self.trial.point), self.order))
        self.trial.settle()
        if not np.array_equal(again, self.values, equal_nan=True):
            raise AutogradError(
                f"the function gives other results when it is called again with the same inputs: fix the seed of what it "
                f"draws, or switch dropout off{at()}"
            )

    def _name(self, i: int) -> str:
        """What a result is called; of higher order, which derivative it is."""
        if self.order > 1:
            return f"({'∂' * (self.order - 1)}f/∂{self.trial.names[i]})"
        return "f" if len(self.results) == 1 else f"f[{i}]"

    def _undefined(self, inputs: Sequence[str], note: str) -> list[Entry]:
        nan = float("nan")
        return [Entry(self.order, "outside domain", "f", x, nan, nan, nan, note) for x in inputs]

    def _entry_by_entry(self, outputs: Sequence[str], inputs: Sequence[str]) -> list[Entry]:
        ours = {mode: self._jacobian(mode) for mode in self.modes}
        noise = np.array([self._noise(u) for u in np.eye(len(self.values))])
        lines = [Line(self.trial, self.order, t, self.graph, noise) for t in self.trial.basis()]
        start = flat(self.trial.point)
        measured = [self._measured(line, abs(float(x))) for line, x in zip(lines, start, strict=True)]
        # What is small for a result: a part of its value, and of its largest derivative.
        sizes = np.max([np.nan_to_num(np.abs(self.values)), *(np.nan_to_num(np.abs(m.slopes)) for m in measured)], axis=0)
        return [
            self._entry(output, wrt, {mode: j[i, k] for mode, j in ours.items()}, measured[k], i, sizes[i])
            for k, wrt in enumerate(inputs)
            for i, output in enumerate(outputs)
        ]

    def _measured(self, line: Line, x: float) -> Measured:
        """Measure with steps of the size of an input; of a tiny one it may not be the input that says what is small."""
        found = line.measure(max(x, 1e-150) if x else 1.0)
        if 0 < x < 1e-3 and not found.bends:
            wider = line.measure(1.0)
            if not wider.border and not wider.bends and np.all(wider.errors <= found.errors):
                return wider
        return found

    def _along_directions(self) -> list[Entry]:
        """Compare the sum of all results with random weights, along random directions."""
        found = []
        for k in range(1, _DIRECTIONS + 1):
            weights = self.trial.rng.normal(size=len(self.values))
            direction = [self._drawn(x) for x in self.trial.point]
            length = float(np.linalg.norm(flat(direction)))
            direction = [t / length for t in direction]
            ours = {}
            self.trial.settle()
            if "reverse" in self.modes:
                ours["reverse"] = float(flat(self._pulled(weights)) @ flat(direction))
            if "forward" in self.modes:
                ours["forward"] = float(weights @ self._pushed(direction))
            noise = np.array([self._noise(weights)])
            measured = Line(self.trial, self.order, direction, self.graph, noise, weights).measure(1.0)
            size = float(np.abs(weights) @ np.abs(self.values)) + abs(float(np.nan_to_num(measured.slopes[0])))
            found.append(self._entry("u·f", f"direction {k}", ours, measured, 0, size))
        return found

    def _entry(self, output: str, wrt: str, ours: dict[str, Any], m: Measured, i: int, size: float) -> Entry:
        """Judge the derivative of each mode, and keep the worse."""
        judged = [(mode, float(x), *self._judged(float(x), m, i, size)) for mode, x in ours.items()]
        mode, x, verdict, note, slope, error = max(judged, key=lambda each: each[2] != "ok")
        xs = list(ours.values())
        rounding = _APART * (abs(xs[0]) + 1e-3 * size) + 0.01 * error
        if verdict == "ok" and len(xs) == 2 and not abs(xs[0] - xs[-1]) <= rounding:
            verdict, note = "wrong", f"the two modes differ: {xs[0]:.10g} in reverse, {xs[1]:.10g} forward"
        elif verdict == "wrong" and len(judged) == 2 and any(each[2] == "ok" for each in judged):
            note = note or f"in {mode} mode only"
        return Entry(self.order, verdict, output, wrt, x, slope, error, note)

    def _judged(self, ours: float, m: Measured, i: int, size: float) -> tuple[str, str, float, float]:
        """Return the verdict on a derivative, why, and what it was held against."""
        slope, error = float(m.slopes[i]), float(m.errors[i])
        verdict, note = self._verdict(ours, m, i, size, slope, error)
        if verdict == "wrong" and m.closer is not None:
            slope, error = (float(x[i]) for x in m.closer())
            verdict, note = self._verdict(ours, m, i, size, slope, error)
        return verdict, note, slope, error

    def _verdict(self, ours: float, m: Measured, i: int, size: float, slope: float, error: float) -> tuple[str, str]:
        if not self.fast and not np.isfinite(self.values[i]):
            return "outside domain", next(borders(self.graph), "this result is not finite here")
        if m.border:
            return "outside domain", m.border
        if not np.isfinite(ours):
            border = next(borders(self.graph), "")
            return ("outside domain", border) if border else ("unresolved", "the derivative by the graph is not finite")
        size = max(size, float(np.broadcast_to(m.nearby, np.shape(m.slopes))[i]))
        slack = 2 * error + 64 * EPSILON * abs(slope)
        if m.left is not None and m.right is not None:
            if m.smooth()[i] and abs(ours - slope) <= 2 * slack + 64 * EPSILON * (1 + size):
                return "ok", ""
            if m.branch and m.smooth()[i]:
                # No kink, but constants of the graph that change with the input.
                return "wrong", "a number that depends on the input is a constant in the graph: something cuts it off"
            refused = next((bend.refused for bend in m.bends if bend.refused), "")
            if refused:
                return "wrong", refused
            text = m.branch or "; ".join(dict.fromkeys(bend.text for bend in m.bends))
            return "kink", f"{text}; slopes {m.left[i]:.6g} to the left, {m.right[i]:.6g} to the right"
        if max(abs(ours), abs(slope)) <= slack < 1e-9 * max(1.0, size):
            return "ok", ""  # zero, as far as can be told
        if not np.isfinite(slope) or error > ROUGH * max(size, abs(slope), abs(ours)):
            return "unresolved", f"differences are too rough here, for noise or cancellation: {m.study(i)}"
        if abs(ours - slope) <= slack:
            known = max(abs(slope), abs(ours))
            if known > slack > 1e-3 * known and slack > ROUGH * float(np.max(np.nan_to_num(np.abs(m.slopes)))):
                return "unresolved", f"differences are too rough here, for noise or cancellation: {m.study(i)}"
            return "ok", ""
        left, right, off = m.sides(i)
        if abs(left - right) > 100 * off + 1e-3 * abs(left) and min(left, right) - off <= ours <= max(left, right) + off:
            sides = f"slopes {left:.6g} to the left, {right:.6g} to the right"
            return "kink", f"no op says that it has a kink here, and yet the function has: {sides}"
        return "wrong", ""

    # --- derivatives by the graph -------------------------------------------------------------------------------------

    def _jacobian(self, mode: str) -> Array:
        if mode == "forward":
            return np.stack([self._pushed(t) for t in self.trial.basis()], axis=1)
        return np.stack([flat(self._pulled(u)) for u in np.eye(len(self.values))])

    def _noise(self, weights: Array) -> float:
        """How far the results' sum with these weights may be off by rounding.

        Each number on the way is off by a rounding of itself, and what that does to the result is its derivative.
        """
        roots, seeds = self._seeded(weights)
        order = backward_order(roots)
        gradients = pull_back(order, dict(zip(roots, seeds, strict=True)), order) if roots else {}
        sizes = [np.sum(np.abs(np.asarray(g) * np.asarray(node._data))) for node, g in gradients.items()]
        finite = float(np.sum([s for s in sizes if np.isfinite(s)]))
        return 2 * EPSILON * (finite + float(np.abs(weights) @ np.abs(np.nan_to_num(self.values))))

    def _pulled(self, weights: Array) -> list[Any]:
        """The gradient of the results' sum with these weights."""
        roots, seeds = self._seeded(weights)
        if not roots:
            return [np.zeros(np.shape(x)) for x in self.trial.point]
        return differentiate(roots, self.leaves, seeds, record=False)

    def _seeded(self, weights: Array) -> tuple[list[Any], list[Any]]:
        """The results that have a weight, and their weights."""
        roots, seeds, start = [], [], 0
        for y in self.results:
            shape = np.shape(y._data if isinstance(y, Node) else y)
            part = weights[start : start + int(np.prod(shape))].reshape(shape)
            start += part.size
            if isinstance(y, Node) and y.uses is not None and np.any(part):
                roots.append(y)
                seeds.append(part if isinstance(y._data, np.ndarray) else float(part))
        return roots, seeds

    def _pushed(self, direction: Sequence[Any]) -> Array:
        """The derivative of all results along a direction."""
        tangents = push_forward(self.results, self.leaves, direction, record=False)
        zeros = [np.zeros(np.shape(y._data if isinstance(y, Node) else y)) for y in self.results]
        return flat([zero if t is None else t for t, zero in zip(tangents, zeros, strict=True)])

    def _drawn(self, x: Any) -> Any:
        drawn = self.trial.rng.normal(size=np.shape(x))
        return drawn if isinstance(x, np.ndarray) else float(drawn)
