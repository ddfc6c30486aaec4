"""How are models written to files, and read from files that nobody vouches for?"""

from nn.saving.errors import FileError
from nn.saving.model_files import load, save

__all__ = ["FileError", "load", "save"]
