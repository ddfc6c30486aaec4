"""Is every rule a pure function of ordinary arithmetic, and the same on vectors, numbers, Values and Tensors?"""

import numpy as np
import pytest

import optim
from autograd import AutogradError, Tensor, Value, grad, stack
from optim.adam import adam, adam_in_place
from optim.decay import prepared
from optim.sgd import sgd

SIZE = 5
VARIANTS = [
    (optim.GradientDescent, {"lr": 0.1}),
    *((optim.SGD, {"lr": 0.1, **o}) for o in ({}, {"momentum": 0.9, "dampening": 0.5}, {"momentum": 0.9, "nesterov": True})),
    (optim.SGD, {"momentum": 0.9, "nesterov": True, "style": "keras", "weight_decay": 0.1}),
    (optim.Adagrad, {"lr_decay": 0.1, "weight_decay": 0.1, "maximize": True}),
    (optim.Adagrad, {"style": "keras"}),
    (optim.RMSprop, {"centered": True, "momentum": 0.9}),
    (optim.RMSprop, {"centered": True, "momentum": 0.9, "style": "keras"}),
    (optim.Adadelta, {"weight_decay": 0.1}),
    *((optim.Adam, {"amsgrad": a, "style": s}) for a in (False, True) for s in ("torch", "keras")),
    (optim.AdamW, {"amsgrad": True}),
]
each = pytest.mark.parametrize(("kind", "options"), VARIANTS, ids=lambda x: x.__name__ if isinstance(x, type) else str(x))


def drawn(size=SIZE):
    rng = np.random.default_rng(3)
    return rng.normal(size=size), rng.normal(size=(4, size))


def by_rule(optimizer, w, gradients, state):
    """Take steps with nothing but the pure rule."""
    update = optimizer.update(optimizer.options_of(optimizer.param_groups[0]), optimizer.rule)
    for step, g in enumerate(gradients, 1):
        w, change, state = update(w, g, state, step)
        w = w + change
    return w


def starting(optimizer, like):
    options = optimizer.options_of(optimizer.param_groups[0])
    return {name: like(first) for name, first in optimizer.start(**options).items()}


@each
def test_a_rule_on_one_flat_vector_goes_where_its_class_goes_on_parameters(kind, options):
    w, gs = drawn()
    p = Tensor(w, requires_grad=True)
    opt = kind([p], **options)
    for g in gs:
        p.grad = g
        opt.step()
    found = by_rule(opt, w, gs, starting(opt, lambda first: np.full(SIZE, first)))
    np.testing.assert_allclose(found, p.tolist(), rtol=1e-13)


@each
def test_a_rule_runs_on_floats_values_and_tensors_alike(kind, options):
    w, gs = drawn()
    opt = kind([Value(0.0)], **options)
    expected = by_rule(opt, w, gs, starting(opt, lambda first: np.full(SIZE, first)))
    floats = [by_rule(opt, float(x), gs[:, i].tolist(), starting(opt, float)) for i, x in enumerate(w)]
    values = [by_rule(opt, Value(x), map(Value, gs[:, i]), starting(opt, Value)).item() for i, x in enumerate(w)]
    tensors = by_rule(opt, Tensor(w), map(Tensor, gs), starting(opt, lambda first: Tensor(np.full(SIZE, first))))
    for found in (floats, values, tensors.tolist()):
        np.testing.assert_allclose(found, expected, rtol=1e-13)


@each
def test_a_rule_changes_nothing_that_it_is_handed(kind, options):
    _, gs = drawn()
    opt = kind([Value(0.0)], **options)
    its_own = {n: x for n, x in opt.options_of(opt.param_groups[0]).items() if n not in ("weight_decay", "maximize")}
    state = {name: np.abs(gs[i]) / 10 + 1 / (i + 1) ** 2 for i, name in enumerate(starting(opt, float))}
    before = {name: x.copy() for name, x in state.items()}
    g = gs[3].copy()
    opt.rule(g, state, 2, **its_own)
    assert g.tolist() == gs[3].tolist()
    assert {name: x.tolist() for name, x in state.items()} == {name: x.tolist() for name, x in before.items()}


@pytest.mark.parametrize("style", ["torch", "keras"])
@pytest.mark.parametrize("amsgrad", [False, True])
def test_adam_in_place_is_adam(style, amsgrad):
    options = {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-3, "amsgrad": amsgrad, "style": style}
    _, gs = drawn(300)
    pure = {name: np.zeros(300) for name in ("m", "v", "v_max")}
    used = {name: x.copy() for name, x in pure.items()}
    for step, g in enumerate(gs, 1):
        change, pure = adam(g, pure, step, **options)
        in_place, given_back = adam_in_place(g, used, step, **options)
        assert given_back is used
        np.testing.assert_allclose(in_place, change, rtol=1e-13)
        for name, x in pure.items():
            np.testing.assert_allclose(used[name], x, rtol=1e-14)


def test_a_rule_can_be_differentiated_by_its_learning_rate():
    def after_ten_steps(rate):
        w, state = 1.0, {"m": 0.0, "v": 0.0}
        for step in range(1, 11):
            change, state = adam(4 * w**3, state, step, lr=rate, betas=(0.9, 0.99), eps=1e-8)
            w = w + change
        return w**4

    h = 1e-6
    difference = (after_ten_steps(0.05 + h) - after_ten_steps(0.05 - h)) / (2 * h)
    assert grad(after_ten_steps)(0.05) == pytest.approx(difference, rel=1e-7)


def test_momentum_adds_up_as_worked_out_by_hand():
    # g = 1 always, μ = 1/2: the velocity is 1, 3/2, 7/4, 15/8.
    state, velocities = {"v": 0.0}, []
    for step in range(1, 5):
        _, state = sgd(1.0, state, step, lr=1.0, momentum=0.5)
        velocities.append(state["v"])
    assert velocities == [1.0, 1.5, 1.75, 1.875]


def test_coupled_and_decoupled_decay_are_one_for_gradient_descent_and_two_for_adam():
    coupled = optim.SGD.formula(weight_decay=0.1)
    assert r"g &\leftarrow g + \lambda w" in coupled
    ws = [Value(2.0) for _ in range(4)]
    kinds = (optim.SGD, optim.SGD, optim.Adam, optim.AdamW)
    for w, kind, style in zip(ws, kinds, ("torch", "keras", "torch", "torch"), strict=True):
        w.grad = 1.0
        kind([w], lr=0.1, weight_decay=0.5, style=style).step()
    assert ws[0].data == pytest.approx(ws[1].data, rel=1e-15) == pytest.approx(1.8)
    assert ws[2].data == pytest.approx(1.9)
    assert ws[3].data == pytest.approx(1.8)


def test_uphill_turns_the_gradient_and_not_the_decay():
    assert prepared(2.0, 1.0, lr=0.1, weight_decay=0.5, maximize=True) == (2.0, 0.0)


def test_a_centred_mean_square_that_is_rounded_below_zero_stops_nothing():
    w = Value(1.0)
    opt = optim.RMSprop([w], lr=1e-9, centered=True)
    for _ in range(3000):
        w.grad = 0.1
        opt.step()
    assert np.isfinite(w.data)


BAD = [
    (optim.SGD, {"lr": -0.1}, "lr as a number that is not negative, got -0.1"),
    (optim.SGD, {"lr": "0.1"}, "lr as a number"),
    (optim.SGD, {"lr": float("nan")}, "lr as a number"),
    (optim.SGD, {"momentum": -1.0}, "momentum as a number that is not negative"),
    (optim.SGD, {"nesterov": True}, "a momentum and no dampening for nesterov"),
    (optim.SGD, {"nesterov": True, "momentum": 0.9, "dampening": 0.1}, "a momentum and no dampening"),
    (optim.SGD, {"style": "jax"}, "style is one of 'torch', 'keras', got 'jax'"),
    (optim.SGD, {"style": "keras", "dampening": 0.1}, 'style="keras" knows no dampening'),
    (optim.Adagrad, {"style": "keras", "lr_decay": 0.1}, 'style="keras" knows no lr_decay'),
    (optim.Adagrad, {"initial_accumulator_value": -1.0}, "initial_accumulator_value as a number"),
    (optim.Adam, {"betas": (0.9, 1.0)}, "betas as two numbers from 0 to 1, without 1"),
    (optim.Adam, {"betas": (-0.1, 0.9)}, "betas as two numbers"),
    (optim.Adam, {"betas": 0.9}, "betas as two numbers"),
    (optim.Adam, {"eps": -1e-8}, "eps as a number that is not negative"),
    (optim.AdamW, {"weight_decay": -1.0}, "weight_decay as a number that is not negative"),
    (optim.RMSprop, {"alpha": 1.5}, "alpha as a number from 0 to 1"),
    (optim.Adadelta, {"rho": -0.5}, "rho as a number from 0 to 1"),
    (optim.GradientDescent, {"lr": -1.0}, "lr as a number"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "options", "message"), BAD)
def test_an_option_that_makes_no_sense_is_refused(kind, options, message):
    with pytest.raises(AutogradError, match=rf"{message}.*, at .*test_optim_rules\.py"):
        kind([Value(1.0)], **options)


def test_clipping_leaves_short_gradients_alone_and_shortens_long_ones_together():
    v, t = Value(1.0), Tensor([1.0, 2.0], requires_grad=True)
    (3 * v).backward()
    t.grad = [4.0, 0.0]
    assert optim.clip_grad_norm_([v, t], 10.0) == 5.0
    assert (v.grad, t.grad.tolist()) == (3.0, [4.0, 0.0])
    held = t.grad
    optim.clip_grad_norm_(iter([v, t]), 1.0)
    assert np.hypot(v.grad, t.grad.tolist()[0]) == pytest.approx(1.0, abs=1e-6)
    assert held.tolist() == [4.0, 0.0]


def test_clipping_passes_over_what_has_no_gradient():
    v, t = Value(1.0), Tensor([1.0], requires_grad=True)
    assert optim.clip_grad_norm_([v, t], 1.0) == 0.0
    optim.clip_grad_value_([v, t], 1.0)
    assert (v.has_grad, t.grad) == (False, None)


def test_clipping_by_value_cuts_each_entry_off():
    v, t = Value(1.0), Tensor([1.0, 2.0, 3.0], requires_grad=True, dtype="f4")
    v.grad, t.grad = -7.0, [0.5, 9.0, -9.0]
    optim.clip_grad_value_([v, t], 1.0)
    assert (v.grad, t.grad.tolist(), t.grad.dtype) == (-1.0, [0.5, 1.0, -1.0], np.float32)


def test_a_norm_that_is_not_finite_can_be_an_error():
    v = Value(1.0)
    v.grad = float("inf")
    with pytest.raises(AutogradError, match=r"the norm of the gradients is inf.*, at .*test_optim_rules\.py"):
        optim.clip_grad_norm_(v, 1.0, error_if_nonfinite=True)
    for call in (lambda: optim.clip_grad_norm_(v, -1.0), lambda: optim.clip_grad_value_(v, -1.0)):
        with pytest.raises(AutogradError, match=r"not negative.*, at .*test_optim_rules\.py"):
            call()


def test_clipping_works_on_what_a_stacked_tensor_of_values_leaves_in_them():
    vs = [Value(3.0), Value(4.0)]
    (stack(vs) ** 2).sum().backward()
    assert optim.clip_grad_norm_(vs, 5.0) == 10.0
    assert [round(v.grad, 5) for v in vs] == [3.0, 4.0]
