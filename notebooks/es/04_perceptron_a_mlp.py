# %% [markdown]
# # 4. Del perceptrón a la red multicapa
#
# **La pregunta.** Una neurona calcula $P(x) = f\bigl(w_0 + \sum_i w_i x_i\bigr)$. ¿Qué puede aprender una sola, qué
# no puede aprender nunca, y por qué basta una capa oculta para aproximar cualquier función continua, con tal de que
# $f$ no sea un polinomio?

# %%
import numpy as np
from matplotlib import pyplot as plt

import nn
import optim
from autograd import Tensor, Value, draw, explain, grad, relu, set_language, sigmoid, square, tanh

# %% tags=["language"]
lang = "es"
set_language(lang)

# %% [markdown]
# ## Una neurona
#
# El sesgo $w_0$ es un peso más si al punto se le antepone un uno: con $\tilde x = (1, x_1, \dots, x_D)$, la neurona
# de la diapositiva es $P(x) = f(W \tilde x)$. En la biblioteca, `nn.Neuron` guarda $W = (w_0, w_1, \dots, w_D)$ en
# ese orden: los tres números que se imprimen son el mismo.
#
# Cada peso es un `Value`, así que la neurona es una gráfica de cómputo como la del cuaderno 1. De la derivación se
# lee que $\partial P/\partial w_i = f'(z)\,\tilde x_i$: la derivada respecto de un peso es lo que entra por él, por
# un factor común.

# %%
neuron = nn.Neuron(2, "sigmoid")
neuron.W = [0.1, 0.4, -0.3]
x = [0.5, -1.2]
x_tilde = np.array([1.0, *x])

print(neuron(x).data)
print(sigmoid(0.1 + 0.4 * x[0] - 0.3 * x[1]))
print(sigmoid(neuron.W @ x_tilde))

x1, x2 = Value(0.5, "x1", requires_grad=False), Value(-1.2, "x2", requires_grad=False)
weights = [neuron.w0, *neuron.w]
for i, w in enumerate(weights):
    w.named(f"w{i}")
explain(neuron([x1, x2]).named("P"), weights)

# %% [markdown]
# ## La función de activación
#
# Las tres de la diapositiva, con su derivada. La sigmoide cumple $S' = S(1 - S) \le \tfrac14$, y
# $\tanh x = 2S(2x) - 1$ es la misma curva en otra escala. La derivada de $\mathrm{ReLU}$ es la indicadora de
# $x > 0$; en el quiebre (o pico), donde cualquier número de $[0, 1]$ es un subgradiente, la biblioteca toma $0$
# (el punto).

# %%
fig, axs = plt.subplots(1, 3, figsize=(8.5, 2.4), layout="constrained")
for ax, name in zip(axs, ("sigmoid", "tanh", "relu"), strict=True):
    nn.plot_activation(name, ax)
plt.show()

# %% [markdown]
# ## El algoritmo del perceptrón
#
# Con $f = \operatorname{sign}$, la neurona parte el espacio en dos por el hiperplano
# $\langle w, \tilde x\rangle = 0$. Rosenblatt (1958) la entrena punto por punto, con etiquetas $y = \pm 1$ y desde
# $w = 0$:
#
# $$w \leftarrow \begin{cases} w + \eta\, y\, \tilde x, & \text{si } y\langle w, \tilde x\rangle \le 0
# \quad\text{(mal clasificado)},\\ w, & \text{si } y\langle w, \tilde x\rangle > 0 \quad\text{(bien clasificado)}.
# \end{cases}$$
#
# En la diapositiva los dos casos están intercambiados: se corrige donde hay error, no donde no lo hay. `update` hace
# un paso y dice si hubo error. Los renglones: el número de recorrido, los errores que hubo en él, y $W$ al
# terminarlo.

# %%
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
gates = {"AND": [-1, -1, -1, 1], "OR": [-1, 1, 1, 1]}

perceptron = nn.Perceptron(2)
for sweep in range(1, 20):
    mistakes = [perceptron.update(x, y) for x, y in zip(X, gates["AND"], strict=True)]
    print(sweep, sum(mistakes), perceptron.W)
    if not any(mistakes):
        break

# %% [markdown]
# `fit` recorre los puntos hasta que ninguno es un error. Las dos compuertas se aprenden.

# %%
learned = {name: nn.Perceptron(2).fit(X, y) for name, y in gates.items()}

fig, axs = plt.subplots(1, 2, figsize=(6, 2.6), layout="constrained")
for ax, (name, perceptron) in zip(axs, learned.items(), strict=True):
    nn.plot_decision_boundary(perceptron, (X, gates[name]), ax)
    ax.set_title(f"{name}:  W = {perceptron.W.astype(int)}")
plt.show()

# %% [markdown]
# La regla es descenso de gradiente, punto por punto, sobre la pérdida del perceptrón
# $\max\{0, -y\langle w, \tilde x\rangle\}$, cuyo gradiente es $-y\,\tilde x$ en los puntos mal clasificados y $0$
# en los otros. Los mismos pesos, por retropropagación (`zero_grad` pone los gradientes en cero, `backward` los
# calcula, `step` da el paso):

# %%
neuron = nn.Neuron(2, None)
neuron.W = [0, 0, 0]
optimizer = optim.SGD(neuron.parameters(), lr=1.0)
for _ in range(10):
    for x, y in zip(X, gates["AND"], strict=True):
        optimizer.zero_grad()
        nn.loss.perceptron_loss(neuron(x), y).backward()
        optimizer.step()
print(neuron.W, learned["AND"].W)

# %% [markdown]
# ## Cuántos errores puede cometer
#
# **Teorema** (Novikoff, 1962). Si $y_i\langle u, \tilde x_i\rangle \ge \gamma > 0$ para un $u$ unitario y toda $i$, y
# $|\tilde x_i| \le R$, entonces el perceptrón, desde $w = 0$, comete a lo más $(R/\gamma)^2$ errores, en el orden que
# sea y por más veces que se recorran los puntos.
#
# *Demostración.* Sea $w_k$ el vector después de $k$ errores. Cada corrección suma a $\langle w, u\rangle$ al menos
# $\eta\gamma$, así que $\langle w_k, u\rangle \ge k\eta\gamma$. Cada corrección suma a $|w|^2$ a lo más $\eta^2R^2$,
# pues $|w + \eta y\tilde x|^2 = |w|^2 + 2\eta\, y\langle w, \tilde x\rangle + \eta^2|\tilde x|^2$ y el término de en
# medio no es positivo: hubo error. Luego
#
# $$k\,\eta\gamma \le \langle w_k, u\rangle \le |w_k| \le \sqrt{k}\,\eta R. \qquad\square$$
#
# La cota no depende de $D$, ni del número de puntos, ni de $\eta$. `bound` la calcula con el $u$ que el propio
# perceptrón encontró, que no es el mejor. A la izquierda los errores, a la derecha la cota:

# %%
for name, perceptron in learned.items():
    print(f"{name:4} {perceptron.updates:3}   ≤ {perceptron.bound(X, gates[name]):6.1f}")

# %% [markdown]
# Con puntos al azar, de los que se quitan aquellos con $|\langle u, \tilde x\rangle| < \gamma$, una franja
# alrededor de una recta conocida: cuanto más angosta, más errores, en general. La cota es la del peor caso; los
# puntos al azar no lo son.

# %%
rng = np.random.default_rng(0)
points = rng.uniform(-1, 1, (500, 2))
extended = np.c_[np.ones(500), points]
u = np.array([0.1, 0.7, -0.7]) / np.linalg.norm([0.1, 0.7, -0.7])
margins, updates, bounds = extended @ u, [], []
gammas = np.geomspace(0.3, 0.01, 12)
for gamma in gammas:
    outside = np.abs(margins) >= gamma
    labels = np.sign(margins[outside])
    updates.append(nn.Perceptron(2).fit(points[outside], labels).updates)
    bounds.append((np.linalg.norm(extended[outside], axis=1).max() / gamma) ** 2)

fig, ax = plt.subplots(figsize=(5.5, 2.8), layout="constrained")
ax.loglog(gammas, bounds, "k--", label="$(R/γ)^2$")
ax.loglog(gammas, updates, "o-", label={"es": "errores", "en": "mistakes"}[lang])
ax.set(xlabel="γ", ylabel="k")
ax.grid(alpha=0.25)
ax.legend()
plt.show()
print(all(k <= most for k, most in zip(updates, bounds, strict=True)))

# %% [markdown]
# ## XOR no se puede
#
# **Proposición** (Minsky y Papert, 1969). Ninguna neurona separa los puntos de XOR. *Demostración.* Harían falta
#
# $$-w_0 > 0,\qquad w_0 + w_2 > 0,\qquad w_0 + w_1 > 0,\qquad -(w_0 + w_1 + w_2) > 0,$$
#
# que sumadas dan $0 > 0$. $\square$
#
# Dicho de otro modo, $\sum_i y_i\,\tilde x_i = 0$. Y esa suma es lo que el perceptrón le agrega a $w$ cuando se
# equivoca en los cuatro puntos: al terminar el recorrido está de nuevo donde empezó, y como la regla es determinista,
# se repite para siempre.

# %%
xor = [-1, 1, 1, -1]
print("Σ y x̃ =", np.array(xor) @ np.c_[np.ones(4), X])

perceptron = nn.Perceptron(2)
for _ in range(2):
    for x, y in zip(X, xor, strict=True):
        perceptron.update(x, y)
        print(x, f"{y:+d}", perceptron.W, perceptron.updates)
print(perceptron.bound(X, xor))

# %% [markdown]
# ## Una capa oculta lo resuelve
#
# Dos neuronas con $\tanh$ y una lineal a la salida, 9 pesos en total, entrenadas con el error cuadrático medio por
# retropropagación. Cada curva parte de otros pesos al azar. La función de pérdida ya no es convexa: con la semilla 4
# se queda en una meseta, donde dos puntos de etiquetas opuestas reciben el mismo valor, a medio camino entre ellas.
# Debajo, la pérdida final y los cuatro valores.


# %%
def train_xor(seed, steps=200):
    """Return a network trained on XOR, and its loss before each step."""
    model = nn.MLP(2, [2, 1], "tanh", rng=seed)
    optimizer = optim.Adam(model.parameters(), lr=0.1)
    losses = []
    for _ in range(steps):
        loss = sum((model(x) - y) ** 2 for x, y in zip(X, xor, strict=True)) / 4
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.data)
    return model, losses


runs = [train_xor(seed) for seed in range(5)]
model, _ = runs[0]

# %%
fig, ax = plt.subplots(figsize=(5.5, 2.6), layout="constrained")
for seed, (_, losses) in enumerate(runs):
    ax.semilogy(losses, label=str(seed))
ax.set(xlabel={"es": "pasos", "en": "steps"}[lang], ylabel="e")
ax.grid(alpha=0.25)
ax.legend(title="rng", ncols=2)
plt.show()
for seed, (trained, losses) in enumerate(runs):
    print(seed, f"{losses[-1]:.6f}", [round(trained(x).data, 2) + 0.0 for x in X])

# %% [markdown]
# Qué hace la capa oculta: lleva los cuatro puntos a $(h_1, h_2) = \tanh(W^{(1)}\tilde x)$, y allí sí los separa una
# recta, la neurona de salida. A la izquierda la frontera en el plano de los datos; a la derecha, la misma en el plano
# oculto.

# %%
hidden_points = np.array([[h.data for h in model.layers[0](x)] for x in X])

fig, axs = plt.subplots(1, 2, figsize=(6, 2.6), layout="constrained")
nn.plot_decision_boundary(model, (X, xor), axs[0])
nn.plot_decision_boundary(model.layers[1], (hidden_points, xor), axs[1])
axs[1].set(xlabel="$h_1$", ylabel="$h_2$")
plt.show()

# %% [markdown]
# ## La matriz de una capa
#
# Una capa de $m$ neuronas sobre $\mathbb R^D$ es $f(W\tilde x)$ con $W$ de $m \times (D + 1)$: el renglón $i$ es la
# neurona $i$ y la primera columna son los sesgos. Todo lo que la red guarda cabe en esas matrices, y basta numpy para
# repetirla. La arquitectura $(m_0, m_1, \dots, m_{L+1})$ tiene $\sum_l m_l\,(m_{l-1} + 1)$ pesos.

# %%
x = [0.5, -1.2]
W1, W2 = (layer.W for layer in model.layers)
h = np.tanh(W1 @ np.array([1.0, *x]))

print(W1, W1.shape, W2.shape, sep="\n")
print([v.data for v in model.layers[0](x)], h)
print(model(x).data, W2 @ np.array([1.0, *h]))

large = nn.MLP(2, [16, 16, 1], rng=0)
shapes = [layer.W.shape for layer in large.layers]
print(shapes, sum(m * n for m, n in shapes), len(large.parameters()))

# %% [markdown]
# La gráfica de una red es la de la expresión que calcula; doblada por neuronas, es el dibujo acostumbrado. Aquí la
# arquitectura $(2, 3, 2, 1)$. Adentro de cada caja hay una gráfica como la de la primera neurona.

# %%
draw(nn.MLP(2, [3, 2, 1], "tanh", rng=0)([x1, x2]), level="neuron", show="value")

# %% [markdown]
# ## Dos lunas
#
# Datos que ninguna recta separa. El perceptrón sigue cambiando de recta hasta que se acaban los recorridos; una red
# $(2, 16, 16, 1)$ de neuronas, con la pérdida *hinge* $\max\{0, 1 - y\,\hat y\}$, encuentra una curva. (`tape=True`
# sólo la hace más rápida: cuaderno 8.)

# %%
moons = nn.data.moons(100, noise=0.1, rng=0)
points, labels = moons.x, 2 * moons.t - 1
line = nn.Perceptron(2).fit(points, labels, epochs=50)
curve = nn.MLP(2, [16, 16, 1], rng=0)
history = nn.fit(
    curve, (points, labels), loss="hinge", optimizer=optim.Adam(curve.parameters(), lr=0.02), epochs=60, rng=0,
    verbose=0, tape=True,
)
print(line.updates, history)

fig, axs = plt.subplots(1, 2, figsize=(6.5, 2.6), layout="constrained")
for ax, predictor in zip(axs, (line, curve), strict=True):
    right = np.mean([(predictor(x).data > 0) == (y > 0) for x, y in zip(points, labels, strict=True)])
    nn.plot_decision_boundary(predictor, (points, labels), ax)
    ax.set_title(f"{type(predictor).__name__}: {right:.0%}")
plt.show()

# %% [markdown]
# ## Si la activación es lineal, las capas sobran
#
# El ejemplo de la diapositiva: $P_1 = w_0^{(1)} + w_1^{(1)}x_1 + w_2^{(1)}x_2$ y $P_2 = w_0^{(2)} + w_1^{(2)}P_1$.
# Ambas capas se escriben con $\tilde x$: el uno que multiplica a los sesgos es la coordenada $x_0 = 1$, así que $P_2$
# queda como función homogénea de $(x_0, x_1, x_2)$. La etiqueta `P.2.w.0` es la que se escribe $w^{(2)}_0$.

# %%
x0, x1, x2 = Value(1.0, "x0"), Value(0.5, "x1"), Value(-1.2, "x2")
u0, u1, u2 = (Value(v, f"P.1.w.{i}") for i, v in enumerate((0.1, 0.4, -0.3)))
v0, v1 = (Value(v, f"P.2.w.{i}") for i, v in enumerate((0.2, 0.7)))

P1 = (u0 * x0 + u1 * x1 + u2 * x2).named("P1")
P2 = (v0 * x0 + v1 * P1).named("P2")
explain(P2, [x0, x1, x2])

# %% [markdown]
# Las tres derivadas son los tres coeficientes de la diapositiva,
#
# $$\bigl(w_0^{(2)} + w_1^{(2)}w_0^{(1)},\quad w_1^{(2)}w_1^{(1)},\quad w_1^{(2)}w_2^{(1)}\bigr),$$
#
# y en ninguna aparece una $x$. Eso lo demuestra: si las derivadas parciales son constantes y $P_2$ se anula en el
# origen, entonces $P_2 = \sum_i (\partial P_2/\partial x_i)\,x_i$. Dos capas, una sola transformación afín.

# %%
P2.backward()
coefficients = np.array([x0.grad, x1.grad, x2.grad])
print(coefficients)
print(coefficients @ [1.0, 0.5, -1.2], P2.data)

# %% [markdown]
# Lo mismo con matrices, para cualquier número de capas: la capa lineal $x \mapsto W\tilde x$ lleva $\tilde x$ a
# $\tilde x$ si a $W$ se le antepone el renglón $(1, 0, \dots, 0)$, y componer capas es multiplicar matrices. Una red
# lineal $(2, 8, 8, 1)$ de 105 pesos es una transformación afín de 3: en el primer renglón la del producto; en el
# segundo, $P(0)$ y el gradiente de la red en un punto cualquiera.

# %%
linear = nn.MLP(2, [8, 8, 1], None).requires_grad_(False)
rng, product = np.random.default_rng(0), np.eye(3)
for layer in linear.layers:
    layer.W = rng.normal(size=layer.W.shape)
    product = np.vstack([np.eye(1, len(product)), layer.W]) @ product

print(len(linear.parameters()))
print(product[1])
print([linear([0.0, 0.0]).item(), *grad(linear)([0.3, 0.4])])

# %% [markdown]
# ## Si es un polinomio, tampoco
#
# Con activación $z^2$ y una capa oculta de ancho $m$, la red $\sum_j v_j\,(a_j x + b_j)^2 + v_0$ es un polinomio de
# grado a lo más 2, sea cual sea $m$. El grado se ve en las derivadas: la tercera es cero en todo punto, y
# exactamente, porque derivar la gráfica no redondea un cero. La columna de la derecha es la tercera derivada de la
# misma red con $\tanh$.


# %%
def third(activation, width, x):
    """Return the third derivative of a random network with one hidden layer at x."""
    model, rng = nn.MLP(1, [width, 1], activation).requires_grad_(False), np.random.default_rng(0)
    for layer in model.layers:
        layer.W = rng.normal(size=layer.W.shape)
    return grad(grad(grad(lambda x: model([x]))))(x)


for width in (1, 4, 16, 64):
    for x in (-2.0, 0.3, 5.0):
        print(f"{width:3} {x:5} {third('square', width, x):8.1f} {third('tanh', width, x):+12.6f}")

# %% [markdown]
# ## El teorema universal de aproximación
#
# Las redes de una capa oculta y salida lineal forman el espacio
#
# $$\mathcal M(\sigma) = \operatorname{span}\{x \mapsto \sigma(w\cdot x - \theta) :
# \theta \in \mathbb R,\ w \in \mathbb R^n\}.$$
#
# **Teorema.** Sea $\sigma \in C(\mathbb R)$. Entonces $\mathcal M(\sigma)$ es densa en $C(\mathbb R^n)$, en la
# topología de convergencia uniforme en compactos, si y sólo si $\sigma$ no es un polinomio.
#
# Cybenko (1989) lo demostró para las sigmoidales continuas, con Hahn–Banach; la forma de la diapositiva es de Leshno,
# Lin, Pinkus y Schocken (1993). La mitad fácil es la sección anterior: si $\sigma$ es de grado $d$, todo
# $\mathcal M(\sigma)$ está en los polinomios de grado a lo más $d$, un espacio de dimensión finita, luego cerrado, y
# distinto de $C(K)$ si $K$ es infinito.
#
# El teorema habla del espacio generado, no de cómo encontrar los pesos. Para verlo, aquí la capa oculta se entrena
# con Adam, y al final los pesos de salida se resuelven por mínimos cuadrados: la mejor combinación de las $m$
# funciones que la capa ofrece (y de la constante), que es justo lo que *span* quiere decir. Los umbrales empiezan
# repartidos en el intervalo $[-1, 1]$. La función es $g(x) = e^{-3|x|} + \tfrac3{10}\sin 5x$, con un pico en $0$.


# %%
def g(x):
    return np.exp(-3 * np.abs(x)) + 0.3 * np.sin(5 * x)


grid = np.linspace(-1, 1, 201)[:, None]
target = g(grid)


def approximation(activation, width, rng):
    """Return the fit of a network of one hidden layer on the grid, and the dimension of the span it is taken from."""
    hidden, output = nn.Linear(1, width), nn.Linear(width, 1, rng=rng)
    slopes, thresholds = rng.normal(0, 4, (width, 1)), rng.uniform(-1, 1, width)
    hidden.weight.data, hidden.bias.data = slopes, -slopes[:, 0] * thresholds
    nn.fit(
        lambda x: output(activation(hidden(x))), (grid, target), loss="mse", epochs=400, batch_size=len(grid),
        optimizer=optim.Adam([*hidden.parameters(), *output.parameters()], lr=0.02), shuffle=False,
        verbose=0, tape=True,
    )
    basis = np.hstack([np.ones_like(grid), activation(hidden(Tensor(grid))).data])
    best, _, rank, _ = np.linalg.lstsq(basis, target, rcond=1e-10)
    return basis @ best, int(rank)


activations = {"sigmoid": sigmoid, "tanh": tanh, "relu": relu, "x²": square}
widths = [1, 2, 4, 8, 16, 32, 64]
fits = {
    (name, m): approximation(f, m, np.random.default_rng(0)) for name, f in activations.items() for m in widths
}

# %% [markdown]
# El error, en la norma del supremo sobre la malla, contra el ancho $m$. La línea punteada es la distancia cuadrática
# media de $g$ a las parábolas: $\sup|r|$ nunca es menor que la media cuadrática de $r$, así que ninguna red con
# $x^2$, por ancha que sea, puede quedar debajo.

# %%
parabola = np.polyval(np.polyfit(grid[:, 0], target[:, 0], 2), grid)
floor = float(np.sqrt(np.mean((parabola - target) ** 2)))
sup = {key: float(np.abs(fit - target).max()) for key, (fit, _) in fits.items()}

fig, ax = plt.subplots(figsize=(6, 3.5), layout="constrained")
for name, marker in zip(activations, "osD^", strict=True):
    ax.loglog(widths, [sup[name, m] for m in widths], f"{marker}-", label=name)
ax.axhline(floor, color="0.3", ls=":")
ax.set(xlabel="m", ylabel="sup |r|", xticks=widths, xticklabels=widths)
ax.minorticks_off()
ax.grid(alpha=0.25)
ax.legend()
plt.show()

print("m       ", *(f"{m:9}" for m in widths))
for name in activations:
    print(f"{name:8}", *(f"{sup[name, m]:9.4f}" for m in widths))
    print(" " * 8, *(f"dim {fits[name, m][1]:5}" for m in widths))
print(f"{floor:.4f}")

# %% [markdown]
# Bajo cada error va la dimensión numérica del espacio del que sale el ajuste, la constante incluida. Con $x^2$ no
# pasa de 3 por más neuronas que haya, y a partir de $m = 2$ el error no se mueve; con las otras crece con $m$. Para
# $m$ grande no llega a $m + 1$: las sigmoides, tan suaves, se parecen demasiado para que el punto flotante las
# distinga, y una $\mathrm{ReLU}$ cuyo quiebre salió del intervalo es afín en él (eso pasa también con $m$ pequeña).
# Del paso al que baja el error el teorema no dice nada; que pueda subir con $m$ se debe al entrenamiento, que no
# siempre encuentra buenos pesos.
#
# En las gráficas se ve que el pico en $x = 0$ es lo que más cuesta a las activaciones suaves; con $\mathrm{ReLU}$
# basta que una neurona ponga allí su quiebre.

# %%
fig, axs = plt.subplots(1, 4, figsize=(9, 2.4), sharey=True, layout="constrained")
for ax, name in zip(axs, activations, strict=True):
    ax.plot(grid, target, "k", lw=3, alpha=0.25)
    for m in (2, 8, 64):
        ax.plot(grid, fits[name, m][0], lw=1.2, label=f"m = {m}")
    ax.set(title=name, xlabel="x")
fig.legend(*axs[0].get_legend_handles_labels(), loc="outside right")
plt.show()

# %% [markdown]
# ## Ejercicios
#
# **1.** Resuelva XOR sin entrenar: escriba a mano las matrices de una red $(2, 2, 1)$ con $\mathrm{ReLU}$ que dé
# exactamente $\pm 1$ en los cuatro puntos.
#
# <details><summary>Solución</summary>
#
# Como función de $s = x_1 + x_2$, XOR vale $-1, 1, -1$ en $s = 0, 1, 2$: es una función lineal por pedazos con un
# quiebre en $s = 1$, es decir $-1 + 2s - 4\,\mathrm{ReLU}(s - 1)$, y en estos puntos $s = \mathrm{ReLU}(s)$.
#
# ```python
# by_hand = nn.MLP(2, [2, 1])
# by_hand.layers[0].W = [[0, 1, 1], [-1, 1, 1]]
# by_hand.layers[1].W = [[-1, 2, -4]]
# print([by_hand(x).data for x in X])
# ```
#
# </details>
#
# **2.** Con $L$ capas ocultas de activación $z^2$, ¿qué grado tiene la red? Compruébelo con $L = 2$. ¿Se vuelve densa
# la clase al dejar crecer $L$?
#
# <details><summary>Solución</summary>
#
# El grado es a lo más $2^L$: con dos capas, la cuarta derivada es constante y la quinta es cero. Para cada $L$ fija
# la clase está en un espacio de dimensión finita y no es densa; si $L$ crece sin cota se alcanzan polinomios de todos
# los grados (de $z^2$ salen los productos, $4ab = (a + b)^2 - (a - b)^2$), y entonces sí, por Weierstrass. El teorema
# es sobre el ancho, no sobre la profundidad.
#
# ```python
# deep = nn.MLP(1, [3, 3, 1], "square", rng=0).requires_grad_(False)
# derivative = lambda x: deep([x])
# for order in range(1, 6):
#     derivative = grad(derivative)
#     print(order, [round(derivative(x), 6) for x in (-1.0, 0.3, 2.0)])
# ```
#
# </details>
#
# **3.** Demuestre el teorema para $\mathrm{ReLU}$ en un intervalo: escriba las matrices de una red que interpole
# linealmente una función continua en $m + 1$ nodos, y acote el error.
#
# <details><summary>Solución</summary>
#
# Con nodos $t_0 < \dots < t_m$ y pendientes $s_1, \dots, s_m$, la interpolante es
# $g(t_0) + \sum_{j=1}^{m} (s_j - s_{j-1})\,\mathrm{ReLU}(x - t_{j-1})$, con $s_0 = 0$. Su error es a lo más el
# módulo de continuidad $\omega_g(h)$ en la distancia $h$ entre nodos, que tiende a cero porque $g$ es uniformemente
# continua. Compárese el error de 16 neuronas así puestas con el de las entrenadas.
#
# ```python
# nodes = np.linspace(-1, 1, 17)
# slopes = np.diff(g(nodes)) / np.diff(nodes)
# broken = nn.MLP(1, [16, 1])
# broken.layers[0].W = np.c_[-nodes[:-1], np.ones(16)]
# broken.layers[1].W = [[g(nodes[0]), *np.diff(slopes, prepend=0)]]
# print(max(abs(broken([x]).data - np.interp(x, nodes, g(nodes))) for x in grid[:, 0]))
# print(max(abs(broken([x]).data - g(x)) for x in grid[:, 0]), sup["relu", 16])
# ```
#
# </details>
