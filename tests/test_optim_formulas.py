"""Does a rule say in LaTeX what it does? The formulas are the rules, fed letters; here they are read."""

import numpy as np
import pytest

import optim
from autograd import no_grad

MOMENTS = r"m &\leftarrow \beta_1 m + (1 - \beta_1) g", r"v &\leftarrow \beta_2 v + (1 - \beta_2) g^2"
HATS = r"\hat{m} &\leftarrow \frac{m}{1 - \beta_1^t}", r"\hat{v} &\leftarrow \frac{v}{1 - \beta_2^t}"
ADAM = r"w &\leftarrow w - \frac{\eta \hat{m}}{\sqrt{\hat{v}} + \epsilon}"
MEAN_SQUARE = r"v &\leftarrow \alpha v + (1 - \alpha) g^2"
MEAN = r"m &\leftarrow \alpha m + (1 - \alpha) g"
ADADELTA = (
    r"v &\leftarrow \rho v + (1 - \rho) g^2",
    r"\Delta &\leftarrow \frac{\sqrt{u + \epsilon} g}{\sqrt{v + \epsilon}}",
    r"u &\leftarrow \rho u + (1 - \rho) \Delta^2",
    r"w &\leftarrow w - \eta \Delta",
)
DECAY, SHRINK = r"g &\leftarrow g + \lambda w", r"w &\leftarrow w - \eta \lambda w"
FORMULAS = [
    (optim.GradientDescent, {}, [r"w &\leftarrow w - \eta g"]),
    (optim.SGD, {}, [r"w &\leftarrow w - \eta g"]),
    (optim.SGD, {"momentum": 0.9}, [r"v &\leftarrow \mu v + g", r"w &\leftarrow w - \eta v"]),
    (optim.SGD, {"momentum": 0.9, "dampening": 0.1},
     [r"v &\leftarrow \mu v + (1 - \tau) g", r"w &\leftarrow w - \eta v"]),
    (optim.SGD, {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1, "maximize": True},
     [r"g &\leftarrow -g", DECAY, r"v &\leftarrow \mu v + g", r"w &\leftarrow w - \eta (g + \mu v)"]),
    (optim.SGD, {"momentum": 0.9, "style": "keras", "weight_decay": 0.1},
     [SHRINK, r"v &\leftarrow \mu v - \eta g", r"w &\leftarrow w + v"]),
    (optim.SGD, {"momentum": 0.9, "style": "keras", "nesterov": True},
     [r"v &\leftarrow \mu v - \eta g", r"w &\leftarrow w + \mu v - \eta g"]),
    (optim.Adagrad, {}, [r"G &\leftarrow G + g^2", r"w &\leftarrow w - \frac{\eta g}{\sqrt{G} + \epsilon}"]),
    (optim.Adagrad, {"style": "keras"},
     [r"G &\leftarrow G + g^2", r"w &\leftarrow w - \frac{\eta g}{\sqrt{G + \epsilon}}"]),
    (optim.RMSprop, {}, [MEAN_SQUARE, r"w &\leftarrow w - \frac{\eta g}{\sqrt{v} + \epsilon}"]),
    (optim.RMSprop, {"centered": True, "momentum": 0.9},
     [MEAN_SQUARE, MEAN, r"b &\leftarrow \mu b + \frac{g}{\sqrt{\max(v - m^2, 0)} + \epsilon}",
      r"w &\leftarrow w - \eta b"]),
    (optim.RMSprop, {"centered": True, "momentum": 0.9, "style": "keras"},
     [MEAN_SQUARE, MEAN, r"b &\leftarrow \mu b + \frac{\eta g}{\sqrt{v - m^2 + \epsilon}}", r"w &\leftarrow w - b"]),
    (optim.Adadelta, {}, ADADELTA),
    (optim.Adam, {}, [MOMENTS[0], MOMENTS[1], HATS[0], HATS[1], ADAM]),
    (optim.Adam, {"amsgrad": True},
     [*MOMENTS, r"v_{\max} &\leftarrow \max(v_{\max}, v)", HATS[0],
      r"\hat{v} &\leftarrow \frac{v_{\max}}{1 - \beta_2^t}", ADAM]),
    (optim.Adam, {"style": "keras"},
     [*MOMENTS, r"\hat{\eta} &\leftarrow \frac{\eta \sqrt{1 - \beta_2^t}}{1 - \beta_1^t}",
      r"w &\leftarrow w - \frac{\hat{\eta} m}{\sqrt{v} + \epsilon}"]),
    (optim.AdamW, {}, [SHRINK, *MOMENTS, *HATS, ADAM]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "options", "lines"), FORMULAS, ids=lambda x: x.__name__ if isinstance(x, type) else "")
def test_a_formula_has_a_line_for_each_thing_a_step_computes(kind, options, lines):
    first, gradient, *found, last = kind.formula(**options).split("\n")
    assert (first, gradient, last) == (r"\begin{aligned}", r"g &\leftarrow \nabla f(w) \\", r"\end{aligned}")
    assert [line.removesuffix(r" \\") for line in found] == list(lines)


def test_a_formula_can_be_asked_for_where_nothing_is_recorded():
    with no_grad():
        assert optim.Adam.formula(betas=(0.9, 0.99)) == optim.Adam.formula()


def test_a_formula_is_shown_as_one_in_a_notebook():
    assert optim.SGD.formula()._repr_latex_() == f"$$\n{optim.SGD.formula()}\n$$"


def test_a_rule_of_ones_own_has_a_formula_too():
    class Cooling(optim.Optimizer):
        def __init__(self, params, lr=0.1):
            super().__init__(params, lr=lr)

        def start(self, **options):
            return {"heat": 1.0}

        def rule(self, gradient, state, step, *, lr):
            heat = state["heat"] / (1 + step)
            return -lr * heat * np.tanh(gradient / heat), {"heat": heat}

    lines = Cooling.formula().split("\n")
    assert r"\text{heat} &\leftarrow \frac{\text{heat}}{1 + t} \\" in lines
    assert lines[-2].startswith(r"w &\leftarrow w - \eta \text{heat}")
