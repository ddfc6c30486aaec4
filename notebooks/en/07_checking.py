# %% [markdown]
# # 7. Checking a derivative
#
# **The question.** A derivative's rule is written by hand and may be wrong; the program that uses it does not
# complain, it only trains worse. How does one know that a derivative is right, how many digits can a check promise,
# and what can be said where there is no derivative?

# %%
from collections import Counter

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from matplotlib import pyplot as plt

import nn
from autograd import (
    AnomalyError,
    Value,
    anomaly,
    check,
    elementwise,
    exp,
    grad,
    gradcheck,
    log,
    relu,
    set_language,
    sqrt,
    tanh,
)
from autograd.registry import all_ops
from autograd.testing import strategies

# %% tags=["language"]
lang = "en"
set_language(lang)

# %% [markdown]
# ## Differences and their step
#
# The oldest witness is the difference quotient. By Taylor,
#
# $$\frac{f(x+h) - f(x)}{h} = f'(x) + \tfrac{h}{2} f''(x) + O(h^2), \qquad
# \frac{f(x+h) - f(x-h)}{2h} = f'(x) + \tfrac{h^2}{6} f'''(x) + O(h^4).$$
#
# In the machine each value of $f$ moreover comes with a relative error of the order of $\varepsilon = 2^{-52}$,
# which the subtraction leaves whole while the quotient divides it by $h$: the rounding error is of the order of
# $\varepsilon |f|/h$. A large step truncates, a small one rounds. Take the example of J. Martins, P. Sturdza and J.
# Alonso (2003), written with numpy's functions so that it accepts floats, `Value`s and complex numbers as well:


# %%
def f(x):
    """The example of Martins, Sturdza and Alonso."""
    return np.exp(x) / np.sqrt(np.sin(x) ** 3 + np.cos(x) ** 3)


x0, EPS = 1.5, float(np.finfo(float).eps)
exact = grad(f)(x0)
forward = lambda h: (f(x0 + h) - f(x0)) / h
central = lambda h: (f(x0 + h) - f(x0 - h)) / (2 * h)
off = lambda slope: abs(slope - exact) / abs(exact)

print(f"f'({x0}) = {exact!r}\n\n h      forward  central")
for k in range(1, 16):
    h = 10.0**-k
    print(f"{h:.0e}  {off(forward(h)):.1e}  {off(central(h)):.1e}")

# %% [markdown]
# When $h$ is divided by 10, the error in the first column falls by one digit and that in the second by two; until
# rounding wins, and both rise by a digit each time. The best step makes the two errors equal:
# $h \approx \varepsilon/h$ gives $h \approx \varepsilon^{1/2}$ and half of the digits; $h^2 \approx \varepsilon/h$
# gives $h \approx \varepsilon^{1/3}$ and two thirds of them.
#
# ## The complex step
#
# If $f$ is real analytic, $f(x + ih) = f(x) + ih f'(x) - \tfrac{h^2}{2} f''(x) - \dots$, and the imaginary part is
# $h f'(x) + O(h^3)$. So $\operatorname{Im} f(x + ih)/h$ subtracts nothing: there is no cancellation, and $h$ may be
# so small that truncation is gone altogether (J. Lyness and C. Moler, 1967; W. Squire and G. Trapp, 1998).

# %%
complex_step = lambda f, x, h=1e-200: float(np.imag(f(x + 1j * h)) / h)

steps = np.logspace(0, -20, 241)[1:]
fig, ax = plt.subplots(figsize=(7.4, 4.4), layout="constrained")
ways = {"complex": lambda h: complex_step(f, x0, h), "central": central, "forward": forward}
for (name, way), marker in zip(ways.items(), "o^v", strict=True):
    ax.loglog(steps, [max(off(way(h)), 1e-17) for h in steps], marker, ms={"o": 5}.get(marker, 2.5), label=name)
second, third = grad(grad(f))(x0), grad(grad(grad(f)))(x0)
for guide, style in ((abs(second / exact) * steps / 2, ":"), (abs(third / exact) * steps**2 / 6, "--")):
    ax.loglog(steps, guide, "k" + style, lw=1)
ax.loglog(steps, EPS * abs(f(x0) / exact) / steps, "k-.", lw=1)
for power in (1 / 2, 1 / 3):
    ax.axvline(EPS**power, color="0.6", lw=0.8)
ax.set(xlabel="h", ylabel={"es": "error relativo", "en": "relative error"}[lang], ylim=(3e-18, 30))
ax.legend(frameon=False, loc="center left")
plt.show()
print(f"ε^(1/2) = {EPS ** (1 / 2):.1e}   ε^(1/3) = {EPS ** (1 / 3):.1e}")
print(f"Im f(x + ih)/h = {complex_step(f, x0)!r}")

# %% [markdown]
# The black lines are those of the theory, with the true constants: $\tfrac{h}{2}|f''/f'|$,
# $\tfrac{h^2}{6}|f'''/f'|$ (the derivatives are from `grad(grad(…))`) and $\varepsilon|f/f'|/h$, around and below
# which the points scatter. The grey verticals are $\varepsilon^{1/2}$ and $\varepsilon^{1/3}$. For
# $h < \varepsilon/2$ we have $x + h = x$ and the quotient is 0: relative error 1. The complex step truncates like
# the central difference but does not magnify rounding: it reaches the last digit and stays there (the points on the
# floor are "no error").
#
# The condition "analytic" is no ornament. Where an operation clips, compares or takes a modulus, its complex version
# is another function:

# %%
for name, g, slope in (
    ("|x|", np.abs, -1.0),
    ("√(x²)", lambda z: np.sqrt(z * z), -1.0),
    ("max(x, -x)", lambda z: np.maximum(z, -z), -1.0),
    ("x·conj(x)", lambda z: z * np.conj(z), -1.0),
):
    print(f"{name:10}  {complex_step(g, -0.5):+.1f}   {slope:+.1f}")

print([op.name for op in all_ops() if op.elementwise and any(op.d) and not (op.analytic or op.linear_in)])

# %% [markdown]
# At $x = -0.5$ all four formulas have the derivative $-1$ (second column), and the modulus and the conjugate give 0
# without a word. `max` is right by accident: numpy compares complex numbers by their real parts first. The list is
# of the library's elementwise operations that are not declared analytic, or whose implementation is not (softplus is
# analytic, but computed with $|x|$ lest it overflow); of these no complex step is asked.
#
# ## `gradcheck`: five verdicts
#
# `gradcheck` compares reverse and forward mode with central differences extrapolated to $h \to 0$ (Ridders, 1982),
# which also estimate their own error; the tolerances follow from that. Its report says one of five things of each
# derivative. *ok*:

# %%
gradcheck(lambda x, w: log(1 + x**2) * tanh(w * x), (0.7, 0.5), order=2)

# %% [markdown]
# *wrong*. Here `.data` takes the number out of the graph, and with it half of the derivative of $x^2$. Without
# `raise_exception=False` this would be an exception, which is what one wants in a test:

# %%
gradcheck(lambda x: x * x.data, 2.0, raise_exception=False)

# %% [markdown]
# *kink*: there is no derivative to compare with. The report gives the slopes to both sides and what the rule takes:

# %%
gradcheck(relu, 0.0)

# %% [markdown]
# *outside domain*: the point itself, or a border that no difference can approach from both sides. The slope of
# $\sqrt x$ at $0$ is infinite, and to the left there is no function:

# %%
for function, point in ((log, -1.0), (sqrt, 0.0)):
    print(gradcheck(function, point), "\n")

# %% [markdown]
# *unresolved*: the differences are too rough to tell. Adding and subtracting $10^{14}$ loses the digits of
# $\tanh x$; the graph's derivative is right, but this witness cannot confirm it, and says so rather than let it
# pass:

# %%
gradcheck(lambda x: (1e14 + tanh(x)) - 1e14, 1.0, raise_exception=False)

# %% [markdown]
# ## A wrong rule
#
# An operation of one's own is a function of numpy with its derivative `d(y, x)`, where `y` is the result. The
# hyperbolic tangent gets a wrong sign: $1 + y^2$ in place of $1 - y^2$. Inside a larger expression `gradcheck` names
# the culprit, for it checks each operation of the graph once more, alone:


# %%
@elementwise(d=lambda y, x: 1 + y * y)
def squash(x):
    """The hyperbolic tangent, with a mistake in its rule."""
    return np.tanh(x)


report = gradcheck(lambda w, x: exp(-x) * squash(w * x) ** 2, (0.7, 0.5), raise_exception=False)
report

# %%
report.draw()

# %% [markdown]
# The drawing is the smallest graph that shows the fault. The column `ratio`, ours over the differences, says of what
# kind it is: a forgotten factor gives the same quotient at all points; a sign inside the formula, one that changes.


# %%
@elementwise(d=lambda y, x: x)
def squared(x):
    """The square, whose rule lacks the factor 2."""
    return x * x


for function in (squared, squash):
    reports = [gradcheck(function, x, raise_exception=False) for x in (0.25, 0.5, 1.0, 2.0)]
    print(f"{function.__name__:8}", *(f"{r.entries[0].ratio:9.4f}" for r in reports))

# %% [markdown]
# ## Kinks: which element of the subdifferential
#
# At a kink of a convex function any number between the slopes to both sides is a subgradient. Each operation
# declares where it has kinks, which value it takes there, and of which interval:

# %%
for op in all_ops():
    if op.elementwise and op.kinks and op.name in ("abs", "relu", "leaky_relu", "maximum", "clip", "hardtanh"):
        print(f"{op.name:10}  {op.kinks[0]}")

fig, axes = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
nn.plot_activation("relu", axes[0], window=(-2.0, 2.0))
nn.plot_activation(lambda x: abs(x), axes[1], window=(-2.0, 2.0))
axes[1].set_title("|x|")
plt.show()

# %% [markdown]
# The filled dot is what the rule takes. To take legitimate elements in each operation does not guarantee a
# legitimate one in the whole. The identity $x = \operatorname{relu}(x) - \operatorname{relu}(-x)$ has derivative 1
# everywhere, and the chain rule with $\operatorname{relu}'(0) = 0$ gives something else (Kakade and Lee, 2018; Bolte
# and Pauwels, 2020):

# %%
gradcheck(lambda x: relu(x) - relu(-x), 0.0)

# %% [markdown]
# The slopes to both sides are 1; ours is 0. The verdict is *kink* and not *wrong*: the fault is not a rule's, but
# that of applying the chain rule where it does not hold. It happens on a set of measure zero only, but $w = 0$ is a
# popular place to start from (notebook 5). A branch in Python is another way to make a kink, which no operation
# declares:

# %%
gradcheck(lambda x: x if x > 0 else 2 * x, 0.0)

# %% [markdown]
# ## Where the nan came from
#
# At the border of a domain the derivative may be $0\cdot\infty$. The function $x\sqrt x = x^{3/2}$ is differentiable
# from the right at 0, with derivative 0; the product rule goes by the infinite slope of the root:

# %%
x = Value(0.0, "x")
y = (x * sqrt(x)).named("y")
y.backward()
print("dy/dx =", x.grad)

# %% [markdown]
# In a network of thousands of operations all that is seen is the `nan` at the end. Inside `anomaly` each result and
# each share of a gradient is looked at, and it stops at the first that got worse:

# %%
x = Value(0.0, "x")
try:
    with anomaly():
        y = (x * sqrt(x)).named("y")
        y.backward()
except AnomalyError as error:
    print(error)

print("d(x^1.5)/dx =", grad(lambda x: x**1.5)(0.0))

# %% [markdown]
# The remedy here is to write the power in one go: its rule, $\tfrac32 x^{1/2}$, has no infinity.
#
# ## Properties in place of examples
#
# A test with three points tests three points. Hypothesis makes the cases: a function decorated with `@given` is
# called without arguments, runs on many examples and, if one fails, looks for the smallest that fails. The
# strategies in `autograd.testing` make numbers, arrays and whole formulas, inside their domains and away from kinks.
# A property of a single operation:

# %%
QUIET = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, report_multiple_bugs=False,
    phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
)  # fmt: skip


@QUIET
@given(x=strategies.floats("positive"))
def the_slope_of_the_logarithm_is_the_reciprocal(x):
    assert grad(log)(x) == 1 / x


the_slope_of_the_logarithm_is_the_reciprocal()

# %% [markdown]
# That it says nothing means that it passed. Now, all formulas: the derivative of any composition of operations is
# what differences say. The set includes operations of one's own as soon as they exist, so that the two rules above
# are mended first. The verdicts of the derivatives that were compared are counted, and some of the formulas shown:


# %%
@elementwise(d=lambda y, x: 1 - y * y)
def squash(x):
    """The hyperbolic tangent."""
    return np.tanh(x)


@elementwise(d=lambda y, x: 2 * x)
def squared(x):
    """The square."""
    return x * x


# %%
tried = []


def judge(f, point):
    """Assert that the derivatives of f at a point are right, and note what was tried."""
    report = gradcheck(f, point, raise_exception=False)
    tried.append((report, f, point))
    assert report.ok, report


@QUIET
@given(strategies.expressions_with_points(max_depth=3))
def every_derivative_is_right(drawn):
    judge(*drawn)


every_derivative_is_right()
print(Counter(entry.verdict for report, _, _ in tried for entry in report.entries))
print(*sorted(dict.fromkeys(str(f) for _, f, _ in tried if 20 < len(str(f)) < 80), key=len)[-6:], sep="\n")

# %% [markdown]
# And if there is a small mistake? The rule of this exponential is off by one per cent, and it occurs hidden among
# other operations:


# %%
@elementwise(d=lambda y, x: 1.01 * y)
def nearly_exp(x):
    """The exponential, with a rule that is one per cent off."""
    return np.exp(x)


@QUIET
@given(strategies.expressions_with_points(3, ops=["add", "mul", "sin", "tanh", nearly_exp]))
def mine_is_right_too(drawn):
    judge(*drawn)


tried.clear()
try:
    mine_is_right_too()
except AssertionError as error:
    print(error, *error.__notes__, sep="\n")

# %% [markdown]
# That is the smallest formula that fails, at the simplest point. It was not the first: once it finds one, Hypothesis
# shrinks it, to fewer operations and rounder numbers, as long as it goes on failing. Those that failed, in the order
# in which they came:

# %%
failed = dict.fromkeys((str(f), point) for report, f, point in tried if not report.ok)
for text, point in failed:
    print(f"{text}   {point}")

# %% [markdown]
# ## Every way to differentiate, side by side
#
# `check.compare` differentiates the same function in every way there is, and says how many digits agree with reverse
# mode. PyTorch and JAX, if they are installed, go through the same graph, operation by operation.

# %%
print(check.compare(f, x0), "\n")
print(check.compare(lambda x, w: relu(w * x) * exp(-x), 0.5, 2.0))

# %% [markdown]
# Central differences stop at two thirds of the sixteen digits, as above; extrapolated they gain a few; the complex
# step and the two modes reach the end, and where there is a `relu` the complex step abstains. No numerical
# machinery proves a rule right: what it achieves is that a mistake, to pass, has to convince several witnesses who
# do not know each other.
#
# ## Exercises
#
# **1.** The second derivative by differences is $\bigl(f(x+h) - 2f(x) + f(x-h)\bigr)/h^2$. What is its best step,
# and how many digits are left?
#
# <details><summary>Solution</summary>
#
# Truncation is $O(h^2)$ and rounding $\varepsilon/h^2$: they are equal at $h \approx \varepsilon^{1/4}$, with half
# of the digits. That is why `gradcheck` with `order=2` takes no differences of differences: it compares with first
# differences of the first derivative.
#
# ```python
# steps = 10.0 ** -np.arange(1, 9)
# second = grad(grad(f))(x0)
# errors = [abs((f(x0 + h) - 2 * f(x0) + f(x0 - h)) / h**2 - second) / second for h in steps]
# for h, error in zip(steps, errors, strict=True):
#     print(f"{h:.0e}   {error:.1e}")
# print(f"ε^(1/4) = {EPS**0.25:.1e}")
# ```
#
# </details>
#
# **2.** Write the operation $\sqrt{1 + x^2}$ with its rule in terms of $y$, and check it to the third order at a
# point and to the second in random formulas.
#
# <details><summary>Solution</summary>
#
# $y' = x/y$. Derivatives of higher order need no new rules: the rule itself is made of operations that are
# differentiated.
#
# ```python
# @elementwise(d=lambda y, x: x / y)
# def smooth_abs(x):
#     return np.sqrt(1 + x * x)
#
#
# print(gradcheck(smooth_abs, 0.7, order=3))
#
#
# @QUIET
# @given(strategies.expressions_with_points(2, ops=["add", "mul", "sin", smooth_abs]))
# def smooth_abs_is_right(drawn):
#     gradcheck(*drawn, order=2)
#
#
# smooth_abs_is_right()
# ```
#
# </details>
#
# **3.** What if $\operatorname{relu}'(0) = \tfrac12$ were taken, as `maximum` does at a tie? Show that no value $c$
# serves all formulas.
#
# <details><summary>Solution</summary>
#
# From $x = \operatorname{relu}(x) - \operatorname{relu}(-x)$ we need $2c = 1$. From
# $\operatorname{relu}(x) - \operatorname{relu}(\operatorname{relu}(x)) = 0$ we need $c - c^2 = 0$, that is, $c = 0$
# or $c = 1$. There is no common solution. With $c = \tfrac12$ the first comes out right and the second wrong:
#
# ```python
# from autograd import maximum
#
# halves = lambda x: maximum(x, 0.0) - maximum(-x, 0.0)
# nothing = lambda x: maximum(x, 0.0) - maximum(maximum(x, 0.0), 0.0)
# print(grad(halves)(0.0), grad(nothing)(0.0))
# ```
#
# </details>
