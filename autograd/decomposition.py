"""Into which named parts is a computation taken apart?

Results that were given a name keep it. Of the others a name (z1, z2, …) goes to those that are used more than once, and to
what functions are applied to and give; sums, products and powers in between are written out where they are used. So each
result is written once, and the whole is no longer than the graph.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from autograd.algebra import applied
from autograd.expression import Letter, Term
from autograd.graph import check_unchanged, computation_order
from autograd.lettering import escaped, latex_name
from autograd.naming import Names
from autograd.node import Node
from autograd.op import NO_SETTINGS
from autograd.value import Value

# What is written out inside a larger formula.
ARITHMETIC = frozenset(
    ("add", "sub", "mul", "div", "neg", "power", "square", "reciprocal", "sum", "mean", "dot", "matmul", "transpose")
)
LONGEST = 24  # letters, numbers and operations; a longer formula is given a name


# Names that stand in a plain formula as they are: words, and paths such as layers.0.w or w[3].
_READABLE = re.compile(r"[^\W\d]\w*(?:\.\w+|\[\d+\])*")


class Decomposition:
    """A graph as letters and short formulas.

    Attributes:
        root: the result.
        order: all nodes, each after its operands.
        letters: the letter of each leaf and of each named result.
        formulas: what each result was computed from, in letters and, for operands without a name, in their formulas.

    >>> from autograd import Value, tanh
    >>> from autograd.decomposition import Decomposition
    >>> from autograd.naming import names_of
    >>> from autograd.notation import written
    >>> w, x = Value(2.0, "w"), Value(3.0, "x")
    >>> parts = Decomposition(tanh(w * x + 1) ** 2, names_of([w, x]))
    >>> [f"{parts.letters[node].text} = {written(parts.formulas[node]).text}" for node in parts.named()]
    ['z1 = w*x + 1', 'z2 = tanh(z1)', 'f = z2**2']
    """

    def __init__(self, root: Node, names: Names, wanted: Collection[Node] = ()) -> None:
        self.root = root
        self.order = computation_order(root)
        for node in self.order:
            check_unchanged(node)
        self._constants: dict[int, Letter] = {}
        self._lettering = _Lettering()
        named = _to_be_named(self.order, root, names, wanted)
        self.letters = self._letters(names, named)
        self.formulas: dict[Node, Term] = {}
        for node in self.order:
            if node.op is not None:
                self.formulas[node] = applied(node.op, self.operands_of(node), node.settings or NO_SETTINGS, node._data)

    def named(self) -> list[Node]:
        """Return the results that have a letter, in the order of computation."""
        return [node for node in self.order if node.op is not None and node in self.letters]

    def constants(self) -> list[Letter]:
        """Return the letters of arrays that no node holds."""
        return list(self._constants.values())

    def letter_for(self, text: str, latex: str, data: Any) -> Letter:
        """Return a letter that no other one is written like."""
        return self._lettering.given(text, latex, data)

    def leaves(self) -> list[Node]:
        """Return the leaves, in the order in which they were met."""
        return [node for node in self.order if node.op is None]

    def term(self, node: Node) -> Term:
        """Return what stands for a node in formulas: its letter, or what it was computed from."""
        return self.letters[node] if node in self.letters else self.formulas[node]

    def operands_of(self, node: Node) -> list[Any]:
        """Return what an op was applied to, as formulas: one for each operand, or lists of them for a reduction."""
        terms = [self._constant(held) if operand is None else self.term(operand) for operand, held in node.operands()]
        return sequences(node, terms)

    def _constant(self, held: Any) -> Term:
        if not isinstance(held, np.ndarray):
            return held
        if held.ndim == 0:
            return float(held)
        key = id(held)
        if key not in self._constants:
            self._constants[key] = self._lettering.next("c", held)
        return self._constants[key]

    def _letters(self, names: Names, named: Collection[Node]) -> dict[Node, Letter]:
        letters: dict[Node, Letter] = {}
        # Names that were given come first, so that no z1 of ours takes the place of one of the user's.
        for node in self.order:
            # Of a name in LaTeX alone, w_{2,1}, its letters and digits are the plain one, w21.
            name = names.nodes.get(node) or re.sub(r"\W|_", "", node.latex or "")
            if name and (node.op is None or node in named):
                letters[node] = self._lettering.given(name, node.latex, node._data)
        if self.root not in letters:
            letters[self.root] = self._lettering.first("f", "e", "L", data=self.root._data)
        for node in self.order:
            if node not in letters and (node.op is None or node in named):
                stem = "z" if node.op is not None else "c" if node.uses is None else "x"
                letters[node] = self._lettering.next(stem, node._data, node.latex)
        return letters


class _Lettering:
    """Gives out letters, each once."""

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._latex: set[str] = set()
        self._counts: dict[str, int] = {}

    def given(self, name: str, latex: str | None, data: Any) -> Letter:
        name = " ".join(name.split())
        if not _READABLE.fullmatch(name):
            name = f"'{name}'"  # x*y is no product, where it is a name
        text, count = name, 1
        while text in self._texts:
            count += 1
            text = f"{name}_{count}"
        written = latex if latex and count == 1 else latex_name(text.strip("'"))
        if written in self._latex and not latex:
            written = rf"\text{{{escaped(text)}}}"  # w1 and w_1 are two names
        return self._letter(text, written, data)

    def first(self, *choices: str, data: Any) -> Letter:
        free = next((c for c in choices if c not in self._texts), None)
        return self._letter(free, free, data) if free else self.given(choices[0], None, data)

    def next(self, stem: str, data: Any, latex: str | None = None) -> Letter:
        while True:
            self._counts[stem] = count = self._counts.get(stem, 0) + 1
            text = f"{stem}{count}"
            if text not in self._texts and latex_name(text) not in self._latex:
                return self._letter(text, latex or latex_name(text), data)

    def _letter(self, text: str, latex: str, data: Any) -> Letter:
        self._texts.add(text)
        self._latex.add(latex)
        return Letter(text, latex, data=data)


def sequences(node: Node, terms: list[Any]) -> list[Any]:
    """Return operands as an op takes them: for a reduction over Values in lists, otherwise one by one."""
    assert node.op is not None
    if node.op.over is None or not isinstance(node, Value):
        return terms
    count = len(node.ad)
    return [terms[:count]] if node.bd is None else [terms[:count], terms[count:]]


def _to_be_named(order: Sequence[Node], root: Node, names: Names, wanted: Collection[Node]) -> set[Node]:
    """Choose the results that get a letter."""
    uses: dict[Node, int] = {}
    argument: set[Node] = set()
    for node in order:
        function = node.op is not None and node.op.name not in ARITHMETIC
        for operand, _ in node.operands():
            if operand is not None:
                uses[operand] = uses.get(operand, 0) + 1
                if function:
                    argument.add(operand)
    named = {root, *wanted}
    lengths: dict[Node, int] = {}
    for node in order:
        if node.op is None:
            continue
        lengths[node] = 1 + sum(
            1 if operand is None or operand.op is None or operand in named else lengths[operand]
            for operand, _ in node.operands()
        )
        written_out = node.op.name in ARITHMETIC and uses.get(node, 0) < 2 and node not in argument
        if not written_out or node in names.nodes or node.latex or lengths[node] > LONGEST:
            named.add(node)
    return named
