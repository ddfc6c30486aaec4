"""Which part of a network is called with what, and what does it return?

While a block lasts, a `forward` of its own shadows the one of its class; otherwise calls cost nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from nn.module import Module
from nn.neuron import Layer
from nn.random import generators_of
from nn.training.prediction import mode

See = Callable[[str, Module, tuple[Any, ...], Any], Any]


@contextmanager
def observed(model: Module, see: See) -> Iterator[None]:
    """Call ``see(path, module, inputs, output)`` after each call of the model and of its parts, while the block lasts.

    A part that is called from several places is seen at each call, always under the same path, the first one it has.

    >>> import nn
    >>> from autograd import ones
    >>> from nn.hooks import observed
    >>> model = nn.Sequential(nn.Linear(3, 2, rng=0), nn.ReLU())
    >>> with observed(model, lambda path, module, inputs, output: print(repr(path), output.shape)):
    ...     y = model(ones((4, 3)))
    '0' (4, 2)
    '1' (4, 2)
    '' (4, 2)
    """
    shadowed = []
    try:
        for path, module in list(model.named_modules()):
            shadowed.append((module, vars(module).get("forward")))
            vars(module)["forward"] = _watched(path, module, module.forward, see)
        yield
    finally:
        for module, before in shadowed:
            if before is None:
                del vars(module)["forward"]
            else:
                vars(module)["forward"] = before


def _watched(path: str, module: Module, forward: Callable[..., Any], see: See) -> Callable[..., Any]:
    def call(*inputs: Any, **options: Any) -> Any:
        output = forward(*inputs, **options)
        see(path, module, (*inputs, *options.values()), output)
        return output

    return call


@contextmanager
def unchanged(model: Module, *, training: bool) -> Iterator[None]:
    """Let a model be called as in training or as in use, and give back its modes, buffers and random states.

    >>> import nn
    >>> from autograd import ones
    >>> from nn.hooks import unchanged
    >>> model = nn.BatchNorm1d(2)
    >>> with unchanged(model, training=True):
    ...     y = model(ones((4, 2)))
    >>> model.num_batches_tracked.item()
    0
    """
    buffers = [(buffer, buffer.data) for buffer in model.buffers()]  # a write puts a new array in place, this one stays
    generators = [(generator, generator.bit_generator.state) for _, generator in generators_of(model)]
    try:
        with mode(model, training):
            yield
    finally:
        for buffer, data in buffers:
            buffer.data = data
        for generator, state in generators:
            generator.bit_generator.state = state


def layers(model: Module) -> dict[str, Module]:
    """Return the parts that a user thinks of as layers, by path: those without parts, and those with numbers of their own.

    A `Layer` of neurons is one; the neurons are its units.

    >>> import nn
    >>> list(nn.hooks.layers(nn.MLP(2, [16, 1], rng=0)))
    ['layers.0', 'layers.1']
    """
    if isinstance(model, Layer):
        return {"": model}
    found: dict[str, Module] = {}
    of_neurons: tuple[str, ...] = ()  # what the paths of neurons begin with
    for path, module in model.named_modules():
        if path.startswith(of_neurons):
            continue
        if isinstance(module, Layer):
            of_neurons = (*of_neurons, f"{path}.")
        if isinstance(module, Layer) or not list(module.children()) or own_numbers(module):
            found[path] = module
    return found


def own_numbers(module: Module) -> list[Any]:
    """Return the parameters and buffers that a module holds itself, not through its parts; a Layer's are its neurons'."""
    numbers = [*module.parameters(), *module.buffers()]
    if isinstance(module, Layer):
        return numbers
    inner = {id(x) for child in module.children() for x in (*child.parameters(), *child.buffers())}
    return [x for x in numbers if id(x) not in inner]


def parameters_of(module: Module) -> list[Any]:
    """Return the parameters, trained or frozen, that a module holds itself; a Layer's are its neurons'."""
    return [x for x in own_numbers(module) if x.requires_grad or x.is_frozen]
