"""Do imports point one way?

Read from the syntax tree, so nothing has to be importable. Imports under `if TYPE_CHECKING:` do not count.
Imports inside a function do, unless the statement carries a comment `# late:` with the reason it has to wait.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent

# The layers of autograd, from low to high. A module may import from the lines above its own, not from its own
# line or those below. A directory is one entry, whose files may import each other; `__init__` is `autograd`.
LAYERS = [
    ["errors", "files", "lettering", "figures", "looks", "version", "memory", "spanish"],
    ["domains", "modes", "blocks", "layout", "differences", "extras", "words"],
    ["op"],
    ["dispatch"],
    ["registry"],
    ["ops"],
    ["operators"],
    ["symbol", "expression", "subscripts", "numerals"],
    ["node", "table", "captions", "notation"],
    ["kernels", "methods", "numpy_protocol", "calls", "partition", "verdicts", "advice"],
    ["naming", "regions", "bands"],
    ["value"],
    ["tensor", "value_recorders", "route_table"],
    ["create", "bridge", "tensor_recorders"],
    ["graph", "pullbacks"],
    ["reverse"],
    ["forward", "tree", "backward", "watch"],
    ["run"],
    ["transforms", "checkpoint", "mathml", "algebra", "folding", "routes", "bends", "trial"],
    ["tape"],
    ["scene", "page", "measuring", "replay"],
    ["vertices", "edges", "dot_source", "mermaid", "schema", "decomposition"],
    ["diagram", "tikz", "chain"],
    ["picture", "rows", "formula", "stubs"],
    ["derivation"],
    ["culprits", "check"],
    ["checking"],
    ["player"],
    ["testing"],
    ["__init__"],
    ["demo"],
    ["cli"],
    ["__main__"],
]
HEIGHT = {unit: height for height, layer in enumerate(LAYERS) for unit in layer}

# What nn and optim may import from: names from these modules, and none that begins with an underscore.
PUBLIC = {
    "autograd", "autograd.calls", "autograd.check", "autograd.errors", "autograd.extras", "autograd.files",
    "autograd.memory", "autograd.ops", "autograd.ops.sliding", "autograd.tree", "autograd.words",
}  # fmt: skip
# Which of our own packages each package may import.
ALLOWED = {"autograd": {"autograd"}, "nn": {"nn", "autograd"}, "optim": {"optim", "autograd"}}
# What stands above all three packages: it shows them at work together, and only the command line knows it.
ABOVE_ALL = Path("autograd", "demo")
LATE = re.compile(r"#\s*late:\s*\S")


class Import(NamedTuple):
    """One imported name: `from module import name`, or `import module` with the name empty."""

    line: int
    module: str
    name: str

    def path(self) -> str:
        return f"{self.module}.{self.name}".rstrip(".")

    def package(self) -> str:
        return self.module.split(".")[0]


def imports(source: str, package: str) -> Iterator[Import]:
    """Yield the imports that count in the source of a module of the given package."""
    lines = source.splitlines()

    def visit(node: ast.AST, in_function: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import | ast.ImportFrom):
            text = lines[node.lineno - 1 : node.end_lineno]
            if not (in_function and any(LATE.search(line) for line in text)):
                yield from of_statement(node, package)
            return
        children: list[ast.AST] = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            children = list(node.orelse)
        in_function = in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for child in children:
            yield from visit(child, in_function)

    return visit(ast.parse(source), False)


def of_statement(node: ast.Import | ast.ImportFrom, package: str) -> Iterator[Import]:
    """Yield what one statement imports, with relative names made absolute."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(node.lineno, alias.name, "")
        return
    module = node.module or ""
    if node.level:
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        module = ".".join([*above, *filter(None, [module])])
    for alias in node.names:
        yield Import(node.lineno, module, alias.name)


def unit_of(path: str, root: Path) -> str:
    """Return the entry of LAYERS that holds what `autograd.a.b` names: `a` where there is such a module."""
    first = path.removeprefix("autograd").lstrip(".").split(".")[0]
    package = root / "autograd"
    is_module = first and ((package / first).is_dir() or (package / f"{first}.py").is_file())
    return first if is_module else "__init__"


def sources(package: str, root: Path) -> Iterator[tuple[Path, list[Import]]]:
    """Yield each file of a package, relative to the root, and its imports of our own packages that count."""
    for file in sorted((root / package).rglob("*.py")):
        inner = file.relative_to(root)
        found = imports(file.read_text(encoding="utf-8"), ".".join(inner.parent.parts))
        yield inner, [each for each in found if each.package() in ALLOWED]


def wrong_packages(root: Path) -> list[str]:
    """Return the imports of one of our packages from another that it must not know."""
    return [
        f"{file}:{found.line}: {package} must not import {found.path()}"
        for package, allowed in ALLOWED.items()
        for file, all_found in sources(package, root)
        for found in all_found
        if found.package() not in allowed and not file.is_relative_to(ABOVE_ALL)
    ]


def wrong_layers(root: Path) -> list[str]:
    """Return the imports inside autograd that do not point to a lower layer."""
    wrong = []
    for file, all_found in sources("autograd", root):
        unit = file.with_suffix("").parts[1]
        if unit not in HEIGHT:
            wrong.append(f"{file}:1: {unit} has no line in LAYERS")
            continue
        for found in all_found:
            target = unit_of(found.path(), root)
            # A target without a line is reported once, at its own file.
            if found.package() == "autograd" and target != unit and HEIGHT.get(target, -1) >= HEIGHT[unit]:
                wrong.append(f"{file}:{found.line}: {unit} is not above {target}")
    return wrong


def private_names(root: Path, public_names: set[str]) -> list[str]:
    """Return the imports by nn and optim of something autograd does not publish."""

    def is_public(found: Import) -> bool:
        if found.module == "autograd" and found.name:
            return found.name in public_names or found.path() in PUBLIC
        return found.module in PUBLIC and not found.name.startswith("_")

    return [
        f"{file}:{found.line}: {found.path()} is not public"
        for package in ("nn", "optim")
        for file, all_found in sources(package, root)
        for found in all_found
        if found.package() == "autograd" and not is_public(found)
    ]


def test_autograd_knows_neither_nn_nor_optim_and_these_do_not_know_each_other():
    assert wrong_packages(ROOT) == []


def test_inside_autograd_every_import_points_to_a_lower_layer():
    assert wrong_layers(ROOT) == []


def test_nn_and_optim_import_only_what_autograd_publishes():
    import autograd

    assert private_names(ROOT, set(autograd.__all__)) == []


# The checks are checked on small trees, each with one fault or none.


@pytest.fixture
def tree(tmp_path):
    """Return a function that writes a source into a tree holding every layer, and gives the tree's root."""

    def write(name: str, source: str) -> Path:
        for file in [*(f"autograd/{unit}.py" for unit in HEIGHT), name]:
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_text("", encoding="utf-8")
        (tmp_path / name).write_text(source, encoding="utf-8")
        return tmp_path

    return write


@pytest.mark.parametrize(
    "source",
    [
        "from autograd.tensor import Tensor",
        "from autograd import tensor",
        "from autograd import Tensor",
        "from . import Tensor",
        "from .tensor import Tensor",
        "import autograd.tensor as t",
        "import autograd",
        "def f():\n    from autograd.tensor import Tensor",
        "def f():\n    from autograd.tensor import Tensor  # late:",
        "from autograd.tensor import Tensor  # late: a reason does not help at the top of a module",
        "if TYPE_CHECKING:\n    pass\nelse:\n    from autograd.tensor import Tensor",
        "try:\n    from autograd.tensor import Tensor\nexcept ImportError:\n    pass",
        "class A:\n    from autograd.tensor import Tensor",
    ],
)
def test_an_import_of_a_higher_layer_is_found_however_it_is_written(tree, source):
    assert len(wrong_layers(tree("autograd/value.py", source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "from autograd.registry import elementwise",
        "from .ops import exp",
        "from . import errors",
        "import numpy as np",
        "if TYPE_CHECKING:\n    from autograd.tensor import Tensor",
        "import typing\nif typing.TYPE_CHECKING:\n    from .tensor import Tensor",
        "def f():\n    from autograd.tensor import Tensor  # late: a value becomes a tensor only here",
        "def f():\n    from autograd.tensor import (\n        Tensor,  # late: as above\n    )",
    ],
)
def test_an_import_that_points_down_or_does_not_count_is_left_alone(tree, source):
    assert wrong_layers(tree("autograd/value.py", source)) == []


def test_modules_of_one_layer_may_not_import_each_other(tree):
    assert wrong_layers(tree("autograd/errors.py", "from .version import __version__")) == [
        "autograd/errors.py:1: errors is not above version"
    ]


def test_a_module_without_a_layer_is_reported(tree):
    assert wrong_layers(tree("autograd/novel.py", "")) == ["autograd/novel.py:1: novel has no line in LAYERS"]


def test_files_of_one_directory_may_import_each_other(tree):
    source = "from .elementwise import mul\nfrom ..registry import structural"
    assert wrong_layers(tree("autograd/ops/linalg.py", source)) == []


def test_files_of_a_directory_may_not_import_a_higher_layer(tree):
    assert wrong_layers(tree("autograd/ops/linalg.py", "from ..value import Value")) == [
        "autograd/ops/linalg.py:1: ops is not above value"
    ]


def test_the_command_line_may_import_the_package_itself(tree):
    assert wrong_layers(tree("autograd/cli.py", "from autograd import Value")) == []


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("autograd/value.py", "import nn"),
        ("autograd/value.py", "from optim.rules import adam"),
        ("nn/linear.py", "from optim import SGD"),
        ("optim/adam.py", "import nn.linear"),
    ],
)
def test_an_import_across_packages_is_found(tree, file, source):
    assert len(wrong_packages(tree(file, source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "from autograd import Tensor, ops",
        "import autograd",
        "from autograd.ops import relu",
        "from . import loss",
    ],
)
def test_a_layer_may_import_what_is_published(tree, source):
    assert private_names(tree("nn/linear.py", source), {"Tensor"}) == []


@pytest.mark.parametrize(
    "source",
    [
        "from autograd import hidden",
        "from autograd.reverse import sweep",
        "from autograd.ops import _fit",
        "import autograd.node",
    ],
)
def test_a_layer_may_not_import_what_is_not_published(tree, source):
    assert len(private_names(tree("nn/linear.py", source), {"Tensor"})) == 1
