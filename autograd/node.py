"""What does a recorded computation remember?

A node is the result of one op: its data, the op, the operands, and what the operands held at that moment. Value (a
float) and Tensor (a numpy array) are nodes; so is a leaf, which has no op. Edges point from a result to its operands
only, so a graph is freed as soon as its last result is, and no garbage collector is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Self

from autograd.errors import GradientError, at
from autograd.op import Op, Settings


class Node:
    """A leaf, or the result of one op.

    Slots (few and short: a graph of a million nodes has a million of each):
        _data: the number or array.
        _grad: its gradient, None before a backward has reached it.
        op: the op that made it, None for a leaf.
        a, b: the operands; None where one was a plain number or array. For an op of three and more operands, and for
            a reduction over Values, `a` holds them all as a tuple (and `b` those of a second sequence).
        ad, bd: what the operands held when the op was applied, in the same layout. A leaf written since holds
            something else, which is how a stale graph is found out.
        settings: the op's constants (an axis, a slope).
        uses: None where no gradient is wanted; else 0, or the open uses during a backward pass.
        label: the name it was given.
        note: rarer things, as a dict: the name in LaTeX, the role in pictures, the place.
        calls: the calls of modules that returned it (see the module `calls`); not set where there are none.
    """

    __slots__ = ("__weakref__", "_data", "_grad", "a", "ad", "b", "bd", "calls", "label", "note", "op", "settings", "uses")

    _data: Any
    _grad: Any
    op: Op | None
    a: Any
    b: Any
    ad: Any
    bd: Any
    settings: Settings | None
    uses: int | None
    label: str | None
    note: dict[str, Any] | None
    calls: tuple[Any, Any]

    # Set by the module `backward`, which is built on the two kinds of node; an import inside the method would cost a third
    # of a microsecond at every call.
    backward_pass: ClassVar[Callable[[Any, Any], None]]

    # Equality compares numbers, so a node as a key stands for itself and not for its number.
    __hash__ = object.__hash__

    @property
    def requires_grad(self) -> bool:
        """Does a derivative by this node make sense? True for results of nodes for which it does."""
        return self.uses is not None

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        self.requires_grad_(wanted)

    def requires_grad_(self, wanted: bool = True) -> Self:
        """Say whether gradients are wanted of a leaf, and return it; one that wants none any more is frozen."""
        if self.op is not None and not wanted:
            raise GradientError(f"{self.describe()} is the result of {self.op.name}: use .detach() to cut it off{at()}")
        if self.op is None:
            if self.is_frozen or (self.uses is not None and not wanted):
                self.annotate("frozen", not wanted)
            self.uses = 0 if wanted else None
        return self

    @property
    def is_frozen(self) -> bool:
        """Is it a leaf whose gradient was wanted, until `requires_grad_(False)`? A module still counts it as its own."""
        return bool((self.note or {}).get("frozen"))

    @property
    def is_leaf(self) -> bool:
        """Was it made by the user, rather than computed by a recorded op?"""
        return self.op is None

    @property
    def has_grad(self) -> bool:
        """Has a backward pass reached it since the last `zero_grad`?"""
        return self._grad is not None

    def zero_grad(self) -> None:
        """Forget the gradient."""
        self._grad = None

    def named(self, label: str, *, latex: str | None = None) -> Self:
        """Name a node, for pictures, formulas and errors, and return it."""
        self.label = label
        if latex is not None:
            self.annotate("latex", latex)
        return self

    @property
    def latex(self) -> str | None:
        """The name in LaTeX, where one was given."""
        return (self.note or {}).get("latex")

    @latex.setter
    def latex(self, text: str | None) -> None:
        self.annotate("latex", text)

    @property
    def place(self) -> str | None:
        """Where the user's code computed it, as ``file.py:12``, if that was inside `keep_places`."""
        return (self.note or {}).get("place")

    def annotate(self, key: str, value: Any) -> None:
        """Keep one of the rarer things known of a node."""
        self.note = {**(self.note or {}), key: value}

    def operands(self) -> Iterator[tuple[Node | None, Any]]:
        """Yield each operand as (node or None for a constant, what it held when the op was applied)."""
        if self.op is None:
            return
        pairs = ((self.a, self.ad), (self.b, self.bd))
        for node, data in pairs:
            if data.__class__ is tuple:
                yield from zip(node or (None,) * len(data), data, strict=True)
            elif data is not None:
                yield node, data

    def describe(self) -> str:
        """Say which node this is, for errors."""
        kind = type(self).__name__
        return f"the {kind} {self.label!r}" if self.label else f"a {kind}"

    def __copy__(self) -> Self:
        return self._duplicate()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self._duplicate()

    def _duplicate(self) -> Self:
        make, state = self.__reduce__()
        copy: Self = make(*state)
        return copy

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        if self.op is not None:
            raise GradientError(
                f"{self.describe()} is the result of {self.op.name} and holds a whole graph: "
                f"copy or pickle a leaf, or x.detach(){at()}"
            )
        return _rebuild, (type(self), self._data, self._grad, self.requires_grad, self.label, self.note)


def _rebuild(kind: type[Node], data: Any, grad: Any, wanted: bool, label: str | None, note: Any) -> Node:
    """Make a leaf again from what `Node.__reduce__` kept."""
    leaf = new_leaf(kind, data.copy() if hasattr(data, "copy") else data, wanted, label)
    # A gradient of its own, too: an array, or a Tensor around one.
    leaf._grad = grad.detach() if hasattr(grad, "detach") else grad.copy() if hasattr(grad, "copy") else grad
    leaf.note = note
    return leaf  # type: ignore[no-any-return]


def new_leaf(kind: type[Any], data: Any, wanted: bool, label: str | None = None) -> Any:
    """Make a leaf around data that is already of the right type."""
    leaf = object.__new__(kind)
    leaf._data = data
    leaf._grad = None
    leaf.op = None
    leaf.a = leaf.b = leaf.ad = leaf.bd = None
    leaf.settings = None
    leaf.uses = 0 if wanted else None
    leaf.label = label
    leaf.note = None
    return leaf
