from __future__ import annotations

from datetime import datetime, time

import pytest

from statusgen.content.recurring import checked, first_after, rule
from statusgen.content.values import BadValue


@pytest.mark.parametrize(
    ("every", "on", "expected"),
    [
        ("daily", "", "FREQ=DAILY"),
        ("weekly", "thu", "FREQ=WEEKLY;BYDAY=TH"),
        ("weekly", "sat, mon-tue", "FREQ=WEEKLY;BYDAY=MO,TU,SA"),
        ("monthly", "15", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("monthly", "1sat", "FREQ=MONTHLY;BYDAY=1SA"),
        ("monthly", "-1 Sun", "FREQ=MONTHLY;BYDAY=-1SU"),
    ],
)
def test_plain_words_become_a_rule(every: str, on: str, expected: str) -> None:
    assert rule(every, on) == expected
    assert checked(expected) == expected


@pytest.mark.parametrize(
    ("every", "on"),
    [("weekly", "donderdag"), ("monthly", "32"), ("monthly", "6mon"), ("monthly", "")],
)
def test_other_words_are_refused(every: str, on: str) -> None:
    with pytest.raises(BadValue):
        rule(every, on)


@pytest.mark.parametrize("text", ["FREQ=HOURLY", "weekly", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"])
def test_a_rule_that_cannot_be_used_is_refused(text: str) -> None:
    with pytest.raises(BadValue, match="The rule cannot be used"):
        checked(text)


def test_the_first_time_is_not_before_the_moment_asked_for() -> None:
    thursday = datetime(2026, 11, 26, 22, 0)
    assert first_after("FREQ=WEEKLY;BYDAY=TH", datetime(2026, 11, 24, 23, 0), time(22)) == thursday
    assert first_after("FREQ=WEEKLY;BYDAY=TH", thursday, time(22)) == thursday
    late = datetime(2026, 11, 26, 22, 1)
    assert first_after("FREQ=WEEKLY;BYDAY=TH", late, time(22)) == datetime(2026, 12, 3, 22, 0)
