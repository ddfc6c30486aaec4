"""What is each number of a graph called?

In this order: the label it was given, its name in the user's own code (``names=locals()``), its path in the module that
owns it (``layers.0.neurons.3.b``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autograd.calls import calls_of
from autograd.errors import AutogradError, at
from autograd.node import Node


@dataclass(frozen=True)
class Names:
    """The names of the nodes of a graph and of the modules that were called in it.

    Attributes:
        nodes: the name of each node that has one.
        parameters: the leaves that are owned by a module.
        modules: the path of each module, by its `id`; a module that no other one owns is called by its class.
    """

    nodes: Mapping[Node, str]
    parameters: frozenset[Node]
    modules: Mapping[int, str]


def names_of(order: Iterable[Node], given: Mapping[str, Any] | None = None) -> Names:
    """Name the nodes of a graph.

    Args:
        order: the nodes.
        given: names of the user's own, as `locals()` gives them: of nodes, of lists of nodes and of modules. Names that
            begin with an underscore are passed over.

    Raises:
        AutogradError: `given` is no mapping.

    >>> from autograd import Value
    >>> from autograd.naming import names_of
    >>> w = [Value(1.0), Value(2.0)]
    >>> list(names_of(w, {"w": w}).nodes.values())
    ['w[0]', 'w[1]']
    """
    if given is not None and not isinstance(given, Mapping):
        raise AutogradError(f"names is a mapping from names to nodes, such as locals(), got {type(given).__name__}{at()}")
    order = list(order)
    owned: dict[Node, str] = {}
    modules: dict[int, str] = {}
    for prefix, module in _roots(order, given or {}):
        for path, inner in module.named_modules():
            modules.setdefault(id(inner), f"{prefix}{path}".rstrip(".") or type(module).__name__)
        for path, parameter in module.named_parameters():
            owned.setdefault(parameter, f"{prefix}{path}")
    own_names = dict(_given_names(given or {}))
    names = {}
    for node in order:
        name = node.label or own_names.get(node) or owned.get(node)
        if name:
            names[node] = name
    return Names(names, frozenset(owned), modules)


def _roots(order: list[Node], given: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the modules that no other one owns, each with the prefix of its names: none where there is but one."""
    called = {id(call.owner): call.owner for node in order for call in calls_of(node)}
    mine = {id(x): name for name, x in _own(given) if hasattr(x, "named_parameters") and not isinstance(x, type)}
    called.update((id(thing), thing) for _, thing in _own(given) if id(thing) in mine)
    inner = {id(part) for owner in called.values() for path, part in owner.named_modules() if path}
    roots = [owner for key, owner in called.items() if key not in inner]
    if len(roots) == 1:
        return [("", roots[0])]
    kinds: dict[str, int] = {}
    named = []
    for root in roots:
        kind = mine.get(id(root)) or type(root).__name__.lower()
        kinds[kind] = count = kinds.get(kind, 0) + 1
        named.append((f"{kind}{count if count > 1 else ''}.", root))
    return named


def _own(given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the names that are the user's: not those of Python and of notebooks, which begin with an underscore."""
    return ((str(name), thing) for name, thing in given.items() if not str(name).startswith("_"))


def _given_names(given: Mapping[str, Any]) -> Iterator[tuple[Node, str]]:
    found: dict[Node, str] = {}
    for name, thing in _own(given):
        if isinstance(thing, Node):
            found.setdefault(thing, name)
        elif isinstance(thing, (list, tuple)):
            for i, item in enumerate(thing):
                if isinstance(item, Node):
                    found.setdefault(item, f"{name}[{i}]")
    yield from found.items()
