"""What the values of a file are read by, beside the file itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from statusgen import civil

if TYPE_CHECKING:
    from statusgen.content.strict_yaml import Value

MAX_LANGUAGES = 20


class Context(Struct, frozen=True):
    """What other values are read by; no languages or components: any are taken."""

    zone: ZoneInfo
    languages: tuple[str, ...]
    components: tuple[str, ...] = ()


def context_of_site(files: Mapping[str, bytes]) -> Context:
    """What site.yaml says of values, as far as that can be made out; components are not known."""
    said = _said_in_site(files)
    languages = said.get("languages")
    tags = languages if isinstance(languages, list) else []
    known = tuple(tag for tag in tags if isinstance(tag, str))[:MAX_LANGUAGES]
    return Context(civil.zone(_zone(said)), known)


def zone_of_site(files: Mapping[str, bytes]) -> str:
    """The time zone that site.yaml names, for reading moments given elsewhere; else UTC."""
    return _zone(_said_in_site(files))


def _said_in_site(files: Mapping[str, bytes]) -> dict[str, Value]:
    # Mostly it is known from the last time, and then no YAML is read at all.
    from statusgen.content import strict_yaml

    value, _ = strict_yaml.parse(files.get("site.yaml", b""), "site.yaml")
    return value if isinstance(value, dict) else {}


def _zone(said: Mapping[str, Value]) -> str:
    name = said.get("timezone")
    return name if isinstance(name, str) and name in civil.zone_names() else "UTC"
