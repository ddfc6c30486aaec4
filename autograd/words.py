"""What do derivations, pictures and plots say, in which language?"""

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


# What pictures and plots say. The names of metrics, of losses and of optimizers are names, and stay.
_LABELS: dict[str, dict[str, str]] = {
    "es": {
        "operation": "operación",
        "operations": "operaciones",
        "parameter": "parámetro",
        "parameters": "parámetros",
        "input": "entrada",
        "inputs": "entradas",
        "constant": "constante",
        "constants": "constantes",
        "number": "número",
        "numbers": "números",
        "layer": "capa",
        "layers": "capas",
        "neuron": "neurona",
        "neurons": "neuronas",
        "call": "llamada",
        "calls": "llamadas",
        "shares {}": "comparte {}",
        "all {}": "sólo {}",
        "{} other kinds": "y {} clases más",
        "result {}": "resultado {}",
        "no gradient": "sin gradiente",
        "no backward yet": "aún sin backward",
        "epoch": "época",
        "metrics": "métricas",
        "lowest: {}, epoch {}": "mínimo: {}, época {}",
        "predicted class": "clase predicha",
        "true class": "clase verdadera",
        "{} of {} right ({} %)": "{} de {} correctas ({} %)",
        "weight": "peso",
        "taken at a jump": "valor en el salto",
        "step": "paso",
        "learning rate η": "tasa de aprendizaje η",
        "start": "inicio",
        "minimum": "mínimo",
        "margin y·ŷ": "margen y·ŷ",
        "residual ŷ - t": "residuo ŷ - t",
        "residual y - t": "residuo y - t",
        "probability of what is true": "probabilidad de lo verdadero",
        "ŷ of what is true": "ŷ de lo verdadero",
        "forecast of an event that happens": "pronóstico de un suceso que ocurre",
        "score of an event that happens": "puntaje de un suceso que ocurre",
        "lead of the right class of two": "ventaja de la clase correcta de dos",
        "log-probability of what is true": "log-probabilidad de lo verdadero",
        "log-probability of a class of share ½": "log-probabilidad de una clase con proporción ½",
        "prediction, where the target is 1": "predicción, cuando el objetivo es 1",
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
    return _LABELS.get(_language, {}).get(label, label)
