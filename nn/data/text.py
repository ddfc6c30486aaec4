"""Which words are there in a text, and how does a network get to see them?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError
from autograd.errors import at, short
from nn.data.settings import dtype_among, flags
from nn.linear import counts

_BREAK = re.compile(r"<br\s*/?>")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def words(text: str) -> list[str]:
    """Return the words of a text in lower case: letters and digits, with apostrophes inside; HTML's ``<br />`` is none.

    Raises:
        AutogradError: it is no text.

    >>> from nn.data import words
    >>> words("Don't miss it!<br /><br />A 10/10 film.")
    ["don't", 'miss', 'it', 'a', '10', '10', 'film']
    """
    if not isinstance(text, str):
        raise AutogradError(f"words are found in a text, got {short(text)}{at()}")
    return _WORD.findall(_BREAK.sub(" ", text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")))


class Vocabulary:
    """The most frequent words of some texts, each with a number; those that are equally frequent stand by the alphabet.

    Texts become rows of numbers once, and these become a bag of words (which words are there?) batch by batch: 25,000 bags
    of 20,000 words would take 2 GB.

    Args:
        texts: those that the words are taken from; in training, not those one tests with.
        size: how many words at most. (default 20,000)
        min_count: how often a word must occur. (default 1)

    Attributes:
        words: the words, the most frequent one first.
        counts: how often each occurs in the texts.

    Raises:
        AutogradError: `texts` is a single text or holds something else, or a number is no whole number from 1 up.

    >>> import nn
    >>> from autograd import Tensor
    >>> texts, t = ["A fine film.", "A dull film.", "Fine, fine!", "So dull..."], [1, 0, 1, 0]
    >>> vocabulary = nn.data.Vocabulary(texts, size=100)
    >>> vocabulary.words
    ('fine', 'a', 'dull', 'film', 'so')
    >>> vocabulary.counts
    (3, 2, 2, 2, 1)
    >>> reviews = nn.data.Dataset([vocabulary.encode(text) for text in texts], t)
    >>> loader = nn.data.DataLoader(reviews, 2, collate=lambda x, t: (Tensor.from_numpy(vocabulary.bag(x)), t))
    >>> model = nn.Linear(len(vocabulary), 2, rng=0, dtype=np.float32)
    >>> [model(x).shape for x, t in loader]
    [(2, 2), (2, 2)]
    """

    def __init__(self, texts: Iterable[str], size: int = 20_000, min_count: int = 1) -> None:
        counts(size=size, min_count=min_count)
        found: Counter[str] = Counter()
        for text in _each("a vocabulary is taken from", texts):
            found.update(words(text))
        frequent = [word for word, count in found.items() if count >= min_count]
        self.words = tuple(sorted(frequent, key=lambda word: (-found[word], word))[:size])
        self.counts = tuple(found[word] for word in self.words)
        self._numbers = {word: i for i, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def __repr__(self) -> str:
        return f"Vocabulary of {len(self):,} word{'s' * (len(self) != 1)}"

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and word in self._numbers

    def index(self, word: str) -> int:
        """Return the number of a word.

        Raises:
            AutogradError: it is not among the words.

        >>> from nn.data import Vocabulary
        >>> Vocabulary(["a fine, fine film"]).index("film")
        2
        """
        if word not in self:
            raise AutogradError(f"{short(word)} is not among the {len(self):,} words{at()}")
        return self._numbers[word]

    def encode(self, text: str) -> NDArray[np.int64]:
        """Return the numbers of a text's words, in their order; words without a number are left out.

        Raises:
            AutogradError: it is no text.

        >>> from nn.data import Vocabulary
        >>> Vocabulary(["a fine, fine film"]).encode("A dull film").tolist()
        [1, 2]
        """
        numbers = self._numbers
        return np.array([numbers[word] for word in words(text) if word in numbers], np.int64)

    def bag(
        self, texts: Iterable[str | NDArray[np.int64]], *, dtype: Any = np.float32, binary: bool = True
    ) -> NDArray[Any]:
        """Return a row for each text that says which words are there: (N, len(self)).

        Args:
            texts: as text, or as `encode` gave them.
            dtype: of the result. (default float32)
            binary: is 1 written for a word that is there, or how often it is? (default True: 1)

        Raises:
            AutogradError: it is a single text, numbers are no numbers of words, or a count is too large for the dtype.
            DTypeError: the dtype is none of numbers.

        >>> from nn.data import Vocabulary
        >>> Vocabulary(["a fine film"]).bag(["a film, a film", "fine"], binary=False).tolist()
        [[2.0, 2.0, 0.0], [0.0, 0.0, 1.0]]
        """
        flags(binary=binary)
        rows = [self._numbers_of(text) for text in _each("a bag is made for each of", texts)]
        bags = np.zeros((len(rows), len(self)), dtype_among("biuf", "bags are numbers", dtype))
        for bag, numbers in zip(bags, rows, strict=True):
            if binary:
                bag[numbers] = 1
                continue
            counted = np.bincount(numbers, minlength=len(self))
            with np.errstate(over="ignore"):
                bag[:] = counted
            if (bag != counted).any():
                raise AutogradError(f"a word is there {counted.max()} times, which {bags.dtype} does not hold{at()}")
        return bags

    def _numbers_of(self, text: Any) -> NDArray[np.int64]:
        """Return the numbers of the words of a text, or of what was a text before."""
        if isinstance(text, str):
            return self.encode(text)
        try:
            numbers = np.asarray(text)
        except ValueError:  # rows of unequal length
            numbers = np.empty((0, 0))
        if numbers.ndim != 1:
            raise AutogradError(f"a bag is made for each text, or row of numbers of words, got {short(text)}{at()}")
        if numbers.size and (numbers.dtype.kind not in "iu" or ((numbers < 0) | (numbers >= len(self))).any()):
            raise AutogradError(f"words are numbered from 0 to {len(self) - 1}, got {short(text)}{at()}")
        return numbers.astype(np.int64)


def _each(what: str, texts: Any) -> Iterator[Any]:
    if isinstance(texts, (str, bytes)) or not isinstance(texts, Iterable):
        is_text = "the text " if isinstance(texts, str) else ""
        raise AutogradError(f"{what} a list of texts, got {is_text}{short(texts)}{at()}")
    return iter(texts)
