"""How are nested lists, tuples and dicts of numbers taken apart and put together again?

Functions to be differentiated take and give whatever is natural to them: a list of weights, a dict of arrays. `flatten`
lists the leaves and returns the structure as a little program for a stack machine, so that nesting of any depth needs
no recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

# A structure is a list of steps: None puts the next leaf on the stack, (make, n) replaces the top n things by make(them).
Step = tuple[Callable[[list[Any]], Any], int] | None
Structure = list[Step]


def flatten(tree: Any) -> tuple[list[Any], Structure]:
    """Return the leaves of nested lists, tuples and dicts, left to right, and the structure to `unflatten` them by.

    Anything else is a leaf. Dicts are walked in their own order and named tuples stay what they are.

    >>> leaves, structure = flatten({"w": [1.0, 2.0], "b": 3.0})
    >>> leaves
    [1.0, 2.0, 3.0]
    >>> unflatten(structure, [10.0, 20.0, 30.0])
    {'w': [10.0, 20.0], 'b': 30.0}
    """
    leaves: list[Any] = []
    steps: Structure = []
    # Postorder with a stack of its own: a container is put back as the step that closes it, below its children.
    pending: list[tuple[bool, Any]] = [(False, tree)]
    while pending:
        closes, thing = pending.pop()
        if closes:
            steps.append(thing)
            continue
        children = _children(thing)
        if children is None:
            leaves.append(thing)
            steps.append(None)
        else:
            pending.append((True, (_maker(thing), len(children))))
            pending.extend((False, child) for child in reversed(children))
    return leaves, steps


def unflatten(structure: Structure, leaves: Sequence[Any]) -> Any:
    """Put leaves together again in the structure that `flatten` found."""
    stack: list[Any] = []
    supply = iter(leaves)
    for step in structure:
        if step is None:
            stack.append(next(supply))
        else:
            make, count = step
            parts = stack[len(stack) - count :]
            del stack[len(stack) - count :]
            stack.append(make(parts))
    return stack[0]


def map_tree(f: Callable[[Any], Any], tree: Any) -> Any:
    """Apply f to every leaf and keep the structure."""
    leaves, structure = flatten(tree)
    return unflatten(structure, [f(leaf) for leaf in leaves])


def same_structure(a: Structure, b: Structure) -> bool:
    """Are two structures nested alike? (Lists and tuples count as different, the names in dicts must agree.)"""
    return len(a) == len(b) and all(
        (s is None) == (t is None) and (s is None or t is None or (s[1] == t[1] and _kind(s[0]) == _kind(t[0])))
        for s, t in zip(a, b, strict=True)
    )


def _children(thing: Any) -> list[Any] | None:
    if isinstance(thing, dict):
        return list(thing.values())
    return list(thing) if isinstance(thing, (list, tuple)) else None


def _maker(container: Any) -> Callable[[list[Any]], Any]:
    if isinstance(container, dict):
        return _DictMaker(list(container))
    if hasattr(container, "_fields"):
        return type(container)._make  # type: ignore[no-any-return]
    return tuple if isinstance(container, tuple) else list


class _DictMaker:
    """Makes a dict of these keys from a list of values."""

    def __init__(self, keys: list[Any]) -> None:
        self.keys = keys

    def __call__(self, values: list[Any]) -> dict[Any, Any]:
        return dict(zip(self.keys, values, strict=True))


def _kind(make: Callable[[list[Any]], Any]) -> Any:
    return make.keys if isinstance(make, _DictMaker) else make
