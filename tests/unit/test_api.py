from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from statusgen.build import check
from statusgen.history.facts import facts
from statusgen.history.record import record
from statusgen.history.report import month_report
from statusgen.history.report_data import as_data
from statusgen.outputs.api import SCHEMA
from tests.api_reader import FOLDER, mistake, read_all
from tests.sites import NOW, all_themes, only, published, written

ROOT = Path(__file__).resolve().parents[2]
SITE = """\
name: {nl: Proef Status, en: Trial Status}
url: https://status.voorbeeld.example/pad/
timezone: Europe/Amsterdam
languages: [nl, en]
""" + only("api")
SLA = """\
title: {nl: Afspraken, en: Agreement}
valid_from: 2026-10-01
availability:
  target: 99.9%
  hours: {days: mon-fri, from: 08:30, to: 17:30}
  counts: {major_outage: 1, partial_outage: 33.3%}
"""
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
reported: 2026-11-24 12:05
registered: 2026-11-24 13:30
ticket: INL-7
updates:
  - at: 2026-11-24 12:10
    status: investigating
    text: {nl: "Zie [hulp](/pad/hulp/).", en: Ask us.}
  - at: 2026-11-24 12:30
    status: identified
    components: {server: partial_outage}
  - {at: 2026-11-24 13:30, status: resolved}
"""
EARLIER = """\
title: {nl: Traag, en: Slow}
components: {app: degraded_performance}
updates:
  - {at: 2026-10-31 23:00, status: investigating, text: {nl: Traag., en: Slow.}}
  - {at: 2026-11-01 01:00, status: resolved, text: {nl: Over., en: Over.}}
"""
PLAN = """\
title: {nl: Werk, en: Work}
components: [app]
start: 2026-11-30 21:00
duration: 2h
announced: 2026-11-20 10:00
text: {nl: Even weg., en: Away for a bit.}
"""
OUTAGE, SLOW = "incidents/2026/storing.yaml", "incidents/2026/traag.yaml"
WORK = "maintenance/2026/werk.yaml"
FILES = {
    "site.yaml": SITE,
    "sla.yaml": SLA,
    "components.yaml": COMPONENTS,
    OUTAGE: INCIDENT,
    SLOW: EARLIER,
    WORK: PLAN,
}


def api(files: Mapping[str, str], now: datetime = NOW) -> dict[str, Any]:
    return read_all(published(files, now))


@cache
def folder(path: str, now: str) -> dict[str, bytes]:
    """A whole site, of a folder of content in this repository."""
    root = ROOT / path
    files = {
        file.relative_to(root).as_posix(): file.read_bytes()
        for file in root.rglob("*")
        if file.is_file() and file.name != "README.md"
    }
    return published(files, datetime.fromisoformat(now))


def changed(before: Mapping[str, str], after: Mapping[str, str], now: datetime = NOW) -> set[str]:
    """The files that are other, new or gone from one build to the next."""
    old, new = api(before), api(after, now)
    return {name for name in {*old, *new} if old.get(name) != new.get(name)}


@pytest.mark.parametrize(
    ("path", "now"),
    [
        ("content", "2026-11-24T21:30+01:00"),
        ("content", "2026-01-01T00:00+01:00"),
        ("tests/cases/build/one-night/content", "2026-11-24T21:30+01:00"),
    ],
)
def test_every_file_is_as_the_schema_says(path: str, now: str) -> None:
    found = read_all(folder(path, now))
    kinds = {values["document"] for values in found.values()}
    assert kinds == {"index", "summary", "month", "sla-month", "sla-year"}


def test_the_schema_is_one_and_says_what_will_not_change() -> None:
    schema = json.loads(SCHEMA.read_bytes())
    Draft202012Validator.check_schema(schema)
    assert "version 1" in schema["description"]
    assert "no key is removed" in schema["description"]
    kinds = {kind["$ref"].rpartition("/")[2] for kind in schema["oneOf"]}
    assert kinds == {"index", "summary", "month", "sla-month", "sla-year"}
    assert published(FILES)[f"{FOLDER}schema.json"] == SCHEMA.read_bytes()


def test_each_file_fits_one_kind_only() -> None:
    schema = json.loads(SCHEMA.read_bytes())
    for values in api(FILES).values():
        Draft202012Validator(schema).validate(values)
        assert values["$schema"] == f"https://status.voorbeeld.example/pad/{FOLDER}schema.json"


BROKEN: list[tuple[str, Callable[[Any], None]]] = [
    ("summary", lambda v: v.pop("as_of")),
    ("summary", lambda v: v.update(as_of="2026-11-24 12:00")),
    ("summary", lambda v: v.update(extra=1)),
    ("summary", lambda v: v["components"].update(server="fine")),
    ("summary", lambda v: v["upcoming"][0]["planned"].update(end=None)),
    ("index", lambda v: v["site"]["support"].pop("hours")),
    ("index", lambda v: v["agreement"]["availability"].update(target=0.9)),
    ("months/2026-11", lambda v: v["incidents"][0].update(impact="huge")),
    ("months/2026-11", lambda v: v["incidents"][0]["updates"][0].pop("failover")),
    ("months/2026-11", lambda v: v["days"]["server"][0].update(seconds=1.5)),
    ("sla/2026-11", lambda v: v["service"].update(extra=1)),
    ("sla/2026-11", lambda v: v["service"]["exact_seconds"].update(downtime=[1, 0])),
    ("sla/2026-11", lambda v: v["components"][0]["ledger"][0].pop("share")),
    ("sla/2026", lambda v: v["service"].update(ledger=[])),
]


@pytest.mark.parametrize(("name", "breach"), BROKEN)
def test_the_schema_refuses_what_is_not_so(name: str, breach: Callable[[Any], None]) -> None:
    schema, values = SCHEMA.read_bytes(), api(FILES)[name]
    assert mistake(schema, values) is None
    breach(values)
    assert mistake(schema, values) is not None


def test_the_index_leads_to_every_file() -> None:
    found = api(FILES)
    index = found["index"]
    led_to = {index["summary"]}
    for kind in ("months", "sla_months", "sla_years"):
        led_to |= set(index[kind].values())
    root = f"https://status.voorbeeld.example/pad/{FOLDER}"
    assert {f"{root}{name}.json" for name in found} - led_to == {f"{root}index.json"}
    assert led_to <= {f"{root}{name}.json" for name in found}
    assert list(index["months"]) == ["2026-10", "2026-11"]
    assert index["groups"][0]["components"][1]["description"] == {
        "nl": "Ons scherm.",
        "en": "Our screen.",
    }


def test_an_incident_is_told_whole_in_the_month_that_it_began() -> None:
    found = api(FILES, datetime(2026, 11, 25, tzinfo=UTC))
    (incident,) = found["months/2026-11"]["incidents"]
    assert incident["title"] == {"nl": "Storing", "en": "Outage"}
    assert incident["url"] == {
        "nl": "https://status.voorbeeld.example/pad/incidents/storing/",
        "en": "https://status.voorbeeld.example/pad/en/incidents/storing/",
    }
    assert (incident["status"], incident["ended_at"]) == ("resolved", "2026-11-24T12:30:00Z")
    assert [update["status"] for update in incident["updates"]] == [
        *("resolved", "identified", "investigating")
    ]
    _, identified, first = incident["updates"]
    assert (identified["components"], identified["text"]) == ({"server": "partial_outage"}, None)
    assert first["id"] == "20261124t111000z"
    assert first["text"]["nl"]["text"] == "Zie hulp."
    assert 'href="https://status.voorbeeld.example/pad/hulp/"' in first["text"]["nl"]["html"]
    assert [event["id"] for event in found["months/2026-10"]["incidents"]] == ["traag"]


def test_what_has_not_come_yet_is_not_told() -> None:
    (incident,) = api(FILES)["summary"]["incidents"]
    assert (incident["status"], incident["ended_at"]) == ("identified", None)
    assert (incident["reported_at"], incident["registered_at"]) == ("2026-11-24T11:05:00Z", None)
    assert len(incident["updates"]) == 2


def test_a_text_is_there_in_the_languages_that_it_is_written_in() -> None:
    dutch_only = INCIDENT.replace(
        '{nl: "Zie [hulp](/pad/hulp/).", en: Ask us.}', "{nl: Vraag ons.}"
    )
    (incident,) = api({**FILES, OUTAGE: dutch_only})["summary"]["incidents"]
    assert list(incident["updates"][-1]["text"]) == ["nl"]


def test_days_tell_what_was_wrong_in_each_month_that_it_touched() -> None:
    found = api(FILES)
    assert found["months/2026-10"]["days"] == {
        "server": [],
        "app": [
            {
                "day": "2026-10-31",
                "status": "degraded_performance",
                "seconds": 3600,
                "events": ["traag"],
            }
        ],
    }
    days = found["months/2026-11"]["days"]
    assert [(day["day"], day["seconds"]) for day in days["app"]] == [("2026-11-01", 3600)]
    assert [(day["status"], day["seconds"]) for day in days["server"]] == [("major_outage", 1800)]


def test_maintenance_says_when_it_ran() -> None:
    start = datetime(2026, 11, 30, 20, tzinfo=UTC)
    planned = {"start": "2026-11-30T20:00:00Z", "end": "2026-11-30T22:00:00Z"}
    for now, state, actual in (
        (start - timedelta(seconds=1), "scheduled", None),
        (start + timedelta(hours=1), "in_progress", {**planned, "end": None}),
        (start + timedelta(hours=2), "completed", planned),
    ):
        (plan,) = api(FILES, now)["months/2026-11"]["maintenance"]
        assert (plan["status"], plan["planned"], plan["actual"]) == (state, planned, actual)


def test_figures_are_those_of_the_report_and_add_up_exactly() -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    checked = check(written(FILES), all_themes(), now)
    assert checked.content
    known, found = facts(checked.content, now), api(FILES, now)
    for month in record(checked.content, now).reports.months:
        report = month_report(checked.content, known, date.fromisoformat(f"{month.name}-01"))
        told = found[f"sla/{report.name}"]
        assert {key: told[key] for key in as_data(report)} == json.loads(
            json.dumps(as_data(report))
        )
    figures = found["sla/2026-11"]["service"]
    exact = {key: Fraction(*value) for key, value in figures["exact_seconds"].items()}
    lengths = [
        (datetime.fromisoformat(line["end"]) - datetime.fromisoformat(line["start"])).seconds
        for line in figures["ledger"]
    ]
    shares = [Fraction(*line["share"]) for line in figures["ledger"]]
    # Half an hour down, and an hour at 33.3 in the hundred.
    assert exact["downtime"] == 1800 + Fraction(3600 * 333, 1000)
    assert exact["downtime"] == sum(s * n for s, n in zip(shares, lengths, strict=True))
    up = exact["guaranteed"] - exact["downtime"]
    assert Fraction(*figures["availability"]) == up / exact["guaranteed"]
    year = found["sla/2026"]
    assert year["service"]["exact_seconds"]["downtime"] == figures["exact_seconds"]["downtime"]
    assert [(part["month"], part["url"] is not None) for part in year["months"]] == [
        ("2026-10", True),
        ("2026-11", True),
        ("2026-12", True),
    ]


def test_without_a_promise_there_are_no_figures() -> None:
    found = api({**FILES, "sla.yaml": "title: {nl: Afspraken, en: Agreement}\n"})
    assert found["index"]["agreement"]["availability"] is None
    assert found["sla/2026-11"]["service"]["downtime_minutes"] is None


def test_a_month_that_is_over_stays_as_it_is() -> None:
    current = {"summary", "months/2026-11", "sla/2026-11", "sla/2026"}
    update = "  - {at: 2026-11-24 12:40, status: monitoring}\n"
    more = INCIDENT.replace("  - {at: 2026-11-24 13:30", f"{update}  - {{at: 2026-11-24 13:30")
    assert changed(FILES, {**FILES, OUTAGE: more}) == current - {"sla/2026-11", "sla/2026"}
    typo = {**FILES, SLOW: EARLIER.replace("nl: Traag.", "nl: Trager.")}
    assert changed(FILES, typo) == {"months/2026-10"}
    renamed = {**FILES, "components.yaml": COMPONENTS.replace("name: Server", "name: Machine")}
    assert changed(FILES, renamed) == {"index"}
    cancelled = f"{PLAN}updates:\n  - {{at: 2026-11-24 10:00, status: cancelled}}\n"
    assert changed(FILES, {**FILES, WORK: cancelled}) == {"summary", "months/2026-11"}
    # What is counted up to the moment.
    later = NOW + timedelta(minutes=5)
    assert changed(FILES, FILES, later) == {"summary", "sla/2026-11", "sla/2026"}


def test_a_window_that_moves_to_another_month_takes_its_event_along() -> None:
    moved = {**FILES, WORK: PLAN.replace("2026-11-30", "2026-12-01")}
    assert changed(FILES, moved) == {"index", "summary", "months/2026-11", "months/2026-12"}
    (before,), (after,) = (found["summary"]["upcoming"] for found in (api(FILES), api(moved)))
    keys = {key for key in before if before[key] != after[key]}
    assert keys == {"planned"}


def test_occurrences_name_their_schedule() -> None:
    schedule = """\
title: {nl: Updates, en: Updates}
components: [server]
rrule: FREQ=WEEKLY;BYDAY=TH
first: 2026-10-01 22:00
duration: 1h
except: [2026-10-08]
"""
    found = api({**FILES, "schedules/updates.yaml": schedule})
    (rule,) = found["index"]["schedules"]
    assert (rule["id"], rule["skipped"], rule["duration_seconds"]) == (
        *("updates", ["2026-10-08"]),
        3600,
    )
    october = [plan["id"] for plan in found["months/2026-10"]["maintenance"]]
    assert october == [f"updates-2026-10-{day}" for day in ("01", "15", "22", "29")]
    assert {plan["schedule"] for plan in found["summary"]["upcoming"]} == {None, "updates"}
    later = schedule + "announced: 2026-11-25 10:00\n"
    assert api({**FILES, "schedules/updates.yaml": later})["index"]["schedules"] == []
