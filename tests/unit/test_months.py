"""The past month by month says what it says as a whole, and stays what it is once it is settled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from statusgen import civil
from statusgen.history.facts import facts, is_settled
from statusgen.history.months import (
    Month,
    goes_on,
    is_coming,
    last_word_at,
    months,
    newest_first,
)
from statusgen.history.record import Record, month_figures, record
from statusgen.history.report import Report, month_report, year_report
from statusgen.history.status import worst_days
from statusgen.i18n import Language
from statusgen.keys import Keys
from statusgen.model.components import ComponentStatus
from statusgen.model.events import Events
from statusgen.views.told import Told
from statusgen.views.viewpoint import Viewpoint
from tests.histories import EVENT_EDITS, SETTING_EDITS, SLA, Edit, content_after, incident, plan

ONE, WORK = "incidents/2026/storing-1.yaml", "maintenance/2026/werk-0.yaml"
START = datetime(2026, 11, 30, 12)
EDITS = st.lists(EVENT_EDITS | EVENT_EDITS | SETTING_EDITS, max_size=5)
MOMENTS = st.datetimes(
    datetime(2025, 12, 31), datetime(2027, 2, 5), timezones=st.just(UTC)
) | st.sampled_from(
    [
        datetime(2026, 12, 31, 23, tzinfo=UTC) + timedelta(seconds=seconds)
        for seconds in (-1, 0, 1, 61)
    ]
)


def at(text: str) -> datetime:
    """The moment on the clock of the site."""
    return datetime.fromisoformat(text).astimezone(UTC)


def known(now: datetime, edits: Mapping[str, str | None]) -> Record:
    quiet: Mapping[str, str | None] = {
        **dict.fromkeys(
            [ONE, WORK, "incidents/2026/storing-0.yaml", "schedules/keer.yaml"],
        ),
        **edits,
    }
    return record(content_after(list(quiet.items())), now)


def month(of: Record, name: str) -> Month:
    (found,) = [month for month in of.months if month.name == name]
    return found


def names(of: Record, event: str) -> dict[str, str]:
    """By month whether an event began in it or only touches it."""
    return {
        month.name: "began" if event in [e.id for e in month.began] else "touches"
        for month in of.months
        if event in [e.id for e in (*month.began, *month.touching)]
    }


def gone(start: datetime, course: str, **more: str) -> dict[str, str | None]:
    return {ONE: incident(start, course, "server", "Weg.", more)}


# Which months an event touches


@pytest.mark.parametrize(
    ("edits", "now", "event", "expected"),
    [
        (
            gone(START, "over"),
            "2027-01-10T12:00+01:00",
            "storing-1",
            {"2026-11": "began"},
        ),
        (
            gone(START, "for days"),
            "2027-01-10T12:00+01:00",
            "storing-1",
            {"2026-11": "began", "2026-12": "touches"},
        ),
        (
            gone(START, "open"),
            "2027-01-10T12:00+01:00",
            "storing-1",
            {"2026-11": "began", "2026-12": "touches", "2027-01": "touches"},
        ),
        (
            gone(START, "over", reported="2027-01-02 10:00"),
            "2027-01-10T12:00+01:00",
            "storing-1",
            {"2026-11": "began", "2026-12": "touches", "2027-01": "touches"},
        ),
        (
            gone(datetime(2026, 12, 1), "over", reported="2026-11-30 10:00"),
            "2026-12-10T12:00+01:00",
            "storing-1",
            {"2026-11": "touches", "2026-12": "began"},
        ),
        (
            {WORK: plan(datetime(2026, 12, 31, 21), "as planned", "app", "Weg.")},
            "2026-12-30T12:00+01:00",
            "werk-0",
            {"2026-12": "began"},
        ),
        (
            {WORK: plan(datetime(2026, 12, 31, 23), "as planned", "app", "Weg.")},
            "2026-12-30T12:00+01:00",
            "werk-0",
            {"2026-12": "began", "2027-01": "touches"},
        ),
        (
            {WORK: plan(datetime(2026, 11, 30, 21), "late", "app", "Weg.")},
            "2026-12-30T12:00+01:00",
            "werk-0",
            {"2026-11": "began", "2026-12": "touches"},
        ),
        (
            {WORK: plan(datetime(2026, 11, 30, 21), "not done", "app", "Weg.")},
            "2027-01-10T12:00+01:00",
            "werk-0",
            {"2026-11": "began", "2026-12": "touches", "2027-01": "touches"},
        ),
    ],
)
def test_an_event_is_in_the_month_that_it_began_in_and_touches_those_it_went_on_in(
    edits: dict[str, str | None], now: str, event: str, expected: dict[str, str]
) -> None:
    assert names(known(at(now), edits), event) == expected


def test_which_months_an_event_is_in_does_not_hang_on_the_one_before_it() -> None:
    now = at("2027-01-10T12:00+01:00")
    of = known(now, gone(START, "over"))
    midnight, zone = at("2026-12-01T00:00+01:00"), of.content.site.zone
    hours = [timedelta(hours=hour) for hour in (-900, -30, -1, 0, 1, 30, 800)]
    spans = [(start, end) for start in hours for end in hours if start <= end]
    some = [
        replace(of.incidents.cards[0], id=f"{n}", begins_at=at_, since=at_, until=midnight + end)
        for n, (start, end) in enumerate(spans)
        for at_ in [midnight + start]
    ]
    for first in some:
        for second in some:
            both = months(of.content, Events([first, second], of.events.load), now)
            for card in (first, second):
                touched = {civil.day_of(at_, zone) for at_ in (card.since, card.until)}
                in_it = [month.first for month in both if card in month.touching.cards]
                assert (in_it[0], in_it[-1]) == tuple(
                    day.replace(day=1) for day in (min(touched), max(touched))
                )
                began = [month.first for month in both if card in month.began.cards]
                assert began == in_it[:1]


# When a month is settled


@pytest.mark.parametrize(
    ("edits", "now", "settled"),
    [
        (gone(START, "over"), "2026-12-01T00:00:00+01:00", False),
        (gone(START, "over"), "2026-12-01T00:00:01+01:00", True),
        (gone(START, "open"), "2027-02-01T00:00:00+01:00", False),
        (gone(START, "for days"), "2026-12-06T12:00:00+01:00", False),
        (gone(START, "for days"), "2026-12-06T12:00:01+01:00", True),
        # Unregistered, it is too late a day after the report.
        (gone(START, "over", reported="2026-11-30 12:10"), "2026-12-01T12:00:00+01:00", False),
        (gone(START, "over", reported="2026-11-30 12:10"), "2026-12-01T12:10:01+01:00", True),
        (
            gone(START, "over", reported="2026-11-30 12:10", registered="2026-11-30 12:20"),
            "2026-12-01T12:00:00+01:00",
            True,
        ),
        (
            {WORK: plan(datetime(2026, 11, 30, 23), "as planned", "app", "Weg.")},
            "2026-12-01T00:59:59+01:00",
            False,
        ),
        (
            {WORK: plan(datetime(2026, 11, 30, 23), "as planned", "app", "Weg.")},
            "2026-12-01T01:00:01+01:00",
            True,
        ),
        (
            {WORK: plan(datetime(2026, 11, 30, 21), "late", "app", "Weg.")},
            "2026-12-03T20:00:00+01:00",
            False,
        ),
        (
            {WORK: plan(datetime(2026, 11, 30, 21), "late", "app", "Weg.")},
            "2026-12-03T21:00:01+01:00",
            True,
        ),
        (
            {WORK: plan(datetime(2026, 11, 30, 21), "called off", "app", "Weg.")},
            "2026-12-01T00:00:01+01:00",
            True,
        ),
    ],
)
def test_a_month_is_settled_when_it_is_over_with_all_that_touches_it(
    edits: dict[str, str | None], now: str, settled: bool
) -> None:
    assert month(known(at(now), edits), "2026-11").is_settled is settled


def test_an_event_is_settled_before_its_month_is() -> None:
    of = month(known(at("2026-11-30T20:00+01:00"), gone(START, "over")), "2026-11")
    assert [event.id for event in of.settled] == ["storing-1"]
    assert not of.is_settled


@settings(max_examples=60)
@given(EDITS, MOMENTS, MOMENTS)
def test_what_has_the_same_key_is_the_same_whenever_it_is_told(
    edits: list[Edit], now: datetime, later: datetime
) -> None:
    content, english = content_after(edits), Language.load("en")
    one, other = record(content, now), record(content, later)
    # Words leave out the year when it is this one: then all keys are others.
    same_year = (
        civil.day_of(now, content.site.zone).year == civil.day_of(later, content.site.zone).year
    )
    keys = [Keys("", lambda _: "") for _ in range(2)]
    others = {keys[1].of_month(month): month for month in other.months}
    for of in one.months:
        if same := others.get(keys[0].of_month(of)):
            assert of.is_settled or now == later
            assert [e.id for e in of.began] == [e.id for e in same.began]
            assert month_figures(of) == month_figures(same)
    said = [
        (Told(Viewpoint(content, english, "", of.now), of.events, lambda id: None), of)
        for of in (one, other)
    ]
    told = [
        {key.of([card]): words.of(card) for card in of.events.cards if card.is_settled(of.now)}
        for key, (words, of) in zip(keys, said, strict=True)
    ]
    if same_year:
        for key in told[0].keys() & told[1].keys():
            assert told[0][key] == told[1][key]


# The whole is the sum of its months


def without_minutes(report: Report) -> Report:
    return replace(
        report,
        service=report.service and replace(report.service, ledger=()),
        components=tuple((c, of and replace(of, ledger=())) for c, of in report.components),
        outside=(),
    )


@settings(max_examples=60)
@given(EDITS, MOMENTS)
def test_figures_by_month_are_those_of_all_that_is_known(edits: list[Edit], now: datetime) -> None:
    content = content_after(edits)
    of, everything = record(content, now), facts(content, now)
    for month in of.months:
        whole = month_report(content, everything, month.first)
        assert month_report(content, month.facts, month.first) == whole
        if month.name in of.figures:
            assert of.figures[month.name].report == without_minutes(whole)
    for year in of.reports.years:
        whole = year_report(content, everything, int(year.whole.name))
        assert year.whole == without_minutes(whole)


@settings(max_examples=60)
@given(EDITS, MOMENTS)
def test_days_and_changes_by_month_are_those_of_all_spells(
    edits: list[Edit], now: datetime
) -> None:
    content = content_after(edits)
    of, spells = record(content, now), facts(content, now).spells
    assert of_all_years(of) == worst_days(spells, content.site.zone)
    for component in content.components:
        own = [spell for spell in spells if spell.component == component.id]
        assert of_all_years(of, component.id) == worst_days(own, content.site.zone)
        ends = [s.interval.end if s.interval.end < now else s.interval.start for s in own]
        assert of.changed_at(component.id) == max(ends, default=None)


@settings(max_examples=60)
@given(EDITS, MOMENTS)
def test_what_happened_goes_on_and_is_to_come_is_found_without_asking_every_event(
    edits: list[Edit], now: datetime
) -> None:
    of = record(content_after(edits), now)
    happened = [event for event in of.events if not is_coming(event, now)]
    assert tuple(map(of.events.load, of.happened)) == newest_first(happened)
    assert sum(of.counts.values()) == len(happened)
    assert of.going_on == newest_first(event for event in of.events if goes_on(event, now))
    said = {event.id: last_word_at(event, now) for event in of.events}
    assert said == {card.id: of.last_word_at(card) for card in of.events.cards}
    told = [(at, card.id) for at, card in of.by_last_word(of.last_word_at)]
    assert sorted(told) == sorted((at, id) for id, at in said.items() if at)
    assert [at for at, _ in told] == sorted((at for at, _ in told), reverse=True)
    coming = {event.id for event in of.events if is_coming(event, now)}
    assert coming == {event.id for event in of.lately.events if is_coming(event, now)}
    for month in of.months:
        assert month.settled == tuple(
            event for event in month.began if is_settled(event, of.content.agreement, now)
        )


def of_all_years(of: Record, component: str | None = None) -> dict[date, ComponentStatus]:
    years = sorted({int(name[:4]) for name in of.figures})
    return {day: status for year in years for day, status in of.worst(year, component).items()}


@settings(max_examples=40)
@given(EDITS, MOMENTS)
def test_of_this_year_and_lately_the_present_knows_all(edits: list[Edit], now: datetime) -> None:
    content = content_after(edits)
    lately, everything = record(content, now).lately, facts(content, now)
    today = civil.day_of(now, content.site.zone)
    since = civil.midnight(
        min(date(today.year, 1, 1), today - timedelta(days=100)), content.site.zone
    )
    for few, all_of in (
        ([s for s in lately.spells if s.interval.end > since], everything.spells),
        ([d for d in lately.down if d.interval.end > since], everything.down),
    ):
        assert few == [one for one in all_of if one.interval.end > since]
    open_now = [i.id for i in everything.incidents if i.is_open(now)]
    assert [i.id for i in lately.incidents if i.is_open(now)] == open_now
    coming = [p.id for p in everything.plans if p.planned.end > now]
    assert [p.id for p in lately.plans if p.planned.end > now] == coming


def test_without_a_day_that_it_is_valid_from_the_year_is_guaranteed_from_january_on() -> None:
    now = at("2026-12-30T12:00+01:00")
    of = known(now, {**gone(START, "over"), "sla.yaml": SLA})
    assert [report.name for report in of.reports.months] == ["2026-11", "2026-12"]
    assert [month.name for month in of.months] == [f"2026-{n:02}" for n in range(1, 13)]
    (year,) = of.reports.years
    whole = year_report(of.content, facts(of.content, now), 2026)
    assert year.whole == without_minutes(whole)
    assert whole.service
    assert whole.service.downtime
