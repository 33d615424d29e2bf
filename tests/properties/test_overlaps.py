"""Of every plan is told which earlier ones share a time and a component with it."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from statusgen.content.reading import read
from statusgen.intervals import Interval
from statusgen.model.components import ComponentStatus
from statusgen.model.maintenance import Maintenance, MaintenanceKind
from statusgen.model.text import Text
from statusgen.policy import overlaps
from statusgen.policy.case import Case
from tests.sites import NOW, written
from tests.unit.small_site import QUIET

SITE = read(written(QUIET)).content
HOUR = timedelta(hours=1)

planned = st.tuples(st.integers(0, 12), st.integers(1, 6)).map(
    lambda at: Interval(NOW + at[0] * HOUR, NOW + sum(at) * HOUR)
)
components = st.lists(st.sampled_from("abc"), min_size=1, unique=True).map(tuple)


def plan(number: int, components: tuple[str, ...], planned: Interval) -> Maintenance:
    id, kind = f"plan-{number}", MaintenanceKind.MAINTENANCE
    effect = ComponentStatus.OPERATIONAL
    return Maintenance(id, f"{id}.yaml", Text((("nl", id),)), kind, components, planned, effect)


@given(st.lists(st.tuples(components, planned), max_size=8))
def test_a_plan_overlaps_what_it_shares_with_each_other_plan(
    drawn: list[tuple[tuple[str, ...], Interval]],
) -> None:
    plans = [plan(number, *one) for number, one in enumerate(drawn)]
    assert SITE
    case = Case.of(replace(SITE, maintenance=tuple(plans)), NOW)
    told = {found.place.path: found.message for found in overlaps.judge(case)}
    expected = {}
    in_order = sorted(plans, key=lambda one: (one.planned, one.id))
    for number, one in enumerate(in_order):
        met = [
            f"`{other.id}`"
            for other in in_order[:number]
            if other.planned.overlaps(one.planned) and {*other.components} & {*one.components}
        ]
        if met:
            more = f" and {len(met) - 3} more on" if len(met) > 3 else " on"
            expected[one.path] = f"`{one.id}` overlaps {', '.join(met[:3])}{more}"
    assert told.keys() == expected.keys()
    assert all(told[path].startswith(expected[path]) for path in told)
