"""A key is another one as soon as anything is that a value follows from."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from statusgen.history.months import Month
from statusgen.history.record import Record, record
from statusgen.keys import Keys
from tests.histories import content_after, incident

TIMES = [datetime(2026, 10, 5, 12), datetime(2026, 10, 30, 12), datetime(2026, 11, 9, 12)]
COURSES = ["over", "for days", "over"]
"""The second goes on into November."""
PATHS = [f"incidents/2026/storing-{number}.yaml" for number in range(3)]
NOW = datetime(2026, 12, 20, 12, tzinfo=UTC)


def known() -> Record:
    told = zip(PATHS, TIMES, COURSES, strict=True)
    return record(
        content_after([(path, incident(at, how, "server", "Weg.", {})) for path, at, how in told]),
        NOW,
    )


def month(name: str) -> Month:
    return next(month for month in known().months if month.name == name)


def keys(changed: str = "") -> Keys:
    return Keys("base", lambda path: f"digest of {path}{' anew' if path == changed else ''}")


@pytest.mark.parametrize(
    ("path", "name", "is_another", "is_another_settled"),
    [
        (PATHS[0], "2026-10", True, True),
        (PATHS[0], "2026-11", False, False),
        (PATHS[1], "2026-10", True, True),
        (PATHS[1], "2026-11", True, False),
        (PATHS[2], "2026-10", False, False),
        (PATHS[2], "2026-11", True, True),
    ],
)
def test_the_key_of_a_month_follows_from_what_touches_it_and_of_its_events_from_what_began_in_it(
    path: str, name: str, is_another: bool, is_another_settled: bool
) -> None:
    of, before, after = month(name), keys(), keys(path)
    assert of.is_settled
    assert (before.of_month(of) != after.of_month(of)) == is_another
    assert (before.of_settled(of) != after.of_settled(of)) == is_another_settled


def test_what_is_named_further_counts_in_its_order() -> None:
    of = month("2026-10")
    said = [("a", "b"), ("b", "a"), ("ab",), ("a",), ()]
    for key in (keys().of_month, keys().of_settled):
        assert len({key(of, *further) for further in said}) == len(said)


def test_how_much_of_an_event_is_known_counts() -> None:
    first = known().incidents.cards[0]
    assert keys().of([first]) != keys().of([replace(first, said="1")])
    assert keys().of([first]) != keys().of([replace(first, id="another")])


def test_without_a_moment_to_come_the_key_of_a_month_stays_the_same_later() -> None:
    later = record(known().content, datetime(2026, 12, 24, 12, tzinfo=UTC))
    names = {name: month(name) for name in ("2026-10", "2026-11", "2026-12")}
    same = [of.name for of in later.months if of.name in names and _same(names[of.name], of)]
    assert same == ["2026-10", "2026-11"]


def _same(one: Month, other: Month) -> bool:
    return keys().of_month(one) == keys().of_month(other)
