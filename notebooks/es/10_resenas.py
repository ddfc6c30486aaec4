# %% [markdown]
# # 10. Reseñas de películas
#
# **La pregunta.** La diapositiva muestra reseñas en inglés, cada una con su etiqueta, *positive* o *negative*.
# ¿Puede una función lineal, a la que sólo se le dice qué palabras aparecen, distinguir el elogio de la crítica?
# ¿Qué dicen sus coeficientes de cada palabra, y qué no puede entender de ninguna manera?

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
lang = "es"
set_language(lang)

# %% [markdown]
# ## Los datos
#
# Las reseñas son de IMDB (A. L. Maas et al., 2011) y de Rotten Tomatoes (B. Pang y L. Lee, 2005), y están en inglés
# también en este cuaderno. La primera vez se descargan y después se guardan; sin conexión ni copia, esta celda lo
# dice y no sigue.

# %%
reviews = nn.data.film_reviews(download=True)
reviews

# %% [markdown]
# Aquí se usan las de IMDB, las largas. Dos de las cinco reseñas de la diapositiva están entre ellas:

# %%
imdb = reviews[reviews.origin == "imdb"]
on_the_slide = ("An excellent interpretation of Jim Thompson", "I probably give this more credit")
for text, t, _ in imdb:
    if text.startswith(on_the_slide):
        print(f"{text[:80]}...: {imdb.classes[t]}")

# %% [markdown]
# Para que todo tome segundos se toma al azar una parte; con la variable de entorno `WENGERT_FULL`, todas. Las
# palabras y los pesos se sacan sólo de `train`; `valid` decide cuándo detenerse; `test` se deja para el final.

# %%
full = "WENGERT_FULL" in os.environ
parts, size = ([18_000, 2_000, 4_904], 10_000) if full else ([6_000, 1_000, 2_000], 5_000)
train, valid, test, _ = nn.data.random_split(imdb, [*parts, len(imdb) - sum(parts)], rng=0)
for part in (train, valid, test):
    print(f"{len(part):6,}   {imdb.classes[1]}: {part.t.mean():.3f}")

# %% [markdown]
# ## La ley de Zipf
#
# Contemos las palabras y pongámoslas en orden, de la más frecuente en adelante. En escalas logarítmicas, la
# frecuencia $f(r)$ de la palabra de rango $r$ es casi una recta: $f(r) \approx C / r^{\alpha}$, con $\alpha$
# cercana a 1 (G. K. Zipf, 1935).

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
# El primer renglón cuenta las palabras distintas y las palabras en total; los otros son proporciones: de las
# distintas, cuántas aparecen una sola vez; del texto, cuánto cubren las más frecuentes. Como $\sum 1/r$ diverge
# apenas como un logaritmo, un vocabulario pequeño cubre la mayor parte del texto y, sin embargo, la lista de
# palabras no termina: de muchas se sabe muy poco.
#
# ## Bolsas de palabras
#
# Una reseña se vuelve un punto $x \in \{0, 1\}^n$: $x_j = 1$ si la palabra $j$ del vocabulario aparece. El orden se
# olvida; de ahí lo de *bolsa*. Se imprimen los números de las palabras de una frase (el 0 es la más frecuente), el
# tamaño de la matriz de entrenamiento, cuántas palabras distintas del vocabulario trae en promedio una reseña, y
# qué parte de la matriz son unos.

# %%
vocabulary = nn.data.Vocabulary(train.text, size)
X, X_valid, X_test = (vocabulary.bag(part.text) for part in (train, valid, test))

print(vocabulary.encode("A good film, not bad at all"))
print(X.shape, f"{X.sum(axis=1).mean():.1f}", f"{X.mean():.4f}")

# %% [markdown]
# ## Un modelo lineal
#
# Dos puntajes afines, $z_0$ para *negative* y $z_1$ para *positive*, y la entropía cruzada. Con dos clases la
# softmax sólo depende de la diferencia:
# $$p_1 = \frac{e^{z_1}}{e^{z_0} + e^{z_1}} = S(z_1 - z_0) = S(w \cdot x + b).$$
# Es la regresión logística. El número $s = w \cdot x + b$ se llamará el *puntaje* de la reseña: elogio si es
# positivo.


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
# ## Una capa oculta
#
# Dieciséis neuronas entre las palabras y los puntajes. Hay ahora muchos más parámetros que reseñas.

# %%
net = nn.Sequential(nn.Linear(size, 16, dtype=np.float32), nn.ReLU(), nn.Linear(16, 2, dtype=np.float32))
net.reset_parameters(0)
history = trained(net, epochs=8)
history.plot()
plt.show()
print(history.stopped)

# %% [markdown]
# La red empieza a aprender de memoria las reseñas de entrenamiento: su pérdida sigue bajando cuando la de
# validación ya sube. Por eso se detiene pronto y se queda con los mejores pesos (`EarlyStopping`). En la prueba:


# %%
def correct(model, words=None):
    """Return the share of the test reviews that a model judges right, and its standard error."""
    p = nn.evaluate(model, (X_test[:, :words], test.t), metrics=["accuracy"])["accuracy"]
    return p, (p * (1 - p) / len(test)) ** 0.5


for name, model in {f"{size:,}-2": linear, f"{size:,}-16-2": net}.items():
    print("{:12}{:10,}   {:.4f} ± {:.4f}".format(name, sum(w.size for w in model.parameters()), *correct(model)))

# %% [markdown]
# Columnas: arquitectura, parámetros, proporción de aciertos con su error estándar. La capa oculta no mejora nada:
# con estas reseñas, una suma de pesos ya aprovecha casi todo lo que la red encuentra en las bolsas.
#
# ## ¿Cuántas palabras, cuántas reseñas?
#
# El mismo modelo lineal con las $n$ palabras más frecuentes, y con las primeras $N$ reseñas (más épocas donde hay
# menos, para que los pasos no falten).

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
# Las diez palabras más frecuentes no dicen casi nada: son artículos, preposiciones, pronombres, *and* e *is*. Lo
# que delata el juicio está en las palabras de en medio, bastante raras para decir algo y bastante frecuentes para
# aprenderlo. En el otro eje, triplicar los datos ayuda cada vez menos, pero todavía ayuda.
#
# ## Las palabras más elocuentes
#
# ¿Cuánto cambia el puntaje si cambia $x_j$? Es $\partial s / \partial x_j$, una derivada respecto de los datos y no
# de los pesos. Una sola pasada hacia atrás desde la suma de los puntajes las da todas: el puntaje de una reseña no
# depende de las demás, así que el renglón $i$ del gradiente es el de la reseña $i$. Para el modelo lineal debe
# salir $w$, en cada renglón.


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
# Casi todas se explican solas; otras pueden ser azar: con pocas apariciones, una palabra puede haber estado por
# casualidad en reseñas del mismo signo. La calificación escrita con número también cuenta como palabra.
#
# Para la red con capa oculta el gradiente depende de la reseña: cada neurona está encendida o apagada según las
# demás palabras. Su promedio sobre las reseñas de prueba, contra los pesos del modelo lineal (con nombre, las
# palabras extremas y aquéllas en las que más difieren):

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
# Las dos opiniones se parecen mucho. ¿Hay palabras frecuentes sobre las que la red cambie de opinión, con gradiente
# positivo en unas reseñas y negativo en otras? Éstas son las más indecisas: en qué parte de las reseñas es
# positivo, y entre qué valores varía.

# %%
share = (slopes > 0).mean(axis=0)
undecided = np.abs(share[:300] - 0.5).argsort()[:8]
for j in undecided:
    print(f"{vocabulary.words[j]:12}{share[j]:6.2f}   {slopes[:, j].min():+.2f} … {slopes[:, j].max():+.2f}")

# %% [markdown]
# Aun ellas se inclinan hacia un lado, y sus gradientes son pequeños. Salvo un factor, la red es casi el modelo
# lineal.
#
# ## Una reseña por dentro
#
# El producto $x_j\,\partial s/\partial x_j$ es la *contribución* de la palabra $j$. Para el modelo lineal
# $s = b + \sum_j x_j w_j$ sin más. La red es afín por pedazos: cerca de $x$ vale $s(x) = c + \nabla s(x) \cdot x$,
# con una constante $c$ que recoge los sesgos de las neuronas encendidas y que ya no es la misma para todas las
# reseñas. Las palabras de una reseña, coloreadas por su contribución en el modelo lineal (azul, elogio; rojo,
# crítica):


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
# El título de cada gráfica es la igualdad $s = c + \nabla s \cdot x$. La reseña es la más corta de las mal
# juzgadas, a partir de cuarenta palabras. Léase: lo que la delata no está en ninguna palabra por separado, sino en
# la intención de las frases.
#
# ## El límite: la negación
#
# En un modelo lineal el peso de *not* es uno solo, vaya delante de lo que vaya. La *interacción* de dos palabras,
# $$I = s(\text{not good}) - s(\text{not}) - s(\text{good}) + s(\varnothing),$$
# es idénticamente 0. Para que *not* invirtiera el signo de la segunda haría falta
# $I = -2\,\bigl(s(\text{good}) - s(\varnothing)\bigr)$.


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
# A la izquierda el modelo lineal, a la derecha la red. La capa oculta permite interacciones, pero son pequeñas, y
# ni siquiera tienen siempre el signo debido. Y hay algo que ningún modelo de bolsas puede aprender, con las capas
# que sea, porque la información ya no está:

# %%
one, other = "a good film, not bad", "a bad film, not good"
print(np.array_equal(*vocabulary.bag([one, other])))
for model in (linear, net):
    print(f"{said(model, one):+.4f}   {said(model, other):+.4f}")

# %% [markdown]
# Una función de la bolsa es invariante ante permutaciones de las palabras. El sentido no lo es. Para eso hacen
# falta redes que leen en orden: recurrentes y transformadores.

# %% [markdown]
# ## Ejercicios
#
# **1.** El modelo lineal aprendió de reseñas largas de IMDB. ¿Cómo juzga las frases sueltas de Rotten Tomatoes, y
# por qué tanto peor?
#
# <details><summary>Solución</summary>
#
# Una frase tiene pocas palabras del vocabulario, así que la suma tiene pocos términos y el azar de cada peso no se
# compensa; además, se escriben de otro modo. Un resultado en la prueba vale para datos de la misma distribución,
# nada más.
#
# ```python
# tomatoes = reviews[reviews.origin == "rotten_tomatoes"]
# bags = vocabulary.bag(tomatoes.text)
# print(nn.evaluate(linear, (bags, tomatoes.t), metrics=["accuracy"]), bags.sum(axis=1).mean())
# ```
#
# </details>
#
# **2.** B. Pang, L. Lee y S. Vaithyanathan (2002) unen la negación con lo que sigue, para que *not good* sea una
# palabra más. Hágalo (un apóstrofo entre dos palabras las vuelve una sola para `nn.data.words`). ¿Sube la
# proporción de aciertos? ¿Qué pesos reciben las palabras nuevas?
#
# <details><summary>Solución</summary>
#
# Los pesos tienen el signo correcto, pero los aciertos cambian apenas en un error estándar: cada palabra nueva es
# rara y le quita su lugar en el vocabulario a otra, y una reseña larga trae muchas señales más. La ley de Zipf,
# otra vez.
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
# **3.** Hay un modelo lineal que no se entrena: *Bayes ingenuo*. Si las palabras fueran independientes dada la
# clase, con $\theta_{jk} = P(x_j = 1 \mid t = k)$, el logaritmo del cociente de probabilidades sería
# $\sum_j x_j \log\frac{\theta_{j1}}{\theta_{j0}} + \sum_j (1 - x_j) \log\frac{1 - \theta_{j1}}{1 - \theta_{j0}}$
# más una constante. Estime las $\theta$ con las frecuencias (sumando 1, como Laplace) y compare.
#
# <details><summary>Solución</summary>
#
# La expresión es afín en $x$. Acierta un poco menos que la regresión logística, que no supone independencia: en sus
# pesos, palabras que van juntas se reparten el mérito (A. Ng y M. Jordan, 2001, comparan las dos).
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
