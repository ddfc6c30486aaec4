# %% [markdown]
# # 9. Digits
#
# **The question.** The slide writes the same network, `Flatten`, `Dense(8, relu)`, `Dense(10, softmax)`, in Keras,
# in TensorFlow and in PyTorch. Is it really the same function, with the same numbers, and are eight hidden neurons
# enough to read handwritten digits? Here it is written in the three styles, trained from the same start, and looked
# into.

# %%
import os

import numpy as np
from matplotlib import pyplot as plt

import nn
import optim
from autograd import Tensor, Value, explain, gradients, log, no_grad, relu, set_language, softmax
from nn.functional import cross_entropy

# %% tags=["language"]
lang = "en"
set_language(lang)

# %% [markdown]
# ## The data
#
# The digits that come with the library are of $8 \times 8$ pixels (E. Alpaydin and C. Kaynak, UCI, 1998): each
# pixel says how much of it is inked, from 0 to 1. With the environment variable `WENGERT_FULL` the slide's MNIST of
# $28 \times 28$ takes their place; the cells are the same. One part is kept back for validation, another for the
# final test.

# %%
full = "WENGERT_FULL" in os.environ
if full:
    learnt, test = nn.data.mnist(download=True, dtype=float)
else:
    learnt, test = nn.data.random_split(nn.data.digits(), [0.8, 0.2], rng=0)
train, valid = nn.data.random_split(learnt, [0.85, 0.15], rng=0)

side = train.x.shape[-1]
D = side * side
print(train, valid, test, sep="\n")

# %%
fig, ax = plt.subplots(figsize=(8, 4.2), layout="constrained")
nn.plot_digits(train.x, train.t, ax=ax, columns=10, limit=40)
plt.show()

# %% [markdown]
# ## Before the network: the nearest mean
#
# Flattened, a picture is a point $x \in \mathbb{R}^D$. The plainest thing to do with points is to average those of
# each class, $\mu_0, \dots, \mu_9$, and to give a new $x$ the class of the nearest mean.
#
# This rule is a network already, of a single layer. Indeed
# $$-\tfrac12\|x - \mu_k\|^2 = \mu_k \cdot x - \tfrac12\|\mu_k\|^2 - \tfrac12\|x\|^2,$$
# and the last term is the same for all classes: the largest of the ten affine *scores*
# $z_k = \mu_k \cdot x - \frac12\|\mu_k\|^2$ wins. The weights are the means, and nobody trained them.

# %%
means = np.stack([train.x[train.t == k].mean(axis=0).ravel() for k in range(10)])

fig, ax = plt.subplots(figsize=(8, 2.2), layout="constrained")
nn.plot_digits(means, range(10), ax=ax, columns=10)
plt.show()

nearest = nn.Sequential(nn.Flatten(), nn.Linear(D, 10))
nearest.load_state_dict({"1.weight": means, "1.bias": -0.5 * (means**2).sum(axis=1)})
print(nn.evaluate(nearest, test, metrics=["accuracy"]))

# %% [markdown]
# ## The slide's network
#
# A layer of $m$ neurons on $\mathbb{R}^D$ has a matrix of $m \times (D + 1)$, with the bias in its first column. So
# the architecture $(D, 8, 10)$ has $8(D + 1) + 10(8 + 1)$ parameters.


# %%
def network(width=8, seed=0):
    """Flatten → Dense(width, relu) → Dense(10), with scores as output."""
    model = nn.Sequential(nn.Flatten(), nn.Linear(D, width), nn.ReLU(), nn.Linear(width, 10))
    model.reset_parameters(seed)
    return model


print(8 * (D + 1) + 10 * (8 + 1))
nn.summary(network(), (1, side, side))

# %% [markdown]
# ## And the softmax?
#
# The slide's last layer ends with softmax, $p_k = e^{z_k} / \sum_j e^{z_j}$; the one here returns the scores $z$
# and leaves the softmax to the loss. For the right class $t$ the cross entropy is
# $$\ell(z) = -\log p_t = \log \sum_j e^{z_j} - z_t.$$
# In letters, for two classes and $t = 0$:

# %%
z = [Value(2.0, "z0"), Value(0.5, "z1")]
explain(nn.loss.cross_entropy(z, 0).named("ℓ"), z)

# %% [markdown]
# The exponentials in the last step are $p_0$ and $p_1$, since it is $\log\sum_j e^{z_j}$ that is subtracted in the
# exponent. That is, $\partial \ell / \partial z_k = p_k - [k = t]$: the probability less what it should have been.
# This gradient is bounded, and as long as the answer is wrong it does not become small, since $p_t \le \frac12$
# then. On paper it is all the same to apply softmax first and $-\log$ afterwards; on a machine it is not: where the
# scores are far apart $p_t$ is rounded to 0, and its logarithm, and the gradient with it, are lost.

# %%
z, t = Tensor([800.0, 0.0, -5.0], requires_grad=True), 1
with np.errstate(divide="ignore", invalid="ignore"):
    apart = -log(softmax(z))[t]
    print("−log softmax(z)  ", apart.item(), gradients(apart, [z])[0].numpy())
together = cross_entropy(z, t)
print("cross_entropy(z) ", together.item(), gradients(together, [z])[0].numpy())

# %% [markdown]
# To decide, no softmax is needed: it keeps the order, so that the class with the largest score is the one with the
# largest probability. What must not happen is to apply it twice, once in the network and once in the loss. As
# outputs are then in $[0, 1]$, the loss cannot fall below $\log(1 + 9/e)$ even if everything is right.
# `nn.diagnose` looks at a batch of data, follows the gradient through the network, and says in sentences what it
# finds, first with the superfluous softmax and then without it:

# %%
print(f"log(1 + 9/e) = {np.log1p(9 / np.e):.4f}")
print(nn.diagnose(nn.Sequential(*network(), nn.Softmax()), train[:64], "cross_entropy"), end="\n\n")
nn.diagnose(network(), train[:64], "cross_entropy")

# %% [markdown]
# At the start the loss is about $\log 10$, that of someone who knows nothing and shares the probability out evenly.
#
# ## Three styles
#
# All three start from the same weights `start`, see the same batches of 32 pictures in the same order (`rng=1`),
# and take steps $w \leftarrow w - \eta\,\nabla \ell$ with the same $\eta$. First that of Keras: a list of layers,
# `compile` and `fit`.

# %%
start = network().state_dict()
eta, epochs = 0.2, 6
losses, outputs = {}, {}

model = nn.Sequential([nn.Flatten(), nn.Linear(D, 8), nn.ReLU(), nn.Linear(8, 10)])
model.load_state_dict(start)
model.compile(optimizer=optim.SGD(model.parameters(), lr=eta), loss="cross_entropy", metrics=["accuracy"])
history = model.fit(train.x, train.t, epochs=epochs, batch_size=32, rng=1, verbose=0)

losses["Keras"], outputs["Keras"] = history["loss"], model.predict(test.x)

# %% [markdown]
# That of plain TensorFlow: the weights are variables by themselves, and the network is a function that uses them.
# The training loop is written by hand, and nothing is hidden: loss, gradients, subtraction.

# %%
W1, b1, W2, b2 = weights = [Tensor(array, requires_grad=True) for array in start.values()]


def model(x):
    x = x.reshape((-1, D))  # Flatten
    x = relu(x @ W1.T + b1)
    return x @ W2.T + b2


loader, losses["TensorFlow"] = nn.data.DataLoader(train, 32, shuffle=True, rng=1), []
for _ in range(epochs):
    total = 0.0
    for x, t in loader:
        loss = cross_entropy(model(x), t)
        slopes = gradients(loss, weights)
        with no_grad():
            for w, slope in zip(weights, slopes, strict=True):
                w.data -= eta * slope.data
        total += len(t) * loss.item()
    losses["TensorFlow"].append(total / len(train))
outputs["TensorFlow"] = nn.predict(model, test.x)

# %% [markdown]
# That of PyTorch: a class that keeps its layers and says in `forward` how they are composed. Optimizer and loss are
# objects; gradients add up in each weight, which is why they are set to zero before each step.


# %%
class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()
        self.dense1 = nn.Linear(D, 8)
        self.dense2 = nn.Linear(8, 10)

    def forward(self, x):
        x = self.flatten(x)
        x = relu(self.dense1(x))
        return self.dense2(x)


model = MLP()
names = [name for name, _ in model.named_parameters()]
model.load_state_dict(dict(zip(names, start.values(), strict=True)))
print(model)

# %%
optimizer, criterion = optim.SGD(model.parameters(), lr=eta), nn.CrossEntropyLoss()
loader, losses["PyTorch"] = nn.data.DataLoader(train, 32, shuffle=True, rng=1), []
for _ in range(epochs):
    total = 0.0
    for x, t in loader:
        loss = criterion(model(x), t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += len(t) * loss.item()
    losses["PyTorch"].append(total / len(train))
outputs["PyTorch"] = nn.predict(model, test.x)

# %% [markdown]
# Is it the same function? The losses of each epoch, and the largest difference between the scores of the test
# pictures:

# %%
print("   ".join(f"{style:>16}" for style in losses))
for row in zip(*losses.values(), strict=True):
    print("   ".join(f"{loss:.14f}" for loss in row))

for style in losses:
    assert np.allclose(losses[style], losses["Keras"], rtol=0, atol=1e-12)
    print(f"max |z − z(Keras)|   {np.abs(outputs[style] - outputs['Keras']).max():.1e}   {style}")

# %% [markdown]
# The styles differ in who writes the loop and who keeps the weights; the operations are the same, in the same
# order, and so are the numbers. Which to use is a matter of convenience.
#
# ## Training, and watching it
#
# From here on `nn.fit` is enough, with Adam in place of plain descent. After each epoch the network is measured on
# the validation data too, which takes no part in the gradient. With `tape=True` the loss is recorded once and
# replayed at each step: the same numbers in less time. What `shift` is for is explained below.


# %%
def trained(model, shift=0.0, epochs=5 if full else 15):
    """Train a network on pictures less a shift; return what happened in each epoch."""
    data, seen = (part.assign(x=part.x - shift) for part in (train, valid))
    return nn.fit(
        model, data, loss="cross_entropy", optimizer=optim.Adam(model.parameters(), lr=0.01), epochs=epochs,
        batch_size=32, validation=seen, metrics=["accuracy"], rng=0, verbose=0, tape=True,
    )  # fmt: skip


small = network()
history = trained(small)
history.plot()
plt.show()

# %% [markdown]
# ## The test
#
# The test pictures have had no part in the training. The *confusion matrix* says, row by row, what each digit was
# taken for: the diagonal holds the right answers.

# %%
scores = nn.predict(small, test.x)
nn.plot_confusion_matrix(nn.metrics.confusion_matrix(scores, test.t))
plt.show()

# %% [markdown]
# The first errors: which digit it was, and what it was taken for. Several are doubtful to us as well.

# %% tags=["picture"]
wrong = scores.argmax(axis=1) != test.t
fig, ax = plt.subplots(figsize=(8, 2.4), layout="constrained")
nn.plot_digits(test.x[wrong], test.t[wrong], scores[wrong], ax=ax, columns=8, limit=8)
plt.show()

# %% [markdown]
# ## What the neurons look at
#
# Each row of the first matrix has as many weights as there are pixels, so it can be drawn as a picture. Neuron $i$
# computes $\max(0, w_i \cdot x + b_i)$: ink on red turns it on, ink on blue turns it off. These are not digits, but
# strokes and gaps which, combined, tell digits apart.

# %%
fig, ax = plt.subplots(figsize=(7, 3.4), layout="constrained")
nn.plot_weights(small[1], ax=ax, columns=4)
plt.show()

# %% [markdown]
# The same can be asked of one picture, since we may differentiate by whatever we like, by the pixels as well. Let
# $a$ be the class that the network chose by mistake, and $t$ the right one; the gradient of $z_a - z_t$ by $x$
# points at the pixels that hold up the error (red: more ink there would make it worse; blue: more ink there would
# mend it).

# %%
some = np.flatnonzero(wrong)[:4]
x = Tensor(test.x[some], requires_grad=True)
z, rows = small(x), np.arange(len(some))
margins = z[rows, scores[some].argmax(axis=1)] - z[rows, test.t[some]]
(slopes,) = gradients(margins.sum(), [x])

fig, (left, right) = plt.subplots(1, 2, figsize=(7.6, 3.6), layout="constrained", width_ratios=(1, 1.25))
nn.plot_digits(test.x[some], test.t[some], scores[some], ax=left, columns=2)
nn.plot_weights(slopes.numpy().reshape(len(some), D), ax=right)
plt.show()

# %% [markdown]
# ## Dead neurons
#
# Among the weights of the network at least one neuron is pale. On what share of the training pictures is each of
# them on?

# %%
on = (nn.predict(small[:3], train.x) > 0).mean(axis=0)
print(np.round(on, 3))

# %% [markdown]
# A neuron that no picture turns on has derivative 0 on all of them: its gradient is exactly 0, and descent has
# nothing to move it by any more. It is *dead*, and the network really has fewer neurons than one counts. From
# another start more of them die:


# %%
def correct(model, shift=0.0):
    """Return the share of the test pictures, less a shift, that a network reads right."""
    return nn.evaluate(model, (test.x - shift, test.t), metrics=["accuracy"])["accuracy"]


unlucky = network(seed=1)
trained(unlucky)
print(f"{correct(small):.4f}   {correct(unlucky):.4f}\n")
nn.diagnose(unlucky, train[:500], "cross_entropy")

# %% [markdown]
# Why do they die? The gradient of the loss of one picture by the weights of neuron $i$ is $\delta_i\,x$, with one
# number $\delta_i$ for all pixels; and since $x \ge 0$, that picture pushes all of them to the same side. A few
# steps down, and nothing turns the neuron on any more. The remedy is that of Y. LeCun, L. Bottou, G. Orr and K.-R.
# Müller (*Efficient BackProp*, 1998): subtract from each picture the mean picture $\mu$. The possible functions are
# the same, as $W(x - \mu) + b = Wx + (b - W\mu)$; the coordinates change, and gradient descent is not invariant
# under that change.
#
# ## More neurons?
#
# The same network in other widths, from three starts each, without subtracting $\mu$ and with it. The dotted line
# is the nearest mean, which is not trained.

# %%
mu = train.x.mean(axis=0)
widths, models, shares = [2, 4, 8, 16, 32, 64], {}, {"x": [], "x − μ": []}
for (name, found), shift in zip(shares.items(), (0.0, mu), strict=True):
    for width in widths:
        models[name, width] = [network(width, seed) for seed in range(3)]
        for model in models[name, width]:
            trained(model, shift)
        found.append([correct(model, shift) for model in models[name, width]])

# %%
fig, ax = plt.subplots(figsize=(6, 3.6), layout="constrained")
for i, (name, found) in enumerate(shares.items()):
    ax.plot(widths, found, "o", color=f"C{i}", alpha=0.4)
    ax.plot(widths, np.mean(found, axis=1), color=f"C{i}", label=name)
ax.axhline(correct(nearest), color="0.4", ls=":", label="argmin ‖x − μₖ‖")
ax.set_xscale("log", base=2)
ax.set_xticks(widths, widths)
ax.set_xlabel({"es": "neuronas ocultas", "en": "hidden neurons"}[lang])
ax.set_ylabel({"es": "aciertos en la prueba", "en": "right in the test"}[lang])
ax.legend(frameon=False)
ax.grid(alpha=0.25)
plt.show()

# %% [markdown]
# With two neurons ten classes have to be arranged in a quadrant of the plane, $\mathbb{R}_{\ge 0}^2$, and training
# does not manage it. From there on each doubling helps less than the one before. Without subtracting $\mu$ the
# narrow networks depend on luck a good deal; the wide ones have neurons to spare, and several may die without being
# missed.
#
# ## A convolutional network
#
# To the networks above a pixel has no neighbours: they are coordinates in no order. Each filter of a convolutional
# layer uses the same nine weights all over the picture, so that when the picture is shifted the result is shifted
# with it (except at the border).

# %%
conv = nn.Sequential(
    nn.Conv2d(1, 12, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(12 * (side // 2) ** 2, 10)
)
conv.reset_parameters(0)
trained(conv, mu)
print(nn.summary(conv, (1, side, side)), end="\n\n")

said = {"es": ("parámetros", "aciertos"), "en": ("parameters", "right")}[lang]
print(f"{'':18}{said[0]:>12}{said[1]:>10}")
rivals = {"argmin ‖x − μₖ‖": (nearest, 0.0), f"{D}-8-10": (small, 0.0)}
for width in (8, 64):
    rivals[f"{D}-{width}-10, x − μ"] = models["x − μ", width][0], mu
rivals["conv, x − μ"] = conv, mu
for name, (model, shift) in rivals.items():
    count, p = sum(w.size for w in model.parameters()), correct(model, shift)
    print(f"{name:18}{count:12,}{p:10.4f} ± {np.sqrt(p * (1 - p) / len(test)):.4f}")

# %% [markdown]
# The margin is the standard deviation $\sqrt{p(1 - p)/n}$ of a share measured on $n$ pictures: differences of less
# than about two margins say nothing. With few test pictures the best networks cannot be ranked among themselves; it
# can be said that the trained ones in this table read better than the nearest mean.
#
# ## Exercises
#
# **1.** The slide's TensorFlow version draws the first weights from a standard normal, `tf.random.normal`, with
# biases zero. What is the loss at that start, and why is it not $\log 10$?
#
# <details><summary>Solution</summary>
#
# With $w_{ij} \sim N(0, 1)$ the score $z_k$ has variance $\sum_i h_i^2$, where $h$ are the hidden outputs, which
# are of the size of $\|x\|$ themselves. The network does not start from knowing nothing but from being very sure of
# something random, and the loss measures that misplaced confidence. With a variance of the order of $1/n$, where
# $n$ is the number of inputs of the layer, the scores are of the order of 1 or less: this is what `nn.Linear` does.
#
# ```python
# rng = np.random.default_rng(0)
# slide = network()
# slide.load_state_dict({path: rng.normal(size=w.shape) * (w.ndim == 2) for path, w in start.items()})
# for model in (slide, network()):
#     print(nn.evaluate(model, train, loss="cross_entropy")["loss"], np.log(10))
# ```
#
# </details>
#
# **2.** Permute the pixels of all pictures by the same random permutation $P$. Does the dense network learn worse?
# Does the convolutional one?
#
# <details><summary>Solution</summary>
#
# The dense one computes $W(Px) = (WP)x$: if the columns of the first weights are permuted as well, training is the
# same step by step, and as these are independent and identically distributed, every permutation gives the same
# distribution of results. The convolutional one does lose: its nine weights look at pixels that are no longer
# neighbours.
#
# ```python
# order = np.random.default_rng(0).permutation(D)
# shuffled = lambda data: data.assign(x=data.x.reshape(-1, D)[:, order].reshape(data.x.shape))
# twin = network()
# twin.load_state_dict({**start, "1.weight": start["1.weight"][:, order]})
# for data, model in ((train, network()), (shuffled(train), twin)):
#     adam = optim.Adam(model.parameters(), lr=0.01)
#     print(nn.fit(model, data, loss="cross_entropy", optimizer=adam, epochs=2, rng=0, verbose=0)["loss"])
# for data in (train, shuffled(train)):
#     conv.reset_parameters(0)
#     adam = optim.Adam(conv.parameters(), lr=0.01)
#     fitted = nn.fit(conv, data, loss="cross_entropy", optimizer=adam, epochs=5, rng=0, verbose=0)
#     print(fitted["loss"][-1])
# ```
#
# </details>
#
# **3.** How far must a picture that is read right be moved for the network to misread it? Estimate it by the
# gradient by $x$, and show a picture at the median distance.
#
# <details><summary>Solution</summary>
#
# Let $a$ be the class with the second largest score. The network is piecewise affine: as long as no neuron changes
# sides, the border between $t$ and $a$ is at the distance $(z_t - z_a) / \|\nabla_x (z_t - z_a)\|$, in the
# direction of the gradient, and a slightly longer step crosses it. The result, which to the eye is the same digit,
# is an *adversarial example* (C. Szegedy et al., 2013). The distance and $\|x\|$ are printed.
#
# ```python
# right = np.flatnonzero(~wrong)
# ranks = scores[right].argsort(axis=1)
# first, second = ranks[:, -1], ranks[:, -2]
# x, rows = Tensor(test.x[right], requires_grad=True), np.arange(len(right))
# z = small(x)
# gaps = z[rows, first] - z[rows, second]
# (slopes,) = gradients(gaps.sum(), [x])
# g = slopes.numpy().reshape(len(right), D)
# distance = gaps.detach().numpy() / np.linalg.norm(g, axis=1)
# i = distance.argsort()[len(distance) // 2]
# moved = test.x[right[i]].ravel() - 1.2 * distance[i] * g[i] / np.linalg.norm(g[i])
# pair = np.stack([test.x[right[i]].ravel(), moved])
# print(distance[i], np.linalg.norm(pair[0]))
# nn.plot_digits(pair, [first[i]] * 2, nn.predict(small, pair))
# plt.show()
# ```
#
# </details>
