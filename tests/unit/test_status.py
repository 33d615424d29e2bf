from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from statusgen import civil
from statusgen.history.status import Day, current, days, spells
from statusgen.intervals import Interval
from statusgen.model.agreement import Agreement
from statusgen.model.components import Component, ComponentGroup, ComponentStatus
from statusgen.model.content import Content
from statusgen.model.incidents import (
    Impact,
    Incident,
    IncidentKind,
    IncidentStatus,
    IncidentUpdate,
)
from statusgen.model.maintenance import Maintenance, MaintenanceKind
from statusgen.model.site import Site
from statusgen.model.text import Text

UP, WORK, SLOW, PARTLY, DOWN = ComponentStatus
WORDS = Text((("nl", "Een"),))
ZONE = civil.zone("Europe/Amsterdam")
LATER = datetime(2027, 1, 1, tzinfo=UTC)


def wall(text: str) -> datetime:
    """An instant of 2026 from wall time: 11-23 15:03."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE).astimezone(UTC)


def incident(
    id: str,
    started: str,
    ended: str | None,
    components: Mapping[str, ComponentStatus],
    *changes: tuple[str, Mapping[str, ComponentStatus]],
) -> Incident:
    return Incident(
        id=id,
        path=f"incidents/2026/{id}.yaml",
        title=WORDS,
        kind=IncidentKind.DISRUPTION,
        components=components,
        impact=Impact.MAJOR,
        started_at=wall(started),
        ended_at=wall(ended) if ended else None,
        updates=tuple(
            IncidentUpdate(f"u{n}", wall(at), IncidentStatus.IDENTIFIED, components=changed)
            for n, (at, changed) in enumerate(changes)
        ),
    )


def work(id: str, start: str, end: str, *components: str) -> Maintenance:
    return Maintenance(
        id=id,
        path=f"maintenance/2026/{id}.yaml",
        title=WORDS,
        kind=MaintenanceKind.MAINTENANCE,
        components=components,
        planned=Interval(wall(start), wall(end)),
        effect=UP,
    )


PARTS = ("server", "dashboard")
DAYTIME = incident("dag", "11-23 10:00", "11-23 12:00", {"server": DOWN})
UPDATED = incident(
    "beter",
    "11-23 10:00",
    "11-23 13:00",
    {"server": DOWN, "dashboard": SLOW},
    ("11-23 11:00", {"server": SLOW, "dashboard": UP}),
)
NIGHT = work("nacht", "11-23 21:00", "11-23 23:00", "server")


def now(*events: Incident | Maintenance, at: str) -> dict[str, ComponentStatus]:
    incidents = [event for event in events if isinstance(event, Incident)]
    plans = [event for event in events if isinstance(event, Maintenance)]
    return current(PARTS, incidents, plans, wall(at))


# At a moment


@pytest.mark.parametrize(
    ("at", "server", "dashboard"),
    [
        ("11-23 09:59", UP, UP),
        ("11-23 10:00", DOWN, SLOW),
        ("11-23 10:59", DOWN, SLOW),
        ("11-23 11:00", SLOW, UP),
        ("11-23 12:59", SLOW, UP),
        ("11-23 13:00", UP, UP),
    ],
)
def test_a_status_holds_from_its_moment_up_to_the_next(
    at: str, server: ComponentStatus, dashboard: ComponentStatus
) -> None:
    assert now(UPDATED, at=at) == {"server": server, "dashboard": dashboard}


@pytest.mark.parametrize(
    ("at", "server"),
    [
        ("11-23 20:59", UP),
        ("11-23 21:00", WORK),
        ("11-23 22:59", WORK),
        ("11-23 23:00", UP),
    ],
)
def test_a_component_is_under_maintenance_while_it_lasts(at: str, server: ComponentStatus) -> None:
    assert now(NIGHT, at=at) == {"server": server, "dashboard": UP}


def test_the_worst_that_anything_says_wins() -> None:
    slow = incident("traag", "11-23 09:00", None, {"server": SLOW, "dashboard": PARTLY})
    at = "11-23 10:30"
    expected = {"server": DOWN, "dashboard": PARTLY}
    assert now(slow, UPDATED, at=at) == now(UPDATED, slow, at=at) == expected
    assert now(slow, NIGHT, at="11-23 21:30") == {"server": SLOW, "dashboard": PARTLY}


def test_without_events_all_is_well() -> None:
    assert now(at="11-23 10:00") == {"server": UP, "dashboard": UP}


# Spells


def told(*events: Incident | Maintenance, at: datetime) -> list[tuple[str, str, str, str]]:
    incidents = [event for event in events if isinstance(event, Incident)]
    plans = [event for event in events if isinstance(event, Maintenance)]
    return [
        (
            s.component,
            f"{civil.to_wall(s.interval.start, ZONE):%d %H:%M}",
            f"{civil.to_wall(s.interval.end, ZONE):%d %H:%M}",
            s.event.id,
        )
        for s in spells(incidents, plans, at)
    ]


def test_spells_are_in_order_of_their_start_and_leave_out_what_was_well() -> None:
    assert told(NIGHT, UPDATED, DAYTIME, at=LATER) == [
        ("dashboard", "23 10:00", "23 11:00", "beter"),
        ("server", "23 10:00", "23 11:00", "beter"),
        ("server", "23 10:00", "23 12:00", "dag"),
        ("server", "23 11:00", "23 13:00", "beter"),
        ("server", "23 21:00", "23 23:00", "nacht"),
    ]


def test_spells_last_up_to_now() -> None:
    still_open = incident("open", "11-23 10:00", None, {"server": DOWN})
    assert told(still_open, at=wall("11-23 10:00")) == []
    assert told(still_open, at=wall("11-23 10:01")) == [("server", "23 10:00", "23 10:01", "open")]
    assert told(NIGHT, at=wall("11-23 21:00")) == []
    assert told(NIGHT, at=wall("11-23 21:30")) == [("server", "23 21:00", "23 21:30", "nacht")]


# Days


def by_day(
    *events: Incident | Maintenance, last: date, count: int, at: datetime = LATER
) -> dict[str, list[Day]]:
    incidents = [event for event in events if isinstance(event, Incident)]
    plans = [event for event in events if isinstance(event, Maintenance)]
    parts = tuple(Component(part, WORDS) for part in PARTS)
    content = Content(
        site=Site(WORDS, "https://status.voorbeeld.example/", ZONE, ("nl",)),
        agreement=Agreement(WORDS),
        groups=(ComponentGroup("platform", WORDS, parts),),
    )
    return dict(days(content, spells(incidents, plans, at), last, count))


MONDAY = date(2026, 11, 23)


def test_days_go_up_to_the_last_oldest_first() -> None:
    found = by_day(last=MONDAY, count=90)
    assert list(found) == ["server", "dashboard"]
    for line in found.values():
        assert [day.day for day in line] == [MONDAY - timedelta(days=89 - n) for n in range(90)]
        assert {day.status for day in line} == {UP}
        assert {(day.lasted, day.events) for day in line} == {(timedelta(), ())}


def test_a_day_is_as_bad_as_its_worst_and_says_how_long_that_lasted() -> None:
    (day,) = by_day(UPDATED, NIGHT, last=MONDAY, count=1)["server"]
    assert (day.status, day.lasted) == (DOWN, timedelta(hours=1))
    assert day.events == (UPDATED, NIGHT)
    (day,) = by_day(UPDATED, DAYTIME, last=MONDAY, count=1)["server"]
    # Ten to eleven by both of them, and one more hour by one.
    assert (day.status, day.lasted) == (DOWN, timedelta(hours=2))
    (day,) = by_day(UPDATED, NIGHT, last=MONDAY, count=1)["dashboard"]
    assert (day.status, day.lasted, day.events) == (SLOW, timedelta(hours=1), (UPDATED,))


def test_what_lasts_over_midnight_is_in_both_days() -> None:
    over = incident("nachts", "11-22 23:00", "11-24 02:00", {"server": DOWN})
    found = by_day(over, last=date(2026, 11, 25), count=5)["server"]
    assert [day.lasted / timedelta(hours=1) for day in found] == [0, 1, 24, 2, 0]
    assert [day.status for day in found] == [UP, DOWN, DOWN, DOWN, UP]


def test_what_ends_at_midnight_is_not_in_the_next_day() -> None:
    evening = incident("avond", "11-22 23:00", "11-23 00:00", {"server": DOWN})
    found = by_day(evening, last=MONDAY, count=2)["server"]
    assert [day.status for day in found] == [DOWN, UP]


def test_what_began_before_the_first_day_is_in_it() -> None:
    long = incident("lang", "01-05 10:00", None, {"server": PARTLY})
    found = by_day(long, last=MONDAY, count=3, at=wall("11-23 06:00"))["server"]
    assert [day.lasted / timedelta(hours=1) for day in found] == [24, 24, 6]


@pytest.mark.parametrize(("day", "hours"), [("03-29", 23), ("10-25", 25)])
def test_the_days_of_the_clock_changes_have_their_own_length(day: str, hours: int) -> None:
    on = date.fromisoformat(f"2026-{day}")
    whole = incident(
        "heel", f"{day[:3]}20 10:00", f"{on + timedelta(days=1):%m-%d} 12:00", {"server": DOWN}
    )
    found = by_day(whole, last=on, count=2)["server"]
    assert [found_day.lasted / timedelta(hours=1) for found_day in found] == [24, hours]
