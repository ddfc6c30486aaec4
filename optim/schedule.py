"""What is a schedule of learning rates?

A function of the number of steps, t -> learning rate, and this class, which writes its value into an optimizer's groups. A
schedule has no memory but t, so it can be set to any step, and a sum of roundings cannot build up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd import AutogradError
from autograd.errors import at
from optim.optimizer import Optimizer


class LRScheduler:
    """Sets the learning rates of an optimizer; subclasses give the function. Construction sets those of t = 0.

    Args:
        optimizer: the optimizer; the learning rates its groups have now are the η₀ of the formulas.
        last_epoch: the last step that was taken, for going on with an optimizer that was loaded. (default -1: none)

    Attributes:
        last_epoch: t. (torch's name; whether it counts epochs or batches is for the caller of `step` to say.)
        base_lrs: η₀ of each group.

    Raises:
        AutogradError: `optimizer` is none.

    >>> import optim
    >>> from autograd import Value
    >>> class Halving(optim.LRScheduler):
    ...     def rate(self, base, t):
    ...         return base / 2**t
    >>> opt = optim.SGD([Value(1.0)], lr=0.8)
    >>> schedule = Halving(opt)
    >>> schedule.step(); schedule.step(); opt.lr
    0.2
    """

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        self._require(isinstance(optimizer, Optimizer), f"an optimizer, got {type(optimizer).__name__}")
        self.optimizer = optimizer
        self.last_epoch: float = last_epoch
        # Kept in the groups too, as torch does, so that a later schedule starts from the same η₀.
        for group in optimizer.param_groups:
            group.setdefault("initial_lr", group["lr"])
        self.base_lrs = [float(group["initial_lr"]) for group in optimizer.param_groups]
        self._begin()

    def rate(self, base: float, t: float) -> float:
        """Return the learning rate at step t of a group whose η₀ is `base`."""
        raise NotImplementedError(f"{type(self).__name__} has no rate")

    def options_at(self, index: int, t: float) -> dict[str, Any]:
        """Return the options of a group at step t: its learning rate, and whatever else a schedule moves."""
        return {"lr": self.rate(self.base_lrs[index], t)}

    def step(self, epoch: float | None = None) -> None:
        """Go on to the next step, or to the one given, which may lie between two."""
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        for index, group in enumerate(self.optimizer.param_groups[: len(self.base_lrs)]):
            group.update(self.options_at(index, self.last_epoch))

    def get_last_lr(self) -> list[float]:
        """Return the learning rate of each group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Return what changes: t and the η₀; the rest is given to the constructor again."""
        return {"last_epoch": self.last_epoch, "base_lrs": list(self.base_lrs)}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` gave; the learning rates themselves come with the optimizer's.

        Raises:
            AutogradError: something is missing, and then nothing has been changed.
        """
        missing = [name for name in self.state_dict() if name not in state_dict]
        if missing:
            raise AutogradError(f"this state does not fit {type(self).__name__}: it has no {missing[0]!r}{at()}")
        self._load(state_dict)

    def _begin(self) -> None:
        """Set the learning rates of the first step."""
        self.step()

    def _load(self, state: Mapping[str, Any]) -> None:
        self.last_epoch, self.base_lrs = state["last_epoch"], list(state["base_lrs"])

    def _for_each_group(self, optimizer: Optimizer, name: str, given: Any) -> list[Any]:
        """Return an argument as a list with one for each group, however it was given."""
        self._require(isinstance(optimizer, Optimizer), f"an optimizer, got {type(optimizer).__name__}")
        groups = len(optimizer.param_groups)
        listed = list(given) if isinstance(given, (list, tuple)) else [given] * groups
        self._require(len(listed) == groups, f"one {name} or {groups} of them, got {len(listed)}")
        return listed

    def _require(self, holds: bool, needed: str) -> None:
        """Raise unless an argument is what is needed."""
        if not holds:
            raise AutogradError(f"{type(self).__name__} needs {needed}{at()}")
