# %% [markdown]
# # 5. What each loss asks for
#
# **The question.** To descend along the gradient is to do what the loss asks for. What does each of the slides'
# losses ask for: which number minimises it, how much does an outlier weigh in it, and why does training, with some
# of the formulas as they stand there, never so much as start?

# %%
import numpy as np
from matplotlib import pyplot as plt

import nn
import optim
from autograd import Value, explain, grad, relu, set_language, sigmoid, softmax
from nn.loss import (
    compare,
    cross_entropy,
    half_squared_error,
    hinge_loss,
    huber_loss,
    l1_loss,
    log_likelihood,
    mse_loss,
    perceptron_loss,
    soft_margin_loss,
    zero_one_loss,
)

# %% tags=["language"]
lang = "en"
set_language(lang)

# %% [markdown]
# ## What the slides say and what it is
#
# A loss $L(\hat y, y)$ looks at one number only. In classification, with $y = \pm 1$ and a score
# $\hat y = \langle w, x\rangle$, it is the *margin* $m = y\hat y$, positive if the sign of the score is right. In
# regression it is the *residual* $r = \hat y - t$. In classification with probabilities it is the probability that
# was given to the true class. Several formulas on the slides bear another loss's name; side by side:
#
# | on the slide | formula | what it is | the standard form of that name |
# |---|---|---|---|
# | perceptron | $\tfrac12 (y - \operatorname{sign}\hat y)^2$ | twice the zero-one loss | $[y\hat y \le 0]$ |
# | its surrogate | $\max\{-y \operatorname{sign}\hat y, 0\}$ | the zero-one loss again | $\max\{0, -y\hat y\}$ |
# | hinge | $\max\{-y\hat y, 0\}$ | the perceptron loss | $\max\{0, 1 - y\hat y\}$ |
# | MSE | $(t - y)^2$; and $\tfrac12(y - f)^2$ | the error of one sample; half of it | $\frac1n\sum (t_i - y_i)^2$ |
# | MAE | $\lvert t - y\rvert$ | the error of one sample | $\frac1n\sum \lvert t_i - y_i\rvert$ |
# | cross entropy | $\sum y_i \log \hat y_i$ | the log-likelihood | $-\sum y_i \log \hat y_i$ |
#
# ## The zero-one loss: it measures, and teaches nothing
#
# `compare` puts the two forms next to each other, with their formula, their derivative (from the computation graph)
# and numbers. The zero-one loss counts mistakes: its mean is the error rate, which is what one wants to bring down
# in the end. The slide rightly says that this function is not smooth and proposes a surrogate; but the surrogate
# keeps the sign, and with it the steps.

# %%
compare("zero-one")

# %%
compare("perceptron")

# %%
fig, axes = plt.subplots(1, 2, figsize=(11, 3.8), layout="constrained")
compare("zero-one").plot(axes[0])
compare("perceptron").plot(axes[1])
plt.show()

# %% [markdown]
# A function that is constant in pieces has derivative zero wherever it has one. The composition
# $w \mapsto L(\langle w, x\rangle)$ inherits that, so that $w - \eta\nabla L(w) = w$. To see it, some data: two
# clouds of points in the plane that a line separates, with a 1 in front of each point, $\tilde x = (1, x_1, x_2)$,
# for the bias.

# %%
points, classes = nn.data.blobs(60, centers=[[1.0, 1.0], [2.4, 2.2]], std=0.33, rng=1).arrays
X, y = np.column_stack([np.ones(60), points]), 2.0 * classes - 1


def descend(loss, w, eta=0.5, steps=100):
    """Descend along the gradient of the mean loss over all points."""
    slope = grad(lambda w: loss(X @ w, y))
    for _ in range(steps):
        w = w - eta * slope(w)
    return w


wrong = np.array([0.0, 1.0, -1.0])
for loss in (zero_one_loss, perceptron_loss, hinge_loss, soft_margin_loss):
    after = descend(loss, wrong)
    rates = [zero_one_loss(X @ w, y) for w in (wrong, after)]
    print(f"{loss.__name__:16}  w = {after.round(3)}   {rates[0]:.0%} → {rates[1]:.0%}")

# %% [markdown]
# With the zero-one loss a hundred steps leave the weights where they were. The other three, which are treated in
# what follows (`soft_margin_loss` is PyTorch's name for the logistic loss), do bring the error rate down: that is
# why one trains with a *surrogate* and measures with the zero-one loss.
#
# ## The perceptron loss at $w = 0$
#
# The perceptron loss, $\max\{0, -m\}$, is convex and homogeneous: $L(cw) = c\,L(w)$ for $c > 0$. At $w = 0$ it is
# zero, which is its minimum, and all margins are right on the kink $m = 0$, where the subdifferential is $[-1, 0]$.
# Any element of it is legitimate, but it matters which one is taken. With `relu`, which takes
# $\operatorname{relu}'(0) = 0$, there is nothing to learn (first derivation). The library's form takes the
# derivative of the mistaken side, $-1$ (second): it is the same function, with the same values; only the Iverson
# bracket is another one, $[z_1 \ge 0]$, written as "clipping left $z_1$ as it was", in place of $[z_1 > 0]$.

# %%
w0, w1, w2 = weights = [Value(0.0, "w0"), Value(0.0, "w1"), Value(0.0, "w2")]
score = (w0 + 1.5 * w1 + 2.0 * w2).named("ŷ")
explain(relu(-1.0 * score).named("L"), weights)

# %%
explain(perceptron_loss(score, 1.0).named("L"), weights)

# %%
by_relu = lambda score, label: relu(-label * score).mean()
for name, loss in (("relu", by_relu), ("perceptron_loss", perceptron_loss)):
    after = descend(loss, np.zeros(3), steps=300)
    print(f"{name:16}  w = {after.round(3)}   {zero_one_loss(X @ after, y):.0%}")

# %% [markdown]
# That choice is no trick: it is Rosenblatt's rule (1958). The gradient of $\max\{0, -y\langle w, \tilde x\rangle\}$
# is $-y\tilde x$ if the point is misclassified, $y\langle w, \tilde x\rangle \le 0$, and zero if not; a step with
# $\eta = 1$ is
#
# $$w \leftarrow \begin{cases} w + y\,\tilde x, & \text{misclassified},\\ w, & \text{well classified.}\end{cases}$$
#
# On the slide the two cases are swapped. Here is the descent, point by point, beside `nn.Perceptron`, and beside the
# swapped rule:

# %%
by_descent, swapped = np.zeros(3), np.zeros(3)
for row, label in zip(X, y, strict=True):
    by_descent = by_descent - grad(lambda w, x=row, t=label: perceptron_loss(x @ w, t))(by_descent)
    swapped = swapped + (label * row if label * (row @ swapped) > 0 else 0.0)

perceptron = nn.Perceptron(2).fit(points, y, epochs=1)
print("w - ∇L:       ", by_descent.round(6))
print("nn.Perceptron:", perceptron.W.round(6), f"({perceptron.updates})")
print({"es": "intercambiada:", "en": "swapped:      "}[lang], swapped)

# %% [markdown]
# The first two agree, correction by correction (in parentheses, how many there were). The swapped rule does not
# leave the origin: no point is well classified there, so that there is nothing to learn from.
#
# ## Hinge: right is not enough
#
# The slide says of the hinge loss that it "penalizes errors, but also correct predictions of low confidence". That
# is true of $\max\{0, 1 - m\}$ (Cortes and Vapnik, 1995), not of $\max\{0, -m\}$, which is zero as soon as the sign
# is right.

# %%
compare("hinge")

# %% [markdown]
# What changes in training: the perceptron loss stops pushing as soon as the line separates, however thin the margin;
# the hinge goes on until $y\langle w, \tilde x\rangle \ge 1$ at all points. Below, the smallest distance of a point
# from the line, $\min_i y_i\langle w, \tilde x_i\rangle / \lVert (w_1, w_2)\rVert$.

# %%
fig, ax = plt.subplots(figsize=(5.6, 3.8), layout="constrained")
ax.scatter(*points.T, c=np.where(y > 0, "#0072B2", "#D55E00"), s=18)
ends = np.array([0.2, 3.3])
for loss, style in ((perceptron_loss, "--"), (hinge_loss, "-")):
    w = descend(loss, np.zeros(3), steps=1000)
    ax.plot(ends, -(w[0] + w[1] * ends) / w[2], f"k{style}", label=loss.__name__)
    m = y * (X @ w)
    print(f"{loss.__name__:16}  min m = {m.min():.3f}   distance = {m.min() / np.hypot(w[1], w[2]):.3f}")
ax.set(xlabel="$x_1$", ylabel="$x_2$", xlim=ends, ylim=(0.1, 3.3))
ax.legend(frameon=False)
plt.show()

# %% [markdown]
# ## Four losses of the margin in one picture
#
# If $\varphi(m) \ge [m \le 0]$ for all $m$, the mean of $\varphi$ bounds the error rate from above, and bringing it
# down is a guarantee. Which of them do? The last column is the minimum of $\varphi(m) - [m \le 0]$ over the window:
# where it is negative, there is no bound.

# %%
margins = np.linspace(-3, 3, 601)
of_margin = lambda loss: loss(margins, np.ones(601), reduction="none")
fig, ax = plt.subplots(figsize=(6.4, 3.8), layout="constrained")
for loss, style in ((zero_one_loss, "k-"), (perceptron_loss, "-."), (hinge_loss, "-"), (soft_margin_loss, "--")):
    ax.plot(margins, of_margin(loss), style, lw=2, label=loss.__name__)
    print(f"{loss.__name__:16}  {np.min(of_margin(loss) - of_margin(zero_one_loss)):+.4f}")
ax.set(xlabel="m = y·ŷ", ylabel="φ(m)")
ax.legend(frameon=False)
ax.grid(alpha=0.25)
plt.show()

# %% [markdown]
# The hinge is a bound: if $m \le 0$ then $1 - m \ge 1$, and otherwise $\max\{0, 1-m\} \ge 0$. The perceptron loss is
# none: between $-1$ and $0$ it charges less than a mistake costs, and at $0$ nothing. Nor is the logistic loss
# $\ln(1 + e^{-m})$, which at $m = 0$ is $\ln 2 < 1$; divided by $\ln 2$ it is (exercise 2). The difference matters:
# a convex $\varphi$ is consistent with the error rate if and only if it is differentiable at $0$ with
# $\varphi'(0) < 0$ (Bartlett, Jordan and McAuliffe, 2006). The hinge and the logistic loss are; the perceptron loss
# has its kink there.
#
# ## Losses of the residual
#
# The slide's $(t - y)^2$ is the error of *one* sample; MSE is the mean over $n$. The worked example's
# $\tfrac12(y - f)^2$, which is called MSE there, is half the squared error: the ½ leaves the derivative at $y - t$,
# without the 2. The minimiser is the same; a learning rate $\eta$ for the half amounts to $\eta/2$ for the square.

# %%
compare("mse")

# %%
prediction, target = Value(0.4, "y"), Value(1.0, "t", requires_grad=False)
for loss in (mse_loss, half_squared_error, l1_loss):
    derivation = explain(loss(prediction, target).named("L"), prediction)
    print(f"{loss.__name__:18}  {derivation.partials[0].text}")

# %%
compare("mae")

# %% [markdown]
# Between the two is Huber's loss (1964): $r^2/2$ if $|r| \le \delta$, and $\delta(|r| - \delta/2)$ otherwise. The
# library writes it without cases, with the clipped residual $c = \min(\max(r, -\delta), \delta)$, as $c\,(r - c/2)$;
# the graph differentiates that. The first term is always zero, for either $r = c$ or the bracket is: the derivative
# is $c$, the clipped residual.

# %%
explain(huber_loss(prediction, target, delta=0.5).named("L"), prediction)

# %%
fig, axes = plt.subplots(1, 4, figsize=(12, 3), layout="constrained", sharey=True)
for loss, ax in zip(("mse", "half_squared_error", "mae", "huber"), axes, strict=True):
    nn.plot_loss(loss, ax)
plt.show()

# %% [markdown]
# The derivative is how hard a datum *pulls*: with MSE as hard as its residual is large, without limit; with MAE
# always the same, $\pm 1$; with Huber like MSE near by and like MAE far out. That of MAE jumps at $r = 0$ (as the
# slide says), and there the library takes $0$.
#
# ## The minimiser: mean, median, and what is between them
#
# The smallest model is a constant $c$. Which constant minimises $\frac1n\sum_i L(c, t_i)$? With MSE,
# $\sum 2(c - t_i) = 0$ gives the mean. With MAE the derivative is $\bigl(\#\{t_i < c\} - \#\{t_i > c\}\bigr)/n$,
# which changes sign at the median. The sample holds an outlier.

# %%
sample = np.array([0.0, 1.0, 1.5, 3.0, 12.0])


def best_constant(loss, t):
    """Return the constant c with the smallest mean loss over t."""
    return float(optim.minimize(lambda c: loss(c + np.zeros(len(t)), t), np.array(0.0)).x)


trio = (mse_loss, l1_loss, huber_loss)
for loss in trio:
    print(f"{loss.__name__:10}  c = {best_constant(loss, sample):.3f}")
print(f"{'mean':10}  {np.mean(sample):.3f}\n{'median':10}  {np.median(sample):.3f}")

fig, axes = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained")
grid = np.linspace(-1, 6, 701)
for loss, style in zip(trio, ("-", "--", "-."), strict=True):
    mean_loss = lambda c, loss=loss: loss(c + np.zeros(5), sample)
    axes[0].plot(grid, [mean_loss(c) for c in grid], style, lw=2, label=loss.__name__)
    axes[1].plot(grid, [grad(mean_loss)(np.array(c)) for c in grid], style, lw=2)
axes[0].set(xlabel="c", ylabel="L(c)", ylim=(0, 30))
axes[1].set(xlabel="c", ylabel="dL/dc", ylim=(-3, 3))
axes[1].axhline(0, color="0.6", lw=0.8)
axes[0].legend(frameon=False)
plt.show()

# %% [markdown]
# On the right, the three derivatives as functions of $c$: a straight line, a staircase that rises by $2/n$ at each
# datum, and the staircase with its steps turned into ramps. Each crosses zero at its minimiser. Now the fifth datum
# is moved, from one side of the other four to the other side, and the three are followed:

# %%
places = np.linspace(-6, 12, 37)
samples = [np.append(sample[:4], t) for t in places]
fig, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
ax.plot(places, [t.mean() for t in samples], "-", lw=2, label="mse_loss")
ax.plot(places, [np.median(t) for t in samples], "--", lw=2, label="l1_loss")
ax.plot(places, [best_constant(huber_loss, t) for t in samples], "-.", lw=2, label="huber_loss")
ax.set(xlabel="$t_5$", ylabel="argmin")
ax.legend(frameon=False)
ax.grid(alpha=0.25)
plt.show()

# %% [markdown]
# The mean goes with it without limit, at the rate $1/n$. The median follows it only while it passes between the two
# data in the middle. Huber's minimiser moves while that datum's residual is below $\delta$, and stays put after
# that.
#
# ## Robustness: a line among outliers
#
# The same with two parameters. The data follow $t = 1 + x/2$ with noise, but for five of them. `optim.minimize`
# hands the library's gradient to scipy's method L-BFGS-B.

# %%
rng = np.random.default_rng(0)
x = np.linspace(0, 10, 40)
t = 1 + x / 2 + rng.normal(0, 0.4, 40)
t[[3, 8, 33, 36, 38]] += [9.0, 8.0, -9.0, -9.0, -8.0]
A = np.column_stack([np.ones(40), x])

fig, ax = plt.subplots(figsize=(6.4, 3.8), layout="constrained")
ax.plot(x, t, "o", color="0.5", ms=4)
for loss, style in zip(trio, ("-", "--", "-."), strict=True):
    line = optim.minimize(lambda w, loss=loss: loss(A @ w, t), np.zeros(2)).x
    ax.plot(x, A @ line, style, lw=2, label=loss.__name__)
    print(f"{loss.__name__:10}  {line[0]:.3f} + {line[1]:.3f} x")
ax.set(xlabel="x", ylabel="t")
ax.legend(frameon=False)
plt.show()

# %% [markdown]
# Five data of forty are enough for the least-squares line to lose the trend; the other two stay near $1 + x/2$.
# "More robust to outliers than mse", the slide says of MAE; the price is the kink. Huber has none and loses hardly
# any robustness; in return $\delta$ has to be chosen.
#
# ## Cross entropy: the sign
#
# With $y$ one-hot, $\sum_i y_i \ln\hat y_i$ is the logarithm of the probability given to the true class: the
# log-likelihood, which is negative and to be *maximised*. The loss has the minus sign.

# %%
compare("cross entropy")

# %% [markdown]
# What happens if the slide's formula is minimised? Two scores that start equal, the true class is the first, twenty
# steps of descent:

# %%
forms = {
    "Σ y ln ŷ": lambda s: log_likelihood(softmax(s), [1.0, 0.0]),
    "-Σ y ln ŷ": lambda s: cross_entropy(s, [1.0, 0.0]),
}
for name, form in forms.items():
    s = [0.0, 0.0]
    for _ in range(20):
        s = [v - 0.5 * slope for v, slope in zip(s, grad(form)(s), strict=True)]
    print(f"{name:>9} = {form(s):+.4f}   ŷ = {softmax(s)[0]:.6f}, {softmax(s)[1]:.6f}")

# %% [markdown]
# With the sign turned it learns, more and more firmly, the wrong class; and since $\ln\hat y \to -\infty$, it never
# comes to an end.
#
# ## Softmax with cross entropy: the gradient is $\hat y - t$
#
# `cross_entropy` takes scores $s$ and applies softmax inside: $L = \ln\sum_j e^{s_j} - s_t$. First the numbers,
# then the derivation, from the graph of this formula:

# %%
scores = [Value(2.0, "s1"), Value(0.5, "s2"), Value(-1.0, "s3")]
surprise = cross_entropy(scores, 0).named("L")
surprise.backward()
for s, p, truth in zip(scores, softmax([s.data for s in scores]), (1, 0, 0), strict=True):
    print(f"ŷ = {p:.6f}   ŷ - t = {p - truth:+.6f}   ∂L/∂{s.label} = {s.grad:+.6f}")
explain(surprise, scores)

# %% [markdown]
# Since $z_1 = \ln\sum_j e^{s_j}$, each $e^{s_i - z_1}$ is $\hat y_i$: the gradient is $\hat y_i$ less 1 for the true
# class and less 0 for the others, $\hat y - t$. Its components add up to zero, for adding a constant to all scores
# does not change softmax. And none exceeds 1 in absolute value, however large the mistake.
#
# ## Why not MSE after a sigmoid
#
# With an output $f = S(s)$ and $t = 1$, both losses punish a mistake. But the squared error is differentiated
# through $S' = f(1-f)$ (first derivation): as $s \to -\infty$ (wrong and sure of it), $f(1-f) \approx e^{s}$, and
# the derivative vanishes just where it is needed most. In the cross entropy $-\ln f$ (second derivation) that factor
# cancels, because the derivative of $-\ln f$ is $-1/f$.

# %%
s = Value(-4.0, "s")
explain(mse_loss(sigmoid(s).named("f"), target).named("L"), s)

# %%
explain((-sigmoid(s).named("f").log()).named("L"), s)

# %%
squared_of_sigmoid = lambda score, target: mse_loss(sigmoid(score), target)
squared_of_sigmoid.__name__ = "(S(s) - 1)²"
fig, axes = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained")
nn.plot_loss(squared_of_sigmoid, axes[0], window=(-8.0, 4.0), second=True)
nn.plot_loss("binary_cross_entropy_with_logits", axes[1], window=(-8.0, 4.0), second=True)
plt.show()

# %% [markdown]
# On the left the derivative (dashed) goes to 0 at both ends, and the second changes its sign: the loss is not
# convex in $s$. On the right the derivative is $S(s) - 1$, which tends to $-1$ as $s \to -\infty$, and the second,
# $S(1-S)$, is positive. How many steps with $\eta = 1$ does each take to reach $f \ge \tfrac12$?

# %%
losses = (squared_of_sigmoid, nn.loss.binary_cross_entropy_with_logits)
print("   s    MSE   cross entropy")
for start in (-2.0, -4.0, -6.0, -8.0):
    counts = []
    for loss in losses:
        s, steps, slope = start, 0, grad(lambda s, loss=loss: loss(s, 1.0))
        while s < 0:
            s, steps = s - slope(s), steps + 1
        counts.append(steps)
    print(f"{start:4.0f}  {counts[0]:5}   {counts[1]:5}")

# %% [markdown]
# With MSE, $ds/d\tau \approx 2e^{s}$ gives a time of escape near $e^{|s|}/2$; with cross entropy, near $|s|$.
#
# ## In short
#
# | loss | formula | derivative with respect to $\hat y$ | which constant minimises it |
# |---|---|---|---|
# | zero-one | $[m \le 0]$ | $0$ where it exists | the more frequent class (its sign) |
# | perceptron | $\max\{0, -m\}$ | $-y\,[m \le 0]$ | $0$ |
# | hinge | $\max\{0, 1-m\}$ | $-y\,[m < 1]$ | the more frequent class, $\pm 1$ |
# | MSE | $r^2$ | $2r$ | the mean |
# | half squared error | $r^2/2$ | $r$ | the mean |
# | MAE | $\lvert r\rvert$ | $\operatorname{sign} r$ | the median |
# | Huber | $c\,(r - c/2)$ | $c$, $r$ clipped | from the median ($\delta \to 0$) to the mean ($\delta \to \infty$) |
# | cross entropy | $-\sum t_i\ln\hat y_i$ | $-t_i/\hat y_i$; in $s$, $\hat y - t$ | the frequencies of the classes |
#
# ## Exercises
#
# **1.** The quantile ("pinball") loss is $\max\{q\,r, (q-1)\,r\}$ with $r = t - \hat y$. Write it (it is
# $\operatorname{relu}(r) - (1-q)\,r$) and check that the constant that minimises it is the sample's quantile $q$.
# What is it for $q = \tfrac12$?
#
# <details><summary>Solution</summary>
#
# The derivative with respect to $c$ is $(1-q)$ times the share of data below $c$, less $q$ times the share above:
# it vanishes when the share below is $q$. For $q = \tfrac12$ it is half the absolute error, and the minimiser the
# median.
#
# ```python
# def pinball_loss(prediction, target, q=0.8):
#     r = target - prediction
#     return (relu(r) - (1 - q) * r).mean()
#
# many = np.random.default_rng(0).exponential(size=2000)
# found = optim.minimize(lambda c: pinball_loss(c + np.zeros(2000), many), np.array(0.0))
# print(f"c = {float(found.x):.3f}   {np.mean(many <= float(found.x)):.3f}   {np.quantile(many, 0.8):.3f}")
# ```
#
# </details>
#
# **2.** Show that the logistic loss divided by $\ln 2$ is an upper bound of the zero-one loss.
#
# <details><summary>Solution</summary>
#
# $\log_2(1 + e^{-m})$ falls, and at $m = 0$ it is 1 exactly; so for $m \le 0$ it is at least 1, and for $m > 0$ it
# is positive.
#
# ```python
# bits = lambda score, label: soft_margin_loss(score, label) / np.log(2)
# lowest = min(bits(m, 1.0) - zero_one_loss(m, 1.0) for m in np.linspace(-4, 4, 801).tolist())
# print(f"{lowest:.6f}", bits(0.0, 1.0))
# ```
#
# </details>
#
# **3.** The slide's formula can be used as it stands if the optimizer *ascends*. Check that `optim.SGD` with
# `maximize=True` on the log-likelihood gives the same score as descent on the cross entropy.
#
# <details><summary>Solution</summary>
#
# To ascend along the gradient of $\ell$ and to descend along that of $-\ell$ is the same step, $w + \eta\nabla\ell$.
# The two numbers agree up to rounding.
#
# ```python
# results = []
# for loss, maximize in ((log_likelihood, True), (cross_entropy, False)):
#     s = Value(0.0, "s1")
#     optimizer = optim.SGD([s], lr=0.5, maximize=maximize)
#     for _ in range(20):
#         scores = [s, 0.0]
#         optimizer.zero_grad()
#         loss(softmax(scores) if maximize else scores, 0 if not maximize else [1.0, 0.0]).backward()
#         optimizer.step()
#     results.append(s.data)
# print(results)
# ```
#
# </details>
