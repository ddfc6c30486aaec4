"""What do the tests of tapes of arrays record, and what should a replay give?"""

import numpy as np

from autograd import Tensor, relu

RNG = np.random.default_rng(0)


def eager(f, *args):
    """What backward gives: the value, and the gradients by the first argument, an array or a list of them."""
    wanted = [Tensor(x, requires_grad=True) for x in (args[0] if isinstance(args[0], list) else [args[0]])]
    first = wanted if isinstance(args[0], list) else wanted[0]
    y = f(first, *(Tensor(a) for a in args[1:]))
    y.backward()
    return y.item(), [x.grad.numpy() for x in wanted]


def network(p, x, t):
    """Two layers and the hinge loss."""
    return relu(1 - t * (relu(x @ p[0] + p[1]) @ p[2] + p[3])).mean()


def weights(width=16):
    return [RNG.normal(size=shape) for shape in ((2, width), (width,), (width, 1), (1,))]
