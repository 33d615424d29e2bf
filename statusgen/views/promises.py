"""What was promised, in plain words, and how it stands: the rows of the SLA page.

A promise is shown when the agreement makes it: as policy, or as a clause of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from statusgen import civil
from statusgen.history import backups
from statusgen.history.facts import Facts
from statusgen.history.reaction import figures, reported_at
from statusgen.history.report import Report, month_report, reported_months
from statusgen.intervals import Interval, Intervals, total, union, within
from statusgen.model.agreement import alike_windows, allowed_time
from statusgen.model.hours import WeeklySpan
from statusgen.model.incidents import IncidentKind, silences
from statusgen.model.maintenance import Maintenance, MaintenanceKind, running
from statusgen.views.report import figure_words, promise_words, report_path, tone_of
from statusgen.views.support import opening_words
from statusgen.views.viewpoint import Link, Viewpoint


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A promise in words, how it stands, and where both can be read in full.

    ``about`` is a key of the model's ``CLAUSES``; ``clause`` the number and where its words are.
    """

    about: str
    promise: str
    state: str
    tone: str
    clause: Link | None = None
    detail: Link | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a promise is judged by: the facts, this month, and this year up to now."""

    known: Facts
    month: Report
    year: Interval


def promise_rows(view: Viewpoint, known: Facts) -> tuple[PromiseRow, ...]:
    """A row for each promise, in the order of the agreement."""
    today = view.today()
    start = civil.midnight(today.replace(month=1, day=1), view.content.site.zone)
    year = Interval(start, known.now + timedelta(microseconds=1))
    standing = Standing(known, month_report(view.content, known, today), year)
    builders = (
        *(_availability, _exclusions, _support, _tickets, _reaction, _reports, _unreachable),
        *(_monitoring, _backups, _restores, _calamities, _maintenance),
    )
    return tuple(row for builder in builders for row in builder(view, standing))


def _row(
    view: Viewpoint, about: str, promise: str, state: str, tone: str, detail: Link | None = None
) -> PromiseRow:
    clause = view.content.agreement.clauses.get(about)
    link = None
    if clause:
        label = view.language.text("clause {number}", number=clause.number)
        path = f"{view.prefix}sla/#clause-{about}" if clause.text else ""
        link = Link(label, path)
    return PromiseRow(about, promise, state, tone, link, detail)


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
    promise = f"{promise_words(view)} {language.text('Outside those hours without guarantee.')}"
    is_reported = month in reported_months(view.content, standing.known)
    detail = Link(language.text("The minutes"), report_path(view, month)) if is_reported else None
    yield _row(view, "availability", promise, state, tone_of(counted), detail)


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
    state, is_open = opening_words(view)
    tone = "ok" if is_open else "note"
    yield _row(view, "support", promise, state, tone)


def _tickets(view: Viewpoint, standing: Standing) -> Iterator[PromiseRow]:
    language, promised = view.language, view.content.agreement.register_within
    if promised is None:
        return
    promise = language.text(
        "Every question or disruption is registered as a ticket within {duration}, "
        "and found by its number.",
        duration=view.duration(promised),
    )
    counted = figures(standing.known.incidents, view.content.agreement, standing.year, view.now)
    if not counted.registered:
        yield _row(view, "tickets", promise, language.text("None registered this year"), "note")
        return
    state = language.text(
        "{in_time} of {count} in time this year",
        in_time=counted.in_time,
        count=counted.registered,
    )
    tone = "ok" if counted.in_time == counted.registered else "major"
    yield _row(view, "tickets", promise, state, tone)


def _reaction(view: Viewpoint, standing: Standing) -> Iterator[PromiseRow]:
    language = view.language
    if "reaction" not in view.content.agreement.clauses:
        return
    disruptions = [i for i in standing.known.incidents if i.kind is IncidentKind.DISRUPTION]
    counted = figures(disruptions, view.content.agreement, standing.year, view.now)
    promise = language.text(
        "Repair of a disruption starts at once. A bug gets a priority, and you are told when it "
        "is repaired."
    )
    state = language.text("No disruptions this year")
    if counted.to_start is not None:
        state = language.text(
            "Disruptions this year: half taken up within {duration}",
            duration=view.duration(counted.to_start),
        )
    yield _row(view, "reaction", promise, state, "note")


def _reports(view: Viewpoint, standing: Standing) -> Iterator[PromiseRow]:
    language, late_after = view.language, view.content.agreement.late_after
    if late_after is None:
        return
    late = [
        i
        for i in standing.known.incidents
        if i.known_since
        and i.reported_at
        and i.reported_at - i.known_since > late_after
        and standing.year.holds(i.reported_at)
    ]
    promise = language.text(
        "What is reported later than {duration} after it was known gets no higher priority.",
        duration=view.duration(late_after),
    )
    count = len(late)
    state = language.plural(
        "{count} late report this year", "{count} late reports this year", count
    )
    yield _row(view, "reports", promise, state, "note")


def _unreachable(view: Viewpoint, standing: Standing) -> Iterator[PromiseRow]:
    language = view.language
    if "unreachable" not in view.content.agreement.clauses:
        return
    away = total(
        part
        for incident in standing.known.incidents
        if standing.year.holds(reported_at(incident))
        for part in union(incident.unreachable)
    )
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
    log = view.content.backups
    state = backups.state(log, promise, view.content.site.zone, view.now)
    words, tone = _backup_state(view, state)
    yield _row(view, "backups", ", ".join(parts) + ".", words, tone)


def _backup_state(view: Viewpoint, state: backups.BackupState) -> tuple[str, str]:
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
    good = state.is_fresh and not missed and not state.outside_region
    return ", ".join(said), "ok" if good else "major"


def _restores(view: Viewpoint, standing: Standing) -> Iterator[PromiseRow]:
    language = view.language
    restores = [plan for plan in _past_plans(standing) if plan.kind is MaintenanceKind.RESTORE]
    if "restores" not in view.content.agreement.clauses and not restores:
        return
    announced = [
        plan
        for plan in restores
        if plan.first_word_at is not None and plan.first_word_at < plan.planned.start
    ]
    promise = language.text(
        "A restore is announced beforehand, and done outside office hours as far as possible."
    )
    state = language.text("None this year")
    if restores:
        state = language.text(
            "{announced} of {count} announced beforehand this year",
            announced=len(announced),
            count=len(restores),
        )
    kept = len(announced) == len(restores)
    yield _row(view, "restores", promise, state, "ok" if kept else "major")


def _calamities(view: Viewpoint, standing: Standing) -> Iterator[PromiseRow]:
    language, every = view.language, view.content.agreement.update_calamity_every
    if every is None:
        return
    promise = language.text(
        "In a calamity fail-over starts as fast as possible, and you are told of the progress, "
        "with at most {duration} between two updates.",
        duration=view.duration(every),
    )
    calamities = [
        i
        for i in standing.known.incidents
        if i.kind is IncidentKind.CALAMITY and standing.year.holds(i.started_at)
    ]
    silent = [i for i in calamities if silences(i, every, view.now)]
    state = language.text("None this year")
    if calamities:
        state = language.text(
            "You were told of the progress as promised in {told} of {count} this year",
            told=len(calamities) - len(silent),
            count=len(calamities),
        )
    yield _row(view, "calamities", promise, state, "major" if silent else "ok")


def _maintenance(view: Viewpoint, standing: Standing) -> Iterator[PromiseRow]:
    language, promised = view.language, view.content.agreement.maintenance
    if promised is None:
        return
    windows = language.join([_window(view, *w) for w in alike_windows(promised.windows)])
    promise = language.text("Maintenance only {windows}.", windows=windows)
    if promised.notice:
        notice = view.duration(promised.notice)
        promise += " " + language.text("Announced at least {duration} before.", duration=notice)
    plans = [p for p in _past_plans(standing) if p.kind is MaintenanceKind.MAINTENANCE]
    inside = [plan for plan in plans if _ran_inside(view, plan)]
    state = language.text("None this year")
    if plans:
        state = language.text(
            "{inside} of {count} inside the windows this year",
            inside=len(inside),
            count=len(plans),
        )
    tone = "ok" if len(inside) == len(plans) else "major"
    detail = Link(language.text("All maintenance"), f"{view.prefix}maintenance/")
    yield _row(view, "maintenance", promise, state, tone, detail)


def _window(view: Viewpoint, days: tuple[int, ...], span: WeeklySpan) -> str:
    opens, closes = f"{span.opens:%H:%M}", f"{span.closes:%H:%M}"
    if span.closes_after <= 1:
        return f"{view.weekdays(days)} {opens}–{closes}"
    closing = (span.weekday + span.closes_after) % 7
    names = view.language.weekdays
    return f"{names[span.weekday]} {opens} – {names[closing]} {closes}"


def _past_plans(standing: Standing) -> list[Maintenance]:
    """The plans that ran, or are running, and began this year."""
    now = standing.known.now
    return [
        plan
        for plan in standing.known.plans
        if standing.year.holds(plan.planned.start) and running(plan, now)
    ]


def _ran_inside(view: Viewpoint, plan: Maintenance) -> bool:
    ran = running(plan, view.now)
    allowed: Intervals = ()
    if ran:
        allowed = allowed_time(view.content.agreement, ran, view.content.site.zone)
    return ran is not None and within(allowed, ran) == (ran,)
