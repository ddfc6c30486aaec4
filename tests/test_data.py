"""Are samples kept together, gone through once an epoch, divided without overlap, and drawn where they should be?"""

import numpy as np
import pytest

import nn
from autograd import AutogradError, ShapeError, Tensor
from nn.data import DataLoader, Dataset, random_split

TEN = Dataset(np.arange(10.0)[:, None], np.arange(10))


def test_an_index_gives_a_sample_and_a_slice_a_dataset():
    x, t = TEN[3]
    assert (x.tolist(), t) == ([3.0], 3)
    assert TEN[7:].t.tolist() == [7, 8, 9]
    assert TEN[TEN.t % 5 == 0].t.tolist() == [0, 5]
    assert TEN[[2, 1]].t.tolist() == [2, 1]


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
        (lambda: Dataset(1.0), "column x needs one entry for each sample, got 1.0"),
        (lambda: Dataset([[1], [1, 2]]), "the samples of column x differ in shape"),
        (lambda: DataLoader(TEN, 0), "batch_size is a whole number from 1 up, got 0"),
        (lambda: DataLoader("ten"), r"data is \(x, t\), \(x, t, w\) or a Dataset, got 'ten'"),
        (lambda: random_split(TEN, [5, 6]), "lengths add up to the 10 samples, or as fractions to 1"),
        (lambda: random_split(TEN, [0.5, 0.4]), "lengths add up to the 10 samples, or as fractions to 1"),
    ],
)
def test_what_cannot_be_used_is_refused(make, message):
    with pytest.raises(AutogradError, match=message):
        make()


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


def test_moons_lie_on_two_half_circles():
    data = nn.data.moons(50, noise=0.0, rng=0)
    upper, lower = data[data.t == 0].x, data[data.t == 1].x
    assert len(upper) == len(lower) == 25
    assert np.allclose((upper**2).sum(axis=1), 1)
    assert np.allclose(((lower - [1.0, 0.5]) ** 2).sum(axis=1), 1)
    assert (upper[:, 1] >= 0).all()
    assert (lower[:, 1] <= 0.5).all()


def test_noise_has_its_standard_deviation():
    still, noisy = (nn.data.blobs(4000, centers=[[1.0, 2.0]], std=std, rng=0).x for std in (0.0, 0.5))
    assert np.allclose(still, [1.0, 2.0])
    assert abs((noisy - still).std() - 0.5) < 0.02
