"""Do the layers that PyTorch has too give its numbers, its gradients and its running means, under its names?

`goldens/make_layers.py` asked PyTorch. How many numbers there are and how far off the worst is:

    .venv/bin/python tests/test_layer_goldens.py
"""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
from test_loss_goldens import TOLERANCE, off

import nn
from autograd import Tensor


def read():
    """Return PyTorch's version and the cases, each with its arrays by key."""
    with np.load(Path(__file__).with_name("goldens") / "layers.npz", allow_pickle=False) as file:
        about, numbers = json.loads(str(file["about"])), file["numbers"]
    start = 0
    for case in about["cases"]:
        for key, shape in case["arrays"].items():
            end = start + math.prod(shape)
            case["arrays"][key] = numbers[start:end].reshape(shape)
            start = end
    assert start == len(numbers)
    return about["torch"], about["cases"]


TORCH, CASES = read()
LAYERS = sorted({case["layer"] for case in CASES})


def build(layer, args=(), settings=None):
    """Make a layer, or a function of `nn.functional` if the name is small."""
    if layer == "Sequential":
        return nn.Sequential(*(build(*spec) for spec in args))
    if layer.islower():
        return lambda x: getattr(nn.functional, layer)(x, *args, **(settings or {}))
    return getattr(nn, layer)(*args, **(settings or {}))


def under(arrays, prefix):
    """Return the arrays whose keys begin so, by what follows."""
    return {key.removeprefix(prefix): x for key, x in arrays.items() if key.startswith(prefix)}


def compared(case):
    """Yield each array that a layer computes with PyTorch's."""
    arrays, module = case["arrays"], build(case["layer"], case["args"], case["settings"])
    owner = module if isinstance(module, nn.Module) else nn.Identity()
    assert owner.state_dict().keys() == under(arrays, "state/").keys()
    owner.load_state_dict(under(arrays, "state/"))
    for i, trained in enumerate(case["training"]):
        step = under(arrays, f"{i}/")
        owner.train(trained).zero_grad()
        x = Tensor(step["x"], requires_grad="dx" in step, dtype=int if case["layer"] == "Embedding" else float)
        y = module(x)
        yield y.detach().numpy(), step["y"]
        gradients = under(step, "d/")
        assert gradients.keys() == dict(owner.named_parameters()).keys()
        if y.requires_grad:
            y.backward(step["seed"])
        if "dx" in step:
            yield x.grad.numpy(), step["dx"]
        for path, p in owner.named_parameters():
            yield p.grad.numpy(), gradients[path]
        after = under(step, "after/")
        assert not after or after.keys() == owner.state_dict().keys()
        yield from ((owner.state_dict()[path], x) for path, x in after.items())


def worst(case):
    """Return by what part of its size, or of 1, the worst number of a case is off."""
    return max(off(found, expected) for found, expected in compared(case))


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_with_pytorchs_state_has_its_outputs_gradients_and_running_means(layer):
    found = [(worst(case), i) for i, case in enumerate(CASES) if case["layer"] == layer]
    where, i = max(found)
    assert where <= TOLERANCE, {key: x for key, x in CASES[i].items() if key != "arrays"}


def test_the_goldens_meet_every_layer_that_pytorch_has_too():
    parts = {spec[0] for case in CASES if case["layer"] == "Sequential" for spec in case["args"]}
    shared = {name for name in dir(nn) if isinstance(getattr(nn, name), type) and issubclass(getattr(nn, name), nn.Module)}
    ours = {"Module", "Model", "ModuleList", "MLP", "Layer", "Neuron", "Perceptron", "Dropout"}
    assert shared - {name for name in dir(nn.loss) if name.endswith(("Loss", "Likelihood"))} - ours <= {*LAYERS}
    assert parts >= {"Conv2d", "BatchNorm2d", "ReLU", "MaxPool2d", "AvgPool2d", "Flatten", "Linear"}


@pytest.mark.parametrize("key", ["0/y", "0/dx", "0/d/0.weight", "2/after/1.running_var", "3/y"])
def test_a_layer_that_is_off_by_a_billionth_is_found_out(key):
    case = next(case for case in CASES if "1.running_var" in str(case["arrays"].keys()))
    assert worst({**case, "arrays": {**case["arrays"], key: case["arrays"][key] * (1 + 1e-9) + 1e-9}}) > TOLERANCE


@pytest.mark.parametrize(("known", "wrong"), [("weight", "W"), ("running_mean", "mean"), ("0.weight", "layers.0.weight")])
def test_a_state_with_another_name_is_found_out(known, wrong):
    case = next(case for case in CASES if f"state/{known}" in case["arrays"])
    renamed = {key.replace(f"state/{known}", f"state/{wrong}"): x for key, x in case["arrays"].items()}
    with pytest.raises(AssertionError):
        worst({**case, "arrays": renamed})


if __name__ == "__main__":
    print(f"{len(CASES)} cases, by torch {TORCH}; off by at most, of the size of each number, or of 1:")
    total, most = 0, 0.0
    for layer, cases in itertools.groupby(sorted(CASES, key=lambda case: case["layer"]), lambda case: case["layer"]):
        pairs = [[*compared(case)] for case in cases]
        count, bad = sum(x.size for some in pairs for _, x in some), max(off(*pair) for some in pairs for pair in some)
        total, most = total + count, max(most, bad)
        print(f"{layer:12s} {len(pairs):4d} cases {count:6d} numbers  {bad:.1e}")
    print(f"{len(LAYERS)} layers, {len(CASES)} cases, {total} numbers compared; the worst is off by {most:.1e}")
