"""Which hyperparameters make sense, and what is the default of one that is not given?

A learning rate, a momentum, an ε are *options* of a rule. Where torch and Keras start from different numbers, an option that
is not given takes the one of the style that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograd import AutogradError
from autograd.errors import at, short

STYLES = ("torch", "keras")


def in_style(
    style: str,
    defaults: Mapping[str, Mapping[str, Any]],
    without: Mapping[str, tuple[str, ...]] | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Return the options with the style among them, and its default for each that is None.

    Args:
        style: "torch" or "keras".
        defaults: of each style, the defaults in which they differ.
        without: of a style, the options that it does not know. (default: it knows all)
        options: what the user gave, None for what was left open.

    >>> from optim.options import in_style
    >>> in_style("keras", {"torch": {"eps": 1e-8}, "keras": {"eps": 1e-7}}, lr=0.1, eps=None)
    {'lr': 0.1, 'eps': 1e-07, 'style': 'keras'}
    """
    if style not in STYLES:
        raise AutogradError(f"style is one of {', '.join(map(repr, STYLES))}, got {style!r}{at()}")
    for name in (without or {}).get(style, ()):
        if options[name]:
            raise AutogradError(f'style="{style}" knows no {name}, got {name}={options[name]!r}{at()}')
    filled = {name: defaults[style].get(name) if given is None else given for name, given in options.items()}
    return {**filled, "style": style}


def check(who: str, options: Mapping[str, Any]) -> None:
    """Raise unless every option that has a line in the table below is what that line needs."""
    for name, value in options.items():
        holds, needed = _NEEDED.get(name, (None, ""))
        if holds is not None and not holds(value):
            raise AutogradError(f"{who} needs {name} {needed}, got {short(value)}{at()}")
    if options.get("nesterov") and (not options.get("momentum") or options.get("dampening")):
        raise AutogradError(
            f"{who} needs a momentum and no dampening for nesterov, got momentum={options.get('momentum')!r} and "
            f"dampening={options.get('dampening', 0.0)!r}{at()}"
        )


def _is_number(x: Any) -> bool:
    return isinstance(x, (int, float, np.integer, np.floating)) and not isinstance(x, bool) and bool(np.isfinite(x))


def _at_least_zero(x: Any) -> bool:
    return _is_number(x) and x >= 0


def _fraction(x: Any) -> bool:
    return _is_number(x) and 0 <= x <= 1


def _two_fractions_below_one(x: Any) -> bool:
    return isinstance(x, (tuple, list)) and len(x) == 2 and all(_fraction(beta) and beta < 1 for beta in x)


_NEEDED: dict[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(
        ("lr", "eps", "weight_decay", "momentum", "lr_decay", "initial_accumulator_value"),
        (_at_least_zero, "as a number that is not negative"),
    ),
    **dict.fromkeys(("alpha", "rho"), (_fraction, "as a number from 0 to 1")),
    "dampening": (_is_number, "as a number"),
    "betas": (_two_fractions_below_one, "as two numbers from 0 to 1, without 1"),
}
