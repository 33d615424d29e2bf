from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from statusgen.build import build
from tests.sites import all_themes
from tests.unit.small_site import FILES, SITE, URL, published

NAME = ".well-known/security.txt"


def fields(files: dict[str, str] = FILES, now: datetime | None = None) -> dict[str, str]:
    site = published(files, now) if now else published(files)
    lines = site[NAME].decode().splitlines()
    found = dict(line.split(": ", 1) for line in lines)
    assert len(found) == len(lines)
    return found


def test_what_rfc_9116_asks_for() -> None:
    assert fields() == {
        "Contact": "mailto:security@voorbeeld.example",
        "Expires": "2027-05-01T00:00:00Z",
        "Preferred-Languages": "nl, en",
        # It counts at the root of the host, where it has to be put.
        "Canonical": "https://status.voorbeeld.example/.well-known/security.txt",
    }


def test_it_changes_with_the_month_and_is_never_about_to_expire() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    quiet = {name: text for name, text in FILES.items() if "/2026/" not in name}
    seen = set()
    for month in range(1, 13):
        first, last = at.replace(month=month), at.replace(month=month, day=28, hour=23)
        expires = fields(quiet, first)["Expires"]
        assert fields(quiet, last)["Expires"] == expires
        ahead = datetime.fromisoformat(expires) - last
        assert timedelta(days=150) < ahead < timedelta(days=365)
        seen.add(expires)
    assert len(seen) == 12


def test_a_site_without_a_contact_has_none() -> None:
    without = SITE.replace("security: mailto:security@voorbeeld.example\n", "")
    assert NAME not in published({**FILES, "site.yaml": without})


def test_a_site_without_tls_has_no_canonical_address() -> None:
    plain = SITE.replace(URL, "http://status.voorbeeld.example/")
    assert "Canonical" not in fields({**FILES, "site.yaml": plain})


@pytest.mark.parametrize("contact", ["http://voorbeeld.example/meld", "security", "javascript:x"])
def test_a_contact_that_the_standard_does_not_allow_is_refused(contact: str) -> None:
    text = SITE.replace("mailto:security@voorbeeld.example", contact)
    files = {**FILES, "site.yaml": text}
    now = datetime(2026, 11, 24, tzinfo=UTC)
    built = build({name: text.encode() for name, text in files.items()}, all_themes(), now)
    assert [f.code for f in built.findings if f.severity == "error"] == ["bad-value"]
    assert built.artifacts == []
