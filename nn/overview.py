"""Which layers does a network have, what shapes do they give, and how many numbers are trained?"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import AutogradError, Tensor, no_grad
from autograd.calls import nodes_in
from autograd.errors import at, short
from nn.embedding import Embedding
from nn.hooks import layers, observed, parameters_of, unchanged
from nn.loss.targets import numbers_of
from nn.module import Module
from nn.training.prediction import is_of_values

_SAMPLES = 2  # in the batch that is tried; an axis of this length at the front of a result is the batch's


@dataclass(frozen=True)
class Row:
    """A call of a layer.

    Attributes:
        path: the layer's path in the network.
        kind: its class.
        output: the shape of what it returned, with "N" for the axis of samples; several shapes where it returned
            several things; None where it was not called.
        parameters: how many trained or frozen numbers it holds itself, those that a row above counts left out.
        is_shared: were its numbers counted in a row above?
    """

    path: str
    kind: str
    output: tuple[Any, ...] | None
    parameters: int
    is_shared: bool


@dataclass(frozen=True, repr=False)
class Summary:
    """What `summary` returns: prints as a table.

    Attributes:
        name: the class of the network.
        rows: the layers, in the order of their calls, those that were not called at the end.
        parameters: how many numbers training changes or could change.
        trainable: those of them that are not frozen.
        buffers: how many numbers are saved but not trained.
        bytes: how much memory all these take.
    """

    name: str
    rows: tuple[Row, ...]
    parameters: int
    trainable: int
    buffers: int
    bytes: int

    def __repr__(self) -> str:
        cells = [("path", "layer", "output", "parameters"), *(_cells(row) for row in self.rows)]
        widths = [max(len(row[i]) for row in cells) for i in range(4)]
        layout = "  ".join(f"{{:{side}{w}}}" for side, w in zip("<<<>", widths, strict=True))
        lines = [layout.format(*row).rstrip() for row in cells]
        rule = "─" * len(lines[0])
        frozen = self.parameters - self.trainable
        counted = f"{self.parameters:,} parameters" + (f", {frozen:,} of them frozen" if frozen else "")
        counted += f"; {self.buffers:,} numbers in buffers" if self.buffers else ""
        return "\n".join([self.name, rule, lines[0], rule, *lines[1:], rule, f"{counted}; {_memory(self.bytes)}"])


def summary(model: Module, input_shape: Any) -> Summary:
    """Return a table of a network's layers: in the order of their calls, with the shapes they give and what they hold.

    The network is called once, in the mode of use, on a batch of ones (of zeros, as whole numbers, where it begins with an
    `Embedding`). It is the same afterwards. A parameter that several layers share is counted once.

    Args:
        model: a network of Tensors, or of Values.
        input_shape: the shape of one sample, such as ``(1, 28, 28)``, without the axis of samples; a list of shapes for
            several inputs; or a batch itself, as an array or Tensor, or a list of these.

    Raises:
        AutogradError: this is no network or no shape, the network takes more or fewer inputs, or a layer does not take what
            it is given: the error says which one.

    >>> import nn
    >>> model = nn.Sequential(nn.Flatten(), nn.Linear(784, 8, rng=0), nn.ReLU(), nn.Linear(8, 10, rng=1))
    >>> nn.summary(model, (1, 28, 28))
    Sequential
    ───────────────────────────────────
    path  layer    output    parameters
    ───────────────────────────────────
    0     Flatten  (N, 784)
    1     Linear   (N, 8)         6,280
    2     ReLU     (N, 8)
    3     Linear   (N, 10)           90
    ───────────────────────────────────
    6,370 parameters; 49.8 KiB
    """
    if not isinstance(model, Module):
        raise AutogradError(f"a summary is of a module, got {short(model)}{at()}")
    inputs = _inputs(model, input_shape)
    _check_call(model, inputs)
    samples = len(inputs[0])
    shown = layers(model)
    calls: list[tuple[str, Any]] = []

    def see(path: str, module: Module, inputs: tuple[Any, ...], output: Any) -> None:
        if path in shown:
            calls.append((path, _shape(output, samples, of_values)))

    of_values = is_of_values(model)
    with unchanged(model, training=False), observed(model, see), no_grad():
        if of_values:
            model(*(numbers_of(x)[0].tolist() for x in inputs))
        else:
            model(*inputs)
    calls += [(path, None) for path in shown if path not in dict(calls)]
    seen: set[int] = set()
    rows = tuple(_row(path, shown[path], output, seen) for path, output in calls)
    parameters, buffers = model.parameters(), model.buffers()
    return Summary(
        type(model).__name__, tuple(row for row in rows if row.output is not None or row.parameters),
        parameters=_count(parameters), trainable=_count([p for p in parameters if p.requires_grad]),
        buffers=_count(buffers), bytes=sum(_bytes(x) for x in (*parameters, *buffers)),
    )  # fmt: skip


# --- what is tried ----------------------------------------------------------------------------------------------------


def _inputs(model: Module, given: Any) -> list[Any]:
    """Return what the network is called with: batches as they are, or made of the shapes of their samples."""
    if isinstance(given, (Tensor, np.ndarray)):
        return [_batch(given)]
    if isinstance(given, (int, np.integer)) and not isinstance(given, bool):
        given = (given,)
    if not isinstance(given, (list, tuple)) or given == []:  # a sample that is a number has the shape ()
        wanted = "the shape of one sample, such as (1, 28, 28), or a batch"
        raise AutogradError(f"a summary needs {wanted}, got {short(given)}{at()}")
    if given and all(isinstance(x, (Tensor, np.ndarray)) for x in given):
        return [_batch(x) for x in given]
    shapes = given if given and all(isinstance(shape, (list, tuple)) for shape in given) else [given]
    return [_probe(model, tuple(shape)) for shape in shapes]


def _check_call(model: Module, inputs: list[Any]) -> None:
    """Raise unless a network can be called with so many inputs."""
    try:
        signature = inspect.signature(model.forward)
    except ValueError:
        return  # a function that is not written in Python need not have one
    try:
        signature.bind(*inputs)
    except TypeError as error:
        called = f"{len(inputs)} input{'s' * (len(inputs) != 1)}"
        raise AutogradError(f"{type(model).__name__} cannot be called with {called}: {error}{at()}") from None


def _batch(given: Any) -> Any:
    if not given.ndim or not len(given):
        raise AutogradError(f"a batch has an axis of samples, one at least, got shape {given.shape}{at()}")
    if given.dtype.kind not in "fiub":
        raise AutogradError(f"a batch holds numbers, got dtype {given.dtype}{at()}")
    return given


def _probe(model: Module, shape: tuple[Any, ...]) -> Any:
    """Return samples of this shape that a network can be tried on."""
    if not all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) and n > 0 for n in shape):
        raise AutogradError(f"the shape of a sample is of whole numbers from 1 up, got {short(shape)}{at()}")
    first = next((part for part in model.modules() if not list(part.children())), model)
    dtype = next((p.dtype for p in model.parameters() if isinstance(p, Tensor)), float)
    try:
        if isinstance(first, Embedding):
            return np.zeros((_SAMPLES, *shape), int)
        # Ones, because not every function takes 0: a logarithm does not.
        return Tensor.from_numpy(np.ones((_SAMPLES, *shape), dtype))
    except (MemoryError, OverflowError, ValueError):
        raise AutogradError(f"no memory holds {_SAMPLES} samples of shape {shape}{at()}") from None


# --- what is counted --------------------------------------------------------------------------------------------------


def _shape(output: Any, samples: int, of_values: bool) -> tuple[Any, ...]:
    """Return the shape of a result, or the shapes of several."""
    if of_values:
        return ("N", *np.shape(numbers_of(output)))
    found = [numbers_of(x).shape for x in nodes_in(output)]
    shapes = [("N", *shape[1:]) if shape[:1] == (samples,) else shape for shape in found]
    return shapes[0] if len(shapes) == 1 else tuple(shapes)


def _row(path: str, module: Module, output: tuple[Any, ...] | None, seen: set[int]) -> Row:
    own = parameters_of(module)
    new = [p for p in own if id(p) not in seen]
    seen.update(map(id, new))
    return Row(path, type(module).__name__, output, _count(new), is_shared=bool(own) and not new)


def _count(numbers: list[Any]) -> int:
    return sum(x.size if isinstance(x, Tensor) else 1 for x in numbers)


def _bytes(x: Any) -> int:
    return x.array.nbytes if isinstance(x, Tensor) else 8


# --- how it is written ------------------------------------------------------------------------------------------------


def _cells(row: Row) -> tuple[str, str, str, str]:
    output = "not called" if row.output is None else _written(row.output)
    count = "shared" if row.is_shared else f"{row.parameters:,}" if row.parameters else ""
    return row.path, row.kind, output, count


def _written(shape: tuple[Any, ...]) -> str:
    """Write a shape as Python does, with N for what is not a number; several one after the other."""
    if shape and isinstance(shape[0], tuple):
        return ", ".join(map(_written, shape))
    return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"


def _memory(size: float) -> str:
    """Write a number of bytes.

    >>> _memory(512), _memory(6370 * 8)
    ('512 bytes', '49.8 KiB')
    """
    if size < 1024:
        return f"{size:.0f} bytes"
    power = min(4, int(np.log2(size)) // 10)
    return f"{size / 1024**power:.3g} {' KMGT'[power]}iB"
