# %% [markdown]
# # 6. Optimizers
#
# **The question.** The slide lists eight rules: gradient descent, stochastic, with momentum, mini-batch, Adagrad,
# RMSProp, AdaDelta and Adam. How do they differ, what does each one mend, and what does it break? Each rule is shown
# as a formula, seen running on four landscapes, and then on data, where something comes in that landscapes do not
# have: noise.

# %%
from functools import partial

import numpy as np
from matplotlib import pyplot as plt

import optim
from autograd import Tensor, grad, hessian, set_language
from optim.functions import beale, ravine, rosenbrock, saddle

# %% tags=["language"]
lang = "en"
set_language(lang)

# %% [markdown]
# ## The rules
#
# The formulas are not written down anywhere: the library feeds letters in place of numbers to the very function that
# runs in training, and writes out what comes of it. The first one is Cauchy's (1847). The gradient $g$ may be that of
# the whole loss, that of a single sample (stochastic; Robbins and Monro, 1951) or that of a batch: *the rule is the
# same*, as the comparison of the two formulas says. The differences are in the data, and are seen further below.

# %%
print(optim.SGD.formula() == optim.GradientDescent.formula())
optim.GradientDescent.formula()

# %% [markdown]
# **Momentum** (Polyak, 1964). A velocity $v$ gathers gradients: what changes sign cancels, what persists adds up, as
# far as $g/(1 - \mu)$.

# %%
optim.SGD.formula(momentum=0.9)

# %% [markdown]
# **Adagrad** (Duchi, Hazan and Singer, 2011). Every weight gets a rate of its own, $\eta/\sqrt G$, where $G$ is the
# sum of all its squared gradients. As $G$ only grows, the rate only falls.

# %%
optim.Adagrad.formula()

# %% [markdown]
# **RMSProp** (Tieleman and Hinton, 2012). A running mean in place of the sum: the rule forgets, and the rate can rise
# again.

# %%
optim.RMSprop.formula()

# %% [markdown]
# **AdaDelta** (Zeiler, 2012). Zeiler remarks that in the rules before, the units are wrong: a step should be measured
# in units of $w$, and $g/\sqrt v$ has none. So he multiplies by $\sqrt u$, the mean size of the steps before, and no
# rate is needed ($\eta = 1$).

# %%
optim.Adadelta.formula()

# %% [markdown]
# **Adam** (Kingma and Ba, 2015). Momentum and RMSProp together. Both means start from zero and at first fall short by
# the factors $1 - \beta_1^t$ and $1 - \beta_2^t$; the hats correct for that.

# %%
optim.Adam.formula()

# %% [markdown]
# ## Under a constant gradient
#
# The simplest experiment: the gradient is $g$ throughout. How far has each rule travelled after $n$ steps? (`pure`
# gives the rule as a function of weights, gradient and state.)
#
# - GD travels $\eta g n$, and with momentum, in the long run, $\eta g n/(1 - \mu)$: they depend on $g$. On the
#   right, with $g$ a hundred times smaller, they travel a hundredth of the distance.
# - Adagrad travels $\eta\sum_{k\le n} 1/\sqrt k \approx 2\eta\sqrt n$: slope $\tfrac12$ on logarithmic scales. It
#   slows down though nothing asks for it.
# - RMSProp and Adam travel $\eta n$ in the long run, whatever $g$ is: $\eta$ is the length of the step. (On the
#   left Adam covers GD.) RMSProp begins with longer steps, because its mean is not corrected.
# - AdaDelta does not depend on $g$ either, as long as $(1 - \rho)\,g^2$ is much larger than $\epsilon$, but its first
#   step is about $\sqrt{\epsilon/(1 - \rho)}$ long: its history begins empty. It starts slowly, then gathers speed.

# %%
pure_rules = {
    "GD": optim.GradientDescent.pure(lr=0.01), "momentum": optim.SGD.pure(lr=0.01, momentum=0.9),
    "Adagrad": optim.Adagrad.pure(lr=0.01), "RMSprop": optim.RMSprop.pure(lr=0.01, alpha=0.9),
    "Adadelta": optim.Adadelta.pure(), "Adam": optim.Adam.pure(lr=0.01),
}  # fmt: skip


def travelled(rule, g, steps=300):
    """Return how far a rule has come after each step under a constant gradient."""
    w, state, distances = 0.0, rule.init(0.0), []
    for _ in range(steps):
        w, state = rule.update(w, g, state)
        distances.append(-w)
    return distances


# %%
fig, axs = plt.subplots(1, 2, figsize=(8, 2.9), layout="constrained", sharey=True)
for ax, g in zip(axs, (1.0, 0.01), strict=True):
    for name, rule in pure_rules.items():
        ax.loglog(range(1, 301), travelled(rule, g), label=name)
    ax.set(title=f"g = {g:g}", xlabel="n", ylabel="$|w_n - w_0|$")
    ax.grid(alpha=0.25)
axs[0].legend(fontsize="small")
plt.show()

# %% [markdown]
# ## The races
#
# Four landscapes, hard for different reasons, six rules, three hundred steps. The rates were chosen by hand so that
# each path shows the character of its rule; the table is no tournament (at other rates other rules win: exercise 1).


# %%
def six_rules(gd, momentum, adagrad, rmsprop, adam):
    """Return the rules by name, with these learning rates."""
    return {
        "GD": partial(optim.GradientDescent, lr=gd), "momentum": partial(optim.SGD, lr=momentum, momentum=0.9),
        "Adagrad": partial(optim.Adagrad, lr=adagrad), "RMSprop": partial(optim.RMSprop, lr=rmsprop, alpha=0.9),
        "Adadelta": optim.Adadelta, "Adam": partial(optim.Adam, lr=adam),
    }  # fmt: skip


races = [
    optim.race(six_rules(0.001, 0.0005, 0.5, 0.02, 0.1), rosenbrock, steps=300),
    optim.race(six_rules(0.01, 0.004, 0.3, 0.03, 0.1), beale, steps=300),
    optim.race(six_rules(0.05, 0.02, 0.2, 0.02, 0.05), saddle, steps=300),
    optim.race(six_rules(0.038, 0.006, 0.4, 0.03, 0.1), ravine, steps=300),
]

# %% tags=["picture"]
windows = [None, (-0.2, 3.8, -2.1, 1.9), None, (-2.7, 0.7, -0.8, 0.8)]
fig, axs = plt.subplots(2, 2, figsize=(8, 7), layout="constrained")
for ax, contest, window in zip(axs.flat, races, windows, strict=True):
    contest.plot(ax, window=window, dots=False, legend=False)
fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=8, fontsize="small", columnspacing=1.2)
plt.show()

# %% [markdown]
# What each landscape shows:
#
# - **Rosenbrock.** The valley is soon found and slowly followed: along it the gradient is small. GD hardly moves, and
#   Adagrad slows down: it spent its rate on the first gradients, which are huge. Momentum picks up speed along the
#   bottom, having zigzagged on the walls.
# - **Beale.** Velocity is inertia, too: momentum overshoots and returns; the other rules turn earlier.
# - **Saddle.** GD and momentum first go almost straight toward the saddle point, because there the gradient points
#   along $x$. The rules that divide each coordinate by its own size, $\sqrt G$ or $\sqrt v$, make the steps in $x$
#   and in $y$ equal, and leave diagonally; AdaDelta even more toward $y$, where the gradient grows, and with it the
#   history of steps $u$.
# - **Ravine.** GD zigzags; momentum swings with decreasing amplitude; the rules with a rate for each coordinate make
#   the ravine round. (No magic: the ravine is aligned with the axes; turned by forty-five degrees, they lose much of
#   the advantage.) RMSProp, with a fixed $\eta$, never stops for good: near the minimum its steps are still about
#   $\eta$ long.

# %%
for contest in races:
    print(contest.f.name, contest, sep="\n", end="\n\n")

# %% [markdown]
# ## Momentum in the ravine
#
# On a quadratic function, in a direction of eigenvalue $\lambda$, the rule is
# $x_{n+1} = (1 + \mu - \eta\lambda)\,x_n - \mu\,x_{n-1}$. The roots of $z^2 - (1 + \mu - \eta\lambda)z + \mu$ have
# product $\mu$; unless they are real and distinct, both have modulus $\sqrt\mu$, *whatever* $\lambda$ is. The least
# $\mu$ for which this is so on all of $[\lambda_1, \lambda_n]$, with
# $\eta = 4/(\sqrt{\lambda_1} + \sqrt{\lambda_n})^2$, gives
# $$\sqrt\mu = \frac{\sqrt\kappa - 1}{\sqrt\kappa + 1} \qquad\text{instead of}\qquad \frac{\kappa - 1}{\kappa + 1}$$
# (Polyak, 1964): the square root of the condition number. The table compares the rates of the theory with those
# measured between steps 100 and 200; that of momentum is a little higher because at both ends the root is double,
# and the error is like $n\mu^{n/2}$.

# %%
low, high = np.linalg.eigvalsh(hessian(ravine)([0.0, 0.0]))
kappa = high / low
root = (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)
best = {
    "GD": partial(optim.GradientDescent, lr=2 / (low + high)),
    "momentum": partial(optim.SGD, lr=4 / (np.sqrt(low) + np.sqrt(high)) ** 2, momentum=root**2),
}
fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
for (name, path), rate in zip(optim.race(best, ravine).paths.items(), ((kappa - 1) / (kappa + 1), root), strict=True):
    errors = np.linalg.norm(path, axis=1)
    ax.semilogy(errors, label=name)
    print(f"{name:9} {rate:.3f}   {(errors[200] / errors[100]) ** 0.01:.3f}")
ax.set(xlabel="n", ylabel="$|x_n|$")
ax.legend()
ax.grid(alpha=0.25)
plt.show()

# %% [markdown]
# ## Adam near a saddle point
#
# From $(-1.2, \varepsilon)$, how many steps does each rule take to leave, $|y| > \tfrac12$? To descent each factor of
# a thousand in $\varepsilon$ costs the same number of steps more (notebook 3), and to momentum too, though fewer.
# Adam's first step in $y$ is $\eta$ long, however small the gradient is: its sign is enough. (In the last two columns
# $|g|$ is no longer much larger than its $\epsilon$; that costs it a step or two.)

# %%
rules = six_rules(0.05, 0.02, 0.2, 0.02, 0.05)
offsets = (1e-2, 1e-5, 1e-8, 1e-11)
print("ε", *(f"{offset:11.0e}" for offset in offsets), sep="        ")
for name in ("GD", "momentum", "Adam"):
    paths = [optim.race({name: rules[name]}, saddle, (-1.2, offset), 350).paths[name] for offset in offsets]
    print(f"{name:9}", *(f"{np.argmax(np.abs(path[:, 1]) > 0.5):11}" for path in paths), sep="        ")

# %% [markdown]
# ## A loss on data
#
# Now $L(w) = \frac1n\sum_i \ell_i(w)$ with $\ell_i(w) = (w_0 + w_1x_i - t_i)^2$ and $n = 256$: linear regression,
# with two weights, so that paths can still be drawn. The square is expanded so that one function serves at a point,
# on a grid, and for any batch.

# %%
rng = np.random.default_rng(0)
n = 256
X = rng.uniform(-1, 2, n)
T = 0.5 + 1.5 * X + rng.normal(0, 0.8, n)
all_samples = np.arange(n)


def loss(w, batch=all_samples):
    """Return the mean of (w0 + w1 x - t)² over the samples of a batch, or of several in the rows of an array."""
    x, t = X[batch], T[batch]
    return (
        w[0] ** 2 + 2 * w[0] * w[1] * x.mean(-1) + w[1] ** 2 * (x * x).mean(-1)
        - 2 * (w[0] * t.mean(-1) + w[1] * (x * t).mean(-1)) + (t * t).mean(-1)
    )  # fmt: skip


H = hessian(lambda w: loss(w))([0.0, 0.0])
w_best = np.linalg.solve(H, -np.array(grad(lambda w: loss(w))([0.0, 0.0])))
print(H, np.linalg.eigvalsh(H), w_best, loss(w_best), sep="\n")

# %% [markdown]
# ## The batch
#
# `descend` is one loop for all three versions; the only thing that changes is the batch whose gradient it takes.
# The batch is drawn at random, with replacement; with $b = n$ it is all the data. (`runs` runs several at once, on
# independent batches, to take means; a `Tensor` is to an array what a `Value` is to a number.)


# %%
def descend(batch_size, steps, lr=0.1, schedule=None, runs=1):
    """Return the points of gradient descent on batches, an array (steps + 1, runs, 2)."""
    rng = np.random.default_rng(1)
    w = [Tensor(np.full(runs, start), requires_grad=True) for start in (-1.5, -0.5)]
    optimizer = optim.SGD(w, lr=lr)
    schedule = schedule(optimizer) if schedule else None
    points = [[p.data for p in w]]
    for _ in range(steps):
        batch = all_samples if batch_size == n else rng.integers(n, size=(runs, batch_size))
        optimizer.zero_grad()
        loss(w, batch).sum().backward()
        optimizer.step()
        if schedule:
            schedule.step()
        points.append([p.data for p in w])
    return np.array(points).transpose(0, 2, 1)


# %%
fig, axs = plt.subplots(1, 3, figsize=(8.4, 2.9), layout="constrained")
for ax, b in zip(axs, (n, 32, 1), strict=True):
    optim.plot_paths({f"b = {b}": descend(b, 80)[:, 0]}, loss, ax, window=(-2, 1.6, -1.2, 2.4))
    ax.plot(*w_best, "k*", markersize=12, markeredgecolor="white", zorder=8)
    ax.set(xlabel="$w_0$", ylabel="$w_1$")
plt.show()

# %% [markdown]
# The same $\eta$, the same eighty steps, the same start. With $b = n$ the path is smooth; with $b = 32$ it trembles;
# with $b = 1$ it wanders about the minimum, the star. The gradient of a batch is an unbiased estimate of the
# gradient; how spread out is it?
#
# **Proposition.** If the batch $B$ is drawn with replacement, $g_B = \frac1b\sum_{i\in B}\nabla\ell_i$ satisfies
# $E\,g_B = \nabla L$ and $E\,|g_B - \nabla L|^2 = \sigma^2/b$, with
# $\sigma^2 = \frac1n\sum_i|\nabla\ell_i - \nabla L|^2$. *Proof.* It is the variance of a mean of $b$ independent
# variables. $\square$
#
# Measured with two thousand batches of each size, at the start; the line is $\sigma^2/b$. The deviation falls only as
# $1/\sqrt b$: a batch a hundred times larger costs a hundred times as much and gives one digit.


# %%
def batch_gradients(w, batches):
    """Return the gradient of the loss for each row of a matrix of batches."""
    many = [np.full(len(batches), coordinate) for coordinate in w]
    return np.array(grad(lambda w: loss(w, batches).sum())(many)).T


each = batch_gradients((-1.5, -0.5), all_samples[:, None])
full = each.mean(axis=0)
sigma2 = ((each - full) ** 2).sum(axis=1).mean()
sizes = 2 ** np.arange(9)
spread = [
    ((batch_gradients((-1.5, -0.5), rng.integers(n, size=(2000, b))) - full) ** 2).sum(axis=1).mean() for b in sizes
]

fig, ax = plt.subplots(figsize=(5.5, 3), layout="constrained")
ax.loglog(sizes, sigma2 / sizes, "k--", label=r"$\sigma^2/b$")
ax.loglog(sizes, spread, "o", label=r"$E\,|g_B - \nabla L|^2$")
ax.set(xlabel="b", ylabel={"es": "varianza", "en": "variance"}[lang])
ax.legend()
ax.grid(alpha=0.25)
plt.show()
print(f"{np.polyfit(np.log(sizes), np.log(spread), 1)[0]:.3f}")

# %% [markdown]
# The number is the slope of the points. So what are small batches good for? What costs is not the step but the
# sample. The same against the number of samples seen, in epochs (one epoch: $n$ samples): in the first, $b = 1$ has
# made 256 steps and GD one. Later the roles change: with constant $\eta$, small batches stop improving.

# %%
fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
for b, epochs in ((1, 12), (32, 12), (n, 60)):
    path = descend(b, epochs * n // b)[:, 0]
    ax.loglog(np.arange(1, len(path)) * b / n, loss(path[1:].T) - loss(w_best), label=f"b = {b}", lw=1.2)
ax.set(xlabel={"es": "épocas", "en": "epochs"}[lang], ylabel=r"$L(w) - L(w^*)$", ylim=(1e-6, None))
ax.legend()
ax.grid(alpha=0.25)
plt.show()

# %% [markdown]
# ## The noise floor, and how to get below it
#
# In one dimension, near the minimum, $e_{k+1} = (1 - \eta\lambda)\,e_k - \eta\xi_k$ with noise $\xi_k$ of variance
# $\tau^2$. The stationary variance $V$ satisfies $V = (1 - \eta\lambda)^2V + \eta^2\tau^2$, that is,
# $V = \eta\tau^2/\bigl(\lambda(2 - \eta\lambda)\bigr)$: it *does not tend to zero*, and the excess loss is
# $\tfrac12\lambda V \approx \tfrac14\eta\tau^2$. In several dimensions $\tau^2$ is the $\sigma^2/b$ from above, taken
# at the minimum.
#
# **Theorem** (Robbins and Monro, 1951; with Blum's conditions, 1954, on the noise). With rates $\eta_k$ such that
# $\sum\eta_k = \infty$ and $\sum\eta_k^2 < \infty$ there is convergence: the first lets it arrive from anywhere, the
# second makes the total noise finite. For example $\eta_k = \eta_0/(1 + k/s)$, which in the library is
# `InverseTimeDecay`.
#
# In the picture, $b = 1$, the mean of forty runs. Each constant $\eta$ has its floor (dotted lines:
# $\tfrac14\eta\sigma^2$); the decreasing rate goes through all of them, with slope $-1$, as it must if
# $\eta_0 s\lambda_1 > \tfrac12$ (Chung, 1954). The numbers are the floors as measured and by the formula, which is
# the approximation for small $\eta$: with a large one the denominator $2 - \eta\lambda$ counts, and so does the noise
# away from the minimum, which is greater.

# %%
at_best = batch_gradients(w_best, all_samples[:, None])
noise = (at_best**2).sum(axis=1).mean()

fig, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
for i, eta in enumerate((0.1, 0.03, 0.01)):
    excess = (loss(descend(1, 1500, eta, runs=40).transpose(2, 0, 1)) - loss(w_best)).mean(axis=1)
    ax.loglog(range(1, 1501), excess[1:], f"C{i}", lw=1, label=f"η = {eta}")
    ax.axhline(eta * noise / 4, color=f"C{i}", linestyle=":")
    print(f"η = {eta:<5} {excess[-750:].mean():.4f}   ησ²/4 = {eta * noise / 4:.4f}")
decreasing = partial(optim.InverseTimeDecay, decay_steps=15, decay_rate=1.0)
excess = (loss(descend(1, 1500, 0.1, decreasing, 40).transpose(2, 0, 1)) - loss(w_best)).mean(axis=1)
ax.loglog(range(1, 1501), excess[1:], "k", lw=1.4, label="$η_k = 0.1/(1 + k/15)$")
ax.set(xlabel="k", ylabel=r"$L(w_k) - L(w^*)$")
ax.legend(fontsize="small")
plt.show()

# %% [markdown]
# ## Adam in torch and in Keras
#
# The paper has $\epsilon$ in two places. In its algorithm 1, and in torch, it is added to $\sqrt{\hat v}$; in the
# rearranged form at the end of its section 2, and in Keras, to the uncorrected $\sqrt v$. Keras' formula:

# %%
optim.Adam.formula(style="keras")

# %% [markdown]
# In the first step $\sqrt v = \sqrt{1 - \beta_2}\,|g|$, and the steps are
# $$\text{torch:}\quad \eta\,\frac{g}{|g| + \epsilon}, \qquad\qquad \text{Keras:}\quad
# \eta\,\frac{g}{|g| + \epsilon/\sqrt{1 - \beta_2}}.$$
# With the same $\epsilon$, that of Keras counts as if it were thirty times larger (the factor is printed below), and
# besides its default is $10^{-7}$ instead of $10^{-8}$. It matters for small gradients only, but those are the ones
# at the end of a training. As $t$ grows, $1 - \beta_2^t \to 1$, and the two rules agree.

# %%
gradients = np.geomspace(1e-10, 1e-2, 100)
fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
for style in ("torch", "keras"):
    adam = optim.Adam.pure(lr=1.0, eps=1e-8, style=style)
    w, _ = adam.update(np.zeros(100), gradients, adam.init(np.zeros(100)))
    ax.semilogx(gradients, -w, label=f'style="{style}"')
    print(f"{style}: |g| = {np.interp(0.5, -w, gradients):.2e}")
ax.set(xlabel="$|g|$", ylabel="$|w_1 - w_0|/η$")
ax.legend()
ax.grid(alpha=0.25)
plt.show()
print(f"1/√(1 - β₂) = {1 / np.sqrt(1 - 0.999):.2f}")

# %% [markdown]
# This prints the $|g|$ at which the first step is half of $\eta$.
#
# ## Weight decay: Adam and AdamW
#
# To add $\frac\lambda2|w|^2$ to the loss adds $\lambda w$ to the gradient, and in SGD this is the same as multiplying
# $w$ by $1 - \eta\lambda$. In Adam it no longer is: $\lambda w$ is divided by $\sqrt{\hat v}$ like everything else,
# so that weights with large gradients hardly decay. AdamW (Loshchilov and Hutter, 2019) applies it outside. Here two
# weights of $1$ receive alternating gradients, $\pm100$ and $\pm0.1$, which lead nowhere: after a thousand steps
# nothing should be seen but the decay, $(1 - \eta\lambda)^{1000}$, up to about one step, $\eta$.

# %%
for kind in (optim.Adam, optim.AdamW):
    rule = kind.pure(lr=0.01, weight_decay=0.05)
    w = np.ones(2)
    state = rule.init(w)
    for k in range(1000):
        w, state = rule.update(w, (-1) ** k * np.array([100.0, 0.1]), state)
    print(f"{kind.__name__:6}", np.round(w, 3))
print(f"(1 - ηλ)^1000 = {(1 - 0.01 * 0.05) ** 1000:.3f}")

# %% [markdown]
# ## Exercises
#
# **1.** For each rule, find the best of the rates $10^{-k/2}$, $k = 0, \dots, 8$, on `beale`, by the loss after 200
# steps. Does the order differ from the table above?
#
# <details><summary>Solution</summary>
#
# It does: Adam moves to the first place, and Adagrad passes RMSProp. A rule and its rate can only be judged
# together. One race with all rates at once will do; those that diverge end early and are left out. Nor does the
# best optimizer on a landscape of two variables say much about a network.
#
# ```python
# makers = {
#     "GD": optim.GradientDescent, "momentum": partial(optim.SGD, momentum=0.9), "Adagrad": optim.Adagrad,
#     "RMSprop": partial(optim.RMSprop, alpha=0.9), "Adam": optim.Adam,
# }
# for name, make in makers.items():
#     contest = optim.race({f"{lr:.1e}": partial(make, lr=lr) for lr in 10 ** np.arange(-4, 0.1, 0.5)}, beale)
#     final = {lr: losses[-1] for lr, losses in contest.losses.items() if len(losses) == 201}
#     chosen = min(final, key=final.get)
#     print(f"{name:9} η = {chosen}   {final[chosen]:.2e}")
# ```
#
# </details>
#
# **2.** In practice the batch is drawn *without* replacement. Measure the variance of the gradient and compare it
# with $\dfrac{\sigma^2}{b}\cdot\dfrac{n - b}{n - 1}$.
#
# <details><summary>Solution</summary>
#
# It is the variance of the mean in a finite population: the covariances between samples of one batch are negative,
# and with $b = n$ no chance is left. For $b \ll n$ the difference cannot be noticed.
#
# ```python
# for b in (1, 16, 64, 128, 240):
#     batches = np.array([rng.permutation(n)[:b] for _ in range(2000)])
#     measured = ((batch_gradients((-1.5, -0.5), batches) - full) ** 2).sum(axis=1).mean()
#     print(f"{b:4} {measured:.4f}   {sigma2 / b * (n - b) / (n - 1):.4f}   {sigma2 / b:.4f}")
# ```
#
# </details>
#
# **3.** Write a rule of your own, sign descent $w \leftarrow w - \eta\,g/|g|$ (coordinate by coordinate), as a
# subclass of `optim.Optimizer`, and race it in the ravine with Adam at $\beta_1 = \beta_2 = 0$.
#
# <details><summary>Solution</summary>
#
# With $\beta_1 = \beta_2 = 0$ we have $\hat m = g$, $\hat v = g^2$, and Adam *is* sign descent, but for $\epsilon$.
# Neither of them stops: their steps are always $\eta$ long. The formula comes by itself, out of the rule.
#
# ```python
# class SignDescent(optim.Optimizer):
#     """Steps of one length, whatever the gradient."""
#
#     def __init__(self, params, lr=0.01):
#         super().__init__(params, lr=lr)
#
#     def rule(self, gradient, state, step, *, lr):
#         """Return the change, and the state as it was."""
#         return -lr * gradient / abs(gradient), state
#
#
# print(SignDescent.formula())
# print(optim.race({
#     "signs": partial(SignDescent, lr=0.031), "Adam": partial(optim.Adam, lr=0.031, betas=(0.0, 0.0)),
# }, ravine, steps=100))
# ```
#
# </details>
