"""What does a reader of a table have to know, and was the target reached?"""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np

from autograd import __version__
from benchmarks import threads
from benchmarks.timing import Ratio, Timings, ratio


def facts(*peers: str) -> str:
    """Return the versions, the threads and the machine that a table was made with."""
    versions = [f"wengert {__version__}", f"Python {platform.python_version()}", f"numpy {np.__version__}"]
    versions += [f"{name} {version(name)}" for name in peers]
    machine = [_cpu(), f"{os.cpu_count()} cores"]
    if hasattr(os, "getloadavg"):
        machine.append(f"load {os.getloadavg()[0]:.1f}")
    if "OPENBLAS_CORETYPE" in os.environ:
        # It overrides the kernels chosen for the processor, and may slow numpy's matrix products several times.
        machine.append(f"OPENBLAS_CORETYPE={os.environ['OPENBLAS_CORETYPE']}")
    return f"{', '.join(versions)}; threads: {threads.described()}; {', '.join(machine)}"


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor()


def duration(seconds: float) -> str:
    """Write a time with the unit that suits it."""
    for unit, size in (("s ", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if abs(seconds) >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def heading(title: str, details: str, *peers: str) -> None:
    """Print what a table is about: the work; sizes, dtype, collector; versions and machine."""
    print(f"\n{title}\n  {details}\n  {facts(*peers)}")


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under column heads, the first column flush left and the others flush right."""
    lines = [list(columns), *[list(row) for row in rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    for i, line in enumerate(lines):
        cells = [line[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))]
        print("    " + "   ".join(cells).rstrip())
        if i == 0:
            print("    " + "   ".join("-" * w for w in widths))


def race_table(timings: Timings, *, faster_than: str = "", slower_than: Sequence[str] = ()) -> None:
    """Print the times of a race, with ratios to peers: how many times faster, or how many times the peer's time.

    Each ratio is that of medians, and in brackets that of bests.
    """
    columns = ["", "best", "median"]
    columns += [f"times faster than {faster_than}"] if faster_than else []
    columns += [f"time / {peer}" for peer in slower_than]
    rows = []
    for name, t in timings.items():
        ratios = [ratio(timings, faster_than, name)] if faster_than else []
        ratios += [ratio(timings, name, peer) for peer in slower_than]
        rows.append([name, duration(t.best), duration(t.median), *map(_written, ratios)])
    table(columns, rows)


def _written(r: Ratio) -> str:
    return f"{r.of_medians:.3g} ({r.of_bests:.3g})"


def target(what: str, reached: float | Ratio, *, at_least: float | None = None, at_most: float | None = None) -> None:
    """Print a target, what was reached, and whether that is enough; a ratio has to be enough in both its forms."""
    both = [reached.of_medians, reached.of_bests] if isinstance(reached, Ratio) else [reached]
    if at_least is not None:
        wanted, good = f"≥ {at_least:g}", min(both) >= at_least
    else:
        assert at_most is not None
        wanted, good = f"≤ {at_most:g}", max(both) <= at_most
    written = _written(reached) if isinstance(reached, Ratio) else f"{reached:.3g}"
    print(f"    target {what} {wanted}, reached {written} {'ok' if good else 'MISS'}")


def agree(what: str, ours: object, theirs: object, tolerance: float = 1e-9) -> None:
    """Stop the benchmark if two contestants did not compute the same: fast and wrong is not fast."""
    a, b = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    # Against the largest number, not entry by entry: in float32 the smallest entries are rounding errors.
    off = float(np.max(np.abs(a - b)) / max(float(np.max(np.abs(b))), 1e-30))
    if not off <= tolerance:
        raise SystemExit(f"{what} do not agree: relative difference {off:.2g}, allowed {tolerance:.2g}")
