"""How does a training go on as if it had never been stopped?

A checkpoint is written beside the last one and takes its place whole. So a process that is killed at any moment, also
while it writes, leaves the last good one.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from autograd import AutogradError
from autograd.errors import at
from autograd.files import remove_drafts
from nn.linear import counts
from nn.saving.archive import Archive, write_archive
from nn.saving.errors import check_folder, fault
from nn.saving.packing import pack, unpack
from nn.training.run import Run
from nn.training.watching import Watch

_FORMAT = "wengert checkpoint 1"


class Checkpoint(Watch):
    """Saves a training after each epoch, so that it can go on from there as if it had not stopped.

    In the file are the model, the optimizer, the callbacks (schedules, early stopping), the history, and where random
    numbers are drawn from. A training that goes on from it computes the same numbers to the last bit, on the same
    machine with the same data. ``nn.load(path, into=model)`` takes the model alone.

    The network in the file is that after the epoch it was written, also where ``restore_best_weights`` of `EarlyStopping`
    puts an earlier one back when training ends; ``monitor=`` keeps the best one. Learning rates and all other settings of
    the optimizer and of schedules come from the file when a training goes on.

    Args:
        path: the file, ending in ``.npz``, in a folder that exists.
        resume: if the file is there, does training go on from it, up to the epoch that `fit` was told? (default False)
        every: save after every so many epochs, and after the last. (default 1)
        monitor: save only where this number, such as "val_loss", is the best of all that were looked at. (default: always)
        mode: "min", "max" or "auto" for the monitor. (default "auto": by the name)

    Raises:
        AutogradError: a setting makes no sense; when training begins: there is no such folder, or the file is that of
            another training; when saving: there is something in the training that cannot be saved.
        FileError: when training begins: the file is damaged, or no checkpoint.
        OSError: when saving: the file cannot be written.

    >>> import nn, optim, tempfile
    >>> def train(epochs, path):
    ...     model = nn.Linear(2, 2, rng=0)
    ...     return nn.fit(model, nn.data.moons(60, rng=0), loss="cross_entropy", optimizer=optim.Adam(model.parameters()),
    ...                   epochs=epochs, callbacks=[nn.Checkpoint(path, resume=True)], rng=0, verbose=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     stopped, resumed = train(2, f"{folder}/run.npz"), train(5, f"{folder}/run.npz")
    ...     whole = train(5, f"{folder}/another.npz")
    >>> len(stopped.rows), len(resumed.rows), resumed["loss"] == whole["loss"]
    (2, 5, True)
    """

    last = True

    def __init__(
        self, path: str | os.PathLike[str], *, resume: bool = False, every: int = 1, monitor: str | None = None,
        mode: str = "auto",
    ) -> None:  # fmt: skip
        super().__init__(monitor, mode=mode)
        counts(every=every)
        self.path = Path(path)
        if self.path.suffix != ".npz":
            raise AutogradError(f"a checkpoint is a file that ends in .npz, got {str(path)!r}{at()}")
        self.resume, self.every = resume, every

    def on_train_begin(self, run: Run) -> None:
        check_folder(self.path, "checkpoint")
        remove_drafts(self.path)  # left by a process that was killed while it wrote
        if self.resume and self.path.exists():
            state = _read(self.path)
            try:
                run.load_state_dict(state)
            except Exception as error:  # what the parts of a garbled file can raise has no end
                known = isinstance(error, AutogradError)
                said = str(error).removesuffix(at()) if known else f"{type(error).__name__}: {error}"
                raise AutogradError(f"{self.path} is a checkpoint of another training: {said}{at()}") from error
            run.resumed = str(self.path)

    def on_epoch_end(self, run: Run) -> None:
        due = run.epoch % self.every == 0 or run.epoch == run.epochs or run.stopped
        if due and (self.monitor is None or self.better(run)):
            write_archive(self.path, pack({"format": _FORMAT, **run.state_dict()}))

    def state_dict(self) -> dict[str, Any]:
        return {} if self.monitor is None else super().state_dict()


def _read(path: Path) -> dict[str, Any]:
    archive = Archive(path)
    tree = unpack({name: archive.read(name) for name in archive.headers}, str(path))
    if not isinstance(tree, dict) or tree.get("format") != _FORMAT:
        raise fault(path, f"it is not marked as {_FORMAT!r}")
    return tree
