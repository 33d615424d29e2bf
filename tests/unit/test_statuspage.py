from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from statusgen.model.components import ComponentStatus
from statusgen.outputs.statuspage import rollup
from tests.sites import NOW, only, published
from tests.statuspage_reader import read_all

SITE = """\
name: {nl: Proef Status, en: Trial Status}
url: https://status.voorbeeld.example/pad/
timezone: Europe/Amsterdam
languages: [nl, en]
""" + only("statuspage")
SLA = "title: {nl: Afspraken, en: Agreement}\nvalid_from: 2026-01-01\n"
COMPONENTS = """\
groups:
  - id: all
    name: {nl: Alles, en: All}
    components:
      - {id: server, name: Server}
      - {id: app, name: App, description: {nl: Ons scherm., en: Our screen.}, sla: false}
"""
INCIDENT = """\
title: {nl: Storing, en: Outage}
components: {server: major_outage}
started: 2026-11-24 12:00
updates:
  - at: 2026-11-24 12:10
    status: investigating
    text: {nl: Wij zoeken., en: We look into it.}
"""
SECOND = """\
  - at: 2026-11-24 12:30
    status: identified
    components: {server: partial_outage, app: degraded_performance}
    text: {nl: Gevonden., en: Found.}
"""
THIRD = """\
  - {at: 2026-11-24 12:40, status: monitoring, text: {nl: Wij kijken mee., en: We watch.}}
  - {at: 2026-11-24 12:50, status: resolved, text: {nl: Over., en: Over.}}
"""
PLAN = """\
title: {nl: Werk, en: Work}
components: [app]
start: 2026-11-25 21:00
duration: 2h
announced: 2026-11-20 10:00
text: {nl: Even weg., en: Away for a bit.}
"""
CANCELLED = """\
updates:
  - {at: 2026-11-24 10:00, status: cancelled, text: {nl: Te druk., en: Too busy.}}
"""
OUTAGE, WORK = "incidents/2026/storing.yaml", "maintenance/2026/werk.yaml"
FILES = {
    "site.yaml": SITE,
    "sla.yaml": SLA,
    "components.yaml": COMPONENTS,
    OUTAGE: INCIDENT,
    WORK: PLAN,
}
BASE = {name: FILES[name] for name in ("site.yaml", "sla.yaml", "components.yaml")}


def api(files: Mapping[str, str], now: datetime = NOW, folder: str = "api/v2/") -> dict[str, Any]:
    return read_all(published(files, now), folder)


def objects(found: Mapping[str, Any]) -> dict[str, tuple[str, Any]]:
    """Each object by its id: what it is in words, and itself without the objects in it."""
    page = found["summary.json"]["page"]
    named = {page["id"]: ("page", page)}
    for part in found["components.json"]["components"]:
        named[part["id"]] = (f"{'group' if part['group'] else 'component'} {part['name']}", part)
    incidents = found["incidents.json"]["incidents"]
    for event in (*incidents, *found["scheduled-maintenances.json"]["scheduled_maintenances"]):
        inner = ("incident_updates", "components")
        own = {key: value for key, value in event.items() if key not in inner}
        named[event["id"]] = (event["name"], own)
        for update in event["incident_updates"]:
            named[update["id"]] = (f"{event['name']}: {update['body']}", update)
    return named


def difference(
    before: Mapping[str, str], after: Mapping[str, str], now: datetime = NOW
) -> tuple[set[str], set[str], set[str]]:
    """(new, changed, gone) from one build to the next, in words."""
    old, new = objects(api(before)), objects(api(after, now))
    return (
        {new[id][0] for id in new.keys() - old.keys()},
        {new[id][0] for id in new.keys() & old.keys() if new[id] != old[id]},
        {old[id][0] for id in old.keys() - new.keys()},
    )


def test_a_client_reads_the_whole_state_in_one_file() -> None:
    summary = api({**FILES, OUTAGE: INCIDENT + SECOND})["summary.json"]
    assert summary["page"] == {
        "id": summary["page"]["id"],
        "name": "Proef Status",
        "url": "https://status.voorbeeld.example/pad",
        "time_zone": "Europe/Amsterdam",
        "updated_at": "2026-11-24T12:30:00.000+01:00",
    }
    assert [(c["name"], c["status"], c["position"]) for c in summary["components"]] == [
        ("Alles", "partial_outage", 1),
        ("Server", "partial_outage", 1),
        ("App", "degraded_performance", 2),
    ]
    assert summary["status"] == {"indicator": "minor", "description": "Minor Service Outage"}
    assert [event["name"] for event in summary["incidents"]] == ["Storing"]
    assert [event["name"] for event in summary["scheduled_maintenances"]] == ["Werk"]


def test_a_component_says_when_it_changed_and_since_when_it_counts() -> None:
    _, server, app = api({**FILES, OUTAGE: INCIDENT + SECOND})["components.json"]["components"]
    assert (server["created_at"], server["updated_at"], server["start_date"]) == (
        "2026-01-01T00:00:00.000+01:00",
        "2026-11-24T12:30:00.000+01:00",
        "2026-01-01",
    )
    assert (app["description"], app["start_date"]) == ("Ons scherm.", None)
    calm = api(BASE)["components.json"]["components"][1]
    assert calm["updated_at"] == calm["created_at"]


def test_an_incident_with_its_updates_newest_first() -> None:
    found = api({**FILES, OUTAGE: INCIDENT + SECOND + THIRD})
    (incident,) = found["incidents.json"]["incidents"]
    assert (
        found["summary.json"]["incidents"] == found["incidents/unresolved.json"]["incidents"] == []
    )
    assert {key: incident[key] for key in ("status", "impact", "shortlink")} == {
        "status": "resolved",
        "impact": "critical",
        "shortlink": "https://status.voorbeeld.example/pad/incidents/storing/",
    }
    assert [incident[f"{key}_at"][11:16] for key in ("started", "created", "monitoring")] == [
        *("12:00", "12:10", "12:40")
    ]
    assert incident["resolved_at"] == incident["updated_at"] == "2026-11-24T12:50:00.000+01:00"
    told = [
        (
            update["status"],
            update["body"],
            [(c["name"], c["old_status"], c["new_status"]) for c in update["affected_components"]],
        )
        for update in incident["incident_updates"]
    ]
    up, slow, half, down = (
        *("operational", "degraded_performance"),
        *("partial_outage", "major_outage"),
    )
    assert told == [
        ("resolved", "Over.", [("Alles - Server", half, up), ("Alles - App", slow, up)]),
        (
            "monitoring",
            "Wij kijken mee.",
            [("Alles - Server", half, half), ("Alles - App", slow, slow)],
        ),
        ("identified", "Gevonden.", [("Alles - Server", down, half), ("Alles - App", up, slow)]),
        ("investigating", "Wij zoeken.", [("Alles - Server", up, down)]),
    ]


def test_maintenance_goes_from_upcoming_to_active_to_done() -> None:
    start = datetime(2026, 11, 25, 20, tzinfo=UTC)
    upcoming, active = "scheduled-maintenances/upcoming.json", "scheduled-maintenances/active.json"
    for now, where, status, indicator in (
        (start - timedelta(seconds=1), {upcoming}, "scheduled", "none"),
        (start, {active}, "in_progress", "maintenance"),
        (start + timedelta(hours=2), set[str](), "completed", "none"),
    ):
        found = api({**BASE, WORK: PLAN}, now)
        listed = {name for name in (upcoming, active) if found[name]["scheduled_maintenances"]}
        assert listed == where
        (plan,) = found["scheduled-maintenances.json"]["scheduled_maintenances"]
        assert plan["status"] == status
        assert found["status.json"]["status"]["indicator"] == indicator
        assert (plan["scheduled_for"], plan["scheduled_until"]) == (
            "2026-11-25T21:00:00.000+01:00",
            "2026-11-25T23:00:00.000+01:00",
        )
    bodies = [update["body"] for update in plan["incident_updates"]]
    assert bodies == ["Afgerond", "Bezig", "wo 25 nov 2026 21:00 – 23:00 CET. Even weg."]


def test_english_has_the_same_ids_and_its_own_words() -> None:
    built = published(FILES)
    dutch, english = read_all(built), read_all(built, "en/api/v2/")
    assert objects(dutch).keys() == objects(english).keys()
    assert english["summary.json"]["page"]["name"] == "Trial Status"
    assert english["summary.json"]["page"]["url"] == "https://status.voorbeeld.example/pad/en"
    assert english["incidents.json"]["incidents"][0]["name"] == "Outage"
    assert dutch["status.json"]["status"] == english["status.json"]["status"]


def test_a_new_update_is_one_new_object() -> None:
    assert difference(FILES, {**FILES, OUTAGE: INCIDENT + SECOND}) == (
        {"Storing: Gevonden."},
        {"Storing", "page", "component Server", "component App", "group Alles"},
        set(),
    )


def test_a_typo_that_is_mended_changes_its_update_and_nothing_else() -> None:
    mended = INCIDENT.replace("Wij zoeken.", "Wij zoeken het uit.")
    changed = {"Storing: Wij zoeken het uit."}
    assert difference(FILES, {**FILES, OUTAGE: mended}) == (set(), changed, set())


def test_another_title_is_the_same_incident() -> None:
    renamed = INCIDENT.replace("nl: Storing", "nl: Uitval")
    new, changed, gone = difference(FILES, {**FILES, OUTAGE: renamed})
    assert (new, changed, gone) == (set(), {"Uitval", "Uitval: Wij zoeken."}, set())


def test_a_window_that_moves_is_the_same_maintenance() -> None:
    moved = PLAN.replace("21:00", "22:00")
    told = "Werk: wo 25 nov 2026 22:00 – do 26 nov 2026 00:00 CET. Even weg."
    assert difference(FILES, {**FILES, WORK: moved}) == (set(), {"Werk", told}, set())


def test_a_cancelled_maintenance_is_completed_and_says_why() -> None:
    after = {**FILES, WORK: PLAN + CANCELLED}
    assert difference(FILES, after) == ({"Werk: Geannuleerd. Te druk."}, {"Werk"}, set())
    found = api(after)
    (plan,) = found["scheduled-maintenances.json"]["scheduled_maintenances"]
    assert (plan["status"], plan["resolved_at"]) == ("completed", "2026-11-24T10:00:00.000+01:00")
    assert plan["incident_updates"][0]["status"] == "completed"
    assert found["summary.json"]["scheduled_maintenances"] == []


def test_a_component_that_is_renamed_keeps_its_id() -> None:
    renamed = COMPONENTS.replace("name: Server", "name: Machine")
    assert difference(FILES, {**FILES, "components.yaml": renamed}) == (
        set(),
        {"component Machine", "Storing: Wij zoeken."},  # which names it
        set(),
    )


def test_time_that_passes_starts_the_work_and_changes_nothing_else() -> None:
    started = datetime(2026, 11, 25, 20, tzinfo=UTC)
    assert difference(FILES, FILES, started) == (
        {"Werk: Bezig"},
        {"Werk", "page", "component App"},
        set(),
    )


def test_a_build_five_minutes_later_changes_no_file() -> None:
    files = {**FILES, OUTAGE: INCIDENT + SECOND}
    assert published(files) == published(files, NOW + timedelta(minutes=5))


def test_the_same_host_at_another_path_has_the_same_ids() -> None:
    elsewhere = {**FILES, "site.yaml": SITE.replace("/pad/", "/")}
    assert objects(api(FILES)).keys() == objects(api(elsewhere)).keys()
    moved = SITE.replace("status.", "stand.")
    assert objects(api(FILES)).keys().isdisjoint(objects(api({**FILES, "site.yaml": moved})).keys())
    kept = moved + "id_host: status.voorbeeld.example\n"
    assert objects(api(FILES)).keys() == objects(api({**FILES, "site.yaml": kept})).keys()


def test_ids_are_what_they_were() -> None:
    # A subscription lives by them: whoever changes how they are made changes this, and knows.
    summary = api(FILES)["summary.json"]
    (incident,), (plan,) = summary["incidents"], summary["scheduled_maintenances"]
    assert summary["page"]["id"] == "et6gpefukc3x"
    parts = [part["id"] for part in summary["components"]]
    assert parts == ["jrfa3czvih7c", "3lzcbq5zafbz", "oro3ug5wxp2d"]
    assert (incident["id"], plan["id"]) == ("xwv26szppz2j", "puiioy2gs6k5")
    assert incident["incident_updates"][0]["id"] == "ks55quojv6yz"


def test_events_that_nobody_said_a_word_of_have_one_update() -> None:
    # Clients read the first update of anything.
    silent = "title: {nl: Stil, en: Silent}\ncomponents: [app]\nstarted: 2026-11-24 12:00\n"
    plan = "title: {nl: Werk, en: Work}\ncomponents: [app]\nstart: 2026-11-25 21:00\nduration: 2h\n"
    found = api({**BASE, OUTAGE: silent, WORK: plan})
    (incident,) = found["incidents.json"]["incidents"]
    assert [(u["status"], u["body"]) for u in incident["incident_updates"]] == [
        ("investigating", "Stil")
    ]
    (planned,) = found["scheduled-maintenances.json"]["scheduled_maintenances"]
    assert [(u["status"], u["body"]) for u in planned["incident_updates"]] == [
        ("scheduled", "wo 25 nov 2026 21:00 – 23:00 CET.")
    ]


@pytest.mark.parametrize(
    ("states", "indicator", "description"),
    [
        ("up up up", "none", "All Systems Operational"),
        ("up up work", "maintenance", "Service Under Maintenance"),
        ("up work slow", "minor", "Partially Degraded Service"),
        ("up slow half", "minor", "Minor Service Outage"),
        ("half half half", "major", "Partial System Outage"),
        ("up up down", "major", "Partial System Outage"),
        ("half half down", "major", "Partial System Outage"),
        ("down down down", "critical", "Major System Outage"),
    ],
)
def test_the_components_decide_the_state_of_the_page(
    states: str, indicator: str, description: str
) -> None:
    meant = {
        "up": ComponentStatus.OPERATIONAL,
        "work": ComponentStatus.UNDER_MAINTENANCE,
        "slow": ComponentStatus.DEGRADED_PERFORMANCE,
        "half": ComponentStatus.PARTIAL_OUTAGE,
        "down": ComponentStatus.MAJOR_OUTAGE,
    }
    found = rollup([meant[state] for state in states.split()])
    assert found == {"indicator": indicator, "description": description}


def test_files_do_not_grow_with_history() -> None:
    many = {f"incidents/2026/i{n}.yaml": INCIDENT + THIRD for n in range(70)}
    many |= {
        f"maintenance/2026/m{n}.yaml": PLAN.replace("-25", f"-{n % 20 + 1:02}") for n in range(70)
    }
    many = {
        name: text.replace("announced: 2026-11-20", "announced: 2026-10-20")
        for name, text in many.items()
    }
    daily = """\
title: {nl: Elke dag, en: Each day}
components: [app]
rrule: FREQ=DAILY
first: 2026-11-24 22:00
duration: 1h
announced: 2026-11-20 10:00
"""
    found = api({**BASE, **many, "schedules/dag.yaml": daily})
    assert len(found["incidents.json"]["incidents"]) == 50
    plans = found["scheduled-maintenances.json"]["scheduled_maintenances"]
    assert [plan["status"] for plan in plans] == ["scheduled"] * 25 + ["completed"] * 25
    starts = [plan["scheduled_for"] for plan in plans]
    assert starts == sorted(starts, reverse=True)
    upcoming = found["scheduled-maintenances/upcoming.json"]["scheduled_maintenances"]
    assert len(upcoming) == 50
    assert upcoming[0]["scheduled_for"] == "2026-11-24T22:00:00.000+01:00"
    assert plans[24] == upcoming[0]


def test_it_can_be_switched_off() -> None:
    off = SITE.replace("api: false", "api: false, statuspage: false")
    assert published({**FILES, "site.yaml": off}) == {}
