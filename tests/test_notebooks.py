"""Do the notebooks run, say the same in both languages, and name no figure that no cell prints?"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
import pytest

from notebooks.build import pictures_of, solutions_of

FOLDER = Path(__file__).parents[1] / "notebooks"
EXECUTED, OTHER = "es", "en"
NUMBERS = sorted(text.name[:2] for text in (FOLDER / EXECUTED).glob("[0-9][0-9]_*.py"))
each = pytest.mark.parametrize("number", NUMBERS)
in_both = pytest.mark.parametrize("language", [EXECUTED, OTHER])


def text_of(language, number):
    (found,) = (FOLDER / language).glob(f"{number}_*.py")
    return found


def cells(notebook, kind):
    return [cell.source for cell in notebook.cells if cell.cell_type == kind]


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """All notebooks of one language, executed, two at a time: the reports by number, and where they were written."""
    folder = tmp_path_factory.mktemp("notebooks")
    # In the solutions, too, which a reader runs in the same kernel.
    done = subprocess.run(
        [sys.executable, FOLDER / "build.py", EXECUTED, "--solutions", "--to", folder],
        capture_output=True, text=True, timeout=600, env={**os.environ, "PYTHONWARNINGS": "default"},
    )  # fmt: skip
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(reports) == len(NUMBERS), done.stderr
    return {report["notebook"].split("/")[1][:2]: report for report in reports}, folder / EXECUTED


@each
def test_a_notebook_and_its_solutions_run_from_top_to_bottom(made, number):
    reports, _ = made
    report = reports[number]
    if report.get("error") == "DataMissing":
        pytest.skip(f"notebook {number}: {report['message'].splitlines()[-1]}")
    assert "error" not in report, report["message"]


@each
def test_both_languages_have_the_same_code_and_the_same_kinds_of_cells(number):
    mine, theirs = (jupytext.read(text_of(language, number)) for language in (EXECUTED, OTHER))
    assert [cell.cell_type for cell in mine.cells] == [cell.cell_type for cell in theirs.cells]
    theirs_code = [code.replace(f'lang = "{OTHER}"', f'lang = "{EXECUTED}"') for code in cells(theirs, "code")]
    assert cells(mine, "code") == theirs_code
    assert solutions_of(mine) == solutions_of(theirs)
    assert sum(f'lang = "{EXECUTED}"' in code for code in cells(mine, "code")) == 1


@each
@in_both
def test_a_notebook_asks_something_and_ends_with_three_exercises_whose_solutions_are_folded(language, number):
    prose = cells(jupytext.read(text_of(language, number)), "markdown")
    assert re.match(rf"# {int(number)}\. ", prose[0])
    assert "?" in prose[0]
    assert [re.search(rf"\*\*{n}\.\*\*", prose[-1]) is not None for n in (1, 2, 3, 4)] == [True, True, True, False]
    assert prose[-1].count("<details><summary>") == prose[-1].count("</details>") == 3


@each
@in_both
def test_the_ipynb_is_made_of_its_text_and_holds_outputs_without_errors(language, number):
    text = text_of(language, number)
    source, notebook = jupytext.read(text), nbformat.read(text.with_suffix(".ipynb"), as_version=4)
    assert [(c.cell_type, c.source) for c in notebook.cells] == [(c.cell_type, c.source) for c in source.cells], (
        f"the text changed: make notebooks, or python notebooks/build.py {language} --only {number}"
    )
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert outputs
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output.text for output in outputs if output.get("name") == "stderr"]


@each
@in_both
def test_every_figure_in_the_prose_stands_in_a_cell(language, number):
    notebook = nbformat.read(text_of(language, number).with_suffix(".ipynb"), as_version=4)
    printed = "\n".join(cells(notebook, "code"))
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            printed += "\n".join(["", output.get("text", ""), data.get("text/plain", ""), data.get("text/markdown", "")])
    for prose in cells(notebook, "markdown"):
        without_code = re.sub(r"```.*?```", "", prose, flags=re.S)
        for figure in re.findall(r"(?<![\d.])\d+\.\d+(?![\d.])", without_code):
            assert figure in printed, f"{figure} is typed in the prose, and no cell prints it"


def test_the_pictures_in_the_readme_are_those_that_notebooks_show():
    readme = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"\]\((notebooks/pictures/[^)]+)\)", readme)
    assert len(named) == len(list((FOLDER / "pictures").iterdir())) > 0
    for name in named:
        picture = FOLDER.parent / name
        notebook = nbformat.read((FOLDER / OTHER / picture.stem).with_suffix(".ipynb"), as_version=4)
        assert pictures_of(notebook)[picture.suffix[1:]] == picture.read_bytes()


def test_both_languages_have_the_same_notebooks_in_order():
    found = {language: [p.name[:2] for p in sorted((FOLDER / language).glob("*.py"))] for language in (EXECUTED, OTHER)}
    assert found[EXECUTED] == found[OTHER] == [f"{n:02}" for n in range(1, len(NUMBERS) + 1)]
    stray = [p for p in FOLDER.rglob("*.ipynb") if not p.with_suffix(".py").exists()]
    assert stray == []


def test_the_full_table_of_sha_is_within_a_hundredth_of_the_published():
    # arXiv 2412.18576: the accuracies from the logarithms of all invariants but one.
    published = {"special_value": 0.709, "torsion": 0.990, "real_period": 0.637, "regulator": 0.988, "tamagawa": 0.911}
    full = json.loads((FOLDER / "results" / "sha_full.json").read_text(encoding="utf-8"))
    for left_out, accuracy in published.items():
        found = full["accuracy"]["log"][left_out]
        assert len(found) == len(full["seeds"])
        assert sum(found) / len(found) == pytest.approx(accuracy, abs=0.01), left_out
