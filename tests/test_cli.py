"""Does the command line take a formula apart rightly, and answer every slip with one clear message?"""

import importlib.metadata
import io
import math
import re
import subprocess
import sys
import tomllib
import types
from pathlib import Path

import pytest

from autograd import ops
from autograd.cli import main
from autograd.version import __version__

ROOT = Path(__file__).resolve().parent.parent
NEURONS = "sigmoid(w20 + w21*tanh(w10 + w11*x1 + w12*x2))"
POINT = ["w10=.1", "w11=.4", "w12=-.3", "w20=.2", "w21=.7", "x1=.5", "x2=-1.2"]


@pytest.fixture
def wengert(capsys):
    """Return a function that runs the command and gives its exit status, its output and its complaints."""

    def run(*words):
        status = main(words)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


@pytest.fixture
def explained(wengert):
    """Return a function that explains a formula and gives each step's lines, and the rows of the table as cells."""

    def run(*words):
        status, out, err = wengert("explain", *words)
        assert (status, err) == (0, "")
        *steps, table = out.split("\n\n")
        lines = {step.splitlines()[0][3:]: [line.strip() for line in step.splitlines()[1:]] for step in steps}
        return lines, [re.split(r"\s{2,}", line) for line in table.splitlines()[1:]]

    return run


# --- explain ----------------------------------------------------------------------------------------------------------


def test_explain_takes_the_worked_example_apart_as_the_slide_does(explained):
    steps, _ = explained(NEURONS, "--at", *POINT, "--wrt", "w21", "w11")
    assert steps["Decomposition"][2:] == [
        "z1 = w10 + w11*x1 + w12*x2 = 0.66",
        "z2 = tanh(z1) = 0.5784",
        "z3 = w20 + w21*z2 = 0.6049",
        "f = sigmoid(z3) = 0.6468",
    ]
    assert steps["Chain rule"] == [
        "∂f/∂w21 = ∂f/∂z3 · ∂z3/∂w21 = f*(1 - f)*z2",
        "∂f/∂w11 = ∂f/∂z3 · ∂z3/∂z2 · ∂z2/∂z1 · ∂z1/∂w11 = f*(1 - f)*w21*(1 - z2**2)*x1",
    ]
    assert steps["Numbers"][0] == "∂f/∂w21 = 0.6468*(1 - 0.6468)*0.5784 = 0.1321"


def test_explain_shows_each_derivative_asked_for_beside_its_central_difference(explained):
    _, rows = explained(NEURONS, "--at", *POINT, "--wrt", "w20", "w21")
    assert [row[0] for row in rows] == ["∂f/∂w20", "∂f/∂w21"]
    f, g = 0.6467661271, 0.578363413
    for (_, derivative, check, difference), expected in zip(rows, [f * (1 - f), f * (1 - f) * g], strict=True):
        assert float(derivative) == pytest.approx(expected, rel=1e-9)
        assert float(check) == pytest.approx(expected, rel=1e-8)
        assert 0 <= float(difference) < 1e-9


def test_explain_differentiates_by_all_names_in_order_of_appearance(explained):
    _, rows = explained("b + e*a*pi", "--at", "a=1", "b=2", "e=3")
    assert [row[:2] for row in rows] == [["∂f/∂b", "1"], ["∂f/∂e", "3.141592654"], ["∂f/∂a", "9.424777961"]]


def test_options_may_be_given_in_parts_and_names_twice(explained):
    _, rows = explained("x*y", "--at", "x=2", "--wrt", "y", "--at", "y = 3", "--wrt", "y", "x")
    assert [row[:2] for row in rows] == [["∂f/∂y", "2"], ["∂f/∂x", "3"]]


@pytest.mark.parametrize(
    ("formula", "line"),
    [
        ("-x**2", "f = -x**2 = -9"),
        ("-hypot(x, 4)", "f = -z1 = -5"),
        ("clip(x, hi=2.5)", "f = clip(x, hi=2.5) = 2.5"),
    ],
)
def test_a_formula_may_begin_with_a_minus(explained, formula, line):
    assert explained(formula, "--at", "x=3")[0]["Decomposition"][-1] == line


def test_a_formula_may_be_as_short_as_a_name(explained):
    steps, rows = explained("x", "--at", "x=3")
    assert steps["Decomposition"] == ["x = 3"]
    assert rows == [["∂x/∂x", "1", "1", "0.0e+00"]]


def test_a_formula_of_numbers_alone_has_a_value_and_no_derivatives(wengert):
    assert wengert("explain", "2 + 3*4") == (0, "f = 14\n", "")
    assert wengert("explain", "2 + 3*4", "--latex") == (0, "f = 14\n", "")


def test_a_result_that_no_gradient_flows_to_has_the_derivative_zero(explained):
    steps, rows = explained("greater(x, 0)", "--at", "x=1")
    assert steps == {" 1": []}  # the line "f = 1" alone, without its first three signs
    assert rows == [["∂f/∂x", "0", "0", "0.0e+00"]]


def test_a_name_that_cancels_has_the_derivative_zero(explained):
    steps, rows = explained("x*y - y*x + where(x, 1, 2)", "--at", "x=1", "y=2")
    assert steps["Chain rule"][-1].endswith(" = 0")
    assert [row[1] for row in rows] == ["0", "0"]


def test_intermediates_and_the_result_take_no_name_of_the_formula(explained):
    steps, rows = explained("sin(f*z1)", "--at", "f=2", "z1=3")
    assert steps["Decomposition"] == ["f = 2, z1 = 3", "z2 = f*z1 = 6", "e = sin(z2) = -0.2794"]
    assert [row[0] for row in rows] == ["∂e/∂f", "∂e/∂z1"]


def test_a_check_that_would_leave_the_domain_says_so(explained):
    _, rows = explained("sqrt(x)", "--at", "x=0")
    assert rows == [["∂f/∂x", "inf", "leaves the domain"]]


def test_overflow_at_given_values_is_shown_as_infinity(explained):
    steps, rows = explained("x**x**x", "--at", "x=9")
    assert steps["Decomposition"][-1].endswith(" = inf")
    assert rows[0][:2] == ["∂f/∂x", "inf"]


def test_a_square_beyond_the_largest_float_is_infinite(explained):
    steps, rows = explained("-(x*x)", "--at", "x=1e300")
    assert steps["Decomposition"][-1] == "f = -x**2 = -inf"
    assert rows[0][:2] == ["∂f/∂x", "-2e+300"]


@pytest.mark.parametrize(("number", "value"), [(".1", 0.1), ("-1.2", -1.2), ("1e-3", 1e-3), ("-.5e2", -50)])
def test_numbers_are_written_as_usual(explained, number, value):
    assert explained("x", "--at", f"x={number}")[0]["Decomposition"] == [f"x = {value:.4g}"]


def test_the_steps_may_be_in_spanish_and_leave_primes(explained):
    steps, _ = explained("tanh(w*x)", "--at", "w=1", "x=2", "--wrt", "w", "--lang", "es", "--style", "prime")
    assert list(steps) == ["Descomposición", "Derivadas locales", "Regla de la cadena", "Con números"]
    assert steps["Regla de la cadena"] == ["∂f/∂w = ∂f/∂z1 · ∂z1/∂w = tanh'(z1)*x"]


def test_latex_is_printed_alone_where_that_is_asked_for(wengert):
    status, out, err = wengert("explain", "w*x", "--at", "w=1", "x=2", "--wrt", "w", "--latex")
    assert (status, err) == (0, "")
    assert out.startswith("\\begin{aligned}\n")
    assert out.endswith("\\end{aligned}\n")
    assert r"\frac{\partial f}{\partial w} &= x" in out


def test_the_graph_is_drawn_with_the_names_of_the_decomposition(wengert, tmp_path):
    file = tmp_path / "f.svg"
    status, _, err = wengert("explain", NEURONS, "--at", *POINT, "--svg", str(file))
    assert (status, err) == (0, "")
    picture = file.read_text(encoding="utf-8")
    assert "<svg" in picture
    assert "z2 = 0.5784" in picture.replace("&#160;", " ")


def test_the_page_is_written_where_that_is_asked_for(wengert, tmp_path):
    file = tmp_path / "f.html"
    status, _, err = wengert("explain", NEURONS, "--at", *POINT, "--html", str(file), "--lang", "es")
    assert (status, err) == (0, "")
    assert '<html lang="es">' in file.read_text(encoding="utf-8")


def test_a_terminal_without_the_letter_gets_a_d(monkeypatch):
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", terminal)
    assert main(["explain", "sin(w20*x)", "--at", "w20=1", "x=2"]) == 0
    assert main(["ops"]) == 0
    terminal.seek(0)
    assert "df/dw20 = df/dz1 * dz1/dw20" in terminal.read()


# --- what is answered with a message ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("explain x+y --at x=1", "the formula needs a value for y"),
        ("explain x+y+z", "the formula needs a value for x, y, z"),
        ("explain x --at x=1 x=2", "--at has two values for x"),
        ("explain x --at x=1 --at x=1", "--at has two values for x"),
        ("explain x*y --at w=1", "--at has 'w', but the names in the formula are x, y"),
        ("explain 2 --at w=1", "--at has 'w', but the names in the formula are none"),
        ("explain x --at x", "--at takes pairs NAME=NUMBER, got 'x'"),
        ("explain x --at x=", "--at takes pairs NAME=NUMBER, got 'x='"),
        ("explain x --at =1", "--at takes pairs NAME=NUMBER, got '=1'"),
        ("explain x --at x=one", "--at needs a number for x, got 'one'"),
        ("explain x --at x=1=2", "--at needs a number for x, got '1=2'"),
        ("explain x --at x=inf", "--at needs a finite number for x, at most 1.8e308, got 'inf'"),
        ("explain x --at x=nan", "--at needs a finite number for x, at most 1.8e308, got 'nan'"),
        ("explain x --at x=1e999", "--at needs a finite number for x, at most 1.8e308, got '1e999'"),
        ("explain x --at x=1 --wrt y", "--wrt has 'y', but the names in the formula are x"),
        ("explain pi*x --at x=1 --wrt pi", "--wrt has pi, which is a constant: give it a value with --at"),
        ("explain x --at x=1 --svg no/such/f.svg", "cannot write no/such/f.svg: No such file or directory"),
        ("explain x --at x=1 --svg f.png", "a picture is saved as .svg, .dot, .json, .mmd or .tex, got 'f.png'"),
        ("explain x --at x=1 --html f.txt", "a page is saved as .html or as .htm, got 'f.txt'"),
        ("explain", "the following arguments are required: FORMULA (wengert explain --help tells more)"),
        ("explain x --at", "argument --at: expected at least one argument (wengert explain --help tells more)"),
        ("explain x --at x=1 --foo", "unrecognized arguments: --foo (wengert --help tells more)"),
        ("", "the following arguments are required: COMMAND (wengert --help tells more)"),
    ],
)
def test_a_slip_is_answered_with_one_line(wengert, tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    status, _, err = wengert(*words.split())
    assert (status, err) == (2, f"wengert: {message}\n")


def test_an_unknown_command_is_answered_with_those_there_are(wengert):
    status, _, err = wengert("explian", "x")
    assert status == 2
    assert re.fullmatch(r"wengert: .*'explian'.*demo.*explain.*ops.*\n", err)


@pytest.mark.parametrize(
    ("formula", "message", "caret"),
    [
        ("9**9**9**9", "this has no finite value: floats end at 1.8e308 (column 5)", "    ^"),
        ("__import__('os')", "there is no function __import__ to call: a product is written a*(b) (column 1)", "^"),
        ("1 + log(-1)", "log needs x > 0, got -1.0 (column 5)", "    ^"),
    ],
)
def test_a_fault_in_the_formula_is_shown_with_a_caret_and_no_traceback(wengert, formula, message, caret):
    assert wengert("explain", formula) == (2, "", f"wengert: {message}\n  {formula}\n  {caret}\n")


def test_an_output_folder_that_is_a_file_is_answered_with_one_line(wengert, tmp_path, monkeypatch):
    fake_demo(monkeypatch)
    (tmp_path / "taken").write_text("")
    status, _, err = wengert("demo", "--output", str(tmp_path / "taken"))
    assert status == 2
    assert re.fullmatch(r"wengert: .*taken.*\n", err)


# --- the other commands -----------------------------------------------------------------------------------------------


def fake_demo(monkeypatch):
    """Put a demo in place that only remembers where it was told to write."""
    asked = []
    demo = types.ModuleType("autograd.demo")
    demo.run = asked.append
    monkeypatch.setitem(sys.modules, "autograd.demo", demo)
    return asked


def test_demo_runs_in_the_folder_it_is_given_and_makes_it(wengert, tmp_path, monkeypatch):
    asked = fake_demo(monkeypatch)
    folder = tmp_path / "new" / "folder"
    assert wengert("demo", "--output", str(folder))[0] == 0
    assert wengert("demo")[0] == 0
    assert asked == [folder, Path()]
    assert folder.is_dir()


def test_ops_prints_the_table_of_ops(wengert):
    assert wengert("ops") == (0, f"{ops.table()}\n", "")


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit) as leaving:
        main(["--version"])
    assert leaving.value.code == 0
    assert capsys.readouterr().out == f"wengert {__version__}\n"


def test_a_namesake_that_is_installed_too_is_warned_of_in_one_line(wengert, monkeypatch):
    distribution = importlib.metadata.distribution
    monkeypatch.setattr(
        importlib.metadata, "distribution", lambda name: None if name == "autograd" else distribution(name)
    )
    status, out, err = wengert("explain", "2 + 3")
    assert (status, out) == (0, "f = 5\n")
    assert err.startswith("wengert: warning: ")
    assert "separate environments" in err
    assert err.count("\n") == 1


# --- as a program -----------------------------------------------------------------------------------------------------


def test_the_module_runs_as_a_program_and_passes_its_status_on():
    command = [sys.executable, "-m", "autograd", "explain"]
    good = subprocess.run([*command, "x*x", "--at", "x=3"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.startswith("1. Decomposition\n   x = 3\n   f = x**2 = 9\n")
    bad = subprocess.run([*command, "x"], cwd=ROOT, capture_output=True, text=True)
    assert (bad.returncode, bad.stdout, bad.stderr) == (2, "", "wengert: the formula needs a value for x\n")


def test_the_console_script_is_this_command():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["scripts"] == {"wengert": "autograd.cli:main"}


@pytest.mark.skipif(sys.platform == "win32", reason="a broken pipe is another error there")
@pytest.mark.parametrize("length", [3, 900])
def test_a_reader_who_leaves_early_ends_the_program_quietly(length):
    command = [sys.executable, "-m", "autograd", "explain", "+".join(["x"] * length), "--at", "x=1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_the_longest_formula_is_explained(explained):
    steps, rows = explained("+".join(["x"] * 1000), "--at", "x=.001")
    assert len(steps["Decomposition"]) < 100
    assert math.isclose(float(rows[0][1]), 1000.0)
