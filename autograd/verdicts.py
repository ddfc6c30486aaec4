"""What does a check of derivatives say?

A table of entries, each with a verdict, both numbers, how far the differences may be off, and a note that says why.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.captions import plural
from autograd.errors import AutogradError
from autograd.table import Table

VERDICTS = ("ok", "wrong", "kink", "outside domain", "unresolved")
_SHOWN = 20  # rows of a table that is printed


class GradcheckError(AutogradError, AssertionError):
    """A derivative that is not what differences say; `report` holds the table."""

    def __init__(self, message: str, report: Report) -> None:
        super().__init__(message)
        self.report = report


@dataclass(frozen=True)
class Entry:
    """One derivative: of one number that comes out by one that goes in.

    Attributes:
        order: 1 for the function itself, n for its derivatives of order n - 1.
        verdict: "ok"; "wrong"; "kink" (an op is at a kink, and there is no derivative to compare with); "outside domain";
            "unresolved" (differences are too rough here to tell).
        output, wrt: which numbers.
        ours, differences: the derivative by the graph and by differences.
        error: how far the differences may be off.
        note: what was found out.
    """

    order: int
    verdict: str
    output: str
    wrt: str
    ours: float
    differences: float
    error: float
    note: str = ""

    @property
    def ratio(self) -> float:
        """ours / differences; nan where both are 0."""
        return self.ours / self.differences if self.differences else math.inf if self.ours else math.nan

    @property
    def digits(self) -> float:
        """How many digits agree, 17 at most."""
        size = max(abs(self.ours), abs(self.differences))
        off = abs(self.ours - self.differences)
        return 17.0 if not off else max(0.0, min(17.0, -math.log10(off / size))) if math.isfinite(off) else 0.0


class Report:
    """What `gradcheck` found; it prints as a table of what is not ok, and a sentence.

    Attributes:
        entries: all entries.
        failures: those that are wrong or unresolved.
        culprits: what is said of each op whose own rule differs from differences of that op alone.
    """

    def __init__(self, entries: Sequence[Entry], culprits: Sequence[str], redraw: Callable[[], Any]) -> None:
        self.entries = tuple(entries)
        self.culprits = tuple(culprits)
        self._redraw = redraw

    @property
    def ok(self) -> bool:
        """Is no entry wrong or unresolved? Kinks and borders are told of, and are no faults."""
        return not self.failures

    @property
    def failures(self) -> tuple[Entry, ...]:
        return tuple(e for e in self.entries if e.verdict in ("wrong", "unresolved"))

    @property
    def digits(self) -> float:
        """The fewest digits that agree in an entry that is ok and not zero."""
        sizes = [e.digits for e in self.entries if e.verdict == "ok" and abs(e.ours) > 1e3 * e.error]
        return min(sizes, default=17.0)

    def draw(self) -> Any:
        """Draw the smallest graph that shows the fault: the op whose rule is wrong, alone; else the whole graph."""
        return self._redraw()

    def __bool__(self) -> bool:
        return self.ok

    def __repr__(self) -> str:
        told = [e for e in self.entries if e.verdict != "ok"]
        told.sort(key=lambda e: VERDICTS.index(e.verdict))
        parts = []
        if told:
            head = ("verdict", "derivative", "ours", "differences", "error", "ratio", "digits")
            rows = [_row(e) for e in told[:_SHOWN]]
            parts.append(str(Table(head, rows)))
            if len(told) > _SHOWN:
                parts.append(f"… {len(told) - _SHOWN:,} more")
            parts += dict.fromkeys(e.note for e in told if e.note)
        parts += self.culprits
        return "\n".join([*parts, self._sentence()])

    def _sentence(self) -> str:
        counts = Counter(e.verdict for e in self.entries)
        told = ", ".join(f"{counts[v]:,} {v}" for v in VERDICTS if counts[v])
        orders = f" of orders 1 to {max(e.order for e in self.entries)}" if any(e.order > 1 for e in self.entries) else ""
        compared = any(e.verdict == "ok" and abs(e.ours) > 1e3 * e.error for e in self.entries)
        digits = f"; at least {self.digits:.1f} digits agree" if compared else ""
        return f"{plural(len(self.entries), 'derivative')}{orders}: {told}{digits}."

    def _repr_html_(self) -> str:
        import html  # late: notebooks alone need it

        return f"<pre>{html.escape(repr(self))}</pre>"


def _row(e: Entry) -> tuple[str, ...]:
    number: Callable[[float], str] = lambda x: f"{x:.10g}"
    derivative = f"∂{e.output}/∂{e.wrt}"
    ours, differences = number(e.ours), number(e.differences)
    return e.verdict, derivative, ours, differences, f"{e.error:.1e}", f"{e.ratio:.6g}", f"{e.digits:.1f}"
