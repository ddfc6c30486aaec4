"""How does a plot of the demonstration get into a file?"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograd.extras import ExtraMissing, load
from autograd.files import write_whole


def save_picture(path: Path, title: str, size: tuple[float, float], plot: Callable[[Any], Any]) -> None:
    """Write a plot to an SVG file and print where it is; where matplotlib is missing, print how to get it instead.

    Args:
        path: the file.
        title: what it shows.
        size: its width and height, in inches.
        plot: draws on the axes that it is given.

    Raises:
        OSError: the file cannot be written.
    """
    try:
        # Not pyplot: it would open windows, and keep figures.
        figures = load("matplotlib.figure", extra="plot", purpose="plots")
    except ExtraMissing as error:
        print(f"{title}: {error}")
        return
    figure = figures.Figure(figsize=size, layout="constrained")
    ax = figure.subplots()
    plot(ax)
    ax.set_title(title)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg")
    write_whole(path, buffer.getvalue())
    print(f"{title}: {path}")
