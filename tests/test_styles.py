"""Do the three styles that the course compares train the same network to the same numbers?"""

import numpy as np
import pytest

import nn
import optim
from autograd import AutogradError, Tensor, relu

DATA = nn.data.blobs(90, centers=3, std=2.0, rng=0)
SETTINGS = {"epochs": 4, "batch_size": 16, "rng": 1, "verbose": 0}
STATE = nn.Sequential(nn.Flatten(), nn.Linear(2, 8, rng=0), nn.ReLU(), nn.Linear(8, 3, rng=1)).state_dict()


def in_keras_words():
    model = nn.Sequential([nn.Flatten(), nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 3)])
    model.load_state_dict(STATE)
    model.compile(optimizer=optim.Adam, loss="cross_entropy", metrics=["accuracy"])
    history = model.fit(DATA.x, DATA.t, **SETTINGS)
    return history["loss"], model.predict(DATA.x)


def with_plain_functions():
    W1, b1, W2, b2 = (Tensor(array, requires_grad=True) for array in STATE.values())

    def model(x):
        x = x.reshape((len(x), -1))
        return relu(x @ W1.T + b1) @ W2.T + b2

    optimizer = optim.Adam([W1, b1, W2, b2])
    history = nn.fit(model, DATA, loss=nn.functional.cross_entropy, optimizer=optimizer, **SETTINGS)
    return history["loss"], nn.predict(model, DATA.x)


def with_a_class():
    class Network(nn.Module):
        def __init__(self):
            self.flatten, self.dense1, self.dense2 = nn.Flatten(), nn.Linear(2, 8), nn.Linear(8, 3)

        def forward(self, x):
            return self.dense2(relu(self.dense1(self.flatten(x))))

    model = Network()
    model.load_state_dict(dict(zip(dict(model.named_parameters()), STATE.values(), strict=True)))
    optimizer, criterion, losses = optim.Adam(model.parameters()), nn.CrossEntropyLoss(), []
    loader = nn.data.DataLoader(DATA, batch_size=16, shuffle=True, rng=1)
    for _ in range(4):
        total = 0.0
        for x, t in loader:
            loss = criterion(model(x), t)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += len(t) * loss.item()
        losses.append(total / len(DATA))
    return losses, model(Tensor(DATA.x)).detach().numpy()


def test_three_styles_agree_to_the_twelfth_digit():
    losses, outputs = in_keras_words()
    assert losses[-1] < losses[0]
    for other_losses, other_outputs in (with_plain_functions(), with_a_class()):
        assert np.allclose(losses, other_losses, rtol=0, atol=1e-12)
        assert np.allclose(outputs, other_outputs, rtol=0, atol=1e-12)


def test_nothing_is_trained_before_compile():
    with pytest.raises(AutogradError, match="Sequential has no loss and no optimizer yet: call compile first"):
        nn.Sequential(nn.Linear(2, 1)).fit(DATA.x, DATA.t)


def test_targets_are_needed_beside_an_array():
    model = nn.Sequential(nn.Linear(2, 3))
    model.compile(optim.Adam, "cross_entropy")
    with pytest.raises(AutogradError, match="fit and evaluate need targets y, or a Dataset or DataLoader as x"):
        model.fit(DATA.x)


def test_a_loss_that_was_compiled_is_no_part_of_the_network():
    model = nn.Sequential(nn.Linear(2, 3))
    before = repr(model)
    model.compile(optim.Adam, nn.CrossEntropyLoss(weight=Tensor([1.0, 1.0, 1.0], requires_grad=True)))
    assert repr(model) == before
