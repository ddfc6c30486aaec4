"""Where does a training step spend its time?"""

from __future__ import annotations

import cProfile
import os
import pstats
import re
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from benchmarks import micrograd_step
from benchmarks.report import duration, heading, table
from benchmarks.threads import one_thread
from benchmarks.timing import clock, collector

ROWS = 14


class Phases(Protocol):
    """A training step that can be taken phase by phase."""

    def forward(self) -> Any:
        """Return the loss."""

    def clear(self) -> None:
        """Forget the gradients."""

    def update(self) -> None:
        """Change the parameters."""


def split(step: Phases, steps: int) -> dict[str, float]:
    """Return the median seconds of each phase."""
    samples: dict[str, list[float]] = {phase: [] for phase in ("forward", "clear", "backward", "update", "free")}
    for _ in range(steps):
        forward, loss = clock(step.forward)
        clear, _ = clock(step.clear)
        backward, _ = clock(loss.backward)
        update, _ = clock(step.update)
        held = [loss]
        del loss
        free, _ = clock(held.clear)
        for kept, seconds in zip(samples.values(), (forward, clear, backward, update, free), strict=True):
            kept.append(seconds)
    return {phase: statistics.median(kept) for phase, kept in samples.items()}


def hottest(run: Callable[[], Any], steps: int) -> list[list[str]]:
    """Return table rows of the functions with the most time of their own, a step."""
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(steps):
        run()
    profile.disable()
    entries: list[tuple[float, float, int, str]] = []
    for (file, line, name), (_, calls, own, whole, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        # The folder's and the file's names, never the path: a table goes into reports.
        where = "" if file == "~" else os.sep.join(Path(file).parts[-2:]) + f":{line} "
        name = re.sub(" at 0x[0-9a-f]+", "", name)
        entries.append((own, whole, calls, where + name))
    total = sum(own for own, *_ in entries)
    entries.sort(reverse=True)
    return [
        [name, f"{calls / steps:.6g}", duration(own / steps), f"{100 * own / total:.0f} %", duration(whole / steps)]
        for own, whole, calls, name in entries[:ROWS]
    ]


def show(title: str, step: Any, steps: int) -> None:
    """Print both for one step."""
    for _ in range(max(2, steps // 10)):
        step()
    with collector(True):
        phases = split(step, steps)
    heading(f"Where the time goes: {title}", f"medians of {steps} steps; collector on")
    table([*phases, "sum"], [[*map(duration, phases.values()), duration(sum(phases.values()))]])
    print("    by function (cProfile, which makes calls of Python functions look dearer than they are):")
    with collector(True):
        rows = hottest(step, steps)
    table(["", "calls a step", "own time", "share", "with callees"], rows)


def main() -> None:
    """Print the tables."""
    steps = micrograd_step.steps()
    for name in ("wengert nn.MLP", "wengert op by op"):
        show(f"micrograd's step, {name}", steps[name], 10)
    # late: these import torch, and the collector would have walked it again and again in the steps above
    from benchmarks import networks, worked_example

    show("the worked example", worked_example.phases(), 5000)
    with one_thread():
        for task in (networks.tiny(32), networks.big(64)):
            show(task.title, networks.ours(task), 500)


if __name__ == "__main__":
    main()
