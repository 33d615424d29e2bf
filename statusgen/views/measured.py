"""What was measured, beside what was reported: always said to be a measurement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, timedelta
from fractions import Fraction

from msgspec import Struct

from statusgen.history.availability import Availability, seconds
from statusgen.history.measured import Disagreement, Measured
from statusgen.history.report import Report, Reports
from statusgen.model.components import Component
from statusgen.model.observations import ResponseTimes
from statusgen.views.availability import figure_words, tone_of
from statusgen.views.components import DAYS
from statusgen.views.events import EventView, Fact
from statusgen.views.figures import FigureView, TimeBar, time_bars
from statusgen.views.sections import Section
from statusgen.views.viewpoint import Link, Viewpoint, Words

_MEDIAN, _LATE = 50, 95
"""The percentiles of response times that are shown."""


class MeasuredRow(Struct, frozen=True):
    """A figure that was measured beside the one that was reported; lengths in minutes.

    It is of a month, whose report ``report`` leads to, or else of a component or the service.
    ``seen`` is the share of guaranteed time with an observation, ``gap`` the rest of it.
    """

    name: Words
    report: Link | None
    reported: str
    reported_tone: str
    measured: str
    measured_tone: str
    seen: str
    down: str
    gap: str


class DisagreementRow(Struct, frozen=True):
    """A time in which probes saw other than was reported; ``event`` is what was, if anything."""

    when: str
    length: str
    component: Words
    what: str
    event: Link | None
    lang: str | None


class MeasuredView(Struct, frozen=True):
    """What was measured over the time of a report; that of a year has no disagreements."""

    rows: tuple[MeasuredRow, ...]
    disagreements: tuple[DisagreementRow, ...]


def measured_months(view: Viewpoint, months: Sequence[Report]) -> list[MeasuredRow]:
    """The service in each month that something of it was seen in, in the order given."""
    found = []
    for report in months:
        if report.measured and report.measured.service:
            month = view.language.date(view.day_of(report.during.start), "month")
            link = view.link(month, f"sla/{report.name}/")
            seen = report.measured.service
            found.append(_row(view, Words(month), link, report.service, seen))
    return found


def measured_view(
    view: Viewpoint, report: Report, events: Mapping[str, EventView]
) -> MeasuredView | None:
    """What was measured over the time of a report; None where nothing was seen of it."""
    found = report.measured
    if found is None:
        return None
    service = Words(view.language.text("The service"))
    whole = [_row(view, service, None, report.service, found.service)] if found.service else []
    reported = {component.id: counted for component, counted in report.components}
    parts = [
        _row(view, view.words(component.name), None, reported[component.id], seen)
        for component, seen in found.components
    ]
    differ = () if report.is_year else found.disagreements
    return MeasuredView((*whole, *parts), tuple(_disagreement(view, d, events) for d in differ))


def _row(
    view: Viewpoint, name: Words, report: Link | None, counted: Availability | None, seen: Measured
) -> MeasuredRow:
    target = counted.target if counted else Fraction(0)
    tone = "note" if seen.figure is None else "ok" if seen.figure >= target else "major"
    return MeasuredRow(
        name=name,
        report=report,
        reported=figure_words(view, counted),
        reported_tone=tone_of(counted),
        measured=_share(view, seen.figure),
        measured_tone=tone,
        seen=_share(view, seen.coverage),
        down=view.language.number(seen.downtime / 60),
        gap=view.language.number(seen.gap / 60),
    )


def _disagreement(
    view: Viewpoint, found: Disagreement, events: Mapping[str, EventView]
) -> DisagreementRow:
    language, interval = view.language, found.interval
    name = next(c.name for c in view.content.components if c.id == found.component)
    event = events[found.event.id] if found.event else None
    unreported = language.text("Measured down; nothing was reported.")
    unseen = language.text("Reported down; measured up.")
    return DisagreementRow(
        when=language.span(view.local(interval.start), view.local(interval.end)),
        length=language.number(seconds(interval.length) / 60),
        component=view.words(name),
        what=unseen if event else unreported,
        event=Link(event.title.text, event.path) if event else None,
        lang=event.title.lang if event else None,
    )


def measured_section(view: Viewpoint, component: Component, reports: Reports) -> list[Section]:
    """What was measured of a component: this month, and how fast it answered."""
    facts = tuple(_this_month(view, component, reports))
    figure = _times_figure(view, view.content.measurements.times.get(component.id, {}))
    if not facts and figure is None:
        return []
    figures = (figure,) if figure else ()
    return [Section(view.language.text("Measured"), "measured", facts=facts, figures=figures)]


def _this_month(view: Viewpoint, component: Component, reports: Reports) -> list[Fact]:
    latest = reports.months[-1].measured if reports.months else None
    seen = latest.of(component.id) if latest else None
    if seen is None:
        return []
    language = view.language
    return [
        Fact(language.text("Measured availability this month"), _share(view, seen.figure)),
        Fact(language.text("Guaranteed hours that were measured"), _share(view, seen.coverage)),
    ]


def _times_figure(view: Viewpoint, times: Mapping[date, ResponseTimes]) -> FigureView | None:
    """How fast it answered on each of the last days; None where it did on none of them."""
    language, today = view.language, view.now.astimezone(UTC).date()
    days = [today - timedelta(days=DAYS - 1 - n) for n in range(DAYS)]
    bars, said = [], []
    for position, day in enumerate(days):
        median, late = (
            times[day].percentile(n) if day in times else None for n in (_MEDIAN, _LATE)
        )
        if median is None or late is None:
            continue
        bars.append(TimeBar(position, median, late))
        within = {"median": _took(view, median), "late": _took(view, late)}
        said.append(f"{view.day(day)}: {language.text('{median}; 95%: {late}', **within)}")
    if not bars:
        return None
    label = language.text("Response times each day")
    top = _round_up(max(bar.late for bar in bars))
    return FigureView(
        "timesfig",
        time_bars(DAYS, bars, top, label),
        title=label,
        scale=tuple(_took(view, length) for length in (top, top / 2, timedelta())),
        labels=(view.day(days[0]), view.day(days[-1])),
        key=(
            ("median", language.text("half of the answers within")),
            ("late", language.text("95% of the answers within")),
        ),
        words=(
            (language.text("Half of the answers within; 95% within (days in UTC)"), tuple(said)),
        ),
    )


def _round_up(length: timedelta) -> timedelta:
    """The next of 1, 2 and 5 times a power of ten milliseconds: where a scale can end."""
    step = timedelta(milliseconds=1)
    while True:
        for times in (1, 2, 5):
            if length <= times * step:
                return times * step
        step *= 10


def _took(view: Viewpoint, length: timedelta) -> str:
    if length < timedelta(seconds=1):
        milliseconds = view.language.number(Fraction(length // timedelta(microseconds=1), 1000))
        return view.language.text("{number} ms", number=milliseconds)
    return view.language.text("{number} s", number=view.language.number(seconds(length)))


def _share(view: Viewpoint, share: Fraction | None) -> str:
    if share is None:
        return "–"
    return view.language.percent(share.numerator, share.denominator)
