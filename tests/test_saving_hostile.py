"""Can a file do harm, or stop the program with something else than a clear error?"""

import io
import json
import pickle
import struct
import tracemalloc
import warnings
import zipfile
import zlib

import numpy as np
import pytest

import nn
from nn.saving.archive import Archive, write_archive
from nn.saving.packing import pack

ENDINGS = [".npz", ".safetensors"]


def model(rng=0):
    return nn.Sequential(nn.Linear(2, 2, rng=rng), nn.LayerNorm(2))


def zipped(members, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **options) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def npy(array, **options):
    buffer = io.BytesIO()
    np.save(buffer, array, **options)
    return buffer.getvalue()


def promising(descr="<f8", shape="(2,)", data=b"\0" * 16, begin=b"\x93NUMPY\x01\x00"):
    text = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    return begin + struct.pack("<H", len(text)) + text + data


def refused(tmp_path, data, message, name="a.npz"):
    path = tmp_path / name
    path.write_bytes(data)
    before = model().state_dict()
    into = model()
    with pytest.raises(nn.FileError, match=message) as caught:
        nn.load(path, into=into)
    assert str(caught.value).startswith(str(path))
    assert "test_saving_hostile.py:" in str(caught.value)
    assert all(np.array_equal(before[key], x) for key, x in into.state_dict().items())


# --- what is no archive of arrays -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it is no .npz file: it is empty"),
        (b"epoch,loss\n1,0.5\n" * 10, "it looks like text"),
        (pickle.dumps({"w": 1.0}), "it looks like a pickle, which could run any program"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "it looks like an HDF5 file, such as Keras writes: read it with h5py"),
        (npy(np.ones(3)), "it looks like a single array of np.save: read it with np.load"),
        (b"\x1f\x8b" + bytes(100), "packed with gzip"),
        (b"PK\x03\x04" + bytes(100), r"a\.npz: it begins like a \.npz file, and is cut off or damaged, at "),
        (bytes(range(128, 256)), "no kind of file that is known here"),
        (bytes(100), "no kind of file that is known here"),
        (zipped({"net/data.pkl": b"\x80\x02."}), r"it looks like a file of torch.save, .*: in PyTorch, save with np.savez"),
        (zipped({"word/document.xml": b"<a/>"}), "it holds 'word/document.xml', which is no array"),
    ],
)
def test_another_kind_of_file_is_recognized(tmp_path, data, message):
    refused(tmp_path, data, message)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_directory_is_no_file(tmp_path, ending):
    (tmp_path / f"a{ending}").mkdir()
    with pytest.raises(nn.FileError, match="it is a directory"):
        nn.load(tmp_path / f"a{ending}")


def test_the_two_kinds_of_file_are_told_apart(tmp_path):
    nn.save(model(), tmp_path / "a.safetensors")
    refused(tmp_path, (tmp_path / "a.safetensors").read_bytes(), "a file of safetensors: give it the ending .safetensors")
    nn.save(model(), tmp_path / "a.npz")
    refused(tmp_path, (tmp_path / "a.npz").read_bytes(), "no file of safetensors: it looks like a zip", "b.safetensors")


def test_a_file_that_was_cut_off_is_said_to_be(tmp_path):
    nn.save(model(), tmp_path / "a.npz")
    refused(tmp_path, (tmp_path / "a.npz").read_bytes()[:-30], "it begins like a .npz file, and is cut off or damaged, at ")


# --- archives that lie ------------------------------------------------------------------------------------------------


class Bomb:
    """A pickle of it runs a program."""

    exploded = False

    def __reduce__(self):
        return setattr, (Bomb, "exploded", True)


def test_a_pickle_in_an_archive_is_not_read(tmp_path):
    data = npy(np.array([Bomb()], object), allow_pickle=True)
    refused(tmp_path, zipped({"0.weight.npy": data}), "array '0.weight': it holds Python objects, a pickle that could run")
    assert not Bomb.exploded
    with np.load(tmp_path / "a.npz", allow_pickle=True) as arrays:  # it would have
        arrays["0.weight"]
    assert Bomb.exploded


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (promising(shape=f"({2**60},)"), r"promises shape \(1152921504606846976,\) of float64, 9,223,372,\S+ bytes"),
        (promising(shape=f"({2**62}, {2**62})"), "promises"),
        (promising(shape=f"({'9' * 5000},)"), "a header that says no shape"),
        (promising(shape="(3,)"), "promises shape .3,. of float64, .* and it has"),
        (promising(shape="(1,)"), "promises"),
        (promising(shape="(-2,)"), "a header that says no shape and type of numbers"),
        (promising(shape="(2)*1"), "a header that says no shape"),
        (promising(shape="__import__('os')"), "a header that says no shape"),
        (promising(descr="<f3"), "an unknown dtype '<f3'"),
        (promising(descr="<U0"), "a dtype <U0 of no bytes"),
        (promising(descr="<M8[parsec]"), r"an unknown dtype '<M8\[parsec\]'"),
        (promising(descr="<U999999999", shape="()"), "promises|unknown dtype"),
        (promising(descr="|V8"), "a header that says no shape"),
        (promising(begin=b"\x93NUMPY\x07\x00"), "does not begin as arrays in files do"),
        (promising(begin=b"\x93NUMPX\x01\x00"), "does not begin as arrays in files do"),
        (b"", "does not begin as arrays in files do"),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + bytes(9), "a header of 4,294,967,295 bytes, and more than 10,000 are"),
    ],
)
def test_a_header_that_makes_no_sense_is_refused(tmp_path, data, message):
    refused(tmp_path, zipped({"0.weight.npy": data}), f"array '0.weight': it.* {message}")


def test_a_shape_that_numpy_lacks_is_refused(tmp_path):
    (tmp_path / "a.npz").write_bytes(zipped({"w.npy": promising(shape=f"(0, {2**62}, {2**62})", data=b"")}))
    with pytest.raises(nn.FileError, match="array 'w': numpy has no array of shape"):
        nn.load(tmp_path / "a.npz")
    (tmp_path / "a.npz").write_bytes(zipped({"w.npy": promising(shape="(" + "1, " * 100 + ")", data=b"\0" * 8)}))
    with pytest.raises(nn.FileError, match="array 'w': numpy has no array of shape"):
        nn.load(tmp_path / "a.npz")


def test_a_compressed_archive_is_refused_before_it_is_unpacked(tmp_path):
    bomb = zipped({"w.npy": promising(shape=f"({2**24},)", data=bytes(2**27))}, compression=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 200_000
    tracemalloc.start()
    try:
        refused(tmp_path, bomb, "array 'w': it is compressed, and only what np.savez and nn.save write is read")
        assert tracemalloc.get_traced_memory()[1] < 2e6
    finally:
        tracemalloc.stop()


def test_an_encrypted_archive_is_refused(tmp_path):
    data = bytearray(zipped({"w.npy": npy(np.ones(1))}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    refused(tmp_path, bytes(data), "array 'w': it is encrypted")


def test_two_arrays_of_one_name_are_refused(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("w.npy", npy(np.ones(1)))
            archive.writestr("w.npy", npy(np.zeros(1)))
    refused(tmp_path, buffer.getvalue(), "array 'w': there are two of this name")


def test_arrays_that_share_their_bytes_are_refused(tmp_path):
    one = zipped({"a.npy": npy(np.ones(1)), "b.npy": npy(np.ones(1))})
    entry = one.rindex(b"PK\x01\x02")
    data = bytearray(one)
    data[entry + 42 : entry + 46] = struct.pack("<L", 0)  # b begins where a does
    refused(tmp_path, bytes(data), "array '[ab]': it overlaps with what comes behind it")


def test_an_array_that_ends_outside_the_file_is_refused(tmp_path):
    promise = promising(shape=f"({2**20},)", data=b"\0" * 16)
    length = len(promise) - 16 + 2**23
    data = zipped({"w.npy": promise})
    data = data.replace(struct.pack("<LL", len(promise), len(promise)), struct.pack("<LL", length, length))
    refused(tmp_path, data, "array 'w': it overlaps with what comes behind it in the file, or ends outside the file")


def test_a_place_outside_the_file_is_refused(tmp_path):
    data = bytearray(zipped({"w.npy": npy(np.ones(1))}))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 42 : entry + 46] = struct.pack("<L", 2**31)
    refused(tmp_path, bytes(data), "array 'w': it lies outside the file")
    data[entry + 42 : entry + 46] = struct.pack("<L", 3)
    refused(tmp_path, bytes(data), "array 'w': it does not begin where the directory says")


def test_changed_bytes_are_noticed(tmp_path):
    nn.save(model(), tmp_path / "a.npz")
    data = bytearray((tmp_path / "a.npz").read_bytes())
    data[data.index(b"}", data.index(b"NUMPY")) + 60] ^= 1
    refused(tmp_path, bytes(data), r"'0.weight': its bytes were changed after they were written \(the checksum")


def test_names_that_point_elsewhere_are_only_names(tmp_path):
    (tmp_path / "inner").mkdir()
    refused(tmp_path / "inner", zipped({"../../x.npy": npy(np.ones(1))}), r"not expected ../../x")
    assert [p.name for p in tmp_path.iterdir()] == ["inner"]


def test_a_checkpoint_whose_tree_is_hostile_is_refused(tmp_path):
    deep = {"tree": np.frombuffer(b"[" * 100_000, np.uint8)}
    write_archive(tmp_path / "b.npz", deep)
    refused(tmp_path, (tmp_path / "b.npz").read_bytes(), "a.npz, array 'tree': it is nested too deeply")


def test_shapes_are_compared_before_anything_is_read(tmp_path, monkeypatch):
    nn.save(nn.Linear(3, 3, rng=0), tmp_path / "a.npz")
    monkeypatch.setattr(Archive, "read", lambda self, name: pytest.fail("an array was read"))
    with pytest.raises(nn.FileError, match="needs shape"):
        nn.load(tmp_path / "a.npz", into=nn.Linear(2, 3))


# --- safetensors ------------------------------------------------------------------------------------------------------


def safe(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def tensor(dtype="F64", shape=(2,), offsets=(0, 16)):
    return {"w": {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it is no file of safetensors: it is empty"),
        (pickle.dumps([1]) + bytes(20), "it looks like a pickle"),
        (safe(tensor(), bytes(15)), "it is no file of safetensors .*incomplete"),
        (safe(tensor(), bytes(16), 2**60), "header too large"),
        (safe(tensor(), bytes(16), 90_000_000), "invalid header length"),
        (safe(tensor(shape=[2**60], offsets=[0, 2**63]), bytes(16)), "overflow"),
        (safe(tensor(shape=[2**40], offsets=[0, 2**43]), bytes(16)), "incomplete"),
        (safe(tensor(shape=[3]), bytes(16)), "no file of safetensors"),
        (safe(b"[" * 100_000), "invalid JSON"),
        (safe({"w": 3}), "invalid JSON"),
        (safe(tensor("BF16", offsets=[0, 4]), bytes(4)), "array 'w': its dtype BF16 is one that numpy lacks"),
        (safe(tensor("C64"), bytes(16)), "array 'w': its dtype C64"),
    ],
)
def test_a_file_of_safetensors_that_lies_is_refused(tmp_path, data, message):
    refused(tmp_path, data, message, "a.safetensors")


def test_a_shape_of_safetensors_that_numpy_lacks_is_refused(tmp_path):
    (tmp_path / "a.safetensors").write_bytes(safe(tensor(shape=[0, 2**62], offsets=[0, 0])))
    with pytest.raises(nn.FileError, match="array 'w': it cannot be read"):
        nn.load(tmp_path / "a.safetensors")


# --- any damage -------------------------------------------------------------------------------------------------------


def survives(path, data):
    """Load damaged data, and return whether it was refused; whatever else happens is an error."""
    path.write_bytes(data)
    into = model()
    try:
        nn.load(path, into=into)
    except nn.FileError:
        assert into.state_dict().keys() == model().state_dict().keys()
        assert all(np.array_equal(x, model().state_dict()[name]) for name, x in into.state_dict().items())
        return True
    shapes = {name: x.shape for name, x in into.state_dict().items()}
    assert shapes == {name: x.shape for name, x in model().state_dict().items()}
    return False


@pytest.fixture(params=["model.npz", "checkpoint.npz", "model.safetensors"])
def saved(request, tmp_path):
    path = tmp_path / request.param
    if path.stem == "checkpoint":
        write_archive(path, pack({"model": model(1).state_dict(), "epoch": 3, "history": [{"loss": 0.5}]}))
    else:
        nn.save(model(1), path)
    return path


def test_a_truncated_file_is_refused_at_every_length(saved):
    whole = saved.read_bytes()
    assert not survives(saved, whole)
    for length in range(len(whole)):
        assert survives(saved, whole[:length]), length


def test_a_changed_byte_is_refused_or_harmless(saved):
    whole = saved.read_bytes()
    state = model(1).state_dict()
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        if not survives(saved, bytes(damaged)) and saved.suffix == ".npz":
            # What no checksum covers, such as a date; no number of the model is another one.
            loaded = nn.load(saved)
            assert all(np.array_equal(x, state[name]) for name, x in loaded.items())


def test_random_damage_is_refused_or_harmless(saved):
    whole = saved.read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(700):
        damaged = bytearray(whole)
        for place in rng.integers(len(whole), size=rng.integers(1, 5)):
            damaged[place] = rng.choice([0, 1, 127, 128, 255, rng.integers(256)])
        start, stop = sorted(rng.integers(len(whole), size=2))
        if rng.random() < 0.2:
            damaged[start:stop] = damaged[stop:] if rng.random() < 0.5 else b""
        survives(saved, bytes(damaged))


def test_damage_with_a_matching_checksum_is_refused_or_harmless(tmp_path):
    """The checksum is no protection from somebody who writes one."""
    arrays = pack({"model": model(1).state_dict(), "history": [(1, 2.5, None)]})
    rng = np.random.default_rng(1)
    for name in ("tree", "model/0.weight"):
        members = {f"{key}.npy": npy(array) for key, array in arrays.items()}
        for place in range(8, len(members[f"{name}.npy"])):
            data = bytearray(members[f"{name}.npy"])
            data[place] = rng.integers(256)
            archive = zipped({**members, f"{name}.npy": bytes(data)})
            assert zlib.crc32(data) == zipfile.ZipFile(io.BytesIO(archive)).getinfo(f"{name}.npy").CRC
            survives(tmp_path / "a.npz", archive)
