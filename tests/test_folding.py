"""Does a large graph become few boxes, and do the boxes hold all of it?"""

import re

import numpy as np
import pytest

import nn
from autograd import AutogradError, Tensor, Value, dot, tanh
from autograd.folding import fold
from autograd.graph import computation_order
from autograd.picture import draw

LEVELS = ("neuron", "layer", "model")


def network(*, samples=1, penalty=False, rng=0):
    """Return a network 2-16-16-1, and its result, or its hinge loss on so many samples, perhaps with the sum of squares."""
    model = nn.MLP(2, [16, 16, 1], rng=rng)
    points = np.random.default_rng(1).normal(size=(samples, 2)).tolist()
    if samples == 1:
        return model, model([Value(x, requires_grad=False) for x in points[0]])
    loss = sum(((1 - y * model(p)).relu() for p, y in zip(points, [1.0, -1.0] * samples, strict=False)), Value(0.0))
    if penalty:
        loss = loss + 1e-4 * sum((p * p for p in model.parameters()), Value(0.0))
    return model, loss


def chain(length):
    x = Value(1.0)
    for _ in range(length):
        x = -x
    return x


def written_out(width, count):
    """Return a sum of products with a use of every leaf far away from the first one."""
    leaves = [Value(float(i)) for i in range(width)]
    total = Value(0.0)
    for i in range(count):
        total = total + leaves[i % width] * 2.0
    return total


def counted(root):
    """Count operations, leaves, constants and edges of a graph."""
    order = computation_order(root)
    operands = [operand for node in order for operand, _ in node.operands()]
    leaves = sum(node.op is None for node in order)
    return {
        "operations": len(order) - leaves,
        "leaves": leaves,
        "constants": sum(operand is None for operand in operands),
        "edges": len(operands),
    }


def drawn(picture):
    """Add up what boxes hold and what is drawn itself."""
    total = dict.fromkeys(("operations", "leaves", "constants"), 0)
    for vertex in picture.diagram.vertices:
        counts = vertex.counts
        if vertex.box is None:
            kind = "constants" if vertex.node is None else "leaves" if vertex.node.op is None else "operations"
            total[kind] += 1
        else:
            total["operations"] += counts["operations"]
            total["leaves"] += counts["parameters"] + counts["inputs"]
            total["constants"] += counts["constants"]
    return total


def boxes(picture):
    """Return the lines of text of each box, by its first line."""
    return {vertex.lines[0]: vertex.lines for vertex in picture.diagram.vertices if vertex.box is not None}


def edges(picture):
    return {(edge.start, edge.end): edge for edge in picture.diagram.edges}


def has_cycle(picture):
    after = {vertex.id: set() for vertex in picture.diagram.vertices}
    for edge in picture.diagram.edges:
        after[edge.start].add(edge.end)
    while after:
        free = [key for key in after if not any(key in ends for ends in after.values())]
        if not free:
            return True
        for key in free:
            del after[key]
    return False


GRAPHS = {
    "one sample": lambda: network()[1],
    "a hundred samples": lambda: network(samples=100)[1],
    "with the sum of squares": lambda: network(samples=100, penalty=True)[1],
    "a chain": lambda: chain(1000),
    "leaves used all over": lambda: written_out(30, 400),
    "one reduction": lambda: dot([Value(1.0) for _ in range(300)], [1.0] * 300),
}


# --- what always holds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [None, *LEVELS])
@pytest.mark.parametrize("graph", GRAPHS)
def test_what_boxes_hold_and_what_is_drawn_itself_is_the_whole_graph(graph, level):
    root = GRAPHS[graph]()
    expected = counted(root)
    for max_nodes in (200, 40, 15, 5, 2, 1):
        picture = draw(root, level=level, max_nodes=max_nodes)
        assert len(picture.diagram.vertices) <= max_nodes
        assert drawn(picture) == {key: n for key, n in expected.items() if key != "edges"}
        assert picture.description.startswith(f"Nodes: {sum(drawn(picture).values()):,}, edges: {expected['edges']:,}.")


@pytest.mark.parametrize("graph", GRAPHS)
def test_every_node_is_in_one_box_at_most(graph):
    order = computation_order(GRAPHS[graph]())
    for level in (None, *LEVELS):
        members = [node for box in fold(order, level).boxes for node in box.members]
        assert len(members) == len(set(members))
        assert set(members) == set(fold(order, level).box_of)


@pytest.mark.parametrize("graph", GRAPHS)
@pytest.mark.parametrize("max_nodes", [200, 15, 3])
def test_folding_makes_no_cycle_where_modules_are_called_one_after_the_other(graph, max_nodes):
    assert not has_cycle(draw(GRAPHS[graph](), max_nodes=max_nodes))


@pytest.mark.parametrize("graph", GRAPHS)
def test_the_same_graph_is_folded_the_same_way(graph):
    assert draw(GRAPHS[graph]()).source == draw(GRAPHS[graph]()).source


def test_edges_between_two_boxes_add_up():
    picture = draw(network()[1], level="layer")
    assert sum(edge.count for edge in picture.diagram.edges) == 2 * 16 + 16 * 16 + 16


# --- modules ----------------------------------------------------------------------------------------------------------


def test_a_graph_that_fits_is_not_folded():
    for level in (None, "op"):
        picture = draw(nn.MLP(2, [2, 1], rng=0)([1.0, 2.0]), level=level)
        assert picture.diagram.level == "op"
        assert boxes(picture) == {}
        assert "Folded" not in picture.description


def test_a_network_that_does_not_fit_is_drawn_by_its_neurons():
    picture = draw(network()[1])
    assert picture.diagram.level == "neuron"
    assert len(boxes(picture)) == 33
    assert boxes(picture)["layers.0.neurons.3"] == ["layers.0.neurons.3", "Neuron", "3 operations", "3 parameters"]
    assert len(picture.diagram.vertices) == 33 + 2
    assert len(picture.diagram.edges) == 2 * 16 + 16 * 16 + 16
    assert 'Folded: 33 boxes (level "neuron") for calls of modules, 0 boxes for bands' in picture.description


def test_the_level_layer_shows_layers_with_their_counts_and_merged_edges():
    picture = draw(network()[1], level="layer")
    shown = boxes(picture)
    assert list(shown) == ["layers.0", "layers.1", "layers.2"]
    assert shown["layers.0"] == ["layers.0", "Layer", "16 neurons", "48 operations", "48 parameters"]
    assert shown["layers.2"][:5] == ["layers.2", "Layer", "1 neuron", "2 operations", "17 parameters"]
    assert edges(picture)["m1", "m2"].lines == ("×256",)
    assert [v.role for v in picture.diagram.vertices].count("module") == 3


def test_the_level_model_shows_one_box_with_the_result():
    model, y = network()
    (shown,) = boxes(draw(y, level="model")).values()
    assert shown == ["MLP", "3 layers", "98 operations", "337 parameters", f"result {y.data:.4g}"]
    assert len(model.parameters()) == 337


def test_many_calls_of_a_module_become_one_box_with_their_number():
    picture = draw(network(samples=100, penalty=True)[1], level="layer")
    shown = boxes(picture)
    assert shown["layers.1"] == ["layers.1", "Layer", "16 neurons", "4,800 operations", "272 parameters", "100 calls"]
    assert edges(picture)["m1", "m2"].lines == ("×25,600",)
    assert len(picture.diagram.vertices) < 30


def test_few_calls_of_a_module_stay_apart_and_share_its_parameters():
    neuron = nn.Neuron(1, "tanh", rng=0)
    picture = draw(neuron([neuron([neuron([0.5])])]), level="model")
    shown = [v.lines for v in picture.diagram.vertices]
    assert shown[0] == ["Neuron", "3 operations", "2 parameters", "1 constant"]
    assert shown[1] == ["Neuron", "3 operations", "shares 2 parameters"]
    assert [(e.start, e.end, e.count) for e in picture.diagram.edges] == [("m1", "m2", 1), ("m2", "m3", 1)]


def test_a_module_that_calls_none_is_a_box_at_every_level():
    y = nn.Neuron(2, rng=0)([1.0, 2.0]) * 3
    for level in LEVELS:
        assert list(boxes(draw(y, level=level))) == ["Neuron"]


def test_what_a_module_computes_itself_beside_the_modules_it_calls_is_drawn_itself():
    class Skip(nn.Module):
        def __init__(self):
            self.inner = nn.Neuron(1, "tanh", rng=0)

        def forward(self, x):
            return self.inner([x]) + x

    x = Value(0.5, "x")
    # In the order of computation: w, x, their product, b, the sum, tanh of it, the sum with x.
    picture = draw(Skip()(x), level="layer")
    assert [(v.id, v.role) for v in picture.diagram.vertices] == [("v2", "input"), ("m1", "module"), ("v7", "output")]
    assert list(boxes(draw(Skip()(x), level="model"))) == ["Skip"]


def test_a_single_edge_keeps_its_derivative_where_its_result_is_drawn_itself():
    x = Value(0.5, "x")
    picture = draw(nn.Neuron(1, "tanh", rng=0)([x]) * 3, level="model")
    assert edges(picture)["m1", "v7"].derivative == 3.0
    assert edges(picture)["v2", "m1"].derivative is None
    assert edges(picture)["v2", "m1"].lines == ()


def test_a_module_used_again_and_again_is_drawn_though_its_box_is_on_a_cycle():
    cell = nn.Neuron(2, "tanh", rng=0)
    h = Value(0.0, "h")
    for _ in range(300):
        h = cell([h * 0.5, 1.0]) + 0.1
    for level in (None, *LEVELS):
        picture = draw(h, level=level)
        assert has_cycle(picture)
        assert "300 calls" in boxes(picture)["Neuron"]
        assert picture.svg().startswith("<svg")


def test_a_module_that_keeps_its_state_has_calls_of_its_own():
    class Counter(nn.Module):
        def __init__(self):
            self.step = Value(1.0)
            self.state = Value(0.0, requires_grad=False)

        def forward(self, x):
            self.state = tanh(self.state + self.step * x)
            return self.state

    counter = Counter()
    for _ in range(3):
        y = counter(2.0)
    picture = draw(y, level="model")
    assert [v.lines[1] for v in picture.diagram.vertices if v.role == "module"] == ["3 operations"] * 3


def test_two_models_are_told_apart_by_their_names():
    first, second = nn.MLP(2, [3, 2], rng=0), nn.MLP(2, [3, 1], rng=1)
    y = second(first([1.0, 2.0]))
    assert list(boxes(draw(y, level="model", names={"first": first, "second": second}))) == ["first", "second"]


def test_parameters_of_arrays_say_how_many_numbers_they_are():
    class Linear(nn.Module):
        def __init__(self):
            self.W = Tensor(np.ones((4, 3)), requires_grad=True)
            self.b = Tensor(np.ones(3), requires_grad=True)

        def forward(self, x):
            return x @ self.W + self.b

    (shown,) = boxes(draw(Linear()(Tensor(np.ones((2, 4)))).sum(), level="model")).values()
    assert shown == ["Linear", "2 operations", "2 parameters (15 numbers)"]


def test_more_modules_than_fit_are_folded_by_depth_too():
    picture = draw(network()[1], level="neuron", max_nodes=10)
    assert len(picture.diagram.vertices) <= 10
    assert any("16 neurons" in lines for lines in boxes(picture).values())


def test_more_edges_than_can_be_laid_out_are_folded_too():
    layer = nn.Layer(90, 90, activation=None, rng=0)
    inputs = [Value(1.0) for _ in range(90)]
    y = sum(layer(inputs), Value(0.0))
    picture = draw(y, level="neuron", max_nodes=300)
    assert len(picture.diagram.edges) <= 3000
    assert picture.svg().startswith("<svg")


# --- bands ------------------------------------------------------------------------------------------------------------


def test_a_chain_of_a_hundred_thousand_is_drawn_in_a_dozen_boxes_and_its_result():
    picture = draw(chain(100_000))
    *bands, root = picture.diagram.vertices
    assert len(bands) == 12
    assert {vertex.role for vertex in bands} == {"folded"}
    assert bands[0].lines == ["8,333 operations", "all −", "1 parameter"]
    assert (root.id, root.lines) == ("v100001", ["−", "1", "no backward yet"])
    assert picture.svg().startswith("<svg")


@pytest.mark.parametrize(
    "root",
    [
        lambda: sum((Value(1.0) * 2.0 for _ in range(30_000)), Value(0.0)),
        lambda: dot([Value(1.0) * 2.0 for _ in range(30_000)], [1.0] * 30_000),
        lambda: network(samples=100, penalty=True)[1],
        lambda: written_out(200, 20_000),
    ],
)
def test_large_graphs_of_any_form_are_drawn(root):
    picture = draw(root())
    assert len(picture.diagram.vertices) < 30
    assert picture.svg().startswith("<svg")


def test_a_band_says_how_many_operations_of_which_kinds_it_holds():
    x = [Value(1.0) for _ in range(300)]
    y = dot([a * 2.0 if i % 3 else a + 1.0 for i, a in enumerate(x)], [1.0] * 300)
    first, second = draw(y).diagram.vertices
    assert first.lines == ["300 operations", "200 ×, 100 +", "300 parameters", "300 constants"]
    assert second.counts == {"operations": 1, "parameters": 0, "inputs": 0, "constants": 300}


def test_rare_kinds_of_operations_are_counted_together():
    y = Value(0.5)
    for f in ("sin", "cos", "tanh", "exp", "sinh", "relu", "log1p"):
        y = getattr(y, f)() * 0.5 + 0.5
    (shown,) = boxes(draw(y, max_nodes=1)).values()
    assert shown[:4] == ["21 operations", "7 +, 7 ×", "1 cos, 1 exp", "1 log1p, 4 other kinds"]


def test_a_leaf_is_in_the_band_of_its_first_use():
    root = written_out(30, 400)
    folding = fold(computation_order(root))
    position = {box: i for i, box in enumerate(folding.boxes)}
    for node in computation_order(root):
        for operand, _ in node.operands():
            if operand in folding.box_of and node in folding.box_of:
                assert position[folding.box_of[operand]] <= position[folding.box_of[node]]


def test_the_id_of_a_node_is_the_same_at_every_level():
    y = nn.Neuron(2, rng=0)([Value(1.0, "a"), Value(2.0, "b")]) * Value(3.0, "c") + 1
    ids = [{v.name: v.id for v in draw(y, level=level).diagram.vertices if v.node is not None} for level in ("op", "model")]
    assert ids[1]["a"] == ids[0]["a"]
    assert ids[1]["c"] == ids[0]["c"]
    constants = [[v.id for v in draw(y, level=level).diagram.vertices if v.role == "constant"] for level in ("op", "model")]
    assert constants == [["c1"], ["c1"]]


# --- errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        ({"level": "atom"}, "level is None or one of op, neuron, layer, model, got 'atom'"),
        ({"level": ["op"]}, "level is None or one of op, neuron, layer, model, got ['op']"),
        ({"max_nodes": 0}, "max_nodes is a whole number from 1 on, got 0"),
        ({"max_nodes": True}, "max_nodes is a whole number from 1 on, got True"),
        ({"max_nodes": 2.0}, "max_nodes is a whole number from 1 on, got 2.0"),
        ({"level": "op", "max_nodes": 5}, 'has 6 nodes, and max_nodes=5: fold it with level="neuron"'),
    ],
)
def test_what_cannot_be_folded_is_refused_in_words(arguments, needed):
    with pytest.raises(AutogradError, match=re.escape(needed)):
        draw(chain(5), **arguments)


def test_op_by_op_a_graph_whose_edges_reach_too_far_is_refused():
    root = written_out(40, 60)
    assert draw(root).diagram.level == "op"
    leaves = [Value(1.0) for _ in range(50)]
    total = Value(0.0)
    for i in range(140):
        total = dot([total, *leaves[i % 25 :]], [*leaves[i % 25 :], total])
    with pytest.raises(AutogradError, match=r"191 nodes, but \d+ edges that reach too far .*max_nodes=200"):
        draw(total, level="op")
    assert len(draw(total).diagram.vertices) < 30
