# %% [markdown]
# # 2. Backpropagation from nothing
#
# **The question.** A program that differentiates fits in less than sixty lines of Python: each result keeps a
# function that hands its gradient on. What is missing before it can be trusted? Here that program is written,
# compared with the slide and then taken apart: each defect is measured in a cell, and beside it what the library
# does.

# %%
import gc
import inspect
import sys
import weakref
from math import exp, tanh

import numpy as np
from matplotlib import pyplot as plt

from autograd import GradcheckError, Tensor, Value, elementwise, explain, grad, gradcheck, gradients, ops, set_language

# %% tags=["language"]
lang = "en"
set_language(lang)

# %% [markdown]
# ## The other engine
#
# If $v$ was computed from $u$ and everything ends in $e$, write $\bar v = \partial e/\partial v$. The chain rule
# adds up over the uses of $u$:
#
# $$\bar u = \sum_{v \text{ that uses } u} \bar v\, \frac{\partial v}{\partial u}.$$
#
# Each `Node` keeps its number, the nodes it came from, and a function `push`, made together with the result, that
# adds the term due to each of them. The sum is complete only after all that use $u$ have had their turn; so
# `backward` first puts the nodes in order, each after those it came from, and walks through them in reverse.
# Engines for teaching are made this way, such as micrograd (A. Karpathy, 2020).


# %%
class Node:
    """A number, the nodes it was computed from, and a function that hands its gradient on to them."""

    def __init__(self, data, parents=()):
        self.data, self.grad, self.parents = data, 0.0, parents
        self.push = lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Node) else Node(other)
        out = Node(self.data + other.data, (self, other))

        def push():
            self.grad += out.grad
            other.grad += out.grad

        out.push = push
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Node) else Node(other)
        out = Node(self.data * other.data, (self, other))

        def push():
            self.grad += out.grad * other.data
            other.grad += out.grad * self.data

        out.push = push
        return out

    def apply(self, value, slope):
        """Return the node of a function of this one, whose value and derivative are given as numbers."""
        out = Node(value, (self,))

        def push():
            self.grad += out.grad * slope

        out.push = push
        return out

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for parent in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            node.push()


# %% [markdown]
# ## The slide, with both
#
# The function $e = \frac12 (y - f)^2$, with $f = S(w_{20} + w_{21}\tanh(w_{10} + w_{11}x_1 + w_{12}x_2))$, is
# written once. Only $S$ and $\tanh$ differ: with `Node` the derivative is computed right here, as one more number.


# %%
def node_tanh(x):
    """Return tanh of a node."""
    y = tanh(x.data)
    return x.apply(y, 1 - y * y)


def node_sigmoid(x):
    """Return S of a node."""
    y = 1 / (1 + exp(-x.data))
    return x.apply(y, y * (1 - y))


def error(w, tanh, sigmoid, x=(0.5, -1.2), y=1.0):
    """The slide's error as a function of the weights w20, w21, w10, w11, w12."""
    f = sigmoid(w[0] + w[1] * tanh(w[2] + w[3] * x[0] + w[4] * x[1]))
    rest = f * -1.0 + y
    return rest * rest * 0.5


# %%
start = {"w20": 0.2, "w21": 0.7, "w10": 0.1, "w11": 0.4, "w12": -0.3}
nodes = [Node(v) for v in start.values()]
values = [Value(v, name) for name, v in start.items()]
error(nodes, node_tanh, node_sigmoid).backward()
error(values, ops.tanh, ops.sigmoid).backward()
for name, ours, theirs in zip(start, nodes, values, strict=True):
    print(f"∂e/∂{name}   {ours.grad:+.15f}   {theirs.grad:+.15f}   {abs(ours.grad - theirs.grad):.0e}")

# %% [markdown]
# The engine is right. It is fast, too, in the sense that matters: each node is visited once, however many the
# paths. Double $x$ thirty times, $x \mapsto x + x$, and there are $2^{30}$ paths from $x$ to the result, each with
# product $1$; the gradient counts them, and yet takes thirty calls of `push`.

# %%
x = Node(1.0)
total = x
for _ in range(30):
    total = total + total
total.backward()
print(x.grad, x.grad == 2.0**30)

# %% [markdown]
# ## 1. Nodes do not go away
#
# Python frees an object as soon as nothing refers to it. But the node `out` has `push`, and `push` refers to `out`:
# a cycle, which keeps itself alive. Only the garbage collector finds it, which every now and then searches all
# objects for unreachable ones. The next function switches it off, computes an error, lets go of it, and counts how
# many nodes are left alive, and how many unreachable objects the collector finds when it is called.


# %%
def left_behind(kind, make):
    """Return how many objects of a class outlive what `make` returns, and how many objects the collector then frees."""
    gc.collect()
    gc.disable()
    before = sum(type(o) is kind for o in gc.get_objects())
    make()
    after = sum(type(o) is kind for o in gc.get_objects())
    gc.enable()
    return after - before, gc.collect()


print("Node ", left_behind(Node, lambda: error(nodes, node_tanh, node_sigmoid).backward()))
print("Value", left_behind(Value, lambda: error(values, ops.tanh, ops.sigmoid).backward()))

# %% [markdown]
# Of the graph of `Value` nothing is left: its nodes point to those they came from and to their operation, never to
# themselves, so that all of it is freed the moment $e$ is let go. In a training the difference looks like this:
# each step builds a new graph, and we count how many of those made so far are still in memory. The teeth of the saw
# are the visits of the collector, which mostly looks at recent objects only; the line of `Value` is at the height
# of a single graph, the one just made.


# %%
def graphs_alive(steps, once):
    """Return, after each step, how many of the graphs that were made so far are still in memory."""
    gc.collect()
    made, alive = [], []
    for _ in range(steps):
        e = once()
        e.backward()
        made.append(weakref.ref(e))
        alive.append(sum(ref() is not None for ref in made))
    return alive


fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
ax.plot(graphs_alive(300, lambda: error(nodes, node_tanh, node_sigmoid)), lw=2, label="Node")
ax.plot(graphs_alive(300, lambda: error(values, ops.tanh, ops.sigmoid)), lw=2, label="Value")
ax.set(xlabel={"es": "pasos", "en": "steps"}[lang], ylabel={"es": "gráficas vivas", "en": "graphs alive"}[lang])
ax.set_ylim(0, None)
ax.locator_params(axis="y", integer=True)
ax.legend()
ax.grid(alpha=0.25)
plt.show()

# %% [markdown]
# ## 2. Recursion
#
# `visit` calls itself once for every node along a path, and Python limits the depth of calls. A sum of as many
# terms as that limit (an epoch of training, a recurrent network on a text) can no longer be differentiated.


# %%
def chain(x, n):
    """Return x + x + … + x."""
    total = x
    for _ in range(n - 1):
        total = total + x
    return total


n = sys.getrecursionlimit()
print(n)
try:
    chain(Node(1.0), n).backward()
except RecursionError as trouble:
    print(f"RecursionError: {trouble}")

# %% [markdown]
# The library orders the nodes with a list of what is left to do in place of recursion; memory is the only limit.
# Here are a hundred thousand additions, whose derivative must be exactly the number of terms.

# %%
x = Value(1.0)
chain(x, 100_000).backward()
x.grad

# %% [markdown]
# ## 3. There is no second derivative
#
# In `Node` the gradient is a number: `push` multiplies floats, and of that computation nothing is left to
# differentiate.

# %%
print([type(w.grad).__name__ for w in nodes])

# %% [markdown]
# In the library the rules of differentiation are operations themselves. If asked (`create_graph=True`), the
# backward pass builds a graph, and that can be differentiated again. The Hessian of $e$ comes out row by row; it is
# symmetric, as Schwarz's theorem wants it. Nor does one have to stop at the second: from $\tanh' = 1 - \tanh^2$ it
# follows that every derivative of $\tanh$ is a polynomial in $t = \tanh x$, and the third, the last line, is
# $-2(1 - t^2)(1 - 3t^2)$.

# %%
e = error(values, ops.tanh, ops.sigmoid)
slopes = gradients(e, values, create_graph=True)
hessian = np.array([gradients(slope, values) for slope in slopes])
print(np.round(hessian, 6))
print(abs(hessian - hessian.T).max())

t = tanh(0.3)
print(grad(grad(grad(ops.tanh)))(0.3), -2 * (1 - t**2) * (1 - 3 * t**2))

# %% [markdown]
# ## 4. There is no formula
#
# Of $\partial e/\partial w_{21}$ the other engine knows the number only: each operation's derivative was evaluated
# before it was kept. Which factors is it made of? By which paths did it come? In the library the same rule is fed
# letters.

# %%
fresh = [Node(v) for v in start.values()]
error(fresh, node_tanh, node_sigmoid).backward()
print(fresh[1].grad)

explain(error(values, ops.tanh, ops.sigmoid).named("e"), values[1])

# %% [markdown]
# ## 5. The second call
#
# `backward` adds into `.grad`, of intermediate results as well, and nobody sets those back to zero. Called twice on
# the same graph, the other engine hands on again what it had handed on before. In a chain whose edges are all $1$,
# let $g_k^{(n)}$ be the gradient at distance $k$ from the end after $n$ calls. Since that of the end is always $1$,
#
# $$g_k^{(n)} = g_k^{(n-1)} + g_{k-1}^{(n)}, \qquad\text{hence}\qquad g_k^{(n)} = \binom{n + k - 1}{k}:$$
#
# it is Pascal's triangle. Each row is a call; each column a node, from the end backward.

# %%
line = [Node(1.0)]
for _ in range(6):
    line.append(line[-1].apply(1.0, 1.0))
for _ in range(5):
    line[-1].backward()
    print(*(f"{node.grad:6.0f}" for node in reversed(line)))

# %% [markdown]
# In the library only leaves accumulate, and they do so on purpose: $n$ calls add up to $n$ times the gradient (that
# is how the gradients of several samples are added). Intermediate results are computed anew in each pass.

# %%
values_line = [Value(1.0)]
for _ in range(6):
    values_line.append(values_line[-1] + 0.0)
for _ in range(5):
    values_line[-1].backward()
    print(*(f"{v.grad:6.0f}" for v in reversed(values_line)))

# %% [markdown]
# ## 6. Operations are soldered in
#
# To add an operation one has to write value and derivative together, inside the code that computes. Nobody compares
# the one with the other: with a wrong sign the engine carries on, and delivers another gradient without a word.


# %%
def wrong_tanh(x):
    """Return tanh of a node, with a slip in the derivative."""
    y = tanh(x.data)
    return x.apply(y, 1 + y * y)


x = Node(0.5)
wrong_tanh(x).backward()
print(x.grad, 1 - tanh(0.5) ** 2)

# %% [markdown]
# ## One remedy
#
# Recursion is mended separately (exercise 1). The other five defects have a common cause: the derivative is hidden
# in a function that is made with each result, tied to its numbers and its `.grad`. In the library the derivative is
# a *datum*, apart: a registry keeps, for each operation, how it is computed and its rule. A node keeps no function,
# only which operation it is, and whoever walks the graph (with numbers, with arrays, with letters, or with nodes
# once more) looks the rule up in the registry. This is the whole block of $\tanh$:

# %%
blocks = inspect.getsource(ops.elementary).split("\n\n\n")
print(next(block for block in blocks if "def tanh(" in block))

# %% [markdown]
# The rule receives the output $y$ and the input $x$: from it comes all the rest. The table of all operations is
# read off there; these are some of its rows (operation, derivative, domain).

# %%
rows = {row[0].split("(")[0]: row for row in ops.table().rows}
print(len(rows))
for name in ("mul", "div", "exp", "log", "sqrt", "atan", "tanh", "sigmoid", "relu"):
    operation, _, derivative, domain, _ = rows[name]
    print(f"{operation:<12}{derivative:<16}{domain}")

# %% [markdown]
# ## An operation of one's own
#
# The Gudermannian, $\operatorname{gd}(x) = \arctan(\sinh x)$, takes hyperbolic functions to circular ones without a
# detour through complex numbers: $\cos(\operatorname{gd} x) = 1/\cosh x$ and $\sin(\operatorname{gd} x) = \tanh x$.
# On Mercator's map it is the latitude as a function of the ordinate. Its derivative is $1/\cosh x$, that is,
# $\operatorname{gd}' = \cos \operatorname{gd}$.


# %%
@elementwise(d=lambda y, x: ops.cos(y))
def gd(x):
    """The Gudermannian, the angle whose sine is tanh x."""
    return np.arctan(np.sinh(x))


# %% [markdown]
# That is all. It already serves for numbers and for arrays, as a function and as a method, and for the second
# derivative, which on paper is $-\sin(\operatorname{gd} x)\cos(\operatorname{gd} x) = -\tanh x/\cosh x$:

# %%
print(gd(0.7), Value(0.7).gd().data, Tensor([0.0, 0.7]).gd())
print(grad(grad(gd))(0.7), -np.tanh(0.7) / np.cosh(0.7))

# %% [markdown]
# It serves for formulas, the rule's letter $y$ replaced by the name of the result:

# %%
x = Value(0.7, "x")
explain((x * gd(x)).named("f"), x)

# %% [markdown]
# A rule apart from the value can be compared with differences of the value alone, to whatever order:

# %%
gradcheck(gd, 0.7, order=3)

# %% [markdown]
# The slip of a moment ago no longer passes. With $\cos x$ in place of $\cos y$, `gradcheck` names the operation,
# the point and both numbers:


# %%
@elementwise(d=lambda y, x: ops.cos(x))
def slip(x):
    """The Gudermannian, with a slip in the rule."""
    return np.arctan(np.sinh(x))


try:
    gradcheck(slip, 0.7)
except GradcheckError as trouble:
    print(trouble.report)

# %% [markdown]
# ## Exercises
#
# **1.** Take the recursion out of `Node.backward`, and differentiate a chain of a hundred thousand additions.
#
# <details><summary>Solution</summary>
#
# A node is put on the list of what is left to do twice: first to announce those it came from; then, which comes up
# when all of those are in order, to enter itself.
#
# ```python
# class Flat(Node):
#     """A node whose backward pass keeps its own list of what is left to do."""
#
#     def backward(self):
#         order, seen, todo = [], set(), [(self, False)]
#         while todo:
#             node, ready = todo.pop()
#             if ready:
#                 order.append(node)
#             elif node not in seen:
#                 seen.add(node)
#                 todo.append((node, True))
#                 todo += [(parent, False) for parent in node.parents]
#         self.grad = 1.0
#         for node in reversed(order):
#             node.push()
#
#
# x, one = Node(0.0), Node(1.0)
# total = x
# for _ in range(100_000):
#     total = total + one
# Flat.backward(total)
# print(x.grad, one.grad)
# ```
#
# </details>
#
# **2.** The cycle is broken if `push` is given the gradient instead of looking it up in `out`. Write the product
# that way, and measure with `left_behind` that nothing is left. What else in `backward` makes a cycle?
#
# <details><summary>Solution</summary>
#
# With the gradient as an argument, `push` refers to the factors and not to the product. In `backward` the function
# `visit` refers to itself, and with itself to the list `order`, which has all the nodes: another cycle, one for
# each call. The first pair of numbers is of the new product, the second of that of `Node`; neither calls
# `backward`.
#
# ```python
# class Light(Node):
#     """A node whose function is given the gradient, so that it need not refer to the node."""
#
#     def __mul__(self, other):
#         def push(gradient):
#             self.grad += gradient * other.data
#             other.grad += gradient * self.data
#
#         out = Light(self.data * other.data, (self, other))
#         out.push = push
#         return out
#
#
# light, heavy = Light(2.0), Node(2.0)
# print(left_behind(Light, lambda: light * light * light), left_behind(Node, lambda: heavy * heavy * heavy))
# ```
#
# </details>
#
# **3.** Register the geometric mean $\sqrt{ab}$ of two positive numbers, with both derivatives written by the
# output $y$, and check them to second order.
#
# <details><summary>Solution</summary>
#
# $\partial y/\partial a = b/(2y) = y/(2a)$, and likewise for $b$: with several inputs, `d` is a tuple of rules.
# What is known of the domain can be told to the registry by `domain=`; here it is enough to choose a positive
# point.
#
# ```python
# @elementwise(d=(lambda y, a, b: y / (2 * a), lambda y, a, b: y / (2 * b)))
# def geometric_mean(a, b):
#     """The geometric mean of two positive numbers."""
#     return np.sqrt(a * b)
#
#
# print(geometric_mean(2.0, 8.0), grad(geometric_mean, argnums=(0, 1))(2.0, 8.0))
# print(gradcheck(geometric_mean, (2.0, 8.0), order=2))
# ```
#
# </details>
