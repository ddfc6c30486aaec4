"""Does the README do what it says?

Its blocks are run in the order they are read: a Python snippet sees the names of those above it, and a
`$ wengert` line has to print what is shown under it, where a line `...` stands for any lines.
"""

import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ["README.md"]
FENCE = re.compile(r"^```(?P<language>[\w-]*)[^\n]*\n(?P<text>.*?)^```\s*$", re.MULTILINE | re.DOTALL)
PYTHON = {"python"}
CONSOLE = {"", "bash", "console", "sh", "shell", "text"}


class Block(NamedTuple):
    """A fenced block, with the line of the document its text begins on."""

    language: str
    text: str
    line: int


def blocks(document: str) -> list[Block]:
    """Return the fenced blocks of a Markdown text, in order."""
    return [
        Block(found["language"], found["text"], document.count("\n", 0, found.start("text")) + 1)
        for found in FENCE.finditer(document)
    ]


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Yield each `$ ` command of a console block and the output shown under it."""
    for part in re.split(r"^\$ ", text.replace("\\\n", " "), flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def tidy(text: str) -> str:
    """Drop the white space that cannot be seen on a page: at line ends and around the whole."""
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines()).rstrip()


def matches(shown: str, printed: str) -> bool:
    """Tell whether the printed text is the shown one, a line `...` standing for any lines, or none."""
    lines = tidy(shown).split("\n")
    pattern = "".join(r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line + "\n") for line in lines)
    return re.fullmatch(pattern, tidy(printed) + "\n") is not None


def run_python(block: Block, namespace: dict[str, object], name: str) -> None:
    """Run a snippet so that a traceback, and an error of the library, names its line in the document."""
    exec(compile("\n" * (block.line - 1) + block.text, name, "exec"), namespace)


def run_console(block: Block) -> None:
    """Run the `wengert` lines of a block in this process and compare what they print with what is shown."""
    from autograd.cli import main

    for command, shown in commands(block.text):
        program, *arguments = shlex.split(command, comments=True)
        if program != "wengert":
            continue
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            try:
                status = main(arguments)
            except SystemExit as leaving:  # how argparse ends --help
                status = leaving.code
        printed = output.getvalue()
        assert not status, f"$ {command}\n{printed}"
        if shown.strip():
            assert matches(shown, printed), f"$ {command}\nshown:\n{shown}\nprinted:\n{printed}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_snippet_runs_and_every_command_prints_what_is_shown(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")  # argparse wraps its help to the terminal
    namespace: dict[str, object] = {"__name__": "__main__"}
    for block in blocks((ROOT / name).read_text(encoding="utf-8")):
        if block.language in PYTHON:
            run_python(block, namespace, name)
        elif block.language in CONSOLE:
            run_console(block)


def migrations() -> list[tuple[str, str]]:
    """Return the lines of the table of other libraries: what stands there, and the code that stands here."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.split("## Coming from another library")[1].split("\n## ")[0]
    cells = [line.strip("|").split(" | ") for line in section.splitlines() if line.startswith("| ") and "`" in line]
    return [(there.strip(), here.strip(" |`")) for _, there, here in cells]


@pytest.mark.parametrize(("there", "here"), migrations())
def test_every_line_for_users_of_another_library_runs(there, here):
    names: dict[str, object] = {}
    exec("import numpy as np, nn, optim; from autograd import *", names)
    exec("v = Value(0.5); x = Tensor([[1., 2.]]); a = np.array([1., 2.]); f = lambda z: (z * z).sum()", names)
    exec(compile(here, "README.md", "exec"), names)


def test_blocks_keep_their_order_language_and_line():
    document = "# Title\n\n```python\nx = 1\n```\n\ntext\n\n```console\n$ wengert demo\nhello\n```\n"
    assert blocks(document) == [
        Block("python", "x = 1\n", 4),
        Block("console", "$ wengert demo\nhello\n", 10),
    ]


def test_a_failing_snippet_names_its_line_in_the_document():
    with pytest.raises(ZeroDivisionError) as failure:
        run_python(Block("python", "x = 1\nx / 0\n", 40), {}, "README.md")
    last = failure.traceback[-1]
    assert (str(last.path).endswith("README.md"), last.lineno + 1) == (True, 41)


def test_a_command_ends_where_the_next_begins_and_may_be_continued_on_a_second_line():
    text = "$ wengert a \\\n  b\none\ntwo\n$ make\n"
    assert [(shlex.split(command), shown) for command, shown in commands(text)] == [
        (["wengert", "a", "b"], "one\ntwo\n"),
        (["make"], ""),
    ]


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a\nb\n", "a\nb  \n\n", True),
        ("a\n...\nz\n", "a\nb\nc\nz\n", True),
        ("a\n...\n", "a\n", True),
        ("a\n...\n", "b\n", False),
        ("a\n", "a\nb\n", False),
        ("1.0\n", "1x0\n", False),
    ],
)
def test_output_is_compared_line_by_line_and_three_dots_stand_for_any_lines(shown, printed, same):
    assert matches(shown, printed) is same
