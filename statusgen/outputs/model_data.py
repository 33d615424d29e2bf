"""The model as JSON values: what our own API tells of a site, its agreement and its events.

Instants are in UTC (RFC 3339), lengths of time in seconds, shares exact as [numerator,
denominator]. Words are an object by language, with only the languages that they are written in.
What has not come yet is null, whatever the content says of it. ``url`` is that of the site.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from statusgen import civil, markup
from statusgen.history.report_data import exact
from statusgen.history.status import Day
from statusgen.intervals import Interval
from statusgen.model.agreement import Agreement
from statusgen.model.components import Component, ComponentGroup
from statusgen.model.hours import WeeklyHours
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance, running
from statusgen.model.observations import ResponseTimes
from statusgen.model.schedules import Schedule
from statusgen.model.site import Site, Support
from statusgen.model.text import Text
from statusgen.views.events import EventView, UpdateView
from statusgen.views.site import SiteView
from statusgen.views.viewpoint import Prose

Values = dict[str, Any]


def site_data(site: Site) -> Values:
    """The site and how its support is reached."""
    organization = site.organization
    return {
        "name": words(site.name),
        "url": site.url,
        "time_zone": site.zone.key,
        "languages": list(site.languages),
        "organization": organization and {"name": organization.name, "url": organization.url},
        "notice": words(site.notice),
        "support": _support(site.support),
    }


def _support(support: Support) -> Values:
    return {
        "hours": _hours(support.hours),
        "channels": [
            {"kind": channel.kind, "value": channel.value, "purpose": channel.purpose}
            for channel in support.channels
        ],
        "excluded": [words(text) for text in support.excluded],
    }


def group_data(group: ComponentGroup) -> Values:
    """A group with the components in it."""
    return {
        "id": group.id,
        "name": words(group.name),
        "components": [_component(component) for component in group.components],
    }


def _component(component: Component) -> Values:
    return {
        "id": component.id,
        "name": words(component.name),
        "description": words(component.description),
        "in_service": component.sla,
        "terms": component.terms,
    }


def schedule_data(schedule: Schedule, url: str) -> Values:
    """The rule; its occurrences are maintenance that names it."""
    return {
        "id": schedule.id,
        "title": words(schedule.title),
        "text": formatted(schedule.text, url),
        "components": list(schedule.components),
        "effect": schedule.effect,
        "rrule": schedule.rrule,
        "first": schedule.first.isoformat(timespec="minutes"),
        "duration_seconds": _seconds(schedule.duration),
        "until": schedule.until and schedule.until.isoformat(),
        "skipped": sorted(day.isoformat() for day in schedule.skipped),
        "announced_at": _at(schedule.announced_at),
    }


def agreement_data(agreement: Agreement, url: str) -> Values:
    """What was promised; what was not is null."""
    return {
        "title": words(agreement.title),
        "valid_from": _at(agreement.valid_from),
        "source": agreement.source,
        "availability": _availability(agreement),
        "maintenance": _maintenance_promise(agreement),
        "backups": _backups(agreement),
        "register_within_seconds": _seconds(agreement.register_within),
        "late_after_seconds": _seconds(agreement.late_after),
        "update_calamity_every_seconds": _seconds(agreement.update_calamity_every),
        "clauses": {
            about: {"number": clause.number, "text": formatted(clause.text, url)}
            for about, clause in agreement.clauses.items()
        },
    }


def _availability(agreement: Agreement) -> Values | None:
    promise = agreement.availability
    if promise is None:
        return None
    return {
        "target": exact(promise.target),
        "hours": _hours(promise.hours),
        "holidays": promise.holidays,
        "counts": {status: exact(share) for status, share in promise.counts.items()},
    }


def _maintenance_promise(agreement: Agreement) -> Values | None:
    promise = agreement.maintenance
    if promise is None:
        return None
    return {
        "windows": [
            {
                "weekday": _WEEKDAYS[span.weekday],
                "opens": f"{span.opens:%H:%M}",
                "closes_after_days": span.closes_after,
                "closes": f"{span.closes:%H:%M}",
            }
            for span in promise.windows
        ],
        "holidays_open": promise.holidays_open,
        "notice_seconds": _seconds(promise.notice),
    }


def _backups(agreement: Agreement) -> Values | None:
    promise = agreement.backups
    if promise is None:
        return None
    return {
        "every_seconds": _seconds(promise.every),
        "keep_seconds": _seconds(promise.keep),
        "locations": promise.locations,
        "region": promise.region,
    }


def _hours(hours: WeeklyHours | None) -> Values | None:
    if hours is None:
        return None
    return {
        "days": [_WEEKDAYS[day] for day in hours.days],
        "start": f"{hours.start:%H:%M}",
        "end": f"{hours.end:%H:%M}",
    }


_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def day_data(day: Day) -> Values:
    """A day on which something was wrong: the worst status, and how long it lasted."""
    return {
        "day": day.day.isoformat(),
        "status": day.status,
        "seconds": _seconds(day.lasted),
        "events": [event.id for event in day.events],
    }


def response_times(
    times: Mapping[str, Mapping[date, ResponseTimes]], month: str
) -> dict[str, list[Values]]:
    """By component how fast it answered on each day of a month ("2026-11") that it did."""
    found = {
        component: [
            {
                "day": day.isoformat(),
                "answers": answered.total,
                "median_milliseconds": _milliseconds(answered.percentile(50)),
                "p95_milliseconds": _milliseconds(answered.percentile(95)),
            }
            for day, answered in sorted(by_day.items())
            if day.isoformat().startswith(month)
        ]
        for component, by_day in times.items()
    }
    return {component: days for component, days in found.items() if days}


def _milliseconds(length: timedelta | None) -> int | None:
    return None if length is None else length // timedelta(milliseconds=1)


class Events:
    """Incidents and maintenance as values, with their words in all languages."""

    def __init__(self, sites: Sequence[SiteView], now: datetime) -> None:
        self.now = now
        self.url = sites[0].frame.url
        self.views = [(site.language.tag, site.events) for site in sites]

    def incident(self, incident: Incident) -> Values:
        """An incident, whole."""
        views, exclusion = self._views(incident.id), incident.exclusion
        return {
            **self._head(incident, views),
            "status": incident.status(self.now),
            "impact": incident.impact,
            # The statuses from its start on; updates change them.
            "components": dict(incident.components),
            "started_at": civil.iso(incident.started_at),
            "ended_at": self._past(incident.ended_at),
            "ticket": incident.ticket,
            "line": incident.line,
            "priority": incident.priority,
            "requested_priority": incident.requested_priority,
            "known_since": self._past(incident.known_since),
            "reported_at": self._past(incident.reported_at),
            "registered_at": self._past(incident.registered_at),
            "repair_started_at": self._past(incident.repair_started_at),
            "unreachable": [
                {"start": civil.iso(interval.start), "end": self._past(interval.end)}
                for interval in incident.unreachable
                if interval.start <= self.now
            ],
            "exclusion": exclusion
            and {"ground": exclusion.ground, "reason": formatted(exclusion.reason, self.url)},
            "postmortem": self._prose([(tag, view.postmortem) for tag, view in views]),
            "updates": self._incident_updates(incident, views),
        }

    def maintenance(self, plan: Maintenance) -> Values:
        """A maintenance, whole; one of a schedule names it."""
        views, override = self._views(plan.id), plan.override
        return {
            **self._head(plan, views),
            "schedule": plan.schedule,
            "status": plan.status(self.now),
            "effect": plan.effect,
            "components": list(plan.components),
            "planned": _interval(plan.planned),
            "actual": self._actual(plan),
            "announced_at": self._past(plan.first_word_at),
            "recovery_point_at": self._past(plan.recovery_point_at),
            "override": override
            and {
                "reason": formatted(override.reason, self.url),
                "approved_by": words(override.approved_by),
            },
            "text": self._prose([(tag, view.lead) for tag, view in views]),
            "updates": [
                {**self._update(update), "by_clock": update[0][1].by_clock}
                for update in _by_update(views)
            ],
        }

    def _head(self, event: Incident | Maintenance, views: _Views) -> Values:
        return {
            "id": event.id,
            "kind": event.kind,
            "title": words(event.title),
            "url": {tag: f"{self.url}{view.path}" for tag, view in views},
        }

    def _incident_updates(self, incident: Incident, views: _Views) -> list[Values]:
        written = {update.id: update for update in incident.updates}
        return [
            {
                **self._update(update),
                "components": dict(written[update[0][1].id].components or {}),
                "failover": written[update[0][1].id].failover,
            }
            for update in _by_update(views)
        ]

    def _update(self, update: Sequence[tuple[str, UpdateView]]) -> Values:
        _, first = update[0]
        return {
            "id": first.id,
            "at": civil.iso(first.at),
            "status": first.status,
            "text": self._prose([(tag, view.text) for tag, view in update]),
        }

    def _actual(self, plan: Maintenance) -> Values | None:
        """When it ran, as it is counted; without an end as long as it runs."""
        ran = running(plan, self.now)
        if ran is None:
            return None
        end = None if plan.is_running(self.now) else civil.iso(ran.end)
        return {"start": civil.iso(ran.start), "end": end}

    def _prose(self, found: Iterable[tuple[str, Prose | None]]) -> Values | None:
        """Formatted text in the languages that it is written in; its HTML is safe to place."""
        written = {
            tag: {"html": _complete(prose.html, self.url), "text": prose.plain}
            for tag, prose in found
            if prose and prose.lang is None
        }
        return written or None

    def _views(self, id: str) -> _Views:
        return [(tag, events[id]) for tag, events in self.views]

    def _past(self, at: datetime | None) -> str | None:
        return civil.iso(at) if at and at <= self.now else None


_Views = Sequence[tuple[str, EventView]]
"""An event in each language."""


def _by_update(views: _Views) -> Iterator[list[tuple[str, UpdateView]]]:
    """Each update, newest first, in all languages."""
    for updates in zip(*(view.updates for _, view in views), strict=True):
        yield [(tag, update) for (tag, _), update in zip(views, updates, strict=True)]


def words(text: Text | None) -> dict[str, str] | None:
    """The words by language."""
    return dict(text.translations) if text else None


def formatted(text: Text | None, url: str) -> Values | None:
    """Markdown by language, as HTML that is safe to place and as plain text."""
    if text is None:
        return None
    bodies = ((tag, markup.read(written)) for tag, written in text.translations)
    return {tag: {"html": _complete(b.html, url), "text": b.plain} for tag, b in bodies}


def _complete(html: str, url: str) -> str:
    """The HTML with every address in it absolute, for it is read elsewhere."""
    return markup.absolute(html, url) if "<a " in html else html


def _interval(interval: Interval) -> Values:
    return {"start": civil.iso(interval.start), "end": civil.iso(interval.end)}


def _at(instant: datetime | None) -> str | None:
    return civil.iso(instant) if instant else None


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else length // timedelta(seconds=1)
