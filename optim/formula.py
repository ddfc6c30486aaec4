r"""What does a rule say, in LaTeX?

A rule is ordinary arithmetic, so it can be fed letters: numbers with the names g, m, β₁. What it computes from them is a
graph, the state it gives back is named after the state it was handed, and `autograd.explain` writes the graph out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from autograd import Value, enable_grad, explain

if TYPE_CHECKING:
    from optim.optimizer import Optimizer

# Of other names, one letter is written as it is.
_LETTERS = {
    "lr": r"\eta", "betas": r"\beta", "eps": r"\epsilon", "weight_decay": r"\lambda", "momentum": r"\mu",
    "dampening": r"\tau", "alpha": r"\alpha", "rho": r"\rho", "lr_decay": r"\delta", "v_max": r"v_{\max}",
}  # fmt: skip
_FENCED = ("sqrt", "maximum", "minimum", "abs")  # ops whose LaTeX fences their operands in, and is itself one piece
_RAISED = ("pow", "power", "square")


class Formula(str):
    """LaTeX, which a notebook shows as the formula it is."""

    __slots__ = ()

    def _repr_latex_(self) -> str:
        return f"$$\n{self}\n$$"


def called(latex: str, x: Any) -> Any:
    """Name what a rule computes on the way, for where it is fed letters; numbers, vectors and Tensors pass as they are."""
    if isinstance(x, Value):
        x.latex = latex
    return x


def of(kind: type[Optimizer], options: Mapping[str, Any]) -> Formula:
    """Return the rule of a class with such options, one line for each thing that a step computes."""
    optimizer = kind([Value(0.0)], **options)
    options = optimizer.options_of(optimizer.param_groups[0])
    state = {name: _letter(name, 0.5) for name in optimizer.start(**options)}
    update = optimizer.update({name: _lettered(name, option) for name, option in options.items()}, optimizer.rule)
    with enable_grad():
        weights, change, new_state = update(_letter("w", 0.7), _letter("g", 0.3), state, _letter("t", 3.0))
        changed = [called(_latex(name), x) for name, x in new_state.items() if x is not state[name]]
        # One number that everything goes into, because a graph is written out from its last result.
        total = sum([weights, *changed, called("w", weights + change)])
    lines = [r"g &\leftarrow \nabla f(w)", *(f"{left} &\\leftarrow {right}" for left, right in _lines(total))]
    return Formula("\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}")


def _latex(name: str) -> str:
    return _LETTERS.get(name, name if len(name) == 1 else rf"\text{{{name}}}".replace("_", r"\_"))


def _letter(name: str, number: float) -> Value:
    return Value(number, latex=_latex(name))


def _lettered(name: str, option: Any) -> Any:
    """Return an option as a letter, or several; what is off, and what is no number, stays as it is."""
    if isinstance(option, tuple) and all(isinstance(x, (int, float)) for x in option):
        return tuple(Value(x, latex=f"{_latex(name)}_{i}") for i, x in enumerate(option, 1))
    is_on = isinstance(option, (int, float)) and not isinstance(option, bool) and option
    return _letter(name, option) if is_on else option


def _lines(total: Value) -> list[tuple[str, str]]:
    """Return the two sides of a line for each named result that `total` was computed from.

    Results without a name that `explain` gives a letter, such as roots, are written out where they are used.
    """
    order = explain(total).chain.parts.order
    uses: dict[Any, list[Any]] = {}
    for node in order:
        for operand, _ in node.operands():
            uses.setdefault(operand, []).append(node)
    written_out: set[Any] = {total}
    while True:
        # Letters may be written alike, m for the old and for the new, as long as their labels tell them apart.
        for i, node in enumerate(order):
            node.label = f"x{i}" if node.latex else None
        derivation = explain(total)
        named = derivation.chain.parts.named()
        sides = {node: row.latex_sides for node, row in zip(named, derivation.steps[0].rows[-len(named) :], strict=True)}
        inner = next((n for n in named if not n.latex and n is not total and _fits_in(n, uses[n])), None)
        if inner is None:
            return [(left, right) for node, (left, right, *_) in sides.items() if node not in written_out]
        inner.latex = sides[inner][1]
        written_out.add(inner)


def _fits_in(node: Any, users: list[Any]) -> bool:
    """Is a result used once, and there in no need of parentheses?"""
    if len(users) != 1:
        return False
    fenced = node.op.name in _FENCED or users[0].op.name in _FENCED
    return fenced or (node.op.name == "pow" and users[0].op.name not in _RAISED)
