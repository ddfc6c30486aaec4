# %% [markdown]
# # 1. La derivada de la diapositiva
#
# **La pregunta.** En la diapositiva del minicurso, una red de dos neuronas calcula
#
# $$f = S\bigl(w_{20} + w_{21}\tanh(w_{10} + w_{11}x_1 + w_{12}x_2)\bigr), \qquad e = \tfrac12\,(y - f)^2,$$
#
# y las cinco parciales $\partial e/\partial w$ se derivan a mano. ¿Puede salir todo eso, fórmulas y números, de la
# sola expresión de $e$? Aquí se escribe una vez; lo demás lo hace la gráfica de cómputo.

# %%
import numpy as np
from matplotlib import pyplot as plt

from autograd import Value, draw, explain, gradcheck, paths, play, set_language, sigmoid, tanh, value_and_grad

# %% tags=["language"]
lang = "es"
set_language(lang)

# %% [markdown]
# ## La expresión
#
# Un `Value` es un número que recuerda de dónde viene. Los datos $x_1$, $x_2$, $y$ son constantes; los cinco pesos
# son las variables respecto de las cuales se deriva. Los resultados intermedios llevan los nombres de la
# diapositiva.

# %%
x1, x2, y = (Value(v, n, requires_grad=False) for v, n in ((0.5, "x1"), (-1.2, "x2"), (1.0, "y")))
w20, w21 = Value(0.2, "w20"), Value(0.7, "w21")
w10, w11, w12 = Value(0.1, "w10"), Value(0.4, "w11"), Value(-0.3, "w12")
weights = [w20, w21, w10, w11, w12]

z_g = (w10 + w11 * x1 + w12 * x2).named("z_g")
g = tanh(z_g).named("g")
z_f = (w20 + w21 * g).named("z_f")
f = sigmoid(z_f).named("f")
e = (0.5 * (y - f) ** 2).named("e")
e

# %% [markdown]
# ## La descomposición y las cinco parciales
#
# `explain` recorre la gráfica hacia atrás, como lo hace la retropropagación, pero con letras en lugar de números. Con
# `style="prime"` deja $S'$ y $\tanh'$ sin desarrollar, igual que la diapositiva: compárese renglón por renglón.

# %%
explain(e, weights, style="prime")

# %% [markdown]
# Sin esa opción también desarrolla las derivadas locales, $S' = f(1 - f)$ y $\tanh' = 1 - g^2$. Ninguna parcial
# tiene una fórmula propia en la biblioteca: cada operación conoce sólo su derivada, y la regla de la cadena las
# multiplica.

# %%
explain(e, [w21, w11])

# %% [markdown]
# ## La gráfica
#
# Cada nodo muestra su valor y su gradiente, la derivada de $e$ respecto de él; cada arista muestra la derivada
# local. El gradiente de un nodo es la suma, sobre todos los caminos que van de él a $e$, del producto de las
# aristas. De $w_{11}$ a $e$ hay un solo camino, el que va resaltado.

# %% tags=["picture"]
e.backward()
draw(e, highlight=paths(e, w11))

# %%
print(paths(e, w11))

# %% [markdown]
# La misma cuenta, paso a paso: los botones (o las flechas del teclado) avanzan primero con los valores, de
# izquierda a derecha, y después con las derivadas, de regreso.

# %%
play(e)

# %% [markdown]
# ## Lo mismo en papel
#
# Las fórmulas de la diapositiva, con lápiz: hacen falta $f$, $g$, las dos derivadas locales y multiplicar.
# Obsérvese que $\delta_f = -(y - f)\,S'(z_f)$ aparece en las cinco y $\delta_g = \delta_f\, w_{21} \tanh'(z_g)$ en
# tres: calcular cada factor una sola vez, de atrás hacia adelante, *es* la retropropagación.

# %%
delta_f = -(y.data - f.data) * f.data * (1 - f.data)
delta_g = delta_f * w21.data * (1 - g.data**2)
on_paper = [delta_f, delta_f * g.data, delta_g, delta_g * x1.data, delta_g * x2.data]

for w, derivative in zip(weights, on_paper, strict=True):
    print(f"∂e/∂{w.label}   {derivative:+.12f}   {w.grad:+.12f}")

# %% [markdown]
# ## ¿Y si las dos cuentas tuvieran el mismo error?
#
# El cociente de diferencias $\bigl(e(w + h) - e(w - h)\bigr)/2h$ no sabe nada de derivadas, así que es un testigo
# independiente. Para evaluarlo se escribe $e$ como función de sus pesos; las operaciones aceptan números comunes.


# %%
def error(w, x=(0.5, -1.2), y=1.0):
    """The slide's error as a function of the weights w20, w21, w10, w11, w12."""
    f = sigmoid(w[0] + w[1] * tanh(w[2] + w[3] * x[0] + w[4] * x[1]))
    return 0.5 * (y - f) ** 2


start = [0.2, 0.7, 0.1, 0.4, -0.3]
h = 1e-5
for i, w in enumerate(weights):
    up, down = (error([v + s * h * (i == j) for j, v in enumerate(start)]) for s in (1, -1))
    print(f"∂e/∂{w.label}   {(up - down) / (2 * h):+.12f}   {w.grad:+.12f}")

# %% [markdown]
# `gradcheck` hace esto mismo, eligiendo el paso $h$ y la tolerancia a partir del error que las propias diferencias
# delatan (el cuaderno 7 trata de eso).

# %%
gradcheck(error, (start,))

# %% [markdown]
# ## Un paso de descenso, y después cien
#
# La diapositiva termina con $w \leftarrow w - \eta\, \partial e/\partial w$. Un paso:

# %%
eta = 0.5
before, slopes = value_and_grad(error)(start)
once = [w - eta * slope for w, slope in zip(start, slopes, strict=True)]
print(f"e = {before:.6f}  →  {error(once):.6f}")

# %% [markdown]
# Cien pasos, desde el mismo punto. La curva baja siempre, aunque cada vez más despacio: conforme $f$ se acerca a
# $y$, el factor $(y - f)$ se hace pequeño, y con él todo el gradiente.

# %%
w, errors = start, []
for _ in range(100):
    value, slopes = value_and_grad(error)(w)
    errors.append(value)
    w = [v - eta * slope for v, slope in zip(w, slopes, strict=True)]
errors.append(error(w))

fig, ax = plt.subplots(figsize=(6, 3), layout="constrained")
ax.plot(errors, lw=2)
ax.set(xlabel={"es": "pasos", "en": "steps"}[lang], ylabel="e", ylim=(0, None))
ax.grid(alpha=0.25)
plt.show()
print(f"e: {errors[0]:.6f} → {errors[-1]:.6f}")
print("w:", np.round(w, 4))

# %% [markdown]
# ## Ejercicios
#
# **1.** Cambie $S$ por $\tanh$ también en la neurona de salida y obtenga las cinco parciales. ¿Qué factor cambia en
# todas?
#
# <details><summary>Solución</summary>
#
# Sólo cambia la derivada local de la salida, $f(1-f)$ por $1 - f^2$; los demás factores son los mismos.
#
# ```python
# f_tanh = tanh(w20 + w21 * tanh(w10 + w11 * x1 + w12 * x2)).named("f")
# print(explain(0.5 * (y - f_tanh) ** 2, weights).text)
# ```
#
# </details>
#
# **2.** Haga que la neurona oculta se use dos veces: $z_f = w_{20} + w_{21}\,g + g^2$. ¿Cuántos caminos van ahora de
# $w_{11}$ a $e$, y qué parte del gradiente lleva cada uno?
#
# <details><summary>Solución</summary>
#
# Dos caminos, cuyas partes están en la razón de $w_{21}$ a $2g$, pues $\partial z_f/\partial g = w_{21} + 2g$; el
# gradiente es la suma de sus productos, que es lo que la regla de la cadena dice de una variable que aparece en dos
# lugares.
#
# ```python
# f_twice = sigmoid(w20 + w21 * g + g**2)
# print(paths(0.5 * (y - f_twice) ** 2, w11))
# ```
#
# </details>
#
# **3.** Con $\eta = 0.5$ el error bajó en cada paso. ¿Hay alguna $\eta$ con la que suba en uno de los primeros
# cien? ¿Y si la etiqueta es $y = 0.6$ en lugar de $1$?
#
# <details><summary>Solución</summary>
#
# Con $y = 1$, ninguna. Mientras $w_{21}$ y $g$ sean positivos, como al inicio, un paso aumenta $w_{20}$, $w_{21}$ y
# $z_g$ (éste, en $-\eta\,\delta_g\,(1 + x_1^2 + x_2^2)$, con $\delta_g < 0$), y con ellos $g$, $z_f$ y $f < 1$: el
# error baja, y $w_{21}$ y $g$ siguen siendo positivos. El mínimo está en el infinito. Con $y = 0.6$ está a una
# distancia finita, y un paso grande lo brinca.
#
# ```python
# for label in (1.0, 0.6):
#     for eta in (0.5, 60.0, 1000.0):
#         w, errors = start, []
#         for _ in range(100):
#             value, slopes = value_and_grad(lambda w: error(w, y=label))(w)
#             errors.append(value)
#             w = [v - eta * slope for v, slope in zip(w, slopes, strict=True)]
#         print(label, eta, any(later > earlier for earlier, later in zip(errors, errors[1:])))
# ```
#
# </details>
