"""What is an optimizer?

A rule on one flat vector, (gradient, state, step) -> (change, new state), and this class, which maps it over groups of
parameters. How parameters become vectors is in `chunks`, what is done before the rule in `decay`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from autograd import AutogradError, enable_grad
from autograd.errors import at
from optim import formula, saving
from optim.chunks import Chunk, State, Update, chunks_of
from optim.decay import prepared
from optim.options import check
from optim.parameters import Group, Parameters, check_distinct, group_of, groups_in
from optim.pure import PureOptimizer


class Optimizer:
    """Maps a rule over parameters; subclasses give the rule.

    Args:
        params: Values or Tensors that require gradients; or (name, parameter) pairs; or dicts, a group each:
            ``{"params": […], "lr": 0.1}``, whose options go before those given for all.
        options: the options of all groups that have none of their own.

    Attributes:
        param_groups: a dict for each group, with its "params" and its options, which are read at every step.

    Raises:
        AutogradError: no parameters, something that is none, one twice, or an option that makes no sense.

    >>> import optim
    >>> from autograd import Value
    >>> class Halving(optim.Optimizer):
    ...     def rule(self, gradient, state, step):
    ...         return -0.5 * gradient, state
    >>> w = Value(3.0)
    >>> opt = Halving([w])
    >>> w.grad = 1.0
    >>> opt.step(); w.data
    2.5
    """

    decoupled: ClassVar[bool] = False
    """Is weight decay taken of the weights (AdamW), or added to the gradient? In Keras' style it always is the first."""

    def __init__(self, params: Parameters, **options: Any) -> None:
        self.defaults = options
        self.param_groups: list[Group] = []
        self._chunks: list[list[Chunk]] = []
        for group in groups_in(type(self).__name__, params):
            self.add_param_group(group)

    # --- what a subclass gives ----------------------------------------------------------------------------------------

    def rule(self, gradient: Any, state: State, step: Any, **options: Any) -> tuple[Any, State]:
        """Return the change of the parameters and the new state; `step` counts a parameter's steps from 1.

        The rule is ordinary arithmetic on numbers, vectors, Values or Tensors, and depends on nothing else.
        """
        raise NotImplementedError(f"{type(self).__name__} has no rule")

    def rule_on_vectors(self, gradient: Any, state: State, step: int, **options: Any) -> tuple[Any, State]:
        """Return what `rule` does; where that is faster, in place of the state, which may be used up."""
        return self.rule(gradient, state, step, **options)

    def start(self, **options: Any) -> Mapping[str, float]:
        """Return the names of what the rule keeps for each parameter, and what each starts with."""
        return {}

    # --- what all have ------------------------------------------------------------------------------------------------

    @property
    def params(self) -> list[Any]:
        """The parameters of all groups."""
        return [p for group in self.param_groups for p in group["params"]]

    @property
    def lr(self) -> Any:
        """The learning rate of all groups; can be set. Where groups have their own, read ``param_groups``."""
        rates = [group.get("lr") for group in self.param_groups]
        if rates[0] is None or rates.count(rates[0]) != len(rates):
            raise AutogradError(f'no one learning rate, the groups have {rates}: read group["lr"] of param_groups{at()}')
        return rates[0]

    @lr.setter
    def lr(self, rate: float) -> None:
        check(type(self).__name__, {"lr": rate})
        for group in self.param_groups:
            group["lr"] = rate

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Add parameters with options of their own: ``{"params": […], "lr": 0.1}``.

        Raises:
            AutogradError: as for the class; an option the rule does not have.
        """
        who = type(self).__name__
        found = group_of(who, group)
        check_distinct(who, [*self.params, *found["params"]])
        unknown = sorted(found.keys() - self.defaults.keys() - {"params", "param_names", "initial_lr"})
        if unknown:
            known = ", ".join(self.defaults) or "none"
            raise AutogradError(f"{who} has no option {unknown[0]!r}; it has {known}{at()}")
        whole = {"params": found["params"], **self.defaults, **found}
        check(who, whole)
        self.param_groups.append(whole)
        self._chunks.append(chunks_of(whole["params"]))

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change every parameter that has a gradient.

        Args:
            closure: computes the loss and its gradients, and is called first. (default None)

        Returns:
            What `closure` returned, None without one.
        """
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group, chunks in zip(self.param_groups, self._chunks, strict=True):
            options = self.options_of(group)
            start, update = self.start(**options), self.update(options, self.rule_on_vectors)
            for chunk in chunks:
                chunk.step(update, start)
        return loss

    def update(self, options: Mapping[str, Any], rule: Callable[..., tuple[Any, State]]) -> Update:
        """Return the whole step with such options: what comes before the rule, and the rule."""
        its_own = dict(options)
        weight_decay, maximize = its_own.pop("weight_decay", 0.0), its_own.pop("maximize", False)
        if not weight_decay and not maximize:
            return lambda w, g, state, step: (w, *rule(g, state, step, **its_own))
        decoupled = self.decoupled or options.get("style") == "keras"

        def whole(w: Any, g: Any, state: State, step: Any) -> tuple[Any, Any, State]:
            w, g = prepared(
                w, g, lr=options.get("lr"), weight_decay=weight_decay, maximize=maximize, decoupled=decoupled
            )
            return (w, *rule(g, state, step, **its_own))

        return whole

    def options_of(self, group: Group) -> dict[str, Any]:
        """Return the options of a group, without what else it holds."""
        return {name: group[name] for name in self.defaults}

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for group in self.param_groups:
            for p in group["params"]:
                p.zero_grad()

    def state_dict(self) -> dict[str, Any]:
        """Return all that training needs to go on as if it had not stopped: copies, in plain dicts.

        ``{"state": {index: {"step": n, "m": array, …}}, "param_groups": [{"lr": …, "params": [indices]}]}``
        """
        return saving.saved(self.param_groups, self._chunks)

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` gave; the options come with it.

        Raises:
            AutogradError: it does not fit these parameters, and then nothing has been changed.
        """
        saving.load(self, self._chunks, state_dict)

    @classmethod
    def pure(cls, **options: Any) -> PureOptimizer:
        """Return the rule as a function of parameters, gradients and a state, which changes nothing in place.

        Args:
            options: as for the class, without the parameters.

        Raises:
            AutogradError: an option that makes no sense.

        >>> import optim
        >>> from autograd import value_and_grad
        >>> adam = optim.Adam.pure(lr=0.1)
        >>> w = [3.0, 1.0]
        >>> state = adam.init(w)
        >>> loss, gradient = value_and_grad(lambda w: w[0] ** 2 + w[1] ** 2)(w)
        >>> w, state = adam.update(w, gradient, state)
        >>> [round(x, 6) for x in w], state["step"]
        ([2.9, 0.9], 1.0)

        A whole step can be recorded: ``record(step, w, state, x, t)`` of a function that computes the gradient and updates.
        """
        return PureOptimizer(cls, options)

    @classmethod
    def formula(cls, **options: Any) -> formula.Formula:
        r"""Return the rule in LaTeX, as these options make it: the class's own rule, fed letters.

        >>> import optim
        >>> print(optim.SGD.formula(momentum=0.9))
        \begin{aligned}
        g &\leftarrow \nabla f(w) \\
        v &\leftarrow \mu v + g \\
        w &\leftarrow w - \eta v
        \end{aligned}
        """
        return formula.of(cls, options)

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for i, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {i}")
            lines += [f"    {name}: {group[name]}" for name in sorted(group) if name not in ("params", "param_names")]
        return "\n".join([*lines, ")"])
