"""Does a summary show the layers in the order of their calls, count each number once, and change nothing?"""

import numpy as np
import pytest

import nn
from autograd import AutogradError, ShapeError, Tensor, log, relu
from nn.hooks import layers, observed


def convolutional(rng=0):
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, rng=rng), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(0.5, rng=0),
        nn.Linear(8 * 13 * 13, 10, rng=rng),
    )  # fmt: skip


class TwoInputs(nn.Module):
    """Its attributes are not in the order of their calls; one part is never called, and one parameter is its own."""

    def __init__(self):
        self.last = nn.Linear(5, 1, rng=0)
        self.spare = nn.Linear(7, 7, rng=0)
        self.left = nn.Linear(2, 5, rng=1)
        self.right = nn.Linear(3, 5, rng=2)
        self.scale = Tensor([1.0, 2.0, 3.0, 4.0, 5.0], requires_grad=True)

    def forward(self, x, y):
        return self.last(relu(self.right(y) + self.left(x)) * self.scale)


# --- who is called ----------------------------------------------------------------------------------------------------


def test_each_call_of_each_part_is_seen_with_inputs_and_output():
    model = nn.Sequential(nn.Linear(3, 2, rng=0), nn.Sequential(nn.ReLU()))
    seen, x = [], Tensor(np.ones((4, 3)))
    with observed(model, lambda *call: seen.append(call)):
        y = model(x)
    assert [(path, module) for path, module, _, _ in seen] == [
        ("0", model[0]), ("1.0", model[1][0]), ("1", model[1]), ("", model),
    ]  # fmt: skip
    assert seen[0][2] == (x,)
    assert seen[-1][3] is y


def test_a_part_that_is_used_twice_is_seen_twice_under_its_first_path():
    layer, paths = nn.Linear(2, 2, rng=0), []
    model = nn.Sequential(layer, nn.Tanh(), layer)
    with observed(model, lambda path, *call: paths.append(path)):
        model(np.ones((1, 2)))
    assert paths == ["0", "1", "0", ""]


def test_neurons_of_values_are_seen_too():
    model, paths = nn.MLP(2, [2, 1], rng=0), []
    with observed(model, lambda path, *call: paths.append(path)):
        model([1.0, 2.0])
    assert paths == [
        "layers.0.neurons.0", "layers.0.neurons.1", "layers.0", "layers.1.neurons.0", "layers.1", "",
    ]  # fmt: skip


def test_watching_ends_with_the_block_also_by_an_error():
    model, seen = nn.Sequential(nn.Linear(3, 2, rng=0)), []
    model[0].forward = before = lambda x: x
    attributes = [dict(vars(module)) for module in model.modules()]
    with pytest.raises(KeyError), observed(model, lambda *call: seen.append(call)):
        raise KeyError
    model(np.ones((1, 3)))
    assert not seen
    assert [dict(vars(module)) for module in model.modules()] == attributes
    assert model[0].forward is before


def test_an_error_inside_names_the_part_as_it_does_otherwise():
    model = nn.Sequential(nn.Sequential(nn.Linear(3, 2, rng=0)))
    with pytest.raises(ShapeError, match=r"in 0\.0 \(Linear\)"), observed(model, lambda *call: None):
        model(np.ones((1, 4)))


def test_layers_are_what_has_no_parts_or_numbers_of_its_own():
    assert list(layers(TwoInputs())) == ["", "last", "spare", "left", "right"]
    assert list(layers(nn.Sequential(nn.Sequential(nn.ReLU())))) == ["0.0"]
    assert list(layers(nn.MLP(2, [3, 1], rng=0).layers[0])) == [""]
    assert list(layers(nn.Neuron(2, rng=0))) == [""]


# --- what a summary shows ---------------------------------------------------------------------------------------------


def test_a_summary_is_a_table_of_shapes_and_counts():
    model = convolutional()
    model[0].requires_grad_(False)
    assert str(nn.summary(model, (1, 28, 28))) == "\n".join(
        [
            "Sequential",
            "─────────────────────────────────────────────",
            "path  layer        output          parameters",
            "─────────────────────────────────────────────",
            "0     Conv2d       (N, 8, 26, 26)          80",
            "1     BatchNorm2d  (N, 8, 26, 26)          16",
            "2     ReLU         (N, 8, 26, 26)",
            "3     MaxPool2d    (N, 8, 13, 13)",
            "4     Flatten      (N, 1352)",
            "5     Dropout      (N, 1352)",
            "6     Linear       (N, 10)             13,530",
            "─────────────────────────────────────────────",
            "13,626 parameters, 80 of them frozen; 17 numbers in buffers; 107 KiB",
        ]
    )


def test_its_totals_are_those_of_the_network():
    model = convolutional()
    model[6].requires_grad_(False)
    s = nn.summary(model, (1, 28, 28))
    assert s.parameters == sum(p.size for p in model.parameters()) == sum(row.parameters for row in s.rows)
    assert (s.trainable, s.buffers) == (96, 17)
    assert s.bytes == 8 * (s.parameters + s.buffers)
    half = nn.Sequential(nn.Linear(3, 2, dtype=np.float32, rng=0))
    assert nn.summary(half, 3).bytes == 4 * 8


def test_layers_of_neurons_are_rows_and_neurons_are_not():
    s = nn.summary(nn.MLP(2, [16, 16, 1], rng=0), (2,))
    assert [(row.path, row.kind, row.output, row.parameters) for row in s.rows] == [
        ("layers.0", "Layer", ("N", 16), 48), ("layers.1", "Layer", ("N", 16), 272), ("layers.2", "Layer", ("N",), 17),
    ]  # fmt: skip
    assert (s.parameters, s.bytes) == (337, 337 * 8)


def test_rows_are_in_the_order_of_calls_and_what_is_not_called_comes_last():
    s = nn.summary(TwoInputs(), [(2,), (3,)])
    assert [(row.path, row.output, row.parameters) for row in s.rows] == [
        ("right", ("N", 5), 20), ("left", ("N", 5), 15), ("last", ("N", 1), 6), ("", ("N", 1), 5), ("spare", None, 56),
    ]  # fmt: skip
    assert "spare  Linear     not called          56" in str(s)
    assert s.parameters == 102


def test_what_is_shared_is_counted_once():
    layer = nn.Linear(3, 3, rng=0)
    s = nn.summary(nn.Sequential(layer, nn.Tanh(), layer), 3)
    assert [(r.path, r.parameters, r.is_shared) for r in s.rows] == [("0", 12, False), ("1", 0, False), ("0", 0, True)]
    assert s.parameters == 12
    assert "shared" in str(s)
    tied = nn.Sequential(nn.Linear(3, 3, rng=0), nn.Linear(3, 3, rng=1))
    tied[1].weight = tied[0].weight
    assert [row.parameters for row in nn.summary(tied, 3).rows] == [12, 3]


def test_a_batch_says_the_shape_itself():
    model = nn.Linear(3, 2, rng=0)
    for batch in (np.ones((5, 3)), Tensor(np.ones((5, 3))), [np.ones((5, 3))]):
        assert nn.summary(model, batch).rows[0].output == ("N", 2)
    assert nn.summary(TwoInputs(), [np.ones((5, 2)), Tensor(np.ones((5, 3)))]).parameters == 102
    assert nn.summary(nn.MLP(2, [1], rng=0), np.ones((5, 2))).parameters == 3


def test_a_network_that_begins_with_words_is_tried_on_whole_numbers():
    model = nn.Sequential(nn.Sequential(nn.Embedding(10, 3, rng=0), nn.Flatten()), nn.Linear(21, 2, rng=0))
    assert [row.output for row in nn.summary(model, (7,)).rows] == [("N", 7, 3), ("N", 21), ("N", 2)]


def test_several_results_have_several_shapes():
    class Two(nn.Module):
        def forward(self, x):
            return x[:, 0], {"rest": x[:, 1:], "sum": x.sum(axis=0)}

    row = nn.summary(Two(), 4).rows[0]
    assert row.output == (("N",), ("N", 3), (4,))
    assert "(N,), (N, 3), (4,)" in str(nn.summary(Two(), 4))


def test_functions_that_do_not_take_0_are_no_obstacle():
    class Log(nn.Module):
        def forward(self, x):
            return log(x)

    assert nn.summary(Log(), 2).rows[0].output == ("N", 2)


def test_a_summary_changes_nothing():
    model = convolutional().train()
    model[2].eval()
    state, random = model.state_dict(), model[5].rng.bit_generator.state
    attributes = [set(vars(module)) for module in model.modules()]
    nn.summary(model, (1, 28, 28))
    assert all(np.array_equal(state[path], now) for path, now in model.state_dict().items())
    assert model[5].rng.bit_generator.state == random
    assert [module.training for module in model.modules()] == [True, True, True, False, True, True, True, True]
    assert [set(vars(module)) for module in model.modules()] == attributes
    assert not any(p.has_grad for p in model.parameters())


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ((3, 28, 28), r"conv needs .*in 0 \(Conv2d\), at .*test_overview\.py:\d+$"),
        ((1, 30, 30), r"in 6 \(Linear\), at .*test_overview\.py:\d+$"),
        ("28", r"a summary needs the shape of one sample, such as \(1, 28, 28\), or a batch, got '28', at "),
        (None, r"or a batch, got None, at "),
        ([], r"or a batch, got \[\], at "),
        (True, r"or a batch, got True, at "),
        ((1, -1, 28), r"the shape of a sample is of whole numbers from 1 up, got \(1, -1, 28\), at "),
        ((1, 28.0), r"whole numbers from 1 up, got \(1, 28\.0\), at "),
        (np.ones(()), r"a batch has an axis of samples, one at least, got shape \(\), at "),
        (np.ones((0, 1, 28, 28)), r"got shape \(0, 1, 28, 28\), at "),
    ],
)
def test_a_wrong_shape_is_the_error_of_whoever_cannot_use_it(shape, said):
    with pytest.raises(AutogradError, match=said):
        nn.summary(convolutional(), shape)


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ([(2,), (3,), (4,)], r"TwoInputs cannot be called with 3 inputs: too many positional arguments, at "),
        ((2,), r"TwoInputs cannot be called with 1 input: missing a required argument: 'y', at "),
        ([(10**7, 10**7), (3,)], r"no memory holds 2 samples of shape \(10000000, 10000000\), at "),
        ([(10**30,), (3,)], r"no memory holds 2 samples of shape "),
        (np.array([["a", "b"]]), r"a batch holds numbers, got dtype <U1, at "),
        ([np.ones((2, 2)), np.array([[None] * 3])], r"a batch holds numbers, got dtype object, at "),
    ],
)
def test_a_network_is_called_with_as_many_inputs_as_it_takes_and_with_numbers(shape, said):
    with pytest.raises(AutogradError, match=rf"{said}.*test_overview\.py:\d+$"):
        nn.summary(TwoInputs(), shape)


def test_a_summary_is_of_a_module():
    with pytest.raises(AutogradError, match=r"a summary is of a module, got .*at .*test_overview\.py"):
        nn.summary(np.tanh, 2)
