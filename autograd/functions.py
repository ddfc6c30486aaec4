"""Which functions take Values, Tensors, arrays and numbers alike?

The ops and the functions made of them, under one name for type checkers: the generated stub `functions.pyi` says what
each gives for what, which the decorated definitions in `autograd.ops` cannot.
"""

from autograd.ops import *  # noqa: F403
