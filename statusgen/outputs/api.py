"""Our own API as files: the model whole, and the figures of the agreement with their minutes.

``index.json`` leads to all others; ``summary.json`` is the state of the moment; what happened
or is planned stands in a file a month, and the figures in a file a month and a file a year, so
that no file grows for ever and those of the past stay as they are. ``schema.json`` describes
them, and says what will not change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from importlib.resources import files

from statusgen import civil
from statusgen.artifact import Artifact
from statusgen.history import status
from statusgen.history.months import Month
from statusgen.history.report import Report, YearReport
from statusgen.history.report_data import (
    as_data,
    figures_as_data,
    measured_as_data,
    reactions_as_data,
)
from statusgen.json_file import json_file
from statusgen.model.incidents import Incident
from statusgen.model.maintenance import Maintenance
from statusgen.outputs.edition import Edition, Part
from statusgen.outputs.model_data import (
    Events,
    Values,
    agreement_data,
    day_data,
    group_data,
    response_times,
    schedule_data,
    site_data,
)

FOLDER = "api/statusgen/v1/"
_MOMENT = timedelta(microseconds=1)
SCHEMA = files("statusgen") / "outputs" / "api.schema.json"


def artifacts(edition: Edition) -> Iterator[Artifact | Part]:
    """``api/statusgen/v1/*.json``, in all languages at once."""
    yield Artifact(f"{FOLDER}schema.json", SCHEMA.read_bytes())
    api, reports = _Api(edition), edition.record.reports
    yield api.document("index", api.index())
    yield api.document("summary", api.summary())
    for month in edition.record.months:
        key = edition.keys.of_month(month, str(month.name in api.with_report))
        yield Part(month.name, f"api/{month.name}", key, partial(api.month, month))
    for year in reports.years:
        yield api.document(f"sla/{year.whole.name}", api.year_report(year))


class _Api:
    """The documents of an edition."""

    def __init__(self, edition: Edition) -> None:
        self.content, self.record, self.now = edition.content, edition.record, edition.now
        self.events = Events(edition.sites, edition.now)
        self.with_report = {report.name for report in self.record.reports.months}

    def url(self, name: str) -> str:
        """The address of a document."""
        return f"{self.content.site.url}{FOLDER}{name}.json"

    def document(self, name: str, values: Values) -> Artifact:
        """The file with that name."""
        return json_file(f"{FOLDER}{name}.json", {"$schema": self.url("schema"), **values})

    def month(self, month: Month) -> Iterator[Artifact]:
        """What there was in a month, and its report."""
        if self._is_told(month):
            yield self.document(f"months/{month.name}", self._month(month))
        if month.name in self.with_report:
            yield self.document(f"sla/{month.name}", self._month_report(month.report))

    def _is_told(self, month: Month) -> bool:
        """Whether anything began in it or was planned, or was wrong on any day."""
        figures = self.record.figures.get(month.name)
        return bool(month.began or (figures and figures.worst))

    def index(self) -> Values:
        """What there is, and where."""
        content, reports = self.content, self.record.reports
        schedules = [
            schedule
            for schedule in content.schedules
            if schedule.announced_at is None or schedule.announced_at <= self.now
        ]
        return {
            "document": "index",
            "site": site_data(content.site),
            "groups": [group_data(group) for group in content.groups],
            "schedules": [schedule_data(schedule, content.site.url) for schedule in schedules],
            "agreement": agreement_data(content.agreement, content.site.url),
            "summary": self.url("summary"),
            "months": {
                month.name: self.url(f"months/{month.name}")
                for month in self.record.months
                if self._is_told(month)
            },
            "sla_months": {r.name: self.url(f"sla/{r.name}") for r in reports.months},
            "sla_years": {y.whole.name: self.url(f"sla/{y.whole.name}") for y in reports.years},
        }

    def summary(self) -> Values:
        """The state of the moment."""
        known, now = self.record.lately, self.now
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

    def _month(self, month: Month) -> Values:
        incidents = [event for event in month.began if isinstance(event, Incident)]
        plans = [event for event in month.began if isinstance(event, Maintenance)]
        return {
            "document": "month",
            "month": month.name,
            "incidents": [self.events.incident(i) for i in _newest(incidents)],
            "maintenance": [self.events.maintenance(plan) for plan in plans],
            "days": self._days(month),
        }

    def _days(self, month: Month) -> dict[str, list[Values]]:
        """By component the days on which something was wrong, oldest first."""
        zone, now = self.content.site.zone, self.now
        last = civil.day_of(min(month.during.end - _MOMENT, now), zone)
        count = (last - month.first).days + 1
        if count < 1:
            return {component.id: [] for component in self.content.components}
        days = status.wrong_days(self.content, month.facts.spells, last, count)
        return {component: [day_data(day) for day in found] for component, found in days.items()}

    def _month_report(self, report: Report) -> Values:
        figures, times = as_data(report), self._times(report.name)
        scope = {"month": report.name, **self._scope(report)}
        return {"document": "sla-month", **scope, **figures, **times}

    def _times(self, month: str) -> Values:
        """How fast components answered on the (UTC) days of a month, where they were asked."""
        times = response_times(self.content.measurements.times, month)
        found = {c.id: times[c.id] for c in self.content.components if c.id in times}
        return {"response_times": found} if found else {}

    def year_report(self, year: YearReport) -> Values:
        """A year leads to its months for the minutes, as its page does."""
        whole = year.whole
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
            **measured_as_data(whole),
            "months": [
                {
                    "month": month.name,
                    "url": self.url(f"sla/{month.name}")
                    if month.name in self.with_report
                    else None,
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
            "counted_until": civil.iso(min(during.end, self.now)),
        }


def _newest(incidents: Sequence[Incident]) -> list[Incident]:
    """The newest first."""
    return sorted(incidents, key=lambda i: (i.started_at, i.id), reverse=True)
