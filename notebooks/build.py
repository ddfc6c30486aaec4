"""Make the notebooks: the texts in es/ and en/ become .ipynb files with outputs.

    python notebooks/build.py                       # all of them, beside their texts
    python notebooks/build.py es --to FOLDER        # one language, elsewhere
    python notebooks/build.py en --only 03 --only 07
    python notebooks/build.py --full --curves FOLDER --to FOLDER

A text is in the percent format of jupytext: Python that runs as it is, in its own
folder, with the prose in comments. `make notebooks` has installed what this needs.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import os
import re
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from PIL import Image

from autograd.files import write_whole

HERE = Path(__file__).parent
LANGUAGES = ("es", "en")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_SECONDS = {False: 300, True: 7200}  # for one cell, with the data that comes along and with the full tables


def texts(language: str) -> list[Path]:
    """Return the texts of a language, in order."""
    return sorted((HERE / language).glob("[0-9][0-9]_*.py"))


def notebook_of(text: Path) -> Any:
    """Return a notebook without outputs, which is the same each time it is made."""
    notebook = jupytext.read(text)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    return notebook


def solutions_of(notebook: Any) -> list[str]:
    """Return the code of the folded solutions."""
    folded = [part for cell in notebook.cells for part in re.findall(r"<details>.*?</details>", cell.source, re.S)]
    return [code for part in folded for code in re.findall(r"```python\n(.*?)```", part, re.S)]


def executed(notebook: Any, folder: Path, *, full: bool = False) -> Any:
    """Run a notebook from top to bottom in a kernel of its own, and return it with its outputs.

    Raises:
        CellExecutionError: a cell raised.
    """
    client = NotebookClient(
        notebook, timeout=_SECONDS[full], kernel_name="python3", record_timing=False, coalesce_streams=True,
        extra_arguments=["--IPKernelApp.log_level=40"],  # not what it says of its sockets
        resources={"metadata": {"path": str(folder)}},
    )  # fmt: skip
    return client.execute()


def with_small_pictures(notebook: Any) -> Any:
    """Return a notebook whose drawings have 256 colours, a third of their size; the eye sees no difference."""
    for data in (output.data for cell in notebook.cells for output in cell.get("outputs", ()) if "data" in output):
        if "image/png" in data:
            drawn = Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).convert("RGB")
            small = io.BytesIO()
            drawn.quantize(256, dither=Image.Dither.NONE).save(small, "png", optimize=True)
            data["image/png"] = base64.b64encode(small.getvalue()).decode()
    return notebook


def pictures_of(notebook: Any) -> dict[str, bytes]:
    """Return the pictures that go into the README, by the ending of their files: of cells with the tag "picture"."""
    shown = [cell.outputs for cell in notebook.cells if "picture" in cell.metadata.get("tags", ())]
    found: dict[str, bytes] = {}
    for data in (output.data for outputs in shown for output in outputs if "data" in output):
        if "image/svg+xml" in data:
            found["svg"] = data["image/svg+xml"].encode()
        elif "image/png" in data:
            found["png"] = base64.b64decode(data["image/png"])
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the notebooks that were asked for; print a line of JSON for each, and what goes on to the other stream."""
    parser = _parser()
    options = parser.parse_args(arguments)
    numbers = [number.zfill(2) for number in options.only or ()]
    known = [text.name[:2] for text in texts(LANGUAGES[0])]
    if unknown := [number for number in numbers if number not in known]:
        parser.error(f"there is no notebook {', '.join(unknown)}: {known[0]} to {known[-1]}")
    if unknown := [language for language in options.languages if language not in LANGUAGES]:
        parser.error(f"there is no notebook in {', '.join(unknown)}: {' and '.join(LANGUAGES)}")
    if options.curves and not options.curves.is_dir():
        parser.error(f"there is no folder {options.curves}")
    if options.full and not options.curves:
        print("without --curves notebooks 11 and 12 keep to the tables that come along", file=sys.stderr)
    # One thread for each kernel: two run at a time, and sums come out the same on every machine.
    os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    if options.full:
        os.environ["WENGERT_FULL"] = "1"
    if options.curves:
        os.environ["WENGERT_CURVES"] = str(options.curves.resolve())
    chosen = [
        text for language in options.languages or LANGUAGES for text in texts(language)
        if not numbers or text.name[:2] in numbers
    ]  # fmt: skip
    failed = False
    with ThreadPoolExecutor(max(1, options.jobs)) as pool:
        try:
            for made in as_completed([pool.submit(_make, text, options) for text in chosen]):
                print(json.dumps(made.result()), flush=True)
                failed |= "error" in made.result()
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
            os._exit(130)  # kernels end when nobody is there any more, and threads that wait for them would wait on
    return int(failed)


def _make(text: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Make one notebook, and report on it."""
    name, began = f"{text.parent.name}/{text.stem}", time.perf_counter()
    print(f"{name} …", file=sys.stderr, flush=True)
    report: dict[str, Any] = {"notebook": name}
    folder = text.parent if options.to is None else options.to / text.parent.name
    try:
        notebook = notebook_of(text)
        if options.solutions:
            notebook.cells += [nbformat.v4.new_code_cell(code) for code in solutions_of(notebook)]
        notebook = with_small_pictures(executed(notebook, text.parent, full=options.full))
    except CellExecutionError as error:
        report |= {"error": error.ename, "message": _COLOUR.sub("", str(error)).strip()}
        print(f"{name}: {report['message'].splitlines()[-1]}", file=sys.stderr)
    else:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / f"{text.stem}.ipynb", nbformat.writes(notebook) + "\n")
        if folder == HERE / "en":
            for ending, picture in pictures_of(notebook).items():
                write_whole(HERE / "pictures" / f"{text.stem}.{ending}", picture)
    return report | {"seconds": round(time.perf_counter() - began, 1)}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Make the notebooks: texts become .ipynb files with outputs.")
    parser.add_argument("languages", nargs="*", help="es, en (default: both)")
    parser.add_argument("--only", action="append", metavar="NUMBER", help="such as 03; may be repeated (default: all)")
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="where to write (default: beside the texts)")
    parser.add_argument("--solutions", action="store_true", help="run the solutions of the exercises as well")
    parser.add_argument("--full", action="store_true", help="run on the full data, which is fetched once")
    parser.add_argument("--curves", type=Path, metavar="FOLDER", help="the full tables of elliptic curves; writes results/")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time (default: 2)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
