"""From documents to the model: the site, its agreement and its components.

Each function takes a document and its ``Source``, adds what it finds to ``found``
and gives a part of the model, or None where the document cannot become one.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from statusgen import civil
from statusgen.content import rules, values
from statusgen.content import site_documents as docs
from statusgen.content.probes import probe
from statusgen.content.source import Source
from statusgen.findings import Key
from statusgen.model import holidays
from statusgen.model.agreement import (
    DEFAULT_COUNTS,
    Agreement,
    AvailabilityPromise,
    BackupPromise,
    Clause,
    MaintenancePromise,
)
from statusgen.model.components import Component, ComponentGroup
from statusgen.model.hours import WeeklyHours, WeeklySpan
from statusgen.model.site import Organization, Site, Support, SupportChannel


def site(document: docs.SiteDocument, source: Source) -> Site:
    """The site."""
    for index, language in enumerate(document.languages):
        if language in document.languages[:index]:
            place = source.at("languages", index)
            source.found.append(
                rules.BAD_VALUE.found(place, f"`{language}` stands here twice.", "Leave one out.")
            )
    source.check_length(document.horizon, "horizon")
    source.check_length(document.freshness, "freshness")
    address = urlsplit(document.url)
    if address.query or address.fragment or address.username is not None:
        message = "The address of a site has no `?`, no `#` and no name before an `@`."
        help = "Write the address of the folder that the site is published in."
        source.found.append(rules.BAD_VALUE.found(source.at("url"), message, help))
    organization = document.organization
    return Site(
        name=document.name,
        url=document.url.rstrip("/") + "/",
        zone=document.timezone,
        languages=tuple(document.languages),
        organization=Organization(organization.name, organization.url) if organization else None,
        theme=document.theme,
        notice=document.notice,
        support=_support(document.support, source),
        repository=document.repository.rstrip("/") if document.repository else None,
        horizon=document.horizon,
        freshness=document.freshness,
        outputs=document.outputs,
        hub=document.hub,
        security=document.security,
        id_host=document.id_host or address.hostname or "",
    )


def _support(document: docs.SupportDocument, source: Source) -> Support:
    for index, channel in enumerate(document.channels):
        if not _is_reachable(channel.kind, channel.value):
            source.found.append(
                rules.BAD_VALUE.found(
                    source.at("support", "channels", index, "value"),
                    f"`{channel.value[:60]}` is no {_CHANNEL_FORMS[channel.kind][0]}.",
                    f"Write it as `{_CHANNEL_FORMS[channel.kind][1]}`.",
                )
            )
    return Support(
        hours=_hours(document.hours) if document.hours else None,
        channels=tuple(SupportChannel(c.kind, c.value, c.purpose) for c in document.channels),
        excluded=tuple(document.excluded),
    )


_CHANNEL_FORMS = {
    "email": ("e-mail address", "support@voorbeeld.example"),
    "phone": ("telephone number", "+31 00 000 00 00"),
    "chat": ("web address", "https://www.voorbeeld.example/chat"),
    "web": ("web address", "https://www.voorbeeld.example/"),
}


def _is_reachable(kind: str, value: str) -> bool:
    if any(character in value for character in "<>\"'\\`") or not value.isprintable():
        return False
    if kind == "email":
        name, _, host = value.rpartition("@")
        return bool(name) and "." in host and " " not in value
    if kind == "phone":
        return set(value) <= set("+0123456789 ()-") and any(c.isdigit() for c in value)
    return value.startswith(("https://", "http://")) and " " not in value


def _hours(document: docs.HoursDocument) -> WeeklyHours:
    return WeeklyHours(document.days, document.start, document.end)


def agreement(document: docs.AgreementDocument, source: Source, zone: ZoneInfo) -> Agreement:
    """The agreement."""
    valid_from, maintenance = document.valid_from, document.maintenance
    days_off = document.availability.holidays if document.availability else "none"
    if maintenance and maintenance.holidays_open and days_off == "none":
        place = source.at("maintenance", "holidays_open")
        message = "No public holidays are named that could be open."
        help = "Name their country under `availability`: `holidays: NL`."
        source.found.append(rules.BAD_VALUE.found(place, message, help))
    return Agreement(
        title=document.title,
        valid_from=civil.midnight(valid_from, zone) if valid_from else None,
        source=document.source,
        availability=_availability(document.availability, source),
        maintenance=_maintenance_promise(document.maintenance, source),
        register_within=document.tickets.register_within if document.tickets else None,
        late_after=document.reports.late_after if document.reports else None,
        update_calamity_every=document.calamities.update_every if document.calamities else None,
        backups=_backup_promise(document.backups),
        clauses={about: Clause(c.number, c.text) for about, c in document.clauses.items()},
    )


def _availability(
    document: docs.AvailabilityDocument | None, source: Source
) -> AvailabilityPromise | None:
    if document is None:
        return None
    country = None if document.holidays == "none" else document.holidays
    try:
        holidays.between(country, civil.EARLIEST.date(), civil.EARLIEST.date())
    except holidays.UnknownCountry:
        country = None
        source.found.append(
            rules.UNKNOWN_HOLIDAYS.found(
                source.at("availability", "holidays"),
                f"The public holidays of {document.holidays} are not known here.",
                rules.UNKNOWN_HOLIDAYS.explanation,
            )
        )
    counts = {**DEFAULT_COUNTS, **document.counts}
    rising = [counts[status] for status in sorted(DEFAULT_COUNTS, key=lambda s: s.rank)]
    if rising != sorted(rising):
        message = "A worse status counts for less than a better one."
        help = "From slow to out, each counts at least as much as the one before."
        place = source.at("availability", "counts")
        source.found.append(rules.BAD_VALUE.found(place, message, help))
    return AvailabilityPromise(
        target=document.target,
        hours=_hours(document.hours),
        holidays=country,
        counts=counts,
    )


def _maintenance_promise(
    document: docs.MaintenancePolicyDocument | None, source: Source
) -> MaintenancePromise | None:
    if document is None:
        return None
    before = len(source.found)
    spans: list[WeeklySpan] = []
    for index, window in enumerate(document.windows):
        spans += _window(window, source, index)
    if len(source.found) > before:
        return None  # Plans held against half of the windows would be refused for nothing.
    return MaintenancePromise(tuple(sorted(set(spans))), document.holidays_open, document.notice)


def _window(window: docs.WindowDocument, source: Source, index: int) -> Sequence[WeeklySpan]:
    place = source.at("maintenance", "windows", index)
    try:
        if window.days is None:
            return (values.weekly_span(window.start, window.end),)
        start, end = values.time_of_day(window.start), values.time_of_day(window.end)
        return WeeklyHours(window.days, start, end).spans
    except values.BadValue as error:
        source.found.append(error.rule.found(place, error.message, error.help))
        return ()


def _backup_promise(document: docs.BackupPolicyDocument | None) -> BackupPromise | None:
    if document is None:
        return None
    return BackupPromise(document.every, document.keep, document.locations, document.region)


def groups(document: docs.ComponentsDocument, source: Source) -> tuple[ComponentGroup, ...]:
    """The groups with their components."""
    seen: set[str] = set()
    for number, group in enumerate(document.groups):
        named = [(group.id, source.at("groups", number, "id"))]
        named += [
            (component.id, source.at("groups", number, "components", index, "id"))
            for index, component in enumerate(group.components)
        ]
        for name, place in named:
            if name in seen:
                source.found.append(
                    rules.DUPLICATE_ID.found(place, f"`{name}` is the id of another one too.")
                )
            seen.add(name)
    return tuple(
        ComponentGroup(
            group.id,
            group.name,
            tuple(
                _component(component, source, "groups", number, "components", index)
                for index, component in enumerate(group.components)
            ),
        )
        for number, group in enumerate(document.groups)
    )


def _component(document: docs.ComponentDocument, source: Source, *keys: Key) -> Component:
    return Component(
        id=document.id,
        name=document.name,
        description=document.description,
        sla=document.sla,
        terms=document.terms,
        probe=probe(document.probe, source, *keys, "probe") if document.probe else None,
    )
