"""Which graph do the tests of pictures draw, and how do they read what is drawn?"""

import xml.etree.ElementTree as ET

from autograd import Value, sigmoid, tanh

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
