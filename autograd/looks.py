"""What do the roles of vertices look like, and how does an edge show its share?"""

from __future__ import annotations

import math

# Roles differ by shape and by how dark the fill is, so that they are told apart in a grey print too.
LOOKS = {
    "constant": {"shape": "box", "fillcolor": "#eeeeee", "color": "#eeeeee", "fontsize": "12"},
    "input": {"shape": "box", "fillcolor": "#dce9f7"},
    "parameter": {"shape": "ellipse", "fillcolor": "#f2cf7a", "margin": "0.02,0.02"},
    "operation": {"shape": "Mrecord", "fillcolor": "white"},
    "output": {"shape": "record", "fillcolor": "#a9c7a0", "penwidth": "2.5"},
    "module": {"shape": "box3d", "fillcolor": "#b498cc", "margin": "0.15,0.08"},
    "folded": {"shape": "folder", "fillcolor": "#8b9ba7", "margin": "0.15,0.08"},
}

# What is highlighted: edges with and against the whole, and all others.
WITH, AGAINST = "#1b6e8c", "#b3401f"
FAINT = {"color": "#cccccc", "fontcolor": "#aaaaaa"}


def fill_of(role: str) -> str:
    """Return the colour of a role's boxes, as ``#rrggbb``."""
    return LOOKS[role]["fillcolor"].replace("white", "#ffffff")


def width_of(share: float) -> float:
    """Return how thick an edge is drawn."""
    return 1.0 + 5.0 * min(1.0, abs(share)) if math.isfinite(share) else 1.0
