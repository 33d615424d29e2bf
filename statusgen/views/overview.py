"""All maintenance: what runs, what is to come, by month, and each schedule by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction

from msgspec import Struct

from statusgen import civil
from statusgen.intervals import Interval, within
from statusgen.model.agreement import guaranteed_time
from statusgen.model.events import Events
from statusgen.model.maintenance import Maintenance
from statusgen.model.schedules import Schedule
from statusgen.views.events import Fact, tags
from statusgen.views.figures import CalendarDay, FigureView, Slot, month_calendar
from statusgen.views.lists import row
from statusgen.views.plans import plan_view
from statusgen.views.recurrences import rhythm
from statusgen.views.sections import ListView, Section
from statusgen.views.told import Told
from statusgen.views.viewpoint import Viewpoint

PAST = 25
MONTHS = 2


class Plans(Struct, frozen=True):
    """Maintenance by how far it is: what runs, what comes (soonest first), what was (newest
    first). ``lately`` is what was of ``MONTHS`` at least."""

    running: Sequence[Maintenance]
    coming: Sequence[Maintenance]
    past: Events[Maintenance]
    lately: Sequence[Maintenance]

    def of_schedule(self, id: str) -> Plans:
        """Those of one schedule."""
        present = (self.running, self.coming)
        running, coming = ([plan for plan in part if plan.schedule == id] for part in present)
        past = self.past.where(lambda card: card.schedule == id)
        return Plans(running, coming, past, ())


def maintenance_list(view: Viewpoint, told: Told, plans: Plans) -> ListView:
    """All that is being done, all that is to come, and what was done lately."""
    language = view.language
    schedules = tuple(
        view.link(str(view.words(schedule.title)), f"maintenance/{schedule.id}/")
        for schedule in shown_schedules(view)
    )
    recurring = Section(language.text("Recurring maintenance"), "recurring", links=schedules)
    return ListView(
        path=f"{view.prefix}maintenance/",
        title=language.text("Maintenance"),
        sections=(
            Section(figures=tuple(_months(view, plans))),
            *present_sections(view, told, plans),
            *([recurring] if schedules else []),
            past_section(view, told, plans),
        ),
        is_current=True,
    )


def present_sections(view: Viewpoint, told: Told, plans: Plans) -> list[Section]:
    """What runs, if anything does, and what is to come."""
    language = view.language
    coming = Section(
        language.text("Planned maintenance"),
        "planned",
        plans=tuple(plan_view(view, told.of(m), m.planned) for m in plans.coming),
        empty=language.text("No maintenance is planned."),
    )
    running = tuple(plan_view(view, told.of(m), m.planned) for m in plans.running)
    if not running:
        return [coming]
    return [Section(language.text("Going on now"), "running", plans=running), coming]


def past_section(view: Viewpoint, told: Told, plans: Plans) -> Section:
    """What was done lately."""
    return Section(
        view.language.text("Earlier"),
        "earlier",
        rows=tuple(row(view, told.of(card)) for card in plans.past[:PAST].cards),
        empty=view.language.text("No maintenance was done yet."),
    )


def shown_schedules(view: Viewpoint) -> list[Schedule]:
    """The schedules that have been announced by now."""
    return [
        schedule
        for schedule in view.content.schedules
        if schedule.announced_at is None or schedule.announced_at <= view.now
    ]


def schedule_list(view: Viewpoint, told: Told, schedule: Schedule, plans: Plans) -> ListView:
    """The page of a schedule: how often, what users notice, and its occurrences."""
    own, title = plans.of_schedule(schedule.id), view.words(schedule.title)
    about = Section(prose=view.prose(schedule.text), facts=tuple(_schedule_facts(view, schedule)))
    return ListView(
        path=f"{view.prefix}maintenance/{schedule.id}/",
        title=str(title),
        name=title,
        sections=(about, *present_sections(view, told, own), past_section(view, told, own)),
        is_current=True,
    )


def _schedule_facts(view: Viewpoint, schedule: Schedule) -> Iterator[Fact]:
    language, often = view.language, rhythm(view, schedule)
    if often:
        yield Fact(language.text("When"), often)
    yield Fact(language.text("Length"), view.duration(schedule.duration))
    yield Fact(language.text("What you notice"), language.word("effect", schedule.effect))
    names = [str(tag.name) for tag in tags(view, schedule.components)]
    yield Fact(language.text("Components"), language.join(names))
    if schedule.announced_at:
        yield Fact(language.text("Announced"), view.moment(schedule.announced_at).text)
    if schedule.until:
        yield Fact(language.text("Until"), view.day(schedule.until))


def _months(view: Viewpoint, plans: Plans) -> Iterator[FigureView]:
    """This month and the next as calendars."""
    first = view.today().replace(day=1)
    for number in range(MONTHS):
        month = (first + timedelta(days=31 * number)).replace(day=1)
        yield _calendar(view, month, plans)


def _calendar(view: Viewpoint, month: date, plans: Plans) -> FigureView:
    language, zone = view.language, view.content.site.zone
    during = civil.month(month.year, month.month, zone)
    days = civil.days(during, zone)
    bounds = {day: civil.day(day, zone) for day in days}
    known = (*plans.lately, *plans.running, *plans.coming)
    planned = [m for m in known if m.planned.overlaps(during) and not m.is_cancelled(view.now)]
    titles = [f"{view.short_span(m.planned)} {view.words(m.title)}" for m in planned]
    closed = guaranteed_time(view.content.agreement, during, zone)
    name = language.date(month, "month")
    label = language.text("Maintenance in {month}", month=name)
    key = {"win": language.text("planned")}
    if closed:
        key["closed"] = language.text("guaranteed available")
    count = language.plural("{count} planned", "{count} planned", len(planned))
    return FigureView(
        "calendarfig",
        month_calendar(
            [CalendarDay(day.day, day.weekday(), day == view.today()) for day in days],
            _slots(bounds, [(interval, "") for interval in closed]),
            _slots(bounds, list(zip([m.planned for m in planned], titles, strict=True))),
            f"{label}: {count}",
        ),
        title=name,
        labels=language.weekdays,
        key=tuple(key.items()),
        words=((label, tuple(titles)),) if titles else (),
    )


def _slots(bounds: Mapping[date, Interval], spans: Sequence[tuple[Interval, str]]) -> list[Slot]:
    """The spans cut by day."""
    return [
        Slot(day.day, _share(whole, part.start), _share(whole, part.end), title)
        for span, title in spans
        for day, whole in bounds.items()
        for part in within((span,), whole)
    ]


def _share(day: Interval, instant: datetime) -> Fraction:
    second = timedelta(seconds=1)
    return Fraction((instant - day.start) // second, day.length // second)
