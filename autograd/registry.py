"""What is an op, and which ops are there?

An op is one block of data: how it is computed on arrays and on floats, its derivative rule, how it is written, where it
is defined. The rule is ordinary arithmetic, so whoever feeds it floats, arrays, recorded nodes or symbols reads from it
backpropagation, higher derivatives or formulas. This file keeps the blocks; *readers* (Value, Tensor, Symbol) are told
of every op and say how to apply one to operands of their own type.

Two kinds: an *elementwise* op has one local derivative `d` an operand, and broadcasting is nobody's business but the
reader's; a *structural* op mixes elements and gives its pullback `vjp` itself, written in ops.
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from autograd.domains import REAL, Arrays, Domain, Kink
from autograd.errors import AutogradError, DomainError, DTypeError, ShapeError, at
from autograd.modes import inside_rule

Rule = Callable[..., Any]
Settings = dict[str, Any]
NO_SETTINGS: Settings = {}
_ndarray = np.ndarray
_BARE = {np.ndarray, float, int}


@dataclass(slots=True, eq=False)
class Op:
    """One operation: everything the library knows of it, in one place.

    Operands are the first parameters of the registered function, as many as there are rules (or ``*xs``); the parameters
    after them are *settings*: constants such as an axis or a slope, which no derivative is taken by.
    """

    name: str
    array: Callable[..., Any]
    operands: tuple[str, ...]
    settings: Settings
    variadic: bool
    scalar: Callable[..., float] | None
    latex: str
    symbol: str
    domain: tuple[Domain, ...] | Arrays
    cases: tuple[Settings, ...] = ({},)
    kinks: tuple[Kink, ...] = ()
    analytic: bool = False
    needs: str = ""
    d: tuple[Rule | None, ...] = ()
    vjp: Rule | None = None
    jvp: Rule | None = None
    linear_in: tuple[int, ...] = ()
    over: Over | None = None
    module: str = ""
    function: Callable[..., Any] = field(default=lambda: None)
    # Filled by readers: how this op is applied to an operand of one type, and Value's generated pullback.
    impl: dict[type, Callable[..., Any]] = field(default_factory=dict)
    pull: Callable[..., None] | None = None

    @property
    def elementwise(self) -> bool:
        """Is there one local derivative an operand, the same formula at every entry?"""
        return self.vjp is None

    @property
    def arity(self) -> int:
        """How many operands there are; for ``*xs``, 1 stands for any number."""
        return len(self.operands)

    def __repr__(self) -> str:
        return f"<op {self.name}({', '.join(self.operands)})>"

    # One registry holds one object an op, so a copy of a graph shares it and a pickle names it.
    def __reduce__(self) -> tuple[Callable[[str], Op], tuple[str]]:
        return get, (self.name,)


@dataclass(frozen=True)
class Over:
    """How a structural op reduces an iterable of Values in one node: on floats, and its local derivatives as lists.

    `partials` takes the output and one sequence an operand, and returns one list an operand. It is arithmetic on the
    elements, so it works on floats, recorded Values and symbols alike; a test holds it equal to the op's `vjp`. Where the
    result is as long as the operand (softmax), `each` makes one node an entry, told apart by the setting `index`.
    """

    scalar: Callable[..., float]
    partials: Callable[..., tuple[Sequence[Any], ...]]
    each: bool = False


class Reader(Protocol):
    """Whoever gives ops a meaning on a type of its own."""

    def apply(self, op: Op, operands: tuple[Any, ...], settings: Settings) -> Any:
        """Apply `op` where at least one operand is of the reader's type."""

    def install(self, op: Op) -> None:
        """Take notice of a new op: fill its `impl`, attach a method."""

    def uninstall(self, op: Op) -> None:
        """Undo `install`."""


_OPS: dict[str, Op] = {}
_READERS: dict[type, Reader] = {}
_COMPOSITES: dict[str, Callable[..., Any]] = {}


# --- registering ------------------------------------------------------------------------------------------------------


def elementwise(
    *,
    d: Rule | tuple[Rule | None, ...],
    scalar: Callable[..., float] | None = None,
    latex: str = "",
    symbol: str = "",
    domain: Domain | tuple[Domain, ...] = REAL,
    kinks: Kink | tuple[Kink, ...] = (),
    analytic: bool | None = None,
    cases: tuple[Settings, ...] = ({},),
    needs: str = "",
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register an op that acts entry by entry; the decorated function computes it on numpy arrays.

    Args:
        d: the local derivative dy/dx as a function of the output y, the operands and the settings; a tuple of them
            for several operands. Write it in ops and arithmetic, with no Python `if` on data.
        scalar: the op on Python floats (default: the array function on ``np.float64``). It may raise ``ValueError`` or
            ``ZeroDivisionError`` outside the domain and ``OverflowError`` where the result is infinite.
        latex: how it is written, ``{0}`` standing for the first operand (default: its name applied to operands).
        symbol: what a picture shows in the op's box (default: its name).
        domain: what each operand may be.
        kinks: where the derivative jumps, and which subgradient `d` takes there.
        analytic: does the array function accept complex arrays and compute an analytic function there?
            (default: if it has no kinks)
        cases: the settings that show the op at work; generated checks try each.
        needs: what a domain error says is needed, where `domain` does not say it all.

    >>> from autograd import Value, elementwise, grad
    >>> @elementwise(d=lambda y, x: 3 * x * x, latex="{0}^3")
    ... def cubed(x):
    ...     return x * x * x
    >>> grad(cubed)(2.0), Value(2.0).cubed().data
    (12.0, 8.0)
    """
    rules = d if isinstance(d, tuple) else (d,)
    bends = kinks if isinstance(kinks, tuple) else (kinks,)

    def register(body: Callable[..., Any]) -> Callable[..., Any]:
        op = _op_of(body, len(rules), scalar=scalar, latex=latex, symbol=symbol, needs=needs)
        op.d, op.kinks, op.cases = rules, bends, cases
        op.domain = domain if isinstance(domain, tuple) else (domain,) * op.arity
        op.analytic = not bends if analytic is None else analytic
        return _register(op)

    return register


def structural(
    *,
    vjp: Rule,
    domain: Arrays,
    jvp: Rule | None = None,
    linear_in: tuple[int, ...] = (),
    over: Over | None = None,
    latex: str = "",
    symbol: str = "",
    kinks: Kink | tuple[Kink, ...] = (),
    needs: str = "",
    name: str = "",
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register an op on whole arrays; the decorated function computes it on numpy arrays.

    Args:
        vjp: from (g, y, *operands, **settings) to one thunk an operand (or a bare thunk for one operand), each giving
            that operand's share of the pullback; None for an operand no gradient flows to. Written in ops, so that it
            can itself be differentiated. A thunk runs only where its operand wants a gradient.
        jvp: from (tangents, y, *operands, **settings) to the output's tangent, where a rule of its own is better than
            the transpose of `vjp`; a test holds the two equal.
        linear_in: the operands the op is linear in, each with the others held: its jvp is then the op itself.
        over: how the op reduces an iterable of Values, if it does.
        latex, symbol, kinks, domain, needs: as for `elementwise`.
        name: the op's name, where it is not the function's.
    """
    bends = kinks if isinstance(kinks, tuple) else (kinks,)

    def register(body: Callable[..., Any]) -> Callable[..., Any]:
        op = _op_of(body, len(domain.shapes), latex=latex, symbol=symbol, needs=needs, name=name)
        op.vjp, op.jvp, op.linear_in, op.over = vjp, jvp, linear_in, over
        op.domain, op.kinks, op.cases = domain, bends, domain.cases
        return _register(op)

    return register


def _op_of(
    body: Callable[..., Any],
    count: int,
    *,
    scalar: Callable[..., float] | None = None,
    latex: str,
    symbol: str,
    needs: str,
    name: str = "",
) -> Op:
    """Read the operands (the first `count` parameters, or ``*xs``) and the settings off a registered function."""
    parameters = list(inspect.signature(body).parameters.values())
    name = name or body.__name__
    variadic = bool(parameters) and parameters[0].kind is inspect.Parameter.VAR_POSITIONAL
    count = 1 if variadic else count
    if len(parameters) < count:
        raise AutogradError(
            f"the op {name!r} has {count} derivative rules or shapes, one for each operand, "
            f"but its function takes only {len(parameters)}{at()}"
        )
    operands = tuple(p.name for p in parameters[:count])
    settings = {p.name: p.default for p in parameters[count:]}
    slots = r",\, ".join(f"{{{i}}}" for i in range(len(operands)))
    op = Op(
        name=name,
        array=body,
        operands=operands,
        settings=settings,
        variadic=variadic,
        scalar=scalar,
        latex=latex or rf"\operatorname{{{{{name}}}}}\left({slots}\right)".replace("_", r"\_"),
        symbol=symbol or name,
        domain=(),
        needs=needs,
        module=body.__module__,
    )
    if op.scalar is None:
        op.scalar = functools.partial(_scalar_from_array, op)
    return op


def _register(op: Op) -> Callable[..., Any]:
    old = _OPS.get(op.name)
    if old is not None and (old.module != op.module or op.module.startswith("autograd.")):
        raise AutogradError(
            f"the name {op.name!r} is taken by the op of {old.module}: an op registered in {op.module} needs another{at()}"
        )
    op.function = _function_of(op)
    for reader in _READERS.values():
        reader.install(op)
    _OPS[op.name] = op
    return op.function


def add_reader(kind: type, reader: Reader) -> None:
    """Let operands of type `kind` be handled by `reader`, for the ops there are and those to come."""
    _READERS[kind] = reader
    for op in _OPS.values():
        reader.install(op)


@contextmanager
def scoped() -> Iterator[None]:
    """Forget on leaving the ops that were registered inside the block: for tests and for trying things out."""
    before = dict(_OPS)
    try:
        yield
    finally:
        for name, op in list(_OPS.items()):
            if before.get(name) is not op:
                for reader in _READERS.values():
                    reader.uninstall(op)
                del _OPS[name]
        for name, op in before.items():
            if name not in _OPS:
                _OPS[name] = op
                for reader in _READERS.values():
                    reader.install(op)


def composite(f: Callable[..., Any]) -> Callable[..., Any]:
    """Register a function made of ops, which needs no rule of its own, as a method of Tensor."""
    _COMPOSITES[f.__name__] = f
    return f


def composites() -> dict[str, Callable[..., Any]]:
    """Return the functions made of ops, by name."""
    return dict(_COMPOSITES)


def get(name: str) -> Op:
    """Return the op of this name."""
    try:
        return _OPS[name]
    except KeyError:
        raise AutogradError(f"there is no op {name!r}{at()}") from None


def all_ops() -> list[Op]:
    """Return every registered op, in the order they were registered."""
    return list(_OPS.values())


# --- applying ---------------------------------------------------------------------------------------------------------


def _function_of(op: Op) -> Callable[..., Any]:
    """Make the public function of an op: it looks at its operands' types and lets the right reader work."""
    find = op.impl.get
    names = tuple(op.settings)

    if op.arity == 1 and not op.variadic and not names:
        # The commonest call, without packing arguments: 90 ns less than the general one.
        def unary(x: Any, /) -> Any:
            impl = find(x.__class__)
            return impl(x) if impl is not None else apply(op, (x,), NO_SETTINGS)

        return _dressed(op, unary)

    if op.variadic:

        def variadic(*operands: Any, **given: Any) -> Any:
            return apply(op, operands, bind(op, (), given))

        return _dressed(op, variadic)

    if op.arity == 2 and not names and op.over is None:
        array = op.array

        def binary(a: Any, b: Any, /) -> Any:
            # Rules are full of these on bare arrays.
            if a.__class__ is _ndarray and b.__class__ in _BARE:
                try:
                    return array(a, b)
                except ValueError as error:
                    raise shape_error(op, (a, b), NO_SETTINGS, error) from None
            return apply(op, (a, b), NO_SETTINGS)

        return _dressed(op, binary)

    count = op.arity

    def general(*args: Any, **given: Any) -> Any:
        if len(args) < count:
            raise TypeError(f"{op.name}() needs {_written(op.operands)}, got {len(args)} of them{at()}")
        kind = args[0].__class__
        impl = find(kind)
        if impl is not None:
            return impl(*args, **given)
        if kind is _ndarray and count == 1:
            return on_arrays(op, args, given)  # Python binds the settings to the array function's own
        return apply(op, args[:count], bind(op, args[count:], given))

    return _dressed(op, general)


def _dressed(op: Op, function: Callable[..., Any]) -> Callable[..., Any]:
    """Give the public function of an op the name, signature and docstring of its array function."""
    function.__signature__ = inspect.signature(op.array)  # type: ignore[attr-defined]
    for attribute in ("__name__", "__qualname__", "__doc__", "__module__"):
        setattr(function, attribute, getattr(op.array, attribute))
    function.op = op  # type: ignore[attr-defined]
    return function


def bind(op: Op, positional: tuple[Any, ...], given: Settings) -> Settings:
    """Bind settings given by position or by name, and fill in the defaults."""
    names = tuple(op.settings)
    unknown = given.keys() - op.settings.keys()
    if unknown or len(positional) > len(names):
        extra = ", ".join(sorted(unknown)) or "too many positional arguments"
        raise TypeError(f"{op.name}() takes the settings ({', '.join(names)}), got {extra}{at()}")
    settings = {**op.settings, **dict(zip(names, positional, strict=False)), **given}
    for name, value in settings.items():
        if value is inspect.Parameter.empty:
            raise TypeError(f"{op.name}() needs a value for {name!r}{at()}")
    return settings


def apply(op: Op, operands: tuple[Any, ...], settings: Settings) -> Any:
    """Apply an op to operands of any type: the first one that belongs to a reader decides."""
    if op.over is not None:
        operands = tuple(list(o) if isinstance(o, Iterator) else o for o in operands)
    for operand in operands:
        reader = _READERS.get(operand.__class__)
        if reader is not None:
            return reader.apply(op, operands, settings)
    for operand in operands:
        if operand.__class__ is list or operand.__class__ is tuple:
            for item in operand:
                reader = _READERS.get(item.__class__)
                if reader is not None:
                    return reader.apply(op, operands, settings)
    return plain(op, operands, settings)


def plain(op: Op, operands: Sequence[Any], settings: Settings) -> Any:
    """Compute an op on plain numbers (a float comes out) or plain arrays (an array comes out); record nothing."""
    if op.elementwise and all(isinstance(o, (float, int)) for o in operands):
        return on_floats(op, [float(o) for o in operands], settings)
    return on_arrays(op, [as_array(o, op) for o in operands], settings)


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
        raise DTypeError(f"{op.name} needs numbers or arrays of numbers, got {type(x).__name__} {_short(x)}{at()}")
    return array


def _domains(op: Op) -> tuple[Domain, ...]:
    """The domain of each operand of an elementwise op."""
    assert isinstance(op.domain, tuple)
    return op.domain


def _scalar_from_array(op: Op, *args: float, **settings: Any) -> float:
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
    how = f" with {', '.join(f'{k}={_short(v)}' for k, v in chosen.items())}" if chosen else ""
    # Where we know what is needed, numpy's own words (gufunc signatures, remapped shapes) would only confuse.
    needed, why = op.needs or ("shapes that broadcast together" if op.elementwise else ""), ""
    if not needed or chosen:
        needed, why = needed or f"arrays of shapes like {op.domain}", f" ({error})"
    return ShapeError(f"{op.name} needs {needed}, got {shapes}{how}{why}{at()}")


def _written(names: Sequence[str]) -> str:
    return f"{len(names)} operands ({', '.join(names)})" if len(names) > 1 else f"an operand ({names[0]})"


def _short(x: Any) -> str:
    text = repr(x)
    return text if len(text) <= 60 else text[:57] + "..."
