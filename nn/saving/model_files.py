"""How is a model written to a file, and put back?"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError
from autograd.errors import at, short
from nn.loss.targets import numbers_of
from nn.module import Module
from nn.saving.archive import Archive, Header, write_archive
from nn.saving.errors import FilePath, check_path, fault
from nn.saving.exchange import SafetensorsFile, write_safetensors
from nn.saving.packing import TREE, unpack
from nn.state import compared

Array = NDArray[Any]
M = TypeVar("M", bound=Module)

_WRITERS = {".npz": write_archive, ".safetensors": write_safetensors}
_READERS: dict[str, type[Archive] | type[SafetensorsFile]] = {".npz": Archive, ".safetensors": SafetensorsFile}
# Of so many names an error lists the first.
_LISTED = 8


def save(model: Module | Mapping[str, Any], path: FilePath) -> None:
    """Write the parameters and buffers of a model to a file, whole or not at all.

    The file holds the arrays of `state_dict` by their paths and nothing else, so that ``np.load`` reads an ``.npz`` file,
    and PyTorch a ``.safetensors`` file.

    Args:
        model: a module, or numbers and arrays by path.
        path: a name that ends in ``.npz``, or in ``.safetensors`` (needs the extra ``safetensors``).

    Raises:
        AutogradError: the ending is another one, or there is something in the state that is no array of real numbers.
        ExtraMissing: the package safetensors is needed, and not there.
        OSError: the file cannot be written; what was there is still there.

    >>> import nn, tempfile
    >>> model = nn.Linear(3, 2, rng=0)
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     nn.save(model, f"{directory}/linear.npz")
    ...     sorted(nn.load(f"{directory}/linear.npz"))
    ['bias', 'weight']
    """
    write = _WRITERS[_ending("save(model, path)", path)]
    state = model.state_dict() if isinstance(model, Module) else model
    if not isinstance(state, Mapping):
        raise AutogradError(f"nn.save takes a module or a mapping from paths to arrays, got {short(model)}{at()}")
    write(path, {_checked_name(name): _as_array(name, x) for name, x in state.items()})


@overload
def load(path: FilePath) -> dict[str, Any]: ...
@overload
def load(path: FilePath, into: M) -> M: ...


def load(path: FilePath, into: Module | None = None) -> Any:
    """Read the parameters and buffers of a model from a file, and put them into a model that is built like it.

    Nothing in the file is trusted: no code is run, names and shapes are checked before any array is read, and then all is
    written into the model or nothing.

    Args:
        path: a file of `save`, of ``np.savez``, of safetensors, or a checkpoint of a training, whose model is taken.
        into: the model to write into. (default: none)

    Returns:
        The model; without one, the arrays by path.

    Raises:
        FileError: the file is damaged, of another kind, or of another model.
        AutogradError: the ending is another one, or `into` is no module.
        ExtraMissing: the package safetensors is needed, and not there.
        OSError: there is none, or it may not be read.

    >>> import nn, tempfile
    >>> model, other = nn.Linear(3, 2, rng=0), nn.Linear(3, 2, rng=1)
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     nn.save(model, f"{directory}/linear.npz")
    ...     nn.load(f"{directory}/linear.npz", into=other) is other
    True
    >>> (other.weight == model.weight).all().item()
    True
    """
    read = _READERS[_ending("load(path, into=model)", path)]
    if into is not None and not isinstance(into, Module):
        raise AutogradError(f"nn.load writes into a module, got {short(into)}{at()}")
    file = read(path)
    state = _model_in(file)
    if into is not None:
        _check_fits(into, state, path)
    numbers = {name: file.read(x.name) if isinstance(x, Header) else x for name, x in state.items()}
    if into is None:
        return numbers
    into.load_state_dict(numbers)
    return into


def _ending(call: str, path: Any) -> str:
    check_path(f"nn.{call}", path)
    ending = Path(path).suffix.lower()
    if ending not in _WRITERS:
        raise AutogradError(f"files of models end in .npz or .safetensors, got {os.fspath(path)!r}{at()}")
    return ending


def _checked_name(name: Any) -> str:
    if not isinstance(name, str):
        raise AutogradError(f"nn.save needs paths that are text, got {short(name)}{at()}")
    return name


def _as_array(name: str, x: Any) -> Array:
    if np.ma.is_masked(x):
        raise AutogradError(f"{name} has masked entries, and a file has none: fill them{at()}")
    try:
        array = numbers_of(x)
    except (TypeError, ValueError):
        raise AutogradError(f"{name} is no array: {short(x)}{at()}") from None
    if array.dtype.kind not in "biuf":
        raise AutogradError(f"{name} needs real numbers to be saved, got {type(x).__name__} of dtype {array.dtype}{at()}")
    if name == TREE and _is_text(array):
        raise AutogradError(f"{name!r} with a row of bytes is what marks a checkpoint in a file: call it otherwise{at()}")
    return array


def _model_in(file: Archive | SafetensorsFile) -> dict[str, Any]:
    """Return the headers of a model's arrays by path: of all arrays, or in a checkpoint, of those of its model."""
    tree = file.headers.get(TREE)
    if tree is None or not _is_text(tree):
        return dict(file.headers)
    checkpoint = unpack({**file.headers, TREE: file.read(TREE)}, file.path)
    model = checkpoint.get("model") if isinstance(checkpoint, dict) else None
    if not isinstance(model, dict) or not all(isinstance(x, (Header, float, int, np.generic)) for x in model.values()):
        raise fault(file.path, "there is no model in it")
    return model


def _is_text(x: Array | Header) -> bool:
    return x.dtype == np.uint8 and len(x.shape) == 1


def _check_fits(model: Module, state: dict[str, Any], path: FilePath) -> None:
    """Raise unless names, shapes and kinds of numbers are those of a model."""
    (missing, unexpected), wrong = compared(model, state)
    kinds = {"missing ": missing, "not expected ": unexpected, "": wrong}
    complaints = [kind + _some(sorted(map(str, things))) for kind, things in kinds.items() if things]
    if complaints:
        raise fault(path, f"it does not fit {type(model).__name__}: {'; '.join(complaints)}")


def _some(things: list[str]) -> str:
    more = f" and {len(things) - _LISTED} more" if len(things) > _LISTED else ""
    return ", ".join(things[:_LISTED]) + more
