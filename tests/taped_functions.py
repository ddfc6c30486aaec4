"""What do the tests of tapes record?"""

from itertools import pairwise

from autograd import sigmoid, tanh

W = [0.2, 0.7, 0.1, 0.4, -0.3]


def error(w, x, y):
    """The course's worked example."""
    f = sigmoid(w[0] + w[1] * tanh(w[2] + w[3] * x[0] + w[4] * x[1]))
    return 0.5 * (y - f) ** 2


def rosenbrock(x):
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in pairwise(x))
