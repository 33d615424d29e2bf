"""Availability against the promise, in words and as a figure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from statusgen.history.availability import Availability
from statusgen.views.figures import FigureView, foot, month_bars
from statusgen.views.viewpoint import Viewpoint

SHOWN = 24


def promise_words(view: Viewpoint) -> str:
    """The promise of availability in words; nothing where none is made."""
    promise = view.content.agreement.availability
    if promise is None:
        return ""
    target = view.language.exact_percent(promise.target.numerator, promise.target.denominator)
    hours = view.hours(promise.hours)
    if promise.holidays is None:
        return view.language.text("Promised: {target}, {hours}.", target=target, hours=hours)
    return view.language.text(
        "Promised: {target} on working days, {hours}.", target=target, hours=hours
    )


def figure_words(view: Viewpoint, counted: Availability | None) -> str:
    """The figure, rounded down; without guaranteed time why there is none."""
    if counted is None or not counted.guaranteed_in_full:
        return view.language.text("not applicable")
    figure = counted.figure
    if figure is None:
        return view.language.text("no figure yet")
    return view.language.percent(figure.numerator, figure.denominator)


def tone_of(counted: Availability | None) -> str:
    """The tone of a figure: ok, major, or note where there is none."""
    if counted is None or counted.meets_target is None:
        return "note"
    return "ok" if counted.meets_target else "major"


def months_figure(
    view: Viewpoint, months: Sequence[tuple[str, Availability | None]]
) -> FigureView | None:
    """A bar for each of the last months, oldest first: (its name, its availability).

    None without a promise of availability or a month.
    """
    language, promise = view.language, view.content.agreement.availability
    if promise is None or not months:
        return None
    shown = months[-SHOWN:]
    titles = tuple(f"{name}: {figure_words(view, counted)}" for name, counted in shown)
    figures = [counted.figure if counted else None for _, counted in shown]
    label = language.text("Availability each month against the promise")
    low = foot(promise.target)
    promised, lowest = (_share(view, share) for share in (promise.target, low))
    return FigureView(
        "monthsfig",
        month_bars(list(zip(titles, figures, strict=True)), promise.target, label),
        labels=(shown[0][0], shown[-1][0]) if len(shown) > 1 else (shown[0][0],),
        scale=(_share(view, Fraction(1)), promised, lowest),
        key=(
            ("promised", language.text("promised: {target}", target=promised)),
            ("", language.text("The bars begin at {share}.", share=lowest)),
        ),
        words=((label, titles),),
    )


def _share(view: Viewpoint, share: Fraction) -> str:
    return view.language.exact_percent(share.numerator, share.denominator)
