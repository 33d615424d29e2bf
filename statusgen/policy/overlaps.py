"""Plans do not get in each other's way."""

from __future__ import annotations

from collections.abc import Iterator

from statusgen.findings import Finding, Place, Rule, Severity
from statusgen.policy.case import Booking, Case
from statusgen.policy.words import said_span

OVERLAP = Rule(
    "maintenance-overlap",
    "Two plans for a component do not overlap.",
    "Perhaps it is meant; perhaps one of them was forgotten.",
    "(two files for `server`, one 21:00-23:00, the other 22:00-23:30 the same night)",
    Severity.WARNING,
)
RULES = (OVERLAP,)


def judge(case: Case) -> Iterator[Finding]:
    """One finding for each plan that overlaps earlier ones, whatever their number."""
    active: dict[str, _Numbered] = {}
    met: dict[Place, tuple[str, list[Booking]]] = {}
    in_order = sorted(case.bookings, key=lambda booking: (booking.planned, booking.id))
    for number, plan in enumerate(in_order):
        _, others = met.setdefault(plan.place, (plan.id, []))
        shared: _Numbered = {}
        for part in plan.components:
            there = active.get(part, {})
            before = {n: b for n, b in there.items() if b.planned.end > plan.planned.start}
            shared |= before
            active[part] = {**before, number: plan}
        others += [shared[n] for n in sorted(shared)[: MANY - len(others)]]
    for place, (id, others) in met.items():
        # Two schedules may meet every week: that is told once.
        names = dict.fromkeys(f"`{o.schedule or o.id}`" for o in others)
        if names:
            shown = list(names)[:3]
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            when = said_span(others[0].planned, case.content.site.zone)
            yield OVERLAP.found(
                place,
                f"`{id}` overlaps {', '.join(shown)}{more} on a component (the first {when}).",
                "Move one of them, or join them in one announcement.",
            )


MANY = 100
"""Beyond so many overlaps of one plan nobody reads on."""


_Numbered = dict[int, Booking]
"""Plans by their place in the order of time."""
