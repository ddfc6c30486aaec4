"""How many examples does Hypothesis try? The environment variable HYPOTHESIS_PROFILE says."""

import os

from hypothesis import HealthCheck, settings

# No deadline in any profile: the first example pays for imports and caches, the later ones do not.
settings.register_profile("dev", max_examples=10, deadline=None)
# Derandomized: a red run is red again on the next machine, and a green change stays green.
settings.register_profile("ci", max_examples=50, deadline=None, derandomize=True)
settings.register_profile(
    "thorough",
    max_examples=2000,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],  # slow is what was asked for
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
