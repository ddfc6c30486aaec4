# %% [markdown]
# # 1. The derivative on the slide
#
# **The question.** On the course's slide a network of two neurons computes
#
# $$f = S\bigl(w_{20} + w_{21}\tanh(w_{10} + w_{11}x_1 + w_{12}x_2)\bigr), \qquad e = \tfrac12\,(y - f)^2,$$
#
# and the five partial derivatives $\partial e/\partial w$ are worked out by hand. Can all of it, formulas and
# numbers, come out of the expression for $e$ alone? Here it is written once; the computation graph does the rest.

# %%
import numpy as np
from matplotlib import pyplot as plt

from autograd import Value, draw, explain, gradcheck, paths, play, set_language, sigmoid, tanh, value_and_grad

# %% tags=["language"]
lang = "en"
set_language(lang)

# %% [markdown]
# ## The expression
#
# A `Value` is a number that remembers where it came from. The data $x_1$, $x_2$, $y$ are constants; the five
# weights are the variables with respect to which we differentiate. Intermediate results carry the slide's names.

# %%
x1, x2, y = (Value(v, n, requires_grad=False) for v, n in ((0.5, "x1"), (-1.2, "x2"), (1.0, "y")))
w20, w21 = Value(0.2, "w20"), Value(0.7, "w21")
w10, w11, w12 = Value(0.1, "w10"), Value(0.4, "w11"), Value(-0.3, "w12")
weights = [w20, w21, w10, w11, w12]

z_g = (w10 + w11 * x1 + w12 * x2).named("z_g")
g = tanh(z_g).named("g")
z_f = (w20 + w21 * g).named("z_f")
f = sigmoid(z_f).named("f")
e = (0.5 * (y - f) ** 2).named("e")
e

# %% [markdown]
# ## The decomposition and the five partial derivatives
#
# `explain` walks backward through the graph as backpropagation does, but with letters in place of numbers. With
# `style="prime"` it leaves $S'$ and $\tanh'$ as they are, like the slide: compare line by line.

# %%
explain(e, weights, style="prime")

# %% [markdown]
# Without that option it works the local derivatives out too, $S' = f(1 - f)$ and $\tanh' = 1 - g^2$. No partial
# derivative has a formula of its own in the library: each operation knows nothing but its own derivative, and the
# chain rule multiplies them.

# %%
explain(e, [w21, w11])

# %% [markdown]
# ## The graph
#
# Each node shows its value and its gradient, the derivative of $e$ with respect to it; each edge shows the local
# derivative. The gradient of a node is the sum, over all paths from it to $e$, of the product of the edges. From
# $w_{11}$ to $e$ there is one path only, the highlighted one.

# %% tags=["picture"]
e.backward()
draw(e, highlight=paths(e, w11))

# %%
print(paths(e, w11))

# %% [markdown]
# The same computation step by step: the buttons (or the arrow keys) first move forward with the values, left to
# right, and then back with the derivatives.

# %%
play(e)

# %% [markdown]
# ## The same on paper
#
# The slide's formulas, in pencil: all it takes is $f$, $g$, the two local derivatives, and multiplication. Note that
# $\delta_f = -(y - f)\,S'(z_f)$ occurs in all five and $\delta_g = \delta_f\, w_{21} \tanh'(z_g)$ in three: to
# compute each factor once, from back to front, *is* backpropagation.

# %%
delta_f = -(y.data - f.data) * f.data * (1 - f.data)
delta_g = delta_f * w21.data * (1 - g.data**2)
on_paper = [delta_f, delta_f * g.data, delta_g, delta_g * x1.data, delta_g * x2.data]

for w, derivative in zip(weights, on_paper, strict=True):
    print(f"∂e/∂{w.label}   {derivative:+.12f}   {w.grad:+.12f}")

# %% [markdown]
# ## What if both computations made the same mistake?
#
# The difference quotient $\bigl(e(w + h) - e(w - h)\bigr)/2h$ knows nothing of derivatives, so it is an independent
# witness. To evaluate it, $e$ is written as a function of its weights; the operations take ordinary numbers.


# %%
def error(w, x=(0.5, -1.2), y=1.0):
    """The slide's error as a function of the weights w20, w21, w10, w11, w12."""
    f = sigmoid(w[0] + w[1] * tanh(w[2] + w[3] * x[0] + w[4] * x[1]))
    return 0.5 * (y - f) ** 2


start = [0.2, 0.7, 0.1, 0.4, -0.3]
h = 1e-5
for i, w in enumerate(weights):
    up, down = (error([v + s * h * (i == j) for j, v in enumerate(start)]) for s in (1, -1))
    print(f"∂e/∂{w.label}   {(up - down) / (2 * h):+.12f}   {w.grad:+.12f}")

# %% [markdown]
# `gradcheck` does just this, choosing the step $h$ and the tolerance from the error that the differences themselves
# give away (notebook 7 is about that).

# %%
gradcheck(error, (start,))

# %% [markdown]
# ## One step of descent, then a hundred
#
# The slide ends with $w \leftarrow w - \eta\, \partial e/\partial w$. One step:

# %%
eta = 0.5
before, slopes = value_and_grad(error)(start)
once = [w - eta * slope for w, slope in zip(start, slopes, strict=True)]
print(f"e = {before:.6f}  →  {error(once):.6f}")

# %% [markdown]
# A hundred steps, from the same point. The curve falls all the way, but ever more slowly: as $f$ comes near $y$, the
# factor $(y - f)$ gets small, and the whole gradient with it.

# %%
w, errors = start, []
for _ in range(100):
    value, slopes = value_and_grad(error)(w)
    errors.append(value)
    w = [v - eta * slope for v, slope in zip(w, slopes, strict=True)]
errors.append(error(w))

fig, ax = plt.subplots(figsize=(6, 3), layout="constrained")
ax.plot(errors, lw=2)
ax.set(xlabel={"es": "pasos", "en": "steps"}[lang], ylabel="e", ylim=(0, None))
ax.grid(alpha=0.25)
plt.show()
print(f"e: {errors[0]:.6f} → {errors[-1]:.6f}")
print("w:", np.round(w, 4))

# %% [markdown]
# ## Exercises
#
# **1.** Replace $S$ by $\tanh$ in the output neuron too, and derive the five partials. Which factor changes in all of
# them?
#
# <details><summary>Solution</summary>
#
# Only the local derivative of the output does, $f(1-f)$ becomes $1 - f^2$; all other factors stay.
#
# ```python
# f_tanh = tanh(w20 + w21 * tanh(w10 + w11 * x1 + w12 * x2)).named("f")
# print(explain(0.5 * (y - f_tanh) ** 2, weights).text)
# ```
#
# </details>
#
# **2.** Let the hidden neuron be used twice: $z_f = w_{20} + w_{21}\,g + g^2$. How many paths lead from $w_{11}$ to
# $e$ now, and what share of the gradient does each carry?
#
# <details><summary>Solution</summary>
#
# Two paths, whose shares are as $w_{21}$ to $2g$, for $\partial z_f/\partial g = w_{21} + 2g$; the gradient is the
# sum of their products, which is what the chain rule says of a variable that occurs in two places.
#
# ```python
# f_twice = sigmoid(w20 + w21 * g + g**2)
# print(paths(0.5 * (y - f_twice) ** 2, w11))
# ```
#
# </details>
#
# **3.** With $\eta = 0.5$ the error fell in every step. Is there an $\eta$ with which it rises in one of the first
# hundred? And if the label is $y = 0.6$ instead of $1$?
#
# <details><summary>Solution</summary>
#
# With $y = 1$ there is none. As long as $w_{21}$ and $g$ are positive, as they are at the start, a step increases
# $w_{20}$, $w_{21}$ and $z_g$ (the last by $-\eta\,\delta_g\,(1 + x_1^2 + x_2^2)$, with $\delta_g < 0$), and with
# them $g$, $z_f$ and $f < 1$: the error falls, and $w_{21}$ and $g$ stay positive. The minimum is at infinity. With
# $y = 0.6$ it is at a finite distance, and a large step jumps over it.
#
# ```python
# for label in (1.0, 0.6):
#     for eta in (0.5, 60.0, 1000.0):
#         w, errors = start, []
#         for _ in range(100):
#             value, slopes = value_and_grad(lambda w: error(w, y=label))(w)
#             errors.append(value)
#             w = [v - eta * slope for v, slope in zip(w, slopes, strict=True)]
#         print(label, eta, any(later > earlier for earlier, later in zip(errors, errors[1:])))
# ```
#
# </details>
