"""Is this a target that the loss can be computed against? If not, what would mend it?

A target of another shape would broadcast: (64, 1) against (64,) compares every prediction with every target, trains, and
learns nothing. A label of the wrong alphabet gives wrong gradients just as quietly. Each check is one pass over the target.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError, DomainError, DTypeError, ShapeError
from autograd.errors import at

Array = NDArray[Any]
Shape = tuple[int, ...]

REDUCTIONS = ("mean", "sum", "none")


def check_reduction(loss: str, reduction: Any, allowed: Sequence[str] = REDUCTIONS) -> None:
    """Raise unless this is a way to make one number of many."""
    if reduction not in allowed:
        raise AutogradError(f"{loss} takes a reduction of {', '.join(map(repr, allowed))}, got {reduction!r}{at()}")


def check_number(loss: str, name: str, number: float, *, low: float, high: float = np.inf, open_low: bool = False) -> None:
    """Raise unless a setting lies in its interval."""
    if not (low < number if open_low else low <= number) or not number <= high:
        interval = f"{name} {'>' if open_low else '>='} {low:g}" if high == np.inf else f"{name} in [{low:g}, {high:g}]"
        raise DomainError(f"{loss} needs {interval}, got {number!r}{at()}")


def check_shapes(loss: str, prediction: Shape, target: Shape) -> None:
    """Raise unless a target has the shape of the prediction, to the last axis of length 1."""
    if prediction != target:
        raise ShapeError(
            f"{loss} needs a target of the prediction's shape {prediction}, got {target}{_mend(prediction, target)}{at()}"
        )


def _mend(prediction: Shape, target: Shape) -> str:
    """Say what would make the two shapes equal, where that can be guessed."""
    if prediction == (*target, 1):
        behind = "[:, None]" if len(target) == 1 else "[..., None]"
        return f": use prediction.squeeze(-1) or target{behind}"
    if target == (*prediction, 1):
        return ": use target.squeeze(-1)"
    if not target:
        return f": use np.full({prediction}, target)"
    if np.prod(prediction) == np.prod(target):
        return f": if the entries are in the same order, use target.reshape({prediction})"
    return ""


# --- labels -----------------------------------------------------------------------------------------------------------


def check_signs(loss: str, target: Any) -> None:
    """Raise unless all labels are -1 or +1."""
    labels = numbers_of(target)
    right = np.abs(labels) == 1
    if not right.all():
        position, label = _first(labels, ~right)
        mend = ": 2 * target - 1 turns {0, 1} into {-1, +1}" if np.isin(labels, (0, 1)).all() else ""
        raise DomainError(f"{loss} needs labels -1 and +1, got {label!r} at {position}{mend}{at()}")


def check_probabilities(loss: str, what: str, numbers: Any, mend: str = "") -> None:
    """Raise unless all numbers lie in [0, 1]; nan, which a network in trouble computes, passes."""
    p = numbers_of(numbers)
    wrong = (p < 0) | (p > 1)
    if wrong.any():
        position, number = _first(p, wrong, what)
        raise DomainError(f"{loss} needs {what}s in [0, 1], got {number!r} at {position}{mend}{at()}")


def class_indices(
    loss: str, target: Any, shape: Shape, classes: int, ignore_index: int | None = None
) -> tuple[Array, Array | None]:
    """Return class indices in one row, and which of them count (None: all), with 0 in place of those that do not.

    Args:
        loss: who asks, for the error.
        target: whole numbers from 0 to classes - 1, or `ignore_index`.
        shape: the shape the target must have: the prediction's without its axis of classes.
        classes: how many classes there are.
        ignore_index: the number that stands for "no label here"; None where there is no such number.

    Raises:
        ShapeError: the target has another shape.
        DTypeError: the target is not of whole numbers.
        DomainError: a number is no class.
    """
    given = numbers_of(target)
    if given.shape != shape:
        mend = ": use target.squeeze(-1)" if given.shape == (*shape, 1) else ""
        raise ShapeError(
            f"{loss} needs one class index for each row of {classes} scores, a target of shape {shape}, "
            f"got {given.shape}{mend}{at()}"
        )
    if given.dtype.kind not in "iu" and given.size:
        raise DTypeError(
            f"{loss} needs whole numbers as class indices, got dtype {given.dtype}: use target.astype(int), or a "
            f"distribution over the classes, of the prediction's shape{at()}"
        )
    index: Array = given.astype(np.int64).reshape(-1)  # a copy: the caller may fill the array anew before `backward`
    is_class = ignore_index is not None and 0 <= ignore_index < classes
    # Seen without its sign a negative number is huge: one comparison finds both ends.
    if not index.size or (not is_class and index.view(np.uint64).max() < classes):
        return index, None
    counts = index != ignore_index if ignore_index is not None else np.ones(index.shape, bool)
    wrong = counts & (index.view(np.uint64) >= classes)
    if wrong.any():
        position, number = _first(given, wrong.reshape(shape))
        raise DomainError(f"{loss} needs class indices from 0 to {classes - 1}, got {int(number)} at {position}{at()}")
    index[~counts] = 0
    return index, counts


def numbers_of(target: Any) -> Array:
    """Return what holds numbers as an array: a Tensor's own, of lists and Values a new one."""
    if hasattr(target, "array"):
        return target.array  # type: ignore[no-any-return]
    if isinstance(target, (list, tuple)):
        return np.asarray([numbers_of(x) for x in target])
    return np.asarray(target.item() if hasattr(target, "detach") else target)


def _first(numbers: Array, wrong: Array, name: str = "target") -> tuple[str, Any]:
    """Return the place of the first wrong number, such as ``target[3, 0]``, and the number."""
    place = tuple(np.argwhere(wrong)[0].tolist())
    return f"{name}[{', '.join(map(str, place))}]" if place else f"the {name}", numbers[place].item()
