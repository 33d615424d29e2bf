"""Reports as JSON values: lengths in minutes, instants in UTC."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

from statusgen import civil
from statusgen.history.availability import Availability, LedgerLine, Outage, seconds
from statusgen.history.measured import Disagreement, Measured
from statusgen.history.report import Report
from statusgen.model.incidents import Incident


def as_data(report: Report) -> dict[str, Any]:
    """The report as JSON values: lengths in minutes, instants in UTC.

    Shares and ``exact_seconds`` are exact: [numerator, denominator].
    """
    return {
        "service": _with_ledger(report.service),
        "components": [
            {"id": component.id, "in_service": component.sla, **_with_ledger(counted)}
            for component, counted in report.components
        ],
        "reactions": reactions_as_data(report),
        **measured_as_data(report),
    }


def measured_as_data(report: Report) -> dict[str, Any]:
    """What was measured as JSON values, by the key of it; nothing where nothing was."""
    found = report.measured
    if found is None:
        return {}
    said: dict[str, Any] = {
        "service": found.service and _measured_figures(found.service),
        "components": [
            {"id": component.id, **_measured_figures(seen)} for component, seen in found.components
        ],
    }
    if not report.is_year:
        said["disagreements"] = [_disagreement(each) for each in found.disagreements]
    return {"measured": said}


def _measured_figures(seen: Measured) -> dict[str, Any]:
    lengths = ("guaranteed", "seen", "gap", "slow", "bad", "downtime")
    shares = {"availability": seen.figure, "coverage": seen.coverage}
    return {
        **{f"{name}_minutes": minutes(getattr(seen, name)) for name in lengths},
        "exact_seconds": {name: exact(getattr(seen, name)) for name in lengths},
        **{name: None if share is None else exact(share) for name, share in shares.items()},
        **{
            f"{name}_pct": None if share is None else percentage(share)
            for name, share in shares.items()
        },
    }


def _disagreement(found: Disagreement) -> dict[str, Any]:
    return {
        "start": civil.iso(found.interval.start),
        "end": civil.iso(found.interval.end),
        "minutes": minutes(seconds(found.interval.length)),
        "component": found.component,
        "event": found.event and found.event.id,
    }


def reactions_as_data(report: Report) -> list[dict[str, Any]]:
    """How fast each kind of incident was taken up, as JSON values."""
    return [
        {
            "kind": kind,
            "incidents": reacted.count,
            "registered": reacted.registered,
            "overdue": reacted.overdue,
            "registered_in_time": reacted.in_time,
            "median_minutes_to_register": _whole(reacted.to_register),
            "median_minutes_to_start": _whole(reacted.to_start),
            "median_minutes_to_resolve": _whole(reacted.to_resolve),
        }
        for kind, reacted in report.reactions
    ]


def _with_ledger(counted: Availability | None) -> dict[str, Any]:
    ledger = [_line(line) for line in counted.ledger] if counted else []
    return {**figures_as_data(counted), "ledger": ledger}


def figures_as_data(counted: Availability | None) -> dict[str, Any]:
    """The figures without their minutes, as JSON values; all None where nothing is promised."""
    if counted is None:
        return dict.fromkeys(_FIGURES)
    figure = counted.figure
    return {
        "guaranteed_minutes": minutes(counted.guaranteed),
        "guaranteed_in_full_minutes": minutes(counted.guaranteed_in_full),
        "downtime_in_hours_minutes": minutes(counted.downtime + counted.excused),
        "excused_minutes": minutes(counted.excused),
        "downtime_minutes": minutes(counted.downtime),
        "exact_seconds": {
            "guaranteed": exact(counted.guaranteed),
            "guaranteed_in_full": exact(counted.guaranteed_in_full),
            "excused": exact(counted.excused),
            "downtime": exact(counted.downtime),
            "allowance": exact(counted.allowance),
        },
        "availability": None if figure is None else exact(figure),
        "availability_pct": None if figure is None else percentage(figure),
        "meets_target": counted.meets_target,
        "target": exact(counted.target),
        "allowance_minutes": minutes(counted.allowance),
    }


_FIGURES = (
    "guaranteed_minutes",
    "guaranteed_in_full_minutes",
    "downtime_in_hours_minutes",
    "excused_minutes",
    "downtime_minutes",
    "exact_seconds",
    "availability",
    "availability_pct",
    "meets_target",
    "target",
    "allowance_minutes",
)
"""The keys of figures, in their order; the ledger follows."""


def _line(line: LedgerLine) -> dict[str, Any]:
    return {
        "start": civil.iso(line.interval.start),
        "end": civil.iso(line.interval.end),
        "minutes": minutes(seconds(line.interval.length)),
        "share": exact(line.share),
        "excused_share": exact(line.excused),
        "downtime_minutes": minutes(line.downtime),
        "excused_minutes": minutes(line.excused_downtime),
        "outages": [_outage(outage) for outage in line.outages],
    }


def _outage(outage: Outage) -> dict[str, Any]:
    return {
        "event": outage.event.id,
        "kind": outage.event.kind,
        "component": outage.component,
        "status": outage.status,
        "counted": why(outage) == "counted",
        "why": why(outage),
    }


def why(outage: Outage) -> str:
    """Whether an outage counts: "counted", or why not.

    ``status-not-counted``: the agreement does not count such a status as down;
    otherwise the ground of the exclusion.
    """
    if isinstance(outage.event, Incident) and outage.event.exclusion:
        return outage.event.exclusion.ground
    return "counted" if outage.share else "status-not-counted"


def percentage(figure: Fraction) -> str:
    """A share as a percentage with six decimals, rounded down."""
    millionths = figure.numerator * 100_000_000 // figure.denominator
    return f"{millionths // 1_000_000}.{millionths % 1_000_000:06}"


def exact(number: Fraction) -> list[int]:
    """A fraction for programs: [numerator, denominator]."""
    return [number.numerator, number.denominator]


def minutes(length: Fraction) -> int | float:
    """Seconds as minutes: a whole number where they are whole."""
    numerator, denominator = length.numerator, 60 * length.denominator
    whole, rest = divmod(numerator, denominator)
    return round(numerator / denominator, 6) if rest else whole


def _whole(length: timedelta | None) -> int | None:
    return None if length is None else length // timedelta(minutes=1)
