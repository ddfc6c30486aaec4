"""Is a typed formula read as Python would read it, is everything else refused, and does the error show where?"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import FormulaError, Tensor, Value, elementwise
from autograd.formula import parse
from autograd.graph import backward_order
from autograd.registry import all_ops, scoped
from autograd.symbol import Symbol

POINT = {"x": 0.7, "y": -1.3, "w": 2.0, "x1": 0.25}


def fault_of(text, **values):
    """Return the error that reading and evaluating a text ends with."""
    with pytest.raises(FormulaError) as caught:
        parse(text).on(values)
    return caught.value


def graph_of(root):
    """Write down all that a graph recorded: ops, settings, operands and what they held."""
    order = backward_order([root])
    number = {node: i for i, node in enumerate(order)}
    return [
        (node.op, node.settings, node.label, node.data, [(number.get(x), held) for x, held in node.operands()])
        for node in order
    ]


def by_python(text, values):
    """Evaluate a formula as Python does, with the library's functions under their names."""
    functions = {op.name: op.function for op in all_ops() if op.elementwise}
    return eval(text, {"__builtins__": {}, "pi": math.pi, "e": math.e, **functions, **values})


# --- what is read -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 + 3*4", 14.0),
        ("(2 + 3)*4", 20.0),
        ("2 - 3 - 4", -5.0),
        ("8 / 4 / 2", 1.0),
        ("2**3**2", 512.0),
        ("-2**2", -4.0),
        ("2**-1", 0.5),
        ("--2", 2.0),
        ("+2", 2.0),
        (".5 + 1e-3 + 1_000", 1000.501),
        ("0x10", 16.0),
        ("maximum(2, 3)", 3.0),
        (" \t\n 1 +\n 2 ", 3.0),
        ("sqrt(2)**2", math.sqrt(2) ** 2),
        ("where(greater(2, 1), 5, 6)", 5.0),
    ],
)
def test_numbers_operators_and_functions_mean_what_they_mean_in_python(text, value):
    found = parse(text).on({})
    assert type(found) is float
    assert found == value


def test_names_are_listed_once_in_the_order_they_appear_without_pi_and_e():
    formula = parse("w20 + e*w21*tanh(w10 + pi*w20) + _a1")
    assert formula.names == ("w20", "w21", "w10", "_a1")
    assert formula.all_names == ("w20", "e", "w21", "w10", "pi", "_a1")


def test_pi_and_e_are_constants_unless_they_are_given_a_value():
    assert parse("pi*e").on({}) == math.pi * math.e
    assert parse("pi*e").on({"e": 2.0}) == math.pi * 2.0


def test_a_name_of_a_function_can_be_a_variable_too():
    assert parse("exp + exp(exp)").on({"exp": 0.0}) == 1.0


def test_values_that_are_not_in_the_formula_do_no_harm():
    assert parse("x").on({"x": 1.0, "y": None}) == 1.0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("leaky_relu(x, negative_slope=0.2)", -0.6),
        ("leaky_relu(x, negative_slope=+.5)", -1.5),
        ("clip(x, lo=-1, hi=1)", -1.0),
        ("clip(x, hi=-4)", -4.0),
        ("hardtanh(x, lo=-2)", -2.0),
        ("round(x/8, decimals=1)", -0.4),
        ("power(x, exponent=2)", 9.0),
    ],
)
def test_settings_are_numbers_given_by_name_and_a_value_stays_a_float(text, value):
    found = parse(text).on({"x": Value(-3.0)})
    assert type(found.data) is float
    assert found.data == pytest.approx(value)


def test_a_formula_can_be_evaluated_on_tensors_arrays_and_symbols():
    formula = parse("x**2 - sin(-y)/2")
    x, y = np.array([1.0, 2.0]), np.array([0.5, 0.25])
    expected = x**2 - np.sin(-y) / 2
    assert np.array_equal(formula.on({"x": x, "y": y}), expected)
    assert np.array_equal(formula.on({"x": Tensor(x), "y": Tensor(y)}).data, expected)
    assert str(formula.on({"x": Symbol("a"), "y": Symbol("b")})) == "a**2 - sin(-b)/2"


def test_an_op_that_a_user_registers_can_be_called():
    with scoped():

        @elementwise(d=lambda y, x, times: 3 * times * x * x)
        def cubed(x, times=1.0):
            return times * x * x * x

        x = Value(2.0)
        y = parse("cubed(x, times=2)").on({"x": x})
        y.backward()
        assert (y.data, x.grad) == (16.0, 24.0)


@pytest.mark.parametrize(
    "text",
    [
        "x**2", "x**-2", "x**2.5", "2**x", "x**y**2", "x - 1", "1 - x", "1/x", "-x", "x*x", "x + 2*3", "tanh(x)*w",
        "power(x, exponent=3)", "maximum(x, 0)", "where(greater(x, 0), x, 0.1*x)", "w*x**(1/2)", "x**pi",
    ],
)  # fmt: skip
def test_the_recorded_graph_is_the_one_that_a_users_own_code_records(text):
    values = {name: Value(x, name) for name, x in POINT.items()}
    found, expected = parse(text).on(values), by_python(text, values)
    assert graph_of(found) == graph_of(expected)
    kinds = [[type(s) for s in (n.settings or {}).values()] for n in backward_order([found])]
    assert kinds == [[type(s) for s in (n.settings or {}).values()] for n in backward_order([expected])]


@pytest.mark.parametrize(
    "text",
    [
        "-" * 1999 + "x",
        "**".join(["x"] * 667),
        "+".join(["x"] * 1000),
        "(" * 90 + "x" + ")" * 90,
        "exp(-" * 90 + "x" + ")" * 90,
    ],
)
def test_a_deep_formula_is_computed(text):
    x = Value(0.5)
    y = parse(text).on({"x": x})
    y.backward()
    assert math.isfinite(y.data)
    assert math.isfinite(x.grad)


# --- what is refused, and where ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("__import__('os')", 1),
        ("x + __import__('os').system('ls')", 22),
        ("x.real", 3),
        ("(a + b).real", 9),
        ("x[0]", 2),
        ("'abc'", 1),
        ("f'{x}'", 1),
        ("1j", 1),
        ("2 + 3j*x", 5),
        ("a < b", 3),
        ("x == 1", 3),
        ("lambda x: x", 1),
        ("(x := 1)", 2),
        ("True", 1),
        ("2*None", 3),
        ("...", 1),
        ("not x", 1),
        ("~x", 1),
        ("x and y", 3),
        ("x if y else z", 3),
        ("a, b", 1),
        ("[x]", 1),
        ("{x: y}", 1),
        ("[x for x in y]", 1),
        ("x // 2", 3),
        ("x % 2", 3),
        ("x @ y", 3),
        ("(x) ^ (2)", 5),
        ("x = 1", 3),
        ("x; y", 2),
        ("x y", 3),
        ("2x", 1),
        ("2(x)", 1),
        ("(a + b)(c)", 4),
        ("1if 2else 3", 2),
        ("(x", 1),
        ("x)", 2),
        ("x +", 4),
        ("", 1),
        (" \n ", 1),
        ("$x", 1),
        ("x # y", 3),
        ("x\\\n+ y", 2),
        ("x\0", 2),
        ("\0", 1),
        ("х + 1", 1),  # Cyrillic
        ("1 + ｘ", 5),  # full width, which Python would take for x
        ("x − 1", 3),  # a typographic minus
        ("x²", 2),
        ("x\u200b", 2),
        ("\ud800", 1),
        ("1e999", 1),
        ("x + " + "9" * 1900, 5),
        ("foo(x)", 1),
        ("x + matmul(x, x)", 5),
        ("alias(x)", 1),
        ("x(y + 1)", 1),
        ("2*tanh()", 3),
        ("tanh(x, y)", 1),
        ("maximum(x)", 1),
        ("tanh(x=1)", 1),
        ("tanh(*x)", 6),
        ("clip(x, **y)", 9),
        ("clip(x, -1, 1)", 1),
        ("clip(x, lo=y)", 12),
        ("clip(x, lo=1, lo=2)", 15),
        ("clip(x, low=1)", 9),
        ("gelu(x, approximate='tanh')", 21),
        ("gelu(x, approximate=1)", 21),
        ("round(x, decimals=1.5)", 19),
        ("power(x)", 1),
        ("  x.real", 5),
        ("\n\tx[0]", 4),
    ],
)  # fmt: skip
def test_what_is_no_formula_is_refused_at_its_column(text, column):
    error = fault_of(text)
    assert error.column == column
    message, shown, caret = str(error).split("\n")
    assert message.endswith(f"(column {column})")
    if len(text) <= 60:
        assert shown == "  " + "".join(c if c.isprintable() else " " for c in text)
        assert caret == " " * (2 + column - 1) + "^"


def test_what_is_not_text_is_refused():
    with pytest.raises(FormulaError, match="a formula is text, got int 3"):
        parse(3)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "x" + ")" * 10_000,
        "(" * 900 + "x" + ")" * 900,
        "tanh(" * 390 + "x" + ")",
        "[" * 1000,
        "lambda:" * 285 + "x",
        "x" * 2001,
        "- " * 5_000_000,
    ],
)
def test_what_is_too_long_or_too_deep_is_refused_with_a_short_message(text):
    error = fault_of(text)
    assert 1 <= error.column <= 2001
    assert len(str(error)) < 400


def test_a_long_formula_is_shown_around_the_fault():
    text = "x + " * 100 + "y.z" + " + x" * 100
    message, shown, caret = str(fault_of(text)).split("\n")
    assert message.endswith("(column 403)")
    assert shown.startswith("  ...")
    assert shown.endswith("...")
    assert len(shown) == 2 + 3 + 60 + 3
    assert shown[caret.index("^")] == "z"


def test_a_misspelt_function_is_met_with_the_nearest_one():
    assert "did you mean sigmoid?" in str(fault_of("sigmod(x)"))


def test_a_look_alike_letter_is_named():
    assert "U+0445, CYRILLIC SMALL LETTER HA" in str(fault_of("х"))


def test_the_leftmost_of_two_faults_is_reported():
    assert fault_of("foo(x) + bar(x)").column == 1


def test_all_missing_values_are_named():
    error = fault_of("x + y*z + y + pi", z=1.0)
    assert str(error) == "the formula needs a value for x, y"
    assert error.column == 1


# --- what cannot be computed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "column"),
    [("9**9**9**9", 5), ("x + 1e308*10", 10), ("exp(1000)", 1), ("-e**1e3", 3), ("round(5, decimals=99999999999)", 1)],
)
def test_numbers_alone_that_overflow_are_refused_at_the_operation(text, column):
    error = fault_of(text, x=1.0)
    assert "no finite value" in str(error)
    assert error.column == column


def test_overflow_of_given_values_is_infinite_as_everywhere():
    assert parse("exp(x)").on({"x": 1000.0}) == math.inf
    assert parse("x**x**x**x").on({"x": 9}) == math.inf
    assert parse("exp(x)").on({"x": Value(1000.0)}).data == math.inf


def test_a_given_whole_number_beyond_floats_is_refused():
    assert fault_of("2 + x", x=10**400).column == 5


@pytest.mark.parametrize("kind", [float, Value])
@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("1 + log(x)", 5, "log needs x > 0, got -1.0"),
        ("2 / (x + 1)", 3, "div needs b not 0, got a = 2.0, b = 0.0"),
        ("x**.5", 2, "power needs a base > 0, or a whole exponent"),
        ("sqrt(0 - 1) + log(x)", 1, "sqrt needs x >= 0, got -1.0"),
    ],
)
def test_a_number_outside_a_domain_is_reported_at_its_column_and_not_at_a_line_of_python(kind, text, column, words):
    error = fault_of(text, x=kind(-1.0))
    assert str(error).startswith(words)
    assert error.column == column
    assert ".py" not in str(error)


# --- against Python itself --------------------------------------------------------------------------------------------

# Numbers have a point, because Python's powers of whole numbers would never end; exponents alone are whole.
numbers = st.one_of(st.integers(0, 9).map("{}.0".format), st.sampled_from(["0.5", "1e-3", "2.5e2", ".25", "pi", "e"]))
unary = st.sampled_from(["tanh", "sin", "exp", "sigmoid", "sqrt", "log", "relu", "softplus", "atan", "square"])
binary = st.sampled_from(["maximum", "atan2", "hypot", "logaddexp"])
with_settings = st.sampled_from(["leaky_relu({}, negative_slope=0.2)", "clip({}, lo=-1., hi=1.5)", "elu({}, alpha=.5)"])
operators = st.sampled_from(["+", "-", "*", "/", "**", " + ", " - ", " * ", " / ", " ** "])


def grown(inner):
    """Return larger formulas around a strategy for smaller ones."""
    return st.one_of(
        st.tuples(inner, operators, inner).map("".join),
        st.tuples(inner, st.integers(-3, 3)).map(lambda t: f"({t[0]})**{t[1]}"),
        inner.map("({})".format),
        inner.map("-{}".format),
        st.tuples(unary, inner).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(binary, inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
        st.tuples(with_settings, inner).map(lambda t: t[0].format(t[1])),
    )


legal = st.recursive(st.one_of(numbers, st.sampled_from(sorted(POINT))), grown, max_leaves=12)


def value_and_gradient(f, text):
    """Return the value of a formula on fresh Values, and all its derivatives."""
    values = {name: Value(x, name) for name, x in POINT.items()}
    y = f(text, values)
    if isinstance(y, Value) and y.requires_grad:
        y.backward()
    return [y.item() if isinstance(y, Value) else float(y), *(v.grad for v in values.values())]


@given(legal)
def test_value_and_gradient_of_a_formula_are_those_of_pythons_own_evaluation(text):
    try:
        found = value_and_gradient(lambda text, values: parse(text).on(values), text)
    except FormulaError as error:
        # Numbers alone that overflow are infinite in Python; everything else that is refused fails there too.
        if "no finite value" not in str(error):
            with pytest.raises(Exception):  # noqa: B017, PT011  (complex roots fail in many ways)
                value_and_gradient(by_python, text)
    else:
        assert np.array_equal(found, value_and_gradient(by_python, text), equal_nan=True)


PUBLIC = [op for op in all_ops() if op.elementwise and op.module.startswith("autograd.ops.")]


@pytest.mark.parametrize("op", PUBLIC, ids=repr)
def test_every_elementwise_op_of_the_library_can_be_called(op):
    rng = np.random.default_rng(3)
    values = {name: float(domain.sample(rng)) for name, domain in zip(op.operands, op.domain, strict=True)}
    for settings in op.cases:
        if not any(isinstance(setting, str) for setting in settings.values()):
            text = f"{op.name}({', '.join([*op.operands, *(f'{k}={v}' for k, v in settings.items())])})"
            assert parse(text).on(values) == op.function(*values.values(), **settings)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text):
    read_or_refuse(text)


@given(
    st.lists(
        st.sampled_from(
            [
                *"xyw01279.,=+-*/()[]{}<>!@%^&|~:;'\"\\#_ \n\t", "**", "//", "==", "tanh", "clip", "where", "lo=",
                "1e9", "1e308", "pi", "e", "lambda", "if", "else", "not", "True", "None", "import", "__import__",
                "x.y", "0x", "1j", "await", "yield", "f'", "\0", "х", "−",
            ]
        ),
        max_size=60,
    ).map("".join)
)  # fmt: skip
def test_any_string_of_tokens_is_read_or_refused(text):
    read_or_refuse(text)


def read_or_refuse(text):
    """Read and evaluate, where nothing but a FormulaError with a column inside the text may be raised."""
    try:
        formula = parse(text)
        found = formula.on({name: Value(0.5) for name in formula.names})
    except FormulaError as error:
        column = error.column
    else:
        assert isinstance(found, (Value, float))
        return
    assert column is not None
    assert 1 <= column <= len(text) + 1
