"""What stands in the lines of a derivation?

Row by row: the decomposition, the local derivatives, the chain rule, the numbers, each as things equal to one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.chain import ChainRule, Derivative
from autograd.decomposition import Decomposition
from autograd.figures import figure
from autograd.node import Node
from autograd.notation import Written, written
from autograd.value import Value

GIVEN, IN_A_ROW = 60, 6  # how many given numbers are listed
WRITTEN_OUT = 9  # entries of an array that is written out


@dataclass(frozen=True)
class Row:
    """One line of a derivation: things that are equal to one another, each in LaTeX and as plain text."""

    sides: tuple[Written, ...]

    @property
    def latex(self) -> str:
        """The line in LaTeX."""
        return " = ".join(self.latex_sides)

    @property
    def latex_sides(self) -> list[str]:
        """The sides in LaTeX; a letter that is written like the fraction it stands for is not repeated."""
        return list(dict.fromkeys(side.latex for side in self.sides))

    @property
    def text(self) -> str:
        """The line as plain text."""
        return " = ".join(side.text for side in self.sides)


@dataclass(frozen=True)
class Step:
    """One numbered step: a heading and its lines."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Partial:
    """The derivative by one node.

    Attributes:
        name: the node's name.
        latex, text: the equation, ``∂e/∂w = …``.
        formula: its right side alone.
        chain: the chain rule it comes from, a product of fractions for each use.
        value: the number, or the array.
    """

    name: str
    latex: str
    text: str
    formula: Written
    chain: Written
    value: Any


class Writer:
    """Writes the rows of the steps."""

    def __init__(
        self, parts: Decomposition, chain: ChainRule, style: str, precision: int, words: Mapping[str, str]
    ) -> None:
        self.parts, self.chain, self.style, self.precision, self.words = parts, chain, style, precision, words
        self.uses = {d.node: d.uses for d in chain.derivatives}

    def decomposition(self) -> tuple[Row, ...]:
        letters = [self.parts.letters[node] for node in self.parts.leaves()] + self.parts.constants()
        listed = [Row((Written(x.latex, x.text), self._figure(x.data))) for x in letters[:GIVEN]]
        if len(letters) > GIVEN:
            more = f"… {len(letters) - GIVEN:,}"
            listed.append(Row((Written(rf"\text{{{more}}}", more),)))
        given = []
        for start in range(0, len(listed), IN_A_ROW):
            some = listed[start : start + IN_A_ROW]
            given.append(Row((Written(", \\quad ".join(r.latex for r in some), ", ".join(r.text for r in some)),)))
        named = self.parts.named()
        formulas = [Row((self._name(n), written(self.parts.formulas[n]), self._figure(n._data))) for n in named]
        return (*given, *formulas)

    def local(self) -> tuple[Row, ...]:
        rows = []
        for fraction, slopes in self.chain.local:
            sides = dict.fromkeys((self._local(*fraction), *map(written, slopes)))
            rows.append(Row(tuple(sides)))
        return tuple(rows)

    def chain_rule(self) -> tuple[Row, ...]:
        return tuple(Row((*self._left(d), *self._uses(d), written(d.formula))) for d in self.chain.derivatives)

    def numbers(self) -> tuple[Row, ...]:
        rows = []
        for d in self.chain.derivatives:
            with_numbers = written(d.formula, numbers=True, precision=self.precision)
            value = self._figure(d.value)
            scalar = isinstance(d.node, Value) and with_numbers.text != value.text
            rows.append(Row((self._left(d)[0], *([with_numbers] if scalar else []), value)))
        return tuple(rows)

    def partial(self, d: Derivative) -> Partial:
        formula = written(d.formula)
        row = Row((self._fraction(self.parts.root, d.node, slide=self.style == "prime"), formula))
        chain = self._uses(d) or [formula]
        return Partial(self.parts.letters[d.node].text, row.latex, row.text, formula, chain[0], d.value)

    def _left(self, d: Derivative) -> tuple[Written, ...]:
        """The left side of a derivative's equation; what other lines are built on has a letter too."""
        fraction = self._fraction(self.parts.root, d.node)
        letter = Written(d.letter.latex, d.letter.text)
        return (fraction,) if d.node.op is None else (fraction, letter)

    def _uses(self, d: Derivative) -> list[Written]:
        """The chain rule as a sum of products of fractions, where it says more than the left side; not for arrays."""
        one_step = len(d.uses) == 1 and len(d.uses[0]) == 1 and d.uses[0][0][0] is self.parts.root
        if not d.uses or one_step or not all(isinstance(n, Value) for use in d.uses for f in use for n in f):
            return []
        # In front of others the derivative of the result is the whole one, on which they build.
        write = {True: self._local, False: self._fraction}
        products = [[write[len(use) == 1](*fraction) for fraction in use] for use in d.uses]
        latex = " + ".join(" ".join(f.latex for f in product) for product in products)
        return [Written(latex, " + ".join(" · ".join(f.text for f in product) for product in products))]

    def _local(self, above: Node, below: Node) -> Written:
        """A local derivative. Of the result it may be a part of the whole: then it says which numbers are held."""
        fraction = self._fraction(above, below)
        if above is not self.parts.root or len(self.uses.get(below, ())) < 2:
            return fraction
        held = [self._name(v) for (u, v), _ in self.chain.local if u is above and v is not below]
        latex = rf"\left.{fraction.latex}\right|_{{{', '.join(name.latex for name in held)}}}"
        return Written(latex, f"{fraction.text}|{','.join(name.text for name in held)}")

    def _fraction(self, above: Node, below: Node, *, slide: bool = False) -> Written:
        y, x = self.parts.letters[above], self.parts.letters[below]
        latex = rf"\frac{{\partial {y.latex}}}{{\partial {x.latex}}}"
        if slide:  # the course's slides write the result behind the fraction
            latex = rf"\frac{{\partial}}{{\partial {x.latex}}} {y.latex}"
        return Written(latex, f"∂{y.text}/∂{x.text}")

    def _name(self, node: Node) -> Written:
        letter = self.parts.letters[node]
        return Written(letter.latex, letter.text)

    def _figure(self, data: Any) -> Written:
        """A number, or the shape of an array."""
        if np.size(data) == 1:
            return written(float(np.reshape(data, ())), precision=self.precision)
        word, shape = self.words["array"], data.shape
        if not data.size:
            return Written(rf"\text{{{word} }} {shape}", f"{word} {shape}")
        if data.size <= WRITTEN_OUT and data.ndim <= 2:
            rows = [[written(float(x), precision=self.precision) for x in row] for row in np.atleast_2d(data)]
            body = r" \\ ".join(" & ".join(x.latex for x in row) for row in rows)
            lines = [f"[{', '.join(x.text for x in row)}]" for row in rows]
            text = lines[0] if data.ndim == 1 else f"[{', '.join(lines)}]"
            return Written(rf"\begin{{pmatrix}} {body} \end{{pmatrix}}", text)
        low, high = figure(data.min(), self.precision), figure(data.max(), self.precision)
        times = r" \times "
        latex = rf"\text{{{word} }} {times.join(map(str, shape))} \text{{, }} {low} \ldots {high}"
        return Written(latex, f"{word} {' x '.join(map(str, shape))}, {low} ... {high}")
