"""Does every error say what was given, what was needed, and where: the user's own file and line, or notebook cell?"""

import json
import re
import subprocess
import sys
import textwrap
from contextlib import suppress
from functools import partial

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import (
    AutogradError,
    DomainError,
    DTypeError,
    GradientError,
    MixError,
    ShapeError,
    Tensor,
    Value,
    grad,
    gradients,
    hessian,
    jvp,
    no_grad,
    ops,
)
from autograd.registry import all_ops


def here(offset=0):
    """Return how an error on the caller's line, or so many lines below, names its place."""
    return re.escape(f"test_errors.py:{sys._getframe(1).f_lineno + offset}") + "$"


# --- every route to an op ---------------------------------------------------------------------------------------------

V, T = Value(-1.0, "v"), Tensor([-1.0, 2.0], requires_grad=True)

DOMAIN_ROUTES = {
    "function": lambda: autograd.log(V),
    "ops": lambda: ops.log(V),
    "method": lambda: V.log(),
    "numpy": lambda: np.log(V),
    "on a float": lambda: autograd.log(-1.0),
    "inside grad": lambda: grad(lambda x: autograd.log(x))(-1.0),
    "inside grad of grad": lambda: grad(grad(lambda x: x * autograd.log(x)))(-1.0),
    "inside jvp": lambda: jvp(lambda x: x.log(), (-1.0,), (1.0,)),
    "inside hessian": lambda: hessian(autograd.log)(-1.0),
    "inside checkpoint": lambda: autograd.checkpoint(autograd.log)(V),
    "mapped": lambda: list(map(autograd.log, [V])),
    "partial": partial(lambda f: f(V), autograd.log),
    "under no_grad": no_grad()(lambda: autograd.log(V)),
    "sorted": lambda: sorted([V, V], key=lambda v: autograd.log(v)),
}


@pytest.mark.parametrize("route", DOMAIN_ROUTES)
def test_a_number_outside_the_domain_is_named_on_every_route(route):
    line = DOMAIN_ROUTES[route].__code__.co_firstlineno if hasattr(DOMAIN_ROUTES[route], "__code__") else 0
    with pytest.raises(DomainError) as caught:
        DOMAIN_ROUTES[route]()
    message = str(caught.value)
    assert re.fullmatch(r"log needs x > 0, got -1\.0, at .*test_errors\.py:\d+", message), message
    if route not in ("partial", "under no_grad"):
        assert message.endswith(f":{line}")


SHAPE_ROUTES = {
    "operator": lambda: Tensor(np.ones((3, 4))) @ np.ones((3, 4)),
    "reflected": lambda: np.ones((3, 4)) @ Tensor(np.ones((3, 4))),
    "function": lambda: autograd.matmul(Tensor(np.ones((3, 4))), Tensor(np.ones((3, 4)))),
    "method": lambda: Tensor(np.ones((3, 4))).matmul(np.ones((3, 4))),
    "numpy": lambda: np.matmul(Tensor(np.ones((3, 4))), np.ones((3, 4))),
    "arrays": lambda: autograd.matmul(np.ones((3, 4)), np.ones((3, 4))),
    "inside grad": lambda: grad(lambda x: (x @ x).sum())(np.ones((3, 4))),
}


@pytest.mark.parametrize("route", SHAPE_ROUTES)
def test_shapes_that_do_not_fit_are_named_on_every_route(route):
    with pytest.raises(ShapeError) as caught:
        SHAPE_ROUTES[route]()
    needed = re.escape("matmul needs matrices (…, m, k) @ (…, k, n), got (3, 4) and (3, 4), at ")
    line = SHAPE_ROUTES[route].__code__.co_firstlineno
    assert re.fullmatch(rf"{needed}.*test_errors\.py:{line}", str(caught.value)), str(caught.value)


OTHER_SHAPES = {
    r"add needs shapes that broadcast together, got \(3,\) and \(2,\)": lambda: Tensor(np.ones(3)) + np.ones(2),
    r"sub needs shapes that broadcast together, got \(2,\) and \(3,\)": lambda: np.ones(2) - Tensor(np.ones(3)),
    r"where needs shapes .* got \(2,\) and \(3,\) and \(\)": lambda: autograd.where(np.ones(2), Tensor(np.ones(3)), 0.0),
    r"sum needs .* got \(2,\) with axis=1": lambda: Tensor(np.ones(2)).sum(axis=1),
    r"reshape needs .* got \(2,\) with shape=\(3,\)": lambda: Tensor(np.ones(2)).reshape(3),
    r"concatenate needs .* got \(2,\) and \(1, 2\)": lambda: autograd.concatenate([Tensor(np.ones(2)), np.ones((1, 2))]),
    r"getitem needs .* got \(2,\) with index=5": lambda: Tensor(np.ones(2))[5],
    r"max needs .* got \(0,\)": lambda: Tensor(np.ones(0)).max(),
    r"inv needs square matrices .* got \(2, 3\)": lambda: autograd.inv(Tensor(np.ones((2, 3)))),
    r"matmul needs .* got \(\) and \(2,\)": lambda: Tensor(1.0) @ np.ones(2),
    r"einsum .*\(2,\)": lambda: autograd.einsum("ij->i", Tensor(np.ones(2))),
    r"split needs .*": lambda: Tensor(np.ones(3)).split(2),
    r"dot over Values needs sequences of one length, at least 1, got 2 and 1": lambda: autograd.dot([V, V], [1.0]),
}


@pytest.mark.parametrize("message", OTHER_SHAPES)
def test_an_array_that_does_not_fit_is_refused_with_op_shapes_settings_and_place(message):
    call = OTHER_SHAPES[message]
    with pytest.raises(ShapeError, match=rf"{message}.*, at .*test_errors\.py:{call.__code__.co_firstlineno}$"):
        call()


DOMAINS = {
    r"log needs x > 0, got 0\.0": lambda: Value(0.0).log(),
    r"div needs b not 0, got a = 1\.0, b = 0\.0": lambda: 1 / Value(0.0),
    r"div needs b not 0, got a = 2\.0, b = 0\.0": lambda: Value(2.0) / 0,
    r"sqrt needs x >= 0, got -4\.0": lambda: Value(-4.0).sqrt(),
    r"power needs a base > 0, or a whole exponent .*, got -8\.0": lambda: Value(-8.0) ** (1 / 3),
    r"pow needs a base > 0, or a whole exponent .*, got a = -8\.0, b = 0\.5": lambda: Value(-8.0) ** Value(0.5),
    r"asin needs x in \[-1, 1\], got 2\.0": lambda: autograd.asin(Value(2.0)),
    r"atanh needs x in \(-1, 1\), got 1\.0": lambda: Value(1.0).atanh(),
    r"acosh needs x >= 1, got 0\.5": lambda: Value(0.5).acosh(),
    r"reciprocal needs x not 0, got 0\.0": lambda: Value(0.0).reciprocal(),
}


@pytest.mark.parametrize("message", DOMAINS)
def test_outside_a_domain_a_value_names_op_need_number_and_place(message):
    call = DOMAINS[message]
    with pytest.raises(DomainError, match=rf"^{message}, at .*test_errors\.py:{call.__code__.co_firstlineno}$"):
        call()


def test_a_domain_error_is_a_value_error_and_so_forth():
    kinds = [(DomainError, ValueError), (ShapeError, ValueError), (DTypeError, TypeError), (MixError, TypeError),
             (GradientError, RuntimeError)]  # fmt: skip
    assert all(issubclass(ours, AutogradError) and issubclass(ours, pythons) for ours, pythons in kinds)


def test_errors_hide_the_exceptions_they_replace():
    for call in (lambda: Value(-1.0).log(), lambda: Tensor(np.ones(2)) + np.ones(3), lambda: autograd.inv(np.ones((2, 3)))):
        with pytest.raises(AutogradError) as caught:
            call()
        assert caught.value.__suppress_context__ or caught.value.__context__ is None


# --- nn, optim --------------------------------------------------------------------------------------------------------


def test_an_error_inside_a_network_is_placed_where_the_network_was_called():
    model = nn.MLP(2, [3, 1], rng=0)
    part = r"in layers\.0\.neurons\.0 \(Neuron\), at .*"
    with pytest.raises(ShapeError, match=r"dot over Values needs sequences of one length.*got 2 and 3, " + part + here(1)):
        model([1.0, 2.0, 3.0])
    with pytest.raises(MixError, match=r"dot takes Values and real numbers, got str 'a', in neurons\.0 .*" + here(1)):
        nn.Layer(2, 2)(["a", 1.0])


def test_a_module_of_ones_own_is_the_users_place():
    class Broken(nn.Module):
        def __call__(self, x):
            return autograd.log(x - 5.0)

    with pytest.raises(DomainError, match=here(-2)):
        Broken()(Value(1.0))


NN_AND_OPTIM = {
    "SGD was given no parameters": lambda: optim.SGD([]),
    "Adam changes leaves that require a gradient": lambda: optim.Adam([3.0]),
    "there is no activation 'rleu'": lambda: nn.Neuron(2, "rleu"),
}


@pytest.mark.parametrize("message", NN_AND_OPTIM)
def test_networks_and_optimizers_say_where_too(message):
    call = NN_AND_OPTIM[message]
    with pytest.raises(AutogradError, match=rf"{message}.*, at .*test_errors\.py:{call.__code__.co_firstlineno}$"):
        call()


# --- where ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["train.py", "numpy/lesson.py", "my autograd/train.py", "nn_lessons/train.py"])
def test_the_place_is_the_users_file_whatever_its_folder_is_called(tmp_path, path):
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("from autograd import Value\n\n\ndef run():\n    return Value(-1.0).log()\n")
    space = {}
    exec(compile(file.read_text(), str(file), "exec"), space)
    with pytest.raises(DomainError) as caught:
        space["run"]()
    assert str(caught.value).endswith(f"{file}:5")


def test_a_file_below_the_working_directory_is_named_from_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = compile("from autograd import Value\nValue(-1.0).log()", str(tmp_path / "train.py"), "exec")
    with pytest.raises(DomainError, match=r", at train\.py:2$"):
        exec(code, {})


def test_code_typed_at_the_prompt_has_a_place_too():
    with pytest.raises(DomainError, match=r", at <stdin>:1$"):
        exec(compile("Value(-1.0).log()", "<stdin>", "exec"), {"Value": Value})


CELLS = [
    "import json, autograd, nn\nfrom autograd import Value, Tensor, grad\n",
    "x = Value(-1.0)\n\n\nx.log()",
    "def f(v):\n    return autograd.log(v)",
    "f(x)",
    "grad(f)(-1.0)",
    "nn.MLP(2, [1])([1.0])",
    "y = Tensor([1.0]) * 2\ny.backward()",
]
PLACES = ["", "cell [2], line 4", "", "cell [3], line 2", "cell [3], line 2", "cell [6], line 1", "cell [7], line 2"]


def test_in_a_notebook_the_place_is_the_cell_and_its_line():
    program = textwrap.dedent("""
        import json, sys
        from IPython.core.interactiveshell import InteractiveShell
        shell = InteractiveShell.instance()
        said = []
        for cell in json.loads(sys.argv[1]):
            result = shell.run_cell(cell, store_history=True)
            error = result.error_in_exec or result.error_before_exec
            said.append("" if error is None else str(error))
        print("SAID" + json.dumps(said))
    """)
    command = [sys.executable, "-c", program, json.dumps(CELLS)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    said = json.loads(shown[shown.index("SAID") + 4 :])
    assert [s[s.index("cell [") :] if "cell [" in s else s for s in said] == PLACES


# --- backward ---------------------------------------------------------------------------------------------------------


def test_backward_of_several_numbers_needs_a_gradient():
    needed = r"a tensor of shape \(2,\) needs a gradient of that shape.*sum\(\) or mean\(\).*"
    with pytest.raises(GradientError, match=needed + here(1)):
        (T * 2).backward()


def test_backward_of_nothing_recorded_says_why():
    reasons = r"requires no gradient: nothing it was computed from has requires_grad=True, or it was .* no_grad\(\).*"
    with pytest.raises(GradientError, match="the Value 'c' " + reasons + here(1)):
        Value(1.0, "c", requires_grad=False).backward()
    with no_grad():
        y = V * 2
    with pytest.raises(GradientError, match="a Value " + reasons + here(1)):
        y.backward()
    with pytest.raises(GradientError, match="a Tensor " + reasons + here(1)):
        Tensor([1.0]).backward()


def test_an_integer_tensor_is_refused_where_the_gradient_is_asked_for():
    with pytest.raises(DTypeError, match=r"the Tensor 'n' has dtype int64; make it of floats.*" + here(1)):
        Tensor([1, 2], label="n", requires_grad=True)


# --- leaves written before backward -----------------------------------------------------------------------------------


def set_data(x):
    x.data = 5.0


def step_data(x):
    x.data -= 1.0


def set_item(x):
    x[...] = 5.0


def sgd_step(x):
    x.grad = np.ones(x.shape) if isinstance(x, Tensor) else 1.0
    optim.SGD([x], lr=1.0).step()


def adam_step(x):
    x.grad = np.ones(x.shape) if isinstance(x, Tensor) else 1.0
    optim.Adam([x]).step()


def unpickled_state(x):
    x.set_data(np.full(x.shape, 5.0))


WRITES = [(kind, write) for kind in ("Value", "Tensor") for write in (set_data, step_data, sgd_step, adam_step)]
WRITES += [("Tensor", set_item), ("Tensor", unpickled_state)]
written = pytest.mark.parametrize(("kind", "write"), WRITES, ids=[f"{k}-{w.__name__}" for k, w in WRITES])
passes = pytest.mark.parametrize("run", [
    lambda y, x: y.backward(),
    lambda y, x: gradients(y, x),
    lambda y, x: gradients(y, x, create_graph=True),
], ids=["backward", "gradients", "create_graph"])  # fmt: skip


def leaf(kind, number, label):
    return Value(number, label) if kind == "Value" else Tensor([number, number], requires_grad=True, label=label)


def total(y):
    return y if isinstance(y, Value) else y.sum()


@passes
@written
def test_a_leaf_written_since_is_refused_by_ops_whose_rule_reads_it(kind, write, run):
    x, w = leaf(kind, 2.0, "x"), leaf(kind, 3.0, "w")
    y = total(x * w)
    write(w)
    with pytest.raises(GradientError, match=r"mul needs 'w' as it was when .*written since.*, at .*test_errors\.py:\d+$"):
        run(y, x)
    write(x)
    with pytest.raises(GradientError, match=r"mul needs '[xw]' as it was"):
        run(y, x)


@passes
@written
def test_a_leaf_written_since_is_no_matter_for_ops_whose_rule_does_not_read_it(kind, write, run):
    x, w = leaf(kind, 2.0, "x"), leaf(kind, 3.0, "w")
    y = total(((x + w) - w).exp() + (-x) + (x * 2.0) + x.tanh() + 3.0 / x.exp())
    write(w)
    write(x)
    run(y, x)


def test_the_written_number_is_told():
    x = Value(2.0, "x")
    y = x * x
    x.data = 7.0
    with pytest.raises(GradientError, match=r"\(it held 2\.0, now 7\.0\): call backward\(\) before changing data"):
        y.backward()


def test_a_leaf_without_a_name_is_told_by_its_place_among_the_operands():
    a, b = Value(2.0), Value(3.0)
    y = a * b
    b.data = 7.0
    with pytest.raises(GradientError, match="mul needs operand 2 as it was"):
        y.backward()


@pytest.mark.parametrize("wrap", [lambda a, b: ops.dot([a, a], [1.0, b]), lambda a, b: ops.prod([a, b]), lambda a, b: a**b])
def test_reductions_and_powers_notice_a_written_leaf(wrap):
    a, b = Value(2.0, "a"), Value(3.0, "b")
    y = wrap(a, b)
    b.data = 7.0
    with pytest.raises(GradientError, match="needs 'b' as it was"):
        y.backward()


@pytest.mark.parametrize("plus", [lambda a, b: a + b, lambda a, b: b + a], ids=["first", "last"])
@pytest.mark.parametrize("kind", ["Value", "Tensor"])
def test_after_a_refused_backward_the_graph_is_as_it_was(kind, plus):
    x, w, b = (leaf(kind, number, name) for number, name in [(2.0, "x"), (3.0, "w"), (1.0, "b")])
    h = x * x
    y = total(plus(h + b, x * w))
    y.backward()
    grads = [repr(v.grad) for v in (x, w, b, h, y)]
    fresh = leaf(kind, 4.0, "fresh")
    z = total(plus(fresh * h, x * w))
    w.data = 7.0
    for run in (y.backward, z.backward, lambda: gradients(y, x), lambda: gradients(z, x)):
        with pytest.raises(GradientError):
            run()
        assert [repr(v.grad) for v in (x, w, b, h, y)] == grads
        assert fresh.grad == (0.0 if kind == "Value" else None)
    for v in (x, w, b):
        v.zero_grad()
    total(x * w).backward()
    np.testing.assert_array_equal(np.asarray(w.grad), np.asarray(x.detach()))
    np.testing.assert_array_equal(np.asarray(x.grad), np.asarray(w.detach()))


ELEMENTWISE = [pytest.param(op, s, id=f"{op.name}-{s}") for op in all_ops() if op.elementwise for s in op.cases]


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize(("op", "settings"), ELEMENTWISE)
def test_no_op_gives_a_wrong_gradient_after_a_write(op, settings, create_graph):
    point = [float(domain.sample(np.random.default_rng(0))) for domain in op.domain]

    def run(changed):
        xs = [Value(x) for x in point]
        y = op.function(*xs, **settings)
        if changed is not None:
            xs[changed].data = xs[changed].data * 0.9 + 0.05
        found = gradients(y, xs, create_graph=create_graph)
        return [g.data for g in found] if create_graph else found

    if op.function(*[Value(x) for x in point], **settings).requires_grad:
        expected = run(None)
        for i in range(len(point)):
            with suppress(GradientError):
                assert run(i) == expected


# --- what errors and reprs show ---------------------------------------------------------------------------------------

LABELS = ["it's", 'a "b"', "two\nlines", "<script>alert(1)</script>", "{0} %s", "naïve σ", "\x1b[31mred"]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("kind", ["Value", "Tensor"])
def test_any_label_stands_in_errors_and_reprs_as_python_writes_it(kind, label):
    x, w = leaf(kind, 2.0, label), leaf(kind, 3.0, "w")
    assert repr(label) in repr(x)
    y = total(x * w)
    x.data = 7.0
    with pytest.raises(GradientError) as caught:
        y.backward()
    assert f"mul needs {label!r} as it was" in str(caught.value)
    with pytest.raises(GradientError) as caught:
        np.asarray(x)
    assert repr(label) in str(caught.value)
    assert "\n" not in str(caught.value)


LONG = "x" * 10_000


@pytest.mark.parametrize("call", [lambda: Value(np.zeros((100, 100))), lambda: Value([1.0] * 10_000), lambda: V + LONG,
                                  lambda: ops.sum([V, LONG]), lambda: grad(lambda x: LONG)(1.0),
                                  lambda: grad(lambda x: x)(LONG), lambda: Tensor([LONG]), lambda: autograd.tanh(LONG),
                                  lambda: Tensor(np.ones(3))[np.arange(5000)], lambda: optim.SGD([LONG])])  # fmt: skip
def test_a_message_does_not_repeat_pages_of_data(call):
    with pytest.raises((AutogradError, TypeError)) as caught:
        call()
    assert len(str(caught.value)) < 500


def test_arrays_of_no_axes_and_of_no_entries_are_named_by_their_shape():
    with pytest.raises(ShapeError, match=r"sum needs .* got \(\) with axis=1"):
        Tensor(1.0).sum(axis=1)
    with pytest.raises(ShapeError, match=r"got \(0,\) and \(2,\)"):
        Tensor(np.ones(0)) + np.ones(2)
    with pytest.raises(GradientError, match=r"shape \(0,\) needs a gradient of that shape"):
        (Tensor(np.ones(0), requires_grad=True) * 2).backward()
    with pytest.raises(ShapeError, match=r"getitem needs .* got \(\) with index=0"):
        Tensor(1.0)[0]


def test_a_missing_operand_or_an_unknown_setting_is_a_type_error_with_the_place():
    for call in (lambda: autograd.dot(V), lambda: V.clip(low=1.0), lambda: T.softmax(axes=1), lambda: T.sum(0, 1, 2)):
        with pytest.raises(TypeError, match=r"test_errors\.py"):
            call()
