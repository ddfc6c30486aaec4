"""How does a peer that compiles formulas compute a value and a gradient: jax, casadi, ddx-ad, and gcc?

Peers that are not installed are left out, and named.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report import agree, heading

Formula = Callable[..., Any]

PEERS = {"micrograd": "micrograd", "torch": "torch", "jax": "jax", "casadi": "casadi", "ddx-ad": "ddx"}
COMPILERS = ("jax", "casadi", "ddx-ad")  # may be missing; in `PEERS` is how each package is imported


def peer(package: str) -> Any:
    """Import a peer, None if it is not installed: here, so that processes which have no use for it do without it."""
    if importlib.util.find_spec(PEERS[package]) is None:
        return None
    if package == "jax":
        # One thread, as for all others; it is only asked before the first computation.
        os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
    module = importlib.import_module(PEERS[package])
    if package == "jax":
        module.config.update("jax_enable_x64", True)
    return module


def peers_heading(title: str, details: str, *peers: str) -> None:
    """Print a table's heading, and which of its peers are not installed; "gcc" stands for C."""
    there = [name for name in peers if name != "gcc" and peer(name) is not None]
    heading(title, f"{details}; doubles, collector on", *there)
    missing = [name for name in peers if name not in there and not (name == "gcc" and shutil.which("gcc"))]
    if missing:
        print(f"  not installed, and without a row: {', '.join(missing)}")


def jax_function(f: Formula, *given: Any, derivative: str = "value_and_grad") -> Callable[[], Any]:
    """Return a compiled derivative of a formula of arrays by its first argument, at these arguments."""
    jax = peer("jax")
    compiled = jax.jit(getattr(jax, derivative)(f))
    arrays = jax.tree.map(jax.numpy.asarray, given)
    return lambda: jax.block_until_ready(compiled(*arrays))


def casadi_function(f: Formula, weights: int, others: int, lanes: int = 0) -> Any:
    """Return a casadi function of weights and of what is in one lane, or in several, of which it adds up the results."""
    casadi = peer("casadi")
    w, x = casadi.SX.sym("w", weights), casadi.SX.sym("x", others)
    y = f(casadi.vertsplit(w), casadi.vertsplit(x))
    function = casadi.Function("f", [w, x], [y, casadi.gradient(y, w)])
    return function.map("lanes", "serial", lanes, [0], [0, 1]) if lanes else function


def ddx_function(f: Formula, w: Sequence[float], columns: Any, lanes: int = 0) -> Callable[[], Any]:
    """Return ddx's value and gradient at a point, or in several lanes, compiled, in the same memory at each call."""
    ddx = peer("ddx-ad")

    def model() -> Any:
        return f([ddx.var(f"w{i}") for i in range(len(w))], [ddx.param(f"x{i}") for i in range(len(columns))])

    equation = ddx.equation(model).compile(points=lanes) if lanes else ddx.equation(model).compile()
    # Each lane has weights of its own here; that they are the same cannot be said.
    columns = np.asarray(columns, dtype=float)
    given = np.vstack([np.tile(np.array(w)[:, None], lanes), columns]) if lanes else np.concatenate([w, columns])
    call = equation.buffer(given)

    def run() -> Any:
        call()
        return (call.value.mean(), call.jacobian.mean(axis=-1)) if lanes else (call.value, call.jacobian)

    return run


def compiled_c(text: str, name: str) -> Any:
    """Return a C function of pointers to doubles, compiled with gcc; None if there is no gcc, or it fails."""
    if shutil.which("gcc") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        code, library = Path(folder, "by_hand.c"), Path(folder, "by_hand.so")
        code.write_text(text, encoding="utf-8")
        command = ["gcc", "-O3", "-march=native", "-shared", "-fPIC", "-o", str(library), str(code), "-lm"]
        if subprocess.run(command, check=False).returncode:
            return None
        return ctypes.CDLL(str(library))[name]  # what is loaded stays when the file is gone


def c_call(function: Any, results: int, *given: Any) -> Callable[[], Any]:
    """Return a call of a C function with arrays, the last of them for the value and the gradient."""
    arrays = [np.ascontiguousarray(x, dtype=float) for x in given]
    found = np.zeros(results)
    pointers = [ctypes.c_void_p(a.ctypes.data) for a in (*arrays, found)]

    def run(kept: Any = arrays) -> Any:  # the pointers alone would not keep them
        function(*pointers)
        return found[0], found[1:]

    return run


def check(runs: dict[str, Callable[[], Any]], value: float, gradient: Any, flat: Callable[[Any], Any] = np.ravel) -> None:
    """Hold everybody's value and gradient, as (value, gradient), against these."""
    for name, run in runs.items():
        y, slopes = run()
        agree(f"values of {name} and by hand", float(y), value)
        agree(f"gradients of {name} and by hand", flat(bare(slopes)), gradient)


def bare(x: Any) -> Any:
    """Return a matrix of casadi's as an array; all else as it is."""
    return x.full() if hasattr(x, "full") else x
