"""Do type checkers and editors see what users write, and are the generated stubs fresh?"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import autograd
from autograd import stubs

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(autograd.__file__).parent

CLIENT = """
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

import autograd
import nn
import optim
from autograd import Tensor, Value, checkpoint, enable_grad, gradients, no_grad, ops

x, w = Value(1.0, "x"), Value(2, "w", latex="w_1", requires_grad=False)
a: NDArray[np.float64] = np.ones((2, 3))
t = Tensor(a, requires_grad=True, label="t", dtype=np.float32)

# numbers of a Value
reveal_type(x.data)  # float
reveal_type(x.grad)  # float
reveal_type(x.tanh().data)  # float
reveal_type(x.item())  # float
reveal_type(x.detach())  # Value
reveal_type(x.requires_grad)  # bool
reveal_type(x.named("x"))  # Value
x.data = 3
x.data -= 0.1 * x.grad
x.data = np.float64(2.0)

# operators and functions of Values
reveal_type(x + w)  # Value
reveal_type(2.0 * x - 1)  # Value
reveal_type(np.float64(2.0) * x)  # Value
reveal_type(x / w)  # Value
reveal_type(x**2)  # Value
reveal_type(2**x)  # Value
reveal_type(-abs(x))  # Value
reveal_type(x < w)  # bool
reveal_type(autograd.tanh(x))  # Value
reveal_type(autograd.maximum(x, 0.0))  # Value
reveal_type(x.clip(lo=0.0))  # Value
reveal_type(ops.sum([x, w]))  # Value
reveal_type(ops.sum([x, 1.0]))  # Value
reveal_type(ops.sum(v * v for v in [x, w]))  # Value
reveal_type(autograd.dot([x, w], [1.0, 2.0]))  # Value
reveal_type(autograd.softmax([x, w]))  # list[Value]
reveal_type(autograd.logsumexp([x, w]))  # Value

# functions of numbers and arrays
reveal_type(autograd.tanh(0.3))  # float
reveal_type(autograd.tanh(a))  # NDArray
reveal_type(autograd.maximum(1.0, 2.0))  # float

# Tensors
reveal_type(t.data)  # Any
reveal_type(t.grad)  # Tensor | None
reveal_type(t.shape)  # tuple[int, ...]
reveal_type(t.array)  # NDArray
reveal_type(t.values())  # list[Value]
reveal_type(t + 1)  # Tensor
reveal_type(1.0 - t)  # Tensor
reveal_type(t * a)  # Tensor
reveal_type(t @ a.T)  # Tensor
reveal_type(t**2)  # Tensor
reveal_type(t[0])  # Tensor
reveal_type(t.T)  # Tensor
reveal_type(t.mT)  # Tensor
reveal_type(t.sum(axis=0))  # Tensor
reveal_type(t.mean(axis=(0, 1), keepdims=True))  # Tensor
reveal_type(t.reshape(3, 2))  # Tensor
reveal_type(t.tanh().exp())  # Tensor
reveal_type(t.split(2))  # list[Tensor]
reveal_type(autograd.softmax(t, axis=0))  # Tensor
reveal_type(autograd.stack([x, w]))  # Tensor
reveal_type(autograd.zeros((2, 3), requires_grad=True))  # Tensor
t[0, :] = 1.0
t.data -= 0.1
t.backward(a)
t.zero_grad()
for row in t:
    reveal_type(row)  # Any

# derivatives
def f(v: Value) -> Value:
    return v * autograd.sin(v)

reveal_type(autograd.grad(f))  # Callable
slope: float = autograd.grad(f)(0.5)
value, slopes = autograd.value_and_grad(f, argnums=(0,), has_aux=False)(0.5)
table = autograd.jacobian(f)(a), autograd.hessian(f)(a), autograd.hvp(f)(a, a), autograd.elementwise_grad(f)(a)
y, dy = autograd.jvp(f, (0.5,), (1.0,))
y, pull = autograd.vjp(f, 0.5)
reveal_type(checkpoint(f))  # Callable
found = gradients([x * w], [x], seeds=[1.0], create_graph=True)

with no_grad(), enable_grad():
    x.backward()

@no_grad()
def quiet(v: Value) -> float:
    return v.data

reveal_type(quiet(x))  # float

# ops of one's own
@autograd.elementwise(d=lambda y, x: 3 * x * x, latex="{0}^3")
def cubed(x: Any) -> Any:
    return x * x * x

# networks
model = nn.MLP(2, [16, 1], "tanh", rng=np.random.default_rng(0))
reveal_type(model.parameters())  # list[Value]
reveal_type(model.layers[0].neurons[0].w)  # list[Value]
reveal_type(model.layers[0].neurons[0].b)  # Value
opt: optim.Optimizer = optim.Adam(model.parameters(), lr=1e-3, betas=(0.9, 0.99))
opt.zero_grad()
opt.step()
optim.SGD([x, t], momentum=0.9).step()

try:
    math.log(x.item())
except autograd.DomainError as error:
    reveal_type(error)  # DomainError
"""

WRONG = """
import autograd
import optim
from autograd import Tensor, Value

Value([1.0]).tahn()  # has no attribute "tahn"
Value(1.0, 2)  # incompatible type
x: int = Value(1.0).data  # Incompatible types
Value(1.0) + "a"  # Unsupported operand
Tensor([1.0], True)  # Too many positional arguments
Tensor([1.0]).sum(axes=0)  # Unexpected keyword argument
y: float = autograd.tanh(Tensor([1.0]))  # Incompatible types
autograd.tanh("a")  # Value of type variable
optim.SGD()  # Missing positional argument
"""


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    """Check both clients in one run, as the second one pays for reading numpy's stubs again."""
    folder = tmp_path_factory.mktemp("typed")
    clients = {"client": CLIENT, "wrong": WRONG}
    for name, text in clients.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    options = ["--strict", "--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(folder / "cache")]
    # In a process of its own: the checker leaves a million objects behind, which would slow down all later tests.
    command = [sys.executable, "-m", "mypy", *options, "--no-error-summary", *(f"{name}.py" for name in clients)]
    result = subprocess.run(command, cwd=folder, env={**os.environ, "MYPYPATH": str(ROOT)}, capture_output=True, text=True)
    assert not result.stderr, result.stderr
    said = result.stdout
    lines = [re.fullmatch(r"(\w+)\.py:(\d+): (\w+): (.*)", line) for line in said.splitlines()]
    assert all(lines), said
    return [(m[1], int(m[2]), m[3], m[4]) for m in lines]


def expectations(text):
    return {i: line.split("  # ")[1] for i, line in enumerate(text.splitlines(), start=1) if "  # " in line}


@pytest.mark.parametrize(
    ("file", "generate"), [("ops/__init__.pyi", stubs.functions_stub), ("methods.pyi", stubs.methods_stub)]
)
def test_a_stub_is_what_the_registry_generates(file, generate):
    assert (PACKAGE / file).read_text(encoding="utf-8") == generate(), "stale: run python -m autograd.stubs"


def test_the_stubs_are_written_where_they_belong(tmp_path, monkeypatch):
    monkeypatch.setattr(stubs, "__file__", str(tmp_path / "stubs.py"))
    (tmp_path / "ops").mkdir()
    stubs.write()
    for name in ("ops/__init__.pyi", "methods.pyi"):
        assert (tmp_path / name).read_bytes() == (PACKAGE / name).read_bytes()


def test_what_users_write_passes_the_strict_check(checked):
    assert [said for said in checked if said[0] == "client" and said[2] == "error"] == []


@pytest.mark.parametrize(("line", "expected"), expectations(CLIENT).items())
def test_a_type_is_seen_as(checked, line, expected):
    [found] = [said for name, number, _, said in checked if (name, number) == ("client", line) and "Revealed type" in said]
    found = re.search(r'"(.*)"', found)[1]
    spelled = re.sub(r"\b(?:\w+\.)+(\w)", r"\1", found)
    spelled = re.sub(r"ndarray\[.*\]$", "NDArray", spelled)
    spelled = re.sub(r"^(?:def )?\(.*\) -> .*$", "Callable", spelled)
    assert spelled.removesuffix("?") == expected, found


@pytest.mark.parametrize(("line", "expected"), expectations(WRONG).items())
def test_a_mistake_is_found_by_the_checker(checked, line, expected):
    said = [text for name, number, kind, text in checked if (name, number, kind) == ("wrong", line, "error")]
    assert any(expected in text for text in said), said


def test_every_public_name_of_the_package_is_seen_by_the_checker():
    stub = (PACKAGE / "ops" / "__init__.pyi").read_text(encoding="utf-8")
    made = set(re.findall(r"^def (\w+)\(", stub, re.MULTILINE))
    by_registry = {name for name in autograd.__all__ if hasattr(getattr(autograd, name), "op")} - {"Value", "Tensor"}
    assert by_registry <= made
    assert {name for name in autograd.ops.__all__ if not name.startswith("_")} <= made
