"""Samples: kept together, divided, drawn at random, and gone through in batches."""

from nn.data.dataset import Dataset
from nn.data.loader import DataLoader
from nn.data.splitting import random_split
from nn.data.synthetic import blobs, circles, moons

__all__ = ["DataLoader", "Dataset", "blobs", "circles", "moons", "random_split"]
