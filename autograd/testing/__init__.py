"""What helps to test code that is differentiated: random numbers, arrays and formulas, in `autograd.testing.strategies`.

The strategies are Hypothesis', which comes with ``pip install "wengert[testing]"``. Beside them the plugin for pytest gives
every test the fixture `gradcheck`.
"""
