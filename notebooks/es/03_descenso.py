# %% [markdown]
# # 3. Descenso de gradiente
#
# **La pregunta.** El signo de $f'(x)$ dice hacia dónde moverse para que $f$ baje. ¿Qué tan lejos? La diapositiva
# contesta $x_{n+1} = x_n - \eta f'(x_n)$ y advierte dos cosas: si $\eta$ es muy grande el método puede no converger,
# y puede quedarse atorado en un mínimo local. Aquí las dos se ven y se demuestran; después, en varias dimensiones,
# qué agregan las segundas derivadas.

# %%
from functools import partial

import numpy as np
from matplotlib import pyplot as plt

import optim
from autograd import grad, hessian, hvp, jvp, set_language
from optim.functions import beale, himmelblau, ravine, saddle

# %% tags=["language"]
lang = "es"
set_language(lang)

# %% [markdown]
# ## Una dimensión
#
# La función $f(x) = x^2$, desde $x_0 = 1$. Conforme $x$ se acerca al mínimo, $f'(x)$ se hace pequeña y los pasos
# también: la magnitud de la derivada ajusta la longitud del paso, sin que $\eta$ cambie.


# %%
def f(x):
    """Return λ x²/2 with λ = 2."""
    return x**2


x, eta = 1.0, 0.2
for n in range(8):
    print(f"n = {n}   x = {x:.6f}   f(x) = {f(x):.6f}   f'(x) = {grad(f)(x):.6f}")
    x = x - eta * grad(f)(x)

# %% [markdown]
# ## La tasa de aprendizaje
#
# Chica, adecuada, grande y demasiado grande. El círculo es el inicio y el cuadrado el último punto; con la cuarta,
# los puntos se salen de la gráfica.

# %%
fig, axs = plt.subplots(1, 4, figsize=(9, 2.4), layout="constrained")
optim.plot_learning_rates(f, start=1.0, rates=[0.02, 0.3, 0.95, 1.05], axes=axs)
plt.show()

# %% [markdown]
# **Proposición.** Para $f(x) = \tfrac12\lambda x^2$ con $\lambda > 0$, el descenso converge a $0$ desde todo $x_0$ si
# y sólo si $0 < \eta < 2/\lambda$.
#
# *Demostración.* $x_{n+1} = x_n - \eta\lambda x_n = (1 - \eta\lambda)\,x_n$, así que $x_n = (1 - \eta\lambda)^n x_0$,
# que tiende a $0$ si y sólo si $|1 - \eta\lambda| < 1$. $\square$
#
# Con $\eta = 1/\lambda$ se llega en un paso; entre $1/\lambda$ y $2/\lambda$ el factor es negativo y los puntos
# brincan de un lado al otro; en $2/\lambda$ brincan para siempre entre $\pm x_0$. Abajo,
# `partial(optim.GradientDescent, lr=eta)` es la regla con su $\eta$ ya puesta, y `optim.race` la corre desde un
# punto y guarda el camino. Las dos últimas columnas son lo que dio el descenso y lo que dice la fórmula.

# %%
for eta in (0.02, 0.3, 0.5, 0.95, 1.0, 1.05):
    path = optim.race({"GD": partial(optim.GradientDescent, lr=eta)}, f, 1.0, 20).paths["GD"]
    factor = 1 - 2 * eta
    print(f"η = {eta:<4}   1 - ηλ = {factor:+.2f}   x_20 = {path[-1, 0]:+.3e}   (1 - ηλ)^20 = {factor**20:+.3e}")

# %% [markdown]
# ¿Y si $f$ no es cuadrática? Si $f'' \le L$, el teorema de Taylor da
# $$f(x - \eta f'(x)) \le f(x) - \eta\bigl(1 - \tfrac12\eta L\bigr) f'(x)^2,$$
# así que con $\eta < 2/L$ cada paso baja. Es el mismo $2/\lambda$, con la mayor curvatura en lugar de $\lambda$.
#
# ## Mínimos locales
#
# El doble pozo $f(x) = \tfrac14 x^4 - x^2 + 0.3\,x$ tiene dos mínimos, y sólo el de la izquierda es global. Cuatro
# inicios, la misma regla: $0.1$ y $0.2$ están casi juntos y terminan en pozos distintos.


# %%
def double_well(x):
    """Return a quartic with two minima."""
    return x**4 / 4 - x**2 + 0.3 * x


rule = {"GD": partial(optim.GradientDescent, lr=0.1)}
starts = np.array([0.1, 0.2, -2.0, 1.9])
paths = {f"$x_0 = {x}$": optim.race(rule, double_well, x, 60).paths["GD"] for x in starts}

fig, ax = plt.subplots(figsize=(6, 3.4), layout="constrained")
optim.plot_paths(paths, double_well, ax, window=(-2.4, 2.4, -1.8, 0.8))
plt.show()

# %% [markdown]
# Para cada inicio, el punto en el que termina. (Para derivar en todos los puntos a la vez se deriva la suma: su
# parcial respecto de cada punto es la $f'$ de ese punto.) Las dos cuencas están separadas por el máximo local: si
# $\eta \le 1/L$ (en $[-2, 2]$ es $f'' \le 10$), el mapa $x \mapsto x - \eta f'(x)$ es creciente y por lo tanto no
# puede brincarlo. Debajo, los tres puntos críticos con su $f''$. Cerca de un mínimo $x^*$ el error se multiplica en
# cada paso por $1 - \eta f''(x^*)$, el factor de antes: la última columna es el cociente medido.

# %%
grid = np.linspace(-2, 2, 402)
ends = grid.copy()
for _ in range(300):
    ends = ends - 0.1 * grad(lambda x: double_well(x).sum())(ends)
low, top, high = np.sort(np.roots([1, 0, -2, 0.3]))

fig, ax = plt.subplots(figsize=(6, 2.4), layout="constrained")
ax.plot(grid, ends, ".", markersize=3)
ax.axvline(top, color="0.5", linestyle="--")
ax.set(xlabel="$x_0$", ylabel=r"$\lim\, x_n$")
plt.show()
for x, name in ((low, "$x_0 = -2.0$"), (top, None), (high, "$x_0 = 1.9$")):
    curvature = grad(grad(double_well))(x)
    errors = paths[name][:, 0] - x if name else None
    measured = f"   1 - ηf'' = {1 - 0.1 * curvature:.4f}   {errors[20] / errors[19]:.4f}" if name else ""
    print(f"x = {x:+.4f}   f(x) = {double_well(x):+.4f}   f''(x) = {curvature:+.4f}{measured}")

# %% [markdown]
# ## Dos dimensiones
#
# Ahora $x_{n+1} = x_n - \eta\nabla f(x_n)$. ¿Por qué el gradiente? Por Cauchy-Schwarz, entre los vectores unitarios
# $u$ la derivada direccional $D_u f = \langle\nabla f, u\rangle \le |\nabla f|$ es máxima en
# $u = \nabla f/|\nabla f|$: es la dirección de mayor ascenso. Las flechas son $-\nabla f$, todas del mismo largo,
# sobre la función de Himmelblau, que tiene cuatro mínimos; otra vez el inicio decide a cuál se llega.

# %%
rule = {"GD": partial(optim.GradientDescent, lr=0.005)}
corners = [(0.5, 0.5), (-1.0, 0.5), (-1.0, -2.0), (0.5, -2.5)]
paths = {f"$x_0$ = {start}": optim.race(rule, himmelblau, start, 100).paths["GD"] for start in corners}
grid = np.array(np.meshgrid(np.linspace(-4.6, 4.6, 14), np.linspace(-4.6, 4.6, 14)))
slopes = grad(lambda p: himmelblau(p).sum())(grid)
arrows = -slopes / np.linalg.norm(slopes, axis=0)

fig, ax = plt.subplots(figsize=(4.8, 4.8), layout="constrained")
optim.plot_paths(paths, himmelblau, ax)
ax.legend(loc="lower left", fontsize="x-small", ncols=2)
ax.quiver(*grid, *arrows, color="0.3", width=0.003, scale=32, zorder=3)
ax.set_aspect("equal")
plt.show()

# %% [markdown]
# Las flechas y los caminos cortan las curvas de nivel en ángulo recto.
#
# **Proposición.** $\nabla f$ es ortogonal a las curvas de nivel. *Demostración.* Si $\gamma$ es una curva con
# $f(\gamma(t)) = c$, al derivar, $\langle\nabla f(\gamma(t)), \gamma'(t)\rangle = 0$. $\square$
#
# Los conjuntos de nivel de `ravine`, $f = \tfrac12(x^2 + 50y^2)$, son elipses. `jvp` da el valor y la derivada
# direccional; a lo largo de $\gamma'$ es cero, salvo redondeo, y la mayor es $|\nabla f|$ (casi: se prueban 180
# direcciones, no todas).

# %%
directions = [np.array([np.cos(a), np.sin(a)]) for a in np.linspace(0, 2 * np.pi, 180)]
for t in np.linspace(0.3, 6, 6):
    point = np.array([np.cos(t), np.sin(t) / 50**0.5])
    tangent = np.array([-np.sin(t), np.cos(t) / 50**0.5])
    value, along = jvp(ravine, (point,), (tangent,))
    steepest = max(jvp(ravine, (point,), (u,))[1] for u in directions)
    length = np.linalg.norm(grad(ravine)(point))
    print(f"f(γ) = {value:.3f}   D_γ' f = {abs(along):.1e}   max D_u f = {steepest:.4f}   ‖∇f‖ = {length:.4f}")

# %% [markdown]
# ## El barranco
#
# `ravine` es cincuenta veces más curva a lo ancho que a lo largo. Con $\eta$ chica el descenso baja al fondo y casi
# no avanza por él; con $\eta$ más grande zigzaguea de pared a pared; un poco más, y diverge. No hay $\eta$ buena para
# las dos direcciones.

# %%
fig, axs = plt.subplots(1, 3, figsize=(9, 2.2), layout="constrained")
optim.plot_learning_rates(ravine, ravine.start, [0.01, 0.039, 0.0405], steps=30, axes=axs)
plt.show()

# %% [markdown]
# Para $f(x) = \tfrac12\langle x, Hx\rangle$ con $H$ simétrica y valores propios
# $0 < \lambda_1 \le \dots \le \lambda_n$, en la base de vectores propios el descenso son $n$ descensos de una
# dimensión, con factores $1 - \eta\lambda_i$. Manda el peor,
# $$\rho(\eta) = \max_i |1 - \eta\lambda_i| = \max\{|1 - \eta\lambda_1|,\ |1 - \eta\lambda_n|\},$$
# que es mínimo donde ambos valen lo mismo: $\eta = 2/(\lambda_1 + \lambda_n)$ y
# $\rho = \dfrac{\kappa - 1}{\kappa + 1}$, con $\kappa = \lambda_n/\lambda_1$, el **número de condición**. (Para
# funciones fuertemente convexas vale la misma cota: Nesterov, 2004.)

# %%
H = hessian(ravine)([0.0, 0.0])
eigenvalues = np.linalg.eigvalsh(H)
etas = np.linspace(0, 0.042, 200)
factors = np.abs(1 - np.outer(etas, eigenvalues))
best = 2 / eigenvalues.sum()

fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
for i, factor in enumerate(factors.T, 1):
    ax.plot(etas, factor, "--", label=rf"$|1 - ηλ_{i}|$")
ax.plot(etas, factors.max(axis=1), color="black", label="ρ(η)")
ax.plot(best, 1 - best * eigenvalues[0], "o", color="black")
ax.set(xlabel="η", ylabel="ρ")
ax.legend()
plt.show()

# %% [markdown]
# El cociente $|x_{n+1}|/|x_n|$ medido con esa $\eta$ es $(\kappa - 1)/(\kappa + 1)$ en todos los pasos. Debajo,
# cuántos pasos cuesta dividir el error entre un millón, según $\kappa$: son proporcionales a $\kappa$, pues
# $\log\frac{\kappa + 1}{\kappa - 1} \approx 2/\kappa$.

# %%
path = optim.race({"GD": partial(optim.GradientDescent, lr=best)}, ravine, steps=50).paths["GD"]
norms = np.linalg.norm(path, axis=1)
ratios = norms[1:] / norms[:-1]
kappa = eigenvalues[-1] / eigenvalues[0]
print(f"κ = {kappa:.0f}   (κ - 1)/(κ + 1) = {(kappa - 1) / (kappa + 1):.6f}")
print(f"min = {ratios.min():.6f}   max = {ratios.max():.6f}")
print()
for kappa in (2, 10, 100, 1000, 10_000):
    rate = (kappa - 1) / (kappa + 1)
    print(f"κ = {kappa:>6}   ρ = {rate:.6f}   n = {np.ceil(np.log(1e-6) / np.log(rate)):.0f}")

# %% [markdown]
# ## El polinomio de Taylor y el paso de Newton
#
# El descenso sólo mira la pendiente. Con la segunda derivada se tiene la parábola osculatriz,
# $$q(x) = f(a) + f'(a)(x - a) + \tfrac12 f''(a)(x - a)^2,$$
# y el paso de Newton va a su punto crítico, $a - f'(a)/f''(a)$. Donde $f'' > 0$ es el mínimo de la parábola
# (izquierda). Donde $f'' < 0$ es su máximo (derecha): el paso sube.

# %%
xs = np.linspace(-2.2, 2.2, 200)
fig, axs = plt.subplots(1, 2, figsize=(8, 2.7), layout="constrained")
for ax, a in zip(axs, (1.8, 0.6), strict=True):
    value, slope, curvature = (g(a) for g in (double_well, grad(double_well), grad(grad(double_well))))
    parabola = value + slope * (xs - a) + curvature * (xs - a) ** 2 / 2
    newtons = a - slope / curvature
    ax.plot(xs, double_well(xs), color="0.5", label="f")
    ax.plot(xs, parabola, "C1", label="q")
    ax.plot(a, value, "o", color="white", markeredgecolor="black", markersize=8, zorder=3)
    ax.plot(newtons, value - slope**2 / curvature / 2, "C1s", markersize=8)
    ax.set(xlabel="x", ylim=(-1.8, 1), title=f"a = {a},  f''(a) = {curvature:.2f},  a - f'/f'' = {newtons:.3f}")
    ax.legend(loc="upper center")
plt.show()

# %% [markdown]
# En varias dimensiones $f''$ es la hessiana,
# $q(x) = f(a) + \langle\nabla f(a), x - a\rangle + \tfrac12\langle x - a, H(a)(x - a)\rangle$, y el paso $d$ de
# Newton resuelve $H d = -\nabla f$. Nunca se invierte $H$: se resuelve un sistema.


# %%
def newton(f, x, steps):
    """Return the points of Newton's method, the start among them."""
    points = [np.array(x, float)]
    for _ in range(steps):
        x = points[-1]
        points.append(x + np.linalg.solve(hessian(f)(x), -grad(f)(x)))
    return np.array(points)


def taylor(f, a):
    """Return the Taylor polynomial of second order at a, a function of a list of coordinates."""
    g, H, both = grad(f)(a), hessian(f)(a), range(2)

    def q(x):
        d = [x[i] - a[i] for i in both]
        return f(a) + sum(g[i] * d[i] for i in both) + sum(H[i, j] * d[i] * d[j] for i in both for j in both) / 2

    return q


# %% [markdown]
# La función de Beale a la izquierda, su polinomio de Taylor en $a$ a la derecha, con el mismo paso. La flecha roja es
# la dirección de $-\nabla f$. El paso de Newton no apunta al mismo lado: va al centro de las elipses de la derecha.
# Debajo de la gráfica, el ángulo entre los dos.

# %%
a = np.array([2.5, 0.3])
d = newton(beale, a, 1)[1] - a
downhill = -0.25 * grad(beale)(a) / np.linalg.norm(grad(beale)(a))
window = (2.1, 3.3, 0.1, 0.7)

fig, axs = plt.subplots(1, 2, figsize=(8, 2.7), layout="constrained")
for ax, g, title in zip(axs, (beale, taylor(beale, a)), ("f", "q"), strict=True):
    optim.plot_paths({"Newton": np.array([a, a + d])}, g, ax, window=window)
    ax.quiver(*a, *downhill, color="C3", width=0.006, angles="xy", scale_units="xy", scale=1, zorder=5)
    ax.set(title=title, aspect="equal")
    ax.legend(loc="lower right", fontsize="small")
plt.show()
cosine = d @ downhill / (0.25 * np.linalg.norm(d))
print(f"{np.degrees(np.arccos(cosine)):.1f}°")

# %% [markdown]
# ## Convergencia cuadrática
#
# **Teorema** (convergencia local; Kantorovich, 1948, pone las condiciones sólo en $x_0$, y obtiene además que $x^*$
# existe). Si $\nabla f(x^*) = 0$, $H(x^*)$ es invertible y $H$ es Lipschitz cerca de $x^*$, entonces
# $|x_{n+1} - x^*| \le C\,|x_n - x^*|^2$ en cuanto $x_n$ está suficientemente cerca.
#
# *Demostración.* $x_{n+1} - x^* = H(x_n)^{-1}\bigl(\nabla f(x^*) - \nabla f(x_n) - H(x_n)(x^* - x_n)\bigr)$, y el
# paréntesis es el residuo de Taylor de $\nabla f$, a lo más $\tfrac12 \mathrm{Lip}(H)\,|x_n - x^*|^2$; cerca de
# $x^*$ la inversa $H(x_n)^{-1}$ es acotada, por continuidad. $\square$
#
# El número de dígitos correctos, $-\log_{10}|x_n - x^*|$, se duplica, más o menos, en cada paso, hasta los dieciséis
# que caben en un número de la máquina. A la derecha, el error del descenso de gradiente desde el mismo punto después
# de la misma cantidad de pasos.

# %%
target = np.array(beale.minima[0])
descent = optim.race({"GD": partial(optim.GradientDescent, lr=0.02)}, beale, a, 6).paths["GD"]
for n, (x, y) in enumerate(zip(newton(beale, a, 6), descent, strict=True)):
    error, slow = np.linalg.norm(x - target), np.linalg.norm(y - target)
    print(f"n = {n}   ‖x - x*‖ = {error:.1e}   {-np.log10(max(error, 1e-16)):4.1f}        GD: {slow:.1e}")

# %% [markdown]
# El precio de cada paso es una hessiana, $n^2$ números, y un sistema, del orden de $n^3$ operaciones. A cambio,
# Newton no ve el número de condición: si se cambia de coordenadas con una matriz invertible, sus puntos cambian
# igual. En una función cuadrática llega en un paso, cualquiera que sea $\kappa$.

# %%
print(newton(ravine, ravine.start, 1))

# %% [markdown]
# ## Donde Newton se equivoca
#
# Newton busca $\nabla f = 0$, y eso también lo cumplen los máximos y los puntos silla. La función `saddle`,
# $x^2 - y^2 + \tfrac12y^4$, es cóncava en $y$ cerca del eje $y = 0$. Desde el mismo punto, el descenso va a un
# mínimo y Newton va al punto silla: en la dirección del valor propio negativo, $-g_i/\lambda_i$ apunta cuesta
# arriba. Debajo, los valores de $f$ a lo largo de los dos caminos y los valores propios de la hessiana al inicio y
# al final.

# %%
start = (0.3, 0.4)
paths = {
    "GD": optim.race({"GD": partial(optim.GradientDescent, lr=0.1)}, saddle, start, 40).paths["GD"],
    "Newton": newton(saddle, start, 5),
}
fig, ax = plt.subplots(figsize=(4.4, 3.8), layout="constrained")
optim.plot_paths(paths, saddle, ax)
plt.show()
for name, path in paths.items():
    heights = [round(saddle(x), 4) + 0.0 for x in path]
    first, last = (np.linalg.eigvalsh(hessian(saddle)(x)) for x in (path[0], path[-1]))
    print(f"{name:6}", *(f"{height:8.4f}" for height in heights[:5]), f"  …  {heights[-1]:.4f}")
    print("       λ =", first, "→", last)

# %% [markdown]
# ## Puntos silla
#
# En un punto silla el gradiente se anula y el descenso se detiene; cerca de él, se detiene casi. Desde
# $(-1.2, \varepsilon)$ el descenso baja primero hacia el origen y luego tiene que irse por $y$, donde
# $y_{n+1} \approx (1 + 2\eta)\,y_n$: crece geométricamente, así que tarda $\log(1/\varepsilon)/\log(1 + 2\eta)$ pasos
# más una constante. Cada factor de cien en $\varepsilon$ alarga la meseta lo mismo. Con $\varepsilon = 0$ no sale
# nunca.

# %%
rule, left = {"GD": partial(optim.GradientDescent, lr=0.1)}, []
fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
for epsilon in (1e-2, 1e-4, 1e-6, 1e-8, 0.0):
    descent = optim.race(rule, saddle, (-1.2, epsilon), 150)
    ax.plot(descent.losses["GD"], label=f"ε = {epsilon:g}")
    left.append(int(np.argmax(descent.paths["GD"][:, 1] > 0.5)))
ax.set(xlabel="n", ylabel="$f(x_n)$", ylim=(-0.6, 0.6))
ax.legend(fontsize="small")
ax.grid(alpha=0.25)
plt.show()
print("min{n : y_n > 1/2} =", left[:-1], " Δ =", np.diff(left[:-1]))
print(f"log 100 / log(1 + 2η) = {np.log(100) / np.log(1.2):.1f}")

# %% [markdown]
# Los inicios con $\varepsilon = 0$ forman una recta, de medida cero, y eso es general: si $\nabla f$ es Lipschitz
# con constante $L$ y $\eta < 1/L$, el conjunto de inicios desde los que el descenso converge a un punto silla
# estricto tiene medida cero (Lee, Simchowitz, Jordan y Recht, 2016). Pero medida cero no quiere decir que cerca no
# cueste.
#
# ## La hessiana sin la hessiana
#
# Con $n = 100\,000$ variables, $H$ no cabe en la memoria. Pero $Hv$ es la derivada direccional del gradiente,
# $$H v = \frac{d}{dt}\Big|_{t=0} \nabla f(x + tv),$$
# y `hvp` la calcula al costo de unos cuantos gradientes (Pearlmutter, 1994). Aquí, en la función de Rosenbrock de $n$
# variables, junto al cociente de diferencias; debajo, los gigabytes que ocuparía $H$.


# %%
def rosenbrock_chain(x):
    """Return Rosenbrock's function of any number of variables."""
    return ((1 - x[:-1]) ** 2 + 100 * (x[1:] - x[:-1] ** 2) ** 2).sum()


rng = np.random.default_rng(0)
n, h = 100_000, 1e-5
x, v = rng.normal(size=n), rng.normal(size=n)
product = hvp(rosenbrock_chain)(x, v)
quotient = (grad(rosenbrock_chain)(x + h * v) - grad(rosenbrock_chain)(x - h * v)) / (2 * h)
print(product[:4], quotient[:4], sep="\n")
print(f"‖Hv - quotient‖ / ‖Hv‖ = {np.linalg.norm(product - quotient) / np.linalg.norm(product):.1e}")
print(f"{8 * n**2 / 1e9:.0f} GB")

# %% [markdown]
# ¿Para qué sirve? El método de la potencia sólo necesita productos $Hv$, y en un mínimo, donde no hay valores
# propios negativos, da $\lambda_{\max}$: con él, la mayor tasa $2/\lambda_{\max}$ con la que el descenso es estable
# ahí. Se compara, con $n = 20$, con los valores propios de la matriz completa.

# %%
x, v = np.ones(20), rng.normal(size=20)
for _ in range(300):
    v = v / np.linalg.norm(v)
    product = hvp(rosenbrock_chain)(x, v)
    largest, v = v @ product, product
exact = np.linalg.eigvalsh(hessian(rosenbrock_chain)(x))[-1]
print(f"λ_max = {largest:.6f}   {exact:.6f}   2/λ_max = {2 / largest:.6f}")

# %% [markdown]
# Un poco por debajo de esa tasa, un error pequeño decrece; un poco por encima, crece. Los números son $|\nabla f|$
# antes y después de 200 pasos desde un punto cercano al mínimo $(1, \dots, 1)$.

# %%
for share in (0.98, 1.02):
    x = np.ones(20) + 1e-6 * v / np.linalg.norm(v)
    before = np.linalg.norm(grad(rosenbrock_chain)(x))
    for _ in range(200):
        x = x - share * 2 / largest * grad(rosenbrock_chain)(x)
    print(f"η = {share} · 2/λ_max   {before:.1e} → {np.linalg.norm(grad(rosenbrock_chain)(x)):.1e}")

# %% [markdown]
# ## Ejercicios
#
# **1.** Para $f(x) = \tfrac14x^4$ se tiene $f''(0) = 0$: el factor $1 - \eta f''(x^*)$ es $1$. ¿Converge el descenso,
# y qué tan rápido?
#
# <details><summary>Solución</summary>
#
# Converge, si $\eta x_0^2 < 2$, pero ya no geométricamente: $x_{n+1} = x_n - \eta x_n^3$ se parece a
# $x' = -\eta x^3$, cuya solución es $x(n) = (x_0^{-2} + 2\eta n)^{-1/2}$. Por lo tanto $x_n\sqrt{2\eta n} \to 1$:
# cada dígito más cuesta cien veces más pasos.
#
# ```python
# x = 1.0
# for n in range(1, 10_001):
#     x = x - 0.1 * x**3
#     if n in (10, 100, 1000, 10_000):
#         print(n, x, x * np.sqrt(2 * 0.1 * n))
# ```
#
# </details>
#
# **2.** Repare el paso de Newton para que en `saddle` baje desde $(0.3, 0.4)$: reemplace cada valor propio de la
# hessiana por su valor absoluto.
#
# <details><summary>Solución</summary>
#
# Con $H = Q\Lambda Q^T$ y $d = -Q|\Lambda|^{-1}Q^T\nabla f$ se tiene $\langle\nabla f, d\rangle < 0$, así que $d$
# siempre es dirección de descenso, y cerca de un mínimo es el paso de Newton (Dauphin et al., 2014). El camino llega
# a un mínimo, $(0, 1)$.
#
# ```python
# x = np.array([0.3, 0.4])
# for _ in range(7):
#     lams, Q = np.linalg.eigh(hessian(saddle)(x))
#     x = x - Q @ ((Q.T @ grad(saddle)(x)) / np.abs(lams))
#     print(x, saddle(x))
# ```
#
# </details>
#
# **3.** Calcule un paso de Newton de `rosenbrock_chain` con $n = 50$ sin formar $H$, sólo con `hvp`, y compárelo con
# `np.linalg.solve`.
#
# <details><summary>Solución</summary>
#
# El método del gradiente conjugado (Hestenes y Stiefel, 1952) resuelve $Hd = -\nabla f$ con productos $Hp$, si $H$ es
# definida positiva; cerca del mínimo $(1, \dots, 1)$ lo es. En aritmética exacta bastan $n$ productos.
#
# ```python
# x = np.ones(50) + 0.01 * np.random.default_rng(1).normal(size=50)
# d, r = np.zeros(50), -grad(rosenbrock_chain)(x)
# p = r
# for count in range(1, 101):
#     Hp = hvp(rosenbrock_chain)(x, p)
#     alpha = r @ r / (p @ Hp)
#     d, r_new = d + alpha * p, r - alpha * Hp
#     p, r = r_new + (r_new @ r_new) / (r @ r) * p, r_new
#     if np.linalg.norm(r) < 1e-10:
#         break
# print(count, np.linalg.norm(d - np.linalg.solve(hessian(rosenbrock_chain)(x), -grad(rosenbrock_chain)(x))))
# ```
#
# </details>
