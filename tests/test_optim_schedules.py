"""Do schedules start anywhere, go on after a stop, and refuse what makes no sense?

That they say what torch's say is in `test_optim_goldens`.
"""

import math
from functools import partial

import pytest

import optim
from autograd import AutogradError, Tensor, Value

MAKERS = {
    "steps": partial(optim.StepLR, step_size=3),
    "milestones": partial(optim.MultiStepLR, milestones=[2, 5]),
    "exponential": partial(optim.ExponentialLR, gamma=0.8),
    "cosine": partial(optim.CosineAnnealingLR, T_max=6),
    "warm restarts": partial(optim.CosineAnnealingWarmRestarts, T_0=2, T_mult=2),
    "one cycle": partial(optim.OneCycleLR, max_lr=1.0, total_steps=12),
    "linear": partial(optim.LinearLR, total_iters=4),
    "polynomial": partial(optim.PolynomialLR, total_iters=8, power=2),
    "inverse time": partial(optim.InverseTimeDecay, decay_steps=2, decay_rate=0.5),
    "lambda": partial(optim.LambdaLR, lr_lambda=lambda t: 1 / (1 + t)),
}
each = pytest.mark.parametrize("make", MAKERS.values(), ids=list(MAKERS))


def optimizer(lr=0.5):
    groups = [{"params": [Value(1.0)]}, {"params": [Tensor([1.0], requires_grad=True)], "lr": 0.1}]
    return optim.SGD(groups, lr, momentum=0.9)


def walk(schedule, steps):
    found = []
    for _ in range(steps):
        found.append(schedule.get_last_lr())
        schedule.step()
    return found


@each
def test_the_first_rate_is_there_before_the_first_step(make):
    opt = optimizer()
    schedule = make(opt)
    assert schedule.last_epoch == 0
    assert schedule.get_last_lr() == [group["lr"] for group in opt.param_groups]


@each
def test_a_step_to_anywhere_is_the_steps_up_to_there(make):
    walked, jumped = make(optimizer()), make(optimizer())
    walk(walked, 7)
    jumped.step(7)
    assert jumped.get_last_lr() == walked.get_last_lr()


@each
def test_a_schedule_goes_on_from_a_saved_state(make):
    opt = optimizer()
    schedule = make(opt)
    walk(schedule, 4)
    other_opt = optimizer(lr=0.3)  # of another η₀, which is to be replaced
    other = make(other_opt)
    other_opt.load_state_dict(opt.state_dict())
    other.load_state_dict(schedule.state_dict())
    assert walk(other, 5) == walk(schedule, 5)


@each
def test_a_schedule_goes_on_where_last_epoch_says(make):
    opt = optimizer()
    schedule = make(opt)
    walk(schedule, 4)
    assert walk(make(opt, last_epoch=schedule.last_epoch), 3) == walk(schedule, 4)[1:]


def test_a_schedule_reaches_the_parameters():
    v = Value(0.0)
    opt = optim.SGD([v], lr=1.0)
    schedule = optim.ExponentialLR(opt, gamma=0.5)
    for _ in range(4):
        v.grad = 1.0
        opt.step()
        schedule.step()
    assert v.data == -(1 + 0.5 + 0.25 + 0.125)


def test_one_cycle_moves_the_first_beta_of_adam_the_other_way():
    opt = optim.Adam([Value(1.0)])
    schedule = optim.OneCycleLR(opt, max_lr=1.0, total_steps=10, base_momentum=0.8, max_momentum=0.9)
    assert opt.param_groups[0]["betas"] == (0.9, 0.999)
    schedule.step(2)
    assert opt.param_groups[0]["betas"] == (0.8, 0.999)
    assert opt.lr == 1.0


def test_one_cycle_ends_with_the_steps_it_was_made_for():
    schedule = optim.OneCycleLR(optimizer(), max_lr=1.0, total_steps=3)
    walk(schedule, 3)
    assert schedule.get_last_lr() == [pytest.approx(1 / 25e4)] * 2
    with pytest.raises(AutogradError, match=r"OneCycleLR needs at most the 3 steps it was made for.*test_optim_schedules"):
        schedule.step()


def test_a_cycle_whose_first_phase_has_no_length_starts_at_the_top():
    schedule = optim.OneCycleLR(optimizer(), max_lr=1.0, total_steps=10, pct_start=0.1)
    assert schedule.get_last_lr() == [1.0, 1.0]


def test_schedules_in_a_row_are_saved_with_all_that_is_in_them():
    def make(opt):
        parts = [optim.LinearLR(opt, total_iters=3), optim.ExponentialLR(opt, gamma=0.5)]
        return optim.SequentialLR(opt, parts, milestones=[3])

    opt, other_opt = optimizer(), optimizer(lr=0.25)
    schedule = make(opt)
    walk(schedule, 2)
    other = make(other_opt)
    other.load_state_dict(schedule.state_dict())
    assert walk(other, 6)[1:] == walk(schedule, 6)[1:]


def test_a_plateau_takes_losses_of_all_kinds_and_is_saved():
    opt, other_opt = optimizer(), optimizer()
    schedule, other = (optim.ReduceLROnPlateau(o, patience=1, factor=0.5, min_lr=0.2) for o in (opt, other_opt))
    for loss in (3.0, Value(2.0), Tensor([2.0])):
        schedule.step(loss)
    other.load_state_dict(schedule.state_dict())
    for s in (schedule, other):
        s.step(2.0)
    assert schedule.get_last_lr() == other.get_last_lr() == [0.25, 0.1]  # the second was below the smallest rate before


def test_a_first_measure_is_better_than_none():
    for mode, sign in (("min", 1), ("max", -1)):
        schedule = optim.ReduceLROnPlateau(optimizer(), mode=mode, patience=0)
        assert schedule.state_dict()["best"] == sign * math.inf
        schedule.step(5.0)
        assert schedule.state_dict()["best"] == 5.0


BAD = [
    (lambda o: optim.StepLR(o, step_size=0), "StepLR needs a positive step_size, got 0"),
    (lambda o: optim.StepLR(None, step_size=1), "StepLR needs an optimizer, got NoneType"),
    (lambda o: optim.LinearLR(o, start_factor=0), "LinearLR needs a start_factor above 0"),
    (lambda o: optim.LinearLR(o, end_factor=2), "LinearLR needs an end_factor from 0 to 1"),
    (lambda o: optim.LinearLR(o, total_iters=0), "LinearLR needs positive total_iters"),
    (lambda o: optim.PolynomialLR(o, total_iters=0), "PolynomialLR needs positive total_iters"),
    (lambda o: optim.InverseTimeDecay(o, 0, 1.0), "InverseTimeDecay needs positive decay_steps"),
    (lambda o: optim.CosineAnnealingLR(o, T_max=0), "CosineAnnealingLR needs a positive T_max"),
    (lambda o: optim.CosineAnnealingWarmRestarts(o, T_0=0), "needs T_0 as a positive whole number"),
    (lambda o: optim.CosineAnnealingWarmRestarts(o, T_0=1, T_mult=0.5), "needs T_mult as a whole number from 1 on"),
    (lambda o: optim.OneCycleLR(o, 1.0), "OneCycleLR needs positive total_steps, or epochs and steps_per_epoch"),
    (lambda o: optim.OneCycleLR(o, 1.0, 10, pct_start=2.0), "OneCycleLR needs a pct_start from 0 to 1"),
    (lambda o: optim.OneCycleLR(o, 1.0, 10, anneal_strategy="x"), 'needs "cos" or "linear" as anneal_strategy'),
    (lambda o: optim.OneCycleLR(o, [1.0], 10), "OneCycleLR needs one max_lr or 2 of them, got 1"),
    (lambda o: optim.OneCycleLR(optim.SGD([Value(1.0)]), 1.0, 10), "needs an optimizer with momentum"),
    (lambda o: optim.LambdaLR(o, [abs]), "LambdaLR needs one lr_lambda or 2 of them, got 1"),
    (lambda o: optim.LambdaLR(3, abs), "LambdaLR needs an optimizer, got int"),
    (lambda o: optim.SequentialLR(o, [], [3]), "SequentialLR needs one milestone less than schedules"),
    (lambda o: optim.SequentialLR(o, [optim.LinearLR(optimizer())], []), "schedules of this optimizer"),
    (lambda o: optim.SequentialLR(o, [optim.LinearLR(o)] * 3, [3, 3]), "milestones that grow from 1 on"),
    (lambda o: optim.ReduceLROnPlateau(o, factor=1.0), "ReduceLROnPlateau needs a factor below 1"),
    (lambda o: optim.ReduceLROnPlateau(o, mode="low"), 'needs "min" or "max" as mode'),
    (lambda o: optim.ReduceLROnPlateau(o, threshold_mode="x"), 'needs "rel" or "abs" as threshold_mode'),
    (lambda o: optim.StepLR(o, 3).load_state_dict({"last_epoch": 3}), "does not fit StepLR: it has no 'base_lrs'"),
]


@pytest.mark.parametrize(("make", "message"), BAD)
def test_a_schedule_that_makes_no_sense_is_refused(make, message):
    with pytest.raises(AutogradError, match=rf"{message}.*, at .*test_optim_schedules\.py"):
        make(optimizer())


def test_schedules_are_where_torch_has_them():
    assert optim.lr_scheduler.StepLR is optim.StepLR
    assert all(getattr(optim, name) is getattr(optim.lr_scheduler, name) for name in optim.lr_scheduler.__all__)
