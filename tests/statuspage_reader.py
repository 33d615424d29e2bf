"""A reader of the Statuspage API v2 that takes only what is documented, key by key."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Check = Callable[[Any], bool]

STATES = {
    *("operational", "degraded_performance", "partial_outage", "major_outage"),
    "under_maintenance",
}
DESCRIPTIONS = {
    "none": {"All Systems Operational"},
    "minor": {"Partially Degraded Service", "Minor Service Outage"},
    "major": {"Partial System Outage"},
    "critical": {"Major System Outage"},
    "maintenance": {"Service Under Maintenance"},
}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_ID = re.compile(r"[a-z0-9]{12}")
_ADDRESS = re.compile(r"https://[^\s/]+(/\S*)?")


def text(value: Any) -> bool:
    return isinstance(value, str)


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def count(value: Any) -> bool:
    return type(value) is int and value >= 1


def nothing(value: Any) -> bool:
    return value is None


def like(pattern: re.Pattern[str]) -> Check:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value))


def one_of(*words: str) -> Check:
    return lambda value: isinstance(value, str) and value in words


def or_nothing(check: Check) -> Check:
    return lambda value: value is None or check(value)


def many(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(check(item) for item in value)


def shaped(shape: Mapping[str, Check]) -> Check:
    """All of the keys, in their order, and no other."""

    def check(value: Any) -> bool:
        assert isinstance(value, dict), value
        assert list(value) == list(shape)
        for key, fits in shape.items():
            assert fits(value[key]), f"{key}: {value[key]!r}"
        return True

    return check


moment, identifier, address = like(_MOMENT), like(_ID), like(_ADDRESS)

PAGE = {
    "id": identifier,
    "name": text,
    "url": lambda value: address(value) and not value.endswith("/"),
    "time_zone": text,
    "updated_at": moment,
}
COMPONENT = {
    "id": identifier,
    "name": text,
    "status": one_of(*STATES),
    "created_at": moment,
    "updated_at": moment,
    "position": count,
    "description": or_nothing(text),
    "showcase": flag,
    "start_date": or_nothing(like(_DATE)),
    "group_id": or_nothing(identifier),
    "page_id": identifier,
    "group": flag,
    "only_show_if_degraded": flag,
}
GROUP = {
    **COMPONENT,
    "description": nothing,
    "start_date": nothing,
    "group_id": nothing,
    "components": many(identifier),
}


def component(value: Any) -> bool:
    return shaped(GROUP if value["group"] else COMPONENT)(value)


CHANGE = {
    "code": identifier,
    "name": text,
    "old_status": one_of(*STATES),
    "new_status": one_of(*STATES),
}
INCIDENT_STATUS = one_of("investigating", "identified", "monitoring", "resolved")
MAINTENANCE_STATUS = one_of("scheduled", "in_progress", "verifying", "completed")


def update(status: Check) -> Mapping[str, Check]:
    return {
        "id": identifier,
        "status": status,
        "body": lambda value: text(value) and value.strip() != "",
        "incident_id": identifier,
        "created_at": moment,
        "updated_at": moment,
        "display_at": moment,
        "affected_components": or_nothing(many(shaped(CHANGE))),
        "deliver_notifications": flag,
        "custom_tweet": nothing,
        "tweet_id": nothing,
    }


def some(check: Check) -> Check:
    return lambda value: many(check)(value) and len(value) > 0


INCIDENT = {
    "id": identifier,
    "name": text,
    "status": INCIDENT_STATUS,
    "created_at": moment,
    "updated_at": moment,
    "monitoring_at": or_nothing(moment),
    "resolved_at": or_nothing(moment),
    "impact": one_of("none", "minor", "major", "critical"),
    "shortlink": address,
    "started_at": moment,
    "page_id": identifier,
    "incident_updates": some(shaped(update(INCIDENT_STATUS))),
    "components": many(component),
    "reminder_intervals": nothing,
}
MAINTENANCE = {
    **INCIDENT,
    "status": MAINTENANCE_STATUS,
    "monitoring_at": nothing,
    "impact": one_of("maintenance"),
    "incident_updates": some(shaped(update(MAINTENANCE_STATUS))),
    "scheduled_for": moment,
    "scheduled_until": moment,
}
STATUS = {"indicator": one_of(*DESCRIPTIONS), "description": text}
_COMPONENTS: dict[str, Check] = {"components": many(component)}
_INCIDENTS: dict[str, Check] = {"incidents": many(shaped(INCIDENT))}
_PLANS: dict[str, Check] = {"scheduled_maintenances": many(shaped(MAINTENANCE))}
_PAGE: dict[str, Check] = {"page": shaped(PAGE)}
_STATUS: dict[str, Check] = {"status": shaped(STATUS)}
FILES: dict[str, dict[str, Check]] = {
    "summary.json": {**_PAGE, **_COMPONENTS, **_INCIDENTS, **_PLANS, **_STATUS},
    "status.json": {**_PAGE, **_STATUS},
    "components.json": {**_PAGE, **_COMPONENTS},
    "incidents.json": {**_PAGE, **_INCIDENTS},
    "incidents/unresolved.json": {**_PAGE, **_INCIDENTS},
    "scheduled-maintenances.json": {**_PAGE, **_PLANS},
    "scheduled-maintenances/upcoming.json": {**_PAGE, **_PLANS},
    "scheduled-maintenances/active.json": {**_PAGE, **_PLANS},
}


def read_all(files: Mapping[str, bytes], folder: str = "api/v2/") -> dict[str, Any]:
    """Every file of the API by its name; AssertionError where one is not as documented."""
    names = {path.removeprefix(folder) for path in files if path.startswith(folder)}
    assert names == set(FILES)
    found = {name: json.loads(files[folder + name]) for name in FILES}
    for name, shape in FILES.items():
        shaped(shape)(found[name])
        assert found[name]["page"] == found["summary.json"]["page"], name
    _fits_together(found)
    return found


def _fits_together(found: Mapping[str, Any]) -> None:
    """What one object says of another is so."""
    summary, page = found["summary.json"], found["summary.json"]["page"]
    parts = {part["id"]: part for part in summary["components"]}
    assert list(parts.values()) == found["components.json"]["components"]
    assert summary["status"] == found["status.json"]["status"]
    assert summary["status"]["description"] in DESCRIPTIONS[summary["status"]["indicator"]]
    for part in parts.values():
        assert part["page_id"] == page["id"]
        assert part["group"] or part["id"] in parts[part["group_id"]]["components"]
    incidents = [*found["incidents.json"]["incidents"], *summary["incidents"]]
    plans = [
        *found["scheduled-maintenances.json"]["scheduled_maintenances"],
        *summary["scheduled_maintenances"],
    ]
    for event in (*incidents, *plans):
        _event_fits(event, parts, page)


def _event_fits(event: Any, parts: Mapping[str, Any], page: Any) -> None:
    zone = ZoneInfo(page["time_zone"])
    told = [datetime.fromisoformat(update["created_at"]) for update in event["incident_updates"]]
    assert told == sorted(told, reverse=True)
    assert all(at.utcoffset() == at.astimezone(zone).utcoffset() for at in told)
    assert event["page_id"] == page["id"]
    assert event["shortlink"].startswith(f"{page['url']}/")
    assert all(parts[part["id"]] == part for part in event["components"])
    known = {part["id"] for part in event["components"]}
    for update in event["incident_updates"]:
        assert update["incident_id"] == event["id"]
        assert {change["code"] for change in update["affected_components"] or ()} <= known
    over = event["status"] in ("resolved", "completed")
    assert (event["resolved_at"] is not None) == over
