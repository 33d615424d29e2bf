"""All outputs tell one story: the same state, times and words, and nothing before its time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from icalendar import Calendar
from lxml import html

from tests import feeds
from tests.sites import NOW, published

SITE = """\
name: {nl: Proef Status, en: Trial Status}
url: https://status.voorbeeld.example/pad/
timezone: Europe/Amsterdam
languages: [nl, en]
hub: https://hub.voorbeeld.example/
security: mailto:security@voorbeeld.example
repository: https://git.voorbeeld.example/status
"""
SLA = """\
title: {nl: Afspraken, en: Agreement}
availability:
  target: 99.9%
  hours: {days: mon-fri, from: 08:30, to: 17:30}
tickets: {register_within: 24h}
backups: {every: 1d}
"""
COMPONENTS = """\
groups:
  - {id: all, name: Alles, components: [{id: server, name: Server}, {id: app, name: App}]}
"""
INCIDENT = """\
title: {nl: Storing, en: Outage}
components: {server: major_outage}
started: 2026-11-24 12:00
updates:
  - {at: 2026-11-24 12:10, status: investigating, text: {nl: Wij zoeken., en: We look.}}
"""
PLAN = """\
title: {nl: Werk, en: Work}
components: [app]
start: 2026-11-25 21:00
duration: 2h
announced: 2026-11-20 10:00
text: {nl: Even weg., en: Away for a bit.}
"""
SCHEDULE = """\
title: {nl: Werk, en: Work}
components: [app]
rrule: FREQ=WEEKLY;BYDAY=WE
first: 2026-11-25 21:00
until: 2026-11-25
duration: 2h
announced: 2026-11-20 10:00
"""
OUTAGE, WORK, WEEKLY = (
    *("incidents/2026/storing.yaml", "maintenance/2026/werk.yaml"),
    "schedules/werk.yaml",
)
BARE = {"site.yaml": SITE, "sla.yaml": SLA, "components.yaml": COMPONENTS}
FILES = {**BARE, OUTAGE: INCIDENT, WORK: PLAN}

LATER = "2026-11-24 14:00"
SECRET = PLAN.replace("2026-11-25 21:00", "2026-11-27 21:00")
UNTOLD = {
    "a plan that will be announced": {
        "maintenance/2026/geheim.yaml": SECRET.replace("2026-11-20 10:00", LATER)
    },
    "a plan whose first word is to come": {
        "maintenance/2026/geheim.yaml": SECRET.replace(
            "announced: 2026-11-20 10:00", f"updates: [{{at: {LATER}, status: scheduled}}]"
        )
    },
    "a schedule that will be announced": {
        "schedules/geheim.yaml": SCHEDULE.replace("2026-11-20 10:00", LATER)
    },
    "an incident that begins later": {
        "incidents/2026/geheim.yaml": INCIDENT.replace("24 12:00", "24 15:00").replace(
            "24 12:10", "24 15:10"
        )
    },
    "an incident of which nobody has said a word": {
        "incidents/2026/geheim.yaml": INCIDENT.replace("24 12:10", "24 15:10")
    },
    "an update of an incident that names another component": {
        OUTAGE: INCIDENT
        + f"  - {{at: {LATER}, status: resolved, components: {{app: major_outage}}}}\n"
    },
    "the end of an incident": {OUTAGE: INCIDENT + f"ended: {LATER}\n"},
    "the report of an incident": {
        OUTAGE: INCIDENT
        + f"known_since: {LATER}\nreported: {LATER}\nregistered: {LATER}\nrepair_started: {LATER}\n"
    },
    "a cancellation": {WORK: PLAN + f"updates: [{{at: {LATER}, status: cancelled}}]\n"},
    "a word about a plan": {
        WORK: PLAN + f"updates: [{{at: {LATER}, status: scheduled, text: {{nl: A., en: A.}}}}]\n"
    },
    "a backup": {"backups/2026-11.yaml": f"- {{at: {LATER}, ok: true}}\n"},
}


@pytest.mark.parametrize("untold", UNTOLD.values(), ids=UNTOLD)
def test_what_has_yet_to_be_told_changes_no_byte_of_any_output(untold: Mapping[str, str]) -> None:
    before, after = published(FILES), published({**FILES, **untold})
    assert {path for path in {*before, *after} if before.get(path) != after.get(path)} == set()
    told = published({**FILES, **untold}, datetime.fromisoformat("2026-11-24T16:00+01:00"))
    assert told != published(FILES, datetime.fromisoformat("2026-11-24T16:00+01:00"))


def updates(*told: tuple[str, str]) -> str:
    return "updates:\n" + "".join(f"  - {{at: {at}, status: {status}}}\n" for at, status in told)


PLANNED = ("2026-11-25T20:00:00Z", "2026-11-25T22:00:00Z")
COURSES = {
    "to come": (PLAN, "2026-11-25T20:59", "scheduled", PLANNED),
    "begun by the clock": (PLAN, "2026-11-25T21:00", "in_progress", PLANNED),
    "over by the clock": (PLAN, "2026-11-25T23:00", "completed", PLANNED),
    "over before its time": (
        PLAN + updates(("2026-11-25 22:00", "completed")),
        *("2026-11-25T22:30", "completed", PLANNED),
    ),
    "longer than planned": (
        PLAN + updates(("2026-11-25 23:10", "in_progress")),
        *("2026-11-26T02:00", "in_progress", PLANNED),
    ),
    "being looked at": (
        PLAN + updates(("2026-11-25 22:30", "verifying")),
        *("2026-11-25T22:40", "verifying", PLANNED),
    ),
    "called off": (
        PLAN + updates(("2026-11-24 10:00", "cancelled")),
        *("2026-11-24T13:00", "cancelled", PLANNED),
    ),
    "called off while it ran": (
        PLAN + updates(("2026-11-25 21:30", "cancelled")),
        *("2026-11-25T22:00", "cancelled", PLANNED),
    ),
    "moved": (
        PLAN.replace("21:00", "22:00") + updates(("2026-11-24 10:00", "scheduled")),
        *("2026-11-24T13:00", "scheduled", ("2026-11-25T21:00:00Z", "2026-11-25T23:00:00Z")),
    ),
}
WORDS = {
    "scheduled": ("scheduled", "CONFIRMED", "CONFIRMED", "Gepland"),
    "in_progress": ("in_progress", "CONFIRMED", "IN-PROCESS", "Bezig"),
    "verifying": ("verifying", "CONFIRMED", "IN-PROCESS", "Wordt gecontroleerd"),
    "completed": ("completed", "CONFIRMED", "COMPLETED", "Afgerond"),
    "cancelled": ("completed", "CANCELLED", "CANCELLED", "Geannuleerd"),
}
"""A state in Statuspage's API, a calendar, a note of maintenance and Dutch."""


@pytest.mark.parametrize(("plan", "at", "state", "planned"), COURSES.values(), ids=COURSES)
def test_a_maintenance_is_as_far_everywhere(
    plan: str, at: str, state: str, planned: tuple[str, str]
) -> None:
    now = datetime.fromisoformat(f"{at}+01:00")
    all_outputs_agree(published({**BARE, WORK: plan}, now), "werk", state, planned)


def test_an_occurrence_that_is_moved_is_moved_everywhere() -> None:
    moved = SCHEDULE + "changes:\n  2026-11-25: {start: 2026-11-26 08:00, duration: 1h}\n"
    planned = ("2026-11-26T07:00:00Z", "2026-11-26T08:00:00Z")
    site = published({**BARE, WEEKLY: moved})
    all_outputs_agree(site, "werk-2026-11-25", "scheduled", planned)
    begun = published({**BARE, WEEKLY: moved}, datetime.fromisoformat("2026-11-26T07:30+00:00"))
    all_outputs_agree(begun, "werk-2026-11-25", "in_progress", planned)


def all_outputs_agree(
    site: Mapping[str, bytes], id: str, state: str, planned: tuple[str, str]
) -> None:
    in_statuspage, in_calendar, in_note, in_dutch = WORDS[state]
    (ours,) = json.loads(site["api/statusgen/v1/months/2026-11.json"])["maintenance"]
    assert (ours["id"], ours["status"]) == (id, state)
    assert (ours["planned"]["start"], ours["planned"]["end"]) == planned

    (theirs,) = statuspage(site, "scheduled-maintenances")["scheduled_maintenances"]
    assert theirs["status"] == in_statuspage
    assert (utc(theirs["scheduled_for"]), utc(theirs["scheduled_until"])) == planned
    listed = {
        name
        for name in ("upcoming", "active")
        if statuspage(site, f"scheduled-maintenances/{name}")["scheduled_maintenances"]
    }
    lists = {"scheduled": {"upcoming"}, "in_progress": {"active"}, "verifying": {"active"}}
    assert listed == lists.get(state, set())
    works = {"in_progress", "verifying"} & {state}
    app = statuspage(site, "components")["components"][2]["status"]
    assert app == ("under_maintenance" if works else "operational")
    assert json.loads(site["api/statusgen/v1/summary.json"])["components"]["app"] == app
    badge = json.loads(site["components/app/badge.json"])["message"]
    assert badge == ("In onderhoud" if works else "Beschikbaar")

    for path in ("calendar.ics", f"maintenance/{id}.ics", "maintnote.ics"):
        event: Any = Calendar.from_ical(site[path]).walk("VEVENT")[0]
        assert event["status"] == in_calendar
        assert event.get("x-maintnote-status", in_note) == in_note
        moments = tuple(f"{event[name].dt:%Y-%m-%dT%H:%M:%SZ}" for name in ("dtstart", "dtend"))
        assert moments == planned
        window, word = event["description"].split("\n")[:2]
        assert word == in_dutch

    page = html.fromstring(site[f"maintenance/{id}/index.html"].decode())
    (standing,) = page.xpath("//p[@class='standing']/span[not(@hidden)]")
    assert standing.text_content() == in_dutch
    assert window in [fact.text_content() for fact in page.xpath("//dd")]
    for data in page.xpath("//script[@type='application/ld+json']"):
        said = json.loads(data.text)
        assert (said["startDate"], said["endDate"]) == planned
        assert said["eventStatus"].endswith("Cancelled") == (state == "cancelled")
    # What is found may have been searched for long after the build: only what stays is said.
    is_over = state in ("completed", "cancelled")
    assert json.loads(site["search/2026.json"])[0][4] == (in_dutch if is_over else "")

    (item,) = feeds.entries("history.rss", site["history.rss"])
    assert item.tags[1] == in_dutch
    assert f"GEPLAND {window}" in item.html
    newest = feeds.entries("feed.json", site["feed.json"])[0]
    assert newest.title == f"{newest.tags[1]}: Werk"
    assert newest.tags[1] in (in_dutch, "Aangekondigd")
    assert newest.summary.startswith(f"{window}.")


INCIDENTS = {
    "going on": (INCIDENT, "investigating", "In onderzoek"),
    "over": (INCIDENT + "  - {at: 2026-11-24 12:50, status: resolved}\n", "resolved", "Opgelost"),
    "over, with an end that is to come": (
        INCIDENT + f"  - {{at: 2026-11-24 12:50, status: resolved}}\nended: {LATER}\n",
        *("resolved", "Opgelost"),
    ),
    "over later": (INCIDENT + f"ended: {LATER}\n", "investigating", "In onderzoek"),
}


@pytest.mark.parametrize(("incident", "state", "in_dutch"), INCIDENTS.values(), ids=INCIDENTS)
def test_an_incident_is_as_far_everywhere(incident: str, state: str, in_dutch: str) -> None:
    site, is_open = published({**BARE, OUTAGE: incident}), state != "resolved"
    (ours,) = json.loads(site["api/statusgen/v1/months/2026-11.json"])["incidents"]
    assert (ours["status"], ours["ended_at"] is None) == (state, is_open)
    summary = json.loads(site["api/statusgen/v1/summary.json"])
    assert bool(summary["incidents"]) == is_open
    (theirs,) = statuspage(site, "incidents")["incidents"]
    assert (theirs["status"], theirs["resolved_at"] is None) == (state, is_open)
    assert utc(theirs["started_at"]) == ours["started_at"]
    assert bool(statuspage(site, "incidents/unresolved")["incidents"]) == is_open
    server = "major_outage" if is_open else "operational"
    assert summary["components"]["server"] == server
    assert statuspage(site, "components")["components"][1]["status"] == server
    badge = json.loads(site["components/server/badge.json"])["message"]
    assert badge == ("Niet beschikbaar" if is_open else "Beschikbaar")
    (standing,) = html.fromstring(site["incidents/storing/index.html"].decode()).xpath(
        "//p[@class='standing']/span[not(@hidden)]"
    )
    assert standing.text_content() == in_dutch
    assert json.loads(site["search/2026.json"])[0][4] == in_dutch
    assert feeds.entries("history.rss", site["history.rss"])[0].tags[1] == in_dutch
    assert feeds.entries("feed.atom", site["feed.atom"])[0].title == f"{in_dutch}: Storing"
    assert bool(json.loads(site["embed/messages.json"])["nl"]["messages"]) == is_open


def statuspage(site: Mapping[str, bytes], name: str) -> Any:
    return json.loads(site[f"api/v2/{name}.json"])


def utc(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(NOW.tzinfo):%Y-%m-%dT%H:%M:%SZ}"


NEWS = "  - {at: 2026-11-24 12:30, status: identified, text: {nl: Gevonden., en: Found.}}\n"
TOLD = "updates:\n  - {{at: 2026-11-24 12:40, status: {}, text: {{nl: Later., en: Later.}}}}\n"
TOLD_OF_WORK = "maintenance/werk/20261124t114000z"
ID_HOST = "id_host: status.voorbeeld.example\n"
CHANGES = {
    "an update is added": ({OUTAGE: INCIDENT + NEWS}, {"incident/storing/20261124t113000z"}),
    "a typo is fixed": ({OUTAGE: INCIDENT.replace("Wij zoeken", "We zoeken")}, set[str]()),
    "titles are changed": (
        {
            OUTAGE: INCIDENT.replace("nl: Storing", "nl: Uitval"),
            WORK: PLAN.replace("nl: Werk", "nl: Klus"),
        },
        set[str](),
    ),
    "a window is moved": (
        {WORK: PLAN.replace("25 21:00", "26 21:00") + TOLD.format("scheduled")},
        {TOLD_OF_WORK},
    ),
    "an event is cancelled": ({WORK: PLAN + TOLD.format("cancelled")}, {TOLD_OF_WORK}),
    "a component is renamed": (
        {"components.yaml": COMPONENTS.replace("name: App", "name: Programma")},
        set[str](),
    ),
    "the address of the site is changed": (
        {"site.yaml": SITE.replace("voorbeeld.example/pad/", "elders.example/") + ID_HOST},
        set[str](),
    ),
}


@pytest.mark.parametrize(("change", "new"), CHANGES.values(), ids=CHANGES)
def test_a_change_makes_nothing_else_new_for_any_program(
    change: Mapping[str, str], new: set[str]
) -> None:
    assert all(FILES[name] != text for name, text in change.items())
    before, after = known(published(FILES)), known(published({**FILES, **change}))
    for output, ids in before.items():
        assert ids <= after[output], output
        found = after[output] - ids
        if output == "ics":
            assert found == set()
        elif output == "statuspage":
            assert len(found) == len(new)
        else:
            assert found == new, output


def known(site: Mapping[str, bytes]) -> dict[str, set[str]]:
    """What programs know again by its id: updates, and in calendars events."""
    found = {
        path: {item.id.partition("/")[2] for item in feeds.entries(path, site[path])}
        for path in ("feed.xml", "feed.atom", "feed.json", "en/feed.xml")
    }
    events = Calendar.from_ical(site["calendar.ics"]).walk("VEVENT")
    theirs = [
        *statuspage(site, "incidents")["incidents"],
        *statuspage(site, "scheduled-maintenances")["scheduled_maintenances"],
    ]
    summary = json.loads(site["api/statusgen/v1/months/2026-11.json"])
    ours = [("incident", e) for e in summary["incidents"]]
    ours += [("maintenance", e) for e in summary["maintenance"]]
    return found | {
        "ics": {str(event["uid"]) for event in events},
        "api": {f"{kind}/{e['id']}/{u['id']}" for kind, e in ours for u in e["updates"]},
        "statuspage": {
            *(part["id"] for part in statuspage(site, "components")["components"]),
            *(event["id"] for event in theirs),
            *(update["id"] for event in theirs for update in event["incident_updates"]),
        },
    }
