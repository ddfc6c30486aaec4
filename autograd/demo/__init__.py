"""What does ``wengert demo`` show?

Three steps of the course: the worked example, single neurons that tell two moons apart, and a network that reads digits.
This is the one place in `autograd` that knows `nn` and `optim`: the packages at work together.
"""

from __future__ import annotations

from pathlib import Path

from autograd.demo import digits, moons, worked_example


def run(directory: Path) -> None:
    """Print the demonstration, and write its pictures and the page of the worked example into a directory."""
    worked_example.show(directory)
    moons.show(directory)
    digits.show(directory)
