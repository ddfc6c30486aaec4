"""Is an optimizer as a function the optimizer as an object, and can a whole step be recorded?"""

import numpy as np
import pytest
from test_optim_rules import VARIANTS, each

import optim
from autograd import AutogradError, BranchChanged, DTypeError, ShapeError, Tensor, Value, record, relu, tanh, value_and_grad

RNG = np.random.default_rng(5)
X, T = RNG.normal(size=(12, 2)), RNG.normal(size=(12, 1))
WEIGHTS = {"hidden": [RNG.normal(size=(2, 5)), np.zeros(5)], "out": [RNG.normal(size=(5, 1)), np.zeros(1)]}
without_dampening = pytest.mark.parametrize(
    ("kind", "options"), [v for v in VARIANTS if not v[1].get("dampening")], ids=lambda x: getattr(x, "__name__", str(x))
)


def error(w, x, t):
    (a, b), (c, d) = w["hidden"], w["out"]
    return ((tanh(x @ a + b) @ c + d - t) ** 2).mean()


def error_of_values(w, x, t):
    return (w[0] * tanh(w[1] + w[2] * x) + w[3] * relu(w[4] * x) - t) ** 2


def step_with(optimizer, error):
    def step(w, state, x, t):
        loss, gradients = value_and_grad(error)(w, x, t)
        return loss, *optimizer.update(w, gradients, state)

    return step


def trained(kind, options, leaves, loss, steps):
    """Return the losses of training in the usual way."""
    optimizer, losses = kind(leaves, **options), []
    for n in range(steps):
        optimizer.zero_grad()
        y = loss(n)
        y.backward()
        optimizer.step()
        losses.append(y.item())
    return losses


@without_dampening
def test_a_step_of_arrays_with_its_update_is_one_replay_and_gives_the_losses_of_the_plain_loop(kind, options):
    optimizer = kind.pure(**options)
    w, state = WEIGHTS, optimizer.init(WEIGHTS)
    tape, losses = record(step_with(optimizer, error), w, state, X, T), []
    for _ in range(20):
        loss, w, state = tape.value(w, state, X, T)
        losses.append(loss)
    tensors = {name: [Tensor(p, requires_grad=True) for p in pair] for name, pair in WEIGHTS.items()}
    leaves = [p for pair in tensors.values() for p in pair]
    plain = trained(kind, options, leaves, lambda n: error(tensors, X, T), 20)
    np.testing.assert_allclose(losses, plain, rtol=1e-12)
    assert state["step"] == 20
    for name, pair in tensors.items():
        for mine, theirs in zip(w[name], pair, strict=True):
            np.testing.assert_allclose(mine, theirs.array, rtol=1e-11, atol=1e-13)


@without_dampening
def test_a_step_of_values_with_its_update_is_one_replay_and_gives_the_losses_of_the_plain_loop(kind, options):
    optimizer, start = kind.pure(**options), [0.3, -0.2, 0.8, 0.5, 0.9]
    w, state, losses = start, optimizer.init(start), []
    tape = record(step_with(optimizer, error_of_values), w, state, X[0, 0], T[0, 0])
    points = [(float(x), float(t)) for x, t in zip(X[:, 0], T[:, 0], strict=True)]
    for x, t in points:
        loss, w, state = tape.value(w, state, x, t)
        losses.append(loss)
    values = [Value(x) for x in start]
    plain = trained(kind, options, values, lambda n: error_of_values(values, *points[n]), len(points))
    np.testing.assert_allclose(losses, plain, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(w, [v.data for v in values], rtol=1e-11, atol=1e-13)


def test_a_recorded_step_of_values_holds_nothing_but_its_arithmetic():
    optimizer, w = optim.SGD.pure(lr=0.1), [0.3, -0.2, 0.8, 0.5, 0.9]
    tape = record(step_with(optimizer, error_of_values), w, optimizer.init(w), 0.5, 1.0)
    assert "alias" not in str(tape).partition("kept:")[2]


def test_dampening_begins_with_a_branch_which_a_replay_notices():
    optimizer, w = optim.SGD.pure(momentum=0.9, dampening=0.5), [0.3, -0.2, 0.8, 0.5, 0.9]
    tape = record(step_with(optimizer, error_of_values), w, optimizer.init(w), 0.5, 1.0)
    _, w, state = tape.value(w, optimizer.init(w), 0.5, 1.0)
    with pytest.raises(BranchChanged):
        tape.value(w, state, 0.5, 1.0)


@each
def test_nothing_that_is_given_is_changed(kind, options):
    optimizer, w = kind.pure(**options), [np.ones(3), 2.0]
    state, gradients = optimizer.init(w), [np.full(3, 0.5), 0.25]
    before = repr((w, gradients, state))
    optimizer.update(w, gradients, state)
    assert repr((w, gradients, state)) == before


def step_of(w, gradient):
    adam = optim.Adam.pure()
    return adam.update([w], [gradient], adam.init([w]))


def test_an_option_may_be_another_in_a_step():
    sgd = optim.SGD.pure(lr=0.5)
    assert sgd.update([4.0], [1.0], sgd.init([4.0]), lr=0.25) == ([3.75], {"step": 1.0})


def test_float32_weights_keep_their_dtype():
    adam, w = optim.Adam.pure(), [np.ones(2, np.float32)]
    (new,), state = adam.update(w, w, adam.init(w))
    assert new.dtype == state["m"][0].dtype == np.float32


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: optim.Adam.pure(lr=-1.0), AutogradError, "lr"),
        (lambda: optim.SGD.pure().update([1.0], [1.0], {"step": 0.0}, beta=1.0), AutogradError, "has no option 'beta'"),
        (lambda: optim.SGD.pure().update([1.0], [1.0, 2.0], {"step": 0.0}), ShapeError, "gradients must be nested"),
        (lambda: optim.SGD.pure().update({"a": 1.0}, [1.0], {"step": 0.0}), ShapeError, "1 of them: got as many in other"),
        (lambda: step_of(np.ones((2, 8)), np.ones((8, 2))), ShapeError, r"gradient number 0 has shape \(8, 2\), .*2, 8"),
        (lambda: step_of(np.ones(8), np.ones((2, 8))), ShapeError, r"gradient number 0 has shape \(2, 8\)"),
        (lambda: optim.Adam.pure().init("hello"), DTypeError, "parameters are numbers and arrays, got 'hello'"),
        (lambda: optim.Adam.pure().update([1.0], [1.0], {"step": 0.0}), AutogradError, "a state is a dict of step, m, v"),
        (lambda: optim.Adam.pure().update([1.0], [1.0], [0.0]), AutogradError, "a state is a dict"),
    ],
)
def test_what_does_not_fit_is_an_error(call, kind, message):
    with pytest.raises(kind, match=message):
        call()
