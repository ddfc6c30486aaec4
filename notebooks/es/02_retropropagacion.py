# %% [markdown]
# # 2. Retropropagación desde cero
#
# **La pregunta.** Un programa que deriva cabe en menos de sesenta líneas de Python: cada resultado guarda una
# función que reparte su gradiente. ¿Qué le falta para que se pueda confiar en él? Aquí se escribe ese programa, se
# compara con la diapositiva y después se desarma: cada defecto se mide en una celda, y al lado se mide lo que hace
# la biblioteca.

# %%
import gc
import inspect
import sys
import weakref
from math import exp, tanh

import numpy as np
from matplotlib import pyplot as plt

from autograd import GradcheckError, Tensor, Value, elementwise, explain, grad, gradcheck, gradients, ops, set_language

# %% tags=["language"]
lang = "es"
set_language(lang)

# %% [markdown]
# ## El otro motor
#
# Si $v$ se calculó de $u$ y todo termina en $e$, sea $\bar v = \partial e/\partial v$. La regla de la cadena suma
# sobre los usos de $u$:
#
# $$\bar u = \sum_{v \text{ que usa } u} \bar v\, \frac{\partial v}{\partial u}.$$
#
# Cada `Node` guarda su número, de qué nodos viene y una función `push`, creada junto con el resultado, que suma el
# término que le toca a cada uno de ellos. La suma está completa sólo cuando han pasado todos los que usan a $u$;
# por eso `backward` ordena primero los nodos, cada uno después de aquellos de los que viene, y los recorre al
# revés. Así están hechos los motores de enseñanza, como micrograd (A. Karpathy, 2020).


# %%
class Node:
    """A number, the nodes it was computed from, and a function that hands its gradient on to them."""

    def __init__(self, data, parents=()):
        self.data, self.grad, self.parents = data, 0.0, parents
        self.push = lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Node) else Node(other)
        out = Node(self.data + other.data, (self, other))

        def push():
            self.grad += out.grad
            other.grad += out.grad

        out.push = push
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Node) else Node(other)
        out = Node(self.data * other.data, (self, other))

        def push():
            self.grad += out.grad * other.data
            other.grad += out.grad * self.data

        out.push = push
        return out

    def apply(self, value, slope):
        """Return the node of a function of this one, whose value and derivative are given as numbers."""
        out = Node(value, (self,))

        def push():
            self.grad += out.grad * slope

        out.push = push
        return out

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for parent in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            node.push()


# %% [markdown]
# ## La diapositiva, con los dos
#
# La función $e = \frac12 (y - f)^2$, con $f = S(w_{20} + w_{21}\tanh(w_{10} + w_{11}x_1 + w_{12}x_2))$, se escribe
# una vez. Sólo $S$ y $\tanh$ son distintas: en `Node` la derivada se calcula aquí mismo, como un número más.


# %%
def node_tanh(x):
    """Return tanh of a node."""
    y = tanh(x.data)
    return x.apply(y, 1 - y * y)


def node_sigmoid(x):
    """Return S of a node."""
    y = 1 / (1 + exp(-x.data))
    return x.apply(y, y * (1 - y))


def error(w, tanh, sigmoid, x=(0.5, -1.2), y=1.0):
    """The slide's error as a function of the weights w20, w21, w10, w11, w12."""
    f = sigmoid(w[0] + w[1] * tanh(w[2] + w[3] * x[0] + w[4] * x[1]))
    rest = f * -1.0 + y
    return rest * rest * 0.5


# %%
start = {"w20": 0.2, "w21": 0.7, "w10": 0.1, "w11": 0.4, "w12": -0.3}
nodes = [Node(v) for v in start.values()]
values = [Value(v, name) for name, v in start.items()]
error(nodes, node_tanh, node_sigmoid).backward()
error(values, ops.tanh, ops.sigmoid).backward()
for name, ours, theirs in zip(start, nodes, values, strict=True):
    print(f"∂e/∂{name}   {ours.grad:+.15f}   {theirs.grad:+.15f}   {abs(ours.grad - theirs.grad):.0e}")

# %% [markdown]
# El motor es correcto. También es rápido en el sentido que importa: cada nodo se visita una vez, aunque los caminos
# sean muchos. Si se duplica $x$ treinta veces, $x \mapsto x + x$, hay $2^{30}$ caminos de $x$ al resultado, cada
# uno con producto $1$; el gradiente los cuenta, y sin embargo se obtiene con treinta llamadas a `push`.

# %%
x = Node(1.0)
total = x
for _ in range(30):
    total = total + total
total.backward()
print(x.grad, x.grad == 2.0**30)

# %% [markdown]
# ## 1. Los nodos no se van
#
# Python libera un objeto en cuanto nadie se refiere a él. Pero el nodo `out` tiene a `push`, y `push` se refiere a
# `out`: un ciclo, que se mantiene vivo a sí mismo. Sólo lo encuentra el recolector de basura, que cada tanto busca
# entre todos los objetos los inalcanzables. La siguiente función lo apaga, calcula un error, lo suelta, y cuenta
# cuántos nodos quedaron vivos y cuántos objetos inalcanzables halla el recolector cuando se le llama.


# %%
def left_behind(kind, make):
    """Return how many objects of a class outlive what `make` returns, and how many objects the collector then frees."""
    gc.collect()
    gc.disable()
    before = sum(type(o) is kind for o in gc.get_objects())
    make()
    after = sum(type(o) is kind for o in gc.get_objects())
    gc.enable()
    return after - before, gc.collect()


print("Node ", left_behind(Node, lambda: error(nodes, node_tanh, node_sigmoid).backward()))
print("Value", left_behind(Value, lambda: error(values, ops.tanh, ops.sigmoid).backward()))

# %% [markdown]
# De la gráfica de `Value` no queda nada: sus nodos apuntan a aquellos de los que vienen y a su operación, nunca a
# sí mismos, así que al soltar $e$ se libera todo, al instante. En un entrenamiento la diferencia se ve así: por
# cada paso se construye una gráfica nueva, y se cuenta cuántas de las hechas hasta entonces siguen en la memoria.
# Los dientes de la sierra son las visitas del recolector, que casi siempre revisa sólo los objetos recientes; la
# recta de `Value` está a la altura de una sola gráfica, la que se acaba de hacer.


# %%
def graphs_alive(steps, once):
    """Return, after each step, how many of the graphs that were made so far are still in memory."""
    gc.collect()
    made, alive = [], []
    for _ in range(steps):
        e = once()
        e.backward()
        made.append(weakref.ref(e))
        alive.append(sum(ref() is not None for ref in made))
    return alive


fig, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
ax.plot(graphs_alive(300, lambda: error(nodes, node_tanh, node_sigmoid)), lw=2, label="Node")
ax.plot(graphs_alive(300, lambda: error(values, ops.tanh, ops.sigmoid)), lw=2, label="Value")
ax.set(xlabel={"es": "pasos", "en": "steps"}[lang], ylabel={"es": "gráficas vivas", "en": "graphs alive"}[lang])
ax.set_ylim(0, None)
ax.locator_params(axis="y", integer=True)
ax.legend()
ax.grid(alpha=0.25)
plt.show()

# %% [markdown]
# ## 2. La recursión
#
# `visit` se llama a sí misma una vez por cada nodo de un camino, y Python limita la profundidad de las llamadas.
# Una suma de tantos términos como ese límite (una época de un entrenamiento, una red recurrente sobre un texto) ya
# no se deriva.


# %%
def chain(x, n):
    """Return x + x + … + x."""
    total = x
    for _ in range(n - 1):
        total = total + x
    return total


n = sys.getrecursionlimit()
print(n)
try:
    chain(Node(1.0), n).backward()
except RecursionError as trouble:
    print(f"RecursionError: {trouble}")

# %% [markdown]
# La biblioteca ordena con una lista de pendientes en lugar de recursión; la memoria es el único límite. Aquí van
# cien mil sumas, cuya derivada tiene que ser exactamente el número de términos.

# %%
x = Value(1.0)
chain(x, 100_000).backward()
x.grad

# %% [markdown]
# ## 3. No hay segunda derivada
#
# En `Node` el gradiente es un número: `push` multiplica con `float`, y de esa cuenta no queda nada que se pueda
# derivar.

# %%
print([type(w.grad).__name__ for w in nodes])

# %% [markdown]
# En la biblioteca las reglas de derivación son a su vez operaciones. Si se le pide (`create_graph=True`), el
# recorrido hacia atrás construye una gráfica, y ésta se vuelve a derivar. La hessiana de $e$ sale renglón por
# renglón; es simétrica, como quiere el teorema de Schwarz. Tampoco hay que detenerse en la segunda: de
# $\tanh' = 1 - \tanh^2$ se sigue que toda derivada de $\tanh$ es un polinomio en $t = \tanh x$, y la tercera, la
# última línea, es $-2(1 - t^2)(1 - 3t^2)$.

# %%
e = error(values, ops.tanh, ops.sigmoid)
slopes = gradients(e, values, create_graph=True)
hessian = np.array([gradients(slope, values) for slope in slopes])
print(np.round(hessian, 6))
print(abs(hessian - hessian.T).max())

t = tanh(0.3)
print(grad(grad(grad(ops.tanh)))(0.3), -2 * (1 - t**2) * (1 - 3 * t**2))

# %% [markdown]
# ## 4. No hay fórmula
#
# De $\partial e/\partial w_{21}$ el otro motor sólo sabe el número: la derivada de cada operación se evaluó antes
# de guardarse. ¿De qué factores se compone? ¿Por cuáles caminos llegó? En la biblioteca la misma regla recibe
# letras.

# %%
fresh = [Node(v) for v in start.values()]
error(fresh, node_tanh, node_sigmoid).backward()
print(fresh[1].grad)

explain(error(values, ops.tanh, ops.sigmoid).named("e"), values[1])

# %% [markdown]
# ## 5. La segunda llamada
#
# `backward` suma en `.grad`, también en los resultados intermedios, y nadie los devuelve a cero. Llamado dos veces
# sobre la misma gráfica, el otro motor vuelve a repartir lo que ya había repartido. En una cadena cuyas aristas
# valen todas $1$, sea $g_k^{(n)}$ el gradiente a distancia $k$ del final tras $n$ llamadas. Como el del final
# siempre vale $1$,
#
# $$g_k^{(n)} = g_k^{(n-1)} + g_{k-1}^{(n)}, \qquad\text{así que}\qquad g_k^{(n)} = \binom{n + k - 1}{k}:$$
#
# es el triángulo de Pascal. Cada renglón es una llamada; cada columna, un nodo, del final hacia atrás.

# %%
line = [Node(1.0)]
for _ in range(6):
    line.append(line[-1].apply(1.0, 1.0))
for _ in range(5):
    line[-1].backward()
    print(*(f"{node.grad:6.0f}" for node in reversed(line)))

# %% [markdown]
# En la biblioteca sólo acumulan las hojas, y lo hacen a propósito: $n$ llamadas suman $n$ veces el gradiente (así
# se suman los gradientes de varias muestras). Los resultados intermedios se calculan de nuevo en cada recorrido.

# %%
values_line = [Value(1.0)]
for _ in range(6):
    values_line.append(values_line[-1] + 0.0)
for _ in range(5):
    values_line[-1].backward()
    print(*(f"{v.grad:6.0f}" for v in reversed(values_line)))

# %% [markdown]
# ## 6. Las operaciones están soldadas
#
# Para agregar una operación hay que escribir valor y derivada juntos, dentro del código que calcula. Nadie compara
# la una con el otro: con un signo equivocado el motor sigue, y entrega otro gradiente sin decir nada.


# %%
def wrong_tanh(x):
    """Return tanh of a node, with a slip in the derivative."""
    y = tanh(x.data)
    return x.apply(y, 1 + y * y)


x = Node(0.5)
wrong_tanh(x).backward()
print(x.grad, 1 - tanh(0.5) ** 2)

# %% [markdown]
# ## Un solo remedio
#
# La recursión se quita aparte (ejercicio 1). Los otros cinco defectos tienen una causa común: la derivada está
# escondida en una función que se crea con cada resultado, atada a sus números y a su `.grad`. En la biblioteca la
# derivada es un *dato*, aparte: un registro guarda, para cada operación, cómo se calcula y su regla. El nodo no
# guarda una función sino cuál es su operación, y quien recorre la gráfica (con números, arreglos, letras, o con
# nodos otra vez) busca la regla en el registro. Éste es el bloque completo de $\tanh$:

# %%
blocks = inspect.getsource(ops.elementary).split("\n\n\n")
print(next(block for block in blocks if "def tanh(" in block))

# %% [markdown]
# La regla recibe la salida $y$ y la entrada $x$: de ella se obtiene todo lo demás. La tabla de todas las
# operaciones se lee de ahí; estos son algunos de sus renglones (operación, derivada, dominio).

# %%
rows = {row[0].split("(")[0]: row for row in ops.table().rows}
print(len(rows))
for name in ("mul", "div", "exp", "log", "sqrt", "atan", "tanh", "sigmoid", "relu"):
    operation, _, derivative, domain, _ = rows[name]
    print(f"{operation:<12}{derivative:<16}{domain}")

# %% [markdown]
# ## Una operación propia
#
# La función gudermanniana, $\operatorname{gd}(x) = \arctan(\sinh x)$, lleva las funciones hiperbólicas a las
# circulares sin pasar por los complejos: $\cos(\operatorname{gd} x) = 1/\cosh x$ y
# $\sin(\operatorname{gd} x) = \tanh x$. En el mapa de Mercator es la latitud como función de la ordenada. Su
# derivada es $1/\cosh x$, es decir $\operatorname{gd}' = \cos \operatorname{gd}$.


# %%
@elementwise(d=lambda y, x: ops.cos(y))
def gd(x):
    """The Gudermannian, the angle whose sine is tanh x."""
    return np.arctan(np.sinh(x))


# %% [markdown]
# Eso es todo. Sirve ya para números y para arreglos, como función y como método, y para la segunda derivada, que en
# papel es $-\sin(\operatorname{gd} x)\cos(\operatorname{gd} x) = -\tanh x/\cosh x$:

# %%
print(gd(0.7), Value(0.7).gd().data, Tensor([0.0, 0.7]).gd())
print(grad(grad(gd))(0.7), -np.tanh(0.7) / np.cosh(0.7))

# %% [markdown]
# Sirve para las fórmulas, con la letra $y$ de la regla sustituida por el nombre del resultado:

# %%
x = Value(0.7, "x")
explain((x * gd(x)).named("f"), x)

# %% [markdown]
# Una regla aparte del valor se puede comparar con diferencias del valor solo, al orden que se quiera:

# %%
gradcheck(gd, 0.7, order=3)

# %% [markdown]
# El descuido de antes ya no pasa. Con $\cos x$ en lugar de $\cos y$, `gradcheck` nombra la operación, el punto y
# los dos números:


# %%
@elementwise(d=lambda y, x: ops.cos(x))
def slip(x):
    """The Gudermannian, with a slip in the rule."""
    return np.arctan(np.sinh(x))


try:
    gradcheck(slip, 0.7)
except GradcheckError as trouble:
    print(trouble.report)

# %% [markdown]
# ## Ejercicios
#
# **1.** Quite la recursión a `Node.backward` y derive una cadena de cien mil sumas.
#
# <details><summary>Solución</summary>
#
# Un nodo se pone en la lista de pendientes dos veces: la primera para anunciar a aquellos de los que viene, la
# segunda, que sale cuando todos ellos ya están en orden, para anotarse él mismo.
#
# ```python
# class Flat(Node):
#     """A node whose backward pass keeps its own list of what is left to do."""
#
#     def backward(self):
#         order, seen, todo = [], set(), [(self, False)]
#         while todo:
#             node, ready = todo.pop()
#             if ready:
#                 order.append(node)
#             elif node not in seen:
#                 seen.add(node)
#                 todo.append((node, True))
#                 todo += [(parent, False) for parent in node.parents]
#         self.grad = 1.0
#         for node in reversed(order):
#             node.push()
#
#
# x, one = Node(0.0), Node(1.0)
# total = x
# for _ in range(100_000):
#     total = total + one
# Flat.backward(total)
# print(x.grad, one.grad)
# ```
#
# </details>
#
# **2.** El ciclo se rompe si `push` recibe el gradiente en lugar de buscarlo en `out`. Escriba así el producto y
# mida con `left_behind` que ya no queda nada. ¿Qué más en `backward` forma un ciclo?
#
# <details><summary>Solución</summary>
#
# Con el gradiente como argumento, `push` se refiere a los factores pero no al producto. En `backward` la función
# `visit` se refiere a sí misma, y con ella a la lista `order`, que tiene todos los nodos: otro ciclo, uno por cada
# llamada. El primer par de números es del producto nuevo, el segundo del de `Node`; ninguno llama a `backward`.
#
# ```python
# class Light(Node):
#     """A node whose function is given the gradient, so that it need not refer to the node."""
#
#     def __mul__(self, other):
#         def push(gradient):
#             self.grad += gradient * other.data
#             other.grad += gradient * self.data
#
#         out = Light(self.data * other.data, (self, other))
#         out.push = push
#         return out
#
#
# light, heavy = Light(2.0), Node(2.0)
# print(left_behind(Light, lambda: light * light * light), left_behind(Node, lambda: heavy * heavy * heavy))
# ```
#
# </details>
#
# **3.** Registre la media geométrica $\sqrt{ab}$ de dos números positivos, con sus dos derivadas escritas mediante
# la salida $y$, y compruébelas a segundo orden.
#
# <details><summary>Solución</summary>
#
# $\partial y/\partial a = b/(2y) = y/(2a)$, y lo mismo para $b$: con varias entradas, `d` es una tupla de reglas.
# Lo que se sabe del dominio se le puede decir al registro con `domain=`; aquí basta con elegir un punto positivo.
#
# ```python
# @elementwise(d=(lambda y, a, b: y / (2 * a), lambda y, a, b: y / (2 * b)))
# def geometric_mean(a, b):
#     """The geometric mean of two positive numbers."""
#     return np.sqrt(a * b)
#
#
# print(geometric_mean(2.0, 8.0), grad(geometric_mean, argnums=(0, 1))(2.0, 8.0))
# print(gradcheck(geometric_mean, (2.0, 8.0), order=2))
# ```
#
# </details>
