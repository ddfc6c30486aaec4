# %% [markdown]
# # 10. Film reviews
#
# **The question.** The slide shows reviews with a label each, *positive* or *negative*. Can a linear function that
# is told nothing but which words occur tell praise from blame? What do its coefficients say of each word, and what
# is it unable to understand, whatever they are?

# %%
import os
from html import escape

import numpy as np
from IPython.display import HTML
from matplotlib import pyplot as plt

import nn
import optim
from autograd import Tensor, gradients, set_language

# %% tags=["language"]
lang = "en"
set_language(lang)

# %% [markdown]
# ## The data
#
# The reviews are of IMDB (A. L. Maas et al., 2011) and Rotten Tomatoes (B. Pang and L. Lee, 2005). They are fetched
# the first time and kept afterwards; with neither a connection nor a copy, this cell says so and stops.

# %%
reviews = nn.data.film_reviews(download=True)
reviews

# %% [markdown]
# Those of IMDB are used here, the long ones. Two of the slide's five reviews are among them:

# %%
imdb = reviews[reviews.origin == "imdb"]
on_the_slide = ("An excellent interpretation of Jim Thompson", "I probably give this more credit")
for text, t, _ in imdb:
    if text.startswith(on_the_slide):
        print(f"{text[:80]}...: {imdb.classes[t]}")

# %% [markdown]
# So that everything takes seconds, a random part is taken; with the environment variable `WENGERT_FULL`, all of
# them. Words and weights come from `train` alone; `valid` decides when to stop; `test` is kept for the end.

# %%
full = "WENGERT_FULL" in os.environ
parts, size = ([18_000, 2_000, 4_904], 10_000) if full else ([6_000, 1_000, 2_000], 5_000)
train, valid, test, _ = nn.data.random_split(imdb, [*parts, len(imdb) - sum(parts)], rng=0)
for part in (train, valid, test):
    print(f"{len(part):6,}   {imdb.classes[1]}: {part.t.mean():.3f}")

# %% [markdown]
# ## Zipf's law
#
# We count the words and put them in order, the most frequent one first. On logarithmic scales the frequency $f(r)$
# of the word of rank $r$ is nearly a line: $f(r) \approx C / r^{\alpha}$, with $\alpha$ near 1 (G. K. Zipf, 1935).

# %%
every = nn.data.Vocabulary(train.text, size=1_000_000)
words, f = every.words, np.array(every.counts)
r = np.arange(1, len(f) + 1)
slope, height = np.polyfit(np.log(r[9:1000]), np.log(f[9:1000]), 1)

fig, ax = plt.subplots(figsize=(6.4, 4), layout="constrained")
ax.loglog(r, f, ".", ms=3)
ax.loglog(r, np.exp(height) * r**slope, "k--", lw=1, label=f"α = {-slope:.2f}")
for word in ("the", "movie", "good", "bad", "excellent", "masterpiece", "dreck"):
    i = words.index(word)
    ax.annotate(word, (r[i], f[i]), (4, 6), textcoords="offset points", fontsize=9)
ax.set(xlabel="r", ylabel="f(r)", ylim=(0.5, None))
ax.legend(frameon=False)
plt.show()

# %%
print(f"{len(f):10,}   {f.sum():,}")
print(f"{(f == 1).mean():10.3f}   f = 1")
print(f"{f[:100].sum() / f.sum():10.3f}   r ≤ 100")
print(f"{f[:size].sum() / f.sum():10.3f}   r ≤ {size:,}")

# %% [markdown]
# The first line counts the different words and the words in all; the others are shares: of the different words, how
# many occur only once; of the text, how much the most frequent ones cover. As $\sum 1/r$ diverges no faster than a
# logarithm, a small vocabulary covers most of the text, and yet the list of words does not end: of many of them
# very little is known.
#
# ## Bags of words
#
# A review becomes a point $x \in \{0, 1\}^n$: $x_j = 1$ if word $j$ of the vocabulary occurs. The order is
# forgotten; hence a *bag*. Printed are the numbers of the words of a sentence (0 is the most frequent one), the
# size of the training matrix, how many different words of the vocabulary a review has on average, and what share of
# the matrix are ones.

# %%
vocabulary = nn.data.Vocabulary(train.text, size)
X, X_valid, X_test = (vocabulary.bag(part.text) for part in (train, valid, test))

print(vocabulary.encode("A good film, not bad at all"))
print(X.shape, f"{X.sum(axis=1).mean():.1f}", f"{X.mean():.4f}")

# %% [markdown]
# ## A linear model
#
# Two affine scores, $z_0$ for *negative* and $z_1$ for *positive*, and the cross entropy. With two classes the
# softmax depends on their difference alone:
# $$p_1 = \frac{e^{z_1}}{e^{z_0} + e^{z_1}} = S(z_1 - z_0) = S(w \cdot x + b).$$
# This is logistic regression. The number $s = w \cdot x + b$ will be called the *score* of the review: praise if
# positive.


# %%
def score(model, x):
    """Return z₁ − z₀ for each row of x: the logarithm of the odds that it is praise."""
    z = model(x)
    return z[:, 1] - z[:, 0]


def trained(model, n=None, words=None, epochs=6):
    """Train on the first n reviews and the most frequent words; return what happened in each epoch."""
    return nn.fit(
        model, (X[:n, :words], train.t[:n]), loss="cross_entropy", optimizer=optim.Adam(model.parameters(), lr=1e-3),
        epochs=epochs, batch_size=64, validation=(X_valid[:, :words], valid.t), metrics=["accuracy"], rng=0, verbose=0,
        callbacks=[nn.EarlyStopping(patience=2, restore_best_weights=True)], tape=True,
    )  # fmt: skip


# %%
linear = nn.Linear(size, 2, dtype=np.float32, rng=0)
trained(linear, epochs=8).plot()
plt.show()

# %% [markdown]
# ## A hidden layer
#
# Sixteen neurons between the words and the scores. There are now many times more parameters than reviews.

# %%
net = nn.Sequential(nn.Linear(size, 16, dtype=np.float32), nn.ReLU(), nn.Linear(16, 2, dtype=np.float32))
net.reset_parameters(0)
history = trained(net, epochs=8)
history.plot()
plt.show()
print(history.stopped)

# %% [markdown]
# The network begins to learn the training reviews by heart: its loss goes on falling when that of validation rises
# already. This is why it is stopped early and keeps its best weights (`EarlyStopping`). In the test:


# %%
def correct(model, words=None):
    """Return the share of the test reviews that a model judges right, and its standard error."""
    p = nn.evaluate(model, (X_test[:, :words], test.t), metrics=["accuracy"])["accuracy"]
    return p, (p * (1 - p) / len(test)) ** 0.5


for name, model in {f"{size:,}-2": linear, f"{size:,}-16-2": net}.items():
    print("{:12}{:10,}   {:.4f} ± {:.4f}".format(name, sum(w.size for w in model.parameters()), *correct(model)))

# %% [markdown]
# Columns: architecture, parameters, share of right answers with its standard error. The hidden layer buys nothing:
# with these reviews, a sum of weights already makes use of nearly all that the network finds in the bags.
#
# ## How many words, how many reviews?
#
# The same linear model with the $n$ most frequent words, and with the first $N$ reviews (more epochs where they are
# fewer, so that steps are not lacking).

# %%
few = [10, 30, 100, 300, 1_000, 3_000, size]
by_words = []
for n in few:
    model = nn.Linear(n, 2, dtype=np.float32, rng=0)
    trained(model, words=n)
    by_words.append(correct(model, words=n))

some = [100, 300, 1_000, 3_000, len(train)]
by_reviews = []
for n in some:
    model = nn.Linear(size, 2, dtype=np.float32, rng=0)
    trained(model, n=n, epochs=max(6, 2_400 // n))
    by_reviews.append(correct(model))

# %%
fig, axes = plt.subplots(1, 2, figsize=(8, 3.2), sharey=True, layout="constrained")
labels = {"es": ("n (palabras)", "N (reseñas)"), "en": ("n (words)", "N (reviews)")}[lang]
for ax, at, found, label in zip(axes, (few, some), (by_words, by_reviews), labels, strict=True):
    p, margin = np.transpose(found)
    ax.errorbar(at, p, 2 * margin, marker="o", capsize=3)
    ax.set_xscale("log")
    ax.set_xlabel(label)
    ax.grid(alpha=0.25)
axes[0].set_ylabel({"es": "aciertos en la prueba", "en": "right in the test"}[lang])
plt.show()

# %% [markdown]
# The ten most frequent words say hardly anything: they are articles, prepositions, pronouns, *and* and *is*. What
# gives the judgement away are the words in the middle, rare enough to say something and frequent enough for it to
# be learnt. On the other axis, tripling the data helps less each time, but still helps.
#
# ## The most telling words
#
# How much does the score change if $x_j$ does? That is $\partial s / \partial x_j$, a derivative by the data and
# not by the weights. A single backward pass from the sum of the scores gives all of them: the score of a review
# does not depend on the others, so that row $i$ of the gradient is that of review $i$. For the linear model $w$
# must come out, in every row.


# %%
def word_gradients(model, x):
    """Return ∂s/∂x, a row for each row of x."""
    x = Tensor(x, requires_grad=True)
    return gradients(score(model, x).sum(), [x])[0].numpy()


w = linear.weight.data[1] - linear.weight.data[0]
print(np.abs(word_gradients(linear, X_test) - w).max())

# %%
order = w.argsort()
fig, axes = plt.subplots(1, 2, figsize=(7.6, 4.4), layout="constrained")
for ax, best, colour in zip(axes, (order[:18], order[:-19:-1]), ("C3", "C0"), strict=True):
    ax.barh([vocabulary.words[j] for j in best], w[best], color=colour)
    ax.invert_yaxis()
    ax.set_xlabel("∂s/∂x = w")
plt.show()

# %% [markdown]
# Nearly all of them explain themselves; others may be chance: a word with few occurrences may have stood in reviews
# of the same sign by accident. A rating written as a number counts as a word as well.
#
# For the network with a hidden layer the gradient depends on the review: each neuron is on or off according to the
# other words. Its average over the test reviews, against the weights of the linear model (named are extreme words,
# and those on which they differ most):

# %%
slopes = word_gradients(net, X_test)
average = slopes.mean(axis=0)

fig, ax = plt.subplots(figsize=(6, 4.4), layout="constrained")
ax.plot(w, average, ".", ms=3, alpha=0.5)
apart = (average - np.polyval(np.polyfit(w, average, 1), w)).argsort()
for found, shift, ha in ((np.r_[order[[0, 3, -4, -1]], apart[:3]], 5, "left"), (apart[-3:], -5, "right")):
    for j in found:
        at, look = (w[j], average[j]), {"fontsize": 8, "va": "center", "ha": ha}
        ax.annotate(vocabulary.words[j], at, (shift, 0), textcoords="offset points", **look)
ax.set_xlabel({"es": "modelo lineal: w", "en": "linear model: w"}[lang])
ax.set_ylabel({"es": "red: promedio de ∂s/∂x", "en": "network: average of ∂s/∂x"}[lang])
ax.margins(x=0.12)
ax.grid(alpha=0.25)
plt.show()
print(f"{np.corrcoef(w, average)[0, 1]:.3f}")

# %% [markdown]
# The two opinions are much alike. Are there frequent words on which the network changes its mind, with a gradient
# positive in some reviews and negative in others? These are the most undecided: in what share of the reviews it is
# positive, and between which values it varies.

# %%
share = (slopes > 0).mean(axis=0)
undecided = np.abs(share[:300] - 0.5).argsort()[:8]
for j in undecided:
    print(f"{vocabulary.words[j]:12}{share[j]:6.2f}   {slopes[:, j].min():+.2f} … {slopes[:, j].max():+.2f}")

# %% [markdown]
# Even they lean to one side, and their gradients are small. Up to a factor the network nearly is the linear model.
#
# ## Inside one review
#
# The product $x_j\,\partial s/\partial x_j$ is the *contribution* of word $j$. For the linear model
# $s = b + \sum_j x_j w_j$ and that is all. The network is piecewise affine: near $x$ it is
# $s(x) = c + \nabla s(x) \cdot x$, with a constant $c$ that gathers the biases of the neurons that are on, and is
# no longer the same for all reviews. The words of a review, coloured by their contribution in the linear model
# (blue, praise; red, blame):


# %%
def coloured(text, model):
    """Return the words of a text on a ground that shows how much each of them adds to the score."""
    x = vocabulary.bag([text])
    slope = word_gradients(model, x)[0]
    shown = []
    for word in nn.data.words(text):
        value = slope[vocabulary.index(word)] if word in vocabulary else 0.0
        ground = f"rgba({'31,119,180' if value > 0 else '214,39,40'},{min(1.0, 2 * abs(value)):.2f})"
        shown.append(f'<span style="background:{ground}">{escape(word)}</span>')
    return HTML(f"s = {score(model, Tensor(x)).item():+.2f}<br>{' '.join(shown)}")


lengths = np.array([len(nn.data.words(text)) for text in test.text])
wrong = (nn.predict(linear, X_test).argmax(axis=1) != test.t) & (lengths >= 40)
misjudged = min(np.flatnonzero(wrong), key=lambda i: lengths[i])
print(f"{test.classes[test.t[misjudged]]}: {test.text[misjudged]}")
coloured(test.text[misjudged], linear)

# %%
x = X_test[misjudged]
fig, axes = plt.subplots(1, 2, figsize=(7.6, 4), layout="constrained")
for ax, model, name in zip(axes, (linear, net), ("linear", "ReLU"), strict=True):
    slope = word_gradients(model, x[None])[0]
    largest = sorted(np.flatnonzero(x), key=lambda j: -abs(slope[j]))[:14]
    ax.barh([vocabulary.words[j] for j in largest], slope[largest], color=np.where(slope[largest] > 0, "C0", "C3"))
    ax.invert_yaxis()
    s = score(model, Tensor(x[None])).item()
    ax.set_title(f"{name}: {s:+.2f} = {s - slope @ x:+.2f} + {slope @ x:+.2f}", fontsize=10)
    ax.set_xlabel("x ∂s/∂x")
plt.show()

# %% [markdown]
# The title of each picture is the equality $s = c + \nabla s \cdot x$. The review is the shortest one that is
# misjudged, from forty words up. Read it: what gives it away is in no word by itself, but in how the sentences are
# meant.
#
# ## The limit: negation
#
# In a linear model *not* has a single weight, whatever it stands before. The *interaction* of two words,
# $$I = s(\text{not good}) - s(\text{not}) - s(\text{good}) + s(\varnothing),$$
# is identically 0. For *not* to turn the sign of the second round, it would have to be
# $-2\,\bigl(s(\text{good}) - s(\varnothing)\bigr)$.


# %%
def said(model, text):
    """Return the score of a text."""
    return score(model, Tensor(vocabulary.bag([text]))).item()


print(f"{'':10}" + "".join(f"{name:>9}" for name in 2 * ("word", "not word", "I")))
for word in ("good", "great", "funny", "worth", "bad", "boring"):
    row = []
    for model in (linear, net):
        alone, together = said(model, word), said(model, f"not {word}")
        row += [alone, together, together - said(model, "not") - alone + said(model, "")]
    print(f"{word:10}" + "".join(f"{round(number, 2) + 0.0:+9.2f}" for number in row))

# %% [markdown]
# On the left the linear model, on the right the network. The hidden layer makes interactions possible, but they are
# small, and not even always of the due sign. And there is something that no model on bags can learn, with however
# many layers, since the information is gone already:

# %%
one, other = "a good film, not bad", "a bad film, not good"
print(np.array_equal(*vocabulary.bag([one, other])))
for model in (linear, net):
    print(f"{said(model, one):+.4f}   {said(model, other):+.4f}")

# %% [markdown]
# A function of the bag is invariant under permutations of the words. The meaning is not. That takes networks that
# read in order: recurrent ones and transformers.

# %% [markdown]
# ## Exercises
#
# **1.** The linear model has learnt from long reviews of IMDB. How does it judge the single sentences of Rotten
# Tomatoes, and why so much worse?
#
# <details><summary>Solution</summary>
#
# A sentence has few words of the vocabulary, so that the sum has few terms and the chance in each weight does not
# cancel; besides, they are written in another way. A result in the test holds for data of the same distribution,
# and for no other.
#
# ```python
# tomatoes = reviews[reviews.origin == "rotten_tomatoes"]
# bags = vocabulary.bag(tomatoes.text)
# print(nn.evaluate(linear, (bags, tomatoes.t), metrics=["accuracy"]), bags.sum(axis=1).mean())
# ```
#
# </details>
#
# **2.** B. Pang, L. Lee and S. Vaithyanathan (2002) join a negation to what follows it, so that *not good* becomes
# a word of its own. Do that (an apostrophe between two words makes one of them for `nn.data.words`). Does the share
# of right answers rise? Which weights do the new words get?
#
# <details><summary>Solution</summary>
#
# The weights have the right sign, but the share changes by a standard error at most: each new word is rare and
# takes the place of another in the vocabulary, and a long review has many signs besides. Zipf's law again.
#
# ```python
# import re
#
# join = lambda text: re.sub(r"\b(not|never|no) (?=\w)", r"\1'", text.lower())
# joined = nn.data.Vocabulary(map(join, train.text), size)
# B, B_test = (joined.bag(map(join, part.text)) for part in (train, test))
# model = nn.Linear(size, 2, dtype=np.float32, rng=0)
# adam = optim.Adam(model.parameters(), lr=1e-3)
# nn.fit(model, (B, train.t), loss="cross_entropy", optimizer=adam, epochs=5, batch_size=64, rng=0, verbose=0)
# print(nn.evaluate(model, (B_test, test.t), metrics=["accuracy"]), correct(linear))
# v = model.weight.data[1] - model.weight.data[0]
# for word in ("not'good", "not'funny", "not'worth", "not'bad"):
#     if word in joined:
#         print(f"{word:12}{v[joined.index(word)]:+.2f}")
# ```
#
# </details>
#
# **3.** There is a linear model that is not trained: *naive Bayes*. If words were independent given the class, with
# $\theta_{jk} = P(x_j = 1 \mid t = k)$, the logarithm of the odds would be
# $\sum_j x_j \log\frac{\theta_{j1}}{\theta_{j0}} + \sum_j (1 - x_j) \log\frac{1 - \theta_{j1}}{1 - \theta_{j0}}$
# plus a constant. Estimate the $\theta$ by the frequencies (adding 1, as Laplace did) and compare.
#
# <details><summary>Solution</summary>
#
# The expression is affine in $x$. It is right a little less often than logistic regression, which assumes no
# independence: in its weights, words that go together share the credit (A. Ng and M. Jordan, 2001, compare the
# two).
#
# ```python
# theta = np.array([(X[train.t == k].sum(axis=0) + 1) / ((train.t == k).sum() + 2) for k in (0, 1)])
# gap, absent = np.log(theta[1] / theta[0]), np.log((1 - theta[1]) / (1 - theta[0]))
# prior = np.log(train.t.mean() / (1 - train.t.mean()))
# bayes = X_test @ (gap - absent) + absent.sum() + prior
# print(((bayes > 0) == test.t).mean(), correct(linear)[0], np.corrcoef(gap - absent, w)[0, 1])
# ```
#
# </details>
