# %% [markdown]
# # 8. The tape
#
# **The question.** In training the function is always the same and only the numbers change. Why build its graph
# again in every step? There is no need to: write down once the list of elementary operations, the one that R. E.
# Wengert published (*Communications of the ACM* 7, 1964), then run through the list. Here the slide's function is
# recorded, its derivative is read line by line, and we see what is gained and what is risked.

# %%
import json
import tempfile
import time
import warnings
from itertools import pairwise
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

import nn
import optim
from autograd import AutogradError, BranchChanged, Tape, grad, ops, record, set_language, sigmoid, tanh, value_and_grad

# %% tags=["language"]
lang = "en"
set_language(lang)

# %% [markdown]
# ## The list
#
# `record` runs the function once and writes down what it did. The arguments are the inputs: five weights, two data
# and the answer $y$. With `optimize=False` each operation stays on its line, as it was run.


# %%
def error(w, x, y):
    """The slide's error as a function of the weights w20, w21, w10, w11, w12, of the point and of the answer."""
    f = sigmoid(w[0] + w[1] * tanh(w[2] + w[3] * x[0] + w[4] * x[1]))
    return 0.5 * (y - f) ** 2


start, x, y = [0.2, 0.7, 0.1, 0.4, -0.3], [0.5, -1.2], 1.0
literal = record(error, start, x, y, optimize=False)
print(literal)

# %% [markdown]
# The same list as a program. It is the slide's decomposition, from the bottom up: $z_g$ in the first lines, then
# $g = \tanh(z_g)$, $z_f$, $f = S(z_f)$ and $e$.

# %%
print(literal.source("value"))

# %% [markdown]
# And the list of the derivative: the same lines and, below, backpropagation. In order one reads $-(y - f)$, with
# its factors $\frac12$ and $2$; $S'(z_f) = f(1 - f)$; the product of both, $\delta_f$; $\delta_f\, w_{21}$;
# $\tanh'(z_g) = 1 - g^2$; the product $\delta_g$; and the slide's partial derivatives, $\delta_g x_2$,
# $\delta_g x_1$, $\delta_f\, g$. Those by $w_{20}$ and $w_{10}$ are $\delta_f$ and $\delta_g$ themselves, and cost
# nothing.

# %%
print(literal.source("grad"))

# %% [markdown]
# Nobody wrote those lines: recording keeps the operations of the way forward only, and those of the way back are
# written by the rules of differentiation, applied to lines in place of numbers. Without `optimize=False` the list
# gets shorter: what is repeated is computed once, and sums of products are gathered into a `dot`.

# %%
tape = record(error, start, x, y)
print(tape)

# %% [markdown]
# ## What a gradient costs
#
# A line $v = u\,w$ asks on the way back for $\bar u \mathrel{+}= \bar v\,w$ and $\bar w \mathrel{+}= \bar v\,u$:
# two products and two additions. With the line itself that is five operations in place of one, and an addition asks
# for less. Hence the theorem of the cheap gradient: value and gradient of a rational function cost at most five
# times what the value does, *however many variables there are* (W. Baur and V. Strassen, 1983; A. Griewank, 1989).
# Differences would take $n + 1$ values. We count lines, of the product $x_1 x_2 \cdots x_n$ and of Rosenbrock's
# function.


# %%
def product(x):
    """The product of all numbers."""
    total = x[0]
    for factor in x[1:]:
        total = total * factor
    return total


def rosenbrock(x):
    """Rosenbrock's valley in any dimension."""
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in pairwise(x))


def lines(f, n):
    """Return how many lines the value takes, and how many the value with its gradient."""
    listed = record(f, [0.5] * n, optimize=False)
    return [listed.source(kind).count("\n        v") for kind in ("value", "value_and_grad")]


# %%
sizes = [2, 5, 10, 20, 50, 100, 200, 500]
fig, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
for f, words in ((product, "x₁x₂⋯xₙ"), (rosenbrock, "Rosenbrock")):
    counted = [lines(f, n) for n in sizes]
    ax.plot(sizes, [both / one for one, both in counted], "o-", label=words)
    print(words, counted[-1])
ax.plot(sizes, [n + 1 for n in sizes], "k:", label="n + 1")
ax.axhline(5, color="gray", lw=1, ls="--")
ax.set(xscale="log", yscale="log", xlabel="n", ylabel="(f, ∇f) / f")
ax.legend()
plt.show()

# %% [markdown]
# ## Replaying
#
# The tape is called as the function is, with other numbers. It builds no graph: it runs the program above,
# compiled. The numbers are those of the original function.

# %%
elsewhere = ([-0.4, 1.1, 0.3, 0.2, 0.9], [1.0, 2.0], 0.0)
print(tape.value(*elsewhere), error(*elsewhere))
print(np.array(tape.grad(*elsewhere)))
print(np.array(grad(error)(*elsewhere)))

# %% [markdown]
# Second derivatives are further lines of the same list. The Hessian at the slide's point has eigenvalues of both
# signs: $e$ is not convex there. And two are zero, with reason: $e$ sees $w_{10}, w_{11}, w_{12}$ only through
# $z_g = w_{10} + w_{11}x_1 + w_{12}x_2$, so that it does not change along $(-x_1, 1, 0)$, nor along $(-x_2, 0, 1)$.
# Of a function with several results comes the Jacobian: that of polar coordinates has determinant $r$.

# %%
H = np.array(tape.hessian(start, x, y))
print(np.round(np.linalg.eigvalsh(H), 6) + 0.0)
flat = [[0, 0], [0, 0], [-x[0], -x[1]], [1, 0], [0, 1]]
print(f"{abs(H @ flat).max():.0e}")

polar = record(lambda p: [p[0] * ops.cos(p[1]), p[0] * ops.sin(p[1])], [1.0, 0.0])
J = np.array(polar.jacobian([2.5, 0.8]))
print(np.round(J, 6), np.linalg.det(J))

# %% [markdown]
# ## Many samples at once
#
# The function was written for one point. With `in_axes` the list is run through once for all of them: each line
# works on a column of numbers, one a sample (`None` marks what all have in common). With `reduce="mean"` out come
# the mean error and its gradient.

# %%
rng = np.random.default_rng(0)
X = rng.normal(size=(1000, 2))
Y = (X[:, 0] > X[:, 1]).astype(float)
mean, slopes = tape.value_and_grad(start, X, Y, in_axes=(None, 0, 0), reduce="mean")
one_by_one = np.array([error(start, point, answer) for point, answer in zip(X, Y, strict=True)])
print(mean, one_by_one.mean())
print(np.round(slopes, 6))

# %% [markdown]
# The weights may vary as well. Here $w_{11}$ and $w_{21}$ run over a grid and the others stay: a single call gives
# the error and the gradient at all points of the grid. The arrows are $-\nabla e$ in that plane; they cross the
# level curves at right angles. There is a saddle at $w_{21} = 0$ and that $w_{11}$ which makes $z_g = 0$: there
# both partial derivatives vanish, $\delta_f\, w_{21}\tanh'(z_g)\, x_1$ and $\delta_f \tanh z_g$.

# %%
n = 33
w11, w21 = np.meshgrid(np.linspace(-4, 4, n), np.linspace(-4, 4, n))
many = np.tile(start, (n * n, 1))
many[:, 3], many[:, 1] = w11.ravel(), w21.ravel()
e, slopes = tape.value_and_grad(many, x, y, in_axes=(0, None, None))
down = [-part.reshape(n, n)[::3, ::3] for part in (slopes[3], slopes[1])]

fig, ax = plt.subplots(figsize=(4.8, 4), layout="constrained")
drawn = ax.contourf(w11, w21, e.reshape(n, n), levels=16, cmap="viridis")
ax.contour(w11, w21, e.reshape(n, n), levels=16, colors="white", linewidths=0.4)
ax.quiver(w11[::3, ::3], w21[::3, ::3], *down, color="white", angles="xy")
ax.set(xlabel="$w_{11}$", ylabel="$w_{21}$", aspect="equal")
fig.colorbar(drawn, label="e")
plt.show()

# %% [markdown]
# ## What is risked: an `if`
#
# The list is that of *one* run. If the function decides something by an `if`, the list has the branch that was
# taken. Replayed where the other is due, it would give, in silence, the value of another function: the classic
# mistake of tapes. So each comparison is noted as a guard, and made again in every replay.


# %%
def bent(x):
    """x² to the right of 0, -x to the left."""
    return x * x if x > 0 else -x


right = record(bent, 2.0)
print(right)
try:
    right.value([3.0, -1.0, 0.5, -2.0], in_axes=0)
except BranchChanged as trouble:
    print(f"\nBranchChanged: {trouble}\n\n{trouble.lanes}")

# %% [markdown]
# The message says which comparison, where, and in which samples. There are two ways out. With `on_branch="record"`
# the other branch is recorded when it is needed, and each sample follows its own. Or one does not branch: `relu`,
# `maximum` and `where` are operations, with a line of their own. In it `where` chooses between the two sides, both
# of them computed; the condition is written with `ops.greater`, which is an operation, and not with `>`, which is a
# question.

# %%
both = record(bent, 2.0, on_branch="record")
print(both.value([3.0, -1.0, 0.5, -2.0], in_axes=0), both.grad([3.0, -1.0, 0.5, -2.0], in_axes=0))

chosen = record(lambda x: ops.where(ops.greater(x, 0.0), x * x, -x), 2.0)
print(chosen.source("value"))
print(chosen.value([3.0, -1.0, 0.5, -2.0], in_axes=0))
print(record(ops.relu, 2.0).source("value_and_grad"))

# %% [markdown]
# ## What would be frozen
#
# A random number drawn while recording would be the same for ever; such a recording is refused.

# %%
try:
    record(lambda x: x + rng.normal(), 1.0)
except AutogradError as trouble:
    print(trouble)

# %% [markdown]
# A number taken out of the graph with `.item()` is frozen, too. That may be on purpose, so there is only a warning.
# The list shows what happened: the factor is the $2$ it was recorded with, and at $x = 5$ it does not give $x^2$.

# %%
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    frozen = record(lambda x: x * x.item(), 2.0)
print(caught[0].message)
print(frozen.source("value"))
print(frozen.value(5.0))

# %% [markdown]
# ## What is gained
#
# Value and gradient of the slide: with the graph of `Value`, with the tape, with the compiled function inside it,
# and with the tape on the thousand samples (for each). The table says how many times as fast as the first; the
# numbers change from one machine to the next.


# %%
def seconds(call, times):
    """Return how long a call takes, the best of five rounds."""
    best = float("inf")
    for _ in range(5):
        began = time.perf_counter()
        for _ in range(times):
            call()
        best = min(best, (time.perf_counter() - began) / times)
    return best


plain, compiled = value_and_grad(error), tape.function("value_and_grad")
graph = seconds(lambda: plain(start, x, y), 100)
lanes = seconds(lambda: tape.value_and_grad(start, X, Y, in_axes=(None, 0, 0)), 20) / len(X)
print(f"tape            {graph / seconds(lambda: tape.value_and_grad(start, x, y), 1000):7.0f} ×")
print(f"tape.function   {graph / seconds(lambda: compiled(*start, *x, y), 1000):7.0f} ×")
print(f"in_axes         {graph / lanes:7.0f} ×")

# %% [markdown]
# ## Training with a tape
#
# `nn.fit(…, tape=True)` records the loss of a batch and replays it for the others. The losses have to be the same,
# up to rounding: it is the same computation, organized otherwise. Here, the moons with a network of single neurons.

# %%
moons = nn.data.moons(200, noise=0.1, rng=0)
losses, took = {}, {}
for taped in (False, True):
    model = nn.MLP(2, [8, 8, 1], rng=0)
    adam = optim.Adam(model.parameters(), lr=0.02)
    began = time.perf_counter()
    history = nn.fit(model, moons, loss="mse", optimizer=adam, epochs=8, rng=0, verbose=0, tape=taped)
    took[taped], losses[taped] = time.perf_counter() - began, np.array(history["loss"])
faster = {"es": "veces más rápido", "en": "times as fast"}[lang]
print(np.round(losses[True], 6))
print(f"Δ = {abs(losses[True] - losses[False]).max():.0e},  {took[False] / took[True]:.1f} {faster}")

# %% [markdown]
# ## The whole step
#
# The example's last slide, $w \leftarrow w - \eta\,\partial e/\partial w$, is a function too: from the old weights
# to the new. If what is recorded calls `value_and_grad`, the list holds the way forward, the way back and the
# update. For $f(w) = (w - 3)^2$ it can be taken in at a glance:


# %%
def descent(w):
    """One step of gradient descent on (w - 3)²; returns the value before it, and the new w."""
    value, slope = value_and_grad(lambda w: (w - 3.0) ** 2)(w)
    return value, w - 0.1 * slope


print(record(descent, 0.0).source("value"))

# %% [markdown]
# With an optimizer that remembers, the state goes in and comes out along with the weights: `pure` is the rule
# without the object. This is one step of Adam for the same function; one recognizes the two moving averages, with
# their factors, the corrections $1 - \beta^t$, the root and $\varepsilon$ (D. Kingma and J. Ba, 2015).

# %%
adam = optim.Adam.pure(lr=0.1)


def adam_step(w, state):
    """One step of Adam on (w - 3)²."""
    value, slope = value_and_grad(lambda w: (w - 3.0) ** 2)(w)
    return value, *adam.update(w, slope, state)


print(adam.init(0.0))
print(record(adam_step, 0.0, adam.init(0.0)).source("value"))

# %% [markdown]
# In earnest: a network of arrays that fits $\sin 3x$. The same step of Adam, three hundred times: with the object
# `optim.Adam` and `backward`, and as a single tape.

# %%
inputs = np.linspace(-1, 1, 64)[:, None]
targets = np.sin(3 * inputs)


def net():
    """A fresh network, the same each time."""
    return nn.Sequential(nn.Linear(1, 16, rng=0), nn.Tanh(), nn.Linear(16, 1, rng=1))


model = net()
optimizer = optim.Adam(model.parameters(), lr=0.02)
began, by_object = time.perf_counter(), []
for _ in range(300):
    loss = ((model(inputs) - targets) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    by_object.append(loss.item())
took_object = time.perf_counter() - began

# %%
rule = optim.Adam.pure(lr=0.02)


def squared(w):
    """The mean squared error of the same network, as a function of its weights."""
    return ((tanh(inputs @ w["V"].T + w["a"]) @ w["U"].T + w["b"] - targets) ** 2).mean()


def step(w, state):
    """Loss, new weights and new state."""
    value, slopes = value_and_grad(squared)(w)
    return value, *rule.update(w, slopes, state)


w = dict(zip(("V", "a", "U", "b"), (p.data.copy() for p in net().parameters()), strict=True))
state = rule.init(w)
whole = record(step, w, state)
began, by_tape = time.perf_counter(), []
for _ in range(300):
    loss, w, state = whole.value(w, state)
    by_tape.append(float(loss))
took_tape = time.perf_counter() - began

# %%
gap = abs(np.array(by_tape) - by_object).max()
print(f"{by_object[0]:.6f} → {by_object[-1]:.6f},  Δ = {gap:.0e},  {took_object / took_tape:.1f} {faster}")

fig, ax = plt.subplots(figsize=(6, 3), layout="constrained")
ax.semilogy(by_object, lw=5, alpha=0.4, label="optim.Adam")
ax.semilogy(by_tape, lw=1.5, label="record(step)")
ax.set(xlabel={"es": "pasos", "en": "steps"}[lang], ylabel={"es": "pérdida", "en": "loss"}[lang])
ax.legend()
ax.grid(alpha=0.25)
plt.show()

# %% [markdown]
# ## In a file
#
# A list can be kept. The file is JSON: operations, where their operands come from, and constants, nothing that is
# run; it may be accepted from anyone. Constants are in base sixteen, so that they come back to the last bit.

# %%
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "error.tape"
    tape.save(path)
    kept, again = json.loads(path.read_text()), Tape.load(path)
for key in ("ops", "codes", "arguments", "constants", "outputs"):
    print(f"{key:<11}{json.dumps(kept[key])}")
print(again.value_and_grad(start, x, y) == tape.value_and_grad(start, x, y))

# %% [markdown]
# ## Exercises
#
# **1.** The formula $\partial (x_1 \cdots x_n)/\partial x_i = \prod_{j \ne i} x_j$, taken literally, asks for
# $n(n - 2)$ products for the whole gradient. How many lines do value and gradient take in the list, as a function
# of $n$? Which product does each line of the way back compute?
#
# <details><summary>Solution</summary>
#
# The way forward is $n - 1$ products, $p_k = p_{k-1} x_k$. On the way back each of them asks for two:
# $s_{k-1} = s_k x_k$, which is the product $x_k \cdots x_n$ of the tail, and
# $\partial/\partial x_k = s_k\, p_{k-1}$. In all there are $3(n - 1)$ lines; the empty tail, the $1.0$ with which
# it all begins, is multiplied, too.
#
# ```python
# for n in (3, 6, 12):
#     print(n, lines(product, n))
# print(record(product, [0.5] * 4, optimize=False).source("value_and_grad"))
# ```
#
# </details>
#
# **2.** Heron's method, $s \leftarrow \frac12(s + a/s)$ until $|s^2 - a|$ is small, has a `while`. Record it at
# $a = 2$ and replay it at $a = 10$. What happens, and what mends it? Is $1/(2\sqrt a)$ the derivative?
#
# <details><summary>Solution</summary>
#
# At $a = 10$ more rounds are needed: the guard of the `while` comes out otherwise, and the tape refuses. With
# `on_branch="record"` another list is recorded, with more rounds. What is differentiated is the iteration, a
# rational function of $a$; its derivative converges to that of the root, and equals it here up to rounding.
#
# ```python
# def heron(a):
#     s = a
#     while abs(s * s - a) > 1e-12 * a:
#         s = 0.5 * (s + a / s)
#     return s
#
#
# try:
#     record(heron, 2.0).value(10.0)
# except BranchChanged as trouble:
#     print(trouble)
# print(record(heron, 2.0, on_branch="record").value_and_grad(10.0), (10**0.5, 0.5 / 10**0.5))
# ```
#
# </details>
#
# **3.** Record one step of Newton's method for the minimum of $\cosh x - 2x$, with `grad` and `grad(grad(…))`
# inside the recorded function, and read the list. Where does it converge to?
#
# <details><summary>Solution</summary>
#
# The step is $x - (\sinh x - 2)/\cosh x$, and that is what the list holds, without a trace of the two
# differentiations. The minimum is where $\sinh x = 2$, and the correct digits double with each step.
#
# ```python
# def well(x):
#     return ops.cosh(x) - 2 * x
#
#
# newton = record(lambda x: x - grad(well)(x) / grad(grad(well))(x), 1.0)
# print(newton.source("value"))
# point = 1.0
# for _ in range(6):
#     point = newton.value(point)
#     print(point, point - np.arcsinh(2))
# ```
#
# </details>
