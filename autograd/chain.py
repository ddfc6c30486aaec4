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

from autograd.algebra import as_term, plus
from autograd.decomposition import ARITHMETIC, Decomposition
from autograd.errors import AutogradError
from autograd.expression import Letter, Prime, Term, Transposed, is_number, length, value_of
from autograd.graph import backward_order, leads_to
from autograd.kernels import slopes
from autograd.modes import evaluating_rules
from autograd.node import Node
from autograd.notation import function_name, written
from autograd.op import NO_SETTINGS
from autograd.pullbacks import fit
from autograd.reverse import pull_back, seed_of
from autograd.value import Value

LONGEST, FARTHEST = 16, 8  # letters of a gradient that is written out where it is used, and nodes on the way to it
MANY = 32  # operands of a reduction; the derivatives of more are letters, since each of them is as long as the list

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
        gradients: the number or array of the derivative by each node on the way to one of those asked for.
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
        self.gradients = pull_back(
            [n for n in order if n in self._on_the_way], {parts.root: seed_of(parts.root, None)}, self._on_the_way
        )
        self.local: list[tuple[Fraction, tuple[Term, ...]]] = []
        self.derivatives: list[Derivative] = []
        self._letters: dict[Node, Letter] = {}
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
        root = self.parts.root
        shares = self._shares.get(node, [])[::-1]  # the first use first
        uses = tuple(fractions for fractions, _ in shares)
        short = isinstance(node, Value) and len(shares) == 1
        short = short and length(shares[0][1]) <= LONGEST and len(uses[0]) <= FARTHEST
        reached = node is root or bool(shares)  # not if only comparisons use it
        if wanted or (reached and not short and node is not root):
            self.derivatives.append(self._derivative(node, uses, self._formula(node, [share for _, share in shares])))
        if node.op is None or not reached:
            return
        start: tuple[Fraction, ...] = ((root, node),)
        gradient: Term = self.letter(node)
        if node is root:
            start, gradient = (), seed_of(node, None)
        elif short:
            start, gradient = shares[0]
        for operand, share in self._pulled(node, gradient):
            self._shares.setdefault(operand, []).append(((*start, (node, operand)), share))
        if isinstance(node, Value):
            styles = (True, False) if self.prime else (False,)
            for slopes in zip(*(self._pulled(node, 1.0, prime=prime) for prime in styles), strict=True):
                operand = slopes[0][0]
                if isinstance(operand, Value):
                    self.local.append(((node, operand), tuple(slope for _, slope in slopes)))

    def _formula(self, node: Node, shares: Sequence[Term]) -> Term:
        # The derivative of the result by itself is 1.
        return 1.0 if node is self.parts.root else plus(shares, self.gradients.get(node))

    def _derivative(self, node: Node, uses: tuple[tuple[Fraction, ...], ...], formula: Term) -> Derivative:
        zero = 0.0 if isinstance(node, Value) else np.zeros_like(node._data)
        return Derivative(node, self.letter(node), uses, formula, self.gradients.get(node, zero))

    def letter(self, node: Node) -> Letter:
        """Return what the derivative by a node is called in formulas."""
        if node not in self._letters:
            root, by = self.parts.letters[self.parts.root], self.parts.letters[node]
            latex = rf"\delta_{{{by.latex}}}"
            if isinstance(node, Value):
                latex = rf"\frac{{\partial {root.latex}}}{{\partial {by.latex}}}"
            self._letters[node] = self.parts.letter_for(f"d{root.text}_d{by.text}", latex, self.gradients.get(node))
        return self._letters[node]

    def _local_letter(self, node: Node, i: int, slope: float) -> Letter:
        """Return what a local derivative is called that is not worked out."""
        operand = list(node.operands())[i][0]
        assert operand is not None
        y, x = (written(self.parts.term(n)) for n in (node, operand))
        return self.parts.letter_for(f"d{y.text}_d{x.text}", rf"\frac{{\partial {y.latex}}}{{\partial {x.latex}}}", slope)

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
                stack.extend(reversed([(operand, share) for _, operand, share in self.through(result, g, prime=prime)]))
        for operand, found in shares.items():
            yield operand, found[0] if len(found) == 1 else plus(found, self.gradients.get(operand))

    def through(self, node: Node, g: Term, *, prime: bool = False) -> Iterator[tuple[int, Node, Term]]:
        """Yield the position of each operand on the way, the operand, and its share of a gradient by the op's rule."""
        op, pairs = node.op, list(node.operands())
        assert op is not None
        wanted = [i for i, (operand, _) in enumerate(pairs) if operand is not None and operand in self._on_the_way]
        if op.over is not None and isinstance(node, Value):
            shares = {i: g * slope for i, slope in self._over(node, wanted).items()}
        elif op.vjp is None:
            shares = {i: g * slope for i in wanted if (slope := self._slope(node, i, prime)) is not None}
        else:
            shares = self._structural(node, g, wanted)
        for i, share in shares.items():
            operand = pairs[i][0]
            assert operand is not None
            if not isinstance(operand, Value):
                share = as_term(fit(np.asarray(share, float) if is_number(share) else share, operand))
            yield i, operand, share

    def _over(self, node: Node, wanted: Sequence[int]) -> dict[int, Term]:
        """The local derivatives of a reduction over Values."""
        op, pairs = node.op, list(node.operands())
        assert op is not None
        assert op.over is not None
        if len(pairs) > MANY and op.name not in ARITHMETIC:
            numbers = slopes(node)
            return {i: self._local_letter(node, i, numbers[i]) for i in wanted}
        y, terms = self.parts.term(node), self.parts.operands_of(node)
        formulas = [slope for part in op.over.partials(y, *terms, **(node.settings or NO_SETTINGS)) for slope in part]
        return {i: formulas[i] for i in wanted}

    def _slope(self, node: Node, i: int, prime: bool) -> Term | None:
        """The local derivative of an elementwise op by one operand, None where its rule says there is none."""
        op, settings = node.op, node.settings or NO_SETTINGS
        assert op is not None
        rule = op.d[i]
        if rule is None:
            return None
        y, terms = self.parts.term(node), self.parts.operands_of(node)
        try:
            slope = rule(y, *terms, **settings)
        except (TypeError, AttributeError):
            # A rule that is not made of ops: what it says of this number is known, how it is written is not.
            if not isinstance(node, Value):
                raise
            return self._local_letter(node, i, slopes(node)[i])
        if prime and op.name not in ARITHMETIC and function_name(op) is not None:
            return Prime(op, terms[0], tuple(settings.items()), data=value_of(slope))
        return slope

    def _structural(self, node: Node, g: Term, wanted: Sequence[int]) -> dict[int, Term]:
        """The shares of a gradient by an op's own pullback."""
        op, settings = node.op, node.settings or NO_SETTINGS
        assert op is not None
        assert op.vjp is not None
        y, terms = self.parts.term(node), self.parts.operands_of(node)
        found: dict[int, Term] = {}
        try:
            if not all(map(_is_plain, settings.values())):
                raise TypeError("a checkpoint holds a whole function, which would run on letters")
            thunks = op.vjp(g, y, *terms, **settings)
            thunks = thunks if isinstance(thunks, tuple) else (thunks,)
            for i in wanted:
                if thunks[i] is not None:
                    found[i] = thunks[i]()
        except (TypeError, AttributeError, ValueError, IndexError, ArithmeticError, AssertionError, AutogradError):
            # A pullback that computes places or sizes from entries has no formula in letters; the product has a name.
            pairs = list(node.operands())
            for i in wanted:
                gradient = self.gradients.get(pairs[i][0])  # type: ignore[arg-type]
                found[i] = Transposed(as_term(y), as_term(terms[i]), as_term(g), data=gradient)
        return found


def _is_plain(setting: Any) -> bool:
    if isinstance(setting, (tuple, list)):
        return all(map(_is_plain, setting))
    known = (bool, int, float, complex, str, slice, type, type(None), type(Ellipsis), np.ndarray, np.generic, np.dtype)
    return isinstance(setting, known)
