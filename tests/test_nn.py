"""Do neurons, layers and networks of Values compute what their formulas say, and draw their weights reproducibly?"""

import math

import numpy as np
import pytest
from helpers import assert_close

import nn
from autograd import AutogradError, Value, gradients, tanh


def with_weights(neuron, w, b):
    for p, number in zip(neuron.parameters(), [*w, b], strict=True):
        p.data = number
    return neuron


@pytest.mark.parametrize(
    ("activation", "f"),
    [("tanh", math.tanh), ("relu", lambda z: max(z, 0.0)), (None, lambda z: z), ("linear", lambda z: z),
     ("sigmoid", lambda z: 1 / (1 + math.exp(-z)))],
)  # fmt: skip
def test_a_neuron_is_its_function_of_the_weighted_sum(activation, f):
    neuron = with_weights(nn.Neuron(2, activation), [0.5, -2.0], 0.25)
    for x in ([1.0, 2.0], (1.0, 2.0), np.array([1.0, 2.0]), [1, 2], [Value(1.0), 2.0], [np.float64(1), np.int64(2)]):
        assert_close(neuron(x).data, f(0.5 - 4.0 + 0.25))


def test_a_neuron_is_three_nodes():
    x, neuron = [Value(1.0), Value(2.0)], with_weights(nn.Neuron(2, "tanh"), [0.5, -2.0], 0.25)
    y = neuron(x)
    assert (y.op.name, y.a.op.name, y.a.a.op.name, y.a.b) == ("tanh", "add", "dot", neuron.b)
    assert [v for v, _ in y.a.a.operands()] == [*neuron.w, *x]


def test_the_gradients_of_a_neuron_are_those_of_the_formula():
    x, neuron = [Value(1.0), Value(2.0)], with_weights(nn.Neuron(2, "tanh"), [0.5, -2.0], 0.25)
    y = neuron(x)
    y.backward()
    s = 1 - math.tanh(-3.25) ** 2
    assert_close([p.grad for p in neuron.parameters()], [s, 2 * s, s], ulps=64)
    assert_close([v.grad for v in x], [0.5 * s, -2 * s], ulps=64)


def test_a_layer_is_neurons_side_by_side():
    layer = nn.Layer(2, 3, activation=None, rng=0)
    out = layer([1.0, 2.0])
    assert [type(v) for v in out] == [Value] * 3
    assert [v.data for v in out] == [n([1.0, 2.0]).data for n in layer.neurons]
    assert len(layer.parameters()) == 9
    assert type(nn.Layer(2, 1)([1.0, 2.0])) is Value
    assert repr(nn.Layer(2, 2, activation="tanh")) == "Layer of [TanhNeuron(2), TanhNeuron(2)]"


def test_a_network_is_layers_one_after_the_other():
    model = nn.MLP(2, [3, 2, 1], "tanh", rng=0)
    x = np.array([0.5, -1.5])
    h = x
    for i, layer in enumerate(model.layers):
        W = np.array([[w.data for w in n.w] for n in layer.neurons])
        b = np.array([n.b.data for n in layer.neurons])
        h = W @ h + b if i == 2 else np.tanh(W @ h + b)
    assert_close(model(x).data, h[0], ulps=16)
    assert_close(model(list(x)).data, h[0], ulps=16)


def test_a_layer_of_one_neuron_may_stand_inside_a_network():
    model = nn.MLP(1, [1, 1, 2], rng=0)
    assert [type(v) for v in model([2.0])] == [Value, Value]
    assert len(model.parameters()) == 2 + 2 + 4


def test_weights_are_uniform_and_biases_zero_at_first():
    model = nn.MLP(50, [40], rng=0)
    weights = [w.data for n in model.layers[0].neurons for w in n.w]
    assert -1 <= min(weights) < -0.99 < 0.99 < max(weights) <= 1
    assert abs(np.mean(weights)) < 0.05
    assert [n.b.data for n in model.layers[0].neurons] == [0.0] * 40


@pytest.mark.parametrize("make", [lambda rng: nn.Neuron(3, rng=rng), lambda rng: nn.Layer(3, 2, rng=rng),
                                  lambda rng: nn.MLP(3, [2, 1], rng=rng)], ids=["Neuron", "Layer", "MLP"])  # fmt: skip
def test_the_same_generator_draws_the_same_weights_and_nothing_global_is_drawn_from(make):
    data = lambda module: [p.data for p in module.parameters()]
    np.random.seed(0)
    before = np.random.get_state()[1].tolist()
    assert data(make(0)) == data(make(0)) == data(make(np.random.default_rng(0)))
    assert data(make(0)) != data(make(1))
    assert data(make(None)) != data(make(None))
    shared = np.random.default_rng(0)
    assert data(make(shared)) != data(make(shared))
    assert np.random.get_state()[1].tolist() == before


def test_no_two_neurons_of_a_network_start_alike():
    model = nn.MLP(2, [4, 4], rng=0)
    weights = [tuple(w.data for w in n.w) for layer in model.layers for n in layer.neurons]
    assert len(set(weights)) == 8


def test_zero_grad_clears_all_parameters():
    model = nn.MLP(2, [3, 1], rng=0)
    model([1.0, 2.0]).backward()
    assert any(p.grad for p in model.parameters())
    model.zero_grad()
    assert [p.grad for p in model.parameters()] == [0.0] * 13


def test_a_network_can_be_differentiated_by_its_inputs_and_twice():
    model, x = nn.MLP(2, [3, 1], "tanh", rng=0), [Value(0.5), Value(-1.0)]
    slopes = gradients(model(x), x, create_graph=True)
    (slopes[0] ** 2).backward()
    assert all(math.isfinite(p.grad) for p in model.parameters())
    assert any(p.grad for p in model.parameters())


def test_a_module_of_ones_own_says_what_it_computes_and_owns():
    class Scale(nn.Module):
        def __init__(self):
            self.c = Value(2.0)

        def forward(self, x):
            return tanh(self.c * x)

        def parameters(self):
            return [self.c]

    module = Scale()
    module(0.5).backward()
    assert module.c.grad != 0.0
    module.zero_grad()
    assert module.c.grad == 0.0
    assert nn.Module().parameters() == []
    with pytest.raises(NotImplementedError, match="Module must say what it computes"):
        nn.Module()(1.0)


@pytest.mark.parametrize("name", ["foo", "sum", "Tensor", "__doc__", "matmul", "maximum", "table", ""])
def test_an_activation_is_the_name_of_a_function_of_one_number(name):
    with pytest.raises(AutogradError, match=f"there is no activation '{name}'"):
        nn.Neuron(2, name)
