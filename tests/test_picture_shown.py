"""Does a picture show the graph, and nothing but the graph, whatever its labels say?"""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from drawn import SVG, edges, nodes, tooltips, worked_example
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import Tensor, Value, dot, keep_places, sigmoid, stack, tanh
from autograd.graph import computation_order
from autograd.kernels import slopes
from autograd.layout import one_line
from autograd.looks import LOOKS
from autograd.picture import draw


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
