"""Samples: kept together, divided, gone through in batches; drawn at random, read from tables, or fetched."""

from nn.data.dataset import Dataset
from nn.data.embedded import digits, elliptic_curves, elliptic_curves_sha, iris
from nn.data.loader import DataLoader
from nn.data.missing import DataMissing
from nn.data.pictures import mnist
from nn.data.reviews import film_reviews
from nn.data.splitting import random_split
from nn.data.synthetic import blobs, circles, moons, spirals, xor
from nn.data.text import Vocabulary, words

__all__ = [
    # samples
    "DataLoader", "Dataset", "random_split",
    # drawn at random
    "blobs", "circles", "moons", "spirals", "xor",
    # that come along
    "digits", "elliptic_curves", "elliptic_curves_sha", "iris",
    # of files and fetched
    "DataMissing", "film_reviews", "mnist",
    # text
    "Vocabulary", "words",
]  # fmt: skip
