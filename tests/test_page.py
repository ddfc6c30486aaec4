"""Does the page step through a graph, forward and back, and does nothing in it run but its own script?"""

import html
import re
from dataclasses import replace

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from autograd import AutogradError, Value
from autograd.ops import sigmoid
from autograd.page import WORDS, Field, Line, Page, Step
from autograd.picture import draw
from tests.browser import browser  # noqa: F401  a fixture is found by being imported

TITLE = "Gradient of a sigmoid neuron"
ORDER = ("v4", "v5", "v6", "v7", "v8")
EDGES = {
    "v4": ("v4-1", "v4-2"), "v5": ("v5-1",), "v6": ("v6-1", "v6-2"), "v7": ("v7-1",), "v8": ("v8-1", "v8-2"),
}  # fmt: skip
OPERANDS = {"v4": ("v2", "v3"), "v5": ("v4",), "v6": ("v1", "v5"), "v7": ("v6",), "v8": ("v7",)}
RULES = {
    "v4": ("z", "w x", r"\frac{\partial z}{\partial w} = x"),
    "v5": ("f", r"\sigma(z)", r"\frac{\partial f}{\partial z} = \sigma'(z) = f (1 - f)"),
    "v6": ("d", "y - f", r"\frac{\partial d}{\partial f} = -1"),
    "v7": ("q", "d^2", r"\frac{\partial q}{\partial d} = 2 d"),
    "v8": ("e", r"\frac{1}{2} q", r"\frac{\partial e}{\partial q} = \frac{1}{2}"),
}


def page_of(label: str = "e", **changes) -> Page:
    """Return a page of e = 0.5 (y - sigmoid(w x))^2, with every number from the graph."""
    y, w, x = Value(1.0, "y"), Value(0.5, "w"), Value(2.0, "x")
    z = w * x
    f = sigmoid(z)
    d = y - f
    q = d**2
    e = 0.5 * q
    e.label, z.label, f.label = label, "z", "f"
    e.backward()
    nodes = {"v1": y, "v2": w, "v3": x, "v4": z, "v5": f, "v6": d, "v7": q, "v8": e}
    value = lambda v: (f"{nodes[v].label} = " if nodes[v].label else "") + f"{nodes[v].item():.4g}"
    grad = lambda v: f"{nodes[v].grad:.4g}"
    lines = [Line("Decomposition" if v == "v4" else None, f"{RULES[v][0]} = {RULES[v][1]}") for v in ORDER]
    lines += [Line("Chain rule" if v == "v8" else None, RULES[v][2]) for v in reversed(ORDER)]
    steps = [
        Step("forward", v, EDGES[v], f"{RULES[v][0]} is computed", (lines[i].latex, f"= {nodes[v].item():.4g}"),
             {v: value(v)}, {}, i)
        for i, v in enumerate(ORDER)
    ]  # fmt: skip
    steps += [
        Step("backward", v, EDGES[v], f"the gradient of {RULES[v][0]} is passed on", (RULES[v][2],), {},
             {each: grad(each) for each in (v, *OPERANDS[v])}, i)
        for i, v in enumerate(reversed(ORDER), len(ORDER))
    ]  # fmt: skip
    fields = {v: Field(0, 2) if v in ("v1", "v2", "v3") else Field(1, 3) for v in nodes}
    fields["c1"] = Field(0, None)
    parts = {"title": TITLE, "svg": draw(e).svg(), "steps": steps, "lines": lines, "fields": fields}
    return Page(**parts | changes)


class Reader:
    """Somebody in front of a page: what they do, and what they see."""

    def __init__(self, window):
        self.window = window

    def open(self, page: Page, path, edit=lambda text: text) -> "Reader":
        page.save(path)
        path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
        self.window.get_log("browser")
        self.window.get(path.as_uri())
        return self

    def press(self, *keys: str) -> "Reader":
        for key in keys:
            self.window.find_element(By.TAG_NAME, "body").send_keys(key)
        return self

    def click(self, name: str) -> "Reader":
        self.window.find_element(By.CSS_SELECTOR, f"[data-go={name}]").click()
        return self

    def slide_to(self, step: int) -> "Reader":
        self.window.execute_script(
            "const slider = document.querySelector('.slider');"
            f"slider.value = {step}; slider.dispatchEvent(new Event('input'))"
        )
        return self

    def run(self, script: str):
        return self.window.execute_script(f"return {script}")

    def step(self) -> int:
        return int(self.run("document.documentElement.dataset.step"))

    def title(self) -> str:
        return self.window.find_element(By.CSS_SELECTOR, ".title").text

    def node(self, name: str) -> list[str]:
        return self.run(f"[...document.querySelectorAll('#{name} text')].map(each => each.textContent)")

    def marked(self, kind: str) -> list[str]:
        return self.run(f"[...document.querySelectorAll('.stage .{kind}')].map(each => each.id).sort()")

    def everything(self) -> list[str]:
        """Return the whole picture and both panels, as markup."""
        return self.run("[...document.querySelectorAll('.stage > svg, .now, .derivation')].map(each => each.outerHTML)")

    def errors(self) -> list[str]:
        return [entry["message"] for entry in self.window.get_log("browser")]


@pytest.fixture
def reader(browser):  # noqa: F811
    return Reader(browser)


@pytest.fixture
def at_start(reader, tmp_path):
    return reader.open(page_of(), tmp_path / "page.html")


# --- stepping ---------------------------------------------------------------------------------------------------------


def test_the_page_opens_from_a_file_without_errors_and_fetches_nothing(at_start):
    assert at_start.errors() == []
    assert at_start.run("performance.getEntriesByType('resource').length") == 0
    assert at_start.run("document.documentElement.dataset.steps") == "10"
    assert at_start.step() == 0


def test_before_the_first_step_leaves_show_their_values_and_nothing_else_does(at_start):
    assert at_start.node("v2") == ["w = 0.5", "grad", "·"]
    assert at_start.node("v4") == ["×", "z = …", "grad", "·"]
    assert at_start.node("v6") == ["−", "…", "grad", "·"]
    assert at_start.node("c1") == ["0.5"]
    assert at_start.marked("current") == []
    assert at_start.marked("node.waiting") == list(ORDER)


def test_a_forward_step_shows_the_value_marks_the_node_and_its_edges_and_tells_the_rule(at_start):
    at_start.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert at_start.step() == 2
    assert at_start.node("v5") == ["S", "f = 0.7311", "grad", "·"]
    assert at_start.node("v6")[1] == "…"
    assert at_start.marked("current") == ["v5", "v5-1"]
    assert at_start.title() == "f is computed"
    assert at_start.run("document.querySelector('.formulas > div:not([hidden])').textContent") == "f=σ(z)=0.7311"
    assert at_start.run("document.querySelector('.line[aria-current]').textContent") == "f=σ(z)"


@pytest.mark.parametrize(
    ("start", "name", "key"),
    [
        (4, "next", Keys.ARROW_RIGHT), (4, "last", Keys.END), (4, "back", Keys.ARROW_LEFT), (4, "first", Keys.HOME),
        (4, "backward", "b"), (8, "forward", "f"),
        (0, "back", Keys.ARROW_LEFT), (10, "next", Keys.ARROW_RIGHT),
    ],
)  # fmt: skip
def test_buttons_do_what_keys_do(at_start, start, name, key):
    by_key = at_start.slide_to(start).press(key).everything()
    assert at_start.slide_to(start).click(name).everything() == by_key


def test_going_back_restores_every_step_exactly(at_start):
    states = [at_start.everything()]
    for _ in range(10):
        states.append(at_start.press(Keys.ARROW_RIGHT).everything())
    assert len({"".join(state) for state in states}) == 11
    for state in reversed(states[:-1]):
        assert at_start.press(Keys.ARROW_LEFT).everything() == state


def test_the_end_shows_every_number_that_draw_shows(at_start):
    page = page_of()
    at_start.press(Keys.END)
    for name in page.fields:
        group = page.svg[page.svg.index(f'<g id="{name}"') :].partition("<!--")[0]
        assert at_start.node(name) == [html.unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)<", group)]


def test_f_and_b_go_to_the_first_step_of_each_phase(at_start):
    assert at_start.press("b").step() == 6
    assert at_start.marked("current") == ["v8", "v8-1", "v8-2"]
    assert at_start.press("f").step() == 1


def test_playing_goes_on_to_the_end_and_stops(at_start):
    Select(at_start.window.find_element(By.CSS_SELECTOR, ".speed select")).select_by_value("4")
    at_start.run("document.activeElement.blur()")
    at_start.press("b", Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, " ")
    button = at_start.window.find_element(By.CSS_SELECTOR, "[data-go=play]")
    assert button.get_attribute("aria-label") == "Pause"
    WebDriverWait(at_start.window, 10, 0.05).until(lambda _: at_start.step() == 10)
    assert button.get_attribute("aria-label") == "Play"


def test_a_step_by_hand_stops_playing(at_start):
    at_start.press(" ", Keys.ARROW_RIGHT)
    assert at_start.run("'playing' in document.documentElement.dataset") is False
    assert at_start.step() == 1


def test_a_running_sum_longer_than_the_box_stays_inside_it(reader, tmp_path):
    page = page_of()
    first = replace(page.steps[0], gradients={"v4": "-0.1234567890123456789"})
    reader.open(replace(page, steps=[first, *page.steps[1:]]), tmp_path / "page.html").press(Keys.ARROW_RIGHT)
    width = "document.querySelector('#v4 {}').getBoundingClientRect().width"
    assert reader.run(width.format("text:last-of-type")) < reader.run(width.format("path"))


@pytest.mark.parametrize(("wide", "high"), [(1280, 720), (1920, 1080), (3840, 2160), (390, 844), (360, 640)])
def test_the_page_fits_the_width_and_from_the_size_of_a_slide_on_the_height_too(at_start, wide, high):
    size = {"width": wide, "height": high, "deviceScaleFactor": 1, "mobile": False}
    at_start.window.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        assert at_start.run("document.documentElement.scrollWidth <= innerWidth")
        assert wide < 1280 or at_start.run("document.documentElement.scrollHeight <= innerHeight")
    finally:
        at_start.window.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_words_are_those_of_the_language_or_given(reader, tmp_path):
    reader.open(page_of(lang="es-MX", words={"next": "Sigue"}), tmp_path / "page.html")
    assert reader.run("document.documentElement.lang") == "es-MX"
    assert reader.run("document.querySelector('[data-go=next]').ariaLabel") == "Sigue"
    assert reader.run("document.querySelector('[data-go=last]').ariaLabel") == WORDS["es"]["last"]


def test_every_language_has_every_word():
    assert {language: set(words) for language, words in WORDS.items()} == {language: set(WORDS["en"]) for language in WORDS}


# --- nothing runs but the page's own script ---------------------------------------------------------------------------

ATTACK = """<script>document.title='pwned'</script><img src=data:, onerror="document.title='pwned'">"""
HOSTILE = f"</script>{ATTACK} $& ${{data}} \u2028 漢字"


def test_markup_in_names_and_titles_is_shown_as_it_is(reader, tmp_path):
    page = page_of(label=HOSTILE, title=HOSTILE, words={"next": HOSTILE, "start": HOSTILE})
    steps = [replace(step, title=HOSTILE, formulas=(rf"\text{{{HOSTILE}}}", HOSTILE)) for step in page.steps]
    lines = [Line(HOSTILE, rf"\text{{{HOSTILE}}}") for _ in page.lines]
    reader.open(replace(page, steps=steps, lines=lines), tmp_path / "page.html").press(Keys.END)
    shown = " ".join(HOSTILE.split())
    assert reader.title() == shown
    assert reader.run("document.title") == shown
    assert reader.run("document.querySelectorAll('img').length") == 0
    assert reader.run("document.querySelectorAll('script').length") == 2
    assert reader.errors() == []


def test_a_script_that_is_not_the_pages_own_does_not_run(reader, tmp_path):
    reader.open(page_of(), tmp_path / "page.html", edit=lambda text: text.replace("<main>", ATTACK + "<main>"))
    assert reader.press(Keys.ARROW_RIGHT).step() == 1
    assert reader.run("document.title") == TITLE
    assert sum("Content Security Policy" in error for error in reader.errors()) >= 2


def test_nothing_can_be_loaded_or_sent(reader, tmp_path):
    reader.open(page_of(), tmp_path / "page.html")
    script = "const done = arguments[0]; fetch('data:text/plain,1').then(() => done('loaded'), () => done('refused'))"
    assert reader.window.execute_async_script(script) == "refused"


def test_the_policy_comes_before_everything_it_governs():
    policy = r"""<head>\s*<meta http-equiv="Content-Security-Policy" content="default-src 'none'; """
    assert re.search(policy, page_of().html())


def test_a_notebook_shows_it_in_a_frame_without_rights_and_keeps_an_image_where_frames_are_stripped(reader, tmp_path):
    shown = page_of(label=HOSTILE)._repr_html_()
    (tmp_path / "notebook.html").write_text(f"<!DOCTYPE html><meta charset=utf-8><body>{shown}", encoding="utf-8")
    reader.window.get_log("browser")
    reader.window.get((tmp_path / "notebook.html").as_uri())
    image = "document.querySelector('img')"
    assert reader.run("document.querySelector('iframe').sandbox.value") == "allow-scripts"
    reader.run("document.querySelector('details').open = true")
    WebDriverWait(reader.window, 5).until(lambda _: reader.run(f"{image}.complete && {image}.naturalWidth > 300"))
    reader.window.switch_to.frame(0)
    assert reader.click("next").press(Keys.ARROW_RIGHT).step() == 2  # keys reach a frame after a click in it
    assert reader.node("v5")[1] == "f = 0.7311"
    reader.window.switch_to.default_content()
    assert reader.errors() == []


# --- what cannot be a page --------------------------------------------------------------------------------------------

STEP = Step("forward", "v4", (), "t", (), {}, {})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"svg": "<svg>"}, "no SVG"),
        ({"steps": [replace(STEP, phase="sideways")]}, "forward, backward, got 'sideways'"),
        ({"steps": [replace(STEP, node="v99")]}, "'v99', which the picture does not have"),
        ({"steps": [replace(STEP, edges=("v4-9",))]}, "'v4-9', which the picture does not have"),
        ({"steps": [replace(STEP, line=10)]}, "line 10, and there are 10"),
        ({"fields": {"v1": Field(3, None)}}, "'v1' has 3 lines, and none is 3"),
        ({"fields": {"v99": Field(0, None)}}, "'v99' has 0 lines"),
        ({"lang": 'en" onload="'}, "lang"),
    ],
)  # fmt: skip
def test_a_page_that_does_not_fit_its_picture_is_refused(changes, message):
    with pytest.raises(AutogradError, match=re.escape(message)):
        page_of(**changes)


def test_a_page_is_saved_as_html_only(tmp_path):
    with pytest.raises(AutogradError, match=r"\.html or as \.htm, got 'page\.pdf'"):
        page_of().save(tmp_path / "page.pdf")


def test_the_same_page_is_the_same_text():
    assert page_of().html() == page_of().html()
