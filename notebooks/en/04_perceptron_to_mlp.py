# %% [markdown]
# # 4. From the perceptron to the multilayer network
#
# **The question.** A neuron computes $P(x) = f\bigl(w_0 + \sum_i w_i x_i\bigr)$. What can a single one learn, what
# can it never learn, and why does one hidden layer suffice to approximate any continuous function, provided that $f$
# is not a polynomial?

# %%
import numpy as np
from matplotlib import pyplot as plt

import nn
import optim
from autograd import Tensor, Value, draw, explain, grad, relu, set_language, sigmoid, square, tanh

# %% tags=["language"]
lang = "en"
set_language(lang)

# %% [markdown]
# ## One neuron
#
# The bias $w_0$ is a weight like the others once a one is put before the point: with
# $\tilde x = (1, x_1, \dots, x_D)$ the slide's neuron is $P(x) = f(W \tilde x)$. In the library `nn.Neuron` keeps
# $W = (w_0, w_1, \dots, w_D)$ in this order: the three numbers printed are the same.
#
# Every weight is a `Value`, and so the neuron is a computation graph like the one of notebook 1. The derivation
# shows that $\partial P/\partial w_i = f'(z)\,\tilde x_i$: the derivative with respect to a weight is what comes in
# through it, times a common factor.

# %%
neuron = nn.Neuron(2, "sigmoid")
neuron.W = [0.1, 0.4, -0.3]
x = [0.5, -1.2]
x_tilde = np.array([1.0, *x])

print(neuron(x).data)
print(sigmoid(0.1 + 0.4 * x[0] - 0.3 * x[1]))
print(sigmoid(neuron.W @ x_tilde))

x1, x2 = Value(0.5, "x1", requires_grad=False), Value(-1.2, "x2", requires_grad=False)
weights = [neuron.w0, *neuron.w]
for i, w in enumerate(weights):
    w.named(f"w{i}")
explain(neuron([x1, x2]).named("P"), weights)

# %% [markdown]
# ## The activation function
#
# The slide's three, with their derivatives. The sigmoid satisfies $S' = S(1 - S) \le \tfrac14$, and
# $\tanh x = 2S(2x) - 1$ is the same curve on another scale. The derivative of $\mathrm{ReLU}$ is the indicator of
# $x > 0$; at the kink, where any number in $[0, 1]$ is a subgradient, the library takes $0$ (the dot).

# %%
fig, axs = plt.subplots(1, 3, figsize=(8.5, 2.4), layout="constrained")
for ax, name in zip(axs, ("sigmoid", "tanh", "relu"), strict=True):
    nn.plot_activation(name, ax)
plt.show()

# %% [markdown]
# ## The perceptron algorithm
#
# With $f = \operatorname{sign}$ the neuron cuts space in two along the hyperplane $\langle w, \tilde x\rangle = 0$.
# Rosenblatt (1958) trains it point by point, with labels $y = \pm 1$, from $w = 0$:
#
# $$w \leftarrow \begin{cases} w + \eta\, y\, \tilde x, & \text{if } y\langle w, \tilde x\rangle \le 0
# \quad\text{(misclassified)},\\ w, & \text{if } y\langle w, \tilde x\rangle > 0 \quad\text{(well classified)}.
# \end{cases}$$
#
# On the slide the two cases are swapped: what is corrected is a mistake, not the lack of one. `update` makes one step
# and says whether there was a mistake. The rows: the number of the sweep, the mistakes in it, and $W$ at its end.

# %%
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
gates = {"AND": [-1, -1, -1, 1], "OR": [-1, 1, 1, 1]}

perceptron = nn.Perceptron(2)
for sweep in range(1, 20):
    mistakes = [perceptron.update(x, y) for x, y in zip(X, gates["AND"], strict=True)]
    print(sweep, sum(mistakes), perceptron.W)
    if not any(mistakes):
        break

# %% [markdown]
# `fit` goes through the points until none is a mistake. Both gates are learnt.

# %%
learned = {name: nn.Perceptron(2).fit(X, y) for name, y in gates.items()}

fig, axs = plt.subplots(1, 2, figsize=(6, 2.6), layout="constrained")
for ax, (name, perceptron) in zip(axs, learned.items(), strict=True):
    nn.plot_decision_boundary(perceptron, (X, gates[name]), ax)
    ax.set_title(f"{name}:  W = {perceptron.W.astype(int)}")
plt.show()

# %% [markdown]
# The rule is gradient descent, point by point, on the perceptron loss $\max\{0, -y\langle w, \tilde x\rangle\}$,
# whose gradient is $-y\,\tilde x$ at misclassified points and $0$ at the others. The same weights, by
# backpropagation (`zero_grad` sets the gradients to zero, `backward` computes them, `step` makes the step):

# %%
neuron = nn.Neuron(2, None)
neuron.W = [0, 0, 0]
optimizer = optim.SGD(neuron.parameters(), lr=1.0)
for _ in range(10):
    for x, y in zip(X, gates["AND"], strict=True):
        optimizer.zero_grad()
        nn.loss.perceptron_loss(neuron(x), y).backward()
        optimizer.step()
print(neuron.W, learned["AND"].W)

# %% [markdown]
# ## How many mistakes it can make
#
# **Theorem** (Novikoff, 1962). If $y_i\langle u, \tilde x_i\rangle \ge \gamma > 0$ for a unit vector $u$ and all $i$,
# and $|\tilde x_i| \le R$, then the perceptron, from $w = 0$, makes at most $(R/\gamma)^2$ mistakes, in whatever
# order and however often the points are gone through.
#
# *Proof.* Let $w_k$ be the vector after $k$ mistakes. Every correction adds at least $\eta\gamma$ to
# $\langle w, u\rangle$, so that $\langle w_k, u\rangle \ge k\eta\gamma$. Every correction adds at most $\eta^2R^2$ to
# $|w|^2$, for $|w + \eta y\tilde x|^2 = |w|^2 + 2\eta\, y\langle w, \tilde x\rangle + \eta^2|\tilde x|^2$ and the
# middle term is not positive: there was a mistake. Hence
#
# $$k\,\eta\gamma \le \langle w_k, u\rangle \le |w_k| \le \sqrt{k}\,\eta R. \qquad\square$$
#
# The bound depends neither on $D$ nor on the number of points nor on $\eta$. `bound` computes it with the $u$ that
# the perceptron itself has found, which is not the best one. The mistakes on the left, the bound on the right:

# %%
for name, perceptron in learned.items():
    print(f"{name:4} {perceptron.updates:3}   ≤ {perceptron.bound(X, gates[name]):6.1f}")

# %% [markdown]
# With random points, less those with $|\langle u, \tilde x\rangle| < \gamma$, a strip about a known line: the
# narrower it is, the more mistakes, by and large. The bound is for the worst case, which random points are not.

# %%
rng = np.random.default_rng(0)
points = rng.uniform(-1, 1, (500, 2))
extended = np.c_[np.ones(500), points]
u = np.array([0.1, 0.7, -0.7]) / np.linalg.norm([0.1, 0.7, -0.7])
margins, updates, bounds = extended @ u, [], []
gammas = np.geomspace(0.3, 0.01, 12)
for gamma in gammas:
    outside = np.abs(margins) >= gamma
    labels = np.sign(margins[outside])
    updates.append(nn.Perceptron(2).fit(points[outside], labels).updates)
    bounds.append((np.linalg.norm(extended[outside], axis=1).max() / gamma) ** 2)

fig, ax = plt.subplots(figsize=(5.5, 2.8), layout="constrained")
ax.loglog(gammas, bounds, "k--", label="$(R/γ)^2$")
ax.loglog(gammas, updates, "o-", label={"es": "errores", "en": "mistakes"}[lang])
ax.set(xlabel="γ", ylabel="k")
ax.grid(alpha=0.25)
ax.legend()
plt.show()
print(all(k <= most for k, most in zip(updates, bounds, strict=True)))

# %% [markdown]
# ## XOR cannot be learnt
#
# **Proposition** (Minsky and Papert, 1969). No neuron separates the points of XOR. *Proof.* It would take
#
# $$-w_0 > 0,\qquad w_0 + w_2 > 0,\qquad w_0 + w_1 > 0,\qquad -(w_0 + w_1 + w_2) > 0,$$
#
# which add up to $0 > 0$. $\square$
#
# In other words, $\sum_i y_i\,\tilde x_i = 0$. And this sum is what the perceptron adds to $w$ when it is wrong at
# all four points: at the end of the sweep it is back where it started, and as the rule is deterministic, it goes
# round forever.

# %%
xor = [-1, 1, 1, -1]
print("Σ y x̃ =", np.array(xor) @ np.c_[np.ones(4), X])

perceptron = nn.Perceptron(2)
for _ in range(2):
    for x, y in zip(X, xor, strict=True):
        perceptron.update(x, y)
        print(x, f"{y:+d}", perceptron.W, perceptron.updates)
print(perceptron.bound(X, xor))

# %% [markdown]
# ## A hidden layer solves it
#
# Two neurons with $\tanh$ and a linear one for the output, 9 weights in all, trained on the mean squared error by
# backpropagation. Each curve starts from other random weights. The loss is no longer convex: seed 4 ends on a
# plateau, where two points of opposite labels get the same value, half-way between them. Below, the final loss and
# the four values.


# %%
def train_xor(seed, steps=200):
    """Return a network trained on XOR, and its loss before each step."""
    model = nn.MLP(2, [2, 1], "tanh", rng=seed)
    optimizer = optim.Adam(model.parameters(), lr=0.1)
    losses = []
    for _ in range(steps):
        loss = sum((model(x) - y) ** 2 for x, y in zip(X, xor, strict=True)) / 4
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.data)
    return model, losses


runs = [train_xor(seed) for seed in range(5)]
model, _ = runs[0]

# %%
fig, ax = plt.subplots(figsize=(5.5, 2.6), layout="constrained")
for seed, (_, losses) in enumerate(runs):
    ax.semilogy(losses, label=str(seed))
ax.set(xlabel={"es": "pasos", "en": "steps"}[lang], ylabel="e")
ax.grid(alpha=0.25)
ax.legend(title="rng", ncols=2)
plt.show()
for seed, (trained, losses) in enumerate(runs):
    print(seed, f"{losses[-1]:.6f}", [round(trained(x).data, 2) + 0.0 for x in X])

# %% [markdown]
# What the hidden layer does: it takes the four points to $(h_1, h_2) = \tanh(W^{(1)}\tilde x)$, and there a line does
# separate them, the output neuron. On the left the border in the plane of the data, on the right the same one in the
# hidden plane.

# %%
hidden_points = np.array([[h.data for h in model.layers[0](x)] for x in X])

fig, axs = plt.subplots(1, 2, figsize=(6, 2.6), layout="constrained")
nn.plot_decision_boundary(model, (X, xor), axs[0])
nn.plot_decision_boundary(model.layers[1], (hidden_points, xor), axs[1])
axs[1].set(xlabel="$h_1$", ylabel="$h_2$")
plt.show()

# %% [markdown]
# ## The matrix of a layer
#
# A layer of $m$ neurons on $\mathbb R^D$ is $f(W\tilde x)$ with $W$ of shape $m \times (D + 1)$: row $i$ is neuron
# $i$, and the first column holds the biases. All that the network keeps fits into these matrices, and numpy suffices
# to run it. The architecture $(m_0, m_1, \dots, m_{L+1})$ has $\sum_l m_l\,(m_{l-1} + 1)$ weights.

# %%
x = [0.5, -1.2]
W1, W2 = (layer.W for layer in model.layers)
h = np.tanh(W1 @ np.array([1.0, *x]))

print(W1, W1.shape, W2.shape, sep="\n")
print([v.data for v in model.layers[0](x)], h)
print(model(x).data, W2 @ np.array([1.0, *h]))

large = nn.MLP(2, [16, 16, 1], rng=0)
shapes = [layer.W.shape for layer in large.layers]
print(shapes, sum(m * n for m, n in shapes), len(large.parameters()))

# %% [markdown]
# The graph of a network is that of the expression it computes; folded into neurons it is the usual drawing. Here is
# the architecture $(2, 3, 2, 1)$. Inside every box there is a graph like that of the first neuron.

# %%
draw(nn.MLP(2, [3, 2, 1], "tanh", rng=0)([x1, x2]), level="neuron", show="value")

# %% [markdown]
# ## Two moons
#
# Data that no line separates. The perceptron keeps changing its line until the sweeps are over; a network
# $(2, 16, 16, 1)$ of neurons, with the hinge loss $\max\{0, 1 - y\,\hat y\}$, finds a curve. (`tape=True` only
# makes it faster: notebook 8.)

# %%
moons = nn.data.moons(100, noise=0.1, rng=0)
points, labels = moons.x, 2 * moons.t - 1
line = nn.Perceptron(2).fit(points, labels, epochs=50)
curve = nn.MLP(2, [16, 16, 1], rng=0)
history = nn.fit(
    curve, (points, labels), loss="hinge", optimizer=optim.Adam(curve.parameters(), lr=0.02), epochs=60, rng=0,
    verbose=0, tape=True,
)
print(line.updates, history)

fig, axs = plt.subplots(1, 2, figsize=(6.5, 2.6), layout="constrained")
for ax, predictor in zip(axs, (line, curve), strict=True):
    right = np.mean([(predictor(x).data > 0) == (y > 0) for x, y in zip(points, labels, strict=True)])
    nn.plot_decision_boundary(predictor, (points, labels), ax)
    ax.set_title(f"{type(predictor).__name__}: {right:.0%}")
plt.show()

# %% [markdown]
# ## If the activation is linear, layers are wasted
#
# The slide's example: $P_1 = w_0^{(1)} + w_1^{(1)}x_1 + w_2^{(1)}x_2$ and $P_2 = w_0^{(2)} + w_1^{(2)}P_1$. Both
# layers are written with $\tilde x$: the one that multiplies the biases is the coordinate $x_0 = 1$, and so $P_2$
# becomes a homogeneous function of $(x_0, x_1, x_2)$. The label `P.2.w.0` is what gets written as $w^{(2)}_0$.

# %%
x0, x1, x2 = Value(1.0, "x0"), Value(0.5, "x1"), Value(-1.2, "x2")
u0, u1, u2 = (Value(v, f"P.1.w.{i}") for i, v in enumerate((0.1, 0.4, -0.3)))
v0, v1 = (Value(v, f"P.2.w.{i}") for i, v in enumerate((0.2, 0.7)))

P1 = (u0 * x0 + u1 * x1 + u2 * x2).named("P1")
P2 = (v0 * x0 + v1 * P1).named("P2")
explain(P2, [x0, x1, x2])

# %% [markdown]
# The three derivatives are the slide's three coefficients,
#
# $$\bigl(w_0^{(2)} + w_1^{(2)}w_0^{(1)},\quad w_1^{(2)}w_1^{(1)},\quad w_1^{(2)}w_2^{(1)}\bigr),$$
#
# and no $x$ occurs in any. That proves it: if the partial derivatives are constant and $P_2$ vanishes at the origin,
# then $P_2 = \sum_i (\partial P_2/\partial x_i)\,x_i$. Two layers, one affine map.

# %%
P2.backward()
coefficients = np.array([x0.grad, x1.grad, x2.grad])
print(coefficients)
print(coefficients @ [1.0, 0.5, -1.2], P2.data)

# %% [markdown]
# The same with matrices, for any number of layers: the linear layer $x \mapsto W\tilde x$ takes $\tilde x$ to
# $\tilde x$ once the row $(1, 0, \dots, 0)$ is put on top of $W$, and to compose layers is to multiply matrices. A
# linear network $(2, 8, 8, 1)$ of 105 weights is an affine map of 3: on the first line that of the product; on the
# second $P(0)$ and the gradient of the network at some point or other.

# %%
linear = nn.MLP(2, [8, 8, 1], None).requires_grad_(False)
rng, product = np.random.default_rng(0), np.eye(3)
for layer in linear.layers:
    layer.W = rng.normal(size=layer.W.shape)
    product = np.vstack([np.eye(1, len(product)), layer.W]) @ product

print(len(linear.parameters()))
print(product[1])
print([linear([0.0, 0.0]).item(), *grad(linear)([0.3, 0.4])])

# %% [markdown]
# ## If it is a polynomial, likewise
#
# With activation $z^2$ and one hidden layer of width $m$ the network $\sum_j v_j\,(a_j x + b_j)^2 + v_0$ is a
# polynomial of degree at most 2, whatever $m$ is. The degree shows in the derivatives: the third is zero at every
# point, and exactly, for differentiating the graph does not round a zero. The column on the right is the third
# derivative of the same network with $\tanh$.


# %%
def third(activation, width, x):
    """Return the third derivative of a random network with one hidden layer at x."""
    model, rng = nn.MLP(1, [width, 1], activation).requires_grad_(False), np.random.default_rng(0)
    for layer in model.layers:
        layer.W = rng.normal(size=layer.W.shape)
    return grad(grad(grad(lambda x: model([x]))))(x)


for width in (1, 4, 16, 64):
    for x in (-2.0, 0.3, 5.0):
        print(f"{width:3} {x:5} {third('square', width, x):8.1f} {third('tanh', width, x):+12.6f}")

# %% [markdown]
# ## The universal approximation theorem
#
# The networks with one hidden layer and a linear output form the space
#
# $$\mathcal M(\sigma) = \operatorname{span}\{x \mapsto \sigma(w\cdot x - \theta) :
# \theta \in \mathbb R,\ w \in \mathbb R^n\}.$$
#
# **Theorem.** Let $\sigma \in C(\mathbb R)$. Then $\mathcal M(\sigma)$ is dense in $C(\mathbb R^n)$, in the topology
# of uniform convergence on compact sets, if and only if $\sigma$ is not a polynomial.
#
# Cybenko (1989) proved it for continuous sigmoidal functions, by Hahn–Banach; the slide's form is by Leshno, Lin,
# Pinkus and Schocken (1993). The easy half is the section above: if $\sigma$ has degree $d$, all of
# $\mathcal M(\sigma)$ lies in the polynomials of degree at most $d$, a space of finite dimension, hence closed, and
# not all of $C(K)$ for an infinite $K$.
#
# The theorem is about the span, not about how to find the weights. To see it, the hidden layer is trained by Adam
# here, and at the end the output weights are solved for by least squares: the best combination of the $m$ functions
# that the layer offers (and of the constant), which is just what *span* means. The thresholds start spread over the
# interval $[-1, 1]$. The function is $g(x) = e^{-3|x|} + \tfrac3{10}\sin 5x$, with a corner at $0$.


# %%
def g(x):
    return np.exp(-3 * np.abs(x)) + 0.3 * np.sin(5 * x)


grid = np.linspace(-1, 1, 201)[:, None]
target = g(grid)


def approximation(activation, width, rng):
    """Return the fit of a network of one hidden layer on the grid, and the dimension of the span it is taken from."""
    hidden, output = nn.Linear(1, width), nn.Linear(width, 1, rng=rng)
    slopes, thresholds = rng.normal(0, 4, (width, 1)), rng.uniform(-1, 1, width)
    hidden.weight.data, hidden.bias.data = slopes, -slopes[:, 0] * thresholds
    nn.fit(
        lambda x: output(activation(hidden(x))), (grid, target), loss="mse", epochs=400, batch_size=len(grid),
        optimizer=optim.Adam([*hidden.parameters(), *output.parameters()], lr=0.02), shuffle=False,
        verbose=0, tape=True,
    )
    basis = np.hstack([np.ones_like(grid), activation(hidden(Tensor(grid))).data])
    best, _, rank, _ = np.linalg.lstsq(basis, target, rcond=1e-10)
    return basis @ best, int(rank)


activations = {"sigmoid": sigmoid, "tanh": tanh, "relu": relu, "x²": square}
widths = [1, 2, 4, 8, 16, 32, 64]
fits = {
    (name, m): approximation(f, m, np.random.default_rng(0)) for name, f in activations.items() for m in widths
}

# %% [markdown]
# The error, in the supremum norm on the grid, against the width $m$. The dotted line is the root mean square distance
# of $g$ from the parabolas: $\sup|r|$ is never less than the root mean square of $r$, and so no network with $x^2$,
# however wide, can get below it.

# %%
parabola = np.polyval(np.polyfit(grid[:, 0], target[:, 0], 2), grid)
floor = float(np.sqrt(np.mean((parabola - target) ** 2)))
sup = {key: float(np.abs(fit - target).max()) for key, (fit, _) in fits.items()}

fig, ax = plt.subplots(figsize=(6, 3.5), layout="constrained")
for name, marker in zip(activations, "osD^", strict=True):
    ax.loglog(widths, [sup[name, m] for m in widths], f"{marker}-", label=name)
ax.axhline(floor, color="0.3", ls=":")
ax.set(xlabel="m", ylabel="sup |r|", xticks=widths, xticklabels=widths)
ax.minorticks_off()
ax.grid(alpha=0.25)
ax.legend()
plt.show()

print("m       ", *(f"{m:9}" for m in widths))
for name in activations:
    print(f"{name:8}", *(f"{sup[name, m]:9.4f}" for m in widths))
    print(" " * 8, *(f"dim {fits[name, m][1]:5}" for m in widths))
print(f"{floor:.4f}")

# %% [markdown]
# Under each error stands the numerical dimension of the space that the fit is taken from, the constant included.
# With $x^2$ it never exceeds 3 however many neurons there are, and from $m = 2$ on the error does not move; with
# the others it grows with $m$. For large $m$ it falls short of $m + 1$: sigmoids are so smooth, and so alike, that
# floating point cannot tell them all apart, and a $\mathrm{ReLU}$ whose kink has left the interval is affine on it
# (which happens for small $m$ too). Of the pace at which the error falls the theorem says nothing; that it may rise
# with $m$ is due to training, which does not always find good weights.
#
# The pictures show that the corner at $x = 0$ is what smooth activations find hardest; with $\mathrm{ReLU}$ it is
# enough that one neuron puts its kink there.

# %%
fig, axs = plt.subplots(1, 4, figsize=(9, 2.4), sharey=True, layout="constrained")
for ax, name in zip(axs, activations, strict=True):
    ax.plot(grid, target, "k", lw=3, alpha=0.25)
    for m in (2, 8, 64):
        ax.plot(grid, fits[name, m][0], lw=1.2, label=f"m = {m}")
    ax.set(title=name, xlabel="x")
fig.legend(*axs[0].get_legend_handles_labels(), loc="outside right")
plt.show()

# %% [markdown]
# ## Exercises
#
# **1.** Solve XOR without training: write down the matrices of a network $(2, 2, 1)$ with $\mathrm{ReLU}$ that gives
# exactly $\pm 1$ at the four points.
#
# <details><summary>Solution</summary>
#
# As a function of $s = x_1 + x_2$, XOR is $-1, 1, -1$ at $s = 0, 1, 2$: a piecewise linear function with a kink at
# $s = 1$, namely $-1 + 2s - 4\,\mathrm{ReLU}(s - 1)$, and at these points $s = \mathrm{ReLU}(s)$.
#
# ```python
# by_hand = nn.MLP(2, [2, 1])
# by_hand.layers[0].W = [[0, 1, 1], [-1, 1, 1]]
# by_hand.layers[1].W = [[-1, 2, -4]]
# print([by_hand(x).data for x in X])
# ```
#
# </details>
#
# **2.** With $L$ hidden layers of activation $z^2$, what is the degree of the network? Check it for $L = 2$. Does the
# class become dense when $L$ may grow?
#
# <details><summary>Solution</summary>
#
# The degree is at most $2^L$: with two layers the fourth derivative is constant and the fifth is zero. For each fixed
# $L$ the class lies in a space of finite dimension and is not dense; if $L$ grows without bound, polynomials of all
# degrees are reached ($z^2$ makes products, $4ab = (a + b)^2 - (a - b)^2$), and then it is, by Weierstrass. The
# theorem is about width, not about depth.
#
# ```python
# deep = nn.MLP(1, [3, 3, 1], "square", rng=0).requires_grad_(False)
# derivative = lambda x: deep([x])
# for order in range(1, 6):
#     derivative = grad(derivative)
#     print(order, [round(derivative(x), 6) for x in (-1.0, 0.3, 2.0)])
# ```
#
# </details>
#
# **3.** Prove the theorem for $\mathrm{ReLU}$ on an interval: write down the matrices of a network that interpolates
# a continuous function linearly at $m + 1$ nodes, and bound its error.
#
# <details><summary>Solution</summary>
#
# With nodes $t_0 < \dots < t_m$ and slopes $s_1, \dots, s_m$ the interpolant is
# $g(t_0) + \sum_{j=1}^{m} (s_j - s_{j-1})\,\mathrm{ReLU}(x - t_{j-1})$, where $s_0 = 0$. Its error is at most the
# modulus of continuity $\omega_g(h)$ at the distance $h$ of the nodes, which tends to zero because $g$ is uniformly
# continuous. Compare the error of 16 neurons placed like this with that of the trained ones.
#
# ```python
# nodes = np.linspace(-1, 1, 17)
# slopes = np.diff(g(nodes)) / np.diff(nodes)
# broken = nn.MLP(1, [16, 1])
# broken.layers[0].W = np.c_[-nodes[:-1], np.ones(16)]
# broken.layers[1].W = [[g(nodes[0]), *np.diff(slopes, prepend=0)]]
# print(max(abs(broken([x]).data - np.interp(x, nodes, g(nodes))) for x in grid[:, 0]))
# print(max(abs(broken([x]).data - g(x)) for x in grid[:, 0]), sup["relu", 16])
# ```
#
# </details>
