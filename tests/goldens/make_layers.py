"""What does PyTorch make of each layer that we share with it? Written to `layers.npz`, which the tests compare with.

    .venv-bench/bin/python tests/goldens/make_layers.py

A case is a layer, the inputs of one batch or of several, and whether it is being trained on them. Stored are the inputs, the
state dict before the first batch, and of every batch the output, a cotangent, the gradients by the input and by all
parameters, and the state dict after it. `numbers` holds all of them in one row, in double precision (a file for each array
would be larger than what is in it), and `about`, in JSON, how each layer is made and which arrays of which shape it has.
"""

import json
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("layers.npz")
ACTIVATIONS = (
    ("ReLU",), ("Sigmoid",), ("LogSigmoid",), ("Tanh",), ("SiLU",), ("SELU",), ("Mish",), ("Softplus",), ("Softsign",),
    ("LeakyReLU",), ("LeakyReLU", [0.2]), ("ELU",), ("ELU", [0.5]), ("GELU",), ("GELU", [], {"approximate": "tanh"}),
    ("Hardtanh",), ("Hardtanh", [-0.5, 2.0]), ("Identity",),
)  # fmt: skip
# Around 0, on the kinks, and so far out that a careless formula overflows.
POINTS = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 1e-9, -1e-9, 3.7, -3.7, 30.0, -30.0, 750.0, -750.0, 1e5, -1e5]
CNN = [
    ["Conv2d", [1, 4, 3], {"padding": 1}], ["BatchNorm2d", [4]], ["ReLU"], ["MaxPool2d", [2]],
    ["Conv2d", [4, 6, 3], {"bias": False}], ["GELU"], ["AvgPool2d", [2]], ["Flatten"],
    ["Linear", [6, 5]], ["LogSoftmax", [], {"dim": 1}],
]  # fmt: skip
NESTED = [["Sequential", [["Linear", [3, 4]], ["Tanh"]]], ["LayerNorm", [4]], ["Sequential", [["Linear", [4, 2]]]]]
RECURRING = (True, True, True, False)  # three batches in training, and one that is not

rng = np.random.default_rng(0)


def draw(*shape):
    """Draw normal numbers, rounded to three decimals to keep the file small."""
    return np.asarray(rng.normal(scale=2.0, size=shape).round(3))


def cases():
    """Yield (layer, arguments, settings, inputs, is each batch in training?)."""
    for settings in ({}, {"bias": False}):
        for shape in ((3,), (5, 3), (2, 4, 3), (1, 3)):
            yield "Linear", [3, 2], settings, [draw(*shape)]
    for args in ([], [0], [1, 2], [0, -2], [-2]):
        yield "Flatten", args, {}, [draw(2, 3, 2, 2)]
    for settings in ({}, {"padding_idx": 0}, {"padding_idx": -2}):
        for shape in ((), (4,), (3, 5)):
            yield "Embedding", [6, 3], settings, [rng.integers(0, 6, shape)]
    for shape, x in ((4, (4,)), (4, (3, 4)), ([4], (2, 3, 4)), ([3, 4], (2, 3, 4)), ([2, 3], (4, 1, 2, 3))):
        for settings in ({}, {"elementwise_affine": False}, {"bias": False}, {"eps": 0.1}):
            yield "LayerNorm", [shape], settings, [draw(*x)]
    yield "LayerNorm", [3], {}, [np.array([[1.0, 1.0, 1.0], [1001.0, 1002.0, 1004.0]])]
    for layer, shapes in (("BatchNorm1d", [(5, 3), (4, 3, 2), (2, 3)]), ("BatchNorm2d", [(4, 3, 2, 3), (1, 3, 2, 2)])):
        for settings in ({}, {"momentum": None}, {"momentum": 0.7, "eps": 0.1}, {"momentum": 0.0}, {"affine": False},
                         {"track_running_stats": False}, {"affine": False, "track_running_stats": False}):  # fmt: skip
            for shape in shapes:
                yield layer, [3], settings, [draw(*shape) for _ in RECURRING], RECURRING
    for args, settings, shape in (
        ([2, 3, 3], {}, (2, 2, 7)), ([2, 3, 3], {"bias": False, "stride": 2}, (2, 2, 8)), ([2, 3, 1], {}, (1, 2, 1)),
        ([2, 4, 2], {"dilation": 3, "padding": 2}, (2, 2, 5)), ([4, 6, 3], {"groups": 2, "padding": 1}, (3, 4, 5)),
        ([3, 3, 2], {"groups": 3, "stride": 3}, (2, 3, 9)), ([2, 3, 3], {"padding": 5}, (2, 2, 2)), ([2, 3, 3], {}, (2, 6)),
    ):  # fmt: skip
        yield "Conv1d", args, settings, [draw(*shape)]
    for args, settings, shape in (
        ([1, 2, 3], {}, (2, 1, 5, 6)), ([3, 2, 3], {"bias": False}, (2, 3, 4, 4)), ([2, 3, 1], {}, (2, 2, 3, 3)),
        ([2, 3, [2, 3]], {}, (2, 2, 4, 5)), ([2, 3, [3, 1]], {"stride": [1, 2], "padding": [2, 0]}, (2, 2, 4, 5)),
        ([2, 3, 3], {"stride": 2}, (2, 2, 6, 8)), ([2, 3, 3], {"stride": 2, "padding": 1}, (2, 2, 6, 7)),
        ([2, 3, 2], {"dilation": 2}, (2, 2, 5, 4)), ([2, 3, [2, 3]], {"dilation": [3, 1], "padding": [1, 2]}, (2, 2, 4, 3)),
        ([4, 2, 3], {"groups": 2}, (2, 4, 4, 4)), ([3, 3, 3], {"groups": 3, "padding": 1}, (2, 3, 4, 5)),
        ([2, 6, 2], {"groups": 2, "stride": 2, "dilation": 2, "padding": 1, "bias": False}, (2, 2, 5, 6)),
        ([3, 6, [1, 2]], {"groups": 3, "stride": 3}, (2, 3, 5, 7)), ([2, 3, 3], {}, (2, 5, 4)),
        ([2, 3, 4], {}, (1, 2, 4, 4)),
    ):  # fmt: skip
        yield "Conv2d", args, settings, [draw(*shape)]
    yield from pools()
    for layer, args, settings in ((*name, *[[], {}][len(name) - 1 :]) for name in ACTIVATIONS):
        for x in (draw(), draw(3, 4), np.array(POINTS)):
            yield layer, args, settings, [x]
    for layer in ("Softmax", "LogSoftmax"):
        for dim, shape in ((-1, (4,)), (1, (3, 4)), (0, (3, 4)), (1, (2, 3, 2)), (-1, (2, 1))):
            yield layer, [], {"dim": dim}, [draw(*shape)]
        yield layer, [], {"dim": -1}, [np.array([[1e3, -1e3, 0.0], [1e5, 1e5, 1e5], [-1e300, 0.0, 1.0]])]
    yield "Sequential", CNN, {}, [draw(3, 1, 8, 8) for _ in RECURRING], RECURRING
    yield "Sequential", NESTED, {}, [draw(5, 3)]


def pools():
    """Yield the cases of pooling: windows side by side, overlapping and padded, and maxima that are not alone."""
    ties = rng.integers(0, 2, (2, 2, 6, 5)).astype(float)
    for args, settings in (
        ([2], {}), ([3], {"stride": 1}), ([3], {"stride": 2, "padding": 1}), ([[2, 3]], {}), ([[3, 2]], {"padding": [1, 0]}),
        ([2], {"stride": [1, 2], "padding": 1}), ([3], {"stride": 4}),
    ):  # fmt: skip
        for x in (draw(2, 2, 6, 5), ties, np.zeros((1, 1, 4, 4)), draw(2, 5, 6)):
            yield "MaxPool2d", args, settings, [x]
            yield "AvgPool2d", args, settings, [x]
    for x in (draw(2, 3, 9), rng.integers(0, 2, (2, 1, 9)).astype(float)):
        for settings in ({}, {"stride": 2, "padding": 1}):
            yield "max_pool1d", [3], settings, [x]
            yield "avg_pool1d", [3], settings, [x]
        yield "max_pool1d", [3], {"stride": 1, "dilation": 2}, [x]
    yield "max_pool2d", [2], {"stride": 1, "dilation": [2, 1], "padding": 1}, [draw(1, 2, 4, 5)]


def build(torch, layer, args, settings):
    """Make a layer, or a function of torch.nn.functional if the name is small."""
    if layer == "Sequential":
        return torch.nn.Sequential(*(build(torch, *spec, *[[], {}][len(spec) - 1 :]) for spec in args))
    if layer.islower():
        return lambda x: getattr(torch.nn.functional, layer)(x, *args, **settings)
    return getattr(torch.nn, layer)(*args, **settings)


def answers(torch, module, inputs, training):
    """Return what the layer makes of these inputs, by key."""
    found, parameters = {}, {}
    if isinstance(module, torch.nn.Module):
        parameters = dict(module.named_parameters())
        with torch.no_grad():
            for p in parameters.values():
                p += torch.from_numpy(draw(*p.shape) / 8)  # ones and zeros would hide mistakes
        found = {f"state/{path}": t.numpy().copy() for path, t in module.state_dict().items()}
    for i, (x, trained) in enumerate(zip(inputs, training, strict=True)):
        leaf = torch.tensor(x, requires_grad=x.dtype.kind == "f")
        if parameters or isinstance(module, torch.nn.Module):
            module.train(trained).zero_grad()
        y = module(leaf)
        seed = draw(*y.shape)
        if y.requires_grad:
            y.backward(torch.from_numpy(seed))
        step = {"x": x, "y": y.detach().numpy(), "seed": seed, **({} if leaf.grad is None else {"dx": leaf.grad.numpy()})}
        step |= {f"d/{path}": p.grad.numpy().copy() for path, p in parameters.items()}
        if len(inputs) > 1:
            step |= {f"after/{path}": t.numpy().copy() for path, t in module.state_dict().items()}
        found |= {f"{i}/{key}": array for key, array in step.items()}
    return found


def main():
    """Write the file."""
    import torch  # late: pytest reads this file too, where there is no torch

    torch.manual_seed(0)
    torch.set_default_dtype(torch.float64)
    numbers, made = [], []
    for layer, args, settings, inputs, *training in cases():
        module = build(torch, layer, args, settings)
        case = {"layer": layer, "args": args, "settings": settings, "training": training[0] if training else [True]}
        arrays = answers(torch, module, inputs, case["training"])
        numbers += [np.asarray(x, float).ravel() for x in arrays.values()]
        made.append({**case, "arrays": {key: np.shape(x) for key, x in arrays.items()}})
    about = {"torch": torch.__version__, "cases": made}
    np.savez_compressed(FILE, allow_pickle=False, about=np.array(json.dumps(about)), numbers=np.concatenate(numbers))
    count = len({case["layer"] for case in made})
    print(f"{len(made)} cases of {count} layers, by torch {torch.__version__}: {FILE.name}, {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
