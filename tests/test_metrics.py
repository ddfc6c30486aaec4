"""Do metrics give the numbers one works out by hand, and those of scikit-learn?"""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

import nn
import optim
from autograd import AutogradError, DomainError, DTypeError, ShapeError, Tensor, Value
from nn.metrics.names import metric_named

m = nn.metrics
CLASSIFICATION = [m.accuracy, m.precision, m.recall, m.f1, m.confusion_matrix, m.roc_auc]
REGRESSION = [m.mean_absolute_error, m.mean_squared_error, m.root_mean_squared_error, m.r2_score]

# --- by hand ----------------------------------------------------------------------------------------------------------

# Four of six right: (right, taken for) = 2 × (1, 1), 1 × (1, 0), 1 × (0, 1), 2 × (0, 0).
TRUE, TAKEN = [1, 1, 1, 0, 0, 0], [1, 1, 0, 1, 0, 0]


def test_of_two_classes():
    assert m.accuracy(TAKEN, TRUE) == 4 / 6
    assert m.confusion_matrix(TAKEN, TRUE).tolist() == [[2, 1], [1, 2]]
    assert m.precision([1, 1, 1, 0], [1, 0, 0, 1]) == 1 / 3
    assert m.recall([1, 1, 1, 0], [1, 0, 0, 1]) == 1 / 2
    assert m.f1([1, 1, 1, 0], [1, 0, 0, 1]) == pytest.approx(2 / 5)


def test_of_three_classes():
    scores = np.eye(3)[[0, 0, 1, 2, 2, 2]]
    true = [0, 1, 1, 2, 2, 0]
    assert m.accuracy(scores, true) == 4 / 6
    assert m.confusion_matrix(scores, true).tolist() == [[1, 0, 1], [1, 1, 0], [0, 0, 2]]
    assert m.precision(scores, true) == pytest.approx((1 / 2 + 1 + 2 / 3) / 3)
    assert m.recall(scores, true) == pytest.approx((1 / 2 + 1 / 2 + 1) / 3)
    assert m.f1(scores, true) == pytest.approx((1 / 2 + 2 / 3 + 4 / 5) / 3)
    assert m.recall(scores, [0, 1, 1, 2, 2, 2], average="weighted") == pytest.approx((1 * 1 + 2 * 1 / 2 + 3 * 1) / 6)
    assert m.f1(scores, true, average="micro") == pytest.approx(4 / 6)


def test_what_would_be_a_division_by_zero_is_zero():
    assert m.precision([0, 0], [1, 0]) == 0.0
    assert m.recall([1, 0], [0, 0]) == 0.0
    assert m.f1([0, 0], [0, 0]) == 0.0


def test_weights_count_samples_more_than_once():
    assert m.accuracy([1, 0], [1, 1], sample_weight=[3, 1]) == 0.75
    assert m.confusion_matrix([1, 0], [1, 1], sample_weight=[3, 0.5]).tolist() == [[0.0, 0.0], [0.5, 3.0]]
    assert m.mean_squared_error([1.0, 2.0], [0.0, 0.0], sample_weight=[3, 1]) == (3 * 1 + 4) / 4


def test_the_area_is_the_share_of_pairs_in_the_right_order():
    # Of the six pairs of a positive (0.5, 0.8) and a negative (0.1, 0.5, 0.9): three right, one a tie, two wrong.
    assert m.roc_auc([0.5, 0.8, 0.1, 0.5, 0.9], [1, 1, 0, 0, 0]) == pytest.approx(3.5 / 6)
    assert m.roc_auc([0, 0, 0], [0, 1, 1]) == 0.5
    assert m.roc_auc([3.0, -2.0], [1, -1]) == 1.0
    assert m.roc_auc([3.0, -2.0, 4.0], [1, -1, -1], sample_weight=[1e-200, 3e-200, 1e-200]) == pytest.approx(0.75)


def test_the_area_of_one_class_is_not_defined():
    assert math.isnan(m.roc_auc([0.1, 0.2], [1, 1]))
    assert math.isnan(m.roc_auc([[0.1, 0.9], [0.2, 0.8]], [1, 1]))
    assert math.isnan(m.roc_auc([0.1, 0.2], [1, 0], sample_weight=[1, 0]))


def test_the_area_of_several_classes_is_a_mean_over_those_that_occur():
    scores = [[0.8, 0.1, 0.1], [0.3, 0.6, 0.1], [0.4, 0.5, 0.1]]
    assert m.roc_auc(scores, [0, 1, 0]) == (1 + 1) / 2
    assert m.roc_auc(scores, [0, 0, 1]) == pytest.approx((1 / 2 + 1 / 2) / 2)


def test_the_area_of_two_scores_is_that_of_their_softmax():
    scores = np.array([[5.0, 6.0], [0.0, 1.5], [0.0, 3.0], [4.0, 1.0]])  # ordered by the difference: 4th, 1st, 2nd, 3rd
    assert m.roc_auc(scores, [0, 1, 1, 0]) == 1.0
    assert m.roc_auc(scores, [1, 1, 0, 0]) == pytest.approx(2 / 4)
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    for true in ([0, 1, 1, 0], [1, 1, 0, 0], [0, 0, 1, 0]):
        assert m.roc_auc(scores, true) == m.roc_auc(shares, true) == sk.roc_auc_score(true, shares[:, 1])


def test_of_equal_scores_the_first_is_meant():
    scores = [[0.5, 0.5, 0.0]]
    assert [m.accuracy(scores, [c]) for c in range(3)] == [1.0, 0.0, 0.0]
    assert [m.top_k_accuracy(scores, [c], k=1) for c in range(3)] == [1.0, 0.0, 0.0]
    assert [m.top_k_accuracy(scores, [c], k=2) for c in range(3)] == [1.0, 1.0, 0.0]
    assert m.top_k_accuracy(scores, [2]) == 1.0


def test_of_numbers():
    assert m.mean_absolute_error([1.0, 5.0], [0.0, 2.0]) == 2.0
    assert m.mean_squared_error([1.0, 5.0], [0.0, 2.0]) == 5.0
    assert m.root_mean_squared_error([[3.0, 4.0]], [[0.0, 0.0]]) == pytest.approx(math.sqrt(12.5))
    assert m.r2_score([2.0, 2.0, 2.0], [1.0, 2.0, 3.0]) == 0.0
    assert m.r2_score([3.0, 2.0, 1.0], [1.0, 2.0, 3.0]) == -3.0


def test_the_share_explained_of_what_never_changes():
    assert m.r2_score([1.0, 1.0], [1.0, 1.0]) == 1.0
    assert m.r2_score([1.0, 2.0], [1.0, 1.0]) == 0.0
    assert np.average([0.1] * 3) != 0.1  # rounding, which is no variance
    assert m.r2_score([0.1, 0.1, 0.2], [0.1] * 3) == 0.0
    assert math.isnan(m.r2_score([1.0], [1.0]))


# --- what is taken ----------------------------------------------------------------------------------------------------


def test_targets_are_read_however_classes_are_written():
    scores = [[0.9, 0.1], [0.2, 0.8]]
    for target in ([0, 0], [[0], [0]], [[1, 0], [1, 0]], [0.0, 0.0], np.uint8([0, 0]), [False, False], Tensor([0.0, 0.0])):
        assert m.accuracy(scores, target) == 0.5
    for target in ([-1, 1, 1], [0, 1, 1], [[-1.0], [1.0], [1.0]], np.array([-1, 1, 1], np.int8), [Value(-1.0), 1, 1]):
        assert m.confusion_matrix([-0.5, 2.0, -2.0], target).tolist() == [[1, 0], [1, 1]]


def test_a_single_score_has_a_threshold():
    assert m.accuracy([0.4, 0.6], [0, 1]) == 1.0
    assert m.accuracy([-0.1, 0.4], [-1, 1]) == 1.0
    assert m.accuracy([0.4, 0.6], [0, 1], threshold=0.3) == 0.5
    assert m.accuracy([0.5], [0]) == m.accuracy([0.0], [-1]) == 1.0
    for metric in (m.precision, m.recall, m.f1):
        assert metric([0.4, 0.6], [1, 0], threshold=0.7) == 0.0
        assert metric([0.8, 0.6], [1, 0], threshold=0.7) == 1.0
    assert m.confusion_matrix([0.8, 0.6], [1, 0], threshold=0.7).tolist() == [[1, 0], [0, 1]]


def test_predictions_are_read_whatever_holds_them():
    for scores in (Tensor([[0.4], [0.6]]), [Value(0.4), Value(0.6)], [[Value(0.4)], [Value(0.6)]], np.float32([0.4, 0.6])):
        assert m.accuracy(scores, [1, 1]) == 0.5
        assert m.roc_auc(scores, [0, 1]) == 1.0
    for labels in ([0, 1], np.array([False, True]), np.uint8([[0], [1]])):
        assert m.accuracy(labels, [1, 1]) == 0.5
    assert m.accuracy([-1, 1], [1, 1]) == m.accuracy([-1, 1], [-1, -1]) == 0.5


def test_a_perceptron_of_values_is_judged():
    model = nn.MLP(2, [1], rng=0)
    outputs = [model([1.0, 2.0]), model([-1.0, -2.0])]
    target = [1 if y.data > 0 else -1 for y in outputs]
    assert m.accuracy(outputs, target) == 1.0


def test_of_two_classes_class_one_is_meant_and_of_more_the_mean():
    scores, true = np.eye(3)[[0, 0, 1, 1, 1]], [0, 1, 1, 1, 0]
    for ours, theirs in [(m.precision, sk.precision_score), (m.recall, sk.recall_score), (m.f1, sk.f1_score)]:
        for taken in (scores[:, :2], scores[:, 1], scores.argmax(axis=1)):  # however the two classes are written
            assert ours(taken, true) == ours(taken, true, average="binary") == theirs(true, scores.argmax(axis=1))
        assert ours(scores, true) == ours(scores, true, average="macro") != ours(scores[:, :2], true)


def test_the_number_of_classes_can_be_said():
    assert m.confusion_matrix([0, 1], [0, 1], classes=3).tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert m.confusion_matrix(np.eye(3)[:2], [0, 1]).shape == (3, 3)
    assert m.confusion_matrix([0, 1], [0, 1]).dtype == int


def test_what_diverged_is_infinitely_wrong_without_a_warning():
    assert m.mean_squared_error([1e200, np.inf], [0.0, 0.0]) == np.inf
    assert m.mean_absolute_error([np.inf], [0.0]) == np.inf
    assert m.r2_score([np.inf, 1.0], [0.0, 1.0]) == -np.inf


def test_a_nan_among_predictions_makes_the_metric_nan():
    rows = [[0.1, 0.9], [0.8, math.nan]]
    for metric in [*CLASSIFICATION, m.top_k_accuracy]:
        assert np.isnan(metric(rows, [1, 0])).all(), metric
        assert not np.isnan(metric([[0.1, 0.9], [0.8, math.inf]], [1, 0])).any(), metric
    for metric in CLASSIFICATION:
        assert np.isnan(metric([0.1, math.nan, 0.9], [0, 1, 1])).all(), metric
    for metric in REGRESSION:
        assert math.isnan(metric(rows, [[0.1, 0.9], [0.8, 0.2]])), metric
        assert math.isnan(metric([math.nan, 1.0], [1.0, 1.0])), metric
    assert m.confusion_matrix(rows, [1, 0], classes=3).shape == (3, 3)
    assert math.isnan(m.roc_auc([[math.inf, math.inf], [0.0, 1.0]], [0, 1]))  # which of the two leads is not known


def test_a_training_that_diverges_keeps_its_history():
    x = np.linspace(-1.0, 1.0, 20)[:, None]
    model = nn.Linear(1, 1, rng=0)
    with np.errstate(all="ignore"):
        history = nn.fit(
            model, (x, (x > 0).astype(float)), loss="mse", optimizer=optim.SGD(model.parameters(), lr=1e30), epochs=12,
            metrics=["accuracy", "precision", "recall", "f1", "auc", "confusion", "mae", "mse", "rmse", "r2"], rng=0,
            verbose=0,
        )  # fmt: skip
    assert len(history.rows) == 12
    assert np.isfinite(history["accuracy"][0])
    assert all(np.isnan(number).all() for number in history.rows[-1].values())


def test_infinite_targets_are_refused():
    for metric in REGRESSION:
        with pytest.raises(DomainError, match=rf"{metric.__name__} needs finite targets, got -inf at target\[1, 0\], at "):
            metric([[1.0], [2.0]], [[1.0], [-math.inf]])


# --- against scikit-learn ---------------------------------------------------------------------------------------------


@st.composite
def cases(draw):
    """Labels of up to four classes, of which some may be missing, and weights or none."""
    n = draw(st.integers(1, 12))
    labels = st.lists(st.integers(0, draw(st.sampled_from([1, 3]))), min_size=n, max_size=n)
    weights = draw(st.one_of(st.none(), st.lists(st.integers(1, 4), min_size=n, max_size=n)))
    return draw(labels), draw(labels), weights


@given(cases())
def test_labels_as_scikit_learn_counts_them(case):
    taken, true, weights = case
    two = max(taken + true) <= 1
    assert m.accuracy(taken, true, sample_weight=weights) == pytest.approx(
        sk.accuracy_score(true, taken, sample_weight=weights)
    )
    size = max(*taken, *true, 1) + 1
    np.testing.assert_array_equal(
        m.confusion_matrix(taken, true, sample_weight=weights),
        sk.confusion_matrix(true, taken, sample_weight=weights, labels=range(size)),
    )
    for average in ["macro", "micro", "weighted", "binary"][: 4 if two else 3]:
        for ours, theirs in [(m.precision, sk.precision_score), (m.recall, sk.recall_score), (m.f1, sk.f1_score)]:
            wanted = theirs(true, taken, sample_weight=weights, average=average, zero_division=0)
            assert ours(taken, true, sample_weight=weights, average=average) == pytest.approx(wanted)
    for ours, theirs in [(m.precision, sk.precision_score), (m.recall, sk.recall_score), (m.f1, sk.f1_score)]:
        wanted = theirs(true, taken, average="binary" if two else "macro", zero_division=0)
        assert ours(taken, true) == pytest.approx(wanted)


@given(cases(), st.integers(0, 2**32), st.booleans())
def test_areas_as_scikit_learn_computes_them(case, seed, ties):
    _, true, weights = case
    rng = np.random.default_rng(seed)
    n, true = len(true), np.array(true)
    positive = true > 0
    scores = rng.integers(0, 4, n) if ties else rng.normal(size=n)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a single class, scikit-learn warns, and gives nan
        wanted = sk.roc_auc_score(positive, scores, sample_weight=weights)
    assert m.roc_auc(scores, positive, sample_weight=weights) == pytest.approx(wanted, nan_ok=True)
    if len(np.unique(true)) == 4:
        rows = rng.dirichlet(np.ones(4), n).round(1 if ties else 9)
        each = [sk.roc_auc_score(true == c, rows[:, c], sample_weight=weights) for c in range(4)]
        assert m.roc_auc(rows, true, sample_weight=weights) == pytest.approx(np.mean(each))


@pytest.mark.parametrize("weighted", [False, True])
def test_ranks_and_residuals_as_scikit_learn_computes_them(weighted):
    rng = np.random.default_rng(0)
    scores, true = rng.normal(size=(50, 6)), rng.integers(0, 6, 50)
    w = rng.random(50) if weighted else None
    for k in (1, 2, 5):
        wanted = sk.top_k_accuracy_score(true, scores, k=k, sample_weight=w, labels=range(6))
        assert m.top_k_accuracy(scores, true, k=k, sample_weight=w) == pytest.approx(wanted)
    wanted = np.mean([sk.roc_auc_score(true == c, scores[:, c], sample_weight=w) for c in range(6)])
    assert m.roc_auc(scores, true, sample_weight=w) == pytest.approx(wanted)
    for shape in [(50,), (50, 1), (50, 3)]:
        y, t = rng.normal(size=shape), rng.normal(size=shape)
        for ours, theirs in [
            (m.mean_absolute_error, sk.mean_absolute_error),
            (m.mean_squared_error, sk.mean_squared_error),
            (m.r2_score, sk.r2_score),
        ]:
            assert ours(y, t, sample_weight=w) == pytest.approx(theirs(t, y, sample_weight=w))
        root = m.root_mean_squared_error(y, t, sample_weight=w)
        assert root == pytest.approx(math.sqrt(sk.mean_squared_error(t, y, sample_weight=w)))


# --- by name ----------------------------------------------------------------------------------------------------------


def test_a_metric_has_short_names():
    for name, function in [
        ("accuracy", m.accuracy), ("precision", m.precision), ("recall", m.recall), ("f1", m.f1), ("auc", m.roc_auc),
        ("confusion", m.confusion_matrix), ("mae", m.mean_absolute_error), ("mse", m.mean_squared_error),
        ("rmse", m.root_mean_squared_error), ("r2", m.r2_score), ("roc_auc", m.roc_auc),
        ("mean_squared_error", m.mean_squared_error), ("top_k_accuracy", m.top_k_accuracy), ("acc", m.accuracy),
    ]:  # fmt: skip
        assert metric_named(name) == (name, function)


def test_the_k_of_top_k_is_part_of_its_name():
    scores = [[0.5, 0.3, 0.2]]
    for name in ("top_2", "top_2_accuracy"):
        said, metric = metric_named(name)
        assert said == name
        assert [metric(scores, [c]) for c in range(3)] == [1.0, 1.0, 0.0]


def test_a_function_has_its_own_name():
    def bias(prediction, target):
        return 1.0

    assert metric_named(bias) == ("bias", bias)
    assert metric_named(m.f1) == ("f1", m.f1)


@pytest.mark.parametrize("name", ["acuracy", "top_0", "top_", "top_-1", "", 3, None, ["accuracy"]])
def test_an_unknown_name_is_answered_with_those_there_are(name):
    with pytest.raises(AutogradError, match=r"there is no metric .*: one of accuracy, .*, r2, top_3, at .*test_metrics"):
        metric_named(name)


def test_an_unknown_name_is_answered_with_whole_names_and_short_ones():
    with pytest.raises(AutogradError) as caught:
        metric_named("acuracy")
    named = str(caught.value).split("one of ")[1].split(", at ")[0].split(", ")
    assert len(set(named)) == len(named)
    assert {"roc_auc", "auc", "confusion_matrix", "confusion", "accuracy", "acc", "r2_score", "top_k_accuracy"} < set(named)
    assert all(metric_named(name)[0] == name for name in named)


@pytest.mark.parametrize(
    "loss",
    [
        nn.BCEWithLogitsLoss(), nn.loss.binary_cross_entropy_with_logits, nn.HingeLoss(), nn.loss.hinge_loss,
        nn.loss.soft_margin_loss, nn.PerceptronLoss(), nn.SquaredHingeLoss(), nn.ZeroOneLoss(),
    ],
)  # fmt: skip
def test_after_a_loss_of_scores_the_threshold_is_zero(loss):
    for name in ("accuracy", "precision", "recall", "f1", m.accuracy):
        assert metric_named(name, loss)[1]([0.2, 0.3], [1, 1]) == 1.0
        assert metric_named(name)[1]([0.2, 0.3], [1, 1]) == 0.0
    assert metric_named("confusion", loss)[1]([0.2, 0.3], [1, 1]).tolist() == [[0, 0], [0, 2]]
    assert metric_named("auc", loss) == ("auc", m.roc_auc)


def test_after_a_loss_of_probabilities_it_is_one_half():
    for loss in (nn.BCELoss(), nn.loss.binary_cross_entropy, nn.MSELoss(), lambda y, t: 0.0, None):
        assert metric_named("accuracy", loss) == ("accuracy", m.accuracy)


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", [*CLASSIFICATION, *REGRESSION, m.top_k_accuracy])
def test_what_cannot_be_judged_is_an_error_that_names_the_metric(metric):
    name = metric.__name__
    rows = [[0.1, 0.9], [0.8, 0.2]]
    good, t = (rows, rows) if metric in REGRESSION else (rows, [1, 0])
    for prediction, target, options, kind, message in [
        ([], [], {}, ShapeError, r"needs one prediction or more in an array, got shape \(0,\)"),
        (0.5, 1, {}, ShapeError, r"needs one prediction or more in an array, got shape \(\)"),
        (good, [], {}, ShapeError, "needs one target or more"),
        (good, t[:1], {}, ShapeError, r"needs .*target.*got (1 for 2|\(1, 2\))"),
        ([[0.1], [0.2, 0.3]], t, {}, ShapeError, "needs predictions in rows of one length"),
        ([["a", "b"]], [0], {}, DTypeError, "needs predictions that are real numbers, got dtype <U1"),
        ([0.5, 0.5], [None, None], {}, DTypeError, "needs targets that are real numbers, got dtype object"),
        (good, [1, math.nan], {}, DomainError, r"needs numbers, got nan at target\[1\]"),
        (good, t, {"sample_weight": [1.0]}, ShapeError, r"needs one weight for each of 2 samples, got shape \(1,\)"),
        (good, t, {"sample_weight": [1.0, -1.0]}, DomainError, "needs weights from 0 up, not all of them 0, and finite"),
        (good, t, {"sample_weight": [0, 0]}, DomainError, "needs weights from 0 up"),
        (good, t, {"sample_weight": [1, math.inf]}, DomainError, "needs weights from 0 up"),
        (good, t, {"sample_weight": [1e308, 1e308]}, DomainError, "needs weights from 0 up, .* finite, also their sum"),
        (good, t, {"sample_weight": [1, math.nan]}, DomainError, r"needs numbers, got nan at weight\[1\]"),
        (good, t, {"sample_weight": "balanced"}, ShapeError, "needs one weight or more in an array"),
    ]:
        with pytest.raises(kind, match=rf"{name} {message}.*, at .*test_metrics.py:"):
            metric(prediction, target, **options)


@pytest.mark.parametrize("metric", [*CLASSIFICATION, m.top_k_accuracy])
def test_targets_that_are_no_classes_are_refused(metric):
    rows = [[0.1, 0.9], [0.8, 0.2]]
    for prediction, target, kind, message in [
        (rows, [0, 2], DomainError, "needs targets from 0 to 1, .*got 2"),
        (rows, [0.5, 1.0], DomainError, r"as targets: whole numbers from 0 up, or -1 and \+1, got 0.5 at target\[0\]"),
        (rows, [0, -2], DomainError, r"got -2 at target\[1\]"),
        (rows, [-1, 0], DomainError, r"got 0 at target\[1\]"),
        (rows, [0, math.inf], DomainError, r"got inf at target\[1\]"),
        (rows, [[1, 1], [0, 1]], DomainError, "needs class indices, or rows with one 1 and else 0, as targets"),
        (rows, [[[1, 0]], [[1, 0]]], ShapeError, r"needs targets \(N,\) or \(N, C\), got \(2, 1, 2\)"),
        (np.zeros((2, 2, 2)), [0, 1], ShapeError, r"needs (predictions|scores) \(N,\) or \(N, C\), got \(2, 2, 2\)"),
    ]:
        with pytest.raises(kind, match=rf"{metric.__name__} .*{message}.*, at .*test_metrics.py:"):
            metric(prediction, target)


def test_single_floats_do_not_tell_three_classes_apart():
    with pytest.raises(DTypeError, match=r"a score for each of 3 classes, .*: use prediction.astype\(int\) if"):
        m.accuracy([0.0, 1.0, 2.0], [0, 1, 2])
    with pytest.raises(DomainError, match="roc_auc needs targets from 0 to 1, as there is 1 score a sample, got 2"):
        m.roc_auc([0.0, 1.0, 2.0], [0, 1, 2])
    with pytest.raises(ShapeError, match=r"top_k_accuracy needs scores \(N, C\) of two classes or more, got \(2, 1\)"):
        m.top_k_accuracy([0.0, 1.0], [0, 1])
    with pytest.raises(DomainError, match=r"needs classes as predictions: .* got 0 at prediction\[0\]"):
        m.accuracy([0, 1], [-1, 1])


def test_matrices_that_no_memory_holds_are_refused():
    for prediction, classes in [([0, 2**31 - 1], None), ([0, 100_000], None), ([0, 1], 10**9)]:
        with pytest.raises(DomainError, match=r"confusion_matrix needs at most 10,000 classes, got [\d,]+: number .*, at "):
            m.confusion_matrix(prediction, [0, 1], classes=classes)
    assert m.precision([0, 2**31 - 1], [0, 1], average="micro") == 0.5


def test_a_threshold_is_a_number():
    for metric in (m.accuracy, m.precision, m.recall, m.f1, m.confusion_matrix):
        for threshold in ("a", math.nan, [0.1, 0.2, 0.3], 1j):
            with pytest.raises(DomainError, match=rf"{metric.__name__} needs a number as its threshold, got .*, at "):
                metric([0.1, 0.9], [0, 1], threshold=threshold)


def test_settings_that_make_no_sense_are_refused():
    for classes in (2, 0, 2.5, True):
        with pytest.raises(DomainError, match="confusion_matrix needs classes to be a whole number above 2, got"):
            m.confusion_matrix([0, 1, 2], [0, 1, 2], classes=classes)
    for k in (0, -1, 1.5, True):
        with pytest.raises(DomainError, match="top_k_accuracy needs k to be a whole number from 1 up"):
            m.top_k_accuracy([[0.1, 0.9]], [1], k=k)
    with pytest.raises(AutogradError, match="f1 takes an average of 'binary', 'macro', 'micro', 'weighted', got 'samples'"):
        m.f1([0, 1], [0, 1], average="samples")
    with pytest.raises(AutogradError, match="got ''"):
        m.f1([0, 1], [0, 1], average="")
    with pytest.raises(AutogradError, match='recall with average="binary" needs two classes, got 3'):
        m.recall([0, 1], [0, 2], average="binary")
