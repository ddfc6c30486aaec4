"""Are the losses what their formulas say, on numbers, arrays, Tensors and Values, with the right derivatives?"""

import inspect
import math

import numpy as np
import pytest
from helpers import assert_close

import nn.loss
from autograd import (
    GradientError,
    Tensor,
    Value,
    gradcheck,
    gradients,
    ops,
    softmax,
)
from autograd.tree import flatten, unflatten
from nn import loss as losses
from nn.plots import VIEWS

LN2 = math.log(2.0)
LOGS = np.log([[0.5, 0.25, 0.25], [0.1, 0.6, 0.3]])  # log-probabilities of two samples of three classes
SIGNS, BITS = [1, -1, 1], [1, 0, 1]

# Every loss with a batch, its target, and the losses of its samples worked out by hand.
BY_HAND = [
    ("zero_one_loss", [2.0, 0.5, 0.0], SIGNS, [0.0, 1.0, 1.0]),
    ("perceptron_loss", [2.0, 0.5, 0.0], SIGNS, [0.0, 0.5, 0.0]),
    ("hinge_loss", [2.0, 0.5, 0.25], SIGNS, [0.0, 1.5, 0.75]),
    ("squared_hinge_loss", [2.0, 0.5, 0.25], SIGNS, [0.0, 2.25, 0.5625]),
    ("soft_margin_loss", [0.0, math.log(3.0), -math.log(7.0)], SIGNS, [LN2, 2 * LN2, 3 * LN2]),
    ("mse_loss", [1.0, 2.0, 4.0], [1.5, 2.0, 1.0], [0.25, 0.0, 9.0]),
    ("half_squared_error", [1.0, 2.0, 4.0], [1.5, 2.0, 1.0], [0.125, 0.0, 4.5]),
    ("l1_loss", [1.0, 2.0, 4.0], [1.5, 2.0, 1.0], [0.5, 0.0, 3.0]),
    ("huber_loss", [1.0, 2.0, 4.0], [1.5, 2.0, 1.0], [0.125, 0.0, 2.5]),
    ("smooth_l1_loss", [1.0, 2.0, 4.0], [1.5, 2.0, 1.0], [0.125, 0.0, 2.5]),
    ("log_cosh_loss", [1.0 + math.log(2.0), 2.0, 1.0], [1.0, 2.0, 1.0 + math.log(3.0)], np.log([1.25, 1.0, 5 / 3])),
    ("binary_cross_entropy", [0.5, 0.25, 0.125], BITS, [LN2, math.log(4 / 3), 3 * LN2]),
    ("binary_cross_entropy_with_logits", [0.0, math.log(3.0), -math.log(7.0)], BITS, [LN2, 2 * LN2, 3 * LN2]),
    ("cross_entropy", LOGS + np.array([[7.0], [-2.0]]), [0, 1], [LN2, -math.log(0.6)]),
    ("nll_loss", LOGS, [0, 2], [LN2, -math.log(0.3)]),
    ("multi_margin_loss", [[1.0, 0.5, -3.0], [1.0, 0.0, 2.0]], [0, 2], [0.5 / 3, 0.0]),
    ("kl_div", np.log([0.25, 0.5, 0.125]), [0.5, 0.5, 0.0], [0.5 * LN2, 0.0, 0.0]),
    ("log_likelihood", np.exp(LOGS), [0, 2], [-LN2, math.log(0.3)]),
]
each_loss = pytest.mark.parametrize(("name", "prediction", "target", "expected"), BY_HAND, ids=[c[0] for c in BY_HAND])
FUNCTIONS = [name for name in losses.__all__ if name.islower() and name != "compare"]
MODULES = losses.Loss.__subclasses__()


def as_values(numbers):
    """Return nested lists of Values, and the Values in one row."""
    plain, structure = flatten(np.asarray(numbers, float).tolist())
    leaves = [Value(x) for x in plain]
    return unflatten(structure, leaves), leaves


def data(output):
    """Return the numbers of whatever a loss gave."""
    return np.asarray([data(x) for x in output] if isinstance(output, list) else getattr(output, "data", output), float)


@each_loss
def test_each_loss_is_the_number_worked_out_by_hand(name, prediction, target, expected):
    f, array = getattr(losses, name), np.asarray(prediction, float)
    for given in (array, Tensor(array), Tensor(array, requires_grad=True), array.tolist(), as_values(array)[0]):
        assert_close(data(f(given, target, reduction="none")), expected, ulps=32, scale=1.0)
        assert_close(data(f(given, target, reduction="sum")), np.sum(expected), ulps=64, scale=1.0)
    if name != "kl_div":  # its mean is over entries, as for the rest, but the samples of this batch are entries
        assert_close(data(f(array, target)), np.mean(expected), ulps=32, scale=1.0)


@each_loss
def test_values_and_tensors_give_the_same_loss_and_gradient(name, prediction, target, expected):
    f = getattr(losses, name)
    for reduction in ("mean", "sum"):
        lists, leaves = as_values(prediction)
        tensor = Tensor(np.asarray(prediction, float), requires_grad=True)
        on_values, on_tensor = f(lists, target, reduction=reduction), f(tensor, target, reduction=reduction)
        assert type(on_values) is Value
        assert_close(on_values.data, on_tensor.item(), ulps=16)
        slopes = gradients(on_values, leaves)
        assert_close(np.array(slopes), np.ravel(gradients(on_tensor, [tensor])[0]), ulps=64, scale=1.0)


@each_loss
def test_targets_may_be_lists_arrays_tensors_and_values(name, prediction, target, expected):
    f, array = getattr(losses, name), np.asarray(target)
    found = [f(np.asarray(prediction), t) for t in (target, tuple(target), array, Tensor(array))]
    assert_close(np.array(found), np.full(len(found), found[0]), ulps=4)
    lists, _ = as_values(prediction)
    assert f(lists, array).data == f(lists, Tensor(array)).data == f(lists, target).data


@pytest.mark.parametrize("name", ["mse_loss", "hinge_loss", "binary_cross_entropy_with_logits", "log_cosh_loss"])
def test_one_value_and_one_number_give_one_value(name):
    y = Value(0.3)
    found = [getattr(losses, name)(y, t) for t in (1, 1.0, np.float64(1.0), np.array(1), Tensor(1.0), Value(1.0))]
    assert {type(v) for v in found} == {Value}
    assert len({v.data for v in found}) == 1
    assert isinstance(getattr(losses, name)(0.3, 1.0), float)


def test_a_mean_over_a_list_of_values_is_one_node():
    loss = losses.mse_loss([Value(1.0), Value(3.0), Value(2.0)], [0.0, 1.0, 2.0])
    assert loss.op.name == "mean"
    assert len(list(loss.operands())) == 3


def test_losses_that_are_not_reduced_come_back_in_the_structure_of_the_predictions():
    lists, _ = as_values([[1.0, 2.0], [3.0, 4.0]])
    found = losses.l1_loss(lists, [[0.0, 0.0], [0.0, 0.0]], reduction="none")
    assert data(found).tolist() == [[1.0, 2.0], [3.0, 4.0]]
    x = Tensor(np.zeros((2, 3, 4)))
    assert losses.cross_entropy(x, np.zeros((2, 4), int), reduction="none").shape == (2, 4)
    assert losses.mse_loss(x, np.zeros((2, 3, 4)), reduction="none").shape == (2, 3, 4)
    assert losses.cross_entropy(Tensor(np.zeros(3)), 1, reduction="none").shape == ()


def test_single_precision_stays_single():
    x = Tensor(np.ones((2, 3), np.float32), requires_grad=True)
    weight = np.array([1.0, 2.0, 0.5])
    found = [losses.mse_loss(x, np.zeros((2, 3))), losses.huber_loss(x, np.zeros((2, 3))),
             losses.hinge_loss(x, np.ones((2, 3), int)), losses.binary_cross_entropy(x, np.ones((2, 3)), weight),
             losses.kl_div(x, np.ones((2, 3)) / 3), losses.log_likelihood(x, [0, 1]), losses.nll_loss(x, [0, 1], weight),
             losses.cross_entropy(x, [0, -100], weight), losses.cross_entropy(x, [0, 1], label_smoothing=0.1),
             losses.multi_margin_loss(x, [0, 1], weight)]  # fmt: skip
    assert {y.dtype.name for y in found} == {"float32"}
    assert {gradients(y, [x])[0].dtype.name for y in found} == {"float32"}


# --- derivatives ------------------------------------------------------------------------------------------------------

SMOOTH = [
    (f, *case)
    for f, *case in [
        ("perceptron_loss", [0.7, -0.4], [1, 1]), ("hinge_loss", [0.7, -0.4, 1.3], [1, 1, 1]),
        ("squared_hinge_loss", [0.7, -0.4, 1.3], [1, -1, 1]), ("soft_margin_loss", [0.7, -40.0, 0.0], [1, 1, -1]),
        ("mse_loss", [0.7, -0.4], [0.0, 1.0]), ("half_squared_error", [0.7, -0.4], [0.0, 1.0]),
        ("l1_loss", [0.7, -0.4], [0.0, 1.0]), ("huber_loss", [0.7, 0.0, -2.4], [0.0, 0.0, 1.0]),
        ("smooth_l1_loss", [0.7, 0.0, -2.4], [0.0, 0.0, 1.0]), ("log_cosh_loss", [0.7, 0.0, -30.0], [0.0, 0.0, 1.0]),
        ("binary_cross_entropy", [0.7, 0.2], [1.0, 0.25]), ("binary_cross_entropy_with_logits", [0.7, -9.0], [1.0, 0.25]),
        ("cross_entropy", [[0.7, -0.4, 2.0], [0.1, 0.2, 0.3]], [2, 0]),
        ("cross_entropy", [[0.7, -0.4, 2.0], [0.1, 0.2, 0.3]], [[0.5, 0.5, 0.0], [0.1, 0.2, 0.7]]),
        ("nll_loss", [[0.7, -0.4, 2.0], [0.1, 0.2, 0.3]], [2, 0]),
        ("multi_margin_loss", [[0.7, -0.4, 2.0], [0.1, 0.2, 0.3]], [2, 0]),
        ("kl_div", [-0.7, -0.4], [0.5, 0.25]), ("log_likelihood", [[0.7, 0.2, 0.1]], [[0.5, 0.5, 0.0]]),
    ]
]  # fmt: skip


@pytest.mark.parametrize(("name", "prediction", "target"), SMOOTH)
def test_derivatives_of_both_orders_agree_with_differences(name, prediction, target):
    f = getattr(losses, name)
    assert gradcheck(lambda y: f(y, target), np.array(prediction), order=2)


def slopes_at(f, x, order=2):
    v = Value(x)
    y, found = f(v), []
    for _ in range(order):
        y = gradients(y, [v], create_graph=True)[0]
        found.append(getattr(y, "data", y))
    return found


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [("huber_loss", 0.0, [0.0, 1.0]), ("huber_loss", 0.5, [0.5, 1.0]), ("huber_loss", 3.0, [1.0, 0.0]),
     ("huber_loss", 1.0, [1.0, 1.0]), ("smooth_l1_loss", 0.0, [0.0, 1.0]), ("log_cosh_loss", 0.0, [0.0, 1.0]),
     ("log_cosh_loss", 1e9, [1.0, 0.0]), ("half_squared_error", 3.0, [3.0, 1.0])],
)  # fmt: skip
def test_second_derivatives_of_the_residual_are_right_at_0_and_far_from_it(name, x, expected):
    assert slopes_at(lambda y: getattr(losses, name)(y, 0.0), x) == expected


@pytest.mark.parametrize(
    ("name", "prediction", "target", "slope"),
    [("perceptron_loss", 0.0, 1.0, -1.0), ("perceptron_loss", -0.0, -1.0, 1.0), ("perceptron_loss", 0.5, 1.0, 0.0),
     ("hinge_loss", 1.0, 1.0, 0.0), ("hinge_loss", 0.0, 1.0, -1.0), ("squared_hinge_loss", 1.0, 1.0, 0.0),
     ("l1_loss", 2.0, 2.0, 0.0), ("zero_one_loss", -1.0, 1.0, 0.0), ("zero_one_loss", 0.0, 1.0, 0.0)],
)  # fmt: skip
def test_at_a_kink_the_stated_subgradient_is_taken(name, prediction, target, slope):
    f, y, t = getattr(losses, name), Value(prediction), Tensor(prediction, requires_grad=True)
    f(y, target).backward()
    f(t, target).backward()
    assert (y.grad, t.grad.item()) == (slope, slope)


def test_log_cosh_keeps_its_digits_near_0_and_does_not_overflow():
    x = np.array([1e-9, 1e-4, 700.0, 1e300])
    expected = [x[0] ** 2 / 2, x[1] ** 2 / 2 - x[1] ** 4 / 12, 700.0 - LN2, 1e300]
    assert_close(losses.log_cosh_loss(x, np.zeros(4), reduction="none"), expected)
    assert_close([losses.log_cosh_loss(float(a), 0.0) for a in x], expected)


def test_the_gradient_of_the_cross_entropy_is_softmax_minus_the_truth():
    x = Tensor(np.random.default_rng(0).normal(size=(5, 4)), requires_grad=True)
    target = np.array([0, 3, 1, 1, 2])
    losses.cross_entropy(x, target, reduction="sum").backward()
    assert_close(x.grad.numpy(), softmax(x.detach(), axis=1).numpy() - np.eye(4)[target], scale=1.0)


def test_the_cross_entropy_in_one_step_is_the_one_of_small_steps():
    x = Tensor(np.random.default_rng(1).normal(size=(5, 4)) * 10, requires_grad=True)
    target = np.array([0, 3, 1, 1, 2])
    fused, steps = losses.cross_entropy(x, target), -ops.log_softmax(x)[np.arange(5), target].mean()
    assert_close(fused.item(), steps.item())
    first, again = (gradients(y, [x], create_graph=True)[0] for y in (fused, steps))
    assert_close(first.detach(), again.detach(), scale=1.0)
    assert_close(gradients((first**3).sum(), [x])[0].numpy(), gradients((again**3).sum(), [x])[0].numpy(), scale=1.0)


def test_the_cross_entropy_of_two_classes_is_the_logistic_loss():
    for score in (-800.0, -1.0, 0.0, 2.5):
        logistic = losses.soft_margin_loss(score, 1)
        assert losses.cross_entropy([score, 0.0], 0) == pytest.approx(logistic, rel=1e-14)
        assert losses.binary_cross_entropy_with_logits(score, 1) == pytest.approx(logistic, rel=1e-14)


def test_an_index_and_its_one_hot_row_are_the_same_truth():
    x, index = np.random.default_rng(2).normal(size=(4, 3)), np.array([2, 0, 1, 1])
    weight = np.array([0.5, 1.0, 2.0])
    for settings in ({}, {"label_smoothing": 0.2}, {"weight": weight}):
        by_index = losses.cross_entropy(x, index, reduction="none", **settings)
        assert_close(losses.cross_entropy(x, np.eye(3)[index], reduction="none", **settings), by_index)
        assert_close(losses.cross_entropy(x, np.eye(3, dtype=int)[index], reduction="none", **settings), by_index)


def test_gradients_flow_to_a_target_that_wants_them():
    y, t = Tensor([0.2, 0.7], requires_grad=True), Tensor([0.5, 0.5], requires_grad=True)
    for f in (losses.mse_loss, losses.binary_cross_entropy, losses.kl_div):
        assert np.all(gradients(f(y, t), [t])[0].numpy() != 0)
    assert gradcheck(lambda t: losses.binary_cross_entropy(np.array([0.2, 0.7]), t), np.array([0.4, 0.9]))
    q = Tensor([[0.5, 0.5]], requires_grad=True)
    assert_close(gradients(losses.cross_entropy(Tensor([[0.0, 0.0]]), q), [q])[0].numpy(), [[LN2, LN2]])


def test_a_target_of_one_kind_is_not_cut_off_silently_from_predictions_of_another():
    with pytest.raises(GradientError, match="would cut the graph"):
        losses.mse_loss([Value(1.0)], Tensor([1.0], requires_grad=True))
    with pytest.raises(GradientError, match="would cut the graph"):
        losses.cross_entropy([Value(1.0), Value(0.0)], [Value(0.5), Value(0.5)])


def test_an_array_of_labels_may_be_filled_anew_before_backward():
    x, labels = Tensor(np.zeros((2, 2)), requires_grad=True), np.array([0, 1])
    loss = losses.cross_entropy(x, labels)
    labels[:] = 0
    loss.backward()
    assert x.grad.tolist() == [[-0.25, 0.25], [0.25, -0.25]]


def test_the_log_likelihood_is_the_cross_entropy_with_its_sign_turned():
    scores, target = np.random.default_rng(3).normal(size=(6, 3)), np.array([0, 2, 1, 1, 0, 2])
    p = softmax(scores, axis=1)
    expected = -losses.cross_entropy(scores, target)
    assert losses.log_likelihood(p, target) == pytest.approx(expected, rel=1e-14)
    assert losses.log_likelihood(p, np.eye(3)[target]) == pytest.approx(expected, rel=1e-14)
    assert losses.log_likelihood(np.array([[1.0, 0.0]]), [[1, 0]]) == 0.0  # 0 ln 0 = 0


def test_ignored_samples_count_neither_in_the_loss_nor_in_the_mean():
    x = Tensor(np.random.default_rng(4).normal(size=(3, 4)), requires_grad=True)
    for f in (losses.cross_entropy, losses.nll_loss):
        some = f(x, [1, -100, 2])
        assert_close(some.item(), f(x[np.array([0, 2])], [1, 2]).item())
        assert gradients(some, [x])[0].numpy()[1].tolist() == [0.0] * 4
        assert math.isnan(f(x, [-100] * 3).item())
        assert f(x, [-100] * 3, reduction="sum").item() == 0.0


# --- settings, names, modules -----------------------------------------------------------------------------------------


def test_weights_of_samples_broadcast_to_the_losses():
    p, t = np.full((2, 3), 0.5), np.ones((2, 3))
    column = losses.binary_cross_entropy(p, t, np.array([1.0, 2.0, 0.0]), reduction="none")
    assert_close(column, np.tile([LN2, 2 * LN2, 0.0], (2, 1)))
    lists, _ = as_values(p)
    assert_close(data(losses.binary_cross_entropy(lists, t, [1.0, 2.0, 0.0], reduction="none")), column)
    twice = losses.binary_cross_entropy_with_logits(0.0, 1, pos_weight=2.0)
    assert (twice, losses.binary_cross_entropy_with_logits(0.0, 0, pos_weight=2.0)) == (2 * LN2, LN2)


def test_batchmean_is_the_divergence_of_mathematics():
    p, q = softmax(np.arange(6.0).reshape(2, 3), axis=1), np.full((2, 3), 1 / 3)
    expected = np.mean(np.sum(q * np.log(q / p), axis=1))
    assert losses.kl_div(np.log(p), q, reduction="batchmean") == pytest.approx(expected, rel=1e-14)
    assert losses.kl_div(np.log(p), np.log(q), log_target=True, reduction="batchmean") == pytest.approx(expected, rel=1e-14)
    assert losses.kl_div(np.log(p), q) == pytest.approx(expected / 3, rel=1e-14)


def test_every_loss_function_has_a_case_by_hand_a_module_and_a_view():
    assert {case[0] for case in BY_HAND} == set(FUNCTIONS)
    assert {kind.function.__name__ for kind in MODULES} == set(FUNCTIONS)
    assert {f.__name__ for f in VIEWS} == set(FUNCTIONS)
    assert {kind.__name__ for kind in MODULES} | {"Loss"} == {name for name in losses.__all__ if not name.islower()}


@pytest.mark.parametrize("kind", MODULES, ids=lambda kind: kind.__name__)
def test_a_module_has_the_settings_and_the_defaults_of_its_function(kind):
    of_function = list(inspect.signature(kind.function).parameters.values())[2:]
    of_module = list(inspect.signature(kind).parameters.values())
    assert [(p.name, p.kind, p.default) for p in of_module] == [(p.name, p.kind, p.default) for p in of_function]
    assert kind.__doc__.startswith(f"`{kind.function.__name__}` as a module")
    assert kind().extra_repr() == ""
    assert kind(reduction="sum").extra_repr() == "reduction='sum'"
    assert kind().parameters() == []


@each_loss
def test_a_module_computes_its_function_with_its_settings(name, prediction, target, expected):
    kind = next(kind for kind in MODULES if kind.function.__name__ == name)
    for reduction in ("mean", "sum"):
        found = kind(reduction=reduction)(np.asarray(prediction), target)
        assert found == getattr(losses, name)(np.asarray(prediction), target, reduction=reduction)


def test_a_module_shows_the_settings_that_are_not_the_defaults():
    assert repr(losses.CrossEntropyLoss(label_smoothing=0.1)) == "CrossEntropyLoss(label_smoothing=0.1)"
    assert repr(losses.MSELoss()) == "MSELoss()"
    weighted = losses.CrossEntropyLoss(np.array([1.0, 2.0]), ignore_index=0)
    assert weighted.extra_repr() == "weight=array([1., 2.]), ignore_index=0"
    assert losses.HuberLoss(delta=2.0)(5.0, 1.0) == 6.0


def test_a_loss_of_ones_own_is_a_function_and_its_settings():
    def asymmetric(prediction, target, *, factor=2.0):
        return ops.maximum(factor * (prediction - target), target - prediction)

    class Asymmetric(losses.Loss, function=asymmetric):
        factor: float = 2.0

    assert Asymmetric(3.0)(Value(2.0), 1.0).data == 3.0
    assert Asymmetric(3.0).extra_repr() == "factor=3.0"


def test_the_gradient_of_a_loss_of_a_small_network_of_values_reaches_its_weights():
    w = [Value(0.5), Value(-0.25)]
    scores = [w[0] * 1.0 + w[1] * 2.0, w[0] * -1.0]
    nn.loss.CrossEntropyLoss()(scores, 1).backward()
    assert all(v.grad for v in w)
