"""What was promised, in plain words, and how it stands: the rows of the SLA page.

A promise is shown when the agreement makes it: as policy, or as a clause of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct

from statusgen import civil
from statusgen.history.backups import BackupState
from statusgen.history.promises import Plans, Standings, standings
from statusgen.history.record import Record
from statusgen.history.report import Report, month_report
from statusgen.intervals import Interval
from statusgen.model.agreement import alike_windows
from statusgen.model.hours import WeeklySpan
from statusgen.views.availability import figure_words, promise_words, tone_of
from statusgen.views.phases import Phase
from statusgen.views.report import report_path
from statusgen.views.support import opening
from statusgen.views.viewpoint import Link, State, Viewpoint


class PromiseRow(Struct, frozen=True):
    """A promise in words, how it stands, and where both can be read in full.

    ``about`` is a key of the model's ``CLAUSES``; ``clause`` the number and where its words are.
    """

    about: str
    promise: str
    standing: tuple[Phase[State], ...]
    clause: Link | None = None
    detail: Link | None = None


class Standing(Struct, frozen=True):
    """What the rows are made from: this month's report, and the counts of this year."""

    month: Report
    is_reported: bool
    year: Standings


def promise_rows(view: Viewpoint, record: Record) -> tuple[PromiseRow, ...]:
    """A row for each promise, in the order of the agreement."""
    content, today = view.content, view.today()
    known, reports = record.lately, record.reports
    start, end = (
        civil.midnight(date(year, 1, 1), content.site.zone) for year in (today.year, today.year + 1)
    )
    standing = Standing(
        # The last report is of this month; before the agreement is valid there is none.
        month=reports.months[-1] if reports.months else month_report(content, known, today),
        is_reported=bool(reports.months),
        year=standings(content, known, Interval(start, end)),
    )
    builders = (
        *(_availability, _exclusions, _support, _tickets, _reaction, _reports, _unreachable),
        *(_monitoring, _backups, _restores, _calamities, _maintenance),
    )
    return tuple(row for builder in builders for row in builder(view, standing))


def _row(
    view: Viewpoint, about: str, promise: str, state: str, tone: str, detail: Link | None = None
) -> PromiseRow:
    return _phased_row(view, about, promise, (Phase(State(state, tone)),), detail)


def _phased_row(
    view: Viewpoint,
    about: str,
    promise: str,
    standing: tuple[Phase[State], ...],
    detail: Link | None = None,
) -> PromiseRow:
    clause = view.content.agreement.clauses.get(about)
    link = None
    if clause:
        label = view.language.text("clause {number}", number=clause.number)
        path = f"{view.prefix}sla/#clause-{about}" if clause.text else ""
        link = Link(label, path)
    return PromiseRow(about, promise, standing, link, detail)


def _availability(view: Viewpoint, standing: Standing) -> Iterator[PromiseRow]:
    language, counted = view.language, standing.month.service
    if counted is None:
        return
    month = view.today().replace(day=1)
    state = language.text(
        "{figure} in {month}",
        figure=figure_words(view, counted),
        month=language.date(month, "month"),
    )
    promised = view.content.agreement.availability
    words = [promise_words(view)]
    if promised and (promised.holidays or not promised.hours.never_end):
        words.append(language.text("Outside those hours without guarantee."))
    link = Link(language.text("The minutes"), report_path(view, month))
    detail = link if standing.is_reported else None
    yield _row(view, "availability", " ".join(words), state, tone_of(counted), detail)


def _exclusions(view: Viewpoint, standing: Standing) -> Iterator[PromiseRow]:
    language, counted = view.language, standing.month.service
    if counted is None:
        return
    excused = timedelta(seconds=int(counted.excused))
    state = (
        language.text("{duration} left out this month", duration=view.duration(excused))
        if excused
        else language.text("Nothing left out this month")
    )
    promise = language.text(
        "What a customer's own gross fault or intent, or a change without approval, makes "
        "necessary does not count. It stays visible, with the reason."
    )
    yield _row(view, "exclusions", promise, state, "note")


def _support(view: Viewpoint, standing: Standing) -> Iterator[PromiseRow]:
    language, hours = view.language, view.content.site.support.hours
    if hours is None:
        return
    promise = language.text("Support is reachable {hours}.", hours=view.hours(hours))
    yield _phased_row(view, "support", promise, opening(view))


def _tickets(view: Viewpoint, standing: Standing) -> Iterator[PromiseRow]:
    language, promised = view.language, view.content.agreement.register_within
    if promised is None:
        return
    promise = language.text(
        "Every question or disruption is registered as a ticket within {duration}, "
        "and found by its number.",
        duration=view.duration(promised),
    )
    counted = standing.year.tickets
    if not counted.due:
        yield _row(view, "tickets", promise, language.text("None registered this year"), "note")
        return
    state = language.text(
        "{in_time} of {count} in time this year", in_time=counted.in_time, count=counted.due
    )
    tone = "ok" if counted.in_time == counted.due else "major"
    yield _row(view, "tickets", promise, state, tone)


def _reaction(view: Viewpoint, standing: Standing) -> Iterator[PromiseRow]:
    language = view.language
    if "reaction" not in view.content.agreement.clauses:
        return
    promise = language.text(
        "Repair of a disruption starts at once. A bug gets a priority, and you are told when it "
        "is repaired."
    )
    counted = standing.year.disruptions
    state = language.plural(
        "{count} disruption this year", "{count} disruptions this year", counted.count
    )
    if not counted.count:
        state = language.text("No disruptions this year")
    elif counted.to_start is None:
        state += ", " + language.text("start of repair not written down")
    else:
        within = view.duration(counted.to_start)
        state += ", " + language.text("half taken up within {duration}", duration=within)
    yield _row(view, "reaction", promise, state, "note")


def _reports(view: Viewpoint, standing: Standing) -> Iterator[PromiseRow]:
    language, late_after = view.language, view.content.agreement.late_after
    if late_after is None:
        return
    promise = language.text(
        "What is reported later than {duration} after it was known gets no higher priority.",
        duration=view.duration(late_after),
    )
    late = standing.year.late_reports
    state = language.plural("{count} late report this year", "{count} late reports this year", late)
    yield _row(view, "reports", promise, state, "note")


def _unreachable(view: Viewpoint, standing: Standing) -> Iterator[PromiseRow]:
    language = view.language
    if "unreachable" not in view.content.agreement.clauses:
        return
    away = standing.year.unreachable
    promise = language.text(
        "Time in which you cannot be reached does not count in the reaction times."
    )
    state = (
        language.text("{duration} left out this year", duration=view.duration(away))
        if away
        else language.text("Nothing left out this year")
    )
    yield _row(view, "unreachable", promise, state, "note")


def _monitoring(view: Viewpoint, standing: Standing) -> Iterator[PromiseRow]:
    language = view.language
    if "monitoring" not in view.content.agreement.clauses:
        return
    watched = [str(view.words(c.name)) for c in view.content.components if c.probe]
    promise = language.text(
        "Monitoring runs day and night, and tells the developers of an error at once."
    )
    state = (
        language.text("Watched: {components}", components=language.join(watched))
        if watched
        else language.text("Nothing is watched yet")
    )
    yield _row(view, "monitoring", promise, state, "note")


def _backups(view: Viewpoint, standing: Standing) -> Iterator[PromiseRow]:
    language, promise = view.language, view.content.agreement.backups
    if promise is None:
        return
    parts = [language.text("A backup every {duration}", duration=view.duration(promise.every))]
    if promise.locations:
        parts.append(language.plural("in {count} place", "in {count} places", promise.locations))
    if promise.region:
        region = language.word("region", promise.region)
        parts.append(language.text("within the {region}", region=region))
    if promise.keep:
        parts.append(language.text("kept {duration}", duration=view.duration(promise.keep)))
    state = standing.year.backups
    if state is None:
        return
    words, tone = _backup_state(view, state)
    yield _row(view, "backups", ", ".join(parts) + ".", words, tone)


def _backup_state(view: Viewpoint, state: BackupState) -> tuple[str, str]:
    language = view.language
    if state.newest is None:
        return language.text("No backup is known of"), "major"
    said = [language.text("Last {moment}", moment=view.moment(state.newest.at).text)]
    if state.newest.locations:
        said.append(language.text("in {places}", places=language.join(state.newest.locations)))
    if state.oldest_kept_at:
        oldest = view.moment(state.oldest_kept_at).text
        said.append(language.text("back to {moment}", moment=oldest))
    missed = len(state.missed)
    said.append(language.plural("{count} day missed", "{count} days missed", missed))
    if not state.is_fresh:
        said.append(language.text("the next one is overdue"))
    if state.few_places:
        said.append(language.text("too few places"))
    if state.outside_region:
        said.append(language.text("outside the region"))
    if state.kept_short:
        said.append(language.text("kept too short"))
    return ", ".join(said), "ok" if state.is_kept else "major"


def _restores(view: Viewpoint, standing: Standing) -> Iterator[PromiseRow]:
    language = view.language
    counted = standing.year.restores
    if "restores" not in view.content.agreement.clauses and not counted.count:
        return
    promise = language.text(
        "A restore is announced beforehand, and done outside office hours as far as possible."
    )
    state, tone = _plans_state(view, counted, language.text("outside office hours"))
    # Office hours are kept clear as far as possible: that is told, and no breach by itself.
    tone = "ok" if tone == "major" and counted.in_time == counted.count else tone
    yield _row(view, "restores", promise, state, tone)


def _plans_state(view: Viewpoint, counted: Plans, place: str) -> tuple[str, str]:
    """The plans of this year in words, and whether all was kept."""
    language = view.language
    if not counted.count:
        return language.text("None so far this year"), "note"
    state = language.text(
        "This year {count}: {in_time} announced in time, {placed} {place}",
        count=counted.count,
        in_time=counted.in_time,
        placed=counted.well_placed,
        place=place,
    )
    kept = counted.in_time == counted.well_placed == counted.count
    return state, "ok" if kept else "major"


def _calamities(view: Viewpoint, standing: Standing) -> Iterator[PromiseRow]:
    language, every = view.language, view.content.agreement.update_calamity_every
    if every is None:
        return
    promise = language.text(
        "In a calamity fail-over starts as fast as possible, and you are told of the progress, "
        "with at most {duration} between two updates.",
        duration=view.duration(every),
    )
    counted = standing.year
    state, tone = language.text("None so far this year"), "note"
    if counted.calamities:
        state = language.text(
            "You were told of the progress as promised in {told} of {count} this year",
            told=counted.informed,
            count=counted.calamities,
        )
        tone = "ok" if counted.informed == counted.calamities else "major"
    yield _row(view, "calamities", promise, state, tone)


def _maintenance(view: Viewpoint, standing: Standing) -> Iterator[PromiseRow]:
    language, promised = view.language, view.content.agreement.maintenance
    if promised is None:
        return
    windows = language.join([_window(view, *w) for w in alike_windows(promised.windows)])
    promise = language.text("Maintenance only {windows}.", windows=windows)
    if promised.notice:
        notice = view.duration(promised.notice)
        promise += " " + language.text("Announced at least {duration} before.", duration=notice)
    counted = standing.year.maintenance
    state, tone = _plans_state(view, counted, language.text("inside the windows"))
    detail = Link(language.text("All maintenance"), f"{view.prefix}maintenance/")
    yield _row(view, "maintenance", promise, state, tone, detail)


def _window(view: Viewpoint, days: tuple[int, ...], span: WeeklySpan) -> str:
    opens, closes = f"{span.opens:%H:%M}", f"{span.closes:%H:%M}"
    if span.closes_after <= 1:
        return f"{view.weekdays(days)} {opens}–{closes}"
    closing = (span.weekday + span.closes_after) % 7
    names = view.language.weekdays
    return f"{names[span.weekday]} {opens} – {names[closing]} {closes}"
