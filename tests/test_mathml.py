"""Is a formula shown as it is meant, and is it nothing but a formula whatever it says?"""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.lettering import latex_name
from autograd.mathml import ATTRIBUTES, ELEMENTS, NAMESPACE, VALUE, mathml


def read(latex: str, **options) -> ElementTree.Element:
    """Return the element made of a formula, after a check that it holds nothing else."""
    root = ElementTree.fromstring(mathml(latex, **options))
    if root.tag == "code":
        assert not root.attrib
        assert len(root) == 0
        return root
    for element in root.iter():
        namespace, tag = element.tag[1:].split("}")
        assert namespace == NAMESPACE
        assert tag in ELEMENTS
        for name, value in element.attrib.items():
            assert (tag, name, value) == ("math", "display", "block") or name in ATTRIBUTES
            assert VALUE.fullmatch(value)
    return root


def bare(latex: str) -> str:
    """Return a formula as markup, without what does not matter: rows inside rows, attributes, the root."""
    markup = re.sub(r"</?math[^>]*>|</?mrow>", "", mathml(latex))
    return re.sub(r"<(\w+)[^>]*>", r"<\1>", markup)


def text(latex: str) -> str:
    return "".join(read(latex).itertext())


@pytest.mark.parametrize(
    ("latex", "markup"),
    [
        (r"\frac{a}{2}", "<mfrac><mi>a</mi><mn>2</mn></mfrac>"),
        (r"\sum_i x_i", "<msub><mo>∑</mo><mi>i</mi></msub><msub><mi>x</mi><mi>i</mi></msub>"),
        (r"a \odot b", "<mi>a</mi><mo>⊙</mo><mi>b</mi>"),
        (r"\operatorname{relu}(x)", "<mi>relu</mi><mo>(</mo><mi>x</mi><mo>)</mo>"),
        (r"\operatorname{log\_softmax}", "<mi>log_softmax</mi>"),
        (r"\lVert x \rVert", "<mo>‖</mo><mi>x</mi><mo>‖</mo>"),
        (r"\left( x \right)", "<mo>(</mo><mi>x</mi><mo>)</mo>"),
        (r"\mathbf{1}", "<mn>𝟏</mn>"),
        (r"\mathbf{W}", "<mi>𝐖</mi>"),
        (r"\partial y", "<mo>∂</mo><mi>y</mi>"),
        (r"a \cdot b", "<mi>a</mi><mo>·</mo><mi>b</mi>"),
        (r"w_{2,1}", "<msub><mi>w</mi><mn>2</mn><mo>,</mo><mn>1</mn></msub>"),
        (r"x_{\mathrm{out}}", "<msub><mi>x</mi><mi>out</mi></msub>"),
        (r"\log x", "<mi>log</mi><mspace></mspace><mi>x</mi>"),
        (r"2 \log(x)", "<mn>2</mn><mspace></mspace><mi>log</mi><mo>(</mo><mi>x</mi><mo>)</mo>"),
        (r"\max_i x", "<msub><mi>max</mi><mi>i</mi></msub><mspace></mspace><mi>x</mi>"),
        (r"\text{50 \% of \textbackslash{}}", "<mtext>50\xa0%\xa0of\xa0\\</mtext>"),
    ],
)
def test_what_derivations_are_written_in_is_translated(latex, markup):
    assert bare(latex) == markup


def test_a_prime_stands_beside_its_function_and_not_above_it():
    assert bare("S'(z)") == "<mi>S</mi><mo>′</mo><mo>(</mo><mi>z</mi><mo>)</mo>"
    assert bare("f_1'") == "<msub><mi>f</mi><mn>1</mn></msub><mo>′</mo>"
    assert bare("g''") == "<mi>g</mi><mo>″</mo>"
    assert text(r"-(y - f) S'(z_f) w_{2,1} \tanh'(z_g) x_1") == "−(y−f)S′(zf)w2,1tanh′(zg)x1"


def test_a_minus_after_an_equals_sign_belongs_to_its_number():
    assert '<mo>=</mo><mo form="prefix">−</mo><mn>1</mn>' in mathml("d = -1")
    assert "<mo>−</mo><mn>1</mn>" in mathml("(a) - 1")


def test_aligned_lines_are_a_table_with_the_sign_between():
    cells = read(r"\begin{aligned} a + b &= c \\ d &= \text{&} \end{aligned}").findall(f".//{{{NAMESPACE}}}mtd")
    assert ["".join(cell.itertext()) for cell in cells] == ["a+b", "=c", "d", "=&"]
    assert [cell.get("columnalign") for cell in cells] == ["right", "left"] * 2


def test_display_style_is_said_in_the_element():
    assert 'display="block"' in mathml("x", display=True)
    assert "display" not in mathml("x")


@pytest.mark.parametrize(
    "words",
    ["<script>alert(1)</script>", "</math><img src=x onerror=alert(1)>", "a & b", "<!-- x", "]]>", "&lt;", "漢字", "Œ ﬁ 🙂"],
)
def test_text_is_shown_as_it_is_whatever_it_says(words):
    assert text(rf"\text{{{words}}}") == words.replace(" ", "\xa0")
    assert len(list(read(rf"x + \text{{{words}}}").iter())) < 8


@pytest.mark.parametrize(
    "latex",
    [
        r"\href{javascript:alert(1)}{x}", r"\class{a}{x}", r"\style{color:red}{x}", r"\unknown x", "", " ",
        r"\frac{1}", r"\begin{aligned} x", r"\left( x", r"\textbf{<b onclick=alert(1)>x</b>}", r"\def\x{\x}\x",
        "{" * 5000 + "}" * 5000,
    ],
)  # fmt: skip
def test_what_cannot_be_read_as_a_formula_is_shown_as_it_was_written(latex):
    assert read(latex).tag == "code"


def test_signs_that_no_page_can_hold_are_replaced():
    for sign in ("\x00", "\x1b", "\ud800", "\uffff", "\U000f0000"):
        assert text(rf"\text{{{sign}}}") == text(sign) == "\N{REPLACEMENT CHARACTER}"


def test_letters_of_any_script_are_letters():
    assert text("漢字 + é") == "漢字+é"


@given(st.text())
def test_the_name_of_a_node_is_always_a_formula_that_says_it(name):
    root = read(latex_name(name))
    assert root.tag != "code"


_PIECES = r"""
\text{ \mathrm{ \operatorname{ \href{ \frac \sqrt \left( \right) \lVert \textbf{ \class{ \style{ \color{ \unicode{ \verb|
{ } _ ^ ' & \\ \begin{aligned} \end{aligned} \begin{array}{c} \end{array} <script> </script> </math> <img/src=x> <!-- ]]>
&lt; &#60; \& \% \_ $ % # ~ x 1 -
"""
PIECES = st.sampled_from(_PIECES.split())


@given(st.lists(PIECES | st.text(max_size=5), max_size=12).map(" ".join), st.booleans())
def test_a_formula_is_nothing_but_a_formula(latex, display):
    read(latex, display=display)


@given(st.lists(PIECES | st.text(max_size=3), max_size=12).map("".join))
def test_a_formula_without_spaces_is_nothing_but_a_formula(latex):
    read(latex)
