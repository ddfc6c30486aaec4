"""Rules that change parameters so that a loss falls.

    >>> import optim
    >>> from autograd import Value
    >>> w = Value(3.0)
    >>> opt = optim.SGD([w], lr=0.1)
    >>> (w * w).backward()
    >>> opt.step()
    >>> round(w.data, 6)
    2.4
"""

from optim.adam import Adam
from optim.optimizer import Optimizer
from optim.sgd import SGD

__all__ = ["SGD", "Adam", "Optimizer"]
