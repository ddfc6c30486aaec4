"""Does a module know what it owns; is it frozen, copied, saved and loaded; does an error say which part raised it?"""

import copy
import pickle

import numpy as np
import pytest

import nn
import optim
from autograd import AutogradError, DTypeError, ShapeError, Tensor, Value, grad, log, tanh


class Block(nn.Module):
    """A module of one's own, which calls no constructor of its base."""

    def __init__(self, rng=0):
        self.linear = nn.Linear(3, 2, rng=rng)
        self.scales = [Value(2.0), {"shift": Value(0.5)}]
        self.constant = Tensor([1.0, 2.0])
        self.parts = (nn.ReLU(), nn.BatchNorm1d(2))
        self.name = "block"

    def forward(self, x, twice=False):
        y = self.parts[1](self.parts[0](self.linear(x)))
        return 2 * y if twice else y


def small(rng=0):
    return nn.Sequential(nn.Linear(3, 4, rng=rng), nn.Tanh(), nn.Sequential(nn.Linear(4, 2, rng=rng), nn.BatchNorm1d(2)))


# --- what it owns -----------------------------------------------------------------------------------------------------


def test_parameters_buffers_and_parts_have_paths():
    block = Block()
    assert [path for path, _ in block.named_parameters()] == [
        "linear.weight", "linear.bias", "scales.0", "scales.1.shift", "parts.1.weight", "parts.1.bias",
    ]  # fmt: skip
    assert [path for path, _ in block.named_buffers()] == [
        "parts.1.running_mean", "parts.1.running_var", "parts.1.num_batches_tracked",
    ]  # fmt: skip
    assert [path for path, _ in block.named_modules()] == ["", "linear", "parts.0", "parts.1"]
    assert [path for path, _ in small().named_modules()] == ["", "0", "1", "2", "2.0", "2.1"]
    assert [path for path, _ in small().named_children()] == ["0", "1", "2"]
    assert list(block.children()) == [block.linear, *block.parts]
    assert block.parameters()[2] is block.scales[0]
    assert block.buffers()[0] is block.parts[1].running_mean


def test_a_shared_parameter_is_listed_once():
    model = nn.Sequential(nn.Linear(2, 2, rng=0), nn.Linear(2, 2, rng=1))
    model[1].weight = model[0].weight
    assert [path for path, _ in model.named_parameters()] == ["0.weight", "0.bias", "1.bias"]
    twin = copy.deepcopy(model)
    assert twin[1].weight is twin[0].weight
    assert twin[0].weight is not model[0].weight


def test_a_module_used_twice_is_one_part():
    layer = nn.Linear(2, 2, rng=0)
    assert len(nn.Sequential(layer, nn.ReLU(), layer).parameters()) == 2


def test_a_part_that_another_part_holds_too_is_a_child_of_both():
    model = nn.Sequential(nn.Sequential(nn.Linear(2, 2, rng=0)), nn.ReLU())
    model.append(model[0][0])
    assert [path for path, _ in model.named_children()] == ["0", "1", "2"]
    assert [path for path, _ in model.named_modules()] == ["", "0", "0.0", "1"]


def test_a_frozen_parameter_is_still_one():
    model = small()
    names = [path for path, _ in model.named_parameters()]
    assert model.requires_grad_(False) is model
    assert [path for path, _ in model.named_parameters()] == names
    assert names[0] in model.state_dict()
    assert not any(p.requires_grad for p in model.parameters())
    assert [path for path, _ in copy.deepcopy(model).named_parameters()] == names
    model[0].weight.requires_grad = True
    model.eval()(Tensor(np.ones((2, 3)))).sum().backward()
    assert [p.has_grad for p in model.parameters()] == [True] + [False] * (len(names) - 1)


def test_results_and_constants_are_no_parameters():
    block = Block()
    block.last = block.linear(Tensor(np.ones((2, 3))))
    assert "last" not in dict(block.named_parameters())
    assert "constant" not in block.state_dict()


def test_a_buffer_is_registered_saved_and_not_trained():
    module = nn.Module()
    module.register_buffer("seen", [1.0, 2.0])
    module.register_buffer("seen", [3.0, 4.0])
    assert module.seen.tolist() == [3.0, 4.0]
    assert module.parameters() == []
    assert module.state_dict()["seen"].tolist() == [3.0, 4.0]
    with pytest.raises(AutogradError, match=r"'a\.b' is no name for one, at .*test_module"):
        module.register_buffer("a.b", [1.0])


# --- what is done to all of it ----------------------------------------------------------------------------------------


def test_train_and_eval_reach_all_parts():
    model = small()
    assert all(m.training for m in model.modules())
    assert model.eval() is model
    assert not any(m.training for m in model.modules())
    assert all(m.training for m in model.train().modules())


def test_apply_goes_from_the_inside_out():
    model, seen = small(), []
    assert model.apply(lambda m: seen.append(type(m).__name__)) is model
    assert seen == ["Linear", "Tanh", "Linear", "BatchNorm1d", "Sequential", "Sequential"]


def test_zero_grad_forgets_all_gradients():
    model = small()
    model(Tensor(np.random.default_rng(0).normal(size=(4, 3)))).sum().backward()
    assert all(p.has_grad for p in model.parameters())
    model.zero_grad()
    assert not any(p.has_grad for p in model.parameters())


@pytest.mark.parametrize(
    "make",
    [lambda rng: nn.Linear(3, 2, rng=rng), lambda rng: nn.Conv2d(2, 4, 3, rng=rng), lambda rng: nn.Embedding(5, 3, rng=rng),
     lambda rng: nn.MLP(3, [4, 1], rng=rng)],
)  # fmt: skip
def test_parameters_drawn_anew_are_those_of_a_new_module(make):
    module, other = make(1), make(2)
    assert not _same(module.state_dict(), other.state_dict())
    other.reset_parameters(1)
    assert _same(module.state_dict(), other.state_dict())


def test_a_whole_network_is_drawn_from_one_seed():
    a, b = small(1), small(2)
    a.reset_parameters(7)
    b.reset_parameters(np.random.default_rng(7))
    assert _same(a.state_dict(), b.state_dict())
    assert a[0].weight.tolist()[0][:2] != a[2][0].weight.tolist()[0][:2]


def _same(a, b):
    return a.keys() == b.keys() and all(np.array_equal(a[k], b[k]) for k in a)


# --- saving -----------------------------------------------------------------------------------------------------------


def test_what_was_saved_is_loaded():
    a, b = small(1), small(2)
    a(Tensor(np.random.default_rng(0).normal(size=(4, 3))))  # moves the running means
    state = a.state_dict()
    assert b.load_state_dict(state) == ([], [])
    assert _same(b.state_dict(), state)
    assert b[2][1].num_batches_tracked.item() == 1
    state["0.weight"][:] = 0.0
    assert a[0].weight.data.any()
    assert b[0].weight.data.any()


def test_a_network_of_values_is_saved_as_floats():
    a, b = nn.MLP(2, [3, 1], rng=1), nn.MLP(2, [3, 1], rng=2)
    state = a.state_dict()
    assert {type(x) for x in state.values()} == {float}
    b.load_state_dict(state)
    assert a([0.5, -1.0]).data == b([0.5, -1.0]).data
    assert all(type(p.data) is float for p in b.parameters())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.pop("0.bias"), r"missing 0\.bias"),
        (lambda s: s.update({"9.bias": np.ones(2)}), r"not expected 9\.bias"),
        (lambda s: s.update({"0.bias": np.ones(3)}), r"0\.bias needs shape \(4,\), got \(3,\)"),
        (lambda s: s.update({"0.bias": np.float64(1.0)}), r"0\.bias needs shape \(4,\), got \(\)"),
        (lambda s: s.update({"0.bias": "abcd"}), r"0\.bias needs real numbers, got str"),
        (lambda s: s.update({"0.bias": np.ones(4, complex)}), r"needs real numbers, got ndarray of dtype complex128"),
        (lambda s: s.update({"0.bias": [[1.0], [1.0, 2.0]]}), r"0\.bias needs numbers, got list"),
    ],
)
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(change, message):
    model = small(1)
    before, state = model.state_dict(), small(2).state_dict()
    change(state)
    with pytest.raises(AutogradError, match=r"the state does not fit Sequential: .*" + message + r".*, at .*test_module"):
        model.load_state_dict(state)
    assert _same(model.state_dict(), before)


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(AutogradError, match=r"missing 0\.bias, 2\.0\.weight.*; not expected other; 0\.weight needs shape"):
        small().load_state_dict({"0.weight": np.ones(2), "other": 1.0})
    with pytest.raises(AutogradError, match="loads a mapping from paths to arrays, got list"):
        small().load_state_dict([1.0])


def test_a_buffer_that_became_a_result_is_refused_before_anything_is_written():
    model = small(1)
    state, before = small(2).state_dict(), model[0].weight.tolist()
    model[2][1].running_mean = model[0].bias[:2] * 2
    with pytest.raises(AutogradError, match=r"2\.1\.running_mean is the result of mul here, and cannot be written"):
        model.load_state_dict(state)
    assert model[0].weight.tolist() == before


def test_what_fits_may_be_loaded_alone():
    model = small(1)
    result = model.load_state_dict({"0.bias": [1, 2, 3, 4], "other": 1.0}, strict=False)
    assert model[0].bias.tolist() == [1.0, 2.0, 3.0, 4.0]
    assert "0.weight" in result.missing_keys
    assert result.unexpected_keys == ["other"]
    with pytest.raises(AutogradError, match="needs shape"):
        model.load_state_dict({"0.bias": [1.0]}, strict=False)


def test_numbers_are_loaded_in_the_dtype_they_have_there():
    layer = nn.Linear(2, 1, dtype="f4", rng=0)
    layer.load_state_dict({"weight": np.array([[1.0, 2.0]]), "bias": Tensor([0.5])})
    assert (layer.weight.dtype, layer.bias.tolist()) == (np.float32, [0.5])


def test_copies_and_pickles_are_on_their_own():
    x, model = np.random.default_rng(0).normal(size=(4, 3)), small()
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert _same(twin.state_dict(), model.state_dict())
        np.testing.assert_array_equal(twin.eval()(Tensor(x)).data, model.eval()(Tensor(x)).data)
        twin[0].weight.data = 0.0
        assert model[0].weight.data.any()


# --- calls ------------------------------------------------------------------------------------------------------------


def test_options_reach_forward():
    block, x = Block().eval(), Tensor(np.ones((2, 3)))
    np.testing.assert_array_equal(block(x, twice=True).data, 2 * block(x).data)


def test_a_module_may_be_called_inside_a_transform():
    layer = nn.Linear(2, 1, rng=0)
    slope = grad(lambda x: tanh(layer(x)).sum())(np.zeros(2))
    np.testing.assert_allclose(slope.data, layer.weight.data[0] * (1 - np.tanh(layer.bias.data[0]) ** 2))


class Broken(nn.Module):
    def forward(self, x):
        return log(x - 5.0)


class Outer(nn.Module):
    def __init__(self):
        self.blocks = {"a": nn.Sequential(nn.Identity(), Broken())}

    def forward(self, x):
        return self.blocks["a"](x)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.MLP(2, [4, 4])([1.0, 2.0, 3.0]), r"in layers\.0\.neurons\.0 \(Neuron\), at "),
        (lambda: small()(Tensor(np.ones((2, 5)))), r"got an input of shape \(2, 5\), in 0 \(Linear\), at "),
        (lambda: small()[0](Tensor(np.ones((2, 5)))), r"got an input of shape \(2, 5\), in Linear, at "),
        (lambda: Outer()(Value(1.0)), r"log needs x > 0, got -4\.0, in blocks\.a\.1 \(Broken\), at "),
        (lambda: Broken()(Value(1.0)), r"got -4\.0, in Broken, at "),
    ],
)
def test_an_error_says_once_in_which_part_it_was_raised(call, message):
    with pytest.raises(AutogradError, match=message + r".*test_module\.py:\d+$") as caught:
        call()
    assert str(caught.value).count(", in ") == 1
    assert caught.traceback[-1].name != "_point_to"


def test_an_error_keeps_its_kind():
    with pytest.raises(ShapeError):
        small()(Tensor(np.ones((2, 5))))


# --- how it is shown --------------------------------------------------------------------------------------------------


def test_a_module_shows_its_parts_shapes_and_counts():
    assert repr(small()) == """\
Sequential(
  (0): Linear(in_features=3, out_features=4)  # weight (4, 3), bias (4,): 16 parameters
  (1): Tanh()
  (2): Sequential(
    (0): Linear(in_features=4, out_features=2)  # weight (2, 4), bias (2,): 10 parameters
    (1): BatchNorm1d(2)  # weight (2,), bias (2,): 4 parameters
  )  # 14 parameters
)  # 30 parameters"""
    assert repr(Block()).startswith("Block(\n  (linear): Linear(")
    assert repr(nn.ReLU()) == "ReLU()"
    assert repr(Broken()) == "Broken()"


def test_a_module_goes_over_to_another_dtype_with_its_running_means_and_trains_in_it():
    model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2, rng=1))
    before = model.state_dict()
    model(np.ones((5, 3))).sum().backward()
    assert model.astype(np.float32) is model
    assert {x.dtype.name for x in (*model.parameters(), *model.buffers())} == {"float32", "int64"}  # one buffer counts
    assert all(not p.has_grad and p.requires_grad for p in model.parameters())
    np.testing.assert_allclose(model[0].weight.array, before["0.weight"].astype(np.float32))
    optimizer = optim.Adam(model.parameters())
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    loss = nn.functional.cross_entropy(model(x), [0, 1, 0, 1, 0])
    loss.backward()
    optimizer.step()
    assert {loss.dtype.name, model[0].weight.grad.dtype.name, model[0].weight.dtype.name} == {"float32"}


@pytest.mark.parametrize("dtype", ["int64", "no such", bool])
def test_a_module_of_whole_numbers_is_refused_and_nothing_is_changed(dtype):
    model = nn.Linear(2, 1).requires_grad_(False)
    with pytest.raises(DTypeError):
        model.astype(dtype)
    assert model.weight.dtype == np.float64


def test_a_result_keeps_its_dtype_and_a_leaf_that_changed_is_noticed_by_what_was_computed_of_it():
    w = Tensor([1.0, 2.0], requires_grad=True)
    y = (w * w).sum()
    with pytest.raises(AutogradError, match="change the dtype of"):
        y.astype_(np.float32)
    w.astype_(np.float32)
    with pytest.raises(AutogradError, match="written since"):
        y.backward()


def test_a_layer_of_no_dtype_is_an_error_that_says_so():
    with pytest.raises(DTypeError, match="data type 'no such' not understood"):
        nn.Linear(2, 1, dtype="no such")
