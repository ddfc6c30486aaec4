"""How is a network called on a batch, be it of Tensors or of Values?

A network of Tensors takes the whole batch. One of Values takes a sample, so it is called for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from numpy.typing import NDArray

from autograd import AutogradError, Tensor, Value
from autograd.errors import at
from nn.loss.targets import numbers_of
from nn.module import Module


class Function(Module):
    """A plain function of a batch as a module, which owns the parameters it is trained with.

    >>> from autograd import Tensor
    >>> from nn.training.prediction import Function
    >>> W = Tensor([[2.0]], requires_grad=True)
    >>> model = Function(lambda x: x @ W, [W])
    >>> model(Tensor([[3.0]])).tolist(), len(model.parameters())
    ([[6.0]], 1)
    """

    def __init__(self, f: Callable[..., Any], params: list[Any]) -> None:
        self.f = f
        self.params = params

    def forward(self, *inputs: Any) -> Any:
        return self.f(*inputs)


def is_of_values(model: Any) -> bool:
    """Is this a network of Values, which is called a sample at a time?"""
    return isinstance(model, Module) and any(isinstance(p, Value) for p in model.parameters())


def caller_of(model: Module) -> Callable[[Any], Any]:
    """Return the function that calls a model on the inputs of a batch, a tuple of which are several arguments.

    Raises:
        AutogradError: when it is called: the model returned nothing.
    """
    if is_of_values(model):
        return lambda x: [_something(model(sample)) for sample in numbers_of(x).tolist()]
    return lambda x: _something(model(*x) if isinstance(x, tuple) else model(x))


def _something(output: Any) -> Any:
    if output is None:
        raise AutogradError(f"the model returned None: does its forward return something?{at()}")
    return output


def array_of(outputs: Any) -> NDArray[Any]:
    """Return what a model gave for a batch as an array of bare numbers."""
    if isinstance(outputs, Tensor):
        return outputs.array
    return numbers_of(outputs)


@contextmanager
def mode(model: Module, training: bool) -> Iterator[None]:
    """Let a model be in training or in use, each of its parts, and give each its own mode back."""
    before = [(part, part.training) for part in model.modules()]
    model.train(training)
    try:
        yield
    finally:
        for part, was in before:
            part.training = was
