"""How are the numbers of each epoch written into a table?"""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import Any

from autograd.files import write_whole
from nn.saving.errors import check_folder
from nn.training.callback import Callback
from nn.training.run import Run


class CSVLog(Callback):
    """Writes the history as CSV after each epoch: a row an epoch, a column for each number.

    The whole table is written anew each time, so that it is complete at every moment, and right after a resume.

    Args:
        path: the file, in a folder that exists.

    Raises:
        AutogradError: when training begins: there is no such folder.
        OSError: when an epoch is over: the file cannot be written.
    """

    last = True

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def on_train_begin(self, run: Run) -> None:
        check_folder(self.path, "table")

    def on_epoch_end(self, run: Run) -> None:
        text = io.StringIO()
        names = run.history.names
        table = csv.DictWriter(text, ["epoch", *names], lineterminator="\n")
        table.writeheader()
        for epoch, row in enumerate(run.history.rows, 1):
            table.writerow({"epoch": epoch, **{name: _cell(number) for name, number in row.items()}})
        write_whole(self.path, text.getvalue())


def _cell(number: Any) -> Any:
    """Return what is written into a cell: of an array all numbers, on one line, where numpy leaves some out."""
    return number.tolist() if getattr(number, "ndim", 0) else number
