"""Are labels and choices followed by a tape of arrays, and is what it would freeze refused?"""

import numpy as np
import pytest
from helpers import assert_close
from taped_arrays import RNG

import nn
from autograd import AutogradError, DomainError, GradientError, ShapeError, Tensor, ops, record

# --- labels -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", [64, 7])
def test_a_classifier_follows_other_labels(batch):
    model = nn.Sequential(nn.Linear(6, 8, rng=0), nn.ReLU(), nn.Linear(8, 3, rng=1))

    def loss(parameters, x, t):
        return nn.functional.cross_entropy(model(x), t)

    parameters = model.parameters()
    tape = record(loss, parameters, RNG.normal(size=(64, 6)), RNG.integers(0, 3, 64))
    for _ in range(3):
        x, t = RNG.normal(size=(batch, 6)), RNG.integers(0, 3, batch)
        found, slopes = tape.value_and_grad(parameters, x, t)
        model.zero_grad()
        y = loss(None, Tensor(x), t)
        y.backward()
        assert found == y.item()
        for mine, p in zip(slopes, parameters, strict=True):
            assert_close(mine, p.grad.numpy(), ulps=16, scale=1.0)


def test_arguments_that_hold_the_same_labels_are_told_apart():
    tape = record(lambda x, t, u: (x[t] * 2 + x[u]).sum(), np.ones(5), np.array([2, 2]), np.array([2, 2]))
    assert tape.value(np.arange(5.0), np.array([0, 1]), np.array([3, 4])) == 9.0


def test_labels_that_are_worked_on_with_numpy_are_refused():
    with pytest.raises(AutogradError, match=r"of shape \(4, 3\) is computed from labels with numpy, .*: give that"):
        record(lambda x, t: (x * np.eye(3)[t]).sum(), np.ones((4, 3)), np.array([0, 1, 2, 1]))


def test_labels_that_are_all_equal_are_told_from_constants():
    tape = record(lambda x, t: x[t].sum(), np.ones(3), np.zeros(2, int))
    assert tape.value(np.arange(3.0), np.array([1, 2])) == 3.0
    with pytest.raises(AutogradError, match="computed from labels with numpy"):
        record(lambda x, t: (x * np.eye(3)[t]).sum(), np.ones((4, 3)), np.zeros(4, int))


@pytest.mark.parametrize("count", [lambda t: float(np.bincount(t).max()), lambda t: int((t == 0).sum())])
def test_counts_of_labels_are_refused(count):
    with pytest.raises(AutogradError, match="computed from labels with numpy"):
        record(lambda x, t: x[t].sum() / count(t), np.ones(3), np.array([0, 1, 2, 0]))


def test_labels_below_zero_are_refused_where_there_were_none():
    tape = record(lambda x, t: x[t].sum(), np.ones(3), np.array([0, 1]))
    with pytest.raises(DomainError, match="needs labels from 0 on as it was recorded with, got -1"):
        tape.value(np.ones(3), np.array([0, -1]))
    with pytest.raises(ShapeError, match="index 7 is out of bounds"):
        tape.value(np.ones(3), np.array([0, 7]))


def test_a_mask_of_another_count_records_again():
    tape = record(lambda x, m: (x[m] * x[m]).sum(), np.ones(3), np.array([True, True, False]))
    assert tape.value(np.array([1.0, 2.0, 3.0]), np.array([True, True, False])) == 5.0
    assert tape.value(np.array([1.0, 2.0, 3.0]), np.array([False, False, True])) == 9.0


# --- what would be frozen ---------------------------------------------------------------------------------------------


def test_dropout_would_be_frozen_and_is_refused():
    layer = nn.Dropout(0.5, rng=0)
    with pytest.raises(AutogradError, match="give the numbers as an argument"):
        record(lambda x: layer(x).sum(), np.ones(5))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x.sum() if x.sum() > 0 else -x.sum(), lambda x: ops.where(x > 0, x, 0.0).sum(),
        lambda x: x if bool(x) else -x,
    ],
)
def test_a_comparison_that_would_be_frozen_is_refused(f):
    with pytest.raises(AutogradError, match=r"which a tape would repeat for ever: choose with .*, at .*test_tensor_tape"):
        record(f, np.ones(1))


def test_choices_that_are_ops_are_replayed():
    tape = record(lambda x: ops.where(ops.greater(x, 0), x * x, -x).sum(), np.array([1.0, -2.0, 3.0]))
    value, slope = tape.value_and_grad(np.array([-1.0, 2.0, 3.0]))
    assert (value, slope.tolist()) == (14.0, [-1.0, 4.0, 6.0])


def test_a_number_that_is_taken_out_is_warned_of():
    with pytest.warns(UserWarning, match="taken out of a node at") as warned:
        record(lambda x: (x / x.sum().item()).sum(), np.ones(3))
    assert warned[0].filename == __file__


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda tape: tape.value(np.ones(2)), ShapeError, "recorded with 2 arrays and numbers, nested otherwise: got 1"),
        (lambda tape: tape.grad(np.ones(2), np.array([0, 1]), argnums=1), GradientError, "no derivative by whole numbers"),
        (lambda tape: tape.grad(np.ones(2), np.array([0, 1])), GradientError, "a gradient is of one number"),
        (lambda tape: tape.grad(np.ones(2), np.array([0, 1]), argnums=2), AutogradError, "argnums 2 for 2 arguments"),
        (lambda tape: tape.value(Tensor([1.0], requires_grad=True) * 2, np.array([0])), GradientError, "the result of mul"),
        (lambda tape: tape.source("hessian"), AutogradError, "one of value, value_and_grad, grad"),
    ],
)
def test_what_does_not_fit_is_an_error(call, kind, message):
    tape = record(lambda x, t: ops.take(x, t), np.ones(2), np.array([0, 1]))
    with pytest.raises(kind, match=message):
        call(tape)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: (x * (x.detach() * 2)).sum(), lambda x: (x * (x.array > 0)).sum(), lambda x: x[x.argmax(axis=0)].sum(),
        lambda x: x[int(x.array.argmax())], lambda x: (x.sum(), x.array[0]),
    ],
)  # fmt: skip
def test_what_is_computed_from_numbers_outside_the_graph_is_refused(f):
    with pytest.raises(AutogradError, match="computed from numbers of Tensors outside the graph"):
        record(f, np.array([1.0, -2.0, 3.0]))


def test_what_is_detached_is_followed():
    tape = record(lambda x: (x * x.detach()).sum(), np.ones(2))
    tape.grad(np.ones(2))
    assert tape.grad(np.array([3.0, 4.0])).tolist() == [3.0, 4.0]


def test_a_gradient_of_several_results_is_refused():
    tape = record(lambda x: [x.sum(), x.sum(), x.sum()], np.ones(2))
    with pytest.raises(GradientError, match="does not return one number"):
        tape.value_and_grad(np.ones(2))
