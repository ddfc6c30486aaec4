"""How are the paths of a derivative shown: as a table, and in a sentence?"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from autograd.captions import symbol_of
from autograd.figures import figure
from autograd.node import Node
from autograd.table import Table
from autograd.value import Value
from autograd.words import translated

if TYPE_CHECKING:
    from autograd.routes import Path, Paths

_WIDEST, _LONGEST = 60, 24  # what a table shows of a cell, and of a name: the two ends of a path fit a cell


def table_of(paths: Paths) -> Table:
    """Return the listed paths as a table, one row each."""
    number = lambda x: _number(paths, x)
    briefly = [_stops(path, paths.names) for path in paths]
    alike = Counter(_route(paths, path, stops) for path, stops in zip(paths, briefly, strict=True))
    columns: list[list[str]] = [
        [translated("path")], [translated("local derivatives")], [translated("product")], [translated("share")], [""]
    ]  # fmt: skip
    for path, stops in zip(paths, briefly, strict=True):
        if alike[_route(paths, path, stops)] > 1:
            stops = range(len(path.nodes))
        factors = [math.prod(path.derivatives[i:j]) for i, j in pairwise(stops)] or [1.0]
        columns[0].append(_route(paths, path, stops))
        columns[1].append(_fitted(factors, number, " · "))
        columns[2].append(_number(paths, path.product))
        columns[3].append(_percent(path.share))
        columns[4].append(translated("against") if path.against else "")
    for column in columns[2:4]:
        column[:] = [cell.rjust(max(map(len, column))) for cell in column]
    head, *rows = zip(*columns, strict=True)
    return Table(head, rows)


def sentences_of(paths: Paths) -> list[str]:
    """Say what is true of all paths: the sum, what cancels, how many are not listed."""
    output, wrt, count = *(_name(paths, paths[0].nodes[i]) for i in (0, -1)), _many(paths.count)
    over = translated("the only path") if paths.count == 1 else translated("the sum over {} paths").format(count)
    d_output, d_wrt = (f"∂{name}" if name.isidentifier() else f"∂({name})" for name in (output, wrt))
    lines = [f"{d_output}/{d_wrt} = {_number(paths, paths.total)}, {over}."]
    if math.isnan(paths.total):
        lines.append(
            translated("It is not a number: 0 · inf along a path, inf - inf between paths, or a rule that gave nan.")
        )
    elif paths.cancelling and paths.cancellation == 1:
        said = translated("Paths pull both ways, {} up and {} down: all cancels.")
        lines.append(said.format(_many(paths.positive), _many(paths.negative)))
    elif paths.cancelling and math.isfinite(paths.magnitude):
        against = paths.negative if paths.total > 0 else paths.positive
        one = translated("1 of {} paths pulls the other way").format(count)
        pull = one if against == 1 else translated("{} of {} paths pull the other way").format(_many(against), count)
        part = translated("more than 99.9 %") if paths.cancellation > 0.999 else _percent(paths.cancellation)
        lines.append(translated("{}: {} of what flows cancels.").format(pull, part))
    if len(paths) < paths.count:
        lines.append(translated("{} of {} paths are listed, the largest.").format(len(paths), count))
    return lines


def _route(paths: Paths, path: Path, stops: Sequence[int]) -> str:
    return _fitted([path.nodes[i] for i in stops], lambda node: _name(paths, node), " ← ")


def _name(paths: Paths, node: Value) -> str:
    """Return a node's name on one line, else the symbol of its op, else the number of a leaf."""
    number = lambda x: _number(paths, x)
    name = paths.names.get(node) or (symbol_of(node.op, node.settings, number) if node.op else f"Value({node.data:.4g})")
    # Control characters could take the terminal over, and a line break would break the table.
    text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in " ".join(name.split()))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _number(paths: Paths, x: Any) -> str:
    return figure(x, paths.precision)


def _stops(path: Path, names: Mapping[Node, str]) -> Sequence[int]:
    """Return which nodes of a path are shown: its ends and those with a name, or all where none between has one."""
    end = len(path.nodes) - 1
    named = [i for i in range(1, end) if path.nodes[i] in names]
    return [0, *named, end] if named else range(end + 1)


def _fitted(items: Sequence[Any], write: Callable[[Any], str], sign: str) -> str:
    """Join items by a sign, leaving out as many in the middle as it takes to fit a cell."""
    keep = min(len(items) // 2, _WIDEST // 2)
    text = sign.join(map(write, items)) if len(items) < _WIDEST else ""  # so many would not fit, and take long to write
    while keep and not 0 < len(text) <= _WIDEST:
        text, keep = sign.join([*map(write, items[:keep]), "…", *map(write, items[-keep:])]), keep - 1
    return text


def _percent(x: float) -> str:
    return f"{100 * x + 0.0:.3g} %"


def _many(count: int) -> str:
    return f"{count:,}" if count < 10**15 else f"about 10^{math.log10(count):.0f}"
