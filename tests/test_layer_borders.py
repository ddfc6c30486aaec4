"""What do layers make of what they are rarely given: whole numbers, lists, infinities, refused batches, other spellings?"""

import numpy as np
import pytest

import nn
from autograd import AutogradError, ShapeError, Tensor, Value, grad, gradcheck, gradients, jvp, ops
from autograd.calls import calls_of
from nn import functional

HERE = r".*at .*test_layer_borders\.py:\d+$"


# --- modules ----------------------------------------------------------------------------------------------------------


class Scaled(nn.Module):
    def __init__(self):
        self.factor = Value(2.0)

    def forward(self, x, shift=0.0):
        return self.factor * x + shift


def test_what_is_handed_over_by_name_is_an_input_of_the_call_too():
    x, shift = Value(3.0), Value(1.0) * 2.0
    y = Scaled()(x, shift=shift)
    assert y.data == 8.0
    assert calls_of(y)[0].inputs == (x, shift)
    assert calls_of(Scaled()(x))[0].inputs == (x,)


def test_a_module_inside_a_transform_is_differentiated_and_keeps_no_gradient():
    model = nn.Sequential(nn.Linear(3, 2, rng=0), nn.Tanh())
    x = np.array([0.5, -1.0, 2.0])
    y = np.tanh(model[0].weight.data @ x + model[0].bias.data)
    slope = grad(lambda x: model(x).sum())(x)
    np.testing.assert_allclose(slope.detach(), (1 - y * y) @ model[0].weight.data, rtol=1e-13)
    assert slope.requires_grad  # by the parameters, which are nobody's argument here
    assert not any(p.has_grad for p in model.parameters())


@pytest.mark.parametrize("rng", [None, 1, 2])
def test_a_perceptron_starts_anew_as_a_new_one_does(rng):
    perceptron = nn.Perceptron(2, rng=5)
    perceptron.fit([[1.0, 2.0], [-1.0, 0.0]], [-1, 1])
    perceptron.reset_parameters(rng)
    np.testing.assert_array_equal(perceptron.W, nn.Perceptron(2, rng=rng).W)
    assert perceptron.updates == 0


@pytest.mark.parametrize("wrong", [[[1.0, 2.0, 3.0], [1.0]], [["a", 0.0, 0.0]] * 2, {}], ids=["ragged", "letters", "a dict"])
def test_a_matrix_of_weights_is_an_array_of_numbers(wrong):
    layer = nn.Layer(2, 2, rng=0)
    before = layer.W
    with pytest.raises(ShapeError, match="W is an array of numbers, got " + HERE):
        layer.W = wrong
    np.testing.assert_array_equal(layer.W, before)


def test_a_single_point_is_not_a_list_of_points():
    with pytest.raises(ShapeError, match=r"needs points \(N, 2\), got \(2,\)" + HERE):
        nn.Perceptron(2).predict([1.0, 2.0])


# --- layers -----------------------------------------------------------------------------------------------------------


def test_dropout_of_whole_numbers_divides_by_what_is_kept():
    y = functional.dropout(np.full(200, 3), 0.25, rng=0)
    assert set(np.unique(y)) == {0.0, 4.0}
    assert functional.dropout(np.ones(3, "f4"), 0.25, rng=0).dtype == np.float32


@pytest.mark.parametrize("layer", [nn.Conv2d(1, 2, 2, rng=0), nn.Linear(2, 3, rng=0), nn.LayerNorm(2), nn.MaxPool2d(2)])
def test_nested_lists_do_as_well_as_arrays(layer):
    x = [[[1.0, 2.0], [3.0, 4.0]]]
    assert np.shape(layer(x)) == layer(Tensor(x)).shape
    assert layer(x).tolist() == layer(Tensor(x)).tolist()


def test_a_batch_that_is_refused_leaves_the_running_means_as_they_were():
    layer = nn.BatchNorm1d(2)
    layer(np.array([[1.0, 2.0], [3.0, 5.0]]))
    before = layer.state_dict()
    for wrong in (np.ones((1, 2)), np.ones((3, 3))):
        with pytest.raises(ShapeError, match="in BatchNorm1d" + HERE):
            layer(wrong)
    assert all(np.array_equal(before[path], x) for path, x in layer.state_dict().items())
    layer.eval()(np.ones((1, 2)))
    assert layer.num_batches_tracked.item() == 1


def test_layer_normalisation_is_exact_far_from_zero():
    # Where torch, which multiplies before it subtracts, keeps eight digits.
    y = nn.LayerNorm(3, eps=0.0)([1e8, 1e8 + 1, 1e8 + 2])
    np.testing.assert_allclose(y.detach(), np.array([-1.0, 0.0, 1.0]) * np.sqrt(1.5), rtol=1e-15)


@pytest.mark.parametrize(
    ("layer", "shown"),
    [
        (nn.Softmax(1), "Softmax(dim=1)"),
        (nn.LogSoftmax(), "LogSoftmax(dim=-1)"),
        (nn.Hardtanh(-2.0), "Hardtanh(min_val=-2.0, max_val=1.0)"),
        (nn.LayerNorm(np.int64(3), bias=False), "LayerNorm((3,), bias=False)  # weight (3,): 3 parameters"),
    ],
)
def test_a_layer_shows_its_settings_by_the_names_they_are_given_by(layer, shown):
    assert repr(layer) == shown


@pytest.mark.parametrize(("layer", "path"), [(nn.Linear(2, 2, rng=0), "inner.1.0"), (nn.LayerNorm(5), "inner.1.0")])
def test_an_error_of_a_nested_layer_has_its_whole_path_once(layer, path):
    class Outer(nn.Module):
        def __init__(self):
            self.inner = nn.Sequential(nn.ReLU(), nn.Sequential(layer))

        def forward(self, x):
            return self.inner(x)

    with pytest.raises(ShapeError, match=rf"in {path} \({type(layer).__name__}\), at ") as caught:
        Outer()(np.ones(3))
    assert str(caught.value).count(", in ") == str(caught.value).count(", at ") == 1


# --- windows ----------------------------------------------------------------------------------------------------------


def test_an_infinite_gradient_of_a_maximum_stays_at_its_place():
    x = Tensor([1.0, 3.0, 2.0, 4.0, 0.0], requires_grad=True)
    y = ops.max_pool(x, (3,), stride=2)
    np.testing.assert_array_equal(gradients(y, [x], seeds=np.array([np.inf, 1.0]))[0], [0.0, np.inf, 0.0, 1.0, 0.0])
    tangent = np.array([np.inf, 5.0, -np.inf, 7.0, np.inf])
    pushed = jvp(lambda x: ops.max_pool(x, (3,), stride=2), [np.array(x.data)], [tangent])[1]
    np.testing.assert_array_equal(pushed, [5.0, 7.0])


@pytest.mark.parametrize("axis", [-1, 0, (0, 2)])
def test_differences_agree_with_both_derivatives_of_standardizing(axis):
    x = np.random.default_rng(0).normal(size=(3, 2, 4))
    assert gradcheck(lambda x: ops.tanh(ops.standardize(x, axis=axis)), x, order=2, fast=True)


@pytest.mark.parametrize(
    "how", [{}, {"stride": 2, "padding": 1}, {"dilation": 2}, {"groups": 2, "stride": (1, 2)}], ids=str
)
def test_differences_agree_with_both_derivatives_of_convolution_and_its_transpose(how):
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 2, 4, 5)), rng.normal(size=(4, 2 // how.get("groups", 1), 2, 2))
    assert gradcheck(lambda x, w: ops.tanh(ops.conv(x, w, **how)), (x, w), order=2, fast=True)
    g = rng.normal(size=ops.conv(x, w, **how).shape)
    assert gradcheck(lambda g, w: ops.tanh(ops.conv_transpose(g, w, (4, 5), **how)), (g, w), order=2, fast=True)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ops.max_pool(np.ones((3, 3)), 2), r"size has a length for each axis, as \(3,\) or \(3, 3\), got 2"),
        (lambda: ops.avg_pool(np.ones((3, 3)), ()), r"size has a length for each axis, .* got \(\)"),
        (lambda: ops.windows(np.ones(3), "ab"), "size has a length for each axis, .* got 'ab'"),
        (lambda: ops.conv(np.ones((1, 1, 3)), np.ones(3)), r"kernels are w \(O, C / groups, \*kernel\), got shape \(3,\)"),
        (lambda: ops.conv_transpose(np.ones((1, 1, 3)), np.ones((1, 1, 2)), 4.5), "spatial is a whole number .* got 4.5"),
        (lambda: functional.max_pool2d(np.ones((3, 3)), (2, 2, 2)), "max_pool needs an array with room"),
    ],
)
def test_windows_without_axes_are_refused(call, message):
    with pytest.raises(AutogradError, match=message + HERE):
        call()
