"""Is drawn what was given: curves of a training, borders between classes, counts, pictures and weights?"""

import sys

import numpy as np
import pytest

import nn
from autograd import AutogradError, ShapeError, Tensor
from autograd.extras import ExtraMissing

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")
pyplot = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture(autouse=True)
def _closed():
    yield
    pyplot.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


# --- history ----------------------------------------------------------------------------------------------------------

HISTORY = {
    "loss": [4.0, 2.0, 1.0, 0.5], "accuracy": [0.5, 0.6, 0.7, 0.8], "mae": [9.0, 3.0, 2.0, 1.0],
    "val_loss": [4.0, 2.5, 2.25, 3.0], "val_accuracy": [None, 0.5, None, 0.75], "lr": [0.1, 0.1, 0.01, 0.001],
}  # fmt: skip


def test_losses_metrics_and_rates_have_axes_of_their_own_in_this_order():
    places = nn.plot_history(HISTORY)
    assert [legend(ax) for ax in places] == [
        ["loss", "val_loss", "lowest: 2.25, epoch 3"], ["accuracy", "val_accuracy"], ["mae"], ["lr"],
    ]  # fmt: skip
    assert [ax.get_ylabel() for ax in places] == ["loss", "accuracy", "mae", "lr"]
    assert [ax.get_xlabel() for ax in places] == ["", "", "", "epoch"]
    assert len(places[0].figure.axes) == 4


def test_a_history_draws_itself():
    ax = pyplot.figure().add_subplot()
    assert nn.History([{"loss": 0.5}, {"loss": 0.25}]).plot(ax) is ax
    assert list(ax.lines[0].get_ydata()) == [0.5, 0.25]


def test_validation_is_dashed_in_the_colour_of_training():
    training, validation, best = nn.plot_history(HISTORY)[0].lines
    assert [line.get_linestyle() for line in (training, validation)] == ["-", "--"]
    assert training.get_color() == validation.get_color()
    assert training.get_xydata().tolist() == [[1, 4], [2, 2], [3, 1], [4, 0.5]]
    assert best.get_xydata().tolist() == [[3, 2.25]]


def test_without_validation_the_lowest_loss_is_marked_and_missing_numbers_are_gaps():
    ax = nn.plot_history({"loss": [2.0, 0.5, None, 1.0]})
    assert legend(ax) == ["loss", "lowest: 0.5, epoch 2"]
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [2.0, 0.5, np.nan, 1.0])


def test_metrics_between_0_and_1_share_axes_and_others_do_not():
    places = nn.plot_history({"accuracy": [0.5, 1.0], "mae": [0.5, 1.5], "f1": [0.0, 0.5]})
    assert [[line.get_label() for line in ax.lines] for ax in places] == [["accuracy", "f1"], ["mae"]]
    assert len({line.get_color() for line in places[0].lines}) == 2


def test_numbers_of_very_different_size_have_a_logarithmic_axis():
    losses = lambda *numbers: nn.plot_history({"loss": numbers}).get_yscale()
    assert [losses(100.0, 1.0), losses(99.0, 1.0), losses(100.0, 0.0)] == ["log", "linear", "linear"]


def test_a_single_epoch_is_seen():
    ax = nn.plot_history({"mae": [2.0], "val_mae": [3.0]})
    assert [line.get_marker() for line in ax.lines] == ["o", "o"]
    assert ax.lines[0].get_markerfacecolor() != ax.lines[1].get_markerfacecolor()


def test_a_number_without_neighbours_is_seen_as_a_dot():
    ax = nn.plot_history({"mae": [5.0, 4.0, 3.0, 2.0], "val_mae": [None, 5.0, None, 3.0]})
    training, validation = ax.lines
    assert training.get_marker() == ""
    assert (validation.get_marker(), validation.get_markevery()) == ("o", [1, 3])


@pytest.mark.parametrize("epochs", [1, 2, 3, 12, 100])
def test_epochs_are_whole_numbers_on_the_axis(epochs):
    ax = nn.plot_history({"loss": np.linspace(2.0, 1.0, epochs)})
    low, high = ax.get_xlim()
    ticks = [tick for tick in ax.get_xticks() if low <= tick <= high]
    assert ticks
    assert all(tick == int(tick) for tick in ticks)


def test_epochs_at_which_training_broke_down_are_on_the_axis_as_a_gap():
    ax = nn.plot_history({"loss": [2.0, 1.0, np.inf, np.nan, -np.inf]})
    assert legend(ax) == ["loss", "lowest: 1, epoch 2"]
    assert np.isnan(ax.lines[0].get_ydata()[2:]).all()
    assert ax.get_xlim()[1] >= 5
    assert ax.get_ylim()[1] < 3


def test_many_metrics_have_colours_of_their_own_and_name_their_axes():
    numbers = {f"{prefix}{name}": [0.5, 0.6] for prefix in ("", "val_") for name in ("a", "b", "c", "d", "e", "f", "g", "h")}
    ax = nn.plot_history(numbers)
    assert len({line.get_color() for line in ax.lines}) == 8
    assert ax.get_ylabel() == "metrics"


def test_what_is_no_single_number_an_epoch_is_left_out():
    ax = nn.plot_history({"loss": [1.0, 2.0], "counts": [np.eye(2), np.eye(2)], "name": ["a", "b"], "none": [None, None]})
    assert ax.lines[0].get_label() == "loss"
    assert len(ax.figure.axes) == 1


def test_one_pair_of_axes_gets_the_losses_and_several_all_there_is():
    ax = pyplot.figure().add_subplot()
    assert nn.plot_history(HISTORY, ax) is ax
    assert legend(ax)[:2] == ["loss", "val_loss"]
    places = pyplot.figure().subplots(2, 2)
    assert list(nn.plot_history(HISTORY, places)) == list(places.ravel())
    with pytest.raises(AutogradError, match=r"needs 4 axes \(loss, val_loss; accuracy, val_accuracy; mae; lr\), got 3, at"):
        nn.plot_history(HISTORY, places.ravel()[:3])


def test_what_fit_returns_is_drawn():
    import optim

    data, model = nn.data.moons(40, rng=0), nn.Linear(2, 2, rng=0)
    history = nn.fit(
        model, data, loss="cross_entropy", optimizer=optim.SGD(model.parameters(), lr=0.1), epochs=3, validation=0.25,
        metrics=["accuracy"], rng=0, verbose=0,
    )  # fmt: skip
    above, below = nn.plot_history(history)
    assert above.lines[0].get_ydata().tolist() == history["loss"]
    assert below.lines[1].get_ydata().tolist() == history["val_accuracy"]


@pytest.mark.parametrize("history", [{}, {"loss": []}, {"loss": [None]}, {"loss": 3.0}])
def test_a_history_without_numbers_is_an_error(history):
    with pytest.raises(AutogradError, match=r"this history has no numbers to draw.*epochs in it\?, at .*_plots\.py"):
        nn.plot_history(history)


def test_a_history_is_a_mapping():
    with pytest.raises(AutogradError, match=r"a history has a list of numbers for each name, got \[1\.0, 2\.0\]"):
        nn.plot_history([1.0, 2.0])


# --- border -----------------------------------------------------------------------------------------------------------


def upper(x):
    return x[:, 1] - 0.25


def moons(n=40):
    return nn.data.moons(n, rng=0)


def border(ax):
    """Return the vertices of all lines that are drawn between classes."""
    lines = [c for c in ax.collections if isinstance(c, matplotlib.contour.ContourSet)]
    return [path.vertices for line in lines for path in line.get_paths() if len(path.vertices)]


def shade(ax, x, y):
    """Return the colour of the background at a point."""
    (image,) = ax.images
    left, right, low, high = image.get_extent()
    array = image.get_array()
    row, column = (y - low) / (high - low), (x - left) / (right - left)
    return np.array(array[int(row * (len(array) - 1)), int(column * (len(array) - 1))])


def test_points_regions_and_their_border_are_drawn():
    data = moons()
    ax = nn.plot_decision_boundary(upper, data)
    (line,) = border(ax)
    np.testing.assert_allclose(line[:, 1], 0.25, atol=1e-12)
    points = [c.get_offsets() for c in ax.collections if isinstance(c, matplotlib.collections.PathCollection)]
    assert [p.tolist() for p in points] == [data.x[data.t == k].tolist() for k in (0, 1)]
    assert legend(ax) == ["0", "1"]
    assert len({c.get_paths()[0].vertices.tobytes() for c in ax.collections[-2:]}) == 2  # told apart in grey, too
    below, above = shade(ax, 0, -0.5), shade(ax, 0, 1.0)
    assert below[2] > below[0]  # class 0 is blue
    assert above[0] > above[2]
    assert shade(ax, 0, 0.25).min() > shade(ax, 0, 1.0).min()  # pale where the model is not sure


@pytest.mark.parametrize(
    ("scores", "threshold", "place"),
    [
        (upper, None, 0.25),
        (lambda x: upper(x)[:, None], None, 0.25),
        (lambda x: Tensor(upper(x)), None, 0.25),
        (lambda x: upper(x).tolist(), None, 0.25),
        (lambda x: 1 / (1 + np.exp(-upper(x))), None, 0.25),  # probabilities
        (upper, 0.5, 0.75),
        (lambda x: np.stack([-upper(x), upper(x)], axis=1), None, 0.25),
    ],
)
def test_the_border_is_where_a_score_is_at_its_threshold_or_two_are_equal(scores, threshold, place):
    (line,) = border(nn.plot_decision_boundary(scores, moons(), resolution=101, threshold=threshold))
    np.testing.assert_allclose(line[:, 1], place, atol=1e-3)


def test_modules_of_tensors_and_of_values_are_called_in_their_own_ways():
    tensors, values = nn.Linear(2, 1, rng=0), nn.Neuron(2, None, rng=0)
    values.W = [tensors.bias.data[0], *tensors.weight.data[0]]
    data = (moons().x, 2 * moons().t - 1)
    fine, coarse = (nn.plot_decision_boundary(model, data) for model in (tensors, values))
    assert [ax.images[0].get_array().shape[:2] for ax in (fine, coarse)] == [(200, 200), (50, 50)]
    assert legend(coarse) == ["-1", "+1"]
    w, (b,) = tensors.weight.data[0], tensors.bias.data
    for ax in (fine, coarse):
        np.testing.assert_allclose(border(ax)[0] @ w + b, 0, atol=1e-10)


def test_the_network_is_in_use_while_it_is_drawn_and_as_it_was_afterwards():
    modes = []

    class Net(nn.Module):
        def forward(self, x):
            modes.append(self.training)
            return upper(x)

    model = Net()
    nn.plot_decision_boundary(model, moons())
    assert (modes, model.training) == ([False], True)


def test_three_classes_have_three_regions_and_names():
    data = nn.data.Dataset([[0.0, 0.0], [4.0, 0.0], [2.0, 3.0]], [0, 1, 2], classes=["a", "b", "c"])
    nearest = lambda x: -((x[:, None] - data.x) ** 2).sum(axis=2)
    ax = nn.plot_decision_boundary(nearest, data)
    assert legend(ax) == ["a", "b", "c"]
    assert len(border(ax)) == 3
    assert len({tuple((255 * shade(ax, *point)).astype(int).tolist()) for point in data.x}) == 3
    assert legend(nn.plot_decision_boundary(nearest, data, classes=["x", "y", "z"])) == ["x", "y", "z"]


def test_labels_of_any_kind_are_classes_in_their_order():
    x = [[0.0, 0.0], [1.0, 1.0]]
    assert legend(nn.plot_decision_boundary(upper, (x, ["no", "yes"]))) == ["no", "yes"]
    assert legend(nn.plot_decision_boundary(upper, (x, [[0.0], [1.0]]))) == ["0", "1"]
    assert legend(nn.plot_decision_boundary(upper, (x, [[0, 1], [1, 0]]))) == ["0", "1"]
    assert legend(nn.plot_decision_boundary(upper, (x, [-1, -1]))) == ["-1", "+1"]
    assert legend(nn.plot_decision_boundary(upper, (x, [3, 5]))) == ["3", "5"]


def test_more_classes_than_colours_have_different_markers():
    angles = np.linspace(0.0, 5.0, 10)
    x = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    ax = nn.plot_decision_boundary(lambda points: points @ x.T, (x, np.arange(10)), resolution=20)
    drawn = [c for c in ax.collections if isinstance(c, matplotlib.collections.PathCollection)]
    looks = {(c.get_facecolor().tobytes(), c.get_paths()[0].vertices.tobytes()) for c in drawn}
    assert len(looks) == len(drawn) == 10


def test_points_that_are_all_in_one_place_have_a_window_around_them():
    for place in (0.0, 5.0, 1e17):
        ax = nn.plot_decision_boundary(upper, ([[place, 1.0]], [1]), resolution=5)
        left, right = ax.get_xlim()
        assert left < place < right


def test_a_model_that_never_changes_its_mind_has_no_border():
    assert border(nn.plot_decision_boundary(lambda x: np.ones(len(x)), moons())) == []


@pytest.mark.parametrize(
    ("model", "data", "options", "said"),
    [
        (upper, (np.ones((4, 3)), np.ones(4)), {}, r"in the plane, for points \(N, 2\), got \(4, 3\)"),
        (upper, (np.ones((0, 2)), np.ones(0)), {}, r"needs points x and their labels t, got "),
        (upper, nn.data.Dataset(np.ones((4, 2))), {}, r"needs points x and their labels t, got "),
        (upper, ([[0, np.nan]], [1]), {}, r"points are finite, and here is nan or inf"),
        (upper, (np.ones((2, 2)), np.ones((2, 2, 2))), {}, r"one label each, got .* \(2, 2, 2\)"),
        (upper, 3, {}, r"data is \(x, t\)"),
        (3, moons(), {}, r"a model is a module or a function of an array of points, got 3"),
        (lambda x: x[:3, 0], moons(), {}, r"40000 points need scores .*gave \(3,\)"),
        (lambda x: x[:, :, None], moons(), {}, r"40000 points need scores .*gave \(40000, 2, 1\)"),
        (lambda x: x * np.nan, moons(), {}, r"the model gives nan or inf for 40000 of 40000 points"),
        (upper, (np.eye(3)[:, :2], [0, 5, 7]), {}, r"one score a point can tell 2 classes apart, .* \[0, 5, 7\]"),
        (lambda x: np.ones((len(x), 3)), (np.eye(2), [0, 5]), {}, r"3 scores a point can tell 3 classes apart"),
        (upper, moons(), {"classes": ["a"]}, r"2 classes need as many names, got 1"),
        (upper, moons(), {"resolution": 0}, r"resolution is a whole number from 1 up, got 0"),
        (upper, moons(), {"resolution": 1}, r"2 points a side and more, got resolution=1"),
        (upper, moons(), {"resolution": 10**6}, r"at most 2000 points a side, got resolution=1000000"),
        (upper, moons(), {"threshold": "a"}, r"plot_decision_boundary needs a number as its threshold, got 'a'"),
        (upper, moons(), {"threshold": np.nan}, r"needs a number as its threshold, got nan"),
        (upper, moons(), {"classes": 2}, r"classes are a list of names, got 2"),
        (upper, moons(), {"classes": "ab"}, r"classes are a list of names, got 'ab'"),
        (upper, moons(), {"classes": []}, r"2 classes need as many names, got 0"),
        (lambda x: ["a"] * len(x), moons(), {}, r"scores are numbers, the model gave \['a', "),
        (lambda x: 1j * x[:, 0], moons(), {}, r"scores are numbers, the model gave array"),
        (lambda x: None, moons(), {}, r"scores are numbers, the model gave None"),
        (upper, (np.eye(2), [np.nan, 1.0]), {}, r"labels are classes, and here is nan or inf"),
        (upper, (np.eye(2), np.ones((2, 0))), {}, r"one label each, got labels of shape \(2, 0\)"),
    ],
)
def test_what_has_no_border_in_the_plane_is_an_error(model, data, options, said):
    with pytest.raises(AutogradError, match=rf"{said}.*, at .*test_training_plots\.py:\d+$"):
        nn.plot_decision_boundary(model, data, **options)


# --- confusion --------------------------------------------------------------------------------------------------------


def test_each_cell_shows_its_count_at_its_true_row_and_predicted_column():
    ax = nn.plot_confusion_matrix([[90, 10], [2, 0]], classes=["cat", "dog"])
    assert {text.get_position(): text.get_text() for text in ax.texts} == {
        (0, 0): "90", (1, 0): "10", (0, 1): "2", (1, 1): "0",
    }  # fmt: skip
    assert [label.get_text() for label in ax.get_yticklabels()] == ["cat", "dog"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")
    assert ax.get_title() == "90 of 102 right (88.2 %)"


def test_colours_are_roots_of_shares_and_text_is_white_on_dark_cells():
    ax = nn.plot_confusion_matrix([[96, 4], [0, 25]])
    np.testing.assert_allclose(ax.images[0].get_array(), [[np.sqrt(0.96), 0.2], [0, 1]])
    assert ax.images[0].get_clim() == (0, 1)
    assert [text.get_color() for text in ax.texts] == ["white", "0.15", "0.6", "white"]


def test_shares_of_rows_are_written_where_they_are_asked_for():
    assert texts(nn.plot_confusion_matrix([[3, 1], [0, 0]], normalize=True)) == ["0.75", "0.25", "0.00", "0.00"]


def test_numbers_that_would_not_fit_are_left_out():
    assert len(nn.plot_confusion_matrix(np.eye(30)).texts) == 900
    assert not nn.plot_confusion_matrix(np.eye(31)).texts


def overlaps(ax):
    """Return how many pairs of texts on axes lie one on the other, once they are drawn."""
    ax.figure.canvas.draw()
    labels = [label for label in (*ax.get_xticklabels(), *ax.get_yticklabels()) if label.get_rotation() == 0]
    boxes = [text.get_window_extent() for text in (*ax.texts, *labels) if text.get_text()]
    return sum(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


@pytest.mark.parametrize("classes", [2, 10, 16])
@pytest.mark.parametrize("normalize", [False, True])
def test_texts_of_cells_and_ticks_do_not_lie_on_each_other(classes, normalize):
    assert overlaps(nn.plot_confusion_matrix(np.full((classes, classes), 1234), normalize=normalize)) == 0
    small = pyplot.figure(figsize=(3.0, 3.0)).add_subplot()
    nn.plot_confusion_matrix(np.full((10, 10), 1234), small, normalize=normalize)
    small.set(xticks=[], yticks=[])  # these are as large as the user has them
    assert overlaps(small) == 0


def test_of_many_classes_some_have_ticks():
    ax = nn.plot_confusion_matrix(np.eye(60), classes=[f"c{i}" for i in range(60)])
    assert [label.get_text() for label in ax.get_xticklabels()] == [f"c{i}" for i in range(0, 60, 2)]
    assert overlaps(ax) == 0


def test_counts_are_written_in_full_and_weights_with_three_digits():
    ax = nn.plot_confusion_matrix([[1234567, 0], [0, 1]])
    assert texts(ax)[0] == "1234567"
    assert ax.get_title() == "1,234,568 of 1,234,568 right (100 %)"
    assert texts(nn.plot_confusion_matrix([[1 / 3, 0.5], [2.0, 1.25]])) == ["0.333", "0.5", "2", "1.25"]


@pytest.mark.parametrize(
    ("matrix", "options", "said"),
    [
        ([[1, 2]], {}, r"a confusion matrix is of shape \(C, C\), a row for each true class, got \(1, 2\)"),
        ([1, 2], {}, r"got \(2,\)"),
        (np.ones((0, 0)), {}, r"got \(0, 0\)"),
        ([[1], [1, 2]], {}, r"a confusion matrix is of counts, \(C, C\), got \[\[1\], \[1, 2\]\]"),
        ([["a", "b"], ["c", "d"]], {}, r"is of counts"),
        ([[1, -2], [0, 1]], {}, r"holds counts from 0 up"),
        ([[1, np.nan], [0, 1]], {}, r"holds counts from 0 up"),
        (np.zeros((2, 2)), {}, r"not all of them 0"),
        (np.eye(2), {"classes": ["a"]}, r"2 classes need as many names, got 1"),
        (np.eye(2), {"classes": 2}, r"classes are a list of names, got 2"),
        (np.eye(2), {"classes": "ab"}, r"classes are a list of names, got 'ab'"),
        ([[1j, 0], [0, 1]], {}, r"is of counts, \(C, C\), got \[\[1j, 0\]"),
        (None, {}, r"is of counts, \(C, C\), got None"),
    ],
)
def test_what_is_no_matrix_of_counts_is_an_error(matrix, options, said):
    with pytest.raises(AutogradError, match=rf"{said}.*, at .*test_training_plots\.py:\d+$"):
        nn.plot_confusion_matrix(matrix, **options)


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_pictures_stand_in_rows_with_what_they_are():
    x = np.arange(10.0)[:, None, None] * np.ones((10, 4, 6))
    ax = nn.plot_digits(x, range(10), columns=4)
    assert len(ax.images) == 10
    assert texts(ax) == list("0123456789")
    assert [image.get_array()[0, 0] for image in ax.images] == list(range(10))
    assert {image.get_clim() for image in ax.images} == {(0, 9)}
    lefts, tops = np.array([image.get_extent() for image in ax.images])[:, [0, 3]].T
    assert len(set(lefts)) == 4
    assert len(set(tops)) == 3
    assert lefts[4] == lefts[0]
    assert lefts[1] - lefts[0] > 6  # pictures do not overlap
    assert tops[4] - tops[0] > 4
    assert ax.get_xlim()[1] >= max(image.get_extent()[1] for image in ax.images)
    assert ax.get_ylim()[0] >= max(image.get_extent()[2] for image in ax.images)


def test_wrong_predictions_stand_out():
    ax = nn.plot_digits(np.zeros((3, 8, 8)), [4, 7, 9], [4, 1, 9])
    assert texts(ax) == ["4", "7 → 1", "9"]
    assert [text.get_color() for text in ax.texts] == ["0.15", "#D55E00", "0.15"]
    assert [text.get_weight() for text in ax.texts] == ["normal", "bold", "normal"]
    scores = [[0.0, 1.0], [3.0, 2.0]]
    assert texts(nn.plot_digits(np.zeros((2, 8, 8)), [1, 1], Tensor(scores))) == ["1", "1 → 0"]
    assert texts(nn.plot_digits(np.zeros((2, 8, 8)), predictions=scores)) == ["1", "0"]
    assert texts(nn.plot_digits(np.zeros((2, 8, 8)))) == []


def test_long_titles_do_not_lie_on_each_other():
    true, taken = ["Ankle boot", "Trouser", "T-shirt/top", "Dress"] * 4, ["Sandal", "T-shirt/top", "Dress", "Dress"] * 4
    assert overlaps(nn.plot_digits(np.zeros((16, 8, 8)), true, taken)) == 0
    assert overlaps(nn.plot_digits(np.zeros((16, 8, 8)), true, taken, ax=pyplot.figure().add_subplot())) == 0


def test_classes_in_floats_are_written_as_whole_numbers():
    assert texts(nn.plot_digits(np.zeros((2, 8, 8)), [1.0, 2.0], [1, 3])) == ["1", "2 → 3"]


def test_pictures_come_in_several_shapes_and_only_so_many_are_drawn():
    flat = np.random.default_rng(0).random((40, 64))
    forms = (flat, flat.reshape(40, 8, 8), flat.reshape(40, 1, 8, 8), Tensor(flat))
    drawn = [nn.plot_digits(x, range(40)) for x in forms]
    assert all(len(ax.images) == len(ax.texts) == 32 for ax in drawn)
    assert all(np.array_equal(ax.images[5].get_array(), flat[5].reshape(8, 8)) for ax in drawn)
    ax = pyplot.figure().add_subplot()
    assert nn.plot_digits(flat, ax=ax, limit=3) is ax
    assert len(ax.images) == 3


@pytest.mark.parametrize(
    ("given", "options", "said"),
    [
        ((np.zeros((3, 12)),), {}, r"pictures are \(N, H, W\), .* or, if they are square, \(N, H·W\), got \(3, 12\)"),
        ((np.zeros((3, 3, 8, 8)),), {}, r"got \(3, 3, 8, 8\)"),
        ((np.zeros((0, 8, 8)),), {}, r"got \(0, 8, 8\)"),
        ((np.full((1, 8, 8), np.nan),), {}, r"pictures hold finite numbers, and here is nan or inf"),
        (([["a"]],), {}, r"pictures hold numbers, got \[\['a'\]\]"),
        (([[1], [1, 2]],), {}, r"pictures are of one shape, got"),
        ((np.zeros((3, 8, 8)), [1, 2]), {}, r"3 pictures need as many labels, or scores \(3, C\), got \(2,\)"),
        ((np.zeros((3, 8, 8)), [1, 2, 3], [1]), {}, r"3 pictures need as many labels"),
        ((np.zeros((2, 8, 8)), [[1], [2, 3]]), {}, r"2 pictures need as many labels, .*got \[\[1\], \[2, 3\]\]"),
        ((np.zeros((3, 8, 8)),), {"columns": 0}, r"columns is a whole number from 1 up, got 0"),
        ((np.zeros((3, 8, 8)),), {"limit": -1}, r"limit is a whole number from 1 up, got -1"),
    ],
)
def test_what_holds_no_pictures_is_an_error(given, options, said):
    with pytest.raises(AutogradError, match=rf"{said}.*, at .*test_training_plots\.py:\d+$"):
        nn.plot_digits(*given, **options)


# --- weights ----------------------------------------------------------------------------------------------------------


def test_rows_of_a_linear_layer_are_pictures_on_one_scale_with_0_in_the_middle():
    layer = nn.Linear(784, 8, rng=0)
    ax = nn.plot_weights(layer)
    assert len(ax.images) == 8
    assert np.array_equal(ax.images[3].get_array(), layer.weight.data[3].reshape(28, 28))
    top = np.abs(layer.weight.data).max()
    assert {image.get_clim() for image in ax.images} == {(-top, top)}
    assert len(ax.figure.axes) == 2  # one bar of colours
    assert texts(ax) == list("01234567")


def test_kernels_of_a_convolution_are_pictures():
    ax = nn.plot_weights(nn.Conv2d(2, 3, (3, 5), rng=0))
    assert texts(ax) == ["0, 0", "0, 1", "1, 0", "1, 1", "2, 0", "2, 1"]
    assert ax.images[0].get_array().shape == (3, 5)
    assert texts(nn.plot_weights(nn.Conv2d(1, 3, 3, rng=0))) == ["0", "1", "2"]


def test_neurons_arrays_and_rows_that_are_not_square_are_drawn():
    layer = nn.Layer(4, 3, rng=0)
    assert np.array_equal(nn.plot_weights(layer).images[2].get_array(), layer.W[2, 1:].reshape(2, 2))
    assert len(nn.plot_weights(nn.Neuron(9, rng=0)).images) == 1
    ax = nn.plot_weights(np.arange(24.0).reshape(2, 12), shape=(3, 4))
    assert ax.images[1].get_array().tolist() == [[12, 13, 14, 15], [16, 17, 18, 19], [20, 21, 22, 23]]
    assert len(nn.plot_weights(nn.Linear(4, 40, rng=0)).images) == 16
    assert len(nn.plot_weights(np.zeros((40, 4)), limit=5).images) == 5


@pytest.mark.parametrize(
    ("weights", "options", "said"),
    [
        (nn.Linear(12, 2), {}, r"no square has 12 numbers, which each row has: say shape=\(height, width\)"),
        (nn.Linear(12, 2), {"shape": (3, 5)}, r"\(3, 5\) does not have 12 numbers"),
        (nn.Linear(12, 2), {"shape": (12,)}, r"\(12,\) does not have 12 numbers"),
        (nn.Conv2d(1, 2, 3), {"shape": (3, 3)}, r"are of shape \(units, inputs\), got \(2, 1, 3, 3\)"),
        (np.ones(4), {}, r"are of shape \(units, inputs\) or \(out, in, H, W\), got \(4,\)"),
        (np.ones((0, 4)), {}, r"got \(0, 4\)"),
        (nn.Sequential(nn.Linear(4, 2)), {}, r"Sequential has no matrix of weights to draw: hand over a layer that has one"),
        (nn.BatchNorm1d(4), {}, r"BatchNorm1d has no matrix of weights"),
        (nn.ReLU(), {}, r"ReLU has no matrix of weights"),
        ("layer", {}, r"weights hold numbers, got 'layer'"),
        (np.ones((2, 4)), {"limit": 0}, r"limit is a whole number from 1 up, got 0"),
        (np.full((2, 4), np.nan), {}, r"weights hold finite numbers, and here is nan or inf"),
        (np.full((2, 4), np.inf), {}, r"weights hold finite numbers, and here is nan or inf"),
        (np.ones((2, 12)), {"shape": 12}, r"shape is \(height, width\), whole numbers from 1 up, got 12"),
        (np.ones((2, 12)), {"shape": (-3, -4)}, r"shape is \(height, width\), .*got \(-3, -4\)"),
        (np.ones((2, 12)), {"shape": (2.4, 5)}, r"shape is \(height, width\), .*got \(2.4, 5\)"),
        (np.ones((2, 12)), {"shape": "ab"}, r"shape is \(height, width\), .*got 'ab'"),
    ],
)
def test_what_has_no_weights_to_draw_is_an_error(weights, options, said):
    with pytest.raises(AutogradError, match=rf"{said}.*, at .*test_training_plots\.py:\d+$"):
        nn.plot_weights(weights, **options)


# --- all of them ------------------------------------------------------------------------------------------------------


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    for call in (
        lambda: nn.plot_history({"loss": [1.0]}),
        lambda: nn.plot_confusion_matrix(np.eye(2)),
        lambda: nn.plot_digits(np.zeros((1, 4))),
        lambda: nn.plot_weights(np.ones((1, 4))),
        lambda: nn.plot_decision_boundary(upper, moons()),
    ):
        with pytest.raises(ExtraMissing, match=r'plots need matplotlib, .*: pip install "wengert\[plot\]"'):
            call()


def test_axes_that_are_given_are_drawn_on_and_returned():
    for draw in (
        lambda ax: nn.plot_confusion_matrix(np.eye(2), ax),
        lambda ax: nn.plot_weights(np.ones((1, 4)), ax),
        lambda ax: nn.plot_decision_boundary(upper, moons(), ax, resolution=20),
    ):
        ax = pyplot.figure().add_subplot()
        assert draw(ax) is ax


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: nn.plot_history({"loss": [1.0, 2.0]}, ax),
        lambda ax: nn.plot_confusion_matrix(np.eye(2), ax),
        lambda ax: nn.plot_digits(np.zeros((1, 4)), ax=ax),
        lambda ax: nn.plot_weights(np.ones((1, 4)), ax),
        lambda ax: nn.plot_decision_boundary(upper, moons(), ax, resolution=20),
        lambda ax: nn.plot_activation("relu", ax),
        lambda ax: nn.plot_loss("hinge", ax),
    ],
)
def test_what_is_no_axes_is_refused(draw):
    for ax in (pyplot.figure(), 3, pyplot):
        with pytest.raises(AutogradError, match=r"ax is one pair of axes, such as pyplot\.gca\(\), got .*_plots\.py:\d+$"):
            draw(ax)
    with pytest.raises(AutogradError, match=r"ax is one pair of axes|needs 1 axes \(loss\), got 2"):
        draw(pyplot.subplots())


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: nn.plot_activation(3), r"an activation is a name, a function or a module, got 3"),
        (lambda: nn.plot_activation(nn.ReLU), r"an activation is a name, .*: write ReLU\(\)"),
        (lambda: nn.plot_activation(lambda x: "a"), r"gives one number for one number, got 'a'"),
        (lambda: nn.plot_activation(lambda x: None), r"gives one number for one number, got None"),
        (lambda: nn.plot_loss(3), r"a loss is a name, a function or a module, got 3"),
        (lambda: nn.plot_loss(nn.MSELoss), r"a loss is a name, .*: write MSELoss\(\)"),
        (lambda: nn.plot_loss("hinge", window=()), r"a window is two numbers, from where to where, got \(\)"),
        *(
            (lambda window=window: nn.plot_activation("relu", window=window), r"a window is two numbers, from where to")
            for window in [(4.0, -4.0), (1.0, 1.0), (0.0, np.inf), (np.nan, 1.0), (1, 2, 3), 4, "ab", ("a", "b"), None]
        ),
    ],
)
def test_what_is_no_curve_is_an_error(call, said):
    with pytest.raises(AutogradError, match=rf"{said}.*at .*test_training_plots\.py:\d+$"):
        call()


def test_a_module_is_drawn_under_its_name():
    assert nn.plot_activation(nn.ReLU()).get_title() == "ReLU"


def test_shape_errors_are_shape_errors():
    with pytest.raises(ShapeError):
        nn.plot_digits(np.zeros((3, 12)))
