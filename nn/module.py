"""What do all parts of a network have in common?"""

from __future__ import annotations

from typing import Any


class Module:
    """A part of a network: it is called like a function and owns parameters."""

    def __call__(self, x: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must say what it computes: define __call__(self, x)")

    def parameters(self) -> list[Any]:
        """Return the numbers that training changes, in a fixed order."""
        return []

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for p in self.parameters():
            p.zero_grad()
