"""Which samples of which tables come with the library? Writes nn/data/files.

Run as ``python tests/make_data.py FOLDER``, where FOLDER holds one_per_class_N_le_30000.npz and sha_4_9_balanced.npz, cuts
of John Cremona's ecdata. The digits and the irises are scikit-learn's. NOTICE says what is owed to whom.
"""

import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits, load_iris

from nn.data.npz import write_npz

FILES = Path(__file__).resolve().parent.parent / "nn" / "data" / "files"


def small(column):
    """Return whole numbers in the smallest dtype that holds them; floats, and what needs 64 bits, as they are."""
    if column.dtype.kind != "i":
        return column
    low, high = column.min(), column.max()
    return column.astype(next(d for d in ("u1", "i1", "u2", "i2", "u4", "i4", "i8") if _holds(np.iinfo(d), low, high)))


def _holds(dtype, low, high):
    return dtype.min <= low and high <= dtype.max


def write_curves(name, columns, rows):
    write_npz(FILES / name, **{column: small(numbers[rows]) for column, numbers in columns.items()})


def main(folder):
    FILES.mkdir(exist_ok=True)
    x, t = load_digits(return_X_y=True)
    write_npz(FILES / "digits.npz", x=x.reshape(-1, 8, 8).astype(np.uint8), t=t.astype(np.uint8))
    x, t = load_iris(return_X_y=True)
    write_npz(FILES / "iris.npz", x=np.rint(10 * x).astype(np.uint8), t=t.astype(np.uint8))

    curves = dict(np.load(folder / "one_per_class_N_le_30000.npz"))
    write_curves("elliptic_curves.npz", curves, curves["conductor"] <= 10_000)
    curves = dict(np.load(folder / "sha_4_9_balanced.npz"))
    chosen = [np.random.default_rng(0).choice(np.flatnonzero(curves["sha"] == sha), 7500, replace=False) for sha in (4, 9)]
    write_curves("elliptic_curves_sha.npz", curves, np.sort(np.concatenate(chosen)))
    for file in sorted(FILES.iterdir()):
        print(f"{file.name}: {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
