"""What do derivations say, in which language?"""

from __future__ import annotations

from autograd.errors import AutogradError, at

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "decomposition": "Decomposition",
        "local": "Local derivatives",
        "chain": "Chain rule",
        "numbers": "Numbers",
        "given": "given",
        "array": "array",
    },
    "es": {
        "decomposition": "Descomposición",
        "local": "Derivadas locales",
        "chain": "Regla de la cadena",
        "numbers": "Con números",
        "given": "dados",
        "array": "arreglo",
    },
}


def words_in(lang: str) -> dict[str, str]:
    """Return the words of a language.

    Raises:
        AutogradError: there are none in it.
    """
    if lang not in WORDS:
        raise AutogradError(f"lang is one of {', '.join(map(repr, WORDS))}, got {lang!r}{at()}")
    return WORDS[lang]
