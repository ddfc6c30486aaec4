"""Are the grounds what they are said to be, do races record what happened, and do plots show it?"""

import importlib
import re
from functools import partial

import matplotlib as mpl
import numpy as np
import pytest

import optim
from autograd import AutogradError, Tensor, Value, grad, hessian
from autograd.extras import ExtraMissing
from optim import functions

mpl.use("Agg")
GROUNDS = [functions.rosenbrock, functions.beale, functions.himmelblau, functions.saddle, functions.ravine]
each = pytest.mark.parametrize("f", GROUNDS, ids=lambda f: f.name)
RULES = {"SGD": partial(optim.SGD, lr=1e-3, momentum=0.9), "Adam": partial(optim.Adam, lr=0.1)}


@pytest.fixture(autouse=True)
def _figures_are_closed():
    yield
    importlib.import_module("matplotlib.pyplot").close("all")


@each
def test_the_minima_of_a_ground_are_minima(f):
    lowest = -0.5 if f is functions.saddle else 0.0
    for point in f.minima:
        assert f(point) == pytest.approx(lowest, abs=1e-25)
        np.testing.assert_allclose(grad(f)(np.array(point)), 0.0, atol=1e-12)
        assert np.all(np.linalg.eigvalsh(hessian(f)(np.array(point))) > 0)


def test_the_saddle_has_a_saddle():
    assert grad(functions.saddle)([0.0, 0.0]) == [0.0, 0.0]
    assert np.linalg.eigvalsh(hessian(functions.saddle)(np.zeros(2))).tolist() == [-2.0, 2.0]


@each
def test_a_ground_takes_points_of_all_kinds(f):
    point = (0.5, -1.5)
    expected = f(point)
    assert f([Value(x) for x in point]).item() == expected
    assert f(Tensor(point)).item() == pytest.approx(expected, rel=1e-15)
    grid = f(np.full((2, 3, 4), np.array(point)[:, None, None]))
    np.testing.assert_allclose(grid, np.full((3, 4), expected))
    x0, x1, y0, y1 = f.window
    assert all(x0 < x < x1 and y0 < y < y1 for x, y in (*f.minima, f.start))


@each
def test_the_formula_of_a_ground_is_what_is_computed(f):
    python = f.latex.replace(r"\frac{1}{2}", "0.5").replace("^", "**")
    python = re.sub(r"(?<=[\dxy)]) (?=[xy(])", "*", python)
    for x, y in ((0.3, 0.4), (-1.7, 2.2)):
        assert eval(python, {"x": x, "y": y}) == pytest.approx(f((x, y)), rel=1e-14)
    assert f._repr_latex_() == f"$${f.latex}$$"


def test_a_race_records_paths_and_losses_from_the_start_on():
    race = optim.race(RULES, functions.rosenbrock, start=(-1, 2), steps=30)
    assert list(race.paths) == ["SGD", "Adam"]
    for name, path in race.paths.items():
        assert path.shape == (31, 2)
        assert path[0].tolist() == [-1.0, 2.0]
        np.testing.assert_allclose(race.losses[name], functions.rosenbrock(path.T))
    w = [Value(-1.0), Value(2.0)]
    opt = RULES["Adam"](w)
    functions.rosenbrock(w).backward()
    opt.step()
    assert race.paths["Adam"][1].tolist() == [p.data for p in w]


def test_a_race_that_flies_off_ends_where_numbers_do():
    race = optim.race({"too fast": partial(optim.SGD, lr=0.1)}, functions.rosenbrock)
    path = race.paths["too fast"]
    assert 2 <= len(path) < 20
    assert np.all(np.isfinite(path))
    assert np.all(np.isfinite(race.losses["too fast"]))
    assert f"too fast  {len(path) - 1} (then overflow)" in str(race)


def test_a_race_prints_a_table():
    race = optim.race(RULES, functions.ravine, steps=50)
    head, sgd, adam = repr(race).split("\n")
    assert head.split() == ["steps", "final", "loss", "from", "a", "minimum"]
    assert sgd.split()[:2] == ["SGD", "50"]
    assert float(adam.split()[-1]) == pytest.approx(np.linalg.norm(race.paths["Adam"][-1]), rel=1e-2)
    assert "minimum" not in str(optim.race(RULES, lambda p: p[0] ** 2, start=[1.0], steps=3))


def test_a_race_in_one_dimension_takes_a_number():
    race = optim.race({"descent": partial(optim.GradientDescent, lr=0.25)}, lambda x: x**2, start=4.0, steps=3)
    assert race.paths["descent"].tolist() == [[4.0], [2.0], [1.0], [0.5]]
    assert race.losses["descent"].tolist() == [16.0, 4.0, 1.0, 0.25]


def test_a_race_without_runners_start_or_ground_is_refused():
    infinite = lambda p: p[0] / 0.0
    for rules, f, start in (({}, functions.beale, None), (RULES, infinite, None), (RULES, infinite, [1.0])):
        with pytest.raises(AutogradError, match=r"race needs .*, at .*test_optim_race\.py"):
            optim.race(rules, f, start)


def drawn(ax):
    return {line.get_label(): line.get_xydata() for line in ax.get_lines()}


def test_a_race_draws_its_paths_with_start_and_minima():
    race = optim.race(RULES, functions.himmelblau, steps=20)
    ax = race.plot()
    lines = drawn(ax)
    for name, path in race.paths.items():
        np.testing.assert_array_equal(lines[name], path)
    assert lines["start"].tolist() == [list(functions.himmelblau.start)]
    np.testing.assert_allclose(lines["minimum"], functions.himmelblau.minima)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["SGD", "Adam", "start", "minimum"]
    assert (*ax.get_xlim(), *ax.get_ylim()) == functions.himmelblau.window


def test_a_ground_below_zero_has_contours_too():
    ax = optim.race(RULES, functions.saddle, steps=5).plot()
    filled = ax.collections[0].get_array()
    assert np.all(np.isfinite(filled))
    assert len(filled) > 10


def test_plots_go_into_the_axes_they_are_given():
    _, ax = importlib.import_module("matplotlib.pyplot").subplots()
    race = optim.race(RULES, functions.beale, steps=5)
    assert race.plot(ax) is ax
    assert optim.plot_schedule([1.0, 0.5], ax=ax) is ax
    assert optim.plot_paths(race.paths, functions.beale, ax=ax, window=(0, 1, 2, 3)).get_xlim() == (0, 1)


def test_a_path_in_one_dimension_lies_on_the_curve():
    f = lambda x: x**2
    race = optim.race({"descent": partial(optim.GradientDescent, lr=0.25)}, f, start=4.0, steps=3)
    line = drawn(race.plot())["descent"]
    np.testing.assert_allclose(line, [[4, 16], [2, 4], [1, 1], [0.5, 0.25]])


def test_a_window_without_a_ground_of_ours_holds_starts_and_lowest_point():
    race = optim.race(RULES, lambda p: p[0] ** 2 + p[1] ** 4, start=[3.0, 1.0])
    ax = race.plot()
    x0, x1 = ax.get_xlim()
    assert x0 < 0 < 3 < x1 < 6


def test_a_path_that_flies_off_leaves_the_picture():
    axes = optim.plot_learning_rates(lambda x: x**2, start=1.0, rates=[0.02, 0.3, 1.05, 30.0])
    assert len({(ax.get_xlim(), ax.get_ylim()) for ax in axes}) == 1
    assert axes[0].get_xlim()[1] < 6
    assert [ax.get_title() for ax in axes] == ["η = 0.02", "η = 0.3", "η = 1.05", "η = 30"]


def test_a_schedule_is_drawn_step_by_step():
    lines = drawn(optim.plot_schedule(partial(optim.StepLR, step_size=2), steps=4))
    np.testing.assert_allclose(lines["StepLR"], [[0, 1], [1, 1], [2, 0.1], [3, 0.1]])


def test_what_cannot_be_drawn_is_refused():
    race = optim.race({"a": optim.Adam}, lambda p: p[0] + p[1] + p[2], start=[1.0, 2.0, 3.0], steps=2)
    for call in (
        race.plot,
        lambda: optim.plot_paths({}, functions.beale),
        lambda: optim.plot_learning_rates(functions.beale, (1.0, 1.0), []),
        lambda: optim.plot_learning_rates(functions.beale, (1.0, 1.0), [0.1], axes=[1, 2]),
    ):
        with pytest.raises(AutogradError, match=r"(are drawn|draws each).*, at .*test_optim_race\.py"):
            call()


def test_without_matplotlib_it_says_what_to_install(monkeypatch):
    race = optim.race(RULES, functions.beale, steps=2)

    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(ExtraMissing, match=r'plots need matplotlib, which is not installed: pip install "wengert\[plot\]"'):
        race.plot()


def test_each_start_is_marked_once_and_dots_and_legend_can_be_left_out():
    paths = {"a": np.array([[0.0, 1.0], [0.5, 0.5]]), "b": np.array([[0.0, 1.0], [0.2, 0.1]]), "c": np.array([[2.0, 1.0]])}
    ax = optim.plot_paths(paths, optim.functions.ravine, dots=False, legend=False)
    (marked,) = [line for line in ax.lines if line.get_label() == "start"]
    assert marked.get_xydata().tolist() == [[0.0, 1.0], [2.0, 1.0]]
    assert ax.get_legend() is None
    assert {line.get_marker() for line in ax.lines if line.get_label() in paths} == {""}
