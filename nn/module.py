"""What do all parts of a network have in common?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Self

from autograd import AutogradError, Tensor
from autograd.calls import note_call
from autograd.errors import at
from nn.owned import owned
from nn.random import Rng, generator
from nn.state import LoadResult, load, saved


class Module:
    """A part of a network: it is called like a function, and owns parameters and other modules.

    A subclass defines `forward`. What it keeps as attributes, or in lists, tuples and dicts that are attributes, is its
    own: a Value or Tensor that requires a gradient is a parameter (also while it is frozen), a Module is a part. A Tensor
    that is state but not trained is a buffer, and is registered as one. Calls are noted on their results, so that pictures
    can fold a part into one box, and errors say in which part they were raised.

    >>> import nn
    >>> from autograd import Value
    >>> class Scale(nn.Module):
    ...     def __init__(self):
    ...         self.factor = Value(2.0)
    ...     def forward(self, x):
    ...         return self.factor * x
    >>> scale = Scale()
    >>> scale(3.0).data, dict(scale.named_parameters())
    (6.0, {'factor': Value(2.0)})
    """

    training = True
    """Is the module being trained? Dropout and batch normalisation ask; see `train` and `eval`."""

    # Names of the attributes that are buffers. Of the class until a module registers one, so that a subclass need not
    # call `super().__init__()`.
    _buffers: tuple[str, ...] = ()

    def forward(self, *inputs: Any) -> Any:
        """Compute the result of a call."""
        raise NotImplementedError(f"{type(self).__name__} must say what it computes: define forward(self, x)")

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        try:
            outputs = self.forward(*inputs, **options)
        except AutogradError as error:
            self._point_to(error)
            raise
        note_call(self, (*inputs, *options.values()) if options else inputs, outputs)
        return outputs

    def _point_to(self, error: AutogradError) -> None:
        """Add to an error's message in which part it was raised, as seen from this module.

        Each module on the way out writes the path anew, so the outermost one, which knows the whole path, has the last word.
        """
        inner = error.__dict__.setdefault("module", self)
        plain = error.__dict__.setdefault("plain", str(error))
        path = next((path for path, part in self.named_modules() if part is inner), "")
        kind = type(inner).__name__
        path = f"{path} ({kind})" if path else kind
        said, sep, place = plain.rpartition(", at ")
        error.args = (f"{said}, in {path}{sep}{place}" if sep else f"{plain}, in {path}", *error.args[1:])

    # --- what it owns -------------------------------------------------------------------------------------------------

    def named_parameters(self) -> Iterator[tuple[str, Any]]:
        """Yield each parameter with its path, such as ``layers.0.neurons.3.b``, in the order of the attributes."""
        return ((path, x) for path, x, is_buffer in owned(self, Module) if not (is_buffer or isinstance(x, Module)))

    def parameters(self) -> list[Any]:
        """Return the numbers that training changes, in a fixed order, each once."""
        return [p for _, p in self.named_parameters()]

    def named_buffers(self) -> Iterator[tuple[str, Tensor]]:
        """Yield each buffer with its path."""
        return ((path, x) for path, x, is_buffer in owned(self, Module) if is_buffer)

    def buffers(self) -> list[Tensor]:
        """Return the Tensors that are saved but not trained, such as running means."""
        return [b for _, b in self.named_buffers()]

    def register_buffer(self, name: str, tensor: Any) -> None:
        """Keep a Tensor as an attribute that is saved with the parameters and never trained."""
        if not name.isidentifier():
            raise AutogradError(f"a buffer is kept as an attribute, and {name!r} is no name for one{at()}")
        setattr(self, name, tensor if isinstance(tensor, Tensor) else Tensor(tensor))
        if name not in self._buffers:
            self._buffers = (*self._buffers, name)

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """Yield this module with the path ``""``, and all parts with theirs, each before its own parts."""
        yield "", self
        yield from ((path, part) for path, part, _ in owned(self, Module) if isinstance(part, Module))

    def modules(self) -> Iterator[Module]:
        """Yield this module and all its parts."""
        return (module for _, module in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Yield the parts that this module holds itself, not those inside them."""
        return ((path, part) for path, part, _ in owned(self, Module, deep=False) if isinstance(part, Module))

    def children(self) -> Iterator[Module]:
        """Yield the parts that this module holds itself."""
        return (child for _, child in self.named_children())

    # --- what is done to all of it ------------------------------------------------------------------------------------

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for p in self.parameters():
            p.zero_grad()

    def train(self, mode: bool = True) -> Self:
        """Say that this module and all its parts are being trained (or not), and return it."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Say that this module and all its parts are being used: no dropout, running means; return it."""
        return self.train(False)

    def requires_grad_(self, wanted: bool = True) -> Self:
        """Freeze all parameters (False) or let them be trained again, and return the module."""
        for p in self.parameters():
            p.requires_grad_(wanted)
        return self

    def astype(self, dtype: Any) -> Self:
        """Put all parameters, and the buffers that are floats, into another dtype of floats, and return the module.

        Values are doubles and stay so. What an optimizer keeps is of the old dtype: make it afterwards.

        Raises:
            DTypeError: it is no dtype of floats; then nothing has been changed.

        >>> import nn
        >>> model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1)).astype("float32")
        >>> {p.dtype.name for p in model.parameters()}
        {'float32'}
        """
        wanted = Tensor(0.0, dtype=dtype, requires_grad=True).dtype  # raises if no gradient is of such a dtype
        for x in (*self.parameters(), *self.buffers()):
            if isinstance(x, Tensor) and x.dtype.kind == "f":
                x.astype_(wanted)
        return self

    def apply(self, f: Callable[[Module], Any]) -> Self:
        """Call f with every part, the inner ones first, and last with this module; return the module."""
        for child in self.children():
            child.apply(f)
        f(self)
        return self

    def reset_parameters(self, rng: Rng = None) -> None:
        """Draw all parameters anew, part by part.

        Args:
            rng: an int, a `numpy.random.Generator` or None: where they are drawn from.
        """
        drawn_from = generator(rng)
        for child in self.children():
            child.reset_parameters(drawn_from)

    # --- saving -------------------------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """Return copies of all parameters and buffers by path: arrays of Tensors, floats of Values."""
        return saved(self)

    def load_state_dict(self, state: Any, strict: bool = True) -> LoadResult:
        """Write what `state_dict` returned, or torch's for the same layers, into the parameters and buffers.

        Args:
            state: numbers or arrays by path.
            strict: must the paths be exactly those of this module? (default True)

        Returns:
            The paths that were missing, and those that were not expected.

        Raises:
            AutogradError: a path is missing or not expected and `strict`, or something has another shape or is no number.
                Nothing is changed then.
        """
        return load(self, state, strict)

    # --- how it is shown ----------------------------------------------------------------------------------------------

    def extra_repr(self) -> str:
        """Return what stands between the parentheses: the settings of this module."""
        return ""

    def __repr__(self) -> str:
        own = sum(p.size if isinstance(p, Tensor) else 1 for p in self.parameters())
        lines = [f"  ({path}): " + repr(child).replace("\n", "\n  ") for path, child in self.named_children()]
        head = f"{type(self).__name__}({self.extra_repr()}"
        if not lines:
            shapes = ", ".join(f"{path} {p.shape}" for path, p in self.named_parameters() if isinstance(p, Tensor))
            return f"{head})" + (f"  # {shapes}: {own:,} parameters" if shapes else "")
        return "\n".join([head, *lines, f")  # {own:,} parameters"])
