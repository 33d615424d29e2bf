"""iCalendar (RFC 5545): planned maintenance in people's own calendars.

``calendar.ics`` of the site and of each component, and one file for each event. The choices
are those of the programs that read them: no METHOD and no ORGANIZER, for nobody is invited to a
meeting; no UID on the calendar, for vdirsyncer then takes all for one event; times in UTC, so
that nobody needs a zone of ours; no alarm, for that is up to whoever subscribes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING

from statusgen.model.maintenance import MaintenanceStatus
from statusgen.outputs.edition import Edition, Part
from statusgen.views.calendar import CalendarEvent
from statusgen.views.site import SiteView

if TYPE_CHECKING:
    from icalendar import Calendar, Event, Timezone

REFRESH = timedelta(hours=1)
_END = b"END:VCALENDAR"


def in_language(edition: Edition, site: SiteView) -> Iterator[Part]:
    """``calendar.ics`` and a file beside the page of each event."""

    # Writing an event takes long, and it stands in several calendars.
    @cache
    def written(view: CalendarEvent) -> bytes:
        return bytes(event(view, site.frame.url).to_ical())

    def made(title: str, events: Iterable[CalendarEvent]) -> bytes:
        return calendar(title, map(written, events))

    for view in site.calendars:
        make = partial(made, view.title, view.events)
        yield edition.file(f"{view.folder}calendar.ics", view, make)
    title = site.calendars[0].title
    for e in site.calendars[0].events:
        yield edition.file(f"{e.file}.ics", (title, e), partial(made, title, [e]))


def calendar(title: str, events: Iterable[bytes]) -> bytes:
    """A calendar of events that are written already."""
    head, written = _head(title), b"".join(events)
    if not written:
        # A calendar has at least one component (RFC 5545, section 3.6).
        head.add_component(_utc())
    empty: bytes = head.to_ical()
    start, end, rest = empty.rpartition(_END)
    return start + written + end + rest


def event(view: CalendarEvent, address: str) -> Event:
    """The event; ``address`` is that of the site."""
    from icalendar import Event

    made = Event()
    made.add("uid", view.uid)
    made.add("sequence", view.sequence)
    made.add("dtstamp", view.revised_at)
    made.add("last-modified", view.revised_at)
    made.add("dtstart", view.planned.start)
    made.add("dtend", view.planned.end)
    cancelled = view.status is MaintenanceStatus.CANCELLED
    made.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    made.add("transp", "TRANSPARENT")
    made.add("summary", view.title)
    made.add("description", view.description)
    made.add("categories", view.categories)
    made.add("url", address + view.path)
    return made


def _head(title: str) -> Calendar:
    from icalendar import Calendar, vDuration, vText

    head = Calendar()
    head.add("version", "2.0")
    head.add("prodid", "-//statusgen//statusgen//EN")
    # Of properties that it does not know, the library escapes nothing and writes no duration.
    head["name"] = head["x-wr-calname"] = vText(title)
    head.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    head["x-published-ttl"] = vDuration(REFRESH)
    return head


def _utc() -> Timezone:
    from icalendar import Timezone, TimezoneStandard

    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))
    standard.add("tzoffsetfrom", timedelta())
    standard.add("tzoffsetto", timedelta())
    standard.add("tzname", "UTC")
    zone = Timezone()
    zone.add("tzid", "UTC")
    zone.add_component(standard)
    return zone
