"""What does the chain rule say of one graph, as formulas?

This is the reverse pass run on letters: the rules of the ops are fed the letters of a `Decomposition`, and their products
and sums are the derivatives. A gradient on the way is written out where it is used if it is short and has one use; otherwise
it is a letter with a line of its own, so that all lines together are no longer than the graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from autograd.algebra import Letter, Prime, Term, Transposed, length, plus
from autograd.decomposition import ARITHMETIC, Decomposition
from autograd.errors import AutogradError
from autograd.graph import backward_order, leads_to
from autograd.modes import evaluating_rules
from autograd.node import Node
from autograd.notation import function_name
from autograd.op import NO_SETTINGS
from autograd.pullbacks import fit
from autograd.reverse import pull_back, seed_of
from autograd.value import Value

LONGEST = 16  # letters and numbers of a gradient that is written out where it is used

Fraction: TypeAlias = tuple[Node, Node]  # the derivative of the first by the second


@dataclass(frozen=True)
class Derivative:
    """The derivative of the result by one node.

    Attributes:
        node: by what.
        letter: the name of the derivative, where others are built on it.
        uses: the chain rule, one product of fractions for each use of the node.
        formula: the derivative in letters.
        value: the number or array.
    """

    node: Node
    letter: Letter
    uses: tuple[tuple[Fraction, ...], ...]
    formula: Term
    value: Any


class ChainRule:
    """The derivatives of the root of a decomposition.

    Attributes:
        derivatives: those asked for, and before them those on the way that have a line of their own, in the order of the
            backward pass.
        local: the derivative of each named result by each of its named operands, as it is written and worked out; none for
            arrays, whose derivatives by arrays have too many entries to be written.

    Args:
        parts: the graph, taken apart.
        wanted: by which nodes.
        prime: write tanh'(z), rather than working it out.
    """

    def __init__(self, parts: Decomposition, wanted: Sequence[Node], *, prime: bool = False) -> None:
        self.parts = parts
        self.prime = prime
        order = backward_order([parts.root])
        self._on_the_way = leads_to(order, set(wanted))
        self._gradients = pull_back(
            [n for n in order if n in self._on_the_way], {parts.root: seed_of(parts.root, None)}, self._on_the_way
        )
        self.local: list[tuple[Fraction, tuple[Term, ...]]] = []
        self.derivatives: list[Derivative] = []
        self._shares: dict[Node, list[tuple[tuple[Fraction, ...], Term]]] = {}
        targets = set(wanted)
        with evaluating_rules(), np.errstate(all="ignore"):
            for node in reversed(parts.order):
                if node in self._on_the_way and node in parts.letters:
                    self._visit(node, node in targets)
        found = {d.node: d for d in self.derivatives}
        # Leaves come last, in the order they were asked for; every line then uses only those above it.
        self.derivatives = [d for d in self.derivatives if d.node.op is not None]
        self.derivatives += [
            found.get(node) or self._derivative(node, (), 0.0)
            for node in dict.fromkeys(wanted)
            if node.op is None or node not in found
        ]

    def _visit(self, node: Node, wanted: bool) -> None:
        """Complete a node's derivative and pass it on to the operands."""
        uses, gradient = self._gradient(node)
        written_out = not isinstance(gradient, Letter) or node is self.parts.root
        if wanted or not written_out:
            self.derivatives.append(self._derivative(node, uses, self._formula(node)))
        if node.op is None:
            return
        start = uses[0] if written_out and uses else () if node is self.parts.root else ((self.parts.root, node),)
        for operand, share in self._pulled(node, gradient):
            self._shares.setdefault(operand, []).append(((*start, (node, operand)), share))
        if isinstance(node, Value):
            by_name = list(self._pulled(node, 1.0))
            worked_out = list(self._pulled(node, 1.0, prime=False)) if self.prime else by_name
            for (operand, slope), (_, full) in zip(by_name, worked_out, strict=True):
                self.local.append(((node, operand), (slope,) if slope == full else (slope, full)))

    def _gradient(self, node: Node) -> tuple[tuple[tuple[Fraction, ...], ...], Term]:
        """Return the chain rule for a node, and its gradient as it is written where it is used."""
        if node is self.parts.root:
            return (), 1.0 if isinstance(node, Value) else np.float64(1.0)
        shares = self._shares.get(node, [])
        uses = tuple(fractions for fractions, _ in shares)
        if not shares:  # used by steps alone, such as comparisons
            return (), 0.0
        short = len(shares) == 1 and isinstance(node, Value) and length(shares[0][1]) <= LONGEST
        return uses, shares[0][1] if short else self._letter(node)

    def _formula(self, node: Node) -> Term:
        if node is self.parts.root:
            return 1.0
        return plus([share for _, share in self._shares.get(node, [])], self._gradients.get(node))

    def _derivative(self, node: Node, uses: tuple[tuple[Fraction, ...], ...], formula: Term) -> Derivative:
        zero = 0.0 if isinstance(node, Value) else np.zeros_like(node._data)
        return Derivative(node, self._letter(node), uses, formula, self._gradients.get(node, zero))

    def _letter(self, node: Node) -> Letter:
        root, by = self.parts.letters[self.parts.root], self.parts.letters[node]
        latex = rf"\delta_{{{by.latex}}}"
        if isinstance(node, Value):
            latex = rf"\frac{{\partial {root.latex}}}{{\partial {by.latex}}}"
        return Letter(f"d{root.text}_d{by.text}", latex, data=self._gradients.get(node))

    # --- through one named result --------------------------------------------------------------------------------------

    def _pulled(self, node: Node, gradient: Term, *, prime: bool | None = None) -> Iterator[tuple[Node, Term]]:
        """Yield each named operand of a named result with its share of a gradient: equal operands together."""
        prime = self.prime if prime is None else prime
        shares: dict[Node, list[Term]] = {}
        stack = [(node, gradient)]
        while stack:
            result, g = stack.pop()
            # The first operand's share is met first: what is inside it is looked at before the second operand.
            if result in self.parts.letters and result is not node:
                shares.setdefault(result, []).append(g)
            else:
                stack.extend(reversed(list(self._through(result, g, prime))))
        for operand, found in shares.items():
            yield operand, found[0] if len(found) == 1 else plus(found, self._gradients.get(operand))

    def _through(self, node: Node, g: Term, prime: bool) -> Iterator[tuple[Node, Term]]:
        """Yield each operand on the way with its share of a gradient, by the rule of one op."""
        op, settings = node.op, node.settings or NO_SETTINGS
        assert op is not None
        y, terms = self.parts.term(node), self.parts.operands_of(node)
        pairs = list(node.operands())
        on_the_way = [(i, operand) for i, (operand, _) in enumerate(pairs) if operand in self._on_the_way]
        if op.over is not None and isinstance(node, Value):
            slopes = [s for part in op.over.partials(y, *terms, **settings) for s in part]
            yield from ((operand, g * slopes[i]) for i, operand in on_the_way)
            return
        if op.vjp is None:
            for i, operand in on_the_way:
                rule = op.d[i]
                if rule is not None and operand is not None:
                    by_name = prime and op.name not in ARITHMETIC and function_name(op) is not None
                    slope = Prime(op, terms[0], data=node._data) if by_name else rule(y, *terms, **settings)
                    yield operand, _fitted(g * slope, operand)
            return
        for i, operand in on_the_way:
            if operand is not None:
                share = self._structural(node, g, y, terms, i)
                if share is not None:
                    yield operand, _fitted(share, operand)

    def _structural(self, node: Node, g: Term, y: Term, terms: Sequence[Any], i: int) -> Term:
        op = node.op
        assert op is not None
        assert op.vjp is not None
        try:
            thunks = op.vjp(g, y, *terms, **(node.settings or NO_SETTINGS))
            thunk = thunks[i] if isinstance(thunks, tuple) else thunks
            return None if thunk is None else thunk()
        except (TypeError, AttributeError, ValueError, IndexError, AutogradError):
            # A pullback that computes places or sizes from entries has no formula in letters; the product has a name.
            operand = list(node.operands())[i][0]
            return Transposed(y, terms[i], g, data=self._gradients.get(operand))  # type: ignore[arg-type]


def _fitted(share: Term, operand: Node) -> Term:
    """Give a share of a gradient the shape of an array operand; a number has none."""
    return share if isinstance(operand, Value) else fit(share, operand)
