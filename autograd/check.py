"""How do ways to differentiate compare? The same derivative by every way there is, with the digits that agree."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd.differences import EPSILON, central
from autograd.errors import AutogradError, DomainError, at
from autograd.forward import push_forward
from autograd.node import Node
from autograd.op import Op
from autograd.replay import OPERATORS, UnknownThere, function_in, replayed
from autograd.reverse import differentiate, seed_of
from autograd.table import Table
from autograd.trial import Trial, flat

_REACH = 0.03


def compare(f: Callable[..., Any], *inputs: Any) -> Table:
    """Compare the derivatives of a function that gives one number: ours, differences, a complex step, torch and jax.

    The complex step, torch and jax go through the recorded graph, op by op; they are left out, with the reason, where an
    op is unknown there, or the library is not installed.

    Args:
        f: the function.
        inputs: its arguments, as for `gradcheck`.

    Returns:
        A table: each way, the derivative (by the first number, if there are several), and the digits that agree with
        reverse mode in the worst entry.

    Raises:
        AutogradError: the function gives more than one number.

    >>> from autograd import check, tanh
    >>> table = check.compare(lambda x: x * tanh(x), 0.5)
    >>> [row[0] for row in table.rows][:5]
    ['reverse mode', 'forward mode', 'central difference', 'Richardson (Ridders)', 'complex step']
    """
    trial = Trial(f, inputs, np.random.default_rng(0))
    with trial.borrowed():
        leaves = trial.leaves(trial.point)
        results = trial.run(leaves)
        if len(results) != 1 or not isinstance(results[0], Node) or np.size(results[0]._data) != 1:
            raise AutogradError(f"compare needs a function that gives one number, got {len(flat(results))}{at()}")
        root = results[0]
        reference = flat(differentiate([root], leaves, [seed_of(root, None)], record=False))
        rows: list[tuple[str, ...]] = [("reverse mode", _number(reference), "", "what the others are held to")]
        for name, way in _ways(trial, root, leaves):
            try:
                found = flat(way())
                rows.append((name, _number(found), _digits(found, reference), ""))
            except (UnknownThere, ImportError, DomainError) as error:
                rows.append((name, "–", "", str(error).removesuffix(at())))
    return Table(("way", "derivative", "digits", "note"), rows)


def _ways(trial: Trial, root: Node, leaves: Sequence[Node]) -> Iterator[tuple[str, Callable[[], list[Any]]]]:
    def by_columns(slope: Callable[[list[Any]], Any]) -> list[Any]:
        return [np.array([slope(t) for t in trial.basis()], float)]

    def line(t: list[Any]) -> Callable[[float], Any]:
        return lambda s: flat(trial.run(trial.leaves(trial.shifted(t, s))))[0]

    step = float(np.cbrt(EPSILON))
    yield "forward mode", lambda: by_columns(lambda t: flat(push_forward([root], leaves, t, record=False))[0])
    yield "central difference", lambda: by_columns(lambda t: (line(t)(step) - line(t)(-step)) / (2 * step))
    yield "Richardson (Ridders)", lambda: by_columns(lambda t: central(line(t), _REACH)[0])
    yield "complex step", lambda: by_columns(lambda t: _complex_step(root, leaves, t))
    yield "torch", lambda: _by_torch(root, leaves)
    yield "jax", lambda: _by_jax(root, leaves)


def _complex_step(root: Node, leaves: Sequence[Node], t: Sequence[Any]) -> float:
    """Im f(x + ih t) / h: nothing is subtracted, so h may be so small that nothing is lost."""
    h = 1e-200

    def find(op: Op) -> Callable[..., Any] | None:
        return OPERATORS.get(op.name) or (op.array if op.analytic or op.linear_in else None)

    moved = {leaf: np.asarray(leaf._data) + 1j * h * np.asarray(d) for leaf, d in zip(leaves, t, strict=True)}
    return float(np.imag(replayed(root, moved, find)).item() / h)


def _by_torch(root: Node, leaves: Sequence[Node]) -> list[Any]:
    torch = _imported("torch")
    there = [torch.tensor(leaf._data, dtype=torch.float64, requires_grad=True) for leaf in leaves]
    find = function_in(torch, torch.nn.functional, torch.special)
    result = replayed(root, dict(zip(leaves, there, strict=True)), find)
    return [x.numpy() for x in torch.autograd.grad(result.sum(), there)]


def _by_jax(root: Node, leaves: Sequence[Node]) -> list[Any]:
    jax = _imported("jax")
    find = function_in(_imported("jax.numpy"), _imported("jax.nn"), _imported("jax.scipy.special"))
    there = [np.asarray(leaf._data, float) for leaf in leaves]
    double = jax.enable_x64 if hasattr(jax, "enable_x64") else _imported("jax.experimental").enable_x64
    with double(True):
        f = lambda xs: replayed(root, dict(zip(leaves, xs, strict=True)), find).sum()
        return [np.asarray(x) for x in jax.grad(f)(list(map(jax.numpy.asarray, there)))]


def _imported(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise ImportError(f"{name.partition('.')[0]} is not installed") from None


def _number(found: Any) -> str:
    return repr(float(found[0])) + (f", … ({len(found)} numbers)" if len(found) > 1 else "")


def _digits(found: Any, reference: Any) -> str:
    off = np.abs(found - reference)
    size = np.maximum(np.abs(found), np.abs(reference))
    with np.errstate(all="ignore"):
        agreed = np.where(off == 0, 17.0, -np.log10(off / np.maximum(size, 1e-300)))
    return f"{max(0.0, float(np.min(agreed))):.1f}"
