from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import vobject
from icalendar import Calendar

from tests.sites import NOW, published
from tests.unit.test_ics import FILES, PLAN, WORK, at

SUPPORT = """\
support:
  channels:
    - {kind: phone, value: "+31 00 000 00 00"}
    - {kind: email, value: hulp@voorbeeld.example}
"""
# Section 3.5 of the BCOP: how often each property may stand in an event.
EXACTLY_ONE = (
    *("DTSTAMP", "DTSTART", "DTEND", "UID", "SUMMARY", "ORGANIZER", "SEQUENCE"),
    *("X-MAINTNOTE-PROVIDER", "X-MAINTNOTE-ACCOUNT", "X-MAINTNOTE-MAINTENANCE-ID"),
    *("X-MAINTNOTE-IMPACT", "X-MAINTNOTE-STATUS"),
)


def note(content: bytes) -> Any:
    calendar = Calendar.from_ical(content)
    assert calendar["version"] == "2.0"
    assert "method" not in calendar
    (event,) = calendar.walk("VEVENT")
    return event


def noted(plan: str, now: datetime = NOW, more: str = "") -> Any:
    site = {**FILES, "site.yaml": FILES["site.yaml"] + more, WORK: plan}
    return note(published(site, now)["maintnote.ics"])


def test_a_note_has_what_the_standard_asks_for() -> None:
    event = noted(PLAN, more=SUPPORT)
    names = [name for name, _ in event.property_items(recursive=False)]
    assert {name: names.count(name) for name in EXACTLY_ONE} == dict.fromkeys(EXACTLY_ONE, 1)
    assert names.count("X-MAINTNOTE-OBJECT-ID") == 2
    assert "DURATION" not in names
    assert isinstance(event["dtstart"].dt, datetime)
    assert event["x-maintnote-provider"] == "status.voorbeeld.example"
    assert event["x-maintnote-account"] == "public"
    assert event["x-maintnote-maintenance-id"] == "werk"
    assert event["x-maintnote-object-id"] == ["server", "app"]
    assert event["organizer"] == "mailto:hulp@voorbeeld.example"
    assert event["organizer"].params["CN"] == "Voorbeeld BV"


def test_without_an_address_to_mail_the_site_itself_is_the_organizer() -> None:
    event = noted(PLAN)
    assert event["organizer"] == "https://status.voorbeeld.example/pad/"


def test_it_is_the_event_of_the_calendar_and_more() -> None:
    built = published(FILES)
    for prefix in ("", "en/"):
        plain = note(built[f"{prefix}calendar.ics"])
        full = note(built[f"{prefix}maintenance/werk.maintnote.ics"])
        assert full.to_ical() == note(built[f"{prefix}maintnote.ics"]).to_ical()
        added = {name for name in full if name not in plain}
        assert {name: full[name] for name in plain} == dict(plain)
        assert {name for name in added if not name.startswith("X-MAINTNOTE-")} == {"ORGANIZER"}
        vobject.readOne(built[f"{prefix}maintnote.ics"].decode()).validate(raiseException=True)


@pytest.mark.parametrize(
    ("effect", "impact"),
    [
        ("none", "NO-IMPACT"),
        ("degraded_performance", "DEGRADED"),
        ("partial_outage", "DEGRADED"),
        ("major_outage", "OUTAGE"),
    ],
)
def test_the_impact_is_a_word_of_the_standard(effect: str, impact: str) -> None:
    event = noted(PLAN.replace("partial_outage", effect))
    assert event["x-maintnote-impact"] == impact


def test_each_step_has_its_word_and_a_higher_number() -> None:
    checking = "updates:\n  - {at: 2026-11-25 22:30, status: verifying}\n"
    off = "updates:\n  - {at: 2026-11-25 09:00, status: cancelled}\n"
    courses = (
        ("", ("2026-11-24T12:00", "CONFIRMED"), ("2026-11-25T20:00", "IN-PROCESS")),
        ("", ("2026-11-25T20:00", "IN-PROCESS"), ("2026-11-25T22:00", "COMPLETED")),
        (checking, ("2026-11-25T21:00", "IN-PROCESS"), ("2026-11-25T21:45", "IN-PROCESS")),
        (off, ("2026-11-24T12:00", "CONFIRMED"), ("2026-11-25T08:00", "CANCELLED")),
    )
    for updates, *course in courses:
        events = [noted(PLAN + updates, at(now)) for now, _ in course]
        assert [e["x-maintnote-status"] for e in events] == [status for _, status in course]
        assert events[0]["sequence"] < events[1]["sequence"]
        assert events[0]["dtstamp"].dt < events[1]["dtstamp"].dt
