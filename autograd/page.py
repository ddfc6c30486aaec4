"""How does a list of steps become one self-contained page?

The page holds everything it needs: the picture, the formulas as MathML, the steps as JSON and one script. It is read from
a file without a server, and asks for nothing: a policy at its top allows that script and that style by their hashes alone,
so text in it that turns out to be markup stays dead.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from string import Template
from xml.etree import ElementTree

from autograd.errors import AutogradError, at
from autograd.files import write_whole
from autograd.layout import one_line
from autograd.mathml import mathml

PHASES = ("forward", "backward")
SUFFIXES = (".html", ".htm")
HEIGHT = 640  # of the frame in a notebook, in pixels: the graph and both panels without scrolling

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "graph": "Computation graph", "derivation": "Derivation", "controls": "Steps", "static": "Picture without steps",
        "start": "Press → to begin", "step": "Step", "speed": "Speed",
        "first": "First step", "back": "Back", "play": "Play", "pause": "Pause", "next": "Next", "last": "Last step",
        "forward": "Forward", "backward": "Backward", "to_forward": "To the start of the forward pass",
        "to_backward": "To the start of the backward pass",
        "keys": "← → one step · space: play, pause · Home, End: first, last · F: forward · B: backward",
        "smaller": "Smaller", "fit": "Fit to the window", "larger": "Larger",
    },
    "es": {
        "graph": "Gráfica de cómputo", "derivation": "Derivación", "controls": "Pasos", "static": "Imagen sin pasos",
        "start": "Pulsa → para empezar", "step": "Paso", "speed": "Velocidad",
        "first": "Primer paso", "back": "Anterior", "play": "Reproducir", "pause": "Pausa", "next": "Siguiente",
        "last": "Último paso",
        "forward": "Adelante", "backward": "Atrás", "to_forward": "Al inicio de la pasada hacia adelante",
        "to_backward": "Al inicio de la pasada hacia atrás",
        "keys": "← → un paso · espacio: reproducir, pausa · Inicio, Fin: primero, último · F: adelante · B: atrás",
        "smaller": "Más pequeño", "fit": "Ajustar a la ventana", "larger": "Más grande",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One step through the graph.

    Attributes:
        phase: "forward" or "backward".
        node: the id of the picture's node that is worked on, "v3".
        edges: the ids of the picture's edges that are used, "v3-1".
        title: what happens, as one line of plain text.
        formulas: the op's rule and its numbers, each a line of LaTeX.
        values: what the value lines of these nodes say from now on, by node.
        gradients: what the gradient lines of these nodes say from now on, by node.
        line: which line of the derivation belongs to it, counted from 0; None for none. (default None)
    """

    phase: str
    node: str
    edges: tuple[str, ...]
    title: str
    formulas: tuple[str, ...]
    values: Mapping[str, str]
    gradients: Mapping[str, str]
    line: int | None = None


@dataclass(frozen=True)
class Line:
    """One line of the derivation: LaTeX, under a heading of its own or under the one before."""

    heading: str | None
    latex: str


@dataclass(frozen=True)
class Field:
    """Which lines of text in a node of the picture, counted from 0, hold its value and its gradient; None for none."""

    value: int | None
    grad: int | None


@dataclass(frozen=True, repr=False)
class Page:
    """A page that steps through a computation graph; a notebook shows it.

    Before its forward step a node's value is shown as "…"; nodes without one show theirs from the start. Gradients are
    shown as "·" until a step gives a number.

    Attributes:
        title: the heading, plain text.
        svg: the picture, with the final values in it.
        steps: what happens, in order.
        lines: the derivation that scrolls along.
        fields: where values and gradients stand in the picture, by node.
        words: what buttons and panels are called, where it is not what `WORDS` says for the language. (default none)
        lang: the language, as HTML names it; words of a language that `WORDS` lacks are English. (default "en")

    Raises:
        AutogradError: the picture cannot be read, or something names a node, an edge or a line that it does not have.

    >>> from autograd import Value
    >>> from autograd.page import Field, Line, Page, Step
    >>> from autograd.picture import draw
    >>> x = Value(3.0, "x")
    >>> step = Step("forward", "v2", ("v2-1", "v2-2"), "forward: x x", ("x x = 9",), {"v2": "9"}, {}, line=0)
    >>> Page("A square", draw(x * x).svg(), [step], [Line(None, "y = x x")], {"v2": Field(1, None)})
    <Page: A square. Steps: 1>
    """

    title: str
    svg: str
    steps: Sequence[Step]
    lines: Sequence[Line]
    fields: Mapping[str, Field]
    words: Mapping[str, str] = field(default_factory=dict)
    lang: str = "en"

    def __post_init__(self) -> None:
        texts = _texts_of(self.svg)
        for step in self.steps:
            if step.phase not in PHASES:
                raise AutogradError(f"a phase is one of {', '.join(PHASES)}, got {step.phase!r}{at()}")
            for name in (step.node, *step.edges):
                if name not in texts:
                    raise AutogradError(f"the step {step.title!r} names {name!r}, which the picture does not have{at()}")
            if step.line is not None and not 0 <= step.line < len(self.lines):
                raise AutogradError(
                    f"the step {step.title!r} belongs to line {step.line}, and there are {len(self.lines)} from 0 on{at()}"
                )
        for name, places in self.fields.items():
            for place in (places.value, places.grad):
                if place is not None and not 0 <= place < texts.get(name, 0):
                    raise AutogradError(f"the picture's {name!r} has {texts.get(name, 0)} lines, and none is {place}{at()}")
        if not re.fullmatch(r"[A-Za-z0-9-]+", self.lang):
            raise AutogradError(f"lang is the name of a language such as en or es-MX, got {self.lang!r}{at()}")

    def html(self) -> str:
        """Return the page, complete."""
        words = self._words()
        style, script = _file("player.css"), _file("player.js")
        policy = (
            f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data:; "
            "base-uri 'none'; form-action 'none'"
        )
        return Template(_file("player.html")).substitute(
            {key: html.escape(word) for key, word in words.items()},
            lang=self.lang,
            policy=policy,
            style=style,
            script=script,
            title=html.escape(one_line(self.title)),
            svg=self.svg,
            formulas="\n".join(_formulas(i, step) for i, step in enumerate(self.steps, 1)),
            lines="\n".join(_line(i, line) for i, line in enumerate(self.lines)),
            data=_data(self, words),
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page to a file, whole or not at all.

        Args:
            path: ends in .html or .htm.

        Raises:
            AutogradError: the path ends otherwise.
            OSError: the file cannot be written.
        """
        path = Path(path)
        if path.suffix.lower() not in SUFFIXES:
            raise AutogradError(f"a page is saved as {' or as '.join(SUFFIXES)}, got {path.name!r}{at()}")
        write_whole(path, self.html())

    def _repr_html_(self) -> str:
        title = html.escape(one_line(self.title))
        words = self._words()
        # In a frame without the rights of the notebook around it. Where frames and scripts are stripped, the image stays;
        # an image runs no script, and its ids are its own.
        image = base64.b64encode(self.svg.encode()).decode()
        return (
            f'<iframe title="{title}" sandbox="allow-scripts" srcdoc="{html.escape(self.html())}" width="100%" '
            f'height="{HEIGHT}" style="border: 0; width: 100%; height: {HEIGHT}px"></iframe>\n'
            f"<details><summary>{html.escape(words['static'])}</summary>"
            f'<img alt="{title}" src="data:image/svg+xml;base64,{image}" style="max-width: 100%"></details>'
        )

    def _words(self) -> dict[str, str]:
        language = self.lang.partition("-")[0].lower()
        return {key: one_line(word) for key, word in {**WORDS["en"], **WORDS.get(language, {}), **self.words}.items()}

    def __repr__(self) -> str:
        return f"<Page: {one_line(self.title)}. Steps: {len(self.steps)}>"


def _texts_of(svg: str) -> dict[str, int]:
    """Return how many lines of text each group of a picture has, by its id."""
    try:
        groups = [each for each in ElementTree.fromstring(svg).iter() if each.tag.endswith("}g")]
    except ElementTree.ParseError as error:
        raise AutogradError(f"the picture is no SVG: {error}{at()}") from error
    return {each.get("id", ""): sum(1 for below in each.iter() if below.tag.endswith("}text")) for each in groups}


def _formulas(place: int, step: Step) -> str:
    shown = "".join(f'<div class="formula">{mathml(latex, display=True)}</div>' for latex in step.formulas)
    return f'<div data-step="{place}" hidden>{shown}</div>'


def _line(place: int, line: Line) -> str:
    heading = "" if line.heading is None else f"<h3>{html.escape(one_line(line.heading))}</h3>"
    formula = mathml(line.latex, display=True)
    return f'{heading}<div class="line" data-line="{place}"><div class="formula">{formula}</div></div>'


def _data(page: Page, words: Mapping[str, str]) -> str:
    """Return what the script reads, as JSON in which no sign means anything to HTML."""
    data = {
        "steps": [
            {
                "phase": step.phase,
                "node": step.node,
                "edges": step.edges,
                "title": one_line(step.title),
                "values": {key: one_line(text) for key, text in step.values.items()},
                "gradients": {key: one_line(text) for key, text in step.gradients.items()},
                "line": step.line,
            }
            for step in page.steps
        ],
        "fields": {key: {"value": places.value, "grad": places.grad} for key, places in page.fields.items()},
        # The rest of the words stand in the page.
        "words": {key: words[key] for key in ("start", "forward", "backward", "play", "pause")},
    }
    # All that is not ASCII is escaped too, with U+2028 and U+2029 among it.
    return re.sub("[<>&]", lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(data))


def _file(name: str) -> str:
    return resources.files("autograd").joinpath(name).read_text(encoding="utf-8")


def _hash(source: str) -> str:
    """Return what a policy calls a script or style of exactly this text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"
