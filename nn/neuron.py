"""How is a network built from single neurons?

The teaching path: every weight is a `Value`, so every number in the network can be looked at. Constructors and
attributes are micrograd's (``layers[i].neurons[j].w``, ``.b``); a neuron is one n-ary `dot` node, the addition of the
bias, and the activation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import AutogradError, Value, dot, ops
from autograd.errors import at
from nn.module import Module

Rng = int | np.random.Generator | None


def _activation(name: str | None) -> Callable[[Any], Any] | None:
    """Return the function of this name, None for a linear neuron."""
    if name is None or name == "linear":
        return None
    function = getattr(ops, name, None)
    op = getattr(function, "op", None)
    if op is None or not op.elementwise or op.arity != 1:
        raise AutogradError(
            f"there is no activation {name!r}: name a function of one number, such as 'relu', or None{at()}"
        )
    return function


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
        b: the bias w₀, 0 at first.

    >>> import nn
    >>> neuron = nn.Neuron(2, "tanh", rng=0)
    >>> [round(w.data, 3) for w in neuron.w], neuron.b.data
    ([0.274, -0.46], 0.0)
    >>> round(neuron([1.0, 2.0]).data, 4)
    -0.5696
    """

    def __init__(self, nin: int, activation: str | None = "relu", *, nonlin: bool = True, rng: Rng = None) -> None:
        generator = np.random.default_rng(rng)
        self.w = [Value(w) for w in generator.uniform(-1.0, 1.0, nin).tolist()]
        self.b = Value(0.0)
        self.activation = activation if nonlin else None
        self._f = _activation(self.activation)

    def forward(self, x: Sequence[Any]) -> Any:
        z = dot(self.w, x) + self.b
        return z if self._f is None else self._f(z)

    def __repr__(self) -> str:
        kind = {"relu": "ReLU", None: "Linear"}.get(self.activation, str(self.activation).capitalize())
        return f"{kind}Neuron({len(self.w)})"


class Layer(ScalarModule):
    """Neurons side by side on the same inputs: R^nin -> R^nout.

    Its value is a list of Values, or the one Value of a single neuron.
    """

    def __init__(self, nin: int, nout: int, **kwargs: Any) -> None:
        generator = np.random.default_rng(kwargs.pop("rng", None))
        self.neurons = [Neuron(nin, **kwargs, rng=generator) for _ in range(nout)]

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
        activation: the name of the function between layers. (default "relu")
        rng: an int, a `numpy.random.Generator` or None: where weights are drawn from.

    >>> import nn
    >>> nn.MLP(2, [2, 1], rng=0)
    MLP of [Layer of [ReLUNeuron(2), ReLUNeuron(2)], Layer of [LinearNeuron(2)]]
    """

    def __init__(self, nin: int, nouts: Sequence[int], activation: str | None = "relu", *, rng: Rng = None) -> None:
        generator = np.random.default_rng(rng)
        sizes = [nin, *nouts]
        last = len(nouts) - 1
        self.layers = [
            Layer(sizes[i], sizes[i + 1], activation=None if i == last else activation, rng=generator)
            for i in range(len(nouts))
        ]

    def forward(self, x: Sequence[Any]) -> Any:
        for layer in self.layers:
            x = layer(x if isinstance(x, (list, tuple, np.ndarray)) else [x])
        return x

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(str, self.layers))}]"
