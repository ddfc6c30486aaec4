"""What is one thing that is wrong with a network?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ANOMALY = "Run the batch inside `with autograd.anomaly():`, which names the operation."  # the advice on nan and inf


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        kind: in a word, such as "dead" or "vanishing".
        path: the part it was found in, "" for the whole network.
        sentence: what is wrong, with numbers.
        advice: what to do about it.
        numbers: the numbers of the sentence, by name.
    """

    kind: str
    path: str
    sentence: str
    advice: str
    numbers: Mapping[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.sentence} {self.advice}"


def called(path: str, kind: str) -> str:
    """Write down a part by its path and class, as errors do.

    The whole network has no path.

    >>> called("1", "ReLU"), called("", "Linear")
    ('1 (ReLU)', 'Linear')
    """
    return f"{path} ({kind})" if path else kind


def listed(names: list[str], most: int = 5) -> str:
    """Write down names, and how many more there are.

    >>> listed(["a", "b"]), listed(list("abcdefgh"))
    ('a, b', 'a, b, c, d, e and 3 more')
    """
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
