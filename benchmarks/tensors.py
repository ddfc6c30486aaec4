"""What does recording cost on small arrays, and what do large ones cost beside torch and numpy?"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

import autograd
from autograd import Tensor, record
from benchmarks.report import agree, duration, heading, race_table, table, target
from benchmarks.timing import Contestant, race, ratio

Array = NDArray[Any]

SIDE = 32
MILLION = 1_000_000


def small() -> None:
    """One elementwise op on a small array, recorded, beside the bare numpy function."""
    generator = np.random.default_rng(0)
    a, b = generator.random((SIDE, SIDE)), generator.random((SIDE, SIDE))
    A, B = Tensor(a, requires_grad=True), Tensor(b, requires_grad=True)
    ta, tb = torch.from_numpy(a).requires_grad_(), torch.from_numpy(b).requires_grad_()
    ops: dict[str, tuple[Callable[[], Any], Callable[[], Any], Callable[[], Any]]] = {
        "a + b": (lambda: A + B, lambda: a + b, lambda: ta + tb),
        "a * b": (lambda: A * B, lambda: a * b, lambda: ta * tb),
        "tanh(a)": (lambda: autograd.tanh(A), lambda: np.tanh(a), lambda: torch.tanh(ta)),
        "exp(a)": (lambda: autograd.exp(A), lambda: np.exp(a), lambda: torch.exp(ta)),
    }
    rows, costs = [], []
    for name, (mine, bare, eager) in ops.items():
        agree(f"results of {name}", mine().detach().numpy(), bare())
        t = race([Contestant("wengert", mine), Contestant("numpy", bare), Contestant("torch", eager)],
                 collector_on=False, seconds=1.0)  # fmt: skip
        costs.append(t["wengert"].median - t["numpy"].median)
        rows.append([name, *(duration(t[who].median) for who in ("wengert", "numpy", "torch")), duration(costs[-1]),
                     duration(t["wengert"].best - t["numpy"].best)])  # fmt: skip
    heading(f"One elementwise op on {SIDE}×{SIDE} arrays, recorded", "float64, medians, collector off", "torch")
    table(["op", "wengert", "bare numpy", "torch, recorded", "over numpy", "(of bests)"], rows)
    target("over numpy, µs, worst op,", max(costs) * 1e6, at_most=1.5)


def large() -> None:
    """Σ tanh(x) S(x) + exp(−x²) on a million numbers, with its gradient."""
    numbers = np.random.default_rng(0).standard_normal(MILLION)
    x, tx = Tensor(numbers, requires_grad=True), torch.from_numpy(numbers).requires_grad_()
    many = torch.get_num_threads()

    def formula(x: Any) -> Any:
        return (autograd.tanh(x) * autograd.sigmoid(x) + autograd.exp(-(x * x))).sum()

    def mine() -> float:
        x.zero_grad()
        y = formula(x)
        y.backward()
        return y.item()  # type: ignore[no-any-return]

    tape = record(formula, numbers)

    def eager() -> float:
        tx.grad = None
        y = (torch.tanh(tx) * torch.sigmoid(tx) + torch.exp(-(tx * tx))).sum()
        y.backward()
        return y.item()

    def by_hand() -> tuple[float, Array]:
        t, s, e = np.tanh(numbers), 1.0 / (1.0 + np.exp(-numbers)), np.exp(-(numbers * numbers))
        return float((t * s + e).sum()), (1.0 - t * t) * s + t * s * (1.0 - s) - 2.0 * numbers * e

    value, gradient = by_hand()
    agree("values of wengert and by hand", mine(), value)
    agree("gradients of wengert and by hand", x.grad.detach().numpy(), gradient)  # type: ignore[union-attr]
    replayed = tape.value_and_grad(numbers)
    agree("values of the tape and by hand", replayed[0], value)
    agree("gradients of the tape and by hand", replayed[1], gradient)
    agree("values of torch and by hand", eager(), value)
    agree("gradients of torch and by hand", tx.grad.numpy(), gradient)  # type: ignore[union-attr]

    contestants = [
        Contestant("wengert", mine),
        Contestant("wengert tape", lambda: tape.value_and_grad(numbers)),
        Contestant("numpy by hand", by_hand),
        Contestant(f"torch, {many} threads", eager, functools.partial(torch.set_num_threads, many)),
        Contestant("torch, 1 thread", eager, functools.partial(torch.set_num_threads, 1)),
    ]
    timings = race(contestants, collector_on=True, seconds=8.0, turn=0.1)
    torch.set_num_threads(many)
    heading(
        f"Σ tanh(x) S(x) + exp(−x²) with its gradient on {MILLION:,} numbers",
        "float64; collector on; numpy and wengert use one thread here", "torch",
    )  # fmt: skip
    every, one = f"torch, {many} threads", "torch, 1 thread"
    race_table(timings, slower_than=("numpy by hand", every, one))
    # Against the faster of the two: on a shared machine torch's other threads may cost more than they bring.
    fastest = min(every, one, key=lambda name: timings[name].median)
    target(f"time / {fastest}", ratio(timings, "wengert", fastest), at_most=2)
    target(f"tape: time / {one}", ratio(timings, "wengert tape", one), at_most=0.5)


def main() -> None:
    """Print the tables."""
    small()
    large()


if __name__ == "__main__":
    main()
