"""Is each fast path equal to the plain one it stands for: the pass of `backward`, blocks, and memory used again?"""

import gc
import threading
import weakref

import numpy as np
import pytest
from helpers import assert_close
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Tensor, Value, grad, gradients, hvp, jvp, memory, ops
from autograd.blocks import BLOCK, LARGE, blocked, in_blocks, large
from autograd.graph import backward_order, leads_to
from autograd.reverse import pull_back

# --- backward against the plain pass ----------------------------------------------------------------------------------

# A program is a list of steps; each takes two earlier results and appends a new one. All stay of moderate size.
SCALAR_STEPS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / (1 + b * b),
    "numbers first": lambda a, b: 1.5 - a + 2.0 / (2 + a * a),
    "neg": lambda a, b: -a,
    "abs": lambda a, b: abs(a),
    "tanh": lambda a, b: ops.tanh(a),
    "sin": lambda a, b: ops.sin(a),
    "sigmoid": lambda a, b: ops.sigmoid(a),
    "relu": lambda a, b: ops.relu(a),
    "log": lambda a, b: ops.log(1 + a * a),
    "sqrt": lambda a, b: ops.sqrt(1 + b * b),
    "square": lambda a, b: a**2,
    "pow": lambda a, b: (1.5 + ops.tanh(a)) ** ops.tanh(b),
    "clip": lambda a, b: ops.clip(a, -1, 1),
    "max": lambda a, b: ops.maximum(a, b),
    "min": lambda a, b: ops.minimum(a, b),
    "where": lambda a, b: ops.where(a > b, a, b),
    "hypot": lambda a, b: ops.hypot(a, b),
    "gelu": lambda a, b: ops.gelu(b),
}
VALUE_STEPS = {
    **SCALAR_STEPS,
    "sum of list": lambda a, b: ops.sum([a, b, a, 1.5]),
    "mean of list": lambda a, b: ops.mean([a, b]),
    "prod of list": lambda a, b: ops.prod([a, 0.5, b]),
    "dot": lambda a, b: ops.dot([a, b], [b, 2.0]),
    "logsumexp": lambda a, b: ops.logsumexp([a, b, 0.0]),
    "softmax": lambda a, b: ops.softmax([a, b, a])[1],
    "max of list": lambda a, b: ops.max([a, b, 0.25]),
    "there and back": lambda a, b: autograd.stack([a, b]).tanh().values()[0],
    "checkpoint": lambda a, b: autograd.checkpoint(lambda u, v: ops.tanh(u * v))(a, b),
}
TENSOR_STEPS = {
    **SCALAR_STEPS,
    "row and column": lambda a, b: a[..., :1] + b[:, 1:2].T,
    "matmul": lambda a, b: ops.tanh(a @ b.T) @ a,
    "vector": lambda a, b: (a @ b[0])[:, None] * b,
    "sum": lambda a, b: a.sum(axis=0) + b,
    "mean": lambda a, b: a.mean() - b,
    "column": lambda a, b: a.mean(axis=1, keepdims=True) * b,
    "rows": lambda a, b: a[[2, 0, 0]] - b,
    "flip": lambda a, b: a.flip(0),
    "softmax": lambda a, b: a.softmax(axis=0),
    "max by row": lambda a, b: a.max(axis=1, keepdims=True) + b,
    "concatenate": lambda a, b: autograd.concatenate([a[:1], b[:2]]),
    "stack": lambda a, b: autograd.stack([a, b])[1].mT.mT,
    "three axes": lambda a, b: (a[None] * b[:, None]).sum(axis=1),
    "norm": lambda a, b: a / (1 + b.norm()),
    "entries": lambda a, b: autograd.stack(a.values()).reshape(3, 3) * b,
    "prod": lambda a, b: ops.tanh(a).prod(axis=0) + b,
    "einsum": lambda a, b: autograd.einsum("ij,kj->ik", a, ops.tanh(b)),
    "checkpoint": lambda a, b: autograd.checkpoint(lambda u, v: ops.tanh(u @ v))(a, b),
}
LEAVES = 3


def programs(steps):
    index = st.integers(0, 30)
    return st.lists(st.tuples(st.sampled_from(sorted(steps)), index, index), min_size=1, max_size=12)


def run(program, steps, leaves):
    results = list(leaves)
    for name, i, j in program:
        y = steps[name](results[-1 - i % len(results)], results[-1 - j % len(results)])
        results.append(squashed(y))
    return results[-1]


def squashed(y):
    """Keep numbers of a long program in bounds, without hiding the op."""
    size = abs(y.data) if isinstance(y, Value) else np.abs(y.array).max()
    return y if size < 100 else ops.tanh(y * 0.01)


def plainly(y, leaves):
    """Differentiate by the plain pass alone."""
    seed = 1.0 if isinstance(y, Value) else np.ones_like(y.array)
    order = backward_order([y])
    found = pull_back(order, {y: seed}, leads_to(order, set(leaves)))
    return [found.get(x, 0.0 * np.asarray(x.detach())) for x in leaves]


def total_of(y):
    return y if isinstance(y, Value) else y.sum()


def check_all_passes(program, steps, leaves, tangents):
    y = total_of(run(program, steps, leaves))
    if not y.requires_grad:
        return
    y.backward()
    fast = [np.zeros(np.shape(x.detach())) if x.grad is None else np.asarray(x.grad) for x in leaves]
    scale = 1.0 + max(float(np.max(np.abs(g))) for g in fast)
    for plain in (plainly(y, leaves), gradients(y, leaves), gradients(y, leaves, create_graph=True)):
        for a, b in zip(fast, plain, strict=True):
            assert_close(a, np.asarray(b.detach() if isinstance(b, (Value, Tensor)) else b), ulps=1e4, scale=scale)
    point = tuple(x.data if isinstance(x, Value) else np.array(x.data) for x in leaves)
    _, along = jvp(lambda *xs: total_of(run(program, steps, xs)), point, tangents)
    expected = sum(float(np.sum(g * t)) for g, t in zip(fast, tangents, strict=True))
    assert_close(along, expected, ulps=1e5, scale=10 * scale)
    y.backward()
    for x, g in zip(leaves, fast, strict=True):
        assert_close(0.0 * g if x.grad is None else np.asarray(x.grad), 2 * g, ulps=1e4, scale=scale)


def check_second_order(program, steps, leaves, direction):
    """Hold forward over reverse, reverse over reverse and reverse over forward mode equal, as products H v."""
    y = total_of(run(program, steps, leaves))
    if not y.requires_grad:
        return
    first = gradients(y, leaves, create_graph=True)
    live = [(g, v) for g, v in zip(first, direction, strict=True) if g.requires_grad]
    found = [gradients([g for g, _ in live], leaves, seeds=[v for _, v in live])] if live else []
    point = tuple(x.data if isinstance(x, Value) else np.array(x.data) for x in leaves)
    f = lambda *xs: total_of(run(program, steps, xs))
    where = tuple(range(len(leaves)))
    found.append(hvp(f, where)(*point, direction))
    found.append(grad(lambda *xs: jvp(f, xs, direction)[1], where)(*point))
    rows = [[np.asarray(g) for g in row] for row in found]
    scale = 1.0 + max(float(np.max(np.abs(g))) for row in rows for g in row)
    for row in rows:
        for a, b in zip(row, rows[-1], strict=True):
            assert_close(a, b, ulps=1e5, scale=scale)


numbers = st.floats(-2, 2).map(lambda x: round(x, 3))


@given(programs(VALUE_STEPS), st.lists(numbers, min_size=LEAVES, max_size=LEAVES))
def test_on_random_graphs_of_values_all_passes_agree(program, xs):
    check_all_passes(program, VALUE_STEPS, [Value(x) for x in xs], (1.0, -0.5, 0.25))
    check_second_order(program, VALUE_STEPS, [Value(x) for x in xs], (1.0, -0.5, 0.25))


@given(programs(TENSOR_STEPS), st.integers(0, 10**6))
def test_on_random_graphs_of_tensors_all_passes_agree(program, seed):
    rng = np.random.default_rng(seed)
    leaves = [Tensor(rng.normal(size=(3, 3)), requires_grad=True) for _ in range(LEAVES)]
    direction = tuple(rng.normal(size=(3, 3)) for _ in range(LEAVES))
    check_all_passes(program, TENSOR_STEPS, leaves, direction)
    check_second_order(program, TENSOR_STEPS, leaves, direction)


@given(programs(SCALAR_STEPS), st.lists(numbers, min_size=LEAVES, max_size=LEAVES))
def test_values_tensors_and_single_entries_have_one_gradient(program, xs):
    vs, ts = [Value(x) for x in xs], [Tensor(x, requires_grad=True) for x in xs]
    rows = [Tensor([x, x], requires_grad=True) for x in xs]
    results = [run(program, SCALAR_STEPS, leaves) for leaves in (vs, ts, rows)]
    if not results[0].requires_grad:
        return
    scale = 1.0
    for y, leaves in zip(results, (vs, ts, rows), strict=True):
        (y if isinstance(y, Value) else y.sum()).backward()
        grads = [np.ravel(0.0 if x.grad is None else np.asarray(x.grad)) for x in leaves]
        if leaves is vs:
            expected, scale = grads, 1.0 + max(abs(g[0]) for g in grads)
        for found, right in zip(grads, expected, strict=True):
            assert_close(found, np.full(found.shape, right[0]), ulps=1e4, scale=scale)


# --- blocks -----------------------------------------------------------------------------------------------------------

SIZES = [0, 1, BLOCK - 1, LARGE - 1, LARGE, LARGE + 1, LARGE + BLOCK - 1, 4 * BLOCK + 3]


def formula(x, y=0.5):
    return x * np.tanh(x) + y


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("size", SIZES)
def test_a_formula_in_blocks_is_the_formula(size, dtype):
    rng = np.random.default_rng(size)
    x, y = (rng.normal(size=size).astype(dtype) for _ in range(2))
    for args in ((x,), (x, y), (x, 2.5), (x, np.float32(2.5)), (x, np.array(1.5, dtype)), (x, x)):
        found = blocked(formula, args)
        np.testing.assert_array_equal(found, formula(*args))
        assert (found.dtype, found.shape) == (formula(*args).dtype, x.shape)


def layouts():
    rng = np.random.default_rng(0)
    a = rng.normal(size=(512, 300))
    yield "transposed", (a.T,)
    yield "every second", (rng.normal(size=2 * LARGE)[::2],)
    yield "reversed", (rng.normal(size=LARGE)[::-1],)
    yield "fortran", (np.asfortranarray(a), a)
    yield "a row", (a, a[0])
    yield "a row first", (a[0], a)
    yield "a column", (a, a[:, :1])
    yield "one number, broadcast", (a, np.broadcast_to(np.float64(2.0), a.shape))
    yield "rows, broadcast", (a, np.broadcast_to(a[0], a.shape))
    yield "only broadcast", (np.broadcast_to(np.float64(2.0), (512, 300)), 1.0)
    yield "more axes", (a, rng.normal(size=(2, 1, 1)))
    yield "three axes", (a.reshape(512, 3, 100), 2.0)
    yield "numbers of no axes", (np.array(2.0), np.array(3.0))
    yield "whole numbers", (np.arange(LARGE), 2)
    yield "truth values", (a > 0, a)
    yield "single beside double", (a.astype("f4"), a)


@pytest.mark.parametrize("args", [args for _, args in layouts()], ids=[name for name, _ in layouts()])
def test_arrays_of_any_layout_are_computed_right_in_blocks(args):
    expected = formula(*args)
    np.testing.assert_array_equal(blocked(formula, args), expected)
    np.testing.assert_array_equal(blocked(lambda *a: (formula(*a), 2.0), args, np.multiply), 2 * expected)
    np.testing.assert_array_equal(in_blocks(np.tanh)(args[0]), np.tanh(args[0]))
    if len(args) == 2:
        assert blocked(np.add, args).dtype == np.add(*args).dtype
        np.testing.assert_array_equal(blocked(np.add, args), np.add(*args))
    if len(args) == 2 and args[0].size >= LARGE:  # as the recorders ask
        for f in (np.add, formula):
            np.testing.assert_array_equal(large(f, 2)(*args), f(*args))
            assert large(f, 2)(*args).dtype == f(*args).dtype


def test_blocks_call_the_formula_on_pieces_that_fit_the_cache():
    sizes = []
    blocked(lambda x: sizes.append(x.size) or x, (np.zeros(LARGE + 5),))
    assert sizes == [BLOCK] * (LARGE // BLOCK) + [5]


def test_an_error_in_a_block_comes_through():
    with pytest.raises(ZeroDivisionError):
        blocked(lambda x: 1 // 0, (np.zeros(LARGE),))


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_large_tensors_have_the_gradients_of_their_parts(dtype):
    rng = np.random.default_rng(3)
    shape = (2, LARGE // 2 + 7)
    a, b = (rng.normal(size=shape).astype(dtype) for _ in range(2))

    def f(x, y):
        h = x.tanh() * y + x / (1 + y * y) - y.sigmoid() + (x * 2).relu() - x.gelu() * y.sin() + abs(x) ** 3
        return h + y.sum(axis=1, keepdims=True) + x[0] * 0.5

    def slopes_of(a, b):
        x, y = Tensor(a, requires_grad=True), Tensor(b, requires_grad=True)
        z = f(x, y)
        weights = np.cos(np.arange(z.size)).reshape(z.shape).astype(dtype) if z.shape == shape else None
        z.backward(weights)
        plain = gradients(z, [x, y], seeds=[weights])
        for fast, slow in zip((x.grad, y.grad), plain, strict=True):
            np.testing.assert_allclose(fast.numpy(), slow.numpy(), rtol=1e-5 if dtype == "f4" else 1e-13)
        return z.detach().numpy(), x.grad.numpy(), y.grad.numpy(), weights

    z, gx, gy, weights = slopes_of(a, b)
    assert (z.dtype, gx.dtype, gy.dtype) == (np.dtype(dtype),) * 3
    # The same in double precision by complex numbers: f is a sum of functions of single entries, rows aside.
    x, y = a.astype(float), b.astype(float)
    t, s = np.tanh(x), 1 / (1 + np.exp(-y))
    np.testing.assert_allclose(
        gy,
        weights * (t - 2 * x * y / (1 + y * y) ** 2 - s * (1 - s) - ops.gelu(x) * np.cos(y)) + weights.sum(1, keepdims=True),
        rtol=1e-3 if dtype == "f4" else 1e-9, atol=1e-3 if dtype == "f4" else 1e-9)  # fmt: skip


def test_large_results_do_not_change_when_later_ones_are_computed():
    x = Tensor(np.full(LARGE, 0.5), requires_grad=True)
    kept = []
    for i in range(6):
        y = (x * float(i)).tanh() + i
        y.sum().backward()
        kept.append((y.numpy() if not y.requires_grad else y.detach().numpy(), np.tanh(0.5 * i) + i))
        if i % 2:
            del y
        gc.collect()
    for array, number in kept:
        assert np.all(array == array[0])
        assert_close(array[0], number)


# --- memory used again ------------------------------------------------------------------------------------------------

VIEWS = {
    "a slice": lambda a: a[3:],
    "a slice of a slice": lambda a: a[3:][2:],
    "a reshaped one": lambda a: a.reshape(2, -1),
    "a transposed one": lambda a: a.reshape(2, -1).T,
    "other bytes": lambda a: a.view(np.uint8),
    "read-only": lambda a: Tensor.from_numpy(a).data,
    "of a Tensor": lambda a: Tensor.from_numpy(a).detach().numpy(),
    "the Tensor": lambda a: Tensor.from_numpy(a),
    "a memoryview": memoryview,
    "from a memoryview": lambda a: np.frombuffer(memoryview(a)),
    "an iterator": lambda a: a.flat,
    "broadcast": lambda a: np.broadcast_to(a, (2, a.size)),
    "strided": lambda a: np.lib.stride_tricks.as_strided(a, (10,), (16,)),
    "a subclass": lambda a: a.view(np.matrix),
    "a field": lambda a: a.view([("x", "f8")])["x"],
    "in a list": lambda a: [a[:5]],
    "sliding": lambda a: np.lib.stride_tricks.sliding_window_view(a, 4),
    "real part": lambda a: a.view(complex).real,
}


def address(array):
    return array.__array_interface__["data"][0]


@pytest.mark.parametrize("name", VIEWS)
def test_memory_that_a_view_still_sees_is_not_handed_out_again(name):
    shape = (100_003 * 2,)
    memory.release()
    array = memory.empty(shape, float)
    array[...] = 7.0
    where = address(array)
    view = VIEWS[name](array)
    del array
    others = [memory.empty(shape, float) for _ in range(5)]
    assert where not in map(address, others)
    for other in others:
        other[...] = -1.0
    seen = view[0] if name == "in a list" else view.detach().numpy() if isinstance(view, Tensor) else view
    assert not np.any(np.asarray(seen) == -1.0)


def test_memory_comes_back_when_nobody_sees_it_any_more():
    shape = (100_001,)
    memory.release()
    array = memory.empty(shape, float)
    where = address(array)
    view = array[2:]
    del view, array
    again = memory.empty(shape, float)
    assert address(again) == where
    assert (again.shape, again.dtype) == (shape, float)
    del again
    assert address(memory.empty((100_001, 2), np.float32)) == where, "the same number of bytes in another shape and dtype"


@pytest.mark.parametrize("dtype", ["f8", "f4", "i8", "c16", "?"])
@pytest.mark.parametrize("shape", [(), (0,), (3, 0), (2, 3), (7,)])
def test_memory_of_any_shape_and_dtype_is_a_plain_array(shape, dtype):
    array = memory.empty(shape, dtype)
    assert (type(array), array.shape, array.dtype) == (np.ndarray, shape, np.dtype(dtype))
    assert array.flags.c_contiguous
    assert array.flags.writeable
    assert array.flags.aligned


def test_no_two_arrays_alive_share_memory():
    rng = np.random.default_rng(0)
    alive = []
    for i in range(500):
        array = memory.empty((int(rng.choice([40_000, 40_001])),), float)
        array[...] = i
        alive.append((array, i))
        if rng.uniform() < 0.6:
            gone, number = alive.pop(int(rng.integers(len(alive))))
            if rng.uniform() < 0.3:
                alive.append((gone[10:], number))
            del gone
    assert all(np.all(array == number) for array, number in alive)


def test_arrays_in_cycles_and_of_other_threads_come_back_unshared():
    class Holder:
        pass

    def work():
        for i in range(100):
            holder = Holder()
            holder.me, holder.array = holder, memory.empty((50_000,), float)
            holder.array[...] = i
            part = holder.array[5:]
            del holder
            if i % 25 == 0:
                gc.collect()
            other = memory.empty((50_000,), float)
            other[...] = -1.0
            if not np.all(part == i):
                wrong.append(i)

    wrong = []
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gc.collect()
    assert wrong == []


def test_release_gives_everything_back_and_the_registers_are_empty_afterwards():
    gc.collect()
    memory.release()
    lent = len(memory._lent)
    arrays = [memory.empty((60_000,), float) for _ in range(3)]
    assert len(memory._lent) == lent + 3
    buffers = [weakref.ref(buffer) for _, buffer in list(memory._lent.values())[-3:]]
    arrays.clear()
    assert len(memory._lent) == lent
    assert memory._kept == 3 * 480_000
    assert all(ref() is not None for ref in buffers)
    memory.release()
    assert memory._kept == 0
    assert sum(len(b) for b in memory._free.values()) == 0
    assert all(ref() is None for ref in buffers)
    array = memory.empty((60_000,), float)
    memory.release()
    array[...] = 1.0
    del array
    assert memory._kept == 480_000


def test_no_more_than_a_bounded_amount_is_kept():
    memory.release()
    arrays = [memory.empty((1 << 22,), np.uint8) for _ in range(80)]  # 320 MiB, never touched
    arrays.clear()
    assert 0 < memory._kept <= 1 << 28
    memory.release()


def test_a_training_step_uses_the_memory_of_the_last_one():
    w = Tensor(np.full(LARGE, 0.5), requires_grad=True)

    def step():
        w.zero_grad()
        ((w * 2.0).tanh() ** 2).sum().backward()

    memory.release()
    for _ in range(3):
        step()
    kept = memory._kept
    for _ in range(5):
        step()
    assert memory._kept == kept
