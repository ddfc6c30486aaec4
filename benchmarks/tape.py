"""What does a training step of a network of single neurons take, replayed in lanes, beside matrices and compilers?

micrograd's demo: one sample is recorded, and the hundred points are lanes.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

import nn
from autograd import record, relu
from benchmarks import by_hand
from benchmarks.compilers import (
    PEERS,
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
from benchmarks.micrograd_step import ALPHA, POINTS, SIZES, Step, steps, two_moons
from benchmarks.report import race_table, target
from benchmarks.threads import one_thread
from benchmarks.timing import Contestant, Timing, clock, collector, race, ratio

Array = NDArray[np.float64]
OURS = "wengert tape"


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
        if peer("jax"):
            relu = peer("jax").nn.relu
            in_jax = lambda w, X, t: batch_loss(w, X, t, relu)
            on_matrices["jax.jit"] = jax_function(in_jax, self.matrices, self.X, self.t[:, None])
        if peer("casadi"):
            on_numbers["casadi, mapped"] = self._in_casadi()
        if peer("ddx-ad"):
            columns = np.vstack([self.X.T, self.t])
            on_numbers["ddx, compiled"] = ddx_function(
                lambda w, d: sample(w, d[:2], d[2], lambda v: peer("ddx-ad").max(v, 0.0)), self.params, columns, POINTS
            )
        constants = f"enum {{ H = {SIZES[0]}, POINTS = {POINTS}, PARAMS = {len(self.params)} }};"
        in_c = compiled_c(f"{constants}\nstatic const double ALPHA = {ALPHA!r};\n{NETWORK_IN_C}", "step")
        if in_c:
            on_numbers["C by hand"] = c_call(in_c, 1 + len(self.params), self.params, self.X, self.t)
        value, gradients = self.by_hand()
        check(on_numbers, value, neuron_by_neuron(gradients))
        check(on_matrices, value, neuron_by_neuron(gradients), flat=neuron_by_neuron)
        return on_numbers | on_matrices

    def _torch(self) -> Callable[[], Any]:
        torch = peer("torch")
        weights = [torch.tensor(w, requires_grad=True) for w in self.matrices]
        X, t = torch.tensor(self.X), torch.tensor(self.t[:, None])

        def run() -> Any:
            loss = batch_loss(weights, X, t, torch.relu)
            return loss.detach(), torch.autograd.grad(loss, weights)

        return run

    def _in_casadi(self) -> Callable[[], Any]:
        casadi = peer("casadi")
        function = casadi_function(
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
    peers_heading(
        "micrograd's demo, recorded for one sample and replayed: value and gradient, no update",
        f"MLP 2-16-16-1, {len(network.params)} parameters, {POINTS} points, hinge loss + {ALPHA:g} L2; one thread",
        *PEERS, "gcc",
    )  # fmt: skip
    race_table(timings, slower_than=("torch eager", "numpy by hand"))
    target("time / torch eager", ratio(timings, OURS, "torch eager"), at_most=0.3)
    target("time / numpy by hand", ratio(timings, OURS, "numpy by hand"), at_most=2.5)


def main() -> None:
    """Print the table."""
    network = Network()
    peer("torch")  # before the block, which tells it how many threads to use
    with one_thread():
        demo(network)


if __name__ == "__main__":
    main()
