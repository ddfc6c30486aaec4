"""What do derivations, pictures and plots say, in which language?"""

from __future__ import annotations

from autograd.errors import AutogradError, at
from autograd.spanish import SPANISH

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


_language = "en"


def set_language(lang: str) -> None:
    """Say in which language derivations, pages and plots speak from now on: "en" or "es". Errors are in English.

    Raises:
        AutogradError: there are no words in it.

    >>> from autograd import Value, explain, set_language
    >>> x = Value(3.0, "x")
    >>> set_language("es"); print(explain((x * x).named("y")).steps[2].heading); set_language("en")
    Regla de la cadena
    """
    global _language
    words_in(lang)
    _language = lang


def language(lang: str | None = None) -> str:
    """Return a language that was asked for, or else the one that was set."""
    return _language if lang is None else lang


def words_in(lang: str) -> dict[str, str]:
    """Return the words of a language.

    Raises:
        AutogradError: there are none in it.
    """
    if lang not in WORDS:
        raise AutogradError(f"lang is one of {', '.join(map(repr, WORDS))}, got {lang!r}{at()}")
    return WORDS[lang]


def translated(label: str) -> str:
    """Return what a picture or a plot says, in the language that was set; what has no translation stays English."""
    return SPANISH.get(label, label) if _language == "es" else label
