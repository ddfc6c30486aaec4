"""Which data comes with the library?

Small tables in ``nn/data/files``; tests/make_data.py made them, and NOTICE says whose they are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from autograd.errors import at
from nn.data.dataset import Dataset
from nn.data.missing import DataMissing
from nn.data.npz import read_npz
from nn.data.settings import floating
from nn.saving.errors import FilePath, check_path, fault

_FILES = Path(__file__).parent / "files"
_CURVES = {
    "ainvs": "iu2", "conductor": "iu1", "rank": "iu1", "torsion": "iu1", "tamagawa": "iu1", "real_period": "f1",
    "regulator": "f1", "special_value": "f1", "sha": "iu1",
}  # fmt: skip


def digits(dtype: Any = float) -> Dataset:
    """1,797 handwritten digits of 8 by 8 pixels: x (1797, 1, 8, 8), from 0 (paper) to 1 (ink), and t from 0 to 9.

    A pixel counts which of 4 by 4 smaller ones are inked, in sixteenths.

    Args:
        dtype: of x. (default float64)

    Raises:
        DTypeError: the dtype is not one of floats.

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998,
    doi:10.24432/C50P49: its test set, CC BY 4.0.

    >>> import nn
    >>> nn.data.digits()
    Dataset of 1797 samples: x (1, 8, 8) float64, t () int64; classes 0, 1, …
    """
    stored = read_npz(_FILES / "digits.npz", x="u3", t="u1")
    return Dataset(
        stored["x"][:, None].astype(floating(dtype)) / 16, stored["t"].astype(np.int64),
        classes=tuple("0123456789"), source="Optical Recognition of Handwritten Digits, UCI, 1998",
    )  # fmt: skip


def iris(dtype: Any = float) -> Dataset:
    """150 irises of three species: x (150, 4), in cm: length and width of the sepals, then of the petals; t the species.

    The numbers are those of Fisher's paper, as R and scikit-learn have them. The file at UCI differs from these in two
    flowers, ``x[34]`` and ``x[37]``.

    Args:
        dtype: of x. (default float64)

    Raises:
        DTypeError: the dtype is not one of floats.

    Source: R. A. Fisher, The use of multiple measurements in taxonomic problems, Annals of Eugenics 7(2), 179-188, 1936;
    UCI Machine Learning Repository, doi:10.24432/C56C76, CC BY 4.0.

    >>> import nn
    >>> nn.data.iris()
    Dataset of 150 samples: x (4,) float64, t () int64; classes setosa, versicolor, virginica
    """
    stored = read_npz(_FILES / "iris.npz", x="u2", t="u1")
    return Dataset(
        stored["x"].astype(floating(dtype)) / 10, stored["t"].astype(np.int64),
        classes=("setosa", "versicolor", "virginica"), source="Fisher's irises, 1936",
    )  # fmt: skip


def elliptic_curves(path: FilePath | None = None) -> Dataset:
    """The elliptic curves over ℚ of conductor at most 10,000, one of each isogeny class: 38,042.

    Isogenous curves have the same L-function, so that of a class with several curves some would be known from others; one
    of each can be divided at random. The columns, whole numbers as int64:

    - ``ainvs`` (n, 5): a₁, a₂, a₃, a₄, a₆ of y² + a₁xy + a₃y = x³ + a₂x² + a₄x + a₆
    - ``conductor`` N, ``rank`` r, ``torsion``: the number of points of finite order
    - ``tamagawa``: the product of the Tamagawa numbers c_p
    - ``real_period`` Ω, ``regulator`` R, ``special_value`` L⁽ʳ⁾(1)/r!
    - ``sha``: the order of Ш that L⁽ʳ⁾(1)/r! = Ω R Πc_p |Ш| / torsion² (Birch and Swinnerton-Dyer) gives, rounded

    Args:
        path: an ``.npz`` file with these columns, such as a larger table, that is read instead. (default None)

    Raises:
        FileError: the file holds no such table.
        DataMissing: there is no such file.
        AutogradError: `path` cannot be the name of a file.
        OSError: the file may not be read.

    Source: John Cremona, ecdata, https://github.com/JohnCremona/ecdata, Artistic License 2.0.

    >>> import nn
    >>> curves = nn.data.elliptic_curves()
    >>> len(curves), curves.names
    (38042, ('ainvs', 'conductor', 'rank', 'torsion', 'tamagawa', 'real_period', 'regulator', 'special_value', 'sha'))
    >>> curves.select("ainvs", "conductor", "rank", "torsion")[0]
    (array([  0,  -1,   1, -10, -20]), np.int64(11), np.int64(0), np.int64(5))
    """
    return _curves("elliptic_curves", path)


def elliptic_curves_sha(path: FilePath | None = None) -> Dataset:
    """15,000 elliptic curves over ℚ whose |Ш| is 4 for one half and 9 for the other, of conductor below 500,000.

    The columns are those of `elliptic_curves`. The halves are drawn at random from all such curves and stand one behind the
    other, first the 9: shuffle, or divide with `random_split`.

    Args:
        path: an ``.npz`` file with these columns, such as a larger table, that is read instead. (default None)

    Raises:
        FileError: the file holds no such table.
        DataMissing: there is no such file.
        AutogradError: `path` cannot be the name of a file.
        OSError: the file may not be read.

    Source: John Cremona, ecdata, https://github.com/JohnCremona/ecdata, Artistic License 2.0.

    >>> import nn
    >>> np.bincount(nn.data.elliptic_curves_sha().sha)[[4, 9]].tolist()
    [7500, 7500]
    """
    return _curves("elliptic_curves_sha", path)


def _curves(function: str, given: FilePath | None) -> Dataset:
    path: FilePath = _FILES / f"{function}.npz" if given is None else given
    check_path(f"{function}(path)", path)
    if not Path(path).exists():
        raise DataMissing(f"there are no curves at {path}: it is no file{at()}")
    stored = read_npz(path, **_CURVES)
    if len({len(column) for column in stored.values()}) > 1 or stored["ainvs"].shape[1] != 5:
        listed = ", ".join(f"{name} {column.shape}" for name, column in stored.items())
        raise fault(path, f"columns have one entry for each curve, and ainvs five numbers, got shapes {listed}")
    for name, column in stored.items():
        if column.dtype == np.uint64 and (column > np.iinfo(np.int64).max).any():
            raise fault(path, f"it holds a number that does not fit into int64, {column.max()}", name)
    columns: dict[str, Any] = {name: c.astype(float if c.dtype.kind == "f" else np.int64) for name, c in stored.items()}
    return Dataset(source="John Cremona, ecdata", **columns)
