"""Is descent on the perceptron loss the perceptron algorithm, from w = 0 on, and does it end within Novikoff's bound?

    python tests/test_loss_perceptron.py    # prints the updates beside the bound
"""

import numpy as np
import pytest

from autograd import GradientError, Tensor, Value, dot
from nn.loss import PerceptronLoss, hinge_loss, perceptron_loss, zero_one_loss


def separable(seed, samples=40, dimensions=3, gap=0.1):
    """Draw points with a 1 in front (so that w₀ is the bias), and labels that a hyperplane separates by a gap."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=dimensions + 1)
    truth /= np.linalg.norm(truth)
    x = np.column_stack([np.ones(20 * samples), rng.uniform(-1, 1, (20 * samples, dimensions))])
    x = x[np.abs(x @ truth) > gap][:samples]
    return x, np.sign(x @ truth), truth


def by_the_algorithm(x, y):
    """Rosenblatt's algorithm: w ← w + y x where y ⟨w, x⟩ ≤ 0, until nothing is wrong. Return all weights on the way."""
    w, path = np.zeros(x.shape[1]), []
    while not path or not np.all(y * (x @ w) > 0):
        for point, label in zip(x, y, strict=True):
            if label * (point @ w) <= 0:
                w = w + label * point
            path.append(w)
        assert len(path) < 100_000
    return path


def descended(loss, x, y, epochs):
    """Descend on a loss with rate 1, one sample at a time, on Values; return all weights on the way."""
    w, path = [Value(0.0) for _ in x[0]], []
    for _ in range(epochs):
        for point, label in zip(x, y, strict=True):
            loss(dot(w, point.tolist()), label).backward()
            for v in w:
                v.data -= v.grad
                v.zero_grad()
            path.append([v.data for v in w])
    return path


@pytest.mark.parametrize("seed", range(5))
def test_from_0_descent_on_the_perceptron_loss_takes_the_perceptrons_steps_and_no_others(seed):
    x, y, _ = separable(seed)
    expected = by_the_algorithm(x, y)
    assert np.array_equal(descended(perceptron_loss, x, y, len(expected) // len(x)), expected)


def updates_and_bound(seed):
    """Return how many updates descent from w = 0 makes, the bound (R / γ)², and the zero-one loss at its end."""
    x, y, truth = separable(seed)
    epochs = len(by_the_algorithm(x, y)) // len(x)
    path = np.array(descended(PerceptronLoss(), x, y, epochs))
    updates = np.count_nonzero(np.any(np.diff(path, axis=0, prepend=np.zeros((1, x.shape[1]))) != 0, axis=1))
    radius, margin = np.max(np.linalg.norm(x, axis=1)), np.min(y * (x @ truth))
    return updates, (radius / margin) ** 2, zero_one_loss(x @ path[-1], y)


@pytest.mark.parametrize("seed", range(5))
def test_the_number_of_its_updates_is_within_the_bound(seed):
    updates, bound, wrong = updates_and_bound(seed)
    assert 0 < updates <= bound
    assert wrong == 0.0


def test_on_a_tensor_the_first_batch_steps_by_the_mean_of_all_samples():
    x, y, _ = separable(0)
    w = Tensor(np.zeros(4), requires_grad=True)
    perceptron_loss(Tensor(x) @ w, y).backward()
    np.testing.assert_allclose(w.grad, -(y[:, None] * x).mean(axis=0), rtol=1e-12)


def test_the_slides_surrogate_and_the_zero_one_loss_never_move():
    x, y, _ = separable(0)
    assert not np.any(descended(zero_one_loss, x, y, 2))


def test_descent_on_the_hinge_loss_goes_on_where_the_perceptron_is_content():
    x, y, _ = separable(0)
    w = np.array(by_the_algorithm(x, y)[-1])
    w = Tensor(w / np.max(np.abs(x @ w)), requires_grad=True)
    perceptron_loss(Tensor(x) @ w, y).backward()
    assert not np.any(w.grad.numpy())
    w.zero_grad()
    hinge_loss(Tensor(x) @ w, y).backward()
    assert np.any(w.grad.numpy())


def test_a_loss_of_constants_has_nothing_to_differentiate():
    with pytest.raises(GradientError):
        perceptron_loss(Tensor([0.5]), [1]).backward()


if __name__ == "__main__":
    for seed in range(5):
        updates, bound, _ = updates_and_bound(seed)
        print(f"40 points in three dimensions, seed {seed}: {updates} updates, at most {bound:.0f}")
