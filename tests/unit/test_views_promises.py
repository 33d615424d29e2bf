"""The rows of the SLA page: each promise kept and broken, in words and tone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from statusgen.content.reading import read
from statusgen.history.record import record
from statusgen.i18n import Language
from statusgen.views.incidents import incident_view
from statusgen.views.plans import maintenance_view
from statusgen.views.promises import PromiseRow, promise_rows
from statusgen.views.viewpoint import Viewpoint

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SITE = """\
name: Proef
url: https://s.example/
timezone: Europe/Amsterdam
languages: [en]
support: {hours: {days: mon-fri, from: 08:30, to: 17:00}}
"""
SLA = """\
title: SLA
availability: {target: 90%, hours: {days: mon-fri, from: 08:30, to: 17:30}, holidays: NL}
maintenance:
  windows: [{days: mon-thu, from: 17:30, to: 08:30}, {from: fri 17:30, to: mon 08:30}]
  notice: 24h
tickets: {register_within: 24h}
reports: {late_after: 24h}
calamities: {update_every: 1h}
backups: {every: 24h, keep: 60d, locations: 2, region: EEA}
clauses:
  reaction: {number: 4a}
  unreachable: {number: 4c}
  monitoring: {number: 5a, text: Watched.}
  restores: {number: 7a}
"""
COMPONENTS = """\
groups:
  - id: all
    name: All
    components:
      - {id: server, name: Server, probe: {url: https://s.example/}}
      - {id: app, name: App}
"""
INCIDENT = """\
title: Outage
components: {server: major_outage}
started: 2026-11-23 10:00
updates:
  - {at: 2026-11-23 10:05, status: investigating, text: We look.}
  - {at: 2026-11-23 11:00, status: resolved, text: Done.}
"""
CALAMITY = INCIDENT.replace("title: Outage", "title: Outage\nkind: calamity")
PLAN = """\
title: Work
components: [server]
start: 2026-11-23 21:00
duration: 2h
announced: 2026-11-20 10:00
"""
RESTORE = PLAN + "kind: restore\nrecovery_point: 2026-11-23 02:00\n"
BACKUPS = "".join(
    f"- {{at: 2026-11-{day} 02:00, ok: true, locations: [NL, DE]}}\n" for day in range(20, 25)
)
BASE = {"site.yaml": SITE, "sla.yaml": SLA, "components.yaml": COMPONENTS}


def view_of(files: dict[str, str]) -> Viewpoint:
    reading = read({name: text.encode() for name, text in {**BASE, **files}.items()})
    assert reading.findings == []
    assert reading.content
    return Viewpoint(reading.content, Language.load("en"), "", NOW)


def rows_of(view: Viewpoint) -> tuple[PromiseRow, ...]:
    return promise_rows(view, record(view.content, NOW))


def row(about: str, files: dict[str, str]) -> tuple[str, str]:
    """(state, tone) of the row."""
    view = view_of(files)
    rows = {row.about: row for row in rows_of(view)}
    state = rows[about].standing[0].value
    return state.word, state.tone


def incident(text: str, **more: str) -> dict[str, str]:
    added = "".join(f"{key}: {value}\n" for key, value in more.items())
    return {"incidents/2026/outage.yaml": text + added}


def plan(text: str) -> dict[str, str]:
    return {"maintenance/2026/work.yaml": text}


@pytest.mark.parametrize(
    ("about", "files", "state", "tone"),
    [
        ("availability", {}, "100% in November 2026", "ok"),
        ("availability", incident(INCIDENT), "99.32% in November 2026", "ok"),
        (
            "availability",
            incident(INCIDENT.replace("11-23 10:00", "11-17 08:00")),
            "74.07% in November 2026",
            "major",
        ),
        ("exclusions", {}, "Nothing left out this month", "note"),
        (
            "exclusions",
            incident(INCIDENT, excluded="{ground: customer-fault, reason: Theirs.}"),
            "1 hour left out this month",
            "note",
        ),
        ("tickets", {}, "None registered this year", "note"),
        (
            "tickets",
            incident(INCIDENT, reported="2026-11-23 10:10", registered="2026-11-23 10:20"),
            "1 of 1 in time this year",
            "ok",
        ),
        (
            "tickets",
            incident(INCIDENT, reported="2026-11-20 10:10", registered="2026-11-21 10:11"),
            "0 of 1 in time this year",
            "major",
        ),
        (
            "tickets",
            incident(INCIDENT, reported="2026-11-20 10:10"),
            "0 of 1 in time this year",
            "major",
        ),
        ("reaction", {}, "No disruptions this year", "note"),
        (
            "reaction",
            incident(INCIDENT, repair_started="2026-11-23 10:07"),
            "1 disruption this year, half taken up within 7 min",
            "note",
        ),
        (
            "reaction",
            incident(INCIDENT),
            "1 disruption this year, start of repair not written down",
            "note",
        ),
        ("reports", {}, "0 late reports this year", "note"),
        (
            "reports",
            incident(INCIDENT, known_since="2026-11-20 10:00", reported="2026-11-21 10:00"),
            "0 late reports this year",
            "note",
        ),
        (
            "reports",
            incident(INCIDENT, known_since="2026-11-20 10:00", reported="2026-11-21 10:01"),
            "1 late report this year",
            "note",
        ),
        ("unreachable", {}, "Nothing left out this year", "note"),
        (
            # Only from the report to the end, and each minute once.
            "unreachable",
            incident(
                INCIDENT,
                unreachable="[{from: 2026-11-22 08:00, to: 2026-11-23 10:20}, "
                "{from: 2026-11-23 10:10, to: 2026-11-23 10:30}, "
                "{from: 2026-11-23 10:50, to: 2026-11-25 08:00}]",
            ),
            "40 min left out this year",
            "note",
        ),
        ("monitoring", {}, "Watched: Server", "note"),
        ("backups", {}, "No backup is known of", "major"),
        (
            "backups",
            {"backups/2026-11.yaml": BACKUPS},
            "Last Tue 24 Nov 02:00, in NL and DE, 0 days missed",
            "ok",
        ),
        (
            "backups",
            {
                "backups/2026-11.yaml": BACKUPS.replace(
                    "11-22 02:00, ok: true", "11-22 02:00, ok: false"
                )
            },
            "Last Tue 24 Nov 02:00, in NL and DE, 1 day missed",
            "major",
        ),
        (
            "backups",
            {"backups/2026-11.yaml": BACKUPS.replace("DE]", "NL]")},
            "Last Tue 24 Nov 02:00, in NL and NL, 0 days missed, too few places",
            "major",
        ),
        ("restores", {}, "None so far this year", "note"),
        (
            "restores",
            plan(RESTORE),
            "This year 1: 1 announced in time, 1 outside office hours",
            "ok",
        ),
        (
            "restores",
            plan(RESTORE.replace("2026-11-20 10:00", "2026-11-23 20:00")),
            "This year 1: 0 announced in time, 1 outside office hours",
            "major",
        ),
        (
            "restores",
            plan(RESTORE.replace("start: 2026-11-23 21:00", "start: 2026-11-23 10:00")),
            "This year 1: 1 announced in time, 0 outside office hours",
            "ok",
        ),
        ("calamities", {}, "None so far this year", "note"),
        (
            "calamities",
            incident(CALAMITY),
            "You were told of the progress as promised in 1 of 1 this year",
            "ok",
        ),
        (
            "calamities",
            incident(CALAMITY.replace("11-23 11:00", "11-23 11:06")),
            "You were told of the progress as promised in 0 of 1 this year",
            "major",
        ),
        ("maintenance", {}, "None so far this year", "note"),
        ("maintenance", plan(PLAN.replace("11-23", "12-23")), "None so far this year", "note"),
        (
            "maintenance",
            plan(PLAN),
            "This year 1: 1 announced in time, 1 inside the windows",
            "ok",
        ),
        (
            "maintenance",
            plan(PLAN.replace("21:00", "16:30")),
            "This year 1: 1 announced in time, 0 inside the windows",
            "major",
        ),
        (
            "maintenance",
            plan(PLAN.replace("2026-11-20 10:00", "2026-11-23 20:00")),
            "This year 1: 0 announced in time, 1 inside the windows",
            "major",
        ),
        (
            # What began before the agreement was valid is not judged.
            "maintenance",
            {**plan(PLAN.replace("21:00", "16:30")), "sla.yaml": SLA + "valid_from: 2026-11-24\n"},
            "None so far this year",
            "note",
        ),
    ],
)
def test_a_promise_as_it_stands(about: str, files: dict[str, str], state: str, tone: str) -> None:
    assert row(about, files) == (state, tone)


ALL_HOURS = "hours: {days: mon-sun, from: 00:00, to: 24:00}"
OFFICE_HOURS = "hours: {days: mon-fri, from: 08:30, to: 17:30}"
OUTSIDE = "Outside those hours without guarantee."


@pytest.mark.parametrize(
    ("promised", "said"),
    [
        (
            f"{OFFICE_HOURS}, holidays: NL",
            f"Promised: 90% on working days, Mon–Fri 08:30–17:30. {OUTSIDE}",
        ),
        (OFFICE_HOURS, f"Promised: 90%, Mon–Fri 08:30–17:30. {OUTSIDE}"),
        (f"{ALL_HOURS}, holidays: NL", f"Promised: 90% on working days, day and night. {OUTSIDE}"),
        (ALL_HOURS, "Promised: 90%, day and night."),
    ],
)
def test_the_hours_of_the_promise_are_those_that_are_counted(promised: str, said: str) -> None:
    sla = f"title: SLA\navailability: {{target: 90%, {promised}}}\n"
    rows = {row.about: row for row in rows_of(view_of({"sla.yaml": sla}))}
    assert rows["availability"].promise == said


def test_a_promise_that_is_not_made_has_no_row() -> None:
    files = {"sla.yaml": "title: SLA\n", "site.yaml": SITE.partition("support")[0]}
    view = view_of(files)
    assert rows_of(view) == ()


def test_the_facts_of_an_incident_say_what_the_agreement_asks() -> None:
    view = view_of(
        incident(
            INCIDENT.replace("title: Outage", "title: Outage\nkind: bug"),
            priority="normal",
            requested_priority="urgent",
            reported="2026-11-23 10:10",
            unreachable="[{from: 2026-11-23 10:20, to: 2026-11-23 10:30}]",
        )
    )
    event = incident_view(view, view.content.incidents[0])
    said = {fact.label: fact.value for fact in event.facts}
    assert said["Priority"] == "Normal"
    assert said["Priority asked for"] == "Urgent"
    assert said["Reported"] == "Mon 23 Nov 10:10"
    assert said["Customer not reachable"] == "10 min"


@pytest.mark.parametrize(("told", "said"), [("11:00", "Kept"), ("13:00", "1 time later than that")])
def test_a_calamity_says_whether_word_came_in_time(told: str, said: str) -> None:
    view = view_of(incident(CALAMITY.replace("11-23 11:00", f"11-23 {told}")))
    event = incident_view(view, view.content.incidents[0])
    assert said in [fact.value for fact in event.facts]


def test_a_restore_says_to_which_moment() -> None:
    view = view_of(plan(RESTORE))
    event = maintenance_view(view, view.content.maintenance[0])
    assert "Mon 23 Nov 02:00" in [fact.value for fact in event.facts]
