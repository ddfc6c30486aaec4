"""What do long tapes take: to record and prepare, for a gradient over its function, and for a Hessian?"""

from __future__ import annotations

import gc
import multiprocessing
import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, islice, pairwise
from statistics import median
from typing import Any

import numpy as np
import psutil

from autograd import Tape, Value, cos, record, sigmoid, sin, tanh
from benchmarks import graphs
from benchmarks.compilers import COMPILERS, Formula, bare, jax_function, peer, peers_heading
from benchmarks.micrograd_step import POINTS, SIZES, Step, micrograd_nn_on, two_moons
from benchmarks.report import duration, heading, race_table, table, target
from benchmarks.tape import OURS, Network
from benchmarks.threads import one_thread
from benchmarks.timing import Contestant, clock, race, ratio

# --- recordings -------------------------------------------------------------------------------------------------------


def _written_out() -> tuple[Formula, list[Any]]:
    """Return the demo's loss of all points, in micrograd's own words, and its parameters."""
    points, labels = two_moons(POINTS)
    step = Step(micrograd_nn_on(Value).MLP(2, SIZES), float, points, labels)
    params = step.model.parameters()
    generator = random.Random(0)
    for p in params:
        p.data = generator.uniform(-1.0, 1.0)
    return lambda _: step.forward(), params


def _chain() -> tuple[Formula, list[Any]]:
    """Return y ← tanh(y w + x), round and round: a million ops, each of which needs the one before."""
    chain = graphs.Chain()
    return lambda _: chain.build(1_000_000), chain.leaves


def _wide() -> tuple[Formula, list[Any]]:
    """Return a sum of 500,000 different products, one term after the other: a million ops."""

    def total(x: Sequence[Any]) -> Any:
        y = 0.0
        for a, b in islice(combinations(x, 2), 500_000):
            y = y + a * b
        return y

    return total, [Value(i / 1001.0) for i in range(1001)]


WORK = {"demo": _written_out, "chain": _chain, "sum of products": _wide}
PHASES = ("record", "first value", "value again", "first gradient", "gradient again", "free")


def _recorded(name: str) -> tuple[int, int, int, int, list[float]]:
    """Return how many ops were written and kept, the bytes of the list, resident bytes, and the seconds of each phase.

    To be run in a fresh process: one that was large before has room that the system does not see being taken again.
    """
    f, leaves = WORK[name]()
    numbers = [v.data for v in leaves]
    written = _ops(record(f, leaves, optimize=False))
    gc.collect()
    process = psutil.Process()
    before = process.memory_info().rss
    seconds, tape = clock(lambda: record(f, leaves))
    times = [seconds]
    for run in (tape.value, tape.value, tape.value_and_grad, tape.value_and_grad):
        times.append(clock(lambda run=run: run(numbers))[0])
    resident = process.memory_info().rss - before
    kept, nbytes, held = _ops(tape), tape.nbytes, [tape]
    del tape, run
    times.append(clock(lambda: (held.clear(), gc.collect()))[0])  # a tape and what it compiled hold each other
    return written, kept, nbytes, resident, times


def _started(name: str) -> tuple[int, list[tuple[float, float]]]:
    """Return the number of ops, and of some tries the seconds to record, and then to get the first gradient."""
    f, leaves = WORK[name]()
    numbers = [v.data for v in leaves]
    found = []
    for _ in range(5):
        gc.collect()
        recorded, tape = clock(lambda: record(f, leaves))
        found.append((recorded, clock(lambda tape=tape: tape.value_and_grad(numbers))[0]))
    return _ops(record(f, leaves, optimize=False)), found


def _ops(tape: Tape) -> int:
    return sum(tape.program.counts().values())


def recordings() -> None:
    """Print the table of large recordings."""
    rows = []
    fresh = multiprocessing.get_context("spawn")
    for name in WORK:
        with fresh.Pool(1) as pool:
            written, kept, nbytes, resident, times = pool.apply(_recorded, (name,))
        sizes = [f"{nbytes / written:.1f}", f"{resident / written:.0f}"]
        rows.append([f"{name}, {written:,} ops", f"{kept:,}", *map(duration, times), *sizes])
    with fresh.Pool(1) as pool:
        count, tries = pool.apply(_started, ("demo",))
    heading(
        "Recorded operation by operation, and replayed at one point",
        "doubles; collector on; each row once, in a fresh process; bytes are of an op as it was written", "psutil",
    )  # fmt: skip
    table(["", "ops kept", *PHASES, "tape.nbytes", "resident"], rows)
    print("    ops kept: after equal ones are shared and chains of additions gathered; resident: with both lists prepared")
    recorded, first = (median(seconds) / count * 1e6 for seconds in zip(*tries, strict=True))
    print(f"    demo, medians of {len(tries)}: µs an op to record {recorded:.2f}, to derive, prepare and run {first:.2f}")
    target("demo: record and first gradient, µs an op, median,", median(map(sum, tries)) / count * 1e6, at_most=8)


# --- gradient over function -------------------------------------------------------------------------------------------


def rosenbrock(x: Any) -> Any:
    """Σ 100 (xᵢ₊₁ - xᵢ²)² + (1 - xᵢ)²."""
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in pairwise(x))


def random_formula(ops: int, inputs: int = 100, seed: int = 0) -> Formula:
    """Return a formula drawn at random: tanh, sin, cos or S of a sum, difference or product of two earlier results."""
    generator = random.Random(seed)
    inner, outer = [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b], [tanh, sin, cos, sigmoid]
    # The last thousand results are drawn from, so that it gets deep as well as wide.
    plan = [
        (generator.choice(outer), generator.choice(inner), *(generator.randrange(max(0, n - 1000), n) for _ in range(2)))
        for n in range(inputs, inputs + ops // 2)
    ]
    unused = sorted({*range(inputs + ops // 2)}.difference(*(step[2:] for step in plan)))

    def formula(x: Sequence[Any]) -> Any:
        v = list(x)
        for f, g, a, b in plan:
            v.append(f(g(v[a], v[b])))
        return sum([v[i] for i in unused])

    return formula


def gradients(network: Network) -> None:
    """Print what a gradient costs over its function."""
    generator = random.Random(1)
    start = [generator.uniform(-1.0, 1.0) for _ in range(10_000)]
    valley, few = record(rosenbrock, start), start[:100]
    formula = record(random_formula(10_000), few)
    pairs = {
        "Rosenbrock of 10,000 variables": (lambda: valley.value(start), lambda: valley.value_and_grad(start)),
        f"the demo's MLP, {POINTS} lanes": (network.value, network.replayed),
        f"a random formula of {_ops(formula):,} ops": (
            lambda: formula.value(few), lambda: formula.value_and_grad(few)
        ),
    }  # fmt: skip
    rows, reached = [], {}
    for name, (value, both) in pairs.items():
        timings = race([Contestant("value", value), Contestant("both", both)], collector_on=True, seconds=2.0)
        reached[name] = ratio(timings, "both", "value")
        rows.append([name, duration(timings["value"].median), duration(timings["both"].median)])
    heading("Value and gradient over the value alone, both replayed", "doubles; collector on; medians")
    table(["", "value", "value and gradient"], rows)
    for name, found in reached.items():
        target(f"{name}: time / value alone", found, at_most=4)


# --- a Hessian --------------------------------------------------------------------------------------------------------


def exact_hessian(x: Sequence[float]) -> list[list[Fraction]]:
    """Return Rosenbrock's second derivatives at these floats, without any rounding."""
    xs, n = [Fraction(v) for v in x], len(x)
    H = [[Fraction(0)] * n for _ in range(n)]
    for i in range(n - 1):
        H[i][i] += 1200 * xs[i] ** 2 - 400 * xs[i + 1] + 2
        H[i + 1][i + 1] += 200
        H[i][i + 1] = H[i + 1][i] = -400 * xs[i]
    return H


def _off(found: Any, exact: list[list[Fraction]]) -> float:
    """Return the largest relative difference of any entry; what is 0 has to be 0."""
    worst = 0.0
    for row, right in zip(np.asarray(bare(found)).tolist(), exact, strict=True):
        for a, b in zip(row, right, strict=True):
            worst = max(worst, float(abs(Fraction(a) - b) / abs(b)) if b else 0.0 if a == 0.0 else np.inf)
    return worst


def hessian(n: int = 100) -> None:
    """Print the table of Rosenbrock's Hessian."""
    generator = random.Random(2)
    x = [generator.uniform(-1.0, 1.0) for _ in range(n)]
    exact, tape = exact_hessian(x), record(rosenbrock, x)
    runs = {OURS: lambda: tape.hessian(x)}
    if peer("jax"):
        valley = lambda x: (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()
        runs["jax.jit(jax.hessian)"] = jax_function(valley, np.array(x), derivative="hessian")
    if (casadi := peer("casadi")) is not None:
        s = casadi.SX.sym("x", n)
        sparse = casadi.Function("H", [s], [casadi.hessian(rosenbrock(casadi.vertsplit(s)), s)[0]])
        point = casadi.DM(x)
        runs["casadi, sparse"] = lambda: sparse(point)
    if (ddx := peer("ddx-ad")) is not None:
        equation = ddx.equation(lambda: rosenbrock([ddx.var(f"x{i}") for i in range(n)])).compile()
        call = equation.buffer(np.array(x), want=ddx.Want.HESSIAN)
        runs["ddx, compiled"] = lambda: call() or call.hessian
    off = {name: _off(run(), exact) for name, run in runs.items()}
    timings = race([Contestant(name, run) for name, run in runs.items()], collector_on=True, seconds=3.0)
    peers_heading(f"Hessian of Rosenbrock's function of {n} variables", "one thread", *COMPILERS)
    race_table(timings, slower_than=(OURS,))
    print(f"    largest relative difference to the exact one: {', '.join(f'{name} {e:.2g}' for name, e in off.items())}")
    target("largest relative difference to the exact Hessian", off[OURS], at_most=1e-12)


def main() -> None:
    """Print the tables."""
    recordings()
    with one_thread():
        gradients(Network())
        hessian()


if __name__ == "__main__":
    main()
