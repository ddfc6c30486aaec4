"""How does a computation run forward, and its derivative backward, one step at a time?

`play` makes the steps: forward, each operation with its numbers; backward, each edge with what it adds to the gradient of
its operand. `page` shows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograd.algebra import applied
from autograd.decomposition import sequences
from autograd.derivation import Derivation, explain
from autograd.diagram import diagram_of
from autograd.errors import AutogradError, at
from autograd.expression import Letter, length
from autograd.figures import figures_of
from autograd.graph import computation_order
from autograd.modes import evaluating_rules
from autograd.node import Node
from autograd.notation import Written, written
from autograd.op import NO_SETTINGS
from autograd.page import WORDS, Field, Line, Page, Step
from autograd.picture import Picture
from autograd.pullbacks import total
from autograd.reverse import seed_of, shares
from autograd.scene import Diagram, Options
from autograd.value import Value
from autograd.words import language

LIMIT = 500  # nodes: a page of more steps is slow, and nobody goes through them
_SHORT = 6  # letters and numbers of an unnamed part that is written below a fraction


def play(
    output: Node,
    *,
    names: Mapping[str, Any] | None = None,
    style: str = "full",
    lang: str | None = None,
    direction: str = "LR",
    precision: int = 4,
) -> Page:
    """Make a page that steps forward and backward through a computation.

    The page is one file that needs nothing else: ``play(e).save("e.html")``; a notebook shows it in a frame. The gradients
    on it are its own: no `backward` need have been called, and `.grad` is left as it is.

    Args:
        output: the result, one number: a Value, or a Tensor of one entry.
        names: names for nodes that have none, such as `locals()`.
        style: "full" or "prime", as for `explain`. (default "full")
        lang: the language, "en" or "es". (default: what `set_language` said, at first "en")
        direction: where arrows point: "LR" (to the right), "RL", "TB" (down) or "BT". (default "LR")
        precision: how many digits numbers are rounded to, 1 to 17. (default 4)

    Raises:
        AutogradError: an argument is not one of those above, or the graph has more than 500 nodes.
        GradientError: `output` requires no gradient, or a leaf was written since.

    >>> from autograd import Value, play
    >>> x = Value(3.0, "x")
    >>> page = play((x * x).named("y"))
    >>> [step.title for step in page.steps]
    ['y = x**2 = 9', '∂y/∂y = 1', '∂y/∂x = 1 · 3 = 3', '∂y/∂x = 3 + 1 · 3 = 6']
    """
    if not isinstance(output, Node):
        raise AutogradError(f"play needs a Value or a Tensor, got {type(output).__name__}{at()}")
    order = computation_order(output)
    count = len(order) + sum(operand is None for node in order for operand, _ in node.operands())
    if count > LIMIT:
        raise AutogradError(
            f"the graph has {count:,} nodes, and a page steps through at most {LIMIT}: play a part of it, such as one "
            f"sample, or fold it into boxes with draw(…, level='layer'){at()}"
        )
    lang = language(lang)
    derivation = explain(output, style=style, lang=lang, names=names, precision=precision)
    return _Player(derivation, direction, precision, lang).page()


class _Player:
    """Makes the steps of one derivation."""

    def __init__(self, derivation: Derivation, direction: str, precision: int, lang: str) -> None:
        self.derivation, self.chain, self.parts = derivation, derivation.chain, derivation.chain.parts
        self.root, self.order = self.parts.root, self.parts.order
        self.precision, self.lang = precision, lang
        options = Options(direction=direction, precision=precision, gradients=self.chain.gradients).checked()
        names = derivation.nodes
        self.diagram: Diagram = diagram_of(self.order, names=names, level="op", max_nodes=LIMIT, options=options)
        self.vertices = {v.node: v for v in self.diagram.vertices if v.node is not None}
        self.edges = {(e.end, e.operand): e for e in self.diagram.edges}
        self._find_lines()

    def page(self) -> Page:
        word = WORDS[self.lang]["graph"]
        letter = self.parts.letters[self.root].text
        return Page(
            title=f"{word}: {letter}",
            svg=Picture(self.diagram).svg(),
            steps=[*self._forward(), *self._backward()],
            lines=self.lines,
            fields={
                v.id: Field(v.value_line, v.grad_line if v.node in self.chain.gradients else None)
                for v in self.vertices.values()
            },
            lang=self.lang,
        )

    def _find_lines(self) -> None:
        """Lay the rows of the derivation out as lines, and note which line is about what."""
        self.lines: list[Line] = []
        starts = []
        for i, step in enumerate(self.derivation.steps, 1):
            starts.append(len(self.lines))
            for j, row in enumerate(step.rows):
                self.lines.append(Line(f"{i}. {step.heading}" if j == 0 else None, row.latex))
        steps = self.derivation.steps
        named = self.parts.named()
        first = starts[0] + len(steps[0].rows) - len(named)
        # What has no name is on the line of the result that it is written into.
        self.computed = {node: first + i for i, node in enumerate(named)}
        self.owner = {node: node for node in named}
        for node in reversed(self.order):
            if node.op is not None:
                for operand, _ in node.operands():
                    if operand is not None and operand.op is not None:
                        self.owner.setdefault(operand, self.owner[node])
        local, derivatives = self.chain.local, self.chain.derivatives
        last = len(starts) - 2  # the chain rule; the numbers come after it
        self.derived = {d.node: starts[last] + i for i, d in enumerate(derivatives)}
        self.local = {fraction: starts[1] + i for i, (fraction, _) in enumerate(local)}

    # --- forward ------------------------------------------------------------------------------------------------------

    def _forward(self) -> Iterator[Step]:
        for node in self.order:
            if node.op is None:
                continue
            vertex = self.vertices[node]
            rule = written(self.parts.formulas[node])
            sides = [self._name(node), rule] if node in self.parts.letters else [rule]
            value = self._figure(node._data)
            edges = tuple(self.edges[vertex.id, i].id for i, _ in enumerate(node.operands()))
            text = vertex.lines[vertex.value_line] if vertex.value_line is not None else value.text
            yield Step(
                phase="forward",
                node=vertex.id,
                edges=edges,
                title=" = ".join([*(side.text for side in sides), value.text]),
                formulas=(_equation(sides), _equation([sides[0], *self._with_numbers(node), value])),
                values={vertex.id: text},
                gradients={},
                line=self.computed[self.owner[node]],
            )

    def _with_numbers(self, node: Node) -> list[Written]:
        """The op on the numbers it was applied to; none for arrays."""
        op = node.op
        assert op is not None
        pairs = list(node.operands())
        if not isinstance(node, Value) or any(np.ndim(held) for _, held in pairs):
            return []
        # A letter for each operand: the numbers in their places must not be reckoned up before they are seen.
        letters = [Letter(f"{i if v is None else id(v)}", data=held) for i, (v, held) in enumerate(pairs)]
        formula = applied(op, sequences(node, letters), node.settings or NO_SETTINGS, node._data)
        return [written(formula, numbers=True, precision=self.precision)]

    # --- backward -----------------------------------------------------------------------------------------------------

    def _backward(self) -> Iterator[Step]:
        wanted = self.chain.gradients.keys()
        root = self.vertices[self.root]
        sums: dict[Node, Any] = {self.root: seed_of(self.root, None)}
        seed = _equation([self._fraction(self.root, self.root), self._figure(sums[self.root])])
        title = f"{self._fraction(self.root, self.root).text} = {self._figure(sums[self.root]).text}"
        yield Step("backward", root.id, (), title, (seed,), {}, {root.id: self._shown(sums[self.root])})
        uses = dict.fromkeys(self.order, 0)
        for node in self.order:
            for operand, _ in node.operands():
                if operand in wanted:
                    uses[operand] += 1
        with evaluating_rules(), np.errstate(all="ignore"):
            for node in reversed(self.order):
                if node.op is None or node not in sums:
                    continue
                formulas = {i: share for i, _, share in self.chain.through(node, self._gradient_letter(node))}
                for i, operand, share in shares(node, sums[node], wanted):
                    uses[operand] -= 1
                    old = sums.get(operand)
                    sums[operand] = share if old is None else total(old, share)
                    yield self._adding(node, i, operand, formulas[i], old, sums[operand], done=not uses[operand])

    def _adding(self, node: Node, i: int, operand: Node, formula: Any, old: Any, new: Any, *, done: bool) -> Step:
        """The step that adds an edge's share to the gradient of its operand."""
        by, result = self._fraction(self.root, operand), self._figure(new)
        edge = self.edges[self.vertices[node].id, i]
        rule = product = written(formula)
        if edge.derivative is not None:
            g, slope = self._factor(self.chain.gradients[node]), self._factor(edge.derivative)
            product = Written(rf"{g.latex} \cdot {slope.latex}", f"{g.text} · {slope.text}")
        if old is not None:
            rule, product = _sum(by, rule), _sum(self._figure(old), product)
        sides = [product, result] if isinstance(operand, Value) else [product]
        line = self.local.get((self.owner[node], operand))
        if done and (operand.op is None or line is None):
            line = self.derived.get(operand)
        sign = "=" if old is None else "\\leftarrow"
        return Step(
            phase="backward",
            node=self.vertices[node].id,
            edges=(edge.id,),
            title=" = ".join([by.text, *(side.text for side in sides)]),
            formulas=tuple(dict.fromkeys((f"{by.latex} {sign} {rule.latex}", _equation([by, *sides])))),
            values={},
            gradients={self.vertices[operand].id: self._shown(new)},
            line=line,
        )

    def _gradient_letter(self, node: Node) -> Any:
        """What the gradient of a node is called in the rule of a step."""
        if node in self.parts.letters:
            return self.chain.letter(node)
        latex, text = self._fraction(self.root, node)
        return Letter(text, latex, data=self.chain.gradients[node])

    # --- names and numbers --------------------------------------------------------------------------------------------

    def _name(self, node: Node) -> Written:
        """The letter of a node, or what it was computed from if that is short."""
        term = self.parts.term(node)
        if isinstance(term, Letter):
            return Written(term.latex, term.text)
        if length(term) > _SHORT:
            return Written(r"(\ldots)", "(…)")
        latex, text = written(term)
        return Written(f"({latex})", f"({text})")

    def _fraction(self, above: Node, below: Node) -> Written:
        y, x = self._name(above), self._name(below)
        return Written(rf"\frac{{\partial {y.latex}}}{{\partial {x.latex}}}", f"∂{y.text}/∂{x.text}")

    def _figure(self, data: Any) -> Written:
        """A number; of an array its shape."""
        if np.size(data) == 1:
            return written(float(np.reshape(data, ())), precision=self.precision)
        shape = np.shape(data)
        return Written(rf"({', '.join(map(str, shape))})", str(shape))

    def _factor(self, x: float) -> Written:
        """A number as it stands in a product."""
        return Written(*(f"({side})" if x < 0 else side for side in self._figure(x)))

    def _shown(self, data: Any) -> str:
        """A gradient as the picture shows it."""
        return " / ".join(self._figure(x).text for x in figures_of(data).numbers)


def _sum(a: Written, b: Written) -> Written:
    return Written(f"{a.latex} + {b.latex}", f"{a.text} + {b.text}")


def _equation(sides: list[Written]) -> str:
    """Write an equation in LaTeX, without a side that repeats the one before."""
    latex = [side.latex for side in sides]
    return " = ".join(s for i, s in enumerate(latex) if i == 0 or s != latex[i - 1])
