"""Is what comes along the data it says it is; are files of the user's read right, and refused where they are damaged?"""

import gzip
import io
import tracemalloc
import zipfile
from contextlib import suppress

import numpy as np
import pytest
from sklearn import datasets as theirs

import nn
from autograd import AutogradError, DTypeError
from nn.data import DataMissing
from nn.data.idx import read_idx
from nn.data.npz import read_npz, write_npz
from nn.saving.errors import FileError

RNG = np.random.default_rng(0)
PICTURES = {part: RNG.integers(0, 256, (n, 28, 28)).astype(np.uint8) for part, n in (("train", 5), ("test", 3))}
LABELS = {"train": np.array([3, 1, 4, 1, 5], np.uint8), "test": np.array([9, 0, 2], np.uint8)}


def idx(array):
    return bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes() + array.tobytes()


def csv(pictures, labels, names=False):
    rows = [",".join(map(str, [t, *x.ravel()])) for x, t in zip(pictures, labels, strict=True)]
    return "\n".join(["label," + ",".join(f"p{i}" for i in range(784))] * names + rows) + "\n"


def write_idx(folder, dot="-", packed=False):
    for part, name in (("train", "train"), ("test", "t10k")):
        for what, array in (("images", PICTURES[part]), ("labels", LABELS[part])):
            data = idx(array)
            file = folder / f"{name}-{what}{dot}idx{array.ndim}-ubyte{'.gz' * packed}"
            file.write_bytes(gzip.compress(data) if packed else data)


def write_keras(folder, **changed):
    arrays = {f"{axis}_{part}": array for axis, parts in (("x", PICTURES), ("y", LABELS)) for part, array in parts.items()}
    np.savez(folder / "mnist.npz", **{**arrays, **changed})


def write_csv(folder, **options):
    for part in ("train", "test"):
        (folder / f"mnist_{part}.csv").write_text(csv(PICTURES[part], LABELS[part], **options))


# --- what comes along -------------------------------------------------------------------------------------------------


def test_the_digits_are_those_of_scikit_learn():
    x, t = theirs.load_digits(return_X_y=True)
    data = nn.data.digits()
    assert np.array_equal(data.x.reshape(-1, 64) * 16, x)
    assert np.array_equal(data.t, t)
    assert (data.x.min(), data.x.max()) == (0.0, 1.0)
    assert nn.data.digits(np.float32).x.dtype == np.float32


def test_the_irises_are_those_of_scikit_learn_to_the_last_bit():
    known = theirs.load_iris()
    data = nn.data.iris()
    assert np.array_equal(data.x, known.data)
    assert np.array_equal(data.t, known.target)
    assert data.classes == tuple(known.target_names)
    assert data.x[34].tolist() == [4.9, 3.1, 1.5, 0.2]  # in the file at UCI 0.1
    assert data.x[37].tolist() == [4.9, 3.6, 1.4, 0.1]  # in the file at UCI 3.1 and 1.5


@pytest.mark.parametrize("table", [nn.data.elliptic_curves, nn.data.elliptic_curves_sha])
def test_curves_have_whole_invariants_and_obey_birch_and_swinnerton_dyer(table):
    curves = table()
    whole = ("ainvs", "conductor", "rank", "torsion", "tamagawa", "sha")
    assert {getattr(curves, name).dtype for name in whole} == {np.dtype(np.int64)}
    predicted = curves.real_period * curves.regulator * curves.tamagawa * curves.sha / curves.torsion**2
    assert np.allclose(predicted, curves.special_value, rtol=2e-14, atol=0)
    assert np.isin(curves.ainvs[:, :3], (-1, 0, 1)).all()
    assert len(np.unique(curves.ainvs, axis=0)) == len(curves)


def test_the_conductor_has_the_primes_of_the_discriminant():
    curves = nn.data.elliptic_curves()[::500]
    for (a1, a2, a3, a4, a6), n in zip(curves.ainvs.tolist(), curves.conductor.tolist(), strict=True):
        b2, b4, b6 = a1 * a1 + 4 * a2, 2 * a4 + a1 * a3, a3 * a3 + 4 * a6
        b8 = a1 * a1 * a6 + 4 * a2 * a6 - a1 * a3 * a4 + a2 * a3 * a3 - a4 * a4
        discriminant = -b2 * b2 * b8 - 8 * b4**3 - 27 * b6 * b6 + 9 * b2 * b4 * b6
        # One divides a power of the other, and the other way round.
        assert n**60 % discriminant == 0
        assert discriminant**8 % n == 0


def test_a_larger_table_of_curves_is_read_from_a_path(tmp_path):
    few = nn.data.elliptic_curves()[:7]
    write_npz(tmp_path / "few.npz", **dict(zip(few.names, few.arrays, strict=True)))
    assert nn.data.elliptic_curves(tmp_path / "few.npz").ainvs.tolist() == few.ainvs.tolist()
    np.savez(tmp_path / "other.npz", x=np.zeros(3))
    with pytest.raises(FileError, match=r"other.npz: it holds x, and not ainvs, conductor, .*, at tests"):
        nn.data.elliptic_curves(tmp_path / "other.npz")
    with pytest.raises(FileError, match="it is a directory"):
        nn.data.elliptic_curves_sha(tmp_path)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"rank": np.zeros(6, int)}, r"columns have one entry for each curve, and ainvs five numbers, got .*rank \(6,\)"),
        ({"ainvs": np.zeros((7, 4), int)}, r"ainvs five numbers, got shapes ainvs \(7, 4\)"),
        ({"sha": np.full(7, 2**63, np.uint64)}, "array 'sha': it holds a number that does not fit into int64, 92233720368"),
    ],
)
def test_a_table_that_is_none_of_curves_is_refused(tmp_path, changed, message):
    few = nn.data.elliptic_curves()[:7]
    write_npz(tmp_path / "few.npz", **{**dict(zip(few.names, few.arrays, strict=True)), **changed})
    with pytest.raises(FileError, match=f"few.npz.*{message}.*, at tests"):
        nn.data.elliptic_curves(tmp_path / "few.npz")


def test_a_table_that_is_not_there_is_missed(tmp_path):
    with pytest.raises(DataMissing, match=r"there are no curves at .*none.npz: it is no file, at tests"):
        nn.data.elliptic_curves_sha(tmp_path / "none.npz")


@pytest.mark.parametrize("function", ["elliptic_curves", "elliptic_curves_sha", "mnist", "film_reviews"])
@pytest.mark.parametrize("path", [3, "", b"file.npz", ["file.npz"], "a\0b"])
def test_what_is_no_name_of_a_file_is_refused(function, path):
    with pytest.raises(AutogradError, match=rf"^{function}\(path\) needs the name of a file as path, got .*, at tests"):
        getattr(nn.data, function)(path)


@pytest.mark.parametrize("make", [nn.data.digits, nn.data.iris, lambda dtype: nn.data.mnist("nowhere", dtype=dtype)])
def test_pixels_and_lengths_are_floats(make):
    with pytest.raises(DTypeError, match=r"pictures and measurements are floats, such as np.float32, got dtype int"):
        make(int)
    with pytest.raises(DTypeError, match="there is no dtype 'wide'"):
        make("wide")
    with pytest.raises(DTypeError, match=r"there is no dtype \{'names': "):
        make({"names": ["a"], "formats": []})


# --- MNIST in its forms -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "write",
    [
        write_idx,
        lambda folder: write_idx(folder, dot="."),
        lambda folder: write_idx(folder, packed=True),
        write_keras,
        write_csv,
        lambda folder: write_csv(folder, names=True),
    ],
)
def test_every_form_gives_the_same_digits(tmp_path, write):
    write(tmp_path)
    for part, data in zip(("train", "test"), nn.data.mnist(tmp_path), strict=True):
        assert np.array_equal(data.x, PICTURES[part][:, None].astype(np.float32) / np.float32(255))
        assert data.x.dtype == np.float32
        assert data.t.tolist() == LABELS[part].tolist()
        assert data.t.dtype == np.int64


def test_keras_file_can_be_named_itself(tmp_path):
    write_keras(tmp_path)
    assert nn.data.mnist(tmp_path / "mnist.npz", dtype=float)[0].x.dtype == float


def test_idx_files_come_first_then_the_file_of_keras(tmp_path):
    write_keras(tmp_path)
    write_csv(tmp_path)
    (tmp_path / "mnist_train.csv").write_text("not looked at")
    assert len(nn.data.mnist(tmp_path)[0]) == 5
    write_idx(tmp_path)
    (tmp_path / "mnist.npz").write_text("not looked at")
    assert len(nn.data.mnist(tmp_path)[0]) == 5


def test_where_nothing_is_found_the_error_says_what_was_looked_for(tmp_path):
    with pytest.raises(DataMissing, match=r"looked for train-images-idx3-ubyte, .*, mnist.npz, and mnist_train.csv"):
        nn.data.mnist(tmp_path)
    write_idx(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(DataMissing, match=r"lacks t10k-labels-idx1-ubyte, or the same with .gz, at tests"):
        nn.data.mnist(tmp_path)
    with pytest.raises(FileNotFoundError, match="it is neither a file nor a folder"):
        nn.data.mnist(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"x_train": np.zeros((5, 27, 28), np.uint8)}, r"pictures for train have 28 by 28 pixels, got shape \(5, 27, 28\)"),
        ({"y_test": np.zeros(4, np.uint8)}, "there are 3 pictures for test and 4 labels"),
        ({"y_test": np.array([1, 10, 2])}, "labels are digits from 0 to 9, got 10 for picture 1 of test"),
        ({"x_test": np.full((3, 28, 28), 256, np.uint16)}, "pixels for test are whole numbers from 0 to 255, got 256"),
        ({"x_test": np.zeros((3, 28, 28))}, r"array 'x_test': it is of float64 with shape \(3, 28, 28\), needed are 3 axes"),
        ({"x_test": np.zeros((3, 784), np.uint8)}, "needed are 3 axes and dtypes of kind u"),
        ({"x_test": np.array([None])}, "array 'x_test': it holds Python objects, a pickle that could run any program"),
    ],
)
def test_pictures_and_labels_that_do_not_fit_are_refused(tmp_path, changed, message):
    write_keras(tmp_path, **changed)
    with pytest.raises(FileError, match=message):
        nn.data.mnist(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: "", "mnist_test.csv: it has no rows of numbers"),
        (lambda rows: "label,pixels\n", "mnist_test.csv: it has no rows of numbers"),
        (lambda rows: rows[0] + "\n" + rows[1][:-2] + "\n", r"line 2 (has 78\d entries|holds)"),
        (lambda rows: rows[0] + "\n\n" + rows[1] + ",7\n", "line 3 has 786 entries, needed are a label and 784 pixels"),
        (lambda rows: "label\n" + rows[0] + "\n" + "2," * 784 + "x", "line 3 holds 'x', which is no whole number from 0 to"),
        (lambda rows: "2," * 784 + "256", "line 1 holds '256', which is no whole number"),
        (lambda rows: "2," * 784 + "0.5", "line 1 holds '0.5', which is no whole number"),
        (lambda rows: "2," * 784 + "-1", "line 1 holds '-1', which is no whole number"),
        (lambda rows: "-1" + ",2" * 784, "line 1 holds '-1', which is no whole number"),
        (lambda rows: "2," * 784 + "é", "line 1 holds 'é', which is no whole number"),
        (lambda rows: "2," * 784 + "9" * 5000, "line 1 holds '99999999999999999999', which is no whole number"),
        (lambda rows: "\n\nlabel\n\n \n", "mnist_test.csv: it has no rows of numbers"),
        (lambda rows: "\nlabel\n" + rows[0] + "\n2,2", "line 4 has 2 entries"),
        (lambda rows: "1,2,3\n", "line 1 has 3 entries, needed are a label and 784 pixels"),
    ],
)
def test_a_row_that_is_none_is_named_by_its_line(tmp_path, change, message):
    write_csv(tmp_path)
    rows = csv(PICTURES["test"], LABELS["test"]).splitlines()
    (tmp_path / "mnist_test.csv").write_text(change(rows), encoding="utf-8")
    with pytest.raises(FileError, match=message):
        nn.data.mnist(tmp_path)


def test_empty_lines_and_spaces_in_a_table_are_no_rows(tmp_path):
    write_csv(tmp_path)
    rows = csv(PICTURES["test"], LABELS["test"]).splitlines()
    table = "\n\nlabel,p0\n\n" + "\n\n".join(rows).replace(",", " , ") + "\n\n"
    (tmp_path / "mnist_test.csv").write_text(table, encoding="utf-8-sig")
    data = nn.data.mnist(tmp_path)[1]
    assert data.t.tolist() == LABELS["test"].tolist()
    assert np.array_equal(data.x, PICTURES["test"][:, None].astype(np.float32) / np.float32(255))


def test_files_of_no_pictures_give_no_pictures(tmp_path):
    write_idx(tmp_path)
    for what, shape in (("images-idx3", (0, 28, 28)), ("labels-idx1", (0,))):
        (tmp_path / f"t10k-{what}-ubyte").write_bytes(idx(np.zeros(shape, np.uint8)))
    assert nn.data.mnist(tmp_path)[1].x.shape == (0, 1, 28, 28)


# --- damaged files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [False, True])
def test_an_idx_file_is_refused_at_every_length_but_its_own(tmp_path, packed):
    array = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    data = gzip.compress(idx(array)) if packed else idx(array)
    file = tmp_path / f"file{'.gz' * packed}"
    for length in range(len(data)):
        file.write_bytes(data[:length])
        with pytest.raises(FileError):
            read_idx(file, 3)
    file.write_bytes(data)
    assert np.array_equal(read_idx(file, 3), array)
    file.write_bytes(gzip.compress(idx(array) + b"x") if packed else data + b"x")
    with pytest.raises(FileError, match="does not hold just as many bytes"):
        read_idx(file, 3)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it begins with nothing, and IDX files of bytes with 3 axes with 00 00 08 03"),
        (idx(np.zeros(3, np.uint8)), "it begins with 00 00 08 01"),
        (b"\0\0\x0d\x03" + bytes(12), "it begins with 00 00 0d 03"),
        (b"\0\0\x08\x03" + bytes(5), "it ends in its header, after 9 bytes"),
        (b"\0\0\x08\x03" + bytes(4) + b"\xff" * 8, r"numpy has no array of shape \(0, 4294967295, 4294967295\)"),
        (b"\0\0\x08\x03" + b"\xff" * 12 + bytes(50), r"promises shape \(4294967295, 4294967295, 4294967295\)"),
    ],
)
def test_an_idx_file_of_another_kind_or_that_promises_the_moon_is_refused(tmp_path, data, message):
    for name, content in (("file", data), ("file.gz", gzip.compress(data))):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(FileError, match=message):
            read_idx(tmp_path / name, 3)


def test_a_packed_idx_file_takes_no_more_memory_than_it_fills(tmp_path):
    header = b"\0\0\x08\x01" + (2**30).to_bytes(4, "big")
    (tmp_path / "file.gz").write_bytes(gzip.compress(header + RNG.bytes(1 << 21)))  # so long that it might hold 1 GB
    tracemalloc.start()
    try:
        with pytest.raises(FileError, match="does not hold just as many bytes"):
            read_idx(tmp_path / "file.gz", 1)
        assert tracemalloc.get_traced_memory()[1] < 2e7
    finally:
        tracemalloc.stop()


def test_an_npz_file_is_refused_at_every_length_but_its_own(tmp_path):
    file = tmp_path / "file.npz"
    write_npz(file, x=np.arange(6, dtype=np.uint8), t=np.arange(3))
    data = file.read_bytes()
    for length in range(len(data)):
        file.write_bytes(data[:length])
        with pytest.raises(FileError):
            read_npz(file, x="u1", t="i1")


def test_an_npz_file_with_any_byte_changed_is_read_right_or_refused(tmp_path):
    file = tmp_path / "file.npz"
    write_npz(file, x=np.arange(6, dtype=np.uint8))
    data = file.read_bytes()
    refused = 0
    for place in range(len(data)):
        file.write_bytes(data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1 :])
        try:
            assert read_npz(file, x="u1")["x"].tolist() == [0, 1, 2, 3, 4, 5]
        except FileError:
            refused += 1
    assert refused > len(data) // 3


def npy(header, data=b""):
    text = header.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\1\0" + len(text).to_bytes(2, "little") + text + data


@pytest.mark.parametrize(
    ("member", "message"),
    [
        (npy("{'descr': '|u1', 'fortran_order': False, 'shape': (9000000000000,), }"), "which its bytes cannot hold"),
        (npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", b"cos\nsystem\n."), "holds Python objects"),
        (npy("{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,), }"), "header that says no shape"),
        (npy("{'descr': '|u1', 'fortran_order': False, 'shape': (4,), }", b"abc"), "which its bytes cannot hold"),
        (b"nothing of the kind", "does not begin as arrays in files do"),
    ],
)
def test_a_hostile_array_is_refused_before_it_is_read(tmp_path, member, message):
    with zipfile.ZipFile(tmp_path / "file.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", member)
    with pytest.raises(FileError, match=f"file.npz, array 'x': it .*{message}"):
        read_npz(tmp_path / "file.npz", x="u1")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
@pytest.mark.parametrize("packed_too", [False, True])
def test_a_directory_that_promises_more_than_deflate_can_hold_is_refused(tmp_path, method, packed_too):
    huge = 9_000_000_000_000
    header = npy(f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({huge},), }}")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("x.npy", header)
        archive.infolist()[0].file_size = huge + len(header)
        if packed_too:
            archive.infolist()[0].compress_size = huge + len(header)
    (tmp_path / "file.npz").write_bytes(buffer.getvalue())
    tracemalloc.start()
    try:
        with pytest.raises(FileError, match=r"promises shape \(9000000000000,\) of uint8, which its bytes cannot hold"):
            read_npz(tmp_path / "file.npz", x="u1")
        assert tracemalloc.get_traced_memory()[1] < 2e6
    finally:
        tracemalloc.stop()


def test_packed_bytes_that_end_early_are_refused(tmp_path):
    header = npy("{'descr': '|u1', 'fortran_order': False, 'shape': (9000,), }")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", header + b"abc")
        archive.infolist()[0].file_size = len(header) + 9000
    (tmp_path / "file.npz").write_bytes(buffer.getvalue())
    with pytest.raises(FileError, match=r"array 'x': it promises shape \(9000,\) of uint8, which its bytes cannot hold"):
        read_npz(tmp_path / "file.npz", x="u1")


def test_random_damage_to_an_npz_file_is_noticed_or_harmless(tmp_path):
    file = tmp_path / "file.npz"
    write_npz(file, x=np.arange(200, dtype=np.uint8))
    data = file.read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(1000):
        damaged = bytearray(data)
        for place in rng.integers(len(data), size=rng.integers(1, 4)):
            part = int(rng.choice([0, 1, 100, 2**31, 2**32 - 1, 2**62])).to_bytes(8, "little")[: rng.choice([1, 2, 4, 8])]
            damaged[place : place + len(part)] = part
        file.write_bytes(damaged)
        with suppress(FileError):
            assert read_npz(file, x="u1")["x"].tolist() == list(range(200))


def test_a_member_packed_in_another_way_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "file.npz", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("x.npy", npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", b"a"))
    with pytest.raises(AutogradError, match=r"is compressed as np.savez_compressed does not"):
        read_npz(tmp_path / "file.npz", x="u1")
