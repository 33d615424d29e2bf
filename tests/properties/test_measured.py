"""What was measured, against a count of minutes, one by one.

The count knows nothing of the package: for each minute it asks each vantage point what it saw,
and adds that up by the words of the policy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from statusgen.history.measured import measured, measurements, service_sight
from statusgen.intervals import Interval, Intervals, at_least, union
from statusgen.model.components import ComponentStatus
from statusgen.model.measurements import Sight
from statusgen.model.observations import Outcome, Series, Stretch

BEGINNING = datetime(2026, 11, 24, tzinfo=UTC)
MINUTES = 16
COUNTS = {
    ComponentStatus.MAJOR_OUTAGE: Fraction(1),
    ComponentStatus.DEGRADED_PERFORMANCE: Fraction(1, 3),
}
Minutes = Sequence[Outcome | None]

minutes = st.lists(st.sampled_from([None, *Outcome]), min_size=MINUTES, max_size=MINUTES)
guaranteed_minutes = st.lists(st.booleans(), min_size=MINUTES, max_size=MINUTES)


def at(minute: int) -> datetime:
    return BEGINNING + timedelta(minutes=minute)


def time(held: Sequence[bool]) -> Intervals:
    return union(Interval(at(n), at(n + 1)) for n, holds in enumerate(held) if holds)


def series(component: str, vantage: str, seen: Minutes) -> Series:
    stretches = [Stretch(at(n), at(n + 1), o, "", 1) for n, o in enumerate(seen) if o is not None]
    return Series(component, vantage, tuple(stretches), {})


def sight(vantages: Sequence[Minutes], quorum: int) -> Sight:
    found = measurements([series("app", f"v{n}", v) for n, v in enumerate(vantages)], quorum)
    return found.sights["app"]


def agreed(seen: Sequence[Outcome | None], quorum: int) -> Outcome | None:
    """What the vantage points say together of one minute."""
    if sum(o is Outcome.BAD for o in seen) >= quorum:
        return Outcome.BAD
    if sum(o in {Outcome.BAD, Outcome.SLOW} for o in seen) >= quorum:
        return Outcome.SLOW
    return Outcome.GOOD if sum(o is not None for o in seen) >= quorum else None


def as_minutes(found: Sight) -> list[Outcome | None]:
    kinds = {Outcome.GOOD: found.good, Outcome.SLOW: found.slow, Outcome.BAD: found.bad}
    said = []
    for n in range(MINUTES):
        held = [o for o, when in kinds.items() if any(i.holds(at(n)) for i in when)]
        assert len(held) <= 1
        said.append(held[0] if held else None)
    return said


@given(st.lists(minutes, min_size=1, max_size=4), st.integers(1, 4))
def test_vantage_points_agree_as_a_count_by_minutes_says(
    vantages: list[Minutes], quorum: int
) -> None:
    expected = [agreed(seen, quorum) for seen in zip(*vantages, strict=True)]
    assert as_minutes(sight(vantages, quorum)) == expected


@given(st.lists(minutes, min_size=1, max_size=3), guaranteed_minutes, st.integers(1, 3))
def test_up_and_down_and_gap_are_all_of_the_guaranteed_time(
    vantages: list[Minutes], promised: list[bool], quorum: int
) -> None:
    found = measured(sight(vantages, quorum), time(promised), COUNTS)
    assert found.good + found.slow + found.bad + found.gap == found.guaranteed
    assert found.guaranteed == 60 * sum(promised)
    counted: Mapping[Outcome | None, int] = {
        outcome: sum(
            promised[n] and agreed(seen, quorum) is outcome
            for n, seen in enumerate(zip(*vantages, strict=True))
        )
        for outcome in [None, *Outcome]
    }
    assert found.gap == 60 * counted[None]
    assert found.downtime == 60 * (counted[Outcome.BAD] + Fraction(counted[Outcome.SLOW], 3))
    seen = sum(promised) - counted[None]
    if seen:
        assert found.figure == 1 - found.downtime / (60 * seen)
        assert found.coverage == Fraction(seen, sum(promised))
    else:
        assert found.figure is None


@given(st.lists(minutes, min_size=1, max_size=3))
def test_a_service_is_down_when_any_is_and_well_only_when_all_are_seen(
    components: list[Minutes],
) -> None:
    def service(seen: Sequence[Outcome | None]) -> Outcome | None:
        if Outcome.BAD in seen:
            return Outcome.BAD
        if None in seen:
            return None
        return Outcome.SLOW if Outcome.SLOW in seen else Outcome.GOOD

    expected = [service(seen) for seen in zip(*components, strict=True)]
    assert as_minutes(service_sight([sight([c], 1) for c in components])) == expected


@given(st.lists(st.lists(st.booleans(), min_size=9, max_size=9), max_size=4), st.integers(1, 4))
def test_at_least_so_many_of_sets_is_what_a_count_says(sets: list[list[bool]], count: int) -> None:
    found = at_least(count, [time(held) for held in sets])
    assert found == time([sum(held) >= count for held in zip(*sets, strict=True)])
