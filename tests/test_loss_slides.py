"""Do comparisons and plots of losses show what the graphs say, and do the slides' forms get their true names?"""

import math
import re

import matplotlib as mpl
import numpy as np
import pytest

from autograd import AutogradError, log, log_softmax, relu, tanh
from autograd.extras import ExtraMissing
from nn import loss as losses
from nn import plots
from nn.curves import curve, derivatives
from nn.loss import compare
from nn.loss.names import loss_named
from nn.loss.slides import SLIDES

mpl.use("Agg")
each_entry = pytest.mark.parametrize("name", SLIDES)


@pytest.fixture
def ax():
    """Return axes that are closed afterwards."""
    pyplot = pytest.importorskip("matplotlib.pyplot")
    figure, axes = pyplot.subplots()
    yield axes
    pyplot.close(figure)


# --- comparisons ------------------------------------------------------------------------------------------------------

TRUE_NAMES = {
    "zero-one": ("twice the zero-one loss", "zero-one loss"),
    "perceptron": ("zero-one loss", "perceptron loss"),
    "mse": ("squared error of one sample", "mean squared error"),
    "mae": ("absolute error of one sample", "mean absolute error"),
    "hinge": ("perceptron loss", "hinge loss"),
    "cross entropy": ("log-likelihood", "cross entropy"),
}


def test_the_slides_forms_go_by_their_true_names():
    assert {name: (compare(name).slide.name, compare(name).standard.name) for name in SLIDES} == TRUE_NAMES


@pytest.mark.parametrize(
    ("name", "slide", "standard"),
    [("zero-one", lambda m: (1 - np.sign(m)) ** 2 / 2, lambda m: float(m <= 0)),
     ("perceptron", lambda m: float(m < 0), lambda m: max(0.0, -m)),
     ("mse", lambda r: r * r, lambda r: r * r), ("mae", np.abs, np.abs),
     ("hinge", lambda m: max(0.0, -m), lambda m: max(0.0, 1.0 - m)),
     ("cross entropy", math.log, lambda p: -math.log(p))],
)  # fmt: skip
def test_the_table_holds_the_numbers_of_the_two_formulas(name, slide, standard):
    for x, y, _, z, _ in compare(name).rows:
        assert (y, z) == pytest.approx((slide(x), standard(x)), rel=1e-15)


def test_at_margin_0_the_perceptron_loss_takes_a_step_and_the_slides_surrogate_none():
    at_0 = {name: next(row for row in compare(name).rows if row[0] == 0.0) for name in ("zero-one", "perceptron")}
    assert {name: (row[2], row[4]) for name, row in at_0.items()} == {"zero-one": (0.0, 0.0), "perceptron": (0.0, -1.0)}


def test_formulas_and_derivatives_are_those_of_the_graphs():
    both = compare("perceptron")
    assert both.slide.derivative_latex == r"\frac{\partial L}{\partial \hat{y}} = 0"
    assert both.standard.text == "L = clip(z1, lo=0), z1 = -y*ŷ"
    assert both.standard.derivative_text == "∂L/∂ŷ = -equal(z1, L)*y"
    assert compare("mse").slide.latex == "L = (t - y)^2"
    assert compare("mse").standard.latex == r"L = \frac{(y_1 - t_1)^2 + (y_2 - t_2)^2}{2}"
    assert compare("cross entropy").standard.derivative_text == "∂L/∂ŷ1 = -y1/ŷ1, ∂L/∂ŷ2 = -y2/ŷ2"


def test_the_standard_cross_entropy_is_the_librarys():
    scores = np.array([0.3, -1.2])
    by_slide = compare("cross entropy").standard.function(list(np.exp(log_softmax(scores))), [1.0, 0.0])
    assert by_slide == pytest.approx(losses.cross_entropy(scores, 0), rel=1e-14)


@each_entry
def test_a_comparison_prints_both_forms_the_numbers_and_the_note(name):
    both = compare(name)
    text = str(both)
    for form in (both.slide, both.standard):
        assert form.name in text
        assert form.text in text
        assert form.derivative_text in text
    assert " ".join(both.note.split()) in " ".join(text.split())
    table = [line for line in text.splitlines() if re.match(r"\s*-?[\d.]+(\s+-?[\d.]+){4}$", line)]
    assert len(table) == len(both.rows)
    assert max(map(len, text.splitlines())) <= 100
    assert "None" not in text


@each_entry
def test_in_a_notebook_a_comparison_shows_its_formulas_and_no_markup_of_theirs(name):
    both = compare(name)
    page = both._repr_html_()
    assert page.count("$$") == 8
    assert page.count("<tr>") == 1 + len(both.rows)
    assert re.sub(r"</?(p|b|table|thead|tbody|tr|th|td)>", "", page).count("<") == 0


@pytest.mark.parametrize("name", ["zero-one", "zero_one", "Zero One", " zero-one loss ", "zero_one_loss"])
def test_a_loss_of_the_slides_is_found_however_it_is_spelled(name):
    assert compare(name).name == "zero-one"
    assert compare("cross_entropy").name == compare("Cross-Entropy").name == "cross entropy"


@pytest.mark.parametrize("name", ["huber", "", "cross"])
def test_of_a_loss_that_is_not_on_the_slides_it_is_said_which_are(name):
    with pytest.raises(AutogradError, match=rf"no loss '{name}': one of 'zero-one', .*'cross entropy', at test.*\.py"):
        compare(name)


# --- curves -----------------------------------------------------------------------------------------------------------


def test_a_curve_is_the_function_and_its_derivatives():
    shown = curve(tanh, (-2.0, 2.0))
    y = np.tanh(shown.x)
    np.testing.assert_allclose(shown.orders, [y, 1 - y**2, -2 * y * (1 - y**2)], rtol=1e-12, atol=1e-14)
    assert shown.kinks == ()


def test_a_kink_is_found_on_the_grid_and_between_its_points_with_the_derivative_taken_there():
    for place in (0.0, 1.0, 1.23, 1.0 / 3.0, 1.99999):
        (kink,) = curve(lambda x, place=place: relu(x - place), (-2.0, 2.0)).kinks
        assert kink.x == pytest.approx(place, abs=1e-15)
        assert (kink.at[1], kink.before[1], kink.after[1]) == (0.0, 0.0, 1.0)
        assert (kink.jumps(0), kink.jumps(1), kink.jumps(2)) == (False, True, False)


def test_what_jumps_is_not_joined_by_a_line():
    shown = curve(lambda x: losses.zero_one_loss(x, 1.0), (-1.0, 1.0))
    assert np.isnan(shown.orders[0][shown.x == 0.0]).all()
    assert not np.isnan(shown.orders[1]).any()


def test_kinks_that_cancel_or_lie_at_the_edge_are_none():
    assert curve(lambda x: relu(x) - relu(-x), (-1.0, 1.0)).kinks == ()
    assert curve(lambda x: x * abs(x), (0.5, 1.0)).kinks == ()
    assert curve(relu, (0.0, 1.0)).kinks == ()
    assert [k.jumps(2) for k in curve(lambda x: x * abs(x), (-1.0, 1.0)).kinks] == [True]


def test_outside_of_its_domain_and_without_a_graph_a_function_has_a_curve_too():
    assert np.isnan(derivatives(log, -1.0)).all()
    assert np.isnan(curve(log, (-1.0, 1.0)).orders[0]).sum() == 161
    assert derivatives(lambda x: 3.0, 1.0) == (3.0, 0.0, 0.0)
    assert curve(lambda x: relu(x) if x.data > 0.5 else 2 * x, (0.1, 1.0)).kinks == ()


# --- plots ------------------------------------------------------------------------------------------------------------


def lines(ax):
    """Return the labelled lines by their labels."""
    return {line.get_label(): line for line in ax.lines if not line.get_label().startswith("_")}


def test_an_activation_is_drawn_with_its_derivatives_and_what_it_takes_at_a_kink(ax):
    assert plots.plot_activation("relu", ax, second=True) is ax
    found = lines(ax)
    assert list(found) == ["relu(x)", "relu′(x)", "relu″(x)", "taken at a jump"]
    x, y = found["relu(x)"].get_data()
    np.testing.assert_allclose(y, np.maximum(x, 0), atol=1e-15)
    dots = [np.ravel(line.get_data()) for line in ax.lines if line.get_markersize() == 5.5]
    filled = [tuple(dot) for dot in dots if len(dot)]
    assert filled == [(0.0, 0.0)]
    assert ax.get_legend() is not None


@pytest.mark.parametrize("name", ["sigmoid", "gelu", "leaky_relu", "selu", "floor", "sqrt"])
def test_activations_are_drawn_by_their_names(ax, name):
    assert set(lines(plots.plot_activation(name, ax))) >= {f"{name}(x)", f"{name}′(x)"}
    ax.figure.canvas.draw()


def test_a_function_of_ones_own_is_drawn_over_the_window_asked_for(ax):
    plots.plot_activation(lambda x: x * tanh(x), ax, window=(0.0, 1.0))
    assert (lines(ax)["f(x)"].get_xdata().min(), lines(ax)["f(x)"].get_xdata().max()) == (0.0, 1.0)
    ax.figure.canvas.draw()


@pytest.mark.parametrize("function", plots.VIEWS, ids=lambda f: f.__name__)
def test_every_loss_is_drawn_against_what_it_looks_at(ax, function):
    plots.plot_loss(function.__name__, ax, second=True)
    assert list(lines(ax))[:3] == ["loss", "derivative", "second derivative"]
    assert ax.get_xlabel() == plots.VIEWS[function].label
    assert all(np.isfinite(line.get_ydata()).sum() > 300 for line in list(lines(ax).values())[:2])
    ax.figure.canvas.draw()


def test_a_loss_is_drawn_by_any_of_its_names_with_its_settings_and_ones_own_too(ax):
    assert {loss_named(name) for name in ("hinge", "hinge_loss", "HingeLoss", "Hinge-Loss")} == {losses.hinge_loss}
    assert loss_named("mae") is loss_named("L1Loss") is losses.l1_loss
    assert loss_named("zero-one") is losses.zero_one_loss
    assert loss_named("bce") is losses.binary_cross_entropy
    plots.plot_loss(losses.HuberLoss(delta=0.5), ax)
    assert ax.get_title() == "HuberLoss"
    assert lines(ax)["derivative"].get_ydata().max() == 0.5
    assert plots.plot_loss(lambda y, t: (y - t) ** 4, ax).get_xlabel() == "prediction, where the target is 1"


@each_entry
def test_a_comparison_draws_both_forms_with_their_derivatives(ax, name):
    both = compare(name)
    assert both.plot(ax) is ax
    assert {f"slide: {both.slide.name}", f"standard: {both.standard.name}"} <= set(lines(ax))
    drawn = lines(ax)[f"standard: {both.standard.name}"]
    for x, _, _, y, _ in both.rows:
        if both.name != "zero-one" or x:  # there the standard form jumps, and no line is drawn
            assert np.interp(x, *drawn.get_data()) == pytest.approx(y, abs=1e-3)
    ax.figure.canvas.draw()


def test_without_axes_new_ones_are_made_and_nothing_is_shown():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    made = {plots.plot_activation("tanh").figure, plots.plot_loss("mse").figure, compare("mse").plot().figure}
    assert len(made) == 3
    for figure in made:
        pyplot.close(figure)


def test_names_that_are_none_are_refused_with_those_there_are():
    with pytest.raises(AutogradError, match=r"no activation 'rleu': .* such as 'relu', at test"):
        plots.plot_activation("rleu")
    with pytest.raises(AutogradError, match=r"no loss 'hing': one of binary_cross_entropy, .*zero_one_loss, at test"):
        plots.plot_loss("hing")


def test_without_matplotlib_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.pyplot", None)
    with pytest.raises(ExtraMissing, match=r"plots need matplotlib, .*wengert\[plot\]"):
        plots.plot_activation("relu")
