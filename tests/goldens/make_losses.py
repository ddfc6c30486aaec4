"""What does PyTorch make of each loss that we share with it? Written to `losses.json`, which the tests compare with.

    .venv-bench/bin/python tests/goldens/make_losses.py

The inputs are drawn here, in double precision, and stored with the outputs and the gradients. A loss that is not reduced is
pulled back with the seed 1, 2, 3, … over its entries. JSON keeps every bit of a double, inf and nan included.
"""

import itertools
import json
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("losses.json")
REDUCTIONS = ("mean", "sum", "none")
HUGE = [1e3, -1e3, 0.0, 800.0, -745.5]

rng = np.random.default_rng(0)


def draw(*shape):
    """Draw normal numbers, rounded to three decimals to keep the file small."""
    return rng.normal(scale=2.0, size=shape).round(3)


def unit(*shape):
    """Draw numbers from [0, 1]."""
    return rng.uniform(size=shape).round(3)


def distribution(*shape):
    """Draw distributions along the axis of classes."""
    e = np.exp(draw(*shape))
    return e / e.sum(axis=min(1, len(shape) - 1), keepdims=True)


def cases():
    """Yield (loss, prediction, target, settings)."""
    shapes = [(), (3,), (2, 3), (2, 2, 2)]
    for shape in shapes:
        y, t = draw(*shape), draw(*shape)
        yield "mse_loss", y, t, {}
        yield "l1_loss", y, t, {}
        for size in (0.3, 2.5):
            yield "huber_loss", y, t, {"delta": size}
            yield "smooth_l1_loss", y, t, {"beta": size}
        yield "smooth_l1_loss", y, t, {"beta": 0.0}
        yield "soft_margin_loss", y, np.sign(unit(*shape) - 0.5), {}
        yield "binary_cross_entropy", unit(*shape), unit(*shape), {}
        yield "binary_cross_entropy", unit(*shape), np.round(unit(*shape)), {}
        yield "binary_cross_entropy_with_logits", y, unit(*shape), {}
        p, q = distribution(*shape or (1,)), distribution(*shape or (1,))
        yield "kl_div", np.log(p), q, {}
        yield "kl_div", np.log(p), np.log(q), {"log_target": True}
    borders = np.array([-1.0, 1.0, 0.0, -0.0, 3.0])
    for loss in ("l1_loss", "huber_loss", "smooth_l1_loss"):
        yield loss, borders, np.zeros(5), {}
    # Beyond e^709 PyTorch's soft margin overflows; ours does not.
    yield "soft_margin_loss", np.array([700.0, -700.0, 0.0]), np.array([1.0, 1.0, -1.0]), {}
    certain = np.array([0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1e-13, 1e-300, 1 - 1e-16])
    yield "binary_cross_entropy", certain, np.array([0.0, 1.0, 0.0, 1.0, 0.25, 0.25, 1.0, 1.0, 0.0]), {}
    yield "binary_cross_entropy", unit(2, 3), unit(2, 3), {"weight": unit(2, 3)}
    yield "binary_cross_entropy", unit(2, 3), unit(2, 3), {"weight": unit(3)}
    logits = "binary_cross_entropy_with_logits"
    yield logits, np.array(HUGE), np.array([0.0, 1.0, 0.5, 1.0, 0.0]), {}
    for settings in ({"weight": unit(3)}, {"pos_weight": 3 * unit(3)}, {"weight": unit(2, 3), "pos_weight": 3 * unit(3)}):
        yield logits, draw(2, 3), unit(2, 3), settings
    yield logits, np.array(HUGE), np.array([0.0, 1.0, 0.5, 1.0, 0.0]), {"pos_weight": 2.5}
    yield "kl_div", np.log(distribution(2, 4)), np.array([[0.0, 1.0, 0.0, 0.0], [0.5, 0.0, 0.5, 0.0]]), {}
    yield from classes()


def classes():
    """Yield the cases of several classes."""
    for shape in [(3,), (4, 3), (2, 3, 2)]:
        samples, count = ((*shape[:1], *shape[2:]), shape[1]) if len(shape) > 1 else ((), shape[0])
        x, index = draw(*shape), rng.integers(0, count, samples)
        weight = 0.1 + 2 * unit(count)
        some = np.where(np.arange(np.size(index)).reshape(samples) % 2, index, -100)
        q = distribution(*shape)
        for smoothing, w in itertools.product((0.0, 0.1), (None, weight)):
            yield "cross_entropy", x, index, {"weight": w, "label_smoothing": smoothing}
            yield "cross_entropy", x, q, {"weight": w, "label_smoothing": smoothing}
            if samples:
                yield "cross_entropy", x, some, {"weight": w, "label_smoothing": smoothing}
                yield "cross_entropy", x, index, {"weight": w, "label_smoothing": smoothing, "ignore_index": 0}
        for w in (None, weight):
            yield "nll_loss", np.log(q), index, {"weight": w}
            if samples:
                yield "nll_loss", np.log(q), some, {"weight": w}
        if len(shape) <= 2:
            for p, margin, w in [(1, 1.0, None), (1, 0.3, weight), (2, 1.0, weight), (2, 0.3, None)]:
                yield "multi_margin_loss", x, index, {"p": p, "margin": margin, "weight": w}
    yield "cross_entropy", np.array([HUGE, HUGE[::-1]]), np.array([0, 4]), {}
    yield "cross_entropy", np.array([[1e300, -1e300, 0.0]]), np.array([1]), {}
    yield "cross_entropy", np.array([[-np.inf, 1.0, 2.0]]), np.array([2]), {}
    yield "cross_entropy", draw(2, 3), np.array([-100, -100]), {}
    yield "cross_entropy", draw(1, 2, 1, 2), np.array([[[0, 1]]]), {}
    yield "nll_loss", draw(2, 3), np.array([-100, -100]), {}
    yield "multi_margin_loss", np.array([[1.0, 0.0, 2.0]]), np.array([0]), {}  # on the kink


def plain(x):
    return x.tolist() if hasattr(x, "tolist") else x


def goldens():
    """Yield each case with PyTorch's output and gradient, as plain lists."""
    import torch  # late: pytest reads this file too, where there is no torch

    for loss, prediction, target, settings in cases():
        given = {name: x for name, x in settings.items() if x is not None}
        theirs = {name: torch.tensor(x) if "weight" in name else x for name, x in given.items()}
        for reduction in (*REDUCTIONS, "batchmean") if loss == "kl_div" else REDUCTIONS:
            y = torch.tensor(prediction, requires_grad=True)
            output = getattr(torch.nn.functional, loss)(y, torch.tensor(target), reduction=reduction, **theirs)
            output.backward(torch.arange(1.0, output.numel() + 1, dtype=torch.float64).reshape(output.shape))
            yield {
                "loss": loss, "prediction": plain(prediction), "target": plain(target), "reduction": reduction,
                "settings": {name: plain(x) for name, x in given.items()},
                "output": plain(output.detach()), "gradient": plain(y.grad),
            }  # fmt: skip


def main():
    """Write the file."""
    from torch import __version__  # late: as above

    found = list(goldens())
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in found)
    FILE.write_text(f'{{"torch": "{__version__}",\n"cases": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"{len(found)} cases of {len({case['loss'] for case in found})} losses, by torch {__version__}: {FILE.name}")


if __name__ == "__main__":
    main()
