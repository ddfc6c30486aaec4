"""Neurons, layers and networks on top of the graph.

    >>> import nn
    >>> model = nn.MLP(2, [16, 16, 1], rng=0)
    >>> len(model.parameters())
    337
"""

from nn.module import Module
from nn.neuron import MLP, Layer, Neuron

__all__ = ["MLP", "Layer", "Module", "Neuron"]
