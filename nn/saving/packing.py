"""How do nested containers become arrays with names, and become the same containers again?

Arrays are kept as they are, named by their path: ``optimizer/state/3/m``. Everything else is one JSON text, the array
``tree``, in which an object has one key that says what it stands for:

    {"dict": [["lr", 0.1], [3, …]]}   {"tuple": […]}   {"array": "model/0.weight"}   {"scalar": ["float32", 0.5]}
    {"int": "0x20000000000001"}       {"float": "nan"}                   what JSON has no exact number for
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from autograd import AutogradError
from autograd.errors import at, short
from nn.saving.errors import fault
from nn.saving.npy import is_storable

Array = NDArray[Any]

TREE = "tree"
# Whole numbers that every reader of JSON keeps exactly, though it makes doubles of them.
_EXACT = 2**53
# By name: C has two types of the same 64 bits, and numpy one name for both.
_SCALARS = {name: np.dtype(name).type for name in (np.dtype(code).name for code in "?bhilqBHILQefd")}
_LONGEST_NAME = 1000


def pack(tree: Any) -> dict[str, Array]:
    """Return nested containers as arrays by name, from which `unpack` makes equal ones, of the same types.

    Args:
        tree: dicts with keys of text or whole numbers, lists, tuples, None, bool, int, float, str, and numpy's arrays
            and scalars.

    Raises:
        AutogradError: there is something else in it; the message says where.

    >>> import numpy as np
    >>> from nn.saving.packing import pack, unpack
    >>> arrays = pack({"model": {"w": np.ones(2)}, "epoch": 3})
    >>> list(arrays), unpack(arrays)
    (['tree', 'model/w'], {'model': {'w': array([1., 1.])}, 'epoch': 3})
    """
    arrays: dict[str, Array] = {TREE: np.empty(0, np.uint8)}
    try:
        text = json.dumps(_described(tree, (), arrays), allow_nan=False, separators=(",", ":"))
    except RecursionError:
        raise AutogradError(f"what is saved is nested too deeply, or contains itself{at()}") from None
    arrays[TREE] = np.frombuffer(text.encode(), np.uint8)
    return arrays


def _described(x: Any, path: tuple[str | int, ...], arrays: dict[str, Array]) -> Any:
    """Return what JSON can say of x, and add arrays to those found."""
    # The types themselves: what comes back from a subclass would be something else.
    kind = type(x)
    if x is None or kind in (bool, str):
        return x
    if kind is int:
        return x if abs(x) < _EXACT else {"int": hex(x)}
    if kind is float:
        return x if math.isfinite(x) else {"float": repr(x)}
    if kind in (list, tuple):
        items = [_described(item, (*path, i), arrays) for i, item in enumerate(x)]
        return items if kind is list else {"tuple": items}
    if kind is dict:
        return {"dict": [[_key(key, path), _described(item, (*path, key), arrays)] for key, item in x.items()]}
    if isinstance(x, np.generic) and x.dtype.name in _SCALARS:
        return {"scalar": [x.dtype.name, _described(x.item(), path, arrays)]}
    if kind is np.ndarray and is_storable(x.dtype):
        name = _name(path, arrays)
        arrays[name] = x
        return {"array": name}
    what = f"an array of dtype {x.dtype}" if kind is np.ndarray else f"a {kind.__name__}"
    mend = ": use its .data" if hasattr(x, "requires_grad") else ""
    raise AutogradError(
        f"{_place(path)} is {what}, and only dicts, lists, tuples, None, bool, int, float, str and arrays of numbers can be "
        f"saved{mend}{at()}"
    )


def _key(key: Any, path: tuple[str | int, ...]) -> Any:
    if type(key) not in (str, int):
        raise AutogradError(f"{_place(path)} has the key {short(key)}, and keys in a file are text or whole numbers{at()}")
    return _described(key, path, {})


def _place(path: tuple[str | int, ...]) -> str:
    return "/".join(map(str, path)) or "what is saved"


def _name(path: tuple[str | int, ...], arrays: Mapping[str, Array]) -> str:
    """Return a name for the array at this path that a zip archive can hold and no other array has."""
    name = "/".join(quote(str(key), safe=" ", errors="replace") for key in path)[:_LONGEST_NAME] or "array"
    while name in arrays:  # {1: …, "1": …}
        name += "'"
    return name


# --- and back -----------------------------------------------------------------------------------------------------------


def unpack(arrays: Mapping[str, Any], source: str = "the archive") -> Any:
    """Return what `pack` was given.

    Args:
        arrays: what `pack` returned. What stands for an array other than ``tree`` is put into its place as it is.
        source: where they are from, for the error. (default "the archive")

    Raises:
        FileError: they are not what `pack` returned.
    """
    if TREE not in arrays:
        raise fault(source, f"there is no array {TREE!r} in it, which says how the others belong together")
    text = arrays[TREE]
    if text.dtype != np.uint8 or text.ndim != 1:
        raise fault(source, f"it needs the bytes of a text, got {text.dtype} of shape {text.shape}", TREE)
    try:
        return _restored(json.loads(text.tobytes()), arrays)
    except RecursionError:
        raise fault(source, "it is nested too deeply", TREE) from None
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise fault(source, f"it does not describe containers ({error})", TREE) from error


def _restored(x: Any, arrays: Mapping[str, Any]) -> Any:
    if isinstance(x, list):
        return [_restored(item, arrays) for item in x]
    if not isinstance(x, dict):
        return x
    if len(x) != 1:
        raise ValueError(f"an object with {len(x)} keys")
    [(kind, inside)] = x.items()
    if kind not in _READERS:
        raise ValueError(f"an unknown kind {kind[:20]!r}")
    return _READERS[kind](inside, arrays)


def _dict(inside: Any, arrays: Mapping[str, Any]) -> dict[Any, Any]:
    restored = {_restored(key, arrays): _restored(item, arrays) for key, item in inside}
    if not all(type(key) in (str, int) for key in restored):
        raise ValueError("a key that is neither text nor a whole number")
    return restored


def _scalar(inside: Any, arrays: Mapping[str, Any]) -> Any:
    name, described = inside
    number = _restored(described, arrays)
    if type(number) not in (bool, int, float):
        raise ValueError(f"a scalar that is a {type(number).__name__}")
    with np.errstate(over="ignore"):
        return _SCALARS[name](number)


def _array(inside: Any, arrays: Mapping[str, Any]) -> Any:
    if inside == TREE or inside not in arrays:
        raise ValueError(f"an array {inside!r} that is missing")
    return arrays[inside]


_READERS: dict[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "dict": _dict,
    "tuple": lambda inside, arrays: tuple(_restored(item, arrays) for item in inside),
    "array": _array,
    "scalar": _scalar,
    "int": lambda inside, arrays: int(inside, 16),
    "float": lambda inside, arrays: float(inside),
}
