"""What is an op?

One block of data: how it is computed on arrays and on floats, its derivative rule, how it is written, where it is
defined. The rule is ordinary arithmetic, so whoever feeds it floats, arrays, recorded nodes or symbols reads from it
backpropagation, higher derivatives or formulas.

Two kinds: an *elementwise* op has one local derivative `d` an operand, and broadcasting is nobody's business but the
reader's; a *structural* op mixes elements and gives its pullback `vjp` itself, written in ops.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograd.domains import Arrays, Domain, Kink

Rule = Callable[..., Any]
Settings = dict[str, Any]
NO_SETTINGS: Settings = {}


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
