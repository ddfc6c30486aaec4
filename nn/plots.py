"""How are activations and losses drawn, with their derivatives?

Plain functions that return the axes they drew on; nothing is shown or saved. They need matplotlib, which comes with
``pip install "wengert[plot]"``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd import AutogradError, ShapeError
from autograd.errors import at, short
from autograd.extras import load
from autograd.words import translated
from nn import loss as losses
from nn import views
from nn.activation import function_named
from nn.curves import Curve, Function, curve
from nn.loss.names import loss_named

# All eight of Okabe and Ito, which every eye tells apart; those that are pale on white come late.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442")
COLOURS = PALETTE[:3]
PAIR = ("#F2B58A", "#0072B2")  # where one of two is pale
LETTER = 0.65  # how wide a letter is, in font sizes; a little more than most are
STYLES = ("-", "--", ":")

Window = tuple[float, float]


def plot_activation(
    activation: str | Function, ax: Any = None, *, window: Window = (-4.0, 4.0), second: bool = False
) -> Any:
    """Draw an activation and its derivative.

    At a kink a dot shows the derivative that is taken there, of all that would be allowed.

    Args:
        activation: the name of a function of one number, such as "relu", or a function of a Value.
        ax: the axes to draw on. (default: new ones)
        window: from where to where. (default -4 to 4)
        second: is the second derivative drawn too? (default False)

    Returns:
        The axes.

    Raises:
        AutogradError: there is no function of this name, it gives no number, or the window is no interval.
        ExtraMissing: matplotlib is not installed.

    >>> import matplotlib; matplotlib.use("Agg")
    >>> from nn.plots import plot_activation
    >>> ax = plot_activation("relu")
    >>> ax.get_title(), [line.get_label() for line in ax.lines][:2]
    ('relu', ['relu(x)', 'relu′(x)'])
    """
    f, name = _named(activation)
    shown = curve(f, window)
    ax = axes(ax)
    draw_curve(ax, shown, [f"{name}{prime}(x)" for prime in ("", "′", "″")[: 3 if second else 2]])
    return finished(ax, name, "x")


def plot_loss(
    loss: str | Callable[..., Any], ax: Any = None, *, window: Window | None = None, second: bool = False
) -> Any:
    """Draw a loss and its derivative, against what the loss looks at: a margin, a residual, a probability.

    Args:
        loss: the name of a loss, such as "hinge" or "HuberLoss"; a loss module, with its settings; or a function of
            (prediction, target), which is drawn against the prediction where the target is 1.
        ax: the axes to draw on. (default: new ones)
        window: from where to where. (default: chosen for the loss)
        second: is the second derivative drawn too? (default False)

    Returns:
        The axes.

    Raises:
        AutogradError: there is no loss of this name, or the window is no interval.
        ExtraMissing: matplotlib is not installed.

    >>> import matplotlib; matplotlib.use("Agg")
    >>> import nn.loss
    >>> from nn.plots import plot_loss
    >>> plot_loss("perceptron").get_xlabel(), plot_loss(nn.loss.HuberLoss(delta=2.0)).get_title()
    ('margin y·ŷ', 'HuberLoss')
    """
    call = loss_named(loss) if isinstance(loss, str) else _called("a loss", loss)
    view = VIEWS.get(getattr(call, "function", call), views.OTHER)
    shown = curve(view.of(call), view.window if window is None else window)
    ax = axes(ax)
    labels = [translated(label) for label in ("loss", "derivative", "second derivative")[: 3 if second else 2]]
    draw_curve(ax, shown, labels)
    title = type(call).__name__ if isinstance(call, losses.Loss) else getattr(call, "__name__", "loss")
    return finished(ax, title, view.label)


# --- what a loss is drawn against -------------------------------------------------------------------------------------


VIEWS: dict[Any, views.View] = {
    losses.zero_one_loss: views.MARGIN, losses.perceptron_loss: views.MARGIN, losses.hinge_loss: views.MARGIN,
    losses.squared_hinge_loss: views.MARGIN, losses.soft_margin_loss: views.MARGIN,
    losses.mse_loss: views.RESIDUAL, losses.half_squared_error: views.RESIDUAL, losses.l1_loss: views.RESIDUAL,
    losses.huber_loss: views.RESIDUAL, losses.smooth_l1_loss: views.RESIDUAL, losses.log_cosh_loss: views.RESIDUAL,
    losses.binary_cross_entropy: views.EVENT, losses.binary_cross_entropy_with_logits: views.SCORE,
    losses.cross_entropy: views.LEAD, losses.multi_margin_loss: views.LEAD, losses.nll_loss: views.LOG,
    losses.kl_div: views.SHARE, losses.log_likelihood: views.CHANCE,
}  # fmt: skip


def _named(activation: str | Function) -> tuple[Function, str]:
    """Return the function, and what it is called."""
    if isinstance(activation, str):
        return function_named(activation), activation
    f = _called("an activation", activation)
    return f, getattr(f, "__name__", type(f).__name__).replace("<lambda>", "f")


def _called(what: str, given: Any) -> Any:
    """Return what was given, a function or a module; a class is neither before it is called."""
    if not callable(given) or isinstance(given, type):
        mend = f": write {given.__name__}()" if isinstance(given, type) else ""
        raise AutogradError(f"{what} is a name, a function or a module, got {short(given)}{mend}{at()}")
    return given


# --- drawing ----------------------------------------------------------------------------------------------------------


def axes(ax: Any = None, size: tuple[float, float] = (6.0, 4.0)) -> Any:
    """Return the axes to draw on: those given, or new ones in a figure of this size, in inches.

    Raises:
        AutogradError: what is given is something else, such as a figure.
        ExtraMissing: matplotlib is not installed.
    """
    if ax is None:
        pyplot = load("matplotlib.pyplot", extra="plot", purpose="plots")
        return pyplot.subplots(figsize=size, layout="constrained")[1]
    if not hasattr(ax, "set_xlim"):  # a figure, an array of axes, or the pair that pyplot.subplots returns
        raise AutogradError(f"ax is one pair of axes, such as pyplot.gca(), got {short(ax)}{at()}")
    return ax


def sides_of(ax: Any) -> tuple[float, float]:
    """Return how wide and how high axes are, in points, the unit of font sizes."""
    return 72 * ax.bbox.width / ax.figure.dpi, 72 * ax.bbox.height / ax.figure.dpi


def class_names(classes: Any, count: int) -> list[str]:
    """Return the names of so many classes.

    Raises:
        AutogradError: there are more or fewer, or it is no list of names.
    """
    if isinstance(classes, str) or not isinstance(classes, Iterable):
        raise AutogradError(f"classes are a list of names, got {short(classes)}{at()}")
    names = list(map(str, classes))
    if len(names) != count:
        raise ShapeError(f"{count} classes need as many names, got {len(names)}{at()}")
    return names


def draw_curve(ax: Any, shown: Curve, labels: Sequence[str], colours: Sequence[str] = COLOURS, lw: float = 2.0) -> None:
    """Draw a function and as many derivatives as there are more labels; a filled dot is what is taken at a jump."""
    for order, (label, colour) in enumerate(zip(labels, colours, strict=False)):
        ax.plot(shown.x, shown.orders[order], STYLES[order], color=colour, lw=lw, label=label)
        for k in shown.kinks:
            if k.jumps(order):
                ax.plot([k.x, k.x], [k.before[order], k.after[order]], "o", color=colour, ms=4.5, mfc="white", zorder=3)
                ax.plot(k.x, k.at[order], "o", color=colour, ms=5.5, zorder=4)


def finished(ax: Any, title: str, label: str) -> Any:
    """Give axes their title, names, axis lines and legend."""
    ax.set(title=title, xlabel=translated(label))
    if any(line.get_marker() == "o" for line in ax.lines):
        ax.plot([], [], "o", color="0.3", ms=5.5, label=translated("taken at a jump"))
    ax.axhline(0.0, color="0.6", lw=0.8, zorder=0)
    ax.grid(alpha=0.25)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False)
    return ax
