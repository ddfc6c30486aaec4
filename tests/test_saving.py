"""Does a saved model come back whole, and can others read its file?"""

import os
import sys

import numpy as np
import pytest
import safetensors.numpy

import nn
from autograd import AutogradError, Tensor, Value
from autograd.extras import ExtraMissing
from autograd.files import remove_drafts, write_whole
from nn.saving.archive import write_archive
from nn.saving.packing import pack

ENDINGS = [".npz", ".safetensors"]


def network(rng=0):
    return nn.Sequential(nn.Linear(3, 4, rng=rng), nn.ReLU(), nn.BatchNorm1d(4), nn.Linear(4, 2, rng=rng))


def equal(a, b):
    a, b = a.state_dict(), b.state_dict()
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


# --- there and back ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_network_of_tensors_comes_back(tmp_path, ending):
    model, other = network(0), network(1)
    model(Tensor(np.random.default_rng(0).normal(size=(5, 3))))  # moves the running means
    nn.save(model, tmp_path / f"net{ending}")
    assert not equal(model, other)
    assert nn.load(tmp_path / f"net{ending}", into=other) is other
    assert equal(model, other)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_network_of_values_comes_back(tmp_path, ending):
    model, other = nn.MLP(2, [3, 1], rng=0), nn.MLP(2, [3, 1], rng=1)
    nn.save(model, f"{tmp_path}/net{ending}")
    nn.load(f"{tmp_path}/net{ending}", into=other)
    assert model.state_dict() == other.state_dict()
    assert all(type(p.data) is float for p in other.parameters())
    assert model([1.0, 2.0]).data == other([1.0, 2.0]).data


@pytest.mark.parametrize("ending", ENDINGS)
def test_without_a_model_the_arrays_come_back(tmp_path, ending):
    state = {"w": np.arange(6, dtype=np.float32).reshape(2, 3).T, "n": 3, "b": Tensor([1.0]), "v": Value(2.5)}
    nn.save(state, tmp_path / f"a{ending}")
    back = nn.load(tmp_path / f"a{ending}")
    assert sorted(back) == ["b", "n", "v", "w"]
    assert back["w"].dtype == np.float32
    np.testing.assert_array_equal(back["w"], [[0, 3], [1, 4], [2, 5]])
    assert back["n"] == 3
    assert back["b"].tolist() == [1.0]
    assert back["v"] == 2.5


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_was_loaded_can_be_trained(tmp_path, ending):
    model = nn.Linear(2, 1, rng=0)
    nn.save(model, tmp_path / f"a{ending}")
    nn.load(tmp_path / f"a{ending}")["weight"][0, 0] = 5.0
    nn.load(tmp_path / f"a{ending}", into=model)
    model(Tensor([[1.0, 2.0]])).sum().backward()
    assert model.weight.grad.tolist() == [[1.0, 2.0]]


def test_numbers_of_single_precision_fit_a_model_of_double(tmp_path):
    model = nn.Linear(2, 1, rng=0)
    nn.save({"weight": np.float32([[0.5, 0.25]]), "bias": np.float32([0.125])}, tmp_path / "a.npz")
    nn.load(tmp_path / "a.npz", into=model)
    assert model.weight.tolist() == [[0.5, 0.25]]


def test_the_model_of_a_checkpoint_is_loaded(tmp_path):
    for model, other in [(network(0), network(1)), (nn.MLP(2, [3, 1], rng=0), nn.MLP(2, [3, 1], rng=1))]:
        state = {"model": model.state_dict(), "epoch": 3, "optimizer": {"m": [np.ones(3)]}}
        write_archive(tmp_path / "run.npz", pack(state))
        nn.load(tmp_path / "run.npz", into=other)
        assert equal(model, other)
        assert nn.load(tmp_path / "run.npz").keys() == model.state_dict().keys()


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_model_without_parameters_comes_back(tmp_path, ending):
    model = nn.Sequential(nn.ReLU())
    nn.save(model, tmp_path / f"a{ending}")
    assert nn.load(tmp_path / f"a{ending}", into=model) is model
    assert nn.load(tmp_path / f"a{ending}") == {}


def test_a_parameter_called_tree_makes_no_checkpoint(tmp_path):
    nn.save({"tree": np.ones(3)}, tmp_path / "a.npz")
    assert nn.load(tmp_path / "a.npz")["tree"].tolist() == [1.0, 1.0, 1.0]


def test_an_archive_of_something_else_is_no_checkpoint(tmp_path):
    for tree in [[1, 2], {"epoch": 3}, {"model": "net"}, {"model": {"w": "one"}}]:
        write_archive(tmp_path / "run.npz", pack(tree))
        with pytest.raises(nn.FileError, match=r"run.npz: there is no model in it, at .*test_saving.py:"):
            nn.load(tmp_path / "run.npz")


# --- others -----------------------------------------------------------------------------------------------------------


def test_numpy_reads_the_file(tmp_path):
    model = network()
    nn.save(model, tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz", allow_pickle=False) as arrays:
        assert list(arrays) == list(model.state_dict())
        np.testing.assert_array_equal(arrays["0.weight"], model[0].weight.array)


def test_a_file_of_numpy_is_read(tmp_path):
    model = nn.Linear(2, 1, rng=0)
    np.savez(tmp_path / "a.npz", weight=np.asfortranarray([[1.0, 2.0]]), bias=np.array([3.0], ">f8"))
    nn.load(tmp_path / "a.npz", into=model)
    assert model(Tensor([[1.0, 1.0]])).tolist() == [[6.0]]


def test_the_package_safetensors_reads_and_writes_the_file(tmp_path):
    model = network()
    nn.save(model, tmp_path / "a.safetensors")
    arrays = safetensors.numpy.load_file(tmp_path / "a.safetensors")
    assert arrays.keys() == model.state_dict().keys()
    np.testing.assert_array_equal(arrays["0.weight"], model[0].weight.array)
    with safetensors.safe_open(tmp_path / "a.safetensors", "numpy") as file:
        assert file.metadata() == {"format": "pt"}
    safetensors.numpy.save_file({"bias": np.ones(1, np.float16), "weight": np.ones((1, 2))}, tmp_path / "b.safetensors")
    assert nn.load(tmp_path / "b.safetensors", into=nn.Linear(2, 1)).bias.tolist() == [1.0]


@pytest.mark.parametrize("ending", ENDINGS)
def test_equal_models_give_equal_files(tmp_path, ending):
    nn.save(network(), tmp_path / f"a{ending}")
    nn.save(network(), tmp_path / f"b{ending}")
    assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()


def test_without_the_package_the_error_names_the_extra(tmp_path, monkeypatch):
    for name in ("safetensors", "safetensors.numpy"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ExtraMissing, match=r'files of safetensors need safetensors.*pip install "wengert\[safetensors\]"'):
        nn.save(network(), tmp_path / "a.safetensors")
    with pytest.raises(ExtraMissing, match="safetensors"):
        nn.load(tmp_path / "a.safetensors")


# --- another model ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_of_another_model_is_refused_and_nothing_changed(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    state = network(0).state_dict()
    state["3.weight"] = np.ones((3, 4))
    del state["0.bias"]
    state["4.scale"] = 1.0
    nn.save(state, path)
    model = network(1)
    with pytest.raises(nn.FileError) as caught:
        nn.load(path, into=model)
    assert str(caught.value).startswith(
        f"{path}: it does not fit Sequential: missing 0.bias; not expected 4.scale; "
        "3.weight needs shape (2, 4), got (3, 4), at "
    )
    assert equal(model, network(1))


def test_long_lists_of_names_are_cut(tmp_path):
    nn.save(nn.MLP(2, [16, 1], rng=0), tmp_path / "a.npz")
    with pytest.raises(nn.FileError, match=r"missing bias, weight; not expected (layers\S+, ){7}\S+ and 57 more, at "):
        nn.load(tmp_path / "a.npz", into=nn.Linear(2, 2))


def test_a_result_that_is_kept_as_a_buffer_is_named_with_the_file(tmp_path):
    model = nn.Linear(1, 1, rng=0)
    model.register_buffer("half", Tensor([0.5]))
    nn.save(model, tmp_path / "a.npz")
    model.half = model.weight[0] / 2
    with pytest.raises(nn.FileError, match=r"a.npz: it does not fit Linear: half is the result of \S+ here, and cannot"):
        nn.load(tmp_path / "a.npz", into=model)


def test_arrays_of_another_library_are_a_state():
    class Foreign:
        dtype = "another library's float32"

        def __array__(self, dtype=None, copy=None):
            return np.array([[2.0, 3.0]], np.float32)

    model = nn.Linear(2, 1, rng=0)
    model.load_state_dict({"weight": Foreign(), "bias": [1.0]})
    assert model.weight.tolist() == [[2.0, 3.0]]


def test_text_is_no_parameter(tmp_path):
    np.savez(tmp_path / "a.npz", weight=np.array([["a", "b"]]), bias=np.array([1.0]))
    with pytest.raises(nn.FileError, match=r"weight needs real numbers, got <U1"):
        nn.load(tmp_path / "a.npz", into=nn.Linear(2, 1))


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["net", "net.pt", "net.h5", "net.npz.bak"])
def test_another_ending_is_refused(tmp_path, name):
    with pytest.raises(AutogradError, match=rf"end in .npz or .safetensors, got '.*{name}', at .*test_saving.py:"):
        nn.save(network(), tmp_path / name)
    with pytest.raises(AutogradError, match=r"end in .npz or .safetensors"):
        nn.load(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_the_path_comes_second():
    with pytest.raises(AutogradError, match=r"nn.save\(model, path\) needs the name of a file as path, got Linear"):
        nn.save("net.npz", nn.Linear(1, 1))
    for path in ("", "a\0b.npz", b"a.npz", None):
        with pytest.raises(AutogradError, match=r"nn.save\(model, path\) needs the name of a file as path, got .*tests"):
            nn.save(nn.Linear(1, 1), path)
        with pytest.raises(AutogradError, match=r"nn.load\(path, into=model\) needs the name of a file as path, got "):
            nn.load(path)
    with pytest.raises(AutogradError, match=r"nn.load\(path, into=model\) needs the name of a file as path, got Linear"):
        nn.load(nn.Linear(1, 1), "net.npz")
    with pytest.raises(AutogradError, match=r"nn.load writes into a module, got \{\}"):
        nn.load("net.npz", into={})


def test_what_is_no_state_is_refused(tmp_path):
    for given, message in [
        ([1.0], r"takes a module or a mapping from paths to arrays, got \[1.0\]"),
        ({1: 2.0}, "needs paths that are text, got 1"),
        ({"w": "one"}, "w needs real numbers to be saved, got str of dtype <U3"),
        ({"w": None}, "w needs real numbers to be saved, got NoneType"),
        ({"w": [[1.0], [1.0, 2.0]]}, "w is no array"),
        ({"w": 1j}, "w needs real numbers"),
        ({"w": 2**70}, "w needs real numbers to be saved, got int of dtype object"),
        ({"w": np.ma.masked_array([1.0], [True])}, "w has masked entries, and a file has none"),
        ({"tree": np.zeros(3, np.uint8)}, "'tree' with a row of bytes is what marks a checkpoint"),
        ({"": 1.0}, "'' cannot be the name of an array"),
        ({"a\0b": 1.0}, "cannot be the name of an array"),
        ({"\ud800": 1.0}, "cannot be the name of an array"),
        ({"x" * 70_000: 1.0}, "'x+' cannot be the name of an array"),
    ]:
        with pytest.raises(AutogradError, match=message):
            nn.save(given, tmp_path / "a.npz")
    for given, message in [
        ({"w": np.longdouble(1)}, "w: files of safetensors have no dtype (float|longdouble)"),
        ({"__metadata__": 1.0}, "'__metadata__' cannot be the name"),
        ({"\ud800": 1.0}, "cannot be the name"),
    ]:
        with pytest.raises(AutogradError, match=message):
            nn.save(given, tmp_path / "a.safetensors")
    with pytest.raises(AutogradError, match="w: an array of dtype object cannot be saved"):
        write_archive(tmp_path / "a.npz", {"w": np.array([None])})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_missing_file_is_an_os_error(tmp_path, ending):
    with pytest.raises(FileNotFoundError):
        nn.load(tmp_path / f"a{ending}")
    with pytest.raises(FileNotFoundError):
        nn.save(network(), tmp_path / "missing" / f"a{ending}")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_an_os_error(tmp_path):
    nn.save(network(), tmp_path / "a.npz")
    (tmp_path / "a.npz").chmod(0)
    with pytest.raises(PermissionError):
        nn.load(tmp_path / "a.npz")


# --- whole or not at all ----------------------------------------------------------------------------------------------


def test_the_data_is_on_the_disk_before_the_file_has_its_name(tmp_path, monkeypatch):
    order = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (order.append(("fsync", os.fstat(fd).st_size)), fsync(fd))[1])
    monkeypatch.setattr(os, "replace", lambda *args: (order.append("replace"), replace(*args))[1])
    write_whole(tmp_path / "a", b"12345")
    assert order == [("fsync", 5), "replace"]
    assert (tmp_path / "a").read_bytes() == b"12345"


def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path, monkeypatch):
    nn.save(nn.Linear(1, 1, rng=0), tmp_path / "a.npz")
    before = (tmp_path / "a.npz").read_bytes()

    def full(fd):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"No space left on device: '.*a.npz'"):
        nn.save(nn.Linear(1, 1, rng=1), tmp_path / "a.npz")
    assert [p.name for p in tmp_path.iterdir()] == ["a.npz"]
    assert (tmp_path / "a.npz").read_bytes() == before


def test_drafts_of_a_file_and_no_others_are_removed(tmp_path):
    gone = [".a.npz.0123abcd", ".a.npz.ffffffff"]
    stay = [".a.npz.0123abcg", ".a.npz.0123abcde", ".b.npz.0123abcd", ".axnpz.0123abcd", "a.npz", "a.npz.0123abcd"]
    for name in gone + stay:
        (tmp_path / name).touch()
    remove_drafts(tmp_path / "a.npz")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(stay)
    remove_drafts(tmp_path / "missing" / "a.npz")
