"""Where do torch's and Keras' optimizers and schedules go? Written to `optimizers.json`, which the tests compare with.

    .venv-bench/bin/python -m pip install keras
    .venv-bench/bin/python tests/goldens/make_optimizers.py

Every optimizer takes 200 steps in doubles from the same start, on grounds whose gradients are formulas in numpy, the same
for all; every 20th point is kept. JSON keeps every bit of a double. A path on which a rounding grows beyond 1e-12 is
refused: near a minimum some rules go back and forth as chance has it, and then torch does not agree with itself.
"""

import itertools
import json
import math
import os
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("optimizers.json")
STEPS, EVERY = 200, 20
RATES = 100  # how many steps a schedule takes
START = [1.9, 0.6, -1.1]


def bowl(w):
    """Gradient of a coupled bowl, wᵀA w / 2 + Σ w⁴ / 4 - bᵀw."""
    x, y, z = w
    return np.array([3 * x + y - z + x**3 - 1, x + 2 * y + 0.5 * z + y**3 + 2, 0.5 * y - x + 4 * z + z**3])


def slope(w):
    """Gradient of Σ log cosh(B w - c) + Σ exp(-w / 2), nearly flat far out."""
    x, y, z = w
    p, q, r = np.tanh(2 * x - y - 1), np.tanh(x + y + z), np.tanh(z - 3 * x + 0.5)
    return np.array([2 * p + q - 3 * r, q - p, q + r]) - 0.5 * np.exp(-0.5 * w)


GROUNDS = {"bowl": bowl, "slope": slope}

TORCH = [
    ("SGD", {}), ("SGD", {"lr": 0.05}), ("SGD", {"lr": 0.05, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.02, "momentum": 0.9}), ("SGD", {"lr": 0.02, "momentum": 0.9, "dampening": 0.3}),
    ("SGD", {"lr": 0.02, "momentum": 0.8, "nesterov": True}),
    ("SGD", {"lr": 0.02, "momentum": 0.8, "nesterov": True, "weight_decay": 0.05}),
    ("SGD", {"lr": 1e-4, "momentum": 0.5, "maximize": True, "weight_decay": 0.1}),
    ("Adagrad", {}), ("Adagrad", {"lr": 0.3}), ("Adagrad", {"lr": 0.3, "lr_decay": 0.01, "weight_decay": 0.1}),
    ("Adagrad", {"lr": 0.3, "initial_accumulator_value": 0.5, "eps": 0.1}), ("Adagrad", {"maximize": True}),
    ("RMSprop", {}), ("RMSprop", {"lr": 0.005, "alpha": 0.9}), ("RMSprop", {"centered": True, "eps": 1e-3}),
    ("RMSprop", {"momentum": 0.9, "lr": 0.001}), ("RMSprop", {"weight_decay": 0.1, "maximize": True, "lr": 0.001}),
    ("RMSprop", {"momentum": 0.5, "centered": True, "weight_decay": 0.1, "eps": 1e-3}),
    ("Adadelta", {}), ("Adadelta", {"lr": 0.5, "rho": 0.95, "eps": 1e-4}), ("Adadelta", {"lr": 0.1, "weight_decay": 0.1}),
    ("Adadelta", {"maximize": True}),
    ("Adam", {}), ("Adam", {"lr": 0.1}), ("Adam", {"lr": 0.1, "betas": [0.5, 0.8], "eps": 0.3}),
    ("Adam", {"lr": 0.1, "amsgrad": True}), ("Adam", {"lr": 0.1, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.01, "maximize": True, "weight_decay": 0.1, "amsgrad": True}),
    ("AdamW", {}), ("AdamW", {"lr": 0.1}), ("AdamW", {"lr": 0.1, "weight_decay": 0.3, "amsgrad": True}),
    ("AdamW", {"lr": 0.01, "maximize": True}),
]  # fmt: skip
KERAS = [
    ("SGD", {}), ("SGD", {"lr": 0.02, "momentum": 0.9}), ("SGD", {"lr": 0.02, "momentum": 0.8, "nesterov": True}),
    ("SGD", {"lr": 0.02, "momentum": 0.8, "weight_decay": 0.1}), ("SGD", {"lr": 0.05, "weight_decay": 0.1}),
    ("Adagrad", {}), ("Adagrad", {"lr": 0.3}), ("Adagrad", {"lr": 0.3, "initial_accumulator_value": 0.5, "eps": 0.1}),
    ("Adagrad", {"lr": 0.3, "weight_decay": 0.1}),
    ("RMSprop", {}), ("RMSprop", {"lr": 0.005, "alpha": 0.8}), ("RMSprop", {"centered": True, "lr": 0.01, "eps": 1e-3}),
    ("RMSprop", {"momentum": 0.9}), ("RMSprop", {"momentum": 0.5, "centered": True, "weight_decay": 0.1, "eps": 1e-3}),
    ("Adadelta", {}), ("Adadelta", {"lr": 0.3, "rho": 0.9, "eps": 1e-4}), ("Adadelta", {"lr": 0.1, "weight_decay": 0.01}),
    ("Adam", {}), ("Adam", {"lr": 0.1}), ("Adam", {"lr": 0.1, "betas": [0.5, 0.8], "eps": 0.3}),
    ("Adam", {"lr": 0.1, "amsgrad": True}), ("Adam", {"lr": 0.1, "weight_decay": 0.1}),
    ("AdamW", {}), ("AdamW", {"lr": 0.1}), ("AdamW", {"lr": 0.1, "weight_decay": 0.3, "amsgrad": True}),
]  # fmt: skip
SCHEDULES = [
    ("StepLR", {"step_size": 30}), ("StepLR", {"step_size": 7, "gamma": 0.8}),
    ("MultiStepLR", {"milestones": [60, 20, 20], "gamma": 0.5}), ("ExponentialLR", {"gamma": 0.97}),
    ("CosineAnnealingLR", {"T_max": 30}), ("CosineAnnealingLR", {"T_max": 120, "eta_min": 0.01}),
    ("CosineAnnealingWarmRestarts", {"T_0": 13}),
    ("CosineAnnealingWarmRestarts", {"T_0": 6, "T_mult": 2, "eta_min": 0.001}),
    ("CosineAnnealingWarmRestarts", {"T_0": 2, "T_mult": 3}),
    ("OneCycleLR", {"max_lr": 1.0, "total_steps": RATES}), ("OneCycleLR", {"max_lr": [1.0, 0.3], "total_steps": 150}),
    ("OneCycleLR", {"max_lr": 1.0, "epochs": 20, "steps_per_epoch": 5, "three_phase": True, "pct_start": 0.25}),
    ("OneCycleLR", {"max_lr": 1.0, "total_steps": 101, "anneal_strategy": "linear", "cycle_momentum": False}),
    ("OneCycleLR", {"max_lr": 0.5, "total_steps": 117, "div_factor": 4.0, "final_div_factor": 10.0, "pct_start": 0.41}),
    ("LinearLR", {}), ("LinearLR", {"start_factor": 0.1, "end_factor": 0.7, "total_iters": 40}),
    ("PolynomialLR", {}), ("PolynomialLR", {"total_iters": 80, "power": 2.5}),
    ("LambdaLR", {}), ("SequentialLR", {"milestones": [10, 50]}),
    ("ReduceLROnPlateau", {"patience": 2}), ("ReduceLROnPlateau", {"factor": 0.6, "patience": 1, "cooldown": 3}),
    ("ReduceLROnPlateau", {"factor": 0.5, "patience": 0, "threshold": 0.05, "threshold_mode": "abs", "min_lr": 0.05}),
    ("ReduceLROnPlateau", {"mode": "max", "factor": 0.5, "patience": 3, "threshold": 0.01}),
]  # fmt: skip
INVERSE_TIME = [{"decay_steps": 10, "decay_rate": 0.5}, {"decay_steps": 7, "decay_rate": 2.0, "staircase": True}]


def arguments(name, options, schedules, optimizer):
    """Return the arguments of a schedule with those that JSON cannot hold; `schedules` is torch's module or ours."""
    if name == "LambdaLR":
        return {"lr_lambda": [lambda t: 1 / (1 + t), lambda t: math.exp(-t / 50)]}
    if name == "SequentialLR":
        warm_up = schedules.LinearLR(optimizer, start_factor=0.1, total_iters=10)
        waves = schedules.CosineAnnealingLR(optimizer, T_max=15)
        return {"schedulers": [warm_up, waves, schedules.ExponentialLR(optimizer, gamma=0.9)], **options}
    return options


def measure(t):
    """Return what a plateau is judged by: a loss that falls, and then stays."""
    return 1 / (1 + min(t, 30)) + 0.03 * math.sin(5 * t)


def path(step, value):
    """Return every 20th point, as `step` changes what `value` returns."""
    points = []
    for number in range(1, STEPS + 1):
        step()
        if number % EVERY == 0:
            points.append(value().tolist())
    return points


def settled(run, name, options, gradient):
    """Return a path that stays the same to 12 digits when a coordinate of the start is moved by a rounding."""
    found = np.array(run(name, options, gradient, START))
    for i, towards in itertools.product(range(len(START)), (9, -9)):
        start = np.array(START)
        start[i] = np.nextafter(start[i], towards)
        off = np.max(np.abs(found - run(name, options, gradient, start)) / np.maximum(1, np.abs(found)))
        assert off <= 1e-12, f"{run.__name__} {name} {options} on {gradient.__name__} moves by {off:.1e}"
    return found.tolist()


def in_torch(name, options, gradient, start):
    import torch

    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = getattr(torch.optim, name)([w], **options)

    def step():
        w.grad = torch.from_numpy(gradient(w.detach().numpy()))
        optimizer.step()

    return path(step, lambda: w.detach().numpy())


def in_keras(name, options, gradient, start):
    import keras

    keras.config.set_floatx("float64")  # of the learning rate too, which is a variable there
    options = dict(options)
    for ours, theirs in {"lr": "learning_rate", "eps": "epsilon", "alpha": "rho"}.items():
        if ours in options:
            options[theirs] = options.pop(ours)
    if "betas" in options:
        options["beta_1"], options["beta_2"] = options.pop("betas")
    w = keras.Variable(np.array(start), dtype="float64")
    optimizer = getattr(keras.optimizers, name)(**options)
    value = lambda: np.array(keras.ops.convert_to_numpy(w))
    return path(lambda: optimizer.apply([keras.ops.convert_to_tensor(gradient(value()))], [w]), value)


def rates(optimizer, schedule, steps=RATES):
    """Return the learning rates of two groups and the momentum of the first, before each step of any library's schedule."""
    rows = []
    for t in range(steps):
        first, second = optimizer.param_groups
        rows.append([first["lr"], second["lr"], first["momentum"]])
        optimizer.step()
        schedule.step(*([measure(t)] if type(schedule).__name__ == "ReduceLROnPlateau" else []))
    return rows


def torch_rates(name, options):
    import torch

    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": lr} for lr in (0.5, 0.2)]
    optimizer = torch.optim.SGD(groups, momentum=0.9)
    schedules = torch.optim.lr_scheduler
    return rates(optimizer, getattr(schedules, name)(optimizer, **arguments(name, options, schedules, optimizer)))


def inverse_time(options):
    import keras

    keras.config.set_floatx("float64")
    schedule = keras.optimizers.schedules.InverseTimeDecay(0.5, **options)
    return [float(schedule(t)) for t in range(RATES)]


def clipped(gradients, max_norm, norm_type):
    import torch

    params = [torch.zeros(len(g), dtype=torch.float64, requires_grad=True) for g in gradients]
    for p, g in zip(params, gradients, strict=True):
        p.grad = torch.tensor(g, dtype=torch.float64)
    norm = torch.nn.utils.clip_grad_norm_(params, max_norm, norm_type=norm_type)
    return {"norm": float(norm), "clipped": [p.grad.tolist() for p in params]}


def main():
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras
    import torch

    paths = [
        {"style": style, "optimizer": name, "options": options, "ground": ground,
         "path": settled(run, name, options, gradient)}
        for style, variants, run in (("torch", TORCH, in_torch), ("keras", KERAS, in_keras))
        for name, options in variants
        for ground, gradient in GROUNDS.items()
    ]  # fmt: skip
    schedules = [{"schedule": n, "options": o, "rates": torch_rates(n, o)} for n, o in SCHEDULES]
    gradients = [[3.0, -4.0, 0.5], [0.1], [-2.0, 7.0]]
    clips = [
        {"gradients": gradients, "max_norm": c, "norm_type": p, **clipped(gradients, c, p)}
        for c in (1.0, 20.0) for p in (1.0, 2.0, 3.0, math.inf)
    ]  # fmt: skip
    record = {
        "torch": torch.__version__, "keras": keras.__version__, "paths": paths, "schedules": schedules,
        "inverse time": [{"options": o, "rates": inverse_time(o)} for o in INVERSE_TIME], "clipping": clips,
    }  # fmt: skip
    lines = []
    for key, value in record.items():
        rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in value) if isinstance(value, list) else ""
        lines.append(f"{json.dumps(key)}: [\n{rows}\n]" if rows else f"{json.dumps(key)}: {json.dumps(value)}")
    FILE.write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")
    print(f"{len(paths)} paths, {len(schedules)} schedules, {FILE.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
