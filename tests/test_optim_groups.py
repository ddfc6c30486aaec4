"""Do groups have options of their own, and can training stop and go on as if it had not?"""

import json

import numpy as np
import pytest

import optim
from autograd import AutogradError, Tensor, Value

OPTIMIZERS = {
    "gradient descent": lambda ps: optim.GradientDescent(ps, lr=0.05),
    "momentum": lambda ps: optim.SGD(ps, lr=0.05, momentum=0.9, nesterov=True),
    "adagrad": lambda ps: optim.Adagrad(ps, style="keras"),
    "rmsprop": lambda ps: optim.RMSprop(ps, centered=True, momentum=0.5),
    "adadelta": lambda ps: optim.Adadelta(ps, weight_decay=0.1),
    "adam": lambda ps: optim.Adam(ps, lr=0.05, amsgrad=True),
    "adamw": lambda ps: optim.AdamW(ps, lr=0.05),
}
each = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=list(OPTIMIZERS))


def parameters():
    rng = np.random.default_rng(0)
    shapes = [(3, 4), (0,), (9000,), (40000,)]
    return [Value(1.0), Value(-2.0), *(Tensor(rng.normal(size=s), requires_grad=True) for s in shapes)]


def train(opt, steps):
    for _ in range(steps):
        opt.zero_grad()
        for p in opt.params[1:]:  # the first one has no gradient in the beginning
            ((p - 0.5) ** 2 if isinstance(p, Value) else ((p - 0.5) ** 2).sum()).backward()
        opt.step()


def numbers(params):
    return [p.data if isinstance(p, Value) else p.tolist() for p in params]


def copied(params):
    return [Value(p.data) if isinstance(p, Value) else Tensor(p.detach().numpy(), requires_grad=True) for p in params]


@each
def test_training_goes_on_from_a_saved_state_bit_by_bit(make):
    params = parameters()
    opt = make(params)
    train(opt, 3)
    again = copied(params)
    other = make(again)
    other.load_state_dict(opt.state_dict())
    for continued in (opt, other):
        continued.zero_grad()
        continued.params[0].grad = 1.0  # comes late
        continued.step()
        train(continued, 3)
    assert numbers(again) == numbers(params)


@each
def test_a_state_is_a_copy(make):
    params = parameters()
    opt = make(params)
    train(opt, 2)
    state = opt.state_dict()
    before = {i: {name: np.copy(x) for name, x in kept.items()} for i, kept in state["state"].items()}
    train(opt, 2)
    for i, kept in before.items():
        for name, x in kept.items():
            np.testing.assert_array_equal(state["state"][i][name], x)
    for kept in state["state"].values():
        for name in set(kept) - {"step"}:
            kept[name][...] = np.nan
    train(opt, 1)
    assert all(np.all(np.isfinite(x)) for x in numbers(params))


def test_a_state_has_the_shapes_of_the_parameters_and_counts_their_steps():
    params = parameters()
    opt = optim.Adam(params)
    train(opt, 2)
    state = opt.state_dict()
    assert set(state["state"]) == {1, 2, 3, 4, 5}  # the first parameter has taken no step
    assert {name: np.shape(x) for name, x in state["state"][2].items()} == {"step": (), "m": (3, 4), "v": (3, 4)}
    assert (state["state"][1]["step"], np.shape(state["state"][1]["m"])) == (2, ())
    assert state["param_groups"][0]["params"] == [0, 1, 2, 3, 4, 5]
    assert state["param_groups"][0]["betas"] == (0.9, 0.999)


def test_a_state_that_went_through_json_fits():
    p = Tensor([1.0, 2.0], requires_grad=True)
    opt = optim.Adam([p], lr=0.1)
    train_one = lambda o, q: (setattr(q, "grad", [1.0, -1.0]), o.step())
    train_one(opt, p)
    state = opt.state_dict()
    pairs = [(i, {name: np.asarray(x).tolist() for name, x in kept.items()}) for i, kept in state["state"].items()]
    read = json.loads(json.dumps({**state, "state": pairs}))
    read["state"] = dict(read["state"])
    q = Tensor(p.tolist(), requires_grad=True)
    other = optim.Adam([q])
    other.load_state_dict(read)
    train_one(opt, p)
    train_one(other, q)
    assert q.tolist() == p.tolist()


def spoiled(how):
    opt = optim.Adam([Value(1.0), Tensor([1.0, 2.0], requires_grad=True)], lr=0.1)
    for p in opt.params:
        p.grad = np.ones(np.shape(p.data))
    opt.step()
    state = opt.state_dict()
    how(state)
    return opt, state


SPOILERS = {
    "has no 'state'": lambda s: s.pop("state"),
    "has no 'param_groups'": lambda s: s.pop("param_groups"),
    "has 2 groups, and here are 1": lambda s: s["param_groups"].append(s["param_groups"][0]),
    "has no 'lr' in group 0": lambda s: s["param_groups"][0].pop("lr"),
    "has 1 parameters in group 0, and here are 2": lambda s: s["param_groups"][0].update(params=[0]),
    "has no 'v' for parameter 1": lambda s: s["state"][1].pop("v"),
    "has no 'step' for parameter 0": lambda s: s["state"][0].pop("step"),
    r"has m of shape \(3,\) for parameter 1 of shape \(2,\)": lambda s: s["state"][1].update(m=np.ones(3)),
    "needs eps as a number that is not negative": lambda s: s["param_groups"][0].update(eps=-1.0),
    "has no 'v_max' for parameter 0": lambda s: s["param_groups"][0].update(amsgrad=True),
}


@pytest.mark.parametrize(("message", "how"), SPOILERS.items())
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(message, how):
    opt, state = spoiled(how)
    before = opt.state_dict()
    with pytest.raises(AutogradError, match=rf"{message}, .*at .*test_optim_groups\.py|{message}, got"):
        opt.load_state_dict(state)
    after = opt.state_dict()
    assert after["param_groups"] == before["param_groups"]
    assert repr(after["state"]) == repr(before["state"])


def test_groups_have_options_of_their_own():
    v, w = Value(1.0), Tensor([1.0], requires_grad=True)
    opt = optim.SGD([{"params": v}, {"params": [w], "lr": 0.5}], lr=0.25)
    v.grad, w.grad = 1.0, [1.0]
    opt.step()
    assert (v.data, w.tolist()) == (0.75, [0.5])
    opt.param_groups[1]["lr"] = 0.125
    opt.step()
    assert (v.data, w.tolist()) == (0.5, [0.375])


def test_the_learning_rate_of_all_groups_is_read_and_set_at_once():
    opt = optim.SGD([{"params": [Value(1.0)], "lr": 0.5}, {"params": [Value(1.0)]}], lr=0.25)
    with pytest.raises(AutogradError, match=r"the groups have \[0\.5, 0\.25\]"):
        opt.lr
    opt.lr = 0.125
    assert [group["lr"] for group in opt.param_groups] == [opt.lr] * 2 == [0.125] * 2
    with pytest.raises(AutogradError, match=r"SGD needs lr .*, got -1\.0"):
        opt.lr = -1.0


def test_parameters_can_come_with_names():
    v = Value(1.0)
    opt = optim.SGD([("layers.0.w", v), ("layers.0.b", Value(2.0))])
    assert opt.param_groups[0]["param_names"] == ["layers.0.w", "layers.0.b"]
    assert opt.param_groups[0]["params"][0] is v


def test_a_group_can_be_added_and_takes_part():
    v, w = Value(1.0), Value(1.0)
    opt = optim.Adam([v], lr=0.1)
    v.grad = 1.0
    opt.step()
    opt.add_param_group({"params": [w], "lr": 0.5})
    w.grad = 1.0
    opt.step()
    assert w.data == pytest.approx(0.5)
    assert {i: kept["step"] for i, kept in opt.state_dict()["state"].items()} == {0: 2, 1: 1}


def test_an_option_can_bring_state_with_it_during_training():
    p = Tensor(np.ones(20000), requires_grad=True)
    opt = optim.SGD([p], lr=0.1)
    for momentum in (0.0, 0.5, 0.5, 0.0, 0.5):
        opt.param_groups[0]["momentum"] = momentum
        p.grad = np.ones(20000)
        opt.step()
    # Velocities 1, 1.5 and, after a step without, 1.75.
    assert p.tolist()[7] == pytest.approx(1 - 0.1 * (1 + 1 + 1.5 + 1 + 1.75))


@pytest.mark.parametrize("make", [lambda v: optim.SGD([v, v]), lambda v: optim.SGD([{"params": [v]}, {"params": [v]}])])
def test_a_parameter_twice_is_refused(make):
    with pytest.raises(AutogradError, match=r"SGD was given a parameter twice: Value\(1\.0\), at .*test_optim_groups"):
        make(Value(1.0))


BAD_GROUPS = [
    ([{"lr": 0.1}], r'SGD needs "params" in a group, got lr'),
    ([{"params": []}], "SGD was given no parameters"),
    ([{"params": [Value(1.0)], "rate": 0.1}], "SGD has no option 'rate'; it has lr, momentum"),
    ([{"params": [Value(1.0)]}, Value(2.0)], "SGD was given parameters beside groups"),
    ([{"params": [Value(1.0)], "lr": -1.0}], "SGD needs lr as a number that is not negative"),
    ([("w", 3.0)], "SGD changes leaves that require a gradient, Values or Tensors, got 3.0"),
]


@pytest.mark.parametrize(("groups", "message"), BAD_GROUPS)
def test_a_group_that_makes_no_sense_is_refused(groups, message):
    with pytest.raises(AutogradError, match=rf"{message}.*, at .*test_optim_groups\.py"):
        optim.SGD(groups)


def test_a_closure_is_called_first_and_its_loss_given_back():
    v = Value(3.0)
    opt = optim.SGD([v], lr=0.5)

    def closure():
        opt.zero_grad()
        loss = v * v
        loss.backward()
        return loss

    assert opt.step(closure) == 9.0
    assert v.data == 0.0
    assert opt.step() is None


def test_an_optimizer_prints_its_groups_as_torchs_does():
    assert repr(optim.GradientDescent([Value(1.0)], lr=0.5)) == "GradientDescent (\nParameter Group 0\n    lr: 0.5\n)"
