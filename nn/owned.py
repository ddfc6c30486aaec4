"""What does a module own, and under which path?

Attributes are walked, and lists, tuples and dicts that are attributes, so that a subclass registers nothing and a Value
needs no wrapper to be a parameter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from autograd import Tensor, Value


class Owned(NamedTuple):
    """A part, a parameter or a buffer, with its path, such as ``layers.0.neurons.3.b``."""

    path: str
    thing: Any
    is_buffer: bool


def owned(module: Any, kind: type, *, deep: bool = True) -> Iterator[Owned]:
    """Yield all that a module owns, each thing once, parts (of this kind) before what they own themselves.

    If not `deep`, what its parts own is left out.
    """
    seen: set[int] = {id(module)}
    stack = [Owned("", module, False)]
    while stack:
        path, thing, is_buffer = stack.pop()
        if isinstance(thing, (Value, Tensor)):
            # A leaf that was frozen is still a parameter; a constant, or a result that is kept, never was one.
            wanted = is_buffer or (thing.is_leaf and (thing.requires_grad or thing.is_frozen))
        else:
            wanted = isinstance(thing, kind) and thing is not module
        if wanted:
            if id(thing) in seen:
                continue
            seen.add(id(thing))
            yield Owned(path, thing, is_buffer)
        if not isinstance(thing, (Value, Tensor)) and (deep or thing is module or not isinstance(thing, kind)):
            inside = reversed(_contents(thing, kind))
            stack.extend(Owned(f"{path}.{name}".lstrip("."), item, buffer) for name, item, buffer in inside)


def _contents(thing: Any, kind: type) -> list[Owned]:
    if isinstance(thing, (list, tuple)):
        return [Owned(str(i), item, False) for i, item in enumerate(thing)]
    if isinstance(thing, dict):
        return [Owned(str(name), item, False) for name, item in thing.items()]
    if isinstance(thing, kind):
        return [Owned(name, item, name in thing._buffers) for name, item in vars(thing).items()]  # type: ignore[attr-defined]
    return []
