"""Maintenance notes: the calendar's events for the tools of network operators.

The X-MAINTNOTE properties of the NANOG BCOP "A machine parseable standard for formatting
maintenance notifications" (draft 0.1, sections 3.5 and 3.6), in files of their own: they ask
for an ORGANIZER, which in the calendars of people belongs to a meeting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, partial
from typing import TYPE_CHECKING

from statusgen.model.components import ComponentStatus
from statusgen.model.maintenance import MaintenanceStatus
from statusgen.model.site import Site
from statusgen.outputs import ics
from statusgen.outputs.edition import Edition, Part
from statusgen.views.calendar import CalendarEvent
from statusgen.views.site import SiteView

if TYPE_CHECKING:
    from icalendar import Event, vCalAddress

ACCOUNT = "public"
"""A page is for everybody: there is no account of one customer that a note could name."""

IMPACTS = {
    ComponentStatus.OPERATIONAL: "NO-IMPACT",
    ComponentStatus.DEGRADED_PERFORMANCE: "DEGRADED",
    # "Not a total outage" in the standard's words.
    ComponentStatus.PARTIAL_OUTAGE: "DEGRADED",
    ComponentStatus.MAJOR_OUTAGE: "OUTAGE",
}
STATUSES = {
    MaintenanceStatus.SCHEDULED: "CONFIRMED",
    MaintenanceStatus.IN_PROGRESS: "IN-PROCESS",
    MaintenanceStatus.VERIFYING: "IN-PROCESS",
    MaintenanceStatus.COMPLETED: "COMPLETED",
    MaintenanceStatus.CANCELLED: "CANCELLED",
}


def in_language(edition: Edition, site: SiteView) -> Iterator[Part]:
    """``maintnote.ics`` and a file beside the page of each event."""
    view = site.calendars[0]

    @cache
    def written(event: CalendarEvent) -> bytes:
        return bytes(_event(event, edition.content.site).to_ical())

    def made(events: Iterable[CalendarEvent]) -> bytes:
        return ics.calendar(view.title, map(written, events))

    yield edition.file(f"{view.folder}maintnote.ics", view, partial(made, view.events))
    for e in view.events:
        path = f"{e.file}.maintnote.ics"
        yield edition.file(path, (view.title, e), partial(made, [e]))


def _event(view: CalendarEvent, site: Site) -> Event:
    from icalendar import vText

    event = ics.event(view, site.url)
    event.add("organizer", _organizer(site))
    event["x-maintnote-provider"] = vText(site.id_host)
    event["x-maintnote-account"] = vText(ACCOUNT)
    event["x-maintnote-maintenance-id"] = vText(view.id)
    event["x-maintnote-object-id"] = [vText(component) for component in view.components]
    event["x-maintnote-impact"] = vText(IMPACTS[view.effect])
    event["x-maintnote-status"] = vText(STATUSES[view.status])
    return event


def _organizer(site: Site) -> vCalAddress:
    """Support by mail, where the site says how; else the site itself."""
    from icalendar import vCalAddress

    mails = [c.value for c in site.support.channels if c.kind == "email"]
    organizer = vCalAddress(f"mailto:{mails[0]}" if mails else site.url)
    name = site.organization.name if site.organization else site.name.pick(site.languages[0])[0]
    organizer.params["CN"] = name
    return organizer
