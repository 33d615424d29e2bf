"""What subscribers are told by one build after another.

Each scenario says which items are new, which changed and which are gone, in every feed of every
form and language: a reader tells of what is new, and of nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise

import pytest

from tests.feeds import (
    COMPONENTS,
    FILES,
    INCIDENT,
    PLAN,
    RESOLVED,
    SCHEDULE,
    SITE,
    Entry,
    entries,
    is_feed,
)
from tests.sites import NOW, published

INCIDENT_FILE = "incidents/2026/storing.yaml"
PLAN_FILE = "maintenance/2026/werk.yaml"

LOOKED_INTO = "incident/storing/20261123t140300z"
SOLVED = "incident/storing/20261123t144200z"
ANNOUNCED = "maintenance/werk/plan_announced"
STARTED = "maintenance/werk/plan_in_progress_20261123t200000z"
DONE = "maintenance/werk/plan_completed_20261123t220000z"
ALL = {LOOKED_INTO, ANNOUNCED, STARTED, DONE}
TOUCHED = {"storing": {"server"}, "werk": {"server", "app"}, "later": {"app"}}
"""The components that an event touches; the rest are occurrences on the server."""

AFTERNOON = datetime.fromisoformat("2026-11-23T16:00+01:00")
EVENING = datetime.fromisoformat("2026-11-23T21:30+01:00")
NIGHT = datetime.fromisoformat("2026-11-23T23:30+01:00")


@dataclass(frozen=True)
class Scenario:
    """Two builds. The files of the second are those of the first with ``change``.

    Items go by event and update, which is what comes after the language in their ids.
    ``english``: what changed in that language, where it is not the same.
    """

    change: Mapping[str, str] = field(default_factory=dict)
    new: Iterable[str] = ()
    changed: Iterable[str] = ()
    gone: Iterable[str] = ()
    english: Iterable[str] | None = None
    before: Mapping[str, str] = field(default_factory=lambda: FILES)
    now: datetime = NOW
    later: datetime | None = None


def plan(*changes: tuple[str, str], updates: str = "") -> dict[str, str]:
    return {PLAN_FILE: changed(PLAN, *changes) + (f"updates:\n{updates}" if updates else "")}


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def of_occurrence(day: str, status: str) -> str:
    said = f"at: 2026-11-24 11:00, occurrence: {day}, status: {status}, text: {{nl: A., en: B.}}"
    return f"updates:\n  - {{{said}}}\n"


TWENTY_TO_NINE = ("start: 2026-11-23 21:00", "start: 2026-11-23 20:00")
TO_TUESDAY = ("start: 2026-11-23 21:00", "start: 2026-11-24 21:00")
RECURRING = {**FILES, "schedules/updates.yaml": SCHEDULE}
# Its start less the sixty days of the horizon.
IN_SIGHT = datetime.fromisoformat("2026-11-29T22:00+01:00")

SCENARIOS = {
    "time passes and nothing happens": Scenario(later=NOW + timedelta(days=3)),
    "another year begins": Scenario(later=NOW + timedelta(days=60)),
    "an incident begins": Scenario(
        before={name: text for name, text in FILES.items() if name != INCIDENT_FILE},
        change={INCIDENT_FILE: INCIDENT},
        new={LOOKED_INTO},
    ),
    "an update is added": Scenario({INCIDENT_FILE: INCIDENT + RESOLVED}, new={SOLVED}),
    "an update without a word is added": Scenario(
        {INCIDENT_FILE: INCIDENT + "  - {at: 2026-11-23 15:42, status: monitoring}\n"},
        new={SOLVED},
    ),
    "an update is added that dates from before the last": Scenario(
        before={**FILES, INCIDENT_FILE: INCIDENT + RESOLVED},
        change={
            INCIDENT_FILE: INCIDENT + "  - {at: 2026-11-23 15:20, status: identified}\n" + RESOLVED
        },
        new={"incident/storing/20261123t142000z"},
    ),
    "a typo is fixed": Scenario(
        {INCIDENT_FILE: changed(INCIDENT, ("wacht", "wachten"))}, changed={LOOKED_INTO}, english=()
    ),
    "a title is changed": Scenario(
        plan(("{nl: Werk, en: Work}", "{nl: Arbeid, en: Labour}")),
        changed={ANNOUNCED, STARTED, DONE},
    ),
    "a postmortem is added": Scenario(
        before={**FILES, INCIDENT_FILE: INCIDENT + RESOLVED},
        change={
            INCIDENT_FILE: INCIDENT + RESOLVED + "postmortem: {nl: Een stekker., en: A plug.}\n"
        },
    ),
    "a window is moved, which is told": Scenario(
        plan(
            TO_TUESDAY,
            updates="  - {at: 2026-11-23 11:50, status: scheduled, text: {nl: Later., en: Later.}}",
        ),
        new={"maintenance/werk/20261123t105000z"},
        changed={ANNOUNCED},
        now=AFTERNOON,
    ),
    "a window is moved without a word": Scenario(
        plan(TO_TUESDAY), changed={ANNOUNCED}, now=AFTERNOON
    ),
    "a window is moved after its start was told": Scenario(
        plan(
            TO_TUESDAY,
            updates="  - {at: 2026-11-23 21:15, status: scheduled, text: {nl: Later., en: Later.}}",
        ),
        new={"maintenance/werk/20261123t201500z"},
        changed={ANNOUNCED},
        gone={STARTED},
        now=EVENING,
    ),
    "a window that was moved begins, although its start was told before": Scenario(
        before={**FILES, **plan(TO_TUESDAY)},
        new={"maintenance/werk/plan_in_progress_20261124t200000z"},
        later=NOW + timedelta(hours=9),
    ),
    "a window is made longer after its end was told": Scenario(
        plan(("duration: 2h", "duration: 3h")),
        changed={ANNOUNCED, STARTED},
        gone={DONE},
        now=NIGHT,
    ),
    "a window that was made longer ends, although its end was told before": Scenario(
        before={**FILES, **plan(("duration: 2h", "duration: 3h"))},
        new={"maintenance/werk/plan_completed_20261123t230000z"},
        now=NIGHT,
        later=NOW,
    ),
    "the time that it really took is filled in": Scenario(
        {PLAN_FILE: PLAN + "actual: {start: 2026-11-23 21:00, end: 2026-11-23 22:40}\n"},
        changed={DONE},
    ),
    "an event is cancelled": Scenario(
        plan(
            updates="  - {at: 2026-11-23 11:50, status: cancelled, text: {nl: Nee., en: No.}}",
        ),
        new={"maintenance/werk/20261123t105000z"},
        now=AFTERNOON,
    ),
    "an event that was cancelled does not begin": Scenario(
        before={**FILES, **plan(updates="  - {at: 2026-11-23 11:50, status: cancelled}")},
        now=AFTERNOON,
        later=NOW,
    ),
    "the clock starts it": Scenario(new={STARTED}, now=AFTERNOON, later=EVENING),
    "the clock starts and ends it": Scenario(new={STARTED, DONE}, now=AFTERNOON, later=NIGHT),
    "somebody says what the clock has said": Scenario(
        plan(updates="  - {at: 2026-11-23 21:10, status: in_progress}"),
        new={"maintenance/werk/20261123t201000z"},
        now=EVENING,
    ),
    "an occurrence comes in sight": Scenario(
        before=RECURRING,
        new={"maintenance/updates-2027-01-28/plan_announced"},
        now=IN_SIGHT,
        later=IN_SIGHT + timedelta(seconds=1),
    ),
    "an occurrence is moved": Scenario(
        before=RECURRING,
        change={
            "schedules/updates.yaml": SCHEDULE
            + "changes:\n  2026-12-03: {start: 2026-12-04 22:00}\n"
        },
        changed={"maintenance/updates-2026-12-03/plan_announced"},
    ),
    "an occurrence is moved, which is told": Scenario(
        before=RECURRING,
        change={
            "schedules/updates.yaml": SCHEDULE
            + "changes:\n  2026-12-03: {start: 2026-12-04 22:00}\n"
            + of_occurrence("2026-12-03", "scheduled")
        },
        new={"maintenance/updates-2026-12-03/20261124t100000z"},
        changed={"maintenance/updates-2026-12-03/plan_announced"},
    ),
    "an occurrence is called off": Scenario(
        before=RECURRING,
        change={"schedules/updates.yaml": SCHEDULE + of_occurrence("2026-12-03", "cancelled")},
        new={"maintenance/updates-2026-12-03/20261124t100000z"},
    ),
    "an occurrence is called off before it came in sight": Scenario(
        before=RECURRING,
        change={"schedules/updates.yaml": SCHEDULE + of_occurrence("2027-02-04", "cancelled")},
        new={
            "maintenance/updates-2027-02-04/plan_announced",
            "maintenance/updates-2027-02-04/20261124t100000z",
        },
    ),
    "an occurrence that was called off comes in sight": Scenario(
        before={
            **FILES,
            "schedules/updates.yaml": SCHEDULE + of_occurrence("2027-01-28", "cancelled"),
        },
        now=IN_SIGHT,
        later=IN_SIGHT + timedelta(seconds=1),
    ),
    "an occurrence is moved out of sight, which is told": Scenario(
        before=RECURRING,
        change={
            "schedules/updates.yaml": SCHEDULE
            + "changes:\n  2026-12-03: {start: 2027-03-05 22:00}\n"
            + of_occurrence("2026-12-03", "scheduled")
        },
        new={"maintenance/updates-2026-12-03/20261124t100000z"},
        changed={"maintenance/updates-2026-12-03/plan_announced"},
    ),
    "two things happen at the same moment": Scenario(
        {
            "incidents/2026/later.yaml": changed(INCIDENT, ("server:", "app:")),
            INCIDENT_FILE: INCIDENT,
        },
        new={"incident/later/20261123t140300z"},
        # By name it comes first, so that the other one is a second later.
        changed={LOOKED_INTO},
    ),
    "a component is renamed": Scenario(
        {"components.yaml": changed(COMPONENTS, ("name: App", "name: Programma"))},
        changed={ANNOUNCED, STARTED, DONE},
    ),
    "the site is renamed": Scenario({"site.yaml": changed(SITE, ("Proef", "Nieuwe"))}),
    "a hub is named": Scenario({"site.yaml": SITE + "hub: https://hub.voorbeeld.example/\n"}),
    "the site moves to another folder": Scenario(
        {"site.yaml": changed(SITE, ("/pad", "/elders"))}, changed=ALL
    ),
    "the site moves to another host and keeps its ids": Scenario(
        {
            "site.yaml": changed(SITE, ("status.voorbeeld", "nieuw.voorbeeld"))
            + "id_host: status.voorbeeld.example\n"
        },
        changed=ALL,
    ),
}


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_subscribers_are_told_what_is_new_and_nothing_else(scenario: Scenario) -> None:
    before = feeds(scenario.before, scenario.now)
    after = feeds({**scenario.before, **scenario.change}, scenario.later or scenario.now)
    assert before.keys() == after.keys()
    for path, old in before.items():
        new = after[path]
        is_english = path.startswith("en/") and scenario.english is not None
        changed_ids = scenario.english if is_english else scenario.changed
        expected = [
            {id for id in ids if is_followed(path, id)}
            for ids in (scenario.new, changed_ids or (), scenario.gone)
        ]
        found = [
            new.keys() - old.keys(),
            {id for id in new.keys() & old.keys() if new[id] != old[id]},
            old.keys() - new.keys(),
        ]
        if "history" in path:
            # An event is new with its first item, and changed whenever one of its items is.
            told_of = {event_of(id) for ids in expected for id in ids}
            expected = [told_of - old.keys(), told_of & old.keys(), set()]
        assert (path, *found) == (path, *expected)


def feeds(files: Mapping[str, str], now: datetime) -> dict[str, dict[str, Entry]]:
    """Each feed of the site as (id without host and language) -> item."""
    return _feeds(frozenset(files.items()), now)


@cache
def _feeds(files: frozenset[tuple[str, str]], now: datetime) -> dict[str, dict[str, Entry]]:
    found: dict[str, dict[str, Entry]] = {}
    for path, content in published(dict(files), now).items():
        if is_feed(path):
            items = entries(path, content)
            language = "en" if path.startswith("en/") else "nl"
            head = f"tag:status.voorbeeld.example,2026:{language}/"
            assert all(item.id.startswith(head) for item in items)
            assert all(newer.updated > older.updated for newer, older in pairwise(items))
            assert all(item.published <= item.updated <= now for item in items)
            found[path] = {item.id.removeprefix(head): item for item in items}
            assert len(found[path]) == len(items)
    assert len(found) == 2 * (3 * 3 + 2)
    return found


def is_followed(path: str, id: str) -> bool:
    folder, _, component = path.rpartition("/")[0].rpartition("/")
    if not folder.endswith("components"):
        return True
    return component in TOUCHED.get(id.split("/")[1], {"server"})


def event_of(id: str) -> str:
    return id.rpartition("/")[0]


def test_without_the_first_host_all_ids_are_others() -> None:
    moved = published(
        {**FILES, "site.yaml": changed(SITE, ("status.voorbeeld", "nieuw.voorbeeld"))}
    )
    ids = {item.id.partition("2026:")[0] for item in entries("feed.xml", moved["feed.xml"])}
    assert ids == {"tag:nieuw.voorbeeld.example,"}
