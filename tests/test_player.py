"""Does the player go through the whole computation, forward and backward, with the graph's own numbers?"""

import math

import numpy as np
import pytest
from browser import browser  # noqa: F401
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

import nn
from autograd import (
    AutogradError,
    GradientError,
    Tensor,
    Value,
    draw,
    explain,
    gradients,
    play,
    sigmoid,
    stack,
    tanh,
)
from autograd.graph import computation_order

X = {"x1": 0.5, "x2": -1.2, "y": 1.0}
W = {"w20": 0.2, "w21": 0.7, "w10": 0.1, "w11": 0.4, "w12": -0.3}


def worked_example():
    x = {name: Value(v, name, requires_grad=False) for name, v in X.items()}
    w = {name: Value(v, name) for name, v in W.items()}
    z_g = (w["w10"] + w["w11"] * x["x1"] + w["w12"] * x["x2"]).named("z_g")
    f = sigmoid((w["w20"] + w["w21"] * tanh(z_g)).named("z_f")).named("f")
    return (0.5 * (x["y"] - f) ** 2).named("e"), w


def steps(page, phase):
    return [step for step in page.steps if step.phase == phase]


# --- the steps --------------------------------------------------------------------------------------------------------


def test_forward_has_a_step_for_each_operation_and_backward_one_for_each_edge_a_gradient_flows_along():
    e, _ = worked_example()
    page = play(e)
    order = computation_order(e)
    assert len(steps(page, "forward")) == sum(node.op is not None for node in order)
    flowing = [v for node in order for v, _ in node.operands() if v is not None and v.requires_grad]
    assert len(steps(page, "backward")) == 1 + len(flowing)


def test_a_step_says_the_rule_and_its_numbers():
    e, _ = worked_example()
    page = play(e)
    (forward,) = [s for s in page.steps if s.title.startswith("z_f = ")]
    assert forward.title == "z_f = w20 + w21*z1 = 0.6049"
    assert forward.formulas == ("z_f = w_{20} + w_{21} z_1", "z_f = 0.2 + 0.4049 = 0.6049")
    (backward,) = [s for s in page.steps if s.title.startswith("∂e/∂z_f = ")]
    assert backward.title == "∂e/∂z_f = (-0.3532) · 0.2285 = -0.0807"
    assert backward.formulas == (
        r"\frac{\partial e}{\partial z_f} = \frac{\partial e}{\partial f} f (1 - f)",
        r"\frac{\partial e}{\partial z_f} = (-0.3532) \cdot 0.2285 = -0.0807",
    )


def test_a_gradient_grows_with_each_use():
    x = Value(3.0, "x")
    backward = steps(play((x * x + 2 * x).named("y")), "backward")
    assert [step.gradients["v1"] for step in backward if "v1" in step.gradients] == ["2", "5", "8"]
    assert backward[-1].title == "∂y/∂x = 5 + 1 · 3 = 8"
    assert backward[-1].formulas == (
        r"\frac{\partial y}{\partial x} \leftarrow \frac{\partial y}{\partial x} + \frac{\partial y}{\partial (x^2)} x",
        r"\frac{\partial y}{\partial x} = 5 + 1 \cdot 3 = 8",
    )


def test_every_node_ends_with_the_gradient_of_the_graph():
    e, _ = worked_example()
    page = play(e, precision=17)
    shown = {}
    for step in page.steps:
        shown.update(step.gradients)
    nodes = [node for node in computation_order(e) if node.requires_grad]
    vertices = {v.node: v.id for v in draw(e).diagram.vertices}
    assert [float(shown[vertices[node]]) for node in nodes] == gradients(e, nodes)


def test_the_graphs_own_gradients_are_neither_read_nor_written():
    e, w = worked_example()
    w["w20"].grad = 7.0
    assert "7" not in [step.gradients.get("v3") for step in play(e).steps]
    assert w["w20"].grad == 7.0
    assert w["w21"].has_grad is False


def test_steps_point_at_the_line_of_the_derivation_they_belong_to():
    e, _ = worked_example()
    page, derivation = play(e), explain(e)
    rows = [row for step in derivation.steps for row in step.rows]
    assert [line.latex for line in page.lines] == [row.latex for row in rows]
    assert [line.heading for line in page.lines if line.heading] == [
        "1. Decomposition", "2. Local derivatives", "3. Chain rule", "4. Numbers",
    ]  # fmt: skip
    about = {step.title.split(" = ")[0]: rows[step.line].text for step in page.steps if step.line is not None}
    assert about["z_f"].startswith("z_f = w20 + w21*z1")
    assert about["w21*z1"].startswith("z_f = w20 + w21*z1")  # it is written out there
    assert about["∂e/∂f"] == "∂e/∂f = -(y - f)"
    assert about["∂e/∂w11"].startswith("∂e/∂w11 = ∂e/∂f · ")


def test_arrays_are_stepped_through_in_matrix_formulas():
    rng = np.random.default_rng(0)
    x, W = Tensor(rng.normal(size=(4, 3)), label="x"), Tensor(rng.normal(size=(3, 2)), requires_grad=True, label="W")
    loss = (tanh(x @ W) ** 2).mean().named("L")
    page = play(loss)
    assert page.steps[-1].formulas[0] == r"\frac{\partial L}{\partial W} = x^T \delta_{z_1}"
    assert page.steps[-1].gradients.keys() == {"v2"}
    assert len(page.steps[-1].gradients["v2"].split(" / ")) == 3


def test_values_and_arrays_may_meet():
    a = Value(2.0, "a")
    row = stack([a, a * a])
    assert steps(play((row * row).sum()), "backward")[-1].gradients == {"v1": "36"}


def test_a_network_of_neurons_can_be_played():
    loss = (nn.MLP(2, [2, 1], rng=0)([0.5, -1.0]) - 1.0) ** 2
    assert r"b^{(0,0)}" in play(loss).html() or "<mi>b</mi>" in play(loss).html()


def test_infinite_slopes_are_shown_as_they_are():
    page = play(Value(0.0, "x") ** 0.5)
    assert page.steps[-1].gradients == {"v1": "inf"}


def test_a_graph_of_more_than_500_nodes_is_refused_with_the_advice_to_fold():
    x = v = Value(0.5, "x")
    for _ in range(499):
        v = tanh(v)
    assert len(play(v).steps) == 2 * 499 + 1
    with pytest.raises(AutogradError, match=r"501 nodes, and a page steps through at most 500: .*level='layer'.*player.py:"):
        play(tanh(v))
    assert x.grad == 0.0


@pytest.mark.parametrize(
    ("call", "error", "needed"),
    [
        (lambda: play(3.0), AutogradError, "a Value or a Tensor, got float"),
        (lambda: play(Value(1.0, requires_grad=False)), GradientError, "requires no gradient"),
        (lambda: play(Value(1.0) * 2, lang="fr"), AutogradError, "lang is one of"),
        (lambda: play(Value(1.0) * 2, direction="up"), AutogradError, "LR, RL, TB, BT, got 'up'"),
        (lambda: play(Tensor([1.0, 2.0], requires_grad=True) * 2), AutogradError, "one number"),
    ],
)
def test_what_cannot_be_played_is_refused_in_words(call, error, needed):
    with pytest.raises(error, match=needed):
        call()


# --- in a browser -----------------------------------------------------------------------------------------------------


def open_page(browser, page, folder):  # noqa: F811
    page.save(folder / "page.html")
    browser.get((folder / "page.html").as_uri())
    return browser.find_element(By.TAG_NAME, "body")


def texts(browser, name):  # noqa: F811
    return [t.text for t in browser.find_elements(By.CSS_SELECTOR, f"#{name} text")]


def test_the_worked_example_is_stepped_through_to_its_gradients(browser, tmp_path):  # noqa: F811
    e, w = worked_example()
    page = play(e, precision=10)
    body = open_page(browser, page, tmp_path)
    for i in range(len(page.steps)):
        assert browser.find_element(By.TAG_NAME, "html").get_attribute("data-step") == str(i)
        body.send_keys(Keys.ARROW_RIGHT)
        assert browser.find_element(By.CSS_SELECTOR, ".title").text == page.steps[i].title
    e.backward()
    vertices = {v.node: v.id for v in draw(e).diagram.vertices}
    for name, leaf in w.items():
        shown = texts(browser, vertices[leaf])
        assert shown[0] == f"{name} = {leaf.data:g}"
        assert math.isclose(float(shown[-1]), leaf.grad, rel_tol=1e-9)
    assert browser.get_log("browser") == []


def test_going_back_takes_gradients_away_again(browser, tmp_path):  # noqa: F811
    e, w = worked_example()
    page = play(e)
    body = open_page(browser, page, tmp_path)
    vertices = {v.node: v.id for v in draw(e).diagram.vertices}
    body.send_keys(Keys.END)
    last = texts(browser, vertices[w["w11"]])
    for _ in page.steps:
        body.send_keys(Keys.ARROW_LEFT)
    assert last[-1] == "-0.0188"
    assert texts(browser, vertices[w["w11"]])[-1] != last[-1]
    assert texts(browser, vertices[e])[1] == "e = …"


def test_a_label_that_is_markup_stays_text(browser, tmp_path):  # noqa: F811
    x = Value(2.0, "<img src=x onerror=document.title='pwned'>")
    open_page(browser, play((x * x).named("</script><script>document.title='pwned'</script>")), tmp_path)
    assert "pwned" not in browser.title or browser.title.startswith("Computation graph")
    assert browser.execute_script("return document.querySelectorAll('img').length") == 0
    assert len(browser.find_elements(By.CSS_SELECTOR, "script:not([type])")) == 1
