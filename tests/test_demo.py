"""Does the demonstration show what it says: the slide's numbers, a border between moons, digits that are read?"""

import re
import sys

import pytest

from autograd.demo import run

pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """What the demonstration prints, and the folder it writes to."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        lines = []
        patch.setattr(sys, "stdout", Recorder(lines))
        run(folder)
    return "".join(lines), folder


class Recorder:
    encoding = "utf-8"

    def __init__(self, lines):
        self.write = lines.append

    def flush(self): ...


def number(pattern, text):
    [found] = re.findall(pattern, text)
    return float(found)


def test_the_worked_example_is_the_slides_to_the_last_digit(shown):
    text, _ = shown
    assert number(r"to the slide (\S+),", text) < 1e-15
    assert number(r"to central differences (\S+)\n", text) < 1e-9


def test_the_moons_are_told_apart(shown):
    assert number(r"step  60  loss \S+  accuracy +(\d+)%", shown[0]) >= 98


def test_at_least_95_percent_of_the_unseen_digits_are_read(shown):
    assert number(r"Test accuracy (\S+)%", shown[0]) >= 95


def test_every_file_is_named_and_a_picture_or_a_page(shown):
    text, folder = shown
    files = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    assert sorted(files) == ["misread_digits.svg", "moons.svg", "worked_example.html", "worked_example.svg"]
    for name, content in files.items():
        assert str(folder / name) in text
        assert content.rstrip().endswith("</svg>" if name.endswith("svg") else "</html>")


def test_each_misread_digit_is_drawn(shown):
    text, folder = shown
    titles = re.findall(r"<!-- \d → \d -->", (folder / "misread_digits.svg").read_text(encoding="utf-8"))
    assert len(titles) == number(r"%: (\d+) of", text)


def test_without_matplotlib_the_demonstration_goes_on_and_says_what_is_missing(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    run(tmp_path)
    text = capsys.readouterr().out
    assert text.count('pip install "wengert[plot]"') == 2
    assert "Test accuracy" in text
    assert not (tmp_path / "moons.svg").exists()
