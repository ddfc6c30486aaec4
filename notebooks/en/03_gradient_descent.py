# %% [markdown]
# # 3. Gradient descent
#
# **The question.** The sign of $f'(x)$ says which way to move so that $f$ falls. How far? The slide answers
# $x_{n+1} = x_n - \eta f'(x_n)$ and gives two warnings: if $\eta$ is too large the method may fail to converge, and
# it may get stuck in a local minimum. Here both are seen and proved; then, in several dimensions, what second
# derivatives add.

# %%
from functools import partial

import numpy as np
from matplotlib import pyplot as plt

import optim
from autograd import grad, hessian, hvp, jvp, set_language
from optim.functions import beale, himmelblau, ravine, saddle

# %% tags=["language"]
lang = "en"
set_language(lang)

# %% [markdown]
# ## One dimension
#
# The function $f(x) = x^2$, from $x_0 = 1$. As $x$ comes near the minimum, $f'(x)$ gets small, and so do the steps:
# the size of the derivative adjusts the length of the step, while $\eta$ stays the same.


# %%
def f(x):
    """Return λ x²/2 with λ = 2."""
    return x**2


x, eta = 1.0, 0.2
for n in range(8):
    print(f"n = {n}   x = {x:.6f}   f(x) = {f(x):.6f}   f'(x) = {grad(f)(x):.6f}")
    x = x - eta * grad(f)(x)

# %% [markdown]
# ## The learning rate
#
# Small, right, large, and too large. The circle is the start and the square the last point; with the fourth, the
# points leave the picture.

# %%
fig, axs = plt.subplots(1, 4, figsize=(9, 2.4), layout="constrained")
optim.plot_learning_rates(f, start=1.0, rates=[0.02, 0.3, 0.95, 1.05], axes=axs)
plt.show()

# %% [markdown]
# **Proposition.** For $f(x) = \tfrac12\lambda x^2$ with $\lambda > 0$, descent converges to $0$ from every $x_0$ if
# and only if $0 < \eta < 2/\lambda$.
#
# *Proof.* $x_{n+1} = x_n - \eta\lambda x_n = (1 - \eta\lambda)\,x_n$, so that $x_n = (1 - \eta\lambda)^n x_0$, which
# tends to $0$ if and only if $|1 - \eta\lambda| < 1$. $\square$
#
# With $\eta = 1/\lambda$ one step suffices; between $1/\lambda$ and $2/\lambda$ the factor is negative and the
# points jump from side to side; at $2/\lambda$ they jump between $\pm x_0$ forever. Below,
# `partial(optim.GradientDescent, lr=eta)` is the rule with its $\eta$ filled in, and `optim.race` runs it from a
# point and keeps the path. The last two columns are what descent gave and what the formula says.

# %%
for eta in (0.02, 0.3, 0.5, 0.95, 1.0, 1.05):
    path = optim.race({"GD": partial(optim.GradientDescent, lr=eta)}, f, 1.0, 20).paths["GD"]
    factor = 1 - 2 * eta
    print(f"η = {eta:<4}   1 - ηλ = {factor:+.2f}   x_20 = {path[-1, 0]:+.3e}   (1 - ηλ)^20 = {factor**20:+.3e}")

# %% [markdown]
# What if $f$ is not quadratic? If $f'' \le L$, Taylor's theorem gives
# $$f(x - \eta f'(x)) \le f(x) - \eta\bigl(1 - \tfrac12\eta L\bigr) f'(x)^2,$$
# so that with $\eta < 2/L$ every step goes down. It is the same $2/\lambda$, with the largest curvature in place of
# $\lambda$.
#
# ## Local minima
#
# The double well $f(x) = \tfrac14 x^4 - x^2 + 0.3\,x$ has two minima, and only the one on the left is global. Four
# starts, the same rule: $0.1$ and $0.2$ are close together and end in different wells.


# %%
def double_well(x):
    """Return a quartic with two minima."""
    return x**4 / 4 - x**2 + 0.3 * x


rule = {"GD": partial(optim.GradientDescent, lr=0.1)}
starts = np.array([0.1, 0.2, -2.0, 1.9])
paths = {f"$x_0 = {x}$": optim.race(rule, double_well, x, 60).paths["GD"] for x in starts}

fig, ax = plt.subplots(figsize=(6, 3.4), layout="constrained")
optim.plot_paths(paths, double_well, ax, window=(-2.4, 2.4, -1.8, 0.8))
plt.show()

# %% [markdown]
# For every start, the point where it ends. (To differentiate at all points at once, the sum is differentiated: its
# partial derivative with respect to each point is $f'$ at that point.) The two basins are separated by the local
# maximum: if $\eta \le 1/L$ (on $[-2, 2]$ we have $f'' \le 10$), the map $x \mapsto x - \eta f'(x)$ is increasing
# and so cannot jump across it. Below, the three critical points with their $f''$. Near a minimum $x^*$ each step
# multiplies the error by $1 - \eta f''(x^*)$, the factor from before: the last column is the measured ratio.

# %%
grid = np.linspace(-2, 2, 402)
ends = grid.copy()
for _ in range(300):
    ends = ends - 0.1 * grad(lambda x: double_well(x).sum())(ends)
low, top, high = np.sort(np.roots([1, 0, -2, 0.3]))

fig, ax = plt.subplots(figsize=(6, 2.4), layout="constrained")
ax.plot(grid, ends, ".", markersize=3)
ax.axvline(top, color="0.5", linestyle="--")
ax.set(xlabel="$x_0$", ylabel=r"$\lim\, x_n$")
plt.show()
for x, name in ((low, "$x_0 = -2.0$"), (top, None), (high, "$x_0 = 1.9$")):
    curvature = grad(grad(double_well))(x)
    errors = paths[name][:, 0] - x if name else None
    measured = f"   1 - ηf'' = {1 - 0.1 * curvature:.4f}   {errors[20] / errors[19]:.4f}" if name else ""
    print(f"x = {x:+.4f}   f(x) = {double_well(x):+.4f}   f''(x) = {curvature:+.4f}{measured}")

# %% [markdown]
# ## Two dimensions
#
# Now $x_{n+1} = x_n - \eta\nabla f(x_n)$. Why the gradient? By Cauchy-Schwarz, among unit vectors $u$ the directional
# derivative $D_u f = \langle\nabla f, u\rangle \le |\nabla f|$ is largest at $u = \nabla f/|\nabla f|$: it is the
# direction of steepest ascent. The arrows are $-\nabla f$, all of one length, on Himmelblau's function, which has
# four minima; again the start decides which one is reached.

# %%
rule = {"GD": partial(optim.GradientDescent, lr=0.005)}
corners = [(0.5, 0.5), (-1.0, 0.5), (-1.0, -2.0), (0.5, -2.5)]
paths = {f"$x_0$ = {start}": optim.race(rule, himmelblau, start, 100).paths["GD"] for start in corners}
grid = np.array(np.meshgrid(np.linspace(-4.6, 4.6, 14), np.linspace(-4.6, 4.6, 14)))
slopes = grad(lambda p: himmelblau(p).sum())(grid)
arrows = -slopes / np.linalg.norm(slopes, axis=0)

fig, ax = plt.subplots(figsize=(4.8, 4.8), layout="constrained")
optim.plot_paths(paths, himmelblau, ax)
ax.legend(loc="lower left", fontsize="x-small", ncols=2)
ax.quiver(*grid, *arrows, color="0.3", width=0.003, scale=32, zorder=3)
ax.set_aspect("equal")
plt.show()

# %% [markdown]
# Arrows and paths cross the level lines at right angles.
#
# **Proposition.** $\nabla f$ is orthogonal to the level lines. *Proof.* If $\gamma$ is a curve with
# $f(\gamma(t)) = c$, differentiating gives $\langle\nabla f(\gamma(t)), \gamma'(t)\rangle = 0$. $\square$
#
# The level sets of `ravine`, $f = \tfrac12(x^2 + 50y^2)$, are ellipses. `jvp` gives the value and the directional
# derivative; along $\gamma'$ it is zero, up to rounding, and the largest is $|\nabla f|$ (almost: 180 directions
# are tried, not all).

# %%
directions = [np.array([np.cos(a), np.sin(a)]) for a in np.linspace(0, 2 * np.pi, 180)]
for t in np.linspace(0.3, 6, 6):
    point = np.array([np.cos(t), np.sin(t) / 50**0.5])
    tangent = np.array([-np.sin(t), np.cos(t) / 50**0.5])
    value, along = jvp(ravine, (point,), (tangent,))
    steepest = max(jvp(ravine, (point,), (u,))[1] for u in directions)
    length = np.linalg.norm(grad(ravine)(point))
    print(f"f(γ) = {value:.3f}   D_γ' f = {abs(along):.1e}   max D_u f = {steepest:.4f}   ‖∇f‖ = {length:.4f}")

# %% [markdown]
# ## The ravine
#
# `ravine` is fifty times more curved across than along. With a small $\eta$ descent falls to the bottom and hardly
# moves along it; with a larger one it zigzags from wall to wall; a little more, and it diverges. No $\eta$ is good
# for both directions.

# %%
fig, axs = plt.subplots(1, 3, figsize=(9, 2.2), layout="constrained")
optim.plot_learning_rates(ravine, ravine.start, [0.01, 0.039, 0.0405], steps=30, axes=axs)
plt.show()

# %% [markdown]
# For $f(x) = \tfrac12\langle x, Hx\rangle$ with $H$ symmetric and eigenvalues
# $0 < \lambda_1 \le \dots \le \lambda_n$, in the basis of eigenvectors descent is $n$ descents in one dimension, with
# factors $1 - \eta\lambda_i$. The worst one rules,
# $$\rho(\eta) = \max_i |1 - \eta\lambda_i| = \max\{|1 - \eta\lambda_1|,\ |1 - \eta\lambda_n|\},$$
# and is smallest where both are equal: $\eta = 2/(\lambda_1 + \lambda_n)$ and
# $\rho = \dfrac{\kappa - 1}{\kappa + 1}$, with $\kappa = \lambda_n/\lambda_1$, the **condition number**. (For
# strongly convex functions the same bound holds: Nesterov, 2004.)

# %%
H = hessian(ravine)([0.0, 0.0])
eigenvalues = np.linalg.eigvalsh(H)
etas = np.linspace(0, 0.042, 200)
factors = np.abs(1 - np.outer(etas, eigenvalues))
best = 2 / eigenvalues.sum()

fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
for i, factor in enumerate(factors.T, 1):
    ax.plot(etas, factor, "--", label=rf"$|1 - ηλ_{i}|$")
ax.plot(etas, factors.max(axis=1), color="black", label="ρ(η)")
ax.plot(best, 1 - best * eigenvalues[0], "o", color="black")
ax.set(xlabel="η", ylabel="ρ")
ax.legend()
plt.show()

# %% [markdown]
# The measured ratio $|x_{n+1}|/|x_n|$ with this $\eta$ is $(\kappa - 1)/(\kappa + 1)$ in every step. Below, how many
# steps it takes to divide the error by a million, for various $\kappa$: they are proportional to $\kappa$, because
# $\log\frac{\kappa + 1}{\kappa - 1} \approx 2/\kappa$.

# %%
path = optim.race({"GD": partial(optim.GradientDescent, lr=best)}, ravine, steps=50).paths["GD"]
norms = np.linalg.norm(path, axis=1)
ratios = norms[1:] / norms[:-1]
kappa = eigenvalues[-1] / eigenvalues[0]
print(f"κ = {kappa:.0f}   (κ - 1)/(κ + 1) = {(kappa - 1) / (kappa + 1):.6f}")
print(f"min = {ratios.min():.6f}   max = {ratios.max():.6f}")
print()
for kappa in (2, 10, 100, 1000, 10_000):
    rate = (kappa - 1) / (kappa + 1)
    print(f"κ = {kappa:>6}   ρ = {rate:.6f}   n = {np.ceil(np.log(1e-6) / np.log(rate)):.0f}")

# %% [markdown]
# ## Taylor's polynomial and Newton's step
#
# Descent looks at the slope alone. The second derivative gives the osculating parabola,
# $$q(x) = f(a) + f'(a)(x - a) + \tfrac12 f''(a)(x - a)^2,$$
# and Newton's step goes to its critical point, $a - f'(a)/f''(a)$. Where $f'' > 0$ this is the minimum of the
# parabola (left). Where $f'' < 0$ it is its maximum (right): the step goes up.

# %%
xs = np.linspace(-2.2, 2.2, 200)
fig, axs = plt.subplots(1, 2, figsize=(8, 2.7), layout="constrained")
for ax, a in zip(axs, (1.8, 0.6), strict=True):
    value, slope, curvature = (g(a) for g in (double_well, grad(double_well), grad(grad(double_well))))
    parabola = value + slope * (xs - a) + curvature * (xs - a) ** 2 / 2
    newtons = a - slope / curvature
    ax.plot(xs, double_well(xs), color="0.5", label="f")
    ax.plot(xs, parabola, "C1", label="q")
    ax.plot(a, value, "o", color="white", markeredgecolor="black", markersize=8, zorder=3)
    ax.plot(newtons, value - slope**2 / curvature / 2, "C1s", markersize=8)
    ax.set(xlabel="x", ylim=(-1.8, 1), title=f"a = {a},  f''(a) = {curvature:.2f},  a - f'/f'' = {newtons:.3f}")
    ax.legend(loc="upper center")
plt.show()

# %% [markdown]
# In several dimensions $f''$ is the Hessian,
# $q(x) = f(a) + \langle\nabla f(a), x - a\rangle + \tfrac12\langle x - a, H(a)(x - a)\rangle$, and Newton's step $d$
# solves $H d = -\nabla f$. $H$ is never inverted: a system is solved.


# %%
def newton(f, x, steps):
    """Return the points of Newton's method, the start among them."""
    points = [np.array(x, float)]
    for _ in range(steps):
        x = points[-1]
        points.append(x + np.linalg.solve(hessian(f)(x), -grad(f)(x)))
    return np.array(points)


def taylor(f, a):
    """Return the Taylor polynomial of second order at a, a function of a list of coordinates."""
    g, H, both = grad(f)(a), hessian(f)(a), range(2)

    def q(x):
        d = [x[i] - a[i] for i in both]
        return f(a) + sum(g[i] * d[i] for i in both) + sum(H[i, j] * d[i] * d[j] for i in both for j in both) / 2

    return q


# %% [markdown]
# Beale's function on the left, its Taylor polynomial at $a$ on the right, with the same step. The red arrow is the
# direction of $-\nabla f$. Newton's step does not point the same way: it goes to the centre of the ellipses on the
# right. Below the picture, the angle between the two.

# %%
a = np.array([2.5, 0.3])
d = newton(beale, a, 1)[1] - a
downhill = -0.25 * grad(beale)(a) / np.linalg.norm(grad(beale)(a))
window = (2.1, 3.3, 0.1, 0.7)

fig, axs = plt.subplots(1, 2, figsize=(8, 2.7), layout="constrained")
for ax, g, title in zip(axs, (beale, taylor(beale, a)), ("f", "q"), strict=True):
    optim.plot_paths({"Newton": np.array([a, a + d])}, g, ax, window=window)
    ax.quiver(*a, *downhill, color="C3", width=0.006, angles="xy", scale_units="xy", scale=1, zorder=5)
    ax.set(title=title, aspect="equal")
    ax.legend(loc="lower right", fontsize="small")
plt.show()
cosine = d @ downhill / (0.25 * np.linalg.norm(d))
print(f"{np.degrees(np.arccos(cosine)):.1f}°")

# %% [markdown]
# ## Quadratic convergence
#
# **Theorem** (local convergence; Kantorovich, 1948, puts conditions on $x_0$ alone, and gets the existence of $x^*$
# besides). If $\nabla f(x^*) = 0$, $H(x^*)$ is invertible and $H$ is Lipschitz near $x^*$, then
# $|x_{n+1} - x^*| \le C\,|x_n - x^*|^2$ once $x_n$ is close enough.
#
# *Proof.* $x_{n+1} - x^* = H(x_n)^{-1}\bigl(\nabla f(x^*) - \nabla f(x_n) - H(x_n)(x^* - x_n)\bigr)$, and the
# parenthesis is the Taylor remainder of $\nabla f$, at most $\tfrac12 \mathrm{Lip}(H)\,|x_n - x^*|^2$; near $x^*$
# the inverse $H(x_n)^{-1}$ is bounded, by continuity. $\square$
#
# The number of right digits, $-\log_{10}|x_n - x^*|$, about doubles in every step, up to the sixteen that fit into a
# number of the machine. On the right, the error of gradient descent from the same point after as many steps.

# %%
target = np.array(beale.minima[0])
descent = optim.race({"GD": partial(optim.GradientDescent, lr=0.02)}, beale, a, 6).paths["GD"]
for n, (x, y) in enumerate(zip(newton(beale, a, 6), descent, strict=True)):
    error, slow = np.linalg.norm(x - target), np.linalg.norm(y - target)
    print(f"n = {n}   ‖x - x*‖ = {error:.1e}   {-np.log10(max(error, 1e-16)):4.1f}        GD: {slow:.1e}")

# %% [markdown]
# The price of each step is a Hessian, $n^2$ numbers, and a system, of the order of $n^3$ operations. In return Newton
# does not see the condition number: under an invertible linear change of coordinates its points change likewise. On a
# quadratic function it arrives in one step, whatever $\kappa$ is.

# %%
print(newton(ravine, ravine.start, 1))

# %% [markdown]
# ## Where Newton goes wrong
#
# Newton looks for $\nabla f = 0$, and maxima and saddle points satisfy that as well. The function `saddle`,
# $x^2 - y^2 + \tfrac12y^4$, is concave in $y$ near the axis $y = 0$. From one and the same point, descent goes to a
# minimum and Newton to the saddle point: in the direction of the negative eigenvalue, $-g_i/\lambda_i$ points
# uphill. Below, the values of $f$ along both paths, and the eigenvalues of the Hessian at the start and at the end.

# %%
start = (0.3, 0.4)
paths = {
    "GD": optim.race({"GD": partial(optim.GradientDescent, lr=0.1)}, saddle, start, 40).paths["GD"],
    "Newton": newton(saddle, start, 5),
}
fig, ax = plt.subplots(figsize=(4.4, 3.8), layout="constrained")
optim.plot_paths(paths, saddle, ax)
plt.show()
for name, path in paths.items():
    heights = [round(saddle(x), 4) + 0.0 for x in path]
    first, last = (np.linalg.eigvalsh(hessian(saddle)(x)) for x in (path[0], path[-1]))
    print(f"{name:6}", *(f"{height:8.4f}" for height in heights[:5]), f"  …  {heights[-1]:.4f}")
    print("       λ =", first, "→", last)

# %% [markdown]
# ## Saddle points
#
# At a saddle point the gradient vanishes and descent stops; near it, it almost stops. From $(-1.2, \varepsilon)$
# descent first falls toward the origin and then has to leave along $y$, where $y_{n+1} \approx (1 + 2\eta)\,y_n$:
# that grows geometrically, so it takes $\log(1/\varepsilon)/\log(1 + 2\eta)$ steps plus a constant. Each factor of
# a hundred in $\varepsilon$ makes the plateau longer by the same amount. With $\varepsilon = 0$ it never leaves.

# %%
rule, left = {"GD": partial(optim.GradientDescent, lr=0.1)}, []
fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
for epsilon in (1e-2, 1e-4, 1e-6, 1e-8, 0.0):
    descent = optim.race(rule, saddle, (-1.2, epsilon), 150)
    ax.plot(descent.losses["GD"], label=f"ε = {epsilon:g}")
    left.append(int(np.argmax(descent.paths["GD"][:, 1] > 0.5)))
ax.set(xlabel="n", ylabel="$f(x_n)$", ylim=(-0.6, 0.6))
ax.legend(fontsize="small")
ax.grid(alpha=0.25)
plt.show()
print("min{n : y_n > 1/2} =", left[:-1], " Δ =", np.diff(left[:-1]))
print(f"log 100 / log(1 + 2η) = {np.log(100) / np.log(1.2):.1f}")

# %% [markdown]
# The starts with $\varepsilon = 0$ form a line, of measure zero, and this is general: if $\nabla f$ is Lipschitz
# with constant $L$ and $\eta < 1/L$, the set of starts from which descent converges to a strict saddle point has
# measure zero (Lee, Simchowitz, Jordan and Recht, 2016). But measure zero does not mean that starting nearby costs
# nothing.
#
# ## The Hessian without the Hessian
#
# With $n = 100\,000$ variables $H$ does not fit into memory. But $Hv$ is the directional derivative of the gradient,
# $$H v = \frac{d}{dt}\Big|_{t=0} \nabla f(x + tv),$$
# and `hvp` computes it at the cost of a few gradients (Pearlmutter, 1994). Here, on Rosenbrock's function of $n$
# variables, beside the difference quotient; below, the gigabytes that $H$ would take.


# %%
def rosenbrock_chain(x):
    """Return Rosenbrock's function of any number of variables."""
    return ((1 - x[:-1]) ** 2 + 100 * (x[1:] - x[:-1] ** 2) ** 2).sum()


rng = np.random.default_rng(0)
n, h = 100_000, 1e-5
x, v = rng.normal(size=n), rng.normal(size=n)
product = hvp(rosenbrock_chain)(x, v)
quotient = (grad(rosenbrock_chain)(x + h * v) - grad(rosenbrock_chain)(x - h * v)) / (2 * h)
print(product[:4], quotient[:4], sep="\n")
print(f"‖Hv - quotient‖ / ‖Hv‖ = {np.linalg.norm(product - quotient) / np.linalg.norm(product):.1e}")
print(f"{8 * n**2 / 1e9:.0f} GB")

# %% [markdown]
# What is it good for? Power iteration needs nothing but products $Hv$, and at a minimum, where no eigenvalue is
# negative, it gives $\lambda_{\max}$: with it, the largest rate $2/\lambda_{\max}$ at which descent is stable
# there. It is compared, with $n = 20$, with the eigenvalues of the full matrix.

# %%
x, v = np.ones(20), rng.normal(size=20)
for _ in range(300):
    v = v / np.linalg.norm(v)
    product = hvp(rosenbrock_chain)(x, v)
    largest, v = v @ product, product
exact = np.linalg.eigvalsh(hessian(rosenbrock_chain)(x))[-1]
print(f"λ_max = {largest:.6f}   {exact:.6f}   2/λ_max = {2 / largest:.6f}")

# %% [markdown]
# A little below that rate a small error decreases; a little above it grows. The numbers are $|\nabla f|$ before and
# after 200 steps from a point near the minimum $(1, \dots, 1)$.

# %%
for share in (0.98, 1.02):
    x = np.ones(20) + 1e-6 * v / np.linalg.norm(v)
    before = np.linalg.norm(grad(rosenbrock_chain)(x))
    for _ in range(200):
        x = x - share * 2 / largest * grad(rosenbrock_chain)(x)
    print(f"η = {share} · 2/λ_max   {before:.1e} → {np.linalg.norm(grad(rosenbrock_chain)(x)):.1e}")

# %% [markdown]
# ## Exercises
#
# **1.** For $f(x) = \tfrac14x^4$ we have $f''(0) = 0$: the factor $1 - \eta f''(x^*)$ is $1$. Does descent converge,
# and how fast?
#
# <details><summary>Solution</summary>
#
# It does, if $\eta x_0^2 < 2$, but no longer geometrically: $x_{n+1} = x_n - \eta x_n^3$ resembles
# $x' = -\eta x^3$, whose solution is $x(n) = (x_0^{-2} + 2\eta n)^{-1/2}$. Hence $x_n\sqrt{2\eta n} \to 1$: each
# further digit takes a hundred times as many steps.
#
# ```python
# x = 1.0
# for n in range(1, 10_001):
#     x = x - 0.1 * x**3
#     if n in (10, 100, 1000, 10_000):
#         print(n, x, x * np.sqrt(2 * 0.1 * n))
# ```
#
# </details>
#
# **2.** Mend Newton's step so that on `saddle` it goes down from $(0.3, 0.4)$: replace every eigenvalue of the
# Hessian by its absolute value.
#
# <details><summary>Solution</summary>
#
# With $H = Q\Lambda Q^T$ and $d = -Q|\Lambda|^{-1}Q^T\nabla f$ we have $\langle\nabla f, d\rangle < 0$, so that $d$
# is always a direction of descent, and near a minimum it is Newton's step (Dauphin et al., 2014). The path reaches a
# minimum, $(0, 1)$.
#
# ```python
# x = np.array([0.3, 0.4])
# for _ in range(7):
#     lams, Q = np.linalg.eigh(hessian(saddle)(x))
#     x = x - Q @ ((Q.T @ grad(saddle)(x)) / np.abs(lams))
#     print(x, saddle(x))
# ```
#
# </details>
#
# **3.** Compute one Newton step of `rosenbrock_chain` with $n = 50$ without forming $H$, with `hvp` alone, and
# compare it with `np.linalg.solve`.
#
# <details><summary>Solution</summary>
#
# The method of conjugate gradients (Hestenes and Stiefel, 1952) solves $Hd = -\nabla f$ with products $Hp$, if $H$ is
# positive definite; near the minimum $(1, \dots, 1)$ it is. In exact arithmetic $n$ products suffice.
#
# ```python
# x = np.ones(50) + 0.01 * np.random.default_rng(1).normal(size=50)
# d, r = np.zeros(50), -grad(rosenbrock_chain)(x)
# p = r
# for count in range(1, 101):
#     Hp = hvp(rosenbrock_chain)(x, p)
#     alpha = r @ r / (p @ Hp)
#     d, r_new = d + alpha * p, r - alpha * Hp
#     p, r = r_new + (r_new @ r_new) / (r @ r) * p, r_new
#     if np.linalg.norm(r) < 1e-10:
#         break
# print(count, np.linalg.norm(d - np.linalg.solve(hessian(rosenbrock_chain)(x), -grad(rosenbrock_chain)(x))))
# ```
#
# </details>
