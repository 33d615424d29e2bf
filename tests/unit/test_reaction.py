from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from statusgen import civil
from statusgen.history.reaction import ReactionFigures, figures, reaction, reported_at
from statusgen.intervals import Interval
from statusgen.model.agreement import Agreement
from statusgen.model.components import ComponentStatus
from statusgen.model.incidents import Impact, Incident, IncidentKind
from statusgen.model.text import Text

WORDS = Text((("nl", "Een"),))
AGREEMENT = Agreement(WORDS, register_within=timedelta(hours=24))
NOVEMBER = civil.month(2026, 11, civil.zone("Europe/Amsterdam"))
LATER = datetime(2027, 1, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    """An instant of November 2026, in UTC: 23 15:03."""
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=UTC)


def incident(
    started: str = "23 10:00",
    *,
    reported: str | None = None,
    registered: str | None = None,
    repair: str | None = None,
    ended: str | None = None,
    unreachable: tuple[tuple[str, str], ...] = (),
) -> Incident:
    return Incident(
        id="storing",
        path="incidents/2026/storing.yaml",
        title=WORDS,
        kind=IncidentKind.DISRUPTION,
        components={"server": ComponentStatus.MAJOR_OUTAGE},
        impact=Impact.CRITICAL,
        started_at=at(started),
        ended_at=at(ended) if ended else None,
        updates=(),
        reported_at=at(reported) if reported else None,
        registered_at=at(registered) if registered else None,
        repair_started_at=at(repair) if repair else None,
        unreachable=tuple(Interval(at(start), at(end)) for start, end in unreachable),
    )


def steps(of: Incident, now: datetime = LATER) -> tuple[int | None, int | None, int | None]:
    """Minutes to register, to start and to resolve."""
    found = reaction(of, now)
    return (in_minutes(found.to_register), in_minutes(found.to_start), in_minutes(found.to_resolve))


def in_minutes(length: timedelta | None) -> int | None:
    return None if length is None else length // timedelta(minutes=1)


ALL = incident(
    "23 09:50", reported="23 10:00", registered="23 10:05", repair="23 10:20", ended="23 12:00"
)


# One incident


def test_each_step_counts_from_the_report() -> None:
    assert reported_at(ALL) == at("23 10:00")
    assert steps(ALL) == (5, 20, 120)


def test_what_nobody_reported_counts_from_its_start() -> None:
    own = incident("23 10:00", registered="23 10:05", repair="23 10:20", ended="23 12:00")
    assert reported_at(own) == at("23 10:00")
    # What was not reported was not registered late or in time either.
    assert steps(own) == (None, 20, 120)


def test_a_step_that_was_not_written_down_is_none() -> None:
    assert steps(incident()) == (None, None, None)
    assert steps(incident(reported="23 10:00")) == (None, None, None)


def test_what_began_before_the_report_took_no_time() -> None:
    assert steps(incident(reported="23 10:10", repair="23 10:02")) == (None, 0, None)
    assert steps(incident(reported="23 10:10", repair="23 10:10")) == (None, 0, None)


@pytest.mark.parametrize(
    ("unreachable", "minutes"),
    [
        ((), 120),
        ((("23 10:30", "23 11:00"),), 90),
        # Two stretches that overlap are taken out once.
        ((("23 10:30", "23 11:00"), ("23 10:45", "23 11:15")), 75),
        ((("23 11:30", "23 11:40"), ("23 10:30", "23 10:40")), 100),
        # Only what lies between the report and the end.
        ((("23 09:00", "23 10:10"),), 110),
        ((("23 11:50", "23 18:00"),), 110),
        ((("23 08:00", "23 09:00"), ("23 12:00", "23 13:00")), 120),
        ((("23 09:00", "23 13:00"),), 0),
    ],
)
def test_minutes_in_which_the_customer_was_unreachable_are_taken_out(
    unreachable: tuple[tuple[str, str], ...], minutes: int
) -> None:
    of = incident(reported="23 10:00", ended="23 12:00", unreachable=unreachable)
    assert steps(of) == (None, None, minutes)


def test_unreachability_is_taken_out_of_every_step_that_it_lies_in() -> None:
    of = incident(
        reported="23 10:00",
        registered="23 10:05",
        repair="23 10:40",
        ended="23 12:00",
        unreachable=(("23 10:10", "23 10:30"),),
    )
    assert steps(of) == (5, 20, 100)


def test_what_is_still_to_come_has_not_been_done() -> None:
    """As far as it has come by now: nothing after now counts."""
    assert steps(ALL, at("23 11:59")) == (5, 20, None)
    assert steps(ALL, at("23 12:00")) == (5, 20, 120)
    assert steps(ALL, at("23 10:19")) == (5, None, None)
    assert steps(ALL, at("23 10:04")) == (None, None, None)


# Over a month


def over_november(*incidents: Incident, now: datetime = LATER) -> ReactionFigures:
    return figures(incidents, AGREEMENT, NOVEMBER, now)


def taking(minutes: int) -> Incident:
    end = at("23 10:00") + timedelta(minutes=minutes)
    return incident(reported="23 10:00", registered=f"{end:%d %H:%M}")


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [([], None), ([7], 7), ([7, 3, 20], 7), ([3, 20], 11), ([20, 3, 4, 5], 4)],
)
def test_the_median_is_the_one_in_the_middle(lengths: list[int], expected: int | None) -> None:
    found = over_november(*map(taking, lengths))
    assert in_minutes(found.to_register) == expected
    assert found.registered == len(lengths)


def test_the_median_of_two_is_exact() -> None:
    found = over_november(taking(3), taking(20))
    assert found.to_register == timedelta(minutes=11, seconds=30)


def test_medians_are_over_those_that_took_the_step() -> None:
    found = over_november(
        ALL, incident(reported="23 10:00", repair="23 10:30"), incident(reported="23 10:00")
    )
    assert (found.count, found.registered) == (3, 1)
    steps = (found.to_register, found.to_start, found.to_resolve)
    assert tuple(map(in_minutes, steps)) == (5, 25, 120)


def test_in_time_is_24_hours_up_to_and_with_the_last() -> None:
    found = over_november(taking(24 * 60), taking(24 * 60 + 1), taking(1))
    assert (found.registered, found.in_time) == (3, 2)


def test_without_a_promise_everything_is_in_time() -> None:
    found = figures([taking(9999)], Agreement(WORDS), NOVEMBER, LATER)
    assert (found.registered, found.in_time) == (1, 1)


def test_unreachable_hours_are_taken_out_of_the_time_to_register() -> None:
    away = incident(
        reported="23 10:00", registered="24 11:00", unreachable=(("23 12:00", "23 13:00"),)
    )
    assert over_november(away).in_time == 1


@pytest.mark.parametrize(
    ("started", "reported", "counts"),
    [
        ("23 10:00", None, True),
        ("01 00:00", None, True),
        # November began at 23:00 UTC, and ends so.
        ("30 22:59", None, True),
        ("30 23:00", None, False),
        ("30 22:00", "30 23:00", False),
    ],
)
def test_an_incident_belongs_to_the_month_of_its_report(
    started: str, reported: str | None, counts: bool
) -> None:
    assert over_november(incident(started, reported=reported)).count == counts


def test_what_is_reported_after_now_is_not_counted() -> None:
    of = incident("23 10:00", reported="23 10:05")
    assert over_november(of, now=at("23 10:04")).count == 0
    assert over_november(of, now=at("23 10:05")).count == 1


def test_a_report_that_is_not_registered_in_time_is_due_and_too_late() -> None:
    waiting = incident(reported="23 10:00")
    within = figures([waiting], AGREEMENT, NOVEMBER, at("24 10:00"))
    assert (within.registered, within.overdue, within.due) == (0, 0, 0)
    after = figures([waiting], AGREEMENT, NOVEMBER, at("24 10:01"))
    assert (after.registered, after.overdue, after.due) == (0, 1, 1)
    assert after.in_time == 0
