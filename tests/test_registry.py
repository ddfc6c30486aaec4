"""Does every op keep the promises its block makes? The checks are generated: a new op is tested by being registered."""

import functools
import inspect
import itertools
from typing import Any

import numpy as np
import pytest
from helpers import (
    along,
    applied,
    as_number,
    assert_close,
    assert_slope,
    cases,
    cotangent,
    directions,
    dot,
    draw,
    flat,
    has_gradient,
    moved,
    numpys,
    partial,
    points,
    sample,
    smooth,
    tensors,
    values,
)

import autograd
import autograd.bridge  # registers the last op
from autograd import Tensor, Value, elementwise_grad, grad, gradients, jvp, ops, vjp
from autograd.blocks import LARGE
from autograd.domains import TRUTH
from autograd.errors import AutogradError, GradientError
from autograd.forward import _transposed_twice
from autograd.kernels import slopes
from autograd.registry import Op, all_ops, elementwise, get, scoped, structural

Settings = dict[str, Any]

each_smooth = pytest.mark.parametrize(("op", "settings"), cases(lambda op: op.elementwise and has_gradient(op)))
each_elementwise = pytest.mark.parametrize(("op", "settings"), cases(lambda op: op.elementwise))
each_joining = pytest.mark.parametrize(
    ("op", "settings"), cases(lambda op: op.elementwise and has_gradient(op) and op.arity > 1)
)
each_analytic = pytest.mark.parametrize(("op", "settings"), cases(lambda op: op.elementwise and op.analytic))
each_kinked = pytest.mark.parametrize(("op", "settings"), cases(lambda op: op.elementwise and bool(op.kinks)))
each_structural = pytest.mark.parametrize(("op", "settings"), cases(lambda op: not op.elementwise and has_gradient(op)))
each_op = pytest.mark.parametrize(("op", "settings"), cases(lambda op: True))


# --- elementwise ops: one rule, read in every way ---------------------------------------------------------------------


@each_elementwise
def test_floats_values_arrays_and_tensors_give_the_same_numbers(op: Op, settings: Settings) -> None:
    f, xs = applied(op, settings), draw(op, settings)
    on_arrays = np.asarray(f(*xs), float)
    on_floats = [f(*point) for point in points(xs)]
    assert {type(y) for y in on_floats} == {float}
    assert_close(on_floats, on_arrays)
    np.testing.assert_array_equal([f(*values(point)).data for point in points(xs)], on_floats)
    np.testing.assert_array_equal(f(*tensors(xs)).detach(), on_arrays)


@each_elementwise
def test_a_large_array_gives_what_its_parts_give(op: Op, settings: Settings) -> None:
    f, xs = applied(op, settings), draw(op, settings)
    small, large = tensors(xs), tensors(np.resize(x, LARGE + 3) for x in xs)
    y, ys = f(*small), f(*large)
    assert_close(ys.detach(), np.resize(y.detach(), LARGE + 3))
    if y.requires_grad:
        y.backward(np.ones(y.shape))
        ys.backward(np.ones(ys.shape))
        for i in smooth(op):
            assert_close(large[i].grad, np.resize(small[i].grad, LARGE + 3), ulps=64)


@each_smooth
def test_the_first_derivative_agrees_with_differences(op: Op, settings: Settings) -> None:
    f, xs = applied(op, settings), draw(op, settings)
    leaves = [values(point) for point in points(xs)]
    for point in leaves:
        f(*point).backward()
    for i in smooth(op):
        assert_slope([point[i].grad for point in leaves], lambda s, i=i: f(*moved(xs, i, s)))
        assert_slope(partial(f, i)(*xs), lambda s, i=i: f(*moved(xs, i, s)))


@pytest.mark.parametrize(("op", "settings"), cases(lambda op: op.elementwise and None in op.d))
def test_an_operand_without_a_rule_may_move_a_little_and_changes_nothing(op: Op, settings: Settings) -> None:
    f, xs = applied(op, settings), draw(op, settings)
    for i in set(range(op.arity)) - set(smooth(op)):
        if op.domain[i] is not TRUTH:  # a condition is true or false, and cannot move
            for s in (-1e-6, 1e-6):
                np.testing.assert_array_equal(f(*moved(xs, i, s)), f(*xs))


@each_smooth
def test_the_second_derivatives_agree_with_differences_of_the_first(op: Op, settings: Settings) -> None:
    f, xs = applied(op, settings), draw(op, settings)
    for i, j in itertools.product(smooth(op), repeat=2):
        slope, twice = partial(f, i), partial(f, i, j)
        assert_slope(twice(*xs), lambda s, j=j, slope=slope: slope(*moved(xs, j, s)))
        assert_slope([twice(*point) for point in points(xs)], lambda s, j=j, slope=slope: slope(*moved(xs, j, s)))


@each_analytic
def test_the_third_derivatives_agree_with_differences_of_the_second(op: Op, settings: Settings) -> None:
    f, xs = applied(op, settings), draw(op, settings)
    for i, j, k in itertools.combinations_with_replacement(smooth(op), 3):
        twice, thrice = partial(f, i, j), partial(f, i, j, k)
        assert_slope(thrice(*xs), lambda s, k=k, twice=twice: twice(*moved(xs, k, s)))
        assert_slope([thrice(*point) for point in points(xs)], lambda s, k=k, twice=twice: twice(*moved(xs, k, s)))


@each_smooth
def test_the_generated_pullback_equals_the_rule(op: Op, settings: Settings) -> None:
    f, xs = applied(op, settings), draw(op, settings)
    for point in points(xs):
        # Every choice of which operands are Values, the others being plain numbers.
        for chosen in itertools.product([True, False], repeat=op.arity):
            operands = [Value(x) if take else x for take, x in zip(chosen, point, strict=True)]
            y = f(*operands)
            if getattr(y, "requires_grad", False):
                expected = slopes(y)
                y.backward(3.0)
                for v, slope in zip(operands, expected, strict=True):
                    assert not isinstance(v, Value) or v.grad == pytest.approx(3.0 * slope, rel=1e-15)
        if op.arity == 2:
            v = Value(point[0])
            y = f(v, v)
            expected = sum(slopes(y))
            y.backward()
            assert v.grad == expected


@each_smooth
def test_recorded_gradients_equal_those_of_backward(op: Op, settings: Settings) -> None:
    f, xs = applied(op, settings), draw(op, settings)
    for operands, seed in [(tensors(xs), np.ones(len(xs[0])))] + [(values(p), None) for p in points(xs)]:
        wanted = [operands[i] for i in smooth(op)]
        y = f(*operands)
        plain = gradients(y, wanted, seeds=seed)
        recorded = gradients(y, wanted, seeds=seed, create_graph=True)
        y.backward(seed)
        for v, without, record in zip(wanted, plain, recorded, strict=True):
            assert_close(record.data, v.grad)
            assert_close(without, v.grad)


@each_smooth
def test_forward_mode_is_the_transpose_of_reverse_mode(op: Op, settings: Settings) -> None:
    f, xs = applied(op, settings), draw(op, settings)
    for primals in (xs, *points(xs)):
        rng = np.random.default_rng(2)
        ts = [rng.normal(size=np.shape(x))[()] for x in primals]
        y, moving = jvp(f, primals, ts)
        u = rng.normal(size=np.shape(y))[()]
        again, pull = vjp(f, *primals)
        shares = pull(u)
        np.testing.assert_array_equal(again, y)
        assert dot([u], [moving]) == pytest.approx(dot(shares, ts), rel=1e-12, abs=1e-14)


@each_joining
@pytest.mark.parametrize("shapes", [[(3, 1), (4,)], [(4,), (3, 1)], [(), (2, 3)], [(2, 3), ()]], ids=str)
def test_broadcasting_adds_gradients_up_to_the_operands_shape(op: Op, settings: Settings, shapes: Any) -> None:
    f, xs = applied(op, settings), draw(op, settings, (shapes * 2)[: op.arity])
    leaves = tensors(xs)
    full = tensors(np.broadcast_arrays(*xs))
    y = f(*leaves)
    seed = np.random.default_rng(3).normal(size=y.shape)
    y.backward(seed)
    f(*full).backward(seed)
    for i in smooth(op):
        x, expected = leaves[i], full[i].grad.numpy()
        extra = tuple(range(expected.ndim - x.ndim))
        expected = expected.sum(axis=extra)
        ones = tuple(axis for axis, n in enumerate(x.shape) if n == 1)
        assert x.grad.shape == x.shape
        np.testing.assert_allclose(x.grad, expected.sum(axis=ones, keepdims=True), rtol=1e-13, atol=1e-14)


@each_smooth
def test_single_precision_stays_single(op: Op, settings: Settings) -> None:
    f, xs = applied(op, settings), [x.astype(np.float32) for x in draw(op, settings)]
    leaves = tensors(xs)
    y = f(*leaves)
    y.backward(np.ones(y.shape))
    found = [leaves[i].grad for i in smooth(op)]
    again = gradients(f(*leaves), [leaves[i] for i in smooth(op)], np.ones(y.shape), create_graph=True)
    _, tangent = jvp(f, leaves, [np.ones_like(x) for x in xs])
    assert {t.dtype.name for t in (y, *found, *again, tangent)} == {"float32"}
    double = tensors(xs[i].astype(float) for i in range(op.arity))
    f(*double).backward(np.ones(y.shape))
    for single, i in zip(found, smooth(op), strict=True):
        np.testing.assert_allclose(single, double[i].grad, rtol=1e-4, atol=1e-6)


def complex_step_agrees(op: Op, settings: Settings) -> bool:
    """Is the imaginary part of f(x + ih) h times the derivative?"""
    f, xs, h = applied(op, settings), draw(op, settings), 1e-30
    try:
        steps = [np.imag(op.array(*moved(xs, i, 1j * h), **settings)) / h for i in smooth(op)]
    except TypeError:
        return False
    return all(np.allclose(partial(f, i)(*xs), s, rtol=1e-12) for i, s in zip(smooth(op), steps, strict=True))


@each_analytic
def test_what_is_called_analytic_can_be_differentiated_by_a_complex_step(op: Op, settings: Settings) -> None:
    assert not op.kinks
    assert complex_step_agrees(op, settings)


@pytest.mark.parametrize("op", [o for o in all_ops() if o.elementwise and not o.analytic and not o.kinks], ids=repr)
def test_what_is_smooth_but_not_called_analytic_cannot(op: Op) -> None:
    assert not smooth(op) or not all(complex_step_agrees(op, settings) for settings in op.cases)


def zeros(gap: Any, op: Op, settings: Settings) -> list[tuple[float, ...]]:
    """Find operands at which a gap is 0, among round numbers and the settings themselves."""
    numbers = {-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, *(v for v in settings.values() if isinstance(v, float))}
    return [point for point in itertools.product(sorted(numbers), repeat=op.arity) if gap(*point, **settings) == 0]


@each_kinked
def test_at_a_kink_the_derivative_is_the_stated_one_and_lies_between_those_beside_it(
    op: Op, settings: Settings
) -> None:
    f, full = applied(op, settings), {**op.settings, **settings}
    for kink in op.kinks:
        places = zeros(kink.gap, op, full)
        assert places
        used, allowed = kink.subgradients(**full)
        assert len(used) == op.arity
        for place, i in itertools.product(places, range(op.arity)):
            slope = partial(f, i)
            assert slope(*place) == used[i]
            assert slope(*map(np.array, place)) == used[i]
            beside = [slope(*moved(place, i, s)) for s in (-1e-9, 1e-9)]
            assert (min(beside), max(beside)) == pytest.approx(allowed, abs=1e-6)
            assert allowed[0] <= used[i] <= allowed[1]


@pytest.mark.parametrize(("op", "settings"), cases(lambda op: not has_gradient(op)))
def test_what_carries_no_gradient_requires_none(op: Op, settings: Settings) -> None:
    xs = draw(op, settings) if op.elementwise else op.domain.sample(np.random.default_rng(0))
    y = applied(op, settings)(*tensors(xs))
    assert not y.requires_grad
    with pytest.raises(GradientError, match="requires no gradient"):
        y.backward()
    if op.vjp is not None:
        assert op.vjp(np.ones(y.shape), y, *xs, **{**op.settings, **settings}) is None
    if op.elementwise:
        v = applied(op, settings)(*values(points(xs)[0]))
        assert not v.requires_grad
        assert grad(lambda *vs: applied(op, settings)(*vs))(*points(xs)[0]) == 0.0


# --- structural ops ---------------------------------------------------------------------------------------------------


@each_structural
def test_the_pullback_agrees_with_differences_along_a_direction(op: Op, settings: Settings) -> None:
    f, xs, u = applied(op, settings), sample(op), cotangent(op, settings)
    leaves, ts = tensors(xs), directions(op, xs)
    f(*leaves).backward(u)
    recorded = gradients(f(*leaves), leaves, u, create_graph=True)
    for i, (leaf, again) in enumerate(zip(leaves, recorded, strict=True)):
        assert_close(again.detach(), leaf.grad)
        alone = [t if j == i else 0.0 for j, t in enumerate(ts)]
        assert_slope(dot([leaf.grad], [ts[i]]), lambda s, alone=alone: f(*along(xs, alone, s)), weights=u)


@each_structural
def test_the_pullback_of_the_pullback_agrees_with_differences(op: Op, settings: Settings) -> None:
    f, xs, u = applied(op, settings), sample(op), cotangent(op, settings)
    ts, vs = directions(op, xs), directions(op, xs, seed=5)

    def pulled(u: Any, *xs: Any) -> Any:
        return sum((share * v).sum() for share, v in zip(vjp(f, *xs)[1](u), vs, strict=True))

    shares = grad(pulled, range(1, len(xs) + 1))(u, *xs)
    assert_slope(dot(shares, ts), lambda s: flat(vjp(f, *along(xs, ts, s))[1](u)), weights=flat(vs))
    _, tangent = jvp(f, xs, vs)
    assert_close(grad(pulled)(u, *xs), tangent, ulps=64, scale=1 + np.max(np.abs(tangent)))


@each_structural
def test_the_tangent_is_the_transpose_of_the_pullback(op: Op, settings: Settings) -> None:
    f, xs, u = applied(op, settings), sample(op), cotangent(op, settings)
    ts = directions(op, xs)
    y, tangent = jvp(f, xs, ts)
    shares = vjp(f, *xs)[1](u)
    np.testing.assert_array_equal(y, op.array(*xs, **settings))
    assert dot([u], [tangent]) == pytest.approx(dot(shares, ts), rel=1e-11, abs=1e-12)
    for i, t in enumerate(ts):
        _, one = jvp(lambda x, i=i: f(*(x if j == i else a for j, a in enumerate(xs))), (xs[i],), (t,))
        assert dot([u], [one]) == pytest.approx(dot([shares[i]], [t]), rel=1e-11, abs=1e-12)


@pytest.mark.parametrize(("op", "settings"), cases(has_gradient))
def test_all_four_mixtures_of_the_two_modes_give_one_second_derivative(op: Op, settings: Settings) -> None:
    f, xs = applied(op, settings), draw(op, settings) if op.elementwise else sample(op)
    ts, vs, every = directions(op, xs), directions(op, xs, seed=5), range(len(xs))
    u = np.random.default_rng(4).normal(size=np.shape(f(*xs)))
    number = lambda *xs: (f(*xs) * u).sum()
    back = lambda *xs: sum((g * v).sum() for g, v in zip(grad(number, every)(*xs), vs, strict=True))
    forth = lambda *xs: jvp(number, xs, vs)[1]
    reverse = [dot(grad(back, every)(*xs), ts), dot(grad(forth, every)(*xs), ts)]
    forward = [float(jvp(back, xs, ts)[1]), float(jvp(forth, xs, ts)[1])]
    assert reverse + forward == pytest.approx([reverse[0]] * 4, rel=1e-11, abs=1e-11)


@each_structural
def test_an_ops_own_tangent_equals_the_transpose_taken_twice(op: Op, settings: Settings) -> None:
    f, xs = applied(op, settings), sample(op)
    ts = directions(op, xs)
    y = f(*tensors(xs))
    _, tangent = jvp(f, xs, ts)
    twice = _transposed_twice(op, y.detach().numpy(), xs, ts, {**op.settings, **settings}, False)
    assert_close(twice, tangent, ulps=64, scale=1 + np.max(np.abs(tangent)))


@each_structural
def test_what_is_called_linear_is(op: Op, settings: Settings) -> None:
    f, xs = applied(op, settings), sample(op)
    ts = directions(op, xs)
    for i in range(len(xs)) if op.linear_in == (-1,) and op.name == "einsum" else op.linear_in:
        among = range(len(xs)) if i == -1 else [i]  # -1: in all operands at once
        mixed = f(*(2.0 * x - 3.0 * t if j in among else x for j, (x, t) in enumerate(zip(xs, ts, strict=True))))
        apart = f(*(t if j in among else x for j, (x, t) in enumerate(zip(xs, ts, strict=True))))
        np.testing.assert_allclose(mixed, 2.0 * f(*xs) - 3.0 * apart, rtol=1e-12, atol=1e-12)


@each_structural
def test_single_precision_stays_single_in_whole_arrays(op: Op, settings: Settings) -> None:
    f, leaves = applied(op, settings), tensors(sample(op, np.float32))
    y = f(*leaves)
    expected = np.dtype(settings.get("dtype", np.float32))
    assert y.dtype == expected
    y.backward(cotangent(op, settings))
    recorded = gradients(f(*leaves), leaves, cotangent(op, settings), create_graph=True)
    assert {g.dtype.name for g in (*recorded, *(leaf.grad for leaf in leaves))} == {"float32"}
    _, tangent = jvp(f, leaves, [np.ones_like(x) for x in sample(op, np.float32)])
    assert tangent.dtype == expected


@pytest.mark.parametrize(("op", "settings"), cases(lambda op: not op.elementwise and numpys(op) is not None))
def test_arrays_give_what_numpys_function_of_the_name_gives(op: Op, settings: Settings) -> None:
    f, xs = applied(op, settings), sample(op)
    if op.name == "concatenate":
        expected = np.concatenate(xs, **settings)
    elif op.name == "einsum":
        expected = np.einsum(settings["subscripts"], *xs)
    elif op.name == "reshape":  # the setting's name differs among numpy's versions
        expected = np.reshape(*xs, *settings.values())
    else:
        expected = numpys(op)(*xs, **settings)
    np.testing.assert_allclose(f(*xs), expected, rtol=1e-14)
    np.testing.assert_array_equal(f(*tensors(xs)).detach(), f(*xs))


# --- reductions over Values -------------------------------------------------------------------------------------------

each_over = pytest.mark.parametrize("op", [op for op in all_ops() if op.over is not None], ids=repr)


@each_over
def test_over_lists_of_values_an_op_is_what_it_is_on_arrays(op: Op) -> None:
    xs = [x.ravel()[:6] for x in sample(op)]
    lists, every = [x.tolist() for x in xs], range(len(xs))
    vs = np.random.default_rng(6).normal(size=(len(xs), len(xs[0])))
    f = as_number(op, np.random.default_rng(7).normal(size=len(xs[0])))

    def slope(*columns: Any) -> Any:
        shares = grad(f, every)(*columns)
        return sum(
            sum(g * w for g, w in zip(share, v.tolist(), strict=True)) for share, v in zip(shares, vs, strict=True)
        )

    assert_close(f(*[values(column) for column in lists]).data, f(*xs), ulps=32)
    np.testing.assert_allclose(grad(f, every)(*lists), grad(f, every)(*xs), rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(grad(slope, every)(*lists), grad(slope, every)(*xs), rtol=1e-12, atol=1e-14)
    assert jvp(f, lists, vs.tolist())[1] == pytest.approx(dot(grad(f, every)(*lists), vs), rel=1e-12)


@each_over
def test_a_value_that_stands_in_a_list_twice_gets_both_shares(op: Op) -> None:
    columns = [x.ravel()[:2].tolist() for x in sample(op)]
    f = as_number(op, [1.0, -2.0, 3.0])
    apart = grad(lambda a, b: f(*[[a, b, a]] * len(columns)))(*columns[0])
    firsts, _, thirds = zip(*grad(f, range(len(columns)))(*[[*columns[0], columns[0][0]]] * len(columns)), strict=True)
    assert apart == pytest.approx(sum(firsts) + sum(thirds), rel=1e-14)


@each_over
def test_a_reduction_over_values_is_one_node_and_takes_plain_numbers_and_generators_too(op: Op) -> None:
    columns = [x.ravel()[:3].tolist() for x in sample(op)]
    mixed = [[Value(column[0]), *column[1:]] for column in columns]
    y = op.function(*[(x for x in column) for column in mixed])
    nodes = y if isinstance(y, list) else [y]
    for node in nodes:
        assert node.op is op
        assert [operand for operand, _ in node.operands() if operand is not None] == [c[0] for c in mixed]
    assert_close([node.data for node in nodes], np.ravel(op.function(*map(np.array, columns))))


# --- what is written about an op --------------------------------------------------------------------------------------


@each_op
def test_the_formula_can_be_filled_in_and_its_braces_balance(op: Op, settings: Settings) -> None:
    for template in (op.latex, op.symbol):
        text = template.format(*op.operands, **{**op.settings, **settings})
        depths = list(itertools.accumulate((c == "{") - (c == "}") for c in text.replace(r"\{", "").replace(r"\}", "")))
        assert text
        assert min(depths) >= 0
        assert depths[-1] == 0
    assert op.variadic or all(
        name in op.latex.format(*op.operands, **{**op.settings, **settings}) for name in op.operands
    )


@pytest.mark.parametrize("op", all_ops(), ids=repr)
def test_the_function_and_the_methods_say_what_they_do(op: Op) -> None:
    for place in (ops, autograd, Value, Tensor):
        found = getattr(place, op.name, op.function if place is ops else None)
        assert found is None or (found.__doc__ or "").strip()


# --- new ops ----------------------------------------------------------------------------------------------------------


def third_power(x: Any) -> Any:
    """Third power."""
    return x * x * x


def test_a_new_op_is_a_function_and_a_method_differentiable_to_second_order_and_gone_afterwards() -> None:
    with scoped():
        f = elementwise(d=lambda y, x: 3 * x * x)(third_power)
        assert (f(2.0), f(np.array(2.0))) == (8.0, 8.0)
        assert f(Value(2.0)).data == Value(2.0).third_power().data == 8.0
        assert Tensor([2.0]).third_power().tolist() == f(Tensor([2.0])).tolist() == [8.0]
        assert (grad(f)(2.0), grad(grad(f))(2.0)) == (12.0, 12.0)
        assert elementwise_grad(elementwise_grad(f))(np.array([1.0, 2.0])).tolist() == [6.0, 12.0]
        assert jvp(f, (2.0,), (0.5,)) == (8.0, 6.0)
        assert get("third_power") in all_ops()
    assert not hasattr(Value, "third_power")
    assert not hasattr(Tensor, "third_power")
    with pytest.raises(AutogradError, match="there is no op 'third_power'"):
        get("third_power")


def test_a_new_structural_op_is_differentiable_to_second_order_and_gone_afterwards() -> None:
    with scoped():

        @structural(vjp=lambda g, y, x: lambda: 2 * g * x, domain=get("norm").domain)
        def energy(x: Any) -> Any:
            """Sum of squares."""
            return np.sum(x * x)

        x = np.array([1.0, 2.0])
        assert energy(Tensor(x)).item() == Tensor(x).energy().item() == 5.0
        assert grad(energy)(x).tolist() == [2.0, 4.0]
        assert grad(lambda x: energy(grad(energy)(x)))(x).tolist() == [8.0, 16.0]
        assert jvp(energy, (x,), (x,)) == (5.0, 10.0)
    assert not hasattr(Tensor, "energy")


def renamed(op: Op) -> Any:
    """Return the function an op was made of under another name, to make an altered op of."""
    body = functools.wraps(op.array)(lambda *xs, **settings: op.array(*xs, **settings))
    body.__name__ = "altered"
    return body


FLAT = {"sign", "floor", "ceil", "round"}  # the derivative is 0, and a thousandth more of it is 0 as well


@pytest.mark.parametrize("op", [o for o in all_ops() if has_gradient(o) and o.name not in FLAT], ids=repr)
def test_a_rule_wrong_by_a_thousandth_is_found_out(op: Op) -> None:
    with scoped():
        if op.elementwise:
            rules = tuple(rule and (lambda *a, rule=rule, **k: 1.001 * rule(*a, **k)) for rule in op.d)
            like = {"scalar": op.scalar, "domain": op.domain, "kinks": op.kinks}
            wrong = elementwise(d=rules, cases=op.cases, **like)(renamed(op)).op
            check: Any = test_the_first_derivative_agrees_with_differences
        else:
            assert op.vjp is not None
            rule = lambda g, *args, **settings: op.vjp(1.001 * g, *args, **settings)
            wrong = structural(vjp=rule, domain=op.domain, name="altered")(renamed(op)).op
            check = test_the_pullback_agrees_with_differences_along_a_direction
        for settings in op.cases:
            with pytest.raises(AssertionError, match="off by"):
                check(wrong, settings)


def test_registering_again_from_the_same_module_replaces() -> None:
    with scoped():
        elementwise(d=lambda y, x: 1.0)(third_power)
        f = elementwise(d=lambda y, x: 3 * x * x)(third_power)
        assert get("third_power") is f.op
        v = Value(2.0)
        v.third_power().backward()
        assert v.grad == 12.0
        with scoped():
            elementwise(d=lambda y, x: 0.0)(third_power)
        assert get("third_power") is f.op
        assert grad(lambda v: v.third_power())(2.0) == 12.0
    assert not hasattr(Value, "third_power")


@pytest.mark.parametrize("name", ["tanh", "sum", "alias", "data", "backward", "grad", "T", "shape", "tolist", "take"])
def test_a_name_that_is_taken_is_refused_and_leaves_no_trace(name: str) -> None:
    before = [dict(vars(kind)) for cls in (Value, Tensor) for kind in cls.__mro__], all_ops()

    def body(x: Any) -> Any:
        return x

    body.__name__ = name
    with pytest.raises(AutogradError, match=f"'{name}'"):
        elementwise(d=lambda y, x: 1.0)(body)
    assert ([dict(vars(kind)) for cls in (Value, Tensor) for kind in cls.__mro__], all_ops()) == before


def test_more_rules_than_operands_are_refused() -> None:
    with pytest.raises(AutogradError, match=r"'third_power' has 2 derivative rules.* takes only 1.*test_registry\.py"):
        elementwise(d=(lambda y, a, b: b, lambda y, a, b: a))(third_power)


@pytest.mark.parametrize(
    ("call", "setting"),
    [
        ("ops.leaky_relu(Value(2.0), Value(3.0))", "negative_slope"),
        ("ops.leaky_relu(Tensor([2.0]), Tensor(3.0))", "negative_slope"),
        ("ops.power(Value(2.0), Value(3.0))", "exponent"),
        ("ops.clip(Tensor([2.0]), Tensor([1.0]))", "lo"),
        ('ops.gelu(Value(2.0), "exact")', "approximate"),
        ('ops.gelu(Tensor([2.0]), "exact")', "approximate"),
    ],
)
def test_a_setting_must_be_a_constant_that_the_op_knows(call: str, setting: str) -> None:
    with pytest.raises((AutogradError, TypeError, ValueError), match=rf"\b{setting}\b"):
        eval(call)


def test_a_unary_step_gives_results_that_want_no_gradient() -> None:
    @elementwise(d=None)
    def step(x: Any) -> Any:
        return np.where(np.asarray(x) > 1, 1.0, 0.0)

    assert not step(Value(1.5)).requires_grad
    assert not step(Tensor([0.5, 1.5], requires_grad=True)).requires_grad


def test_a_new_op_is_met_by_every_generated_check_of_its_kind_with_no_edit() -> None:
    @elementwise(d=lambda y, x: 3 * x * x, latex="{0}^3")
    def cubed(x: Any) -> Any:
        """The third power."""
        return x * x * x

    op = cubed.op
    assert [case.values[0] for case in cases(lambda o: o.elementwise and has_gradient(o))][-1] is op
    assert op in [case.values[0] for case in cases(lambda o: o.elementwise and o.analytic)]
    kinds = [mark.mark for mark in (each_smooth, each_elementwise, each_analytic, each_op)]
    checks = [f for f in list(globals().values()) if any(m in kinds for m in getattr(f, "pytestmark", []))]
    alone = [f for f in checks if list(inspect.signature(f).parameters) == ["op", "settings"]]
    assert len(alone) >= 11
    for check in alone:
        check(op, {})
