"""How fast is the library beside what one would use instead?

``python -m benchmarks`` runs all of them, ``python -m benchmarks graphs tensors`` some, and ``--profile`` shows where
the time goes. The peers are in ``requirements.txt``; ``make bench`` installs them into an environment of their own.

Contestants take turns in one process; a ratio is that of medians, with that of best times in brackets, and a target is
reached when both reach it (see `timing`).
"""
