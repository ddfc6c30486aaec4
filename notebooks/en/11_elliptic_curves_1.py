# %% [markdown]
# # 11. Elliptic curves I: rank and torsion from the $a_p$
#
# **The question.** An elliptic curve over $\mathbb{Q}$ has a rank, and no algorithm is known that has been proved
# to compute it always. To count the points of the curve modulo $p$, on the other hand, is easy. Given the counts
# for the first hundred primes, can a network tell the rank? And the torsion? And if it can, what has it learnt?
#
# This is the experiment of Y.-H. He, K.-H. Lee and T. Oliver (*Machine learning invariants of arithmetic curves*,
# J. Symbolic Comput., 2023), the second of the two papers on the slides, whose abstract claims accuracies above
# 0.97.

# %%
import os
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

import nn
import optim
from autograd import Tensor, gradients, set_language

# %% tags=["language"]
lang = "en"
set_language(lang)

# %% [markdown]
# ## Curves, rank, torsion
#
# An *elliptic curve* over $\mathbb{Q}$ is a smooth cubic
#
# $$E:\quad y^2 + a_1xy + a_3y = x^3 + a_2x^2 + a_4x + a_6, \qquad a_i \in \mathbb{Z},$$
#
# together with a point $O$ at infinity. Its rational points are an abelian group with zero $O$: three points on a
# line add up to $O$. The group is finitely generated (Mordell, 1922),
#
# $$E(\mathbb{Q}) \cong \mathbb{Z}^r \oplus T, \qquad T \text{ finite}.$$
#
# $r$ is the *rank* and $T$ the *torsion*. $T$ is one of fifteen groups: $\mathbb{Z}/n$ with $n \le 10$ or $n = 12$,
# or $\mathbb{Z}/2 \times \mathbb{Z}/2m$ with $m \le 4$ (Mazur, 1977). The *conductor* $N$ is an integer whose
# primes are those at which the (minimal) equation becomes singular, the primes of *bad reduction*.
#
# The table, drawn from Cremona's, has curves of conductor at most 10,000. Counted here: how many there are of each
# rank and of each order of the torsion.

# %%
curves = nn.data.elliptic_curves()
rank, torsion, conductor = curves.rank, curves.torsion, curves.conductor
print(f"{len(curves):,}  N ≤ {conductor.max():,}")
for symbol, column in (("r", rank), ("|T|", torsion)):
    print()
    for value, count in zip(*np.unique(column, return_counts=True), strict=True):
        print(f"{symbol:>3} = {value:2}   {count:6,}")

# %% [markdown]
# **One curve of each isogeny class.** Two curves are *isogenous* if there is a non-constant homomorphism between
# them defined over $\mathbb{Q}$. Isogenous curves have the same $a_p$ and the same rank; and conversely, if the
# $a_p$ agree, the curves are isogenous (Faltings, 1983). If the table held all curves of a class, a random split
# would put some into training and others into the test: *the same row with the same answer*, and the test would
# measure memory. With one of each class no two rows are the same $L$-function.
#
# ## Reduce modulo $p$ and count
#
# With coefficients modulo $p$ the equation has finitely many solutions in $\mathbb{F}_p^2$. For each of the $p$
# values of $x$ there is one $y$ on average, so that some $p$ points are expected, and the one at infinity. What is
# missing or left over is
#
# $$a_p = p + 1 - \#E(\mathbb{F}_p), \qquad |a_p| \le 2\sqrt p \quad (\text{Hasse, } 1936).$$
#
# For odd $p$ complete the square: $(2y + a_1x + a_3)^2 = 4x^3 + b_2x^2 + 2b_4x + b_6$, and to each $x$ there are
# $1 + \left(\frac{\cdot}{p}\right)$ solutions $y$, with the Legendre symbol of the right-hand side. So $a_p$ is
# minus the sum of these symbols. For $p = 2$ try the four points. At a bad prime the same count, with the singular
# point counted once, gives what the $L$-function needs: $0$, $1$ or $-1$.

# %%
primes = np.array([p for p in range(2, 542) if all(p % d for d in range(2, int(p**0.5) + 1))])


def a_p(ainvs, p):
    """Return p - #{(x, y) in F_p² on the curve}, for each row a₁, a₂, a₃, a₄, a₆; the point O is the 1 of p + 1."""
    a1, a2, a3, a4, a6 = (ainvs % p).T
    if p == 2:
        plane = [(x, y) for x in (0, 1) for y in (0, 1)]
        return 2 - sum((y * y + a1 * x * y + a3 * y - x**3 - a2 * x * x - a4 * x - a6) % 2 == 0 for x, y in plane)
    b2, b4, b6 = (a1 * a1 + 4 * a2) % p, (2 * a4 + a1 * a3) % p, (a3 * a3 + 4 * a6) % p
    legendre = np.full(p, -1)
    legendre[np.arange(p) ** 2 % p] = 1
    legendre[0] = 0
    return -sum(legendre[(((4 * x + b2) * x + 2 * b4) * x + b6) % p] for x in range(p))

# %% [markdown]
# An independent check: the curve 11a1, $y^2 + y = x^3 - x^2 - 10x - 20$, of conductor 11, the least there is. Its
# points are counted without completing any square, one by one, at the bad prime $p = 11$ too.

# %%
print(curves.ainvs[0], "N =", conductor[0])
for p in primes[:9]:
    points = sum((y * y + y - (x**3 - x * x - 10 * x - 20)) % p == 0 for x in range(p) for y in range(p))
    print(f"p = {p:2}   #E = {points + 1:2}   a_p = {p - points:2}   {a_p(curves.ainvs[:1], p)[0]:2}")
assert [a_p(curves.ainvs[:1], p)[0] for p in primes[:9]] == [-2, -1, 1, -2, 1, 4, -2, 0, -1]

# %% [markdown]
# Now all curves at the hundred primes $p \le 541$. Two theorems check the whole table: Hasse's bound, and that
# $a_p = \pm 1$ where $p$ divides $N$ exactly once (multiplicative reduction) and $a_p = 0$ where $p^2 \mid N$
# (additive).

# %%
a = np.stack([a_p(curves.ainvs, p) for p in primes], axis=1)

assert (np.abs(a) <= 2 * np.sqrt(primes)).all()
once, twice = (conductor[:, None] % primes**k == 0 for k in (1, 2))
assert (np.abs(a[once & ~twice]) == 1).all()
assert (a[twice] == 0).all()
print(a.shape, f"max |a_p| / 2√p = {np.abs(a / (2 * np.sqrt(primes)))[~once].max():.4f}")

# %% [markdown]
# ## The $L$-function and the conjecture of Birch and Swinnerton-Dyer
#
# The $a_p$ are put together into one function,
#
# $$L(E, s) = \prod_{p \nmid N} \frac{1}{1 - a_p p^{-s} + p^{1-2s}} \prod_{p \mid N} \frac{1}{1 - a_p p^{-s}}
# \quad = \sum_{n \ge 1} \frac{a_n}{n^s},$$
#
# which converges for $\operatorname{Re} s > \frac32$ and extends to the whole plane (Wiles; Breuil, Conrad, Diamond
# and Taylor, 2001). The conjecture (1965) in one sentence: *the rank is the order of the zero of $L(E, s)$ at
# $s = 1$*. For orders $0$ and $1$ it is a theorem (Gross and Zagier; Kolyvagin, about 1990), so that the labels 0
# and 1 below are proved.
#
# By the functional equation $\Lambda(2 - s) = \pm\Lambda(s)$, where
# $\Lambda(s) = N^{s/2}(2\pi)^{-s}\,\Gamma(s)\,L(E, s)$, if its sign is $+$,
# $L(E, 1) = 2\sum_n \frac{a_n}{n}\, e^{-2\pi n/\sqrt N}$. The cell multiplies out the Euler product and compares
# with the table's column, which others computed with another program.


# %%
def dirichlet(traces, N, last=541):
    """Return a₀ = 0, a₁, …: each Euler factor divides, so that a_n gains a_p·a_(n/p) - p·a_(n/p²)."""
    a_n = np.zeros(last + 1)
    a_n[1] = 1
    for p, trace in zip(primes, traces, strict=True):
        for n in range(p, last + 1, p):
            a_n[n] += trace * a_n[n // p] - (p * a_n[n // p**2] if N % p and n % p**2 == 0 else 0)
    return a_n


n = np.arange(1, 542)
for i in np.flatnonzero(rank == 0)[[0, 1, 2, 3, 1000, 5000]]:
    value = 2 * (dirichlet(a[i], conductor[i])[1:] / n * np.exp(-2 * np.pi * n / np.sqrt(conductor[i]))).sum()
    print(f"N = {conductor[i]:5,}   L(E, 1) = {value:.12f}   {curves.special_value[i]:.12f}")
    assert abs(value - curves.special_value[i]) < 1e-9

# %% [markdown]
# The series cuts itself off once $n$ is several times $\sqrt N$. That is why, for $L(E, 1)$, the primes up to 541
# are more than enough if $N \le$ 10,000, where $\sqrt N \le 100$; for much larger conductors they must be expected
# *not* to be.
#
# ## Many curves at a time: murmurations
#
# Before training, look. On the left, the mean of $a_p$ over the curves of rank 0 and over those of rank 1 with
# conductor between 1,000 and 2,000, against $p$. On the right, the same mean over all curves with $N > 300$,
# against the quotient $p/N$.
#
# The means oscillate, and in opposite directions. He, Lee, Oliver and Pozdnyakov (2022) came upon it when they
# asked what the classifiers of this notebook learn; as the picture recalls a flock of starlings, they called it
# *murmurations*. That $p/N$ is the natural scale was noticed by Sutherland, and proved for modular forms by
# Zubrilina (2023).

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
edges = np.linspace(0, 0.6, 91)
for r, color in ((0, "C0"), (1, "C1")):
    window = (rank == r) & (conductor > 1000) & (conductor <= 2000)
    left.plot(primes, a[window].mean(axis=0), "o", ms=3.5, color=color, label=f"r = {r}")
    chosen = (rank == r) & (conductor > 300)
    quotient = (primes / conductor[chosen, None]).ravel()
    counts, sums = np.histogram(quotient, edges)[0], np.histogram(quotient, edges, weights=a[chosen].ravel())[0]
    right.plot((edges[1:] + edges[:-1]) / 2, sums / counts, color=color, label=f"r = {r}")
left.set(xlabel="p", ylabel={"es": "promedio de $a_p$", "en": "mean $a_p$"}[lang], title="1,000 < N ≤ 2,000")
right.set(xlabel="p / N", title="300 < N ≤ 10,000")
right.legend()
for ax in (left, right):
    ax.axhline(0, color="0.6", lw=0.8)
    ax.grid(alpha=0.25)
plt.show()

# %% [markdown]
# ## One curve at a time: the sums of Mestre and Nagao
#
# A mean over many curves does not classify *one*: each single $a_p$ fluctuates by the order of $\sqrt p$. But they
# can be added up. Birch and Swinnerton-Dyer started from this: higher rank makes for more points modulo $p$, and in
# its first form the conjecture says $\prod_{p \le X} \#E(\mathbb{F}_p)/p \sim C\,(\log X)^r$. The logarithm of each
# factor is $(1 - a_p)/p - a_p^2/2p^2$, up to smaller terms; as $\sum 1/p \sim \log\log X$, and $a_p^2$ is $p$ on
# average, $-\sum a_p/p \sim (r - \frac12) \log\log X$. With the weight $\log p$ (Mestre, 1982; Nagao, 1992) this
# becomes
#
# $$S(E) = -\sum_{p \le X} a_p\,\frac{\log p}{p}, \qquad \frac{S(E)}{\log X} \longrightarrow r - \tfrac12,$$
#
# if the limit exists, with $r$ the order of the zero (Kim and Murty, 2023). On the left, histograms of
# $a_p/\sqrt p$, with $p > 100$, for the curves of each rank: they follow the semicircle (Birch, 1968; Sato and
# Tate) and nearly agree, so that a single $a_p$ says next to nothing. On the right $S/\log X$ from all hundred
# primes; the dotted lines are at $r - \frac12$.

# %%
weights = np.log(primes) / primes
S = -(a * weights).sum(axis=1) / np.log(primes[-1])  # divided by log X already

fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.3), layout="constrained")
for r, color in ((0, "C0"), (1, "C1"), (2, "C2")):
    style = {"density": True, "histtype": "step", "color": color, "label": f"r = {r}"}
    if r < 2:
        left.hist((a / np.sqrt(primes))[rank == r][:, primes > 100].ravel(), np.linspace(-2, 2, 22), **style)
    right.hist(S[rank == r], 60, **style)
    right.axvline(r - 0.5, color=color, ls=":")
circle = np.linspace(-2, 2, 200)
left.plot(circle, np.sqrt(4 - circle**2) / (2 * np.pi), "k", lw=1)
left.set(xlabel=r"$a_p\,/\,\sqrt{p}$")
right.set(xlabel=r"$S\,/\,\log X$")
for ax in (left, right):
    ax.set(yticks=[])
    ax.legend()
plt.show()

# %%
for r in range(4):
    print(f"r = {r}   S / log X = {S[rank == r].mean():+.3f}   r - 1/2 = {r - 0.5:+.1f}")
low = rank < 2
rule = ((S > 0) == rank)[low].mean()
print(f"\nr = 1 ⇔ S > 0:   {rule:.4f}")

# %% [markdown]
# There is the answer, without a network and without a single parameter: the means fall near $r - \frac12$, and the
# sign of $S$ separates rank 0 from rank 1 on nearly all curves. This is the yardstick for what follows.
#
# ## Rank 0 against rank 1, with a network
#
# The input is $x = (a_p/\sqrt p)_p \in [-2, 2]^{100}$. Eighty per cent of the curves are for training and the
# others for the test, split at random. The classes are not balanced: there are somewhat more curves of rank 1 than
# of rank 0, so what is reached by always saying 1 is printed as well, and further down the accuracy on each class.
#
# Two models, both with ten epochs of Adam: logistic regression (no hidden layer) and one hidden layer of 64 ReLU
# neurons.


# %%
def trained(x, t, hidden=64):
    """Return a network after ten epochs on (x, t); with no hidden neurons, logistic regression."""
    width, classes = x.shape[1], t.max() + 1
    if hidden:
        model = nn.Sequential(nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, classes))
    else:
        model = nn.Linear(width, classes)
    model.reset_parameters(0)
    adam = optim.Adam(model.parameters(), lr=2e-3)
    nn.fit(model, (x, t), loss="cross_entropy", optimizer=adam, epochs=10, batch_size=256, rng=0, verbose=0)
    return model


def accuracy(model, x, t):
    """Return the fraction of (x, t) that the model gets right."""
    return nn.evaluate(model, (x, t), metrics=["accuracy"], batch_size=1024)["accuracy"]


# %%
data = nn.data.Dataset(x=a / np.sqrt(primes), t=rank, conductor=conductor, sums=S)[low]
training, test = nn.data.random_split(data, [0.8, 0.2], rng=0)
print(f"{len(training):,} + {len(test):,}   r = 1: {test.t.mean():.3f}")

models = {}
for count in (25, 50, 100):
    for hidden in (0, 64):
        models[hidden] = trained(training.x[:, :count], training.t, hidden)
        reached = accuracy(models[hidden], test.x[:, :count], test.t)
        print(f"p ≤ {primes[count - 1]:3}   {hidden:2} ReLU   {reached:.4f}")
assert reached > 0.97

# %% [markdown]
# Accuracy grows with the number of primes; with all hundred the network is above what the paper's abstract claims
# (for other curves, so this is no contest), and above the rule $S > 0$ too. That this is not owed to the larger
# class is shown rank by rank:

# %%
network = models[64]
for r in (0, 1):
    part = test[test.t == r]
    print(f"r = {r}   {len(part):5,}   {accuracy(network, part.x, part.t):.4f}")

# %% [markdown]
# ## Conductors larger than those seen
#
# A test accuracy holds for curves *like those of the training*. To see how much depends on that, train on the
# curves with $N \le$ 5,000 only and test by thousands of $N$. All columns use the same test curves; the last is the
# network trained on all $N \le$ 10,000.

# %%
half = training[training.conductor <= 5000]
small = {hidden: trained(half.x, half.t, hidden) for hidden in (0, 64)}
ends, rows = np.arange(1000, 10001, 1000), []
print("N ≤         0 ReLU  64 ReLU    S > 0  64 ReLU, N ≤ 10,000")
for end in ends:
    band = test[(test.conductor > end - 1000) & (test.conductor <= end)]
    rows.append([accuracy(small[0], band.x, band.t), accuracy(small[64], band.x, band.t),
                 ((band.sums > 0) == band.t).mean(), accuracy(network, band.x, band.t)])
    print(f"{end:6,}  ", *(f"{value:8.3f}" for value in rows[-1]))

# %%
fig, ax = plt.subplots(figsize=(9, 3.4), layout="constrained")
labels = ["0 ReLU, N ≤ 5,000", "64 ReLU, N ≤ 5,000", "S > 0", "64 ReLU, N ≤ 10,000"]
for line, label, style in zip(np.array(rows).T, labels, ["C0o-", "C1o-", "k:", "C2s--"], strict=True):
    ax.plot(ends - 500, line, style, ms=4, label=label)
ax.axvspan(5000, 10000, color="0.94")
ax.set(xlabel="N", ylabel={"es": "aciertos", "en": "accuracy"}[lang], xlim=(0, 10000), ylim=(None, 1.003))
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
ax.grid(alpha=0.25)
plt.show()

# %% [markdown]
# In the grey zone, which they have not seen, both models trained on $N \le$ 5,000 fall as $N$ grows, and the
# network, level with the regression on known ground, falls by more. The rule $S > 0$, which was fitted to nothing,
# stays above both there (though it falls in the end too). Two effects add up. One is in the green line: the network
# that did see these conductors also gets fewer right in the end, for with $X = 541$ fixed there are ever fewer
# primes to each $\sqrt N$. The other is the distance of the lines from the green one: what was learnt is fitted to
# a scale (that of $p/N$, in the picture of the murmurations), and that scale moves with $N$.
#
# With the large table the experiment goes up to 30,000: if the environment variable `WENGERT_CURVES` names the
# folder where it is, this cell tests the models trained on $N \le$ 10,000 by bands, and for comparison trains
# another network *inside* each band. There the fall goes on and is large, while the network trained in the band
# loses much less: the information is still in the $a_p$; what does not carry over is the fit.

# %%
folder = os.environ.get("WENGERT_CURVES")
if folder:
    large = nn.data.elliptic_curves(Path(folder) / "one_per_class_N_le_30000.npz")
    large = large[(large.conductor > 10_000) & (large.rank < 2)]
    a_large = np.stack([a_p(large.ainvs, p) for p in primes], axis=1)
    print("N ≤         0 ReLU  64 ReLU    S > 0  64 ReLU")
    for end in range(15_000, 30_001, 5_000):
        band = (large.conductor > end - 5_000) & (large.conductor <= end)
        x, t, positive = a_large[band] / np.sqrt(primes), large.rank[band], a_large[band] @ weights < 0
        inside, outside = nn.data.random_split((x, t), [0.8, 0.2], rng=0)
        there = accuracy(trained(inside.x, inside.t), outside.x, outside.t)
        values = [*(accuracy(models[hidden], x, t) for hidden in (0, 64)), (positive == t).mean(), there]
        print(f"{end:6,}  ", *(f"{value:8.3f}" for value in values))
else:
    print({"es": "Sin WENGERT_CURVES: no hay tabla grande, y la celda no hace nada.",
           "en": "WENGERT_CURVES is not set: there is no large table, and this cell does nothing."}[lang])

# %% [markdown]
# ## What has the network learnt?
#
# The gradient by the *weights* is for training; the gradient by the *input* says what the trained network looks at.
# Let $s(E)$ be the difference of its two outputs, the log-odds of rank 1 against rank 0. Compute
# $\partial s/\partial a_p$ for each curve of the test and each prime. Each entry of $s$ depends on its own curve
# only, so that it is enough to differentiate the sum.


# %%
def slopes(model):
    """Return ∂s/∂a_p, a row for each curve of the test."""
    traces = Tensor(test.x * np.sqrt(primes), requires_grad=True)
    scores = model(traces / np.sqrt(primes))
    return gradients((scores[:, 1] - scores[:, 0]).sum(), traces).numpy()


gradient = slopes(network)
saliency, mean_slope = np.abs(gradient).mean(axis=0), gradient.mean(axis=0)
for i in (0, 1, 2, 3, 4, 9, 24, 49, 99):
    print(f"p = {primes[i]:3}   |∂s/∂a_p| = {saliency[i]:.3f}   ∂s/∂a_p = {mean_slope[i]:+.3f}")
print(f"\ncorr(∂s/∂a_p, -log p / p) = {np.corrcoef(mean_slope, -weights)[0, 1]:.3f}")

# %% [markdown]
# The mean slope is negative (smaller $a_p$, more points, higher rank), and its correlation with $-\log p/p$ is
# nearly one. Nobody gave the weights of Mestre and Nagao to the network: they came out of the data.
#
# On the left $|\partial s/\partial a_p|$ against $p$, beside a multiple of $\log p/p$. On the right the quotient
# $-\partial s/\partial a_p : \log p/p$ for both models: positive at all primes, and constant if $s$ were a multiple
# of $S$.

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
left.loglog(primes, saliency, "C1o", ms=4, label=r"$|\partial s/\partial a_p|$")
left.loglog(primes, weights * np.median(saliency[:25] / weights[:25]), "k", lw=1, label=r"$c\,\log p\,/\,p$")
for hidden, style in ((0, "C0o"), (64, "C1o")):
    ratio = -slopes(models[hidden]).mean(axis=0) / weights
    right.semilogx(primes, ratio, style, ms=4, label=f"{hidden} ReLU")
    assert (ratio > 0).all()

right.set(xlabel="p", ylabel=r"$-\partial s/\partial a_p \;:\; \log p\,/\,p$", ylim=(0, None))
left.set(xlabel="p")
for ax in (left, right):
    ax.legend()
    ax.grid(alpha=0.25)
plt.show()

# %% [markdown]
# The quotient is nearly constant at the small primes and then falls: the network smooths the cut at $X$. The
# explicit formula, which ties the $a_p$ to the zeros of $L$ and is where these sums come from, does the same when
# it is used with a test function that vanishes at the end (Mestre, 1986): a sharp cut leaves an oscillating error
# term.
#
# To find out whether the gradient tells the truth, leave primes out and train again. Without the twenty of largest
# $|\partial s/\partial a_p|$ about half of the advantage over always saying 1 is lost; without the twenty of
# smallest, next to nothing. (The first line is the network from above with its inputs in another order: what
# differs from above is chance.)

# %%
order = np.argsort(-saliency)
print("max:", np.sort(primes[order[:20]]).tolist())
print("min:", np.sort(primes[order[-20:]]).tolist())
for name, kept in (("100", order), ("100 - max", order[20:]), ("100 - min", order[:-20])):
    print(f"{name:9}  {accuracy(trained(training.x[:, kept], training.t), test.x[:, kept], test.t):.4f}")

# %% [markdown]
# ## Torsion 1 against torsion 2
#
# The same network, another question: is $T$ trivial, or of order 2? First what is known. The points of order 2 are
# the roots of the cubic $4x^3 + b_2x^2 + 2b_4x + b_6$. For odd good $p$,
#
# $$a_p \text{ is even} \iff \#E(\mathbb{F}_p) \text{ is even} \iff \text{the cubic has a root modulo } p.$$
#
# If there is a rational root, there is one modulo every $p$: *all* $a_p$ are even. If there is none, the Galois
# group of the cubic has a cycle of order 3, and by Chebotarev's theorem $a_p$ is odd for at least a third of the
# primes. The data confirm it, with the fluctuations of a sample of a hundred primes (the argument does not hold at
# bad ones, which are left out). By order of the torsion: how many curves, and between which shares of odd $a_p$
# they lie, with the mean.

# %%
two = torsion <= 2
good = (conductor[:, None] % primes > 0) & (primes > 2)
odd_share = (a % 2 * good).sum(axis=1) / good.sum(axis=1)
for order in (1, 2):
    found = odd_share[torsion == order]
    print(f"|T| = {order}   {len(found):6,}   {found.min():.3f} … {found.max():.3f}   ({found.mean():.3f})")

# %% [markdown]
# In passing, nothing leaks and nothing is ambiguous here either: "all $a_p$ are even" is a property of the isogeny
# class.
#
# Now the network, with three inputs: the $a_p$ as they are, the $a_p/\sqrt p$, and the residues $a_p \bmod 2$.

# %%
inputs = {"a_p": a.astype(float), "a_p / √p": a / np.sqrt(primes), "a_p mod 2": a % 2.0}
for name, x in inputs.items():
    learn, check = nn.data.random_split((x[two], torsion[two] - 1), [0.8, 0.2], rng=0)
    for hidden in (0, 64):
        model = trained(learn.x, learn.t, hidden)
        seen, unseen = accuracy(model, learn.x, learn.t), accuracy(model, check.x, check.t)
        print(f"{name:9}  {hidden:2} ReLU   {seen:.4f}   {unseen:.4f}")
print(f"|T| = 1              {1 - learn.t.mean():.4f}   {1 - check.t.mean():.4f}")
assert unseen > 0.99

# %% [markdown]
# The first column is accuracy in training, the second in the test. With residues even logistic regression is always
# right: all it has to do is add up the odd ones. With the $a_p$ our networks do not get beyond always saying 1 in
# the test, though the information is the same; against the regression, the hidden layer gains in training and loses
# in the test, that is, it memorises. (The paper's best results are for torsion; its inputs and models may be
# others.) The reason is in the picture: the share of curves with $|T| = 2$ among those with $a_{101} = k$.

# %%
i = int(np.flatnonzero(primes == 101)[0])
ks = np.arange(-20, 21)
share = [(torsion[two & good[:, i] & (a[:, i] == k)] == 2).mean() for k in ks]
fig, ax = plt.subplots(figsize=(8, 3), layout="constrained")
ax.bar(ks, share, width=0.7)
ax.plot(ks, share, "k", lw=0.6)
ax.axhline((torsion[two] == 2).mean(), color="0.5", ls=":")
ax.set(xlabel="$a_{101}$", ylabel="P(|T| = 2)")
plt.show()
for name, column in (("a_p", a), ("a_p mod 2", a % 2)):
    found = [abs(np.corrcoef(column[two, j], torsion[two])[0, 1]) for j in range(1, 100)]
    print(f"{name:9}   |corr| = {min(found):.3f} … {max(found):.3f}")

# %% [markdown]
# Parity is not a smooth function of $a_p$: it jumps from each integer to the next. A ReLU network of this size is
# piecewise affine with few pieces in the direction of each $a_p$, and what descent sees first, the correlation with
# the label, is hardly more than noise. There is a reason for that: the quadratic twist
# $d\,w^2 = 4x^3 + b_2x^2 + 2b_4x + b_6$ keeps the roots of the cubic and multiplies $a_p$ by
# $\left(\frac{d}{p}\right) = \pm 1$, so that the label knows nothing of the sign. Modulo 2 the jump is gone. *A
# network is no substitute for knowing in which group the datum lives.*
#
# ## Where the $a_p$ are not enough
#
# If $E$ has a rational point of order $m$, then $m \mid \#E(\mathbb{F}_p)$ for every good $p$ that does not divide
# $2m$. The converse holds for the class only: *some* isogenous curve has torsion of order a multiple of $m$ (Katz,
# 1981), and the $a_p$ do not say which. The cell measures the rule "$|T| = m'$ if $m'$ divides all the
# $\#E(\mathbb{F}_p)$, else $m$", against always saying $m$. The last two columns: among the curves where it does
# divide them, how many have torsion $m$, and how many $m'$.

# %%
points = primes + 1 - a
print({"es": "m / m'   regla   siempre m", "en": "m / m'    rule    always m"}[lang])
for m, multiple in ((1, 2), (1, 3), (2, 4), (1, 5)):
    chosen = (torsion == m) | (torsion == multiple)
    divides = ((points % multiple == 0) | ~good | (primes == multiple)).all(axis=1)
    rule, always = (divides == (torsion == multiple))[chosen].mean(), (torsion == m)[chosen].mean()
    both = [(divides & (torsion == order)).sum() for order in (m, multiple)]
    print(f"{m} / {multiple}   {rule:.4f}      {always:.4f}   {both[0]:6,}  {both[1]:6,}")

# %% [markdown]
# For 1 against 2 the rule is exact. For 1 against 3 and 1 against 5 it is wrong on just those curves whose
# isogenous neighbour bears the point; for 2 against 4 these are more than the others, and the rule is right less
# often than always saying 2. A network that sees nothing but these divisibilities cannot mend that.

# %% [markdown]
# ## Exercises
#
# **1.** There are curves of rank 2 too, and one of rank 3. Predict the rank by rounding $S/\log X + \frac12$, and
# measure the accuracy rank by rank. Then train a network on the three classes 0, 1, 2. At which rank is each wrong
# most often?
#
# <details><summary>Solution</summary>
#
# Both are wrong most often at rank 0, whose values of $S$ are spread widest. The network is nearly always right, at
# rank 2 too, though it has few examples of it.
#
# ```python
# guess = np.clip(np.round(S + 0.5), 0, 3)
# every = nn.data.Dataset(x=a / np.sqrt(primes), t=rank, guess=guess)[rank < 3]
# learn, check = nn.data.random_split(every, [0.8, 0.2], rng=0)
# three = trained(learn.x, learn.t)
# for r in range(3):
#     part = check[check.t == r]
#     print(f"r = {r}   S: {(part.guess == part.t).mean():.4f}   64 ReLU: {accuracy(three, part.x, part.t):.4f}")
# ```
#
# </details>
#
# **2.** How much do the accuracies depend on the random split, and on unequal classes? Take as many curves of rank
# 1 as there are of rank 0, and repeat with three splits.
#
# <details><summary>Solution</summary>
#
# They change by thousandths: the accuracies came neither from the larger class nor from a lucky split.
#
# ```python
# for seed in (0, 1, 2):
#     drawn = np.random.default_rng(seed).choice(np.flatnonzero(data.t == 1), (data.t == 0).sum(), replace=False)
#     balanced = data[np.concatenate([np.flatnonzero(data.t == 0), drawn])]
#     learn, check = nn.data.random_split(balanced, [0.8, 0.2], rng=seed)
#     print(f"{len(balanced):,}   {accuracy(trained(learn.x, learn.t), check.x, check.t):.4f}")
# ```
#
# </details>
#
# **3.** Train a network to tell torsion 1 from torsion 3. Which residues does it need? Can it get beyond the rule
# of the last section?
#
# <details><summary>Solution</summary>
#
# What matters is whether 3 divides $p + 1 - a_p$, not the residue of $a_p$, which depends on $p \bmod 3$. The
# network stays where the rule is; there is no reason why it should get beyond it, for the $a_p$ do not tell a curve
# from those isogenous to it.
#
# ```python
# chosen = (torsion == 1) | (torsion == 3)
# x, t = (points % 3 == 0).astype(float)[chosen], (torsion == 3).astype(int)[chosen]
# divides = ((points % 3 == 0) | ~good | (primes == 3)).all(axis=1)[chosen]
# data_3 = nn.data.Dataset(x=x, t=t, divides=divides)
# learn, check = nn.data.random_split(data_3, [0.8, 0.2], rng=0)
# print(f"64 ReLU    {accuracy(trained(learn.x, learn.t), check.x, check.t):.4f}")
# print(f"3 | #E     {(check.divides == check.t).mean():.4f}")
# print(f"|T| = 1    {1 - check.t.mean():.4f}")
# ```
#
# </details>
