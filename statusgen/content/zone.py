"""The time zone of a site, read by itself: moments are told in it before anything else is read."""

from __future__ import annotations

from collections.abc import Mapping

from statusgen import civil
from statusgen.content import strict_yaml
from statusgen.content.strict_yaml import Value


def zone_of_site(files: Mapping[str, bytes]) -> str:
    """The time zone that site.yaml names, for reading moments given elsewhere; else UTC."""
    name = mapping(strict_yaml.parse(files.get("site.yaml", b""), "site.yaml")[0]).get("timezone")
    return name if isinstance(name, str) and name in civil.zone_names() else "UTC"


def mapping(value: Value) -> dict[str, Value]:
    """The value, if it is a mapping; else an empty one."""
    return value if isinstance(value, dict) else {}
