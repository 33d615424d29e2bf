"""Availability against a count of minutes, one by one.

The count knows nothing of the package: for each minute of a month or a year it reads the clock
on the wall, asks whether that minute is guaranteed and what was wrong in it, and adds it up by
the words of the agreement. Only the rules of the zones are shared, for those of the machine may
be older.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from itertools import pairwise

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from statusgen import civil
from statusgen.history.availability import Availability, guaranteed
from statusgen.history.facts import Facts, facts
from statusgen.history.report import Report, month_report, year_report
from statusgen.intervals import Interval
from statusgen.model.agreement import Agreement, AvailabilityPromise, MaintenancePromise
from statusgen.model.components import Component, ComponentGroup, ComponentStatus
from statusgen.model.content import Content
from statusgen.model.hours import WeeklyHours, WeeklySpan
from statusgen.model.incidents import (
    Exclusion,
    ExclusionGround,
    Impact,
    Incident,
    IncidentKind,
    IncidentStatus,
    IncidentUpdate,
)
from statusgen.model.maintenance import (
    Maintenance,
    MaintenanceKind,
    MaintenanceStatus,
    MaintenanceUpdate,
    Override,
)
from statusgen.model.site import Site
from statusgen.model.text import Text

ZONES = ("Europe/Amsterdam", "Pacific/Auckland")
BEGINNING = datetime(2025, 11, 29, tzinfo=UTC)
MINUTES = 431 * 1440
MINUTE = timedelta(minutes=1)
DAY = 1440
WORDS = Text((("nl", "Een"),))
# The Dutch public holidays of the time that is counted, from a calendar.
HOLIDAYS = {
    *(date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1), date(2026, 4, 5)),
    *(date(2026, 4, 6), date(2026, 4, 27), date(2026, 5, 14), date(2026, 5, 24)),
    *(date(2026, 5, 25), date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)),
}


# What an example is made of: plain numbers, minutes since the beginning.


@dataclass(frozen=True)
class Policy:
    """Hours within a day and windows within a week, in minutes on the wall clock."""

    zone: str
    days: frozenset[int]
    opens: int
    closes: int
    holidays: bool
    counts: Mapping[ComponentStatus, Fraction]
    target: Fraction
    windows: Sequence[tuple[int, int]]
    valid_from: int | None


@dataclass(frozen=True)
class Trouble:
    """An incident; ``changes`` are (minutes after the start, statuses from then on)."""

    start: int
    end: int | None
    statuses: Mapping[str, ComponentStatus]
    changes: Sequence[tuple[int, Mapping[str, ComponentStatus]]] = ()
    excluded: bool = False


@dataclass(frozen=True)
class Work:
    """A maintenance: ``ended`` where it ended at another minute than planned."""

    start: int
    end: int
    parts: Sequence[str]
    effect: ComponentStatus
    override: bool = False
    restore: bool = False
    cancelled: bool = False
    ended: int | None = None


@dataclass(frozen=True)
class Story:
    """All of it; ``parts`` says of each component whether it counts for the service."""

    policy: Policy
    parts: Mapping[str, bool]
    troubles: Sequence[Trouble]
    works: Sequence[Work]
    now: int


# The count


@cache
def wall_clock(zone: str) -> tuple[list[date], list[int]]:
    """For each minute the date and the minutes since midnight that the clock shows."""
    days, minutes = [], []
    place = civil.zone(zone)
    for n in range(MINUTES):
        wall = (BEGINNING + n * MINUTE).astimezone(place)
        days.append(wall.date())
        minutes.append(wall.hour * 60 + wall.minute)
    return days, minutes


@dataclass
class Count:
    """What was counted, in minutes and parts of minutes."""

    in_full: int = 0
    guaranteed: int = 0
    up: Fraction = Fraction()
    down: Fraction = Fraction()
    before_exclusions: Fraction = Fraction()

    def add(self, many: int, down: Fraction, before_exclusions: Fraction) -> None:
        """As many minutes, each as much down as this."""
        self.in_full += many
        self.guaranteed += many
        self.up += many * (1 - down)
        self.down += many * down
        self.before_exclusions += many * before_exclusions


def is_guaranteed(policy: Policy, day: date, minute: int) -> bool:
    if not policy.opens <= minute < policy.closes:
        return False
    return day.weekday() in policy.days and not (policy.holidays and day in HOLIDAYS)


def guaranteed_minutes(policy: Policy, first: date, last: date) -> Iterator[int]:
    """Those of the days from first to last, one by one."""
    days, minutes = wall_clock(policy.zone)
    for n in range(max(days.index(first), policy.valid_from or 0), MINUTES):
        if days[n] > last:
            return
        if is_guaranteed(policy, days[n], minutes[n]):
            yield n


def is_allowed(policy: Policy, day: date, minute: int) -> bool:
    of_week = day.weekday() * DAY + minute
    return any(
        opens <= of_week < closes or opens <= of_week + 7 * DAY < closes
        for opens, closes in policy.windows
    )


def told_by(trouble: Trouble, minute: int) -> int:
    """How many of its changes were made by then."""
    return sum(trouble.start + after <= minute for after, _ in trouble.changes)


def status_in(trouble: Trouble, part: str, told: int) -> ComponentStatus | None:
    status = trouble.statuses.get(part)
    for _, statuses in trouble.changes[:told]:
        status = statuses.get(part, status)
    return status


def share_of(
    event: Trouble | Work, part: str, told: int, policy: Policy, allowed: bool
) -> Fraction:
    """The part of this minute that the event has the component down, whether or not excused."""
    if isinstance(event, Trouble):
        return counted(policy, status_in(event, part, told))
    if allowed or part not in event.parts:
        return Fraction()
    return Fraction(1) if event.override else counted(policy, event.effect)


def counted(policy: Policy, status: ComponentStatus | None) -> Fraction:
    return policy.counts.get(status, Fraction()) if status else Fraction()


def lasts(event: Trouble | Work) -> range:
    """The minutes that it goes on, were it never to be ``now``."""
    if isinstance(event, Trouble):
        return range(event.start, MINUTES if event.end is None else event.end)
    if event.cancelled:
        return range(0)
    return range(event.start, event.ended or event.end)


def count(story: Story, first: date, last: date) -> dict[str, Count]:
    """For each component, and for the service under an empty name, from day to day inclusive."""
    policy = story.policy
    days, minutes = wall_clock(policy.zone)
    names = {"": [part for part, sla in story.parts.items() if sla]}
    names |= {part: [part] for part in story.parts}
    happened: list[Trouble | Work] = [*story.troubles, *story.works]
    events = [(lasts(event), event) for event in happened]
    # Minutes in which the same was wrong are alike, so each kind is looked at once.
    kinds: Counter[tuple[bool, tuple[tuple[int, int], ...]]] = Counter()
    still_to_come = 0
    for n in guaranteed_minutes(policy, first, last):
        if n >= story.now:
            still_to_come += 1
            continue
        going_on = tuple(
            (index, told_by(event, n) if isinstance(event, Trouble) else 0)
            for index, (length, event) in enumerate(events)
            if n in length
        )
        kinds[bool(going_on) and is_allowed(policy, days[n], minutes[n]), going_on] += 1
    found = {name: Count(in_full=still_to_come) for name in names}
    for (allowed, going_on), many in kinds.items():
        for name, parts in names.items():
            excused, strict = [Fraction()], [Fraction()]
            for index, told in going_on:
                event = events[index][1]
                shares = [share_of(event, part, told, policy, allowed) for part in parts]
                left_out = isinstance(event, Trouble) and event.excluded
                (excused if left_out else strict).extend(shares)
            found[name].add(many, max(strict), max(strict + excused))
    return found


# The same for the package


def at(minute: int) -> datetime:
    return BEGINNING + minute * MINUTE


def midnight(policy: Policy, day: date) -> int:
    return wall_clock(policy.zone)[0].index(day)


def content_of(story: Story) -> Content:
    policy = story.policy
    hours = WeeklyHours(
        tuple(sorted(policy.days)), clock_time(policy.opens), clock_time(policy.closes)
    )
    windows = tuple(
        WeeklySpan(
            opens // DAY, clock_time(opens), closes // DAY - opens // DAY, clock_time(closes)
        )
        for opens, closes in policy.windows
    )
    parts = tuple(Component(part, WORDS, sla=sla) for part, sla in story.parts.items())
    return Content(
        site=Site(WORDS, "https://status.voorbeeld.example/", civil.zone(policy.zone), ("nl",)),
        agreement=Agreement(
            title=WORDS,
            valid_from=None if policy.valid_from is None else at(policy.valid_from),
            availability=AvailabilityPromise(
                policy.target, hours, "NL" if policy.holidays else None, policy.counts
            ),
            maintenance=MaintenancePromise(windows),
        ),
        groups=(ComponentGroup("platform", WORDS, parts),),
        incidents=tuple(incident(n, trouble) for n, trouble in enumerate(story.troubles)),
        maintenance=tuple(maintenance(n, work) for n, work in enumerate(story.works)),
    )


def clock_time(minute: int) -> time:
    return time(minute % DAY // 60, minute % 60)


def incident(number: int, trouble: Trouble) -> Incident:
    updates = [IncidentUpdate("begin", at(trouble.start), IncidentStatus.INVESTIGATING)]
    updates += [
        IncidentUpdate(
            f"u{n}", at(trouble.start + after), IncidentStatus.IDENTIFIED, components=statuses
        )
        for n, (after, statuses) in enumerate(trouble.changes)
    ]
    return Incident(
        id=f"incident-{number}",
        path=f"incidents/2026/incident-{number}.yaml",
        title=WORDS,
        kind=IncidentKind.DISRUPTION,
        components=trouble.statuses,
        impact=Impact.MAJOR,
        started_at=at(trouble.start),
        ended_at=None if trouble.end is None else at(trouble.end),
        updates=tuple(updates),
        exclusion=Exclusion(ExclusionGround.CUSTOMER_FAULT, WORDS) if trouble.excluded else None,
    )


def maintenance(number: int, work: Work) -> Maintenance:
    called_off = MaintenanceUpdate("off", at(work.start - 60), MaintenanceStatus.CANCELLED)
    return Maintenance(
        id=f"work-{number}",
        path=f"maintenance/2026/work-{number}.yaml",
        title=WORDS,
        kind=MaintenanceKind.RESTORE if work.restore else MaintenanceKind.MAINTENANCE,
        components=tuple(work.parts),
        planned=Interval(at(work.start), at(work.end)),
        effect=work.effect,
        announced_at=BEGINNING - timedelta(days=30),
        actual_end=None if work.ended is None else at(work.ended),
        updates=(called_off,) if work.cancelled else (),
        override=Override(WORDS, WORDS) if work.override else None,
    )


def known_of(story: Story) -> tuple[Content, Facts]:
    content = content_of(story)
    return content, facts(content, at(story.now))


def figures_of(report: Report) -> dict[str, Availability]:
    """The figures by component, those of the service under an empty name."""
    found = {"": report.service} | {c.id: counted for c, counted in report.components}
    assert None not in found.values()
    return {name: figures for name, figures in found.items() if figures}


def of_month(story: Story, month: date) -> dict[str, Availability]:
    return figures_of(month_report(*known_of(story), month))


def minutes_in(length: Fraction) -> Fraction:
    return length / 60


def essence(figures: Availability) -> dict[str, object]:
    return {
        "guaranteed": minutes_in(figures.guaranteed),
        "before exclusions": minutes_in(figures.downtime + figures.excused),
        "excused": minutes_in(figures.excused),
        "downtime": minutes_in(figures.downtime),
        "availability": figures.figure,
        "allowance": minutes_in(figures.allowance),
        "meets target": figures.meets_target,
    }


def essences(found: Mapping[str, Availability]) -> dict[str, dict[str, object]]:
    return {name: essence(figures) for name, figures in found.items()}


def by_pencil(counted: Count, target: Fraction) -> dict[str, object]:
    """The same from the count, with the words of the agreement beside it."""
    # No guaranteed minutes: "not applicable", never 100%.
    share = counted.up / counted.guaranteed if counted.guaranteed else None
    return {
        "guaranteed": counted.guaranteed,
        "before exclusions": counted.before_exclusions,
        "excused": counted.before_exclusions - counted.down,
        "downtime": counted.down,
        "availability": share,
        # Over the month as planned to its end.
        "allowance": counted.in_full * (1 - target) - counted.down,
        "meets target": None if share is None else share >= target,
    }


# Examples

PARTS = ("server", "dashboard", "chat")
CHANGES = {
    "Europe/Amsterdam": (date(2026, 3, 29), date(2026, 10, 25)),
    "Pacific/Auckland": (date(2026, 4, 5), date(2026, 9, 27)),
}
MONTHS = [date(2025, 12, 1), *(date(2026, n, 1) for n in range(1, 13)), date(2027, 1, 1)]
OFTEN = [
    *(date(2025, 12, 1), date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)),
    *(date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)),
]
statuses = st.sampled_from(ComponentStatus)
some_parts = st.dictionaries(st.sampled_from(PARTS), statuses, min_size=1)
# What lies in the hour of a clock change is a matter for the tests of hours.
minutes_of_day = st.one_of(
    st.sampled_from([0, 510, 1050]), st.integers(0, 59), st.integers(180, 1439)
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    zone = draw(st.sampled_from(ZONES))
    opens, closes = sorted(draw(st.lists(minutes_of_day, min_size=2, max_size=2, unique=True)))
    opens, closes = draw(st.sampled_from([(510, 1050), (opens, closes)]))
    shares = sorted(draw(st.lists(st.fractions(0, 1, max_denominator=4), min_size=4, max_size=4)))
    counts = dict(zip(list(ComponentStatus)[1:], shares, strict=True))
    windows = [
        (day * DAY + start, draw(st.integers(day, day + 3)) * DAY + end)
        for day, start, end in draw(
            st.lists(st.tuples(st.integers(0, 6), minutes_of_day, minutes_of_day), max_size=3)
        )
    ]
    agreed = [*((day * DAY + 1050, day * DAY + 1950) for day in range(4)), (6810, 10590)]
    return Policy(
        zone=zone,
        days=frozenset(
            draw(st.one_of(st.just({0, 1, 2, 3, 4}), st.sets(st.integers(0, 6), min_size=1)))
        ),
        opens=opens,
        closes=closes,
        holidays=draw(st.booleans()),
        counts=draw(
            st.sampled_from(
                [
                    counts,
                    {
                        ComponentStatus.MAJOR_OUTAGE: Fraction(1),
                        ComponentStatus.PARTIAL_OUTAGE: Fraction(1),
                    },
                ]
            )
        ),
        target=draw(st.sampled_from([Fraction(9, 10), Fraction(999, 1000), Fraction(1)])),
        # From Monday 10:00 to Friday 15:00, so that windows and guaranteed hours overlap.
        windows=draw(
            st.sampled_from([agreed, [(600, 4 * DAY + 900)], [(o, c) for o, c in windows if o < c]])
        ),
        valid_from=draw(st.one_of(st.none(), st.integers(0, MINUTES - 1))),
    )


lengths = st.one_of(
    st.integers(1, 300), st.integers(1, 300), st.integers(1, 4 * DAY), st.integers(1, 50 * DAY)
)


@st.composite
def troubles(draw: st.DrawFn, near: st.SearchStrategy[int]) -> Trouble:
    start, length = draw(near), draw(st.one_of(lengths, lengths, lengths, st.none()))
    changes = draw(st.lists(st.tuples(lengths, some_parts), max_size=3, unique_by=lambda c: c[0]))
    return Trouble(
        start=start,
        end=None if length is None else start + length,
        statuses=draw(some_parts),
        changes=sorted(changes, key=lambda change: change[0]),
        excluded=draw(st.booleans()),
    )


@st.composite
def works(draw: st.DrawFn, near: st.SearchStrategy[int]) -> Work:
    start, length = draw(near), draw(st.integers(1, 3 * DAY))
    kind = draw(st.sampled_from(["", "", "override", "restore", "cancelled"]))
    return Work(
        start=start,
        end=start + length,
        parts=draw(st.lists(st.sampled_from(PARTS), min_size=1, unique=True)),
        effect=draw(statuses.filter(lambda s: s is not ComponentStatus.UNDER_MAINTENANCE)),
        override=kind == "override",
        restore=kind == "restore",
        cancelled=kind == "cancelled",
        ended=draw(st.one_of(st.none(), st.integers(start + 1, start + 4 * DAY))),
    )


@st.composite
def stories(draw: st.DrawFn) -> tuple[Story, date]:
    """A story and a month that much of it lies in."""
    policy = draw(policies())
    month = draw(st.one_of(st.sampled_from(OFTEN), st.sampled_from(MONTHS)))
    middle = midnight(policy, month) + 14 * DAY
    near = st.integers(max(middle - 25 * DAY, 60), middle + 25 * DAY)
    turn = midnight(policy, draw(st.sampled_from(CHANGES[policy.zone])))
    near = st.one_of(near, near, st.integers(turn - 3 * DAY, turn + 2 * DAY))
    story = Story(
        policy=policy,
        parts={part: draw(st.booleans()) for part in PARTS},
        troubles=draw(st.lists(troubles(near), max_size=6)),
        works=draw(st.lists(works(near), max_size=3)),
        now=draw(st.one_of(near, st.just(MINUTES - DAY))),
    )
    return story, month


def last_day(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


# The sample that everything has: slow on a working day, down over a clock change, and an end.
DOWN, SLOW = ComponentStatus.MAJOR_OUTAGE, ComponentStatus.DEGRADED_PERFORMANCE
PLAIN = Policy(
    zone="Europe/Amsterdam",
    days=frozenset(range(5)),
    opens=510,
    closes=1050,
    holidays=True,
    counts={DOWN: Fraction(1)},
    target=Fraction(9, 10),
    windows=[*((day * DAY + 1050, day * DAY + 1950) for day in range(4)), (6810, 10590)],
    valid_from=None,
)
OVER_THE_CHANGE = Story(
    PLAIN,
    {"server": True, "dashboard": True, "chat": False},
    [
        Trouble(118 * DAY, 122 * DAY, {"server": DOWN}, [(2 * DAY, {"server": SLOW})]),
        Trouble(119 * DAY, None, {"server": DOWN, "chat": DOWN}, excluded=True),
    ],
    [Work(121 * DAY, 122 * DAY, ["dashboard"], SLOW, override=True)],
    130 * DAY,
)

IN_A_WINDOW = replace(
    OVER_THE_CHANGE,
    policy=replace(PLAIN, windows=[(600, 4 * DAY + 900)]),
    works=[
        Work(121 * DAY, 122 * DAY, ["dashboard"], SLOW, override=True),
        Work(122 * DAY, 122 * DAY + 600, ["chat"], DOWN, restore=True),
    ],
)


# Figures


@given(stories())
@example((OVER_THE_CHANGE, date(2026, 3, 1)))
@example((IN_A_WINDOW, date(2026, 3, 1)))
@settings(max_examples=60)
def test_the_figures_of_a_month_are_those_of_a_count(case: tuple[Story, date]) -> None:
    story, month = case
    expected = count(story, month, last_day(month))
    found = of_month(story, month)
    target = story.policy.target
    assert essences(found) == {
        name: by_pencil(counted, target) for name, counted in expected.items()
    }


@given(stories())
@example((OVER_THE_CHANGE, date(2026, 3, 1)))
@settings(max_examples=10)
def test_the_figures_of_a_year_are_those_of_a_count(case: tuple[Story, date]) -> None:
    story, _ = case
    expected = count(story, date(2026, 1, 1), date(2026, 12, 31))
    found = figures_of(year_report(*known_of(story), 2026))
    target = story.policy.target
    assert essences(found) == {
        name: by_pencil(counted, target) for name, counted in expected.items()
    }


def test_the_count_itself_knows_a_month() -> None:
    """The slow count is right where a pencil is, before it is trusted elsewhere.

    March 2026 has 22 working days of 540 minutes. Down from Friday 27th at 01:00 to Sunday
    29th at 01:00 holds one of those days, and the override on Monday 30th another.
    """
    story = replace(OVER_THE_CHANGE, troubles=OVER_THE_CHANGE.troubles[:1])
    found = count(story, date(2026, 3, 1), date(2026, 3, 31))
    assert found["server"].guaranteed == found["server"].in_full == 22 * 540
    assert {name: counted.down for name, counted in found.items()} == {
        "server": Fraction(540),
        "dashboard": Fraction(540),
        "chat": Fraction(),
        "": Fraction(1080),
    }
    assert found[""].up == 20 * 540


# Laws


@given(stories())
@settings(max_examples=30)
def test_what_was_up_and_what_was_down_is_what_was_guaranteed(case: tuple[Story, date]) -> None:
    story, month = case
    figures = of_month(story, month)
    for found in figures.values():
        assert 0 <= found.downtime <= found.guaranteed <= found.guaranteed_in_full
        assert 0 <= found.excused <= found.guaranteed - found.downtime
        assert found.allowance <= found.guaranteed_in_full * (1 - found.target)
        if found.guaranteed:
            assert found.figure is not None
            assert found.figure * found.guaranteed + found.downtime == found.guaranteed
        else:
            assert (found.figure, found.meets_target) == (None, None)
    promised = [figures[part].downtime for part, sla in story.parts.items() if sla]
    assert max(promised, default=0) <= figures[""].downtime <= sum(promised)


@given(stories())
@settings(max_examples=30)
def test_what_is_excused_is_what_counts_without_the_exclusions(case: tuple[Story, date]) -> None:
    story, month = case
    strict = replace(story, troubles=[replace(t, excluded=False) for t in story.troubles])
    found = of_month(story, month)
    in_all = of_month(strict, month)
    for name, figures in found.items():
        assert in_all[name].excused == 0
        assert figures.downtime + figures.excused == in_all[name].downtime


@given(stories(), st.integers(1, 31 * DAY))
@settings(max_examples=30)
def test_the_parts_of_a_month_add_up_to_it(case: tuple[Story, date], after: int) -> None:
    story, month = case
    content, known = known_of(story)
    whole = civil.month(month.year, month.month, content.site.zone)
    cut = whole.start + after * MINUTE
    assume(cut < whole.end)
    halves = [Interval(whole.start, cut), Interval(cut, whole.end)]

    def parts(of: Interval) -> list[Fraction]:
        hours = guaranteed(content, of, known.now)
        assert hours
        found = hours.availability(known.down)
        return [found.guaranteed, found.guaranteed_in_full, found.downtime, found.excused]

    first, second = map(parts, halves)
    assert [a + b for a, b in zip(first, second, strict=True)] == parts(whole)


def cut_in_two(trouble: Trouble, after: int) -> list[Trouble]:
    """The same as two incidents, the second with the statuses as they are by then."""
    cut = trouble.start + after
    then = {part: status_in(trouble, part, told_by(trouble, cut)) for part in PARTS}
    return [
        replace(trouble, end=cut, changes=[c for c in trouble.changes if c[0] < after]),
        replace(
            trouble,
            start=cut,
            statuses={part: status for part, status in then.items() if status},
            changes=[(n - after, changed) for n, changed in trouble.changes if n > after],
        ),
    ]


@given(stories(), st.integers(1, DAY), st.data())
@settings(max_examples=30)
def test_one_incident_or_two_that_touch_is_the_same(
    case: tuple[Story, date], after: int, data: st.DataObject
) -> None:
    story, month = case
    assume(story.troubles)
    chosen = data.draw(st.sampled_from(story.troubles))
    assume(chosen.end is None or chosen.start + after < chosen.end)
    others = [trouble for trouble in story.troubles if trouble is not chosen]
    split = replace(story, troubles=[*others, *cut_in_two(chosen, after)])
    one = of_month(story, month)
    two = of_month(split, month)
    assert essences(one) == essences(two)


@given(stories())
@settings(max_examples=30)
def test_an_incident_that_is_told_twice_counts_once(case: tuple[Story, date]) -> None:
    story, month = case
    twice = replace(story, troubles=[*story.troubles, *story.troubles], works=[*story.works] * 2)
    once = of_month(story, month)
    found = of_month(twice, month)
    assert essences(once) == essences(found)


@given(stories(), st.data())
@settings(max_examples=30)
def test_one_more_incident_never_makes_a_figure_better(
    case: tuple[Story, date], data: st.DataObject
) -> None:
    story, month = case
    near = st.integers(max(story.now - 30 * DAY, 0), story.now)
    worse = replace(story, troubles=[*story.troubles, data.draw(troubles(near))])
    before = of_month(story, month)
    after = of_month(worse, month)
    for name, figures in before.items():
        assert figures.downtime <= after[name].downtime
        assert figures.downtime + figures.excused <= after[name].downtime + after[name].excused


@given(stories())
@settings(max_examples=30)
def test_the_ledger_adds_up_line_by_line(case: tuple[Story, date]) -> None:
    story, month = case
    content, known = known_of(story)
    report = month_report(content, known, month)
    events = {i.id for i in content.incidents} | {m.id for m in content.maintenance}
    parts = {"": {part for part, sla in story.parts.items() if sla}} | {p: {p} for p in PARTS}
    for name, figures in figures_of(report).items():
        lines = figures.ledger
        assert sum((line.downtime for line in lines), Fraction()) == figures.downtime
        assert sum((line.excused_downtime for line in lines), Fraction()) == figures.excused
        for one, other in pairwise(lines):
            assert one.interval.end <= other.interval.start
        for line in lines:
            assert line.outages
            assert report.during.covers(line.interval)
            assert line.interval.end <= known.now
            assert 0 <= line.share <= line.share + line.excused <= 1
            assert line.share + line.excused == max(o.share for o in line.outages)
            for outage in line.outages:
                assert outage.interval.covers(line.interval)
                assert outage.event.id in events
                assert outage.component in parts[name]


@given(stories())
@settings(max_examples=30)
def test_a_line_of_the_ledger_is_guaranteed_time(case: tuple[Story, date]) -> None:
    story, month = case
    days, minutes = wall_clock(story.policy.zone)
    report = month_report(*known_of(story), month)
    for figures in figures_of(report).values():
        for line in figures.ledger:
            start, end = (
                (i - BEGINNING) // MINUTE for i in (line.interval.start, line.interval.end)
            )
            for n in (start, (start + end) // 2, end - 1):
                assert is_guaranteed(story.policy, days[n], minutes[n])
                assert n >= (story.policy.valid_from or 0)


def cut_off(story: Story) -> Story:
    """What is known at ``now`` and not a word more."""
    now = story.now
    return replace(
        story,
        troubles=[
            replace(
                trouble,
                end=trouble.end if trouble.end is not None and trouble.end <= now else None,
                changes=[c for c in trouble.changes if trouble.start + c[0] <= now],
            )
            for trouble in story.troubles
            if trouble.start <= now
        ],
        works=[work for work in story.works if work.start < now],
    )


@given(stories())
@settings(max_examples=30)
def test_nothing_after_now_counts(case: tuple[Story, date]) -> None:
    story, month = case
    found = of_month(story, month)
    known = of_month(cut_off(story), month)
    assert essences(found) == essences(known)
    content = content_of(story)
    past = civil.month(month.year, month.month, content.site.zone)
    if at(story.now) <= past.start:
        assert all(f.guaranteed == f.downtime == f.excused == 0 for f in found.values())
        assert all(f.figure is None for f in found.values())
