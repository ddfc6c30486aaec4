"""Tapes: a function is recorded once, as a list of ops, and replayed."""

from autograd.tape.decorator import taped
from autograd.tape.entry import record
from autograd.tape.guard import BranchChanged
from autograd.tape.replaying import Tape
from autograd.tape.tensor_tape import TensorTape

__all__ = ["BranchChanged", "Tape", "TensorTape", "record", "taped"]
