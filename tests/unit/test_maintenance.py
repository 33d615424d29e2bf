"""How far a plan is: by the clock, unless an update says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from statusgen.intervals import Interval
from statusgen.model.components import ComponentStatus
from statusgen.model.maintenance import (
    Maintenance,
    MaintenanceKind,
    MaintenanceStatus,
    MaintenanceUpdate,
    running,
    stages,
)
from statusgen.model.text import Text

SCHEDULED, IN_PROGRESS, VERIFYING, COMPLETED, CANCELLED = MaintenanceStatus


def at(text: str) -> datetime:
    hour, minute = text.split(":")
    return datetime(2026, 11, 25, int(hour), int(minute), tzinfo=UTC)


def plan(
    *updates: tuple[str, MaintenanceStatus],
    started: str | None = None,
    ended: str | None = None,
    announced: str | None = None,
) -> Maintenance:
    """Planned from 10:00 to 12:00."""
    return Maintenance(
        id="upgrade",
        path="maintenance/2026/upgrade.yaml",
        title=Text((("nl", "Upgrade"),)),
        kind=MaintenanceKind.MAINTENANCE,
        components=("server",),
        planned=Interval(at("10:00"), at("12:00")),
        effect=ComponentStatus.OPERATIONAL,
        announced_at=at(announced) if announced else None,
        actual_start=at(started) if started else None,
        actual_end=at(ended) if ended else None,
        updates=tuple(
            MaintenanceUpdate(f"u{n}", at(when), status) for n, (when, status) in enumerate(updates)
        ),
    )


def course(maintenance: Maintenance) -> list[tuple[str, MaintenanceStatus, bool]]:
    """(moment, status, whether an update said it)."""
    return [
        (f"{s.at:%H:%M}", s.status, s.update is not None) for s in stages(maintenance, at("23:59"))
    ]


@pytest.mark.parametrize(
    ("maintenance", "expected"),
    [
        (plan(), [("10:00", IN_PROGRESS, False), ("12:00", COMPLETED, False)]),
        (
            plan(("09:00", SCHEDULED)),
            [
                ("09:00", SCHEDULED, True),
                ("10:00", IN_PROGRESS, False),
                ("12:00", COMPLETED, False),
            ],
        ),
        # Said at the very moment: the clock keeps silent.
        (
            plan(("10:00", IN_PROGRESS), ("12:00", COMPLETED)),
            [("10:00", IN_PROGRESS, True), ("12:00", COMPLETED, True)],
        ),
        # Begun and done early.
        (
            plan(("09:45", IN_PROGRESS), ("11:30", COMPLETED)),
            [("09:45", IN_PROGRESS, True), ("11:30", COMPLETED, True)],
        ),
        (
            plan(("11:00", VERIFYING)),
            [
                ("10:00", IN_PROGRESS, False),
                ("11:00", VERIFYING, True),
                ("12:00", COMPLETED, False),
            ],
        ),
        (plan(("09:00", CANCELLED)), [("09:00", CANCELLED, True)]),
        (
            plan(("11:00", CANCELLED)),
            [("10:00", IN_PROGRESS, False), ("11:00", CANCELLED, True)],
        ),
        # When it ran differed from the plan.
        (
            plan(started="10:05", ended="11:40"),
            [("10:05", IN_PROGRESS, False), ("11:40", COMPLETED, False)],
        ),
        (
            plan(ended="13:00"),
            [("10:00", IN_PROGRESS, False), ("13:00", COMPLETED, False)],
        ),
        # Told of late.
        (
            plan(("10:20", IN_PROGRESS)),
            [
                ("10:00", IN_PROGRESS, False),
                ("10:20", IN_PROGRESS, True),
                ("12:00", COMPLETED, False),
            ],
        ),
        # A second report of the same status is news, told by an update.
        (
            plan(("10:00", IN_PROGRESS), ("11:00", IN_PROGRESS)),
            [
                ("10:00", IN_PROGRESS, True),
                ("11:00", IN_PROGRESS, True),
                ("12:00", COMPLETED, False),
            ],
        ),
    ],
)
def test_the_stages_of_a_plan(
    maintenance: Maintenance, expected: list[tuple[str, MaintenanceStatus, bool]]
) -> None:
    assert course(maintenance) == expected


@pytest.mark.parametrize(
    ("maintenance", "now", "status"),
    [
        (plan(), "09:59", SCHEDULED),
        (plan(), "10:00", IN_PROGRESS),
        (plan(), "11:59", IN_PROGRESS),
        (plan(), "12:00", COMPLETED),
        (plan(("11:00", VERIFYING)), "11:30", VERIFYING),
        (plan(("09:00", CANCELLED)), "08:59", SCHEDULED),
        (plan(("09:00", CANCELLED)), "10:30", CANCELLED),
        (plan(("09:00", CANCELLED)), "13:00", CANCELLED),
        (plan(("11:30", COMPLETED)), "11:30", COMPLETED),
        (plan(("11:30", COMPLETED)), "11:29", IN_PROGRESS),
        (plan(started="10:05"), "10:00", SCHEDULED),
        (plan(ended="13:00"), "12:30", IN_PROGRESS),
        # An update of a later moment is not known yet.
        (plan(("11:00", VERIFYING)), "10:30", IN_PROGRESS),
    ],
)
def test_the_status_at_a_moment(
    maintenance: Maintenance, now: str, status: MaintenanceStatus
) -> None:
    assert maintenance.status(at(now)) is status
    assert maintenance.is_running(at(now)) is (status in (IN_PROGRESS, VERIFYING))


@pytest.mark.parametrize(
    ("maintenance", "until", "expected"),
    [
        (plan(), "09:00", None),
        (plan(), "10:00", None),
        (plan(), "11:00", ("10:00", "11:00")),
        (plan(), "15:00", ("10:00", "12:00")),
        (plan(started="10:05", ended="11:40"), "15:00", ("10:05", "11:40")),
        (plan(started="10:05", ended="11:40"), "11:00", ("10:05", "11:00")),
        (plan(ended="13:00"), "15:00", ("10:00", "13:00")),
        (plan(("09:45", IN_PROGRESS), ("11:30", COMPLETED)), "15:00", ("09:45", "11:30")),
        (plan(("11:00", VERIFYING)), "11:30", ("10:00", "11:30")),
        (plan(("09:00", CANCELLED)), "15:00", None),
        (plan(("11:00", CANCELLED)), "15:00", ("10:00", "11:00")),
        (plan(("10:00", CANCELLED)), "15:00", None),
        # It went on after its planned end, as was said then.
        (plan(("12:10", IN_PROGRESS), ("14:30", COMPLETED)), "15:00", ("10:00", "14:30")),
        (plan(("12:10", IN_PROGRESS)), "13:00", ("10:00", "13:00")),
        (plan(("12:10", IN_PROGRESS)), "12:05", ("10:00", "12:00")),
        # Told of after it ended by the clock.
        (plan(("12:10", COMPLETED)), "15:00", ("10:00", "12:00")),
    ],
)
def test_the_time_it_ran(
    maintenance: Maintenance, until: str, expected: tuple[str, str] | None
) -> None:
    ran = running(maintenance, at(until))
    assert ran == (Interval(at(expected[0]), at(expected[1])) if expected else None)


def test_work_that_began_after_its_planned_end_goes_on() -> None:
    late = plan(started="12:30")
    assert late.status(at("13:00")) is IN_PROGRESS


def test_the_first_word_is_the_announcement_else_the_first_update() -> None:
    assert plan(("08:00", SCHEDULED), announced="07:00").first_word_at == at("07:00")
    assert plan(("08:00", SCHEDULED), ("09:00", SCHEDULED)).first_word_at == at("08:00")
    assert plan().first_word_at is None


def test_a_plan_is_cancelled_by_an_update() -> None:
    assert plan(("09:00", CANCELLED)).is_cancelled(at("09:00"))
    assert not plan(("09:00", CANCELLED)).is_cancelled(at("08:59"))
    assert not plan(("09:00", SCHEDULED)).is_cancelled(at("09:00"))


def test_updates_are_published_from_their_moment_on() -> None:
    maintenance = plan(("09:00", SCHEDULED), ("10:00", IN_PROGRESS))
    assert [u.id for u in maintenance.published(at("09:59"))] == ["u0"]
    assert [u.id for u in maintenance.published(at("10:00"))] == ["u0", "u1"]


def test_only_completed_and_cancelled_are_final() -> None:
    assert [status for status in MaintenanceStatus if status.is_final] == [COMPLETED, CANCELLED]
