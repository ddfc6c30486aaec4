"""Which op was the first to make nan or inf of finite numbers?

Inside `anomaly` each recorded op is looked at as soon as it is computed, and each share of a gradient before it is passed
on. Nan is worse than inf, and inf worse than a finite number; an anomaly is a number that is worse than all it was made of.
"""

from __future__ import annotations

import functools
import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any, NamedTuple

import numpy as np

from autograd.advice import Slip, hint_for
from autograd.captions import symbol_of
from autograd.errors import AutogradError, at, place
from autograd.figures import figure, figures_of
from autograd.graph import backward_order, computation_order
from autograd.modes import _Mode, inside_rule, observing
from autograd.naming import names_of
from autograd.node import Node
from autograd.reverse import WATCHER, shares

_SHOWN = 6  # operands of a reduction, and steps at either end of a path, that a message lists


class Operand(NamedTuple):
    """An operand of the op that went wrong: its name, if it has one, and the number or array it held."""

    name: str | None
    data: Any


class AnomalyError(AutogradError, ArithmeticError):
    """An op made nan or inf of finite numbers.

    Attributes:
        op: the name of the op.
        phase: ``"forward"`` where its result went wrong, ``"backward"`` where a share of its gradient did.
        operands: the operands, each with `name` (None if it has none) and `data`.
        result: what the op gave: a float or an array.
        place: where the user's code applied the op, as ``file.py:12``; None where that is not known.
        path: what lies between the output and the op, both included: names, or the signs of ops. Empty in a forward pass,
            which does not know its output yet.
        hint: what can be done about it.
    """

    def __init__(
        self, message: str, *, op: str = "", phase: str = "", operands: Sequence[Operand] = (), result: Any = None,
        place: str | None = None, path: Sequence[str] = (), hint: str = "",
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.op, self.phase, self.operands, self.result = op, phase, tuple(operands), result
        self.place, self.path, self.hint = place, tuple(path), hint


class anomaly(_Mode):  # noqa: N801  (a mode, as no_grad is)
    """Stop at the first op that makes nan or inf of finite numbers, as a context manager or a decorator.

    Forward, that is a recorded op whose result is worse than its operands; backward (`backward`, `gradients`, `grad`, also
    recorded ones), a share of a gradient that is worse than the gradient and the operands it was computed from, or a
    sum of finite shares that overflows. Of a result that is nan before `backward` is called, the op that made it so is
    looked for in the graph. No anomaly: inf or nan that the inputs or a seed held already, and -inf in logits, of which
    softmax makes 0. Not looked at: what is computed without being recorded, and the tangents of forward mode. An op of
    Values outside its domain raises a `DomainError`, as ever.

    Inside, every result remembers its place (see `keep_places`), and backward takes the plain pass, which is slower; `.grad`
    is the same to the last digit, and untouched if an error is raised. Outside, nothing is looked at.

    Raises:
        AnomalyError: with the op, its operands, the place, the path and a hint, as text and as attributes.

    >>> from autograd import Tensor, sqrt
    >>> from autograd.watch import AnomalyError, anomaly
    >>> x = Tensor([4.0, 0.0], requires_grad=True, label="x")
    >>> loss = sqrt(x).sum()
    >>> try:
    ...     with anomaly():
    ...         loss.backward()
    ... except AnomalyError as error:
    ...     print(error.op, error.phase, error.path, error.hint, sep="; ")
    sqrt; backward; ('Σ', '√'); the slope of a root at 0 is infinite: add a small number under the root, or use safe_sqrt
    """

    on = True

    def __init__(self) -> None:
        super().__init__()
        self._entered: list[ExitStack] = []

    def __enter__(self) -> None:
        stack = ExitStack()
        if WATCHER.get() is None:  # inside another anomaly() everything is looked at already
            stack.enter_context(observing(_look_at))
            stack.callback(WATCHER.reset, WATCHER.set(_watching))
        self._entered.append(stack)

    def __exit__(self, *exc: object) -> None:
        self._entered.pop().close()


# --- looking ----------------------------------------------------------------------------------------------------------


def _look_at(node: Node) -> None:
    """Look at a result that was just recorded."""
    node.annotate("place", place())
    # Of what a rule computes the share is looked at: a slope may well be infinite where it is not used.
    if not inside_rule():
        _check_result(node, ())


def _check_result(node: Node, roots: Sequence[Node]) -> None:
    index = first_worse(node._data, [data for _, data in node.operands()], by_entry=bool(node.op and node.op.elementwise))
    if index is not None:
        raise _error(Slip(node, node._data, index, path=_way(roots, node)), roots, "")


def _watching(grads: dict[Node, Any]) -> Callable[..., Iterator[tuple[int, Node, Any]]]:
    """Return what a backward pass that starts from these gradients calls in place of `shares`."""
    roots = [node for node in grads if node.op is not None]
    if not all(_is_finite(root._data) for root in roots):
        for node in reversed(backward_order(roots)):
            if node.op is not None:
                _check_result(node, roots)

    def watched(node: Node, g: Any, *args: Any, **how: Any) -> Iterator[tuple[int, Node, Any]]:
        causes = [_bare(g), *(data for _, data in node.operands())]
        for i, operand, share in shares(node, g, *args, **how):
            bad = _bare(share)
            by_entry = node.op is not None and node.op.elementwise and np.shape(bad) == np.shape(node._data)
            index = first_worse(bad, causes, by_entry=by_entry)
            if index is not None:
                slip = Slip(node, bad, index, causes[0], i, _way(roots, node))
                raise _error(slip, roots, "as the share of {} in the gradient")
            before = _bare(grads.get(operand, 0.0))
            yield i, operand, share
            total = _bare(grads[operand])  # the pass has added the share to it by now
            index = first_worse(total, [before, bad], by_entry=np.shape(before) in ((), np.shape(total)))
            if index is not None:
                slip = Slip(node, total, index, causes[0], i, _way(roots, node))
                raise _error(slip, roots, "where the shares of {} are added up")

    return watched


def first_worse(x: Any, causes: Sequence[Any], *, by_entry: bool) -> tuple[int, ...] | None:
    """Return the index of the first number that is worse than what it was made of, None if there is none.

    With `by_entry` each is held against the entries it belongs to, by broadcasting, else against the worst of all.
    """
    if _is_finite(x):
        return None
    ranks = [_rank(cause) for cause in causes]
    allowed = functools.reduce(np.maximum, ranks) if by_entry else max((r.max(initial=0) for r in ranks), default=0)
    found = np.argwhere(_rank(x) > allowed)
    return tuple(map(int, found[0])) if len(found) else None


def _is_finite(x: Any) -> bool:
    return math.isfinite(x) if x.__class__ is float else bool(np.isfinite(x).all())


def _rank(x: Any) -> Any:
    """0 for finite numbers, 1 for inf, 2 for nan."""
    return np.asarray(2 * np.isnan(x) + np.isinf(x))


def _bare(x: Any) -> Any:
    return x._data if isinstance(x, Node) else x


def _way(roots: Sequence[Node], end: Node) -> list[Node]:
    """Return the nodes of a shortest way from one of the roots down to a node, both included."""
    above: dict[Node, Node | None] = dict.fromkeys(roots)
    queue = deque(roots)
    while queue and end not in above:
        node = queue.popleft()
        for operand, _ in node.operands():
            if operand is not None and operand.uses is not None and operand not in above:
                above[operand] = node
                queue.append(operand)
    way: list[Node] = []
    step: Node | None = end if end in above else None
    while step is not None:
        way.append(step)
        step = above[step]
    return way[::-1]


# --- saying -----------------------------------------------------------------------------------------------------------


def _error(slip: Slip, roots: Sequence[Node], share: str) -> AnomalyError:
    node = slip.node
    assert node.op is not None
    names = names_of({n: None for root in (*roots, node) for n in computation_order(root)}).nodes
    operands = [Operand(names.get(v) if v is not None else None, data) for v, data in node.operands()]
    path = [names.get(n) or symbol_of(n.op, n.settings, figure) for n in slip.path if n.op is not None]
    hint, phase = hint_for(slip), "backward" if share else "forward"
    worst = slip.bad[slip.at] if slip.at else slip.bad
    called = [f"operand {i + 1}" if o.name is None else _safe(o.name) for i, o in enumerate(operands)]
    which = "" if slip.position is None else f", {share.replace('{}', called[slip.position])}"
    lines = [f"{node.op.name} made {float(worst):g} in the {phase} pass{which}{at()}"]
    lines += [f"{name}: {_written(o.data, slip)}" for name, o in zip(called[:_SHOWN], operands, strict=False)]
    lines += [f"and {len(operands) - _SHOWN} operands more"] if len(operands) > _SHOWN else []
    lines.append(f"result: {_written(node._data, slip)}")
    if share:
        lines += [f"gradient: {_written(slip.gradient, slip)}", f"made: {_written(slip.bad, slip)}"]
    known = node.place or "not known: compute the result inside anomaly(), or inside keep_places(), too"
    lines += [f"computed at: {known}"] + ([f"path: {_shortened(path)}"] if path else []) + [f"hint: {hint}"]
    return AnomalyError(
        "\n  ".join(lines), op=node.op.name, phase=phase, operands=operands, result=node._data, place=node.place, path=path,
        hint=hint,
    )  # fmt: skip


def _written(data: Any, slip: Slip) -> str:
    """Write a number, or what is to be known of an array: how large, between which numbers, and its entry that matters."""
    if not isinstance(data, np.ndarray) or not data.ndim:
        return figure(float(data), 6)
    found = figures_of(data)
    text = f"shape {data.shape} {data.dtype}"
    if len(found.numbers) == 3:
        text += ", min {}, mean {}, max {}".format(*(figure(x, 6) for x in found.numbers))
    own = np.argwhere(~np.isfinite(data))
    index = slip.at if data.shape == np.shape(slip.bad) else tuple(map(int, own[0])) if len(own) else None
    return text if index is None else f"{text}, at {list(index)} {figure(float(data[index]), 6)}"


def _shortened(path: Sequence[str]) -> str:
    steps = [_safe(step) for step in path]
    if len(steps) > 2 * _SHOWN + 1:
        steps = [*steps[:_SHOWN], f"… {len(steps) - 2 * _SHOWN} more …", *steps[-_SHOWN:]]
    return " ← ".join(steps)


def _safe(name: str) -> str:
    """Write a name of the user's so that it stays on its line."""
    return (name if name.isprintable() else repr(name))[:60]
