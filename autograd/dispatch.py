"""How is an op applied to operands of whatever type?

Whoever gives ops a meaning on a type of its own (Value, Tensor, Symbol) registers as its *reader*; what belongs to none is
plain numbers and arrays, computed here under one contract: overflow is inf, outside the domain floats raise a
`DomainError` and arrays follow numpy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import numpy as np

from autograd.domains import REAL, Domain
from autograd.errors import DomainError, DTypeError, ShapeError, at, short
from autograd.modes import inside_rule
from autograd.op import Op, Settings


class Reader(Protocol):
    """Whoever gives ops a meaning on a type of its own."""

    def apply(self, op: Op, operands: tuple[Any, ...], settings: Settings) -> Any:
        """Apply `op` where at least one operand is of the reader's type."""

    def install(self, op: Op) -> None:
        """Take notice of a new op: fill its `impl`, attach a method."""

    def uninstall(self, op: Op) -> None:
        """Undo `install`."""


READERS: dict[type, Reader] = {}


def apply(op: Op, operands: tuple[Any, ...], settings: Settings) -> Any:
    """Apply an op to operands of any type: the first one that belongs to a reader decides."""
    if op.over is not None:
        operands = tuple(map(listed, operands))
    for operand in operands:
        reader = READERS.get(operand.__class__)
        if reader is not None:
            return reader.apply(op, operands, settings)
    for operand in operands:
        if operand.__class__ is list or operand.__class__ is tuple:
            for item in operand:
                reader = READERS.get(item.__class__)
                if reader is not None:
                    return reader.apply(op, operands, settings)
    return plain(op, operands, settings)


def listed(operand: Any) -> Any:
    """Return a set, a generator or another iterable of numbers as a list; all else as it is."""
    known = (list, tuple, str, np.ndarray, np.generic, *READERS)
    return operand if isinstance(operand, known) or not isinstance(operand, Iterable) else list(operand)


def plain(op: Op, operands: Sequence[Any], settings: Settings) -> Any:
    """Compute an op on plain numbers (a float comes out) or plain arrays (an array comes out); record nothing.

    numpy's own floats count as arrays: they never raise, which is what a rule at a border is evaluated with.
    """
    if op.elementwise and all(isinstance(o, (float, int)) and not isinstance(o, np.generic) for o in operands):
        return on_floats(op, [float(o) for o in operands], settings)
    y = on_arrays(op, [as_array(o, op) for o in operands], settings)
    if np.ndim(y) == 0 and not any(isinstance(o, (np.ndarray, np.generic)) for o in operands) and np.isrealobj(y):
        return float(y)  # the sum of a list of numbers is a number; of an array numpy says what it is
    return y


def on_floats(op: Op, args: Sequence[float], settings: Settings) -> float:
    """Compute an op on Python floats under the one contract: overflow is inf, outside the domain is a DomainError."""
    assert op.scalar is not None
    try:
        return op.scalar(*args, **settings)
    except (ValueError, ArithmeticError) as error:
        return at_border(op, args, settings, error)


def at_border(op: Op, args: Sequence[float], settings: Settings, error: Exception) -> float:
    """Say what an op is where its float function raised: inf on overflow, nan for nan, else a DomainError.

    Inside a derivative rule numpy's answer stands (1/0 = inf), because a rule may well be infinite at a border
    where the op itself is fine: sqrt'(0) = inf.
    """
    if isinstance(error, OverflowError) or inside_rule() or any(map(math.isnan, args)):
        return numpy_float(op.array, args, settings)
    raise domain_error(op, args) from None


def numpy_float(f: Callable[..., Any], args: Sequence[float], settings: Settings) -> float:
    """Evaluate on ``np.float64``, which never raises but gives inf or nan, and return a plain float."""
    with np.errstate(all="ignore"):
        return float(f(*map(np.float64, args), **settings))


def on_arrays(op: Op, args: Sequence[Any], settings: Settings) -> Any:
    """Compute an op on numpy arrays as numpy would, with an error that names the op where shapes do not fit."""
    try:
        return op.array(*args, **settings)
    except (ValueError, IndexError) as error:
        raise shape_error(op, args, settings, error) from None


def as_array(x: Any, op: Op) -> Any:
    """Return numbers and (nested lists of) arrays as numpy sees them; refuse what is not numeric."""
    if isinstance(x, (float, int, np.ndarray, np.generic)):
        # Python numbers stay as they are: numpy lets them follow the other operand's dtype.
        array = x if not isinstance(x, np.ndarray) or x.dtype.kind in "fiubc" else None
    else:
        try:
            array = np.asarray(x)
        except ValueError as error:
            raise DTypeError(f"{op.name} needs numbers or arrays of numbers: {error}{at()}") from None
        array = array if array.dtype.kind in "fiubc" else None
    if array is None:
        raise DTypeError(f"{op.name} needs numbers or arrays of numbers, got {type(x).__name__} {short(x)}{at()}")
    return array


def _domains(op: Op) -> tuple[Domain, ...]:
    """The domain of each operand of an elementwise op."""
    assert isinstance(op.domain, tuple)
    return op.domain


def scalar_from_array(op: Op, *args: float, **settings: Any) -> float:
    """Stand in for a missing float function: the array function, with nan out of no nan meaning outside the domain."""
    y = numpy_float(op.array, args, settings)
    outside = any(x not in domain for x, domain in zip(args, _domains(op), strict=True)) and not any(map(math.isnan, args))
    if (not math.isfinite(y) and outside) or (math.isnan(y) and not any(map(math.isnan, args))):
        raise ValueError
    return y


# --- errors that every reader raises ----------------------------------------------------------------------------------


def domain_error(op: Op, args: Sequence[float]) -> DomainError:
    """Make the error for floats outside an op's domain."""
    narrow = [(n, dom) for n, dom, x in zip(op.operands, _domains(op), args, strict=True) if x not in dom or dom is REAL]
    needed = op.needs or " and ".join(f"{n} {dom}" for n, dom in narrow if dom is not REAL) or "finite numbers"
    given = f"{args[0]!r}" if len(args) == 1 else ", ".join(f"{n} = {x!r}" for n, x in zip(op.operands, args, strict=True))
    return DomainError(f"{op.name} needs {needed}, got {given}{at()}")


def shape_error(op: Op, args: Sequence[Any], settings: Settings, error: Exception) -> ShapeError:
    """Make the error for arrays an op cannot combine."""
    shapes = " and ".join(str(np.shape(a)) for a in args)
    chosen = {k: v for k, v in settings.items() if v is not op.settings.get(k)}
    how = f" with {', '.join(f'{k}={short(v)}' for k, v in chosen.items())}" if chosen else ""
    # Where we know what is needed, numpy's own words (gufunc signatures, remapped shapes) would only confuse.
    needed, why = op.needs or ("shapes that broadcast together" if op.elementwise else ""), ""
    if not needed or chosen:
        needed, why = needed or f"arrays of shapes like {op.domain}", f" ({error})"
    return ShapeError(f"{op.name} needs {needed}, got {shapes}{how}{why}{at()}")
