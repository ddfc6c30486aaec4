"""Why is the derivative what it is? The derivation of a graph's derivatives, step by step, in LaTeX and as plain text.

It is written by the reverse pass itself, run on letters instead of numbers (`chain`): no derivative has a formula of its own
here, and what is shown belongs to the very graph that computed the numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.chain import ChainRule, Derivative
from autograd.decomposition import Decomposition
from autograd.errors import AutogradError, GradientError, at, check_precision
from autograd.figures import figure
from autograd.graph import computation_order
from autograd.naming import names_of
from autograd.node import Node
from autograd.notation import Written, written
from autograd.reverse import nothing_recorded
from autograd.value import Value
from autograd.words import words_in

STYLES = ("full", "prime")
_GIVEN, _IN_A_ROW = 60, 6  # how many given numbers are listed
_MOST = 50  # lines of a step that are shown where not all are asked for
_WRITTEN_OUT = 9  # entries of an array that is written out


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


class Derivation:
    """What `explain` returns: numbered steps; prints as plain text, and as formulas in a notebook.

    Attributes:
        steps: the numbered steps.
        partials: the derivatives that were asked for, in the order they were.
        chain: the formulas themselves, and the parts they are about (``chain.parts``).
        latex: the whole derivation in LaTeX, an ``aligned`` environment.
        text: the whole derivation as plain text; what is printed leaves lines out where a step has more than 50.
    """

    def __init__(self, steps: Sequence[Step], partials: Sequence[Partial], chain: ChainRule) -> None:
        self.steps = tuple(steps)
        self.partials = tuple(partials)
        self.chain = chain

    @property
    def nodes(self) -> dict[str, Node]:
        """The nodes by what they are called in it: names for `draw`."""
        return {letter.text: node for node, letter in self.chain.parts.letters.items()}

    @property
    def latex(self) -> str:
        """The whole derivation in LaTeX, an ``aligned`` environment."""
        lines = []
        for i, step in enumerate(self.steps, 1):
            lines.append(rf"&\textbf{{{i}. {step.heading}}}")
            for row in step.rows:
                left, *rest = row.latex_sides
                lines.append(f"{left} &= {' = '.join(rest)}" if rest else f"&{left}")
        return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"

    @property
    def text(self) -> str:
        """The whole derivation as plain text."""
        blocks = [
            "\n".join([f"{i}. {step.heading}", *(f"   {row.text}" for row in step.rows)])
            for i, step in enumerate(self.steps, 1)
        ]
        return "\n\n".join(blocks)

    def __repr__(self) -> str:
        return self._abridged().text

    def _repr_latex_(self) -> str:
        return f"$$\n{self._abridged().latex}\n$$"

    def _abridged(self) -> Derivation:
        """Return the derivation with no more lines in a step than anybody reads."""
        steps = []
        for step in self.steps:
            more = len(step.rows) - _MOST
            note = f"… {more:,} more; all of them: .text, .latex"
            rest = (Row((Written(rf"\text{{{note}}}", note),)),) if more > 0 else ()
            steps.append(Step(step.heading, (*step.rows[:_MOST], *rest)))
        return Derivation(steps, self.partials, self.chain)


def explain(
    output: Node,
    wrt: Node | Iterable[Node] | None = None,
    *,
    style: str = "full",
    lang: str = "en",
    names: Mapping[str, Any] | None = None,
    precision: int = 4,
) -> Derivation:
    r"""Derive the derivatives of a result, from the graph it was computed by.

    The steps: the decomposition into named parts; each local derivative; the chain rule, as a sum over the uses of each
    number; the formulas with numbers put in. Results without a name are called z1, z2, …; those used more than once are
    never written out twice, so a derivation is no longer than its graph.

    Args:
        output: the result, one number: a Value, or a Tensor of one entry.
        wrt: by what: a Value or Tensor it was computed from, or a list of them. (default: all leaves that want gradients)
        style: "full" works derivatives of functions out, f (1 - f); "prime" leaves S'(z), as slides do. (default "full")
        lang: the language of the headings, "en" or "es". (default "en")
        names: names for nodes that have none, such as `locals()`.
        precision: how many digits numbers are rounded to, 1 to 17. (default 4)

    Raises:
        AutogradError: an argument is not one of those above.
        GradientError: `output` or one of `wrt` requires no gradient, or a leaf was written since.

    >>> from autograd import Value, explain, tanh
    >>> w, x = Value(0.5, "w"), Value(2.0, "x", requires_grad=False)
    >>> print(explain((tanh(w * x)).named("y"), w))
    1. Decomposition
       w = 0.5, x = 2
       z1 = w*x = 1
       y = tanh(z1) = 0.7616
    <BLANKLINE>
    2. Local derivatives
       ∂y/∂z1 = 1 - y**2
       ∂z1/∂w = x
    <BLANKLINE>
    3. Chain rule
       ∂y/∂w = ∂y/∂z1 · ∂z1/∂w = (1 - y**2)*x
    <BLANKLINE>
    4. Numbers
       ∂y/∂w = (1 - 0.7616**2)*2 = 0.8399
    >>> explain((tanh(w * x)).named("y"), w, style="prime").partials[0].formula.latex
    "\\tanh'(z_1) x"

    Source: R. E. Wengert, A simple automatic derivative evaluation program, Comm. ACM 7(8), 1964.
    """
    targets = _checked(output, wrt, style, precision)
    words = words_in(lang)
    parts = Decomposition(output, names_of(computation_order(output), names), targets)
    chain = ChainRule(parts, targets, prime=style == "prime")
    writer = _Writer(parts, chain, style, precision, words)
    sections = [
        Step(words["decomposition"], writer.decomposition()),
        Step(words["local"], writer.local()),
        Step(words["chain"], writer.chain_rule()),
        Step(words["numbers"], writer.numbers()),
    ]
    steps = [step for step in sections if step.rows]
    by_node = {d.node: d for d in chain.derivatives}
    return Derivation(steps, [writer.partial(by_node[node]) for node in targets], chain)


def _checked(output: Any, wrt: Any, style: str, precision: int) -> list[Node]:
    """Return what to differentiate by, or say what is wrong with the arguments."""
    if not isinstance(output, Node):
        raise AutogradError(f"explain needs a Value or a Tensor, got {type(output).__name__}{at()}")
    if np.size(output._data) != 1:
        raise AutogradError(
            f"explain derives the derivatives of one number, got a Tensor of shape {np.shape(output._data)}: "
            f"sum() or mean() make it one{at()}"
        )
    if style not in STYLES:
        raise AutogradError(f"style is one of {', '.join(map(repr, STYLES))}, got {style!r}{at()}")
    check_precision(precision)
    if output.uses is None:
        raise nothing_recorded(output)
    order = computation_order(output)
    if wrt is None:
        return [node for node in order if node.op is None and node.uses is not None]
    targets = [wrt] if isinstance(wrt, Node) or not isinstance(wrt, Iterable) else list(wrt)
    if not targets:
        raise AutogradError(f"wrt is empty: name at least one Value or Tensor to differentiate by{at()}")
    for node in targets:
        if not isinstance(node, Node):
            raise AutogradError(f"wrt is a Value or Tensor, or a list of them, got {type(node).__name__}{at()}")
        if node.uses is None:
            raise nothing_recorded(node)
    known = set(order)
    for node in targets:
        if node not in known:
            raise GradientError(f"{output.describe()} was not computed from {node.describe()}{at()}")
    return targets


class _Writer:
    """Writes the rows of the steps."""

    def __init__(
        self, parts: Decomposition, chain: ChainRule, style: str, precision: int, words: Mapping[str, str]
    ) -> None:
        self.parts, self.chain, self.style, self.precision, self.words = parts, chain, style, precision, words
        self.uses = {d.node: d.uses for d in chain.derivatives}

    def decomposition(self) -> tuple[Row, ...]:
        letters = [self.parts.letters[node] for node in self.parts.leaves()] + self.parts.constants()
        listed = [Row((Written(x.latex, x.text), self._figure(x.data))) for x in letters[:_GIVEN]]
        if len(letters) > _GIVEN:
            more = f"… {len(letters) - _GIVEN:,}"
            listed.append(Row((Written(rf"\text{{{more}}}", more),)))
        given = []
        for start in range(0, len(listed), _IN_A_ROW):
            some = listed[start : start + _IN_A_ROW]
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
        if data.size <= _WRITTEN_OUT and data.ndim <= 2:
            rows = [[written(float(x), precision=self.precision) for x in row] for row in np.atleast_2d(data)]
            body = r" \\ ".join(" & ".join(x.latex for x in row) for row in rows)
            lines = [f"[{', '.join(x.text for x in row)}]" for row in rows]
            text = lines[0] if data.ndim == 1 else f"[{', '.join(lines)}]"
            return Written(rf"\begin{{pmatrix}} {body} \end{{pmatrix}}", text)
        low, high = figure(data.min(), self.precision), figure(data.max(), self.precision)
        times = r" \times "
        latex = rf"\text{{{word} }} {times.join(map(str, shape))} \text{{, }} {low} \ldots {high}"
        return Written(latex, f"{word} {' x '.join(map(str, shape))}, {low} ... {high}")
