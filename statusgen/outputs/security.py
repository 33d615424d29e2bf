"""``.well-known/security.txt``: where to report a security problem (RFC 9116)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urljoin

from statusgen.artifact import Artifact
from statusgen.outputs.edition import Edition

MONTHS = 6
"""How long it can be relied on; RFC 9116 recommends less than a year."""


def artifacts(edition: Edition) -> Iterator[Artifact]:
    """The file, when the site names a contact."""
    site = edition.content.site
    if site.security is None:
        return
    fields = [
        ("Contact", site.security),
        ("Expires", f"{_expires(edition.now):%Y-%m-%dT%H:%M:%SZ}"),
        ("Preferred-Languages", ", ".join(site.languages)),
    ]
    if site.url.startswith("https://"):
        # It counts at the root of its host only: of a site below that, it is to be put there.
        fields.append(("Canonical", urljoin(site.url, "/.well-known/security.txt")))
    text = "".join(f"{name}: {value}\n" for name, value in fields)
    yield Artifact(".well-known/security.txt", text.encode())


def _expires(now: datetime) -> datetime:
    """The first of a month: a build later in the month gives the same bytes."""
    month = now.year * 12 + now.month - 1 + MONTHS
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=now.tzinfo)
