"""Do derivations, pages and plots speak the language that was set?"""

import re
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest

import nn
import optim
from autograd import AutogradError, Value, explain, play, set_language, words

mpl.use("Agg")
ROOT = Path(__file__).parents[1]


@pytest.fixture
def spanish():
    set_language("es")
    yield
    set_language("en")


@pytest.mark.usefixtures("spanish")
def test_what_is_set_holds_for_derivations_pages_and_plots():
    x = Value(3.0, "x")
    assert explain(x * x).steps[0].heading == "Descomposición"
    assert explain(x * x, lang="en").steps[0].heading == "Decomposition"
    assert play(x * x).lang == "es"
    assert nn.plot_history({"loss": [1.0, 0.5]}).get_xlabel() == "época"
    ax = nn.plot_confusion_matrix(np.array([[2, 1], [0, 1]]))
    assert (ax.get_xlabel(), ax.get_title()) == ("clase predicha", "3 de 4 correctas (75 %)")
    assert optim.plot_schedule([0.1, 0.2]).get_ylabel() == "tasa de aprendizaje η"


def test_english_is_the_default_and_an_unknown_language_changes_nothing():
    with pytest.raises(AutogradError, match="lang is one of 'en', 'es', got 'fr'"):
        set_language("fr")
    assert nn.plot_history({"loss": [1.0, 0.5]}).get_xlabel() == "epoch"


def test_every_label_that_a_plot_asks_for_is_translated_and_no_translation_is_left_over():
    asked = set()
    for file in [file for package in ("autograd", "nn", "optim") for file in (ROOT / package).rglob("*.py")]:
        text = file.read_text(encoding="utf-8")
        asked |= set(re.findall(r'translated\("([^"]+)"\)', text))
        asked |= set(re.findall(r'(?:View\(|label=)"([^"]+ [^"]+)"', text))
    assert asked == set(words._LABELS["es"])
