from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from statusgen.intervals import Interval
from statusgen.model.components import ComponentStatus
from statusgen.model.incidents import (
    Impact,
    Incident,
    IncidentKind,
    IncidentStatus,
    IncidentUpdate,
    current_statuses,
    statuses,
)
from statusgen.model.text import Text

INVESTIGATING, IDENTIFIED, MONITORING, RESOLVED = IncidentStatus
UP, MAINTENANCE, SLOW, PARTLY, DOWN = ComponentStatus

Statuses = Mapping[str, ComponentStatus]


def at(text: str) -> datetime:
    hour, minute = text.split(":")
    return datetime(2026, 11, 23, int(hour), int(minute), tzinfo=UTC)


def incident(
    components: Statuses,
    *updates: tuple[str, IncidentStatus, Statuses | None],
    started: str = "10:00",
    ended: str | None = None,
) -> Incident:
    return Incident(
        id="storing",
        path="incidents/2026/storing.yaml",
        title=Text((("nl", "Storing"),)),
        kind=IncidentKind.DISRUPTION,
        components=components,
        impact=Impact.MAJOR,
        started_at=at(started),
        ended_at=at(ended) if ended else None,
        updates=tuple(
            IncidentUpdate(f"u{n}", at(when), status, components=changed)
            for n, (when, status, changed) in enumerate(updates)
        ),
    )


WORSE_THEN_BETTER = incident(
    {"dashboard": SLOW},
    ("10:05", INVESTIGATING, None),
    ("10:30", IDENTIFIED, {"dashboard": DOWN, "server": PARTLY}),
    ("11:00", MONITORING, {"dashboard": SLOW}),
    ("11:30", RESOLVED, None),
    ended="11:30",
)


def spells(incident: Incident, until: str) -> set[tuple[str, str, str, ComponentStatus]]:
    found = statuses(incident, at(until))
    as_set = {(name, f"{i.start:%H:%M}", f"{i.end:%H:%M}", status) for name, i, status in found}
    assert len(as_set) == len(found)
    return as_set


def test_each_status_lasts_until_the_next() -> None:
    assert spells(WORSE_THEN_BETTER, "15:00") == {
        ("dashboard", "10:00", "10:30", SLOW),
        ("dashboard", "10:30", "11:00", DOWN),
        ("dashboard", "11:00", "11:30", SLOW),
        ("server", "10:30", "11:30", PARTLY),
    }


def test_nothing_is_told_of_what_is_still_to_come() -> None:
    assert spells(WORSE_THEN_BETTER, "10:45") == {
        ("dashboard", "10:00", "10:30", SLOW),
        ("dashboard", "10:30", "10:45", DOWN),
        ("server", "10:30", "10:45", PARTLY),
    }
    assert spells(WORSE_THEN_BETTER, "10:00") == set()
    assert spells(WORSE_THEN_BETTER, "09:00") == set()


def test_an_open_incident_goes_on() -> None:
    assert spells(incident({"server": DOWN}), "15:00") == {("server", "10:00", "15:00", DOWN)}


def test_an_update_from_before_the_start_holds_from_the_start() -> None:
    early = incident(
        {"server": SLOW}, ("09:50", INVESTIGATING, {"server": DOWN, "dashboard": PARTLY})
    )
    assert spells(early, "11:00") == {
        ("server", "10:00", "11:00", DOWN),
        ("dashboard", "10:00", "11:00", PARTLY),
    }


def test_an_update_after_the_end_changes_nothing() -> None:
    late = incident({"server": DOWN}, ("12:00", RESOLVED, {"server": SLOW}), ended="11:00")
    assert spells(late, "15:00") == {("server", "10:00", "11:00", DOWN)}


def test_spells_are_intervals_within_the_incident() -> None:
    for _, interval, _ in statuses(WORSE_THEN_BETTER, at("15:00")):
        assert Interval(at("10:00"), at("11:30")).covers(interval)


@pytest.mark.parametrize(
    ("now", "is_open", "status", "components"),
    [
        ("09:59", False, INVESTIGATING, {}),
        ("10:00", True, INVESTIGATING, {"dashboard": SLOW}),
        ("10:30", True, IDENTIFIED, {"dashboard": DOWN, "server": PARTLY}),
        ("11:00", True, MONITORING, {"dashboard": SLOW, "server": PARTLY}),
        ("11:29", True, MONITORING, {"dashboard": SLOW, "server": PARTLY}),
        ("11:30", False, RESOLVED, {}),
        ("15:00", False, RESOLVED, {}),
    ],
)
def test_how_it_is_at_a_moment(
    now: str, is_open: bool, status: IncidentStatus, components: Statuses
) -> None:
    assert WORSE_THEN_BETTER.is_open(at(now)) is is_open
    assert WORSE_THEN_BETTER.status(at(now)) is status
    assert current_statuses(WORSE_THEN_BETTER, at(now)) == components


def test_what_ended_is_resolved_even_when_no_update_says_so() -> None:
    untold = incident({"server": DOWN}, ("10:05", MONITORING, None), ended="11:00")
    assert untold.status(at("10:59")) is MONITORING
    assert untold.status(at("11:00")) is RESOLVED


def test_updates_are_published_from_their_moment_on() -> None:
    assert [u.id for u in WORSE_THEN_BETTER.published(at("10:29"))] == ["u0"]
    assert [u.id for u in WORSE_THEN_BETTER.published(at("10:30"))] == ["u0", "u1"]


def test_statuses_are_ranked_from_well_to_down() -> None:
    assert sorted(ComponentStatus, key=lambda status: status.rank) == [
        UP,
        MAINTENANCE,
        SLOW,
        PARTLY,
        DOWN,
    ]
