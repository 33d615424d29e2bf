from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from statusgen.intervals import Interval
from statusgen.model.components import ComponentStatus
from statusgen.model.maintenance import (
    Maintenance,
    MaintenanceKind,
    MaintenanceStatus,
    MaintenanceUpdate,
)
from statusgen.model.text import Text
from statusgen.views.calendar import revised_at, sequence

START = datetime(2026, 11, 24, tzinfo=UTC)
HOURS = st.integers(0, 72).map(lambda hours: timedelta(hours=hours))
PLAN = Maintenance(
    id="werk",
    path="maintenance/2026/werk.yaml",
    title=Text((("nl", "Werk"),)),
    kind=MaintenanceKind.MAINTENANCE,
    components=("server",),
    planned=Interval(START + timedelta(days=1), START + timedelta(days=1, hours=2)),
    effect=ComponentStatus.OPERATIONAL,
    announced_at=START - timedelta(days=4),
)


@st.composite
def courses(draw: st.DrawFn) -> list[tuple[Maintenance, datetime]]:
    """What a plan is at successive builds: time passes, and now and then an update is added, of
    any moment up to then and in any order, with any change of the plan."""
    plan, now = PLAN, START
    course = [(plan, now)]
    for number in range(draw(st.integers(1, 6))):
        now += draw(HOURS)
        if draw(st.booleans()):
            status = draw(st.sampled_from(MaintenanceStatus))
            told = MaintenanceUpdate(f"u{number}", now - draw(HOURS), status)
            start = START + draw(HOURS)
            plan = replace(
                plan,
                updates=(*plan.updates, told),
                planned=Interval(start, start + timedelta(hours=1) + draw(HOURS)),
                actual_start=draw(st.none() | HOURS.map(lambda h: START + h)),
                actual_end=draw(st.none() | HOURS.map(lambda h: START + h)),
            )
        course.append((plan, now))
    return course


@given(courses())
def test_an_event_never_gets_older_and_each_update_makes_it_newer(
    course: list[tuple[Maintenance, datetime]],
) -> None:
    for (before, then), (after, now) in pairwise(course):
        was = sequence(before, then), revised_at(before, then)
        becomes = sequence(after, now), revised_at(after, now)
        assert was[0] <= becomes[0]
        assert was <= becomes
        assert revised_at(after, now) <= now
        if before != after or before.status(then) is not after.status(now):
            assert was[0] < becomes[0]


@given(courses(), HOURS)
def test_moved_before_it_begins_and_without_a_word_it_keeps_its_number(
    course: list[tuple[Maintenance, datetime]], later: timedelta
) -> None:
    plan, now = replace(course[-1][0], actual_start=None, actual_end=None), START
    ahead = Interval(now + timedelta(hours=1), now + timedelta(hours=3))
    moved = Interval(ahead.start + later, ahead.end + later)
    before, after = (replace(plan, planned=planned) for planned in (ahead, moved))
    assert sequence(before, now) == sequence(after, now)


@given(HOURS)
def test_nothing_said_is_older_than_all_that_is(passed: timedelta) -> None:
    silent = replace(PLAN, announced_at=None)
    assert revised_at(silent, START) < revised_at(PLAN, START)
    assert sequence(silent, START + passed) == sequence(PLAN, START + passed)
