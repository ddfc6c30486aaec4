# %% [markdown]
# # 7. Comprobar una derivada
#
# **La pregunta.** Una regla de derivación se escribe a mano y puede estar mal; el programa que la usa no se queja,
# sólo entrena peor. ¿Cómo se sabe que una derivada es correcta, cuántas cifras puede prometer la comprobación, y qué
# se puede decir donde no hay derivada?

# %%
from collections import Counter

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from matplotlib import pyplot as plt

import nn
from autograd import (
    AnomalyError,
    Value,
    anomaly,
    check,
    elementwise,
    exp,
    grad,
    gradcheck,
    log,
    relu,
    set_language,
    sqrt,
    tanh,
)
from autograd.registry import all_ops
from autograd.testing import strategies

# %% tags=["language"]
lang = "es"
set_language(lang)

# %% [markdown]
# ## Diferencias y su paso
#
# El testigo más antiguo es el cociente de diferencias. Por Taylor,
#
# $$\frac{f(x+h) - f(x)}{h} = f'(x) + \tfrac{h}{2} f''(x) + O(h^2), \qquad
# \frac{f(x+h) - f(x-h)}{2h} = f'(x) + \tfrac{h^2}{6} f'''(x) + O(h^4).$$
#
# En la máquina, además, cada valor de $f$ trae un error relativo del orden de $\varepsilon = 2^{-52}$, y la resta
# lo deja entero mientras el cociente lo divide entre $h$: el error de redondeo es del orden de $\varepsilon |f|/h$.
# Un paso grande trunca, uno pequeño redondea. Tomemos el ejemplo de J. Martins, P. Sturdza y J. Alonso (2003),
# escrito con las funciones de numpy para que acepte floats, `Value`s y también complejos:


# %%
def f(x):
    """The example of Martins, Sturdza and Alonso."""
    return np.exp(x) / np.sqrt(np.sin(x) ** 3 + np.cos(x) ** 3)


x0, EPS = 1.5, float(np.finfo(float).eps)
exact = grad(f)(x0)
forward = lambda h: (f(x0 + h) - f(x0)) / h
central = lambda h: (f(x0 + h) - f(x0 - h)) / (2 * h)
off = lambda slope: abs(slope - exact) / abs(exact)

print(f"f'({x0}) = {exact!r}\n\n h      forward  central")
for k in range(1, 16):
    h = 10.0**-k
    print(f"{h:.0e}  {off(forward(h)):.1e}  {off(central(h)):.1e}")

# %% [markdown]
# Al dividir $h$ entre 10, el error de la primera columna baja un dígito y el de la segunda, dos; hasta que gana el
# redondeo y ambos suben un dígito cada vez. El mejor paso iguala los dos errores: $h \approx \varepsilon/h$ da
# $h \approx \varepsilon^{1/2}$ y la mitad de las cifras; $h^2 \approx \varepsilon/h$ da
# $h \approx \varepsilon^{1/3}$ y dos tercios de ellas.
#
# ## El paso complejo
#
# Si $f$ es analítica real, $f(x + ih) = f(x) + ih f'(x) - \tfrac{h^2}{2} f''(x) - \dots$, y la parte imaginaria es
# $h f'(x) + O(h^3)$. Entonces $\operatorname{Im} f(x + ih)/h$ no resta nada: no hay cancelación, y $h$ puede ser
# tan pequeño que el truncamiento desaparezca del todo (J. Lyness y C. Moler, 1967; W. Squire y G. Trapp, 1998).

# %%
complex_step = lambda f, x, h=1e-200: float(np.imag(f(x + 1j * h)) / h)

steps = np.logspace(0, -20, 241)[1:]
fig, ax = plt.subplots(figsize=(7.4, 4.4), layout="constrained")
ways = {"complex": lambda h: complex_step(f, x0, h), "central": central, "forward": forward}
for (name, way), marker in zip(ways.items(), "o^v", strict=True):
    ax.loglog(steps, [max(off(way(h)), 1e-17) for h in steps], marker, ms={"o": 5}.get(marker, 2.5), label=name)
second, third = grad(grad(f))(x0), grad(grad(grad(f)))(x0)
for guide, style in ((abs(second / exact) * steps / 2, ":"), (abs(third / exact) * steps**2 / 6, "--")):
    ax.loglog(steps, guide, "k" + style, lw=1)
ax.loglog(steps, EPS * abs(f(x0) / exact) / steps, "k-.", lw=1)
for power in (1 / 2, 1 / 3):
    ax.axvline(EPS**power, color="0.6", lw=0.8)
ax.set(xlabel="h", ylabel={"es": "error relativo", "en": "relative error"}[lang], ylim=(3e-18, 30))
ax.legend(frameon=False, loc="center left")
plt.show()
print(f"ε^(1/2) = {EPS ** (1 / 2):.1e}   ε^(1/3) = {EPS ** (1 / 3):.1e}")
print(f"Im f(x + ih)/h = {complex_step(f, x0)!r}")

# %% [markdown]
# Las rectas negras son las de la teoría, con las constantes verdaderas: $\tfrac{h}{2}|f''/f'|$,
# $\tfrac{h^2}{6}|f'''/f'|$ (las derivadas, de `grad(grad(…))`) y $\varepsilon|f/f'|/h$, alrededor y debajo de la
# cual se dispersan los puntos. Las verticales grises son $\varepsilon^{1/2}$ y $\varepsilon^{1/3}$. Para
# $h < \varepsilon/2$ se tiene $x + h = x$ y el cociente es 0: error relativo 1. El paso complejo trunca como la
# diferencia central, pero no amplifica el redondeo: llega al último dígito y se queda ahí (los puntos del piso son
# «error cero»).
#
# La condición «analítica» no es un adorno. Si una operación recorta, compara o toma módulos, su versión compleja es
# otra función:

# %%
for name, g, slope in (
    ("|x|", np.abs, -1.0),
    ("√(x²)", lambda z: np.sqrt(z * z), -1.0),
    ("max(x, -x)", lambda z: np.maximum(z, -z), -1.0),
    ("x·conj(x)", lambda z: z * np.conj(z), -1.0),
):
    print(f"{name:10}  {complex_step(g, -0.5):+.1f}   {slope:+.1f}")

print([op.name for op in all_ops() if op.elementwise and any(op.d) and not (op.analytic or op.linear_in)])

# %% [markdown]
# En $x = -0.5$ las cuatro fórmulas tienen derivada $-1$ (segunda columna), y el módulo y el conjugado dan 0 sin
# avisar. `max` acierta por accidente: numpy compara complejos primero por su parte real. La lista es la de las
# operaciones elemento a elemento de la biblioteca que no se declaran analíticas, o cuya implementación no lo es
# (softplus es analítica, pero se calcula con $|x|$ para no desbordarse); de ellas el paso complejo no se pide.
#
# ## `gradcheck`: cinco veredictos
#
# `gradcheck` compara los modos inverso y directo con diferencias centrales extrapoladas a $h \to 0$ (Ridders, 1982),
# que además estiman su propio error; de ahí salen las tolerancias. Su reporte dice una de cinco cosas de cada
# derivada. *ok*:

# %%
gradcheck(lambda x, w: log(1 + x**2) * tanh(w * x), (0.7, 0.5), order=2)

# %% [markdown]
# *wrong*, incorrecta. Aquí `.data` saca el número de la gráfica, y con él la mitad de la derivada de $x^2$. Sin
# `raise_exception=False` esto sería una excepción, que es lo que se quiere en una prueba:

# %%
gradcheck(lambda x: x * x.data, 2.0, raise_exception=False)

# %% [markdown]
# *kink*, pico: no hay derivada con la cual comparar. El reporte da las pendientes laterales y lo que la regla toma:

# %%
gradcheck(relu, 0.0)

# %% [markdown]
# *outside domain*, fuera del dominio: el punto mismo, o un borde al que ninguna diferencia puede acercarse por ambos
# lados. La pendiente de $\sqrt x$ en $0$ es infinita, y a la izquierda no hay función:

# %%
for function, point in ((log, -1.0), (sqrt, 0.0)):
    print(gradcheck(function, point), "\n")

# %% [markdown]
# *unresolved*, sin resolver: las diferencias son demasiado burdas para decidir. Al sumar y restar $10^{14}$ se
# pierden los dígitos de $\tanh x$; la derivada de la gráfica es la buena, pero este testigo no puede confirmarlo, y
# lo dice en lugar de aprobar:

# %%
gradcheck(lambda x: (1e14 + tanh(x)) - 1e14, 1.0, raise_exception=False)

# %% [markdown]
# ## Una regla equivocada
#
# Una operación propia es una función de numpy con su derivada `d(y, x)`, donde `y` es el resultado. A la tangente
# hiperbólica le pondremos mal el signo: $1 + y^2$ en lugar de $1 - y^2$. Dentro de una expresión mayor, `gradcheck`
# señala a la culpable, pues vuelve a comprobar cada operación de la gráfica por separado:


# %%
@elementwise(d=lambda y, x: 1 + y * y)
def squash(x):
    """The hyperbolic tangent, with a mistake in its rule."""
    return np.tanh(x)


report = gradcheck(lambda w, x: exp(-x) * squash(w * x) ** 2, (0.7, 0.5), raise_exception=False)
report

# %%
report.draw()

# %% [markdown]
# El dibujo es la gráfica más pequeña que muestra la falla. La columna `ratio`, lo nuestro entre las diferencias,
# dice de qué tipo es: un factor olvidado da el mismo cociente en todos los puntos; un signo dentro de la fórmula,
# uno que cambia.


# %%
@elementwise(d=lambda y, x: x)
def squared(x):
    """The square, whose rule lacks the factor 2."""
    return x * x


for function in (squared, squash):
    reports = [gradcheck(function, x, raise_exception=False) for x in (0.25, 0.5, 1.0, 2.0)]
    print(f"{function.__name__:8}", *(f"{r.entries[0].ratio:9.4f}" for r in reports))

# %% [markdown]
# ## Los picos: qué elemento del subdiferencial
#
# En un pico de una función convexa cualquier número entre las pendientes laterales es un subgradiente. Cada
# operación declara dónde tiene picos, cuál valor toma ahí y de qué intervalo:

# %%
for op in all_ops():
    if op.elementwise and op.kinks and op.name in ("abs", "relu", "leaky_relu", "maximum", "clip", "hardtanh"):
        print(f"{op.name:10}  {op.kinks[0]}")

fig, axes = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
nn.plot_activation("relu", axes[0], window=(-2.0, 2.0))
nn.plot_activation(lambda x: abs(x), axes[1], window=(-2.0, 2.0))
axes[1].set_title("|x|")
plt.show()

# %% [markdown]
# El punto lleno es lo que la regla toma. Tomar elementos legítimos en cada operación no garantiza uno legítimo en el
# total. La identidad $x = \operatorname{relu}(x) - \operatorname{relu}(-x)$ tiene derivada 1 en todas partes, y la
# regla de la cadena con $\operatorname{relu}'(0) = 0$ da otra cosa (Kakade y Lee, 2018; Bolte y Pauwels, 2020):

# %%
gradcheck(lambda x: relu(x) - relu(-x), 0.0)

# %% [markdown]
# Las dos pendientes laterales son 1; lo nuestro es 0. El veredicto es *kink* y no *wrong*: la falla no es de una
# regla, sino de aplicar la regla de la cadena donde no vale. Sucede sólo en un conjunto de medida cero, pero $w = 0$
# es un punto de partida popular (cuaderno 5). Una rama en Python es otro modo de hacer un pico, que ninguna
# operación declara:

# %%
gradcheck(lambda x: x if x > 0 else 2 * x, 0.0)

# %% [markdown]
# ## De dónde salió el nan
#
# En el borde de un dominio la derivada puede ser $0\cdot\infty$. La función $x\sqrt x = x^{3/2}$ es derivable por la
# derecha en 0, con derivada 0; la regla del producto pasa por la pendiente infinita de la raíz:

# %%
x = Value(0.0, "x")
y = (x * sqrt(x)).named("y")
y.backward()
print("dy/dx =", x.grad)

# %% [markdown]
# En una red de miles de operaciones sólo se ve el `nan` al final. Dentro de `anomaly` se revisa cada resultado y
# cada parte de gradiente, y se detiene en la primera que empeora:

# %%
x = Value(0.0, "x")
try:
    with anomaly():
        y = (x * sqrt(x)).named("y")
        y.backward()
except AnomalyError as error:
    print(error)

print("d(x^1.5)/dx =", grad(lambda x: x**1.5)(0.0))

# %% [markdown]
# El remedio aquí es escribir la potencia de una sola vez: su regla, $\tfrac32 x^{1/2}$, no tiene infinitos.
#
# ## Propiedades en lugar de ejemplos
#
# Una prueba con tres puntos prueba tres puntos. Hypothesis genera los casos: una función decorada con `@given` se
# llama sin argumentos, corre con muchos ejemplos y, si uno falla, busca el más pequeño que falla. Las estrategias de
# `autograd.testing` producen números, arreglos y fórmulas enteras, dentro de sus dominios y lejos de los picos. Una
# propiedad de una sola operación:

# %%
QUIET = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, report_multiple_bugs=False,
    phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
)  # fmt: skip


@QUIET
@given(x=strategies.floats("positive"))
def the_slope_of_the_logarithm_is_the_reciprocal(x):
    assert grad(log)(x) == 1 / x


the_slope_of_the_logarithm_is_the_reciprocal()

# %% [markdown]
# Que no diga nada significa que pasó. Ahora, todas las fórmulas: la derivada de cualquier composición de operaciones
# es la que dicen las diferencias. El conjunto incluye las operaciones propias en cuanto existen, así que antes se
# corrigen las dos reglas de arriba. Se cuentan los veredictos de las derivadas que se compararon, y se muestran
# algunas de las fórmulas:


# %%
@elementwise(d=lambda y, x: 1 - y * y)
def squash(x):
    """The hyperbolic tangent."""
    return np.tanh(x)


@elementwise(d=lambda y, x: 2 * x)
def squared(x):
    """The square."""
    return x * x


# %%
tried = []


def judge(f, point):
    """Assert that the derivatives of f at a point are right, and note what was tried."""
    report = gradcheck(f, point, raise_exception=False)
    tried.append((report, f, point))
    assert report.ok, report


@QUIET
@given(strategies.expressions_with_points(max_depth=3))
def every_derivative_is_right(drawn):
    judge(*drawn)


every_derivative_is_right()
print(Counter(entry.verdict for report, _, _ in tried for entry in report.entries))
print(*sorted(dict.fromkeys(str(f) for _, f, _ in tried if 20 < len(str(f)) < 80), key=len)[-6:], sep="\n")

# %% [markdown]
# ¿Y si hay un error pequeño? La regla de esta exponencial tiene un error de uno por ciento, y aparece escondida
# entre otras operaciones:


# %%
@elementwise(d=lambda y, x: 1.01 * y)
def nearly_exp(x):
    """The exponential, with a rule that is one per cent off."""
    return np.exp(x)


@QUIET
@given(strategies.expressions_with_points(3, ops=["add", "mul", "sin", "tanh", nearly_exp]))
def mine_is_right_too(drawn):
    judge(*drawn)


tried.clear()
try:
    mine_is_right_too()
except AssertionError as error:
    print(error, *error.__notes__, sep="\n")

# %% [markdown]
# Ésa es la fórmula mínima que falla, en el punto más simple. No fue la primera: al encontrar una, Hypothesis la
# reduce (*shrinking*) a menos operaciones y números más redondos, mientras siga fallando. Las que fallaron, en el
# orden en que aparecieron:

# %%
failed = dict.fromkeys((str(f), point) for report, f, point in tried if not report.ok)
for text, point in failed:
    print(f"{text}   {point}")

# %% [markdown]
# ## Todas las maneras de derivar, lado a lado
#
# `check.compare` deriva la misma función de todas las maneras que hay, y dice cuántos dígitos coinciden con el modo
# inverso. PyTorch y JAX, si están instalados, recorren la misma gráfica, operación por operación.

# %%
print(check.compare(f, x0), "\n")
print(check.compare(lambda x, w: relu(w * x) * exp(-x), 0.5, 2.0))

# %% [markdown]
# Las diferencias centrales se quedan en dos tercios de las dieciséis cifras, como arriba; extrapoladas ganan unas
# cuantas; el paso complejo y los dos modos llegan al final, y donde hay un `relu` el paso complejo se abstiene.
# Ninguna maquinaria numérica demuestra que una regla es correcta: lo que logra es que un error, para pasar, tenga
# que convencer a varios testigos que no se conocen.
#
# ## Ejercicios
#
# **1.** La segunda derivada por diferencias es $\bigl(f(x+h) - 2f(x) + f(x-h)\bigr)/h^2$. ¿Cuál es su mejor paso y
# cuántas cifras quedan?
#
# <details><summary>Solución</summary>
#
# El truncamiento es $O(h^2)$ y el redondeo $\varepsilon/h^2$: se igualan en $h \approx \varepsilon^{1/4}$, con la
# mitad de las cifras. Por eso `gradcheck` con `order=2` no usa diferencias de diferencias: compara con primeras
# diferencias de la primera derivada.
#
# ```python
# steps = 10.0 ** -np.arange(1, 9)
# second = grad(grad(f))(x0)
# errors = [abs((f(x0 + h) - 2 * f(x0) + f(x0 - h)) / h**2 - second) / second for h in steps]
# for h, error in zip(steps, errors, strict=True):
#     print(f"{h:.0e}   {error:.1e}")
# print(f"ε^(1/4) = {EPS**0.25:.1e}")
# ```
#
# </details>
#
# **2.** Escriba la operación $\sqrt{1 + x^2}$ con su regla en términos de $y$, y compruébela hasta el tercer orden
# en un punto y hasta el segundo en fórmulas al azar.
#
# <details><summary>Solución</summary>
#
# $y' = x/y$. Las derivadas de orden superior no necesitan reglas nuevas: la regla misma está hecha de operaciones
# que se derivan.
#
# ```python
# @elementwise(d=lambda y, x: x / y)
# def smooth_abs(x):
#     return np.sqrt(1 + x * x)
#
#
# print(gradcheck(smooth_abs, 0.7, order=3))
#
#
# @QUIET
# @given(strategies.expressions_with_points(2, ops=["add", "mul", "sin", smooth_abs]))
# def smooth_abs_is_right(drawn):
#     gradcheck(*drawn, order=2)
#
#
# smooth_abs_is_right()
# ```
#
# </details>
#
# **3.** ¿Y si se tomara $\operatorname{relu}'(0) = \tfrac12$, como `maximum` en un empate? Muestre que ningún valor
# $c$ sirve para todas las fórmulas.
#
# <details><summary>Solución</summary>
#
# De $x = \operatorname{relu}(x) - \operatorname{relu}(-x)$ se pide $2c = 1$. De
# $\operatorname{relu}(x) - \operatorname{relu}(\operatorname{relu}(x)) = 0$ se pide $c - c^2 = 0$, es decir, $c = 0$
# o $c = 1$. No hay solución común. Con $c = \tfrac12$ la primera sale bien y la segunda mal:
#
# ```python
# from autograd import maximum
#
# halves = lambda x: maximum(x, 0.0) - maximum(-x, 0.0)
# nothing = lambda x: maximum(x, 0.0) - maximum(maximum(x, 0.0), 0.0)
# print(grad(halves)(0.0), grad(nothing)(0.0))
# ```
#
# </details>
