"""Do the gradients of a recorded graph hold every derivative that is asked for, weighted, and recorded in turn?"""

import itertools
import math

import numpy as np
import pytest
from differentiated import bare
from helpers import assert_close

from autograd import GradientError, ShapeError, Tensor, Value, gradients, sin, tanh

HERE = r"at .*test_gradients\.py:\d+"


def test_gradients_of_one_output_by_one_input_is_one_number_and_of_lists_a_list():
    x, w = Value(3.0), Value(-2.0)
    y = x * x * w
    assert gradients(y, x) == -12.0
    assert gradients(y, [x, w]) == [-12.0, 9.0]
    assert gradients([y], (x,)) == [-12.0]
    assert type(gradients(y, x)) is float


def test_gradients_of_tensors_are_tensors_that_want_no_gradient():
    t = Tensor([1.0, 2.0], requires_grad=True)
    g = gradients((t * t).sum(), t)
    assert (type(g), g.tolist(), g.requires_grad) == (Tensor, [2.0, 4.0], False)


def test_derivatives_of_several_outputs_add_up_weighted_by_their_seeds():
    x = Value(2.0)
    a, b = x * x, 3 * x
    assert gradients([a, b], x) == 7.0
    assert gradients([a, b], x, seeds=[10.0, 1.0]) == 43.0
    assert gradients([a, a], x) == 8.0
    assert gradients(a, x, seeds=2.0) == gradients([a], x, seeds=[2.0]) == 8.0
    t = Tensor([1.0, 2.0], requires_grad=True)
    assert gradients(t * t, t, seeds=np.array([1.0, 10.0])).tolist() == [2.0, 40.0]


@pytest.mark.parametrize("create_graph", [False, True])
def test_seeds_that_do_not_fit_are_refused(create_graph):
    x, t = Value(2.0), Tensor([1.0, 2.0], requires_grad=True)
    for outputs, seeds in [([x * x], [1.0, 2.0]), ([x, x * x], [1.0]), (t * t, [np.ones(3)]), (t * t, [Tensor([1.0])])]:
        with pytest.raises(ShapeError, match=HERE):
            gradients(outputs, t if outputs is not x else x, seeds, create_graph)
    with pytest.raises(GradientError, match="seed 1"):
        gradients(t * t, t, create_graph=create_graph)


def test_a_seed_may_be_a_node_and_is_differentiated_by_with_create_graph():
    x, s = Value(3.0), Value(5.0)
    g = gradients(x * x, x, seeds=s, create_graph=True)
    assert g.data == 30.0
    assert gradients(g, [x, s]) == [10.0, 6.0]


def test_gradients_neither_read_nor_set_grad():
    x = Value(3.0)
    h = x * x
    y = h * h
    y.backward()
    before = (x.grad, h.grad, y.grad)
    gradients(y, [x, h], create_graph=True)
    assert (x.grad, h.grad, y.grad) == before
    y.backward()
    assert x.grad == 2 * before[0]


def test_an_input_no_output_depends_on_has_the_gradient_zero():
    x, other, t = Value(3.0), Value(1.0), Tensor([1.0, 2.0], requires_grad=True)
    y = x * x
    assert gradients(y, [other, x]) == [0.0, 6.0]
    assert gradients(y, t).tolist() == [0.0, 0.0]
    zero = gradients(y, other, create_graph=True)
    assert (type(zero), zero.data, zero.requires_grad) == (Value, 0.0, False)


def test_inputs_may_be_results_on_the_way():
    x = Value(2.0)
    h = x * x
    y = h**3
    assert gradients(y, h) == 48.0
    assert gradients(y, y) == 1.0
    assert gradients(h, y) == 0.0


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("create_graph", [False, True])
def test_an_input_that_another_input_was_computed_from_has_its_whole_derivative(order, create_graph):
    x = Value(2.0)
    h = x * x
    y = h**3 + x
    inputs, expected = [x, h, y], [193.0, 48.0, 1.0]
    found = gradients(y, [inputs[i] for i in order], create_graph=create_graph)
    assert [bare(g) for g in found] == [expected[i] for i in order]


def test_a_root_below_another_root_counts_as_both():
    x = Value(3.0)
    h = x * x
    assert gradients([h * h, h], [x]) == [114.0]
    assert gradients([h * h, h], [h]) == [19.0]


def test_create_graph_gives_nodes_that_are_differentiated_again_to_any_order():
    x = Value(0.5)
    y, expected = sin(x), [math.cos(0.5), -math.sin(0.5), -math.cos(0.5), math.sin(0.5), math.cos(0.5)]
    for e in expected:
        (y,) = gradients(y, [x], create_graph=True)
        assert_close(y.data, e, ulps=64)
    y.backward()
    assert_close(x.grad, -math.sin(0.5), ulps=64)


def test_mixed_second_derivatives_of_tensors_are_right():
    rng = np.random.default_rng(0)
    x, w = (Tensor(rng.normal(size=s), requires_grad=True) for s in ((4, 3), (3, 2)))
    gx, gw = gradients((x @ w).tanh().sum(), [x, w], create_graph=True)
    v = rng.normal(size=(4, 3))
    by_w = gradients((gx * v).sum(), w).numpy()
    y = np.tanh(x.data @ w.data)
    # d/dw of Σ v · ((1 - y²) wᵀ)
    s, r = 1 - y**2, np.asarray(v @ w.data)
    assert_close(by_w, v.T @ s - 2 * x.data.T @ (y * s * r), ulps=256, scale=1.0)
    assert gw.requires_grad


def test_a_gradient_penalty_trains():
    x, w = Value(0.7), Value(1.3)
    slope = gradients(tanh(w * x), x, create_graph=True)
    (slope**2).backward()
    t = math.tanh(0.91)
    s = 1 - t * t
    # slope = w s, so d(w s)²/dw = 2 w s (s - 2 w x t s)
    assert_close(w.grad, 2 * 1.3 * s * (s - 2 * 0.91 * t * s), ulps=32)


@pytest.mark.parametrize("thing", [3.0, None, "x", np.ones(2), [1.0]], ids=repr)
def test_what_is_no_node_has_no_gradients(thing):
    x = Value(1.0)
    for outputs, inputs in [(thing, x), (x * x, thing), ([x, thing], x), (x, [x, thing])]:
        with pytest.raises(GradientError, match=rf"gradients are of Values and Tensors, got .*{HERE}"):
            gradients(outputs, inputs)


def test_what_requires_no_gradient_is_refused():
    x, c = Value(1.0, "x"), Value(2.0, "c", requires_grad=False)
    for outputs, inputs in [(x * x, c), (c * 2, x)]:
        with pytest.raises(GradientError, match="requires no gradient"):
            gradients(outputs, inputs)


def test_a_write_above_the_inputs_does_not_matter():
    x = Value(3.0)
    h = x * x
    y = h * h
    x.data = 100.0
    assert gradients(y, h) == 18.0
