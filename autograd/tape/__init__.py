"""Tapes: a function of Values is recorded once, as a list of ops, and replayed."""

from autograd.tape.decorator import taped
from autograd.tape.guard import BranchChanged
from autograd.tape.replaying import Tape, record

__all__ = ["BranchChanged", "Tape", "record", "taped"]
