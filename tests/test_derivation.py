"""Is a derivation right, no longer than its graph, and refused in words where there is none?"""

import re

import numpy as np
import pytest
from derived import assert_balanced, letter_of, lines, neuron
from helpers import assert_close, cases, draw, has_gradient, points, sample
from hypothesis import given
from hypothesis import strategies as st

from autograd import (
    AutogradError,
    GradientError,
    Tensor,
    Value,
    checkpoint,
    cos,
    exp,
    explain,
    gradients,
    ops,
    relu,
    sigmoid,
    sin,
    tanh,
)
from autograd.chain import ChainRule
from autograd.decomposition import Decomposition
from autograd.formula import parse
from autograd.graph import computation_order
from autograd.mathml import mathml
from autograd.naming import names_of

# --- right ------------------------------------------------------------------------------------------------------------

# Plain text is read back by the parser of the command line and evaluated: every line must give the number it claims.
# A program is a list of steps; each takes two earlier results and appends a new one. All stay of moderate size.
STEPS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / (1 + b * b),
    "numbers first": lambda a, b: 1.5 - 2.0 / (2 + a * a),
    "neg": lambda a, b: -a,
    "tanh": lambda a, b: tanh(a),
    "sigmoid": lambda a, b: sigmoid(a - b),
    "sin": lambda a, b: sin(a),
    "exp": lambda a, b: exp(-a * a),
    "log": lambda a, b: ops.log(1 + a * a),
    "sqrt": lambda a, b: ops.sqrt(1 + b * b),
    "cube": lambda a, b: tanh(a) ** 3,
    "root": lambda a, b: (1.5 + tanh(a)) ** 0.5,
    "pow": lambda a, b: (1.5 + tanh(a)) ** tanh(b),
    "square": lambda a, b: ops.square(tanh(a - b)),
    "reciprocal": lambda a, b: ops.reciprocal(1 + a * a),
    "relu": lambda a, b: relu(a),
    "leaky": lambda a, b: ops.leaky_relu(a, 0.2),
    "maximum": lambda a, b: ops.maximum(a, b),
    "abs": lambda a, b: abs(a - 0.3),
    "dot": lambda a, b: ops.dot([tanh(a), b], [b, tanh(a)]),
    "sum": lambda a, b: ops.sum([a, b, a]) / 3,
    "mean": lambda a, b: ops.mean([a, b]),
    "prod": lambda a, b: ops.prod([tanh(a), tanh(b)]),
}
places = st.integers(0, 30)
programs = st.lists(st.tuples(st.sampled_from(sorted(STEPS)), places, places), min_size=1, max_size=12)
numbers = st.floats(-2.0, 2.0).map(lambda x: round(x, 3))


def run(program, leaves):
    results = list(leaves)
    for name, i, j in program:
        results.append(STEPS[name](results[i % len(results)], results[j % len(results)]))
    return results[-1]


@given(programs, numbers, numbers)
def test_each_line_read_back_by_the_parser_gives_the_number_it_claims(program, x, y):
    leaves = [Value(x, "x"), Value(y, "y")]
    root = run(program, leaves)
    if not isinstance(root, Value) or not root.requires_grad or root in leaves:
        return
    derivation = explain(root, precision=17)
    known = {leaf.label: leaf.data for leaf in leaves}
    for name, formula, number in lines(derivation, "Decomposition")[1:]:
        known[name] = parse(formula).on(known)
        assert_close(known[name], float(number), ulps=256, scale=1.0 + abs(known[name]))
    chain = [s for s in derivation.steps if s.heading == "Chain rule"]
    for row, stated in zip(*(s.rows for s in derivation.steps if s.heading in ("Chain rule", "Numbers")), strict=True):
        sides = row.text.split(" = ")
        found = parse(sides[-1]).on(known)
        known[letter_of(sides[0])] = found
        assert_close(found, float(stated.text.split(" = ")[-1]), ulps=1 << 14, scale=1.0 + abs(found))
    assert chain
    inputs = [leaf for leaf in leaves if leaf in set(computation_order(root))]
    for leaf, slope in zip(inputs, gradients(root, inputs), strict=True):
        assert_close(known[f"d{derivation.steps[0].rows[-1].sides[0].text}_d{leaf.label}"], slope, 1 << 14, 1.0 + abs(slope))


@pytest.mark.parametrize(("op", "settings"), cases(lambda op: op.elementwise and has_gradient(op)))
def test_the_formula_of_every_elementwise_op_is_balanced_and_gives_the_gradient(op, settings):
    point = points(draw(op, settings))[0]
    leaves = [Value(x, name) for x, name in zip(point, op.operands, strict=True)]
    y = op.function(*leaves, **settings)
    for style in ("full", "prime"):
        derivation = explain(y, leaves, style=style)
        assert_balanced(derivation.latex)
        assert all(mathml(p.latex).startswith("<math") for p in derivation.partials)
    if op.name == "alias":  # a name for the same number, which no formula calls
        return
    known = dict(zip(op.operands, point, strict=True)) | {"f": y.data}
    for p in explain(y, leaves).partials:
        assert_close(parse(p.formula.text).on(known), p.value, ulps=64)


@pytest.mark.parametrize(("op", "settings"), cases(lambda op: not op.elementwise and has_gradient(op)))
def test_the_formula_of_every_op_on_arrays_is_balanced_and_stands_for_the_gradient(op, settings):
    leaves = [Tensor(x, requires_grad=True, label=f"x{i}") for i, x in enumerate(sample(op), 1)]
    y = op.function(*leaves, **settings)
    total = y if isinstance(y, Value) else (y * np.random.default_rng(0).normal(size=y.shape)).sum()
    assert_balanced(explain(total, style="prime").latex)
    chain = ChainRule(Decomposition(total, names_of(computation_order(total))), leaves)
    for leaf, slope in zip(leaves, gradients(total, leaves), strict=True):
        (found,) = [d for d in chain.derivatives if d.node is leaf]
        data = found.formula if isinstance(found.formula, (float, np.ndarray)) else found.formula.data
        assert_close(np.broadcast_to(data, slope.shape), slope.numpy(), ulps=256, scale=1.0)


def test_a_checkpoint_is_not_run_on_letters():
    a, b = Value(2.0, "a"), Value(3.0, "b")
    u, v = checkpoint(lambda a, b: (a * b, a + b * b))(a, b)
    explain(u, a)
    (u + v).backward()
    assert (a.grad, b.grad) == (4.0, 8.0)


# --- size -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "double",
    [lambda v: v + v, lambda v: v * v, lambda v: sin(v) * v, lambda v: tanh(v) + tanh(v), lambda v: sin(v) + cos(v)],
)
def test_twenty_doublings_take_twice_the_text_of_ten(double):
    def length(n):
        v = Value(0.9, "x")
        for _ in range(n):
            v = double(v)
        derivation = explain(v)
        return len(derivation.text), len(derivation.latex)

    for ten, twenty in zip(length(10), length(20), strict=True):
        assert twenty < 2.6 * ten


def test_a_chain_of_thousands_needs_no_recursion():
    v = x = Value(0.5, "x")
    for _ in range(3000):
        v = v + x
    assert explain(v).partials[0].value == 3001.0
    for _ in range(3000):
        v = sin(v)
    assert explain(v).partials[0].value == gradients(v, x)


# --- words and errors -------------------------------------------------------------------------------------------------


def test_headings_are_spanish_where_that_is_asked_for():
    e, w, _ = neuron()
    headings = [step.heading for step in explain(e, w, lang="es").steps]
    assert headings == ["Descomposición", "Derivadas locales", "Regla de la cadena", "Con números"]


x0 = Value(1.0, "x")


@pytest.mark.parametrize(
    ("call", "error", "needed"),
    [
        (lambda: explain(3.0), AutogradError, "a Value or a Tensor, got float"),
        (lambda: explain(x0 * 2, style="slide"), AutogradError, "'full', 'prime', got 'slide'"),
        (lambda: explain(x0 * 2, lang="fr"), AutogradError, "'en', 'es', got 'fr'"),
        (lambda: explain(x0 * 2, precision=0), AutogradError, "from 1 to 17, got 0"),
        (lambda: explain(x0 * 2, 3.0), AutogradError, "wrt is a Value or Tensor, or a list of them, got float"),
        (lambda: explain(x0 * 2, Value(1.0, "w")), GradientError, "was not computed from the Value 'w'"),
        (lambda: explain(x0 * 2, Value(1.0, "c", requires_grad=False)), GradientError, "'c' requires no gradient"),
        (lambda: explain(Value(1.0, requires_grad=False)), GradientError, "requires no gradient"),
        (lambda: explain(x0 * 2, names=["x"]), AutogradError, "names is a mapping"),
        (lambda: explain(Tensor([1.0, 2.0], requires_grad=True) * 2), AutogradError, "shape (2,): sum() or mean()"),
    ],
)
def test_what_cannot_be_derived_is_refused_in_words_and_with_the_place(call, error, needed):
    with pytest.raises(error, match=re.escape(needed) + r".*test_derivation.py:"):
        call()


def test_a_leaf_written_since_is_refused():
    x = Value(2.0, "x")
    y = x * x
    x.data = 3.0
    with pytest.raises(GradientError, match="mul needs 'x' as it was"):
        explain(y)


def test_wrt_may_be_any_iterable_but_not_empty():
    x, y = Value(1.0, "x"), Value(2.0, "y")
    assert len(explain(x * y, (v for v in (x, y))).partials) == 2
    with pytest.raises(AutogradError, match="wrt is empty"):
        explain(x * y, [])
