"""What does training ask of an optimizer and of a schedule?

`nn` and `optim` do not know each other. Whatever has these methods can train a network.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Optimizer(Protocol):
    """Changes parameters by their gradients, and can be saved; `optim.Optimizer` is one."""

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        """A dict for each group: its "params", and options such as "lr" that are read at every step."""

    def step(self) -> Any:
        """Change every parameter that has a gradient."""

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""

    def state_dict(self) -> dict[str, Any]:
        """Return all that is needed to go on, as plain dicts, numbers and arrays."""

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` gave."""


class Schedule(Protocol):
    """Sets learning rates, step by step; `optim.LRScheduler` is one."""

    def step(self, value: Any = None) -> None:
        """Go on to the next step; a schedule that watches a measure is given it."""

    def state_dict(self) -> dict[str, Any]:
        """Return all that is needed to go on, as plain dicts and numbers."""

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` gave."""
