"""Does a training that goes on from its state compute the same numbers, to the last bit?"""

import copy

import numpy as np
import pytest

import nn
import optim
from autograd import AutogradError

DATA = nn.data.moons(60, noise=0.1, rng=0)


class Going(nn.Callback):
    """Goes on from a state, if there is one, and keeps the state of each epoch."""

    last = True

    def __init__(self, state=None):
        self.state, self.kept = state, []

    def on_train_begin(self, run):
        if self.state is not None:
            run.load_state_dict(self.state)

    def on_epoch_end(self, run):
        self.kept.append(copy.deepcopy(run.state_dict()))


def train(going, epochs, seed=0, width=8):
    """Train a network that draws random numbers itself, with an optimizer, a schedule and a callback that have a memory."""
    model = nn.Sequential(nn.Linear(2, width, rng=seed), nn.Dropout(0.5, rng=seed), nn.ReLU(), nn.Linear(width, 2, rng=seed))
    optimizer = optim.Adam(model.parameters(), lr=0.02)
    callbacks = [going, nn.ScheduleLR(optim.ExponentialLR(optimizer, gamma=0.9)), nn.EarlyStopping(patience=99)]
    history = nn.fit(model, DATA, loss=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=epochs, batch_size=16,
                     validation=0.2, metrics=["accuracy"], callbacks=callbacks, rng=seed, verbose=0)  # fmt: skip
    return history, model


@pytest.mark.parametrize("stopped_after", [1, 3])
def test_a_training_that_goes_on_is_equal_to_one_that_never_stopped_to_the_last_bit(stopped_after):
    whole, model = train(Going(), 5)
    begun = Going()
    train(begun, stopped_after)
    # Seeds of its own: all that is drawn from then on comes from the state.
    resumed, other = train(Going(begun.kept[-1]), 5, seed=7)
    assert resumed.rows == whole.rows
    assert all((p.data == q.data).all() for p, q in zip(model.parameters(), other.parameters(), strict=True))


def test_a_state_of_another_network_is_refused_and_changes_nothing():
    begun = Going()
    train(begun, 1)
    seen = {}

    class Looking(Going):
        def on_train_begin(self, run):
            before = copy.deepcopy(run.state_dict())
            with pytest.raises(AutogradError, match="needs shape"):
                run.load_state_dict(self.state)
            seen["same"] = all(np.array_equal(before["model"][k], v) for k, v in run.state_dict()["model"].items())

    train(Looking(begun.kept[0]), 1, width=4)
    assert seen["same"]
