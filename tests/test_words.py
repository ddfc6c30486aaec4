"""Do derivations, pages and plots speak the language that was set?"""

import re
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest

import nn
import optim
from autograd import AutogradError, Value, draw, explain, gradcheck, paths, play, record, set_language, tanh
from autograd.spanish import SPANISH

mpl.use("Agg")
ROOT = Path(__file__).parents[1]
PACKAGES = ("autograd", "nn", "optim")


@pytest.fixture
def spanish():
    set_language("es")
    yield
    set_language("en")


@pytest.mark.usefixtures("spanish")
def test_what_is_set_holds_for_derivations_pages_and_plots():
    x = Value(3.0, "x")
    assert explain(x * x).steps[0].heading == "Descomposición"
    assert str(gradcheck(tanh, 0.5)).startswith("1 derivative: 1 ok")  # reports are in English, all of them
    assert repr(record(tanh, 0.5)) == "Tape of tanh: 1 input, 1 op in 1 level"
    assert explain(x * x, lang="en").steps[0].heading == "Decomposition"
    assert play(x * x).lang == "es"
    assert "∂y/∂x = 6, la suma sobre 2 caminos." in str(paths((x * x).named("y"), x))
    assert nn.plot_history({"loss": [1.0, 0.5]}).get_xlabel() == "época"
    ax = nn.plot_confusion_matrix(np.array([[2, 1], [0, 1]]))
    assert (ax.get_xlabel(), ax.get_title()) == ("clase predicha", "3 de 4 correctas (75 %)")
    assert nn.plot_loss("mse").get_legend_handles_labels()[1] == ["pérdida", "derivada"]
    assert "diapositiva: pérdida del perceptrón" in str(nn.loss.compare("hinge"))
    race = optim.race({"GD": optim.GradientDescent}, optim.functions.saddle, steps=2)
    assert str(race).splitlines()[0].split() == ["pasos", "pérdida", "final", "de", "un", "mínimo"]
    assert race.plot().get_title() == "punto silla"
    assert optim.plot_schedule([0.1, 0.2]).get_ylabel() == "tasa de aprendizaje η"


def test_english_is_the_default_and_an_unknown_language_changes_nothing():
    with pytest.raises(AutogradError, match="lang is one of 'en', 'es', got 'fr'"):
        set_language("fr")
    assert nn.plot_history({"loss": [1.0, 0.5]}).get_xlabel() == "epoch"


def test_every_label_that_a_plot_asks_for_is_translated_and_no_translation_is_left_over():
    texts = [file.read_text(encoding="utf-8") for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    asked = {label for text in texts for label in re.findall(r'translated\("([^"]+)"\)', text)}
    asked |= {label for text in texts for label in re.findall(r'(?:View\(|label=)"([^"]+ [^"]+)"', text)}
    asked |= {"loss", "derivative", "second derivative"}  # the curves of `plot_loss`
    asked |= {"saddle", "ravine", "then overflow"}
    for entry in nn.loss.slides.SLIDES.values():
        asked |= {entry.note, entry.slide.name, entry.standard.name}
    # What is counted, by `counted`: kinds of operations, parts of modules.
    nouns = {"operation", "parameter", "input", "constant", "number", "call", "layer", "neuron"}
    assert asked | nouns | {f"{noun}s" for noun in nouns} == set(SPANISH)


@pytest.mark.usefixtures("spanish")
def test_a_folded_picture_counts_in_the_language_that_was_set():
    boxes = draw(nn.MLP(2, [3, 2, 1], rng=0)([0.5, -1.2]), level="layer").diagram.vertices
    written = {line for box in boxes for lines in box.fields for line in lines}
    assert {"3 neuronas", "9 parámetros"} <= written
    assert not {line for line in written if line.endswith(("parameters", "neurons", "operations"))}
