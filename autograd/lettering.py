"""How is a name written in LaTeX?"""

from __future__ import annotations

import re
import unicodedata

_GREEK = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi",
    "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma",
    "Upsilon", "Phi", "Psi", "Omega",
]  # fmt: skip
_PLAIN = re.compile(r"([A-Za-z]+)_?(\d*|(?<=_)[A-Za-z]+)((?:_\w+)*)")
_PATH = re.compile(r"[A-Za-z_][\w]*(?:\.\w+)+|[A-Za-z_]\w*(?:\[\d+\])+")


def latex_name(name: str) -> str:
    r"""Write a name in LaTeX as mathematics does: ``w11`` as w with a subscript, ``alpha`` as the letter.

    >>> from autograd.lettering import latex_name
    >>> [latex_name(name) for name in ("x1", "w2_1", "z_out", "α_1", "layers.0.neurons.3.w.1", "50 % <b>")]
    ['x_1', 'w_{2,1}', 'z_{\\mathrm{out}}', '\\alpha_1', 'w^{(0,3)}_1', '\\text{50 \\% <b>}']
    """
    name = "".join(_spelled(c) for c in name)
    plain = _PLAIN.fullmatch(name)
    if plain:
        stem, first, more = plain.groups()
        below = [part for part in (first, *more.split("_")) if part]
        return _stem(stem) + _subscript(below)
    if _PATH.fullmatch(name):
        parts = re.findall(r"\w+", name)
        place = max(i for i, part in enumerate(parts) if not part.isdigit())
        above = [part for part in parts[:place] if part.isdigit()]
        stem = _PLAIN.fullmatch(parts[place])
        base = latex_name(parts[place]) if stem else rf"\text{{{escaped(parts[place])}}}"
        below = parts[place + 1 :]
        if "_" in base and below:
            base = rf"\text{{{escaped(parts[place])}}}"
        return base + (f"^{{({','.join(above)})}}" if above else "") + _subscript(below)
    return rf"\text{{{escaped(name)}}}"


def _spelled(character: str) -> str:
    """Spell Greek letters out: α is alpha."""
    kind, _, letter = unicodedata.name(character, "").rpartition(" LETTER ")
    word = {"GREEK SMALL": letter.lower(), "GREEK CAPITAL": letter.capitalize()}.get(kind, "").replace("lamda", "lambda")
    return word if word in _GREEK else character


def _stem(word: str) -> str:
    if word in _GREEK:
        return f"\\{word}"
    return word if len(word) == 1 else rf"\mathrm{{{word}}}"


def _subscript(parts: list[str]) -> str:
    if not parts:
        return ""
    shown = ",".join(p if p.isdigit() or len(p) == 1 else f"\\{p}" if p in _GREEK else rf"\mathrm{{{p}}}" for p in parts)
    shown = shown.replace("_", r"\_")
    return f"_{shown}" if len(shown) == 1 else f"_{{{shown}}}"


_SPECIAL_SIGNS = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def escaped(text: str) -> str:
    """Write text such that LaTeX shows it as it is."""
    return "".join(_SPECIAL_SIGNS.get(c) or (f"\\{c}" if c in "#$%&_{}" else c) for c in " ".join(text.split()))
