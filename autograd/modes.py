"""Is what is computed now recorded?

The answer lives in a ContextVar, so a thread or an async task that switches recording off switches it off for itself.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextlib import ContextDecorator
from contextvars import ContextVar, Token
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

_RECORDING: ContextVar[bool] = ContextVar("recording", default=True)

# Recorders call this once an op. Bound here, it is one C call (about 20 ns).
recording = _RECORDING.get


class _Mode(ContextDecorator):
    """A context manager and decorator that sets recording to `on` and puts back what was there."""

    on: bool

    def __init__(self) -> None:
        self._tokens: list[Token[bool]] = []

    def __enter__(self) -> None:
        self._tokens.append(_RECORDING.set(self.on))

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


_RULE: ContextVar[bool] = ContextVar("inside_rule", default=False)

# Asked only where a float function raised, so it costs a good program nothing.
inside_rule = _RULE.get


class evaluating_rules:  # noqa: N801
    """Mark that ops are applied on behalf of a derivative rule, where an infinite slope is an answer, not an error."""

    def __enter__(self) -> None:
        self._token = _RULE.set(True)

    def __exit__(self, *exc: object) -> None:
        _RULE.reset(self._token)
