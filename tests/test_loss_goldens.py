"""Do the losses that PyTorch has too give its numbers and its gradients, from arrays and from Values?

`goldens/make_losses.py` asked PyTorch. How many cases there are and how far off the worst is:

    .venv/bin/python tests/test_loss_goldens.py
"""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from autograd import Tensor, Value, gradients
from autograd.tree import flatten, unflatten
from nn import loss as losses

RECORD = json.loads(Path(__file__).with_name("goldens").joinpath("losses.json").read_text(encoding="utf-8"))
CASES = RECORD["cases"]
NAMES = sorted({case["loss"] for case in CASES})
TOLERANCE = 1e-10  # of the size of the number; never to be loosened


def on_tensors(case):
    """Return output and gradient of a case computed on a Tensor."""
    y = Tensor(np.array(case["prediction"], float), requires_grad=True)
    output = getattr(losses, case["loss"])(y, case["target"], reduction=case["reduction"], **case["settings"])
    seed = np.arange(1.0, output.size + 1).reshape(output.shape)
    return output.detach().numpy(), gradients(output, [y], seed)[0]


def on_values(case):
    """Return output and gradient of a case computed on Values, in lists where the prediction is a list."""
    numbers, structure = flatten(case["prediction"])
    leaves = [Value(x) for x in numbers]
    call = getattr(losses, case["loss"])
    output = call(unflatten(structure, leaves), case["target"], reduction=case["reduction"], **case["settings"])
    parts, form = flatten(output)
    total = sum(i * part for i, part in enumerate(parts, 1))
    return unflatten(form, [v.data for v in parts]), unflatten(structure, gradients(total, leaves))


def off(found, expected):
    """Return by what part of its size, or of 1, the worst number is off; inf where one is nan and the other is not."""
    found, expected = np.asarray(found, float), np.asarray(expected, float)
    if found.shape != expected.shape:
        return np.inf
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    with np.errstate(invalid="ignore"):
        parts = np.abs(found - expected) / np.maximum(1.0, np.abs(expected))
    return float(np.max(np.where(same, 0.0, np.where(np.isfinite(parts), parts, np.inf)), initial=0.0))


def worst(case, compute):
    """Return how far off the output or the gradient of a case is."""
    with np.errstate(divide="ignore", invalid="ignore"):
        output, gradient = compute(case)
    return max(off(output, case["output"]), off(gradient, case["gradient"]))


def fits_lists(case):
    """Can the case be given as Values? Losses of classes take lists, and lists of lists."""
    depth = np.ndim(case["prediction"])
    return depth <= 2 or case["loss"] not in ("cross_entropy", "nll_loss")


@pytest.mark.parametrize("name", NAMES)
def test_a_loss_of_arrays_and_its_gradient_are_pytorchs(name):
    found = [(worst(case, on_tensors), case) for case in CASES if case["loss"] == name]
    assert max(found, key=lambda pair: pair[0])[0] <= TOLERANCE, max(found, key=lambda pair: pair[0])


@pytest.mark.parametrize("name", NAMES)
def test_a_loss_of_values_and_its_gradient_are_pytorchs(name):
    found = [(worst(case, on_values), case) for case in CASES if case["loss"] == name and fits_lists(case)]
    assert max(found, key=lambda pair: pair[0])[0] <= TOLERANCE, max(found, key=lambda pair: pair[0])


def test_the_goldens_meet_every_reduction_and_setting():
    met = {name: {s for case in CASES if case["loss"] == name for s in case["settings"]} for name in NAMES}
    assert met["cross_entropy"] == {"weight", "ignore_index", "label_smoothing"}
    assert met["binary_cross_entropy_with_logits"] == {"weight", "pos_weight"}
    assert len(NAMES) == 11
    for name in NAMES:
        assert {case["reduction"] for case in CASES if case["loss"] == name} >= {"mean", "sum", "none"}


def test_a_number_that_is_off_by_a_billionth_is_found_out():
    case = next(case for case in CASES if case["loss"] == "cross_entropy")
    for what in ("output", "gradient"):
        assert worst({**case, what: (np.array(case[what]) + 1e-9).tolist()}, on_tensors) > TOLERANCE


if __name__ == "__main__":
    print(f"{len(CASES)} cases, by torch {RECORD['torch']}; off by at most, of the size of each number:")
    for name, (kind, compute) in itertools.product(NAMES, {"Tensor": on_tensors, "Value": on_values}.items()):
        cases = [case for case in CASES if case["loss"] == name and (kind == "Tensor" or fits_lists(case))]
        print(f"{name:34s} {kind:6s} {len(cases):4d} cases  {max(worst(case, compute) for case in cases):.1e}")
