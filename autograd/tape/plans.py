"""What is made of a recorded list once, when it is first asked for?

Lists of derivatives, functions compiled from lists, and lists prepared for lanes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.errors import GradientError, at
from autograd.tape import derivatives
from autograd.tape.job import Job
from autograd.tape.lanes import Lanes
from autograd.tape.pausing import collector_paused
from autograd.tape.source import LONGEST, compiled

Key = tuple[Any, ...]
"""Which list: "value"; or "value_and_grad", "pullback", "pushforward" or "second", and by which arguments."""


_SHORT = 5000  # lines, compiled in a tenth of a second
_WIDE = 50  # lines a call of numpy, from which on it is worth it


class Plans:
    """What was made of a list so far.

    Args:
        job: the list.
        starts: the first input of each argument, and at the end how many inputs there are.
        name: what was recorded.
        optimize: see `record`.
    """

    def __init__(self, job: Job, starts: Sequence[int], name: str, optimize: bool) -> None:
        self._job, self._starts, self._name, self._optimize = job, starts, name, optimize
        self._jobs: dict[Key, Job] = {("value",): job}
        self._functions: dict[Any, Callable[..., Any]] = {}
        self._engines: dict[Key, str] = {}
        self._lanes: dict[Any, Lanes] = {}

    def job(self, key: Key) -> Job:
        """Return a list.

        Raises:
            GradientError: a gradient is asked for of several results.
        """
        job = self._jobs.get(key)
        if job is None:
            with collector_paused():
                job = self._jobs[key] = self._made(*key)
        return job

    def engine(self, key: Key) -> str:
        """Return what runs a list at a single point: "python", "numpy" or "plain".

        A call of numpy does all lines of one level and op, and takes as long as fifty lines of compiled Python. So a deep
        and narrow list is for Python, and where that would take long to compile, for the plain loop.
        """
        engine = self._engines.get(key)
        if engine is None:
            program = self.job(key).program
            lines = len(program)
            is_wide = lines > _SHORT and lines > _WIDE * program.steps()
            engine = self._engines[key] = "numpy" if is_wide else "python" if lines <= LONGEST else "plain"
        return engine

    def function(self, key: Key, returned: str | None = None) -> Callable[..., Any]:
        """Return a list as a compiled function of its inputs."""
        function = self._functions.get((key, returned))
        if function is None:
            function = self._functions[key, returned] = compiled(self.job(key), key[0], returned)
        return function

    def lanes(self, key: Key, moving: tuple[bool, ...], total: bool) -> Lanes:
        """Return a list, prepared for lanes."""
        lanes = self._lanes.get((key, moving, total))
        if lanes is None:
            with collector_paused():
                lanes = self._lanes[key, moving, total] = Lanes(self.job(key), moving, total=total)
        return lanes

    def _made(self, kind: str, *chosen: int) -> Job:
        wanted = [line for n in chosen for line in range(self._starts[n], self._starts[n + 1])]
        if kind == "pullback":
            return derivatives.pullback(self._job, wanted, optimize=self._optimize)
        if kind == "pushforward":
            return derivatives.pushforward(self._job, wanted, optimize=self._optimize)
        if (count := len(self._job.results)) != 1:
            raise GradientError(f"a gradient is of one number, and {self._name} has {count} results: use jacobian{at()}")
        if kind == "second":
            gradient = derivatives.gradient(self._job, wanted, optimize=self._optimize)
            return derivatives.pushforward(gradient, wanted, optimize=self._optimize)
        return derivatives.value_and_gradient(self._job, wanted, optimize=self._optimize)
