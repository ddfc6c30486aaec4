"""How are modules put together?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from autograd import AutogradError
from autograd.errors import at, short
from nn.module import Module
from nn.training.model import Model


def _checked(modules: Iterable[Any], who: str) -> list[Module]:
    found = list(modules)
    for module in found:
        if not isinstance(module, Module):
            raise AutogradError(f"{who} holds modules, got {type(module).__name__} {short(module)}{at()}")
    return found


class _Listed(Module):
    """A module that keeps its parts under the names 0, 1, 2 …, as torch's state_dicts have them."""

    def _keep(self, modules: Iterable[Any]) -> None:
        for module in _checked(modules, type(self).__name__):
            vars(self)[str(len(self))] = module

    def _parts(self) -> list[Module]:
        return [part for name, part in vars(self).items() if name.isdigit()]

    def __len__(self) -> int:
        return len(self._parts())

    def __iter__(self) -> Iterator[Module]:
        return iter(self._parts())

    def __getitem__(self, index: int | slice) -> Any:
        parts = self._parts()[index]
        return type(self)._of(parts) if isinstance(parts, list) else parts

    @classmethod
    def _of(cls, parts: list[Module]) -> Any:
        return cls(parts)  # type: ignore[call-arg]

    def append(self, module: Module) -> Any:
        """Add a module at the end, and return the whole."""
        self._keep([module])
        return self


class Sequential(_Listed, Model):
    """Modules one after the other: each is called with what the one before returned.

    Args:
        modules: the parts, as arguments or in one list. Their paths are 0, 1, 2 …; ``model[0]`` is the first part,
            ``model[:2]`` a Sequential of the first two (the same parts, not copies).

    >>> import nn
    >>> nn.Sequential(nn.Flatten(), nn.Linear(784, 8, rng=0), nn.ReLU(), nn.Linear(8, 10, rng=1))
    Sequential(
      (0): Flatten()
      (1): Linear(in_features=784, out_features=8)  # weight (8, 784), bias (8,): 6,280 parameters
      (2): ReLU()
      (3): Linear(in_features=8, out_features=10)  # weight (10, 8), bias (10,): 90 parameters
    )  # 6,370 parameters
    """

    def __init__(self, *modules: Any) -> None:
        self._keep(modules[0] if len(modules) == 1 and isinstance(modules[0], (list, tuple)) else modules)

    def forward(self, x: Any) -> Any:
        for part in self:
            x = part(x)
        return x


class ModuleList(_Listed):
    """A list of modules, for a `forward` that decides itself how they are called; a plain list does as well.

    >>> import nn
    >>> [len(part.parameters()) for part in nn.ModuleList([nn.Linear(2, 2), nn.ReLU()])]
    [2, 0]
    """

    def __init__(self, modules: Iterable[Any] = ()) -> None:
        self._keep(modules)
