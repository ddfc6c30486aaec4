"""Why is the derivative what it is? The derivation of a graph's derivatives, step by step, in LaTeX and as plain text.

It is written by the reverse pass itself, run on letters instead of numbers (`chain`): no derivative has a formula of its own
here, and what is shown belongs to the very graph that computed the numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd.chain import ChainRule
from autograd.decomposition import Decomposition
from autograd.errors import AutogradError, GradientError, at, check_precision
from autograd.graph import computation_order
from autograd.naming import names_of
from autograd.node import Node
from autograd.notation import Written
from autograd.reverse import nothing_recorded
from autograd.rows import Partial, Row, Step, Writer
from autograd.words import language, words_in

STYLES = ("full", "prime")
_MOST = 50  # lines of a step that are shown where not all are asked for


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
    lang: str | None = None,
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
        lang: the language of the headings, "en" or "es". (default: what `set_language` said, at first "en")
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
    words = words_in(language(lang))
    parts = Decomposition(output, names_of(computation_order(output), names), targets)
    chain = ChainRule(parts, targets, prime=style == "prime")
    writer = Writer(parts, chain, style, precision, words)
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
