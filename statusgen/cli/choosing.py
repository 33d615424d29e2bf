"""Which event a command is about: by its id, or chosen from a list on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NoReturn

import click

from statusgen.cli import asking
from statusgen.cli.editing import Editing
from statusgen.content.suggestions import nearest
from statusgen.findings import Severity
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance
from statusgen.model.schedules import Schedule

Event = Incident | Maintenance | Schedule

AHEAD = timedelta(days=400)
"""How far ahead the occurrences of schedules are known by their ids."""


def chosen(editing: Editing, id: str | None, offered: Sequence[Incident | Maintenance]) -> Event:
    """The event of that id; without one, one of those offered.

    An occurrence of a schedule is a maintenance with ``schedule`` set. Ends with status 2
    for an id that there is not, and where nobody can be asked.
    """
    if id is None:
        id = _asked(editing, offered)
    known = {event.id: event for event in _events(editing)}
    if id not in known:
        known |= {plan.id: plan for plan in _all_occurrences(editing)}
    if id not in known:
        _refuse(editing, id, [event.id for event in offered], list(known))
    return known[id]


def open_incidents(editing: Editing) -> list[Incident]:
    """Those that go on, the latest first."""
    found = [i for i in editing.content.incidents if i.is_open(editing.now)]
    return sorted(found, key=lambda incident: incident.started_at, reverse=True)


def unfinished(editing: Editing) -> list[Maintenance]:
    """Single plans that are neither done nor called off, the first to come first."""
    found = [m for m in editing.content.maintenance if not m.status(editing.now).is_final]
    return sorted(found, key=lambda maintenance: maintenance.planned)


SHOWN = 8
"""How many occurrences are offered to choose from."""


def plans(editing: Editing) -> list[Maintenance]:
    """What is planned and not done, single and the next occurrences, the first to come first."""
    found = [*unfinished(editing), *occurrences(editing)[:SHOWN]]
    return sorted(found, key=lambda plan: plan.planned)


def refuse_whole(editing: Editing, schedule: Schedule) -> NoReturn:
    """End with status 2: a schedule is not one event, its occurrences are."""
    coming = [plan.id for plan in occurrences(editing) if plan.schedule == schedule.id]
    raise click.UsageError(
        f"`{schedule.id}` is a schedule: name one occurrence ({', '.join(coming[:3])}), or end "
        "it by hand with `until:`."
    )


def occurrences(editing: Editing) -> list[Maintenance]:
    """The occurrences of schedules that are still to be done, the first to come first."""
    return [plan for plan in _all_occurrences(editing) if not plan.status(editing.now).is_final]


def _all_occurrences(editing: Editing) -> list[Maintenance]:
    """Those of up to a day ago too: somebody may still have to say how it went."""
    from statusgen.intervals import Interval

    known = Interval(editing.now - timedelta(days=1), editing.now + AHEAD)
    return [plan for plan in editing.content.planned(known) if plan.schedule]


def _events(editing: Editing) -> Sequence[Event]:
    content = editing.content
    return (*content.incidents, *content.maintenance, *content.schedules)


def _asked(editing: Editing, offered: Sequence[Incident | Maintenance]) -> str:
    if not offered:
        raise click.UsageError("Nothing is open or planned that this could be about.")
    if not asking.on_terminal():
        named = ", ".join(event.id for event in offered[:10])
        raise click.UsageError(f"Missing ID; on a terminal you can choose. There are {named}.")
    only = offered[0].id if len(offered) == 1 else ""
    return asking.choose("Which one", _shown(editing, offered), only)


def _shown(editing: Editing, offered: Sequence[Incident | Maintenance]) -> Mapping[str, str]:
    from statusgen.policy.words import said

    language = editing.languages[0]
    return {
        event.id: f"{event.id}  {event.title.pick(language)[0]}  "
        f"({event.status(editing.now)}, {said(_begins(event), editing.zone)})"
        for event in offered
    }


def _begins(event: Incident | Maintenance) -> datetime:
    return event.started_at if isinstance(event, Incident) else event.planned.start


def _refuse(editing: Editing, id: str, likely: Sequence[str], known: Sequence[str]) -> NoReturn:
    from statusgen.cli.report import report
    from statusgen.content.names import id_of

    broken = [
        finding
        for finding in editing.findings
        if finding.severity is Severity.ERROR and id_of(finding.place.path) == id
    ]
    if broken:
        report(broken, editing.tree.files, editing.folder, "text", err=True)
        click.echo("Mend it first. Nothing was written.", err=True)
        raise SystemExit(1)
    schedules = [s.id for s in editing.content.schedules if id.startswith(f"{s.id}-")]
    if schedules:
        coming = [plan.id for plan in occurrences(editing) if plan.schedule in schedules]
        raise click.UsageError(f"There is no '{id}' to come. There are {', '.join(coming[:3])}.")
    close = nearest(id, known)
    if close.startswith("Known") and likely:
        close = f"There are {', '.join(likely[:10])}."
    raise click.UsageError(f"There is no event '{id}'. {close}")
