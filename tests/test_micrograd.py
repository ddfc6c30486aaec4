"""Does micrograd's own demo run here with nothing but its imports changed?

What follows the imports below is the demo notebook of micrograd 0.1.0 (Andrej Karpathy, MIT licence), less its plots;
its moons come from numpy instead of scikit-learn.
"""

# ruff: noqa: B905, UP034  (the demo is kept as its author wrote it)

import numpy as np
import pytest
from helpers import assert_close

import nn
from autograd import Value
from nn import MLP, Layer, Neuron

WIDTHS = [2, 16, 16, 1]


def make_moons(n_samples, noise, rng):
    """Two interleaving half circles with labels 0 and 1, as scikit-learn makes them."""
    outer, inner = np.linspace(0, np.pi, n_samples // 2), np.linspace(0, np.pi, n_samples - n_samples // 2)
    X = np.vstack([np.c_[np.cos(outer), np.sin(outer)], np.c_[1 - np.cos(inner), 0.5 - np.sin(inner)]])
    y = np.r_[np.zeros(len(outer), int), np.ones(len(inner), int)]
    order = rng.permutation(n_samples)
    return (X + rng.normal(scale=noise, size=X.shape))[order], y[order]


@pytest.fixture
def moons():
    X, y = make_moons(n_samples=60, noise=0.1, rng=np.random.default_rng(1337))
    return X, y * 2 - 1  # make y be -1 or 1


def loss(model, X, y, batch_size=None, rng=None):
    # inline DataLoader :)
    if batch_size is None:
        Xb, yb = X, y
    else:
        ri = rng.permutation(X.shape[0])[:batch_size]
        Xb, yb = X[ri], y[ri]
    inputs = [list(map(Value, xrow)) for xrow in Xb]

    # forward the model to get scores
    scores = list(map(model, inputs))

    # svm "max-margin" loss
    losses = [(1 + -yi*scorei).relu() for yi, scorei in zip(yb, scores)]
    data_loss = sum(losses) * (1.0 / len(losses))
    # L2 regularization
    alpha = 1e-4
    reg_loss = alpha * sum((p*p for p in model.parameters()))
    total_loss = data_loss + reg_loss

    # also get accuracy
    accuracy = [(yi > 0) == (scorei.data > 0) for yi, scorei in zip(yb, scores)]
    return total_loss, sum(accuracy) / len(accuracy)


def seeded():
    """micrograd's model, with weights that are the same in every run."""
    model = MLP(2, [16, 16, 1])  # 2-layer neural network
    rng = np.random.default_rng(0)
    for layer in model.layers:
        for neuron in layer.neurons:
            for w in neuron.w:
                w.data = rng.uniform(-1, 1)
    return model


def optimise(model, X, y, steps, **batches):
    for k in range(steps):
        # forward
        total_loss, acc = loss(model, X, y, **batches)

        # backward
        model.zero_grad()
        total_loss.backward()

        # update (sgd)
        learning_rate = 1.0 - 0.9*k/steps
        for p in model.parameters():
            p.data -= learning_rate * p.grad
    return total_loss, acc


def test_the_demo_learns_the_moons(moons):
    model = seeded()
    first, _ = loss(model, *moons)
    last, accuracy = optimise(model, *moons, steps=40)
    assert last.data < 0.12 < 0.5 < first.data
    assert accuracy >= 0.95


def test_the_demo_learns_from_batches(moons):
    model = seeded()
    optimise(model, *moons, steps=40, batch_size=20, rng=np.random.default_rng(5))
    total_loss, accuracy = loss(model, *moons)
    assert total_loss.data < 0.25
    assert accuracy > 0.9


def test_the_first_gradient_is_the_one_that_matrices_give(moons):
    X, y = moons
    model = seeded()
    total_loss, _ = loss(model, X, y)
    total_loss.backward()

    weights = [np.array([[w.data for w in n.w] for n in layer.neurons]).T for layer in model.layers]
    h1 = np.maximum(X @ weights[0], 0)
    h2 = np.maximum(h1 @ weights[1], 0)
    margins = 1 - y * (h2 @ weights[2]).ravel()
    assert_close(total_loss.data, np.maximum(margins, 0).mean() + 1e-4 * sum((w * w).sum() for w in weights), ulps=64)

    g3 = (-(y * (margins > 0)) / len(y))[:, None]
    g2 = g3 @ weights[2].T * (h2 > 0)
    g1 = g2 @ weights[1].T * (h1 > 0)
    for layer, w, g, h in zip(model.layers, weights, (g1, g2, g3), (X, h1, h2), strict=True):
        found = np.array([[v.grad for v in n.w] for n in layer.neurons]).T
        assert_close(found, h.T @ g + 2e-4 * w, ulps=256, scale=1.0)
        assert_close([n.b.grad for n in layer.neurons], g.sum(axis=0), ulps=256, scale=1.0)


def test_the_model_is_micrograds():
    model = MLP(2, [16, 16, 1])
    relu16 = ", ".join(["ReLUNeuron(16)"] * 16)
    relu2 = ", ".join(["ReLUNeuron(2)"] * 16)
    assert repr(model) == f"MLP of [Layer of [{relu2}], Layer of [{relu16}], Layer of [LinearNeuron(16)]]"
    assert len(model.parameters()) == 337
    for layer, nin, nout in zip(model.layers, WIDTHS, WIDTHS[1:], strict=False):
        assert type(layer) is Layer
        assert len(layer.neurons) == nout
        for neuron in layer.neurons:
            assert type(neuron) is Neuron
            assert [type(w) for w in neuron.w] == [Value] * nin
            assert all(-1 <= w.data <= 1 for w in neuron.w)
            assert (type(neuron.b), neuron.b.data) == (Value, 0.0)
    assert model.parameters()[:3] == [*model.layers[0].neurons[0].w, model.layers[0].neurons[0].b]
    assert issubclass(MLP, nn.Module)


def test_its_neurons_take_nonlin_and_its_gradients_can_be_zeroed_by_hand():
    assert (repr(Neuron(3, nonlin=False)), repr(Neuron(3))) == ("LinearNeuron(3)", "ReLUNeuron(3)")
    neuron = Neuron(2)
    (neuron([1.0, 2.0]) + neuron.b).backward()
    for p in neuron.parameters():
        p.grad = 0
    assert [p.grad for p in neuron.parameters()] == [0.0, 0.0, 0.0]


def test_micrograds_own_tests_of_the_engine_have_the_same_numbers():
    # test_sanity_check and test_more_ops of micrograd, whose numbers torch gave.
    x = Value(-4.0)
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    y = h + q + q * x
    y.backward()
    assert (y.data, x.grad) == (-20.0, 46.0)

    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    g.backward()
    assert_close([g.data, a.grad, b.grad], [24.70408163265306, 138.8338192419825, 645.5772594752186])
