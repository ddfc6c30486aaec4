"""Does a loss say what is wrong with its arguments, where, and what would mend it?"""

import math

import numpy as np
import pytest
from test_loss import FUNCTIONS

from autograd import DomainError, DTypeError, ShapeError, Tensor, Value
from autograd.errors import AutogradError
from nn import loss as losses

ONES, X = np.ones((4, 1)), np.zeros((2, 3))
SHAPES = "needs a target of the prediction's shape"

WRONG = [
    (lambda: losses.mse_loss(ONES, np.ones(4)), ShapeError,
     rf"mse_loss {SHAPES} \(4, 1\), got \(4,\): use prediction.squeeze\(-1\) or target\[:, None\], at "),
    (lambda: losses.mse_loss(np.ones(4), ONES), ShapeError, r"\(4,\), got \(4, 1\): use target.squeeze\(-1\)"),
    (lambda: losses.l1_loss(np.ones((2, 2, 1)), np.ones((2, 2))), ShapeError, r"target\[\.\.\., None\]"),
    (lambda: losses.mse_loss(np.ones(4), 1.0), ShapeError, r"got \(\): use np.full\(\(4,\), target\)"),
    (lambda: losses.mse_loss(np.ones((2, 3)), np.ones((3, 2))), ShapeError, r"use target.reshape\(\(2, 3\)\)"),
    (lambda: losses.mse_loss(np.ones(4), np.ones(3)), ShapeError, r"\(4,\), got \(3,\), at "),
    (lambda: losses.mse_loss([Value(1.0)] * 2, [1.0] * 3), ShapeError, r"\(2,\), got \(3,\)"),
    (lambda: losses.mse_loss([[Value(1.0)], [Value(1.0)] * 2], [1.0]), ShapeError,
     r"lists of one length side by side, got \(1,\) and \(2,\)"),
    (lambda: losses.mse_loss(Value(1.0), [1.0]), ShapeError, r"\(\), got \(1,\): use target.squeeze\(-1\)"),
    (lambda: losses.hinge_loss(np.ones(3), [1, 1, 0]), DomainError,
     r"hinge_loss needs labels -1 and \+1, got 0.0 at target\[2\]: 2 \* target - 1 turns \{0, 1\} into \{-1, \+1\}, at "),
    (lambda: losses.perceptron_loss([Value(0.0)], [2]), DomainError, r"perceptron_loss .* got 2 at target\[0\], at "),
    (lambda: losses.zero_one_loss(Value(0.0), 0), DomainError, r"got 0.0 at the target: 2 \* target - 1"),
    (lambda: losses.soft_margin_loss(np.ones((2, 2)), [[1, -1], [1, math.nan]]), DomainError, r"got nan at target\[1, 1\]"),
    (lambda: losses.binary_cross_entropy([0.5, 1.5], [0, 1]), DomainError,
     r"needs predictions in \[0, 1\], got 1.5 at prediction\[1\]: apply sigmoid to the scores, or use .*_with_logits"),
    (lambda: losses.binary_cross_entropy([0.5], [-1]), DomainError,
     r"needs targets in \[0, 1\], got -1 at target\[0\]: \(target \+ 1\) / 2 turns \{-1, \+1\} into \{0, 1\}"),
    (lambda: losses.binary_cross_entropy_with_logits(Tensor([0.5]), [2]), DomainError, "needs targets in"),
    (lambda: losses.kl_div(np.zeros(2), [-0.5, -0.5]), DomainError, "log_target=True"),
    (lambda: losses.log_likelihood(X + 2, [0, 1]), DomainError, r"prediction\[0, 0\]: apply softmax to the scores first"),
    (lambda: losses.cross_entropy(X, [0, 3]), DomainError,
     r"cross_entropy needs class indices from 0 to 2, got 3 at target\[1\], at "),
    (lambda: losses.cross_entropy(X, [-1, 0]), DomainError, r"got -1 at target\[0\]"),
    (lambda: losses.cross_entropy(X, [-1, 5], ignore_index=-1), DomainError, r"got 5 at target\[1\]"),
    (lambda: losses.nll_loss(np.zeros((1, 3, 2)), [[0, 7]]), DomainError, r"got 7 at target\[0, 1\]"),
    (lambda: losses.cross_entropy([Value(0.0), Value(1.0)], 2), DomainError, r"from 0 to 1, got 2 at the target"),
    (lambda: losses.multi_margin_loss(X, [0, -100]), DomainError, r"got -100 at target\[1\]"),
    (lambda: losses.cross_entropy(X, [0.0, 1.0]), DTypeError,
     r"whole numbers as class indices, got dtype float64: use target.astype\(int\), or a distribution over the classes"),
    (lambda: losses.cross_entropy(X, [[0], [1]]), ShapeError,
     r"one class index for each row of 3 scores, a target of shape \(2,\), got \(2, 1\): use target.squeeze\(-1\)"),
    (lambda: losses.cross_entropy(X, [0, 1, 2]), ShapeError, r"shape \(2,\), got \(3,\), at "),
    (lambda: losses.cross_entropy(Value(1.0), 0), ShapeError, r"scores of shape \(N, C\), or C of them .* got \(\)"),
    (lambda: losses.cross_entropy([[[Value(1.0)]]], [0]), ShapeError, "a list of scores or a list of such lists"),
    (lambda: losses.cross_entropy(X, [0, 1], [1.0, 2.0]), ShapeError, r"one weight for each of 3 classes, got shape \(2,\)"),
    (lambda: losses.binary_cross_entropy(X, X, np.ones(2)), ShapeError, r"weights that broadcast to \(2, 3\), got \(2,\)"),
    (lambda: losses.cross_entropy(X, [0, 1], label_smoothing=1.5), DomainError, r"label_smoothing in \[0, 1\], got 1.5"),
    (lambda: losses.huber_loss(1.0, 0.0, delta=0.0), DomainError, "huber_loss needs delta > 0, got 0.0"),
    (lambda: losses.smooth_l1_loss(1.0, 0.0, beta=-1.0), DomainError, "smooth_l1_loss needs beta >= 0, got -1.0"),
    (lambda: losses.multi_margin_loss(X, [0, 1], p=3), DomainError, "multi_margin_loss needs p = 1 or p = 2, got 3"),
    (lambda: losses.mse_loss(1.0, 0.0, reduction="avg"), AutogradError,
     "mse_loss takes a reduction of 'mean', 'sum', 'none', got 'avg'"),
    (lambda: losses.mse_loss(1.0, 0.0, reduction="batchmean"), AutogradError, "got 'batchmean'"),
    (lambda: losses.kl_div(X, X, reduction="avg"), AutogradError, "'none', 'batchmean', got 'avg'"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "message"), WRONG)
def test_what_is_wrong_is_said_with_its_place_and_its_mend(call, kind, message):
    with pytest.raises(kind, match=message) as caught:
        call()
    assert "test_loss_errors.py:" in str(caught.value)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_loss_checks_shape_and_reduction(name):
    f = getattr(losses, name)
    with pytest.raises(AutogradError, match=f"{name} takes a reduction"):
        f(np.full((2, 3), 0.5), np.ones((2, 3)), reduction="average")
    with pytest.raises(ShapeError, match=f"{name} needs"):
        f(np.full((4, 3), 0.5), np.ones((4, 1), int))
