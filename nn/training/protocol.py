"""What does training ask of an optimizer and of a schedule?

`nn` and `optim` do not know each other. Whatever has these methods can train a network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, cast

from autograd import AutogradError
from autograd.errors import at, short


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


def optimizer_of(params: Sequence[Any], given: Optimizer | Callable[[list[Any]], Optimizer]) -> Optimizer:
    """Return an optimizer of a model's parameters: one as it is, or what makes one called with them.

    Args:
        params: the parameters; none if only the optimizer knows them.
        given: an optimizer, or what makes one, such as ``optim.Adam``.

    Raises:
        AutogradError: it is neither, or it would change other parameters than these.
    """
    found: Any = given
    if isinstance(given, type) or (callable(given) and not _is_optimizer(given)):
        if not params:
            raise AutogradError(f"there are no parameters to make an optimizer of: give one that is made{at()}")
        found = given(list(params))
    if not _is_optimizer(found):
        raise AutogradError(
            f"optimizer is one, such as optim.Adam(model.parameters()), or what makes one of parameters, got "
            f"{short(found)}{at()}"
        )
    changed = {id(p) for group in found.param_groups for p in group["params"]}
    if params and changed.isdisjoint(map(id, params)):
        raise AutogradError(
            f"the optimizer holds none of this model's parameters: make it of model.parameters() (of this very model){at()}"
        )
    return cast(Optimizer, found)


def _is_optimizer(given: Any) -> bool:
    return all(hasattr(given, name) for name in ("param_groups", "step", "zero_grad"))


class Schedule(Protocol):
    """Sets learning rates, step by step; `optim.LRScheduler` is one."""

    def step(self, value: Any = None) -> None:
        """Go on to the next step; a schedule that watches a measure is given it."""

    def state_dict(self) -> dict[str, Any]:
        """Return all that is needed to go on, as plain dicts and numbers."""

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` gave."""
