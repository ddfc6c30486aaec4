"""How are the settings of an op written: an axis, a shape, an index?"""

from __future__ import annotations

import inspect
from typing import Any, NamedTuple

import numpy as np

from autograd.figures import figure
from autograd.lettering import escaped
from autograd.op import Op, Settings

_LONGEST = 4  # entries of an index that are written out


class Setting(NamedTuple):
    """A setting in LaTeX and as Python."""

    latex: str
    text: str


def chosen_settings(op: Op, settings: Settings) -> Settings:
    """Return the settings that are not what they are by default."""
    return {k: v for k, v in settings.items() if not _is_default(v, op.settings.get(k, inspect.Parameter.empty))}


def _is_default(value: Any, default: Any) -> bool:
    return value is default or (isinstance(value, (int, float, str)) and value == default)


def setting_of(value: Any) -> Setting:
    """Write a setting; arrays that are long, and objects, by their kind, which reads the same every time."""
    if isinstance(value, (tuple, list)):
        inner = [setting_of(v) for v in value]
        comma = "," if len(inner) == 1 else ""
        return Setting(f"({', '.join(v.latex for v in inner)})", f"({', '.join(v.text for v in inner)}{comma})")
    if isinstance(value, slice):
        ends = ["" if end is None else str(end) for end in (value.start, value.stop, value.step)]
        return Setting(":".join(ends if ends[2] else ends[:2]), repr(value))
    if value is Ellipsis:
        return Setting(r"\ldots", "...")
    if isinstance(value, np.ndarray):
        if value.size > _LONGEST or value.ndim > 1:
            return Setting(r"\text{index}", "index")
        value = value.tolist()
        return Setting(str(value), str(value))
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool) or value is None:
        return Setting(rf"\text{{{value}}}", str(value))
    if isinstance(value, (int, float)):
        text = figure(value)
        return Setting({"inf": r"\infty", "-inf": r"-\infty"}.get(text, text), text)
    if isinstance(value, str):
        return Setting(rf"\text{{{escaped(value)}}}", repr(value))
    return Setting(rf"\text{{{escaped(type(value).__name__)}}}", type(value).__name__)


def index_of(index: Any) -> Setting:
    """Write what stands between square brackets."""
    parts = index if isinstance(index, tuple) else (index,)
    latex = ", ".join(setting_of(part).latex for part in parts)
    # Slices are written with colons here, and with their name everywhere else.
    text = ", ".join(setting_of(p).latex if isinstance(p, slice) else setting_of(p).text for p in parts)
    return Setting(latex or "()", text or "()")
