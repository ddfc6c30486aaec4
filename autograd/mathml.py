"""How is LaTeX shown by a browser without any library?

As MathML, which browsers draw by themselves. The package latex2mathml translates; what it returns is not trusted, because
it copies the text of `\\text{…}` as it is, markup included. So text never reaches it (a private sign stands in its place),
and its answer is read as XML and written anew from a short list of elements and attributes.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from itertools import pairwise
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
# Presentation only: no links, no scripts, no embedded HTML.
ELEMENTS = frozenset({
    "math", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom", "mprescripts", "mroot",
    "mrow", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder",
    "munderover", "none",
})  # fmt: skip
ATTRIBUTES = frozenset({
    "accent", "accentunder", "columnalign", "columnlines", "columnspacing", "depth", "displaystyle", "fence", "form",
    "height", "largeop", "linethickness", "lspace", "mathcolor", "mathsize", "mathvariant", "maxsize", "minsize",
    "movablelimits", "rowlines", "rowspacing", "rspace", "scriptlevel", "separator", "stretchy", "voffset", "width",
})  # fmt: skip
# A number with a unit, a word or a colour. Without colons and brackets it cannot be an address or a function.
VALUE = re.compile(r"[-+#.\w ]{1,60}", re.ASCII)

# What XML cannot hold, and the private signs of the last two planes, of which the stand-ins are taken.
_ILLEGAL = re.compile("[^ -~\xa0-\ud7ff\ue000-\ufffd\U00010000-\U000effff]")
_FIRST = 0xF0000

_SPECIAL = re.compile(r"\\text(backslash|asciitilde|asciicircum)\{\}|\\(.)")
_SIGNS = {"backslash": "\\", "asciitilde": "~", "asciicircum": "^"}
_FENCES = {
    "lvert": "|", "rvert": "|", "lVert": "‖", "rVert": "‖", "langle": "⟨", "rangle": "⟩",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉",
}  # fmt: skip
_ATOM = re.compile(
    # Left to the translator: a new line, and fences that have a size of their own.
    r"(?P<kept>\\\\|\\(?:left|right|middle|[bB]igg?[lrm]?)\s*\\[a-zA-Z]+)"
    r"|\\(?:text|textrm|textnormal|mbox)\s*\{(?P<text>(?:[^{}\\$]|\\[^a-zA-Z]|\\text[a-z]+\{\})*)\}"
    r"|\\(?:mathrm|operatorname)\s*\{(?P<name>(?:[^\W_]|\\_|[ -])+)\}"
    rf"|\\(?P<fence>{'|'.join(_FENCES)})(?![a-zA-Z])"
)
# How many children each of these has; with another number a browser shows them side by side.
_COUNTS = {"mfrac": 2, "mover": 2, "mroot": 2, "msub": 2, "msubsup": 3, "msup": 2, "munder": 2, "munderover": 3}
# Elements whose children stand at fixed places; in all others they stand in a row.
_SCRIPTS = {"mover", "msub", "msubsup", "msup", "munder", "munderover"}
_PLACES = {*_SCRIPTS, "mfrac", "mmultiscripts", "mroot", "mtable", "mtr"}


@dataclass(frozen=True)
class _Atom:
    """What stands in the formula for a private sign."""

    tag: str
    text: str
    attributes: dict[str, str]


def mathml(latex: str, *, display: bool = False) -> str:
    r"""Translate a formula from LaTeX to MathML.

    Args:
        latex: the formula, without dollar signs.
        display: is it set on a line of its own, with limits above and below sums? (default False: in a line of text)

    Returns:
        A `<math>` element that holds nothing but MathML's presentation elements, whatever the formula says; or, where the
        formula cannot be read as one, the formula itself in a `<code>` element.

    >>> from autograd.mathml import mathml
    >>> mathml("x_1")
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><mrow><msub><mi>x</mi><mn>1</mn></msub></mrow></math>'
    >>> mathml(r"\text{<b>}")
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><mrow><mrow><mtext>&lt;b&gt;</mtext></mrow></mrow></math>'
    >>> mathml(r"\href{javascript:alert(1)}{x}")
    '<code>\\href{javascript:alert(1)}{x}</code>'
    """
    latex = _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", " ".join(latex.split()))
    try:
        return _written(_refined(_translated(latex, display)))
    except Exception:  # the translator's errors have no common base, and some are Python's own: IndexError, RecursionError
        return f"<code>{html.escape(latex)}</code>"


def _translated(latex: str, display: bool) -> Element:
    """Return the translator's answer, with texts, names and fences put in."""
    # Not at the top, so that all but this works where it is not installed.
    from latex2mathml.converter import convert

    atoms: list[_Atom] = []

    def sign_for(found: re.Match[str]) -> str:
        atom = _atom(found)
        if atom is None:
            return found[0]
        atoms.append(atom)
        # The braces keep a word before the sign from running into it, and a script after it on it.
        return f"{{{chr(_FIRST + len(atoms) - 1)}}}"

    # The translator does not know `aligned`, and `split` is the same thing under another name.
    latex = re.sub(r"\\(begin|end)\{aligned\}(?:\[[tcb]\])?", r"\\\1{split}", _ATOM.sub(sign_for, latex))
    root = ElementTree.fromstring(convert(latex, display="block" if display else "inline"))
    for element in root.iter():
        text = element.text or ""
        if len(text) == 1 and 0 <= ord(text) - _FIRST < len(atoms):
            atom = atoms[ord(text) - _FIRST]
            element.tag, element.text = f"{{{NAMESPACE}}}{atom.tag}", atom.text
            element.attrib.update(atom.attributes)
        else:
            element.text = "".join(atoms[ord(c) - _FIRST].text if ord(c) >= _FIRST else c for c in text)
    return root


def _atom(found: re.Match[str]) -> _Atom | None:
    text, name, fence = found["text"], found["name"], found["fence"]
    if text is not None:
        # Spaces at the ends of an element are dropped, unless they are of the kind that does not break.
        words = _SPECIAL.sub(lambda special: _SIGNS.get(special[1]) or special[2] or "", text)
        return _Atom("mtext", words.replace(" ", "\xa0"), {})
    if name is not None:
        word = name.replace(r"\_", "_").replace(" ", "\xa0")
        # A single letter is italic unless it says otherwise; a word is upright.
        return _Atom("mi", word, {"mathvariant": "normal"} if len(word) == 1 else {})
    if fence is not None:
        # Which side it stands on, or the browser would guess it from the neighbours and space it like an operator.
        return _Atom("mo", _FENCES[fence], {"form": "prefix" if fence[0] == "l" else "postfix", "stretchy": "false"})
    return None


def _refined(element: Element) -> Element:
    """Correct what the translator gets wrong, in an element and all below."""
    for child in list(element):
        _refined(child)
    text, tag = element.text or "", _tag(element)
    if tag == "mi" and text and not text.strip("′″‴⁗"):
        # A prime is a sign that follows, not the name of a variable.
        element.tag = f"{{{NAMESPACE}}}mo"
        element.attrib.update(form="postfix", lspace="0em", rspace="0em")
    elif tag == "mi" and text.startswith("\\"):
        raise ValueError(f"{text} is not known")
    elif tag == "mo" and len(text) > 1 and text.isalpha():
        element.tag = f"{{{NAMESPACE}}}mi"  # max and min are names of functions as much as log
        element.attrib.pop("movablelimits", None)
    elif tag == "mn" and element.get("mathvariant") == "bold":
        # Browsers read no variant but "normal"; bold digits have places of their own.
        element.text = text.translate({ord("0") + i: 0x1D7CE + i for i in range(10)})
        del element.attrib["mathvariant"]
    elif tag in ("msup", "msubsup") and _is_prime(element[-1]):
        # Fonts draw a prime small and high already. Made a script it is too small and too high.
        _put_prime_beside(element)
    if tag not in _PLACES:
        _set_signs(element)
        _space_names(element)
    return element


def _put_prime_beside(element: Element) -> None:
    """Turn a base with a prime as its script into a row of both."""
    *base, prime = element
    if len(base) > 1:
        base = [Element(f"{{{NAMESPACE}}}msub")]
        base[0].extend(element[:-1])
    element.tag = f"{{{NAMESPACE}}}mrow"
    element[:] = [*base, prime]


def _set_signs(row: Element) -> None:
    """Set the minus of `= -1` close to its number; a browser would space it like the one of `a - 1`."""
    for left, sign in pairwise(row):
        before = _end(left, -1)
        is_open = _tag(before) == "mo" and before.get("form") != "postfix" and before.text not in (")", "]", "|", "!", "∞")
        if _tag(sign) == "mo" and sign.text in ("−", "+", "±") and is_open:
            sign.set("form", "prefix")


def _space_names(row: Element) -> None:
    """Put thin spaces around names of functions: `log x` and not `logx`."""
    children = list(row)
    for place in range(len(children) - 1, 0, -1):
        left, right = _end(children[place - 1], -1), _end(children[place], 0)
        before_name = _is_name(right) and (_tag(left) != "mo" or left.text in (")", "]"))
        after_name = _is_name(left) and _tag(right) != "mo"
        if (before_name or after_name) and "mspace" not in (_tag(left), _tag(right)):
            row.insert(place, Element(f"{{{NAMESPACE}}}mspace", width="0.167em"))


def _end(element: Element, place: int) -> Element:
    """Return the first or last element of a row, however deep; a prime belongs to the one before."""
    while _tag(element) in ("mrow", "mstyle") and len(element):
        element = element[-2] if place == -1 and len(element) > 1 and _is_prime(element[-1]) else element[place]
    return element


def _is_prime(element: Element) -> bool:
    return _tag(element) == "mo" and bool(element.text) and not (element.text or "").strip("′″‴⁗")


def _is_name(element: Element) -> bool:
    while _tag(element) in (*_SCRIPTS, "mrow") and len(element):
        element = element[0]
    return _tag(element) == "mi" and len(element.text or "") > 1


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _written(element: Element) -> str:
    """Write an element and all below; a ValueError says that something in it is not on the lists."""
    tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")
    if tag not in ELEMENTS:
        raise ValueError(f"<{tag}> is no element of a formula")
    if len(element) != _COUNTS.get(tag, len(element)):
        raise ValueError(f"<{tag}> lacks a part")
    attributes = dict(element.attrib)
    is_display = tag == "math" and attributes.pop("display", "") == "block"
    for name, value in attributes.items():
        if name not in ATTRIBUTES or not VALUE.fullmatch(value):
            raise ValueError(f"{name}={value!r} is no attribute of a formula")
    if tag == "math":
        attributes = {"xmlns": NAMESPACE, **({"display": "block"} if is_display else {}), **attributes}
    shown = "".join(f' {name}="{value}"' for name, value in attributes.items())
    inside = html.escape(element.text or "", quote=False)
    for child in element:
        inside += _written(child) + html.escape((child.tail or "").strip(), quote=False)
    return f"<{tag}{shown}>{inside}</{tag}>"
