"""Our own API as files: the model whole, and the figures of the agreement with their minutes.

``index.json`` leads to all others; ``summary.json`` is the state of the moment; what happened
or is planned stands in a file a month, and the figures in a file a month and a file a year, so
that no file grows for ever and those of the past stay as they are. ``schema.json`` describes
them, and says what will not change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib.resources import files

from statusgen import civil
from statusgen.artifact import Artifact
from statusgen.history import status
from statusgen.history.report import (
    Report,
    YearReport,
    as_data,
    figures_as_data,
    reactions_as_data,
)
from statusgen.json_file import json_file
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance
from statusgen.outputs.edition import Edition
from statusgen.outputs.model_data import (
    Events,
    Values,
    agreement_data,
    day_data,
    group_data,
    schedule_data,
    site_data,
)

FOLDER = "api/statusgen/v1/"
SCHEMA = files("statusgen") / "outputs" / "api.schema.json"


def artifacts(edition: Edition) -> Iterator[Artifact]:
    """``api/statusgen/v1/*.json``, in all languages at once."""
    yield Artifact(f"{FOLDER}schema.json", SCHEMA.read_bytes())
    api = _Api(edition)
    for name, values in api.documents():
        yield json_file(f"{FOLDER}{name}.json", {"$schema": api.url("schema"), **values})


class _Api:
    """The documents of an edition."""

    def __init__(self, edition: Edition) -> None:
        self.content, self.known, self.reports = edition.content, edition.known, edition.reports
        self.events = Events(edition.sites, edition.known.now)
        self.months = self._months()

    def url(self, name: str) -> str:
        """The address of a document."""
        return f"{self.content.site.url}{FOLDER}{name}.json"

    def documents(self) -> Iterator[tuple[str, Values]]:
        """(name of the file, its values)."""
        yield "index", self._index()
        yield "summary", self._summary()
        for name, values in self.months.items():
            yield f"months/{name}", values
        for report in self.reports.months:
            yield f"sla/{report.name}", self._month_report(report)
        for year in self.reports.years:
            yield f"sla/{year.whole.name}", self._year_report(year)

    def _index(self) -> Values:
        content = self.content
        schedules = [
            schedule
            for schedule in content.schedules
            if schedule.announced_at is None or schedule.announced_at <= self.known.now
        ]
        return {
            "document": "index",
            "site": site_data(content.site),
            "groups": [group_data(group) for group in content.groups],
            "schedules": [schedule_data(schedule, content.site.url) for schedule in schedules],
            "agreement": agreement_data(content.agreement, content.site.url),
            "summary": self.url("summary"),
            "months": {name: self.url(f"months/{name}") for name in self.months},
            "sla_months": {r.name: self.url(f"sla/{r.name}") for r in self.reports.months},
            "sla_years": {
                y.whole.name: self.url(f"sla/{y.whole.name}") for y in self.reports.years
            },
        }

    def _summary(self) -> Values:
        known, now = self.known, self.known.now
        incidents = [incident for incident in known.incidents if incident.is_open(now)]
        running = [plan for plan in known.plans if plan.is_running(now)]
        upcoming = [plan for plan in known.plans if plan.status(now) == "scheduled"]
        components = [component.id for component in self.content.components]
        states = status.current(components, incidents, running, now)
        return {
            "document": "summary",
            "as_of": civil.iso(now),
            "status": max(states.values(), key=lambda state: state.rank),
            "components": states,
            "incidents": [self.events.incident(incident) for incident in _newest(incidents)],
            "running": [self.events.maintenance(plan) for plan in running],
            "upcoming": [self.events.maintenance(plan) for plan in upcoming],
        }

    def _months(self) -> dict[str, Values]:
        """Each month in which anything began or was planned, or was wrong on any day."""
        incidents: dict[str, list[Incident]] = defaultdict(list)
        plans: dict[str, list[Maintenance]] = defaultdict(list)
        for incident in self.known.incidents:
            incidents[self._month_of(incident.started_at)].append(incident)
        for plan in self.known.plans:
            plans[self._month_of(plan.planned.start)].append(plan)
        days = self._days()
        return {
            name: {
                "document": "month",
                "month": name,
                "incidents": [self.events.incident(i) for i in _newest(incidents[name])],
                "maintenance": [self.events.maintenance(plan) for plan in plans[name]],
                "days": {c.id: days[name].get(c.id, []) for c in self.content.components},
            }
            for name in sorted({*incidents, *plans, *days})
        }

    def _month_of(self, instant: datetime) -> str:
        return f"{civil.to_wall(instant, self.content.site.zone):%Y-%m}"

    def _days(self) -> Mapping[str, Mapping[str, list[Values]]]:
        """By month and component the days on which something was wrong, oldest first."""
        zone, spells = self.content.site.zone, self.known.spells
        found: dict[str, dict[str, list[Values]]] = defaultdict(lambda: defaultdict(list))
        if not spells:
            return found
        first, last = (civil.day_of(at, zone) for at in (spells[0].interval.start, self.known.now))
        wanted = status.days(self.content, spells, last, (last - first).days + 1)
        for component, days in wanted.items():
            for day in days:
                if day.events:
                    found[f"{day.day:%Y-%m}"][component].append(day_data(day))
        return found

    def _month_report(self, report: Report) -> Values:
        figures = as_data(report)
        return {"document": "sla-month", "month": report.name, **self._scope(report), **figures}

    def _year_report(self, year: YearReport) -> Values:
        """A year leads to its months for the minutes, as its page does."""
        whole = year.whole
        with_file = {report.name for report in self.reports.months}
        return {
            "document": "sla-year",
            "year": whole.name,
            **self._scope(whole),
            "service": figures_as_data(whole.service),
            "components": [
                {"id": component.id, "in_service": component.sla, **figures_as_data(counted)}
                for component, counted in whole.components
            ],
            "reactions": reactions_as_data(whole),
            "months": [
                {
                    "month": month.name,
                    "url": self.url(f"sla/{month.name}") if month.name in with_file else None,
                    "service": figures_as_data(month.service),
                }
                for month in year.months
            ],
        }

    def _scope(self, report: Report) -> Values:
        """The time that it is of, and up to when it is counted."""
        during = report.during
        return {
            "start": civil.iso(during.start),
            "end": civil.iso(during.end),
            "counted_until": civil.iso(min(during.end, self.known.now)),
        }


def _newest(incidents: Sequence[Incident]) -> list[Incident]:
    """The newest first."""
    return sorted(incidents, key=lambda i: (i.started_at, i.id), reverse=True)
