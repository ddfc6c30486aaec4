"""Do the optimizers go where torch's and Keras' go, and the schedules say what theirs say?

`goldens/make_optimizers.py` asked them. How many there are and how far off the worst is:

    .venv/bin/python tests/test_optim_goldens.py
"""

import json

import numpy as np
import pytest
from goldens.make_optimizers import FILE, GROUNDS, START, arguments, path, rates

import optim
from autograd import Tensor, Value

RECORD = json.loads(FILE.read_text(encoding="utf-8"))
TOLERANCE = 1e-10  # of the size of the number; never to be loosened
RATE_TOLERANCE = 1e-12


def made(case, params):
    options = {name: tuple(x) if name == "betas" else x for name, x in case["options"].items()}
    return getattr(optim, case["optimizer"])(params, style=case["style"], **options)


def on_tensors(case):
    """Return the path of an optimizer on a Tensor."""
    w = Tensor(START, requires_grad=True)
    optimizer = made(case, [w])

    def step():
        w.grad = GROUNDS[case["ground"]](w.detach().numpy())
        optimizer.step()

    return path(step, lambda: w.detach().numpy())


def on_values(case):
    """Return the path of an optimizer on a list of Values."""
    ws = [Value(x) for x in START]
    optimizer = made(case, ws)
    value = lambda: np.array([w.data for w in ws])

    def step():
        for w, g in zip(ws, GROUNDS[case["ground"]](value()), strict=True):
            w.grad = g
        optimizer.step()

    return path(step, value)


def scheduled(case):
    """Return the rates and momenta that a schedule sets."""
    groups = [{"params": [Value(0.0)], "lr": lr} for lr in (0.5, 0.2)]
    optimizer = optim.SGD(groups, momentum=0.9)
    more = arguments(case["schedule"], case["options"], optim.lr_scheduler, optimizer)
    return rates(optimizer, getattr(optim, case["schedule"])(optimizer, **more))


def inverse_time(case):
    schedule = optim.InverseTimeDecay(optim.SGD([Value(0.0)], lr=0.5), **case["options"])
    return [schedule.rate(0.5, t) for t in range(len(case["rates"]))]


def off(found, expected):
    """Return the largest difference, of the size of the numbers, or of 1 where that is more."""
    found, expected = np.array(found), np.array(expected)
    assert found.shape == expected.shape
    return float(np.max(np.abs(found - expected) / np.maximum(1, np.abs(expected))))


def named(case):
    kind = case.get("optimizer") or case.get("schedule") or "InverseTimeDecay"
    options = ",".join(f"{name}={x}" for name, x in case["options"].items())
    return f"{case.get('style', '')} {kind}({options}) {case.get('ground', '')}".strip()


def each(key):
    return pytest.mark.parametrize("case", RECORD[key], ids=named if key != "clipping" else None)


@each("paths")
def test_an_optimizer_goes_where_theirs_goes_on_tensors(case):
    assert off(on_tensors(case), case["path"]) <= TOLERANCE


@each("paths")
def test_an_optimizer_goes_where_theirs_goes_on_values(case):
    assert off(on_values(case), case["path"]) <= TOLERANCE


@each("schedules")
def test_a_schedule_says_what_torchs_says(case):
    assert off(scheduled(case), case["rates"]) <= RATE_TOLERANCE


@each("inverse time")
def test_inverse_time_decay_says_what_that_of_keras_says(case):
    assert off(inverse_time(case), case["rates"]) <= RATE_TOLERANCE


@each("clipping")
def test_gradients_are_clipped_as_by_torch(case):
    params = [Tensor(np.zeros(len(g)), requires_grad=True) for g in case["gradients"]]
    params[1] = Value(0.0)
    for p, g in zip(params, case["gradients"], strict=True):
        p.grad = g[0] if isinstance(p, Value) else g
    assert optim.clip_grad_norm_(params, case["max_norm"], case["norm_type"]) == pytest.approx(case["norm"], rel=1e-14)
    found = [[p.grad] if isinstance(p, Value) else p.grad.tolist() for p in params]
    assert off(np.concatenate(found), np.concatenate(case["clipped"])) <= 1e-14


def test_every_optimizer_and_every_option_is_compared():
    compared = {(case["style"], case["optimizer"]) for case in RECORD["paths"]}
    kinds = {name for name in optim.__all__ if isinstance(getattr(optim, name), type)}
    kinds = {name for name in kinds if issubclass(getattr(optim, name), optim.Optimizer)}
    assert compared == {(s, k) for s in ("torch", "keras") for k in kinds - {"Optimizer", "GradientDescent"}}
    schedules = set(optim.lr_scheduler.__all__) - {"LRScheduler", "InverseTimeDecay"}
    assert {case["schedule"] for case in RECORD["schedules"]} == schedules
    for kind in {kind for _, kind in compared} - {"AdamW"}:  # which is Adam but for where the decay goes
        options = made({"optimizer": kind, "style": "torch", "options": {}}, [Value(0.0)]).defaults
        tried = {name for case in RECORD["paths"] if case["optimizer"] == kind for name in case["options"]}
        assert tried == set(options) - {"style"}


def main():
    """Print how many numbers were compared, and the worst."""
    print(f"torch {RECORD['torch']}, Keras {RECORD['keras']}")
    for key, expected, runs in (
        ("paths", "path", {"Tensors": on_tensors, "Values": on_values}),
        ("schedules", "rates", {"groups": scheduled}),
        ("inverse time", "rates", {"groups": inverse_time}),
    ):
        for kind, run in runs.items():
            worst = max((off(run(case), case[expected]), named(case)) for case in RECORD[key])
            print(f"{len(RECORD[key]):4} {key} on {kind}: at most {worst[0]:.1e} off, {worst[1]}")


if __name__ == "__main__":
    main()
