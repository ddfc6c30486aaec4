"""Do nested containers come back from arrays as what they were?"""

import json
import math
from collections import OrderedDict, namedtuple
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import nn
from autograd import AutogradError, Tensor, Value
from nn.saving.archive import Archive, write_archive
from nn.saving.packing import pack, unpack

ARRAYS = hnp.arrays(
    st.one_of(
        hnp.boolean_dtypes(), hnp.integer_dtypes(), hnp.unsigned_integer_dtypes(), hnp.floating_dtypes(),
        hnp.complex_number_dtypes(), hnp.unicode_string_dtypes(), hnp.byte_string_dtypes(), hnp.datetime64_dtypes(),
    ),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
)  # fmt: skip
# By name: C has two types of the same 64 bits, and numpy one name for both.
NAMES = ["bool", *(f"{kind}int{bits}" for kind in ("", "u") for bits in (8, 16, 32, 64)), "float16", "float32", "float64"]
SCALARS = hnp.arrays(st.sampled_from(NAMES), ()).map(lambda a: a[()])
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), ARRAYS, SCALARS)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(st.one_of(st.text(), st.integers()), inner, max_size=4),
    ),
    max_leaves=12,
)


def same(a, b):
    """Are two trees equal, in types, order, and the bits of their numbers?"""
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return same(list(a), list(b)) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, np.generic):
        return same(a.item(), b.item())
    if isinstance(a, float):
        return (math.isnan(a) and math.isnan(b)) or (a == b and math.copysign(1, a) == math.copysign(1, b))
    return a == b


@given(TREES)
def test_what_was_packed_comes_back_exactly(tree):
    assert same(unpack(pack(tree)), tree)


@given(tree=TREES)
def test_it_comes_back_from_a_file(tree, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "tree.npz"
    write_archive(path, pack(tree))
    archive = Archive(path)
    assert same(unpack({name: archive.read(name) for name in archive.headers}), tree)
    with np.load(path, allow_pickle=False) as arrays:
        assert same(unpack(dict(arrays)), tree)


def test_arrays_are_named_by_their_path_and_the_rest_is_a_text():
    tree = {"model": {"0.weight": np.ones(2)}, "state": [{3: np.zeros(1)}], "lr": 0.1, "n": (1, None), "big": 2**60}
    arrays = pack(tree)
    assert list(arrays) == ["tree", "model/0.weight", "state/0/3"]
    assert arrays["model/0.weight"] is tree["model"]["0.weight"]
    assert arrays["tree"].tobytes().decode() == (
        '{"dict":[["model",{"dict":[["0.weight",{"array":"model/0.weight"}]]}],'
        '["state",[{"dict":[[3,{"array":"state/0/3"}]]}]],'
        '["lr",0.1],["n",{"tuple":[1,null]}],["big",{"int":"0x1000000000000000"}]]}'
    )


def test_the_text_is_json_for_every_reader():
    def refuse(constant):
        raise AssertionError(constant)

    text = pack({"a": [float("nan"), -float("inf"), np.float32("nan")]})["tree"].tobytes()
    json.loads(text, parse_constant=refuse)


def test_paths_that_look_alike_have_names_of_their_own():
    tree = {"a/b": np.ones(1), "a": {"b": np.zeros(1)}, 1: np.ones(2), "1": np.zeros(2), "tree": np.ones(3), "": np.ones(0)}
    arrays = pack(tree)
    assert list(arrays) == ["tree", "a%2Fb", "a/b", "1", "1'", "tree'", "array"]
    assert same(unpack(arrays), tree)


def test_names_that_no_file_could_hold_are_written_otherwise(tmp_path):
    tree = {"\0": np.ones(1), "β": np.ones(2), "\ud800": np.ones(3), "x" * 100_000: np.ones(4), "..": {"..": np.ones(5)}}
    write_archive(tmp_path / "a.npz", pack(tree))
    archive = Archive(tmp_path / "a.npz")
    assert same(unpack({name: archive.read(name) for name in archive.headers}), tree)


class Point(namedtuple("Point", "x y")):
    pass


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        (Tensor([1.0]), r"a/1 is a Tensor, and only dicts.* can be saved: use its .data, at .*test_saving_packing.py"),
        (Value(1.0), "a/1 is a Value, .*: use its .data, at"),
        (print, "a/1 is a builtin_function_or_method, and only .* can be saved, at"),
        ({1, 2}, "a/1 is a set"),
        (1j, "a/1 is a complex"),
        (b"x", "a/1 is a bytes"),
        (Point(1, 2), "a/1 is a Point"),
        (OrderedDict(), "a/1 is a OrderedDict"),
        (np.array([None]), "a/1 is an array of dtype object"),
        (np.zeros(1, "i4,f8"), r"a/1 is an array of dtype \[\("),
        (np.ma.masked_array([1.0]), "a/1 is a MaskedArray"),
        (np.longdouble(1), "a/1 is a longdouble"),
        ({(1, 2): 3}, r"a/1 has the key \(1, 2\), and keys in a file are text or whole numbers"),
        ({True: 3}, "a/1 has the key True"),
    ],
)
def test_what_cannot_be_saved_is_named_with_its_place(thing, message):
    with pytest.raises(AutogradError, match=message):
        pack({"a": [0, thing]})


def test_the_top_can_be_wrong_too():
    with pytest.raises(AutogradError, match="what is saved is a function"):
        pack(lambda: 0)


def test_what_contains_itself_is_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(AutogradError, match="nested too deeply, or contains itself"):
        pack(endless)


# --- of unknown origin ------------------------------------------------------------------------------------------------


def told(text):
    return {"tree": np.frombuffer(text if isinstance(text, bytes) else text.encode(), np.uint8), "x": np.ones(2)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "does not describe containers"),
        ("{", "does not describe containers"),
        (b"\xff\xfe\xfa", "does not describe containers"),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ('{"tuple":[' * 20_000 + "]}" * 20_000, "nested too deeply"),
        ("9" * 5000, "does not describe containers"),
        ("{}", "an object with 0 keys"),
        ('{"tuple":[],"dict":[]}', "an object with 2 keys"),
        ('{"eval":"1"}', "an unknown kind 'eval'"),
        ('{"array":"y"}', "an array 'y' that is missing"),
        ('{"array":"tree"}', "an array 'tree' that is missing"),
        ('{"array":["x"]}', "does not describe containers"),
        ('{"array":{}}', "does not describe containers"),
        ('{"tuple":3}', "does not describe containers"),
        ('{"dict":{"a":1}}', "does not describe containers"),
        ('{"dict":[[1,2,3]]}', "does not describe containers"),
        ('{"dict":[[[],1]]}', "does not describe containers"),
        ('{"dict":[[null,1]]}', "a key that is neither text nor a whole number"),
        ('{"dict":[[true,1]]}', "a key that is neither text nor a whole number"),
        ('{"int":3}', "does not describe containers"),
        ('{"int":"x"}', "does not describe containers"),
        ('{"float":[]}', "does not describe containers"),
        ('{"float":"x"}', "does not describe containers"),
        ('{"scalar":["object",1]}', "does not describe containers"),
        ('{"scalar":[{},1]}', "does not describe containers"),
        ('{"scalar":["int8",300]}', "does not describe containers"),
        ('{"scalar":["int8",{"float":"nan"}]}', "does not describe containers"),
        ('{"scalar":["float32","1"]}', "a scalar that is a str"),
        ('{"scalar":["float32",{"array":"x"}]}', "a scalar that is a ndarray"),
    ],
)
def test_a_text_that_describes_nothing_is_refused(text, message):
    with pytest.raises(nn.FileError, match=rf"run.npz, array 'tree': it .*{message}"):
        unpack(told(text), "run.npz")


def test_a_scalar_too_large_for_its_type_is_infinite():
    assert unpack(told('{"scalar":["float16",1e300]}')) == np.float16("inf")


def test_arrays_without_a_tree_are_refused():
    with pytest.raises(nn.FileError, match="the archive: there is no array 'tree' in it"):
        unpack({"x": np.ones(2)})
    with pytest.raises(nn.FileError, match=r"it needs the bytes of a text, got float64 of shape \(2,\)"):
        unpack({"tree": np.ones(2)})


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(["x", "y", "tree", "float32", "0x1"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["dict", "tuple", "array", "scalar", "int", "float", "?"]), inner, max_size=1),
        st.tuples(st.sampled_from(["float32", "uint8", "bool"]), inner).map(lambda pair: {"scalar": list(pair)}),
        st.lists(st.tuples(inner, inner), max_size=2).map(lambda pairs: {"dict": pairs}),
    ),
)


@given(JSON)
def test_any_json_is_unpacked_or_refused(tree):
    with suppress(nn.FileError):
        unpack(told(json.dumps(tree)))
