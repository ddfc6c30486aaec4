"""Is a derivative the sum of what is said to come along its paths?"""

import math
import re

import pytest
from helpers import EPS, assert_close
from hypothesis import given
from hypothesis import strategies as st

import autograd.ops as ops
import nn
from autograd import AutogradError, GradientError, Tensor, Value, checkpoint, gradients, no_grad, sigmoid, stack, tanh
from autograd.graph import computation_order
from autograd.kernels import slopes
from autograd.routes import Path, paths


def worked_example():
    """Return the numbers of the course's network of two neurons, by name."""
    v = {name: Value(x, name, requires_grad=False) for name, x in (("x1", 0.5), ("x2", -1.2), ("y", 1.0))}
    weights = {"w10": 0.1, "w11": 0.4, "w12": -0.3, "w20": 0.2, "w21": 0.7}
    v |= {name: Value(x, name) for name, x in weights.items()}
    v["z_g"] = (v["w10"] + v["w11"] * v["x1"] + v["w12"] * v["x2"]).named("z_g")
    v["g"] = tanh(v["z_g"]).named("g")
    v["z_f"] = (v["w20"] + v["w21"] * v["g"]).named("z_f")
    v["f"] = sigmoid(v["z_f"]).named("f")
    v["e"] = (0.5 * (v["y"] - v["f"]) ** 2).named("e")
    return v


def every_path(output, wrt):
    """Return (edges, product) of each path, found one by one."""
    found, open_paths = [], [(output, (), 1.0)]
    while open_paths:
        node, edges, product = open_paths.pop()
        if node is wrt:
            found.append((edges, product))
        elif node.op is not None:
            for i, ((operand, _), d) in enumerate(zip(node.operands(), slopes(node), strict=True)):
                if operand is not None and operand.uses is not None:
                    open_paths.append((operand, (*edges, (id(node), i)), product * d))
    return found


def edges_of(path):
    return tuple((id(node), i) for node, i in zip(path.nodes, path.operands, strict=False))


def doublings(x, count):
    for _ in range(count):
        x = x + x
    return x


def lines(found):
    return str(found).splitlines()


def routes_of(found):
    """Return how the table writes each path."""
    return [re.split(r" {2,}", line)[0] for line in lines(found)[2 : 2 + len(found)]]


# --- numbers worked out by hand ---------------------------------------------------------------------------------------


def test_the_path_of_the_worked_example_is_the_chain_rule_of_the_slide():
    v = worked_example()
    f, g, w21 = v["f"].data, v["g"].data, v["w21"].data
    (path,) = found = paths(v["e"], v["w11"])
    # ∂e/∂f · ∂f/∂z_f · ∂z_f/∂g · ∂g/∂z_g · ∂z_g/∂w11
    by_hand = -(1 - f) * (f * (1 - f)) * w21 * (1 - g * g) * 0.5
    assert path.product == found.total == gradients(v["e"], v["w11"])
    assert_close(path.product, by_hand)
    assert path.share == 1
    assert (found.count, found.cancelling, found.cancellation) == (1, False, 0)
    assert len(path.nodes) == 11
    assert len(path.operands) == len(path.derivatives) == 10
    assert path.derivatives == tuple(slopes(n)[i] for n, i in zip(path.nodes, path.operands, strict=False))


def test_the_worked_example_is_written_as_on_the_slide():
    v = worked_example()
    assert lines(paths(v["e"], v["w21"])) == [
        "path               local derivatives           product  share",
        "-----------------  -------------------------  --------  -----",
        "e ← f ← z_f ← w21  -0.3532 · 0.2285 · 0.5784  -0.04667  100 %",
        "∂e/∂w21 = -0.04667, the only path.",
    ]


def test_a_square_has_two_paths_of_the_same_nodes_and_different_edges():
    x = Value(3.0, "x")
    y = x * x
    first, second = paths(y, x)
    assert first.nodes == second.nodes == (y, x)
    assert (first.operands, second.operands) == ((0,), (1,))
    assert (first.product, second.product) == (3, 3)
    assert first.share == second.share == 0.5
    assert paths(y, x).edge_shares == {(y, 0): 0.5, (y, 1): 0.5}


def test_a_difference_of_a_number_and_itself_cancels_entirely():
    x = Value(3.0, "x")
    found = paths(x - x, x)
    assert (found.total, found.magnitude, found.cancelling, found.cancellation) == (0, 2, True, 1)
    assert (found.positive, found.negative) == (1, 1)
    assert [path.share for path in found] == [0.5, -0.5]
    assert not any(path.against for path in found)  # there is nothing to be against
    assert lines(found)[-1] == "Paths pull both ways, 1 up and 1 down: all cancels."


def test_a_branch_that_pulls_the_other_way_is_marked_and_summed_up_in_a_sentence():
    x = Value(0.5, "x")
    y = (3 * x - tanh(x) - x).named("y")
    found = paths(y, x)
    d = 1 - math.tanh(0.5) ** 2
    assert [path.against for path in found] == [False, True, True]
    assert [path.product for path in found] == pytest.approx([3, -1, -d])
    assert found.magnitude == pytest.approx(4 + d)
    assert found.cancellation == pytest.approx(1 - (2 - d) / (4 + d))
    text = lines(found)
    assert text[-1] == "2 of 3 paths pull the other way: 74.6 % of what flows cancels."
    assert [line.endswith("against") for line in text[2:5]] == [False, True, True]


def test_what_all_but_cancels_is_not_said_to_cancel_entirely():
    x = Value(1.0, "x")
    assert "more than 99.9 %" in lines(paths(x * 1.00001 - x, x))[-1]


def test_a_result_on_the_way_is_explained_like_a_leaf():
    v = worked_example()
    found = paths(v["e"], v["g"])
    assert found.total == gradients(v["e"], v["g"])
    assert found[0].nodes[-1] is v["g"]


def test_a_number_leads_to_itself_by_the_empty_path():
    x = Value(3.0, "x")
    (path,) = found = paths(x, x)
    assert (path.nodes, path.operands, path.derivatives, path.product, path.share) == ((x,), (), (), 1, 1)
    assert (found.count, found.total, found.edge_shares) == (1, 1, {})
    assert lines(found)[2].split() == ["x", "1", "1", "100", "%"]


def test_a_path_leads_through_one_operand_of_a_reduction():
    x, w = Value(2.0, "x"), Value(3.0, "w")
    y = ops.dot([x, w, x], [5.0, x, x])
    found = paths(y, x)
    assert [(path.operands, path.product) for path in found] == [((0,), 5), ((4,), 3), ((2,), 2), ((5,), 2)]
    assert found.total == gradients(y, x) == 12


def test_no_path_leads_through_a_condition():
    x = Value(2.0, "x")
    y = ops.where(x, 3 * x, -x)
    found = paths(y, x)
    assert [(path.operands[0], path.product) for path in found] == [(1, 3), (2, 0)]
    by_computed = paths(ops.where(2 * x, 3 * x, -x), x)
    assert (by_computed.count, by_computed.total) == (2, 3)
    with pytest.raises(GradientError, match="no path leads"):
        paths(ops.where(x, Value(1.0), Value(2.0)), x)


# --- many paths -------------------------------------------------------------------------------------------------------


def test_a_million_paths_are_counted_and_the_largest_listed():
    x = Value(1.0, "x")
    found = paths(doublings(x, 20), x)
    assert (found.count, found.total, len(found), len(found.listed)) == (2**20, 2.0**20, 20, 20)
    assert len({path.operands for path in found}) == 20
    assert lines(found)[-1] == "20 of 1,048,576 paths are listed, the largest."


def test_the_number_of_paths_is_exact_where_no_float_is():
    x = Value(1.0, "x")
    found = paths(doublings(x, 1000), x, most=3)
    assert found.count == 2**1000
    assert found.total == found.magnitude == 2.0**1000
    assert set(found.edge_shares.values()) == {0.5}
    assert lines(found)[-1] == "3 of about 10^301 paths are listed, the largest."
    beyond = paths(doublings(x, 20_000), x, most=1)  # Python refuses to write such a number out
    assert (beyond.count, beyond.total) == (2**20_000, math.inf)
    assert "10^6021 paths" in str(beyond)


def test_signs_are_counted_exactly_among_paths_nobody_lists():
    x = y = Value(1.0, "x")
    for _ in range(100):
        y = y * 0.75 - y * 0.25
    found = paths(y, x)
    assert (found.count, found.positive, found.negative) == (2**100, 2**99, 2**99)
    assert found.total == gradients(y, x)
    assert found.magnitude == 1
    assert [path.product for path in found][:2] == [0.75**100, -(0.75**99) * 0.25]
    assert found[1].against


def test_a_chain_of_a_hundred_thousand_results_is_one_path():
    x = y = Value(1.0, "x")
    for _ in range(50_000):
        y = tanh(y) + 0.5
    (path,) = found = paths(y, x)
    assert len(path.nodes) == 100_001
    assert path.product == found.total == gradients(y, x)
    assert max(map(len, lines(found))) < 150
    assert len(paths(doublings(y, 1), x)) == 2


def test_a_number_used_ten_thousand_times_has_its_largest_paths_listed():
    x = Value(1.0, "x")
    y = ops.sum([x * float(i) for i in range(10_000)])
    found = paths(y, x, most=3)
    assert [path.product for path in found] == [9999, 9998, 9997]
    assert (found.count, found.total) == (10_000, 9999 * 5000)


def test_equal_paths_are_listed_in_the_same_order_every_time():
    def routes():
        x = Value(1.0, "x")
        return [path.operands for path in paths(doublings(x, 6), x, most=7)]

    assert routes() == routes()
    assert len(set(routes())) == 7


# --- every path, one by one -------------------------------------------------------------------------------------------

STEPS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / (1 + b * b),
    "neg": lambda a, b: -a,
    "tanh": lambda a, b: tanh(a),
    "relu": lambda a, b: ops.relu(a),
    "square": lambda a, b: a**2,
    "clip": lambda a, b: ops.clip(a, -1, 1),
    "dot": lambda a, b: ops.dot([a, b], [b, 2.0]),
    "softmax": lambda a, b: ops.softmax([a, b, a])[1],
}
index = st.integers(0, 30)
programs = st.lists(st.tuples(st.sampled_from(sorted(STEPS)), index, index), min_size=1, max_size=8)
numbers = st.floats(-2, 2).map(lambda x: round(x, 3))


def run(program, leaves):
    results = list(leaves)
    for name, i, j in program:
        y = STEPS[name](results[-1 - i % len(results)], results[-1 - j % len(results)])
        results.append(y if abs(y.data) < 100 else tanh(y * 0.01))
    return results[-1]


@given(programs, st.lists(numbers, min_size=2, max_size=2), st.integers(1, 6))
def test_on_random_graphs_sums_counts_and_the_largest_paths_are_those_of_all_paths_one_by_one(program, xs, most):
    leaves = [Value(x) for x in xs]
    y = run(program, leaves)
    for node in {*leaves, *computation_order(y)}:
        one_by_one = every_path(y, node) if node.uses is not None else []
        if not one_by_one or len(one_by_one) > 2000:
            continue
        found = paths(y, node, most=most)
        products = sorted((p for _, p in one_by_one), key=abs, reverse=True)
        sizes = [abs(p) for p in products]
        size = sum(sizes)
        assert (found.count, len(found)) == (len(products), min(most, len(products)))
        assert found.positive == sum(p > 0 for p in products)
        assert found.negative == sum(p < 0 for p in products)
        assert found.cancelling == (min(products) < 0 < max(products))
        assert found.total == gradients(y, node)
        assert_close(found.total, math.fsum(products), ulps=1e3, scale=size)
        assert_close(found.magnitude, math.fsum(sizes), ulps=1e3)
        assert [abs(path.product) for path in found] == sizes[:most]
        by_edges = dict(one_by_one)
        scale = math.copysign(found.magnitude, found.total) if found.total else found.magnitude
        assert all(by_edges[edges_of(path)] == path.product == math.prod(path.derivatives) for path in found)
        assert len({edges_of(path) for path in found}) == len(found)
        for path in found:
            assert abs(path.share) <= 1
            assert path.against == (path.product * found.total < 0)
            assert path.share == (path.product / scale if size else 0)
        through = {}
        for edges, product in one_by_one:
            for edge in edges:
                through[edge] = through.get(edge, 0.0) + product
        shares = {(id(result), i): share for (result, i), share in found.edge_shares.items()}
        assert shares.keys() == through.keys()
        for edge, share in shares.items():
            assert_close(share * scale, through[edge], ulps=1e3, scale=size)


@given(programs, st.lists(numbers, min_size=2, max_size=2))
def test_if_all_paths_are_listed_their_shares_add_up_to_what_is_left(program, xs):
    leaves = [Value(x) for x in xs]
    y = run(program, leaves)
    for leaf in leaves:
        if 0 < len(every_path(y, leaf)) <= 200:
            found = paths(y, leaf, most=200)
            left = 1 - found.cancellation if found.magnitude else 0
            assert abs(abs(sum(path.share for path in found)) - left) <= 1e3 * EPS


# --- borders ----------------------------------------------------------------------------------------------------------


def test_a_path_through_a_local_derivative_of_zero_comes_last():
    x = Value(-1.0, "x")
    found = paths(ops.relu(x) + 0.001 * x, x)
    assert [path.product for path in found] == [0.001, 0]
    assert found[1].share == 0
    assert not found.cancelling


def test_where_all_local_derivatives_are_zero_nothing_flows():
    x = Value(-1.0, "x")
    found = paths(ops.relu(x) - ops.relu(x), x)
    assert (found.total, found.magnitude, found.cancellation, found.cancelling) == (0, 0, 0, False)
    assert [path.share for path in found] == [0, 0]
    assert set(found.edge_shares.values()) == {0}
    assert "-0" not in str(found).replace("--", "")


def test_an_infinite_slope_is_a_product_like_another():
    x = Value(0.0, "x")
    found = paths(ops.sqrt(x) - x, x)
    assert [path.product for path in found] == [math.inf, -1]
    assert (found.total, found.cancelling, found[1].against, found[1].share) == (math.inf, True, True, 0)
    assert math.isnan(found[0].share)
    assert "inf" in str(found)


def test_zero_times_infinity_is_reported_plainly_and_first():
    x = Value(0.0, "x")
    found = paths(ops.sqrt(x) * x + 5 * x, x)
    assert math.isnan(found[0].product)
    assert [path.product for path in found][1:] == [5, 0]
    assert math.isnan(found.total)
    assert "It is not a number: 0 · inf along a path" in str(found)


def test_a_zero_that_meets_infinity_later_is_not_lost_among_larger_paths():
    x = Value(0.0, "x")
    root = ops.sqrt(x)  # infinitely steep, and the last step of each path
    (first,) = paths(root + 2 * root + 3 * root + 0 * root, x, most=1)
    assert first.derivatives[-2:] == (0, math.inf)
    assert math.isnan(first.product)


def test_infinities_of_both_signs_have_no_sum():
    x = Value(0.0, "x")
    found = paths(ops.sqrt(x) - ops.sqrt(x), x)
    assert sorted(path.product for path in found) == [-math.inf, math.inf]
    assert math.isnan(found.total)
    assert "inf - inf between paths" in str(found)


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_routes_are_a_sequence():
    x = Value(3.0, "x")
    found = paths(x * x, x)
    assert isinstance(found[-1], Path)
    assert list(reversed(found)) == [found[1], found[0]]
    assert found[0] in found
    assert repr(found) == str(found)


def test_names_come_from_labels_from_the_users_own_code_and_from_modules():
    x = Value(0.5, "x", requires_grad=False)
    neuron = nn.Neuron(1, rng=0)
    weight = neuron.parameters()[0]
    square = neuron([x]) ** 2
    e = 3 * square
    assert routes_of(paths(e, weight, names=locals())) == ["e ← square ← weight"]
    assert routes_of(paths(e, weight)) == ["× ← ^2 ← relu ← + ← ⟨·,·⟩ ← w.0"]


def test_results_without_a_name_are_shown_by_symbol_where_paths_would_look_alike():
    x = Value(0.5, "x")
    u = (2 * x).named("u")
    y = (tanh(3 * u) + ops.sin(u)).named("y")
    assert routes_of(paths(y, x)) == ["y ← sin ← u ← x", "y ← tanh ← × ← u ← x"]
    assert routes_of(paths(y, u)) == ["y ← sin ← u", "y ← tanh ← × ← u"]
    assert routes_of(paths(tanh(3 * u).named("z"), x)) == ["z ← u ← x"]


def test_a_table_multiplies_the_local_derivatives_of_what_it_leaves_out():
    x = Value(2.0, "x")
    u = (x * 3).named("u")
    found = paths((-(5 * u)).named("y"), x)
    assert found[0].derivatives == (-1, 5, 3)
    assert lines(found)[2].split("  ")[:2] == ["y ← u ← x", "-5 · 3"]


def test_a_setting_is_part_of_a_symbol_and_a_leaf_without_a_name_shows_its_number():
    x = Value(0.5)
    assert lines(paths(-(x**3), x))[2].startswith("− ← ^3 ← Value(0.5) ")


def test_precision_is_the_number_of_digits():
    x = Value(1.0, "x")
    assert "0.33 " in str(paths(x / 3, x, precision=2))
    assert "0.3333333333333333" in str(paths(x / 3, x, precision=17))


def test_hostile_names_stay_text():
    x = Value(2.0, "<script>alert(1)</script>")
    y = (x * x).named("a\nb\x1b[31m & more and more and more and more")
    found = paths(y, x)
    assert len(lines(found)) == 5
    assert "\x1b" not in str(found)
    page = found._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert page.count("<tr>") == 3
    assert "the sum over 2 paths" in page


# --- errors -----------------------------------------------------------------------------------------------------------


def test_a_tensor_is_refused_with_what_to_do():
    t = Tensor([1.0, 2.0], requires_grad=True)
    x = Value(1.0)
    with pytest.raises(GradientError, match=r"got Tensor: make Values of its entries with t\.values\(\).*test_routes\.py:"):
        paths(t.sum(), x)
    with pytest.raises(GradientError, match=r"got Tensor"):
        paths(x, t)
    w = t.values()  # and this is what is meant
    assert paths(w[0] * w[1], w[0]).total == 2


@pytest.mark.parametrize("wrong", [1.0, "x", None])
def test_what_is_no_value_is_refused(wrong):
    x = Value(1.0)
    with pytest.raises(GradientError, match=rf"one number each, got {type(wrong).__name__}, at tests"):
        paths(wrong, x)
    with pytest.raises(GradientError, match="paths lead from a Value to a Value"):
        paths(x, wrong)


def test_a_number_that_no_gradient_is_wanted_of_is_refused():
    x, c = Value(1.0, "x"), Value(2.0, "c", requires_grad=False)
    with pytest.raises(GradientError, match=r"the Value 'c' requires no gradient.*test_routes\.py:"):
        paths(x * c, c)
    with no_grad():
        y = x * x
    with pytest.raises(GradientError, match="under no_grad"):
        paths(y, x)


def test_a_number_that_is_not_on_the_way_is_refused():
    x, w = Value(1.0, "x"), Value(2.0, "w")
    y = (x * x).named("y")
    with pytest.raises(GradientError, match=r"no path leads from the Value 'y' to the Value 'w'.*test_routes\.py:"):
        paths(y, w)
    with pytest.raises(GradientError, match="no path leads from the Value 'x' to the Value 'y'"):
        paths(x, y)


@pytest.mark.parametrize("most", [0, -1, 2.0, True, "many", None])
def test_the_number_of_paths_to_list_is_a_positive_whole_one(most):
    x = Value(1.0)
    with pytest.raises(AutogradError, match=r"most is a positive whole number of paths, got .*test_routes\.py:"):
        paths(x * x, x, most=most)


@pytest.mark.parametrize("options", [{"precision": 0}, {"precision": 18}, {"precision": 2.5}, {"names": [1]}])
def test_other_options_are_checked_too(options):
    x = Value(1.0)
    with pytest.raises(AutogradError, match=rf"{next(iter(options))} is a.*test_routes\.py:"):
        paths(x * x, x, **options)


def test_a_leaf_that_was_written_since_is_refused_where_a_derivative_needs_it():
    x, w = Value(1.0, "x"), Value(2.0, "w")
    product, total = x * w, x + w
    w.data = 3.0
    with pytest.raises(GradientError, match=r"mul needs 'w' as it was.*test_routes\.py:"):
        paths(product, x)
    assert paths(total, x).total == 1  # the derivative of a sum reads neither operand


def test_a_way_through_a_tensor_or_a_checkpoint_is_refused_by_the_name_of_the_op():
    x, b = Value(1.0, "x"), Value(2.0, "b")
    y = (stack([x, x]).tanh().values()[0] + b).named("y")
    with pytest.raises(GradientError, match=r"from the Value 'y' to the Value 'x' leads through pack, .*test_routes\.py:"):
        paths(y, x)
    assert paths(y, b).total == 1  # the Tensor is not on this way
    with pytest.raises(GradientError, match="leads through checkpoint"):
        paths(checkpoint(tanh)(x), x)
    t = Tensor([1.0, 2.0], requires_grad=True)
    entry = t.values()[0]
    assert paths(entry * b, entry).total == 2
