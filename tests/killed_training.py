"""Does a training that is killed over and over, at any moment, end with the numbers of one that never was?

    python tests/killed_training.py 50

starts a training with a checkpoint so many times and kills it (SIGKILL) each time after a random while, lets it go on to
its end, compares it with a training that nobody disturbed, and prints what happened.
"""

import os

# Before numpy is loaded: a process with threads of its own cannot be forked safely.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import random
import signal
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np

import nn
import optim
from nn.saving.archive import Archive
from nn.saving.packing import unpack

EPOCHS = 400
LONGEST = 0.06  # seconds until a kill: some epochs, and as many files


def train(path):
    """Train a network that draws random numbers itself; optimizer, schedule and callbacks have a memory too."""
    model = nn.Sequential(
        nn.Linear(2, 64, rng=0), nn.BatchNorm1d(64), nn.Dropout(0.2, rng=1), nn.ReLU(), nn.Linear(64, 2, rng=2)
    )
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    callbacks = [
        nn.ScheduleLR(optim.CosineAnnealingLR(optimizer, T_max=EPOCHS)),
        nn.EarlyStopping(patience=EPOCHS, restore_best_weights=True),
        nn.Checkpoint(path, resume=True),
    ]
    data = nn.data.moons(40, noise=0.2, rng=0)
    nn.fit(model, data, loss="cross_entropy", optimizer=optimizer, epochs=EPOCHS, batch_size=20, validation=0.25,
           metrics=["accuracy"], callbacks=callbacks, rng=3, verbose=0)  # fmt: skip


def forked(path):
    """Start a process that trains, and return its number."""
    child = os.fork()
    if not child:
        train(path)
        os._exit(0)
    return child


def content(path):
    """Return the arrays of a checkpoint; reading it checks their checksums."""
    archive = Archive(path)
    return {name: archive.read(name) for name in archive.headers}


def kill_over_and_over(path, kills, chance):
    """Kill a training so many times; return how often it was writing, and how many epochs stood in the file each time."""
    drafts, epochs = 0, []
    for _ in range(kills):
        child = forked(path)
        time.sleep(chance.uniform(0, LONGEST))
        os.kill(child, signal.SIGKILL)
        how = os.waitpid(child, 0)[1]
        if not os.WIFSIGNALED(how):
            raise SystemExit(f"a training ended before it was killed: status {how}")
        drafts += any(path.parent.glob(f".{path.name}.*"))
        epochs.append(len(unpack(content(path))["history"]) if path.exists() else 0)
    return drafts, epochs


def main(kills, seed=0):
    """Print what happened; return 0 if the two trainings are equal to the last bit."""
    with tempfile.TemporaryDirectory() as folder:
        whole, killed = Path(folder, "whole.npz"), Path(folder, "killed.npz")
        start = time.perf_counter()
        train(whole)
        undisturbed = time.perf_counter() - start
        drafts, epochs = kill_over_and_over(killed, kills, random.Random(seed))
        train(killed)
        a, b = content(whole), content(killed)
        left = [path.name for path in Path(folder).iterdir() if path not in (whole, killed)]
    backwards = sum(after < before for before, after in pairwise(epochs))
    equal = a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)
    print(f"{kills} kills in epochs {epochs[0]} to {epochs[-1]} of {EPOCHS}, {drafts} of them while the file was written")
    print(f"a training that nobody kills takes {undisturbed:.1f} s")
    print(f"after each kill the file could be read; epochs lost {backwards}, drafts left over {len(left)}")
    print(f"{len(a)} arrays, {sum(x.size for x in a.values())} numbers: {'equal to the last bit' if equal else 'DIFFERENT'}")
    return 0 if equal and not backwards and not left else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50, int(sys.argv[2]) if len(sys.argv) > 2 else 0))
