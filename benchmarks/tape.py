"""What does a replayed tape cost, beside code written by hand and beside compilers?

The demo's network with a sample in each lane, the worked example at one point and at a thousand, graphs of 65,000 and of
a million ops, the price of a gradient, and a Hessian. Peers that are not installed are left out, and named.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import importlib.util
import multiprocessing
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations, islice, pairwise
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import psutil
from micrograd.engine import Value as MicrogradValue
from numpy.typing import NDArray

import nn
from autograd import Tape, Value, cos, record, relu, sigmoid, sin, tanh
from benchmarks import by_hand, graphs
from benchmarks.micrograd_step import ALPHA, POINTS, SIZES, Step, micrograd_nn_on, steps, two_moons
from benchmarks.report import agree, duration, heading, race_table, table, target
from benchmarks.threads import one_thread
from benchmarks.timing import Contestant, Timing, clock, collector, race, ratio

Array = NDArray[np.float64]
Formula = Callable[..., Any]

PEERS = {"micrograd": "micrograd", "torch": "torch", "jax": "jax", "casadi": "casadi", "ddx-ad": "ddx"}
COMPILERS = ("jax", "casadi", "ddx-ad")  # may be missing; in `PEERS` is how each package is imported
OURS = "wengert tape"
LANES = 1000  # of the worked example


# --- peers ------------------------------------------------------------------------------------------------------------


def _peer(package: str) -> Any:
    """Import a peer, None if it is not installed: here, so that processes which have no use for it do without it."""
    if importlib.util.find_spec(PEERS[package]) is None:
        return None
    if package == "jax":
        # One thread, as for all others; it is only asked before the first computation.
        os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
    module = importlib.import_module(PEERS[package])
    if package == "jax":
        module.config.update("jax_enable_x64", True)
    return module


def _heading(title: str, details: str, *peers: str) -> None:
    """Print a table's heading, and which of its peers are not installed; "gcc" stands for C."""
    there = [peer for peer in peers if peer != "gcc" and _peer(peer) is not None]
    heading(title, f"{details}; doubles, collector on", *there)
    missing = [peer for peer in peers if peer not in there and not (peer == "gcc" and shutil.which("gcc"))]
    if missing:
        print(f"  not installed, and without a row: {', '.join(missing)}")


def _jax(f: Formula, *given: Any, derivative: str = "value_and_grad") -> Callable[[], Any]:
    """Return a compiled derivative of a formula of arrays by its first argument, at these arguments."""
    jax = _peer("jax")
    compiled = jax.jit(getattr(jax, derivative)(f))
    arrays = jax.tree.map(jax.numpy.asarray, given)
    return lambda: jax.block_until_ready(compiled(*arrays))


def _casadi(f: Formula, weights: int, others: int, lanes: int = 0) -> Any:
    """Return a casadi function of weights and of what is in one lane, or in several, of which it adds up the results."""
    casadi = _peer("casadi")
    w, x = casadi.SX.sym("w", weights), casadi.SX.sym("x", others)
    y = f(casadi.vertsplit(w), casadi.vertsplit(x))
    function = casadi.Function("f", [w, x], [y, casadi.gradient(y, w)])
    return function.map("lanes", "serial", lanes, [0], [0, 1]) if lanes else function


def _ddx(f: Formula, w: Sequence[float], columns: Any, lanes: int = 0) -> Callable[[], Any]:
    """Return ddx's value and gradient at a point, or in several lanes, compiled, in the same memory at each call."""
    ddx = _peer("ddx-ad")

    def model() -> Any:
        return f([ddx.var(f"w{i}") for i in range(len(w))], [ddx.param(f"x{i}") for i in range(len(columns))])

    equation = ddx.equation(model).compile(points=lanes) if lanes else ddx.equation(model).compile()
    # Each lane has weights of its own here; that they are the same cannot be said.
    columns = np.asarray(columns, dtype=float)
    given = np.vstack([np.tile(np.array(w)[:, None], lanes), columns]) if lanes else np.concatenate([w, columns])
    call = equation.buffer(given)

    def run() -> Any:
        call()
        return (call.value.mean(), call.jacobian.mean(axis=-1)) if lanes else (call.value, call.jacobian)

    return run


def _compiled_c(text: str, name: str) -> Any:
    """Return a C function of pointers to doubles, compiled with gcc; None if there is no gcc, or it fails."""
    if shutil.which("gcc") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        code, library = Path(folder, "by_hand.c"), Path(folder, "by_hand.so")
        code.write_text(text, encoding="utf-8")
        command = ["gcc", "-O3", "-march=native", "-shared", "-fPIC", "-o", str(library), str(code), "-lm"]
        if subprocess.run(command, check=False).returncode:
            return None
        return ctypes.CDLL(str(library))[name]  # what is loaded stays when the file is gone


def _c_call(function: Any, results: int, *given: Any) -> Callable[[], Any]:
    """Return a call of a C function with arrays, the last of them for the value and the gradient."""
    arrays = [np.ascontiguousarray(x, dtype=float) for x in given]
    found = np.zeros(results)
    pointers = [ctypes.c_void_p(a.ctypes.data) for a in (*arrays, found)]

    def run(kept: Any = arrays) -> Any:  # the pointers alone would not keep them
        function(*pointers)
        return found[0], found[1:]

    return run


def _check(runs: dict[str, Callable[[], Any]], value: float, gradient: Any, flat: Callable[[Any], Any] = np.ravel) -> None:
    """Hold everybody's value and gradient, as (value, gradient), against these."""
    for name, run in runs.items():
        y, slopes = run()
        agree(f"values of {name} and by hand", float(y), value)
        agree(f"gradients of {name} and by hand", flat(_bare(slopes)), gradient)


def _bare(x: Any) -> Any:
    """Return a matrix of casadi's as an array; all else as it is."""
    return x.full() if hasattr(x, "full") else x


# --- 1. micrograd's step ----------------------------------------------------------------------------------------------


def sample(params: Sequence[Any], x: Sequence[Any], t: Any, relu: Formula = relu) -> Any:
    """The demo's loss of a single point, on single numbers: per neuron its weights, then its bias."""
    rest, h = iter(params), list(x)
    for layer, width in enumerate(SIZES):
        z = []
        for _ in range(width):
            w = [next(rest) for _ in h]
            z.append(sum(wi * hi for wi, hi in zip(w, h, strict=True)) + next(rest))
        h = z if layer == len(SIZES) - 1 else [relu(v) for v in z]
    return relu(1 - t * h[0]) + ALPHA * sum(p * p for p in params)


def batch_loss(weights: Sequence[Any], X: Any, t: Any, relu: Formula) -> Any:
    """The same on matrices, for all points; of torch's tensors or jax's arrays."""
    W1, b1, W2, b2, W3, b3 = weights
    scores = relu(relu(X @ W1 + b1) @ W2 + b2) @ W3 + b3
    return relu(1 - t * scores).mean() + ALPHA * sum((w * w).sum() for w in weights)


def matrices(params: Sequence[float]) -> list[Array]:
    """Return W₁, b₁, W₂, … of numbers that come neuron by neuron."""
    found, start = [], 0
    for n, m in pairwise([2, *SIZES]):
        block = np.array(params[start : start + m * (n + 1)]).reshape(m, n + 1)
        found += [np.ascontiguousarray(block[:, :-1].T), block[:, -1].copy()]
        start += block.size
    return found


def neuron_by_neuron(arrays: Sequence[Any]) -> Array:
    """Return what `matrices` takes apart."""
    pairs = zip(arrays[::2], arrays[1::2], strict=True)
    return np.concatenate([np.column_stack([np.asarray(W).T, np.asarray(b)]).ravel() for W, b in pairs])


# The outer loop is over points, and what is inside runs over neurons, whose sums need no order: gcc makes vectors of them.
NETWORK_IN_C = """
void step(const double *p, const double *x, const double *t, double *out) {
    double w1[2][H], b1[H], w2[H][H], b2[H], g1[2][H] = {0}, gb1[H] = {0}, g2[H][H] = {0}, gb2[H] = {0}, g3[H] = {0};
    double loss = 0, gb3 = 0;
    const double *second = p + 3 * H, *w3 = second + (H + 1) * H;
    for (int j = 0; j < H; j++) {
        for (int i = 0; i < 2; i++) w1[i][j] = p[3 * j + i];
        for (int i = 0; i < H; i++) w2[i][j] = second[(H + 1) * j + i];
        b1[j] = p[3 * j + 2];
        b2[j] = second[(H + 1) * j + H];
    }
    for (int n = 0; n < POINTS; n++) {
        double h[H], k[H], score = w3[H];
        for (int j = 0; j < H; j++) {
            double z = w1[0][j] * x[2 * n] + w1[1][j] * x[2 * n + 1] + b1[j];
            h[j] = z > 0 ? z : 0;
        }
        for (int j = 0; j < H; j++) k[j] = b2[j];
        for (int i = 0; i < H; i++) for (int j = 0; j < H; j++) k[j] += w2[i][j] * h[i];
        for (int j = 0; j < H; j++) k[j] = k[j] > 0 ? k[j] : 0;
        for (int j = 0; j < H; j++) score += w3[j] * k[j];
        double margin = 1 - t[n] * score, g = margin > 0 ? -t[n] / POINTS : 0;
        double gh[H] = {0}, gk[H];
        loss += margin > 0 ? margin / POINTS : 0;
        gb3 += g;
        for (int j = 0; j < H; j++) {
            g3[j] += g * k[j];
            gk[j] = k[j] > 0 ? g * w3[j] : 0;
            gb2[j] += gk[j];
        }
        for (int j = 0; j < H; j++) for (int i = 0; i < H; i++) {
            g2[j][i] += gk[j] * h[i];
            gh[i] += gk[j] * second[(H + 1) * j + i];
        }
        for (int i = 0; i < H; i++) {
            gh[i] = h[i] > 0 ? gh[i] : 0;
            gb1[i] += gh[i];
            g1[0][i] += gh[i] * x[2 * n];
            g1[1][i] += gh[i] * x[2 * n + 1];
        }
    }
    double *o = out + 1;
    for (int j = 0; j < H; j++) { *o++ = g1[0][j]; *o++ = g1[1][j]; *o++ = gb1[j]; }
    for (int j = 0; j < H; j++) { for (int i = 0; i < H; i++) *o++ = g2[j][i]; *o++ = gb2[j]; }
    for (int j = 0; j < H; j++) *o++ = g3[j];
    *o = gb3;
    for (int i = 0; i < PARAMS; i++) { loss += ALPHA * p[i] * p[i]; out[1 + i] += 2 * ALPHA * p[i]; }
    out[0] = loss;
}
"""


class Network:
    """The demo's network and its points, in the words of each contestant, all with the same weights."""

    def __init__(self) -> None:
        points, labels = two_moons(POINTS)
        self.X, self.t = np.array(points), np.array(labels)
        self.params = [p.data for p in nn.MLP(2, SIZES, rng=0).parameters()]
        self.matrices = matrices(self.params)
        self.tape = record(sample, self.params, points[0], labels[0])
        self._hand = by_hand.Network(self.matrices, by_hand.hinge, self.X, self.t[:, None], 0.0)

    def replayed(self) -> Any:
        """Return the value and the gradient from the tape."""
        return self.tape.value_and_grad(self.params, self.X, self.t, in_axes=(None, 0, 0), reduce="mean")

    def value(self) -> Any:
        """Return the value alone from the tape."""
        return self.tape.value(self.params, self.X, self.t, in_axes=(None, 0, 0), reduce="mean")

    def by_hand(self) -> Any:
        """Return them from numpy, each derivative worked out on paper."""
        loss, gradients = self._hand.gradients()
        weights = self._hand.parameters
        loss += ALPHA * sum(float(np.vdot(w, w)) for w in weights)
        return loss, [g + 2 * ALPHA * w for g, w in zip(gradients, weights, strict=True)]

    def contestants(self) -> dict[str, Callable[[], Any]]:
        """Return everybody, after all values and gradients agree."""
        on_numbers, on_matrices = {OURS: self.replayed}, {"numpy by hand": self.by_hand, "torch eager": self._torch()}
        if _peer("jax"):
            relu = _peer("jax").nn.relu
            on_matrices["jax.jit"] = _jax(lambda w, X, t: batch_loss(w, X, t, relu), self.matrices, self.X, self.t[:, None])
        if _peer("casadi"):
            on_numbers["casadi, mapped"] = self._casadi()
        if _peer("ddx-ad"):
            columns = np.vstack([self.X.T, self.t])
            on_numbers["ddx, compiled"] = _ddx(
                lambda w, d: sample(w, d[:2], d[2], lambda v: _peer("ddx-ad").max(v, 0.0)), self.params, columns, POINTS
            )
        constants = f"enum {{ H = {SIZES[0]}, POINTS = {POINTS}, PARAMS = {len(self.params)} }};"
        in_c = _compiled_c(f"{constants}\nstatic const double ALPHA = {ALPHA!r};\n{NETWORK_IN_C}", "step")
        if in_c:
            on_numbers["C by hand"] = _c_call(in_c, 1 + len(self.params), self.params, self.X, self.t)
        value, gradients = self.by_hand()
        _check(on_numbers, value, neuron_by_neuron(gradients))
        _check(on_matrices, value, neuron_by_neuron(gradients), flat=neuron_by_neuron)
        return on_numbers | on_matrices

    def _torch(self) -> Callable[[], Any]:
        torch = _peer("torch")
        weights = [torch.tensor(w, requires_grad=True) for w in self.matrices]
        X, t = torch.tensor(self.X), torch.tensor(self.t[:, None])

        def run() -> Any:
            loss = batch_loss(weights, X, t, torch.relu)
            return loss.detach(), torch.autograd.grad(loss, weights)

        return run

    def _casadi(self) -> Callable[[], Any]:
        casadi = _peer("casadi")
        function = _casadi(
            lambda w, d: sample(w, d[:2], d[2], lambda v: casadi.fmax(v, 0)), len(self.params), 3, lanes=POINTS
        )
        w, columns = casadi.DM(self.params), casadi.DM(np.vstack([self.X.T, self.t]))

        def run() -> Any:
            y, g = function(w, columns)
            return y / POINTS, g / POINTS

        return run


def _graph_anew(step: Step) -> Timing:
    """Return the times of building the graph and differentiating it, without an update."""

    def run() -> None:
        step.clear()
        step.forward().backward()

    # The collector is not to walk all that the peers have imported.
    gc.freeze()
    try:
        with collector(True):
            return Timing([clock(run)[0] for _ in range(3)])
    finally:
        gc.unfreeze()


def demo(network: Network) -> None:
    """Print the table of micrograd's step."""
    timings = race([Contestant(name, run) for name, run in network.contestants().items()], collector_on=True, seconds=6.0)
    for name, step in steps().items():
        timings[f"{name}, built anew"] = _graph_anew(step)
    _heading(
        "micrograd's demo, recorded for one sample and replayed: value and gradient, no update",
        f"MLP 2-16-16-1, {len(network.params)} parameters, {POINTS} points, hinge loss + {ALPHA:g} L2; one thread",
        *PEERS, "gcc",
    )  # fmt: skip
    race_table(timings, slower_than=("torch eager", "numpy by hand"))
    target("time / torch eager", ratio(timings, OURS, "torch eager"), at_most=0.3)
    target("time / numpy by hand", ratio(timings, OURS, "numpy by hand"), at_most=2.5)


# --- 2. the worked example --------------------------------------------------------------------------------------------

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
        # Imported here: it imports torch, which the processes of the recordings are to do without.
        self.example = example = importlib.import_module("benchmarks.worked_example")
        self.w, self.x, self.y = list(example.WEIGHTS), [example.X1, example.X2], example.Y
        self.tape = record(lambda w, x, y: example.error(w, *x, y, tanh, sigmoid), self.w, self.x, self.y)
        generator = np.random.default_rng(0)
        self.X, self.t = generator.normal(size=(LANES, 2)), generator.uniform(size=LANES)

    def of(self, tanh: Formula, exp: Formula) -> Formula:
        """Return the formula of weights and of (x1, x2, y), with a peer's functions."""
        return lambda w, d: self.example.error(w, d[0], d[1], d[2], tanh, lambda v: 1 / (1 + exp(-v)))

    def at_a_point(self) -> dict[str, Callable[[], Any]]:
        """Return everybody who computes the value and the gradient at the example's point, after they agree."""
        example, w, x, y = self.example, self.w, self.x, self.y
        call, function, given = self.tape.value_and_grad, self.tape.function("value_and_grad"), (*self.w, *self.x, self.y)
        runs = {
            f"{OURS}, function": lambda: function(*given),
            f"{OURS}, call": lambda: call(w, x, y),
            "micrograd": self._micrograd,
        }
        if (casadi := _peer("casadi")) is not None:
            f, point = _casadi(self.of(casadi.tanh, casadi.exp), 5, 3), (casadi.DM(w), casadi.DM([*x, y]))
            runs["casadi"] = lambda: f(*point)
        if (ddx := _peer("ddx-ad")) is not None:
            runs["ddx, compiled"] = _ddx(self.of(ddx.tanh, ddx.exp), w, [*x, y])
        if (jax := _peer("jax")) is not None:
            runs["jax.jit"] = _jax(self.of(jax.numpy.tanh, jax.numpy.exp), np.array(w), np.array([*x, y]))
        value, *slopes = example.by_hand(tuple(w), *x, y)
        _check(runs, value, slopes)
        hand, fixed, (x1, x2) = example.by_hand, tuple(w), x
        return {"floats by hand": lambda: hand(fixed, x1, x2, y), **runs}

    def _micrograd(self) -> Any:
        example = self.example
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
        if (casadi := _peer("casadi")) is not None:
            f, given = _casadi(self.of(casadi.tanh, casadi.exp), 5, 3, LANES), (casadi.DM(w), casadi.DM(columns))
            runs["casadi, mapped"] = lambda: [y / LANES for y in f(*given)]
        if (ddx := _peer("ddx-ad")) is not None:
            runs["ddx, compiled"] = _ddx(self.of(ddx.tanh, ddx.exp), w, columns, LANES)
        if (jax := _peer("jax")) is not None:
            f_jax = self.of(jax.numpy.tanh, jax.numpy.exp)
            runs["jax.jit"] = _jax(lambda w, d: f_jax(w, d).mean(), np.array(w), columns)
        if in_c := _compiled_c(f"enum {{ LANES = {LANES} }};\n{WORKED_IN_C}", "lanes"):
            runs["C by hand"] = _c_call(in_c, 6, w, X, t)
        each = [self.example.by_hand(tuple(w), *x, y) for x, y in zip(X.tolist(), t.tolist(), strict=True)]
        value, *slopes = np.mean(each, axis=0)
        _check(runs, value, slopes)
        found = call(w, X, t, in_axes=(None, 0, 0))
        agree("values and gradients of each point", np.stack([found[0], *found[1]]).T, each)
        return {**runs, f"{OURS}, a gradient for each": lambda: call(w, X, t, in_axes=(None, 0, 0))}


def worked_example() -> None:
    """Print the tables of the worked example."""
    worked = Worked()
    timings = race([Contestant(name, run) for name, run in worked.at_a_point().items()], collector_on=True, seconds=4.0)
    _heading("Worked example, recorded and replayed at one point", "value and 5 gradients", "micrograd", *COMPILERS)
    race_table(timings, slower_than=("floats by hand",))
    target("function: time / floats by hand", ratio(timings, f"{OURS}, function", "floats by hand"), at_most=1.5)
    target("call with lists: time / floats by hand", ratio(timings, f"{OURS}, call", "floats by hand"), at_most=5)

    timings = race([Contestant(name, run) for name, run in worked.in_lanes().items()], collector_on=True, seconds=4.0)
    _heading(
        f"Worked example, recorded and replayed at {LANES:,} points",
        "means of value and of 5 gradients; one thread", *COMPILERS, "gcc",
    )  # fmt: skip
    race_table(timings, slower_than=("numpy by hand",))
    for name in (OURS, f"{OURS}, a gradient for each"):
        target(f"{name}: µs a point, median,", 1e6 * timings[name].median / LANES, at_most=0.06)


# --- 3. large recordings ----------------------------------------------------------------------------------------------


def _written_out() -> tuple[Formula, list[Any]]:
    """Return the demo's loss of all points, in micrograd's own words, and its parameters."""
    points, labels = two_moons(POINTS)
    step = Step(micrograd_nn_on(Value).MLP(2, SIZES), float, points, labels)
    params = step.model.parameters()
    generator = random.Random(0)
    for p in params:
        p.data = generator.uniform(-1.0, 1.0)
    return lambda _: step.forward(), params


def _chain() -> tuple[Formula, list[Any]]:
    """Return y ← tanh(y w + x), round and round: a million ops, each of which needs the one before."""
    chain = graphs.Chain()
    return lambda _: chain.build(1_000_000), chain.leaves


def _wide() -> tuple[Formula, list[Any]]:
    """Return a sum of 500,000 different products, one term after the other: a million ops."""

    def total(x: Sequence[Any]) -> Any:
        y = 0.0
        for a, b in islice(combinations(x, 2), 500_000):
            y = y + a * b
        return y

    return total, [Value(i / 1001.0) for i in range(1001)]


WORK = {"demo": _written_out, "chain": _chain, "sum of products": _wide}
PHASES = ("record", "first value", "value again", "first gradient", "gradient again", "free")


def _recorded(name: str) -> tuple[int, int, int, int, list[float]]:
    """Return how many ops were written and kept, the bytes of the list, resident bytes, and the seconds of each phase.

    To be run in a fresh process: one that was large before has room that the system does not see being taken again.
    """
    f, leaves = WORK[name]()
    numbers = [v.data for v in leaves]
    written = _ops(record(f, leaves, optimize=False))
    gc.collect()
    process = psutil.Process()
    before = process.memory_info().rss
    seconds, tape = clock(lambda: record(f, leaves))
    times = [seconds]
    for run in (tape.value, tape.value, tape.value_and_grad, tape.value_and_grad):
        times.append(clock(lambda run=run: run(numbers))[0])
    resident = process.memory_info().rss - before
    kept, nbytes, held = _ops(tape), tape.nbytes, [tape]
    del tape, run
    times.append(clock(lambda: (held.clear(), gc.collect()))[0])  # a tape and what it compiled hold each other
    return written, kept, nbytes, resident, times


def _started(name: str) -> tuple[int, list[tuple[float, float]]]:
    """Return the number of ops, and of some tries the seconds to record, and then to get the first gradient."""
    f, leaves = WORK[name]()
    numbers = [v.data for v in leaves]
    found = []
    for _ in range(5):
        gc.collect()
        recorded, tape = clock(lambda: record(f, leaves))
        found.append((recorded, clock(lambda tape=tape: tape.value_and_grad(numbers))[0]))
    return _ops(record(f, leaves, optimize=False)), found


def _ops(tape: Tape) -> int:
    return sum(tape.program.counts().values())


def recordings() -> None:
    """Print the table of large recordings."""
    rows = []
    fresh = multiprocessing.get_context("spawn")
    for name in WORK:
        with fresh.Pool(1) as pool:
            written, kept, nbytes, resident, times = pool.apply(_recorded, (name,))
        sizes = [f"{nbytes / written:.1f}", f"{resident / written:.0f}"]
        rows.append([f"{name}, {written:,} ops", f"{kept:,}", *map(duration, times), *sizes])
    with fresh.Pool(1) as pool:
        count, tries = pool.apply(_started, ("demo",))
    heading(
        "Recorded operation by operation, and replayed at one point",
        "doubles; collector on; each row once, in a fresh process; bytes are of an op as it was written", "psutil",
    )  # fmt: skip
    table(["", "ops kept", *PHASES, "tape.nbytes", "resident"], rows)
    print("    ops kept: after equal ones are shared and chains of additions gathered; resident: with both lists prepared")
    recorded, first = (median(seconds) / count * 1e6 for seconds in zip(*tries, strict=True))
    print(f"    demo, medians of {len(tries)}: µs an op to record {recorded:.2f}, to derive, prepare and run {first:.2f}")
    target("demo: record and first gradient, µs an op, median,", median(map(sum, tries)) / count * 1e6, at_most=8)


# --- 4. gradient over function ----------------------------------------------------------------------------------------


def rosenbrock(x: Any) -> Any:
    """Σ 100 (xᵢ₊₁ - xᵢ²)² + (1 - xᵢ)²."""
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in pairwise(x))


def random_formula(ops: int, inputs: int = 100, seed: int = 0) -> Formula:
    """Return a formula drawn at random: tanh, sin, cos or S of a sum, difference or product of two earlier results."""
    generator = random.Random(seed)
    inner, outer = [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b], [tanh, sin, cos, sigmoid]
    # The last thousand results are drawn from, so that it gets deep as well as wide.
    plan = [
        (generator.choice(outer), generator.choice(inner), *(generator.randrange(max(0, n - 1000), n) for _ in range(2)))
        for n in range(inputs, inputs + ops // 2)
    ]
    unused = sorted({*range(inputs + ops // 2)}.difference(*(step[2:] for step in plan)))

    def formula(x: Sequence[Any]) -> Any:
        v = list(x)
        for f, g, a, b in plan:
            v.append(f(g(v[a], v[b])))
        return sum([v[i] for i in unused])

    return formula


def gradients(network: Network) -> None:
    """Print what a gradient costs over its function."""
    generator = random.Random(1)
    start = [generator.uniform(-1.0, 1.0) for _ in range(10_000)]
    valley, few = record(rosenbrock, start), start[:100]
    formula = record(random_formula(10_000), few)
    pairs = {
        "Rosenbrock of 10,000 variables": (lambda: valley.value(start), lambda: valley.value_and_grad(start)),
        f"the demo's MLP, {POINTS} lanes": (network.value, network.replayed),
        f"a random formula of {_ops(formula):,} ops": (
            lambda: formula.value(few), lambda: formula.value_and_grad(few)
        ),
    }  # fmt: skip
    rows, reached = [], {}
    for name, (value, both) in pairs.items():
        timings = race([Contestant("value", value), Contestant("both", both)], collector_on=True, seconds=2.0)
        reached[name] = ratio(timings, "both", "value")
        rows.append([name, duration(timings["value"].median), duration(timings["both"].median)])
    heading("Value and gradient over the value alone, both replayed", "doubles; collector on; medians")
    table(["", "value", "value and gradient"], rows)
    for name, found in reached.items():
        target(f"{name}: time / value alone", found, at_most=4)


# --- 5. a Hessian -----------------------------------------------------------------------------------------------------


def exact_hessian(x: Sequence[float]) -> list[list[Fraction]]:
    """Return Rosenbrock's second derivatives at these floats, without any rounding."""
    xs, n = [Fraction(v) for v in x], len(x)
    H = [[Fraction(0)] * n for _ in range(n)]
    for i in range(n - 1):
        H[i][i] += 1200 * xs[i] ** 2 - 400 * xs[i + 1] + 2
        H[i + 1][i + 1] += 200
        H[i][i + 1] = H[i + 1][i] = -400 * xs[i]
    return H


def _off(found: Any, exact: list[list[Fraction]]) -> float:
    """Return the largest relative difference of any entry; what is 0 has to be 0."""
    worst = 0.0
    for row, right in zip(np.asarray(_bare(found)).tolist(), exact, strict=True):
        for a, b in zip(row, right, strict=True):
            worst = max(worst, float(abs(Fraction(a) - b) / abs(b)) if b else 0.0 if a == 0.0 else np.inf)
    return worst


def hessian(n: int = 100) -> None:
    """Print the table of Rosenbrock's Hessian."""
    generator = random.Random(2)
    x = [generator.uniform(-1.0, 1.0) for _ in range(n)]
    exact, tape = exact_hessian(x), record(rosenbrock, x)
    runs = {OURS: lambda: tape.hessian(x)}
    if _peer("jax"):
        valley = lambda x: (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()
        runs["jax.jit(jax.hessian)"] = _jax(valley, np.array(x), derivative="hessian")
    if (casadi := _peer("casadi")) is not None:
        s = casadi.SX.sym("x", n)
        sparse = casadi.Function("H", [s], [casadi.hessian(rosenbrock(casadi.vertsplit(s)), s)[0]])
        point = casadi.DM(x)
        runs["casadi, sparse"] = lambda: sparse(point)
    if (ddx := _peer("ddx-ad")) is not None:
        equation = ddx.equation(lambda: rosenbrock([ddx.var(f"x{i}") for i in range(n)])).compile()
        call = equation.buffer(np.array(x), want=ddx.Want.HESSIAN)
        runs["ddx, compiled"] = lambda: call() or call.hessian
    off = {name: _off(run(), exact) for name, run in runs.items()}
    timings = race([Contestant(name, run) for name, run in runs.items()], collector_on=True, seconds=3.0)
    _heading(f"Hessian of Rosenbrock's function of {n} variables", "one thread", *COMPILERS)
    race_table(timings, slower_than=(OURS,))
    print(f"    largest relative difference to the exact one: {', '.join(f'{name} {e:.2g}' for name, e in off.items())}")
    target("largest relative difference to the exact Hessian", off[OURS], at_most=1e-12)


def main() -> None:
    """Print the tables."""
    recordings()
    network = Network()
    _peer("torch")  # before the block, which tells it how many threads to use
    with one_thread():
        demo(network)
        worked_example()
        gradients(network)
        hessian()


if __name__ == "__main__":
    main()
