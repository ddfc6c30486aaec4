"""Does the plugin for pytest give a fixture that any test can use, and show the table alone where a derivative is wrong?

Each test runs pytest on a small test file in a process of its own, where nothing but the plugin is loaded.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from autograd.version import __version__

ROOT = Path(__file__).resolve().parent.parent
pytest_plugins = "pytester"

WRONG = """
import numpy as np
from autograd import elementwise

@elementwise(d=lambda y, x: 1.01 * y)
def wrong_exp(x):
    return np.exp(x)

def test_of_a_wrong_rule(gradcheck):
    gradcheck(lambda x: 2 * wrong_exp(x), (0.5,))
"""


@pytest.fixture
def run(pytester, monkeypatch):
    """Return a function that runs pytest on a source, with this plugin and those named, and no others."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def run_pytest(source: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(source)
        return pytester.runpytest_subprocess("-p", "pytest_wengert", *options)

    return run_pytest


def test_loading_the_plugin_loads_neither_numpy_nor_the_library_nor_hypothesis():
    heavy = "{'numpy', 'autograd', 'hypothesis', 'graphviz'}"
    code = f"import sys, pytest_wengert; print(sorted({heavy} & sys.modules.keys()), 'pytest' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert printed == "[] True\n"


def test_a_run_that_differentiates_nothing_never_loads_the_library(run):
    result = run("import sys\ndef test_it():\n    assert not {'numpy', 'autograd', 'hypothesis'} & sys.modules.keys()")
    result.assert_outcomes(passed=1)


def test_the_header_says_which_version_is_there(run):
    run("def test_it(): pass").stdout.fnmatch_lines([f"wengert: {__version__}"])


def test_the_header_is_silent_where_wengert_is_not_installed(monkeypatch):
    from importlib import metadata

    import pytest_wengert

    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    assert pytest_wengert.pytest_report_header() == []


def test_the_fixture_is_the_librarys_own_check(run):
    source = """
        import autograd
        def test_it(gradcheck):
            assert gradcheck is autograd.gradcheck
            assert gradcheck(autograd.tanh, (0.5,), order=2)
        """
    run(source).assert_outcomes(passed=1)


def test_the_fixture_goes_together_with_hypothesis(run):
    source = """
        from hypothesis import given
        from autograd import log
        from autograd.testing import strategies
        @given(x=strategies.values(domain="positive"))
        def test_it(gradcheck, x):
            gradcheck(log, (x,))
        """
    run(source, "-p", "_hypothesis_pytestplugin").assert_outcomes(passed=1)


def test_without_hypothesis_everything_else_works(run):
    source = """
        import sys
        sys.modules["hypothesis"] = None
        from autograd import exp
        def test_it(gradcheck):
            assert gradcheck(exp, (0.5,))
        """
    run(source).assert_outcomes(passed=1)


@pytest.mark.parametrize("style", ["auto", "long", "short"])
def test_a_wrong_derivative_shows_the_users_line_and_the_table_and_no_frame_of_the_library(run, style):
    result = run(WRONG, f"--tb={style}")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*gradcheck(lambda x: 2 * wrong_exp(x), (0.5,))", "E*verdict*ours*differences*", "E*wrong*1.01*", "FAILED *"]
    )
    result.stdout.no_fnmatch_line("*checking.py*")
    result.stdout.no_fnmatch_line("*def gradcheck(*")


def test_the_full_traceback_is_there_for_who_asks_for_it(run):
    run(WRONG, "--full-trace").stdout.fnmatch_lines(["*checking.py:*"])


def test_a_wrong_derivative_under_hypothesis_shows_the_table_and_the_example(run):
    source = WRONG + """
from hypothesis import given
from autograd.testing import strategies

@given(x=strategies.values())
def test_of_a_wrong_rule_at_any_point(gradcheck, x):
    gradcheck(wrong_exp, (x,))
"""
    result = run(source, "-p", "_hypothesis_pytestplugin", "-k", "any_point")
    result.assert_outcomes(failed=1, deselected=1)
    result.stdout.fnmatch_lines(["*gradcheck(wrong_exp, (x,))", "E*verdict*", "E*x=Value(1.0)*"])
    result.stdout.no_fnmatch_line("*checking.py*")


def test_other_failures_keep_the_frames_of_the_library(run):
    result = run("from autograd import Value, log\ndef test_it():\n    log(Value(-1.0))")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*autograd*.py:*", "E*log needs x > 0*"])
