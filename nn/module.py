"""What do all parts of a network have in common?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograd import Tensor, Value
from autograd.calls import note_call


class Module:
    """A part of a network: it is called like a function, and owns parameters and other modules.

    A subclass defines `forward`. What it keeps as attributes, or in lists, tuples and dicts that are attributes, is its
    own: a Value or Tensor that requires a gradient is a parameter, a Module is a part. Calls are noted on their results, so
    that pictures can fold a part into one box.

    >>> import nn
    >>> from autograd import Value
    >>> class Scale(nn.Module):
    ...     def __init__(self):
    ...         self.factor = Value(2.0)
    ...     def forward(self, x):
    ...         return self.factor * x
    >>> scale = Scale()
    >>> scale(3.0).data, dict(scale.named_parameters())
    (6.0, {'factor': Value(2.0)})
    """

    def forward(self, *inputs: Any) -> Any:
        """Compute the result of a call."""
        raise NotImplementedError(f"{type(self).__name__} must say what it computes: define forward(self, x)")

    def __call__(self, *inputs: Any) -> Any:
        outputs = self.forward(*inputs)
        note_call(self, inputs, outputs)
        return outputs

    def named_parameters(self) -> Iterator[tuple[str, Any]]:
        """Yield each parameter with its path, such as ``layers.0.neurons.3.b``, in the order of the attributes."""
        for path, thing in _owned(self):
            if not isinstance(thing, Module):
                yield path, thing

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """Yield this module with the path ``""``, and all parts with theirs."""
        yield "", self
        for path, thing in _owned(self):
            if isinstance(thing, Module):
                yield path, thing

    def parameters(self) -> list[Any]:
        """Return the numbers that training changes, in a fixed order."""
        return [p for _, p in self.named_parameters()]

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for p in self.parameters():
            p.zero_grad()


def _owned(module: Module) -> Iterator[tuple[str, Any]]:
    """Yield what a module owns with its path: parts, before what they own themselves, and parameters; each once."""
    seen: set[int] = {id(module)}
    stack: list[tuple[str, Any]] = [("", module)]
    while stack:
        path, thing = stack.pop()
        if isinstance(thing, (Module, Value, Tensor)) and thing is not module:
            if id(thing) in seen or not (isinstance(thing, Module) or (thing.is_leaf and thing.requires_grad)):
                continue
            seen.add(id(thing))
            yield path, thing
        stack.extend((f"{path}.{name}".lstrip("."), inner) for name, inner in reversed(_contents(thing)))


def _contents(thing: Any) -> list[tuple[str, Any]]:
    if isinstance(thing, (list, tuple)):
        return [(str(i), item) for i, item in enumerate(thing)]
    contents = thing if isinstance(thing, dict) else vars(thing) if isinstance(thing, Module) else {}
    return [(str(name), item) for name, item in contents.items()]
