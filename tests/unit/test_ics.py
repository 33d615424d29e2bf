from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
import vobject
from icalendar import Calendar, Event

from statusgen.build import check
from statusgen.i18n import Language
from statusgen.outputs import ics
from statusgen.views.calendar import CalendarEvent
from statusgen.views.events import EventView
from statusgen.views.plans import maintenance_view
from statusgen.views.viewpoint import Viewpoint
from tests.sites import NOW, all_themes, only, published

SITE = """\
name: {nl: Proef Status, en: Trial Status}
url: https://status.voorbeeld.example/pad
timezone: Europe/Amsterdam
languages: [nl, en]
organization: {name: Voorbeeld BV}
horizon: 60d
"""
COMPONENTS = """\
groups:
  - {id: all, name: Alles, components: [{id: server, name: Server}, {id: app, name: "App; x, y"}]}
"""
PLAN = """\
title: {nl: Werk, en: Work}
components: [server, app]
start: 2026-11-25 21:00
duration: 2h
announced: 2026-11-20 10:00
effect: partial_outage
text: {nl: Even **weg**., en: Away for a bit.}
"""
SCHEDULE = """\
title: {nl: Updates, en: Updates}
components: [server]
rrule: FREQ=WEEKLY;BYDAY=TH
first: 2026-11-05 22:00
duration: 1h
announced: 2026-10-20 10:00
"""
WORK = "maintenance/2026/werk.yaml"
WEEKLY = "schedules/updates.yaml"
# Pages take most of the time of a build, and are not looked at here.
ONLY = only("ics", "maintnote")
BARE = {"site.yaml": SITE + ONLY, "sla.yaml": "title: Afspraken\n", "components.yaml": COMPONENTS}
FILES = {**BARE, WORK: PLAN}


def page_of_work(files: Mapping[str, str], now: datetime) -> EventView:
    content = check(
        {name: text.encode() for name, text in files.items()}, all_themes(), now
    ).content
    assert content
    view = Viewpoint(content, Language.load("en"), "en/", now)
    return maintenance_view(view, content.maintenance[0])


@cache
def plain_site() -> dict[str, bytes]:
    return published(FILES)


def events(content: bytes) -> list[Any]:
    # The library has thirty types for a value; the tests say which they expect.
    return Calendar.from_ical(content).walk("VEVENT")


def ids(content: bytes) -> list[str]:
    return [str(event["uid"]).partition("@")[0] for event in events(content)]


@dataclass(frozen=True)
class Told:
    """What a subscriber's program goes by."""

    sequence: int
    status: str
    start: str
    end: str
    stamp: str


def told(content: bytes, id: str = "werk") -> Told | None:
    for event in events(content):
        if event["uid"] == f"{id}@status.voorbeeld.example":
            assert event["dtstamp"].dt == event["last-modified"].dt
            moments = [event[name].dt for name in ("dtstart", "dtend", "dtstamp")]
            start, end, stamp = (f"{moment:%d %H:%M}" for moment in moments)
            return Told(event["sequence"], str(event["status"]), start, end, stamp)
    return None


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_calendar_says_what_programs_ask_of_it() -> None:
    lines = plain_site()["calendar.ics"].decode().split("\r\n")
    head = lines[: lines.index("BEGIN:VEVENT")]
    assert head == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//statusgen//statusgen//EN",
        "NAME:Proef Status: onderhoud",
        "X-WR-CALNAME:Proef Status: onderhoud",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    assert lines[-3:] == ["END:VEVENT", "END:VCALENDAR", ""]


def test_an_event_says_what_people_ask_of_it() -> None:
    (event,) = events(plain_site()["calendar.ics"])
    assert event["summary"] == "Werk"
    assert event["dtstart"].to_ical() == b"20261125T200000Z"
    assert event["dtend"].to_ical() == b"20261125T220000Z"
    assert event["transp"] == "TRANSPARENT"
    assert event["url"] == "https://status.voorbeeld.example/pad/maintenance/werk/"
    assert event.categories == ["Onderhoud", "Server", "App; x, y"]
    assert event["description"].split("\n") == [
        "wo 25 nov 2026 21:00 – 23:00 CET",
        "Gepland",
        "Onderdelen: Server en App; x, y",
        "Wat u merkt: Gedeeltelijk niet beschikbaar",
        "Even weg.",
        "https://status.voorbeeld.example/pad/maintenance/werk/",
    ]
    assert not event.subcomponents
    assert not {"location", "organizer", "attendee", "duration", "rrule"} & {*event.keys()}


def test_the_newest_word_stands_below_the_state() -> None:
    updates = """\
updates:
  - {at: 2026-11-22 09:00, status: scheduled, text: {nl: Later., en: Later.}}
  - {at: 2026-11-23 09:00, status: cancelled, text: {nl: "Gaat _niet_ door.", en: Called off.}}
"""
    (event,) = events(published({**FILES, WORK: PLAN + updates})["calendar.ics"])
    assert event["description"].split("\n")[1:3] == [
        "Geannuleerd",
        "Geannuleerd, ma 23 nov 2026 09:00 CET: Gaat niet door.",
    ]
    assert event["summary"] == "Geannuleerd: Werk"


def test_an_event_is_the_same_in_each_language_and_under_any_name() -> None:
    known = ids(plain_site()["calendar.ics"])
    assert known == ["werk"]
    assert ids(plain_site()["en/calendar.ics"]) == known
    changes = {
        "title": (WORK, PLAN.replace("nl: Werk", "nl: Klus")),
        "name": ("components.yaml", COMPONENTS.replace("name: Server", "name: Servers")),
        "path": ("site.yaml", FILES["site.yaml"].replace("/pad", "/elders")),
        "address": (
            "site.yaml",
            FILES["site.yaml"].replace("status.", "www.") + "id_host: status.voorbeeld.example\n",
        ),
        "window": (WORK, PLAN.replace("21:00", "20:00")),
    }
    before = told(plain_site()["calendar.ics"])
    assert before
    for change, (name, text) in changes.items():
        assert text != FILES[name], change
        after = told(published({**FILES, name: text})["calendar.ics"])
        assert after, change
        assert (after.sequence, after.status, after.stamp) == (0, "CONFIRMED", "20 09:00"), change


def test_a_subscriber_is_told_of_each_turn_as_a_change_of_the_same_event() -> None:
    fixed = PLAN.replace("Even", "Kort")
    moved = fixed.replace("2026-11-25 21:00", "2026-11-26 19:00") + (
        "updates:\n  - {at: 2026-11-24 13:30, status: scheduled, text: {nl: Later., en: Later.}}\n"
    )
    begun = moved + "  - {at: 2026-11-26 19:05, status: in_progress}\n"
    early = begun + "  - {at: 2026-11-26 20:10, status: completed}\n"
    off = moved + "  - {at: 2026-11-25 10:00, status: cancelled}\n"
    plan = ("CONFIRMED", "25 20:00", "25 22:00")
    new_plan = ("CONFIRMED", "26 18:00", "26 20:00")
    for name, text, now, expected in (
        ("announced", PLAN, "2026-11-24T12:00", Told(0, *plan, "20 09:00")),
        ("text fixed", fixed, "2026-11-24T12:10", Told(0, *plan, "20 09:00")),
        ("not moved: begun", fixed, "2026-11-25T20:00", Told(1, *plan, "25 20:00")),
        ("not moved: over", fixed, "2026-11-25T22:00", Told(2, *plan, "25 22:00")),
        ("moved", moved, "2026-11-24T12:40", Told(3, *new_plan, "24 12:30")),
        ("moved: begun", moved, "2026-11-26T18:00", Told(4, *new_plan, "26 18:00")),
        ("moved: over", moved, "2026-11-26T20:00", Told(5, *new_plan, "26 20:00")),
        ("begun late", begun, "2026-11-26T19:00", Told(7, *new_plan, "26 18:05")),
        ("over early", early, "2026-11-26T19:30", Told(10, *new_plan, "26 19:10")),
        ("called off", off, "2026-11-25T12:00", Told(6, "CANCELLED", *new_plan[1:], "25 09:00")),
        ("later", off, "2026-12-20T12:00", Told(6, "CANCELLED", *new_plan[1:], "25 09:00")),
    ):
        built = published({**FILES, WORK: text}, at(now))
        for path in ("calendar.ics", "en/calendar.ics", "components/app/calendar.ics"):
            assert told(built[path]) == expected, (name, path)
        assert told(built["maintenance/werk.ics"]) == expected, name


def test_cancelled_after_the_clock_said_that_it_was_over_is_newer_still() -> None:
    over = told(published(FILES, at("2026-11-25T22:30"))["calendar.ics"])
    late = PLAN + "updates:\n  - {at: 2026-11-25 20:30, status: cancelled}\n"
    off = told(published({**FILES, WORK: late}, at("2026-11-25T22:45"))["calendar.ics"])
    assert over
    assert off
    assert (over.status, off.status) == ("CONFIRMED", "CANCELLED")
    assert over.sequence < off.sequence


@pytest.mark.parametrize(
    ("update", "last_day"),
    [
        ("", "2027-01-24"),
        ("updates: [{at: 2026-11-25 21:30, status: completed}]\n", "2027-01-24"),
        ("updates: [{at: 2026-11-28 23:00, status: completed}]\n", "2027-01-24"),
        ("updates: [{at: 2026-11-24 09:00, status: cancelled}]\n", "2026-12-25"),
        ("updates: [{at: 2026-11-28 23:00, status: in_progress}]\n", "2028-01-01"),
    ],
)
def test_what_is_over_stays_for_a_while(update: str, last_day: str) -> None:
    files = {**FILES, WORK: PLAN + update}
    last = at(f"{last_day}T21:59:59")
    then = published(files, last)
    assert ids(then["calendar.ics"]) == ids(then["en/maintenance/werk.ics"]) == ["werk"]
    # Pages offer it for as long as it goes on.
    is_over = "in_progress" not in update
    offered = None if is_over else "en/maintenance/werk.ics"
    assert page_of_work(files, last).calendar == offered
    if is_over:
        later = published(files, last + timedelta(seconds=1))
        assert ids(later["calendar.ics"]) == []
        assert "maintenance/werk.ics" not in later


def test_what_took_days_longer_stays_from_when_it_was_over() -> None:
    late = """\
updates:
  - {at: 2027-01-25 09:00, status: in_progress}
  - {at: 2027-01-26 09:00, status: completed}
"""
    files = {**FILES, WORK: PLAN + late}
    assert ids(published(files, at("2027-03-27T07:59:59"))["calendar.ics"]) == ["werk"]
    assert ids(published(files, at("2027-03-27T08:00:00"))["calendar.ics"]) == []


def test_occurrences_of_a_schedule_are_events_of_their_own() -> None:
    files = {**BARE, WEEKLY: SCHEDULE}
    content = published(files)["calendar.ics"]
    assert ids(content)[0] == "updates-2026-11-05"
    assert ids(content)[-1] == "updates-2027-01-21"
    assert told(content, "updates-2026-12-03") == Told(
        0, "CONFIRMED", "03 21:00", "03 22:00", "20 08:00"
    )


def test_the_clock_on_the_wall_stays_while_the_offset_changes() -> None:
    summer = SCHEDULE.replace("2026-11-05", "2027-03-18").replace("2026-10-20", "2027-03-01")
    content = published({**BARE, WEEKLY: summer}, at("2027-03-20T12:00"))["calendar.ics"]
    starts = [event["dtstart"].to_ical() for event in events(content)][:3]
    assert starts == [b"20270318T210000Z", b"20270325T210000Z", b"20270401T200000Z"]


def test_a_moved_occurrence_is_the_same_event_and_newer() -> None:
    id = "updates-2026-12-03"
    moved = SCHEDULE + "changes:\n  2026-12-03: {start: 2026-12-05 08:00, duration: 2h}\n"
    back = SCHEDULE + "changes:\n  2026-12-03: {start: 2026-12-03 22:00}\n"
    announced = told(published({**BARE, WEEKLY: SCHEDULE})["calendar.ics"], id)
    then = told(published({**BARE, WEEKLY: moved})["calendar.ics"], id)
    again = told(published({**BARE, WEEKLY: back})["calendar.ics"], id)
    assert announced == Told(0, "CONFIRMED", "03 21:00", "03 22:00", "20 08:00")
    assert then == Told(3, "CONFIRMED", "05 07:00", "05 09:00", "20 08:00")
    assert again == Told(3, "CONFIRMED", "03 21:00", "03 22:00", "20 08:00")
    assert others(BARE | {WEEKLY: SCHEDULE}, id) == others(BARE | {WEEKLY: moved}, id)


def others(files: Mapping[str, str], id: str) -> list[bytes]:
    """The events but one, as they are written, in order of their ids."""
    known = events(published(files)["calendar.ics"])
    return sorted(event.to_ical() for event in known if not event["uid"].startswith(id))


def test_a_skipped_occurrence_is_gone_and_the_others_are_as_they_were() -> None:
    before = published({**BARE, WEEKLY: SCHEDULE})
    after = published({**BARE, WEEKLY: SCHEDULE + "except: [2026-12-24]\n"})
    gone = "updates-2026-12-24"
    assert f"maintenance/{gone}.ics" in before
    assert f"maintenance/{gone}.ics" not in after
    assert gone not in ids(after["calendar.ics"])
    kept = others(BARE | {WEEKLY: SCHEDULE}, gone)
    assert kept == others(BARE | {WEEKLY: SCHEDULE + "except: [2026-12-24]\n"}, gone)


def test_a_component_has_its_own_maintenance_in_its_calendar() -> None:
    built = published({**FILES, WORK: PLAN.replace("[server, app]", "[app]"), WEEKLY: SCHEDULE})
    assert ids(built["components/app/calendar.ics"]) == ["werk"]
    assert set(ids(built["en/components/server/calendar.ics"])) == {
        id for id in ids(built["calendar.ics"]) if id.startswith("updates-")
    }
    app = vobject.readOne(built["components/app/calendar.ics"].decode())
    assert app.x_wr_calname.value == app.name_list[0].value
    assert app.x_wr_calname.value == "Proef Status: onderhoud aan App; x, y"


def test_a_calendar_without_events_is_a_calendar_still() -> None:
    empty = published(BARE)["calendar.ics"]
    (only,) = Calendar.from_ical(empty).subcomponents
    assert only.name == "VTIMEZONE"
    vobject.readOne(empty.decode()).validate(raiseException=True)


def test_an_event_is_written_once_however_many_calendars_hold_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = []
    event = ics.event

    def noted(view: CalendarEvent, address: str) -> Event:
        written.append(view.path)
        return event(view, address)

    monkeypatch.setattr(ics, "event", noted)
    published({**FILES, "site.yaml": SITE + "outputs: {html: false, maintnote: false}\n"})
    assert sorted(written) == ["en/maintenance/werk/", "maintenance/werk/"]


def test_switched_off_it_is_nowhere_and_nothing_leads_to_it() -> None:
    off = {**FILES, "site.yaml": SITE + "outputs: {ics: false, maintnote: false}\n"}
    built = published(off)
    assert [path for path in built if path.endswith(".ics")] == []
    assert [path for path, page in built.items() if b".ics" in page] == []
    assert page_of_work(off, NOW).calendar is None
    assert b'href="./calendar.ics"' in published({**FILES, "site.yaml": SITE})["index.html"]


HOSTILE = [
    "a; b, c: d\\n \\; \\\\",
    "END:VCALENDAR",
    "\\r\\nEND:VEVENT",
    "\"x\"^n^^^'='<script>alert(1)</script>",
    "\u202eachterstevoren\u202c",
    "\U0001f525" * 200 + "é" * 200,
    "a" * 10_000,
    "e\u0301\ufe0f\u200d" * 50,
    "a\n\n  b\xa0c",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_comes_out_as_it_went_in(text: str) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    plan = PLAN.replace("nl: Werk", f"nl: {quoted}")
    plan = plan.replace("nl: Even **weg**.", f"nl: {_as_code(text)}")
    components = COMPONENTS.replace("name: Server", f"name: {quoted}")
    named = FILES["site.yaml"].replace("nl: Proef Status", f"nl: {quoted}")
    built = published({**BARE, "site.yaml": named, "components.yaml": components, WORK: plan})
    line = " ".join(text.split())
    for path in ("calendar.ics", "maintenance/werk.ics", "maintnote.ics"):
        content = built[path]
        assert all(len(part) <= 75 for part in content.split(b"\r\n"))
        assert not re.search(rb"\r(?!\n)|(?<!\r)\n", content)
        (event,) = events(content)
        assert event["summary"] == line
        assert line in event["description"].split("\n")
        assert event.categories[1] == line
        other = vobject.readOne(content.decode())
        other.validate(raiseException=True)
        assert other.vevent.summary.value == line
        assert other.vevent.description.value == event["description"]
        assert other.vevent.categories.value[1] == line
        assert other.x_wr_calname.value == f"{line}: onderhoud"


def _as_code(text: str) -> str:
    """As Markdown that means just this text: it is in a block of code."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"```\\n{escaped}\\n```"'
