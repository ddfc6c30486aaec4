"""How do chains of additions become one line?

``w0 + w1 * x1 + w2 * x2`` is recorded as four lines that wait for each other. As one inner product and one addition they are
two, and engines compute layers of them as matrix products. Only the order of the additions changes, which moves the last
digit; `record(…, optimize=False)` leaves chains as they are.
"""

from __future__ import annotations

from array import array
from collections.abc import Container, Sequence

from autograd.op import Op
from autograd.ops import add, dot, mul
from autograd.ops import sum as sum_
from autograd.tape.program import CONSTANT, Builder, Program

_ADD: Op = add.op  # type: ignore[attr-defined]
_MUL: Op = mul.op  # type: ignore[attr-defined]
_SUM: Op = sum_.op  # type: ignore[attr-defined]
_DOT: Op = dot.op  # type: ignore[attr-defined]


def gathered(program: Program, named: Container[int]) -> tuple[Program, list[int]]:
    """Return a list with chains of additions gathered, and where each of its lines has gone, -1 for those left out.

    Args:
        program: the list.
        named: lines that stay, because they have a name.
    """
    ops = [code.op for code in program.table]
    uses = array("I", [0]) * len(program)
    for _, code, arguments in program.lines():
        if code > CONSTANT:
            for a in arguments:
                uses[a] += 1
    for line in program.outputs:
        uses[line] += 2
    of_line = [ops[code] for code in program.codes]

    def taken_in(line: int) -> bool:
        return uses[line] == 1 and line not in named and of_line[line] in (_ADD, _SUM, _MUL)

    absorbed = bytearray(len(program))
    chains: dict[int, tuple[list[int], list[tuple[int, int]]]] = {}
    for line in range(len(program) - 1, -1, -1):
        if (of_line[line] is not _ADD and of_line[line] is not _SUM) or absorbed[line]:
            continue
        terms: list[int] = []
        pairs: list[tuple[int, int]] = []
        inside: list[int] = []
        pending = list(program.arguments_of(line))
        while pending:
            a = pending.pop()
            if not taken_in(a):
                terms.append(a)
                continue
            inside.append(a)
            if of_line[a] is _MUL:
                left, right = program.arguments_of(a)
                pairs.append((left, right))
            else:
                pending.extend(program.arguments_of(a))
        if len(pairs) > 1 or len(terms) + len(pairs) > 2:
            chains[line] = terms[::-1], pairs[::-1]
            for a in inside if len(pairs) > 1 else [a for a in inside if of_line[a] is not _MUL]:
                absorbed[a] = 1
    return _rewritten(program, absorbed, chains)


def _rewritten(
    program: Program, absorbed: bytearray, chains: dict[int, tuple[list[int], list[tuple[int, int]]]]
) -> tuple[Program, list[int]]:
    builder = Builder()
    at: list[int] = []
    for line, code, arguments in program.lines():
        if code <= CONSTANT:
            at.append(builder.constant(program.constant(line)) if code == CONSTANT else builder.input())
        elif absorbed[line]:
            at.append(-1)
        elif line in chains:
            at.append(_chain(builder, at, *chains[line]))
        else:
            op, settings = program.table[code]
            assert op is not None
            at.append(builder.emit(op, settings, [at[a] for a in arguments]))
    found, place = builder.program([at[line] for line in program.outputs])
    return found, [place[line] if line >= 0 else -1 for line in at]


def _chain(builder: Builder, at: Sequence[int], terms: Sequence[int], pairs: Sequence[tuple[int, int]]) -> int:
    lines = [at[a] for a in terms]
    if len(pairs) > 1:
        lines.append(builder.emit(_DOT, {}, [at[a] for a, _ in pairs] + [at[b] for _, b in pairs]))
    elif pairs:
        lines.append(builder.emit(_MUL, {}, [at[a] for a in pairs[0]]))
    if len(lines) == 1:
        return lines[0]
    return builder.emit(_ADD if len(lines) == 2 else _SUM, {}, lines)
