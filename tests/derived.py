"""Which graph do the tests of derivations derive, and how do they read what is written?"""

import re

from autograd import Value, tanh


def lines(derivation, step):
    """Return the lines under a heading, each as its sides."""
    (found,) = [s for s in derivation.steps if s.heading == step]
    return [row.text.split(" = ") for row in found.rows]


def formulas(derivation):
    return [p.formula.text for p in derivation.partials]


def neuron():
    """Return a neuron's squared error, in three named parts."""
    w, b, x = Value(0.5, "w"), Value(0.25, "b"), Value(2.0, "x", requires_grad=False)
    y = tanh((w * x + b).named("z")).named("y")
    return ((y - 1) ** 2).named("e"), w, b


def only(derivation):
    (partial,) = derivation.partials
    return partial.formula


def letter_of(fraction):
    """Return what formulas call a derivative: de_dz for ∂e/∂z."""
    return fraction.replace("∂", "d").replace("/", "_")


def assert_balanced(latex):
    """Assert that braces, environments, and growing parentheses are in pairs."""
    bare = re.sub(r"\\[{}\\%&$#_]", "", latex)
    depth = 0
    for sign in re.findall("[{}]", bare):
        depth += 1 if sign == "{" else -1
        assert depth >= 0, latex
    assert depth == 0, latex
    assert latex.count(r"\left") == latex.count(r"\right"), latex
    assert latex.count(r"\begin{") == latex.count(r"\end{"), latex
