"""Does a generated check find every derivative rule that is a little wrong? Run by `make mutants`, not by pytest.

Each rule of each registered op is altered, one at a time: a thousandth larger, its sign turned, dropped; a rule that says 0
says 0.001 instead. Then the checks that `test_registry.py` generates for this op run, and no others: at least one must
fail. A mutant that survives is a check that is missing there. The altered op is in place before the checks are generated, as
if its block had been written so, and each mutant has a process of its own (which needs a system that forks).

    make mutants                                    # all ops
    .venv/bin/python tests/mutants.py tanh matmul   # these ops
"""

import argparse
import dataclasses
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd.bridge  # noqa: F401  (registers the last op)
from autograd import pullbacks, symbol
from autograd.dispatch import READERS
from autograd.registry import Op, Over, all_ops, get

HERE = Path(__file__).resolve().parent

# The check of the checker makes an altered op of its own: what it finds says nothing of the rule as it stands.
CHECKS_OF_CHECKS = {"test_a_rule_wrong_by_a_thousandth_is_found_out"}

# Mutants that compute what the op computes, each with the proof. There are none: every rule can be told from its mutants.
EQUIVALENT: dict[tuple[str, str], str] = {}

OPTIONS = ["-x", "-q", "--tb=no", "-p", "no:cacheprovider", "--rootdir", str(HERE.parent)]
SLOWEST = 120  # seconds a mutant may take; one that never ends is found out, too

ALTERED: dict[str, Callable[[Any], Any]] = {
    "x 1.001": lambda share: 1.001 * share,
    "sign": lambda share: -1.0 * share,
    "+ 0.001": lambda share: share + 0.001,
    "dropped": lambda share: 0.0 * share,
}


class Mutant(NamedTuple):
    """One rule of one op altered in one way."""

    op: str
    field: str
    operand: int
    change: str

    def __str__(self) -> str:
        return f"{self.field}[{self.operand}] {self.change}"


# --- which mutants there are ------------------------------------------------------------------------------------------


def mutants_of(op: Op) -> Iterator[Mutant]:
    """Yield every way of altering one rule of an op."""
    nonzero = ("x 1.001", "sign", "dropped")
    count = op.arity if not op.variadic or op.elementwise else len(op.domain.shapes)
    for i in range(count):
        changes = ("+ 0.001",) if is_zero(op, i) else nonzero
        yield from (Mutant(op.name, "d" if op.elementwise else "vjp", i, change) for change in changes)
    if op.jvp is not None:
        yield from (Mutant(op.name, "jvp", i, change) for i in range(count) for change in nonzero)
    if op.over is not None:
        yield from (Mutant(op.name, "over", i, change) for i in range(count) for change in nonzero)


def is_zero(op: Op, i: int) -> bool:
    """Does the rule by this operand say 0, or that no gradient flows, whatever the numbers are?"""
    if op.elementwise:
        slope = symbol.derivative(op, i)
        return not isinstance(slope, symbol.Symbol) and slope == 0
    xs, settings = [np.asarray(x) for x in op.domain.sample(np.random.default_rng(0))], {**op.settings, **op.cases[0]}
    y = op.array(*xs, **settings)
    return as_tuple(op.vjp(y, y, *xs, **settings))[i] is None


def as_tuple(thunks: Any) -> tuple[Any, ...]:
    return thunks if isinstance(thunks, tuple) else (thunks,)


# --- putting one in place ---------------------------------------------------------------------------------------------


def alter(mutant: Mutant) -> None:
    """Replace one rule in an op's block, and let every reader forget what it made of the old one."""
    op, i, change = get(mutant.op), mutant.operand, mutant.change
    altered = ALTERED[change]
    if mutant.field == "d":
        op.d = (*op.d[:i], None if change == "dropped" else altered_rule(op.d[i], altered), *op.d[i + 1 :])
    elif mutant.field == "vjp":
        op.vjp = altered_pullback(op.vjp, i, change)
    elif mutant.field == "jvp":
        op.jvp = altered_tangent(op.jvp, i, altered)
    else:
        op.over = altered_partials(op.over, i, altered)
    op.pull = None
    pullbacks._pulls.clear()
    symbol.constant_slope.cache_clear()
    for reader in READERS.values():
        reader.uninstall(op)
        reader.install(op)


def altered_rule(rule: Any, altered: Callable[[Any], Any]) -> Any:
    return lambda *args, **settings: altered(rule(*args, **settings) if rule is not None else 0.0)


def altered_pullback(vjp: Any, i: int, change: str) -> Any:
    """Alter the share of one operand."""

    def pullback(g: Any, y: Any, *xs: Any, **settings: Any) -> Any:
        thunks = vjp(g, y, *xs, **settings)
        shares = list(as_tuple(thunks))
        thunk = shares[i]
        if change == "dropped":
            shares[i] = None
        elif thunk is None:
            shares[i] = lambda: 0.0 * xs[i] + 0.001
        else:
            shares[i] = lambda: ALTERED[change](thunk())
        return tuple(shares) if isinstance(thunks, tuple) else shares[0]

    return pullback


def altered_tangent(jvp: Any, i: int, altered: Callable[[Any], Any]) -> Any:
    """Alter what one operand's tangent adds: the rule is linear in the tangents."""

    def tangent(tangents: Any, *args: Any, **settings: Any) -> Any:
        moved = [altered(t) if j == i and t is not None else t for j, t in enumerate(tangents)]
        return jvp(moved, *args, **settings)

    return tangent


def altered_partials(over: Over, i: int, altered: Callable[[Any], Any]) -> Over:
    """Alter the local derivatives by the operands of one list."""

    def partials(*args: Any, **settings: Any) -> Any:
        found = over.partials(*args, **settings)
        return tuple([altered(s) for s in part] if j == i else part for j, part in enumerate(found))

    return dataclasses.replace(over, partials=partials)


# --- running the checks of one op -------------------------------------------------------------------------------------


class ChecksOfOneOp:
    """A plugin of pytest that keeps the checks of one op and notes the first that fails."""

    def __init__(self, op: Op) -> None:
        self.op, self.ran, self.killer = op, 0, ""

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Keep the checks that are generated for the op."""
        items[:] = [item for item in items if self.concerns(item)]

    def concerns(self, item: Any) -> bool:
        """Is this a check of the op itself?"""
        called = getattr(item, "callspec", None)
        return called is not None and called.params.get("op") is self.op and item.originalname not in CHECKS_OF_CHECKS

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Count what ran and note the first failure."""
        self.ran += report.when == "call"
        if report.failed and not self.killer:
            self.killer = report.nodeid.partition("::")[2]


def trial(mutant: Mutant | str) -> tuple[int, int, str]:
    """Run the checks of one op, altered or (given its name) as it is: pytest's exit status, how many ran, which failed."""
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silence, stream)
    if isinstance(mutant, Mutant):
        alter(mutant)
    plugin = ChecksOfOneOp(get(mutant if isinstance(mutant, str) else mutant.op))
    status = pytest.main([*OPTIONS, str(HERE / "test_registry.py")], plugins=[plugin])
    return int(status), plugin.ran, plugin.killer


# --- the table --------------------------------------------------------------------------------------------------------


def verdict(found: tuple[int, int, str], mutant: Mutant) -> tuple[str, str]:
    """Say how a mutant ended, in one word, and what is to be said of it."""
    status, ran, killer = found
    if killer:
        return "killed", killer
    if status != pytest.ExitCode.OK or not ran:
        return "UNCLEAR", f"pytest ended with status {status} after {ran} checks"
    if (mutant.op, str(mutant)) in EQUIVALENT:
        return "equivalent", EQUIVALENT[mutant.op, str(mutant)]
    return "SURVIVED", f"{ran} checks passed"


def main() -> int:
    """Print the table of mutants; return 1 if one survives."""
    parser = argparse.ArgumentParser(description="Alter every derivative rule, and see whether a generated check fails.")
    parser.add_argument("names", nargs="*", metavar="OP", help="ops to alter (default: all)")
    names = parser.parse_args().names
    chosen = [get(name) for name in names] or all_ops()
    mutants = [mutant for op in chosen for mutant in mutants_of(op)]
    began, counts = time.perf_counter(), Counter[str]()
    print(f"{len(mutants)} mutants of {len(chosen)} ops", flush=True)
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        # What is right must pass, or a failure would say nothing.
        healthy = [pool.apply_async(trial, (op.name,)) for op in chosen]
        results = [pool.apply_async(trial, (mutant,)) for mutant in mutants]
        for op, waiting in zip(chosen, healthy, strict=True):
            status, ran, killer = waiting.get(SLOWEST * len(chosen))
            if status != pytest.ExitCode.OK or not ran:
                print(f"{op.name:16} {'as it is':20} FAILS     {killer or f'status {status}'}", flush=True)
                counts["FAILS"] += 1
        for mutant, waiting in zip(mutants, results, strict=True):
            try:
                word, words = verdict(waiting.get(SLOWEST), mutant)
            except multiprocessing.TimeoutError:
                word, words = "killed", "it never ends"
            counts[word] += 1
            print(f"{mutant.op:16} {mutant!s:20} {word:10} {words}", flush=True)
    total = ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))
    print(f"\n{len(mutants)} mutants: {total}; {time.perf_counter() - began:.0f} s")
    return int(bool(counts["SURVIVED"] or counts["UNCLEAR"] or counts["FAILS"]))


if __name__ == "__main__":
    sys.exit(main())
