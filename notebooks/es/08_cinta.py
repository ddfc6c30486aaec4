# %% [markdown]
# # 8. La cinta
#
# **La pregunta.** En un entrenamiento la función es siempre la misma y sólo cambian los números. ¿Por qué construir
# su gráfica otra vez en cada paso? No hace falta: se anota una vez la lista de las operaciones elementales, la que
# publicó R. E. Wengert (*Communications of the ACM* 7, 1964), y después se recorre la lista. Aquí se graba la
# función de la diapositiva, se lee su derivada renglón por renglón, y se ve qué se gana y qué se arriesga.

# %%
import json
import tempfile
import time
import warnings
from itertools import pairwise
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

import nn
import optim
from autograd import AutogradError, BranchChanged, Tape, grad, ops, record, set_language, sigmoid, tanh, value_and_grad

# %% tags=["language"]
lang = "es"
set_language(lang)

# %% [markdown]
# ## La lista
#
# `record` ejecuta la función una vez y anota lo que hizo. Los argumentos son la entrada: cinco pesos, dos datos y
# la respuesta $y$. Con `optimize=False` cada operación queda en su renglón, tal como se ejecutó.


# %%
def error(w, x, y):
    """The slide's error as a function of the weights w20, w21, w10, w11, w12, of the point and of the answer."""
    f = sigmoid(w[0] + w[1] * tanh(w[2] + w[3] * x[0] + w[4] * x[1]))
    return 0.5 * (y - f) ** 2


start, x, y = [0.2, 0.7, 0.1, 0.4, -0.3], [0.5, -1.2], 1.0
literal = record(error, start, x, y, optimize=False)
print(literal)

# %% [markdown]
# La misma lista como programa. Es la descomposición de la diapositiva, de abajo hacia arriba: $z_g$ en las primeras
# líneas, luego $g = \tanh(z_g)$, $z_f$, $f = S(z_f)$ y $e$.

# %%
print(literal.source("value"))

# %% [markdown]
# Y la lista de la derivada: las mismas líneas y, debajo, la retropropagación. Se leen en orden $-(y - f)$, con sus
# factores $\frac12$ y $2$; $S'(z_f) = f(1 - f)$; el producto de ambos, $\delta_f$; $\delta_f\, w_{21}$;
# $\tanh'(z_g) = 1 - g^2$; el producto $\delta_g$; y las parciales de la diapositiva, $\delta_g x_2$,
# $\delta_g x_1$, $\delta_f\, g$. Las de $w_{20}$ y $w_{10}$ son $\delta_f$ y $\delta_g$ mismas, y no cuestan nada.

# %%
print(literal.source("grad"))

# %% [markdown]
# Nadie escribió esas líneas: al grabar se guardan sólo las operaciones de ida, y las de vuelta las escriben las
# reglas de derivación, aplicadas a renglones en lugar de a números. Sin `optimize=False` la lista sale más corta:
# lo repetido se calcula una vez, y las sumas de productos se juntan en un `dot`.

# %%
tape = record(error, start, x, y)
print(tape)

# %% [markdown]
# ## Cuánto cuesta un gradiente
#
# Una línea $v = u\,w$ pide de regreso $\bar u \mathrel{+}= \bar v\,w$ y $\bar w \mathrel{+}= \bar v\,u$: dos
# productos y dos sumas. Contada la línea misma son cinco operaciones en lugar de una, y una suma pide menos. De ahí
# el teorema del gradiente barato: valor y gradiente de una función racional cuestan a lo más cinco veces lo que el
# valor, *sin importar cuántas sean las variables* (W. Baur y V. Strassen, 1983; A. Griewank, 1989). Con diferencias
# harían falta $n + 1$ valores. Contemos líneas, en el producto $x_1 x_2 \cdots x_n$ y en la función de Rosenbrock.


# %%
def product(x):
    """The product of all numbers."""
    total = x[0]
    for factor in x[1:]:
        total = total * factor
    return total


def rosenbrock(x):
    """Rosenbrock's valley in any dimension."""
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in pairwise(x))


def lines(f, n):
    """Return how many lines the value takes, and how many the value with its gradient."""
    listed = record(f, [0.5] * n, optimize=False)
    return [listed.source(kind).count("\n        v") for kind in ("value", "value_and_grad")]


# %%
sizes = [2, 5, 10, 20, 50, 100, 200, 500]
fig, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
for f, words in ((product, "x₁x₂⋯xₙ"), (rosenbrock, "Rosenbrock")):
    counted = [lines(f, n) for n in sizes]
    ax.plot(sizes, [both / one for one, both in counted], "o-", label=words)
    print(words, counted[-1])
ax.plot(sizes, [n + 1 for n in sizes], "k:", label="n + 1")
ax.axhline(5, color="gray", lw=1, ls="--")
ax.set(xscale="log", yscale="log", xlabel="n", ylabel="(f, ∇f) / f")
ax.legend()
plt.show()

# %% [markdown]
# ## Reproducir la cinta
#
# Se llama como la función, con otros números. No construye ninguna gráfica: ejecuta el programa de arriba,
# compilado. Los números son los mismos que los de la función original.

# %%
elsewhere = ([-0.4, 1.1, 0.3, 0.2, 0.9], [1.0, 2.0], 0.0)
print(tape.value(*elsewhere), error(*elsewhere))
print(np.array(tape.grad(*elsewhere)))
print(np.array(grad(error)(*elsewhere)))

# %% [markdown]
# Las segundas derivadas son más renglones de la misma lista. La hessiana en el punto de la diapositiva tiene
# valores propios de los dos signos: ahí $e$ no es convexa. Y dos son cero, con razón: $e$ ve a
# $w_{10}, w_{11}, w_{12}$ sólo a través de $z_g = w_{10} + w_{11}x_1 + w_{12}x_2$, así que no cambia a lo largo de
# $(-x_1, 1, 0)$ ni de $(-x_2, 0, 1)$. De una función con varios resultados sale la jacobiana: la de las coordenadas
# polares tiene determinante $r$.

# %%
H = np.array(tape.hessian(start, x, y))
print(np.round(np.linalg.eigvalsh(H), 6) + 0.0)
flat = [[0, 0], [0, 0], [-x[0], -x[1]], [1, 0], [0, 1]]
print(f"{abs(H @ flat).max():.0e}")

polar = record(lambda p: [p[0] * ops.cos(p[1]), p[0] * ops.sin(p[1])], [1.0, 0.0])
J = np.array(polar.jacobian([2.5, 0.8]))
print(np.round(J, 6), np.linalg.det(J))

# %% [markdown]
# ## Muchas muestras a la vez
#
# La función se escribió para un punto. Con `in_axes` la lista se recorre una sola vez para todos: cada renglón
# opera con una columna de números, uno por muestra (`None` marca lo que es común a todas). Con `reduce="mean"`
# salen el error medio y su gradiente.

# %%
rng = np.random.default_rng(0)
X = rng.normal(size=(1000, 2))
Y = (X[:, 0] > X[:, 1]).astype(float)
mean, slopes = tape.value_and_grad(start, X, Y, in_axes=(None, 0, 0), reduce="mean")
one_by_one = np.array([error(start, point, answer) for point, answer in zip(X, Y, strict=True)])
print(mean, one_by_one.mean())
print(np.round(slopes, 6))

# %% [markdown]
# También los pesos pueden variar. Aquí $w_{11}$ y $w_{21}$ recorren una malla y los demás se quedan fijos: una sola
# llamada da el error y el gradiente en todos los nodos de la malla. Las flechas son $-\nabla e$ en ese plano;
# cruzan las curvas de nivel en ángulo recto. Hay un punto silla en $w_{21} = 0$ y el $w_{11}$ que hace $z_g = 0$:
# ahí se anulan las dos parciales, $\delta_f\, w_{21}\tanh'(z_g)\, x_1$ y $\delta_f \tanh z_g$.

# %%
n = 33
w11, w21 = np.meshgrid(np.linspace(-4, 4, n), np.linspace(-4, 4, n))
many = np.tile(start, (n * n, 1))
many[:, 3], many[:, 1] = w11.ravel(), w21.ravel()
e, slopes = tape.value_and_grad(many, x, y, in_axes=(0, None, None))
down = [-part.reshape(n, n)[::3, ::3] for part in (slopes[3], slopes[1])]

fig, ax = plt.subplots(figsize=(4.8, 4), layout="constrained")
drawn = ax.contourf(w11, w21, e.reshape(n, n), levels=16, cmap="viridis")
ax.contour(w11, w21, e.reshape(n, n), levels=16, colors="white", linewidths=0.4)
ax.quiver(w11[::3, ::3], w21[::3, ::3], *down, color="white", angles="xy")
ax.set(xlabel="$w_{11}$", ylabel="$w_{21}$", aspect="equal")
fig.colorbar(drawn, label="e")
plt.show()

# %% [markdown]
# ## Qué se arriesga: un `if`
#
# La lista es la de *una* ejecución. Si la función decide algo con un `if`, la lista tiene la rama que se tomó.
# Reproducirla donde corresponde la otra daría, en silencio, el valor de otra función: el error clásico de las
# cintas. Por eso cada comparación se anota como guardia y se vuelve a hacer en cada pasada.


# %%
def bent(x):
    """x² to the right of 0, -x to the left."""
    return x * x if x > 0 else -x


right = record(bent, 2.0)
print(right)
try:
    right.value([3.0, -1.0, 0.5, -2.0], in_axes=0)
except BranchChanged as trouble:
    print(f"\nBranchChanged: {trouble}\n\n{trouble.lanes}")

# %% [markdown]
# El mensaje dice qué comparación, dónde y en cuáles muestras. Hay dos salidas. Con `on_branch="record"` la otra
# rama se graba cuando hace falta, y cada muestra sigue la suya. O bien no se ramifica: `relu`, `maximum` y `where`
# son operaciones, con su propio renglón. En él `where` elige entre los dos lados, ambos calculados; la condición se
# escribe con `ops.greater`, que es una operación, y no con `>`, que es una pregunta.

# %%
both = record(bent, 2.0, on_branch="record")
print(both.value([3.0, -1.0, 0.5, -2.0], in_axes=0), both.grad([3.0, -1.0, 0.5, -2.0], in_axes=0))

chosen = record(lambda x: ops.where(ops.greater(x, 0.0), x * x, -x), 2.0)
print(chosen.source("value"))
print(chosen.value([3.0, -1.0, 0.5, -2.0], in_axes=0))
print(record(ops.relu, 2.0).source("value_and_grad"))

# %% [markdown]
# ## Lo que quedaría congelado
#
# Un número al azar sacado mientras se graba sería el mismo para siempre; grabar así se rechaza.

# %%
try:
    record(lambda x: x + rng.normal(), 1.0)
except AutogradError as trouble:
    print(trouble)

# %% [markdown]
# Un número sacado de la gráfica con `.item()` también se congela. Puede ser a propósito, así que hay sólo una
# advertencia. En la lista se ve lo que pasó: el factor es el $2$ con el que se grabó, y en $x = 5$ no sale $x^2$.

# %%
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    frozen = record(lambda x: x * x.item(), 2.0)
print(caught[0].message)
print(frozen.source("value"))
print(frozen.value(5.0))

# %% [markdown]
# ## Cuánto se gana
#
# Valor y gradiente de la diapositiva: con la gráfica de `Value`, con la cinta, con la función compilada que hay
# dentro, y con la cinta sobre las mil muestras (por muestra). La tabla dice cuántas veces más rápido que la
# primera; los números cambian de una máquina a otra.


# %%
def seconds(call, times):
    """Return how long a call takes, the best of five rounds."""
    best = float("inf")
    for _ in range(5):
        began = time.perf_counter()
        for _ in range(times):
            call()
        best = min(best, (time.perf_counter() - began) / times)
    return best


plain, compiled = value_and_grad(error), tape.function("value_and_grad")
graph = seconds(lambda: plain(start, x, y), 100)
lanes = seconds(lambda: tape.value_and_grad(start, X, Y, in_axes=(None, 0, 0)), 20) / len(X)
print(f"tape            {graph / seconds(lambda: tape.value_and_grad(start, x, y), 1000):7.0f} ×")
print(f"tape.function   {graph / seconds(lambda: compiled(*start, *x, y), 1000):7.0f} ×")
print(f"in_axes         {graph / lanes:7.0f} ×")

# %% [markdown]
# ## Entrenar con cinta
#
# `nn.fit(…, tape=True)` graba el error de un lote y lo reproduce en los demás. Las pérdidas tienen que ser las
# mismas, salvo redondeo: es la misma cuenta, organizada de otro modo. Aquí, las dos medias lunas con una red de
# neuronas sueltas.

# %%
moons = nn.data.moons(200, noise=0.1, rng=0)
losses, took = {}, {}
for taped in (False, True):
    model = nn.MLP(2, [8, 8, 1], rng=0)
    adam = optim.Adam(model.parameters(), lr=0.02)
    began = time.perf_counter()
    history = nn.fit(model, moons, loss="mse", optimizer=adam, epochs=8, rng=0, verbose=0, tape=taped)
    took[taped], losses[taped] = time.perf_counter() - began, np.array(history["loss"])
faster = {"es": "veces más rápido", "en": "times as fast"}[lang]
print(np.round(losses[True], 6))
print(f"Δ = {abs(losses[True] - losses[False]).max():.0e},  {took[False] / took[True]:.1f} {faster}")

# %% [markdown]
# ## El paso completo
#
# La última diapositiva del ejemplo, $w \leftarrow w - \eta\,\partial e/\partial w$, es también una función: de los
# pesos viejos a los nuevos. Si dentro de lo que se graba se llama a `value_and_grad`, la lista contiene la ida, la
# vuelta y la actualización. Para $f(w) = (w - 3)^2$ cabe en un vistazo:


# %%
def descent(w):
    """One step of gradient descent on (w - 3)²; returns the value before it, and the new w."""
    value, slope = value_and_grad(lambda w: (w - 3.0) ** 2)(w)
    return value, w - 0.1 * slope


print(record(descent, 0.0).source("value"))

# %% [markdown]
# Con un optimizador que recuerda, el estado entra y sale junto con los pesos: `pure` es la regla sin el objeto.
# Éste es un paso de Adam para la misma función; se reconocen los dos promedios móviles, con sus factores, las
# correcciones $1 - \beta^t$, la raíz y $\varepsilon$ (D. Kingma y J. Ba, 2015).

# %%
adam = optim.Adam.pure(lr=0.1)


def adam_step(w, state):
    """One step of Adam on (w - 3)²."""
    value, slope = value_and_grad(lambda w: (w - 3.0) ** 2)(w)
    return value, *adam.update(w, slope, state)


print(adam.init(0.0))
print(record(adam_step, 0.0, adam.init(0.0)).source("value"))

# %% [markdown]
# En serio: una red de arreglos que ajusta $\operatorname{sen} 3x$. El mismo paso de Adam, trescientas veces: con el
# objeto `optim.Adam` y `backward`, y como una sola cinta.

# %%
inputs = np.linspace(-1, 1, 64)[:, None]
targets = np.sin(3 * inputs)


def net():
    """A fresh network, the same each time."""
    return nn.Sequential(nn.Linear(1, 16, rng=0), nn.Tanh(), nn.Linear(16, 1, rng=1))


model = net()
optimizer = optim.Adam(model.parameters(), lr=0.02)
began, by_object = time.perf_counter(), []
for _ in range(300):
    loss = ((model(inputs) - targets) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    by_object.append(loss.item())
took_object = time.perf_counter() - began

# %%
rule = optim.Adam.pure(lr=0.02)


def squared(w):
    """The mean squared error of the same network, as a function of its weights."""
    return ((tanh(inputs @ w["V"].T + w["a"]) @ w["U"].T + w["b"] - targets) ** 2).mean()


def step(w, state):
    """Loss, new weights and new state."""
    value, slopes = value_and_grad(squared)(w)
    return value, *rule.update(w, slopes, state)


w = dict(zip(("V", "a", "U", "b"), (p.data.copy() for p in net().parameters()), strict=True))
state = rule.init(w)
whole = record(step, w, state)
began, by_tape = time.perf_counter(), []
for _ in range(300):
    loss, w, state = whole.value(w, state)
    by_tape.append(float(loss))
took_tape = time.perf_counter() - began

# %%
gap = abs(np.array(by_tape) - by_object).max()
print(f"{by_object[0]:.6f} → {by_object[-1]:.6f},  Δ = {gap:.0e},  {took_object / took_tape:.1f} {faster}")

fig, ax = plt.subplots(figsize=(6, 3), layout="constrained")
ax.semilogy(by_object, lw=5, alpha=0.4, label="optim.Adam")
ax.semilogy(by_tape, lw=1.5, label="record(step)")
ax.set(xlabel={"es": "pasos", "en": "steps"}[lang], ylabel={"es": "pérdida", "en": "loss"}[lang])
ax.legend()
ax.grid(alpha=0.25)
plt.show()

# %% [markdown]
# ## En un archivo
#
# Una lista se puede guardar. El archivo es JSON: las operaciones, de dónde vienen sus operandos, y las constantes;
# nada que se ejecute, así que se puede aceptar de cualquiera. Las constantes van en base dieciséis, para que
# regresen hasta el último bit.

# %%
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "error.tape"
    tape.save(path)
    kept, again = json.loads(path.read_text()), Tape.load(path)
for key in ("ops", "codes", "arguments", "constants", "outputs"):
    print(f"{key:<11}{json.dumps(kept[key])}")
print(again.value_and_grad(start, x, y) == tape.value_and_grad(start, x, y))

# %% [markdown]
# ## Ejercicios
#
# **1.** La fórmula $\partial (x_1 \cdots x_n)/\partial x_i = \prod_{j \ne i} x_j$ pide, tal cual, $n(n - 2)$
# productos para todo el gradiente. ¿Cuántas líneas ocupan valor y gradiente en la lista, en función de $n$? ¿Qué
# producto calcula cada línea de regreso?
#
# <details><summary>Solución</summary>
#
# La ida son $n - 1$ productos, $p_k = p_{k-1} x_k$. De regreso cada uno pide dos: $s_{k-1} = s_k x_k$, que es el
# producto $x_k \cdots x_n$ de la cola, y $\partial/\partial x_k = s_k\, p_{k-1}$. En total son $3(n - 1)$ líneas;
# la cola vacía, el $1.0$ con el que todo empieza, también se multiplica.
#
# ```python
# for n in (3, 6, 12):
#     print(n, lines(product, n))
# print(record(product, [0.5] * 4, optimize=False).source("value_and_grad"))
# ```
#
# </details>
#
# **2.** El método de Herón, $s \leftarrow \frac12(s + a/s)$ hasta que $|s^2 - a|$ sea pequeño, tiene un `while`.
# Grábelo en $a = 2$ y reprodúzcalo en $a = 10$. ¿Qué pasa, y cómo se remedia? ¿Es $1/(2\sqrt a)$ la derivada?
#
# <details><summary>Solución</summary>
#
# En $a = 10$ hacen falta más vueltas: la guardia del `while` sale distinta, y la cinta se niega. Con
# `on_branch="record"` se graba otra lista, con más vueltas. Lo que se deriva es la iteración, una función racional
# de $a$; su derivada converge a la de la raíz, y aquí es igual a ella salvo redondeo.
#
# ```python
# def heron(a):
#     s = a
#     while abs(s * s - a) > 1e-12 * a:
#         s = 0.5 * (s + a / s)
#     return s
#
#
# try:
#     record(heron, 2.0).value(10.0)
# except BranchChanged as trouble:
#     print(trouble)
# print(record(heron, 2.0, on_branch="record").value_and_grad(10.0), (10**0.5, 0.5 / 10**0.5))
# ```
#
# </details>
#
# **3.** Grabe un paso del método de Newton para el mínimo de $\cosh x - 2x$, con `grad` y `grad(grad(…))` dentro de
# la función grabada, y lea la lista. ¿A dónde converge?
#
# <details><summary>Solución</summary>
#
# El paso es $x - (\sinh x - 2)/\cosh x$, y eso es lo que queda en la lista, sin rastro de las dos derivaciones. El
# mínimo está donde $\sinh x = 2$, y los dígitos correctos se duplican en cada paso.
#
# ```python
# def well(x):
#     return ops.cosh(x) - 2 * x
#
#
# newton = record(lambda x: x - grad(well)(x) / grad(grad(well))(x), 1.0)
# print(newton.source("value"))
# point = 1.0
# for _ in range(6):
#     point = newton.value(point)
#     print(point, point - np.arcsinh(2))
# ```
#
# </details>
