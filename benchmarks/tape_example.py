"""What does the worked example take, replayed at one point and at a thousand, beside floats by hand and compilers?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from micrograd.engine import Value as MicrogradValue

from autograd import record, sigmoid, tanh
from benchmarks import worked_example as example
from benchmarks.compilers import (
    COMPILERS,
    Formula,
    c_call,
    casadi_function,
    check,
    compiled_c,
    ddx_function,
    jax_function,
    peer,
    peers_heading,
)  # fmt: skip
from benchmarks.report import agree, race_table, target
from benchmarks.tape import OURS
from benchmarks.threads import one_thread
from benchmarks.timing import Contestant, race, ratio

LANES = 1000

WORKED_IN_C = """
#include <math.h>
void lanes(const double *w, const double *x, const double *t, double *out) {
    double total[6] = {0};
    for (int n = 0; n < LANES; n++) {
        double x1 = x[2 * n], x2 = x[2 * n + 1];
        double h = tanh(w[0] + w[1] * x1 + w[2] * x2);
        double f = 1 / (1 + exp(-(w[3] + w[4] * h)));
        double d2 = (f - t[n]) * f * (1 - f), d1 = d2 * w[4] * (1 - h * h);
        total[0] += 0.5 * (t[n] - f) * (t[n] - f);
        total[1] += d1; total[2] += d1 * x1; total[3] += d1 * x2; total[4] += d2; total[5] += d2 * h;
    }
    for (int i = 0; i < 6; i++) out[i] = total[i] / LANES;
}
"""


class Worked:
    """The worked example at its point, and at random ones."""

    def __init__(self) -> None:
        self.w, self.x, self.y = list(example.WEIGHTS), [example.X1, example.X2], example.Y
        self.tape = record(lambda w, x, y: example.error(w, *x, y, tanh, sigmoid), self.w, self.x, self.y)
        generator = np.random.default_rng(0)
        self.X, self.t = generator.normal(size=(LANES, 2)), generator.uniform(size=LANES)

    def of(self, tanh: Formula, exp: Formula) -> Formula:
        """Return the formula of weights and of (x1, x2, y), with a peer's functions."""
        return lambda w, d: example.error(w, d[0], d[1], d[2], tanh, lambda v: 1 / (1 + exp(-v)))

    def at_a_point(self) -> dict[str, Callable[[], Any]]:
        """Return everybody who computes the value and the gradient at the example's point, after they agree."""
        w, x, y = self.w, self.x, self.y
        call, function, given = self.tape.value_and_grad, self.tape.function("value_and_grad"), (*self.w, *self.x, self.y)
        runs = {
            f"{OURS}, function": lambda: function(*given),
            f"{OURS}, call": lambda: call(w, x, y),
            "micrograd": self._micrograd,
        }
        if (casadi := peer("casadi")) is not None:
            f, point = casadi_function(self.of(casadi.tanh, casadi.exp), 5, 3), (casadi.DM(w), casadi.DM([*x, y]))
            runs["casadi"] = lambda: f(*point)
        if (ddx := peer("ddx-ad")) is not None:
            runs["ddx, compiled"] = ddx_function(self.of(ddx.tanh, ddx.exp), w, [*x, y])
        if (jax := peer("jax")) is not None:
            runs["jax.jit"] = jax_function(self.of(jax.numpy.tanh, jax.numpy.exp), np.array(w), np.array([*x, y]))
        value, *slopes = example.by_hand(tuple(w), *x, y)
        check(runs, value, slopes)
        hand, fixed, (x1, x2) = example.by_hand, tuple(w), x
        return {"floats by hand": lambda: hand(fixed, x1, x2, y), **runs}

    def _micrograd(self) -> Any:
        w = [MicrogradValue(number) for number in self.w]
        e = example.error(w, *self.x, self.y, example.micrograd_tanh, example.micrograd_sigmoid)
        e.backward()
        return e.data, [v.grad for v in w]

    def _numpy(self) -> Any:
        w10, w11, w12, w20, w21 = self.w
        x1, x2, y = self.X[:, 0], self.X[:, 1], self.t
        h = np.tanh(w10 + w11 * x1 + w12 * x2)
        f = 1 / (1 + np.exp(-(w20 + w21 * h)))
        off = f - y
        d2 = off * f * (1 - f)
        d1 = d2 * w21 * (1 - h * h)
        return 0.5 * np.mean(off * off), (d1.mean(), np.mean(d1 * x1), np.mean(d1 * x2), d2.mean(), np.mean(d2 * h))

    def in_lanes(self) -> dict[str, Callable[[], Any]]:
        """Return everybody who computes the mean value and gradient over all points, after they agree."""
        call, w, X, t = self.tape.value_and_grad, self.w, self.X, self.t
        runs = {OURS: lambda: call(w, X, t, in_axes=(None, 0, 0), reduce="mean"), "numpy by hand": self._numpy}
        columns = np.vstack([X.T, t])
        if (casadi := peer("casadi")) is not None:
            f, given = casadi_function(self.of(casadi.tanh, casadi.exp), 5, 3, LANES), (casadi.DM(w), casadi.DM(columns))
            runs["casadi, mapped"] = lambda: [y / LANES for y in f(*given)]
        if (ddx := peer("ddx-ad")) is not None:
            runs["ddx, compiled"] = ddx_function(self.of(ddx.tanh, ddx.exp), w, columns, LANES)
        if (jax := peer("jax")) is not None:
            f_jax = self.of(jax.numpy.tanh, jax.numpy.exp)
            runs["jax.jit"] = jax_function(lambda w, d: f_jax(w, d).mean(), np.array(w), columns)
        if in_c := compiled_c(f"enum {{ LANES = {LANES} }};\n{WORKED_IN_C}", "lanes"):
            runs["C by hand"] = c_call(in_c, 6, w, X, t)
        each = [example.by_hand(tuple(w), *x, y) for x, y in zip(X.tolist(), t.tolist(), strict=True)]
        value, *slopes = np.mean(each, axis=0)
        check(runs, value, slopes)
        found = call(w, X, t, in_axes=(None, 0, 0))
        agree("values and gradients of each point", np.stack([found[0], *found[1]]).T, each)
        return {**runs, f"{OURS}, a gradient for each": lambda: call(w, X, t, in_axes=(None, 0, 0))}


def main() -> None:
    """Print the tables of the worked example."""
    worked = Worked()
    with one_thread():
        _at_a_point(worked)
        _in_lanes(worked)


def _at_a_point(worked: Worked) -> None:
    timings = race([Contestant(name, run) for name, run in worked.at_a_point().items()], collector_on=True, seconds=4.0)
    peers_heading("Worked example, recorded and replayed at one point", "value and 5 gradients", "micrograd", *COMPILERS)
    race_table(timings, slower_than=("floats by hand",))
    target("function: time / floats by hand", ratio(timings, f"{OURS}, function", "floats by hand"), at_most=1.5)
    target("call with lists: time / floats by hand", ratio(timings, f"{OURS}, call", "floats by hand"), at_most=5)


def _in_lanes(worked: Worked) -> None:
    timings = race([Contestant(name, run) for name, run in worked.in_lanes().items()], collector_on=True, seconds=4.0)
    peers_heading(
        f"Worked example, recorded and replayed at {LANES:,} points",
        "means of value and of 5 gradients; one thread", *COMPILERS, "gcc",
    )  # fmt: skip
    race_table(timings, slower_than=("numpy by hand",))
    for name in (OURS, f"{OURS}, a gradient for each"):
        target(f"{name}: µs a point, median,", 1e6 * timings[name].median / LANES, at_most=0.06)


if __name__ == "__main__":
    main()
