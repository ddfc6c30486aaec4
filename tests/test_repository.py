"""Is the repository in order: one version, typed packages, no traces of a machine, a wheel that runs?"""

import ast
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path

import pytest

from autograd.version import __version__

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("autograd", "nn", "optim")
# Spelled as a group, so that this line does not match itself.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|Users|work)/\w|[A-Z]:\\+Users\\")


def repository_files() -> list[Path]:
    """Return the files that are, or are about to be, in the repository: what git does not ignore."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout: git cannot say which files belong to it")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [file for name in listed.split("\0") if name and (file := ROOT / name).is_file()]


def text_of(file: Path) -> str:
    """Return the text of a file, empty for one that is not text."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def names(files: list[Path]) -> list[str]:
    return sorted(file.relative_to(ROOT).as_posix() for file in files)


def test_the_version_is_written_in_one_place():
    # micrograd, the peer of the benchmarks, happens to have had a version of the same number.
    written = re.compile(rf"(?<!micrograd )(?<![\w.]){re.escape(__version__)}(?![\w.])")
    where = [
        file
        for file in repository_files()
        if file.suffix in {".py", ".pyi", ".toml", ".cfg", ".cff", ".md"} and written.search(text_of(file))
    ]
    # The change log is the history of versions, so it names them all.
    assert names([file for file in where if file.name != "CHANGELOG.md"]) == ["autograd/version.py"]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_tells_type_checkers_that_it_is_typed(package):
    assert (ROOT / package / "py.typed").is_file()


def test_every_package_directory_is_listed_for_the_wheel():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folders = [file.parent for name in PACKAGES for file in (ROOT / name).rglob("__init__.py")]
    found = [".".join(folder.relative_to(ROOT).parts) for folder in folders]
    assert sorted(project["tool"]["setuptools"]["packages"]) == sorted(found)


def test_no_file_holds_a_path_of_someones_machine():
    assert names([file for file in repository_files() if MACHINE_PATH.search(text_of(file))]) == []


def test_a_path_of_a_machine_is_recognised_and_an_address_is_not():
    assert MACHINE_PATH.search("at " + "/".join(["", "home", "ada", "train.py"]))
    assert MACHINE_PATH.search('"C:' + r"\Users\ada")
    assert not MACHINE_PATH.search("https://example.org/home/page, a/work/b, ~/work")


def test_every_source_file_opens_with_a_sentence_or_a_question():
    def opens_well(file: Path) -> bool:
        docstring = ast.get_docstring(ast.parse(text_of(file))) or ""
        return docstring.split("\n")[0].endswith((".", "?"))

    # The text of a notebook opens with its title, which test_notebooks looks at.
    notebooks = (ROOT / "notebooks" / "es", ROOT / "notebooks" / "en")
    sources = [file for file in repository_files() if file.suffix == ".py" and file.parent not in notebooks]
    assert names([file for file in sources if not opens_well(file)]) == []


def test_the_wheel_installs_alone_and_runs_the_demo(tmp_path):
    wheel = build_wheel(tmp_path)
    assert wheel.name.startswith(f"wengert-{__version__}-")

    environment = tmp_path / "environment"
    venv.create(environment)
    base = {"base": str(environment), "platbase": str(environment)}
    library, scripts = (Path(sysconfig.get_path(kind, "venv", base)) for kind in ("purelib", "scripts"))
    python = str(scripts / "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    run([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], tmp_path)
    # The dependencies come from the tests' environment, after the clean one's own packages. Python reads
    # no .pth file in a folder that a .pth file names, so an editable install of this checkout stays unseen.
    (library / "dependencies.pth").write_text("\n".join(p for p in sys.path if p.endswith("-packages")))

    where = run([python, "-c", "import autograd, nn, optim; print(autograd.__file__)"], tmp_path)
    assert Path(where.strip()).is_relative_to(library)
    assert run([str(scripts / "wengert"), "demo", "--output", "shown"], tmp_path)
    assert {file.name for file in (tmp_path / "shown").iterdir()} == {
        "worked_example.svg", "worked_example.html", "moons.svg", "misread_digits.svg"
    }  # fmt: skip


def build_wheel(folder: Path) -> Path:
    """Build from a copy of the files: in place, setuptools also packs what an older build left behind."""
    for file in repository_files():
        target = folder / "source" / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder / "dist")]
    run([*build, str(folder / "source")], folder)
    [wheel] = (folder / "dist").glob("*.whl")
    return wheel


def run(command: list[str], folder: Path) -> str:
    """Run a command away from the checkout, and return what it printed; its errors are shown if it fails."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    result = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True)
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout
