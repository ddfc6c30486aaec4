"""Where are random numbers drawn from?"""

from __future__ import annotations

import numpy as np

Rng = int | np.random.Generator | None
"""An int (a seed), a generator, or None for numbers that differ from run to run; nothing global is ever drawn from."""
