# %% [markdown]
# # 5. Qué pide cada función de pérdida
#
# **La pregunta.** Descender por el gradiente es hacer lo que la pérdida pide. ¿Qué pide cada una de las pérdidas de
# las diapositivas: qué número la minimiza, cuánto pesa en ella un dato atípico, y por qué con algunas de las
# fórmulas, tal como están escritas ahí, el entrenamiento ni siquiera empieza?

# %%
import numpy as np
from matplotlib import pyplot as plt

import nn
import optim
from autograd import Value, explain, grad, relu, set_language, sigmoid, softmax
from nn.loss import (
    compare,
    cross_entropy,
    half_squared_error,
    hinge_loss,
    huber_loss,
    l1_loss,
    log_likelihood,
    mse_loss,
    perceptron_loss,
    soft_margin_loss,
    zero_one_loss,
)

# %% tags=["language"]
lang = "es"
set_language(lang)

# %% [markdown]
# ## Lo que dicen las diapositivas y lo que es
#
# Una pérdida $L(\hat y, y)$ mira un solo número. En clasificación, con $y = \pm 1$ y un puntaje
# $\hat y = \langle w, x\rangle$, es el *margen* $m = y\hat y$, positivo si el signo del puntaje es correcto. En
# regresión es el *residuo* $r = \hat y - t$. En clasificación con probabilidades es la probabilidad que se dio a la
# clase verdadera. Varias fórmulas de las diapositivas llevan el nombre de otra pérdida; lado a lado:
#
# | en la diapositiva | fórmula | lo que es | la forma estándar de ese nombre |
# |---|---|---|---|
# | perceptrón | $\tfrac12 (y - \operatorname{sign}\hat y)^2$ | dos veces la pérdida cero-uno | $[y\hat y \le 0]$ |
# | su sustituto | $\max\{-y \operatorname{sign}\hat y, 0\}$ | la cero-uno otra vez | $\max\{0, -y\hat y\}$ |
# | hinge | $\max\{-y\hat y, 0\}$ | la pérdida del perceptrón | $\max\{0, 1 - y\hat y\}$ |
# | MSE | $(t - y)^2$; y $\tfrac12(y - f)^2$ | el error de una muestra; la mitad | $\frac1n\sum (t_i - y_i)^2$ |
# | MAE | $\lvert t - y\rvert$ | el error de una muestra | $\frac1n\sum \lvert t_i - y_i\rvert$ |
# | entropía cruzada | $\sum y_i \log \hat y_i$ | la log-verosimilitud | $-\sum y_i \log \hat y_i$ |
#
# ## La pérdida cero-uno: mide, pero no enseña
#
# `compare` pone las dos formas una junto a otra, con su fórmula, su derivada (de la gráfica de cómputo) y números.
# La pérdida cero-uno cuenta errores: su promedio es la tasa de error, que es lo que en el fondo se quiere reducir.
# La diapositiva señala con razón que esa función no es suave y propone un sustituto; pero el sustituto conserva el
# signo, y con él los escalones.

# %%
compare("zero-one")

# %%
compare("perceptron")

# %%
fig, axes = plt.subplots(1, 2, figsize=(11, 3.8), layout="constrained")
compare("zero-one").plot(axes[0])
compare("perceptron").plot(axes[1])
plt.show()

# %% [markdown]
# Una función constante por pedazos tiene derivada cero dondequiera que la tenga. La composición
# $w \mapsto L(\langle w, x\rangle)$ hereda eso, así que $w - \eta\nabla L(w) = w$. Para verlo hacen falta datos: dos
# nubes de puntos en el plano que una recta separa, con un 1 delante de cada punto, $\tilde x = (1, x_1, x_2)$, para
# el sesgo.

# %%
points, classes = nn.data.blobs(60, centers=[[1.0, 1.0], [2.4, 2.2]], std=0.33, rng=1).arrays
X, y = np.column_stack([np.ones(60), points]), 2.0 * classes - 1


def descend(loss, w, eta=0.5, steps=100):
    """Descend along the gradient of the mean loss over all points."""
    slope = grad(lambda w: loss(X @ w, y))
    for _ in range(steps):
        w = w - eta * slope(w)
    return w


wrong = np.array([0.0, 1.0, -1.0])
for loss in (zero_one_loss, perceptron_loss, hinge_loss, soft_margin_loss):
    after = descend(loss, wrong)
    rates = [zero_one_loss(X @ w, y) for w in (wrong, after)]
    print(f"{loss.__name__:16}  w = {after.round(3)}   {rates[0]:.0%} → {rates[1]:.0%}")

# %% [markdown]
# Con la pérdida cero-uno, cien pasos dejan los pesos donde estaban. Las otras tres, que se tratan en lo que sigue
# (`soft_margin_loss` es el nombre que PyTorch da a la logística), sí reducen la tasa de error: por eso se entrena
# con un *sustituto* y se mide con la pérdida cero-uno.
#
# ## La pérdida del perceptrón en $w = 0$
#
# La pérdida del perceptrón, $\max\{0, -m\}$, es convexa y homogénea: $L(cw) = c\,L(w)$ para $c > 0$. En $w = 0$ vale
# cero, que es su mínimo, y todos los márgenes caen justo en el pico $m = 0$, donde el subdiferencial es $[-1, 0]$.
# Cualquier elemento es legítimo, pero no da lo mismo cuál se tome. Con `relu`, que toma
# $\operatorname{relu}'(0) = 0$, no hay nada que aprender (primera cuenta). La forma de la biblioteca toma la
# derivada del lado del error, $-1$ (segunda): es la misma función, con los mismos valores; sólo cambia el corchete
# de Iverson, $[z_1 \ge 0]$, escrito como «el recorte no cambió $z_1$», en lugar de $[z_1 > 0]$.

# %%
w0, w1, w2 = weights = [Value(0.0, "w0"), Value(0.0, "w1"), Value(0.0, "w2")]
score = (w0 + 1.5 * w1 + 2.0 * w2).named("ŷ")
explain(relu(-1.0 * score).named("L"), weights)

# %%
explain(perceptron_loss(score, 1.0).named("L"), weights)

# %%
by_relu = lambda score, label: relu(-label * score).mean()
for name, loss in (("relu", by_relu), ("perceptron_loss", perceptron_loss)):
    after = descend(loss, np.zeros(3), steps=300)
    print(f"{name:16}  w = {after.round(3)}   {zero_one_loss(X @ after, y):.0%}")

# %% [markdown]
# Esa elección no es un truco: es la regla de Rosenblatt (1958). El gradiente de
# $\max\{0, -y\langle w, \tilde x\rangle\}$ es $-y\tilde x$ si el punto está mal clasificado,
# $y\langle w, \tilde x\rangle \le 0$, y cero si no; un paso con $\eta = 1$ es
#
# $$w \leftarrow \begin{cases} w + y\,\tilde x, & \text{mal clasificado},\\ w, & \text{bien clasificado.}\end{cases}$$
#
# En la diapositiva los dos casos están intercambiados. Comparemos el descenso punto por punto con `nn.Perceptron`, y
# con la regla intercambiada:

# %%
by_descent, swapped = np.zeros(3), np.zeros(3)
for row, label in zip(X, y, strict=True):
    by_descent = by_descent - grad(lambda w, x=row, t=label: perceptron_loss(x @ w, t))(by_descent)
    swapped = swapped + (label * row if label * (row @ swapped) > 0 else 0.0)

perceptron = nn.Perceptron(2).fit(points, y, epochs=1)
print("w - ∇L:       ", by_descent.round(6))
print("nn.Perceptron:", perceptron.W.round(6), f"({perceptron.updates})")
print({"es": "intercambiada:", "en": "swapped:      "}[lang], swapped)

# %% [markdown]
# Las dos primeras coinciden, corrección por corrección (entre paréntesis, cuántas hubo). La intercambiada no sale
# del origen: ahí ningún punto está bien clasificado, así que no hay de qué aprender.
#
# ## Hinge: acertar no basta
#
# La diapositiva dice de la pérdida hinge que «penaliza errores, pero también predicciones correctas de baja
# confianza». Eso es cierto de $\max\{0, 1 - m\}$ (Cortes y Vapnik, 1995), no de $\max\{0, -m\}$, que vale cero en
# cuanto el signo es correcto.

# %%
compare("hinge")

# %% [markdown]
# Qué cambia al entrenar: la pérdida del perceptrón deja de empujar en cuanto la recta separa, por delgado que sea el
# margen; hinge sigue hasta que $y\langle w, \tilde x\rangle \ge 1$ en todos los puntos. Abajo, la menor distancia de
# un punto a la recta, $\min_i y_i\langle w, \tilde x_i\rangle / \lVert (w_1, w_2)\rVert$.

# %%
fig, ax = plt.subplots(figsize=(5.6, 3.8), layout="constrained")
ax.scatter(*points.T, c=np.where(y > 0, "#0072B2", "#D55E00"), s=18)
ends = np.array([0.2, 3.3])
for loss, style in ((perceptron_loss, "--"), (hinge_loss, "-")):
    w = descend(loss, np.zeros(3), steps=1000)
    ax.plot(ends, -(w[0] + w[1] * ends) / w[2], f"k{style}", label=loss.__name__)
    m = y * (X @ w)
    print(f"{loss.__name__:16}  min m = {m.min():.3f}   distance = {m.min() / np.hypot(w[1], w[2]):.3f}")
ax.set(xlabel="$x_1$", ylabel="$x_2$", xlim=ends, ylim=(0.1, 3.3))
ax.legend(frameon=False)
plt.show()

# %% [markdown]
# ## Cuatro pérdidas del margen en una sola gráfica
#
# Si $\varphi(m) \ge [m \le 0]$ para todo $m$, el promedio de $\varphi$ acota por arriba a la tasa de error, y
# bajarlo es una garantía. ¿Cuáles cumplen? La última columna es el mínimo de $\varphi(m) - [m \le 0]$ en la ventana:
# si es negativo, no es cota.

# %%
margins = np.linspace(-3, 3, 601)
of_margin = lambda loss: loss(margins, np.ones(601), reduction="none")
fig, ax = plt.subplots(figsize=(6.4, 3.8), layout="constrained")
for loss, style in ((zero_one_loss, "k-"), (perceptron_loss, "-."), (hinge_loss, "-"), (soft_margin_loss, "--")):
    ax.plot(margins, of_margin(loss), style, lw=2, label=loss.__name__)
    print(f"{loss.__name__:16}  {np.min(of_margin(loss) - of_margin(zero_one_loss)):+.4f}")
ax.set(xlabel="m = y·ŷ", ylabel="φ(m)")
ax.legend(frameon=False)
ax.grid(alpha=0.25)
plt.show()

# %% [markdown]
# Hinge es cota: si $m \le 0$, $1 - m \ge 1$, y si no, $\max\{0, 1-m\} \ge 0$. La del perceptrón no lo es: entre $-1$
# y $0$ cobra menos que un error, y en $0$ no cobra nada. La logística $\ln(1 + e^{-m})$ tampoco, pues en $m = 0$
# vale $\ln 2 < 1$; dividida entre $\ln 2$ sí (ejercicio 2). La diferencia importa: una $\varphi$ convexa es
# consistente con la tasa de error si y sólo si es derivable en $0$ con $\varphi'(0) < 0$ (Bartlett, Jordan y
# McAuliffe, 2006). Hinge y la logística cumplen; la del perceptrón tiene ahí su pico.
#
# ## Pérdidas del residuo
#
# La fórmula $(t - y)^2$ de la diapositiva es el error de *una* muestra; MSE es el promedio sobre $n$. El
# $\tfrac12(y - f)^2$ del ejemplo resuelto, que ahí se llama MSE, es la mitad del error cuadrático: con el ½ la
# derivada queda $y - t$, sin el 2. El minimizador es el mismo; una tasa de aprendizaje $\eta$ para la mitad
# equivale a $\eta/2$ para el cuadrado.

# %%
compare("mse")

# %%
prediction, target = Value(0.4, "y"), Value(1.0, "t", requires_grad=False)
for loss in (mse_loss, half_squared_error, l1_loss):
    derivation = explain(loss(prediction, target).named("L"), prediction)
    print(f"{loss.__name__:18}  {derivation.partials[0].text}")

# %%
compare("mae")

# %% [markdown]
# Entre las dos está la pérdida de Huber (1964): $r^2/2$ si $|r| \le \delta$ y $\delta(|r| - \delta/2)$ si no. La
# biblioteca la escribe sin casos, con el residuo recortado $c = \min(\max(r, -\delta), \delta)$, como
# $c\,(r - c/2)$; la gráfica deriva eso. El primer término siempre es cero, pues o bien $r = c$ o bien el corchete
# es cero: la derivada es $c$, el residuo recortado.

# %%
explain(huber_loss(prediction, target, delta=0.5).named("L"), prediction)

# %%
fig, axes = plt.subplots(1, 4, figsize=(12, 3), layout="constrained", sharey=True)
for loss, ax in zip(("mse", "half_squared_error", "mae", "huber"), axes, strict=True):
    nn.plot_loss(loss, ax)
plt.show()

# %% [markdown]
# La derivada es lo que un dato *jala*: en MSE tanto como su residuo, sin límite; en MAE siempre lo mismo, $\pm 1$;
# en Huber como MSE de cerca y como MAE de lejos. La de MAE salta en $r = 0$ (la diapositiva lo dice), y ahí la
# biblioteca toma $0$.
#
# ## El minimizador: media, mediana y lo que hay entre ellas
#
# El modelo más pequeño es una constante $c$. ¿Qué constante minimiza $\frac1n\sum_i L(c, t_i)$? Con MSE,
# $\sum 2(c - t_i) = 0$ da la media. Con MAE la derivada es $\bigl(\#\{t_i < c\} - \#\{t_i > c\}\bigr)/n$, que cambia
# de signo en la mediana. En la muestra hay un dato atípico.

# %%
sample = np.array([0.0, 1.0, 1.5, 3.0, 12.0])


def best_constant(loss, t):
    """Return the constant c with the smallest mean loss over t."""
    return float(optim.minimize(lambda c: loss(c + np.zeros(len(t)), t), np.array(0.0)).x)


trio = (mse_loss, l1_loss, huber_loss)
for loss in trio:
    print(f"{loss.__name__:10}  c = {best_constant(loss, sample):.3f}")
print(f"{'mean':10}  {np.mean(sample):.3f}\n{'median':10}  {np.median(sample):.3f}")

fig, axes = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained")
grid = np.linspace(-1, 6, 701)
for loss, style in zip(trio, ("-", "--", "-."), strict=True):
    mean_loss = lambda c, loss=loss: loss(c + np.zeros(5), sample)
    axes[0].plot(grid, [mean_loss(c) for c in grid], style, lw=2, label=loss.__name__)
    axes[1].plot(grid, [grad(mean_loss)(np.array(c)) for c in grid], style, lw=2)
axes[0].set(xlabel="c", ylabel="L(c)", ylim=(0, 30))
axes[1].set(xlabel="c", ylabel="dL/dc", ylim=(-3, 3))
axes[1].axhline(0, color="0.6", lw=0.8)
axes[0].legend(frameon=False)
plt.show()

# %% [markdown]
# A la derecha, las tres derivadas como funciones de $c$: una recta, una escalera que salta $2/n$ en cada dato, y la
# escalera con los escalones en rampa. Cada una cruza el cero en su minimizador. Ahora se mueve el quinto dato, de un
# lado de los otros cuatro al otro, y se sigue a los tres:

# %%
places = np.linspace(-6, 12, 37)
samples = [np.append(sample[:4], t) for t in places]
fig, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
ax.plot(places, [t.mean() for t in samples], "-", lw=2, label="mse_loss")
ax.plot(places, [np.median(t) for t in samples], "--", lw=2, label="l1_loss")
ax.plot(places, [best_constant(huber_loss, t) for t in samples], "-.", lw=2, label="huber_loss")
ax.set(xlabel="$t_5$", ylabel="argmin")
ax.legend(frameon=False)
ax.grid(alpha=0.25)
plt.show()

# %% [markdown]
# La media se va con él sin límite, a razón de $1/n$. La mediana sólo lo sigue mientras pasa entre los dos datos
# centrales. El minimizador de Huber se mueve mientras el residuo de ese dato sea menor que $\delta$, y después se
# queda quieto.
#
# ## Robustez: una recta entre datos atípicos
#
# Lo mismo con dos parámetros. Los datos siguen $t = 1 + x/2$ con ruido, salvo cinco. `optim.minimize` entrega el
# gradiente de la biblioteca al método L-BFGS-B de scipy.

# %%
rng = np.random.default_rng(0)
x = np.linspace(0, 10, 40)
t = 1 + x / 2 + rng.normal(0, 0.4, 40)
t[[3, 8, 33, 36, 38]] += [9.0, 8.0, -9.0, -9.0, -8.0]
A = np.column_stack([np.ones(40), x])

fig, ax = plt.subplots(figsize=(6.4, 3.8), layout="constrained")
ax.plot(x, t, "o", color="0.5", ms=4)
for loss, style in zip(trio, ("-", "--", "-."), strict=True):
    line = optim.minimize(lambda w, loss=loss: loss(A @ w, t), np.zeros(2)).x
    ax.plot(x, A @ line, style, lw=2, label=loss.__name__)
    print(f"{loss.__name__:10}  {line[0]:.3f} + {line[1]:.3f} x")
ax.set(xlabel="x", ylabel="t")
ax.legend(frameon=False)
plt.show()

# %% [markdown]
# Cinco de cuarenta datos bastan para que la recta de mínimos cuadrados pierda la tendencia; las otras dos quedan
# cerca de $1 + x/2$. «MAE es más robusta que MSE», dice la diapositiva; el precio es el pico. Huber no tiene pico y
# casi no pierde robustez; a cambio hay que elegir $\delta$.
#
# ## Entropía cruzada: el signo
#
# Con $y$ en codificación *one-hot*, $\sum_i y_i \ln\hat y_i$ es el logaritmo de la probabilidad dada a la clase
# verdadera: la log-verosimilitud, negativa y que debe *maximizarse*. La pérdida lleva el signo menos.

# %%
compare("cross entropy")

# %% [markdown]
# ¿Qué pasa si se minimiza la fórmula de la diapositiva? Dos puntajes que empiezan iguales, la clase verdadera es la
# primera, veinte pasos de descenso:

# %%
forms = {
    "Σ y ln ŷ": lambda s: log_likelihood(softmax(s), [1.0, 0.0]),
    "-Σ y ln ŷ": lambda s: cross_entropy(s, [1.0, 0.0]),
}
for name, form in forms.items():
    s = [0.0, 0.0]
    for _ in range(20):
        s = [v - 0.5 * slope for v, slope in zip(s, grad(form)(s), strict=True)]
    print(f"{name:>9} = {form(s):+.4f}   ŷ = {softmax(s)[0]:.6f}, {softmax(s)[1]:.6f}")

# %% [markdown]
# Con el signo cambiado aprende, cada vez con más firmeza, la clase equivocada; y como $\ln\hat y \to -\infty$, nunca
# termina.
#
# ## Softmax con entropía cruzada: el gradiente es $\hat y - t$
#
# `cross_entropy` recibe puntajes $s$ y aplica softmax por dentro: $L = \ln\sum_j e^{s_j} - s_t$. Primero los
# números, después la deducción, hecha con la gráfica de esa fórmula:

# %%
scores = [Value(2.0, "s1"), Value(0.5, "s2"), Value(-1.0, "s3")]
surprise = cross_entropy(scores, 0).named("L")
surprise.backward()
for s, p, truth in zip(scores, softmax([s.data for s in scores]), (1, 0, 0), strict=True):
    print(f"ŷ = {p:.6f}   ŷ - t = {p - truth:+.6f}   ∂L/∂{s.label} = {s.grad:+.6f}")
explain(surprise, scores)

# %% [markdown]
# Como $z_1 = \ln\sum_j e^{s_j}$, cada $e^{s_i - z_1}$ es $\hat y_i$: el gradiente es $\hat y_i$ menos 1 en la clase
# verdadera y menos 0 en las demás, $\hat y - t$. Sus componentes suman cero, pues sumar una constante a todos los
# puntajes no cambia softmax. Y ninguna pasa de 1 en valor absoluto, por grande que sea el error.
#
# ## Por qué no MSE después de una sigmoide
#
# Con una salida $f = S(s)$ y $t = 1$, las dos pérdidas castigan el error. Pero el error cuadrático se deriva a
# través de $S' = f(1-f)$ (primera cuenta): si $s \to -\infty$ (equivocada y segura), $f(1-f) \approx e^{s}$, y la
# derivada desaparece justo donde más falta hace. En la entropía cruzada $-\ln f$ (segunda cuenta) ese factor se
# cancela, porque la derivada de $-\ln f$ es $-1/f$.

# %%
s = Value(-4.0, "s")
explain(mse_loss(sigmoid(s).named("f"), target).named("L"), s)

# %%
explain((-sigmoid(s).named("f").log()).named("L"), s)

# %%
squared_of_sigmoid = lambda score, target: mse_loss(sigmoid(score), target)
squared_of_sigmoid.__name__ = "(S(s) - 1)²"
fig, axes = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained")
nn.plot_loss(squared_of_sigmoid, axes[0], window=(-8.0, 4.0), second=True)
nn.plot_loss("binary_cross_entropy_with_logits", axes[1], window=(-8.0, 4.0), second=True)
plt.show()

# %% [markdown]
# A la izquierda la derivada (rayada) se va a 0 en los dos extremos, y la segunda cambia de signo: la pérdida no es
# convexa en $s$. A la derecha la derivada es $S(s) - 1$, que tiende a $-1$ cuando $s \to -\infty$, y la segunda,
# $S(1-S)$, es positiva. ¿Cuántos pasos con $\eta = 1$ tarda cada una en llegar a $f \ge \tfrac12$?

# %%
losses = (squared_of_sigmoid, nn.loss.binary_cross_entropy_with_logits)
print("   s    MSE   cross entropy")
for start in (-2.0, -4.0, -6.0, -8.0):
    counts = []
    for loss in losses:
        s, steps, slope = start, 0, grad(lambda s, loss=loss: loss(s, 1.0))
        while s < 0:
            s, steps = s - slope(s), steps + 1
        counts.append(steps)
    print(f"{start:4.0f}  {counts[0]:5}   {counts[1]:5}")

# %% [markdown]
# Con MSE, $ds/d\tau \approx 2e^{s}$ da un tiempo de escape cercano a $e^{|s|}/2$; con entropía cruzada, cercano a
# $|s|$.
#
# ## En resumen
#
# | pérdida | fórmula | derivada respecto de $\hat y$ | qué constante la minimiza |
# |---|---|---|---|
# | cero-uno | $[m \le 0]$ | $0$ donde existe | la clase más frecuente (el signo) |
# | perceptrón | $\max\{0, -m\}$ | $-y\,[m \le 0]$ | $0$ |
# | hinge | $\max\{0, 1-m\}$ | $-y\,[m < 1]$ | la clase más frecuente, $\pm 1$ |
# | MSE | $r^2$ | $2r$ | la media |
# | ½ del error cuadrático | $r^2/2$ | $r$ | la media |
# | MAE | $\lvert r\rvert$ | $\operatorname{sign} r$ | la mediana |
# | Huber | $c\,(r - c/2)$ | $c$, $r$ recortado | de la mediana ($\delta \to 0$) a la media ($\delta \to \infty$) |
# | entropía cruzada | $-\sum t_i\ln\hat y_i$ | $-t_i/\hat y_i$; en $s$, $\hat y - t$ | las frecuencias de las clases |
#
# ## Ejercicios
#
# **1.** La pérdida de cuantil («pinball») es $\max\{q\,r, (q-1)\,r\}$ con $r = t - \hat y$. Escríbala (es
# $\operatorname{relu}(r) - (1-q)\,r$) y compruebe que la constante que la minimiza es el cuantil $q$ de la muestra.
# ¿Qué es con $q = \tfrac12$?
#
# <details><summary>Solución</summary>
#
# La derivada respecto de $c$ es $(1-q)$ por la proporción de datos menores que $c$, menos $q$ por la de mayores: se
# anula cuando la proporción de menores es $q$. Con $q = \tfrac12$ es la mitad de MAE, y el minimizador, la mediana.
#
# ```python
# def pinball_loss(prediction, target, q=0.8):
#     r = target - prediction
#     return (relu(r) - (1 - q) * r).mean()
#
# many = np.random.default_rng(0).exponential(size=2000)
# found = optim.minimize(lambda c: pinball_loss(c + np.zeros(2000), many), np.array(0.0))
# print(f"c = {float(found.x):.3f}   {np.mean(many <= float(found.x)):.3f}   {np.quantile(many, 0.8):.3f}")
# ```
#
# </details>
#
# **2.** Muestre que la pérdida logística dividida entre $\ln 2$ sí es cota superior de la pérdida cero-uno.
#
# <details><summary>Solución</summary>
#
# $\log_2(1 + e^{-m})$ decrece y en $m = 0$ vale exactamente 1; para $m \le 0$ es entonces al menos 1, y para $m > 0$
# es positiva.
#
# ```python
# bits = lambda score, label: soft_margin_loss(score, label) / np.log(2)
# lowest = min(bits(m, 1.0) - zero_one_loss(m, 1.0) for m in np.linspace(-4, 4, 801).tolist())
# print(f"{lowest:.6f}", bits(0.0, 1.0))
# ```
#
# </details>
#
# **3.** La fórmula de la diapositiva se puede usar tal cual si el optimizador *asciende*. Compruebe que `optim.SGD`
# con `maximize=True` sobre la log-verosimilitud da el mismo puntaje que el descenso sobre la entropía cruzada.
#
# <details><summary>Solución</summary>
#
# Ascender por el gradiente de $\ell$ y descender por el de $-\ell$ es el mismo paso, $w + \eta\nabla\ell$. Los dos
# números coinciden salvo redondeo.
#
# ```python
# results = []
# for loss, maximize in ((log_likelihood, True), (cross_entropy, False)):
#     s = Value(0.0, "s1")
#     optimizer = optim.SGD([s], lr=0.5, maximize=maximize)
#     for _ in range(20):
#         scores = [s, 0.0]
#         optimizer.zero_grad()
#         loss(softmax(scores) if maximize else scores, 0 if not maximize else [1.0, 0.0]).backward()
#         optimizer.step()
#     results.append(s.data)
# print(results)
# ```
#
# </details>
