"""How is a network built from single neurons?

The teaching path: every weight is a `Value`, so every number in the network can be looked at. Constructors and
attributes are micrograd's (``layers[i].neurons[j].w``, ``.b``); a neuron is one n-ary `dot` node, the addition of the
bias, and the activation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError, ShapeError, Value, dot
from autograd.errors import at, short
from nn.activation import function_named
from nn.module import Module
from nn.random import Rng, generator


def _activation(name: str | None) -> Callable[[Any], Any] | None:
    """Return the function of this name, None for a linear neuron."""
    return None if name is None or name == "linear" else function_named(name)


def _as_array(numbers: Any) -> NDArray[np.float64]:
    try:
        return np.asarray(numbers, float)
    except (TypeError, ValueError):
        raise ShapeError(f"W is an array of numbers, got {short(numbers)}{at()}") from None


class ScalarModule(Module):
    """A module all of whose parameters are Values."""

    def parameters(self) -> list[Value]:
        """Return the numbers that training changes, neuron by neuron, each neuron's weights before its bias."""
        return super().parameters()


class Neuron(ScalarModule):
    """A perceptron f(w₀ + Σ wᵢ xᵢ) on Values.

    Args:
        nin: the number D of inputs.
        activation: the name of f, or None for a linear neuron. (default "relu")
        nonlin: micrograd's name for it: False for a linear neuron.
        rng: an int, a `numpy.random.Generator` or None: where weights are drawn from, uniform in [-1, 1].

    Attributes:
        w: the weights w₁ … w_D, a list of Values.
        b: the bias w₀, 0 at first; also reached as ``w0``.
        W: all of them as an array (w₀, w₁, …, w_D), which may be assigned to.

    >>> import nn
    >>> neuron = nn.Neuron(2, "tanh", rng=0)
    >>> [round(w.data, 3) for w in neuron.w], neuron.b.data
    ([0.274, -0.46], 0.0)
    >>> round(neuron([1.0, 2.0]).data, 4)
    -0.5696
    """

    def __init__(self, nin: int, activation: str | None = "relu", *, nonlin: bool = True, rng: Rng = None) -> None:
        self.w = [Value(0.0) for _ in range(nin)]
        self.b = Value(0.0)
        self.activation = activation if nonlin else None
        self._f = _activation(self.activation)
        self.reset_parameters(rng)

    def reset_parameters(self, rng: Rng = None) -> None:
        """Draw the weights anew, and put the bias to 0."""
        self.W = np.array([0.0, *generator(rng).uniform(-1.0, 1.0, len(self.w))])

    @property
    def w0(self) -> Value:
        """The bias, by the name it has on the slides."""
        return self.b

    @property
    def W(self) -> NDArray[np.float64]:
        """The bias and the weights as the slides write them, (w₀, w₁, …, w_D): a copy of their numbers."""
        return np.array([self.b.data, *(w.data for w in self.w)])

    @W.setter
    def W(self, numbers: Any) -> None:
        row = _as_array(numbers)
        if row.shape != (1 + len(self.w),):
            raise ShapeError(f"{self!r} has W (w0, w1, …) of {1 + len(self.w)} numbers, got shape {row.shape}{at()}")
        for p, number in zip([self.b, *self.w], row.tolist(), strict=True):
            p.data = number

    def forward(self, x: Sequence[Any]) -> Any:
        z = dot(self.w, x) + self.b
        return z if self._f is None else self._f(z)

    def __repr__(self) -> str:
        kind = {"relu": "ReLU", None: "Linear"}.get(self.activation, str(self.activation).capitalize())
        return f"{kind}Neuron({len(self.w)})"


class Layer(ScalarModule):
    """Neurons side by side on the same inputs, f(W x̃) with x̃ = (1, x): R^nin -> R^nout.

    Its value is a list of Values, or the one Value of a single neuron.

    Args:
        nin: the number D of inputs.
        nout: the number m of neurons.
        activation: the name of f, or None for linear neurons. (default "relu")
        nonlin: micrograd's name for it: False for linear neurons.
        rng: an int, a `numpy.random.Generator` or None: where weights are drawn from.

    Attributes:
        neurons: the neurons, a list.
        W: the slides' matrix of shape m × (D + 1), biases first, which may be assigned to.

    >>> import nn
    >>> layer = nn.Layer(2, 2, "tanh", rng=0)
    >>> layer.W = [[0.1, 0.4, -0.3], [0.0, 1.0, 1.0]]
    >>> layer.neurons[0].b.data, layer.W.shape
    (0.1, (2, 3))
    """

    def __init__(
        self, nin: int, nout: int, activation: str | None = "relu", *, nonlin: bool = True, rng: Rng = None
    ) -> None:
        drawn_from = generator(rng)
        self.neurons = [Neuron(nin, activation, nonlin=nonlin, rng=drawn_from) for _ in range(nout)]

    @property
    def W(self) -> NDArray[np.float64]:
        """The matrix of the slides, row i holding the bias and the weights of neuron i: a copy of their numbers."""
        return np.array([neuron.W for neuron in self.neurons])

    @W.setter
    def W(self, numbers: Any) -> None:
        matrix = _as_array(numbers)
        if matrix.shape != self.W.shape:
            raise ShapeError(f"this layer has W of shape {self.W.shape}, one row for each neuron, got {matrix.shape}{at()}")
        for neuron, row in zip(self.neurons, matrix, strict=True):
            neuron.W = row

    def forward(self, x: Sequence[Any]) -> Any:
        x = x.tolist() if isinstance(x, np.ndarray) else x
        out = [neuron(x) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(ScalarModule):
    """Multilayer perceptron: layers one after the other, the last one linear.

    Args:
        nin: the number of inputs.
        nouts: the number of neurons of each layer.
        activation: the name of the function between layers; or a list of names, one for each layer, the last one
            included. (default "relu")
        rng: an int, a `numpy.random.Generator` or None: where weights are drawn from.

    >>> import nn
    >>> nn.MLP(2, [2, 1], rng=0)
    MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]
    >>> nn.MLP(2, [1, 1], ["tanh", "sigmoid"], rng=0)  # the network of the worked example
    MLP of [Layer of [TanhNeuron(2)], Layer of [SigmoidNeuron(1)]]
    """

    def __init__(
        self, nin: int, nouts: Sequence[int], activation: str | Sequence[str | None] | None = "relu", *, rng: Rng = None
    ) -> None:
        drawn_from = generator(rng)
        sizes = [nin, *nouts]
        between = activation is None or isinstance(activation, str)
        names = [*[activation] * (len(nouts) - 1), None][-len(nouts) :] if between else list(activation)  # type: ignore[arg-type]
        if len(names) != len(nouts):
            raise AutogradError(f"MLP needs one activation for each of {len(nouts)} layers, got {len(names)}{at()}")
        self.layers = [
            Layer(sizes[i], sizes[i + 1], names[i], rng=drawn_from)  # type: ignore[arg-type]
            for i in range(len(nouts))
        ]

    def forward(self, x: Sequence[Any]) -> Any:
        for layer in self.layers:
            x = layer(x if isinstance(x, (list, tuple, np.ndarray)) else [x])
        return x

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(str, self.layers))}]"
