"""The next moment at which the site changes by itself, held against sites built at many moments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from statusgen import build, civil, themes
from statusgen.artifact import Artifact
from statusgen.content.reading import read
from statusgen.history.changes import next_change
from statusgen.i18n import Language
from statusgen.intervals import Interval
from statusgen.making import Making, in_memory
from statusgen.model.agreement import guaranteed_time
from statusgen.model.content import Content
from statusgen.views.phases import AHEAD

ROOT = Path(__file__).resolve().parents[2]
TICK, STEP = timedelta(seconds=1), timedelta(hours=1)
SITE = """\
name: Proef
url: https://status.voorbeeld.example/
timezone: Europe/Amsterdam
languages: [nl]
horizon: 3d
support: {hours: {days: mon-fri, from: 08:30, to: 17:00}}
"""
SLA = """\
title: Afspraken
maintenance: {windows: [{days: mon-sun, from: 17:30, to: 08:30}]}
tickets: {register_within: 24h}
calamities: {update_every: 1h}
backups: {every: 12h}
"""
AVAILABILITY = """\
availability:
  target: 90%
  hours: {days: mon-fri, from: 08:40, to: 17:30}
"""
COMPONENTS = "groups: [{id: a, name: A, components: [{id: server, name: Server}]}]\n"
EVENTS = {
    # The clock goes back in the night to Sunday 25 October.
    "maintenance/gewoon.yaml": """\
title: Gewoon
components: [server]
start: 2026-10-21 21:00
duration: 2h
announced: 2026-10-20 10:20
""",
    "maintenance/afgezegd.yaml": """\
title: Afgezegd
components: [server]
start: 2026-10-23 20:00
duration: 1h
announced: 2026-10-15 10:00
updates:
  - {at: 2026-10-22 12:10, status: cancelled, text: Het gaat niet door.}
""",
    "maintenance/uitgelopen.yaml": """\
title: Uitgelopen
components: [server]
start: 2026-10-24 20:00
end: 2026-10-24 23:00
announced: 2026-10-20 10:20
updates:
  - {at: 2026-10-24 23:30, status: in_progress, text: Het duurt langer.}
  - {at: 2026-10-25 01:50, status: completed, text: Klaar.}
""",
    "maintenance/vroeg.yaml": """\
title: Vroeg
components: [server]
start: 2026-10-22 20:00
end: 2026-10-22 22:00
announced: 2026-10-14 10:00
updates:
  - {at: 2026-10-22 19:40, status: in_progress, text: Wij beginnen.}
  - {at: 2026-10-22 20:40, status: completed, text: Klaar.}
""",
    "schedules/nachtelijk.yaml": """\
title: Nachtelijk
components: [server]
rrule: FREQ=DAILY
first: 2026-10-21 03:20
duration: 40m
announced: 2026-10-20 10:20
""",
    "incidents/storing.yaml": """\
title: Storing
components: {server: partial_outage}
started: 2026-10-21 11:00
reported: 2026-10-21 11:20
unreachable: [{from: 2026-10-21 11:30, to: 2026-10-21 11:50}]
updates:
  - {at: 2026-10-21 11:10, status: investigating, text: Wij zoeken het uit.}
  - {at: 2026-10-21 11:40, status: identified, components: {server: major_outage}, text: Gevonden.}
  - {at: 2026-10-21 12:30, status: resolved, text: Opgelost.}
""",
    "incidents/later-geregistreerd.yaml": """\
title: Later geregistreerd
kind: bug
components: [server]
ticket: A-1
started: 2026-10-22 09:00
reported: 2026-10-22 09:10
registered: 2026-10-23 15:00
updates:
  - {at: 2026-10-22 09:20, status: resolved, text: Opgelost.}
""",
    "incidents/calamiteit.yaml": """\
title: Calamiteit
kind: calamity
components: {server: major_outage}
updates:
  - {at: 2026-10-23 01:10, status: investigating, text: Het is weg.}
  - {at: 2026-10-23 01:40, status: identified, failover: started, text: Wij wijken uit.}
  - {at: 2026-10-23 05:00, status: resolved, text: Terug.}
""",
    "incidents/stil-voorbij.yaml": """\
title: Stil voorbij
components: [server]
ended: 2026-10-24 15:00
updates:
  - {at: 2026-10-24 14:30, status: investigating, text: Wij zoeken het uit.}
""",
    "backups/2026-10.yaml": """\
- {at: 2026-10-20 02:00, ok: true}
- {at: 2026-10-20 14:00, ok: true}
- {at: 2026-10-23 02:00, ok: true}
- {at: 2026-10-23 14:00, ok: false}
""",
}
AS_OF = re.compile(r'"(?:as_of|counted_until)":"[^"]*"|<footer><time datetime="[^"]*">[^<]*</time>')
"""Where a file that is no page, and the page to embed, say when they were made."""
GROWING = "as of its moment"
START = datetime(2026, 10, 19, 10, tzinfo=UTC)
END = START + timedelta(days=8)


def files(sla: str) -> dict[str, bytes]:
    """A site in which something of everything happens in eight days."""
    texts = {"site.yaml": SITE, "sla.yaml": sla, "components.yaml": COMPONENTS, **EVENTS}
    return {path: text.encode() for path, text in texts.items()}


@cache
def theme() -> themes.Theme:
    return themes.load(ROOT)["plain"]


@cache
def content(sla: str = SLA) -> Content:
    checked = build.check(files(sla), themes.load(ROOT), END)
    assert checked.content
    return checked.content


def said(content: Content, now: datetime) -> dict[str, str]:
    """What each file of the site says, without the moment that it was made at.

    While time counts (something goes on, or the hours are guaranteed) the pages that tell when
    they were made are left out: their figures grow.
    """
    moment = Language.load("nl").moment_full(civil.to_wall(now, content.site.zone))

    def told(_: str, values: Mapping[str, Any]) -> str:
        is_made = values["made"] is not None or moment in repr(values.get("report"))
        if is_made and time_counts(content, now):
            return GROWING
        kept = {k: v for k, v in values.items() if k != "made" and not callable(v)}
        return re.sub(r"class=\"now\"[^>]*|as_of='[^']*'", "", repr(kept).replace(moment, "then"))

    making = Making(content, {}, theme(), now)
    making.edition = replace(making.edition, render=told)
    made = [artifact for artifact in making.files(in_memory) if isinstance(artifact, Artifact)]
    files = {a.path: AS_OF.sub("", a.content.decode("utf-8", "replace")) for a in made}
    if time_counts(content, now):
        files |= {path: GROWING for path in files if path.startswith("api/statusgen/")}
    return files


def time_counts(content: Content, now: datetime) -> bool:
    during = Interval(now - TICK, now + TICK)
    guaranteed = guaranteed_time(content.agreement, during, content.site.zone)
    goes_on = any(i.started_at < now and i.is_open(now) for i in content.incidents)
    runs = any(plan.is_running(now) for plan in content.planned(during))
    # Work that is late runs on after its planned end.
    late = any(plan.is_running(now) for plan in content.maintenance)
    return bool(guaranteed) or goes_on or runs or late


@pytest.mark.parametrize("sla", [SLA, SLA + AVAILABILITY], ids=["no hours", "guaranteed hours"])
def test_no_change_is_missed_and_none_is_invented(sla: str) -> None:
    site = content(sla)
    moments = [START + n * STEP for n in range((END - START) // STEP)]
    before = said(site, moments[0])
    for now, later in pairwise(moments):
        after = said(site, later)
        changed_at = next_change(site, now, AHEAD)
        foretold = changed_at <= later
        different = difference(before, after)
        counts = time_counts(site, now) or time_counts(site, later)
        assert foretold or not different, (now, changed_at, different)
        assert counts or not foretold or different, (now, changed_at)
        before = after


def difference(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The paths of what differs, without the pages that time counts on."""
    pairs = {path: (before.get(path), after.get(path)) for path in before | after}
    return [
        path for path, (one, other) in pairs.items() if one != other and GROWING not in (one, other)
    ]


seconds = st.integers(0, (END - START) // TICK)


@settings(max_examples=40)
@given(seconds, st.floats(0, 1, exclude_max=True))
def test_until_the_next_change_the_site_says_the_same(start: int, share: float) -> None:
    site, now = content(), START + start * TICK
    changed_at = next_change(site, now, AHEAD)
    between = now + int((changed_at - now) / TICK * share) * TICK

    assert now < changed_at
    assert difference(said(site, now), said(site, between)) == []
    assert next_change(site, between, AHEAD) == changed_at


@pytest.mark.parametrize(
    "now", ["2026-10-20T00:00Z", "2026-10-21T19:00Z", "2026-10-23T16:00Z", "2026-10-25T00:30Z"]
)
def test_a_build_just_before_the_next_change_gives_the_same_bytes(now: str) -> None:
    at = datetime.fromisoformat(now)
    changed_at = next_change(content(), at, AHEAD)
    first, last, changed = (built(moment) for moment in (at, changed_at - TICK, changed_at))

    assert difference(first, last) == []
    assert difference(last, changed) != []


def built(now: datetime) -> dict[str, str]:
    """The pages as they are published, but for the moment that they were made at."""
    found = build.build(files(SLA), themes.load(ROOT), now)
    local = civil.to_wall(now, content().site.zone)
    made = r'class="now"[^>]*|class="stale" data-from="[^"]*"'
    made += rf"|{Language.load('nl').moment_full(local)}|{civil.iso(now)}"
    return {a.path: re.sub(made, "", a.content.decode("utf-8", "replace")) for a in found.artifacts}


@pytest.mark.parametrize(
    ("now", "changed_at"),
    [
        ("2026-10-20 09:00", "2026-10-20 10:20"),  # a plan is announced
        ("2026-10-20 10:20", "2026-10-20 10:20:01"),  # a feed tells a second thing a second later
        ("2026-10-21 19:00", "2026-10-21 21:00"),  # a plan starts
        ("2026-10-21 21:00", "2026-10-21 21:00:01"),  # and has lasted
        ("2026-10-21 21:00:01", "2026-10-21 23:00"),  # and ends
        ("2026-10-21 18:30", "2026-10-21 21:00"),
        ("2026-10-22 11:00", "2026-10-22 11:40:01"),  # a report is registered too late
        ("2026-10-23 02:30", "2026-10-23 02:40:01"),  # word is overdue
        ("2026-10-23 17:30", "2026-10-23 20:00"),  # what was called off is past
        ("2026-10-24 14:40", "2026-10-24 15:00"),  # an incident is over, though nobody said so
        ("2026-10-24 15:10", "2026-10-24 20:00"),  # the weekend has no support
        ("2026-10-26 06:00", "2026-10-26 08:30"),  # support opens
        ("2026-10-26 17:00", "2026-10-27 00:00"),  # a day is over
    ],
)
def test_what_changes_the_site(now: str, changed_at: str) -> None:
    site = content()
    at, expected = (
        civil.recurring(datetime.fromisoformat(text), site.site.zone) for text in (now, changed_at)
    )
    assert next_change(site, at, timedelta()) == expected


def test_an_incident_of_which_nothing_was_said_changes_the_site_as_any_other() -> None:
    silent = b"title: Storing\ncomponents: {server: major_outage}\nstarted: 2026-10-20 10:00\n"
    found = read({**files(SLA), "incidents/stil.yaml": silent}).content
    assert found
    started_at = datetime(2026, 10, 20, 8, tzinfo=UTC)
    assert next_change(found, started_at - timedelta(minutes=1), AHEAD) == started_at


def test_what_comes_near_enough_to_be_told_ahead_changes_the_site() -> None:
    # Support opens at 08:30 a week later as well, when the clock has gone back.
    nine, half_past = (datetime(2026, 10, 20, 7, minute, tzinfo=UTC) for minute in (0, 30))
    assert next_change(content(), nine, AHEAD) == half_past
