"""How is a tape printed?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from autograd.captions import plural
from autograd.figures import figure
from autograd.subscripts import chosen_settings
from autograd.tape.program import CONSTANT, INPUT

if TYPE_CHECKING:
    from autograd.tape.replaying import Tape

_SHOWN = 40


def _counted(counts: Counter[str]) -> str:
    """Say how many ops there are, and of which name the most."""
    return plural(sum(counts.values()), "op") + "".join(f", {n:,} {name}" for name, n in counts.most_common())


def listed(tape: Tape) -> str:
    """Return the list, a line each, under what it comes to."""
    program, names, job = tape.program, tape._recording.names, tape._plans.job(("value",))
    ops = sum(program.counts().values())
    size = f"{tape.nbytes:,} bytes, {tape.nbytes / max(1, ops):.0f} an op"
    head = [
        repr(tape),
        f"recorded: {_counted(Counter(tape._recording.before))}",
        f"kept: {_counted(program.counts())}",
        f"cost: {plural(program.cost(), 'operation')} on one or two numbers; {size}",
    ]
    called = [names.get(line, f"v{line}") for line in range(len(program))]
    for line, code in enumerate(program.codes):
        if code == CONSTANT:
            called[line] = figure(program.constant(line))
    body: list[str] = []
    guards = job.guards_after()

    def looked_at(line: int) -> None:
        for number in guards.get(line, ()):
            if number >= _SHOWN:
                return
            guard = job.guards[number]
            a, b = (called[each] for each in job.compared(guard))
            body.append(f"if {a} {guard.sign} {b}: {guard.truth}, {guard.place}")

    looked_at(-1)
    for line, code, arguments in program.lines():
        if code == CONSTANT:
            continue
        if line == _SHOWN and len(program) > _SHOWN + 5:
            body.append(f"... {len(program) - _SHOWN:,} lines more")
            break
        op, settings = program.table[code]
        if code == INPUT:
            body.append(f"{called[line]} = input {arguments[0]}")
        else:
            assert op is not None
            given = [called[a] for a in arguments]
            given += [f"{k}={v!r}" for k, v in chosen_settings(op, settings).items()]
            body.append(f"{called[line]} = {op.name}({', '.join(given)})")
        looked_at(line)
    body.append(f"return {', '.join(called[line] for line in job.results[:_SHOWN])}")
    return "\n".join([*head, *("  " + line for line in body)])
