"""The site itself: its name, address, languages and how to reach support."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from statusgen.model.hours import WeeklyHours
from statusgen.model.text import Text


class Organization(Struct, frozen=True):
    """Who runs the service."""

    name: str
    url: str | None = None


class SupportChannel(Struct, frozen=True):
    """One way to reach support; ``purpose`` is "emergency" or None."""

    kind: str
    value: str
    purpose: str | None = None


class Support(Struct, frozen=True):
    """When and how support is reached, and what it does not cover (clause 3)."""

    hours: WeeklyHours | None = None
    channels: tuple[SupportChannel, ...] = ()
    excluded: tuple[Text, ...] = ()


class Site(Struct, frozen=True):
    """``url`` ends in a slash; ``languages`` has the one at the root first;
    ``horizon`` is how far ahead recurring maintenance is shown.

    A page older than ``freshness`` says so. ``outputs`` are those that are switched on or
    off by name, ``hub`` is the address of a WebSub hub, ``security`` where to report a
    security problem (RFC 9116). ``id_host`` is the host that the ids of feeds and
    calendars are made of: that of ``url``, or where the site has moved, the one it had first.
    """

    name: Text
    url: str
    zone: ZoneInfo
    languages: tuple[str, ...]
    organization: Organization | None = None
    theme: str = "default"
    notice: Text | None = None
    support: Support = Support()
    repository: str | None = None
    horizon: timedelta = timedelta(days=60)
    freshness: timedelta = timedelta(days=1)
    outputs: Mapping[str, bool] = field(default_factory=dict)
    hub: str | None = None
    security: str | None = None
    id_host: str = ""
