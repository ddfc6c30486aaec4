"""Does a picture highlight the nodes and the shares that it is given, and refuse what it could not?"""

import re

import pytest
from drawn import tooltips

import nn
from autograd import AutogradError, Value
from autograd.graph import computation_order
from autograd.picture import draw


def test_a_node_highlighted_alone_stands_for_its_edges_and_nothing_for_none():
    w, x = Value(2.0, "w"), Value(3.0, "x")
    e = w * x + w
    assert [edge.share for edge in draw(e, highlight=[w]).diagram.edges] == [1.0, None, None, 1.0]
    assert [edge.share for edge in draw(e, highlight=[]).diagram.edges] == [None] * 4


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
