"""What holds for tests and for the examples in docstrings alike?"""

from collections.abc import Iterator

import pytest

from autograd.registry import scoped


@pytest.fixture(autouse=True)
def _ops_registered_here_are_gone_afterwards() -> Iterator[None]:
    with scoped():
        yield
