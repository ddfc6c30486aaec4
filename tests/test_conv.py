"""Are convolution and pooling, which copy windows block by block, what their plain formulas say, to every order?"""

import math

import numpy as np
import pytest

from autograd import AutogradError, ShapeError, Tensor, gradcheck, gradients, ops
from autograd.ops import sliding

# name: x, w and settings; along one, two and three axes
CASES = {
    "series": ((2, 3, 9), (4, 3, 3), {}),
    "strided": ((2, 3, 9), (4, 3, 3), {"stride": 2, "padding": 1}),
    "dilated": ((2, 2, 9), (2, 2, 3), {"dilation": 3}),
    "last entries missed": ((1, 1, 8), (1, 1, 3), {"stride": 3}),
    "pictures": ((2, 3, 6, 5), (4, 3, 3, 2), {}),
    "all at once": ((2, 4, 7, 6), (6, 2, 3, 2), {"stride": (2, 1), "padding": (1, 2), "dilation": (1, 2), "groups": 2}),
    "depthwise": ((2, 3, 5, 5), (6, 1, 3, 3), {"groups": 3, "padding": 1}),
    "one by one": ((2, 3, 4, 4), (5, 3, 1, 1), {}),
    "volumes": ((1, 2, 4, 4, 4), (2, 2, 2, 2, 2), {"stride": (1, 2, 1), "padding": (0, 1, 0)}),
}
each = pytest.mark.parametrize(("shape", "kernel", "how"), CASES.values(), ids=list(CASES))


def plain(x, w, *, groups=1, **how):
    """Convolution as it is defined: the product of the kernels with all windows, group by group."""
    axes = len(w.shape) - 2
    taps, places = "abc"[:axes], "pqr"[:axes]
    out, inner = w.shape[0] // groups, w.shape[1]
    parts = []
    for i in range(groups):
        seen = ops.windows(x[:, i * inner : (i + 1) * inner], w.shape[2:], **how)
        parts.append(ops.einsum(f"ni{taps}{places},oi{taps}->no{places}", seen, w[i * out : (i + 1) * out]))
    return ops.concatenate(parts, axis=1)


def drawn(*shapes):
    rng = np.random.default_rng(0)
    return [Tensor(rng.normal(size=shape), requires_grad=True) for shape in shapes]


@each
def test_convolution_is_the_product_of_kernels_and_windows_and_so_are_its_derivatives(shape, kernel, how):
    x, w = drawn(shape, kernel)
    y, z = ops.conv(x, w, **how), plain(x, w, **how)
    np.testing.assert_allclose(y.data, z.data, rtol=1e-12, atol=1e-12)
    seed = np.random.default_rng(1).normal(size=y.shape)
    ours, theirs = (gradients(t, [x, w], seeds=seed, create_graph=True) for t in (y, z))
    for g, h in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(g.data, h.data, rtol=1e-12, atol=1e-12)
    second = [gradients(sum((ops.tanh(g) * g).sum() for g in grads), [x, w]) for grads in (ours, theirs)]
    for g, h in zip(*second, strict=True):
        np.testing.assert_allclose(g, h, rtol=1e-11, atol=1e-11)


@each
def test_the_transposed_convolution_is_the_transpose(shape, kernel, how):
    x, w = drawn(shape, kernel)
    y = ops.conv(x, w, **how)
    g = np.random.default_rng(2).normal(size=y.shape)
    back = ops.conv_transpose(g, w, shape[2:], **how)
    assert back.shape == shape
    assert math.isclose(float((y.data * g).sum()), float((x.data * back.data).sum()), rel_tol=1e-12)


@pytest.mark.parametrize("block", [1, 4096], ids=["one sample at a time", "a few"])
def test_how_many_samples_are_cut_at_a_time_changes_nothing(block, monkeypatch):
    x, w = drawn((7, 2, 8, 8), (3, 2, 3, 3))
    seed = np.random.default_rng(3).normal(size=(7, 3, 6, 6))
    whole = [ops.conv(x, w).data, *gradients(ops.conv(x, w), [x, w], seeds=seed)]
    monkeypatch.setattr(sliding, "_BLOCK", block)
    cut = [ops.conv(x, w).data, *gradients(ops.conv(x, w), [x, w], seeds=seed)]
    for a, b in zip(whole, cut, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-13)


def test_a_difference_kernel_takes_differences():
    x = Tensor([[[1.0, 2.0, 4.0, 7.0]]], requires_grad=True)
    y = ops.conv(x, Tensor([[[-1.0, 1.0]]]), padding=1)
    y.backward([[[1.0, 10.0, 100.0, 1000.0, 10000.0]]])
    assert y.tolist() == [[[1.0, 1.0, 2.0, 3.0, -7.0]]]
    assert x.grad.tolist() == [[[-9.0, -90.0, -900.0, -9000.0]]]


def test_no_samples_give_no_results():
    assert ops.conv(np.zeros((0, 2, 5, 5)), np.zeros((3, 2, 3, 3))).shape == (0, 3, 3, 3)


def test_single_precision_stays_single():
    x, w = (Tensor(t.data.astype("f4"), requires_grad=True) for t in drawn((2, 2, 6, 6), (3, 2, 3, 3)))
    y = ops.max_pool(ops.conv(x, w), (2, 2)) + ops.avg_pool(ops.conv(x, w), (2, 2))
    y.sum().backward()
    assert {t.dtype.name for t in (y, x.grad, w.grad)} == {"float32"}


# --- pooling ----------------------------------------------------------------------------------------------------------

POOLS = [
    ((2,), {}), ((3,), {"stride": 1}), ((2, 3), {}), ((3, 3), {"stride": 2, "padding": 1}), ((2, 2), {"stride": (3, 1)}),
]  # fmt: skip


def distinct(shape):
    return np.random.default_rng(4).permutation(math.prod(shape)).reshape(shape) / 7.0 - 5.0


@pytest.mark.parametrize(("size", "how"), POOLS)
def test_pooling_is_the_maximum_or_the_mean_of_the_windows(size, how):
    x = distinct((2, 3, 8, 7))
    low = {**how, "padding": 0}
    lead = [(0, 0)] * (4 - len(size))
    padded = np.pad(x, [*lead, *[(how.get("padding", 0),) * 2] * len(size)], constant_values=-np.inf)
    low["stride"] = how.get("stride", size)
    seen = ops.windows(padded, size, **low)
    axes = tuple(range(4 - len(size), 4))
    np.testing.assert_array_equal(ops.max_pool(x, size, **how), np.asarray(seen).max(axis=axes))
    zeros = np.where(np.isfinite(seen), seen, 0.0)
    np.testing.assert_allclose(ops.avg_pool(x, size, **how), zeros.mean(axis=axes), rtol=1e-14)


def test_the_first_of_equal_entries_gets_the_gradient_of_a_maximum():
    x = Tensor([[5.0, 5.0, 1.0, 2.0], [5.0, 5.0, 2.0, 2.0]], requires_grad=True)
    ops.max_pool(x, (2, 2)).sum().backward()
    assert x.grad.tolist() == [[1.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0]]


def test_where_windows_overlap_gradients_add_up():
    x = Tensor([1.0, 3.0, 2.0], requires_grad=True)
    ops.max_pool(x, (2,), stride=1).backward([10.0, 1.0])
    assert x.grad.tolist() == [0.0, 11.0, 0.0]


def test_padding_is_never_a_maximum_and_counts_as_zero_in_a_mean():
    x = np.full((1, 1, 2, 2), -3.0)
    assert np.all(ops.max_pool(x, (2, 2), padding=1) == -3.0)
    assert np.all(ops.avg_pool(x, (2, 2), padding=1) == -0.75)
    assert ops.max_pool(np.array([-3, -2]), (2,), padding=1).tolist() == [-3, -2]


@pytest.mark.parametrize(("size", "how"), POOLS)
@pytest.mark.parametrize("pool", [ops.max_pool, ops.avg_pool])
def test_differences_agree_with_the_derivatives_of_pooling(pool, size, how):
    assert gradcheck(lambda x: ops.tanh(pool(x, size, **how)), distinct((1, 2, 6, 7)) / 5, order=2, fast=True)


# --- what is refused --------------------------------------------------------------------------------------------------

X, W = np.zeros((2, 4, 5, 5)), np.zeros((6, 4, 3, 3))
HERE = r".*at .*test_conv\.py:\d+$"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ops.conv(X, W[:, :3]), r"conv needs x \(N, C, \*spatial\).*4 channels where .* needs 3"),
        (lambda: ops.conv(X, W, groups=2), r"4 channels where .* in 2 group\(s\) needs 8"),
        (lambda: ops.conv(X, W[:, :1], groups=4), r"in 4 group\(s\)"),
        (lambda: ops.conv(X, np.zeros((6, 4, 7, 3))), r"a kernel that reaches over 7 entries does not fit into 5"),
        (lambda: ops.conv(X, W, dilation=3), r"reaches over 7 entries does not fit into 5"),
        (lambda: ops.conv_transpose(X, np.zeros((4, 6, 3, 3)), (9, 9)), r"a result of \(9, 9\) has \(7, 7\) places"),
        (lambda: ops.max_pool(X, (6, 1)), r"reaches over 6 entries does not fit into 5"),
        (lambda: ops.max_pool(X, (2, 2), padding=2), r"padding \(2, 2\) is more than half of the kernel \(2, 2\)"),
        (lambda: ops.windows(X, (6,)), r"reaches over 6 entries"),
    ],
)
def test_what_does_not_fit_is_a_shape_error_that_says_what_would(call, message):
    with pytest.raises(ShapeError, match=message + HERE):
        call()


@pytest.mark.parametrize(
    ("how", "message"),
    [({"stride": 0}, "stride is a whole number from 1 up, or 2 of them, got 0"), ({"stride": 1.5}, "got 1.5"),
     ({"padding": -1}, "padding is a whole number from 0 up"), ({"dilation": (1, 1, 1)}, r"got \(1, 1, 1\)"),
     ({"groups": True}, "groups is a whole number"), ({"groups": 0}, "groups is a whole number from 1 up")],
)  # fmt: skip
def test_settings_are_whole_numbers(how, message):
    with pytest.raises(AutogradError, match=message + HERE):
        ops.conv(X, W, **how)
