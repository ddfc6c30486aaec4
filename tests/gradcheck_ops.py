"""How well do all derivatives agree with differences? Checks every op at every case, to second order, and prints the digits.

Run by hand: ``python tests/gradcheck_ops.py [points]``, with so many points for each elementwise op (default 8).
"""

import sys
from collections import Counter

import numpy as np
from helpers import POINTS, cases, directions, draw, has_gradient, points, sample

import autograd.bridge  # noqa: F401  (registers the last op)
from autograd import gradcheck


def reports(count):
    """Yield (op, report) for each case of each op."""
    for case in cases(has_gradient):
        op, settings = case.values
        f = lambda *xs, op=op, settings=settings: op.function(*xs, **settings)
        if op.elementwise:
            for seed in range(-(-count // POINTS)):
                for point in points(draw(op, settings, seed=seed)):
                    yield op, gradcheck(f, tuple(point), order=2, raise_exception=False)
        elif getattr(op.domain, "like", "") == "definite":
            # Such a matrix may be moved symmetrically alone.
            x, t = sample(op)[0], directions(op, sample(op))[0]
            yield op, gradcheck(lambda s, f=f, x=x, t=t: f(s * t + x), np.array(0.01), order=2, raise_exception=False)
        else:
            yield op, gradcheck(f, tuple(sample(op)), order=2, raise_exception=False)


def main():
    verdicts, worst, ops = {1: Counter(), 2: Counter()}, {1: (17.0, ""), 2: (17.0, "")}, set()
    for op, report in reports(int(sys.argv[1]) if len(sys.argv) > 1 else POINTS):
        ops.add(op.name)
        for e in report.entries:
            verdicts[e.order][e.verdict] += 1
            if e.verdict != "ok":
                print(op.name, e)
            # Of a derivative that is zero no digits can agree.
            elif abs(e.ours) > 1e3 * e.error:
                worst[e.order] = min(worst[e.order], (e.digits, op.name))
    print(f"{len(ops)} ops")
    for order, counts in verdicts.items():
        digits, name = worst[order]
        print(f"order {order}: {counts.total():,} derivatives, {dict(counts)}; worst: {digits:.1f} digits ({name})")
    return sum(c.total() - c["ok"] for c in verdicts.values())


if __name__ == "__main__":
    sys.exit(min(main(), 1))
