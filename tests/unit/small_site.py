"""A small site in two languages, for the tests of what is published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tests import sites
from tests.sites import NOW

URL = "https://status.voorbeeld.example/pad/"
SITE = f"""\
name: {{nl: Proef Status, en: Trial Status}}
url: {URL}
timezone: Europe/Amsterdam
languages: [nl, en]
organization: {{name: Voorbeeld BV, url: https://www.voorbeeld.example/}}
security: mailto:security@voorbeeld.example
"""
COMPONENTS = """\
groups:
  - id: all
    name: {nl: Alles, en: Everything}
    components: [{id: server, name: Server}, {id: app, name: {nl: Toepassing, en: App}}]
"""
INCIDENT = """\
title: {nl: Storing, en: Outage}
components: {server: major_outage}
started: 2026-11-24 12:58
updates:
  - {at: 2026-11-24 13:00, status: investigating, text: {nl: We kijken., en: We look.}}
"""
PLAN = """\
title: {nl: Werk, en: Work}
components: [app]
start: 2026-11-25 21:00
duration: 2h
announced: 2026-11-20 10:00
effect: partial_outage
text: {nl: Even weg., en: Away for a bit.}
"""
PAGE = "---\ntitle: Hulp\n---\nVraag het ons.\n"
FILES = {
    "site.yaml": SITE,
    "sla.yaml": "title: {nl: Afspraken, en: Agreement}\n",
    "components.yaml": COMPONENTS,
    "incidents/2026/storing.yaml": INCIDENT,
    "maintenance/2026/werk.yaml": PLAN,
    "pages/hulp.nl.md": PAGE,
}
QUIET = {name: text for name, text in FILES.items() if "/2026/" not in name}

HOSTILE = [
    "]]>",
    "</script><script>alert(1)</script>",
    "</title></svg><img src=x onerror=alert(1)>",
    "&amp;&lt;",
    "{0} {name} %s",
    "\u202eachterstevoren\u202c",
    "\U0001f525\U0001f9ef 漢字",
    "a" * 200,
    "'\"",
    "\ufe0f\u200d",
]


def published(files: Mapping[str, str] = FILES, now: datetime = NOW) -> dict[str, bytes]:
    """Every file of the site by its path."""
    return sites.published(files, now)


def hostile(text: str) -> dict[str, str]:
    """The site with that text in every field that takes any."""
    quoted = "'" + text.replace("'", "''") + "'"
    return {
        **FILES,
        "site.yaml": SITE.replace("{nl: Proef Status, en: Trial Status}", quoted).replace(
            "Voorbeeld BV", quoted
        ),
        "components.yaml": COMPONENTS.replace("name: Server", f"name: {quoted}"),
        "incidents/2026/storing.yaml": INCIDENT.replace("nl: Storing", f"nl: {quoted}"),
        "maintenance/2026/werk.yaml": PLAN.replace("nl: Werk", f"nl: {quoted}").replace(
            "nl: Even weg.", f"nl: {quoted}"
        ),
    }
