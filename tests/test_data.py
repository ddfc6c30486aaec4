"""Are samples kept together, gone through once an epoch, divided without overlap, and drawn where they should be?"""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import datasets as theirs

import nn
from autograd import AutogradError, DTypeError, ShapeError, Tensor
from nn.data import DataLoader, Dataset, random_split
from nn.data.dataset import as_dataset

TEN = Dataset(np.arange(10.0)[:, None], np.arange(10))


def test_an_index_gives_a_sample_and_a_slice_a_dataset():
    x, t = TEN[3]
    assert (x.tolist(), t) == ([3.0], 3)
    assert TEN[7:].t.tolist() == [7, 8, 9]
    assert TEN[TEN.t % 5 == 0].t.tolist() == [0, 5]
    assert TEN[[2, 1]].t.tolist() == [2, 1]
    assert TEN[-1][1] == 9
    assert len(TEN[[]]) == len(TEN[TEN.t > 10]) == 0


def test_iterating_ends_after_the_last_sample():
    assert [int(t) for _, t in TEN] == list(range(10))


def test_columns_have_names_and_can_be_chosen():
    data = Dataset(rank=[0, 1], conductor=[11, 14], classes=("none", "one"), source="a table")
    chosen = data.select("conductor")
    assert chosen.names == ("conductor",)
    assert (chosen.classes, chosen.source) == (("none", "one"), "a table")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Dataset(), "a dataset has at least one column"),
        (lambda: Dataset([1], [2], [3], [4]), "columns without names are x, t and w, got 4"),
        (lambda: Dataset([1, 2], [3]), "columns have one entry for each sample, and x has 2, t has 1"),
        (lambda: Dataset(names=[1]), "a dataset has 'names' already"),
        (lambda: Dataset([1], x=[1]), "a dataset has 'x' already"),
        (lambda: Dataset(**{"class": [1]}), "'class' is no name for one"),
        (lambda: Dataset([1], classes=3), "classes are names, a list of text, got 3"),
        (lambda: Dataset([1, 2], classes=[0, 1]), r"classes are names, a list of text, got \[0, 1\]"),
        (lambda: Dataset([1], source=None), "source is a text, got None"),
        (lambda: Dataset([["a", 1], ["b", 2]]), "column x holds text as well as other things"),
        (lambda: Dataset(np.array([], object)), "column x holds neither numbers nor text, but dtype object"),
        (lambda: Dataset(np.zeros(2, "i4,f8")), r"column x holds neither numbers nor text, but dtype \[\('f0'"),
        (lambda: Dataset([np.zeros(2), np.zeros(3), None]), "column x holds neither numbers nor text, but NoneType"),
        (lambda: Dataset([np.zeros(2), np.zeros(3), [[1], [1, 2]]]), "the samples of column x differ in shape"),
        (lambda: Dataset(np.ma.masked_array([1.0, 2.0], [False, True])), "column x has masked entries"),
        (lambda: Dataset([np.ma.masked_array([1.0], [True])] * 2), "column x has masked entries"),
        (lambda: Dataset([np.array(["a"]), np.array([1.0])]), "column x holds text as well as other things"),
        (lambda: Dataset(TEN), "column x is an array or a list, got Dataset of 10 samples"),
        (lambda: Dataset(**{"a b": [1]}), "a column is an attribute too, and 'a b' is no name for one"),
        (lambda: Dataset(_x=[1]), "'_x' is no name for one"),
        (lambda: Dataset(["a", 1]), "column x holds text as well as other things"),
        (lambda: Dataset([{}, {}]), "column x holds neither numbers nor text, but dict"),
        (lambda: TEN.select(), "select names the columns that are wanted, of x, t"),
        (lambda: TEN.select("x", "x"), "select names each column once, got x, x"),
        (lambda: TEN.select(["x"]), r"there is no column \['x'\]: x, t"),
        (lambda: TEN.select("y"), "there is no column 'y': x, t"),
        (lambda: TEN[10], "there is no sample 10 among 10"),
        (lambda: TEN[-11], "there is no sample -11 among 10"),
        (lambda: TEN[[0, 10]], "there is no sample 10 among 10"),
        (lambda: TEN[[True, False]], "a mask for 10 samples has as many entries, got 2"),
        (lambda: TEN[2:, 0], "samples are chosen by a number, a slice, an array or a mask, got "),
        (lambda: TEN[[[1]]], "samples are chosen by"),
        (lambda: TEN[[0.5]], "samples are chosen by"),
        (lambda: TEN[TEN.x > 3], r"samples are chosen by a number, .*, got shape \(10, 1\)"),
        (lambda: TEN[[[1], [1, 2]]], "samples are chosen by"),
        (lambda: TEN[::0], r"samples are chosen by .*, got slice\(None, None, 0\)"),
        (lambda: TEN[1.5:2], "samples are chosen by"),
        (lambda: TEN["a":"b"], "samples are chosen by"),
        (lambda: TEN[[2**70]], "samples are chosen by"),
        (lambda: TEN[2**70], "there is no sample 1180591620717411303424 among 10"),
        (lambda: TEN["x"], "samples are chosen by"),
        (lambda: TEN[True], "samples are chosen by"),
        (lambda: Dataset(1.0), "column x needs one entry for each sample, got 1.0"),
        (lambda: Dataset([[1], [1, 2]]), "the samples of column x differ in shape"),
        (lambda: DataLoader(TEN, 0), "batch_size is a whole number from 1 up, got 0"),
        (lambda: DataLoader(TEN, shuffle="no"), "shuffle is True or False, got 'no'"),
        (lambda: DataLoader(TEN, drop_last=None), "drop_last is True or False, got None"),
        (lambda: DataLoader(TEN, collate=3), "collate is a function of a batch, got 3"),
        (lambda: DataLoader(TEN, rng="seed"), "rng is an int from 0 up, a numpy.random.Generator or None, got 'seed'"),
        (lambda: DataLoader(np.array(3.0)), r"a list of samples, got array\(3.0?\)"),
        (lambda: next(iter(DataLoader([(), ()], 2))), "samples are tuples of equal length, not empty"),
        (lambda: next(iter(DataLoader([(1,), 2], 2))), "samples are tuples of equal length, not empty"),
        (lambda: DataLoader("ten"), r"data is \(x, t\), \(x, t, w\), a Dataset or a list of samples, got 'ten'"),
        (lambda: DataLoader({0: 1}), "a list of samples, got {0: 1}"),
        (lambda: DataLoader(iter([1])), "a list of samples, got <list_iterator"),
        (lambda: DataLoader(([1],)), r"data is \(x, t\), \(x, t, w\) or a Dataset, got"),
        (lambda: next(iter(DataLoader([(1, 2), (1, 2, 3)], 2))), "samples are tuples of equal length"),
        (lambda: next(iter(DataLoader([[1.0, 2.0], [1.0]], 2))), "the samples of column sample differ in shape"),
        (lambda: as_dataset([1, 2, 3, 4]), "got \\[1, 2, 3, 4\\]"),
        (lambda: random_split(TEN, [5, 6]), "lengths add up to the 10 samples, or as fractions to 1"),
        (lambda: random_split(TEN, [0.5, 0.4]), "lengths add up to the 10 samples, or as fractions to 1"),
        (lambda: random_split(TEN, [11, -1]), "lengths add up to"),
        (lambda: random_split(TEN, [5.5, 4.5]), "lengths add up to"),
        (lambda: random_split(TEN, [float("nan")]), "lengths add up to"),
        (lambda: random_split(TEN, "half"), "lengths add up to the 10 samples, or as fractions to 1, got 'half'"),
        (lambda: random_split(TEN, []), "lengths add up to"),
        (lambda: random_split(TEN, None), "lengths add up to"),
        (lambda: random_split(TEN, [[5], [4, 1]]), "lengths add up to"),
        (lambda: random_split(TEN, [1e308, 1e308]), "lengths add up to"),
        (lambda: random_split(TEN, [2**70, 1]), "lengths add up to"),
        (lambda: random_split(TEN, [True, False]), "lengths add up to"),
        (lambda: random_split(TEN, np.array([128, 138], np.uint8)), "lengths add up to"),
        (lambda: random_split(TEN, [5, 5], rng=-1), "rng is an int from 0 up, .*, got -1"),
        (lambda: random_split("ten", [1]), r"data is \(x, t\), \(x, t, w\) or a Dataset, got 'ten'"),
        (lambda: nn.data.moons(0), "n is a whole number from 1 up, got 0"),
        (lambda: nn.data.moons(10**15), "n is a number of points that fit into memory, got 1000000000000000"),
        (lambda: nn.data.moons(10**30), "n is a number of points that fit into memory"),
        (lambda: nn.data.moons(rng=-1), "rng is an int from 0 up, a numpy.random.Generator or None, got -1"),
        (lambda: nn.data.moons(rng=1.5), "rng is an int from 0 up, .*, got 1.5"),
        (lambda: nn.data.moons(rng=True), "rng is an int from 0 up, .*, got True"),
        (lambda: nn.data.moons(noise=None), "moons needs a finite number as noise, got None"),
        (lambda: nn.data.moons(noise=True), "moons needs a finite number as noise, got True"),
        (lambda: nn.data.moons(noise=np.ones(2)), r"moons needs a finite number as noise, got array\(\[1., 1.\]\)"),
        (lambda: nn.data.circles(noise=float("nan")), "circles needs a finite number as noise, got nan"),
        (lambda: nn.data.circles(factor="half"), "circles needs a finite number as factor, got 'half'"),
        (lambda: nn.data.spirals(turns=float("inf")), "spirals needs a finite number as turns, got inf"),
        (lambda: nn.data.spirals(arms=10**30), "arms is a number of points that fit into memory"),
        (lambda: nn.data.xor(noise=10**400), "xor needs a finite number as noise, got 1000"),
        (lambda: nn.data.blobs(std=1j), "blobs needs a finite number as std, got 1j"),
        (lambda: nn.data.blobs(centers="three"), "centers is a whole number from 1 up, got 'three'"),
        (lambda: nn.data.blobs(centers=10**15), "centers is a number of points that fit into memory"),
        (lambda: nn.data.blobs(centers=[["a", "b"]]), r"centers are how many, or a table of numbers, got \[\['a'"),
        (lambda: nn.data.blobs(centers=[[1.0], [1.0, 2.0]]), "centers are how many, or a table of numbers"),
        (lambda: nn.data.blobs(centers=[[1j, 2.0]]), "centers are how many, or a table of numbers"),
        (lambda: nn.data.blobs(centers=[[float("nan"), 0.0]]), r"centers are finite, got \[\[nan, 0.0\]\]"),
        (lambda: nn.data.blobs(centers=[]), r"a table with a row for each, got shape \(0,\)"),
        (lambda: nn.data.moons(noise=-1.0), "moons needs noise >= 0, got -1.0"),
        (lambda: nn.data.circles(factor=2.0), r"circles needs factor in \[0, 1\], got 2.0"),
        (lambda: nn.data.spirals(arms=0), "arms is a whole number from 1 up, got 0"),
        (lambda: nn.data.spirals(turns=-1.0), "spirals needs turns >= 0, got -1.0"),
        (lambda: nn.data.blobs(centers=2.5), "centers is a whole number from 1 up, got 2.5"),
        (lambda: nn.data.blobs(centers=[1.0, 2.0]), r"centers are how many, or a table .* got shape \(2,\)"),
        (lambda: nn.data.blobs(std=-1.0), "blobs needs std >= 0, got -1.0"),
        (lambda: nn.data.xor(noise=-1.0), "xor needs noise >= 0, got -1.0"),
    ],
)
def test_what_cannot_be_used_is_refused(make, message):
    with pytest.raises(AutogradError, match=message):
        make()


def test_errors_are_also_those_that_python_expects():
    with pytest.raises(IndexError):
        TEN[10]
    with pytest.raises(DTypeError):
        Dataset([{}])
    assert not hasattr(TEN, "y")


def test_text_and_arrays_of_different_shapes_are_lists_and_stay_lists():
    data = Dataset([np.zeros(2), np.zeros((3, 2)), np.zeros(2)], text=("a", "b", "c"))
    assert data.text == ["a", "b", "c"]
    assert [x.shape for x in data.x] == [(2,), (3, 2), (2,)]
    same = data[[2, 0]]
    assert isinstance(same.x, list)
    assert same.text == ["c", "a"]
    assert data[1:][0][1] == "b"
    assert repr(data) == "Dataset of 3 samples: x list of arrays, text list of text"


def test_tensors_become_arrays():
    data = Dataset(Tensor([1.0, 2.0]), [Tensor([1.0]), Tensor([2.0])])
    assert [type(column) for column in data.arrays] == [np.ndarray, np.ndarray]
    assert data.t.tolist() == [[1.0], [2.0]]


def test_a_text_names_shapes_types_and_some_classes():
    data = Dataset(np.zeros((2, 3), np.float32), [0, 1], classes=("no", "yes"))
    assert repr(data) == "Dataset of 2 samples: x (3,) float32, t () int64; classes no, yes"
    assert repr(Dataset([0], classes="0123")).endswith("classes 0, 1, …")


def test_a_column_cannot_be_replaced_behind_the_back_of_the_batches():
    data = Dataset([1.0, 2.0], names_of=["a", "b"])
    for name in ("x", "w", "names_of"):
        with pytest.raises(AutogradError, match=rf"column {name} is not changed: data.assign\({name}=…\) is .*, at tests"):
            setattr(data, name, [3.0, 4.0])
    assert (data.x.tolist(), data.names) == ([1.0, 2.0], ("x", "names_of"))
    data.source = "a table"
    assert data[:1].source == "a table"


def test_a_dataset_can_be_copied_and_pickled():
    for twin in (copy.copy(TEN), copy.deepcopy(TEN), pickle.loads(pickle.dumps(TEN))):
        assert twin.t.tolist() == TEN.t.tolist()


def test_a_column_that_is_not_there_is_an_error_that_lists_those_that_are():
    with pytest.raises(AttributeError, match="there is no column 'y': x, t"):
        _ = TEN.y


def test_columns_of_unequal_length_are_a_shape_error():
    with pytest.raises(ShapeError):
        Dataset([1, 2], [3])


@pytest.mark.parametrize("drop_last", [False, True])
def test_a_loader_goes_through_every_sample_once(drop_last):
    loader = DataLoader(TEN, 3, shuffle=True, drop_last=drop_last, rng=0)
    batches = [t.tolist() for _, t in loader]
    assert len(batches) == len(loader) == (3 if drop_last else 4)
    seen = [t for batch in batches for t in batch]
    assert len(set(seen)) == len(seen) == (9 if drop_last else 10)


@given(n=st.integers(1, 30), batch_size=st.integers(1, 40), shuffle=st.booleans(), drop_last=st.booleans())
def test_a_loader_has_as_many_batches_as_it_says_of_the_size_it_says(n, batch_size, shuffle, drop_last):
    loader = DataLoader((np.zeros(n), np.arange(n)), batch_size, shuffle=shuffle, drop_last=drop_last, rng=0)
    sizes = [len(t) for _, t in loader]
    assert len(sizes) == len(loader)
    assert sizes[:-1] == [batch_size] * (len(sizes) - 1)
    assert sum(sizes) == (n // batch_size * batch_size if drop_last else n)


@pytest.mark.parametrize("data", [TEN[:0], [], (np.zeros(0), np.zeros(0, int))])
@pytest.mark.parametrize("shuffle", [False, True])
def test_of_no_samples_there_are_no_batches(data, shuffle):
    assert list(DataLoader(data, 3, shuffle=shuffle, rng=0)) == []


@pytest.mark.parametrize("shuffle", [False, True])
def test_a_batch_may_be_larger_than_all_samples(shuffle):
    [(_, t)] = DataLoader(TEN, 10**30, shuffle=shuffle, rng=0)
    assert sorted(t) == list(range(10))
    assert list(DataLoader(TEN, 10**30, drop_last=True)) == []


def test_a_sequence_of_ones_own_is_asked_for_no_more_samples_than_a_batch_has():
    class Counted(list):
        asked = 0

        def __getitem__(self, i):
            Counted.asked += 1
            return super().__getitem__(i)

    assert next(iter(DataLoader(Counted([1.0, 2.0, 3.0]), 2))).tolist() == [1.0, 2.0]
    assert Counted.asked == 2


def test_text_comes_in_lists():
    loader = DataLoader(Dataset(text=["a", "b", "c"], t=[0, 1, 2]), 2, shuffle=True, rng=0)
    for text, t in loader:
        assert text == ["abc"[i] for i in t]


def test_pairs_in_a_list_give_the_batches_that_columns_give():
    pairs = [(x, int(t)) for x, t in TEN]
    for mine, other in zip(*(DataLoader(d, 3, shuffle=True, rng=0) for d in (TEN, pairs)), strict=True):
        assert mine[0].numpy().tolist() == other[0].numpy().tolist()
        assert mine[1].tolist() == other[1].tolist()
        assert (type(other[0]), type(other[1])) == (Tensor, np.ndarray)


def test_samples_of_a_class_of_ones_own_need_not_be_tuples():
    class Squares:
        def __len__(self):
            return 5

        def __getitem__(self, i):
            return Tensor([float(i * i)])

    batches = [batch.numpy().ravel().tolist() for batch in DataLoader(Squares(), 2)]
    assert batches == [[0.0, 1.0], [4.0, 9.0], [16.0]]


def test_collate_is_given_columns_or_samples():
    assert [len(x) for x in DataLoader(TEN, 4, collate=lambda x, t: x)] == [4, 4, 2]
    assert list(DataLoader([1, 2, 3], 2, collate=sum)) == [3, 3]


def test_inputs_and_targets_stay_together_and_floats_are_tensors():
    for x, t in DataLoader(TEN, 4, shuffle=True, rng=0):
        assert isinstance(x, Tensor)
        assert isinstance(t, np.ndarray)
        assert x.numpy()[:, 0].tolist() == t.tolist()


def test_one_seed_gives_one_order_and_each_epoch_a_new_one():
    one, other = (DataLoader(TEN, 10, shuffle=True, rng=5) for _ in range(2))
    orders = [[t.tolist() for _, t in loader] for loader in (one, one, other, other)]
    assert orders[0] == orders[2] != orders[1] == orders[3]


def test_the_state_of_the_generator_says_which_orders_are_to_come():
    loader = DataLoader(TEN, 10, shuffle=True, rng=5)
    list(loader)
    state = loader.rng.bit_generator.state
    order = [t.tolist() for _, t in loader]
    loader.rng.bit_generator.state = state
    assert [t.tolist() for _, t in loader] == order


def test_parts_have_no_sample_in_common_and_leave_none_out():
    parts = random_split(TEN, [0.55, 0.45], rng=0)
    assert [len(part) for part in parts] == [6, 4]
    assert sorted(int(t) for part in parts for t in part.t) == list(range(10))


@given(n=st.integers(0, 40), parts=st.lists(st.integers(0, 10), min_size=1, max_size=5).filter(any))
def test_fractions_give_each_part_its_share_within_one_sample(n, parts):
    fractions = [part / sum(parts) for part in parts]
    sizes = [len(part) for part in random_split((np.zeros(n), np.arange(n)), fractions, rng=0)]
    assert sum(sizes) == n
    assert all(n * f - 1 < size <= n * f + 1 for f, size in zip(fractions, sizes, strict=True))


def test_a_part_of_no_samples_gets_none_of_those_that_rounding_leaves_over():
    assert [len(part) for part in random_split(TEN, [0.0, 1 / 3, 1 / 3, 1 / 3], rng=0)] == [0, 4, 3, 3]


def test_a_single_sample_can_be_divided_and_none_too():
    assert [len(part) for part in random_split(TEN[:1], [0, 1])] == [0, 1]
    assert [len(part) for part in random_split(TEN[:0], [0.5, 0.5])] == [0, 0]
    assert [len(part) for part in random_split(TEN[:0], [0])] == [0]


def test_one_seed_divides_in_one_way_however_it_is_given():
    one, same, other = (random_split(TEN, [5, 5], rng=rng)[0].t.tolist() for rng in (3, np.random.default_rng(3), 4))
    assert one == same != other


def test_columns_stay_together_when_divided():
    for part in random_split(TEN, [3, 7], rng=1):
        assert part.x[:, 0].tolist() == part.t.tolist()


@pytest.mark.parametrize("n", [1, 7, 50])
@pytest.mark.parametrize(("mine", "other"), [(nn.data.moons, theirs.make_moons), (nn.data.circles, theirs.make_circles)])
def test_moons_and_circles_are_those_of_scikit_learn(mine, other, n):
    options = {"factor": 0.5} if mine is nn.data.circles else {}
    x, t = other(n, noise=None, shuffle=False, **options)
    data = mine(n, noise=0.0, rng=0)
    order, same = np.lexsort((*data.x.T.round(9), data.t)), np.lexsort((*x.T.round(9), t))
    assert np.allclose(data.x[order], x[same])
    assert data.t[order].tolist() == t[same].tolist()


@pytest.mark.parametrize("make", [nn.data.moons, nn.data.circles, nn.data.spirals, nn.data.blobs, nn.data.xor])
def test_a_single_point_can_be_drawn(make):
    assert make(1, rng=0).x.shape == (1, 2)
    assert len(make(np.int64(3), rng=0)) == 3


@pytest.mark.parametrize("make", [nn.data.moons, nn.data.circles, nn.data.spirals, nn.data.blobs, nn.data.xor])
@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint64])
def test_small_and_unsigned_integers_draw_what_whole_numbers_draw(make, dtype):
    data, same = make(dtype(127), rng=0), make(127, rng=0)
    assert data.x.tolist() == same.x.tolist()
    assert data.t.dtype == same.t.dtype == np.int64


def test_the_radius_grows_along_arms_however_their_number_is_given():
    data = nn.data.spirals(np.uint8(255), arms=np.uint8(1), noise=np.longdouble(0), rng=0)
    assert np.allclose(np.sort(np.hypot(*data.x.T)), np.arange(1, 256) / 255)
    assert data.x.dtype == np.float64


def test_a_batch_size_may_be_a_small_integer():
    loader = DataLoader((np.zeros(300), np.arange(300)), np.int8(100))
    assert [len(t) for _, t in loader] == [100, 100, 100]


def test_there_may_be_more_arms_and_centres_than_points():
    assert sorted(nn.data.spirals(3, arms=10, rng=0).t) == [0, 1, 2]
    assert sorted(nn.data.blobs(3, centers=10, rng=0).t) == [0, 1, 2]


def test_centres_may_be_a_tensor_and_noise_any_kind_of_number():
    assert np.allclose(nn.data.blobs(2, centers=Tensor([[1.0, 2.0, 3.0]]), std=0).x, [1.0, 2.0, 3.0])
    assert nn.data.moons(9, noise=np.float32(0.5), rng=0).x.tolist() == nn.data.moons(9, noise=0.5, rng=0).x.tolist()


def test_spirals_turn_as_often_as_they_say():
    data = nn.data.spirals(60, arms=3, turns=2.0, noise=0.0, rng=0)
    r = np.hypot(*data.x.T)
    angle = 2 * np.pi * (2.0 * r + data.t / 3)
    assert np.allclose(data.x, r[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1))
    assert np.unique(r.round(9)).tolist() == pytest.approx(np.arange(1, 21) / 20)


def test_the_classes_of_xor_are_the_signs_of_the_product():
    data = nn.data.xor(100, noise=0.1, rng=0)
    assert ((data.x.prod(axis=1) < 0) == data.t).all()


@pytest.mark.parametrize("make", [nn.data.moons, nn.data.circles, nn.data.spirals, nn.data.blobs, nn.data.xor])
def test_points_are_balanced_shuffled_and_the_same_for_the_same_seed(make):
    one, same, other = (make(60, rng=seed) for seed in (3, 3, 4))
    assert one.x.tolist() == same.x.tolist() != other.x.tolist()
    assert len(set(np.bincount(one.t).tolist())) == 1
    assert (np.diff(one.t[:30]) != 0).any()
    assert one.x.dtype == float
    assert one.t.dtype == np.int64


def test_noise_has_its_standard_deviation():
    still, noisy = (nn.data.blobs(4000, centers=[[1.0, 2.0]], std=std, rng=0).x for std in (0.0, 0.5))
    assert np.allclose(still, [1.0, 2.0])
    assert abs((noisy - still).std() - 0.5) < 0.02


def test_a_column_that_is_assigned_goes_with_its_samples_and_one_that_is_set_is_refused():
    data = Dataset([[1.0], [2.0], [3.0]], [0, 1, 0], classes=("a", "b"), source="here")
    wider = data.assign(w=[1.0, 2.0, 3.0], x=10 * data.x)
    assert wider.names == ("x", "t", "w")
    assert (wider.classes, wider.source) == (("a", "b"), "here")
    assert wider[1:].w.tolist() == [2.0, 3.0]
    assert wider.x.tolist() == [[10.0], [20.0], [30.0]]
    assert data.names == ("x", "t")
    with pytest.raises(AutogradError, match=r"a dataset has no a_p to set: data.assign\(a_p=…\) is one with that column"):
        data.a_p = [1, 2, 3]
    with pytest.raises(ShapeError, match="one entry for each sample"):
        data.assign(w=[1.0, 2.0])


def test_samples_of_a_column_that_is_no_piece_of_memory_are_those_of_its_copy():
    whole = np.arange(60.0).reshape(10, 6)
    for part in (whole[:, :2], whole[:, ::-1], whole.T[:6].T):
        data = Dataset(part)
        for index in ([3, 0, 3], np.arange(10) % 2 == 0, slice(2, 5)):
            assert data[index].x.tolist() == Dataset(part.copy())[index].x.tolist()
