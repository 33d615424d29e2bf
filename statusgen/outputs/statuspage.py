"""The API of Statuspage, version 2, as files: what exists to read such pages reads ours.

Shapes, order of keys and the words in ``status`` are those of the real thing, and there are no
others: strict clients refuse a key that they do not know. What has no meaning here (tweets,
reminders, whether notifications went out) has the value that it has on most real pages. The
files never grow: lists hold the newest ``LISTED``.

Each language has the API under its folder (``en/api/v2/``), with the same ids: whoever moves to
another language is told of nothing anew.
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from msgspec import Struct

from statusgen import civil
from statusgen.artifact import Artifact
from statusgen.history.status import current
from statusgen.json_file import json_file
from statusgen.model.components import Component, ComponentGroup, ComponentStatus
from statusgen.model.incidents import Incident, IncidentStatus
from statusgen.model.maintenance import Maintenance, MaintenanceStatus
from statusgen.model.text import Text
from statusgen.outputs.edition import Edition
from statusgen.views.events import EventView, UpdateView
from statusgen.views.plans import ANNOUNCED
from statusgen.views.site import SiteView

LISTED = 50
"""As many incidents or maintenances as a list of Statuspage holds."""

_OPERATIONAL, _WORKED_ON = ComponentStatus.OPERATIONAL, ComponentStatus.UNDER_MAINTENANCE
_Statuses = Mapping[str, ComponentStatus]
_Changes = Sequence[tuple[str, ComponentStatus, ComponentStatus]]
"""(component, status before, status after)."""
_RUNNING = (MaintenanceStatus.IN_PROGRESS, MaintenanceStatus.VERIFYING)


def in_language(edition: Edition, site: SiteView) -> Iterator[Artifact]:
    """``api/v2/*.json``."""
    for name, values in _Page(edition, _present(edition), site).documents():
        yield json_file(f"{site.frame.prefix}api/v2/{name}.json", values)


class _Present(Struct, frozen=True):
    """What the files tell of, in whatever language.

    Incidents and ``past`` (maintenance running or over) are newest first, ``upcoming`` is
    soonest first. ``changed_at`` is when the status of each component last did, ``since`` the
    moment that stands for those which nobody wrote down.
    """

    incidents: Sequence[Incident]
    unresolved: Sequence[Incident]
    upcoming: Sequence[Maintenance]
    active: Sequence[Maintenance]
    past: Sequence[Maintenance]
    states: Mapping[str, ComponentStatus]
    changed_at: Mapping[str, datetime]
    since: datetime


def _present(edition: Edition) -> _Present:
    content, record, now = edition.content, edition.record, edition.now
    near = record.lately.plans
    active = [plan for plan in reversed(near) if plan.status(now) in _RUNNING]
    upcoming = [plan for plan in near if _is_scheduled(plan, now)]
    incidents = (card for card in record.happened if card.is_incident)
    past = (plan for plan in reversed(record.plans) if not _is_scheduled(plan, now))
    unresolved = [event for event in record.going_on if isinstance(event, Incident)]
    components = [component.id for component in content.components]
    valid_from = content.agreement.valid_from
    since = valid_from if valid_from and valid_from <= now else civil.EARLIEST
    return _Present(
        incidents=list(map(record.incidents.load, islice(incidents, LISTED))),
        unresolved=unresolved,
        upcoming=upcoming[:LISTED],
        active=active,
        past=list(islice(past, LISTED)),
        states=current(components, unresolved, active, now),
        changed_at={id: max(since, record.changed_at(id) or since) for id in components},
        since=since,
    )


def _is_scheduled(plan: Maintenance, now: datetime) -> bool:
    return plan.status(now) is MaintenanceStatus.SCHEDULED


class _Page:
    """The page in one language, object by object."""

    def __init__(self, edition: Edition, present: _Present, site: SiteView) -> None:
        self.content, self.now = edition.content, edition.now
        self.present = present
        self.site = site
        self.events = site.events
        self.id = self._id("page")
        self.components = dict(self._components())
        self.names = {
            component.id: f"{self._words(group.name)} - {self._words(component.name)}"
            for group in self.content.groups
            for component in group.components
        }

    def documents(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """(name of the file, its values)."""
        present, page, components = self.present, self._page(), list(self.components.values())
        status = {"status": rollup(list(present.states.values()))}
        incidents = [self._incident(incident) for incident in present.incidents]
        unresolved = [self._incident(incident) for incident in present.unresolved]
        upcoming = [self._maintenance(plan) for plan in present.upcoming]
        active = [self._maintenance(plan) for plan in present.active]
        past = [self._maintenance(plan) for plan in present.past]
        # Of what comes, half a list at the most: daily work would leave no room for what was.
        newest = [*upcoming[: LISTED // 2][::-1], *past][:LISTED]
        yield "status", {**page, **status}
        yield "components", {**page, "components": components}
        yield "incidents", {**page, "incidents": incidents}
        yield "incidents/unresolved", {**page, "incidents": unresolved}
        yield "scheduled-maintenances", {**page, "scheduled_maintenances": newest}
        yield "scheduled-maintenances/upcoming", {**page, "scheduled_maintenances": upcoming}
        yield "scheduled-maintenances/active", {**page, "scheduled_maintenances": active}
        planned = [*active, *upcoming]
        summary = {"components": components, "incidents": unresolved}
        yield "summary", {**page, **summary, "scheduled_maintenances": planned, **status}

    def _page(self) -> dict[str, Any]:
        site, frame = self.content.site, self.site.frame
        page = {
            "id": self.id,
            "name": str(frame.site_name),
            # Without a slash at its end, as real ones have it: clients add paths to it.
            "url": f"{site.url}{frame.prefix}".rstrip("/"),
            "time_zone": site.zone.key,
            "updated_at": self._time(self._updated_at()),
        }
        return {"page": page}

    def _updated_at(self) -> datetime:
        """When anything was last told or changed: not when the site was built."""
        present = self.present
        shown = {event.id for event in (*present.incidents, *present.unresolved)}
        shown |= {plan.id for plan in (*present.upcoming, *present.active, *present.past)}
        told = [update.at for id in shown for update in self.events[id].updates[:1]]
        return max([present.since, *present.changed_at.values(), *told])

    def _components(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each group with the components in it behind it."""
        for position, group in enumerate(self.content.groups, start=1):
            yield f"group {group.id}", self._group(group, position)
            for place, component in enumerate(group.components, start=1):
                yield component.id, self._component(component, group, place)

    def _group(self, group: ComponentGroup, position: int) -> dict[str, Any]:
        changed_at = [self.present.changed_at[component.id] for component in group.components]
        states = [self.present.states[component.id] for component in group.components]
        return {
            "id": self._id("group", group.id),
            "name": self._words(group.name),
            "status": max(states, key=lambda status: status.rank),
            "created_at": self._time(self.present.since),
            "updated_at": self._time(max(changed_at)),
            "position": position,
            "description": None,
            "showcase": False,
            "start_date": None,
            "group_id": None,
            "page_id": self.id,
            "group": True,
            "only_show_if_degraded": False,
            "components": [self._id("component", part.id) for part in group.components],
        }

    def _component(
        self, component: Component, group: ComponentGroup, position: int
    ) -> dict[str, Any]:
        present, valid_from = self.present, self.content.agreement.valid_from
        counted = component.sla and valid_from and valid_from == present.since
        description = component.description
        return {
            "id": self._id("component", component.id),
            "name": self._words(component.name),
            "status": present.states[component.id],
            "created_at": self._time(present.since),
            "updated_at": self._time(present.changed_at[component.id]),
            "position": position,
            "description": self._words(description) if description else None,
            "showcase": component.sla,
            "start_date": self._time(present.since)[:10] if counted else None,
            "group_id": self._id("group", group.id),
            "page_id": self.id,
            "group": False,
            "only_show_if_degraded": False,
        }

    def _incident(self, incident: Incident) -> dict[str, Any]:
        view = self.events[incident.id]
        updates = view.updates or (_first_word(view, "incident_started", incident.started_at),)
        monitored = [update.at for update in updates if update.status == "monitoring"]
        statuses = _statuses_by_incident(incident, updates)
        status = updates[0].status if view.is_open else IncidentStatus.RESOLVED
        resolved_at = view.ended_at
        return {
            "id": self._id("incident", view.id),
            "name": str(view.title),
            "status": status,
            "created_at": self._time(updates[-1].at),
            "updated_at": self._time(max(updates[0].at, resolved_at or updates[0].at)),
            "monitoring_at": self._time(monitored[0]) if monitored else None,
            "resolved_at": self._time(resolved_at) if resolved_at else None,
            "impact": incident.impact,
            "shortlink": f"{self.content.site.url}{view.path}",
            "started_at": self._time(incident.started_at),
            "page_id": self.id,
            **self._told(view, updates, statuses),
        }

    def _maintenance(self, plan: Maintenance) -> dict[str, Any]:
        view = self.events[plan.id]
        told_at = plan.first_word_at or self.present.since
        updates = view.updates or (_first_word(view, ANNOUNCED, told_at),)
        status = plan.status(self.now)
        statuses = [
            dict.fromkeys(plan.components, _WORKED_ON if u.status in _RUNNING else _OPERATIONAL)
            for u in updates
        ]
        return {
            "id": self._id("maintenance", view.id),
            "name": str(view.title),
            "status": _shown(status),
            "created_at": self._time(updates[-1].at),
            "updated_at": self._time(updates[0].at),
            "monitoring_at": None,
            "resolved_at": self._time(view.ended_at) if view.ended_at and status.is_final else None,
            "impact": "maintenance",
            "shortlink": f"{self.content.site.url}{view.path}",
            # Of a real one too this is when it was announced; it runs when it is scheduled for.
            "started_at": self._time(updates[-1].at),
            "page_id": self.id,
            **self._told(view, updates, statuses),
            "scheduled_for": self._time(plan.planned.start),
            "scheduled_until": self._time(plan.planned.end),
        }

    def _told(
        self, view: EventView, updates: Sequence[UpdateView], statuses: Sequence[_Statuses]
    ) -> dict[str, Any]:
        """The updates, newest first, with the statuses of components after each."""
        order = [component.id for component in self.content.components]
        before: list[_Statuses] = [*statuses[1:], {}]
        return {
            "incident_updates": [
                self._update(
                    view,
                    update,
                    [
                        (part, old.get(part, _OPERATIONAL), new[part])
                        for part in order
                        if part in new
                    ],
                )
                for update, old, new in zip(updates, before, statuses, strict=True)
            ],
            "components": [self.components[part] for part in order if part in statuses[0]],
            "reminder_intervals": None,
        }

    def _update(self, view: EventView, update: UpdateView, changes: _Changes) -> dict[str, Any]:
        at = self._time(update.at)
        affected = [
            {
                "code": self._id("component", part),
                "name": self.names[part],
                "old_status": old,
                "new_status": new,
            }
            for part, old, new in changes
        ]
        return {
            "id": self._id(view.family, view.id, update.id),
            "status": _shown(update.status),
            "body": _body(view, update),
            "incident_id": self._id(view.family, view.id),
            "created_at": at,
            "updated_at": at,
            "display_at": at,
            "affected_components": affected or None,
            "deliver_notifications": True,
            "custom_tweet": None,
            "tweet_id": None,
        }

    def _words(self, text: Text) -> str:
        return text.pick(self.site.language.tag)[0]

    def _time(self, at: datetime) -> str:
        """On the clock of the page: clients cut the offset off and show the rest."""
        return civil.to_wall(at, self.content.site.zone).isoformat(timespec="milliseconds")

    def _id(self, *parts: str) -> str:
        return _id_of("/".join((self.content.site.id_host, *parts)))


@lru_cache(maxsize=8192)
def _id_of(name: str) -> str:
    """Twelve letters and digits, as real ones have.

    Made of the host and of our own ids, as those of the feeds are: no title, date, language or
    build changes them.
    """
    digest = hashlib.sha256(name.encode()).digest()
    return b32encode(digest)[:12].decode().lower()


def rollup(states: Sequence[ComponentStatus]) -> dict[str, str]:
    """The state of all components in one word and in the phrase that clients look for."""
    found = set(states)
    if found == {ComponentStatus.MAJOR_OUTAGE}:
        return _said("critical", "Major System Outage")
    if ComponentStatus.MAJOR_OUTAGE in found or found == {ComponentStatus.PARTIAL_OUTAGE}:
        return _said("major", "Partial System Outage")
    if ComponentStatus.PARTIAL_OUTAGE in found:
        return _said("minor", "Minor Service Outage")
    if ComponentStatus.DEGRADED_PERFORMANCE in found:
        return _said("minor", "Partially Degraded Service")
    if _WORKED_ON in found:
        return _said("maintenance", "Service Under Maintenance")
    return _said("none", "All Systems Operational")


def _said(indicator: str, description: str) -> dict[str, str]:
    return {"indicator": indicator, "description": description}


def _shown(status: str) -> str:
    """There is no "cancelled" there: what is called off is done with, and its text says so."""
    return "completed" if status == MaintenanceStatus.CANCELLED else status


def _body(view: EventView, update: UpdateView) -> str:
    """The text of an update. Clients count on some: where nobody wrote one, its status."""
    text = update.text.plain if update.text else ""
    if update.status == MaintenanceStatus.SCHEDULED:
        lead = view.lead.plain if view.lead else ""
        return f"{view.window}. {text or lead}".rstrip()
    if update.status == MaintenanceStatus.CANCELLED:
        return f"{update.label}. {text}".rstrip()
    return text or ". ".join((update.label, *update.notes))


def _first_word(view: EventView, id: str, at: datetime) -> UpdateView:
    """What stands for the updates of an event that has none: clients count on the first."""
    status = MaintenanceStatus.SCHEDULED if id == ANNOUNCED else IncidentStatus.INVESTIGATING
    return UpdateView(id, status, str(view.title), "note", at, view.started)


def _statuses_by_incident(incident: Incident, updates: Sequence[UpdateView]) -> list[_Statuses]:
    """The statuses of the components named so far, after each update; newest first as these."""
    written = {update.id: update.components or {} for update in incident.updates}
    statuses: _Statuses = incident.components
    found: list[_Statuses] = []
    for update in reversed(updates):
        statuses = {**statuses, **written.get(update.id, {})}
        ended = incident.ended_at is not None and update.at >= incident.ended_at
        found.append(dict.fromkeys(statuses, _OPERATIONAL) if ended else statuses)
    return found[::-1]
