"""Do the optimizers take the steps of their formulas, on single numbers and on large arrays alike?"""

import numpy as np
import pytest
from helpers import assert_close

import nn
import optim
from autograd import AutogradError, Tensor, Value

SIZES = [1, 5, 8191, 8192, 8193, 16384, 16385, 40000]  # vectors are shared below 8192 entries, and cut from 16384 on
STEPS = 4
RTOL = 1e-12


def sgd(w, gs, lr, momentum=0.0):
    v = 0.0 * w
    for g in gs:
        v = momentum * v + g
        w = w - lr * v
    return w


def adam(w, gs, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m = v = 0.0 * w
    for t, g in enumerate(gs, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        w = w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w


CASES = {
    "sgd": (lambda ps: optim.SGD(ps, lr=0.1), lambda w, gs: sgd(w, gs, 0.1)),
    "sgd by default": (optim.SGD, lambda w, gs: sgd(w, gs, 1e-3)),
    "momentum": (lambda ps: optim.SGD(ps, lr=0.1, momentum=0.9), lambda w, gs: sgd(w, gs, 0.1, 0.9)),
    "adam": (lambda ps: optim.Adam(ps, lr=0.1), lambda w, gs: adam(w, gs, 0.1)),
    "adam by default": (optim.Adam, lambda w, gs: adam(w, gs, 1e-3)),
    "adam with all": (
        lambda ps: optim.Adam(ps, lr=0.2, betas=(0.5, 0.8), eps=1e-3),
        lambda w, gs: adam(w, gs, 0.2, 0.5, 0.8, 1e-3),
    ),
}
each = pytest.mark.parametrize(("make", "by_hand"), CASES.values(), ids=list(CASES))


def drawn(size):
    rng = np.random.default_rng(size)
    # Gradients of all sizes, some exactly zero: where Adam's epsilon matters.
    scale = 10.0 ** rng.integers(-9, 4, size=(STEPS, size)) * (rng.uniform(size=(STEPS, size)) > 0.1)
    return rng.normal(size=size), rng.normal(size=(STEPS, size)) * scale


@each
def test_values_take_the_steps_of_the_formula(make, by_hand):
    w, gs = drawn(7)
    ps = [Value(x) for x in w]
    opt = make(ps)
    for g in gs:
        opt.zero_grad()
        for p, slope in zip(ps, g, strict=True):
            (p * slope).backward()
        opt.step()
    np.testing.assert_allclose([p.data for p in ps], by_hand(w, gs), rtol=RTOL, atol=RTOL)
    assert all(type(p.data) is float for p in ps)


@pytest.mark.parametrize("size", SIZES)
@each
def test_tensors_of_any_size_take_the_steps_of_the_formula(make, by_hand, size):
    w, gs = drawn(size)
    p = Tensor(w, requires_grad=True)
    opt = make([p])
    for g in gs:
        opt.zero_grad()
        (p * g).sum().backward()
        opt.step()
    np.testing.assert_allclose(p.detach().numpy(), by_hand(w, gs), rtol=RTOL, atol=RTOL)


@each
def test_parameters_of_all_kinds_and_sizes_go_side_by_side(make, by_hand):
    shapes = [(), (3, 4), (0,), (100, 200), (7,), (8192,), (2, 3, 4)]
    rng = np.random.default_rng(0)
    ws = [rng.normal(size=s) for s in shapes]
    gs = [[rng.normal(size=s) for s in shapes] for _ in range(STEPS)]
    ps = [Value(float(ws[0])), *[Tensor(w, requires_grad=True) for w in ws[1:]]]
    opt = make(p for p in ps)
    for step in gs:
        opt.zero_grad()
        for p, g in zip(ps, step, strict=True):
            p.grad = g
        opt.step()
    for i, p in enumerate(ps):
        found = p.data if isinstance(p, Value) else p.detach().numpy()
        np.testing.assert_allclose(found, by_hand(ws[i], [step[i] for step in gs]), rtol=RTOL, atol=RTOL)
        assert np.shape(found) == shapes[i]


@pytest.mark.parametrize("size", [5, 20000])
@each
def test_single_precision_stays_single(make, by_hand, size):
    rng = np.random.default_rng(1)
    w, gs = rng.normal(size=size), rng.normal(size=(STEPS, size))
    p, q = Tensor(w, dtype="f4", requires_grad=True), Tensor(w, requires_grad=True)
    opt = make([p, q])
    for g in gs:
        p.grad, q.grad = g, g
        opt.step()
    assert (p.dtype, p.grad.dtype, q.dtype) == (np.float32, np.float32, np.float64)
    np.testing.assert_allclose(p.detach().numpy(), by_hand(w, gs), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("size", [3, 20000])
@each
def test_a_tensor_without_a_gradient_and_its_state_stay_as_they_were(make, by_hand, size):
    rng = np.random.default_rng(2)
    w, gs = rng.normal(size=size), rng.normal(size=(STEPS, size))
    p, q = Tensor(w, requires_grad=True), Tensor(w, requires_grad=True)
    opt = make([p, q])
    for g in gs:
        p.grad, q.grad = g, None
        opt.step()
        assert q.tolist() == w.tolist()
    moved = p.tolist()
    np.testing.assert_allclose(moved, by_hand(w, gs), rtol=RTOL, atol=RTOL)
    p.grad, q.grad = None, gs[0]
    opt.step()
    assert p.tolist() == moved
    assert q.tolist() != w.tolist()


@pytest.mark.parametrize("size", [3, 20000])
@each
def test_a_tensor_whose_gradients_come_late_takes_the_steps_of_one_that_begins_then(make, by_hand, size):
    rng = np.random.default_rng(2)
    w, gs = rng.normal(size=size), rng.normal(size=(STEPS, size))
    p, q = Tensor(w, requires_grad=True), Tensor(w, requires_grad=True)
    opt = make([p, q])
    for first, second in [(g, None) for g in gs] + [(None, g) for g in gs]:
        p.grad, q.grad = first, second
        opt.step()
    np.testing.assert_allclose(p.detach().numpy(), by_hand(w, gs), rtol=RTOL, atol=RTOL)
    np.testing.assert_allclose(q.detach().numpy(), by_hand(w, gs), rtol=RTOL, atol=RTOL)


@each
def test_a_value_that_no_backward_has_reached_stays_as_it_was(make, by_hand):
    p, q = Value(1.0), Value(2.0)
    opt = make([p, q])
    for _ in range(3):
        opt.zero_grad()
        (p * 3.0).backward()
        opt.step()
    assert q.data == 2.0
    at = p.data
    opt.zero_grad()
    (q * 3.0).backward()
    opt.step()
    assert p.data == at
    assert q.data < 2.0


@each
def test_a_step_without_any_gradient_changes_nothing(make, by_hand):
    v, t = Value(1.0), Tensor([1.0, 2.0], requires_grad=True)
    opt = make([v, t])
    opt.step()
    assert (v.data, t.tolist()) == (1.0, [1.0, 2.0])


@pytest.mark.parametrize("size", [3, 9000])
@each
def test_what_others_write_between_steps_is_kept(make, by_hand, size):
    p, q = (Tensor(np.ones(size), requires_grad=True) for _ in range(2))
    opt = make([p, q])
    p.grad, q.grad = np.ones(size), np.ones(size)
    opt.step()
    moved = q.tolist()
    p.data = 5.0
    p.grad = q.grad = np.zeros(size)
    q.grad = None
    p.grad = None
    opt.step()
    assert p.tolist() == [5.0] * size
    assert q.tolist() == moved


def test_a_step_leaves_gradients_and_earlier_views_alone():
    for size in (3, 9000, 40000):
        p = Tensor(np.ones(size), requires_grad=True)
        opt = optim.Adam([p])
        seen = [(p.data, p.tolist())]
        for _ in range(4):
            (p * p).sum().backward()
            held, copy = p.grad, p.grad.tolist()
            opt.step()
            assert held.tolist() == copy
            seen.append((p.data, p.tolist()))
            seen.append((p.data[1:], p.tolist()[1:]))
        assert all(view.tolist() == then for view, then in seen)


def test_a_learning_rate_may_change_between_steps():
    p = Value(1.0)
    opt = optim.SGD([p], lr=0.5)
    p.grad = 1.0
    opt.step()
    opt.lr = 0.25
    opt.step()
    assert p.data == 0.25


def test_descent_finds_the_minimum_of_a_parabola():
    for make in (lambda ps: optim.SGD(ps, lr=0.1, momentum=0.5), lambda ps: optim.Adam(ps, lr=0.1)):
        v, t = Value(3.0), Tensor([-2.0, 5.0], requires_grad=True)
        opt = make([v, t])
        for _ in range(500):
            opt.zero_grad()
            ((v - 1) ** 2).backward()
            ((t - [1.0, 2.0]) ** 2).sum().backward()
            opt.step()
        assert_close([v.data, *t.tolist()], [1.0, 1.0, 2.0], scale=1e10)


def test_the_first_step_of_adam_is_the_learning_rate_whatever_the_gradient():
    for g in (1e-3, 1.0, 1e3, 1e150):
        p = Value(0.0)
        p.grad = g
        optim.Adam([p], lr=0.1, eps=0.0).step()
        assert_close(p.data, -0.1, ulps=16)


BAD = [3.0, np.ones(3), None, "w", Value(1.0, requires_grad=False), Tensor([1.0]), Tensor([1, 2]), Value(1.0) * 2, [1.0]]


@pytest.mark.parametrize("thing", BAD, ids=lambda b: repr(b)[:30])
@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
def test_what_is_no_parameter_is_refused(kind, thing):
    for params in ([thing], [Value(1.0), thing]):
        with pytest.raises(AutogradError, match=rf"{kind.__name__} changes leaves .* got .*, at .*test_optim\.py"):
            kind(params)


def test_a_model_in_place_of_its_parameters_is_answered_with_them():
    model = nn.Sequential(nn.Linear(2, 2))
    for given in (model, model[0], model.parameters, 0.1, [{"params": model[0]}]):
        with pytest.raises(AutogradError, match=r"Adam needs a list of parameters: give model\.parameters\(\), got .*, at "):
            optim.Adam(given)


@pytest.mark.parametrize("empty", [[], (), iter([])], ids=["list", "tuple", "iterator"])
def test_no_parameters_are_refused(empty):
    with pytest.raises(AutogradError, match=r"SGD was given no parameters, at .*test_optim\.py"):
        optim.SGD(empty)


def test_a_rule_of_ones_own_is_all_an_optimizer_needs():
    class SignDescent(optim.Optimizer):
        def rule(self, gradient, state, step):
            return -0.5 * np.sign(gradient), state

    v, t = Value(3.0), Tensor(np.ones(20000), requires_grad=True)
    opt = SignDescent([v, t])
    v.grad, t.grad = -7.0, np.full(20000, 2.0)
    opt.step()
    assert v.data == 3.5
    assert set(t.tolist()) == {0.5}
