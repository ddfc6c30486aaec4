"""Is a Tensor an array with a memory: made, shown, compared and written like an array, differentiated like a formula?"""

import math

import numpy as np
import pytest
from helpers import assert_close

import autograd
from autograd import AutogradError, DTypeError, GradientError, MixError, ShapeError, Tensor, Value, gradients, no_grad

A = np.array([[1.0, 2.0, -1.0], [0.5, -3.0, 4.0]])


def leaf(data=A, **more):
    return Tensor(data, requires_grad=True, **more)


# --- making one -------------------------------------------------------------------------------------------------------


def test_the_defaults_are_no_gradient_and_no_label():
    t = Tensor(A)
    assert (t.requires_grad, t.label, t.is_leaf, t.grad, t.shape, t.ndim, t.size) == (False, None, True, None, (2, 3), 2, 6)


def test_everything_but_the_data_goes_by_name_only():
    with pytest.raises(TypeError):
        Tensor(A, True)


@pytest.mark.parametrize(
    ("data", "dtype"),
    [(1.0, float), (1, int), (True, bool), ([1, 2.0], float), ([[1, 2]], int), (np.ones(2, "f4"), np.float32),
     (np.ones(2, "f2"), np.float16), ([1 + 2j], complex), (np.uint8([1]), np.uint8), ((), float), (range(3), int)],
)  # fmt: skip
def test_the_dtype_is_numpys(data, dtype):
    assert Tensor(data).dtype == dtype
    assert Tensor(data, dtype=np.float32).dtype == np.float32 if dtype is not complex else True


@pytest.mark.parametrize("thing", ["1.5", None, ["a"], [None], {}, [[1.0], [1.0, 2.0]], object, np.array(["a"])], ids=str)
def test_what_holds_no_numbers_is_refused(thing):
    with pytest.raises(DTypeError, match=r"a Tensor holds numbers.* at .*test_tensor\.py:\d+"):
        Tensor(thing)


@pytest.mark.parametrize("data", [1, [1, 2], [True], np.ones(2, np.int8)], ids=str)
def test_whole_numbers_never_carry_gradients(data):
    remedy = r"whole numbers and truth values carry no gradient.*Tensor\(data, dtype=float\), at .*test_tensor\.py"
    for make in (
        lambda: Tensor(data, requires_grad=True),
        lambda: Tensor(data).requires_grad_(),
        lambda: setattr(Tensor(data), "requires_grad", True),
        lambda: Tensor.from_numpy(np.asarray(data), requires_grad=True),
    ):
        with pytest.raises(DTypeError, match=remedy):
            make()
    assert Tensor(data, dtype=float, requires_grad=True).requires_grad
    assert not Tensor(data).requires_grad_(False).requires_grad


def test_results_of_whole_numbers_carry_no_gradient_whatever_they_were_computed_from():
    t = leaf()
    for whole in (t.argmax(), t.argmin(axis=1), t.astype(int), t.astype(bool), t[0].astype(np.int8)):
        assert (whole.requires_grad, whole.is_leaf) == (False, True)
    assert (t * Tensor([1, 2, 3])).requires_grad


def test_from_numpy_takes_the_names_of_the_constructor():
    t = Tensor.from_numpy(A.copy(), requires_grad=True, label="t")
    assert (t.requires_grad, t.label) == (True, "t")


def test_a_tensor_of_a_tensor_is_a_leaf_of_its_own():
    t = leaf(label="t")
    copy = Tensor(t)
    copy[0] = 9.0
    assert (copy.requires_grad, copy.label, t.tolist()) == (False, None, A.tolist())
    assert Tensor(t * 2).is_leaf


@pytest.mark.parametrize("data", [[Value(1.0), Value(2.0)], [1.0, Value(2.0)], [[Value(1.0)]], Value(1.0)])
def test_values_are_put_into_a_tensor_by_stack_and_the_constructor_says_so(data):
    with pytest.raises(AutogradError, match=r"autograd\.stack"):
        Tensor(data)


# --- the look of one --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Tensor([1.0, 2.0]), "Tensor([1., 2.])"),
        (lambda: Tensor([1, 2]), "Tensor([1, 2])"),
        (lambda: Tensor([True]), "Tensor([ True])"),
        (lambda: Tensor(1.5), "Tensor(1.5)"),
        (lambda: Tensor([1.0], dtype="f4"), "Tensor([1.], dtype=float32)"),
        (lambda: Tensor(np.ones((0, 3))), "Tensor([], shape=(0, 3))"),
        (lambda: leaf([1.0], label="w"), "Tensor([1.], requires_grad=True, label='w')"),
        (lambda: leaf([1.0]) * 2, "Tensor([2.], op=mul)"),
        (lambda: Tensor([[1.0], [2.0]]), "Tensor([[1.],\n        [2.]])"),
        (lambda: Tensor([1.0], label="<script>\n\"it's\""), "Tensor([1.], label='<script>\\n\"it\\'s\"')"),
    ],
)
def test_the_repr_shows_numbers_dtype_op_and_label(make, text):
    assert repr(make()) == str(make()) == text


def test_the_repr_of_a_large_tensor_is_short():
    assert len(repr(Tensor(np.zeros(10**6)))) < 100


def test_format_formats_the_one_number():
    assert f"{Tensor(math.pi):.2f} {leaf([[2.5]]):.1e} {Tensor([1.0])}" == "3.14 2.5e+00 Tensor([1.])"
    with pytest.raises(MixError, match=r"one number.*\(2, 3\)"):
        f"{Tensor(A):.2f}"


def test_item_tolist_and_numpy_leave_the_graph():
    t = leaf()
    assert (t.sum().item(), t[0, 0].item(), t.tolist()) == (3.5, 1.0, A.tolist())
    assert (type(t.sum().item()), type(Tensor([1]).item()), type(Tensor([True]).item())) == (float, int, bool)
    with pytest.raises(MixError, match=r"item\(\) needs a tensor of one number.*\(2, 3\)"):
        t.item()
    np.testing.assert_array_equal(Tensor(A).numpy(), A)
    assert float(Tensor([2.0])) == 2.0
    assert int(Tensor(2)) == 2


@pytest.mark.parametrize("function", [float, int, math.tanh, np.asarray, np.array, lambda t: t.numpy()])
def test_what_would_cut_the_graph_in_silence_is_refused_with_the_remedy(function):
    with pytest.raises(GradientError, match=r"the Tensor 't' that requires a gradient would cut .*(item|numpy)\(\)"):
        function(leaf([0.5], label="t"))


def test_length_truth_and_iteration_are_numpys():
    t = leaf()
    assert len(t) == 2
    assert [row.tolist() for row in t] == A.tolist()
    assert [len(row) for row in t] == [3, 3]
    assert Tensor([1.0])
    assert not Tensor(0.0)
    with pytest.raises(ValueError, match="ambiguous"):
        bool(t)
    for scalar in (Tensor(1.0), t.sum()):
        for ask in (len, iter, list):
            with pytest.raises(TypeError):
                ask(scalar)


def test_rows_of_an_iteration_carry_gradients():
    t = leaf()
    first, second = t
    (first * second).sum().backward()
    assert t.grad.tolist() == A[::-1].tolist()


def test_membership_compares_entries():
    t = leaf()
    assert 4.0 in t
    assert 7.0 not in t
    assert Tensor(4.0) in t


def test_comparisons_are_plain_arrays_of_truth_values():
    t, other = leaf(), np.abs(A)
    for right in (other, Tensor(other), leaf(other), 1.0, other.tolist()):
        bare = right.detach().numpy() if isinstance(right, Tensor) else np.asarray(right)
        for found, expected in [(t == right, bare == A), (t != right, bare != A), (t < right, bare > A),
                                (t <= right, bare >= A), (t > right, bare < A), (t >= right, bare <= A)]:  # fmt: skip
            assert (type(found), found.dtype) == (np.ndarray, bool)
            np.testing.assert_array_equal(found, expected)
    assert type(t[t > 0]) is Tensor
    zero = 0
    assert ((t > zero).sum(), (zero < t).sum()) == (4, 4)


def test_comparisons_of_shapes_that_do_not_fit_say_so_at_the_users_line():
    for compare in (lambda t: t == np.ones(2), lambda t: t < Tensor(np.ones((3, 2))), lambda t: t >= [1.0, 2.0]):
        with pytest.raises(ShapeError, match=r"\(2, 3\).* at .*test_tensor\.py"):
            compare(leaf())


def test_the_hash_is_of_the_object():
    a, b = Tensor([1.0]), Tensor([1.0])
    assert len({a, b, a}) == 2


def test_shape_methods_of_matrices_carry_gradients():
    t = leaf()
    assert (t.T.shape, t.mT.shape, Tensor(np.ones((2, 3, 4))).T.shape, Tensor(np.ones((2, 3, 4))).mT.shape) == (
        (3, 2), (3, 2), (4, 3, 2), (2, 4, 3))  # fmt: skip
    weights = np.arange(6.0).reshape(3, 2)
    for turned in (t.T, t.mT):
        t.zero_grad()
        (turned * weights).sum().backward()
        assert t.grad.tolist() == weights.T.tolist()


def test_a_vector_has_no_matrix_transpose_and_says_so():
    with pytest.raises(AutogradError, match=r"at .*test_tensor\.py"):
        Tensor([1.0, 2.0]).mT


# --- writing to one ---------------------------------------------------------------------------------------------------


def test_a_leaf_is_written_in_place_by_index():
    t = leaf()
    before = t.detach()
    t[0] = 9.0
    t[1, 1:] = [7.0, 8.0]
    t[t == 0.5] = Tensor(6.0)
    assert (t.tolist(), t.requires_grad) == ([[9.0, 9.0, 9.0], [6.0, 7.0, 8.0]], True)
    assert before.tolist() == A.tolist()
    with no_grad():
        t[...] += 1
    assert t[0, 0].item() == 10.0


def test_a_write_that_cannot_be_made_is_refused_at_the_users_line_and_changes_nothing():
    t = leaf()
    for index, numbers in [(5, 1.0), ((0, 7), 1.0), (0, [1.0, 2.0]), (0, "a"), (0.5, 1.0)]:
        with pytest.raises(AutogradError, match=r"at .*test_tensor\.py"):
            t[index] = numbers
    assert t.tolist() == A.tolist()


def test_a_result_is_not_written_to():
    y = (leaf() * 2).named("y")
    for write in (lambda: y.__setitem__(0, 1.0), lambda: setattr(y, "data", A), lambda: y.set_data(A.copy())):
        with pytest.raises(GradientError, match=r"the Tensor 'y', the result of mul: use where\(\) or scatter_add\(\)"):
            write()


def test_what_carries_a_gradient_is_not_written_into_a_leaf():
    t, g = leaf(), leaf()
    for write in (lambda: t.__setitem__(0, g[0]), lambda: setattr(t, "data", g * 2), lambda: setattr(t, "grad", g)):
        with pytest.raises(GradientError, match=r"requires a gradient into a leaf would cut the graph: use \.detach\(\)"):
            write()
    with pytest.raises(GradientError):
        t.data -= g
    assert t.tolist() == A.tolist()


@pytest.mark.parametrize("step", [0.1 * A, Tensor(0.1 * A), 0.5, [1.0, 2.0, 3.0], np.float32(0.5), Tensor(0.5)], ids=str)
def test_data_is_stepped_in_place_by_anything_that_broadcasts(step):
    bare = step.numpy() if isinstance(step, Tensor) else np.asarray(step)
    steps = {"__isub__": A - bare, "__iadd__": A + bare, "__imul__": A * bare, "__itruediv__": A / bare}
    for name, expected in steps.items():
        t = leaf()
        t.data = getattr(t.data, name)(step)
        assert_close(t.detach().numpy(), expected)
    t = leaf()
    t.data -= step
    assert_close(t.detach().numpy(), A - bare)


def test_a_step_of_the_gradient_is_gradient_descent():
    t = leaf()
    (t * t).sum().backward()
    t.data -= 0.25 * t.grad
    assert t.tolist() == (A / 2).tolist()
    t.data -= 0.25 * t.grad.data
    assert t.tolist() == np.zeros((2, 3)).tolist()


def test_a_step_keeps_the_dtype_and_shape():
    t = leaf(A.astype("f4"))
    t.data -= 0.1 * A
    assert (t.dtype, t.shape) == (np.float32, (2, 3))
    t.data = 0.0
    assert (t.dtype, t.tolist()) == (np.float32, np.zeros((2, 3)).tolist())


@pytest.mark.parametrize("data", [np.ones((3, 2)), np.ones((1, 2, 3)), [1.0, 2.0], "a", None, [[1.0], [1.0, 2.0]]], ids=str)
def test_data_that_does_not_fit_is_refused_at_the_users_line(data):
    t = leaf()
    with pytest.raises(AutogradError, match=r"at .*test_tensor\.py"):
        t.data = data
    assert t.tolist() == A.tolist()


def test_set_data_takes_an_array_over_without_copying():
    t, new = leaf(), A * 2
    t.set_data(new)
    assert t.array is new
    for wrong in (np.ones(3), A.astype("f4")):
        with pytest.raises(MixError, match="cannot take over"):
            t.set_data(wrong)


# --- gradients --------------------------------------------------------------------------------------------------------


def test_the_gradient_is_none_before_backward_and_after_zero_grad():
    t = leaf()
    (t * t).sum().backward()
    assert (type(t.grad), t.grad.requires_grad, t.grad.is_leaf) == (Tensor, False, True)
    assert t.grad.tolist() == (2 * A).tolist()
    t.zero_grad()
    assert t.grad is None


def test_leaves_add_up_and_results_are_overwritten_over_two_backwards():
    t = leaf()
    h = t * 3
    y = (h * h).sum()
    for times in (1, 2, 3):
        y.backward()
        assert (y.grad.item(), h.grad.tolist()) == (1.0, (6 * A).tolist())
        assert t.grad.tolist() == (times * 18 * A).tolist()


def test_looking_at_a_gradient_does_not_disturb_the_next_backward():
    t, u = leaf(), leaf()
    for _ in range(2):
        t.grad, u.grad
        (t + u).sum().backward()
    assert t.grad.tolist() == u.grad.tolist() == (2 * np.ones((2, 3))).tolist()


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_the_gradient_has_the_dtype_and_shape_of_its_tensor(dtype):
    t = leaf(A.astype(dtype))
    y = t * A[0] + np.ones((4, 1, 1)) * t
    y.backward(np.ones((4, 2, 3)))
    assert (t.grad.dtype, t.grad.shape) == (np.dtype(dtype), (2, 3))
    assert (y.grad.dtype, y.grad.shape) == (y.dtype, (4, 2, 3))
    np.testing.assert_allclose(t.grad.numpy(), np.broadcast_to(4 * A[0] + 4, (2, 3)))


@pytest.mark.parametrize("gradient", [np.ones((2, 3)), Tensor(np.ones((2, 3))), [[1] * 3] * 2, np.ones((2, 3), "f4")])
def test_backward_takes_a_gradient_of_the_shape_in_any_form(gradient):
    t = leaf()
    (t * 2).backward(gradient)
    assert t.grad.tolist() == [[2.0] * 3] * 2


@pytest.mark.parametrize("gradient", [1.0, np.ones(3), np.ones((3, 2)), "a", None, [[1.0], [1.0, 2.0]]], ids=str)
def test_backward_refuses_a_gradient_that_does_not_fit_and_leaves_no_trace(gradient):
    t = leaf()
    with pytest.raises(AutogradError, match=r"at .*test_tensor\.py"):
        (t * 2).backward(gradient)
    assert t.grad is None


def test_one_number_of_any_shape_is_its_own_seed():
    for shape in ((), (1,), (1, 1)):
        t = leaf(np.full(shape, 3.0))
        (t * t).backward()
        assert (t.grad.shape, t.grad.item()) == (shape, 6.0)


def test_backward_of_a_leaf_adds_the_seed_to_its_own_gradient():
    t = leaf([1.0])
    t.backward()
    t.backward([2.0])
    assert t.grad.tolist() == [3.0]


def test_a_seed_written_to_afterwards_does_not_change_gradients():
    seed = np.ones((2, 3))
    t, u = leaf(), leaf()
    (t + 1).backward(seed)
    u.grad = seed
    found = gradients(t + 1, t, seeds=seed)
    seed[...] = 7.0
    for gradient in (t.grad, u.grad, found):
        assert gradient.tolist() == [[1.0] * 3] * 2


def test_gradients_that_share_numbers_can_be_written_one_by_one():
    a, b = leaf(), leaf()
    y = a + b
    y.sum().backward()
    a.grad[0] = 5.0
    assert a.grad[0].tolist() == [5.0] * 3
    assert b.grad.tolist() == y.grad.tolist() == [[1.0] * 3] * 2


def test_a_gradient_can_be_set_scaled_and_forgotten():
    t = leaf()
    t.grad = np.ones((2, 3))
    (t * t).sum().backward()
    assert t.grad.tolist() == (1 + 2 * A).tolist()
    t.grad *= 0.5
    assert t.grad.tolist() == (0.5 + A).tolist()
    t.grad = None
    assert t.grad is None
    with pytest.raises(AutogradError, match=r"\(2, 3\)"):
        t.grad = np.ones(3)


def test_leaves_reached_by_no_gradient_get_zeros_and_unused_ones_none():
    t, unused = leaf(), leaf()
    (autograd.where(A > 100, t, 0.0) + t.sign()).sum().backward()
    assert t.grad.tolist() == np.zeros((2, 3)).tolist()
    assert unused.grad is None


def test_no_grad_and_detach_record_nothing():
    t = leaf(label="t")
    with no_grad():
        y = t @ t.T + t.sum()
    assert (y.requires_grad, y.is_leaf) == (False, True)
    d = t.detach()
    assert (d.requires_grad, d.label) == (False, "t")
    d[0] = 9.0
    assert t.tolist() == A.tolist()
    (t * d).sum().backward()
    assert t.grad.tolist() == d.tolist()


def test_an_operand_written_twice_has_two_edges():
    t = leaf()
    y = t * t
    assert [v for v, _ in y.operands()] == [t, t]
    y.sum().backward()
    assert t.grad.tolist() == (2 * A).tolist()


def test_complex_numbers_carry_no_gradient_or_one_of_the_two_in_use():
    try:
        z = Tensor([1 + 2j], requires_grad=True)
    except DTypeError:
        return
    (abs(z * 1j) ** 2).sum().backward()  # |iz|² = |z|², whose gradient is 2z (torch) or its conjugate (JAX)
    assert z.grad.tolist() in ([2 + 4j], [2 - 4j])


def test_a_broadcast_bias_hears_every_row():
    x, w, b = Tensor(A), leaf(np.ones((3, 2))), leaf(np.zeros(2))
    y = x @ w + b
    (y * y).sum().backward()
    r = A @ np.ones((3, 2))
    assert_close(w.grad.numpy(), A.T @ (2 * r))
    assert_close(b.grad.numpy(), (2 * r).sum(axis=0))


@pytest.mark.parametrize("shape", [(0,), (2, 0), (0, 0, 3)])
def test_empty_tensors_pass_through_backward(shape):
    t = leaf(np.ones(shape))
    ((t * 2).sum() + (t**2).tanh().sum()).backward()
    assert t.grad.shape == shape


# --- Values and Tensors in one graph ----------------------------------------------------------------------------------


def test_stacked_values_make_a_tensor_that_gradients_flow_through():
    vs = [Value(x) for x in (1.0, -2.0, 0.5)]
    t = autograd.stack([*vs, 4.0])
    assert (type(t), t.tolist(), t.requires_grad) == (Tensor, [1.0, -2.0, 0.5, 4.0], True)
    (t**3).sum().backward()
    assert [v.grad for v in vs] == [3.0, 12.0, 0.75]
    assert all(type(v.grad) is float for v in vs)


def test_the_entries_of_a_tensor_are_values_in_one_row():
    t = leaf()
    vs = t.values()
    assert [type(v) for v in vs] == [Value] * 6
    assert [v.data for v in vs] == A.ravel().tolist()
    (vs[0] * vs[4] + vs[0]).backward()
    assert t.grad.tolist() == [[-2.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    assert not Tensor(A).values()[0].requires_grad
    assert [type(v.data) for v in Tensor([1, 2]).values()] == [float, float]


def crossing(vs):
    """Cross the bridge three times: Values to a Tensor, to Values, to a Tensor; e = Σ (Σ x_j³) · tanh x_i."""
    t = autograd.stack(vs)
    total = autograd.ops.sum([v**3 for v in t.values()])
    return autograd.ops.sum((autograd.stack([total * u for u in t.tanh().values()])).values())


XS = (0.3, -0.7, 1.1)


def by_hand(xs):
    x = np.array(xs)
    cubes, t = np.sum(x**3), np.tanh(x)
    s = 1 - t**2
    first = 3 * x**2 * np.sum(t) + cubes * s
    second = np.outer(3 * x**2, s) + np.outer(s, 3 * x**2) + np.diag(6 * x * np.sum(t) - 2 * cubes * t * s)
    return first, second


def test_a_graph_may_cross_between_the_types_as_often_as_it_likes():
    vs = [Value(x) for x in XS]
    crossing(vs).backward()
    assert_close([v.grad for v in vs], by_hand(XS)[0], ulps=64)
    assert_close(gradients(crossing(vs), vs), by_hand(XS)[0], ulps=64)


def test_a_graph_that_crosses_between_the_types_is_differentiated_twice():
    vs = [Value(x) for x in XS]
    first = gradients(crossing(vs), vs, create_graph=True)
    assert_close([g.data for g in first], by_hand(XS)[0], ulps=64)
    assert_close([gradients(g, vs) for g in first], by_hand(XS)[1], ulps=256)


def test_a_tensor_taken_apart_and_put_together_is_differentiated_twice():
    t = leaf(XS)
    (first,) = gradients((autograd.stack(t.values()) ** 3).sum(), [t], create_graph=True)
    assert_close(first.detach().numpy(), 3 * np.square(XS))
    assert_close(gradients(first.sum(), t).numpy(), 6 * np.array(XS))


def test_forward_mode_crosses_between_the_types():
    f = lambda t: autograd.stack([v * v for v in t.values()]).sum()
    assert_close(autograd.jvp(f, (np.array(XS),), (np.array([1.0, 0.0, 2.0]),))[1], 2 * XS[0] + 4 * XS[2])
    assert_close(autograd.hessian(f)(np.array(XS)), 2 * np.eye(3))
    assert_close(autograd.hessian(lambda v: crossing(v))(list(XS)), by_hand(XS)[1], ulps=256)


def test_two_backwards_through_both_types_add_up_on_leaves_only():
    v, t = Value(2.0), leaf([1.0, 3.0])
    y = (autograd.stack([v, v * v]) * t).sum()
    for times in (1, 2):
        y.backward()
        assert (v.grad, t.grad.tolist()) == (times * 13.0, [times * 2.0, times * 4.0])


def test_one_operation_never_mixes_the_types_and_the_error_knows_the_bridge():
    for call in (lambda v, t: v * t, lambda v, t: t + v, lambda v, t: v < t, lambda v, t: autograd.where(t, t, v)):
        with pytest.raises(MixError):
            call(Value(1.0), leaf())
    with pytest.raises(MixError, match=r"autograd\.stack"):
        Value(1.0) * leaf()
    for rows in ([Value(1.0), leaf([1.0])], [[Value(1.0)], [Value(2.0)]], [Value(1.0), "a"]):
        with pytest.raises(AutogradError, match=r"at .*test_tensor\.py"):
            autograd.stack(rows)
