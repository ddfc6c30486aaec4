"""Is what is computed now recorded, and who is shown each new node?

The answer lives in a ContextVar, so a thread or an async task that switches recording off switches it off for itself.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import ContextDecorator, contextmanager
from contextvars import ContextVar, Token
from typing import Any, TypeVar

from autograd.errors import place

F = TypeVar("F", bound=Callable[..., Any])

Observer = Callable[[Any], None]

# False, True, or an observer: a function that recorders hand each node to once it is made. One variable for both, because
# recorders ask it once an op: being observed costs nothing but a comparison with True where nobody observes.
_RECORDING: ContextVar[bool | Observer] = ContextVar("recording", default=True)
_OBSERVER: ContextVar[Observer | None] = ContextVar("observer", default=None)

# Bound here, it is one C call (about 20 ns).
recording: Callable[[], Any] = _RECORDING.get


class _Mode(ContextDecorator):
    """A context manager and decorator that switches recording on or off and puts back what was there."""

    on: bool

    def __init__(self) -> None:
        self._tokens: list[Token[bool | Observer]] = []

    def __enter__(self) -> None:
        self._tokens.append(_RECORDING.set(self.on and (_OBSERVER.get() or True)))

    def __exit__(self, *exc: object) -> None:
        _RECORDING.reset(self._tokens.pop())

    def __call__(self, f: F) -> F:
        # What a generator or a coroutine does, it does long after the call that makes it has returned.
        if inspect.iscoroutinefunction(f):

            @functools.wraps(f)
            async def awaiting(*args: Any, **kwargs: Any) -> Any:
                with type(self)():
                    return await f(*args, **kwargs)

            return awaiting  # type: ignore[return-value]
        if inspect.isgeneratorfunction(f):

            @functools.wraps(f)
            def generating(*args: Any, **kwargs: Any) -> Any:
                generator, sent = f(*args, **kwargs), None
                try:
                    while True:
                        with type(self)():  # put back while the caller has the turn
                            item = generator.send(sent)
                        sent = yield item
                except StopIteration as end:
                    return end.value
                finally:
                    generator.close()

            return generating  # type: ignore[return-value]
        return super().__call__(f)

    def _recreate_cm(self) -> _Mode:
        # A decorated function may run in several threads at once; each call gets a manager of its own.
        return type(self)()


class no_grad(_Mode):  # noqa: N801  (the name every user of the field knows)
    """Compute without recording, as a context manager or a decorator.

    >>> from autograd import Value, no_grad
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """

    on = False


class enable_grad(_Mode):  # noqa: N801
    """Record again inside a `no_grad` block, as a context manager or a decorator.

    >>> from autograd import Value, enable_grad, no_grad
    >>> x = Value(3.0)
    >>> with no_grad(), enable_grad():
    ...     y = x * x
    >>> y.requires_grad
    True
    """

    on = True


@contextmanager
def observing(observer: Observer) -> Iterator[None]:
    """Show every node that is recorded inside the block to a function, after whoever observes already."""
    before, state = _OBSERVER.get(), _RECORDING.get()

    def both(node: Any) -> None:
        if before is not None:
            before(node)
        observer(node)

    told = observer if before is None else both
    observed, recorded = _OBSERVER.set(told), _RECORDING.set(state and told)
    try:
        yield
    finally:
        _RECORDING.reset(recorded)
        _OBSERVER.reset(observed)


@contextmanager
def keep_places() -> Iterator[None]:
    """Let every result computed inside the block remember the line of the user's code that computed it.

    Pictures then show the line when the mouse is on a node. It costs about a microsecond an operation, so it is off
    unless asked for. Also a decorator.

    >>> from autograd import Value, draw, keep_places
    >>> with keep_places():
    ...     y = Value(2.0, "x") ** 2
    >>> y.place.startswith("<doctest")
    True
    """
    with observing(lambda node: node.annotate("place", place())):
        yield


# Who is told when Python looks at the number of a Value: the tape, whose list holds what was done then. It is told the Value
# and what it was compared with, the sign, and how it came out; of a number that is taken out, only the Value.
WITNESS: ContextVar[Callable[..., None] | None] = ContextVar("witness", default=None)

# Asked at every comparison, so it is one C call.
witness = WITNESS.get

# Is a step such as greater(x, 0), which no gradient flows through, recorded all the same? On a tape it must not be frozen.
KEEPS_STEPS: ContextVar[bool] = ContextVar("keeps_steps", default=False)

# What stands for the arguments of a function that is being run to be differentiated or recorded: leaves, which a replay of a
# tape must not take for numbers, because nothing would flow through it. By id: all of them are alive as long as it runs.
STAND_INS: ContextVar[frozenset[int]] = ContextVar("stand_ins", default=frozenset())


@contextmanager
def variable_set(variable: ContextVar[Any], value: Any) -> Iterator[None]:
    """Give such a variable a value for a while."""
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)


_RULE: ContextVar[bool] = ContextVar("inside_rule", default=False)

# Asked only where a float function raised, so it costs a good program nothing.
inside_rule = _RULE.get


class evaluating_rules:  # noqa: N801
    """Mark that ops are applied on behalf of a derivative rule, where an infinite slope is an answer, not an error."""

    def __enter__(self) -> None:
        self._token = _RULE.set(True)

    def __exit__(self, *exc: object) -> None:
        _RULE.reset(self._token)
