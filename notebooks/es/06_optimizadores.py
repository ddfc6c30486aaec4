# %% [markdown]
# # 6. Los optimizadores
#
# **La pregunta.** La diapositiva enumera ocho reglas: descenso de gradiente, estocástico, con momento, por lotes,
# Adagrad, RMSProp, AdaDelta y Adam. ¿En qué se distinguen, qué arregla cada una y qué descompone? Cada regla se
# muestra como fórmula, se le ve correr sobre cuatro paisajes, y después con datos, donde aparece lo que los paisajes
# no tienen: ruido.

# %%
from functools import partial

import numpy as np
from matplotlib import pyplot as plt

import optim
from autograd import Tensor, grad, hessian, set_language
from optim.functions import beale, ravine, rosenbrock, saddle

# %% tags=["language"]
lang = "es"
set_language(lang)

# %% [markdown]
# ## Las reglas
#
# Las fórmulas no están escritas en ninguna parte: la biblioteca le da letras en lugar de números a la misma función
# que corre en el entrenamiento y escribe lo que resulta. La primera es de Cauchy (1847). El gradiente $g$ puede ser
# el de toda la pérdida, el de un dato (estocástico; Robbins y Monro, 1951) o el de un lote: *la regla es la misma*,
# como se ve al comparar las dos fórmulas. Las diferencias están en los datos y se ven más abajo.

# %%
print(optim.SGD.formula() == optim.GradientDescent.formula())
optim.GradientDescent.formula()

# %% [markdown]
# **Momento** (Polyak, 1964). Una velocidad $v$ acumula gradientes: lo que cambia de signo se cancela, lo que persiste
# se suma, hasta $g/(1 - \mu)$.

# %%
optim.SGD.formula(momentum=0.9)

# %% [markdown]
# **Adagrad** (Duchi, Hazan y Singer, 2011). Cada peso recibe su propia tasa, $\eta/\sqrt G$, donde $G$ es la suma de
# todos sus gradientes al cuadrado. Como $G$ sólo crece, la tasa sólo baja.

# %%
optim.Adagrad.formula()

# %% [markdown]
# **RMSProp** (Tieleman y Hinton, 2012). Una media móvil en lugar de la suma: la regla olvida, y la tasa puede volver
# a subir.

# %%
optim.RMSprop.formula()

# %% [markdown]
# **AdaDelta** (Zeiler, 2012). Zeiler nota que en las reglas anteriores las unidades no cuadran: un paso debe medirse
# en unidades de $w$, y $g/\sqrt v$ no tiene unidades. Por eso multiplica por $\sqrt u$, el tamaño medio de los pasos
# anteriores, y la tasa sobra ($\eta = 1$).

# %%
optim.Adadelta.formula()

# %% [markdown]
# **Adam** (Kingma y Ba, 2015). Momento y RMSProp juntos. Las dos medias parten de cero y al principio se quedan
# cortas por los factores $1 - \beta_1^t$ y $1 - \beta_2^t$; los sombreros lo corrigen.

# %%
optim.Adam.formula()

# %% [markdown]
# ## Con un gradiente constante
#
# El experimento más simple: el gradiente vale $g$ siempre. ¿Qué distancia ha recorrido cada regla después de $n$
# pasos? (`pure` da la regla como función de pesos, gradiente y estado.)
#
# - GD avanza $\eta g n$, y con momento, a la larga, $\eta g n/(1 - \mu)$: dependen de $g$. A la derecha, con $g$ cien
#   veces menor, avanzan cien veces menos.
# - Adagrad avanza $\eta\sum_{k\le n} 1/\sqrt k \approx 2\eta\sqrt n$: pendiente $\tfrac12$ en escala logarítmica. Se
#   frena aunque nada lo pida.
# - RMSProp y Adam avanzan $\eta n$ a la larga, cualquiera que sea $g$: $\eta$ es la longitud del paso. (A la
#   izquierda Adam tapa a GD.) RMSProp empieza con pasos más largos, porque su media no está corregida.
# - AdaDelta tampoco depende de $g$ mientras $(1 - \rho)\,g^2$ sea mucho mayor que $\epsilon$, pero su primer paso
#   mide cerca de $\sqrt{\epsilon/(1 - \rho)}$: el historial empieza vacío. Arranca despacio y luego acelera.

# %%
pure_rules = {
    "GD": optim.GradientDescent.pure(lr=0.01), "momentum": optim.SGD.pure(lr=0.01, momentum=0.9),
    "Adagrad": optim.Adagrad.pure(lr=0.01), "RMSprop": optim.RMSprop.pure(lr=0.01, alpha=0.9),
    "Adadelta": optim.Adadelta.pure(), "Adam": optim.Adam.pure(lr=0.01),
}  # fmt: skip


def travelled(rule, g, steps=300):
    """Return how far a rule has come after each step under a constant gradient."""
    w, state, distances = 0.0, rule.init(0.0), []
    for _ in range(steps):
        w, state = rule.update(w, g, state)
        distances.append(-w)
    return distances


# %%
fig, axs = plt.subplots(1, 2, figsize=(8, 2.9), layout="constrained", sharey=True)
for ax, g in zip(axs, (1.0, 0.01), strict=True):
    for name, rule in pure_rules.items():
        ax.loglog(range(1, 301), travelled(rule, g), label=name)
    ax.set(title=f"g = {g:g}", xlabel="n", ylabel="$|w_n - w_0|$")
    ax.grid(alpha=0.25)
axs[0].legend(fontsize="small")
plt.show()

# %% [markdown]
# ## Las carreras
#
# Cuatro paisajes difíciles por razones distintas, seis reglas, trescientos pasos. Las tasas se eligieron a mano para
# que cada camino muestre el carácter de su regla; la tabla no es un torneo (con otras tasas ganan otras reglas:
# ejercicio 1).


# %%
def six_rules(gd, momentum, adagrad, rmsprop, adam):
    """Return the rules by name, with these learning rates."""
    return {
        "GD": partial(optim.GradientDescent, lr=gd), "momentum": partial(optim.SGD, lr=momentum, momentum=0.9),
        "Adagrad": partial(optim.Adagrad, lr=adagrad), "RMSprop": partial(optim.RMSprop, lr=rmsprop, alpha=0.9),
        "Adadelta": optim.Adadelta, "Adam": partial(optim.Adam, lr=adam),
    }  # fmt: skip


races = [
    optim.race(six_rules(0.001, 0.0005, 0.5, 0.02, 0.1), rosenbrock, steps=300),
    optim.race(six_rules(0.01, 0.004, 0.3, 0.03, 0.1), beale, steps=300),
    optim.race(six_rules(0.05, 0.02, 0.2, 0.02, 0.05), saddle, steps=300),
    optim.race(six_rules(0.038, 0.006, 0.4, 0.03, 0.1), ravine, steps=300),
]

# %% tags=["picture"]
windows = [None, (-0.2, 3.8, -2.1, 1.9), None, (-2.7, 0.7, -0.8, 0.8)]
fig, axs = plt.subplots(2, 2, figsize=(8, 7), layout="constrained")
for ax, contest, window in zip(axs.flat, races, windows, strict=True):
    contest.plot(ax, window=window, dots=False, legend=False)
fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=8, fontsize="small", columnspacing=1.2)
plt.show()

# %% [markdown]
# Qué muestra cada paisaje:
#
# - **Rosenbrock.** El valle se encuentra pronto y se recorre despacio: a lo largo de él el gradiente es pequeño. GD
#   casi no avanza y Adagrad se frena: gastó su tasa en los primeros gradientes, enormes. El momento cobra velocidad
#   por el fondo, después de zigzaguear en las paredes.
# - **Beale.** La velocidad también es inercia: el momento se pasa de largo y regresa; las demás reglas doblan antes.
# - **Punto silla.** GD y el momento van primero casi derecho hacia el punto silla, porque ahí el gradiente apunta a
#   lo largo de $x$. Las reglas que dividen cada coordenada entre su propio tamaño, $\sqrt G$ o $\sqrt v$, igualan los
#   pasos en $x$ y en $y$, y salen en diagonal; AdaDelta, aún más hacia $y$, donde el gradiente crece y con él el
#   historial de pasos $u$.
# - **Barranco.** GD zigzaguea; el momento oscila con amplitud decreciente; las reglas con una tasa por coordenada
#   hacen el barranco redondo. (No por magia: el barranco está alineado con los ejes; girado cuarenta y cinco grados,
#   pierden gran parte de la ventaja.) RMSProp, con $\eta$ fija, nunca se detiene del todo: cerca del mínimo sus pasos
#   siguen midiendo cerca de $\eta$.

# %%
for contest in races:
    print(contest.f.name, contest, sep="\n", end="\n\n")

# %% [markdown]
# ## El momento en el barranco
#
# En una función cuadrática, en la dirección de valor propio $\lambda$, la regla es
# $x_{n+1} = (1 + \mu - \eta\lambda)\,x_n - \mu\,x_{n-1}$. Las raíces de $z^2 - (1 + \mu - \eta\lambda)z + \mu$
# tienen producto $\mu$; si no son reales y distintas, ambas miden $\sqrt\mu$, *sin importar* $\lambda$. Con la
# menor $\mu$ para la que eso pasa en todo $[\lambda_1, \lambda_n]$ y con
# $\eta = 4/(\sqrt{\lambda_1} + \sqrt{\lambda_n})^2$ resulta
# $$\sqrt\mu = \frac{\sqrt\kappa - 1}{\sqrt\kappa + 1} \qquad\text{en lugar de}\qquad \frac{\kappa - 1}{\kappa + 1}$$
# (Polyak, 1964): la raíz cuadrada del número de condición. La tabla compara las tasas de la teoría con las medidas
# entre los pasos 100 y 200; la del momento queda un poco arriba porque en los extremos la raíz es doble, y el error
# es como $n\mu^{n/2}$.

# %%
low, high = np.linalg.eigvalsh(hessian(ravine)([0.0, 0.0]))
kappa = high / low
root = (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)
best = {
    "GD": partial(optim.GradientDescent, lr=2 / (low + high)),
    "momentum": partial(optim.SGD, lr=4 / (np.sqrt(low) + np.sqrt(high)) ** 2, momentum=root**2),
}
fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
for (name, path), rate in zip(optim.race(best, ravine).paths.items(), ((kappa - 1) / (kappa + 1), root), strict=True):
    errors = np.linalg.norm(path, axis=1)
    ax.semilogy(errors, label=name)
    print(f"{name:9} {rate:.3f}   {(errors[200] / errors[100]) ** 0.01:.3f}")
ax.set(xlabel="n", ylabel="$|x_n|$")
ax.legend()
ax.grid(alpha=0.25)
plt.show()

# %% [markdown]
# ## Adam cerca de un punto silla
#
# Desde $(-1.2, \varepsilon)$, ¿cuántos pasos tarda cada regla en salir, $|y| > \tfrac12$? Al descenso cada factor mil
# en $\varepsilon$ le cuesta los mismos pasos más (cuaderno 3), y al momento también, aunque menos. El primer paso de
# Adam en $y$ mide $\eta$, por pequeño que sea el gradiente: le basta su signo. (En las dos últimas columnas $|g|$ ya
# no es mucho mayor que su $\epsilon$; le cuesta un paso o dos.)

# %%
rules = six_rules(0.05, 0.02, 0.2, 0.02, 0.05)
offsets = (1e-2, 1e-5, 1e-8, 1e-11)
print("ε", *(f"{offset:11.0e}" for offset in offsets), sep="        ")
for name in ("GD", "momentum", "Adam"):
    paths = [optim.race({name: rules[name]}, saddle, (-1.2, offset), 350).paths[name] for offset in offsets]
    print(f"{name:9}", *(f"{np.argmax(np.abs(path[:, 1]) > 0.5):11}" for path in paths), sep="        ")

# %% [markdown]
# ## Una pérdida con datos
#
# Ahora $L(w) = \frac1n\sum_i \ell_i(w)$ con $\ell_i(w) = (w_0 + w_1x_i - t_i)^2$ y $n = 256$: regresión lineal, dos
# pesos, así que los caminos todavía se pueden dibujar. El cuadrado se desarrolla para que una misma función sirva
# en un punto, en una malla y sobre cualquier lote.

# %%
rng = np.random.default_rng(0)
n = 256
X = rng.uniform(-1, 2, n)
T = 0.5 + 1.5 * X + rng.normal(0, 0.8, n)
all_samples = np.arange(n)


def loss(w, batch=all_samples):
    """Return the mean of (w0 + w1 x - t)² over the samples of a batch, or of several in the rows of an array."""
    x, t = X[batch], T[batch]
    return (
        w[0] ** 2 + 2 * w[0] * w[1] * x.mean(-1) + w[1] ** 2 * (x * x).mean(-1)
        - 2 * (w[0] * t.mean(-1) + w[1] * (x * t).mean(-1)) + (t * t).mean(-1)
    )  # fmt: skip


H = hessian(lambda w: loss(w))([0.0, 0.0])
w_best = np.linalg.solve(H, -np.array(grad(lambda w: loss(w))([0.0, 0.0])))
print(H, np.linalg.eigvalsh(H), w_best, loss(w_best), sep="\n")

# %% [markdown]
# ## El lote
#
# `descend` es un solo ciclo para las tres versiones; sólo cambia de qué lote es el gradiente. El lote se saca al
# azar, con reemplazo; con $b = n$ es el de todos los datos. (`runs` corre varias veces a la vez, con lotes
# independientes, para poder promediar; un `Tensor` es a un arreglo lo que un `Value` a un número.)


# %%
def descend(batch_size, steps, lr=0.1, schedule=None, runs=1):
    """Return the points of gradient descent on batches, an array (steps + 1, runs, 2)."""
    rng = np.random.default_rng(1)
    w = [Tensor(np.full(runs, start), requires_grad=True) for start in (-1.5, -0.5)]
    optimizer = optim.SGD(w, lr=lr)
    schedule = schedule(optimizer) if schedule else None
    points = [[p.data for p in w]]
    for _ in range(steps):
        batch = all_samples if batch_size == n else rng.integers(n, size=(runs, batch_size))
        optimizer.zero_grad()
        loss(w, batch).sum().backward()
        optimizer.step()
        if schedule:
            schedule.step()
        points.append([p.data for p in w])
    return np.array(points).transpose(0, 2, 1)


# %%
fig, axs = plt.subplots(1, 3, figsize=(8.4, 2.9), layout="constrained")
for ax, b in zip(axs, (n, 32, 1), strict=True):
    optim.plot_paths({f"b = {b}": descend(b, 80)[:, 0]}, loss, ax, window=(-2, 1.6, -1.2, 2.4))
    ax.plot(*w_best, "k*", markersize=12, markeredgecolor="white", zorder=8)
    ax.set(xlabel="$w_0$", ylabel="$w_1$")
plt.show()

# %% [markdown]
# El mismo $\eta$, los mismos ochenta pasos, el mismo inicio. Con $b = n$ el camino es liso; con $b = 32$ tiembla; con
# $b = 1$ pasea alrededor del mínimo, la estrella. El gradiente de un lote es un estimador insesgado del gradiente;
# ¿qué tan disperso?
#
# **Proposición.** Si el lote $B$ se saca con reemplazo, $g_B = \frac1b\sum_{i\in B}\nabla\ell_i$ cumple
# $E\,g_B = \nabla L$ y $E\,|g_B - \nabla L|^2 = \sigma^2/b$, con
# $\sigma^2 = \frac1n\sum_i|\nabla\ell_i - \nabla L|^2$. *Demostración.* Es la varianza de una media de $b$ variables
# independientes. $\square$
#
# Medida con dos mil lotes de cada tamaño, en el punto inicial; la recta es $\sigma^2/b$. La desviación baja sólo como
# $1/\sqrt b$: un lote cien veces mayor cuesta cien veces más y da un dígito.


# %%
def batch_gradients(w, batches):
    """Return the gradient of the loss for each row of a matrix of batches."""
    many = [np.full(len(batches), coordinate) for coordinate in w]
    return np.array(grad(lambda w: loss(w, batches).sum())(many)).T


each = batch_gradients((-1.5, -0.5), all_samples[:, None])
full = each.mean(axis=0)
sigma2 = ((each - full) ** 2).sum(axis=1).mean()
sizes = 2 ** np.arange(9)
spread = [
    ((batch_gradients((-1.5, -0.5), rng.integers(n, size=(2000, b))) - full) ** 2).sum(axis=1).mean() for b in sizes
]

fig, ax = plt.subplots(figsize=(5.5, 3), layout="constrained")
ax.loglog(sizes, sigma2 / sizes, "k--", label=r"$\sigma^2/b$")
ax.loglog(sizes, spread, "o", label=r"$E\,|g_B - \nabla L|^2$")
ax.set(xlabel="b", ylabel={"es": "varianza", "en": "variance"}[lang])
ax.legend()
ax.grid(alpha=0.25)
plt.show()
print(f"{np.polyfit(np.log(sizes), np.log(spread), 1)[0]:.3f}")

# %% [markdown]
# El número es la pendiente de los puntos. Entonces, ¿para qué lotes chicos? Porque lo que cuesta no es el paso, sino
# el dato. La misma cuenta contra el número de datos vistos, en épocas (una época: $n$ datos): en la primera, $b = 1$
# ha dado 256 pasos y GD uno. Después los papeles se invierten: con $\eta$ constante, los lotes chicos dejan de
# mejorar.

# %%
fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
for b, epochs in ((1, 12), (32, 12), (n, 60)):
    path = descend(b, epochs * n // b)[:, 0]
    ax.loglog(np.arange(1, len(path)) * b / n, loss(path[1:].T) - loss(w_best), label=f"b = {b}", lw=1.2)
ax.set(xlabel={"es": "épocas", "en": "epochs"}[lang], ylabel=r"$L(w) - L(w^*)$", ylim=(1e-6, None))
ax.legend()
ax.grid(alpha=0.25)
plt.show()

# %% [markdown]
# ## El piso de ruido, y cómo bajar de él
#
# En una dimensión, cerca del mínimo, $e_{k+1} = (1 - \eta\lambda)\,e_k - \eta\xi_k$ con ruido $\xi_k$ de varianza
# $\tau^2$. La varianza estacionaria $V$ cumple $V = (1 - \eta\lambda)^2V + \eta^2\tau^2$, es decir,
# $V = \eta\tau^2/\bigl(\lambda(2 - \eta\lambda)\bigr)$: *no tiende a cero*, y el exceso de pérdida es
# $\tfrac12\lambda V \approx \tfrac14\eta\tau^2$. En varias dimensiones $\tau^2$ es la $\sigma^2/b$ de arriba, tomada
# en el mínimo.
#
# **Teorema** (Robbins y Monro, 1951; con las hipótesis de Blum, 1954, sobre el ruido). Con tasas $\eta_k$ tales que
# $\sum\eta_k = \infty$ y $\sum\eta_k^2 < \infty$ sí hay convergencia: lo primero permite llegar desde cualquier
# lugar, lo segundo hace que el ruido total sea finito. Por ejemplo $\eta_k = \eta_0/(1 + k/s)$, que en la biblioteca
# es `InverseTimeDecay`.
#
# En la gráfica, $b = 1$, media de cuarenta corridas. Cada $\eta$ constante tiene su piso (líneas punteadas:
# $\tfrac14\eta\sigma^2$); la tasa decreciente los cruza todos, con pendiente $-1$, como debe ser si
# $\eta_0 s\lambda_1 > \tfrac12$ (Chung, 1954). Los números son los pisos medidos y los de la fórmula, que es la
# aproximación para $\eta$ chica: con $\eta$ grande cuentan el denominador $2 - \eta\lambda$ y el ruido lejos del
# mínimo, que es mayor.

# %%
at_best = batch_gradients(w_best, all_samples[:, None])
noise = (at_best**2).sum(axis=1).mean()

fig, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
for i, eta in enumerate((0.1, 0.03, 0.01)):
    excess = (loss(descend(1, 1500, eta, runs=40).transpose(2, 0, 1)) - loss(w_best)).mean(axis=1)
    ax.loglog(range(1, 1501), excess[1:], f"C{i}", lw=1, label=f"η = {eta}")
    ax.axhline(eta * noise / 4, color=f"C{i}", linestyle=":")
    print(f"η = {eta:<5} {excess[-750:].mean():.4f}   ησ²/4 = {eta * noise / 4:.4f}")
decreasing = partial(optim.InverseTimeDecay, decay_steps=15, decay_rate=1.0)
excess = (loss(descend(1, 1500, 0.1, decreasing, 40).transpose(2, 0, 1)) - loss(w_best)).mean(axis=1)
ax.loglog(range(1, 1501), excess[1:], "k", lw=1.4, label="$η_k = 0.1/(1 + k/15)$")
ax.set(xlabel="k", ylabel=r"$L(w_k) - L(w^*)$")
ax.legend(fontsize="small")
plt.show()

# %% [markdown]
# ## El Adam de torch y el de Keras
#
# El artículo pone $\epsilon$ en dos lugares. En su algoritmo 1, y en torch, se suma a $\sqrt{\hat v}$; en la forma
# reordenada del final de su sección 2, y en Keras, a $\sqrt v$ sin corregir. La fórmula de Keras:

# %%
optim.Adam.formula(style="keras")

# %% [markdown]
# En el primer paso $\sqrt v = \sqrt{1 - \beta_2}\,|g|$, y los pasos son
# $$\text{torch:}\quad \eta\,\frac{g}{|g| + \epsilon}, \qquad\qquad \text{Keras:}\quad
# \eta\,\frac{g}{|g| + \epsilon/\sqrt{1 - \beta_2}}.$$
# Con la misma $\epsilon$ la de Keras cuenta como si fuera treinta veces mayor (el factor se imprime abajo), y además
# su valor por omisión es $10^{-7}$ en lugar de $10^{-8}$. Sólo importa para gradientes pequeños, pero ésos son los
# del final de un entrenamiento. Conforme crece $t$, $1 - \beta_2^t \to 1$ y las dos reglas coinciden.

# %%
gradients = np.geomspace(1e-10, 1e-2, 100)
fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
for style in ("torch", "keras"):
    adam = optim.Adam.pure(lr=1.0, eps=1e-8, style=style)
    w, _ = adam.update(np.zeros(100), gradients, adam.init(np.zeros(100)))
    ax.semilogx(gradients, -w, label=f'style="{style}"')
    print(f"{style}: |g| = {np.interp(0.5, -w, gradients):.2e}")
ax.set(xlabel="$|g|$", ylabel="$|w_1 - w_0|/η$")
ax.legend()
ax.grid(alpha=0.25)
plt.show()
print(f"1/√(1 - β₂) = {1 / np.sqrt(1 - 0.999):.2f}")

# %% [markdown]
# Se imprime el $|g|$ para el que el primer paso es la mitad de $\eta$.
#
# ## Decaimiento de pesos: Adam y AdamW
#
# Sumar $\frac\lambda2|w|^2$ a la pérdida suma $\lambda w$ al gradiente, y en SGD eso es lo mismo que multiplicar $w$
# por $1 - \eta\lambda$. En Adam ya no: $\lambda w$ se divide entre $\sqrt{\hat v}$ como todo lo demás, así que los
# pesos con gradientes grandes casi no decaen. AdamW (Loshchilov y Hutter, 2019) lo aplica fuera. Aquí dos pesos que
# valen $1$ reciben gradientes que se alternan, $\pm100$ y $\pm0.1$, y que por lo tanto no llevan a ningún lado:
# después de mil pasos, sólo debería verse el decaimiento, $(1 - \eta\lambda)^{1000}$, salvo una diferencia del orden
# de un paso, $\eta$.

# %%
for kind in (optim.Adam, optim.AdamW):
    rule = kind.pure(lr=0.01, weight_decay=0.05)
    w = np.ones(2)
    state = rule.init(w)
    for k in range(1000):
        w, state = rule.update(w, (-1) ** k * np.array([100.0, 0.1]), state)
    print(f"{kind.__name__:6}", np.round(w, 3))
print(f"(1 - ηλ)^1000 = {(1 - 0.01 * 0.05) ** 1000:.3f}")

# %% [markdown]
# ## Ejercicios
#
# **1.** Busque para cada regla la mejor de las tasas $10^{-k/2}$, $k = 0, \dots, 8$, en `beale`, según la pérdida
# después de 200 pasos. ¿Cambia el orden respecto a la tabla de arriba?
#
# <details><summary>Solución</summary>
#
# Cambia: Adam pasa al primer lugar y Adagrad rebasa a RMSProp. Una regla y su tasa sólo se juzgan juntas. Una
# carrera con todas las tasas a la vez basta; las que divergen terminan antes y se descartan. El mejor optimizador
# en un paisaje de dos variables tampoco dice mucho de una red.
#
# ```python
# makers = {
#     "GD": optim.GradientDescent, "momentum": partial(optim.SGD, momentum=0.9), "Adagrad": optim.Adagrad,
#     "RMSprop": partial(optim.RMSprop, alpha=0.9), "Adam": optim.Adam,
# }
# for name, make in makers.items():
#     contest = optim.race({f"{lr:.1e}": partial(make, lr=lr) for lr in 10 ** np.arange(-4, 0.1, 0.5)}, beale)
#     final = {lr: losses[-1] for lr, losses in contest.losses.items() if len(losses) == 201}
#     chosen = min(final, key=final.get)
#     print(f"{name:9} η = {chosen}   {final[chosen]:.2e}")
# ```
#
# </details>
#
# **2.** En la práctica el lote se saca *sin* reemplazo. Mida la varianza del gradiente y compárela con
# $\dfrac{\sigma^2}{b}\cdot\dfrac{n - b}{n - 1}$.
#
# <details><summary>Solución</summary>
#
# Es la varianza de la media en una población finita: las covarianzas entre datos del mismo lote son negativas, y con
# $b = n$ no queda azar. Para $b \ll n$ la diferencia no se nota.
#
# ```python
# for b in (1, 16, 64, 128, 240):
#     batches = np.array([rng.permutation(n)[:b] for _ in range(2000)])
#     measured = ((batch_gradients((-1.5, -0.5), batches) - full) ** 2).sum(axis=1).mean()
#     print(f"{b:4} {measured:.4f}   {sigma2 / b * (n - b) / (n - 1):.4f}   {sigma2 / b:.4f}")
# ```
#
# </details>
#
# **3.** Escriba una regla propia, el descenso por signos $w \leftarrow w - \eta\,g/|g|$ (coordenada a coordenada),
# como subclase de `optim.Optimizer`, y póngala a correr en el barranco junto a Adam con $\beta_1 = \beta_2 = 0$.
#
# <details><summary>Solución</summary>
#
# Con $\beta_1 = \beta_2 = 0$ es $\hat m = g$, $\hat v = g^2$, y Adam *es* el descenso por signos, salvo por
# $\epsilon$. Ninguno de los dos se detiene: sus pasos siempre miden $\eta$. La fórmula sale sola, de la regla.
#
# ```python
# class SignDescent(optim.Optimizer):
#     """Steps of one length, whatever the gradient."""
#
#     def __init__(self, params, lr=0.01):
#         super().__init__(params, lr=lr)
#
#     def rule(self, gradient, state, step, *, lr):
#         """Return the change, and the state as it was."""
#         return -lr * gradient / abs(gradient), state
#
#
# print(SignDescent.formula())
# print(optim.race({
#     "signs": partial(SignDescent, lr=0.031), "Adam": partial(optim.Adam, lr=0.031, betas=(0.0, 0.0)),
# }, ravine, steps=100))
# ```
#
# </details>
