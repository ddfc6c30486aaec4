"""Which ops are there, and what is known of each?

The table is computed from the registry: a derivative is the op's own rule, fed letters.
"""

from __future__ import annotations

import html
from dataclasses import dataclass

from autograd import ops
from autograd.op import Op
from autograd.registry import all_ops
from autograd.symbol import derivative

_WIDEST = 60
_HEAD = ("op", "what it is", "derivative", "domain", "kinks")


@dataclass(frozen=True)
class Table:
    """Rows of text that print as a table and show themselves as one in a notebook."""

    head: tuple[str, ...]
    rows: list[tuple[str, ...]]

    def __str__(self) -> str:
        # Long cells are cut, so that a row stays a row in a terminal; a notebook shows them whole.
        rows = [tuple(c if len(c) <= _WIDEST else c[: _WIDEST - 1] + "…" for c in row) for row in self.rows]
        widths = [max(len(row[i]) for row in [self.head, *rows]) for i in range(len(self.head))]
        lines = [self.head, tuple("-" * w for w in widths), *rows]
        return "\n".join("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(c)}</th>" for c in self.head)
        rows = "".join(f"<tr>{''.join(f'<td>{html.escape(c)}</td>' for c in row)}</tr>" for row in self.rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def table() -> Table:
    """Return the table of all ops: name, what it is, derivative by each operand, domain, kinks.

    In a derivative y is the output; for an op on whole arrays the pullback is code, and the table says so.

    >>> from autograd import ops
    >>> rows = {row[0]: row for row in ops.table().rows}
    >>> rows["tanh(x)"][2], rows["div(a, b)"][2], rows["relu(x)"][4]
    ('1 - y*y', '1/b, -y/b', 'x = 0 (takes 0 of [0, 1])')
    """
    return Table(_HEAD, [_row(op) for op in all_ops()])


def _row(op: Op) -> tuple[str, ...]:
    operands = f"*{op.operands[0]}" if op.variadic else ", ".join(op.operands)
    settings = "".join(f", {name}" for name in op.settings)
    # Where the registered function is private, a function around it is the public one.
    doc = op.array.__doc__ or getattr(getattr(ops, op.name, None), "__doc__", None) or ""
    summary = doc.strip().partition("\n")[0]
    if op.elementwise:
        slopes = ", ".join(_slope(op, i) for i in range(op.arity))
        domain = ", ".join(f"{n} {d}" for n, d in zip(op.operands, op.domain, strict=True))  # type: ignore[arg-type]
    else:
        slopes, domain = "pullback", str(op.domain)
    return f"{op.name}({operands}{settings})", summary, slopes, domain, "; ".join(map(str, op.kinks))


def _slope(op: Op, index: int) -> str:
    slope = derivative(op, index)
    return f"{slope:g}" if isinstance(slope, (int, float)) else str(slope)
