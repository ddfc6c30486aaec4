"""How does a loss on the course's slides compare with the one its name stands for?

Formulas and derivatives as `autograd.explain` derives them, numbers, curves: all are read from the graphs of the two forms.
"""

from __future__ import annotations

import html
import textwrap
from dataclasses import dataclass
from typing import Any

from autograd import AutogradError, explain
from autograd.errors import at
from autograd.words import translated
from nn.curves import curve, derivatives
from nn.loss.slides import SLIDES, Function, Given
from nn.views import View


@dataclass(frozen=True)
class Form:
    """One form of a loss.

    Attributes:
        name: its true name.
        function: from (prediction, target) to a Value.
        latex, text: the formula, part by part, in LaTeX and as plain text.
        derivative_latex, derivative_text: the derivatives by the prediction, likewise.
    """

    name: str
    function: Function
    latex: str
    text: str
    derivative_latex: str
    derivative_text: str


@dataclass(frozen=True, repr=False)
class Comparison:
    """What `compare` returns: prints as text, and shows itself with formulas in a notebook.

    Attributes:
        name: the name on the slides.
        slide: what stands on the slide.
        standard: what the name stands for everywhere else.
        note: what the slide's form is in truth.
        view: the one number that both are tabled and drawn against.
        rows: of that number, of the slide's form and of the standard one: the value, and the derivative by the number.
    """

    name: str
    slide: Form
    standard: Form
    note: str
    view: View
    rows: tuple[tuple[float, ...], ...]

    def __repr__(self) -> str:
        forms = [
            f"{kind}: {translated(form.name)}\n   {form.text}\n   {form.derivative_text}" for kind, form in self._forms()
        ]
        cells = [self._head(), *(tuple(map(_figure, row)) for row in self.rows)]
        widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
        table = ["  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True)) for row in cells]
        return "\n\n".join([self.name, *forms, "\n".join(table), textwrap.fill(translated(self.note), 100)])

    def _repr_html_(self) -> str:
        parts = [f"<p><b>{html.escape(self.name)}</b></p>"]
        for kind, form in self._forms():
            formulas = f"$${form.latex}$$\n$${form.derivative_latex}$$"
            parts.append(f"<p>{kind}: {html.escape(translated(form.name))}</p>{html.escape(formulas)}")
        head = "".join(f"<th>{html.escape(cell)}</th>" for cell in self._head())
        body = "".join(f"<tr>{''.join(f'<td>{_figure(x)}</td>' for x in row)}</tr>" for row in self.rows)
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return "\n".join([*parts, table, f"<p>{html.escape(translated(self.note))}</p>"])

    def plot(self, ax: Any = None) -> Any:
        """Draw both forms and their derivatives, and return the axes.

        Args:
            ax: the axes to draw on. (default: new ones)

        Raises:
            ExtraMissing: matplotlib is not installed.
        """
        from nn import plots  # late: plots know all losses

        ax = plots.axes(ax)
        # The slide's curves lie beneath, broad and pale: where the two forms agree both can be seen.
        for (kind, form), colour, width in zip(self._forms(), plots.PAIR, (5.0, 1.6), strict=True):
            labels = (f"{kind}: {translated(form.name)}", translated("its derivative"))
            plots.draw_curve(ax, curve(self.view.of(form.function), self.view.window), labels, [colour] * 2, width)
        ax.margins(y=0.25)  # room for the legend
        return plots.finished(ax, self.name, self.view.label)

    def _forms(self) -> tuple[tuple[str, Form], ...]:
        return (translated("slide"), self.slide), (translated("standard"), self.standard)

    def _head(self) -> tuple[str, ...]:
        slide, standard, derivative = translated("slide"), translated("standard"), translated("derivative")
        return (translated(self.view.label), slide, derivative, standard, derivative)


def compare(name: str) -> Comparison:
    """Put a loss as the slides give it beside the one that the name stands for.

    Args:
        name: "zero-one", "perceptron", "mse", "mae", "hinge" or "cross entropy"; also written with "-", "_" or a space.

    Raises:
        AutogradError: the slides have no loss of this name.

    >>> import nn.loss
    >>> print(nn.loss.compare("hinge"))
    hinge
    <BLANKLINE>
    slide: perceptron loss
       L = clip(z1, lo=0), z1 = -y*ŷ
       ∂L/∂ŷ = -equal(z1, L)*y
    <BLANKLINE>
    standard: hinge loss
       L = relu(z1), z1 = 1 - y*ŷ
       ∂L/∂ŷ = -greater(z1, 0)*y
    ...
    """
    wanted = _key(name)
    for asked, entry in SLIDES.items():
        if _key(asked) == wanted:
            slide, standard = _form(entry.slide), _form(entry.standard)
            functions = [entry.view.of(form.function) for form in (slide, standard)]
            rows = tuple((x, *(y for f in functions for y in derivatives(f, x, 1))) for x in entry.points)
            return Comparison(asked, slide, standard, entry.note, entry.view, rows)
    raise AutogradError(f"the slides have no loss {name!r}: one of {', '.join(map(repr, SLIDES))}{at()}")


def _key(name: str) -> str:
    return " ".join(name.lower().replace("-", " ").replace("_", " ").split()).removesuffix(" loss")


def _form(given: Given) -> Form:
    """Derive one form's formula and derivatives from a graph of it."""
    prediction, target = given.letters()
    derivation = explain(given.function(prediction, target).named("L"), prediction)
    # A row with one side lists the numbers given; the loss itself comes last there, and is read first here.
    parts = [row.sides[:2] for row in derivation.steps[0].rows if len(row.sides) > 1][::-1]
    return Form(
        given.name,
        given.function,
        latex=r",\quad ".join(f"{left.latex} = {right.latex}" for left, right in parts),
        text=", ".join(f"{left.text} = {right.text}" for left, right in parts),
        derivative_latex=r",\quad ".join(partial.latex for partial in derivation.partials),
        derivative_text=", ".join(partial.text for partial in derivation.partials),
    )


def _figure(x: float) -> str:
    return f"{x + 0.0:.4g}"  # adding 0 makes 0 of -0
