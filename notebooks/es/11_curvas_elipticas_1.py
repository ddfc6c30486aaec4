# %% [markdown]
# # 11. Curvas elípticas I: rango y torsión a partir de los $a_p$
#
# **La pregunta.** Una curva elíptica sobre $\mathbb{Q}$ tiene un rango, y no se conoce ningún algoritmo del que se
# haya demostrado que siempre lo calcula. En cambio, contar los puntos de la curva módulo $p$ es fácil. Si a una red
# se le dan los conteos para los primeros cien primos, ¿puede decir el rango? ¿Y la torsión? Y si puede, ¿qué fue lo
# que aprendió?
#
# Es el experimento de Y.-H. He, K.-H. Lee y T. Oliver (*Machine learning invariants of arithmetic curves*, J.
# Symbolic Comput., 2023), el segundo de los dos artículos de las diapositivas, cuyo resumen anuncia aciertos por
# encima de 0.97.

# %%
import os
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

import nn
import optim
from autograd import Tensor, gradients, set_language

# %% tags=["language"]
lang = "es"
set_language(lang)

# %% [markdown]
# ## Curvas, rango, torsión
#
# Una *curva elíptica* sobre $\mathbb{Q}$ es una cúbica lisa
#
# $$E:\quad y^2 + a_1xy + a_3y = x^3 + a_2x^2 + a_4x + a_6, \qquad a_i \in \mathbb{Z},$$
#
# junto con un punto al infinito $O$. Sus puntos racionales forman un grupo abeliano con neutro $O$: tres puntos en
# una recta suman $O$. El grupo es finitamente generado (Mordell, 1922),
#
# $$E(\mathbb{Q}) \cong \mathbb{Z}^r \oplus T, \qquad T \text{ finito}.$$
#
# $r$ es el *rango* y $T$ la *torsión*. $T$ es uno de quince grupos: $\mathbb{Z}/n$ con $n \le 10$ o $n = 12$, o
# $\mathbb{Z}/2 \times \mathbb{Z}/2m$ con $m \le 4$ (Mazur, 1977). El *conductor* $N$ es un entero cuyos primos son
# aquellos en los que la ecuación (minimal) se vuelve singular, es decir, los de *mala reducción*.
#
# La tabla, tomada de la de Cremona, trae curvas de conductor a lo más 10,000. Aquí se cuenta cuántas hay de cada
# rango y de cada orden de la torsión.

# %%
curves = nn.data.elliptic_curves()
rank, torsion, conductor = curves.rank, curves.torsion, curves.conductor
print(f"{len(curves):,}  N ≤ {conductor.max():,}")
for symbol, column in (("r", rank), ("|T|", torsion)):
    print()
    for value, count in zip(*np.unique(column, return_counts=True), strict=True):
        print(f"{symbol:>3} = {value:2}   {count:6,}")

# %% [markdown]
# **Una sola curva de cada clase de isogenia.** Dos curvas son *isógenas* si hay entre ellas un homomorfismo no
# constante definido sobre $\mathbb{Q}$. Las isógenas tienen los mismos $a_p$ y el mismo rango; y al revés, si
# coinciden los $a_p$, son isógenas (Faltings, 1983). Si en la tabla estuvieran todas las de una clase, un reparto
# al azar pondría a unas en el entrenamiento y a otras en la prueba: *el mismo renglón con la misma respuesta*, y la
# prueba mediría la memoria. Con una de cada clase no hay dos renglones que sean la misma función $L$.
#
# ## Reducir módulo $p$ y contar
#
# Con los coeficientes módulo $p$, la ecuación tiene un número finito de soluciones en $\mathbb{F}_p^2$. Para cada
# uno de los $p$ valores de $x$ hay en promedio una $y$, así que se esperan unos $p$ puntos, más el del infinito. Lo
# que falta o sobra es
#
# $$a_p = p + 1 - \#E(\mathbb{F}_p), \qquad |a_p| \le 2\sqrt p \quad (\text{Hasse, } 1936).$$
#
# Para $p$ impar se completa el cuadrado: $(2y + a_1x + a_3)^2 = 4x^3 + b_2x^2 + 2b_4x + b_6$, y para cada $x$ hay
# $1 + \left(\frac{\cdot}{p}\right)$ soluciones $y$, con el símbolo de Legendre del lado derecho. Por lo tanto $a_p$
# es menos la suma de esos símbolos. Para $p = 2$ se prueban los cuatro puntos. En un primo malo la misma cuenta,
# con el punto singular contado una vez, da lo que la función $L$ necesita: $0$, $1$ o $-1$.

# %%
primes = np.array([p for p in range(2, 542) if all(p % d for d in range(2, int(p**0.5) + 1))])


def a_p(ainvs, p):
    """Return p - #{(x, y) in F_p² on the curve}, for each row a₁, a₂, a₃, a₄, a₆; the point O is the 1 of p + 1."""
    a1, a2, a3, a4, a6 = (ainvs % p).T
    if p == 2:
        plane = [(x, y) for x in (0, 1) for y in (0, 1)]
        return 2 - sum((y * y + a1 * x * y + a3 * y - x**3 - a2 * x * x - a4 * x - a6) % 2 == 0 for x, y in plane)
    b2, b4, b6 = (a1 * a1 + 4 * a2) % p, (2 * a4 + a1 * a3) % p, (a3 * a3 + 4 * a6) % p
    legendre = np.full(p, -1)
    legendre[np.arange(p) ** 2 % p] = 1
    legendre[0] = 0
    return -sum(legendre[(((4 * x + b2) * x + 2 * b4) * x + b6) % p] for x in range(p))

# %% [markdown]
# Una prueba independiente: la curva 11a1, $y^2 + y = x^3 - x^2 - 10x - 20$, de conductor 11, el menor que hay. Se
# cuentan sus puntos sin completar cuadrados, uno por uno, incluido el primo malo $p = 11$.

# %%
print(curves.ainvs[0], "N =", conductor[0])
for p in primes[:9]:
    points = sum((y * y + y - (x**3 - x * x - 10 * x - 20)) % p == 0 for x in range(p) for y in range(p))
    print(f"p = {p:2}   #E = {points + 1:2}   a_p = {p - points:2}   {a_p(curves.ainvs[:1], p)[0]:2}")
assert [a_p(curves.ainvs[:1], p)[0] for p in primes[:9]] == [-2, -1, 1, -2, 1, 4, -2, 0, -1]

# %% [markdown]
# Ahora todas las curvas en los cien primos $p \le 541$. Dos teoremas revisan la tabla entera: la cota de Hasse, y
# que $a_p = \pm 1$ si $p$ divide a $N$ exactamente una vez (reducción multiplicativa) y $a_p = 0$ si $p^2 \mid N$
# (aditiva).

# %%
a = np.stack([a_p(curves.ainvs, p) for p in primes], axis=1)

assert (np.abs(a) <= 2 * np.sqrt(primes)).all()
once, twice = (conductor[:, None] % primes**k == 0 for k in (1, 2))
assert (np.abs(a[once & ~twice]) == 1).all()
assert (a[twice] == 0).all()
print(a.shape, f"max |a_p| / 2√p = {np.abs(a / (2 * np.sqrt(primes)))[~once].max():.4f}")

# %% [markdown]
# ## La función $L$ y la conjetura de Birch y Swinnerton-Dyer
#
# Los $a_p$ se reúnen en una sola función,
#
# $$L(E, s) = \prod_{p \nmid N} \frac{1}{1 - a_p p^{-s} + p^{1-2s}} \prod_{p \mid N} \frac{1}{1 - a_p p^{-s}}
# \quad = \sum_{n \ge 1} \frac{a_n}{n^s},$$
#
# que converge para $\operatorname{Re} s > \frac32$ y se extiende a todo el plano (Wiles; Breuil, Conrad, Diamond y
# Taylor, 2001). La conjetura (1965), en una frase: *el rango es el orden del cero de $L(E, s)$ en $s = 1$*. Para
# órdenes $0$ y $1$ es un teorema (Gross y Zagier; Kolyvagin, hacia 1990), así que las etiquetas 0 y 1 que siguen
# están demostradas.
#
# De la ecuación funcional $\Lambda(2 - s) = \pm\Lambda(s)$, donde
# $\Lambda(s) = N^{s/2}(2\pi)^{-s}\,\Gamma(s)\,L(E, s)$, si su signo es $+$, sale
# $L(E, 1) = 2\sum_n \frac{a_n}{n}\, e^{-2\pi n/\sqrt N}$. La celda desarrolla el producto de Euler y compara con la
# columna de la tabla, calculada por otros con otro programa.


# %%
def dirichlet(traces, N, last=541):
    """Return a₀ = 0, a₁, …: each Euler factor divides, so that a_n gains a_p·a_(n/p) - p·a_(n/p²)."""
    a_n = np.zeros(last + 1)
    a_n[1] = 1
    for p, trace in zip(primes, traces, strict=True):
        for n in range(p, last + 1, p):
            a_n[n] += trace * a_n[n // p] - (p * a_n[n // p**2] if N % p and n % p**2 == 0 else 0)
    return a_n


n = np.arange(1, 542)
for i in np.flatnonzero(rank == 0)[[0, 1, 2, 3, 1000, 5000]]:
    value = 2 * (dirichlet(a[i], conductor[i])[1:] / n * np.exp(-2 * np.pi * n / np.sqrt(conductor[i]))).sum()
    print(f"N = {conductor[i]:5,}   L(E, 1) = {value:.12f}   {curves.special_value[i]:.12f}")
    assert abs(value - curves.special_value[i]) < 1e-9

# %% [markdown]
# La serie se corta sola cuando $n$ es varias veces $\sqrt N$. Por eso, para calcular $L(E, 1)$, los primos hasta
# 541 bastan y sobran si $N \le$ 10,000, donde $\sqrt N \le 100$; para conductores mucho mayores hay que esperar que
# *no* basten.
#
# ## Muchas curvas a la vez: las murmuraciones
#
# Antes de entrenar, ver. A la izquierda, el promedio de $a_p$ sobre las curvas de rango 0 y sobre las de rango 1
# con conductor entre 1,000 y 2,000, contra $p$. A la derecha, el mismo promedio con todas las curvas de $N > 300$,
# contra el cociente $p/N$.
#
# Los promedios oscilan, y en sentidos opuestos. Lo descubrieron He, Lee, Oliver y Pozdnyakov (2022) al preguntarse
# qué aprendían los clasificadores de este cuaderno; como el dibujo recuerda a una bandada de estorninos, las
# llamaron *murmuraciones*. Que la escala natural sea $p/N$ lo notó Sutherland, y para formas modulares lo demostró
# Zubrilina (2023).

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
edges = np.linspace(0, 0.6, 91)
for r, color in ((0, "C0"), (1, "C1")):
    window = (rank == r) & (conductor > 1000) & (conductor <= 2000)
    left.plot(primes, a[window].mean(axis=0), "o", ms=3.5, color=color, label=f"r = {r}")
    chosen = (rank == r) & (conductor > 300)
    quotient = (primes / conductor[chosen, None]).ravel()
    counts, sums = np.histogram(quotient, edges)[0], np.histogram(quotient, edges, weights=a[chosen].ravel())[0]
    right.plot((edges[1:] + edges[:-1]) / 2, sums / counts, color=color, label=f"r = {r}")
left.set(xlabel="p", ylabel={"es": "promedio de $a_p$", "en": "mean $a_p$"}[lang], title="1,000 < N ≤ 2,000")
right.set(xlabel="p / N", title="300 < N ≤ 10,000")
right.legend()
for ax in (left, right):
    ax.axhline(0, color="0.6", lw=0.8)
    ax.grid(alpha=0.25)
plt.show()

# %% [markdown]
# ## Una curva a la vez: las sumas de Mestre y Nagao
#
# Un promedio sobre muchas curvas no clasifica a *una*: cada $a_p$ por separado fluctúa del orden de $\sqrt p$. Pero
# se pueden sumar. Birch y Swinnerton-Dyer partieron de que con más rango hay más puntos módulo $p$: en su primera
# forma, la conjetura dice $\prod_{p \le X} \#E(\mathbb{F}_p)/p \sim C\,(\log X)^r$. El logaritmo de cada factor es
# $(1 - a_p)/p - a_p^2/2p^2$, más términos menores; como $\sum 1/p \sim \log\log X$ y $a_p^2$ vale en promedio $p$,
# queda $-\sum a_p/p \sim (r - \frac12) \log\log X$. Con el peso $\log p$ (Mestre, 1982; Nagao, 1992) esto es
#
# $$S(E) = -\sum_{p \le X} a_p\,\frac{\log p}{p}, \qquad \frac{S(E)}{\log X} \longrightarrow r - \tfrac12,$$
#
# si el límite existe, con $r$ el orden del cero (Kim y Murty, 2023). A la izquierda, los histogramas de
# $a_p/\sqrt p$, con $p > 100$, de las curvas de cada rango: siguen el semicírculo (Birch, 1968; Sato y Tate) y casi
# coinciden, así que un solo $a_p$ no dice casi nada. A la derecha, $S/\log X$ con los cien primos; las líneas
# punteadas están en $r - \frac12$.

# %%
weights = np.log(primes) / primes
S = -(a * weights).sum(axis=1) / np.log(primes[-1])  # divided by log X already

fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.3), layout="constrained")
for r, color in ((0, "C0"), (1, "C1"), (2, "C2")):
    style = {"density": True, "histtype": "step", "color": color, "label": f"r = {r}"}
    if r < 2:
        left.hist((a / np.sqrt(primes))[rank == r][:, primes > 100].ravel(), np.linspace(-2, 2, 22), **style)
    right.hist(S[rank == r], 60, **style)
    right.axvline(r - 0.5, color=color, ls=":")
circle = np.linspace(-2, 2, 200)
left.plot(circle, np.sqrt(4 - circle**2) / (2 * np.pi), "k", lw=1)
left.set(xlabel=r"$a_p\,/\,\sqrt{p}$")
right.set(xlabel=r"$S\,/\,\log X$")
for ax in (left, right):
    ax.set(yticks=[])
    ax.legend()
plt.show()

# %%
for r in range(4):
    print(f"r = {r}   S / log X = {S[rank == r].mean():+.3f}   r - 1/2 = {r - 0.5:+.1f}")
low = rank < 2
rule = ((S > 0) == rank)[low].mean()
print(f"\nr = 1 ⇔ S > 0:   {rule:.4f}")

# %% [markdown]
# Ya se ve la respuesta, sin red y sin un solo parámetro: los promedios caen cerca de $r - \frac12$, y el signo de
# $S$ separa el rango 0 del 1 en casi todas las curvas. Ésta es la vara con que se mide lo que sigue.
#
# ## Rango 0 contra rango 1, con una red
#
# La entrada es $x = (a_p/\sqrt p)_p \in [-2, 2]^{100}$. El 80 % de las curvas se usa para entrenar y el resto para
# probar, repartidas al azar. Las clases no se igualan: hay algo más curvas de rango 1 que de rango 0, y por eso se
# imprime también qué se logra con decir siempre 1, y más abajo los aciertos de cada clase.
#
# Dos modelos, los dos con diez épocas de Adam: regresión logística (sin capa oculta) y una capa oculta de 64
# neuronas ReLU.


# %%
def trained(x, t, hidden=64):
    """Return a network after ten epochs on (x, t); with no hidden neurons, logistic regression."""
    width, classes = x.shape[1], t.max() + 1
    if hidden:
        model = nn.Sequential(nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, classes))
    else:
        model = nn.Linear(width, classes)
    model.reset_parameters(0)
    adam = optim.Adam(model.parameters(), lr=2e-3)
    nn.fit(model, (x, t), loss="cross_entropy", optimizer=adam, epochs=10, batch_size=256, rng=0, verbose=0)
    return model


def accuracy(model, x, t):
    """Return the fraction of (x, t) that the model gets right."""
    return nn.evaluate(model, (x, t), metrics=["accuracy"], batch_size=1024)["accuracy"]


# %%
data = nn.data.Dataset(x=a / np.sqrt(primes), t=rank, conductor=conductor, sums=S)[low]
training, test = nn.data.random_split(data, [0.8, 0.2], rng=0)
print(f"{len(training):,} + {len(test):,}   r = 1: {test.t.mean():.3f}")

models = {}
for count in (25, 50, 100):
    for hidden in (0, 64):
        models[hidden] = trained(training.x[:, :count], training.t, hidden)
        reached = accuracy(models[hidden], test.x[:, :count], test.t)
        print(f"p ≤ {primes[count - 1]:3}   {hidden:2} ReLU   {reached:.4f}")
assert reached > 0.97

# %% [markdown]
# Los aciertos crecen con el número de primos; con los cien, la red pasa de lo que anuncia el resumen del artículo
# (cuyas curvas son otras, así que no es una competencia), y también de la regla $S > 0$. Que no se trata de la
# clase más numerosa lo muestra el desglose por rango:

# %%
network = models[64]
for r in (0, 1):
    part = test[test.t == r]
    print(f"r = {r}   {len(part):5,}   {accuracy(network, part.x, part.t):.4f}")

# %% [markdown]
# ## Conductores mayores que los vistos
#
# Un porcentaje en la prueba vale para curvas *como las del entrenamiento*. Para ver cuánto depende de eso, se
# entrena sólo con las curvas de $N \le$ 5,000 y se prueba por millares de $N$. Todas las columnas usan las mismas
# curvas de prueba; la última es la red entrenada con todos los $N \le$ 10,000.

# %%
half = training[training.conductor <= 5000]
small = {hidden: trained(half.x, half.t, hidden) for hidden in (0, 64)}
ends, rows = np.arange(1000, 10001, 1000), []
print("N ≤         0 ReLU  64 ReLU    S > 0  64 ReLU, N ≤ 10,000")
for end in ends:
    band = test[(test.conductor > end - 1000) & (test.conductor <= end)]
    rows.append([accuracy(small[0], band.x, band.t), accuracy(small[64], band.x, band.t),
                 ((band.sums > 0) == band.t).mean(), accuracy(network, band.x, band.t)])
    print(f"{end:6,}  ", *(f"{value:8.3f}" for value in rows[-1]))

# %%
fig, ax = plt.subplots(figsize=(9, 3.4), layout="constrained")
labels = ["0 ReLU, N ≤ 5,000", "64 ReLU, N ≤ 5,000", "S > 0", "64 ReLU, N ≤ 10,000"]
for line, label, style in zip(np.array(rows).T, labels, ["C0o-", "C1o-", "k:", "C2s--"], strict=True):
    ax.plot(ends - 500, line, style, ms=4, label=label)
ax.axvspan(5000, 10000, color="0.94")
ax.set(xlabel="N", ylabel={"es": "aciertos", "en": "accuracy"}[lang], xlim=(0, 10000), ylim=(None, 1.003))
ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
ax.grid(alpha=0.25)
plt.show()

# %% [markdown]
# En la zona gris, la que no vieron, los dos modelos entrenados con $N \le$ 5,000 caen conforme crece $N$, y la red,
# que en lo conocido va a la par de la regresión, cae más que ella. La regla $S > 0$, que no se ajustó a nada, queda
# allí por encima de ambos (aunque al final también baja). Se suman dos efectos. Uno se ve en la línea verde:
# también la red que sí vio esos conductores acierta menos al final, porque con $X = 541$ fijo hay cada vez menos
# primos por cada $\sqrt N$. El otro es la distancia de las líneas a la verde: lo aprendido está ajustado a una
# escala (la de $p/N$, en la gráfica de las murmuraciones), y esa escala se corre con $N$.
#
# Con la tabla grande el experimento llega hasta 30,000: si la variable de entorno `WENGERT_CURVES` nombra la
# carpeta en que está, esta celda prueba por bandas los modelos entrenados con $N \le$ 10,000, y para comparar
# entrena otra red *dentro* de cada banda. Allí la caída sigue y es grande, mientras que la red entrenada en la
# banda baja mucho menos: la información sigue en los $a_p$; lo que no se traslada es el ajuste.

# %%
folder = os.environ.get("WENGERT_CURVES")
if folder:
    large = nn.data.elliptic_curves(Path(folder) / "one_per_class_N_le_30000.npz")
    large = large[(large.conductor > 10_000) & (large.rank < 2)]
    a_large = np.stack([a_p(large.ainvs, p) for p in primes], axis=1)
    print("N ≤         0 ReLU  64 ReLU    S > 0  64 ReLU")
    for end in range(15_000, 30_001, 5_000):
        band = (large.conductor > end - 5_000) & (large.conductor <= end)
        x, t, positive = a_large[band] / np.sqrt(primes), large.rank[band], a_large[band] @ weights < 0
        inside, outside = nn.data.random_split((x, t), [0.8, 0.2], rng=0)
        there = accuracy(trained(inside.x, inside.t), outside.x, outside.t)
        values = [*(accuracy(models[hidden], x, t) for hidden in (0, 64)), (positive == t).mean(), there]
        print(f"{end:6,}  ", *(f"{value:8.3f}" for value in values))
else:
    print({"es": "Sin WENGERT_CURVES: no hay tabla grande, y la celda no hace nada.",
           "en": "WENGERT_CURVES is not set: there is no large table, and this cell does nothing."}[lang])

# %% [markdown]
# ## ¿Qué aprendió la red?
#
# El gradiente respecto de los *pesos* sirve para entrenar; el gradiente respecto de la *entrada* dice qué mira la
# red ya entrenada. Sea $s(E)$ la diferencia de sus dos salidas, el logaritmo de la razón de probabilidades de rango
# 1 a rango 0. Se calcula $\partial s/\partial a_p$ para cada curva de la prueba y cada primo. Cada renglón de $s$
# depende sólo de su curva, así que basta derivar la suma.


# %%
def slopes(model):
    """Return ∂s/∂a_p, a row for each curve of the test."""
    traces = Tensor(test.x * np.sqrt(primes), requires_grad=True)
    scores = model(traces / np.sqrt(primes))
    return gradients((scores[:, 1] - scores[:, 0]).sum(), traces).numpy()


gradient = slopes(network)
saliency, mean_slope = np.abs(gradient).mean(axis=0), gradient.mean(axis=0)
for i in (0, 1, 2, 3, 4, 9, 24, 49, 99):
    print(f"p = {primes[i]:3}   |∂s/∂a_p| = {saliency[i]:.3f}   ∂s/∂a_p = {mean_slope[i]:+.3f}")
print(f"\ncorr(∂s/∂a_p, -log p / p) = {np.corrcoef(mean_slope, -weights)[0, 1]:.3f}")

# %% [markdown]
# La pendiente media es negativa (menos $a_p$, más puntos, más rango), y su correlación con $-\log p/p$ es casi uno.
# Nadie le dio a la red los pesos de Mestre y Nagao: salieron de los datos.
#
# A la izquierda, $|\partial s/\partial a_p|$ contra $p$ junto a un múltiplo de $\log p/p$. A la derecha, el
# cociente $-\partial s/\partial a_p : \log p/p$ de los dos modelos: positivo en todos los primos, y constante si
# $s$ fuera un múltiplo de $S$.

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
left.loglog(primes, saliency, "C1o", ms=4, label=r"$|\partial s/\partial a_p|$")
left.loglog(primes, weights * np.median(saliency[:25] / weights[:25]), "k", lw=1, label=r"$c\,\log p\,/\,p$")
for hidden, style in ((0, "C0o"), (64, "C1o")):
    ratio = -slopes(models[hidden]).mean(axis=0) / weights
    right.semilogx(primes, ratio, style, ms=4, label=f"{hidden} ReLU")
    assert (ratio > 0).all()

right.set(xlabel="p", ylabel=r"$-\partial s/\partial a_p \;:\; \log p\,/\,p$", ylim=(0, None))
left.set(xlabel="p")
for ax in (left, right):
    ax.legend()
    ax.grid(alpha=0.25)
plt.show()

# %% [markdown]
# El cociente es casi constante en los primos chicos y después baja: la red suaviza el corte en $X$. Es lo que hace
# también la fórmula explícita, que liga los $a_p$ con los ceros de $L$ y de la que vienen estas sumas, cuando se
# usa con una función de prueba que se anula en el extremo (Mestre, 1986): un corte brusco deja un término de error
# que oscila.
#
# Para saber si el gradiente dice la verdad, se quitan primos y se entrena de nuevo. Sin los veinte de mayor
# $|\partial s/\partial a_p|$ se pierde cerca de la mitad de la ventaja sobre decir siempre 1; sin los veinte de
# menor, casi nada. (El primer renglón es la red de antes con sus entradas en otro orden: lo que cambia respecto de
# antes es azar.)

# %%
order = np.argsort(-saliency)
print("max:", np.sort(primes[order[:20]]).tolist())
print("min:", np.sort(primes[order[-20:]]).tolist())
for name, kept in (("100", order), ("100 - max", order[20:]), ("100 - min", order[:-20])):
    print(f"{name:9}  {accuracy(trained(training.x[:, kept], training.t), test.x[:, kept], test.t):.4f}")

# %% [markdown]
# ## Torsión 1 contra torsión 2
#
# La misma red, otra pregunta: ¿es $T$ trivial, o de orden 2? Primero lo que se sabe. Los puntos de orden 2 son las
# raíces de la cúbica $4x^3 + b_2x^2 + 2b_4x + b_6$. Para $p$ impar y bueno,
#
# $$a_p \text{ es par} \iff \#E(\mathbb{F}_p) \text{ es par} \iff \text{la cúbica tiene una raíz módulo } p.$$
#
# Si hay una raíz racional, hay raíz módulo todo $p$: *todos* los $a_p$ son pares. Si no la hay, el grupo de Galois
# de la cúbica contiene un ciclo de orden 3, y por el teorema de Chebotarev $a_p$ es impar para al menos un tercio
# de los primos. Los datos lo confirman, con las fluctuaciones de una muestra de cien primos (en los malos no vale
# el argumento, y por eso se excluyen). Por orden de la torsión: cuántas curvas, y entre qué fracciones de $a_p$
# impares están, con su media.

# %%
two = torsion <= 2
good = (conductor[:, None] % primes > 0) & (primes > 2)
odd_share = (a % 2 * good).sum(axis=1) / good.sum(axis=1)
for order in (1, 2):
    found = odd_share[torsion == order]
    print(f"|T| = {order}   {len(found):6,}   {found.min():.3f} … {found.max():.3f}   ({found.mean():.3f})")

# %% [markdown]
# De paso se ve que aquí tampoco hay fuga ni ambigüedad: «todos los $a_p$ son pares» es una propiedad de la clase de
# isogenia.
#
# Ahora la red, con tres entradas: los $a_p$ tal cual, los $a_p/\sqrt p$, y los residuos $a_p \bmod 2$.

# %%
inputs = {"a_p": a.astype(float), "a_p / √p": a / np.sqrt(primes), "a_p mod 2": a % 2.0}
for name, x in inputs.items():
    learn, check = nn.data.random_split((x[two], torsion[two] - 1), [0.8, 0.2], rng=0)
    for hidden in (0, 64):
        model = trained(learn.x, learn.t, hidden)
        seen, unseen = accuracy(model, learn.x, learn.t), accuracy(model, check.x, check.t)
        print(f"{name:9}  {hidden:2} ReLU   {seen:.4f}   {unseen:.4f}")
print(f"|T| = 1              {1 - learn.t.mean():.4f}   {1 - check.t.mean():.4f}")
assert unseen > 0.99

# %% [markdown]
# La primera columna son los aciertos en el entrenamiento y la segunda en la prueba. Con los residuos, hasta la
# regresión logística acierta siempre: le basta sumar los impares. Con los $a_p$ nuestras redes no pasan, en la
# prueba, de lo que se logra con decir siempre 1, aunque la información es la misma; frente a la regresión, la capa
# oculta gana en el entrenamiento y pierde en la prueba, es decir, memoriza. (Los mejores resultados del artículo
# son para torsión; sus entradas y modelos pueden ser otros.) La razón está en la gráfica: la fracción de curvas con
# $|T| = 2$ entre las que tienen $a_{101} = k$.

# %%
i = int(np.flatnonzero(primes == 101)[0])
ks = np.arange(-20, 21)
share = [(torsion[two & good[:, i] & (a[:, i] == k)] == 2).mean() for k in ks]
fig, ax = plt.subplots(figsize=(8, 3), layout="constrained")
ax.bar(ks, share, width=0.7)
ax.plot(ks, share, "k", lw=0.6)
ax.axhline((torsion[two] == 2).mean(), color="0.5", ls=":")
ax.set(xlabel="$a_{101}$", ylabel="P(|T| = 2)")
plt.show()
for name, column in (("a_p", a), ("a_p mod 2", a % 2)):
    found = [abs(np.corrcoef(column[two, j], torsion[two])[0, 1]) for j in range(1, 100)]
    print(f"{name:9}   |corr| = {min(found):.3f} … {max(found):.3f}")

# %% [markdown]
# La paridad no es una función suave de $a_p$: salta entre cada entero y el siguiente. Una red ReLU de este tamaño
# es afín a trozos con pocos trozos en la dirección de cada $a_p$, y lo que el descenso ve primero, la correlación
# con la etiqueta, es apenas ruido. Que sea así tiene una razón: el giro (*twist*) cuadrático
# $d\,w^2 = 4x^3 + b_2x^2 + 2b_4x + b_6$ conserva las raíces de la cúbica y multiplica $a_p$ por
# $\left(\frac{d}{p}\right) = \pm 1$, de modo que la etiqueta no sabe del signo. Módulo 2 el salto desaparece. *La
# red no sustituye a saber en qué grupo vive el dato.*
#
# ## Donde los $a_p$ no bastan
#
# Si $E$ tiene un punto racional de orden $m$, entonces $m \mid \#E(\mathbb{F}_p)$ para todo $p$ bueno que no divide
# a $2m$. El recíproco sólo vale para la clase: *alguna* curva isógena tiene torsión de orden múltiplo de $m$ (Katz,
# 1981), y los $a_p$ no dicen cuál. La celda mide la regla «$|T| = m'$ si $m'$ divide a todos los
# $\#E(\mathbb{F}_p)$, y $m$ si no», contra decir siempre $m$. Las dos últimas columnas: entre las curvas en que sí
# los divide, cuántas tienen torsión $m$ y cuántas $m'$.

# %%
points = primes + 1 - a
print({"es": "m / m'   regla   siempre m", "en": "m / m'    rule    always m"}[lang])
for m, multiple in ((1, 2), (1, 3), (2, 4), (1, 5)):
    chosen = (torsion == m) | (torsion == multiple)
    divides = ((points % multiple == 0) | ~good | (primes == multiple)).all(axis=1)
    rule, always = (divides == (torsion == multiple))[chosen].mean(), (torsion == m)[chosen].mean()
    both = [(divides & (torsion == order)).sum() for order in (m, multiple)]
    print(f"{m} / {multiple}   {rule:.4f}      {always:.4f}   {both[0]:6,}  {both[1]:6,}")

# %% [markdown]
# Para 1 contra 2 la regla es exacta. Para 1 contra 3 y 1 contra 5 se equivoca justo en las curvas cuya vecina
# isógena es la que lleva el punto; para 2 contra 4 son más que las otras, y la regla acierta menos que decir
# siempre 2. Una red que sólo vea esas divisibilidades no puede corregirlo.

# %% [markdown]
# ## Ejercicios
#
# **1.** Hay también curvas de rango 2 y una de rango 3. Prediga el rango redondeando $S/\log X + \frac12$ y mida
# los aciertos por rango. Después entrene una red con las tres clases 0, 1, 2. ¿En qué rango se equivoca más cada
# una?
#
# <details><summary>Solución</summary>
#
# Las dos se equivocan más en el rango 0, cuyos valores de $S$ son los más dispersos. La red acierta casi siempre,
# también en el rango 2, aunque tiene de él pocos ejemplos.
#
# ```python
# guess = np.clip(np.round(S + 0.5), 0, 3)
# every = nn.data.Dataset(x=a / np.sqrt(primes), t=rank, guess=guess)[rank < 3]
# learn, check = nn.data.random_split(every, [0.8, 0.2], rng=0)
# three = trained(learn.x, learn.t)
# for r in range(3):
#     part = check[check.t == r]
#     print(f"r = {r}   S: {(part.guess == part.t).mean():.4f}   64 ReLU: {accuracy(three, part.x, part.t):.4f}")
# ```
#
# </details>
#
# **2.** ¿Cuánto dependen los aciertos del reparto al azar y de que las clases no sean iguales? Tome tantas curvas
# de rango 1 como hay de rango 0 y repita con tres repartos.
#
# <details><summary>Solución</summary>
#
# Cambian en milésimas: los aciertos no venían de la clase más numerosa ni de un reparto afortunado.
#
# ```python
# for seed in (0, 1, 2):
#     drawn = np.random.default_rng(seed).choice(np.flatnonzero(data.t == 1), (data.t == 0).sum(), replace=False)
#     balanced = data[np.concatenate([np.flatnonzero(data.t == 0), drawn])]
#     learn, check = nn.data.random_split(balanced, [0.8, 0.2], rng=seed)
#     print(f"{len(balanced):,}   {accuracy(trained(learn.x, learn.t), check.x, check.t):.4f}")
# ```
#
# </details>
#
# **3.** Entrene una red para distinguir torsión 1 de torsión 3. ¿Qué residuos hay que darle? ¿Puede pasar de la
# regla de la última sección?
#
# <details><summary>Solución</summary>
#
# Lo que importa es si 3 divide a $p + 1 - a_p$, y no el residuo de $a_p$, que depende de $p \bmod 3$. La red se
# queda donde la regla; no hay por qué pasar de ella, pues los $a_p$ no distinguen a una curva de sus isógenas.
#
# ```python
# chosen = (torsion == 1) | (torsion == 3)
# x, t = (points % 3 == 0).astype(float)[chosen], (torsion == 3).astype(int)[chosen]
# divides = ((points % 3 == 0) | ~good | (primes == 3)).all(axis=1)[chosen]
# data_3 = nn.data.Dataset(x=x, t=t, divides=divides)
# learn, check = nn.data.random_split(data_3, [0.8, 0.2], rng=0)
# print(f"64 ReLU    {accuracy(trained(learn.x, learn.t), check.x, check.t):.4f}")
# print(f"3 | #E     {(check.divides == check.t).mean():.4f}")
# print(f"|T| = 1    {1 - check.t.mean():.4f}")
# ```
#
# </details>
