"""Which ops are there, and how is one added?

`elementwise` and `structural` decorate the array function of an op with what else is known of it, and give back the public
function, which looks at its operands and lets the right reader work. Readers are told of every op, also of those to come.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd.dispatch import READERS, Reader, apply, on_arrays, scalar_from_array, shape_error
from autograd.domains import REAL, Arrays, Domain, Kink
from autograd.errors import AutogradError, ShapeError, at
from autograd.op import NO_SETTINGS, Op, Over, Rule, Settings

_OPS: dict[str, Op] = {}
_COMPOSITES: dict[str, Callable[..., Any]] = {}


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
        op.scalar = functools.partial(scalar_from_array, op)
    return op


def _register(op: Op) -> Callable[..., Any]:
    old = _OPS.get(op.name)
    if old is not None and (old.module != op.module or op.module.startswith("autograd.")):
        raise AutogradError(
            f"the name {op.name!r} is taken by the op of {old.module}: an op registered in {op.module} needs another{at()}"
        )
    op.function = _function_of(op)
    try:
        for reader in READERS.values():
            reader.install(op)
    except AutogradError:
        # One reader has a better use for the name: all forget the op again.
        for reader in READERS.values():
            reader.uninstall(op)
        raise
    _OPS[op.name] = op
    return op.function


def add_reader(kind: type, reader: Reader) -> None:
    """Let operands of type `kind` be handled by `reader`, for the ops there are and those to come."""
    READERS[kind] = reader
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
                for reader in READERS.values():
                    reader.uninstall(op)
                del _OPS[name]
        for name, op in before.items():
            if name not in _OPS:
                _OPS[name] = op
                for reader in READERS.values():
                    reader.install(op)


def composite(f: Callable[..., Any]) -> Callable[..., Any]:
    """Register a function made of ops, which needs no rule of its own, as a method of Tensor."""
    _COMPOSITES[f.__name__] = checked(f)
    return _COMPOSITES[f.__name__]


def checked(f: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function's complaints about shapes and axes name the function and the user's place."""

    @functools.wraps(f)
    def complaining(*args: Any, **given: Any) -> Any:
        try:
            return f(*args, **given)
        except AutogradError:
            raise
        except (ValueError, IndexError) as error:
            shape = f" of shape {np.shape(args[0])}" if args and hasattr(args[0], "shape") else ""
            raise ShapeError(f"{f.__name__}{shape}: {error}{at()}") from None

    return complaining


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


# --- the public function of an op -------------------------------------------------------------------------------------

_NUMPY = {np.ndarray, np.float64, np.float32}
_BARE = {*_NUMPY, float, int}


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
            if a.__class__ in _NUMPY and b.__class__ in _BARE:
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
        if kind in _NUMPY and count == 1:
            return on_arrays(op, args, given)  # Python binds the settings to the array function's own
        return apply(op, args[:count], bind(op, args[count:], given))

    return _dressed(op, general)


def _dressed(op: Op, function: Callable[..., Any]) -> Callable[..., Any]:
    """Give the public function of an op the name, signature and docstring of its array function."""
    function.__signature__ = inspect.signature(op.array)  # type: ignore[attr-defined]
    for attribute in ("__name__", "__qualname__", "__module__"):
        setattr(function, attribute, getattr(op.array, attribute))
    function.__doc__ = _documented(op)
    function.op = op  # type: ignore[attr-defined]
    return function


def _documented(op: Op) -> str:
    """The docstring of an op's function: its own, and what the block says of domain and kinks."""
    lines = [inspect.cleandoc(op.array.__doc__ or ""), ""]
    if isinstance(op.domain, tuple):
        lines.append(f"Domain: {', '.join(f'{n} {d}' for n, d in zip(op.operands, op.domain, strict=True))}.")
    else:
        lines.append(f"Shapes: {op.domain}.")
    lines += [f"Kink: {kink}." for kink in op.kinks]
    return "\n".join(lines)


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
        if hasattr(value, "requires_grad"):
            raise TypeError(
                f"{op.name}() takes a constant for {name!r}, and no derivative by it: got {value!r:.60}; use .item(){at()}"
            )
    return settings


def _written(names: Sequence[str]) -> str:
    return f"{len(names)} operands ({', '.join(names)})" if len(names) > 1 else f"an operand ({names[0]})"
