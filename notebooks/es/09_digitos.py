# %% [markdown]
# # 9. Dígitos
#
# **La pregunta.** La diapositiva escribe la misma red, `Flatten`, `Dense(8, relu)`, `Dense(10, softmax)`, en Keras,
# en TensorFlow y en PyTorch. ¿Es de verdad la misma función, con los mismos números, y bastan ocho neuronas ocultas
# para leer dígitos escritos a mano? Aquí se escribe en los tres estilos, se entrena desde el mismo punto y se mira
# qué aprendió.

# %%
import os

import numpy as np
from matplotlib import pyplot as plt

import nn
import optim
from autograd import Tensor, Value, explain, gradients, log, no_grad, relu, set_language, softmax
from nn.functional import cross_entropy

# %% tags=["language"]
lang = "es"
set_language(lang)

# %% [markdown]
# ## Los datos
#
# Los dígitos que acompañan a la biblioteca son de $8 \times 8$ pixeles (E. Alpaydin y C. Kaynak, UCI, 1998): cada
# pixel dice qué parte de él tiene tinta, de 0 a 1. Con la variable de entorno `WENGERT_FULL` se usa en su lugar
# MNIST, el de la diapositiva, de $28 \times 28$; las celdas son las mismas. Una parte se aparta para validar y otra
# para la prueba final.

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
# ## Antes de la red: el promedio más cercano
#
# Aplanada, una imagen es un punto $x \in \mathbb{R}^D$. Lo más sencillo que se puede hacer con puntos es promediar
# los de cada clase, $\mu_0, \dots, \mu_9$, y asignar a cada $x$ nuevo la clase del promedio más cercano.
#
# Esa regla ya es una red, de una sola capa. En efecto,
# $$-\tfrac12\|x - \mu_k\|^2 = \mu_k \cdot x - \tfrac12\|\mu_k\|^2 - \tfrac12\|x\|^2,$$
# y el último término es igual para todas las clases: gana el mayor de los diez *puntajes* afines
# $z_k = \mu_k \cdot x - \frac12\|\mu_k\|^2$. Los pesos son los promedios, y nadie los ha entrenado.

# %%
means = np.stack([train.x[train.t == k].mean(axis=0).ravel() for k in range(10)])

fig, ax = plt.subplots(figsize=(8, 2.2), layout="constrained")
nn.plot_digits(means, range(10), ax=ax, columns=10)
plt.show()

nearest = nn.Sequential(nn.Flatten(), nn.Linear(D, 10))
nearest.load_state_dict({"1.weight": means, "1.bias": -0.5 * (means**2).sum(axis=1)})
print(nn.evaluate(nearest, test, metrics=["accuracy"]))

# %% [markdown]
# ## La red de la diapositiva
#
# Una capa de $m$ neuronas sobre $\mathbb{R}^D$ tiene una matriz de $m \times (D + 1)$, con el sesgo en la primera
# columna. La arquitectura $(D, 8, 10)$ tiene entonces $8(D + 1) + 10(8 + 1)$ parámetros.


# %%
def network(width=8, seed=0):
    """Flatten → Dense(width, relu) → Dense(10), with scores as output."""
    model = nn.Sequential(nn.Flatten(), nn.Linear(D, width), nn.ReLU(), nn.Linear(width, 10))
    model.reset_parameters(seed)
    return model


print(8 * (D + 1) + 10 * (8 + 1))
nn.summary(network(), (1, side, side))

# %% [markdown]
# ## ¿Y la softmax?
#
# La última capa de la diapositiva termina en softmax, $p_k = e^{z_k} / \sum_j e^{z_j}$; la de aquí entrega los
# puntajes $z$ y deja la softmax dentro de la pérdida. Para la clase correcta $t$, la entropía cruzada es
# $$\ell(z) = -\log p_t = \log \sum_j e^{z_j} - z_t.$$
# Con sus letras, para dos clases y $t = 0$:

# %%
z = [Value(2.0, "z0"), Value(0.5, "z1")]
explain(nn.loss.cross_entropy(z, 0).named("ℓ"), z)

# %% [markdown]
# Las exponenciales del último paso son $p_0$ y $p_1$, porque $\log\sum_j e^{z_j}$ es lo que se resta en el
# exponente. Es decir, $\partial \ell / \partial z_k = p_k - [k = t]$: la probabilidad menos lo que debió ser. Ese
# gradiente está acotado, y mientras la respuesta esté mal no se hace pequeño, pues entonces $p_t \le \frac12$. En
# el papel da lo mismo aplicar primero softmax y después $-\log$; en una máquina, no: si los puntajes están lejos
# uno del otro, $p_t$ se redondea a 0 y su logaritmo, y con él el gradiente, se pierden.

# %%
z, t = Tensor([800.0, 0.0, -5.0], requires_grad=True), 1
with np.errstate(divide="ignore", invalid="ignore"):
    apart = -log(softmax(z))[t]
    print("−log softmax(z)  ", apart.item(), gradients(apart, [z])[0].numpy())
together = cross_entropy(z, t)
print("cross_entropy(z) ", together.item(), gradients(together, [z])[0].numpy())

# %% [markdown]
# Para decidir no hace falta la softmax: conserva el orden, así que la clase de mayor puntaje es la de mayor
# probabilidad. Lo que sí hay que evitar es aplicarla dos veces, una en la red y otra en la pérdida. Como las
# salidas quedan en $[0, 1]$, la pérdida ya no puede bajar de $\log(1 + 9/e)$, aun cuando todo esté bien.
# `nn.diagnose` mira un lote de datos, sigue el gradiente por la red y dice en frases lo que encuentra, primero con
# la softmax de más y después sin ella:

# %%
print(f"log(1 + 9/e) = {np.log1p(9 / np.e):.4f}")
print(nn.diagnose(nn.Sequential(*network(), nn.Softmax()), train[:64], "cross_entropy"), end="\n\n")
nn.diagnose(network(), train[:64], "cross_entropy")

# %% [markdown]
# Al principio la pérdida es más o menos $\log 10$, la de quien no sabe nada y reparte la probabilidad por igual.
#
# ## Tres estilos
#
# Los tres parten de los mismos pesos `start`, ven los mismos lotes de 32 imágenes en el mismo orden (`rng=1`) y dan
# pasos $w \leftarrow w - \eta\,\nabla \ell$ con la misma $\eta$. Primero el de Keras: una lista de capas, `compile`
# y `fit`.

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
# El de TensorFlow puro: los pesos son variables sueltas y la red es una función que las usa. El ciclo de
# entrenamiento se escribe a mano y no queda nada oculto: pérdida, gradientes, resta.

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
# El de PyTorch: una clase que guarda sus capas y dice en `forward` cómo se componen. Optimizador y pérdida son
# objetos; el gradiente se acumula en cada peso, y por eso hay que ponerlo en cero antes de cada paso.


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
# ¿Es la misma función? Las pérdidas de cada época, y la mayor diferencia entre los puntajes de las imágenes de
# prueba:

# %%
print("   ".join(f"{style:>16}" for style in losses))
for row in zip(*losses.values(), strict=True):
    print("   ".join(f"{loss:.14f}" for loss in row))

for style in losses:
    assert np.allclose(losses[style], losses["Keras"], rtol=0, atol=1e-12)
    print(f"max |z − z(Keras)|   {np.abs(outputs[style] - outputs['Keras']).max():.1e}   {style}")

# %% [markdown]
# Los estilos difieren en quién escribe el ciclo y en quién guarda los pesos; las operaciones son las mismas y van
# en el mismo orden, y con ellas los números. Cuál usar es cuestión de comodidad.
#
# ## Entrenar, y vigilar
#
# De aquí en adelante basta `nn.fit`, con Adam en lugar del descenso simple. Después de cada época la red se mide
# también con los datos de validación, que no intervienen en el gradiente. Con `tape=True` la pérdida se graba una
# vez y se reproduce en cada paso: los mismos números en menos tiempo. El desplazamiento `shift` se explica más
# abajo.


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
# ## La prueba
#
# Las imágenes de prueba no han intervenido en el entrenamiento. La *matriz de confusión* dice, renglón por renglón,
# con qué se confundió cada dígito: la diagonal son los aciertos.

# %%
scores = nn.predict(small, test.x)
nn.plot_confusion_matrix(nn.metrics.confusion_matrix(scores, test.t))
plt.show()

# %% [markdown]
# Los primeros errores: qué dígito era y por cuál se tomó. Varios son dudosos también para nosotros.

# %% tags=["picture"]
wrong = scores.argmax(axis=1) != test.t
fig, ax = plt.subplots(figsize=(8, 2.4), layout="constrained")
nn.plot_digits(test.x[wrong], test.t[wrong], scores[wrong], ax=ax, columns=8, limit=8)
plt.show()

# %% [markdown]
# ## Qué miran las neuronas
#
# Cada renglón de la primera matriz tiene tantos pesos como pixeles, así que se puede dibujar como imagen. La
# neurona $i$ calcula $\max(0, w_i \cdot x + b_i)$: la tinta en lo rojo la enciende, en lo azul la apaga. No son
# dígitos, sino trazos y huecos que, combinados, los distinguen.

# %%
fig, ax = plt.subplots(figsize=(7, 3.4), layout="constrained")
nn.plot_weights(small[1], ax=ax, columns=4)
plt.show()

# %% [markdown]
# Lo mismo puede preguntarse de una imagen en particular, porque se deriva respecto de lo que se quiera, también
# respecto de los pixeles. Sea $a$ la clase que la red eligió por error y $t$ la correcta; el gradiente de
# $z_a - z_t$ respecto de $x$ señala qué pixeles sostienen el error (rojo: más tinta ahí lo agravaría; azul: más
# tinta ahí lo corregiría).

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
# ## Neuronas muertas
#
# Entre los pesos de la red hay alguna neurona pálida. ¿En qué parte de las imágenes de entrenamiento está encendida
# cada una?

# %%
on = (nn.predict(small[:3], train.x) > 0).mean(axis=0)
print(np.round(on, 3))

# %% [markdown]
# Una neurona que no se enciende con ninguna imagen tiene derivada 0 en todas: su gradiente es exactamente 0 y el
# descenso ya no tiene con qué moverla. Está *muerta*, y la red tiene en realidad menos neuronas de las que se
# cuentan. Desde otro punto de partida mueren más:


# %%
def correct(model, shift=0.0):
    """Return the share of the test pictures, less a shift, that a network reads right."""
    return nn.evaluate(model, (test.x - shift, test.t), metrics=["accuracy"])["accuracy"]


unlucky = network(seed=1)
trained(unlucky)
print(f"{correct(small):.4f}   {correct(unlucky):.4f}\n")
nn.diagnose(unlucky, train[:500], "cross_entropy")

# %% [markdown]
# ¿Por qué mueren? El gradiente de la pérdida de una imagen respecto de los pesos de la neurona $i$ es
# $\delta_i\,x$, con un solo número $\delta_i$ para todos los pixeles; y como $x \ge 0$, esa imagen los empuja a
# todos hacia el mismo lado. Unos cuantos pasos hacia abajo, y ya nada enciende a la neurona. El remedio es de Y.
# LeCun, L. Bottou, G. Orr y K.-R. Müller (*Efficient BackProp*, 1998): restar a cada imagen la imagen promedio
# $\mu$. Las funciones posibles son las mismas, pues $W(x - \mu) + b = Wx + (b - W\mu)$; cambian las coordenadas, y
# el descenso de gradiente no es invariante ante ese cambio.
#
# ## ¿Más neuronas?
#
# La misma red con otras anchuras, tres puntos de partida cada una, sin restar y restando $\mu$. La línea punteada
# es el promedio más cercano, que no se entrena.

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
# Con dos neuronas hay que acomodar diez clases en un cuadrante del plano, $\mathbb{R}_{\ge 0}^2$, y el
# entrenamiento no lo logra. De ahí en adelante cada duplicación ayuda menos que la anterior. Sin restar $\mu$, las
# redes angostas dependen mucho de la suerte; a las anchas les sobran neuronas, y pueden morir varias sin que hagan
# falta.
#
# ## Una red convolucional
#
# Para las redes anteriores un pixel no tiene vecinos: son coordenadas sin orden. Cada filtro de una capa
# convolucional usa los mismos nueve pesos en toda la imagen, de modo que al trasladar la imagen se traslada el
# resultado (salvo en los bordes).

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
# El margen es la desviación estándar $\sqrt{p(1 - p)/n}$ de una proporción medida con $n$ imágenes: diferencias
# menores que unas dos veces el margen no dicen nada. Con pocas imágenes de prueba no se puede ordenar a las mejores
# redes entre sí; sí se puede decir que las entrenadas de esta tabla leen mejor que el promedio más cercano.
#
# ## Ejercicios
#
# **1.** La versión de TensorFlow de la diapositiva toma los pesos iniciales de una normal estándar,
# `tf.random.normal`, y sesgos cero. ¿Cuánto vale la pérdida con ese punto de partida, y por qué no es $\log 10$?
#
# <details><summary>Solución</summary>
#
# Con $w_{ij} \sim N(0, 1)$ el puntaje $z_k$ tiene varianza $\sum_i h_i^2$, donde $h$ son las salidas ocultas, que a
# su vez son de tamaño $\|x\|$. La red no parte de no saber nada, sino de estar muy segura de algo al azar, y la
# pérdida mide esa seguridad equivocada. Con varianza del orden de $1/n$, donde $n$ es el número de entradas de la
# capa, los puntajes quedan del orden de 1 o menos: es lo que hace `nn.Linear`.
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
# **2.** Permute los pixeles de todas las imágenes con la misma permutación $P$, al azar. ¿Aprende peor la red
# densa? ¿Y la convolucional?
#
# <details><summary>Solución</summary>
#
# La densa calcula $W(Px) = (WP)x$: si también se permutan las columnas de los pesos iniciales, el entrenamiento es
# el mismo paso por paso, y como aquéllos son independientes e idénticamente distribuidos, los resultados tienen la
# misma distribución con cualquier permutación. La convolucional sí pierde: sus nueve pesos miran pixeles que ya no
# son vecinos.
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
# **3.** ¿Cuánto hay que mover una imagen bien leída para que la red la lea mal? Estímelo con el gradiente respecto
# de $x$ y muestre una imagen a la distancia mediana.
#
# <details><summary>Solución</summary>
#
# Sea $a$ la clase con el segundo mayor puntaje. La red es afín por pedazos: mientras ninguna neurona cambie de
# lado, la frontera entre $t$ y $a$ está a distancia $(z_t - z_a) / \|\nabla_x (z_t - z_a)\|$, en la dirección del
# gradiente, y un paso un poco más largo la cruza. El resultado, que a simple vista es el mismo dígito, es un
# *ejemplo adversario* (C. Szegedy et al., 2013). Se imprimen la distancia y $\|x\|$.
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
