"""The documents of the site, its agreement and its components, just as they are written.

They say which keys there are and what each takes; what keys mean together is
decided where a document becomes a part of the model.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from statusgen.content.context import MAX_LANGUAGES
from statusgen.content.fields import (
    Address,
    Contact,
    Day,
    Document,
    Duration,
    Flag,
    Holidays,
    Host,
    HostAndPort,
    HttpStatus,
    Identifier,
    IpAddress,
    Language,
    Line,
    Name,
    Places,
    Share,
    TimeOfDay,
    Weekdays,
    Words,
    Zone,
)
from statusgen.model.agreement import CLAUSES
from statusgen.model.components import ComponentStatus


class HoursDocument(Document):
    """The same hours on some days of the week."""

    days: Weekdays
    start: TimeOfDay = Field(alias="from")
    end: TimeOfDay = Field(alias="to")


class OrganizationDocument(Document):
    """Who runs the service."""

    name: Line
    url: Address | None = None


class ChannelDocument(Document):
    """One way to reach support."""

    kind: Literal["email", "chat", "phone", "web"]
    value: Line
    purpose: Literal["emergency"] | None = Field(None, alias="for")


class SupportDocument(Document):
    """When and how support is reached."""

    hours: HoursDocument | None = None
    channels: list[ChannelDocument] = []
    excluded: list[Name] = []


class SiteDocument(Document):
    """site.yaml."""

    name: Name
    url: Address
    timezone: Zone
    languages: list[Language] = Field(min_length=1, max_length=MAX_LANGUAGES)
    organization: OrganizationDocument | None = None
    theme: Identifier = "default"
    notice: Words | None = None
    support: SupportDocument = SupportDocument()
    repository: Address | None = None
    horizon: Duration = timedelta(days=60)
    freshness: Duration = timedelta(days=1)
    outputs: dict[Identifier, Flag] = {}
    hub: Address | None = None
    security: Contact | None = None
    id_host: Host | None = None


class AvailabilityDocument(Document):
    """Clause 2a."""

    target: Share
    hours: HoursDocument
    holidays: Holidays = "none"
    counts: dict[ComponentStatus, Share] = {}


class WindowDocument(Document):
    """Hours on some days, or one stretch from a moment of the week to another."""

    days: Weekdays | None = None
    start: Line = Field(alias="from")
    end: Line = Field(alias="to")


class MaintenancePolicyDocument(Document):
    """Clause 9."""

    windows: list[WindowDocument] = Field(min_length=1)
    holidays_open: Flag = False
    notice: Duration | None = None


class TicketsDocument(Document):
    """Clause 3d."""

    register_within: Duration


class ReportsDocument(Document):
    """Clause 4b."""

    late_after: Duration


class CalamitiesDocument(Document):
    """Clause 8."""

    update_every: Duration


class BackupPolicyDocument(Document):
    """Clause 6."""

    every: Duration
    keep: Duration | None = None
    locations: Places | None = None
    region: Literal["EEA"] | None = None


class ClauseDocument(Document):
    """Where in the agreement a promise stands, and its words there."""

    number: Line
    text: Words | None = None


class AgreementDocument(Document):
    """sla.yaml."""

    title: Name
    valid_from: Day | None = None
    source: Address | None = None
    availability: AvailabilityDocument | None = None
    maintenance: MaintenancePolicyDocument | None = None
    tickets: TicketsDocument | None = None
    reports: ReportsDocument | None = None
    calamities: CalamitiesDocument | None = None
    backups: BackupPolicyDocument | None = None
    clauses: dict[Literal[CLAUSES], ClauseDocument] = {}  # type: ignore[valid-type]


class JsonFieldDocument(Document):
    """A field in an answer in JSON."""

    field: Line
    value: Line


class ExpectationDocument(Document):
    """What a probe takes for a good answer."""

    status: HttpStatus | None = None
    within: Duration | None = None
    contains: Line | None = None
    json_field: JsonFieldDocument | None = Field(default=None, alias="json")
    redirect: Address | None = None
    certificate: Duration | None = None
    address: IpAddress | None = None


class ProbeDocument(Document):
    """How a component is measured: exactly one of url, tcp and dns."""

    url: Address | None = None
    tcp: HostAndPort | None = None
    dns: Host | None = None
    expect: ExpectationDocument = ExpectationDocument()


class ComponentDocument(Document):
    """A component in components.yaml."""

    id: Identifier
    name: Name
    description: Words | None = None
    sla: Flag = True
    terms: Address | None = None
    probe: ProbeDocument | None = None


class GroupDocument(Document):
    """A group in components.yaml."""

    id: Identifier
    name: Name
    components: list[ComponentDocument] = Field(min_length=1)


class ComponentsDocument(Document):
    """components.yaml."""

    groups: list[GroupDocument] = Field(min_length=1)
